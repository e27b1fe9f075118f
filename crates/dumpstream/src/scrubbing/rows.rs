//! Replaces values in a block of rows. Pure computation, on the shaping threads.
//!
//! What is kept passes as the bytes it was: only the literals of ruled fields are cut out, read, replaced and written anew.
//! A literal that can't be read under a rule, or that its transformer refuses, is an error or what the rule says instead,
//! never the original.

use crate::error::{Error, ErrorKind};
use crate::scrubbing::assertions::{NotUnique, Unique};
use crate::scrubbing::counts::ColumnCounts;
use crate::scrubbing::statements::{Known, comments_within};
use crate::scrubbing::{Hits, Scrubber};
use crate::stage::starts::Starts;
use crate::step::{At, TableName};
use dumpstream_scrub::charset::Charset;
use dumpstream_scrub::detect;
use dumpstream_scrub::discover::evidence::ColumnEvidence;
use dumpstream_scrub::plan::{self, Action, OnInvalid, Origin, Otherwise, Replace, TablePlan};
use dumpstream_scrub::rules::AssertionKind;
use dumpstream_scrub::survivors::Values;
use dumpstream_scrub::table::{Class, Table};
use dumpstream_scrub::transform::{Input, Invalid, Output, Prepared, Row};
use sqldump::cut::RowsItem;
use sqldump::row::{Field, FieldKind, Rows};
use sqldump::session::Session;
use sqldump::version::ServerVersion;
use sqldump::{LexMode, value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How the rows under one head are replaced.
#[derive(Debug)]
pub(crate) struct RowsPlan {
    plan: Arc<TablePlan>,
    table: Arc<TableName>,
    /// The dump's name for it.
    name: String,
    /// One per field of a row.
    fields: Vec<FieldPlan>,
    /// Fields whose literals are replaced, in order.
    replaced: Vec<usize>,
    /// Fields that are read for the sake of others, by the position of their column.
    read: Vec<(usize, usize)>,
    /// By column: its values, where none may be there twice.
    unique: Vec<Option<Arc<Unique>>>,
    /// Fields whose values may not stand in the output.
    collected: Vec<usize>,
    /// Fields that are kept because no rule says otherwise.
    sampled: Vec<usize>,
    definition: Arc<Table>,
    /// Columns in the table.
    columns: usize,
    mode: LexMode,
    /// What literals are written in; `None`: bytes in the charset of their column.
    connection: Option<Charset>,
    scrubber: Arc<Scrubber>,
}

#[derive(Debug)]
struct FieldPlan {
    /// Position in the table.
    column: usize,
    class: Class,
    /// Of the column, where it is text.
    charset: Option<Charset>,
    /// Its text is stored in units of more than a byte, so that bytes as they are can't be read.
    wide: bool,
    name: String,
}

/// A block after its values were replaced.
#[derive(Debug, Default)]
pub(crate) struct Scrubbed {
    pub(crate) text: Vec<u8>,
    /// Where each row that stayed began before.
    pub(crate) starts: Starts,
    /// The statements are whole now, although the block wasn't.
    pub(crate) whole: bool,
}

/// What stands in place of a value.
enum Becomes {
    Kept,
    Null,
    /// What is in the buffer.
    Written,
}

/// Buffers of one block.
#[derive(Default)]
struct Scratch {
    literal: Vec<u8>,
    text: Vec<u8>,
    normal: Vec<u8>,
    subject: Vec<u8>,
    new: Vec<u8>,
    /// Values of columns that others look at.
    row: Cells,
}

/// A row, as far as it is looked at.
#[derive(Default)]
struct Cells {
    /// Values by column.
    values: Vec<Option<Vec<u8>>>,
    /// By column: what its custom transformer made of the block's values.
    prepared: Vec<Option<Prepared>>,
    /// The column that is being replaced.
    own: usize,
    /// Its value is NULL.
    own_is_null: bool,
}

impl Row for Cells {
    fn column(&self, index: usize) -> Option<&[u8]> {
        self.values.get(index)?.as_deref()
    }

    fn prepared(&self) -> Option<&Prepared> {
        self.prepared.get(self.own)?.as_ref()
    }

    fn own_is_null(&self) -> bool {
        self.own_is_null
    }
}

/// Why a block can't be scrubbed.
enum Fault {
    /// A value that a rule is about, in this field.
    Invalid(usize, Invalid),
    /// Something about the row.
    Row(String),
    /// What the transformer of a field says of the block.
    Custom(usize, String),
}

impl RowsPlan {
    /// A plan for rows of `table` under `head`. `None` if they stay as they are.
    ///
    /// # Errors
    /// What can't be told of the rows.
    pub(crate) fn new(
        known: &Known,
        table: Arc<TableName>,
        columns: Option<&[String]>,
        session: &Session,
        scrubber: &Arc<Scrubber>,
    ) -> Result<Option<Self>, String> {
        let (plan, definition) = (Arc::clone(&known.plan), &*known.definition);
        // Nothing need be known of such rows, and nothing is to be done with them.
        let everything = scrubber.policy.keeps_everything();
        if everything && !definition.defined && columns.is_none() {
            if let Some(survey) = &scrubber.survey {
                survey.unnamed(definition.display());
            }
            return Ok(None);
        }
        let given: Result<Vec<usize>, String> = match columns {
            Some(list) => {
                let find = |name: &String| {
                    definition
                        .column(name)
                        .ok_or_else(|| format!("the rows have a column {name}, which the definition lacks"))
                };
                list.iter().map(find).collect()
            }
            None => Ok((0..definition.columns.len()).filter(|i| !known.invisible.contains(i)).collect()),
        };
        let given = match given {
            Err(_) if everything => return Ok(None),
            given => given?,
        };
        let looks = plan.sample_rows > 0 || scrubber.counts_rows || scrubber.detects() || scrubber.survey.is_some();
        if plan.keeps_rows() && plan.assertions.is_empty() && !looks {
            return Ok(None);
        }
        let charset = session.get("character_set_client").unwrap_or_default().trim_matches('\'').to_ascii_lowercase();
        let connection = match charset.as_str() {
            "binary" => None,
            name => Some(
                Charset::from_mysql(name)
                    .ok_or_else(|| format!("the dump's text is in the charset {name}, which can't be read here"))?,
            ),
        };
        let mut fields = Vec::with_capacity(given.len());
        for column in given {
            let Some(definition) = definition.columns.get(column) else { continue };
            fields.push(FieldPlan {
                column,
                class: definition.class,
                charset: definition.charset.as_deref().and_then(Charset::from_mysql),
                wide: definition
                    .charset
                    .as_deref()
                    .is_some_and(|c| matches!(c, "ucs2" | "utf16" | "utf16le" | "utf32")),
                name: definition.name.clone(),
            });
        }
        let action = |f: &FieldPlan| plan.columns.get(f.column).map(|c| &c.action);
        let asserted = |column: usize, kind: AssertionKind| {
            plan.assertions.iter().any(|a| a.kind == kind && a.column == Some(column))
        };
        let unique: Vec<Option<Arc<Unique>>> = (0..definition.columns.len())
            .map(|c| asserted(c, AssertionKind::Unique).then(|| scrubber.assertions.unique(&definition.display(), c)))
            .collect();
        let collected = (0..fields.len())
            .filter(|i| fields.get(*i).is_some_and(|f| asserted(f.column, AssertionKind::NoSurvivors)));
        let collected = collected.collect();
        let looked_at = |f: &FieldPlan| {
            !matches!(action(f), Some(Action::Keep)) || unique.get(f.column).is_some_and(Option::is_some)
        };
        let replaced = (0..fields.len()).filter(|i| fields.get(*i).is_some_and(looked_at)).collect();
        let default = |f: &FieldPlan| plan.columns.get(f.column).is_some_and(|c| c.origin == Origin::Default);
        let kept =
            |f: &FieldPlan| matches!(f.class, Class::Text | Class::Json) && matches!(action(f), Some(Action::Keep));
        let sampled = (0..fields.len()).filter(|i| fields.get(*i).is_some_and(|f| default(f) && kept(f))).collect();
        let mut needed = Vec::new();
        if let plan::Rows::Where(predicate) = &plan.rows {
            needed.extend_from_slice(predicate.columns());
        }
        for column in &plan.columns {
            if let Action::Replace(replace) = &column.action {
                needs(replace, &mut needed);
            }
        }
        needed.sort_unstable();
        needed.dedup();
        let mut read = Vec::new();
        for column in needed {
            match fields.iter().position(|f| f.column == column) {
                Some(field) => read.push((field, column)),
                None => {
                    let name = definition.columns.get(column).map_or("", |c| c.name.as_str());
                    return Err(format!("a rule looks at the column {name}, which the rows leave out"));
                }
            }
        }
        let columns = definition.columns.len();
        let mode = session.lex_mode();
        let name = known.definition.display();
        let scrubber = Arc::clone(scrubber);
        let definition = Arc::clone(&known.definition);
        Ok(Some(Self {
            plan,
            table,
            name,
            fields,
            replaced,
            read,
            unique,
            collected,
            sampled,
            definition,
            columns,
            mode,
            connection,
            scrubber,
        }))
    }

    /// Replaces what the plan says in a block that begins at `at`. `text` are the block's bytes. With `places`, tells where each
    /// row that stays began.
    ///
    /// # Errors
    /// Where the rows can't be read, or a value isn't what its rule is for.
    pub(crate) fn scrub(
        &self,
        text: &[u8],
        item: &RowsItem,
        target: Option<ServerVersion>,
        at: At,
        places: bool,
        out: Vec<u8>,
    ) -> Result<Scrubbed, Error> {
        let mut scratch = Scratch::default();
        scratch.row.values.resize(self.columns, None);
        self.prepare(text, item, target, at, &mut scratch)?;
        let mut counts = vec![ColumnCounts::default(); self.columns];
        let mut unique = Vec::new();
        let filters = matches!(self.plan.rows, plan::Rows::Where(_));
        let mut block = Scrub {
            plan: self,
            text,
            item,
            target,
            at,
            places,
            scratch: &mut scratch,
            counts: &mut counts,
            unique: &mut unique,
        };
        let (mut scrubbed, again) = block.run(out, filters)?;
        if again {
            // There are comments among the rows, and a comment may say anything.
            block.counts.fill(ColumnCounts::default());
            block.unique.clear();
            (scrubbed, _) = block.run(std::mem::take(&mut scrubbed.text), true)?;
        }
        for value in unique {
            self.unique(&value).map_err(|e| self.fault(Fault::Invalid(value.field, e), at, text, value.row))?;
        }
        self.scrubber.counts.add(&self.name, scrubbed.starts.rows(), &counts);
        Ok(scrubbed)
    }

    /// Reads what the rules look at besides the values that they replace.
    fn look(&self, text: &[u8], fields: &[Field], scratch: &mut Scratch) -> Result<(), Fault> {
        for &(field, column) in &self.read {
            let Some(f) = fields.get(field) else { continue };
            let Scratch { literal, text: decoded, row, .. } = scratch;
            let value = self.value(text, field, f, literal, decoded).map_err(|e| Fault::Invalid(field, e))?;
            let Some(cell) = row.values.get_mut(column) else { continue };
            match value {
                None => *cell = None,
                Some(value) => {
                    let cell = cell.get_or_insert_default();
                    cell.clear();
                    cell.extend_from_slice(value);
                }
            }
        }
        Ok(())
    }

    /// Asks custom transformers for all values of the block at once: calling them may cost more than what they do.
    fn prepare(
        &self,
        text: &[u8],
        item: &RowsItem,
        target: Option<ServerVersion>,
        at: At,
        scratch: &mut Scratch,
    ) -> Result<(), Error> {
        let own = |i: usize| {
            let column = self.fields.get(i)?.column;
            match &self.plan.columns.get(column)?.action {
                Action::Replace(replace) => Some((i, column, Arc::clone(replace))),
                Action::Keep | Action::Recompute => None,
            }
        };
        let customs = self.replaced.iter().filter_map(|i| own(*i)).filter(|(_, _, r)| r.transform.custom().is_some());
        let mut customs: Vec<_> = customs.map(|custom| (custom, BTreeSet::new())).collect();
        if customs.is_empty() {
            return Ok(());
        }
        let mut rows = Rows::new(text, &item.head, item.continues, self.mode, target);
        let mut fields = Vec::with_capacity(self.fields.len());
        while let Some(span) = rows.next_row(&mut fields).map_err(|e| self.unreadable(e, text, at))? {
            self.look(text, &fields, scratch).map_err(|f| self.fault(f, at, text, span.start))?;
            for ((i, _, replace), values) in &mut customs {
                let Some(field) = fields.get(*i).filter(|f| f.kind != FieldKind::Default) else { continue };
                // What can't be told here is told when it is replaced.
                let applies = replace.when.as_ref().is_none_or(|(p, _)| matches!(p.test(&scratch.row), Ok(Some(true))));
                let Scratch { literal, text: decoded, .. } = &mut *scratch;
                match self.value(text, *i, field, literal, decoded) {
                    Ok(None) if replace.replace_null && applies => drop(values.insert(None)),
                    Ok(Some(value)) if applies => drop(values.insert(Some(value.to_vec()))),
                    _ => {}
                }
            }
        }
        scratch.row.prepared.resize_with(self.columns, || None);
        for ((i, column, replace), values) in customs {
            let Some(custom) = replace.transform.custom() else { continue };
            let prepared = custom.prepare(values).map_err(|e| self.fault(Fault::Custom(i, e), at, text, 0))?;
            if let Some(place) = scratch.row.prepared.get_mut(column) {
                *place = Some(prepared);
            }
        }
        Ok(())
    }

    /// Whether the rows stay as they are, and are only counted or sampled.
    pub(crate) fn only_looks(&self) -> bool {
        self.plan.keeps_rows() && self.replaced.is_empty() && self.read.is_empty()
    }

    /// Counts the rows that stay as they are, as far as they can be read.
    ///
    /// # Errors
    /// There is what looks like personal data in a comment among them.
    pub(crate) fn count(
        &self,
        text: &[u8],
        item: &RowsItem,
        target: Option<ServerVersion>,
        at: At,
    ) -> Result<(), Error> {
        let counts = self.scrubber.counts_rows || !self.plan.assertions.is_empty();
        // Rows are read to find comments between them, and few blocks have what one begins with.
        let looks = counts || self.scrubber.detects() && may_comment(text);
        if self.scrubber.survey.is_some() || !looks {
            return Ok(());
        }
        let mut rows = Rows::new(text, &item.head, item.continues, self.mode, target);
        let mut fields = Vec::new();
        let mut count = 0;
        let plain = loop {
            match rows.next_row(&mut fields) {
                Ok(Some(_)) => count += 1,
                Ok(None) => break true,
                // More than plain rows: anything may stand there.
                Err(_) => break false,
            }
        };
        if counts {
            self.scrubber.counts.add(&self.name, count, &[]);
        }
        match rows.commented() || !plain {
            true => comments_within(&self.scrubber, text, self.mode, at),
            false => Ok(()),
        }
    }

    /// Whether the rules assert anything about the rows, or that their documents have something at a path.
    pub(crate) fn asserts(&self) -> bool {
        let documents =
            |action: &Action| matches!(action, Action::Replace(replace) if !replace.transform.paths().is_empty());
        !self.plan.assertions.is_empty() || self.plan.columns.iter().any(|c| documents(&c.action))
    }

    /// Notes the values that may not stand in the output.
    ///
    /// # Errors
    /// Where the rows or a value can't be read.
    pub(crate) fn collect(
        &self,
        text: &[u8],
        item: &RowsItem,
        target: Option<ServerVersion>,
        at: At,
    ) -> Result<(), Error> {
        if self.collected.is_empty() {
            return Ok(());
        }
        let mut rows = Rows::new(text, &item.head, item.continues, self.mode, target);
        let mut fields = Vec::with_capacity(self.fields.len());
        let (mut literal, mut decoded, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
        let mut values = Values::default();
        while let Some(span) = rows.next_row(&mut fields).map_err(|e| self.unreadable(e, text, at))? {
            for &i in &self.collected {
                let Some(field) = fields.get(i) else { continue };
                if matches!(field.kind, FieldKind::Null | FieldKind::Default) {
                    continue;
                }
                let value = self.value(text, i, field, &mut literal, &mut decoded);
                let value = value.map_err(|e| self.fault(Fault::Invalid(i, e), at, text, span.start))?;
                self.scrubber.assertions.hash().add(value.unwrap_or_default(), &mut scratch, &mut values);
            }
        }
        self.scrubber.assertions.collect(values).map_err(|e| e.at(|p| p.table = Some(self.name.clone())))
    }

    /// Looks at the first rows of a block for personal data in columns that are kept.
    pub(crate) fn sample(&self, text: &[u8], item: &RowsItem, target: Option<ServerVersion>) {
        if self.sampled.is_empty() {
            return;
        }
        let mut rows = Rows::new(text, &item.head, item.continues, self.mode, target);
        let mut fields = Vec::with_capacity(self.fields.len());
        let (mut literal, mut decoded) = (Vec::new(), Vec::new());
        let mut hits: BTreeMap<(String, String, detect::Kind), Hits> = BTreeMap::new();
        let mut seen = vec![0; self.fields.len()];
        for _ in 0..self.plan.sample_rows {
            let Ok(Some(_)) = rows.next_row(&mut fields) else { break };
            for &i in &self.sampled {
                let (Some(field), Some(plan), Some(seen)) = (fields.get(i), self.fields.get(i), seen.get_mut(i)) else {
                    continue;
                };
                let Ok(Some(value)) = self.value(text, i, field, &mut literal, &mut decoded) else { continue };
                let Ok(value) = std::str::from_utf8(value) else { continue };
                *seen += u64::from(!value.is_empty());
                let found: BTreeSet<detect::Kind> =
                    detect::find(&detect::Kind::ALL, value).into_iter().map(|(kind, _)| kind).collect();
                for kind in found {
                    hits.entry((self.name.clone(), plan.name.clone(), kind)).or_default().values += 1;
                }
            }
        }
        for ((_, column, _), hits) in &mut hits {
            let field = self.fields.iter().position(|f| f.name == *column);
            hits.seen = field.and_then(|i| seen.get(i)).copied().unwrap_or_default();
        }
        self.scrubber.hit(hits);
    }

    /// Counts what is in the rows of a block, as far as they are part of the sample.
    pub(crate) fn survey(&self, text: &[u8], item: &RowsItem, target: Option<ServerVersion>, ordinal: u64) {
        let Some(survey) = &self.scrubber.survey else { return };
        let most = survey.sampled(ordinal);
        if most == 0 {
            return;
        }
        let mut rows = Rows::new(text, &item.head, item.continues, self.mode, target);
        let mut fields = Vec::with_capacity(self.fields.len());
        let (mut literal, mut decoded) = (Vec::new(), Vec::new());
        let mut columns = vec![ColumnEvidence::default(); self.columns];
        let mut looked_at = 0;
        while looked_at < most
            && let Ok(Some(_)) = rows.next_row(&mut fields)
        {
            looked_at += 1;
            for (i, (field, plan)) in fields.iter().zip(&self.fields).enumerate() {
                let Some(column) = columns.get_mut(plan.column) else { continue };
                match self.value(text, i, field, &mut literal, &mut decoded) {
                    // What the server computes, or has as its default, is in no dump.
                    _ if field.kind == FieldKind::Default => {}
                    Ok(value) => column.add(value),
                    Err(_) => column.unreadable(),
                }
            }
        }
        survey.add(&self.definition, looked_at, &columns);
    }

    fn unreadable(&self, e: sqldump::row::RowError, text: &[u8], at: At) -> Error {
        let at = at.after(text, e.at);
        Error::new(ErrorKind::Policy, format!("{e}, so values that a rule is about can't be found"))
            .at(|p| {
                (p.offset, p.line) = (Some(at.offset), Some(at.line));
                p.table = Some(crate::reading::table_name(&self.table));
            })
            .hint("make the dump with plain INSERT … VALUES, or leave the table's rows out (tables: … do: truncate)")
    }

    /// What stands for a value of a column in which none may be there twice.
    fn hash(&self, column: usize, value: &[u8], normal: &mut Vec<u8>) -> Option<u64> {
        self.unique.get(column)?.as_ref()?;
        let value = match self.plan.columns.get(column).map(|c| &c.action) {
            Some(Action::Replace(replace)) => replace.normal.normal(value, normal),
            _ => value,
        };
        Some(self.scrubber.assertions.hash().of(value))
    }

    /// Notes a value of a column in which none may be there twice.
    fn unique(&self, value: &UniqueValue) -> Result<(), Invalid> {
        let column = self.fields.get(value.field).map(|f| f.column);
        let Some(Some(unique)) = column.and_then(|c| self.unique.get(c)) else { return Ok(()) };
        unique.add(value.hash).map_err(|e| match e {
            NotUnique::Twice => Invalid("different from every other value of its column, as the rules assert"),
            NotUnique::TooMany => Invalid("among so many that there is memory to assert that they differ"),
        })
    }

    /// The value of a field as the transformers take it.
    fn value<'a>(
        &self,
        text: &'a [u8],
        index: usize,
        field: &Field,
        literal: &'a mut Vec<u8>,
        decoded: &'a mut Vec<u8>,
    ) -> Result<Option<&'a [u8]>, Invalid> {
        if matches!(field.kind, FieldKind::Null) {
            return Ok(None);
        }
        let Some(plan) = self.fields.get(index) else { return Err(Invalid("a column of the table")) };
        // Bytes that a server takes as they are, whatever the connection's charset.
        let as_is = matches!(field.kind, FieldKind::Binary | FieldKind::Hex | FieldKind::Bits);
        let introduced =
            if field.kind == FieldKind::Expression { introduced(field.bytes(text), self.mode) } else { None };
        let (bytes, charset) = match introduced {
            Some((charset, value)) => {
                *literal = value;
                (literal.as_slice(), Some(charset))
            }
            None => {
                let bytes = value::value(text, field, self.mode, literal).ok_or(Invalid("a plain literal"))?;
                (bytes, if as_is { plan.charset } else { self.connection.or(plan.charset) })
            }
        };
        match plan.class {
            Class::Binary => Ok(Some(bytes)),
            _ if plan.wide && (as_is || self.connection.is_none()) => {
                Err(Invalid("text in a charset that can be read here"))
            }
            // So it is in every charset that a connection may have.
            _ if bytes.is_ascii() => Ok(Some(bytes)),
            _ => {
                let charset = charset.ok_or(Invalid("text in a known charset"))?;
                match charset.decode(bytes) {
                    Some(std::borrow::Cow::Borrowed(text)) => Ok(Some(text.as_bytes())),
                    Some(std::borrow::Cow::Owned(text)) => {
                        *decoded = text.into_bytes();
                        Ok(Some(decoded))
                    }
                    None => Err(Invalid("text in the charset that the dump says it is in")),
                }
            }
        }
    }

    /// Appends the literal for a new value in place of `field`.
    fn push(&self, index: usize, field: &Field, new: &[u8], out: &mut Vec<u8>) -> Result<(), Invalid> {
        let Some(plan) = self.fields.get(index) else { return Err(Invalid("a column of the table")) };
        let numeric = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        match plan.class {
            Class::Number if field.kind != FieldKind::String && !new.is_empty() && new.iter().all(numeric) => {
                out.extend_from_slice(new);
            }
            Class::Binary if field.kind == FieldKind::Hex || field.kind == FieldKind::Bits => value::push_hex(new, out),
            Class::Binary if !new.is_ascii() && self.mode.charset != sqldump::Charset::Plain => {
                value::push_hex(new, out);
            }
            Class::Binary => value::push_string(new, self.mode, out),
            _ if new.is_ascii() => value::push_string(new, self.mode, out),
            _ => {
                let text = std::str::from_utf8(new).map_err(|_| Invalid("replaced by text"))?;
                // Bytes that were marked as such are taken for the column's charset.
                let marked = field.kind == FieldKind::Binary;
                let charset = if marked { plan.charset } else { self.connection.or(plan.charset) };
                let charset = charset.ok_or(Invalid("text in a known charset"))?;
                let bytes = charset.encode(text).ok_or(Invalid("replaced by text that its charset has"))?;
                value::push_string(&bytes, self.mode, out);
            }
        }
        Ok(())
    }
}

