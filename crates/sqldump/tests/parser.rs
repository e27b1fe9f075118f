//! The parser against a slow and obvious one, and against its own promises: whatever the chunks, the same items; no
//! panic; no truncated input taken for a whole one; limits that hold; no I/O in the crate.
//!
//! `PROPTEST_CASES` raises the number of cases of every property.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

#[path = "parser/agree.rs"]
mod agree;
#[path = "parser/corpus.rs"]
mod corpus;
#[path = "parser/grammar.rs"]
mod grammar;
#[path = "parser/properties.rs"]
mod properties;
#[path = "parser/reference.rs"]
mod reference;
#[path = "parser/regressions.rs"]
mod regressions;
#[path = "parser/sans_io.rs"]
mod sans_io;
#[path = "parser/values.rs"]
mod values;
