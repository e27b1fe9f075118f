//! Servers and connections that go away, and users who change their minds.

use crate::support::{LIMIT, assert_ended, code, dump_of, dump_of_rows, file, mariadb, restore, servers, signal};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::server::TestServer;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Rows that take a few seconds to load.
const MANY: u32 = 300_000;

/// A restore that runs, seen through its events.
pub(crate) struct Running {
    child: Child,
    events: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(file: &Path, url: &str, args: &[&str]) -> Result<Self> {
        let mut cmd = Dumpstream::built()?.restore(file, url, &[args, &["--progress", "json"]].concat());
        let mut child = cmd.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let events = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Self { child, events })
    }

    /// Waits until `count` blocks of rows are committed.
    pub(crate) fn wait_for_blocks(&mut self, count: usize) -> Result<()> {
        let mut seen = 0;
        let mut line = String::new();
        while seen < count {
            line.clear();
            if self.events.read_line(&mut line)? == 0 {
                let mut err = String::new();
                self.child.stderr.take().ok_or("no stderr")?.read_to_string(&mut err)?;
                return Err(format!("it ended after {seen} blocks: {err}").into());
            }
            seen += usize::from(line.contains("\"event\":\"rows\""));
        }
        Ok(())
    }

    /// Its exit code and what it said, within `limit`.
    pub(crate) fn end(mut self, limit: Duration) -> Result<(Option<i32>, String)> {
        let mut stderr = self.child.stderr.take().ok_or("no stderr")?;
        let said = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).map(|_| text)
        });
        let drained = thread::spawn(move || std::io::copy(&mut self.events, &mut std::io::sink()));
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if start.elapsed() > limit {
                self.child.kill()?;
                return Err(format!("still running after {limit:?}").into());
            }
            thread::sleep(Duration::from_millis(10));
        };
        drained.join().map_err(|_| "a reader panicked")??;
        Ok((status.code(), said.join().map_err(|_| "a reader panicked")??))
    }
}

#[test]
fn a_server_that_dies_is_an_error_and_not_a_hang() -> Result<()> {
    let mut server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(MANY))?;
    let mut running = Running::start(&path, &server.url(Some("shop")), &["--block", "256KiB", "--retries", "2"])?;
    running.wait_for_blocks(3)?;
    server.sandbox_mut().kill9();
    let (code, said) = running.end(Duration::from_secs(60))?;
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("state:"), "nothing on what state the target is in: {said}");
    Ok(())
}

#[test]
fn lost_connections_are_made_anew_and_no_row_is_lost_or_doubled() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(MANY))?;
    for method in ["load-data", "insert"] {
        let args = ["--method", method, "--block", "256KiB", "--retries", "50"];
        let mut running = Running::start(&path, &server.url(Some("shop")), &args)?;
        for _ in 0..4 {
            running.wait_for_blocks(4)?;
            // Only those in the middle of writing rows: the others' loss is not what this is about.
            let busy = server.sql(
                "SELECT id FROM information_schema.processlist \
                 WHERE user = 'loader' AND (info LIKE 'LOAD DATA%' OR info LIKE 'INSERT%') LIMIT 2",
            )?;
            for id in busy.lines() {
                // It may be gone by now.
                let _ = server.sql(&format!("KILL HARD CONNECTION {id}"));
            }
        }
        let (code, said) = running.end(LIMIT)?;
        assert_eq!(code, Some(0), "{method}: {said}");
        let sums = server.sql("SELECT COUNT(*), COUNT(DISTINCT id), MAX(id), SUM(n) FROM shop.t")?;
        let n: u64 = (1..=u64::from(MANY)).map(|i| i % 977).sum();
        assert_eq!(sums.trim(), format!("{MANY}\t{MANY}\t{MANY}\t{n}"), "{method}");
        server.reset()?;
    }
    Ok(())
}

/// What the server counts isn't rolled back with the rows. That it counts at all was told after the table was made, so
/// the rows aren't known to be counted.
#[test]
fn rows_that_are_sent_again_keep_their_numbers() -> Result<()> {
    let values: Vec<String> = (1..=MANY).map(|i| format!("(NULL,{i})")).collect();
    let inserts: String =
        values.chunks(500).map(|rows| format!("INSERT INTO `t` (`id`,`n`) VALUES {};\n", rows.join(","))).collect();
    // A strict server wouldn't have the default, and one in ANSI mode doesn't show the counter.
    let (_dir, path) = file(
        "shop.sql",
        dump_of(&format!(
            "CREATE TABLE `t` (`id` int NOT NULL, `n` int, `d` date NOT NULL DEFAULT '0000-00-00') ENGINE=InnoDB;\n\
             ALTER TABLE `t` MODIFY `id` int NOT NULL AUTO_INCREMENT PRIMARY KEY;\n{inserts}"
        )),
    )?;
    for found in servers()? {
        for mode in ["", "ANSI,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"] {
            let options = Options::default().arg(format!("--sql-mode={mode}"));
            let server = TestServer::start(&found, &options)?;
            let args = ["--block", "64KiB", "--retries", "50"];
            let mut running = Running::start(&path, &server.url(Some("shop")), &args)?;
            let mut killed = 0;
            for _ in 0..6 {
                running.wait_for_blocks(3)?;
                while let Ok(busy) = server.sql(
                    "SELECT id FROM information_schema.processlist \
                     WHERE user = 'loader' AND info LIKE 'INSERT INTO `shop`.`t`%'",
                ) {
                    if let Some(id) = busy.lines().next() {
                        killed += u32::from(server.sql(&format!("KILL CONNECTION {id}")).is_ok());
                        break;
                    }
                }
            }
            let (code, said) = running.end(LIMIT)?;
            let what = format!("{} {mode}", found.flavor());
            assert_eq!(code, Some(0), "{what}: {said}");
            assert!(killed > 0, "{what}: no connection was lost");
            let sums = server.sql("SELECT COUNT(*), MIN(id), MAX(id), SUM(id <> n) FROM shop.t")?;
            assert_eq!(sums.trim(), format!("{MANY}\t1\t{MANY}\t0"), "{what}");
        }
    }
    Ok(())
}

