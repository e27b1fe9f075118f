//! Connections that the target has no room for, and connections that it ends.

use crate::faults::Running;
use crate::support::{LIMIT, assert_ended, dump_of_rows, file, restore, restore_with_report, servers, url_through};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::proxy::Proxy;
use dumpstream_tests::server::{LOADER, TestServer};
use std::path::Path;
use std::thread;
use std::time::Duration;

const ROWS: u32 = 60_000;
/// Holds each piece of data up, so that it is the network that a block waits for, on any machine.
const DELAY: Duration = Duration::from_millis(5);

/// MariaDB lets the limit be set only where there was one at the start.
fn options() -> Options {
    Options::default().arg("--max-user-connections=100")
}

/// Ways to let the loading account have `n` connections at once.
fn limits(n: u32) -> [String; 2] {
    [
        format!("ALTER USER {LOADER}@'%' WITH MAX_USER_CONNECTIONS {n}"),
        format!("ALTER USER {LOADER}@'%' WITH MAX_USER_CONNECTIONS 0; SET GLOBAL max_user_connections = {n}"),
    ]
}

#[test]
fn lanes_that_get_no_connection_leave_the_work_to_the_others() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(ROWS))?;
    for server in servers()? {
        // MariaDB takes no lower number of connections in all.
        let server = TestServer::start(&server, &options().arg("--max-connections=10"))?;
        // So slow that every lane is tried before the rows are in.
        let proxy = Proxy::start(server.sandbox().port())?;
        proxy.delay(DELAY);
        let url = url_through(&proxy);
        let check = |lanes: &str, most: usize| -> Result<()> {
            let args = ["--lanes", lanes, "--block", "128KiB", "--retries", "0"];
            let (ended, report) = restore_with_report(&path, &url, &args)?;
            assert_ended(&ended, 0, &[]);
            let warnings = report["warnings"].as_array().cloned().unwrap_or_default();
            let told: Vec<&str> =
                warnings.iter().filter(|w| w["code"] == "fewer_lanes").filter_map(|w| w["message"].as_str()).collect();
            let [told] = told[..] else { return Err(format!("not told once: {report}").into()) };
            let open: usize = told.split_whitespace().find_map(|w| w.parse().ok()).ok_or("no number")?;
            assert!((1..=most).contains(&open) && told.contains(&format!("of {lanes}")), "{told}");
            assert_eq!(
                server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(),
                format!("{ROWS}\t{ROWS}")
            );
            server.reset()
        };
        // The account's own connections and the main one of the restore are among them.
        check("24", 10)?;
        for limit in limits(3) {
            server.sql(&limit)?;
            check("6", 2)?;
        }
    }
    Ok(())
}

#[test]
fn what_was_made_is_undone_over_the_connections_there_are() -> Result<()> {
    let bad = dump_of_rows(ROWS).replace("UNLOCK TABLES;", "UNLOCK TABLES;\nINSERT INTO `nowhere` VALUES (1);");
    let (_dir, path) = file("shop.sql", bad)?;
    for server in servers()? {
        let server = TestServer::start(&server, &options())?;
        for n in [2, 3] {
            for limit in limits(n) {
                server.sql(&limit)?;
                let args = ["--lanes", "6", "--block", "128KiB"];
                let ended = restore(&path, &server.url(Some("shop")), &args)?;
                assert_ended(&ended, 4, &["shop.nowhere", "dropped again"]);
                assert!(server.snapshot()?.is_empty(), "{limit}: {}", ended.stderr_text());
            }
        }
    }
    Ok(())
}

#[test]
fn without_any_lane_there_is_an_error_that_says_what_is_needed() -> Result<()> {
    let (_dir, path) = file("shop.sql", dump_of_rows(50))?;
    for server in servers()? {
        let flavor = server.flavor();
        let server = TestServer::start(&server, &options())?;
        server.sql(&limits(1)[0])?;
        let args = ["--retries", "1", "--on-failure", "undo"];
        let ended = restore(&path, &server.url(Some("shop")), &args)?;
        assert_ended(&ended, 4, &["no connection to spare", "two at least", "state:"]);
        assert!(server.snapshot()?.is_empty(), "{flavor}: {}", ended.stderr_text());
        assert!(ended.took < LIMIT / 4);
    }
    Ok(())
}

/// A dump that needs the main connection before and after its rows.
fn dump_around_rows(before: &str, after: &str) -> String {
    let dump = dump_of_rows(150_000);
    dump.replacen("DROP TABLE IF EXISTS `t`;", &format!("{before}\nDROP TABLE IF EXISTS `t`;"), 1).replacen(
        "UNLOCK TABLES;",
        &format!("UNLOCK TABLES;\n{after}\n"),
        1,
    )
}

