//! The value that a server stores for a literal, in one canonical form.
//!
//! Two texts that mean the same value come out as the same bytes, and those are the bytes that a server gives when it is
//! asked for the column in the form that [`Form`] names. So a dump can be compared with a table without loading it.
//! Where it isn't certain what a server makes of a literal, that is said ([`Doubt`]) and never guessed.

mod json;
mod number;
mod temporal;

use crate::ddl::DataType;
use crate::encode;
use crate::row::{Field, FieldKind};
use crate::{Charset, LexMode};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

/// What a literal stands in: the session, as far as it decides what a value becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// How strings are read.
    pub mode: LexMode,
    /// The charset of the literals.
    pub connection: Connection,
    /// 0 in an AUTO_INCREMENT column makes the server count.
    pub zero_counts: bool,
    /// Dates without a month or a day are stored as they are.
    pub zero_in_date: bool,
    /// The session's time zone is UTC.
    pub utc: bool,
    /// Floating-point numbers are written as JSON has them: MySQL cuts digits off the others in some places.
    pub json_doubles: bool,
}

/// The charset of a connection, as far as it decides how text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connection {
    /// `utf8mb4`. Text is compared in it.
    Utf8mb4,
    /// `utf8mb3`, `utf8`. Text is compared as `utf8mb4`.
    Utf8mb3,
    /// `latin1`. Text is compared as `utf8mb4`.
    Latin1,
    /// `binary`. The bytes that are stored are compared.
    Binary,
    /// Any other. Text is compared in it.
    Other,
}

impl Connection {
    /// By the name used in `SET NAMES`.
    pub fn from_name(name: &str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("utf8mb4") {
            Self::Utf8mb4
        } else if is("utf8mb3") || is("utf8") {
            Self::Utf8mb3
        } else if is("latin1") {
            Self::Latin1
        } else if is("binary") {
            Self::Binary
        } else {
            Self::Other
        }
    }

    /// Text is compared as `utf8mb4`, and so never has a byte 0xFE or 0xFF.
    pub const fn is_compared_as_utf8(self) -> bool {
        matches!(self, Self::Utf8mb4 | Self::Utf8mb3 | Self::Latin1)
    }
}

/// Families of column charsets, as far as they decide what becomes of a text that comes in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnCharset {
    /// Not known. Values are taken not to be in one of the last three.
    Unknown,
    /// `utf8mb4`.
    Utf8mb4,
    /// `utf8mb3`, `utf8`.
    Utf8mb3,
    /// One byte for every character.
    Single,
    /// One or more bytes for a character, ASCII in one.
    Multi,
    /// Two bytes for a character, or four: `ucs2`, `utf16`.
    Wide16,
    /// Four bytes for every character: `utf32`.
    Wide32,
    /// `cp932`, which has a character twice.
    Ambiguous,
}

impl ColumnCharset {
    /// By its name.
    pub fn from_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "utf8mb4" => Self::Utf8mb4,
            "utf8mb3" | "utf8" => Self::Utf8mb3,
            "ucs2" | "utf16" | "utf16le" => Self::Wide16,
            "utf32" => Self::Wide32,
            "cp932" => Self::Ambiguous,
            "big5" | "gbk" | "gb2312" | "gb18030" | "sjis" | "ujis" | "euckr" | "eucjpms" => Self::Multi,
            _ => Self::Single,
        }
    }

    /// Whether a value that was read without knowing the column's charset was read right after all.
    pub const fn is_as_assumed(self) -> bool {
        !matches!(self, Self::Ambiguous) && !self.is_wide()
    }

    const fn is_wide(self) -> bool {
        matches!(self, Self::Wide16 | Self::Wide32)
    }
}

/// A column, as its definition has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its type. `Json` only where that is a type of its own, which it is in MySQL and not in MariaDB.
    pub data_type: DataType,
    /// Its charset, where the type has one.
    pub charset: ColumnCharset,
    /// That charset is the connection's own.
    pub same_charset: bool,
    /// It takes NULL.
    pub nullable: bool,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// Labels are in the connection's charset, or in ASCII. That the column's collation tells them apart is for the caller
    /// to find out.
    pub labels_comparable: bool,
}

