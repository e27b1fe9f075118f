//! Transformers that need no key.

use super::build::{Build, BuildError};
use super::spec::{Scalar, Unlisted};
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::table::Class;
use regex::Regex;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr};

/// Of transformers that ignore the value or cut it down.
const LOSSY: Properties =
    Properties { mapping: Mapping::Lossy, max_chars: None, ascii: false, keyed: false, nulls: false, may_keep: false };

/// `keep`.
#[derive(Debug)]
struct Keep;

impl Transform for Keep {
    fn properties(&self) -> Properties {
        Properties { mapping: Mapping::Injective, may_keep: true, ..LOSSY }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        out.extend_from_slice(input.value);
        Ok(Output::Value)
    }
}

pub(super) fn keep() -> Build {
    Ok(Box::new(Keep))
}

/// `set_null`.
#[derive(Debug)]
struct SetNull;

impl Transform for SetNull {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(0), ascii: true, nulls: true, ..LOSSY }
    }

    fn reads(&self) -> bool {
        false
    }

    fn apply(&self, _: &Input<'_>, _: &mut Vec<u8>) -> Result<Output, Invalid> {
        Ok(Output::Null)
    }
}

pub(super) fn set_null() -> Build {
    Ok(Box::new(SetNull))
}

/// The same for every value: `constant`, `empty`, `redact`.
#[derive(Debug)]
struct Fixed(Vec<u8>);

impl Transform for Fixed {
    fn properties(&self) -> Properties {
        let chars = std::str::from_utf8(&self.0).map_or(self.0.len(), |t| t.chars().count());
        Properties { max_chars: Some(chars as u64), ascii: self.0.is_ascii(), may_keep: true, ..LOSSY }
    }

    fn reads(&self) -> bool {
        false
    }

    fn lists(&self, value: &[u8]) -> bool {
        self.0 == value
    }

    fn apply(&self, _: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        out.extend_from_slice(&self.0);
        Ok(Output::Value)
    }
}

pub(super) fn constant(value: &Scalar, c: &super::BuildContext<'_>) -> Build {
    let text = value.text();
    fits_column(&text, c)?;
    if c.column.class == Class::Json && serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err() {
        return Err(BuildError::new(
            "the constant is not JSON",
            "write the document as a text, e.g. '{}' or '\"text\"'",
        ));
    }
    Ok(Box::new(Fixed(text.into_bytes())))
}

/// Whether a decimal has a number's digits before the point. What it lacks behind it is rounded.
fn within(text: &str, decimal: Option<(u32, u32)>) -> bool {
    let Some((digits, scale)) = decimal else { return true };
    let whole = text.trim_start_matches(['-', '+']).split('.').next().unwrap_or_default().trim_start_matches('0');
    whole.len() as u32 <= digits.saturating_sub(scale)
}

/// Whether a column can hold a text from the rules.
pub(super) fn fits_column(text: &str, c: &super::BuildContext<'_>) -> Result<(), BuildError> {
    let column = c.column;
    let fits = match column.class {
        Class::Label => column.labels.iter().any(|l| l == text),
        // It would be written as the text's bytes.
        Class::Binary if column.type_name == "BIT" => false,
        Class::Text if column.type_name == "UUID" => {
            let digits = text.bytes().filter(|b| *b != b'-');
            digits.clone().count() == 32 && digits.clone().all(|b| b.is_ascii_hexdigit())
        }
        Class::Text if column.type_name == "INET4" => text.parse::<Ipv4Addr>().is_ok(),
        Class::Text if column.type_name == "INET6" => text.parse::<IpAddr>().is_ok(),
        Class::Number if !within(text, column.decimal) => false,
        Class::Number => match (text.parse::<i128>(), column.range) {
            (Ok(number), Some((least, greatest))) => (least..=greatest).contains(&number),
            (Ok(_), None) => true,
            (Err(_), range) => range.is_none() && text.parse::<f64>().is_ok_and(f64::is_finite),
        },
        Class::Temporal => column.type_name == "TIME" || super::dates::parse(text.as_bytes()).is_some(),
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let message = format!("what it gives is nothing that {} can hold", column.type_name);
    Err(BuildError::new(message, "give a value of the column's type, within its limits"))
}

pub(super) fn empty(c: &super::BuildContext<'_>) -> Build {
    match c.column.class {
        Class::Text | Class::Binary => Ok(Box::new(Fixed(Vec::new()))),
        _ => Err(BuildError::new(
            format!("{} has no empty value", c.column.type_name),
            "use `redact`, `set_null` or `constant`",
        )),
    }
}

/// `redact`, by the column's class.
pub(super) fn redact(with: Option<&str>, c: &super::BuildContext<'_>) -> Build {
    let column = c.column;
    if with.is_some() && !matches!(column.class, Class::Text | Class::Binary) {
        return Err(BuildError::new("`with` is for texts", "use `constant`"));
    }
    let value = match column.class {
        Class::Text => {
            let most = column.max_chars.and_then(|m| usize::try_from(m).ok()).unwrap_or(usize::MAX);
            return Ok(Box::new(Fixed(with.unwrap_or(REDACTED).chars().take(most).collect::<String>().into_bytes())));
        }
        Class::Binary => with.unwrap_or_default().as_bytes().to_vec(),
        Class::Json => b"null".to_vec(),
        Class::Number if column.type_name == "YEAR" => b"1970".to_vec(),
        Class::Number => b"0".to_vec(),
        Class::Temporal => match column.type_name.as_str() {
            "DATE" => b"1970-01-01".to_vec(),
            "TIME" => b"00:00:00".to_vec(),
            // A TIMESTAMP's first second is 1970-01-01 00:00:01 in UTC, whatever the session's zone.
            _ => b"1970-01-02 00:00:00".to_vec(),
        },
        Class::Label => {
            return Err(BuildError::new(
                format!("{} can't say that something was here", column.type_name),
                "use `set_null`, `constant` with one of its values, or `pick`",
            ));
        }
    };
    Ok(Box::new(Fixed(value)))
}

/// What stands in a text where something was.
pub(super) const REDACTED: &str = "[redacted]";

/// `mask`.
#[derive(Debug)]
struct Mask {
    with: char,
    first: usize,
    last: usize,
    punctuation: bool,
}

impl Transform for Mask {
    fn properties(&self) -> Properties {
        Properties { may_keep: true, ..LOSSY }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let text = text(input.value)?;
        let count = if text.is_ascii() { text.len() } else { text.chars().count() };
        let (first, last) = if self.first.saturating_add(self.last) < count { (self.first, self.last) } else { (0, 0) };
        let mut buffer = [0; 4];
        for (at, char) in text.chars().enumerate() {
            let stays = at < first || at >= count - last || self.punctuation && !char.is_alphanumeric();
            out.extend_from_slice(if stays { char } else { self.with }.encode_utf8(&mut buffer).as_bytes());
        }
        Ok(Output::Value)
    }
}

pub(super) fn mask(with: char, first: u32, last: u32, punctuation: bool, c: &super::BuildContext<'_>) -> Build {
    text_column("mask", c)?;
    if !with.is_ascii_graphic() {
        return Err(BuildError::new("`with` is an ASCII character", "leave it out for `*`"));
    }
    Ok(Box::new(Mask { with, first: first as usize, last: last as usize, punctuation }))
}

/// `truncate_text`.
#[derive(Debug)]
struct TruncateText(usize);

impl Transform for TruncateText {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(self.0 as u64), may_keep: true, ..LOSSY }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let text = text(input.value)?;
        let count = if text.is_ascii() { text.len() } else { text.chars().count() };
        let most = self.0.min(count.saturating_sub(1));
        let end = text.char_indices().nth(most).map_or(0, |(at, _)| at);
        out.extend_from_slice(text.as_bytes().get(..end).unwrap_or_default());
        Ok(Output::Value)
    }
}

