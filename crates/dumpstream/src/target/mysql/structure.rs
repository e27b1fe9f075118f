//! Compares the definitions of a dump with those of a live schema.
//!
//! The dump's are made anew in a scratch schema beside the live one, so that both are told by the same server in the same
//! words, and dropped again. Nothing runs there but statements that define objects of that one schema: no rows, no calls;
//! events are made disabled. Definers aren't compared, as they decide about nothing but privileges.
//!
//! No foreign key to a table of another schema is made there: that table may be live, and a server locks it for that, so that
//! its readers would wait. Such keys are compared by the dump's own text.

use super::catalog;
use super::lane::{Lane, LoadSettings};
use super::ledger::LEDGER_TABLE;
use super::routine;
use super::server::Server;
use super::verify::Reader;
use crate::error::Result;
use crate::failpoint;
use crate::stage::cut::named_databases;
use crate::step::StatementStep;
use crate::stop::Stop;
use crate::target::connect::{Connector, random};
use serde::Serialize;
use sqldump::ddl::{CreateTable, KeyKind, map_database};
use sqldump::lex::{self, Token, TokenKind};
use sqldump::session::Session;
use sqldump::statement::{ObjectName, Statement};
use sqldump::{LexMode, Name};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Definitions that are kept for a comparison, bytes. Real dumps have a few megabytes.
const DEFINITIONS_BYTES_MAX: usize = 64 << 20;
/// How long a statement in a scratch schema waits for anybody, seconds. Who comes later waits behind it.
const WAIT_SECONDS: u32 = 2;
/// How the scratch schemas' names begin.
const SCRATCH: &str = "__dumpstream_verify_";
/// Hexadecimal digits at the end of their names.
const SCRATCH_DIGITS: usize = 16;

/// What a comparison of definitions came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StructureReport {
    /// Tables, views, routines, triggers, events and sequences that were compared.
    pub compared: u64,
    /// What isn't as the dump defines it.
    pub differences: Vec<StructureDifference>,
    /// What couldn't be compared.
    pub not_compared: Vec<NotCompared>,
    /// What the target's schemas hold besides, which the dump doesn't define.
    pub not_in_dump: Vec<String>,
}

/// One difference.
#[derive(Debug, Clone, Serialize)]
pub struct StructureDifference {
    /// Such as `table shop.orders`.
    pub object: String,
    /// Such as `key by_date is missing`.
    pub what: String,
}

/// Something that couldn't be compared.
#[derive(Debug, Clone, Serialize)]
pub struct NotCompared {
    /// Such as `view shop.totals`.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// The statements of a dump that define objects, by schema.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    schemas: BTreeMap<Name, Vec<Definition>>,
    /// The statements that make schemas and give them a charset or collation.
    made: BTreeMap<Name, Definition>,
    skipped: Vec<NotCompared>,
    bytes: usize,
}

#[derive(Debug)]
struct Definition {
    text: Vec<u8>,
    session: Session,
    /// What it makes or changes, for messages.
    object: String,
    /// A table's foreign keys to tables of other schemas, which aren't in `text` any more.
    outside_keys: OutsideKeys,
}

/// Foreign keys to tables of other schemas: their texts by their names.
type OutsideKeys = BTreeMap<String, Vec<u8>>;

impl Definitions {
    /// Keeps a statement, if it defines something.
    pub(crate) fn statement(&mut self, step: &StatementStep) {
        let session = &step.session;
        if let Statement::CreateDatabase { name, .. } = &step.kind
            && has_word(&step.text, session, &["CHARACTER", "CHARSET", "COLLATE"])
        {
            let schema = session.fold(name);
            let object = format!("schema {schema}");
            let (text, session) = (step.text.clone(), session.clone());
            self.made.insert(schema, Definition { text, session, object, outside_keys: OutsideKeys::new() });
        }
        let Some((what, name)) = defines(&step.kind) else { return };
        let schema = name.database.as_ref().or_else(|| session.database()).map(|d| session.fold(d));
        let Some(schema) = schema else { return };
        let object = format!("{what} {schema}.{}", name.name);
        let mut skip = |reason: &str| {
            self.skipped.push(NotCompared { object: object.clone(), reason: reason.to_owned() });
        };
        if named_databases(&step.kind).iter().any(|d| session.fold(d) != schema) {
            return skip("its definition names objects of several schemas");
        }
        let moves = ["RENAME", "EXCHANGE", "IMPORT", "DISCARD"];
        if matches!(step.kind, Statement::AlterTable { .. }) && has_word(&step.text, session, &moves) {
            return skip("it is altered in a way that isn't followed");
        }
        if matches!(step.kind, Statement::CreateTableOther { .. }) {
            return skip("it isn't defined by a list of columns");
        }
        self.bytes += step.text.len();
        if self.bytes > DEFINITIONS_BYTES_MAX {
            return skip("the dump's definitions are too large");
        }
        let own = |d: &Name| session.fold(d) == schema;
        let (text, outside_keys) = match &step.kind {
            Statement::AlterTable { touches, .. } if touches.iter().any(|t| !t.database.as_ref().is_none_or(own)) => {
                return skip("it is altered to refer to a table of another schema");
            }
            Statement::CreateTable(table) => match without_outside_keys(&step.text, table, session, &own) {
                Some(apart) => apart,
                None => return skip("its foreign keys to tables of other schemas can't be told from the rest"),
            },
            _ => (step.text.clone(), OutsideKeys::new()),
        };
        let definition = Definition { text, session: session.clone(), object, outside_keys };
        self.schemas.entry(schema).or_default().push(definition);
    }
}

