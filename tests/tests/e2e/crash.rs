//! Restores that are killed, and gone on with.

use crate::support::{
    LIMIT, assert_ended, code, dump_of, file, restore, restore_with_report, servers, signal, url_through,
};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::proxy::Proxy;
use dumpstream_tests::server::TestServer;
use dumpstream_tests::snapshot::Snapshot;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How many restores are killed at a random moment; `DUMPSTREAM_CRASHES` says otherwise.
const RANDOM_CRASHES: u64 = 12;

/// How often a connection is cut, lost or held back.
const NETWORK_FAULTS: u32 = 30;

/// Settings that cut the dump into many blocks.
pub(crate) const ARGS: &[&str] = &["--block", "64KiB", "--lanes", "3", "--indexes", "after-rows"];

/// A dump with one of each: keys after the rows and before, tables without a key, tables that can't be rolled back, rows
/// that depend on rows, statements between them, views over views, routines, triggers, events.
fn dump() -> String {
    let mut body = String::new();
    let mut rows = |table: &str, create: &str, insert: &str, count: u32, row: &dyn Fn(u32) -> String| {
        let _ = write!(body, "DROP TABLE IF EXISTS `{table}`;\n{create};\nLOCK TABLES `{table}` WRITE;\n");
        for first in (1..=count).step_by(400) {
            let values: Vec<String> = (first..count.min(first + 399) + 1).map(row).collect();
            let _ = writeln!(body, "{insert} `{table}` VALUES {};", values.join(","));
        }
        body += "UNLOCK TABLES;\n";
    };
    let text = |i: u32| format!("'{i} {:0>60}'", u64::from(i) * 2_654_435_761 % 1_000_003);
    rows(
        "parent",
        "CREATE TABLE `parent` (`id` int NOT NULL AUTO_INCREMENT, `v` varchar(90) NOT NULL, `n` int, PRIMARY KEY (`id`), \
         UNIQUE KEY `v` (`v`), KEY `n` (`n`), FULLTEXT KEY `f1` (`v`)) ENGINE=InnoDB AUTO_INCREMENT=9001 DEFAULT \
         CHARSET=utf8mb4",
        "INSERT INTO",
        6_000,
        &|i| format!("({i},{},{})", text(i), i % 91),
    );
    rows(
        "child",
        "CREATE TABLE `child` (`p` int NOT NULL, `v` varchar(90), KEY `p` (`p`), CONSTRAINT `c1` FOREIGN KEY (`p`) \
         REFERENCES `parent` (`id`) ON DELETE CASCADE) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        "INSERT INTO",
        6_000,
        &|i| format!("({},{})", i % 6_000 + 1, text(i)),
    );
    rows(
        "old",
        "CREATE TABLE `old` (`id` int NOT NULL, `v` varchar(90), KEY `id` (`id`)) ENGINE=MyISAM DEFAULT CHARSET=latin1",
        "INSERT INTO",
        2_000,
        &|i| format!("({i},{})", text(i)),
    );
    rows(
        "twice",
        "CREATE TABLE `twice` (`id` int NOT NULL PRIMARY KEY, `v` varchar(90)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        "INSERT IGNORE INTO",
        2_000,
        &|i| format!("({},{})", i % 1_500, text(i)),
    );
    // As phpMyAdmin does it: no key until the rows are in.
    rows(
        "late",
        "CREATE TABLE `late` (`id` int NOT NULL, `v` varchar(90)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
        "INSERT INTO",
        3_000,
        &|i| format!("({i},{})", text(i)),
    );
    body += "ALTER TABLE `late` ADD PRIMARY KEY (`id`), ADD KEY `v` (`v`);\n\
             ALTER TABLE `late` MODIFY `id` int NOT NULL AUTO_INCREMENT;\n\
             UPDATE `late` SET `v` = CONCAT(`v`, '!') WHERE `id` > 100;\n\
             DELETE FROM `late` WHERE `id` % 7 = 0;\n\
             INSERT INTO `late` VALUES (NULL, 'counted'), (NULL, 'counted too');\n\
             INSERT INTO `late` (`v`) SELECT `v` FROM `late` WHERE `id` < 9;\n\
             CREATE TABLE `copy` LIKE `late`;\n\
             INSERT INTO `copy` SELECT * FROM `late`;\n\
             CREATE TABLE `before` (`id` int PRIMARY KEY) ENGINE=InnoDB;\n\
             INSERT INTO `before` VALUES (1),(2),(3);\n\
             RENAME TABLE `before` TO `after`;\n\
             CREATE VIEW `outer_view` AS SELECT * FROM `a_view`;\n\
             CREATE VIEW `a_view` AS SELECT `id`, `v` FROM `parent` WHERE `n` > 3;\n\
             DELIMITER ;;\n\
             CREATE TRIGGER `tr` BEFORE INSERT ON `parent` FOR EACH ROW BEGIN SET NEW.`n` = 1; END ;;\n\
             CREATE FUNCTION `fn`() RETURNS int DETERMINISTIC BEGIN RETURN 42; END ;;\n\
             CREATE PROCEDURE `pr`() BEGIN SELECT 1; END ;;\n\
             CREATE EVENT `ev` ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN SELECT 1; END ;;\n\
             DELIMITER ;\n";
    dump_of(&body)
}

