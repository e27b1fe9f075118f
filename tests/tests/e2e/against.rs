//! `dumpstream verify --against`: whatever is changed on the target is found, and nothing else.

use crate::support::{LIMIT, assert_ended, code, dump_of, dump_of_rows, file, restore, servers, verify_against};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// A column of every type that servers have, and two values that are as near to each other as I can think of.
fn columns(flavor: Flavor) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut columns = vec![
        ("tinyint", "0", "-1"),
        ("smallint unsigned", "65535", "65534"),
        ("mediumint", "0", "NULL"),
        ("int zerofill", "7", "70"),
        ("bigint unsigned", "18446744073709551615", "18446744073709551614"),
        ("decimal(30,10)", "1.0000000001", "1.0000000002"),
        // A dump has six digits of it.
        ("float", "1.5", "1.50001"),
        ("double", "0.1", "0.10000000000000002"),
        ("float(9,3)", "1.001", "1.002"),
        ("bit(33)", "4294967296", "4294967297"),
        ("year", "2024", "2025"),
        ("date", "'2024-02-29'", "'2024-02-28'"),
        ("time(6)", "'-00:00:00.000001'", "'00:00:00.000001'"),
        ("datetime(3)", "'2024-01-01 00:00:00.001'", "'2024-01-01 00:00:00.002'"),
        ("timestamp(6) NULL", "'2024-01-01 00:00:00.000001'", "'2024-01-01 00:00:00'"),
        ("char(9)", "'a'", "'A'"),
        ("varchar(99)", "'a'", "'a '"),
        ("varchar(99) CHARACTER SET latin1", "'é'", "'e'"),
        ("tinytext", "''", "NULL"),
        ("text CHARACTER SET utf16", "'日本'", "'日本国'"),
        ("mediumtext", "REPEAT('x', 100000)", "REPEAT('x', 99999)"),
        ("longtext", "'NULL'", "NULL"),
        ("binary(4)", "x'00'", "x'0001'"),
        ("varbinary(9)", "x'00'", "x'0000'"),
        ("blob", "x'ff'", "x'fe'"),
        ("longblob", "REPEAT(x'00', 70000)", "REPEAT(x'00', 70001)"),
        ("enum('a','b')", "'a'", "'b'"),
        ("set('a','b','c')", "'a,c'", "'a,b,c'"),
        ("json", "'{\"a\": 1}'", "'{\"a\": 1.5}'"),
        ("point", "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(2 1)')"),
        ("geometry", "ST_GeomFromText('POINT(1 2)', 0)", "ST_GeomFromText('POINT(1 2)', 4326)"),
    ];
    columns.extend(match flavor {
        Flavor::MariaDb => vec![
            ("uuid", "'123e4567-e89b-12d3-a456-426614174000'", "'123e4567-e89b-12d3-a456-426614174001'"),
            ("inet6", "'::1'", "'::2'"),
            ("inet4", "'1.2.3.4'", "'1.2.4.3'"),
        ],
        Flavor::MySql => vec![("vector(2)", "STRING_TO_VECTOR('[1,2]')", "STRING_TO_VECTOR('[2,1]')")],
    });
    columns
}

/// A dump of `schema` as the server writes it, in a file that goes with the guard.
fn dumped(server: &TestServer, schema: &str) -> Result<(tempfile::TempDir, PathBuf)> {
    file("dump.sql", server.dump(schema, &["--hex-blob"])?)
}

/// The names of what `report` says to be different.
fn differences(report: &Value) -> Vec<String> {
    let against = &report["against"];
    let tables = against["tables"].as_array().into_iter().flatten();
    let different = tables.filter(|t| t["rows"] == "different" || t["content"] == "different");
    let names = different.map(|t| format!("rows of {}", t["table"].as_str().unwrap_or_default()));
    let structure = against["structure"]["differences"].as_array().into_iter().flatten();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    names.chain(structure.map(|d| format!("{}: {}", text(&d["object"]), text(&d["what"])))).collect()
}

