//! What the rules did, table by table.

use crate::rules::RulesFile;
use crate::scrubbing::counts::ColumnCounts;
use crate::scrubbing::{Hit, Scrubber};
use dumpstream_scrub::plan::{Action, Origin, Rows};
use dumpstream_scrub::rules::AssertionKind;
use dumpstream_scrub::table::Class;
use serde::Serialize;

/// What rules did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ScrubSummary {
    /// The rules.
    pub rules: RulesReport,
    /// Per table, in the order of their names.
    pub tables: Vec<ScrubbedTable>,
    /// What was asserted, and what was looked at for it.
    pub assertions: Vec<AssertionReport>,
    /// What was found in columns that are kept, in their first rows.
    pub found: Vec<Hit>,
}

impl ScrubSummary {
    /// Of a run that came as far as it did.
    pub(crate) fn new(scrubber: &Scrubber) -> Self {
        Self {
            tables: tables(scrubber),
            assertions: assertions(scrubber),
            found: scrubber.hits(),
            ..Self::of_file(&scrubber.file)
        }
    }

    /// Of a run that hadn't begun.
    pub(crate) fn of_file(file: &RulesFile) -> Self {
        let rules = RulesReport {
            name: file.name().to_owned(),
            sha256: file.sha256().to_owned(),
            key_id: file.key_id().map(str::to_owned),
            customs: file.customs(),
            lock: file.lock().map(|l| LockReport { name: l.name().to_owned(), sha256: l.sha256().to_owned() }),
        };
        Self { rules, ..Self::default() }
    }
}

/// The rules of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RulesReport {
    /// The file as the user named it.
    pub name: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// The name that the rules give the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Transformers of the program's own that they use, with their versions: `name@version`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customs: Vec<String>,
    /// The classification lockfile that the dump was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<LockReport>,
}

/// A classification lockfile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LockReport {
    /// The file as the user named it.
    pub name: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

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

/// An assertion that held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssertionReport {
    /// `no_survivors`, `unique` or `rows`.
    pub assertion: &'static str,
    /// The columns, or the table, that it is about.
    pub about: Vec<String>,
    /// For `no_survivors`: different values that were looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<u64>,
    /// For `no_survivors`: values too short to be told from chance, which weren't looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<u64>,
}

/// What the rules asserted.
fn assertions(scrubber: &Scrubber) -> Vec<AssertionReport> {
    let tables = scrubber.tables();
    let about = |index: usize| {
        let asserted = tables.iter().flat_map(|(table, known)| {
            known.plan.assertions.iter().filter(move |a| a.index == index).map(move |a| {
                match a.column.and_then(|c| known.definition.columns.get(c)) {
                    Some(column) => format!("{table}.{}", column.name),
                    None => table.clone(),
                }
            })
        });
        asserted.collect()
    };
    let survivors = scrubber.assertions.survivors();
    let report = |(index, assertion): (usize, &dumpstream_scrub::rules::Assertion)| {
        let looks = survivors.filter(|_| assertion.kind == AssertionKind::NoSurvivors);
        AssertionReport {
            assertion: match assertion.kind {
                AssertionKind::NoSurvivors => "no_survivors",
                AssertionKind::Unique => "unique",
                AssertionKind::Rows { .. } => "rows",
            },
            about: about(index),
            values: looks.map(|s| s.values()),
            left_out: looks.map(|s| s.left_out()),
        }
    };
    scrubber.policy.assertions().iter().enumerate().map(report).collect()
}

/// What was done with every table that the dump defines.
fn tables(scrubber: &Scrubber) -> Vec<ScrubbedTable> {
    let counts = scrubber.counts.all();
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
                Origin::Rule { index, transformer, because } => {
                    ("rule", Some(*index), Some(*transformer), because.clone())
                }
                Origin::Default => ("default", None, None, None),
                Origin::TableDropped { .. } => ("table", None, None, None),
            };
            // What becomes of such a table's definition is no column's values.
            let dropped = matches!(plan.origin, Origin::TableDropped { .. });
            let replaced = matches!(plan.action, Action::Replace(_)) && !dropped;
            let values = counts.and_then(|c| c.columns.get(i)).filter(|_| replaced).copied().unwrap_or_default();
            let ColumnCounts { seen, changed, null, invalid, kept } = values;
            ScrubbedColumn {
                column: column.name.clone(),
                class: class(column.class),
                action: match &plan.action {
                    _ if dropped => "keep",
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