/// Runs a restore and kills it: when it says that it is at the named place, or after a while. False if it ended first.
pub(crate) fn kill_restore(file: &Path, url: &str, args: &[&str], at: Option<&str>, after: Duration) -> Result<bool> {
    let mut cmd = Dumpstream::built()?.restore(file, url, args);
    if let Some(place) = at {
        cmd.env("DUMPSTREAM_STOP_AT", place);
    }
    let mut child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let (sender, stopped) = mpsc::channel();
    let stderr = child.stderr.take().ok_or("no stderr")?;
    let said = thread::spawn(move || {
        let mut said = String::new();
        for line in BufReader::new(stderr).lines().map_while(std::io::Result::ok) {
            if line.starts_with("stopped at ") {
                let _ = sender.send(());
            }
            said += &line;
            said.push('\n');
        }
        said
    });
    let begun = Instant::now();
    loop {
        let killed = match at {
            Some(_) => stopped.recv_timeout(Duration::from_millis(5)).is_ok(),
            None => {
                thread::sleep(Duration::from_micros(500));
                begun.elapsed() >= after
            }
        };
        if killed {
            child.kill()?;
            child.wait()?;
            return Ok(true);
        }
        if let Some(status) = child.try_wait()? {
            let said = said.join().map_err(|_| "a reader panicked")?;
            let done = status.success() || is_finished(status.code(), &said);
            return if done { Ok(false) } else { Err(format!("it ended with {status}\n{said}").into()) };
        }
        if begun.elapsed() > LIMIT {
            child.kill()?;
            return Err("it neither ended nor came to the place".into());
        }
    }
}

/// A restore that stands still at the named place.
pub(crate) fn stopped_at(place: &str, file: &Path, url: &str, args: &[&str]) -> Result<Child> {
    let mut cmd = Dumpstream::built()?.restore(file, url, args);
    cmd.env("DUMPSTREAM_STOP_AT", place).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = cmd.spawn()?;
    let lines = BufReader::new(child.stderr.take().ok_or("no stderr")?).lines();
    let reached = lines.map_while(std::io::Result::ok).any(|l| l.starts_with("stopped at "));
    assert!(reached, "{place}");
    Ok(child)
}

/// A restore that was killed after its last step leaves nothing to go on with, and the next one says so.
fn is_finished(code: Option<i32>, said: &str) -> bool {
    code == Some(4) && said.contains("already holds") && said.contains("dumpstream verify SOURCE --against")
}