/// Fails unless the comparison finds exactly `expected`.
#[track_caller]
fn assert_found(path: &Path, url: &str, expected: &[&str], why: &str) -> Result<()> {
    let (ended, report) = verify_against(path, url)?;
    assert_eq!(differences(&report), expected, "{why}: {}{:#}", ended.stderr_text(), report["against"]["structure"]);
    assert_eq!(code(&ended), Some(if expected.is_empty() { 0 } else { 5 }), "{why}: {}", ended.stderr_text());
    Ok(())
}

#[test]
fn one_changed_cell_is_found_in_every_type() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let columns = columns(found.flavor());
        let definitions: String = columns.iter().enumerate().map(|(i, (t, ..))| format!(", c{i} {t}")).collect();
        let values = |n: usize| columns.iter().map(|c| format!(", {}", [c.1, c.2][n])).collect::<String>();
        server.sql(&format!(
            "CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop; \
             CREATE TABLE t (id int PRIMARY KEY{definitions}); \
             INSERT INTO t VALUES (1{}), (2{}), (3{}); CREATE DATABASE kept; CREATE TABLE kept.t LIKE t; \
             INSERT INTO kept.t SELECT * FROM t",
            values(0),
            values(1),
            values(0)
        ))?;
        let (_dir, path) = dumped(&server, "shop")?;
        let url = server.url(Some("shop"));
        assert_found(&path, &url, &[], "nothing was changed")?;
        for (i, (name, ..)) in columns.iter().enumerate() {
            for (from, to) in [(1, 2), (2, 1)] {
                server.sql(&format!(
                    "UPDATE shop.t a, kept.t b SET a.c{i} = b.c{i} WHERE a.id = {from} AND b.id = {to}"
                ))?;
                assert_found(&path, &url, &["rows of shop.t"], &format!("{name} of {from} on {}", found.flavor()))?;
                server.sql(&format!("UPDATE shop.t a JOIN kept.t b USING (id) SET a.c{i} = b.c{i}"))?;
            }
        }
        // Two cells that change places, within a row and between two.
        server.sql("CREATE TABLE shop.w (id int PRIMARY KEY, a varchar(9), b varchar(9)); INSERT INTO shop.w VALUES (1, 'x', 'y'), (2, 'y', 'x'), (3, 'p', 'q'), (4, 'xy', '')")?;
        let (_dir, path) = dumped(&server, "shop")?;
        assert_found(&path, &url, &[], "as it was again")?;
        for (change, back) in [
            ("a = b, b = 'x' WHERE id = 1", "a = 'x', b = 'y' WHERE id = 1"),
            ("b = IF(id = 1, 'q', 'y') WHERE id IN (1, 3)", "b = IF(id = 1, 'y', 'q') WHERE id IN (1, 3)"),
            ("a = 'x', b = 'y' WHERE id = 4", "a = 'xy', b = '' WHERE id = 4"),
            ("a = NULL WHERE id = 3", "a = 'p' WHERE id = 3"),
        ] {
            server.sql(&format!("UPDATE shop.w SET {change}"))?;
            assert_found(&path, &url, &["rows of shop.w"], change)?;
            server.sql(&format!("UPDATE shop.w SET {back}"))?;
        }
        for (change, back) in [
            ("DELETE FROM w WHERE id = 2", "INSERT INTO w VALUES (2, 'y', 'x')"),
            ("INSERT INTO w VALUES (9, 'x', 'y')", "DELETE FROM w WHERE id = 9"),
            ("UPDATE w SET id = 10 WHERE id = 1", "UPDATE w SET id = 1 WHERE id = 10"),
        ] {
            server.sql(&format!("USE shop; {change}"))?;
            assert_found(&path, &url, &["rows of shop.w"], change)?;
            server.sql(&format!("USE shop; {back}"))?;
        }
        assert_found(&path, &url, &[], "as it was again")?;
    }
    Ok(())
}

