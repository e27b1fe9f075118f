//! One dump in several files: which they are, in which order, and their stored bytes as one stream.
//!
//! What is joined are the stored bytes, so that it makes no difference whether a compressed file was split, or each part
//! was compressed by itself: members follow one another in one stream either way.
//!
//! The order is that of the names, numbers in them by value. Where names differ in a number only, or in letters as `split`
//! counts, none may be missing.

use super::{AbortOnDrop, Fetch, Meter, fetch};
use crate::aws::{S3Url, explain};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{SourceCounters, SourceOptions, SourceSpec};
use crate::stage::pieces::{Piece, pieces};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Most files that one dump may be in.
const FILES_MAX: usize = 100_000;

/// Endings that say how a part is packed, and no number.
const ENDINGS: [&str; 7] = [".gz", ".zst", ".bz2", ".xz", ".lz4", ".sql", ".dump"];

/// Files beside the parts that are none.
const NO_PARTS: [&str; 4] = [".sha256", ".md5", ".sha256sum", ".asc"];

/// A part, and its size where it is known beforehand.
type Part = (SourceSpec, Option<u64>);

/// The parts in a folder.
pub(super) fn in_folder(folder: &Path) -> Result<Vec<Part>> {
    let failed = |e: std::io::Error| Error::source_bad("can't list the folder").caused_by(e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let meta = std::fs::metadata(&path).map_err(failed)?;
        let Some(name) = path.file_name().map(|n| n.to_string_lossy().into_owned()) else { continue };
        if meta.is_dir() {
            return Err(Error::source_bad(format!("the folder holds another folder, {name}")).hint(
                "name a folder that holds the parts of one dump and nothing else, or list them with --files-from",
            ));
        }
        found.push((name, (SourceSpec::File(path), Some(meta.len()))));
    }
    in_order(found)
}

/// The parts under a prefix that ends with a slash.
pub(super) async fn under_prefix(bucket: &str, prefix: &str, options: &SourceOptions) -> Result<Vec<Part>> {
    let client = options.aws.s3().await?;
    let mut pages = client.list_objects_v2().bucket(bucket).prefix(prefix).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| explain(ErrorKind::Source, "listing the objects", e))?;
        for object in page.contents() {
            let Some(key) = object.key() else { continue };
            let name = key.strip_prefix(prefix).unwrap_or(key);
            // The console makes an empty object for a folder.
            if name.is_empty() {
                continue;
            }
            if name.contains('/') {
                return Err(Error::source_bad(format!("there are objects in a folder below, such as {name}")).hint(
                    "name a prefix that holds the parts of one dump and nothing else, or list them with --files-from",
                ));
            }
            let url = S3Url { bucket: bucket.to_owned(), key: key.to_owned(), version: None };
            let size = object.size().and_then(|n| u64::try_from(n).ok());
            found.push((name.to_owned(), (SourceSpec::S3(url), size)));
        }
        if found.len() > FILES_MAX {
            break;
        }
    }
    in_order(found)
}

/// The parts that a file lists, one a line, in that order.
pub(super) fn in_list(path: &Path) -> Result<Vec<Part>> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::usage(format!("the list {} can't be read", path.display())).caused_by(e))?;
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let spec = SourceSpec::parse(line)?;
        match &spec {
            SourceSpec::File(path) if path.is_dir() => {}
            SourceSpec::File(path) => {
                let size = std::fs::metadata(path).ok().map(|m| m.len());
                parts.push((spec, size));
                continue;
            }
            SourceSpec::S3(_) | SourceSpec::Http(_) => {
                parts.push((spec, None));
                continue;
            }
            _ => {}
        }
        return Err(Error::usage(format!("the list {} names what is no single file: {line}", path.display()))
            .hint("each line has to be a file, an http://, https:// or s3:// URL"));
    }
    limited(parts)
}

fn limited(parts: Vec<Part>) -> Result<Vec<Part>> {
    match parts.len() {
        0 => Err(Error::source_bad("there are no files to read").hint("check the folder, the prefix or the list")),
        n if n > FILES_MAX => Err(Error::source_bad(format!("there are more than {FILES_MAX} files"))),
        _ => Ok(parts),
    }
}

/// Sorts the parts by their names, and refuses gaps.
fn in_order(mut found: Vec<(String, Part)>) -> Result<Vec<Part>> {
    found.retain(|(name, _)| !name.starts_with('.') && !NO_PARTS.iter().any(|end| name.ends_with(end)));
    found.sort_by(|(a, _), (b, _)| natural(a, b));
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(missing) = gap(&names) {
        return Err(Error::source_bad(format!("a part is missing: there is no {missing}"))
            .hint("fetch it, or list with --files-from what is to be read"));
    }
    limited(found.into_iter().map(|(_, part)| part).collect())
}

