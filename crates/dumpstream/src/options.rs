//! What a restore is asked to do: every option with its default, unit, limit and cost, checked before anything is touched.

use crate::aws::AwsOptions;
use crate::error::{Error, Result};
use crate::rules::RulesFile;
use crate::source::{SourceOptions, SourceSpec};
use crate::stage::cut::is_servers_own;
use crate::target::connect::{ConnectOptions, Connector, TargetSpec};
use sqldump::Name;
use sqldump::statement::ForbiddenKind;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Least memory a run works in: below it, blocks, codec windows and connections no longer fit.
pub const MEMORY_BYTES_MIN: u64 = 64 << 20;

/// Most connections that load rows. Servers slow down long before; RDS's smaller ones allow fewer in all.
pub const LANES_MAX: usize = 256;

/// Most shaping threads.
pub const SHAPERS_MAX: usize = 256;

/// Largest row that may be allowed: what a server can take at most as one packet.
pub const ROW_BYTES_LIMIT: u64 = 1 << 30;

/// Smallest block: below it, commits and round trips outweigh the rows.
pub const BLOCK_BYTES_MIN: usize = 64 << 10;

/// A block may be this part of the memory at most, so that every lane has one while others are cut and shaped.
pub const BLOCK_MEMORY_PART: u64 = 16;

/// Most times one block is sent again. With the pauses between, more would take longer than a person waits.
pub const RETRIES_MAX: u32 = 100;

/// Lowest rate: below it, a block of the smallest size takes a minute.
pub const RATE_MIN: u64 = 1 << 10;

/// How long a swap waits for queries on the old tables unless it is told otherwise.
pub const SWAP_WAIT: Duration = Duration::from_secs(60);

/// Longest that a swap may be told to wait. A server's own limit is a year; nobody watches that long.
pub const SWAP_WAIT_MAX: Duration = Duration::from_secs(86_400);

/// Declares an enum whose values have the names users write.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident: $what:literal { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub enum $name { $($(#[$doc])* $variant,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As it is written on the command line and in reports.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == text).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|v| v.name()).collect();
                    Error::usage(concat!("the ", $what, " is of no known name")).hint(format!("known: {}", known.join(", ")))
                })
            }
        }
    };
}

choice! {
    /// How rows reach the server.
    Method: "method" {
        /// `LOAD DATA LOCAL` where the server allows it and the table suits it, `INSERT` elsewhere.
        #[default]
        Auto = "auto",
        /// `LOAD DATA LOCAL`; a server that forbids it is an error.
        LoadData = "load-data",
        /// `INSERT`: works everywhere, and costs the server more, as it parses every value.
        Insert = "insert",
    }
}

choice! {
    /// When secondary indexes and foreign keys are built.
    Indexes: "time to build indexes" {
        /// After the rows where that is safe and pays.
        #[default]
        Auto = "auto",
        /// As the dump has them: the server keeps them up while rows come in.
        WithRows = "with-rows",
        /// After the rows wherever that is safe, also for small tables.
        AfterRows = "after-rows",
    }
}

choice! {
    /// What is compared with the dump once everything is loaded.
    Verify: "extent of the verification" {
        /// The number of rows of every table.
        #[default]
        Rows = "rows",
        /// The rows' values as well, by a digest that the server computes over what it has stored.
        Content = "content",
    }
}

choice! {
    /// What becomes of a failed run's work.
    OnFailure: "choice on failure" {
        /// What may pass by itself (an interrupt, the network, a server that restarts or is full) leaves everything for
        /// a run that goes on with it; after anything else, what this run created is dropped.
        #[default]
        Auto = "auto",
        /// What this run created is dropped; what was there before stays.
        Undo = "undo",
        /// Everything stays as it is at that moment, for looking into it.
        Keep = "keep",
    }
}

/// Connections that load rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lanes {
    /// As many as bring more throughput: two at first, and at most two for each core of the server, where it tells their
    /// number, and 16.
    Auto,
    /// So many.
    Fixed(usize),
}

