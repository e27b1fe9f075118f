//! `restore --replace`: nothing half-done is ever seen, and everything can be brought back.

use crate::crash::{kill_restore, random, stopped_at};
use crate::support::{
    LIMIT, assert_ended, code, dump_of, dump_of_rows, file, restore, restore_with_report, servers, url_through,
};
use dumpstream_sandbox::{Flavor, Options, Sandbox};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::paths;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::proxy::Proxy;
use dumpstream_tests::server::TestServer;
use dumpstream_tests::snapshot::Snapshot;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// How many swaps are killed at a random moment; `DUMPSTREAM_CRASHES` says otherwise.
const RANDOM_CRASHES: u64 = 12;

/// What both states of the schema have, each in its own way: foreign keys in a circle, to the same table, and to a table
/// that isn't there; tables that aren't transactional; views over views and functions, one the same in both; triggers
/// whose order counts; a table in one that is a view in the other; programs that were made under other modes, charsets and
/// defaults than are in force now, or belong to somebody else.
fn state(flavor: Flavor, which: &str) -> String {
    let old = which == "old";
    let charset = if old { "latin1" } else { "utf8mb4" };
    let mut sql = format!(
        "SET foreign_key_checks = 0; ALTER DATABASE DEFAULT CHARACTER SET {charset};
         CREATE TABLE one (g VARCHAR(9) NOT NULL PRIMARY KEY); INSERT INTO one VALUES ('{which}');
         CREATE TABLE two (g VARCHAR(9) NOT NULL PRIMARY KEY); INSERT INTO two VALUES ('{which}');
         CREATE TABLE a (id INT PRIMARY KEY, b INT, KEY b (b));
         CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES a (id));
         ALTER TABLE a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE;
         INSERT INTO a VALUES (1, 2), (2, NULL); INSERT INTO b VALUES (2, 1);
         CREATE TABLE self (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES self (id));
         INSERT INTO self VALUES (1, 2), (2, 1);
         CREATE TABLE lonely (id INT PRIMARY KEY, p INT, CONSTRAINT gone FOREIGN KEY (p) REFERENCES missing (id));
         INSERT INTO lonely VALUES (1, 7);
         CREATE TABLE old_engine (id INT, v VARCHAR(20), KEY (v)) ENGINE=MyISAM; INSERT INTO old_engine VALUES (1, '{which}');
         CREATE TABLE words (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY (t)); INSERT INTO words VALUES (1, '{which} words here');
         CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO parts VALUES (1), (2), (3);
         CREATE TABLE counter (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, v INT) AUTO_INCREMENT = {};
         CREATE TABLE log (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(30));
         CREATE VIEW stays AS SELECT id, 'as it is' AS what FROM self;
         DELIMITER ;;
         CREATE FUNCTION which() RETURNS VARCHAR(9) CHARACTER SET utf8mb4 DETERMINISTIC RETURN '{which}' ;;
         CREATE PROCEDURE same() SELECT 1 /* a comment; with this */ ;;
         CREATE PROCEDURE writes() BEGIN INSERT INTO log (what) VALUES ('called, {which}'); END ;;
         CREATE TRIGGER first BEFORE INSERT ON counter FOR EACH ROW SET NEW.v = NEW.v * 2 ;;
         CREATE TRIGGER second BEFORE INSERT ON counter FOR EACH ROW FOLLOWS first SET NEW.v = NEW.v + {} ;;
         CREATE TRIGGER logs AFTER INSERT ON counter FOR EACH ROW INSERT INTO log (what) VALUES ('{which} trigger') ;;
         CREATE EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' COMMENT 'DO; {which}' DO BEGIN DELETE FROM log; END ;;
         CREATE USER IF NOT EXISTS owner@'%' ;;
         CREATE DEFINER = owner@'%' PROCEDURE owned() SQL SECURITY INVOKER COMMENT '{which}' SELECT 3 ;;
         SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES' ;;
         CREATE PROCEDURE quotes() SELECT 'a\\' AS \"{which}\" ;;
         SET sql_mode = DEFAULT, time_zone = '+03:00', character_set_client = latin1, collation_connection = latin1_german1_ci ;;
         CREATE PROCEDURE accents() SELECT 'é {which}' ;;
         CREATE VIEW accented AS SELECT 'ü {which}' AS c ;;
         CREATE EVENT elsewhere ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 'ö' ;;
         SET NAMES utf8mb4 ;;
         SET time_zone = DEFAULT ;;
         DELIMITER ;
         ALTER DATABASE DEFAULT COLLATE {charset}_bin;
         CREATE VIEW z_base AS SELECT g, which() AS f FROM one;
         CREATE VIEW a_over AS SELECT f, g FROM z_base;
         ",
        if old { 500 } else { 900 },
        if old { 1 } else { 3 },
    );
    sql += match old {
        true => {
            "CREATE TABLE only_old (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES a (id)); INSERT INTO only_old VALUES (1, 1);
             CREATE TABLE turns (id INT PRIMARY KEY); INSERT INTO turns VALUES (1);
             CREATE VIEW becomes AS SELECT g FROM one;
             CREATE VIEW only_old_view AS SELECT id FROM only_old;
             CREATE PROCEDURE only_old_p() SELECT 2;
             CREATE EVENT only_old_e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 1;
             CREATE TRIGGER only_old_t AFTER DELETE ON only_old FOR EACH ROW INSERT INTO log (what) VALUES ('gone');
             "
        }
        false => {
            "CREATE TABLE becomes (id INT PRIMARY KEY); INSERT INTO becomes VALUES (5);
             CREATE VIEW turns AS SELECT g FROM two;
             CREATE TABLE only_new (id INT PRIMARY KEY, v VARCHAR(10)) ; INSERT INTO only_new VALUES (1, 'ä');
             "
        }
    };
    if flavor == Flavor::MariaDb {
        sql += "CREATE SEQUENCE seq START WITH 10; DO NEXTVAL(seq);
             CREATE TABLE counted (id INT PRIMARY KEY DEFAULT NEXTVAL(seq), v INT, n INT DEFAULT NEXTVAL(seq)); INSERT INTO counted (v) VALUES (1);
             SET sql_mode = 'ORACLE';
             DELIMITER ;;
             CREATE PACKAGE pack AS FUNCTION f RETURN INT; END ;;
             CREATE PACKAGE BODY pack AS FUNCTION f RETURN INT AS BEGIN RETURN ";
        sql += if old { "1" } else { "2" };
        sql += "; END; END ;;
             DELIMITER ;
             SET sql_mode = DEFAULT;
             ";
    }
    sql
}

/// A schema in one of the two states.
fn make(server: &TestServer, schema: &str, which: &str) -> Result<()> {
    let flavor = server.sandbox().flavor();
    server.sql(&format!("CREATE DATABASE `{schema}`; USE `{schema}`; {}", state(flavor, which)))?;
    Ok(())
}

/// A server with the old state in `shop`, a dump of the new one, and what a fresh restore makes of that.
struct Setting {
    server: TestServer,
    dump: PathBuf,
    fresh: Snapshot,
    _dir: tempfile::TempDir,
}

impl Setting {
    fn all() -> Result<Vec<Self>> {
        Self::with(&Options::default())
    }

