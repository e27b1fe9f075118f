//! Shapes blocks of rows into what a sink sends. Pure computation, on as many threads as there are cores to spare.
//!
//! Reads each field once and decides how the block goes: as `LOAD DATA` text where every literal means the same there,
//! else as `INSERT` of the literals as they stand, else as the statements themselves.

use crate::budget::{Permit, Pool};
use crate::calls::is_pure;
use crate::digest::{DigestPlan, Digested, Digester};
use crate::error::Error;
use crate::failpoint;
use crate::scrubbing::Scrubber;
use crate::scrubbing::rows::RowsPlan;
use crate::stage::cut::line_feeds;
use crate::stage::starts::Starts;
use crate::stage::whole;
use crate::step::{At, LoadPlan, Look, Manner, Order, RowsStep, Shaped, TableName};
use crate::target::mysql::Committed;
use bytes::Bytes;
use sqldump::cut::RowsItem;
use sqldump::encode::{self, NotLoadable};
use sqldump::head::Head;
use sqldump::lex::{self, TokenKind};
use sqldump::row::{Field, FieldKind, RowErrorKind, Rows};
use sqldump::session::Session;
use sqldump::stderr;
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::RangeInclusive;
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
    /// Present when a digest is asked for and the table's definition is known.
    pub(crate) digest: Option<Arc<DigestPlan>>,
    /// Present when values are to be replaced.
    pub(crate) scrub: Option<Arc<RowsPlan>>,
    /// They go nowhere, and are only looked at.
    pub(crate) left_out: bool,
    /// Of the table's blocks, from 0; where there are rules.
    pub(crate) ordinal: u64,
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
    /// How many fields a row has.
    pub(crate) fields: RangeInclusive<usize>,
    /// Positions of dates and times.
    pub(crate) temporal: Vec<usize>,
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
    /// Rows are only looked at.
    pub(crate) read_only: bool,
    /// Blocks go on as the dump's text.
    pub(crate) text: bool,
    /// Values that may not stand in the output are collected, and nothing goes on.
    pub(crate) collect: bool,
    /// Present where there are rules.
    pub(crate) scrubber: Option<Arc<Scrubber>>,
}

/// A block's rows in the form they are sent in, where each starts, and their digest.
type Sent = (Shaped, Starts, Option<Digested>);

impl Shaper {
    /// Shapes one block. A block that can't be read as plain rows comes back as its statements.
    pub(crate) fn shape(&self, mut block: Block) -> RowsStep {
        let bytes = block.buffer.len().saturating_sub(block.start) as u64;
        if block.left_out {
            return self.look(block);
        }
        if self.collect {
            return self.collect(block, bytes);
        }
        if self.text {
            return self.text(block, bytes);
        }
        if self.read_only {
            return match self.scrub(&mut block) {
                Ok(_) => self.look(block),
                Err(e) => self.refuse(block, bytes, e),
            };
        }
        failpoint::reach("shape");
        let raw = block.buffer.get(block.start..).unwrap_or_default();
        let crc = self.committed.as_ref().map_or(0, |_| crc32fast::hash(raw));
        let committed = self.committed.as_ref().and_then(|c| c.get(&block.at.offset)).copied();
        // What is asserted of the rows has to be seen in all of them.
        let asserts = block.scrub.as_ref().is_some_and(|plan| plan.asserts());
        if let Some(committed) = committed.filter(|_| block.digest.is_none() && !asserts) {
            return self.step(block, bytes, crc, (Shaped::Committed(committed), Starts::default(), None));
        }
        // Where rows begin in the dump, if that isn't where they begin in the block any more.
        let starts = match self.scrub(&mut block) {
            Ok(starts) => starts,
            Err(e) => return self.refuse(block, bytes, e),
        };
        if let Cow::Owned(text) = line_feeds(block.buffer.get(block.start..).unwrap_or_default()) {
            let head = line_feeds(&block.item.head.raw).into_owned();
            block.item.head = Arc::new(Head { raw: head, ..(*block.item.head).clone() });
            (block.buffer, block.start) = (text, 0);
        }
        let text = block.buffer.get(block.start..).unwrap_or_default();
        if starts.is_some() && text.is_empty() {
            // None of its rows stays.
            let (order, counts) = (Order::Free, false);
            let none = Shaped::Insert { head: Bytes::new(), rows: Bytes::new(), ends: Vec::new(), order, counts };
            let digest = Digester::for_block(block.digest.as_ref()).map(Digester::finish);
            return self.step(block, bytes, crc, (none, Starts::default(), digest));
        }
        let sent = match committed {
            Some(committed) => Some((Shaped::Committed(committed), Starts::default(), self.digest(&block))),
            None => self.load(&block, text).or_else(|| self.insert(&block, text)),
        };
        let refused = if sent.is_none() { stray(&block, text) } else { None };
        let mut sent = sent.unwrap_or_else(|| (verbatim(&block, text), Starts::default(), None));
        if let Some(starts) = starts
            && sent.1.rows() == starts.rows()
        {
            sent.1 = starts;
        }
        RowsStep { refused, ..self.step(block, bytes, crc, sent) }
    }

