//! The character sets that a client of MySQL can speak, as MySQL has them.
//!
//! For single-byte sets, `charset/single.txt` has what servers say each byte is; U+FFFD where it is none. Multi-byte sets are
//! encoding_rs's where servers agree with it on both ways of a character; `charset/multi.txt` has the characters on which they
//! don't. Those are refused, as is everything that isn't sure: bytes that aren't text, and characters that a set lacks.
//! tests/src/bin/collations.rs asked MariaDB and MySQL, and wrote both files.

use encoding_rs::Encoding;
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// A character set.
#[derive(Clone, Copy)]
pub struct Charset {
    name: &'static str,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Utf8,
    /// Without characters of four bytes.
    Utf8mb3,
    Ascii,
    Single(&'static Single),
    Multi(&'static Multi),
}

impl PartialEq for Charset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Charset {}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A set of 256 characters.
struct Single {
    name: &'static str,
    /// Whether the lower half is ASCII.
    ascii: bool,
    chars: Vec<char>,
    /// Characters beyond ASCII and their bytes, in order.
    bytes: Vec<(char, u8)>,
}

/// A set of encoding_rs's, less some characters.
struct Multi {
    name: &'static str,
    encoding: &'static Encoding,
    /// Ranges of characters that servers don't have, or as other bytes.
    without: Vec<(u32, u32)>,
}

/// What of encoding_rs is nearest to MySQL's multi-byte sets.
pub const MULTI: [(&str, &Encoding); 9] = [
    ("gbk", encoding_rs::GBK),
    ("gb2312", encoding_rs::GBK),
    ("gb18030", encoding_rs::GB18030),
    ("big5", encoding_rs::BIG5),
    ("sjis", encoding_rs::SHIFT_JIS),
    ("cp932", encoding_rs::SHIFT_JIS),
    ("ujis", encoding_rs::EUC_JP),
    ("eucjpms", encoding_rs::EUC_JP),
    ("euckr", encoding_rs::EUC_KR),
];

static SINGLES: OnceLock<Vec<Single>> = OnceLock::new();
static MULTIS: OnceLock<Vec<Multi>> = OnceLock::new();

fn singles() -> &'static [Single] {
    SINGLES.get_or_init(|| lines(include_str!("charset/single.txt")).filter_map(single).collect())
}

fn multis() -> &'static [Multi] {
    MULTIS.get_or_init(|| lines(include_str!("charset/multi.txt")).filter_map(multi).collect())
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|l| !l.starts_with('#'))
}

fn single(line: &'static str) -> Option<Single> {
    let (name, rest) = line.split_once(' ')?;
    let listed: Option<Vec<char>> =
        rest.split(' ').map(|n| u32::from_str_radix(n, 16).ok().and_then(char::from_u32)).collect();
    let listed = listed?;
    let ascii = listed.len() == 128;
    let chars: Vec<char> = if ascii { ('\0'..='\x7f').chain(listed).collect() } else { listed };
    let mut bytes: Vec<(char, u8)> =
        chars.iter().copied().zip(0..=255).filter(|(c, _)| *c != char::REPLACEMENT_CHARACTER).collect();
    bytes.sort_unstable();
    // Of two bytes for a character, servers take the first; which isn't always so, hence none is sure.
    let doubled: Vec<char> = bytes
        .windows(2)
        .filter_map(|w| matches!(w, [(a, _), (b, _)] if a == b).then(|| w.first()).flatten())
        .map(|x| x.0)
        .collect();
    bytes.retain(|(c, b)| !doubled.contains(c) || u32::from(*b) == *c as u32 && ascii && c.is_ascii());
    (chars.len() == 256).then_some(Single { name, ascii, chars, bytes })
}

fn multi(line: &'static str) -> Option<Multi> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let encoding = MULTI.iter().find(|(n, _)| *n == name)?.1;
    let without: Option<Vec<(u32, u32)>> = words
        .map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some((u32::from_str_radix(first, 16).ok()?, u32::from_str_radix(last, 16).ok()?))
        })
        .collect();
    Some(Multi { name, encoding, without: without? })
}

