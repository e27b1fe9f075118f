//! What `verify`, `inspect`, `discover` and `scrub` tell people. Text in, text out; [`crate::console`] prints.

use crate::render::{Paint, bytes, count, plural, printable, rate, seconds};
use dumpstream::content::{DumpDatabase, DumpTable};
use dumpstream::discover::DiscoverReport;
use dumpstream::inspect::{Hazard, InspectReport, Severity};
use dumpstream::report::{FileReport, SourceReport};
use dumpstream::scrub::{ScrubReport, ValuesReport};
use dumpstream::verify::{AgainstReport, VerifiedTable, VerifyReport};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Columns that text is wrapped at.
const WIDTH: usize = 100;

/// Most tables that a verification lists, the largest first.
const VERIFIED_TABLES_MAX: usize = 10;

/// Most tables of one database that an inspection lists, the largest first.
const TABLES_MAX: usize = 40;

/// Most lines of each kind that a comparison lists.
const COMPARED_MAX: usize = 20;

/// Most names that stand in one list.
const NAMES_MAX: usize = 12;

/// The end of a verification that found nothing wrong.
pub fn verified(report: &VerifyReport, paint: Paint) -> String {
    let source = &report.source;
    let found = match report.warnings.iter().any(|w| matches!(w.code.as_str(), "end_unmarked" | "cut_off_within")) {
        false => "whole and well formed",
        true => "well formed; whether it is whole, see the warning",
    };
    let mut text = format!("{} {}: {found}\n\n", paint.good("Verified"), printable(&source.name));
    let mut facts = Facts { text: &mut text, paint };
    facts.line("rows", &format!("{} in {}", count(report.rows), plural(report.tables.len() as u64, "table")));
    facts.line("objects", &objects(&report.objects));
    facts.line("dump by", &made_by(source.producer.as_deref(), source.server.as_deref(), None));
    facts.line("ends", &end(report.end, report.completed.as_deref()));
    facts.line("read", &size(source));
    facts
        .line("took", &format!("{}: {}/s", seconds(report.seconds), bytes(rate(source.decoded_bytes, report.seconds))));
    facts.line("memory", &format!("{:.0} MiB at its peak", report.peak_memory_bytes as f64 / f64::from(1 << 20)));
    facts.line("SHA-256", source.sha256.as_deref().unwrap_or_default());
    text.push('\n');
    let mut largest: Vec<&VerifiedTable> = report.tables.iter().collect();
    largest.sort_by_key(|t| (Reverse(t.bytes), Reverse(t.rows)));
    let rows = largest.iter().take(VERIFIED_TABLES_MAX).map(|t| {
        [t.table.clone(), count(t.rows), bytes(t.bytes), bytes(t.largest_row_bytes)].map(|c| printable(&c).into_owned())
    });
    grid(&mut text, paint, ["table", "rows", "size", "largest row"], 3, rows.collect());
    more(&mut text, largest.len(), VERIFIED_TABLES_MAX, "table");
    text
}

