//! Turns fields of a dump into the text that `LOAD DATA` reads.
//!
//! The format: fields end with a tab, lines with a line feed, a backslash escapes, `\N` alone is NULL, nothing is
//! enclosed. A literal whose value would not be the same when it comes as such a field is not encoded: the caller then
//! sends the row as `INSERT`, where the server reads the literal itself. That goes for all bytes from 0x80 on in the
//! charsets where a backslash may be half a character: what `LOAD DATA` makes of them depends on its `CHARACTER SET`.

use crate::row::{Field, FieldKind};
use crate::simd::Vector;
use crate::{Charset, LexMode};
use alloc::vec::Vec;
use wide::u8x16;

/// How a column takes what `LOAD DATA` brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoadClass {
    /// Characters: CHAR, VARCHAR, TEXT, JSON, UUID, INET6.
    Text,
    /// Characters that a number literal would not mean: ENUM, SET.
    Label,
    /// Bytes: BINARY, VARBINARY, BLOB, spatial types, VECTOR.
    Bytes,
    /// Integers, decimals, floats.
    Number,
    /// BIT.
    Bit,
    /// YEAR, where `0` and `'0'` differ.
    Year,
    /// [`Self::Bytes`] and [`Self::Bit`] as hexadecimal digits, for a server that checks every field for the text's
    /// charset. An assignment with `UNHEX` makes bytes of them.
    HexBytes,
    /// DATE, TIME, DATETIME, TIMESTAMP.
    Temporal,
    /// Generated: the value in the dump is left out.
    Skip,
}

/// Why a field can't be sent through `LOAD DATA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLoadable {
    /// The server must evaluate the literal in the statement's own context.
    Literal,
    /// The server makes up the value (AUTO_INCREMENT), in the order of the rows.
    Generated,
}

/// One position of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadColumn {
    /// How the column takes it.
    pub class: LoadClass,
    /// The column is AUTO_INCREMENT, so that NULL (and 0, without `NO_AUTO_VALUE_ON_ZERO`) makes the server count.
    pub auto_increment: bool,
}

/// Appends one field. Nothing is guaranteed about `out` after an error.
///
/// # Errors
/// When the literal's value depends on the statement it stands in.
#[inline]
pub fn field(
    block: &[u8],
    field: &Field,
    column: LoadColumn,
    mode: LexMode,
    zero_counts: bool,
    out: &mut Vec<u8>,
) -> Result<(), NotLoadable> {
    use LoadClass as C;
    if column.auto_increment && counts(block, field, zero_counts) {
        return Err(NotLoadable::Generated);
    }
    match (field.kind, column.class) {
        (_, C::Skip) => {}
        (kind, C::HexBytes) if kind != FieldKind::Null => {
            if mode.charset != Charset::Plain && !field.bytes(block).is_ascii() {
                return Err(NotLoadable::Literal);
            }
            return hex_bytes(block, field, mode, out);
        }
        (FieldKind::String, C::Year) if field.inner(block).len() != 4 => return Err(NotLoadable::Literal),
        (FieldKind::String, _) | (FieldKind::Binary, C::Bytes | C::Bit) => {
            let inner = field.inner(block);
            if field.loads {
                copy(block, field.start as usize + 1, inner, out);
            } else if mode.charset != Charset::Plain && !inner.is_ascii() {
                return Err(NotLoadable::Literal);
            } else {
                let quote = block.get(field.start as usize).copied().unwrap_or(b'\'');
                string(inner, quote, mode, out);
            }
        }
        (FieldKind::Null, _) => out.extend_from_slice(b"\\N"),
        (FieldKind::Number, C::Number) => copy(block, field.start as usize, field.bytes(block), out),
        (FieldKind::Number, C::Text | C::Bytes) if is_canonical_integer(field.bytes(block)) => {
            out.extend_from_slice(field.bytes(block));
        }
        (FieldKind::Number, C::Year) if field.bytes(block).len() == 4 => out.extend_from_slice(field.bytes(block)),
        (FieldKind::True, C::Number) => out.push(b'1'),
        (FieldKind::False, C::Number) => out.push(b'0'),
        // Bytes from here on.
        (_, C::Bytes | C::Bit) if mode.charset != Charset::Plain => return Err(NotLoadable::Literal),
        (FieldKind::Hex, C::Bytes | C::Bit) => hex(field.bytes(block), out),
        (FieldKind::Bits, C::Bytes | C::Bit) => bits(field.bytes(block), out),
        (FieldKind::Number, C::Bit) if is_canonical_integer(field.bytes(block)) => {
            let n = core::str::from_utf8(field.bytes(block)).ok().and_then(|t| t.parse::<u64>().ok());
            let bytes = n.ok_or(NotLoadable::Literal)?.to_be_bytes();
            let zeros = bytes.iter().take_while(|b| **b == 0).count().min(7);
            escape_bytes(bytes.get(zeros..).unwrap_or_default(), out);
        }
        _ => return Err(NotLoadable::Literal),
    }
    Ok(())
}

