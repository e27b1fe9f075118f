//! `scrub`: a dump with its personal data replaced, as another dump.
//!
//! The same way as a restore's up to the sink: what rules don't touch comes out as the bytes that went in. Nothing is under
//! the destination's name before the whole dump was read, every rule was kept and every assertion held.

use crate::compress::{Compression, Compressor};
use crate::destination::{Destination, DestinationOptions, DestinationSpec};
use crate::error::{Error, Result};
use crate::observe::{Event, Observer, Phase, Warning};
use crate::options::{RestoreOptions, hex};
use crate::pipeline::{self, Pipeline};
use crate::reading::{Recorder, reading_setters, table_name};
use crate::report::{ErrorReport, SourceReport};
use crate::restore::{error_report, outcome, peak_memory_bytes};
use crate::rules::RulesFile;
pub use crate::scrubbing::Hit;
use crate::scrubbing::Scrubber;
use crate::scrubbing::beforehand::{Beforehand, can_be_read_again, cannot_collect};
use crate::scrubbing::report::ScrubSummary;
pub use crate::scrubbing::report::{AssertionReport, ScrubbedColumn, ScrubbedTable, ValuesReport};
pub use crate::scrubbing::report::{LockReport, RulesReport};
use crate::source::{Source, SourceOptions, SourceSpec};
use crate::stage::cut::CutOptions;
use crate::step::{RowsStep, Shaped, Step};
use crate::stop::Stop;
use crate::target::connect::TargetSpec;
use serde::Serialize;
use sqldump::cut::CutConfig;
use sqldump::session::Session;
use sqldump::statement::ForbiddenKind;
use std::collections::{BTreeSet, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Bumped when a field changes its meaning or goes; new fields may come at any time.
pub const SCRUB_SCHEMA_VERSION: u32 = 1;

/// A scrub, asked for. Fields can be read; [`ScrubOptions::new`] and the setters fill them.
///
/// ```
/// use dumpstream::{rules::RulesFile, scrub::ScrubOptions};
/// let rules = RulesFile::parse("rules.yaml", b"version: 1\ndefault: { text: redact }\n")?;
/// let options = ScrubOptions::new("dump.sql.zst".parse()?, "scrubbed.sql.zst".parse()?, rules);
/// options.validate()?;
/// # Ok::<(), dumpstream::error::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScrubOptions {
    /// What to read.
    pub source: SourceSpec,
    /// What to write.
    pub destination: DestinationSpec,
    /// What is to be done.
    pub rules: RulesFile,
    /// See [`ScrubOptions::sha256`].
    pub sha256: Option<[u8; 32]>,
    /// See [`ScrubOptions::source_options`].
    pub source_options: SourceOptions,
    /// See [`ScrubOptions::compression`].
    pub compression: Option<Compression>,
    /// See [`ScrubOptions::destination_options`].
    pub destination_options: DestinationOptions,
    /// See [`ScrubOptions::digests`].
    pub digests: bool,
    /// See [`ScrubOptions::unfinished`].
    pub unfinished: bool,
    /// See [`ScrubOptions::memory_bytes`].
    pub memory_bytes: u64,
    /// See [`ScrubOptions::row_bytes_max`].
    pub row_bytes_max: u64,
    /// See [`ScrubOptions::shapers`].
    pub shapers: usize,
}

reading_setters!(ScrubOptions);

impl ScrubOptions {
    /// A scrub with every default.
    pub fn new(source: SourceSpec, destination: DestinationSpec, rules: RulesFile) -> Self {
        let defaults = RestoreOptions::new(source, TargetSpec::Null);
        Self {
            source: defaults.source,
            destination,
            rules,
            sha256: None,
            source_options: defaults.source_options,
            compression: None,
            destination_options: DestinationOptions::default(),
            digests: false,
            unfinished: false,
            memory_bytes: defaults.memory_bytes,
            row_bytes_max: defaults.row_bytes_max,
            shapers: defaults.shapers,
        }
    }

    /// How the output is compressed. Default: by the destination's name (`.gz`, `.zst`, `.bz2`, `.xz`, `.lz4`), and not at
    /// all without such an ending.
    #[must_use]
    pub fn compression(mut self, compression: Option<Compression>) -> Self {
        self.compression = compression;
        self
    }

    /// How the output is written. Default: what is there is refused, untouched.
    #[must_use]
    pub fn destination_options(mut self, options: DestinationOptions) -> Self {
        self.destination_options = options;
        self
    }

    /// Whether the report has the SHA-256 of what was read and of what was written, and the rows of tables that are kept. Default
    /// no; costs about half a second of one core per gigabyte of each.
    #[must_use]
    pub fn digests(mut self, on: bool) -> Self {
        self.digests = on;
        self
    }

    /// Whether a dump without the end that its producer gives one is taken. Default no.
    #[must_use]
    pub fn unfinished(mut self, on: bool) -> Self {
        self.unfinished = on;
        self
    }

