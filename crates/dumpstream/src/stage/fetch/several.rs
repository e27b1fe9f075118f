//! Several files: which they are, in which order, and what they are to one another.
//!
//! A **sequence** is one dump: what is joined are the stored bytes, so that it makes no difference whether a compressed file
//! was split, or each part was compressed by itself: members follow one another in one stream either way. **Independent**
//! files are a dump each: every one is decoded by itself, and whoever reads them is told where one ends ([`Later`]).
//!
//! The order is that of the names, numbers in them by value. Where names of a sequence differ in a number only, or in letters
//! as `split` counts, none may be missing.
//!
//! Files behind the one that is read are opened ahead, as many as the window holds ([`Ahead`]), so that thousands of small
//! objects don't cost a pause each.

use super::{AbortOnDrop, Fetch, Meter, fetch};
use crate::aws::{S3Url, explain};
use crate::error::{Error, ErrorKind, Result};
use crate::files::FileLog;
use crate::report::FileReport;
use crate::source::{Codec, Files, SourceCounters, SourceOptions, SourceSpec};
use crate::stage::pieces::{Piece, PieceStream, pieces};
use crate::stage::{decode, sniff};
use aws_sdk_s3::Client;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use sqldump::header;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinHandle;

/// Most files that one dump may be in.
const FILES_MAX: usize = 100_000;

/// Endings that say how a part is packed, and no number.
const ENDINGS: [&str; 7] = [".gz", ".zst", ".bz2", ".xz", ".lz4", ".sql", ".dump"];

/// Files that are opened before their turn, at most: as many requests on the way as one object gets at first, and some MiB of
/// decoded pieces.
const AHEAD_MAX: usize = 8;

/// Files whose beginnings are looked at together.
const LOOKS_MAX: usize = 16;

/// Of a file's beginning, what is looked at for its producer's header.
const HEADER_BYTES: usize = 4 << 10;

/// Read ahead of what is looked at: a file's beginning takes one request.
const LOOK_WINDOW_BYTES: u64 = 64 << 10;

/// Files beside the parts that are none.
const NO_PARTS: [&str; 4] = [".sha256", ".md5", ".sha256sum", ".asc"];

/// A file, and what is known of it beforehand.
#[derive(Debug, Clone)]
struct Part {
    spec: SourceSpec,
    size: Option<u64>,
    /// Of an object that was listed.
    etag: Option<String>,
}

impl Part {
    /// Fails where what was opened is not what was found.
    fn expect(&self, opened: &Fetch) -> Result<()> {
        let etag = |text: &str| text.trim_matches('"').to_owned();
        let other_size = self.size.is_some() && opened.size.is_some() && self.size != opened.size;
        let other = self.etag.as_deref().zip(opened.etag.as_deref()).is_some_and(|(a, b)| etag(a) != etag(b));
        if other_size || other { Err(named(changed(), &self.spec)) } else { Ok(()) }
    }
}

/// Files in their order.
#[derive(Debug)]
pub(crate) struct Parts {
    parts: Vec<Part>,
    /// Their order was given, rather than found in their names.
    listed: bool,
}

/// The files of a source, if it is one of several.
pub(crate) async fn parts(spec: &SourceSpec, options: &SourceOptions) -> Result<Option<Parts>> {
    let (parts, listed) = match spec {
        SourceSpec::S3Prefix { bucket, prefix } => (under_prefix(bucket, prefix, options).await?, false),
        SourceSpec::List(path) => (in_list(path)?, true),
        SourceSpec::File(path) if path.is_dir() => (in_folder(path)?, false),
        _ => return Ok(None),
    };
    Ok(Some(Parts { parts, listed }))
}

/// The name that the order and gaps go by.
fn file_name(part: &Part) -> String {
    let name = part.spec.to_string();
    name.rsplit('/').next().unwrap_or_default().to_owned()
}

