//! Reads an object in ranges, several at a time, and hands its bytes on strictly in order.
//!
//! [`plan`] decides what is asked for when; here are the clocks and the network. Every answer is checked before its
//! bytes count: status, `Content-Range`, length, entity tag, version. Each attempt has a limit for its answer, one for
//! silence and one for the whole part, so that a stall, a trickle and headers that never come all end the same way: with
//! another attempt from the byte that is missing. What an object that changes gives is an error, never a mixture.
//!
//! One task drives; one for each attempt fills buffers; one hashes and hands on. Memory: the window, and for every
//! connection a buffer of [`PIECE_BYTES`] and what the HTTP library reads at once.

pub(super) mod plan;

use super::checksum::Checks;
use super::{AbortOnDrop, Meter};
use crate::error::{Error, Result};
use crate::source::SourceOptions;
use crate::stage::pieces::{Gone, PIECE_BYTES, Piece, PieceSink};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use plan::{GivenUp, Limits, Order, Plan, Severity};
use reqwest::header::{CONTENT_RANGE, ETAG, HeaderMap};
use reqwest::{RequestBuilder, Response, StatusCode};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;

/// Messages of attempts that may wait for the driver.
const MESSAGES_MAX: usize = 64;

/// Of a refusal's body, what is looked at for its code.
const REFUSAL_BYTES_MAX: usize = 8 << 10;

/// What an object must stay while it is read.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) size: u64,
    /// A strong entity tag.
    pub(super) etag: String,
    /// The version, where the store keeps versions.
    pub(super) version: Option<String>,
}

/// Where an object is asked for.
pub(super) trait Origin: Send + Sync + 'static {
    /// The request for the bytes from `from` up to but not including `to`, of this very object or of none.
    fn request(&self, from: u64, to: u64, identity: &Identity) -> BoxFuture<'_, Result<RequestBuilder>>;

    /// What to do about an object that isn't the same any more.
    fn when_changed(&self) -> &'static str {
        "start again with the object as it is now"
    }

    /// Puts a status that no retry helps against into words.
    fn refused(&self, status: StatusCode, code: &str) -> Error;
}

/// Why an attempt ended before its time.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection, or what was said on it.
    Broken(reqwest::Error),
    /// No answer for this long.
    NoAnswer(Duration),
    /// Nothing more came for this long.
    Stalled(Duration),
    /// So many bytes in so much time.
    Slow(u64, Duration),
    /// The body ended after so many of the bytes asked for.
    Short(u64, u64),
    /// The server can't answer just now.
    Busy(StatusCode, String),
    /// It answered with the whole object.
    IgnoresRange,
    /// It answered with other bytes than those asked for.
    OtherRange,
    /// It didn't say of which object.
    Unnamed,
    /// It isn't the object that it was.
    Changed,
    /// What no retry helps against.
    Refused(Error),
}

impl Fault {
    fn severity(&self) -> Severity {
        match self {
            Self::Busy(..) => Severity::Busy,
            Self::Changed | Self::Refused(_) => Severity::Lasting,
            _ => Severity::Passing,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(e) if e.is_connect() => f.write_str("there was no connection"),
            Self::Broken(_) => f.write_str("the connection broke"),
            Self::NoAnswer(limit) => write!(f, "no answer came within {} s", limit.as_secs_f64()),
            Self::Stalled(limit) => write!(f, "the server sent nothing for {} s", limit.as_secs_f64()),
            Self::Slow(bytes, limit) => {
                write!(f, "the server sent too slowly: {bytes} bytes in {} s", limit.as_secs_f64())
            }
            Self::Short(got, of) => write!(f, "the server ended the body after {got} of {of} bytes"),
            Self::Busy(status, code) if code.is_empty() => write!(f, "the server answered with status {status}"),
            Self::Busy(status, code) => write!(f, "the server answered with status {status}, {code}"),
            Self::IgnoresRange => f.write_str("asked for a range, the server answered with the whole object"),
            Self::OtherRange => f.write_str("the server answered with another range than it was asked for"),
            Self::Unnamed => f.write_str("the server answered without an ETag"),
            Self::Changed => f.write_str("the object changed while it was read"),
            Self::Refused(e) => write!(f, "{e}"),
        }
    }
}

/// Time limits of one attempt.
#[derive(Debug, Clone, Copy)]
struct Patience {
    answer: Duration,
    silence: Duration,
    part: Duration,
}

/// An object that is about to be read.
pub(super) struct Ranged {
    pub(super) origin: Arc<dyn Origin>,
    pub(super) identity: Identity,
    pub(super) checks: Checks,
}

