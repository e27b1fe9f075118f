//! Compares what a target holds with what the dump says: rows, and their digests.
//!
//! Every query reads one table or a part of one, so that none runs for long; parts are ranges of the primary key where that
//! starts with an integer.

use crate::digest::{BlockDigest, DigestPlan, StoredColumn, Uncovered, server_sum};
use crate::error::{Error, ErrorKind, Result};
use crate::expected::{Content, Expected};
use crate::report::{UncoveredColumn, Verified};
use crate::step::TableName;
use crate::target::connect::{self, Connector};
use crate::target::mysql::catalog;
use crate::target::mysql::lane::{Lane, plain};
use crate::target::redact;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use sqldump::Name;
use sqldump::ddl::DataType;
use sqldump::session::Session;
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rows that one query digests: a fraction of a second's work.
const CHUNK_ROWS: u64 = 50_000;
/// Labels of one column that the server is asked about.
const LABELS_MAX: usize = 1_000;
/// How long a server may take to notice that the connections which loaded are closed, where it has room for no more.
const ROOM_TIME: Duration = Duration::from_secs(3);
/// How often it is asked for a connection meanwhile.
const ROOM_PAUSE: Duration = Duration::from_millis(20);
/// Pause before a query is sent again on another connection.
const PAUSE: Duration = Duration::from_secs(1);
/// Times the dump is read again: to find columns to leave out, and to leave them out.
const READINGS_MAX: usize = 3;
/// Engines that give back the rows they are given.
const STORING: [&str; 9] = ["innodb", "myisam", "aria", "memory", "archive", "csv", "rocksdb", "tokudb", "ndbcluster"];

/// Columns to be left out, by table.
pub(crate) type Excluded = HashMap<TableName, Vec<(Name, Uncovered)>>;

/// Reads the dump again and gives what is expected of the tables named, without the columns named.
pub(crate) type Reread = Arc<dyn Fn(Excluded) -> BoxFuture<'static, Result<Expected>> + Send + Sync>;

/// How to compare.
pub(crate) struct Check<'a> {
    pub(crate) connector: &'a Arc<Connector>,
    /// Connections that may be used at the same time.
    pub(crate) lanes: usize,
    /// Times that a query is sent again after its connection was lost.
    pub(crate) retries: u32,
    /// Not only rows.
    pub(crate) content: bool,
    /// The dump can be read again.
    pub(crate) reread: Option<&'a Reread>,
    /// How names are told apart. Its charset is `utf8mb4`, which the connections have here.
    pub(crate) session: &'a Session,
}

/// What came of one table.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) table: TableName,
    pub(crate) verified: Verified,
    /// It isn't what the dump says, in one sentence.
    pub(crate) difference: Option<String>,
}

/// A table as the target has it.
#[derive(Debug, Default)]
struct Stored {
    storing: bool,
    columns: Vec<StoredColumn>,
    /// The first column of the primary key.
    key: Option<Name>,
}

