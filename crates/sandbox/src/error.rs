//! What can go wrong, and what to do about it.

use crate::Flavor;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// A server that could not be found, prepared, started or kept running.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// No server program is on this machine.
    NotFound {
        /// What was looked for; `None` is either.
        flavor: Option<Flavor>,
        /// Where, in words.
        looked: Vec<String>,
    },
    /// A path was given, in the environment for example, and it is not a server.
    NotAServer {
        /// The path as given.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The system refused something.
    Io {
        /// What was attempted.
        what: String,
        /// Its answer.
        cause: io::Error,
    },
    /// An empty data directory could not be made.
    Init {
        /// What was run or missing.
        what: String,
        /// The end of its output.
        log: String,
    },
    /// The server ended, or did not answer in time.
    Start {
        /// What happened.
        what: String,
        /// The end of its log.
        log: String,
    },
}

impl SandboxError {
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |cause| Self::Io { what, cause }
    }

    /// What a person can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { flavor: Some(Flavor::MySql), .. } => Some(format!(
                "set {} to a mysqld or to the directory it was unpacked in; on Debian, scripts/get-server.sh of the \
                 source tree unpacks one without installing it",
                crate::MYSQLD_VAR
            )),
            Self::NotFound { .. } => Some(format!(
                "apt-get install mariadb-server (dnf install mariadb-server, brew install mariadb), or set {} to a \
                 mariadbd",
                crate::MARIADBD_VAR
            )),
            Self::NotAServer { .. } => {
                Some("give the path of mariadbd or mysqld, or of the directory it was unpacked in".into())
            }
            _ => None,
        }
    }

    /// The end of the server's own log, where there is one.
    pub fn log_tail(&self) -> Option<&str> {
        match self {
            Self::Init { log, .. } | Self::Start { log, .. } if !log.is_empty() => Some(log),
            _ => None,
        }
    }
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { flavor, looked } => {
                let name = match flavor {
                    Some(Flavor::MariaDb) => "MariaDB server (mariadbd)",
                    Some(Flavor::MySql) => "MySQL server (mysqld)",
                    None => "MariaDB or MySQL server (mariadbd, mysqld)",
                };
                write!(f, "no {name} on this machine; looked in {}", looked.join(", "))
            }
            Self::NotAServer { path, reason } => write!(f, "{} is no database server: {reason}", path.display()),
            Self::Io { what, .. } => f.write_str(what),
            Self::Init { what, log } | Self::Start { what, log } => {
                f.write_str(what)?;
                if !log.is_empty() {
                    write!(f, "; the end of its log:\n{log}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            _ => None,
        }
    }
}
