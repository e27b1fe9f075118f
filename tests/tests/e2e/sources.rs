//! Where a dump comes from and how it is packed makes no difference to what is loaded.

use crate::support::{LIMIT, assert_ended, dump_of_rows, file, mariadb, restore, servers};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::paths::workspace;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

const ROWS: u32 = 30_000;

/// Runs a packer over `path` and gives back what it wrote; nothing where it isn't installed.
fn packed(path: &Path, tool: &str, args: &[&str]) -> Result<Option<Vec<u8>>> {
    let spawned = Command::new(tool).args(args).stdin(File::open(path)?).stdout(Stdio::piped()).spawn();
    match spawned {
        Ok(child) => Ok(Some(child.wait_with_output()?.stdout)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("skipped: no {tool}");
            Ok(None)
        }
        Err(e) => Err(e.into()),
    }
}

#[test]
fn every_codec_in_one_piece_and_in_several() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = dump_of_rows(ROWS);
    let (dir, path) = file("plain.sql", &dump)?;
    let halves: Vec<_> = [&dump[..dump.len() / 3], &dump[dump.len() / 3..]]
        .iter()
        .enumerate()
        .map(|(i, half)| {
            let path = dir.path().join(format!("part{i}"));
            fs::write(&path, half).map(|()| path)
        })
        .collect::<Result<_, _>>()?;
    let url = server.url(Some("shop"));
    let mut tried = 0;
    for (tool, args) in [
        ("gzip", &["-c"][..]),
        ("pigz", &["-c"]),
        ("zstd", &["-q", "-c"]),
        ("zstd", &["-q", "-c", "--long=27", "-3"]),
        ("bzip2", &["-c"]),
        ("xz", &["-c", "-0"]),
        ("lz4", &["-q", "-c"]),
    ] {
        let Some(whole) = packed(&path, tool, args)? else { continue };
        let parts = halves.iter().map(|h| packed(h, tool, args)).collect::<Result<Vec<_>>>()?;
        let parts: Vec<u8> = parts.into_iter().flatten().flatten().collect();
        for (how, bytes) in [("whole", whole), ("in two parts", parts)] {
            // The name says nothing about the codec.
            let packed = dir.path().join("dump.bin");
            fs::write(&packed, bytes)?;
            let ended = restore(&packed, &url, &[])?;
            assert_eq!(crate::support::code(&ended), Some(0), "{tool} {args:?} {how}: {}", ended.stderr_text());
            assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), ROWS.to_string(), "{tool} {args:?} {how}");
            server.reset()?;
        }
        tried += 1;
    }
    assert!(tried >= 3, "only {tried} packers are installed");
    Ok(())
}

#[test]
fn standard_input_is_a_source() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("plain.sql", dump_of_rows(ROWS))?;
    let mut gzip = Command::new("gzip").arg("-c").stdin(File::open(&path)?).stdout(Stdio::piped()).spawn()?;
    let mut cmd = Dumpstream::built()?.restore(Path::new("-"), &server.url(Some("shop")), &[]);
    let ended = run(cmd.stdin(gzip.stdout.take().ok_or("no pipe")?), LIMIT)?;
    gzip.wait()?;
    assert_ended(&ended, 0, &[]);
    assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), ROWS.to_string());
    Ok(())
}

/// Answers one request after another with the whole of `body`, or, when `is_short`, with a third of what it announces.
fn serve(listener: &TcpListener, body: &[u8], is_short: bool) -> Result<()> {
    let answer = |mut stream: TcpStream| -> Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        while lines.next().transpose()?.is_some_and(|l| !l.is_empty()) {}
        let length = body.len();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nETag: \"x\"\r\nConnection: close\r\n\r\n")?;
        stream.write_all(if is_short { &body[..length / 3] } else { body })?;
        Ok(())
    };
    for stream in listener.incoming() {
        // A client that hangs up is what some of this is about.
        let _ = answer(stream?);
    }
    Ok(())
}

#[test]
fn http_is_a_source_and_half_an_answer_is_none() -> Result<()> {
    let server = mariadb(&[])?;
    let (_dir, path) = file("plain.sql", dump_of_rows(ROWS))?;
    let body = packed(&path, "gzip", &["-c"])?.ok_or("no gzip")?;
    for is_short in [false, true] {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let source = format!("http://{}/shop.sql.gz", listener.local_addr()?);
        let body = body.clone();
        // Ends with the test's process.
        thread::spawn(move || serve(&listener, &body, is_short));
        let ended = restore(Path::new(&source), &server.url(Some("shop")), &[])?;
        if is_short {
            assert_ended(&ended, 3, &[]);
            assert!(server.snapshot()?.is_empty());
        } else {
            assert_ended(&ended, 0, &[]);
            assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), ROWS.to_string());
            server.reset()?;
        }
    }
    Ok(())
}

/// Two dumps in a folder, and the schemas they are of.
fn two_dumps(flavor: Flavor) -> Result<(tempfile::TempDir, [&'static str; 3])> {
    let (names, schemas) = match flavor {
        Flavor::MySql => (["features-mysql97.sql", "sakila-mysql97.sql.zst"], ["features", "features two", "sakila"]),
        Flavor::MariaDb => {
            (["features-mariadb1011.sql", "small-mariadb1011-skip-comments.sql"], ["features", "features two", "small"])
        }
    };
    let dir = tempfile::tempdir()?;
    for name in names {
        fs::copy(workspace().join("tests/data").join(name), dir.path().join(name))?;
    }
    Ok((dir, schemas))
}

#[test]
fn dumps_in_a_folder_come_to_what_the_client_makes_of_one_after_another() -> Result<()> {
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let (dir, schemas) = two_dumps(found.flavor())?;
        let mut files: Vec<_> = fs::read_dir(dir.path())?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        files.sort();
        for file in &files {
            let ended = server.restore_with_client(file, None, LIMIT)?;
            assert!(ended.ok(), "{}", ended.stderr_text());
        }
        let expected = server.snapshot_of(&schemas)?;
        server.reset()?;
        let url = server.url(None);
        // What was there when the run was killed is left out, and blocks of the second file have places of their own.
        let mut cmd = Dumpstream::built()?.restore(dir.path(), &url, &["--files", "independent", "--block", "64KiB"]);
        cmd.env("DUMPSTREAM_STOP_AT", "cut:12").stderr(Stdio::piped());
        let mut child = cmd.spawn()?;
        let stderr = BufReader::new(child.stderr.take().ok_or("no stderr")?);
        let stopped = stderr.lines().map_while(Result::ok).any(|line| line.contains("stopped at cut"));
        child.kill()?;
        child.wait()?;
        let resume: &[&str] = if stopped { &["--resume"] } else { &[] };
        if !stopped {
            server.reset()?;
        }
        let args = [&["--files", "independent", "--block", "64KiB", "--verify", "content"], resume].concat();
        assert_ended(&restore(dir.path(), &url, &args)?, 0, &[]);
        let found = server.snapshot_of(&schemas)?;
        assert!(found == expected, "{:?}", expected.first_difference(&found));

        // One that is cut off is named, and nothing of the others stays.
        server.reset()?;
        let last = files.last().ok_or("no file")?;
        let whole = fs::read(last)?;
        fs::write(last, &whole[..whole.len() - 200])?;
        let name = last.file_name().and_then(|n| n.to_str()).ok_or("no name")?;
        assert_ended(&restore(dir.path(), &url, &["--files", "independent"])?, 3, &[name]);
        assert_eq!(server.databases()?, [""; 0]);
    }
    Ok(())
}
