//! A dump is somebody else's program. Only what a dump needs reaches the server.

use crate::support::{assert_ended, code, dump_of, file, mariadb, restore};
use dumpstream_tests::Result;

const TABLE: &str = "CREATE TABLE `t` (`a` varchar(200));\nINSERT INTO `t` VALUES ('before');\n";

#[test]
fn statements_that_no_dump_needs_are_refused() -> Result<()> {
    let server = mariadb(&[])?;
    let untouched = "SELECT COUNT(*), @@global.general_log FROM mysql.global_priv";
    let mut wanted = server.sql(untouched)?;
    let mut wrong = Vec::new();
    for hostile in [
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE `t`;",
        "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE `t`;",
        "/*!50000 LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE `t` */;",
        "SELECT * INTO OUTFILE '/tmp/out' FROM `t`;",
        "SELECT 1 /*! INTO OUTFILE '/tmp/out' */;",
        "CREATE USER mallory@'%';",
        "GRANT ALL ON *.* TO mallory@'%' IDENTIFIED BY 'x';",
        "/*M!100000 GRANT ALL ON *.* TO mallory@'%' IDENTIFIED BY 'x' */;",
        "SET GLOBAL general_log = 1;",
        "SET @a = 1, GLOBAL general_log = 1;",
        "SET @@global.general_log = 1;",
        "INSTALL PLUGIN x SONAME 'x.so';",
        "CREATE FUNCTION sys_exec RETURNS INT SONAME 'lib_mysqludf_sys.so';",
        "USE `mysql`;\nDELETE FROM user;",
        "DELETE FROM `mysql`.`user`;",
        "INSERT INTO `mysql`.`global_priv` VALUES ('%','mallory','{}');",
        "DROP DATABASE `keep`;",
        "DROP TABLE `keep`.`t`;",
        "CREATE TABLE `keep`.`mine` (a INT);",
        "\\! touch /tmp/dumpstream-was-here",
        "system touch /tmp/dumpstream-was-here;",
        "source /etc/passwd;",
        "\\. /etc/passwd",
        "SHUTDOWN;",
        "CHANGE MASTER TO MASTER_HOST='x';",
        "UPDATE `mysql`.`global_priv` SET Priv = '{}' WHERE User = 'nobody';",
        "DELETE t FROM `t`, `mysql`.`global_priv` WHERE User = 'nobody';",
        "REPLACE INTO mysql . global_priv VALUES ('%','mallory','{}');",
        "TRUNCATE TABLE `mysql`.`help_topic`;",
        "RENAME TABLE `mysql`.`help_topic` TO `taken`;",
        "DROP TABLE IF EXISTS `t`, `mysql`.`help_topic`;",
        "CREATE TRIGGER `mysql`.`x` BEFORE INSERT ON `mysql`.`help_topic` FOR EACH ROW SET @a = 1;",
        "CREATE OR REPLACE VIEW `mysql`.`user` AS SELECT 1;",
        "SET PASSWORD FOR loader@'%' = PASSWORD('x');",
        "SET STATEMENT max_statement_time = 1 FOR CREATE USER mallory@'%';",
        "DELIMITER ;;\nBEGIN NOT ATOMIC CREATE USER mallory@'%'; END;;\nDELIMITER ;",
        "DELIMITER ;;\nIF 1 THEN CREATE USER mallory@'%'; END IF;;\nDELIMITER ;",
        "DELIMITER ;;\nCREATE PROCEDURE p() CREATE USER mallory@'%';;\nDELIMITER ;\nCALL p();",
        "SET @s = 'CREATE USER mallory'; PREPARE p FROM @s; EXECUTE p;",
        "EXECUTE IMMEDIATE CONCAT('CREATE ', 'USER mallory');",
        "EXECUTE IMMEDIATE 'CREATE USER mallory';",
        "PREPARE s FROM 'CREATE USER mallory'; EXECUTE s;",
        "PREPARE s FROM 'DELETE FROM mysql.global_priv'; EXECUTE s;",
        "EXECUTE IMMEDIATE 'DELETE FROM keep.t';",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW DELETE FROM mysql.global_priv;\nINSERT INTO t VALUES ('x');",
        "CREATE VIEW w AS SELECT * FROM mysql.global_priv;\nDELETE FROM w;",
        "UPDATE `keep`.`t` SET a = 2;",
        "INSERT INTO `t` VALUES ((SELECT GROUP_CONCAT(user) FROM mysql.user));",
        "INSERT INTO `t` VALUES (LOAD_FILE('/etc/hostname'));",
        "INSERT INTO `t` VALUES (`LOAD_FILE`('/etc/hostname'));",
        "INSERT INTO `t` VALUES (LOAD_FILE/**/('/etc/hostname'));",
        "INSERT INTO `t` VALUES (/*!50000 LOAD_FILE*/('/etc/hostname'));",
        "SET @x = LOAD_FILE('/etc/hostname');\nINSERT INTO `t` VALUES (@x);",
        "SELECT `load_file`('/etc/hostname') INTO @x;\nINSERT INTO `t` VALUES (@x);",
        "PREPARE s FROM 'SELECT LOAD_FILE(''/etc/hostname'') INTO @x'; EXECUTE s;\nINSERT INTO `t` VALUES (@x);",
        "CREATE FUNCTION f() RETURNS text RETURN LOAD_FILE('/etc/hostname');\nINSERT INTO `t` VALUES (f());",
        "CREATE FUNCTION f() RETURNS text RETURN (SELECT MAX(user) FROM mysql.user);\nSET @x = f();\nINSERT INTO `t` VALUES (@x);",
        "CREATE FUNCTION f() RETURNS text RETURN (SELECT MAX(user) FROM mysql.user);\nCREATE FUNCTION g() RETURNS text RETURN f();\n\
         INSERT INTO `t` VALUES (g());",
    ] {
        server.sql("CREATE DATABASE `keep`; CREATE TABLE `keep`.`t` AS SELECT 1 AS a")?;
        let before = server.snapshot()?;
        let (_dir, path) = file("hostile.sql", dump_of(&format!("{TABLE}{hostile}")))?;
        let ended = restore(&path, &server.url(Some("shop")), &[])?;
        let said = ended.stderr_text();
        let mut check = |is_right: bool, what: &str| {
            if !is_right {
                let said: Vec<&str> = said.lines().take(3).collect();
                wrong.push(format!("{hostile}: {what}\n  {}", said.join("\n  ")));
            }
        };
        match code(&ended) {
            // Some of these are left out, and then that has to be said; the rest of the dump is loaded.
            Some(0) => {
                check(said.contains("left out") || said.contains("was not set"), "it went unmentioned");
                server.sql("DROP DATABASE IF EXISTS shop")?;
            }
            Some(3 | 4) => {}
            other => check(false, &format!("exit code {other:?}")),
        }
        check(said.contains("line "), "no line number");
        check(server.snapshot()? == before, "the databases changed");
        check(server.sql(untouched)? == wanted, "accounts or settings changed");
        check(!std::fs::exists("/tmp/dumpstream-was-here")?, "it ran a program");
        server.reset()?;
        wanted = server.sql(untouched)?;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    Ok(())
}

#[test]
fn what_is_asked_for_by_name_is_run_or_left_out() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("grant.sql", dump_of(&format!("{TABLE}CREATE USER friend@'%';")))?;
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, &["--skip", "grant"])?, 0, &["grant", "left out"]);
    assert_eq!(server.sql("SELECT COUNT(*) FROM mysql.user WHERE user = 'friend'")?.trim(), "0");
    server.reset()?;
    assert_ended(&restore(&path, &url, &["--allow", "grant"])?, 0, &[]);
    assert_eq!(server.sql("SELECT COUNT(*) FROM mysql.user WHERE user = 'friend'")?.trim(), "1");
    Ok(())
}

