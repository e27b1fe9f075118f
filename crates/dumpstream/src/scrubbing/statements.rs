//! What values can hide in besides rows: definitions, programs, comments, and statements that nobody expects in a dump.
//!
//! Runs on the cut stage's thread, on every statement in stream order. Hands back the text to pass on, or says that the
//! statement is left out; what can't be judged is refused.

use crate::error::{Error, ErrorKind};
use crate::scrubbing::table::{table, text as name_text, undefined};
use crate::scrubbing::{Scrubber, problems};
use crate::step::At;
use dumpstream_scrub::detect;
use dumpstream_scrub::plan::{Action, Rows, TablePlan};
use dumpstream_scrub::rules::{Definitions, FailOrKeep, Header, Programs};
use dumpstream_scrub::table::Table;
use dumpstream_scrub::transform::{Input, Output};
use sqldump::ddl::{self, CreateTable, ForeignKey, Role};
use sqldump::head::Head;
use sqldump::lex::{self, TokenKind};
use sqldump::session::Session;
use sqldump::statement::{ForbiddenKind, ObjectName, Statement};
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name, value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A table as far as it was read, and what is to be done with it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) definition: Arc<Table>,
    pub(crate) plan: Arc<TablePlan>,
    /// Columns that rows without a list of columns leave out.
    pub(crate) invisible: Arc<BTreeSet<usize>>,
    /// A statement changed its columns: only rows that name theirs can be understood.
    pub(crate) altered: bool,
    /// Columns that hold other tables' values.
    pub(crate) foreign_keys: Arc<[ForeignKey]>,
}

impl Known {
    /// Whether none of its rows stays.
    pub(crate) fn drops_rows(&self) -> bool {
        matches!(self.plan.rows, Rows::Drop)
    }
}

/// What becomes of a statement.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stays as it is.
    Keep,
    /// This stands in its place.
    Rewrite(Vec<u8>),
    /// It is left out.
    Drop,
}

/// Follows the dump's statements for the sake of the rules.
#[derive(Debug)]
pub(crate) struct Following {
    scrubber: Arc<Scrubber>,
    /// By the dump's own names, folded.
    tables: HashMap<(Option<Name>, Name), Known>,
    /// The dump's own name for the current database.
    database: Option<Name>,
    /// Programs and statements with literals for tables that hadn't been defined: the tables' names, and the place.
    literals: Vec<(Vec<Vec<u8>>, At)>,
    /// Tables whose rows passed before the dump defined them.
    undefined: HashMap<(Option<Name>, Name), At>,
}

/// What there is to know of a statement besides its kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) session: &'a Session,
    pub(crate) target: Option<ServerVersion>,
    pub(crate) at: At,
}

impl Following {
    pub(crate) fn new(scrubber: Arc<Scrubber>) -> Self {
        Self { scrubber, tables: HashMap::new(), database: None, literals: Vec::new(), undefined: HashMap::new() }
    }

    pub(crate) fn scrubber(&self) -> &Arc<Scrubber> {
        &self.scrubber
    }

    /// Whatever the target makes of upper case, a table must not lose its rules by it.
    fn key(&self, name: &ObjectName) -> (Option<Name>, Name) {
        let fold = |name: &Name| Name::new(name.as_text().to_lowercase().into_bytes());
        let database = name.database.as_ref().or(self.database.as_ref());
        (database.map(fold), fold(&name.name))
    }

    fn known(&self, name: &ObjectName) -> Option<&Known> {
        self.tables.get(&self.key(name))
    }

