//! Tables of every type that servers have, with values that a server made of anything.

use dumpstream_sandbox::Flavor;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use std::fmt::Write;

/// Most rows of a table.
const ROWS_MAX: usize = 7;

/// A column and what is put into it.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// Type and attributes.
    pub(crate) definition: String,
    /// Literals or expressions, one a row; none for a column that the server computes.
    values: Vec<String>,
    /// Its values may be such that a comparison isn't certain.
    pub(crate) may_be_uncovered: bool,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    rows: usize,
    key: &'static str,
    charset: &'static str,
}

impl Table {
    /// The statements that make it as `name`. Rows that the server refuses are left out (`--force`).
    pub(crate) fn sql(&self, name: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().enumerate().map(|(i, c)| format!(", c{i} {}", c.definition)).collect();
        let mut sql = format!(
            "CREATE TABLE {name} (id int NOT NULL, grp int NOT NULL{}{}) DEFAULT CHARSET={};\n",
            columns.concat(),
            self.key,
            self.charset
        );
        let filled: Vec<_> = self.columns.iter().enumerate().filter(|(_, c)| !c.values.is_empty()).collect();
        let names: String = filled.iter().map(|(i, _)| format!(", c{i}")).collect();
        for row in 0..self.rows {
            let values: String =
                filled.iter().filter_map(|(_, c)| c.values.get(row)).map(|v| format!(", {v}")).collect();
            let _ = writeln!(sql, "INSERT IGNORE INTO {name} (id, grp{names}) VALUES ({row}, {}{values});", row % 3);
        }
        sql
    }
}

/// Tables for a server of `flavor`.
pub(crate) fn tables(flavor: Flavor) -> impl Strategy<Value = Vec<Table>> {
    let charset = select(vec!["utf8mb4", "utf8mb4", "latin1", "utf8mb3", "cp1251", "gbk"]);
    let key = select(vec![
        "",
        ", PRIMARY KEY (id)",
        ", PRIMARY KEY (grp, id)",
        ", PRIMARY KEY (id), KEY g (grp)",
        ", UNIQUE u (id)",
    ]);
    let table = (prop::collection::vec(column(flavor), 1..7), 0..=ROWS_MAX, key, charset)
        .prop_map(|(columns, rows, key, charset)| Table { columns, rows, key, charset });
    prop::collection::vec(table, 1..5)
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    if digits.is_empty() { "''".to_owned() } else { format!("x'{digits}'") }
}

/// A text as an expression, whatever is in it.
fn text_literal(text: &str) -> String {
    if text.is_empty() { "''".to_owned() } else { format!("CONVERT({} USING utf8mb4)", hex(text.as_bytes())) }
}

