//! Loads a dump into a MySQL or MariaDB server over several connections.
//!
//! Takes the steps in stream order and decides what runs when: rows and the statements of single tables go to the lanes
//! under a [`Schedule`]; whatever else a dump holds waits until everything before it is done and then runs on the main
//! connection, as the mysql client would run it. Some shapes are known to be safe to move, and are moved for speed: a
//! table is made when its first rows come, secondary indexes and foreign keys after its rows; views, routines, triggers
//! and events come last. A statement that could tell the difference first brings all of it about ([`MySql::settle`]).

mod catalog;
mod entries;
mod held;
mod lane;
mod lane_count;
mod ledger;
mod monitor;
mod put_off;
mod rows;
mod schedule;
mod server;
mod statements;
pub(crate) mod structure;
pub(crate) mod swap;
mod throttle;
mod undo;
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
/// Why a restore that adds to a schema isn't undone.
const APPENDED: &str = "the schema was there before (--append)";
/// How long ending the server's work on an interrupted run may take.
const KILL_TIME: Duration = Duration::from_millis(300);
/// How long a server may take to notice that a connection of ours is closed.
const REOPEN_TIME: Duration = Duration::from_secs(3);
/// How often it is asked for another meanwhile.
const REOPEN_PAUSE: Duration = Duration::from_millis(20);
/// How long dropping what an interrupted run has made may take.
const UNDO_TIME: Duration = Duration::from_millis(600);
/// How long an interrupted run waits to hear whether another has taken over.
const OWNER_TIME: Duration = Duration::from_millis(400);

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
    /// A routine that reads a file of the server's or the server's own schemas. It is the dump's, and as such as good as any;
    /// nothing that the restore runs may call it.
    fn reaches_out(&self) -> bool {
        let mode = self.session.lex_mode();
        matches!(self.class, PostClass::Routine(_))
            && (names_load_file(&self.text, mode) || qualifiers(&self.text, mode, None).iter().any(is_system))
    }

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
    /// Tables that were said to be done.
    tables_done: HashSet<String>,
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
        let held_something = options.append && ledger.schemas().iter().any(|(_, existed)| *existed);
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
            tables_done: HashSet::new(),
            tables: HashMap::new(),
            current: None,
            post: Vec::new(),
            made: BTreeSet::new(),
            untracked: false,
            not_undoable: held_something.then_some(APPENDED),
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
                            // Only where a dump is written.
                            Some(Step::Text(..)) => {}
                            // Closed: at the dump's end, or because the run is ending.
                            None if stop.is_tripped() => return Ok(()),
                            None => break,
                        },
                    }
                }
                // Before the events, which may change rows.
                self.settle_tables().await?;
                let names: Vec<String> = self.summary.tables.iter().map(|t| t.table.clone()).collect();
                names.into_iter().for_each(|name| self.table_done(name));
                self.verify().await?;
                self.make_posts().await?;
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
                let cause = stop.cause();
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
                Phase::Rules => "rules",
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
                self.table_done(table.to_string());
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

    /// Says once that a table has its rows and indexes.
    fn table_done(&mut self, table: String) {
        if self.tables_done.insert(table.clone()) {
            self.observer.event(&Event::TableDone { table });
        }
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
            self.not_undoable.get_or_insert(APPENDED);
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