    /// Checks every option, without touching anything.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn validate(&self) -> Result<()> {
        self.destination_options.validate(&self.destination)?;
        RestoreOptions::new(self.source.clone(), TargetSpec::Null)
            .source_options(self.source_options.clone())
            .memory_bytes(self.memory_bytes)
            .row_bytes_max(self.row_bytes_max)
            .shapers(self.shapers)
            .validate()
    }

    fn cut(&self, scrubber: Arc<Scrubber>) -> CutOptions {
        let row_bytes_max = usize::try_from(self.row_bytes_max).unwrap_or(usize::MAX);
        let allow = if self.unfinished { BTreeSet::from([ForbiddenKind::Unfinished]) } else { BTreeSet::new() };
        CutOptions {
            config: CutConfig { row_bytes_max, ..CutConfig::default() },
            session: Session::offline(),
            target: None,
            database: None,
            databases: Vec::new(),
            staging: None,
            load_data: false,
            hex_bytes: false,
            append: false,
            digest: None,
            default_engine: "InnoDB".to_owned(),
            allow,
            skip: BTreeSet::new(),
            read_only: true,
            scrubber: Some(scrubber),
            text: true,
            collect: false,
        }
    }
}

/// How a scrub ended.
#[derive(Debug)]
pub struct Scrubbed {
    /// What was done, also when it failed.
    pub report: ScrubReport,
    /// Why it failed, if it did. Then there is no output.
    pub error: Option<Error>,
}

/// What a scrub did: what an auditor asks for. No cell value and no key is ever in it.
#[derive(Debug, Clone, Serialize)]
pub struct ScrubReport {
    /// [`SCRUB_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of this library.
    pub dumpstream_version: &'static str,
    /// `ok`, `failed` or `interrupted`.
    pub outcome: &'static str,
    /// The failure, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// Start, as seconds since 1970-01-01T00:00:00Z.
    pub started_unix: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What was read.
    pub source: SourceReport,
    /// What was written.
    pub destination: WrittenReport,
    /// What was done by which rules.
    #[serde(flatten)]
    pub scrub: ScrubSummary,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// Peak resident memory of this process, bytes.
    pub peak_memory_bytes: u64,
}

/// What was written.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WrittenReport {
    /// As the user named it.
    pub name: String,
    /// `none`, `gzip`, `zstd`, `bzip2`, `xz` or `lz4`.
    pub codec: &'static str,
    /// Bytes written, compressed.
    pub bytes: u64,
    /// Their SHA-256, hex, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl ScrubReport {
    /// The report for people: what was replaced and how, what was kept and why.
    pub fn to_markdown(&self) -> String {
        crate::scrubbing::markdown::report(self)
    }
}

/// How long an upload may take to begin, once the run is to end: it can be told to go only then.
const BEGIN_TIME: Duration = Duration::from_millis(700);

/// Scrubs a dump. To end it early, trip `stop`.
pub async fn scrub(options: ScrubOptions, observer: Arc<dyn Observer>, stop: Stop) -> Scrubbed {
    let started = Instant::now();
    let started_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let recorder = Recorder::new(observer);
    let listener = Arc::clone(&recorder) as Arc<dyn Observer>;
    let mut run = Run { source: SourceReport::default(), destination: WrittenReport::default(), scrubber: None };
    let result = run.scrub(&options, listener, &stop).await;
    let seconds = started.elapsed().as_secs_f64();
    let scrub = match &run.scrubber {
        Some(scrubber) => ScrubSummary::new(scrubber),
        None => ScrubSummary::of_file(&options.rules),
    };
    if result.is_ok() {
        recorder.event(&Event::Finished { rows: scrub.tables.iter().filter_map(|t| t.rows).sum(), seconds });
    }
    let error = result.err();
    let report = ScrubReport {
        schema_version: SCRUB_SCHEMA_VERSION,
        dumpstream_version: env!("CARGO_PKG_VERSION"),
        outcome: outcome(error.as_ref()),
        error: error.as_ref().map(error_report),
        started_unix,
        seconds,
        source: run.source,
        destination: run.destination,
        scrub,
        warnings: recorder.take(),
        peak_memory_bytes: peak_memory_bytes(),
    };
    Scrubbed { report, error }
}

struct Run {
    source: SourceReport,
    destination: WrittenReport,
    scrubber: Option<Arc<Scrubber>>,
}

