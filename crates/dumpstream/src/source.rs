//! Where the dump comes from: a file, stdin, HTTP or S3, decompressed by what its bytes are, never by its name.
//!
//! Owns the request ([`SourceSpec`], [`SourceOptions`]) and the reader ([`Source`]). [`crate::stage::fetch`] gets the
//! stored bytes and hashes them, [`crate::stage::decode`] decompresses them; both run beside the caller (threads of
//! their own, or tasks for HTTP and S3), so that reading here never blocks a runtime worker. Everything between them is
//! bounded: at most [`PIECES_MAX`] pieces of [`PIECE_BYTES`] wait at each of the two hand-overs, and the buffers go
//! round. Dropping a [`Source`] closes those hand-overs, which ends the threads.
//!
//! Refuses what isn't a dump it can read (tar, zip, UTF-16, …) with an error that says what it is; see
//! [`crate::stage::sniff`]. The end is proven: `Ok(0)` comes only after the decompressor was at its own end, nothing
//! followed, and as many bytes arrived as were promised.

use crate::aws::{AwsOptions, KeptS3, S3Url};
use crate::error::{Error, Result};
use crate::files::FileLog;
use crate::observe::Warning;
use crate::report::ObjectReport;
use crate::stage::fetch::several::{self, Current, Later, Opening};
use crate::stage::fetch::{self, AbortOnDrop, Fetch};
use crate::stage::pieces::{Piece, PieceStream};
use bytes::Bytes;
use reqwest::Url;
use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::stage::fetch::{PART_BYTES_MAX, PART_BYTES_MIN};

pub use crate::stage::pieces::{PIECE_BYTES, PIECES_MAX};

/// Largest window a zstd frame may ask for, and about the memory an xz stream may need, by default: 128 MiB. That is
/// `zstd --long=27`, which zstd itself accepts without being asked, and twice what `xz -9` needs. A larger window is
/// refused because it is memory that the source dictates.
pub const WINDOW_BYTES_MAX: u64 = 1 << 27;

/// Decoded bytes per stored byte above which a source is refused, by default. Dumps reach about 5 to 50, and a
/// `--hex-blob` dump of blank images a few hundred; gzip can't exceed 1,032. A decompression bomb has far more.
pub const RATIO_MAX: u64 = 2_000;

/// Decoded bytes before [`RATIO_MAX`] is looked at: 64 MiB, so that a dump that merely begins with blank BLOBs passes.
pub const RATIO_GRACE_BYTES: u64 = 64 << 20;

/// How long connecting to an HTTP server may take, by default.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an HTTP server may stay silent in the middle of an answer, by default.
pub const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// How often in a row a broken HTTP body is asked for again, by default.
pub const RETRIES_MAX: u32 = 5;

/// Pause before the first repeated HTTP request, by default. It doubles with each one in a row.
pub const RETRY_DELAY: Duration = Duration::from_millis(500);

/// How long one part of an object that is read in parts may take, by default, before the rest of it is asked for anew.
pub const PART_TIMEOUT: Duration = Duration::from_secs(60);

/// How much longer than twice the time of others a part may take, by default, before it is asked for a second time.
pub const HEDGE_DELAY: Duration = Duration::from_millis(700);

/// Bytes of an object in S3, or of one behind HTTP whose server gives ranges, that may be asked for ahead, by default.
pub const WINDOW_BYTES: u64 = 64 << 20;

/// Most connections that may be asked for.
pub const CONNECTIONS_MAX: usize = 256;

/// Part of a run's memory that goes to the window.
const WINDOW_MEMORY_PART: u64 = 4;

/// What to read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceSpec {
    /// Standard input.
    Stdin,
    /// A local file, or a named pipe; or a folder that holds the parts of one dump, in the order of their names.
    File(PathBuf),
    /// An object behind `http://` or `https://`. User name and password may be part of the URL; they are used, and
    /// never shown.
    Http(Url),
    /// An object in S3.
    S3(S3Url),
    /// All objects under a prefix that ends with a slash: the parts of one dump, in the order of their names.
    S3Prefix {
        /// The bucket.
        bucket: String,
        /// The prefix.
        prefix: String,
    },
    /// A file that lists the parts of one dump, one a line, in that order.
    List(PathBuf),
    /// What the program itself brings. See [`SourceSpec::reader`].
    Reader(ReaderSource),
}

/// A reader of the program's own. It is read once, on a thread of its own, in pieces of [`PIECE_BYTES`].
#[derive(Clone)]
pub struct ReaderSource {
    name: String,
    size: Option<u64>,
    reader: Arc<Mutex<Option<Box<dyn Read + Send>>>>,
}

