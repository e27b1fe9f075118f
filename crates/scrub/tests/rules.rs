//! What a rules file may say, and what is said of one that doesn't.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use dumpstream_scrub::problem::Problem;
use dumpstream_scrub::rules::{ClassDefault, KeyFrom, Rules};

const EXAMPLE: &str = include_str!("example.yaml");

fn problems(text: &str) -> Vec<Problem> {
    match Rules::parse(text.as_bytes()) {
        Ok(_) => panic!("nothing is wrong with\n{text}"),
        Err(problems) => problems,
    }
}

/// Line, column, path, message and hint of the only problem.
fn one(text: &str) -> (u64, u64, String, String) {
    let problems = problems(text);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    said(&problems[0])
}

fn said(problem: &Problem) -> (u64, u64, String, String) {
    let place = problem.place.clone().unwrap();
    (
        place.line,
        place.column,
        place.path,
        format!("{} | {}", problem.message, problem.hint.clone().unwrap_or_default()),
    )
}

#[test]
fn the_example_is_read() {
    let rules = Rules::parse(EXAMPLE.as_bytes()).unwrap_or_else(|p| panic!("{p:#?}"));
    let key = rules.key().unwrap();
    assert_eq!((&key.from, key.id.as_str()), (&KeyFrom::Env("SCRUB_KEY".to_owned()), "2026q4"));
    assert_eq!(rules.default().text, ClassDefault::Fail);
    assert_eq!(rules.hash().len(), 64);
    assert_ne!(rules.hash(), Rules::parse(format!("{EXAMPLE}\n").as_bytes()).unwrap().hash());
}

#[test]
fn the_shortest_file_is_strict() {
    let rules = Rules::parse(b"version: 1\n").unwrap();
    let d = rules.default();
    let fail = ClassDefault::Fail;
    let keep = ClassDefault::Keep;
    assert_eq!([d.text, d.json, d.binary, d.number, d.temporal, d.label], [fail, fail, fail, keep, keep, keep]);
    assert_eq!(rules.hash(), "09bfcc6a14b83e2192b8673677725c84883ee9cd0c70e45c9ec09daa8f2b2847");
}

