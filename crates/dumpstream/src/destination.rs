//! Where output goes: a file, standard output or S3, and nothing under its final name before all of it is there.
//!
//! [`Destination::open`], [`Destination::write`] in order, then [`Destination::finish`]. Until that has returned, a file
//! of that name is what it was before; [`Destination::abort`], or dropping it, leaves no trace. Standard output and
//! devices can't take back what was written.
//!
//! Files are written and hashed on a thread of its own, [`CHUNKS_MAX`] chunks behind the caller at most; objects in parts
//! that are uploaded side by side, within [`DestinationOptions::memory_bytes`].

mod file;
mod upload;

use crate::aws::{AwsOptions, S3Url};
use crate::error::{Error, ErrorKind, Result};
use crate::stop::Stop;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use upload::{Upload, and_left};

/// How long a chunk that is being written may take before it is left to itself, when all is given up: because somebody wants it
/// to end, and for another reason.
const OUT_TIMES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(5)];

/// Chunks that may wait to be written.
pub const CHUNKS_MAX: usize = 4;

/// What to write to.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DestinationSpec {
    /// Standard output.
    Stdout,
    /// A local file; or a device or a named pipe, which are written as they are.
    File(PathBuf),
    /// An object in S3.
    S3(S3Url),
    /// What the program itself takes. See [`DestinationSpec::writer`].
    Writer(WriterDestination),
}

/// A writer of the program's own. It is written once, on a thread of its own.
#[derive(Clone)]
pub struct WriterDestination {
    name: String,
    writer: Arc<Mutex<Option<Box<dyn Write + Send>>>>,
}

impl PartialEq for WriterDestination {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.writer, &other.writer)
    }
}

impl Eq for WriterDestination {}

impl DestinationSpec {
    /// A writer of the program's own, which is flushed at the end. What was written to it can't be taken back. `name` is what
    /// messages call it.
    pub fn writer(name: impl Into<String>, writer: impl Write + Send + 'static) -> Self {
        Self::Writer(WriterDestination { name: name.into(), writer: Arc::new(Mutex::new(Some(Box::new(writer)))) })
    }

    /// Whether what is written is out, and can't be taken back.
    pub(crate) fn is_out_at_once(&self) -> bool {
        matches!(self, Self::Stdout | Self::Writer(_))
    }

    /// Reads what a user wrote: `-`, an `s3://` URL, or a path.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(
                Error::usage("the destination is an empty string").hint("name a file, an s3:// URL, or - for stdout")
            );
        }
        if text == "-" {
            return Ok(Self::Stdout);
        }
        match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("s3") => S3Url::parse(text).map(Self::S3),
            Some((scheme, _))
                if !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) =>
            {
                Err(Error::usage(format!("destinations of scheme {}:// can't be written", scheme.to_ascii_lowercase()))
                    .hint("use a file, an s3:// URL, or - for stdout"))
            }
            _ => Ok(Self::File(text.into())),
        }
    }
}

impl FromStr for DestinationSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for DestinationSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("stdout"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::S3(url) => write!(f, "{url}"),
            Self::Writer(writer) => f.write_str(&writer.name),
        }
    }
}

impl fmt::Debug for DestinationSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Stdout => "Stdout",
            Self::File(_) => "File",
            Self::S3(_) => "S3",
            Self::Writer(_) => "Writer",
        };
        write!(f, "{kind}({self})")
    }
}

/// How to write it.
#[derive(Debug, Clone)]
pub struct DestinationOptions {
    overwrite: bool,
    sha256: bool,
    memory_bytes: usize,
    aws: AwsOptions,
    sse_kms_key: Option<String>,
    storage_class: Option<String>,
    tags: Vec<(String, String)>,
    metadata: Vec<(String, String)>,
    upload: upload::Limits,
}

/// Most tags that S3 takes for one object.
pub const TAGS_MAX: usize = 10;

impl Default for DestinationOptions {
    fn default() -> Self {
        Self {
            overwrite: false,
            sha256: true,
            memory_bytes: 8 * upload::PART_BYTES,
            aws: AwsOptions::default(),
            sse_kms_key: None,
            storage_class: None,
            tags: Vec::new(),
            metadata: Vec::new(),
            upload: upload::Limits::default(),
        }
    }
}

impl DestinationOptions {
    /// Whether what bears the name already is replaced. Default no: then it is refused, untouched.
    #[must_use]
    pub fn overwrite(mut self, on: bool) -> Self {
        self.overwrite = on;
        self
    }

    /// Whether to compute the SHA-256 of what is written. Default on; costs about half a second of one core per gigabyte.
    #[must_use]
    pub fn sha256(mut self, on: bool) -> Self {
        self.sha256 = on;
        self
    }