/// The text of a CREATE TABLE without its foreign keys to tables of other schemas, and these. None if they can't be told apart.
fn without_outside_keys(
    text: &[u8],
    table: &CreateTable,
    session: &Session,
    own: &impl Fn(&Name) -> bool,
) -> Option<(Vec<u8>, OutsideKeys)> {
    let is_outside = |references: &ObjectName| !references.database.as_ref().is_none_or(own);
    let mut rest = text.to_vec();
    let mut keys = OutsideKeys::new();
    if !table.references.iter().any(is_outside) {
        return Some((rest, keys));
    }
    for key in table.split.iter().flat_map(|s| &s.foreign_keys) {
        if matches!(&key.kind, KeyKind::ForeignKey { references } if is_outside(references)) {
            let element = key.add.strip_prefix(b"ADD ")?;
            let at = memchr::memmem::rfind(&rest, element)?;
            let before = rest.get(..at)?.trim_ascii_end().strip_suffix(b",")?;
            rest = [before, rest.get(at + element.len()..)?].concat();
            keys.insert(key.name.as_ref()?.to_string(), element.to_vec());
        }
    }
    let left = CreateTable::parse(&rest, session.lex_mode(), None)?;
    (!left.references.iter().any(is_outside)).then_some((rest, keys))
}

/// What a statement defines, changes or drops.
fn defines(kind: &Statement) -> Option<(&'static str, &ObjectName)> {
    Some(match kind {
        Statement::CreateTable(table) if !table.temporary => ("table", &table.name),
        Statement::CreateTableOther { table, temporary: false } => ("table", table),
        // Emptying a table sets its counter back.
        Statement::AlterTable { table, keys: None, .. }
        | Statement::CreateIndex { table }
        | Statement::TruncateTable { table } => ("table", table),
        Statement::DropTables { names, temporary: false, .. } => ("table", names.first()?),
        Statement::CreateView { name } => ("view", name),
        Statement::DropViews { names, .. } => ("view", names.first()?),
        Statement::CreateTrigger { name, .. } => ("trigger", name),
        Statement::CreateRoutine { kind, name } => (routine(*kind), name),
        Statement::CreateEvent { name } => ("event", name),
        Statement::CreateSequence { name } | Statement::AlterSequence { name } => ("sequence", name),
        Statement::DropSequence { names, .. } => ("sequence", names.first()?),
        Statement::DropObject { name, .. } => ("object", name),
        _ => return None,
    })
}

/// How to compare.
pub(crate) struct Structure<'a> {
    pub(crate) connector: &'a Arc<Connector>,
    pub(crate) server: &'a Arc<Server>,
    pub(crate) charset: &'a str,
    pub(crate) retries: u32,
    /// How names are told apart; in `utf8mb4`.
    pub(crate) session: &'a Session,
    pub(crate) stop: &'a Stop,
}

