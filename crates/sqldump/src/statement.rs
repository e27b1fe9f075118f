//! What kind of statement a text is, and which objects it is about.

mod client;
mod program;

pub use client::{ClientCommand, DELIMITER_BYTES_MAX, client_command};

use crate::{
    ddl,
    lex::{Cursor, TokenKind},
    mode::LexMode,
    name::Name,
    session::{SetItem, set_items},
    version::ServerVersion,
};
use alloc::{boxed::Box, string::String, vec::Vec};
use client::CLIENT_COMMANDS;
use core::fmt;
use program::{Extent, extent};

/// The name of a table or another object in a database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The database, where the text names it.
    pub database: Option<Name>,
    /// The object's own name.
    pub name: Name,
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Some(database) => write!(f, "{database}.{}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// Kinds of stored routine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoutineKind {
    /// `PROCEDURE`.
    Procedure,
    /// `FUNCTION`.
    Function,
    /// `PACKAGE` (MariaDB).
    Package,
    /// `PACKAGE BODY` (MariaDB).
    PackageBody,
}

/// Kinds of object that [`Statement::DropObject`] drops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// `TRIGGER`.
    Trigger,
    /// `EVENT`.
    Event,
    /// A stored routine.
    Routine(RoutineKind),
    /// `INDEX … ON table`; the name is the table's.
    Index,
}

/// What an ALTER TABLE does to its table's secondary indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeysSwitch {
    /// `ENABLE KEYS`.
    Enable,
    /// `DISABLE KEYS`.
    Disable,
}

/// A statement, as far as a restore has to tell them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Statement {
    /// Nothing but space and comments, or versioned comments that don't apply.
    Empty,
    /// SET of session or user variables; see [`Session::apply`](crate::session::Session::apply).
    Set,
    /// `USE`.
    Use(Name),
    /// `CREATE DATABASE` or `SCHEMA`.
    CreateDatabase {
        /// Its name.
        name: Name,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP DATABASE` or `SCHEMA`.
    DropDatabase {
        /// Its name.
        name: Name,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER DATABASE` or `SCHEMA`.
    AlterDatabase {
        /// Its name; without one it is the current database.
        name: Option<Name>,
    },
    /// `CREATE TABLE` with a list of columns.
    CreateTable(Box<ddl::CreateTable>),
    /// Any other `CREATE TABLE`: `LIKE`, `SELECT`, or one whose body couldn't be read.
    CreateTableOther {
        /// The new table.
        table: ObjectName,
        /// `TEMPORARY`.
        temporary: bool,
    },
    /// `DROP TABLE`.
    DropTables {
        /// The tables.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `TEMPORARY`.
        temporary: bool,
    },
    /// `CREATE VIEW`, with or without `OR REPLACE`; `ALTER VIEW`.
    CreateView {
        /// The view.
        name: ObjectName,
    },
    /// `DROP VIEW`.
    DropViews {
        /// The views.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `CREATE TRIGGER`.
    CreateTrigger {
        /// The trigger.
        name: ObjectName,
        /// Its table.
        table: ObjectName,
    },
    /// `CREATE PROCEDURE`, `FUNCTION` or `PACKAGE`.
    CreateRoutine {
        /// Which of them.
        kind: RoutineKind,
        /// The routine.
        name: ObjectName,
    },
    /// `CREATE EVENT`.
    CreateEvent {
        /// The event.
        name: ObjectName,
    },
    /// `DROP TRIGGER`, `PROCEDURE`, `FUNCTION`, `PACKAGE`, `EVENT` or `INDEX`.
    DropObject {
        /// What it drops.
        kind: ObjectKind,
        /// The object.
        name: ObjectName,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `ALTER TABLE`.
    AlterTable {
        /// The table.
        table: ObjectName,
        /// Set if the statement switches keys on or off and does nothing else.
        keys: Option<KeysSwitch>,
        /// Other tables that the statement refers to: `REFERENCES`, `RENAME TO`, `EXCHANGE PARTITION … WITH TABLE`.
        touches: Vec<ObjectName>,
    },
    /// `CREATE INDEX`.
    CreateIndex {
        /// The table.
        table: ObjectName,
    },
    /// `TRUNCATE TABLE`.
    TruncateTable {
        /// The table.
        table: ObjectName,
    },
    /// `LOCK TABLES`.
    LockTables,
    /// `UNLOCK TABLES`.
    UnlockTables,
    /// `BEGIN` or `START TRANSACTION`.
    Begin,
    /// `COMMIT`.
    Commit,
    /// `ROLLBACK`.
    Rollback,
    /// `INSERT` in any form.
    Insert {
        /// The table.
        table: ObjectName,
    },
    /// `REPLACE` in any form.
    Replace {
        /// The table.
        table: ObjectName,
    },
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `SELECT`, also in brackets or after `WITH`; `VALUES` and `TABLE` too.
    Select,
    /// `CALL`.
    Call,
    /// `DO`.
    Do,
    /// `PREPARE`.
    Prepare,
    /// `EXECUTE`.
    Execute,
    /// `DEALLOCATE PREPARE` or `DROP PREPARE`.
    Deallocate,
    /// `ANALYZE`, `CHECK`, `CHECKSUM`, `OPTIMIZE` or `REPAIR TABLE`.
    Maintenance {
        /// The first word, in upper case.
        verb: &'static str,
        /// The tables.
        tables: Vec<ObjectName>,
    },
    /// `CREATE SEQUENCE` (MariaDB).
    CreateSequence {
        /// The sequence.
        name: ObjectName,
    },
    /// `ALTER SEQUENCE` (MariaDB).
    AlterSequence {
        /// The sequence.
        name: ObjectName,
    },
    /// `DROP SEQUENCE` (MariaDB).
    DropSequence {
        /// The sequences.
        names: Vec<ObjectName>,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// `RENAME TABLE`.
    RenameTables {
        /// Old and new names.
        pairs: Vec<(ObjectName, ObjectName)>,
    },
    /// `SHOW`, `DESCRIBE`, `EXPLAIN` or `HELP`.
    Show,
    /// `FLUSH`.
    Flush,
    /// A kind that no dump needs and that may harm; refused unless asked for by name.
    Forbidden(ForbiddenKind),
    /// More than one statement in one text, after a `DELIMITER` other than `;`: never to be sent, as a server would run
    /// what follows the first one unseen if the connection allows several statements.
    Several {
        /// Where the second one starts.
        rest: usize,
    },
    /// A stored program whose blocks don't come out even: most often one that a `DELIMITER` line is missing for, so that
    /// the text ends at the first semicolon of the body. Or a versioned comment without its end.
    Unclosed,
    /// Anything else.
    Other {
        /// The first word in upper case, if it is one that statements begin with; else `?`, as it may be from a row.
        first_word: String,
    },
}

/// Why a statement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ForbiddenKind {
    /// `LOAD DATA`, `LOAD XML`.
    LoadData,
    /// `SELECT … INTO OUTFILE` or `DUMPFILE`.
    SelectIntoFile,
    /// `GRANT`, `REVOKE`, users, roles, passwords.
    Grant,
    /// `SET GLOBAL`, `SET PERSIST` and `@@GLOBAL` assignments.
    SetGlobal,
    /// `INSTALL`, `UNINSTALL`, and functions from shared objects.
    Install,
    /// Commands to the server process: `SHUTDOWN`, `KILL`, `RESET`, `PURGE` …
    Server,
    /// Where and how the server replicates, and binary-log events.
    Replication,
    /// `HANDLER`.
    Handler,
    /// `XA`.
    Xa,
    /// What only the command-line client understands: `source`, `system`, `\!` …
    ClientCommand,
    /// `IMPORT TABLE`, `ALTER TABLE … DISCARD` or `IMPORT TABLESPACE`.
    ImportExport,
    /// Tablespaces, log file groups and foreign servers.
    Tablespace,
    /// `DROP DATABASE` of one that was there before the dump.
    DropDatabase,
    /// `CALL`: what a stored program does isn't looked at.
    Call,
    /// A kind that isn't known.
    Unknown,
    /// No statement: a dump without the end that its producer gives one.
    Unfinished,
}

impl ForbiddenKind {
    /// The stable name users write to allow it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LoadData => "load-data",
            Self::SelectIntoFile => "select-into-file",
            Self::Grant => "grant",
            Self::SetGlobal => "set-global",
            Self::Install => "install",
            Self::Server => "server",
            Self::Replication => "replication",
            Self::Handler => "handler",
            Self::Xa => "xa",
            Self::ClientCommand => "client-command",
            Self::ImportExport => "import-export",
            Self::Tablespace => "tablespace",
            Self::DropDatabase => "drop-database",
            Self::Call => "call",
            Self::Unknown => "unknown",
            Self::Unfinished => "unfinished",
        }
    }
}

