//! Rows that are held back for the sake of others on the server.

use crate::support::{LIMIT, assert_ended, dump_of, dump_of_rows, file, restore, restore_with_report, servers};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::server::{LOADER, TestServer};
use serde_json::Value;
use std::path::Path;
use std::thread;
use std::time::Duration;

const ROWS: u32 = 100_000;

/// Restores with `args` while `meanwhile` runs, and gives back the events as well.
fn restore_while(
    path: &Path,
    server: &TestServer,
    args: &[&str],
    meanwhile: impl FnOnce() -> Result<()> + Send,
) -> Result<(Ended, Vec<Value>)> {
    let args = [args, &["--progress", "json", "--block", "256KiB", "--lanes", "2"]].concat();
    let mut cmd = Dumpstream::built()?.restore(path, &server.url(Some("shop")), &args);
    let ended = thread::scope(|scope| {
        let meanwhile = scope.spawn(meanwhile);
        let ended = run(&mut cmd, LIMIT);
        meanwhile.join().map_err(|_| "it panicked")??;
        ended
    })?;
    let events = ended.stdout_text().lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok((ended, events))
}

/// Fails unless rows were held back for that reason at least so long, and came in all the same.
#[track_caller]
fn assert_held_back(
    (ended, events): &(Ended, Vec<Value>),
    server: &TestServer,
    reason: &str,
    least: f64,
) -> Result<()> {
    assert_ended(ended, 0, &["held back"]);
    let at = |kind: &str| events.iter().position(|e| e["event"] == kind).ok_or(format!("no {kind}: {events:?}"));
    let (paused, resumed) = (at("paused")?, at("resumed")?);
    assert_eq!(events[paused]["reason"], reason);
    assert!(events[paused]["value"].as_f64() > events[paused]["limit"].as_f64(), "{}", events[paused]);
    assert!(
        events[paused..resumed]
            .iter()
            .all(|e| e["event"] != "rows" || e["at"].as_f64() < events[paused]["at"].as_f64().map(|s| s + 2.0))
    );
    let seconds: f64 = events.iter().filter(|e| e["event"] == "resumed").filter_map(|e| e["seconds"].as_f64()).sum();
    assert!(seconds >= least, "{seconds} s");
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
    const RATE: f64 = (3 << 20) as f64;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for dump in [dump_of_rows(ROWS), dump_to_be_numbered()] {
            let bytes = dump.len() as f64;
            let (_dir, path) = file("shop.sql", dump)?;
            let args = ["--rate", "3MiB", "--block", "256KiB"];
            let (ended, report) = restore_with_report(&path, &server.url(Some("shop")), &args)?;
            assert_ended(&ended, 0, &["held back", "(rate)"]);
            let took = report["seconds"].as_f64().ok_or("no time")?;
            // A second's worth may go at once in the beginning, and the last block before it is paid for.
            assert!(took > bytes / RATE - 1.2, "{took} s for {bytes} bytes");
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
            let sleepers: Vec<_> = (0..8).map(|_| scope.spawn(|| server.sql("DO SLEEP(5)"))).collect();
            thread::sleep(Duration::from_millis(500));
            let outcome = restore_while(&path, &server, &["--max-threads-running", "7"], || Ok(()))?;
            for sleeper in sleepers {
                sleeper.join().map_err(|_| "it panicked")??;
            }
            Ok(outcome)
        })?;
        assert_held_back(&outcome, &server, "threads_running", 2.0)?;
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
        let outcome = restore_while(&path, &server, &["--max-lag", "6"], || {
            thread::sleep(Duration::from_secs(4));
            server.sql("UPDATE mysql.ro_replica_status SET replica_lag_in_msec = 20").map(drop)
        })?;
        assert_held_back(&outcome, &server, "lag", 2.0)?;
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
        let outcome = restore_while(&path, &replica, &["--max-lag", "2.5"], || {
            thread::sleep(Duration::from_secs(4));
            replica.sql(&format!("STOP {word}; {change}_DELAY=0; START {word}")).map(drop)
        })?;
        assert_held_back(&outcome, &replica, "lag", 2.0)?;
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
