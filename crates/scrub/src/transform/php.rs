//! `php_serialized`: leaves of what PHP's `serialize()` writes replaced, and lengths with them.

use super::basic::text_column;
use super::build::{Build, BuildContext};
use super::paths::{Action, Cursor, DEEPEST, Entry, Leaf, Paths, replace};
use super::spec::{Nested, Unlisted};
use super::{Input, Invalid, Output, Properties, Transform};
use std::collections::BTreeMap;

const PHP: Invalid = Invalid("what PHP's serialize() writes");
const UNLISTED: Invalid = Invalid("a serialized value whose every leaf has a path in the rule");
const REFERENCE: Invalid = Invalid("a serialized value without references where rules replace something");

/// `php_serialized`.
#[derive(Debug)]
struct Php(Paths);

impl Transform for Php {
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
        let mut walk = Walk { paths: &self.0, cursor: self.0.start(), rest: input.value, input, out, shortened: false };
        walk.value(0)?;
        if walk.rest.is_empty() { Ok(Output::Value) } else { Err(PHP) }
    }
}

pub(super) fn php_serialized(unlisted: Unlisted, paths: &BTreeMap<String, Nested>, c: &BuildContext<'_>) -> Build {
    text_column("php_serialized", c)?;
    Ok(Box::new(Php(Paths::new(paths, unlisted, c)?)))
}

struct Walk<'a> {
    paths: &'a Paths,
    cursor: Cursor,
    rest: &'a [u8],
    input: &'a Input<'a>,
    out: &'a mut Vec<u8>,
    /// Values are gone with what held them.
    shortened: bool,
}

