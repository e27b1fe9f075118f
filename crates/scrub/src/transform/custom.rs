//! `custom`: a transformer that the program brings which uses this library.
//!
//! It sees many values at a time, as calling it may cost more than what it does. What it says must depend on a value alone:
//! it is shown each value of a block once, and again when the dump is read again.

use super::build::{Build, BuildError};
use super::{BuildContext, Input, Invalid, Mapping, Output, Properties, Transform};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

/// A transformer of the program's own.
pub trait CustomTransformer: Send + Sync {
    /// Another text whenever it may give something else for a value: what was begun with one version isn't gone on with
    /// by another.
    fn version(&self) -> &str;

    /// What replaces each of `values`, in their order, and as many. `None`: NULL. Depends on each value alone. Called on several
    /// threads.
    ///
    /// # Errors
    /// Why it can't, without any value.
    fn replace(&self, values: &[Option<&str>]) -> Result<Vec<Option<String>>, String>;
}

/// Transformers of the program's own, by the names that rules have for them.
#[derive(Clone, Default)]
pub struct Customs(BTreeMap<String, Arc<dyn CustomTransformer>>);

impl fmt::Debug for Customs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

impl Customs {
    /// Adds one, in place of another of that name.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, transformer: Arc<dyn CustomTransformer>) -> Self {
        self.0.insert(name.into(), transformer);
        self
    }

    /// The version of one.
    pub fn version(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|t| t.version())
    }
}

/// What a custom transformer made of values, by the value.
pub struct Prepared(HashMap<Option<Vec<u8>>, Option<String>>);

/// Never shows a value.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({})", self.0.len())
    }
}

/// A custom transformer on a column.
pub struct Custom {
    name: String,
    with: Arc<dyn CustomTransformer>,
    nullable: bool,
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({})", self.name)
    }
}

impl Custom {
    /// Replaces many values at once, for [`super::Row::prepared`].
    ///
    /// # Errors
    /// Why it can't, without any value.
    pub fn prepare(&self, values: BTreeSet<Option<Vec<u8>>>) -> Result<Prepared, String> {
        let name = &self.name;
        let texts: Option<Vec<Option<&str>>> =
            values.iter().map(|v| v.as_deref().map(std::str::from_utf8).transpose().ok()).collect();
        let texts = texts.ok_or_else(|| format!("the custom transformer `{name}` takes text, and this is none"))?;
        if texts.is_empty() {
            return Ok(Prepared(HashMap::new()));
        }
        let made = self.with.replace(&texts).map_err(|e| format!("the custom transformer `{name}` {e}"))?;
        if made.len() != texts.len() {
            let (asked, got) = (texts.len(), made.len());
            return Err(format!("the custom transformer `{name}` was given {asked} values and gave back {got}"));
        }
        if !self.nullable && made.iter().any(Option::is_none) {
            return Err(format!("the custom transformer `{name}` gave NULL, and the column is NOT NULL"));
        }
        Ok(Prepared(values.into_iter().zip(made).collect()))
    }
}

impl Transform for Custom {
    fn properties(&self) -> Properties {
        Properties {
            mapping: Mapping::Lossy,
            max_chars: Some(u64::MAX),
            ascii: false,
            keyed: false,
            nulls: self.nullable,
            may_keep: true,
        }
    }

    fn custom(&self) -> Option<&Custom> {
        Some(self)
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let value = (!input.row.own_is_null()).then(|| input.value.to_vec());
        let alone;
        let prepared = match input.row.prepared() {
            Some(prepared) if prepared.0.contains_key(&value) => prepared,
            // A part of a document, or a default in a definition.
            _ => {
                alone = self.prepare(BTreeSet::from([value.clone()]));
                alone.as_ref().map_err(|_| Invalid("one that its custom transformer takes"))?
            }
        };
        match prepared.0.get(&value).and_then(Option::as_ref) {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(Output::Value)
            }
            None => Ok(Output::Null),
        }
    }
}

pub(super) fn custom(name: &str, c: &BuildContext<'_>) -> Build {
    let with = c.customs.and_then(|customs| customs.0.get(name)).ok_or_else(|| {
        BuildError::new(
            format!("no custom transformer is registered as `{name}`"),
            "a program registers it, as dumpstream.transformer() in Python does; the command line has none",
        )
    })?;
    Ok(Box::new(Custom { name: name.to_owned(), with: Arc::clone(with), nullable: c.column.nullable }))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Upper;

    impl CustomTransformer for Upper {
        fn version(&self) -> &str {
            "3"
        }

        fn replace(&self, values: &[Option<&str>]) -> Result<Vec<Option<String>>, String> {
            match values {
                [Some("fail"), ..] => Err("raised ValueError".to_owned()),
                [Some("short"), ..] => Ok(Vec::new()),
                _ => Ok(values.iter().map(|v| v.map(str::to_uppercase)).collect()),
            }
        }
    }

    fn upper(nullable: bool) -> Custom {
        Custom { name: "upper".to_owned(), with: Arc::new(Upper), nullable }
    }

    fn values(texts: &[Option<&str>]) -> BTreeSet<Option<Vec<u8>>> {
        texts.iter().map(|t| t.map(|t| t.as_bytes().to_vec())).collect()
    }

    #[test]
    fn values_are_replaced_together_and_alone() {
        struct Block(Prepared);
        impl super::super::Row for Block {
            fn column(&self, _: usize) -> Option<&[u8]> {
                None
            }

            fn prepared(&self) -> Option<&Prepared> {
                Some(&self.0)
            }
        }
        let block = Block(upper(true).prepare(values(&[Some("a"), None])).unwrap());
        for (value, expected) in [("a", "A"), ("not in the block", "NOT IN THE BLOCK")] {
            let mut out = Vec::new();
            let input = Input { value: value.as_bytes(), normal: b"", subject: None, row: &block };
            assert_eq!(upper(true).apply(&input, &mut out), Ok(Output::Value));
            assert_eq!(out, expected.as_bytes());
        }
    }

    #[test]
    fn what_it_says_is_checked_and_no_value_is_told() {
        for (texts, nullable, words) in [
            (&[Some("fail")][..], true, "raised ValueError"),
            (&[Some("short"), Some("x")], true, "was given 2 values and gave back 0"),
            (&[None], false, "NOT NULL"),
        ] {
            let said = upper(nullable).prepare(values(texts)).unwrap_err();
            assert!(said.contains(words) && !said.contains("short"), "{said}");
        }
        let input = Input { value: b"fail", normal: b"", subject: None, row: &() };
        assert!(upper(true).apply(&input, &mut Vec::new()).is_err());
    }

    #[test]
    fn versions_are_known() {
        let customs = Customs::default().with("upper", Arc::new(Upper));
        assert_eq!((customs.version("upper"), customs.version("lower")), (Some("3"), None));
        assert_eq!(format!("{customs:?}"), "[\"upper\"]");
    }
}
