//! The AWS SDK's side of things: who asks, where, and what its refusals mean.
//!
//! Credentials are looked for where the SDK's default chain looks, in the same order, with two changes: metadata services
//! that aren't there, or never answer, may not hold a run up; and TLS is the program's own (rustls with ring).
//!
//! A bucket that turns out to be in another region is asked for there, once, as the AWS CLI does ([`AwsOptions::ask_s3`]).

use crate::error::{Error, ErrorKind, Result};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::imds;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::profile::region::ProfileFileRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::ResponseChecksumValidation;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// How long a machine's metadata service may take to answer: it is on the machine itself, or not there at all.
const METADATA_TIMEOUT: Duration = Duration::from_millis(400);

/// How long a container's credentials may take the first time, tries and all; together with the metadata service that is
/// asked for the region, less than two seconds.
const CONTAINER_TIMEOUT: Duration = Duration::from_millis(1_200);

/// The same once they have come: they are renewed while the run goes on, and a service that was there may be busy.
const CONTAINER_RENEWAL_TIMEOUT: Duration = Duration::from_secs(20);

/// How long credentials may take that have to be fetched or asked for (SSO, assumed roles, programs).
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(60);

/// The region that signatures name where an endpoint of one's own is in none.
const REGION_OF_STANDINS: &str = "us-east-1";

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a request that isn't for the bytes of an object is made.
const ATTEMPTS_MAX: u32 = 4;

/// The pause before the second one; it doubles.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Time limits of a request that isn't for the bytes of an object, and of each attempt at it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(15);

/// As whom, where and how AWS is reached. Everything that is absent is looked up as the AWS CLI does: environment,
/// profiles, SSO, web identity, the task's or the machine's role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AwsOptions {
    /// A profile of the AWS configuration.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// What to talk to in place of AWS itself. Buckets become part of the path then, as such services need it.
    pub endpoint_url: Option<String>,
    /// What to sign with, in place of what would be looked up.
    credentials: Option<Credentials>,
    /// Who tells what to sign with, in place of either.
    asked: Option<AskedFor>,
}

/// An access key of AWS. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The token, for keys that are good for a while only.
    pub session_token: Option<String>,
    /// Until when it is good, where that is known. It is asked for again shortly before.
    pub expires: Option<SystemTime>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey")
    }
}

/// Why a program has no credentials to give.
type NoKey = Box<dyn std::error::Error + Send + Sync>;

/// Credentials that the program itself brings.
#[derive(Clone)]
struct AskedFor(Arc<dyn Fn() -> Result<AccessKey, NoKey> + Send + Sync>);

impl PartialEq for AskedFor {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for AskedFor {}

impl fmt::Debug for AskedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskedFor")
    }
}

impl ProvideCredentials for AskedFor {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let ask = Arc::clone(&self.0);
        future::ProvideCredentials::new(async move {
            // It may well ask somebody else, and wait.
            let key = tokio::task::spawn_blocking(move || ask()).await.map_err(CredentialsError::unhandled)?;
            let AccessKey { id, secret, session_token, expires } = key.map_err(CredentialsError::provider_error)?;
            Ok(Credentials::new(id, secret, session_token, expires, "dumpstream"))
        })
    }
}

impl AwsOptions {
    /// Signs with an access key of the program's own.
    #[must_use]
    pub fn credentials(mut self, id: &str, secret: &str, session_token: Option<String>) -> Self {
        self.credentials = Some(Credentials::new(id, secret, session_token, None, "dumpstream"));
        self
    }

    /// Signs with what `ask` gives. It is called on a thread where it may block, for the first request and shortly before what
    /// it gave expires. Its error's message is shown.
    #[must_use]
    pub fn credentials_from(
        mut self,
        ask: impl Fn() -> Result<AccessKey, Box<dyn std::error::Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        self.asked = Some(AskedFor(Arc::new(ask)));
        self
    }

    /// Uses a profile of the AWS configuration.
    #[must_use]
    pub fn profile(mut self, name: Option<String>) -> Self {
        self.profile = name;
        self
    }