pub(super) fn truncate_text(chars: u32, c: &super::BuildContext<'_>) -> Build {
    text_column("truncate_text", c)?;
    Ok(Box::new(TruncateText(chars as usize)))
}

/// `regex_replace`.
#[derive(Debug)]
struct RegexReplace {
    pattern: Regex,
    with: String,
    unmatched: Unlisted,
}

impl Transform for RegexReplace {
    fn properties(&self) -> Properties {
        let ascii = false;
        Properties { max_chars: Some(u64::MAX), ascii, may_keep: self.unmatched == Unlisted::Keep, ..LOSSY }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let text = text(input.value)?;
        if text.is_empty() {
            return Ok(Output::Value);
        }
        match self.pattern.replace_all(text, self.with.as_str()) {
            Cow::Owned(replaced) if replaced != text => out.extend_from_slice(replaced.as_bytes()),
            _ => match self.unmatched {
                Unlisted::Fail => return Err(Invalid("a text that the pattern changes")),
                Unlisted::Keep => out.extend_from_slice(input.value),
                Unlisted::Redact => out.extend_from_slice(REDACTED.as_bytes()),
            },
        }
        Ok(Output::Value)
    }
}

pub(super) fn regex_replace(pattern: &str, with: &str, unmatched: Unlisted, c: &super::BuildContext<'_>) -> Build {
    text_column("regex_replace", c)?;
    let pattern = Regex::new(pattern).map_err(|e| {
        BuildError::new(format!("the pattern can't be read: {e}"), "its syntax is that of the Rust crate `regex`")
    })?;
    Ok(Box::new(RegexReplace { pattern, with: with.to_owned(), unmatched }))
}

/// The value as a text.
pub(super) fn text(value: &[u8]) -> Result<&str, Invalid> {
    std::str::from_utf8(value).map_err(|_| Invalid("a text in UTF-8"))
}

/// Refuses a column that holds no text.
pub(super) fn text_column(name: &str, c: &super::BuildContext<'_>) -> Result<(), BuildError> {
    match c.column.class {
        Class::Text | Class::Binary => Ok(()),
        Class::Json => {
            Err(BuildError::new(format!("`{name}` would not leave JSON"), "use `json` with a path for every leaf"))
        }
        Class::Label => Err(BuildError::new(
            format!("`{name}` gives what {} doesn't list", c.column.type_name),
            "use `pick`, `constant` with one of its values, or `set_null`",
        )),
        Class::Number => Err(BuildError::new(
            format!("`{name}` gives texts, and the column holds numbers"),
            "use `int_permute`, `noise`, `constant` or `set_null`",
        )),
        Class::Temporal => Err(BuildError::new(
            format!("`{name}` gives texts, and the column holds {}", c.column.type_name),
            "use `date_shift`, `date_truncate`, `constant` or `set_null`",
        )),
    }
}
