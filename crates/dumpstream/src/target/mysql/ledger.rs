//! The ledger: what a restore has done, kept on the target beside what it did, so that each step happens exactly once.
//!
//! A table in the first schema that the restore loads into, where its user may create tables anyway. A block's rows and
//! its entry commit in one transaction. A statement that can't be part of a transaction has an entry for its start, where
//! that is needed to tell afterwards whether it ran ([`Redo`]), and one for its end. Entries are added and never changed,
//! so that whoever may restore a dump may keep a ledger: it takes CREATE, DROP, INSERT and SELECT. A step's key is its place in the
//! decoded dump, so a run that reads the same bytes under the same settings finds its steps again; a checksum of each
//! step's text tells when they are not the same.
//!
//! Every connection of a run holds a named lock (`GET_LOCK`). A run that goes on with another's work first ends whichever
//! of the other's connections the server hasn't noticed to be dead, and a lane that lost its connection does the same with
//! that one: when the lock is free, its transaction is over, and the ledger says how it ended.
//!
//! Before that it enters itself as the ledger's owner. Should the other be alive after all, the newer one wins: whoever
//! makes a new connection looks who owns the ledger, and one that doesn't any more gives up, and undoes nothing.

use crate::error::{Error, Result};
use crate::options::LANES_MAX;
use crate::step::Order;
use crate::target::connect::{Connector, random};
use crate::target::mysql::catalog;
use crate::target::mysql::lane::{self, Lane};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use serde::{Deserialize, Serialize};
use sqldump::Name;
use sqldump::session::Session;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The ledger's table.
pub(crate) const LEDGER_TABLE: &str = "__dumpstream_ledger";
/// Bumped when what an entry means changes.
const FORMAT: u32 = 1;
/// How long the server may take to end what an earlier run left behind.
const TAKE_OVER_TIME: Duration = Duration::from_secs(120);
/// How often it is asked meanwhile.
const TAKE_OVER_PAUSE: Duration = Duration::from_millis(100);

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum What {
    /// The run itself.
    Run = 0,
    /// A schema that it loads into.
    Schema = 1,
    /// A block of rows.
    Rows = 2,
    /// A statement, as it stands in the dump.
    Statement = 3,
    /// A table's definition.
    Table = 4,
    /// A table's secondary indexes.
    Keys = 5,
    /// A table's foreign keys.
    ForeignKeys = 6,
}

/// Names a step: what it is about, and where in the decoded dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) what: What,
    pub(crate) at: u64,
    pub(crate) part: u32,
}

/// How far a step got, and what was written down of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    Started(Vec<u8>),
    Done(Vec<u8>),
}

/// What to do about a statement of which it is unknown whether it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Redo {
    /// Run it again: that changes nothing.
    Again,
    /// Run it again: the server says with one of these codes that it did. `marked`: only after an entry for its start,
    /// as what it makes may have been there before the run.
    Told { codes: &'static [u16], marked: bool },
    /// Drop what it made, and run it again.
    Drop(Vec<u8>),
    /// The definition of this table (quoted) tells.
    Definition(Vec<u8>),
    /// It is part of a transaction with its entry.
    Commit,
    /// That can't be told.
    Never,
}

/// One step that isn't rows, to be done once.
#[derive(Debug, Clone)]
pub(crate) struct Once {
    pub(crate) key: Key,
    pub(crate) redo: Redo,
    /// An earlier run may have done it.
    pub(crate) maybe: bool,
    /// The entry of its start.
    pub(crate) started: Option<Vec<u8>>,
    /// The server may number rows of this table (quoted) in it.
    pub(crate) counts: Option<Vec<u8>>,
}

/// A block of rows that is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Committed {
    /// Of the block's text.
    pub(crate) crc: u32,
    /// Rows in the dump.
    pub(crate) rows: u64,
    /// Rows that the server stored.
    pub(crate) stored: u64,
    pub(crate) load_data: bool,
    pub(crate) order: Order,
}

impl Committed {
    const BYTES: usize = 22;