enum Message {
    Answered { attempt: u64 },
    Bytes { attempt: u64, from: u64, bytes: Bytes },
    Done { attempt: u64 },
    Failed { attempt: u64, fault: Fault },
}

impl Ranged {
    /// Starts to read, until it is done, fails, or the task is dropped.
    pub(super) fn spawn(self, options: &SourceOptions, meter: Meter, sink: PieceSink) -> AbortOnDrop {
        let sink = Arc::new(sink);
        let patience = Patience {
            answer: options.connect_timeout + options.stall_timeout,
            silence: options.stall_timeout,
            part: options.part_timeout,
        };
        let limits = Limits {
            connections: options.connections,
            window_bytes: options.window_bytes,
            part_bytes_min: options.part_bytes.0,
            part_bytes_max: options.part_bytes.1,
            retries_max: options.retries_max,
            retry_delay: options.retry_delay,
            hedge_delay: options.hedge_delay,
            seed: options.seed,
        };
        let Self { origin, identity, checks } = self;
        let (in_order, pieces) = mpsc::channel(2);
        let driver = Driver {
            origin,
            plan: Plan::new(identity.size, limits),
            identity: Arc::new(identity),
            patience,
            buffers: Arc::clone(&sink),
            begun: Instant::now(),
            tasks: JoinSet::new(),
            attempts: HashMap::new(),
            ready: HashMap::new(),
        };
        let task = tokio::spawn(async move {
            let hand_on = tokio::spawn(hand_on(pieces, meter, checks, sink));
            let _ends_with_this = AbortOnDrop(hand_on.abort_handle());
            driver.run(in_order).await;
            let _ = hand_on.await;
        });
        AbortOnDrop(task.abort_handle())
    }
}

/// Hashes what comes in order, and hands it on.
async fn hand_on(
    mut pieces: mpsc::Receiver<Result<Option<Bytes>>>,
    mut meter: Meter,
    mut checks: Checks,
    sink: Arc<PieceSink>,
) {
    while let Some(piece) = pieces.recv().await {
        let piece = match piece {
            Ok(Some(bytes)) => {
                meter.add(&bytes);
                checks.add(&bytes);
                Ok(Piece::Bytes(bytes))
            }
            Ok(None) => checks.end().map(|()| meter.end()),
            Err(e) => Err(e),
        };
        let ended = !matches!(piece, Ok(Piece::Bytes(_)));
        // Gone: nobody reads any more, so there is nobody to tell.
        if let Err(Gone) = sink.send(piece).await {
            return;
        }
        if ended {
            return;
        }
    }
}

struct Driver {
    origin: Arc<dyn Origin>,
    plan: Plan,
    identity: Arc<Identity>,
    patience: Patience,
    buffers: Arc<PieceSink>,
    begun: Instant,
    tasks: JoinSet<()>,
    attempts: HashMap<u64, AbortHandle>,
    /// What has come and isn't delivered yet, by part.
    ready: HashMap<u64, VecDeque<Bytes>>,
}

impl Driver {
    async fn run(mut self, out: mpsc::Sender<Result<Option<Bytes>>>) {
        let (messages, mut inbox) = mpsc::channel(MESSAGES_MAX);
        loop {
            let now = self.begun.elapsed();
            while let Some(order) = self.plan.next(now) {
                self.follow(order, &messages);
            }
            if self.plan.is_done() {
                tracing::debug!(
                    connections = self.plan.connections(),
                    hedges = self.plan.hedges(),
                    "the object was read"
                );
                let _ = out.send(Ok(None)).await;
                return;
            }
            let front = self.plan.first();
            let ready = self.ready.get(&front).is_some_and(|pieces| !pieces.is_empty());
            let wake = self.plan.wake(now).map(|at| self.begun + at);
            tokio::select! {
                permit = out.reserve(), if ready => {
                    let Ok(permit) = permit else { return };
                    if let Some(bytes) = self.ready.get_mut(&front).and_then(VecDeque::pop_front) {
                        self.plan.delivered(bytes.len() as u64);
                        permit.send(Ok(Some(bytes)));
                    }
                    if front < self.plan.first() {
                        self.ready.remove(&front);
                    }
                }
                Some(message) = inbox.recv() => {
                    if let Err(e) = self.heard(message) {
                        let _ = out.send(Err(e)).await;
                        return;
                    }
                }
                Some(ended) = self.tasks.join_next() => {
                    if ended.is_err_and(|e| e.is_panic()) {
                        let e = Error::source_bad("a task that reads the source panicked; this is a bug in dumpstream");
                        let _ = out.send(Err(e)).await;
                        return;
                    }
                }
                () = tokio::time::sleep_until(wake.unwrap_or(self.begun)), if wake.is_some() => {}
            }
        }
    }