#[test]
fn an_interrupt_stops_within_a_second_and_can_be_undone_or_gone_on_with() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(MANY))?;
    for (name, on_failure) in [("INT", "undo"), ("TERM", "undo"), ("INT", "auto"), ("TERM", "auto")] {
        let args = ["--block", "256KiB", "--on-failure", on_failure];
        let mut running = Running::start(&path, &server.url(Some("shop")), &args)?;
        running.wait_for_blocks(3)?;
        signal(running.child.id(), name)?;
        let asked = Instant::now();
        let (code, said) = running.end(Duration::from_secs(20))?;
        let took = asked.elapsed();
        assert_eq!(code, Some(130), "{name}: {said}");
        assert!(said.contains("state:"), "{name}: nothing on what state the target is in: {said}");
        if on_failure == "undo" {
            assert_eq!(server.snapshot()?.text(), "", "{name}: left behind after saying: {said}");
        } else {
            assert!(said.contains("rows are in; run the same command with --resume"), "{name}: {said}");
            let ended = restore(&path, &server.url(Some("shop")), &[&args[..], &["--resume"]].concat())?;
            assert_ended(&ended, 0, &["were in already"]);
            let rows = server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?;
            assert_eq!(rows.trim(), format!("{MANY}\t{MANY}"), "{name}");
            server.reset()?;
        }
        // One second is what is promised; the rest is for a machine that is busy with other tests.
        assert!(took < Duration::from_secs(4), "{name}: {took:?}");
    }
    Ok(())
}

#[test]
fn a_deadlock_sends_the_block_again() -> Result<()> {
    let server = mariadb(&["--innodb-lock-wait-timeout=1"])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(100_000))?;
    server.sql("CREATE DATABASE shop")?;
    let args = ["--append", "--block", "128KiB", "--retries", "60"];
    let mut running = Running::start(&path, &server.url(Some("shop")), &args)?;
    running.wait_for_blocks(1)?;
    // Holds locks on gaps that the lanes have to insert into, for longer than they wait.
    let held = "SET innodb_lock_wait_timeout = 50; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; \
                BEGIN; SELECT COUNT(*) FROM shop.t WHERE id > 0 FOR UPDATE; DO SLEEP(3); COMMIT;";
    server.sql(held)?;
    let (code, said) = running.end(LIMIT)?;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(), "100000\t100000");
    Ok(())
}

#[test]
fn a_small_max_allowed_packet_is_kept_to() -> Result<()> {
    let server = mariadb(&["--max-allowed-packet=1M"])?;
    let (_dir, path) = file("shop.sql", dump_of_rows(60_000))?;
    for method in ["load-data", "insert"] {
        assert_ended(&restore(&path, &server.url(Some("shop")), &["--method", method])?, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), "60000", "{method}");
        server.reset()?;
    }
    Ok(())
}

#[test]
fn a_row_of_sixty_megabytes_passes() -> Result<()> {
    const SIZE: usize = 60 << 20;
    let mut dump = String::from("CREATE TABLE `big` (`id` int NOT NULL PRIMARY KEY, `b` longtext) ENGINE=InnoDB;\n");
    dump += "INSERT INTO `big` VALUES (1,'small'),(2,'";
    dump += &"abcdefghijklmno\\n".repeat(SIZE / 17);
    dump += "'),(3,'small');\n";
    let (_dir, path) = file("big.sql", dump_of(&dump))?;
    for server in crate::support::servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for method in ["load-data", "insert"] {
            let ended = restore(&path, &server.url(Some("shop")), &["--method", method])?;
            assert_eq!(code(&ended), Some(0), "{method}: {}", ended.stderr_text());
            let sum = server.sql("SELECT COUNT(*), SUM(LENGTH(b)) FROM shop.big")?;
            assert_eq!(sum.trim(), format!("3\t{}", SIZE / 17 * 16 + 10), "{method}");
            server.reset()?;
        }
    }
    Ok(())
}

#[test]
fn a_long_statement_that_is_more_than_rows_is_run_in_one_piece_if_allowed() -> Result<()> {
    let rows: Vec<String> = (0..200_000).map(|i| format!("({i},'{:0>90}')", i)).collect();
    let table = "CREATE TABLE `t` (`id` int PRIMARY KEY, `v` varchar(100)) ENGINE=InnoDB;\n";
    let sql = format!("{table}INSERT INTO `t` VALUES {} ON DUPLICATE KEY UPDATE `v` = 'x';", rows.join(","));
    assert!(sql.len() > 16 << 20);
    let (_dir, path) = file("t.sql", dump_of(&sql))?;
    let server = mariadb(&["--max-allowed-packet=64M"])?;
    let url = server.url(Some("shop"));
    assert_ended(&restore(&path, &url, &[])?, 3, &["--max-row", "shop.t"]);
    assert!(server.snapshot()?.is_empty());
    assert_ended(&restore(&path, &url, &["--max-row", "128MiB"])?, 0, &[]);
    assert_eq!(server.sql("SELECT COUNT(*), SUM(id) FROM shop.t")?.trim(), "200000\t19999900000");
    Ok(())
}