    /// What is to be done with the rows under a head.
    pub(crate) fn rows(&mut self, head: &Head, cx: Context<'_>) -> Result<Known, Error> {
        let name = ObjectName { database: head.database.clone(), name: head.table.clone() };
        let key = self.key(&name);
        if let Some(known) = self.tables.get(&key) {
            if known.altered && head.columns.is_none() && !known.plan.keeps_rows() {
                return Err(refuse("a statement changed the table, and its rows don't name their columns", cx.at)
                    .at(|p| p.table = Some(name.to_string()))
                    .hint("make the dump with column lists (--complete-insert)"));
            }
            return Ok(known.clone());
        }
        let database = name.database.as_ref().or(self.database.as_ref());
        let definition = undefined(head, database);
        let plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, cx.at))?;
        if head.columns.is_none() && !plan.keeps_rows() && !matches!(plan.rows, Rows::Drop) {
            return Err(refuse("the dump doesn't define the table, and its rows don't name their columns", cx.at)
                .at(|p| p.table = Some(name.to_string()))
                .hint("make the dump with the definitions, or with column lists (--complete-insert)"));
        }
        self.undefined.entry(key).or_insert(cx.at);
        self.scrubber.locked(&definition, &plan, cx.at)?;
        // Another head may name other columns.
        let (invisible, foreign_keys) = (Arc::default(), Arc::default());
        Ok(Known { definition: Arc::new(definition), plan, invisible, altered: false, foreign_keys })
    }

    /// Judges one statement. `text` is without its delimiter.
    pub(crate) fn statement(&mut self, kind: &Statement, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        let mode = cx.session.lex_mode();
        match kind {
            Statement::Use(name) => {
                self.database = Some(name.clone());
                Ok(Verdict::Keep)
            }
            Statement::CreateTable(create) => self.create_table(create, text, cx),
            Statement::CreateTableOther { table, .. } => {
                if self.scrubber.rules.unknown_statement == FailOrKeep::Keep {
                    return Ok(Verdict::Keep);
                }
                Err(refuse("the columns of the table can't be told from this statement", cx.at)
                    .at(|p| p.table = Some(table.to_string()))
                    .hint("write the table's columns into the dump, or say unknown_statement: keep"))
            }
            Statement::DropTables { names, .. } if !names.is_empty() && names.iter().all(|n| self.dropped(n)) => {
                Ok(Verdict::Drop)
            }
            Statement::RenameTables { pairs } => {
                for (from, to) in pairs {
                    if let Some(known) = self.tables.remove(&self.key(from)) {
                        self.tables.insert(self.key(to), known);
                    }
                }
                Ok(Verdict::Keep)
            }
            Statement::TruncateTable { table } | Statement::CreateIndex { table } if self.dropped(table) => {
                Ok(Verdict::Drop)
            }
            Statement::AlterTable { table, keys, .. } => {
                if self.dropped(table) {
                    return Ok(Verdict::Drop);
                }
                if keys.is_none() {
                    self.alter_table(table, text, cx)?;
                }
                Ok(Verdict::Keep)
            }
            Statement::LockTables => Ok(self.lock_tables(text, cx)),
            Statement::CreateTrigger { table, .. } if self.dropped(table) => Ok(Verdict::Drop),
            Statement::CreateView { .. }
            | Statement::CreateTrigger { .. }
            | Statement::CreateRoutine { .. }
            | Statement::CreateEvent { .. } => self.program(text, cx),
            Statement::Insert { table } | Statement::Replace { table } => self.other_rows(table, text, cx),
            Statement::Update | Statement::Delete | Statement::Select | Statement::Do | Statement::Show => {
                self.no_ruled_literals(text, cx)?;
                self.no_hits(text, mode, cx.at, "a statement")?;
                Ok(Verdict::Keep)
            }
            Statement::Set => {
                self.no_hits(text, mode, cx.at, "a SET statement")?;
                Ok(Verdict::Keep)
            }
            Statement::Other { .. } | Statement::Call | Statement::Prepare | Statement::Execute => {
                self.unknown("", cx.at)
            }
            Statement::Forbidden(kind) if !matches!(kind, ForbiddenKind::SetGlobal | ForbiddenKind::DropDatabase) => {
                self.unknown(kind.as_str(), cx.at)
            }
            _ => Ok(Verdict::Keep),
        }
    }

    /// Judges a command of the mysql client.
    pub(crate) fn command(&self, name: &str, at: At) -> Result<(), Error> {
        self.unknown(name, at).map(drop)
    }

    fn unknown(&self, kind: &str, at: At) -> Result<Verdict, Error> {
        if self.scrubber.rules.unknown_statement == FailOrKeep::Keep {
            return Ok(Verdict::Keep);
        }
        let of = if kind.is_empty() { String::new() } else { format!(" ({kind})") };
        Err(refuse(format!("a statement of a kind{of} that the rules don't reach into"), at)
            .hint("take it out of the dump, or say unknown_statement: keep if nothing in it is personal"))
    }

    /// Whether a table's definition is left out.
    fn dropped(&self, name: &ObjectName) -> bool {
        match self.known(name) {
            Some(known) => known.plan.drop_definition,
            None => {
                let database = name.database.as_ref().or(self.database.as_ref()).map(name_text);
                self.scrubber.policy.drops(database.as_deref(), &name_text(&name.name))
            }
        }
    }

    fn create_table(&mut self, create: &CreateTable, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        // What older mysqldumps put in a view's place until all tables are there.
        if text.trim_ascii_start().starts_with(b"/*!50001 CREATE") {
            return Ok(Verdict::Keep);
        }
        let database = create.name.database.as_ref().or(self.database.as_ref());
        let definition = table(create, database);
        let plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, cx.at))?;
        if let Some(at) = self.undefined.get(&self.key(&create.name))
            && !plan.keeps_rows()
        {
            return Err(refuse(
                "rows of the table come before its definition, so that its rules couldn't be kept",
                *at,
            )
            .at(|p| p.table = Some(definition.display()))
            .hint("put the definition first, or take these rows out"));
        }
        let invisible = create.columns.iter().enumerate().filter(|(_, c)| c.invisible).map(|(i, _)| i).collect();
        let key = self.key(&create.name);
        let known = Known {
            definition: Arc::new(definition),
            plan: Arc::clone(&plan),
            invisible: Arc::new(invisible),
            altered: false,
            foreign_keys: create.foreign_keys.clone().into(),
        };
        self.scrubber.locked(&known.definition, &plan, cx.at)?;
        self.scrubber.note(known.definition.display(), known.clone());
        self.tables.insert(key, known.clone());
        if plan.drop_definition {
            return Ok(Verdict::Drop);
        }
        if self.scrubber.rules.definitions == Definitions::Keep || !replaces(&plan) {
            return Ok(Verdict::Keep);
        }
        self.definition(&known, text, cx)
    }

    /// Redacts the literals of ruled columns in a definition.
    fn definition(&self, known: &Known, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        let mode = cx.session.lex_mode();
        let Some(literals) = ddl::literals(text, mode, cx.target) else {
            return Err(refuse("the literals in the table's definition can't be told apart", cx.at)
                .hint("say definitions: keep if nothing in them is personal"));
        };
        let Known { definition, plan, .. } = known;
        let ruled = |name: &Name| {
            let column = definition.column(&name_text(name))?;
            matches!(plan.columns.get(column)?.action, Action::Replace(_)).then_some(column)
        };
        let mut out = Vec::with_capacity(text.len());
        let mut done = 0;
        for literal in literals {
            let raw = text.get(literal.span.clone()).unwrap_or_default();
            let own = literal.columns.first().and_then(ruled);
            let any = literal.columns.iter().find_map(ruled);
            let says = match literal.kind {
                TokenKind::String | TokenKind::NationalString => lex::unquote_string(raw, mode),
                _ => raw.to_vec(),
            };
            let fail = |column: usize, what: &str| {
                let name = definition.columns.get(column).map(|c| c.name.clone());
                let at = cx.at.after(text, literal.span.start);
                refuse(format!("{what} of a column that a rule replaces holds a literal"), at)
                    .at(|p| (p.table, p.column) = (Some(definition.name.clone()), name))
                    .hint("say definitions: keep if nothing in it is personal, or take it out of the dump")
            };
            let only_fail = self.scrubber.rules.definitions == Definitions::Fail;
            let new: Vec<u8> = match literal.role {
                Role::Comment if own.is_some() || any.is_some() => {
                    if says.is_empty() {
                        continue;
                    }
                    if only_fail {
                        return Err(fail(any.unwrap_or_default(), "the comment"));
                    }
                    b"''".to_vec()
                }
                Role::Default => {
                    let Some(column) = own else { continue };
                    if says.is_empty() {
                        continue;
                    }
                    if only_fail {
                        return Err(fail(column, "the default"));
                    }
                    match default(plan, column, &says) {
                        Some(new) if literal.kind == TokenKind::Number && new.iter().all(u8::is_ascii_digit) => new,
                        Some(new) => {
                            let mut out = Vec::new();
                            value::push_string(&new, mode, &mut out);
                            out
                        }
                        None => return Err(fail(column, "the default")),
                    }
                }
                Role::Label => match own.filter(|column| !lists(plan, *column, &says)) {
                    Some(column) => return Err(fail(column, "the list of labels")),
                    None => continue,
                },
                Role::Expression | Role::Partition => match any {
                    Some(column) if !harmless(literal.kind, &says, literal.role) => {
                        let what = if literal.role == Role::Partition { "a partition" } else { "an expression" };
                        return Err(fail(column, what));
                    }
                    _ => continue,
                },
                Role::TableComment | Role::TableOption => {
                    self.no_hits(raw, mode, cx.at, "an option of the table")?;
                    continue;
                }
                Role::Comment => continue,
            };
            out.extend_from_slice(text.get(done..literal.span.start).unwrap_or_default());
            out.extend_from_slice(&new);
            done = literal.span.end;
        }
        if done == 0 {
            return Ok(Verdict::Keep);
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        Ok(Verdict::Rewrite(out))
    }

    /// Takes notice of what a statement changes in a table.
    fn alter_table(&mut self, name: &ObjectName, text: &[u8], cx: Context<'_>) -> Result<(), Error> {
        let mode = cx.session.lex_mode();
        let key = self.key(name);
        let Some(known) = self.tables.get_mut(&key) else { return Ok(()) };
        let tokens: Vec<lex::Token> = lex::significant(text, mode, cx.target).collect();
        let word = |i: usize, w: &str| {
            tokens.get(i).is_some_and(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(w.as_bytes()))
        };
        let mut definition = (*known.definition).clone();
        let mut unique = false;
        for i in 0..tokens.len() {
            if word(i, "UNIQUE") || word(i, "PRIMARY") {
                let names = tokens.iter().skip(i).skip_while(|t| t.kind != TokenKind::Punct(b'(')).skip(1);
                let names = names.take_while(|t| t.kind != TokenKind::Punct(b')'));
                let names = names.filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent));
                let parts: Vec<(usize, Option<u32>)> = names
                    .filter_map(|t| definition.column(&name_text(&lex::ident_in(t.text(text), mode))))
                    .map(|c| (c, None))
                    .collect();
                if !parts.is_empty() && !definition.unique_keys.contains(&parts) {
                    definition.unique_keys.push(parts);
                    unique = true;
                }
            }
            known.altered |= ["MODIFY", "CHANGE", "COLUMN", "RENAME"].iter().any(|w| word(i, w))
                || word(i, "ADD")
                    && tokens
                        .get(i + 1)
                        .is_some_and(|t| t.kind == TokenKind::QuotedIdent || t.kind == TokenKind::Punct(b'('))
                || word(i, "DROP") && tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::QuotedIdent);
        }
        if unique {
            known.plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, cx.at))?;
            known.definition = Arc::new(definition);
        }
        let (plan, definition) = (Arc::clone(&known.plan), Arc::clone(&known.definition));
        if self.scrubber.rules.definitions == Definitions::Keep || !replaces(&plan) {
            return Ok(());
        }
        let names = tokens.iter().filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent));
        let mut ruled = names.filter_map(|t| {
            let column = definition.column(&name_text(&lex::ident_in(t.text(text), mode)))?;
            matches!(plan.columns.get(column)?.action, Action::Replace(_)).then_some(column)
        });
        let literal = tokens
            .iter()
            .any(|t| matches!(t.kind, TokenKind::String | TokenKind::NationalString) && t.end - t.start > 2);
        match ruled.next() {
            Some(column) if literal => {
                Err(refuse("a change of the table holds literals beside a column that a rule replaces", cx.at)
                    .at(|p| {
                        p.table = Some(definition.name.clone());
                        p.column = definition.columns.get(column).map(|c| c.name.clone());
                    })
                    .hint("say definitions: keep if nothing in it is personal, or take it out of the dump"))
            }
            _ => Ok(()),
        }
    }

    /// Tables that are left out can't be locked.
    fn lock_tables(&self, text: &[u8], cx: Context<'_>) -> Verdict {
        let mode = cx.session.lex_mode();
        let names = lex::significant(text, mode, cx.target).filter(|t| t.kind == TokenKind::QuotedIdent);
        let names: Vec<ObjectName> =
            names.map(|t| ObjectName { database: None, name: lex::ident_in(t.text(text), mode) }).collect();
        let gone = !names.is_empty() && names.iter().all(|n| self.dropped(n));
        if gone { Verdict::Drop } else { Verdict::Keep }
    }

    /// A view, routine, trigger or event.
    fn program(&mut self, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        let mode = cx.session.lex_mode();
        let redacted = match self.scrubber.rules.header {
            Header::Redact => redact_definer(text, mode),
            Header::Keep => None,
        };
        let body = redacted.as_deref().unwrap_or(text);
        let literals = || lex::tokens(body, mode).any(|t| is_value(t.kind));
        match self.scrubber.rules.programs {
            Programs::Keep => {}
            Programs::Fail if literals() => {
                return Err(refuse("the body of a view, routine, trigger or event holds literals", cx.at)
                    .hint("say programs: check or keep, or make the dump without them"));
            }
            Programs::Fail => {}
            Programs::Check => {
                if writes(body, mode) {
                    self.no_ruled_literals(body, cx)?;
                }
                let undefined = redact_definer(text, mode);
                self.no_hits(
                    undefined.as_deref().unwrap_or(text),
                    mode,
                    cx.at,
                    "the body of a view, routine, trigger or event",
                )?;
            }
        }
        Ok(redacted.map_or(Verdict::Keep, Verdict::Rewrite))
    }

    /// `INSERT` in a form that isn't plain rows.
    fn other_rows(&mut self, name: &ObjectName, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        let keeps = match self.known(name) {
            Some(known) if matches!(known.plan.rows, Rows::Drop) => return Ok(Verdict::Drop),
            Some(known) => known.plan.keeps_rows(),
            None => self.scrubber.rules.unknown_statement == FailOrKeep::Keep,
        };
        if !keeps {
            return Err(refuse("an INSERT that isn't plain rows, into a table that rules are about", cx.at)
                .at(|p| p.table = Some(name.to_string()))
                .hint(
                    "make the dump with plain INSERT … VALUES, or leave the table's rows out (tables: … do: truncate)",
                ));
        }
        self.no_ruled_literals(text, cx)?;
        Ok(Verdict::Keep)
    }

    /// Refuses literals beside the name of a table whose columns are replaced. Tables that come later are looked at when
    /// the dump is at its end.
    fn no_ruled_literals(&mut self, text: &[u8], cx: Context<'_>) -> Result<(), Error> {
        let mode = cx.session.lex_mode();
        if !lex::tokens(text, mode).any(|t| is_value(t.kind)) {
            return Ok(());
        }
        let names = lex::tokens(text, mode).filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent));
        let mut names: Vec<Vec<u8>> =
            names.map(|t| lex::ident_in(t.text(text), mode).as_bytes().to_ascii_lowercase()).collect();
        names.sort_unstable();
        names.dedup();
        self.literals.push((names, cx.at));
        self.check_literals()
    }

    fn check_literals(&self) -> Result<(), Error> {
        for ((_, table), known) in &self.tables {
            if !replaces(&known.plan) {
                continue;
            }
            let name = table.as_bytes().to_ascii_lowercase();
            if let Some((_, at)) = self.literals.iter().find(|(names, _)| names.binary_search(&name).is_ok()) {
                return Err(refuse(
                    "a statement outside of plain rows writes literals, and names a table whose columns are replaced",
                    *at,
                )
                .at(|p| p.table = Some(known.definition.name.clone()))
                .hint("take it out of the dump, or say programs: keep if nothing in it is personal"));
            }
        }
        Ok(())
    }

    /// Refuses text in which detectors find something.
    fn no_hits(&self, text: &[u8], mode: LexMode, at: At, what: &str) -> Result<(), Error> {
        if !self.scrubber.detects() {
            return Ok(());
        }
        for token in lex::tokens(text, mode) {
            if !is_value(token.kind) && !matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment) {
                continue;
            }
            let said = lex::unquote_string(token.text(text), mode);
            let Ok(said) = std::str::from_utf8(&said) else { continue };
            if let Some((kind, _)) = detect::find(self.scrubber.kinds(), said).first() {
                return Err(refuse(
                    format!("{what} holds what looks like personal data ({kind})"),
                    at.after(text, token.start),
                )
                .hint("take it out of the dump, or say programs: keep if it is no person's"));
            }
        }
        Ok(())
    }

    /// What must hold at the dump's end.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        self.check_literals()
    }

    /// What becomes of white space and comments between statements.
    pub(crate) fn comments(&self, text: &[u8], at: At) -> Result<Verdict, Error> {
        // Of other kinds there may be any: versions look like addresses, and dates are in every dump.
        const KINDS: [detect::Kind; 2] = [detect::Kind::Email, detect::Kind::UrlUserinfo];
        if self.scrubber.detects()
            && let Some((kind, found)) = detect::find(&KINDS, &String::from_utf8_lossy(text)).first()
        {
            let at = at.after(text, found.start.min(text.len()));
            return Err(refuse(format!("a comment holds what looks like personal data ({kind})"), at)
                .hint("take it out of the dump, or say programs: keep if it is no person's"));
        }
        Ok(match self.scrubber.rules.header {
            Header::Redact => redact_host(text).map_or(Verdict::Keep, Verdict::Rewrite),
            Header::Keep => Verdict::Keep,
        })
    }
}

