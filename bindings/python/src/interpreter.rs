//! The way of the library's threads into Python, and how it is closed.
//!
//! An interpreter that ends takes down each other thread that comes for it, before Python 3.14 by unwinding the thread's stack;
//! and a stack with Rust on it aborts the process. So the way is closed by `atexit`, which comes before that: runs are stopped,
//! nobody gets in any more, and those who are inside are waited for.

use crate::runs;
use pyo3::exceptions::{PyBaseException, PyUnicodeError};
use pyo3::prelude::*;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the end of the interpreter waits for those inside. What blocks for longer, such as a pipe that nobody writes to,
/// most likely never comes back.
const WAIT: Duration = Duration::from_secs(2);

/// How often it looks whether they are gone.
const LOOK: Duration = Duration::from_millis(1);

/// The process in the upper half, and how many of its threads are inside in the lower one: a child by `os.fork` has none of its
/// parent's. No lock, which such a child might find taken for ever.
static INSIDE: AtomicU64 = AtomicU64::new(0);

static CLOSED: AtomicBool = AtomicBool::new(false);

pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.py().import("atexit")?.call_method1("register", (wrap_pyfunction!(end, module)?,)).map(drop)
}

/// Closes the way, and ends what would outlive the interpreter.
#[pyfunction]
fn end(py: Python<'_>) {
    // First: a run is to say that it was stopped, and not that its source is gone.
    runs::stop_all();
    CLOSED.store(true, Ordering::SeqCst);
    let kept = runs::take_kept();
    py.detach(|| {
        let start = Instant::now();
        while is_any_of(process(), INSIDE.load(Ordering::SeqCst)) && start.elapsed() < WAIT {
            sleep(LOOK);
        }
        drop(kept);
    });
}

/// This process, as it is in [`INSIDE`].
fn process() -> u64 {
    u64::from(std::process::id()) << 32
}

/// Whether what [`INSIDE`] holds is this process's, and anybody is inside.
fn is_any_of(process: u64, inside: u64) -> bool {
    inside >> 32 == process >> 32 && inside > process
}

/// A thread that is inside, until this is dropped.
struct Inside(u64);

impl Inside {
    fn enter() -> Option<Self> {
        let process = process();
        let one_more = |inside: u64| if inside >> 32 == process >> 32 { inside + 1 } else { process + 1 };
        // The closure always gives a value.
        let _ = INSIDE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |inside| Some(one_more(inside)));
        let inside = Self(process);
        (!CLOSED.load(Ordering::SeqCst)).then_some(inside)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let one_less = |inside: u64| is_any_of(self.0, inside).then(|| inside - 1);
        let _ = INSIDE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
    }
}

/// Calls into Python from a thread of the library's. `None`: the interpreter is ending.
pub(crate) fn attached<T>(call: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    let _inside = Inside::enter()?;
    Python::try_attach(call)
}

/// As [`attached`], with what is raised as the error.
pub(crate) fn called<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> Result<T, Box<dyn Error + Send + Sync>> {
    match attached(|py| call(py).map_err(|e| Raised::new(py, e))) {
        Some(done) => Ok(done?),
        None => Err("the interpreter is shutting down".into()),
    }
}

/// Works on a thread of Python's with the interpreter free meanwhile: to come back to it is to enter.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl Send + FnOnce() -> T) -> T {
    match Inside::enter() {
        Some(_inside) => py.detach(work),
        None => work(),
    }
}

/// What Python raised, in words that need no interpreter.
#[derive(Debug)]
pub(crate) struct Raised {
    text: String,
    /// Unless it holds data, as a `UnicodeError` does.
    pub(crate) exception: Option<Py<PyBaseException>>,
}

impl Raised {
    fn new(py: Python<'_>, error: PyErr) -> Self {
        if error.is_instance_of::<PyUnicodeError>(py) {
            let name = error.get_type(py).qualname().map_or_else(|_| "UnicodeError".to_owned(), |n| n.to_string());
            return Self { text: name, exception: None };
        }
        let text = error.to_string();
        let exception = error.into_value(py);
        // Nor is what it was raised in place of shown.
        let mut behind = exception.bind(py).getattr("__context__").ok();
        while let Some(context) = behind.filter(|c| !c.is_none()) {
            if context.is_instance_of::<PyUnicodeError>() {
                return Self { text, exception: None };
            }
            behind = context.getattr("__context__").ok();
        }
        Self { text, exception: Some(exception) }
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Raised {}
