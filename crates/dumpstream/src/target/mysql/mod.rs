//! Loads a dump into a MySQL or MariaDB server over several connections.
//!
//! Takes the steps in stream order and decides what runs when: rows and the statements of single tables go to the lanes
//! under a [`Schedule`]; whatever else a dump holds waits until everything before it is done and then runs on the main
//! connection, as the mysql client would run it. Some shapes are known to be safe to move, and are moved for speed: a
//! table is made when its first rows come, secondary indexes and foreign keys after its rows; views, routines, triggers
//! and events come last. A statement that could tell the difference first brings all of it about ([`MySql::settle`]).

mod catalog;
mod held;
mod lane;
mod lane_count;
mod ledger;
mod monitor;
mod schedule;
mod server;
pub(crate) mod structure;
pub(crate) mod swap;
mod throttle;
pub(crate) mod verify;
mod warned;

pub(crate) use lane::LoadSettings;
pub(crate) use lane_count::LaneCount;
pub(crate) use ledger::{Committed, Facts, Ledger, SOURCE_NAME};
pub(crate) use server::Server;
pub(crate) use swap::names::Staging;
pub(crate) use throttle::Limits;

use crate::calls::{self, is_pure};
use crate::error::{Error, ErrorKind, Result};
use crate::expected::Expected;
use crate::failpoint;
use crate::observe::{Event, Observer, Phase, Warning};
use crate::options::{Indexes, Lanes, OnFailure, Verify};
use crate::relations;
use crate::report::{PauseReport, ResumedReport, TableReport};
use crate::stage::cut::{engine, is_system, named_databases, names_load_file, qualifiers, writes_rows};
use crate::step::{At, Order, RowsStep, Shaped, StatementStep, Step, TableName};
use crate::stop::Stop;
use crate::target::connect::{self, Connector};
use futures_util::FutureExt;
use lane::{Lane, Loaded};
use ledger::{Key, Mark, Once, Redo, What};
use monitor::Monitor;
use schedule::{Schedule, Use};
use sqldump::ddl::{CreateTable, DeferredKey, KeyKind};
use sqldump::lex::{self, TokenKind};
use sqldump::session::Session;
use sqldump::statement::{self, ForbiddenKind, ObjectName, RoutineKind, Statement};
use sqldump::{LexMode, Name};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use swap::Replacement;
use throttle::{Reading, Throttle};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use verify::{Check, Reread};

/// Operations that may wait or run at once. Rows are bounded by the byte budget long before; this bounds the rest.
const OPERATIONS_MAX: usize = 512;
/// A table's secondary indexes are put off when its first block has at least this much. Below, a second statement costs
/// more than it saves: building the indexes of a table of 1 MiB takes about 10 ms, as long as any ALTER TABLE.
const DEFER_BYTES_MIN: u64 = 1 << 20;
/// How long ending the server's work on an interrupted run may take.
const KILL_TIME: Duration = Duration::from_millis(300);
/// How long a server may take to notice that a connection of ours is closed.
const REOPEN_TIME: Duration = Duration::from_secs(3);
/// How often it is asked for another meanwhile.
const REOPEN_PAUSE: Duration = Duration::from_millis(20);
/// How long dropping what an interrupted run has made may take.
const UNDO_TIME: Duration = Duration::from_millis(600);

/// Why nobody can go on with a run that holds values in variables.
const KEEPS_VALUES: &str = "the dump keeps what it has read or made up in a variable";

/// What the sink is told.
pub(crate) struct MySqlOptions {
    pub(crate) lanes: Lanes,
    pub(crate) indexes: Indexes,
    pub(crate) append: bool,
    pub(crate) on_failure: OnFailure,
    /// The ledger stays when all is done.
    pub(crate) keep_ledger: bool,
    pub(crate) drop_databases: bool,
    pub(crate) set_global: bool,
    pub(crate) charset: String,
    pub(crate) limits: Limits,
    pub(crate) load: LoadSettings,
    pub(crate) verify: Verify,
    /// Reads the dump again, where that can be done.
    pub(crate) reread: Option<Reread>,
    /// The database of the target's URL: made when missing.
    pub(crate) database: Option<Name>,
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) tables: Vec<TableReport>,
    pub(crate) objects: BTreeMap<&'static str, u64>,
    pub(crate) databases: Vec<String>,
    pub(crate) phases: BTreeMap<&'static str, f64>,
    pub(crate) pauses: BTreeMap<&'static str, PauseReport>,
    pub(crate) lanes: usize,
    /// Of that, what an earlier run had done.
    pub(crate) resumed: ResumedReport,
    /// What the dump made in the staging schemas, in that order, where it replaces others.
    pub(crate) made: Vec<Made>,
    /// A failed run's work was left for another to go on with, or to be looked into.
    pub(crate) is_left: bool,
}

/// A view, routine, trigger or event that was made in a staging schema.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) kind: &'static str,
    pub(crate) name: TableName,
    /// The dump's own text, under the names that are in force after the swap.
    pub(crate) text: Vec<u8>,
    /// In force where it stands.
    pub(crate) session: Session,
}

/// An operation for a lane.
enum Work {
    Statement { text: Vec<u8>, session: Session, at: At, table: Arc<TableName>, once: Once },
    Keys { statements: Vec<(Vec<u8>, Once)>, session: Session, at: At, table: Arc<TableName> },
    Rows { step: RowsStep, row_base: u64, replay: bool, entered: bool },
}

struct Job {
    id: u64,
    work: Work,
    extras: Vec<Arc<[u8]>>,
    /// It isn't handed back: there is no other lane that could do it.
    only: bool,
}

struct Done {
    lane: usize,
    id: u64,
    outcome: Result<Outcome>,
}

enum Outcome {
    /// Nothing: the server has no connection to spare for the lane.
    NoConnection(Work),
    Statement(Vec<Warning>),
    Keys {
        table: Arc<TableName>,
        seconds: f64,
    },
    Rows {
        table: Arc<TableName>,
        bytes: u64,
        started: Instant,
        loaded: Loaded,
    },
}

/// A table that the dump has named.
struct Table {
    /// Its definition while it hasn't been made.
    pending: Option<Pending>,
    /// Indexes to build after the rows.
    keys: Vec<DeferredKey>,
    /// Foreign keys to add at the end.
    foreign_keys: Vec<DeferredKey>,
    /// In force when the table was defined.
    session: Session,
    at: At,
    /// Rows came while foreign keys were being checked.
    checked: bool,
    rows: u64,
    /// Rows can be rolled back.
    transactional: bool,
    /// A trigger fires when rows come.
    triggers: bool,
    /// Only the main connection sees it.
    temporary: bool,
    /// Tables that its foreign keys refer to, where these are in place; while they are checked, a row waits for them.
    parents: Vec<Arc<TableName>>,
    /// It may have foreign keys that nothing is known of.
    unknown_parents: bool,
    report: usize,
    first_rows: Option<Instant>,
}

struct Pending {
    text: Vec<u8>,
    definition: CreateTable,
}

/// A view, routine, trigger or event, to be made last.
struct Post {
    class: PostClass,
    name: Option<TableName>,
    text: Vec<u8>,
    /// See [`StatementStep::live`].
    live: Option<Vec<u8>>,
    session: Session,
    at: At,
    /// The table of a trigger.
    on: Option<Arc<TableName>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PostClass {
    View,
    Routine(&'static str),
    Trigger,
    Event,
}

impl PostClass {
    const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Routine(name) => name,
            Self::Trigger => "trigger",
            Self::Event => "event",
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::View => 0,
            Self::Routine(_) => 1,
            Self::Trigger => 2,
            Self::Event => 3,
        }
    }
}

impl Post {
    fn is_in(&self, database: &Name) -> bool {
        self.name.as_ref().is_some_and(|n| n.database == *database)
    }
}

struct Schema {
    existed: bool,
    /// In force where the dump first named it: its name is in that charset.
    session: Session,
}

/// The sink. See the module's documentation.
pub(crate) struct MySql {
    options: MySqlOptions,
    connector: Arc<Connector>,
    server: Arc<Server>,
    ledger: Arc<Ledger>,
    /// Set when the dump replaces schemas.
    replacement: Option<Arc<Replacement>>,
    observer: Arc<dyn Observer>,
    stop: Stop,
    main: Lane,
    lanes: Vec<mpsc::Sender<Job>>,
    idle: Vec<usize>,
    /// Lanes that the server has no connection for.
    refused: usize,
    /// The last lane that isn't refused was so once.
    only: bool,
    lane_count: LaneCount,
    throttle: Throttle,
    /// What the server says of itself, where it is asked.
    readings: Option<mpsc::Receiver<Option<Reading>>>,
    done: mpsc::Receiver<Done>,
    done_sender: mpsc::Sender<Done>,
    tasks: JoinSet<()>,
    /// The monitor.
    watching: JoinSet<()>,
    connections: Arc<Mutex<Vec<Arc<AtomicU32>>>>,
    schedule: Schedule<Work>,
    extras: Vec<Arc<[u8]>>,
    schemas: HashMap<Name, Schema>,
    /// Names that turned out to be no schema with tables.
    no_schemas: HashSet<Name>,
    tables: HashMap<Arc<TableName>, Table>,
    /// The table whose rows came last.
    current: Option<Arc<TableName>>,
    post: Vec<Post>,
    /// Objects other than tables that were made, for undoing.
    made: BTreeSet<(&'static str, TableName)>,
    /// A statement may have made tables under names that aren't known.
    untracked: bool,
    /// Something was sent that can't be undone.
    not_undoable: Option<&'static str>,
    /// The last rows that the server may have numbered are in since an earlier run, and their numbers went with that.
    skipped_last: bool,
    /// What the target is to hold in the end.
    expected: Expected,
    schemas_entered: u64,
    summary: Summary,
    phase: Option<(Phase, Instant)>,
}

impl MySql {
    /// Connects, and asks the server about itself.
    pub(crate) async fn facts(connector: &Connector, charset: &str) -> Result<Server> {
        let mut conn = connector.connect().await?;
        Lane::greet(&mut conn, charset).await.map_err(|e| {
            Error::target("the target refuses the session that a restore needs").caused_by(lane::plain(e))
        })?;
        let server = Server::ask(&mut conn).await;
        let _ = conn.disconnect().await;
        server
    }

    /// Fails if one of these schemas holds tables.
    pub(crate) async fn check_empty(
        connector: &Connector,
        server: Arc<Server>,
        databases: &[String],
        charset: &str,
    ) -> Result<()> {
        let settings = LoadSettings { strict: false, retries: 0 };
        let session = server.session.clone();
        let mut lane = Lane::new(Arc::new(connector.clone()), server, charset.into(), settings);
        for database in databases {
            catalog::check_empty(&mut lane, &Name::from(database.as_str()), &session).await?;
        }
        Ok(())
    }