impl Check<'_> {
    /// Compares every table of the dump.
    pub(crate) async fn run(&self, expected: &Expected) -> Result<Vec<Outcome>> {
        let mut reader = Reader::new(Arc::clone(self.connector), self.retries);
        let mut stored = HashMap::new();
        let databases: BTreeSet<&Name> = expected.tables().into_iter().map(|(name, _)| &name.database).collect();
        // Tables under names in another charset aren't covered.
        let readable = |name: &&Name| std::str::from_utf8(name.as_bytes()).is_ok();
        for database in databases.into_iter().filter(readable) {
            self.stored(&mut reader, database, &mut stored).await?;
        }
        let mut excluded = Excluded::new();
        let mut plans = Plans::new();
        if self.content {
            self.plans(Some(expected), &stored, &mut excluded, &mut plans).await?;
        }
        let work = |plans: &Plans, wanted: &dyn Fn(&TableName) -> bool| -> Vec<Work> {
            let tables = expected.tables().into_iter().filter(|(name, _)| wanted(name));
            let work = tables.filter_map(|(name, table)| {
                let plan = plans.get(name).and_then(|p| p.as_ref().ok()).and_then(|(plan, _)| plan.clone());
                let stored = stored.get(name).filter(|s| s.storing)?;
                Some(Work::new(name.clone(), table.rows, stored, plan))
            });
            work.collect()
        };
        let mut results = self.ask(work(&plans, &|_| true), reader).await?;
        // Where values differ and the server said that it changed some, those columns are left out.
        let mut suspected = Vec::new();
        for (name, table) in expected.tables() {
            let differs = match (plans.get(name), results.get(name)) {
                (Some(Ok((_, digest))), Some(result)) => result.sum != Some(digest.sum) && result.rows == table.rows,
                _ => false,
            };
            if differs && !table.suspects.is_empty() {
                let columns = excluded.entry(name.clone()).or_default();
                columns.extend(table.suspects.iter().map(|c| (c.clone(), Uncovered::Changed)));
                suspected.push(name.clone());
            }
        }
        if !suspected.is_empty() {
            excluded.retain(|name, _| suspected.contains(name));
            self.plans(None, &stored, &mut excluded, &mut plans).await?;
            let reader = Reader::new(Arc::clone(self.connector), self.retries);
            results.extend(self.ask(work(&plans, &|name| suspected.contains(name)), reader).await?);
        }
        let mut outcomes = Vec::new();
        for (name, table) in expected.tables() {
            let found = stored.get(name);
            let result = results.remove(name);
            let uncovered = |excuse: &str| format!("not covered: {excuse}");
            let mut verified = Verified::default();
            let mut difference = None;
            let excuse = table.excuse.or(found.filter(|f| !f.storing).map(|_| "its engine doesn't keep rows"));
            match &result {
                None => match excuse {
                    Some(excuse) => verified.rows = uncovered(excuse),
                    None => {
                        verified.rows = "different".into();
                        difference = Some(format!("the dump defines the table {name}, and the target has none"));
                    }
                },
                Some(result) => {
                    verified.target_rows = Some(result.rows);
                    if result.rows == table.rows {
                        verified.rows = "equal".into();
                    } else if let Some(excuse) = excuse {
                        verified.rows = uncovered(excuse);
                    } else {
                        verified.rows = "different".into();
                        difference =
                            Some(format!("the dump has {} rows of {name}, and the target {}", table.rows, result.rows));
                    }
                }
            }
            if let Some(plan) = plans.get(name) {
                let content = match (plan, &result) {
                    (Err(why), _) => uncovered(why),
                    (Ok(_), None) => verified.rows.clone(),
                    (Ok((_, digest)), Some(result)) => match result.sum {
                        _ if result.rows != table.rows => verified.rows.clone(),
                        None => uncovered("a row of it is larger than the target's max_allowed_packet"),
                        Some(sum) if sum == digest.sum => "equal".to_owned(),
                        Some(_) => match excuse.or(table.values_excuse) {
                            Some(excuse) => uncovered(excuse),
                            None => {
                                difference = Some(format!(
                                    "the rows of {name} on the target aren't those of the dump: their number is the same, {}, \
                                     and values differ",
                                    table.rows
                                ));
                                "different".to_owned()
                            }
                        },
                    },
                };
                verified.content = Some(content);
                if let Ok((Some(plan), _)) = plan {
                    let columns = found.map(|f| f.columns.as_slice()).unwrap_or_default();
                    verified.uncovered_columns = plan
                        .uncovered_of(columns)
                        .into_iter()
                        .map(|(column, why)| UncoveredColumn { column: column.to_string(), reason: why.to_string() })
                        .collect();
                }
            }
            outcomes.push(Outcome { table: name.clone(), verified, difference });
        }
        Ok(outcomes)
    }

    /// Adds to `plans` how each table's rows are to be digested by the server, and to what; or why they can't be. Without
    /// what is expected from a first reading, only for the tables of `excluded`, by another one.
    async fn plans(
        &self,
        first: Option<&Expected>,
        stored: &HashMap<TableName, Stored>,
        excluded: &mut Excluded,
        plans: &mut Plans,
    ) -> Result<()> {
        let mut more = match first {
            Some(expected) => sort(expected, stored, excluded, plans),
            None => {
                for (name, columns) in excluded.iter() {
                    plans.insert(name.clone(), Err(in_doubt(columns)));
                }
                true
            }
        };
        let Some(reread) = self.reread else {
            for (_, plan) in plans.iter_mut().filter(|(name, _)| excluded.contains_key(name)) {
                if let Err(why) = plan {
                    why.push_str("; and this source can't be read a second time, to leave that out");
                }
            }
            return Ok(());
        };
        for _ in 0..READINGS_MAX {
            if !more {
                break;
            }
            let again = reread(excluded.clone()).await?;
            more = sort(&again, stored, excluded, plans);
        }
        Ok(())
    }

    /// Learns about the tables of a database.
    async fn stored(
        &self,
        reader: &mut Reader,
        database: &Name,
        stored: &mut HashMap<TableName, Stored>,
    ) -> Result<()> {
        let schema = catalog::is("table_schema", database, self.session);
        let mut tables: HashMap<Vec<u8>, Stored> = HashMap::new();
        let query =
            format!("SELECT table_name, engine FROM information_schema.tables WHERE {schema} AND table_type <> 'VIEW'");
        for (table, engine) in reader.rows::<(Vec<u8>, Option<String>)>(&query).await? {
            let engine = engine.unwrap_or_default().to_ascii_lowercase();
            let storing = STORING.contains(&engine.as_str());
            tables.insert(table, Stored { storing, ..Stored::default() });
        }
        if self.content {
            let query = format!(
                "SELECT table_name, column_name, column_type, is_nullable, character_set_name, collation_name FROM \
                 information_schema.columns WHERE {schema}"
            );
            type Column = (Vec<u8>, Vec<u8>, Vec<u8>, String, Option<String>, Option<String>);
            for (table, column, data_type, nullable, charset, collation) in reader.rows::<Column>(&query).await? {
                if let Some(table) = tables.get_mut(&table) {
                    table.columns.push(StoredColumn {
                        name: Name::new(column),
                        data_type: DataType::parse(&data_type),
                        nullable: nullable.eq_ignore_ascii_case("YES"),
                        charset: charset.unwrap_or_default(),
                        collation: collation.unwrap_or_default(),
                        ambiguous: false,
                    });
                }
            }
            for column in tables.values_mut().flat_map(|t| &mut t.columns) {
                if let Some(labels) = column.odd_labels() {
                    column.ambiguous = !reader.are_distinct(labels, &column.charset, &column.collation).await?;
                }
            }
            let query = format!(
                "SELECT table_name, column_name FROM information_schema.statistics WHERE {schema} \
                 AND index_name = 'PRIMARY' AND seq_in_index = 1"
            );
            for (table, column) in reader.rows::<(Vec<u8>, Vec<u8>)>(&query).await? {
                if let Some(table) = tables.get_mut(&table) {
                    table.key = Some(Name::new(column));
                }
            }
        }
        stored.extend(tables.into_iter().map(|(table, s)| {
            let table = self.session.fold(&Name::new(table));
            (TableName { database: database.clone(), table }, s)
        }));
        Ok(())
    }

    /// Counts and digests tables on as many connections as there may be.
    async fn ask(&self, mut work: Vec<Work>, first: Reader) -> Result<HashMap<TableName, Answer>> {
        // The largest first, so that none is left alone at the end.
        work.sort_by_key(|w| std::cmp::Reverse(w.rows));
        let mut answers: HashMap<TableName, Answer> = HashMap::new();
        let mut queue: VecDeque<Query> = work.iter().enumerate().map(|(i, w)| w.first(i)).collect();
        let work = Arc::new(work);
        let mut idle = vec![first];
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.lanes
                && let Some(query) = queue.pop_front()
            {
                let mut reader = idle.pop().unwrap_or_else(|| Reader::new(Arc::clone(self.connector), self.retries));
                let work = Arc::clone(&work);
                running.push(async move {
                    let found = match work.get(query.work) {
                        Some(work) => work.ask(&query, &mut reader).await,
                        None => Ok(Found::Nothing),
                    };
                    (reader, query, found)
                });
            }
            let Some((reader, query, found)) = running.next().await else { break };
            idle.push(reader);
            match found? {
                Found::Nothing => {}
                Found::Boundary(boundary) => {
                    let part = Query { part: Part::Range(query.from(), boundary), ..query };
                    queue.push_front(part);
                    if let Some(boundary) = boundary {
                        queue.push_front(Query { part: Part::Boundary(Some(boundary)), ..query });
                    }
                }
                Found::Answer(rows, sum) => {
                    if let Some(work) = work.get(query.work) {
                        let answer = answers.entry(work.table.clone()).or_insert(Answer { rows: 0, sum: Some(0) });
                        answer.rows += rows;
                        answer.sum = answer.sum.zip(sum).map(|(a, b)| a + b);
                    }
                }
            }
        }
        Ok(answers)
    }
}