/// Whether a comment may begin somewhere.
fn may_comment(text: &[u8]) -> bool {
    memchr::memchr(b'#', text).is_some() || [&b"--"[..], b"/*"].iter().any(|b| memchr::memmem::find(text, b).is_some())
}

/// The charset and the value of a literal with an introducer: `_utf8mb4'…'`, `N'…'`.
fn introduced(literal: &[u8], mode: LexMode) -> Option<(Charset, Vec<u8>)> {
    let quote = literal.iter().position(|b| *b == b'\'')?;
    let (name, string) = literal.split_at(quote);
    let name = match name {
        b"N" | b"n" => b"utf8",
        name => name.trim_ascii_end().strip_prefix(b"_")?,
    };
    let name = std::str::from_utf8(name).ok()?.to_ascii_lowercase();
    let charset = Charset::from_mysql(&name)?;
    let mut tokens = sqldump::lex::tokens(string, mode);
    let whole = tokens.next().is_some_and(|t| t.kind == sqldump::lex::TokenKind::String && t.end == string.len());
    whole.then(|| (charset, sqldump::lex::unquote_string(string, mode)))
}

/// Columns that a rule looks at besides its own.
fn needs(replace: &Replace, needed: &mut Vec<usize>) {
    needed.extend_from_slice(&replace.needs);
    needed.extend(replace.subject.as_ref().map(|(column, _)| *column));
    if let Some((predicate, otherwise)) = &replace.when {
        needed.extend_from_slice(predicate.columns());
        if let Otherwise::Replace(other) = otherwise {
            needs(other, needed);
        }
    }
    if let OnInvalid::Replace(other) = &replace.on_invalid {
        needs(other, needed);
    }
}

