//! What must not be loaded is refused, with a reason, and leaves the server as it was.

use crate::support::{assert_ended, dump_of, dump_of_rows, file, mariadb, restore, restore_with_report, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use std::fs;

/// A value that must never be seen outside the database.
const CANARY: &str = "canary-4f1c@example.org";

#[test]
fn a_schema_that_holds_tables_is_left_alone() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    server.sql("CREATE DATABASE shop; CREATE TABLE shop.t (mine INT); INSERT INTO shop.t VALUES (1), (2)")?;
    let before = server.snapshot()?;
    // The dump drops and makes `t`: without the guard, that would be the end of the two rows.
    assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 4, &["shop", "--append"]);
    assert_eq!(server.snapshot()?, before);

    // Without any table, it holds something all the same, which the dump might replace and a failure would drop.
    for object in ["PROCEDURE shop.p() SELECT 1", "EVENT shop.e ON SCHEDULE EVERY 1 DAY DO DO 1"] {
        server.reset()?;
        server.sql(&format!("CREATE DATABASE shop; CREATE {object}"))?;
        let before = server.snapshot()?;
        assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 4, &["shop", "holds 1 ", "--append"]);
        assert_eq!(server.snapshot()?, before);
    }

    // A view is enough; so is a database that the dump names itself.
    server.reset()?;
    server.sql("CREATE DATABASE sakila; CREATE VIEW sakila.v AS SELECT 1 AS a")?;
    let before = server.snapshot()?;
    let demo = paths::workspace().join("demo/sakila.sql.zst");
    assert_ended(&restore(&demo, &server.url(None), &[])?, 4, &["sakila", "--append"]);
    assert_eq!(server.snapshot()?, before);
    Ok(())
}

#[test]
fn append_gives_what_the_client_gives() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    let prepare = "CREATE DATABASE shop; CREATE TABLE shop.t (mine INT); CREATE TABLE shop.other (a INT);
                   INSERT INTO shop.other VALUES (7)";
    server.sql(prepare)?;
    assert!(server.restore_with_client(&path, Some("shop"), crate::support::LIMIT)?.ok());
    let wanted = server.snapshot()?;
    server.reset()?;
    server.sql(prepare)?;
    assert_ended(&restore(&path, &server.url(Some("shop")), &["--append"])?, 0, &[]);
    assert_eq!(server.snapshot()?.first_difference(&wanted), None);
    Ok(())
}

/// What was there before a restore that adds to it is nobody's to drop.
#[test]
fn a_failed_append_leaves_what_was_there_however_often_it_is_run() -> Result<()> {
    let body = "CREATE TABLE `t9` (`id` int PRIMARY KEY) ENGINE=InnoDB;\nINSERT INTO `t9` VALUES (1);\n\
                CREATE TABLE `u` (`id` int PRIMARY KEY) ENGINE=InnoDB;\nINSERT INTO `u` VALUES (1),(1);\n";
    let (_dir, path) = file("bad.sql", dump_of(body))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let prepare = "CREATE DATABASE shop; CREATE TABLE shop.keep (a INT); INSERT INTO shop.keep VALUES (7);
                       CREATE VIEW shop.v AS SELECT a FROM shop.keep";
        server.sql(prepare)?;
        let url = server.url(Some("shop"));
        let append = |args: &[&str]| restore(&path, &url, &[&["--append"], args].concat());
        assert_ended(&append(&[])?, 4, &["nothing was undone", "--resume"]);
        assert_ended(&append(&[])?, 4, &["holds the ledger of another restore"]);
        for choice in ["auto", "undo", "keep"] {
            assert_ended(&append(&["--resume", "--on-failure", choice])?, 4, &["--resume"]);
            assert_eq!(server.sql("SELECT a FROM shop.v")?.trim(), "7", "{choice}");
        }
    }
    Ok(())
}

