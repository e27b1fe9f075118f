//! Support for the end-to-end tests: throwaway servers, the plain client, comparable snapshots, and a folder of real
//! dumps to run through both the plain client and `dumpstream restore`.
//!
//! The plain client is the oracle. Whatever it makes of a dump on an empty server is what we must make of it.

pub mod corpus;
pub mod moto;
pub mod paths;
pub mod process;
pub mod proxy;
pub mod s3s;
pub mod server;
pub mod snapshot;

/// `Result` for code in which any failure is the test's failure.
pub type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;
