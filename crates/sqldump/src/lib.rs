//! Sans-IO parser for MySQL and MariaDB dump files.
//!
//! Slices in, spans out: no files, no sockets, no threads, no clock. The crate is `no_std` so that the compiler holds
//! that boundary, which also makes every part of it fuzzable and reusable.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod canon;
pub mod cut;
pub mod ddl;
pub mod encode;
pub mod head;
pub mod header;
pub mod lex;
pub mod mode;
pub mod name;
pub mod row;
pub mod session;
mod simd;
pub mod statement;
pub mod stderr;
pub mod value;
pub mod version;

pub use mode::{Charset, LexMode};
pub use name::Name;
