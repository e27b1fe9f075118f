//! One connection, and what runs on it.
//!
//! A lane brings its session to what an operation's place in the dump calls for, runs it, and checks what the server
//! says it did. Rows go in one transaction a block: whatever differs from what was sent rolls the block back, and it is
//! sent again as `INSERT`, which names the row and the column. A connection that was interrupted is dropped, never used
//! again.

use crate::error::{Error, Result};
use crate::failpoint;
use crate::observe::Warning;
use crate::step::{LoadPlan, Order, RowsStep, Shaped, TableName};
use crate::target::connect::{self, CONNECT_TIMEOUT, Connector};
use crate::target::mysql::ledger::{self, Committed, Key, Ledger, Mark, Once, Owner, Redo, What};
use crate::target::mysql::server::Server;
use crate::target::mysql::warned::{self, About};
use crate::target::redact;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, IoError};
use sqldump::Name;
use sqldump::encode::LoadClass;
use sqldump::session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Bytes of `LOAD DATA` text in one packet. Large enough that the driver's work per packet doesn't show, small enough
/// that a slow connection holds little.
const PACKET_BYTES: usize = 256 << 10;
/// Longest INSERT sent; `mysqldump` writes this much into one as well. `max_allowed_packet` bounds it, too.
const INSERT_BYTES_MAX: usize = 1 << 20;
/// What an INSERT's bytes leave free of `max_allowed_packet` for the packet's own.
const PACKET_MARGIN_BYTES: u64 = 1 << 10;
/// First pause before a block is sent again; doubled each time, up to [`BACKOFF_MAX`].
const BACKOFF: Duration = Duration::from_millis(50);
/// Longest pause before a block is sent again.
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// After this long without use, a connection is asked whether it is still there. That costs a round trip.
const IDLE: Duration = Duration::from_millis(100);
/// How long a server may take to answer a goodbye.
const CLOSE_TIME: Duration = Duration::from_secs(1);
/// How most blocks are loaded, in a report.
pub(crate) const LOAD_DATA: &str = "load-data";
/// How the others are.
pub(crate) const INSERT: &str = "insert";
/// How long a connection's lock may take to come free once the connection that held it was ended.
const LOCK_TIME: Duration = Duration::from_secs(60);
/// Warnings of one block that are told one by one.
const WARNINGS_TOLD_MAX: usize = 20;

/// A driver's error without its message, for `source()`: the message may hold values.
pub(crate) fn plain(e: mysql_async::Error) -> Box<dyn std::error::Error + Send + Sync> {
    match e {
        mysql_async::Error::Server(s) => redact::message(s.code, &s.message).into(),
        mysql_async::Error::Io(IoError::Io(io)) => Box::new(io),
        mysql_async::Error::Driver(d) => Box::new(d),
        _ => "the connection failed".into(),
    }
}

/// How an attempt failed.
#[derive(Debug)]
enum Failed {
    /// The server rolled the transaction back for reasons of its own; the connection is good.
    Conflict(mysql_async::Error),
    /// The connection is gone. With `committing`, it is unclear whether the server committed that.
    Lost { cause: mysql_async::Error, committing: Option<Box<Loaded>> },
    /// The server refused what it was sent.
    Refused(mysql_async::Error),
    /// Ours.
    Ended(Error),
}

impl From<mysql_async::Error> for Failed {
    fn from(e: mysql_async::Error) -> Self {
        use mysql_async::Error as E;
        match &e {
            // Lock wait time-out, deadlock.
            E::Server(s) if matches!(s.code, 1205 | 1213) => Self::Conflict(e),
            // Shutdown, killed connections, network errors as the server sees them.
            E::Server(s) if matches!(s.code, 1053 | 1152 | 1158..=1161 | 1317 | 1927 | 2006 | 2013 | 4031) => {
                Self::Lost { cause: e, committing: None }
            }
            E::Io(_) | E::Driver(DriverError::ConnectionClosed) => Self::Lost { cause: e, committing: None },
            _ => Self::Refused(e),
        }
    }
}

/// What loading a block came to.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) rows: u64,
    pub(crate) method: &'static str,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) replays: Vec<(u32, String)>,
}

/// How blocks are loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoadSettings {
    /// A value that the server would change is an error, whatever the dump's `sql_mode` says.
    pub(crate) strict: bool,
    /// Times that a block is sent again.
    pub(crate) retries: u32,
}

/// One connection and the state it is in.
pub(crate) struct Lane {
    connector: Arc<Connector>,
    server: Arc<Server>,
    charset: Arc<str>,
    settings: LoadSettings,
    conn: Option<Conn>,
    session: Session,
    database: Option<Name>,
    autocommit: bool,
    /// Statements that every session has to run, because what they do can't be known beforehand.
    pub(crate) extras: Vec<Arc<[u8]>>,
    extras_done: usize,
    /// Told the server's number for each connection, so that it can be ended from another one.
    pub(crate) connection_id: Option<Arc<AtomicU32>>,
    /// Where what it does is written down.
    pub(crate) ledger: Option<Arc<Ledger>>,
    /// The lock that each of its connections holds.
    pub(crate) lock: Option<String>,
    /// The server's numbers for all of its connections.
    had: Vec<u32>,
    /// A lost connection may be replaced between two statements: nothing in the dump hangs on its session.
    pub(crate) renewable: bool,
    /// When the connection was last used.
    used: Instant,
    /// What would be lost with the connection, in words.
    pub(crate) holds: Option<&'static str>,
    /// What comes next asks for what the last statement did.
    pub(crate) asks_for_last: bool,
    /// That was on a connection that is gone.
    pub(crate) last_is_lost: bool,
    /// What the server had to say about statements that change rows.
    pub(crate) warned: Vec<Warning>,
}