impl Parts {
    /// What the files are to one another: [`Files::Sequence`] or [`Files::Independent`].
    pub(crate) async fn files(&self, options: &SourceOptions) -> Result<Files> {
        let files = match options.files {
            Files::Auto => self.told_apart(options).boxed().await?,
            files => files,
        };
        if files == Files::Sequence && !self.listed {
            let names: Vec<String> = self.parts.iter().map(file_name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if let Some(missing) = gap(&names) {
                return Err(Error::source_bad(format!("a part is missing: there is no {missing}")).hint(
                    "fetch it, or list with --files-from what is to be read; if these are dumps in their own right, say \
                     --files independent",
                ));
            }
        }
        Ok(files)
    }

    /// By what the files begin with, and by their names.
    async fn told_apart(&self, options: &SourceOptions) -> Result<Files> {
        let [first, second, rest @ ..] = self.parts.as_slice() else { return Ok(Files::Sequence) };
        // A pipe can be read only once.
        let is_plain = |part: &Part| !matches!(&part.spec, SourceSpec::File(path) if !path.is_file());
        if !self.parts.iter().all(is_plain) {
            return Ok(Files::Sequence);
        }
        let names: Vec<String> = self.parts.iter().map(file_name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ordered = self.listed || are_numbered(&names);
        let odd = match (begins_a_dump(first, options).await?, begins_a_dump(second, options).await?) {
            (_, false) if ordered => {
                // Parts of a split file: looking at them all would take a request each.
                let lettered = letters(&names).is_some();
                let counted = |name: &str| lettered || number(name).is_some();
                let odd = |(i, part): &(usize, Part)| matches!(part.spec, SourceSpec::File(_)) || !counted(names[*i]);
                let others: Vec<(usize, Part)> = (2..).zip(rest.to_vec()).filter(odd).collect();
                let begin = begin_dumps(others.iter().map(|(_, part)| part.clone()).collect(), options).await?;
                match begin.iter().position(|begins| *begins).and_then(|n| others.get(n)) {
                    None => return Ok(Files::Sequence),
                    Some((i, _)) => format!("{} begins with its producer's header, {} does not", names[*i], names[1]),
                }
            }
            (true, true) => {
                let begin = begin_dumps(rest.to_vec(), options).await?;
                match begin.iter().position(|begins| !begins) {
                    None => return Ok(Files::Independent),
                    Some(n) => format!("{} begins with its producer's header, {} does not", names[0], names[n + 2]),
                }
            }
            (true, false) => format!("{} begins with its producer's header, {} does not", names[0], names[1]),
            (false, true) => format!("{} begins with its producer's header, {} does not", names[1], names[0]),
            (false, false) => "they have no producer's headers, and no numbers in their names".to_owned(),
        };
        Err(Error::usage(format!(
            "it can't be told whether the files are parts of one dump or dumps in their own right: {odd}"
        ))
        .hint("say --files sequence, or --files independent"))
    }

    /// The files as one stream of stored bytes.
    pub(crate) async fn join(self, options: &SourceOptions, meter: Meter, files: FileLog) -> Result<Fetch> {
        join(self.parts, options, meter, files).await
    }

    /// The files as a dump each.
    pub(crate) fn each(self, options: &SourceOptions, counters: &Arc<SourceCounters>) -> Later {
        let left = self.parts.len();
        let size = self.parts.iter().map(|part| part.size).sum::<Option<u64>>();
        let counters = Arc::clone(counters);
        let open = move |part: Part, options: SourceOptions| {
            let counters = Arc::clone(&counters);
            async move { open_one(&part.spec, &options, counters).await.map_err(|e| named(e, &part.spec)) }.boxed()
        };
        let window_bytes = window_bytes(&self.parts, options);
        Later { ahead: Ahead::new(self.parts, options, open), left, size, window_bytes }
    }
}

/// With the file's name.
fn named(e: Error, spec: &SourceSpec) -> Error {
    e.at(|place| {
        place.source.get_or_insert_with(|| spec.to_string());
    })
}

/// Bytes that are read ahead over the network.
fn window_bytes(parts: &[Part], options: &SourceOptions) -> u64 {
    let remote = parts.iter().any(|part| !matches!(part.spec, SourceSpec::File(_)));
    if remote { options.window_bytes } else { 0 }
}

/// A file that was opened, decoded.
#[derive(Debug)]
pub(crate) struct Opening {
    pub(crate) fetch: Fetch,
    pub(crate) codec: Codec,
}

/// Opens one file, finds out how it is compressed, and reads its first bytes.
pub(crate) async fn open_one(
    spec: &SourceSpec,
    options: &SourceOptions,
    counters: Arc<SourceCounters>,
) -> Result<Opening> {
    decoded(fetch(spec, options, counters).await?, options).await
}

/// Finds out how what is fetched is compressed, and has it decompressed.
pub(crate) async fn decoded(mut fetch: Fetch, options: &SourceOptions) -> Result<Opening> {
    let stored = fetch.pieces.head(sniff::HEAD_BYTES).await?;
    let codec = sniff::codec(&stored);
    let mut empty = "the source is empty".to_owned();
    if codec == Codec::None {
        sniff::refuse_foreign(&stored, None)?;
    } else {
        fetch.pieces = decode::spawn(codec, fetch.pieces, options)?;
        let decoded = fetch.pieces.head(sniff::HEAD_BYTES).await?;
        sniff::refuse_foreign(&decoded, Some(codec))?;
        empty = format!("the source is empty: {codec} data that holds nothing");
    }
    if fetch.pieces.is_known_empty() {
        return Err(Error::source_bad(empty).hint("check the command that made the dump, and its exit code"));
    }
    Ok(Opening { fetch, codec })
}

/// As [`begins_a_dump`], for each of several.
async fn begin_dumps(parts: Vec<Part>, options: &SourceOptions) -> Result<Vec<bool>> {
    let look = |part: Part| {
        let options = options.clone();
        async move { begins_a_dump(&part, &options).await }.boxed()
    };
    stream::iter(parts).map(look).buffered(LOOKS_MAX).try_collect().await
}

/// Whether a file begins with its producer's header.
async fn begins_a_dump(part: &Part, options: &SourceOptions) -> Result<bool> {
    let options = options
        .clone()
        .sha256(false)
        .sha256_auto(false)
        .connections(Some(1))
        .part_bytes(LOOK_WINDOW_BYTES, LOOK_WINDOW_BYTES)
        .window_bytes(LOOK_WINDOW_BYTES);
    let counters = Arc::new(SourceCounters::default());
    let mut looked = fetch(&part.spec, &options, counters).await.map_err(|e| named(e, &part.spec))?;
    let stored = looked.pieces.head(HEADER_BYTES).await.map_err(|e| named(e, &part.spec))?;
    let codec = sniff::codec(&stored);
    let head = match codec {
        Codec::None => stored,
        // What only looks compressed is the middle of something that is.
        _ => match decode::spawn(codec, looked.pieces, &options)?.head(HEADER_BYTES).await {
            Ok(head) => head,
            Err(_) => return Ok(false),
        },
    };
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).trim_ascii_start();
    let comment = [&b"--"[..], b"/*", b"#"].iter().any(|mark| text.starts_with(mark));
    Ok(comment && header::header(&head).producer.is_some_and(|producer| producer != "mydumper"))
}

/// Whether names differ in numbers, or in letters as `split` counts.
fn are_numbered(names: &[&str]) -> bool {
    let mut groups: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for (before, _, after) in names.iter().filter_map(|name| number(name)) {
        *groups.entry((before, after)).or_default() += 1;
    }
    groups.values().any(|n| *n > 1) || letters(names).is_some()
}

/// What opens a file.
type Open<T> = Box<dyn Fn(Part, SourceOptions) -> BoxFuture<'static, Result<T>> + Send + Sync>;

/// Opens files in their order, ahead of whoever reads them: as many as the window holds.
#[derive(Debug)]
struct Ahead<T> {
    opening: mpsc::Receiver<(Part, JoinHandle<Result<T>>, OwnedSemaphorePermit)>,
    _task: AbortOnDrop,
}

impl<T: Send + 'static> Ahead<T> {
    fn new(
        parts: Vec<Part>,
        options: &SourceOptions,
        open: impl Fn(Part, SourceOptions) -> BoxFuture<'static, Result<T>> + Send + Sync + 'static,
    ) -> Self {
        let open: Open<T> = Box::new(open);
        // Of a large file, half of the window; the other half is for what comes behind it.
        let most = (options.window_bytes / 2).max(1);
        let room = Arc::new(Semaphore::new(kib(2 * most) as usize));
        let options = options.clone();
        let (send, opening) = mpsc::channel(AHEAD_MAX);
        let task = tokio::spawn(async move {
            for part in parts {
                let window = match (&part.spec, part.size) {
                    (SourceSpec::S3(_) | SourceSpec::Http(_), Some(size)) => size.clamp(1, most),
                    // A local file has no window; it is opened while the one before it is read.
                    _ => most,
                };
                let Ok(permit) = Arc::clone(&room).acquire_many_owned(kib(window)).await else { return };
                let opened = tokio::spawn(open(part.clone(), options.clone().window_bytes(window)));
                if let Err(mpsc::error::SendError((_, opened, _))) = send.send((part, opened, permit)).await {
                    return opened.abort();
                }
            }
        });
        Self { opening, _task: AbortOnDrop(task.abort_handle()) }
    }

