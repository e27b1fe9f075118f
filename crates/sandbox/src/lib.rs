//! A throwaway local MariaDB or MySQL server.
//!
//! Owns finding a server on the machine ([`find`], [`find_in`]), initialising an empty data directory, running the
//! server on 127.0.0.1 with an empty root password, and ending it. Everything here blocks; nothing needs root.
//!
//! A server never outlives the process that started it, even when that process is killed: it runs under a small
//! shell that waits on a pipe whose other end only this process holds. When the pipe closes, the shell kills the
//! server and removes its files. That needs no `unsafe`, no signal handlers and no platform calls.
//!
//! Refuses to listen on anything but 127.0.0.1 and a socket in a directory that only the current user can enter.
//!
//! ```no_run
//! use dumpstream_sandbox::{Options, Sandbox, find};
//!
//! let server = find(None)?;
//! let sandbox = Sandbox::start(&server, &Options::default())?;
//! println!("{} at {}", sandbox.version_text(), sandbox.url());
//! # Ok::<(), dumpstream_sandbox::SandboxError>(())
//! ```

mod error;
mod find;
mod init;
mod keeper;
mod sandbox;

pub use error::SandboxError;
pub use find::{Flavor, MARIADBD_VAR, MYSQLD_VAR, Server, find, find_in};
pub use sandbox::{Options, Sandbox, TlsFiles};
