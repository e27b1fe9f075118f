//! Cuts a dump into statements and blocks of rows.
//!
//! The caller owns the buffer and shows it from the start of the current item on; the cutter remembers how far it has
//! looked, so every byte is looked at once however the input arrives. Where items end depends on the bytes and the
//! configuration alone, never on how the input was chunked. The lengths of the items add up to the input.
//!
//! Rows go through a structural scan of 64 bytes at a time that tracks only quotes, escapes and parentheses
//! ([`Cutter::scan_windows`]); whatever is unusual in a window (other quotes, comments, an end) is left to the byte-wise
//! scan ([`Cutter::scan_bytes`]), which knows all the rules and is the only one used for other statements.

use crate::head::{self, Head, HeadRead, is_word};
use crate::simd::{self, WINDOW, Window};
use crate::{Charset, LexMode};
use alloc::{sync::Arc, vec::Vec};
use core::{fmt, ops::Range};

/// Limits of a cut. All are bytes.
#[derive(Debug, Clone, Copy)]
pub struct CutConfig {
    /// A block ends at the first statement that reaches this. Default 2 MiB: large enough that a commit per block costs
    /// little, small enough that a dozen fit the memory budget.
    pub block_bytes: usize,
    /// A statement stays in one block up to this; a longer one is cut between rows. Default 16 MiB, over ten times what
    /// `mysqldump` writes into one INSERT (`net_buffer_length`, 1 MiB).
    pub whole_bytes: usize,
    /// Longest row, and longest statement that isn't rows. Default 64 MiB: the largest `max_allowed_packet` in common use.
    /// It bounds what the caller must keep, so it is looked at when more bytes are asked for: something longer passes
    /// when all of it was shown anyway.
    pub row_bytes_max: usize,
}

impl Default for CutConfig {
    fn default() -> Self {
        Self { block_bytes: 2 << 20, whole_bytes: 16 << 20, row_bytes_max: 64 << 20 }
    }
}

/// What [`Cutter::next`] found at the start of the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// Show more bytes, after the ones shown.
    More,
    /// The input ends here.
    End,
    /// An item of `len` bytes: drop them and go on.
    Item(Item),
}

/// A run of input bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its length in bytes.
    pub len: usize,
    /// What it is.
    pub kind: ItemKind,
}

/// What an item is. Ranges are relative to its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemKind {
    /// White space, comments, a byte order mark.
    Trivia,
    /// What the command-line client takes as a command of its own: a line, or its part up to a delimiter, without either.
    Command(Range<usize>),
    /// One statement, without its delimiter.
    Statement(Range<usize>),
    /// Rows under one head.
    Rows(RowsItem),
}

/// A block: whole rows under one head, in one or more statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsItem {
    /// What the rows have in common.
    pub head: Arc<Head>,
    /// The block starts between two rows of a long statement, not with a head.
    pub continues: bool,
    /// The block ends between two rows of a long statement, not with a delimiter.
    pub open: bool,
}

/// Why the input can't be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CutErrorKind {
    /// The input ends inside a string or quoted name.
    OpenQuote,
    /// The input ends inside a comment.
    OpenComment,
    /// The input ends before a statement's delimiter.
    OpenStatement,
    /// No row ended within [`CutConfig::row_bytes_max`].
    RowTooLong,
    /// No delimiter came within [`CutConfig::row_bytes_max`].
    StatementTooLong,
    /// A comment is longer than [`CutConfig::row_bytes_max`].
    CommentTooLong,
}

/// Why and where the input can't be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutError {
    /// Why.
    pub kind: CutErrorKind,
    /// Where the offending string, row, comment or statement starts, relative to the buffer.
    pub at: usize,
}

impl fmt::Display for CutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            CutErrorKind::OpenQuote => "the dump ends inside a quoted string or name",
            CutErrorKind::OpenComment => "the dump ends inside a comment",
            CutErrorKind::OpenStatement => "the dump ends in the middle of a statement",
            CutErrorKind::RowTooLong => "a row is longer than the limit, or its quotes are not closed",
            CutErrorKind::StatementTooLong => "a statement is longer than the limit, or its quotes are not closed",
            CutErrorKind::CommentTooLong => "a comment is longer than the limit, or not closed",
        })
    }
}

impl core::error::Error for CutError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
    Backtick,
    Line,
    Block,
}