impl Lane {
    pub(crate) fn new(
        connector: Arc<Connector>,
        server: Arc<Server>,
        charset: Arc<str>,
        settings: LoadSettings,
    ) -> Self {
        let session = server.session.clone();
        Self {
            connector,
            server,
            charset,
            settings,
            conn: None,
            session,
            database: None,
            autocommit: true,
            extras: Vec::new(),
            extras_done: 0,
            connection_id: None,
            ledger: None,
            lock: None,
            had: Vec::new(),
            renewable: false,
            used: Instant::now(),
            holds: None,
            asks_for_last: false,
            last_is_lost: false,
            warned: Vec::new(),
        }
    }

    /// Prepares a fresh connection the same way for every lane, and for asking the server about itself.
    pub(crate) async fn greet(conn: &mut Conn, charset: &str) -> std::result::Result<(), mysql_async::Error> {
        conn.query_drop(format!("SET NAMES {charset}")).await?;
        // Long enough for an index build on another lane, on the network's side as well.
        conn.query_drop(
            "SET SESSION net_read_timeout = 600, SESSION net_write_timeout = 600, SESSION wait_timeout = 86400",
        )
        .await
    }

    async fn conn(&mut self) -> Result<&mut Conn, Failed> {
        if self.conn.is_none() {
            let mut conn = self.connector.connect().await.map_err(Failed::Ended)?;
            Self::greet(&mut conn, &self.charset).await?;
            if let Some(lock) = &self.lock {
                self.had.push(conn.id());
                hold(&mut conn, lock, &self.had, self.ledger.as_ref().and_then(|l| l.owner())).await?;
            }
            self.session = self.server.session.clone();
            self.database = None;
            self.autocommit = true;
            self.extras_done = 0;
            if let Some(id) = &self.connection_id {
                id.store(conn.id(), Ordering::Relaxed);
            }
            self.conn = Some(conn);
        }
        self.used = Instant::now();
        match &mut self.conn {
            Some(conn) => Ok(conn),
            None => Err(Failed::Ended(Error::target("no connection"))),
        }
    }

    /// Opens a connection if there is none.
    pub(crate) async fn open(&mut self) -> Result<()> {
        match self.conn().await {
            Ok(_) => Ok(()),
            Err(e) => Err(self.explain(e)),
        }
    }

    /// Makes sure of a connection that wasn't used for a while: time-outs, proxies and people end idle ones. A new one
    /// takes its place, unless something was lost with it that is still needed.
    async fn wake(&mut self) -> Result<(), Failed> {
        if let Some(conn) = &mut self.conn
            && self.used.elapsed() > IDLE
            && !matches!(timeout(CONNECT_TIMEOUT, conn.ping()).await, Ok(Ok(())))
        {
            tracing::info!("a connection was ended while it was idle; another takes its place");
            self.drop_connection();
            self.last_is_lost = true;
            if let Some(what) = self.holds {
                return Err(Failed::Ended(self.lost_with(what)));
            }
        }
        match self.asks_for_last && self.last_is_lost {
            true => Err(Failed::Ended(self.lost_with("what LAST_INSERT_ID() and its like tell"))),
            false => Ok(()),
        }
    }

    /// A connection that can be used, even after a pause.
    async fn awake(&mut self) -> Result<&mut Conn, Failed> {
        self.wake().await?;
        self.conn().await
    }

    fn lost_with(&self, what: &str) -> Error {
        Error::target(format!(
            "the main connection to the target was ended while it was idle, and with it {what} that the dump uses"
        ))
        .hint("look for what ends idle connections: wait_timeout on the target, a proxy, a NAT gateway")
        .transient()
    }

    /// A statement ran that every new connection has to run.
    pub(crate) fn learned(&mut self, extra: Arc<[u8]>) {
        self.extras.push(extra);
        self.extras_done = self.extras.len();
    }

    /// Says goodbye, so that the server has room for others at once.
    pub(crate) async fn close(mut self) {
        if let Some(conn) = self.conn.take() {
            // It is closed in any case.
            let _ = timeout(CLOSE_TIME, conn.disconnect()).await;
        }
    }

    /// Closes the connection without ceremony.
    pub(crate) fn drop_connection(&mut self) {
        self.conn = None;
    }

    /// The current database may be gone.
    pub(crate) fn left_database(&mut self) {
        self.database = None;
    }

    async fn query(&mut self, sql: &[u8]) -> Result<(), Failed> {
        Ok(self.conn().await?.query_drop(sql).await?)
    }

    /// Brings the connection to `session`.
    async fn enter(&mut self, session: &Session, autocommit: bool) -> Result<(), Failed> {
        self.awake().await?;
        while let Some(extra) = self.extras.get(self.extras_done).cloned() {
            self.query(&extra).await?;
            self.extras_done += 1;
        }
        if autocommit && !self.autocommit {
            // A question may have begun a transaction, in which some settings can't be changed.
            self.query(b"SET autocommit = 1").await?;
            self.autocommit = true;
        }
        if let Some(set) = session.diff(&self.session) {
            self.query(&set).await?;
            self.session = session.clone();
            if session.get("autocommit").is_some() {
                // The dump's own transactions aren't followed: a lane decides when to commit.
                self.autocommit = !autocommit;
            }
        }
        if autocommit != self.autocommit {
            self.query(if autocommit { b"SET autocommit = 1" } else { b"SET autocommit = 0" }).await?;
            self.autocommit = autocommit;
        }
        if let Some(database) = session.database()
            && self.database.as_ref() != Some(database)
        {
            let mut sql = b"USE ".to_vec();
            database.push_quoted(&mut sql);
            self.query(&sql).await?;
            self.database = Some(database.clone());
        }
        Ok(())
    }

