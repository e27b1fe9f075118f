//! Reading and splitting CREATE TABLE, by tokens and spans.
//!
//! Nothing is printed anew: what a split leaves out or hands over is the dump's own text.

mod alter;
mod literals;
mod rename;
mod split;
mod types;

pub use alter::{Alteration, AlterationKind, KeyParts, alterations, unique_index};
pub use literals::{Literal, Role, literals};
pub use rename::{Ambiguous, map_database};
pub use types::DataType;

use crate::{
    lex::{TokenKind, ident_in, resolve_versions, significant, unquote_string},
    mode::LexMode,
    name::Name,
    statement::ObjectName,
    version::{Flavor, ServerVersion},
};
use alloc::{borrow::ToOwned, string::String, vec, vec::Vec};
use core::ops::Range;
use split::{same_column, split};

/// A longer CREATE TABLE isn't read. The longest that servers store (4,096 columns, 8,192 partitions) take some 2 MB.
pub const CREATE_TABLE_BYTES_MAX: usize = 16 << 20;

/// A CREATE TABLE with more columns, keys and constraints isn't read: servers stop at 4,096 columns and 64 indexes.
pub const ELEMENTS_MAX: usize = 8_192;

/// A key with more parts isn't looked into: servers stop at 32.
const KEY_PARTS_MAX: usize = 64;

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
    /// Its type in full, where it is known.
    pub data_type: Option<DataType>,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// Computed by the server: `GENERATED ALWAYS AS`, `AS (…)`, `ROW START`, `ROW END`.
    pub generated: bool,
    /// `INVISIBLE`.
    pub invisible: bool,
    /// Neither `NOT NULL` nor part of the primary key.
    pub nullable: bool,
    /// `CHECK (json_valid(…))`: what MariaDB makes of the type JSON.
    pub json_checked: bool,
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

/// A CREATE TABLE cut in two: the table, and what can be added to it once the rows are in.
///
/// In the bare table stay: columns with all their attributes, PRIMARY KEY, CHECK, PERIOD, VECTOR indexes, and
/// - a key that starts with the AUTO_INCREMENT column, the shortest there is if several do and none is the primary key
///   (all keys with that column if it starts none, as MyISAM allows);
/// - every UNIQUE key of a partitioned table, whose rows they place, and of a system-versioned one, where MariaDB
///   refuses to add them;
/// - without a primary key, the first UNIQUE key over NOT NULL columns only: InnoDB keeps the rows in its order;
/// - keys with anything in them that isn't known here;
/// - keys that stand before one that stays, if a server shows both kinds in the order they were made in.
///
/// So the table shows the same in the end, whole or split. Rows loaded with `INSERT IGNORE` or `REPLACE` rely on the UNIQUE keys: don't split then.
/// Keys that other tables' foreign keys refer to are put off as well; so add foreign keys when all keys are there.
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
    /// The columns of every UNIQUE and PRIMARY key, with the number of characters where only so many of them count. An
    /// expression among them has no name, so that the key has a part less.
    pub unique_keys: Vec<Vec<(Name, Option<u32>)>>,
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
    /// Those of [`references`](Self::references) that a column's own `REFERENCES` names. MariaDB and MySQL 9 make a
    /// foreign key of it, which stays in [`Split::bare`]: keys of these tables have to be there before this one.
    pub inline_references: Vec<ObjectName>,
    /// Foreign keys of which all columns are named, on both sides.
    pub foreign_keys: Vec<ForeignKey>,
    /// How to make the secondary indexes later; `None` if nothing can be put off, or not with certainty.
    pub split: Option<Split>,
}

/// Columns that hold values of another table's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns.
    pub columns: Vec<Name>,
    /// The other table.
    pub references: ObjectName,
    /// Its columns, as many, in the same order.
    pub referenced: Vec<Name>,
}

impl CreateTable {
    /// Whether a column has `AUTO_INCREMENT`.
    pub fn has_auto_increment(&self) -> bool {
        self.columns.iter().any(|c| c.auto_increment)
    }

    /// Reads a CREATE TABLE; `None` for anything else, for `LIKE` and `SELECT`, and for a body that can't be read.
    ///
    /// The name's span is one of `text`. With a target, [`Split::bare`] may have its versioned comments resolved.
    pub fn parse(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Self> {
        if text.len() > CREATE_TABLE_BYTES_MAX {
            return None;
        }
        let lexemes = lexemes(text, mode, target)?;
        let read = read(text, &lexemes, mode, target)?;
        if read.cut_by_comments
            && let Some(target) = target
        {
            // `/*!50705 SPATIAL KEY (x),*/`: without the comment marks the elements are whole.
            let resolved = resolve_versions(text, mode, target);
            let lexemes = self::lexemes(&resolved, mode, Some(target))?;
            return Some(self::read(&resolved, &lexemes, mode, Some(target))?.table);
        }
        Some(read.table)
    }
}

/// A significant token.
#[derive(Debug, Clone, Copy)]
struct Lexeme {
    kind: TokenKind,
    start: usize,
    end: usize,
    /// Versioned comments open around it.
    depth: usize,
    /// Its end, or that of a versioned comment which closes right after it.
    tail: usize,
}

/// `None` for a text with an unterminated string or comment.
fn lexemes(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Vec<Lexeme>> {
    let mut out: Vec<Lexeme> = Vec::new();
    let mut tokens = significant(text, mode, target);
    loop {
        let next = tokens.next();
        if let (Some(closed), Some(last)) = (tokens.closed(), out.last_mut()) {
            last.tail = closed;
        }
        let Some(token) = next else { break };
        if token.kind == TokenKind::Unterminated {
            return None;
        }
        out.push(Lexeme {
            kind: token.kind,
            start: token.start,
            end: token.end,
            depth: tokens.depth(),
            tail: token.end,
        });
    }
    (tokens.depth() == 0).then_some(out)
}

/// A reader of lexemes. Copied for look-ahead.
#[derive(Clone, Copy)]
struct Reader<'a> {
    text: &'a [u8],
    mode: LexMode,
    lexemes: &'a [Lexeme],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader of some of the lexemes.
    fn part(&self, range: Range<usize>) -> Self {
        Self { lexemes: self.lexemes.get(range).unwrap_or_default(), at: 0, ..*self }
    }

    fn peek(&self) -> Option<Lexeme> {
        self.lexemes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<Lexeme> {
        let lexeme = self.peek()?;
        self.at += 1;
        Some(lexeme)
    }

    fn bytes(&self, lexeme: Lexeme) -> &'a [u8] {
        self.text.get(lexeme.start..lexeme.end).unwrap_or_default()
    }

    /// The next lexeme's bytes, if it is an unquoted word.
    fn peek_word(&self) -> Option<&'a [u8]> {
        self.peek().filter(|l| l.kind == TokenKind::Word).map(|l| self.bytes(l))
    }

