//! Loads nothing: counts what would have been loaded, for measuring the way there and for showing the plan.

use crate::observe::{Event, Observer};
use crate::report::TableReport;
use crate::stage::cut::named_databases;
use crate::step::{RowsStep, Shaped, Step, TableName};
use crate::target::mysql::Summary;
use sqldump::statement::Statement;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Takes everything that comes.
pub(crate) async fn run(mut steps: mpsc::Receiver<Step>, observer: Arc<dyn Observer>) -> Summary {
    let mut summary = Summary::default();
    let mut tables: HashMap<Arc<TableName>, usize> = HashMap::new();
    let mut databases = BTreeSet::new();
    let mut views = HashSet::new();
    while let Some(step) = steps.recv().await {
        match step {
            Step::Statement(step) => {
                let named = named_databases(&step.kind);
                let named = named.into_iter().chain(step.session.database().cloned());
                databases.extend(named.map(|d| step.session.fold(&d).to_string()));
                let kind = match &step.kind {
                    Statement::CreateTable(table) => {
                        let named = table.name.database.as_ref();
                        let database = named.or(step.session.database()).cloned().unwrap_or_else(|| "".into());
                        let Some(name) = TableName::resolve(Some(&database), &table.name.name, &step.session) else {
                            continue;
                        };
                        let keys = table.split.as_ref().map_or(0, |s| s.keys.len() + s.foreign_keys.len());
                        let table = summary.tables.len();
                        let report =
                            TableReport { table: name.to_string(), deferred_keys: keys, ..TableReport::default() };
                        if let Entry::Vacant(entry) = tables.entry(Arc::new(name)) {
                            entry.insert(table);
                            summary.tables.push(report);
                        }
                        continue;
                    }
                    // mysqldump makes a view twice: at first as what stands in for it.
                    Statement::CreateView { name, .. }
                        if !views.insert((step.session.database().cloned(), name.clone())) =>
                    {
                        continue;
                    }
                    Statement::CreateView { .. } => "view",
                    Statement::CreateTrigger { .. } => "trigger",
                    Statement::CreateRoutine { .. } => "routine",
                    Statement::CreateEvent { .. } => "event",
                    _ => continue,
                };
                *summary.objects.entry(kind).or_default() += 1;
            }
            Step::Text(..) => {}
            Step::Rows(RowsStep { table, rows, bytes, shaped, .. }) => {
                let name = table.to_string();
                let index = *tables.entry(table).or_insert_with(|| {
                    summary.tables.push(TableReport { table: name.clone(), ..TableReport::default() });
                    summary.tables.len() - 1
                });
                let method = match shaped {
                    Shaped::Load { .. } => "load-data",
                    _ => "insert",
                };
                if let Some(report) = summary.tables.get_mut(index) {
                    if report.blocks == 0 {
                        observer.event(&Event::TableStarted { table: name.clone() });
                    }
                    report.rows += rows;
                    report.bytes += bytes;
                    report.blocks += 1;
                    report.method = if report.method.is_empty() || report.method == method { method } else { "mixed" };
                }
                observer.event(&Event::Rows { table: name, rows, bytes });
            }
        }
    }
    summary.databases = databases.into_iter().collect();
    summary
}
