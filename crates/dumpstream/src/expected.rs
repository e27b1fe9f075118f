//! What a target holds once the dump is in, as far as the stream of steps tells: rows, and digests of them.
//!
//! Follows the steps in stream order, whatever is done with them. Where something in the dump may have changed rows in a
//! way that can't be followed, the table has an excuse: if it comes out as expected all the same, that is proof enough, and
//! if it doesn't, the check says that it doesn't cover the table, and why. It never raises an alarm that may be false.

use crate::calls::may_call;
use crate::digest::{BlockDigest, DigestPlan, Digested, Uncovered};
use crate::relations;
use crate::step::{Manner, RowsStep, Shaped, StatementStep, Step, TableName};
use sqldump::Name;
use sqldump::lex::{self, TokenKind};
use sqldump::session::Session;
use sqldump::statement::{ForbiddenKind, ObjectName, Statement};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

/// A table of the dump.
#[derive(Debug, Default)]
pub(crate) struct ExpectedTable {
    /// Where it stands among the others.
    order: usize,
    /// Rows that its plain statements bring.
    pub(crate) rows: u64,
    digest: BlockDigest,
    /// How its rows were written; the first block says it.
    plan: Option<Arc<DigestPlan>>,
    /// Not every block has a digest that adds up with the others.
    broken: bool,
    /// Columns with values that aren't certain, with the first reason for each.
    doubts: BTreeMap<Name, Uncovered>,
    /// Columns in which the server may have changed values to fit.
    pub(crate) suspects: BTreeSet<Name>,
    /// Why its rows may not be what its plain statements bring.
    pub(crate) excuse: Option<&'static str>,
    /// Why values may not be those of its rows, although their number is the same.
    pub(crate) values_excuse: Option<&'static str>,
    /// Tables whose rows its foreign keys refer to.
    parents: Vec<TableName>,
    /// A trigger fires when its rows come.
    triggers: bool,
    /// It was altered in a way that may only be done once without changing values.
    modified: bool,
}

/// What can be said of a table's content.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    /// Its digest, and how it was written. None for a table without rows.
    Digest(Option<&'a Arc<DigestPlan>>, BlockDigest),
    /// These columns have to be left out, which takes another reading.
    Doubtful(Vec<(Name, Uncovered)>),
    /// Nothing, and why.
    None(&'static str),
}

impl ExpectedTable {
    /// How its rows were written, if there are any.
    pub(crate) fn plan(&self) -> Option<&DigestPlan> {
        self.plan.as_deref()
    }

    /// What can be said of its content.
    pub(crate) fn content(&self) -> Content<'_> {
        if self.broken {
            return Content::None("its rows don't all come as plain rows under one definition and session");
        }
        if !self.doubts.is_empty() {
            return Content::Doubtful(self.doubts.iter().map(|(n, why)| (n.clone(), why.clone())).collect());
        }
        match &self.plan {
            Some(plan) if plan.is_empty() => Content::None("no column of it can be compared"),
            plan => Content::Digest(plan.as_ref(), self.digest),
        }
    }

    fn excuse(&mut self, why: &'static str) {
        self.excuse.get_or_insert(why);
    }
}

/// Everything that is expected.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    tables: HashMap<TableName, ExpectedTable>,
    /// Names that rows can be sent through into a table of another name.
    views: HashSet<TableName>,
    /// A stored function may do anything when a statement calls it.
    functions: bool,
    created: usize,
}

impl Expected {
    /// The tables, in the order in which the dump made them.
    pub(crate) fn tables(&self) -> Vec<(&TableName, &ExpectedTable)> {
        let mut tables: Vec<_> = self.tables.iter().collect();
        tables.sort_by_key(|(_, t)| t.order);
        tables
    }

    /// Nothing is known of tables any more, but that they were there.
    pub(crate) fn excuse_all(&mut self, why: &'static str) {
        self.tables.values_mut().for_each(|t| t.excuse(why));
    }

