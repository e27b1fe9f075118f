//! From a rule's options to what replaces the values of a column.

use super::spec::{Locale, TransformSpec};
use super::{
    Custom, Customs, Input, Invalid, Output, Properties, Transform, basic, codes, custom, dates, json, names, net,
    numbers, php, texts, tokens,
};
use crate::key::DomainKey;
use crate::normal::Normaliser;
use crate::prf::Prf;
use crate::table::{Class, Column, Table};
use std::fmt;

/// What a transformer is built for.
#[derive(Clone, Copy)]
pub struct BuildContext<'a> {
    /// The column.
    pub column: &'a Column,
    /// Its table.
    pub table: &'a Table,
    /// The key of a domain; `None` where there is no key.
    pub keys: &'a dyn Fn(&str) -> Option<DomainKey>,
    /// When values of a domain count as equal that no column's collation decides about: leaves of documents.
    pub normal: &'a dyn Fn(&str) -> Normaliser,
    /// The rule's domain.
    pub domain: &'a str,
    /// The rules file's locale.
    pub locale: Locale,
    /// Transformers of the program's own, if there are any.
    pub customs: Option<&'a Customs>,
}

impl fmt::Debug for BuildContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuildContext").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl BuildContext<'_> {
    /// The key of the rule's domain.
    pub(super) fn key(&self) -> Result<DomainKey, BuildError> {
        (self.keys)(self.domain).ok_or_else(|| {
            BuildError::new(
                "it needs a key, and the rules name none",
                "add `key: { from: \"env:SCRUB_KEY\", id: \"…\" }` to the rules",
            )
        })
    }

    /// The function of one purpose in the rule's domain.
    pub(super) fn prf(&self, purpose: &str) -> Result<Prf, BuildError> {
        Ok(Prf::new(&self.key()?, purpose))
    }
}

/// Why a transformer isn't for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl BuildError {
    pub(super) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.hint)
    }
}

impl std::error::Error for BuildError {}

pub(super) type Build = Result<Box<dyn Transform>, BuildError>;

/// What replaces the values of a column.
///
/// # Errors
/// When an option is out of its limits, the column can't hold what it gives, or a key is needed and there is none.
pub fn build(spec: &TransformSpec, context: &BuildContext<'_>) -> Result<Box<dyn Transform>, BuildError> {
    let c = context;
    let transform = match spec {
        TransformSpec::Keep { .. } => basic::keep(),
        TransformSpec::SetNull {} => basic::set_null(),
        TransformSpec::Constant { value } => basic::constant(value, c),
        TransformSpec::Empty {} => basic::empty(c),
        TransformSpec::Redact { with } => basic::redact(with.as_deref(), c),
        TransformSpec::Mask { with, first, last, punctuation } => basic::mask(*with, *first, *last, *punctuation, c),
        TransformSpec::TruncateText { chars } => basic::truncate_text(*chars, c),
        TransformSpec::RegexReplace { pattern, with, unmatched } => basic::regex_replace(pattern, with, *unmatched, c),
        TransformSpec::Token { length, prefix, alphabet } => tokens::token(*length, prefix, *alphabet, c),
        TransformSpec::HmacHex { length } => tokens::hmac_hex(*length, c),
        TransformSpec::Uuid { upper } => tokens::uuid(*upper, c),
        TransformSpec::IntPermute { min, max } => codes::int_permute(*min, *max, c),
        TransformSpec::Fpe { alphabet, keep } => codes::fpe(alphabet, keep, c),
        TransformSpec::Sin { range } => codes::sin(*range, c),
        TransformSpec::Phone { range, area_code, foreign } => codes::phone(*range, *area_code, *foreign, c),
        TransformSpec::PostalCode { range } => names::postal_code(*range, c),
        TransformSpec::Email { host, length } => tokens::email(host, *length, c),
        TransformSpec::FirstName { locale, ascii } => names::first_name(*locale, *ascii, c),
        TransformSpec::LastName { locale, ascii } => names::last_name(*locale, *ascii, c),
        TransformSpec::FullName { order, locale, ascii } => names::full_name(*order, *locale, *ascii, c),
        TransformSpec::Username { length } => tokens::username(*length, c),
        TransformSpec::Company { locale, ascii } => names::company(*locale, *ascii, c),
        TransformSpec::Street { locale, ascii } => names::street(*locale, *ascii, c),
        TransformSpec::City { locale, ascii } => names::city(*locale, *ascii, c),
        TransformSpec::Province { style, locale, ascii } => names::province(*style, *locale, *ascii, c),
        TransformSpec::Address { form, locale, ascii } => names::address(*form, *locale, *ascii, c),
        TransformSpec::Card { range } => codes::card(*range, c),
        TransformSpec::Iban {} => codes::iban(c),
        TransformSpec::Ip { range, keep_v4, keep_v6 } => net::ip(*range, *keep_v4, *keep_v6, c),
        TransformSpec::Mac { range } => net::mac(*range, c),
        TransformSpec::Url { host } => net::url(host, c),
        TransformSpec::DateShift { days, out_of_range, zero_dates } => {
            dates::date_shift(*days, *out_of_range, *zero_dates, c)
        }
        TransformSpec::DateTruncate { to, zero_dates } => dates::date_truncate(*to, *zero_dates, c),
        TransformSpec::AgeBand { width, top } => dates::age_band(*width, *top, c),
        TransformSpec::Noise { percent, amount } => numbers::noise(*percent, *amount, c),
        TransformSpec::Geo { axis, degrees } => numbers::geo(*axis, *degrees, c),
        TransformSpec::PasswordHash {} => texts::password_hash(c),
        TransformSpec::RedactText { detectors, with } => texts::redact_text(detectors, *with, c),
        TransformSpec::Json { unlisted, paths } => json::json(*unlisted, paths, c),
        TransformSpec::PhpSerialized { unlisted, paths } => php::php_serialized(*unlisted, paths, c),
        TransformSpec::Pick { values, weights } => texts::pick(values, weights, c),
        TransformSpec::Template { template, locale } => texts::template(template, *locale, c),
        TransformSpec::Custom { name } => custom::custom(name, c),
    }?;
    Ok(within(transform, c.column))
}