/// Whether any column's values are replaced.
fn replaces(plan: &TablePlan) -> bool {
    plan.columns.iter().any(|c| matches!(c.action, Action::Replace(_)))
}

fn is_value(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::NationalString | TokenKind::Hex)
}

/// Whether a program writes rows.
fn writes(text: &[u8], mode: LexMode) -> bool {
    lex::tokens(text, mode).filter(|t| t.kind == TokenKind::Word).any(|t| {
        ["INSERT", "REPLACE", "UPDATE", "DELETE"].iter().any(|w| t.text(text).eq_ignore_ascii_case(w.as_bytes()))
    })
}

/// Whether a column's rule names a label itself.
fn lists(plan: &TablePlan, column: usize, label: &[u8]) -> bool {
    let action = plan.columns.get(column).map(|c| &c.action);
    matches!(action, Some(Action::Replace(replace)) if replace.transform.lists(label))
}

/// What a column's default becomes: what its rule makes of such a value.
fn default(plan: &TablePlan, column: usize, value: &[u8]) -> Option<Vec<u8>> {
    let Action::Replace(replace) = &plan.columns.get(column)?.action else { return None };
    if replace.when.is_some() || replace.subject.is_some() || !replace.needs.is_empty() {
        return None;
    }
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    let input = Input { value, normal: replace.normal.normal(value, &mut scratch), subject: None, row: &() };
    match replace.transform.apply(&input, &mut out) {
        Ok(Output::Value) => Some(out),
        _ => None,
    }
}