/// A value that must be the only one of its column.
struct UniqueValue {
    field: usize,
    hash: u64,
    /// Where its row begins.
    row: usize,
}

/// One block at work.
struct Scrub<'a> {
    plan: &'a RowsPlan,
    text: &'a [u8],
    item: &'a RowsItem,
    target: Option<ServerVersion>,
    at: At,
    /// Where rows begin is wanted.
    places: bool,
    scratch: &'a mut Scratch,
    counts: &'a mut [ColumnCounts],
    /// Noted when the block is done: a block that is begun again must not meet its own.
    unique: &'a mut Vec<UniqueValue>,
}

impl Scrub<'_> {
    /// Writes the block anew. With `rebuild`, statements are put together again of the rows that stay; otherwise everything
    /// between the replaced literals is copied, and the second result says that this won't do.
    fn run(&mut self, mut out: Vec<u8>, rebuild: bool) -> Result<(Scrubbed, bool), Error> {
        out.clear();
        let text = self.text;
        out.reserve(text.len() + text.len() / 8);
        let mode = self.plan.mode;
        let mut rows = Rows::new(text, &self.item.head, self.item.continues, mode, self.target);
        let mut fields = Vec::with_capacity(self.plan.fields.len());
        let mut starts = Starts::default();
        // Up to here the text is dealt with.
        let mut done = 0;
        // Between two rows of one statement that is being written.
        let mut open = false;
        loop {
            let span = match rows.next_row(&mut fields) {
                Ok(Some(span)) => Some(span),
                Ok(None) => None,
                Err(e) => return Err(self.plan.unreadable(e, text, self.at)),
            };
            // Behind the last row as well.
            if rows.commented() && !rebuild {
                return Ok((Scrubbed { text: out, ..Scrubbed::default() }, true));
            }
            let Some(span) = span else { break };
            let fault = |f| self.plan.fault(f, self.at, text, span.start);
            if fields.len() != self.plan.fields.len() {
                let (found, wanted) = (fields.len(), self.plan.fields.len());
                return Err(fault(Fault::Row(format!("a row has {found} values for {wanted} columns"))));
            }
            self.plan.look(text, &fields, self.scratch).map_err(fault)?;
            if rebuild {
                let between = text.get(done..span.start).unwrap_or_default();
                let ends = done > 0 && ends_statement(between, mode);
                done = span.end;
                if ends && open {
                    out.extend_from_slice(b";\n");
                    open = false;
                }
                if let plan::Rows::Where(predicate) = &self.plan.plan.rows {
                    let stays = predicate.test(&self.scratch.row).map_err(|e| fault(Fault::Row(e.to_string())))?;
                    if stays != Some(true) {
                        continue;
                    }
                }
                out.extend_from_slice(if open { b"," } else { &self.item.head.raw });
                open = true;
                match self.places {
                    true => starts.push(text, span.start),
                    false => starts.count(),
                }
                out.push(b'(');
                for (i, field) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    if field.kind == FieldKind::Binary {
                        out.extend_from_slice(b"_binary ");
                    }
                    if self.plan.replaced.contains(&i) {
                        self.field(i, field, span.start, &mut out)
                            .map_err(|e| self.plan.fault(Fault::Invalid(i, e), self.at, text, span.start))?;
                    } else {
                        if field.kind == FieldKind::Expression {
                            comments_within(&self.plan.scrubber, field.bytes(text), mode, self.at)?;
                        }
                        out.extend_from_slice(field.bytes(text));
                    }
                }
                out.push(b')');
                continue;
            }
            match self.places {
                true => starts.push(text, span.start),
                false => starts.count(),
            }
            for i in 0..self.plan.replaced.len() {
                let Some(&i) = self.plan.replaced.get(i) else { continue };
                let Some(field) = fields.get(i) else { continue };
                out.extend_from_slice(text.get(done..field.start as usize).unwrap_or_default());
                done = field.end as usize;
                self.field(i, field, span.start, &mut out)
                    .map_err(|e| self.plan.fault(Fault::Invalid(i, e), self.at, text, span.start))?;
            }
        }
        if !rebuild {
            out.extend_from_slice(text.get(done..).unwrap_or_default());
        } else if open {
            out.extend_from_slice(if self.item.open { b";\n" } else { b";" });
        }
        Ok((Scrubbed { text: out, starts: starts.finished(), whole: rebuild }, false))
    }

    /// Appends what stands in place of a field's literal.
    fn field(&mut self, index: usize, field: &Field, row_start: usize, out: &mut Vec<u8>) -> Result<(), Invalid> {
        let plan = self.plan;
        let Some(column) = plan.fields.get(index).map(|f| f.column) else {
            return Err(Invalid("a column of the table"));
        };
        let Some(action) = plan.plan.columns.get(column).map(|c| &c.action) else { return Err(Invalid("ruled")) };
        let Some(counts) = self.counts.get_mut(column) else { return Err(Invalid("a column of the table")) };
        counts.seen += 1;
        let replace = match action {
            Action::Keep => {
                let Scratch { literal, text, normal, .. } = &mut *self.scratch;
                if let Some(value) = plan.value(self.text, index, field, literal, text)?
                    && let Some(hash) = plan.hash(column, value, normal)
                {
                    self.unique.push(UniqueValue { field: index, hash, row: row_start });
                }
                out.extend_from_slice(field.bytes(self.text));
                return Ok(());
            }
            Action::Recompute => {
                strip_binary(field, out);
                out.extend_from_slice(b"DEFAULT");
                return Ok(());
            }
            Action::Replace(replace) => replace,
        };
        // The definition's default is replaced in the definition.
        if field.kind == FieldKind::Default {
            out.extend_from_slice(field.bytes(self.text));
            return Ok(());
        }
        let Scratch { literal, text, normal, subject, new, row } = &mut *self.scratch;
        let value = plan.value(self.text, index, field, literal, text);
        if matches!(value, Ok(None)) {
            counts.null += 1;
        }
        (row.own, row.own_is_null) = (column, matches!(value, Ok(None)));
        new.clear();
        let mut invalid = false;
        let becomes = apply(replace, &value, row, normal, subject, new, &mut invalid)?;
        counts.invalid += u64::from(invalid);
        match becomes {
            Becomes::Kept => {
                counts.kept += 1;
                out.extend_from_slice(field.bytes(self.text));
            }
            Becomes::Null => {
                strip_binary(field, out);
                counts.changed += u64::from(field.kind != FieldKind::Null);
                out.extend_from_slice(b"NULL");
            }
            Becomes::Written => {
                let same = matches!(value, Ok(Some(old)) if old == new.as_slice());
                counts.changed += u64::from(!same);
                if let Some(hash) = plan.hash(column, new, normal) {
                    self.unique.push(UniqueValue { field: index, hash, row: row_start });
                }
                plan.push(index, field, new, out)?;
            }
        }
        Ok(())
    }
}