impl From<usize> for Lanes {
    fn from(lanes: usize) -> Self {
        Self::Fixed(lanes)
    }
}

impl std::fmt::Display for Lanes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Fixed(lanes) => lanes.fmt(f),
        }
    }
}

impl FromStr for Lanes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            number => number
                .parse()
                .map(Self::Fixed)
                .map_err(|_| Error::usage("the lanes are no number").hint("write a number of connections, or auto")),
        }
    }
}

/// A restore, asked for. Fields can be read; [`RestoreOptions::new`] and the setters fill them.
///
/// ```
/// use dumpstream::options::{Method, RestoreOptions};
/// let options = RestoreOptions::new("dump.sql.zst".parse()?, "null".parse()?).lanes(8).method(Method::Insert);
/// options.validate()?;
/// # Ok::<(), dumpstream::error::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RestoreOptions {
    /// What to read.
    pub source: SourceSpec,
    /// What to load into.
    pub target: TargetSpec,
    /// See [`RestoreOptions::connect`].
    pub connect: ConnectOptions,
    /// See [`RestoreOptions::databases`].
    pub databases: Vec<String>,
    /// See [`RestoreOptions::lanes`].
    pub lanes: Lanes,
    /// See [`RestoreOptions::shapers`].
    pub shapers: usize,
    /// See [`RestoreOptions::memory_bytes`].
    pub memory_bytes: u64,
    /// See [`RestoreOptions::block_bytes`].
    pub block_bytes: usize,
    /// See [`RestoreOptions::row_bytes_max`].
    pub row_bytes_max: u64,
    /// See [`RestoreOptions::method`].
    pub method: Method,
    /// See [`RestoreOptions::indexes`].
    pub indexes: Indexes,
    /// See [`RestoreOptions::append`].
    pub append: bool,
    /// See [`RestoreOptions::replace`].
    pub replace: bool,
    /// See [`RestoreOptions::keep_old`].
    pub keep_old: bool,
    /// See [`RestoreOptions::swap_wait`].
    pub swap_wait: Duration,
    /// See [`RestoreOptions::sha256`].
    pub sha256: Option<[u8; 32]>,
    /// See [`RestoreOptions::source_options`].
    pub source_options: SourceOptions,
    /// See [`RestoreOptions::rules`].
    pub rules: Option<RulesFile>,
    /// See [`RestoreOptions::strict`].
    pub strict: bool,
    /// See [`RestoreOptions::verify`].
    pub verify: Option<Verify>,
    /// See [`RestoreOptions::allow`].
    pub allow: BTreeSet<ForbiddenKind>,
    /// See [`RestoreOptions::skip`].
    pub skip: BTreeSet<ForbiddenKind>,
    /// See [`RestoreOptions::default_character_set`].
    pub default_character_set: String,
    /// See [`RestoreOptions::on_failure`].
    pub on_failure: OnFailure,
    /// See [`RestoreOptions::retries`].
    pub retries: u32,
    /// See [`RestoreOptions::resume`].
    pub resume: bool,
    /// See [`RestoreOptions::keep_ledger`].
    pub keep_ledger: bool,
    /// See [`RestoreOptions::max_lag`].
    pub max_lag: Option<Duration>,
    /// See [`RestoreOptions::max_threads_running`].
    pub max_threads_running: Option<u64>,
    /// See [`RestoreOptions::rate`].
    pub rate: Option<u64>,
    /// See [`RestoreOptions::keep`].
    pub keep: bool,
    /// See [`RestoreOptions::dry_run`].
    pub dry_run: bool,
}