/// Settles what can be said of the tables that were digested. True if columns were found that have to be left out.
fn sort(expected: &Expected, stored: &HashMap<TableName, Stored>, excluded: &mut Excluded, plans: &mut Plans) -> bool {
    let again = !excluded.is_empty();
    let mut found_new = false;
    for (name, table) in expected.tables() {
        let Some(found) = stored.get(name) else { continue };
        if again && !excluded.contains_key(name) {
            continue;
        }
        let misfits = |plan: Option<&DigestPlan>| plan.map(|p| p.misfits(&found.columns)).unwrap_or_default();
        let doubtful = match table.content() {
            Content::None(why) => {
                plans.insert(name.clone(), Err(why.to_owned()));
                continue;
            }
            Content::Digest(plan, digest) => {
                let misfits = misfits(plan.map(|p| &**p));
                if misfits.is_empty() {
                    plans.insert(name.clone(), Ok((plan.cloned(), digest)));
                    continue;
                }
                misfits
            }
            Content::Doubtful(columns) => columns.into_iter().chain(misfits(table.plan())).collect(),
        };
        plans.insert(name.clone(), Err(in_doubt(&doubtful)));
        let left_out = excluded.entry(name.clone()).or_default();
        for (column, why) in doubtful {
            if !left_out.iter().any(|(n, _)| *n == column) {
                left_out.push((column, why));
                found_new = true;
            }
        }
    }
    found_new
}

