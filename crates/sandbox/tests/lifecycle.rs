//! What a user of a sandbox relies on, with every server that this machine has.

use dumpstream_sandbox::{Flavor, Options, Sandbox, SandboxError, Server, find_in};
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

type TestResult = Result<(), Box<dyn Error>>;

/// Set for the copy of this test program that is to be killed.
const CHILD_VAR: &str = "DUMPSTREAM_SANDBOX_TEST_CHILD";

fn unpacked() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache/servers")
}

/// Every server there is. A missing MySQL is said and passed over; a missing MariaDB fails.
fn servers() -> Result<Vec<Server>, SandboxError> {
    let mut found = vec![find_in(Some(Flavor::MariaDb), &[unpacked()])?];
    match find_in(Some(Flavor::MySql), &[unpacked()]) {
        Ok(server) => found.push(server),
        Err(e) => eprintln!("without MySQL: {e}"),
    }
    Ok(found)
}

fn sql(sandbox: &Sandbox, text: &str) -> Result<String, Box<dyn Error>> {
    let client = sandbox.server().client().ok_or("no command-line client")?;
    let out = Command::new(client)
        .args(["--no-defaults", "--user=root", "--batch", "--skip-column-names"])
        .arg(format!("--socket={}", sandbox.socket().display()))
        .args(["--execute", text])
        .output()?;
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into());
    }
    Ok(String::from_utf8(out.stdout)?.trim().to_owned())
}

fn is_running(pid: u32) -> Result<bool, std::io::Error> {
    Command::new("kill").args(["-0", &pid.to_string()]).stderr(Stdio::null()).status().map(|s| s.success())
}

