//! From S3 into a server, with the login from Secrets Manager; reports into S3; and without credentials.

use crate::scrub::KEEP;
use crate::support::{LIMIT, answering, assert_ended, dump_of_rows, file, servers, signal};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::moto::Moto;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
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

/// Keys in the environment are of another account, as often as not.
#[test]
fn a_profile_that_is_named_goes_before_keys_in_the_environment() -> Result<()> {
    let home = tempfile::tempdir()?;
    let config = home.path().join("config");
    fs::write(
        &config,
        "[profile other]\naws_access_key_id = AKOTHER\naws_secret_access_key = x\nregion = eu-west-1\n",
    )?;
    for (args, key) in [(&["--profile", "other"][..], "AKOTHER"), (&["--region", "eu-west-1"], "AKENVIRONMENT")] {
        let (url, asked) =
            answering(|_, _| b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())?;
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.args(["verify", "s3://bucket/key", "--progress", "none", "--endpoint-url", &url]).args(args);
        cmd.env_clear()
            .env("HOME", home.path())
            .env("AWS_CONFIG_FILE", &config)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        cmd.env("AWS_ACCESS_KEY_ID", "AKENVIRONMENT").env("AWS_SECRET_ACCESS_KEY", "x").stdin(Stdio::null());
        assert_ended(&run(&mut cmd, LIMIT)?, 3, &["access is denied"]);
        let asked = asked.lock().map_err(|_| "poisoned")?;
        let signed = |head: &String| head.contains(&format!("Credential={key}/")) && head.contains("/eu-west-1/s3/");
        assert!(!asked.is_empty() && asked.iter().all(signed), "{asked:?}");
    }
    Ok(())
}

/// The role of a task, and one that is assumed by a token: what ECS and EKS give.
#[test]
fn credentials_come_from_where_a_program_runs() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let token = dir.path().join("token");
    fs::write(&token, "a token")?;
    let respond = |kind: &str, body: String| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let expires = "2099-01-01T00:00:00Z";
    let task = respond(
        "application/json",
        format!(r#"{{"AccessKeyId":"AKTASK","SecretAccessKey":"x","Token":"t","Expiration":"{expires}"}}"#),
    );
    let role = respond(
        "text/xml",
        format!(
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKROLE</AccessKeyId>\
             <SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{expires}</Expiration></Credentials>\
             </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"
        ),
    );
    let (services, _) = answering(move |_, head| match head.starts_with("GET /task") {
        true => task.clone().into_bytes(),
        false => role.clone().into_bytes(),
    })?;
    for key in ["AKTASK", "AKROLE"] {
        let (url, asked) =
            answering(|_, _| b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())?;
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.args(["verify", "s3://bucket/key", "--progress", "none", "--endpoint-url", &url, "--region", "eu-west-1"]);
        cmd.env_clear().env("HOME", dir.path()).env("AWS_EC2_METADATA_DISABLED", "true").stdin(Stdio::null());
        match key {
            "AKTASK" => cmd.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{services}/task")),
            _ => cmd
                .env("AWS_WEB_IDENTITY_TOKEN_FILE", &token)
                .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r")
                .env("AWS_ENDPOINT_URL_STS", &services),
        };
        assert_ended(&run(&mut cmd, LIMIT)?, 3, &["access is denied"]);
        let asked = asked.lock().map_err(|_| "poisoned")?;
        assert!(!asked.is_empty() && asked.iter().all(|h| h.contains(&format!("Credential={key}/"))), "{asked:?}");
    }
    Ok(())
}