impl RestoreOptions {
    /// A restore with every default.
    pub fn new(source: SourceSpec, target: TargetSpec) -> Self {
        Self {
            source,
            target,
            connect: ConnectOptions::default(),
            databases: Vec::new(),
            lanes: Lanes::Fixed(4),
            shapers: std::thread::available_parallelism().map_or(1, |n| n.get()).min(SHAPERS_MAX),
            memory_bytes: 256 << 20,
            block_bytes: 2 << 20,
            row_bytes_max: 64 << 20,
            method: Method::Auto,
            indexes: Indexes::Auto,
            append: false,
            replace: false,
            keep_old: false,
            swap_wait: SWAP_WAIT,
            sha256: None,
            source_options: SourceOptions::default(),
            rules: None,
            strict: false,
            verify: None,
            allow: BTreeSet::new(),
            skip: BTreeSet::new(),
            default_character_set: "utf8mb4".into(),
            on_failure: OnFailure::Auto,
            resume: false,
            keep_ledger: false,
            retries: 5,
            max_lag: None,
            max_threads_running: None,
            rate: None,
            keep: false,
            dry_run: false,
        }
    }

    /// How to log in, and TLS. Default: from the URL, the environment and `~/.my.cnf`. Only for a server's URL.
    #[must_use]
    pub fn connect(mut self, connect: ConnectOptions) -> Self {
        self.connect = connect;
        self
    }

    /// The dump's databases to restore, as it names them. Default: none, which is all of them.
    ///
    /// What stands in others is left out, and they are listed in the report; the dump is read through all the same, and has to
    /// be whole. That it hasn't got one of them is an error. One alone may have another name on the target.
    #[must_use]
    pub fn databases(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.databases = names.into_iter().map(Into::into).collect();
        self.databases.sort();
        self.databases.dedup();
        self
    }

    /// Connections that load rows: a number from 1 to [`LANES_MAX`], or [`Lanes::Auto`]. Default 4. More than the server's
    /// cores help a little; each costs a block or two of memory here and a connection there.
    #[must_use]
    pub fn lanes(mut self, lanes: impl Into<Lanes>) -> Self {
        self.lanes = lanes.into();
        self
    }

    /// Threads that turn rows into what the server is sent, 1 to [`SHAPERS_MAX`]. Default: this machine's cores.
    #[must_use]
    pub fn shapers(mut self, shapers: usize) -> Self {
        self.shapers = shapers;
        self
    }

