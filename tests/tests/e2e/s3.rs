//! From S3 into a server, with the login from Secrets Manager; reports into S3; and without credentials.

use crate::support::{LIMIT, assert_ended, dump_of_rows, file, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::moto::Moto;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROWS: u32 = 60_000;

#[test]
fn an_object_is_restored_if_its_sha256_is_the_one_beside_it() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    let (dir, path) = file("x.sql", dump_of_rows(ROWS))?;
    let zst = dir.path().join("x.sql.zst");
    let packed = Command::new("zstd").args(["-q", "-o"]).args([&zst, &path]).status()?;
    assert!(packed.success());
    moto.python(&format!(
        "import hashlib\nbody = open({zst:?}, 'rb').read()\ns3.create_bucket(Bucket='dumps')\n\
         s3.put_object(Bucket='dumps', Key='d/x.sql.zst', Body=body)\n\
         s3.put_object(Bucket='dumps', Key='d/x.sql.zst.sha256', Body=hashlib.sha256(body).hexdigest() + '  x.sql.zst\\n')\n\
         s3.put_object(Bucket='dumps', Key='d/bad.sql.zst', Body=body, Metadata={{'sha256': '0' * 64}})\n"
    ))?;
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let url = server.url(Some("shop"));
        let restore = |key: &str, args: &[&str]| {
            let source = format!("s3://dumps/d/{key}");
            let mut cmd = Dumpstream::built()?.restore(Path::new(&source), &url, args);
            moto.environment(&mut cmd);
            run(&mut cmd, LIMIT)
        };
        assert_ended(&restore("x.sql.zst", &["--sha256", "auto"])?, 0, &[]);
        assert_eq!(server.sql("SELECT COUNT(*) FROM shop.t")?.trim(), ROWS.to_string());
        let before = server.snapshot_of(&["shop"])?;
        assert_ended(
            &restore("bad.sql.zst", &["--sha256", "auto", "--replace"])?,
            3,
            &["SHA-256 is not the expected one"],
        );
        assert!(server.snapshot_of(&["shop"])? == before, "something changed");
    }
    Ok(())
}

#[test]
fn the_login_comes_from_a_secret_and_survives_its_rotation() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    let (_dir, path) = file("x.sql", dump_of_rows(1_000))?;
    for (n, found) in servers()?.iter().enumerate() {
        let server = TestServer::start(found, &Options::default())?;
        let url = server.url(None);
        let address =
            url.split(['@', '/', '?']).find(|part| part.contains(':') && !part.ends_with(':')).unwrap_or_default();
        let (host, port) = address.rsplit_once(':').ok_or_else(|| format!("no port in {url}"))?;
        server.sql("CREATE USER keeper@'%' IDENTIFIED BY 'first'; GRANT ALL ON *.* TO keeper@'%'")?;
        let secret = |password: &str| {
            format!("json.dumps(dict(username='keeper', password='{password}', host='{host}', port={port}))")
        };
        moto.python(&format!(
            "c = boto3.client('secretsmanager')\nc.create_secret(Name='db/{n}', SecretString={})",
            secret("first")
        ))?;
        let restore = |args: &[&str]| {
            let id = format!("db/{n}");
            let all = [&["--secret", &id, "--ssl-mode", "preferred"], args].concat();
            let mut cmd = Dumpstream::built()?.restore(&path, "mysql:///shop", &all);
            moto.environment(&mut cmd);
            run(&mut cmd, LIMIT)
        };
        assert_ended(&restore(&[])?, 0, &[]);
        server.sql("ALTER USER keeper@'%' IDENTIFIED BY 'second'")?;
        assert_ended(&restore(&["--replace"])?, 4, &["denies access", "the secret db/"]);
        moto.python(&format!(
            "boto3.client('secretsmanager').put_secret_value(SecretId='db/{n}', SecretString={})",
            secret("second")
        ))?;
        assert_ended(&restore(&["--replace"])?, 0, &[]);
        let mut cmd = Dumpstream::built()?.restore(&path, "mysql:///shop", &["--secret", "none"]);
        moto.environment(&mut cmd);
        assert_ended(&run(&mut cmd, LIMIT)?, 4, &["there is no secret none"]);
    }
    Ok(())
}

