//! `json`: leaves replaced where they stand. The document isn't built: what isn't replaced stays byte for byte, order, spaces,
//! escapes and duplicate keys included.

use super::basic::text_column;
use super::build::{Build, BuildContext};
use super::paths::{Action, Cursor, DEEPEST, Entry, Leaf, Paths, replace};
use super::spec::{Nested, Unlisted};
use super::{Input, Invalid, Output, Properties, Transform};
use crate::table::Class;
use std::borrow::Cow;
use std::collections::BTreeMap;

const JSON: Invalid = Invalid("JSON");
const UNLISTED: Invalid = Invalid("a document whose every leaf has a path in the rule");

/// `json`.
#[derive(Debug)]
struct Json(Paths);

impl Transform for Json {
    fn properties(&self) -> Properties {
        self.0.properties()
    }

    fn needs(&self) -> &[usize] {
        self.0.needs()
    }

    fn paths(&self) -> Vec<(&str, Option<bool>)> {
        self.0.found()
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let text = std::str::from_utf8(input.value).map_err(|_| JSON)?;
        let mut walk = Walk { paths: &self.0, cursor: self.0.start(), text, at: 0, copied: 0, input, out };
        walk.space();
        walk.value(0)?;
        walk.space();
        if walk.at != text.len() {
            return Err(JSON);
        }
        walk.copy_to(text.len());
        Ok(Output::Value)
    }
}

pub(super) fn json(unlisted: Unlisted, paths: &BTreeMap<String, Nested>, c: &BuildContext<'_>) -> Build {
    if c.column.class != Class::Json {
        text_column("json", c)?;
    }
    Ok(Box::new(Json(Paths::new(paths, unlisted, c)?)))
}

struct Walk<'a> {
    paths: &'a Paths,
    cursor: Cursor,
    text: &'a str,
    at: usize,
    /// What comes before is in `out`.
    copied: usize,
    input: &'a Input<'a>,
    out: &'a mut Vec<u8>,
}