impl Run {
    async fn scrub(&mut self, options: &ScrubOptions, observer: Arc<dyn Observer>, stop: &Stop) -> Result<()> {
        options.validate()?;
        observer.event(&Event::Phase { phase: Phase::Prepare });
        self.source.name = options.source.to_string();
        self.destination.name = options.destination.to_string();
        let compression = options.compression.unwrap_or_else(|| Compression::of_name(&self.destination.name));
        self.destination.codec = compression.name();
        let scrubber = {
            let aws = &options.source_options.aws;
            tokio::select! {
                biased;
                () = stop.tripped() => return Err(stop.cause()),
                opened = options.rules.open(aws, options.memory_bytes, options.digests) => opened?,
            }
        };
        self.scrubber = Some(Arc::clone(&scrubber));
        let hashed =
            options.digests || options.sha256.is_some() || options.source_options.sha256_auto || scrubber.collects();
        let source_options = options.source_options.clone().within(options.memory_bytes).sha256(hashed);
        let source = tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            opened = Source::open(&options.source, &source_options) => opened?,
        };
        let to = options.destination_options.clone().within(options.memory_bytes).sha256(options.digests);
        let destination = {
            let mut opening = pin!(Destination::open(&options.destination, &to));
            tokio::select! {
                biased;
                () = stop.tripped() => {
                    // An upload that is just being begun would be left.
                    return Err(match timeout(BEGIN_TIME, opening).await {
                        Ok(Ok(destination)) => destination.give_up(stop.cause()).await,
                        _ => stop.cause(),
                    });
                }
                opened = &mut opening => opened?,
            }
        };
        self.source.open(source.opened());
        for warning in &source.opened().warnings {
            observer.event(&Event::Warning(warning.clone()));
        }
        let again = can_be_read_again(&options.source);
        if scrubber.collects() && !again {
            return Err(destination.give_up(cannot_collect()).await);
        }
        // What is written there is out; and what the lockfile has against a dump is told at once.
        let early = options.destination.is_out_at_once() || options.rules.lock().is_some();
        let mut before = None;
        // What is open already has its share.
        let memory_bytes = options.memory_bytes.saturating_sub(destination.memory_bytes());
        if scrubber.collects() || again && early {
            let beforehand = Beforehand {
                source: &options.source,
                source_options: options.source_options.clone(),
                cut: options.cut(Arc::clone(&scrubber)),
                sha256: options.sha256,
                memory_bytes: memory_bytes.saturating_sub(source.window_bytes()),
                shapers: options.shapers,
            };
            match beforehand.read(&scrubber, &*observer, stop).await {
                Ok(read) => before = read,
                Err(e) => return Err(destination.give_up(e).await),
            }
        }
        observer.event(&Event::Started {
            source: self.source.name.clone(),
            size: source.size(),
            codec: self.source.codec,
            target: self.destination.name.clone(),
            lanes: 0,
        });
        observer.event(&Event::Phase { phase: Phase::Rows });
        let (counters, files) = (source.counters(), source.files());
        let sha256 = match source.expected_sha256(options.sha256) {
            Ok(sha256) => sha256,
            Err(e) => return Err(destination.give_up(e).await),
        };
        let pipeline = Pipeline {
            source,
            sha256,
            before,
            cut: options.cut(Arc::clone(&scrubber)),
            shapers: options.shapers,
            committed: None,
            read: Arc::default(),
            memory_bytes,
            observer: Arc::clone(&observer),
            stop: stop.clone(),
        };
        let sink = async |steps| {
            let mut out = Compressor::new(destination, compression, options.shapers);
            tokio::select! {
                biased;
                () = stop.tripped() => {}
                written = write(steps, &mut out, &*observer) => if let Err(e) = written {
                    stop.trip(e);
                },
            }
            out
        };
        let (out, read) = pipeline::run(pipeline, sink).await;
        (self.source.encoded_bytes, self.source.decoded_bytes) = (counters.encoded(), counters.decoded());
        self.source.files = files.reports();
        files.tell(&*observer);
        let ended = match read {
            Some(read) if !stop.is_tripped() => {
                if let Some(cut_off) = &read.within {
                    observer.event(&Event::Warning(cut_off.warning(&files)));
                }
                self.source.fill(&read);
                Ok(())
            }
            _ => Err(stop.cause()),
        };
        if let Err(e) = ended {
            let e = files.named(&self.source.name, e);
            return Err(out.give_up(e).await);
        }
        scrubber.notes().into_iter().for_each(|note| observer.event(&Event::Warning(note)));
        let written = out.finish_unless(stop).await?;
        self.destination.bytes = written.bytes;
        self.destination.sha256 = written.sha256.map(|d| hex(&d));
        Ok(())
    }
}

/// Writes the steps' text in their order, until the run is to end: what is being written then may be written or not.
async fn write(mut steps: mpsc::Receiver<Step>, out: &mut Compressor, observer: &dyn Observer) -> Result<()> {
    let mut seen = HashSet::new();
    while let Some(step) = steps.recv().await {
        match step {
            Step::Text(text, _permit) => out.write(text).await?,
            Step::Rows(RowsStep { table, shaped: Shaped::Text(text), rows, bytes, permit: _permit, .. }) => {
                let name = table_name(&table);
                if seen.insert(table) {
                    observer.event(&Event::TableStarted { table: name.clone() });
                }
                out.write(text).await?;
                observer.event(&Event::Rows { table: name, rows, bytes });
            }
            _ => {}
        }
    }
    Ok(())
}
