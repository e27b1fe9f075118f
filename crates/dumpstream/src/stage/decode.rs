//! Decompresses, on a thread of its own, and proves that the stored bytes end where the compression ends.
//!
//! The decoders are async-compression's, driven directly as the state machines they are. Its tokio adapters aren't
//! used, because decompression would then hold runtime workers for milliseconds at a time, and because they can't
//! tell what an operator needs to know: they take xz padding of a wrong length, refuse the zero padding that gzip
//! itself ignores, and report bytes after the end, a cut-off stream and damage alike as whatever the decoder says.
//!
//! So this module owns what lies between members (gzip), frames (zstd, lz4) and streams (bzip2, xz), here called
//! members alike: padding, skippable frames, the limits a frame's header exceeds, and anything that doesn't belong
//! there. Owns one piece of output at a time; blocks where the reader is slow; ends when the reader is gone.

use crate::error::{Damage, Error, Result};
use crate::source::{Codec, RATIO_GRACE_BYTES, SourceOptions};
use crate::stage::pieces::{Gone, Piece, PieceSink, PieceStream, pieces};
use crate::stage::sniff;
use async_compression::codecs::{
    BzDecoder, DecodeV2, GzipDecoder, Lz4Decoder, XzDecoder, ZstdDecoder, zstd::params::DParameter,
};
use async_compression::core::util::{PartialBuffer, WriteBuffer};
use bytes::{Bytes, BytesMut};
use std::io;

/// Bytes that tell what a member is: zstd's longest frame header.
const MEMBER_HEADER_BYTES: usize = 18;

/// zstd's own range of window sizes, as powers of two.
const ZSTD_WINDOW_LOG: std::ops::RangeInclusive<u32> = 10..=31;

/// Starts to decode.
pub(crate) fn spawn(codec: Codec, stored: PieceStream, options: &SourceOptions) -> Result<PieceStream> {
    let (sink, decoded) = pieces();
    let buffer = sink.buffer();
    let decoder = Decoder {
        codec,
        window_bytes_max: options.window_bytes_max,
        ratio_max: options.ratio_max,
        input: Input { pieces: stored, current: Bytes::new(), at: 0, consumed: 0, end: None },
        output: Output { sink, buffer, filled: 0, sent: 0 },
        member: 1,
    };
    std::thread::Builder::new()
        .name("dumpstream-decode".into())
        .spawn(move || decoder.run())
        .map_err(|e| Error::source_bad("can't start a thread to decompress the source").caused_by(e))?;
    Ok(decoded)
}

/// Why decoding ended early.
enum Halt {
    Gone,
    Failed(Error),
}

impl From<Gone> for Halt {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<Error> for Halt {
    fn from(e: Error) -> Self {
        Self::Failed(e)
    }
}

/// The stored bytes.
struct Input {
    pieces: PieceStream,
    current: Bytes,
    at: usize,
    /// Stored bytes taken so far.
    consumed: u64,
    /// The hash, once there is no more.
    end: Option<Option<[u8; 32]>>,
}

impl Input {
    /// Bytes not taken yet; none at the end only.
    fn rest(&mut self) -> Result<&[u8]> {
        while self.at == self.current.len() && self.end.is_none() {
            self.next()?;
        }
        Ok(self.current.get(self.at..).unwrap_or_default())
    }

    /// At least `want` bytes not taken yet; fewer at the end only.
    fn peek(&mut self, want: usize) -> Result<&[u8]> {
        while self.current.len() - self.at < want && self.end.is_none() {
            let rest = self.current.slice(self.at..);
            self.next()?;
            if !rest.is_empty() {
                self.current = [rest, std::mem::take(&mut self.current)].concat().into();
            }
        }
        Ok(self.current.get(self.at..).unwrap_or_default())
    }

    /// Replaces `current`, all of which is taken or about to be put back.
    fn next(&mut self) -> Result<()> {
        let next = match self.pieces.next_blocking()? {
            Piece::Bytes(bytes) => bytes,
            Piece::End { sha256 } => {
                self.end = Some(sha256);
                Bytes::new()
            }
        };
        self.at = 0;
        self.pieces.recycle(std::mem::replace(&mut self.current, next));
        Ok(())
    }