#[derive(Debug)]
enum State {
    /// At the start of an item.
    Start,
    /// In a statement that isn't rows.
    Text,
    /// Among the rows of a statement.
    Rows(Arc<Head>),
    /// After a statement of rows, which ended at this position; another one under the same head may follow.
    After(Arc<Head>, usize),
}

/// The cutter. See the module's documentation.
#[derive(Debug)]
pub struct Cutter {
    config: CutConfig,
    mode: LexMode,
    delimiter: Vec<u8>,
    /// No byte has been consumed yet, so a byte order mark may come.
    first: bool,
    state: State,
    /// Everything before this has been looked at.
    scan: usize,
    quote: Quote,
    /// Where the open quote or comment began; known only to the byte-wise scan.
    quote_at: usize,
    /// Where a quote closed last, as far as the byte-wise scan knows.
    quote_end: usize,
    /// Open parentheses.
    depth: i64,
    /// Inside a versioned comment: rows in there are not apart from it.
    versioned: bool,
    /// A row ended here at the latest: bounds the length of the next.
    row_mark: usize,
    /// Where the last row began; known only to the byte-wise scan.
    row_at: usize,
    /// Where the current statement began, or where the last block cut it.
    statement_at: usize,
    /// The last head, to be shared by the blocks that have it.
    last_head: Option<Arc<Head>>,
    continues: bool,
}

enum Scan {
    More,
    /// A delimiter spans this range.
    Delimiter(Range<usize>),
    /// A row ended, and this is the position after it. Reported only from `row_end_from` on.
    RowEnd(usize),
    /// `until` was passed outside of anything that windows can't handle.
    Clear,
}

impl Cutter {
    /// A cutter for the start of a dump.
    pub fn new(config: CutConfig, mode: LexMode) -> Self {
        // An item takes at least a byte.
        let config = CutConfig { block_bytes: config.block_bytes.max(1), ..config };
        Self {
            config,
            mode,
            delimiter: b";".to_vec(),
            first: true,
            state: State::Start,
            scan: 0,
            quote: Quote::None,
            quote_at: 0,
            quote_end: 0,
            depth: 0,
            versioned: false,
            row_mark: 0,
            row_at: 0,
            statement_at: 0,
            last_head: None,
            continues: false,
        }
    }

    /// Sets the lexing rules from the next item on. Call it after a statement that changed the session.
    pub fn set_mode(&mut self, mode: LexMode) {
        self.mode = mode;
    }

    /// What ends a statement now.
    pub fn delimiter(&self) -> &[u8] {
        &self.delimiter
    }

    /// The lexing rules in force.
    pub fn mode(&self) -> LexMode {
        self.mode
    }

    /// Looks at `buf`, which starts where the last item ended. `eof` says that nothing follows it.
    ///
    /// # Errors
    /// When the input ends inside something, or something is longer than the limits.
    pub fn next(&mut self, buf: &[u8], eof: bool) -> Result<Cut, CutError> {
        loop {
            match &self.state {
                State::Start => match self.start(buf, eof)? {
                    Some(cut) => return Ok(cut),
                    None => continue,
                },
                State::Text => match self.scan_bytes(buf, eof, usize::MAX, usize::MAX) {
                    Scan::Delimiter(d) => {
                        let end = trim_end(buf, 0, d.start);
                        return Ok(self.emit(d.end, ItemKind::Statement(0..end)));
                    }
                    // A script that changed its delimiter and never went back: at the end of the input the client sends
                    // what is left as it stands, and the server takes it apart at its semicolons.
                    _ if eof && self.delimiter != b";" && buf.trim_ascii_end().ends_with(b";") => {
                        self.delimiter = b";".to_vec();
                        self.state = State::Start;
                        self.scan = 0;
                        self.quote = Quote::None;
                        self.depth = 0;
                        self.versioned = false;
                    }
                    _ if eof => return Err(self.open(buf)),
                    _ if self.too_long(buf, 0) => return Err(self.long(buf, CutErrorKind::StatementTooLong)),
                    _ => return Ok(Cut::More),
                },
                State::Rows(head) => {
                    let head = Arc::clone(head);
                    if let Some(cut) = self.rows(head, buf, eof)? {
                        return Ok(cut);
                    }
                }
                State::After(head, end) => {
                    let (head, end) = (Arc::clone(head), *end);
                    let rest = buf.get(end..).unwrap_or_default();
                    let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
                    let next = rest.get(blank..).unwrap_or_default();
                    // Any amount of white space may follow, but not as a part of the block.
                    let near = blank < self.config.block_bytes;
                    // One byte beyond the head is needed to see that a row follows at once.
                    let want = head.raw.len() + 1;
                    let same = next.starts_with(&head.raw) && next.get(head.raw.len()) == Some(&b'(');
                    if near && same {
                        self.statement_at = end + blank;
                        self.scan = end + blank + head.raw.len();
                        self.row_mark = self.scan;
                        self.depth = 0;
                        self.versioned = false;
                        self.state = State::Rows(head);
                        continue;
                    }
                    if near && !eof && next.len() < want && head.raw.starts_with(next) {
                        return Ok(Cut::More);
                    }
                    return Ok(self.emit_rows(head, end, false));
                }
            }
        }
    }

