//! `verify`: is a dump whole and well formed?
//!
//! Whole: the source's and the codec's end, the expected SHA-256, the producer's own signs of an end. Well formed: every
//! string, comment, statement and stored program closed, every row readable with as many values as its table has columns,
//! and nothing in between that a program wrote to standard error. What a statement would do isn't asked: a dump may hold
//! a GRANT and be whole.

use crate::against::Comparison;
pub use crate::against::{Against, AgainstReport, ComparedTable};
use crate::content::{Content, DumpPlace};
use crate::error::{Error, Result};
use crate::observe::{Event, Observer, Warning};
use crate::reading::{Reading, Recorder, reading_setters};
use crate::report::{ErrorReport, SourceReport};
use crate::restore::{error_report, outcome, peak_memory_bytes};
use crate::rules::RulesFile;
use crate::source::{SourceOptions, SourceSpec};
use crate::stage::whole::End;
use crate::step::Step;
use crate::stop::Stop;
pub use crate::target::mysql::structure::{NotCompared, StructureDifference, StructureReport};
use crate::target::mysql::verify::Excluded;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Bumped when a field changes its meaning or goes; new fields may come at any time.
pub const VERIFY_SCHEMA_VERSION: u32 = 1;

/// A verification, asked for. Fields can be read; [`VerifyOptions::new`] and the setters fill them.
///
/// ```
/// use dumpstream::verify::VerifyOptions;
/// let options = VerifyOptions::new("dump.sql.zst".parse()?).memory_bytes(128 << 20);
/// options.validate()?;
/// # Ok::<(), dumpstream::error::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// What to read.
    pub source: SourceSpec,
    /// See [`VerifyOptions::sha256`].
    pub sha256: Option<[u8; 32]>,
    /// See [`VerifyOptions::source_options`].
    pub source_options: SourceOptions,
    /// See [`VerifyOptions::memory_bytes`].
    pub memory_bytes: u64,
    /// See [`VerifyOptions::row_bytes_max`].
    pub row_bytes_max: u64,
    /// See [`VerifyOptions::shapers`].
    pub shapers: usize,
    /// See [`VerifyOptions::against`].
    pub against: Option<Against>,
    /// See [`VerifyOptions::rules`].
    pub rules: Option<RulesFile>,
}

reading_setters!(VerifyOptions);

impl VerifyOptions {
    /// A verification with every default.
    pub fn new(source: SourceSpec) -> Self {
        let Reading { source, sha256, source_options, memory_bytes, row_bytes_max, shapers, .. } = Reading::new(source);
        Self { source, sha256, source_options, memory_bytes, row_bytes_max, shapers, against: None, rules: None }
    }

    /// A live server to compare the dump with, once it was read. Default: none.
    #[must_use]
    pub fn against(mut self, against: Option<Against>) -> Self {
        self.against = against;
        self
    }

    /// The rules that the live server's data was scrubbed by. Default: none. Only with [`VerifyOptions::against`].
    #[must_use]
    pub fn rules(mut self, rules: Option<RulesFile>) -> Self {
        self.rules = rules;
        self
    }

    /// Checks every option, without touching anything.
    pub fn validate(&self) -> Result<()> {
        if self.rules.is_some() && self.against.is_none() {
            return Err(Error::usage("rules were given, and no server whose data was scrubbed by them")
                .hint("name one with --against"));
        }
        self.against.as_ref().map_or(Ok(()), Against::validate)?;
        self.reading().validate()
    }

    fn reading(&self) -> Reading {
        let Self { source, sha256, source_options, memory_bytes, row_bytes_max, shapers, rules, .. } = self.clone();
        Reading { sha256, source_options, memory_bytes, row_bytes_max, shapers, rules, ..Reading::new(source) }
    }
}

/// How a verification ended.
#[derive(Debug)]
pub struct Verified {
    /// What was found, also when something is wrong.
    pub report: VerifyReport,
    /// What is wrong with the dump, or why that couldn't be found out.
    pub error: Option<Error>,
}

