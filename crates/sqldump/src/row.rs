//! Rows and fields of a block, as spans into it.

use crate::head::{Head, is_word};
use crate::simd::{self, Vector, WINDOW, Window};
use crate::version::{CommentTag, ServerVersion};
use crate::{Charset, LexMode};
use alloc::vec::Vec;
use core::fmt;

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
    /// For strings: no doubled quote, no tab, no line feed, and no escape but those that `LOAD DATA` reads as well, so
    /// the bytes between the quotes are what it reads the value from. Plain strings are.
    pub loads: bool,
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
    /// There was a comment among the rows.
    commented: bool,
}

impl<'a> Rows<'a> {
    /// Reads `block`, which is a rows item with this `head` that `continues` or not. `target` decides which versioned
    /// comments among the values apply; without one, all do.
    pub fn new(block: &'a [u8], head: &'a Head, continues: bool, mode: LexMode, target: Option<ServerVersion>) -> Self {
        let pos = if continues { 0 } else { head.raw.len() };
        Self { block, head: &head.raw, mode, target, pos, row_next: !continues, versioned: false, commented: false }
    }

    /// Whether there was a comment, or the mark of a versioned one, between the fields and rows read so far.
    pub fn commented(&self) -> bool {
        self.commented
    }

    /// Reads the next row into `fields`, replacing what was there. `None` at the block's end.
    ///
    /// # Errors
    /// When the block is not plain rows.
    pub fn next_row(&mut self, fields: &mut Vec<Field>) -> Result<Option<RowSpan>, RowError> {
        fields.clear();
        self.row(fields).map_err(|kind| RowError { at: self.pos, kind })
    }

    // Below, errors are at `self.pos`, and fields are pushed rather than returned: so results fit a register. What comes
    // back through memory costs a third of the speed here.