    fn with(options: &Options) -> Result<Vec<Self>> {
        servers()?
            .iter()
            .map(|found| {
                let server = TestServer::start(found, options)?;
                make(&server, "fresh", "new")?;
                // Of a schema by another name, which the dump names.
                let (dir, dump) = file("fresh.sql", server.dump("fresh", &["--databases"])?)?;
                server.sql("SET foreign_key_checks = 0; DROP DATABASE fresh")?;
                assert_ended(&restore(&dump, &server.url(Some("shop")), &[])?, 0, &[]);
                let fresh = server.snapshot()?;
                server.reset()?;
                let this = Self { server, dump, fresh, _dir: dir };
                this.old()?;
                Ok(this)
            })
            .collect()
    }

    /// Begins again with the old state alone.
    fn old(&self) -> Result<()> {
        self.server.reset()?;
        make(&self.server, "shop", "old")
    }

    fn url(&self) -> String {
        self.server.url(Some("shop"))
    }

    fn shop(&self) -> Result<Snapshot> {
        self.server.snapshot_of(&["shop"])
    }

    fn replace(&self, args: &[&str]) -> Result<Ended> {
        restore(&self.dump, &self.url(), &[&["--replace"], args].concat())
    }

    fn rollback(&self, args: &[&str]) -> Result<Ended> {
        rollback(&self.url(), args)
    }

    fn what(&self) -> String {
        self.server.version().to_owned()
    }

    /// The one schema whose name begins with what kept ones' begin with.
    fn kept(&self) -> Result<String> {
        let mut found = self.server.databases()?;
        found.retain(|d| d.starts_with("shop__before_"));
        assert_eq!(found.len(), 1, "{}: {:?}", self.what(), self.server.databases()?);
        found.pop().ok_or_else(|| "none".into())
    }
}

fn rollback(url: &str, args: &[&str]) -> Result<Ended> {
    let program = Dumpstream::built()?.program;
    let mut cmd = std::process::Command::new(program);
    run(cmd.args(["rollback", "--to", url]).args(args).stdin(Stdio::null()), LIMIT)
}

#[track_caller]
fn assert_same(wanted: &Snapshot, found: &Snapshot, what: &str) {
    if let Some(difference) = wanted.first_difference(found) {
        panic!("{what}: {difference}");
    }
}

/// When each table of a schema was made: a table that was made anew, however alike, gives itself away.
fn made_at(server: &TestServer, schema: &str) -> Result<String> {
    server.sql(&format!(
        "SELECT table_name, create_time, table_type FROM information_schema.tables WHERE table_schema = '{schema}' ORDER BY 1"
    ))
}

#[test]
fn the_result_is_that_of_a_fresh_restore() -> Result<()> {
    for setting in Setting::all()? {
        let what = setting.what();
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("r.json");
        let report = path.to_str().ok_or("no path")?;
        let ended = setting.replace(&["--report", report])?;
        assert_ended(&ended, 0, &["shop: ", " tables by ", ", the old ones dropped"]);
        assert_ended(&ended, 0, &["not in the dump, and so not there any more: only_old"]);
        assert_ended(
            &ended,
            0,
            &["procedure only_old_p", "view only_old_view", "event only_old_e", "trigger only_old_t"],
        );
        assert_eq!(setting.server.databases()?, ["shop"], "{what}");
        assert_same(&setting.fresh, &setting.server.snapshot()?, &what);
        let report: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
        assert_eq!(report["replaced"][0]["schema"], "shop");
        assert_eq!(report["target"]["databases"], serde_json::json!(["shop"]));
        assert!(
            report["tables"][0]["table"].as_str().is_some_and(|t| t.starts_with("shop.")),
            "{}",
            report["tables"][0]
        );
        // Everything works on the tables that are there now.
        let sql = &setting.server;
        sql.sql("INSERT INTO shop.counter (v) VALUES (10); CALL shop.writes()")?;
        assert_eq!(sql.sql("SELECT v FROM shop.counter")?.trim(), "23", "{what}");
        assert_eq!(sql.sql("SELECT GROUP_CONCAT(what ORDER BY id) FROM shop.log")?.trim(), "new trigger,called, new");
        assert!(sql.sql("INSERT INTO shop.b VALUES (9, 77)").is_err(), "{what}: a foreign key is gone");
        assert_eq!(sql.sql("SELECT f, g FROM shop.a_over")?.trim(), "new\tnew");
        assert_eq!(sql.sql("SELECT id FROM shop.words WHERE MATCH (t) AGAINST ('new')")?.trim(), "1");
        if sql.sandbox().flavor() == Flavor::MariaDb {
            sql.sql("INSERT INTO shop.counted (v) VALUES (2)")?;
        }
    }
    Ok(())
}

#[test]
fn a_schema_that_is_not_there_or_empty_is_filled() -> Result<()> {
    for setting in Setting::all()? {
        for before in ["", "CREATE DATABASE shop CHARACTER SET latin1"] {
            setting.server.reset()?;
            setting.server.sql(before)?;
            assert_ended(&setting.replace(&["--keep-old"])?, 0, &["nothing was there"]);
            assert_eq!(setting.server.databases()?, ["shop"]);
            assert_same(&setting.fresh, &setting.server.snapshot()?, &setting.what());
        }
    }
    Ok(())
}

#[test]
fn old_and_new_change_places_as_often_as_one_likes() -> Result<()> {
    for setting in Setting::all()? {
        let what = setting.what();
        if setting.server.sandbox().flavor() == Flavor::MariaDb {
            // Two loads of such a table have two checksums, so only this one has it, which stays where it is.
            setting.server.sql("CREATE TABLE shop.versioned (id INT PRIMARY KEY) WITH SYSTEM VERSIONING")?;
            setting
                .server
                .sql("INSERT INTO shop.versioned VALUES (1), (2); DELETE FROM shop.versioned WHERE id = 1")?;
        }
        let old = setting.shop()?;
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &["the old ones kept as shop__before_"]);
        let first = setting.kept()?;
        assert_same(&setting.fresh, &setting.shop()?, &what);
        // The old tables don't reach into the new ones.
        setting.server.sql("UPDATE shop.b SET a = NULL; DELETE FROM shop.b; DELETE FROM shop.a; CREATE TABLE shop.missing (id INT PRIMARY KEY)")?;
        setting.server.sql(
            "SET foreign_key_checks = 0; DROP TABLE shop.missing; INSERT INTO shop.a VALUES (1, NULL), (2, NULL)",
        )?;
        setting.server.sql("INSERT INTO shop.b VALUES (2, 1); UPDATE shop.a SET b = 2 WHERE id = 1")?;
        assert_same(&setting.fresh, &setting.shop()?, &what);

        assert_ended(&setting.rollback(&["--keep-old"])?, 0, &[&format!("Rolled back shop to {first}"), "is kept as"]);
        assert_same(&old, &setting.shop()?, &what);
        let second = setting.kept()?;
        assert_ne!(first, second);
        assert_ended(&setting.rollback(&["--keep-old"])?, 0, &[]);
        assert_same(&setting.fresh, &setting.shop()?, &what);
        assert_ended(&setting.rollback(&[])?, 0, &[]);
        assert_same(&old, &setting.shop()?, &what);
        assert_eq!(setting.server.databases()?, ["shop"]);
        assert_ended(&setting.rollback(&[])?, 4, &["nothing was kept of shop", "--keep-old"]);
        assert_same(&old, &setting.server.snapshot()?, &what);
    }
    Ok(())
}

