//! Logins that AWS keeps: a secret in Secrets Manager, or a token that RDS takes for a password.
//!
//! They stay in memory. A secret is fetched for the first connection, and again when the server denies access to what was
//! fetched: it may have been rotated meanwhile, or be about to. A token is made for every connection, as it is good for 15
//! minutes only.

use super::{DEFAULT_PORT, Secret};
use crate::aws::{self, AwsOptions};
use crate::error::{Error, Result};
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde::Deserialize;
use std::fmt;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// How long a rotation may take from the server's new password to the secret's.
const ROTATION_TIME: Duration = Duration::from_secs(60);
/// How often the secret is looked at meanwhile.
pub(super) const ROTATION_PAUSE: Duration = Duration::from_secs(2);

/// How long RDS takes a token.
const TOKEN_LIFE: Duration = Duration::from_secs(900);

/// Where a login comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// This secret.
    Secret(String),
    /// Tokens for this user.
    Token,
}

/// What a secret of RDS holds. Other members are passed over.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Login {
    pub(super) username: Option<String>,
    #[serde(deserialize_with = "secret")]
    pub(super) password: Secret,
    pub(super) host: Option<String>,
    #[serde(default, deserialize_with = "port")]
    pub(super) port: Option<u16>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// A number, or one that is written as text.
fn port<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Port {
        Number(u16),
        Text(String),
        Nothing(()),
    }
    Ok(match Port::deserialize(deserializer)? {
        Port::Number(port) => Some(port),
        Port::Text(text) if text.is_empty() => None,
        Port::Text(text) => Some(text.parse().map_err(|_| serde::de::Error::custom("no port"))?),
        Port::Nothing(()) => None,
    })
}

/// A login that AWS keeps, and what of it was fetched.
#[derive(Debug)]
pub(super) struct Vault {
    pub(super) kept: Kept,
    aws: AwsOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    sdk: Option<SdkConfig>,
    login: Option<Login>,
    /// A server has taken a login of this secret's.
    accepted: bool,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("State")
    }
}

impl Vault {
    pub(super) fn new(kept: Kept, aws: AwsOptions) -> Self {
        Self { kept, aws, state: Mutex::default() }
    }

    /// The login in the secret; if it is the one that was `denied`, as it is by now.
    pub(super) async fn login(&self, id: &str, denied: Option<&Login>) -> Result<Login> {
        let mut state = self.state.lock().await;
        if let Some(login) = &state.login
            && denied.is_none_or(|denied| denied != login)
        {
            return Ok(login.clone());
        }
        let value = aws::secret(self.sdk(&mut state).await?, id).await?;
        let bad = || {
            Error::target(format!("the secret {id} is not one of RDS"))
                .hint("it has to be JSON with username and password, and may have host and port")
        };
        // The parser's error would show parts of the value.
        let login: Login = serde_json::from_slice(&value).map_err(|_| bad())?;
        state.login = Some(login.clone());
        Ok(login)
    }

    /// A server has taken a login.
    pub(super) async fn accepted(&self) {
        self.state.lock().await.accepted = true;
    }

    /// How long what the server denies may be about to change. RDS gives the server a new password before it says so in the
    /// secret.
    pub(super) async fn rotation(&self) -> Duration {
        if self.state.lock().await.accepted { ROTATION_TIME } else { Duration::ZERO }
    }

    /// A token for one connection.
    pub(super) async fn token(&self, host: &str, port: u16, user: &str) -> Result<Secret> {
        let mut state = self.state.lock().await;
        let sdk = self.sdk(&mut state).await?;
        let provider = sdk.credentials_provider().ok_or_else(|| Error::usage("there are no AWS credentials"))?;
        let credentials = provider.provide_credentials().await.map_err(|e| {
            Error::usage("the AWS credentials for the login can't be had any more").hint("log in again").caused_by(e)
        })?;
        let region = region_of(host).or_else(|| sdk.region().map(ToString::to_string)).unwrap_or_default();
        signed(host, port, user, &region, credentials, SystemTime::now())
    }

    async fn sdk<'a>(&self, state: &'a mut State) -> Result<&'a SdkConfig> {
        let sdk = match state.sdk.take() {
            Some(sdk) => sdk,
            None => self.aws.load().await?,
        };
        Ok(state.sdk.insert(sdk))
    }
}

