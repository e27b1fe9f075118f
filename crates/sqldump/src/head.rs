//! The head of an `INSERT … VALUES` statement: everything before its first row.

use crate::{LexMode, Name};
use alloc::vec::Vec;

/// Longest head looked for. 4,096 columns of 64 four-byte characters, quoted, take 1,060,864 bytes.
pub const HEAD_BYTES_MAX: usize = 1_100_000;

/// What every row of a block has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The bytes from `INSERT` or `REPLACE` up to the first row's `(`.
    pub raw: Vec<u8>,
    /// `REPLACE` rather than `INSERT`.
    pub replace: bool,
    /// `IGNORE`.
    pub ignore: bool,
    /// The qualifying database, where there is one.
    pub database: Option<Name>,
    /// The table.
    pub table: Name,
    /// The column list, where there is one.
    pub columns: Option<Vec<Name>>,
}

/// What [`read`] found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeadRead {
    /// The bytes end before it can be told.
    More,
    /// Some other form of the statement: `SELECT`, `SET`, `PARTITION`, `ROW(…)`, a versioned comment in the head.
    NotRows,
    /// A head; its `raw` gives its length.
    Rows(Head),
}

/// Reads the head at the start of `buf`, which starts with `INSERT` or `REPLACE` in any case.
pub(crate) fn read(buf: &[u8], mode: LexMode, eof: bool) -> HeadRead {
    // However much is shown, the answer is the same.
    let (buf, whole) = match buf.get(..HEAD_BYTES_MAX) {
        Some(start) => (start, true),
        None => (buf, eof),
    };
    let mut r = Reader { buf, pos: 0, mode };
    match r.head() {
        Ok(head) => HeadRead::Rows(head),
        Err(Why::Other) => HeadRead::NotRows,
        Err(Why::End) if whole => HeadRead::NotRows,
        Err(Why::End) => HeadRead::More,
    }
}

enum Why {
    End,
    Other,
}

struct Reader<'a> {
    buf: &'a [u8],
    pos: usize,
    mode: LexMode,
}

impl Reader<'_> {
    fn head(&mut self) -> Result<Head, Why> {
        let replace = match self.word()? {
            w if w.eq_ignore_ascii_case(b"INSERT") => false,
            w if w.eq_ignore_ascii_case(b"REPLACE") => true,
            _ => return Err(Why::Other),
        };
        let mut ignore = false;
        // Modifiers and INTO are optional, in this order; a table may not be called like one of them unquoted.
        let mut first = loop {
            self.trivia()?;
            let quoted = !is_word(self.peek()?);
            let name = self.ident()?;
            if quoted {
                break name;
            }
            match name.as_bytes() {
                w if w.eq_ignore_ascii_case(b"LOW_PRIORITY")
                    || w.eq_ignore_ascii_case(b"DELAYED")
                    || w.eq_ignore_ascii_case(b"HIGH_PRIORITY")
                    || w.eq_ignore_ascii_case(b"INTO") => {}
                w if w.eq_ignore_ascii_case(b"IGNORE") => ignore = true,
                _ => break name,
            }
        };
        self.trivia()?;
        let mut database = None;
        if self.peek()? == b'.' {
            self.pos += 1;
            self.trivia()?;
            let table = self.ident()?;
            database = Some(core::mem::replace(&mut first, table));
            self.trivia()?;
        }
        let columns = if self.peek()? == b'(' { Some(self.columns()?) } else { None };
        self.trivia()?;
        let word = self.word()?;
        if !word.eq_ignore_ascii_case(b"VALUES") && !word.eq_ignore_ascii_case(b"VALUE") {
            return Err(Why::Other);
        }
        self.trivia()?;
        if self.peek()? != b'(' {
            return Err(Why::Other);
        }
        let raw = self.buf.get(..self.pos).unwrap_or_default().to_vec();
        Ok(Head { raw, replace, ignore, database, table: first, columns })
    }

    fn columns(&mut self) -> Result<Vec<Name>, Why> {
        let mut names = Vec::new();
        self.pos += 1;
        loop {
            self.trivia()?;
            names.push(self.ident()?);
            self.trivia()?;
            match self.peek()? {
                b',' => self.pos += 1,
                b')' => {
                    self.pos += 1;
                    return Ok(names);
                }
                _ => return Err(Why::Other),
            }
        }
    }

    fn peek(&self) -> Result<u8, Why> {
        self.buf.get(self.pos).copied().ok_or(Why::End)
    }

    fn rest(&self) -> &[u8] {
        self.buf.get(self.pos..).unwrap_or_default()
    }

    fn trivia(&mut self) -> Result<(), Why> {
        loop {
            match self.peek()? {
                b if b.is_ascii_whitespace() || b == 0x0B => self.pos += 1,
                b'#' => self.line()?,
                b'-' => match self.rest() {
                    [_, b'-', c, ..] if c.is_ascii_whitespace() || c.is_ascii_control() => self.line()?,
                    [_, b'-'] | [_] => return Err(Why::End),
                    _ => return Err(Why::Other),
                },
                b'/' => match self.rest() {
                    [_, b'*', b'!', ..] | [_, b'*', b'M', b'!', ..] => return Err(Why::Other),
                    [_] | [_, b'*'] | [_, b'*', b'M'] => return Err(Why::End),
                    [_, b'*', body @ ..] => {
                        let end = memchr::memmem::find(body, b"*/").ok_or(Why::End)?;
                        self.pos += end + 4;
                    }
                    _ => return Err(Why::Other),
                },
                _ => return Ok(()),
            }
        }
    }

    fn line(&mut self) -> Result<(), Why> {
        self.pos += memchr::memchr(b'\n', self.rest()).ok_or(Why::End)? + 1;
        Ok(())
    }

    fn word(&mut self) -> Result<&[u8], Why> {
        let start = self.pos;
        while is_word(self.peek()?) {
            self.pos += 1;
        }
        if start == self.pos {
            return Err(Why::Other);
        }
        self.buf.get(start..self.pos).ok_or(Why::End)
    }

    fn ident(&mut self) -> Result<Name, Why> {
        let quote = match self.peek()? {
            b'`' => b'`',
            b'"' if self.mode.ansi_quotes => b'"',
            b if is_word(b) => return Ok(Name::new(self.word()?)),
            _ => return Err(Why::Other),
        };
        self.pos += 1;
        let mut name = Vec::new();
        loop {
            let n = self.mode.charset.char_len(self.rest()).ok_or(Why::End)?;
            let b = self.peek()?;
            if b != quote {
                name.extend_from_slice(self.rest().get(..n).ok_or(Why::End)?);
                self.pos += n;
            } else if *self.rest().get(1).ok_or(Why::End)? == quote {
                name.push(quote);
                self.pos += 2;
            } else {
                self.pos += 1;
                return Ok(Name::new(name));
            }
        }
    }
}

/// Bytes of an unquoted identifier or keyword.
pub(crate) const fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80
}
