//! What a swap is about and how far it got, in a table of each staging schema, so that it survives this process.
//!
//! The first schema's table, the lead's, has a row for every schema and the state that counts; the others have their own
//! row, which leads to it. Where the tables are says more than any state could, so that the state need not be exact.

use super::exec::{Exec, text};
use super::names;
use super::objects::{blob, cells, has_table};
use super::plan::Pair;
use crate::error::Result;
use sqldump::Name;

/// The table.
pub(crate) const SWAP_TABLE: &str = "__dumpstream_swap";

/// How far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing but the staging schema was touched.
    Loading,
    /// The kept schemas are being made.
    Preparing,
    /// What both states consist of is written down; from here on, the live schema changes.
    Prepared,
    /// What is left is to drop what isn't wanted any more.
    Done,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Loading, Self::Preparing, Self::Prepared, Self::Done];

    const fn name(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Preparing => "preparing",
            Self::Prepared => "prepared",
            Self::Done => "done",
        }
    }
}

/// One schema of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) live: Name,
    pub(crate) stage: Name,
    pub(crate) kept: Option<Name>,
    pub(crate) existed: bool,
    /// The live schema's defaults.
    pub(crate) options: Vec<u8>,
}

/// A swap that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Journal {
    /// Which run began it.
    pub(crate) run: String,
    pub(crate) lead: Name,
    pub(crate) at: Stage,
    /// The old tables are to stay.
    pub(crate) keep_old: bool,
    /// The staging schemas were kept by an earlier swap.
    pub(crate) is_rollback: bool,
    pub(crate) entries: Vec<Entry>,
}

impl Journal {
    /// Of a restore that begins to load.
    pub(crate) fn loading(run: &str, live: &Name, stage: &Name) -> Self {
        let entry = Entry { live: live.clone(), stage: stage.clone(), kept: None, existed: false, options: Vec::new() };
        Self {
            run: run.to_owned(),
            lead: stage.clone(),
            at: Stage::Loading,
            keep_old: false,
            is_rollback: false,
            entries: vec![entry],
        }
    }

    pub(crate) fn of(run: &str, pairs: &[Pair], keep_old: bool, is_rollback: bool) -> Option<Self> {
        let entries = pairs.iter().map(|p| Entry {
            live: p.live.clone(),
            stage: p.stage.clone(),
            kept: p.kept.clone(),
            existed: p.existed,
            options: p.old.options.clone(),
        });
        let lead = pairs.first()?.stage.clone();
        let (run, entries) = (run.to_owned(), entries.collect());
        Some(Self { run, lead, at: Stage::Preparing, keep_old, is_rollback, entries })
    }

    /// Writes it down in every schema it is about.
    pub(crate) async fn write(&self, exec: &mut Exec) -> Result<()> {
        for entry in self.entries.iter().rev() {
            let table = format!("{}.`{SWAP_TABLE}`", super::quoted(&entry.stage));
            exec.run(
                format!(
                    "CREATE TABLE IF NOT EXISTS {table} (id INT UNSIGNED NOT NULL PRIMARY KEY, run VARCHAR(64) NOT NULL, \
                     state VARCHAR(16) NOT NULL, lead_schema VARCHAR(64) NOT NULL, keep_old BOOLEAN NOT NULL, \
                     is_rollback BOOLEAN NOT NULL, live VARCHAR(64) NOT NULL, stage VARCHAR(64) NOT NULL, \
                     kept VARCHAR(64), existed BOOLEAN NOT NULL, options BLOB NOT NULL) \
                     ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
                )
                .as_bytes(),
            )
            .await?;
            let others = self.entries.iter().filter(|e| entry.stage == self.lead && e.stage != entry.stage);
            let rows: Vec<String> = std::iter::once(entry)
                .chain(others)
                .enumerate()
                .map(|(id, e)| {
                    format!(
                        "({id}, '{}', '{}', {}, {}, {}, {}, {}, {}, {}, {})",
                        self.run,
                        self.at.name(),
                        super::literal(&self.lead),
                        u8::from(self.keep_old),
                        u8::from(self.is_rollback),
                        super::literal(&e.live),
                        super::literal(&e.stage),
                        e.kept.as_ref().map_or_else(|| "NULL".to_owned(), super::literal),
                        u8::from(e.existed),
                        blob(&e.options)
                    )
                })
                .collect();
            exec.run(format!("REPLACE INTO {table} VALUES {}", rows.join(", ")).as_bytes()).await?;
        }
        Ok(())
    }