    /// Runs one statement that isn't rows, as it stands. Its result, if it has one, is dropped.
    pub(crate) async fn statement(&mut self, sql: &[u8], session: &Session) -> Result<()> {
        let mut attempt = 0;
        loop {
            let result = match self.enter(session, true).await {
                Ok(()) => self.query(sql).await,
                Err(e) => Err(e),
            };
            attempt += 1;
            match result {
                Ok(()) => return Ok(()),
                Err(Failed::Conflict(_)) if attempt <= self.settings.retries => sleep(backoff(attempt)).await,
                // Whether the statement ran is unknown, and most can't run twice.
                Err(e) => return Err(self.explain(e)),
            }
        }
    }

    /// Runs a statement that must run once, whatever becomes of this process, the server or the network.
    pub(crate) async fn once(&mut self, sql: &[u8], session: &Session, once: &Once) -> Result<()> {
        let mut once = once.clone();
        let mut attempt = 0;
        loop {
            let failed = match self.try_once(sql, session, &mut once).await {
                Ok(()) => return Ok(()),
                Err(e) => e,
            };
            let again = match &failed {
                Failed::Conflict(_) => true,
                Failed::Lost { .. } => self.renewable && self.has_ledger() && once.redo != Redo::Never,
                Failed::Ended(e) => self.renewable && connect::may_pass(e),
                Failed::Refused(_) => false,
            };
            attempt += 1;
            if !again || attempt > self.settings.retries {
                // The server said no, so it didn't run.
                if matches!(failed, Failed::Refused(_))
                    && once.started.is_some()
                    && let Some(sql) = self.ledger.as_ref().and_then(|l| l.unmark(once.key))
                {
                    let _ = self.query(&sql).await;
                }
                return Err(self.explain(failed));
            }
            match failed {
                Failed::Conflict(_) => {}
                _ => {
                    self.drop_connection();
                    once.maybe = true;
                }
            }
            sleep(backoff(attempt)).await;
        }
    }

    fn has_ledger(&self) -> bool {
        self.ledger.as_ref().is_some_and(|l| l.schema().is_some())
    }

    async fn try_once(&mut self, sql: &[u8], session: &Session, once: &mut Once) -> Result<(), Failed> {
        let info = crc32fast::hash(sql).to_le_bytes();
        if once.redo == Redo::Commit {
            return self.commit_once(sql, session, once, &info).await;
        }
        self.enter(session, true).await?;
        match &once.redo {
            Redo::Never if once.started.is_some() => {
                return Err(Failed::Ended(
                    Error::target("the earlier run ended within a statement of which nobody can tell whether it ran")
                        .hint("drop the schema and restore anew"),
                ));
            }
            Redo::Definition(table) => {
                let now = self.definition(table).await?;
                match &once.started {
                    Some(before) if before.get(info.len()..) != Some(now.to_le_bytes().as_slice()) => {
                        return self.mark(once.key, true, &info).await;
                    }
                    _ => {
                        let start = [info.as_slice(), &now.to_le_bytes()].concat();
                        self.mark(once.key, false, &start).await?;
                        once.started = Some(start);
                    }
                }
            }
            Redo::Never | Redo::Told { marked: true, .. } if once.started.is_none() => {
                self.mark(once.key, false, &info).await?;
                once.started = Some(info.to_vec());
                once.maybe = false;
            }
            Redo::Drop(drop) if once.maybe => self.query(&drop.clone()).await?,
            _ => {}
        }
        failpoint::reach("before-statement");
        match (self.query(sql).await, &once.redo) {
            (Err(Failed::Refused(mysql_async::Error::Server(e))), Redo::Told { codes, .. })
                if once.maybe && codes.contains(&e.code) => {}
            (result, _) => result?,
        }
        failpoint::reach("after-statement");
        self.mark(once.key, true, &info).await
    }

    /// Runs a statement in one transaction with its entry.
    async fn commit_once(&mut self, sql: &[u8], session: &Session, once: &mut Once, info: &[u8]) -> Result<(), Failed> {
        if once.maybe && self.is_done(once.key).await? {
            return Ok(());
        }
        if let Some(table) = &once.counts {
            once.started = Some(self.count_again(once.key, table, once.started.clone(), session, true).await?);
        }
        self.enter(&self.without_notes(session), false).await?;
        let run = async {
            self.query(sql).await?;
            let told = self.warnings(None).await?;
            self.mark(once.key, true, info).await?;
            failpoint::reach("before-commit");
            self.query(b"COMMIT").await?;
            self.warned.extend(told);
            Ok(())
        };
        let result = run.await;
        if matches!(result, Err(Failed::Conflict(_) | Failed::Refused(_) | Failed::Ended(_))) && self.conn.is_some() {
            let _ = self.query(b"ROLLBACK").await;
        }
        result
    }

    /// A session in which the server makes no notes. They are about what is stored as it was meant to be, and a server tells
    /// a few dozen warnings of a statement only.
    fn without_notes(&self, session: &Session) -> Session {
        let mut session = session.clone();
        session.apply(b"SET sql_notes = 0", Some(self.server.version));
        session
    }

    async fn mark(&mut self, key: Key, done: bool, info: &[u8]) -> Result<(), Failed> {
        match self.ledger.as_ref().and_then(|l| l.mark(key, done, info)) {
            Some(sql) => self.query(&sql).await,
            None => Ok(()),
        }
    }

