//! `--verify content`: no false alarm, whatever the types and values.

use crate::crash::kill_restore;
use crate::random::{Table, tables};
use crate::support::{
    LIMIT, assert_ended, code, dump_of, dump_of_rows, file, restore_with_report, servers, verify_against,
};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{env, fs, thread};

/// Environment variable with the number of random schemas that are tried on each server.
const CASES_VAR: &str = "DUMPSTREAM_CONTENT_CASES";
/// How many there are without it.
const CASES: u32 = 12;

/// Options for the dump program; one is the charset.
fn dump_options(flavor: Flavor) -> impl Strategy<Value = (Vec<&'static str>, &'static str)> {
    let mut options = vec![
        "--hex-blob",
        "--complete-insert",
        "--skip-extended-insert",
        "--skip-tz-utc",
        "--no-autocommit",
        "--skip-disable-keys",
    ];
    if flavor == Flavor::MySql {
        options.push("--column-statistics=0");
    }
    let most = options.len();
    (
        subsequence(options, 0..most),
        select(vec!["utf8mb4", "utf8mb4", "utf8mb4", "utf8mb3", "latin1", "binary", "cp1251"]),
    )
}

/// Makes the tables in a schema, dumps it, restores it beside itself with `--verify content`, and looks at what that says.
fn round_trip(server: &TestServer, tables: &[Table], options: &[&str], charset: &str) -> Result<()> {
    server.reset()?;
    // MySQL takes no JSON on a connection without a charset.
    let json = server.sandbox().flavor() == Flavor::MySql
        && tables.iter().any(|t| t.columns.iter().any(|c| c.definition.starts_with("json")));
    let charset = if json && charset == "binary" { "utf8mb4" } else { charset };
    let mut sql = String::from("CREATE DATABASE origin; USE origin; SET sql_mode = '';\n");
    for (i, table) in tables.iter().enumerate() {
        sql += &table.sql(&format!("t{i}"));
    }
    server.sql_by_force(&sql)?;
    let charset_option = format!("--default-character-set={charset}");
    let dump = server.dump("origin", &[options, &[charset_option.as_str()]].concat())?;
    let (_dir, path) = file("dump.sql", dump)?;
    let (ended, report) = restore_with_report(&path, &server.url(Some("copy")), &["--verify", "content"])?;
    if code(&ended) != Some(0) {
        let why = report["error"]["message"].as_str().map_or_else(|| ended.stderr_text(), str::to_owned);
        return Err(why.into());
    }
    for table in report["tables"].as_array().ok_or("no tables")? {
        let name = table["table"].as_str().unwrap_or_default();
        let verified = &table["verified"];
        if verified["rows"] != "equal" {
            return Err(format!("{name}: {verified:#}").into());
        }
        let number: usize = name.trim_start_matches("copy.t").parse()?;
        let columns = tables.get(number).map(|t| t.columns.as_slice()).unwrap_or_default();
        let certain_charset = charset.starts_with("utf8");
        for uncovered in verified["uncovered_columns"].as_array().into_iter().flatten() {
            let column: usize = uncovered["column"].as_str().unwrap_or_default().trim_start_matches('c').parse()?;
            let column = columns.get(column).ok_or("no such column")?;
            let reason = uncovered["reason"].as_str().unwrap_or_default();
            // What another charset hasn't got is lost in the dump.
            if !column.may_be_uncovered && certain_charset {
                return Err(format!("{name}: {} isn't covered: {reason}", column.definition).into());
            }
        }
        if verified["content"] != "equal" {
            return Err(format!("{name}: {verified:#}").into());
        }
    }
    // What was restored, and what was dumped, unless the dump lost something.
    let databases = if charset == "utf8mb4" { &["copy", "origin"][..] } else { &["copy"] };
    for database in databases.iter().copied() {
        let (ended, report) = verify_against(&path, &server.url(Some(database)))?;
        let structure = &report["against"]["structure"];
        let compared = structure["not_compared"].as_array().is_some_and(Vec::is_empty);
        if code(&ended) != Some(0) || !compared {
            return Err(format!("verify --against {database}: {}{structure:#}", ended.stderr_text()).into());
        }
    }
    Ok(())
}