    fn encode(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::BYTES);
        out.extend_from_slice(&self.crc.to_le_bytes());
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.extend_from_slice(&self.stored.to_le_bytes());
        out.push(u8::from(self.load_data));
        out.push(match self.order {
            Order::Free => 0,
            Order::Table => 1,
            Order::Stream => 2,
        });
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (crc, rest) = bytes.split_first_chunk()?;
        let (rows, rest) = rest.split_first_chunk()?;
        let (stored, rest) = rest.split_first_chunk()?;
        let [load_data, order, ..] = *rest else { return None };
        Some(Self {
            crc: u32::from_le_bytes(*crc),
            rows: u64::from_le_bytes(*rows),
            stored: u64::from_le_bytes(*stored),
            load_data: load_data != 0,
            order: match order {
                0 => Order::Free,
                1 => Order::Table,
                2 => Order::Stream,
                _ => return None,
            },
        })
    }
}

/// What a run is about, by name; two runs with other facts must not share a ledger.
pub(crate) type Facts = BTreeMap<String, String>;

/// The fact that may change: a file may have been moved.
pub(crate) const SOURCE_NAME: &str = "source";

/// The state of an entry: a step began.
const STARTED: u8 = 0;
/// A step is done.
const DONE: u8 = 1;
/// Of the run: another one can't go on with its work, and this is why.
const GIVEN_UP: u8 = 2;

/// The run's own entry.
#[derive(Debug, Serialize, Deserialize)]
struct RunEntry {
    format: u32,
    run: String,
    facts: Facts,
}

/// The key of the run's own entries.
const RUN: Key = Key { what: What::Run, at: 0, part: 0 };

#[derive(Debug, Default)]
struct State {
    /// Where the table is, once it is there.
    schema: Option<Name>,
    /// Entries to write once it is.
    waiting: Vec<(Key, Vec<u8>)>,
    unresumable: Option<String>,
    /// All is done, and it is about to be dropped.
    ending: bool,
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct Ledger {
    run: String,
    facts: Facts,
    /// How many runs had the ledger before this one.
    owners: u64,
    /// What an earlier run has done.
    marks: HashMap<Key, Mark>,
    committed: Arc<HashMap<u64, Committed>>,
    schemas: Vec<(Name, bool)>,
    resumed: bool,
    state: Mutex<State>,
}

impl Ledger {
    /// For a restore that begins.
    pub(crate) fn new(facts: Facts) -> Self {
        Self {
            run: format!("{:016x}", random()),
            facts,
            owners: 0,
            marks: HashMap::new(),
            committed: Arc::default(),
            schemas: Vec::new(),
            resumed: false,
            state: Mutex::default(),
        }
    }