#[test]
fn privileges_on_routines_stay_with_their_names() -> Result<()> {
    for setting in Setting::all()? {
        let server = &setting.server;
        server.sql(
            "CREATE USER app@'%'; GRANT EXECUTE ON PROCEDURE shop.writes TO app@'%' WITH GRANT OPTION; \
             GRANT EXECUTE, ALTER ROUTINE ON FUNCTION shop.which TO app@'%'; GRANT EXECUTE ON PROCEDURE shop.only_old_p TO app@'%'",
        )?;
        let granted = || {
            server.sql("SELECT routine_type, routine_name, user, proc_priv FROM mysql.procs_priv WHERE user = 'app' ORDER BY 1, 2")
        };
        let mut count = 3;
        if server.sandbox().flavor() == Flavor::MariaDb {
            server.sql(
                "SET sql_mode = ORACLE; GRANT EXECUTE ON PACKAGE shop.pack TO app@'%'; \
                 GRANT EXECUTE ON PACKAGE BODY shop.pack TO app@'%'",
            )?;
            count = 5;
        }
        let all = granted()?;
        assert_eq!(all.lines().count(), count);
        let new: Vec<&str> = all.lines().filter(|l| !l.contains("only_old_p")).collect();
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        assert_eq!(granted()?.lines().collect::<Vec<_>>(), new, "{}", setting.what());
        assert_ended(&setting.rollback(&["--keep-old"])?, 0, &[]);
        assert_eq!(granted()?, all, "{}", setting.what());
        // As does a swap that is put back.
        assert!(kill_restore(&setting.dump, &setting.url(), &["--replace"], Some("swap-before-rename"), LIMIT)?);
        assert_ne!(granted()?, all);
        assert_ended(&setting.rollback(&[])?, 0, &["taken back"]);
        assert_eq!(granted()?, all, "{}", setting.what());
    }
    Ok(())
}

#[test]
fn privileges_that_could_not_be_given_again_are_asked_for_or_told() -> Result<()> {
    let (_dir, dump) = file("p.sql", dump_of("CREATE TABLE `t` (i int);\nCREATE PROCEDURE `pp`() SELECT 2;"))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        server.sql(
            "CREATE DATABASE shop; CREATE TABLE shop.t (i int); CREATE PROCEDURE shop.Pp() SELECT 1; CREATE USER app@'%'; \
             GRANT EXECUTE ON PROCEDURE shop.Pp TO app@'%'; CREATE USER few@'%'; GRANT SELECT ON *.* TO few@'%'; \
             GRANT ALL ON shop.* TO few@'%'; GRANT ALL ON `shop\\_\\_%`.* TO few@'%'",
        )?;
        server.sql(match found.flavor() {
            Flavor::MariaDb => "GRANT SET USER ON *.* TO few@'%'",
            Flavor::MySql => {
                "GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SYSTEM_USER, SHOW_ROUTINE ON *.* TO few@'%'"
            }
        })?;
        let granted = || server.sql("SELECT LOWER(routine_name), proc_priv FROM mysql.procs_priv WHERE user = 'app'");
        let url = server.url(Some("shop"));
        let few = url.replace("loader@", "few@");
        let ended = restore(&dump, &few, &["--replace"])?;
        assert_ended(&ended, 4, &["GRANT OPTION on shop"]);
        assert_eq!(server.databases()?, ["shop"]);
        server.sql("GRANT GRANT OPTION ON shop.* TO few@'%'")?;
        let ended = restore(&dump, &few, &["--replace", "--keep-old"])?;
        assert_ended(&ended, 0, &[]);
        assert!(!ended.stderr_text().contains("object_not_in_dump"), "{}", ended.stderr_text());
        assert_eq!(granted()?.trim(), "pp\tExecute", "{}", found.flavor());
        server.sql("REVOKE EXECUTE ON PROCEDURE shop.pp FROM app@'%'")?;
        assert_ended(&rollback(&url, &[])?, 0, &["not given again: GRANT Execute ON PROCEDURE"]);
        assert_eq!(granted()?.trim(), "");
    }
    Ok(())
}

#[test]
fn privileges_of_roles_stay_theirs_and_no_account_is_made() -> Result<()> {
    for setting in Setting::all()? {
        let server = &setting.server;
        let public = match server.sandbox().flavor() {
            Flavor::MariaDb => "GRANT EXECUTE ON PROCEDURE shop.writes TO PUBLIC",
            Flavor::MySql => "DO 0",
        };
        server.sql(&format!(
            "CREATE ROLE `a role`; GRANT EXECUTE ON PROCEDURE shop.writes TO `a role`; \
             GRANT EXECUTE ON FUNCTION shop.which TO `a role` WITH GRANT OPTION; {public}"
        ))?;
        let granted =
            || server.sql("SELECT user, host, routine_name, proc_priv FROM mysql.procs_priv ORDER BY 1, 2, 3");
        let accounts = || server.sql("SELECT user, host FROM mysql.user ORDER BY 1, 2");
        let (all, before) = (granted()?, accounts()?);
        assert!(all.lines().count() >= 2, "{all}");
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        assert_eq!((granted()?, accounts()?), (all.clone(), before.clone()), "{}", setting.what());
        assert_ended(&setting.rollback(&[])?, 0, &[]);
        assert_eq!((granted()?, accounts()?), (all, before), "{}", setting.what());
    }
    Ok(())
}

#[test]
fn one_of_several_kept_states_is_named_by_its_time() -> Result<()> {
    for setting in Setting::all()? {
        let oldest = setting.shop()?;
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        let kept = setting.kept()?;
        let stamp = kept.trim_start_matches("shop__before_").to_owned();
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        let named: Vec<_> = setting.server.databases()?;
        assert_eq!(named.len(), 3, "{named:?}");
        let ended = setting.rollback(&["--before", "20000101T000000Z"])?;
        assert_ended(&ended, 4, &["nothing was kept of shop before 20000101T000000Z", &stamp]);
        assert_ended(&setting.rollback(&["--before", &stamp])?, 0, &[]);
        assert_same(&oldest, &setting.shop()?, &setting.what());
        // The newer one is still there.
        assert_ended(&setting.rollback(&[])?, 0, &[]);
        assert_same(&setting.fresh, &setting.server.snapshot()?, &setting.what());
    }
    Ok(())
}

