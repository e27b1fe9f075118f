//! Where output goes: a file or standard output, and nothing under its final name before all of it is there.
//!
//! [`Destination::open`], [`Destination::write`] in order, then [`Destination::finish`]. Until that has returned, a file
//! of that name is what it was before; [`Destination::abort`], or dropping it, leaves no trace. Standard output and
//! devices can't take back what was written.
//!
//! Writing and hashing happen on a thread of its own, [`CHUNKS_MAX`] chunks behind the caller at most.

mod file;

use crate::error::{Error, Result};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use tokio::sync::{mpsc, oneshot};

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
}

impl DestinationSpec {
    /// Reads what a user wrote: `-`, or a path.
    pub fn parse(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Err(Error::usage("the destination is an empty string").hint("name a file, or - for stdout"));
        }
        if text == "-" {
            return Ok(Self::Stdout);
        }
        match text.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("s3") => {
                Err(Error::usage("this build can't write s3:// URLs yet")
                    .hint("pipe it out: … -o - | aws s3 cp - s3://…, or write a file"))
            }
            Some((scheme, _))
                if !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) =>
            {
                Err(Error::usage(format!("destinations of scheme {}:// can't be written", scheme.to_ascii_lowercase()))
                    .hint("use a file, or - for stdout"))
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
        }
    }
}

impl fmt::Debug for DestinationSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Stdout => "Stdout",
            Self::File(_) => "File",
        };
        write!(f, "{kind}({self})")
    }
}

/// How to write it.
#[derive(Debug, Clone)]
pub struct DestinationOptions {
    overwrite: bool,
    sha256: bool,
}

impl Default for DestinationOptions {
    fn default() -> Self {
        Self { overwrite: false, sha256: true }
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
    chunks: mpsc::Sender<Command>,
    /// What became of it; taken when it is told.
    done: oneshot::Receiver<Result<Written>>,
    /// It failed, and said so.
    failed: bool,
}

enum Command {
    Write(Bytes),
    Finish,
}

/// Where a thread's chunks go.
trait Sink: Send {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Makes it visible. Not called after a failure; dropping it instead takes it back.
    fn finish(self: Box<Self>) -> Result<()>;
}

impl Destination {
    /// Opens a destination, and refuses one that exists, unless it may be overwritten. Needs a tokio runtime.
    pub async fn open(spec: &DestinationSpec, options: &DestinationOptions) -> Result<Self> {
        let name = spec.to_string();
        let (chunks, commands) = mpsc::channel(CHUNKS_MAX);
        let (tell_opened, opened) = oneshot::channel();
        let (tell, done) = oneshot::channel();
        let (spec, options, place) = (spec.clone(), options.clone(), name.clone());
        let work = move || {
            let named = |e: Error| e.at(|p| p.source = Some(place.clone()));
            // Opening blocks, too: a named pipe waits for its reader.
            match open(&spec, &options) {
                Ok(sink) => {
                    if tell_opened.send(Ok(())).is_ok() {
                        let _ = tell.send(write_all(sink, commands, options.sha256).map_err(named));
                    }
                }
                Err(e) => drop(tell_opened.send(Err(named(e)))),
            }
        };
        std::thread::Builder::new()
            .name("dumpstream-write".into())
            .spawn(work)
            .map_err(|e| Error::target("can't start a thread to write the output").caused_by(e))?;
        opened.await.unwrap_or_else(|_| Err(died()))?;
        Ok(Self { name, chunks, done, failed: false })
    }

    /// The destination as [`DestinationSpec`] displays it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes the next bytes; waits where the destination is slow. After an error every call fails. Not cancel safe: if
    /// its future is dropped, `bytes` may be written or not, so abort then.
    pub async fn write(&mut self, bytes: Bytes) -> Result<()> {
        if bytes.is_empty() && !self.failed {
            return Ok(());
        }
        match self.chunks.send(Command::Write(bytes)).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.failure().await),
        }
    }

    /// Makes all of it durable, and visible under its name, at once.
    pub async fn finish(mut self) -> Result<Written> {
        if self.chunks.send(Command::Finish).await.is_err() {
            return Err(self.failure().await);
        }
        match (&mut self.done).await {
            Ok(written) => written,
            Err(_) => Err(died()),
        }
    }

    /// Takes back what can be taken back, and waits until that is done.
    pub async fn abort(self) {
        let Self { chunks, done, .. } = self;
        drop(chunks);
        // Why it failed doesn't matter any more.
        let _ = done.await;
    }

    /// Why the thread has ended.
    async fn failure(&mut self) -> Error {
        if self.failed {
            return Error::target("writing the output failed before").at(|p| p.source = Some(self.name.clone()));
        }
        self.failed = true;
        match (&mut self.done).await {
            Ok(Err(e)) => e,
            _ => died(),
        }
    }
}

fn died() -> Error {
    Error::target("writing the output ended abruptly").hint("this is a bug in dumpstream; please report it")
}

fn open(spec: &DestinationSpec, options: &DestinationOptions) -> Result<Box<dyn Sink>> {
    match spec {
        DestinationSpec::Stdout => Ok(Box::new(Raw(stdout()?))),
        DestinationSpec::File(path) => file::open(path, options.overwrite),
    }
}

/// Writes what comes, until it is to be finished, or is dropped: then so is `sink`.
fn write_all(mut sink: Box<dyn Sink>, mut commands: mpsc::Receiver<Command>, sha256: bool) -> Result<Written> {
    let mut sha256 = sha256.then(Sha256::new);
    let mut bytes = 0;
    while let Some(command) = commands.blocking_recv() {
        match command {
            Command::Write(chunk) => {
                if let Some(sha256) = &mut sha256 {
                    sha256.update(&chunk);
                }
                sink.write(&chunk).map_err(|e| failed(bytes, e))?;
                bytes += chunk.len() as u64;
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

/// What can't be taken back: standard output, pipes, devices.
struct Raw(File);

impl Sink for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(())
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
