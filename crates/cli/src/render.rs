//! Words and numbers for people: errors, warnings, the final summary. Text in, text out; [`crate::console`] prints.

use crate::page::list;
use dumpstream::error::{Error, ErrorKind};
use dumpstream::observe::Warning;
use dumpstream::report::{PauseReport, ReplacedReport, Report, TableReport, Verified};
use dumpstream::rollback::RolledBack;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Most tables the summary lists, the largest first.
const TABLES_SHOWN_MAX: usize = 10;

/// Most causes of an error that are printed. Real chains have two or three.
const CAUSES_SHOWN_MAX: usize = 8;

/// How text is set off, or not.
#[derive(Debug, Clone, Copy)]
pub struct Paint(bool);

impl Paint {
    /// With colour or without.
    pub fn new(colour: bool) -> Self {
        Self(colour)
    }

    fn set(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.set("1;31", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.set("1;32", text)
    }

    pub(crate) fn careful(self, text: &str) -> String {
        self.set("1;33", text)
    }

    pub(crate) fn strong(self, text: &str) -> String {
        self.set("1", text)
    }

    pub(crate) fn label(self, text: &str) -> String {
        self.set("36", text)
    }
}

/// An error with its place, causes, the target's state and what to do about it.
pub fn error(error: &Error, paint: Paint) -> String {
    let several = |text: &str| match error.kind() {
        ErrorKind::Policy => printable_lines(text),
        _ => printable(text).into_owned(),
    };
    let mut text = format!("{} {}\n", paint.bad("error:"), several(&error.to_string()));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {} {value}", paint.label(&format!("{label:<6}")));
        }
    };
    line("where:", &printable(&error.place().to_string()));
    let mut label = "cause:";
    for cause in causes(error) {
        line(label, &printable(&cause));
        label = "";
    }
    line("state:", &printable(error.state().unwrap_or_default()));
    // Under its own beginning.
    line("help:", &several(error.hint_text().unwrap_or_default()).replace('\n', "\n         "));
    text
}

/// Text in several lines. In those of the rules' problems, the library has made sure that no line end is a name's.
fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

/// What lies behind an error. Many libraries repeat the inner message in the outer one; such a repetition is left out.
fn causes(error: &Error) -> Vec<String> {
    let mut causes: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next.filter(|_| causes.len() < CAUSES_SHOWN_MAX) {
        let text = cause.to_string();
        match causes.last() {
            Some(outer) if outer.contains(&text) => {}
            _ => causes.push(text),
        }
        next = cause.source();
    }
    causes
}

/// A warning, on one line.
pub fn warning(warning: &Warning, paint: Paint) -> String {
    let mut text = paint.careful("warning:");
    let mut sep = " ";
    let mut part = |value: String| {
        let _ = write!(text, "{sep}{}", printable(&value));
        sep = ", ";
    };
    if let Some(table) = &warning.table {
        part(format!("table {table}"));
    }
    if let Some(row) = warning.row {
        part(format!("row {}", count(row)));
    }
    if let Some(column) = &warning.column {
        part(format!("column {column}"));
    }
    let colon = if sep == ", " { ":" } else { "" };
    let _ = writeln!(text, "{colon} {}", printable(&warning.message));
    text
}

/// What a run that went well did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Loaded the dump.
    Restored,
    /// Said what it would do.
    Checked,
    /// Read the dump, and loaded nothing.
    Read,
}

