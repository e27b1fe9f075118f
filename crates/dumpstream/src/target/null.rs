//! Loads nothing: counts what would have been loaded, for measuring the way there.

use crate::observe::{Event, Observer};
use crate::report::TableReport;
use crate::step::{RowsStep, Shaped, Step, TableName};
use crate::target::mysql::Summary;
use sqldump::statement::Statement;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Takes everything that comes.
pub(crate) async fn run(mut steps: mpsc::Receiver<Step>, observer: Arc<dyn Observer>) -> Summary {
    let mut summary = Summary::default();
    let mut tables: HashMap<Arc<TableName>, usize> = HashMap::new();
    while let Some(step) = steps.recv().await {
        match step {
            Step::Statement(step) => {
                let kind = match step.kind {
                    Statement::CreateView { .. } => "view",
                    Statement::CreateTrigger { .. } => "trigger",
                    Statement::CreateRoutine { .. } => "routine",
                    Statement::CreateEvent { .. } => "event",
                    _ => continue,
                };
                *summary.objects.entry(kind).or_default() += 1;
            }
            Step::Rows(RowsStep { table, rows, bytes, shaped, .. }) => {
                let name = table.to_string();
                let index = *tables.entry(table).or_insert_with(|| {
                    summary.tables.push(TableReport { table: name.clone(), ..TableReport::default() });
                    observer.event(&Event::TableStarted { table: name.clone() });
                    summary.tables.len() - 1
                });
                let method = match shaped {
                    Shaped::Load { .. } => "load-data",
                    _ => "insert",
                };
                if let Some(report) = summary.tables.get_mut(index) {
                    report.rows += rows;
                    report.bytes += bytes;
                    report.blocks += 1;
                    report.method =
                        if report.method.is_empty() || report.method == method { method } else { "mixed" };
                }
                observer.event(&Event::Rows { table: name, rows, bytes });
            }
        }
    }
    summary
}