/// Appends `bytes`, which lie in `block` from `start` on. Most are few, which a vector copies in less time than a call takes.
#[inline(always)]
fn copy(block: &[u8], start: usize, bytes: &[u8], out: &mut Vec<u8>) {
    match block.get(start..).and_then(|rest| rest.first_chunk::<32>()) {
        Some(chunk) if bytes.len() <= 32 => {
            let len = out.len() + bytes.len();
            out.extend_from_slice(chunk);
            out.truncate(len);
        }
        _ => out.extend_from_slice(bytes),
    }
}

/// Whether the server might make up the value of an AUTO_INCREMENT column. With `zero_counts`, zero does it, and then
/// only an integer that isn't zero surely doesn't.
pub fn counts(block: &[u8], field: &Field, zero_counts: bool) -> bool {
    match field.kind {
        FieldKind::Number => zero_counts && !is_nonzero_integer(field.bytes(block)),
        FieldKind::String => zero_counts && !is_nonzero_integer(field.inner(block)),
        _ => true,
    }
}

fn is_nonzero_integer(text: &[u8]) -> bool {
    let digits = match text {
        [b'-' | b'+', tail @ ..] => tail,
        all => all,
    };
    digits.iter().all(u8::is_ascii_digit) && digits.iter().any(|b| *b != b'0')
}