    fn follow(&mut self, order: Order, messages: &mpsc::Sender<Message>) {
        match order {
            Order::Cancel { attempt } => {
                if let Some(task) = self.attempts.remove(&attempt) {
                    task.abort();
                }
            }
            Order::Start { attempt, from, to, .. } => {
                let job = Job {
                    attempt,
                    from,
                    to,
                    origin: Arc::clone(&self.origin),
                    identity: Arc::clone(&self.identity),
                    patience: self.patience,
                    buffers: Arc::clone(&self.buffers),
                    messages: messages.clone(),
                };
                let task = self.tasks.spawn(job.run());
                self.attempts.insert(attempt, task);
            }
        }
    }

    fn heard(&mut self, message: Message) -> Result<()> {
        let now = self.begun.elapsed();
        match message {
            Message::Answered { attempt } => self.plan.answered(attempt, now),
            Message::Bytes { attempt, from, mut bytes } => {
                if let Some((part, skip)) = self.plan.bytes(attempt, from, bytes.len() as u64, now) {
                    let skip = usize::try_from(skip).unwrap_or(usize::MAX).min(bytes.len());
                    self.ready.entry(part).or_default().push_back(bytes.split_off(skip));
                }
            }
            Message::Done { attempt } => {
                self.attempts.remove(&attempt);
            }
            Message::Failed { attempt, fault } => {
                self.attempts.remove(&attempt);
                tracing::debug!(attempt, %fault, "a range was not read to its end");
                let Err(given_up) = self.plan.failed(attempt, fault.severity(), now) else { return Ok(()) };
                return Err(self.failure(given_up, fault));
            }
        }
        Ok(())
    }

    fn failure(&self, GivenUp { at, failures }: GivenUp, fault: Fault) -> Error {
        let size = self.identity.size;
        match fault {
            Fault::Changed => Error::source_bad(format!("the object changed while it was read, at stored byte {at}"))
                .hint(self.origin.when_changed()),
            Fault::Refused(e) => e,
            fault => {
                let times = if failures == 1 { "once".to_owned() } else { format!("{failures} times in a row") };
                let e = Error::source_bad(format!(
                    "stored bytes from {at} on, of {size}, could not be read: {fault}; tried {times}"
                ))
                .transient();
                let e = match &fault {
                    Fault::IgnoresRange => {
                        e.hint("download the dump to a file first; something on the way ignores Range")
                    }
                    Fault::Busy(..) => e.hint("try again later, or with fewer --connections"),
                    _ => e.hint("try again; check the network, the proxy and the server's own log"),
                };
                match fault {
                    Fault::Broken(cause) => e.caused_by(cause),
                    _ => e,
                }
            }
        }
    }
}

/// One attempt at a range.
struct Job {
    attempt: u64,
    from: u64,
    to: u64,
    origin: Arc<dyn Origin>,
    identity: Arc<Identity>,
    patience: Patience,
    buffers: Arc<PieceSink>,
    messages: mpsc::Sender<Message>,
}

impl Job {
    async fn run(self) {
        let attempt = self.attempt;
        let message = match self.read().await {
            Ok(()) => Message::Done { attempt },
            Err(fault) => Message::Failed { attempt, fault },
        };
        let _ = self.messages.send(message).await;
    }

    async fn read(&self) -> Result<(), Fault> {
        let deadline = Instant::now() + self.patience.part;
        let limit = self.patience.answer.min(self.patience.part);
        let mut response = match tokio::time::timeout(limit, self.ask()).await {
            Ok(response) => response?,
            Err(_) => return Err(Fault::NoAnswer(limit)),
        };
        let _ = self.messages.send(Message::Answered { attempt: self.attempt }).await;
        let wanted = self.to - self.from;
        let mut filler = Filler { job: self, at: self.from, buffer: BytesMut::new(), filled: 0 };
        loop {
            let got = filler.at + filler.filled as u64 - self.from;
            if got >= wanted {
                // The end of the body frees the connection for the next request.
                let _ = tokio::time::timeout(Duration::from_millis(50), response.chunk()).await;
                return Ok(());
            }
            let silent = Instant::now() + self.patience.silence;
            let fault = match tokio::time::timeout_at(silent.min(deadline), response.chunk()).await {
                Ok(Ok(Some(bytes))) => {
                    let rest = usize::try_from(wanted - got).unwrap_or(usize::MAX);
                    filler.add(bytes.get(..rest).unwrap_or(&bytes)).await;
                    if Instant::now() < deadline || bytes.len() >= rest {
                        continue;
                    }
                    Fault::Slow(got + bytes.len() as u64, self.patience.part)
                }
                Ok(Ok(None)) => Fault::Short(got, wanted),
                Ok(Err(e)) => Fault::Broken(e.without_url()),
                Err(_) if Instant::now() >= deadline => Fault::Slow(got, self.patience.part),
                Err(_) => Fault::Stalled(self.patience.silence),
            };
            filler.send().await;
            return Err(fault);
        }
    }