    /// Bytes of memory for an upload's parts. Default 64 MiB; two parts, of 8 MiB at first, are the least.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: usize) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Takes the parts out of a run's memory: a quarter of it at most.
    #[must_use]
    pub fn within(mut self, memory_bytes: u64) -> Self {
        let quarter = usize::try_from(memory_bytes / 4).unwrap_or(usize::MAX);
        self.memory_bytes = self.memory_bytes.min(quarter).max(2 * upload::PART_BYTES);
        self
    }

    /// As whom, where and how AWS is reached. Default: as the AWS CLI would.
    #[must_use]
    pub fn aws(mut self, aws: AwsOptions) -> Self {
        self.aws = aws;
        self
    }

    /// The KMS key that an object is encrypted with. Default: what the bucket says.
    #[must_use]
    pub fn sse_kms_key(mut self, key: Option<String>) -> Self {
        self.sse_kms_key = key;
        self
    }

    /// The storage class of an object, such as `STANDARD_IA`. Default: what the bucket says.
    #[must_use]
    pub fn storage_class(mut self, class: Option<String>) -> Self {
        self.storage_class = class;
        self
    }

    /// Tags an object, [`TAGS_MAX`] times at most. Default none.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// Adds metadata (`x-amz-meta-…`) to an object. Default none.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((name.into(), value.into()));
        self
    }

    fn is_about_objects(&self) -> bool {
        self.sse_kms_key.is_some() || self.storage_class.is_some() || !self.tags.is_empty() || !self.metadata.is_empty()
    }

    /// Checks the options, without touching anything.
    pub fn validate(&self, spec: &DestinationSpec) -> Result<()> {
        let object = matches!(spec, DestinationSpec::S3(_));
        if matches!(spec, DestinationSpec::S3(url) if url.key.ends_with('/')) {
            return Err(
                Error::usage("the output's key ends in a slash, as a folder's does").hint("name an object in it")
            );
        }
        if !object && self.is_about_objects() {
            return Err(Error::usage("KMS keys, storage classes, tags and metadata are for objects in S3")
                .hint("leave them out, or write to s3://BUCKET/KEY"));
        }
        if self.tags.len() > TAGS_MAX {
            return Err(Error::usage(format!("S3 takes {TAGS_MAX} tags at most")));
        }
        if self.tags.iter().any(|(k, v)| k.is_empty() || k.chars().count() > 128 || v.chars().count() > 256) {
            return Err(Error::usage("a tag's key must have 1 to 128 characters, and its value 256 at most"));
        }
        let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " +-=._:/@".contains(c));
        if !self.tags.iter().all(|(k, v)| plain(k) && plain(v)) {
            return Err(Error::usage("tags take letters, digits, blanks and + - = . _ : / @ only"));
        }
        if self.metadata.iter().any(|(k, v)| k.is_empty() || !(k.is_ascii() && v.is_ascii())) {
            return Err(Error::usage("metadata must be ASCII, with a name"));
        }
        Ok(())
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// Bytes.
    pub bytes: u64,
    /// Their SHA-256, unless the options say not to.
    pub sha256: Option<[u8; 32]>,
}

/// An open destination.
#[derive(Debug)]
pub struct Destination {
    name: String,
    way: Way,
    /// It failed, and said so.
    failed: bool,
}

#[derive(Debug)]
enum Way {
    /// Over a thread.
    Thread {
        chunks: mpsc::Sender<Command>,
        /// What became of it; taken when it is told.
        done: oneshot::Receiver<Result<Written>>,
        shared: Arc<Shared>,
        /// What is written is out, and can't be taken back.
        is_out: bool,
    },
    Upload {
        upload: Box<Upload>,
        sha256: Option<Box<Sha256>>,
    },
}

/// What a destination and its thread know of one another.
#[derive(Debug, Default)]
struct Shared {
    given_up: AtomicBool,
    /// Bytes that were written.
    bytes: AtomicU64,
}

enum Command {
    Write(Bytes),
    Finish,
}

/// Where a thread's chunks go.
trait Sink: Send {
    /// Writes as many of the bytes as go, at least one.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Makes it visible. Not called after a failure; dropping it instead takes it back.
    fn finish(self: Box<Self>) -> Result<()>;
    /// Whether what is written is out, and can't be taken back.
    fn is_out(&self) -> bool {
        false
    }
}

impl Destination {
    /// Opens a destination, and refuses one that exists, unless it may be overwritten. Needs a tokio runtime.
    pub async fn open(spec: &DestinationSpec, options: &DestinationOptions) -> Result<Self> {
        options.validate(spec)?;
        let name = spec.to_string();
        let way = match spec {
            DestinationSpec::S3(url) => {
                let upload = Upload::open(url, options).await.map_err(|e| named(e, &name))?;
                Way::Upload { upload: Box::new(upload), sha256: options.sha256.then(Box::default) }
            }
            _ => on_thread(spec, options, &name).await?,
        };
        Ok(Self { name, way, failed: false })
    }