/// Goes on until it is done.
fn go_on(file: &Path, url: &str, args: &[&str]) -> Result<Ended> {
    let ended = run(&mut Dumpstream::built()?.restore(file, url, &[args, &["--resume"]].concat()), LIMIT)?;
    if ended.ok() || is_finished(code(&ended), &ended.stderr_text()) {
        Ok(ended)
    } else {
        Err(ended.stderr_text().into())
    }
}

fn assert_same(wanted: &Snapshot, server: &TestServer, what: &str) -> Result<()> {
    if let Some(difference) = wanted.first_difference(&server.snapshot()?) {
        panic!("{what}: {difference}");
    }
    Ok(())
}

/// Each step in turn is where the process is killed: at its first time, and at some later ones.
fn named_places(flavor: Flavor) -> Result<()> {
    const PLACES: &[&str] = &[
        "read",
        "cut",
        "shape",
        "before-ledger",
        "within-ledger",
        "before-rows",
        "after-rows",
        "before-commit",
        "after-commit",
        "before-statement",
        "after-statement",
        "before-ledger-drop",
        "after-ledger-drop",
    ];
    let Some(server) = TestServer::find(flavor)? else { return Ok(()) };
    let server = TestServer::start(&server, &Options::default())?;
    let (_dir, path) = file("shop.sql", dump())?;
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    let wanted = server.snapshot()?;
    for place in PLACES {
        let mut reached = 0;
        for time in [1, 2, 7, 15] {
            server.reset()?;
            let at = format!("{place}:{time}");
            if !kill_restore(&path, &url, ARGS, Some(&at), LIMIT)? {
                break;
            }
            reached += 1;
            go_on(&path, &url, ARGS).map_err(|e| format!("{at}: {e}"))?;
            assert_same(&wanted, &server, &at)?;
        }
        assert!(reached > 0, "no run ever comes to {place}");
    }
    Ok(())
}

#[test]
fn killed_at_every_step_on_mariadb() -> Result<()> {
    named_places(Flavor::MariaDb)
}

#[test]
fn killed_at_every_step_on_mysql() -> Result<()> {
    named_places(Flavor::MySql)
}

/// Statements are fewer than blocks, and each is of another kind: all of them are tried.
fn every_statement(flavor: Flavor) -> Result<()> {
    let Some(server) = TestServer::find(flavor)? else { return Ok(()) };
    let server = TestServer::start(&server, &Options::default())?;
    let (_dir, path) = file("shop.sql", dump())?;
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    let wanted = server.snapshot()?;
    for place in ["before-statement", "after-statement"] {
        let mut time = 1;
        loop {
            server.reset()?;
            let at = format!("{place}:{time}");
            if !kill_restore(&path, &url, ARGS, Some(&at), LIMIT)? {
                break;
            }
            go_on(&path, &url, ARGS).map_err(|e| format!("{at}: {e}"))?;
            assert_same(&wanted, &server, &at)?;
            time += 1;
        }
        assert!(time > 15, "only {time} statements");
    }
    Ok(())
}

#[test]
fn killed_at_every_statement_on_mariadb() -> Result<()> {
    every_statement(Flavor::MariaDb)
}

#[test]
fn killed_at_every_statement_on_mysql() -> Result<()> {
    every_statement(Flavor::MySql)
}

/// A small generator of its own, so that a seed means the same everywhere.
pub(crate) fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// One restore after the other, each killed again and again at any moment until one gets through.
fn random_moments(flavor: Flavor) -> Result<()> {
    let Some(server) = TestServer::find(flavor)? else { return Ok(()) };
    let server = TestServer::start(&server, &Options::default())?;
    let (_dir, path) = file("shop.sql", dump())?;
    let url = server.url(Some("shop"));
    let begun = Instant::now();
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    let whole = begun.elapsed();
    let wanted = server.snapshot()?;
    server.reset()?;
    let crashes = std::env::var("DUMPSTREAM_CRASHES").ok().and_then(|n| n.parse().ok()).unwrap_or(RANDOM_CRASHES);
    let (mut seed, mut killed) = (42, 0);
    let resume = [ARGS, &["--resume"]].concat();
    while killed < crashes {
        let after = whole.mul_f64((random(&mut seed) % 1_000) as f64 / 1_100.0);
        let what = format!("after {killed} crashes");
        if kill_restore(&path, &url, &resume, None, after).map_err(|e| format!("{what}: {e}"))? {
            killed += 1;
        } else {
            assert_same(&wanted, &server, &what)?;
            server.reset()?;
        }
    }
    go_on(&path, &url, ARGS)?;
    assert_same(&wanted, &server, "at the end")
}