impl fmt::Display for ForbiddenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Tells what kind of statement `text` is: one statement without its delimiter, with or without comments before it.
///
/// Versioned comments count as they do on `target`; see [`significant`](crate::lex::significant). The kind is told by the
/// words that decide it: whether the rest is correct is for the server to say. Of an INSERT or REPLACE nothing after its
/// `VALUES (` is looked at.
pub fn classify(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Statement {
    let mut cursor = Cursor::new(text, mode, target);
    while cursor.punct(b';') {}
    let Some(first) = cursor.peek() else {
        return if cursor.in_comment() { Statement::Unclosed } else { Statement::Empty };
    };
    let first_word = match first.kind {
        TokenKind::Word => String::from_utf8_lossy(cursor.bytes(first)).to_ascii_uppercase(),
        _ => cursor.bytes(first).first().map(|&b| char::from(b).into()).unwrap_or_default(),
    };
    let kind = kind(&mut cursor.clone(), &first_word, text, mode, target);
    match kind {
        Some(Statement::Forbidden(kind)) => Statement::Forbidden(kind),
        Some(statement) => match extent(&statement, &mut cursor) {
            Extent::One => statement,
            // What is allowed alone may have anything behind it.
            Extent::Several(rest) => Statement::Several { rest },
            Extent::Unclosed => Statement::Unclosed,
        },
        None => {
            let known = KEYWORDS.contains(&first_word.as_str());
            Statement::Other { first_word: if known { first_word } else { "?".into() } }
        }
    }
}

/// First words of statements that may come out as [`Statement::Other`].
const KEYWORDS: [&str; 46] = [
    "ALTER",
    "ANALYZE",
    "BEGIN",
    "CASE",
    "CHECK",
    "CHECKSUM",
    "CLOSE",
    "CREATE",
    "DECLARE",
    "DESC",
    "DESCRIBE",
    "DROP",
    "ELSE",
    "ELSEIF",
    "END",
    "EXCEPTION",
    "EXPLAIN",
    "FETCH",
    "FOR",
    "GET",
    "IF",
    "INSERT",
    "ITERATE",
    "KEY",
    "LEAVE",
    "LOOP",
    "OPEN",
    "OPTIMIZE",
    "PRIMARY",
    "RELEASE",
    "RENAME",
    "REPAIR",
    "REPEAT",
    "REPLACE",
    "RESIGNAL",
    "RETURN",
    "SAVEPOINT",
    "SET",
    "SIGNAL",
    "TRUNCATE",
    "UNTIL",
    "USE",
    "VALUES",
    "WHEN",
    "WHILE",
    "WITH",
];

fn kind(
    c: &mut Cursor<'_>,
    first_word: &str,
    text: &[u8],
    mode: LexMode,
    target: Option<ServerVersion>,
) -> Option<Statement> {
    use ForbiddenKind as F;
    let forbidden = |kind| Some(Statement::Forbidden(kind));
    let before = c.clone();
    if first_word == "(" {
        while c.punct(b'(') {}
        return c.peek_any(&["SELECT", "WITH", "VALUES", "TABLE"]).then(|| select(c));
    }
    if first_word == "\\" {
        return forbidden(F::ClientCommand);
    }
    c.take()?;
    match first_word {
        "SET" => set(text, mode, target),
        "USE" => Some(Statement::Use(c.name()?)),
        "CREATE" => create(c, text, mode, target),
        "DROP" => drop(c),
        "ALTER" => alter(c),
        "INSERT" | "REPLACE" => {
            while c.word("LOW_PRIORITY")
                || c.word("DELAYED")
                || c.word("HIGH_PRIORITY")
                || c.word("IGNORE")
                || c.word("INTO")
            {}
            let table = object(c)?;
            Some(if first_word == "INSERT" { Statement::Insert { table } } else { Statement::Replace { table } })
        }
        "SELECT" | "VALUES" | "TABLE" => Some(select(&mut before.clone())),
        "WITH" => with(c),
        "UPDATE" => Some(Statement::Update),
        "DELETE" => Some(Statement::Delete),
        "BEGIN" => {
            c.word("WORK");
            // `BEGIN NOT ATOMIC` opens a block of statements.
            (c.at_end() || c.peek_punct(b';')).then_some(Statement::Begin)
        }
        "START" if c.word("TRANSACTION") => Some(Statement::Begin),
        "COMMIT" => Some(Statement::Commit),
        "ROLLBACK" => Some(Statement::Rollback),
        "LOCK" if c.word("TABLES") || c.word("TABLE") => Some(Statement::LockTables),
        "UNLOCK" if c.word("TABLES") || c.word("TABLE") => Some(Statement::UnlockTables),
        "TRUNCATE" => {
            c.word("TABLE");
            Some(Statement::TruncateTable { table: object(c)? })
        }
        "RENAME" if c.word("TABLE") || c.word("TABLES") => {
            c.words(&["IF", "EXISTS"]);
            let mut pairs = Vec::new();
            loop {
                let from = object(c)?;
                if !c.word("TO") {
                    return None;
                }
                pairs.push((from, object(c)?));
                if !c.punct(b',') {
                    break;
                }
            }
            Some(Statement::RenameTables { pairs })
        }
        "CALL" => Some(Statement::Call),
        "DO" => Some(Statement::Do),
        "PREPARE" => Some(Statement::Prepare),
        "EXECUTE" => Some(Statement::Execute),
        "DEALLOCATE" => Some(Statement::Deallocate),
        "ANALYZE" => maintenance(c, "ANALYZE"),
        "CHECK" => maintenance(c, "CHECK"),
        "CHECKSUM" => maintenance(c, "CHECKSUM"),
        "OPTIMIZE" => maintenance(c, "OPTIMIZE"),
        "REPAIR" => maintenance(c, "REPAIR"),
        "SHOW" | "HELP" => Some(Statement::Show),
        // `EXPLAIN ANALYZE` runs what it explains.
        "EXPLAIN" | "DESCRIBE" | "DESC" if !c.peek_is("ANALYZE") => Some(Statement::Show),
        "FLUSH" => Some(Statement::Flush),
        "GRANT" | "REVOKE" | "RENAME" => forbidden(F::Grant),
        "LOAD" => forbidden(F::LoadData),
        "INSTALL" | "UNINSTALL" => forbidden(F::Install),
        "SHUTDOWN" | "KILL" | "RESTART" | "RESET" | "PURGE" | "CLONE" | "STOP" | "START" | "LOCK" | "UNLOCK"
        | "BACKUP" | "CACHE" => forbidden(F::Server),
        "CHANGE" | "BINLOG" => forbidden(F::Replication),
        "HANDLER" => forbidden(F::Handler),
        "XA" => forbidden(F::Xa),
        "IMPORT" => forbidden(F::ImportExport),
        word if CLIENT_COMMANDS.iter().any(|command| command.name.eq_ignore_ascii_case(word)) => {
            forbidden(F::ClientCommand)
        }
        _ => None,
    }
}

fn object(c: &mut Cursor<'_>) -> Option<ObjectName> {
    let name = c.name()?;
    if !c.punct(b'.') {
        return Some(ObjectName { database: None, name });
    }
    Some(ObjectName { database: Some(name), name: c.name()? })
}

fn objects(c: &mut Cursor<'_>) -> Option<Vec<ObjectName>> {
    let mut names = Vec::new();
    loop {
        names.push(object(c)?);
        if !c.punct(b',') {
            return Some(names);
        }
    }
}

fn set(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Statement> {
    let mut worst = Statement::Set;
    for item in set_items(text, mode, target)? {
        match item {
            SetItem::Account => return Some(Statement::Forbidden(ForbiddenKind::Grant)),
            SetItem::ResourceGroup => worst = Statement::Forbidden(ForbiddenKind::Server),
            SetItem::System { global: true, .. } | SetItem::Transaction { global: true } => {
                worst = Statement::Forbidden(ForbiddenKind::SetGlobal);
            }
            // The statement it is for may be any.
            SetItem::ForStatement => return None,
            SetItem::System { .. }
            | SetItem::Transaction { .. }
            | SetItem::User { .. }
            | SetItem::Names { .. }
            | SetItem::CharacterSet { .. }
            | SetItem::Unreadable { .. } => {}
        }
    }
    Some(worst)
}

/// A query, from its first word on.
fn select(c: &mut Cursor<'_>) -> Statement {
    while let Some(token) = c.take() {
        if token.kind == TokenKind::Word
            && c.bytes(token).eq_ignore_ascii_case(b"INTO")
            && c.peek_any(&["OUTFILE", "DUMPFILE"])
        {
            return Statement::Forbidden(ForbiddenKind::SelectIntoFile);
        }
    }
    Statement::Select
}

/// What follows `WITH`: common table expressions, and then the statement that they are for.
fn with(c: &mut Cursor<'_>) -> Option<Statement> {
    loop {
        if c.peek_punct(b'(') {
            if !c.skip_brackets() {
                return None;
            }
        } else if c.peek_any(&["SELECT", "VALUES", "TABLE"]) {
            return Some(select(c));
        } else if c.word("UPDATE") {
            return Some(Statement::Update);
        } else if c.word("DELETE") {
            return Some(Statement::Delete);
        } else {
            c.take()?;
        }
    }
}

fn maintenance(c: &mut Cursor<'_>, verb: &'static str) -> Option<Statement> {
    let _ = c.word("NO_WRITE_TO_BINLOG") || c.word("LOCAL");
    // Without the word it is MariaDB's `ANALYZE statement`, which runs the statement.
    if !c.word("TABLE") && !c.word("TABLES") {
        return None;
    }
    Some(Statement::Maintenance { verb, tables: objects(c)? })
}

/// `DEFINER = user` after its first word.
fn definer(c: &mut Cursor<'_>) -> Option<()> {
    if !c.punct(b'=') {
        return None;
    }
    let name = |c: &mut Cursor<'_>| {
        c.take().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent | TokenKind::String)).map(|_| ())
    };
    name(c)?;
    c.skip_brackets();
    if c.punct(b'@') {
        name(c)?;
    } else if c.peek().is_some_and(|t| t.kind == TokenKind::UserVariable) {
        c.take();
    }
    Some(())
}

