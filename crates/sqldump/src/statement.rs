//! What kind of statement a text is, and which objects it is about.

use crate::{ddl, mode::LexMode, name::Name, version::ServerVersion};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

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
    /// Anything else.
    Other {
        /// The first word in upper case, or the first byte.
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
    /// A kind that isn't known.
    Unknown,
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
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for ForbiddenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Tells what kind of statement `text` is: one statement without its delimiter, with or without comments before it.
pub fn classify(_text: &[u8], _mode: LexMode, _target: Option<ServerVersion>) -> Statement {
    Statement::Empty
}

/// What the command-line client would do itself instead of sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCommand {
    /// `DELIMITER`, with the new delimiter; `None` where the client would complain and keep the old one.
    Delimiter(Option<Vec<u8>>),
    /// `USE`, which works with and without a delimiter; `None` without a name.
    Use(Option<Name>),
    /// Any other, by its long name: refused.
    Refused(&'static str),
}

/// Recognises a command of the client's at the start of a statement.
pub fn client_command(_line: &[u8]) -> Option<ClientCommand> {
    None
}