#[test]
fn what_fails_before_the_swap_changes_nothing() -> Result<()> {
    for setting in Setting::all()? {
        let what = setting.what();
        let (before, made) = (setting.shop()?, made_at(&setting.server, "shop")?);
        let text = fs::read_to_string(&setting.dump)?;
        let bad_row = text.replace("INTO `parts` VALUES", "INTO `parts` VALUES (9),(9),");
        assert_ne!(bad_row, text);
        let bad_view = text.replace("`z_base` AS select", "`z_base` AS select nothing_such(),");
        assert_ne!(bad_view, text);
        let cut = text.get(..text.len() * 2 / 3).ok_or("short")?;
        let wrong = "ab".repeat(32);
        for (name, dump, args, expected) in [
            ("a bad row", bad_row.as_str(), &[][..], 4),
            ("a view that can't be made", &bad_view, &[], 4),
            ("cut off", cut, &[], 3),
            ("another digest", &text, &["--sha256", &wrong], 3),
            ("kept for a look", &bad_row, &["--on-failure", "keep"], 4),
        ] {
            let (_dir, path) = file("bad.sql", dump)?;
            let ended = restore(&path, &setting.url(), &[&["--replace"], args].concat())?;
            assert_ended(&ended, expected, &["state:", "shop: nothing was changed"]);
            assert_same(&before, &setting.shop()?, &format!("{what}: {name}"));
            assert_eq!(made, made_at(&setting.server, "shop")?, "{what}: {name}");
            let beside = setting.server.databases()?;
            let wanted: &[&str] = if args.contains(&"keep") { &["shop", "shop__dumpstream_new"] } else { &["shop"] };
            assert_eq!(beside, wanted, "{what}: {name}");
        }
        // What was left is no hindrance.
        assert_ended(&setting.replace(&[])?, 0, &["unfinished_restore_dropped"]);
        assert_same(&setting.fresh, &setting.server.snapshot()?, &what);
    }
    Ok(())
}

#[test]
fn what_fails_within_the_swap_is_put_back() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        // May make routines beside the schema, and not in it: which no probe tells.
        server.sql(
            "CREATE USER half@'%'; GRANT ALL ON `shop\\_\\_%`.* TO half@'%'; GRANT SELECT ON *.* TO half@'%';
             GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER, \
             EVENT, ALTER ROUTINE, EXECUTE, LOCK TABLES ON shop.* TO half@'%'",
        )?;
        server.sql(match server.sandbox().flavor() {
            Flavor::MariaDb => "GRANT SET USER ON *.* TO half@'%'",
            Flavor::MySql => {
                "GRANT SET_ANY_DEFINER, ALLOW_NONEXISTENT_DEFINER, SYSTEM_USER, SHOW_ROUTINE ON *.* TO half@'%'"
            }
        })?;
        let url = setting.url().replace("loader@", "half@");
        let refused = restore(&setting.dump, &url, &["--replace"])?;
        assert_ended(&refused, 4, &["CREATE ROUTINE on shop"]);
        // Without one there, that can't be told.
        server.sql(
            "DROP VIEW shop.a_over; DROP VIEW shop.z_base; DROP FUNCTION shop.which; DROP PROCEDURE shop.same; \
             DROP PROCEDURE shop.writes; DROP PROCEDURE shop.only_old_p; DROP PROCEDURE shop.owned; \
             DROP PROCEDURE shop.quotes; DROP PROCEDURE shop.accents",
        )?;
        if server.sandbox().flavor() == Flavor::MariaDb {
            server.sql("SET sql_mode = ORACLE; DROP PACKAGE shop.pack")?;
        }
        let before = setting.shop()?;
        for (args, beside) in
            [(&[][..], &["shop"][..]), (&["--keep-old", "--on-failure", "keep"], &["shop", "shop__dumpstream_new"])]
        {
            let ended = restore(&setting.dump, &url, &[&["--replace"], args].concat())?;
            assert_ended(&ended, 4, &["shop: nothing was changed", "error 1044"]);
            assert_same(&before, &setting.shop()?, &what);
            assert_eq!(server.databases()?, beside, "{what}");
        }
        // Of what is there, all still works.
        server.sql("INSERT INTO shop.counter (v) VALUES (10); DELETE FROM shop.only_old")?;
        assert_eq!(server.sql("SELECT GROUP_CONCAT(what ORDER BY id) FROM shop.log")?.trim(), "old trigger,gone");
    }
    Ok(())
}

#[test]
fn a_query_that_does_not_end_holds_the_swap_up_and_nothing_else() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        let before = setting.shop()?;
        let dir = tempfile::tempdir()?;
        let held = "SET autocommit = 0; SELECT * FROM shop.words; SELECT CONNECTION_ID(), 'held'; DO SLEEP(600)";
        let mut holder = server.sql_beside(held, &dir.path().join("held"))?;
        wait_for("the lock", || Ok(fs::read_to_string(dir.path().join("held"))?.contains("held")))?;
        let ended = setting.replace(&["--swap-wait", "3", "--on-failure", "undo"])?;
        assert_ended(&ended, 4, &["error 1205", "--swap-wait", "shop: nothing was changed"]);
        assert_same(&before, &setting.shop()?, &what);
        assert_eq!(server.databases()?, ["shop"]);
        // By default, the loaded rows are still good when the query has ended.
        let ended = setting.replace(&["--swap-wait", "1"])?;
        assert_ended(&ended, 4, &["--resume"]);
        assert_eq!(server.databases()?, ["shop", "shop__dumpstream_new"]);
        let said = fs::read_to_string(dir.path().join("held"))?;
        let id = said.lines().find_map(|l| l.strip_suffix("\theld")).ok_or("no connection")?;
        server.sql(&format!("KILL {id}"))?;
        holder.wait()?;
        let (ended, report) = restore_with_report(&setting.dump, &setting.url(), &["--replace", "--resume"])?;
        assert_ended(&ended, 0, &[]);
        assert!(report["resumed"]["blocks"].as_u64().is_some_and(|n| n > 5), "{report}");
        assert_same(&setting.fresh, &server.snapshot()?, &what);
    }
    Ok(())
}

#[test]
fn nothing_is_missing_while_the_swap_waits() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        let dir = tempfile::tempdir()?;
        let path = |name: &str| dir.path().join(name);
        let held = "SET autocommit = 0; SELECT * FROM shop.words; SELECT 'held'; DO SLEEP(600)";
        let mut holder = server.sql_beside(held, &path("held"))?;
        wait_for("the lock", || Ok(fs::read_to_string(path("held"))?.contains("held")))?;
        let mut others = [
            ("writer", "INSERT INTO shop.counter (v) VALUES (10); SELECT 'wrote'; DO SLEEP(0.005);\n"),
            ("reader", "SELECT g, f, shop.which() FROM shop.a_over; DO SLEEP(0.005);\n"),
        ]
        .map(|(name, sql)| (server.sql_forever(sql, &path(name)), path(name)));
        for (_, path) in &others {
            wait_for("others to be at work", || Ok(fs::read_to_string(path)?.lines().count() > 10))?;
        }
        let ended = setting.replace(&["--swap-wait", "5", "--on-failure", "undo"])?;
        assert_ended(&ended, 4, &["error 1205", "--swap-wait", "shop: nothing was changed"]);
        for (child, path) in &mut others {
            let child = child.as_mut().map_err(|e| e.to_string())?;
            child.kill()?;
            child.wait()?;
            let said = fs::read_to_string(path)?;
            assert!(!said.contains("ERROR"), "{what}: {said}");
        }
        holder.kill()?;
        holder.wait()?;
        assert!(!ended.stderr_text().contains("a query came between"), "{what}: {}", ended.stderr_text());
        let fired = server
            .sql("SELECT COUNT(*) > 10, SUM(v <> 21), COUNT(*) - (SELECT COUNT(*) FROM shop.log) FROM shop.counter")?;
        assert_eq!(fired.trim(), "1\t0\t0", "{what}");
    }
    Ok(())
}