/// The end of a discovery. `rules` and `lock` are where these were written, if to files.
pub fn discovered(report: &DiscoverReport, rules: Option<&Path>, lock: Option<&Path>, paint: Paint) -> String {
    let mut text = format!("{} {}\n\n", paint.good("Discovered"), printable(&report.source.name));
    let columns = || report.tables.iter().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    let mut classes: BTreeMap<&str, u64> = BTreeMap::new();
    columns().for_each(|(_, c)| *classes.entry(c.class).or_default() += 1);
    let of = |class: &str| classes.get(class).copied().unwrap_or_default();
    let all: u64 = classes.values().sum();
    let personal: Vec<String> = classes
        .iter()
        .filter(|(class, _)| !matches!(**class, "none" | "unknown"))
        .map(|(class, n)| format!("{} {class}", count(*n)))
        .collect();
    let mut facts = Facts { text: &mut text, paint };
    facts.line("columns", &format!("{} in {}", count(all), plural(report.tables.len() as u64, "table")));
    facts.line("personal", &if personal.is_empty() { "none".to_owned() } else { personal.join(", ") });
    facts.line("harmless", &count(of("none")));
    facts.line("undecided", &count(report.undecided.len() as u64));
    facts.line("looked at", &format!("{} rows", count(report.tables.iter().map(|t| t.looked_at).sum())));
    facts.line("rules", &rules.map_or_else(|| "on standard output".to_owned(), |path| path.display().to_string()));
    facts.line("lockfile", &lock.map(|path| path.display().to_string()).unwrap_or_default());
    let check = match (report.check.refusals.first(), report.check.result) {
        (Some(error), _) => {
            let more = match report.check.refusals.len() {
                1 => String::new(),
                n => format!(" (and {} more)", plural(n as u64 - 1, "reason")),
            };
            format!("the rules are refused for this dump: {}{more}; the file says why, and what to do", error.message)
                .replace('\n', " ")
        }
        (None, "passed") => "the rules fit all of the dump".to_owned(),
        _ => "the source can be read only once, so the rules were not held against it".to_owned(),
    };
    facts.line("check", &check);
    facts.line(
        "took",
        &format!("{}: {}/s", seconds(report.seconds), bytes(rate(report.source.decoded_bytes, report.seconds))),
    );
    facts.line("memory", &format!("{:.0} MiB at its peak", report.peak_memory_bytes as f64 / f64::from(1 << 20)));
    let found: Vec<[String; 4]> = columns()
        .filter(|(_, c)| !matches!(c.class, "none" | "unknown"))
        .map(|(t, c)| {
            let name = format!("{}.{}", t.table, c.column);
            [name, c.class.to_owned(), c.by.clone(), c.rule.unwrap_or("no rule").to_owned()]
                .map(|cell| printable(&cell).into_owned())
        })
        .collect();
    let most = found.len();
    if most > 0 {
        text.push('\n');
    }
    grid(&mut text, paint, ["column", "class", "by", "becomes"], 4, found.into_iter().take(TABLES_MAX).collect());
    more(&mut text, most, TABLES_MAX, "column");
    let changes = &report.lock_changes;
    for (title, items) in [
        ("To be decided by a person: replaced until then, or refused where nothing fits", &report.undecided),
        ("New in the lockfile", &changes.added),
        ("Changed in the lockfile", &changes.changed),
        ("In the lockfile, and not in the dump", &changes.gone),
        ("Called harmless by a person, and looks personal", &changes.disputed),
    ] {
        if items.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n{}\n", paint.strong(title));
        for item in items.iter().take(COMPARED_MAX) {
            wrap(&mut text, "  ", "  ", &words(&printable(item)));
        }
        more(&mut text, items.len(), COMPARED_MAX, "column");
    }
    text
}

/// The end of a scrub.
pub fn scrubbed(report: &ScrubReport, paint: Paint) -> String {
    let source = &report.source;
    let (from, to) = (printable(&source.name), printable(&report.destination.name));
    let mut text = format!("{} {from} into {to}\n\n", paint.good("Scrubbed"));
    let mut facts = Facts { text: &mut text, paint };
    let tables = |action: &str| report.scrub.tables.iter().filter(|t| t.action == action).count() as u64;
    let mut parts = vec![plural(report.scrub.tables.len() as u64, "table")];
    parts.extend(
        ["filtered", "truncated", "dropped"].iter().filter(|a| tables(a) > 0).map(|a| format!("{} {a}", tables(a))),
    );
    facts.line("tables", &parts.join(", "));
    let columns = || report.scrub.tables.iter().flat_map(|t| &t.columns);
    let values = || columns().filter_map(|c| c.values);
    let replaced = values().count() as u64;
    facts.line(
        "columns",
        &format!(
            "{} replaced, {} kept",
            count(replaced),
            count(columns().filter(|c| c.action == "keep").count() as u64)
        ),
    );
    let sum = |of: fn(&ValuesReport) -> u64| values().map(|v| of(&v)).sum::<u64>();
    facts.line(
        "values",
        &format!(
            "{} seen, {} changed, {} NULL",
            count(sum(|v| v.seen)),
            count(sum(|v| v.changed)),
            count(sum(|v| v.null))
        ),
    );
    if sum(|v| v.invalid) > 0 {
        facts.line(
            "invalid",
            &format!("{} values weren't what their rule is for, and went by its on_invalid", count(sum(|v| v.invalid))),
        );
    }
    facts.line("rules", &format!("{}, SHA-256 {}", printable(&report.scrub.rules.name), report.scrub.rules.sha256));
    facts.line("key", report.scrub.rules.key_id.as_deref().unwrap_or_default());
    facts.line("read", &size(source));
    facts.line("written", &bytes(report.destination.bytes));
    facts
        .line("took", &format!("{}: {}/s", seconds(report.seconds), bytes(rate(source.decoded_bytes, report.seconds))));
    facts.line("memory", &format!("{:.0} MiB at its peak", report.peak_memory_bytes as f64 / f64::from(1 << 20)));
    facts.line("SHA-256", report.destination.sha256.as_deref().unwrap_or_default());
    text
}

