//! Shapes blocks of rows into what a sink sends. Pure computation, on as many threads as there are cores to spare.
//!
//! Reads each field once and decides how the block goes: as `LOAD DATA` text where every literal means the same there,
//! else as `INSERT` of the literals as they stand, else as the statements themselves.

use crate::budget::{Permit, Pool};
use crate::failpoint;
use crate::stage::cut::line_feeds;
use crate::step::{At, LoadPlan, Order, RowsStep, Shaped, TableName};
use crate::target::mysql::Committed;
use bytes::Bytes;
use sqldump::cut::RowsItem;
use sqldump::encode::{self, NotLoadable};
use sqldump::head::Head;
use sqldump::lex::{self, TokenKind};
use sqldump::row::{Field, FieldKind, Rows};
use sqldump::session::Session;
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A block, as cut.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) buffer: Vec<u8>,
    /// Where the block starts in the buffer; it ends with it.
    pub(crate) start: usize,
    pub(crate) item: RowsItem,
    pub(crate) table: Arc<TableName>,
    /// Absent when the block has to go as `INSERT`.
    pub(crate) plan: Option<Arc<LoadPlan>>,
    /// Absent when the table's columns aren't known.
    pub(crate) columns: Option<Arc<InsertColumns>>,
    pub(crate) session: Session,
    /// Databases that have another name on the target, and that name.
    pub(crate) map: Vec<(Name, Name)>,
    pub(crate) at: At,
    pub(crate) permit: Permit,
}

/// What an `INSERT` has to know of its table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct InsertColumns {
    /// Position of the AUTO_INCREMENT column among a row's fields. `Err` when rows leave it out, so the server counts.
    pub(crate) auto_increment: Result<Option<usize>, LeftOut>,
    /// 0 there makes the server count.
    pub(crate) zero_counts: bool,
}

/// The column list leaves the AUTO_INCREMENT column out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeftOut;

/// What all blocks of a run have in common.
#[derive(Debug, Clone)]
pub(crate) struct Shaper {
    pub(crate) target: Option<ServerVersion>,
    pub(crate) pool: Pool,
    /// Where a ledger is kept: blocks that an earlier run has committed, by where they begin.
    pub(crate) committed: Option<Arc<HashMap<u64, Committed>>>,
}

impl Shaper {
    /// Shapes one block. A block that can't be read as plain rows comes back as its statements.
    pub(crate) fn shape(&self, mut block: Block) -> RowsStep {
        failpoint::reach("shape");
        let raw = block.buffer.get(block.start..).unwrap_or_default();
        let bytes = raw.len() as u64;
        let crc = self.committed.as_ref().map_or(0, |_| crc32fast::hash(raw));
        if let Some(committed) = self.committed.as_ref().and_then(|c| c.get(&block.at.offset)) {
            return self.step(block, bytes, crc, Shaped::Committed(*committed), Vec::new());
        }
        if let Cow::Owned(text) = line_feeds(block.buffer.get(block.start..).unwrap_or_default()) {
            let head = line_feeds(&block.item.head.raw).into_owned();
            block.item.head = Arc::new(Head { raw: head, ..(*block.item.head).clone() });
            (block.buffer, block.start) = (text, 0);
        }
        let text = block.buffer.get(block.start..).unwrap_or_default();
        let shaped = self.load(&block, text).or_else(|| self.insert(&block, text));
        let (shaped, starts) = shaped.unwrap_or_else(|| (verbatim(&block, text), Vec::new()));
        self.step(block, bytes, crc, shaped, starts)
    }

    fn step(&self, block: Block, bytes: u64, crc: u32, shaped: Shaped, starts: Vec<(u32, u32)>) -> RowsStep {
        let mut permit = block.permit;
        permit.shrink(
            starts.capacity() * size_of::<(u32, u32)>()
                + match &shaped {
                    Shaped::Load { text, .. } => text.len(),
                    Shaped::Insert { rows, ends, .. } => rows.len() + ends.capacity() * size_of::<u32>(),
                    Shaped::Committed(_) | Shaped::Piece | Shaped::Unmapped => 0,
                    Shaped::Verbatim { statements } => statements.iter().map(Bytes::len).sum(),
                },
        );
        self.pool.put(block.buffer);
        let rows = match &shaped {
            Shaped::Committed(committed) => committed.rows,
            _ => starts.len() as u64,
        };
        RowsStep { table: block.table, session: block.session, at: block.at, bytes, rows, crc, starts, shaped, permit }
    }