#[test]
fn a_database_that_the_dump_drops_can_be_left_alone() -> Result<()> {
    let server = mariadb(&[])?;
    let body = "/*!40000 DROP DATABASE IF EXISTS `shop`*/;\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`;\nUSE `shop`;\n\
                CREATE TABLE `t` (`id` int);\nINSERT INTO `t` VALUES (1);\n";
    let (_dir, path) = file("shop.sql", dump_of(body))?;
    let prepare = "DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; CREATE TABLE shop.other (a INT)";
    let tables =
        "SELECT GROUP_CONCAT(table_name ORDER BY 1) FROM information_schema.tables WHERE table_schema = 'shop'";
    for (choice, wanted) in [("--skip", "other,t"), ("--allow", "t")] {
        server.sql(prepare)?;
        let url = server.url(Some("shop"));
        assert_ended(&restore(&path, &url, &["--append"])?, 4, &["the dump drops the schema shop"]);
        server.sql(prepare)?;
        assert_ended(&restore(&path, &url, &["--append", choice, "drop-database"])?, 0, &[]);
        assert_eq!(server.sql(tables)?.trim(), wanted, "{choice}");
    }
    Ok(())
}

#[test]
fn the_servers_own_schemas_are_no_targets() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    for schema in ["mysql", "SYS", "performance_schema", "information_schema"] {
        let ended = restore(&path, &server.url(Some(schema)), &["--append"])?;
        assert_ended(&ended, 2, &["is the server's own schema"]);
    }
    Ok(())
}

#[test]
fn what_the_server_computes_is_no_changed_value() -> Result<()> {
    let body = "CREATE TABLE `t` (`id` int, `twice` int GENERATED ALWAYS AS (`id` * 2) STORED) ENGINE=InnoDB;\n\
                INSERT INTO `t` VALUES (1,2),(2,4);\n";
    let (_dir, path) = file("shop.sql", dump_of(body))?;
    let server = mariadb(&[])?;
    let ended = restore(&path, &server.url(Some("shop")), &["--method", "insert", "--strict"])?;
    assert_ended(&ended, 0, &[]);
    assert!(!ended.stderr_text().contains("warning"), "{}", ended.stderr_text());
    Ok(())
}

#[test]
fn what_cannot_be_written_out_is_an_error() -> Result<()> {
    if !std::path::Path::new("/dev/full").exists() {
        return Ok(());
    }
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    for args in [&["inspect"][..], &["inspect", "--json"], &["verify", "--json"], &["discover"]] {
        let mut cmd = std::process::Command::new(&dumpstream_tests::corpus::Dumpstream::built()?.program);
        let full = fs::OpenOptions::new().write(true).open("/dev/full")?;
        let output = cmd.args(args).arg(&path).stdout(full).stderr(std::process::Stdio::piped()).spawn()?;
        let output = output.wait_with_output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{args:?}: {said}");
        assert!(said.contains("standard output"), "{args:?}: {said}");
    }
    Ok(())
}

#[test]
fn a_dump_among_the_parts_of_another_is_refused() -> Result<()> {
    let whole = dump_of_rows(50);
    let (first, second) = whole.split_at(whole.len() / 2);
    for (names, third) in
        [(["a.sql.0", "a.sql.1", "zz.sql"], dump_of_rows(9)), (["a.1", "a.2", "a.3"], dump_of_rows(9))]
    {
        let dir = tempfile::tempdir()?;
        for (name, text) in names.iter().zip([first, second, &third]) {
            fs::write(dir.path().join(name), text)?;
        }
        assert_ended(&restore(dir.path(), "null", &[])?, 2, &["can't be told", names[2], "--files"]);
    }
    Ok(())
}

