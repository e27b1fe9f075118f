//! Tokens of a statement, as the servers' lexers see them.
//!
//! For statements other than rows: a few kilobytes each. [`tokens`] covers every byte of the text; [`significant`] leaves
//! out what a server ignores. Nothing here allocates but the functions that return owned values.

use crate::{
    mode::LexMode,
    name::Name,
    version::{CommentTag, Flavor, ServerVersion, is_space},
};
use alloc::{borrow::Cow, vec::Vec};
use core::fmt;
use memchr::memmem;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A keyword, an unquoted identifier, or a charset introducer such as `_utf8mb4`.
    Word,
    /// `` `…` ``, or `"…"` under `ANSI_QUOTES`.
    QuotedIdent,
    /// `'…'`, or `"…"` without `ANSI_QUOTES`.
    String,
    /// `N'…'`.
    NationalString,
    /// A decimal number, without a sign.
    Number,
    /// `0x…` or `X'…'`.
    Hex,
    /// `0b…` or `B'…'`.
    Bits,
    /// `@name`, with the name in any quotes. Also the host's part of `user@host`.
    UserVariable,
    /// `@@name`: the first name only, so `@@SESSION.x` is this, a point and a word.
    SystemVariable,
    /// Any other single byte.
    Punct(u8),
    /// `-- …` or `# …`, without the line's end.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// `/*!NNNNN` or `/*M!NNNNNN`: the start of a versioned comment, whose content follows as tokens.
    VersionOpen(CommentTag),
    /// The `*/` that ends a versioned comment.
    VersionClose,
    /// White space.
    Space,
    /// A string, quoted identifier or comment without its end. The rest of the text belongs to it.
    Unterminated,
}

/// A token and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl Token {
    /// The token's bytes within the text it was read from.
    pub fn text<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// All tokens of a text, spaces and comments included: each begins where the one before ends.
pub fn tokens(text: &[u8], mode: LexMode) -> Tokens<'_> {
    Tokens { text, mode, at: 0, depth: 0, before: Before::Other }
}

/// What the byte before the next token ends, as far as it changes how the next one reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An identifier: a point that follows separates, rather than starting a number.
    Ident,
    /// The point after an identifier: digits that follow are an identifier.
    Dot,
    Other,
}

/// Iterator of [`tokens`]. Its `Debug` leaves out the text, which may hold rows.
#[derive(Clone)]
pub struct Tokens<'a> {
    text: &'a [u8],
    mode: LexMode,
    at: usize,
    /// Versioned comments that are open.
    depth: usize,
    before: Before,
}

impl fmt::Debug for Tokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("mode", &self.mode).field("at", &self.at).finish_non_exhaustive()
    }
}