#[test]
fn killed_at_any_moment_on_mariadb() -> Result<()> {
    random_moments(Flavor::MariaDb)
}

#[test]
fn killed_at_any_moment_on_mysql() -> Result<()> {
    random_moments(Flavor::MySql)
}

#[test]
fn what_is_in_is_not_sent_again_and_the_report_says_so() -> Result<()> {
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        let url = server.url(Some("shop"));
        assert!(kill_restore(&path, &url, ARGS, Some("after-commit:12"), LIMIT)?);
        let entries = server.sql("SELECT COUNT(*) FROM shop.__dumpstream_ledger WHERE what = 2 AND state = 1")?;
        let entries: u64 = entries.trim().parse()?;
        let args = [ARGS, &["--resume"]].concat();
        let (ended, report) = restore_with_report(&path, &url, &args)?;
        assert_eq!(code(&ended), Some(0), "{}", ended.stderr_text());
        let blocks = report["resumed"]["blocks"].as_u64().ok_or("nothing on what was in")?;
        // Each of the lanes may have been in the middle of a COMMIT.
        assert!(entries >= 8 && (entries..=entries + 3).contains(&blocks), "{blocks} blocks, {entries} entries");
        let ledgers = server.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE '%ledger%'")?;
        assert_eq!(ledgers.trim(), "0");
    }
    Ok(())
}

#[test]
fn only_the_same_restore_goes_on() -> Result<()> {
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let text = dump();
        let (_dir, path) = file("shop.sql", &text)?;
        let url = server.url(Some("shop"));
        let resume = [ARGS, &["--resume"]].concat();
        assert!(kill_restore(&path, &url, ARGS, Some("after-commit:12"), LIMIT)?);
        let before = server.sql("SELECT COUNT(*) FROM shop.__dumpstream_ledger")?;
        // Without --resume.
        assert_ended(&restore(&path, &url, ARGS)?, 4, &["unfinished restore", "--resume"]);
        // Another setting.
        let ended = restore(&path, &url, &["--resume", "--block", "128KiB", "--indexes", "after-rows"])?;
        assert_ended(&ended, 2, &["block_bytes was 65536"]);
        // Another size.
        let (_dir, longer) = file("shop.sql", text.clone() + "-- more\n")?;
        assert_ended(&restore(&longer, &url, &resume)?, 2, &["source_bytes was"]);
        // The same size, and another byte where rows are in.
        let at = text.find("'17 0000").ok_or("no row 17")? + 1;
        let mut other = text.clone().into_bytes();
        other[at + 1] = b'8';
        let (_dir, other) = file("shop.sql", &other)?;
        let ended = restore(&other, &url, &[&resume[..], &["--on-failure", "keep"]].concat())?;
        assert_ended(&ended, 3, &["not the dump that the restore was begun with"]);
        assert!(!before.trim().is_empty());
        go_on(&path, &url, ARGS)?;
        let wanted = server.snapshot()?;
        server.reset()?;
        assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
        assert_same(&wanted, &server, "gone on with")?;
    }
    Ok(())
}