    /// Before rows that the server numbers, for `sure` or maybe: writes down where its counter stands, or sets it back to
    /// where it stood before an attempt that came to nothing, as a counter isn't rolled back. Gives the entry. What else
    /// `session` says (sql_log_bin) is about this as well.
    async fn count_again(
        &mut self,
        key: Key,
        table: &[u8],
        started: Option<Vec<u8>>,
        session: &Session,
        sure: bool,
    ) -> Result<Vec<u8>, Failed> {
        // Under ANSI no counter is shown; under a strict mode the table may be refused for a default that it has.
        let mut session = session.clone();
        session.apply(b"SET sql_mode = ''", Some(self.server.version));
        self.enter(&session, true).await?;
        let definition = self.show_create(table).await?;
        // None is shown while it stands at 1. Without a definition, there is nothing to set back.
        let now = counter(&definition).map_or(u64::from(!definition.is_empty()), |(_, _, next)| next);
        if let Some(entry) = started {
            let then = entry.first_chunk().map(|b| u64::from_le_bytes(*b));
            if let Some(next) = then.filter(|n| *n > 0 && *n != now) {
                let sql = [b"ALTER TABLE ".as_slice(), table, format!(" AUTO_INCREMENT = {next}").as_bytes()].concat();
                match self.query(&sql).await {
                    // Where nobody knows that the server numbers rows, it hardly does.
                    Err(Failed::Refused(_)) if !sure => {
                        tracing::warn!("a counter can't be set back: rows that the server numbers leave numbers out");
                    }
                    Err(Failed::Refused(e)) => {
                        let why = self.explain(Failed::Refused(e));
                        let what = "a table's counter can't be set back before its rows are sent again";
                        let error = Error::target(format!("{what}: {why}")).transient();
                        return Err(Failed::Ended(error.hint("the account needs ALTER on it for that")));
                    }
                    done => done?,
                }
            }
            return Ok(entry);
        }
        let entry = now.to_le_bytes().to_vec();
        self.mark(key, false, &entry).await?;
        Ok(entry)
    }

    /// Whether the ledger has a step as done.
    async fn is_done(&mut self, key: Key) -> Result<bool, Failed> {
        let Some(sql) = self.ledger.as_ref().and_then(|l| l.ask(key)) else { return Ok(false) };
        let state: Option<Option<u8>> = self.conn().await?.query_first(sql).await?;
        Ok(state.flatten().is_some_and(|s| s != 0))
    }

    /// A checksum of a table's definition as the server has it, without its counter; 0 where there is none.
    async fn definition(&mut self, table: &[u8]) -> Result<u32, Failed> {
        let mut text = self.show_create(table).await?;
        if let Some((from, to, _)) = counter(&text) {
            text.drain(from..to);
        }
        Ok(crc32fast::hash(&text))
    }

    /// A table's definition; empty where there is none.
    async fn show_create(&mut self, table: &[u8]) -> Result<Vec<u8>, Failed> {
        let sql = [b"SHOW CREATE TABLE ".as_slice(), table].concat();
        let row: Option<mysql_async::Row> = match self.conn().await?.query_first(sql).await.map_err(Failed::from) {
            Err(Failed::Refused(mysql_async::Error::Server(e))) if matches!(e.code, 1146 | 1051 | 1049) => None,
            row => row?,
        };
        Ok(row.and_then(|mut r| r.take_opt(1)).and_then(Result::ok).unwrap_or_default())
    }

    /// Brings the connection to `session`, for what is asked next.
    pub(crate) async fn bring(&mut self, session: &Session) -> Result<()> {
        let entered = self.enter(session, true).await;
        entered.map_err(|e| self.explain(e))
    }

