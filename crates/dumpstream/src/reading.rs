//! Reads a dump through the pipeline without loading it: what verifying and inspecting have in common.

use crate::error::{Error, Result};
use crate::files::FileLog;
use crate::observe::{Event, Observer, Phase, Warning};
use crate::options::RestoreOptions;
use crate::pipeline::{self, Pipeline};
use crate::report::SourceReport;
use crate::rules::RulesFile;
use crate::scrubbing::Scrubber;
use crate::source::{Source, SourceOptions, SourceSpec};
use crate::stage::cut::{CutOptions, DigestOptions, Read};
use crate::step::{RowsStep, Step, TableName};
use crate::stop::Stop;
use crate::target::connect::TargetSpec;
use crate::target::mysql::Server;
use crate::target::mysql::verify::Excluded;
use sqldump::Name;
use sqldump::cut::CutConfig;
use sqldump::session::Session;
use sqldump::statement::ForbiddenKind;
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// The setters that every command has which reads a source.
macro_rules! reading_setters {
    ($options:ty) => {
        impl $options {
            /// The SHA-256 that the stored bytes of the source must have. Default: none is expected.
            #[must_use]
            pub fn sha256(mut self, digest: Option<[u8; 32]>) -> Self {
                self.sha256 = digest;
                self
            }

            /// How the source is read: AWS, connections, time limits. Default
            /// [`SourceOptions::default`](crate::source::SourceOptions::default).
            #[must_use]
            pub fn source_options(mut self, options: crate::source::SourceOptions) -> Self {
                self.source_options = options;
                self
            }

            /// Bytes of memory to stay under, as
            /// [`RestoreOptions::memory_bytes`](crate::options::RestoreOptions::memory_bytes).
            #[must_use]
            pub fn memory_bytes(mut self, bytes: u64) -> Self {
                self.memory_bytes = bytes;
                self
            }

            /// Bytes that one row, or one other statement, may have, as
            /// [`RestoreOptions::row_bytes_max`](crate::options::RestoreOptions::row_bytes_max).
            #[must_use]
            pub fn row_bytes_max(mut self, bytes: u64) -> Self {
                self.row_bytes_max = bytes;
                self
            }

            /// Threads that work on rows, as [`RestoreOptions::shapers`](crate::options::RestoreOptions::shapers). What
            /// comes out doesn't depend on their number.
            #[must_use]
            pub fn shapers(mut self, shapers: usize) -> Self {
                self.shapers = shapers;
                self
            }
        }
    };
}
pub(crate) use reading_setters;

/// What is read, and how.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) source: SourceSpec,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) source_options: SourceOptions,
    pub(crate) memory_bytes: u64,
    pub(crate) row_bytes_max: u64,
    pub(crate) shapers: usize,
    /// A dump that is cut off is read, and told to be so, rather than refused.
    pub(crate) unfinished: bool,
    /// Rules by which values are replaced before they are looked at.
    pub(crate) rules: Option<RulesFile>,
    /// The same, opened by who asks for the reading.
    pub(crate) scrubber: Option<Arc<Scrubber>>,
    /// The server that the dump is read as if for.
    pub(crate) server: Option<ReadFor>,
    /// What a reading before had of the stored bytes; this one has to find the same.
    pub(crate) before: Option<[u8; 32]>,
}

/// What reading as if for a server takes.
#[derive(Debug, Clone)]
pub(crate) struct ReadFor {
    pub(crate) server: Arc<Server>,
    /// The database that stands for the dump's single or unnamed one.
    pub(crate) database: Option<Name>,
    /// The dump's databases that it should hold; all if there are none.
    pub(crate) databases: Vec<Name>,
    /// Columns that digests leave out.
    pub(crate) excluded: Excluded,
}

impl Reading {
    /// A reading with every default.
    pub(crate) fn new(source: SourceSpec) -> Self {
        let defaults = RestoreOptions::new(source, TargetSpec::Null);
        Self {
            source: defaults.source,
            sha256: None,
            source_options: defaults.source_options,
            memory_bytes: defaults.memory_bytes,
            row_bytes_max: defaults.row_bytes_max,
            shapers: defaults.shapers,
            unfinished: false,
            rules: None,
            scrubber: None,
            server: None,
            before: None,
        }
    }

    /// Checks every option, without touching anything.
    pub(crate) fn validate(&self) -> Result<()> {
        RestoreOptions::new(self.source.clone(), TargetSpec::Null)
            .source_options(self.source_options.clone())
            .memory_bytes(self.memory_bytes)
            .row_bytes_max(self.row_bytes_max)
            .shapers(self.shapers)
            .validate()
    }

