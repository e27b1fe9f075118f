//! The program as a process: what only shows there.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn dumpstream(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dumpstream"));
    command.args(args).env_remove("RUST_LOG").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_wrong_command_line_ends_with_2_and_nothing_on_standard_output() {
    let output = dumpstream(&["restore", "no-such-option", "--to"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}

#[test]
fn a_missing_dump_ends_with_an_error_that_names_it() {
    let output = dumpstream(&["restore", "/no/such/dump.sql", "--to", "null"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("/no/such/dump.sql") && err.contains("No such file"), "{err}");
    assert!(matches!(output.status.code(), Some(2 | 3)), "{err}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_waiting_restore_within_a_second_and_with_130() {
    for signal in ["INT", "TERM"] {
        let mut child = dumpstream(&["restore", "-", "--to", "null", "--progress", "plain"]).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Enough to begin; then the dump stalls with its end outstanding.
        let row = "INSERT INTO `d`.`t` VALUES (1,'some text that takes some room');\n";
        stdin.write_all(b"-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n").unwrap();
        stdin.write_all(row.repeat((4 << 20) / row.len()).as_bytes()).unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let asked = Instant::now();
        assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
        let status = child.wait().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
        stderr.read_to_string(&mut line).unwrap();
        assert_eq!(status.code(), Some(130), "{line}");
        assert!(line.contains("stopping") && line.contains("error: interrupted"), "{line}");
        drop(stdin);
    }
}