/// Compares names, numbers in them by value.
fn natural(a: &str, b: &str) -> Ordering {
    fn digits(text: &str) -> (&str, &str) {
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
    }
    let (mut x, mut y) = (a, b);
    loop {
        let ((m, after_m), (n, after_n)) = (digits(x), digits(y));
        let order = if !m.is_empty() && !n.is_empty() {
            (x, y) = (after_m, after_n);
            let (m, n) = (m.trim_start_matches('0'), n.trim_start_matches('0'));
            m.len().cmp(&n.len()).then_with(|| m.cmp(n))
        } else {
            let (mut left, mut right) = (x.chars(), y.chars());
            let order = match (left.next(), right.next()) {
                (None, None) => return a.cmp(b),
                (l, r) => l.cmp(&r),
            };
            (x, y) = (left.as_str(), right.as_str());
            order
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// A name's last number: what is before it, its digits, and what is behind it.
fn number(name: &str) -> Option<(&str, &str, &str)> {
    let mut stem = name;
    while let Some(shorter) = ENDINGS.iter().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter;
    }
    let end = stem.rfind(|c: char| c.is_ascii_digit())? + 1;
    let begin = stem
        .get(..end)?
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| at + stem.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8));
    Some((stem.get(..begin)?, stem.get(begin..end)?, name.get(end..)?))
}

/// The name of the first part that is missing, of names in order.
fn gap(names: &[&str]) -> Option<String> {
    let mut groups: BTreeMap<(&str, &str), Vec<(u64, usize)>> = BTreeMap::new();
    for name in names {
        if let Some((before, digits, after)) = number(name)
            && let Ok(n) = digits.parse()
        {
            groups.entry((before, after)).or_default().push((n, digits.len()));
        }
    }
    for ((before, after), numbers) in &groups {
        let Some((first, width)) = numbers.first().filter(|_| numbers.len() > 1 || names.len() == 1) else { continue };
        if names.len() > 1 && *first > 1 {
            return Some(format!("{before}{:0width$}{after}", first - 1));
        }
        for pair in numbers.windows(2) {
            if let [(n, _), (next, _)] = pair
                && *next != n + 1
            {
                return Some(format!("{before}{:0width$}{after}", n + 1));
            }
        }
    }
    if groups.values().any(|numbers| numbers.len() > 1) { None } else { letter_gap(names) }
}

/// The same for letters as `split` counts: aa, ab, …, az, ba.
fn letter_gap(names: &[&str]) -> Option<String> {
    let first = names.first().filter(|_| names.len() > 1)?;
    let width = first.bytes().rev().take_while(|b| *b == b'a').count();
    let stem = first.get(..first.len() - width).filter(|_| width >= 2)?;
    let mut wanted = vec![b'a'; width];
    for name in names {
        let letters =
            name.strip_prefix(stem).filter(|l| l.len() == width && l.bytes().all(|b| b.is_ascii_lowercase()))?;
        if letters.as_bytes() != wanted {
            return Some(format!("{stem}{}", String::from_utf8_lossy(&wanted)));
        }
        for letter in wanted.iter_mut().rev() {
            match *letter {
                b'z' => *letter = b'a',
                _ => {
                    *letter += 1;
                    break;
                }
            }
        }
    }
    None
}