#[test]
fn a_dump_that_ends_too_early_is_an_error_wherever_it_ends() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = dump_of_rows(20_000);
    let at = |text: &str| dump.find(text).ok_or(format!("no {text:?}"));
    let second_insert = at("INSERT")? + 1 + dump[at("INSERT")? + 1..].find("INSERT").ok_or("one INSERT only")?;
    for (what, end) in [
        ("in a CREATE TABLE", at("PRIMARY KEY")?),
        ("in a string", at("row 777 ")? + 4),
        ("between two rows", at("(777,")?),
        ("between two statements", second_insert),
        ("before its last line", at("-- Dump completed")?),
    ] {
        let (_dir, path) = file("cut.sql", &dump[..end])?;
        let ended = restore(&path, &server.url(Some("shop")), &[])?;
        assert!(crate::support::code(&ended) == Some(3), "{what}: {}", ended.stderr_text());
        assert!(server.snapshot()?.is_empty(), "{what}: left something behind");
    }
    let whole = fs::read(paths::workspace().join("demo/sakila.sql.zst"))?;
    for end in [whole.len() / 2, whole.len() - 1] {
        let (_dir, path) = file("cut.sql.zst", &whole[..end])?;
        assert_ended(&restore(&path, &server.url(None), &[])?, 3, &[]);
        assert!(server.snapshot()?.is_empty(), "zstd cut at {end}");
    }
    Ok(())
}

#[test]
fn what_the_dump_program_said_in_between_is_refused_with_its_line() -> Result<()> {
    let lost = "mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `t` at row: 9\n";
    let whole = dump_of_rows(20_000);
    let after_an_insert = whole.find(";\nINSERT").ok_or("one INSERT only")? + 2;
    let in_a_row = whole.find("(777,").ok_or("no row 777")? + 5;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for (what, at) in [("before everything", 0), ("behind a statement", after_an_insert), ("in a row", in_a_row)] {
            let text = format!("{}{lost}{}", &whole[..at], &whole[at..]);
            let line =
                format!("line {}", whole[..at].lines().count() + usize::from(whole[..at].ends_with('\n') || at == 0));
            let (_dir, path) = file("shop.sql", text)?;
            let ended = restore(&path, &server.url(Some("shop")), &[])?;
            assert_ended(&ended, 3, &["error message of mysqldump", &line, "2> FILE"]);
            assert!(server.snapshot()?.is_empty(), "{what}: left something behind");
        }
        // In a value, it is one.
        let (_dir, path) = file("shop.sql", whole.replace("row 777 ", &format!("row 777\n{}", lost.replace('`', ""))))?;
        assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t WHERE v LIKE '%mysqldump: Error 2013%'")?.trim(), "1");
    }
    Ok(())
}

#[test]
fn a_bad_row_is_named_and_its_values_are_not() -> Result<()> {
    let server = mariadb(&[])?;
    let table = "CREATE TABLE `people` (`id` int NOT NULL, `mail` varchar(40) NOT NULL, `n` tinyint NOT NULL, \
                 PRIMARY KEY (`id`), UNIQUE KEY `mail` (`mail`)) ENGINE=InnoDB;\n";
    let cases = [
        ("the same key twice", format!("INSERT INTO `people` VALUES (1,'a',1),(2,'{CANARY}',1),(3,'{CANARY}',1);"), 3),
        ("the same primary key twice", format!("INSERT INTO `people` VALUES (1,'a',1),(1,'{CANARY}',1);"), 2),
        ("NULL where there is none", format!("INSERT INTO `people` VALUES ({},'{CANARY}',NULL);", 5), 1),
        ("a value too many", format!("INSERT INTO `people` VALUES (1,'b',2),(2,'{CANARY}',1,1);"), 2),
    ];
    for (what, rows, bad) in cases {
        let (_dir, path) = file("people.sql", dump_of(&format!("{table}{rows}")))?;
        for method in ["load-data", "insert"] {
            for indexes in ["with-rows", "after-rows"] {
                let args = ["--method", method, "--indexes", indexes];
                let (ended, report) = restore_with_report(&path, &server.url(Some("shop")), &args)?;
                let (err, report) = (ended.stderr_text(), report.to_string());
                let code = crate::support::code(&ended);
                assert!(matches!(code, Some(3 | 4)), "{what} {args:?}: {code:?} {err}");
                assert!(err.contains("people"), "{what} {args:?}: no table in {err}");
                // A key that is built after the rows can't say which row broke it.
                if indexes == "with-rows" {
                    assert!(err.contains(&format!("row {bad}")), "{what} {args:?}: not row {bad} in {err}");
                }
                for text in [&err, &ended.stdout_text(), &report] {
                    assert!(!text.contains("canary"), "{what} {args:?}: a value in {text}");
                }
                assert!(server.snapshot()?.is_empty(), "{what} {args:?}: left something behind");
            }
        }
    }
    Ok(())
}