    fn is(&self, word: &str) -> bool {
        self.peek_word().is_some_and(|w| w.eq_ignore_ascii_case(word.as_bytes()))
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn word(&mut self, word: &str) -> bool {
        self.is(word) && self.take().is_some()
    }

    fn any_word(&mut self, words: &[&str]) -> bool {
        self.is_any(words) && self.take().is_some()
    }

    fn words(&mut self, words: &[&str]) -> bool {
        let saved = self.at;
        if words.iter().all(|word| self.word(word)) {
            return true;
        }
        self.at = saved;
        false
    }

    fn is_punct(&self, b: u8) -> bool {
        self.peek().is_some_and(|l| l.kind == TokenKind::Punct(b))
    }

    fn punct(&mut self, b: u8) -> bool {
        self.is_punct(b) && self.take().is_some()
    }

    fn name(&mut self) -> Option<Name> {
        let lexeme = self.peek().filter(|l| matches!(l.kind, TokenKind::Word | TokenKind::QuotedIdent))?;
        self.take();
        Some(ident_in(self.bytes(lexeme), self.mode))
    }

    fn object(&mut self) -> Option<ObjectName> {
        let name = self.name()?;
        if !self.punct(b'.') {
            return Some(ObjectName { database: None, name });
        }
        Some(ObjectName { database: Some(name), name: self.name()? })
    }

    /// A word, name or string as text: the value of an option.
    fn value(&mut self) -> Option<String> {
        let lexeme = self.take()?;
        let bytes = self.bytes(lexeme);
        let bytes = match lexeme.kind {
            TokenKind::String => unquote_string(bytes, self.mode),
            TokenKind::QuotedIdent => ident_in(bytes, self.mode).as_bytes().to_vec(),
            _ => bytes.to_vec(),
        };
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Over brackets and what is in them, if an opening one comes next; gives the lexemes inside.
    fn brackets(&mut self) -> Option<Self> {
        if !self.is_punct(b'(') {
            return None;
        }
        let start = self.at + 1;
        let mut depth = 0usize;
        while let Some(lexeme) = self.take() {
            match lexeme.kind {
                TokenKind::Punct(b'(') => depth += 1,
                TokenKind::Punct(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(self.part(start..self.at - 1));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Over one default value: a literal with its sign or introducer, a call, or an expression in brackets.
    fn skip_default(&mut self) {
        if self.brackets().is_some() {
            return;
        }
        if !self.punct(b'-') {
            self.punct(b'+');
        }
        let Some(lexeme) = self.take() else { return };
        if lexeme.kind == TokenKind::Word {
            // `NEXT VALUE FOR db.sequence`.
            if self.bytes(lexeme).eq_ignore_ascii_case(b"NEXT") && self.words(&["VALUE", "FOR"]) {
                self.object();
            } else if self.brackets().is_none() && self.peek().is_some_and(|l| l.kind == TokenKind::String) {
                self.take();
            }
        }
    }
}

struct Read {
    table: CreateTable,
    /// A versioned comment's mark lies inside an element and its other mark outside.
    cut_by_comments: bool,
}

fn read(text: &[u8], lexemes: &[Lexeme], mode: LexMode, target: Option<ServerVersion>) -> Option<Read> {
    let mut r = Reader { text, mode, lexemes, at: 0 };
    if !r.word("CREATE") {
        return None;
    }
    let or_replace = r.words(&["OR", "REPLACE"]);
    let temporary = r.word("TEMPORARY");
    if !r.word("TABLE") {
        return None;
    }
    let if_not_exists = r.words(&["IF", "NOT", "EXISTS"]);
    let name_start = r.peek()?.start;
    let name = r.object()?;
    let name_end = lexemes.get(r.at.checked_sub(1)?)?.end;
    let open = r.peek()?;
    let open_at = r.at;
    let body = r.brackets()?;
    let close = *lexemes.get(r.at.checked_sub(1)?)?;
    let options = options(r)?;

    let ranges = comma_ranges(body.lexemes);
    if ranges.len() > ELEMENTS_MAX {
        return None;
    }
    let mut elements = Vec::new();
    for range in ranges {
        let first = open_at + 1 + range.start;
        elements.push(Element::read(body.part(range.clone()), first..open_at + 1 + range.end)?);
    }
    let mut table = CreateTable {
        name,
        name_span: name_start..name_end,
        temporary,
        if_not_exists,
        or_replace,
        columns: Vec::new(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        engine: options.engine,
        charset: options.charset,
        collation: options.collation,
        system_versioned: options.system_versioned,
        partitioned: options.partitioned,
        references: Vec::new(),
        inline_references: Vec::new(),
        foreign_keys: Vec::new(),
        split: None,
    };
    for element in &elements {
        match &element.kind {
            ElementKind::Column(column) => {
                table.columns.push(column.column.clone());
                if column.primary {
                    table.primary_key = vec![column.column.name.clone()];
                }
                if column.primary || column.unique {
                    table.unique_keys.push(vec![(column.column.name.clone(), None)]);
                }
                table.system_versioned |= column.system_versioned;
                for reference in &column.references {
                    push_new(&mut table.references, reference);
                    push_new(&mut table.inline_references, reference);
                }
            }
            ElementKind::Primary(key) => {
                table.primary_key = key.columns.iter().flatten().cloned().collect();
                table.unique_keys.push(key.parts());
            }
            ElementKind::Key(key @ Key { kind: KeyKind::Unique, .. }) => table.unique_keys.push(key.parts()),
            ElementKind::Key(Key { kind: KeyKind::ForeignKey { references }, columns, referenced, .. }) => {
                push_new(&mut table.references, references);
                let columns: Vec<Name> = columns.iter().flatten().cloned().collect();
                if !columns.is_empty() && columns.len() == referenced.len() {
                    let (references, referenced) = (references.clone(), referenced.clone());
                    table.foreign_keys.push(ForeignKey { columns, references, referenced });
                }
            }
            ElementKind::Key(_) | ElementKind::Other => {}
        }
    }
    if table.columns.is_empty() {
        return None;
    }
    let binary_by_default = match (&table.collation, &table.charset) {
        (Some(collation), _) => collation == "binary",
        (None, Some(charset)) => charset == "binary",
        (None, None) => false,
    };
    for column in &mut table.columns {
        column.nullable &= !table.primary_key.iter().any(|name| same_column(name, &column.name));
        if column.class == TypeClass::Text
            && binary_by_default
            && column.charset.is_none()
            && column.collation.is_none()
        {
            column.class = TypeClass::Binary;
            column.data_type = column.data_type.take().map(DataType::into_binary);
        }
    }
    // Each element has to begin, and each separator to stand, under the versioned comments that the body stands under.
    let base = open.depth;
    let cut_by_comments = base > 0
        || close.depth != base
        || elements.iter().any(|element| {
            let lexeme = |at: usize| lexemes.get(at);
            let inside = lexemes.get(element.range.clone()).unwrap_or_default();
            lexeme(element.range.start).is_none_or(|l| l.depth != base)
                || lexeme(element.range.end).is_none_or(|l| l.depth != base)
                || inside.iter().any(|l| l.depth < base)
        });
    if !cut_by_comments {
        let mariadb = target.is_some_and(|t| t.flavor == Flavor::MariaDb);
        table.split = split(Reader { at: 0, ..r }, open, close, &elements, &table, mariadb);
    }
    Some(Read { table, cut_by_comments })
}

fn push_new(names: &mut Vec<ObjectName>, name: &ObjectName) {
    if !names.contains(name) {
        names.push(name.clone());
    }
}

/// The ranges between commas that aren't in brackets.
fn comma_ranges(lexemes: &[Lexeme]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (i, lexeme) in lexemes.iter().enumerate() {
        match lexeme.kind {
            TokenKind::Punct(b'(') => depth += 1,
            TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
            TokenKind::Punct(b',') if depth == 0 => {
                ranges.push(start..i);
                start = i + 1;
            }
            _ => {}
        }
    }
    ranges.push(start..lexemes.len());
    ranges
}

#[derive(Default)]
struct Options {
    engine: Option<String>,
    charset: Option<String>,
    collation: Option<String>,
    system_versioned: bool,
    partitioned: bool,
}

/// What follows the body. `None` if a query does.
fn options(mut r: Reader<'_>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(lexeme) = r.peek() {
        if r.is_punct(b'(') {
            let inside = r.brackets()?;
            if inside.is_any(&["SELECT", "WITH", "VALUES", "TABLE"]) || inside.is_punct(b'(') && !options.partitioned {
                return None;
            }
            continue;
        }
        if lexeme.kind != TokenKind::Word {
            r.take();
            continue;
        }
        if r.words(&["WITH", "SYSTEM", "VERSIONING"]) {
            options.system_versioned = true;
        } else if r.is_any(&["SELECT", "AS", "TABLE", "VALUES", "REPLACE", "IGNORE", "WITH", "LIKE", "START"]) {
            return None;
        } else if r.any_word(&["ENGINE", "TYPE"]) {
            r.punct(b'=');
            options.engine = r.value();
        } else if charset_words(&mut r) {
            r.punct(b'=');
            options.charset = r.value().map(|v| v.to_ascii_lowercase());
        } else if r.word("COLLATE") {
            r.punct(b'=');
            options.collation = r.value().map(|v| v.to_ascii_lowercase());
        } else if r.words(&["PARTITION", "BY"]) {
            options.partitioned = true;
        } else {
            r.take();
            // So that no option's value is read as an option.
            if r.punct(b'=') {
                r.take_unless_bracket();
            }
        }
    }
    Some(options)
}

impl Reader<'_> {
    fn take_unless_bracket(&mut self) {
        if !self.is_punct(b'(') {
            self.take();
        }
    }
}

fn charset_words(r: &mut Reader<'_>) -> bool {
    r.words(&["CHARACTER", "SET"]) || r.words(&["CHAR", "SET"]) || r.word("CHARSET")
}

/// One of the comma-separated parts of the body.
struct Element {
    kind: ElementKind,
    /// Its lexemes within the statement.
    range: Range<usize>,
}

enum ElementKind {
    Column(ColumnElement),
    Primary(Key),
    Key(Key),
    /// CHECK, PERIOD, VECTOR, and keys that aren't understood in full.
    Other,
}

struct ColumnElement {
    column: Column,
    primary: bool,
    unique: bool,
    references: Vec<ObjectName>,
    system_versioned: bool,
}

struct Key {
    name: Option<Name>,
    kind: KeyKind,
    /// `None` for an expression.
    columns: Vec<Option<Name>>,
    /// For each, how many of its first characters the key is over, if not all.
    lengths: Vec<Option<u32>>,
    /// Of a foreign key, the columns that it refers to; empty where they can't be told.
    referenced: Vec<Name>,
    /// All of it is understood.
    plain: bool,
}

impl Key {
    fn prefixed(&self) -> bool {
        self.lengths.iter().any(Option::is_some)
    }

    /// Its columns with their lengths.
    fn parts(&self) -> Vec<(Name, Option<u32>)> {
        let named = |(name, length): (&Option<Name>, &Option<u32>)| Some((name.clone()?, *length));
        self.columns.iter().zip(&self.lengths).filter_map(named).collect()
    }
}

impl Element {
    fn read(mut r: Reader<'_>, range: Range<usize>) -> Option<Self> {
        let kind = match key(&mut r) {
            Some(kind) => kind,
            None => ElementKind::Column(column(r)?),
        };
        Some(Self { kind, range })
    }
}

/// Reads a key or constraint; `None` if the element is none, and so has to be a column.
fn key(r: &mut Reader<'_>) -> Option<ElementKind> {
    let start = *r;
    let mut constraint = None;
    if r.word("CONSTRAINT") {
        if !r.is_any(&["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) {
            constraint = Some(r.name()?);
        }
        if !r.is_any(&["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) {
            return Some(ElementKind::Other);
        }
    }
    if r.words(&["PRIMARY", "KEY"]) {
        // An expression can't be in a primary key.
        return Some(match key_rest(r, constraint, KeyKind::Unique) {
            Some(key) => ElementKind::Primary(key),
            None => ElementKind::Other,
        });
    }
    if r.words(&["FOREIGN", "KEY"]) {
        return Some(foreign_key(r, constraint).map_or(ElementKind::Other, ElementKind::Key));
    }
    let kind = if r.word("UNIQUE") {
        KeyKind::Unique
    } else if r.word("FULLTEXT") {
        KeyKind::Fulltext
    } else if r.word("SPATIAL") {
        KeyKind::Spatial
    } else if r.is_any(&["KEY", "INDEX"]) {
        KeyKind::Plain
    } else {
        // PERIOD and VECTOR aren't reserved: with a type after them they are columns.
        let other = r.is("CHECK")
            || r.words(&["PERIOD", "FOR"])
            || r.words(&["VECTOR", "KEY"])
            || r.words(&["VECTOR", "INDEX"])
            || (r.word("VECTOR") && r.is_punct(b'('));
        *r = start;
        return other.then_some(ElementKind::Other);
    };
    r.any_word(&["KEY", "INDEX"]);
    Some(key_rest(r, constraint, kind).map_or(ElementKind::Other, ElementKind::Key))
}

/// `[IF NOT EXISTS] [name] [USING type] (parts) options`.
fn key_rest(r: &mut Reader<'_>, constraint: Option<Name>, kind: KeyKind) -> Option<Key> {
    r.words(&["IF", "NOT", "EXISTS"]);
    let mut name = None;
    if !index_type(r) && !r.is_punct(b'(') {
        name = Some(r.name()?);
        index_type(r);
    }
    let parts = r.brackets()?;
    let ranges = comma_ranges(parts.lexemes);
    if ranges.len() > KEY_PARTS_MAX {
        return None;
    }
    let mut plain = true;
    let (mut columns, mut lengths) = (Vec::new(), Vec::new());
    for range in ranges {
        let mut part = parts.part(range);
        let mut characters = None;
        if part.brackets().is_some() {
            columns.push(None);
        } else {
            columns.push(Some(part.name()?));
            // Nothing but a length may be in brackets after a column.
            if let Some(length) = part.brackets() {
                match length.lexemes {
                    [lexeme @ Lexeme { kind: TokenKind::Number, .. }] => {
                        let digits = core::str::from_utf8(part.bytes(*lexeme)).unwrap_or_default();
                        characters = Some(digits.parse().unwrap_or(0));
                    }
                    _ => (plain, characters) = (false, Some(0)),
                }
            }
        }
        lengths.push(characters);
        part.any_word(&["ASC", "DESC"]);
        // `p WITHOUT OVERLAPS` for one.
        plain &= part.peek().is_none();
    }
    while r.peek().is_some() {
        plain &= key_option(r);
    }
    Some(Key { name: name.or(constraint), kind, columns, lengths, referenced: Vec::new(), plain })
}

/// `USING BTREE`, or `TYPE BTREE`, where `TYPE` may also be a name.
fn index_type(r: &mut Reader<'_>) -> bool {
    let mut ahead = *r;
    let found = ahead.word("USING") && ahead.take().is_some()
        || ahead.word("TYPE") && ahead.any_word(&["BTREE", "HASH", "RTREE"]);
    if found {
        *r = ahead;
    }
    found
}

/// Takes an option, or one lexeme of what isn't known; false for the latter.
fn key_option(r: &mut Reader<'_>) -> bool {
    if index_type(r)
        || r.any_word(&["VISIBLE", "INVISIBLE", "IGNORED"])
        || r.words(&["NOT", "IGNORED"])
        || r.words(&["WITH", "PARSER"]) && r.name().is_some()
    {
        return true;
    }
    if r.any_word(&["COMMENT", "KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "CLUSTERING"]) {
        r.punct(b'=');
        return r.take().is_some();
    }
    r.take();
    false
}

/// `[IF NOT EXISTS] [name] (columns) REFERENCES table …`.
fn foreign_key(r: &mut Reader<'_>, constraint: Option<Name>) -> Option<Key> {
    r.words(&["IF", "NOT", "EXISTS"]);
    let mut name = None;
    if !r.is_punct(b'(') {
        name = Some(r.name()?);
    }
    let columns = r.brackets()?;
    let columns = comma_ranges(columns.lexemes).into_iter().map(|range| columns.part(range).name()).collect();
    if !r.word("REFERENCES") {
        return None;
    }
    let references = r.object()?;
    let referenced = r.brackets().and_then(|names| {
        comma_ranges(names.lexemes).into_iter().map(|range| names.part(range).name()).collect::<Option<Vec<Name>>>()
    });
    Some(Key {
        name: constraint.or(name),
        kind: KeyKind::ForeignKey { references },
        columns,
        lengths: Vec::new(),
        referenced: referenced.unwrap_or_default(),
        plain: true,
    })
}

fn type_class(word: &str) -> TypeClass {
    match word {
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" | "BIGINT" | "INT1" | "INT2" | "INT3" | "INT4"
        | "INT8" | "MIDDLEINT" | "BOOL" | "BOOLEAN" | "SERIAL" => TypeClass::Integer,
        "DECIMAL" | "DEC" | "NUMERIC" | "FIXED" | "NUMBER" => TypeClass::Decimal,
        "FLOAT" | "DOUBLE" | "REAL" | "FLOAT4" | "FLOAT8" => TypeClass::Float,
        "BIT" => TypeClass::Bit,
        "YEAR" => TypeClass::Year,
        "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" => TypeClass::Temporal,
        "CHAR" | "CHARACTER" | "VARCHAR" | "VARCHARACTER" | "VARCHAR2" | "NCHAR" | "NVARCHAR" | "NATIONAL"
        | "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT" | "LONG" | "CLOB" => TypeClass::Text,
        "ENUM" => TypeClass::Enum,
        "SET" => TypeClass::Set,
        "JSON" => TypeClass::Json,
        "BINARY" | "VARBINARY" | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" | "RAW" => TypeClass::Binary,
        "GEOMETRY" | "POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING" | "MULTIPOLYGON"
        | "GEOMETRYCOLLECTION" | "GEOMCOLLECTION" => TypeClass::Spatial,
        "VECTOR" => TypeClass::Vector,
        "UUID" | "INET4" | "INET6" | "XMLTYPE" => TypeClass::TextLike,
        _ => TypeClass::Unknown,
    }
}

/// Reads a column; `None` if this can't be one.
fn column(mut r: Reader<'_>) -> Option<ColumnElement> {
    let first = r.peek()?;
    // These can't be columns without quotes, so this is something new.
    if first.kind == TokenKind::Word && r.is_any(&["PRIMARY", "FOREIGN", "LIKE", "SELECT", "CONSTRAINT", "WITH"]) {
        return None;
    }
    let name = r.name()?;
    let type_word = r.peek_word()?;
    let type_name = String::from_utf8_lossy(type_word).to_ascii_uppercase();
    r.take();
    let mut class = type_class(&type_name);
    let data_type = DataType::read(&type_name, r);
    if type_name == "LONG" && r.word("VARBINARY") {
        class = TypeClass::Binary;
    }
    if class == TypeClass::Unknown && matches!(type_name.as_str(), "KEY" | "INDEX" | "UNIQUE" | "FOR") {
        return None;
    }
    let serial = type_name == "SERIAL";
    let mut column = Column {
        name,
        class,
        type_name,
        data_type,
        auto_increment: serial,
        generated: false,
        invisible: false,
        nullable: !serial,
        json_checked: false,
        charset: None,
        collation: None,
    };
    let (mut primary, mut unique, mut system_versioned) = (false, serial, false);
    let mut references = Vec::new();
    while r.peek().is_some() {
        if r.brackets().is_some() {
            continue;
        }
        if r.word("CHECK") {
            column.json_checked |= r.brackets().is_some_and(|inside| inside.is("JSON_VALID"));
        } else if r.words(&["NOT", "NULL"]) {
            column.nullable = false;
        } else if r.word("AUTO_INCREMENT") {
            column.auto_increment = true;
        } else if r.words(&["SERIAL", "DEFAULT", "VALUE"]) {
            column.auto_increment = true;
            column.nullable = false;
            unique = true;
        } else if r.word("UNIQUE") {
            r.word("KEY");
            unique = true;
        } else if r.words(&["PRIMARY", "KEY"]) || r.word("KEY") {
            primary = true;
        } else if r.words(&["GENERATED", "ALWAYS"]) || r.word("AS") {
            column.generated = true;
        } else if r.word("INVISIBLE") {
            column.invisible = true;
        } else if charset_words(&mut r) {
            column.charset = r.value().map(|v| v.to_ascii_lowercase());
        } else if r.word("BYTE") {
            column.charset = Some("binary".to_owned());
        } else if r.word("ASCII") {
            column.charset = Some("latin1".to_owned());
        } else if r.word("UNICODE") {
            column.charset = Some("ucs2".to_owned());
        } else if r.word("COLLATE") {
            column.collation = r.value().map(|v| v.to_ascii_lowercase());
        } else if r.word("REFERENCES") {
            references.push(r.object()?);
        } else if r.words(&["WITH", "SYSTEM", "VERSIONING"]) {
            system_versioned = true;
        } else if r.word("DEFAULT") {
            r.skip_default();
        } else if r.any_word(&["COMMENT", "CONSTRAINT"]) {
            if !r.is_any(&["CHECK"]) {
                r.take();
            }
        } else {
            r.take();
        }
    }
    let binary = |name: &Option<String>| name.as_deref() == Some("binary");
    if column.class == TypeClass::Text && (binary(&column.charset) || binary(&column.collation)) {
        column.class = TypeClass::Binary;
        column.data_type = column.data_type.take().map(DataType::into_binary);
    }
    Some(ColumnElement { column, primary, unique, references, system_versioned })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;
    use std::{format, println};

    const MYSQL: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MySql, number: 80037 });
    const MARIADB: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MariaDb, number: 101119 });

    fn parse_for(text: &str, target: Option<ServerVersion>) -> Option<CreateTable> {
        CreateTable::parse(text.as_bytes(), LexMode::default(), target)
    }

    fn parse(text: &str) -> CreateTable {
        parse_for(text, MYSQL).unwrap_or_else(|| panic!("{text}"))
    }

    /// The bare table and the additions, as text.
    fn cut(text: &str, target: Option<ServerVersion>) -> Option<(String, Vec<String>)> {
        let split = parse_for(text, target).unwrap_or_else(|| panic!("{text}")).split?;
        let string = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let adds = split.keys.into_iter().chain(split.foreign_keys).map(|key| string(key.add)).collect();
        Some((string(split.bare), adds))
    }

    fn adds(text: &str) -> Vec<String> {
        cut(text, MYSQL).map(|(_, adds)| adds).unwrap_or_default()
    }

    const APPLICANTS: &str = "\
CREATE TABLE `applicants` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `key` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'a,)\\'' COMMENT 'KEY (x), ''y''',
  `kind` enum('a','b)') NOT NULL DEFAULT 'a',
  `full` varchar(50) GENERATED ALWAYS AS (concat(`key`,_utf8mb4' ',`kind`)) VIRTUAL,
  `place` point NOT NULL /*!80003 SRID 4326 */,
  `secret` int DEFAULT NULL /*!80023 INVISIBLE */,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u_key` (`key`,`kind`),
  KEY `k_expr` ((lower(`key`)),`kind` DESC),
  KEY `k_kind` (`kind`) USING BTREE COMMENT 'a, b' /*!80000 INVISIBLE */,
  FULLTEXT KEY `ft` (`key`) /*!50100 WITH PARSER `ngram` */ ,
  SPATIAL KEY `sp` (`place`),
  CONSTRAINT `fk` FOREIGN KEY (`kind`, `key`) REFERENCES `other`.`kinds` (`a`, `b`) ON DELETE CASCADE,
  CONSTRAINT `c` CHECK ((`kind` <> _utf8mb4'x,')) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='ENGINE=x'";

    #[test]
    fn unique_keys_are_known() {
        let text = "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c text, d int, UNIQUE KEY k (c(10), `d`), \
            KEY n (d), CONSTRAINT u UNIQUE (d DESC, (a + 1)))";
        let table = CreateTable::parse(text.as_bytes(), LexMode::default(), None).unwrap();
        let keys = table.unique_keys.iter().map(|k| {
            let parts: Vec<String> =
                k.iter().map(|(n, l)| format!("{n}{}", l.map_or(String::new(), |l| format!("({l})")))).collect();
            parts.join(",")
        });
        assert_eq!(keys.collect::<Vec<_>>(), ["a", "b", "c(10),d", "d"]);
    }

    #[test]
    fn a_table_is_read() {
        let table = parse(APPLICANTS);
        assert_eq!(table.name, ObjectName { database: None, name: "applicants".into() });
        assert_eq!(&APPLICANTS[table.name_span.clone()], "`applicants`");
        assert_eq!(table.engine.as_deref(), Some("InnoDB"));
        assert_eq!(table.collation.as_deref(), Some("utf8mb4_0900_ai_ci"));
        assert_eq!(table.primary_key, ["id".into()]);
        assert!(table.has_auto_increment() && !table.partitioned && !table.system_versioned && !table.temporary);
        assert_eq!(table.references, [ObjectName { database: Some("other".into()), name: "kinds".into() }]);
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|c| (c.name.to_string(), c.class, c.nullable, c.generated, c.invisible, c.charset.as_deref()))
            .collect();
        use TypeClass::*;
        assert_eq!(
            columns,
            [
                ("id".into(), Integer, false, false, false, None),
                ("key".into(), Text, true, false, false, Some("utf8mb4")),
                ("kind".into(), Enum, false, false, false, None),
                ("full".into(), Text, true, true, false, None),
                ("place".into(), Spatial, false, false, false, None),
                ("secret".into(), Integer, true, false, true, None),
            ]
        );
        // MariaDB doesn't know of invisible columns from MySQL's comment.
        assert!(!parse_for(APPLICANTS, MARIADB).unwrap().columns[5].invisible);
    }

    #[test]
    fn keys_are_put_off() {
        let (bare, adds) = cut(APPLICANTS, MYSQL).unwrap();
        assert!(bare.contains("AUTO_INCREMENT,\n") && bare.contains("\n  PRIMARY KEY (`id`),\n  CONSTRAINT `c` CHECK"));
        assert!(bare.ends_with(
            "/*!80016 NOT ENFORCED */\n) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 \
             COLLATE=utf8mb4_0900_ai_ci COMMENT='ENGINE=x'"
        ));
        assert_eq!(
            adds,
            [
                "ADD UNIQUE KEY `u_key` (`key`,`kind`)",
                "ADD KEY `k_expr` ((lower(`key`)),`kind` DESC)",
                "ADD KEY `k_kind` (`kind`) USING BTREE COMMENT 'a, b' /*!80000 INVISIBLE */",
                "ADD FULLTEXT KEY `ft` (`key`) /*!50100 WITH PARSER `ngram` */",
                "ADD SPATIAL KEY `sp` (`place`)",
                "ADD CONSTRAINT `fk` FOREIGN KEY (`kind`, `key`) REFERENCES `other`.`kinds` (`a`, `b`) ON DELETE CASCADE",
            ]
        );
        let split = parse(APPLICANTS).split.unwrap();
        assert_eq!(split.keys[0].name, Some("u_key".into()));
        assert_eq!(split.keys[3].kind, KeyKind::Fulltext);
        let kinds = ObjectName { database: Some("other".into()), name: "kinds".into() };
        assert_eq!(split.foreign_keys[0].kind, KeyKind::ForeignKey { references: kinds });
        assert_eq!(split.foreign_keys[0].name, Some("fk".into()));
    }

    #[test]
    fn foreign_keys_name_both_sides() {
        let text = "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES d.u (`x y`, z) ON DELETE CASCADE, \
             CONSTRAINT c FOREIGN KEY (b) REFERENCES v)";
        let keys = parse(text).foreign_keys;
        let references = ObjectName { database: Some("d".into()), name: "u".into() };
        let (columns, referenced) = (vec!["a".into(), "b".into()], vec!["x y".into(), "z".into()]);
        assert_eq!(keys, [ForeignKey { columns, references, referenced }]);
    }

    #[test]
    fn commas_and_line_ends_come_right() {
        let text = "CREATE TABLE t (\n  a int, -- first\n  KEY k (a),\n  b int,\n  KEY l (b)\n) ENGINE=MyISAM";
        let (bare, adds) = cut(text, MYSQL).unwrap();
        assert_eq!(bare, "CREATE TABLE t (\n  a int,\n  b int\n) ENGINE=MyISAM");
        assert_eq!(adds, ["ADD KEY k (a)", "ADD KEY l (b)"]);
        let (bare, _) = cut("CREATE TABLE t(a int,KEY(a))", MYSQL).unwrap();
        assert_eq!(bare, "CREATE TABLE t(a int)");
        // A comment after an element must not swallow what follows it.
        let (_, adds) = cut("CREATE TABLE t (a int, INDEX i (a)  -- by a\n)", MYSQL).unwrap();
        assert_eq!(adds, ["ADD INDEX i (a)"]);
    }

    #[test]
    fn mariadb_isnt_told_to_restrict() {
        let text = "CREATE TABLE t (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a) ON DELETE RESTRICT ON UPDATE CASCADE, \
             FOREIGN KEY (a) REFERENCES u (`on`) ON DELETE CASCADE ON UPDATE RESTRICT)";
        let (_, adds) = cut(text, MARIADB).unwrap();
        assert_eq!(
            adds,
            [
                "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a) ON UPDATE CASCADE",
                "ADD FOREIGN KEY (a) REFERENCES u (`on`) ON DELETE CASCADE",
            ]
        );
        assert!(cut(text, MYSQL).unwrap().1[0].contains("RESTRICT"));
    }

    #[test]
    fn the_auto_increment_column_keeps_a_key() {
        let text = "CREATE TABLE t (id int AUTO_INCREMENT, a int, KEY x (id, a), KEY y (`ID`), KEY z (a))";
        assert_eq!(adds(text), ["ADD KEY z (a)"]);
        let text = "CREATE TABLE t (id int AUTO_INCREMENT, a int, KEY x (a), KEY y (id), KEY w (id, a), UNIQUE z (a))";
        assert_eq!(adds(text), ["ADD KEY w (id, a)", "ADD UNIQUE z (a)"]);
        let text =
            "CREATE TABLE t (id int AUTO_INCREMENT, a int NOT NULL, PRIMARY KEY (a), UNIQUE x (id), FULLTEXT (a))";
        assert_eq!(adds(text), ["ADD FULLTEXT (a)"]);
        // MyISAM counts within each group.
        let text = "CREATE TABLE t (g int, id int AUTO_INCREMENT, PRIMARY KEY (g, id), KEY l (g, id), KEY k (g)) ENGINE=MyISAM";
        assert_eq!(adds(text), ["ADD KEY k (g)"]);
        for inline in ["KEY", "PRIMARY KEY", "UNIQUE", "UNIQUE KEY"] {
            assert_eq!(
                adds(&format!("CREATE TABLE t (id int AUTO_INCREMENT {inline}, KEY k (id))")),
                ["ADD KEY k (id)"]
            );
        }
        assert_eq!(adds("CREATE TABLE t (id SERIAL, KEY k (id))"), ["ADD KEY k (id)"]);
        assert_eq!(cut("CREATE TABLE t (id int AUTO_INCREMENT, a int, KEY k (a))", MYSQL), None);
    }

    #[test]
    fn unique_keys_that_rows_rest_on_stay() {
        let text = "CREATE TABLE t (a int NOT NULL, b int, UNIQUE u (b), UNIQUE v (a), UNIQUE w (a, b))";
        assert_eq!(adds(text), ["ADD UNIQUE u (b)", "ADD UNIQUE w (a, b)"]);
        let text =
            "CREATE TABLE t (a int, b int, UNIQUE u (b), KEY (a))\n/*!50100 PARTITION BY HASH (b)\nPARTITIONS 4 */";
        assert_eq!(adds(text), ["ADD KEY (a)"]);
        assert!(parse(text).partitioned);
        let text = "CREATE TABLE t (a int PRIMARY KEY, UNIQUE u (a), KEY k (a)) WITH SYSTEM VERSIONING";
        assert_eq!(adds(text), ["ADD KEY k (a)"]);
        assert!(parse(text).system_versioned);
    }

    #[test]
    fn what_cant_be_split() {
        for text in [
            "CREATE TEMPORARY TABLE t (a int, KEY (a))",
            "CREATE TABLE t (a int, KEY (a)) ENGINE=MERGE UNION=(t1,t2)",
            "CREATE TABLE t (a int PRIMARY KEY, b int)",
            "CREATE TABLE t (a int, INDEX i (a), KEY k (a) FUTURE 1)",
            "CREATE TABLE t (a int, s date, UNIQUE (a, p WITHOUT OVERLAPS), PERIOD FOR p (s, e))",
            "CREATE TABLE t (a int PRIMARY KEY, b int, c int REFERENCES t (b), KEY (b))",
            "CREATE TABLE t (v vector(3), VECTOR KEY (v) M=8)",
        ] {
            assert_eq!(cut(text, MYSQL), None, "{text}");
        }
        for text in [
            "CREATE TABLE t LIKE u",
            "CREATE TABLE t (LIKE u)",
            "CREATE TABLE t SELECT 1",
            "CREATE TABLE t (a int) SELECT 1",
            "CREATE TABLE t (a int) ENGINE=InnoDB AS (SELECT 1)",
            "CREATE TABLE t (a int) (SELECT 1)",
            "CREATE TABLE t (a int) REPLACE SELECT 1",
            "CREATE TABLE t (a int) TABLE u",
            "CREATE TABLE t (KEY (a)) SELECT 1 AS a",
            "CREATE TABLE t (a)",
            "CREATE TABLE t (a int",
            "CREATE TABLE t (a int,)",
            "CREATE TABLE t ()",
            "CREATE TABLE t (a int DEFAULT 'x)",
            "CREATE TABLE",
            "CREATE VIEW t AS SELECT 1",
            "",
        ] {
            assert_eq!(parse_for(text, MYSQL), None, "{text}");
        }
    }

    #[test]
    fn versioned_comments_that_cut_elements_are_resolved() {
        let sakila = "CREATE TABLE address (\n  id int NOT NULL,\n  city_id int,\n  /*!50705 location GEOMETRY NOT NULL,*/\n  \
             PRIMARY KEY (id),\n  KEY c (city_id)\n  /*!50705 , SPATIAL KEY `l` (location) */\n)";
        let (bare, adds) = cut(sakila, MYSQL).unwrap();
        assert_eq!(adds, ["ADD KEY c (city_id)", "ADD SPATIAL KEY `l` (location)"]);
        assert!(bare.contains("location GEOMETRY NOT NULL,") && !bare.contains("/*!"));
        let (bare, adds) = cut(sakila, MARIADB).unwrap();
        assert_eq!(adds, ["ADD KEY c (city_id)"]);
        assert!(bare.contains("/*!50705 location GEOMETRY NOT NULL,*/") && !bare.contains("KEY c"));
        assert_eq!(cut(sakila, None), None);
        let wrapped = "/*!50001 CREATE TABLE `v` (\n  `a` int,\n KEY (a)\n) ENGINE=MyISAM */";
        assert_eq!(cut(wrapped, MARIADB).unwrap().1, ["ADD KEY (a)"]);
        assert_eq!(&wrapped[parse(wrapped).name_span], "`v`");
    }

    #[test]
    fn names_that_look_like_keywords() {
        let table = parse(
            "CREATE TABLE db . `t` (`primary` int, `unique` int, period date, vector int, type int, KEY type (type), \
             KEY TYPE BTREE (`key`), INDEX USING HASH (a), UNIQUE (b), CONSTRAINT UNIQUE c (c), CONSTRAINT d UNIQUE INDEX (d))",
        );
        assert_eq!(table.name, ObjectName { database: Some("db".into()), name: "t".into() });
        let names: Vec<_> = table.columns.iter().map(|c| c.name.to_string()).collect();
        assert_eq!(names, ["primary", "unique", "period", "vector", "type"]);
        let keys: Vec<_> = table.split.unwrap().keys.into_iter().map(|k| k.name.map(|n| n.to_string())).collect();
        assert_eq!(keys, [Some("type".into()), None, None, None, Some("c".into()), Some("d".into())]);
    }

    #[test]
    fn types() {
        use TypeClass::*;
        for (definition, class) in [
            ("tinyint(1)", Integer),
            ("BOOLEAN", Integer),
            ("decimal(10,2) unsigned", Decimal),
            ("double precision", Float),
            ("bit(1) DEFAULT b'0'", Bit),
            ("year(4)", Year),
            ("timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)", Temporal),
            ("national varchar(3)", Text),
            ("long varchar", Text),
            ("long varbinary", Binary),
            ("varchar(9) CHARACTER SET binary", Binary),
            ("char(3) byte", Binary),
            ("text COLLATE 'binary'", Binary),
            ("longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`x`))", Text),
            ("set('a','b')", Set),
            ("json", Json),
            ("varbinary(16)", Binary),
            ("geomcollection", Spatial),
            ("vector(3)", Vector),
            ("uuid DEFAULT uuid()", TextLike),
            ("inet6", TextLike),
            ("money", Unknown),
        ] {
            let table = parse(&format!("CREATE TABLE t (`x` {definition})"));
            assert_eq!(table.columns[0].class, class, "{definition}");
        }
        assert_eq!(parse("CREATE TABLE t (a text) CHARSET=binary").columns[0].class, Binary);
        assert_eq!(parse("CREATE TABLE t (a text CHARSET latin1) CHARSET=binary").columns[0].class, Text);
        for generated in ["GENERATED ALWAYS AS (1)", "AS (1) PERSISTENT", "GENERATED ALWAYS AS ROW START"] {
            assert!(parse(&format!("CREATE TABLE t (a timestamp(6) {generated})")).columns[0].generated, "{generated}");
        }
    }

    #[test]
    fn defaults_and_comments_dont_pass_for_attributes() {
        let table = parse(
            "CREATE TABLE t (a int DEFAULT (1), b bigint DEFAULT nextval(`base`.`invisible`), c int DEFAULT -1 COMMENT 'AS', \
             d varchar(9) DEFAULT _latin1'AS' COMMENT \"INVISIBLE\", e int DEFAULT NEXT VALUE FOR base.invisible)",
        );
        assert!(table.columns.iter().all(|c| !c.generated && !c.invisible && c.nullable && !c.auto_increment));
    }

    fn corpus() -> Vec<(String, Vec<u8>)> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let mut files = Vec::new();
        for folder in [root.clone(), root.join("mtr_mariadb104"), root.join("tab_ensembl")] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().extension().is_some_and(|e| e == "sql")
                    && let Ok(text) = std::fs::read(entry.path())
                {
                    files.push((entry.file_name().to_string_lossy().into_owned(), text));
                }
            }
        }
        files
    }

    #[test]
    fn tables_of_real_dumps_split() {
        let (mut tables, mut with_keys, mut split) = (0, 0, 0);
        for (file, text) in corpus() {
            // Naive, but no table of the corpus has this in a string.
            for statement in text.split_inclusive(|&b| b == b';').collect::<Vec<_>>() {
                let text = statement.strip_suffix(b";").unwrap_or(statement);
                let Some(start) = text.to_ascii_uppercase().windows(13).position(|w| w == b"CREATE TABLE ") else {
                    continue;
                };
                // Not one in a comment or a routine.
                let Some(table) = CreateTable::parse(&text[start..], LexMode::default(), MARIADB) else { continue };
                tables += 1;
                let upper = String::from_utf8_lossy(text).to_ascii_uppercase();
                let keys = upper.lines().map(str::trim).filter(|line| {
                    ["KEY ", "UNIQUE ", "INDEX ", "FULLTEXT ", "SPATIAL ", "FOREIGN "]
                        .iter()
                        .any(|k| line.starts_with(k))
                        || line.starts_with("CONSTRAINT ") && line.contains("FOREIGN KEY")
                });
                if keys.count() == 0 {
                    continue;
                }
                with_keys += 1;
                if let Some(cut) = &table.split {
                    split += 1;
                    let again = CreateTable::parse(&cut.bare, LexMode::default(), MARIADB);
                    let again = again.unwrap_or_else(|| panic!("{file}: {}", String::from_utf8_lossy(&cut.bare)));
                    assert_eq!(again.columns, table.columns, "{file}");
                    assert_eq!(again.primary_key, table.primary_key, "{file}");
                    assert_eq!(again.split, None, "{file}");
                } else {
                    println!("{file}: {}", String::from_utf8_lossy(&text[start..]));
                }
            }
        }
        println!("{tables} tables, {with_keys} with keys, {split} split");
        assert!(split * 100 >= with_keys * 95, "{split} of {with_keys}");
    }

    fn element() -> impl Strategy<Value = (String, bool)> {
        let name = "[a-z]{1,3}";
        prop_oneof![
            (name, prop::sample::select(vec!["int", "varchar(9) DEFAULT 'a,('", "enum('KEY (a)','b')"]))
                .prop_map(|(n, t)| (format!("`{n}` {t}"), false)),
            (name, name).prop_map(|(n, c)| (format!("KEY `{n}` (`{c}`(3),`x` DESC)"), true)),
            (name, name)
                .prop_map(|(n, c)| (format!("CONSTRAINT `{n}` FOREIGN KEY (`{c}`) REFERENCES `d`.`t` (`a`)"), true)),
            name.prop_map(|c| (format!("FULLTEXT KEY (`{c}`) /*!50100 WITH PARSER `p` */"), true)),
            name.prop_map(|c| (format!("UNIQUE `{c}` ((lower(`{c}`)), `{c}`) COMMENT 'a, )'"), true)),
            name.prop_map(|c| (format!("CHECK (`{c}` <> ',')"), false)),
        ]
    }

    proptest! {
        #[test]
        fn every_element_lands_on_one_side(elements in prop::collection::vec(element(), 0..9)) {
            let all: Vec<_> = core::iter::once("`id` int PRIMARY KEY").chain(elements.iter().map(|(e, _)| e.as_str())).collect();
            let text = format!("CREATE TABLE `t` (\n  {}\n) ENGINE=InnoDB", all.join(",\n  "));
            let bare: Vec<_> = core::iter::once("`id` int PRIMARY KEY")
                .chain(elements.iter().filter(|(_, key)| !key).map(|(e, _)| e.as_str()))
                .collect();
            let expected = format!("CREATE TABLE `t` (\n  {}\n) ENGINE=InnoDB", bare.join(",\n  "));
            let mut keys: Vec<_> = elements.iter().filter(|(_, key)| *key).map(|(e, _)| format!("ADD {e}")).collect();
            match cut(&text, MYSQL) {
                None => prop_assert!(keys.is_empty()),
                Some((bare, mut adds)) => {
                    prop_assert_eq!(bare, expected);
                    keys.sort();
                    adds.sort();
                    prop_assert_eq!(adds, keys);
                }
            }
        }

        #[test]
        fn any_text_is_survived(pieces in prop::collection::vec(prop::sample::select(vec![
            "CREATE TABLE ", "t", "(", ")", ",", "a int", " KEY ", "UNIQUE", "CONSTRAINT ", "FOREIGN KEY", " REFERENCES ", "(a)",
            "/*!40101 ", "/*!99999 ", "*/", "'", "`", ".", "AUTO_INCREMENT", "PRIMARY KEY", "--", "\n", " PARTITION BY ", "DEFAULT ",
        ]), 0..20)) {
            let text = format!("CREATE TABLE t (a int, {}", pieces.concat());
            for target in [MYSQL, MARIADB, None] {
                if let Some(table) = parse_for(&text, target) && let Some(split) = table.split {
                    prop_assert!(CreateTable::parse(&split.bare, LexMode::default(), target).is_some());
                }
            }
        }
    }
}