    /// The server changed a value of the table to fit; `column` where it said which.
    pub(crate) fn changed(&mut self, table: &TableName, column: Option<&str>) {
        let Some(table) = self.tables.get_mut(table) else { return };
        match column.map(Name::from) {
            Some(column) if table.plan.as_ref().is_some_and(|p| p.has(&column)) => {
                table.suspects.insert(column);
            }
            _ => {
                table.values_excuse.get_or_insert("the target changed values to fit");
            }
        }
    }

    /// Follows the dump.
    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Statement(step) => self.statement(step),
            Step::Rows(step) => self.rows(step),
        }
    }

    /// Follows a block.
    pub(crate) fn rows(&mut self, step: &RowsStep) {
        let name = &*step.table;
        if self.views.contains(name) {
            return self.excuse_all("rows went through a view");
        }
        if !self.tables.contains_key(name) {
            // A table that was there before: what its triggers do isn't known.
            self.excuse_all("the dump fills a table that it doesn't define");
            self.add(name.clone(), &step.session).excuse("the dump doesn't define it");
        }
        if self.tables.get(name).is_some_and(|t| t.triggers) {
            self.excuse_all("rows fired triggers");
        }
        let plain = step.manner != Manner::Other;
        if step.manner == Manner::Replace || !plain {
            self.excuse_with_children(vec![name.clone()], "rows replace others, or are more than plain rows");
        }
        if !plain && self.functions {
            self.excuse_all("a statement may have called a stored function");
        }
        let Some(table) = self.tables.get_mut(name) else { return };
        // Whether the server changed a value was told to the run that sent it.
        if matches!(&step.shaped, Shaped::Committed(committed) if !committed.load_data) {
            table.values_excuse.get_or_insert("the run that this one goes on with was told of values changed to fit");
        }
        match step.manner {
            Manner::Ignore => table.excuse("rows that don't fit are ignored"),
            Manner::Plain | Manner::Replace | Manner::Other => {}
        }
        if !plain {
            table.broken = true;
            return;
        }
        match &step.digest {
            None => {
                table.rows += step.rows;
                table.broken = true;
            }
            Some(Digested { plan, block, doubts }) => {
                table.rows += block.rows;
                table.digest.add(block);
                let first = table.plan.get_or_insert_with(|| Arc::clone(plan));
                // Blocks under one head share theirs.
                if !Arc::ptr_eq(first, plan) && first != plan {
                    table.broken = true;
                }
                for (field, doubt) in doubts {
                    if let Some(name) = plan.name(*field) {
                        table.doubts.entry(name.clone()).or_insert(Uncovered::Doubt(*doubt));
                    }
                }
            }
        }
    }

    /// Follows a statement that isn't rows.
    pub(crate) fn statement(&mut self, step: &StatementStep) {
        let session = &step.session;
        let nowhere = Name::from("");
        let resolve = |name: &ObjectName| {
            TableName::resolve(name.database.as_ref(), &name.name, session)
                .unwrap_or_else(|| TableName { database: nowhere.clone(), table: session.fold(&name.name) })
        };
        match &step.kind {
            Statement::Empty
            | Statement::Use(_)
            | Statement::CreateDatabase { .. }
            | Statement::AlterDatabase { .. }
            | Statement::LockTables
            | Statement::UnlockTables
            | Statement::Begin
            | Statement::Commit
            | Statement::Show
            | Statement::Flush
            | Statement::Prepare
            | Statement::Deallocate
            | Statement::Maintenance { .. }
            | Statement::CreateIndex { .. }
            | Statement::CreateEvent { .. }
            | Statement::CreateSequence { .. }
            | Statement::AlterSequence { .. }
            | Statement::DropSequence { .. }
            | Statement::AlterTable { keys: Some(_), .. }
            | Statement::Forbidden(
                ForbiddenKind::Grant
                | ForbiddenKind::SetGlobal
                | ForbiddenKind::SelectIntoFile
                | ForbiddenKind::Install
                | ForbiddenKind::Server
                | ForbiddenKind::Replication,
            ) => {}
            Statement::Set | Statement::Select | Statement::Do => {
                if self.functions && may_call(&step.text, session.lex_mode()) {
                    self.excuse_all("a statement may have called a stored function");
                }
            }
            Statement::DropDatabase { name, .. } => {
                let name = session.fold(name);
                self.tables.retain(|t, _| t.database != name);
                self.views.retain(|t| t.database != name);
            }
            Statement::CreateTable(table) if table.temporary => {
                // It hides one of the same name.
                self.excuse_all("the dump makes temporary tables");
            }
            Statement::CreateTable(table) => {
                let name = resolve(&table.name);
                if table.if_not_exists && self.tables.contains_key(&name) {
                    return;
                }
                let parents = table.references.iter().map(resolve).collect();
                let entry = self.add(name, session);
                entry.parents = parents;
                if table.system_versioned {
                    entry.excuse("it keeps old versions of its rows");
                }
            }
            Statement::CreateTableOther { temporary: true, .. } => self.excuse_all("the dump makes temporary tables"),
            Statement::CreateTableOther { table, .. } => {
                self.add(resolve(table), session).excuse("it isn't defined by a list of columns");
            }
            Statement::DropTables { names, .. } => {
                for name in names {
                    self.tables.remove(&resolve(name));
                }
            }
            Statement::CreateView { name } => {
                self.views.insert(resolve(name));
            }
            Statement::DropViews { names, .. } => {
                for name in names {
                    self.views.remove(&resolve(name));
                }
            }
            Statement::CreateTrigger { table, .. } => {
                if let Some(table) = self.tables.get_mut(&resolve(table)) {
                    table.triggers = true;
                }
            }
            Statement::CreateRoutine { .. } => self.functions = true,
            Statement::DropObject { .. } => {}
            Statement::AlterTable { table, touches, .. } => {
                let touches: Vec<TableName> = touches.iter().map(resolve).collect();
                let Some(table) = self.tables.get_mut(&resolve(table)) else { return };
                let modifies = has_word(&step.text, session, "MODIFY");
                let again = modifies && std::mem::replace(&mut table.modified, modifies);
                if is_harmless(&step.text, session) && !again {
                    table.parents.extend(touches);
                    return;
                }
                table.excuse("it was altered after its rows");
                for name in touches {
                    if let Some(table) = self.tables.get_mut(&name) {
                        table.excuse("another table was altered that names it");
                    }
                }
            }
            Statement::TruncateTable { table } => {
                if let Some(entry) = self.tables.get_mut(&resolve(table)) {
                    let (order, parents, triggers) = (entry.order, std::mem::take(&mut entry.parents), entry.triggers);
                    let excuse = entry.excuse;
                    *entry = ExpectedTable { order, parents, triggers, excuse, ..ExpectedTable::default() };
                }
            }
            Statement::Insert { table } | Statement::Replace { table } => {
                let table = resolve(table);
                if self.functions || self.views.contains(&table) || self.tables.get(&table).is_none_or(|t| t.triggers) {
                    self.excuse_all("a statement may have changed rows of other tables");
                }
                self.excuse_with_children(vec![table], "a statement changed its rows");
            }
            Statement::Update | Statement::Delete => {
                let touched: Vec<_> =
                    relations::touched(&step.text, session).unwrap_or_default().iter().map(resolve).collect();
                let known = |t: &TableName| self.tables.get(t).is_some_and(|t| !t.triggers);
                if touched.is_empty() || self.functions || !touched.iter().all(known) {
                    self.excuse_all("a statement changed rows");
                }
                self.excuse_with_children(touched, "a statement changed its rows");
            }
            // What these do isn't known; but tables that come after them are made anew.
            _ => self.excuse_all("a statement was run that may change any table"),
        }
    }

    fn add(&mut self, name: TableName, session: &Session) -> &mut ExpectedTable {
        self.created += 1;
        self.views.remove(&name);
        let order = self.created;
        let utf8 = session.get("character_set_client").is_some_and(|c| c.starts_with("utf8"));
        let plain = utf8 || name.database.as_bytes().is_ascii() && name.table.as_bytes().is_ascii();
        let entry = self.tables.entry(name).or_default();
        *entry = ExpectedTable { order, ..ExpectedTable::default() };
        if !plain {
            entry.excuse("its name is in another charset than UTF-8");
        }
        entry
    }

    /// Foreign keys may carry a change on.
    fn excuse_with_children(&mut self, mut names: Vec<TableName>, why: &'static str) {
        let mut next = 0;
        while let Some(name) = names.get(next).cloned() {
            next += 1;
            for (child, table) in &self.tables {
                if table.parents.contains(&name) && !names.contains(child) {
                    names.push(child.clone());
                }
            }
        }
        for name in names {
            if let Some(table) = self.tables.get_mut(&name) {
                table.excuse(why);
            }
        }
    }
}