/// Whether a literal in an expression can't be a value: separators, JSON paths, numbers.
fn harmless(kind: TokenKind, says: &[u8], role: Role) -> bool {
    match kind {
        TokenKind::Number => role == Role::Expression,
        _ => {
            !says.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80)
                || says.starts_with(b"$.")
                || says.starts_with(b"$[")
        }
    }
}

fn refuse(what: impl Into<String>, at: At) -> Error {
    Error::new(ErrorKind::Policy, what).at(|p| (p.offset, p.line) = (Some(at.offset), Some(at.line)))
}

/// `DEFINER=…` as `DEFINER=CURRENT_USER`, or nothing if there is none.
fn redact_definer(text: &[u8], mode: LexMode) -> Option<Vec<u8>> {
    let tokens: Vec<lex::Token> = lex::tokens(text, mode).filter(|t| t.kind != TokenKind::Space).collect();
    let at = tokens.iter().position(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(b"DEFINER"))?;
    if tokens.get(at + 1)?.kind != TokenKind::Punct(b'=') {
        return None;
    }
    let user = tokens.get(at + 2)?;
    let mut end = user.end;
    if let Some(host) = tokens.get(at + 3)
        && matches!(host.kind, TokenKind::UserVariable)
    {
        end = host.end;
    }
    let mut out = text.get(..user.start)?.to_vec();
    out.extend_from_slice(b"CURRENT_USER");
    out.extend_from_slice(text.get(end..)?);
    Some(out)
}