    fn rows<'a>(&self, block: &'a Block, text: &'a [u8]) -> Rows<'a> {
        Rows::new(text, &block.item.head, block.item.continues, block.session.lex_mode(), self.target)
    }

    fn load(&self, block: &Block, text: &[u8]) -> Option<(Shaped, Vec<(u32, u32)>)> {
        let plan = block.plan.as_ref()?;
        let mode = block.session.lex_mode();
        let mut rows = self.rows(block, text);
        let mut fields = Vec::with_capacity(plan.columns.len());
        let mut out = self.pool.get(text.len() + text.len() / 16);
        let mut starts = Starts::default();
        while let Some(span) = rows.next_row(&mut fields).ok()? {
            if fields.len() != plan.columns.len() {
                return None;
            }
            starts.push(text, span.start);
            let mut first = true;
            for (field, column) in fields.iter().zip(&plan.columns) {
                if column.class == encode::LoadClass::Skip {
                    continue;
                }
                if !first {
                    out.push(b'\t');
                }
                first = false;
                match encode::field(text, field, *column, mode, plan.zero_counts, &mut out) {
                    Ok(()) => {}
                    Err(NotLoadable::Literal | NotLoadable::Generated) => return None,
                }
            }
            out.push(b'\n');
        }
        // Blocks wait in numbers: what a recycled buffer has beyond the text would be held, and not be counted.
        out.shrink_to_fit();
        let text = Bytes::from(out);
        Some((Shaped::Load { text, plan: Arc::clone(plan) }, starts.list))
    }

    fn insert(&self, block: &Block, text: &[u8]) -> Option<(Shaped, Vec<(u32, u32)>)> {
        let mode = block.session.lex_mode();
        let head = &block.item.head;
        let mut reader = self.rows(block, text);
        let mut fields = Vec::new();
        let mut rows = self.pool.get(text.len());
        let mut ends = Vec::new();
        let mut starts = Starts::default();
        let mut order = if head.ignore || head.replace { Order::Table } else { Order::Free };
        let columns = block.columns.as_deref();
        match columns.map(|c| c.auto_increment) {
            Some(Err(LeftOut)) => order = Order::Stream,
            // Which column counts is unknown, so the rows stay in their order.
            None if order == Order::Free => order = Order::Table,
            _ => {}
        }
        while let Some(span) = reader.next_row(&mut fields).ok()? {
            starts.push(text, span.start);
            rows.extend_from_slice(text.get(span.start..span.end).unwrap_or_default());
            ends.push(u32::try_from(rows.len()).ok()?);
            {
                let expression = |f: &Field| f.kind == FieldKind::Expression && !is_pure(f.bytes(text), mode);
                let counts = columns.is_some_and(|c| {
                    let field = c.auto_increment.ok().flatten().and_then(|i| fields.get(i));
                    field.is_some_and(|f| encode::counts(text, f, c.zero_counts))
                });
                if fields.iter().any(expression) {
                    // Each statement as it stands: what it evaluates may depend on the one before.
                    return None;
                }
                if counts {
                    order = Order::Stream;
                }
            }
        }
        rows.shrink_to_fit();
        let mut sql = if head.replace { b"REPLACE INTO ".to_vec() } else { b"INSERT ".to_vec() };
        if !head.replace {
            sql.extend_from_slice(if head.ignore { b"IGNORE INTO " } else { b"INTO " });
        }
        sql.extend_from_slice(&block.table.quoted());
        if let Some(names) = &head.columns {
            push_list(&mut sql, names);
        }
        sql.extend_from_slice(b" VALUES ");
        Some((Shaped::Insert { head: sql.into(), rows: rows.into(), ends, order }, starts.list))
    }
}

/// Appends ` (a, b, …)`.
pub(crate) fn push_list(sql: &mut Vec<u8>, names: &[Name]) {
    sql.extend_from_slice(b" (");
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            sql.extend_from_slice(b", ");
        }
        name.push_quoted(sql);
    }
    sql.push(b')');
}