    /// For a restore that goes on where another ended; one that begins if there is nothing to go on with. Ends what the
    /// server still does for the other.
    pub(crate) async fn resume(
        connector: &Connector,
        charset: &str,
        facts: Facts,
        database: Option<&Name>,
        session: &Session,
    ) -> Result<Self> {
        let failed =
            |e: mysql_async::Error| Error::target("the ledger can't be read").caused_by(lane::plain(e)).transient();
        let mut conn = connector.connect().await?;
        Lane::greet(&mut conn, charset).await.map_err(failed)?;
        if !begin(&mut conn).await.map_err(failed)? {
            return Err(begun_elsewhere());
        }
        let mut sql = format!("SELECT table_schema FROM information_schema.tables WHERE table_name = '{LEDGER_TABLE}'");
        if let Some(database) = database {
            sql.push_str(" AND ");
            sql.push_str(&catalog::is("table_schema", database, session));
        }
        let schemas: Vec<Vec<u8>> = conn.query(sql).await.map_err(failed)?;
        let mut found = Vec::new();
        for schema in schemas.into_iter().map(Name::new) {
            let sql = format!(
                "SELECT state, info FROM {}{} ORDER BY state",
                String::from_utf8_lossy(&quoted(&schema)),
                where_key(RUN)
            );
            let entries: Vec<(u8, Vec<u8>)> = conn.query(sql).await.map_err(failed)?;
            // Without one, the ledger was made and nothing written to it yet.
            let entry = entries.first().and_then(|(_, info)| serde_json::from_slice::<RunEntry>(info).ok());
            let given_up = entries.iter().find(|(state, _)| *state == GIVEN_UP);
            let given_up = given_up.map(|(_, why)| String::from_utf8_lossy(why).into_owned());
            found.push((schema, entry.map(|e| (e, given_up))));
        }
        // Without a database, other restores may have left theirs.
        if found.len() > 1 {
            found.retain(|(_, e)| e.as_ref().is_some_and(|(e, _)| difference(&e.facts, &facts).is_none()));
            if found.len() != 1 {
                return Err(Error::usage(
                    "the target holds several unfinished restores, and which one is meant is not clear",
                )
                .hint("name its schema in the target (--to mysql://…/NAME), or drop the schemas that are not wanted"));
            }
        }
        let Some((schema, entry)) = found.pop() else { return Ok(Self::new(facts)) };
        let Some((entry, given_up)) = entry else {
            // It ended between the two, so nothing else was done.
            conn.query_drop(drop_sql(&schema)).await.map_err(failed)?;
            return Ok(Self::new(facts));
        };
        if entry.format != FORMAT {
            return Err(Error::usage("the restore was begun by another version of dumpstream")
                .hint("go on with that version, or drop the schema and restore anew"));
        }
        if let Some(difference) = difference(&entry.facts, &facts) {
            return Err(Error::usage(format!("this is not the restore that was begun: {difference}"))
                .hint("give the same source, target and settings; or drop the schema and restore anew"));
        }
        if let Some(why) = given_up {
            return Err(given_up_error(&why));
        }
        let mut ledger = Self::new(facts);
        ledger.run = entry.run;
        ledger.owners = own(&mut conn, &schema).await.map_err(failed)?;
        let ended = match end_run(&mut conn, &ledger.run).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(still_busy()),
            Err(e) => Err(Error::target("the connections of the earlier run can't be looked for")
                .caused_by(lane::plain(e))
                .transient()),
        };
        if let Err(e) = ended {
            // The other may go on. Not everyone may run it.
            let key = Key { at: ledger.owners, ..RUN };
            let sql = [b"DELETE FROM ", quoted(&schema).as_slice(), where_key(key).as_bytes()].concat();
            let _ = conn.query_drop(sql).await;
            return Err(e);
        }
        ledger.read(&mut conn, &schema).await.map_err(failed)?;
        // It may have been entered last.
        if let Some(why) = ledger.unresumable() {
            return Err(given_up_error(&why));
        }
        ledger.resumed = true;
        ledger.state.get_mut().unwrap_or_else(PoisonError::into_inner).schema = Some(schema);
        let _ = conn.disconnect().await;
        Ok(ledger)
    }

    async fn read(&mut self, conn: &mut Conn, schema: &Name) -> Result<(), mysql_async::Error> {
        let sql = format!("SELECT what, at, part, state, info FROM {}", String::from_utf8_lossy(&quoted(schema)));
        let mut committed = HashMap::new();
        let mut result = conn.exec_iter(sql, ()).await?;
        while let Some(row) = result.next().await? {
            let (what, at, part, state, info): (u8, u64, u32, u8, Vec<u8>) = mysql_async::from_row(row);
            match what {
                w if w == What::Rows as u8 && state == DONE => {
                    committed.extend(Committed::decode(&info).map(|c| (at, c)));
                }
                w if w == What::Run as u8 && state == GIVEN_UP => {
                    let why = String::from_utf8_lossy(&info).into_owned();
                    self.state.get_mut().unwrap_or_else(PoisonError::into_inner).unresumable = Some(why);
                }
                w if w == What::Schema as u8 => self.schemas.push((Name::new(info), part != 0)),
                w => {
                    let known = [What::Rows, What::Statement, What::Table, What::Keys, What::ForeignKeys];
                    if let Some(what) = known.into_iter().find(|k| *k as u8 == w) {
                        let key = Key { what, at, part };
                        if state == DONE {
                            self.marks.insert(key, Mark::Done(info));
                        } else {
                            self.marks.entry(key).or_insert(Mark::Started(info));
                        }
                    }
                }
            }
        }
        self.committed = Arc::new(committed);
        Ok(())
    }