#[test]
fn a_server_that_is_killed_and_comes_back() -> Result<()> {
    for found in servers()? {
        let mut server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        let url = server.url(Some("shop"));
        assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
        let wanted = server.snapshot()?;
        for place in ["after-rows:5", "before-commit:12", "after-commit:17", "before-statement:9", "after-statement:12"]
        {
            server.reset()?;
            // The process stands at the place; then the server goes, then the process.
            let mut child = stopped_at(place, &path, &url, ARGS)?;
            server.sandbox_mut().kill9();
            child.kill()?;
            child.wait()?;
            server.sandbox_mut().restart()?;
            go_on(&path, &url, ARGS).map_err(|e| format!("{} {place}: {e}", found.flavor()))?;
            assert_same(&wanted, &server, place)?;
        }
    }
    Ok(())
}

#[test]
fn connections_that_are_cut_held_back_and_lost() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        assert_ended(&restore(&path, &server.url(Some("shop")), ARGS)?, 0, &[]);
        let wanted = server.snapshot()?;
        server.reset()?;
        let proxy = Proxy::start(server.sandbox().port())?;
        let url = url_through(&proxy);
        let args = [ARGS, &["--resume", "--retries", "20"]].concat();
        let (mut seed, mut faults, mut undisturbed) = (7, 0, 0);
        loop {
            undisturbed += u32::from(faults >= NETWORK_FAULTS);
            let mut cmd = Dumpstream::built()?.restore(&path, &url, &args);
            let mut child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
            let begun = Instant::now();
            let status = loop {
                if let Some(status) = child.try_wait()? {
                    break status;
                }
                assert!(begun.elapsed() < LIMIT, "it hangs");
                thread::sleep(Duration::from_millis(10 + random(&mut seed) % 60));
                let fault = if faults < NETWORK_FAULTS { random(&mut seed) % 3 } else { 3 };
                faults += u32::from(fault < 3);
                match fault {
                    0 => proxy.cut(random(&mut seed)),
                    1 => proxy.lose(random(&mut seed)),
                    2 => proxy.delay(Duration::from_millis(random(&mut seed) % 5)),
                    _ => proxy.delay(Duration::ZERO),
                }
            };
            let mut said = String::new();
            std::io::Read::read_to_string(&mut child.stderr.take().ok_or("no stderr")?, &mut said)?;
            if status.success() || is_finished(status.code(), &said) {
                break;
            }
            let state = said.contains("--resume") || said.contains("nothing was changed");
            assert!(state && undisturbed < 2, "{} after {faults} faults: {said}", found.flavor());
        }
        assert_same(&wanted, &server, "over a bad network")?;
    }
    Ok(())
}

/// The lock under which ledgers are made would be held for as long as the server keeps the connection: a day.
#[test]
fn a_connection_that_is_lost_while_the_ledger_is_made() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        assert_ended(&restore(&path, &server.url(Some("shop")), ARGS)?, 0, &[]);
        let wanted = server.snapshot()?;
        server.reset()?;
        let proxy = Proxy::start(server.sandbox().port())?;
        let mut child = stopped_at("within-ledger", &path, &url_through(&proxy), ARGS)?;
        while proxy.connections() > 0 {
            proxy.lose(0);
        }
        child.kill()?;
        child.wait()?;
        let lock = "SELECT IS_USED_LOCK('dumpstream:begin') IS NOT NULL";
        assert_eq!(server.sql(lock)?.trim(), "1", "it isn't lost");
        go_on(&path, &server.url(Some("shop")), ARGS)?;
        assert_same(&wanted, &server, "gone on with")?;
        assert_eq!(server.sql(lock)?.trim(), "0");
    }
    Ok(())
}