#[test]
fn a_row_that_is_there_twice_is_found_without_a_key() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql("CREATE DATABASE shop; CREATE TABLE shop.n (a int, b text); INSERT INTO shop.n VALUES (1, 'a'), (2, 'b'), (3, 'c')")?;
        let (_dir, path) = dumped(&server, "shop")?;
        let url = server.url(Some("shop"));
        server.sql("INSERT INTO shop.n VALUES (1, 'a')")?;
        assert_found(&path, &url, &["rows of shop.n"], "one more")?;
        server.sql("DELETE FROM shop.n WHERE a = 2")?;
        assert_found(&path, &url, &["rows of shop.n"], "one for another")?;
        server.sql("TRUNCATE shop.n; INSERT INTO shop.n VALUES (3, 'c'), (1, 'a'), (2, 'b')")?;
        assert_found(&path, &url, &[], "in another order")?;
    }
    Ok(())
}

const OBJECTS: &str = "
CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop;
CREATE TABLE p (id int PRIMARY KEY AUTO_INCREMENT, v varchar(20) DEFAULT 'x', n int NOT NULL, KEY by_n (n), UNIQUE u (v), CONSTRAINT c CHECK (n > 0)) AUTO_INCREMENT = 100 COMMENT 'one';
CREATE TABLE k (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);
INSERT INTO p VALUES (1, 'a', 1), (2, 'b', 2); INSERT INTO k VALUES (1, 1), (2, 2);
CREATE VIEW w AS SELECT id, n FROM p;
CREATE FUNCTION fn (a int) RETURNS int DETERMINISTIC RETURN a + 1;
CREATE PROCEDURE pr () SELECT COUNT(*) FROM shop.p;
CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET NEW.n = NEW.n + 1;
CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR STARTS '2030-01-01 00:00:00' DO DELETE FROM shop.k WHERE id < 0;
";

