//! Compresses output, in frames of [`FRAME_BYTES`] on all cores.
//!
//! Each frame is whole by itself; one behind the other, they are what every decompressor reads as a single file (gzip calls
//! them members, bzip2 and xz streams). Where they end depends on the bytes alone, so the output doesn't depend on the
//! number of threads.

use crate::destination::{Destination, Written};
use crate::error::{Error, Result};
use crate::stop::Stop;
use async_compression::tokio::write::{BzEncoder, GzipEncoder, Lz4Encoder, XzEncoder, ZstdEncoder};
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::stream::{FuturesOrdered, StreamExt};
use std::fmt;
use std::io;
use std::str::FromStr;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;

/// Uncompressed bytes of a frame: large enough that its own beginning costs nothing.
pub const FRAME_BYTES: usize = 4 << 20;

/// How output is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, level 6.
    Gzip,
    /// Zstandard, level 3.
    Zstd,
    /// bzip2, level 6.
    Bzip2,
    /// xz, level 5.
    Xz,
    /// lz4's frame format.
    Lz4,
}

impl Compression {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::None, Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz, Self::Lz4];

    /// As it is written on the command line and in reports.
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

    /// What a file's name says.
    pub fn of_name(name: &str) -> Self {
        match name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).as_deref() {
            Some("gz" | "gzip") => Self::Gzip,
            Some("zst" | "zstd") => Self::Zstd,
            Some("bz2" | "bzip2") => Self::Bzip2,
            Some("xz") => Self::Xz,
            Some("lz4") => Self::Lz4,
            _ => Self::None,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Compression {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|c| c.name() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|c| c.name()).collect();
            Error::usage("the compression is of no known name").hint(format!("known: {}", known.join(", ")))
        })
    }
}

/// A destination behind a compressor.
#[derive(Debug)]
pub(crate) struct Compressor {
    out: Destination,
    compression: Compression,
    frame: Vec<u8>,
    /// Frames at work, in order.
    working: FuturesOrdered<JoinHandle<io::Result<Vec<u8>>>>,
    /// Most of them.
    most: usize,
}

impl Compressor {
    /// Compresses on so many threads.
    pub(crate) fn new(out: Destination, compression: Compression, threads: usize) -> Self {
        Self { out, compression, frame: Vec::new(), working: FuturesOrdered::new(), most: threads.clamp(1, 16) }
    }

    pub(crate) async fn write(&mut self, bytes: Bytes) -> Result<()> {
        if self.compression == Compression::None {
            return self.out.write(bytes).await;
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(FRAME_BYTES - self.frame.len()));
            self.frame.extend_from_slice(now);
            rest = later;
            if self.frame.len() == FRAME_BYTES {
                self.compress().await?;
            }
        }
        Ok(())
    }

    /// Hands the frame to a thread.
    async fn compress(&mut self) -> Result<()> {
        let frame = std::mem::replace(&mut self.frame, Vec::with_capacity(FRAME_BYTES));
        let compression = self.compression;
        self.working.push_back(tokio::task::spawn_blocking(move || encode(compression, &frame)));
        while self.working.len() > self.most {
            self.pass_on().await?;
        }
        Ok(())
    }

    /// Writes the first frame that is at work.
    async fn pass_on(&mut self) -> Result<()> {
        match self.working.next().await {
            None => Ok(()),
            Some(Ok(Ok(frame))) => self.out.write(frame.into()).await,
            Some(Ok(Err(e))) => Err(Error::target("the output can't be compressed").caused_by(e)),
            Some(Err(e)) => Err(Error::target("compressing the output ended abruptly").caused_by(e)),
        }
    }

    /// Writes all of it, and makes it visible, unless the run is to end before.
    pub(crate) async fn finish_unless(mut self, stop: &Stop) -> Result<Written> {
        let flushed = tokio::select! {
            biased;
            () = stop.tripped() => Err(stop.cause()),
            flushed = self.flush() => flushed,
        };
        match flushed {
            Ok(()) => self.out.finish_unless(stop).await,
            Err(e) => Err(self.out.give_up(e).await),
        }
    }

    /// Writes what is still at work.
    async fn flush(&mut self) -> Result<()> {
        if !self.frame.is_empty() {
            self.compress().await?;
        }
        while !self.working.is_empty() {
            self.pass_on().await?;
        }
        Ok(())
    }

    /// See [`Destination::give_up`].
    pub(crate) async fn give_up(self, e: Error) -> Error {
        self.out.give_up(e).await
    }
}

/// One frame, compressed.
fn encode(compression: Compression, frame: &[u8]) -> io::Result<Vec<u8>> {
    let out = Vec::with_capacity(frame.len() / 2);
    match compression {
        Compression::None => Ok(frame.to_vec()),
        Compression::Gzip => drive(GzipEncoder::new(out), frame, GzipEncoder::into_inner),
        Compression::Zstd => drive(ZstdEncoder::new(out), frame, ZstdEncoder::into_inner),
        Compression::Bzip2 => drive(BzEncoder::new(out), frame, BzEncoder::into_inner),
        Compression::Xz => drive(XzEncoder::new(out), frame, XzEncoder::into_inner),
        Compression::Lz4 => drive(Lz4Encoder::new(out), frame, Lz4Encoder::into_inner),
    }
}

/// Runs an encoder whose output never waits.
fn drive<E: AsyncWrite + Unpin>(
    mut encoder: E,
    frame: &[u8],
    output: impl FnOnce(E) -> Vec<u8>,
) -> io::Result<Vec<u8>> {
    let run = async {
        encoder.write_all(frame).await?;
        encoder.shutdown().await
    };
    run.now_or_never().unwrap_or_else(|| Err(io::Error::other("the encoder waits for nothing")))?;
    Ok(output(encoder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destination::{DestinationOptions, DestinationSpec};
    use crate::source::{Source, SourceOptions, SourceSpec};

    #[tokio::test]
    async fn what_is_compressed_comes_back_from_any_number_of_threads() {
        let dir = tempfile::tempdir().unwrap();
        let text: Vec<u8> = b"-- a dump\n".iter().copied().cycle().take(FRAME_BYTES * 2 + 12_345).collect();
        for compression in Compression::ALL {
            let mut files = Vec::new();
            for threads in [1, 3] {
                let path = dir.path().join(format!("{compression}-{threads}"));
                let out = Destination::open(&DestinationSpec::File(path.clone()), &DestinationOptions::default()).await;
                let mut out = Compressor::new(out.unwrap(), compression, threads);
                for part in text.chunks(700_001) {
                    out.write(Bytes::copy_from_slice(part)).await.unwrap();
                }
                out.finish_unless(&Stop::default()).await.unwrap();
                files.push(std::fs::read(&path).unwrap());
                let mut source = Source::open(&SourceSpec::File(path), &SourceOptions::default()).await.unwrap();
                let mut back = Vec::new();
                while source.read(&mut back).await.unwrap() > 0 {}
                assert!(back == text, "{compression}");
            }
            assert!(files[0] == files[1], "{compression}");
        }
    }

    #[test]
    fn names_tell_the_compression() {
        for (name, expected) in [
            ("a.sql", Compression::None),
            ("a.sql.GZ", Compression::Gzip),
            ("a.zst", Compression::Zstd),
            ("zst", Compression::None),
        ] {
            assert_eq!(Compression::of_name(name), expected, "{name}");
        }
    }
}