#[test]
fn a_failed_append_leaves_what_was_there() -> Result<()> {
    let server = mariadb(&[])?;
    for dump in [
        "CREATE TABLE `t` (`a` int);",
        "CREATE TRIGGER `x` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = 1;\nINSERT INTO `nowhere` VALUES (1);",
        "CREATE TEMPORARY TABLE `t` (`a` int);\nINSERT INTO `nowhere` VALUES (1);",
        "CREATE TABLE IF NOT EXISTS `t` (`a` int);\nINSERT INTO `nowhere` VALUES (1);",
    ] {
        server.sql("CREATE DATABASE shop; CREATE TABLE shop.t (a int); INSERT INTO shop.t VALUES (42)")?;
        let (_dir, path) = file("more.sql", dump_of(dump))?;
        let ended = restore(&path, &server.url(Some("shop")), &["--append"])?;
        assert_ended(&ended, 4, &["state:"]);
        assert!(!ended.stderr_text().contains("dropped again"), "{dump}: {}", ended.stderr_text());
        assert_eq!(server.sql("SELECT a FROM shop.t")?.trim(), "42", "{dump}");
        server.reset()?;
    }
    Ok(())
}

#[test]
fn rows_stay_in_the_schema_that_the_target_names() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = "CREATE DATABASE IF NOT EXISTS prod;\nUSE prod;\nCREATE TABLE u (a int PRIMARY KEY, b int);\n\
                INSERT INTO prod.u VALUES (1,5),(3,3) ON DUPLICATE KEY UPDATE b = VALUES(b);\n\
                INSERT INTO `prod`.`u` VALUES (4,(SELECT MAX(b) FROM prod.u AS v));";
    let (_dir, path) = file("prod.sql", dump_of(dump))?;
    server
        .sql("CREATE DATABASE prod; CREATE TABLE prod.u (a int PRIMARY KEY, b int); INSERT INTO prod.u VALUES (1,1)")?;
    assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 0, &[]);
    assert_eq!(server.sql("SELECT a, b FROM prod.u")?.trim(), "1\t1");
    assert_eq!(server.sql("SELECT a, b FROM shop.u ORDER BY a")?.trim(), "1\t5\n3\t3\n4\t5");
    Ok(())
}

#[test]
fn what_the_run_made_stays_when_asked() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = dump_of(
        "CREATE TABLE `a` (`id` int PRIMARY KEY);\nINSERT INTO `a` VALUES (1),(2);\nINSERT INTO `b` VALUES (1);",
    );
    let (_dir, path) = file("shop.sql", dump)?;
    assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 4, &["shop.b"]);
    assert!(server.snapshot()?.is_empty());
    assert_ended(&restore(&path, &server.url(Some("shop")), &["--on-failure", "keep"])?, 4, &["shop.b"]);
    assert_eq!(server.databases()?, ["shop"]);
    Ok(())
}