const fn is_ident(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

impl<'a> Tokens<'a> {
    /// How many versioned comments are open after the last token.
    pub fn depth(&self) -> usize {
        self.depth
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at.checked_add(ahead)?).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Bytes from `self.at + from` on that satisfy `ok`.
    fn run(&self, from: usize, ok: impl Fn(u8) -> bool) -> usize {
        self.rest().iter().skip(from).take_while(|&&b| ok(b)).count()
    }

    /// Length of the identifier characters from `self.at + from` on, by whole characters.
    fn ident_run(&self, from: usize) -> usize {
        let mut n = from;
        while let Some(b) = self.peek(n) {
            if !is_ident(b) {
                break;
            }
            n += self.char_len(n);
        }
        n - from
    }

    /// Length of the character at `self.at + from`, at least 1 and within the text.
    fn char_len(&self, from: usize) -> usize {
        let bytes = self.rest().get(from..).unwrap_or_default();
        self.mode.charset.char_len(bytes).unwrap_or(1).clamp(1, bytes.len().max(1))
    }

    /// Length of the quoted text that starts at `self.at + from`, quotes included; `None` without an end.
    fn quoted_len(&self, from: usize, escapes: bool) -> Option<usize> {
        let quote = self.peek(from)?;
        let mut n = from + 1;
        loop {
            let b = self.peek(n)?;
            if b >= 0x80 {
                n += self.char_len(n);
            } else if b == b'\\' && escapes {
                n += 2;
            } else if b == quote {
                if self.peek(n + 1) == Some(quote) {
                    n += 2;
                } else {
                    return Some(n + 1 - from);
                }
            } else {
                n += 1;
            }
        }
    }

    /// Token kind and length at `self.at`, where there is a byte `b`.
    fn read(&mut self, b: u8) -> (TokenKind, usize) {
        use TokenKind as K;
        let all = self.rest().len();
        let escapes = !self.mode.no_backslash_escapes;
        let quoted = |kind, escapes| self.quoted_len(0, escapes).map_or((K::Unterminated, all), |n| (kind, n));
        match b {
            _ if is_space(b) => (K::Space, self.run(0, is_space)),
            b'`' => quoted(K::QuotedIdent, false),
            b'"' if self.mode.ansi_quotes => quoted(K::QuotedIdent, false),
            b'\'' | b'"' => quoted(K::String, escapes),
            b'#' => (K::LineComment, self.run(0, |b| b != b'\n' && b != 0)),
            b'-' if self.peek(1) == Some(b'-') && self.peek(2).is_none_or(|b| is_space(b) || b.is_ascii_control()) => {
                (K::LineComment, self.run(0, |b| b != b'\n' && b != 0))
            }
            b'/' if self.peek(1) == Some(b'*') => {
                let after = self.rest().get(2..).unwrap_or_default();
                if let Some((tag, n)) = CommentTag::read(after) {
                    self.depth += 1;
                    return (K::VersionOpen(tag), 2 + n);
                }
                memmem::find(after, b"*/").map_or((K::Unterminated, all), |n| (K::BlockComment, n + 4))
            }
            b'*' if self.depth > 0 && self.peek(1) == Some(b'/') => {
                self.depth -= 1;
                (K::VersionClose, 2)
            }
            b'@' => self.read_variable(),
            b'.' if self.before == Before::Other && self.peek(1).is_some_and(|b| b.is_ascii_digit()) => {
                (K::Number, self.number_len(0))
            }
            b'n' | b'N' if self.peek(1) == Some(b'\'') && self.before != Before::Dot => {
                self.quoted_len(1, escapes).map_or((K::Unterminated, all), |n| (K::NationalString, n + 1))
            }
            b'x' | b'X' | b'b' | b'B' if self.peek(1) == Some(b'\'') && self.before != Before::Dot => {
                let (kind, digit): (_, fn(&u8) -> bool) = match b {
                    b'x' | b'X' => (K::Hex, u8::is_ascii_hexdigit),
                    _ => (K::Bits, |b| matches!(b, b'0' | b'1')),
                };
                let digits = self.run(2, |b| digit(&b));
                if self.peek(2 + digits) == Some(b'\'') { (kind, digits + 3) } else { (K::Word, 1) }
            }
            b'0'..=b'9' if self.before != Before::Dot => self.read_digits(),
            _ if is_ident(b) => (K::Word, self.ident_run(0)),
            _ => (K::Punct(b), 1),
        }
    }

    /// A number, or an identifier that starts with a digit.
    fn read_digits(&self) -> (TokenKind, usize) {
        let all = self.ident_run(0);
        let second = self.peek(1);
        if self.peek(0) == Some(b'0') {
            let hex = self.run(2, |b| b.is_ascii_hexdigit());
            if second == Some(b'x') && hex > 0 && hex + 2 == all {
                return (TokenKind::Hex, all);
            }
            let bits = self.run(2, |b| matches!(b, b'0' | b'1'));
            if second == Some(b'b') && bits > 0 && bits + 2 == all {
                return (TokenKind::Bits, all);
            }
        }
        let digits = self.run(0, |b| b.is_ascii_digit());
        let exponent = self.exponent_len(digits);
        if exponent > 0 {
            return (TokenKind::Number, digits + exponent);
        }
        if all > digits { (TokenKind::Word, all) } else { (TokenKind::Number, self.number_len(digits)) }
    }

    /// Length of a number whose integer part takes `n` bytes, with its fraction and exponent.
    fn number_len(&self, mut n: usize) -> usize {
        if self.peek(n) == Some(b'.') {
            n += 1 + self.run(n + 1, |b| b.is_ascii_digit());
        }
        n + self.exponent_len(n)
    }

    /// Length of an `e10`, `E+10` or `e-10` at `self.at + n`, or 0.
    fn exponent_len(&self, n: usize) -> usize {
        if !matches!(self.peek(n), Some(b'e' | b'E')) {
            return 0;
        }
        let sign = usize::from(matches!(self.peek(n + 1), Some(b'+' | b'-')));
        match self.run(n + 1 + sign, |b| b.is_ascii_digit()) {
            0 => 0,
            digits => 1 + sign + digits,
        }
    }

    fn read_variable(&self) -> (TokenKind, usize) {
        let (kind, at) =
            if self.peek(1) == Some(b'@') { (TokenKind::SystemVariable, 2) } else { (TokenKind::UserVariable, 1) };
        let name = match self.peek(at) {
            Some(b'`') => self.quoted_len(at, false),
            Some(b @ (b'\'' | b'"')) if kind == TokenKind::UserVariable => {
                self.quoted_len(at, !(self.mode.no_backslash_escapes || b == b'"' && self.mode.ansi_quotes))
            }
            // Points are part of a user variable's name: `@a.b` is one variable.
            Some(b) if is_ident(b) || (b == b'.' && kind == TokenKind::UserVariable) => {
                let mut n = self.ident_run(at);
                while kind == TokenKind::UserVariable && self.peek(at + n) == Some(b'.') {
                    n += 1 + self.ident_run(at + n + 1);
                }
                Some(n)
            }
            _ => Some(0),
        };
        match name {
            None => (TokenKind::Unterminated, self.rest().len()),
            Some(0) => (TokenKind::Punct(b'@'), 1),
            Some(n) => (kind, at + n),
        }
    }

    /// Passes over the content of a versioned comment just opened that doesn't apply, and over its end.
    ///
    /// A server doesn't lex what it skips: quotes mean nothing there, and one level of plain comments may be inside
    /// (two levels and other versioned comments included, in so far as each `/*` needs one `*/`). False without an end.
    fn skip_versioned(&mut self, nested: bool) -> bool {
        self.depth = self.depth.saturating_sub(1);
        let mut inside = false;
        while let Some(n) = memchr::memchr2(b'*', b'/', self.rest()) {
            self.at += n;
            match (self.peek(0), self.peek(1)) {
                (Some(b'*'), Some(b'/')) => {
                    self.at += 2;
                    if !inside {
                        self.before = Before::Other;
                        return true;
                    }
                    inside = false;
                }
                (Some(b'/'), Some(b'*')) if nested && !inside => {
                    self.at += 2;
                    inside = true;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.text.len();
        false
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let b = self.peek(0)?;
        let start = self.at;
        let (kind, length) = self.read(b);
        // A zero length would loop for ever; an escape at the very end reaches one byte too far.
        self.at = start.saturating_add(length.max(1)).min(self.text.len());
        self.before = match kind {
            TokenKind::Word | TokenKind::QuotedIdent | TokenKind::SystemVariable => Before::Ident,
            TokenKind::Punct(b'.') if self.before == Before::Ident => Before::Dot,
            _ => Before::Other,
        };
        Some(Token { kind, start, end: self.at })
    }
}

/// The tokens that a server acts on: no spaces, no comments.
///
/// Versioned comments are opened up where they apply on `target` and vanish where they don't. Without a target every
/// one applies but those of a version no server has ([`CommentTag::NEVER`]).
pub fn significant(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Significant<'_> {
    Significant { tokens: tokens(text, mode), target, closed: None }
}

/// Iterator of [`significant`].
#[derive(Debug, Clone)]
pub struct Significant<'a> {
    tokens: Tokens<'a>,
    target: Option<ServerVersion>,
    closed: Option<usize>,
}

impl Significant<'_> {
    /// How many versioned comments are open after the last token.
    pub fn depth(&self) -> usize {
        self.tokens.depth()
    }

    /// End of the last versioned comment that was closed between the last two tokens, or after the last.
    pub fn closed(&self) -> Option<usize> {
        self.closed
    }
}

/// Whether a versioned comment's content is to be read.
fn applies(tag: CommentTag, target: Option<ServerVersion>) -> bool {
    match target {
        Some(target) => target.applies(tag),
        None => tag.version != Some(CommentTag::NEVER),
    }
}

/// Whether a skipped versioned comment may hold another comment: MySQL takes `/*M!` for a plain one, which may not.
fn may_nest(tag: CommentTag, target: Option<ServerVersion>) -> bool {
    !(tag.mariadb_only && target.is_some_and(|t| t.flavor == Flavor::MySql))
}

impl Iterator for Significant<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.closed = None;
        loop {
            let token = self.tokens.next()?;
            match token.kind {
                TokenKind::Space | TokenKind::LineComment | TokenKind::BlockComment => {}
                TokenKind::VersionClose => self.closed = Some(token.end),
                TokenKind::VersionOpen(tag) => {
                    if !applies(tag, self.target) && !self.tokens.skip_versioned(may_nest(tag, self.target)) {
                        return Some(Token { kind: TokenKind::Unterminated, start: token.start, end: self.tokens.at });
                    }
                }
                _ => return Some(token),
            }
        }
    }
}

