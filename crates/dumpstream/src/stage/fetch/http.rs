//! Gets an object over HTTP, in a task, and goes on where a broken body stopped.
//!
//! Where the server says that it gives ranges, and the object is large enough, [`ranged`](super::ranged) reads it over
//! several connections instead.
//!
//! The stored bytes are wanted as they are: no content coding is asked for, and none is undone. A body that breaks or
//! stalls is asked for again from where it stopped, but only if the server gave a strong entity tag, so that `If-Range`
//! makes it answer with the same object or not at all. An answer that starts over, or is about another object, is an
//! error. URLs are kept out of all messages.

use super::checksum::Checks;
use super::ranged::{self, Identity, Ranged};
use super::{AbortOnDrop, Fetch, Meter};
use crate::error::{Error, Result};
use crate::source::SourceOptions;
use crate::stage::pieces::{Gone, Piece, PieceSink, pieces, pieces_in_window};
use bytes::{Buf, Bytes};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use reqwest::header::{ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_RANGE, ETAG, HeaderMap, IF_MATCH, IF_RANGE, RANGE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;

/// Redirects that are followed.
const REDIRECTS_MAX: usize = 10;

/// Bytes that must arrive after a resumption for it to count as a success, which starts the count of retries anew:
/// 1 MiB, so that a server that breaks off after each few bytes doesn't keep a run alive for ever.
const PROGRESS_BYTES_MIN: u64 = 1 << 20;

/// Longest pause before a repeated request.
const RETRY_DELAY_MAX: Duration = Duration::from_secs(15);

/// Opens the object and starts to read it.
pub(super) async fn fetch(url: &Url, options: &SourceOptions, meter: Meter) -> Result<Fetch> {
    let origin = Origin { client: client(url.scheme(), options, true)?, url: url.clone(), options: options.clone() };
    let response = origin.get(None).await.map_err(Broken::into_error)?;
    if response.status() != StatusCode::OK {
        return Err(refused(response.status()));
    }
    let etag = strong_etag(response.headers());
    let size = response.content_length();
    let gives_ranges = response
        .headers()
        .get(ACCEPT_RANGES)
        .is_some_and(|units| units.as_bytes().trim_ascii().eq_ignore_ascii_case(b"bytes"));
    if let (true, Some(size), Some(tag)) = (gives_ranges && options.connections != Some(1), size, &etag)
        && size >= 2 * options.part_bytes.1
    {
        drop(response);
        let (sink, pieces) = pieces_in_window(options.window_bytes);
        let identity = Identity { size, etag: tag.clone(), version: None };
        let checks = Checks::default();
        let task = Ranged { origin: Arc::new(origin), identity, checks }.spawn(options, meter, sink);
        return Ok(Fetch {
            size: Some(size),
            etag,
            version: None,
            object: None,
            warnings: Vec::new(),
            stated_sha256: None,
            window_bytes: options.window_bytes.min(size),
            pieces,
            task: Some(task),
        });
    }
    let (sink, pieces) = pieces();
    let body = Body { origin, etag: etag.clone(), size, meter, failures: 0, resumed_at: 0 };
    let task = tokio::spawn(async move {
        // Gone: nobody reads any more, so there is nobody to tell.
        let _ = body.read(response, &sink).await;
    });
    let task = Some(AbortOnDrop(task.abort_handle()));
    Ok(Fetch {
        size,
        etag,
        version: None,
        object: None,
        warnings: Vec::new(),
        stated_sha256: None,
        window_bytes: 0,
        pieces,
        task,
    })
}

impl ranged::Origin for Origin {
    fn request(&self, from: u64, to: u64, identity: &Identity) -> BoxFuture<'_, Result<RequestBuilder>> {
        let request = self.client.get(self.url.clone()).header(ACCEPT_ENCODING, "identity");
        let request = request.header(RANGE, format!("bytes={from}-{}", to - 1)).header(IF_MATCH, &identity.etag);
        std::future::ready(Ok(request)).boxed()
    }

    fn when_changed(&self) -> &'static str {
        "start again with the object as it is now; if it didn't change, several servers give it different ETags: \
         --connections 1 reads it from one of them"
    }

    fn refused(&self, status: StatusCode, _code: &str) -> Error {
        refused(status)
    }
}

