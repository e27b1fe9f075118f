//! The report of a scrub for people.

use crate::scrub::{ScrubReport, ScrubbedColumn};
use std::fmt::Write;

/// The report as Markdown.
pub(crate) fn report(report: &ScrubReport) -> String {
    let mut text = String::from("# Scrub report\n\n");
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "- **{name}:** {}", cell(value));
        }
    };
    fact("Outcome", report.outcome);
    if let Some(error) = &report.error {
        fact("Why", &error.message);
        fact("Where", &error.place);
        fact("What to do", error.hint.as_deref().unwrap_or_default());
    }
    fact("Source", &report.source.name);
    fact("Source SHA-256", report.source.sha256.as_deref().unwrap_or_default());
    fact("Source bytes", &format!("{} stored, {} of SQL", report.source.encoded_bytes, report.source.decoded_bytes));
    fact("Output", &report.destination.name);
    fact("Output SHA-256", report.destination.sha256.as_deref().unwrap_or_default());
    fact("Output bytes", &report.destination.bytes.to_string());
    fact("Rules", &report.scrub.rules.name);
    fact("Rules SHA-256", &report.scrub.rules.sha256);
    if let Some(lock) = &report.scrub.rules.lock {
        fact("Lockfile", &lock.name);
        fact("Lockfile SHA-256", &lock.sha256);
    }
    fact("Custom transformers", &report.scrub.rules.customs.join(", "));
    fact("Key", report.scrub.rules.key_id.as_deref().unwrap_or_default());
    fact("Begun", &format!("{} seconds after 1970-01-01T00:00:00Z", report.started_unix));
    fact("Took", &format!("{:.1} s", report.seconds));
    fact("dumpstream", report.dumpstream_version);
    text.push_str(
        "\nValues replaced with a key are pseudonyms: whoever has the key can tell which value became which, so this output is\n\
         personal data still (GDPR, Article 4(5)).\n",
    );
    for warning in &report.warnings {
        let _ = writeln!(text, "\n> **{}**: {}", cell(&warning.code), cell(&warning.message));
    }
    if !report.scrub.assertions.is_empty() {
        text.push_str("\n## Assertions\n\n| assertion | about | values looked for | too short to look for |\n|---|---|---:|---:|\n");
        for a in &report.scrub.assertions {
            let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            let (values, left_out) = (number(a.values), number(a.left_out));
            let _ = writeln!(text, "| {} | {} | {values} | {left_out} |", a.assertion, cell(&a.about.join(", ")));
        }
    }
    if !report.scrub.found.is_empty() {
        text.push_str("\n## Found in columns that are kept\n\n| column | looks like | values | looked at |\n|---|---|---:|---:|\n");
        for hit in &report.scrub.found {
            let column = format!("{}.{}", hit.table, hit.column);
            let _ = writeln!(text, "| {} | {} | {} | {} |", cell(&column), hit.kind, hit.values, hit.of);
        }
    }
    for table in &report.scrub.tables {
        let _ = write!(text, "\n## {}\n\n{}", cell(&table.table), capital(table.action));
        if let Some(rows) = table.rows {
            let _ = write!(text, ", {rows} rows in the output");
        }
        text.push_str("\n\n");
        let columns = |replaced: bool| table.columns.iter().filter(move |c| c.values.is_some() == replaced);
        if columns(true).next().is_some() {
            text.push_str("| replaced | class | by | values | changed | NULL | invalid | left by its condition |\n");
            text.push_str("|---|---|---|---:|---:|---:|---:|---:|\n");
            for column in columns(true) {
                let values = column.values.unwrap_or_default();
                let _ = writeln!(
                    text,
                    "| {} | {} | {} ({}) | {} | {} | {} | {} | {} |",
                    cell(&column.column),
                    column.class,
                    column.action,
                    decided(column),
                    values.seen,
                    values.changed,
                    values.null,
                    values.invalid,
                    values.kept
                );
            }
            text.push('\n');
        }
        if columns(false).next().is_some() && !matches!(table.action, "truncated" | "dropped") {
            text.push_str("| kept | class | decided by | because |\n|---|---|---|---|\n");
            for column in columns(false) {
                let because = match column.action {
                    "recompute" => "computed anew by the server",
                    _ => column.because.as_deref().unwrap_or_default(),
                };
                let _ = writeln!(
                    text,
                    "| {} | {} | {} | {} |",
                    cell(&column.column),
                    column.class,
                    decided(column),
                    cell(because)
                );
            }
        }
    }
    text
}

fn decided(column: &ScrubbedColumn) -> String {
    match column.rule {
        Some(index) => format!("columns[{index}]"),
        None => column.decided_by.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Text that stays in its cell.
fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ")
}
