//! The sinks a restore can load into, and how they are reached.

pub mod connect;
pub(crate) mod mysql;
pub(crate) mod null;
pub(crate) mod redact;
