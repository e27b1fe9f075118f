//! Rows and fields of a block, as spans into it.

use crate::head::{Head, is_word};
use crate::version::{CommentTag, ServerVersion};
use crate::{Charset, LexMode};
use alloc::vec::Vec;
use core::fmt;
use wide::u8x16;

/// What a field's literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// `NULL`.
    Null,
    /// `DEFAULT`.
    Default,
    /// `TRUE`.
    True,
    /// `FALSE`.
    False,
    /// A number as it stands, with its sign.
    Number,
    /// `'…'` or, outside of `ANSI_QUOTES`, `"…"`; the span includes the quotes.
    String,
    /// `_binary '…'`; the span covers the quoted part only.
    Binary,
    /// `0x…` or `x'…'`.
    Hex,
    /// `b'…'` or `0b…`.
    Bits,
    /// Anything else: function calls, casts, variables, other introducers, several literals in a row.
    Expression,
}

/// One field. Offsets are relative to the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Start of the literal.
    pub start: u32,
    /// End of the literal.
    pub end: u32,
    /// What it is.
    pub kind: FieldKind,
    /// For strings: no escape, no doubled quote, no tab, no line feed, so the bytes between the quotes are the value.
    pub plain: bool,
}

impl Field {
    /// The literal's bytes.
    pub fn bytes<'a>(&self, block: &'a [u8]) -> &'a [u8] {
        block.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// What stands between the quotes of a [`FieldKind::String`] or [`FieldKind::Binary`].
    pub fn inner<'a>(&self, block: &'a [u8]) -> &'a [u8] {
        block.get(self.start as usize + 1..(self.end as usize).saturating_sub(1)).unwrap_or_default()
    }
}

/// Where a row stands in its block, parentheses included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSpan {
    /// Start.
    pub start: usize,
    /// End.
    pub end: usize,
}

/// A block that can't be read as plain rows. Its statements must be run as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowError {
    /// Where, relative to the block.
    pub at: usize,
    /// Why.
    pub kind: RowErrorKind,
}

/// Why a block can't be read as plain rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowErrorKind {
    /// The text after a row is neither `,` nor `;`: `ON DUPLICATE KEY UPDATE`, `RETURNING`, an alias.
    Tail,
    /// Parentheses or quotes don't fit.
    Malformed,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            RowErrorKind::Tail => "the statement goes on after its rows",
            RowErrorKind::Malformed => "the rows can't be read",
        })
    }
}

impl core::error::Error for RowError {}

/// Reads the rows of one block in order.
#[derive(Debug)]
pub struct Rows<'a> {
    block: &'a [u8],
    head: &'a [u8],
    mode: LexMode,
    target: Option<ServerVersion>,
    pos: usize,
    /// The next thing is a row, rather than what separates two.
    row_next: bool,
    /// Inside a versioned comment that applies.
    versioned: bool,
}

impl<'a> Rows<'a> {
    /// Reads `block`, which is a rows item with this `head` that `continues` or not. `target` decides which versioned
    /// comments among the values apply; without one, all do.
    pub fn new(
        block: &'a [u8],
        head: &'a Head,
        continues: bool,
        mode: LexMode,
        target: Option<ServerVersion>,
    ) -> Self {
        let pos = if continues { 0 } else { head.raw.len() };
        Self { block, head: &head.raw, mode, target, pos, row_next: !continues, versioned: false }
    }