    /// Bytes of memory to stay under, at least [`MEMORY_BYTES_MIN`]. Default 256 MiB. Rows larger than a block come on
    /// top, one at a time.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.memory_bytes = bytes;
        self
    }

    /// Bytes of dump text that go into one transaction, about: from [`BLOCK_BYTES_MIN`] to the [`BLOCK_MEMORY_PART`]th part
    /// of the memory. Default 2 MiB. Larger ones mean fewer commits, and more to send again after a deadlock.
    #[must_use]
    pub fn block_bytes(mut self, bytes: usize) -> Self {
        self.block_bytes = bytes;
        self
    }

    /// Bytes of dump text that one row, or one statement other than rows, may have; at most [`ROW_BYTES_LIMIT`]. Default
    /// 64 MiB. A larger one ends the run, as an unclosed quote would look the same; memory may reach a small multiple. An
    /// `INSERT` that is more than plain rows may have a quarter of it.
    #[must_use]
    pub fn row_bytes_max(mut self, bytes: u64) -> Self {
        self.row_bytes_max = bytes;
        self
    }

    /// How rows reach the server. Default [`Method::Auto`].
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// When secondary indexes and foreign keys are built. Default [`Indexes::Auto`].
    #[must_use]
    pub fn indexes(mut self, indexes: Indexes) -> Self {
        self.indexes = indexes;
        self
    }

    /// Whether to load into schemas that hold tables already. Default no: such a schema is refused untouched.
    #[must_use]
    pub fn append(mut self, on: bool) -> Self {
        self.append = on;
        self
    }

    /// Whether what the dump names replaces what is there. Default no. The dump is loaded into a schema beside the live one,
    /// and all tables change places in one statement at the end. Takes room for both.
    #[must_use]
    pub fn replace(mut self, on: bool) -> Self {
        self.replace = on;
        self
    }

    /// Whether what was replaced stays, as `NAME__before_YYYYMMDDTHHMMSSZ`. Default no. Only with
    /// [`RestoreOptions::replace`]; [`crate::rollback::rollback`] brings it back.
    #[must_use]
    pub fn keep_old(mut self, on: bool) -> Self {
        self.keep_old = on;
        self
    }

    /// How long the swap waits for queries and transactions on the old tables, 1 second to [`SWAP_WAIT_MAX`]. Default
    /// [`SWAP_WAIT`]. It waits two seconds at a time, so that queries which come later don't wait for long.
    #[must_use]
    pub fn swap_wait(mut self, wait: Duration) -> Self {
        self.swap_wait = wait;
        self
    }

    /// Rules by which personal data is replaced before it leaves for the target. Default: none, nothing is replaced. Where the
    /// source can be read more than once, it is, first of all, to hold the rules against the whole dump.
    #[must_use]
    pub fn rules(mut self, rules: Option<RulesFile>) -> Self {
        self.rules = rules;
        self
    }

    /// The SHA-256 that the stored bytes must have. Default: none is expected. See [`parse_sha256`].
    #[must_use]
    pub fn sha256(mut self, digest: Option<[u8; 32]>) -> Self {
        self.sha256 = digest;
        self
    }

    /// How the source is read: AWS, connections, time limits. Default [`SourceOptions::default`].
    #[must_use]
    pub fn source_options(mut self, options: SourceOptions) -> Self {
        self.source_options = options;
        self
    }

    /// Whether a value that the server changes to fit its column is an error. Default no: it is loaded as the plain
    /// client would load it, under the dump's `sql_mode`, and reported as a warning. Rows that `INSERT IGNORE` leaves out
    /// because their key is there already are a warning in either case.
    #[must_use]
    pub fn strict(mut self, on: bool) -> Self {
        self.strict = on;
        self
    }

    /// What is compared with the dump once everything is loaded. Default [`Verify::Rows`], and [`Verify::Content`] with
    /// [`RestoreOptions::replace`]. Where something in the dump may
    /// have changed rows in a way that can't be followed, the report says that the table isn't covered, and why.
    #[must_use]
    pub fn verify(mut self, extent: Verify) -> Self {
        self.verify = Some(extent);
        self
    }

    /// Runs statements of a kind that is refused otherwise. Default none. See [`statement_kind`].
    #[must_use]
    pub fn allow(mut self, kind: ForbiddenKind) -> Self {
        self.allow.insert(kind);
        self
    }

    /// Leaves out statements of a kind that is refused otherwise, with a warning. Default none. See [`statement_kind`].
    #[must_use]
    pub fn skip(mut self, kind: ForbiddenKind) -> Self {
        self.skip.insert(kind);
        self
    }

    /// Character set of the connection until the dump sets one. Default `utf8mb4`, the clients' own.
    #[must_use]
    pub fn default_character_set(mut self, name: impl Into<String>) -> Self {
        self.default_character_set = name.into();
        self
    }

    /// What becomes of a failed run's work. Default [`OnFailure::Auto`].
    #[must_use]
    pub fn on_failure(mut self, choice: OnFailure) -> Self {
        self.on_failure = choice;
        self
    }

    /// How often a block is sent again after a deadlock, a lock wait time-out or a lost connection, at most
    /// [`RETRIES_MAX`]. Default 5, with growing pauses.
    #[must_use]
    pub fn retries(mut self, count: u32) -> Self {
        self.retries = count;
        self
    }

    /// Whether to go on with a restore that ended early, by the ledger it left on the target. Default no. The dump and the
    /// settings that decide how it is cut must be the same; where nothing was begun, it begins.
    #[must_use]
    pub fn resume(mut self, on: bool) -> Self {
        self.resume = on;
        self
    }

    /// Whether the ledger stays on the target when all is done: one row for every block and statement. Default no.
    #[must_use]
    pub fn keep_ledger(mut self, on: bool) -> Self {
        self.keep_ledger = on;
        self
    }

    /// How far replicas may be behind while blocks of rows are sent. Default: however far. Only for a server that is a
    /// replica or an Aurora cluster; it is asked each second, on a connection more.
    #[must_use]
    pub fn max_lag(mut self, lag: Option<Duration>) -> Self {
        self.max_lag = lag;
        self
    }

    /// How many of the server's threads may run while blocks of rows are sent, the restore's own included. Default: any
    /// number. It is asked each second, on a connection more.
    #[must_use]
    pub fn max_threads_running(mut self, threads: Option<u64>) -> Self {
        self.max_threads_running = threads;
        self
    }

    /// Bytes of dump text a second that rows are sent with, at least [`RATE_MIN`]. Default: as fast as it goes. A block
    /// goes as a whole, so the rate holds over a few seconds.
    #[must_use]
    pub fn rate(mut self, bytes: Option<u64>) -> Self {
        self.rate = bytes;
        self
    }

    /// Whether a sandbox runs on after the restore until the run is stopped. Default no. Only for a sandbox.
    #[must_use]
    pub fn keep(mut self, on: bool) -> Self {
        self.keep = on;
        self
    }

    /// Whether to stop before anything is created or loaded, and say what would be done. Default no.
    #[must_use]
    pub fn dry_run(mut self, on: bool) -> Self {
        self.dry_run = on;
        self
    }

    /// Checks every option by itself and all of them together, without touching anything.
    pub fn validate(&self) -> Result<()> {
        self.source_options.validate()?;
        let within = |name: &str, value: u64, min: u64, max: u64| match value {
            v if v < min => Err(Error::usage(format!("{name} {v} is less than {min}"))),
            v if v > max => Err(Error::usage(format!("{name} {v} is more than {max}"))),
            _ => Ok(()),
        };
        if let Lanes::Fixed(lanes) = self.lanes {
            within("lanes", lanes as u64, 1, LANES_MAX as u64)?;
        }
        within("shapers", self.shapers as u64, 1, SHAPERS_MAX as u64)?;
        within("retries", self.retries.into(), 0, RETRIES_MAX.into())?;
        within("the memory in bytes,", self.memory_bytes, MEMORY_BYTES_MIN, u64::MAX)?;
        within("the largest row in bytes,", self.row_bytes_max, 1 << 10, ROW_BYTES_LIMIT)?;
        let block_max = self.memory_bytes / BLOCK_MEMORY_PART;
        within("the block in bytes,", self.block_bytes as u64, BLOCK_BYTES_MIN as u64, block_max)
            .map_err(|e| e.hint(format!("a block may be 1/{BLOCK_MEMORY_PART} of the memory at most")))?;
        let charset = &self.default_character_set;
        if charset.is_empty() || !charset.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Error::usage("the default character set is no name of one")
                .hint("utf8mb4, latin1 or binary, for example"));
        }
        if self.databases.iter().any(String::is_empty) {
            return Err(Error::usage("a database to restore has no name"));
        }
        if let Some(kind) = self.allow.intersection(&self.skip).next() {
            return Err(Error::usage(format!("statements of kind {kind} can't be both allowed and skipped")));
        }
        // The source and the report may be in AWS, too.
        let login = ConnectOptions { aws: AwsOptions::default(), ..self.connect.clone() };
        if !matches!(self.target, TargetSpec::Server(_)) && login != ConnectOptions::default() {
            return Err(Error::usage(format!(
                "a user, a password or TLS was given, and the target {} takes none",
                self.target
            ))
            .hint("leave them out, or name a server with --to mysql://…"));
        }
        if let Some(rate) = self.rate {
            within("the rate in bytes a second,", rate, RATE_MIN, u64::MAX)?;
        }
        if let Some(threads) = self.max_threads_running {
            within("the number of running threads", threads, 1, u64::MAX)?;
        }
        let held_back = self.max_lag.is_some() || self.max_threads_running.is_some() || self.rate.is_some();
        if held_back && self.target == TargetSpec::Null {
            return Err(Error::usage(
                "a lag, running threads or a rate was given, and nothing is sent to the target null",
            )
            .hint("leave them out, or name a server with --to mysql://…"));
        }
        if self.keep && !matches!(self.target, TargetSpec::Sandbox { .. }) {
            return Err(Error::usage("only a sandbox can be kept running").hint("use --keep with --to sandbox"));
        }
        if self.replace && self.append {
            return Err(
                Error::usage("a schema can't be both replaced and added to").hint("choose --replace or --append")
            );
        }
        if self.replace && matches!(self.target, TargetSpec::Null) {
            return Err(Error::usage("there is nothing to replace in null").hint("use --replace with a server"));
        }
        if self.keep_old && !self.replace {
            return Err(Error::usage("nothing old is there to be kept").hint("use --keep-old with --replace"));
        }
        if self.replace && self.keep_ledger {
            return Err(Error::usage("the ledger of a restore that replaces a schema goes with the staging schema")
                .hint("leave out --keep-ledger"));
        }
        let database = match &self.target {
            TargetSpec::Server(url) => url.database.as_deref(),
            TargetSpec::Sandbox { database, .. } => database.as_deref(),
            TargetSpec::Null => None,
        };
        if let Some(database) = database
            && is_servers_own(&Name::from(database))
        {
            return Err(Error::usage(format!("{database} is the server's own schema"))
                .hint("name one of your own in --to, or none"));
        }
        check_swap_wait(self.swap_wait)?;
        if self.resume && (self.dry_run || !matches!(self.target, TargetSpec::Server(_))) {
            return Err(Error::usage("only a restore into a running server can be resumed")
                .hint("leave --resume out with --dry-run, a sandbox and null"));
        }
        Ok(())
    }

    /// What is compared with the dump.
    pub fn verify_extent(&self) -> Verify {
        self.verify.unwrap_or(if self.replace { Verify::Content } else { Verify::Rows })
    }

    /// The way to the target's server, if it is one that runs already. Reads option and password files.
    pub fn connector(&self) -> Result<Option<Connector>> {
        match &self.target {
            TargetSpec::Server(url) => self.connect.resolve(url).map(Some),
            _ => Ok(None),
        }
    }

    /// The settings in force, for the report.
    pub fn settings(&self) -> BTreeMap<&'static str, String> {
        let kinds = |set: &BTreeSet<ForbiddenKind>| set.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(",");
        BTreeMap::from([
            ("databases", self.databases.join(",")),
            ("lanes", self.lanes.to_string()),
            ("shapers", self.shapers.to_string()),
            ("memory_bytes", self.memory_bytes.to_string()),
            ("block_bytes", self.block_bytes.to_string()),
            ("row_bytes_max", self.row_bytes_max.to_string()),
            ("method", self.method.to_string()),
            ("indexes", self.indexes.to_string()),
            ("append", self.append.to_string()),
            ("replace", self.replace.to_string()),
            ("keep_old", self.keep_old.to_string()),
            ("swap_wait_seconds", self.swap_wait.as_secs().to_string()),
            ("sha256", self.sha256.map_or_else(String::new, |d| hex(&d))),
            ("rules", self.rules.as_ref().map_or_else(String::new, RulesFile::identity)),
            ("strict", self.strict.to_string()),
            ("verify", self.verify_extent().to_string()),
            ("allow", kinds(&self.allow)),
            ("skip", kinds(&self.skip)),
            ("default_character_set", self.default_character_set.clone()),
            ("on_failure", self.on_failure.to_string()),
            ("resume", self.resume.to_string()),
            ("keep_ledger", self.keep_ledger.to_string()),
            ("retries", self.retries.to_string()),
            ("max_lag", self.max_lag.map_or_else(String::new, |d| d.as_secs_f64().to_string())),
            ("max_threads_running", self.max_threads_running.map_or_else(String::new, |n| n.to_string())),
            ("rate", self.rate.map_or_else(String::new, |n| n.to_string())),
            ("keep", self.keep.to_string()),
            ("dry_run", self.dry_run.to_string()),
        ])
    }
}