    /// Notes how far it is.
    pub(crate) async fn reach(&mut self, exec: &mut Exec, at: Stage) -> Result<()> {
        self.at = at;
        let table = format!("{}.`{SWAP_TABLE}`", super::quoted(&self.lead));
        exec.run(format!("UPDATE {table} SET state = '{}'", at.name()).as_bytes()).await
    }

    /// What a schema says of the swap that it is or was part of. `None` if it isn't any of ours.
    pub(crate) async fn read(exec: &mut Exec, schema: &Name) -> Result<Option<Self>> {
        if !has_table(exec, schema, SWAP_TABLE).await? {
            return Ok(None);
        }
        let Some(own) = Self::rows(exec, schema).await? else {
            // Made, and nothing written to it yet.
            return Ok(Some(Self::loading("", &Name::from(""), schema)));
        };
        if own.lead == *schema {
            return Ok(Some(own));
        }
        let lead = match has_table(exec, &own.lead, SWAP_TABLE).await? {
            true => Self::rows(exec, &own.lead.clone()).await?,
            false => None,
        };
        Ok(Some(match lead {
            // The lead is the last to be dropped.
            None => Self { at: Stage::Done, ..own },
            // It hadn't come to this one yet.
            Some(lead) if lead.entries.iter().all(|e| e.stage != *schema) => Self { at: Stage::Loading, ..own },
            Some(lead) => lead,
        }))
    }

    async fn rows(exec: &mut Exec, schema: &Name) -> Result<Option<Self>> {
        let sql = format!(
            "SELECT run, state, lead_schema, keep_old, is_rollback, live, stage, existed, options, kept FROM {}.`{SWAP_TABLE}` \
             ORDER BY id",
            super::quoted(schema)
        );
        let mut journal: Option<Self> = None;
        for row in exec.ask(&sql, None).await? {
            let kept = row.get(9).cloned().flatten().map(Name::new);
            let [run, state, lead, keep_old, is_rollback, live, stage, existed, options] = cells(row);
            let (run, state) = (text(run), text(state));
            let entry =
                Entry { live: Name::new(live), stage: Name::new(stage), kept, existed: existed == b"1", options };
            match &mut journal {
                Some(journal) => journal.entries.push(entry),
                None => {
                    let at = Stage::ALL.into_iter().find(|s| s.name() == state).unwrap_or(Stage::Loading);
                    let lead = Name::new(lead);
                    let (keep_old, is_rollback) = (keep_old == b"1", is_rollback == b"1");
                    journal = Some(Self { run, lead, at, keep_old, is_rollback, entries: vec![entry] });
                }
            }
        }
        Ok(journal)
    }

    /// Every journal that is about `live`, or may be.
    pub(crate) async fn find(exec: &mut Exec, live: &Name, stage: &Name) -> Result<Vec<Self>> {
        let sql = format!("SELECT table_schema FROM information_schema.tables WHERE table_name = '{SWAP_TABLE}'");
        let prefix = names::kept_prefix(live).to_lowercase();
        let mut found: Vec<Self> = Vec::new();
        for row in exec.ask(&sql, None).await? {
            let [schema] = cells(row).map(Name::new);
            let named = schema == *stage || schema.as_text().to_lowercase().starts_with(&prefix);
            if named
                && let Some(journal) = Self::read(exec, &schema).await?
                && !found.contains(&journal)
            {
                found.push(journal);
            }
        }
        Ok(found)
    }
}