/// What a comparison with a live server found.
pub fn compared(against: &AgainstReport, paint: Paint) -> String {
    let (tables, structure) = (&against.tables, &against.structure);
    let mut text = format!("\n{}\n\n", paint.strong(&format!("Compared with {}", printable(&against.target))));
    let mut facts = Facts { text: &mut text, paint };
    facts.line("server", &against.version);
    facts.line("rows", &extent(tables.iter().map(|t| Some(t.verified.rows.as_str()))));
    facts.line("content", &extent(tables.iter().map(|t| t.verified.content.as_deref())));
    let mut parts = vec![format!("{} compared", plural(structure.compared, "definition"))];
    let counts = [(structure.differences.len(), "difference"), (structure.not_compared.len(), "not compared")];
    parts.extend(counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| match *what {
        "difference" => plural(*n as u64, what),
        what => format!("{} {what}", count(*n as u64)),
    }));
    facts.line("structure", &parts.join(", "));
    facts.line("took", &seconds(against.seconds));
    let mut list = |title: &str, items: Vec<(String, String)>| {
        if items.is_empty() {
            return;
        }
        let _ = writeln!(text, "\n{}\n", paint.strong(title));
        let most = items.len();
        for (object, what) in items.into_iter().take(COMPARED_MAX) {
            let first = format!("  {} ", paint.label(&format!("{}:", printable(&object))));
            wrap(&mut text, &first, "    ", &words(&printable(&what)));
        }
        more(&mut text, most, COMPARED_MAX, "line");
    };
    let mut differences: Vec<(String, String)> = Vec::new();
    let mut uncovered = Vec::new();
    for table in tables {
        let name = format!("table {}", table.table);
        let verified = &table.verified;
        let content = verified.content.as_deref().unwrap_or_default();
        if verified.rows == "different" || content == "different" {
            let what = if verified.rows == "different" { "another number of rows" } else { "other values" };
            differences.push((name.clone(), what.to_owned()));
        }
        let why = [content, &verified.rows].into_iter().find_map(|w| w.strip_prefix("not covered: "));
        uncovered.extend(why.map(|why| (name.clone(), why.to_owned())));
        let columns = verified.uncovered_columns.iter();
        uncovered.extend(columns.map(|c| (format!("column {}.{}", table.table, c.column), c.reason.clone())));
    }
    differences.extend(structure.differences.iter().map(|d| (d.object.clone(), d.what.clone())));
    list("Differences", differences);
    list("Not covered", uncovered);
    list("Not compared", structure.not_compared.iter().map(|n| (n.object.clone(), n.reason.clone())).collect());
    let others = structure.not_in_dump.iter().map(|o| (o.clone(), "the dump doesn't define it".to_owned()));
    list("Besides", others.collect());
    text
}

/// How many tables came out in which way.
fn extent<'a>(words: impl Iterator<Item = Option<&'a str>>) -> String {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for word in words.flatten() {
        *counts.entry(word.split(':').next().unwrap_or(word)).or_default() += 1;
    }
    counts.iter().map(|(word, n)| format!("{} {word}", plural(*n, "table"))).collect::<Vec<_>>().join(", ")
}

/// What an inspection found.
pub fn inspected(report: &InspectReport, paint: Paint) -> String {
    let (source, dump) = (&report.source, &report.dump);
    let mut text = format!("{}\n\n", paint.strong(&printable(&source.name)));
    let mut facts = Facts { text: &mut text, paint };
    let producer =
        [&dump.producer, &dump.producer_version].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let producer = Some(producer).filter(|p| !p.is_empty());
    facts.line("made by", &made_by(producer.as_deref(), dump.server.as_deref(), dump.host.as_deref()));
    facts.line("date", dump.date.as_deref().unwrap_or_default());
    facts.line("ends", &end(dump.end, None));
    facts.line("size", &format!("{}, {}", size(source), plural(dump.lines, "line")));
    let mut holds = vec![
        plural(report.databases.len() as u64, "database"),
        plural(report.tables.len() as u64, "table"),
        plural(dump.rows, "row"),
    ];
    holds.extend(report.object_counts.iter().map(|(kind, n)| plural(*n, kind)));
    facts.line("holds", &holds.join(", "));
    facts.line("SHA-256", source.sha256.as_deref().unwrap_or_default());
    hazards(&mut text, &report.hazards, &source.files, paint);
    for database in &report.databases {
        tables(&mut text, database, &report.tables, paint);
    }
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for object in &report.objects {
        kinds.entry(object.kind).or_default().push(object.full_name());
    }
    if !kinds.is_empty() {
        let _ = writeln!(text, "\n{}\n", paint.strong("Other objects"));
    }
    for (kind, names) in kinds {
        let first = format!("  {} ", paint.label(&format!("{kind:<9}")));
        wrap(&mut text, &first, &" ".repeat(12), &list(&names));
    }
    let mut statements: Vec<(&str, u64)> = report.statements.iter().map(|(k, n)| (*k, *n)).collect();
    statements.sort_by_key(|(_, n)| Reverse(*n));
    if !statements.is_empty() {
        let _ = writeln!(text, "\n{}\n", paint.strong("Statements besides rows"));
        let told = statements.iter().map(|(kind, n)| format!("{kind} × {}", count(*n))).collect();
        wrap(&mut text, "  ", "  ", &commas(told));
    }
    text
}

