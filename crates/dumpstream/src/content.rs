//! What a dump holds, as far as its text tells: databases, tables with their rows, other objects, statements by kind.
//!
//! Follows the steps of a run that only looks ([`crate::verify`], [`crate::inspect`]). A name stands for what it stands
//! for at the dump's end: what was dropped again, as the stand-ins for views are, isn't there any more.

use crate::step::{At, RowsStep, Shaped, StatementStep, Step};
use serde::Serialize;
use sqldump::ddl::CreateTable;
use sqldump::lex::{self, Token, TokenKind};
use sqldump::statement::{ForbiddenKind, ObjectKind, ObjectName, RoutineKind, Statement};
use sqldump::{LexMode, Name};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A place in the decoded dump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DumpPlace {
    /// Line, from 1.
    pub line: u64,
    /// Byte offset, from 0.
    pub offset: u64,
    /// Which of the source's files, from 0, where each is a dump of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<usize>,
}

impl From<At> for DumpPlace {
    fn from(at: At) -> Self {
        Self { line: at.line, offset: at.offset, file: None }
    }
}

/// A database of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DumpDatabase {
    /// Its name; absent for what the dump puts into no database by name.
    pub name: Option<String>,
    /// Its default charset, where the dump says so.
    pub charset: Option<String>,
    /// Its default collation, where the dump says so.
    pub collation: Option<String>,
    /// Its tables.
    pub tables: u64,
    /// Their rows.
    pub rows: u64,
    /// Dump text of the rows, bytes.
    pub bytes: u64,
}

/// A table of a dump.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DumpTable {
    /// Its database, where the dump names one.
    pub database: Option<String>,
    /// Its name.
    pub table: String,
    /// Whether the dump defines it; without a definition, rows are all that is known.
    pub defined: bool,
    /// As the dump names it; absent where that is left to the server.
    pub engine: Option<String>,
    /// Default charset.
    pub charset: Option<String>,
    /// Default collation.
    pub collation: Option<String>,
    /// How many columns.
    pub columns: u64,
    /// Rows.
    pub rows: u64,
    /// Dump text of the rows, bytes.
    pub bytes: u64,
    /// Dump text of the largest row, bytes.
    pub largest_row_bytes: u64,
    /// Where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub largest_row: Option<DumpPlace>,
    /// Columns of the primary key, in its order; empty without one.
    pub primary_key: Vec<String>,
    /// Whether a column has AUTO_INCREMENT.
    pub auto_increment: bool,
    /// Tables that its foreign keys refer to, each once.
    pub foreign_keys: Vec<String>,
    /// `PARTITION BY`.
    pub partitioned: bool,
    /// Where it is defined, or where its rows begin.
    pub place: DumpPlace,
}

impl DumpTable {
    /// `database.table`, or the table alone.
    pub fn full_name(&self) -> String {
        full_name(self.database.as_deref(), &self.table)
    }
}

/// A view, routine, trigger, event or sequence of a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DumpObject {
    /// `view`, `procedure`, `function`, `package`, `package body`, `trigger`, `event` or `sequence`.
    pub kind: &'static str,
    /// Its database, where the dump names one.
    pub database: Option<String>,
    /// Its name.
    pub name: String,
    /// The table of a trigger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// `user@host` that it belongs to, where the dump says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definer: Option<String>,
    /// Where it is defined.
    pub place: DumpPlace,
}

impl DumpObject {
    /// `database.name`, or the name alone.
    pub fn full_name(&self) -> String {
        full_name(self.database.as_deref(), &self.name)
    }
}

pub(crate) fn full_name(database: Option<&str>, name: &str) -> String {
    match database {
        Some(database) => format!("{database}.{name}"),
        None => name.to_owned(),
    }
}

/// The name of something in a database; none where the dump names none.
type Key = (Option<Name>, Name);