#[test]
fn every_changed_definition_is_found() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let mariadb = found.flavor() == Flavor::MariaDb;
        server.sql(OBJECTS)?;
        let (_dir, path) = dumped(&server, "shop")?;
        let url = server.url(Some("shop"));
        assert_found(&path, &url, &[], "nothing was changed")?;
        let drop_check = if mariadb { "ALTER TABLE p DROP CONSTRAINT c" } else { "ALTER TABLE p DROP CHECK c" };
        for (change, expected) in [
            ("ALTER TABLE p DROP KEY by_n", vec!["table shop.p: key by_n is missing"]),
            ("ALTER TABLE p ADD KEY more (n, v)", vec!["table shop.p: key more isn't in the dump"]),
            ("ALTER TABLE p DROP KEY u, ADD KEY u (v)", vec!["table shop.p: key u differs"]),
            ("ALTER TABLE k DROP FOREIGN KEY f", vec!["table shop.k: constraint f is missing"]),
            ("ALTER TABLE p MODIFY v varchar(20) DEFAULT 'y'", vec!["table shop.p: column v differs"]),
            ("ALTER TABLE p ADD COLUMN z int", vec!["table shop.p: column z isn't in the dump"]),
            ("ALTER TABLE p COMMENT 'two'", vec!["table shop.p: the set of table options differs"]),
            (drop_check, vec!["table shop.p: constraint c is missing"]),
            ("DROP VIEW w", vec!["view shop.w: is missing"]),
            ("CREATE OR REPLACE VIEW w AS SELECT id, n + 1 AS n FROM p", vec!["view shop.w: its definition differs"]),
            ("DROP FUNCTION fn", vec!["function shop.fn: is missing"]),
            (
                "DROP FUNCTION fn; CREATE FUNCTION fn (a int) RETURNS int DETERMINISTIC RETURN a + 2",
                vec!["function shop.fn: its definition differs"],
            ),
            ("DROP PROCEDURE pr; CREATE PROCEDURE pr () SELECT 1", vec!["procedure shop.pr: its definition differs"]),
            ("DROP TRIGGER tr", vec!["trigger shop.tr: is missing"]),
            (
                "DROP TRIGGER tr; CREATE TRIGGER tr BEFORE INSERT ON p FOR EACH ROW SET NEW.n = NEW.n + 2",
                vec!["trigger shop.tr: its definition differs"],
            ),
            ("ALTER EVENT ev DO DELETE FROM shop.k WHERE id < -1", vec!["event shop.ev: its definition differs"]),
            ("DROP EVENT ev", vec!["event shop.ev: is missing"]),
            ("ALTER EVENT ev DISABLE", vec!["event shop.ev: it is enabled in one and disabled in the other"]),
            (
                "SET time_zone = '+03:00'; DROP EVENT ev; CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR \
                 STARTS '2030-01-01 00:00:00' DO DELETE FROM shop.k WHERE id < 0",
                vec!["event shop.ev: it has another time_zone"],
            ),
            (
                "SET character_set_client = latin1; DROP PROCEDURE pr; CREATE PROCEDURE pr () SELECT COUNT(*) FROM shop.p",
                vec!["procedure shop.pr: it has another character_set_client"],
            ),
            (
                "SET collation_connection = utf8mb4_bin; CREATE OR REPLACE VIEW w AS SELECT id, n FROM p",
                vec!["view shop.w: it has another collation_connection"],
            ),
            (
                "CREATE TRIGGER more BEFORE DELETE ON p FOR EACH ROW SET @a = 1",
                vec!["trigger shop.more: isn't in the dump"],
            ),
        ] {
            server.sql(&format!("USE shop; {change}"))?;
            assert_found(&path, &url, &expected, &format!("{change} on {}", found.flavor()))?;
            server.reset()?;
            let ended = restore(&path, &url, &["--verify", "content"])?;
            assert_ended(&ended, 0, &[]);
            assert_found(&path, &url, &[], change)?;
        }
        // One whose time is over isn't kept by any server, so there is nothing to compare it with.
        let past = dump_of("CREATE EVENT `past` ON SCHEDULE AT '2001-01-01 00:00:00' DO DELETE FROM t;");
        let (_past, past) = file("past.sql", past)?;
        let (ended, report) = verify_against(&past, &url)?;
        assert_eq!(code(&ended), Some(0), "{}", ended.stderr_text());
        assert_eq!(report["against"]["structure"]["not_compared"][0]["object"], "event shop.past", "{report:#}");
        // The counter that the next row gets its number from.
        server.sql("USE shop; DROP TABLE k; CREATE TABLE new LIKE p; ALTER TABLE new AUTO_INCREMENT = 3; INSERT INTO new SELECT * FROM p; DROP TABLE p; RENAME TABLE new TO p")?;
        let (_, report) = verify_against(&path, &url)?;
        let found_now = differences(&report);
        assert!(
            found_now.contains(&"table shop.p: its AUTO_INCREMENT counter is behind the dump's".to_owned()),
            "{found_now:?}"
        );
        assert!(found_now.contains(&"table shop.k: is missing".to_owned()), "{found_now:?}");
        assert_eq!(server.databases()?, ["shop"], "a scratch schema is left");
    }
    Ok(())
}

#[test]
fn a_target_under_another_name_and_a_user_with_few_privileges() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql(OBJECTS)?;
        let (_dir, path) = dumped(&server, "shop")?;
        assert_ended(&restore(&path, &server.url(Some("other")), &[])?, 0, &[]);
        // What the routine and the event name is the schema that was dumped: a plain restore leaves it so, and it is there.
        let (ended, report) = verify_against(&path, &server.url(Some("other")))?;
        assert_eq!(code(&ended), Some(0), "{}", ended.stderr_text());
        assert_eq!(differences(&report), [""; 0]);
        assert_eq!(report["against"]["tables"][1]["table"], "other.p");
        server.sql("CREATE USER reader@'%' IDENTIFIED BY 'r'; GRANT SELECT ON other.* TO reader@'%'")?;
        let url = server.url(Some("other")).replace("loader@", "reader:r@");
        let (ended, report) = verify_against(&path, &url)?;
        assert_eq!(code(&ended), Some(0), "{}", ended.stderr_text());
        let reason = &report["against"]["structure"]["not_compared"][0];
        assert_eq!(reason["object"], "schema other", "{report:#}");
        assert!(reason["reason"].as_str().is_some_and(|r| r.contains("scratch")), "{reason}");
        assert_eq!(report["against"]["tables"][0]["content"], "equal");
    }
    Ok(())
}