    pub(crate) fn new(
        options: MySqlOptions,
        connector: Arc<Connector>,
        server: Arc<Server>,
        ledger: Arc<Ledger>,
        replacement: Option<Arc<Replacement>>,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let charset: Arc<str> = options.charset.as_str().into();
        let lane = || Lane::new(Arc::clone(&connector), Arc::clone(&server), Arc::clone(&charset), options.load);
        let lane_count = LaneCount::new(options.lanes);
        let (done_sender, done) = mpsc::channel(lane_count.max().max(1));
        let main_id = Arc::new(AtomicU32::new(0));
        let mut main = lane();
        main.connection_id = Some(Arc::clone(&main_id));
        main.ledger = Some(Arc::clone(&ledger));
        main.lock = Some(ledger.lock(0));
        let schemas_entered = ledger.schemas().len() as u64;
        let session = &server.session;
        let schema = |existed: &bool| Schema { existed: *existed, session: session.clone() };
        let schemas = ledger.schemas().iter().map(|(name, existed)| (name.clone(), schema(existed)));
        Self {
            schemas: schemas.collect(),
            ledger,
            main,
            lanes: Vec::new(),
            idle: Vec::new(),
            refused: 0,
            only: false,
            lane_count,
            throttle: Throttle::new(options.limits, Instant::now()),
            readings: None,
            done,
            done_sender,
            tasks: JoinSet::new(),
            watching: JoinSet::new(),
            connections: Arc::new(Mutex::new(vec![main_id])),
            schedule: Schedule::default(),
            extras: Vec::new(),
            no_schemas: HashSet::new(),
            tables: HashMap::new(),
            current: None,
            post: Vec::new(),
            made: BTreeSet::new(),
            untracked: false,
            not_undoable: None,
            skipped_last: false,
            expected: Expected::default(),
            schemas_entered,
            replacement,
            summary: Summary::default(),
            phase: None,
            options,
            connector,
            server,
            observer,
            stop,
        }
    }

    /// Loads everything that comes. On an error, what is left on the target is undone or told.
    pub(crate) async fn run(mut self, mut steps: mpsc::Receiver<Step>) -> (Summary, Result<()>) {
        let stop = self.stop.clone();
        let result = {
            let all = async {
                self.enter(Phase::Rows);
                self.reopen().await;
                if self.lane_count.is_auto()
                    && let Some(cores) = Arc::clone(&self.server).cores(&mut self.main).await
                {
                    self.lane_count.bound(cores);
                }
                self.watch().await?;
                loop {
                    self.assign();
                    tokio::select! {
                        biased;
                        done = self.done.recv() => if let Some(done) = done { self.finished(done)?; },
                        heard = listen(&mut self.readings, self.throttle.until()) => self.hear(heard)?,
                        step = steps.recv(), if self.schedule.len() < OPERATIONS_MAX => match step {
                            Some(Step::Statement(step)) => {
                                self.expected.statement(&step);
                                self.follow(step).await?;
                            }
                            Some(Step::Rows(step)) => {
                                self.expected.rows(&step);
                                self.rows(step).await?;
                            }
                            // Closed: at the dump's end, or because the run is ending.
                            None if stop.is_tripped() => return Ok(()),
                            None => break,
                        },
                    }
                }
                // Before the events, which may change rows.
                self.settle_tables().await?;
                self.verify().await?;
                self.settle().await?;
                self.end_ledger().await?;
                self.leave_phase();
                Ok(())
            };
            tokio::select! {
                biased;
                () = stop.tripped() => Err(None),
                result = all => result.map_err(Some),
            }
        };
        let result = match result {
            Ok(()) if !stop.is_tripped() => Ok(()),
            Ok(()) | Err(None) => {
                let cause = stop.take_cause().unwrap_or_else(|| Error::new(ErrorKind::Interrupted, "interrupted"));
                Err(self.abort(cause).await)
            }
            Err(Some(e)) => {
                stop.trip(Error::new(ErrorKind::Interrupted, "ended by another failure"));
                drop(steps);
                Err(self.abort(e).await)
            }
        };
        self.summary.pauses = self.throttle.finish(Instant::now());
        self.close_lanes();
        self.summary.databases = self.schemas.keys().map(ToString::to_string).collect();
        self.summary.databases.sort_unstable();
        (self.summary, result)
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase.is_some_and(|(p, _)| p == phase) {
            return;
        }
        self.leave_phase();
        self.phase = Some((phase, Instant::now()));
        self.observer.event(&Event::Phase { phase });
    }

    fn leave_phase(&mut self) {
        if let Some((phase, since)) = self.phase.take() {
            let name = match phase {
                Phase::Prepare => "prepare",
                Phase::Rows => "rows",
                Phase::Indexes => "indexes",
                Phase::Objects => "objects",
                Phase::Verify => "verify",
                Phase::Swap => "swap",
            };
            *self.summary.phases.entry(name).or_default() += since.elapsed().as_secs_f64();
        }
    }

    // ---- lanes ----

    /// Gives idle lanes what is ready to run.
    fn assign(&mut self) {
        self.throttle.fill(Instant::now());
        loop {
            let busy = self.lanes.len() - self.refused - self.idle.len();
            if busy >= self.lane_count.lanes() || self.idle.is_empty() && self.refused > 0 {
                return;
            }
            let now = Instant::now();
            let (throttle, mut held) = (&mut self.throttle, false);
            let ready = self.schedule.start_if(|work| {
                let may = !matches!(work, Work::Rows { .. }) || throttle.may_send(now);
                held |= !may;
                may
            });
            let event = match &ready {
                Some((_, Work::Rows { step, .. })) => self.throttle.send(step.bytes, now),
                None if held => self.throttle.wait(now),
                _ => None,
            };
            event.iter().for_each(|e| self.observer.event(e));
            let Some((id, work)) = ready else { return };
            self.summary.lanes = self.summary.lanes.max(busy + 1);
            let lane = self.idle.pop().unwrap_or_else(|| self.open_lane());
            let job = Job { id, work, extras: self.extras.clone(), only: self.only };
            // A lane takes one job at a time, and this one was idle.
            if let Some(sender) = self.lanes.get(lane)
                && sender.try_send(job).is_err()
            {
                self.stop.trip(Error::target("a lane ended unexpectedly"));
            }
        }
    }

