//! Gets an object from S3: looks at it first, then has [`ranged`](super::ranged) read it.
//!
//! The SDK looks and signs; the bytes come over the same HTTP client as everywhere, because the SDK takes an answer that
//! is short, or about the whole object, for a good one.

use super::checksum::{Algorithm, Checks};
use super::ranged::{Identity, Origin, Ranged};
use super::{Fetch, Meter, http};
use crate::aws::{Asked, NotTheObject, S3Url, explain, refusal, shell_quoted};
use crate::error::{Error, ErrorKind, Result};
use crate::observe::Warning;
use crate::options::sha256_of_text;
use crate::report::ObjectReport;
use crate::source::SourceOptions;
use crate::stage::pieces::pieces_in_window;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::{HeadObjectError, HeadObjectOutput};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::{ChecksumMode, ChecksumType, ObjectAttributes, StorageClass};
use aws_smithy_types::base64;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use reqwest::header::ACCEPT_ENCODING;
use reqwest::{RequestBuilder, StatusCode};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a signature is good for: any pause of this machine, and then some.
const SIGNATURE_LIFE: Duration = Duration::from_secs(3600);

/// Most parts that an object can have.
const PARTS_MAX: usize = 10_000;

/// Most parts that are looked at by themselves, and how many at once: more would take longer than their checksum is worth.
const LOOKS_MAX: usize = 1_000;
const LOOKS_PARALLEL: usize = 16;

/// Largest `.sha256` object that is looked at: a line or two.
const DIGEST_BYTES_MAX: i64 = 64 << 10;

/// Opens the object and starts to read it.
pub(super) async fn fetch(url: &S3Url, options: &SourceOptions, meter: Meter) -> Result<Fetch> {
    let ask = |client| async move { look(&client, url, url.version.as_deref()).await };
    let (client, head) = options.aws.ask_s3(&options.kept.s3, ask).await?;
    let head = head.map_err(|e| explain(ErrorKind::Source, "looking at the object", e))?;
    refuse_archived(url, &head)?;
    let size = head.content_length().and_then(|n| u64::try_from(n).ok());
    let (Some(size), Some(etag)) = (size, head.e_tag().map(str::to_owned)) else {
        return Err(Error::source_bad("S3 told neither size nor ETag of the object")
            .hint("check --endpoint-url: it has to be an S3 service"));
    };
    let version = head.version_id().filter(|v| *v != "null").map(str::to_owned);
    // To ask for a version by name takes a permission of its own, s3:GetObjectVersion, which readers of the newest one
    // often lack. If-Match alone is as safe, but fails when the object is replaced meanwhile.
    let pinned = async {
        match (&url.version, &version) {
            (Some(asked), _) => Some(asked.clone()),
            (None, Some(version)) => look(&client, url, Some(version)).await.ok().map(|_| version.clone()),
            (None, None) => None,
        }
    };
    let mut warnings = Vec::new();
    let checks = checks(&client, url, &head, size, &mut warnings);
    let (pinned, checks) = tokio::join!(pinned, checks);
    let compared = checks.names();
    let stated_sha256 = if options.sha256_auto { Some(stated_sha256(&client, url, &head).await?) } else { None };
    let (sink, pieces) = pieces_in_window(options.window_bytes);
    let http = options.kept.http.get_or_try_init(async || {
        // A container without certificates can still talk to a stand-in over http.
        let plain = options.aws.endpoint_url.as_deref().is_some_and(|url| url.starts_with("http://"));
        // The SDK's own requests pass no proxy either.
        http::client(if plain { "http" } else { "https" }, options, false)
    });
    let http = http.await?.clone();
    let origin = Object { client: client.clone(), http, url: url.clone(), pinned: pinned.clone() };
    let identity = Identity { size, etag: etag.clone(), version: version.clone() };
    let task = Ranged { origin: Arc::new(origin), identity, checks }.spawn(options, meter, sink);
    // The first ranges are on their way meanwhile.
    let object = object(&head, compared, tags(&client, url, pinned).await);
    Ok(Fetch {
        size: Some(size),
        etag: Some(etag),
        version,
        object: Some(object),
        warnings,
        stated_sha256,
        window_bytes: options.window_bytes.min(size),
        pieces,
        task: Some(task),
    })
}