#[test]
fn what_is_in_the_way_after_all_is_told_and_everything_put_back() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        server.sql(
            "CREATE DATABASE beside; CREATE TABLE beside.t (i INT); CREATE VIEW shop.far AS SELECT i FROM beside.t",
        )?;
        let before = setting.shop()?;
        let dir = tempfile::tempdir()?;
        // It has none of the tables, so that only what drops the view waits for it.
        let held = "SET autocommit = 0; SELECT * FROM shop.far; SELECT 'held'; DO SLEEP(600)";
        let mut holder = server.sql_beside(held, &dir.path().join("held"))?;
        wait_for("the lock", || Ok(fs::read_to_string(dir.path().join("held"))?.contains("held")))?;
        let ended = setting.replace(&["--swap-wait", "1", "--on-failure", "undo"])?;
        holder.kill()?;
        holder.wait()?;
        assert_ended(&ended, 4, &["a query came between", "error 1205", "shop: nothing was changed"]);
        assert_same(&before, &setting.shop()?, &what);
        assert_eq!(server.databases()?, ["beside", "shop"]);
    }
    Ok(())
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    while !is_so()? {
        if begun.elapsed() > LIMIT {
            return Err(format!("waited too long for {what}").into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

#[test]
fn readers_see_the_old_or_the_new_and_never_both() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        let dir = tempfile::tempdir()?;
        let queries = [
            ("tables", "SELECT one.g, two.g FROM shop.one, shop.two"),
            ("views", "SELECT a.f, a.g, shop.which() FROM shop.a_over a"),
            ("one", "SELECT g FROM shop.one"),
            ("same view", "SELECT COUNT(*) FROM shop.stays"),
        ];
        let mut readers = Vec::new();
        for (name, query) in queries {
            let path = dir.path().join(name);
            readers.push((name, query, server.sql_forever(&format!("{query};\nDO SLEEP(0.001);\n"), &path)?, path));
        }
        let enough = |path: &Path, word: &str| Ok(fs::read_to_string(path)?.matches(word).count() > 30);
        for (name, _, _, path) in readers.iter().take(3) {
            wait_for(&format!("{name} to read"), || enough(path, "old"))?;
        }
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        for (name, _, _, path) in readers.iter().take(3) {
            wait_for(&format!("{name} to read on"), || enough(path, "new"))?;
        }
        for (name, query, mut reader, path) in readers {
            reader.kill()?;
            reader.wait()?;
            let text = fs::read_to_string(&path)?;
            // The last line may be half of one.
            let lines: Vec<&str> = text.lines().collect();
            let mut phases: Vec<&str> = lines
                .iter()
                .take(lines.len() - 1)
                .map(|line| match *line {
                    // One client shows the statement too.
                    l if l.starts_with("ERROR ") || l.starts_with("---") || l == query || l.is_empty() => "error",
                    l if l.split('\t').all(|g| g == "old") => "old",
                    l if l.split('\t').all(|g| g == "new") => "new",
                    "2" => "same",
                    l => panic!("{what}: {name} saw {l:?}"),
                })
                .collect();
            phases.dedup();
            let good = match name {
                "same view" => phases == ["same"],
                // It and what it reads are made one after the other: within the swap's instant, some of it may be missing.
                "views" => {
                    let first = phases.iter().position(|p| *p == "new").unwrap_or_default();
                    phases.first() == Some(&"old") && phases.last() == Some(&"new") && !phases[first..].contains(&"old")
                }
                _ => phases == ["old", "new"],
            };
            assert!(good, "{what}: {name} saw {phases:?}");
        }
    }
    Ok(())
}

#[test]
fn what_cannot_be_replaced_is_refused_before_anything_is_loaded() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        let refused = |args: &[&str], url: &str, code, words: &[&str]| -> Result<()> {
            let before = server.snapshot()?;
            assert_ended(&restore(&setting.dump, url, args)?, code, words);
            assert_same(&before, &server.snapshot()?, &what);
            Ok(())
        };
        let replace = &["--replace"][..];
        server.sql("CREATE DATABASE other; CREATE TABLE other.child (id INT, CONSTRAINT reaches FOREIGN KEY (id) REFERENCES shop.a (id))")?;
        refused(replace, &setting.url(), 4, &["other.child (reaches) refers to shop.a"])?;
        server.sql("DROP DATABASE other; CREATE DATABASE shop__dumpstream_new; CREATE TABLE shop__dumpstream_new.mine (id INT)")?;
        refused(replace, &setting.url(), 4, &["shop__dumpstream_new is there", "didn't make it"])?;
        // One that is empty holds nothing to be lost.
        server.sql("DROP DATABASE shop__dumpstream_new; CREATE DATABASE shop__dumpstream_new")?;
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        refused(&["--replace", "--append"], &setting.url(), 2, &["--append"])?;
        refused(&["--keep-old"], &setting.url(), 2, &["--replace"])?;
        refused(replace, "null", 2, &["null"])?;
        // What is most likely no dump at all.
        let (_dir, nothing) = file("nothing.sql", dump_of(""))?;
        let before = server.snapshot()?;
        assert_ended(&restore(&nothing, &setting.url(), replace)?, 3, &["holds no table", "shop: nothing was changed"]);
        assert_same(&before, &server.snapshot()?, &what);
        refused(replace, &server.url(Some("mysql")), 2, &["the server's own schema"])?;
        // A table that is ours.
        let (_dir, kept) = file("kept.sql", server.dump(&setting.kept()?, &[])?)?;
        let before = server.snapshot()?;
        assert_ended(&restore(&kept, &setting.url(), replace)?, 3, &["__dumpstream_objects"]);
        assert_same(&before, &server.snapshot()?, &what);
    }
    Ok(())
}

#[test]
fn missing_privileges_are_named_before_anything_is_loaded() -> Result<()> {
    for setting in Setting::all()? {
        let (server, what) = (&setting.server, setting.what());
        server.sql("CREATE USER few@'%'; GRANT SELECT ON *.* TO few@'%'; GRANT ALL ON shop.* TO few@'%'")?;
        if server.sandbox().flavor() == Flavor::MySql {
            server.sql("GRANT SHOW_ROUTINE ON *.* TO few@'%'")?;
        }
        let url = setting.url().replace("loader@", "few@");
        let before = setting.shop()?;
        let refused = |words: &[&str]| -> Result<()> {
            assert_ended(&restore(&setting.dump, &url, &["--replace", "--keep-old"])?, 4, words);
            assert_same(&before, &setting.shop()?, &what);
            assert_eq!(server.databases()?, ["shop"], "{what}");
            Ok(())
        };
        refused(&[
            "CREATE and INSERT on shop__before_",
            "ALTER and DROP on shop__dumpstream_new",
            "GRANT ALL ON `shop`.*",
        ])?;
        server.sql(
            "GRANT ALL ON `shop\\_\\_%`.* TO few@'%'; REVOKE TRIGGER, EVENT, DROP, LOCK TABLES ON shop.* FROM few@'%'",
        )?;
        refused(&["TRIGGER on shop", "EVENT on shop", "LOCK TABLES on shop"])?;
        server.sql("GRANT ALL ON shop.* TO few@'%'")?;
        refused(&["in the name of ", "put back"])?;
        // All is in order for somebody else's objects only if they are one's own.
        server.sql(
            "SET foreign_key_checks = 0; DROP DATABASE shop; CREATE DATABASE shop; CREATE TABLE shop.t (id INT)",
        )?;
        let (_dir, plain) = file("plain.sql", dump_of_rows(100))?;
        assert_ended(&restore(&plain, &url, &["--replace", "--keep-old"])?, 0, &[]);
        assert_ended(&rollback(&url, &[])?, 0, &[]);
    }
    Ok(())
}