    /// The destination as [`DestinationSpec`] displays it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes of memory that it may hold besides what it is given.
    pub(crate) fn memory_bytes(&self) -> u64 {
        match &self.way {
            Way::Thread { .. } => 0,
            Way::Upload { upload, .. } => upload.memory_bytes() as u64,
        }
    }

    /// Writes the next bytes; waits where the destination is slow. After an error every call fails. Not cancel safe: if
    /// its future is dropped, `bytes` may be written or not, so abort then.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        if self.failed {
            return Err(self.failed_before());
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let written = match &mut self.way {
            Way::Thread { chunks, done, .. } => match chunks.send(Command::Write(bytes)).await {
                Ok(()) => Ok(()),
                Err(_) => Err(told(done).await),
            },
            Way::Upload { upload, sha256 } => {
                if let Some(sha256) = sha256 {
                    sha256.update(&bytes);
                }
                upload.write(&bytes).await.map_err(|e| named(e, &self.name))
            }
        };
        self.failed = written.is_err();
        written
    }

    /// Makes all of it durable, and visible under its name, at once. The error says what is left if that fails.
    pub async fn finish(self) -> Result<Written> {
        self.finish_unless(&Stop::default()).await
    }

    /// The same, unless the run is to end before: then all is taken back that can be.
    pub(crate) async fn finish_unless(mut self, stop: &Stop) -> Result<Written> {
        let finished = match &mut self.way {
            _ if self.failed => Err(self.failed_before()),
            Way::Thread { chunks, done, is_out, .. } => {
                let asked = tokio::select! {
                    biased;
                    () = stop.tripped() => false,
                    // Where the thread has ended, it tells why.
                    _ = chunks.send(Command::Finish) => true,
                };
                let told = tokio::select! {
                    biased;
                    // A file that is being put in its place gets there.
                    () = stop.tripped(), if !asked || *is_out => None,
                    told = &mut *done => Some(told.unwrap_or_else(|_| Err(died()))),
                };
                self.failed = told.is_some();
                told.unwrap_or_else(|| Err(stop.cause()))
            }
            Way::Upload { upload, sha256 } => match upload.finish(stop).await {
                Ok(bytes) => Ok(Written { bytes, sha256: sha256.take().map(|s| s.finalize().into()) }),
                Err(e) => Err(named(e, &self.name)),
            },
        };
        match finished {
            Ok(written) => Ok(written),
            Err(e) => Err(self.give_up(e).await),
        }
    }

    /// Takes back what can be taken back because of an error, which then says what is left.
    pub(crate) async fn give_up(self, e: Error) -> Error {
        let out = match &self.way {
            Way::Thread { shared, is_out: true, .. } => Some(Arc::clone(shared)),
            _ => None,
        };
        let [interrupted, otherwise] = OUT_TIMES;
        let limit = if e.kind() == ErrorKind::Interrupted { interrupted } else { otherwise };
        let aborted = self.abort_within(limit).await;
        match (aborted, out.map(|shared| shared.bytes.load(Ordering::Relaxed))) {
            (Ok(()), _) if e.state().is_some() => e,
            (Ok(()), Some(bytes @ 1..)) => e.leaving(format!("the output's first {bytes} bytes were written already")),
            (Ok(()), Some(0)) => e.leaving("nothing of the output was written"),
            (Ok(()), None) => e.leaving("nothing was put under the output's name"),
            (Err(left), _) => and_left(e, &left),
        }
    }

    /// Takes back what can be taken back, and waits until that is done: half a minute at most.
    ///
    /// # Errors
    /// Parts of an upload may be left; the hint is the command that removes them.
    pub async fn abort(self) -> Result<()> {
        let [_, limit] = OUT_TIMES;
        self.abort_within(limit).await
    }

    /// The same; what is out already is waited for so long.
    async fn abort_within(self, limit: Duration) -> Result<()> {
        match self.way {
            // Its end was told.
            Way::Thread { .. } if self.failed => Ok(()),
            Way::Thread { chunks, done, shared, is_out } => {
                shared.given_up.store(true, Ordering::Relaxed);
                drop(chunks);
                // Why it failed doesn't matter any more.
                if is_out {
                    // Whoever reads a pipe may never read on.
                    let _ = tokio::time::timeout(limit, done).await;
                } else {
                    let _ = done.await;
                }
                Ok(())
            }
            Way::Upload { mut upload, .. } => upload.abort().await.map_err(|e| named(e, &self.name)),
        }
    }

    fn failed_before(&self) -> Error {
        named(Error::target("writing the output failed before"), &self.name)
    }
}

