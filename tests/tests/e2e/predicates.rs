//! Conditions on rows, against what real servers say about the same rows.

use crate::collations::Random;
use crate::support::servers;
use dumpstream_sandbox::Options;
use dumpstream_scrub::expression::Predicate;
use dumpstream_scrub::table::{Class, Column, Table};
use dumpstream_scrub::transform::Row;
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use std::fmt::Write as _;

const ROWS: usize = 60;
const PREDICATES: usize = 1_500;

/// Name, type, class, collation, and values as SQL.
type Spec = (&'static str, &'static str, Class, Option<&'static str>, &'static [&'static str]);

const TEXTS: &[&str] = &[
    "'a'",
    "'A'",
    "'a '",
    "''",
    "'é'",
    "'ab'",
    "'AB%'",
    "'straße'",
    "'strasse'",
    "'a_c'",
    "'abc'",
    "'\\\\\\\\'",
    "'e\u{301}'",
    "' a'",
    "'a\\t'",
];

const COLUMNS: &[Spec] = &[
    ("i", "INT", Class::Number, None, &["0", "1", "-1", "2147483647", "7"]),
    (
        "b",
        "BIGINT UNSIGNED",
        Class::Number,
        None,
        &["0", "18446744073709551615", "9007199254740993", "9007199254740992", "1"],
    ),
    ("d", "DECIMAL(30,10)", Class::Number, None, &["0", "0.1", "-0.1", "1.5", "12345678901234567890.0000000001", "7"]),
    ("f", "DOUBLE", Class::Number, None, &["0", "0.1", "1e20", "-1.5", "7"]),
    ("r", "FLOAT", Class::Number, None, &["0", "0.1", "1.5", "7"]),
    ("y", "YEAR", Class::Number, None, &["1999", "2025", "2000"]),
    ("s", "VARCHAR(20)", Class::Text, Some("utf8mb4_general_ci"), TEXTS),
    ("u", "VARCHAR(20)", Class::Text, Some("utf8mb4_unicode_ci"), TEXTS),
    ("t", "VARCHAR(20)", Class::Text, Some("utf8mb4_bin"), TEXTS),
    (
        "l",
        "VARCHAR(20)",
        Class::Text,
        Some("latin1_swedish_ci"),
        &["'a'", "'A'", "'é'", "'E'", "'ü'", "'y'", "'ß'", "'a_c'"],
    ),
    (
        "n",
        "DATETIME(3)",
        Class::Temporal,
        None,
        &["'2025-01-01 00:00:00'", "'2025-01-01 10:20:30.5'", "'1999-12-31 23:59:59.999'"],
    ),
    ("da", "DATE", Class::Temporal, None, &["'2025-01-01'", "'1999-12-31'", "'2000-02-29'"]),
    ("ti", "TIME", Class::Temporal, None, &["'10:20:30'", "'-01:00:00'", "'100:00:00'"]),
    ("e", "ENUM", Class::Label, None, &["'draft'", "'sent'", "'x y'"]),
    ("m", "SET", Class::Label, None, &["'draft'", "'draft,sent'", "''"]),
    ("v", "VARBINARY(8)", Class::Binary, None, &["x'00'", "x'00ff'", "x'61'", "x''"]),
];

fn table() -> Table {
    let columns = COLUMNS.iter().map(|(name, ty, class, collation, _)| Column {
        class: *class,
        type_name: ty.split(['(', ' ']).next().unwrap_or_default().to_owned(),
        charset: collation.map(|c| c.split('_').next().unwrap_or_default().to_owned()),
        collation: collation.map(str::to_owned),
        labels: if *class == Class::Label { ["draft", "sent", "x y"].map(str::to_owned).to_vec() } else { Vec::new() },
        ..Column::text(*name)
    });
    Table { database: None, name: "t".to_owned(), columns: columns.collect(), unique_keys: Vec::new(), defined: true }
}

fn atom(random: &mut Random) -> String {
    let (name, ty, class, collation, values) = random.pick(COLUMNS);
    let value = |random: &mut Random| match random.below(20) {
        0 => "NULL".to_owned(),
        _ => (*random.pick(values)).to_owned(),
    };
    let orders = match class {
        Class::Number | Class::Temporal | Class::Binary => true,
        Class::Text => *collation == Some("utf8mb4_bin"),
        Class::Label | Class::Json => false,
    };
    match random.below(10) {
        0 => format!("{name} IS NULL"),
        1 => format!("`{name}` IS NOT NULL"),
        2 | 3 => {
            let values: Vec<String> = (0..1 + random.below(3)).map(|_| value(random)).collect();
            format!("{name} {}IN ({})", random.pick(&["", "NOT "]), values.join(", "))
        }
        4 if orders => format!("{name} {}BETWEEN {} AND {}", random.pick(&["", "NOT "]), value(random), value(random)),
        5 if *class == Class::Text => {
            let pattern = random
                .pick(&["a%", "%", "_", "%b_", "A", "a\\_c", "%\\%", "a ", "%c%", "", "\\\\", "str%e", "__", "e"]);
            format!("{name} {}LIKE '{pattern}'", random.pick(&["", "NOT "]))
        }
        6 if *class == Class::Number && *ty != "YEAR" => name.to_string(),
        7 if *class == Class::Number => {
            let (other, ..) = random.pick(&COLUMNS[..5]);
            format!("{name} {} {other}", random.pick(&["=", "<", ">=", "<>", "<=>"]))
        }
        8 => format!("{} {} {name}", value(random), random.pick(&["=", "<=>", "<>", "!="])),
        _ if orders => format!("{name} {} {}", random.pick(&["=", "<", "<=", ">", ">=", "<>"]), value(random)),
        _ => format!("{name} {} {}", random.pick(&["=", "<=>", "<>"]), value(random)),
    }
}

fn predicate(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return atom(random);
    }
    let inner = |random: &mut Random| predicate(random, depth - 1);
    match random.below(9) {
        0 | 1 => format!("{} AND {}", inner(random), inner(random)),
        2 | 3 => format!("{} OR {}", inner(random), inner(random)),
        4 => format!("NOT {}", inner(random)),
        5 => format!("(({}) XOR ({}))", inner(random), inner(random)),
        6 => format!(
            "({}) IS {}{}",
            inner(random),
            random.pick(&["", "NOT "]),
            random.pick(&["TRUE", "FALSE", "UNKNOWN", "NULL"])
        ),
        7 => format!("({})", inner(random)),
        _ => atom(random),
    }
}

struct Values(Vec<Option<Vec<u8>>>);

impl Row for Values {
    fn column(&self, index: usize) -> Option<&[u8]> {
        self.0.get(index).and_then(Option::as_deref)
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()).collect()
}

#[test]
fn the_same_rows_are_kept_as_the_server_keeps() -> Result<()> {
    let mut random = Random(11);
    let table = table();
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let mut sql = String::from("SET NAMES utf8mb4;\nCREATE DATABASE p; USE p; CREATE TABLE t (id INT PRIMARY KEY");
        for (name, ty, _, collation, _) in COLUMNS {
            let labels = if matches!(*ty, "ENUM" | "SET") { "('draft','sent','x y')" } else { "" };
            let collation = collation.map_or(String::new(), |c| {
                format!(" CHARACTER SET {} COLLATE {c}", c.split('_').next().unwrap_or_default())
            });
            write!(sql, ", {name} {ty}{labels}{collation}")?;
        }
        sql += ");\n";
        for id in 0..ROWS {
            let values = COLUMNS
                .iter()
                .map(|(.., values)| if random.below(6) == 0 { "NULL" } else { random.pick::<&str>(values) });
            let values: Vec<&str> = values.collect();
            writeln!(sql, "INSERT INTO t VALUES ({id}, {});", values.join(", "))?;
        }
        let shown: Vec<String> = COLUMNS
            .iter()
            .map(|(name, _, class, ..)| match class {
                Class::Binary => format!("IFNULL(HEX({name}), '-')"),
                _ => format!("IFNULL(HEX(CONVERT(CAST({name} AS CHAR) USING utf8mb4)), '-')"),
            })
            .collect();
        writeln!(sql, "SELECT {} FROM t ORDER BY id;", shown.join(", "))?;
        let text = server.sql(&sql)?;
        let rows: Vec<Values> = text
            .lines()
            .map(|l| Values(l.split('\t').map(|v| if v == "-" { None } else { unhex(v) }).collect()))
            .collect();
        assert_eq!(rows.len(), ROWS);

        let predicates: Vec<String> = (0..PREDICATES).map(|i| predicate(&mut random, i % 4)).collect();
        let mut sql = String::from("SET NAMES utf8mb4; SET sql_mode=''; USE p;\n");
        for p in &predicates {
            writeln!(
                sql,
                "SELECT GROUP_CONCAT(CASE WHEN ({p}) IS NULL THEN 'N' WHEN {p} THEN 1 ELSE 0 END ORDER BY id SEPARATOR '') FROM t;"
            )?;
            writeln!(sql, "SELECT IFNULL(GROUP_CONCAT(id ORDER BY id), '') FROM t WHERE {p};")?;
        }
        let answers = server.sql(&sql)?;
        let answers: Vec<&str> = answers.lines().collect();
        assert_eq!(answers.len(), 2 * PREDICATES);
        let (mut compared, mut both) = (0, 0);
        for (p, answer) in predicates.iter().zip(answers.chunks(2)) {
            let parsed = match Predicate::parse(p, &table) {
                Ok(parsed) => parsed,
                Err(e) => return Err(format!("{p}: {e}").into()),
            };
            let ours: Vec<Option<bool>> = rows
                .iter()
                .map(|r| parsed.test(r))
                .collect::<std::result::Result<_, _>>()
                .map_err(|e| format!("{p}: {e}"))?;
            let logic: String = ours.iter().map(|o| o.map_or('N', |b| if b { '1' } else { '0' })).collect();
            assert_eq!(logic, answer[0], "{p} on {}", server.version());
            let kept: Vec<String> = (0..ROWS).filter(|i| ours[*i] == Some(true)).map(|i| i.to_string()).collect();
            assert_eq!(kept.join(","), answer[1], "WHERE {p} on {}", server.version());
            compared += 1;
            both += usize::from(!kept.is_empty() && kept.len() < ROWS);
        }
        assert_eq!(compared, PREDICATES);
        assert!(both > PREDICATES / 3, "only {both} conditions kept some rows and not others");
    }
    Ok(())
}