/// What AWS answers has the password in it, whatever else is wrong with it.
#[test]
fn an_answer_that_cannot_be_read_gives_no_secret_away() -> Result<()> {
    let (url, _) = answering(|_, _| {
        let body = r#"{"Name":"db","SecretString":"{\"username\":\"u\",\"password\":\"canary\"}", oops"#;
        let head = "Content-Type: application/x-amz-json-1.1\r\nConnection: close";
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{head}\r\n\r\n{body}", body.len()).into_bytes()
    })?;
    let (_dir, path) = file("d.sql", dump_of_rows(3))?;
    for level in [&[][..], &["-vv"]] {
        let args = [&["--secret", "db"], level].concat();
        let mut cmd = Dumpstream::built()?.restore(&path, "mysql://127.0.0.1:1/shop", &args);
        cmd.args(["--endpoint-url", &url]).env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
        let ended = run(&mut cmd, LIMIT)?;
        assert_ended(&ended, 4, &["the secret db can't be fetched", "AWS's answer can't be read"]);
        assert!(!ended.stderr_text().contains("canary"), "{}", ended.stderr_text());
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

/// `dumpstream scrub SOURCE -o s3://scrubbed/out.sql` in which every value stays.
fn scrub_to_s3(moto: &Moto, source: &Path, rules: &Path, args: &[&str]) -> Result<Command> {
    fs::write(rules, KEEP.replace("key: { from: \"env:SCRUB_KEY\", id: test }\n", ""))?;
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("scrub").arg(source).args(["-o", "s3://scrubbed/out.sql", "-q", "--rules"]).arg(rules).args(args);
    moto.environment(&mut cmd);
    Ok(cmd)
}

/// Objects, and uploads that were begun and not ended.
const LEFT: &str = "print(s3.list_objects_v2(Bucket='scrubbed').get('Contents', []), \
                    s3.list_multipart_uploads(Bucket='scrubbed').get('Uploads', []))";

#[test]
fn an_upload_that_is_given_up_leaves_nothing() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    moto.python("s3.create_bucket(Bucket='scrubbed')")?;
    let dir = tempfile::tempdir()?;
    let rules = dir.path().join("rules.yaml");
    let dump = dump_of_rows(400_000);
    // More than a few parts of it; the rest never comes.
    let beginning = &dump.as_bytes()[..dump.len() - 4_000];
    for end in ["INT", "TERM", "cut off"] {
        let mut cmd = scrub_to_s3(&moto, Path::new("-"), &rules, &[])?;
        let mut child = cmd.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().ok_or("no stdin")?;
        stdin.write_all(beginning)?;
        let begun = Instant::now();
        while moto.python(LEFT)?.trim() == "[] []" {
            assert!(begun.elapsed() < LIMIT, "no upload begins");
            thread::sleep(Duration::from_millis(50));
        }
        let asked = Instant::now();
        let held = if end == "cut off" {
            drop(stdin);
            None
        } else {
            signal(child.id(), end)?;
            Some(stdin)
        };
        let output = child.wait_with_output()?;
        // A second is what is promised; the rest is for a machine that is busy with other tests.
        assert!(asked.elapsed() < Duration::from_secs(5), "{end}: {:?}", asked.elapsed());
        drop(held);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(if end == "cut off" { 3 } else { 130 }), "{end}: {said}");
        assert_eq!(moto.python(LEFT)?.trim(), "[] []", "{end}: {said}");
    }
    Ok(())
}

#[test]
fn an_upload_keeps_to_the_memory_there_is() -> Result<()> {
    const MEMORY: u64 = 112 << 20;
    let Some(moto) = Moto::start()? else { return Ok(()) };
    moto.python("s3.create_bucket(Bucket='scrubbed')")?;
    let (dir, path) = file("x.sql", dump_of_rows(3_000_000))?;
    let (rules, report) = (dir.path().join("rules.yaml"), dir.path().join("report.json"));
    let memory = MEMORY.to_string();
    let mut cmd = scrub_to_s3(&moto, &path, &rules, &["--memory", &memory, "--report"])?;
    assert_ended(&run(cmd.arg(&report).stdin(Stdio::null()), LIMIT)?, 0, &[]);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&report)?)?;
    let peak = report["peak_memory_bytes"].as_u64().ok_or("no peak_memory_bytes")?;
    assert!(peak > 32 << 20 && peak < MEMORY, "{peak} bytes");
    let object = moto.python("print(s3.head_object(Bucket='scrubbed', Key='out.sql')['ContentLength'])")?;
    assert_eq!(object.trim(), fs::metadata(&path)?.len().to_string());
    Ok(())
}