/// Passes over what may stand between CREATE, ALTER or DROP and the kind of object.
fn modifiers(c: &mut Cursor<'_>, temporary: &mut bool) -> Option<()> {
    loop {
        if c.word("DEFINER") {
            definer(c)?;
        } else if c.word("ALGORITHM") {
            if !c.punct(b'=') {
                return None;
            }
            c.take()?;
        } else if c.words(&["SQL", "SECURITY"]) {
            c.take()?;
        } else if c.word("TEMPORARY") {
            *temporary = true;
        } else if !(c.words(&["OR", "REPLACE"])
            || c.word("AGGREGATE")
            || c.word("UNIQUE")
            || c.word("FULLTEXT")
            || c.word("VECTOR")
            || c.word("ONLINE")
            || c.word("OFFLINE")
            || c.word("IGNORE")
            || c.words(&["JSON", "DUALITY"])
            || c.words(&["JSON", "RELATIONAL", "DUALITY"]))
        {
            let mut ahead = c.clone();
            if !ahead.word("SPATIAL") {
                return Some(());
            }
            // `SPATIAL REFERENCE SYSTEM` is something else.
            if !ahead.peek_is("INDEX") {
                return None;
            }
            *c = ahead;
        }
    }
}

fn routine_kind(c: &mut Cursor<'_>) -> Option<RoutineKind> {
    if c.word("PROCEDURE") {
        Some(RoutineKind::Procedure)
    } else if c.word("FUNCTION") {
        Some(RoutineKind::Function)
    } else if c.words(&["PACKAGE", "BODY"]) {
        Some(RoutineKind::PackageBody)
    } else if c.word("PACKAGE") {
        Some(RoutineKind::Package)
    } else {
        None
    }
}