/// The statements of a block that is more than plain rows.
fn verbatim(block: &Block, text: &[u8]) -> Shaped {
    if block.item.continues || block.item.open {
        return Shaped::Piece;
    }
    let mut statements = Vec::new();
    let mut start = 0;
    for token in lex::tokens(text, block.session.lex_mode()) {
        if token.kind == TokenKind::Punct(b';') {
            statements.push(Bytes::copy_from_slice(text.get(start..token.start).unwrap_or_default().trim_ascii()));
            start = token.end;
        }
    }
    for (from, to) in &block.map {
        for statement in &mut statements {
            match sqldump::ddl::map_database(statement, block.session.lex_mode(), from, to) {
                Ok(Cow::Borrowed(_)) => {}
                Ok(Cow::Owned(mapped)) => *statement = mapped.into(),
                Err(_) => return Shaped::Unmapped,
            }
        }
    }
    Shaped::Verbatim { statements }
}

#[derive(Default)]
struct Starts {
    list: Vec<(u32, u32)>,
    lines: u32,
    seen: usize,
}

impl Starts {
    #[inline]
    fn push(&mut self, text: &[u8], at: usize) {
        let between = text.get(self.seen..at).unwrap_or_default();
        self.lines += memchr::memchr_iter(b'\n', between).count() as u32;
        self.seen = at;
        self.list.push((at as u32, self.lines));
    }
}

/// Functions whose value depends on nothing but their arguments and the session that every connection shares.
const PURE: &[&str] = &[
    "BINARY",
    "CAST",
    "CHAR",
    "COALESCE",
    "COLUMN_CREATE",
    "CONCAT",
    "CONCAT_WS",
    "CONVERT",
    "CONVERT_TZ",
    "CURDATE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURTIME",
    "DATE",
    "DATE_ADD",
    "DATE_SUB",
    "FROM_BASE64",
    "FROM_UNIXTIME",
    "GEOMCOLLFROMTEXT",
    "GEOMETRYCOLLECTION",
    "GEOMETRYFROMTEXT",
    "GEOMFROMTEXT",
    "GEOMFROMWKB",
    "HEX",
    "IF",
    "IFNULL",
    "INET6_ATON",
    "INET_ATON",
    "JSON_ARRAY",
    "JSON_OBJECT",
    "JSON_QUOTE",
    "LINEFROMTEXT",
    "LINESTRING",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOWER",
    "MAKEDATE",
    "MD5",
    "MULTILINESTRING",
    "MULTIPOINT",
    "MULTIPOLYGON",
    "NOW",
    "NULLIF",
    "POINT",
    "POINTFROMTEXT",
    "POLYFROMTEXT",
    "POLYGON",
    "POLYGONFROMTEXT",
    "REPEAT",
    "SHA1",
    "SHA2",
    "STRING_TO_VECTOR",
    "STR_TO_DATE",
    "ST_GEOMFROMGEOJSON",
    "ST_GEOMFROMTEXT",
    "ST_GEOMFROMWKB",
    "ST_LINEFROMTEXT",
    "ST_POINTFROMTEXT",
    "ST_POLYFROMTEXT",
    "TIMESTAMP",
    "TO_BASE64",
    "TO_VECTOR",
    "UNHEX",
    "UNIX_TIMESTAMP",
    "UPPER",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "UUID_TO_BIN",
    "VEC_FROMTEXT",
];

/// Whether an expression means the same on any connection and in any order.
pub(crate) fn is_pure(text: &[u8], mode: LexMode) -> bool {
    let mut word: Option<Vec<u8>> = None;
    for token in lex::tokens(text, mode) {
        match token.kind {
            TokenKind::Punct(b'(') => {
                if let Some(w) = word.take() {
                    let name = String::from_utf8_lossy(&w).into_owned();
                    if PURE.binary_search(&name.as_str()).is_err() {
                        return false;
                    }
                }
            }
            TokenKind::UserVariable | TokenKind::SystemVariable | TokenKind::Unterminated => return false,
            TokenKind::Word => {
                let w = token.text(text).to_ascii_uppercase();
                if w == b"SELECT" || w == b"VALUE" || w == b"NEXT" {
                    return false;
                }
                word = Some(w);
            }
            TokenKind::Space => {}
            _ => word = None,
        }
    }
    true
}