    async fn ask(&self) -> Result<Response, Fault> {
        let (from, to) = (self.from, self.to);
        let request = self.origin.request(from, to, &self.identity).await.map_err(Fault::Refused)?;
        let response = request.send().await.map_err(|e| Fault::Broken(e.without_url()))?;
        let status = response.status();
        let headers = response.headers();
        match status {
            StatusCode::PARTIAL_CONTENT => {
                same(&self.identity, headers)?;
                match content_range(headers) {
                    Some((_, _, Some(size))) if size != self.identity.size => Err(Fault::Changed),
                    Some((first, last, _)) if first == from && last == to - 1 => match response.content_length() {
                        Some(length) if length != to - from => Err(Fault::Short(length.min(to - from), to - from)),
                        _ => Ok(response),
                    },
                    _ => Err(Fault::OtherRange),
                }
            }
            StatusCode::OK => {
                same(&self.identity, headers)?;
                match from == 0 && to == self.identity.size && response.content_length() == Some(to) {
                    true => Ok(response),
                    false => Err(Fault::IgnoresRange),
                }
            }
            StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => Err(Fault::Changed),
            _ => {
                let code = refusal_code(response).await;
                Err(match status {
                    StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Fault::Busy(status, code),
                    _ if status.is_server_error() => Fault::Busy(status, code),
                    _ => Fault::Refused(self.origin.refused(status, &code)),
                })
            }
        }
    }
}

/// Collects what comes into pieces.
struct Filler<'a> {
    job: &'a Job,
    /// Where the buffer begins.
    at: u64,
    buffer: BytesMut,
    filled: usize,
}

impl Filler<'_> {
    async fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.buffer.is_empty() {
                let rest = usize::try_from(self.job.to - self.at).unwrap_or(usize::MAX);
                self.buffer = match rest {
                    PIECE_BYTES.. => self.job.buffers.buffer(),
                    rest => BytesMut::zeroed(rest),
                };
            }
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            let len = room.len().min(bytes.len());
            let (now, later) = bytes.split_at(len);
            if let Some(room) = room.get_mut(..len) {
                room.copy_from_slice(now);
            }
            self.filled += len;
            bytes = later;
            if self.filled == self.buffer.len() {
                self.send().await;
            }
        }
    }

    async fn send(&mut self) {
        if self.filled == 0 {
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.truncate(self.filled);
        let message = Message::Bytes { attempt: self.job.attempt, from: self.at, bytes: buffer.freeze() };
        self.at += self.filled as u64;
        self.filled = 0;
        let _ = self.job.messages.send(message).await;
    }
}

/// Whether an answer is about the object that is read.
fn same(identity: &Identity, headers: &HeaderMap) -> Result<(), Fault> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim);
    match text(ETAG.as_str()) {
        None => return Err(Fault::Unnamed),
        Some(etag) if etag != identity.etag => return Err(Fault::Changed),
        Some(_) => {}
    }
    match (text("x-amz-version-id"), &identity.version) {
        (Some(now), Some(version)) if now != version => Err(Fault::Changed),
        _ => Ok(()),
    }
}

/// First, last and total of a `Content-Range: bytes 5-9/10` header; the total may be `*`.
fn content_range(headers: &HeaderMap) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = headers.get(CONTENT_RANGE)?.to_str().ok()?.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.trim().split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?, total))
}

/// The code in the body of a refusal, as S3 gives one: letters and digits only.
async fn refusal_code(mut response: Response) -> String {
    let mut body = Vec::new();
    while body.len() < REFUSAL_BYTES_MAX
        && let Ok(Ok(Some(bytes))) = tokio::time::timeout(Duration::from_secs(1), response.chunk()).await
    {
        body.extend_from_slice(&bytes);
    }
    let body = String::from_utf8_lossy(&body);
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map_or("", |(code, _)| code);
    match code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        true => code.to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests;
