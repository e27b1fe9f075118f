//! A server's state as text: equal texts mean equal databases, and the first line that differs says where they are not.

use crate::Result;
use crate::server::{TestServer, quote, unhex};
use dumpstream_sandbox::Flavor;
use std::fmt;

/// How many tables one client run is asked about, to keep the script at a readable size when it fails.
const TABLES_PER_QUERY: usize = 500;

/// Schemas, tables with row counts and checksums, objects, and all definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    text: String,
}

impl Snapshot {
    /// Asks the server about databases.
    pub(crate) fn take(server: &TestServer, names: &[String]) -> Result<Self> {
        if names.is_empty() {
            return Ok(Self { text: String::new() });
        }
        let mut text = String::new();
        let listed: Vec<String> = names.iter().map(|n| hex_literal(n)).collect();
        let listed = listed.join(", ");
        let mut section = |title: &str, rows: &[String]| {
            text += &format!("== {title} ({})\n", rows.len());
            for row in rows {
                text += row;
                text.push('\n');
            }
        };
        let rows = |columns: &[&str], table: &str, schema: &str, rest: &str| -> Result<Vec<Vec<String>>> {
            let hexed: Vec<String> = columns.iter().map(|c| format!("HEX(COALESCE({c}, ''))")).collect();
            let sql = format!(
                "SELECT {} FROM information_schema.{table} WHERE {schema} IN ({listed}) \
                 AND CONVERT({schema} USING utf8mb4) COLLATE utf8mb4_bin IN ({listed}) {rest}",
                hexed.join(", ")
            );
            let rows = server.sql(&sql)?;
            rows.lines().map(|l| l.split('\t').map(unhex).collect()).collect()
        };
        let lines = |rows: Vec<Vec<String>>| -> Vec<String> {
            let mut lines: Vec<String> = rows.into_iter().map(|r| r.join(" | ").escape_debug().to_string()).collect();
            lines.sort();
            lines
        };

        let schema = rows(
            &["schema_name", "default_character_set_name", "default_collation_name"],
            "schemata",
            "schema_name",
            "",
        )?;
        section("schemas", &lines(schema));

        let mut tables = rows(
            &["table_schema", "table_name", "table_type", "engine"],
            "tables",
            "table_schema",
            "AND table_type <> 'VIEW'",
        )?;
        tables.sort();
        // With a multi-valued index, two loads of the same rows have two checksums.
        let uncheckable = if server.sandbox().flavor() == Flavor::MySql {
            rows(&["table_schema", "table_name"], "statistics", "table_schema", "AND expression LIKE '% array%'")?
        } else {
            Vec::new()
        };
        let mut described = Vec::new();
        for part in tables.chunks(TABLES_PER_QUERY) {
            let mut sql = String::new();
            for table in part {
                let name = format!("{}.{}", quote(&table[0]), quote(&table[1]));
                sql += &format!("SELECT COUNT(*) FROM {name}; ");
                if uncheckable.iter().any(|u| u[..] == table[..2]) {
                    let columns = rows(
                        &["column_name"],
                        "columns",
                        "table_schema",
                        &format!(
                            "AND table_schema = {} AND table_name = {} ORDER BY ordinal_position",
                            hex_literal(&table[0]),
                            hex_literal(&table[1])
                        ),
                    )?;
                    let values: Vec<String> =
                        columns.iter().map(|c| format!("COALESCE(HEX({}), 'NULL')", quote(&c[0]))).collect();
                    sql += &format!("SELECT SUM(CRC32(CONCAT_WS('|', {}))) FROM {name};\n", values.join(", "));
                } else {
                    sql += &format!("CHECKSUM TABLE {name} EXTENDED;\n");
                }
            }
            let answer = server.sql(&sql)?;
            let answers: Vec<&str> = answer.lines().collect();
            for (i, table) in part.iter().enumerate() {
                let count = answers.get(2 * i).copied().unwrap_or("?");
                let sum = answers.get(2 * i + 1).and_then(|l| l.rsplit('\t').next()).unwrap_or("?");
                let line = format!("{} | {count} rows | checksum {sum}", table.join(" | ").escape_debug());
                described.push(line);
            }
        }
        section("tables", &described);

        section("views", &lines(rows(&["table_schema", "table_name"], "views", "table_schema", "")?));
        let routines = rows(&["routine_schema", "routine_type", "routine_name"], "routines", "routine_schema", "")?;
        section("routines", &lines(routines));
        let triggers = rows(
            &["trigger_schema", "event_object_table", "trigger_name", "action_order"],
            "triggers",
            "trigger_schema",
            "",
        )?;
        section("triggers", &lines(triggers));
        section("events", &lines(rows(&["event_schema", "event_name"], "events", "event_schema", "")?));

        text += "== definitions\n";
        for chunk in server.definitions(names)?.utf8_chunks() {
            text += chunk.valid();
            for byte in chunk.invalid() {
                text += &format!("\\x{byte:02x}");
            }
        }
        Ok(Self { text })
    }