#[test]
fn large_tables_are_read_in_parts_and_nothing_falls_between() -> Result<()> {
    let (_dir, path) = file("d.sql", dump_of_rows(130_001))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        let ended = restore(&path, &url, &["--verify", "content"])?;
        assert_ended(&ended, 0, &[]);
        // At both ends of the parts, which have 50,000 rows.
        for id in [1, 50_000, 50_001, 100_000, 100_001, 130_001] {
            server.sql(&format!("UPDATE shop.t SET n = n + 1 WHERE id = {id}"))?;
            assert_found(&path, &url, &["rows of shop.t"], &format!("row {id}"))?;
            server.sql(&format!("UPDATE shop.t SET n = n - 1 WHERE id = {id}"))?;
        }
        assert_found(&path, &url, &[], "as it was")?;
    }
    Ok(())
}

#[test]
fn the_bundled_dumps_are_what_they_restore_to() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (demo, features) = match found.flavor() {
            Flavor::MariaDb => ("demo/sakila.sql.zst", "tests/data/features-mariadb1011.sql"),
            Flavor::MySql => ("tests/data/sakila-mysql97.sql.zst", "tests/data/features-mysql97.sql"),
        };
        for (dump, database) in [(demo, Some("sakila")), (features, None)] {
            let path = paths::workspace().join(dump);
            assert_ended(&restore(&path, &server.url(database), &["--verify", "content"])?, 0, &[]);
            assert_found(&path, &server.url(database), &[], dump)?;
        }
    }
    Ok(())
}

#[test]
fn columns_with_a_collation_from_elsewhere_are_what_they_are() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql(
            "CREATE DATABASE shop COLLATE utf8mb4_unicode_ci; USE shop; CREATE TABLE t (id int PRIMARY KEY, a varchar(20)); \
             CREATE TABLE u (a varchar(20), b enum('x') COLLATE latin1_german1_ci, c text CHARACTER SET utf8mb4) \
             COLLATE utf8mb4_bin; INSERT INTO t VALUES (1, 'a')",
        )?;
        let (_dir, path) = dumped(&server, "shop")?;
        let url = server.url(Some("shop"));
        assert_found(&path, &url, &[], "nothing was changed")?;
        server.sql("ALTER TABLE shop.t MODIFY a varchar(20) COLLATE utf8mb4_bin")?;
        assert_found(&path, &url, &["table shop.t: column a differs"], "another collation")?;
    }
    Ok(())
}

#[test]
fn a_live_table_that_another_schema_refers_to_is_not_locked() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql(
            "CREATE DATABASE one; CREATE DATABASE two; CREATE TABLE one.p (i int PRIMARY KEY); INSERT INTO one.p VALUES (1); \
             CREATE TABLE two.c (i int, CONSTRAINT f FOREIGN KEY (i) REFERENCES one.p (i)); \
             CREATE TABLE two.d (i int, KEY k (i), CONSTRAINT g FOREIGN KEY (i) REFERENCES one.p (i) ON DELETE CASCADE)",
        )?;
        let (_dir, path) = file("dump.sql", server.dump("one", &["--databases", "two"])?)?;
        let url = server.url(None);
        // Whoever wants the table for itself waits for this one, and whoever reads it waits for that.
        let dir = tempfile::tempdir()?;
        let out = dir.path().join("held");
        let mut holder = server.sql_beside("BEGIN; SELECT * FROM one.p; SELECT 'held'; DO SLEEP(600)", &out)?;
        while !std::fs::read_to_string(&out)?.contains("held") {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let (ended, report) = verify_against(&path, &url)?;
        holder.kill()?;
        holder.wait()?;
        assert_eq!(code(&ended), Some(0), "{}: {}", found.flavor(), ended.stderr_text());
        assert_eq!(differences(&report), [""; 0]);
        assert_eq!(report["against"]["structure"]["not_compared"], serde_json::json!([]), "{}", found.flavor());
        server.sql("ALTER TABLE two.d DROP FOREIGN KEY g, ADD CONSTRAINT h FOREIGN KEY (i) REFERENCES one.p (i)")?;
        let expected = ["table two.d: constraint h isn't in the dump", "table two.d: constraint g is missing"];
        assert_found(&path, &url, &expected, "another key")?;
        server.sql("ALTER TABLE two.d DROP FOREIGN KEY h")?;
        server.sql("ALTER TABLE two.d ADD CONSTRAINT g FOREIGN KEY (i) REFERENCES one.p (i)")?;
        let (_, report) = verify_against(&path, &url)?;
        let structure = &report["against"]["structure"];
        assert_eq!(structure["not_compared"][0]["object"], "constraint g of table two.d", "{structure:#}");
    }
    Ok(())
}