    /// Bytes at hand that aren't taken yet.
    fn left(&self) -> u64 {
        (self.current.len() - self.at) as u64
    }

    fn take(&mut self, len: usize) {
        self.at += len;
        self.consumed += len as u64;
    }
}

/// The decoded bytes.
struct Output {
    sink: PieceSink,
    buffer: BytesMut,
    filled: usize,
    sent: u64,
}

impl Output {
    fn decoded(&self) -> u64 {
        self.sent + self.filled as u64
    }

    /// Room for at least one byte.
    fn room(&mut self) -> Result<&mut [u8], Gone> {
        if self.filled == self.buffer.len() {
            self.send()?;
        }
        Ok(self.buffer.get_mut(self.filled..).unwrap_or_default())
    }

    fn send(&mut self) -> Result<(), Gone> {
        if self.filled > 0 {
            let mut full = std::mem::replace(&mut self.buffer, self.sink.buffer());
            full.truncate(self.filled);
            self.sent += self.filled as u64;
            self.filled = 0;
            self.sink.send_blocking(Ok(Piece::Bytes(full.freeze())))?;
        }
        Ok(())
    }
}

struct Decoder {
    codec: Codec,
    window_bytes_max: u64,
    ratio_max: u64,
    input: Input,
    output: Output,
    /// Which one this is, from 1.
    member: u64,
}

impl Decoder {
    fn run(mut self) {
        let halt = match self.members() {
            Ok(sha256) => self.output.sink.send_blocking(Ok(Piece::End { sha256 })).map_err(Halt::from),
            Err(halt) => Err(halt),
        };
        if let Err(Halt::Failed(e)) = halt {
            let decoded = self.output.decoded();
            // What was decoded before the failure is of no use. Gone: there is nobody to tell.
            let _ = self.output.sink.send_blocking(Err(e.at(|place| place.offset = Some(decoded))));
        }
    }

    fn members(&mut self) -> Result<Option<[u8; 32]>, Halt> {
        let mut decoder = self.decoder()?;
        let mut used = false;
        loop {
            self.gap()?;
            let at = self.input.consumed;
            let head = self.input.peek(MEMBER_HEADER_BYTES)?;
            if head.is_empty() {
                break;
            }
            self.check_header(at)?;
            if used {
                decoder.reinit().map_err(|e| self.damaged(e))?;
            }
            self.decode_member(&mut *decoder)?;
            used = true;
            self.member += 1;
        }
        self.output.send()?;
        Ok(self.input.end.flatten())
    }

    fn decoder(&self) -> Result<Box<dyn DecodeV2>> {
        Ok(match self.codec {
            Codec::Gzip => Box::new(GzipDecoder::new()),
            Codec::Zstd => {
                let log = self.window_bytes_max.max(1).next_power_of_two().ilog2();
                let log = log.clamp(*ZSTD_WINDOW_LOG.start(), *ZSTD_WINDOW_LOG.end());
                Box::new(ZstdDecoder::new_with_params(&[DParameter::window_log_max(log)]))
            }
            Codec::Bzip2 => Box::new(BzDecoder::new()),
            Codec::Xz => Box::new(XzDecoder::with_memlimit(self.window_bytes_max.max(1))),
            Codec::Lz4 => Box::new(Lz4Decoder::new()),
            Codec::None => return Err(Error::source_bad("there is nothing to decompress")),
        })
    }