fn named(e: Error, name: &str) -> Error {
    e.at(|p| p.source = Some(name.to_owned()))
}

/// Why the thread has ended.
async fn told(done: &mut oneshot::Receiver<Result<Written>>) -> Error {
    match done.await {
        Ok(Err(e)) => e,
        _ => died(),
    }
}

async fn on_thread(spec: &DestinationSpec, options: &DestinationOptions, name: &str) -> Result<Way> {
    let (chunks, commands) = mpsc::channel(CHUNKS_MAX);
    let (tell_opened, opened) = oneshot::channel();
    let (tell, done) = oneshot::channel();
    let (spec, options, name) = (spec.clone(), options.clone(), name.to_owned());
    let shared = Arc::new(Shared::default());
    let theirs = Arc::clone(&shared);
    let work = move || {
        // Opening blocks, too: a named pipe waits for its reader.
        match open(&spec, &options) {
            Ok(sink) => {
                if tell_opened.send(Ok(sink.is_out())).is_ok() {
                    let written = write_all(sink, commands, &theirs, options.sha256);
                    let _ = tell.send(written.map_err(|e| named(e, &name)));
                }
            }
            Err(e) => drop(tell_opened.send(Err(named(e, &name)))),
        }
    };
    std::thread::Builder::new()
        .name("dumpstream-write".into())
        .spawn(work)
        .map_err(|e| Error::target("can't start a thread to write the output").caused_by(e))?;
    let is_out = opened.await.unwrap_or_else(|_| Err(died()))?;
    Ok(Way::Thread { chunks, done, shared, is_out })
}

fn died() -> Error {
    Error::target("writing the output ended abruptly").hint("this is a bug in dumpstream; please report it")
}

fn open(spec: &DestinationSpec, options: &DestinationOptions) -> Result<Box<dyn Sink>> {
    match spec {
        DestinationSpec::Stdout => Ok(Box::new(Raw(stdout()?))),
        DestinationSpec::File(path) => file::open(path, options.overwrite),
        DestinationSpec::Writer(writer) => {
            let writer = writer.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            let writer = writer.ok_or_else(|| Error::target("the output was written already"))?;
            Ok(Box::new(Raw(writer)))
        }
        DestinationSpec::S3(_) => Err(Error::target("objects aren't written by a thread")),
    }
}

/// Writes what comes, until it is to be finished, or is given up or dropped: then so is `sink`.
fn write_all(
    mut sink: Box<dyn Sink>,
    mut commands: mpsc::Receiver<Command>,
    shared: &Shared,
    sha256: bool,
) -> Result<Written> {
    let mut sha256 = sha256.then(Sha256::new);
    let mut bytes = 0;
    while let Some(command) = commands.blocking_recv() {
        if shared.given_up.load(Ordering::Relaxed) {
            break;
        }
        match command {
            Command::Write(chunk) => {
                if let Some(sha256) = &mut sha256 {
                    sha256.update(&chunk);
                }
                let mut rest = &chunk[..];
                while !rest.is_empty() {
                    let written = match sink.write(rest) {
                        Ok(0) => return Err(failed(bytes, io::ErrorKind::WriteZero.into())),
                        Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                        written => written.map_err(|e| failed(bytes, e))?,
                    };
                    rest = rest.get(written..).unwrap_or_default();
                    bytes += written as u64;
                    shared.bytes.store(bytes, Ordering::Relaxed);
                }
            }
            Command::Finish => {
                sink.finish()?;
                return Ok(Written { bytes, sha256: sha256.map(|s| s.finalize().into()) });
            }
        }
    }
    Err(Error::target("the output was given up"))
}

fn failed(at: u64, e: io::Error) -> Error {
    let error = match e.kind() {
        io::ErrorKind::BrokenPipe => Error::target(format!("whoever reads the output ended after {at} bytes"))
            .hint("look at that program's errors"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::target(format!("there is no room for the output beyond its first {at} bytes"))
                .hint("make room, or write it to another disk or through a compressor")
        }
        _ => Error::target(format!("writing failed after {at} bytes")),
    };
    error.caused_by(e)
}

/// What can't be taken back: standard output, pipes, devices, a program's own writer.
struct Raw<W>(W);

impl<W: Write + Send> Sink for Raw<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.0.flush().map_err(|e| Error::target("the output could not be written to its end").caused_by(e))
    }

    fn is_out(&self) -> bool {
        true
    }
}

/// Past std's buffer, which looks for line ends.
#[cfg(unix)]
fn stdout() -> Result<File> {
    use std::os::fd::AsFd;
    let fd = io::stdout().as_fd().try_clone_to_owned();
    fd.map(File::from).map_err(|e| Error::target("can't write to stdout").caused_by(e))
}

#[cfg(test)]
mod tests;