    /// One value, asked on this lane's session.
    pub(crate) async fn ask<T: mysql_async::prelude::FromRow + Send + 'static>(
        &mut self,
        sql: String,
    ) -> Result<Vec<T>> {
        let rows = match self.awake().await {
            Ok(conn) => conn.query(sql).await.map_err(Failed::from),
            Err(e) => Err(e),
        };
        rows.map_err(|e| self.explain(e))
    }

    /// Whether the ledger is still this run's, where there is one.
    pub(crate) async fn owns_ledger(&mut self) -> Result<bool> {
        let Some(owner) = self.ledger.as_ref().and_then(|l| l.owner()) else { return Ok(true) };
        let owns = match self.awake().await {
            Ok(conn) => owner.still(conn).await.map_err(Failed::from),
            Err(e) => Err(e),
        };
        owns.map_err(|e| self.explain(e))
    }

    /// Takes the lock under which ledgers are made.
    pub(crate) async fn begin_ledger(&mut self) -> Result<()> {
        let got = match self.awake().await {
            Ok(conn) => ledger::begin(conn).await.map_err(Failed::from),
            Err(e) => Err(e),
        };
        match got {
            Ok(true) => Ok(()),
            Ok(false) => Err(ledger::begun_elsewhere()),
            Err(e) => Err(self.explain(e)),
        }
    }

    /// See [`ledger::take_lock`].
    pub(crate) async fn take_lock(&mut self, lock: &str, wait: Duration, idle: Duration) -> Result<bool> {
        let got = match self.awake().await {
            Ok(conn) => ledger::take_lock(conn, lock, wait, idle).await.map_err(Failed::from),
            Err(e) => Err(e),
        };
        got.map_err(|e| self.explain(e))
    }

    /// Ends the connections of another run, and waits until they are gone.
    pub(crate) async fn end_run(&mut self, run: &str) -> Result<()> {
        let gone = match self.awake().await {
            Ok(conn) => ledger::end_run(conn, run).await.map_err(Failed::from),
            Err(e) => Err(e),
        };
        match gone {
            Ok(true) => Ok(()),
            Ok(false) => Err(ledger::still_busy()),
            Err(e) => Err(self.explain(e)),
        }
    }

    fn explain(&mut self, failed: Failed) -> Error {
        match failed {
            Failed::Ended(e) => e,
            Failed::Conflict(e) | Failed::Refused(e) => match e {
                mysql_async::Error::Server(s) => refused(s.code, redact::message(s.code, &s.message)),
                e => Error::target("the driver can't do it").caused_by(plain(e)),
            },
            Failed::Lost { cause, .. } => {
                self.drop_connection();
                Error::target("the connection to the target was lost").caused_by(plain(cause)).transient().hint(
                    "look at the server's error log; a time-out, a failover or a max_allowed_packet that is too small are the usual causes",
                )
            }
        }
    }

    /// Loads one block and commits it: all of its rows, or none and an error. `replay` says that a block may be sent
    /// again: the server takes back what it has stored of it, and makes up no values.
    /// `entered`: with an entry in the ledger.
    pub(crate) async fn rows(&mut self, step: &RowsStep, row_base: u64, replay: bool, entered: bool) -> Result<Loaded> {
        let key = entered.then_some(Key { what: What::Rows, at: step.at.offset, part: 0 });
        let mut session = self.without_notes(&step.session);
        if self.server.is_mariadb() {
            // With both checks off, MariaDB fills an empty table in one go and locks it whole; blocks on other lanes
            // would wait. Checking costs nothing while the secondary indexes are not there yet.
            session.apply(b"SET unique_checks = 1", Some(self.server.version));
        }
        session.set_database(None);
        let counts = key.filter(|_| matches!(&step.shaped, Shaped::Insert { counts: true, .. }));
        let sure = matches!(&step.shaped, Shaped::Insert { order: Order::Stream, .. });
        let mut started = match counts.and_then(|key| self.ledger.as_ref()?.before(key)) {
            Some(Mark::Started(entry)) => Some(entry.clone()),
            _ => None,
        };
        let mut replays = Vec::new();
        let mut attempt = 0;
        loop {
            let run = async {
                if let Some(key) = counts {
                    let table = step.table.quoted();
                    started = Some(self.count_again(key, &table, started.clone(), &session, sure).await?);
                }
                self.enter(&session, false).await?;
                self.block(step, row_base, key).await
            };
            let result = run.await;
            attempt += 1;
            let error = match result {
                Ok(mut loaded) => {
                    loaded.replays = replays;
                    return Ok(loaded);
                }
                Err(e) => e,
            };
            let error = match error {
                // The ledger tells how it ended.
                Failed::Lost { cause, committing: Some(loaded) } if key.is_some() && self.has_ledger() => {
                    self.drop_connection();
                    match self.settled(step.at.offset, attempt).await {
                        Ok(true) => {
                            replays.push((attempt, cause_text(&cause)));
                            return Ok(Loaded { replays, ..*loaded });
                        }
                        Ok(false) => Failed::Lost { cause, committing: None },
                        Err(_) => Failed::Lost { cause, committing: Some(loaded) },
                    }
                }
                e => e,
            };
            let (again, reason) = match &error {
                Failed::Conflict(e) => (true, cause_text(e)),
                Failed::Lost { committing: Some(_), .. } => (false, String::new()),
                Failed::Lost { cause, .. } => (true, cause_text(cause)),
                Failed::Ended(e) if connect::may_pass(e) => (true, e.to_string()),
                _ => (false, String::new()),
            };
            // A block that never reached a connection can always be sent again.
            let again = again && (replay || matches!(&error, Failed::Ended(_)));
            if !again || attempt > self.settings.retries {
                let unclear = matches!(error, Failed::Lost { committing: Some(_), .. });
                if self.conn.is_some() && !matches!(error, Failed::Lost { .. }) {
                    let _ = self.query(b"ROLLBACK").await;
                }
                let mut error = self.explain(error);
                if unclear && !self.has_ledger() {
                    error = error.hint(
                        "it broke while a block was being committed, so it is unclear whether that block is there",
                    );
                }
                return Err(place(error, step, row_base));
            }
            match error {
                Failed::Conflict(_) => self.query(b"ROLLBACK").await.unwrap_or_else(|_| self.drop_connection()),
                _ => self.drop_connection(),
            }
            replays.push((attempt + 1, reason));
            sleep(backoff(attempt)).await;
        }
    }

    /// Whether a block is in, after its connection was lost while it was being committed. The new connection has the old
    /// one's lock, so that one's transaction is over.
    async fn settled(&mut self, at: u64, attempt: u32) -> Result<bool, Failed> {
        let mut tried = attempt;
        loop {
            match self.is_done(Key { what: What::Rows, at, part: 0 }).await {
                Err(e) if tried <= self.settings.retries && may_be_tried_again(&e) => {
                    self.drop_connection();
                    sleep(backoff(tried)).await;
                    tried += 1;
                }
                result => return result,
            }
        }
    }

    async fn block(&mut self, step: &RowsStep, row_base: u64, key: Option<Key>) -> Result<Loaded, Failed> {
        failpoint::reach("before-rows");
        let loaded = match &step.shaped {
            Shaped::Load { text, plan } => {
                let stored = match self.load(&step.table, text, plan, step.rows).await {
                    Err(Failed::Refused(mysql_async::Error::Server(_))) => false,
                    stored => stored?,
                };
                if stored {
                    Loaded { rows: step.rows, method: LOAD_DATA, ..Loaded::default() }
                } else {
                    // What the server has against the block can't be told from here: as INSERT, it names row and column.
                    self.query(b"ROLLBACK").await?;
                    let (head, rows, ends) = to_insert(&step.table, text, plan, self.session.lex_mode());
                    self.insert(step, row_base, &head, &rows, &ends, true).await?
                }
            }
            Shaped::Insert { head, rows, ends, .. } => {
                let counted = head.starts_with(b"INSERT INTO");
                self.insert(step, row_base, head, rows, ends, counted).await?
            }
            Shaped::Verbatim { .. }
            | Shaped::Piece
            | Shaped::Unmapped
            | Shaped::Committed(_)
            | Shaped::Looked(_)
            | Shaped::Text(_) => {
                return Err(Failed::Ended(Error::target("not a block of rows")));
            }
        };
        failpoint::reach("after-rows");
        if key.is_some() {
            let order = match &step.shaped {
                Shaped::Insert { order, .. } => *order,
                _ => Order::Free,
            };
            let load_data = loaded.method == LOAD_DATA;
            let entry = Committed { crc: step.crc, rows: step.rows, stored: loaded.rows, load_data, order };
            if let Some(sql) = self.ledger.as_ref().and_then(|l| l.block(step.at.offset, entry)) {
                self.query(&sql).await?;
                // Never twice, whoever else may be at work on it.
                if self.conn().await?.affected_rows() != 1 {
                    return Err(Failed::Ended(Error::target("another dumpstream has loaded a block of this restore")));
                }
            }
        }
        failpoint::reach("before-commit");
        let committed = self.query(b"COMMIT").await;
        failpoint::reach("after-commit");
        match committed {
            Ok(()) => Ok(loaded),
            Err(Failed::Lost { cause, .. }) => Err(Failed::Lost { cause, committing: Some(Box::new(loaded)) }),
            Err(e) => Err(e),
        }
    }

    /// Sends a block as `LOAD DATA`. False if the server did anything else than store every row as it came.
    async fn load(&mut self, table: &TableName, text: &Bytes, plan: &LoadPlan, rows: u64) -> Result<bool, Failed> {
        let mut sql = b"LOAD DATA LOCAL INFILE 'block' INTO TABLE ".to_vec();
        sql.extend_from_slice(&table.quoted());
        sql.extend_from_slice(b" CHARACTER SET ");
        sql.extend_from_slice(plan.charset.as_bytes());
        // In hexadecimal, because NO_BACKSLASH_ESCAPES changes what a quoted backslash is.
        sql.extend_from_slice(b" FIELDS TERMINATED BY 0x09 ESCAPED BY 0x5C LINES TERMINATED BY 0x0A");
        load_columns(&mut sql, plan);
        let text = text.clone();
        let conn = self.conn().await?;
        conn.set_infile_handler(async move {
            let packets = text.len().div_ceil(PACKET_BYTES);
            let packets = (0..packets).map(move |i| {
                let start = i * PACKET_BYTES;
                Ok(text.slice(start..text.len().min(start + PACKET_BYTES)))
            });
            Ok(stream::iter(packets).boxed())
        });
        conn.query_drop(sql).await?;
        let info = conn.info().into_owned();
        let count = |what: &str| {
            let text = info.split(what).nth(1)?.trim_start();
            text.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
        };
        Ok(count("Records:") == Some(rows)
            && count("Deleted:") == Some(0)
            && count("Skipped:") == Some(0)
            && count("Warnings:") == Some(0)
            && conn.get_warnings() == 0)
    }

    /// Sends a block as `INSERT`, in statements that fit the server. `counted`: each row must come out as one.
    async fn insert(
        &mut self,
        step: &RowsStep,
        row_base: u64,
        head: &[u8],
        rows: &[u8],
        ends: &[u32],
        counted: bool,
    ) -> Result<Loaded, Failed> {
        let limit =
            usize::try_from(self.server.max_allowed_packet - PACKET_MARGIN_BYTES.min(self.server.max_allowed_packet))
                .unwrap_or(usize::MAX);
        let mut loaded = Loaded { method: INSERT, ..Loaded::default() };
        let mut first = 0;
        let mut sql = Vec::new();
        while first < ends.len() {
            sql.clear();
            sql.extend_from_slice(head);
            let mut next = first;
            while let Some(row) = row_bytes(rows, ends, next) {
                if next > first {
                    if sql.len() + row.len() + 1 > limit.min(INSERT_BYTES_MAX) {
                        break;
                    }
                    sql.push(b',');
                } else if sql.len() + row.len() > limit {
                    return Err(Failed::Ended(at_row(
                        Error::target(format!(
                            "a row takes {} bytes, and the target takes no statement of more than {}",
                            row.len(),
                            self.server.max_allowed_packet
                        ))
                        .hint("raise max_allowed_packet on the target"),
                        step,
                        row_base,
                        next,
                    )));
                }
                sql.extend_from_slice(row);
                next += 1;
            }
            match self.query(&sql).await {
                Ok(()) => {}
                Err(Failed::Refused(e)) => {
                    return Err(self.locate(e, step, row_base, head, rows, ends, first..next).await);
                }
                Err(e) => return Err(e),
            }
            let conn = self.conn().await?;
            let affected = conn.affected_rows();
            if counted && affected != (next - first) as u64 {
                return Err(Failed::Ended(at_row(
                    Error::target(format!("the target stored {affected} rows of {}", next - first)),
                    step,
                    row_base,
                    first,
                )));
            }
            loaded.rows += if counted { affected } else { affected.min((next - first) as u64) };
            let told = self.warnings(Some(row_base + first as u64)).await?;
            let room = WARNINGS_TOLD_MAX.saturating_sub(loaded.warnings.len());
            let table = || Some(step.table.to_string());
            loaded.warnings.extend(told.into_iter().take(room).map(|w| Warning { table: table(), ..w }));
            first = next;
        }
        Ok(loaded)
    }

    /// Reads what the server has to say about the statement before. `base`: rows of the table before its first. An error
    /// if that isn't allowed.
    async fn warnings(&mut self, base: Option<u64>) -> Result<Vec<Warning>, Failed> {
        let conn = self.conn().await?;
        let (count, duplicates) = (u64::from(conn.get_warnings()), warned::duplicates(&conn.info()));
        if count == 0 {
            return Ok(Vec::new());
        }
        // As bytes: a message quotes values, in whatever charset.
        let told: Vec<(Vec<u8>, u16, Vec<u8>)> = conn.query("SHOW WARNINGS").await?;
        let unread = count.saturating_sub(told.len() as u64);
        let mut warnings = Vec::new();
        let mut change = None;
        for (level, code, message) in told {
            let about = warned::about(&level, code);
            if about == About::Nothing {
                continue;
            }
            let message = String::from_utf8_lossy(&message);
            let warning = Warning {
                code: "value_changed".to_owned(),
                message: redact::message(code, &message),
                table: None,
                row: redact::row(&message).and_then(|n| Some(base? + n)),
                column: redact::column(code, &message),
            };
            if about == About::Change {
                change.get_or_insert_with(|| warning.clone());
            }
            if warnings.len() < WARNINGS_TOLD_MAX {
                warnings.push(warning);
            }
        }
        let refused = |what: String| {
            Error::target(what)
                .hint("--strict refuses values that the target changes; the dump's sql_mode or IGNORE lets them pass")
        };
        match change {
            Some(w) if self.settings.strict => Err(Failed::Ended(refused(w.message).at(|p| {
                p.row = w.row;
                p.column = w.column;
            }))),
            None if self.settings.strict && unread > 0 && count > duplicates => {
                Err(Failed::Ended(refused(format!("the target has {count} warnings, more than it tells"))))
            }
            _ => Ok(warnings),
        }
    }

    /// Finds the row that made the server refuse rows `range`, by sending them one at a time.
    #[allow(clippy::too_many_arguments)]
    async fn locate(
        &mut self,
        cause: mysql_async::Error,
        step: &RowsStep,
        row_base: u64,
        head: &[u8],
        rows: &[u8],
        ends: &[u32],
        range: std::ops::Range<usize>,
    ) -> Failed {
        let first = range.start;
        let mut found = (first, cause);
        // A statement that fails is undone as a whole, so the rows before it are still there.
        for n in range {
            let mut sql = head.to_vec();
            sql.extend_from_slice(row_bytes(rows, ends, n).unwrap_or_default());
            match self.query(&sql).await {
                Ok(()) => {}
                Err(Failed::Refused(e)) => {
                    found = (n, e);
                    break;
                }
                Err(e) => return e,
            }
        }
        let column = match &found.1 {
            mysql_async::Error::Server(s) => redact::column(s.code, &s.message),
            _ => None,
        };
        let error = match found.1 {
            mysql_async::Error::Server(s) => refused(s.code, redact::row_message(s.code, &s.message)),
            e => self.explain(Failed::Refused(e)),
        };
        let error = error.at(|p| p.column = column);
        Failed::Ended(at_row(error, step, row_base, found.0))
    }
}

