//! A slow, obvious parser to check the fast one against.
//!
//! Written from the rules of the command-line client (where a statement ends) and of the servers' lexers (what a row
//! means). It has the whole input in memory, looks at one byte at a time, and shares nothing with the parser under test
//! but the types that both are handed.

use sqldump::cut::CutErrorKind;
use sqldump::head::{HEAD_BYTES_MAX, Head};
use sqldump::row::{FieldKind, RowErrorKind};
use sqldump::version::{Flavor, ServerVersion};
use sqldump::{Charset, LexMode, Name};

/// A statement or a command of the client, with what stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where each space and each comment before it ends.
    pub(crate) trivia: Vec<usize>,
    /// Its first byte.
    pub(crate) start: usize,
    /// The end of its text.
    pub(crate) end: usize,
    /// The end of its delimiter or line break.
    pub(crate) next: usize,
    /// What it is.
    pub(crate) what: What,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// Nothing: the input ends after the spaces and comments.
    Nothing,
    /// A line for the client itself.
    Command,
    /// A statement that isn't rows.
    Statement,
    /// Rows.
    Insert(Insert),
}

/// An `INSERT … VALUES`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Insert {
    /// Everything before the first row.
    pub(crate) head: Head,
    /// The positions after each `)` that closes the outermost parentheses, outside of versioned comments.
    pub(crate) closings: Vec<usize>,
    /// The rows, up to the first fault.
    pub(crate) rows: Vec<Row>,
    /// Why not everything could be read as rows.
    pub(crate) fault: Option<Fault>,
}

/// A row, with its parentheses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
    /// Its fields.
    pub(crate) fields: Vec<Value>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// First byte.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
    /// What the literal is.
    pub(crate) kind: FieldKind,
    /// As [`sqldump::row::Field::plain`].
    pub(crate) plain: bool,
    /// As [`sqldump::row::Field::loads`].
    pub(crate) loads: bool,
}

/// Where rows can't be read as rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) at: usize,
    /// Why.
    pub(crate) kind: RowErrorKind,
}

/// Why the input can't be split into statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Why.
    pub(crate) kind: CutErrorKind,
    /// Where the thing without an end starts.
    pub(crate) at: usize,
}

/// The parser's state between two pieces.
#[derive(Debug, Clone)]
pub(crate) struct Reference<'a> {
    input: &'a [u8],
    pos: usize,
    delimiter: Vec<u8>,
    target: Option<ServerVersion>,
    /// The rules in force.
    pub(crate) mode: LexMode,
}

fn space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn control(b: u8) -> bool {
    b < 0x20 || b == 0x7F
}

fn word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}

/// Bytes of the character at `p`, where whole and valid; else 1.
pub(crate) fn char_bytes(charset: Charset, text: &[u8], p: usize) -> usize {
    let at = |i: usize| text.get(p + i).copied().unwrap_or(0);
    let two = match charset {
        Charset::Plain => false,
        Charset::Gbk | Charset::Gb18030 => matches!(at(0), 0x81..=0xFE) && matches!(at(1), 0x40..=0x7E | 0x80..=0xFE),
        Charset::Sjis => matches!(at(0), 0x81..=0x9F | 0xE0..=0xFC) && matches!(at(1), 0x40..=0x7E | 0x80..=0xFC),
        Charset::Big5 => matches!(at(0), 0xA1..=0xF9) && matches!(at(1), 0x40..=0x7E | 0xA1..=0xFE),
    };
    let digit = |i: usize| at(i).is_ascii_digit();
    let high = |i: usize| matches!(at(i), 0x81..=0xFE);
    let four = charset == Charset::Gb18030 && high(0) && digit(1) && high(2) && digit(3);
    if two {
        2
    } else if four {
        4
    } else {
        1
    }
}