    /// Reads the next row into `fields`, replacing what was there. `None` at the block's end.
    ///
    /// # Errors
    /// When the block is not plain rows.
    pub fn next_row(&mut self, fields: &mut Vec<Field>) -> Result<Option<RowSpan>, RowError> {
        fields.clear();
        while !self.row_next {
            self.trivia()?;
            match self.peek() {
                None => return Ok(None),
                Some(b',') => {
                    self.pos += 1;
                    self.row_next = true;
                }
                Some(b';') => {
                    self.pos += 1;
                    while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
                        self.pos += 1;
                    }
                    let rest = self.rest();
                    if rest.is_empty() {
                        return Ok(None);
                    }
                    if !rest.starts_with(self.head) {
                        return Err(self.error(RowErrorKind::Malformed));
                    }
                    self.pos += self.head.len();
                    self.row_next = true;
                }
                Some(_) => return Err(self.error(RowErrorKind::Tail)),
            }
        }
        self.trivia()?;
        let start = self.pos;
        if self.peek() != Some(b'(') {
            return Err(self.error(RowErrorKind::Malformed));
        }
        self.pos += 1;
        loop {
            fields.push(self.field()?);
            let b = match self.peek() {
                Some(b @ (b',' | b')')) => b,
                _ => {
                    self.trivia()?;
                    match self.peek() {
                        Some(b @ (b',' | b')')) => b,
                        _ => {
                            // More follows the literal: take the field as an expression up to its end.
                            self.expression_end()?;
                            if let Some(last) = fields.last_mut() {
                                *last = Field { kind: FieldKind::Expression, end: self.pos as u32, ..*last };
                            }
                            self.peek().unwrap_or(b')')
                        }
                    }
                }
            };
            self.pos += 1;
            if b == b')' {
                break;
            }
        }
        self.row_next = false;
        Ok(Some(RowSpan { start, end: self.pos }))
    }

    fn error(&self, kind: RowErrorKind) -> RowError {
        RowError { at: self.pos, kind }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.block.get(self.pos).copied()
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.block.get(self.pos..).unwrap_or_default()
    }

    #[inline]
    fn trivia(&mut self) -> Result<(), RowError> {
        loop {
            match self.peek() {
                Some(b) if b.is_ascii_whitespace() || b == 0x0B => self.pos += 1,
                Some(b'/' | b'#' | b'-' | b'*') => {
                    if !self.comment()? {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips a comment, or the marks of a versioned one that applies. False when there is none.
    #[cold]
    fn comment(&mut self) -> Result<bool, RowError> {
        let rest = self.rest();
        let skip = match rest {
            [b'#', ..] => memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1),
            [b'-', b'-', c, ..] if c.is_ascii_whitespace() || c.is_ascii_control() => {
                memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1)
            }
            [b'*', b'/', ..] if self.versioned => {
                self.versioned = false;
                2
            }
            [b'/', b'*', body @ ..] => match CommentTag::read(body) {
                Some((tag, len)) if self.target.is_none_or(|t| t.applies(tag)) => {
                    self.versioned = true;
                    2 + len
                }
                _ => memchr::memmem::find(body, b"*/").ok_or_else(|| self.error(RowErrorKind::Malformed))? + 4,
            },
            _ => return Ok(false),
        };
        self.pos += skip;
        Ok(true)
    }

    #[inline]
    fn field(&mut self) -> Result<Field, RowError> {
        if !matches!(self.peek(), Some(b'\'' | b'0'..=b'9' | b'N')) {
            self.trivia()?;
        }
        let start = self.pos;
        let span = |kind, start: usize, end: usize| Field { start: start as u32, end: end as u32, kind, plain: false };
        match self.peek() {
            Some(q @ b'\'') => {
                let plain = self.string(q)?;
                Ok(Field { plain, ..span(FieldKind::String, start, self.pos) })
            }
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
                let kind = self.number();
                Ok(span(kind, start, self.pos))
            }
            Some(q @ b'"') if !self.mode.ansi_quotes => {
                let plain = self.string(q)?;
                Ok(Field { plain, ..span(FieldKind::String, start, self.pos) })
            }
            Some(b) if is_word(b) => self.word(start),
            _ => {
                self.expression_end()?;
                Ok(span(FieldKind::Expression, start, self.pos))
            }
        }
    }

    #[inline]
    fn number(&mut self) -> FieldKind {
        let start = self.pos;
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+' | b'_' | b'$')))
            .unwrap_or(rest.len());
        self.pos += end;
        number_kind(self.block.get(start..self.pos).unwrap_or_default())
    }

    fn word(&mut self, start: usize) -> Result<Field, RowError> {
        let rest = self.rest();
        let len = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        let is = |s: &str| word.eq_ignore_ascii_case(s.as_bytes());
        self.pos += len;
        let mut kind = FieldKind::Expression;
        let mut plain = false;
        let mut start = start;
        if is("NULL") {
            kind = FieldKind::Null;
        } else if is("DEFAULT") {
            kind = FieldKind::Default;
        } else if is("TRUE") {
            kind = FieldKind::True;
        } else if is("FALSE") {
            kind = FieldKind::False;
        } else if is("_binary") {
            self.trivia()?;
            let at = self.pos;
            match self.peek() {
                Some(b'\'') => {
                    plain = self.string(b'\'')?;
                    kind = FieldKind::Binary;
                    start = at;
                }
                Some(b'0' | b'x' | b'X') => {
                    let inner = self.field()?;
                    if inner.kind == FieldKind::Hex {
                        return Ok(inner);
                    }
                }
                _ => {}
            }
        } else if is("x") && after.first() == Some(&b'\'') {
            self.string(b'\'')?;
            kind = FieldKind::Hex;
        } else if is("b") && after.first() == Some(&b'\'') {
            self.string(b'\'')?;
            kind = FieldKind::Bits;
        }
        if kind == FieldKind::Expression {
            self.expression_end()?;
        }
        Ok(Field { start: start as u32, end: self.pos as u32, kind, plain })
    }

    /// Skips a quoted string. True when its bytes are its value and hold neither a tab nor a line feed.
    #[inline]
    fn string(&mut self, quote: u8) -> Result<bool, RowError> {
        if self.mode.charset != Charset::Plain {
            self.string_multibyte(quote)?;
            return Ok(false);
        }
        let at = self.pos;
        self.pos += 1;
        let mut plain = true;
        let escapes = !self.mode.no_backslash_escapes;
        let (q, bs, tab, lf) = (u8x16::splat(quote), u8x16::splat(b'\\'), u8x16::splat(b'\t'), u8x16::splat(b'\n'));
        loop {
            // Most strings end within a vector or two, which a call to memchr would not pay for.
            let found = loop {
                let rest = self.rest();
                let Some(chunk) = rest.first_chunk::<16>() else {
                    let n = rest.iter().position(|&b| b == quote || b == b'\\');
                    let seen = rest.get(..n.unwrap_or(rest.len())).unwrap_or_default();
                    plain &= !seen.iter().any(|b| matches!(b, b'\t' | b'\n'));
                    break n;
                };
                let v = u8x16::new(*chunk);
                let stop = (v.simd_eq(q) | v.simd_eq(bs)).to_bitmask() as u16;
                let layout = (v.simd_eq(tab) | v.simd_eq(lf)).to_bitmask() as u16;
                if stop != 0 {
                    let n = stop.trailing_zeros();
                    plain &= layout & ((1u32 << n) as u16).wrapping_sub(1) == 0;
                    break Some(n as usize);
                }
                plain &= layout == 0;
                self.pos += 16;
            };
            let Some(n) = found else {
                self.pos = at;
                return Err(self.error(RowErrorKind::Malformed));
            };
            self.pos += n;
            match self.rest() {
                [b'\\', ..] => {
                    plain = false;
                    self.pos += if escapes { 2 } else { 1 };
                }
                [_, b, ..] if *b == quote => {
                    plain = false;
                    self.pos += 2;
                }
                _ => {
                    self.pos += 1;
                    return Ok(plain);
                }
            }
        }
    }

    #[cold]
    fn string_multibyte(&mut self, quote: u8) -> Result<(), RowError> {
        let at = self.pos;
        self.pos += 1;
        loop {
            let rest = self.rest();
            match rest {
                [] => {
                    self.pos = at;
                    return Err(self.error(RowErrorKind::Malformed));
                }
                [b, next, ..] if *b == quote && *next == quote => self.pos += 2,
                [b, ..] if *b == quote => {
                    self.pos += 1;
                    return Ok(());
                }
                [b'\\', after @ ..] if !self.mode.no_backslash_escapes => {
                    self.pos += 1 + self.mode.charset.char_len(after).unwrap_or(1);
                }
                _ => self.pos += self.mode.charset.char_len(rest).unwrap_or(1),
            }
        }
    }

    /// Skips to the `,` or `)` that ends the field, over nested parentheses, strings and comments.
    #[cold]
    fn expression_end(&mut self) -> Result<(), RowError> {
        let mut depth = 0usize;
        loop {
            self.trivia()?;
            match self.peek() {
                None | Some(b';') => return Err(self.error(RowErrorKind::Malformed)),
                Some(b',' | b')') if depth == 0 => return Ok(()),
                Some(b'(') => {
                    depth += 1;
                    self.pos += 1;
                }
                Some(b')') => {
                    depth -= 1;
                    self.pos += 1;
                }
                Some(q @ (b'\'' | b'"' | b'`')) => {
                    if q == b'`' || (q == b'"' && self.mode.ansi_quotes) {
                        let n = memchr::memchr(q, self.rest().get(1..).unwrap_or_default())
                            .ok_or_else(|| self.error(RowErrorKind::Malformed))?;
                        self.pos += n + 2;
                    } else {
                        self.string(q)?;
                    }
                }
                Some(0x80..) => self.pos += self.mode.charset.char_len(self.rest()).unwrap_or(1),
                Some(_) => self.pos += 1,
            }
        }
    }
}

/// Whether a run of number-like bytes is a number, a hex or a bit literal.
fn number_kind(text: &[u8]) -> FieldKind {
    match text {
        [b'0', b'x', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit) => FieldKind::Hex,
        [b'0', b'b', digits @ ..] if !digits.is_empty() && digits.iter().all(|b| matches!(b, b'0' | b'1')) => {
            FieldKind::Bits
        }
        _ => {
            let mut body = text;
            if let [b'-' | b'+', tail @ ..] = body {
                body = tail;
            }
            let mut digits = 0;
            let mut dot = false;
            while let [b, tail @ ..] = body {
                match b {
                    b'0'..=b'9' => digits += 1,
                    b'.' if !dot => dot = true,
                    _ => break,
                }
                body = tail;
            }
            if digits == 0 {
                return FieldKind::Expression;
            }
            match body {
                [] => FieldKind::Number,
                [b'e' | b'E', exponent @ ..] => {
                    let digits = match exponent {
                        [b'-' | b'+', tail @ ..] => tail,
                        all => all,
                    };
                    if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
                        FieldKind::Number
                    } else {
                        FieldKind::Expression
                    }
                }
                _ => FieldKind::Expression,
            }
        }
    }
}