/// The form in which a column's values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// As the server prints the number: `column + 0`. SET and BIT as an integer; ENUM by its index, but a label without
    /// characters is 0, as is the value of an error, since both print the same.
    Number,
    /// As the server prints the DOUBLE `column + 0e0`, or that as JSON where [`Context::json_doubles`] says so.
    Double,
    /// The same of `CONCAT(column) + 0e0`: of what the server prints of the column, which for a FLOAT are six digits. More
    /// than those no dump tells.
    Rounded,
    /// As the server prints the value; ASCII.
    Printed,
    /// The text, converted to the charset that [`Connection`] says.
    Text,
    /// The bytes.
    Bytes,
    /// The text that the server prints of a JSON value.
    Json,
    /// The hexadecimal digits, in upper case, of the value's bytes.
    Hex,
}

impl Form {
    /// The form in which values of a type are written.
    pub const fn of(data_type: &DataType) -> Self {
        use DataType as T;
        match data_type {
            T::Integer { .. } | T::Decimal { .. } | T::Bit(_) | T::Year | T::Enum(_) | T::Set(_) => Self::Number,
            T::Float { double: true, size: None, .. } => Self::Double,
            T::Float { .. } => Self::Rounded,
            T::Date | T::Time(_) | T::DateTime(_) | T::Timestamp(_) => Self::Printed,
            T::Char(_) | T::VarChar(_) | T::Text(_) => Self::Text,
            T::Binary(_) | T::VarBinary(_) | T::Blob(_) | T::Spatial | T::Vector(_) => Self::Bytes,
            T::Json => Self::Json,
            T::Uuid | T::Inet4 | T::Inet6 => Self::Hex,
        }
    }
}

/// Why it isn't certain what a server stores for a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Doubt {
    /// The server evaluates an expression.
    Expression,
    /// `DEFAULT`.
    Default,
    /// The server counts.
    Counted,
    /// NULL for a column that takes none.
    Null,
    /// A kind of literal that the type takes in a way of its own.
    Literal,
    /// A form of the value that servers may read in another way, or not at all.
    Form,
    /// The value doesn't fit the column.
    Range,
    /// A text whose conversion between charsets may lose something.
    Charset,
}

impl Doubt {
    /// In a few words, to follow "a value is".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expression => "an expression",
            Self::Default => "DEFAULT",
            Self::Counted => "counted by the server",
            Self::Null => "NULL where the column takes none",
            Self::Literal => "a literal of another kind than its column's",
            Self::Form => "in a form that servers may read in different ways",
            Self::Range => "out of its column's range",
            Self::Charset => "in a charset that doesn't convert without loss",
        }
    }
}

/// Writes canonical values. Keeps its buffers from one to the next.
#[derive(Debug, Default)]
pub struct Canon {
    text: Vec<u8>,
    json: json::Scratch,
}

impl Canon {
    /// Appends the canonical form of a field; false for NULL, which appends nothing. Nothing is guaranteed about `out`
    /// after a doubt.
    ///
    /// # Errors
    /// When it isn't certain what the server stores.
    #[inline]
    pub fn value(
        &mut self,
        block: &[u8],
        field: &Field,
        column: &Column,
        context: &Context,
        out: &mut Vec<u8>,
    ) -> Result<bool, Doubt> {
        if column.auto_increment && encode::counts(block, field, context.zero_counts) {
            return Err(Doubt::Counted);
        }
        match field.kind {
            FieldKind::Null if column.nullable => return Ok(false),
            FieldKind::Null => return Err(Doubt::Null),
            FieldKind::Default => return Err(Doubt::Default),
            FieldKind::Expression => return Err(Doubt::Expression),
            _ => {}
        }
        self.not_null(block, field, column, context, out)?;
        Ok(true)
    }