impl ReaderSource {
    /// The reader, and how many bytes it should give.
    pub(crate) fn take(&self) -> Result<(Box<dyn Read + Send>, Option<u64>)> {
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        let reader = reader.ok_or_else(|| {
            Error::source_bad("the source was read already, and can be read only once")
                .hint("give it anew: another reader, from the start")
        })?;
        Ok((reader, self.size))
    }
}

impl PartialEq for ReaderSource {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.reader, &other.reader)
    }
}

impl Eq for ReaderSource {}

impl SourceSpec {
    /// Bytes that a program brings, once, such as another program's output. `name` is what messages call it; `size` is how
    /// many stored bytes there are, where that is known: fewer or more are an error then.
    pub fn reader(name: impl Into<String>, size: Option<u64>, reader: impl Read + Send + 'static) -> Self {
        Self::Reader(ReaderSource { name: name.into(), size, reader: Arc::new(Mutex::new(Some(Box::new(reader)))) })
    }

    /// Whether it can be read only once, whatever is there.
    pub(crate) fn is_read_once(&self) -> bool {
        matches!(self, Self::Stdin | Self::Reader(_))
    }

    /// Reads what a user wrote: `-`, a URL, or else a path.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(Error::usage("the source is an empty string").hint("name a file, a URL, or - for stdin"));
        }
        if text == "-" {
            return Ok(Self::Stdin);
        }
        let Some((scheme, _)) = text.split_once("://") else { return Ok(Self::File(text.into())) };
        let scheme = scheme.to_ascii_lowercase();
        match scheme.as_str() {
            "http" | "https" => Url::parse(text)
                .map(Self::Http)
                .map_err(|e| Error::usage(format!("the source isn't a valid {scheme} URL")).caused_by(e)),
            "file" => Url::parse(text)
                .ok()
                .and_then(|url| url.to_file_path().ok())
                .map(Self::File)
                .ok_or_else(|| Error::usage("the source isn't a valid file URL").hint("give the path by itself")),
            "s3" => match text.strip_suffix('/').map(S3Url::parse) {
                // s3://BUCKET/ has no name before the slash.
                Some(Ok(url)) => Ok(Self::S3Prefix { bucket: url.bucket, prefix: url.key + "/" }),
                _ => S3Url::parse(text).map(Self::S3),
            },
            s if !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
                Err(Error::usage(format!("sources of scheme {s}:// can't be read"))
                    .hint("use a file, an http://, https:// or s3:// URL, or - for stdin"))
            }
            _ => Ok(Self::File(text.into())),
        }
    }
}

impl FromStr for SourceSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// Shows no user name, password, query string or fragment of a URL: signatures live there.
impl fmt::Display for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("stdin"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::S3(url) => write!(f, "{url}"),
            Self::S3Prefix { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::List(path) => write!(f, "the files listed in {}", path.display()),
            Self::Reader(reader) => f.write_str(&reader.name),
            Self::Http(url) => {
                write!(f, "{}://{}", url.scheme(), url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                f.write_str(url.path())
            }
        }
    }
}

impl fmt::Debug for SourceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Stdin => "Stdin",
            Self::File(_) => "File",
            Self::Http(_) => "Http",
            Self::S3(_) => "S3",
            Self::S3Prefix { .. } => "S3Prefix",
            Self::List(_) => "List",
            Self::Reader(_) => "Reader",
        };
        write!(f, "{kind}({self})")
    }
}

/// What several files are to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Files {
    /// By what they begin with and by their names: independent if each begins with its producer's header, a sequence if only
    /// the first does, or none, and the names are numbered or listed. Where that is in doubt, they are refused.
    #[default]
    Auto,
    /// Parts of one dump.
    Sequence,
    /// Dumps in their own right: each has to be whole, and begins as on a connection of its own.
    Independent,
}

impl Files {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Sequence, Self::Independent];

    /// The name that options and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Sequence => "sequence",
            Self::Independent => "independent",
        }
    }
}

impl FromStr for Files {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|files| files.name() == text);
        found.ok_or_else(|| Error::usage("several files are auto, sequence or independent"))
    }
}