/// Takes the lock that tells that a connection lives. `had` are the numbers of the connections that may
/// have held it before: one that the server hasn't noticed to be gone is ended. So is one of a run that had the ledger
/// before this one, if this one is its `owner`.
async fn hold(conn: &mut Conn, lock: &str, had: &[u32], owner: Option<Owner>) -> Result<(), Failed> {
    let begun = Instant::now();
    let mut wait = 0;
    // Again and again: one that waits for the lock and isn't noticed to be gone may be the next to get it.
    loop {
        let got: Option<Option<u8>> = conn.query_first(format!("SELECT GET_LOCK('{lock}', {wait})")).await?;
        if let Some(owner) = &owner
            && !owner.still(conn).await?
        {
            return Err(Failed::Ended(ledger::taken_over()));
        }
        if got.flatten() == Some(1) {
            return Ok(());
        }
        if begun.elapsed() > LOCK_TIME {
            let error = Error::target("the server doesn't end the connection that was lost");
            return Err(Failed::Ended(error.transient()));
        }
        let holder: Option<Option<u64>> = conn.query_first(format!("SELECT IS_USED_LOCK('{lock}')")).await?;
        match holder.flatten() {
            Some(id) if owner.is_some() || had.iter().any(|n| u64::from(*n) == id) => {
                // It may be gone by now.
                let _ = conn.query_drop(format!("KILL {id}")).await;
            }
            Some(_) => return Err(Failed::Ended(ledger::taken_over())),
            None => {}
        }
        wait = 1;
    }
}