    fn not_null(
        &mut self,
        block: &[u8],
        field: &Field,
        column: &Column,
        context: &Context,
        out: &mut Vec<u8>,
    ) -> Result<(), Doubt> {
        use DataType as T;
        use FieldKind as K;
        let literal = match field.kind {
            K::String | K::Binary if field.plain => field.inner(block),
            K::String | K::Binary => {
                if context.mode.charset != Charset::Plain && !field.inner(block).is_ascii() {
                    // A backslash may be half a character.
                    return Err(Doubt::Charset);
                }
                self.text.clear();
                encode::unescaped(block, field, context.mode, |bytes| self.text.extend_from_slice(bytes));
                self.text.as_slice()
            }
            K::Hex => {
                self.text.clear();
                encode::unhex(field.bytes(block), |bytes| self.text.extend_from_slice(bytes));
                self.text.as_slice()
            }
            K::Bits => {
                self.text.clear();
                encode::bits_raw(field.bytes(block), |byte| self.text.push(byte));
                self.text.as_slice()
            }
            _ => field.bytes(block),
        };
        let number = field.kind == K::Number;
        let string = field.kind == K::String;
        match &column.data_type {
            T::Integer { bits, unsigned, .. } => match field.kind {
                K::Number | K::String => number::integer(literal, *bits, *unsigned, out),
                K::True => push(out, b"1"),
                K::False => push(out, b"0"),
                _ => Err(Doubt::Literal),
            },
            T::Decimal { digits, scale, unsigned, .. } if number || string => {
                number::decimal(literal, *digits, *scale, *unsigned, out)
            }
            T::Float { double, size, unsigned } if number || string => {
                number::float(literal, number, *double, *size, *unsigned, context.json_doubles, out)
            }
            T::Bit(bits) => {
                let value = if number { number::unsigned(literal)? } else { big_endian(literal)? };
                if *bits < 64 && value >> bits != 0 {
                    return Err(Doubt::Range);
                }
                number::push_unsigned(value, out);
                Ok(())
            }
            T::Year if number || string => temporal::year(literal, out),
            T::Date if string => temporal::date(literal, context.zero_in_date, out),
            T::Time(digits) if string => temporal::time(literal, *digits, out),
            T::DateTime(digits) if string => temporal::datetime(literal, *digits, context.zero_in_date, out),
            T::Timestamp(digits) if string => temporal::timestamp(literal, *digits, context.utc, out),
            T::Char(_) | T::VarChar(_) | T::Text(_) => match field.kind {
                K::String => text(literal, column, context, out),
                // Bytes in the column's own charset.
                K::Binary | K::Hex if literal.is_ascii() && !column.charset.is_wide() => {
                    text(literal, column, context, out)
                }
                K::Number if encode::is_canonical_integer(literal) => text(literal, column, context, out),
                _ => Err(Doubt::Literal),
            },
            T::Binary(_) | T::VarBinary(_) | T::Blob(_) | T::Spatial | T::Vector(_) => match field.kind {
                K::String | K::Binary | K::Hex | K::Bits => bytes(literal, &column.data_type, out),
                K::Number if encode::is_canonical_integer(literal) => bytes(literal, &column.data_type, out),
                _ => Err(Doubt::Literal),
            },
            T::Enum(labels) => match field.kind {
                // The value of an error, which prints like a label without characters.
                K::String if literal.is_empty() => push(out, b"0"),
                K::String => label(literal, labels, column).and_then(|index| {
                    number::push_unsigned(index.ok_or(Doubt::Range)? as u64 + 1, out);
                    Ok(())
                }),
                _ => Err(Doubt::Literal),
            },
            T::Set(labels) if string => {
                let mut members = 0u64;
                for member in literal.split(|b| *b == b',').filter(|_| !literal.is_empty()) {
                    let index = label(member, labels, column)?.filter(|i| *i < 64).ok_or(Doubt::Range)?;
                    members |= 1 << index;
                }
                number::push_unsigned(members, out);
                Ok(())
            }
            T::Json if string => match context.connection {
                Connection::Utf8mb4 | Connection::Utf8mb3 => json::normalize(literal, &mut self.json, out),
                _ if literal.is_ascii() => json::normalize(literal, &mut self.json, out),
                _ => Err(Doubt::Charset),
            },
            // Without a charset it is the value's own bytes, or what looks like them.
            T::Uuid | T::Inet4 | T::Inet6 if string && context.connection == Connection::Binary => Err(Doubt::Charset),
            T::Uuid => match field.kind {
                K::String => uuid(literal, out),
                K::Binary | K::Hex if literal.len() == 16 => push_hex(literal, out),
                _ => Err(Doubt::Literal),
            },
            T::Inet4 if string => {
                let address: Ipv4Addr = ascii(literal)?.parse().map_err(|_| Doubt::Form)?;
                push_hex(&address.octets(), out)
            }
            T::Inet6 => match field.kind {
                K::String => {
                    let address: Ipv6Addr = ascii(literal)?.parse().map_err(|_| Doubt::Form)?;
                    push_hex(&address.octets(), out)
                }
                K::Binary | K::Hex if literal.len() == 16 => push_hex(literal, out),
                _ => Err(Doubt::Literal),
            },
            _ => Err(Doubt::Literal),
        }
    }
}