/// Values with NULLs among them, and the attribute that goes with it.
fn with_nulls(
    definition: impl Into<String>,
    value: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<(String, Vec<String>)> {
    let definition = definition.into();
    let nullable = prop::collection::vec(prop_oneof![4 => value.boxed().prop_map(Some), 1 => Just(None)], ROWS_MAX);
    (nullable, any::<bool>())
        .prop_map(move |(values, not_null)| {
            let fallback = values.iter().flatten().next().cloned();
            let not_null = not_null && fallback.is_some();
            let values = values
                .into_iter()
                .map(|v| v.or(if not_null { fallback.clone() } else { None }).unwrap_or_else(|| "NULL".into()))
                .collect();
            let null = if not_null { "NOT NULL" } else { "NULL" };
            (format!("{definition} {null}"), values)
        })
        .boxed()
}

fn column(flavor: Flavor) -> BoxedStrategy<Column> {
    let plain = |(definition, values)| Column { definition, values, may_be_uncovered: false };
    let mut kinds: Vec<BoxedStrategy<Column>> = vec![
        integer().prop_map(plain).boxed(),
        decimal().prop_map(plain).boxed(),
        float().boxed(),
        (1..=64u32, any::<u64>())
            .prop_flat_map(|(bits, _)| {
                with_nulls(format!("bit({bits})"), any::<u64>().prop_map(move |v| (v >> (64 - bits)).to_string()))
            })
            .prop_map(plain)
            .boxed(),
        with_nulls("year", prop_oneof![Just(0u32), 1901..=2155u32].prop_map(|y| y.to_string())).prop_map(plain).boxed(),
        temporal().prop_map(plain).boxed(),
        temporal().prop_map(plain).boxed(),
        text(flavor).boxed(),
        text(flavor).boxed(),
        text(flavor).boxed(),
        bytes().prop_map(plain).boxed(),
        labels().boxed(),
        with_nulls("json", json().prop_map(|j| text_literal(&j))).prop_map(plain).boxed(),
        // With a DECIMAL in it, which no text of JSON has.
        with_nulls(
            "json",
            "[0-9]{1,4}\\.[0-9]{1,4}".prop_map(|d| format!("JSON_ARRAY({d}, CAST('{d}' AS DECIMAL(9,5)))")),
        )
        .prop_map(plain)
        .boxed(),
        spatial().prop_map(plain).boxed(),
        generated().boxed(),
    ];
    match flavor {
        Flavor::MariaDb => {
            let uuid = any::<[u8; 16]>().prop_map(|b| {
                let d: String = b.iter().map(|b| format!("{b:02x}")).collect();
                format!("'{}-{}-{}-{}-{}'", &d[..8], &d[8..12], &d[12..16], &d[16..20], &d[20..])
            });
            kinds.push(with_nulls("uuid", uuid).prop_map(plain).boxed());
            let v6 = prop_oneof![
                any::<[u8; 16]>().prop_map(|b| format!("'{}'", std::net::Ipv6Addr::from(b))),
                any::<[u8; 4]>().prop_map(|b| format!("'::ffff:{}'", std::net::Ipv4Addr::from(b))),
                select(vec!["'::'", "'::1'", "'fe80::1:0:0:1'", "'::1.2.3.4'"]).prop_map(str::to_owned),
            ];
            kinds.push(with_nulls("inet6", v6).prop_map(plain).boxed());
            let v4 = any::<[u8; 4]>().prop_map(|b| format!("'{}'", std::net::Ipv4Addr::from(b)));
            kinds.push(with_nulls("inet4", v4).prop_map(plain).boxed());
        }
        Flavor::MySql => {
            let vector =
                prop::collection::vec(-1e3f32..1e3f32, 1..4).prop_map(|v| format!("STRING_TO_VECTOR('{v:?}')"));
            kinds.push(with_nulls("vector(3)", vector).prop_map(plain).boxed());
        }
    }
    Union::new(kinds).boxed()
}

fn integer() -> BoxedStrategy<(String, Vec<String>)> {
    let name = select(vec!["tinyint", "smallint", "mediumint", "int", "bigint", "tinyint(1)"]);
    (name, select(vec!["", " unsigned", " unsigned zerofill"]))
        .prop_flat_map(|(name, sign)| {
            let value = prop_oneof![
                any::<i8>().prop_map(|v| v.to_string()),
                any::<i16>().prop_map(|v| v.to_string()),
                any::<i64>().prop_map(|v| v.to_string()),
                any::<u64>().prop_map(|v| v.to_string()),
                select(vec!["0", "-1", "18446744073709551615", "-9223372036854775808"]).prop_map(str::to_owned),
            ];
            with_nulls(format!("{name}{sign}"), value)
        })
        .boxed()
}

fn decimal() -> BoxedStrategy<(String, Vec<String>)> {
    (1..=65u32, 0..=30u32, select(vec!["", " unsigned", " zerofill"]))
        .prop_flat_map(|(digits, scale, sign)| {
            let scale = scale.min(digits);
            let value = prop_oneof![
                "-?[0-9]{1,12}(\\.[0-9]{1,8})?",
                "-?[0-9]{0,60}\\.[0-9]{1,30}",
                Just("-0.00".to_owned()),
                Just("-0.4".to_owned()),
                Just("9e70".to_owned()),
            ];
            with_nulls(format!("decimal({digits},{scale}){sign}"), value)
        })
        .boxed()
}

fn float() -> impl Strategy<Value = Column> {
    let exact = prop_oneof![
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| format!("{v:e}")),
        any::<f32>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| format!("{v:e}")),
        "-?[0-9]{1,9}\\.[0-9]{1,9}",
        "-?[0-9]{1,3}e-?[0-9]{1,2}",
        select(vec!["0", "-0e0", "1e15", "999999999999999", "1e-15", "123456789012345678", "0.1", "5e-324"])
            .prop_map(str::to_owned),
    ]
    .boxed();
    let sized = "-?[0-9]{1,6}\\.[0-9]{1,5}".boxed();
    prop_oneof![
        (select(vec!["float", "double"]), select(vec!["", " unsigned"])).prop_flat_map(move |(name, sign)| {
            with_nulls(format!("{name}{sign}"), exact.clone()).prop_map(|(definition, values)| Column {
                definition,
                values,
                may_be_uncovered: false,
            })
        }),
        (select(vec!["float", "double"]), 1..=12u32, 0..=6u32).prop_flat_map(move |(name, digits, scale)| {
            // One that is as large as it gets may be printed as more than that.
            with_nulls(format!("{name}({},{scale})", digits + scale), sized.clone())
                .prop_map(|(definition, values)| Column { definition, values, may_be_uncovered: true })
        }),
    ]
}