#[test]
fn text_that_looks_like_statements_is_data() -> Result<()> {
    let server = mariadb(&[])?;
    let values = [
        r"-- comment\nDROP TABLE t;\nDELIMITER ;;",
        r"*/; DROP TABLE t; /*",
        r"\\\', (1), (\'",
        r"''; USE mysql; --",
        r"-- Dump completed on 2026-01-01",
    ];
    let rows: Vec<String> = values.iter().map(|v| format!("('{v}')")).collect();
    let body = format!(
        "{TABLE}INSERT INTO `t` VALUES {};\nINSERT INTO `t` VALUES\n('\n-- x\nUSE mysql;\nDELIMITER //\n'),('last');",
        rows.join(",")
    );
    let body = dump_of(&body);
    let (_dir, path) = file("text.sql", body)?;
    server.sql("CREATE DATABASE shop")?;
    let client = server.restore_with_client(&path, Some("shop"), crate::support::LIMIT)?;
    assert!(client.ok(), "{}", client.stderr_text());
    let wanted = server.snapshot()?;
    server.reset()?;
    assert_ended(&restore(&path, &server.url(Some("shop")), &[])?, 0, &[]);
    assert_eq!(server.snapshot()?.first_difference(&wanted), None);
    Ok(())
}

#[test]
fn a_quote_that_is_never_closed_ends_in_bounded_memory() -> Result<()> {
    use std::io::Write;
    const SIZE: usize = 400 << 20;
    let server = mariadb(&[])?;
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("unclosed.sql");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path)?);
    write!(out, "{TABLE}INSERT INTO `t` VALUES ('")?;
    let chunk = vec![b'x'; 1 << 20];
    for _ in 0..SIZE >> 20 {
        out.write_all(&chunk)?;
    }
    drop(out);
    let (ended, report) = crate::support::restore_with_report(&path, &server.url(Some("shop")), &[])?;
    assert_ended(&ended, 3, &["--max-row"]);
    let peak = report["peak_memory_bytes"].as_u64().ok_or("no peak_memory_bytes")?;
    assert!(peak < 256 << 20, "{peak} bytes");
    assert!(server.snapshot()?.is_empty());
    Ok(())
}