#[inline]
fn push(out: &mut Vec<u8>, bytes: &[u8]) -> Result<(), Doubt> {
    out.extend_from_slice(bytes);
    Ok(())
}

fn push_hex(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Doubt> {
    encode::push_digits(bytes, out);
    Ok(())
}

fn ascii(text: &[u8]) -> Result<&str, Doubt> {
    core::str::from_utf8(text).ok().filter(|t| t.is_ascii()).ok_or(Doubt::Form)
}

fn big_endian(bytes: &[u8]) -> Result<u64, Doubt> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    let bytes = bytes.get(zeros..).unwrap_or_default();
    if bytes.len() > 8 {
        return Err(Doubt::Range);
    }
    Ok(bytes.iter().fold(0, |value, b| value << 8 | u64::from(*b)))
}

/// The bytes of a column without a charset.
fn bytes(value: &[u8], data_type: &DataType, out: &mut Vec<u8>) -> Result<(), Doubt> {
    use DataType as T;
    let limit = match data_type {
        T::Binary(n) | T::VarBinary(n) | T::Blob(n) => *n as usize,
        T::Vector(n) => *n as usize * 4,
        _ => usize::MAX,
    };
    if value.len() > limit {
        return Err(Doubt::Range);
    }
    match data_type {
        // SRID and a geometry in the byte order that servers keep.
        T::Spatial if value.get(4) != Some(&1) => return Err(Doubt::Form),
        T::Vector(_) if value.is_empty() || !value.len().is_multiple_of(4) => return Err(Doubt::Form),
        _ => {}
    }
    out.extend_from_slice(value);
    if let T::Binary(n) = data_type {
        out.resize(out.len() + *n as usize - value.len(), 0);
    }
    Ok(())
}