    fn row(&mut self, fields: &mut Vec<Field>) -> Result<Option<RowSpan>, RowErrorKind> {
        if u32::try_from(self.block.len()).is_err() {
            // Fields could not say where they are.
            return Err(RowErrorKind::Malformed);
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
                        return Err(RowErrorKind::Malformed);
                    }
                    self.pos += self.head.len();
                    self.row_next = true;
                }
                Some(_) => return Err(RowErrorKind::Tail),
            }
        }
        self.trivia()?;
        let start = self.pos;
        if self.peek() != Some(b'(') {
            return Err(RowErrorKind::Malformed);
        }
        self.pos += 1;
        loop {
            self.field(fields)?;
            let b = match self.peek() {
                Some(b @ (b',' | b')')) => b,
                _ => self.field_end(fields)?,
            };
            self.pos += 1;
            if b == b')' {
                break;
            }
        }
        self.row_next = false;
        Ok(Some(RowSpan { start, end: self.pos }))
    }

    /// Goes on to the `,` or `)` after the last field. Where more than spaces and comments follow the literal, the field
    /// is an expression.
    #[cold]
    fn field_end(&mut self, fields: &mut [Field]) -> Result<u8, RowErrorKind> {
        self.trivia()?;
        if !matches!(self.peek(), Some(b',' | b')')) {
            let end = self.expression_end()? as u32;
            if let Some(last) = fields.last_mut() {
                *last = Field { kind: FieldKind::Expression, plain: false, loads: false, end, ..*last };
            }
        }
        Ok(self.peek().unwrap_or(b')'))
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
    fn trivia(&mut self) -> Result<(), RowErrorKind> {
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
    fn comment(&mut self) -> Result<bool, RowErrorKind> {
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
                    let len = 2 + comment_end(body, tag.is_some()).ok_or(RowErrorKind::Malformed)?;
                    if tag.is_some() {
                        self.check_skipped(self.pos + len - 2)?;
                    }
                    len
                }
            },
            _ => return Ok(false),
        };
        self.pos += skip;
        self.commented = true;
        Ok(true)
    }

    /// Refuses a versioned comment whose end, at `end`, only a server sees there: one that skips it looks for nothing
    /// else, while the client, by whose rules statements end, goes on looking for quotes and other comments.
    fn check_skipped(&mut self, end: usize) -> Result<(), RowErrorKind> {
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
        if same { Ok(()) } else { Err(RowErrorKind::Malformed) }
    }

    #[inline]
    fn field(&mut self, fields: &mut Vec<Field>) -> Result<(), RowErrorKind> {
        if !matches!(self.peek(), Some(b'\'' | b'0'..=b'9' | b'N')) {
            self.trivia()?;
        }
        let start = self.pos;
        match self.peek() {
            Some(q @ b'\'') => {
                let text = self.string(q)?;
                fields.push(span(start, self.pos).string(FieldKind::String, text));
            }
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
                let (kind, len) = number(self.rest());
                self.pos += len;
                fields.push(Field { kind, ..span(start, self.pos) });
            }
            Some(q @ b'"') if !self.mode.ansi_quotes => {
                let text = self.string(q)?;
                fields.push(span(start, self.pos).string(FieldKind::String, text));
            }
            Some(b'N') if matches!(self.rest(), [b'N', b'U', b'L', b'L', b',' | b')', ..]) => {
                self.pos += 4;
                fields.push(Field { kind: FieldKind::Null, ..span(start, self.pos) });
            }
            Some(b) if is_word(b) => fields.push(self.word()?),
            _ => fields.push(self.expression()?),
        }
        Ok(())
    }

    #[inline(never)]
    fn word(&mut self) -> Result<Field, RowErrorKind> {
        let (start, versioned) = (self.pos, self.versioned);
        let rest = self.rest();
        let len = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(len);
        let is = |s: &str| word.eq_ignore_ascii_case(s.as_bytes());
        self.pos += len;
        let keywords = [
            ("NULL", FieldKind::Null),
            ("DEFAULT", FieldKind::Default),
            ("TRUE", FieldKind::True),
            ("FALSE", FieldKind::False),
        ];
        if let Some((_, kind)) = keywords.into_iter().find(|(name, _)| is(name)) {
            return Ok(Field { kind, ..span(start, self.pos) });
        }
        if is("_binary") {
            self.trivia()?;
            let literal = self.pos;
            let field = match self.peek() {
                Some(q @ b'\'') => {
                    let text = self.string(q)?;
                    Some(span(literal, self.pos).string(FieldKind::Binary, text))
                }
                Some(b'0') => {
                    let (kind, len) = number(self.rest());
                    self.pos += len;
                    (kind == FieldKind::Hex).then(|| Field { kind, ..span(literal, self.pos) })
                }
                Some(b'x' | b'X') => Some(self.word()?).filter(|f| f.kind == FieldKind::Hex),
                _ => None,
            };
            if let Some(field) = field {
                let end = self.pos;
                self.trivia()?;
                if matches!(self.peek(), Some(b',' | b')')) {
                    return Ok(field);
                }
                self.pos = end;
            }
        } else if after.first() == Some(&b'\'') && (is("x") || is("b")) {
            let at = self.pos + 1;
            self.string(b'\'')?;
            let digits = self.block.get(at..self.pos - 1).unwrap_or_default();
            if is("x") && digits.len().is_multiple_of(2) && hex_digits(digits) == digits.len() {
                return Ok(Field { kind: FieldKind::Hex, ..span(start, self.pos) });
            } else if is("b") && digits.iter().all(|b| matches!(b, b'0' | b'1')) {
                return Ok(Field { kind: FieldKind::Bits, ..span(start, self.pos) });
            }
        }
        // From its start again: a longer character may end in a byte that no word has.
        (self.pos, self.versioned) = (start, versioned);
        self.expression()
    }

    /// Skips a quoted string.
    #[inline(always)]
    fn string(&mut self, quote: u8) -> Result<Text, RowErrorKind> {
        // Most strings end within a vector.
        if self.mode.charset == Charset::Plain
            && let Some(chunk) = self.block.get(self.pos + 1..).and_then(|rest| rest.first_chunk::<16>())
        {
            let v = Vector::load(chunk);
            let quotes = v.eq(quote);
            let stop = quotes | v.eq(b'\\');
            let first = stop & stop.wrapping_neg();
            let end = self.pos + 1 + stop.trailing_zeros() as usize;
            if quotes & first != 0 && self.block.get(end + 1) != Some(&quote) {
                self.pos = end + 1;
                let layout = v.any([b'\t', b'\n']) & first.wrapping_sub(1);
                return Ok(if layout == 0 { Text::Plain } else { Text::Other });
            }
        }
        self.long_string(quote)
    }

    #[inline(never)]
    fn long_string(&mut self, quote: u8) -> Result<Text, RowErrorKind> {
        if self.mode.charset != Charset::Plain {
            return self.string_multibyte(quote);
        }
        let at = self.pos;
        self.pos += 1;
        let mut text = Text::Plain;
        // Up to the end or the first escape or doubled quote: after one, more are likely.
        while let Some(chunk) = self.rest().first_chunk::<16>() {
            let v = Vector::load(chunk);
            let quotes = v.eq(quote);
            let stop = quotes | v.eq(b'\\');
            let first = stop & stop.wrapping_neg();
            if v.any([b'\t', b'\n']) & first.wrapping_sub(1) != 0 {
                text = Text::Other;
            }
            if stop == 0 {
                self.pos += 16;
                continue;
            }
            self.pos += stop.trailing_zeros() as usize;
            if quotes & first == 0 || self.block.get(self.pos + 1) == Some(&quote) {
                break;
            }
            self.pos += 1;
            return Ok(text);
        }
        match self.escaped_string(quote, text) {
            Some(text) => Ok(text),
            None => {
                self.pos = at;
                Err(RowErrorKind::Malformed)
            }
        }
    }

    /// The rest of a string that has been `text` so far. `None` when the block ends before it does.
    fn escaped_string(&mut self, quote: u8, mut text: Text) -> Option<Text> {
        let escapes = !self.mode.no_backslash_escapes;
        // The next byte is escaped.
        let mut escaped = false;
        loop {
            let rest = self.rest();
            if let Some(window) = rest.first_chunk::<WINDOW>() {
                let w = Window::load(window);
                let backslashes = w.eq(b'\\');
                let after = if escapes { simd::escaped(backslashes, &mut escaped) } else { 0 };
                let quotes = w.eq(quote) & !after;
                // All bits, where there is no quote.
                let before = (quotes & quotes.wrapping_neg()).wrapping_sub(1);
                let other = if escapes { after & w.any(LOADED_OTHERWISE) } else { backslashes };
                if (other | w.any([b'\t', b'\n'])) & before != 0 {
                    text = Text::Other;
                } else if backslashes & before != 0 {
                    text = text.max(Text::Loads);
                }
                if quotes == 0 {
                    self.pos += WINDOW;
                    continue;
                }
                self.pos += quotes.trailing_zeros() as usize;
            } else {
                // The last bytes of a block, one by one.
                let end = rest.iter().position(|&b| {
                    let after = core::mem::replace(&mut escaped, false);
                    match b {
                        b'\t' | b'\n' => text = Text::Other,
                        _ if after && LOADED_OTHERWISE.contains(&b) => text = Text::Other,
                        b'\\' if !escapes => text = Text::Other,
                        b'\\' if !after => (text, escaped) = (text.max(Text::Loads), true),
                        _ => return b == quote && !after,
                    }
                    false
                });
                self.pos += end?;
            }
            if self.block.get(self.pos + 1) != Some(&quote) {
                self.pos += 1;
                return Some(text);
            }
            text = Text::Other;
            self.pos += 2;
            // That was of the window's end, which is looked at again.
            escaped = false;
        }
    }

    #[cold]
    fn string_multibyte(&mut self, quote: u8) -> Result<Text, RowErrorKind> {
        let at = self.pos;
        self.pos += 1;
        loop {
            let rest = self.rest();
            match rest {
                [] => {
                    self.pos = at;
                    return Err(RowErrorKind::Malformed);
                }
                [b, next, ..] if *b == quote && *next == quote => self.pos += 2,
                [b, ..] if *b == quote => {
                    self.pos += 1;
                    return Ok(Text::Other);
                }
                // What is escaped is a byte, even where a longer character starts with it.
                [b'\\', ..] if !self.mode.no_backslash_escapes => self.pos += 2,
                _ => self.pos += self.mode.charset.char_len(rest).unwrap_or(1),
            }
        }
    }

    #[cold]
    fn expression(&mut self) -> Result<Field, RowErrorKind> {
        let start = self.pos;
        Ok(span(start, self.expression_end()?))
    }

    /// Skips to the `,` or `)` that ends the field, over nested parentheses, strings and comments. Returns where the
    /// last of them ends.
    #[cold]
    fn expression_end(&mut self) -> Result<usize, RowErrorKind> {
        let mut depth = 0usize;
        let mut end = self.pos;
        loop {
            self.trivia()?;
            match self.peek() {
                None | Some(b';') => return Err(RowErrorKind::Malformed),
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
    fn token(&mut self) -> Result<(), RowErrorKind> {
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
    fn name(&mut self, quote: u8) -> Result<(), RowErrorKind> {
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
        Err(RowErrorKind::Malformed)
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

/// What a string's bytes mean, in the order of how much has to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Text {
    /// As [`Field::plain`].
    Plain,
    /// As [`Field::loads`].
    Loads,
    Other,
}

/// What `LOAD DATA` doesn't read as a string literal does, after a backslash.
const LOADED_OTHERWISE: [u8; 3] = [b'%', b'_', b'N'];

/// A field of which only the place is known.
#[inline(always)]
fn span(start: usize, end: usize) -> Field {
    Field { start: start as u32, end: end as u32, kind: FieldKind::Expression, plain: false, loads: false }
}

impl Field {
    #[inline(always)]
    fn string(self, kind: FieldKind, text: Text) -> Self {
        Self { kind, plain: text == Text::Plain, loads: text != Text::Other, ..self }
    }
}

/// The number at the start of `text` and its length. `Expression` for anything that goes on like a name, for a sign
/// alone, and for a signed hexadecimal.
#[inline(always)]
fn number(text: &[u8]) -> (FieldKind, usize) {
    // Without a loop, whose end would be guessed wrong for most numbers.
    if let Some(chunk) = text.first_chunk::<16>() {
        let v = Vector::load(chunk);
        let end = v.any([b',', b')']);
        let before = (end & end.wrapping_neg()).wrapping_sub(1);
        let (digits, points) = (v.digits() & before, v.eq(b'.') & before);
        let one_point = points & points.wrapping_sub(1) == 0;
        if end != 0 && digits != 0 && one_point && (digits | points | v.eq(b'-') & 1) & before == before {
            return (FieldKind::Number, end.trailing_zeros() as usize);
        }
    }
    long_number(text)
}

#[inline(never)]
fn long_number(text: &[u8]) -> (FieldKind, usize) {
    let at = |i: usize| text.get(i).copied().unwrap_or(b' ');
    let (mut kind, mut end) = match text {
        [b'0', b'x', body @ ..] => (FieldKind::Hex, hex_digits(body)),
        [b'0', b'b', body @ ..] => (FieldKind::Bits, body.iter().take_while(|b| matches!(b, b'0' | b'1')).count()),
        _ => (FieldKind::Expression, 0),
    };
    if end > 0 {
        end += 2;
    } else {
        (kind, end) = decimal(text);
    }
    if is_word(at(end)) {
        kind = FieldKind::Expression;
    }
    (kind, end)
}

/// As [`number`], for one without a prefix, whatever follows it.
fn decimal(text: &[u8]) -> (FieldKind, usize) {
    let digits = |from: usize| text.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let at = |i: usize| text.get(i).copied().unwrap_or(b' ');
    let sign = usize::from(matches!(at(0), b'-' | b'+'));
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if at(end) == b'.' {
        fraction = digits(end + 1);
        end += 1 + fraction;
    }
    if whole + fraction == 0 {
        return (FieldKind::Expression, end);
    }
    if matches!(at(end), b'e' | b'E') {
        let from = end + 1 + usize::from(matches!(at(end + 1), b'-' | b'+'));
        let exponent = digits(from);
        if exponent > 0 {
            end = from + exponent;
        }
    }
    (FieldKind::Number, end)
}

/// How many hexadecimal digits `text` begins with.
fn hex_digits(text: &[u8]) -> usize {
    let (chunks, rest) = text.as_chunks::<16>();
    for (i, chunk) in chunks.iter().enumerate() {
        let digits = Vector::load(chunk).hex_digits().trailing_ones() as usize;
        if digits < 16 {
            return i * 16 + digits;
        }
    }
    text.len() - rest.len() + rest.iter().take_while(|b| b.is_ascii_hexdigit()).count()
}
