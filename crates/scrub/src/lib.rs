//! Rules that replace personal data: what becomes of every column, and the transformers that do it.
//!
//! Pure: values in, values out. No I/O, no SQL literals, no server. Whoever uses it reads the rules file and the key, shows
//! the policy each table's definition ([`table::Table`]) and gets a [`plan::TablePlan`] back, which says for every column
//! what is to be done; or the reasons why the rules don't fit.
//!
//! A value is the bytes that the column holds: UTF-8 for text, enumerations, sets and JSON, digits for numbers, the text that
//! MySQL prints for dates and times, bytes as they are for binary columns.

pub mod charset;
pub mod detect;
pub mod discover;
pub mod expression;
pub mod fpe;
pub mod key;
pub mod lock;
pub mod names;
pub mod normal;
pub mod plan;
pub mod policy;
pub mod prf;
pub mod problem;
pub mod rules;
pub mod survivors;
pub mod table;
pub mod transform;