    fn emit(&mut self, len: usize, kind: ItemKind) -> Cut {
        self.first = false;
        self.state = State::Start;
        self.scan = 0;
        self.quote = Quote::None;
        self.depth = 0;
        self.versioned = false;
        self.row_mark = 0;
        self.statement_at = 0;
        Cut::Item(Item { len, kind })
    }

    fn emit_rows(&mut self, head: Arc<Head>, len: usize, open: bool) -> Cut {
        let continues = core::mem::replace(&mut self.continues, open);
        let next = if open { State::Rows(Arc::clone(&head)) } else { State::Start };
        let cut = self.emit(len, ItemKind::Rows(RowsItem { head, continues, open }));
        self.state = next;
        cut
    }

    fn too_long(&self, buf: &[u8], from: usize) -> bool {
        buf.len().saturating_sub(from) > self.config.row_bytes_max
    }

    /// An error unless what began at `from` may be as long as `buf` is.
    fn limit(&self, buf: &[u8], from: usize, kind: CutErrorKind) -> Result<(), CutError> {
        if self.too_long(buf, from) { Err(CutError { kind, at: from }) } else { Ok(()) }
    }

    /// The error for a statement or row that is too long: at the string or comment that is open at the end of `buf`,
    /// where there is one.
    fn long(&self, buf: &[u8], kind: CutErrorKind) -> CutError {
        let exact = self.rescan(buf);
        let at = match (exact.quote, kind) {
            (Quote::None, CutErrorKind::RowTooLong) if exact.depth > 0 => exact.row_at,
            (Quote::None, CutErrorKind::RowTooLong) => exact.row_mark,
            (Quote::None, _) => self.statement_at,
            _ => exact.quote_at,
        };
        CutError { kind, at }
    }

    /// A cutter that has scanned the current statement byte by byte, for an error's exact place.
    fn rescan(&self, buf: &[u8]) -> Self {
        let mut exact = Self::new(self.config, self.mode);
        exact.delimiter.clone_from(&self.delimiter);
        exact.scan = self.statement_at;
        while !matches!(exact.scan_bytes(buf, true, usize::MAX, usize::MAX), Scan::More) {
            // A delimiter in here was passed for good before.
            exact.scan += 1;
        }
        exact
    }

    /// The error for an input that ends here, in the middle of something.
    fn open(&self, buf: &[u8]) -> CutError {
        let exact = self.rescan(buf);
        match exact.quote {
            Quote::None | Quote::Line => {
                CutError { kind: CutErrorKind::OpenStatement, at: self.statement_at.min(buf.len()) }
            }
            Quote::Block => CutError { kind: CutErrorKind::OpenComment, at: exact.quote_at },
            _ => CutError { kind: CutErrorKind::OpenQuote, at: exact.quote_at },
        }
    }