    /// Takes what may stand before, between and after members.
    fn gap(&mut self) -> Result<(), Halt> {
        match self.codec {
            Codec::Zstd | Codec::Lz4 => self.skippable_frames(),
            Codec::Gzip if self.member > 1 => {
                // gzip ignores zeros to the end of the file, as tapes have them.
                let start = self.input.consumed;
                if self.zeros()? > 0 && !self.input.rest()?.is_empty() {
                    return Err(self.garbage(start)?.into());
                }
                Ok(())
            }
            Codec::Xz if self.member > 1 => {
                let start = self.input.consumed;
                if !self.zeros()?.is_multiple_of(4) {
                    return Err(if self.input.rest()?.is_empty() {
                        self.truncated("in the padding").into()
                    } else {
                        self.garbage(start)?.into()
                    });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn skippable_frames(&mut self) -> Result<(), Halt> {
        while let Some(mut left) = sniff::skippable(self.input.peek(sniff::SKIPPABLE_HEADER_BYTES)?) {
            self.input.take(sniff::SKIPPABLE_HEADER_BYTES);
            while left > 0 {
                let len = self.input.rest()?.len();
                if len == 0 {
                    return Err(self.truncated("inside a skippable frame").into());
                }
                let len = usize::try_from(left).map_or(len, |left| left.min(len));
                self.input.take(len);
                left -= len as u64;
            }
        }
        Ok(())
    }

    /// Takes zeros; returns how many.
    fn zeros(&mut self) -> Result<u64> {
        let mut count = 0;
        loop {
            let rest = self.input.rest()?;
            let zeros = rest.iter().take_while(|byte| **byte == 0).count();
            let more = zeros > 0 && zeros == rest.len();
            self.input.take(zeros);
            count += zeros as u64;
            if !more {
                return Ok(count);
            }
        }
    }

    /// Refuses what doesn't begin a member, or begins one that asks for too much.
    fn check_header(&mut self, at: u64) -> Result<(), Halt> {
        let (codec, window_max) = (self.codec, self.window_bytes_max);
        let head = self.input.peek(MEMBER_HEADER_BYTES)?;
        let magic: &[u8] = match codec {
            Codec::Gzip => &sniff::GZIP_MAGIC,
            Codec::Zstd => &sniff::ZSTD_MAGIC,
            Codec::Bzip2 => &sniff::BZIP2_MAGIC,
            Codec::Xz => &sniff::XZ_MAGIC,
            Codec::Lz4 => &sniff::LZ4_MAGIC,
            Codec::None => &[],
        };
        if !head.starts_with(magic) {
            return Err(if magic.starts_with(head) || (head.len() < 8 && is_skippable_part(codec, head)) {
                self.truncated("in a header").into()
            } else {
                self.garbage(at)?.into()
            });
        }
        if codec == Codec::Gzip && head.get(2).is_some_and(|method| *method != 8) {
            return Err(Error::source_bad("the gzip data uses an unknown method of compression")
                .hint("recompress it with gzip, pigz or zstd")
                .into());
        }
        if codec == Codec::Lz4 && head.get(4).is_some_and(|flags| flags & 1 != 0) {
            return Err(Error::source_bad(format!("the lz4 frame at stored byte {at} needs a dictionary"))
                .hint("recompress it without a dictionary")
                .into());
        }
        if codec == Codec::Zstd
            && let Some(frame) = ZstdFrame::parse(head)
        {
            if frame.window > window_max {
                return Err(Error::source_bad(format!(
                    "the zstd frame at stored byte {at} needs a window of {} bytes; the limit is {window_max}",
                    frame.window
                ))
                .hint(format!(
                    "compress it with a smaller one: zstd -dc --long=31 FILE | zstd --long={}",
                    window_max.max(1).ilog2()
                ))
                .into());
            }
            if frame.dictionary != 0 {
                return Err(Error::source_bad(format!(
                    "the zstd frame at stored byte {at} needs dictionary {}",
                    frame.dictionary
                ))
                .hint("recompress it without a dictionary: zstd -dc -D DICTIONARY … | zstd")
                .into());
            }
        }
        Ok(())
    }

    fn decode_member(&mut self, decoder: &mut dyn DecodeV2) -> Result<(), Halt> {
        loop {
            let room = self.output.room()?;
            let rest = self.input.rest()?;
            let at_end = rest.is_empty();
            let mut from = PartialBuffer::new(rest);
            let mut to = WriteBuffer::new_initialized(room);
            let done = decoder.decode(&mut from, &mut to);
            let (taken, made) = (from.written_len(), to.written_len());
            self.input.take(taken);
            self.output.filled += made;
            self.check_ratio()?;
            match done {
                Ok(true) => return Ok(()),
                Ok(false) if taken > 0 || made > 0 => {}
                // At the end the decoders complain that there is nothing to decode, each in its own way.
                Ok(false) | Err(_) if at_end => return Err(self.truncated("").into()),
                Ok(false) => return Err(self.damaged(io::ErrorKind::InvalidData.into()).into()),
                Err(e) => return Err(self.damaged(e).into()),
            }
        }
    }

    fn check_ratio(&self) -> Result<()> {
        let (decoded, stored) = (self.output.decoded(), self.input.consumed);
        if decoded > RATIO_GRACE_BYTES && decoded / stored.max(1) > self.ratio_max {
            return Err(Error::source_bad(format!(
                "{stored} stored bytes became {decoded}: more than {} times as many, which looks like a decompression bomb",
                self.ratio_max
            ))
            .hint("raise the limit of the ratio if you trust the dump"));
        }
        Ok(())
    }

    fn truncated(&self, place: &str) -> Error {
        let (codec, at, member) = (self.codec, self.input.consumed + self.input.left(), self.member);
        let place = match place {
            "" => format!("inside {} {member}", self.unit()),
            place => place.to_owned(),
        };
        Error::source_bad(format!("the {codec} data is truncated: it ends at stored byte {at}, {place}"))
            .damaged(Damage::CutOff)
            .hint("the dump was cut off when it was made or copied: get a complete one")
    }

    fn damaged(&self, cause: io::Error) -> Error {
        let (codec, at, member) = (self.codec, self.input.consumed, self.member);
        if codec == Codec::Xz && cause.to_string() == "memory limit reached" {
            return Error::source_bad(format!(
                "the xz data needs more memory than {} bytes to decompress",
                self.window_bytes_max
            ))
            .hint("compress it with a smaller dictionary: xz -dc FILE | xz -6, or zstd");
        }
        Error::source_bad(format!("the {codec} data is damaged near stored byte {at}, in {} {member}", self.unit()))
            .hint("compare the file's checksum with the original's, and get it again")
            .caused_by(cause)
    }

    /// The error for bytes that don't belong there.
    fn garbage(&mut self, at: u64) -> Result<Error> {
        let codec = self.codec;
        let head = self.input.peek(sniff::HEAD_BYTES)?;
        let what = match sniff::foreign(head) {
            Some((what, _)) => format!("they look like {what}"),
            None => "they aren't compressed data of that kind".to_owned(),
        };
        let unit = self.unit();
        Ok(Error::source_bad(format!("the {codec} data goes on after its end, from stored byte {at}: {what}")).hint(
            format!(
                "if only whole {unit}s before that are wanted, cut the rest off: head -c {at}; else get the file again"
            ),
        ))
    }

    fn unit(&self) -> &'static str {
        match self.codec {
            Codec::Zstd | Codec::Lz4 => "frame",
            Codec::Bzip2 | Codec::Xz => "stream",
            Codec::Gzip | Codec::None => "member",
        }
    }
}

/// Whether `head` is a skippable frame's header that is cut off.
fn is_skippable_part(codec: Codec, head: &[u8]) -> bool {
    matches!(codec, Codec::Zstd | Codec::Lz4)
        && head.first().is_some_and(|first| (0x50..=0x5f).contains(first))
        && [0x2a, 0x4d, 0x18].iter().zip(head.iter().skip(1)).all(|(a, b)| a == b)
}

/// What a zstd frame's header asks for (RFC 8878, 3.1.1.1).
struct ZstdFrame {
    window: u64,
    dictionary: u32,
}

impl ZstdFrame {
    fn parse(head: &[u8]) -> Option<Self> {
        let descriptor = *head.get(4)?;
        let single_segment = descriptor & 0x20 != 0;
        let dictionary_len = [0, 1, 2, 4][usize::from(descriptor & 3)];
        let mut at = 5;
        let mut window = 0;
        if !single_segment {
            let byte = *head.get(at)?;
            let base = 1_u64 << (10 + (byte >> 3));
            window = base + base / 8 * u64::from(byte & 7);
            at += 1;
        }
        let dictionary = little_endian(head.get(at..at + dictionary_len)?);
        at += dictionary_len;
        if single_segment {
            let len = [1, 2, 4, 8][usize::from(descriptor >> 6)];
            window = little_endian(head.get(at..at + len)?) + if len == 2 { 256 } else { 0 };
        }
        Some(Self { window, dictionary: u32::try_from(dictionary).ok()? })
    }
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
pub(crate) mod tests;