    /// Replaces values as the rules say. Returns where the rows that stay began before, if there are rules.
    fn scrub(&self, block: &mut Block) -> Result<Option<Starts>, Error> {
        let Some(plan) = block.scrub.take() else { return self.survives_nothing(block).map(|()| None) };
        let text = block.buffer.get(block.start..).unwrap_or_default();
        if block.ordinal == 0 {
            plan.sample(text, &block.item, self.target);
        }
        plan.survey(text, &block.item, self.target, block.ordinal);
        if plan.only_looks() {
            plan.count(text, &block.item, self.target, block.at)?;
            return self.survives_nothing(block).map(|()| None);
        }
        let out = self.pool.get(text.len() + text.len() / 8);
        let scrubbed = plan.scrub(text, &block.item, self.target, block.at, !self.text, out)?;
        self.pool.put(std::mem::replace(&mut block.buffer, scrubbed.text));
        block.start = 0;
        if scrubbed.whole {
            (block.item.continues, block.item.open) = (false, false);
        }
        self.survives_nothing(block)?;
        Ok(Some(scrubbed.starts))
    }

    /// Fails on a block that holds a value which may not stand in the output.
    fn survives_nothing(&self, block: &Block) -> Result<(), Error> {
        let Some(scrubber) = &self.scrubber else { return Ok(()) };
        let text = block.buffer.get(block.start..).unwrap_or_default();
        let table = crate::reading::table_name(&block.table);
        scrubber.assertions.check(text, &block.session, block.at, Some(&table))
    }

    /// Notes a block's values that may not stand in the output.
    fn collect(&self, block: Block, bytes: u64) -> RowsStep {
        let text = block.buffer.get(block.start..).unwrap_or_default();
        let collected = match &block.scrub {
            Some(plan) => plan.collect(text, &block.item, self.target, block.at),
            None => Ok(()),
        };
        match collected {
            Ok(()) => self.step(block, bytes, 0, (Shaped::Piece, Starts::default(), None)),
            Err(e) => self.refuse(block, bytes, e),
        }
    }

    /// A block as the text of a dump.
    fn text(&self, mut block: Block, bytes: u64) -> RowsStep {
        let starts = match self.scrub(&mut block) {
            Ok(starts) => starts,
            Err(e) => return self.refuse(block, bytes, e),
        };
        let text =
            PooledText { buffer: std::mem::take(&mut block.buffer), start: block.start, pool: self.pool.clone() };
        let rows = starts.map(|s| s.rows());
        let text = Bytes::from_owner(text);
        block.permit.shrink(text.len());
        let Block { table, session, at, permit, .. } = block;
        RowsStep {
            table,
            session,
            at,
            bytes,
            rows: rows.unwrap_or_default(),
            crc: 0,
            starts: Starts::default(),
            shaped: Shaped::Text(text),
            manner: Manner::Other,
            digest: None,
            refused: None,
            permit,
        }
    }

    /// The run ends at this block.
    fn refuse(&self, block: Block, bytes: u64, error: Error) -> RowsStep {
        RowsStep { refused: Some(error), ..self.step(block, bytes, 0, (Shaped::Piece, Starts::default(), None)) }
    }

    fn step(&self, block: Block, bytes: u64, crc: u32, (shaped, starts, digest): Sent) -> RowsStep {
        let mut permit = block.permit;
        permit.shrink(
            starts.bytes()
                + match &shaped {
                    Shaped::Load { text, .. } => text.len(),
                    Shaped::Insert { rows, ends, .. } => rows.len() + ends.capacity() * size_of::<u32>(),
                    Shaped::Committed(_) | Shaped::Piece | Shaped::Unmapped | Shaped::Looked(_) | Shaped::Text(_) => 0,
                    Shaped::Verbatim { statements } => statements.iter().map(Bytes::len).sum(),
                },
        );
        self.pool.put(block.buffer);
        let rows = match &shaped {
            Shaped::Committed(committed) => committed.rows,
            _ => starts.rows(),
        };
        let manner = match shaped {
            Shaped::Verbatim { .. } | Shaped::Piece | Shaped::Unmapped => Manner::Other,
            _ => manner(&block.item.head),
        };
        let Block { table, session, at, .. } = block;
        RowsStep { table, session, at, bytes, rows, crc, starts, shaped, manner, digest, refused: None, permit }
    }