/// What a dump holds so far.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// By when they came first.
    tables: BTreeMap<u64, DumpTable>,
    by_name: HashMap<Key, u64>,
    next: u64,
    databases: Vec<DumpDatabase>,
    objects: BTreeMap<(&'static str, Option<Name>, Name), DumpObject>,
    /// How many statements of each kind, rows apart.
    pub(crate) statements: BTreeMap<&'static str, u64>,
    /// Tables that were defined again without being dropped first.
    pub(crate) twice: BTreeSet<String>,
}

impl Content {
    /// Takes a step in.
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Statement(step) => self.statement(step),
            Step::Text(..) => {}
            Step::Rows(step) => self.rows(step),
        }
    }

    /// Tables in dump order.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &DumpTable> {
        self.tables.values()
    }

    /// Objects other than tables, by kind and name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &DumpObject> {
        self.objects.values()
    }

    /// How many objects of each kind.
    pub(crate) fn object_counts(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for object in self.objects() {
            *counts.entry(object.kind).or_default() += 1;
        }
        counts
    }

    /// Databases that something is in, or that the dump makes, in dump order.
    pub(crate) fn databases(&self) -> Vec<DumpDatabase> {
        let mut databases = self.databases.clone();
        let mut index = |name: &Option<String>| {
            let known = databases.iter().position(|d| d.name == *name);
            known.unwrap_or_else(|| {
                databases.push(DumpDatabase { name: name.clone(), ..DumpDatabase::default() });
                databases.len() - 1
            })
        };
        let homes: Vec<usize> = self.tables().map(|t| index(&t.database)).collect();
        self.objects().for_each(|o| {
            index(&o.database);
        });
        for (table, home) in self.tables().zip(homes) {
            if let Some(database) = databases.get_mut(home) {
                database.tables += 1;
                database.rows += table.rows;
                database.bytes += table.bytes;
            }
        }
        databases
    }

    /// Where everything is.
    pub(crate) fn places(&mut self) -> impl Iterator<Item = &mut DumpPlace> {
        let tables = self.tables.values_mut().flat_map(|t| [Some(&mut t.place), t.largest_row.as_mut()]);
        tables.flatten().chain(self.objects.values_mut().map(|o| &mut o.place))
    }

    pub(crate) fn into_parts(self) -> (Vec<DumpTable>, Vec<DumpObject>, BTreeMap<&'static str, u64>) {
        (self.tables.into_values().collect(), self.objects.into_values().collect(), self.statements)
    }

    fn rows(&mut self, step: &RowsStep) {
        let database = Some(step.table.database.clone()).filter(|d| !d.as_bytes().is_empty());
        let table = self.table((database, step.table.table.clone()), step.at);
        table.rows += step.rows;
        table.bytes += step.bytes;
        if let Shaped::Looked(look) = &step.shaped
            && look.largest.0 > table.largest_row_bytes
        {
            table.largest_row_bytes = look.largest.0;
            table.largest_row = Some(look.largest.1.into());
        }
    }

    /// The entry of a table, new where there is none.
    fn table(&mut self, key: Key, at: At) -> &mut DumpTable {
        let new = || DumpTable {
            database: key.0.as_ref().map(text),
            table: text(&key.1),
            place: at.into(),
            ..DumpTable::default()
        };
        let index = self.by_name.get(&key).copied().unwrap_or(self.next);
        let table = self.tables.entry(index).or_insert_with(new);
        if index == self.next {
            self.next += 1;
            self.by_name.insert(key, index);
        }
        table
    }

    fn remove(&mut self, key: &Key) {
        if let Some(index) = self.by_name.remove(key) {
            self.tables.remove(&index);
        }
    }

    fn statement(&mut self, step: &StatementStep) {
        let StatementStep { text, kind, session, at, .. } = step;
        *self.statements.entry(statement_name(kind)).or_default() += 1;
        let mode = session.lex_mode();
        let current = session.database().cloned();
        let key = |name: &ObjectName| (name.database.clone().or_else(|| current.clone()), name.name.clone());
        match kind {
            Statement::CreateTable(definition) if !definition.temporary => {
                self.create_table(key(&definition.name), definition, *at)
            }
            Statement::CreateTableOther { table, temporary: false } => {
                self.table(key(table), *at).defined = true;
            }
            Statement::DropTables { names, temporary: false, .. } => names.iter().for_each(|n| self.remove(&key(n))),
            Statement::TruncateTable { table } => {
                let table = self.table(key(table), *at);
                (table.rows, table.bytes, table.largest_row_bytes, table.largest_row) = (0, 0, 0, None);
            }
            Statement::AlterTable { table, keys: None, .. } => {
                let key = key(table);
                if self.by_name.contains_key(&key) {
                    let table = self.table(key, *at);
                    alter(table, text, mode);
                }
            }
            Statement::RenameTables { pairs } => {
                for (from, to) in pairs {
                    self.rename(&key(from), key(to));
                }
            }
            Statement::CreateDatabase { name, .. } => self.database(name, text, mode),
            Statement::DropDatabase { name, .. } => {
                let within = |d: &Option<Name>| d.as_ref() == Some(name);
                let keys: Vec<Key> = self.by_name.keys().filter(|k| within(&k.0)).cloned().collect();
                keys.iter().for_each(|k| self.remove(k));
                self.objects.retain(|(_, database, _), _| !within(database));
            }
            Statement::CreateView { name } => {
                // Old dumps have a table stand in for a view.
                self.remove(&key(name));
                self.object("view", key(name), None, step);
            }
            Statement::DropViews { names, .. } => names.iter().for_each(|n| self.drop_object("view", key(n))),
            Statement::CreateTrigger { name, table } => {
                self.object("trigger", key(name), Some(table.name.as_text().into_owned()), step);
            }
            Statement::CreateRoutine { kind, name } => self.object(routine(*kind), key(name), None, step),
            Statement::CreateEvent { name } => self.object("event", key(name), None, step),
            Statement::CreateSequence { name } => self.object("sequence", key(name), None, step),
            Statement::DropSequence { names, .. } => names.iter().for_each(|n| self.drop_object("sequence", key(n))),
            Statement::DropObject { kind, name, .. } => match kind {
                ObjectKind::Trigger => self.drop_object("trigger", key(name)),
                ObjectKind::Event => self.drop_object("event", key(name)),
                ObjectKind::Routine(kind) => self.drop_object(routine(*kind), key(name)),
                ObjectKind::Index => {}
            },
            _ => {}
        }
    }

    fn create_table(&mut self, key: Key, definition: &CreateTable, at: At) {
        if self.by_name.contains_key(&key) {
            if definition.if_not_exists {
                return;
            }
            let name = full_name(key.0.as_ref().map(text).as_deref(), &text(&key.1));
            self.twice.insert(name);
            self.remove(&key);
        }
        let table = self.table(key, at);
        table.defined = true;
        table.engine = definition.engine.as_deref().map(|e| e.trim_matches(['\'', '"']).to_owned());
        table.charset.clone_from(&definition.charset);
        table.collation.clone_from(&definition.collation);
        table.columns = definition.columns.len() as u64;
        table.primary_key = definition.primary_key.iter().map(text).collect();
        table.auto_increment = definition.has_auto_increment();
        table.partitioned = definition.partitioned;
        definition.references.iter().for_each(|other| refer(table, other));
    }

    fn rename(&mut self, from: &Key, to: Key) {
        let Some(index) = self.by_name.remove(from) else { return };
        if let Some(table) = self.tables.get_mut(&index) {
            (table.database, table.table) = (to.0.as_ref().map(text), text(&to.1));
        }
        self.by_name.insert(to, index);
    }

    fn database(&mut self, name: &Name, statement: &[u8], mode: LexMode) {
        let tokens: Vec<Token> = lex::significant(statement, mode, None).collect();
        let option = |names: &[&str]| {
            let at = tokens.iter().rposition(|t| names.iter().any(|name| is(statement, t, name)))?;
            let value = tokens.iter().skip(at + 1).find(|t| t.kind != TokenKind::Punct(b'='))?;
            Some(word(statement, value))
        };
        let database = DumpDatabase {
            name: Some(text(name)),
            charset: option(&["SET", "CHARSET"]),
            collation: option(&["COLLATE"]),
            ..DumpDatabase::default()
        };
        match self.databases.iter_mut().find(|d| d.name == database.name) {
            Some(known) => *known = database,
            None => self.databases.push(database),
        }
    }

    fn object(&mut self, kind: &'static str, key: Key, table: Option<String>, step: &StatementStep) {
        let object = DumpObject {
            kind,
            database: key.0.as_ref().map(text),
            name: text(&key.1),
            table,
            definer: definer(&step.text, step.session.lex_mode()),
            place: step.at.into(),
        };
        self.objects.insert((kind, key.0, key.1), object);
    }

    fn drop_object(&mut self, kind: &'static str, key: Key) {
        self.objects.remove(&(kind, key.0, key.1));
    }
}