/// What is known of a verified dump.
#[derive(Debug, Clone, Serialize)]
pub struct VerifyReport {
    /// [`VERIFY_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of this library.
    pub dumpstream_version: &'static str,
    /// `ok`, `failed` or `interrupted`.
    pub outcome: &'static str,
    /// What is wrong, if anything is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// Start, as seconds since 1970-01-01T00:00:00Z.
    pub started_unix: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What was read.
    pub source: SourceReport,
    /// What shows that the dump is whole: `footer` is the producer's last line, `settings_set_back` the end of a dump
    /// without one; `unknown` if the producer marks the end in no way. Absent unless it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<&'static str>,
    /// When the producer was done, as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed: Option<String>,
    /// Rows in all.
    pub rows: u64,
    /// Per table, in dump order.
    pub tables: Vec<VerifiedTable>,
    /// Views, routines, triggers, events and sequences, by kind.
    pub objects: BTreeMap<&'static str, u64>,
    /// The comparison with a live server, if one was asked for and came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub against: Option<AgainstReport>,
    /// Statements by kind, rows apart.
    pub statements: BTreeMap<&'static str, u64>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// Peak resident memory of this process, bytes.
    pub peak_memory_bytes: u64,
}

/// A table of a verified dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedTable {
    /// `database.table`, or the table alone where the dump names no database.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Dump text of the rows, bytes.
    pub bytes: u64,
    /// Dump text of the largest row, bytes.
    pub largest_row_bytes: u64,
    /// Where it is defined, or where its rows begin.
    pub place: DumpPlace,
}

/// Verifies a dump. To end it early, trip `stop`.
pub async fn verify(options: VerifyOptions, observer: Arc<dyn Observer>, stop: Stop) -> Verified {
    let started = Instant::now();
    let started_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let recorder = Recorder::new(observer);
    let mut source = SourceReport::default();
    let mut content = Content::default();
    let listener = Arc::clone(&recorder) as Arc<dyn Observer>;
    let mut comparison = None;
    let read = async {
        options.validate()?;
        let mut reading = options.reading();
        if let Some(against) = &options.against {
            let open = Comparison::open(against, &*listener, &stop).await?;
            reading.server = Some(open.read_for(Excluded::new()));
            comparison = Some(open);
        }
        let follow = |step: &Step| {
            content.step(step);
            if let Some(comparison) = &mut comparison {
                comparison.step(step);
            }
        };
        reading.run(&mut source, Arc::clone(&listener), &stop, follow).await
    };
    let read = read.await;
    let (against, difference) = match (&read, comparison) {
        (Ok((read, _)), Some(comparison)) => {
            match comparison.compare(options.reading(), read.identity, &*listener, &stop).await {
                Ok((report, difference)) => (Some(report), difference),
                Err(e) => (None, Some(e)),
            }
        }
        _ => (None, None),
    };
    let seconds = started.elapsed().as_secs_f64();
    let mut tables: Vec<VerifiedTable> = content
        .tables()
        .map(|t| VerifiedTable {
            table: t.full_name(),
            rows: t.rows,
            bytes: t.bytes,
            largest_row_bytes: t.largest_row_bytes,
            place: t.place,
        })
        .collect();
    let rows = tables.iter().map(|t| t.rows).sum();
    if let Ok((read, files)) = &read {
        tables.iter_mut().for_each(|t| files.place(&mut t.place));
        if let Some(cut_off) = &read.within {
            recorder.event(&Event::Warning(cut_off.warning(files)));
        }
        if read.end.0 == End::Unknown {
            recorder.event(&Event::Warning(end_unmarked()));
        }
        if difference.is_none() {
            recorder.event(&Event::Finished { rows, seconds });
        }
    }
    let (read, error) = match read {
        Ok((read, _)) => (Some(read), difference),
        Err(e) => (None, Some(e)),
    };
    let report = VerifyReport {
        schema_version: VERIFY_SCHEMA_VERSION,
        dumpstream_version: env!("CARGO_PKG_VERSION"),
        outcome: outcome(error.as_ref()),
        error: error.as_ref().map(error_report),
        started_unix,
        seconds,
        source,
        end: read.as_ref().map(|r| r.end.0.name()),
        completed: read.and_then(|r| r.date),
        rows,
        tables,
        against,
        objects: content.object_counts(),
        statements: content.statements,
        warnings: recorder.take(),
        peak_memory_bytes: peak_memory_bytes(),
    };
    Verified { report, error }
}

/// The warning for a dump in whose text nothing tells whether it is whole.
fn end_unmarked() -> Warning {
    Warning {
        code: "end_unmarked".to_owned(),
        message:
            "nothing marks the end of this dump: had it been cut off right behind a statement, nothing in it would \
                  tell; compare its SHA-256 with the one where it was made"
                .to_owned(),
        table: None,
        row: None,
        column: None,
    }
}

#[cfg(test)]
mod tests;