    /// Looks at one block: counts its rows, and refuses what no server could read as such.
    fn look(&self, block: Block) -> RowsStep {
        let text = block.buffer.get(block.start..).unwrap_or_default();
        let bytes = text.len() as u64;
        let mut seen = Seen::default();
        let refused = self.look_at(&block, text, &mut seen).err();
        let Seen { rows, largest, zero_dates, zero_date, more } = seen;
        let at = |offset| block.at.after(text, offset);
        let manner = if more { Manner::Other } else { manner(&block.item.head) };
        let replaces = block.item.head.ignore || block.item.head.replace;
        let look = Look { largest: (largest.0, at(largest.1)), zero_dates, zero_date: at(zero_date), replaces };
        let digest = if more { None } else { self.digest(&block) };
        let Block { buffer, table, session, at, mut permit, .. } = block;
        permit.shrink(0);
        self.pool.put(buffer);
        let shaped = Shaped::Looked(look);
        RowsStep {
            table,
            session,
            at,
            bytes,
            rows,
            crc: 0,
            starts: Starts::default(),
            shaped,
            manner,
            digest,
            refused,
            permit,
        }
    }

    fn look_at(&self, block: &Block, text: &[u8], seen: &mut Seen) -> Result<(), Error> {
        let mode = block.session.lex_mode();
        let columns = block.columns.as_deref();
        let mut fields = Vec::new();
        let mut base = 0;
        let mut continues = block.item.continues;
        loop {
            let part = text.get(base..).unwrap_or_default();
            let mut rows = Rows::new(part, &block.item.head, continues, mode, self.target);
            let error = loop {
                match rows.next_row(&mut fields) {
                    Ok(None) => return Ok(()),
                    Ok(Some(span)) => {
                        seen.row(part, base, span.start..span.end, &fields, columns.map_or(&[], |c| &c.temporal));
                        let bad = |what: String| refused(block, text, base + span.start, what);
                        let empty = matches!(fields.as_slice(), [f] if f.start == f.end);
                        if let Some(wanted) = columns.map(|c| &c.fields)
                            && !wanted.contains(&fields.len())
                            && !empty
                        {
                            return Err(bad(format!(
                                "a row has {} for {}",
                                plural(fields.len(), "value"),
                                plural(*wanted.end(), "column")
                            )));
                        }
                        let pure = |f: &Field| f.kind != FieldKind::Expression || is_pure(f.bytes(part), mode);
                        seen.more |= !fields.iter().all(pure);
                        let mut expressions = fields.iter().filter(|f| f.kind == FieldKind::Expression && !empty);
                        if expressions.any(|f| !is_expression(f.bytes(part), mode)) {
                            return Err(bad("a value can't be read".to_owned()));
                        }
                    }
                    Err(e) => break e,
                }
            };
            let tail = part.get(error.at..).unwrap_or_default();
            let mut tokens = lex::significant(tail, mode, self.target);
            let goes_on = error.kind == RowErrorKind::Tail
                && tokens.next().is_some_and(|t| {
                    ["ON", "AS", "RETURNING"].iter().any(|w| t.text(tail).eq_ignore_ascii_case(w.as_bytes()))
                });
            if !goes_on {
                return Err(refused(block, text, base + error.at, "the rows can't be read on from here".to_owned()));
            }
            seen.more = true;
            // What the statement does with its rows isn't looked at; another statement may follow in the block.
            let mut tokens = lex::tokens(tail, mode);
            let Some(end) = tokens.find(|t| t.kind == TokenKind::Punct(b';')) else { return Ok(()) };
            let after = tail.get(end.end..).unwrap_or_default();
            base += error.at + end.end + (after.len() - after.trim_ascii_start().len());
            continues = false;
            if after.trim_ascii_start().is_empty() {
                return Ok(());
            }
        }
    }

    fn rows<'a>(&self, block: &'a Block, text: &'a [u8]) -> Rows<'a> {
        Rows::new(text, &block.item.head, block.item.continues, block.session.lex_mode(), self.target)
    }

