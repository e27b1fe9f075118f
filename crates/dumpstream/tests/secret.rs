//! A login from Secrets Manager (moto's) over a rotation, on one connector, as a run has one.

use dumpstream::aws::AwsOptions;
use dumpstream::target::connect::{ConnectOptions, SslMode, TargetSpec};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::moto::Moto;
use dumpstream_tests::server::TestServer;

#[tokio::test]
async fn a_rotation_between_two_connections_is_survived() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    let Some(found) = TestServer::find(Flavor::MariaDb)? else { return Ok(()) };
    let server = TestServer::start(&found, &Options::default())?;
    server.sql("CREATE USER keeper@'%' IDENTIFIED BY 'canary-1'")?;
    let put = |call: &str, password: &str| {
        moto.python(&format!(
            "c = boto3.client('secretsmanager')\n\
             c.{call}, SecretString=json.dumps(dict(username='keeper', password='{password}')))"
        ))
    };
    put("create_secret(Name='db'", "canary-1")?;
    let TargetSpec::Server(url) = server.url(None).parse()? else { return Err("no server".into()) };
    let connector = ConnectOptions {
        secret: Some("db".into()),
        ssl_mode: Some(SslMode::Preferred),
        aws: AwsOptions::default().endpoint_url(Some(moto.endpoint())).credentials("id", "secret", None),
        // What the test's URL says of its own user and password is about another account.
        user: Some("keeper".into()),
        ..ConnectOptions::default()
    };
    let again = connector.clone();
    let connector = connector.resolve(&url)?;
    let first = connector.connect().await?;
    server.sql("ALTER USER keeper@'%' IDENTIFIED BY 'canary-2'")?;
    put("put_secret_value(SecretId='db'", "canary-2")?;
    let clone = connector.clone();
    let (second, third) = tokio::join!(connector.connect(), clone.connect());
    for conn in [first, second?, third?] {
        conn.disconnect().await?;
    }
    // The server has the new password for a while before the secret has it.
    server.sql("ALTER USER keeper@'%' IDENTIFIED BY 'canary-3'")?;
    let rotated = async {
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        put("put_secret_value(SecretId='db'", "canary-3")
    };
    let (connected, put) = tokio::join!(connector.connect(), rotated);
    put?;
    connected?.disconnect().await?;
    // Where it never worked, nothing is being rotated.
    server.sql("ALTER USER keeper@'%' IDENTIFIED BY 'canary-4'")?;
    let connector = again.resolve(&url)?;
    let e = connector.connect().await.unwrap_err();
    assert!(e.to_string().contains("denies access"), "{e}");
    assert!(e.hint_text().is_some_and(|h| h.contains("the secret db")), "{e:?}");
    assert!(!format!("{e:?} {connector:?}").contains("canary"), "{e:?}");
    Ok(())
}