    /// The next file, once the one before it is over; its share of the window is in the permit.
    async fn next(&mut self) -> Option<(Part, Result<T>, OwnedSemaphorePermit)> {
        let (part, opened, permit) = self.opening.recv().await?;
        let opened =
            opened.await.unwrap_or_else(|e| Err(Error::source_bad("opening a file ended abruptly").caused_by(e)));
        Some((part, opened, permit))
    }
}

/// Permits are for KiB, as there are no more than fit a `u32`.
fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).min(1 << 28)
}

/// Independent files that are still to come.
#[derive(Debug)]
pub(crate) struct Later {
    ahead: Ahead<Opening>,
    left: usize,
    /// Stored bytes of all, where they are known.
    pub(crate) size: Option<u64>,
    pub(crate) window_bytes: u64,
}

/// A file that has come.
#[derive(Debug)]
pub(crate) struct Current {
    pub(crate) pieces: PieceStream,
    pub(crate) report: FileReport,
    pub(crate) codec: Codec,
    pub(crate) warnings: Vec<crate::observe::Warning>,
    /// What the stored bytes must hash to, if that was looked for.
    pub(crate) stated_sha256: Option<[u8; 32]>,
    /// Keep what reads it, and its share of the window.
    _held: (Option<AbortOnDrop>, OwnedSemaphorePermit),
}