impl Login {
    /// The host and port that the secret names.
    pub(super) fn address(&self) -> Option<(String, u16)> {
        Some((self.host.clone()?, self.port.unwrap_or(DEFAULT_PORT)))
    }
}

/// The region in a name of RDS, such as `db.x.eu-west-1.rds.amazonaws.com`.
fn region_of(host: &str) -> Option<String> {
    let (rest, _) = host.split_once(".rds.amazonaws.")?;
    rest.rsplit_once('.').map(|(_, region)| region.to_owned())
}

/// A signed request to connect, which RDS takes for a password.
fn signed(
    host: &str,
    port: u16,
    user: &str,
    region: &str,
    credentials: Credentials,
    now: SystemTime,
) -> Result<Secret> {
    fn failed<E: std::error::Error + Send + Sync + 'static>(e: E) -> Error {
        Error::target("a token to log in with can't be made")
            .hint("check the host, the user and the region")
            .caused_by(e)
    }
    let identity = credentials.into();
    let mut settings = SigningSettings::default();
    settings.expires_in = Some(TOKEN_LIFE);
    settings.signature_location = SignatureLocation::QueryParams;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("rds-db")
        .time(now)
        .settings(settings)
        .build()
        .map_err(failed)?;
    let mut url = reqwest::Url::parse(&format!("https://{host}:{port}/")).map_err(failed)?;
    url.query_pairs_mut().append_pair("Action", "connect").append_pair("DBUser", user);
    let request = SignableRequest::new("GET", url.as_str(), std::iter::empty(), SignableBody::Bytes(&[]));
    let (signature, _) = sign(request.map_err(failed)?, &params.into()).map_err(failed)?.into_parts();
    let (_, added) = signature.into_parts();
    for (name, value) in added {
        url.query_pairs_mut().append_pair(name, &value);
    }
    let text = url.as_str();
    Ok(Secret::new(text.strip_prefix("https://").unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_the_aws_cli_makes() {
        let credentials = Credentials::new(
            "AKIDEXAMPLE",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            Some("to/ken+=".to_owned()),
            None,
            "test",
        );
        // 2026-11-22T07:12:25Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_331_545);
        let host = "db.cluster-x.eu-west-1.rds.amazonaws.com";
        let token = signed(host, 3306, "load_er", "eu-west-1", credentials, now).unwrap();
        // As botocore's generate_db_auth_token gives it, in the same order or another.
        let expected = "db.cluster-x.eu-west-1.rds.amazonaws.com:3306/?Action=connect&DBUser=load_er\
             &X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20261122%2Feu-west-1%2Frds-db%2Faws4_request&X-Amz-Date=20261122T071225Z\
             &X-Amz-SignedHeaders=host&X-Amz-Expires=900&X-Amz-Security-Token=to%2Fken%2B%3D\
             &X-Amz-Signature=7a11a28e4b946f71de4363ab2161cff8841b6b92e27c099d867cbbff53f3b561";
        let parts = |text: &str| {
            let mut parts: Vec<_> = text.split(['?', '&']).map(str::to_owned).collect();
            parts.sort();
            parts
        };
        assert_eq!(parts(token.expose()), parts(expected));
        assert_eq!(region_of(host).as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn secrets_of_rds_are_read() {
        let read = |text: &str| serde_json::from_str::<Login>(text).ok();
        let login = read(r#"{"engine":"mysql","username":"u","password":"p","host":"h","port":3307}"#).unwrap();
        assert_eq!((login.username.as_deref(), login.password.expose()), (Some("u"), "p"));
        assert_eq!(login.address(), Some(("h".to_owned(), 3307)));
        let login = read(r#"{"username":"u","password":"p","host":"h","port":"3308"}"#).unwrap();
        assert_eq!(login.address(), Some(("h".to_owned(), 3308)));
        let login = read(r#"{"username":"u","password":"hunter2"}"#).unwrap();
        assert_eq!(login.address(), None);
        assert!(!format!("{login:?}").contains("hunter2"));
        assert!(read(r#"{"username":"u"}"#).is_none());
    }
}