#[test]
fn what_is_no_dump_is_called_by_its_name() -> Result<()> {
    let server = mariadb(&[])?;
    let mut tar = vec![0; 1024];
    tar[..8].copy_from_slice(b"dump.sql");
    tar[257..262].copy_from_slice(b"ustar");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("CREATE TABLE t".bytes().flat_map(|b| [b, 0])).collect();
    for (name, bytes, word) in [
        ("dump.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec(), "zip"),
        ("dump.tar", tar, "tar"),
        ("dump.xml", b"<?xml version=\"1.0\"?>\n<mysqldump></mysqldump>\n".to_vec(), "XML"),
        ("dump.sql", utf16, "UTF-16"),
        ("dump.7z", b"7z\xbc\xaf\x27\x1c\x00\x04".to_vec(), "7"),
        ("dump.pgdump", b"PGDMP\x01\x0e\x00\x04\x08".to_vec(), "PostgreSQL"),
        ("dump.db", b"SQLite format 3\x00\x10\x00".to_vec(), "SQLite"),
        ("empty.sql", Vec::new(), "empty"),
    ] {
        let (_dir, path) = file(name, bytes)?;
        assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 3, &[word]);
        assert!(server.snapshot()?.is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn a_request_that_can_not_be_met_says_so_before_anything_is_touched() -> Result<()> {
    let server = mariadb(&[])?;
    server.sql("CREATE USER guarded@'%' IDENTIFIED BY 'right'; GRANT ALL ON *.* TO guarded@'%'")?;
    let (_dir, path) = file("shop.sql", dump_of_rows(5))?;
    let port = server.sandbox().port();
    let wrong = format!("mysql://guarded:hunter2@127.0.0.1:{port}/shop");
    let ended = restore(&path, &wrong, &[])?;
    assert_ended(&ended, 4, &["guarded"]);
    assert!(!ended.stderr_text().contains("hunter2"), "{}", ended.stderr_text());
    assert_ended(&restore(&path, &format!("mysql://guarded:right@127.0.0.1:{port}/shop"), &[])?, 0, &[]);
    server.sql("DROP DATABASE shop")?;

    assert_ended(&restore(&path, "mysql://root@127.0.0.1:1/shop", &[])?, 4, &["127.0.0.1:1"]);
    assert_ended(&restore(&path, "postgres://root@127.0.0.1/shop", &[])?, 2, &["mysql://"]);
    assert_ended(&restore(&path, &server.url(None), &[])?, 3, &["database"]);
    assert_ended(&restore(&path.with_extension("gone"), &server.url(Some("shop")), &[])?, 3, &["shop.gone"]);
    let digest = "0".repeat(64);
    assert_ended(&restore(&path, &server.url(Some("shop")), &["--sha256", &digest])?, 3, &["SHA-256"]);
    assert_eq!(server.databases()?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_dry_run_asks_and_changes_nothing() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(3_000))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql("CREATE DATABASE shop; CREATE TABLE shop.t (a int); INSERT INTO shop.t VALUES (42)")?;
        let before = server.snapshot()?;
        server.sql("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1")?;
        for (args, code, words) in [
            (&[][..], 4, &["already holds"][..]),
            (&["--append"], 0, &[]),
            (&["--replace", "--keep-old"], 0, &[]),
            (&["--resume"], 2, &["--dry-run"]),
        ] {
            let ended = restore(&path, &server.url(Some("shop")), &[args, &["--dry-run"]].concat())?;
            assert_ended(&ended, code, words);
        }
        assert_ended(&restore(&path, &server.url(Some("other")), &["--dry-run"])?, 0, &[]);
        server.sql("SET GLOBAL general_log = 0")?;
        assert_eq!(server.snapshot()?, before);
        let asked = server.sql(
            "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type IN ('Query', 'Execute')",
        )?;
        // Whether a trigger may be made is asked with one on a table that isn't there.
        let asked: Vec<&str> = asked.lines().filter(|l| !l.contains("__dumpstream_probe_preview")).collect();
        for word in ["CREATE ", "DROP ", "ALTER ", "INSERT ", "LOAD ", "DELETE ", "UPDATE ", "RENAME "] {
            let one = asked.iter().find(|l| l.trim_start().to_uppercase().starts_with(word));
            assert!(one.is_none(), "{}: {one:?}", server.version());
        }
        assert!(asked.len() > 10, "{asked:?}");
    }
    Ok(())
}
