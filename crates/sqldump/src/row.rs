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
    /// `0x…` or `x'…'`, with nothing but hexadecimal digits, and an even number of them between quotes.
    Hex,
    /// `b'…'` or `0b…`, with nothing but ones and zeros.
    Bits,
    /// Anything else: function calls, casts, variables, other introducers, several literals in a row, nothing at all.
    /// The span ends with the last of it, before spaces and comments.
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
    pub fn new(block: &'a [u8], head: &'a Head, continues: bool, mode: LexMode, target: Option<ServerVersion>) -> Self {
        let pos = if continues { 0 } else { head.raw.len() };
        Self { block, head: &head.raw, mode, target, pos, row_next: !continues, versioned: false }
    }

    /// Reads the next row into `fields`, replacing what was there. `None` at the block's end.
    ///
    /// # Errors
    /// When the block is not plain rows.
    pub fn next_row(&mut self, fields: &mut Vec<Field>) -> Result<Option<RowSpan>, RowError> {
        fields.clear();
        if u32::try_from(self.block.len()).is_err() {
            // Fields could not say where they are.
            return Err(self.error(RowErrorKind::Malformed));
        }
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
                    self.versioned = false;
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
                            let end = self.expression_end()? as u32;
                            if let Some(last) = fields.last_mut() {
                                *last = Field { kind: FieldKind::Expression, plain: false, end, ..*last };
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
                tag => {
                    let len =
                        2 + comment_end(body, tag.is_some()).ok_or_else(|| self.error(RowErrorKind::Malformed))?;
                    if tag.is_some() {
                        self.check_skipped(self.pos + len - 2)?;
                    }
                    len
                }
            },
            _ => return Ok(false),
        };
        self.pos += skip;
        Ok(true)
    }

    /// Refuses a versioned comment whose end, at `end`, only a server sees there: one that skips it looks for nothing
    /// else, while the client, by whose rules statements end, goes on looking for quotes and other comments.
    fn check_skipped(&mut self, end: usize) -> Result<(), RowError> {
        let at = self.pos;
        self.pos += 2;
        while self.pos < end {
            match self.rest() {
                [b'#', ..] | [b'-', b'-', ..] => break,
                [b'/', b'*', body @ ..] => self.pos += 2 + comment_end(body, false).unwrap_or(0),
                _ => self.token()?,
            }
        }
        let same = self.pos == end;
        self.pos = at;
        if same { Ok(()) } else { Err(self.error(RowErrorKind::Malformed)) }
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
                let end = self.expression_end()?;
                Ok(span(FieldKind::Expression, start, end))
            }
        }
    }

    #[inline]
    fn number(&mut self) -> FieldKind {
        let (kind, len) = number(self.rest());
        self.pos += len;
        kind
    }

    fn word(&mut self, start: usize) -> Result<Field, RowError> {
        let rest = self.rest();
        let len = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        let is = |s: &str| word.eq_ignore_ascii_case(s.as_bytes());
        self.pos += len;
        let span = |kind, end: usize| Field { start: start as u32, end: end as u32, kind, plain: false };
        if is("NULL") {
            return Ok(span(FieldKind::Null, self.pos));
        } else if is("DEFAULT") {
            return Ok(span(FieldKind::Default, self.pos));
        } else if is("TRUE") {
            return Ok(span(FieldKind::True, self.pos));
        } else if is("FALSE") {
            return Ok(span(FieldKind::False, self.pos));
        } else if is("_binary") {
            self.trivia()?;
            let kind = match self.peek() {
                Some(b'\'') => FieldKind::Binary,
                Some(b'0' | b'x' | b'X') => FieldKind::Hex,
                _ => FieldKind::Expression,
            };
            if kind != FieldKind::Expression {
                let field = self.field()?;
                let end = self.pos;
                self.trivia()?;
                let alone = matches!(self.peek(), Some(b',' | b')'));
                match field.kind {
                    FieldKind::String if alone => return Ok(Field { kind, ..field }),
                    FieldKind::Hex if alone => return Ok(field),
                    _ => self.pos = end,
                }
            }
        } else if after.first() == Some(&b'\'') && (is("x") || is("b")) {
            let at = self.pos + 1;
            self.string(b'\'')?;
            let digits = self.block.get(at..self.pos - 1).unwrap_or_default();
            if is("x") && digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit) {
                return Ok(span(FieldKind::Hex, self.pos));
            } else if is("b") && digits.iter().all(|b| matches!(b, b'0' | b'1')) {
                return Ok(span(FieldKind::Bits, self.pos));
            }
        }
        // From its start again: a longer character may end in a byte that no word has.
        self.pos = start;
        let end = self.expression_end()?;
        Ok(span(FieldKind::Expression, end))
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
                // What is escaped is a byte, even where a longer character starts with it.
                [b'\\', ..] if !self.mode.no_backslash_escapes => self.pos += 2,
                _ => self.pos += self.mode.charset.char_len(rest).unwrap_or(1),
            }
        }
    }

    /// Skips to the `,` or `)` that ends the field, over nested parentheses, strings and comments. Returns where the
    /// last of them ends.
    #[cold]
    fn expression_end(&mut self) -> Result<usize, RowError> {
        let mut depth = 0usize;
        let mut end = self.pos;
        loop {
            self.trivia()?;
            match self.peek() {
                None | Some(b';') => return Err(self.error(RowErrorKind::Malformed)),
                Some(b',' | b')') if depth == 0 => return Ok(end),
                Some(b'(') => {
                    depth += 1;
                    self.pos += 1;
                }
                Some(b')') => {
                    depth -= 1;
                    self.pos += 1;
                }
                Some(_) => self.token()?,
            }
            end = self.pos;
        }
    }

    /// Skips a string, a quoted name, or a character.
    fn token(&mut self) -> Result<(), RowError> {
        match self.peek() {
            Some(q @ (b'\'' | b'"')) if q == b'\'' || !self.mode.ansi_quotes => {
                self.string(q)?;
            }
            Some(q @ (b'"' | b'`')) => self.name(q)?,
            // As the client has it.
            Some(b'\\') => self.pos += 2,
            Some(0x80..) => self.pos += self.mode.charset.char_len(self.rest()).unwrap_or(1),
            _ => self.pos += 1,
        }
        Ok(())
    }

    /// Skips a quoted name.
    fn name(&mut self, quote: u8) -> Result<(), RowError> {
        let at = self.pos;
        self.pos += 1;
        while let Some(b) = self.peek() {
            // A doubled quote closes and opens again, which comes to the same.
            if b == quote {
                self.pos += 1;
                return Ok(());
            }
            self.pos += self.mode.charset.char_len(self.rest()).unwrap_or(1);
        }
        self.pos = at;
        Err(self.error(RowErrorKind::Malformed))
    }
}