impl<'a> Walk<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Invalid> {
        if self.peek() != Some(byte) {
            return Err(JSON);
        }
        self.at += 1;
        Ok(())
    }

    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(self.text.as_bytes().get(self.copied..end).unwrap_or_default());
        self.copied = end;
    }

    fn value(&mut self, depth: usize) -> Result<(), Invalid> {
        if depth > DEEPEST {
            return Err(Invalid("JSON of at most 128 levels"));
        }
        let start = self.at;
        match self.peek().ok_or(JSON)? {
            open @ (b'{' | b'[') => {
                let null = self.paths.nulls(&self.cursor);
                // What becomes null as a whole is read for its end only.
                let mut rest = Vec::new();
                if null {
                    self.copy_to(start);
                    std::mem::swap(self.out, &mut rest);
                }
                let read = if open == b'{' { self.object(depth) } else { self.array(depth) };
                if null {
                    std::mem::swap(self.out, &mut rest);
                    self.out.extend_from_slice(b"null");
                    self.copied = self.at;
                }
                read
            }
            b'"' => {
                let raw = self.string()?;
                match self.paths.action(&self.cursor).ok_or(UNLISTED)? {
                    Action::Keep => Ok(()),
                    action => {
                        let value = unescape(raw)?;
                        self.leaf(start, action, Leaf::Text, &value)
                    }
                }
            }
            b'-' | b'0'..=b'9' => {
                let end = number(self.text.as_bytes(), start).ok_or(JSON)?;
                self.at = end;
                self.word(start, Leaf::Number)
            }
            _ => {
                let rest = self.text.get(start..).ok_or(JSON)?;
                let word = ["true", "false", "null"].into_iter().find(|w| rest.starts_with(w)).ok_or(JSON)?;
                self.at += word.len();
                if word == "null" { Ok(()) } else { self.word(start, Leaf::Flag) }
            }
        }
    }

    /// A leaf that is no string, from its start to here.
    fn word(&mut self, start: usize, leaf: Leaf) -> Result<(), Invalid> {
        match self.paths.action(&self.cursor).ok_or(UNLISTED)? {
            Action::Keep => Ok(()),
            action => {
                let text = self.text;
                self.leaf(start, action, leaf, text.get(start..self.at).ok_or(JSON)?)
            }
        }
    }

    fn leaf(&mut self, start: usize, action: &Action, leaf: Leaf, value: &str) -> Result<(), Invalid> {
        self.copy_to(start);
        self.copied = self.at;
        let mut made = Vec::new();
        if replace(action, leaf, value.as_bytes(), self.input, &mut made)? == Output::Null {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let made = std::str::from_utf8(&made).map_err(|_| Invalid("JSON whose leaves become texts"))?;
        match (leaf, made) {
            (Leaf::Number, _) if number(made.as_bytes(), 0) == Some(made.len()) => {
                self.out.extend_from_slice(made.as_bytes())
            }
            (Leaf::Flag, "true" | "1") => self.out.extend_from_slice(b"true"),
            (Leaf::Flag, "false" | "0") => self.out.extend_from_slice(b"false"),
            _ => escape(made, self.out),
        }
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<(), Invalid> {
        self.expect(b'{')?;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(JSON);
            }
            let key = unescape(self.string()?)?;
            self.space();
            self.expect(b':')?;
            self.space();
            self.paths.enter(&mut self.cursor, Entry::Key(&key));
            self.value(depth + 1)?;
            self.paths.leave(&mut self.cursor);
            self.space();
            if self.peek() != Some(b',') {
                return self.expect(b'}');
            }
            self.at += 1;
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), Invalid> {
        self.expect(b'[')?;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        for index in 0.. {
            self.space();
            self.paths.enter(&mut self.cursor, Entry::Index(index));
            self.value(depth + 1)?;
            self.paths.leave(&mut self.cursor);
            self.space();
            if self.peek() != Some(b',') {
                return self.expect(b']');
            }
            self.at += 1;
        }
        Ok(())
    }

    /// What stands between a string's quotes.
    fn string(&mut self) -> Result<&'a str, Invalid> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            match self.peek().ok_or(JSON)? {
                b'"' => break,
                b'\\' => self.at += 2,
                0..=0x1f => return Err(JSON),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at - 1).ok_or(JSON)
    }
}

/// The end of a number that begins here.
fn number(text: &[u8], start: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let from = at;
        while text.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > from).then_some(at)
    };
    let mut at = if text.get(start) == Some(&b'-') { start + 1 } else { start };
    at = if text.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + sign)?;
    }
    Some(at)
}

/// A string as it is meant.
fn unescape(raw: &str) -> Result<Cow<'_, str>, Invalid> {
    if !raw.contains('\\') {
        return Ok(Cow::Borrowed(raw));
    }
    // The standard's rules, surrogates and all, are serde_json's to know.
    serde_json::from_str(&format!("\"{raw}\"")).map(Cow::Owned).map_err(|_| JSON)
}

