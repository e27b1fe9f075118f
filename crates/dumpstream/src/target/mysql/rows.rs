//! Blocks of rows: what they wait for, and on which connection they go.

use super::*;

impl MySql {
    pub(super) async fn rows(&mut self, step: RowsStep) -> Result<()> {
        let name = Arc::clone(&step.table);
        if self.current.as_ref() != Some(&name) {
            self.moved_on()?;
            self.schema(&name.database, &step.session, step.at).await?;
            if self.post.iter().any(|p| p.name.as_ref() == Some(&*name)) {
                // Rows into a view.
                self.settle().await?;
            }
            if !self.tables.contains_key(&name) {
                self.find_table(&name, &step.session, step.at).await?;
            }
            self.current = Some(Arc::clone(&name));
        }
        if let Shaped::Committed(committed) = &step.shaped
            && committed.crc != step.crc
        {
            return Err(other_dump(step.at));
        }
        let by_keys = match &step.shaped {
            Shaped::Insert { order, .. } | Shaped::Committed(Committed { order, .. }) => *order != Order::Free,
            _ => false,
        };
        self.create(&name, step.bytes >= DEFER_BYTES_MIN && !by_keys)?;
        if by_keys {
            // What IGNORE and REPLACE do depends on the unique keys, and on foreign keys where these are checked.
            self.build_keys(&name)?;
            if self.awaits_foreign_keys(&step.session) {
                self.settle().await?;
            }
        }
        let Some(table) = self.tables.get_mut(&name) else { return Ok(()) };
        let row_base = table.rows;
        if row_base == 0 && step.rows > 0 {
            self.observer.event(&Event::TableStarted { table: name.to_string() });
        }
        table.rows += step.rows;
        let checked = step.session.get("foreign_key_checks") != Some("0");
        table.checked |= checked;
        let entered = table.transactional && !table.temporary;
        if self.options.append && !entered && !table.temporary {
            self.give_up_resuming("rows are added to a table that isn't transactional").await?;
        }
        let Some(table) = self.tables.get(&name) else { return Ok(()) };
        let counter = |auto: bool| auto && self.server.counter_locks;
        let alone = match &step.shaped {
            Shaped::Piece => {
                return Err(located(
                    Error::source_bad("an INSERT with more than plain rows in it is too long to be run in one piece")
                        .hint("raise --max-row: a quarter of it is the limit; or make the dump with a smaller --net-buffer-length"),
                    step.at,
                )
                .at(|p| p.table = Some(name.to_string())));
            }
            Shaped::Unmapped => {
                return Err(located(
                    Error::source_bad("a name among the rows may mean the database that is mapped, or a table")
                        .hint("restore without a database in --to, so that names stay as they are"),
                    step.at,
                ));
            }
            Shaped::Verbatim { statements } => {
                self.turn(step.bytes).await?;
                let (statements, session) = (statements.clone(), step.session.clone());
                for (part, statement) in (0..).zip(statements) {
                    let at = At { part, ..step.at };
                    if names_load_file(&statement, session.lex_mode()) {
                        return Err(located(Error::source_bad("a row reads a file of the server's (LOAD_FILE)"), at));
                    }
                    self.check_names(&statement, &session, false, at).await?;
                    self.main.asks_for_last = held::names_last(&statement, session.lex_mode());
                    self.rows_alone(&statement, &session, at, Some(&name))
                        .await
                        .map_err(|e| e.at(|p| p.table = Some(name.to_string())))?;
                    (self.main.asks_for_last, self.main.last_is_lost) = (false, false);
                    self.main.holds = self.main.holds.or(held::left_by_rows(&statement, session.lex_mode()));
                }
                return Ok(());
            }
            Shaped::Looked(_) | Shaped::Text(_) => return Ok(()),
            Shaped::Committed(Committed { stored, load_data, order, .. }) => {
                self.skipped_last |= *order == Order::Stream;
                let method = if *load_data { lane::LOAD_DATA } else { lane::INSERT };
                let loaded = Loaded { rows: *stored, method, ..Loaded::default() };
                self.summary.resumed.blocks += 1;
                self.summary.resumed.rows += stored;
                self.loaded(&name, step.bytes, Instant::now(), loaded);
                return Ok(());
            }
            Shaped::Insert { order: Order::Stream, .. } => {
                return self.rows_on_main(step, row_base, entered).await;
            }
            _ if table.triggers || table.temporary || (checked && table.unknown_parents) => {
                let mut step = step;
                if table.triggers {
                    if self.may_write_others() {
                        self.give_up_resuming("a trigger may write rows that can't be rolled back").await?;
                    }
                    // What it writes must not come twice, as it may where LOAD DATA is tried first.
                    step.shaped = lane::as_insert(step.shaped, &step.table, step.session.lex_mode());
                }
                return self.rows_on_main(step, row_base, entered).await;
            }
            Shaped::Insert { order, .. } => *order == Order::Table || !table.transactional,
            Shaped::Load { plan, .. } => counter(plan.auto_increment),
        };
        let replay = table.transactional;
        let parents = if checked { table.parents.clone() } else { Vec::new() };
        let how = if alone || parents.contains(&name) { Use::Alone } else { Use::Shared };
        let mut uses = vec![(name, how)];
        uses.extend(parents.into_iter().map(|p| (p, Use::Alone)));
        uses.dedup_by(|a, b| a.0 == b.0);
        self.schedule.push(Work::Rows { step, row_base, replay, entered }, uses);
        Ok(())
    }

    pub(super) async fn rows_on_main(&mut self, step: RowsStep, row_base: u64, entered: bool) -> Result<()> {
        if self.post.is_empty() {
            self.drain().await?;
        } else {
            self.settle().await?;
        }
        self.turn(step.bytes).await?;
        let (started, table, bytes) = (Instant::now(), Arc::clone(&step.table), step.bytes);
        let loaded = self.main.rows(&step, row_base, false, entered).await?;
        (self.main.last_is_lost, self.skipped_last) = (false, false);
        self.loaded(&table, bytes, started, loaded);
        Ok(())
    }

    /// Whether a table of the target is transactional; `None` where there is none of that name.
    pub(super) async fn engine(&mut self, name: &TableName, session: &Session, at: At) -> Result<Option<bool>> {
        let sql = format!(
            "SELECT engine FROM information_schema.tables WHERE {} AND {}",
            catalog::is("table_schema", &name.database, session),
            catalog::is("table_name", &name.table, session)
        );
        let found: Vec<Option<String>> = self.main.ask(sql).await.map_err(|e| located(e, at))?;
        Ok(found.first().map(|e| e.as_deref().is_some_and(|e| e.eq_ignore_ascii_case("InnoDB"))))
    }

    /// Learns about a table that was there before, or that a statement made in its own way.
    pub(super) async fn find_table(&mut self, name: &Arc<TableName>, session: &Session, at: At) -> Result<()> {
        self.drain().await?;
        let triggers: Vec<u64> = self
            .main
            .ask(format!(
                "SELECT COUNT(*) FROM information_schema.triggers WHERE {} AND {}",
                catalog::is("event_object_schema", &name.database, session),
                catalog::is("event_object_table", &name.table, session)
            ))
            .await
            .map_err(|e| located(e, at))?;
        let engine = self.engine(name, session, at).await?;
        let entry = self.table_entry(Arc::clone(name), session, at);
        entry.triggers = triggers.first().is_some_and(|n| *n > 0);
        entry.transactional = engine.unwrap_or(false);
        entry.unknown_parents = true;
        if engine.is_some() {
            self.not_undoable.get_or_insert("rows were added to tables that were there before");
        }
        Ok(())
    }
}
