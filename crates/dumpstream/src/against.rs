//! A dump compared with a live server: every table's rows, and everything that the dump defines.

use crate::error::{Error, ErrorKind, Result};
use crate::expected::Expected;
use crate::observe::{Event, Observer, Phase, Silent};
use crate::options::{LANES_MAX, RestoreOptions};
use crate::reading::{ReadFor, Reading};
use crate::report::{SourceReport, Verified};
use crate::source::SourceSpec;
use crate::step::Step;
use crate::stop::Stop;
use crate::target::connect::{ConnectOptions, Connector, ServerUrl, TargetSpec};
use crate::target::mysql::structure::{Definitions, Structure, StructureReport};
use crate::target::mysql::verify::{Check, Excluded, Reread, failure};
use crate::target::mysql::{MySql, Server};
use futures_util::FutureExt;
use serde::Serialize;
use sqldump::Name;
use sqldump::session::Session;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A live server to compare a dump with. Fields can be read; [`Against::new`] and the setters fill them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Against {
    /// The server, and the database that stands for the dump's single or unnamed one.
    pub server: ServerUrl,
    /// See [`Against::connect`].
    pub connect: ConnectOptions,
    /// See [`Against::lanes`].
    pub lanes: usize,
    /// See [`Against::retries`].
    pub retries: u32,
    /// See [`Against::default_character_set`].
    pub default_character_set: String,
    /// See [`Against::databases`].
    pub databases: Vec<String>,
}

impl Against {
    /// A comparison with every default.
    pub fn new(server: ServerUrl) -> Self {
        let defaults = RestoreOptions::new(SourceSpec::Stdin, TargetSpec::Null);
        Self {
            server,
            connect: defaults.connect,
            lanes: 4,
            retries: defaults.retries,
            default_character_set: defaults.default_character_set,
            databases: Vec::new(),
        }
    }

    /// How to log in, and TLS. Default: from the URL, the environment and `~/.my.cnf`.
    #[must_use]
    pub fn connect(mut self, connect: ConnectOptions) -> Self {
        self.connect = connect;
        self
    }

    /// Connections that read tables at the same time, 1 to [`LANES_MAX`]. Default 4. Each takes one of the server's cores
    /// while it reads.
    #[must_use]
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.lanes = lanes;
        self
    }

    /// How often a query is sent again after its connection was lost. Default 5.
    #[must_use]
    pub fn retries(mut self, count: u32) -> Self {
        self.retries = count;
        self
    }

    /// Character set of the dump until it sets one. Default `utf8mb4`.
    #[must_use]
    pub fn default_character_set(mut self, name: impl Into<String>) -> Self {
        self.default_character_set = name.into();
        self
    }

    /// The dump's databases that the server should hold, as for [`RestoreOptions::databases`]. Default: all.
    #[must_use]
    pub fn databases(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.databases = names.into_iter().map(Into::into).collect();
        self
    }

    pub(crate) fn validate(&self) -> Result<()> {
        if !(1..=LANES_MAX).contains(&self.lanes) {
            return Err(Error::usage(format!("lanes {} isn't within 1 and {LANES_MAX}", self.lanes)));
        }
        RestoreOptions::new(SourceSpec::Stdin, TargetSpec::Server(self.server.clone()))
            .retries(self.retries)
            .default_character_set(self.default_character_set.clone())
            .databases(self.databases.clone())
            .validate()
    }
}

/// What a comparison with a live server came to.
#[derive(Debug, Clone, Serialize)]
pub struct AgainstReport {
    /// The server, without credentials.
    pub target: String,
    /// `VERSION()`.
    pub version: String,
    /// Wall-clock seconds of the comparison, after the dump was read.
    pub seconds: f64,
    /// Tables, in dump order.
    pub tables: Vec<ComparedTable>,
    /// Definitions.
    pub structure: StructureReport,
}

/// A table of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedTable {
    /// `database.table`, as the target has it.
    pub table: String,
    /// What came of it.
    #[serde(flatten)]
    pub verified: Verified,
}

/// A comparison that goes along with a reading.
pub(crate) struct Comparison {
    options: Against,
    connector: Arc<Connector>,
    server: Arc<Server>,
    expected: Expected,
    definitions: Definitions,
}