/// Whether `target` runs what stands in `/*!…` or `/*M!…`, whose `/*` is at `p`, and how long the opening is.
fn versioned(target: Option<ServerVersion>, text: &[u8], p: usize) -> (bool, usize) {
    let for_mariadb = text[p + 2] == b'M';
    let start = p + if for_mariadb { 4 } else { 3 };
    let digit = |i: usize| text.get(start + i).is_some_and(u8::is_ascii_digit);
    let five = (0..5).all(digit);
    let six = five && digit(5) && (for_mariadb || text.get(start + 6).is_none_or(|b| space(*b)));
    let count = if six {
        6
    } else if five {
        5
    } else {
        0
    };
    let number: u32 = String::from_utf8_lossy(&text[start..start + count]).parse().unwrap_or(0);
    let runs = match target {
        None => true,
        Some(t) if t.flavor == Flavor::MySql => !for_mariadb && number <= t.number,
        Some(t) => (for_mariadb || !(50_700..=99_999).contains(&number)) && number <= t.number,
    };
    (runs, start + count - p)
}

impl<'a> Reference<'a> {
    /// A parser for a whole dump.
    pub(crate) fn new(input: &'a [u8], mode: LexMode, target: Option<ServerVersion>) -> Self {
        Self { input, pos: 0, delimiter: b";".to_vec(), target, mode }
    }

    fn at(&self, p: usize) -> u8 {
        self.input.get(p).copied().unwrap_or(0)
    }

    fn starts(&self, p: usize, what: &[u8]) -> bool {
        self.input.get(p..).is_some_and(|rest| rest.starts_with(what))
    }

    fn find(&self, from: usize, what: &[u8]) -> Option<usize> {
        (from..self.input.len()).find(|p| self.starts(*p, what))
    }

    /// After the line feed, or the end.
    fn line_end(&self, p: usize) -> usize {
        self.find(p, b"\n").map_or(self.input.len(), |n| n + 1)
    }

    fn comment_to_line_end(&self, p: usize) -> bool {
        self.at(p) == b'#' || self.starts(p, b"--") && self.input.get(p + 2).is_none_or(|b| space(*b) || control(*b))
    }

    fn versioned_at(&self, p: usize) -> bool {
        self.starts(p, b"/*!") || self.starts(p, b"/*M!")
    }

    /// After the closing mark of the string or name whose opening mark is at `p`.
    fn quoted(&self, p: usize, end: usize) -> Option<usize> {
        let mark = self.at(p);
        let name = mark == b'`' || mark == b'"' && self.mode.ansi_quotes;
        let mut i = p + 1;
        while i < end {
            let b = self.at(i);
            let n = char_bytes(self.mode.charset, self.input, i);
            let escape = b == b'\\' && !name && !self.mode.no_backslash_escapes;
            let doubled = b == mark && i + 1 < end && self.at(i + 1) == mark;
            if n > 1 {
                i += n;
            } else if escape || doubled {
                i += 2;
            } else if b == mark {
                return Some(i + 1);
            } else {
                i += 1;
            }
        }
        None
    }

    /// The next piece, and `Nothing` at the end.
    pub(crate) fn next(&mut self) -> Result<Piece, Broken> {
        let mut trivia = Vec::new();
        if self.pos == 0 && self.starts(0, b"\xEF\xBB\xBF") {
            self.pos = 3;
            trivia.push(3);
        }
        loop {
            let p = self.pos;
            if p >= self.input.len() {
                return Ok(Piece { trivia, start: p, end: p, next: p, what: What::Nothing });
            }
            if space(self.at(p)) {
                self.pos += 1;
            } else if self.starts(p, &self.delimiter) {
                break;
            } else if self.at(p) == b'#' || self.starts(p, b"--") {
                // The client asks for a space after the dashes only where a statement has begun.
                self.pos = self.line_end(p);
            } else if self.starts(p, b"/*") && (!self.versioned_at(p) || self.starts(p, b"/*M!999999\\-")) {
                let end = self.find(p + 2, b"*/");
                self.pos = end.ok_or(Broken { kind: CutErrorKind::OpenComment, at: p })? + 2;
            } else {
                break;
            }
            trivia.push(self.pos);
        }
        let start = self.pos;
        let broken = match self.piece(trivia.clone(), start) {
            Ok(piece) => {
                self.pos = piece.next;
                return Ok(piece);
            }
            Err(broken) => broken,
        };
        // At the end of the input the client sends what it has, and the server looks for semicolons.
        if self.delimiter != b";" && self.input.trim_ascii_end().ends_with(b";") {
            self.delimiter = b";".to_vec();
            let piece = self.piece(trivia, start)?;
            self.pos = piece.next;
            return Ok(piece);
        }
        Err(broken)
    }