/// Kinds of object that a restore has no business with.
fn forbidden_object(c: &mut Cursor<'_>) -> Option<Statement> {
    let kind = if c.peek_any(&["USER", "ROLE"]) {
        ForbiddenKind::Grant
    } else if c.peek_any(&["TABLESPACE", "LOGFILE", "SERVER", "UNDO"]) {
        ForbiddenKind::Tablespace
    } else if c.peek_any(&["RESOURCE", "INSTANCE"]) {
        ForbiddenKind::Server
    } else {
        return None;
    };
    Some(Statement::Forbidden(kind))
}

fn create(c: &mut Cursor<'_>, text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Statement> {
    let mut temporary = false;
    modifiers(c, &mut temporary)?;
    let if_not_exists = |c: &mut Cursor<'_>| c.words(&["IF", "NOT", "EXISTS"]);
    if c.word("INDEX") {
        if_not_exists(c);
        c.name()?;
        while !c.word("ON") {
            c.take()?;
        }
        return Some(Statement::CreateIndex { table: object(c)? });
    }
    if c.word("DATABASE") || c.word("SCHEMA") {
        let if_not_exists = if_not_exists(c);
        return Some(Statement::CreateDatabase { name: c.name()?, if_not_exists });
    }
    if c.word("TABLE") {
        if let Some(table) = ddl::CreateTable::parse(text, mode, target) {
            return Some(Statement::CreateTable(Box::new(table)));
        }
        if_not_exists(c);
        let table = object(c)?;
        return Some(match select(c) {
            Statement::Select => Statement::CreateTableOther { table, temporary },
            forbidden => forbidden,
        });
    }
    if c.word("VIEW") {
        if_not_exists(c);
        return Some(Statement::CreateView { name: object(c)? });
    }
    if c.word("TRIGGER") {
        if_not_exists(c);
        let name = object(c)?;
        while !c.word("ON") {
            c.take()?;
        }
        return Some(Statement::CreateTrigger { name, table: object(c)? });
    }
    if let Some(kind) = routine_kind(c) {
        if_not_exists(c);
        let name = object(c)?;
        if kind == RoutineKind::Function && !c.peek_punct(b'(') {
            // `RETURNS STRING SONAME 'x.so'`: a function without parameters still has brackets.
            return Some(Statement::Forbidden(ForbiddenKind::Install));
        }
        return Some(Statement::CreateRoutine { kind, name });
    }
    if c.word("EVENT") {
        if_not_exists(c);
        return Some(Statement::CreateEvent { name: object(c)? });
    }
    if c.word("SEQUENCE") {
        if_not_exists(c);
        return Some(Statement::CreateSequence { name: object(c)? });
    }
    forbidden_object(c)
}