    pub(crate) fn cut(&self) -> CutOptions {
        let row_bytes_max = usize::try_from(self.row_bytes_max).unwrap_or(usize::MAX);
        let allow = if self.unfinished { BTreeSet::from([ForbiddenKind::Unfinished]) } else { BTreeSet::new() };
        let server = self.server.as_ref().map(|s| &s.server);
        let digest = self.server.as_ref().map(|s| DigestOptions {
            native_json: s.server.native_json(),
            original: true,
            excluded: s.excluded.clone(),
        });
        CutOptions {
            config: CutConfig { row_bytes_max, ..CutConfig::default() },
            session: server.map_or_else(Session::offline, |s| s.session.clone()),
            target: server.map(|s| s.version),
            database: self.server.as_ref().and_then(|s| s.database.clone()),
            databases: self.server.as_ref().map_or_else(Vec::new, |s| s.databases.clone()),
            staging: None,
            load_data: false,
            hex_bytes: false,
            append: false,
            digest: digest.map(Arc::new),
            default_engine: server.map_or_else(|| "InnoDB".to_owned(), |s| s.default_engine.clone()),
            allow,
            skip: BTreeSet::new(),
            read_only: true,
            scrubber: None,
            text: false,
            collect: false,
        }
    }

    /// Reads the dump, and hands its steps to `each` in stream order. `source` is filled in as far as reading came.
    pub(crate) async fn run(
        &self,
        source: &mut SourceReport,
        observer: Arc<dyn Observer>,
        stop: &Stop,
        mut each: impl FnMut(&Step),
    ) -> Result<(Read, FileLog)> {
        self.validate()?;
        observer.event(&Event::Phase { phase: Phase::Prepare });
        source.name = self.source.to_string();
        let options = self.source_options.clone().within(self.memory_bytes);
        let opened = tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            opened = Source::open(&self.source, &options) => opened?,
        };
        source.open(opened.opened());
        for warning in &opened.opened().warnings {
            observer.event(&Event::Warning(warning.clone()));
        }
        observer.event(&Event::Started {
            source: source.name.clone(),
            size: opened.size(),
            codec: source.codec,
            target: String::new(),
            lanes: 0,
        });
        observer.event(&Event::Phase { phase: Phase::Rows });
        let (counters, files) = (opened.counters(), opened.files());
        let scrubber = match (&self.scrubber, &self.rules) {
            (Some(scrubber), _) => Some(Arc::clone(scrubber)),
            (None, Some(rules)) => Some(rules.open(&self.source_options.aws, self.memory_bytes, false).await?),
            (None, None) => None,
        };
        let pipeline = Pipeline {
            sha256: opened.expected_sha256(self.sha256)?,
            before: self.before,
            source: opened,
            cut: CutOptions { scrubber, ..self.cut() },
            shapers: self.shapers,
            committed: None,
            read: Arc::default(),
            memory_bytes: self.memory_bytes,
            observer: Arc::clone(&observer),
            stop: stop.clone(),
        };
        let sink = async |mut steps: mpsc::Receiver<Step>| {
            let mut seen: HashSet<Arc<TableName>> = HashSet::new();
            while let Some(step) = steps.recv().await {
                each(&step);
                if let Step::Rows(RowsStep { table, rows, bytes, .. }) = &step {
                    let name = table_name(table);
                    if seen.insert(Arc::clone(table)) {
                        observer.event(&Event::TableStarted { table: name.clone() });
                    }
                    observer.event(&Event::Rows { table: name, rows: *rows, bytes: *bytes });
                }
            }
        };
        let ((), read) = pipeline::run(pipeline, sink).await;
        (source.encoded_bytes, source.decoded_bytes) = (counters.encoded(), counters.decoded());
        source.files = files.reports();
        files.tell(&*observer);
        if stop.is_tripped() {
            return Err(files.named(&source.name, stop.cause()));
        }
        let read = read.ok_or_else(|| Error::source_bad("reading the dump ended without a result"))?;
        source.fill(&read);
        Ok((read, files))
    }
}

/// A table as a person names it: what is in no database by name has none.
pub(crate) fn table_name(table: &TableName) -> String {
    match table.database.as_bytes() {
        b"" => table.table.to_string(),
        _ => table.to_string(),
    }
}

/// Listens along, for the report.
pub(crate) struct Recorder {
    next: Arc<dyn Observer>,
    warnings: Mutex<Vec<Warning>>,
}

impl Recorder {
    pub(crate) fn new(next: Arc<dyn Observer>) -> Arc<Self> {
        Arc::new(Self { next, warnings: Mutex::default() })
    }

    /// The warnings so far.
    pub(crate) fn take(&self) -> Vec<Warning> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Recorder {
    fn event(&self, event: &Event) {
        if let Event::Warning(warning) = event {
            self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning.clone());
        }
        self.next.event(event);
    }
}