    /// The digest of a block that isn't to be sent, where one is asked for.
    fn digest(&self, block: &Block) -> Option<Digested> {
        let mut digester = Some(Digester::for_block(block.digest.as_ref())?);
        let text = line_feeds(block.buffer.get(block.start..).unwrap_or_default());
        let head = match &text {
            Cow::Borrowed(_) => Cow::Borrowed(&*block.item.head),
            Cow::Owned(_) => {
                Cow::Owned(Head { raw: line_feeds(&block.item.head.raw).into_owned(), ..(*block.item.head).clone() })
            }
        };
        let mut rows = Rows::new(&text, &head, block.item.continues, block.session.lex_mode(), self.target);
        let mut fields = Vec::new();
        while rows.next_row(&mut fields).ok()?.is_some() {
            Digester::add(&mut digester, &text, &fields);
        }
        digester.map(Digester::finish)
    }

    fn load(&self, block: &Block, text: &[u8]) -> Option<Sent> {
        let plan = block.plan.as_ref()?;
        let mode = block.session.lex_mode();
        let mut rows = self.rows(block, text);
        let mut fields = Vec::with_capacity(plan.columns.len());
        let mut out = self.pool.get(text.len() + text.len() / 16);
        let mut starts = Starts::default();
        let mut digester = Digester::for_block(block.digest.as_ref());
        while let Some(span) = rows.next_row(&mut fields).ok()? {
            if fields.len() != plan.columns.len() {
                return None;
            }
            starts.push(text, span.start);
            Digester::add(&mut digester, text, &fields);
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
        Some((Shaped::Load { text, plan: Arc::clone(plan) }, starts.finished(), digester.map(Digester::finish)))
    }

    fn insert(&self, block: &Block, text: &[u8]) -> Option<Sent> {
        let mode = block.session.lex_mode();
        let head = &block.item.head;
        let mut reader = self.rows(block, text);
        let mut fields = Vec::new();
        let mut rows = self.pool.get(text.len());
        let mut ends = Vec::new();
        let mut starts = Starts::default();
        let mut digester = Digester::for_block(block.digest.as_ref());
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
            Digester::add(&mut digester, text, &fields);
            rows.extend_from_slice(text.get(span.start..span.end).unwrap_or_default());
            ends.push(u32::try_from(rows.len()).ok()?);
            {
                let expression = |f: &Field| {
                    f.kind == FieldKind::Expression
                        && (!is_pure(f.bytes(text), mode) || stderr::find(f.bytes(text), mode).is_some())
                };
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
        let digest = digester.map(Digester::finish);
        rows.shrink_to_fit();
        ends.shrink_to_fit();
        let mut sql = if head.replace { b"REPLACE INTO ".to_vec() } else { b"INSERT ".to_vec() };
        if !head.replace {
            sql.extend_from_slice(if head.ignore { b"IGNORE INTO " } else { b"INTO " });
        }
        sql.extend_from_slice(&block.table.quoted());
        if let Some(names) = &head.columns {
            push_list(&mut sql, names);
        }
        sql.extend_from_slice(b" VALUES ");
        let counts = order == Order::Stream || columns.is_none();
        Some((Shaped::Insert { head: sql.into(), rows: rows.into(), ends, order, counts }, starts.finished(), digest))
    }
}

/// A block's text in a buffer that goes back to the pool.
struct PooledText {
    buffer: Vec<u8>,
    start: usize,
    pool: Pool,
}

impl AsRef<[u8]> for PooledText {
    fn as_ref(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

impl Drop for PooledText {
    fn drop(&mut self) {
        self.pool.put(std::mem::take(&mut self.buffer));
    }
}

/// What becomes of the rows under a head that meet others.
fn manner(head: &Head) -> Manner {
    match head {
        head if head.replace => Manner::Replace,
        head if head.ignore => Manner::Ignore,
        _ => Manner::Plain,
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

fn plural(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// What was seen in a block so far.
#[derive(Default)]
struct Seen {
    rows: u64,
    /// Bytes, and where.
    largest: (u64, usize),
    zero_dates: u64,
    /// Where the first is.
    zero_date: usize,
    /// There is more than plain rows, or something is evaluated that may do anything.
    more: bool,
}

impl Seen {
    fn row(&mut self, text: &[u8], base: usize, span: std::ops::Range<usize>, fields: &[Field], temporal: &[usize]) {
        self.rows += 1;
        let bytes = span.len() as u64;
        if bytes > self.largest.0 {
            self.largest = (bytes, base + span.start);
        }
        let zero =
            |i: &usize| fields.get(*i).is_some_and(|f| f.kind == FieldKind::String && is_zero_date(f.inner(text)));
        if temporal.iter().any(zero) {
            if self.zero_dates == 0 {
                self.zero_date = base + span.start;
            }
            self.zero_dates += 1;
        }
    }
}

/// Whether a date has no day or no month, as strict servers refuse it.
pub(crate) fn is_zero_date(text: &[u8]) -> bool {
    matches!(text, [_, _, _, _, b'-', m1, m2, b'-', d1, d2, ..] if (*m1, *m2) == (b'0', b'0') || (*d1, *d2) == (b'0', b'0'))
}

/// Whether a value that isn't a plain literal could be SQL, by its characters.
fn is_expression(text: &[u8], mode: LexMode) -> bool {
    let mut colon = false;
    let fine = lex::tokens(text, mode).all(|token| {
        let after_colon = std::mem::replace(&mut colon, token.kind == TokenKind::Punct(b':'));
        match token.kind {
            TokenKind::Unterminated => false,
            TokenKind::Punct(b) => (!after_colon || b == b'=') && b"(),.+-*/%&|^~!<>=@:{}".contains(&b),
            _ => !after_colon,
        }
    });
    fine && !colon && !text.is_empty()
}

/// The error for rows that are no rows, where a program's message isn't what is wrong with them.
fn refused(block: &Block, text: &[u8], offset: usize, what: String) -> Error {
    stray(block, text).unwrap_or_else(|| {
        let at = block.at.after(text, offset);
        Error::source_bad(what)
            .at(|p| {
                (p.offset, p.line, p.table) =
                    (Some(at.offset), Some(at.line), Some(crate::reading::table_name(&block.table)))
            })
            .hint("the dump is damaged there, or a part before it is missing: get it again, or make it again")
    })
}

/// The error for what a program wrote to standard error among the rows.
fn stray(block: &Block, text: &[u8]) -> Option<Error> {
    let (offset, message) = stderr::find(text, block.session.lex_mode())?;
    Some(whole::stray(message, block.at.after(text, offset)))
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
            match sqldump::ddl::map_database(statement, &block.session, from, to) {
                Ok(Cow::Borrowed(_)) => {}
                Ok(Cow::Owned(mapped)) => *statement = mapped.into(),
                Err(_) => return Shaped::Unmapped,
            }
        }
    }
    Shaped::Verbatim { statements }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::stop::Stop;
    use sqldump::cut::{Cut, CutConfig, Cutter, ItemKind};

    /// The one block of `text`, shaped as an `INSERT`.
    fn shaped(text: &str) -> (RowsStep, usize) {
        let mut cutter = Cutter::new(CutConfig::default(), LexMode::default());
        let Ok(Cut::Item(cut)) = cutter.next(text.as_bytes(), true) else { panic!("no item") };
        let ItemKind::Rows(item) = cut.kind else { panic!("no rows: {:?}", cut.kind) };
        let permit = Budget::new(usize::MAX).take(2 * cut.len, &Stop::default()).unwrap();
        let block = Block {
            buffer: text.as_bytes()[..cut.len].to_vec(),
            start: 0,
            item,
            table: Arc::new(TableName { database: "d".into(), table: "t".into() }),
            plan: None,
            digest: None,
            scrub: None,
            left_out: false,
            ordinal: 0,
            columns: None,
            session: Session::offline(),
            map: Vec::new(),
            at: At::default(),
            permit,
        };
        let shaper = Shaper {
            target: None,
            pool: Pool::default(),
            committed: None,
            read_only: false,
            text: false,
            collect: false,
            scrubber: None,
        };
        (shaper.shape(block), cut.len)
    }

    #[test]
    fn short_rows_take_no_more_than_was_counted() {
        let rows = 400_000;
        let text = format!("INSERT INTO t VALUES {};", vec!["(1)"; rows].join(","));
        let (step, raw) = shaped(&text);
        let Shaped::Insert { rows: literals, ends, .. } = &step.shaped else { panic!("{:?}", step.rows) };
        assert_eq!((step.rows, ends.len()), (rows as u64, rows));
        let held = literals.len() + ends.capacity() * size_of::<u32>() + step.starts.bytes();
        assert!(held <= 2 * raw, "{held} bytes for {raw}");
        assert_eq!(step.starts.get(rows - 1), Some((raw as u64 - 4, 0)));
    }
}