/// The end of a run that went well.
pub fn summary(report: &Report, done: Done, paint: Paint) -> String {
    let (source, target) = (&report.source, &report.target);
    let (from, to) = (printable(&source.name), printable(&target.name));
    let mut text = match done {
        Done::Restored => format!("{} {from} into {to}\n\n", paint.good("Restored")),
        Done::Checked => format!("{} {from} for {to}; nothing was loaded\n\n", paint.good("Checked")),
        Done::Read => format!("{} {from}; nothing was loaded\n\n", paint.good("Read")),
    };
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "  {} {}", paint.label(&format!("{label:<9}")), printable(&value));
        }
    };
    let rows: u64 = report.tables.iter().map(|t| t.rows).sum();
    line("rows", format!("{} in {}", count(rows), plural(report.tables.len() as u64, "table")));
    line(
        "resumed",
        report.resumed.map_or_else(String::new, |r| {
            format!("{} rows in {} were in already", count(r.rows), plural(r.blocks, "block"))
        }),
    );
    line("objects", report.objects.iter().map(|(kind, n)| plural(*n, kind)).collect::<Vec<_>>().join(", "));
    line("databases", target.databases.join(", "));
    line("left out", list(&source.databases_left_out).join(" "));
    for replaced in &report.replaced {
        line(if done == Done::Checked { "replaces" } else { "replaced" }, replacement(replaced));
    }
    line(
        "read",
        match source.codec {
            "none" => format!("{} of SQL", bytes(source.decoded_bytes)),
            codec => format!("{} of {codec}, {} of SQL", bytes(source.encoded_bytes), bytes(source.decoded_bytes)),
        },
    );
    line(
        "took",
        format!(
            "{}: {}/s, {} rows/s",
            seconds(report.seconds),
            bytes(rate(source.decoded_bytes, report.seconds)),
            count(rate(rows, report.seconds))
        ),
    );
    line("held back", pauses(&report.pauses));
    line("phases", phases(&report.phases));
    line("verified", verified(&report.tables));
    line("memory", format!("{:.0} MiB at its peak", report.peak_memory_bytes as f64 / f64::from(1 << 20)));
    line(
        "dump by",
        [&source.producer, &source.server].into_iter().flatten().cloned().collect::<Vec<_>>().join(", from "),
    );
    line("server", target.version.clone().unwrap_or_default());
    line("SHA-256", source.sha256.clone().unwrap_or_default());
    line("warnings", warning_counts(&report.warnings));
    text.push_str(&tables(&report.tables, paint));
    text
}

/// What was compared with the dump, and of how much nothing can be said.
fn verified(tables: &[TableReport]) -> String {
    let known: Vec<&Verified> = tables.iter().filter_map(|t| t.verified.as_ref()).collect();
    let part = |what: &str, of: Vec<&str>| {
        let equal = of.iter().filter(|v| **v == "equal").count();
        let rest = of.len() - equal;
        let rest = if rest > 0 { format!(" (not of {rest}: the report says why)") } else { String::new() };
        format!("{what} of {}{rest}", plural(equal as u64, "table"))
    };
    if known.is_empty() {
        return String::new();
    }
    let mut parts = vec![part("rows", known.iter().map(|v| v.rows.as_str()).collect())];
    let content: Vec<&str> = known.iter().filter_map(|v| v.content.as_deref()).collect();
    if !content.is_empty() {
        parts.push(part("content", content));
    }
    let columns: usize = known.iter().map(|v| v.uncovered_columns.len()).sum();
    if columns > 0 {
        parts.push(format!("without {}", plural(columns as u64, "column")));
    }
    parts.join(", ")
}

/// What became, or would become, of what was there before.
fn replacement(replaced: &ReplacedReport) -> String {
    let old = match (replaced.tables_before, &replaced.kept_as) {
        (_, Some(kept)) => format!("the old ones kept as {kept}"),
        (0, None) => "nothing was there".to_owned(),
        (_, None) => "the old ones dropped".to_owned(),
    };
    let tables = |n: usize| plural(n as u64, "table");
    format!("{}: {} by {}, {old}", replaced.schema, tables(replaced.tables_before), tables(replaced.tables_after))
}

/// What a rollback did.
pub fn rolled_back(done: &[RolledBack], paint: Paint) -> String {
    let mut text = String::new();
    for schema in done {
        let (name, verb) = (printable(&schema.schema), paint.good("Rolled back"));
        let _ = match &schema.from {
            Some(from) => write!(text, "{verb} {name} to {}", printable(from)),
            None => write!(
                text,
                "{verb} {name}: a swap that had been interrupted was taken back; once more goes further back"
            ),
        };
        if let Some(kept) = &schema.kept_as {
            let _ = write!(text, "; what was there until now is kept as {}", printable(kept));
        }
        text.push('\n');
    }
    text
}