impl RowsPlan {
    fn fault(&self, fault: Fault, at: At, text: &[u8], offset: usize) -> Error {
        let at = at.after(text, offset);
        let (what, column, hint) = match fault {
            Fault::Invalid(field, invalid) => (
                format!("{invalid}"),
                self.fields.get(field).map(|f| f.name.clone()),
                "say what becomes of such values with on_invalid in the column's rule, or correct the rule",
            ),
            Fault::Custom(field, what) => (
                what,
                self.fields.get(field).map(|f| f.name.clone()),
                "look at the program that registers it: it has to take every value of the column; this is the block's place",
            ),
            Fault::Row(what) => (what, None, "the definition and the rows don't fit: look at the dump there"),
        };
        Error::new(ErrorKind::Policy, what)
            .at(|p| {
                (p.offset, p.line, p.column) = (Some(at.offset), Some(at.line), column);
                p.table = Some(crate::reading::table_name(&self.table));
            })
            .hint(hint)
    }
}

/// Whether a statement ends in what stands between two rows.
fn ends_statement(between: &[u8], mode: LexMode) -> bool {
    between.contains(&b';')
        && sqldump::lex::tokens(between, mode).any(|t| t.kind == sqldump::lex::TokenKind::Punct(b';'))
}

/// Takes back the `_binary` that was copied before a literal that isn't a string any more.
fn strip_binary(field: &Field, out: &mut Vec<u8>) {
    if field.kind == FieldKind::Binary {
        let kept = out.trim_ascii_end().len();
        if out.get(..kept).is_some_and(|o| o.to_ascii_lowercase().ends_with(b"_binary")) {
            out.truncate(kept - b"_binary".len());
        }
    }
}