/// The services that machines and containers ask for credentials may be there and never answer.
#[test]
fn an_absent_credential_is_said_at_once() -> Result<()> {
    // Connections are taken by the system, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0")?;
    let silent = format!("http://{}/", silent.local_addr()?);
    let home = tempfile::tempdir()?;
    for (variables, region, words) in [
        (&["AWS_EC2_METADATA_SERVICE_ENDPOINT"][..], true, "there are no AWS credentials"),
        (&["AWS_CONTAINER_CREDENTIALS_FULL_URI"], true, "there are no AWS credentials"),
        (&["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"], true, "no AWS credentials"),
        (&["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"], false, "which AWS region"),
    ] {
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.args(["verify", "s3://bucket/key", "--progress", "none"]).stdin(Stdio::null());
        cmd.env_clear().env("HOME", home.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        cmd.args(if region { &["--region", "us-east-1"][..] } else { &[] });
        cmd.envs(variables.iter().map(|name| (name, &silent)));
        let begun = Instant::now();
        let ended = run(&mut cmd, LIMIT)?;
        let took = begun.elapsed();
        assert_ended(&ended, 2, &[words]);
        eprintln!("{variables:?}: {took:?}");
        // Two seconds, and as much again for a machine that is busy; the SDK's own patience is five for one try.
        assert!(took < Duration::from_secs(4), "{variables:?}: {took:?}");
    }
    Ok(())
}

#[test]
fn reports_go_to_s3_whatever_became_of_the_run() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    moto.python("s3.create_bucket(Bucket='reports')")?;
    let dump = dump_of_rows(1_000);
    let (_dir, whole) = file("whole.sql", &dump)?;
    let (_other, cut) = file("cut.sql", &dump.as_bytes()[..dump.len() - 40])?;
    let read = |key: &str| {
        moto.python(&format!("print(s3.get_object(Bucket='reports', Key='{key}')['Body'].read().decode())"))
    };
    let outcome = |key: &str| -> Result<String> {
        let report: serde_json::Value = serde_json::from_str(&read(key)?)?;
        Ok(report["outcome"].as_str().unwrap_or_default().to_owned())
    };
    // A report takes the place of an older one.
    for (path, code, expected) in [(&whole, 0, "ok"), (&cut, 3, "failed"), (&whole, 0, "ok")] {
        for command in ["verify", "restore"] {
            let mut cmd = Command::new(&Dumpstream::built()?.program);
            cmd.arg(command).arg(path).args(["--progress", "none", "--tag", "Kind=report"]);
            cmd.args(["--report", &format!("s3://reports/{command}.json")]).stdin(Stdio::null());
            cmd.args(if command == "restore" { &["--to", "null"][..] } else { &[] });
            moto.environment(&mut cmd);
            assert_ended(&run(&mut cmd, LIMIT)?, code, &[]);
            assert_eq!(outcome(&format!("{command}.json"))?, expected, "{command}");
        }
    }
    let tags =
        moto.python("print(s3.get_object_tagging(Bucket='reports', Key='verify.json')['TagSet'][0]['Value'])")?;
    assert_eq!(tags.trim(), "report");
    // Before the work, not after it.
    let mut cmd = Dumpstream::built()?.restore(&whole, "null", &["--report", "s3://none/r.json"]);
    moto.environment(&mut cmd);
    assert_ended(&run(&mut cmd, LIMIT)?, 2, &["the report can't be written", "there is no such bucket"]);
    assert_ended(&run(&mut Dumpstream::built()?.restore(&whole, "null", &["--tag", "a=b"]), LIMIT)?, 2, &["S3"]);
    Ok(())
}