fn drop(c: &mut Cursor<'_>) -> Option<Statement> {
    let temporary = c.word("TEMPORARY");
    let if_exists = |c: &mut Cursor<'_>| c.words(&["IF", "EXISTS"]);
    if c.word("DATABASE") || c.word("SCHEMA") {
        let if_exists = if_exists(c);
        return Some(Statement::DropDatabase { name: c.name()?, if_exists });
    }
    if c.word("TABLE") || c.word("TABLES") {
        let if_exists = if_exists(c);
        return Some(Statement::DropTables { names: objects(c)?, if_exists, temporary });
    }
    if c.word("VIEW") {
        let if_exists = if_exists(c);
        return Some(Statement::DropViews { names: objects(c)?, if_exists });
    }
    if c.word("SEQUENCE") {
        let if_exists = if_exists(c);
        return Some(Statement::DropSequence { names: objects(c)?, if_exists });
    }
    if c.word("PREPARE") {
        return Some(Statement::Deallocate);
    }
    if c.word("INDEX") {
        let if_exists = if_exists(c);
        c.name()?;
        if !c.word("ON") {
            return None;
        }
        return Some(Statement::DropObject { kind: ObjectKind::Index, name: object(c)?, if_exists });
    }
    let kind = if c.word("TRIGGER") {
        ObjectKind::Trigger
    } else if c.word("EVENT") {
        ObjectKind::Event
    } else if let Some(kind) = routine_kind(c) {
        ObjectKind::Routine(kind)
    } else {
        return forbidden_object(c);
    };
    let if_exists = if_exists(c);
    Some(Statement::DropObject { kind, name: object(c)?, if_exists })
}

