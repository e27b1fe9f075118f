//! The end of a failed run: everything on the server is stopped, and what was made there is dropped or left to be gone on
//! with.

use super::*;

impl MySql {
    /// Stops everything on the server, and undoes what was done there.
    pub(super) async fn abort(&mut self, error: Error) -> Error {
        self.tasks.abort_all();
        self.watching.abort_all();
        self.main.drop_connection();
        // What comes now doesn't wait for the server to notice.
        self.main.lock = None;
        self.main.asks_for_last = false;
        let ids: Vec<u32> = {
            let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
            connections.iter().map(|id| id.load(Ordering::Relaxed)).filter(|id| *id != 0).collect()
        };
        let interrupted = error.kind() == ErrorKind::Interrupted;
        let ask = async {
            // The lanes' own connections may be what it has no room for.
            while self.tasks.join_next().await.is_some() {}
            while self.watching.join_next().await.is_some() {}
            self.reopen().await;
            self.main.owns_ledger().await.ok()
        };
        let limit = if interrupted { OWNER_TIME } else { 3 * REOPEN_TIME };
        // What isn't known isn't undone.
        let ours = tokio::time::timeout(limit, ask).await.ok().flatten();
        if ours == Some(true) {
            let kill = async {
                for id in ids {
                    // One that is gone already can't be killed, and that is fine.
                    let _ = self.main.ask::<u64>(format!("KILL {id}")).await;
                }
            };
            let _ = tokio::time::timeout(KILL_TIME, kill).await;
        }
        let rows: u64 = self.summary.tables.iter().map(|t| t.rows).sum();
        let names = {
            let mut names: Vec<String> = self.schemas.keys().map(ToString::to_string).collect();
            names.sort_unstable();
            names.join(", ")
        };
        if self.schemas.is_empty() {
            return error.leaving("nothing was changed on the target");
        }
        let another = format!("another dumpstream goes on with {names}; nothing was undone here");
        if ours == Some(false) {
            self.summary.is_left = true;
            return error.leaving(another);
        }
        let resumable = self.ledger.unresumable().is_none();
        let may_pass = error.is_transient() || connect::may_pass(&error);
        let keep = match self.options.on_failure {
            OnFailure::Keep => true,
            _ if ours.is_none() => true,
            OnFailure::Undo => false,
            // Who stops a restore at once doesn't want what it made.
            OnFailure::Auto if interrupted && !self.ledger.is_resumed() => resumable && rows > 0,
            OnFailure::Auto => resumable && may_pass,
        };
        let kept = self.not_undoable.filter(|_| !keep).map(|what| format!(", and {what}, so nothing was undone"));
        // What was done outside of a staging schema doesn't matter to dropping that.
        let kept = kept.filter(|_| self.replacement.is_none());
        if keep || kept.is_some() {
            self.summary.is_left = true;
            let next = match resumable {
                true => "run the same command with --resume to go on",
                false if self.replacement.is_some() => "the next --replace drops it",
                false => "drop it before the next restore",
            };
            if self.ledger.schema().is_none() && kept.is_none() && resumable {
                return error.leaving(format!("nothing was loaded into {names}; run the same command with --resume"));
            }
            let kept = kept.unwrap_or_default();
            return error.leaving(format!("{names} is unfinished: at least {rows} rows are in{kept}; {next}"));
        }
        if self.replacement.is_some() {
            // Dropped whole, by whoever made it.
            return error;
        }
        let limit = if interrupted { UNDO_TIME } else { Duration::MAX };
        let Ok(undone) = tokio::time::timeout(limit, self.undo()).await else {
            return error.leaving(format!(
                "{names} was being dropped again when the time for that was over: look whether it is gone"
            ));
        };
        match undone {
            Ok(false) => {
                self.summary.is_left = true;
                error.leaving(another)
            }
            Ok(true) => error.leaving("everything this run had made on the target was dropped again"),
            Err(e) => {
                error.leaving(format!("{} is incomplete, and dropping what this run had made failed: {e}", names))
            }
        }
    }

    /// Opens the main connection as soon as the server has noticed that others of ours are closed. An error comes again
    /// with the first statement.
    pub(super) async fn reopen(&mut self) {
        let begun = Instant::now();
        while self.main.open().await.is_err_and(|e| connect::is_full(&e)) && begun.elapsed() < REOPEN_TIME {
            tokio::time::sleep(REOPEN_PAUSE).await;
        }
    }

    /// Drops what this run has made. False if that is another's by now.
    pub(super) async fn undo(&mut self) -> Result<bool> {
        self.reopen().await;
        // Nobody takes it over meanwhile.
        self.main.begin_ledger().await?;
        self.main.holds = Some("the lock that keeps others from it");
        if !self.main.owns_ledger().await? {
            return Ok(false);
        }
        for database in self.schemas.keys() {
            // One may have begun before this run had a ledger.
            let entries: Vec<Vec<u8>> = match self.main.ask(Ledger::ask_run(database)).await {
                Err(e) if matches!(e.server_code(), Some(1146 | 1049 | 1044 | 1142)) => Vec::new(),
                entries => entries?,
            };
            if entries.first().is_some_and(|entry| !self.ledger.is_ours(entry)) {
                return Ok(false);
            }
        }
        for (database, schema) in &self.schemas {
            // Of the dump's session, only what its name is written in: the rest may be what the target refused.
            let mut session = self.server.session.clone();
            if let Some(charset) = schema.session.get("character_set_client") {
                session.apply(format!("SET NAMES {charset}").as_bytes(), Some(self.server.version));
            }
            session.apply(b"SET foreign_key_checks = 0", Some(self.server.version));
            let mut statements = Vec::new();
            if schema.existed {
                // It held nothing, so whatever it holds now came from this run.
                let named = catalog::is("table_schema", database, &session);
                self.main.bring(&session).await?;
                let found: Vec<(Vec<u8>, String)> = self
                    .main
                    .ask(format!("SELECT table_name, table_type FROM information_schema.tables WHERE {named}"))
                    .await?;
                for (name, kind) in found {
                    let what = match kind.as_str() {
                        "VIEW" => "VIEW",
                        "SEQUENCE" => "SEQUENCE",
                        _ => "TABLE",
                    };
                    let mut sql = format!("DROP {what} IF EXISTS ").into_bytes();
                    sql.extend_from_slice(&TableName { database: database.clone(), table: Name::new(name) }.quoted());
                    statements.push(sql);
                }
                for (kind, name) in self.made.iter().filter(|(k, n)| is_routine(k) && n.database == *database) {
                    let mut sql = format!("DROP {} IF EXISTS ", kind.to_ascii_uppercase()).into_bytes();
                    sql.extend_from_slice(&name.quoted());
                    statements.push(sql);
                }
            } else {
                statements.push([b"DROP DATABASE IF EXISTS ", database.quoted().as_slice()].concat());
            }
            for sql in statements {
                self.main.statement(&sql, &session).await?;
            }
        }
        Ok(true)
    }
}
