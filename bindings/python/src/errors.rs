//! Errors, on their way to Python: `dumpstream.errors` makes exceptions of them.

use crate::interpreter::Raised;
use dumpstream::error::{Damage, Error, ErrorKind};
use dumpstream::target::connect;
use pyo3::prelude::*;
use serde_json::{Value, json};
use std::io;
use std::panic::{self, PanicHookInfo};

/// Exit code of the command line for a bug.
const EXIT_INTERNAL: u8 = dumpstream_cli::EXIT_INTERNAL;

/// Says where a panic happened, and not its message: that may hold a piece of the dump. The hook is this library's own, and
/// not that of other extension modules.
pub(crate) fn quiet_panics() {
    panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        eprintln!("dumpstream {}: a bug at {place}; please report it with this line", env!("CARGO_PKG_VERSION"));
    }));
}

/// The exception for an error.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let kind = match error.kind() {
        ErrorKind::Usage => "usage",
        ErrorKind::Source => "source",
        ErrorKind::Target => "target",
        ErrorKind::Verification => "verification",
        ErrorKind::Policy => "policy",
        ErrorKind::Interrupted => "interrupted",
        _ => "other",
    };
    let damage = match error.damage() {
        Some(Damage::CutOff) => Some("cut_off"),
        Some(Damage::Checksum) => Some("checksum"),
        _ => None,
    };
    let (causes, raised) = causes(py, error);
    let place = error.place();
    let exception = made(
        py,
        &json!({
            "message": error.to_string(),
            "kind": kind,
            "damage": damage,
            "exit_code": error.kind().exit_code(),
            "source": place.source,
            "offset": place.offset,
            "line": place.line,
            "table": place.table,
            "row": place.row,
            "column": place.column,
            "hint": error.hint_text(),
            "state": error.state(),
            "server_code": error.server_code(),
            "transient": error.is_transient() || may_pass(error),
            "causes": causes,
        }),
    );
    exception.set_cause(py, raised);
    exception
}

/// Whether it is a target that couldn't be reached and may be later on: one that restarts, or has no connection to spare.
fn may_pass(error: &Error) -> bool {
    // What is said of an output names it; it has the system's errors behind it as well.
    error.kind() == ErrorKind::Target && error.place().source.is_none() && connect::may_pass(error)
}

/// The exception for a bug.
pub(crate) fn bug(py: Python<'_>) -> PyErr {
    let message = "a bug in dumpstream ended the run; standard error has its place";
    made(py, &json!({ "message": message, "kind": "internal", "exit_code": EXIT_INTERNAL, "causes": [] }))
}

fn made(py: Python<'_>, fields: &Value) -> PyErr {
    let made = py.import("dumpstream.errors").and_then(|m| m.getattr("from_native")?.call1((fields.to_string(),)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(e) => e,
    }
}

/// What lies behind an error, in words; and the exception among it that a file object or a session raised.
fn causes(py: Python<'_>, error: &Error) -> (Vec<String>, Option<PyErr>) {
    let (mut causes, mut raised) = (Vec::new(), None);
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        let inner = cause.downcast_ref::<io::Error>().and_then(|e| e.get_ref());
        let found = cause.downcast_ref::<Raised>().or_else(|| inner?.downcast_ref::<Raised>());
        if let Some(exception) = found.and_then(|f| f.exception.as_ref()) {
            raised = Some(PyErr::from_value(exception.bind(py).clone().into_any()));
        }
        next = cause.source();
    }
    (causes, raised)
}