fn temporal() -> BoxedStrategy<(String, Vec<String>)> {
    let date = prop_oneof![
        (1..=9999u32, 1..=12u32, 1..=28u32),
        (1971..=2037u32, 1..=12u32, 1..=31u32),
        Just((0, 0, 0)),
        (0..=3000u32, 0..=12u32, 0..=31u32),
    ]
    .prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"));
    let clock =
        (0..24u32, 0..60u32, 0..60u32, 0..1_000_000u32).prop_map(|(h, m, s, f)| format!("{h:02}:{m:02}:{s:02}.{f:06}"));
    let long = (0..=838u32, 0..60u32, 0..60u32, 0..1_000_000u32, any::<bool>())
        .prop_map(|(h, m, s, f, n)| format!("'{}{h}:{m:02}:{s:02}.{f:06}'", if n { "-" } else { "" }));
    let stamp = (300_000..=0x7FF0_0000u32, 0..1_000_000u32).prop_map(|(s, f)| format!("FROM_UNIXTIME({s}.{f:06})"));
    (0..=6u32, 0..4usize)
        .prop_flat_map(move |(digits, kind)| match kind {
            0 => with_nulls("date", date.clone().prop_map(|d| format!("'{d}'"))),
            1 => with_nulls(format!("time({digits})"), long.clone()),
            2 => with_nulls(
                format!("datetime({digits})"),
                (date.clone(), clock.clone()).prop_map(|(d, c)| format!("'{d} {c}'")),
            ),
            _ => with_nulls(
                format!("timestamp({digits})"),
                prop_oneof![
                    4 => stamp.clone(),
                    1 => Just("'0000-00-00 00:00:00'".to_owned())
                ],
            )
            .prop_map(|(definition, values)| {
                let default = if definition.contains("NOT NULL") { " DEFAULT '2001-01-01 00:00:00'" } else { "" };
                (definition + default, values)
            })
            .boxed(),
        })
        .boxed()
}

