//! `--databases`: some of a dump's databases, and nothing of the others.

use crate::crash::kill_restore;
use crate::support::{LIMIT, assert_ended, dump_of, dump_of_rows, file, restore, restore_with_report, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::server::TestServer;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

/// Three schemas with all kinds of objects, of the same names; those of the last can't be loaded anywhere but at home.
fn fill(server: &TestServer) -> Result<()> {
    let mut sql = String::new();
    for (i, name) in ["alpha", "beta", "gamma"].iter().enumerate() {
        sql += &format!(
            "CREATE DATABASE {name} DEFAULT CHARACTER SET utf8mb4; USE {name};
             CREATE TABLE parent (id int PRIMARY KEY, name varchar(40), KEY n (name));
             CREATE TABLE child (id int PRIMARY KEY AUTO_INCREMENT, parent int, FOREIGN KEY (parent) REFERENCES parent (id));
             INSERT INTO parent VALUES (1,'{name}'),(2,'it''s; USE `beta`;'),(3,NULL);
             INSERT INTO child (parent) VALUES (1),(2),({i} + 1);
             CREATE VIEW named AS SELECT id, name FROM parent WHERE name IS NOT NULL;
             CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN {i};
             CREATE PROCEDURE p() DELETE FROM {name}.child;
             CREATE TRIGGER t BEFORE INSERT ON child FOR EACH ROW SET NEW.parent = COALESCE(NEW.parent, 1);
             CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM child WHERE id < 0;\n"
        );
    }
    server.sql(&sql)?;
    Ok(())
}

fn verify(path: &Path, url: &str, args: &[&str]) -> Result<(Ended, Value)> {
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("verify")
        .arg(path)
        .args(["--against", url, "--json", "--progress", "none"])
        .args(args)
        .stdin(Stdio::null());
    let ended = run(&mut cmd, LIMIT)?;
    let report = serde_json::from_slice(&ended.stdout).map_err(|e| format!("{e}\n{}", ended.stderr_text()))?;
    Ok((ended, report))
}

#[test]
fn what_was_named_comes_as_from_a_dump_of_its_own() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        fill(&server)?;
        // The server's own schema is among them, as in a dump of --all-databases.
        let (_dir, all) = file("all.sql", server.dump("mysql", &["--databases", "alpha", "beta", "gamma"])?)?;
        let (_dir, alone) = file("beta.sql", server.dump("beta", &["--databases"])?)?;
        let before = server.snapshot()?;

        // Both of them, beside nothing: what was there before is there again.
        server.sql("DROP DATABASE alpha; DROP DATABASE beta; DROP DATABASE gamma")?;
        let wanted = ["--databases", "gamma", "--databases", "alpha"];
        let (ended, report) = restore_with_report(&all, &server.url(None), &wanted)?;
        assert_ended(&ended, 0, &[]);
        assert_eq!(report["target"]["databases"], json!(["alpha", "gamma"]));
        assert_eq!(report["source"]["databases_left_out"], json!(["beta", "mysql"]));
        assert_eq!(server.databases()?, ["alpha", "gamma"]);
        assert_ended(&verify(&all, &server.url(None), &wanted)?.0, 0, &[]);
        // Without them, the dump has more than the server.
        assert_ended(&verify(&all, &server.url(None), &[])?.0, 5, &[]);
        assert_ended(&restore(&all, &server.url(None), &["--databases", "beta"])?, 0, &[]);
        assert_eq!(server.snapshot()?, before);

        // One of them under another name: as a dump of it alone would give, also where that name is another's.
        for name in ["copy", "gamma"] {
            server.sql("DROP DATABASE IF EXISTS copy; DROP DATABASE IF EXISTS gamma")?;
            assert_ended(&restore(&alone, &server.url(Some(name)), &[])?, 0, &[]);
            let expected = server.snapshot_of(&[name])?;
            server.sql(&format!("DROP DATABASE {name}"))?;
            let ended = restore(&all, &server.url(Some(name)), &["--databases", "beta", "--verify", "content"])?;
            assert_ended(&ended, 0, &[]);
            assert_eq!(server.snapshot_of(&[name])?, expected);
            assert_ended(&verify(&all, &server.url(Some(name)), &["--databases", "beta"])?.0, 0, &[]);
        }

        // In place of what is there.
        server.sql("DELETE FROM gamma.child")?;
        let ended = restore(&all, &server.url(None), &["--databases", "gamma", "--replace"])?;
        assert_ended(&ended, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM gamma.child")?.trim(), "3");
        assert_eq!(server.sql("SELECT gamma.f()")?.trim(), "2");
    }
    Ok(())
}