    /// Uses a region.
    #[must_use]
    pub fn region(mut self, name: Option<String>) -> Self {
        self.region = name;
        self
    }

    /// Talks to another endpoint than AWS's.
    #[must_use]
    pub fn endpoint_url(mut self, url: Option<String>) -> Self {
        self.endpoint_url = url;
        self
    }

    /// The SDK's configuration, with credentials that were found.
    pub(crate) async fn load(&self) -> Result<SdkConfig> {
        let scheme = |url: &str| ["http://", "https://"].iter().any(|s| url.to_ascii_lowercase().starts_with(s));
        if self.endpoint_url.as_deref().is_some_and(|url| !scheme(url)) {
            return Err(Error::usage("the endpoint is no URL").hint("write it as http://HOST:PORT or https://HOST"));
        }
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https();
        let provider = ProviderConfig::default().with_http_client(http.clone());
        let imds = imds::Client::builder()
            .configure(&provider)
            .max_attempts(1)
            .connect_timeout(METADATA_TIMEOUT)
            .read_timeout(METADATA_TIMEOUT)
            .build();
        let mut profile = ProfileFileRegionProvider::builder().configure(&provider);
        if let Some(name) = &self.profile {
            profile = profile.profile_name(name);
        }
        let configured = RegionProviderChain::first_try(self.region.clone().map(Region::new))
            .or_else(EnvironmentVariableRegionProvider::new())
            .or_else(profile.build());
        let region = match configured.region().await {
            Some(region) => Some(region),
            // Stand-ins are in no region, but signatures name one.
            None if self.endpoint_url.is_some() => Some(Region::new(REGION_OF_STANDINS)),
            None => ImdsRegionProvider::builder().configure(&provider).imds_client(imds.clone()).build().region().await,
        };
        let region = region.ok_or_else(|| {
            Error::usage("nothing says which AWS region to use").hint("give --region, or set AWS_REGION")
        })?;
        let credentials = match (&self.asked, &self.credentials) {
            (Some(asked), _) => SharedCredentialsProvider::new(asked.clone()),
            (None, Some(credentials)) => SharedCredentialsProvider::new(credentials.clone()),
            (None, None) => self.chain(&provider.with_region(Some(region.clone())), imds),
        };
        // Asked for once here, so that what is absent is told before anything else, and in better words.
        match tokio::time::timeout(CREDENTIALS_TIMEOUT, credentials.provide_credentials()).await {
            Ok(Ok(_)) => {}
            Ok(Err(e)) => return Err(no_credentials(e, self.profile.as_deref())),
            Err(_) => {
                return Err(Error::usage(format!(
                    "no AWS credentials came within {} s",
                    CREDENTIALS_TIMEOUT.as_secs()
                ))
                .hint("log in first (aws sso login), or look at the profile's credential_process"));
            }
        }
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(REQUEST_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .region(region)
            .credentials_provider(credentials)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX).with_initial_backoff(RETRY_DELAY));
        if let Some(name) = &self.profile {
            loader = loader.profile_name(name);
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        Ok(loader.load().await)
    }

    /// The SDK's default chain, but for the patience with a container's service.
    fn chain(&self, provider: &ProviderConfig, imds: imds::Client) -> SharedCredentialsProvider {
        let mut profile = ProfileFileCredentialsProvider::builder().configure(provider);
        if let Some(name) = &self.profile {
            profile = profile.profile_name(name);
        }
        let container = OfContainer {
            provider: EcsCredentialsProvider::builder().configure(provider).build(),
            answered: AtomicBool::new(false),
        };
        let machine = ImdsCredentialsProvider::builder().configure(provider).imds_client(imds);
        // As the AWS CLI has it, a profile that was asked for goes before keys in the environment, and these before one that
        // the environment names.
        let first = match self.profile {
            Some(_) => CredentialsProviderChain::first_try("Profile", profile.build()),
            None => CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
                .or_else("Profile", profile.build()),
        };
        SharedCredentialsProvider::new(
            first
                .or_else("WebIdentityToken", WebIdentityTokenCredentialsProvider::builder().configure(provider).build())
                .or_else("EcsContainer", container)
                .or_else("Ec2InstanceMetadata", machine.build()),
        )
    }