/// A text, in the charset that it is compared in.
#[inline]
fn text(value: &[u8], column: &Column, context: &Context, out: &mut Vec<u8>) -> Result<(), Doubt> {
    let value = match column.data_type {
        DataType::Char(_) => {
            if context.connection == Connection::Binary && column.charset.is_wide() {
                // A space isn't one byte.
                return Err(Doubt::Charset);
            }
            value.get(..value.iter().rposition(|b| *b != b' ').map_or(0, |n| n + 1)).unwrap_or_default()
        }
        _ => value,
    };
    let is_ascii = value.is_ascii();
    if context.mode.charset != Charset::Plain && (!is_ascii || memchr::memchr2(b'\\', b'~', value).is_some()) {
        return Err(Doubt::Charset);
    }
    if !is_ascii {
        match context.connection {
            Connection::Utf8mb4 | Connection::Utf8mb3 => {
                core::str::from_utf8(value).map_err(|_| Doubt::Charset)?;
                let three = context.connection == Connection::Utf8mb3 || column.charset == ColumnCharset::Utf8mb3;
                if column.charset == ColumnCharset::Ambiguous || three && value.iter().any(|b| *b >= 0xF0) {
                    return Err(Doubt::Charset);
                }
            }
            Connection::Latin1 if column.charset == ColumnCharset::Ambiguous => return Err(Doubt::Charset),
            Connection::Other if !column.same_charset => return Err(Doubt::Charset),
            Connection::Latin1 | Connection::Binary | Connection::Other => {}
        }
    }
    match column.data_type {
        DataType::Char(limit) | DataType::VarChar(limit) if value.len() > limit as usize => {
            let utf8 = match context.connection {
                Connection::Utf8mb4 | Connection::Utf8mb3 => true,
                Connection::Binary => {
                    matches!(column.charset, ColumnCharset::Utf8mb4 | ColumnCharset::Utf8mb3)
                        && core::str::from_utf8(value).is_ok()
                }
                Connection::Latin1 | Connection::Other => false,
            };
            let continuation = |b: &&u8| **b & 0xC0 == 0x80;
            if !utf8 || value.len() - value.iter().filter(continuation).count() > limit as usize {
                return Err(Doubt::Range);
            }
        }
        DataType::Text(limit) if stored_bytes(value, is_ascii, column, context) > limit as usize => {
            return Err(Doubt::Range);
        }
        _ => {}
    }
    if is_ascii || context.connection != Connection::Latin1 {
        out.extend_from_slice(value);
    } else {
        for &b in value {
            let c = match b {
                0x80..=0x9F => LATIN1.get(usize::from(b) - 0x80).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
                _ => char::from(b),
            };
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Ok(())
}

/// How many bytes a text takes in the column's charset, or more than that.
fn stored_bytes(value: &[u8], is_ascii: bool, column: &Column, context: &Context) -> usize {
    use ColumnCharset as C;
    let utf8 = matches!(context.connection, Connection::Utf8mb4 | Connection::Utf8mb3);
    let characters = || value.iter().filter(|b| **b & 0xC0 != 0x80).count();
    match column.charset {
        _ if column.same_charset || context.connection == Connection::Binary => value.len(),
        C::Utf8mb4 | C::Utf8mb3 if utf8 => value.len(),
        C::Single if utf8 => characters(),
        C::Wide16 if utf8 => 2 * (characters() + value.iter().filter(|b| **b >= 0xF0).count()),
        C::Wide32 if utf8 => 4 * characters(),
        C::Wide16 | C::Wide32 => 4 * value.len(),
        _ if is_ascii => value.len(),
        // No charset takes more than twice the bytes that UTF-8 does, and none more than four for a character.
        _ if utf8 => 2 * value.len(),
        _ => 4 * value.len(),
    }
}

/// What servers take 0x80 to 0x9F for in `latin1`, which is Windows-1252.
const LATIN1: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2C6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}',
    '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}',
    '\u{17E}', '\u{178}',
];

/// Which label a text is. `None` when it is none of them.
fn label(text: &[u8], labels: &[Vec<u8>], column: &Column) -> Result<Option<usize>, Doubt> {
    if !column.labels_comparable && !text.is_ascii() {
        return Err(Doubt::Charset);
    }
    // Labels aren't many, and the first ones are what most values are.
    Ok(labels.iter().position(|l| l == text))
}

fn uuid(text: &[u8], out: &mut Vec<u8>) -> Result<(), Doubt> {
    let hyphen = |i: usize| matches!(i, 8 | 13 | 18 | 23);
    let well_formed = text.len() == 36
        && text.iter().enumerate().all(|(i, b)| if hyphen(i) { *b == b'-' } else { b.is_ascii_hexdigit() });
    if !well_formed {
        return Err(Doubt::Form);
    }
    out.extend(text.iter().filter(|b| **b != b'-').map(u8::to_ascii_uppercase));
    Ok(())
}