/// Where a comment that is skipped ends, by what follows its `/*`. Within a versioned one, servers skip comments.
fn comment_end(body: &[u8], versioned: bool) -> Option<usize> {
    let mut pos = 0;
    loop {
        let rest = body.get(pos..)?;
        let end = memchr::memmem::find(rest, b"*/")?;
        // `/*/` opens one, rather than closing this.
        match memchr::memmem::find(rest.get(..=end)?, b"/*").filter(|_| versioned) {
            Some(inner) => pos += inner + 2 + comment_end(rest.get(inner + 2..)?, false)?,
            None => return Some(pos + end + 2),
        }
    }
}

/// The number at the start of `text` and its length. `Expression` for anything that goes on like a name, for a sign
/// alone, and for a signed hexadecimal.
#[inline]
fn number(text: &[u8]) -> (FieldKind, usize) {
    let digits = |from: usize| text.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let at = |i: usize| text.get(i).copied().unwrap_or(b' ');
    let sign = usize::from(matches!(at(0), b'-' | b'+'));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut kind = if whole > 0 { FieldKind::Number } else { FieldKind::Expression };
    if matches!(at(end), b',' | b')') {
        return (kind, end);
    }
    if at(end) == b'.' {
        let fraction = digits(end + 1);
        end += 1 + fraction;
        if whole + fraction > 0 {
            kind = FieldKind::Number;
        }
    }
    if matches!(at(end), b'e' | b'E') && kind == FieldKind::Number {
        let from = end + 1 + usize::from(matches!(at(end + 1), b'-' | b'+'));
        let exponent = digits(from);
        if exponent > 0 {
            end = from + exponent;
        }
    } else if let Some(body @ [first, ..]) = text.strip_prefix(b"0x")
        && first.is_ascii_hexdigit()
    {
        (kind, end) = (FieldKind::Hex, 2 + body.iter().take_while(|b| b.is_ascii_hexdigit()).count());
    } else if let Some(body @ [b'0' | b'1', ..]) = text.strip_prefix(b"0b") {
        (kind, end) = (FieldKind::Bits, 2 + body.iter().take_while(|b| matches!(b, b'0' | b'1')).count());
    }
    if is_word(at(end)) {
        kind = FieldKind::Expression;
    }
    (kind, end)
}
