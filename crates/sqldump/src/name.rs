//! Identifiers.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};
use core::fmt;

/// An identifier without its quotes, in the bytes of the dump's connection charset.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<[u8]>);

impl Name {
    /// From unquoted bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into().into_boxed_slice())
    }

    /// The bytes, without quotes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// For people: invalid UTF-8 is replaced.
    pub fn as_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Appends the name in backticks, doubled where it contains one.
    pub fn push_quoted(&self, out: &mut Vec<u8>) {
        out.push(b'`');
        for &b in &self.0 {
            if b == b'`' {
                out.push(b);
            }
            out.push(b);
        }
        out.push(b'`');
    }

    /// The name in backticks.
    pub fn quoted(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() + 2);
        self.push_quoted(&mut out);
        out
    }
}

impl From<&str> for Name {
    fn from(s: &str) -> Self {
        Self::new(s.as_bytes())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_text())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_text())
    }
}
