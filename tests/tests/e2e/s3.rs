//! From S3 into a server, with the login from Secrets Manager.

use crate::support::{LIMIT, assert_ended, dump_of_rows, file, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::moto::Moto;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::path::Path;
use std::process::Command;

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