/// A client for objects behind http or https.
/// With `proxies`, those of the environment are used.
pub(super) fn client(scheme: &str, options: &SourceOptions, proxies: bool) -> Result<Client> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| {
        Error::source_bad("can't set up TLS")
            .hint("install the system's CA certificates (ca-certificates)")
            .caused_by(e)
    };
    let tls = || {
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
    };
    let tls = match tls().and_then(|tls| tls.with_platform_verifier()) {
        Ok(tls) => tls,
        // A small container may have no certificates. Then plain HTTP works, and trusts nobody if it is redirected.
        Err(_) if scheme == "http" => {
            tls().map_err(|e| failed(e.into()))?.with_root_certificates(rustls::RootCertStore::empty())
        }
        Err(e) => return Err(failed(e.into())),
    }
    .with_no_client_auth();
    let redirects = Policy::custom(|attempt| {
        let from_https = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if attempt.previous().len() > REDIRECTS_MAX {
            attempt.error("too many redirects")
        } else if from_https && attempt.url().scheme() != "https" {
            attempt.error("redirected from https to an unprotected connection")
        } else {
            attempt.follow()
        }
    });
    let builder = if proxies { Client::builder() } else { Client::builder().no_proxy() };
    builder
        .tls_backend_preconfigured(tls)
        .redirect(redirects)
        .referer(false)
        .connect_timeout(options.connect_timeout)
        .user_agent(concat!("dumpstream/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| failed(e.into()))
}

/// Where the object is. Not `Debug`, for the URL's sake.
struct Origin {
    client: Client,
    url: Url,
    options: SourceOptions,
}

/// Why a request or a body ended before its time. Worth another attempt.
#[derive(Debug)]
enum Broken {
    /// The connection, or what was said on it.
    Failed(reqwest::Error),
    /// Nothing came for this long.
    Stalled(Duration),
    /// The body ended, but not where it should.
    Short,
    /// The server can't answer just now.
    Busy(StatusCode),
}

impl Broken {
    fn into_error(self) -> Error {
        match self {
            Self::Failed(e) if e.is_redirect() => {
                Error::source_bad("the server's redirects can't be followed").caused_by(e)
            }
            Self::Failed(e) if e.is_connect() && e.is_timeout() => {
                Error::source_bad("can't connect to the server in time")
                    .hint("check the address, the network and the proxy settings")
                    .caused_by(e)
            }
            Self::Failed(e) if is_tls(&e) => Error::source_bad("no secure connection to the server")
                .hint(
                    "check the host's name, and that the system trusts its CA (SSL_CERT_FILE can name another bundle)",
                )
                .caused_by(e),
            Self::Failed(e) if e.is_connect() => Error::source_bad("can't connect to the server")
                .hint("check the address, the network and the proxy settings")
                .caused_by(e),
            Self::Failed(e) => Error::source_bad("the connection broke").hint("try again").caused_by(e).transient(),
            Self::Stalled(limit) => {
                Error::source_bad(format!("the server sent nothing for {} s", limit.as_secs_f64())).transient()
            }
            Self::Short => Error::source_bad("the server ended the body before its announced length").transient(),
            Self::Busy(status) => refused(status).transient(),
        }
    }
}

impl Origin {
    /// Asks for the object, from `(offset, etag)` on if given.
    async fn get(&self, from: Option<(u64, &str)>) -> Result<Response, Broken> {
        let mut request = self.client.get(self.url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some((offset, etag)) = from {
            request = request.header(RANGE, format!("bytes={offset}-")).header(IF_RANGE, etag);
        }
        // The connection has its own limit; this one is for the answer.
        let limit = self.options.connect_timeout + self.options.stall_timeout;
        match tokio::time::timeout(limit, request.send()).await {
            Ok(response) => response.map_err(|e| Broken::Failed(e.without_url())),
            Err(_) => Err(Broken::Stalled(limit)),
        }
    }
}

/// A body that is being read.
struct Body {
    origin: Origin,
    etag: Option<String>,
    size: Option<u64>,
    meter: Meter,
    /// Failures in a row.
    failures: u32,
    /// Where the last resumption began.
    resumed_at: u64,
}

impl Body {
    async fn read(mut self, mut response: Response, sink: &PieceSink) -> Result<(), Gone> {
        let mut buffer = sink.buffer();
        let mut filled = 0;
        loop {
            let mut bytes = match self.chunk(&mut response).await {
                Ok(Some(bytes)) => bytes,
                Ok(None) => break,
                Err(broken) => match self.resume(broken).await {
                    Ok(resumed) => {
                        response = resumed;
                        continue;
                    }
                    Err(e) => return sink.send(Err(e)).await,
                },
            };
            self.meter.add(&bytes);
            if self.size.is_some_and(|size| self.meter.bytes > size) {
                return sink.send(Err(Error::source_bad("the server sent more than it announced"))).await;
            }
            while bytes.has_remaining() {
                let room = buffer.get_mut(filled..).unwrap_or_default();
                let len = room.len().min(bytes.len());
                bytes.copy_to_slice(room.get_mut(..len).unwrap_or_default());
                filled += len;
                if filled == buffer.len() {
                    sink.send(Ok(Piece::Bytes(buffer.freeze()))).await?;
                    buffer = sink.buffer();
                    filled = 0;
                }
            }
        }
        if filled > 0 {
            buffer.truncate(filled);
            sink.send(Ok(Piece::Bytes(buffer.freeze()))).await?;
        }
        sink.send(Ok(self.meter.end())).await
    }

    /// The next bytes, or `None` where the body's end is right.
    async fn chunk(&self, response: &mut Response) -> Result<Option<Bytes>, Broken> {
        let limit = self.origin.options.stall_timeout;
        match tokio::time::timeout(limit, response.chunk()).await {
            Ok(Ok(None)) if self.size.is_some_and(|size| self.meter.bytes < size) => Err(Broken::Short),
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(e)) => Err(Broken::Failed(e.without_url())),
            Err(_) => Err(Broken::Stalled(limit)),
        }
    }

    /// Asks for the rest, until the server gives it or has failed too often.
    async fn resume(&mut self, broken: Broken) -> Result<Response> {
        let offset = self.meter.bytes;
        let cut_off = |broken: Broken, why: &str, hint: &str| {
            let total = self.size.map(|size| format!(" of {size}")).unwrap_or_default();
            Error::source_bad(format!("the download broke off at stored byte {offset}{total}, and {why}"))
                .hint(hint)
                .caused_by(broken.into_error())
        };
        let Some(etag) = &self.etag else {
            return Err(cut_off(
                broken,
                "can't be resumed because the server gives no strong ETag",
                "download the dump to a file first",
            ));
        };
        if offset - self.resumed_at >= PROGRESS_BYTES_MIN {
            self.failures = 0;
        }
        let mut broken = broken;
        loop {
            if self.failures >= self.origin.options.retries_max {
                return Err(cut_off(broken, "resuming it failed too often", "try again, or download the dump first"));
            }
            let pause = self.origin.options.retry_delay.saturating_mul(1 << self.failures.min(16)).min(RETRY_DELAY_MAX);
            self.failures += 1;
            tracing::debug!(offset, attempt = self.failures, ?broken, "the HTTP body broke; resuming");
            tokio::time::sleep(pause).await;
            match self.origin.get(Some((offset, etag))).await {
                Ok(response) => match check_rest(&response, offset, etag, self.size) {
                    Rest::Good => {
                        self.resumed_at = offset;
                        return Ok(response);
                    }
                    Rest::Busy(status) => broken = Broken::Busy(status),
                    Rest::Bad(e) => return Err(e),
                },
                Err(again) => broken = again,
            }
        }
    }
}

/// Whether TLS is what failed.
fn is_tls(e: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(e) = next {
        if e.is::<rustls::Error>() {
            return true;
        }
        // An io::Error's source() is its content's source, so look at the content first.
        next = match e.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(content) => Some(content),
            None => e.source(),
        };
    }
    false
}