fn string() -> BoxedStrategy<String> {
    let odd = select(vec![
        "",
        " ",
        "a ",
        "a  ",
        " a",
        "\0",
        "\u{1a}",
        "\\",
        "'",
        "\"",
        "`",
        "\t",
        "\n",
        "\r\n",
        "%_\\%\\_",
        "NULL",
        "\\N",
        "--",
        "/*",
        "x'00'",
        "é",
        "ß",
        "日本",
        "😀",
        "ÿþ",
        "\u{feff}",
        "1",
        "0.10",
        "2024-01-01",
        "ﬁ",
        "\u{300}",
        "я",
        "€",
        "\u{85}",
    ]);
    let odd = prop::collection::vec(odd, 0..6).prop_map(|parts| parts.concat());
    prop_oneof![
        odd,
        "[ -~]{0,30}",
        "[\\u{a0}-\\u{ff}]{0,20}",
        "[\\u{400}-\\u{45f}]{0,20}",
        "[\\u{4e00}-\\u{9fff}]{0,12}",
        "\\PC{0,12}",
        any::<String>(),
        // Long ones, around the limits of their types.
        ("[a-zé]", 200..300usize).prop_map(|(c, n)| c.repeat(n)),
        ("[a-z\\u{400}]", 65_500..65_600usize).prop_map(|(c, n)| c.repeat(n)),
    ]
    .boxed()
}

fn text(flavor: Flavor) -> impl Strategy<Value = Column> {
    let mut charsets = vec![
        "", "", "utf8mb4", "utf8mb4", "latin1", "utf8mb3", "ascii", "ucs2", "utf16", "utf16le", "utf32", "cp1250",
        "cp1251", "cp850", "koi8r", "greek", "latin2", "gbk", "big5", "sjis", "cp932", "euckr", "ujis", "eucjpms",
        "tis620", "gb2312", "armscii8", "geostd8", "macroman", "hebrew", "swe7",
    ];
    if flavor == Flavor::MySql {
        charsets.push("gb18030");
    }
    let names = select(vec!["char", "varchar", "varchar", "varchar", "tinytext", "text", "mediumtext", "longtext"]);
    (names, 0..=255u32, select(charsets)).prop_flat_map(|(name, length, charset)| {
        let length = match name {
            "char" => format!("({length})"),
            "varchar" => format!("({})", length * 4),
            _ => String::new(),
        };
        let set = if charset.is_empty() { String::new() } else { format!(" CHARACTER SET {charset}") };
        // How many bytes a long text takes isn't known for all of them; without a name, it is the table's.
        let unsure = ["gbk", "big5", "sjis", "euckr", "ujis", "eucjpms", "gb2312", "gb18030", ""].contains(&charset);
        let may_be_uncovered = charset == "cp932" || unsure && name.ends_with("text");
        with_nulls(format!("{name}{length}{set}"), string().prop_map(|s| text_literal(&s)))
            .prop_map(move |(definition, values)| Column { definition, values, may_be_uncovered })
    })
}