/// Follows a stream to its end, and does nothing else with it.
pub(crate) async fn collect(mut steps: mpsc::Receiver<Step>) -> Expected {
    let mut expected = Expected::default();
    while let Some(step) = steps.recv().await {
        expected.step(&step);
    }
    expected
}

/// Whether an ALTER TABLE leaves every value as it is, as far as the columns end up with the types they had.
fn is_harmless(text: &[u8], session: &Session) -> bool {
    let mode = session.lex_mode();
    let mut depth = 0usize;
    let mut next_is_verb = false;
    // ALTER [ONLINE|IGNORE] TABLE name
    let mut words = lex::significant(text, mode, None).skip(1).peekable();
    if !words.next().is_some_and(|t| t.text(text).eq_ignore_ascii_case(b"TABLE")) {
        return false;
    }
    words.next();
    while words.next_if(|t| t.kind == TokenKind::Punct(b'.')).is_some() {
        words.next();
    }
    let mut verb = true;
    for token in words {
        let word = token.text(text);
        let is = |w: &str| token.kind == TokenKind::Word && word.eq_ignore_ascii_case(w.as_bytes());
        match token.kind {
            TokenKind::Punct(b'(') => depth += 1,
            TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if next_is_verb {
            next_is_verb = false;
            let key = ["PRIMARY", "KEY", "INDEX", "UNIQUE", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK"];
            if !key.iter().any(|k| is(k)) {
                return false;
            }
        }
        if verb {
            verb = false;
            if is("ADD") {
                next_is_verb = true;
            } else if is("MODIFY") {
                // Zeros would be counted.
                let mode = session.get("sql_mode").unwrap_or_default().to_ascii_uppercase();
                if !mode.contains("NO_AUTO_VALUE_ON_ZERO") {
                    return false;
                }
            } else if !is("AUTO_INCREMENT") && !is("COMMENT") {
                return false;
            }
        }
        if depth == 0 && token.kind == TokenKind::Punct(b',') {
            verb = true;
        }
    }
    true
}

fn has_word(text: &[u8], session: &Session, word: &str) -> bool {
    lex::significant(text, session.lex_mode(), None)
        .any(|t| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harmless(sql: &str) -> bool {
        let mut session = Session::offline();
        session.apply(b"SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", None);
        is_harmless(sql.as_bytes(), &session)
    }

    #[test]
    fn what_phpmyadmin_does_behind_the_rows_changes_no_value() {
        for sql in [
            "ALTER TABLE `t`\n  ADD PRIMARY KEY (`id`),\n  ADD KEY `k` (`a`,`b`)",
            "ALTER TABLE d.`t` MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=5",
            "ALTER TABLE t ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `u` (`id`) ON DELETE CASCADE",
        ] {
            assert!(harmless(sql), "{sql}");
        }
        for sql in [
            "ALTER TABLE t ADD COLUMN c int",
            "ALTER TABLE t ADD c int",
            "ALTER TABLE t DROP COLUMN c",
            "ALTER TABLE t ADD KEY (a), DROP c",
            "ALTER IGNORE TABLE t ADD UNIQUE (a)",
            "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4",
            "ALTER TABLE t ENGINE=BLACKHOLE",
            "ALTER TABLE t RENAME TO u",
        ] {
            assert!(!harmless(sql), "{sql}");
        }
        assert!(!is_harmless(b"ALTER TABLE t MODIFY id int AUTO_INCREMENT", &Session::offline()));
    }
}