async fn look(client: &Client, url: &S3Url, version: Option<&str>) -> Asked<HeadObjectOutput, HeadObjectError> {
    let head = client.head_object().bucket(&url.bucket).key(&url.key).checksum_mode(ChecksumMode::Enabled);
    head.set_version_id(version.map(str::to_owned)).send().await
}

/// The object's tags, or why they aren't known. They are for the report only, so that isn't worth a warning.
async fn tags(client: &Client, url: &S3Url, version: Option<String>) -> Result<BTreeMap<String, String>, String> {
    let asked = client.get_object_tagging().bucket(&url.bucket).key(&url.key).set_version_id(version);
    match asked.customize().interceptor(NotTheObject).send().await {
        Ok(tags) => Ok(tags.tag_set().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()),
        Err(e) => Err(match e.raw_response().map(|r| r.status().as_u16()) {
            Some(403) => "s3:GetObjectTagging is not allowed".to_owned(),
            Some(status) => format!("S3 answered with status {status}"),
            None => "S3 did not answer".to_owned(),
        }),
    }
}

/// What the report says of the object.
fn object(
    head: &HeadObjectOutput,
    compared: Vec<&'static str>,
    tags: Result<BTreeMap<String, String>, String>,
) -> ObjectReport {
    let checksums = kept_checksums(head).into_iter().filter_map(|(name, text)| Some((name, text?.to_owned())));
    let (tags, tags_unknown) = match tags {
        Ok(tags) => (Some(tags), None),
        Err(why) => (None, Some(why)),
    };
    ObjectReport {
        // S3 leaves the usual one out.
        storage_class: head.storage_class().map_or("STANDARD", StorageClass::as_str).to_owned(),
        checksums: checksums.collect(),
        checksum_type: head.checksum_type().map(|kind| kind.as_str().to_owned()),
        compared,
        tags,
        tags_unknown,
    }
}