/// How to read it. The defaults suit trusted and untrusted dumps alike.
#[derive(Debug, Clone)]
pub struct SourceOptions {
    pub(crate) window_bytes_max: u64,
    pub(crate) ratio_max: u64,
    pub(crate) sha256: bool,
    pub(crate) sha256_auto: bool,
    pub(crate) files: Files,
    pub(crate) connect_timeout: Duration,
    pub(crate) stall_timeout: Duration,
    pub(crate) retries_max: u32,
    pub(crate) retry_delay: Duration,
    pub(crate) part_timeout: Duration,
    pub(crate) hedge_delay: Duration,
    pub(crate) connections: Option<usize>,
    pub(crate) window_bytes: u64,
    pub(crate) part_bytes: (u64, u64),
    pub(crate) seed: u64,
    pub(crate) aws: AwsOptions,
    pub(crate) kept: Kept,
}

/// Clients that the files of one source share. Each source that is opened has its own: connections belong to a runtime.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) s3: KeptS3,
    pub(crate) http: Arc<tokio::sync::OnceCell<reqwest::Client>>,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self {
            window_bytes_max: WINDOW_BYTES_MAX,
            ratio_max: RATIO_MAX,
            sha256: true,
            sha256_auto: false,
            files: Files::Auto,
            connect_timeout: CONNECT_TIMEOUT,
            stall_timeout: STALL_TIMEOUT,
            retries_max: RETRIES_MAX,
            retry_delay: RETRY_DELAY,
            part_timeout: PART_TIMEOUT,
            hedge_delay: HEDGE_DELAY,
            connections: None,
            window_bytes: WINDOW_BYTES,
            part_bytes: (PART_BYTES_MIN, PART_BYTES_MAX),
            seed: 0,
            aws: AwsOptions::default(),
            kept: Kept::default(),
        }
    }
}

impl SourceOptions {
    /// Largest decompression window in bytes (zstd), and about the memory that may take (xz). Default
    /// [`WINDOW_BYTES_MAX`]; rounded up to a power of two for zstd. Costs up to that much memory, when a dump asks.
    #[must_use]
    pub fn window_bytes_max(mut self, bytes: u64) -> Self {
        self.window_bytes_max = bytes;
        self
    }

    /// Largest ratio of decoded to stored bytes. Default [`RATIO_MAX`].
    #[must_use]
    pub fn ratio_max(mut self, ratio: u64) -> Self {
        self.ratio_max = ratio;
        self
    }

    /// Whether to compute the SHA-256 of the stored bytes. Default on; costs about half a second of one core per
    /// stored gigabyte.
    #[must_use]
    pub fn sha256(mut self, on: bool) -> Self {
        self.sha256 = on;
        self
    }

    /// Whether to look for the SHA-256 that the stored bytes must have: a file or an object `.sha256` beside the source; in
    /// S3, the object's own checksum or its metadata `sha256` before that. Default off. Where there is none, opening fails.
    #[must_use]
    pub fn sha256_auto(mut self, on: bool) -> Self {
        self.sha256_auto = on;
        self
    }

    /// What the files of a folder, a prefix or a list are to one another. Default [`Files::Auto`].
    #[must_use]
    pub fn files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// How long connecting to an HTTP server may take. Default [`CONNECT_TIMEOUT`].
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long an HTTP server may stay silent before the connection counts as broken. Default [`STALL_TIMEOUT`].
    #[must_use]
    pub fn stall_timeout(mut self, limit: Duration) -> Self {
        self.stall_timeout = limit;
        self
    }

    /// How often in a row a broken HTTP body is asked for again, from where it broke. Default [`RETRIES_MAX`].
    #[must_use]
    pub fn retries_max(mut self, count: u32) -> Self {
        self.retries_max = count;
        self
    }

    /// Pause before the first repeated HTTP request; doubles with each one in a row. Default [`RETRY_DELAY`].
    #[must_use]
    pub fn retry_delay(mut self, pause: Duration) -> Self {
        self.retry_delay = pause;
        self
    }

    /// How long one part of an object that is read in parts may take before the rest of it is asked for anew. Default
    /// [`PART_TIMEOUT`].
    #[must_use]
    pub fn part_timeout(mut self, limit: Duration) -> Self {
        self.part_timeout = limit;
        self
    }

    /// How much longer than twice the time of others a part may take before it is asked for a second time; at most one
    /// request in twenty. Default [`HEDGE_DELAY`].
    #[must_use]
    pub fn hedge_delay(mut self, pause: Duration) -> Self {
        self.hedge_delay = pause;
        self
    }

    /// Connections to read one object over, 1 to [`CONNECTIONS_MAX`]. Default none: as many as bring more throughput, up to
    /// 32. A server that says it is busy gets fewer.
    #[must_use]
    pub fn connections(mut self, count: Option<usize>) -> Self {
        self.connections = count;
        self
    }

