//! Streaming, parallel restore of stock MySQL and MariaDB dumps.
//!
//! Start at [`pipeline`]: it is the map.

pub mod error;
pub mod observe;
pub mod options;
pub mod report;
pub mod source;
pub mod stage;
pub mod stop;
pub mod target;