    /// Handles the start of an item. `None` means that the state has changed.
    fn start(&mut self, buf: &[u8], eof: bool) -> Result<Option<Cut>, CutError> {
        if self.first && self.scan == 0 {
            const BOM: &[u8] = b"\xEF\xBB\xBF";
            if buf.starts_with(BOM) {
                self.scan = BOM.len();
            } else if buf.len() < BOM.len() && BOM.starts_with(buf) && !eof {
                return Ok(Some(Cut::More));
            }
        }
        // White space and comments, up to whatever else comes.
        loop {
            if self.scan >= self.config.block_bytes {
                return Ok(Some(self.emit(self.scan, ItemKind::Trivia)));
            }
            let rest = buf.get(self.scan..).unwrap_or_default();
            let more = |this: &Self| {
                this.limit(buf, this.scan, CutErrorKind::CommentTooLong)?;
                Ok(Some(Cut::More))
            };
            match rest {
                [] if self.scan > 0 && eof => {
                    return Ok(Some(self.emit(self.scan, ItemKind::Trivia)));
                }
                [] => return Ok(Some(if eof { Cut::End } else { Cut::More })),
                [b, ..] if b.is_ascii_whitespace() || *b == 0x0B => self.scan += 1,
                _ if rest.starts_with(&self.delimiter) => break,
                _ if !eof && self.delimiter.starts_with(rest) => return more(self),
                // The client asks for a space after the dashes only where a statement has begun: `-----` is a comment.
                [b'#', ..] | [b'-', b'-', ..] => match memchr::memchr(b'\n', rest) {
                    Some(n) => self.scan += n + 1,
                    None if eof => self.scan += rest.len(),
                    None => return more(self),
                },
                [b'-'] if !eof => return more(self),
                [b'/'] | [b'/', b'*'] | [b'/', b'*', b'M'] if !eof => return more(self),
                [b'/', b'*', tail @ ..] if !tail.starts_with(b"!") && !tail.starts_with(b"M!") => {
                    match memchr::memmem::find(tail, b"*/") {
                        Some(n) => self.scan += n + 4,
                        None if eof => {
                            return Err(CutError { kind: CutErrorKind::OpenComment, at: self.scan });
                        }
                        None => return more(self),
                    }
                }
                // MariaDB's client reads `\-` in a comment of version 999999 as "enable the sandbox mode"; servers
                // read a comment. It has no delimiter of its own.
                [b'/', b'*', tail @ ..] if !eof && tail.len() < SANDBOX.len() && SANDBOX.starts_with(tail) => {
                    return more(self);
                }
                [b'/', b'*', tail @ ..] if tail.starts_with(SANDBOX) => match memchr::memmem::find(tail, b"*/") {
                    Some(n) => self.scan += n + 4,
                    None if eof => return Err(CutError { kind: CutErrorKind::OpenComment, at: self.scan }),
                    None => return more(self),
                },
                _ => break,
            }
        }
        if self.scan > 0 {
            return Ok(Some(self.emit(self.scan, ItemKind::Trivia)));
        }
        // A statement, a row head or a client command starts at 0.
        self.quote = Quote::None;
        // No word that matters here is longer than `DELIMITER`.
        let word = buf.iter().take(10).take_while(|b| is_word(**b)).count();
        if (word == buf.len() || buf == b"\\") && !eof {
            return Ok(Some(Cut::More));
        }
        let first = buf.get(..word).unwrap_or_default();
        let is = |s: &[u8]| first.eq_ignore_ascii_case(s);
        let blank_next = buf.get(word).is_none_or(|b| b.is_ascii_whitespace());
        if is(b"DELIMITER") && blank_next {
            let Some(line) = self.line(buf, eof)? else { return Ok(Some(Cut::More)) };
            if let Some(delimiter) = delimiter_argument(buf.get(word..line.0).unwrap_or_default()) {
                self.delimiter = delimiter;
            }
            return Ok(Some(self.emit(line.1, ItemKind::Command(0..line.0))));
        }
        if is(b"USE") && blank_next {
            let Some(line) = self.line(buf, eof)? else { return Ok(Some(Cut::More)) };
            let text = buf.get(..line.0).unwrap_or_default();
            // With a delimiter on its line it is an ordinary statement; the client needs none.
            if memchr::memmem::find(text, &self.delimiter).is_none() {
                let end = trim_end(buf, 0, line.0);
                return Ok(Some(self.emit(line.1, ItemKind::Statement(0..end))));
            }
        }
        let command = (blank_next && CLIENT_WORDS.iter().any(|w| is(w)))
            || matches!(buf, [b'\\', c, ..] if !matches!(c, b'g' | b'G'));
        if command {
            let Some(line) = self.line(buf, eof)? else { return Ok(Some(Cut::More)) };
            // Another statement may follow on its line.
            let text = buf.get(..line.0).unwrap_or_default();
            let (end, len) = match memchr::memmem::find(text, &self.delimiter) {
                Some(n) => (n, n + self.delimiter.len()),
                None => line,
            };
            return Ok(Some(self.emit(len, ItemKind::Command(0..trim_end(buf, 0, end)))));
        }
        if (is(b"INSERT") || is(b"REPLACE")) && self.delimiter == b";" {
            match head::read(buf, self.mode, eof) {
                HeadRead::More => return Ok(Some(Cut::More)),
                HeadRead::NotRows => {}
                HeadRead::Rows(head) => {
                    self.scan = head.raw.len();
                    self.row_mark = self.scan;
                    let head = match self.last_head.take() {
                        Some(last) if *last == head => last,
                        _ => Arc::new(head),
                    };
                    self.last_head = Some(Arc::clone(&head));
                    self.state = State::Rows(head);
                    return Ok(None);
                }
            }
        }
        self.state = State::Text;
        Ok(None)
    }

