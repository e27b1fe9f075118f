//! What literals and `LOAD DATA` fields mean, by the manuals, in a few obvious lines.

use sqldump::encode::LoadClass;
use sqldump::row::FieldKind;

use super::reference::char_bytes;
use sqldump::LexMode;

/// The value of a quoted literal (manual: String Literals, table "Special Character Escape Sequences").
pub(crate) fn string(literal: &[u8], mode: LexMode) -> Vec<u8> {
    let mark = literal[0];
    let inner = &literal[1..literal.len() - 1];
    let mut value = Vec::new();
    let mut i = 0;
    while i < inner.len() {
        let n = char_bytes(mode.charset, inner, i);
        if n > 1 {
            value.extend_from_slice(&inner[i..i + n]);
            i += n;
        } else if inner[i] == b'\\' && !mode.no_backslash_escapes && i + 1 < inner.len() {
            match inner[i + 1] {
                b'0' => value.push(0),
                b'b' => value.push(8),
                b'n' => value.push(b'\n'),
                b'r' => value.push(b'\r'),
                b't' => value.push(b'\t'),
                b'Z' => value.push(26),
                b @ (b'%' | b'_') => value.extend_from_slice(&[b'\\', b]),
                b => value.push(b),
            }
            i += 2;
        } else if inner[i] == mark {
            value.push(mark);
            i += 2;
        } else {
            value.push(inner[i]);
            i += 1;
        }
    }
    value
}

/// What stands in `0x…`, `x'…'`, `0b…`, `b'…'`.
fn inner(literal: &[u8]) -> &[u8] {
    if literal[0] == b'0' { &literal[2..] } else { &literal[2..literal.len() - 1] }
}

/// The values of digits.
pub(crate) fn digits(text: &[u8], radix: u32) -> Vec<u8> {
    text.iter().map(|b| char::from(*b).to_digit(radix).unwrap() as u8).collect()
}

/// The bytes of a hexadecimal literal: an odd number of digits means a leading zero.
pub(crate) fn hex(literal: &[u8]) -> Vec<u8> {
    let mut digits = digits(inner(literal), 16);
    if digits.len() % 2 == 1 {
        digits.insert(0, 0);
    }
    digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect()
}

/// The bytes of a bit literal: filled up with leading zeros.
pub(crate) fn bits(literal: &[u8]) -> Vec<u8> {
    let mut digits = digits(inner(literal), 2);
    while !digits.len().is_multiple_of(8) {
        digits.insert(0, 0);
    }
    digits.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte * 2 + bit)).collect()
}

/// What a column of `class` gets from a literal, as the text or bytes that it is stored from; `None` is NULL, and an
/// error stands for everything that only the statement itself can tell.
pub(crate) fn stored(literal: &[u8], kind: FieldKind, class: LoadClass, mode: LexMode) -> Result<Option<Vec<u8>>, ()> {
    Ok(Some(match kind {
        FieldKind::Null => return Ok(None),
        FieldKind::String | FieldKind::Binary => string(literal, mode),
        FieldKind::Hex => hex(literal),
        FieldKind::Bits => bits(literal),
        FieldKind::Number if class == LoadClass::Bit => {
            let n: u64 = String::from_utf8_lossy(literal).parse().map_err(|_| ())?;
            n.to_be_bytes().to_vec()
        }
        FieldKind::Number => literal.to_vec(),
        FieldKind::True => b"1".to_vec(),
        FieldKind::False => b"0".to_vec(),
        FieldKind::Default | FieldKind::Expression => return Err(()),
    }))
}

/// A BIT column's value doesn't depend on leading zero bytes.
pub(crate) fn without_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    &bytes[zeros..]
}

/// What `LOAD DATA … CHARACTER SET binary FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n'` reads
/// (manual: LOAD DATA Statement, Field and Line Handling).
pub(crate) fn loaded(text: &[u8]) -> Vec<Vec<Option<Vec<u8>>>> {
    let mut lines = Vec::new();
    let (mut line, mut field, mut null) = (Vec::new(), Vec::new(), false);
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b @ (b'\t' | b'\n') => {
                line.push(if std::mem::take(&mut null) { None } else { Some(field.clone()) });
                field.clear();
                if b == b'\n' {
                    lines.push(std::mem::take(&mut line));
                }
            }
            b'\\' => {
                i += 1;
                match text[i] {
                    b'0' => field.push(0),
                    b'b' => field.push(8),
                    b'n' => field.push(b'\n'),
                    b'r' => field.push(b'\r'),
                    b't' => field.push(b'\t'),
                    b'Z' => field.push(26),
                    b'N' if field.is_empty() && matches!(text[i + 1], b'\t' | b'\n') => null = true,
                    b => field.push(b),
                }
            }
            b => field.push(b),
        }
        i += 1;
    }
    assert!(line.is_empty() && field.is_empty() && !null, "the last line has no end");
    lines
}