fn text(name: &Name) -> String {
    name.as_text().into_owned()
}

/// Whether a token is this word.
pub(crate) fn is(text: &[u8], token: &Token, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word.as_bytes())
}

/// A token as the value of an option: without quotes, in lower case.
fn word(text: &[u8], token: &Token) -> String {
    let bytes = token.text(text);
    String::from_utf8_lossy(bytes).trim_matches(['\'', '"', '`']).to_ascii_lowercase()
}

/// Notes that a foreign key refers to another table.
fn refer(table: &mut DumpTable, other: &ObjectName) {
    let database = other.database.as_ref().map(text).or_else(|| table.database.clone());
    let name = full_name(database.as_deref(), &text(&other.name));
    if !table.foreign_keys.contains(&name) {
        table.foreign_keys.push(name);
    }
}

/// Follows what ALTER TABLE does to keys: some producers add them after the rows.
fn alter(table: &mut DumpTable, statement: &[u8], mode: LexMode) {
    let tokens: Vec<Token> = lex::significant(statement, mode, None).collect();
    let is = |i: usize, word: &str| tokens.get(i).is_some_and(|t| is(statement, t, word));
    let punct = |i: usize, b: u8| tokens.get(i).is_some_and(|t| t.kind == TokenKind::Punct(b));
    let name = |i: usize| {
        let token = tokens.get(i).filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent))?;
        Some(lex::ident_in(token.text(statement), mode))
    };
    for i in 0..tokens.len() {
        if is(i, "PRIMARY") && is(i + 1, "KEY") {
            if i > 0 && is(i - 1, "DROP") {
                table.primary_key.clear();
                continue;
            }
            let Some(open) = (i + 2..tokens.len()).find(|j| punct(*j, b'(')) else { continue };
            let close = (open..tokens.len()).find(|j| punct(*j, b')')).unwrap_or(tokens.len());
            // Between commas: a name, and maybe its length.
            let starts = (open + 1..close).filter(|j| punct(j - 1, b'(') || punct(j - 1, b','));
            table.primary_key = starts.filter_map(name).map(|n| text(&n)).collect();
        } else if is(i, "AUTO_INCREMENT") && !punct(i + 1, b'=') {
            table.auto_increment = true;
        } else if is(i, "REFERENCES")
            && let Some(first) = name(i + 1)
        {
            let other = match punct(i + 2, b'.').then(|| name(i + 3)).flatten() {
                Some(second) => ObjectName { database: Some(first), name: second },
                None => ObjectName { database: None, name: first },
            };
            refer(table, &other);
        }
    }
}