impl<'a> Walk<'a> {
    /// Takes so many bytes.
    fn take(&mut self, count: usize) -> Result<&'a [u8], Invalid> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(PHP)?;
        self.rest = rest;
        Ok(taken)
    }

    fn expect(&mut self, text: &[u8]) -> Result<(), Invalid> {
        if self.take(text.len())? == text { Ok(()) } else { Err(PHP) }
    }

    /// Takes what comes before a byte, and the byte.
    fn until(&mut self, end: u8) -> Result<&'a [u8], Invalid> {
        // Numbers are short: what follows may be long.
        let at = self.rest.iter().take(64).position(|b| *b == end).ok_or(PHP)?;
        let taken = self.take(at)?;
        self.take(1)?;
        Ok(taken)
    }

    fn length(&mut self) -> Result<usize, Invalid> {
        let digits = self.until(b':')?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(PHP);
        }
        std::str::from_utf8(digits).ok().and_then(|d| d.parse().ok()).ok_or(PHP)
    }

    /// The bytes of a string, after its letter and colon.
    fn string(&mut self) -> Result<&'a [u8], Invalid> {
        let length = self.length()?;
        self.expect(b"\"")?;
        let bytes = self.take(length)?;
        self.expect(b"\"")?;
        Ok(bytes)
    }

    fn write_string(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(format!("s:{}:\"", bytes.len()).as_bytes());
        self.out.extend_from_slice(bytes);
        self.out.extend_from_slice(b"\";");
    }

    fn value(&mut self, depth: usize) -> Result<(), Invalid> {
        if depth > DEEPEST {
            return Err(Invalid("what PHP's serialize() writes, of at most 128 levels"));
        }
        let start = self.rest;
        let kind = self.take(1)?.first().copied().ok_or(PHP)?;
        if kind == b'N' {
            self.expect(b";")?;
            self.out.extend_from_slice(b"N;");
            return Ok(());
        }
        self.expect(b":")?;
        match kind {
            b's' => {
                let bytes = self.string()?;
                self.expect(b";")?;
                self.leaf(Leaf::Text, bytes, start)
            }
            b'i' | b'd' | b'b' => {
                let word = self.until(b';')?;
                let valid = match kind {
                    b'i' => integer(word),
                    b'd' => std::str::from_utf8(word).is_ok_and(|w| w.parse::<f64>().is_ok()),
                    _ => matches!(word, b"0" | b"1"),
                };
                if !valid {
                    return Err(PHP);
                }
                self.leaf(if kind == b'b' { Leaf::Flag } else { Leaf::Number }, word, start)
            }
            // References hold nothing themselves; what stands elsewhere is here as well, and other rules may be about it there.
            b'r' | b'R' => {
                let word = self.until(b';')?;
                if !integer(word) {
                    return Err(PHP);
                }
                match self.paths.action(&self.cursor).ok_or(UNLISTED)? {
                    Action::SetNull => self.out.extend_from_slice(b"N;"),
                    // They count the values before them.
                    Action::Keep if !self.shortened => self.copy(start),
                    _ => return Err(REFERENCE),
                }
                Ok(())
            }
            b'a' | b'O' => {
                let null = self.paths.nulls(&self.cursor);
                let mut aside = Vec::new();
                if null {
                    std::mem::swap(self.out, &mut aside);
                }
                let read = self.entries(kind, start, depth);
                if null {
                    std::mem::swap(self.out, &mut aside);
                    self.out.extend_from_slice(b"N;");
                    self.shortened = true;
                }
                read
            }
            // A case of an enumeration, of the program and not of its data.
            b'E' => {
                self.string()?;
                self.expect(b";")?;
                self.copy(start);
                Ok(())
            }
            // `C`: a class's own form, of which nothing is known.
            _ => Err(Invalid("what PHP's serialize() writes, without forms that classes have of their own")),
        }
    }

    /// Copies what was taken since.
    fn copy(&mut self, start: &[u8]) {
        let taken = start.len() - self.rest.len();
        self.out.extend_from_slice(start.get(..taken).unwrap_or_default());
    }

    fn entries(&mut self, kind: u8, start: &[u8], depth: usize) -> Result<(), Invalid> {
        if kind == b'O' {
            self.string()?;
            self.expect(b":")?;
        }
        let count = self.length()?;
        self.expect(b"{")?;
        self.copy(start);
        for _ in 0..count {
            let start = self.rest;
            let kind = self.take(2)?;
            let bytes = match kind {
                b"s:" => {
                    let bytes = self.string()?;
                    self.expect(b";")?;
                    bytes
                }
                b"i:" => self.until(b';')?,
                _ => return Err(PHP),
            };
            self.copy(start);
            // Private and protected properties have their class or `*` between NULs before the name.
            let bare = match bytes.strip_prefix(b"\0") {
                Some(rest) => rest.iter().position(|b| *b == 0).and_then(|at| rest.get(at + 1..)).unwrap_or(rest),
                None => bytes,
            };
            let name = String::from_utf8_lossy(bare);
            let entry = match name.parse() {
                Ok(index) if kind == b"i:" => Entry::Index(index),
                _ => Entry::Key(&name),
            };
            self.paths.enter(&mut self.cursor, entry);
            self.value(depth + 1)?;
            self.paths.leave(&mut self.cursor);
        }
        self.expect(b"}")?;
        self.out.push(b'}');
        Ok(())
    }

    fn leaf(&mut self, leaf: Leaf, value: &[u8], start: &[u8]) -> Result<(), Invalid> {
        let action = match self.paths.action(&self.cursor).ok_or(UNLISTED)? {
            Action::Keep => {
                self.copy(start);
                return Ok(());
            }
            action => action,
        };
        let mut made = Vec::new();
        if replace(action, leaf, value, self.input, &mut made)? == Output::Null {
            self.out.extend_from_slice(b"N;");
            return Ok(());
        }
        match (leaf, made.as_slice()) {
            (Leaf::Number, number) if integer(number) => self.word(b'i', number),
            (Leaf::Number, number) if decimal(number) => self.word(b'd', number),
            (Leaf::Flag, b"true" | b"1") => self.word(b'b', b"1"),
            (Leaf::Flag, b"false" | b"0") => self.word(b'b', b"0"),
            _ => self.write_string(&made),
        }
        Ok(())
    }

    fn word(&mut self, kind: u8, word: &[u8]) {
        self.out.extend([kind, b':']);
        self.out.extend_from_slice(word);
        self.out.push(b';');
    }
}

fn integer(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|t| t.parse::<i64>().is_ok())
}