/// The phases in the order they begin, with their times.
fn phases(phases: &BTreeMap<&'static str, f64>) -> String {
    let order = ["prepare", "rows", "indexes", "objects", "verify", "swap"];
    let rank = |name: &str| order.iter().position(|o| *o == name).unwrap_or(order.len());
    let mut known: Vec<_> = phases.iter().collect();
    known.sort_by_key(|(name, _)| rank(name));
    known.iter().map(|(name, took)| format!("{name} {}", seconds(**took))).collect::<Vec<_>>().join(", ")
}

/// How long rows were held back, and why.
fn pauses(pauses: &BTreeMap<&'static str, PauseReport>) -> String {
    let text = |(reason, p): (&&str, &PauseReport)| {
        format!("{} in {} ({})", seconds(p.seconds), plural(p.pauses, "pause"), held_back_by(reason))
    };
    pauses.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// What a reason for a pause is called.
pub(crate) fn held_back_by(reason: &str) -> &str {
    match reason {
        "lag" => "replica lag",
        "threads_running" => "running threads",
        "unreadable" => "the target doesn't say how it is",
        reason => reason,
    }
}

fn warning_counts(warnings: &[Warning]) -> String {
    let mut counts = BTreeMap::<&str, u64>::new();
    for warning in warnings {
        *counts.entry(&warning.code).or_default() += 1;
    }
    counts.iter().map(|(code, n)| format!("{code} × {}", count(*n))).collect::<Vec<_>>().join(", ")
}

fn tables(tables: &[TableReport], paint: Paint) -> String {
    if tables.is_empty() {
        return String::new();
    }
    let mut largest: Vec<&TableReport> = tables.iter().collect();
    largest.sort_by_key(|t| (std::cmp::Reverse(t.bytes), std::cmp::Reverse(t.rows)));
    largest.truncate(TABLES_SHOWN_MAX);
    let names: Vec<Cow<'_, str>> = largest.iter().map(|t| printable(&t.table)).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).max("table".len());
    let head =
        format!("{:<width$} {:>15} {:>10} {:>9}  {:<9}  {}", "table", "rows", "size", "time", "method", "keys after");
    let mut text = format!("\n  {}\n", paint.label(head.trim_end()));
    for (table, name) in largest.iter().zip(&names) {
        let keys = match table.deferred_keys {
            0 => String::new(),
            n => format!("{n} in {}", seconds(table.index_seconds)),
        };
        let line = format!(
            "{name:<width$} {:>15} {:>10} {:>9}  {:<9}  {keys}",
            count(table.rows),
            bytes(table.bytes),
            seconds(table.seconds),
            table.method
        );
        let _ = writeln!(text, "  {}", line.trim_end());
    }
    let hidden = tables.len().saturating_sub(TABLES_SHOWN_MAX);
    if hidden > 0 {
        let _ = writeln!(text, "  and {} more", count(hidden as u64));
    }
    text
}

/// `1234567` as `1,234,567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes in decimal units, as files and networks are measured.
pub fn bytes(n: u64) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB"];
    if n < 1000 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1e3;
    let mut unit = 0;
    // 999.95 would round to 1000.0.
    while value >= 999.95 && unit + 1 < units.len() {
        value /= 1e3;
        unit += 1;
    }
    format!("{value:.1} {}", units[unit])
}

/// A duration at the precision a person cares for.
pub fn seconds(s: f64) -> String {
    match s {
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 119.95 => format!("{s:.1} s"),
        s => {
            let whole = s.round() as u64;
            match whole / 3600 {
                0 => format!("{}m{:02}s", whole / 60, whole % 60),
                hours => format!("{hours}h{:02}m", whole / 60 % 60),
            }
        }
    }
}

/// So many of a thing, its noun in the plural where it must be.
pub fn plural(n: u64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s}", count(n))
}

/// How many in a second.
pub fn rate(n: u64, seconds: f64) -> u64 {
    if seconds > 0.0 { (n as f64 / seconds) as u64 } else { 0 }
}

