//! The sinks a restore can load into, and how they are reached.

pub mod connect;