/// The text with its versioned comments decided for `target`: what applies is freed of its comment marks, what
/// doesn't becomes white space. Plain comments stay.
///
/// The result is as long as the text, and every byte that stays keeps its place. A versioned comment without its end
/// stays as it is (a server refuses it), and so does one with a mark right after `--`, where white space would make a
/// comment of the rest.
pub fn resolve_versions<'a>(text: &'a [u8], mode: LexMode, target: ServerVersion) -> Cow<'a, [u8]> {
    if memmem::find(text, b"/*!").is_none() && memmem::find(text, b"/*M!").is_none() {
        return Cow::Borrowed(text);
    }
    let after_dashes = |token: Token| text.get(..token.start).is_some_and(|before| before.ends_with(b"--"));
    let mut blanks: Vec<(usize, usize)> = Vec::new();
    let mut open: Vec<Option<(usize, usize)>> = Vec::new();
    let mut tokens = tokens(text, mode);
    while let Some(token) = tokens.next() {
        match token.kind {
            TokenKind::VersionOpen(tag) => {
                if target.applies(tag) {
                    open.push((!after_dashes(token)).then_some((token.start, token.end)));
                } else if tokens.skip_versioned(may_nest(tag, Some(target))) && !after_dashes(token) {
                    blanks.push((token.start, tokens.at));
                }
            }
            TokenKind::VersionClose => {
                if let Some(Some(opener)) = open.pop()
                    && !after_dashes(token)
                {
                    blanks.push(opener);
                    blanks.push((token.start, token.end));
                }
            }
            _ => {}
        }
    }
    if blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = text.to_vec();
    for (start, end) in blanks {
        for b in out.get_mut(start..end).unwrap_or_default() {
            // Line ends stay for the sake of line numbers in the server's messages.
            if *b != b'\n' {
                *b = b' ';
            }
        }
    }
    Cow::Owned(out)
}

