//! The library's one error type: what failed, where, and what to do about it.
//!
//! Refuses to carry a cell value: everything a server says passes through [`crate::target::redact`] first.

use std::fmt;

/// Which side a failure is on. The CLI's exit code and the Python exception follow from it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request itself is wrong: an option, a URL, a missing file of credentials.
    Usage,
    /// The dump is truncated, damaged, of an unknown kind, or asks for something that is refused.
    Source,
    /// The target refused a statement or a row, can't be reached, or isn't in a state to be loaded.
    Target,
    /// Everything was loaded, but the result isn't what the dump says.
    Verification,
    /// The rules for personal data don't fit the dump, or can't be kept for something in it.
    Policy,
    /// Stopped on request.
    Interrupted,
}

impl ErrorKind {
    /// The process exit code the CLI documents for this kind.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Source => 3,
            Self::Target => 4,
            Self::Verification => 5,
            Self::Policy => 6,
            Self::Interrupted => 130,
        }
    }
}

/// What is wrong with a source, where programs tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Damage {
    /// It ends too early.
    CutOff,
    /// Its checksum is not the expected one.
    Checksum,
}

/// Where in the dump, and for which object, something happened. Every part is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The source as the user named it.
    pub source: Option<String>,
    /// Byte offset in the decoded stream, from 0.
    pub offset: Option<u64>,
    /// Line in the decoded stream, from 1.
    pub line: Option<u64>,
    /// `database.table` as the target has it.
    pub table: Option<String>,
    /// Row of that table in dump order, from 1.
    pub row: Option<u64>,
    /// Column.
    pub column: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sep = "";
        let mut part = |f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>| {
            f.write_str(sep)?;
            sep = ", ";
            f.write_fmt(text)
        };
        if let Some(v) = &self.source {
            part(f, format_args!("{v}"))?;
        }
        if let Some(v) = self.line {
            part(f, format_args!("line {v}"))?;
        }
        if let Some(v) = self.offset {
            part(f, format_args!("byte {v}"))?;
        }
        if let Some(v) = &self.table {
            part(f, format_args!("table {v}"))?;
        }
        if let Some(v) = self.row {
            part(f, format_args!("row {v}"))?;
        }
        if let Some(v) = &self.column {
            part(f, format_args!("column {v}"))?;
        }
        Ok(())
    }
}

/// A failure of a run. `Display` is the one-line message without the cause; the cause is `source()`.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    what: String,
    place: Place,
    hint: Option<String>,
    state: Option<String>,
    code: Option<u16>,
    transient: bool,
    damage: Option<Damage>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// A failure of `kind`, described in one sentence without a full stop.
    pub fn new(kind: ErrorKind, what: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            what: what.into(),
            place: Place::default(),
            hint: None,
            state: None,
            code: None,
            transient: false,
            damage: None,
            cause: None,
        }))
    }

    /// A [`ErrorKind::Usage`] failure.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, what)
    }

    /// A [`ErrorKind::Source`] failure.
    pub fn source_bad(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Source, what)
    }

    /// A [`ErrorKind::Target`] failure.
    pub fn target(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Target, what)
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds the underlying failure. Its message must hold no cell value.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Edits where it happened.
    #[must_use]
    pub fn at(mut self, edit: impl FnOnce(&mut Place)) -> Self {
        edit(&mut self.0.place);
        self
    }

    /// Says what state the target was left in.
    #[must_use]
    pub fn leaving(mut self, state: impl Into<String>) -> Self {
        self.0.state = Some(state.into());
        self
    }

    /// Adds the server's error code.
    #[must_use]
    pub fn code(mut self, code: u16) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Says that the same may work at another time: what failed was the network, the server's room, a lock.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// Says what is wrong with the source.
    #[must_use]
    pub fn damaged(mut self, damage: Damage) -> Self {
        self.0.damage = Some(damage);
        self
    }

    /// What is wrong with the source, where it is one of these.
    pub fn damage(&self) -> Option<Damage> {
        self.0.damage
    }

    /// The same may work at another time, without any change to the dump or the request.
    pub fn is_transient(&self) -> bool {
        self.0.transient || self.0.kind == ErrorKind::Interrupted
    }

    /// The server's error code, where the server refused something.
    pub fn server_code(&self) -> Option<u16> {
        self.0.code
    }

    /// Which side failed.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it happened.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What to do about it.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// What state the target was left in, where that is known.
    pub fn state(&self) -> Option<&str> {
        self.0.state.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.what)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}

/// `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;
