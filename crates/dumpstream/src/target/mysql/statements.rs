//! Statements: what each kind waits for, and how it is carried out.

use super::*;

impl MySql {
    /// Carries out a statement, and keeps account of what it leaves in the main connection.
    pub(super) async fn follow(&mut self, step: StatementStep) -> Result<()> {
        let mode = step.session.lex_mode();
        let left = held::left_by(&step.kind, &step.text, mode);
        let sets_last = held::sets_last(&step.kind);
        self.main.asks_for_last = held::asks_for_last(&step.kind, &step.text, mode);
        self.statement(step).await?;
        self.main.asks_for_last = false;
        self.main.last_is_lost &= !sets_last;
        self.main.holds = self.main.holds.or(left);
        Ok(())
    }

    pub(super) async fn statement(&mut self, step: StatementStep) -> Result<()> {
        let StatementStep { text, live, kind, session, at, .. } = step;
        if self.replacement.is_some() && live.is_none() {
            self.check_own(&text, &session, at)?;
        }
        if let Statement::CreateDatabase { name, .. } = &kind {
            return self.create_database(session.fold(name), &text, &session, at).await;
        }
        if let Statement::DropDatabase { name, .. } = &kind {
            return self.drop_database(session.fold(name), &text, session, at).await;
        }
        let current = session.database().filter(|_| works_in_database(&kind)).cloned();
        for database in named_databases(&kind).into_iter().chain(current) {
            self.schema(&session.fold(&database), &session, at).await?;
        }
        let reads = matches!(kind, Statement::Select);
        if reads || writes_rows(&kind) {
            self.check_names(&text, &session, reads, at).await?;
        }
        // The target's database is entered only once something is to go there: until then it may not exist.
        let mut session = session;
        if session.database().is_some_and(|d| !self.schemas.contains_key(&session.fold(d))) {
            session.set_database(None);
        }
        let resolve =
            |name: &ObjectName| TableName::resolve(name.database.as_ref(), &name.name, &session).map(Arc::new);
        match kind {
            Statement::LockTables | Statement::UnlockTables | Statement::Begin | Statement::Commit => Ok(()),
            Statement::Set => {
                // Nothing before it may see it, and it may read what comes before.
                if is_pure(&text, session.lex_mode()) {
                    self.drain().await?;
                } else {
                    self.settle().await?;
                }
                if !held::is_repeatable(&kind, &text, session.lex_mode()) {
                    self.give_up_resuming(KEEPS_VALUES).await?;
                }
                self.on_main(&text, &session, at).await?;
                let text: Arc<[u8]> = text.into();
                self.main.learned(Arc::clone(&text));
                self.extras.push(text);
                Ok(())
            }
            // Entering the schema is what tells whether it is there.
            Statement::Use(name) => {
                session.set_database(Some(name));
                self.on_main(b"DO 0", &session, at).await
            }
            Statement::CreateTable(table) if table.temporary => {
                self.drain().await?;
                let name = resolve(&table.name);
                self.give_up_resuming("the dump makes temporary tables").await?;
                self.on_main(&text, &session, at).await?;
                if let Some(name) = name {
                    let known = self.table_entry(name, &session, at);
                    known.temporary = true;
                    known.transactional = false;
                }
                Ok(())
            }
            Statement::CreateTable(table) => {
                let Some(name) = resolve(&table.name) else {
                    let redo = self.told(&[1050]);
                    return self.alone(&text, &session, at, redo).await;
                };
                self.create_table(name, *table, text, session, at).await
            }
            Statement::DropTables { names, if_exists, temporary } => {
                self.drop_tables(
                    names.iter().filter_map(resolve).collect(),
                    if_exists && !temporary,
                    &text,
                    session,
                    at,
                )
                .await
            }
            Statement::CreateView { ref name } => {
                self.post(PostClass::View, resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::DropViews { ref names, .. } => {
                let names: Vec<_> = names.iter().filter_map(resolve).collect();
                let before = self.post.len();
                self.post.retain(|p| {
                    p.class != PostClass::View || p.name.as_ref().is_none_or(|n| !names.iter().any(|d| **d == *n))
                });
                // A stand-in that this drops was never made.
                if before == self.post.len() {
                    self.post(PostClass::View, None, text, None, session, at);
                }
                Ok(())
            }
            Statement::CreateTrigger { ref name, ref table } => {
                let on = resolve(table);
                if let Some(table) = on.clone() {
                    self.table_entry(table, &session, at).triggers = true;
                }
                self.post(PostClass::Trigger, resolve(name), text, live, session, at);
                self.post.last_mut().into_iter().for_each(|p| p.on.clone_from(&on));
                Ok(())
            }
            Statement::CreateRoutine { kind, ref name } => {
                self.post(PostClass::Routine(routine(kind)), resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::CreateEvent { ref name } => {
                self.post(PostClass::Event, resolve(name), text, live, session, at);
                Ok(())
            }
            Statement::DropObject { kind, ref name, .. } if kind != statement::ObjectKind::Index => {
                let class = match kind {
                    statement::ObjectKind::Trigger => PostClass::Trigger,
                    statement::ObjectKind::Event => PostClass::Event,
                    statement::ObjectKind::Routine(kind) => PostClass::Routine(routine(kind)),
                    _ => PostClass::Routine("routine"),
                };
                let before = self.post.len();
                if let Some(name) = resolve(name) {
                    self.post.retain(|p| p.class != class || p.name.as_ref() != Some(&*name));
                }
                // One that waited to be made never was.
                if before == self.post.len() {
                    self.post(class, None, text, None, session, at);
                }
                Ok(())
            }
            Statement::AlterTable { ref table, keys: Some(_), .. }
                if resolve(table).is_some_and(|t| self.tables.get(&t).is_some_and(|t| t.transactional)) =>
            {
                // Means nothing to InnoDB.
                Ok(())
            }
            Statement::AlterTable { ref table, ref touches, .. } => {
                let touches: Vec<_> = touches.iter().filter_map(resolve).collect();
                self.untracked |= !touches.is_empty();
                let table = resolve(table);
                let mode = session.lex_mode();
                if new_engine(&text, mode).is_some_and(|e| !e.as_bytes().eq_ignore_ascii_case(b"InnoDB"))
                    && let Some(known) = table.as_ref().and_then(|t| self.tables.get_mut(t))
                    && std::mem::take(&mut known.transactional)
                {
                    // Rows that come now may not be taken back, and those that are in wouldn't come again.
                    self.give_up_resuming("the dump changes a table's engine").await?;
                }
                // Done twice, it does nothing, and the definition doesn't tell.
                let redo = match calls::names(&text, mode, &[b"EXCHANGE"]) {
                    true => Redo::Never,
                    false => by_definition(table.as_ref()),
                };
                self.on_table(table, touches, text, session, at, redo).await
            }
            Statement::CreateIndex { ref table } => {
                let table = resolve(table);
                let redo = by_definition(table.as_ref());
                self.on_table(table, Vec::new(), text, session, at, redo).await
            }
            Statement::TruncateTable { ref table } => {
                self.on_table(resolve(table), Vec::new(), text, session, at, Redo::Again).await
            }
            Statement::CreateTableOther { ref table, temporary } => {
                let name = resolve(table);
                if temporary || self.names_others(&text) {
                    self.give_up_resuming("the dump copies tables that can't be rolled back").await?;
                }
                let redo = match &name {
                    Some(name) if !self.options.append => {
                        Redo::Drop([b"DROP TABLE IF EXISTS ".as_slice(), &name.quoted()].concat())
                    }
                    _ => Redo::Never,
                };
                self.alone(&text, &session, at, redo).await?;
                if let Some(name) = name {
                    let transactional = self.engine(&name, &session, at).await?.is_some_and(|e| e);
                    if !transactional && !temporary {
                        self.give_up_resuming("the dump makes a table that can't be rolled back from others").await?;
                    }
                    let known = self.table_entry(name, &session, at);
                    known.temporary = temporary;
                    known.transactional = transactional && !temporary;
                }
                Ok(())
            }
            Statement::RenameTables { ref pairs } => {
                self.untracked = true;
                if self.names_others(&text) {
                    self.give_up_resuming("the dump renames tables that can't be rolled back").await?;
                }
                // Of tables that change places, the definition need not tell.
                let gone = pairs.iter().find(|(from, _)| pairs.iter().all(|(_, to)| to != from));
                let redo = by_definition(gone.and_then(|(from, _)| resolve(from)).as_ref());
                self.alone(&text, &session, at, redo).await
            }
            Statement::CreateSequence { ref name } => {
                let made = resolve(name);
                let redo = self.told(&[1050]);
                self.alone(&text, &session, at, redo).await?;
                self.made.extend(made.map(|n| ("SEQUENCE", (*n).clone())));
                Ok(())
            }
            Statement::Select if held::is_constant(&text, session.lex_mode()) => {
                self.on_main(&text, &session, at).await
            }
            Statement::Update | Statement::Delete
                if self.made.is_empty() && self.post.is_empty() && !self.awaits_foreign_keys(&session) =>
            {
                let tables = relations::touched(&text, &session).unwrap_or_default();
                let tables: Vec<_> = tables.iter().filter_map(resolve).collect();
                if tables.iter().any(|t| !self.is_transactional(t)) {
                    self.give_up_resuming("the dump changes rows that can't be rolled back").await?;
                }
                let plain = |t: &Arc<TableName>| self.tables.get(t).is_some_and(|t| !t.triggers && !t.temporary);
                match tables.split_first() {
                    Some((first, others)) if tables.iter().all(plain) => {
                        self.on_table(Some(Arc::clone(first)), others.to_vec(), text, session, at, Redo::Commit).await
                    }
                    _ => self.rows_alone(&text, &session, at, None).await,
                }
            }
            Statement::Prepare | Statement::Execute => {
                self.untracked = true;
                self.check_prepared(&text, &session, at).await?;
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::Forbidden(ForbiddenKind::SetGlobal) if !self.options.set_global => {
                self.leave_out_global(&text, &session, at).await
            }
            Statement::Forbidden(kind) => {
                self.not_undoable.get_or_insert(kind.as_str());
                self.alone(&text, &session, at, Redo::Never).await
            }
            Statement::Select if !held::is_repeatable(&kind, &text, session.lex_mode()) => {
                if held::left_by(&kind, &text, session.lex_mode()).is_none() {
                    // A function in it may write rows.
                    return self.rows_alone(&text, &session, at, None).await;
                }
                self.give_up_resuming(KEEPS_VALUES).await?;
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::Select | Statement::Show | Statement::Deallocate => {
                self.settle().await?;
                self.on_main(&text, &session, at).await
            }
            Statement::AlterDatabase { .. }
            | Statement::AlterSequence { .. }
            | Statement::Maintenance { .. }
            | Statement::Flush => self.alone(&text, &session, at, Redo::Again).await,
            Statement::Insert { ref table } | Statement::Replace { ref table } => {
                let counts = resolve(table);
                self.rows_alone(&text, &session, at, counts.as_deref()).await
            }
            kind if writes_rows(&kind) => self.rows_alone(&text, &session, at, None).await,
            _ => self.alone(&text, &session, at, Redo::Never).await,
        }
    }

    /// Refuses a statement that asks for what the one before did, if that was in an earlier run.
    pub(super) async fn check_last(&mut self, at: At) -> Result<()> {
        if !(self.main.asks_for_last && self.skipped_last) {
            return Ok(());
        }
        const WHY: &str = "the dump uses a number that the server gave to a row in the earlier run (LAST_INSERT_ID)";
        self.give_up_resuming(WHY).await?;
        Err(located(Error::target(WHY).hint("drop the schema and restore anew"), at))
    }

    /// Runs a statement on the main connection, beside whatever the lanes do.
    pub(super) async fn on_main(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        self.check_last(at).await?;
        self.main.statement(text, session).await.map_err(|e| located(e, at))
    }

    /// Runs a statement on the main connection once. False if an earlier run has done it.
    pub(super) async fn main_once(&mut self, text: &[u8], session: &Session, at: At, redo: Redo) -> Result<bool> {
        let Some(once) = self.once(key(What::Statement, at), text, redo, at)? else { return Ok(false) };
        self.main.once(text, session, &once).await.map_err(|e| located(e, at))?;
        Ok(true)
    }

    /// Runs a statement on the main connection when everything before it is in place.
    pub(super) async fn alone(&mut self, text: &[u8], session: &Session, at: At, redo: Redo) -> Result<()> {
        self.settle().await?;
        self.main_once(text, session, at, redo).await.map(drop)
    }

    /// As [`MySql::alone`], for a statement that writes rows; of this table, the server may number them.
    pub(super) async fn rows_alone(
        &mut self,
        text: &[u8],
        session: &Session,
        at: At,
        counts: Option<&TableName>,
    ) -> Result<()> {
        if self.names_others(text) || self.may_write_others() {
            self.give_up_resuming("the dump changes rows that may not be rolled back").await?;
        }
        self.settle().await?;
        let Some(mut once) = self.once(key(What::Statement, at), text, Redo::Commit, at)? else {
            self.skipped_last |= counts.is_some();
            return Ok(());
        };
        self.check_last(at).await?;
        once.counts = counts.map(TableName::quoted);
        self.main.once(text, session, &once).await.map_err(|e| located(e, at))?;
        self.skipped_last &= counts.is_none();
        let warned = std::mem::take(&mut self.main.warned).into_iter();
        let table = counts.map(ToString::to_string);
        let placed = |w: Warning| match &table {
            Some(table) => Warning { table: Some(table.clone()), ..w },
            None => Warning { message: format!("line {}: {}", at.line, w.message), ..w },
        };
        self.warn(warned.map(placed).collect());
        Ok(())
    }

    /// Runs a statement that touches one table (and a few others) when everything before it on these is done.
    pub(super) async fn on_table(
        &mut self,
        table: Option<Arc<TableName>>,
        touches: Vec<Arc<TableName>>,
        text: Vec<u8>,
        session: Session,
        at: At,
        redo: Redo,
    ) -> Result<()> {
        let known = table.filter(|t| self.tables.get(t).is_some_and(|t| !t.temporary));
        let Some(table) = known else { return self.alone(&text, &session, at, redo).await };
        // A view over the table took its columns from it as it was.
        if self.is_viewed(std::slice::from_ref(&table)) || self.awaits_foreign_keys(&session) {
            self.settle().await?;
            return match self.once_on(&table, key(What::Statement, at), &text, redo, at)? {
                Some(once) => self.main.once(&text, &session, &once).await.map_err(|e| located(e, at)),
                None => Ok(()),
            };
        }
        for name in std::iter::once(&table).chain(&touches) {
            self.create(name, false)?;
            self.build_keys(name)?;
            self.add_foreign_keys(name)?;
        }
        if let Some(known) = self.tables.get_mut(&table) {
            known.parents.extend(touches.iter().cloned());
        }
        let mut uses = vec![(Arc::clone(&table), Use::Alone)];
        uses.extend(touches.into_iter().filter(|t| *t != table).map(|t| (t, Use::Alone)));
        if let Some(once) = self.once_on(&table, key(What::Statement, at), &text, redo, at)? {
            self.schedule.push(Work::Statement { text, session, at, table, once }, uses);
        }
        Ok(())
    }

    pub(super) async fn create_database(&mut self, name: Name, text: &[u8], session: &Session, at: At) -> Result<()> {
        if self.replacement.is_some() {
            // It is there already, and gets the defaults that the dump gives it.
            self.schema(&name, session, at).await?;
            let Some(sql) = swap::alter_database(&name, text, session, self.server.version) else { return Ok(()) };
            return self.main_once(&sql, &outside(session), at, Redo::Again).await.map(drop);
        }
        let given = self.given().as_ref() == Some(&name);
        let known = self.schemas.contains_key(&name);
        if !known && given {
            // Made from the dump's own statement, so that it gets the dump's defaults, unless it is there.
            if self.admit(&name, session, at).await? {
                return Ok(());
            }
        } else if given {
            return Ok(());
        } else {
            self.schema(&name, session, at).await?;
        }
        self.main_once(text, &outside(session), at, Redo::Told { codes: &[1007], marked: true }).await?;
        self.make_ledger(&name).await
    }

    pub(super) async fn drop_database(&mut self, name: Name, text: &[u8], mut session: Session, at: At) -> Result<()> {
        let known = self.schemas.contains_key(&name);
        self.schema(&name, &session, at).await?;
        if self.replacement.is_some() {
            // The staging schema is new, so there is nothing to drop yet.
            if self.tables.keys().any(|t| t.database == name) || self.post.iter().any(|p| p.is_in(&name)) {
                return Err(located(
                    Error::source_bad(format!("the dump drops the schema {name} that it has filled itself"))
                        .hint("--skip drop-database leaves the statement out"),
                    at,
                ));
            }
            return Ok(());
        }
        let existed = self.schemas.get(&name).is_some_and(|s| s.existed);
        if self.options.append && existed && !self.options.drop_databases {
            return Err(located(
                Error::target(format!("the dump drops the schema {name}, which was there before"))
                    .hint("--skip drop-database leaves the statement out, --allow drop-database runs it"),
                at,
            ));
        }
        session.set_database(None);
        if known {
            self.settle().await?;
            self.tables.retain(|t, _| t.database != name);
        }
        let redo = Redo::Told { codes: &[1008], marked: true };
        let Some(once) = self.once(key(What::Statement, at), text, redo, at)? else { return Ok(()) };
        if self.ledger.schema().as_ref() == Some(&name) {
            self.ledger.lost();
            self.on_main(text, &session, at).await?;
        } else {
            self.main.once(text, &session, &once).await.map_err(|e| located(e, at))?;
        }
        self.main.left_database();
        if self.given().as_ref() == Some(&name) {
            // Whatever comes next finds it missing and makes it.
            self.schemas.remove(&name);
        }
        Ok(())
    }

    /// The entry of a table, made if the dump hasn't named it yet.
    pub(super) fn table_entry(&mut self, name: Arc<TableName>, session: &Session, at: At) -> &mut Table {
        let tables = &mut self.summary.tables;
        self.tables.entry(name).or_insert_with_key(|name| {
            tables.push(TableReport { table: name.to_string(), ..TableReport::default() });
            Table {
                pending: None,
                keys: Vec::new(),
                foreign_keys: Vec::new(),
                session: session.clone(),
                at,
                checked: false,
                rows: 0,
                transactional: false,
                triggers: false,
                temporary: false,
                parents: Vec::new(),
                unknown_parents: false,
                report: tables.len() - 1,
                first_rows: None,
            }
        })
    }

    pub(super) async fn create_table(
        &mut self,
        name: Arc<TableName>,
        table: CreateTable,
        text: Vec<u8>,
        session: Session,
        at: At,
    ) -> Result<()> {
        if self.current.as_ref().is_some_and(|c| *c != name) {
            self.moved_on()?;
        }
        // Over another one, or one that may be there: the server decides.
        if self.tables.contains_key(&name) || table.or_replace || (table.if_not_exists && self.options.append) {
            self.create(&name, false)?;
            let transactional = engine(&table, &session, &self.server.default_engine).eq_ignore_ascii_case("InnoDB");
            if table.or_replace && self.tables.get(&name).is_some_and(|t| t.transactional != transactional) {
                self.give_up_resuming("the dump changes a table's engine").await?;
                self.table_entry(Arc::clone(&name), &session, at).transactional = transactional;
            }
            let uses = vec![(Arc::clone(&name), Use::Alone)];
            let redo = if table.or_replace { Redo::Again } else { Redo::Told { codes: &[1050], marked: true } };
            if let Some(once) = self.once_on(&name, key(What::Statement, at), &text, redo, at)? {
                self.schedule.push(Work::Statement { text, session, at, table: name, once }, uses);
            }
            return Ok(());
        }
        let transactional = engine(&table, &session, &self.server.default_engine).eq_ignore_ascii_case("InnoDB");
        let entry = self.table_entry(name, &session, at);
        entry.transactional = transactional;
        entry.pending = Some(Pending { text, definition: table });
        Ok(())
    }

    /// Sends a table's definition if that is still to be done: without what can be added later if `large`.
    pub(super) fn create(&mut self, name: &Arc<TableName>, large: bool) -> Result<()> {
        let Some(table) = self.tables.get_mut(name) else { return Ok(()) };
        let Some(Pending { text, definition }) = table.pending.take() else { return Ok(()) };
        let checks = table.session.get("foreign_key_checks") != Some("0");
        let apart = match self.options.indexes {
            Indexes::WithRows => false,
            Indexes::AfterRows => true,
            Indexes::Auto => large,
        };
        let (session, at) = (table.session.clone(), table.at);
        let with_rows = self.options.indexes == Indexes::WithRows;
        // References in the text that is sent: a parent has to be there, with its keys, before the child.
        let (text, references) = match definition.split {
            Some(split)
                if table.transactional && !with_rows && (apart || (checks && !split.foreign_keys.is_empty())) =>
            {
                table.keys = split.keys;
                table.foreign_keys = split.foreign_keys;
                (split.bare, definition.inline_references)
            }
            _ => (text, definition.references),
        };
        let mut uses = vec![(Arc::clone(name), Use::Alone)];
        let mut parents = Vec::new();
        for parent in references {
            let Some(parent) = TableName::resolve(parent.database.as_ref(), &parent.name, &session) else { continue };
            let parent = Arc::new(parent);
            parents.push(Arc::clone(&parent));
            if parent != *name {
                self.create(&parent, false)?;
                self.build_keys(&parent)?;
                uses.push((parent, Use::Alone));
            }
        }
        let mut deferred = 0;
        if let Some(table) = self.tables.get_mut(name) {
            deferred = table.keys.len() + table.foreign_keys.len();
            table.parents = parents;
        }
        if let Some(report) = self.report(name) {
            report.deferred_keys = deferred;
        }
        let redo = match self.is_transactional(name) || self.options.append {
            true => self.told(&[1050]),
            false => Redo::Drop([b"DROP TABLE IF EXISTS ".as_slice(), &name.quoted()].concat()),
        };
        if let Some(once) = self.once_on(name, key(What::Table, at), &text, redo, at)? {
            self.schedule.push(Work::Statement { text, session, at, table: Arc::clone(name), once }, uses);
        }
        Ok(())
    }

    pub(super) async fn drop_tables(
        &mut self,
        names: Vec<Arc<TableName>>,
        if_exists: bool,
        text: &[u8],
        session: Session,
        at: At,
    ) -> Result<()> {
        // A view that was defined over a table which is replaced later took its columns from that table.
        if self.is_viewed(&names) {
            self.settle().await?;
        }
        self.post.retain(|p| p.on.as_ref().is_none_or(|on| !names.contains(on)));
        let known = |name: &Arc<TableName>| self.tables.contains_key(name);
        if if_exists && !self.options.append && !self.untracked && !names.iter().any(known) {
            return Ok(());
        }
        if let [name] = names.as_slice()
            && if_exists
            && self.tables.get(name).is_some_and(|t| t.pending.is_some())
        {
            // It was never made.
            self.tables.remove(name);
            return Ok(());
        }
        let redo = Redo::Told { codes: &[1051], marked: true };
        match names.iter().find(|n| !self.is_transactional(n)) {
            Some(other) => {
                self.settle().await?;
                if let Some(once) = self.once_on(other, key(What::Statement, at), text, redo, at)? {
                    self.main.once(text, &session, &once).await.map_err(|e| located(e, at))?;
                }
            }
            None => self.alone(text, &session, at, redo).await?,
        }
        for name in names {
            self.tables.remove(&name);
        }
        Ok(())
    }

    /// Leaves out an assignment to a global variable, unless the target doesn't know the variable: then it refuses the
    /// dump as the server would.
    pub(super) async fn leave_out_global(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        let tokens: Vec<_> = lex::significant(text, session.lex_mode(), Some(self.server.version)).collect();
        let word =
            |i: usize| tokens.get(i).map(|t| String::from_utf8_lossy(t.text(text)).into_owned()).unwrap_or_default();
        let names = tokens.iter().enumerate().filter_map(|(i, t)| {
            let prefixed = t.kind == TokenKind::SystemVariable && word(i).eq_ignore_ascii_case("@@global");
            let global = t.kind == TokenKind::Word
                && matches!(word(i).to_ascii_uppercase().as_str(), "GLOBAL" | "PERSIST" | "PERSIST_ONLY");
            if prefixed { Some(word(i + 2)) } else { global.then(|| word(i + 1)) }
        });
        for name in names.collect::<Vec<_>>() {
            let name = name.trim_matches('`').to_owned();
            let quoted = catalog::literal(&Name::from(name.as_str()), session);
            let query = format!("SHOW GLOBAL VARIABLES WHERE variable_name = {quoted}");
            let found: Vec<(String, String)> = self.main.ask(query).await.map_err(|e| located(e, at))?;
            if found.is_empty() {
                return Err(located(
                    Error::target(format!("the target has no system variable {name}"))
                        .hint("the dump comes from another kind or version of server; --skip set-global leaves such statements out"),
                    at,
                ));
            }
            self.observer.event(&Event::Warning(Warning {
                code: "statement_left_out".to_owned(),
                message: format!(
                    "line {}: the global variable {name} was not set; --allow set-global sets it",
                    at.line
                ),
                table: None,
                row: None,
                column: None,
            }));
        }
        Ok(())
    }

    /// Whether a view that is still to be made may read one of these tables.
    pub(super) fn is_viewed(&self, names: &[Arc<TableName>]) -> bool {
        let seen = |p: &Post| catalog::mentions(&p.text, &p.session, names.iter().map(|n| &**n));
        self.post.iter().any(|p| p.class == PostClass::View && seen(p))
    }

    /// Whether foreign keys are still to be added that would act on what a statement in this session changes.
    pub(super) fn awaits_foreign_keys(&self, session: &Session) -> bool {
        session.get("foreign_key_checks") != Some("0") && self.tables.values().any(|t| !t.foreign_keys.is_empty())
    }

    /// Refuses a prepared statement that the fence would refuse as it stands.
    pub(super) async fn check_prepared(&mut self, text: &[u8], session: &Session, at: At) -> Result<()> {
        let mode = session.lex_mode();
        let tokens: Vec<_> = lex::significant(text, mode, Some(self.server.version)).collect();
        let is = |t: &lex::Token, word: &[u8]| t.kind == TokenKind::Word && t.text(text).eq_ignore_ascii_case(word);
        // EXECUTE name runs what PREPARE was looked at for.
        let Some(from) = tokens.iter().position(|t| is(t, b"FROM") || is(t, b"IMMEDIATE")) else { return Ok(()) };
        let inner = match tokens.get(from + 1..) {
            Some([t]) if t.kind == TokenKind::String => lex::unquote_string(t.text(text), mode),
            Some([t]) if t.kind == TokenKind::UserVariable => {
                let variable = String::from_utf8_lossy(t.text(text)).into_owned();
                self.main.bring(session).await.map_err(|e| located(e, at))?;
                let value: Vec<Option<Vec<u8>>> =
                    self.main.ask(format!("SELECT {variable}")).await.map_err(|e| located(e, at))?;
                value.into_iter().next().flatten().unwrap_or_default()
            }
            _ => {
                return Err(located(
                    Error::source_bad("a statement is put together before it is run, so it can't be looked at first")
                        .hint("remove it from the dump, or restore with the mysql client"),
                    at,
                ));
            }
        };
        match statement::classify(&inner, mode, Some(self.server.version)) {
            Statement::Forbidden(kind) => Err(located(
                Error::source_bad(format!("a prepared statement of the kind {kind} is refused"))
                    .hint("remove it from the dump, or restore with the mysql client"),
                at,
            )),
            Statement::Call => Err(located(Error::source_bad("a prepared CALL is refused"), at)),
            Statement::Other { first_word } => Err(located(
                Error::source_bad(format!("a prepared statement of an unknown kind ({first_word}) is refused")),
                at,
            )),
            inner_kind => {
                let reads = matches!(inner_kind, Statement::Select);
                if names_load_file(&inner, mode) {
                    return Err(located(
                        Error::source_bad("a prepared statement reads a file of the server's (LOAD_FILE)"),
                        at,
                    ));
                }
                if !held::is_repeatable(&inner_kind, &inner, mode) {
                    self.give_up_resuming("the dump puts statements together before it runs them").await?;
                }
                self.check_names(&inner, session, reads, at).await
            }
        }
    }

    pub(super) fn post(
        &mut self,
        class: PostClass,
        name: Option<Arc<TableName>>,
        text: Vec<u8>,
        live: Option<Vec<u8>>,
        session: Session,
        at: At,
    ) {
        self.post.push(Post { class, name: name.map(|n| (*n).clone()), text, live, session, at, on: None });
    }
}
