//! A classification lockfile, read: which columns a dump may have, and which of them mustn't be kept.

use crate::error::{Error, ErrorKind, Result};
use crate::scrubbing::{problems_of_file, worded};
use dumpstream_scrub::lock::Lock;
use dumpstream_scrub::problem::Problem;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Largest lockfile, bytes: a line each of half a million columns.
pub const LOCK_BYTES_MAX: u64 = 64 << 20;

/// A lockfile as it was read.
#[derive(Clone)]
pub struct LockFile {
    name: String,
    sha256: String,
    lock: Arc<Lock>,
}

impl fmt::Debug for LockFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LockFile({}, sha256 {})", self.name, self.sha256)
    }
}

impl LockFile {
    /// Reads and checks a lockfile.
    ///
    /// # Errors
    /// When it can't be read, and for everything that is wrong with it, with line and column.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let unreadable = |e: std::io::Error| {
            Error::usage(format!("the lockfile {name} can't be read"))
                .caused_by(e)
                .hint("dumpstream discover --lock writes one")
        };
        if std::fs::metadata(path).map_err(unreadable)?.len() > LOCK_BYTES_MAX {
            return Err(Error::usage(format!("the lockfile {name} is larger than {} MiB", LOCK_BYTES_MAX >> 20))
                .hint("is it a lockfile?"));
        }
        let text = std::fs::read(path).map_err(unreadable)?;
        Self::parse(&name, &text)
    }

    /// Checks the text of a lockfile. `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self> {
        let lock = Lock::parse(text).map_err(|p| problems_of_file(name, &p))?;
        let sha256 = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { name: name.to_owned(), sha256, lock: Arc::new(lock) })
    }

    /// What messages and reports call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the file's bytes, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    pub(crate) fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The error for tables that it doesn't allow to pass.
    pub(crate) fn refuses(&self, problems: &[Problem]) -> Error {
        let (message, hint) = worded(problems);
        let message = message.replacen("the rules don't fit", "the dump isn't what the lockfile says", 1);
        Error::new(ErrorKind::Policy, message).at(|p| p.source = Some(self.name.clone())).hint(hint.unwrap_or_default())
    }
}