impl Structure<'_> {
    /// Compares every schema that the dump defines something in.
    pub(crate) async fn run(&self, definitions: &Definitions) -> Result<StructureReport> {
        let mut report = StructureReport { not_compared: definitions.skipped.clone(), ..StructureReport::default() };
        let settings = LoadSettings { strict: false, retries: self.retries };
        let mut lane = Lane::new(Arc::clone(self.connector), Arc::clone(self.server), self.charset.into(), settings);
        let mut reader = Reader::new(Arc::clone(self.connector), self.retries);
        self.sweep(&mut lane, &mut reader).await?;
        for (schema, list) in &definitions.schemas {
            let scratch = Name::from(format!("{SCRATCH}{:0SCRATCH_DIGITS$x}", random()).as_str());
            let defaults = definitions.made.get(schema);
            match self.make(&mut lane, &mut reader, schema, &scratch, defaults, &mut report).await {
                Ok(()) => {}
                Err(e) if e.server_code().is_some() => {
                    report.not_compared.push(NotCompared {
                        object: format!("schema {schema}"),
                        reason: format!("a scratch schema can't be made beside it: {e}"),
                    });
                    continue;
                }
                Err(e) => return Err(e),
            }
            let compared = self.schema(&mut lane, &mut reader, schema, &scratch, list, &mut report).await;
            // Whatever came of it, and also when the run is being stopped.
            let dropped = self.drop(&mut lane, &scratch).await.map_err(|e| {
                e.hint(format!("drop the schema {scratch}, which a comparison needed; nothing else uses it"))
            });
            compared?;
            dropped?;
        }
        Ok(report)
    }

    /// Whether two objects, such as `table shop.orders`, are one to the server.
    fn is_called(&self, one: &str, other: &str) -> bool {
        one == other || (self.session.folds() && one.eq_ignore_ascii_case(other))
    }

    /// A session in which statements don't wait for long.
    fn hasty(&self, mut session: Session) -> Session {
        let set = format!("SET lock_wait_timeout = {WAIT_SECONDS}");
        session.apply(set.as_bytes(), Some(self.server.version));
        session
    }

    /// Drops the scratch schemas that comparisons have left which were killed: those that nobody holds the lock of.
    async fn sweep(&self, lane: &mut Lane, reader: &mut Reader) -> Result<()> {
        let names: Vec<String> = reader
            .rows(&format!(
                "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, {}) = '{SCRATCH}'",
                SCRATCH.len()
            ))
            .await?;
        let is_ours = |n: &&String| {
            let digits = n.strip_prefix(SCRATCH).unwrap_or_default();
            digits.len() == SCRATCH_DIGITS && digits.bytes().all(|b| b.is_ascii_hexdigit())
        };
        for name in names.iter().filter(is_ours) {
            let name = Name::from(name.as_str());
            if self.lock(lane, &name).await? {
                match self.drop(lane, &name).await {
                    // Another user's, for instance.
                    Err(e) if e.server_code().is_none() => return Err(e),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Takes the lock that shows that a scratch schema is in use, for as long as the connection lives.
    async fn lock(&self, lane: &mut Lane, scratch: &Name) -> Result<bool> {
        lane.bring(&self.server.session).await?;
        let got: Vec<Option<i64>> = lane.ask(format!("SELECT GET_LOCK('dumpstream:verify:{scratch}', 0)")).await?;
        Ok(got == [Some(1)])
    }

    async fn drop(&self, lane: &mut Lane, scratch: &Name) -> Result<()> {
        let mut session = self.hasty(self.server.session.clone());
        session.apply(b"SET foreign_key_checks = 0", Some(self.server.version));
        lane.statement(&[b"DROP DATABASE IF EXISTS ".as_slice(), &scratch.quoted()].concat(), &session).await
    }

    /// A schema's default charset and collation. None if there is no such schema.
    async fn defaults(&self, reader: &mut Reader, schema: &Name) -> Result<Option<(String, String)>> {
        let named = catalog::is("schema_name", schema, self.session);
        let rows: Vec<(String, String)> = reader
            .rows(&format!(
                "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE {named}"
            ))
            .await?;
        Ok(rows.into_iter().next())
    }

    /// Makes a scratch schema with the defaults of the live one, and compares these with what the dump says.
    async fn make(
        &self,
        lane: &mut Lane,
        reader: &mut Reader,
        schema: &Name,
        scratch: &Name,
        dumped: Option<&Definition>,
        report: &mut StructureReport,
    ) -> Result<()> {
        let session = self.hasty(self.server.session.clone());
        // Whoever comes next would take it for one that was left, if the lock came later than the schema.
        self.lock(lane, scratch).await?;
        let live = self.defaults(reader, schema).await?;
        let text = dumped.and_then(|d| map_database(&d.text, &d.session, schema, scratch).ok());
        if let (Some(text), Some(dumped), Some(live)) = (text, dumped, &live) {
            let object = dumped.object.clone();
            match lane.statement(&text, &self.hasty(dumped.session.clone())).await {
                Ok(()) => {
                    report.compared += 1;
                    if self.defaults(reader, scratch).await?.is_some_and(|made| made != *live) {
                        let what = "its default charset or collation differs".to_owned();
                        report.differences.push(StructureDifference { object, what });
                    }
                    self.drop(lane, scratch).await?;
                }
                Err(e) if e.server_code().is_some() => {
                    let reason = format!("the target refuses its definition: {e}");
                    report.not_compared.push(NotCompared { object, reason });
                }
                Err(e) => return Err(e),
            }
        }
        let mut sql = [b"CREATE DATABASE ".as_slice(), &scratch.quoted()].concat();
        if let Some((charset, collation)) = live {
            sql.extend_from_slice(format!(" CHARACTER SET {charset} COLLATE {collation}").as_bytes());
        }
        lane.statement(&sql, &session).await
    }

    async fn schema(
        &self,
        lane: &mut Lane,
        reader: &mut Reader,
        schema: &Name,
        scratch: &Name,
        list: &[Definition],
        report: &mut StructureReport,
    ) -> Result<()> {
        // One may need another that comes later.
        let mut waiting: Vec<&Definition> = list.iter().collect();
        loop {
            let count = waiting.len();
            let mut failed = Vec::new();
            for definition in waiting {
                if self.stop.is_tripped() {
                    return Ok(());
                }
                if let Err(reason) = self.define(lane, schema, scratch, definition).await? {
                    failed.push((definition, reason));
                }
            }
            if failed.is_empty() || failed.len() == count {
                report.not_compared.extend(
                    failed
                        .into_iter()
                        .map(|(definition, reason)| NotCompared { object: definition.object.clone(), reason }),
                );
                break;
            }
            waiting = failed.into_iter().map(|(definition, _)| definition).collect();
        }
        failpoint::reach("verify-scratch");
        let mut made = self.objects(reader, scratch, scratch, schema).await?;
        // Events are made disabled, so what the dump says of that is in its text.
        for (object, shown) in made.iter_mut().filter(|(object, _)| object.0 == "event") {
            let name = format!("event {schema}.{}", object.1);
            let definition = list.iter().rfind(|d| d.object.eq_ignore_ascii_case(&name));
            if let Some(shown) = shown {
                shown.status = definition.map(|d| status(&d.text, d.session.lex_mode()));
            }
        }
        let mut live = self.objects(reader, schema, scratch, schema).await?;
        self.outside_keys(schema, list, &made, &mut live, report);
        for definition in list.iter().filter(|d| d.object.starts_with("event ")) {
            let is = |(kind, name): &(&str, String)| format!("{kind} {schema}.{name}") == definition.object;
            if !made.keys().any(is) && !report.not_compared.iter().any(|n| n.object == definition.object) {
                report.not_compared.push(NotCompared {
                    object: definition.object.clone(),
                    reason: "its time is over, and the server doesn't keep it".to_owned(),
                });
            }
        }
        let undefined: BTreeSet<String> = report.not_compared.iter().map(|n| n.object.clone()).collect();
        for (object, made) in &made {
            let name = format!("{} {schema}.{}", object.0, object.1);
            if undefined.iter().any(|u| self.is_called(u, &name)) {
                continue;
            }
            let differences = match live.get(object) {
                None => vec!["is missing".to_owned()],
                Some(live) => match (made, live) {
                    (Some(made), Some(live)) => made.differences(live, self.server),
                    _ => {
                        let reason = "its definition is hidden from this user".to_owned();
                        report.not_compared.push(NotCompared { object: name, reason });
                        continue;
                    }
                },
            };
            report.compared += 1;
            report
                .differences
                .extend(differences.into_iter().map(|what| StructureDifference { object: name.clone(), what }));
        }
        for (object, shown) in live.iter().filter(|(o, _)| !made.contains_key(*o)) {
            let name = format!("{} {schema}.{}", object.0, object.1);
            if undefined.iter().any(|u| self.is_called(u, &name)) {
                continue;
            }
            // One on a table of the dump's is a part of it.
            let on = shown.as_ref().and_then(|s| s.on_table.clone());
            if on.is_some_and(|table| made.contains_key(&("table", table))) {
                report.differences.push(StructureDifference { object: name, what: "isn't in the dump".to_owned() });
            } else {
                report.not_in_dump.push(name);
            }
        }
        Ok(())
    }

    /// Compares foreign keys to tables of other schemas by their texts, and takes them out of the live definitions.
    fn outside_keys(
        &self,
        schema: &Name,
        list: &[Definition],
        made: &Objects,
        live: &mut Objects,
        report: &mut StructureReport,
    ) {
        for (object, shown) in live.iter_mut().filter(|(object, _)| object.0 == "table") {
            let (Some(shown), true) = (shown, made.contains_key(object)) else { continue };
            let name = format!("table {schema}.{}", object.1);
            let keys = take_outside_keys(&mut shown.text);
            if report.not_compared.iter().any(|n| self.is_called(&n.object, &name)) {
                continue;
            }
            // Of one that the dump makes twice, the last keys of a name count.
            let defined = list.iter().filter(|d| self.is_called(&d.object, &name)).flat_map(|d| &d.outside_keys);
            let defined: BTreeMap<&String, &Vec<u8>> = defined.collect();
            let mut differs = |what| report.differences.push(StructureDifference { object: name.clone(), what });
            for key in keys.keys().filter(|key| !defined.contains_key(key)) {
                differs(format!("constraint {key} isn't in the dump"));
            }
            for (key, text) in defined {
                match keys.get(key) {
                    None => differs(format!("constraint {key} is missing")),
                    Some(other) if squeezed(other) == squeezed(text) => {}
                    Some(_) => report.not_compared.push(NotCompared {
                        object: format!("constraint {key} of {name}"),
                        reason: "it refers to a table of another schema, and the two texts differ".to_owned(),
                    }),
                }
            }
        }
    }

    /// Runs one definition in the scratch schema; the reason, where that can't be done.
    async fn define(
        &self,
        lane: &mut Lane,
        schema: &Name,
        scratch: &Name,
        definition: &Definition,
    ) -> Result<std::result::Result<(), String>> {
        let mode = definition.session.lex_mode();
        let Ok(text) = map_database(&definition.text, &definition.session, schema, scratch) else {
            return Ok(Err(format!("a name in its definition may mean the schema {schema} or a table")));
        };
        let text = without_definer(&text, mode);
        let text = if definition.object.starts_with("event ") { disabled(&text, mode) } else { text };
        let mut session = definition.session.clone();
        session.set_database(Some(scratch.clone()));
        match lane.statement(&text, &self.hasty(session)).await {
            Ok(()) => Ok(Ok(())),
            Err(e) if e.server_code().is_some() => Ok(Err(format!("the target refuses its definition: {e}"))),
            Err(e) => Err(e),
        }
    }

    /// Everything in a schema, in the words of the live one. `None` for what this user may not see.
    async fn objects(&self, reader: &mut Reader, schema: &Name, scratch: &Name, live: &Name) -> Result<Objects> {
        let mut objects = Objects::new();
        let named = |column: &str| catalog::is(column, schema, self.session);
        let tables: Vec<(Vec<u8>, String)> = reader
            .rows(&format!(
                "SELECT table_name, table_type FROM information_schema.tables WHERE {}",
                named("table_schema")
            ))
            .await?;
        let mut wanted: Vec<(&'static str, Name, String, usize)> = Vec::new();
        for (name, kind) in tables.into_iter().filter(|(n, _)| n != LEDGER_TABLE.as_bytes()) {
            let (kind, show) = match kind.as_str() {
                "VIEW" => ("view", "VIEW"),
                "SEQUENCE" => ("sequence", "SEQUENCE"),
                _ => ("table", "TABLE"),
            };
            wanted.push((kind, Name::new(name), show.to_owned(), 1));
        }
        let routines: Vec<(Vec<u8>, String)> = reader
            .rows(&format!(
                "SELECT routine_name, routine_type FROM information_schema.routines WHERE {}",
                named("routine_schema")
            ))
            .await?;
        wanted.extend(routines.into_iter().filter_map(|(name, show)| {
            let kinds = ["procedure", "function", "package", "package body"];
            let kind = kinds.into_iter().find(|k| k.eq_ignore_ascii_case(&show))?;
            Some((kind, Name::new(name), show, 2))
        }));
        let triggers: Vec<(Vec<u8>, u64, Vec<u8>)> = reader
            .rows(&format!(
                "SELECT trigger_name, action_order, event_object_table FROM information_schema.triggers WHERE {}",
                named("trigger_schema")
            ))
            .await?;
        let triggers: BTreeMap<Name, (u64, Name)> =
            triggers.into_iter().map(|(n, order, table)| (Name::new(n), (order, Name::new(table)))).collect();
        wanted.extend(triggers.keys().map(|name| ("trigger", name.clone(), "TRIGGER".to_owned(), 2)));
        let events: Vec<(Vec<u8>, String, bool)> = reader
            .rows(&format!(
                "SELECT event_name, status, event_type = 'ONE TIME' OR ends IS NOT NULL FROM information_schema.events WHERE {}",
                named("event_schema")
            ))
            .await?;
        wanted.extend(events.iter().map(|(name, ..)| ("event", Name::new(name.clone()), "EVENT".to_owned(), 3)));
        for (kind, name, show, column) in wanted {
            let mut sql = format!("SHOW CREATE {show} ").into_bytes();
            schema.push_quoted(&mut sql);
            sql.push(b'.');
            name.push_quoted(&mut sql);
            let shown = match reader.bytes(&sql, None).await {
                Ok(shown) => shown,
                Err(e) if e.server_code().is_some() => Vec::new(),
                Err(e) => return Err(e),
            };
            let row = shown.into_iter().next().unwrap_or_default();
            let text = row.get(column).cloned().flatten();
            let cell = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
            let bound = match kind {
                "table" | "sequence" => Vec::new(),
                "view" => vec![("character_set_client", cell(2)), ("collation_connection", cell(3))],
                _ => vec![
                    ("sql_mode", cell(1)),
                    ("time_zone", if kind == "event" { cell(2) } else { Vec::new() }),
                    ("character_set_client", cell(column + 1)),
                    ("collation_connection", cell(column + 2)),
                ],
            };
            let trigger = triggers.get(&name).filter(|_| kind == "trigger");
            let event = events.iter().find(|(n, ..)| kind == "event" && n == name.as_bytes());
            let shown = text.map(|text| Shown {
                text: in_words_of(&text, scratch, live, kind, self.session.folds()),
                bound,
                order: trigger.map(|(order, _)| *order),
                on_table: trigger.map(|(_, table)| table.to_string()),
                // The server disables one whose time is over.
                status: event.filter(|(_, status, ends)| !ends || status != "DISABLED").map(|(_, status, _)| {
                    match status {
                        s if s == "ENABLED" => Status::Enabled,
                        s if s == "DISABLED" => Status::Disabled,
                        _ => Status::OnReplicas,
                    }
                }),
            });
            objects.insert((kind, name.to_string()), shown);
        }
        Ok(objects)
    }
}

/// By kind and name.
type Objects = BTreeMap<(&'static str, String), Option<Shown>>;

/// A definition, as the server shows it.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    text: Vec<u8>,
    /// The settings that it is bound to, with their names.
    bound: Vec<(&'static str, Vec<u8>)>,
    /// Among the triggers of its kind.
    order: Option<u64>,
    /// A trigger's table.
    on_table: Option<String>,
    /// An event's; `None` where that says nothing.
    status: Option<Status>,
}

/// Whether an event runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Enabled,
    Disabled,
    /// Not on a replica.
    OnReplicas,
}

impl Shown {
    /// What is otherwise in the live one.
    fn differences(&self, live: &Self, server: &Server) -> Vec<String> {
        let mut found = Vec::new();
        let (made, made_next) = without_counter(&self.text);
        let (text, next) = without_counter(&live.text);
        if made != text {
            found = by_element(&made, &text);
        }
        // Before 8.0, MySQL forgets the counter when it is started anew.
        let keeps = server.is_mariadb() || server.version.number >= 80_000;
        if keeps && next.unwrap_or(1) < made_next.unwrap_or(1) {
            found.push("its AUTO_INCREMENT counter is behind the dump's".to_owned());
        }
        for ((setting, _), _) in self.bound.iter().zip(&live.bound).filter(|(made, live)| made != live) {
            found.push(format!("it has another {setting}"));
        }
        if let (Some(made), Some(live)) = (self.status, live.status)
            && made != live
        {
            found.push("it is enabled in one and disabled in the other".to_owned());
        }
        if self.order != live.order {
            found.push("it fires in another order".to_owned());
        }
        found
    }
}

/// A definition shown by the server, with the live schema's name in place of the scratch one's.
fn in_words_of(text: &[u8], scratch: &Name, live: &Name, kind: &str, folds: bool) -> Vec<u8> {
    let mode = LexMode::default();
    let text = if folds { folded(text, mode, kind) } else { text.to_vec() };
    let text = replace(&text, scratch.as_bytes(), live.as_bytes());
    // One side may have the name in quotes where the other has none.
    let text = replace(&text, &live.quoted(), live.as_bytes());
    let text = without_definer(&text, mode);
    match kind {
        "event" => disabled(&text, mode),
        "table" => without_implied_charsets(&text),
        _ => text,
    }
}

/// A definition with its names in lower case, as they count on a server that tells none apart by case. In what the server shows
/// of a table, all names are quoted.
fn folded(text: &[u8], mode: LexMode, kind: &str) -> Vec<u8> {
    let mut out = text.to_vec();
    let is_name = |t: &Token| t.kind == TokenKind::QuotedIdent || (t.kind == TokenKind::Word && kind != "table");
    for token in lex::tokens(text, mode).filter(is_name) {
        if let Some(name) = out.get_mut(token.start..token.end) {
            name.make_ascii_lowercase();
        }
    }
    out
}

/// A CREATE TABLE without `CHARACTER SET x` before `COLLATE x_…`, which says as much: MySQL shows it where a column was made
/// with both, and not where it has its collation from the table, though that comes to the same.
fn without_implied_charsets(text: &[u8]) -> Vec<u8> {
    let tokens = words(text, LexMode::default());
    let mut out = Vec::with_capacity(text.len());
    let mut from = 0;
    for window in tokens.windows(5) {
        let [character, set, charset, collate, collation] = window else { continue };
        let implied = is_word(text, Some(character), "CHARACTER")
            && is_word(text, Some(set), "SET")
            && is_word(text, Some(collate), "COLLATE")
            && collation.text(text).strip_prefix(charset.text(text)).is_some_and(|rest| rest.starts_with(b"_"));
        if implied {
            out.extend_from_slice(text.get(from..character.start).unwrap_or_default());
            from = collate.start;
        }
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default());
    out
}

/// Takes the foreign keys to tables of other schemas out of a table's definition as the server shows it.
fn take_outside_keys(text: &mut Vec<u8>) -> OutsideKeys {
    let mut keys = OutsideKeys::new();
    let Some(end) = memchr::memmem::rfind(text, b"\n)") else { return keys };
    let (body, options) = text.split_at(end);
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    for line in body.split(|b| *b == b'\n') {
        let (element, is_last) = line.strip_suffix(b",").map_or((line, true), |l| (l, false));
        if let Some(name) = outside_key(element) {
            keys.insert(name, element.trim_ascii_start().to_vec());
            if is_last && out.ends_with(b",") {
                out.pop();
            }
            continue;
        }
        if !out.is_empty() {
            out.push(b'\n');
        }
        out.extend_from_slice(line);
    }
    out.extend_from_slice(options);
    *text = out;
    keys
}

/// The name of a foreign key to a table of another schema, if a line defines one.
fn outside_key(line: &[u8]) -> Option<String> {
    if !line.starts_with(b"  CONSTRAINT ") {
        return None;
    }
    let tokens = words(line, LexMode::default());
    let at = tokens.iter().position(|t| is_word(line, Some(t), "REFERENCES"))?;
    let is_key = is_word(line, tokens.get(2), "FOREIGN");
    let dot = tokens.get(at + 2).is_some_and(|t| t.kind == TokenKind::Punct(b'.'));
    let name = tokens.get(1).filter(|_| is_key && dot)?;
    Some(lex::ident(name.text(line)).to_string())
}

/// A text's tokens with one space between them.
fn squeezed(text: &[u8]) -> Vec<u8> {
    words(text, LexMode::default()).iter().map(|t| t.text(text)).collect::<Vec<_>>().join(&b' ')
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, from).filter(|_| !from.is_empty()) {
        let (before, after) = rest.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(to);
        rest = after.get(from.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// The text of a CREATE TABLE without its `AUTO_INCREMENT=` option, and that.
fn without_counter(text: &[u8]) -> (Vec<u8>, Option<u64>) {
    // Options stand behind the bracket that closes the columns.
    let options = memchr::memmem::rfind(text, b"\n)").unwrap_or(text.len());
    let tail = text.get(options..).unwrap_or_default();
    let tokens: Vec<Token> = lex::tokens(tail, LexMode::default()).filter(|t| t.kind != TokenKind::Space).collect();
    let found = tokens.windows(3).find(|w| {
        matches!(w, [a, b, c] if a.kind == TokenKind::Word
            && a.text(tail).eq_ignore_ascii_case(b"AUTO_INCREMENT")
            && b.kind == TokenKind::Punct(b'=')
            && c.kind == TokenKind::Number)
    });
    let Some([start, _, end]) = found else { return (text.to_vec(), None) };
    let number = std::str::from_utf8(end.text(tail)).ok().and_then(|n| n.parse().ok());
    let mut out = text.get(..options + start.start).unwrap_or_default().trim_ascii_end().to_vec();
    out.extend_from_slice(tail.get(end.end..).unwrap_or_default());
    (out, number)
}

/// Where two definitions differ: by column, key and constraint for tables.
fn by_element(made: &[u8], live: &[u8]) -> Vec<String> {
    let (made, live) = (elements(made), elements(live));
    let mut found = Vec::new();
    for (name, text) in &made {
        match live.get(name) {
            None => found.push(format!("{name} is missing")),
            Some(other) if other != text => found.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    found.extend(live.keys().filter(|name| !made.contains_key(*name)).map(|name| format!("{name} isn't in the dump")));
    if found.is_empty() {
        // The same elements, in another order.
        found.push("the order of its columns or keys is another".to_owned());
    }
    found
}

/// The lines of a table's definition by what they define; a definition of another kind is one element.
fn elements(text: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let is_table = text.starts_with(b"CREATE TABLE");
    let body = memchr::memmem::rfind(text, b"\n)").filter(|_| is_table);
    let Some(end) = body else {
        out.insert("its definition".to_owned(), text.to_vec());
        return out;
    };
    let (body, options) = text.split_at(end);
    out.insert("the set of table options".to_owned(), options.to_vec());
    let mut last = String::new();
    for line in body.split(|b| *b == b'\n').skip(1) {
        let line = line.strip_suffix(b",").unwrap_or(line);
        // A line break in a comment or a default goes on with the element before.
        let Some(name) = element(line) else {
            out.entry(last.clone()).or_default().extend_from_slice(line);
            continue;
        };
        last = name;
        out.insert(last.clone(), line.to_vec());
    }
    out
}

/// What a line of a table's definition defines.
fn element(line: &[u8]) -> Option<String> {
    let line = line.strip_prefix(b"  ")?;
    let quoted = |line: &[u8]| {
        let token = lex::tokens(line, LexMode::default()).find(|t| t.kind == TokenKind::QuotedIdent)?;
        Some(lex::ident(token.text(line)).to_string())
    };
    if line.starts_with(b"`") {
        return Some(format!("column {}", quoted(line)?));
    }
    let is = |word: &str| line.starts_with(word.as_bytes());
    if is("PRIMARY KEY") {
        return Some("the primary key".to_owned());
    }
    if is("CONSTRAINT ") {
        return Some(format!("constraint {}", quoted(line)?));
    }
    let keys = ["KEY ", "UNIQUE KEY ", "FULLTEXT KEY ", "SPATIAL KEY ", "VECTOR KEY "];
    if keys.iter().any(|k| is(k)) {
        return Some(format!("key {}", quoted(line)?));
    }
    line.first().is_some_and(u8::is_ascii_uppercase).then(|| {
        let word = line.split(|b| *b == b' ').next().unwrap_or_default();
        format!("the {} clause", String::from_utf8_lossy(word))
    })
}

/// The tokens of a statement without spaces, comments and the marks of versioned comments.
fn words(text: &[u8], mode: LexMode) -> Vec<Token> {
    lex::significant(text, mode, None).collect()
}

fn is_word(text: &[u8], token: Option<&Token>, word: &str) -> bool {
    token.is_some_and(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(word.as_bytes()))
}

fn has_word(text: &[u8], session: &Session, list: &[&str]) -> bool {
    words(text, session.lex_mode()).iter().any(|t| list.iter().any(|w| is_word(text, Some(t), w)))
}

/// A statement without `DEFINER = user`, which stands before what it is about.
fn without_definer(text: &[u8], mode: LexMode) -> Vec<u8> {
    const BEFORE_MAX: usize = 12;
    let tokens = words(text, mode);
    let at = tokens.iter().take(BEFORE_MAX).position(|t| is_word(text, Some(t), "DEFINER"));
    let Some(at) = at.filter(|at| tokens.get(at + 1).is_some_and(|t| t.kind == TokenKind::Punct(b'='))) else {
        return text.to_vec();
    };
    let (Some(start), Some(user)) = (tokens.get(at), tokens.get(at + 2)) else { return text.to_vec() };
    let mut end = user.end;
    let mut next = at + 3;
    if is_word(text, Some(user), "CURRENT_USER") {
        if let (Some(open), Some(close)) = (tokens.get(next), tokens.get(next + 1))
            && (open.kind, close.kind) == (TokenKind::Punct(b'('), TokenKind::Punct(b')'))
        {
            end = close.end;
        }
    } else {
        // `@host` is one token, or two.
        while let Some(token) = tokens.get(next).filter(|t| t.text(text).starts_with(b"@") || t.start == end) {
            end = token.end;
            next += 1;
        }
    }
    let mut out = text.get(..start.start).unwrap_or_default().to_vec();
    out.extend_from_slice(text.get(end..).unwrap_or_default().trim_ascii_start());
    out
}

/// Where a CREATE EVENT says whether it runs; or where it would, an empty place.
fn status_place(text: &[u8], mode: LexMode) -> Range<usize> {
    let tokens = words(text, mode);
    let mut depth = 0usize;
    let mut status = None;
    let mut before = None;
    for (i, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Punct(b'(') => depth += 1,
            TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if is_word(text, Some(token), "ENABLE") => status = Some(token.start..token.end),
            _ if is_word(text, Some(token), "DISABLE") => {
                // ON SLAVE, ON REPLICA.
                let on = is_word(text, tokens.get(i + 1), "ON");
                let end = if on { tokens.get(i + 2).map_or(token.end, |t| t.end) } else { token.end };
                status = Some(token.start..end);
            }
            _ if is_word(text, Some(token), "COMMENT") => before = before.or(Some(token.start)),
            _ if is_word(text, Some(token), "DO") => {
                before = before.or(Some(token.start));
                break;
            }
            _ => {}
        }
    }
    status.or_else(|| before.map(|at| at..at)).unwrap_or(text.len()..text.len())
}

/// Whether a CREATE EVENT makes it run.
fn status(text: &[u8], mode: LexMode) -> Status {
    let said = text.get(status_place(text, mode)).unwrap_or_default().to_ascii_uppercase();
    match () {
        () if said.is_empty() || said == b"ENABLE" => Status::Enabled,
        () if said == b"DISABLE" => Status::Disabled,
        () => Status::OnReplicas,
    }
}

/// A CREATE EVENT that doesn't make it run.
fn disabled(text: &[u8], mode: LexMode) -> Vec<u8> {
    let place = status_place(text, mode);
    let mut out = text.get(..place.start).unwrap_or_default().to_vec();
    out.extend_from_slice(b" DISABLE ");
    out.extend_from_slice(text.get(place.end..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn definers_go_and_nothing_else() {
        let mode = LexMode::default();
        for (with, without) in [
            (
                "CREATE DEFINER=`a b`@`%` PROCEDURE `p`() SELECT 'DEFINER=`x`@`y`'",
                "CREATE PROCEDURE `p`() SELECT 'DEFINER=`x`@`y`'",
            ),
            (
                "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1 */",
                "/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1 */",
            ),
            (
                "CREATE ALGORITHM=UNDEFINED DEFINER = 'u'@'h' SQL SECURITY INVOKER VIEW `v` AS select 1",
                "CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW `v` AS select 1",
            ),
            ("CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 1", "CREATE VIEW v AS SELECT 1"),
            ("CREATE VIEW v AS SELECT 1 AS definer", "CREATE VIEW v AS SELECT 1 AS definer"),
        ] {
            assert_eq!(text(without_definer(with.as_bytes(), mode)), without);
        }
    }

    #[test]
    fn events_dont_run() {
        for (on, off) in [
            (
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01' ON COMPLETION NOT PRESERVE ENABLE DO DELETE FROM t",
                "CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01' ON COMPLETION NOT PRESERVE  DISABLE  DO DELETE FROM t",
            ),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE COMMENT 'ENABLE' DO SELECT 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY  DISABLE  COMMENT 'ENABLE' DO SELECT 1",
            ),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO ALTER TABLE t ENABLE KEYS",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY  DISABLE DO ALTER TABLE t ENABLE KEYS",
            ),
        ] {
            assert_eq!(text(disabled(on.as_bytes(), LexMode::default())), off);
        }
        for (sql, expected) in [
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY ON COMPLETION NOT PRESERVE ENABLE DO SELECT 1", Status::Enabled),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'DISABLE' DO ALTER TABLE t DISABLE KEYS", Status::Enabled),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY disable DO SELECT 1", Status::Disabled),
            ("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE ON SLAVE DO SELECT 1", Status::OnReplicas),
        ] {
            assert_eq!(status(sql.as_bytes(), LexMode::default()), expected, "{sql}");
        }
    }

    #[test]
    fn a_charset_that_its_collation_implies_goes() {
        for (with, without) in [
            (
                "`a` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,",
                "`a` varchar(9) COLLATE utf8mb4_bin NOT NULL,",
            ),
            ("`a` varchar(9) COLLATE utf8mb4_bin NOT NULL,", "`a` varchar(9) COLLATE utf8mb4_bin NOT NULL,"),
            (
                "`a` text CHARACTER SET utf8mb3 COLLATE utf8mb4_bin",
                "`a` text CHARACTER SET utf8mb3 COLLATE utf8mb4_bin",
            ),
            ("`a` text CHARACTER SET latin1,", "`a` text CHARACTER SET latin1,"),
            ("`a` text COMMENT 'CHARACTER SET x COLLATE x_y'", "`a` text COMMENT 'CHARACTER SET x COLLATE x_y'"),
        ] {
            assert_eq!(text(without_implied_charsets(with.as_bytes())), without);
        }
    }

    #[test]
    fn foreign_keys_to_other_schemas_are_apart() {
        let inside =
            "CREATE TABLE `c` (\n  `i` int,\n  KEY `f` (`i`),\n  CONSTRAINT `g` FOREIGN KEY (`i`) REFERENCES `c` (`i`)";
        let outside = "CONSTRAINT `f` FOREIGN KEY (`i`) REFERENCES `other`.`p` (`i`) ON DELETE CASCADE";
        let whole = format!("{inside},\n  {outside}\n) ENGINE=InnoDB");
        let bare = format!("{inside}\n) ENGINE=InnoDB");
        let expected = OutsideKeys::from([("f".to_owned(), outside.into())]);
        let mut shown = whole.clone().into_bytes();
        assert_eq!(take_outside_keys(&mut shown), expected);
        assert_eq!(text(shown.clone()), bare);
        assert_eq!(take_outside_keys(&mut shown), OutsideKeys::new());
        assert_eq!(text(shown), bare);
        let (session, own) = (Session::offline(), |d: &Name| *d == Name::from("shop"));
        let parsed = |text: &str| CreateTable::parse(text.as_bytes(), LexMode::default(), None).unwrap();
        let (rest, keys) = without_outside_keys(whole.as_bytes(), &parsed(&whole), &session, &own).unwrap();
        assert_eq!((text(rest), keys), (bare, expected));
        let own_name = whole.replace("other", "shop");
        let (rest, keys) = without_outside_keys(own_name.as_bytes(), &parsed(&own_name), &session, &own).unwrap();
        assert_eq!((text(rest), keys), (own_name, OutsideKeys::new()));
        // A column's own can't be taken out.
        let inline = "CREATE TABLE `c` (`i` int REFERENCES `other`.`p` (`i`))";
        assert_eq!(without_outside_keys(inline.as_bytes(), &parsed(inline), &session, &own), None);
    }

    #[test]
    fn counters_are_apart() {
        let (rest, counter) = without_counter(b"CREATE TABLE `t` (\n  `a` int AUTO_INCREMENT COMMENT 'AUTO_INCREMENT=5'\n) ENGINE=InnoDB AUTO_INCREMENT=7 COMMENT='AUTO_INCREMENT=9'");
        assert_eq!(counter, Some(7));
        assert_eq!(
            text(rest),
            "CREATE TABLE `t` (\n  `a` int AUTO_INCREMENT COMMENT 'AUTO_INCREMENT=5'\n) ENGINE=InnoDB COMMENT='AUTO_INCREMENT=9'"
        );
    }

    #[test]
    fn differences_are_named() {
        let made = b"CREATE TABLE `t` (\n  `a` int NOT NULL,\n  `b` text COMMENT 'x\ny',\n  PRIMARY KEY (`a`),\n  KEY `k` (`b`(3)),\n  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`a`)\n) ENGINE=InnoDB";
        let live = b"CREATE TABLE `t` (\n  `a` bigint NOT NULL,\n  `b` text COMMENT 'x\ny',\n  PRIMARY KEY (`a`),\n  UNIQUE KEY `z` (`b`(3))\n) ENGINE=MyISAM";
        assert_eq!(
            by_element(made, live),
            [
                "column a differs",
                "constraint f is missing",
                "key k is missing",
                "the set of table options differs",
                "key z isn't in the dump"
            ]
        );
    }
}
