//! Connections that the target has no room for.

use crate::support::{LIMIT, assert_ended, dump_of_rows, file, restore, restore_with_report, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::server::{LOADER, TestServer};

const ROWS: u32 = 60_000;

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
        let check = |lanes: &str, most: usize| -> Result<()> {
            let url = server.url(Some("shop"));
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
