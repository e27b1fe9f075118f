//! What the tests here share.

use dumpstream_sandbox::{Flavor, Options, Server};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::proxy::Proxy;
use dumpstream_tests::server::{LOADER, TestServer};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Longest that any one restore here may take, on a machine that is busy with others.
pub(crate) const LIMIT: Duration = Duration::from_secs(180);

/// Every flavor that this machine has a server of. Without MySQL, that is said and passed over.
pub(crate) fn servers() -> Result<Vec<Server>> {
    let found = [Flavor::MariaDb, Flavor::MySql].into_iter().map(TestServer::find).collect::<Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().collect())
}

/// A MariaDB with further arguments.
pub(crate) fn mariadb(args: &[&str]) -> Result<TestServer> {
    let server = TestServer::find(Flavor::MariaDb)?.ok_or("no MariaDB")?;
    let options = args.iter().fold(Options::default(), |o, a| o.arg(*a));
    TestServer::start(&server, &options)
}

/// Runs `dumpstream restore FILE --to URL` with `args`.
pub(crate) fn restore(file: &Path, url: &str, args: &[&str]) -> Result<Ended> {
    run(&mut Dumpstream::built()?.restore(file, url, args), LIMIT)
}

/// As [`restore`], with the report it writes.
pub(crate) fn restore_with_report(file: &Path, url: &str, args: &[&str]) -> Result<(Ended, Value)> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("report.json");
    let mut cmd = Dumpstream::built()?.restore(file, url, args);
    let ended = run(cmd.arg("--report").arg(&path), LIMIT)?;
    let text = fs::read(&path).map_err(|e| format!("no report: {e}\n{}", ended.stderr_text()))?;
    Ok((ended, serde_json::from_slice(&text)?))
}

/// Runs `dumpstream verify FILE --against URL --json`, and gives its JSON.
pub(crate) fn verify_against(file: &Path, url: &str) -> Result<(Ended, Value)> {
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("verify").arg(file).args(["--against", url, "--json", "--progress", "none"]).stdin(Stdio::null());
    let ended = run(&mut cmd, LIMIT)?;
    let report = serde_json::from_slice(&ended.stdout).map_err(|e| format!("{e}\n{}", ended.stderr_text()))?;
    Ok((ended, report))
}

/// A URL that leads through the proxy, and doesn't take the way around over the server's socket.
pub(crate) fn url_through(proxy: &Proxy) -> String {
    format!("mysql://{LOADER}@127.0.0.1:{}/shop?ssl-mode=preferred", proxy.port())
}

/// The exit code, where it ended by itself.
pub(crate) fn code(ended: &Ended) -> Option<i32> {
    ended.status.and_then(|s| s.code())
}

/// Fails unless it ended with `wanted` and said something that holds each of `words`.
#[track_caller]
pub(crate) fn assert_ended(ended: &Ended, wanted: i32, words: &[&str]) {
    let err = ended.stderr_text();
    assert_eq!(code(ended), Some(wanted), "{err}");
    for word in words {
        assert!(err.contains(word), "nothing about {word:?} in:\n{err}");
    }
}

/// Sends a signal to a process of ours.
pub(crate) fn signal(pid: u32, name: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status()?;
    if status.success() { Ok(()) } else { Err(format!("kill -s {name} {pid}: {status}").into()) }
}

/// A dump as mariadb-dump would write it around `body`.
pub(crate) fn dump_of(body: &str) -> String {
    format!(
        "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)\n\
         --\n-- Host: localhost    Database: shop\n\
         -- ------------------------------------------------------\n\
         -- Server version\t10.11.6-MariaDB-0+deb12u1\n\n\
         /*!40101 SET NAMES utf8mb4 */;\n\
         /*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n\
         /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\n\
         {body}\n\
         /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n\
         /*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n\n\
         -- Dump completed on 2026-01-01  0:00:00\n"
    )
}

/// A dump of one table `t (id, v, n)` with the primary key and one secondary, and rows `1..=rows` of about 100 bytes.
pub(crate) fn dump_of_rows(rows: u32) -> String {
    const ROWS_PER_INSERT: u32 = 5_000;
    let mut body = String::from(
        "DROP TABLE IF EXISTS `t`;\nCREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  `v` varchar(120) NOT NULL,\n  \
         `n` int(11) DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  KEY `n` (`n`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n\
         LOCK TABLES `t` WRITE;\n/*!40000 ALTER TABLE `t` DISABLE KEYS */;\n",
    );
    let mut id = 1;
    while id <= rows {
        let last = rows.min(id + ROWS_PER_INSERT - 1);
        let values: Vec<String> = (id..=last)
            .map(|i| format!("({i},'row {i} {:0>80}',{})", u64::from(i) * 2_654_435_761 % 1_000_003, i % 977))
            .collect();
        body += &format!("INSERT INTO `t` VALUES {};\n", values.join(","));
        id = last + 1;
    }
    body += "/*!40000 ALTER TABLE `t` ENABLE KEYS */;\nUNLOCK TABLES;\n";
    dump_of(&body)
}

/// `text` in a file `name` of a directory that goes with the returned guard.
pub(crate) fn file(name: &str, text: impl AsRef<[u8]>) -> Result<(tempfile::TempDir, PathBuf)> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join(name);
    fs::write(&path, text)?;
    Ok((dir, path))
}

/// An HTTP server that answers the nth request, of which it has the head, as it is told to. Gives its address, and the heads of
/// what was asked so far. It ends with the test's process.
pub(crate) fn answering(
    answer: impl Fn(usize, &str) -> Vec<u8> + Send + 'static,
) -> Result<(String, Arc<Mutex<Vec<String>>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(std::io::Result::ok);
            let head = lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            drop(lines);
            let n = {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.push(head.clone());
                seen.len() - 1
            };
            // Who asks may hang up.
            let _ = stream.write_all(&answer(n, &head));
        }
    });
    Ok((url, asked))
}
