use super::*;
use crate::source::SourceOptions;
use crate::stage::pieces::{PIECE_BYTES, PIECES_MAX};
use async_compression::codecs::{BzEncoder, EncodeV2, GzipEncoder, Lz4Encoder, XzEncoder, ZstdEncoder};
use async_compression::core::Level;
use async_compression::zstd::CParameter;

const CODECS: [Codec; 5] = [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz, Codec::Lz4];
const PIECE: usize = 1 << 16;
const SKIPPABLE: &[u8] = b"\x53\x2a\x4d\x18\x05\0\0\0hello";

/// Drives an encoder of async-compression to its end.
fn run(mut encoder: impl EncodeV2, plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut room = vec![0; 64 << 10];
    let mut from = PartialBuffer::new(plain);
    while !from.unwritten().is_empty() {
        let mut to = WriteBuffer::new_initialized(&mut room);
        encoder.encode(&mut from, &mut to).unwrap();
        out.extend_from_slice(to.written());
    }
    loop {
        let mut to = WriteBuffer::new_initialized(&mut room);
        let done = encoder.finish(&mut to).unwrap();
        out.extend_from_slice(to.written());
        if done {
            return out;
        }
    }
}

pub(crate) fn encode(codec: Codec, plain: &[u8]) -> Vec<u8> {
    let level = Level::Fastest;
    match codec {
        Codec::None => plain.to_vec(),
        Codec::Gzip => run(GzipEncoder::new(level.into()), plain),
        Codec::Zstd => run(ZstdEncoder::new_with_params(3, &[CParameter::checksum_flag(true)]), plain),
        Codec::Bzip2 => run(BzEncoder::new(level.into(), 30), plain),
        Codec::Xz => run(XzEncoder::new(level), plain),
        Codec::Lz4 => run(Lz4Encoder::new(async_compression::codecs::lz4::params::EncoderParams::default()), plain),
    }
}

/// Feeds `stored` in pieces of `step` bytes.
fn start(codec: Codec, stored: &[u8], step: usize, options: &SourceOptions) -> PieceStream {
    let (sink, stream) = pieces();
    let stored = stored.to_vec();
    std::thread::spawn(move || {
        for piece in stored.chunks(step) {
            if sink.send_blocking(Ok(Piece::Bytes(Bytes::copy_from_slice(piece)))).is_err() {
                return;
            }
        }
        let _ = sink.send_blocking(Ok(Piece::End { sha256: Some([7; 32]) }));
    });
    spawn(codec, stream, options).unwrap()
}

fn collect(mut stream: PieceStream) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    loop {
        match stream.next_blocking()? {
            Piece::Bytes(bytes) => {
                assert!(!bytes.is_empty());
                plain.extend_from_slice(&bytes);
                stream.recycle(bytes);
            }
            Piece::End { sha256 } => {
                assert_eq!(sha256, Some([7; 32]));
                return Ok(plain);
            }
        }
    }
}

fn decode_in(codec: Codec, stored: &[u8], step: usize) -> Result<Vec<u8>> {
    collect(start(codec, stored, step, &SourceOptions::default()))
}

fn decode(codec: Codec, stored: &[u8]) -> Result<Vec<u8>> {
    decode_in(codec, stored, PIECE)
}

/// Text that compresses like a dump does.
pub(crate) fn sql(rows: u32) -> Vec<u8> {
    let mut text = b"-- MySQL dump\nINSERT INTO `t` VALUES ".to_vec();
    for row in 0..rows {
        text.extend_from_slice(
            format!("({row},'{:x}','name {}'),", row.wrapping_mul(2_654_435_761), row % 97).as_bytes(),
        );
    }
    text.extend_from_slice(b"\n-- Dump completed\n");
    text
}