#[test]
fn no_random_schema_raises_a_false_alarm() -> Result<()> {
    let cases = env::var(CASES_VAR).ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let flavor = found.flavor();
        let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
        let inputs = (tables(flavor), dump_options(flavor));
        let result = TestRunner::new(config).run(&inputs, |(tables, (options, charset))| {
            round_trip(&server, &tables, &options, charset).map_err(|e| {
                let sql: String = tables.iter().enumerate().map(|(i, t)| t.sql(&format!("t{i}"))).collect();
                TestCaseError::fail(format!("{e}\n{options:?} {charset}\n{sql}"))
            })
        });
        if let Err(e) = result {
            return Err(format!("{flavor}: {e}").into());
        }
        println!("{flavor}: {cases} random schemas, no alarm");
    }
    Ok(())
}

/// Does `change` on the server as soon as it finds something to change, once.
fn meanwhile(server: &TestServer, change: &str) -> thread::JoinHandle<bool> {
    let client = server.sandbox().client_command();
    let change = format!("{change}; SELECT CONCAT('changed ', ROW_COUNT())");
    thread::spawn(move || {
        let begun = Instant::now();
        while begun.elapsed() < LIMIT {
            let out = Command::new("sh").arg("-c").arg(format!("{client} -N -e \"$0\"")).arg(&change).output();
            if out.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("changed 1")) {
                return true;
            }
        }
        false
    })
}

#[test]
fn what_changes_behind_the_restores_back_fails_it() -> Result<()> {
    let (_dir, path) = file("d.sql", dump_of_rows(120_000))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        let slow = ["--lanes", "1", "--block", "64KiB"];
        let deleted = meanwhile(&server, "DELETE FROM shop.t WHERE id = 1");
        let (ended, report) = restore_with_report(&path, &url, &slow)?;
        assert!(deleted.join().is_ok_and(|d| d));
        assert_ended(&ended, 5, &["the dump has 120000 rows of shop.t, and the target 119999", "dropped again"]);
        assert_eq!(report["tables"][0]["verified"]["rows"], "different", "{report:#}");
        assert!(server.databases()?.is_empty());
        let changed = meanwhile(&server, "UPDATE shop.t SET n = n + 1 WHERE id = 1");
        let (ended, report) = restore_with_report(&path, &url, &[&slow[..], &["--verify", "content"]].concat())?;
        assert!(changed.join().is_ok_and(|d| d));
        assert_ended(&ended, 5, &["the rows of shop.t on the target aren't those of the dump", "dropped again"]);
        assert_eq!(report["tables"][0]["verified"]["content"], "different", "{report:#}");
    }
    Ok(())
}

/// Tables of which something can't be followed or isn't certain.
const ODD: &str = "
CREATE TABLE ignored (id int PRIMARY KEY, v int);
INSERT IGNORE INTO ignored VALUES (1, 1), (1, 2);
CREATE TABLE unharmed (id int PRIMARY KEY, v int);
INSERT IGNORE INTO unharmed VALUES (1, 1), (2, 2);
CREATE TABLE replaced (id int PRIMARY KEY, v int);
REPLACE INTO replaced VALUES (1, 1), (1, 2);
CREATE TABLE twice (id int PRIMARY KEY, v int);
INSERT INTO twice VALUES (1, 1), (1, 2) ON DUPLICATE KEY UPDATE v = 3;
CREATE TABLE updated (id int PRIMARY KEY, v int);
INSERT INTO updated VALUES (1, 1);
UPDATE updated SET v = 2;
CREATE TABLE evaluated (id int PRIMARY KEY, v varchar(9), w varchar(9));
INSERT INTO evaluated VALUES (1, CONCAT('a', 'b'), 'x'), (2, 'y', 'z');
CREATE TABLE changed (id int PRIMARY KEY, v tinyint, w varchar(9));
INSERT INTO changed VALUES (1, 300, 'x'), (2, 4, 'long as it is');
CREATE TABLE counted (id int PRIMARY KEY AUTO_INCREMENT, v int);
INSERT INTO counted VALUES (NULL, 1), (NULL, 2);
CREATE TABLE plain (id int PRIMARY KEY, v int);
INSERT INTO plain VALUES (1, 1);
";

