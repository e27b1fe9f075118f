//! Connections that are protected, and those that must not be made.

use crate::support::{LIMIT, assert_ended, dump_of_rows, file, mariadb, restore, servers};
use dumpstream_sandbox::{Options, Server, TlsFiles};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::paths::workspace;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn openssl(dir: &Path, args: &[&str]) -> Result<()> {
    let out = Command::new("openssl").args(args).current_dir(dir).output()?;
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into()) }
}

/// An authority and a server certificate for `san`.
fn certificates(dir: &Path, san: &str) -> Result<TlsFiles> {
    let ca = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test authority"];
    openssl(dir, &[&ca[..], &["-keyout", "ca.key", "-out", "ca.pem"]].concat())?;
    let request =
        ["req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=server", "-keyout", "key.pem", "-out", "csr.pem"];
    openssl(dir, &request)?;
    std::fs::write(dir.join("ext"), format!("subjectAltName={san}\n"))?;
    let sign = ["x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    openssl(dir, &[&sign[..], &["-extfile", "ext", "-out", "cert.pem"]].concat())?;
    Ok(TlsFiles { ca: dir.join("ca.pem"), cert: dir.join("cert.pem"), key: dir.join("key.pem") })
}

fn tls_server(found: &Server, files: &TlsFiles) -> Result<TestServer> {
    let mut options = Options::default();
    options.tls = Some(files.clone());
    let server = TestServer::start(found, &options)?;
    // Whoever comes in without TLS is turned away.
    server.sql("ALTER USER loader@'%' REQUIRE SSL")?;
    Ok(server)
}

#[test]
fn tls_is_verified_unless_asked_otherwise() -> Result<()> {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: no openssl");
        return Ok(());
    }
    let (good, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let files = certificates(good.path(), "IP:127.0.0.1,DNS:localhost")?;
    let strangers = certificates(other.path(), "DNS:elsewhere.example")?;
    let (_dir, path) = file("shop.sql", dump_of_rows(100))?;
    let with = |mode: &str, ca: Option<&PathBuf>, server: &TestServer| -> Result<_> {
        let ca = ca.map(|p| p.display().to_string());
        let mut args = vec!["--ssl-mode", mode];
        if let Some(ca) = &ca {
            args.extend(["--ssl-ca", ca]);
        }
        let ended = restore(&path, &server.url(Some("shop")), &args)?;
        server.reset()?;
        Ok(ended)
    };

    for found in servers()? {
        let server = tls_server(&found, &files)?;
        assert_ended(&with("verify-identity", Some(&files.ca), &server)?, 0, &[]);
        assert_ended(&with("verify-ca", Some(&files.ca), &server)?, 0, &[]);
        assert_ended(&with("required", None, &server)?, 0, &[]);
        assert_ended(&with("preferred", None, &server)?, 0, &[]);
        assert_ended(&with("verify-identity", Some(&strangers.ca), &server)?, 4, &["certificate"]);
        assert_ended(&with("verify-identity", None, &server)?, 4, &["certificate"]);
        assert_ended(&with("disabled", None, &server)?, 4, &[]);

        // A certificate from a trusted authority, for another host.
        let server = tls_server(&found, &strangers)?;
        assert_ended(&with("verify-ca", Some(&strangers.ca), &server)?, 0, &[]);
        assert_ended(&with("verify-identity", Some(&strangers.ca), &server)?, 4, &["certificate"]);
    }

    let server = mariadb(&["--skip-ssl"])?;
    assert_ended(&with("required", None, &server)?, 4, &["TLS"]);
    assert_ended(&with("verify-identity", Some(&files.ca), &server)?, 4, &["TLS"]);
    assert_ended(&with("preferred", None, &server)?, 0, &[]);
    Ok(())
}

/// Tokens as RDS takes them for a password, each good for two seconds here: all connections break later than that.
#[test]
fn iam_tokens_are_signed_for_each_connection() -> Result<()> {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let is_there = |program: &str, arg: &str| Command::new(program).arg(arg).output().is_ok_and(|o| o.status.success());
    if !is_there("openssl", "version") || !is_there("python3", "--version") {
        eprintln!("skipped: no openssl or no python3");
        return Ok(());
    }
    let dir = tempfile::tempdir()?;
    let files = certificates(dir.path(), "IP:127.0.0.1")?;
    let server = mariadb(&[])?;
    let script = workspace().join("tests/rds.py");
    let mut cmd = Command::new("python3");
    cmd.arg(script).arg(server.sandbox().port().to_string()).args([&files.cert, &files.key]);
    cmd.args(["token_user", SECRET, "ca-central-1", "2", "3"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut rds = KilledOnDrop(cmd.spawn()?);
    let mut lines = BufReader::new(rds.0.stdout.take().ok_or("no stdout")?).lines();
    let port = lines.next().ok_or("no port")??;

    let (_dump, path) = file("shop.sql", dump_of_rows(60_000))?;
    let url = format!("mysql://token_user@127.0.0.1:{port}/shop");
    let ca = files.ca.display().to_string();
    let args = ["--iam-auth", "--ssl-ca", &ca, "--region", "ca-central-1", "--rate", "400KiB", "--block", "64KiB"];
    for (secret, code) in [("another", 4), (SECRET, 0)] {
        let mut cmd = Dumpstream::built()?.restore(&path, &url, &args);
        cmd.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env_remove("AWS_SESSION_TOKEN");
        assert_ended(&run(&mut cmd, LIMIT)?, code, &[]);
    }
    assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), "60000");
    rds.0.kill()?;
    let lines: Vec<String> = lines.collect::<std::io::Result<_>>()?;
    let cut = lines.iter().position(|l| l == "cut").ok_or("the run was over too soon")?;
    let (before, after) = lines.split_at(cut);
    assert!(before.contains(&"another signature".to_owned()) && before.contains(&"taken".to_owned()), "{lines:?}");
    assert!(after.len() > 1 && after.iter().skip(1).all(|l| l == "taken"), "{lines:?}");
    Ok(())
}

/// A process that ends with the test.
struct KilledOnDrop(std::process::Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