/// Comments without the name of the host that the dump was made on.
fn redact_host(text: &[u8]) -> Option<Vec<u8>> {
    const KEYS: [&[u8]; 4] = [b"host", b"source host", b"source server", b"server"];
    let mut out = Vec::new();
    let mut done = 0;
    let mut at = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        let said = line.trim_ascii_start();
        let said = said.trim_ascii_start().strip_prefix(b"--").or_else(|| said.strip_prefix(b"#")).unwrap_or(said);
        let Some(colon) = memchr::memchr(b':', said) else { continue };
        let (key, value) = said.split_at(colon);
        let key = key.trim_ascii().to_ascii_lowercase();
        if !KEYS.contains(&key.as_slice()) {
            continue;
        }
        let value = value.get(1..).unwrap_or_default();
        let blank = value.len() - value.trim_ascii_start().len();
        let value = value.trim_ascii_start();
        // Another key may follow on the line, after more than one space.
        let end = memchr::memmem::find(value, b"  ").unwrap_or(value.trim_ascii_end().len());
        let end = end.min(value.trim_ascii_end().len());
        if end == 0 {
            continue;
        }
        let from = start + (line.len() - said.len()) + colon + 1 + blank;
        out.extend_from_slice(text.get(done..from)?);
        out.extend_from_slice(b"redacted");
        done = from + end;
    }
    if done == 0 {
        return None;
    }
    out.extend_from_slice(text.get(done..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_redacted_in_every_producer_s_header() {
        for (text, expected) in [
            ("-- Host: db1.internal    Database: shop\n", "-- Host: redacted    Database: shop\n"),
            ("-- MySQL dump\n--\n-- Host: 10.0.0.7:3306\n-- x\n", "-- MySQL dump\n--\n-- Host: redacted\n-- x\n"),
            ("# Host: db (MySQL 5.7)\n", "# Host: redacted\n"),
            ("/*\n Source Host           : db1:3306\n*/\n", "/*\n Source Host           : redacted\n*/\n"),
            ("-- Host:                         db\r\n", "-- Host:                         redacted\r\n"),
        ] {
            assert_eq!(redact_host(text.as_bytes()).map(|t| String::from_utf8(t).unwrap()).as_deref(), Some(expected));
        }
        assert_eq!(redact_host(b"-- Table structure for table `host`\n"), None);
    }

    #[test]
    fn definers_are_redacted() {
        let redacted =
            |t: &str| redact_definer(t.as_bytes(), LexMode::default()).map(|t| String::from_utf8(t).unwrap());
        assert_eq!(
            redacted("/*!50003 CREATE*/ /*!50017 DEFINER=`bob`@`10.0.0.1`*/ /*!50003 TRIGGER t */").unwrap(),
            "/*!50003 CREATE*/ /*!50017 DEFINER=CURRENT_USER*/ /*!50003 TRIGGER t */"
        );
        assert_eq!(
            redacted("CREATE DEFINER = 'a'@localhost PROCEDURE p() SELECT 1").unwrap(),
            "CREATE DEFINER = CURRENT_USER PROCEDURE p() SELECT 1"
        );
        assert_eq!(redacted("CREATE PROCEDURE p() SELECT 1"), None);
    }
}
