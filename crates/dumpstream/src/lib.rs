//! Streaming, parallel restore of stock MySQL and MariaDB dumps.
//!
//! Start at [`pipeline`]: it is the map.

mod against;
pub mod aws;
mod budget;
mod calls;
pub mod compress;
pub mod content;
pub mod destination;
mod digest;
pub mod discover;
pub mod error;
mod expected;
mod failpoint;
mod files;
pub mod inspect;
pub mod lock;
pub mod observe;
pub mod options;
pub mod pipeline;
mod reading;
mod relations;
mod replace;
pub mod report;
pub mod report_destination;
pub mod restore;
pub mod rollback;
pub mod rules;
pub mod scrub;
mod scrubbing;
pub mod source;
mod stage;
mod step;
pub mod stop;
pub mod target;
pub mod verify;