    /// Bytes that may be asked for ahead of what was handed on. Default [`WINDOW_BYTES`]; costs that much memory. A run
    /// takes it out of its own memory, see [`SourceOptions::within`].
    #[must_use]
    pub fn window_bytes(mut self, bytes: u64) -> Self {
        self.window_bytes = bytes;
        self
    }

    /// Smallest and largest size of the parts that an object is read in. Default 256 KiB and 8 MiB; the window and what
    /// the network does decide in between.
    #[must_use]
    pub fn part_bytes(mut self, least: u64, most: u64) -> Self {
        self.part_bytes = (least.max(1), most.max(least).max(1));
        self
    }

    /// Seeds the chance in pauses between retries. Default 0, which means one's own for each source.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// As whom, where and how AWS is reached. Default: as the AWS CLI would.
    #[must_use]
    pub fn aws(mut self, aws: AwsOptions) -> Self {
        self.aws = aws;
        self
    }

    /// Takes the window out of a run's memory.
    #[must_use]
    pub fn within(mut self, memory_bytes: u64) -> Self {
        self.window_bytes = self.window_bytes.min(memory_bytes / WINDOW_MEMORY_PART).max(2 * self.part_bytes.0);
        self
    }

    /// Checks what can be wrong, without touching anything.
    pub(crate) fn validate(&self) -> Result<()> {
        match self.connections {
            Some(count) if !(1..=CONNECTIONS_MAX).contains(&count) => {
                Err(Error::usage(format!("the connections must be 1 to {CONNECTIONS_MAX}")))
            }
            _ => Ok(()),
        }
    }
}

/// How the stored bytes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// Not at all.
    None,
    /// gzip, of one or several members.
    Gzip,
    /// Zstandard, of one or several frames.
    Zstd,
    /// bzip2, of one or several streams.
    Bzip2,
    /// xz, of one or several streams.
    Xz,
    /// lz4's frame format, of one or several frames.
    Lz4,
}

impl Codec {
    /// The name that events and reports use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lz4 => "lz4",
        }
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far reading is. Shared with whoever shows progress.
#[derive(Debug, Default)]
pub struct SourceCounters {
    encoded: AtomicU64,
    decoded: AtomicU64,
}

impl SourceCounters {
    /// Stored bytes read so far.
    pub fn encoded(&self) -> u64 {
        self.encoded.load(Ordering::Relaxed)
    }

    /// Decoded bytes handed to the reader so far.
    pub fn decoded(&self) -> u64 {
        self.decoded.load(Ordering::Relaxed)
    }

