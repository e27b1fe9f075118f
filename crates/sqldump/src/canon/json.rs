//! JSON as MySQL prints it: members by the length of their names and then by their bytes, `", "` and `": "` between
//! things, numbers and strings in one form.

use super::Doubt;
use super::number::push_json_double;
use alloc::vec::Vec;
use core::ops::Range;

/// MySQL takes no deeper nesting.
const DEPTH_MAX: usize = 100;

/// Buffers that are kept from one document to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Names of the members of all open objects, one behind the other.
    names: Vec<u8>,
    members: Vec<Member>,
    sorted: Vec<u8>,
}

/// A member of an open object.
#[derive(Debug, Clone)]
struct Member {
    name: Range<usize>,
    /// Where it was written, without what separates it from the others.
    text: Range<usize>,
}

/// Appends the document.
pub(super) fn normalize(text: &[u8], scratch: &mut Scratch, out: &mut Vec<u8>) -> Result<(), Doubt> {
    scratch.names.clear();
    scratch.members.clear();
    // Strings are copied as they are.
    if !text.is_ascii() {
        core::str::from_utf8(text).map_err(|_| Doubt::Charset)?;
    }
    let mut reader = Reader { text, at: 0, scratch };
    reader.value(out, 0)?;
    reader.spaces();
    if reader.at < text.len() { Err(Doubt::Form) } else { Ok(()) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    scratch: &'a mut Scratch,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, b: u8) -> bool {
        let found = self.peek() == Some(b);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), Doubt> {
        self.spaces();
        match self.peek() {
            Some(b'{' | b'[') if depth >= DEPTH_MAX => Err(Doubt::Form),
            Some(b'{') => self.object(out, depth),
            Some(b'[') => self.array(out, depth),
            Some(b'"') => {
                let start = self.scratch.names.len();
                self.string()?;
                push_string(self.scratch.names.get(start..).unwrap_or_default(), out);
                self.scratch.names.truncate(start);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(out),
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let word = [&b"null"[..], b"true", b"false"].into_iter().find(|w| rest.starts_with(w));
                let word = word.ok_or(Doubt::Form)?;
                self.at += word.len();
                out.extend_from_slice(word);
                Ok(())
            }
        }
    }

    fn array(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), Doubt> {
        self.at += 1;
        out.push(b'[');
        self.spaces();
        if !self.take(b']') {
            loop {
                self.value(out, depth + 1)?;
                self.spaces();
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(Doubt::Form);
                }
                out.extend_from_slice(b", ");
            }
        }
        out.push(b']');
        Ok(())
    }

    fn object(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<(), Doubt> {
        self.at += 1;
        out.push(b'{');
        let (first, names) = (self.scratch.members.len(), self.scratch.names.len());
        let body = out.len();
        let mut in_order = true;
        self.spaces();
        if !self.take(b'}') {
            loop {
                self.spaces();
                let name = self.scratch.names.len();
                if self.peek() != Some(b'"') {
                    return Err(Doubt::Form);
                }
                self.string()?;
                let name = name..self.scratch.names.len();
                self.spaces();
                if !self.take(b':') {
                    return Err(Doubt::Form);
                }
                let start = out.len();
                push_string(self.scratch.names.get(name.clone()).unwrap_or_default(), out);
                out.extend_from_slice(b": ");
                self.value(out, depth + 1)?;
                let member = Member { name, text: start..out.len() };
                if let Some(last) = self.scratch.members.get(first..).and_then(<[Member]>::last) {
                    in_order &= self.key(last) < self.key(&member);
                }
                self.scratch.members.push(member);
                self.spaces();
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(Doubt::Form);
                }
                out.extend_from_slice(b", ");
            }
        }
        if !in_order {
            self.sort(first, body, out)?;
        }
        self.scratch.members.truncate(first);
        self.scratch.names.truncate(names);
        out.push(b'}');
        Ok(())
    }

    /// What the members of an object are ordered by.
    fn key(&self, member: &Member) -> (usize, &[u8]) {
        let name = self.scratch.names.get(member.name.clone()).unwrap_or_default();
        (name.len(), name)
    }

    /// Writes the members from `first` on, which stand in `out` from `body` on, in their order.
    fn sort(&mut self, first: usize, body: usize, out: &mut Vec<u8>) -> Result<(), Doubt> {
        let mut members = self.scratch.members.split_off(first);
        members.sort_by(|a, b| self.key(a).cmp(&self.key(b)));
        // Some versions keep the first of two with one name, and some the last.
        if members.windows(2).any(|pair| matches!(pair, [a, b] if self.key(a) == self.key(b))) {
            return Err(Doubt::Form);
        }
        let mut sorted = core::mem::take(&mut self.scratch.sorted);
        sorted.clear();
        for (i, member) in members.iter().enumerate() {
            if i > 0 {
                sorted.extend_from_slice(b", ");
            }
            sorted.extend_from_slice(out.get(member.text.clone()).unwrap_or_default());
        }
        out.truncate(body);
        out.extend_from_slice(&sorted);
        self.scratch.sorted = sorted;
        Ok(())
    }

    /// Appends a string's characters to the names.
    fn string(&mut self) -> Result<(), Doubt> {
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=31)).ok_or(Doubt::Form)?;
            self.scratch.names.extend_from_slice(rest.get(..plain).unwrap_or_default());
            self.at += plain + 1;
            match rest.get(plain..) {
                Some([b'"', ..]) => return Ok(()),
                Some([b'\\', escape, ..]) => {
                    self.at += 1;
                    let b = match escape {
                        b'"' | b'\\' | b'/' => *escape,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            let c = self.escaped_char()?;
                            self.scratch.names.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                            continue;
                        }
                        _ => return Err(Doubt::Form),
                    };
                    self.scratch.names.push(b);
                }
                _ => return Err(Doubt::Form),
            }
        }
    }

    fn escaped_char(&mut self) -> Result<char, Doubt> {
        let high = self.unit()?;
        if !(0xD800..0xDC00).contains(&high) {
            return char::from_u32(high).ok_or(Doubt::Form);
        }
        if !(self.take(b'\\') && self.take(b'u')) {
            return Err(Doubt::Form);
        }
        let low = self.unit()?;
        if !(0xDC00..0xE000).contains(&low) {
            return Err(Doubt::Form);
        }
        char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).ok_or(Doubt::Form)
    }

    fn unit(&mut self) -> Result<u32, Doubt> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Doubt::Form)?;
        self.at += 4;
        digits.iter().try_fold(0, |n, b| Some(n << 4 | char::from(*b).to_digit(16)?)).ok_or(Doubt::Form)
    }

    fn number(&mut self, out: &mut Vec<u8>) -> Result<(), Doubt> {
        let start = self.at;
        self.take(b'-');
        let digits = |r: &mut Self| {
            let from = r.at;
            while r.peek().is_some_and(|b| b.is_ascii_digit()) {
                r.at += 1;
            }
            r.at - from
        };
        let leading_zero = self.peek() == Some(b'0');
        let whole = digits(self);
        if whole == 0 || leading_zero && whole > 1 {
            return Err(Doubt::Form);
        }
        let mut integer = true;
        if self.take(b'.') {
            integer = false;
            if digits(self) == 0 {
                return Err(Doubt::Form);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if !self.take(b'-') {
                self.take(b'+');
            }
            if digits(self) == 0 {
                return Err(Doubt::Form);
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let text = core::str::from_utf8(text).map_err(|_| Doubt::Form)?;
        if integer {
            if text == "-0" {
                out.push(b'0');
                return Ok(());
            }
            if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
                out.extend_from_slice(text.as_bytes());
                return Ok(());
            }
        }
        let value: f64 = text.parse().map_err(|_| Doubt::Form)?;
        if !value.is_finite() {
            return Err(Doubt::Range);
        }
        if value == 0.0 && value.is_sign_negative() {
            out.push(b'-');
        }
        push_json_double(value + 0.0, out);
        Ok(())
    }
}

/// Appends a string in quotes, with the escapes that MySQL prints.
fn push_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(plain) = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..=31)) {
        let (as_is, tail) = rest.split_at(plain);
        out.extend_from_slice(as_is);
        let Some((&b, tail)) = tail.split_first() else { break };
        match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                out.extend_from_slice(b"\\u00");
                out.push(b'0' + (b >> 4));
                out.push(match b & 15 {
                    n @ 0..=9 => b'0' + n,
                    n => b'a' + n - 10,
                });
            }
        }
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn norm(text: &str) -> Result<String, Doubt> {
        let mut out = Vec::new();
        normalize(text.as_bytes(), &mut Scratch::default(), &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    /// Each right-hand side is what MySQL 9.7 printed.
    #[test]
    fn documents_come_out_as_mysql_prints_them() {
        for (text, expected) in [
            (r#"{"ab":1,"b":2,"B":3,"aB":4}"#, r#"{"B": 3, "b": 2, "aB": 4, "ab": 1}"#),
            (r#" [ ] "#, "[]"),
            ("[[],{}]", "[[], {}]"),
            (
                "[1.0, 1.50, 1e2, 1E+2, 1e-7, 123456789012345678901234567890, 18446744073709551615]",
                "[1.0, 1.5, 100.0, 100.0, 0.0000001, 1.2345678901234568e29, 18446744073709551615]",
            ),
            (
                "[-9223372036854775809, -0, -0.0, 1e15, 1e16, 12345678901234567.0, 5e-400, 0.0001]",
                "[-9.223372036854776e18, 0, -0.0, 1e15, 1e16, 1.2345678901234568e16, 0.0, 0.0001]",
            ),
            (
                r#""\u00e9\u0001\/\b\f\n\r\t\u001f\u007f\ud83d\ude00\"\\""#,
                "\"é\\u0001/\\b\\f\\n\\r\\t\\u001f\u{7f}😀\\\"\\\\\"",
            ),
            (
                r#"{"b": {"d": 1, "c": {"y": [], "x": null}}, "a": [{"n": 1, "m": true}]}"#,
                r#"{"a": [{"m": true, "n": 1}], "b": {"c": {"x": null, "y": []}, "d": 1}}"#,
            ),
        ] {
            assert_eq!(norm(text).unwrap(), expected);
            assert_eq!(norm(expected).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_not_json_or_not_the_same_everywhere_is_doubted() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,\"a\":2}",
            "01",
            "1.",
            ".5",
            "+1",
            "'a'",
            "nul",
            "[1] 2",
            "\"\\x\"",
            "\"a",
            "\"\\ud800\"",
            "\"\n\"",
            "{a:1}",
            "-",
        ] {
            assert_eq!(norm(text), Err(Doubt::Form), "{text}");
        }
        assert_eq!(norm("1e400"), Err(Doubt::Range));
        assert!(norm(&"[".repeat(100_000)).is_err());
        assert!(norm(&("[".repeat(100) + &"]".repeat(100))).is_ok());
    }
}