/// Fails on a time that a swap can't wait for.
pub(crate) fn check_swap_wait(wait: Duration) -> Result<()> {
    match wait {
        w if w < Duration::from_secs(1) => Err(Error::usage("a swap can't wait for less than a second")),
        w if w > SWAP_WAIT_MAX => Err(Error::usage("a swap can't wait for more than a day")),
        _ => Ok(()),
    }
}

/// Every kind of statement that is refused unless it is allowed or skipped by name.
pub const STATEMENT_KINDS: [ForbiddenKind; 16] = [
    ForbiddenKind::LoadData,
    ForbiddenKind::SelectIntoFile,
    ForbiddenKind::Grant,
    ForbiddenKind::SetGlobal,
    ForbiddenKind::Install,
    ForbiddenKind::Server,
    ForbiddenKind::Replication,
    ForbiddenKind::Handler,
    ForbiddenKind::Xa,
    ForbiddenKind::ClientCommand,
    ForbiddenKind::ImportExport,
    ForbiddenKind::Tablespace,
    ForbiddenKind::DropDatabase,
    ForbiddenKind::Call,
    ForbiddenKind::Unknown,
    ForbiddenKind::Unfinished,
];

/// The kind of statement that `name` stands for, such as `grant`.
pub fn statement_kind(name: &str) -> Result<ForbiddenKind> {
    STATEMENT_KINDS.into_iter().find(|k| k.as_str() == name).ok_or_else(|| {
        let known = STATEMENT_KINDS.map(|k| k.as_str()).join(", ");
        Error::usage("the kind of statement is of no known name").hint(format!("known: {known}"))
    })
}

