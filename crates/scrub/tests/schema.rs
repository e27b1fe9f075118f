//! docs/rules.schema.json is made from the types that read a rules file, and must stay what they say.
//! `UPDATE=1 cargo test -p dumpstream-scrub --test schema` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

use dumpstream_scrub::rules::Rules;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// The part of JSON Schema that ours uses, and none besides: a library for all of it would bring thirty crates.
struct Validator(Value);

impl Validator {
    fn is_valid(&self, value: &Value) -> bool {
        self.check(&self.0, value)
    }

    fn check(&self, schema: &Value, value: &Value) -> bool {
        let Value::Object(keywords) = schema else { return schema.as_bool().expect("a schema") };
        keywords.iter().all(|(keyword, says)| match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => true,
            "$ref" => {
                let path = says.as_str().unwrap().strip_prefix('#').unwrap();
                self.check(self.0.pointer(path).unwrap(), value)
            }
            "type" => match says {
                Value::Array(types) => types.iter().any(|t| is(t, value)),
                one => is(one, value),
            },
            "const" => value == says,
            "enum" => says.as_array().unwrap().contains(value),
            "anyOf" => says.as_array().unwrap().iter().any(|s| self.check(s, value)),
            "allOf" => says.as_array().unwrap().iter().all(|s| self.check(s, value)),
            "oneOf" => says.as_array().unwrap().iter().filter(|s| self.check(s, value)).count() == 1,
            "properties" => value
                .as_object()
                .is_none_or(|map| map.iter().all(|(name, v)| says.get(name).is_none_or(|s| self.check(s, v)))),
            "additionalProperties" => value.as_object().is_none_or(|map| {
                let known = keywords.get("properties").and_then(Value::as_object);
                map.iter().all(|(name, v)| known.is_some_and(|k| k.contains_key(name)) || self.check(says, v))
            }),
            "required" => value
                .as_object()
                .is_none_or(|map| says.as_array().unwrap().iter().all(|name| map.contains_key(name.as_str().unwrap()))),
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| self.check(says, item))),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= says.as_u64().unwrap()),
            "minLength" => value.as_str().is_none_or(|t| t.chars().count() as u64 >= says.as_u64().unwrap()),
            "maxLength" => value.as_str().is_none_or(|t| t.chars().count() as u64 <= says.as_u64().unwrap()),
            "minimum" => value.as_f64().is_none_or(|n| n >= says.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|n| n <= says.as_f64().unwrap()),
            "pattern" => value.as_str().is_none_or(|t| regex::Regex::new(says.as_str().unwrap()).unwrap().is_match(t)),
            other => panic!("the schema uses `{other}`, which this doesn't know"),
        })
    }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    }
}

fn validator() -> Validator {
    Validator(Rules::schema())
}

fn json(yaml: &str) -> Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(yaml, options).unwrap_or_else(|e| panic!("{e}\n{yaml}"))
}

/// The YAML blocks of the reference: whole files, and pieces of one.
fn examples() -> (Vec<String>, Vec<String>) {
    let text = std::fs::read_to_string(docs("rules.md")).unwrap();
    let blocks = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    blocks.partition(|block| block.starts_with("version: 1"))
}

#[test]
fn the_published_schema_is_the_program_s() {
    let path = docs("rules.schema.json");
    let expected = format!("{}\n", serde_json::to_string_pretty(&Rules::schema()).unwrap());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/rules.schema.json is out of date: run UPDATE=1 cargo test -p dumpstream-scrub --test schema"
    );
}