    fn piece(&mut self, trivia: Vec<usize>, start: usize) -> Result<Piece, Broken> {
        let mut after = start;
        while after < self.input.len() && word_byte(self.at(after)) {
            after += 1;
        }
        let first = self.input[start..after].to_ascii_uppercase();
        let alone = after == self.input.len() || space(self.at(after)) && self.at(after) != 0x0B;
        let piece = match first.as_slice() {
            b"DELIMITER" if alone => self.command(trivia, start),
            b"USE" if alone && self.use_line(start) => {
                let mut piece = self.command(trivia, start);
                while piece.end > start && self.at(piece.end - 1).is_ascii_whitespace() {
                    piece.end -= 1;
                }
                piece.what = What::Statement;
                piece
            }
            b"SOURCE" | b"SYSTEM" | b"TEE" | b"NOTEE" | b"PAGER" | b"NOPAGER" | b"CONNECT" | b"EXIT" | b"QUIT"
            | b"CHARSET" | b"WARNINGS" | b"NOWARNING" | b"STATUS" | b"REHASH"
                if alone =>
            {
                self.command_or_more(trivia, start)
            }
            b"" if self.at(start) == b'\\' && start + 1 < self.input.len() && !b"gG".contains(&self.at(start + 1)) => {
                self.command_or_more(trivia, start)
            }
            b"INSERT" | b"REPLACE" if self.delimiter == b";" => match self.head(start) {
                Some(head) => self.insert(trivia, start, head)?,
                None => self.statement(trivia, start)?,
            },
            _ => self.statement(trivia, start)?,
        };
        if first == b"DELIMITER"
            && piece.what == What::Command
            && let Some(delimiter) = delimiter_argument(&self.input[after..piece.end])
        {
            self.delimiter = delimiter;
        }
        Ok(piece)
    }

    /// `USE` needs no delimiter; where its line has one, it is a statement like others.
    fn use_line(&self, start: usize) -> bool {
        let line = self.command(Vec::new(), start).end;
        !(start..line).any(|p| self.starts(p, &self.delimiter) && p + self.delimiter.len() <= line)
    }

    /// A command that ends with its line or with a delimiter in it.
    fn command_or_more(&self, trivia: Vec<usize>, start: usize) -> Piece {
        let mut piece = self.command(trivia, start);
        let length = self.delimiter.len();
        if let Some(p) = (start..piece.end).find(|p| self.starts(*p, &self.delimiter) && p + length <= piece.end) {
            (piece.end, piece.next) = (p, p + length);
        }
        while piece.end > start && self.at(piece.end - 1).is_ascii_whitespace() {
            piece.end -= 1;
        }
        piece
    }

    fn command(&self, trivia: Vec<usize>, start: usize) -> Piece {
        let next = self.line_end(start);
        let mut end = next;
        if self.at(end - 1) == b'\n' {
            end -= 1;
            if end > start && self.at(end - 1) == b'\r' {
                end -= 1;
            }
        }
        Piece { trivia, start, end, next, what: What::Command }
    }

    fn statement(&self, trivia: Vec<usize>, start: usize) -> Result<Piece, Broken> {
        let (mut end, next, _) = self.statement_end(start, start, true)?;
        while end > start && self.at(end - 1).is_ascii_whitespace() {
            end -= 1;
        }
        Ok(Piece { trivia, start, end, next, what: What::Statement })
    }