    /// What tells whether the ledger is still this run's. `None` where there is none.
    pub(crate) fn owner(&self) -> Option<Owner> {
        let state = self.state();
        let sql = owners_sql(state.schema.as_ref()?);
        Some(Owner { sql, run: self.run.clone(), owners: self.owners, ending: state.ending })
    }

    /// The name of the lock that connection `n` holds.
    pub(crate) fn lock(&self, n: usize) -> String {
        lock_of(&self.run, n)
    }

    /// It goes on with another run's work.
    pub(crate) const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Blocks that an earlier run has committed, by where they begin.
    pub(crate) fn committed(&self) -> Arc<HashMap<u64, Committed>> {
        Arc::clone(&self.committed)
    }

    /// Schemas of the earlier run, and whether they were there before it.
    pub(crate) fn schemas(&self) -> &[(Name, bool)] {
        &self.schemas
    }

    /// What an earlier run did of a step.
    pub(crate) fn before(&self, key: Key) -> Option<&Mark> {
        self.marks.get(&key)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is, once it is there.
    pub(crate) fn schema(&self) -> Option<Name> {
        self.state().schema.clone()
    }

    /// Why no other run can go on with this one's work.
    pub(crate) fn unresumable(&self) -> Option<String> {
        self.state().unresumable.clone()
    }

    /// Statements that make the ledger in `schema`. Then call [`Ledger::made`].
    pub(crate) fn create(&self, schema: &Name) -> [Vec<u8>; 2] {
        // One that was killed may have made it since it was looked for.
        let mut create = b"CREATE TABLE IF NOT EXISTS ".to_vec();
        create.extend_from_slice(&quoted(schema));
        create.extend_from_slice(
            b" (what TINYINT UNSIGNED NOT NULL, at BIGINT UNSIGNED NOT NULL, part INT UNSIGNED NOT NULL, \
              state TINYINT UNSIGNED NOT NULL, info MEDIUMBLOB NOT NULL, PRIMARY KEY (what, at, part, state)) \
              ENGINE=InnoDB",
        );
        let state = self.state();
        let entry = RunEntry { format: FORMAT, run: self.run.clone(), facts: self.facts.clone() };
        let mut insert = insert_sql(schema, RUN, DONE, &serde_json::to_vec(&entry).unwrap_or_default());
        for (key, info) in &state.waiting {
            insert.push(b',');
            push_entry(&mut insert, *key, DONE, info);
        }
        if let Some(why) = &state.unresumable {
            insert.push(b',');
            push_entry(&mut insert, RUN, GIVEN_UP, why.as_bytes());
        }
        [create, insert]
    }

    /// The question whose ledger a schema has.
    pub(crate) fn ask_run(schema: &Name) -> String {
        let table = quoted(schema);
        format!("SELECT info FROM {}{} AND state = {DONE}", String::from_utf8_lossy(&table), where_key(RUN))
    }

    /// Whether that is the answer for this run.
    pub(crate) fn is_ours(&self, entry: &[u8]) -> bool {
        serde_json::from_slice::<RunEntry>(entry).is_ok_and(|e| e.run == self.run)
    }

    /// It is there.
    pub(crate) fn made(&self, schema: Name) {
        let mut state = self.state();
        state.schema = Some(schema);
        state.waiting.clear();
    }

    /// It was dropped with its schema: what it held is lost, and so is the way to go on.
    pub(crate) fn lost(&self) {
        let mut state = self.state();
        state.schema = None;
        state.unresumable.get_or_insert_with(|| "the dump drops the schema that holds the ledger".to_owned());
    }

    /// Says why nobody can go on with this run's work. The statement that writes it down, if there is where to.
    pub(crate) fn give_up(&self, why: &str) -> Option<Vec<u8>> {
        let mut state = self.state();
        if state.unresumable.is_some() {
            return None;
        }
        state.unresumable = Some(why.to_owned());
        Some(insert_sql(state.schema.as_ref()?, RUN, GIVEN_UP, why.as_bytes()))
    }

    /// The statement that marks a step. `None` where there is no ledger yet: the entry is written with it.
    pub(crate) fn mark(&self, key: Key, done: bool, info: &[u8]) -> Option<Vec<u8>> {
        let mut state = self.state();
        let Some(schema) = &state.schema else {
            if done {
                state.waiting.push((key, info.to_vec()));
            }
            return None;
        };
        Some(insert_sql(schema, key, if done { DONE } else { STARTED }, info))
    }

    /// The statement that takes the mark of a step's start away. Not everyone may run it, and nothing hangs on it.
    pub(crate) fn unmark(&self, key: Key) -> Option<Vec<u8>> {
        let state = self.state();
        let mut sql = b"DELETE FROM ".to_vec();
        sql.extend_from_slice(&quoted(state.schema.as_ref()?));
        sql.extend_from_slice(where_key(key).as_bytes());
        Some(sql)
    }

    /// The statement that enters a block, to be run in the block's transaction.
    pub(crate) fn block(&self, at: u64, committed: Committed) -> Option<Vec<u8>> {
        let state = self.state();
        let key = Key { what: What::Rows, at, part: 0 };
        Some(insert_sql(state.schema.as_ref()?, key, DONE, &committed.encode()))
    }

    /// The question whether a step is done.
    pub(crate) fn ask(&self, key: Key) -> Option<String> {
        let state = self.state();
        let schema = quoted(state.schema.as_ref()?);
        Some(format!("SELECT MAX(state) FROM {}{}", String::from_utf8_lossy(&schema), where_key(key)))
    }

    /// The statement that ends it.
    pub(crate) fn end(&self) -> Option<Vec<u8>> {
        let mut state = self.state();
        state.ending = true;
        Some(drop_sql(state.schema.as_ref()?).into_bytes())
    }
}

/// What tells whether a ledger is still a run's.
#[derive(Debug)]
pub(crate) struct Owner {
    sql: String,
    run: String,
    owners: u64,
    /// This run may have dropped it.
    ending: bool,
}

impl Owner {
    /// Asks. A ledger that is gone is nobody's: another run has ended with it, or its schema was dropped.
    pub(crate) async fn still(&self, conn: &mut Conn) -> Result<bool, mysql_async::Error> {
        let entries: Vec<(u64, Vec<u8>)> = match conn.query(self.sql.as_str()).await {
            Err(mysql_async::Error::Server(e)) if matches!(e.code, 1146 | 1049) => return Ok(self.ending),
            entries => entries?,
        };
        let is_this = entries.first().is_some_and(|(_, entry)| run_of(entry).as_ref() == Some(&self.run));
        Ok(is_this && entries.last().is_some_and(|(last, _)| *last <= self.owners))
    }
}

/// The question for a ledger's run, and who has owned it since.
fn owners_sql(schema: &Name) -> String {
    let table = quoted(schema);
    let (table, what) = (String::from_utf8_lossy(&table), What::Run as u8);
    format!("SELECT at, info FROM {table} WHERE what = {what} AND state = {DONE} ORDER BY at")
}

/// Enters another owner; how many there were before.
async fn own(conn: &mut Conn, schema: &Name) -> Result<u64, mysql_async::Error> {
    let entries: Vec<(u64, Vec<u8>)> = conn.query(owners_sql(schema)).await?;
    let owners = entries.last().map_or(0, |(last, _)| *last) + 1;
    conn.query_drop(insert_sql(schema, Key { at: owners, ..RUN }, DONE, b"")).await?;
    Ok(owners)
}

/// A connection's lock may not be had, or no longer: another run has taken over.
pub(crate) fn taken_over() -> Error {
    Error::target("another dumpstream has taken this restore over, or its schema was dropped")
        .hint("if --resume was run while this one was alive, look there how it ended")
}

fn given_up_error(why: &str) -> Error {
    Error::target(format!("the restore can't be gone on with: {why}")).hint("drop the schema and restore anew")
}

fn lock_of(run: &str, n: usize) -> String {
    format!("dumpstream:{run}:{n}")
}

/// Ends the connections of a run, and waits until the server has taken back what they hadn't committed: so nothing comes in
/// any more, and nothing is made in a schema while that is dropped. Whether they went in time.
pub(crate) async fn end_run(conn: &mut Conn, run: &str) -> Result<bool, mysql_async::Error> {
    // A column for each: NULL where the run has no such connection.
    let locks: Vec<String> = (0..=LANES_MAX).map(|n| format!("IS_USED_LOCK('{}')", lock_of(run, n))).collect();
    let sql = format!("SELECT {}", locks.join(", "));
    let begun = Instant::now();
    loop {
        let row: Option<mysql_async::Row> = conn.query_first(sql.as_str()).await?;
        let values = row.map(mysql_async::Row::unwrap).unwrap_or_default();
        let holders: Vec<u64> =
            values.into_iter().filter_map(|v| mysql_async::from_value_opt::<Option<u64>>(v).ok().flatten()).collect();
        if holders.is_empty() {
            return Ok(true);
        }
        if begun.elapsed() > TAKE_OVER_TIME {
            return Ok(false);
        }
        for holder in holders {
            // It may be gone by now.
            let _ = conn.query_drop(format!("KILL {holder}")).await;
        }
        tokio::time::sleep(TAKE_OVER_PAUSE).await;
    }
}

/// [`end_run`] took too long.
pub(crate) fn still_busy() -> Error {
    Error::target("the server is still busy with what an earlier run left behind")
        .transient()
        .hint("wait until its connections are gone from SHOW PROCESSLIST, and try again")
}

/// The run whose entry in a ledger that is.
pub(crate) fn run_of(entry: &[u8]) -> Option<String> {
    // It goes into a statement.
    serde_json::from_slice::<RunEntry>(entry).ok().map(|e| e.run).filter(|r| r.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Takes the lock under which ledgers are made and looked for. A run that was killed while the server made its ledger
/// holds it until that is done: without it, one that goes on would find none, and meet it later. Whether it was had in
/// time.
pub(crate) async fn begin(conn: &mut Conn) -> Result<bool, mysql_async::Error> {
    take_lock(conn, BEGIN_LOCK, TAKE_OVER_TIME, BEGIN_IDLE).await
}

/// Takes a named lock, within `wait`. Whoever holds it and does nothing for as long as `idle` is taken for lost and ended: a
/// connection that the network took without the server's noticing would hold it for as long as the server keeps idle ones.
pub(crate) async fn take_lock(
    conn: &mut Conn,
    lock: &str,
    wait: Duration,
    idle: Duration,
) -> Result<bool, mysql_async::Error> {
    let begun = Instant::now();
    let mut asleep: Option<(u64, Instant)> = None;
    loop {
        let got: Option<Option<u8>> = conn.query_first(format!("SELECT GET_LOCK('{lock}', 1)")).await?;
        if got.flatten() == Some(1) {
            return Ok(true);
        }
        if begun.elapsed() > wait {
            return Ok(false);
        }
        // Not by the list's own time alone: a session's `SET timestamp` changes what MySQL shows there.
        let sleeping: Option<(u64, bool)> = conn
            .query_first(format!(
                "SELECT id, time >= {} FROM information_schema.processlist WHERE id = IS_USED_LOCK('{lock}') \
                 AND command = 'Sleep'",
                idle.as_secs() - 1
            ))
            .await?;
        let since = |id| asleep.filter(|(last, _)| *last == id).map_or_else(Instant::now, |(_, since)| since);
        asleep = sleeping.map(|(id, _)| (id, since(id)));
        if let (Some((id, true)), Some((_, since))) = (sleeping, asleep)
            && since.elapsed() > idle
        {
            // It may be gone by now.
            let _ = conn.query_drop(format!("KILL {id}")).await;
        }
    }
}

/// The statement that gives it back.
pub(crate) const BEGUN: &str = "DO RELEASE_LOCK('dumpstream:begin')";

const BEGIN_LOCK: &str = "dumpstream:begin";
/// For how long a connection that holds it does nothing before it is taken for lost.
const BEGIN_IDLE: Duration = Duration::from_secs(10);

/// The lock can't be had.
pub(crate) fn begun_elsewhere() -> Error {
    Error::target("another restore has been beginning on this server for too long")
        .hint("wait until its statement is gone from SHOW PROCESSLIST, and try again with --resume")
        .transient()
}

/// The name of the schema's ledger, for SQL.
fn quoted(schema: &Name) -> Vec<u8> {
    let mut sql = schema.quoted();
    sql.extend_from_slice(b".`");
    sql.extend_from_slice(LEDGER_TABLE.as_bytes());
    sql.push(b'`');
    sql
}

fn drop_sql(schema: &Name) -> String {
    format!("DROP TABLE IF EXISTS {}", String::from_utf8_lossy(&quoted(schema)))
}

fn where_key(key: Key) -> String {
    format!(" WHERE what = {} AND at = {} AND part = {}", key.what as u8, key.at, key.part)
}

fn insert_sql(schema: &Name, key: Key, state: u8, info: &[u8]) -> Vec<u8> {
    // A step that is tried again has its entry.
    let mut sql = b"INSERT IGNORE INTO ".to_vec();
    sql.extend_from_slice(&quoted(schema));
    sql.extend_from_slice(b" VALUES ");
    push_entry(&mut sql, key, state, info);
    sql
}

fn push_entry(sql: &mut Vec<u8>, key: Key, state: u8, info: &[u8]) {
    use std::fmt::Write;
    let mut text = format!("({},{},{},{state},x'", key.what as u8, key.at, key.part);
    for b in info {
        let _ = write!(text, "{b:02x}");
    }
    text.push_str("')");
    sql.extend_from_slice(text.as_bytes());
}

/// The first fact that differs, in words.
fn difference(then: &Facts, now: &Facts) -> Option<String> {
    let names = then.keys().chain(now.keys()).filter(|n| *n != SOURCE_NAME);
    let shown = |v: Option<&String>| match v.map(String::as_str) {
        None | Some("") => "nothing".to_owned(),
        Some(v) => v.to_owned(),
    };
    names
        .into_iter()
        .find(|n| then.get(*n) != now.get(*n))
        .map(|n| format!("{n} was {}, and now is {}", shown(then.get(n)), shown(now.get(n))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back() {
        for order in [Order::Free, Order::Table, Order::Stream] {
            let block = Committed { crc: 0xdead_beef, rows: 1 << 40, stored: 7, load_data: true, order };
            assert_eq!(Committed::decode(&block.encode()), Some(block));
        }
        assert_eq!(Committed::decode(&[0; 10]), None);
    }

    #[test]
    fn what_differs_is_named() {
        let facts = |pairs: &[(&str, &str)]| -> Facts {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let then = facts(&[("source", "a.sql"), ("source_bytes", "10"), ("indexes", "auto")]);
        assert_eq!(
            difference(&then, &facts(&[("source", "b.sql"), ("source_bytes", "10"), ("indexes", "auto")])),
            None
        );
        let now = facts(&[("source", "a.sql"), ("source_bytes", "11"), ("indexes", "auto")]);
        assert_eq!(difference(&then, &now).unwrap(), "source_bytes was 10, and now is 11");
        let now = facts(&[("source", "a.sql"), ("source_bytes", "10")]);
        assert_eq!(difference(&then, &now).unwrap(), "indexes was auto, and now is nothing");
    }

    #[test]
    fn entries_wait_for_the_ledger() {
        let ledger = Ledger::new(Facts::new());
        let key = Key { what: What::Statement, at: 5, part: 0 };
        assert_eq!(ledger.mark(key, true, b"\x01"), None);
        let [_, insert] = ledger.create(&"d".into());
        assert!(String::from_utf8(insert).unwrap().ends_with("(3,5,0,1,x'01')"));
        ledger.made("d".into());
        let sql = String::from_utf8(ledger.mark(key, false, b"").unwrap()).unwrap();
        assert_eq!(sql, "INSERT IGNORE INTO `d`.`__dumpstream_ledger` VALUES (3,5,0,0,x'')");
    }
}
