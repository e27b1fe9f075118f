use super::*;
use crate::error::ErrorKind;
use crate::stage::decode::tests::{encode, sql};
use sha2::{Digest, Sha256};
use std::error::Error as _;
use std::fs;
use tempfile::TempDir;

const CODECS: [Codec; 6] = [Codec::None, Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz, Codec::Lz4];

/// A file whose name says something else than its bytes.
fn file(bytes: &[u8]) -> (TempDir, SourceSpec) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("dump.sql.xz.gz.zip");
    fs::write(&path, bytes).unwrap();
    (dir, SourceSpec::File(path))
}

async fn read_all(source: &mut Source, step: usize) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut buf = Vec::with_capacity(step);
    loop {
        let before = buf.len();
        let n = source.read(&mut buf).await?;
        assert_eq!(buf.len() - before, n);
        assert!(buf.capacity() == step || step == 0, "grew to {}", buf.capacity());
        if n == 0 || buf.len() == buf.capacity() {
            all.append(&mut buf);
        }
        if n == 0 {
            return Ok(all);
        }
    }
}

async fn open(bytes: &[u8]) -> Result<Vec<u8>> {
    let (_dir, spec) = file(bytes);
    let mut source = Source::open(&spec, &SourceOptions::default()).await?;
    read_all(&mut source, 1 << 20).await
}

/// The failure to read `bytes`, which names its source, has a hint, and isn't the user's or the target's.
#[track_caller]
fn refusal(result: Result<Vec<u8>>, words: &str) -> Error {
    let e = match result {
        Ok(plain) => panic!("read {} bytes instead of: {words}", plain.len()),
        Err(e) => e,
    };
    assert!(e.to_string().contains(words), "{e:?} doesn't say {words:?}");
    assert_eq!(e.kind(), ErrorKind::Source);
    assert!(e.hint_text().is_some() && e.place().source.is_some(), "{e:?}");
    e
}

#[tokio::test]
async fn files_of_every_codec() {
    let plain = sql(40_000);
    for codec in CODECS {
        let stored = encode(codec, &plain);
        let (_dir, spec) = file(&stored);
        for step in [1000, 1 << 20] {
            let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
            assert_eq!(source.codec(), codec);
            assert_eq!(source.size(), Some(stored.len() as u64));
            assert_eq!(source.name(), spec.to_string());
            assert_eq!(source.sha256(), None);
            let counters = source.counters();
            assert!(read_all(&mut source, step).await.unwrap() == plain, "{codec}");
            assert_eq!((counters.encoded(), counters.decoded()), (stored.len() as u64, plain.len() as u64));
            assert_eq!(source.sha256(), Some(Sha256::digest(&stored).into()));
            // The end stays the end.
            assert_eq!(source.read(&mut Vec::new()).await.unwrap(), 0);
        }
        let mut source = Source::open(&spec, &SourceOptions::default().sha256(false)).await.unwrap();
        read_all(&mut source, 1 << 20).await.unwrap();
        assert_eq!(source.sha256(), None);
    }
}

