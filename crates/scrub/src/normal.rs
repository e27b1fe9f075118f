//! When two values count as equal.

/// Brings values to a form that equal ones have in common.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {}

impl Normaliser {
    /// The form of `value`; `scratch` is written to where that differs from the value itself.
    pub fn normal<'a>(&self, value: &'a [u8], _scratch: &'a mut Vec<u8>) -> &'a [u8] {
        value
    }
}