#[test]
fn events_fire_where_they_belong_and_nowhere_else() -> Result<()> {
    for setting in Setting::with(&Options::default().arg("--event-scheduler=ON"))? {
        let (server, what) = (&setting.server, setting.what());
        server.reset()?;
        let ticks = |which: &str| {
            format!(
                "CREATE TABLE ticks (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, which VARCHAR(9));
                 CREATE EVENT tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO ticks (which) VALUES ('{which}');"
            )
        };
        server.sql(&format!("CREATE DATABASE shop; USE shop; {}", ticks("old")))?;
        let count = |schema: &str| -> Result<u64> {
            Ok(server.sql(&format!("SELECT COUNT(*) FROM {schema}.ticks"))?.trim().parse()?)
        };
        wait_for("the old event", || Ok(count("shop")? > 0))?;
        // The dump is long enough for the new event to fire, if it were to, before the swap.
        let rows = dump_of_rows(300_000);
        let dump = rows.replace("-- Dump completed", &format!("{}\n-- Dump completed", ticks("new")));
        let (_dir, path) = file("ticks.sql", dump)?;
        let mut cmd = Dumpstream::built()?.restore(&path, &setting.url(), &["--replace", "--keep-old"]);
        cmd.env("DUMPSTREAM_STOP_AT", "swap-prepared");
        let mut child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        wait_for("the swap", || {
            let sql = "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name LIKE 'shop\\_\\_before%'";
            Ok(server.sql(sql)?.trim() == "1")
        })?;
        thread::sleep(Duration::from_millis(2500));
        assert_eq!(count("shop__dumpstream_new")?, 0, "{what}: the new event fired before the swap");
        child.kill()?;
        child.wait()?;
        assert_ended(&restore(&path, &setting.url(), &["--replace", "--keep-old", "--resume"])?, 0, &[]);
        let kept = setting.kept()?;
        let then = count(&kept)?;
        wait_for("the new event", || Ok(count("shop")? > 1))?;
        thread::sleep(Duration::from_millis(1500));
        assert_eq!(count(&kept)?, then, "{what}: the old event still fires");
        assert_eq!(server.sql("SELECT DISTINCT which FROM shop.ticks")?.trim(), "new");
        assert_ended(&setting.rollback(&[])?, 0, &[]);
        wait_for("the old event again", || Ok(count("shop")? > then))?;
        assert_eq!(server.sql("SELECT DISTINCT which FROM shop.ticks")?.trim(), "old");
    }
    Ok(())
}

#[test]
fn several_schemas_change_places_at_once() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let name = match server.sandbox().flavor() {
            Flavor::MariaDb => "tests/data/features-mariadb1011.sql",
            Flavor::MySql => "tests/data/features-mysql97.sql",
        };
        let dump = paths::workspace().join(name);
        assert_ended(&restore(&dump, &server.url(None), &[])?, 0, &[]);
        let fresh = server.snapshot()?;
        server.reset()?;
        make(&server, "features", "old")?;
        server.sql(
            "CREATE DATABASE `features two`; \
             CREATE TABLE `features two`.t (id INT PRIMARY KEY, CONSTRAINT reaches FOREIGN KEY (id) REFERENCES features.a (id)); \
             CREATE DATABASE bystander; CREATE TABLE bystander.t (id INT)",
        )?;
        let old = server.snapshot()?;
        // By itself, neither can go.
        let ended = restore(&dump, &server.url(Some("features")), &["--replace"])?;
        assert_ended(&ended, 4, &["features two.t (reaches) refers to features.a"]);
        assert_same(&old, &server.snapshot()?, server.version());
        assert_ended(
            &restore(&dump, &server.url(None), &["--replace", "--keep-old"])?,
            0,
            &["features two: 1 table by"],
        );
        assert_same(&fresh, &server.snapshot_of(&["features", "features two"])?, server.version());
        assert_eq!(server.databases()?.len(), 5, "{:?}", server.databases()?);
        // Tied by a foreign key, both come back.
        let ended = rollback(&server.url(Some("features")), &[])?;
        assert_ended(&ended, 0, &["Rolled back features to", "Rolled back features two to"]);
        assert_same(&old, &server.snapshot()?, server.version());
    }
    Ok(())
}

#[test]
fn names_of_any_length_have_their_schemas() -> Result<()> {
    for setting in Setting::all()? {
        let server = &setting.server;
        for live in ["s".repeat(64), "ü".repeat(30), format!("{}-x", "Odd name".repeat(6))] {
            server.reset()?;
            server.sql(&format!("CREATE DATABASE `{live}`; CREATE TABLE `{live}`.t (v VARCHAR(9)); INSERT INTO `{live}`.t VALUES ('old')"))?;
            let before = server.snapshot()?;
            let url = server.url(Some(&live.replace(' ', "%20").replace('ü', "%C3%BC")));
            assert_ended(&restore(&setting.dump, &url, &["--replace", "--keep-old"])?, 0, &[]);
            assert_eq!(server.sql(&format!("SELECT g FROM `{live}`.one"))?.trim(), "new");
            assert_ended(&rollback(&url, &[])?, 0, &[]);
            assert_same(&before, &server.snapshot()?, &live);
        }
    }
    Ok(())
}

#[test]
fn a_server_with_lower_case_names_finds_its_schemas() -> Result<()> {
    for found in servers()? {
        let options = Options::default().arg("--lower-case-table-names=1");
        let Ok(server) = TestServer::start(&found, &options) else { continue };
        server.sql("CREATE DATABASE Shop; CREATE TABLE Shop.T (v VARCHAR(9)); INSERT INTO Shop.T VALUES ('old')")?;
        let before = server.snapshot()?;
        let (_dir, dump) = file("rows.sql", dump_of_rows(500))?;
        let url = server.url(Some("SHOP"));
        assert_ended(&restore(&dump, &url, &["--replace", "--keep-old"])?, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), "500");
        assert_ended(&rollback(&url, &[])?, 0, &[]);
        assert_same(&before, &server.snapshot()?, server.version());
    }
    Ok(())
}