fn decimal(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_digit() || b"+-.eE".contains(b))
        && std::str::from_utf8(text).is_ok_and(|t| t.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use crate::transform::Locale;
    use crate::transform::tests::{apply, make};
    use serde_json::json;

    fn run(paths: serde_json::Value, unlisted: &str, value: &str) -> Result<String, Invalid> {
        let spec = json!({ "do": "php_serialized", "unlisted": unlisted, "paths": paths });
        let transform = make(spec, &Column::text("c"), Locale::EnCa).unwrap();
        apply(&*transform, value.as_bytes()).map(|o| String::from_utf8(o.unwrap()).unwrap())
    }

    const VALUE: &str = "a:5:{s:4:\"name\";s:5:\"Zoé\"\";i:7;d:0.5;s:4:\"list\";a:2:{i:0;s:1:\"x\";i:1;b:1;}s:1:\"o\";\
        O:4:\"User\":2:{s:8:\"\0*\0email\";s:6:\"a@b.ca\";s:2:\"id\";i:42;}s:1:\"n\";N;}";

    #[test]
    fn leaves_are_replaced_and_lengths_with_them() {
        let x = json!({ "do": "constant", "value": "Zoë X" });
        assert_eq!(
            run(json!({ "$.name": x }), "keep", VALUE).unwrap(),
            VALUE.replace("s:5:\"Zoé\"\"", "s:6:\"Zoë X\"")
        );
        assert_eq!(
            run(json!({ "$..email": x }), "keep", VALUE).unwrap(),
            VALUE.replace("s:6:\"a@b.ca\"", "s:6:\"Zoë X\"")
        );
        assert_eq!(run(json!({ "$.list[0]": x }), "keep", VALUE).unwrap(), VALUE.replace("s:1:\"x\"", "s:6:\"Zoë X\""));
        assert_eq!(run(json!({ "$.o": "set_null" }), "keep", VALUE).unwrap().matches("User").count(), 0);
        assert_eq!(run(json!({}), "keep", VALUE).unwrap(), VALUE);
        let redacted = run(json!({}), "redact", VALUE).unwrap();
        assert!(
            redacted.contains("s:4:\"name\";s:10:\"[redacted]\"")
                && redacted.contains("i:7;i:0;")
                && redacted.contains("b:0;")
        );
        assert_eq!(run(json!({ "$.name": x }), "fail", VALUE), Err(UNLISTED));
    }

    #[test]
    fn references_carry_nothing_into_what_is_ruled() {
        let value = "a:3:{s:1:\"a\";s:6:\"a@b.ca\";s:5:\"email\";R:2;s:1:\"o\";a:1:{i:0;r:2;}}";
        assert_eq!(run(json!({ "$.email": "redact" }), "keep", value), Err(REFERENCE));
        assert_eq!(run(json!({ "$.a": "redact" }), "redact", value), Err(REFERENCE));
        assert_eq!(run(json!({ "$.a": "redact" }), "fail", value), Err(UNLISTED));
        assert_eq!(
            run(json!({ "$.a": "redact" }), "keep", value).unwrap(),
            value.replace("s:6:\"a@b.ca\"", "s:10:\"[redacted]\"")
        );
        let nulled = value.replace("R:2;", "N;").replace("a:1:{i:0;r:2;}", "N;");
        assert_eq!(run(json!({ "$.email": "set_null", "$.o": "set_null" }), "keep", value).unwrap(), nulled);
        // What they count has changed.
        let value = "a:3:{i:0;a:1:{i:0;s:1:\"x\";}i:1;s:1:\"y\";i:2;R:4;}";
        assert_eq!(run(json!({ "$[0]": "set_null" }), "keep", value), Err(REFERENCE));
    }

    #[test]
    fn what_php_does_not_write_is_invalid() {
        for wrong in [
            "s:5:\"abc\";",
            "s:3:\"abc\"",
            "i:x;",
            "a:2:{i:0;N;}",
            "a:1:{i:0;N;",
            "b:2;",
            "N",
            "x",
            "i:1;i:2;",
            "C:1:\"A\":1:{x}",
            "a:99999999999:{}",
            "s:99999999999999999999:\"\";",
            "a:1:{N;N;}",
        ] {
            assert!(run(json!({}), "keep", wrong).is_err(), "{wrong}");
        }
        let deep = "a:1:{i:0;".repeat(200) + "N;" + &"}".repeat(200);
        assert!(run(json!({}), "keep", &deep).is_err());
    }
}