/// The value of a string token, quotes and escapes undone; `N'…'` too. Bytes that aren't quoted come back as they are.
pub fn unquote_string(token: &[u8], mode: LexMode) -> Vec<u8> {
    let token = match token {
        [b'n' | b'N', rest @ ..] if rest.first() == Some(&b'\'') => rest,
        _ => token,
    };
    unquote(token, mode, !mode.no_backslash_escapes)
}

/// The name that a [`TokenKind::Word`] or [`TokenKind::QuotedIdent`] stands for, in a session whose charset is
/// [`Charset::Plain`](crate::mode::Charset::Plain). Otherwise use [`ident_in`].
pub fn ident(token: &[u8]) -> Name {
    ident_in(token, LexMode::default())
}

/// The name that a token stands for, read under `mode`: in GBK and its like a backtick may be half of a character.
pub fn ident_in(token: &[u8], mode: LexMode) -> Name {
    Name::new(if matches!(token.first(), Some(b'`' | b'"')) { unquote(token, mode, false) } else { token.to_vec() })
}

fn unquote(token: &[u8], mode: LexMode, escapes: bool) -> Vec<u8> {
    let Some((&quote, inner)) = token.split_first() else { return Vec::new() };
    if !matches!(quote, b'\'' | b'"' | b'`') {
        return token.to_vec();
    }
    let inner = inner.strip_suffix(&[quote]).unwrap_or(inner);
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((&b, after)) = rest.split_first() {
        let length = if b >= 0x80 { mode.charset.char_len(rest).unwrap_or(1).clamp(1, rest.len()) } else { 1 };
        if length > 1 {
            let (character, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            out.extend_from_slice(character);
            rest = after;
            continue;
        }
        rest = after;
        match (b, after.first()) {
            (b'\\', Some(&next)) if escapes => {
                rest = after.get(1..).unwrap_or_default();
                match next {
                    b'0' => out.push(0),
                    b'b' => out.push(8),
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'Z' => out.push(0x1A),
                    // Kept for LIKE, where the backslash has a meaning of its own.
                    b'%' | b'_' => out.extend_from_slice(&[b'\\', next]),
                    _ => out.push(next),
                }
            }
            (_, Some(&next)) if b == quote && next == quote => {
                out.push(b);
                rest = after.get(1..).unwrap_or_default();
            }
            _ => out.push(b),
        }
    }
    out
}

/// A reader of significant tokens with any look-ahead, for the modules that parse statements.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    text: &'a [u8],
    mode: LexMode,
    tokens: Significant<'a>,
    peeked: Option<Option<Token>>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a [u8], mode: LexMode, target: Option<ServerVersion>) -> Self {
        Self { text, mode, tokens: significant(text, mode, target), peeked: None }
    }

    pub(crate) fn mode(&self) -> LexMode {
        self.mode
    }

    pub(crate) fn peek(&mut self) -> Option<Token> {
        match self.peeked {
            Some(token) => token,
            None => {
                let token = self.tokens.next();
                self.peeked = Some(token);
                token
            }
        }
    }

    pub(crate) fn take(&mut self) -> Option<Token> {
        let token = self.peek();
        self.peeked = None;
        token
    }

    pub(crate) fn at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Whether the last token looked at lies in a versioned comment; at the end, whether one was left open.
    pub(crate) fn in_comment(&self) -> bool {
        self.tokens.depth() > 0
    }

    pub(crate) fn bytes(&self, token: Token) -> &'a [u8] {
        token.text(self.text)
    }

    pub(crate) fn peek_is(&mut self, word: &str) -> bool {
        self.peek().is_some_and(|t| t.kind == TokenKind::Word && self.bytes(t).eq_ignore_ascii_case(word.as_bytes()))
    }

    pub(crate) fn peek_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.peek_is(word))
    }

    pub(crate) fn peek_punct(&mut self, b: u8) -> bool {
        self.peek().is_some_and(|t| t.kind == TokenKind::Punct(b))
    }

    /// Takes the next token if it is this word.
    pub(crate) fn word(&mut self, word: &str) -> bool {
        self.peek_is(word) && self.take().is_some()
    }

    /// Takes these words if all of them come next, or nothing.
    pub(crate) fn words(&mut self, words: &[&str]) -> bool {
        let saved = self.clone();
        if words.iter().all(|word| self.word(word)) {
            return true;
        }
        *self = saved;
        false
    }

    pub(crate) fn punct(&mut self, b: u8) -> bool {
        self.peek_punct(b) && self.take().is_some()
    }

    /// Takes an identifier, quoted or not.
    pub(crate) fn name(&mut self) -> Option<Name> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent) {
            return None;
        }
        self.take();
        Some(ident_in(self.bytes(token), self.mode))
    }

    /// Passes over what is in brackets, if a bracket comes next. False if it has no end.
    pub(crate) fn skip_brackets(&mut self) -> bool {
        if !self.punct(b'(') {
            return true;
        }
        let mut depth = 1usize;
        while let Some(token) = self.take() {
            match token.kind {
                TokenKind::Punct(b'(') => depth += 1,
                TokenKind::Punct(b')') => {
                    depth -= 1;
                    if depth == 0 {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::Charset;
    use proptest::prelude::*;
    use std::string::{String, ToString};
    use std::vec;

    const PLAIN: LexMode = LexMode { no_backslash_escapes: false, ansi_quotes: false, charset: Charset::Plain };
    const ANSI: LexMode = LexMode { ansi_quotes: true, ..PLAIN };
    const NO_ESCAPES: LexMode = LexMode { no_backslash_escapes: true, ..PLAIN };
    const MYSQL: ServerVersion = ServerVersion { flavor: Flavor::MySql, number: 80037 };
    const MARIADB: ServerVersion = ServerVersion { flavor: Flavor::MariaDb, number: 101119 };

    fn all(text: &[u8], mode: LexMode) -> Vec<(TokenKind, &[u8])> {
        tokens(text, mode).filter(|t| t.kind != TokenKind::Space).map(|t| (t.kind, t.text(text))).collect()
    }

    fn kinds(text: &str, mode: LexMode) -> Vec<TokenKind> {
        all(text.as_bytes(), mode).into_iter().map(|(k, _)| k).collect()
    }

    fn seen(text: &str, target: Option<ServerVersion>) -> String {
        let words = significant(text.as_bytes(), PLAIN, target)
            .map(|t| String::from_utf8_lossy(t.text(text.as_bytes())).to_string());
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn literals_and_names() {
        use TokenKind::*;
        for (text, expected) in [
            ("a$1 1a _utf8mb4'x'", vec![Word, Word, Word, String]),
            ("`a``b` \"c\"\"d\\\"\"", vec![QuotedIdent, String]),
            ("1 1.5 .5 1e10 1e+5 1.e3 1.5E-7 -1", vec![Number; 7].into_iter().chain([Punct(b'-'), Number]).collect()),
            ("t.1a t.5", vec![Word, Punct(b'.'), Word, Word, Punct(b'.'), Word]),
            ("0xFF 0xG x'0F' X'' x'g' 0b01 0b2 b'1'", vec![Hex, Word, Hex, Hex, Word, String, Bits, Word, Bits]),
            ("n'a' N'b' n", vec![NationalString, NationalString, Word]),
            ("@a @'a b' @`c` @\"d\" @a.b @", vec![UserVariable; 5].into_iter().chain([Punct(b'@')]).collect()),
            ("@@x @@session.x @@`y`", vec![SystemVariable, SystemVariable, Punct(b'.'), Word, SystemVariable]),
            ("`root`@`localhost` root@'%'", vec![QuotedIdent, UserVariable, Word, UserVariable]),
            ("'abc", vec![Unterminated]),
            ("'abc\\'", vec![Unterminated]),
            ("`abc", vec![Unterminated]),
            ("@`abc", vec![Unterminated]),
            ("/* abc", vec![Unterminated]),
        ] {
            assert_eq!(kinds(text, PLAIN), expected, "{text}");
        }
        assert_eq!(kinds("\"a\\\" 'b\\'", ANSI), [QuotedIdent, Unterminated]);
        assert_eq!(kinds("'a\\' b", NO_ESCAPES), [String, Word]);
    }

    #[test]
    fn comments() {
        use TokenKind::*;
        assert_eq!(kinds("a -- b\nc", PLAIN), [Word, LineComment, Word]);
        assert_eq!(kinds("a --b", PLAIN), [Word, Punct(b'-'), Punct(b'-'), Word]);
        assert_eq!(kinds("--", PLAIN), [LineComment]);
        assert_eq!(kinds("--\tx\n1", PLAIN), [LineComment, Number]);
        assert_eq!(kinds("#x\r\ny", PLAIN), [LineComment, Word]);
        assert_eq!(kinds("a/*'*/b */", PLAIN), [Word, BlockComment, Word, Punct(b'*'), Punct(b'/')]);
        let tag = CommentTag { mariadb_only: false, version: Some(40101) };
        assert_eq!(
            kinds("/*!40101 a '*/' /* b */ */", PLAIN),
            [VersionOpen(tag), Word, String, BlockComment, VersionClose]
        );
    }

    #[test]
    fn multi_byte_charsets() {
        let gbk = LexMode { charset: Charset::Gbk, ..PLAIN };
        // The second byte of the character is a backslash, a backtick.
        assert_eq!(all(b"'\x95\\' x", gbk), [(TokenKind::String, &b"'\x95\\'"[..]), (TokenKind::Word, b"x")]);
        assert_eq!(all(b"`\x95`` x", gbk), [(TokenKind::QuotedIdent, &b"`\x95``"[..]), (TokenKind::Word, b"x")]);
        assert_eq!(all(b"\x95` x", gbk), [(TokenKind::Word, &b"\x95`"[..]), (TokenKind::Word, b"x")]);
        assert_eq!(unquote_string(b"'\x95\\n'", gbk), b"\x95\\n");
        assert_eq!(ident_in(b"`\x95``", gbk).as_bytes(), b"\x95`");
    }

    #[test]
    fn versioned_comments_are_decided_by_the_target() {
        let text = "CREATE /*!50017 DEFINER=`a`@`b`*/ TABLE t (a int /*!80023 INVISIBLE */, b /*M!100616 int */) /*!50100 P */";
        assert_eq!(seen(text, Some(MYSQL)), "CREATE DEFINER = `a` @`b` TABLE t ( a int INVISIBLE , b ) P");
        assert_eq!(seen(text, Some(MARIADB)), "CREATE DEFINER = `a` @`b` TABLE t ( a int , b int ) P");
        assert_eq!(seen(text, None), "CREATE DEFINER = `a` @`b` TABLE t ( a int INVISIBLE , b int ) P");
    }

    #[test]
    fn skipped_comments_are_not_lexed() {
        for target in [Some(MYSQL), Some(MARIADB), None] {
            assert_eq!(seen("/*M!999999\\- don't enable `x */ SELECT 1", target), "SELECT 1");
        }
        assert_eq!(seen("/*!99999 it's /* a */ comment */ x", Some(MYSQL)), "x");
        // To MySQL the mark of MariaDB's is a plain comment, which doesn't nest.
        assert_eq!(seen("/*M! a /* b */ c", Some(MYSQL)), "c");
        assert_eq!(seen("/*!99999 a", Some(MYSQL)), "/*!99999 a");
    }

    #[test]
    fn resolved_text_keeps_its_places() {
        let resolve = |s: &str, t| String::from_utf8(resolve_versions(s.as_bytes(), PLAIN, t).into_owned()).unwrap();
        assert_eq!(
            resolve("a /*!50003 b*/ /* c */ /*!99999 d\nd*/ '/*!50003 e*/'", MYSQL),
            "a          b   /* c */           \n    '/*!50003 e*/'"
        );
        assert_eq!(resolve("/*!50705 a,*/b", MARIADB), "             b");
        assert_eq!(resolve("/*!50705 a,*/b", MYSQL), "         a,  b");
        assert_eq!(resolve("/*!40101 a", MYSQL), "/*!40101 a");
        assert_eq!(resolve("1--/*!40101 1*/", MYSQL), "1--/*!40101 1*/");
    }

    #[test]
    fn strings_are_decoded() {
        assert_eq!(unquote_string(br"'a\'b''c\\\n\t\0\Z\%\_\x'", PLAIN), b"a'b'c\\\n\t\0\x1A\\%\\_x");
        assert_eq!(unquote_string(br"'a\n'", NO_ESCAPES), br"a\n");
        assert_eq!(unquote_string(br#""a""b'c""#, PLAIN), br#"a"b'c"#);
        assert_eq!(unquote_string(b"N'a'", PLAIN), b"a");
        assert_eq!(unquote_string(b"n", PLAIN), b"n");
        assert_eq!(ident(b"`a``b\\`").as_bytes(), b"a`b\\");
        assert_eq!(ident(b"plain").as_bytes(), b"plain");
    }

    #[test]
    fn words_are_taken_all_or_none() {
        let mut cursor = Cursor::new(b"IF not EXISTS x", PLAIN, None);
        assert!(!cursor.words(&["IF", "EXISTS"]));
        assert!(cursor.words(&["IF", "NOT", "EXISTS"]));
        assert_eq!(cursor.name(), Some(Name::from("x")));
        assert!(cursor.at_end());
    }

    fn mode() -> impl Strategy<Value = LexMode> {
        let charset =
            prop_oneof![Just(Charset::Plain), Just(Charset::Gbk), Just(Charset::Sjis), Just(Charset::Gb18030)];
        (any::<bool>(), any::<bool>(), charset).prop_map(|(no_backslash_escapes, ansi_quotes, charset)| LexMode {
            no_backslash_escapes,
            ansi_quotes,
            charset,
        })
    }

    fn sql() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "/*!40101 ",
                "/*!99999 ",
                "/*M!100616 ",
                "/*!",
                "/*",
                "*/",
                "--",
                "-- ",
                "#",
                "\n",
                " ",
                "'",
                "\"",
                "`",
                "\\",
                "@",
                "@@",
                ".",
                "0x",
                "x'",
                "n'",
                "e",
                "1",
                "a",
                ",",
                "(",
                ")",
                "/",
                "*",
                "\0",
            ])
            .prop_map(|s| s.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..3),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|v| v.concat())
    }

    proptest! {
        #[test]
        fn tokens_cover_every_byte(text in sql(), mode in mode()) {
            let mut at = 0;
            for token in tokens(&text, mode) {
                prop_assert_eq!(token.start, at);
                prop_assert!(token.end > token.start && token.end <= text.len());
                at = token.end;
            }
            prop_assert_eq!(at, text.len());
        }

        #[test]
        fn resolving_twice_changes_nothing(text in sql(), mode in mode(), target in prop_oneof![Just(MYSQL), Just(MARIADB)]) {
            let once = resolve_versions(&text, mode, target).into_owned();
            prop_assert_eq!(once.len(), text.len());
            let twice = resolve_versions(&once, mode, target).into_owned();
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn resolved_text_reads_the_same(text in sql(), mode in mode(), target in prop_oneof![Just(MYSQL), Just(MARIADB)]) {
            let read = |text: &[u8]| {
                significant(text, mode, Some(target)).map(|t| (t.kind, t.text(text).to_vec())).collect::<Vec<_>>()
            };
            // What lacks its end is a server's error either way.
            let before = read(&text);
            if before.iter().any(|(k, _)| *k == TokenKind::Unterminated) {
                return Ok(());
            }
            prop_assert_eq!(before, read(&resolve_versions(&text, mode, target)));
        }

        #[test]
        fn strings_come_back(value in prop::collection::vec(any::<u8>(), 0..20)) {
            let mut text = b"'".to_vec();
            for &b in &value {
                if matches!(b, b'\'' | b'\\') {
                    text.push(b'\\');
                }
                text.push(b);
            }
            text.push(b'\'');
            prop_assume!(!value.windows(2).any(|w| w[0] == b'\\' && matches!(w[1], b'%' | b'_')));
            prop_assert_eq!(tokens(&text, PLAIN).count(), 1);
            prop_assert_eq!(unquote_string(&text, PLAIN), value);
        }
    }
}