#[test]
fn a_server_with_lower_case_names_takes_a_dump_with_others() -> Result<()> {
    let mixed = dump_of(
        "CREATE TABLE `Orders` (`Id` int NOT NULL PRIMARY KEY) ENGINE=InnoDB;\n\
         CREATE TABLE `orderLines` (`Id` int PRIMARY KEY, `Of` int, CONSTRAINT `C` FOREIGN KEY (`Of`) REFERENCES `Orders` (`Id`));\n\
         INSERT INTO `Orders` VALUES (1),(2);\nINSERT INTO `ORDERLINES` VALUES (7,1);\n\
         CREATE VIEW `AllOrders` AS SELECT `Id` FROM `ORDERS`;\n\
         CREATE TRIGGER `Tr` BEFORE INSERT ON `OrderLines` FOR EACH ROW SET NEW.`Of` = 2;\n\
         CREATE PROCEDURE `Count`() SELECT COUNT(*) FROM `Orders`;\n",
    );
    let (_dir, dump) = file("mixed.sql", mixed)?;
    for found in servers()? {
        let options = Options::default().arg("--lower-case-table-names=1");
        let Ok(server) = TestServer::start(&found, &options) else { continue };
        server.sql("CREATE DATABASE Shop; CREATE TABLE Shop.ORDERS (v VARCHAR(9)); CREATE VIEW Shop.ALLORDERS AS SELECT v FROM Shop.Orders")?;
        let before = server.snapshot()?;
        let url = server.url(Some("SHOP"));
        let (ended, report) = restore_with_report(&dump, &url, &["--replace", "--keep-old"])?;
        assert_ended(&ended, 0, &[]);
        let verified = report["tables"].as_array().cloned().unwrap_or_default();
        assert!(verified.iter().all(|t| t["verified"]["content"] == "equal"), "{report}");
        server.sql("INSERT INTO shop.orderlines VALUES (8,1)")?;
        assert_eq!(server.sql("SELECT GROUP_CONCAT(`Of` ORDER BY Id) FROM shop.orderlines")?.trim(), "1,2");
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.allorders; CALL shop.count()")?.trim(), "2\n2");
        assert_ended(&rollback(&url, &[])?, 0, &[]);
        assert_same(&before, &server.snapshot()?, server.version());
    }
    Ok(())
}

#[test]
fn held_back_or_with_few_connections_it_replaces_all_the_same() -> Result<()> {
    let (_dir, dump) = file("rows.sql", dump_of_rows(40_000))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default().arg("--max-user-connections=100"))?;
        let url = server.url(Some("shop"));
        let make = || server.sql("CREATE DATABASE shop; CREATE TABLE shop.t (v INT); INSERT INTO shop.t VALUES (1)");
        let loader = dumpstream_tests::server::LOADER;
        for (limit, args, said) in [
            (0, &["--rate", "2MiB", "--max-threads-running", "1000"][..], "held back"),
            // The swap's own connection, the main one and a lane.
            (3, &["--lanes", "6"], "fewer_lanes"),
            (4, &["--lanes", "6"], "fewer_lanes"),
        ] {
            make()?;
            server.sql(&format!("ALTER USER {loader}@'%' WITH MAX_USER_CONNECTIONS {limit}"))?;
            let args = [&["--replace", "--keep-old", "--block", "128KiB"], args].concat();
            assert_ended(&restore(&dump, &url, &args)?, 0, &[said]);
            assert_eq!(server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(), "40000\t40000");
            assert_ended(&rollback(&url, &[])?, 0, &[]);
            assert_eq!(server.sql("SELECT v FROM shop.t")?.trim(), "1");
            server.reset()?;
        }
        // Too few: an error before anything is lost.
        make()?;
        server.sql(&format!("ALTER USER {loader}@'%' WITH MAX_USER_CONNECTIONS 2"))?;
        assert_ended(&restore(&dump, &url, &["--replace", "--retries", "1"])?, 4, &["state:"]);
        assert_eq!(server.sql("SELECT v FROM shop.t")?.trim(), "1");
    }
    Ok(())
}

