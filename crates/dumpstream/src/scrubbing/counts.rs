//! What was done to every column, for the report.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What became of a column's values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ColumnCounts {
    /// Values that a rule was applied to, NULL included.
    pub(crate) seen: u64,
    /// Values that are others now.
    pub(crate) changed: u64,
    /// Values that were NULL.
    pub(crate) null: u64,
    /// Values that the rule's transformer refused, so that the rule's `on_invalid` was done.
    pub(crate) invalid: u64,
    /// Values that the rule's condition left as they were.
    pub(crate) kept: u64,
}

impl ColumnCounts {
    fn add(&mut self, other: &Self) {
        self.seen += other.seen;
        self.changed += other.changed;
        self.null += other.null;
        self.invalid += other.invalid;
        self.kept += other.kept;
    }
}

/// Of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableCounts {
    /// Rows that stayed.
    pub(crate) rows: u64,
    /// One per column of the table.
    pub(crate) columns: Vec<ColumnCounts>,
}

/// Of all tables, by the dump's names for them, added up by every thread.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<BTreeMap<String, TableCounts>>);

impl Counts {
    pub(crate) fn add(&self, table: &str, rows: u64, columns: &[ColumnCounts]) {
        let mut tables = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !tables.contains_key(table) {
            tables.insert(table.to_owned(), TableCounts::default());
        }
        let Some(counts) = tables.get_mut(table) else { return };
        counts.rows += rows;
        counts.columns.resize(counts.columns.len().max(columns.len()), ColumnCounts::default());
        for (sum, new) in counts.columns.iter_mut().zip(columns) {
            sum.add(new);
        }
    }

    /// Rows of a table that stayed.
    pub(crate) fn rows(&self, table: &str) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(table).map_or(0, |t| t.rows)
    }

    pub(crate) fn all(&self) -> BTreeMap<String, TableCounts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