impl Multi {
    fn lacks(&self, c: char) -> bool {
        let n = c as u32;
        let at = self.without.partition_point(|(_, last)| *last < n);
        self.without.get(at).is_some_and(|(first, _)| *first <= n)
    }

    fn encode(&self, text: &str) -> Option<Vec<u8>> {
        if text.chars().any(|c| self.lacks(c)) {
            return None;
        }
        let (bytes, used, failed) = self.encoding.encode(text);
        (!failed && used == self.encoding).then(|| bytes.into_owned())
    }
}

impl Charset {
    /// The set of that name, whatever its case. `None`: unknown here, or not one that a client can speak.
    pub fn from_mysql(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "utf8mb4" => return Some(Self { name: "utf8mb4", form: Form::Utf8 }),
            "utf8" | "utf8mb3" => return Some(Self { name: "utf8mb3", form: Form::Utf8mb3 }),
            "ascii" => return Some(Self { name: "ascii", form: Form::Ascii }),
            _ => {}
        }
        if let Some(single) = singles().iter().find(|s| s.name == lower) {
            return Some(Self { name: single.name, form: Form::Single(single) });
        }
        multis().iter().find(|m| m.name == lower).map(|m| Self { name: m.name, form: Form::Multi(m) })
    }

    /// As MySQL names it.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is UTF-8, so that text needs no conversion (utf8mb3 lacks some characters).
    pub fn is_utf8(self) -> bool {
        matches!(self.form, Form::Utf8 | Form::Utf8mb3)
    }

    /// Whether bytes below 128 that aren't part of a longer character are ASCII.
    fn has_ascii(self) -> bool {
        !matches!(self.form, Form::Single(s) if !s.ascii)
    }

    /// The text that these bytes are. `None`: they are none in this set, or that isn't sure.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        if self.has_ascii() && bytes.is_ascii() {
            return std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
        }
        match self.form {
            Form::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Form::Utf8mb3 => {
                std::str::from_utf8(bytes).ok().filter(|_| bytes.iter().all(|b| *b < 0xF0)).map(Cow::Borrowed)
            }
            Form::Ascii => None,
            Form::Single(set) => {
                let mut text = String::with_capacity(bytes.len() * 2);
                for b in bytes {
                    let c = set.chars.get(usize::from(*b)).copied()?;
                    if c == char::REPLACEMENT_CHARACTER {
                        return None;
                    }
                    text.push(c);
                }
                // Bytes that would come back as others are refused.
                (self.encode(&text)?.as_ref() == bytes).then_some(Cow::Owned(text))
            }
            Form::Multi(set) => {
                let text = set.encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
                (set.encode(&text)? == bytes).then_some(text)
            }
        }
    }

    /// What these bytes say, with U+FFFD where they are no text or that isn't sure.
    pub fn decode_lossy(self, bytes: &[u8]) -> String {
        match self.form {
            Form::Utf8 | Form::Utf8mb3 | Form::Ascii => String::from_utf8_lossy(bytes).into_owned(),
            Form::Single(set) => bytes.iter().filter_map(|b| set.chars.get(usize::from(*b)).copied()).collect(),
            Form::Multi(set) => set.encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }

    /// The bytes of this text. `None`: this set lacks one of its characters, or that isn't sure.
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        if self.has_ascii() && text.is_ascii() {
            return Some(Cow::Borrowed(text.as_bytes()));
        }
        match self.form {
            Form::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Form::Utf8mb3 => text.bytes().all(|b| b < 0xF0).then_some(Cow::Borrowed(text.as_bytes())),
            Form::Ascii => None,
            Form::Single(set) => text
                .chars()
                .map(|c| {
                    if set.ascii && c.is_ascii() {
                        return u8::try_from(c).ok();
                    }
                    let at = set.bytes.binary_search_by_key(&c, |(c, _)| *c).ok()?;
                    set.bytes.get(at).map(|(_, b)| *b)
                })
                .collect::<Option<Vec<u8>>>()
                .map(Cow::Owned),
            Form::Multi(set) => set.encode(text).map(Cow::Owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Vec<&'static str> {
        let mut names = vec!["utf8mb4", "utf8", "ascii"];
        names.extend(singles().iter().map(|s| s.name));
        names.extend(multis().iter().map(|m| m.name));
        names
    }

    #[test]
    fn every_line_is_read() {
        assert_eq!(singles().len(), lines(include_str!("charset/single.txt")).count());
        assert_eq!(multis().len(), MULTI.len());
        for name in ["latin1", "cp1250", "koi8r", "greek", "gbk", "sjis", "cp932", "big5", "UTF8MB4"] {
            assert!(Charset::from_mysql(name).is_some(), "{name}");
        }
        for name in ["binary", "utf16", "ucs2", "utf32", "klingon", ""] {
            assert!(Charset::from_mysql(name).is_none(), "{name}");
        }
    }

    #[test]
    fn known_texts() {
        for (name, bytes, text) in [
            ("latin1", &b"caf\xe9 \x80 \x81"[..], Some("café € \u{81}")),
            ("cp1250", b"\x8a\x9d", Some("Šť")),
            ("cp1250", b"\x81", None),
            ("koi8r", b"\xf0\xd2\xc9", Some("При")),
            ("gbk", b"\xd6\xd0\xb9\xfa", Some("中国")),
            ("gbk", b"\xd6", None),
            ("cp932", b"\x93\xfa\x96{", Some("日本")),
            ("euckr", b"\xc7\xd1", Some("한")),
            ("utf8", "é".as_bytes(), Some("é")),
            ("utf8", "😀".as_bytes(), None),
            ("utf8mb4", b"\xff", None),
            ("ascii", b"\xe9", None),
        ] {
            let set = Charset::from_mysql(name).unwrap();
            assert_eq!(set.decode(bytes).as_deref(), text, "{name}");
            if let Some(text) = text {
                assert_eq!(set.encode(text).as_deref(), Some(bytes), "{name}");
            }
        }
        assert_eq!(Charset::from_mysql("latin1").unwrap().encode("日"), None);
        for (name, bytes, text) in [
            ("latin1", &b"caf\xe9"[..], "café"),
            ("cp1250", b"\x81\x9d", "\u{fffd}ť"),
            ("gbk", b"\xd6\xd0\xff", "中\u{fffd}"),
            ("utf8", b"\xc3\xa9\xe9", "é\u{fffd}"),
        ] {
            assert_eq!(Charset::from_mysql(name).unwrap().decode_lossy(bytes), text, "{name}");
        }
        assert_eq!(Charset::from_mysql("gb2312").unwrap().encode("\u{4e02}"), None);
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_encoded_as_it_was(bytes in prop::collection::vec(any::<u8>(), 0..12), pick in any::<prop::sample::Index>()) {
            let names = names();
            let set = Charset::from_mysql(pick.get::<&str>(&names)).unwrap();
            if let Some(text) = set.decode(&bytes) {
                let again = set.encode(&text);
                prop_assert_eq!(again.as_deref(), Some(bytes.as_slice()));
            }
        }

        #[test]
        fn what_is_encoded_is_decoded_as_it_was(text in "\\PC{0,6}|[à-ÿĀ-ſА-я]{0,4}|[一-十]{0,4}", pick in any::<prop::sample::Index>()) {
            let names = names();
            let set = Charset::from_mysql(pick.get::<&str>(&names)).unwrap();
            if let Some(bytes) = set.encode(&text) {
                let again = set.decode(&bytes);
                prop_assert_eq!(again.as_deref(), Some(text.as_str()));
            }
        }
    }
}