    /// Where the delimiter of the statement at `start` begins and ends, looking from `from` on, and the closings of
    /// outermost parentheses on the way. `go`: `\g` ends it as well.
    fn statement_end(&self, start: usize, from: usize, go: bool) -> Result<(usize, usize, Vec<usize>), Broken> {
        let mut closings = Vec::new();
        let (mut p, mut depth, mut in_versioned) = (from, 0, false);
        loop {
            if p >= self.input.len() {
                return Err(Broken { kind: CutErrorKind::OpenStatement, at: start });
            }
            if self.starts(p, &self.delimiter) {
                return Ok((p, p + self.delimiter.len(), closings));
            }
            match self.at(p) {
                b'\'' | b'"' | b'`' => {
                    p = self.quoted(p, self.input.len()).ok_or(Broken { kind: CutErrorKind::OpenQuote, at: p })?;
                }
                _ if self.comment_to_line_end(p) => p = self.line_end(p),
                b'/' if self.versioned_at(p) => {
                    in_versioned = true;
                    p += if self.at(p + 2) == b'M' { 4 } else { 3 };
                }
                b'/' if self.at(p + 1) == b'*' => {
                    let end = self.find(p + 2, b"*/");
                    p = end.ok_or(Broken { kind: CutErrorKind::OpenComment, at: p })? + 2;
                }
                b'*' if in_versioned && self.at(p + 1) == b'/' => {
                    in_versioned = false;
                    p += 2;
                }
                b'\\' if go && matches!(self.at(p + 1), b'g' | b'G') => return Ok((p, p + 2, closings)),
                b'\\' => p += 2,
                b'(' => {
                    depth += 1;
                    p += 1;
                }
                b')' => {
                    depth -= 1;
                    p += 1;
                    if depth == 0 && !in_versioned {
                        closings.push(p);
                    }
                }
                _ => p += char_bytes(self.mode.charset, self.input, p),
            }
        }
    }

    /// After spaces and plain comments of a head. A versioned comment is not skipped.
    fn head_blank(&self, mut p: usize) -> Option<usize> {
        loop {
            if p < self.input.len() && space(self.at(p)) {
                p += 1;
            } else if self.comment_to_line_end(p) {
                p = self.find(p, b"\n")? + 1;
            } else if self.starts(p, b"/*") && !self.versioned_at(p) {
                p = self.find(p + 2, b"*/")? + 2;
            } else {
                return Some(p);
            }
        }
    }

    fn word(&self, mut p: usize) -> Option<(String, usize)> {
        let start = p;
        while p < self.input.len() && word_byte(self.at(p)) {
            p += 1;
        }
        let word = String::from_utf8_lossy(&self.input[start..p]).to_ascii_uppercase();
        (p > start).then_some((word, p))
    }

    fn identifier(&self, p: usize) -> Option<(Vec<u8>, usize)> {
        let mark = self.at(p);
        if mark != b'`' && !(mark == b'"' && self.mode.ansi_quotes) {
            let (_, end) = self.word(p)?;
            return Some((self.input[p..end].to_vec(), end));
        }
        let end = self.quoted(p, self.input.len())?;
        let mut name = Vec::new();
        let mut i = p + 1;
        while i < end - 1 {
            let n = char_bytes(self.mode.charset, self.input, i);
            name.extend_from_slice(&self.input[i..i + n]);
            i += if n == 1 && self.at(i) == mark { 2 } else { n };
        }
        Some((name, end))
    }

    fn head(&self, start: usize) -> Option<Head> {
        let (verb, mut p) = self.word(start)?;
        let mut ignore = false;
        loop {
            p = self.head_blank(p)?;
            match self.word(p) {
                Some((word, end)) if ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "INTO"].contains(&word.as_str()) => {
                    p = end;
                }
                Some((word, end)) if word == "IGNORE" => {
                    ignore = true;
                    p = end;
                }
                _ => break,
            }
        }
        let (mut table, end) = self.identifier(p)?;
        let mut database = None;
        p = self.head_blank(end)?;
        if self.at(p) == b'.' {
            let (second, end) = self.identifier(self.head_blank(p + 1)?)?;
            database = Some(table);
            table = second;
            p = self.head_blank(end)?;
        }
        let mut columns = None;
        if self.at(p) == b'(' {
            let mut names = Vec::new();
            loop {
                let (name, end) = self.identifier(self.head_blank(p + 1)?)?;
                names.push(Name::new(name));
                p = self.head_blank(end)?;
                match self.at(p) {
                    b',' => {}
                    b')' => break,
                    _ => return None,
                }
            }
            columns = Some(names);
            p = self.head_blank(p + 1)?;
        }
        let (values, end) = self.word(p)?;
        if values != "VALUES" && values != "VALUE" {
            return None;
        }
        p = self.head_blank(end)?;
        if self.at(p) != b'(' || p - start >= HEAD_BYTES_MAX {
            return None;
        }
        Some(Head {
            raw: self.input[start..p].to_vec(),
            replace: verb == "REPLACE",
            ignore,
            database: database.map(Name::new),
            table: Name::new(table),
            columns,
        })
    }

    fn insert(&self, trivia: Vec<usize>, start: usize, head: Head) -> Result<Piece, Broken> {
        let from = start + head.raw.len();
        let (end, next, closings) = self.statement_end(start, from, false)?;
        let mut rows = Vec::new();
        let fault = RowsReader { r: self, p: from, end, in_versioned: false }.rows(&mut rows).err();
        Ok(Piece { trivia, start, end, next, what: What::Insert(Insert { head, closings, rows, fault }) })
    }
}