    /// The line at the start of `buf`: its length without and with its line break.
    fn line(&self, buf: &[u8], eof: bool) -> Result<Option<(usize, usize)>, CutError> {
        match memchr::memchr(b'\n', buf) {
            Some(n) => {
                let bare = if n > 0 && buf.get(n - 1) == Some(&b'\r') { n - 1 } else { n };
                Ok(Some((bare, n + 1)))
            }
            None if eof => Ok(Some((buf.len(), buf.len()))),
            None => {
                self.limit(buf, 0, CutErrorKind::StatementTooLong)?;
                Ok(None)
            }
        }
    }

    /// Goes on among rows. `None` means that the state has changed.
    fn rows(&mut self, head: Arc<Head>, buf: &[u8], eof: bool) -> Result<Option<Cut>, CutError> {
        let row_end_from = self.statement_at.saturating_add(self.config.whole_bytes);
        loop {
            self.scan_windows(buf, row_end_from);
            match self.scan_bytes(buf, eof, self.scan.saturating_add(WINDOW), row_end_from) {
                Scan::Clear => {}
                Scan::Delimiter(d) if d.end >= self.config.block_bytes => {
                    return Ok(Some(self.emit_rows(head, d.end, false)));
                }
                Scan::Delimiter(d) => {
                    self.state = State::After(head, d.end);
                    return Ok(None);
                }
                Scan::RowEnd(end) => return Ok(Some(self.emit_rows(head, end, true))),
                Scan::More if eof => return Err(self.open(buf)),
                Scan::More if self.too_long(buf, self.row_mark) => return Err(self.long(buf, CutErrorKind::RowTooLong)),
                Scan::More => return Ok(Some(Cut::More)),
            }
        }
    }

    /// Advances over plain values, single-quoted strings and parentheses, up to the first byte that may be something else
    /// or to the last whole window.
    fn scan_windows(&mut self, buf: &[u8], row_end_from: usize) {
        if self.mode.charset != Charset::Plain || !matches!(self.quote, Quote::None | Quote::Single) || self.versioned {
            return;
        }
        let mut inside = if self.quote == Quote::Single { !0u64 } else { 0 };
        let mut carry = false;
        let (mut pos, mut depth) = (self.scan, self.depth);
        // Where the scan may stop: a backslash that escapes into the next window would be lost between two calls.
        let mut stop = (pos, inside, depth);
        let mut mark = self.row_mark;
        // A row that ends right at `row_end_from` is for the byte-wise scan to report.
        let limit = buf.len().min(row_end_from.saturating_sub(1));
        let escapes = !self.mode.no_backslash_escapes;
        let rest = buf.get(pos..limit).unwrap_or_default();
        let (windows, _) = rest.as_chunks::<WINDOW>();
        for bytes in windows {
            let w = Window::load(bytes);
            let backslash = w.eq(b'\\');
            let escaped = if escapes { simd::escaped(backslash, &mut carry) } else { 0 };
            let quotes = w.eq(b'\'') & !escaped;
            let strings = simd::prefix_xor(quotes) ^ inside;
            let outside = !strings;
            let dash = w.eq(b'-');
            let slash = w.eq(b'/');
            // A comment mark may straddle the window's end: then its last byte alone is suspicious.
            const LAST: u64 = 1 << 63;
            let odd = w.eq(b';')
                | w.eq(b'"')
                | w.eq(b'`')
                | w.eq(b'#')
                | backslash
                | (dash & ((dash >> 1) | LAST))
                | (slash & ((w.eq(b'*') >> 1) | LAST));
            let odd = odd & outside;
            let close = w.eq(b')') & outside;
            let open = w.eq(b'(') & outside;
            if odd != 0 {
                // Up to the odd byte.
                let before = (odd & odd.wrapping_neg()) - 1;
                pos += odd.trailing_zeros() as usize;
                depth += i64::from((open & before).count_ones()) - i64::from((close & before).count_ones());
                stop = (pos, 0, depth);
                self.row_mark = if close & before == 0 { mark } else { pos };
                break;
            }
            depth += i64::from(open.count_ones()) - i64::from(close.count_ones());
            inside = if strings >> 63 == 1 { !0 } else { 0 };
            pos += WINDOW;
            if close != 0 {
                mark = pos;
            }
            if !carry {
                stop = (pos, inside, depth);
                self.row_mark = mark;
            }
        }
        let (pos, inside, depth) = stop;
        if pos == self.scan {
            return;
        }
        if inside == 0 {
            self.quote = Quote::None;
        } else {
            self.quote = Quote::Single;
        }
        self.scan = pos;
        self.depth = depth;
    }