/// Reads the parts one after another, as one stream.
pub(super) async fn join(parts: Vec<Part>, options: &SourceOptions, mut meter: Meter) -> Result<Fetch> {
    if options.sha256_auto {
        return Err(Error::usage("--sha256 auto works for single files and objects").hint("give the digest, or @FILE"));
    }
    let size = parts.iter().map(|(_, size)| *size).sum::<Option<u64>>();
    let remote = parts.iter().any(|(spec, _)| matches!(spec, SourceSpec::S3(_) | SourceSpec::Http(_)));
    let options = options.clone().sha256(false);
    let window_bytes = if remote { options.window_bytes } else { 0 };
    let (sink, stream) = pieces();
    let task = tokio::spawn(async move {
        for (spec, expected) in parts {
            // Its bytes are counted here.
            let begun = fetch(&spec, &options, Arc::new(SourceCounters::default())).await;
            let named = |e: Error| e.at(|place| place.source = Some(spec.to_string()));
            let mut part = match begun {
                Ok(part) => part,
                Err(e) => return drop(sink.send(Err(named(e))).await),
            };
            let mut bytes_of_part = 0;
            loop {
                match part.pieces.next().await {
                    Ok(Piece::Bytes(bytes)) => {
                        bytes_of_part += bytes.len() as u64;
                        meter.add(&bytes);
                        if sink.send(Ok(Piece::Bytes(bytes))).await.is_err() {
                            return;
                        }
                    }
                    Ok(Piece::End { .. }) => break,
                    Err(e) => return drop(sink.send(Err(named(e))).await),
                }
            }
            if expected.is_some_and(|size| size != bytes_of_part) {
                let e = Error::source_bad("the file changed while the dump was read")
                    .hint("start again with the files as they are now");
                return drop(sink.send(Err(named(e))).await);
            }
        }
        let _ = sink.send(Ok(meter.end())).await;
    });
    Ok(Fetch {
        size,
        etag: None,
        version: None,
        warnings: Vec::new(),
        stated_sha256: None,
        window_bytes,
        pieces: stream,
        task: Some(AbortOnDrop(task.abort_handle())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use std::fs;

    #[test]
    fn numbers_count_by_value() {
        let mut names = vec!["d.10.sql", "d.9.sql", "d.1.sql", "d.010.sql", "d-schema.sql", "D.2.sql"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["D.2.sql", "d-schema.sql", "d.1.sql", "d.9.sql", "d.010.sql", "d.10.sql"]);
    }

    #[test]
    fn gaps_are_found_and_nothing_else() {
        for (names, missing) in [
            (&["x.sql.gz.part00", "x.sql.gz.part01", "x.sql.gz.part02"][..], None),
            (&["x.000", "x.002"], Some("x.001")),
            (&["x.part1.gz", "x.part3.gz"], Some("x.part2.gz")),
            (&["x.01.bz2", "x.02.bz2"], None),
            (&["x.02.bz2", "x.03.bz2"], Some("x.01.bz2")),
            (&["x.9", "x.10", "x.11"], Some("x.8")),
            (&["1.sql", "2.sql", "4.sql"], Some("3.sql")),
            (&["xaa", "xab", "xac"], None),
            (&["d.sql.zst.aa", "d.sql.zst.ac"], Some("d.sql.zst.ab")),
            (&["a-2026.sql", "b-2024.sql"], None),
            (&["shop-schema.sql", "shop.a.00000.sql", "shop.a.00001.sql", "shop.b.00000.sql"], None),
            (&["shop.a.00000.sql", "shop.a.00002.sql", "shop.b.00000.sql"], Some("shop.a.00001.sql")),
            (&["only.07.sql"], None),
        ] {
            assert_eq!(gap(names).as_deref(), missing, "{names:?}");
        }
        let letters: Vec<String> =
            (0..60_u8).map(|n| format!("x{}{}", (b'a' + n / 26) as char, (b'a' + n % 26) as char)).collect();
        let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
        assert_eq!(gap(&letters), None);
        assert_eq!(gap(&[&letters[..30], &letters[31..]].concat()).as_deref(), Some("xbe"));
    }

    async fn read(spec: &SourceSpec) -> Result<Vec<u8>> {
        let mut source = Source::open(spec, &SourceOptions::default()).await?;
        let mut all = Vec::new();
        while source.read(&mut all).await? > 0 {}
        assert_eq!(source.size(), Some(source.counters().encoded()));
        Ok(all)
    }

    #[tokio::test]
    async fn parts_are_one_dump_however_it_was_split() {
        use crate::source::Codec;
        use crate::stage::decode::tests::{encode, sql};
        let plain = sql(900_000);
        for codec in [Codec::None, Codec::Gzip, Codec::Zstd] {
            let pack = |bytes: &[u8]| if codec == Codec::None { bytes.to_vec() } else { encode(codec, bytes) };
            let split: Vec<Vec<u8>> = pack(&plain).chunks(70_001).map(<[u8]>::to_vec).collect();
            let apart: Vec<Vec<u8>> = plain.chunks(100_001).map(pack).collect();
            for parts in [split, apart] {
                let dir = tempfile::tempdir().unwrap();
                let names: Vec<_> = (0..parts.len()).map(|n| dir.path().join(format!("d.sql.part{n}"))).collect();
                for (name, part) in names.iter().zip(&parts) {
                    fs::write(name, part).unwrap();
                }
                fs::write(dir.path().join("d.sql.sha256"), "not a part").unwrap();
                let folder = SourceSpec::File(dir.path().to_owned());
                assert!(read(&folder).await.unwrap() == plain, "{codec}");
                let list = dir.path().join(".list");
                fs::write(&list, names.iter().map(|n| format!("{}\n", n.display())).collect::<String>()).unwrap();
                assert!(read(&SourceSpec::List(list)).await.unwrap() == plain, "{codec}");
                if parts.len() > 2 {
                    fs::remove_file(&names[1]).unwrap();
                    let e = read(&folder).await.unwrap_err();
                    assert!(e.to_string().contains("there is no d.sql.part1"), "{e}");
                }
            }
        }
        let dir = tempfile::tempdir().unwrap();
        assert!(read(&SourceSpec::File(dir.path().to_owned())).await.unwrap_err().to_string().contains("no files"));
    }
}
