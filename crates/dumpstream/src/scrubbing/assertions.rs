//! What has to be true of the result: no value of the source in it, none twice, so many rows.
//!
//! Values of the source are collected on a reading of their own, before the one that writes, so that what is written first
//! can be looked at as well as what is written last.

use crate::error::{Error, ErrorKind, Result};
use crate::step::At;
use dumpstream_scrub::charset::Charset;
use dumpstream_scrub::survivors::{Collector, Hash, Survivors, Values};
use sqldump::session::Session;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Locks among which the values of a column that must be unique are shared out.
const SHARDS: usize = 16;

/// The assertions of a run.
#[derive(Debug)]
pub(crate) struct Assertions {
    hash: Hash,
    /// Bytes that values may take in all.
    bytes: usize,
    collector: Mutex<Option<Collector>>,
    survivors: OnceLock<Survivors>,
    /// By table and column.
    unique: Mutex<BTreeMap<(String, usize), std::sync::Arc<Unique>>>,
}

impl Assertions {
    /// Values may take so many bytes. `key` is of no other use.
    pub(crate) fn new(key: [u8; 32], bytes: usize) -> Self {
        let hash = Hash::new(key);
        Self {
            collector: Mutex::new(Some(Collector::new(hash.clone(), bytes))),
            hash,
            bytes,
            survivors: OnceLock::new(),
            unique: Mutex::default(),
        }
    }

    pub(crate) fn hash(&self) -> &Hash {
        &self.hash
    }

    /// Adds the source's values of a block.
    pub(crate) fn collect(&self, values: Values) -> Result<()> {
        let mut collector = self.collector.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(collector) = collector.as_mut() else { return Ok(()) };
        collector.add(values).map_err(|_| {
            Error::new(
                ErrorKind::Policy,
                "the columns of no_survivors hold more values than there is memory to remember them",
            )
            .hint("raise --memory, or name fewer columns")
        })
    }

    /// All values were collected: from here on they are looked for.
    pub(crate) fn collected(&self) {
        if let Some(collector) = self.collector.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = self.survivors.set(collector.finish());
        }
    }

    /// What is looked for, if anything.
    pub(crate) fn survivors(&self) -> Option<&Survivors> {
        self.survivors.get()
    }

    /// Fails on text of the result that holds a value of the source. Values were collected as UTF-8; text in the session's
    /// charset, if that is another, is looked at as what it says and as it stands, for literals that are in their own.
    pub(crate) fn check(&self, text: &[u8], session: &Session, at: At, table: Option<&str>) -> Result<()> {
        let Some(survivors) = self.survivors() else { return Ok(()) };
        let mut scratch = Vec::new();
        let found = survivors.find(text, &mut scratch).or_else(|| {
            let charset = session.get("character_set_client").unwrap_or_default();
            let charset =
                Charset::from_mysql(charset.trim_matches('\'')).filter(|c| !c.is_utf8() && !text.is_ascii())?;
            survivors.find(charset.decode_lossy(text).as_bytes(), &mut scratch)
        });
        let Some(found) = found else { return Ok(()) };
        let at = at.after(text, found.min(text.len()));
        Err(Error::new(ErrorKind::Policy, "a value of a column that is named under no_survivors stands in the output")
            .at(|p| {
                (p.offset, p.line) = (Some(at.offset), Some(at.line));
                p.table = table.map(str::to_owned);
            })
            .hint("look for what holds it there: another column, JSON, a comment; add a rule for it"))
    }

    /// The values of a column that must be unique.
    pub(crate) fn unique(&self, table: &str, column: usize) -> std::sync::Arc<Unique> {
        let mut unique = self.unique.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = unique.entry((table.to_owned(), column)).or_default();
        entry.most.get_or_init(|| self.bytes / SHARDS / size_of::<u64>() / 2);
        std::sync::Arc::clone(entry)
    }

    /// Forgets the values that were seen: the dump is read again.
    pub(crate) fn again(&self) {
        self.unique.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Values of one column, as hashes.
#[derive(Debug, Default)]
pub(crate) struct Unique {
    shards: [Mutex<HashSet<u64>>; SHARDS],
    most: OnceLock<usize>,
}

/// Why a value isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotUnique {
    Twice,
    TooMany,
}

impl Unique {
    /// Notes a value in the form that values are compared in.
    pub(crate) fn add(&self, hash: u64) -> std::result::Result<(), NotUnique> {
        let Some(shard) = self.shards.get(hash as usize % SHARDS) else { return Ok(()) };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if !shard.insert(hash) {
            return Err(NotUnique::Twice);
        }
        if shard.len() > self.most.get().copied().unwrap_or(usize::MAX) { Err(NotUnique::TooMany) } else { Ok(()) }
    }
}
