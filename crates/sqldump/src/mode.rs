//! What the lexer has to know of the session: quoting rules and how many bytes a character takes.

/// Connection character sets, as far as they change where a statement ends.
///
/// In the sets named here the second byte of a character may be a backslash or a backtick, so bytes can't be looked at
/// one by one. Every other set that a MySQL client may use (UTF-8, the 8-bit sets, EUC, `gb2312`, `binary`) never has a
/// byte below 0x80 inside a longer character, and is `Plain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Charset {
    /// ASCII bytes always stand for themselves.
    #[default]
    Plain,
    /// `gbk`: lead 0x81–0xFE, second 0x40–0x7E or 0x80–0xFE.
    Gbk,
    /// `sjis` and `cp932`: lead 0x81–0x9F or 0xE0–0xFC, second 0x40–0x7E or 0x80–0xFC.
    Sjis,
    /// `big5`: lead 0xA1–0xF9, second 0x40–0x7E or 0xA1–0xFE.
    Big5,
    /// `gb18030`: as `gbk`, and four-byte characters whose second and fourth bytes are 0x30–0x39.
    Gb18030,
}

impl Charset {
    /// By the name used in `SET NAMES`, in any case.
    pub fn from_name(name: &[u8]) -> Self {
        let is = |s: &str| name.eq_ignore_ascii_case(s.as_bytes());
        if is("gbk") {
            Self::Gbk
        } else if is("sjis") || is("cp932") {
            Self::Sjis
        } else if is("big5") {
            Self::Big5
        } else if is("gb18030") {
            Self::Gb18030
        } else {
            Self::Plain
        }
    }

    /// Length of the character at the start of `bytes`: 1 for anything that isn't a whole, valid longer character.
    ///
    /// `None` means that `bytes` ends inside a character that may still turn out longer.
    pub fn char_len(self, bytes: &[u8]) -> Option<usize> {
        let &lead = bytes.first()?;
        let second = |ok: fn(u8) -> bool| match bytes.get(1) {
            None => None,
            Some(&b) if ok(b) => Some(2),
            Some(_) => Some(1),
        };
        match self {
            Self::Plain => Some(1),
            Self::Gbk if (0x81..=0xFE).contains(&lead) => {
                second(|b| (0x40..=0x7E).contains(&b) || (0x80..=0xFE).contains(&b))
            }
            Self::Sjis if (0x81..=0x9F).contains(&lead) || (0xE0..=0xFC).contains(&lead) => {
                second(|b| (0x40..=0x7E).contains(&b) || (0x80..=0xFC).contains(&b))
            }
            Self::Big5 if (0xA1..=0xF9).contains(&lead) => {
                second(|b| (0x40..=0x7E).contains(&b) || (0xA1..=0xFE).contains(&b))
            }
            Self::Gb18030 if (0x81..=0xFE).contains(&lead) => match bytes.get(1) {
                None => None,
                Some(&b) if (0x40..=0x7E).contains(&b) || (0x80..=0xFE).contains(&b) => Some(2),
                Some(&b) if b.is_ascii_digit() => match (bytes.get(2), bytes.get(3)) {
                    (None, _) => None,
                    (Some(&c), None) if (0x81..=0xFE).contains(&c) => None,
                    (Some(&c), Some(&d)) if (0x81..=0xFE).contains(&c) && d.is_ascii_digit() => Some(4),
                    _ => Some(1),
                },
                Some(_) => Some(1),
            },
            _ => Some(1),
        }
    }
}

/// The lexing rules in force at a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct LexMode {
    /// `sql_mode` has `NO_BACKSLASH_ESCAPES`: a backslash in a string is just a backslash.
    pub no_backslash_escapes: bool,
    /// `sql_mode` has `ANSI_QUOTES`: `"…"` is an identifier, not a string.
    pub ansi_quotes: bool,
    /// The charset the server reads statements in (`character_set_client`).
    pub charset: Charset,
}