/// Labelled lines.
struct Facts<'a> {
    text: &'a mut String,
    paint: Paint,
}

impl Facts<'_> {
    fn line(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            let first = format!("  {} ", self.paint.label(&format!("{label:<9}")));
            wrap(self.text, &first, &" ".repeat(12), &words(&printable(value)));
        }
    }
}

fn made_by(producer: Option<&str>, server: Option<&str>, host: Option<&str>) -> String {
    let mut text = producer.unwrap_or("a program that doesn't say so").to_owned();
    if let Some(server) = server {
        let _ = write!(text, ", from a server {server}");
    }
    if let Some(host) = host {
        let _ = write!(text, " on {host}");
    }
    text
}

/// How the dump ends, in words.
fn end(end: Option<&str>, date: Option<&str>) -> String {
    let date = date.map(|d| format!(", {d}")).unwrap_or_default();
    match end {
        Some("footer") => format!("with its producer's last line{date}"),
        Some("settings_set_back") => "with its settings set back, as its producer ends a dump".to_owned(),
        Some(_) => "without a mark: whether something is missing behind it can't be told".to_owned(),
        None => "too early: it is cut off".to_owned(),
    }
}

fn size(source: &SourceReport) -> String {
    match source.codec {
        _ if !source.files.is_empty() => {
            format!("{}, {} of SQL", plural(source.files.len() as u64, "dump"), bytes(source.decoded_bytes))
        }
        "none" => format!("{} of SQL", bytes(source.decoded_bytes)),
        codec => format!("{} of {codec}, {} of SQL", bytes(source.encoded_bytes), bytes(source.decoded_bytes)),
    }
}

fn objects(counts: &BTreeMap<&'static str, u64>) -> String {
    counts.iter().map(|(kind, n)| plural(*n, kind)).collect::<Vec<_>>().join(", ")
}

fn hazards(text: &mut String, hazards: &[Hazard], files: &[FileReport], paint: Paint) {
    let _ = writeln!(text, "\n{}\n", paint.strong("Hazards"));
    if hazards.is_empty() {
        text.push_str("  none that the dump tells\n");
    }
    for hazard in hazards {
        let word = format!("{:<8}", hazard.severity.name());
        let word = match hazard.severity {
            Severity::Refused | Severity::Fails => paint.bad(&word),
            Severity::Differs => paint.careful(&word),
            Severity::Note => paint.label(&word),
        };
        let mut code = hazard.code.to_owned();
        if let Some(kind) = hazard.kind {
            let _ = write!(code, " ({kind})");
        }
        let targets = match hazard.targets {
            ["any"] => String::new(),
            some => format!(" on {}", some.join(", ")),
        };
        let times = match hazard.count {
            1 => String::new(),
            n => format!(", {} times", count(n)),
        };
        let at = hazard.first.map(|p| {
            let file = p.file.and_then(|n| files.get(n)).map(|f| format!("{}, ", printable(&f.name)));
            format!(": {}line {}, byte {}{times}", file.unwrap_or_default(), count(p.line), count(p.offset))
        });
        let _ = writeln!(text, "  {word} {}{targets}{}", paint.strong(&code), at.unwrap_or_default());
        let indent = " ".repeat(11);
        let mut line = |label: &str, items: &[String]| {
            let first = format!("{indent}{} ", paint.label(label));
            wrap(text, &first, &format!("{indent}      "), items);
        };
        line("why: ", &words(&hazard.why));
        if !hazard.names.is_empty() {
            line("what:", &list(&hazard.names));
        }
        line("help:", &words(&hazard.help));
    }
}