fn eventually(what: &str, mut check: impl FnMut() -> Result<bool, Box<dyn Error>>) -> TestResult {
    let start = Instant::now();
    while !check()? {
        if start.elapsed() > Duration::from_secs(20) {
            return Err(format!("not within 20 s: {what}").into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

#[test]
fn serves_survives_a_crash_and_leaves_nothing() -> TestResult {
    for server in servers()? {
        let mut sandbox = Sandbox::start(&server, &Options::default())?;
        let pid = sandbox.pid().ok_or("no pid")?;
        assert_eq!(sandbox.flavor(), server.flavor());
        assert!(
            sandbox.version_text().starts_with(server.version()),
            "{} {}",
            sandbox.version_text(),
            server.version()
        );
        assert_eq!(
            sql(&sandbox, "SELECT @@port, @@local_infile, @@max_allowed_packet")?,
            format!("{}\t1\t67108864", sandbox.port())
        );
        TcpStream::connect(("127.0.0.1", sandbox.port()))?;

        sql(&sandbox, "CREATE DATABASE d; CREATE TABLE d.t (a INT) ENGINE=InnoDB; INSERT INTO d.t VALUES (1), (2)")?;
        sandbox.kill9();
        assert!(!is_running(pid)?, "kill9 returns when the server is gone");
        assert_eq!(sandbox.pid(), None);
        sandbox.restart()?;
        assert_eq!(sql(&sandbox, "SELECT COUNT(*) FROM d.t")?, "2", "what was committed before the crash is there");
        sandbox.restart()?;

        let (pid, home) = (sandbox.pid().ok_or("no pid")?, sandbox.datadir().to_owned());
        drop(sandbox);
        assert!(!is_running(pid)? && !home.exists());

        let sandbox = Sandbox::start(&server, &Options::default())?;
        let (pid, home) = (sandbox.pid().ok_or("no pid")?, sandbox.datadir().to_owned());
        sandbox.stop()?;
        assert!(!is_running(pid)? && !home.exists());
    }
    Ok(())
}

#[test]
fn keeps_data_where_asked() -> TestResult {
    for server in servers()? {
        let dir = tempfile::tempdir()?;
        let mut options = Options::default();
        options.data_dir = Some(dir.path().join("kept"));
        let sandbox = Sandbox::start(&server, &options)?;
        sql(&sandbox, "CREATE DATABASE d; CREATE TABLE d.t AS SELECT 7 AS a")?;
        sandbox.stop()?;
        let sandbox = Sandbox::start(&server, &options)?;
        assert_eq!(sql(&sandbox, "SELECT a FROM d.t")?, "7");
    }
    Ok(())
}

#[test]
fn client_command_connects() -> TestResult {
    for server in servers()? {
        let sandbox = Sandbox::start(&server, &Options::default())?;
        let command = format!("{} --batch --skip-column-names -e 'SELECT 41 + 1'", sandbox.client_command());
        let out = Command::new("/bin/sh").args(["-c", &command]).output()?;
        assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), "42", "{}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(())
}

#[test]
fn extra_arguments_win_and_a_bad_one_shows_the_servers_own_words() -> TestResult {
    let server = find_in(Some(Flavor::MariaDb), &[unpacked()])?;
    let sandbox = Sandbox::start(&server, &Options::default().arg("--local-infile=OFF"))?;
    assert_eq!(sql(&sandbox, "SELECT @@local_infile")?, "0");

    let Err(error) = Sandbox::start(&server, &Options::default().arg("--no-such-option")) else {
        return Err("must not start".into());
    };
    assert!(error.to_string().contains("no-such-option"), "{error}");
    assert!(matches!(error, SandboxError::Start { .. }));
    Ok(())
}

#[test]
fn several_start_at_once() -> TestResult {
    let server = find_in(Some(Flavor::MariaDb), &[unpacked()])?;
    let started: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(|| Sandbox::start(&server, &Options::default()))).collect();
        threads.into_iter().filter_map(|t| t.join().ok()).collect()
    });
    let mut ports: Vec<u16> = started.into_iter().map(|s| s.map(|s| s.port())).collect::<Result<_, _>>()?;
    ports.sort_unstable();
    ports.dedup();
    assert_eq!(ports.len(), 6);
    Ok(())
}

#[test]
fn what_is_no_server_is_refused() -> TestResult {
    let dir = tempfile::tempdir()?;
    let fake = dir.path().join("mysqld");
    assert!(matches!(Server::at(&fake), Err(SandboxError::NotAServer { .. })), "a path that isn't there");
    assert!(matches!(Server::at(dir.path()), Err(SandboxError::NotAServer { .. })), "a directory without one");
    assert!(Server::at(Path::new("/bin/sh")).is_err_and(|e| e.hint().is_some()), "some other program");
    Ok(())
}

/// Not a test: the process that `dies_with_its_parent` kills.
#[test]
fn child_that_is_killed() -> TestResult {
    if env::var_os(CHILD_VAR).is_none() {
        return Ok(());
    }
    let server = find_in(Some(Flavor::MariaDb), &[unpacked()])?;
    let sandbox = Sandbox::start(&server, &Options::default())?;
    println!("\nsandbox {} {}", sandbox.pid().ok_or("no pid")?, sandbox.datadir().display());
    thread::sleep(Duration::from_secs(60));
    Ok(())
}

/// A process with a sandbox, the server's pid, and the directory of its files.
fn child_with_sandbox() -> Result<(Child, u32, PathBuf), Box<dyn Error>> {
    let mut child = Command::new(env::current_exe()?)
        .args(["--exact", "child_that_is_killed", "--nocapture", "--test-threads=1"])
        .env(CHILD_VAR, "1")
        .stdout(Stdio::piped())
        .spawn()?;
    let out = BufReader::new(child.stdout.take().ok_or("no output")?);
    let line = out
        .lines()
        .map_while(Result::ok)
        .find_map(|l| l.strip_prefix("sandbox ").map(str::to_owned))
        .ok_or("the child ended before it had a sandbox")?;
    let (pid, datadir) = line.split_once(' ').ok_or("no datadir")?;
    let pid: u32 = pid.parse()?;
    assert!(is_running(pid)?);
    Ok((child, pid, Path::new(datadir).parent().ok_or("no parent")?.to_owned()))
}

#[test]
fn dies_with_its_parent() -> TestResult {
    let (mut child, pid, home) = child_with_sandbox()?;
    child.kill()?; // SIGKILL: the child gets no chance to clean up
    child.wait()?;
    eventually("the server is gone", || Ok(!is_running(pid)?))?;
    eventually("its files are gone", || Ok(!fs::exists(&home)?))
}

#[test]
fn dies_with_its_parent_where_its_files_are_gone_before() -> TestResult {
    let (mut child, pid, home) = child_with_sandbox()?;
    fs::remove_dir_all(&home)?;
    child.kill()?;
    child.wait()?;
    let gone = eventually("the server is gone", || Ok(!is_running(pid)?));
    if gone.is_err() {
        Command::new("kill").args(["-9", &pid.to_string()]).status()?;
    }
    gone
}