impl Later {
    /// Whether there is another one.
    pub(crate) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// The next file.
    pub(crate) async fn next(&mut self) -> Result<Current> {
        let Some((part, opened, permit)) = self.ahead.next().await else {
            return Err(Error::source_bad("opening the files ended abruptly"));
        };
        self.left = self.left.saturating_sub(1);
        let Opening { fetch, codec } = opened?;
        part.expect(&fetch)?;
        let Fetch { size, etag, version, object, warnings, stated_sha256, pieces, task, .. } = fetch;
        let report = FileReport {
            name: part.spec.to_string(),
            codec: codec.name(),
            etag,
            version,
            object,
            bytes: size,
            decoded_bytes: 0,
            sha256: None,
            end: None,
        };
        Ok(Current { pieces, report, codec, warnings, stated_sha256, _held: (task, permit) })
    }
}

fn changed() -> Error {
    Error::source_bad("the file changed while the dump was read").hint("start again with the files as they are now")
}

/// The files in a folder.
fn in_folder(folder: &Path) -> Result<Vec<Part>> {
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
        found.push((name, Part { spec: SourceSpec::File(path), size: Some(meta.len()), etag: None }));
    }
    limited(in_order(found))
}

/// The files under a prefix that ends with a slash.
fn under_prefix<'a>(bucket: &'a str, prefix: &'a str, options: &'a SourceOptions) -> BoxFuture<'a, Result<Vec<Part>>> {
    list_prefix(bucket, prefix, options).boxed()
}

