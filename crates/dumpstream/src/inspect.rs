//! `inspect`: what a dump holds, who made it, and what may go wrong when it is restored.

mod hazards;

pub use hazards::{HAZARDS, Hazard, HazardKind, NAMES_MAX, Severity};

use crate::content::{Content, DumpDatabase, DumpObject, DumpTable};
use crate::error::{Error, Result};
use crate::observe::{Event, Observer};
use crate::reading::{Reading, Recorder, reading_setters};
use crate::report::{ErrorReport, SourceReport};
use crate::restore::{error_report, outcome};
use crate::source::{SourceOptions, SourceSpec};
use crate::stop::Stop;
use hazards::Found;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Bumped when a field changes its meaning or goes; new fields may come at any time.
pub const INSPECT_SCHEMA_VERSION: u32 = 1;

/// An inspection, asked for. Fields can be read; [`InspectOptions::new`] and the setters fill them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InspectOptions {
    /// What to read.
    pub source: SourceSpec,
    /// See [`InspectOptions::sha256`].
    pub sha256: Option<[u8; 32]>,
    /// See [`InspectOptions::source_options`].
    pub source_options: SourceOptions,
    /// See [`InspectOptions::memory_bytes`].
    pub memory_bytes: u64,
    /// See [`InspectOptions::row_bytes_max`].
    pub row_bytes_max: u64,
    /// See [`InspectOptions::shapers`].
    pub shapers: usize,
}

reading_setters!(InspectOptions);

impl InspectOptions {
    /// An inspection with every default.
    pub fn new(source: SourceSpec) -> Self {
        let Reading { source, sha256, source_options, memory_bytes, row_bytes_max, shapers, .. } = Reading::new(source);
        Self { source, sha256, source_options, memory_bytes, row_bytes_max, shapers }
    }

    /// Checks every option, without touching anything.
    pub fn validate(&self) -> Result<()> {
        self.reading().validate()
    }

    fn reading(&self) -> Reading {
        let Self { source, sha256, source_options, memory_bytes, row_bytes_max, shapers } = self.clone();
        Reading {
            sha256,
            source_options,
            memory_bytes,
            row_bytes_max,
            shapers,
            unfinished: true,
            ..Reading::new(source)
        }
    }
}

/// How an inspection ended.
#[derive(Debug)]
pub struct Inspected {
    /// What was found, up to where reading ended.
    pub report: InspectReport,
    /// Why the dump couldn't be read to its end.
    pub error: Option<Error>,
}

/// What a dump is like.
#[derive(Debug, Clone, Serialize)]
pub struct InspectReport {
    /// [`INSPECT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of this library.
    pub dumpstream_version: &'static str,
    /// `ok`, `failed` or `interrupted`.
    pub outcome: &'static str,
    /// Why the dump couldn't be read to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// Start, as seconds since 1970-01-01T00:00:00Z.
    pub started_unix: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What was read.
    pub source: SourceReport,
    /// What the dump says of itself.
    pub dump: DumpReport,
    /// What may go wrong when it is restored, the worst first. Empty unless it was read to its end.
    pub hazards: Vec<Hazard>,
    /// Databases, in dump order.
    pub databases: Vec<DumpDatabase>,
    /// Tables, in dump order.
    pub tables: Vec<DumpTable>,
    /// Views, routines, triggers, events and sequences, by kind and name.
    pub objects: Vec<DumpObject>,
    /// How many objects of each kind.
    pub object_counts: BTreeMap<&'static str, u64>,
    /// Statements by kind, rows apart.
    pub statements: BTreeMap<&'static str, u64>,
}

/// What a dump says of itself, in comments: nothing here is certain.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DumpReport {
    /// The program that made it.
    pub producer: Option<String>,
    /// That program's version.
    pub producer_version: Option<String>,
    /// Version of the server that was dumped.
    pub server: Option<String>,
    /// The host that was dumped.
    pub host: Option<String>,
    /// When it was made, as the program wrote it.
    pub date: Option<String>,
    /// What shows that it is whole: `footer`, `settings_set_back`, or `unknown`; absent if it was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<&'static str>,
    /// Lines of SQL.
    pub lines: u64,
    /// Rows in all.
    pub rows: u64,
}

/// Inspects a dump. To end it early, trip `stop`.
pub async fn inspect(options: InspectOptions, observer: Arc<dyn Observer>, stop: Stop) -> Inspected {
    let started = Instant::now();
    let started_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let recorder = Recorder::new(observer);
    let mut source = SourceReport::default();
    let (mut content, mut found) = (Content::default(), Found::default());
    let listener = Arc::clone(&recorder) as Arc<dyn Observer>;
    let each = |step: &_| {
        content.step(step);
        found.step(step);
    };
    let read = options.reading().run(&mut source, listener, &stop, each).await;
    let seconds = started.elapsed().as_secs_f64();
    let rows = content.tables().map(|t| t.rows).sum();
    let mut dump = DumpReport { rows, ..DumpReport::default() };
    let (hazards, error) = match read {
        Ok((read, files)) => {
            dump.end = read.cut_off.is_none().then(|| read.end.0.name());
            dump.lines = read.lines;
            let header = read.header.clone();
            dump.date = read.date.clone().or(header.date);
            (dump.producer, dump.producer_version) = (header.producer, header.producer_version);
            (dump.server, dump.host) = (header.server, header.host);
            recorder.event(&Event::Finished { rows, seconds });
            let mut hazards = found.finish(&content, &read);
            hazards.iter_mut().filter_map(|h| h.first.as_mut()).for_each(|place| files.place(place));
            content.places().for_each(|place| files.place(place));
            (hazards, None)
        }
        Err(e) => (Vec::new(), Some(e)),
    };
    let (databases, object_counts) = (content.databases(), content.object_counts());
    let (tables, objects, statements) = content.into_parts();
    let report = InspectReport {
        schema_version: INSPECT_SCHEMA_VERSION,
        dumpstream_version: env!("CARGO_PKG_VERSION"),
        outcome: outcome(error.as_ref()),
        error: error.as_ref().map(error_report),
        started_unix,
        seconds,
        source,
        dump,
        hazards,
        databases,
        tables,
        objects,
        object_counts,
        statements,
    };
    Inspected { report, error }
}

#[cfg(test)]
mod tests;