#[test]
fn what_isnt_covered_is_told_and_is_no_alarm() -> Result<()> {
    // Without a mode that is strict, so that values are changed to fit.
    let (_dir, path) = file("d.sql", dump_of(ODD))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        let (ended, report) = restore_with_report(&path, &url, &["--verify", "content"])?;
        assert_ended(&ended, 0, &[]);
        let verified = |report: &Value, name: &str| {
            let tables = report["tables"].as_array().cloned().unwrap_or_default();
            let table = tables.into_iter().find(|t| t["table"] == format!("shop.{name}")).unwrap_or_default();
            table["verified"].clone()
        };
        let columns = |v: &Value| -> Vec<String> {
            let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
            let columns = v["uncovered_columns"].as_array().into_iter().flatten();
            columns.map(|c| format!("{}: {}", text(&c["column"]), text(&c["reason"]))).collect()
        };
        let told = |name: &str, key: &str| {
            let v = verified(&report, name);
            v[key].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(told("ignored", "rows"), "not covered: rows that don't fit are ignored");
        assert_eq!((told("unharmed", "rows"), told("unharmed", "content")), ("equal".into(), "equal".into()));
        for table in ["replaced", "twice"] {
            assert!(
                told(table, "rows").starts_with("not covered: rows replace others"),
                "{}",
                verified(&report, table)
            );
            assert!(told(table, "content").starts_with("not covered: "), "{}", verified(&report, table));
        }
        assert_eq!(told("updated", "content"), "not covered: a statement changed its rows");
        for (table, expected) in [
            ("evaluated", vec!["v: a value is an expression"]),
            ("changed", vec!["v: a value is out of its column's range", "w: a value is out of its column's range"]),
            ("counted", vec!["id: a value is counted by the server"]),
            ("plain", vec![]),
        ] {
            let v = verified(&report, table);
            assert_eq!((&v["rows"], &v["content"]), (&"equal".into(), &"equal".into()), "{table}: {v}");
            assert_eq!(columns(&v), expected, "{table}: {v}");
        }
        // What can't be read twice can't be read without these columns.
        server.reset()?;
        let dir = tempfile::tempdir()?;
        let to = dir.path().join("report.json");
        let mut cmd = Dumpstream::built()?.restore(Path::new("-"), &url, &["--verify", "content"]);
        cmd.arg("--report").arg(&to).stdin(fs::File::open(&path)?);
        assert_ended(&run(&mut cmd, LIMIT)?, 0, &[]);
        let report: Value = serde_json::from_slice(&fs::read(&to)?)?;
        let content = verified(&report, "evaluated")["content"].as_str().unwrap_or_default().to_owned();
        assert!(content.starts_with("not covered: v: a value is an expression; and this source can't"), "{content}");
        assert_eq!(verified(&report, "plain")["content"], "equal");
    }
    Ok(())
}

#[test]
fn a_restore_that_is_gone_on_with_is_verified_whole() -> Result<()> {
    let (_dir, path) = file("d.sql", dump_of_rows(20_000))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        let args = ["--block", "64KiB", "--verify", "content"];
        assert!(kill_restore(&path, &url, &args, Some("after-commit:2"), LIMIT)?, "it wasn't killed");
        let (ended, report) = restore_with_report(&path, &url, &[&args[..], &["--resume"]].concat())?;
        assert_ended(&ended, 0, &[]);
        assert!(report["resumed"]["blocks"].as_u64() > Some(0), "{report:#}");
        assert_eq!(report["tables"][0]["verified"]["content"], "equal", "{report:#}");
    }
    Ok(())
}

#[test]
fn a_table_whose_name_is_in_another_charset_is_told_not_to_be_covered() -> Result<()> {
    let text = crate::support::dump_of(
        "CREATE TABLE `plain` (`a` int);\nINSERT INTO `plain` VALUES (1);\n\
         CREATE TABLE `tXble` (`a` int);\nINSERT INTO `tXble` VALUES (1),(2);\n",
    );
    let bytes: Vec<u8> = text.replace("utf8mb4", "latin1").bytes().map(|b| if b == b'X' { 0xE4 } else { b }).collect();
    let (_dir, path) = crate::support::file("latin1.sql", bytes)?;
    for server in crate::support::servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let (ended, report) =
            crate::support::restore_with_report(&path, &server.url(Some("shop")), &["--verify", "content"])?;
        crate::support::assert_ended(&ended, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.`täble`")?.trim(), "2");
        let told: Vec<&str> =
            report["tables"].as_array().into_iter().flatten().filter_map(|t| t["verified"]["rows"].as_str()).collect();
        assert_eq!(told, ["equal", "not covered: its name is in another charset than UTF-8"], "{report}");
    }
    Ok(())
}