#[test]
fn what_cannot_be_is_told() -> Result<()> {
    let found = servers()?.remove(0);
    let server = TestServer::start(&found, &Options::default())?;
    let text = "CREATE DATABASE `a`;\nUSE `a`;\nCREATE TABLE `t` (`id` int);\nINSERT INTO `t` VALUES (1);\n\
                CREATE DATABASE `b`;\nUSE `b`;\nCREATE TABLE `u` (`id` int);\nINSERT INTO `u` VALUES (1);\n\
                INSERT INTO `a`.`t` VALUES (2);\n";
    let (_dir, path) = file("two.sql", dump_of(text))?;
    for (args, code, words) in [
        (&["--databases", "c"][..], 3, &["the dump holds no database c", "a, b"][..]),
        (
            &["--databases", "a", "--databases", "A2"],
            3,
            &["the dump holds no database A2", "besides what was found, it has b"],
        ),
        (&["--databases", ""], 2, &["has no name"]),
    ] {
        assert_ended(&restore(&path, &server.url(None), args)?, code, words);
        assert!(server.databases()?.is_empty());
    }
    // A row for it that stands among the others' is its own.
    assert_ended(&restore(&path, &server.url(None), &["--databases", "a"])?, 0, &[]);
    assert_eq!(server.sql("SELECT GROUP_CONCAT(id ORDER BY id) FROM a.t")?.trim(), "1,2");
    assert_eq!(server.databases()?, ["a"]);

    // What is about both can't be taken apart.
    for statement in [
        "DROP TABLE IF EXISTS `a`.`x`, `b`.`y`",
        "RENAME TABLE `u` TO `a`.`u`",
        "DELETE FROM `u` WHERE `id` IN (SELECT `id` FROM `a`.`t`)",
        "ALTER TABLE `u` RENAME TO `a`.`u`",
        "PREPARE s FROM \"INSERT INTO `a`.`t` VALUES (8)\"",
    ] {
        let (_dir, path) = file("both.sql", dump_of(&format!("{text}{statement};\n")))?;
        for database in ["a", "b"] {
            server.reset()?;
            let ended = restore(&path, &server.url(None), &["--databases", database])?;
            assert_ended(&ended, 3, &["one that is left out", "name both with --databases"]);
            assert!(server.databases()?.is_empty(), "{statement}");
        }
        server.reset()?;
        let both = ["--databases", "a", "--databases", "b", "--databases", "a"];
        assert_ended(&restore(&path, &server.url(None), &both)?, 0, &[]);
    }

    // What stands in the other doesn't happen in this one, and what stands in none does.
    let (head, rest) = text.split_once("CREATE DATABASE `b`;").ok_or("no b")?;
    let between = format!(
        "SELECT 5 INTO @five;\n{head}CREATE DATABASE `b`;{rest}SET STATEMENT max_statement_time=5 FOR INSERT INTO `t` VALUES (77);\n\
         LOCK TABLES `a`.`t` WRITE, `u` WRITE;\nUNLOCK TABLES;\nUPDATE `u` AS `a` SET `a`.`id` = 5;\n\
         GRANT SELECT ON `u` TO root@localhost;\nHANDLER `u` OPEN;\n\
         PREPARE s FROM 'DELETE FROM t';\nEXECUTE s;\nUSE `a`;\nINSERT INTO `t` VALUES (@five);\n"
    );
    let (_dir, path) = file("between.sql", dump_of(&between))?;
    server.reset()?;
    assert_ended(&restore(&path, &server.url(None), &["--databases", "a", "--allow", "unknown"])?, 0, &[]);
    assert_eq!(server.sql("SELECT GROUP_CONCAT(id ORDER BY id) FROM a.t")?.trim(), "1,2,5");
    let variable = between.replace("HANDLER `u` OPEN", "SET @x = (SELECT MAX(id) FROM u)");
    let (_dir, path) = file("variable.sql", dump_of(&variable))?;
    server.reset()?;
    let ended = restore(&path, &server.url(None), &["--databases", "a"])?;
    assert_ended(&ended, 3, &["read from a database that is left out"]);
    // Not even if it isn't in the dump.
    server.sql("CREATE DATABASE c; CREATE TABLE c.t (id int); INSERT INTO c.t VALUES (1)")?;
    let (_dir, path) = file("third.sql", dump_of(&format!("{head}UPDATE c.t SET id = 7;\n")))?;
    assert_ended(&restore(&path, &server.url(None), &["--databases", "a", "--append"])?, 0, &[]);
    assert_eq!(server.sql("SELECT id FROM c.t")?.trim(), "1");

    // A dump that names none; one that is cut off among what is left out; what a program wrote there.
    server.reset()?;
    let (_dir, path) = file("none.sql", dump_of("CREATE TABLE `t` (`id` int);\nINSERT INTO `t` VALUES (1);\n"))?;
    let ended = restore(&path, &server.url(Some("x")), &["--databases", "x"])?;
    assert_ended(&ended, 3, &["the dump holds no database x", "it names none"]);
    let whole = dump_of(text);
    let (body, end) = whole.split_once("INSERT INTO `a`.`t` VALUES (2);").ok_or("no such row")?;
    for (rest, end) in [
        ("INSERT INTO `u` VALUES (3", ""),
        ("", ""),
        ("mysqldump: Got error: 2013: Lost connection\n", end),
        ("INSERT INTO `u` VALUES (3),\nmysqldump: Got error: 2013: Lost connection\n(4);", end),
        ("INSERT INTO `u` VALUES (3),,(4);", end),
        ("INSERT INTO `u` VALUES (3)(4);", end),
        ("nonsense;\n", end),
        ("\\u a\n", end),
        ("\\y INSERT INTO `u` VALUES (3);", end),
    ] {
        let (_dir, path) = file("cut.sql", format!("{body}{rest}{end}"))?;
        assert_ended(&restore(&path, &server.url(None), &["--databases", "a"])?, 3, &[]);
        assert!(server.databases()?.is_empty(), "{rest}");
    }
    Ok(())
}

#[test]
fn a_restore_goes_on_with_the_same_ones_only() -> Result<()> {
    let found = servers()?.remove(0);
    let server = TestServer::start(&found, &Options::default())?;
    let body = dump_of_rows(20_000);
    let first = body.find("CREATE TABLE").ok_or("no table")?;
    let (head, rest) = body.split_at(first);
    let text = format!(
        "{head}CREATE DATABASE `b`;\nUSE `b`;\nCREATE TABLE `u` (`id` int);\nCREATE DATABASE `a`;\nUSE `a`;\n{rest}"
    );
    let (_dir, path) = file("d.sql", text)?;
    let url = server.url(None);
    let args = ["--databases", "a", "--block", "64KiB"];
    assert!(kill_restore(&path, &url, &args, Some("after-commit:2"), LIMIT)?, "it wasn't killed");
    let both = [&args[..], &["--databases", "b", "--resume"]].concat();
    assert_ended(&restore(&path, &url, &both)?, 2, &["this is not the restore that was begun", "databases"]);
    assert_ended(&restore(&path, &url, &[&args[..], &["--resume", "--verify", "content"]].concat())?, 0, &[]);
    assert_eq!(server.databases()?, ["a"]);
    Ok(())
}
