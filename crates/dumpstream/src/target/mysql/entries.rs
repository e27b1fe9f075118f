//! What a restore writes into its ledger and reads from it: when it is made and dropped, what is to be done once, and when
//! nobody can go on any more.

use super::ledger::{self, Key, Ledger, Mark, Once, Redo};
use super::*;

impl MySql {
    /// Makes the ledger in a schema that is there, if there is none yet.
    pub(super) async fn make_ledger(&mut self, database: &Name) -> Result<()> {
        if self.ledger.schema().is_some() {
            return Ok(());
        }
        // Another name means something else to a session in another charset.
        if !database.as_bytes().is_ascii() {
            return self.give_up_resuming("its schema's name is not ASCII").await;
        }
        let session = self.server.session.clone();
        failpoint::reach("before-ledger");
        self.main.begin_ledger().await?;
        for sql in self.ledger.create(database) {
            self.main.statement(&sql, &session).await?;
            failpoint::reach("within-ledger");
        }
        let run: Vec<Vec<u8>> = self.main.ask(Ledger::ask_run(database)).await?;
        if !run.first().is_some_and(|entry| self.ledger.is_ours(entry)) {
            self.not_undoable.get_or_insert("another restore into it isn't finished");
            return Err(Error::target(format!("{database} holds the ledger of another restore, which isn't finished"))
                .hint(format!(
                    "go on with that one by its own command and --resume; or, if nobody will, drop {database}.{}",
                    ledger::LEDGER_TABLE
                ))
                .transient());
        }
        self.ledger.made(database.clone());
        self.main.statement(ledger::BEGUN.as_bytes(), &session).await
    }

    /// All is done.
    pub(super) async fn end_ledger(&mut self) -> Result<()> {
        failpoint::reach("before-ledger-drop");
        // A staging schema's goes with that schema, once its tables are where they belong.
        if self.replacement.is_some() {
            return Ok(());
        }
        if let Some(sql) = self.ledger.end().filter(|_| !self.options.keep_ledger) {
            let session = self.server.session.clone();
            self.main.statement(&sql, &session).await?;
        }
        failpoint::reach("after-ledger-drop");
        Ok(())
    }

    /// Nobody can go on with this run's work: says so in the ledger before that becomes true.
    pub(super) async fn give_up_resuming(&mut self, why: &str) -> Result<()> {
        match self.ledger.give_up(why) {
            Some(sql) => {
                let session = self.server.session.clone();
                self.main.statement(&sql, &session).await
            }
            None => Ok(()),
        }
    }

    /// A step that is to be done once; `None` if an earlier run has done it.
    pub(super) fn once(&self, key: Key, text: &[u8], redo: Redo, at: At) -> Result<Option<Once>> {
        let (started, maybe) = match self.ledger.before(key) {
            None => (None, self.ledger.is_resumed()),
            Some(Mark::Started(info)) => (Some(info.clone()), true),
            Some(Mark::Done(info)) => {
                return match info.as_slice() == crc32fast::hash(text).to_le_bytes() {
                    true => Ok(None),
                    false => Err(other_dump(at)),
                };
            }
        };
        Ok(Some(Once { key, redo, maybe, started, counts: None }))
    }

    /// As [`MySql::once`], for what is done to one table. One that isn't transactional is made anew by every run.
    pub(super) fn once_on(
        &self,
        table: &Arc<TableName>,
        key: Key,
        text: &[u8],
        redo: Redo,
        at: At,
    ) -> Result<Option<Once>> {
        match self.is_transactional(table) {
            true => self.once(key, text, redo, at),
            false => {
                let maybe = self.ledger.is_resumed();
                Ok(Some(Once { key, redo, maybe, started: None, counts: None }))
            }
        }
    }

    /// What may have been there before this run must not be taken for its work.
    pub(super) fn told(&self, codes: &'static [u16]) -> Redo {
        Redo::Told { codes, marked: self.options.append }
    }

    /// Whether what is done to a table can be taken back or told, so that another run can go on with it.
    pub(super) fn is_transactional(&self, table: &Arc<TableName>) -> bool {
        self.tables.get(table).is_none_or(|t| t.transactional || t.temporary)
    }

    /// A statement may be about a table that isn't transactional.
    pub(super) fn names_others(&self, text: &[u8]) -> bool {
        let others: Vec<_> = self.tables.iter().filter(|(_, t)| !t.transactional && !t.temporary).collect();
        catalog::mentions(text, &self.server.session, others.into_iter().map(|(name, _)| &**name))
    }

    /// Rows that are written may have others written, of a table that isn't transactional, by a trigger or a routine.
    pub(super) fn may_write_others(&self) -> bool {
        let programs = self.tables.values().any(|t| t.triggers) || self.made.iter().any(|(kind, _)| is_routine(kind));
        let programs = programs || self.post.iter().any(|p| matches!(p.class, PostClass::Routine(_)));
        programs && self.tables.values().any(|t| !t.transactional && !t.temporary)
    }

    /// Refuses a statement that names a schema which isn't this run's. One that only reads (a `SELECT` into variables) may
    /// look at what the server says of itself.
    pub(super) async fn check_names(&mut self, text: &[u8], session: &Session, reads: bool, at: At) -> Result<()> {
        for name in qualifiers(text, session.lex_mode(), Some(self.server.version)) {
            let is = |schema: &[u8]| name.as_bytes().eq_ignore_ascii_case(schema);
            // Nobody can write to the one, and the other tells about the server.
            if is(b"information_schema") || (reads && is(b"performance_schema")) {
                continue;
            }
            if is_system(&name) {
                return Err(located(
                    Error::source_bad(format!("the dump reads or writes the server's own schema {name}")),
                    at,
                ));
            }
            self.not_foreign(&session.fold(&name), session, at).await?;
        }
        Ok(())
    }

    /// Refuses a name that is a schema of the target which this run must not touch, wherever a statement has it. It comes
    /// folded.
    pub(super) async fn not_foreign(&mut self, name: &Name, session: &Session, at: At) -> Result<()> {
        if self.schemas.contains_key(name) || self.no_schemas.contains(name) {
            return Ok(());
        }
        if !self.options.append || self.options.database.is_some() {
            catalog::check_empty(&mut self.main, name, session).await.map_err(|e| located(e, at))?;
        }
        self.no_schemas.insert(name.clone());
        Ok(())
    }
}