#[test]
fn errors_say_where_and_what_is_known() {
    type Case = (&'static str, (u64, u64, &'static str), &'static [&'static str]);
    let cases: &[Case] = &[
        ("", (1, 1, ""), &["mapping", "version: 1"]),
        ("- 1\n", (1, 1, ""), &["mapping"]),
        ("columns: []\n", (1, 1, ""), &["`version` is missing"]),
        ("version: 2\n", (1, 10, "version"), &["version"]),
        ("version: 1\ncolums: []\n", (2, 1, ""), &["unknown key `colums`", "`columns`"]),
        ("version: 1\ndefault: { txt: keep }\n", (2, 12, "default"), &["unknown key `txt`", "did you mean `text`"]),
        ("version: 1\ndefault: { text: kep }\n", (2, 18, "default.text"), &["unknown value `kep`", "`keep`"]),
        ("version: 1\ndefault:\n  text: [keep]\n", (3, 9, "default.text"), &["expected a name, found a list"]),
        ("version: 1\ndefault:\n", (2, 8, "default"), &["nothing here"]),
        ("version: 1\ncolumns:\ndetect: {}\n", (2, 8, "columns"), &["nothing here", "indented"]),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: city, locale: }\n",
            (3, 35, "columns[0].locale"),
            &["nothing here"],
        ),
        ("version: 1\ntables: 3\n", (2, 9, "tables"), &["expected a list"]),
        ("version: 1\nversion: 1\n", (2, 1, ""), &["`version` stands here twice"]),
        ("version: 1\ndomains: { a: {}, a: {} }\n", (2, 19, ""), &["`a` stands here twice"]),
        ("version: 1\ndomains: { a.b: {} }\n", (2, 12, "domains.a.b"), &["domain's name"]),
        ("version: 1\nlocale: de_DE\n", (2, 9, "locale"), &["unknown value `de_DE`", "`en_CA`"]),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: set_null }\n  - { match: a.b, do: emial }\n",
            (4, 23, "columns[1].do"),
            &["no transformer `emial`", "did you mean `email`"],
        ),
        ("version: 1\ncolumns:\n  - { match: a.b }\n", (3, 5, "columns[0]"), &["`do` is missing"]),
        ("version: 1\ncolumns:\n  - { do: set_null }\n", (3, 5, "columns[0]"), &["`match` is missing"]),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, lenght: 3 }\n",
            (3, 30, "columns[0].lenght"),
            &["unknown key `lenght`", "did you mean `length`", "`domain`"],
        ),
        (
            "version: 1\ncolumns:\n  - match: a.b\n    do: token\n    prefix: x\n    length: long\n",
            (6, 13, "columns[0].length"),
            &["expected u32, found a text"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: [a.b, email], do: set_null }\n",
            (3, 20, "columns[0].match[1]"),
            &["`*.email`"],
        ),
        ("version: 1\ncolumns:\n  - { match: [], do: set_null }\n", (3, 14, "columns[0].match"), &["empty"]),
        ("version: 1\ncolumns:\n  - { match: a.b, do: keep }\n", (3, 5, "columns[0]"), &["needs a reason", "because"]),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: keep, because: ' ' }\n",
            (3, 5, "columns[0]"),
            &["needs a reason"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, domain: d }\n",
            (3, 38, "columns[0].domain"),
            &["`d` isn't declared", "domains: { d: {} }"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, when: x = 1 }\n",
            (3, 36, "columns[0].when"),
            &["otherwise"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, otherwise: set_null }\n",
            (3, 41, "columns[0].otherwise"),
            &["without `when`"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, when: x = 1, otherwise: keep }\n",
            (3, 54, "columns[0].otherwise"),
            &["needs a reason"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, on_invalid: keep }\n",
            (3, 42, "columns[0].on_invalid"),
            &["can't be kept"],
        ),
        (
            "version: 1\ncolumns:\n  - { match: a.b, do: token, on_invalid: { do: mask, when: x } }\n",
            (3, 54, "columns[0].on_invalid.when"),
            &["unknown key `when`"],
        ),
        ("version: 1\ntables:\n  - { match: a }\n", (3, 5, "tables[0]"), &["says nothing"]),
        ("version: 1\ntables:\n  - { match: a, do: truncat }\n", (3, 21, "tables[0].do"), &["did you mean `truncate`"]),
        (
            "version: 1\ntables:\n  - { match: a, do: drop, keep_rows: id > 1 }\n",
            (3, 38, "tables[0].keep_rows"),
            &["`do: keep` only"],
        ),
        ("version: 1\nassert:\n  - { rows: a }\n", (3, 5, "assert[0]"), &["`equals`"]),
        ("version: 1\nassert:\n  - { unique: a }\n", (3, 15, "assert[0].unique"), &["`table.column`"]),
        ("version: 1\nkey: { from: SCRUB, id: a }\n", (2, 14, "key.from"), &["env:NAME"]),
        ("version: 1\ncolumns: [\n", (2, 10, ""), &["YAML"]),
        ("version: 1\n---\nversion: 1\n", (3, 1, ""), &["more than one"]),
        ("version: 1\nx: &a { b: 1 }\ndefault: { <<: *a }\n", (3, 12, ""), &["merge keys"]),
    ];
    let mut wrong = String::new();
    for (text, (line, column, path), parts) in cases {
        let all = problems(text);
        let [problem] = all.as_slice() else {
            wrong.push_str(&format!("{text}{all:?}\n\n"));
            continue;
        };
        let found = said(problem);
        if (found.0, found.1, found.2.as_str()) != (*line, *column, *path) || !parts.iter().all(|p| found.3.contains(p))
        {
            wrong.push_str(&format!("{text}{found:?}, not {:?} {parts:?}\n\n", (line, column, path)));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once_in_order() {
    let text = "version: 1
default: { txt: fail }
tables:
  - { match: a, do: trunkate }
columns:
  - { match: a.b, do: emial }
  - { match: a.c, do: set_null }
  - { match: a, do: token, lenght: 1 }
";
    let places: Vec<String> = problems(text).iter().map(|p| p.place.clone().unwrap().path).collect();
    assert_eq!(places, ["default", "tables[0].do", "columns[0].do", "columns[2].match", "columns[2].lenght"]);
}

/// Constants may be personal data, and a key may have been put where its name belongs.
#[test]
fn no_value_is_repeated() {
    const CANARY: &str = "c4n4ry5ecret";
    for text in [
        "version: c4n4ry5ecret\n",
        "version: 1\nkey: c4n4ry5ecret\n",
        "version: 1\nkey: { from: c4n4ry5ecret, id: a }\n",
        "version: 1\nkey: { from: \"c4n4ry5ecret:c4n4ry5ecret\", id: a }\n",
        "version: 1\nkey: { from: \"env:K\", id: \"c4n4ry5ecretc4n4ry5ecretc4n4ry5ecretc4n4ry5ecret\" }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: [c4n4ry5ecret] }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: c4n4ry5ecret, optional: c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: token, length: c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: token, on_invalid: { do: constant, value: { a: c4n4ry5ecret } } }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: pick, values: c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: json, paths: { \"$.a\": { do: constant, value: [c4n4ry5ecret] } } }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: json, paths: { \"$.a\": { do: token, length: c4n4ry5ecret } } }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: \"c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: 'c4n4ry5ecret'c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: !!int c4n4ry5ecret }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: *c4n4ry5ecret }\n",
    ] {
        let found = format!("{:?}", problems(text));
        assert!(!found.contains(CANARY), "{text}: {found}");
        for problem in problems(text) {
            assert!(!problem.to_string().contains(CANARY), "{text}: {problem}");
        }
    }
}

/// greenmask #176: a block in the wrong place was ignored, and the dump came out as it went in.
#[test]
fn greenmask_176_a_misplaced_block_is_refused() {
    for text in [
        "version: 1\ndefault:\n  columns:\n    - { match: a.b, do: set_null }\n",
        "version: 1\ntables:\n  - match: a\n    do: keep\n    columns: [{ match: a.b, do: set_null }]\n",
        "version: 1\ndetect:\n  names: builtin\n  columns: []\n",
        "version: 1\nrules:\n  columns: []\n",
    ] {
        assert!(one(text).3.contains("unknown key"), "{text}");
    }
}

/// A rule written twice: in most YAML readers the last one wins, and the first is never seen.
#[test]
fn a_key_twice_is_refused_everywhere() {
    for text in [
        "version: 1\ncolumns: []\ncolumns: []\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: set_null, do: token }\n",
        "version: 1\ncolumns:\n  - { match: a.b, do: json, paths: { \"$.a\": set_null, \"$.a\": token } }\n",
    ] {
        assert!(one(text).3.contains("twice"), "{text}");
    }
}

/// What YAML readers make something else of: `no` stays a word, and `007` keeps its zeros.
#[test]
fn scalars_mean_what_they_look_like() {
    let text = "version: 1\ncolumns:\n  - { match: a.b, do: constant, value: no }\n  - { match: a.c, do: constant, value: 007 }\n";
    let rules = format!("{:?}", Rules::parse(text.as_bytes()).unwrap());
    assert!(rules.contains("Text(\"no\")") && rules.contains("Text(\"007\")"), "{rules}");
}

#[test]
fn conditions_of_rules_that_match_nothing_are_read_as_well() {
    for rule in [
        "tables: [{ match: none, keep_rows: \"id = = 1\", optional: true }]",
        "columns: [{ match: \"none.x\", do: set_null, when: \"(id\", otherwise: keep, optional: true }]",
    ] {
        let problems = problems(&format!("version: 1\n{rule}\n"));
        assert!(problems.iter().any(|p| p.to_string().contains("not a condition")), "{problems:#?}");
    }
}