/// Replaces one value. What it becomes is in `new`. A result by itself would be copied as a whole right after its halves were
/// written, and wait for them.
fn apply(
    replace: &Replace,
    value: &Result<Option<&[u8]>, Invalid>,
    row: &Cells,
    normal: &mut Vec<u8>,
    subject: &mut Vec<u8>,
    new: &mut Vec<u8>,
    invalid: &mut bool,
) -> Result<Becomes, Invalid> {
    if let Some((predicate, otherwise)) = &replace.when
        && predicate.test(row)? != Some(true)
    {
        return match otherwise {
            Otherwise::Keep => Ok(Becomes::Kept),
            Otherwise::Replace(other) => apply(other, value, row, normal, subject, new, invalid),
        };
    }
    // An expression, such as ST_GeomFromText('…'), can't be read; what isn't looked at needn't be.
    let unread = Ok(Some(b"".as_slice()));
    let value = if value.is_ok() || replace.transform.reads() { value } else { &unread };
    let applied = match *value {
        Ok(None) if !replace.replace_null => return Ok(Becomes::Null),
        Ok(value) => {
            let value = value.unwrap_or_default();
            let subject = match &replace.subject {
                None => None,
                // Rows without a subject are their own.
                Some((column, normaliser)) => row.column(*column).map(|s| normaliser.normal(s, subject)),
            };
            let input = Input { value, normal: replace.normal.normal(value, normal), subject, row };
            replace.transform.apply(&input, new)
        }
        Err(e) => Err(e),
    };
    match (applied, &replace.on_invalid) {
        (Ok(Output::Value), _) => Ok(Becomes::Written),
        (Ok(Output::Null), _) => Ok(Becomes::Null),
        (Err(e), OnInvalid::Fail) => Err(e),
        (Err(_), OnInvalid::SetNull) => {
            *invalid = true;
            Ok(Becomes::Null)
        }
        (Err(_), OnInvalid::Replace(other)) => {
            *invalid = true;
            new.clear();
            // What couldn't be read is empty to this one.
            apply(other, if value.is_ok() { value } else { &unread }, row, normal, subject, new, &mut false)
        }
    }
}
