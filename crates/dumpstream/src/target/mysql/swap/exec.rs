//! The one connection that a swap runs on.
//!
//! It holds a named lock for every schema that it is about, from the beginning to the end: so no two runs replace one
//! schema at the same time, and a run that comes after a crash waits until the server is done with the last statement of
//! the one before.

use crate::error::{Error, Result};
use crate::target::connect::Connector;
use crate::target::mysql::catalog;
use crate::target::mysql::lane::{Lane, LoadSettings};
use crate::target::mysql::server::Server;
use mysql_async::{Row, Value};
use sha2::{Digest, Sha256};
use sqldump::session::Session;
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long the server may take to end what a run that crashed has left.
const LOCK_TIME: Duration = Duration::from_secs(60);
/// For how long a connection that holds the lock does nothing before it is taken for lost. One that is not says that it is
/// there, three times as often.
const LOCK_IDLE: Duration = Duration::from_secs(30);
/// How often a connection that waits for its turn says that it is there.
pub(crate) const PING: Duration = Duration::from_secs(10);

/// A row as the server sent it.
pub(crate) type Cells = Vec<Option<Vec<u8>>>;

pub(crate) struct Exec {
    lane: Lane,
    server: Arc<Server>,
    /// In force unless a statement asks for something else.
    base: Session,
    /// The locks that are to be held.
    locks: Vec<String>,
    /// The connection that holds them.
    locked: u32,
    connection: Arc<AtomicU32>,
}

impl Exec {
    pub(crate) fn new(connector: Arc<Connector>, server: Arc<Server>, charset: Arc<str>) -> Self {
        let settings = LoadSettings { strict: false, retries: 0 };
        let mut lane = Lane::new(connector, Arc::clone(&server), charset, settings);
        let connection = Arc::new(AtomicU32::new(0));
        lane.connection_id = Some(Arc::clone(&connection));
        let mut base = server.session.clone();
        // Definitions come in the charset they were written in, which isn't to be changed on the way.
        for set in [
            b"SET NAMES utf8mb4".as_slice(),
            b"SET character_set_results = binary, sql_mode = '', sql_quote_show_create = 1, foreign_key_checks = 1, \
              lock_wait_timeout = 60",
        ] {
            base.apply(set, Some(server.version));
        }
        Self { lane, server, base, locks: Vec::new(), locked: 0, connection }
    }

    pub(crate) fn version(&self) -> ServerVersion {
        self.server.version
    }

    pub(crate) fn mode(&self) -> LexMode {
        self.base.lex_mode()
    }

    /// How long a statement waits for others to let go of a table or view.
    pub(crate) fn wait(&mut self, seconds: u64) {
        self.base.apply(format!("SET lock_wait_timeout = {seconds}").as_bytes(), Some(self.server.version));
    }

    /// A session like the usual one, with some settings changed.
    pub(crate) fn session(&self, set: &str, database: Option<&Name>) -> Session {
        let mut session = self.base.clone();
        if !set.is_empty() {
            session.apply(set.as_bytes(), Some(self.server.version));
        }
        session.set_database(database.cloned());
        session
    }

    /// The condition that a column of the information schema holds a name.
    pub(crate) fn is(&self, column: &str, name: &Name) -> String {
        catalog::is(column, name, &self.base)
    }

    /// As [`Exec::is`], for one of several names.
    pub(crate) fn is_one_of(&self, column: &str, names: &[Name]) -> String {
        let each: Vec<String> = names.iter().map(|n| format!("({})", self.is(column, n))).collect();
        format!("({})", each.join(" OR "))
    }

    /// See [`ledger::end_run`](crate::target::mysql::ledger::end_run).
    pub(crate) async fn end_run(&mut self, run: &str) -> Result<()> {
        self.lane.end_run(run).await
    }

    /// Rows that the server answers with, asked within `database`.
    pub(crate) async fn ask(&mut self, sql: &str, database: Option<&Name>) -> Result<Vec<Cells>> {
        let session = self.session("", database);
        self.lane.bring(&session).await?;
        let rows: Vec<Row> = self.lane.ask(sql.to_owned()).await?;
        let cell = |value| match value {
            Value::NULL => None,
            Value::Bytes(bytes) => Some(bytes),
            other => Some(other.as_sql(true).trim_matches('\'').as_bytes().to_vec()),
        };
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(cell).collect()).collect())
    }

    /// Runs a statement that belongs to no database.
    pub(crate) async fn run(&mut self, sql: &[u8]) -> Result<()> {
        let session = self.session("", None);
        self.lane.statement(sql, &session).await
    }

    /// Runs a statement in a session of its own.
    pub(crate) async fn run_in(&mut self, sql: &[u8], session: &Session) -> Result<()> {
        self.lane.statement(sql, session).await
    }

    /// Takes the lock of a schema, and holds it from now on.
    pub(crate) async fn lock(&mut self, schema: &Name) -> Result<()> {
        let digest: String = Sha256::digest(schema.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let lock = format!("dumpstream:swap:{}", digest.get(..32).unwrap_or_default());
        if self.locks.contains(&lock) {
            return self.hold().await;
        }
        self.hold().await?;
        self.take(&lock, schema).await?;
        self.locks.push(lock);
        Ok(())
    }

    /// Makes sure that this connection holds all locks: it may be a new one.
    pub(crate) async fn hold(&mut self) -> Result<()> {
        self.ask("DO 0", None).await?;
        if self.locked != self.connection.load(Ordering::Relaxed) {
            for lock in self.locks.clone() {
                self.take(&lock, &Name::from("the schema")).await?;
            }
            self.locked = self.connection.load(Ordering::Relaxed);
        }
        Ok(())
    }

    async fn take(&mut self, lock: &str, schema: &Name) -> Result<()> {
        let last = self.locked;
        let current = self.connection.load(Ordering::Relaxed);
        if last != 0 && last != current {
            // Lost; if the server hasn't noticed yet, it is ended.
            let _ = self.run(format!("KILL {last}").as_bytes()).await;
        }
        if self.lane.take_lock(lock, LOCK_TIME, LOCK_IDLE).await? {
            self.locked = current;
            return Ok(());
        }
        let holder = self.ask(&format!("SELECT IS_USED_LOCK('{lock}')"), None).await?;
        let holder = holder.into_iter().flatten().flatten().next().unwrap_or_default();
        let holder = String::from_utf8_lossy(&holder);
        Err(Error::target(format!("another dumpstream is about to replace {schema}, or to bring it back"))
            .transient()
            .hint(format!("wait until it is done; if none runs any more, end the connection it left: KILL {holder}")))
    }

    /// A schema was dropped, perhaps the current one.
    pub(crate) fn left_database(&mut self) {
        self.lane.left_database();
    }

    /// Keeps the connection from being closed for idleness.
    pub(crate) async fn ping(&mut self) {
        // One that is lost is made anew when it is needed.
        let _ = self.ask("DO 0", None).await;
    }
}

/// Bytes as text; servers send names and settings in UTF-8.
pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
