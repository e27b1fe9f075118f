//! Counts what is in the values of every table, on the shaping threads.

use dumpstream_scrub::discover::evidence::ColumnEvidence;
use dumpstream_scrub::table::Table;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// How much less than of the first block is looked at in later ones.
const LATER: u64 = 16;

/// What was counted so far.
#[derive(Debug)]
pub(crate) struct Survey {
    /// See [`Survey::sampled`].
    sample_rows: u64,
    tables: Mutex<BTreeMap<String, Surveyed>>,
    unnamed: Mutex<BTreeSet<String>>,
}

/// Of one table.
#[derive(Debug, Clone)]
pub(crate) struct Surveyed {
    /// As far as it is known where its rows are; for rows without a definition, the columns that they name.
    pub(crate) table: Table,
    /// Rows.
    pub(crate) looked_at: u64,
    /// One per column.
    pub(crate) columns: Vec<ColumnEvidence>,
}

impl Survey {
    pub(crate) fn new(sample_rows: u64) -> Self {
        Self { sample_rows, tables: Mutex::default(), unnamed: Mutex::default() }
    }

    /// How many of a block's first rows are looked at. So many of the table's first block, and a sixteenth of that of its
    /// second, fourth, eighth and so on: what a table holds may change in its course.
    pub(crate) fn sampled(&self, ordinal: u64) -> u64 {
        match ordinal {
            0 => self.sample_rows,
            n if n.is_power_of_two() => self.sample_rows.div_ceil(LATER),
            _ => 0,
        }
    }

    /// Adds a block's counts, one per column of `table`.
    pub(crate) fn add(&self, table: &Arc<Table>, looked_at: u64, columns: &[ColumnEvidence]) {
        if looked_at == 0 {
            return;
        }
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tables.entry(table.display()).or_insert_with(|| Surveyed {
            table: (**table).clone(),
            looked_at: 0,
            columns: vec![ColumnEvidence::default(); table.columns.len()],
        });
        known.looked_at += looked_at;
        for (column, new) in table.columns.iter().zip(columns) {
            // Rows without a definition may name other columns each time.
            let at = known.table.column(&column.name).unwrap_or_else(|| {
                known.table.columns.push(column.clone());
                known.columns.push(ColumnEvidence::default());
                known.columns.len() - 1
            });
            if let Some(sum) = known.columns.get_mut(at) {
                sum.merge(new);
            }
        }
    }

    /// Notes a table of whose columns not even the names are known.
    pub(crate) fn unnamed(&self, table: String) {
        self.unnamed.lock().unwrap_or_else(PoisonError::into_inner).insert(table);
    }

    /// What was counted, by table, and the tables without names of columns.
    pub(crate) fn finish(&self) -> (BTreeMap<String, Surveyed>, BTreeSet<String>) {
        let tables = std::mem::take(&mut *self.tables.lock().unwrap_or_else(PoisonError::into_inner));
        (tables, std::mem::take(&mut *self.unnamed.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
