//! What values can hide in besides rows: definitions, programs, comments, and statements that nobody expects in a dump.
//!
//! Runs on the cut stage's thread, on every statement in stream order. Hands back the text to pass on, or says that the
//! statement is left out; what can't be judged is refused.

use crate::error::{Error, ErrorKind};
use crate::scrubbing::table::{self, table, undefined};
use crate::scrubbing::{Scrubber, problems};
use crate::step::At;
use dumpstream_scrub::charset::Charset;
use dumpstream_scrub::detect;
use dumpstream_scrub::plan::{Action, ColumnPlan, Origin, Rows, TablePlan};
use dumpstream_scrub::rules::{Definitions, FailOrKeep, Header, Programs};
use dumpstream_scrub::table::{Class, Table};
use dumpstream_scrub::transform::{Input, Output};
use sqldump::ddl::{self, AlterationKind, CreateTable, ForeignKey, KeyParts, Role};
use sqldump::head::Head;
use sqldump::lex::{self, TokenKind};
use sqldump::session::Session;
use sqldump::statement::{ForbiddenKind, ObjectName, Statement};
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name, value};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A table as far as it was read, and what is to be done with it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) definition: Arc<Table>,
    pub(crate) plan: Arc<TablePlan>,
    /// Columns that rows without a list of columns leave out.
    pub(crate) invisible: Arc<BTreeSet<usize>>,
    /// A statement changed its columns, so that its rows can't be understood any more.
    pub(crate) altered: bool,
    /// Columns that hold other tables' values.
    pub(crate) foreign_keys: Arc<[ForeignKey]>,
}

/// A table by the dump's own names for its database and itself, folded: whatever the target makes of upper case, a table
/// must not lose its rules by it.
type Key = (Option<String>, String);