/// The checksums that S3 may keep of an object.
fn kept_checksums(head: &HeadObjectOutput) -> [(&'static str, Option<&str>); 10] {
    [
        (Algorithm::Crc64Nvme.name(), head.checksum_crc64_nvme()),
        (Algorithm::Crc32c.name(), head.checksum_crc32_c()),
        (Algorithm::Crc32.name(), head.checksum_crc32()),
        (Algorithm::Sha256.name(), head.checksum_sha256()),
        ("SHA-1", head.checksum_sha1()),
        ("SHA-512", head.checksum_sha512()),
        ("MD5", head.checksum_md5()),
        ("XXHash64", head.checksum_xxhash64()),
        ("XXHash3", head.checksum_xxhash3()),
        ("XXHash128", head.checksum_xxhash128()),
    ]
}

/// Refuses an object whose bytes can't be had at once, and says how they can.
fn refuse_archived(url: &S3Url, head: &HeadObjectOutput) -> Result<()> {
    let class = match (head.storage_class(), head.archive_status()) {
        (Some(class @ (StorageClass::Glacier | StorageClass::DeepArchive)), _) => class.as_str(),
        (_, Some(status)) => status.as_str(),
        _ => return Ok(()),
    };
    match head.restore() {
        Some(restore) if restore.contains("ongoing-request=\"false\"") => Ok(()),
        Some(_) => Err(Error::source_bad(format!("the object is archived ({class}) and is being restored"))
            .hint("wait until it is: aws s3api head-object says ongoing-request=\"false\" then")
            .transient()),
        None => {
            let version =
                url.version.as_ref().map(|v| format!(" --version-id {}", shell_quoted(v))).unwrap_or_default();
            Err(Error::source_bad(format!("the object is archived ({class}): it has to be restored before it is read"))
                .hint(format!(
                    "aws s3api restore-object --bucket {} --key {}{version} --restore-request \
                     '{{\"Days\":7,\"GlacierJobParameters\":{{\"Tier\":\"Standard\"}}}}'; it takes hours",
                    url.bucket,
                    shell_quoted(&url.key)
                )))
        }
    }
}

/// What of the object's checksums can be computed again, and a warning for what can't.
async fn checks(
    client: &Client,
    url: &S3Url,
    head: &HeadObjectOutput,
    size: u64,
    warnings: &mut Vec<Warning>,
) -> Checks {
    let mut checks = Checks::default();
    let mut unverified = |algorithm: &str, why: &str| {
        warnings.push(Warning {
            code: "checksum_unverified".to_owned(),
            message: format!("the {algorithm} that S3 keeps of the object was not compared with what is read: {why}"),
            table: None,
            row: None,
            column: None,
        });
    };
    for (name, text) in kept_checksums(head).into_iter().filter_map(|(name, text)| Some((name, text?))) {
        let Some(algorithm) = Algorithm::of_name(name) else {
            unverified(name, "it is of a kind that is not computed here");
            continue;
        };
        let (text, parts) = match text.rsplit_once('-') {
            Some((text, parts)) => (text, parts.parse::<usize>().ok()),
            None => (text, None),
        };
        let composite = match algorithm {
            // There are none of parts.
            Algorithm::Crc64Nvme => false,
            _ => parts.is_some() || is_composite(client, url, head).await,
        };
        let Ok(expected) = base64::decode(text) else {
            unverified(algorithm.name(), "it is not written as one");
            continue;
        };
        if !composite {
            checks.expect(algorithm, expected);
            continue;
        }
        match part_sizes(client, url, head, size, parts).await {
            Some(sizes) => checks.expect_composite(algorithm, expected, sizes),
            None => unverified(
                algorithm.name(),
                "it is one of parts whose sizes are not known (s3:GetObjectAttributes tells them)",
            ),
        }
    }
    checks
}

/// Whether the checksums are those of parts. Some stores don't say so where they give them.
async fn is_composite(client: &Client, url: &S3Url, head: &HeadObjectOutput) -> bool {
    match head.checksum_type() {
        Some(kind) => *kind == ChecksumType::Composite,
        // Only what was uploaded in parts has such an ETag.
        None if head.e_tag().is_some_and(|etag| etag.contains('-')) => {
            let attributes = client
                .get_object_attributes()
                .bucket(&url.bucket)
                .key(&url.key)
                .set_version_id(url.version.clone())
                .object_attributes(ObjectAttributes::Checksum)
                .customize()
                .interceptor(NotTheObject)
                .send()
                .await;
            let kind = attributes.ok().and_then(|a| a.checksum().and_then(|c| c.checksum_type().cloned()));
            kind != Some(ChecksumType::FullObject)
        }
        None => false,
    }
}

/// The sizes of the parts that the object was uploaded in, if that can be found out.
async fn part_sizes(
    client: &Client,
    url: &S3Url,
    head: &HeadObjectOutput,
    size: u64,
    parts: Option<usize>,
) -> Option<Vec<u64>> {
    let version = || head.version_id().map(str::to_owned).filter(|_| url.version.is_some());
    let mut sizes: Vec<u64> = Vec::new();
    let mut marker = None;
    loop {
        let attributes = client
            .get_object_attributes()
            .bucket(&url.bucket)
            .key(&url.key)
            .set_version_id(version())
            .set_part_number_marker(marker)
            .object_attributes(ObjectAttributes::ObjectParts)
            .customize()
            .interceptor(NotTheObject)
            .send()
            .await;
        let Some(page) = attributes.ok().and_then(|a| a.object_parts().cloned()) else { break };
        sizes.extend(page.parts().iter().filter_map(|p| u64::try_from(p.size()?).ok()));
        marker = page.next_part_number_marker().map(str::to_owned);
        if page.is_truncated() != Some(true) || marker.is_none() || page.parts().is_empty() || sizes.len() > PARTS_MAX {
            break;
        }
    }
    let is_all = |sizes: &[u64]| {
        sizes.iter().sum::<u64>() == size && sizes.iter().all(|s| *s > 0) && parts.is_none_or(|n| n == sizes.len())
    };
    if is_all(&sizes) && !sizes.is_empty() {
        return Some(sizes);
    }
    // Each part can be looked at by itself as well. Who expects them to be of one size is wrong about some.
    let look = async |n: i32| {
        let part = client.head_object().bucket(&url.bucket).key(&url.key).set_version_id(version()).part_number(n);
        let part = part.send().await.ok()?;
        Some((u64::try_from(part.content_length()?).ok()?, part.parts_count()))
    };
    let (first, count) = look(1).await?;
    let count = count.filter(|n| usize::try_from(*n).is_ok_and(|n| (1..=LOOKS_MAX).contains(&n)))?;
    let others: Vec<Option<(u64, _)>> = stream::iter(2..=count).map(look).buffered(LOOKS_PARALLEL).collect().await;
    let others = others.into_iter().map(|part| part.map(|(size, _)| size));
    let sizes: Vec<u64> = std::iter::once(Some(first)).chain(others).collect::<Option<_>>()?;
    is_all(&sizes).then_some(sizes)
}

/// The SHA-256 that the object, or one beside it, says that its bytes have.
async fn stated_sha256(client: &Client, url: &S3Url, head: &HeadObjectOutput) -> Result<[u8; 32]> {
    let stored = match head.checksum_sha256().filter(|text| !text.contains('-')) {
        Some(text) if !is_composite(client, url, head).await => Some(text),
        _ => None,
    };
    if let Some(digest) = stored.and_then(|text| base64::decode(text).ok()).and_then(|d| <[u8; 32]>::try_from(d).ok()) {
        return Ok(digest);
    }
    if let Some(text) = head.metadata().and_then(|m| m.get("sha256")) {
        return sha256_of_text(text).ok_or_else(|| {
            Error::source_bad("the object's metadata sha256 is no SHA-256").hint("it has to be 64 hex digits")
        });
    }
    let beside = format!("{}.sha256", url.key);
    let none = || {
        Error::usage("--sha256 auto found no SHA-256 of the object").hint(format!(
            "it looks for the object's own checksum, its metadata sha256, and an object {beside}; give the digest itself"
        ))
    };
    let object = match client.get_object().bucket(&url.bucket).key(&beside).send().await {
        Ok(object) => object,
        Err(e) if matches!(e.raw_response().map(|r| r.status().as_u16()), Some(403 | 404)) => return Err(none()),
        Err(e) => return Err(explain(ErrorKind::Source, "reading the .sha256 object", e)),
    };
    let bad = || {
        Error::source_bad(format!("the object {beside} holds no SHA-256")).hint("it has to be as sha256sum writes it")
    };
    if object.content_length().is_none_or(|n| n > DIGEST_BYTES_MAX) {
        return Err(bad());
    }
    let bytes = object
        .body
        .collect()
        .await
        .map_err(|e| Error::source_bad("the .sha256 object can't be read").caused_by(e).transient())?;
    String::from_utf8(bytes.to_vec()).ok().and_then(|text| sha256_of_text(&text)).ok_or_else(bad)
}

/// The object, as requests for it are made.
struct Object {
    client: Client,
    http: reqwest::Client,
    url: S3Url,
    /// The version that is asked for.
    pinned: Option<String>,
}

impl Origin for Object {
    fn request(&self, from: u64, to: u64, identity: &Identity) -> BoxFuture<'_, Result<RequestBuilder>> {
        let get = self
            .client
            .get_object()
            .bucket(&self.url.bucket)
            .key(&self.url.key)
            .set_version_id(self.pinned.clone())
            .if_match(&identity.etag)
            .range(format!("bytes={from}-{}", to - 1));
        async move {
            let unsigned = |e| Error::source_bad("the request for the object can't be signed").caused_by(e);
            let signed = PresigningConfig::expires_in(SIGNATURE_LIFE)
                .map_err(|e| unsigned(Box::<dyn std::error::Error + Send + Sync>::from(e)))?;
            let signed = get.presigned(signed).await.map_err(|e| explain(ErrorKind::Source, "signing a request", e))?;
            let request = self.http.get(signed.uri()).header(ACCEPT_ENCODING, "identity");
            Ok(signed.headers().fold(request, |request, (name, value)| request.header(name, value)))
        }
        .boxed()
    }

    fn refused(&self, status: StatusCode, code: &str) -> Error {
        let (said, hint) = refusal(status.as_u16(), code, None);
        Error::source_bad(format!("reading the object: {said}")).hint(hint)
    }
}