#[track_caller]
fn refused(result: Result<Vec<u8>>, words: &str) -> Error {
    let e = match result {
        Ok(plain) => panic!("decoded {} bytes instead of: {words}", plain.len()),
        Err(e) => e,
    };
    assert!(e.to_string().contains(words), "{e:?} doesn't say {words:?}");
    assert!(e.hint_text().is_some(), "{e:?}");
    e
}

#[test]
fn every_codec_in_pieces_of_any_size() {
    for plain in [&b""[..], b"-", &sql(200), &sql(60_000)] {
        for codec in CODECS {
            let stored = encode(codec, plain);
            for step in [1, 3, 17, 4096, 1 << 20] {
                if step < 17 && plain.len() > 1 << 20 {
                    continue;
                }
                assert!(decode_in(codec, &stored, step).unwrap() == plain, "{codec} in {step}");
            }
        }
    }
}

#[test]
fn output_that_ends_with_a_piece() {
    for len in [PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES] {
        let plain: Vec<u8> = sql(60_000).into_iter().take(len).collect();
        assert_eq!(plain.len(), len);
        for codec in CODECS {
            assert!(decode(codec, &encode(codec, &plain)).unwrap() == plain, "{codec} of {len}");
        }
    }
}

#[test]
fn several_members() {
    let parts = [sql(3), Vec::new(), sql(5_000), b"x".to_vec()];
    let plain = parts.concat();
    for codec in CODECS {
        let stored: Vec<u8> = parts.iter().flat_map(|part| encode(codec, part)).collect();
        for step in [1, 5, 1000, PIECE] {
            assert!(decode_in(codec, &stored, step).unwrap() == plain, "{codec} in {step}");
        }
    }
}

#[test]
fn skippable_frames_anywhere() {
    let part = sql(100);
    for codec in [Codec::Zstd, Codec::Lz4] {
        let frame = encode(codec, &part);
        let empty: &[u8] = b"\x50\x2a\x4d\x18\0\0\0\0";
        let stored = [SKIPPABLE, &frame, SKIPPABLE, SKIPPABLE, empty, &frame, SKIPPABLE].concat();
        for step in [1, 2, 7, PIECE] {
            assert!(decode_in(codec, &stored, step).unwrap() == [&part[..], &part].concat(), "{codec} in {step}");
        }
        // Cut off in the last one.
        for len in 1..SKIPPABLE.len() {
            refused(decode(codec, &stored[..stored.len() - len]), "truncated");
        }
    }
}

#[test]
fn a_cut_at_any_byte_is_an_error() {
    for codec in CODECS {
        let parts = [sql(12), sql(7)];
        let members: Vec<_> = parts.iter().map(|part| encode(codec, part)).collect();
        let stored = members.concat();
        let whole = members[0].len();
        for len in 1..stored.len() {
            if len == whole {
                assert_eq!(decode(codec, &stored[..len]).unwrap(), parts[0]);
                continue;
            }
            let e = refused(decode(codec, &stored[..len]), "truncated");
            assert!(e.to_string().contains(&format!("stored byte {len},")), "{codec} at {len}: {e}");
            assert!(e.place().offset.is_some_and(|at| at <= (parts[0].len() + parts[1].len()) as u64));
            // The end may fall between pieces, too.
            refused(decode_in(codec, &stored[..len], 1), "truncated");
        }
        assert_eq!(decode(codec, &stored).unwrap(), parts.concat());
    }
}

#[test]
fn a_large_stream_cut_in_its_middle() {
    let plain = sql(60_000);
    for codec in CODECS {
        let stored = encode(codec, &plain);
        for len in [stored.len() / 2, stored.len() - 5, stored.len() - 1] {
            refused(decode(codec, &stored[..len]), "truncated");
        }
    }
}

#[test]
fn a_flipped_bit_never_passes() {
    for codec in CODECS {
        // lz4 has a checksum only if asked for; its content goes through unchecked without.
        let plain = sql(9);
        let stored = if codec == Codec::Lz4 { lz4_with_checksum(&plain) } else { encode(codec, &plain) };
        assert_eq!(decode(codec, &stored).unwrap(), plain);
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(got) = decode(codec, &flipped) {
                assert!(got == plain, "{codec}, bit {bit}: other bytes, no error");
            }
        }
    }
}