fn tables(text: &mut String, database: &DumpDatabase, all: &[DumpTable], paint: Paint) {
    let mut tables: Vec<&DumpTable> = all.iter().filter(|t| t.database == database.name).collect();
    let name = database.name.as_deref().map_or(Cow::Borrowed("Tables without a database"), |n| printable(n));
    let charset = database.collation.as_deref().or(database.charset.as_deref()).map(|c| format!(", {c}"));
    let _ = writeln!(
        text,
        "\n{}: {}, {}, {}{}\n",
        paint.strong(&name),
        plural(database.tables, "table"),
        plural(database.rows, "row"),
        bytes(database.bytes),
        charset.unwrap_or_default()
    );
    tables.sort_by_key(|t| (Reverse(t.bytes), Reverse(t.rows)));
    let rows = tables.iter().take(TABLES_MAX).map(|t| {
        let charset = t.collation.as_deref().or(t.charset.as_deref()).unwrap_or_default();
        [
            t.table.clone(),
            count(t.rows),
            bytes(t.bytes),
            bytes(t.largest_row_bytes),
            t.engine.clone().unwrap_or_default(),
            charset.to_owned(),
            keys(t),
        ]
        .map(|c| printable(&c).into_owned())
    });
    grid(text, paint, ["table", "rows", "size", "largest row", "engine", "charset", "keys"], 3, rows.collect());
    more(text, tables.len(), TABLES_MAX, "table");
}

/// A table's keys, in a few words.
fn keys(table: &DumpTable) -> String {
    if !table.defined {
        return "not defined here".to_owned();
    }
    let mut words = vec![if table.primary_key.is_empty() { "no primary".to_owned() } else { "primary".to_owned() }];
    if table.auto_increment {
        words.push("auto".to_owned());
    }
    if !table.foreign_keys.is_empty() {
        words.push(format!("{} foreign", table.foreign_keys.len()));
    }
    if table.partitioned {
        words.push("partitions".to_owned());
    }
    words.join(", ")
}

/// A table of cells: the first column to the left, the next `right` to the right, the others to the left.
fn grid<const N: usize>(text: &mut String, paint: Paint, head: [&str; N], right: usize, rows: Vec<[String; N]>) {
    if rows.is_empty() {
        return;
    }
    let mut widths = head.map(|h| h.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut line = String::new();
        for (i, (cell, width)) in cells.zip(widths).enumerate() {
            let sep = if i == 0 { "" } else { "  " };
            let _ = match (1..=right).contains(&i) {
                true => write!(line, "{sep}{cell:>width$}"),
                false => write!(line, "{sep}{cell:<width$}"),
            };
        }
        line.trim_end().to_owned()
    };
    let _ = writeln!(text, "  {}", paint.label(&line(&mut head.into_iter())));
    for row in &rows {
        let _ = writeln!(text, "  {}", line(&mut row.iter().map(String::as_str)));
    }
}

fn more(text: &mut String, all: usize, shown: usize, noun: &str) {
    if all > shown {
        let _ = writeln!(text, "  and {} more; --json has them all", plural((all - shown) as u64, noun));
    }
}

/// Names, as many as a person reads.
pub(crate) fn list(names: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = names.iter().take(NAMES_MAX).map(|n| printable(n).into_owned()).collect();
    if names.len() > NAMES_MAX {
        shown.push(format!("and {} more", count((names.len() - NAMES_MAX) as u64)));
    }
    commas(shown)
}

/// Items that stand behind each other in one sentence.
fn commas(mut items: Vec<String>) -> Vec<String> {
    let last = items.len().saturating_sub(1);
    items.iter_mut().take(last).for_each(|item| item.push(','));
    items
}

/// The words of a text.
fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Appends items in lines of at most [`WIDTH`] columns, as far as the items allow. `first` takes as much room as `others`.
fn wrap(text: &mut String, first: &str, others: &str, items: &[String]) {
    let indent = others.chars().count();
    let (mut line, mut width) = (first.to_owned(), indent);
    for (i, item) in items.iter().enumerate() {
        let long = item.chars().count();
        if width > indent && width + 1 + long > WIDTH {
            let _ = writeln!(text, "{line}");
            (line, width) = (others.to_owned(), indent);
        } else if i > 0 {
            line.push(' ');
            width += 1;
        }
        line.push_str(item);
        width += long;
    }
    let _ = writeln!(text, "{line}");
}