#[test]
fn what_a_killed_comparison_leaves_is_dropped_by_the_next() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql(OBJECTS)?;
        let (_dir, path) = dumped(&server, "shop")?;
        let url = server.url(Some("shop"));
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.arg("verify").arg(&path).args(["--against", &url, "--progress", "none"]);
        cmd.env("DUMPSTREAM_STOP_AT", "verify-scratch")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = cmd.spawn()?;
        let mut said = String::new();
        BufReader::new(child.stderr.take().ok_or("no stderr")?).read_line(&mut said)?;
        assert!(said.starts_with("stopped at"), "{said}");
        let left = server.databases()?;
        assert!(left.len() == 2 && left.iter().any(|d| d.starts_with("__dumpstream_verify_")), "{left:?}");
        // One that isn't ours.
        server.sql("CREATE DATABASE __dumpstream_verify_mine")?;
        assert_found(&path, &url, &[], "beside another comparison")?;
        assert_eq!(server.databases()?.len(), 3, "{}: one that is in use was dropped", found.flavor());
        child.kill()?;
        child.wait()?;
        let begun = Instant::now();
        // The server has to notice.
        while server.databases()?.len() > 2 && begun.elapsed() < LIMIT {
            assert_found(&path, &url, &[], "after it")?;
        }
        assert_eq!(server.databases()?, ["__dumpstream_verify_mine", "shop"]);
    }
    Ok(())
}

#[test]
fn a_schema_with_other_defaults_is_found() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server
            .sql("CREATE DATABASE shop COLLATE utf8mb4_bin; CREATE TABLE shop.t (a varchar(9) COLLATE utf8mb4_bin)")?;
        let (_dir, path) = file("dump.sql", server.dump("shop", &["--databases"])?)?;
        let url = server.url(None);
        assert_found(&path, &url, &[], "nothing was changed")?;
        server.sql("ALTER DATABASE shop COLLATE latin1_swedish_ci")?;
        assert_found(&path, &url, &["schema shop: its default charset or collation differs"], "other defaults")?;
        assert_eq!(server.databases()?, ["shop"], "a scratch schema is left");
    }
    Ok(())
}

#[test]
fn names_in_another_case_are_no_difference_where_case_does_not_count() -> Result<()> {
    let mixed = dump_of(
        "CREATE TABLE `Orders` (`Id` int NOT NULL PRIMARY KEY, `V` varchar(9) DEFAULT 'X') ENGINE=InnoDB;\n\
         CREATE VIEW `AllOrders` AS SELECT `Id` FROM `ORDERS`;\n\
         CREATE TRIGGER `Tr` BEFORE INSERT ON `Orders` FOR EACH ROW SET NEW.`V` = 'Y';\n\
         CREATE PROCEDURE `Count`() SELECT COUNT(*) FROM `Shop`.`Orders`;\n",
    );
    let (_dir, path) = file("mixed.sql", mixed)?;
    for found in servers()? {
        let options = Options::default().arg("--lower-case-table-names=1");
        let Ok(server) = TestServer::start(&found, &options) else { continue };
        let url = server.url(Some("Shop"));
        assert_ended(&restore(&path, &url, &[])?, 0, &[]);
        assert_found(&path, &url, &[], "nothing was changed")?;
        server.sql("ALTER TABLE shop.orders MODIFY v varchar(9) DEFAULT 'x'")?;
        assert_found(&path, &url, &["table shop.orders: column v differs"], "another default")?;
    }
    Ok(())
}