fn bytes() -> BoxedStrategy<(String, Vec<String>)> {
    let names = select(vec!["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "char"]);
    (names, 1..=255u32)
        .prop_flat_map(|(name, length)| {
            let definition = match name {
                "binary" | "varbinary" => format!("{name}({length})"),
                "char" => format!("char({length}) CHARACTER SET binary"),
                _ => name.to_owned(),
            };
            let value = prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                select(vec![&b"\0\0"[..], b"abc  ", b"\xff\xfe\xff", b"\r\n\t\\'\"", b"\x1a", b""])
                    .prop_map(<[u8]>::to_vec),
                string().prop_map(String::into_bytes),
            ];
            with_nulls(definition, value.prop_map(|b| hex(&b)))
        })
        .boxed()
}

fn labels() -> impl Strategy<Value = Column> {
    let pool =
        ["a", "B", "it''s", "1", "0", "ä", "日本", "back\\\\slash", "tr ail", "%", "\"q\"", "c,d", "", "new\\nline"];
    let some = prop::sample::subsequence(pool.to_vec(), 1..=pool.len());
    (some, any::<bool>(), select(vec!["", " CHARACTER SET latin1", " CHARACTER SET utf8mb3"])).prop_flat_map(
        |(labels, set, charset)| {
            // A comma separates the members of a SET, and latin1 has no such characters.
            let fits = |l: &&&str| {
                !(set && (l.contains(',') || l.is_empty())) && !(charset.contains("latin1") && **l == "日本")
            };
            let mut labels: Vec<&str> = labels.iter().filter(fits).copied().collect();
            if labels.is_empty() {
                labels.push("only");
            }
            let listed: Vec<String> = labels.iter().map(|l| format!("'{l}'")).collect();
            let name = if set { "set" } else { "enum" };
            let values = if set { 1u64 << labels.len() } else { labels.len() as u64 + 1 };
            // Most collations take these for the same, and then so does the server.
            let same = labels.contains(&"a") && labels.contains(&"ä");
            with_nulls(format!("{name}({}){charset}", listed.join(",")), (0..values).prop_map(|v| v.to_string()))
                .prop_map(move |(definition, values)| Column { definition, values, may_be_uncovered: same })
        },
    )
}

/// JSON documents without a name twice in an object: what becomes of one differs between versions.
fn json() -> BoxedStrategy<String> {
    let name = "[a-zé\\u{4e00}\"\\\\]{0,4}";
    let quoted = |s: String| serde_json::Value::String(s).to_string();
    let leaf = prop_oneof![
        any::<i64>().prop_map(|v| v.to_string()),
        any::<u64>().prop_map(|v| v.to_string()),
        any::<f64>().prop_filter("finite", |v| v.is_finite()).prop_map(|v| format!("{v:e}")),
        "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?",
        select(vec!["null", "true", "false", "1.0", "-0", "-0.0", "1e3", "0.1"]).prop_map(str::to_owned),
        "[ -~é日😀\\n\\t\\x01]{0,10}".prop_map(quoted),
        select(vec!["\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\/\"", "\"\\u0001\\u001f\""]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|v| format!("[{}]", v.join(" ,"))),
            prop::collection::btree_map(name, inner, 0..4).prop_map(move |members| {
                let members: Vec<String> =
                    members.into_iter().rev().map(|(n, v)| format!("{}:{v}", quoted(n))).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
    .boxed()
}

fn spatial() -> BoxedStrategy<(String, Vec<String>)> {
    let n = || -80..80i32;
    let wkt = prop_oneof![
        (n(), n()).prop_map(|(x, y)| format!("POINT({x} {y}.5)")),
        (n(), n(), n()).prop_map(|(a, b, c)| format!("LINESTRING({a} {b}, {b} {c}, {c} {a})")),
        (1..20i32).prop_map(|s| format!("POLYGON((0 0, 0 {s}, {s} {s}, {s} 0, 0 0))")),
        (n(), n()).prop_map(|(a, b)| format!("MULTIPOINT({a} {b}, {b} {a})")),
        (n(), n()).prop_map(|(a, b)| format!("GEOMETRYCOLLECTION(POINT({a} {b}), LINESTRING(0 0, {a} {b}))")),
    ];
    let value = (wkt, select(vec![0u32, 0, 4326])).prop_map(|(w, srid)| format!("ST_GeomFromText('{w}', {srid})"));
    prop_oneof![
        with_nulls("geometry", value.clone()),
        with_nulls("point", (n(), n()).prop_map(|(x, y)| format!("ST_GeomFromText('POINT({x} {y})')"))),
    ]
    .boxed()
}

fn generated() -> impl Strategy<Value = Column> {
    let definition = select(vec![
        "int GENERATED ALWAYS AS (id + 1) VIRTUAL",
        "int GENERATED ALWAYS AS (id * 2) STORED",
        "varchar(20) AS (concat('n', id)) STORED",
        "int DEFAULT 5 INVISIBLE",
    ]);
    definition.prop_map(|d| Column { definition: d.into(), values: Vec::new(), may_be_uncovered: d.contains("AS (") })
}