    /// A snapshot that was kept as text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no database but the server's own.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where `self` and `other` first differ.
    pub fn first_difference(&self, other: &Self) -> Option<Difference> {
        let (mut left, mut right) = (self.text.lines(), other.text.lines());
        let mut context = String::new();
        let mut number = 0;
        loop {
            number += 1;
            match (left.next(), right.next()) {
                (None, None) => return None,
                (a, b) if a == b => {
                    let line = a.unwrap_or_default();
                    if line.starts_with("== ") || line.starts_with("CREATE ") || line.starts_with("USE ") {
                        context = line.to_owned();
                    }
                }
                (a, b) => {
                    let show = |line: Option<&str>, other: Option<&str>| match line {
                        Some(line) => around_difference(line, other.unwrap_or_default()),
                        None => "(nothing more)".to_owned(),
                    };
                    return Some(Difference { line: number, context, left: show(a, b), right: show(b, a) });
                }
            }
        }
    }
}

/// Where two snapshots part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Line number in the snapshots' text.
    pub line: usize,
    /// The heading or definition the line belongs to.
    pub context: String,
    /// The line as the first has it.
    pub left: String,
    /// The line as the second has it.
    pub right: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} in [{}]\n  client: {}\n  ours:   {}", self.line, self.context, self.left, self.right)
    }
}

/// As much of `line` as is needed to see where it differs from `other`.
fn around_difference(line: &str, other: &str) -> String {
    const BEFORE: usize = 60;
    const LENGTH: usize = 180;
    let same = line.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = if line.chars().count() <= LENGTH { 0 } else { same.saturating_sub(BEFORE) };
    let part: String = line.chars().skip(from).take(LENGTH).collect();
    format!("{}{}", if from > 0 { "…" } else { "" }, part.escape_debug())
}

/// `text` as a literal that needs no escaping and compares as text.
fn hex_literal(text: &str) -> String {
    let digits: String = text.bytes().map(|b| format!("{b:02x}")).collect();
    format!("CONVERT(0x{digits} USING utf8mb4)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_difference_names_the_line_and_its_section() {
        let a = Snapshot::from_text("== tables (1)\nd | t | 5 rows\n== definitions\n");
        let b = Snapshot::from_text("== tables (1)\nd | t | 4 rows\n== definitions\n");
        let found = a.first_difference(&b).expect("they differ");
        assert_eq!((found.line, found.context.as_str()), (2, "== tables (1)"));
        assert_eq!((found.left.as_str(), found.right.as_str()), ("d | t | 5 rows", "d | t | 4 rows"));
        assert_eq!(a.first_difference(&a), None);
        let end = a.first_difference(&Snapshot::from_text("")).expect("one is empty");
        assert_eq!(end.right, "(nothing more)");
    }
}