fn in_doubt(columns: &[(Name, Uncovered)]) -> String {
    let columns: Vec<String> = columns.iter().map(|(name, why)| format!("{name}: {why}")).collect();
    columns.join("; ")
}

/// By table: how its rows are digested and to what, or why they can't be.
type Plans = HashMap<TableName, std::result::Result<(Option<Arc<DigestPlan>>, BlockDigest), String>>;

/// What the target says of a table.
#[derive(Debug)]
struct Answer {
    rows: u64,
    /// None if a row couldn't be hashed.
    sum: Option<u128>,
}

/// What is asked of a table.
struct Work {
    table: TableName,
    /// How many are expected.
    rows: u64,
    /// What is selected.
    select: Vec<u8>,
    time_zone: Option<String>,
    /// The column by whose values it can be read in parts.
    key: Option<Name>,
}

/// Which part of it.
#[derive(Debug, Clone, Copy)]
struct Query {
    work: usize,
    part: Part,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    /// All of it.
    Whole,
    /// Where does a part end that starts here, or at the first row?
    Boundary(Option<i128>),
    /// From here, or the first row, to before there, or the last row.
    Range(Option<i128>, Option<i128>),
}

impl Query {
    fn from(&self) -> Option<i128> {
        match self.part {
            Part::Whole => None,
            Part::Boundary(from) | Part::Range(from, _) => from,
        }
    }
}

enum Found {
    Nothing,
    Boundary(Option<i128>),
    Answer(u64, Option<u128>),
}

impl Work {
    fn new(table: TableName, rows: u64, stored: &Stored, plan: Option<Arc<DigestPlan>>) -> Self {
        let integer = |key: &&Name| {
            let column = stored.columns.iter().find(|c| c.name == **key);
            column.is_some_and(|c| matches!(c.data_type, Some(DataType::Integer { .. })))
        };
        Self {
            table,
            rows,
            select: match &plan {
                Some(plan) => plan.sql(&stored.columns),
                None => b"COUNT(*), 0".to_vec(),
            },
            time_zone: plan.as_ref().and_then(|p| p.time_zone()).map(str::to_owned),
            key: stored.key.as_ref().filter(|_| plan.is_some()).filter(integer).cloned(),
        }
    }

