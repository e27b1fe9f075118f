//! docs/transformers.md is what the code says, and must stay it. `UPDATE=1 cargo test -p dumpstream-scrub --test transformers`
//! writes it anew.

#![allow(clippy::unwrap_used)]

use dumpstream_scrub::key::MasterKey;
use dumpstream_scrub::table::{Column, Table};
use dumpstream_scrub::transform::{
    BuildContext, CustomTransformer, Customs, Input, Locale, Mapping, Output, Properties, Transform, TransformSpec,
    build,
};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

const INTRODUCTION: &str = "\
# Transformers

Generated from the code by `UPDATE=1 cargo test -p dumpstream-scrub --test transformers`.

A rule's `do` names one of these; its other keys are the transformer's options, besides those that all rules have. What all
of them have in common:

- The output depends on the value, the rule and the key alone. Values that count as equal (by the column's collation and the
  domain's `normalise`) get equal outputs in every table of a domain; with `subject`, rows of the same subject do.
- None gives back the value that it replaces, in whatever case or with whatever accents, unless its entry says so. NULL stays
  NULL, and an empty text stays empty where no subject says what is to stand there; not for `redact` and `constant`.
- A value that isn't what the transformer is for is *invalid*: the run ends, or the rule's `on_invalid` says what then. So is
  one whose replacement wouldn't fit the column, where that can't be told beforehand.
- *Injective*: different values stay different; where that rests on drawing at random, two of 2³² values become the same less
  often than once in 2³². *Keyed, lossy*: different values may become the same, and which ones depends on the key. *Lossy*:
  whatever the key.
- Keyed output is pseudonymised, not anonymous: who has the key can try values.

The examples are of a text column and a key that everybody knows.
";

/// Options for those that need some, and a value to show.
fn example(name: &str) -> (&'static str, &'static str) {
    match name {
        "constant" => (r#""value": "n/a""#, "anything"),
        "truncate_text" => (r#""chars": 3"#, "Montgomery"),
        "regex_replace" => (r#""pattern": "[0-9]{4}$", "with": "0000""#, "room 1204"),
        "fpe" => ("", "4421-889-007"),
        "int_permute" => ("", "1000234"),
        "sin" => ("", "046 454 286"),
        "phone" => ("", "(416) 967-1111 ext. 12"),
        "postal_code" => ("", "K1A 0B1"),
        "email" => ("", "alice@somewhere.ca"),
        "first_name" => ("", "Alice"),
        "last_name" => ("", "Liddell"),
        "full_name" => ("", "Alice Liddell"),
        "username" => ("", "aliddell"),
        "company" => ("", "Liddell & Sons"),
        "street" => ("", "12 Main St."),
        "city" => ("", "Toronto"),
        "province" => ("", "Ontario"),
        "address" => ("", "12 Main St., Toronto"),
        "date_shift" | "date_truncate" => ("", "1987-06-15 13:45:59"),
        "age_band" => ("", "37"),
        "noise" => ("", "51200.00"),
        "card" => ("", "4111 1111 1111 1111"),
        "iban" => ("", "DE89 3704 0044 0532 0130 00"),
        "ip" => ("", "8.8.4.4"),
        "mac" => ("", "3C:22:FB:01:02:03"),
        "url" => ("", "https://alice.somewhere.ca/u/42?ref=mail"),
        "geo" => ("", "43.65107, -79.34702"),
        "password_hash" => ("", "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"),
        "redact_text" => ("", "call 416-967-1111 or alice@somewhere.ca"),
        "json" => (r#""unlisted": "keep", "paths": { "$.who": "first_name" }"#, r#"{"who": "Alice", "n": 1}"#),
        "php_serialized" => {
            (r#""unlisted": "keep", "paths": { "$.who": "first_name" }"#, r#"a:1:{s:3:"who";s:5:"Alice";}"#)
        }
        "pick" => (r#""values": ["red", "green", "blue"]"#, "red"),
        "template" => (r#""template": "user-{digits:6}""#, "alice"),
        "custom" => (r#""name": "shout""#, "Ada"),
        _ => ("", "Alice Liddell"),
    }
}

fn made(transform: &dyn Transform, value: &str) -> String {
    let mut out = Vec::new();
    let input = Input { value: value.as_bytes(), normal: value.as_bytes(), subject: None, row: &() };
    match transform.apply(&input, &mut out).unwrap() {
        Output::Null => "NULL".to_owned(),
        Output::Value => String::from_utf8(out).unwrap(),
    }
}

fn properties(p: Properties) -> String {
    let mut text = match p.mapping {
        Mapping::Injective => "injective",
        Mapping::KeyedLossy => "keyed, lossy",
        Mapping::Lossy => "lossy",
    }
    .to_owned();
    if p.keyed && p.mapping != Mapping::KeyedLossy {
        text.push_str("; needs a key");
    }
    match p.max_chars {
        Some(u64::MAX) => text.push_str("; of any length that the column holds"),
        Some(most) => {
            let _ = write!(text, "; at most {most} characters");
        }
        None => text.push_str("; no longer than the value allows"),
    }
    if p.ascii {
        text.push_str("; ASCII");
    }
    if p.may_keep {
        text.push_str("; may give the value back");
    }
    text
}

/// What an option may be: the words that it can be, with what they mean.
fn words<'a>(schema: &'a Value, option: &'a Value) -> Option<&'a Vec<Value>> {
    let reference = option.get("$ref").or_else(|| option.get("anyOf")?.get(0)?.get("$ref"))?.as_str()?;
    schema.pointer(reference.strip_prefix('#')?)?.get("oneOf")?.as_array()
}

fn line(text: &Value) -> String {
    text.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A transformer of a program's own.
struct Shout;

impl CustomTransformer for Shout {
    fn version(&self) -> &str {
        "1"
    }

    fn replace(&self, values: &[Option<&str>]) -> Result<Vec<Option<String>>, String> {
        Ok(values.iter().map(|v| v.map(|v| v.to_uppercase() + "!")).collect())
    }
}

fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    let mut schema = schemars::schema_for!(TransformSpec);
    let schema = std::mem::take(schema.ensure_object());
    let schema = Value::Object(schema);
    let key = MasterKey::from_bytes(b"9f1c7b02e4d85a6633b0fd918427ac5e70c96df2185e4ba3d60c3792ef81b45a").unwrap();
    let column = Column::text("c");
    let table = Table {
        database: None,
        name: "t".to_owned(),
        columns: vec![column.clone()],
        unique_keys: Vec::new(),
        defined: true,
    };
    let keys = |name: &str| Some(key.domain(name));
    let customs = Customs::default().with("shout", Arc::new(Shout));
    let context = BuildContext {
        column: &column,
        table: &table,
        keys: &keys,
        normal: &|_| dumpstream_scrub::normal::Normaliser::default(),
        domain: "example",
        locale: Locale::EnCa,
        customs: Some(&customs),
    };
    for variant in schema["oneOf"].as_array().unwrap() {
        let name = variant["properties"]["do"]["const"].as_str().unwrap();
        let (options, value) = example(name);
        let all = format!("{{\"do\": \"{name}\"{}{options}}}", if options.is_empty() { "" } else { ", " });
        let map: Map<String, Value> = serde_json::from_str(&all).unwrap();
        let transform = build(&TransformSpec::from_options(map).unwrap(), &context).unwrap();
        let _ = write!(
            text,
            "\n## {name}\n\n{}\n\n{}.\n",
            line(&variant["description"]),
            properties(transform.properties())
        );
        let required = |option: &str| variant["required"].as_array().is_some_and(|r| r.iter().any(|n| n == option));
        let mut listed = String::new();
        for (option, is) in variant["properties"].as_object().unwrap().iter().filter(|(o, _)| *o != "do") {
            let needed = if required(option) { " (required)" } else { "" };
            let _ = writeln!(listed, "- `{option}`{needed}: {}", line(&is["description"]));
            for word in words(&schema, is).into_iter().flatten() {
                let _ = writeln!(
                    listed,
                    "  - `{}`: {}",
                    word["const"].as_str().unwrap_or_default(),
                    line(&word["description"])
                );
            }
        }
        if !listed.is_empty() {
            let _ = write!(text, "\n{listed}");
        }
        let _ = write!(text, "\n```text\n{all}\n{value}\n{}\n```\n", made(&*transform, value));
    }
    text
}

#[test]
fn the_page_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/transformers.md");
    let expected = reference();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let message = "docs/transformers.md is not what the code says: run UPDATE=1 cargo test -p dumpstream-scrub --test transformers";
    assert!(found == expected, "{message}");
    assert!(expected.len() > 10_000);
}
