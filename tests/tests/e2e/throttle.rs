//! Rows that are held back for the sake of others on the server.

use crate::support::{assert_ended, dump_of, dump_of_rows, file, restore, restore_with_report, servers};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::Ended;
use dumpstream_tests::server::{LOADER, TestServer};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

const ROWS: u32 = 60_000;
/// How long rows are held back here.
const PAUSE: Duration = Duration::from_millis(2_500);
/// Lanes that rows go over here.
const LANES: usize = 2;

/// Restores with `args`, and calls `release` some time after rows began to be held back; gives back the events as well.
fn restore_until_released(
    path: &Path,
    server: &TestServer,
    args: &[&str],
    release: impl FnOnce() -> Result<()> + Send,
) -> Result<(Ended, Vec<Value>)> {
    let lanes = LANES.to_string();
    let args = [args, &["--progress", "json", "--block", "256KiB", "--lanes", &lanes]].concat();
    let mut cmd = Dumpstream::built()?.restore(path, &server.url(Some("shop")), &args);
    let begun = Instant::now();
    let mut child = cmd.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let mut said = child.stderr.take().ok_or("no stderr")?;
    let (stderr, events) = thread::scope(|scope| -> Result<_> {
        let stderr = scope.spawn(move || {
            let mut bytes = Vec::new();
            said.read_to_end(&mut bytes).map(|_| bytes)
        });
        let (mut events, mut release, mut releasing) = (Vec::<Value>::new(), Some(release), None);
        for line in lines {
            let event: Value = serde_json::from_str(&line?)?;
            if event["event"] == "paused"
                && let Some(release) = release.take()
            {
                releasing = Some(scope.spawn(|| {
                    thread::sleep(PAUSE);
                    release()
                }));
            }
            events.push(event);
        }
        releasing.ok_or("nothing was held back")?.join().map_err(|_| "it panicked")??;
        Ok((stderr.join().map_err(|_| "it panicked")??, events))
    })?;
    let status = Some(child.wait()?);
    Ok((Ended { status, stdout: Vec::new(), stderr, took: begun.elapsed() }, events))
}

/// Fails unless rows were held back for that reason until they were released, and came in all the same.
#[track_caller]
fn assert_held_back((ended, events): &(Ended, Vec<Value>), server: &TestServer, reason: &str) -> Result<()> {
    assert_ended(ended, 0, &["held back"]);
    let at = |kind: &str| events.iter().position(|e| e["event"] == kind).ok_or(format!("no {kind}: {events:?}"));
    let (paused, resumed) = (at("paused")?, at("resumed")?);
    assert_eq!(events[paused]["reason"], reason);
    assert!(events[paused]["value"].as_f64() > events[paused]["limit"].as_f64(), "{}", events[paused]);
    // Those that were on their way.
    let blocks = events[paused..resumed].iter().filter(|e| e["event"] == "rows").count();
    assert!(blocks <= LANES, "{blocks} blocks while rows were held back");
    assert!(events[resumed]["seconds"].as_f64() >= Some(PAUSE.as_secs_f64()), "{}", events[resumed]);
    assert_eq!(server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(), format!("{ROWS}\t{ROWS}"));
    server.reset()
}

/// Rows that the server numbers, which go over the main connection.
fn dump_to_be_numbered() -> String {
    let rows: Vec<String> = (0..ROWS).map(|i| format!("('row {i:0>90}',{})", i % 977)).collect();
    let inserts: Vec<String> =
        rows.chunks(5_000).map(|rows| format!("INSERT INTO `t` (`v`,`n`) VALUES {};\n", rows.join(","))).collect();
    dump_of(&format!(
        "CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT PRIMARY KEY, `v` varchar(120), `n` int) ENGINE=InnoDB;\n{}",
        inserts.concat()
    ))
}

#[test]
fn a_rate_is_kept_to() -> Result<()> {
    // So low that any machine could do more.
    const RATE: f64 = (2 << 20) as f64;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for dump in [dump_of_rows(ROWS), dump_to_be_numbered()] {
            let bytes = dump.len() as f64;
            let (_dir, path) = file("shop.sql", dump)?;
            let args = ["--rate", "2MiB", "--block", "256KiB"];
            let (ended, report) = restore_with_report(&path, &server.url(Some("shop")), &args)?;
            assert_ended(&ended, 0, &["held back", "(rate)"]);
            let took = report["seconds"].as_f64().ok_or("no time")?;
            // A second's worth may go at once in the beginning, and the last blocks before they are paid for.
            assert!(took > bytes / RATE - 1.3, "{took} s for {bytes} bytes");
            assert!(report["pauses"]["rate"]["seconds"].as_f64() > Some(0.5), "{report}");
            assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), ROWS.to_string());
            server.reset()?;
        }
    }
    Ok(())
}