fn escape(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            0..=0x1f => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use crate::transform::tests::{apply, make};
    use crate::transform::{BuildError, Locale};
    use proptest::prelude::*;
    use serde_json::json;

    fn built(spec: serde_json::Value) -> Result<Box<dyn Transform>, BuildError> {
        make(spec, &Column { class: Class::Json, ..Column::text("c") }, Locale::EnCa)
    }

    fn run(spec: serde_json::Value, document: &str) -> Result<String, Invalid> {
        apply(&*built(spec).unwrap(), document.as_bytes()).map(|o| String::from_utf8(o.unwrap()).unwrap())
    }

    fn constant(paths: &[&str], unlisted: &str) -> serde_json::Value {
        let paths: serde_json::Map<_, _> =
            paths.iter().map(|p| ((*p).to_owned(), json!({ "do": "constant", "value": "X" }))).collect();
        json!({ "do": "json", "unlisted": unlisted, "paths": paths })
    }

    #[test]
    fn leaves_are_found_by_their_paths_and_all_else_stays() {
        let document = r#" { "a" : {"b": "s", "name":"n\u00e9"} ,"list":[ 1, {"name": [true, null]}, -1.5e3 ], "a key":"", "a":0 } "#;
        for (path, expected) in [
            (
                "$.a.b",
                r#" { "a" : {"b": "X", "name":"n\u00e9"} ,"list":[ 1, {"name": [true, null]}, -1.5e3 ], "a key":"", "a":0 } "#,
            ),
            (
                "$..name",
                r#" { "a" : {"b": "s", "name":"X"} ,"list":[ 1, {"name": ["X", null]}, -1.5e3 ], "a key":"", "a":0 } "#,
            ),
            (
                "$.list[0]",
                r#" { "a" : {"b": "s", "name":"n\u00e9"} ,"list":[ "X", {"name": [true, null]}, -1.5e3 ], "a key":"", "a":0 } "#,
            ),
            (
                "$.list[*]",
                r#" { "a" : {"b": "s", "name":"n\u00e9"} ,"list":[ "X", {"name": ["X", null]}, "X" ], "a key":"", "a":0 } "#,
            ),
            (
                "$['a key']",
                r#" { "a" : {"b": "s", "name":"n\u00e9"} ,"list":[ 1, {"name": [true, null]}, -1.5e3 ], "a key":"X", "a":0 } "#,
            ),
            (
                "$.a",
                r#" { "a" : {"b": "X", "name":"X"} ,"list":[ 1, {"name": [true, null]}, -1.5e3 ], "a key":"", "a":"X" } "#,
            ),
            ("$.nowhere", document),
        ] {
            assert_eq!(run(constant(&[path], "keep"), document).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn paths_know_whether_anything_was_there() {
        let json = built(constant(&["$.a", "$.b", "$..deep"], "keep")).unwrap();
        assert_eq!(json.paths(), [("$.a", None), ("$.b", None), ("$..deep", None)]);
        apply(&*json, b"").unwrap();
        assert_eq!(json.paths().first(), Some(&("$.a", None)));
        apply(&*json, br#"{"a":null,"x":[{"deep":{}}]}"#).unwrap();
        assert_eq!(json.paths(), [("$.a", Some(true)), ("$.b", Some(false)), ("$..deep", Some(true))]);
        assert_eq!(built(constant(&["$.a"], "redact")).unwrap().paths(), []);
    }

    #[test]
    fn what_no_path_names_is_refused_kept_or_redacted() {
        let document = r#"{"a":1,"b":{"c":"x","d":true,"e":null}}"#;
        assert_eq!(run(constant(&["$.a"], "fail"), document), Err(UNLISTED));
        assert!(run(constant(&["$.a", "$.b"], "fail"), document).is_ok());
        assert_eq!(run(constant(&["$.a"], "keep"), document).unwrap(), r#"{"a":"X","b":{"c":"x","d":true,"e":null}}"#);
        assert_eq!(
            run(constant(&["$.a"], "redact"), document).unwrap(),
            r#"{"a":"X","b":{"c":"[redacted]","d":false,"e":null}}"#
        );
        assert!(built(json!({ "do": "json", "paths": {} })).is_err());
    }

    #[test]
    fn the_path_that_says_most_wins_and_types_stay() {
        let spec = json!({ "do": "json", "unlisted": "keep", "paths": {
            "$.contact": "keep", "$..email": { "do": "email" }, "$.gone": "set_null", "$.n": { "do": "noise" },
            "$.flag": { "do": "constant", "value": false }, "$.q": { "do": "constant", "value": "\"\\\n\u{1}é" } } });
        let found = run(
            spec,
            r#"{"contact":{"email":"a@b.ca","x":"y"},"gone":{"deep":[1,{"email":"z"}]},"n":100,"flag":true,"q":"a"}"#,
        )
        .unwrap();
        let value: serde_json::Value = serde_json::from_str(&found).unwrap();
        assert!(value["contact"]["email"].as_str().unwrap().ends_with("@example.test"));
        assert_eq!(
            (&value["contact"]["x"], &value["gone"], &value["flag"]),
            (&json!("y"), &json!(null), &json!(false))
        );
        assert!(value["n"].is_i64() && value["n"] != 100);
        assert_eq!(value["q"], "\"\\\n\u{1}é");
    }

    #[test]
    fn what_is_not_json_is_invalid() {
        let json = built(constant(&["$"], "fail")).unwrap();
        let deep = "[".repeat(200) + &"]".repeat(200);
        for wrong in [
            "{",
            "}",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "nul",
            "01",
            "1.",
            "-",
            "\"a",
            "\"\\x\"",
            "\"\\ud800\"",
            "1 2",
            "\"\n\"",
            " ",
            "'a'",
            "{\"a\":1,}",
            "[1 2]",
            "+1",
            "NaN",
            "\"\\",
            deep.as_str(),
        ] {
            assert!(apply(&*json, wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(apply(&*json, b"\"\xff\"").is_err());
        assert_eq!(apply(&*json, b"").unwrap().unwrap(), b"");
    }

    #[test]
    fn domains_and_paths_key_their_own() {
        let spec =
            |a: serde_json::Value, b: serde_json::Value| json!({ "do": "json", "paths": { "$.a": a, "$.b": b } });
        let token = |domain: &str| json!({ "do": "token", "domain": domain });
        let values = |spec| -> (String, String) {
            let found: serde_json::Value = serde_json::from_str(&run(spec, r#"{"a":"v","b":"v"}"#).unwrap()).unwrap();
            (found["a"].as_str().unwrap().to_owned(), found["b"].as_str().unwrap().to_owned())
        };
        let (a, b) = values(spec(token("x"), token("x")));
        assert_eq!(a, b);
        let (a, b) = values(spec(json!("token"), json!("token")));
        assert_ne!(a, b);
        let column = make(json!({ "do": "token" }), &Column::text("c"), Locale::EnCa).unwrap();
        assert_eq!(values(spec(token("d"), token("d"))).0.as_bytes(), apply(&*column, b"v").unwrap().unwrap());
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|b| json!(b)),
            any::<i64>().prop_map(|n| json!(n)),
            any::<f64>().prop_map(|n| json!(n)),
            any::<String>().prop_map(|s| json!(s))
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(|v| json!(v)),
                prop::collection::hash_map(any::<String>(), inner, 0..6).prop_map(|m| json!(m))
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn kept_documents_are_the_same_bytes_and_others_stay_json(value in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            prop_assert_eq!(&run(json!({ "do": "json", "unlisted": "keep", "paths": {} }), &text).unwrap(), &text);
            let redacted = run(json!({ "do": "json", "unlisted": "redact", "paths": {} }), &text).unwrap();
            fn same_shape(a: &serde_json::Value, b: &serde_json::Value) -> bool {
                use serde_json::Value::*;
                match (a, b) {
                    (Object(a), Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| same_shape(v, &b[k])),
                    (Array(a), Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b)),
                    (String(_), b) => b == "[redacted]",
                    (Number(_), b) => b == 0,
                    (Bool(_), b) => b == false,
                    (Null, b) => b.is_null(),
                    _ => false,
                }
            }
            prop_assert!(same_shape(&value, &serde_json::from_str(&redacted).unwrap()));
        }

        #[test]
        fn what_serde_json_reads_we_read_and_nothing_else(text in "[\\[\\]{}\",:0-9.eE\\-+ \\\\utrfalsn]{0,12}") {
            let ours = run(json!({ "do": "json", "unlisted": "redact", "paths": {} }), &text).is_ok();
            let theirs = text.is_empty() || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(ours, theirs);
        }
    }
}