#[tokio::test]
async fn a_buffer_without_room_grows() {
    let (_dir, spec) = file(b"-- MySQL dump\n");
    let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
    let mut buf = Vec::new();
    assert_eq!(source.read(&mut buf).await.unwrap(), 14);
    assert_eq!(buf, b"-- MySQL dump\n");
    assert_eq!(source.read(&mut buf).await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_at_all() {
    refusal(open(b"").await, "the source is empty");
    for codec in CODECS.into_iter().filter(|codec| *codec != Codec::None) {
        refusal(open(&encode(codec, b"")).await, "the source is empty");
    }
    refusal(open(b"\x50\x2a\x4d\x18\x02\0\0\0ab").await, "the source is empty");
}

#[tokio::test]
async fn a_cut_is_never_an_end() {
    let plain = sql(4);
    for codec in CODECS.into_iter().filter(|codec| *codec != Codec::None) {
        let stored = encode(codec, &plain);
        for len in 8..stored.len() {
            let e = refusal(open(&stored[..len]).await, "truncated");
            assert!(e.place().offset.is_some(), "{e:?}");
        }
    }
    // Too late for open() to notice.
    for codec in CODECS.into_iter().filter(|codec| *codec != Codec::None) {
        let stored = encode(codec, &sql(60_000));
        let (_dir, spec) = file(&stored[..stored.len() - 3]);
        let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
        let e = refusal(read_all(&mut source, 1 << 20).await, "truncated");
        assert!(e.place().offset.is_some_and(|at| at > 1 << 20), "{e:?}");
        assert_eq!(source.sha256(), None);
        // And no end ever after.
        assert!(source.read(&mut Vec::new()).await.is_err());
    }
}

#[tokio::test]
async fn skippable_frames_in_front_tell_zstd_from_lz4() {
    let plain = sql(10);
    for codec in [Codec::Zstd, Codec::Lz4] {
        let stored = [b"\x5e\x2a\x4d\x18\x03\0\0\0abc\x50\x2a\x4d\x18\0\0\0\0", &encode(codec, &plain)[..]].concat();
        let (_dir, spec) = file(&stored);
        let source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
        assert_eq!(source.codec(), codec);
        assert_eq!(open(&stored).await.unwrap(), plain);
    }
}

fn utf16(text: &str, be: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if be { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn tar(magic: &[u8]) -> Vec<u8> {
    let mut tar = vec![0; 2048];
    tar[..8].copy_from_slice(b"dump.sql");
    tar[257..][..magic.len()].copy_from_slice(magic);
    tar[148..156].fill(b' ');
    let sum: u32 = tar.iter().map(|byte| u32::from(*byte)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    tar
}

#[tokio::test]
async fn foreign_formats_are_named() {
    let long = |start: &[u8]| [start, &[b'x'; 600]].concat();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (tar(b"ustar"), "a tar archive"),
        (tar(b""), "a tar archive"),
        (long(b"PK\x03\x04"), "a zip archive"),
        (b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), "an empty zip archive"),
        (long(b"7z\xbc\xaf\x27\x1c"), "a 7z archive"),
        (long(b"Rar!\x1a\x07\x01\0"), "a rar archive"),
        (long(b"SQLite format 3\0"), "an SQLite database"),
        (long(b"PGDMP\x01\x0e"), "a PostgreSQL dump in custom format"),
        (long(b"--\n-- PostgreSQL database dump\n--\n"), "a PostgreSQL dump"),
        (long(b"--\n-- PostgreSQL database cluster dump\n--\n"), "a PostgreSQL dump"),
        (long(b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"), "an SQLite dump"),
        (long(b"<?xml version=\"1.0\"?>\n<mysqldump "), "an XML document"),
        (long(b"-- metadata.header 198\n# Started dump at: 2024-07-26\n[config]\n"), "a stream of mydumper's files"),
        (long(b"\n <!doctype HTML>"), "a web page"),
        (long(b"<html lang=\"en\">"), "a web page"),
        (long(b"PAR1\x15\x04"), "a Parquet file"),
        (long(b"Obj\x01"), "an Avro file"),
        (long(b"XBSTCK01"), "a physical backup"),
        (long(b"\xfebin"), "a binary log"),
        (long(b"\x6d\xe2\x99\x81"), "a MongoDB archive"),
        (long(b"TAPE\0\0\x03\0"), "an SQL Server backup"),
        (long(b"REDIS0011"), "a Redis snapshot"),
        (long(b"Salted__"), "encrypted by openssl"),
        (long(b"age-encryption.org/v1\n"), "encrypted by age"),
        (long(b"-----BEGIN AGE ENCRYPTED FILE-----\n"), "encrypted by age"),
        (long(b"-----BEGIN PGP MESSAGE-----\n"), "encrypted by gpg"),
        (long(b"\x8c\x0d\x04\x09\x03\x02"), "encrypted by gpg"),
        (long(b"\x85\x01\x8c\x03\x12\x34"), "encrypted by gpg"),
        (long(b"\xc3\x0d\x04\x09"), "encrypted by gpg"),
        (long(b"\x1f\x9d\x90"), "compress (.Z)"),
        (long(b"\x5d\0\0\x80\0\xff"), "lzma data"),
        (long(b"LZIP\x01"), "lzip data"),
        (long(b"\x89LZO\0\r\n\x1a\n"), "lzop data"),
        (long(b"\x02\x21\x4c\x18"), "legacy format"),
        (long(b"\xff\x06\0\0sNaPpY"), "snappy data"),
        (long(b"qpress10"), "a qpress archive"),
        (long(b"\x78\x9c"), "zlib data"),
        (utf16("\u{feff}-- MySQL dump", false), "UTF-16 text"),
        (utf16("\u{feff}-- MySQL dump", true), "UTF-16 text"),
        (utf16("-- MySQL dump 10.13", false), "UTF-16 text"),
        (utf16("-- MySQL dump 10.13", true), "UTF-16 text"),
        (long(b"\xff\xfe\0\0-\0\0\0"), "UTF-32 text"),
        (long(b"{\"a\": 1}"), "JSON text"),
        (long(b"{\n    \"dumper\": \"mysqlsh Ver 9.1.0\""), "a MySQL Shell dump"),
        (long(b"\x01\x02\x03\x04rest"), "begins with 01 02 03 04"),
        (long(b"\x93NUMPY"), "begins with 93 4e 55 4d"),
    ];
    for (bytes, words) in cases {
        let e = refusal(open(&bytes).await, words);
        assert!(!e.to_string().contains("data hold"), "{e}");
        assert!(!e.to_string().contains("xxx"), "{e}");
        for codec in [Codec::Gzip, Codec::Zstd] {
            let e = refusal(open(&encode(codec, &bytes)).await, words);
            assert!(e.to_string().contains(codec.name()), "{e}");
            assert_eq!(e.place().offset, Some(0));
        }
    }
}

#[tokio::test]
async fn compressed_twice() {
    let once = encode(Codec::Gzip, &sql(20));
    for codec in CODECS.into_iter().filter(|codec| *codec != Codec::None) {
        refusal(open(&encode(codec, &once)).await, "holds gzip data once more");
        refusal(open(&encode(Codec::Gzip, &encode(codec, b"x"))).await, &format!("holds {codec} data once more"));
    }
}

#[tokio::test]
async fn all_text_goes_on_to_the_parser() {
    for text in [
        &b"-- MySQL dump 10.13"[..],
        b"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump",
        b"\xef\xbb\xbf-- MySQL dump",
        b"\n\t SET NAMES utf8mb4;",
        b"# comment",
        b"I",
        b";",
        b"BZhot name",
        b"-- \xe9t\xe9",
    ] {
        assert_eq!(open(text).await.unwrap(), text);
    }
}

#[tokio::test]
async fn what_can_t_be_opened() {
    let dir = TempDir::new().unwrap();
    let get =
        |spec: SourceSpec| async move { Source::open(&spec, &SourceOptions::default()).await.map(|_| Vec::new()) };
    let e = refusal(get(SourceSpec::File(dir.path().join("none.sql"))).await, "no such file");
    assert!(e.source().is_some());
    assert!(e.place().source.as_deref().is_some_and(|name| name.ends_with("none.sql")));
    refusal(get(SourceSpec::File(dir.path().into())).await, "no files to read");
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read() {
    for grow in [true, false] {
        let (_dir, spec) = file(&sql(500_000));
        let SourceSpec::File(path) = &spec else { unreachable!() };
        let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
        let size = source.size().unwrap();
        let handle = fs::OpenOptions::new().write(true).open(path).unwrap();
        handle.set_len(if grow { size + 7 } else { size - 7 }).unwrap();
        let e = refusal(read_all(&mut source, 1 << 20).await, "changed while it was read");
        assert!(e.to_string().contains(&size.to_string()), "{e}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_pipe() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = std::io::pipe().unwrap();
    let plain = sql(30_000);
    let stored = encode(Codec::Zstd, &plain);
    let writer = std::thread::spawn(move || writer.write_all(&stored).unwrap());
    let spec = SourceSpec::File(format!("/proc/self/fd/{}", reader.as_raw_fd()).into());
    let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
    assert_eq!((source.size(), source.codec()), (None, Codec::Zstd));
    assert!(read_all(&mut source, 1 << 20).await.unwrap() == plain);
    writer.join().unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_dropped_source_ends_its_threads() {
    let (_dir, spec) = file(&encode(Codec::Zstd, &sql(800_000)));
    let SourceSpec::File(path) = &spec else { unreachable!() };
    let open_files = || {
        fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
            .filter(|to| to == path)
            .count()
    };
    let source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
    assert_eq!(open_files(), 1);
    drop(source);
    for _ in 0..200 {
        if open_files() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the file is still open");
}

#[test]
fn specs() {
    let parse = |text: &str| SourceSpec::parse(text);
    assert_eq!(parse("-").unwrap(), SourceSpec::Stdin);
    assert_eq!(parse("-").unwrap().to_string(), "stdin");
    assert_eq!(parse("dump.sql.gz").unwrap(), SourceSpec::File("dump.sql.gz".into()));
    assert_eq!(parse("C:\\dump.sql").unwrap(), SourceSpec::File("C:\\dump.sql".into()));
    assert_eq!(parse("odd name://x").unwrap(), SourceSpec::File("odd name://x".into()));
    assert_eq!(parse("file:///tmp/a%20b.sql").unwrap(), SourceSpec::File("/tmp/a b.sql".into()));
    assert_eq!(parse("s3://b/k?versionId=v").unwrap().to_string(), "s3://b/k?versionId=v");
    assert_eq!(format!("{:?}", parse("s3://b/p/q/").unwrap()), "S3Prefix(s3://b/p/q/)");
    assert!(parse("s3://b/").is_err());
    assert!(matches!("HTTPS://host/d.sql".parse().unwrap(), SourceSpec::Http(_)));
    for (text, words) in [
        ("s3://bucket", "names no object"),
        ("gs://bucket/key", "scheme gs://"),
        ("http://", "isn't a valid http URL"),
        ("file://host/x", "isn't a valid file URL"),
        ("", "empty string"),
    ] {
        let e = parse(text).unwrap_err();
        assert_eq!(e.kind(), ErrorKind::Usage, "{text}");
        assert!(e.to_string().contains(words), "{e}");
    }
}

#[test]
fn urls_show_no_secrets() {
    let spec = SourceSpec::parse("https://canary:hunter2@host:8443/a/dump.sql.gz?X-Sig=canary#canary").unwrap();
    assert_eq!(spec.to_string(), "https://host:8443/a/dump.sql.gz");
    assert_eq!(format!("{spec:?}"), "Http(https://host:8443/a/dump.sql.gz)");
    let e = SourceSpec::parse("https://canary:hunter2@host:port/?canary").unwrap_err();
    let shown = format!("{e:?} {e} {:?}", e.source());
    assert!(!shown.contains("canary") && !shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn a_reader_is_read_once_and_to_the_size_that_it_has() {
    let dump = b"-- a dump\nSELECT 1;\n";
    let spec = SourceSpec::reader("a reader", Some(dump.len() as u64), &dump[..]);
    assert_eq!((spec.to_string().as_str(), format!("{spec:?}").as_str()), ("a reader", "Reader(a reader)"));
    assert!(spec.is_read_once() && spec == spec.clone());
    let read = async |spec: &SourceSpec| {
        let mut source = Source::open(spec, &SourceOptions::default()).await?;
        read_all(&mut source, 1 << 20).await
    };
    assert_eq!(read(&spec).await.unwrap(), dump);
    refusal(read(&spec).await, "was read already");
    refusal(read(&SourceSpec::reader("a reader", Some(7), &dump[..])).await, "changed while it was read");
}