/// Reads a number of bytes: `1048576`, `1024K`, `1024KiB`, `1M`, `1MiB`, `1G`, `1GiB`. All are powers of 1024, as in the
/// servers' own settings.
pub fn parse_bytes(text: &str) -> Result<u64> {
    let bad = || Error::usage("the size is no number of bytes").hint("write 268435456, 262144K, 256M or 256MiB");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" | "B" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return Err(bad()),
    };
    let number: u64 = number.parse().map_err(|_| bad())?;
    number.checked_mul(1 << shift).ok_or_else(bad)
}

/// Reads a SHA-256: 64 hex digits, or `@FILE` with a line as `sha256sum` writes it.
pub fn parse_sha256(text: &str) -> Result<[u8; 32]> {
    let Some(path) = text.strip_prefix('@') else {
        return unhex(text).ok_or_else(|| Error::usage("the SHA-256 is not 64 hex digits").hint("give them, or @FILE"));
    };
    let bad = |what: &str| Error::usage(format!("the SHA-256 file {path} {what}"));
    let content = std::fs::read(Path::new(path)).map_err(|e| bad("can't be read").caused_by(e))?;
    match digests_in(&String::from_utf8_lossy(&content)) {
        (Some(digest), None) => Ok(digest),
        (None, _) => Err(bad("holds no 64 hex digits")),
        (Some(_), Some(_)) => Err(bad("holds more than one digest").hint("keep the dump's own line")),
    }
}