/// Where nothing is known of the length of what a transformer gives, sees to it that the column can hold it.
fn within(inner: Box<dyn Transform>, column: &Column) -> Box<dyn Transform> {
    let texts = inner.properties().max_chars == Some(u64::MAX);
    let (max_chars, max_bytes) = if texts { (column.max_chars, column.max_bytes) } else { (None, None) };
    let range = if column.class == Class::Number { column.range } else { None };
    if max_chars.is_none() && max_bytes.is_none() && range.is_none() {
        return inner;
    }
    Box::new(Within { inner, max_chars, max_bytes, range, binary: column.class == Class::Binary })
}

/// Refuses what doesn't fit.
#[derive(Debug)]
struct Within {
    inner: Box<dyn Transform>,
    max_chars: Option<u64>,
    max_bytes: Option<u64>,
    range: Option<(i128, i128)>,
    binary: bool,
}

impl Transform for Within {
    fn properties(&self) -> Properties {
        let inner = self.inner.properties();
        let max_chars = if inner.max_chars == Some(u64::MAX) { None } else { inner.max_chars };
        Properties { max_chars, ..inner }
    }

    fn needs(&self) -> &[usize] {
        self.inner.needs()
    }

    fn reads(&self) -> bool {
        self.inner.reads()
    }

    fn lists(&self, value: &[u8]) -> bool {
        self.inner.lists(value)
    }

    fn custom(&self) -> Option<&Custom> {
        self.inner.custom()
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let start = out.len();
        let output = self.inner.apply(input, out)?;
        let made = out.get(start..).unwrap_or_default();
        let bytes = made.len() as u64;
        let long = self.max_bytes.is_some_and(|most| bytes > most)
            || self.max_chars.is_some_and(|most| bytes > most && (self.binary || characters(made) > most));
        if long {
            return Err(Invalid("one whose replacement fits the column's length"));
        }
        match (output, self.range) {
            (Output::Value, Some((least, greatest))) => {
                let number = std::str::from_utf8(made).ok().and_then(|t| t.parse::<i128>().ok());
                match number {
                    Some(number) if (least..=greatest).contains(&number) => Ok(output),
                    _ => Err(Invalid("one whose replacement is within the column's range")),
                }
            }
            _ => Ok(output),
        }
    }
}

/// How many characters a text in UTF-8 has.
fn characters(text: &[u8]) -> u64 {
    text.iter().filter(|b| **b & 0xc0 != 0x80).count() as u64
}