/// A statement or a program with literals in it, and what it names.
#[derive(Debug)]
struct Literals {
    /// Folded, sorted.
    names: Vec<String>,
    /// It is the body of a view, routine, trigger or event.
    program: bool,
    at: At,
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
    tables: HashMap<Key, Known>,
    /// Those of them that were dropped since.
    gone: HashSet<Key>,
    /// Those that hide another table of their name, if there is one.
    temporary: HashSet<Key>,
    /// The dump's own name for the current database.
    database: Option<Name>,
    /// What names in statements are written in.
    charset: Option<Charset>,
    /// Programs and statements with literals: what they name may be defined later.
    literals: Vec<Literals>,
    /// Views, by what they name: what is written to one is written to those.
    views: HashMap<String, Vec<String>>,
    /// Tables whose rows passed before the dump defined them, and whether any of their columns were replaced.
    undefined: HashMap<Key, (At, bool)>,
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
        Self {
            scrubber,
            tables: HashMap::new(),
            gone: HashSet::new(),
            temporary: HashSet::new(),
            database: None,
            charset: None,
            literals: Vec::new(),
            views: HashMap::new(),
            undefined: HashMap::new(),
        }
    }

    /// Another file begins, which is a dump of its own.
    pub(crate) fn begin_file(&mut self) {
        self.database = None;
    }

    pub(crate) fn scrubber(&self) -> &Arc<Scrubber> {
        &self.scrubber
    }

    fn text(&self, name: &Name) -> String {
        table::text(name, self.charset)
    }

    fn fold(&self, name: &Name) -> String {
        self.text(name).to_lowercase()
    }

    fn database(&self, name: &ObjectName) -> Option<String> {
        name.database.as_ref().or(self.database.as_ref()).map(|d| self.text(d))
    }

    fn key(&self, name: &ObjectName) -> Key {
        (self.database(name).map(|d| d.to_lowercase()), self.fold(&name.name))
    }

    fn known(&self, name: &ObjectName) -> Option<&Known> {
        self.tables.get(&self.key(name))
    }

    /// What is to be done with the rows under a head.
    pub(crate) fn rows(&mut self, head: &Head, cx: Context<'_>) -> Result<Known, Error> {
        self.charset = table::charset(cx.session);
        comments_within(&self.scrubber, &head.raw, cx.session.lex_mode(), cx.at)?;
        let name = ObjectName { database: head.database.clone(), name: head.table.clone() };
        let key = self.key(&name);
        let everything = self.scrubber.policy.keeps_everything();
        if let Some(known) = self.tables.get(&key) {
            if known.altered && !known.drops_rows() && !everything {
                return Err(refuse("a statement changed the columns of the table before its rows", cx.at)
                    .at(|p| p.table = Some(name.to_string()))
                    .hint("write the table's CREATE TABLE as it is then, and take the change out of the dump"));
            }
            return Ok(known.clone());
        }
        let definition = undefined(head, self.database(&name), self.charset);
        let plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, cx.at))?;
        if head.columns.is_none() && !matches!(plan.rows, Rows::Drop) && !everything {
            return Err(refuse("the dump doesn't define the table, and its rows don't name their columns", cx.at)
                .at(|p| p.table = Some(name.to_string()))
                .hint("make the dump with the definitions, or with column lists (--complete-insert)"));
        }
        let (_, replaced) = self.undefined.entry(key).or_insert((cx.at, false));
        *replaced |= replaces(&plan);
        self.scrubber.locked(&definition, &plan, cx.at)?;
        // Another head may name other columns.
        let (invisible, foreign_keys) = (Arc::default(), Arc::default());
        let known = Known { definition: Arc::new(definition), plan, invisible, altered: false, foreign_keys };
        self.scrubber.note(known.definition.display(), known.clone());
        Ok(known)
    }

    /// The columns that a head names.
    pub(crate) fn columns(&self, head: &Head) -> Option<Vec<String>> {
        head.columns.as_ref().map(|list| list.iter().map(|name| self.text(name)).collect())
    }

    /// Judges one statement. `text` is without its delimiter.
    pub(crate) fn statement(&mut self, kind: &Statement, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        let verdict = self.judge(kind, text, cx)?;
        // Definitions and programs are looked at as a whole.
        let whole = matches!(
            kind,
            Statement::CreateTable(_)
                | Statement::CreateDatabase { .. }
                | Statement::AlterDatabase { .. }
                | Statement::CreateView { .. }
                | Statement::CreateTrigger { .. }
                | Statement::CreateRoutine { .. }
                | Statement::CreateEvent { .. }
        );
        if matches!(verdict, Verdict::Keep) && !whole {
            comments_within(&self.scrubber, text, cx.session.lex_mode(), cx.at)?;
        }
        Ok(verdict)
    }

    fn judge(&mut self, kind: &Statement, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        self.charset = table::charset(cx.session);
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
            Statement::DropTables { names, .. } => {
                let dropped = !names.is_empty() && names.iter().all(|n| self.dropped(n));
                let keys: Vec<Key> = names.iter().map(|n| self.key(n)).collect();
                self.gone.extend(keys);
                Ok(if dropped { Verdict::Drop } else { Verdict::Keep })
            }
            Statement::RenameTables { pairs } => {
                for (from, to) in pairs {
                    self.rename(from, to);
                }
                Ok(Verdict::Keep)
            }
            Statement::TruncateTable { table } | Statement::CreateIndex { table } if self.dropped(table) => {
                Ok(Verdict::Drop)
            }
            Statement::CreateIndex { table } => {
                if let Some(parts) = ddl::unique_index(text, mode, cx.target) {
                    self.unique_keys(&self.key(table), &[parts], cx.at)?;
                }
                self.no_personal_definition(text, cx)?;
                Ok(Verdict::Keep)
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
            Statement::CreateSequence { .. } | Statement::AlterSequence { .. } => {
                self.no_personal_definition(text, cx)?;
                Ok(Verdict::Keep)
            }
            Statement::CreateView { name, .. } => {
                let (name, names) = (self.fold(&name.name), self.names_in(text, mode));
                self.views.entry(name).or_default().extend(names);
                self.program(text, cx)
            }
            Statement::CreateTrigger { .. } | Statement::CreateRoutine { .. } | Statement::CreateEvent { .. } => {
                self.program(text, cx)
            }
            Statement::Insert { table } | Statement::Replace { table } => self.other_rows(table, text, cx),
            Statement::Update | Statement::Delete | Statement::Select | Statement::Do | Statement::Show => {
                if matches!(kind, Statement::Select | Statement::Do) {
                    self.no_values_in_variables(text, cx)?;
                }
                self.no_ruled_literals(text, false, cx)?;
                self.no_hits(text, mode, cx.at, "a statement")?;
                Ok(Verdict::Keep)
            }
            Statement::Set => {
                self.no_values_in_variables(text, cx)?;
                self.no_hits(text, mode, cx.at, "a SET statement")?;
                Ok(Verdict::Keep)
            }
            Statement::CreateDatabase { .. } | Statement::AlterDatabase { .. } => {
                self.no_personal_definition(text, cx)?;
                Ok(Verdict::Keep)
            }
            Statement::Forbidden(kind @ ForbiddenKind::Replication) => {
                let verdict = self.unknown(kind.as_str(), cx.at)?;
                Ok(match self.scrubber.rules.header {
                    Header::Redact => redact_source_host(text).map_or(verdict, Verdict::Rewrite),
                    Header::Keep => verdict,
                })
            }
            Statement::Other { .. } | Statement::Call | Statement::Prepare | Statement::Execute => {
                self.unknown("", cx.at)
            }
            Statement::Forbidden(ForbiddenKind::SetGlobal) => {
                self.no_hits(text, mode, cx.at, "a SET statement")?;
                Ok(Verdict::Keep)
            }
            Statement::Forbidden(kind) if *kind != ForbiddenKind::DropDatabase => self.unknown(kind.as_str(), cx.at),
            _ => Ok(Verdict::Keep),
        }
    }

    /// Judges a command of the mysql client, by its line; `name` is that of one which the rules don't know.
    pub(crate) fn command(&self, name: Option<&str>, line: &[u8], at: At) -> Result<(), Error> {
        if self.scrubber.detects()
            && let Some((kind, found)) = detect::find(&CERTAIN, &String::from_utf8_lossy(line)).first()
        {
            let at = at.after(line, found.start.min(line.len()));
            return Err(personal_data("a command of the mysql client", *kind, "programs", at));
        }
        name.map_or(Ok(()), |name| self.unknown(name, at).map(drop))
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
            None => self.scrubber.policy.drops(self.database(name).as_deref(), &self.text(&name.name)),
        }
    }

    fn create_table(&mut self, create: &CreateTable, text: &[u8], cx: Context<'_>) -> Result<Verdict, Error> {
        // What older mysqldumps put in a view's place until all tables are there.
        if text.trim_ascii_start().starts_with(b"/*!50001 CREATE") {
            self.no_personal_definition(text, cx)?;
            return Ok(Verdict::Keep);
        }
        let definition = table(create, self.database(&create.name), self.charset);
        let mut names: Vec<String> = definition.columns.iter().map(|c| c.name.to_lowercase()).collect();
        names.sort_unstable();
        let everything = self.scrubber.policy.keeps_everything();
        if !everything && names.windows(2).any(|two| matches!(two, [a, b] if a == b)) {
            return Err(refuse("two columns of the table have one name, as far as names can be read", cx.at)
                .at(|p| p.table = Some(definition.display()))
                .hint("look at the table's definition and at the dump's SET NAMES"));
        }
        let plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, cx.at))?;
        let key = self.key(&create.name);
        if let Some(known) = self.tables.get(&key).filter(|_| !everything && !self.gone.contains(&key)) {
            let same = known.definition.columns == definition.columns;
            // The server keeps the table that it has.
            if create.if_not_exists && same && !create.temporary {
                return Ok(Verdict::Drop);
            }
            let respelt = known.definition.name != definition.name;
            let harmless = same || respelt && known.plan.keeps_rows() && plan.keeps_rows();
            let hides = create.temporary || self.temporary.contains(&key);
            if hides || (create.if_not_exists || respelt) && !harmless {
                return Err(refuse("a table of that name with other columns is there already", cx.at)
                    .at(|p| p.table = Some(definition.display()))
                    .hint(
                        "which of them rows belong to can't be told: take one out of the dump, or scrub them apart",
                    ));
            }
        }
        self.gone.remove(&key);
        match create.temporary {
            true => self.temporary.insert(key.clone()),
            false => self.temporary.remove(&key),
        };
        if let Some((at, _)) = self.undefined.get(&key)
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
        if self.scrubber.rules.definitions == Definitions::Keep {
            return Ok(Verdict::Keep);
        }
        let ruled = plan.columns.iter().any(is_ruled);
        let verdict = if ruled { self.definition(&known, text, cx)? } else { Verdict::Keep };
        match &verdict {
            Verdict::Rewrite(new) => self.no_personal_definition(new, cx)?,
            _ => self.no_personal_definition(text, cx)?,
        }
        Ok(verdict)
    }

    /// Takes notice that a table has another name.
    fn rename(&mut self, from: &ObjectName, to: &ObjectName) {
        let (from, to) = (self.key(from), self.key(to));
        if let Some(known) = self.tables.remove(&from) {
            self.gone.remove(&to);
            self.tables.insert(to, known);
        }
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
            let column = definition.column(&self.text(name))?;
            plan.columns.get(column).is_some_and(is_ruled).then_some(column)
        };
        let mut out = Vec::with_capacity(text.len());
        let mut done = 0;
        for literal in literals {
            let raw = text.get(literal.span.clone()).unwrap_or_default();
            let own = literal.columns.first().and_then(ruled);
            let any = literal.columns.iter().find_map(ruled);
            let says = match literal.kind {
                TokenKind::String | TokenKind::NationalString => lex::unquote_string(raw, mode),
                // A sign may stand apart.
                TokenKind::Number => raw.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect(),
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
                    let before = text.get(..literal.span.start).unwrap_or_default();
                    let new = default(plan, column, &says);
                    let class = definition.columns.get(column).map_or(Class::Text, |c| c.class);
                    match new.and_then(|new| written(new, class, literal.kind, introduced(before), cx.session)) {
                        Some(new) => new,
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
        let keeps = self.scrubber.rules.definitions == Definitions::Keep;
        let Some(clauses) = ddl::alterations(text, mode, cx.target) else {
            if let Some(known) = self.tables.get_mut(&key) {
                known.altered = true;
            }
            return Ok(());
        };
        let (mut keys, mut foreign) = (Vec::new(), Vec::new());
        let mut renamed = None;
        for clause in clauses {
            match clause.kind {
                AlterationKind::Columns => {
                    if let Some(known) = self.tables.get_mut(&key) {
                        known.altered = true;
                    }
                }
                AlterationKind::Unique(parts) => keys.push(parts),
                AlterationKind::ForeignKey(to) => foreign.push(to),
                AlterationKind::Rename(to) => renamed = Some(to),
                AlterationKind::Other => {}
            }
            if !keeps {
                self.no_literal_beside_ruled(&key, text.get(clause.span.clone()).unwrap_or_default(), cx)?;
            }
        }
        self.unique_keys(&key, &keys, cx.at)?;
        if let Some(known) = self.tables.get_mut(&key).filter(|_| !foreign.is_empty()) {
            known.foreign_keys = known.foreign_keys.iter().cloned().chain(foreign).collect();
            self.scrubber.note(known.definition.display(), known.clone());
        }
        if let Some(to) = renamed {
            self.rename(name, &to);
        }
        if keeps { Ok(()) } else { self.no_personal_definition(text, cx) }
    }

    /// Judges a table again that has got keys.
    fn unique_keys(&mut self, key: &Key, keys: &[KeyParts], at: At) -> Result<(), Error> {
        let Some(known) = self.tables.get(key) else { return Ok(()) };
        let mut definition = (*known.definition).clone();
        for key in keys {
            let parts = key.iter().filter_map(|(name, length)| Some((definition.column(&self.text(name))?, *length)));
            let parts: Vec<(usize, Option<u32>)> = parts.collect();
            if !parts.is_empty() && !definition.unique_keys.contains(&parts) {
                definition.unique_keys.push(parts);
            }
        }
        if definition == *known.definition {
            return Ok(());
        }
        let plan = self.scrubber.policy.table(&definition).map_err(|p| problems(&p, at))?;
        if let Some(known) = self.tables.get_mut(key) {
            (known.plan, known.definition) = (plan, Arc::new(definition));
            self.scrubber.note(known.definition.display(), known.clone());
        }
        Ok(())
    }

    /// Refuses a literal in a clause that names a column which a rule replaces.
    fn no_literal_beside_ruled(&self, key: &Key, clause: &[u8], cx: Context<'_>) -> Result<(), Error> {
        let mode = cx.session.lex_mode();
        let Some(Known { definition, plan, .. }) = self.tables.get(key) else { return Ok(()) };
        let mut ruled = lex::tokens(clause, mode).filter_map(|t| {
            let named = matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent);
            let name = named.then(|| self.text(&lex::ident_in(t.text(clause), mode)))?;
            let column = definition.column(&name)?;
            matches!(plan.columns.get(column)?.action, Action::Replace(_)).then_some(column)
        });
        let Some(column) = ruled.next().filter(|_| holds_value(clause, mode)) else { return Ok(()) };
        Err(refuse("a change of the table holds literals beside a column that a rule replaces", cx.at)
            .at(|p| {
                p.table = Some(definition.name.clone());
                p.column = definition.columns.get(column).map(|c| c.name.clone());
            })
            .hint("say definitions: keep if nothing in it is personal, or take it out of the dump"))
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
        let literals = || lex::tokens(body, mode).any(|t| is_literal(t.kind));
        match self.scrubber.rules.programs {
            Programs::Keep => {}
            Programs::Fail if literals() => {
                return Err(refuse("the body of a view, routine, trigger or event holds literals", cx.at)
                    .hint("say programs: check or keep, or make the dump without them"));
            }
            Programs::Fail => {}
            Programs::Check => {
                if writes(body, mode) {
                    self.no_ruled_literals(body, true, cx)?;
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
        self.no_ruled_literals(text, false, cx)?;
        Ok(Verdict::Keep)
    }

    /// Refuses literals beside the name of a table whose columns are replaced. Tables that come later are looked at when
    /// the dump is at its end.
    fn no_ruled_literals(&mut self, text: &[u8], program: bool, cx: Context<'_>) -> Result<(), Error> {
        let mode = cx.session.lex_mode();
        if !holds_value(text, mode) {
            return Ok(());
        }
        let literals = Literals { names: self.names_in(text, mode), program, at: cx.at };
        self.check_literals(&literals)?;
        self.literals.push(literals);
        Ok(())
    }

    /// What a text names, folded, sorted.
    fn names_in(&self, text: &[u8], mode: LexMode) -> Vec<String> {
        let names = lex::tokens(text, mode).filter(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent));
        let mut names: Vec<String> = names.map(|t| self.fold(&lex::ident_in(t.text(text), mode))).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn check_literals(&self, literals: &Literals) -> Result<(), Error> {
        let refused = |table: &str, what: &str| {
            Err(refuse(
                format!("a statement outside of plain rows writes literals, and names a table {what}"),
                literals.at,
            )
            .at(|p| p.table = Some(table.to_owned()))
            .hint("take it out of the dump, or say programs: keep if nothing in it is personal"))
        };
        // Views may name others.
        let mut names: Vec<&str> = literals.names.iter().map(String::as_str).collect();
        let mut seen: HashSet<&str> = names.iter().copied().collect();
        while let Some(name) = names.pop() {
            let behind = self.views.get(name).into_iter().flatten().map(String::as_str);
            names.extend(behind.filter(|name| seen.insert(name)));
        }
        for ((_, table), known) in self.tables.iter().filter(|((_, table), _)| seen.contains(table.as_str())) {
            if replaces(&known.plan) {
                return refused(table, "whose columns are replaced");
            }
            // What purges a log may well be kept; what writes into it may not.
            if known.drops_rows() && !literals.program {
                return refused(table, "whose rows are left out");
            }
        }
        let undefined =
            self.undefined.iter().find(|((_, table), (_, replaced))| *replaced && seen.contains(table.as_str()));
        match undefined {
            Some(((_, table), _)) => refused(table, "whose columns are replaced"),
            None => Ok(()),
        }
    }

    /// Refuses a value that is put into a variable: nobody knows what becomes of it.
    fn no_values_in_variables(&self, text: &[u8], cx: Context<'_>) -> Result<(), Error> {
        if self.scrubber.rules.unknown_statement == FailOrKeep::Keep || self.scrubber.policy.keeps_everything() {
            return Ok(());
        }
        let mode = cx.session.lex_mode();
        let tokens: Vec<lex::Token> = lex::significant(text, mode, cx.target).collect();
        let is = |i: usize, kind: TokenKind| tokens.get(i).is_some_and(|t| t.kind == kind);
        let set = tokens.first().is_some_and(|t| t.text(text).eq_ignore_ascii_case(b"SET"));
        let (mut depth, mut assigned) = (0_usize, !set && tokens.iter().any(|t| t.kind == TokenKind::UserVariable));
        for (i, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Punct(b'(') => depth += 1,
                TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
                // The next assignment.
                TokenKind::Punct(b',') if depth == 0 && set => assigned = false,
                TokenKind::UserVariable if set => {
                    assigned |= is(i + 1, TokenKind::Punct(b'=')) || is(i + 1, TokenKind::Punct(b':'));
                }
                _ => {}
            }
            if assigned && may_be_value(*token, text) {
                return Err(refuse("a literal is put into a variable, where the rules don't follow it", cx.at)
                    .hint("take it out of the dump, or say unknown_statement: keep if nothing in it is personal"));
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
            let said = match token.kind {
                TokenKind::String | TokenKind::NationalString | TokenKind::LineComment | TokenKind::BlockComment => {
                    lex::unquote_string(token.text(text), mode)
                }
                TokenKind::Hex => hex_bytes(token.text(text)),
                // Seven digits are the shortest that anything is told by.
                TokenKind::Number if token.end - token.start >= 7 => token.text(text).to_vec(),
                _ => continue,
            };
            if let Some((kind, _)) = detect::find(self.scrubber.kinds(), &String::from_utf8_lossy(&said)).first() {
                return Err(personal_data(what, *kind, "programs", at.after(text, token.start)));
            }
        }
        Ok(())
    }

    /// Refuses a definition that holds what can hardly be anything but personal or secret, wherever in it. Ruled columns have
    /// been looked at more closely.
    fn no_personal_definition(&self, text: &[u8], cx: Context<'_>) -> Result<(), Error> {
        if !self.scrubber.detects() || self.scrubber.rules.definitions == Definitions::Keep {
            return Ok(());
        }
        let mode = cx.session.lex_mode();
        for token in lex::tokens(text, mode) {
            if !matches!(
                token.kind,
                TokenKind::String | TokenKind::NationalString | TokenKind::LineComment | TokenKind::BlockComment
            ) {
                continue;
            }
            let said = lex::unquote_string(token.text(text), mode);
            if let Some((kind, _)) = detect::find(&CERTAIN, &String::from_utf8_lossy(&said)).first() {
                return Err(personal_data("a definition", *kind, "definitions", cx.at.after(text, token.start)));
            }
        }
        Ok(())
    }

    /// What must hold at the dump's end.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        self.tied();
        self.orphaned();
        self.literals.iter().try_for_each(|literals| self.check_literals(literals))
    }

    /// Notes views of tables that are left out with their definitions.
    fn orphaned(&self) {
        let dropped = |name: &String| self.tables.iter().any(|((_, table), t)| table == name && t.plan.drop_definition);
        for (view, names) in &self.views {
            if let Some(table) = names.iter().find(|name| dropped(name)) {
                self.scrubber.policy.orphaned(view, table);
            }
        }
    }

    /// Has the policy look at columns that foreign keys tie together.
    fn tied(&self) {
        for ((database, _), child) in &self.tables {
            for key in child.foreign_keys.iter() {
                let own = key.references.database.as_ref().map(|d| self.fold(d));
                let Some(parent) =
                    self.tables.get(&(own.or_else(|| database.clone()), self.fold(&key.references.name)))
                else {
                    continue;
                };
                for (a, b) in key.columns.iter().zip(&key.referenced) {
                    let column = |table: &Known, name: &Name| table.definition.column(&self.text(name));
                    if let (Some(a), Some(b)) = (column(child, a), column(parent, b)) {
                        let child = (&*child.definition, &*child.plan, a);
                        self.scrubber.policy.tied(child, (&*parent.definition, &*parent.plan, b));
                    }
                }
            }
        }
    }

    /// What becomes of white space and comments between statements.
    pub(crate) fn comments(&self, text: &[u8], at: At) -> Result<Verdict, Error> {
        no_personal_comment(&self.scrubber, text, at)?;
        Ok(match self.scrubber.rules.header {
            Header::Redact => redact_host(text).map_or(Verdict::Keep, Verdict::Rewrite),
            Header::Keep => Verdict::Keep,
        })
    }
}

/// Something in `what` looks like personal data; `rule` is the default that would keep it.
fn personal_data(what: &str, kind: detect::Kind, rule: &str, at: At) -> Error {
    refuse(format!("{what} holds what looks like personal data ({kind})"), at)
        .hint(format!("take it out of the dump, or say {rule}: keep if it is no person's"))
}

/// Refuses comments that hold what looks like personal data.
fn no_personal_comment(scrubber: &Scrubber, text: &[u8], at: At) -> Result<(), Error> {
    if scrubber.detects()
        && let Some((kind, found)) = personal(text, scrubber.kinds())
    {
        return Err(personal_data("a comment", kind, "programs", at.after(text, found)));
    }
    Ok(())
}

/// Refuses such comments within a statement, or among rows, which the rules don't rewrite otherwise.
pub(crate) fn comments_within(scrubber: &Scrubber, text: &[u8], mode: LexMode, at: At) -> Result<(), Error> {
    if !scrubber.detects() || memchr::memmem::find(text, b"/*").is_none() && memchr::memchr2(b'#', b'-', text).is_none()
    {
        return Ok(());
    }
    for token in lex::tokens(text, mode) {
        if matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment) {
            no_personal_comment(scrubber, token.text(text), at.after(text, token.start))?;
        }
    }
    Ok(())
}

/// What is hardly ever anything else.
const CERTAIN: [detect::Kind; 2] = [detect::Kind::Email, detect::Kind::UrlUserinfo];

/// Digits of a number that may be somebody's; shorter ones are counts, limits and ids of settings.
const DIGITS_MIN: usize = 5;

/// Whether a token may be a value of a column.
fn may_be_value(token: lex::Token, text: &[u8]) -> bool {
    let raw = token.text(text);
    match token.kind {
        TokenKind::String | TokenKind::NationalString => token.end - token.start > 2,
        TokenKind::Hex => true,
        TokenKind::Number => raw.iter().filter(|b| b.is_ascii_digit()).count() >= DIGITS_MIN,
        // As many bits as so many digits have.
        TokenKind::Bits => raw.iter().filter(|b| matches!(b, b'0' | b'1')).count() > 16,
        _ => false,
    }
}

/// Whether a text has a literal that may be a value of a column.
fn holds_value(text: &[u8], mode: LexMode) -> bool {
    lex::tokens(text, mode).any(|t| may_be_value(t, text))
}

/// The bytes of `0x…` or `X'…'`.
fn hex_bytes(literal: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = literal.iter().skip(1).filter(|b| b.is_ascii_hexdigit()).copied().collect();
    let digits = if digits.len().is_multiple_of(2) { &digits[..] } else { digits.get(1..).unwrap_or_default() };
    digits.chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Whether any column's values are replaced.
fn replaces(plan: &TablePlan) -> bool {
    !matches!(plan.rows, Rows::Drop) && plan.columns.iter().any(is_ruled)
}

/// Whether a rule replaces a column's values, or would if the table had rows.
fn is_ruled(column: &ColumnPlan) -> bool {
    matches!(column.action, Action::Replace(_)) || matches!(column.origin, Origin::TableDropped { ruled: true })
}

fn is_literal(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::NationalString | TokenKind::Hex)
}

/// What looks like personal data in comments between statements, and where. `kinds` are looked for where a comment may hold
/// rows, and in all that follow it there.
fn personal(text: &[u8], kinds: &[detect::Kind]) -> Option<(detect::Kind, usize)> {
    let mut rows = false;
    for token in lex::tokens(text, LexMode::default()).filter(|t| t.kind != TokenKind::Space) {
        let said = token.text(text);
        let upper = said.to_ascii_uppercase();
        let word = |w: &[u8]| memchr::memmem::find(&upper, w).is_some();
        // A log's position is any number.
        let position = word(b"CHANGE MASTER") || word(b"CHANGE REPLICATION");
        rows |= !position && (quotes(said) || word(b"INSERT") || word(b"REPLACE"));
        // Of other kinds there may be any in other comments: versions look like addresses.
        let kinds = if rows && !position { kinds } else { &CERTAIN };
        if let Some((kind, found)) = detect::find(kinds, &String::from_utf8_lossy(said)).first() {
            return Some((*kind, (token.start + found.start).min(text.len())));
        }
    }
    None
}

/// Whether a quote begins there: an apostrophe comes after a letter.
fn quotes(text: &[u8]) -> bool {
    let letter = |at: usize| text.get(at).is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    let mut all = text.iter().enumerate().filter(|(_, b)| matches!(b, b'\'' | b'"'));
    all.any(|(at, _)| !at.checked_sub(1).is_some_and(letter))
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

/// A column's new default as a literal in place of one of this kind. `None`: it can't be written there.
fn written(new: Vec<u8>, class: Class, kind: TokenKind, introduced: bool, session: &Session) -> Option<Vec<u8>> {
    let digits = new.strip_prefix(b"-").unwrap_or(&new);
    let number = digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        && digits.iter().filter(|b| **b == b'.').count() <= 1;
    if kind == TokenKind::Number && number {
        return Some(new);
    }
    let mut out = Vec::with_capacity(new.len() + 2);
    if new.is_ascii() {
        value::push_string(&new, session.lex_mode(), &mut out);
        return Some(out);
    }
    if class == Class::Binary {
        value::push_hex(&new, &mut out);
        return (!introduced).then_some(out);
    }
    // What an introducer says, or a connection without a charset, another charset may be meant by.
    let charset =
        Charset::from_mysql(session.get("character_set_client")?.trim_matches('\'')).filter(|_| !introduced)?;
    value::push_string(&charset.encode(std::str::from_utf8(&new).ok()?)?, session.lex_mode(), &mut out);
    Some(out)
}

/// Whether an introducer (`_utf8mb4`) is what comes before a string.
fn introduced(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let word = before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    before.get(before.len() - word..).is_some_and(|word| word.starts_with(b"_"))
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
    let blank = |t: &lex::Token| matches!(t.kind, TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment);
    let tokens: Vec<lex::Token> = lex::tokens(text, mode).filter(|t| !blank(t)).collect();
    let at = tokens.iter().position(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(b"DEFINER"))?;
    if tokens.get(at + 1)?.kind != TokenKind::Punct(b'=') {
        return None;
    }
    let user = tokens.get(at + 2)?;
    // The host may stand apart: `user` @ `host`.
    let end = match (tokens.get(at + 3), tokens.get(at + 4)) {
        (Some(host), _) if host.kind == TokenKind::UserVariable => host.end,
        (Some(sign), Some(host)) if sign.kind == TokenKind::Punct(b'@') => host.end,
        _ => user.end,
    };
    let mut out = text.get(..user.start)?.to_vec();
    out.extend_from_slice(b"CURRENT_USER");
    out.extend_from_slice(text.get(end..)?);
    Some(out)
}

/// Comments without the names of hosts: the one that the dump was made on, and its source of replication.
fn redact_host(text: &[u8]) -> Option<Vec<u8>> {
    let named = redact_host_lines(text);
    redact_source_host(named.as_deref().unwrap_or(text)).or(named)
}

/// Comments without the name of the host that the dump was made on.
fn redact_host_lines(text: &[u8]) -> Option<Vec<u8>> {
    const KEYS: [&str; 12] = [
        "host",
        "source host",
        "source server",
        "server",
        "hôte",
        "serveur",
        "servidor",
        "хост",
        "сервер",
        "ホスト",
        "主机",
        "主機",
    ];
    // As phpMyAdmin's Chinese and Japanese write it.
    const WIDE_COLON: &[u8] = "：".as_bytes();
    let mut out = Vec::new();
    let mut done = 0;
    let mut at = 0;
    // Within phpMyAdmin's header, before its first line with a key: the host's, in whatever language.
    let mut php_my_admin = false;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        php_my_admin |= memchr::memmem::find(line, b"phpMyAdmin SQL Dump").is_some();
        let said = line.trim_ascii_start();
        let marks: [&[u8]; 3] = [b"--", b"#", b"/*"];
        let said = marks.iter().find_map(|mark| said.strip_prefix(*mark)).unwrap_or(said);
        let colon = [b":".as_slice(), WIDE_COLON].into_iter();
        let colon = colon.filter_map(|c| Some((memchr::memmem::find(said, c)?, c.len()))).min();
        let Some((colon, length)) = colon else { continue };
        let (key, value) = said.split_at(colon);
        let value = value.get(length..).unwrap_or_default();
        let is_first = php_my_admin && !value.starts_with(b"//") && !value.trim_ascii().is_empty();
        let key = String::from_utf8_lossy(key).trim().to_lowercase();
        if !KEYS.contains(&key.as_str()) && !is_first {
            continue;
        }
        php_my_admin &= !is_first;
        let blank = value.len() - value.trim_ascii_start().len();
        let value = value.trim_ascii_start();
        // Another key may follow on the line, after more than one space, or the comment end.
        let ends: [&[u8]; 2] = [b"  ", b"*/"];
        let end = ends.iter().filter_map(|end| memchr::memmem::find(value, end)).min().unwrap_or(value.len());
        let end = value.get(..end).unwrap_or_default().trim_ascii_end().len();
        if end == 0 {
            continue;
        }
        let from = start + (line.len() - said.len()) + colon + length + blank;
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

/// `CHANGE MASTER TO MASTER_HOST='…'` without the name, as a comment or a statement.
fn redact_source_host(text: &[u8]) -> Option<Vec<u8>> {
    const OPTION: &[u8] = b"_HOST";
    let mut out = Vec::new();
    let mut done = 0;
    for found in memchr::memchr_iter(b'_', text) {
        let (before, option) = text.split_at(found);
        let after = option.get(..OPTION.len()).filter(|o| o.eq_ignore_ascii_case(OPTION));
        let word = before.get(before.len().saturating_sub(6)..).unwrap_or_default();
        if after.is_none() || ![b"MASTER", b"SOURCE"].iter().any(|role| word.eq_ignore_ascii_case(*role)) {
            continue;
        }
        let rest = option.get(OPTION.len()..).unwrap_or_default();
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else { continue };
        let value = value.trim_ascii_start();
        let Some((quote @ (b'\'' | b'"'), name)) = value.split_first() else { continue };
        let from = text.len() - name.len();
        if from < done {
            continue;
        }
        let end = memchr::memchr(*quote, name).unwrap_or(name.len());
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
            ("/* Host: db1 */\n", "/* Host: redacted */\n"),
            ("-- H\u{f4}te\u{a0}: prod-db:3306\n", "-- H\u{f4}te\u{a0}: redacted\n"),
            ("-- 主机： prod-db\n", "-- 主机： redacted\n"),
            (
                "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n-- https://www.phpmyadmin.net/\n--\n-- Palvelin: db1:3306\n-- Luontiaika: 1.1. 10:00\n",
                "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n-- https://www.phpmyadmin.net/\n--\n-- Palvelin: redacted\n-- Luontiaika: 1.1. 10:00\n",
            ),
            (
                "-- CHANGE MASTER TO MASTER_HOST='prod-db', MASTER_PORT=3306;\n-- Host: a\n",
                "-- CHANGE MASTER TO MASTER_HOST='redacted', MASTER_PORT=3306;\n-- Host: redacted\n",
            ),
            (
                "CHANGE REPLICATION SOURCE TO source_host = \"prod-db\"",
                "CHANGE REPLICATION SOURCE TO source_host = \"redacted\"",
            ),
        ] {
            assert_eq!(redact_host(text.as_bytes()).map(|t| String::from_utf8(t).unwrap()).as_deref(), Some(expected));
        }
        for text in [
            "-- Table structure for table `host`\n",
            "-- note: the host\n",
            "-- MASTER_HOST, SOURCE_HOST=\n",
            "-- Host:\n",
        ] {
            assert_eq!(redact_host(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn defaults_are_written_as_their_column_and_charset_have_them() {
        use TokenKind::{Number, String};
        let session = Session::offline();
        let default = |new: &str, kind| written(new.into(), Class::Text, kind, false, &session).unwrap();
        for (new, kind, expected) in [
            ("-5.44", Number, "-5.44"),
            ("7", Number, "7"),
            ("7", String, "'7'"),
            ("", Number, "''"),
            ("-", Number, "'-'"),
            ("1.2.3", Number, "'1.2.3'"),
            ("it's", Number, "'it\\'s'"),
            ("Zoé", String, "'Zoé'"),
        ] {
            assert_eq!(std::str::from_utf8(&default(new, kind)).unwrap(), expected);
        }
        assert_eq!(written("é".into(), Class::Text, TokenKind::String, true, &session), None);
        assert_eq!(written(vec![0xff, 1], Class::Binary, TokenKind::String, false, &session).unwrap(), b"0xFF01");
        assert!(introduced(b"DEFAULT _latin1 ") && !introduced(b"DEFAULT ") && !introduced(b""));
    }

    #[test]
    fn comments_that_may_hold_rows_are_looked_at_for_all_kinds() {
        let kinds = [detect::Kind::Email, detect::Kind::Sin, detect::Kind::Ip];
        let found = |text: &str| personal(text.as_bytes(), &kinds).map(|(kind, at)| (kind, at > 0));
        for text in [
            "-- old: (1,'Alice Smith',046454286)\n",
            "/* INSERT INTO person VALUES (1,2,046454286); */",
            "-- insert into person values\n-- (1,046454286);\n",
        ] {
            assert_eq!(found(text), Some((detect::Kind::Sin, true)), "{text}");
        }
        for text in [
            "-- Server version\t10.3.2.1\n-- 046454286\n",
            "-- Version d'eau\n-- 10.3.2.1\n",
            "-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000003', MASTER_LOG_POS=046454286;\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found("-- by a@b.ca\n").map(|f| f.0), Some(detect::Kind::Email));
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
        for host in ["`Alice` @ `10.0.0.7`", "`Alice`@ '10.0.0.7'", "Alice /* x */ @`10.0.0.7`", "Alice"] {
            let text = format!("CREATE DEFINER={host} PROCEDURE q() SELECT 1");
            assert_eq!(redacted(&text).unwrap(), "CREATE DEFINER=CURRENT_USER PROCEDURE q() SELECT 1");
        }
        assert_eq!(redacted("CREATE PROCEDURE p() SELECT 1"), None);
    }
}
