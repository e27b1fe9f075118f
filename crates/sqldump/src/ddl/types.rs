//! What a column's type says of the values it can hold.

use super::{Reader, lexemes};
use crate::LexMode;
use crate::lex::{TokenKind, unquote_string};
use alloc::string::String;
use alloc::vec::Vec;

/// Most labels that are read: what ENUM takes.
const LABELS_MAX: usize = 65_535;

/// A column's type, with what decides how a value is stored. Types that mean the same compare equal: `INT(11)` and
/// `INTEGER`, `DEC` and `DECIMAL(10,0)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// `TINYINT` to `BIGINT`, `BOOL`, `SERIAL`.
    Integer {
        /// 8, 16, 24, 32 or 64.
        bits: u8,
        /// `UNSIGNED` or `ZEROFILL`.
        unsigned: bool,
        /// `ZEROFILL`.
        zerofill: bool,
    },
    /// `DECIMAL(digits, scale)`.
    Decimal {
        /// Digits in all.
        digits: u8,
        /// Digits behind the point.
        scale: u8,
        /// `UNSIGNED` or `ZEROFILL`.
        unsigned: bool,
        /// `ZEROFILL`.
        zerofill: bool,
    },
    /// `FLOAT`, `DOUBLE`.
    Float {
        /// `DOUBLE`.
        double: bool,
        /// Digits in all and behind the point, where they are given: values are rounded to them.
        size: Option<(u8, u8)>,
        /// `UNSIGNED` or `ZEROFILL`.
        unsigned: bool,
    },
    /// `BIT(bits)`.
    Bit(u8),
    /// `YEAR` of four digits.
    Year,
    /// `DATE`.
    Date,
    /// `TIME(digits)`.
    Time(u8),
    /// `DATETIME(digits)`.
    DateTime(u8),
    /// `TIMESTAMP(digits)`.
    Timestamp(u8),
    /// `CHAR(characters)`.
    Char(u32),
    /// `VARCHAR(characters)`.
    VarChar(u32),
    /// `TINYTEXT` to `LONGTEXT`, by the bytes they hold.
    Text(u32),
    /// `BINARY(bytes)`.
    Binary(u32),
    /// `VARBINARY(bytes)`.
    VarBinary(u32),
    /// `TINYBLOB` to `LONGBLOB`, by the bytes they hold.
    Blob(u32),
    /// `ENUM`, with its labels.
    Enum(Vec<Vec<u8>>),
    /// `SET`, with its labels.
    Set(Vec<Vec<u8>>),
    /// `JSON`.
    Json,
    /// `GEOMETRY` and the types under it.
    Spatial,
    /// `VECTOR(dimensions)`.
    Vector(u32),
    /// `UUID` (MariaDB).
    Uuid,
    /// `INET4` (MariaDB).
    Inet4,
    /// `INET6` (MariaDB).
    Inet6,
}