impl Comparison {
    /// Connects.
    pub(crate) async fn open(options: &Against, observer: &dyn Observer, stop: &Stop) -> Result<Self> {
        observer.event(&Event::Phase { phase: Phase::Prepare });
        let connector = options.connect.resolve(&options.server)?;
        for warning in connector.warnings() {
            observer.event(&Event::Warning(warning.clone()));
        }
        let server = tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            server = MySql::facts(&connector, &options.default_character_set) => server?,
        };
        Ok(Self {
            options: options.clone(),
            connector: Arc::new(connector),
            server: Arc::new(server),
            expected: Expected::default(),
            definitions: Definitions::default(),
        })
    }

    /// As what the dump is to be read.
    pub(crate) fn read_for(&self, excluded: Excluded) -> ReadFor {
        let database = self.connector.database().map(Name::from);
        let databases = self.options.databases.iter().map(|d| Name::from(d.as_str())).collect();
        ReadFor { server: Arc::clone(&self.server), database, databases, excluded }
    }

    /// Follows the dump.
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Statement(step) => {
                self.expected.statement(step);
                self.definitions.statement(step);
            }
            Step::Text(..) => {}
            Step::Rows(step) => self.expected.rows(step),
        }
    }

    /// Compares, once the dump was read to its end. The error is the first difference.
    pub(crate) async fn compare(
        self,
        reading: Reading,
        sha256: Option<[u8; 32]>,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<(AgainstReport, Option<Error>)> {
        let started = Instant::now();
        observer.event(&Event::Phase { phase: Phase::Verify });
        let mut session = self.server.session.clone();
        session.apply(b"SET NAMES utf8mb4", Some(self.server.version));
        let reread = self.reread(reading, sha256, stop);
        let check = Check {
            connector: &self.connector,
            lanes: self.options.lanes,
            retries: self.options.retries,
            content: true,
            reread: reread.as_ref(),
            session: &session,
        };
        let outcomes = tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            outcomes = check.run(&self.expected) => outcomes?,
        };
        let structure = self.structure(&session, stop);
        let structure = structure.await?;
        if stop.is_tripped() {
            return Err(stop.cause());
        }
        let hint = "the report lists every table and definition that differs";
        let error = failure(&outcomes, hint).or_else(|| {
            let first = structure.differences.first()?;
            let what = format!("{}: {}", first.object, first.what);
            let what = match structure.differences.len() {
                0 | 1 => what,
                n => format!("{what}; {} more differences in definitions", n - 1),
            };
            Some(Error::new(ErrorKind::Verification, what).hint(hint))
        });
        let tables =
            outcomes.into_iter().map(|o| ComparedTable { table: o.table.to_string(), verified: o.verified }).collect();
        let report = AgainstReport {
            target: self.connector.to_string(),
            version: self.server.version_text.clone(),
            seconds: started.elapsed().as_secs_f64(),
            tables,
            structure,
        };
        Ok((report, error))
    }

    async fn structure(&self, session: &Session, stop: &Stop) -> Result<StructureReport> {
        let structure = Structure {
            connector: &self.connector,
            server: &self.server,
            charset: &self.options.default_character_set,
            retries: self.options.retries,
            session,
            stop,
        };
        structure.run(&self.definitions).await
    }

    /// Reads the dump again for digests that leave columns out. None for a source that can only be read once.
    fn reread(&self, reading: Reading, before: Option<[u8; 32]>, stop: &Stop) -> Option<Reread> {
        if reading.source.is_read_once() {
            return None;
        }
        let (for_server, stop) = (self.read_for(Excluded::new()), stop.clone());
        Some(Arc::new(move |excluded| {
            let server = Some(ReadFor { excluded, ..for_server.clone() });
            let reading = Reading { server, before, ..reading.clone() };
            let stop = stop.clone();
            async move {
                let expected = Mutex::new(Expected::default());
                let follow = |step: &Step| expected.lock().unwrap_or_else(PoisonError::into_inner).step(step);
                // Bars and reports have seen it all before.
                reading.run(&mut SourceReport::default(), Arc::new(Silent), &stop, follow).await?;
                Ok(expected.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            .boxed()
        }))
    }
}