#[test]
fn names_that_differ_in_case_are_different_names() -> Result<()> {
    for setting in Setting::all()? {
        let server = &setting.server;
        server.sql("CREATE DATABASE SHOP; CREATE TABLE SHOP.t (id INT); CREATE TABLE SHOP.one (g VARCHAR(9)); CREATE VIEW SHOP.v AS SELECT 1")?;
        let (other, old) = (server.snapshot_of(&["SHOP"])?, setting.shop()?);
        assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
        assert_same(&setting.fresh, &setting.shop()?, &setting.what());
        assert_same(&other, &server.snapshot_of(&["SHOP"])?, &setting.what());
        assert_ended(&rollback(&server.url(Some("SHOP")), &[])?, 4, &["nothing was kept of SHOP"]);
        assert_ended(&setting.rollback(&[])?, 0, &[]);
        assert_same(&old, &setting.shop()?, &setting.what());
        assert_same(&other, &server.snapshot_of(&["SHOP"])?, &setting.what());
    }
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_change_places() -> Result<()> {
    for setting in Setting::all()? {
        let before = setting.server.snapshot()?;
        let ended = setting.replace(&["--dry-run", "--keep-old"])?;
        assert_ended(&ended, 0, &["replaces", " tables by ", ", the old ones kept as shop__before_"]);
        assert_same(&before, &setting.server.snapshot()?, &setting.what());
    }
    Ok(())
}

#[test]
fn a_sandbox_takes_it_as_well() -> Result<()> {
    let (_dir, dump) = file("rows.sql", dump_of_rows(500))?;
    assert_ended(&restore(&dump, "sandbox/shop", &["--replace"])?, 0, &["nothing was there"]);
    Ok(())
}

/// Where a swap can be stopped.
const PLACES: [&str; 10] = [
    "before-commit",
    "swap-preparing",
    "swap-prepared",
    "swap-before-step",
    "swap-before-step:5",
    "swap-before-rename",
    "swap-renamed",
    "swap-before-step:20",
    "swap-ended",
    "swap-done",
];

/// Kills a swap at every place, and then does what a person may do.
fn killed_at_every_place(flavor: Flavor) -> Result<()> {
    let Some(setting) = Setting::all()?.into_iter().find(|s| s.server.sandbox().flavor() == flavor) else {
        return Ok(());
    };
    let url = setting.url();
    let (server, args) = (&setting.server, &["--replace", "--keep-old"][..]);
    setting.old()?;
    let old = setting.shop()?;
    for place in PLACES {
        for then in ["again", "resume", "rollback"] {
            setting.old()?;
            let what = format!("{place}, then {then}");
            assert!(kill_restore(&setting.dump, &url, args, Some(place), LIMIT)?, "no run comes to {place}");
            let moved = server.sql(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE 'shop\\_\\_before\\_%' \
                 AND table_name NOT LIKE '\\_\\_dumpstream%'",
            )?;
            let renamed = moved.trim() != "0";
            match then {
                "again" | "resume" => {
                    let args = if then == "again" { args.to_vec() } else { [args, &["--resume"]].concat() };
                    assert_ended(&restore(&setting.dump, &url, &args)?, 0, &[]);
                    assert_same(&setting.fresh, &setting.shop()?, &what);
                    // A swap that was finished is one that took place, and the restore that came after it is another.
                    let kept = if renamed && then == "again" { 2 } else { 1 };
                    let mut named = server.databases()?;
                    named.retain(|d| d != "shop");
                    assert_eq!(named.len(), kept, "{what}: {named:?}");
                    let oldest = named.iter().min().ok_or("nothing kept")?.trim_start_matches("shop__before_");
                    assert_ended(&setting.rollback(&["--before", oldest])?, 0, &[]);
                    assert_same(&old, &setting.shop()?, &what);
                }
                _ => {
                    let ended = setting.rollback(&[])?;
                    // Before anything was touched there is nothing to take back.
                    let nothing = matches!(place, "before-commit" | "swap-preparing");
                    assert_ended(&ended, if nothing { 4 } else { 0 }, &[]);
                    assert_same(&old, &setting.shop()?, &what);
                    assert_ended(&setting.replace(&[])?, 0, &[]);
                    assert_same(&setting.fresh, &server.snapshot()?, &what);
                }
            }
        }
    }
    Ok(())
}

#[test]
fn killed_at_every_place_on_mariadb() -> Result<()> {
    killed_at_every_place(Flavor::MariaDb)
}

#[test]
fn killed_at_every_place_on_mysql() -> Result<()> {
    killed_at_every_place(Flavor::MySql)
}

/// Kills a swap, the run that clears up after it, and so on, each at a random moment; and now and then the server too.
/// The schema's lock would be held for as long as the server keeps the connection: a day.
#[test]
fn a_connection_that_is_lost_before_the_swap() -> Result<()> {
    for setting in Setting::all()? {
        let proxy = Proxy::start(setting.server.sandbox().port())?;
        let mut child = stopped_at("swap-preparing", &setting.dump, &url_through(&proxy), &["--replace"])?;
        while proxy.connections() > 0 {
            proxy.lose(0);
        }
        child.kill()?;
        child.wait()?;
        let lock = "SELECT IS_USED_LOCK(CONCAT('dumpstream:swap:', LEFT(SHA2('shop', 256), 32))) IS NOT NULL";
        assert_eq!(setting.server.sql(lock)?.trim(), "1", "it isn't lost");
        assert_ended(&setting.replace(&[])?, 0, &[]);
        assert_same(&setting.fresh, &setting.server.snapshot()?, &setting.what());
        assert_eq!(setting.server.sql(lock)?.trim(), "0");
    }
    Ok(())
}

/// What a server has in its schemas' directories, and said last.
fn left(server: &Sandbox) -> Result<String> {
    let mut text = String::new();
    for schema in
        fs::read_dir(server.datadir())?.flatten().filter(|e| e.file_name().to_string_lossy().starts_with("shop"))
    {
        let mut files: Vec<_> = fs::read_dir(schema.path())?.flatten().map(|file| file.file_name()).collect();
        files.sort();
        text += &format!("{:?}: {files:?}\n", schema.file_name());
    }
    let log = fs::read_to_string(server.log_path())?;
    let tail: Vec<&str> = log.lines().rev().take(40).collect();
    Ok(text + &tail.into_iter().rev().collect::<Vec<_>>().join("\n"))
}

fn killed_at_random(flavor: Flavor) -> Result<()> {
    let Some(mut setting) = Setting::all()?.into_iter().find(|s| s.server.sandbox().flavor() == flavor) else {
        return Ok(());
    };
    setting.old()?;
    let (url, old) = (setting.url(), setting.shop()?);
    let begun = Instant::now();
    assert_ended(&setting.replace(&["--keep-old"])?, 0, &[]);
    let whole = begun.elapsed();
    setting.old()?;
    let crashes = std::env::var("DUMPSTREAM_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(RANDOM_CRASHES);
    let (mut seed, mut killed) = (7, 0);
    while killed < crashes {
        let after = whole.mul_f64((random(&mut seed) % 1_000) as f64 / 1_000.0);
        let back = random(&mut seed).is_multiple_of(3);
        let what = format!("after {killed} crashes");
        let mut cmd = match back {
            true => {
                let mut cmd = std::process::Command::new(Dumpstream::built()?.program);
                cmd.args(["rollback", "--keep-old", "--to", &url]);
                cmd
            }
            false => Dumpstream::built()?.restore(&setting.dump, &url, &["--replace", "--keep-old"]),
        };
        let mut child = cmd.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        thread::sleep(after);
        let with_server = random(&mut seed).is_multiple_of(4);
        if with_server {
            setting.server.sandbox_mut().kill9();
        }
        child.kill()?;
        child.wait()?;
        if with_server {
            setting.server.sandbox_mut().restart()?;
        }
        killed += 1;
        if random(&mut seed).is_multiple_of(2) {
            // Enough of it: whoever comes next finds one of the two states, or brings one about.
            let ended = setting.replace(&["--keep-old"])?;
            assert_eq!(code(&ended), Some(0), "{what}: {}\n{}", ended.stderr_text(), left(setting.server.sandbox())?);
            assert_same(&setting.fresh, &setting.shop()?, &what);
            let mut named = setting.server.databases()?;
            // One that was being brought back may be there still, or one in which the server left a file; with nothing in it.
            let holding = setting.server.sql("SELECT DISTINCT table_schema FROM information_schema.tables")?;
            named.retain(|d| d != "shop" && holding.lines().any(|h| h == d));
            assert!(named.iter().all(|d| d.starts_with("shop__before_")), "{what}: {named:?}");
            let oldest = named.iter().min().ok_or("nothing kept")?.trim_start_matches("shop__before_").to_owned();
            let ended = setting.rollback(&["--before", &oldest])?;
            assert_eq!(code(&ended), Some(0), "{what}: {}", ended.stderr_text());
            let now = setting.shop()?;
            let known = [&old, &setting.fresh].iter().any(|s| s.first_difference(&now).is_none());
            assert!(known, "{what}: {:?}", old.first_difference(&now).map(|d| d.to_string()));
            setting.old()?;
        }
    }
    Ok(())
}

#[test]
fn killed_at_random_on_mariadb() -> Result<()> {
    killed_at_random(Flavor::MariaDb)
}

#[test]
fn killed_at_random_on_mysql() -> Result<()> {
    killed_at_random(Flavor::MySql)
}

#[test]
fn an_interrupt_before_the_swap_changes_nothing() -> Result<()> {
    for setting in Setting::all()? {
        let before = setting.shop()?;
        let (_dir, path) = file("rows.sql", dump_of(&format!("{}\nDO 1;", dump_of_rows(150_000))))?;
        // Slow enough not to be through before it is interrupted.
        let args = ["--replace", "--on-failure", "undo", "--rate", "4MiB"];
        let mut cmd = Dumpstream::built()?.restore(&path, &setting.url(), &args);
        let child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        wait_for("rows", || {
            let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop__dumpstream_new' AND table_name = 't'";
            Ok(setting.server.sql(sql)?.trim() == "1")
        })?;
        crate::support::signal(child.id(), "INT")?;
        let out = child.wait_with_output()?;
        let said = String::from_utf8_lossy(&out.stderr);
        assert_eq!(out.status.code(), Some(130), "{said}");
        assert!(said.contains("shop: nothing was changed"), "{said}");
        assert_same(&before, &setting.shop()?, &setting.what());
    }
    Ok(())
}
