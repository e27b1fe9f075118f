//! What replaces a value.

pub mod basic;
pub mod build;
mod codes;
pub mod custom;
mod dates;
pub(crate) mod dictionary;
pub(crate) mod fold;
mod json;
mod names;
mod net;
mod numbers;
mod paths;
mod php;
pub mod spec;
mod texts;
mod tokens;

use std::fmt;

pub use build::{BuildContext, BuildError, build};
pub use custom::{Custom, CustomTransformer, Customs, Prepared};
pub use spec::{Locale, TransformSpec};

/// What can be told of a transformer before it has seen a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Whether different values stay different.
    pub mapping: Mapping,
    /// Most characters (bytes, in a binary column) of what it gives; `None` where that depends on the value, and fits wherever
    /// the value did.
    pub max_chars: Option<u64>,
    /// It gives ASCII only; otherwise whatever the value, its dictionaries or its options hold.
    pub ascii: bool,
    /// It needs the domain's key.
    pub keyed: bool,
    /// It may give NULL.
    pub nulls: bool,
    /// It may give back the value itself, where nothing in it is to be hidden: a text without hits. (An empty value stays empty in any case,
    /// where no subject says what is to stand there.)
    pub may_keep: bool,
}

/// Whether different values stay different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mapping {
    /// Always, or with a collision less likely than 2⁻³² among 2³² values.
    Injective,
    /// Not always; which values fall together depends on the key.
    KeyedLossy,
    /// Not always, whatever the key.
    Lossy,
}

/// Access to a row's other columns, by their position in the table. `None`: NULL.
pub trait Row {
    /// The value of a column that the plan said it needs.
    fn column(&self, index: usize) -> Option<&[u8]>;

    /// What the column's own custom transformer made of its values, where it was asked for many of them at once.
    fn prepared(&self) -> Option<&Prepared> {
        None
    }

    /// Whether the value is empty because it is NULL, and NULL is to be replaced as well.
    fn own_is_null(&self) -> bool {
        false
    }
}

/// A row without columns.
impl Row for () {
    fn column(&self, _: usize) -> Option<&[u8]> {
        None
    }
}

/// One value to be replaced. Never NULL.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The value.
    pub value: &'a [u8],
    /// What all values that count as equal have in common: by the column's collation and the domain's normalisation. Keyed
    /// transformers use this in place of the value.
    pub normal: &'a [u8],
    /// The same of the column that the rule names as its subject.
    pub subject: Option<&'a [u8]>,
    /// The rest of the row.
    pub row: &'a dyn Row,
}

/// Never shows the value.
impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Input")
    }
}

/// What a transformer made of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// What it appended.
    Value,
    /// NULL; it appended nothing.
    Null,
}

/// The value isn't what the transformer is for. Says what was expected, and nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid(pub &'static str);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value is not {}", self.0)
    }
}

impl std::error::Error for Invalid {}

/// Replaces values of one column.
pub trait Transform: fmt::Debug + Send + Sync {
    /// What can be told of it beforehand.
    fn properties(&self) -> Properties;

    /// Positions of the columns that it looks at, besides its own and the subject's.
    fn needs(&self) -> &[usize] {
        &[]
    }

    /// Whether it looks at the value. Where it doesn't, a value that can't be read is replaced as well.
    fn reads(&self) -> bool {
        true
    }

    /// Whether the rule itself lists `value` among what it gives, so that it is no secret.
    fn lists(&self, _value: &[u8]) -> bool {
        false
    }

    /// Paths into documents that something has to be found at, and whether it has been; `None` before the first document.
    fn paths(&self) -> Vec<(&str, Option<bool>)> {
        Vec::new()
    }

    /// Itself, if it can be asked for many values at once.
    fn custom(&self) -> Option<&Custom> {
        None
    }

    /// Appends what replaces the value to `out`. Depends on `input` alone.
    ///
    /// # Errors
    /// When the value isn't what the transformer is for. What was appended then is to be thrown away.
    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid>;
}

#[cfg(test)]
mod tests;
