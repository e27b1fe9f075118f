//! Targets that need no server of the user's.

use crate::support::{LIMIT, assert_ended, restore, restore_with_report, servers, signal};
use dumpstream_sandbox::Flavor;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::run;
use dumpstream_tests::{Result, paths};
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::{fs, thread};

#[test]
fn sandbox_takes_a_dump_and_is_gone_afterwards() -> Result<()> {
    for server in servers()? {
        let (name, dump) = match server.flavor() {
            Flavor::MariaDb => ("sandbox:mariadb", "demo/sakila.sql.zst"),
            Flavor::MySql => ("sandbox:mysql", "tests/data/sakila-mysql97.sql.zst"),
        };
        let temp = tempfile::tempdir()?;
        let mut cmd = Dumpstream::built()?.restore(&paths::workspace().join(dump), name, &[]);
        cmd.env("TMPDIR", temp.path()).env("DUMPSTREAM_MYSQLD", server.mysqld());
        if server.flavor() == Flavor::MariaDb {
            cmd.env_remove("DUMPSTREAM_MYSQLD");
        }
        assert_ended(&run(&mut cmd, LIMIT)?, 0, &[]);
        assert_eq!(fs::read_dir(temp.path())?.count(), 0, "{name}: files are left");
    }
    Ok(())
}

#[test]
fn sandbox_that_is_kept_can_be_used_until_ctrl_c() -> Result<()> {
    let dump = paths::workspace().join("demo/sakila.sql.zst");
    let mut cmd = Dumpstream::built()?.restore(&dump, "sandbox:mariadb", &["--keep"]);
    let mut child = cmd.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut stderr = BufReader::new(child.stderr.take().ok_or("no stderr")?);
    let mut said = String::new();
    // The line that says how to connect is a command to be copied. The summary comes when the restore is over.
    let (mut command, mut over) = (None, false);
    while command.is_none() || !over {
        let mut line = String::new();
        if stderr.read_line(&mut line)? == 0 {
            return Err(format!("it ended without saying how to connect: {said}").into());
        }
        said += &line;
        over |= line.starts_with("Restored ");
        if let Some(at) = line.find("mariadb --no-defaults") {
            command = Some(line[at..].trim().to_owned());
        }
    }
    let command = command.unwrap_or_default();
    let rest = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).map(|_| text)
    });
    let query = format!("{command} --batch --skip-column-names -e 'SELECT COUNT(*) FROM sakila.film'");
    let out = Command::new("/bin/sh").args(["-c", &query]).output()?;
    let counted = String::from_utf8_lossy(&out.stdout);
    assert_eq!(counted.trim(), "1000", "{said}");
    signal(child.id(), "INT")?;
    assert!(child.wait()?.success());
    let rest = rest.join().map_err(|_| "the reading thread panicked")??;
    assert!(!rest.contains("half loaded"), "{rest}");
    let gone = Command::new("/bin/sh").args(["-c", &query]).output()?;
    assert!(!gone.status.success(), "the server is still there");
    Ok(())
}

#[test]
fn null_reads_everything_and_needs_no_server() -> Result<()> {
    let dump = paths::workspace().join("demo/sakila.sql.zst");
    let (ended, report) = restore_with_report(&dump, "null", &[])?;
    assert_ended(&ended, 0, &[]);
    let rows: u64 = report["tables"].as_array().into_iter().flatten().filter_map(|t| t["rows"].as_u64()).sum();
    assert_eq!(rows, 47_273, "{report}");
    assert_ended(&restore(&paths::workspace().join("demo/README.md"), "null", &[])?, 3, &[]);
    Ok(())
}
