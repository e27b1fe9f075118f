//! What flows from the cut stage to a sink, in stream order.

use crate::budget::Permit;
use crate::digest::Digested;
use crate::error::Error;
use crate::stage::starts::Starts;
use crate::target::mysql::Committed;
use bytes::Bytes;
use sqldump::Name;
use sqldump::session::Session;
use sqldump::statement::Statement;
use std::fmt;
use std::sync::Arc;

/// A place in the decoded stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct At {
    /// Byte offset, from 0.
    pub(crate) offset: u64,
    /// Line, from 1.
    pub(crate) line: u64,
    /// Which of several statements that begin there, from 0.
    pub(crate) part: u32,
}

impl At {
    /// The place `offset` bytes on, in `text` that begins here.
    pub(crate) fn after(self, text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        Self {
            offset: self.offset + before.len() as u64,
            line: self.line + memchr::memchr_iter(b'\n', before).count() as u64,
            part: 0,
        }
    }
}

/// A table as the target has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableName {
    pub(crate) database: Name,
    pub(crate) table: Name,
}

impl TableName {
    /// The table of this name in this database, or in the session's; `None` where that has none. Folded: two spellings
    /// that the target takes for one are equal.
    pub(crate) fn resolve(database: Option<&Name>, table: &Name, session: &Session) -> Option<Self> {
        let database = database.or_else(|| session.database())?;
        Some(Self { database: session.fold(database), table: session.fold(table) })
    }

    /// In backticks, for SQL.
    pub(crate) fn quoted(&self) -> Vec<u8> {
        let mut out = self.database.quoted();
        out.push(b'.');
        self.table.push_quoted(&mut out);
        out
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.table)
    }
}

/// One statement that isn't rows, with its database already mapped to the target's.
#[derive(Debug)]
pub(crate) struct StatementStep {
    pub(crate) text: Vec<u8>,
    /// What makes a view, routine, trigger or event of a restore that replaces a schema: the text under the names that
    /// are in force once it has.
    pub(crate) live: Option<Vec<u8>>,
    pub(crate) kind: Statement,
    /// In force when the statement runs. Its database is the target's.
    pub(crate) session: Session,
    pub(crate) at: At,
    pub(crate) _permit: Option<Permit>,
}

/// One block of rows, ready to be sent.
#[derive(Debug)]
pub(crate) struct RowsStep {
    pub(crate) table: Arc<TableName>,
    pub(crate) session: Session,
    pub(crate) at: At,
    /// Bytes of dump text.
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    /// Of the dump text, where a ledger is kept.
    pub(crate) crc: u32,
    /// Where each row starts, relative to the block.
    pub(crate) starts: Starts,
    pub(crate) shaped: Shaped,
    pub(crate) manner: Manner,
    /// Where it was asked for and can be made.
    pub(crate) digest: Option<Digested>,
    /// Why the run ends here.
    pub(crate) refused: Option<Error>,
    pub(crate) permit: Permit,
}

/// What becomes of a row that meets another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It is an error.
    Plain,
    /// It is left out: `IGNORE`.
    Ignore,
    /// It takes the other one's place: `REPLACE`.
    Replace,
    /// The statement says, or evaluates something that may do anything.
    Other,
}

/// How a block reaches the server.
#[derive(Debug, Clone)]
pub(crate) enum Shaped {
    /// As the text of a `LOAD DATA` into these columns.
    Load { text: Bytes, plan: Arc<LoadPlan> },
    /// As `INSERT` statements of any number of its rows.
    Insert {
        /// `INSERT … VALUES `.
        head: Bytes,
        /// The rows' literals, `(…)`, one behind the other.
        rows: Bytes,
        /// Where each row ends in `rows`.
        ends: Vec<u32>,
        order: Order,
        /// The server numbers rows of it, or may.
        counts: bool,
    },
    /// As the statements stand, one after the other: they are more than plain rows.
    Verbatim { statements: Vec<Bytes> },
    /// Not at all: an earlier run did.
    Committed(Committed),
    /// Not at all: a part of a statement that is more than plain rows and too long for one block.
    Piece,
    /// Not at all: a name in it may mean the database that is mapped, or a table.
    Unmapped,
    /// Not at all: it was only looked at.
    Looked(Look),
    /// To no server: the text of a dump.
    Text(Bytes),
}

/// What a block is like that was only looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Bytes of the largest row, and where it is.
    pub(crate) largest: (u64, At),
    /// Rows with a date of zeros, and the first of them.
    pub(crate) zero_dates: u64,
    pub(crate) zero_date: At,
    /// `IGNORE` or `REPLACE`: fewer rows may be stored.
    pub(crate) replaces: bool,
}

/// What a block's rows depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing: blocks may run at the same time.
    Free,
    /// The rows before them in the same table: `IGNORE`, `REPLACE`.
    Table,
    /// The server counts, or evaluates something that earlier statements may have set.
    Stream,
}

/// The columns of a `LOAD DATA` and how each takes its field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LoadPlan {
    /// One per field of a row in the dump.
    pub(crate) columns: Vec<sqldump::encode::LoadColumn>,
    /// Names of the columns that aren't left out.
    pub(crate) names: Vec<Name>,
    /// The text's charset, as `SET NAMES` calls it.
    pub(crate) charset: String,
    /// 0 in an AUTO_INCREMENT column makes the server count.
    pub(crate) zero_counts: bool,
    /// The server takes a lock on the table's counter for the whole of a `LOAD DATA`.
    pub(crate) auto_increment: bool,
}

/// One thing in the stream.
#[derive(Debug)]
pub(crate) enum Step {
    Statement(StatementStep),
    Rows(RowsStep),
    /// Everything else of the dump's text, where that is asked for.
    Text(Bytes, Option<Permit>),
}