#[test]
fn rows_wait_while_many_threads_run() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(ROWS))?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let outcome = thread::scope(|scope| -> Result<_> {
            let sleeping =
                || server.sql("SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'");
            let sleepers: Vec<_> = (0..8).map(|_| scope.spawn(|| server.sql("DO SLEEP(600)"))).collect();
            while sleeping()?.trim() != "8" {
                thread::sleep(Duration::from_millis(20));
            }
            let wake = || -> Result<()> {
                let ids = server.sql("SELECT id FROM information_schema.processlist WHERE info = 'DO SLEEP(600)'")?;
                ids.lines().try_for_each(|id| server.sql(&format!("KILL QUERY {id}")).map(drop))
            };
            let outcome = restore_until_released(&path, &server, &["--max-threads-running", "7"], wake);
            if outcome.is_err() {
                wake()?;
            }
            for sleeper in sleepers {
                // One that is woken says so, or that it failed: on what server that is.
                let _ = sleeper.join().map_err(|_| "it panicked")?;
            }
            outcome
        })?;
        assert_held_back(&outcome, &server, "threads_running")?;
    }
    Ok(())
}

#[test]
fn rows_wait_while_a_reader_of_the_cluster_is_behind() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(ROWS))?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        // As Aurora has it.
        server.sql(
            "CREATE TABLE mysql.ro_replica_status (server_id VARCHAR(100), replica_lag_in_msec DOUBLE); \
             INSERT INTO mysql.ro_replica_status VALUES ('writer', 0), ('reader', 6500.5)",
        )?;
        let outcome = restore_until_released(&path, &server, &["--max-lag", "6"], || {
            server.sql("UPDATE mysql.ro_replica_status SET replica_lag_in_msec = 20").map(drop)
        })?;
        assert_held_back(&outcome, &server, "lag")?;
    }
    Ok(())
}

#[test]
fn rows_wait_while_the_target_is_behind_its_source() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(ROWS))?;
    for server in servers()? {
        let flavor = server.flavor();
        let id = |n: u32| Options::default().arg(format!("--server-id={n}"));
        let source = TestServer::start(&server, &id(1).arg("--log-bin"))?;
        let replica = TestServer::start(&server, &id(2))?;
        let (status, change, word) = match flavor {
            Flavor::MariaDb => ("SHOW MASTER STATUS", "CHANGE MASTER TO MASTER", "SLAVE"),
            Flavor::MySql => ("SHOW BINARY LOG STATUS", "CHANGE REPLICATION SOURCE TO SOURCE", "REPLICA"),
        };
        let prefix = change.rsplit(' ').next().unwrap_or_default();
        let status = source.sql(status)?;
        let [log, position, ..] = status.split_whitespace().collect::<Vec<_>>()[..] else { return Err(status.into()) };
        let public_key = if flavor == Flavor::MySql { ", GET_SOURCE_PUBLIC_KEY=1" } else { "" };
        // Not by the account whose clock stands still.
        replica.sql(&format!(
            "{change}_HOST='127.0.0.1', {prefix}_PORT={}, {prefix}_USER='root', {prefix}_LOG_FILE='{log}', \
             {prefix}_LOG_POS={position}, {prefix}_DELAY=3600{public_key}; START {word}",
            source.sandbox().port()
        ))?;
        source.sql("CREATE DATABASE elsewhere")?;
        // Behind by what the clock says since then.
        thread::sleep(Duration::from_secs(4));
        let outcome = restore_until_released(&path, &replica, &["--max-lag", "2.5"], || {
            replica.sql(&format!("STOP {word}; {change}_DELAY=0; START {word}")).map(drop)
        })?;
        assert_held_back(&outcome, &replica, "lag")?;
        replica.sql(&format!("STOP {word}"))?;
        let ended = restore(&path, &replica.url(Some("shop")), &["--max-lag", "2.5"])?;
        assert_ended(&ended, 4, &["replication doesn't run", "nothing was changed"]);
    }
    Ok(())
}

#[test]
fn a_lag_that_nobody_tells_is_an_error_before_anything_is_touched() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let ended = restore(&path, &server.url(Some("shop")), &["--max-lag", "5"])?;
        assert_ended(&ended, 4, &["--max-lag can't work there", "--rate", "nothing was changed"]);
        server.sql(&format!("REVOKE ALL, GRANT OPTION FROM {LOADER}@'%'; GRANT ALL ON shop.* TO {LOADER}@'%'"))?;
        let ended = restore(&path, &server.url(Some("shop")), &["--max-lag", "5"])?;
        assert_ended(&ended, 4, &["REPLICATION CLIENT", "nothing was changed"]);
        assert!(server.snapshot()?.is_empty());
        assert_ended(&restore(&path, &server.url(Some("shop")), &["--max-threads-running", "9"])?, 0, &[]);
    }
    Ok(())
}