fn lz4_with_checksum(plain: &[u8]) -> Vec<u8> {
    use async_compression::codecs::lz4::params::EncoderParams;
    run(Lz4Encoder::new(EncoderParams::default().content_checksum(true)), plain)
}

#[test]
fn bytes_after_the_end() {
    let plain = sql(20);
    for codec in CODECS {
        let stored = encode(codec, &plain);
        for garbage in [&b"-- Dump completed"[..], b"\n", b"garbage that is longer than any header", b"\0\0\0\0x"] {
            let e = refused(decode(codec, &[&stored, garbage].concat()), "goes on after its end");
            // Four zeros are padding to xz.
            let at = stored.len() + if codec == Codec::Xz && garbage.starts_with(&[0; 4]) { 4 } else { 0 };
            assert!(e.to_string().contains(&format!("stored byte {at}")), "{e}");
            refused(decode_in(codec, &[&stored, garbage].concat(), 1), "goes on after its end");
        }
        let other = if codec == Codec::Gzip { Codec::Zstd } else { Codec::Gzip };
        let e = refused(decode(codec, &[&stored[..], &encode(other, &plain)].concat()), "goes on after its end");
        assert!(e.to_string().contains(other.name()), "{e}");
    }
}

#[test]
fn zeros_after_the_end_are_as_each_tool_takes_them() {
    let plain = sql(20);
    for codec in CODECS {
        let stored = encode(codec, &plain);
        for zeros in [1, 2, 3, 4, 5, 8, 512, 100_000] {
            let padded = [&stored[..], &vec![0; zeros]].concat();
            for step in [1000, PIECE] {
                let result = decode_in(codec, &padded, step);
                match codec {
                    Codec::Gzip => assert_eq!(result.unwrap(), plain),
                    Codec::Xz if zeros % 4 == 0 => assert_eq!(result.unwrap(), plain),
                    Codec::Xz => drop(refused(result, "truncated")),
                    _ => drop(refused(result, "goes on after its end")),
                }
            }
        }
        let between = [&stored[..], &[0; 8], &stored].concat();
        match codec {
            Codec::Xz => assert_eq!(decode(codec, &between).unwrap(), plain.repeat(2)),
            _ => drop(refused(decode(codec, &between), "goes on after its end")),
        }
    }
    let stored = encode(Codec::Xz, &plain);
    refused(decode(Codec::Xz, &[&stored[..], &[0; 6], &stored].concat()), "goes on after its end");
}

#[test]
fn windows_up_to_the_limit() {
    let plain = sql(60_000);
    let long = |log: u32| {
        let params = [CParameter::window_log(log), CParameter::enable_long_distance_matching(true)];
        run(ZstdEncoder::new_with_params(1, &params), &plain)
    };
    let frame = ZstdFrame::parse(&long(27)).unwrap();
    assert_eq!((frame.window, frame.dictionary), (1 << 27, 0));
    assert!(decode(Codec::Zstd, &long(27)).unwrap() == plain);

    let e = refused(decode(Codec::Zstd, &long(28)), "needs a window of 268435456 bytes");
    assert!(e.hint_text().unwrap().contains("--long=27"), "{e:?}");
    let raised = SourceOptions::default().window_bytes_max(1 << 28);
    assert!(collect(start(Codec::Zstd, &long(28), PIECE, &raised)).unwrap() == plain);

    // In a later frame as well.
    let stored = [encode(Codec::Zstd, b"x"), long(28)].concat();
    refused(decode(Codec::Zstd, &stored), "needs a window");

    let small = SourceOptions::default().window_bytes_max(1 << 16);
    let e =
        refused(collect(start(Codec::Xz, &encode(Codec::Xz, &plain), PIECE, &small)), "more memory than 65536 bytes");
    assert!(e.hint_text().unwrap().contains("xz -dc"), "{e:?}");
}