/// The transformers with their options, as their types describe them.
fn transformers() -> String {
    let schema = Rules::schema();
    let mut text = String::new();
    let common: Vec<&str> =
        ["do", "match", "when", "otherwise", "optional", "domain", "subject", "on_invalid", "null", "because"].to_vec();
    for variant in schema["$defs"]["Column"]["oneOf"].as_array().unwrap() {
        let properties = variant["properties"].as_object().unwrap();
        let line = |value: &Value| value["description"].as_str().unwrap_or_default().replace('\n', " ");
        text.push_str(&format!("\n### `{}`\n\n{}\n", properties["do"]["const"].as_str().unwrap(), line(variant)));
        let own = properties.iter().filter(|(name, _)| !common.contains(&name.as_str()));
        for (at, (name, option)) in own.enumerate() {
            let options = option["$ref"].as_str().and_then(|path| schema.pointer(path.trim_start_matches('#')));
            let values: Vec<String> = options
                .and_then(|o| o["oneOf"].as_array())
                .into_iter()
                .flatten()
                .filter_map(|v| Some(format!("`{}`: {}", v["const"].as_str()?, line(v))))
                .collect();
            let first = if at == 0 { "\n" } else { "" };
            let required = variant["required"].as_array().is_some_and(|r| r.contains(&Value::from(name.as_str())));
            let required = if required { "Required. " } else { "" };
            text.push_str(&format!("{first}- `{name}`: {required}{}\n", line(option)));
            values.iter().for_each(|value| text.push_str(&format!("  - {value}\n")));
        }
    }
    text
}

#[test]
fn the_reference_lists_the_transformers() {
    const MARKS: (&str, &str) = ("<!-- transformers -->\n", "<!-- /transformers -->");
    let path = docs("rules.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(MARKS.0).unwrap();
    let (_, after) = rest.split_once(MARKS.1).unwrap();
    let expected = format!("{before}{}{}\n{}{after}", MARKS.0, transformers(), MARKS.1);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        text == expected || std::env::var_os("UPDATE").is_some(),
        "docs/rules.md is out of date: run UPDATE=1 cargo test -p dumpstream-scrub --test schema"
    );
}

#[test]
fn every_example_is_valid_for_the_schema_and_the_program() {
    let validator = validator();
    let (files, pieces) = examples();
    assert!(files.len() + pieces.len() >= 8, "the reference has examples");
    let example = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/example.yaml")).unwrap();
    assert!(files.contains(&example), "the worked example of docs/rules.md is tests/example.yaml");
    for text in files.into_iter().chain(pieces.into_iter().map(|piece| format!("version: 1\n{piece}"))) {
        assert!(validator.is_valid(&json(&text)), "the schema refuses\n{text}");
        if let Err(problems) = Rules::parse(text.as_bytes()) {
            panic!("{problems:#?}\n{text}");
        }
    }
}

#[test]
fn what_the_program_refuses_the_schema_does_as_well() {
    let validator = validator();
    for text in [
        "columns: []",
        "version: 2",
        "version: 1\ncolums: []",
        "version: 1\nkey: { from: SCRUB_KEY, id: a }",
        "version: 1\nkey: { from: \"env:K\", id: \"a b\" }",
        "version: 1\nkey: { from: \"env:K\" }",
        "version: 1\ncolumns:",
        "version: 1\ncolumns: [{ match: a.b, do: city, locale: }]",
        "version: 1\ndefault: { text: mask }",
        "version: 1\ndefault: { new_table: redact }",
        "version: 1\ndomains: { a: { normalise: [case] } }",
        "version: 1\ntables: [{ do: drop }]",
        "version: 1\ntables: [{ match: a, do: delete }]",
        "version: 1\ncolumns: [{ match: a.b }]",
        "version: 1\ncolumns: [{ do: mask }]",
        "version: 1\ncolumns: [{ match: [], do: mask }]",
        "version: 1\ncolumns: [{ match: a.b, do: emial }]",
        "version: 1\ncolumns: [{ match: a.b, do: keep }]",
        "version: 1\ncolumns: [{ match: a.b, do: keep, because: x, domain: d }]",
        "version: 1\ncolumns: [{ match: a.b, do: token, host: x }]",
        "version: 1\ncolumns: [{ match: a.b, do: token, on_invalid: keep }]",
        "version: 1\ncolumns: [{ match: a.b, do: token, on_invalid: { do: mask, when: x } }]",
        "version: 1\ncolumns: [{ match: a.b, do: constant }]",
        "version: 1\ncolumns: [{ match: a.b, do: token, when: x = 1, otherwise: keep }]",
        "version: 1\ncolumns: [{ match: a.b, do: json, paths: { \"$.a\": nothing } }]",
        "version: 1\nassert: [{ unique: 3 }]",
        "version: 1\ndetect: { on_hit: ignore }",
    ] {
        assert!(!validator.is_valid(&json(text)), "the schema takes {text}");
        assert!(Rules::parse(text.as_bytes()).is_err(), "the program takes {text}");
    }
}