    /// Scans byte by byte, by all the rules, until a delimiter, a row's end from `row_end_from` on, the end of `buf`, or
    /// a place from `until` on where [`Self::scan_windows`] can take over.
    fn scan_bytes(&mut self, buf: &[u8], eof: bool, until: usize, row_end_from: usize) -> Scan {
        loop {
            if self.scan >= until && matches!(self.quote, Quote::None | Quote::Single) {
                return Scan::Clear;
            }
            let rest = buf.get(self.scan..).unwrap_or_default();
            let Some(&b) = rest.first() else { return Scan::More };
            match self.quote {
                Quote::None => {
                    if rest.starts_with(&self.delimiter) {
                        return Scan::Delimiter(self.scan..self.scan + self.delimiter.len());
                    }
                    if !eof && rest.len() < self.delimiter.len() && self.delimiter.starts_with(rest) {
                        return Scan::More;
                    }
                    let mut step = 1;
                    match b {
                        b'\'' => self.enter(Quote::Single, buf),
                        b'"' => self.enter(Quote::Double, buf),
                        b'`' => self.enter(Quote::Backtick, buf),
                        b'#' => self.enter(Quote::Line, buf),
                        b'-' => match rest {
                            [_, b'-', c, ..] if c.is_ascii_whitespace() || c.is_ascii_control() => {
                                self.enter(Quote::Line, buf);
                            }
                            [_, b'-'] | [_] if !eof => return Scan::More,
                            [_, b'-'] => self.enter(Quote::Line, buf),
                            _ => {}
                        },
                        b'/' => match rest {
                            // What stands in a versioned comment is lexed like everything else.
                            [_, b'*', b'!', ..] => (self.versioned, step) = (true, 3),
                            [_, b'*', b'M', b'!', ..] => (self.versioned, step) = (true, 4),
                            [_] | [_, b'*'] | [_, b'*', b'M'] if !eof => return Scan::More,
                            [_, b'*', ..] => {
                                self.enter(Quote::Block, buf);
                                step = 2;
                            }
                            _ => {}
                        },
                        // Elsewhere it is a multiplication, and the `/` may start a comment.
                        b'*' if self.versioned => match rest {
                            [_, b'/', ..] => (self.versioned, step) = (false, 2),
                            [_] if !eof => return Scan::More,
                            _ => {}
                        },
                        b'\\' => match rest {
                            [_, b'g' | b'G', ..] if matches!(self.state, State::Text) => {
                                return Scan::Delimiter(self.scan..self.scan + 2);
                            }
                            [_] if !eof => return Scan::More,
                            [_, _, ..] => step = 2,
                            _ => {}
                        },
                        b'(' => {
                            if self.depth == 0 {
                                self.row_at = self.scan;
                            }
                            self.depth += 1;
                        }
                        b')' => {
                            self.depth -= 1;
                            if self.depth == 0 && !self.versioned {
                                self.row_mark = self.scan + 1;
                                if self.row_mark >= row_end_from {
                                    self.scan += 1;
                                    return Scan::RowEnd(self.scan);
                                }
                            }
                        }
                        0x80.. => match self.mode.charset.char_len(rest) {
                            Some(n) => step = n,
                            None if eof => {}
                            None => return Scan::More,
                        },
                        _ => {}
                    }
                    self.scan += step;
                }
                Quote::Line => match memchr::memchr(b'\n', rest) {
                    Some(n) => {
                        self.scan += n + 1;
                        self.quote = Quote::None;
                    }
                    None => {
                        self.scan = buf.len();
                        if eof {
                            self.quote = Quote::None;
                        }
                        return Scan::More;
                    }
                },
                Quote::Block => match memchr::memmem::find(rest, b"*/") {
                    Some(n) => {
                        self.scan += n + 2;
                        self.quote = Quote::None;
                    }
                    None => {
                        // The mark may be split: its first byte is looked at again.
                        self.scan = if b == b'*' && rest.len() == 1 { self.scan } else { buf.len() - 1 };
                        return Scan::More;
                    }
                },
                Quote::Single | Quote::Double | Quote::Backtick => {
                    let mark = match self.quote {
                        Quote::Single => b'\'',
                        Quote::Double => b'"',
                        _ => b'`',
                    };
                    let escapes =
                        mark != b'`' && !self.mode.no_backslash_escapes && !(mark == b'"' && self.mode.ansi_quotes);
                    if self.mode.charset == Charset::Plain {
                        let found =
                            if escapes { memchr::memchr2(mark, b'\\', rest) } else { memchr::memchr(mark, rest) };
                        match found.map(|n| (n, rest.get(n..).unwrap_or_default())) {
                            None => {
                                self.scan = buf.len();
                                return Scan::More;
                            }
                            Some((n, [b'\\'])) if escapes => {
                                self.scan += n;
                                return Scan::More;
                            }
                            Some((n, [b'\\', ..])) if escapes => self.scan += n + 2,
                            Some((n, _)) => {
                                // A doubled quote closes and opens again, which comes to the same.
                                self.scan += n + 1;
                                self.leave();
                            }
                        }
                        continue;
                    }
                    if b == mark {
                        self.scan += 1;
                        self.leave();
                    } else if b == b'\\' && escapes {
                        // What is escaped is a byte, even where a longer character starts with it.
                        match rest {
                            [_, _, ..] => self.scan += 2,
                            _ => return Scan::More,
                        }
                    } else {
                        match self.mode.charset.char_len(rest) {
                            Some(n) => self.scan += n,
                            None if eof => self.scan += 1,
                            None => return Scan::More,
                        }
                    }
                }
            }
        }
    }