    fn open_lane(&mut self) -> usize {
        let index = self.lanes.len();
        let (sender, mut jobs) = mpsc::channel::<Job>(1);
        let mut lane = Lane::new(
            Arc::clone(&self.connector),
            Arc::clone(&self.server),
            self.options.charset.as_str().into(),
            self.options.load,
        );
        lane.ledger = Some(Arc::clone(&self.ledger));
        lane.lock = Some(self.ledger.lock(index + 1));
        lane.renewable = true;
        let id = Arc::new(AtomicU32::new(0));
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&id));
        lane.connection_id = Some(id);
        let done = self.done_sender.clone();
        self.tasks.spawn(async move {
            while let Some(Job { id, work, extras, only }) = jobs.recv().await {
                lane.extras = extras;
                // A panic must not leave the others waiting for this lane.
                let outcome = AssertUnwindSafe(perform(&mut lane, work, only)).catch_unwind().await;
                let outcome =
                    outcome.unwrap_or_else(|_| Err(Error::target("a lane panicked; this is a bug in dumpstream")));
                if done.send(Done { lane: index, id, outcome }).await.is_err() {
                    return;
                }
            }
            lane.close().await;
        });
        self.lanes.push(sender);
        index
    }

    fn finished(&mut self, done: Done) -> Result<()> {
        let outcome = match done.outcome {
            Ok(Outcome::NoConnection(work)) => {
                self.schedule.give_back(done.id, work);
                match self.lanes.len() - self.refused {
                    1 => {
                        self.only = true;
                        self.idle.push(done.lane);
                    }
                    _ => self.refused += 1,
                }
                return Ok(());
            }
            Err(e) if connect::is_full(&e) => {
                Err(e.hint("a restore needs two at least: raise max_connections or the account's limit"))
            }
            outcome => outcome,
        };
        self.schedule.finish(done.id);
        self.idle.push(done.lane);
        match outcome? {
            Outcome::NoConnection(_) => {}
            Outcome::Statement(warned) => self.warn(warned),
            Outcome::Keys { table, seconds } => {
                if let Some(report) = self.report(&table) {
                    report.index_seconds += seconds;
                }
                self.observer.event(&Event::TableDone { table: table.to_string() });
            }
            Outcome::Rows { table, bytes, started, loaded } => {
                let now = Instant::now();
                if self.lane_count.committed(bytes, now.duration_since(started), now) {
                    self.observer.event(&Event::Lanes { lanes: self.lane_count.lanes() });
                }
                self.loaded(&table, bytes, started, loaded);
            }
        }
        Ok(())
    }

    fn warn(&self, warnings: Vec<Warning>) {
        for warning in warnings {
            self.observer.event(&Event::Warning(warning));
        }
    }

    fn loaded(&mut self, table: &Arc<TableName>, bytes: u64, started: Instant, loaded: Loaded) {
        let name = table.to_string();
        for (attempt, reason) in loaded.replays {
            self.observer.event(&Event::Replay { table: name.clone(), attempt, reason });
        }
        for warning in &loaded.warnings {
            self.expected.changed(table, warning.column.as_deref());
        }
        self.warn(loaded.warnings);
        let first = self.tables.get_mut(table).map(|t| *t.first_rows.get_or_insert(started));
        if let Some(report) = self.report(table) {
            report.rows += loaded.rows;
            report.bytes += bytes;
            report.blocks += 1;
            report.method =
                if report.method.is_empty() || report.method == loaded.method { loaded.method } else { "mixed" };
            report.seconds = first.unwrap_or(started).elapsed().as_secs_f64();
        }
        self.observer.event(&Event::Rows { table: name, rows: loaded.rows, bytes });
    }

    fn report(&mut self, table: &Arc<TableName>) -> Option<&mut TableReport> {
        let index = self.tables.get(table)?.report;
        self.summary.tables.get_mut(index)
    }

    /// No more work comes for the lanes. Returns how many connections the target has room for in their place.
    fn close_lanes(&mut self) -> usize {
        let (open, lanes) = (self.lanes.len() - self.refused, self.lane_count.lanes());
        self.lanes.clear();
        self.idle.clear();
        if std::mem::take(&mut self.refused) == 0 {
            return lanes;
        }
        self.warn(vec![Warning {
            code: "fewer_lanes".to_owned(),
            message: format!("rows went over {open} lanes in place of {lanes}: the target had no more connections"),
            table: None,
            row: None,
            column: None,
        }]);
        open
    }

    /// Waits until nothing waits or runs on the lanes.
    async fn drain(&mut self) -> Result<()> {
        while !self.schedule.is_idle() {
            self.assign();
            tokio::select! {
                biased;
                done = self.done.recv() => if let Some(done) = done { self.finished(done)?; },
                heard = listen(&mut self.readings, self.throttle.until()) => self.hear(heard)?,
            }
        }
        Ok(())
    }

    // ---- holding back ----

    /// Has the server asked how it is, if that is to be kept to.
    async fn watch(&mut self) -> Result<()> {
        let limits = self.throttle.limits();
        if !limits.asks() {
            return Ok(());
        }
        let charset = self.options.charset.as_str().into();
        let mut monitor = Monitor::open(Arc::clone(&self.connector), charset, limits).await?;
        self.throttle.hear(monitor.ask().await, Instant::now());
        let (told, readings) = mpsc::channel(1);
        self.watching.spawn(monitor.run(told));
        self.readings = Some(readings);
        Ok(())
    }

    fn hear(&mut self, heard: Heard) -> Result<()> {
        let reading = match heard {
            Heard::Nothing => return Ok(()),
            Heard::Reading(reading) => reading,
        };
        match self.throttle.hear(reading, Instant::now()) {
            true => Ok(()),
            false => Err(Error::target(
                "the target doesn't say any more how it is, so rows can't be held back as asked",
            )
            .hint("look at the server's error log; --max-lag and --max-threads-running need a connection of their own")
            .transient()),
        }
    }

    /// Waits until a block may be sent over the main connection.
    async fn turn(&mut self, bytes: u64) -> Result<()> {
        while !self.throttle.may_send(Instant::now()) {
            let event = self.throttle.wait(Instant::now());
            event.iter().for_each(|e| self.observer.event(e));
            let heard = listen(&mut self.readings, self.throttle.until()).await;
            self.hear(heard)?;
        }
        let event = self.throttle.send(bytes, Instant::now());
        event.iter().for_each(|e| self.observer.event(e));
        Ok(())
    }

    // ---- schemas ----

    /// The database of the target's URL, as it is told apart from others.
    fn given(&self) -> Option<Name> {
        self.options.database.as_ref().map(|d| self.server.session.fold(d))
    }

    /// Makes sure that a schema that the dump names in `session` may be loaded into, and makes the target's where it is
    /// missing. Its name comes folded.
    async fn schema(&mut self, database: &Name, session: &Session, at: At) -> Result<()> {
        let known = self.schemas.contains_key(database);
        let existed = self.admit(database, session, at).await?;
        if let Some(given) = &self.options.database
            && !known
            && !existed
            && self.given().as_ref() == Some(database)
        {
            // A run that was killed may have made it since it was looked for.
            let sql = [b"CREATE DATABASE IF NOT EXISTS ", given.quoted().as_slice()].concat();
            let session = self.server.session.clone();
            self.main.statement(&sql, &session).await.map_err(|e| located(e, at))?;
            self.make_ledger(database).await?;
        }
        Ok(())
    }

    /// Makes sure that a schema that the dump names in `session` may be loaded into. Returns whether it was there before.
    async fn admit(&mut self, database: &Name, session: &Session, at: At) -> Result<bool> {
        if let Some(schema) = self.schemas.get(database) {
            return Ok(schema.existed);
        }
        let charset = session.get("character_set_client").unwrap_or_default();
        if self.given().as_ref() == Some(database) && !database.as_bytes().is_ascii() && !charset.starts_with("utf8") {
            return Err(located(
                Error::usage(format!("the target's schema {database} can't be named in the dump's charset {charset}"))
                    .hint("name a schema in ASCII in --to, or none, so that the dump's own names hold"),
                at,
            ));
        }
        if let Some(replacement) = self.replacement.clone() {
            replacement.open(database).await.map_err(|e| located(e, at))?;
        }
        let existed = catalog::schema_exists(&mut self.main, database, session).await.map_err(|e| located(e, at))?;
        if existed && !self.options.append && self.replacement.is_none() {
            catalog::check_empty(&mut self.main, database, session).await.map_err(|e| located(e, at))?;
        }
        if existed && self.options.append {
            self.not_undoable.get_or_insert("the schema was there before (--append)");
        }
        self.schemas.insert(database.clone(), Schema { existed, session: session.clone() });
        let key = Key { what: What::Schema, at: self.schemas_entered, part: u32::from(existed) };
        self.schemas_entered += 1;
        if let Some(sql) = self.ledger.mark(key, true, database.as_bytes()) {
            let session = self.server.session.clone();
            self.main.statement(&sql, &session).await?;
        }
        if existed {
            self.make_ledger(database).await?;
        }
        Ok(existed)
    }

    // ---- the ledger ----

    /// Makes the ledger in a schema that is there, if there is none yet.
    async fn make_ledger(&mut self, database: &Name) -> Result<()> {
        if self.ledger.schema().is_some() {
            return Ok(());
        }
        // Another name means something else to a session in another charset.
        if !database.as_bytes().is_ascii() {
            return self.give_up_resuming("its schema's name is not ASCII").await;
        }
        let session = self.server.session.clone();
        failpoint::reach("before-ledger");
        for sql in self.ledger.create(database) {
            self.main.statement(&sql, &session).await?;
            failpoint::reach("within-ledger");
        }
        let run: Vec<Vec<u8>> = self.main.ask(self.ledger.ask_run(database)).await?;
        if !run.first().is_some_and(|entry| self.ledger.is_ours(entry)) {
            return Err(Error::target(format!("another restore into {database} began at the same time"))
                .hint("if that one was killed, run the same command with --resume")
                .transient());
        }
        self.ledger.made(database.clone());
        Ok(())
    }

    /// All is done.
    async fn end_ledger(&mut self) -> Result<()> {
        failpoint::reach("before-ledger-drop");
        // A staging schema's goes with that schema, once its tables are where they belong.
        if self.replacement.is_some() {
            return Ok(());
        }
        if let Some(sql) = self.ledger.end().filter(|_| !self.options.keep_ledger) {
            let session = self.server.session.clone();
            self.main.statement(&sql, &session).await?;
        }
        failpoint::reach("after-ledger-drop");
        Ok(())
    }

    /// Nobody can go on with this run's work: says so in the ledger before that becomes true.
    async fn give_up_resuming(&mut self, why: &str) -> Result<()> {
        match self.ledger.give_up(why) {
            Some(sql) => {
                let session = self.server.session.clone();
                self.main.statement(&sql, &session).await
            }
            None => Ok(()),
        }
    }

    /// A step that is to be done once; `None` if an earlier run has done it.
    fn once(&self, key: Key, text: &[u8], redo: Redo, at: At) -> Result<Option<Once>> {
        let (started, maybe) = match self.ledger.before(key) {
            None => (None, self.ledger.is_resumed()),
            Some(Mark::Started(info)) => (Some(info.clone()), true),
            Some(Mark::Done(info)) => {
                return match info.as_slice() == crc32fast::hash(text).to_le_bytes() {
                    true => Ok(None),
                    false => Err(other_dump(at)),
                };
            }
        };
        Ok(Some(Once { key, redo, maybe, started, counts: None }))
    }

    /// As [`MySql::once`], for what is done to one table. One that isn't transactional is made anew by every run.
    fn once_on(&self, table: &Arc<TableName>, key: Key, text: &[u8], redo: Redo, at: At) -> Result<Option<Once>> {
        match self.is_transactional(table) {
            true => self.once(key, text, redo, at),
            false => {
                let maybe = self.ledger.is_resumed();
                Ok(Some(Once { key, redo, maybe, started: None, counts: None }))
            }
        }
    }

    /// What may have been there before this run must not be taken for its work.
    fn told(&self, codes: &'static [u16]) -> Redo {
        Redo::Told { codes, marked: self.options.append }
    }

    /// Whether what is done to a table can be taken back or told, so that another run can go on with it.
    fn is_transactional(&self, table: &Arc<TableName>) -> bool {
        self.tables.get(table).is_none_or(|t| t.transactional || t.temporary)
    }

    /// A statement may be about a table that isn't transactional.
    fn names_others(&self, text: &[u8]) -> bool {
        let others: Vec<_> = self.tables.iter().filter(|(_, t)| !t.transactional && !t.temporary).collect();
        catalog::mentions(text, &self.server.session, others.into_iter().map(|(name, _)| &**name))
    }

    /// Rows that are written may have others written, of a table that isn't transactional, by a trigger or a routine.
    fn may_write_others(&self) -> bool {
        let programs = self.tables.values().any(|t| t.triggers) || self.made.iter().any(|(kind, _)| is_routine(kind));
        let programs = programs || self.post.iter().any(|p| matches!(p.class, PostClass::Routine(_)));
        programs && self.tables.values().any(|t| !t.transactional && !t.temporary)
    }

    /// Refuses a statement that names a schema which isn't this run's. One that only reads (a `SELECT` into variables) may
    /// look at what the server says of itself.
    async fn check_names(&mut self, text: &[u8], session: &Session, reads: bool, at: At) -> Result<()> {
        for name in qualifiers(text, session.lex_mode(), Some(self.server.version)) {
            let is = |schema: &[u8]| name.as_bytes().eq_ignore_ascii_case(schema);
            // Nobody can write to the one, and the other tells about the server.
            if is(b"information_schema") || (reads && is(b"performance_schema")) {
                continue;
            }
            if is_system(&name) {
                return Err(located(
                    Error::source_bad(format!("the dump reads or writes the server's own schema {name}")),
                    at,
                ));
            }
            self.not_foreign(&session.fold(&name), session, at).await?;
        }
        Ok(())
    }

    /// Refuses a name that is a schema of the target which this run must not touch, wherever a statement has it. It comes
    /// folded.
    async fn not_foreign(&mut self, name: &Name, session: &Session, at: At) -> Result<()> {
        if self.schemas.contains_key(name) || self.no_schemas.contains(name) {
            return Ok(());
        }
        if !self.options.append || self.options.database.is_some() {
            catalog::check_empty(&mut self.main, name, session).await.map_err(|e| located(e, at))?;
        }
        self.no_schemas.insert(name.clone());
        Ok(())
    }

    // ---- statements ----

    /// Carries out a statement, and keeps account of what it leaves in the main connection.
    async fn follow(&mut self, step: StatementStep) -> Result<()> {
        let mode = step.session.lex_mode();
        let left = held::left_by(&step.kind, &step.text, mode);
        let sets_last = held::sets_last(&step.kind);
        self.main.asks_for_last = held::asks_for_last(&step.kind, &step.text, mode);
        self.statement(step).await?;
        self.main.asks_for_last = false;
        self.main.last_is_lost &= !sets_last;
        self.main.holds = self.main.holds.or(left);
        Ok(())
    }

    async fn statement(&mut self, step: StatementStep) -> Result<()> {
        let StatementStep { text, live, kind, session, at, .. } = step;
        if self.replacement.is_some() && live.is_none() {
            self.check_own(&text, &session, at)?;
        }
        if let Statement::CreateDatabase { name, .. } = &kind {
            return self.create_database(session.fold(name), &text, &session, at).await;
        }
        if let Statement::DropDatabase { name, .. } = &kind {
            return self.drop_database(session.fold(name), &text, session, at).await;
        }
        let current = session.database().filter(|_| works_in_database(&kind)).cloned();
        for database in named_databases(&kind).into_iter().chain(current) {
            self.schema(&session.fold(&database), &session, at).await?;
        }
        let reads = matches!(kind, Statement::Select);
        if reads || writes_rows(&kind) {
            self.check_names(&text, &session, reads, at).await?;
        }
        // The target's database is entered only once something is to go there: until then it may not exist.
        let mut session = session;
        if session.database().is_some_and(|d| !self.schemas.contains_key(&session.fold(d))) {
            session.set_database(None);
        }
        let resolve =
            |name: &ObjectName| TableName::resolve(name.database.as_ref(), &name.name, &session).map(Arc::new);
        match kind {
            Statement::LockTables | Statement::UnlockTables | Statement::Begin | Statement::Commit => Ok(()),
            Statement::Set => {
                // Nothing before it may see it, and it may read what comes before.
                if is_pure(&text, session.lex_mode()) {
                    self.drain().await?;
                } else {
                    self.settle().await?;
                }
                if !held::is_repeatable(&kind, &text, session.lex_mode()) {
                    self.give_up_resuming(KEEPS_VALUES).await?;
                }
                self.on_main(&text, &session, at).await?;
                let text: Arc<[u8]> = text.into();
                self.main.learned(Arc::clone(&text));
                self.extras.push(text);
                Ok(())
            }
            // Entering the schema is what tells whether it is there.
            Statement::Use(name) => {
                session.set_database(Some(name));
                self.on_main(b"DO 0", &session, at).await
            }
            Statement::CreateTable(table) if table.temporary => {
                self.drain().await?;
                let name = resolve(&table.name);
                self.give_up_resuming("the dump makes temporary tables").await?;
                self.on_main(&text, &session, at).await?;
                if let Some(name) = name {
                    let known = self.table_entry(name, &session, at);
                    known.temporary = true;
                    known.transactional = false;
                }
                Ok(())
            }
            Statement::CreateTable(table) => {
                let Some(name) = resolve(&table.name) else {
                    let redo = self.told(&[1050]);
                    return self.alone(&text, &session, at, redo).await;
                };
                self.create_table(name, *table, text, session, at).await
            }
            Statement::DropTables { names, if_exists, temporary } => {
                self.drop_tables(
                    names.iter().filter_map(resolve).collect(),
                    if_exists && !temporary,
                    &text,
                    session,
                    at,
                )
                .await
            }
            Statement::CreateView { ref name } => {
                self.post(PostClass::View, resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::DropViews { ref names, .. } => {
                let names: Vec<_> = names.iter().filter_map(resolve).collect();
                let before = self.post.len();
                self.post.retain(|p| {
                    p.class != PostClass::View || p.name.as_ref().is_none_or(|n| !names.iter().any(|d| **d == *n))
                });
                // A stand-in that this drops was never made.
                if before == self.post.len() {
                    self.post(PostClass::View, None, text, None, session, at);
                }
                Ok(())
            }
            Statement::CreateTrigger { ref name, ref table } => {
                let on = resolve(table);
                if let Some(table) = on.clone() {
                    self.table_entry(table, &session, at).triggers = true;
                }
                self.post(PostClass::Trigger, resolve(name), text, live, session, at);
                self.post.last_mut().into_iter().for_each(|p| p.on.clone_from(&on));
                Ok(())
            }
            Statement::CreateRoutine { kind, ref name } => {
                self.post(PostClass::Routine(routine(kind)), resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::CreateEvent { ref name } => {
                self.post(PostClass::Event, resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::DropObject { kind, ref name, .. } if kind != statement::ObjectKind::Index => {
                let class = match kind {
                    statement::ObjectKind::Trigger => PostClass::Trigger,
                    statement::ObjectKind::Event => PostClass::Event,
                    statement::ObjectKind::Routine(kind) => PostClass::Routine(routine(kind)),
                    _ => PostClass::Routine("routine"),
                };
                let before = self.post.len();
                if let Some(name) = resolve(name) {
                    self.post.retain(|p| p.class != class || p.name.as_ref() != Some(&*name));
                }
                // One that waited to be made never was.
                if before == self.post.len() {
                    self.post(class, None, text, None, session, at);
                }
                Ok(())
            }
            Statement::AlterTable { ref table, keys: Some(_), .. }
                if resolve(table).is_some_and(|t| self.tables.get(&t).is_some_and(|t| t.transactional)) =>
            {
                // Means nothing to InnoDB.
                Ok(())
            }
            Statement::AlterTable { ref table, ref touches, .. } => {
                let touches: Vec<_> = touches.iter().filter_map(resolve).collect();
                self.untracked |= !touches.is_empty();
                let table = resolve(table);
                let mode = session.lex_mode();
                if new_engine(&text, mode).is_some_and(|e| !e.as_bytes().eq_ignore_ascii_case(b"InnoDB"))
                    && let Some(known) = table.as_ref().and_then(|t| self.tables.get_mut(t))
                    && std::mem::take(&mut known.transactional)
                {
                    // Rows that come now may not be taken back, and those that are in wouldn't come again.
                    self.give_up_resuming("the dump changes a table's engine").await?;
                }
                // Done twice, it does nothing, and the definition doesn't tell.
                let redo = match calls::names(&text, mode, &[b"EXCHANGE"]) {
                    true => Redo::Never,
                    false => by_definition(table.as_ref()),
                };
                self.on_table(table, touches, text, session, at, redo).await
            }
            Statement::CreateIndex { ref table } => {
                let table = resolve(table);
                let redo = by_definition(table.as_ref());
                self.on_table(table, Vec::new(), text, session, at, redo).await
            }
            Statement::TruncateTable { ref table } => {
                self.on_table(resolve(table), Vec::new(), text, session, at, Redo::Again).await
            }
            Statement::CreateTableOther { ref table, temporary } => {
                let name = resolve(table);
                if temporary || self.names_others(&text) {
                    self.give_up_resuming("the dump copies tables that can't be rolled back").await?;
                }
                let redo = match &name {
                    Some(name) if !self.options.append => {
                        Redo::Drop([b"DROP TABLE IF EXISTS ".as_slice(), &name.quoted()].concat())
                    }
                    _ => Redo::Never,
                };
                self.alone(&text, &session, at, redo).await?;
                if let Some(name) = name {
                    let transactional = self.engine(&name, &session, at).await?.is_some_and(|e| e);
                    if !transactional && !temporary {
                        self.give_up_resuming("the dump makes a table that can't be rolled back from others").await?;
                    }
                    let known = self.table_entry(name, &session, at);
                    known.temporary = temporary;
                    known.transactional = transactional && !temporary;
                }
                Ok(())
            }
            Statement::RenameTables { ref pairs } => {
                self.untracked = true;
                if self.names_others(&text) {
                    self.give_up_resuming("the dump renames tables that can't be rolled back").await?;
                }
                // Of tables that change places, the definition need not tell.
                let gone = pairs.iter().find(|(from, _)| pairs.iter().all(|(_, to)| to != from));
                let redo = by_definition(gone.and_then(|(from, _)| resolve(from)).as_ref());
                self.alone(&text, &session, at, redo).await
            }
            Statement::CreateSequence { ref name } => {
                let made = resolve(name);
                let redo = self.told(&[1050]);
                self.alone(&text, &session, at, redo).await?;
                self.made.extend(made.map(|n| ("SEQUENCE", (*n).clone())));
                Ok(())
            }
            Statement::Select if held::is_constant(&text, session.lex_mode()) => {
                self.on_main(&text, &session, at).await
            }
            Statement::Update | Statement::Delete
                if self.made.is_empty() && self.post.is_empty() && !self.awaits_foreign_keys(&session) =>
            {
                let tables = relations::touched(&text, &session).unwrap_or_default();
                let tables: Vec<_> = tables.iter().filter_map(resolve).collect();
                if tables.iter().any(|t| !self.is_transactional(t)) {
                    self.give_up_resuming("the dump changes rows that can't be rolled back").await?;
                }
                let plain = |t: &Arc<TableName>| self.tables.get(t).is_some_and(|t| !t.triggers && !t.temporary);
                match tables.split_first() {
                    Some((first, others)) if tables.iter().all(plain) => {
                        self.on_table(Some(Arc::clone(first)), others.to_vec(), text, session, at, Redo::Commit).await
                    }
                    _ => self.rows_alone(&text, &session, at, None).await,
                }
            }
            Statement::Prepare | Statement::Execute => {
                self.untracked = true;
                self.check_prepared(&text, &session, at).await?;
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::Forbidden(ForbiddenKind::SetGlobal) if !self.options.set_global => {
                self.leave_out_global(&text, &session, at).await
            }
            Statement::Forbidden(kind) => {
                self.not_undoable.get_or_insert(kind.as_str());
                self.alone(&text, &session, at, Redo::Never).await
            }
            Statement::Select if !held::is_repeatable(&kind, &text, session.lex_mode()) => {
                if held::left_by(&kind, &text, session.lex_mode()).is_none() {
                    // A function in it may write rows.
                    return self.rows_alone(&text, &session, at, None).await;
                }
                self.give_up_resuming(KEEPS_VALUES).await?;
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::Select | Statement::Show | Statement::Deallocate => {
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::AlterDatabase { .. }
            | Statement::AlterSequence { .. }
            | Statement::Maintenance { .. }
            | Statement::Flush => self.alone(&text, &session, at, Redo::Again).await,
            Statement::Insert { ref table } | Statement::Replace { ref table } => {
                let counts = resolve(table);
                self.rows_alone(&text, &session, at, counts.as_deref()).await
            }
            kind if writes_rows(&kind) => self.rows_alone(&text, &session, at, None).await,
            _ => self.alone(&text, &session, at, Redo::Never).await,
        }
    }

    /// Refuses a statement that asks for what the one before did, if that was in an earlier run.
    async fn check_last(&mut self, at: At) -> Result<()> {
        if !(self.main.asks_for_last && self.skipped_last) {
            return Ok(());
        }
        const WHY: &str = "the dump uses a number that the server gave to a row in the earlier run (LAST_INSERT_ID)";
        self.give_up_resuming(WHY).await?;
        Err(located(Error::target(WHY).hint("drop the schema and restore anew"), at))
    }

    /// Runs a statement on the main connection, beside whatever the lanes do.
    async fn on_main(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        self.check_last(at).await?;
        self.main.statement(text, session).await.map_err(|e| located(e, at))
    }

    /// Runs a statement on the main connection once. False if an earlier run has done it.
    async fn main_once(&mut self, text: &[u8], session: &Session, at: At, redo: Redo) -> Result<bool> {
        let Some(once) = self.once(key(What::Statement, at), text, redo, at)? else { return Ok(false) };
        self.main.once(text, session, &once).await.map_err(|e| located(e, at))?;
        Ok(true)
    }

    /// Runs a statement on the main connection when everything before it is in place.
    async fn alone(&mut self, text: &[u8], session: &Session, at: At, redo: Redo) -> Result<()> {
        self.settle().await?;
        self.main_once(text, session, at, redo).await.map(drop)
    }

    /// As [`MySql::alone`], for a statement that writes rows; of this table, the server may number them.
    async fn rows_alone(&mut self, text: &[u8], session: &Session, at: At, counts: Option<&TableName>) -> Result<()> {
        if self.names_others(text) || self.may_write_others() {
            self.give_up_resuming("the dump changes rows that may not be rolled back").await?;
        }
        self.settle().await?;
        let Some(mut once) = self.once(key(What::Statement, at), text, Redo::Commit, at)? else {
            self.skipped_last |= counts.is_some();
            return Ok(());
        };
        self.check_last(at).await?;
        once.counts = counts.map(TableName::quoted);
        self.main.once(text, session, &once).await.map_err(|e| located(e, at))?;
        self.skipped_last &= counts.is_none();
        let warned = std::mem::take(&mut self.main.warned).into_iter();
        let table = counts.map(ToString::to_string);
        let placed = |w: Warning| match &table {
            Some(table) => Warning { table: Some(table.clone()), ..w },
            None => Warning { message: format!("line {}: {}", at.line, w.message), ..w },
        };
        self.warn(warned.map(placed).collect());
        Ok(())
    }

    /// Runs a statement that touches one table (and a few others) when everything before it on these is done.
    async fn on_table(
        &mut self,
        table: Option<Arc<TableName>>,
        touches: Vec<Arc<TableName>>,
        text: Vec<u8>,
        session: Session,
        at: At,
        redo: Redo,
    ) -> Result<()> {
        let known = table.filter(|t| self.tables.get(t).is_some_and(|t| !t.temporary));
        let Some(table) = known else { return self.alone(&text, &session, at, redo).await };
        // A view over the table took its columns from it as it was.
        if self.is_viewed(std::slice::from_ref(&table)) || self.awaits_foreign_keys(&session) {
            self.settle().await?;
            return match self.once_on(&table, key(What::Statement, at), &text, redo, at)? {
                Some(once) => self.main.once(&text, &session, &once).await.map_err(|e| located(e, at)),
                None => Ok(()),
            };
        }
        for name in std::iter::once(&table).chain(&touches) {
            self.create(name, false)?;
            self.build_keys(name)?;
            self.add_foreign_keys(name)?;
        }
        if let Some(known) = self.tables.get_mut(&table) {
            known.parents.extend(touches.iter().cloned());
        }
        let mut uses = vec![(Arc::clone(&table), Use::Alone)];
        uses.extend(touches.into_iter().filter(|t| *t != table).map(|t| (t, Use::Alone)));
        if let Some(once) = self.once_on(&table, key(What::Statement, at), &text, redo, at)? {
            self.schedule.push(Work::Statement { text, session, at, table, once }, uses);
        }
        Ok(())
    }

    async fn create_database(&mut self, name: Name, text: &[u8], session: &Session, at: At) -> Result<()> {
        if self.replacement.is_some() {
            // It is there already, and gets the defaults that the dump gives it.
            self.schema(&name, session, at).await?;
            let Some(sql) = swap::alter_database(&name, text, session, self.server.version) else { return Ok(()) };
            return self.main_once(&sql, &outside(session), at, Redo::Again).await.map(drop);
        }
        let given = self.given().as_ref() == Some(&name);
        let known = self.schemas.contains_key(&name);
        if !known && given {
            // Made from the dump's own statement, so that it gets the dump's defaults, unless it is there.
            if self.admit(&name, session, at).await? {
                return Ok(());
            }
        } else if given {
            return Ok(());
        } else {
            self.schema(&name, session, at).await?;
        }
        self.main_once(text, &outside(session), at, Redo::Told { codes: &[1007], marked: true }).await?;
        self.make_ledger(&name).await
    }

    async fn drop_database(&mut self, name: Name, text: &[u8], mut session: Session, at: At) -> Result<()> {
        let known = self.schemas.contains_key(&name);
        self.schema(&name, &session, at).await?;
        if self.replacement.is_some() {
            // The staging schema is new, so there is nothing to drop yet.
            if self.tables.keys().any(|t| t.database == name) || self.post.iter().any(|p| p.is_in(&name)) {
                return Err(located(
                    Error::source_bad(format!("the dump drops the schema {name} that it has filled itself"))
                        .hint("--skip drop-database leaves the statement out"),
                    at,
                ));
            }
            return Ok(());
        }
        let existed = self.schemas.get(&name).is_some_and(|s| s.existed);
        if self.options.append && existed && !self.options.drop_databases {
            return Err(located(
                Error::target(format!("the dump drops the schema {name}, which was there before"))
                    .hint("--skip drop-database leaves the statement out, --allow drop-database runs it"),
                at,
            ));
        }
        session.set_database(None);
        if known {
            self.settle().await?;
            self.tables.retain(|t, _| t.database != name);
        }
        let redo = Redo::Told { codes: &[1008], marked: true };
        let Some(once) = self.once(key(What::Statement, at), text, redo, at)? else { return Ok(()) };
        if self.ledger.schema().as_ref() == Some(&name) {
            self.ledger.lost();
            self.on_main(text, &session, at).await?;
        } else {
            self.main.once(text, &session, &once).await.map_err(|e| located(e, at))?;
        }
        self.main.left_database();
        if self.given().as_ref() == Some(&name) {
            // Whatever comes next finds it missing and makes it.
            self.schemas.remove(&name);
        }
        Ok(())
    }

    /// The entry of a table, made if the dump hasn't named it yet.
    fn table_entry(&mut self, name: Arc<TableName>, session: &Session, at: At) -> &mut Table {
        let tables = &mut self.summary.tables;
        self.tables.entry(name).or_insert_with_key(|name| {
            tables.push(TableReport { table: name.to_string(), ..TableReport::default() });
            Table {
                pending: None,
                keys: Vec::new(),
                foreign_keys: Vec::new(),
                session: session.clone(),
                at,
                checked: false,
                rows: 0,
                transactional: false,
                triggers: false,
                temporary: false,
                parents: Vec::new(),
                unknown_parents: false,
                report: tables.len() - 1,
                first_rows: None,
            }
        })
    }

    async fn create_table(
        &mut self,
        name: Arc<TableName>,
        table: CreateTable,
        text: Vec<u8>,
        session: Session,
        at: At,
    ) -> Result<()> {
        if self.current.as_ref().is_some_and(|c| *c != name) {
            self.moved_on()?;
        }
        // Over another one, or one that may be there: the server decides.
        if self.tables.contains_key(&name) || table.or_replace || (table.if_not_exists && self.options.append) {
            self.create(&name, false)?;
            let transactional = engine(&table, &session, &self.server.default_engine).eq_ignore_ascii_case("InnoDB");
            if table.or_replace && self.tables.get(&name).is_some_and(|t| t.transactional != transactional) {
                self.give_up_resuming("the dump changes a table's engine").await?;
                self.table_entry(Arc::clone(&name), &session, at).transactional = transactional;
            }
            let uses = vec![(Arc::clone(&name), Use::Alone)];
            let redo = if table.or_replace { Redo::Again } else { Redo::Told { codes: &[1050], marked: true } };
            if let Some(once) = self.once_on(&name, key(What::Statement, at), &text, redo, at)? {
                self.schedule.push(Work::Statement { text, session, at, table: name, once }, uses);
            }
            return Ok(());
        }
        let transactional = engine(&table, &session, &self.server.default_engine).eq_ignore_ascii_case("InnoDB");
        let entry = self.table_entry(name, &session, at);
        entry.transactional = transactional;
        entry.pending = Some(Pending { text, definition: table });
        Ok(())
    }

    /// Sends a table's definition if that is still to be done: without what can be added later if `large`.
    fn create(&mut self, name: &Arc<TableName>, large: bool) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        let Some(Pending { text, definition }) = table.pending.take() else { return Ok(()) };
        let checks = table.session.get("foreign_key_checks") != Some("0");
        let apart = match self.options.indexes {
            Indexes::WithRows => false,
            Indexes::AfterRows => true,
            Indexes::Auto => large,
        };
        let (session, at) = (table.session.clone(), table.at);
        let with_rows = self.options.indexes == Indexes::WithRows;
        // References in the text that is sent: a parent has to be there, with its keys, before the child.
        let (text, references) = match definition.split {
            Some(split)
                if table.transactional && !with_rows && (apart || (checks && !split.foreign_keys.is_empty())) =>
            {
                table.keys = split.keys;
                table.foreign_keys = split.foreign_keys;
                (split.bare, definition.inline_references)
            }
            _ => (text, definition.references),
        };
        let mut uses = vec![(Arc::clone(name), Use::Alone)];
        let mut parents = Vec::new();
        for parent in references {
            let Some(parent) = TableName::resolve(parent.database.as_ref(), &parent.name, &session) else { continue };
            let parent = Arc::new(parent);
            parents.push(Arc::clone(&parent));
            if parent != *name {
                self.create(&parent, false)?;
                self.build_keys(&parent)?;
                uses.push((parent, Use::Alone));
            }
        }
        let mut deferred = 0;
        if let Some(table) = self.tables.get_mut(name) {
            deferred = table.keys.len() + table.foreign_keys.len();
            table.parents = parents;
        }
        if let Some(report) = self.report(name) {
            report.deferred_keys = deferred;
        }
        let redo = match self.is_transactional(name) || self.options.append {
            true => self.told(&[1050]),
            false => Redo::Drop([b"DROP TABLE IF EXISTS ".as_slice(), &name.quoted()].concat()),
        };
        if let Some(once) = self.once_on(name, key(What::Table, at), &text, redo, at)? {
            self.schedule.push(Work::Statement { text, session, at, table: Arc::clone(name), once }, uses);
        }
        Ok(())
    }

    async fn drop_tables(
        &mut self,
        names: Vec<Arc<TableName>>,
        if_exists: bool,
        text: &[u8],
        session: Session,
        at: At,
    ) -> Result<()> {
        // A view that was defined over a table which is replaced later took its columns from that table.
        if self.is_viewed(&names) {
            self.settle().await?;
        }
        self.post.retain(|p| p.on.as_ref().is_none_or(|on| !names.contains(on)));
        let known = |name: &Arc<TableName>| self.tables.contains_key(name);
        if if_exists && !self.options.append && !self.untracked && !names.iter().any(known) {
            return Ok(());
        }
        if let [name] = names.as_slice()
            && if_exists
            && self.tables.get(name).is_some_and(|t| t.pending.is_some())
        {
            // It was never made.
            self.tables.remove(name);
            return Ok(());
        }
        let redo = Redo::Told { codes: &[1051], marked: true };
        match names.iter().find(|n| !self.is_transactional(n)) {
            Some(other) => {
                self.settle().await?;
                if let Some(once) = self.once_on(other, key(What::Statement, at), text, redo, at)? {
                    self.main.once(text, &session, &once).await.map_err(|e| located(e, at))?;
                }
            }
            None => self.alone(text, &session, at, redo).await?,
        }
        for name in names {
            self.tables.remove(&name);
        }
        Ok(())
    }

    /// Leaves out an assignment to a global variable, unless the target doesn't know the variable: then it refuses the
    /// dump as the server would.
    async fn leave_out_global(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        let tokens: Vec<_> = lex::significant(text, session.lex_mode(), Some(self.server.version)).collect();
        let word =
            |i: usize| tokens.get(i).map(|t| String::from_utf8_lossy(t.text(text)).into_owned()).unwrap_or_default();
        let names = tokens.iter().enumerate().filter_map(|(i, t)| {
            let prefixed = t.kind == TokenKind::SystemVariable && word(i).eq_ignore_ascii_case("@@global");
            let global = t.kind == TokenKind::Word
                && matches!(word(i).to_ascii_uppercase().as_str(), "GLOBAL" | "PERSIST" | "PERSIST_ONLY");
            if prefixed { Some(word(i + 2)) } else { global.then(|| word(i + 1)) }
        });
        for name in names.collect::<Vec<_>>() {
            let name = name.trim_matches('`').to_owned();
            let quoted = catalog::literal(&Name::from(name.as_str()), session);
            let query = format!("SHOW GLOBAL VARIABLES WHERE variable_name = {quoted}");
            let found: Vec<(String, String)> = self.main.ask(query).await.map_err(|e| located(e, at))?;
            if found.is_empty() {
                return Err(located(
                    Error::target(format!("the target has no system variable {name}"))
                        .hint("the dump comes from another kind or version of server; --skip set-global leaves such statements out"),
                    at,
                ));
            }
            self.observer.event(&Event::Warning(Warning {
                code: "statement_left_out".to_owned(),
                message: format!(
                    "line {}: the global variable {name} was not set; --allow set-global sets it",
                    at.line
                ),
                table: None,
                row: None,
                column: None,
            }));
        }
        Ok(())
    }

    /// Whether a view that is still to be made may read one of these tables.
    fn is_viewed(&self, names: &[Arc<TableName>]) -> bool {
        let seen = |p: &Post| catalog::mentions(&p.text, &p.session, names.iter().map(|n| &**n));
        self.post.iter().any(|p| p.class == PostClass::View && seen(p))
    }

    /// Whether foreign keys are still to be added that would act on what a statement in this session changes.
    fn awaits_foreign_keys(&self, session: &Session) -> bool {
        session.get("foreign_key_checks") != Some("0") && self.tables.values().any(|t| !t.foreign_keys.is_empty())
    }

    /// Refuses a prepared statement that the fence would refuse as it stands.
    async fn check_prepared(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        let mode = session.lex_mode();
        let tokens: Vec<_> = lex::significant(text, mode, Some(self.server.version)).collect();
        let is = |t: &lex::Token, word: &[u8]| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(word);
        // EXECUTE name runs what PREPARE was looked at for.
        let Some(from) = tokens.iter().position(|t| is(t, b"FROM") || is(t, b"IMMEDIATE")) else { return Ok(()) };
        let inner = match tokens.get(from + 1..) {
            Some([t]) if t.kind == TokenKind::String => lex::unquote_string(t.text(text), mode),
            Some([t]) if t.kind == TokenKind::UserVariable => {
                let variable = String::from_utf8_lossy(t.text(text)).into_owned();
                self.main.bring(session).await.map_err(|e| located(e, at))?;
                let value: Vec<Option<Vec<u8>>> =
                    self.main.ask(format!("SELECT {variable}")).await.map_err(|e| located(e, at))?;
                value.into_iter().next().flatten().unwrap_or_default()
            }
            _ => {
                return Err(located(
                    Error::source_bad("a statement is put together before it is run, so it can't be looked at first")
                        .hint("remove it from the dump, or restore with the mysql client"),
                    at,
                ));
            }
        };
        match statement::classify(&inner, mode, Some(self.server.version)) {
            Statement::Forbidden(kind) => Err(located(
                Error::source_bad(format!("a prepared statement of the kind {kind} is refused"))
                    .hint("remove it from the dump, or restore with the mysql client"),
                at,
            )),
            Statement::Call => Err(located(Error::source_bad("a prepared CALL is refused"), at)),
            Statement::Other { first_word } => Err(located(
                Error::source_bad(format!("a prepared statement of an unknown kind ({first_word}) is refused")),
                at,
            )),
            inner_kind => {
                let reads = matches!(inner_kind, Statement::Select);
                if names_load_file(&inner, mode) {
                    return Err(located(
                        Error::source_bad("a prepared statement reads a file of the server's (LOAD_FILE)"),
                        at,
                    ));
                }
                if !held::is_repeatable(&inner_kind, &inner, mode) {
                    self.give_up_resuming("the dump puts statements together before it runs them").await?;
                }
                self.check_names(&inner, session, reads, at).await
            }
        }
    }

    fn post(
        &mut self,
        class: PostClass,
        name: Option<Arc<TableName>>,
        text: Vec<u8>,
        live: Option<Vec<u8>>,
        session: Session,
        at: At,
    ) {
        self.post.push(Post { class, name: name.map(|n| (*n).clone()), text, live, session, at, on: None });
    }

    // ---- rows ----

    async fn rows(&mut self, step: RowsStep) -> Result<()> {
        let name = Arc::clone(&step.table);
        if self.current.as_ref() != Some(&name) {
            self.moved_on()?;
            self.schema(&name.database, &step.session, step.at).await?;
            if self.post.iter().any(|p| p.name.as_ref() == Some(&*name)) {
                // Rows into a view.
                self.settle().await?;
            }
            if !self.tables.contains_key(&name) {
                self.find_table(&name, &step.session, step.at).await?;
            }
            self.current = Some(Arc::clone(&name));
        }
        if let Shaped::Committed(committed) = &step.shaped
            && committed.crc != step.crc
        {
            return Err(other_dump(step.at));
        }
        let by_keys = match &step.shaped {
            Shaped::Insert { order, .. } | Shaped::Committed(Committed { order, .. }) => *order != Order::Free,
            _ => false,
        };
        self.create(&name, step.bytes >= DEFER_BYTES_MIN && !by_keys)?;
        if by_keys {
            // What IGNORE and REPLACE do depends on the unique keys, and on foreign keys where these are checked.
            self.build_keys(&name)?;
            if self.awaits_foreign_keys(&step.session) {
                self.settle().await?;
            }
        }
        let Some(table) = self.tables.get_mut(&name) else { return Ok(()) };
        let row_base = table.rows;
        if row_base == 0 && step.rows > 0 {
            self.observer.event(&Event::TableStarted { table: name.to_string() });
        }
        table.rows += step.rows;
        let checked = step.session.get("foreign_key_checks") != Some("0");
        table.checked |= checked;
        let entered = table.transactional && !table.temporary;
        if self.options.append && !entered && !table.temporary {
            self.give_up_resuming("rows are added to a table that isn't transactional").await?;
        }
        let Some(table) = self.tables.get(&name) else { return Ok(()) };
        let counter = |auto: bool| auto && self.server.counter_locks;
        let alone = match &step.shaped {
            Shaped::Piece => {
                return Err(located(
                    Error::source_bad("an INSERT with more than plain rows in it is too long to be run in one piece")
                        .hint("raise --max-row: a quarter of it is the limit; or make the dump with a smaller --net-buffer-length"),
                    step.at,
                )
                .at(|p| p.table = Some(name.to_string())));
            }
            Shaped::Unmapped => {
                return Err(located(
                    Error::source_bad("a name among the rows may mean the database that is mapped, or a table")
                        .hint("restore without a database in --to, so that names stay as they are"),
                    step.at,
                ));
            }
            Shaped::Verbatim { statements } => {
                self.turn(step.bytes).await?;
                let (statements, session) = (statements.clone(), step.session.clone());
                for (part, statement) in (0..).zip(statements) {
                    let at = At { part, ..step.at };
                    if names_load_file(&statement, session.lex_mode()) {
                        return Err(located(Error::source_bad("a row reads a file of the server's (LOAD_FILE)"), at));
                    }
                    self.check_names(&statement, &session, false, at).await?;
                    self.main.asks_for_last = held::names_last(&statement, session.lex_mode());
                    self.rows_alone(&statement, &session, at, Some(&name))
                        .await
                        .map_err(|e| e.at(|p| p.table = Some(name.to_string())))?;
                    (self.main.asks_for_last, self.main.last_is_lost) = (false, false);
                    self.main.holds = self.main.holds.or(held::left_by_rows(&statement, session.lex_mode()));
                }
                return Ok(());
            }
            Shaped::Looked(_) => return Ok(()),
            Shaped::Committed(Committed { stored, load_data, order, .. }) => {
                self.skipped_last |= *order == Order::Stream;
                let method = if *load_data { lane::LOAD_DATA } else { lane::INSERT };
                let loaded = Loaded { rows: *stored, method, ..Loaded::default() };
                self.summary.resumed.blocks += 1;
                self.summary.resumed.rows += stored;
                self.loaded(&name, step.bytes, Instant::now(), loaded);
                return Ok(());
            }
            Shaped::Insert { order: Order::Stream, .. } => {
                return self.rows_on_main(step, row_base, entered).await;
            }
            _ if table.triggers || table.temporary || (checked && table.unknown_parents) => {
                let mut step = step;
                if table.triggers {
                    if self.may_write_others() {
                        self.give_up_resuming("a trigger may write rows that can't be rolled back").await?;
                    }
                    // What it writes must not come twice, as it may where LOAD DATA is tried first.
                    step.shaped = lane::as_insert(step.shaped, &step.table, step.session.lex_mode());
                }
                return self.rows_on_main(step, row_base, entered).await;
            }
            Shaped::Insert { order, .. } => *order == Order::Table || !table.transactional,
            Shaped::Load { plan, .. } => counter(plan.auto_increment),
        };
        let replay = table.transactional;
        let parents = if checked { table.parents.clone() } else { Vec::new() };
        let how = if alone || parents.contains(&name) { Use::Alone } else { Use::Shared };
        let mut uses = vec![(name, how)];
        uses.extend(parents.into_iter().map(|p| (p, Use::Alone)));
        uses.dedup_by(|a, b| a.0 == b.0);
        self.schedule.push(Work::Rows { step, row_base, replay, entered }, uses);
        Ok(())
    }

    async fn rows_on_main(&mut self, step: RowsStep, row_base: u64, entered: bool) -> Result<()> {
        if self.post.is_empty() {
            self.drain().await?;
        } else {
            self.settle().await?;
        }
        if entered && matches!(&step.shaped, Shaped::Insert { order: Order::Stream, .. }) {
            let at = step.at;
            let started = match self.ledger.before(Key { what: What::Rows, at: at.offset, part: 0 }) {
                Some(Mark::Started(entry)) => Some(entry.clone()),
                _ => None,
            };
            let noted = self.main.count_rows_again(at.offset, &step.table, started).await;
            noted.map_err(|e| located(e, at))?;
        }
        self.turn(step.bytes).await?;
        let (started, table, bytes) = (Instant::now(), Arc::clone(&step.table), step.bytes);
        let loaded = self.main.rows(&step, row_base, false, entered).await?;
        (self.main.last_is_lost, self.skipped_last) = (false, false);
        self.loaded(&table, bytes, started, loaded);
        Ok(())
    }

    /// Whether a table of the target is transactional; `None` where there is none of that name.
    async fn engine(&mut self, name: &TableName, session: &Session, at: At) -> Result<Option<bool>> {
        let sql = format!(
            "SELECT engine FROM information_schema.tables WHERE {} AND {}",
            catalog::is("table_schema", &name.database, session),
            catalog::is("table_name", &name.table, session)
        );
        let found: Vec<Option<String>> = self.main.ask(sql).await.map_err(|e| located(e, at))?;
        Ok(found.first().map(|e| e.as_deref().is_some_and(|e| e.eq_ignore_ascii_case("InnoDB"))))
    }

    /// Learns about a table that was there before, or that a statement made in its own way.
    async fn find_table(&mut self, name: &Arc<TableName>, session: &Session, at: At) -> Result<()> {
        self.drain().await?;
        let triggers: Vec<u64> = self
            .main
            .ask(format!(
                "SELECT COUNT(*) FROM information_schema.triggers WHERE {} AND {}",
                catalog::is("event_object_schema", &name.database, session),
                catalog::is("event_object_table", &name.table, session)
            ))
            .await
            .map_err(|e| located(e, at))?;
        let engine = self.engine(name, session, at).await?;
        let entry = self.table_entry(Arc::clone(name), session, at);
        entry.triggers = triggers.first().is_some_and(|n| *n > 0);
        entry.transactional = engine.unwrap_or(false);
        entry.unknown_parents = true;
        if engine.is_some() {
            self.not_undoable.get_or_insert("rows were added to tables that were there before");
        }
        Ok(())
    }

    // ---- what is put off ----

    /// The stream has gone on to another table: the indexes of the last one can be built.
    fn moved_on(&mut self) -> Result<()> {
        if let Some(last) = self.current.take()
            && self.options.indexes != Indexes::AfterRows
        {
            self.build_keys(&last)?;
        }
        Ok(())
    }

    fn build_keys(&mut self, name: &Arc<TableName>) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        if table.pending.is_some() || table.keys.is_empty() {
            return Ok(());
        }
        let keys = std::mem::take(&mut table.keys);
        // In one statement, so that the keys keep their order; but a server builds one FULLTEXT index at a time.
        let mut groups: Vec<Vec<DeferredKey>> = Vec::new();
        for key in keys {
            let fulltext = |k: &DeferredKey| matches!(k.kind, KeyKind::Fulltext);
            match groups.last_mut() {
                Some(group) if !(fulltext(&key) && group.iter().any(fulltext)) => group.push(key),
                _ => groups.push(vec![key]),
            }
        }
        let (session, at) = (table.session.clone(), table.at);
        let texts = groups.iter().map(|keys| alter(name, keys)).collect();
        self.push_keys(name, What::Keys, texts, session, at, vec![(Arc::clone(name), Use::Alone)])
    }

    /// Adds keys to a table, in these statements.
    fn push_keys(
        &mut self,
        name: &Arc<TableName>,
        what: What,
        texts: Vec<Vec<u8>>,
        session: Session,
        at: At,
        uses: Vec<(Arc<TableName>, Use)>,
    ) -> Result<()> {
        let mut statements = Vec::new();
        for (part, text) in (0..).zip(texts) {
            let key = Key { what, at: at.offset, part };
            if let Some(once) = self.once(key, &text, Redo::Definition(name.quoted()), at)? {
                statements.push((text, once));
            }
        }
        match statements.is_empty() {
            true => self.observer.event(&Event::TableDone { table: name.to_string() }),
            false => self.schedule.push(Work::Keys { statements, session, at, table: Arc::clone(name) }, uses),
        }
        Ok(())
    }

    fn add_foreign_keys(&mut self, name: &Arc<TableName>) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        if table.pending.is_some() || table.foreign_keys.is_empty() {
            return Ok(());
        }
        let keys = std::mem::take(&mut table.foreign_keys);
        let mut session = table.session.clone();
        // Rows that came unchecked are not checked now either: that is what the dump asked for.
        let checks: &[u8] = if table.checked { b"SET foreign_key_checks = 1" } else { b"SET foreign_key_checks = 0" };
        session.apply(checks, Some(self.server.version));
        let at = table.at;
        let mut uses = vec![(Arc::clone(name), Use::Alone)];
        for key in &keys {
            if let KeyKind::ForeignKey { references } = &key.kind
                && let Some(parent) = TableName::resolve(references.database.as_ref(), &references.name, &session)
            {
                let parent = Arc::new(parent);
                table.parents.push(Arc::clone(&parent));
                if uses.iter().all(|(t, _)| *t != parent) {
                    uses.push((parent, Use::Alone));
                }
            }
        }
        self.push_keys(name, What::ForeignKeys, vec![alter(name, &keys)], session, at, uses)
    }

    /// Brings the target to where the mysql client would be at this point of the dump.
    async fn settle(&mut self) -> Result<()> {
        let reading = self.phase.map(|(p, _)| p);
        self.settle_tables().await?;
        if !self.post.is_empty() {
            self.enter(Phase::Objects);
            self.make_posts().await?;
        }
        if let Some(phase) = reading {
            self.enter(phase);
        }
        Ok(())
    }

    /// As [`settle`](Self::settle), without views, routines, triggers and events.
    async fn settle_tables(&mut self) -> Result<()> {
        let mut names: Vec<_> = self.tables.keys().cloned().collect();
        names.sort_by_key(|n| self.tables.get(n).map(|t| t.report));
        for name in &names {
            self.create(name, false)?;
        }
        self.current = None;
        for name in &names {
            self.build_keys(name)?;
        }
        if self.tables.values().any(|t| !t.foreign_keys.is_empty()) || !self.schedule.is_idle() {
            self.drain().await?;
            self.enter(Phase::Indexes);
        }
        for name in &names {
            self.add_foreign_keys(name)?;
        }
        self.drain().await
    }

    /// Compares what the target holds with what the dump says.
    async fn verify(&mut self) -> Result<()> {
        self.enter(Phase::Verify);
        if self.options.append {
            self.expected.excuse_all("rows may have been there before (--append)");
        }
        let mut session = self.server.session.clone();
        session.apply(b"SET NAMES utf8mb4", Some(self.server.version));
        // In a staging schema none does.
        let schemas = self.schemas.iter().filter(|_| self.replacement.is_none());
        for (database, schema) in schemas {
            let named = catalog::is("event_schema", database, &schema.session);
            let sql = format!("SELECT COUNT(*) FROM information_schema.events WHERE {named}");
            if self.main.ask::<u64>(sql).await?.first().is_some_and(|n| *n > 0) {
                self.expected.excuse_all("an event may have run");
            }
        }
        // The connections that ask take the place of those that loaded.
        let lanes = self.close_lanes();
        while self.tasks.join_next().await.is_some() {}
        self.watching.abort_all();
        self.readings = None;
        let check = Check {
            connector: &self.connector,
            lanes,
            retries: self.options.load.retries,
            content: self.options.verify == Verify::Content,
            reread: self.options.reread.as_ref(),
            session: &session,
        };
        let outcomes = check.run(&self.expected).await?;
        let failure = verify::failure(
            &outcomes,
            "something else writes to the target, or it doesn't keep what it is given: look at its triggers and its error \
             log; the report lists every table",
        );
        for outcome in outcomes {
            if let Some(report) = self.report(&Arc::new(outcome.table)) {
                report.verified = Some(outcome.verified);
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Makes views, routines, triggers and events. One that needs another that isn't there yet waits for it.
    async fn make_posts(&mut self) -> Result<()> {
        let mut waiting = std::mem::take(&mut self.post);
        waiting.sort_by_key(|p| p.class.rank());
        loop {
            let count = waiting.len();
            let mut first_error = None;
            let mut later = Vec::new();
            for post in waiting {
                let redo = match post.name {
                    Some(_) => self.told(&[1050, 1304, 1359, 1537]),
                    None => Redo::Told { codes: &[1051, 1305, 1360, 1539], marked: true },
                };
                let text = self.staged(&post)?;
                match self.main_once(&text, &post.session, post.at, redo).await {
                    Ok(_) => {
                        if let (Some(name), Some(live)) = (&post.name, &post.live) {
                            let (kind, name) = (post.class.name(), name.clone());
                            self.summary.made.retain(|m| m.kind != kind || m.name != name);
                            let (text, session) = (live.clone(), post.session.clone());
                            self.summary.made.push(Made { kind, name, text, session });
                        }
                        if let Some(name) = post.name
                            && self.made.insert((post.class.name(), name))
                        {
                            *self.summary.objects.entry(post.class.name()).or_default() += 1;
                            self.observer.event(&Event::ObjectDone { kind: post.class.name() });
                        }
                    }
                    Err(e) if e.server_code().is_some_and(|c| matches!(c, 1146 | 1305 | 1356 | 1049)) => {
                        first_error.get_or_insert(e);
                        later.push(post);
                    }
                    Err(e) => return Err(e),
                }
            }
            match first_error {
                None => return Ok(()),
                Some(e) if later.len() == count => return Err(e),
                Some(_) => waiting = later,
            }
        }
    }

    /// What makes an object where the run loads it.
    fn staged<'a>(&self, post: &'a Post) -> Result<Cow<'a, [u8]>> {
        let (Some(replacement), Some(live)) = (&self.replacement, &post.live) else { return Ok((&post.text).into()) };
        let mode = post.session.lex_mode();
        // What the dump has come to only since then is loaded elsewhere as well.
        let text = match replacement.staging().live() {
            Some(_) => post.text.clone(),
            None => replacement.staging().map(live, &post.session).map_err(|e| {
                located(
                    Error::source_bad("a name in the statement may mean a database or a table of that name"),
                    post.at,
                )
                .caused_by(e)
                .hint("restore this database by itself, with --to mysql://…/NAME")
            })?,
        };
        // It must not fire there.
        Ok(match post.class {
            PostClass::Event => swap::disabled_event(&text, mode, self.server.version).into(),
            _ => text.into(),
        })
    }

    /// Refuses a statement about the tables that a staging schema holds for its own sake.
    fn check_own(&self, text: &[u8], session: &Session, at: At) -> Result<()> {
        match swap::names_own_table(text, session.lex_mode(), self.server.version) {
            Some(name) => Err(located(
                Error::source_bad(format!("the dump has a table {name}, and dumpstream keeps such names for itself"))
                    .hint("dump without it: --ignore-table; or restore into a new schema, without --replace"),
                at,
            )),
            None => Ok(()),
        }
    }

    // ---- the end of a failed run ----

    /// Stops everything on the server, and undoes what was done there.
    async fn abort(&mut self, error: Error) -> Error {
        self.tasks.abort_all();
        self.watching.abort_all();
        self.main.drop_connection();
        // What comes now doesn't wait for the server to notice.
        self.main.lock = None;
        self.main.asks_for_last = false;
        let ids: Vec<u32> = {
            let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            connections.iter().map(|id| id.load(Ordering::Relaxed)).filter(|id| *id != 0).collect()
        };
        let kill = async {
            // The lanes' own connections may be what it has no room for.
            while self.tasks.join_next().await.is_some() {}
            while self.watching.join_next().await.is_some() {}
            self.reopen().await;
            for id in ids {
                // One that is gone already can't be killed, and that is fine.
                let _ = self.main.ask::<u64>(format!("KILL {id}")).await;
            }
        };
        let _ = tokio::time::timeout(KILL_TIME, kill).await;
        let rows: u64 = self.summary.tables.iter().map(|t| t.rows).sum();
        let names = {
            let mut names: Vec<String> = self.schemas.keys().map(ToString::to_string).collect();
            names.sort_unstable();
            names.join(", ")
        };
        if self.schemas.is_empty() {
            return error.leaving("nothing was changed on the target");
        }
        let resumable = self.ledger.unresumable().is_none();
        let interrupted = error.kind() == ErrorKind::Interrupted;
        let may_pass = error.is_transient() || connect::may_pass(&error);
        let keep = match self.options.on_failure {
            OnFailure::Keep => true,
            OnFailure::Undo => false,
            // Who stops a restore at once doesn't want what it made.
            OnFailure::Auto if interrupted && !self.ledger.is_resumed() => resumable && rows > 0,
            OnFailure::Auto => resumable && may_pass,
        };
        let kept = self.not_undoable.filter(|_| !keep).map(|what| format!(", and {what}, so nothing was undone"));
        // What was done outside of a staging schema doesn't matter to dropping that.
        let kept = kept.filter(|_| self.replacement.is_none());
        if keep || kept.is_some() {
            self.summary.is_left = true;
            let next = match resumable {
                true => "run the same command with --resume to go on",
                false if self.replacement.is_some() => "the next --replace drops it",
                false => "drop it before the next restore",
            };
            if self.ledger.schema().is_none() && kept.is_none() {
                return error.leaving(format!("nothing was loaded into {names}; run the same command with --resume"));
            }
            let kept = kept.unwrap_or_default();
            return error.leaving(format!("{names} is unfinished: at least {rows} rows are in{kept}; {next}"));
        }
        if self.replacement.is_some() {
            // Dropped whole, by whoever made it.
            return error;
        }
        let limit = if interrupted { UNDO_TIME } else { Duration::MAX };
        let Ok(undone) = tokio::time::timeout(limit, self.undo()).await else {
            return error.leaving(format!(
                "{names} was being dropped again when the time for that was over: look whether it is gone"
            ));
        };
        match undone {
            Ok(()) => error.leaving("everything this run had made on the target was dropped again"),
            Err(e) => {
                error.leaving(format!("{} is incomplete, and dropping what this run had made failed: {e}", names))
            }
        }
    }

    /// Opens the main connection as soon as the server has noticed that others of ours are closed. An error comes again
    /// with the first statement.
    async fn reopen(&mut self) {
        let begun = Instant::now();
        while self.main.open().await.is_err_and(|e| connect::is_full(&e)) && begun.elapsed() < REOPEN_TIME {
            tokio::time::sleep(REOPEN_PAUSE).await;
        }
    }

    /// Drops what this run has made.
    async fn undo(&mut self) -> Result<()> {
        self.reopen().await;
        for (database, schema) in &self.schemas {
            // Of the dump's session, only what its name is written in: the rest may be what the target refused.
            let mut session = self.server.session.clone();
            if let Some(charset) = schema.session.get("character_set_client") {
                session.apply(format!("SET NAMES {charset}").as_bytes(), Some(self.server.version));
            }
            session.apply(b"SET foreign_key_checks = 0", Some(self.server.version));
            let mut statements = Vec::new();
            if schema.existed {
                // It held nothing, so whatever it holds now came from this run.
                let named = catalog::is("table_schema", database, &session);
                self.main.bring(&session).await?;
                let found: Vec<(Vec<u8>, String)> = self
                    .main
                    .ask(format!("SELECT table_name, table_type FROM information_schema.tables WHERE {named}"))
                    .await?;
                for (name, kind) in found {
                    let what = match kind.as_str() {
                        "VIEW" => "VIEW",
                        "SEQUENCE" => "SEQUENCE",
                        _ => "TABLE",
                    };
                    let mut sql = format!("DROP {what} IF EXISTS ").into_bytes();
                    sql.extend_from_slice(&TableName { database: database.clone(), table: Name::new(name) }.quoted());
                    statements.push(sql);
                }
                for (kind, name) in self.made.iter().filter(|(k, n)| is_routine(k) && n.database == *database) {
                    let mut sql = format!("DROP {} IF EXISTS ", kind.to_ascii_uppercase()).into_bytes();
                    sql.extend_from_slice(&name.quoted());
                    statements.push(sql);
                }
            } else {
                statements.push([b"DROP DATABASE IF EXISTS ", database.quoted().as_slice()].concat());
            }
            for sql in statements {
                self.main.statement(&sql, &session).await?;
            }
        }
        Ok(())
    }
}

/// What a wait for the throttle came to.
enum Heard {
    /// There are tokens again.
    Nothing,
    Reading(Option<Reading>),
}

/// Waits until what the throttle decides may be another.
async fn listen(readings: &mut Option<mpsc::Receiver<Option<Reading>>>, until: Option<Instant>) -> Heard {
    let reading = async {
        match readings {
            Some(readings) => match readings.recv().await {
                Some(reading) => reading,
                // A monitor that has ended says nothing any more.
                None => {
                    tokio::time::sleep(monitor::INTERVAL).await;
                    None
                }
            },
            None => std::future::pending().await,
        }
    };
    let until = async {
        match until {
            Some(until) => tokio::time::sleep_until(until.into()).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        reading = reading => Heard::Reading(reading),
        () = until => Heard::Nothing,
    }
}

/// `only`: without handing the work back.
async fn perform(lane: &mut Lane, work: Work, only: bool) -> Result<Outcome> {
    if !only && lane.open().await.is_err_and(|e| connect::is_full(&e)) {
        return Ok(Outcome::NoConnection(work));
    }
    match work {
        Work::Statement { text, session, at, table, once } => {
            let result = lane.once(&text, &session, &once).await;
            result.map_err(|e| located(e, at).at(|p| p.table = Some(table.to_string())))?;
            let warned = std::mem::take(&mut lane.warned).into_iter();
            Ok(Outcome::Statement(warned.map(|w| Warning { table: Some(table.to_string()), ..w }).collect()))
        }
        Work::Keys { statements, session, at, table } => {
            let started = Instant::now();
            for (sql, once) in statements {
                let result = lane.once(&sql, &session, &once).await;
                result.map_err(|e| {
                    let duplicate = e.server_code() == Some(1062);
                    let e = located(e, at).at(|p| p.table = Some(table.to_string()));
                    if duplicate {
                        e.hint("rows of the dump break this key; --indexes with-rows tells which row")
                    } else {
                        e
                    }
                })?;
            }
            Ok(Outcome::Keys { table, seconds: started.elapsed().as_secs_f64() })
        }
        Work::Rows { step, row_base, replay, entered } => {
            let started = Instant::now();
            let loaded = match lane.rows(&step, row_base, replay, entered).await {
                // Its connection was lost, and another has taken the place.
                Err(e) if !only && connect::is_full(&e) => {
                    return Ok(Outcome::NoConnection(Work::Rows { step, row_base, replay, entered }));
                }
                loaded => loaded?,
            };
            let RowsStep { table, bytes, permit, .. } = step;
            drop(permit);
            Ok(Outcome::Rows { table, bytes, started, loaded })
        }
    }
}

/// The session without its current database, which may not be there.
fn outside(session: &Session) -> Session {
    let mut session = session.clone();
    session.set_database(None);
    session
}

/// Whether a statement may mean something in the current database.
const fn works_in_database(kind: &Statement) -> bool {
    !matches!(
        kind,
        Statement::Set
            | Statement::Use(_)
            | Statement::LockTables
            | Statement::UnlockTables
            | Statement::Begin
            | Statement::Commit
            | Statement::Select
            | Statement::Show
            | Statement::Flush
            | Statement::Prepare
            | Statement::Execute
            | Statement::Deallocate
            | Statement::Forbidden(_)
    )
}

/// `ALTER TABLE … ADD …, ADD …`.
fn alter(name: &TableName, keys: &[DeferredKey]) -> Vec<u8> {
    let mut sql = b"ALTER TABLE ".to_vec();
    sql.extend_from_slice(&name.quoted());
    for (i, key) in keys.iter().enumerate() {
        sql.extend_from_slice(if i == 0 { b" " } else { b", " });
        sql.extend_from_slice(&key.add);
    }
    sql
}

fn located(error: Error, at: At) -> Error {
    error.at(|p| {
        p.offset.get_or_insert(at.offset);
        p.line.get_or_insert(at.line);
    })
}

const fn key(what: What, at: At) -> Key {
    Key { what, at: at.offset, part: at.part }
}

/// A table's definition tells whether a statement ran.
fn by_definition(table: Option<&Arc<TableName>>) -> Redo {
    table.map_or(Redo::Never, |t| Redo::Definition(t.quoted()))
}

fn other_dump(at: At) -> Error {
    located(
        Error::source_bad("this is not the dump that the restore was begun with")
            .hint("go on with the very same dump; or drop the schema and restore anew"),
        at,
    )
}

/// The engine that an ALTER TABLE asks for.
fn new_engine(text: &[u8], mode: LexMode) -> Option<Name> {
    let mut tokens = lex::significant(text, mode, None);
    tokens.find(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(b"ENGINE"))?;
    let name = tokens.find(|t| t.kind != TokenKind::Punct(b'='))?;
    Some(match name.kind {
        TokenKind::String => Name::new(lex::unquote_string(name.text(text), mode)),
        _ => lex::ident_in(name.text(text), mode),
    })
}

/// Of what [`MySql::made`] holds.
fn is_routine(kind: &str) -> bool {
    !matches!(kind, "view" | "SEQUENCE" | "trigger")
}

const fn routine(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Procedure => "procedure",
        RoutineKind::Function => "function",
        RoutineKind::Package => "package",
        RoutineKind::PackageBody => "package body",
    }
}
