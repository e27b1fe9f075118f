//! What is put off: indexes and foreign keys, verification, views, routines, triggers and events.

use super::*;

impl MySql {
    /// The stream has gone on to another table: the indexes of the last one can be built.
    pub(super) fn moved_on(&mut self) -> Result<()> {
        if let Some(last) = self.current.take()
            && self.options.indexes != Indexes::AfterRows
        {
            self.build_keys(&last)?;
        }
        Ok(())
    }

    pub(super) fn build_keys(&mut self, name: &Arc<TableName>) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        if table.pending.is_some() || table.keys.is_empty() {
            return Ok(());
        }
        let keys = std::mem::take(&mut table.keys);
        // In one statement, so that the keys keep their order; but a server builds one FULLTEXT index at a time.
        let mut groups: Vec<Vec<DeferredKey>> = Vec::new();
        for key in keys {
            let fulltext = |k: &DeferredKey| matches!(k.kind, KeyKind::Fulltext);
            match groups.last_mut() {
                Some(group) if !(fulltext(&key) && group.iter().any(fulltext)) => group.push(key),
                _ => groups.push(vec![key]),
            }
        }
        let (session, at) = (table.session.clone(), table.at);
        let texts = groups.iter().map(|keys| alter(name, keys)).collect();
        self.push_keys(name, What::Keys, texts, session, at, vec![(Arc::clone(name), Use::Alone)])
    }

    /// Adds keys to a table, in these statements.
    pub(super) fn push_keys(
        &mut self,
        name: &Arc<TableName>,
        what: What,
        texts: Vec<Vec<u8>>,
        session: Session,
        at: At,
        uses: Vec<(Arc<TableName>, Use)>,
    ) -> Result<()> {
        let mut statements = Vec::new();
        for (part, text) in (0..).zip(texts) {
            let key = Key { what, at: at.offset, part };
            if let Some(once) = self.once(key, &text, Redo::Definition(name.quoted()), at)? {
                statements.push((text, once));
            }
        }
        match statements.is_empty() {
            true => self.table_done(name.to_string()),
            false => self.schedule.push(Work::Keys { statements, session, at, table: Arc::clone(name) }, uses),
        }
        Ok(())
    }

    pub(super) fn add_foreign_keys(&mut self, name: &Arc<TableName>) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        if table.pending.is_some() || table.foreign_keys.is_empty() {
            return Ok(());
        }
        let keys = std::mem::take(&mut table.foreign_keys);
        let mut session = table.session.clone();
        // Rows that came unchecked are not checked now either: that is what the dump asked for.
        let checks: &[u8] = if table.checked { b"SET foreign_key_checks = 1" } else { b"SET foreign_key_checks = 0" };
        session.apply(checks, Some(self.server.version));
        let at = table.at;
        let mut uses = vec![(Arc::clone(name), Use::Alone)];
        for key in &keys {
            if let KeyKind::ForeignKey { references } = &key.kind
                && let Some(parent) = TableName::resolve(references.database.as_ref(), &references.name, &session)
            {
                let parent = Arc::new(parent);
                table.parents.push(Arc::clone(&parent));
                if uses.iter().all(|(t, _)| *t != parent) {
                    uses.push((parent, Use::Alone));
                }
            }
        }
        self.push_keys(name, What::ForeignKeys, vec![alter(name, &keys)], session, at, uses)
    }

    /// Brings the target to where the mysql client would be at this point of the dump.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let reading = self.phase.map(|(p, _)| p);
        self.settle_tables().await?;
        // A statement that is still to come may call them, and so have them read for it what it may not read itself.
        let (kept, ready) = std::mem::take(&mut self.post).into_iter().partition(Post::reaches_out);
        self.post = ready;
        self.make_posts().await?;
        self.post.extend::<Vec<_>>(kept);
        if let Some(phase) = reading {
            self.enter(phase);
        }
        Ok(())
    }

    /// As [`settle`](Self::settle), without views, routines, triggers and events.
    pub(super) async fn settle_tables(&mut self) -> Result<()> {
        let mut names: Vec<_> = self.tables.keys().cloned().collect();
        names.sort_by_key(|n| self.tables.get(n).map(|t| t.report));
        for name in &names {
            self.create(name, false)?;
        }
        self.current = None;
        for name in &names {
            self.build_keys(name)?;
        }
        if self.tables.values().any(|t| !t.foreign_keys.is_empty()) || !self.schedule.is_idle() {
            self.drain().await?;
            self.enter(Phase::Indexes);
        }
        for name in &names {
            self.add_foreign_keys(name)?;
        }
        self.drain().await
    }

    /// Compares what the target holds with what the dump says.
    pub(super) async fn verify(&mut self) -> Result<()> {
        self.enter(Phase::Verify);
        if self.options.append {
            self.expected.excuse_all("rows may have been there before (--append)");
        }
        let mut session = self.server.session.clone();
        session.apply(b"SET NAMES utf8mb4", Some(self.server.version));
        // In a staging schema none does.
        let schemas = self.schemas.iter().filter(|_| self.replacement.is_none());
        for (database, schema) in schemas {
            let named = catalog::is("event_schema", database, &schema.session);
            let sql = format!("SELECT COUNT(*) FROM information_schema.events WHERE {named}");
            if self.main.ask::<u64>(sql).await?.first().is_some_and(|n| *n > 0) {
                self.expected.excuse_all("an event may have run");
            }
        }
        // The connections that ask take the place of those that loaded.
        let lanes = self.close_lanes();
        while self.tasks.join_next().await.is_some() {}
        self.watching.abort_all();
        self.readings = None;
        let check = Check {
            connector: &self.connector,
            lanes,
            retries: self.options.load.retries,
            content: self.options.verify == Verify::Content,
            reread: self.options.reread.as_ref(),
            session: &session,
        };
        let outcomes = check.run(&self.expected).await?;
        let failure = verify::failure(
            &outcomes,
            "something else writes to the target, or it doesn't keep what it is given: look at its triggers and its error \
             log; the report lists every table",
        );
        for outcome in outcomes {
            if let Some(report) = self.report(&Arc::new(outcome.table)) {
                report.verified = Some(outcome.verified);
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Makes views, routines, triggers and events. One that needs another that isn't there yet waits for it.
    pub(super) async fn make_posts(&mut self) -> Result<()> {
        let mut waiting = std::mem::take(&mut self.post);
        if waiting.is_empty() {
            return Ok(());
        }
        self.enter(Phase::Objects);
        waiting.sort_by_key(|p| p.class.rank());
        loop {
            let count = waiting.len();
            let mut first_error = None;
            let mut later = Vec::new();
            for post in waiting {
                let redo = match post.name {
                    Some(_) => self.told(&[1050, 1304, 1359, 1537]),
                    None => Redo::Told { codes: &[1051, 1305, 1360, 1539], marked: true },
                };
                let text = self.staged(&post)?.into_owned();
                self.drop_half_made(&post, &text).await?;
                match self.main_once(&text, &post.session, post.at, redo).await {
                    Ok(_) => {
                        if let (Some(name), Some(live)) = (&post.name, &post.live) {
                            let (kind, name) = (post.class.name(), name.clone());
                            self.summary.made.retain(|m| m.kind != kind || m.name != name);
                            let (text, session) = (live.clone(), post.session.clone());
                            self.summary.made.push(Made { kind, name, text, session });
                        }
                        if let Some(name) = post.name
                            && self.made.insert((post.class.name(), name))
                        {
                            *self.summary.objects.entry(post.class.name()).or_default() += 1;
                            self.observer.event(&Event::ObjectDone { kind: post.class.name() });
                        }
                    }
                    Err(e) if e.server_code().is_some_and(|c| matches!(c, 1146 | 1305 | 1356 | 1049)) => {
                        first_error.get_or_insert(e);
                        later.push(post);
                    }
                    Err(e) => return Err(e),
                }
            }
            match first_error {
                None => return Ok(()),
                Some(e) if later.len() == count => return Err(e),
                Some(_) => waiting = later,
            }
        }
    }

    /// Drops what is left of a trigger that a connection was ended over: MariaDB may keep its name's file, and would then say
    /// that it is there. Only where no trigger can be but those of this run and the ones before it.
    async fn drop_half_made(&mut self, post: &Post, text: &[u8]) -> Result<()> {
        let ours = self.ledger.is_resumed() || self.replacement.is_some();
        let (PostClass::Trigger, Some(name)) = (post.class, &post.name) else { return Ok(()) };
        let done = matches!(self.ledger.before(key(What::Statement, post.at)), Some(Mark::Done(_)));
        if !ours || done || self.options.append || self.made.contains(&(post.class.name(), name.clone())) {
            return Ok(());
        }
        let Statement::CreateTrigger { name, .. } =
            statement::classify(text, post.session.lex_mode(), Some(self.server.version))
        else {
            return Ok(());
        };
        let mut drop = b"DROP TRIGGER IF EXISTS ".to_vec();
        if let Some(database) = &name.database {
            drop.extend_from_slice(&database.quoted());
            drop.push(b'.');
        }
        drop.extend_from_slice(&name.name.quoted());
        self.main.statement(&drop, &post.session).await.map_err(|e| located(e, post.at))
    }

    /// What makes an object where the run loads it.
    pub(super) fn staged<'a>(&self, post: &'a Post) -> Result<Cow<'a, [u8]>> {
        let (Some(replacement), Some(live)) = (&self.replacement, &post.live) else { return Ok((&post.text).into()) };
        let mode = post.session.lex_mode();
        // What the dump has come to only since then is loaded elsewhere as well.
        let text = match replacement.staging().live() {
            Some(_) => post.text.clone(),
            None => replacement.staging().map(live, &post.session).map_err(|e| {
                located(
                    Error::source_bad("a name in the statement may mean a database or a table of that name"),
                    post.at,
                )
                .caused_by(e)
                .hint("restore this database by itself, with --to mysql://…/NAME")
            })?,
        };
        // It must not fire there.
        Ok(match post.class {
            PostClass::Event => swap::disabled_event(&text, mode, self.server.version).into(),
            _ => text.into(),
        })
    }

    /// Refuses a statement about the tables that a staging schema holds for its own sake.
    pub(super) fn check_own(&self, text: &[u8], session: &Session, at: At) -> Result<()> {
        match swap::names_own_table(text, session.lex_mode(), self.server.version) {
            Some(name) => Err(located(
                Error::source_bad(format!("the dump has a table {name}, and dumpstream keeps such names for itself"))
                    .hint("dump without it: --ignore-table; or restore into a new schema, without --replace"),
                at,
            )),
            None => Ok(()),
        }
    }
}
