//! The value that a field's literal stands for, and the literal for a value.

use crate::encode::{unescaped, unhex};
use crate::lex;
use crate::row::{Field, FieldKind};
use crate::{Charset, LexMode};
use alloc::vec::Vec;

/// The bytes that a literal stands for, in the charset it is written in: a string's without quotes and escapes, a number's
/// digits, what hexadecimal digits and bits make. `scratch` holds them where they aren't in the block as they are. `None`
/// for NULL, DEFAULT, and for what a server evaluates.
#[inline]
pub fn value<'a>(block: &'a [u8], field: &Field, mode: LexMode, scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    match field.kind {
        FieldKind::String | FieldKind::Binary if field.plain => Some(field.inner(block)),
        FieldKind::Number => Some(field.bytes(block)),
        FieldKind::True => Some(b"1"),
        FieldKind::False => Some(b"0"),
        FieldKind::Null | FieldKind::Default | FieldKind::Expression => None,
        FieldKind::String | FieldKind::Binary | FieldKind::Hex | FieldKind::Bits => {
            scratch.clear();
            written(block, field, mode, scratch);
            Some(scratch)
        }
    }
}

#[inline(never)]
fn written(block: &[u8], field: &Field, mode: LexMode, out: &mut Vec<u8>) {
    match field.kind {
        FieldKind::Hex => unhex(field.bytes(block), |bytes| out.extend_from_slice(bytes)),
        FieldKind::Bits => bits(field.bytes(block), out),
        _ if mode.charset != Charset::Plain => out.extend_from_slice(&lex::unquote_string(field.bytes(block), mode)),
        _ => unescaped(block, field, mode, |bytes| out.extend_from_slice(bytes)),
    }
}

/// The bytes of `b'…'` or `0b…`, the last digit being the last byte's lowest bit.
fn bits(literal: &[u8], out: &mut Vec<u8>) {
    let digits: Vec<u8> = literal.iter().copied().skip(2).filter(|b| matches!(b, b'0' | b'1')).collect();
    for byte in digits.rchunks(8).rev() {
        out.push(byte.iter().fold(0, |n, b| n << 1 | (b & 1)));
    }
}

/// Appends a string literal that a server reading under `mode` takes for `value`, which is in the charset of the connection.
#[inline]
pub fn push_string(value: &[u8], mode: LexMode, out: &mut Vec<u8>) {
    out.reserve(value.len() + 2);
    out.push(b'\'');
    let special = |b: &u8| matches!(b, b'\'' | b'\\' | b'"' | 0 | b'\n' | b'\r' | 26);
    if value.iter().any(special) {
        push_escaped(value, mode, out);
    } else {
        out.extend_from_slice(value);
    }
    out.push(b'\'');
}

#[inline(never)]
fn push_escaped(value: &[u8], mode: LexMode, out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some((&b, tail)) = rest.split_first() {
        let length = if b >= 0x80 { mode.charset.char_len(rest).unwrap_or(1).clamp(1, rest.len()) } else { 1 };
        if length > 1 {
            let (character, after) = rest.split_at(length);
            out.extend_from_slice(character);
            rest = after;
            continue;
        }
        rest = tail;
        let escape = match b {
            b'\'' if mode.no_backslash_escapes => b'\'',
            _ if mode.no_backslash_escapes => 0,
            b'\'' | b'\\' | b'"' => b'\\',
            0 | b'\n' | b'\r' | 26 => b'\\',
            _ => 0,
        };
        if escape != 0 {
            out.push(escape);
        }
        out.push(match b {
            _ if mode.no_backslash_escapes => b,
            0 => b'0',
            b'\n' => b'n',
            b'\r' => b'r',
            26 => b'Z',
            _ => b,
        });
    }
}

/// Appends `0x…`, or `''` for no bytes.
pub fn push_hex(value: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if value.is_empty() {
        return out.extend_from_slice(b"''");
    }
    out.extend_from_slice(b"0x");
    for b in value {
        for n in [b >> 4, b & 15] {
            out.push(DIGITS.get(usize::from(n)).copied().unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut::{Cut, CutConfig, Cutter, ItemKind};
    use crate::row::Rows;
    use proptest::prelude::*;
    use std::format;

    fn values(literal: &[u8], mode: LexMode) -> Option<Vec<u8>> {
        let text = [b"INSERT INTO t VALUES (".as_slice(), literal, b");"].concat();
        let mut cutter = Cutter::new(CutConfig::default(), mode);
        let Ok(Cut::Item(item)) = cutter.next(&text, true) else { panic!("no item") };
        let ItemKind::Rows(rows) = item.kind else { panic!("no rows") };
        let mut fields = Vec::new();
        Rows::new(&text, &rows.head, false, mode, None).next_row(&mut fields).unwrap().unwrap();
        assert_eq!(fields.len(), 1);
        let mut scratch = Vec::new();
        value(&text, &fields[0], mode, &mut scratch).map(<[u8]>::to_vec)
    }

    #[test]
    fn literals_have_values() {
        let plain = LexMode::default();
        for (literal, expected) in [
            ("'a'", Some(&b"a"[..])),
            ("''", Some(b"")),
            ("'it''s \\'\\n\\0\\%'", Some(b"it's '\n\0\\%")),
            ("_binary 'x'", Some(b"x")),
            ("-1.50", Some(b"-1.50")),
            ("0x4142", Some(b"AB")),
            ("x'00ff'", Some(b"\x00\xff")),
            ("b'1'", Some(b"\x01")),
            ("b'100000001'", Some(b"\x01\x01")),
            ("TRUE", Some(b"1")),
            ("NULL", None),
            ("DEFAULT", None),
            ("NOW()", None),
        ] {
            assert_eq!(values(literal.as_bytes(), plain).as_deref(), expected, "{literal}");
        }
    }

    proptest! {
        #[test]
        fn strings_come_back(value in prop::collection::vec(any::<u8>(), 0..12), escapes: bool, charset in 0..5usize) {
            let charset = [Charset::Plain, Charset::Gbk, Charset::Sjis, Charset::Big5, Charset::Gb18030][charset];
            let mode = LexMode { no_backslash_escapes: !escapes, ansi_quotes: false, charset };
            let mut literal = Vec::new();
            push_string(&value, mode, &mut literal);
            // Half a character takes what follows it along; no value in that charset has one.
            let mut rest = &value[..];
            while charset != Charset::Plain && !rest.is_empty() {
                let n = charset.char_len(rest).unwrap_or(1).min(rest.len());
                prop_assume!(n > 1 || rest[0] < 0x80);
                rest = &rest[n..];
            }
            prop_assert_eq!(values(&literal, mode).unwrap(), value);
        }

        #[test]
        fn digits_come_back(value in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut literal = Vec::new();
            push_hex(&value, &mut literal);
            prop_assert_eq!(values(&literal, LexMode::default()).unwrap(), value, "{}", format!("{:?}", literal.len()));
        }
    }
}
