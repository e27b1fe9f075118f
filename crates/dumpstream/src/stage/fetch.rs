//! Gets the stored bytes: from a file or stdin on a thread of its own, over HTTP and from S3 in tasks.
//!
//! Both fill buffers of [`PIECE_BYTES`](crate::stage::pieces::PIECE_BYTES), hash them while they are warm in the
//! cache, count them, and block or wait where the next stage is slow. Nothing here knows about compression.
//!
//! The threads end when the stream is dropped, at their next piece. One that waits for a silent stdin or named pipe
//! stays until bytes come, and so does a decoder that waits for it; they are plain detached threads, so they hold up
//! neither the runtime's shutdown nor the process's exit.

mod checksum;
mod http;
mod ranged;
mod s3;
pub(crate) mod several;

pub(crate) use ranged::plan::{PART_BYTES_MAX, PART_BYTES_MIN};

use crate::error::{Error, Result};
use crate::observe::Warning;
use crate::options::sha256_of_text;
use crate::report::ObjectReport;
use crate::source::{SourceCounters, SourceOptions, SourceSpec};
use crate::stage::pieces::{Gone, Piece, PieceSink, PieceStream, pieces};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// A source that is being read.
#[derive(Debug)]
pub(crate) struct Fetch {
    /// Stored size, where it is known.
    pub(crate) size: Option<u64>,
    /// The object's entity tag, where there is one.
    pub(crate) etag: Option<String>,
    /// The object's version, where there is one.
    pub(crate) version: Option<String>,
    /// What S3 says of the object besides.
    pub(crate) object: Option<ObjectReport>,
    /// What a person should know.
    pub(crate) warnings: Vec<Warning>,
    /// The SHA-256 that is stated beside the source, if it was to be looked for.
    pub(crate) stated_sha256: Option<[u8; 32]>,
    /// Bytes that are read ahead, beyond what waits in `pieces`.
    pub(crate) window_bytes: u64,
    /// The stored bytes.
    pub(crate) pieces: PieceStream,
    /// The task behind them, if it is one.
    pub(crate) task: Option<AbortOnDrop>,
}

/// Ends a task when dropped.
#[derive(Debug)]
pub(crate) struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Opens a source of one file and starts to read it.
pub(crate) fn fetch<'a>(
    spec: &'a SourceSpec,
    options: &'a SourceOptions,
    counters: Arc<SourceCounters>,
) -> BoxFuture<'a, Result<Fetch>> {
    async move {
        let meter = meter(options, counters);
        match spec {
            SourceSpec::Stdin | SourceSpec::Reader(_) | SourceSpec::Http(_) if options.sha256_auto => {
                Err(Error::usage("--sha256 auto works for files and objects in S3").hint("give the digest, or @FILE"))
            }
            SourceSpec::Http(url) => http::fetch(url, options, meter).await,
            SourceSpec::S3(url) => s3::fetch(url, options, meter).await,
            SourceSpec::Stdin => local(open_stdin, meter).await,
            SourceSpec::Reader(reader) => {
                let reader = reader.clone();
                local(move || reader.take().map(|(reader, size)| Local { reader, size }), meter).await
            }
            SourceSpec::File(path) => {
                let stated_sha256 = options.sha256_auto.then(|| sha256_beside(path)).transpose()?;
                let path = path.clone();
                Ok(Fetch { stated_sha256, ..local(move || open_file(&path), meter).await? })
            }
            SourceSpec::S3Prefix { .. } | SourceSpec::List(_) => Err(Error::source_bad("this is no single file")),
        }
    }
    .boxed()
}

/// For a source's stored bytes.
pub(crate) fn meter(options: &SourceOptions, counters: Arc<SourceCounters>) -> Meter {
    Meter { counters, sha256: options.sha256.then(Sha256::new), bytes: 0 }
}

/// The SHA-256 in the file beside.
fn sha256_beside(path: &Path) -> Result<[u8; 32]> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".sha256");
    let text = std::fs::read_to_string(&beside).map_err(|e| {
        Error::usage("--sha256 auto found no SHA-256 of the file")
            .hint(format!("it looks for {}; give the digest itself", beside.display()))
            .caused_by(e)
    })?;
    sha256_of_text(&text).ok_or_else(|| {
        Error::source_bad(format!("{} holds no SHA-256, or several", beside.display()))
            .hint("it has to be as sha256sum writes it")
    })
}

/// What every stored byte passes: the counter and the hash.
#[derive(Debug)]
pub(crate) struct Meter {
    counters: Arc<SourceCounters>,
    sha256: Option<Sha256>,
    bytes: u64,
}