impl DataType {
    /// Reads a type as `information_schema` has it in `COLUMN_TYPE`; `None` for one that isn't known.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mode = LexMode::default();
        let lexemes = lexemes(text, mode, None)?;
        let mut r = Reader { text, mode, lexemes: &lexemes, at: 0 };
        let word = String::from_utf8_lossy(r.peek_word()?).to_ascii_uppercase();
        r.take();
        Self::read(&word, r)
    }

    /// The type whose first word is `word`; `r` stands behind that.
    pub(super) fn read(word: &str, mut r: Reader<'_>) -> Option<Self> {
        let mut word = word;
        if matches!(word, "NATIONAL") {
            word = if r.any_word(&["VARCHAR", "VARCHARACTER"]) {
                "VARCHAR"
            } else if r.any_word(&["CHAR", "CHARACTER"]) {
                "CHAR"
            } else {
                return None;
            };
        } else if word == "LONG" {
            let bytes = r.word("VARBINARY");
            return Some(if bytes { Self::Blob(0xFF_FFFF) } else { Self::Text(0xFF_FFFF) });
        } else if word == "DOUBLE" {
            r.word("PRECISION");
        }
        if matches!(word, "CHAR" | "CHARACTER" | "NCHAR") && r.any_word(&["VARYING", "VARCHAR", "VARCHARACTER"]) {
            word = "VARCHAR";
        }
        let arguments = if r.is_punct(b'(') { Some(r.brackets()?) } else { None };
        if matches!(word, "ENUM" | "SET") {
            let labels = labels(arguments?)?;
            return Some(if word == "SET" { Self::Set(labels) } else { Self::Enum(labels) });
        }
        let numbers = match arguments {
            Some(inside) => numbers(inside)?,
            None => Vec::new(),
        };
        let (mut unsigned, mut zerofill) = (false, false);
        while r.is_any(&["UNSIGNED", "SIGNED", "ZEROFILL"]) {
            unsigned |= r.is("UNSIGNED");
            zerofill |= r.is("ZEROFILL");
            r.take();
        }
        unsigned |= zerofill;
        let first = numbers.first().copied();
        let small = |n: u32, max: u8| u8::try_from(n).ok().filter(|n| *n <= max);
        let fraction = || small(first.unwrap_or(0), 6);
        let integer = |bits| Self::Integer { bits, unsigned, zerofill };
        Some(match (word, numbers.len()) {
            ("TINYINT" | "INT1", 0 | 1) => integer(8),
            ("BOOL" | "BOOLEAN", 0) => integer(8),
            ("SMALLINT" | "INT2", 0 | 1) => integer(16),
            ("MEDIUMINT" | "MIDDLEINT" | "INT3", 0 | 1) => integer(24),
            ("INT" | "INTEGER" | "INT4", 0 | 1) => integer(32),
            ("BIGINT" | "INT8", 0 | 1) => integer(64),
            ("SERIAL", 0) => Self::Integer { bits: 64, unsigned: true, zerofill: false },
            ("DECIMAL" | "DEC" | "NUMERIC" | "FIXED", 0..=2) => {
                // Without a precision, or with 0 for it, it is 10.
                let digits = small(first.filter(|n| *n > 0).unwrap_or(10), 65)?;
                let scale = small(numbers.get(1).copied().unwrap_or(0), digits)?;
                Self::Decimal { digits, scale, unsigned, zerofill }
            }
            // These are printed with zeros before them everywhere.
            ("FLOAT" | "FLOAT4" | "DOUBLE" | "REAL" | "FLOAT8", _) if zerofill => return None,
            ("FLOAT" | "FLOAT4", 0) => Self::Float { double: false, size: None, unsigned },
            // The bits of precision; beyond those of a FLOAT it is a DOUBLE.
            ("FLOAT", 1) => Self::Float { double: first? > 24, size: None, unsigned },
            ("DOUBLE" | "REAL" | "FLOAT8", 0) => Self::Float { double: true, size: None, unsigned },
            ("FLOAT" | "FLOAT4" | "DOUBLE" | "REAL" | "FLOAT8", 2) => {
                let digits = small(first?, u8::MAX)?;
                let scale = small(*numbers.get(1)?, digits.min(30))?;
                Self::Float {
                    double: !word.starts_with("FLOAT") || word == "FLOAT8",
                    size: Some((digits, scale)),
                    unsigned,
                }
            }
            ("BIT", 0 | 1) => Self::Bit(small(first.unwrap_or(1), 64)?),
            ("YEAR", 0) => Self::Year,
            ("YEAR", 1) if first == Some(4) => Self::Year,
            ("DATE", 0) => Self::Date,
            ("TIME", 0 | 1) => Self::Time(fraction()?),
            ("DATETIME", 0 | 1) => Self::DateTime(fraction()?),
            ("TIMESTAMP", 0 | 1) => Self::Timestamp(fraction()?),
            ("CHAR" | "CHARACTER" | "NCHAR", 0 | 1) => Self::Char(first.unwrap_or(1)),
            ("VARCHAR" | "VARCHARACTER" | "NVARCHAR", 1) => Self::VarChar(first?),
            ("TINYTEXT", 0) => Self::Text(0xFF),
            ("TEXT", 0) => Self::Text(0xFFFF),
            ("MEDIUMTEXT", 0) => Self::Text(0xFF_FFFF),
            ("LONGTEXT", 0) => Self::Text(0xFFFF_FFFF),
            ("BINARY", 0 | 1) => Self::Binary(first.unwrap_or(1)),
            ("VARBINARY", 1) => Self::VarBinary(first?),
            ("TINYBLOB", 0) => Self::Blob(0xFF),
            ("BLOB", 0) => Self::Blob(0xFFFF),
            // The smallest that holds so many.
            ("BLOB", 1) => Self::Blob(match first? {
                0..=0xFF => 0xFF,
                0x100..=0xFFFF => 0xFFFF,
                0x1_0000..=0xFF_FFFF => 0xFF_FFFF,
                _ => 0xFFFF_FFFF,
            }),
            ("MEDIUMBLOB", 0) => Self::Blob(0xFF_FFFF),
            ("LONGBLOB", 0) => Self::Blob(0xFFFF_FFFF),
            ("JSON", 0) => Self::Json,
            (
                "GEOMETRY" | "POINT" | "LINESTRING" | "POLYGON" | "MULTIPOINT" | "MULTILINESTRING" | "MULTIPOLYGON"
                | "GEOMETRYCOLLECTION" | "GEOMCOLLECTION",
                0,
            ) => Self::Spatial,
            ("VECTOR", 0 | 1) => Self::Vector(first.unwrap_or(2048)),
            ("UUID", 0) => Self::Uuid,
            ("INET4", 0) => Self::Inet4,
            ("INET6", 0) => Self::Inet6,
            _ => return None,
        })
    }

    /// The same in the charset `binary`.
    pub(super) fn into_binary(self) -> Self {
        match self {
            Self::Char(n) => Self::Binary(n),
            Self::VarChar(n) => Self::VarBinary(n),
            Self::Text(n) => Self::Blob(n),
            other => other,
        }
    }
}