    /// Asks S3 about a bucket, in the bucket's own region if S3 says that it is another one, and gives the client that
    /// reaches it. `kept` has one that was made before, and keeps this one.
    pub(crate) async fn ask_s3<T, E, F>(
        &self,
        kept: &KeptS3,
        ask: impl Fn(Client) -> F,
    ) -> Result<(Client, Asked<T, E>)>
    where
        F: Future<Output = Asked<T, E>>,
    {
        let mut client = {
            let mut kept = kept.0.lock().await;
            match &*kept {
                Some(client) => client.clone(),
                None => kept.insert(self.s3().await?).clone(),
            }
        };
        let mut asked = ask(client.clone()).await;
        let elsewhere = asked.as_ref().err().and_then(bucket_region);
        let here = client.config().region().map(ToString::to_string);
        if let Some(region) = elsewhere.filter(|region| here.as_ref() != Some(region)) {
            tracing::debug!(region, "the bucket is in another region");
            client = Client::from_conf(client.config().to_builder().region(Region::new(region)).build());
            *kept.0.lock().await = Some(client.clone());
            asked = ask(client.clone()).await;
        }
        Ok((client, asked))
    }

    /// A client for S3.
    async fn s3(&self) -> Result<Client> {
        let sdk = self.load().await?;
        let stand_in = sdk.endpoint_url().is_some() || std::env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let config = aws_sdk_s3::config::Builder::from(&sdk)
            .force_path_style(stand_in)
            // Ranges have no checksums; what there is, is checked here.
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Ok(Client::from_conf(config))
    }
}

/// An answer of S3's.
pub(crate) type Asked<T, E> = Result<T, SdkError<E, HttpResponse>>;

/// A client for S3 that several objects share, so that credentials and regions are looked up once.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeptS3(Arc<Mutex<Option<Client>>>);

/// Refuses an answer of a size that no answer about an object has. Whoever serves files as S3 does, and knows nothing of what is
/// asked behind the `?`, answers with the object itself, and the SDK would hold all of it in memory.
#[derive(Debug)]
pub(crate) struct NotTheObject;

/// An object's thousand parts take a quarter of that.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

impl Intercept for NotTheObject {
    fn name(&self) -> &'static str {
        "NotTheObject"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let length = context.response().headers().get("content-length").and_then(|n| n.parse::<u64>().ok());
        match length {
            Some(length) if length > ANSWER_BYTES_MAX => Err("the answer is far too long".into()),
            _ => Ok(()),
        }
    }
}

/// Where a bucket is, if S3 refused a request for its sake.
fn bucket_region<E>(e: &SdkError<E, HttpResponse>) -> Option<String> {
    let response = e.raw_response().filter(|r| matches!(r.status().as_u16(), 301 | 307 | 400))?;
    response.headers().get("x-amz-bucket-region").map(str::to_owned)
}

/// What a container's own service gives. One that never answers isn't waited for as long as the SDK would.
#[derive(Debug)]
struct OfContainer {
    provider: EcsCredentialsProvider,
    answered: AtomicBool,
}

impl ProvideCredentials for OfContainer {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let limit = match self.answered.load(Ordering::Relaxed) {
                false => CONTAINER_TIMEOUT,
                true => CONTAINER_RENEWAL_TIMEOUT,
            };
            let provided = tokio::time::timeout(limit, self.provider.provide_credentials()).await;
            let provided = provided.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(limit)));
            self.answered.fetch_or(provided.is_ok(), Ordering::Relaxed);
            provided
        })
    }
}

fn no_credentials(e: CredentialsError, profile: Option<&str>) -> Error {
    match profile {
        Some(name) => Error::usage(format!("the AWS profile {name} gives no credentials"))
            .hint("check its name and what is in ~/.aws/config; with SSO, log in first: aws sso login"),
        None => Error::usage("there are no AWS credentials").hint(
            "set AWS_PROFILE or --profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives \
             them; the cause is of the last place that was looked at",
        ),
    }
    .caused_by(e)
}