#[test]
fn dictionaries_are_named() {
    // A frame header with a one-byte dictionary id, and lz4's with its flag.
    refused(decode(Codec::Zstd, b"\x28\xb5\x2f\xfd\x01\x58\x2a\x01\x00\x00"), "needs dictionary 42");
    refused(decode(Codec::Lz4, b"\x04\x22\x4d\x18\x61\x40\x2a\0\0\0\x82\0\0\0\0"), "needs a dictionary");
}

#[test]
fn a_bomb_is_refused_and_blank_blobs_are_not() {
    let blank = vec![b'0'; RATIO_GRACE_BYTES as usize + (8 << 20)];
    let bomb = encode(Codec::Zstd, &blank);
    refused(decode(Codec::Zstd, &bomb), "decompression bomb");
    let trusted = SourceOptions::default().ratio_max(1_000_000);
    assert!(collect(start(Codec::Zstd, &bomb, PIECE, &trusted)).unwrap() == blank);
    // Within the grace.
    let blank = &blank[..RATIO_GRACE_BYTES as usize];
    assert!(decode(Codec::Zstd, &encode(Codec::Zstd, blank)).unwrap() == blank);
    // gzip can't be one.
    assert!(decode(Codec::Gzip, &encode(Codec::Gzip, blank)).unwrap() == blank);
}

#[test]
fn gzip_headers_with_every_field() {
    let plain = sql(5);
    let bare = encode(Codec::Gzip, &plain);
    // Extra field, name, comment, no header checksum.
    let mut stored = vec![0x1f, 0x8b, 8, 0b1_1100, 0, 0, 0, 0, 0, 3, 4, 0];
    stored.extend_from_slice(b"xtradump.sql\0a comment\0");
    stored.extend_from_slice(&bare[10..]);
    for step in [1, 4, PIECE] {
        assert_eq!(decode_in(Codec::Gzip, &stored, step).unwrap(), plain);
    }
    let mut other = bare;
    other[2] = 7;
    refused(decode(Codec::Gzip, &other), "unknown method");
}

#[test]
fn an_error_of_the_fetch_passes_through() {
    let (sink, stream) = pieces();
    let stored = encode(Codec::Gzip, &sql(1000));
    std::thread::spawn(move || {
        let half = Bytes::copy_from_slice(&stored[..stored.len() / 2]);
        sink.send_blocking(Ok(Piece::Bytes(half))).unwrap();
        sink.send_blocking(Err(Error::source_bad("the wire was cut").hint("mend it"))).unwrap();
    });
    refused(collect(spawn(Codec::Gzip, stream, &SourceOptions::default()).unwrap()), "the wire was cut");
}

#[test]
fn a_fetch_that_dies_is_no_end() {
    let (sink, stream) = pieces();
    sink.send_blocking(Ok(Piece::Bytes(encode(Codec::Gzip, &sql(1)).into()))).unwrap();
    drop(sink);
    refused(collect(spawn(Codec::Gzip, stream, &SourceOptions::default()).unwrap()), "ended abruptly");
}

#[test]
fn buffers_go_round() {
    let stored = encode(Codec::Zstd, &sql(400_000));
    let mut stream = start(Codec::Zstd, &stored, PIECE, &SourceOptions::default());
    let mut seen = std::collections::HashSet::new();
    let mut count = 0;
    while let Piece::Bytes(bytes) = stream.next_blocking().unwrap() {
        seen.insert(bytes.as_ptr() as usize);
        count += 1;
        stream.recycle(bytes);
    }
    assert!(count > 40, "{count}");
    assert!(seen.len() <= PIECES_MAX + 3, "{} buffers for {count} pieces", seen.len());
}
