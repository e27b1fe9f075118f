//! Proposes rules: what a column holds by its name, its type and what was counted in its values, and what should become of
//! it. Nothing of a value is in any of it: evidence is counts.
//!
//! [`evidence`] counts, [`classify`] judges one column, [`propose`] chooses transformers for all of them and writes the
//! rules file. Whether a transformer is for a column, the policy says; there are no second rules about that here.

pub mod classify;
pub mod document;
pub mod evidence;
pub mod propose;
pub mod yaml;