#[test]
fn a_network_that_is_gone_and_comes_back() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        assert_ended(&restore(&path, &server.url(Some("shop")), ARGS)?, 0, &[]);
        let wanted = server.snapshot()?;
        server.reset()?;
        let proxy = Proxy::start(server.sandbox().port())?;
        // So slow that it isn't through when the network goes, on any machine.
        proxy.delay(Duration::from_millis(25));
        let url = url_through(&proxy);
        let args = [ARGS, &["--retries", "1"]].concat();
        let mut cmd = Dumpstream::built()?.restore(&path, &url, &args);
        let mut child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let sent = || -> Result<u64> {
            let count = server.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'child'")?;
            Ok(count.trim().parse()?)
        };
        while sent()? == 0 {
            thread::sleep(Duration::from_millis(5));
        }
        // The server doesn't learn of it: what it has of the blocks that were on their way stays open.
        proxy.refuse(true);
        while proxy.connections() > 0 {
            proxy.lose(0);
        }
        let status = child.wait()?;
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().ok_or("no stderr")?, &mut said)?;
        assert_eq!(status.code(), Some(4), "{said}");
        assert!(said.contains("run the same command with --resume"), "{said}");
        proxy.refuse(false);
        proxy.delay(Duration::ZERO);
        go_on(&path, &url, &args)?;
        assert_same(&wanted, &server, "gone on with")?;
    }
    Ok(())
}

#[test]
fn a_full_disk() -> Result<()> {
    let found = TestServer::find(Flavor::MariaDb)?.ok_or("no MariaDB")?;
    let options = |mib: u32| format!("--innodb-data-file-path=ibdata1:12M:autoextend:max:{mib}M");
    let small = Options::default().arg("--innodb-file-per-table=0").arg(options(14));
    let mut server = TestServer::start(&found, &small)?;
    let (_dir, path) = file("shop.sql", dump())?;
    let url = server.url(Some("shop"));
    let ended = restore(&path, &url, ARGS)?;
    assert_ended(&ended, 4, &["make room on the target", "run the same command with --resume"]);
    server.sandbox_mut().set_arg(options(256));
    server.sandbox_mut().restart()?;
    assert_ended(&go_on(&path, &url, ARGS)?, 0, &["were in already"]);
    let resumed = server.snapshot()?;
    server.reset()?;
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    assert_same(&resumed, &server, "once there was room")
}

#[test]
fn two_at_once_do_not_both_go_on() -> Result<()> {
    let found = TestServer::find(Flavor::MariaDb)?.ok_or("no MariaDB")?;
    let server = TestServer::start(&found, &Options::default())?;
    let (_dir, path) = file("shop.sql", dump())?;
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    let wanted = server.snapshot()?;
    server.reset()?;
    // One that stands still in the middle of a block, which the other takes over.
    let mut child = stopped_at("before-commit:9", &path, &url, ARGS)?;
    // All of it: its other lanes would come back, and one of the two give up.
    signal(child.id(), "STOP")?;
    go_on(&path, &url, ARGS)?;
    child.kill()?;
    child.wait()?;
    assert_same(&wanted, &server, "taken over")
}

/// Whoever goes on while the other is alive wins, and the other neither goes on nor undoes anything.
#[test]
fn of_two_that_are_alive_the_newer_wins() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        let url = server.url(Some("shop"));
        assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
        let wanted = server.snapshot()?;
        let (mut seed, mut won) = (5, 0);
        for round in 0..6 {
            server.reset()?;
            let slow = [ARGS, &["--rate", "2MiB", "--on-failure", "undo", "--retries", "20"]].concat();
            let mut older = Dumpstream::built()?.restore(&path, &url, &slow);
            let older = older.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
            let begun = Instant::now();
            while server.sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'parent'")?.trim()
                == "0"
            {
                assert!(begun.elapsed() < LIMIT, "it doesn't begin");
            }
            thread::sleep(Duration::from_millis(random(&mut seed) % 300));
            let what = format!("{} round {round}", found.flavor());
            // Alive all the time; asleep until the other is through; and interrupted before it looks again.
            if round % 3 > 0 {
                signal(older.id(), "STOP")?;
            }
            go_on(&path, &url, ARGS).map_err(|e| format!("{what}: {e}"))?;
            if round % 3 > 1 {
                signal(older.id(), "INT")?;
            }
            if round % 3 > 0 {
                signal(older.id(), "CONT")?;
            }
            let ended = older.wait_with_output()?;
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(matches!(ended.status.code(), Some(0 | 4 | 130)), "{what}: {said}");
            won += u32::from(said.contains("another dumpstream"));
            assert_same(&wanted, &server, &format!("{what}: {said}"))?;
        }
        assert!(won > 0, "{}: the older one was always through", found.flavor());
    }
    Ok(())
}