fn digests_in(content: &str) -> (Option<[u8; 32]>, Option<[u8; 32]>) {
    let mut found = content.split_whitespace().filter_map(unhex);
    (found.next(), found.next())
}

/// The one SHA-256 in what `sha256sum` writes, or in what is nothing else.
pub(crate) fn sha256_of_text(content: &str) -> Option<[u8; 32]> {
    match digests_in(content) {
        (digest, None) => digest,
        _ => None,
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        let digit = |b: u8| char::from(b).to_digit(16);
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(out)
}

/// In hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn options(target: &str) -> RestoreOptions {
        RestoreOptions::new(SourceSpec::Stdin, target.parse().unwrap())
    }

    #[test]
    fn the_defaults_are_valid_for_every_target() {
        for target in ["null", "sandbox", "mysql://u@h/d"] {
            options(target).validate().unwrap();
        }
        options("null").memory_bytes(MEMORY_BYTES_MIN).validate().unwrap();
    }

    #[test]
    fn a_target_without_a_login_is_no_reason_to_refuse_how_aws_is_reached() {
        let aws = AwsOptions::default().region(Some("us-east-1".to_owned()));
        let of_source = ConnectOptions { aws, ..ConnectOptions::default() };
        let login = ConnectOptions { user: Some("u".to_owned()), ..of_source.clone() };
        for target in ["null", "sandbox"] {
            options(target).connect(of_source.clone()).validate().unwrap();
            assert!(options(target).connect(login.clone()).validate().is_err());
        }
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let o = || options("mysql://u@h/d");
        for bad in [
            o().lanes(0),
            o().lanes(LANES_MAX + 1),
            o().shapers(0),
            o().memory_bytes(MEMORY_BYTES_MIN - 1),
            o().row_bytes_max(ROW_BYTES_LIMIT + 1),
            o().row_bytes_max(0),
            o().block_bytes(BLOCK_BYTES_MIN - 1),
            o().block_bytes(17 << 20),
            o().retries(RETRIES_MAX + 1),
            o().default_character_set("utf8'; DROP"),
            o().default_character_set(""),
            o().allow(ForbiddenKind::Grant).skip(ForbiddenKind::Grant),
            o().keep(true),
            o().rate(Some(RATE_MIN - 1)),
            o().max_threads_running(Some(0)),
            options("null").rate(Some(1 << 20)),
            options("null").max_lag(Some(Duration::from_secs(1))),
            o().replace(true).append(true),
            o().keep_old(true),
            o().replace(true).keep_ledger(true),
            o().replace(true).swap_wait(Duration::ZERO),
            options("null").replace(true),
            options("null").connect(ConnectOptions { user: Some("u".into()), ..ConnectOptions::default() }),
        ] {
            assert_eq!(bad.validate().unwrap_err().kind(), ErrorKind::Usage, "{bad:?}");
        }
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        for (text, bytes) in [
            ("0", 0),
            ("17", 17),
            ("17B", 17),
            ("1K", 1 << 10),
            ("3KiB", 3 << 10),
            ("256MiB", 256 << 20),
            ("2G", 2 << 30),
        ] {
            assert_eq!(parse_bytes(text).unwrap(), bytes, "{text}");
        }
        for bad in ["", "M", "-1", "1.5G", "1 M", "1MB", "1k", "99999999999G", "18446744073709551616"] {
            assert!(parse_bytes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sha256_is_read_from_text_and_from_sha256sums_output() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let digest = parse_sha256(text).unwrap();
        assert_eq!(hex(&digest), text);
        assert_eq!(parse_sha256(&text.to_uppercase()).unwrap(), digest);
        let file = tempfile::NamedTempFile::new().unwrap();
        let at = format!("@{}", file.path().display());
        for content in [format!("{text}  dump.sql.zst\n"), format!("SHA256 (dump.sql) = {text}\n"), text.to_owned()] {
            std::fs::write(file.path(), content).unwrap();
            assert_eq!(parse_sha256(&at).unwrap(), digest);
        }
        std::fs::write(file.path(), format!("{text}  a\n{text}  b\n")).unwrap();
        assert!(parse_sha256(&at).is_err());
        for bad in ["", "e3b0", &text[1..], &format!("{}zz", &text[2..]), "@/no/such/file"] {
            assert!(parse_sha256(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_read_back() {
        for method in Method::ALL {
            assert_eq!(method.name().parse::<Method>().unwrap(), *method);
        }
        for kind in STATEMENT_KINDS {
            assert_eq!(statement_kind(kind.as_str()).unwrap(), kind);
        }
        for lanes in [Lanes::Auto, Lanes::Fixed(7)] {
            assert_eq!(lanes.to_string().parse::<Lanes>().unwrap(), lanes);
        }
        assert!("many".parse::<Lanes>().is_err());
        assert!("Insert".parse::<Method>().unwrap_err().hint_text().is_some());
    }
}