    fn first(&self, work: usize) -> Query {
        let parts = self.key.is_some() && self.rows > CHUNK_ROWS;
        Query { work, part: if parts { Part::Boundary(None) } else { Part::Whole } }
    }

    async fn ask(&self, query: &Query, reader: &mut Reader) -> Result<Found> {
        let at = |e: Error| e.at(|p| p.table = Some(self.table.to_string()));
        let mut from = b" FROM ".to_vec();
        from.extend_from_slice(&self.table.quoted());
        let key = self.key.as_ref().map(Name::quoted).unwrap_or_default();
        if !matches!(query.part, Part::Whole) {
            from.extend_from_slice(b" FORCE INDEX (PRIMARY)");
        }
        let within = |start: Option<i128>, end: Option<i128>| {
            let mut sql = Vec::new();
            for (sign, bound) in [(" >= ", start), (" < ", end)] {
                if let Some(bound) = bound {
                    sql.extend_from_slice(if sql.is_empty() { b" WHERE " } else { b" AND " });
                    sql.extend_from_slice(&[key.as_slice(), sign.as_bytes(), bound.to_string().as_bytes()].concat());
                }
            }
            sql
        };
        match query.part {
            Part::Boundary(start) => {
                let mut sql = [b"SELECT ".as_slice(), &key, &from, &within(start, None), b" ORDER BY ", &key].concat();
                sql.extend_from_slice(format!(" LIMIT 1 OFFSET {CHUNK_ROWS}").as_bytes());
                let mut found = reader.bytes(&sql, None).await.map_err(at)?;
                if start.is_some() && found.first().and_then(|row| number(row.first())) == start {
                    // More rows than that have this one value.
                    let more = [b"SELECT MIN(".as_slice(), &key, b")", &from, b" WHERE ", &key, b" > "].concat();
                    let bound = start.unwrap_or_default().to_string();
                    found = reader.bytes(&[more.as_slice(), bound.as_bytes()].concat(), None).await.map_err(at)?;
                }
                Ok(Found::Boundary(found.first().and_then(|row| number(row.first()))))
            }
            Part::Whole | Part::Range(..) => {
                let range = match query.part {
                    Part::Range(start, end) => within(start, end),
                    _ => Vec::new(),
                };
                let sql = [b"SELECT ".as_slice(), &self.select, &from, &range].concat();
                let found = reader.bytes(&sql, self.time_zone.as_deref()).await.map_err(at)?;
                let row = found.first().map(Vec::as_slice).unwrap_or_default();
                let text = |value: Option<&Option<Vec<u8>>>| {
                    value.and_then(Option::as_deref).map(|v| String::from_utf8_lossy(v).into_owned())
                };
                let rows = text(row.first()).and_then(|n| n.parse().ok());
                let rows = rows.ok_or_else(|| at(Error::target("the target didn't count the rows of a table")))?;
                // Of no rows, there is no sum.
                Ok(Found::Answer(rows, server_sum(&text(row.get(1)).unwrap_or_else(|| "0".to_owned()))))
            }
        }
    }
}

/// A connection that only reads.
pub(crate) struct Reader {
    connector: Arc<Connector>,
    retries: u32,
    conn: Option<Conn>,
    time_zone: Option<String>,
}

impl Reader {
    pub(crate) fn new(connector: Arc<Connector>, retries: u32) -> Self {
        Self { connector, retries, conn: None, time_zone: None }
    }

    async fn conn(&mut self, time_zone: Option<&str>) -> Result<&mut Conn> {
        if self.conn.is_none() {
            let mut conn = self.connector.connect().await?;
            let ready = async {
                Lane::greet(&mut conn, "utf8mb4").await?;
                // No mode changes how values are given, and no time limit of the server's ends a query.
                conn.query_drop(
                    "SET SESSION sql_mode = '' /*M!100101 , max_statement_time = 0 */ /*!50708 , max_execution_time = 0 */",
                )
                .await
            };
            ready.await.map_err(failed)?;
            self.time_zone = None;
            self.conn = Some(conn);
        }
        let Some(conn) = &mut self.conn else { return Err(Error::target("no connection")) };
        if let Some(time_zone) = time_zone
            && self.time_zone.as_deref() != Some(time_zone)
        {
            conn.query_drop(format!("SET SESSION time_zone = {time_zone}")).await.map_err(failed)?;
            self.time_zone = Some(time_zone.to_owned());
        }
        Ok(conn)
    }

