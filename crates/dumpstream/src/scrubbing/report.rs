//! What the rules did, table by table.

use crate::scrubbing::Scrubber;
use crate::scrubbing::counts::ColumnCounts;
use dumpstream_scrub::plan::{Action, Origin, Rows};
use dumpstream_scrub::table::Class;
use serde::Serialize;

/// A table of a scrubbed dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScrubbedTable {
    /// `database.table`, or the table alone where the dump names no database.
    pub table: String,
    /// `kept`, `filtered`, `truncated` or `dropped`.
    pub action: &'static str,
    /// Rows that are in the output; absent where they passed without being looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Its columns, in order.
    pub columns: Vec<ScrubbedColumn>,
}

/// A column of a scrubbed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScrubbedColumn {
    /// Its name.
    pub column: String,
    /// Its type class: `text`, `json`, `binary`, `label`, `number`, `temporal`.
    pub class: &'static str,
    /// `keep`, `recompute`, or the transformer's name.
    pub action: &'static str,
    /// `rule`, `default` or `table`.
    pub decided_by: &'static str,
    /// Position of the rule in the file's `columns`, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// Why it is kept, as the rule says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What was done; absent for what is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<ValuesReport>,
}

/// What became of a column's values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ValuesReport {
    /// Values that the rule was applied to, NULL included.
    pub seen: u64,
    /// Values that are others now.
    pub changed: u64,
    /// Values that were NULL.
    pub null: u64,
    /// Values that the rule's transformer refused, so that its `on_invalid` was done.
    pub invalid: u64,
    /// Values that the rule's condition left as they were.
    pub kept: u64,
}

/// What was done with every table that the dump defines.
pub(crate) fn tables(scrubber: &Scrubber) -> Vec<ScrubbedTable> {
    let counts = scrubber.counts.take();
    let found = |(table, known): (String, super::statements::Known)| {
        let counts = counts.get(&table);
        let action = match (&known.plan.rows, known.plan.drop_definition) {
            (_, true) => "dropped",
            (Rows::Drop, _) => "truncated",
            (Rows::Where(_), _) => "filtered",
            (Rows::Keep, _) => "kept",
        };
        let columns = known.definition.columns.iter().zip(&known.plan.columns).enumerate();
        let columns = columns.map(|(i, (column, plan))| {
            let (decided_by, rule, transformer, because) = match &plan.origin {
                Origin::Rule { index, transformer, because } => ("rule", Some(*index), Some(*transformer), because.clone()),
                Origin::Default => ("default", None, None, None),
                Origin::TableDropped => ("table", None, None, None),
            };
            let replaced = matches!(plan.action, Action::Replace(_));
            let values = counts.and_then(|c| c.columns.get(i)).filter(|_| replaced).copied().unwrap_or_default();
            let ColumnCounts { seen, changed, null, invalid, kept } = values;
            ScrubbedColumn {
                column: column.name.clone(),
                class: class(column.class),
                action: match &plan.action {
                    Action::Keep => "keep",
                    Action::Recompute => "recompute",
                    Action::Replace(_) => transformer.unwrap_or("redact"),
                },
                decided_by,
                rule,
                because,
                values: replaced.then_some(ValuesReport { seen, changed, null, invalid, kept }),
            }
        });
        let rows = match known.plan.rows {
            Rows::Drop => Some(0),
            _ => counts.map(|c| c.rows),
        };
        ScrubbedTable { table, action, rows, columns: columns.collect() }
    };
    scrubber.tables().into_iter().map(found).collect()
}

const fn class(class: Class) -> &'static str {
    match class {
        Class::Text => "text",
        Class::Json => "json",
        Class::Binary => "binary",
        Class::Label => "label",
        Class::Number => "number",
        Class::Temporal => "temporal",
    }
}