#[test]
fn a_server_that_is_killed_at_any_moment() -> Result<()> {
    for found in servers()? {
        let mut server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("shop.sql", dump())?;
        let url = server.url(Some("shop"));
        let begun = Instant::now();
        assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
        let whole = begun.elapsed();
        let wanted = server.snapshot()?;
        server.reset()?;
        let mut seed = 99;
        for kill in 0..4 {
            let mut cmd = Dumpstream::built()?.restore(&path, &url, &[ARGS, &["--resume"]].concat());
            let child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
            thread::sleep(whole.mul_f64((random(&mut seed) % 1_000) as f64 / 1_000.0));
            server.sandbox_mut().kill9();
            server.sandbox_mut().restart()?;
            // A restore whose lanes were all idle or came back in time may get through.
            let ended = child.wait_with_output()?;
            let said = String::from_utf8_lossy(&ended.stderr);
            let state = said.contains("--resume") || said.contains("nothing was changed");
            assert!(ended.status.success() || is_finished(ended.status.code(), &said) || state, "kill {kill}: {said}");
        }
        go_on(&path, &url, ARGS).map_err(|e| format!("{}: {e}", found.flavor()))?;
        assert_same(&wanted, &server, "after the last crash")?;
    }
    Ok(())
}

#[test]
fn whoever_may_restore_may_go_on() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (_dir, path) = file("t.sql", crate::support::dump_of_rows(20_000))?;
        server.sql(
            "CREATE DATABASE shop; CREATE USER few@'%'; \
             GRANT CREATE, DROP, ALTER, INDEX, INSERT, SELECT, LOCK TABLES ON shop.* TO few@'%'",
        )?;
        let url = format!("mysql://few@127.0.0.1:{}/shop", server.sandbox().port());
        assert!(kill_restore(&path, &url, ARGS, Some("after-commit:2"), LIMIT)?);
        assert_ended(&go_on(&path, &url, ARGS)?, 0, &["were in already"]);
        assert_eq!(server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(), "20000\t20000");
        assert_eq!(server.sql("SHOW TABLES FROM shop")?.trim(), "t");
        server.sql("DROP TABLE shop.t")?;
        assert_ended(&restore(&path, &url, &[ARGS, &["--keep-ledger"]].concat())?, 0, &[]);
        assert_eq!(server.sql("SHOW TABLES FROM shop")?.trim(), "__dumpstream_ledger\nt");
    }
    Ok(())
}

#[test]
fn a_compressed_dump_from_a_pipe_is_gone_on_with() -> Result<()> {
    let found = TestServer::find(Flavor::MariaDb)?.ok_or("no MariaDB")?;
    let server = TestServer::start(&found, &Options::default())?;
    let (_dir, path) = file("shop.sql", dump())?;
    let zipped = path.with_extension("sql.gz");
    let gzip =
        std::process::Command::new("gzip").arg("-c").arg(&path).stdout(std::fs::File::create(&zipped)?).status()?;
    assert!(gzip.success());
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, ARGS)?, 0, &[]);
    let wanted = server.snapshot()?;
    server.reset()?;
    assert!(kill_restore(&zipped, &url, ARGS, Some("before-commit:11"), LIMIT)?);
    // Another codec is another source.
    assert_ended(&restore(&path, &url, &[ARGS, &["--resume"]].concat())?, 2, &["codec was gzip"]);
    let mut cmd = Dumpstream::built()?.restore(Path::new("-"), &url, &[ARGS, &["--resume"]].concat());
    let ended = run(cmd.stdin(std::fs::File::open(&zipped)?), LIMIT)?;
    assert_ended(&ended, 0, &["were in already"]);
    assert_same(&wanted, &server, "from a pipe")
}