fn may_be_tried_again(failed: &Failed) -> bool {
    match failed {
        Failed::Lost { .. } | Failed::Conflict(_) => true,
        Failed::Ended(e) => connect::may_pass(e),
        Failed::Refused(_) => false,
    }
}

/// Where a table's definition has its `AUTO_INCREMENT=n`, which rows change, and the number.
fn counter(definition: &[u8]) -> Option<(usize, usize, u64)> {
    const OPTIONS: &[u8] = b"\n) ENGINE=";
    const COUNTER: &[u8] = b" AUTO_INCREMENT=";
    // Comments come behind it.
    let options = memchr::memmem::rfind(definition, OPTIONS)?;
    let from = options + memchr::memmem::find(definition.get(options..)?, COUNTER)?;
    let digits = definition.get(from + COUNTER.len()..)?;
    let count = digits.iter().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len());
    let number = std::str::from_utf8(digits.get(..count)?).ok()?.parse().ok()?;
    Some((from, from + COUNTER.len() + count, number))
}

/// What the server refused, in words, with what to do about it.
fn refused(code: u16, message: String) -> Error {
    let mut error = Error::target(message).code(code);
    if let Some(hint) = hint(code) {
        error = error.hint(hint);
    }
    // No room, a lock that was waited for in vain, a server that only reads: that may pass.
    if matches!(code, 1020 | 1021 | 1026 | 1030 | 1114 | 1205 | 1213 | 1290 | 1836) { error.transient() } else { error }
}

/// Appends the columns of a `LOAD DATA`, and the assignments of those that come as digits.
fn load_columns(sql: &mut Vec<u8>, plan: &LoadPlan) {
    let classes = plan.columns.iter().map(|c| c.class).filter(|c| *c != LoadClass::Skip);
    let mut digits = Vec::new();
    sql.extend_from_slice(b" (");
    for (i, (name, class)) in plan.names.iter().zip(classes).enumerate() {
        if i > 0 {
            sql.extend_from_slice(b", ");
        }
        if class == LoadClass::HexBytes {
            sql.extend_from_slice(format!("@b{i}").as_bytes());
            digits.push((i, name));
        } else {
            name.push_quoted(sql);
        }
    }
    sql.push(b')');
    for (n, (i, name)) in digits.into_iter().enumerate() {
        sql.extend_from_slice(if n == 0 { b" SET " } else { b", " });
        name.push_quoted(sql);
        sql.extend_from_slice(format!(" = UNHEX(@b{i})").as_bytes());
    }
}