    pub(crate) fn add_encoded(&self, bytes: usize) {
        self.encoded.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn add_decoded(&self, bytes: usize) {
        self.decoded.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// What is known of a source once it is open.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Opened {
    /// The source as [`SourceSpec`] displays it: without credentials.
    pub name: String,
    /// Stored size in bytes, where it is known.
    pub size: Option<u64>,
    /// How the stored bytes are compressed.
    pub codec: Codec,
    /// The object's entity tag, where a server gave one.
    pub etag: Option<String>,
    /// The object's version, where S3 keeps versions.
    pub version: Option<String>,
    /// What S3 says of the object besides.
    pub object: Option<ObjectReport>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

/// What [`Source::read_file`] got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Got {
    /// So many bytes.
    Bytes(usize),
    /// The proven end of a file that is a dump of its own; [`Source::next_file`] goes on with another.
    FileEnd,
    /// The proven end.
    End,
}

/// An open source: decoded bytes in order, to their proven end.
#[derive(Debug)]
pub struct Source {
    opened: Opened,
    stated_sha256: Option<[u8; 32]>,
    window_bytes: u64,
    counters: Arc<SourceCounters>,
    current: Bytes,
    /// How much of `current` is handed out.
    at: usize,
    state: State,
    reading: Reading,
    files: FileLog,
}

/// Where the decoded bytes come from.
#[derive(Debug)]
enum Reading {
    /// One stream; its network tasks, if there are any, end when it is dropped.
    One { pieces: PieceStream, _task: Option<AbortOnDrop> },
    /// Files that are a dump each: the one at hand, and those to come.
    Each { current: Box<Current>, later: Later },
}

impl Reading {
    fn pieces(&mut self) -> &mut PieceStream {
        match self {
            Self::One { pieces, .. } => pieces,
            Self::Each { current, .. } => &mut current.pieces,
        }
    }
}

#[derive(Debug)]
enum State {
    Reading,
    /// Between two files.
    Between,
    Ended(Option<[u8; 32]>),
    Failed,
}

impl Source {
    /// Opens a source, finds out how it is compressed, and reads its first bytes.
    ///
    /// Fails on what can't be a dump: nothing at all, an archive, a binary format, UTF-16, a web page. HTTP needs to
    /// be called within a tokio runtime.
    pub async fn open(spec: &SourceSpec, options: &SourceOptions) -> Result<Self> {
        let sha256 = options.sha256 || options.sha256_auto;
        let options = &SourceOptions { kept: Kept::default(), sha256, ..options.clone() };
        Self::open_unnamed(spec, options).await.map_err(|e| {
            e.at(|place| {
                place.source.get_or_insert(spec.to_string());
            })
        })
    }

    async fn open_unnamed(spec: &SourceSpec, options: &SourceOptions) -> Result<Self> {
        let name = spec.to_string();
        let counters = Arc::new(SourceCounters::default());
        let files = FileLog::default();
        let opening = match several::parts(spec, options).await? {
            None => several::open_one(spec, options, Arc::clone(&counters)).await?,
            Some(parts) => match parts.files(options).await? {
                Files::Independent => {
                    let mut later = parts.each(options, &counters);
                    let (size, window_bytes) = (later.size, later.window_bytes);
                    let current = later.next().await?;
                    files.begin(0, &current.report);
                    let warnings = current.warnings.clone();
                    let codec = current.codec;
                    return Ok(Self {
                        opened: Opened { name, size, codec, etag: None, version: None, object: None, warnings },
                        stated_sha256: None,
                        window_bytes,
                        counters,
                        current: Bytes::new(),
                        at: 0,
                        state: State::Reading,
                        reading: Reading::Each { current: Box::new(current), later },
                        files,
                    });
                }
                _ => {
                    let meter = fetch::meter(options, Arc::clone(&counters));
                    let fetch = parts.join(options, meter, files.clone()).await?;
                    several::decoded(fetch, options).await?
                }
            },
        };
        let Opening { fetch, codec } = opening;
        let Fetch { size, etag, version, object, warnings, stated_sha256, window_bytes, pieces, task } = fetch;
        Ok(Self {
            opened: Opened { name, size, codec, etag, version, object, warnings },
            stated_sha256,
            window_bytes,
            counters,
            current: Bytes::new(),
            at: 0,
            state: State::Reading,
            reading: Reading::One { pieces, _task: task },
            files,
        })
    }

    /// The files that are a dump each, as far as they were begun; none where the source is one dump.
    pub(crate) fn files(&self) -> FileLog {
        self.files.clone()
    }

    /// Refuses a digest that is expected where there is no such digest.
    pub(crate) fn expected_sha256(&self, digest: Option<[u8; 32]>) -> Result<Option<[u8; 32]>> {
        match (&self.reading, digest) {
            (Reading::Each { .. }, Some(_)) => Err(Error::usage("one SHA-256 can't be that of several dumps")
                .hint("--sha256 auto compares each with the one beside it")),
            _ => Ok(digest.or(self.stated_sha256)),
        }
    }

    /// What is known of the source.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// The source as [`SourceSpec`] displays it: without credentials.
    pub fn name(&self) -> &str {
        &self.opened.name
    }

    /// Stored size in bytes, where it is known.
    pub fn size(&self) -> Option<u64> {
        self.opened.size
    }

    /// How the stored bytes are compressed.
    pub fn codec(&self) -> Codec {
        self.opened.codec
    }

    /// The SHA-256 that is stated beside the source, if [`SourceOptions::sha256_auto`] asks for it. Of files that are a dump
    /// each there is none: each is compared with its own.
    pub fn stated_sha256(&self) -> Option<[u8; 32]> {
        self.stated_sha256
    }

    /// Bytes that are read ahead.
    pub(crate) fn window_bytes(&self) -> u64 {
        self.window_bytes
    }

    /// How far reading is.
    pub fn counters(&self) -> Arc<SourceCounters> {
        Arc::clone(&self.counters)
    }

    /// SHA-256 of all stored bytes, once [`Source::read`] has returned `Ok(0)`, unless the options say not to; none where
    /// files are a dump each.
    pub fn sha256(&self) -> Option<[u8; 32]> {
        match self.state {
            State::Ended(sha256) => sha256,
            _ => None,
        }
    }

    /// What two readings of the same stored bytes have in common: their SHA-256, or one of each file's.
    pub(crate) fn identity(&self) -> Option<[u8; 32]> {
        match (&self.state, &self.reading) {
            (State::Ended(sha256), Reading::One { .. }) => *sha256,
            (State::Ended(_), Reading::Each { .. }) => self.files.identity(),
            _ => None,
        }
    }

    /// Appends decoded bytes to `buf`, at most as many as it has spare capacity for, and returns how many. It may be
    /// fewer although more follow. Without spare capacity, `buf` grows by [`PIECE_BYTES`]. Files that are a dump each follow
    /// one another.
    ///
    /// `Ok(0)` means the proven end. After an error every call fails. Cancel safe: nothing is lost when the future is
    /// dropped.
    pub async fn read(&mut self, buf: &mut Vec<u8>) -> Result<usize> {
        loop {
            match self.read_file(buf).await? {
                Got::Bytes(bytes) => return Ok(bytes),
                Got::FileEnd => self.next_file().await?,
                Got::End => return Ok(0),
            }
        }
    }

    /// As [`Source::read`], but stops at the end of each file that is a dump of its own.
    pub(crate) async fn read_file(&mut self, buf: &mut Vec<u8>) -> Result<Got> {
        if let Some(end) = self.fill().await? {
            return Ok(end);
        }
        if buf.len() == buf.capacity() {
            buf.reserve(PIECE_BYTES);
        }
        let rest = self.current.get(self.at..).unwrap_or_default();
        let part = rest.get(..buf.capacity() - buf.len()).unwrap_or(rest);
        let len = part.len();
        buf.extend_from_slice(part);
        self.at += len;
        self.counters.add_decoded(len);
        Ok(Got::Bytes(len))
    }

    /// Goes on with the next file, after [`Got::FileEnd`]. Cancel safe.
    pub(crate) async fn next_file(&mut self) -> Result<()> {
        if let (State::Between, Reading::Each { current, later }) = (&self.state, &mut self.reading) {
            match later.next().await {
                Ok(mut next) => {
                    self.files.warn(&next.report.name, std::mem::take(&mut next.warnings));
                    self.files.begin(self.counters.decoded(), &next.report);
                    **current = next;
                    self.state = State::Reading;
                }
                Err(e) => {
                    self.state = State::Failed;
                    // It has not begun, so there is no place in it.
                    return Err(e.at(|place| place.offset = None));
                }
            }
        }
        Ok(())
    }

    /// Makes `current` hold bytes that aren't handed out yet, unless this is an end.
    async fn fill(&mut self) -> Result<Option<Got>> {
        while self.at == self.current.len() {
            match self.state {
                State::Reading => {}
                State::Between => return Ok(Some(Got::FileEnd)),
                State::Ended(_) => return Ok(Some(Got::End)),
                State::Failed => {
                    return Err(Error::source_bad("reading the source failed before")
                        .at(|place| place.source = Some(self.opened.name.clone())));
                }
            }
            match self.reading.pieces().next().await {
                Ok(Piece::Bytes(bytes)) => {
                    self.reading.pieces().recycle(std::mem::replace(&mut self.current, bytes));
                    self.at = 0;
                }
                Ok(Piece::End { sha256 }) => self.ended(sha256)?,
                Err(e) => return Err(self.failed(e)),
            }
        }
        Ok(None)
    }

    /// A stream is at its end.
    fn ended(&mut self, sha256: Option<[u8; 32]>) -> Result<()> {
        let Reading::Each { current, later } = &self.reading else {
            self.state = State::Ended(sha256);
            return Ok(());
        };
        if current.stated_sha256.is_some() && current.stated_sha256 != sha256 {
            let e = Error::source_bad("the file's SHA-256 is not the one that is stated beside it")
                .hint("it was changed or damaged on its way: fetch it again, or check the digest");
            return Err(self.failed(e));
        }
        self.state = if later.is_over() { State::Ended(None) } else { State::Between };
        self.files.end(self.counters.decoded(), sha256);
        Ok(())
    }

    fn failed(&mut self, e: Error) -> Error {
        self.state = State::Failed;
        let (name, start) = match &self.reading {
            Reading::One { .. } => (&self.opened.name, 0),
            Reading::Each { current, .. } => (&current.report.name, self.files.start()),
        };
        e.at(|place| {
            place.source.get_or_insert_with(|| name.clone());
            // A decoder counts from its own start.
            place.offset = place.offset.map(|offset| start + offset);
        })
    }
}

#[cfg(test)]
mod tests;