async fn list_prefix(bucket: &str, prefix: &str, options: &SourceOptions) -> Result<Vec<Part>> {
    let list = |client: Client| client.list_objects_v2().bucket(bucket).prefix(prefix).send();
    let (client, mut page) = options.aws.ask_s3(&options.kept.s3, list).await?;
    let mut found = Vec::new();
    loop {
        let listed = page.map_err(|e| explain(ErrorKind::Source, "listing the objects", e))?;
        for object in listed.contents() {
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
            let etag = object.e_tag().map(str::to_owned);
            found.push((name.to_owned(), Part { spec: SourceSpec::S3(url), size, etag }));
        }
        match listed.next_continuation_token() {
            Some(next) if found.len() <= FILES_MAX => {
                let more = client.list_objects_v2().bucket(bucket).prefix(prefix).continuation_token(next);
                page = more.send().await;
            }
            _ => break,
        }
    }
    limited(in_order(found))
}

/// The files that a file lists, one a line, in that order.
fn in_list(path: &Path) -> Result<Vec<Part>> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::usage(format!("the list {} can't be read", path.display())).caused_by(e))?;
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let spec = SourceSpec::parse(line)?;
        match &spec {
            SourceSpec::File(path) if path.is_dir() => {}
            SourceSpec::File(path) => {
                let size = std::fs::metadata(path).ok().map(|m| m.len());
                parts.push(Part { spec, size, etag: None });
                continue;
            }
            SourceSpec::S3(_) | SourceSpec::Http(_) => {
                parts.push(Part { spec, size: None, etag: None });
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

/// Sorts the files by their names.
fn in_order(mut found: Vec<(String, Part)>) -> Vec<Part> {
    found.retain(|(name, _)| !name.starts_with('.') && !NO_PARTS.iter().any(|end| name.ends_with(end)));
    found.sort_by(|(a, _), (b, _)| natural(a, b));
    found.into_iter().map(|(_, part)| part).collect()
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

/// What is before the letters as `split` counts (aa, ab, …, az, ba), and how many letters there are.
fn letters<'a>(names: &[&'a str]) -> Option<(&'a str, usize)> {
    let first = names.first().filter(|_| names.len() > 1)?;
    let width = first.bytes().rev().take_while(|b| *b == b'a').count();
    let stem = first.get(..first.len() - width).filter(|_| width >= 2)?;
    let lettered = |name: &&str| {
        name.strip_prefix(stem).is_some_and(|l| l.len() == width && l.bytes().all(|b| b.is_ascii_lowercase()))
    };
    names.iter().all(lettered).then_some((stem, width))
}

/// The name of the first part that is missing, of names in such letters.
fn letter_gap(names: &[&str]) -> Option<String> {
    let (stem, width) = letters(names)?;
    let mut wanted = vec![b'a'; width];
    for name in names {
        if !name.as_bytes().ends_with(&wanted) {
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
async fn join(parts: Vec<Part>, options: &SourceOptions, mut meter: Meter, files: FileLog) -> Result<Fetch> {
    if options.sha256_auto {
        return Err(Error::usage("--sha256 auto can't be had of a dump in parts").hint("give the digest, or @FILE"));
    }
    let size = parts.iter().map(|part| part.size).sum::<Option<u64>>();
    let window_bytes = window_bytes(&parts, options);
    // Their bytes are counted and hashed here.
    let open = |part: Part, options: SourceOptions| {
        async move { fetch(&part.spec, &options, Arc::new(SourceCounters::default())).await }.boxed()
    };
    let mut ahead = Ahead::new(parts, &options.clone().sha256(false), open);
    let (sink, stream) = pieces();
    let task = tokio::spawn(async move {
        while let Some((expected, begun, _permit)) = ahead.next().await {
            let spec = &expected.spec;
            let mut part = match begun.and_then(|begun| expected.expect(&begun).map(|()| begun)) {
                Ok(part) => part,
                Err(e) => return drop(sink.send(Err(named(e, spec))).await),
            };
            files.warn(&spec.to_string(), std::mem::take(&mut part.warnings));
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
                    Err(e) => return drop(sink.send(Err(named(e, spec))).await),
                }
            }
            if expected.size.is_some_and(|size| size != bytes_of_part) {
                return drop(sink.send(Err(named(changed(), spec))).await);
            }
        }
        let _ = sink.send(Ok(meter.end())).await;
    });
    Ok(Fetch {
        size,
        etag: None,
        version: None,
        object: None,
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