/// What the answer to a request for the rest is worth.
enum Rest {
    Good,
    Busy(StatusCode),
    Bad(Error),
}

fn check_rest(response: &Response, offset: u64, etag: &str, size: Option<u64>) -> Rest {
    let status = response.status();
    let headers = response.headers();
    let now = strong_etag(headers);
    let changed = || {
        Rest::Bad(
            Error::source_bad(format!("the object changed while it was read, at stored byte {offset}"))
                .hint("start again with the object as it is now"),
        )
    };
    if status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) {
        return Rest::Busy(status);
    }
    match status {
        StatusCode::PARTIAL_CONTENT => match content_range(headers) {
            _ if now.as_deref().is_some_and(|now| now != etag) => changed(),
            Some((start, total)) if start == offset => match (total, size) {
                (Some(total), Some(size)) if total != size => changed(),
                _ => Rest::Good,
            },
            _ => Rest::Bad(Error::source_bad(format!(
                "asked to go on at stored byte {offset}, the server answered with another range"
            ))),
        },
        StatusCode::OK if now.as_deref() == Some(etag) => Rest::Bad(
            Error::source_bad(format!(
                "the download broke off at stored byte {offset}, and the server can't resume it: it ignores Range"
            ))
            .hint("download the dump to a file first"),
        ),
        StatusCode::OK | StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => changed(),
        status => Rest::Bad(refused(status)),
    }
}

/// Start and total of a `Content-Range: bytes 5-9/10` header; the total may be `*`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (range, total) = headers.get(CONTENT_RANGE)?.to_str().ok()?.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.trim().split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.trim().parse().ok()?, total))
}

/// The entity tag, unless it is a weak one, which says nothing of bytes.
fn strong_etag(headers: &HeaderMap) -> Option<String> {
    let etag = headers.get(ETAG)?.to_str().ok()?.trim();
    (etag.len() >= 2 && etag.starts_with('"') && etag.ends_with('"')).then(|| etag.to_owned())
}

fn refused(status: StatusCode) -> Error {
    let e = Error::source_bad(format!("the server answered with status {status}"));
    match status.as_u16() {
        401 | 407 => e.hint("give user name and password in the URL: https://user:password@host/…"),
        403 => e.hint("check the credentials, or whether a presigned URL has expired"),
        404 | 410 => e.hint("check the URL"),
        429 | 500..=599 => e.hint("try again later"),
        _ => e,
    }
}

#[cfg(test)]
mod tests;