/// Makes control characters visible: names come from the dump, and a terminal would obey them.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Takes the passwords of URLs on the command line out of a message that repeats its words.
pub fn without_passwords(message: &str, args: &[String]) -> String {
    let mut message = message.to_owned();
    for arg in args {
        let Some((_, rest)) = arg.split_once("://") else { continue };
        let Some((login, _)) = rest.rsplit_once('@') else { continue };
        if let Some((_, password)) = login.split_once(':').filter(|(_, password)| !password.is_empty()) {
            message = message.replace(&format!(":{password}@"), ":***@");
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use dumpstream::report::{SourceReport, TargetReport};

    #[test]
    fn an_error_says_what_where_why_and_what_to_do() {
        let cause = std::io::Error::other("disk on fire");
        let e = Error::target("the server refused a row")
            .at(|p| (p.source, p.line, p.table, p.row) = (Some("d.sql".into()), Some(7), Some("a.b".into()), Some(3)))
            .caused_by(cause)
            .leaving("what this run created was dropped")
            .hint("call the fire brigade");
        assert_eq!(
            error(&e, Paint::new(false)),
            "\
error: the server refused a row
  where: d.sql, line 7, table a.b, row 3
  cause: disk on fire
  state: what this run created was dropped
  help:  call the fire brigade
"
        );
        assert!(error(&e, Paint::new(true)).starts_with("\x1b[1;31merror:\x1b[0m the server"));
        assert_eq!(error(&Error::usage("no"), Paint::new(false)), "error: no\n");
    }

    #[test]
    fn names_from_the_dump_cannot_steer_the_terminal() {
        let e = Error::source_bad("table `\x1b[2J\n`").at(|p| p.table = Some("\u{9b}31m".into()));
        let text = error(&e, Paint::new(false));
        assert_eq!(text, "error: table `\\u{1b}[2J\\n`\n  where: table \\u{9b}31m\n");
    }

    #[test]
    fn a_cause_is_said_once() {
        #[derive(Debug)]
        struct Outer(std::io::Error);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "Input/output error: {}", self.0)
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let e = Error::target("no").caused_by(Outer(std::io::Error::other("refused")));
        assert_eq!(error(&e, Paint::new(false)), "error: no\n  cause: Input/output error: refused\n");
    }

    #[test]
    fn a_warning_names_its_place() {
        let mut w =
            Warning { code: "c".into(), message: "a value was cut".into(), table: None, row: None, column: None };
        assert_eq!(warning(&w, Paint::new(false)), "warning: a value was cut\n");
        (w.table, w.row, w.column) = (Some("d.t".into()), Some(1234), Some("c".into()));
        assert_eq!(warning(&w, Paint::new(false)), "warning: table d.t, row 1,234, column c: a value was cut\n");
    }

    #[test]
    fn numbers_are_short_and_plain() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 999, 1000, 853_100_000, 999_990].map(bytes), ["0 B", "999 B", "1.0 kB", "853.1 MB", "1.0 MB"]);
        assert_eq!(
            [0.0, 9.99, 21.44, 61.0, 150.0, 7300.0].map(seconds),
            ["0.00 s", "9.99 s", "21.4 s", "61.0 s", "2m30s", "2h01m"]
        );
        assert_eq!((rate(10, 0.0), rate(10, 2.0)), (0, 5));
    }

    #[test]
    fn passwords_of_urls_are_taken_out() {
        let args = ["mysql://u:hunter2@h".to_owned(), "--to=mysql://u:p@ss@h/d".to_owned()];
        assert_eq!(
            without_passwords("unexpected 'mysql://u:hunter2@h' or '--to=mysql://u:p@ss@h/d'", &args),
            "unexpected 'mysql://u:***@h' or '--to=mysql://u:***@h/d'"
        );
    }

    #[test]
    fn the_summary_reads_well() {
        let table = |name: &str, rows, bytes, keys| TableReport {
            table: name.into(),
            verified: Some(Verified {
                rows: "equal".into(),
                content: Some(if keys > 0 { "equal" } else { "not covered: a trigger" }.into()),
                ..Verified::default()
            }),
            rows,
            bytes,
            blocks: 3,
            method: "load-data",
            seconds: 12.1,
            deferred_keys: keys,
            index_seconds: if keys > 0 { 4.2 } else { 0.0 },
        };
        let mut tables =
            vec![table("shop.orders", 1_000_000, 512_000_000, 3), table("shop.lines", 234_567, 341_100_000, 0)];
        tables.extend((0..9).map(|i| table(&format!("shop.t{i}"), 0, 0, 0)));
        let report = Report {
            scrub: None,
            schema_version: 1,
            dumpstream_version: "0.1.0",
            outcome: "ok",
            error: None,
            started_unix: 0,
            replaced: Vec::new(),
            seconds: 21.4,
            resumed: Some(dumpstream::report::ResumedReport { blocks: 1, rows: 1_000 }),
            source: SourceReport {
                name: "shop.sql.zst".into(),
                codec: "zstd",
                encoded_bytes: 210_300_000,
                decoded_bytes: 853_100_000,
                etag: None,
                version: None,
                sha256: Some("e3b0".into()),
                producer: Some("mariadb-dump 10.19".into()),
                server: Some("MariaDB 10.11.6".into()),
                ..SourceReport::default()
            },
            target: TargetReport {
                name: "mysql://app@db/shop".into(),
                version: Some("8.0.36".into()),
                databases: vec!["shop".into()],
            },
            phases: BTreeMap::from([("rows", 14.1), ("prepare", 0.2), ("indexes", 7.0)]),
            tables,
            objects: BTreeMap::from([("trigger", 1), ("view", 2)]),
            lanes: 4,
            pauses: BTreeMap::from([
                ("lag", PauseReport { pauses: 2, seconds: 12.0 }),
                ("rate", PauseReport { pauses: 1, seconds: 0.5 }),
            ]),
            settings: BTreeMap::new(),
            warnings: vec![
                Warning {
                    code: "value_changed".into(),
                    message: "m".into(),
                    table: None,
                    row: None,
                    column: None
                };
                2
            ],
            peak_memory_bytes: 150 << 20,
        };
        assert_eq!(
            summary(&report, Done::Restored, Paint::new(false)),
            "\
Restored shop.sql.zst into mysql://app@db/shop

  rows      1,234,567 in 11 tables
  resumed   1,000 rows in 1 block were in already
  objects   1 trigger, 2 views
  databases shop
  read      210.3 MB of zstd, 853.1 MB of SQL
  took      21.4 s: 39.9 MB/s, 57,690 rows/s
  held back 12.0 s in 2 pauses (replica lag), 0.50 s in 1 pause (rate)
  phases    prepare 0.20 s, rows 14.1 s, indexes 7.00 s
  verified  rows of 11 tables, content of 1 table (not of 10: the report says why)
  memory    150 MiB at its peak
  dump by   mariadb-dump 10.19, from MariaDB 10.11.6
  server    8.0.36
  SHA-256   e3b0
  warnings  value_changed × 2

  table                  rows       size      time  method     keys after
  shop.orders       1,000,000   512.0 MB    12.1 s  load-data  3 in 4.20 s
  shop.lines          234,567   341.1 MB    12.1 s  load-data
  shop.t0                   0        0 B    12.1 s  load-data
  shop.t1                   0        0 B    12.1 s  load-data
  shop.t2                   0        0 B    12.1 s  load-data
  shop.t3                   0        0 B    12.1 s  load-data
  shop.t4                   0        0 B    12.1 s  load-data
  shop.t5                   0        0 B    12.1 s  load-data
  shop.t6                   0        0 B    12.1 s  load-data
  shop.t7                   0        0 B    12.1 s  load-data
  and 1 more
"
        );
        let dry = summary(&report, Done::Checked, Paint::new(false));
        assert!(dry.starts_with("Checked shop.sql.zst for mysql://app@db/shop; nothing was loaded\n"));
    }
}