fn alter(c: &mut Cursor<'_>) -> Option<Statement> {
    if c.word("DATABASE") || c.word("SCHEMA") {
        let options =
            ["CHARACTER", "CHAR", "CHARSET", "COLLATE", "COMMENT", "DEFAULT", "ENCRYPTION", "READ", "UPGRADE"];
        let name = if c.peek_any(&options) { None } else { Some(c.name()?) };
        return Some(Statement::AlterDatabase { name });
    }
    if c.peek_any(&["USER", "ROLE", "DEFAULT"]) {
        return Some(Statement::Forbidden(ForbiddenKind::Grant));
    }
    modifiers(c, &mut false)?;
    if c.word("VIEW") {
        c.words(&["IF", "EXISTS"]);
        return Some(Statement::CreateView { name: object(c)? });
    }
    if c.word("SEQUENCE") {
        c.words(&["IF", "EXISTS"]);
        return Some(Statement::AlterSequence { name: object(c)? });
    }
    if !c.word("TABLE") {
        return forbidden_object(c);
    }
    c.words(&["IF", "EXISTS"]);
    let table = object(c)?;
    let mut rest = c.clone();
    let keys = if rest.words(&["ENABLE", "KEYS"]) {
        Some(KeysSwitch::Enable)
    } else if rest.words(&["DISABLE", "KEYS"]) {
        Some(KeysSwitch::Disable)
    } else {
        None
    };
    if keys.is_some() && rest.at_end() {
        return Some(Statement::AlterTable { table, keys, touches: Vec::new() });
    }
    let mut touches = Vec::new();
    let mut moves_file = false;
    while !c.at_end() {
        if c.word("REFERENCES") || c.words(&["WITH", "TABLE"]) {
            touches.push(object(c)?);
        } else if c.word("RENAME") {
            if c.peek_any(&["COLUMN", "INDEX", "KEY"]) {
                continue;
            }
            let _ = c.word("TO") || c.word("AS") || c.punct(b'=');
            touches.push(object(c)?);
        } else if c.word("DISCARD") || c.word("IMPORT") {
            moves_file = true;
        } else if moves_file && c.word("TABLESPACE") {
            // `IMPORT PARTITION p, q TABLESPACE` too.
            return Some(Statement::Forbidden(ForbiddenKind::ImportExport));
        } else {
            c.take();
        }
    }
    Some(Statement::AlterTable { table, keys: None, touches })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lex::tokens,
        session::{Effect, Session},
        version::Flavor,
    };
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::string::ToString;
    use std::vec;
    use std::{format, println};

    const MYSQL: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MySql, number: 80037 });
    const MARIADB: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MariaDb, number: 110405 });

    fn of(text: &str) -> Statement {
        classify(text.as_bytes(), LexMode::default(), MARIADB)
    }

    fn object(name: &str) -> ObjectName {
        match name.split_once('.') {
            Some((database, name)) => ObjectName { database: Some(database.into()), name: name.into() },
            None => ObjectName { database: None, name: name.into() },
        }
    }

    #[test]
    fn databases_and_tables() {
        assert_eq!(of("USE `a``b`"), Statement::Use("a`b".into()));
        assert_eq!(
            of("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d` /*!40100 DEFAULT CHARACTER SET utf8 */"),
            Statement::CreateDatabase { name: "d".into(), if_not_exists: true }
        );
        assert_eq!(
            of("/*!40000 DROP DATABASE IF EXISTS `d`*/"),
            Statement::DropDatabase { name: "d".into(), if_exists: true }
        );
        assert_eq!(of("ALTER DATABASE `d` CHARACTER SET latin1"), Statement::AlterDatabase { name: Some("d".into()) });
        assert_eq!(of("ALTER SCHEMA CHARACTER SET latin1"), Statement::AlterDatabase { name: None });
        assert!(matches!(of("create table t (a int)"), Statement::CreateTable(t) if t.name == object("t")));
        for text in ["CREATE TEMPORARY TABLE IF NOT EXISTS d.t LIKE u", "CREATE TEMPORARY TABLE d.t AS SELECT 1"] {
            assert_eq!(of(text), Statement::CreateTableOther { table: object("d.t"), temporary: true });
        }
        assert_eq!(
            of("DROP TABLE IF EXISTS `a`, d.b CASCADE"),
            Statement::DropTables { names: vec![object("a"), object("d.b")], if_exists: true, temporary: false }
        );
        assert_eq!(of("TRUNCATE t"), Statement::TruncateTable { table: object("t") });
        assert_eq!(
            of("RENAME TABLE a TO b, c TO d.e"),
            Statement::RenameTables { pairs: vec![(object("a"), object("b")), (object("c"), object("d.e"))] }
        );
    }

    #[test]
    fn rows_and_transactions() {
        for text in [
            "INSERT INTO `t` VALUES (1)",
            "insert  into t values (1)",
            "INSERT  DELAYED IGNORE INTO t (a) VALUES (1)",
            "INSERT t SET a=1",
            "/*!40000 INSERT INTO t */ SELECT 1",
        ] {
            assert_eq!(of(text), Statement::Insert { table: object("t") }, "{text}");
        }
        assert_eq!(of("REPLACE LOW_PRIORITY INTO d.t VALUES (1)"), Statement::Replace { table: object("d.t") });
        for (text, expected) in [
            ("START TRANSACTION WITH CONSISTENT SNAPSHOT", Statement::Begin),
            ("begin work", Statement::Begin),
            ("COMMIT", Statement::Commit),
            ("ROLLBACK", Statement::Rollback),
            ("LOCK TABLES `t` WRITE", Statement::LockTables),
            ("UNLOCK TABLES", Statement::UnlockTables),
            ("UPDATE t SET a=1", Statement::Update),
            ("DELETE FROM t", Statement::Delete),
            ("WITH x AS (SELECT 1) DELETE FROM t", Statement::Delete),
            ("((SELECT 1))", Statement::Select),
            ("SELECT SETVAL(`s`, 3, 0)", Statement::Select),
            ("CALL p()", Statement::Call),
            ("PREPARE s FROM @x", Statement::Prepare),
            ("EXECUTE IMMEDIATE 'DROP TABLE x'", Statement::Execute),
            ("DROP PREPARE s", Statement::Deallocate),
            ("SET NAMES utf8", Statement::Set),
            ("DESCRIBE t", Statement::Show),
            ("FLUSH TABLES", Statement::Flush),
            (";", Statement::Empty),
            ("/* a */ -- b\n /*!99999 GRANT ALL */", Statement::Empty),
            ("/*!40101 ", Statement::Unclosed),
            ("/*!40101 SET @a=1", Statement::Unclosed),
            ("/*M!999999\\- enable the sandbox mode */ ", Statement::Empty),
            ("", Statement::Empty),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        assert_eq!(
            of("ANALYZE LOCAL TABLE a, b"),
            Statement::Maintenance { verb: "ANALYZE", tables: vec![object("a"), object("b")] }
        );
    }

    #[test]
    fn views_programs_and_sequences() {
        for text in [
            "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n\
             /*!50001 VIEW `v` AS select 1 AS `a` */",
            "CREATE OR REPLACE VIEW v AS SELECT 1",
            "CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 1",
            "ALTER DEFINER='a'@'%' VIEW `v` AS SELECT 1",
        ] {
            assert_eq!(of(text), Statement::CreateView { name: object("v") }, "{text}");
        }
        assert_eq!(
            of(
                "/*!50003 CREATE*/ /*!50017 DEFINER=root@localhost*/ /*!50003 TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW \
                BEGIN SET NEW.a = 1; SET NEW.b = 2; END */"
            ),
            Statement::CreateTrigger { name: object("g"), table: object("t") }
        );
        assert_eq!(
            of("CREATE DEFINER=`a`@`b` FUNCTION `f`(x SET('a')) RETURNS SET('a') DETERMINISTIC RETURN x"),
            Statement::CreateRoutine { kind: RoutineKind::Function, name: object("f") }
        );
        assert_eq!(
            of("CREATE OR REPLACE PACKAGE BODY d.p AS FUNCTION f RETURN INT AS x INT; BEGIN RETURN 1; END; END"),
            Statement::CreateRoutine { kind: RoutineKind::PackageBody, name: object("d.p") }
        );
        assert_eq!(
            of(
                "/*!50106 CREATE*/ /*!50117 DEFINER=`r`@`l`*/ /*!50106 EVENT IF NOT EXISTS `e` ON SCHEDULE EVERY 1 DAY DO \
                DELETE FROM t */"
            ),
            Statement::CreateEvent { name: object("e") }
        );
        assert_eq!(
            of("/*!50032 DROP TRIGGER IF EXISTS d.g */"),
            Statement::DropObject { kind: ObjectKind::Trigger, name: object("d.g"), if_exists: true }
        );
        assert_eq!(
            of("DROP PACKAGE BODY p"),
            Statement::DropObject {
                kind: ObjectKind::Routine(RoutineKind::PackageBody),
                name: object("p"),
                if_exists: false
            }
        );
        assert_eq!(of("CREATE SEQUENCE `s` start with 1"), Statement::CreateSequence { name: object("s") });
        assert_eq!(of("DROP VIEW IF EXISTS v"), Statement::DropViews { names: vec![object("v")], if_exists: true });
        for text in
            ["CREATE UNIQUE INDEX i USING BTREE ON t (a)", "CREATE SPATIAL INDEX i ON t (a)", "CREATE INDEX i ON t(a)"]
        {
            assert_eq!(of(text), Statement::CreateIndex { table: object("t") }, "{text}");
        }
    }

    #[test]
    fn alter_table() {
        let alter = |keys, touches: &[&str]| Statement::AlterTable {
            table: object("t"),
            keys,
            touches: touches.iter().map(|t| object(t)).collect(),
        };
        assert_eq!(of("/*!40000 ALTER TABLE `t` DISABLE KEYS */"), alter(Some(KeysSwitch::Disable), &[]));
        assert_eq!(of("ALTER TABLE `t` ENABLE KEYS"), alter(Some(KeysSwitch::Enable), &[]));
        assert_eq!(of("ALTER TABLE `t` ENABLE KEYS, ADD KEY (a)"), alter(None, &[]));
        assert_eq!(
            of(
                "ALTER ONLINE TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES d.u (b), RENAME COLUMN a TO b, RENAME TO w"
            ),
            alter(None, &["d.u", "w"])
        );
        assert_eq!(of("ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u"), alter(None, &["u"]));
    }

    #[test]
    fn forbidden_kinds() {
        use ForbiddenKind::*;
        for (text, kind) in [
            ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t", LoadData),
            ("SELECT 1 INTO OUTFILE '/tmp/x'", SelectIntoFile),
            ("/*!50000 SELECT * */ FROM t INTO /* */ DUMPFILE 'x'", SelectIntoFile),
            ("WITH a AS (SELECT 1) SELECT * FROM a INTO OUTFILE 'x'", SelectIntoFile),
            ("TABLE t INTO OUTFILE 'x'", SelectIntoFile),
            ("GRANT ALL ON *.* TO a", Grant),
            ("REVOKE ALL ON *.* FROM a", Grant),
            ("CREATE USER a", Grant),
            ("CREATE OR REPLACE ROLE a", Grant),
            ("ALTER USER a IDENTIFIED BY 'x'", Grant),
            ("DROP USER a", Grant),
            ("RENAME USER a TO b", Grant),
            ("SET PASSWORD = 'x'", Grant),
            ("SET @a=1, PASSWORD FOR a = 'x'", Grant),
            ("SET DEFAULT ROLE a TO b", Grant),
            ("SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x'", SetGlobal),
            ("SET sql_mode='', PERSIST x = 1", SetGlobal),
            ("SET GLOBAL TRANSACTION READ ONLY", SetGlobal),
            ("INSTALL PLUGIN a SONAME 'b'", Install),
            ("CREATE AGGREGATE FUNCTION f RETURNS STRING SONAME 'x.so'", Install),
            ("SHUTDOWN", Server),
            ("KILL 1", Server),
            ("START SLAVE", Server),
            ("LOCK INSTANCE FOR BACKUP", Server),
            ("CHANGE MASTER TO MASTER_HOST='x'", Replication),
            ("BINLOG 'x'", Replication),
            ("HANDLER t OPEN", Handler),
            ("XA START 'x'", Xa),
            ("IMPORT TABLE FROM 'x'", ImportExport),
            ("ALTER TABLE t DISCARD TABLESPACE", ImportExport),
            ("ALTER TABLE t IMPORT PARTITION p, q TABLESPACE", ImportExport),
            ("CREATE UNDO TABLESPACE u", Tablespace),
            ("CREATE SERVER s FOREIGN DATA WRAPPER mysql", Tablespace),
            ("DROP TABLESPACE u", Tablespace),
            ("source x.sql", ClientCommand),
            ("\\! ls", ClientCommand),
            ("system ls", ClientCommand),
        ] {
            assert_eq!(of(text), Statement::Forbidden(kind), "{text}");
            assert_eq!(kind.as_str(), kind.to_string());
        }
    }

    #[test]
    fn what_isnt_known_is_other() {
        for (text, first_word) in [
            ("BEGIN NOT ATOMIC SELECT 1; END", "BEGIN"),
            ("IF 1 THEN SELECT 1; END IF", "IF"),
            ("SET STATEMENT sql_mode='' FOR DROP TABLE t", "SET"),
            ("ANALYZE FORMAT=JSON DELETE FROM t", "ANALYZE"),
            ("EXPLAIN ANALYZE DELETE FROM t", "EXPLAIN"),
            ("<?xml version=\"1.0\"?>", "?"),
            ("CREATE SPATIAL REFERENCE SYSTEM 1", "CREATE"),
            ("smith', 1), (2, 'jones", "?"),
            ("'abc", "?"),
            ("DROP TABLE", "DROP"),
            ("USE", "USE"),
        ] {
            assert_eq!(of(text), Statement::Other { first_word: first_word.into() }, "{text}");
        }
    }

    /// Runs through a dump as the client would, slowly: each statement, under the session in force.
    fn each_statement(text: &[u8], target: Option<ServerVersion>, mut f: impl FnMut(&[u8], Statement)) {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut session = Session::offline();
        let (mut at, mut delimiter) = (0, b";".to_vec());
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let line = rest.split_inclusive(|&b| b == b'\n').next().unwrap();
            if let Some(ClientCommand::Delimiter(new)) = client_command(line) {
                delimiter = new.unwrap_or(delimiter);
                at += line.len();
                continue;
            }
            let mut length = 0;
            let mut started = false;
            for token in tokens(rest, session.lex_mode()) {
                // Comments before a statement end with their line, where a DELIMITER may follow.
                let line_end = token.kind == TokenKind::Space && token.text(rest).contains(&b'\n');
                if rest[token.start..].starts_with(&delimiter) || !started && line_end {
                    break;
                }
                started |= !matches!(token.kind, TokenKind::Space | TokenKind::LineComment);
                length = token.end;
            }
            let statement = &rest[..length];
            at += length + if rest[length..].starts_with(&delimiter) { delimiter.len() } else { 1 };
            let kind = classify(statement, session.lex_mode(), target);
            if kind == Statement::Set {
                let effect = session.apply(statement, target);
                assert!(!matches!(effect, Effect::LexingUnknown { .. } | Effect::NotSet), "{effect:?}");
            }
            f(statement, kind);
        }
    }

    #[test]
    fn statements_of_real_dumps_are_known() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let mut counts = BTreeMap::<String, usize>::new();
        for folder in [root.clone(), root.join("mtr_mariadb104")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if !name.ends_with(".sql") || name.starts_with("negative") || name.contains("utf16") {
                    continue;
                }
                let Ok(text) = std::fs::read(entry.path()) else { continue };
                each_statement(&text, MYSQL, |statement, kind| {
                    let debug = format!("{kind:?}");
                    let label = debug.split([' ', '(', '{']).next().unwrap_or_default().to_string();
                    if matches!(kind, Statement::Other { .. } | Statement::Several { .. } | Statement::Unclosed) {
                        let start: String = String::from_utf8_lossy(statement).trim().chars().take(100).collect();
                        println!("{name}: {label}: {start:?}");
                    }
                    *counts.entry(label).or_default() += 1;
                });
            }
        }
        println!("{counts:?}");
        let count = |label: &str| counts.get(label).copied().unwrap_or_default();
        assert!((count("Other") + count("Several") + count("Unclosed")) * 100 <= counts.values().sum::<usize>());
    }

    proptest! {
        #[test]
        fn any_text_is_survived(pieces in prop::collection::vec(prop::sample::select(vec![
            "CREATE ", "DROP ", "ALTER ", "TABLE ", "TRIGGER ", "PROCEDURE ", "FUNCTION ", "EVENT ", "VIEW ", "PACKAGE ", "DEFINER=",
            "a", "`b`", ".", "(", ")", ";", "BEGIN ", "END ", "CASE ", "IF ", "THEN ", "ELSE ", "LOOP ", "REPEAT ", "AS ", "SET ",
            "@x", "@@global.", "=", "'s'", "'", "/*!40101 ", "*/", "ON ", "FOR EACH ROW ", "WITH ", "RENAME ", "INTO ", "\\", ":",
        ]), 0..20)) {
            let text = pieces.concat();
            for target in [MYSQL, MARIADB, None] {
                classify(text.as_bytes(), LexMode::default(), target);
            }
            client_command(text.as_bytes());
        }
    }
}