impl Meter {
    fn add(&mut self, bytes: &[u8]) {
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(bytes);
        }
        self.counters.add_encoded(bytes.len());
        self.bytes += bytes.len() as u64;
    }

    fn end(&mut self) -> Piece {
        Piece::End { sha256: self.sha256.take().map(|s| s.finalize().into()) }
    }
}

/// Something to read on a thread, and how many bytes it should give.
struct Local {
    reader: Box<dyn Read>,
    size: Option<u64>,
}

/// Opens on the reading thread, because opening a named pipe waits for its writer.
async fn local(open: impl FnOnce() -> Result<Local> + Send + 'static, meter: Meter) -> Result<Fetch> {
    let (sink, pieces) = pieces();
    let (tell, opened) = oneshot::channel();
    std::thread::Builder::new()
        .name("dumpstream-fetch".into())
        .spawn(move || match open() {
            Ok(local) => {
                if tell.send(Ok(local.size)).is_ok() {
                    // Gone: nobody reads any more, so there is nobody to tell.
                    let _ = read_all(local, &sink, meter);
                }
            }
            Err(e) => drop(tell.send(Err(e))),
        })
        .map_err(|e| Error::source_bad("can't start a thread to read the source").caused_by(e))?;
    let size = opened.await.unwrap_or_else(|_| Err(Error::source_bad("opening the source ended abruptly")))?;
    Ok(Fetch {
        size,
        etag: None,
        version: None,
        object: None,
        warnings: Vec::new(),
        stated_sha256: None,
        window_bytes: 0,
        pieces,
        task: None,
    })
}

fn open_stdin() -> Result<Local> {
    if io::stdin().is_terminal() {
        return Err(Error::usage("stdin is a terminal, not a dump").hint("pipe the dump in, or name a file"));
    }
    stdin()
}

/// Past std's buffer and lock, and with a size where a file was redirected.
#[cfg(unix)]
fn stdin() -> Result<Local> {
    use std::io::Seek;
    use std::os::fd::AsFd;
    let failed = |e| Error::source_bad("can't read stdin").caused_by(e);
    let mut file = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(failed)?);
    let meta = file.metadata().map_err(failed)?;
    let size = match file.stream_position() {
        Ok(at) if meta.is_file() && meta.len() > at => Some(meta.len() - at),
        _ => None,
    };
    Ok(Local { reader: Box::new(file), size })
}

#[cfg(not(unix))]
fn stdin() -> Result<Local> {
    Ok(Local { reader: Box::new(io::stdin().lock()), size: None })
}

fn open_file(path: &Path) -> Result<Local> {
    let file = File::open(path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Error::source_bad("there is no such file")
            .hint("check the path, and the folder it is relative to")
            .caused_by(e),
        io::ErrorKind::PermissionDenied => Error::source_bad("no permission to read the file")
            .hint("read it as its owner, or pipe it in with -")
            .caused_by(e),
        _ => Error::source_bad("can't open the file").caused_by(e),
    })?;
    let meta = file.metadata().map_err(|e| Error::source_bad("can't look at the file").caused_by(e))?;
    // Some regular files (in /proc) say 0 and hold more.
    let size = (meta.is_file() && meta.len() > 0).then_some(meta.len());
    Ok(Local { reader: Box::new(file), size })
}

/// Reads to the end, full buffers only. The end of a file is where it was when it was opened, or else it is an error.
fn read_all(mut local: Local, sink: &PieceSink, mut meter: Meter) -> Result<(), Gone> {
    loop {
        let mut buffer = sink.buffer();
        let mut filled = 0;
        let mut failed = None;
        while let Some(room) = buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            match local.reader.read(room) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    failed = Some(e);
                    break;
                }
            }
        }
        let ended = filled < buffer.len();
        buffer.truncate(filled);
        meter.add(&buffer);
        if filled > 0 {
            sink.send_blocking(Ok(Piece::Bytes(buffer.freeze())))?;
        }
        if let Some(e) = failed {
            return sink.send_blocking(Err(Error::source_bad(format!(
                "reading failed at stored byte {}",
                meter.bytes
            ))
            .caused_by(e)
            .transient()));
        }
        if ended {
            return sink.send_blocking(match local.size {
                Some(size) if size != meter.bytes => Err(resized(size, meter.bytes)),
                _ => Ok(meter.end()),
            });
        }
    }
}

fn resized(before: u64, now: u64) -> Error {
    Error::source_bad(format!("the file changed while it was read: it had {before} bytes, and now gave {now}"))
        .hint("wait until the dump is written; to read one that is being written, pipe it in with -")
}