    fn enter(&mut self, quote: Quote, buf: &[u8]) {
        // Right after the same mark it goes on with what that one closed.
        let before = self.scan.checked_sub(1).filter(|_| self.quote_end == self.scan);
        if before.is_none_or(|before| buf.get(before) != buf.get(self.scan)) {
            self.quote_at = self.scan;
        }
        self.quote = quote;
    }

    fn leave(&mut self) {
        self.quote = Quote::None;
        self.quote_end = self.scan;
    }
}

/// Body of MariaDB's sandbox comment after `/*`.
const SANDBOX: &[u8] = b"M!999999\\-";

/// Words that start a command of the command-line client when they stand at the start of a statement. None of them
/// starts an SQL statement. `DELIMITER` and `USE` are handled apart.
const CLIENT_WORDS: [&[u8]; 14] = [
    b"SOURCE",
    b"SYSTEM",
    b"TEE",
    b"NOTEE",
    b"PAGER",
    b"NOPAGER",
    b"CONNECT",
    b"EXIT",
    b"QUIT",
    b"CHARSET",
    b"WARNINGS",
    b"NOWARNING",
    b"STATUS",
    b"REHASH",
];

/// What follows `DELIMITER`, as the client reads it: the first argument, without quotes.
fn delimiter_argument(text: &[u8]) -> Option<Vec<u8>> {
    let start = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let text = text.get(start..)?;
    let (quote, body) = match text {
        [q @ (b'\'' | b'"' | b'`'), body @ ..] => (Some(*q), body),
        _ => (None, text),
    };
    let end =
        body.iter().position(|b| quote.map_or_else(|| b.is_ascii_whitespace(), |q| *b == q)).unwrap_or(body.len());
    let argument = body.get(..end)?;
    (!argument.is_empty()).then(|| argument.to_vec())
}

fn trim_end(buf: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && buf.get(end - 1).is_some_and(u8::is_ascii_whitespace) {
        end -= 1;
    }
    end
}