fn backoff(attempt: u32) -> Duration {
    BACKOFF.saturating_mul(1 << attempt.min(10)).min(BACKOFF_MAX)
}

fn cause_text(e: &mysql_async::Error) -> String {
    match e {
        mysql_async::Error::Server(s) => redact::message(s.code, &s.message),
        _ => "connection lost".to_owned(),
    }
}

fn row_bytes<'a>(rows: &'a [u8], ends: &[u32], n: usize) -> Option<&'a [u8]> {
    let start = if n == 0 { 0 } else { *ends.get(n - 1)? as usize };
    rows.get(start..*ends.get(n)? as usize)
}

fn place(error: Error, step: &RowsStep, row_base: u64) -> Error {
    error.at(|p| {
        p.table.get_or_insert_with(|| step.table.to_string());
        p.offset.get_or_insert(step.at.offset);
        p.line.get_or_insert(step.at.line);
        p.row.get_or_insert(row_base + 1);
    })
}

fn at_row(error: Error, step: &RowsStep, row_base: u64, n: usize) -> Error {
    let (bytes, lines) = step.starts.get(n).unwrap_or_default();
    error.at(|p| {
        p.table = Some(step.table.to_string());
        p.row = Some(row_base + n as u64 + 1);
        p.offset = Some(step.at.offset + bytes);
        p.line = Some(step.at.line + lines);
    })
}

/// What an operator can do about an error of the server.
fn hint(code: u16) -> Option<&'static str> {
    Some(match code {
        1044 | 1142 | 1143 | 1227 | 1370 => "grant the user the privilege, or restore as one who has it",
        1010 | 1025 => {
            "a crash of the server has left files in the schema's directory: its error log names them, and whoever runs it can take them out"
        }
        1114 | 1021 => "make room on the target",
        1153 => "raise max_allowed_packet on the target",
        1193 => "the dump comes from another kind or version of server than the target",
        1115 | 1273 => {
            "the dump comes from another kind or version of server, whose character sets or collations the target lacks"
        }
        1286 => "the dump comes from a server with a storage engine that the target lacks",
        1418 | 1419 => "set log_bin_trust_function_creators on the target",
        1062 => "the dump holds a key twice, or the target already held rows",
        1452 => "a parent row is missing from the dump; SET FOREIGN_KEY_CHECKS=0 at its start loads it as it is",
        _ => return None,
    })
}

/// A block to be sent as `INSERT`, whatever it was to be sent as.
pub(crate) fn as_insert(shaped: Shaped, table: &TableName, mode: sqldump::LexMode) -> Shaped {
    match shaped {
        Shaped::Load { text, plan } => {
            let (head, rows, ends) = to_insert(table, &text, &plan, mode);
            Shaped::Insert { head: head.into(), rows: rows.into(), ends, order: Order::Free, counts: false }
        }
        shaped => shaped,
    }
}

/// The rows of a `LOAD DATA` text as the literals of an `INSERT`.
fn to_insert(table: &TableName, text: &[u8], plan: &LoadPlan, mode: sqldump::LexMode) -> (Vec<u8>, Vec<u8>, Vec<u32>) {
    let mut head = b"INSERT INTO ".to_vec();
    head.extend_from_slice(&table.quoted());
    crate::stage::shape::push_list(&mut head, &plan.names);
    head.extend_from_slice(b" VALUES ");
    let classes: Vec<LoadClass> = plan.columns.iter().map(|c| c.class).filter(|c| *c != LoadClass::Skip).collect();
    let mut rows = Vec::with_capacity(text.len() + text.len() / 4);
    let mut ends = Vec::new();
    // Escaped tabs and line feeds are written as letters, so the plain bytes separate.
    for line in text.split(|b| *b == b'\n').filter(|l| !l.is_empty() || classes.len() == 1) {
        rows.push(b'(');
        for (i, (field, class)) in line.split(|b| *b == b'\t').zip(&classes).enumerate() {
            if i > 0 {
                rows.push(b',');
            }
            if field == b"\\N" {
                rows.extend_from_slice(b"NULL");
                continue;
            }
            if *class == LoadClass::HexBytes {
                rows.push(b'x');
            } else if matches!(class, LoadClass::Bytes | LoadClass::Bit) {
                rows.extend_from_slice(b"_binary");
            }
            rows.push(b'\'');
            let mut bytes = field.iter();
            while let Some(&b) = bytes.next() {
                let b = match b {
                    b'\\' => match bytes.next() {
                        Some(b'0') => 0,
                        Some(b'b') => 8,
                        Some(b'n') => b'\n',
                        Some(b'r') => b'\r',
                        Some(b't') => b'\t',
                        Some(b'Z') => 26,
                        Some(&b) => b,
                        None => b'\\',
                    },
                    b => b,
                };
                match b {
                    b'\'' => rows.extend_from_slice(b"''"),
                    b'\\' if !mode.no_backslash_escapes => rows.extend_from_slice(b"\\\\"),
                    b => rows.push(b),
                }
            }
            rows.push(b'\'');
        }
        rows.push(b')');
        ends.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    }
    // The text ends with a line feed, behind which there is no row.
    if classes.len() == 1 && text.ends_with(b"\n") {
        ends.pop();
        rows.truncate(ends.last().map_or(0, |e| *e as usize));
    }
    (head, rows, ends)
}