/// Restores while the main connection, which is idle, is killed.
fn restore_with_main_killed(path: &Path, server: &TestServer) -> Result<(Option<i32>, String)> {
    // A second's worth of rows goes at once; those that remain are on their way for some time.
    let args = ["--block", "256KiB", "--on-failure", "undo", "--rate", "4MiB"];
    let mut running = Running::start(path, &server.url(Some("shop")), &args)?;
    running.wait_for_blocks(4)?;
    // It was opened first.
    let main = server.sql(&format!("SELECT MIN(id) FROM information_schema.processlist WHERE user = '{LOADER}'"))?;
    server.sql(&format!("KILL {main}"))?;
    running.end(LIMIT)
}

#[test]
fn a_main_connection_that_was_ended_while_idle_is_made_anew() -> Result<()> {
    let dump = dump_around_rows(
        // The one is followed, the other can only be run again.
        "SET @kept = 'kept';\nSET SESSION div_precision_increment = IFNULL(NULL, 8);",
        "SET NAMES latin1;\nCREATE TABLE `after` AS SELECT 1/3 AS `third`, @kept AS `kept`, _latin1'\u{e9}' AS `e`;\n\
         SET NAMES utf8mb4;\nCREATE VIEW `v` AS SELECT COUNT(*) AS `n` FROM `t`;\n\
         CREATE PROCEDURE `p`() SELECT * FROM `v`;",
    );
    let (_dir, path) = file("shop.sql", dump)?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        server.sql("CREATE DATABASE shop")?;
        assert!(server.restore_with_client(&path, Some("shop"), LIMIT)?.ok());
        let wanted = server.snapshot()?;
        server.reset()?;
        let (code, said) = restore_with_main_killed(&path, &server)?;
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(server.snapshot()?.first_difference(&wanted), None);
    }
    Ok(())
}

#[test]
fn what_was_lost_with_the_main_connection_is_an_error() -> Result<()> {
    for (before, after, word) in [
        (
            "CREATE TEMPORARY TABLE `tmp` (`a` int);\nINSERT INTO `tmp` VALUES (7);\nCREATE TABLE `u` (`a` int);",
            "INSERT INTO `u` SELECT `a` FROM `tmp`;",
            "a temporary table",
        ),
        (
            "CREATE TABLE `u` (`a` int);\nINSERT INTO `u` VALUES (7);\nSELECT MAX(`a`) INTO @most FROM `u`;",
            "INSERT INTO `u` VALUES (@most + 1);",
            "a user variable",
        ),
        (
            "CREATE TABLE `p` (`id` int AUTO_INCREMENT PRIMARY KEY, `a` int);\nINSERT INTO `p` (`a`) VALUES (7);",
            "CREATE TABLE `c` (`p` int);\nINSERT INTO `c` VALUES (LAST_INSERT_ID());",
            "LAST_INSERT_ID()",
        ),
    ] {
        let (_dir, path) = file("shop.sql", dump_around_rows(before, after))?;
        for server in servers()? {
            let server = TestServer::start(&server, &Options::default())?;
            let (code, said) = restore_with_main_killed(&path, &server)?;
            assert_eq!(code, Some(4), "{word}: {said}");
            assert!(said.contains(word) && said.contains("wait_timeout"), "{word}: {said}");
            assert!(server.snapshot()?.is_empty(), "{word}: {said}");
        }
    }
    Ok(())
}

#[test]
fn lanes_get_more_by_themselves_if_asked() -> Result<()> {
    const ROWS: u32 = 100_000;
    let (_dir, path) = file("shop.sql", dump_of_rows(ROWS))?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        // Rows are there long before a lane is, and each lane more brings more.
        let proxy = Proxy::start(server.sandbox().port())?;
        proxy.delay(DELAY);
        let args = ["--lanes", "auto", "--block", "64KiB", "--progress", "json"];
        let (ended, report) = restore_with_report(&path, &url_through(&proxy), &args)?;
        assert_ended(&ended, 0, &[]);
        let events = ended.stdout_text();
        assert!(events.contains("\"event\":\"started\"") && events.contains("\"lanes\":2"), "it begins with two");
        let cores = thread::available_parallelism()?.get() as u64;
        assert!(cores == 1 || events.contains("\"event\":\"lanes\",\"lanes\":3"), "no third");
        let most = report["lanes"].as_u64().ok_or("no lanes")?;
        assert!((2..=16.min(2 * cores)).contains(&most), "{most} lanes on {cores} cores");
        assert_eq!(server.sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM shop.t")?.trim(), format!("{ROWS}\t{ROWS}"));
    }
    Ok(())
}