    pub(crate) async fn rows<T: mysql_async::prelude::FromRow + Send + 'static>(
        &mut self,
        sql: &str,
    ) -> Result<Vec<T>> {
        self.query(sql.as_bytes(), None).await
    }

    /// Whether a collation tells all of these labels apart.
    async fn are_distinct(&mut self, labels: &[Vec<u8>], charset: &str, collation: &str) -> Result<bool> {
        let word = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if labels.len() > LABELS_MAX || !word(charset) || !word(collation) {
            return Ok(false);
        }
        let labels: Vec<String> = labels
            .iter()
            .map(|l| {
                let label = catalog::literal(&Name::new(l.clone()), &Session::offline());
                format!("SELECT CONVERT({label} USING {charset}) COLLATE {collation} AS l")
            })
            .collect();
        let query = format!("SELECT COUNT(*), COUNT(DISTINCT l) FROM ({}) labels", labels.join(" UNION ALL "));
        let counts: Vec<(u64, u64)> = self.rows(&query).await?;
        Ok(counts.first().is_some_and(|(all, distinct)| all == distinct))
    }

    /// Every value as the server prints it.
    pub(crate) async fn bytes(&mut self, sql: &[u8], time_zone: Option<&str>) -> Result<Vec<Vec<Option<Vec<u8>>>>> {
        let rows: Vec<mysql_async::Row> = self.query(sql, time_zone).await?;
        let bytes = |value: mysql_async::Value| match value {
            mysql_async::Value::Bytes(bytes) => Some(bytes),
            _ => None,
        };
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(bytes).collect()).collect())
    }

    /// Asks; again on a new connection, if one is lost.
    async fn query<T: mysql_async::prelude::FromRow + Send + 'static>(
        &mut self,
        sql: &[u8],
        time_zone: Option<&str>,
    ) -> Result<Vec<T>> {
        let mut attempt = 0;
        let begun = Instant::now();
        loop {
            attempt += 1;
            let error = match self.conn(time_zone).await {
                Ok(conn) => match conn.query(sql).await {
                    Ok(rows) => return Ok(rows),
                    Err(e @ mysql_async::Error::Server(_)) => return Err(failed(e)),
                    Err(e) => failed(e),
                },
                Err(e) if connect::is_full(&e) && begun.elapsed() < ROOM_TIME => {
                    attempt -= 1;
                    tokio::time::sleep(ROOM_PAUSE).await;
                    continue;
                }
                Err(e) if connect::may_pass(&e) => e,
                Err(e) => return Err(e),
            };
            self.conn = None;
            if attempt > self.retries {
                return Err(error);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn number(value: Option<&Option<Vec<u8>>>) -> Option<i128> {
    std::str::from_utf8(value?.as_deref()?).ok()?.parse().ok()
}

fn failed(e: mysql_async::Error) -> Error {
    match e {
        mysql_async::Error::Server(s) => Error::target(redact::message(s.code, &s.message)).code(s.code),
        e => {
            Error::target("the connection to the target was lost while it was checked").caused_by(plain(e)).transient()
        }
    }
}

/// The failure of a run whose result differs from the dump.
pub(crate) fn failure(outcomes: &[Outcome], hint: &str) -> Option<Error> {
    let mut differences = outcomes.iter().filter_map(|o| Some((&o.table, o.difference.as_ref()?)));
    let (table, first) = differences.next()?;
    let others = differences.count();
    let what = match others {
        0 => first.clone(),
        n => format!("{first}; {n} more tables differ"),
    };
    Some(Error::new(ErrorKind::Verification, what).at(|p| p.table = Some(table.to_string())).hint(hint))
}