fn numbers(inside: Reader<'_>) -> Option<Vec<u32>> {
    let mut r = inside;
    let mut numbers = Vec::new();
    loop {
        let lexeme = r.take().filter(|l| l.kind == TokenKind::Number)?;
        numbers.push(core::str::from_utf8(r.bytes(lexeme)).ok()?.parse().ok()?);
        if r.peek().is_none() {
            return Some(numbers);
        }
        if !r.punct(b',') || numbers.len() > 2 {
            return None;
        }
    }
}

fn labels(inside: Reader<'_>) -> Option<Vec<Vec<u8>>> {
    let mut r = inside;
    let mut labels = Vec::new();
    loop {
        let lexeme = r.take().filter(|l| l.kind == TokenKind::String)?;
        let mut label = unquote_string(r.bytes(lexeme), r.mode);
        // As the server stores them.
        label.truncate(label.iter().rposition(|b| *b != b' ').map_or(0, |n| n + 1));
        labels.push(label);
        if r.peek().is_none() {
            return Some(labels);
        }
        if !r.punct(b',') || labels.len() >= LABELS_MAX {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DataType::{self, *};

    fn read(text: &str) -> Option<DataType> {
        DataType::parse(text.as_bytes())
    }

    #[test]
    fn types_that_mean_the_same_are_equal() {
        for (a, b) in [
            ("int(11)", "INTEGER"),
            ("int(10) unsigned zerofill", "int zerofill"),
            ("bool", "tinyint(1)"),
            ("serial", "bigint(20) unsigned"),
            ("dec", "decimal(10,0)"),
            ("numeric(5)", "decimal(5,0)"),
            ("float(24)", "float"),
            ("float(25)", "double"),
            ("double precision", "double"),
            ("real(7,3)", "double(7,3)"),
            ("bit", "bit(1)"),
            ("year(4)", "year"),
            ("character varying(7)", "varchar(7)"),
            ("national char(3)", "char(3)"),
            ("national varchar(3)", "nvarchar(3)"),
            ("long varbinary", "mediumblob"),
            ("long", "mediumtext"),
            ("blob(70000)", "mediumblob"),
            ("geomcollection", "point"),
            ("enum('a ','b')", "enum('a','b')"),
            ("varchar(9) /*M!100301 COMPRESSED*/", "varchar(9)"),
        ] {
            assert!(read(a).is_some(), "{a}");
            assert_eq!(read(a), read(b), "{a}, {b}");
        }
    }

    #[test]
    fn what_decides_about_values_is_read() {
        assert_eq!(
            read("decimal(12,4) unsigned zerofill"),
            Some(Decimal { digits: 12, scale: 4, unsigned: true, zerofill: true })
        );
        assert_eq!(read("float(10,2)"), Some(Float { double: false, size: Some((10, 2)), unsigned: false }));
        assert_eq!(read("timestamp(6)"), Some(Timestamp(6)));
        assert_eq!(read("varbinary(16)"), Some(VarBinary(16)));
        assert_eq!(read("enum('a''b','c\\\\d',',')"), Some(Enum(["a'b", "c\\d", ","].map(|l| l.into()).to_vec())));
        for odd in ["money", "year(2)", "varchar", "text(30)", "decimal(70)", "enum(1)", "int(1,2)", "time(7)", ""] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