/// `s3://bucket/key`, with `?versionId=…` for one version of it.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Url {
    /// The bucket, or the alias of an access point.
    pub bucket: String,
    /// The key, as it is: nothing in it is encoded.
    pub key: String,
    /// The version.
    pub version: Option<String>,
}

impl S3Url {
    /// Reads what a user wrote.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |what: &str| Error::usage(what).hint("write s3://BUCKET/KEY, or s3://BUCKET/KEY?versionId=ID");
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("s3") => rest,
            _ => return Err(bad("this is no s3:// URL")),
        };
        if rest.starts_with("arn:") {
            return Err(Error::usage("ARNs can't be used in s3:// URLs").hint("use the alias of the access point"));
        }
        let (bucket, rest) = rest.split_once('/').ok_or_else(|| bad("the s3:// URL names no object"))?;
        let (key, version) = match rest.rsplit_once("?versionId=") {
            Some((_, "")) => return Err(bad("the s3:// URL's versionId is empty")),
            Some((key, version)) => (key, Some(version.to_owned())),
            None => (rest, None),
        };
        if bucket.is_empty() || !bucket.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
            return Err(bad("the s3:// URL's bucket can't be one"));
        }
        if key.is_empty() {
            return Err(bad("the s3:// URL names no object"));
        }
        if key.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(Error::usage("keys with . or .. between slashes can't be used: on the way they become others")
                .hint("copy the object to another key"));
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
    }
}

