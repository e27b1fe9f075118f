//! `rollback`: brings back what a restore has replaced and kept.

use crate::error::{Error, Result};
use crate::observe::{Event, Observer, Phase};
use crate::options::{SWAP_WAIT, check_swap_wait};
use crate::stop::Stop;
use crate::target::connect::{ConnectOptions, TargetSpec};
use crate::target::mysql::MySql;
use crate::target::mysql::swap::{SwapOptions, names, roll_back};
use std::sync::Arc;
use std::time::Duration;

/// The charset of the connection: names are compared as the server stores them.
const CHARSET: &str = "utf8mb4";

/// A rollback, asked for. Fields can be read; [`RollbackOptions::new`] and the setters fill them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RollbackOptions {
    /// The server, and the schema that is to be as it was.
    pub target: TargetSpec,
    /// See [`RollbackOptions::connect`].
    pub connect: ConnectOptions,
    /// See [`RollbackOptions::keep_old`].
    pub keep_old: bool,
    /// See [`RollbackOptions::before`].
    pub before: Option<String>,
    /// See [`RollbackOptions::swap_wait`].
    pub swap_wait: Duration,
}

impl RollbackOptions {
    /// A rollback with every default.
    pub fn new(target: TargetSpec) -> Self {
        Self { target, connect: ConnectOptions::default(), keep_old: false, before: None, swap_wait: SWAP_WAIT }
    }

    /// How to log in, and TLS. Default: from the URL, the environment and `~/.my.cnf`.
    #[must_use]
    pub fn connect(mut self, connect: ConnectOptions) -> Self {
        self.connect = connect;
        self
    }

    /// Whether what is there until now stays, as `NAME__before_YYYYMMDDTHHMMSSZ`. Default no.
    #[must_use]
    pub fn keep_old(mut self, on: bool) -> Self {
        self.keep_old = on;
        self
    }

    /// Which of several states to go back to: the time in its schema's name. Default: the newest.
    #[must_use]
    pub fn before(mut self, stamp: Option<String>) -> Self {
        self.before = stamp;
        self
    }

    /// As [`crate::options::RestoreOptions::swap_wait`].
    #[must_use]
    pub fn swap_wait(mut self, wait: Duration) -> Self {
        self.swap_wait = wait;
        self
    }

    /// Checks every option, without touching anything.
    pub fn validate(&self) -> Result<()> {
        let TargetSpec::Server(url) = &self.target else {
            return Err(Error::usage(format!("nothing was replaced in {}", self.target))
                .hint("name the server and the schema: --to mysql://user@host/NAME"));
        };
        if url.database.is_none() {
            return Err(Error::usage("the target names no schema to bring back").hint("--to mysql://user@host/NAME"));
        }
        if let Some(before) = &self.before
            && !names::is_stamp(&before.to_ascii_uppercase())
        {
            return Err(Error::usage(format!("{before} is no time as it stands in the name of a kept schema"))
                .hint("it looks like 20260131T235959Z"));
        }
        check_swap_wait(self.swap_wait)
    }
}

/// A schema that is as it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolledBack {
    /// Its name.
    pub schema: String,
    /// The schema in which its state had been kept; absent if a swap was under way, which was taken back.
    pub from: Option<String>,
    /// The schema in which stays what was there until now, where that was asked for.
    pub kept_as: Option<String>,
}

/// Brings a schema back to what it was before it was replaced, with its views, routines, triggers and events; and those
/// that were replaced together with it, as far as foreign keys tie them to it. A swap that was interrupted is taken back,
/// and that is all then.
pub async fn rollback(options: RollbackOptions, observer: Arc<dyn Observer>, stop: Stop) -> Result<Vec<RolledBack>> {
    options.validate()?;
    observer.event(&Event::Phase { phase: Phase::Prepare });
    let TargetSpec::Server(url) = &options.target else { return Ok(Vec::new()) };
    let connector = Arc::new(options.connect.resolve(url)?);
    for warning in connector.warnings().to_vec() {
        observer.event(&Event::Warning(warning));
    }
    let server = Arc::new(MySql::facts(&connector, CHARSET).await?);
    let live = url.database.as_deref().unwrap_or_default().into();
    let swap = SwapOptions { keep_old: options.keep_old, wait: options.swap_wait, resume: false };
    observer.event(&Event::Phase { phase: Phase::Swap });
    let before = options.before.as_deref();
    let done = roll_back(connector, server, &live, before, swap, &stop, &*observer).await?;
    let done = done.into_iter().map(|r| RolledBack {
        schema: r.live.to_string(),
        from: r.from.map(|n| n.to_string()),
        kept_as: r.kept.map(|n| n.to_string()),
    });
    Ok(done.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn what_cannot_work_is_refused() {
        let o = |target: &str| RollbackOptions::new(target.parse().unwrap());
        o("mysql://u@h/d").before(Some("20260131T235959z".into())).validate().unwrap();
        for bad in [
            o("mysql://u@h"),
            o("null"),
            o("sandbox/d"),
            o("mysql://u@h/d").before(Some("yesterday".into())),
            o("mysql://u@h/d").swap_wait(Duration::ZERO),
        ] {
            assert_eq!(bad.validate().unwrap_err().kind(), ErrorKind::Usage, "{bad:?}");
        }
    }
}