/// The account in a `DEFINER = …` before the kind of object, without quotes.
pub(crate) fn definer(statement: &[u8], mode: LexMode) -> Option<String> {
    let mut tokens = lex::significant(statement, mode, None);
    let kinds = ["VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"];
    tokens.by_ref().take_while(|t| !kinds.iter().any(|k| is(statement, t, k))).find(|t| is(statement, t, "DEFINER"))?;
    tokens.next().filter(|t| t.kind == TokenKind::Punct(b'='))?;
    let plain = |t: Token| {
        let bytes = t.text(statement);
        let bytes = bytes.strip_prefix(b"@").unwrap_or(bytes);
        String::from_utf8_lossy(bytes).trim_matches(['\'', '"', '`']).to_owned()
    };
    let user = plain(tokens.next()?);
    let host = tokens.next().filter(|t| t.kind == TokenKind::UserVariable).map(plain);
    Some(match host {
        Some(host) => format!("{user}@{host}"),
        None => user,
    })
}

const fn routine(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Procedure => "procedure",
        RoutineKind::Function => "function",
        RoutineKind::Package => "package",
        RoutineKind::PackageBody => "package body",
    }
}

/// What a statement is called.
pub(crate) fn statement_name(kind: &Statement) -> &'static str {
    match kind {
        Statement::Empty => "(comment)",
        Statement::Set => "SET",
        Statement::Use(_) => "USE",
        Statement::CreateDatabase { .. } => "CREATE DATABASE",
        Statement::DropDatabase { .. } => "DROP DATABASE",
        Statement::AlterDatabase { .. } => "ALTER DATABASE",
        Statement::CreateTable(_) | Statement::CreateTableOther { .. } => "CREATE TABLE",
        Statement::DropTables { .. } => "DROP TABLE",
        Statement::CreateView { .. } => "CREATE VIEW",
        Statement::DropViews { .. } => "DROP VIEW",
        Statement::CreateTrigger { .. } => "CREATE TRIGGER",
        Statement::CreateRoutine { kind, .. } => match kind {
            RoutineKind::Procedure => "CREATE PROCEDURE",
            RoutineKind::Function => "CREATE FUNCTION",
            RoutineKind::Package | RoutineKind::PackageBody => "CREATE PACKAGE",
        },
        Statement::CreateEvent { .. } => "CREATE EVENT",
        Statement::DropObject { kind, .. } => match kind {
            ObjectKind::Trigger => "DROP TRIGGER",
            ObjectKind::Event => "DROP EVENT",
            ObjectKind::Routine(_) => "DROP ROUTINE",
            ObjectKind::Index => "DROP INDEX",
        },
        Statement::AlterTable { keys: Some(_), .. } => "ALTER TABLE … KEYS",
        Statement::AlterTable { .. } => "ALTER TABLE",
        Statement::CreateIndex { .. } => "CREATE INDEX",
        Statement::TruncateTable { .. } => "TRUNCATE TABLE",
        Statement::LockTables => "LOCK TABLES",
        Statement::UnlockTables => "UNLOCK TABLES",
        Statement::Begin => "BEGIN",
        Statement::Commit => "COMMIT",
        Statement::Rollback => "ROLLBACK",
        Statement::Insert { .. } => "INSERT … SELECT or SET",
        Statement::Replace { .. } => "REPLACE … SELECT or SET",
        Statement::Update => "UPDATE",
        Statement::Delete => "DELETE",
        Statement::Select => "SELECT",
        Statement::Call => "CALL",
        Statement::Do => "DO",
        Statement::Prepare => "PREPARE",
        Statement::Execute => "EXECUTE",
        Statement::Deallocate => "DEALLOCATE PREPARE",
        Statement::Maintenance { verb, .. } => verb,
        Statement::CreateSequence { .. } => "CREATE SEQUENCE",
        Statement::AlterSequence { .. } => "ALTER SEQUENCE",
        Statement::DropSequence { .. } => "DROP SEQUENCE",
        Statement::RenameTables { .. } => "RENAME TABLE",
        Statement::Show => "SHOW",
        Statement::Flush => "FLUSH",
        Statement::Forbidden(ForbiddenKind::Grant) => "GRANT and accounts",
        Statement::Forbidden(ForbiddenKind::SetGlobal) => "SET GLOBAL",
        Statement::Forbidden(ForbiddenKind::LoadData) => "LOAD DATA",
        Statement::Forbidden(ForbiddenKind::Replication) => "CHANGE MASTER",
        Statement::Forbidden(kind) => kind.as_str(),
        _ => "(other)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqldump::session::Session;
    use sqldump::statement::classify;

    /// What statements, one a line, make.
    fn content(text: &str) -> Content {
        let mut content = Content::default();
        let mut session = Session::offline();
        for (i, line) in text.lines().enumerate() {
            let text = line.trim_end_matches(';').as_bytes().to_vec();
            let kind = classify(&text, session.lex_mode(), None);
            let at = At { offset: 0, line: i as u64 + 1, part: 0 };
            let used = if let Statement::Use(name) = &kind { Some(name.clone()) } else { None };
            content.statement(&StatementStep { text, live: None, kind, session: session.clone(), at, _permit: None });
            if used.is_some() {
                session.set_database(used);
            }
        }
        content
    }

    #[test]
    fn names_stand_for_what_is_there_in_the_end() {
        let content = content(
            "USE a;
DROP TABLE IF EXISTS t;
CREATE TABLE t (id int AUTO_INCREMENT, PRIMARY KEY (id));
             CREATE TABLE v (x int) ENGINE=MyISAM;
DROP TABLE IF EXISTS v;
CREATE VIEW v AS SELECT 1 AS x;
             CREATE VIEW v AS SELECT id AS x FROM t;
CREATE TABLE gone (x int);
DROP TABLE gone;
             CREATE TABLE b.old (x int, FOREIGN KEY (x) REFERENCES t (id));
RENAME TABLE b.old TO b.new;
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a=1;
DROP TRIGGER g;
CREATE SEQUENCE s;",
        );
        let tables: Vec<String> = content.tables().map(DumpTable::full_name).collect();
        assert_eq!(tables, ["a.t", "b.new"]);
        let objects: Vec<String> = content.objects().map(|o| format!("{} {}", o.kind, o.full_name())).collect();
        assert_eq!(objects, ["sequence a.s", "view a.v"]);
        let databases: Vec<_> = content.databases().into_iter().map(|d| (d.name, d.tables)).collect();
        assert_eq!(databases, [(Some("a".into()), 1), (Some("b".into()), 1)]);
        assert!(content.twice.is_empty());
        let t = content.tables().next().unwrap();
        assert_eq!((t.primary_key.as_slice(), t.auto_increment), (&["id".to_owned()][..], true));
    }

    #[test]
    fn keys_that_come_after_the_rows_count() {
        let content = content(
            "CREATE TABLE `t` (`id` int NOT NULL, `u` int);
ALTER TABLE `t` ADD PRIMARY KEY (`id`,`u`), ADD KEY `u` (`u`);
             ALTER TABLE `t` MODIFY `id` int NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=5;
             ALTER TABLE `t` ADD CONSTRAINT `c` FOREIGN KEY (`u`) REFERENCES `d`.`w` (`id`);
             CREATE TABLE n (id int);
ALTER TABLE n AUTO_INCREMENT = 7, COMMENT 'PRIMARY KEY (id)';
ALTER TABLE n ENABLE KEYS;",
        );
        let of = |i: usize| content.tables().nth(i).unwrap();
        assert_eq!((of(0).primary_key.join(","), of(0).auto_increment), ("id,u".to_owned(), true));
        assert_eq!(of(0).foreign_keys, ["d.w"]);
        assert_eq!((of(1).primary_key.len(), of(1).auto_increment), (0, false));
    }

    #[test]
    fn databases_and_definers() {
        let content = content(
            "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin */;",
        );
        let found = content.databases();
        assert_eq!(
            (found[0].charset.as_deref(), found[0].collation.as_deref()),
            (Some("utf8mb4"), Some("utf8mb4_bin"))
        );
        let of = |text: &str| definer(text.as_bytes(), LexMode::default());
        for (text, expected) in [
            (
                "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`a`@`%` SQL SECURITY DEFINER */ /*!50001 VIEW v AS SELECT 1 */",
                Some("a@%"),
            ),
            ("CREATE DEFINER=root@localhost PROCEDURE p() SELECT 1", Some("root@localhost")),
            ("CREATE DEFINER='a'@'h' TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a=1", Some("a@h")),
            ("CREATE DEFINER=CURRENT_USER EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", Some("CURRENT_USER")),
            ("CREATE FUNCTION f() RETURNS int RETURN 'DEFINER=x'", None),
            ("CREATE FUNCTION definer() RETURNS int RETURN 1", None),
        ] {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }
}