/// An integer that prints as it was written.
pub(crate) fn is_canonical_integer(text: &[u8]) -> bool {
    let digits = match text {
        [b'-', tail @ ..] => tail,
        all => all,
    };
    match digits {
        [b'0'] => text.len() == 1,
        [b'1'..=b'9', tail @ ..] => tail.len() < 18 && tail.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Re-escapes the inside of a quoted literal. Copies 16 bytes at a time up to what needs a change.
fn string(inner: &[u8], quote: u8, mode: LexMode, out: &mut Vec<u8>) {
    let (q, bs, tab, lf) = (u8x16::splat(quote), u8x16::splat(b'\\'), u8x16::splat(b'\t'), u8x16::splat(b'\n'));
    out.reserve(inner.len() + 16);
    let mut rest = inner;
    loop {
        let n = match rest.first_chunk::<16>() {
            Some(chunk) => {
                let v = u8x16::new(*chunk);
                let stop = (v.simd_eq(q) | v.simd_eq(bs) | v.simd_eq(tab) | v.simd_eq(lf)).to_bitmask() as u16;
                out.extend_from_slice(chunk);
                if stop == 0 {
                    rest = rest.get(16..).unwrap_or_default();
                    continue;
                }
                let n = stop.trailing_zeros() as usize;
                out.truncate(out.len() - 16 + n);
                n
            }
            None => {
                let stop = |b: &u8| *b == quote || matches!(*b, b'\\' | b'\t' | b'\n');
                let n = rest.iter().position(stop).unwrap_or(rest.len());
                out.extend_from_slice(rest.get(..n).unwrap_or_default());
                n
            }
        };
        rest = rest.get(n..).unwrap_or_default();
        rest = match rest {
            [] => return,
            [b'\t', tail @ ..] => {
                out.extend_from_slice(b"\\t");
                tail
            }
            [b'\n', tail @ ..] => {
                out.extend_from_slice(b"\\n");
                tail
            }
            [b'\\', tail @ ..] if mode.no_backslash_escapes => {
                out.extend_from_slice(b"\\\\");
                tail
            }
            [b'\\', c, tail @ ..] => {
                match c {
                    // The same in both languages.
                    b'0' | b'b' | b'n' | b'r' | b't' | b'Z' | b'\\' => out.extend_from_slice(&[b'\\', *c]),
                    // SQL keeps the backslash of these two.
                    b'%' | b'_' => out.extend_from_slice(&[b'\\', b'\\', *c]),
                    b'\t' => out.extend_from_slice(b"\\t"),
                    b'\n' => out.extend_from_slice(b"\\n"),
                    _ => out.push(*c),
                }
                tail
            }
            // A doubled quote.
            [b, next, tail @ ..] if *b == quote && *next == quote => {
                out.push(*b);
                tail
            }
            // The row reader lets nothing else through.
            [b, tail @ ..] => {
                out.push(*b);
                tail
            }
        };
    }
}

/// Appends raw bytes, escaped.
fn escape_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let each = |bytes: &[u8], out: &mut Vec<u8>| {
        for &b in bytes {
            match b {
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\\' => out.extend_from_slice(b"\\\\"),
                0 => out.extend_from_slice(b"\\0"),
                _ => out.push(b),
            }
        }
    };
    for chunk in chunks {
        if Vector::load(chunk).any([b'\t', b'\n', b'\\', 0]) == 0 {
            out.extend_from_slice(chunk);
        } else {
            each(chunk, out);
        }
    }
    each(rest, out);
}

/// Appends the bytes of `0x…` or `x'…'`.
fn hex(literal: &[u8], out: &mut Vec<u8>) {
    unhex(literal, |bytes| escape_bytes(bytes, out));
}

/// The bytes of `0x…` or `x'…'`, some at a time.
pub(crate) fn unhex(literal: &[u8], mut push: impl FnMut(&[u8])) {
    let digits = match literal {
        [b'0', b'x', digits @ ..] => digits,
        [_, b'\'', digits @ .., b'\''] => digits,
        _ => &[],
    };
    // The row reader lets only digits through. A letter's low bits are nine less than it stands for.
    const fn nibble(b: u8) -> u8 {
        (b & 15) + 9 * (b >> 6)
    }
    const fn byte(pair: [u8; 2]) -> u8 {
        let [high, low] = pair;
        nibble(high) << 4 | nibble(low)
    }
    // An odd number of digits means a leading zero.
    let (first, digits) = digits.split_at(digits.len() % 2);
    for &b in first {
        push(&[nibble(b)]);
    }
    let (chunks, rest) = digits.as_chunks::<2>().0.as_chunks::<16>();
    for chunk in chunks {
        push(&chunk.map(byte));
    }
    for &pair in rest {
        push(&[byte(pair)]);
    }
}

/// The value of a quoted literal, some bytes at a time.
pub(crate) fn unescaped(block: &[u8], field: &Field, mode: LexMode, mut push: impl FnMut(&[u8])) {
    let quote = block.get(field.start as usize).copied().unwrap_or(b'\'');
    let escapes = !mode.no_backslash_escapes;
    let mut rest = field.inner(block);
    loop {
        let special = if escapes { memchr::memchr2(quote, b'\\', rest) } else { memchr::memchr(quote, rest) };
        let (as_is, tail) = rest.split_at(special.unwrap_or(rest.len()));
        push(as_is);
        rest = match tail {
            [] => break,
            [b'\\', c, tail @ ..] if escapes => {
                match c {
                    b'0' => push(&[0]),
                    b'b' => push(&[8]),
                    b'n' => push(b"\n"),
                    b'r' => push(b"\r"),
                    b't' => push(b"\t"),
                    b'Z' => push(&[26]),
                    b'%' | b'_' => push(&[b'\\', *c]),
                    _ => push(&[*c]),
                }
                tail
            }
            // A doubled quote.
            [b, _, tail @ ..] => {
                push(&[*b]);
                tail
            }
            // The row reader lets nothing else through.
            [b] => {
                push(&[*b]);
                break;
            }
        };
    }
}

/// Appends the bytes of a literal as hexadecimal digits.
fn hex_bytes(block: &[u8], field: &Field, mode: LexMode, out: &mut Vec<u8>) -> Result<(), NotLoadable> {
    match field.kind {
        FieldKind::String | FieldKind::Binary if field.plain => push_digits(field.inner(block), out),
        FieldKind::String | FieldKind::Binary => unescaped(block, field, mode, |bytes| push_digits(bytes, out)),
        FieldKind::Hex => match field.bytes(block) {
            [b'0', b'x', digits @ ..] | [_, b'\'', digits @ .., b'\''] => {
                if digits.len() % 2 == 1 {
                    out.push(b'0');
                }
                out.extend_from_slice(digits);
            }
            _ => return Err(NotLoadable::Literal),
        },
        FieldKind::Bits => bits_raw(field.bytes(block), |byte| push_digits(&[byte], out)),
        _ => return Err(NotLoadable::Literal),
    }
    Ok(())
}

/// Appends two hexadecimal digits for each byte.
pub(crate) fn push_digits(bytes: &[u8], out: &mut Vec<u8>) {
    const fn pair(b: u8) -> [u8; 2] {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        // Both are below 16.
        [DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]
    }
    let (chunks, rest) = bytes.as_chunks::<16>();
    for chunk in chunks {
        out.extend_from_slice(chunk.map(pair).as_flattened());
    }
    for &b in rest {
        out.extend_from_slice(&pair(b));
    }
}

/// Appends the bytes of `b'…'` or `0b…`, most significant first.
fn bits(literal: &[u8], out: &mut Vec<u8>) {
    bits_raw(literal, |byte| escape_bytes(&[byte], out));
}

pub(crate) fn bits_raw(literal: &[u8], mut push: impl FnMut(u8)) {
    let digits = match literal {
        [b'0', b'b', digits @ ..] => digits,
        [_, b'\'', digits @ .., b'\''] => digits,
        _ => &[],
    };
    let mut byte = 0u8;
    for (i, &b) in digits.iter().enumerate() {
        byte = byte << 1 | u8::from(b == b'1');
        if (digits.len() - i - 1).is_multiple_of(8) {
            push(byte);
            byte = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(inner: &str) -> std::string::String {
        let mut out = Vec::new();
        string(inner.as_bytes(), b'\'', LexMode::default(), &mut out);
        std::string::String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_keep_their_value() {
        assert_eq!(encoded("plain"), "plain");
        assert_eq!(encoded("it''s \\'quoted\\' \\\"x\\\""), "it's 'quoted' \"x\"");
        assert_eq!(encoded("a\tb\nc"), "a\\tb\\nc");
        assert_eq!(encoded("\\0\\Z\\r\\n\\t\\b\\\\"), "\\0\\Z\\r\\n\\t\\b\\\\");
        assert_eq!(encoded("100\\% \\_x \\N \\a"), "100\\\\% \\\\_x N a");
        assert_eq!(encoded("0123456789abcdef0123456789abcde\\'f''"), "0123456789abcdef0123456789abcde'f'");
    }

    #[test]
    fn bytes_as_digits() {
        for (literal, kind, plain, digits) in [
            (&br"'a\0\'''x'"[..], FieldKind::Binary, false, "6100272778"),
            (b"'ab'", FieldKind::String, true, "6162"),
            (b"0x1F2", FieldKind::Hex, false, "01F2"),
            (b"b'101000001'", FieldKind::Bits, false, "0141"),
        ] {
            let field = Field { start: 0, end: literal.len() as u32, kind, plain, loads: plain };
            let mut out = Vec::new();
            hex_bytes(literal, &field, LexMode::default(), &mut out).unwrap();
            assert_eq!(out, digits.as_bytes());
        }
    }

    #[test]
    fn bytes_of_hex_and_bits() {
        let mut out = Vec::new();
        hex(b"0x0A41F", &mut out);
        assert_eq!(out, b"\\0\xA4\x1F");
        out.clear();
        hex(b"x'5c09'", &mut out);
        assert_eq!(out, b"\\\\\\t");
        out.clear();
        bits(b"b'101000001'", &mut out);
        assert_eq!(out, b"\x01A");
        out.clear();
        bits(b"0b1", &mut out);
        assert_eq!(out, b"\x01");
    }
}