impl fmt::Display for S3Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)?;
        match &self.version {
            Some(version) => write!(f, "?versionId={version}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for S3Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A word for a shell.
pub(crate) fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Puts a failed request into words. `what` is what was to be done, such as `looking at the object`.
pub(crate) fn explain<E>(kind: ErrorKind, what: &str, e: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = e.raw_response().map_or(0, |response| response.status().as_u16());
    let region = bucket_region(&e);
    let code = e.code().unwrap_or_default().to_owned();
    let (said, hint) = refusal(status, &code, region.as_deref());
    // S3 calls it that when the rest of a request doesn't come, with status 400.
    let transient = matches!(status, 0 | 408 | 429 | 500..=599) || code == "RequestTimeout";
    let error = match &e {
        SdkError::TimeoutError(_) => Error::new(kind, format!("{what}: AWS did not answer in time")).hint(NETWORK),
        SdkError::DispatchFailure(_) => {
            Error::new(kind, format!("{what}: there is no connection to AWS, or it broke")).hint(NETWORK)
        }
        SdkError::ConstructionFailure(_) => {
            Error::new(kind, format!("{what}: the request can't be made")).hint("check the names and the endpoint")
        }
        _ => Error::new(kind, format!("{what}: {said}")).hint(hint),
    };
    let error = if transient { error.transient() } else { error };
    match e {
        SdkError::ServiceError(e) => error.caused_by(e.into_err()),
        e => error.caused_by(e),
    }
}

const NETWORK: &str =
    "check the network, the endpoint and the region; a private subnet needs a gateway or an endpoint for S3";

/// What a secret of Secrets Manager holds, text or bytes.
pub(crate) async fn secret(sdk: &SdkConfig, id: &str) -> Result<Zeroizing<Vec<u8>>> {
    let client = aws_sdk_secretsmanager::Client::new(sdk);
    let value = client.get_secret_value().secret_id(id).send().await.map_err(|e| {
        let code = e.code().unwrap_or_default().to_owned();
        let hint = match code.as_str() {
            "ResourceNotFoundException" => "check its name or ARN, the region and the account",
            "AccessDeniedException" => "secretsmanager:GetSecretValue is needed, and kms:Decrypt for its key",
            _ => "check the credentials, the region and the network",
        };
        let what = match code.as_str() {
            "ResourceNotFoundException" => format!("there is no secret {id}"),
            "" => format!("the secret {id} can't be fetched"),
            code => format!("the secret {id} can't be fetched: {code}"),
        };
        // Not the SDK's error: it may hold the answer, and that the secret.
        let cause = match &e {
            SdkError::ServiceError(e) => e.err().message().unwrap_or("AWS's answer can't be read").to_owned(),
            SdkError::TimeoutError(_) => "AWS did not answer in time".to_owned(),
            SdkError::DispatchFailure(_) => "there is no connection to AWS, or it broke".to_owned(),
            _ => "AWS's answer can't be read".to_owned(),
        };
        Error::target(what).hint(hint).caused_by(cause)
    })?;
    let text = value.secret_string().map(|text| text.as_bytes().to_vec());
    let bytes = text.or_else(|| Some(value.secret_binary()?.as_ref().to_vec()));
    Ok(Zeroizing::new(bytes.unwrap_or_default()))
}

/// What a refusal means, and what to do.
pub(crate) fn refusal(status: u16, code: &str, region: Option<&str>) -> (String, String) {
    let said = match (status, code) {
        (0, "") => "no answer".to_owned(),
        (0, code) => code.to_owned(),
        (status, "") => format!("status {status}"),
        (status, code) => format!("status {status}, {code}"),
    };
    let to = |text: &str| text.to_owned();
    match (status, code) {
        (301 | 307 | 400, _) if region.is_some() => {
            let region = region.unwrap_or_default();
            // It was asked there as well.
            (format!("the bucket is in region {region}, and refuses requests there too"), to("check the endpoint"))
        }
        (_, "NoSuchBucket") => (to("there is no such bucket"), to("check its name, and the account that is used")),
        (_, "NoSuchUpload") => (
            to("the upload is gone"),
            to("somebody aborted it, or the bucket's lifecycle rule for unfinished uploads did: try again"),
        ),
        (_, "BadDigest" | "InvalidDigest" | "XAmzContentChecksumMismatch" | "InvalidPart") => {
            (format!("what S3 has is not what was sent ({said})"), to("try again; something on the way damages it"))
        }
        (_, "NoSuchVersion") => (to("there is no such version of the object"), to("check the versionId")),
        (404, _) => (to("there is no such object"), to("check the bucket and the key: aws s3 ls shows what there is")),
        (_, "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired") => {
            (to("the AWS session has expired"), to("log in again"))
        }
        (_, "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "UnrecognizedClientException") => {
            (to("the AWS credentials are refused"), to("check the access key, the secret and the session token"))
        }
        (_, "RequestTimeTooSkewed") => (to("this machine's clock is wrong"), to("set it by NTP")),
        (_, "InvalidObjectState") => (to("the object is archived"), to("restore it first: aws s3api restore-object")),
        (_, "KMSAccessDeniedException" | "KMS.AccessDeniedException") => (
            to("the object's KMS key may not be used"),
            to("kms:Decrypt is needed to read, and with kms:GenerateDataKey to write in parts"),
        ),
        (403, _) => (
            format!("access is denied ({said})"),
            to(
                "reading needs s3:GetObject, s3:GetObjectVersion for a versionId, and kms:Decrypt for a KMS key; without \
                 s3:ListBucket, an absent object looks like this as well. Writing needs s3:PutObject, \
                 s3:PutObjectTagging for tags, and kms:GenerateDataKey and kms:Decrypt for a KMS key",
            ),
        ),
        (412, _) => {
            (to("the object is not what was expected (status 412)"), to("look whether somebody else writes it"))
        }
        (429 | 500..=599, _) => (said, to("try again later")),
        _ => (said, to("the cause is AWS's own message")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_as_they_are() {
        let url = S3Url::parse("S3://my-bucket.x/a b/ü?x#%41.sql?versionId=v.1").unwrap();
        assert_eq!(
            (url.bucket.as_str(), url.key.as_str(), url.version.as_deref()),
            ("my-bucket.x", "a b/ü?x#%41.sql", Some("v.1"))
        );
        assert_eq!(url.to_string(), "s3://my-bucket.x/a b/ü?x#%41.sql?versionId=v.1");
        for text in [
            "s3://",
            "s3://b",
            "s3://b/",
            "s3:///k",
            "s3://b c/k",
            "s3://b/k?versionId=",
            "s3://arn:aws:s3/x",
            "s3://b/a/../k",
            "s3://b/./k",
        ] {
            assert_eq!(S3Url::parse(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
        }
    }
}
