//! Connections that are protected, and those that must not be made.

use crate::support::{assert_ended, dump_of_rows, file, mariadb, restore};
use dumpstream_sandbox::{Flavor, Options, TlsFiles};
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use std::path::{Path, PathBuf};
use std::process::Command;

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

fn tls_server(files: &TlsFiles) -> Result<TestServer> {
    let server = TestServer::find(Flavor::MariaDb)?.ok_or("no MariaDB")?;
    let mut options = Options::default();
    options.tls = Some(files.clone());
    let server = TestServer::start(&server, &options)?;
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

    let server = tls_server(&files)?;
    assert_ended(&with("verify-identity", Some(&files.ca), &server)?, 0, &[]);
    assert_ended(&with("verify-ca", Some(&files.ca), &server)?, 0, &[]);
    assert_ended(&with("required", None, &server)?, 0, &[]);
    assert_ended(&with("preferred", None, &server)?, 0, &[]);
    assert_ended(&with("verify-identity", Some(&strangers.ca), &server)?, 4, &["certificate"]);
    assert_ended(&with("verify-identity", None, &server)?, 4, &["certificate"]);
    assert_ended(&with("disabled", None, &server)?, 4, &[]);

    // A certificate from a trusted authority, for another host.
    let server = tls_server(&strangers)?;
    assert_ended(&with("verify-ca", Some(&strangers.ca), &server)?, 0, &[]);
    assert_ended(&with("verify-identity", Some(&strangers.ca), &server)?, 4, &["certificate"]);

    let server = mariadb(&["--skip-ssl"])?;
    assert_ended(&with("required", None, &server)?, 4, &["TLS"]);
    assert_ended(&with("verify-identity", Some(&files.ca), &server)?, 4, &["TLS"]);
    assert_ended(&with("preferred", None, &server)?, 0, &[]);
    Ok(())
}