/// As the client's `get_arg` reads it, but for tabs.
fn delimiter_argument(text: &[u8]) -> Option<Vec<u8>> {
    let text: Vec<u8> = text.iter().copied().skip_while(u8::is_ascii_whitespace).collect();
    let argument: Vec<u8> = match text.first()? {
        q @ (b'\'' | b'"' | b'`') => text[1..].iter().copied().take_while(|b| b != q).collect(),
        _ => text.iter().copied().take_while(|b| !b.is_ascii_whitespace()).collect(),
    };
    (!argument.is_empty()).then_some(argument)
}

/// Reads the rows of one statement by the server's rules.
struct RowsReader<'a> {
    r: &'a Reference<'a>,
    p: usize,
    end: usize,
    in_versioned: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    String,
    Name,
    Word,
    Number,
    Hex,
    Bits,
    Other,
}

impl RowsReader<'_> {
    fn at(&self, p: usize) -> u8 {
        if p < self.end { self.r.at(p) } else { 0 }
    }

    fn fault<T>(&self, kind: RowErrorKind) -> Result<T, Fault> {
        Err(Fault { at: self.p, kind })
    }

    fn rows(&mut self, rows: &mut Vec<Row>) -> Result<(), Fault> {
        loop {
            self.blank()?;
            if self.at(self.p) != b'(' {
                return self.fault(RowErrorKind::Malformed);
            }
            let start = self.p;
            self.p += 1;
            let mut fields = Vec::new();
            loop {
                fields.push(self.field()?);
                self.p += 1;
                if self.at(self.p - 1) == b')' {
                    break;
                }
            }
            rows.push(Row { start, end: self.p, fields });
            self.blank()?;
            if self.p >= self.end {
                return Ok(());
            }
            if self.at(self.p) == b';' {
                return self.fault(RowErrorKind::Malformed);
            }
            if self.at(self.p) != b',' {
                return self.fault(RowErrorKind::Tail);
            }
            self.p += 1;
        }
    }

    /// Skips spaces, comments, versioned comments that don't apply, and the marks of those that do.
    fn blank(&mut self) -> Result<(), Fault> {
        while self.p < self.end {
            let p = self.p;
            if space(self.at(p)) {
                self.p += 1;
            } else if self.r.comment_to_line_end(p) {
                self.p = self.r.line_end(p).min(self.end);
            } else if self.r.versioned_at(p) {
                let (runs, length) = versioned(self.r.target, self.r.input, p);
                if runs {
                    self.in_versioned = true;
                    self.p += length;
                } else {
                    let end = self.skipped(p + 2, true)?;
                    if !self.client_agrees(p + 2, end - 2) {
                        return self.fault(RowErrorKind::Malformed);
                    }
                    self.p = end;
                }
            } else if self.r.starts(p, b"/*") {
                self.p = self.skipped(p + 2, false)?;
            } else if self.in_versioned && self.r.starts(p, b"*/") {
                self.in_versioned = false;
                self.p += 2;
            } else {
                break;
            }
        }
        Ok(())
    }

    /// After the `*/` of a comment that the server skips: one that is there for its version may hold another one.
    fn skipped(&self, mut p: usize, nested: bool) -> Result<usize, Fault> {
        while p < self.end {
            if self.r.starts(p, b"*/") {
                return Ok(p + 2);
            } else if nested && self.r.starts(p, b"/*") {
                p = self.skipped(p + 2, false)?;
            } else {
                p += 1;
            }
        }
        self.fault(RowErrorKind::Malformed)
    }

    /// Whether the client finds the end of a skipped comment where the server does, though it looks for quotes in it.
    fn client_agrees(&self, mut p: usize, end: usize) -> bool {
        while p < end {
            if self.at(p) == b'#' || self.r.starts(p, b"--") {
                return false;
            } else if matches!(self.at(p), b'\'' | b'"' | b'`') {
                let Some(after) = self.r.quoted(p, self.end) else { return false };
                p = after;
            } else if self.at(p) == b'\\' {
                p += 2;
            } else if self.r.starts(p, b"/*") {
                let Ok(after) = self.skipped(p + 2, false) else { return false };
                p = after;
            } else {
                p += char_bytes(self.r.mode.charset, self.r.input, p);
            }
        }
        p == end
    }

    /// One field, up to its `,` or `)`.
    fn field(&mut self) -> Result<Value, Fault> {
        let mut tokens = Vec::new();
        let mut depth = 0;
        loop {
            self.blank()?;
            let start = self.p;
            if start >= self.end || self.at(start) == b';' {
                return self.fault(RowErrorKind::Malformed);
            }
            match self.at(start) {
                b',' | b')' if depth == 0 => break,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            let token = self.token()?;
            tokens.push((token, start, self.p));
        }
        let text = |i: usize| &self.r.input[tokens[i].1..tokens[i].2];
        let value = |kind, i: usize| {
            let (_, start, end) = tokens[i];
            let string = matches!(kind, FieldKind::String | FieldKind::Binary);
            let plain = string && self.plain(start, end);
            Ok(Value { start, end, kind, plain, loads: string && self.loads(start, end) })
        };
        let kinds: Vec<Token> = tokens.iter().map(|t| t.0).collect();
        match kinds.as_slice() {
            [] => {
                return Ok(Value {
                    start: self.p,
                    end: self.p,
                    kind: FieldKind::Expression,
                    plain: false,
                    loads: false,
                });
            }
            [Token::String] => return value(FieldKind::String, 0),
            [Token::Number] => return value(FieldKind::Number, 0),
            [Token::Hex] => return value(FieldKind::Hex, 0),
            [Token::Bits] => return value(FieldKind::Bits, 0),
            [Token::Word] if text(0).eq_ignore_ascii_case(b"NULL") => return value(FieldKind::Null, 0),
            [Token::Word] if text(0).eq_ignore_ascii_case(b"DEFAULT") => return value(FieldKind::Default, 0),
            [Token::Word] if text(0).eq_ignore_ascii_case(b"TRUE") => return value(FieldKind::True, 0),
            [Token::Word] if text(0).eq_ignore_ascii_case(b"FALSE") => return value(FieldKind::False, 0),
            [Token::Word, Token::String]
                if text(0).eq_ignore_ascii_case(b"_binary") && self.at(tokens[1].1) == b'\'' =>
            {
                return value(FieldKind::Binary, 1);
            }
            [Token::Word, Token::Hex] if text(0).eq_ignore_ascii_case(b"_binary") => return value(FieldKind::Hex, 1),
            [Token::Other, Token::Number] if matches!(text(0), b"-" | b"+") && tokens[0].2 == tokens[1].1 => {
                return Ok(Value {
                    start: tokens[0].1,
                    end: tokens[1].2,
                    kind: FieldKind::Number,
                    plain: false,
                    loads: false,
                });
            }
            _ => {}
        }
        let (start, end) = (tokens[0].1, tokens[tokens.len() - 1].2);
        Ok(Value { start, end, kind: FieldKind::Expression, plain: false, loads: false })
    }

    fn plain(&self, start: usize, end: usize) -> bool {
        let inner = &self.r.input[start + 1..end - 1];
        self.r.mode.charset == Charset::Plain
            && !inner.iter().any(|b| *b == self.at(start) || matches!(b, b'\\' | b'\t' | b'\n'))
    }

    fn loads(&self, start: usize, end: usize) -> bool {
        let inner = &self.r.input[start + 1..end - 1];
        let mut loads = self.r.mode.charset == Charset::Plain;
        let mut i = 0;
        while i < inner.len() {
            match inner[i] {
                b'\t' | b'\n' => loads = false,
                b'\\' if self.r.mode.no_backslash_escapes => loads = false,
                b'\\' => {
                    loads &= !inner.get(i + 1).is_some_and(|b| b"%_N\t\n".contains(b));
                    i += 1;
                }
                b => loads &= b != self.at(start),
            }
            i += 1;
        }
        loads
    }

    /// Moves over one token.
    fn token(&mut self) -> Result<Token, Fault> {
        let p = self.p;
        let b = self.at(p);
        let run = |from: usize, ok: fn(u8) -> bool| (from..self.end).find(|i| !ok(self.at(*i))).unwrap_or(self.end);
        let n = char_bytes(self.r.mode.charset, self.r.input, p);
        let (token, end) = if n > 1 {
            (Token::Other, p + n)
        } else if matches!(b, b'\'' | b'"' | b'`') {
            let Some(end) = self.r.quoted(p, self.end) else { return self.fault(RowErrorKind::Malformed) };
            let name = b == b'`' || b == b'"' && self.r.mode.ansi_quotes;
            (if name { Token::Name } else { Token::String }, end)
        } else if b.is_ascii_digit() || b == b'.' && self.at(p + 1).is_ascii_digit() {
            self.number(p)
        } else if matches!(b, b'x' | b'X' | b'b' | b'B') && self.at(p + 1) == b'\'' {
            let hex = matches!(b, b'x' | b'X');
            let end = run(p + 2, if hex { |b| b.is_ascii_hexdigit() } else { |b| matches!(b, b'0' | b'1') });
            let whole = self.at(end) == b'\'' && !(hex && (end - p) % 2 == 1) && self.at(end + 1) != b'\'';
            match (whole, hex) {
                (false, _) => (Token::Word, p + 1),
                (true, true) => (Token::Hex, end + 1),
                (true, false) => (Token::Bits, end + 1),
            }
        } else if word_byte(b) {
            // Not beyond the start of a longer character, which may have a mark as its second byte.
            let mut end = p;
            while end < self.end && word_byte(self.at(end)) && char_bytes(self.r.mode.charset, self.r.input, end) == 1 {
                end += 1;
            }
            (Token::Word, end)
        } else if b == b'\\' {
            (Token::Other, (p + 2).min(self.end))
        } else {
            (Token::Other, p + 1)
        };
        self.p = end;
        Ok(token)
    }

    fn number(&self, p: usize) -> (Token, usize) {
        let run = |from: usize, ok: fn(u8) -> bool| (from..self.end).find(|i| !ok(self.at(*i))).unwrap_or(self.end);
        let digits = |from: usize| run(from, |b| b.is_ascii_digit());
        let (mut token, mut end) = (Token::Number, p);
        if self.at(p) == b'0' && self.at(p + 1) == b'x' && self.at(p + 2).is_ascii_hexdigit() {
            (token, end) = (Token::Hex, run(p + 2, |b| b.is_ascii_hexdigit()));
        } else if self.at(p) == b'0' && self.at(p + 1) == b'b' && matches!(self.at(p + 2), b'0' | b'1') {
            (token, end) = (Token::Bits, run(p + 2, |b| matches!(b, b'0' | b'1')));
        } else {
            end = digits(end);
            if self.at(end) == b'.' {
                end = digits(end + 1);
            }
            if matches!(self.at(end), b'e' | b'E') {
                let exponent = end + 1 + usize::from(matches!(self.at(end + 1), b'+' | b'-'));
                if self.at(exponent).is_ascii_digit() {
                    end = digits(exponent);
                }
            }
        }
        if word_byte(self.at(end)) {
            // A name that starts with digits.
            return (Token::Other, run(p, |b| word_byte(b) && b < 0x80).max(end));
        }
        (token, end)
    }
}
