//! Python's file objects as sources and destinations.
//!
//! They are called on the library's own threads, one piece at a time; between pieces nothing of Python is held.

use crate::interpreter;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyBytesMethods, PyMemoryView};
use std::io::{self, BufReader, Read, Write};

/// How much is read at a time: so much that waiting for the interpreter costs little beside it.
const READ_BYTES: usize = 1 << 20;

/// A readable binary file object.
pub(crate) fn reader(object: Py<PyAny>) -> impl Read + Send + 'static {
    BufReader::with_capacity(READ_BYTES, Reader(object))
}

/// A writable binary file object.
pub(crate) fn writer(object: Py<PyAny>) -> impl Write + Send + 'static {
    Writer(object)
}

struct Reader(Py<PyAny>);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        attached(|py| {
            let given = self.0.bind(py).call_method1("read", (buffer.len(),))?;
            let bytes = bytes_of(&given)?;
            let bytes = bytes.as_bytes();
            let wanted = buffer.len();
            let room = buffer.get_mut(..bytes.len()).ok_or_else(|| {
                PyTypeError::new_err(format!("the source's read({wanted}) gave {} bytes", bytes.len()))
            })?;
            room.copy_from_slice(bytes);
            Ok(bytes.len())
        })
    }
}

/// What `read()` gave: bytes, or anything that shows its own as a buffer.
fn bytes_of<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = given.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    if let Ok(view) = PyMemoryView::from(given) {
        return Ok(view.call_method0("tobytes")?.cast_into()?);
    }
    let name = given.get_type().name().map_or_else(|_| "something else".to_owned(), |n| n.to_string());
    let why = if given.is_none() {
        "it doesn't block, and a source has to"
    } else if given.hasattr("__await__")? {
        // Python would warn that nobody awaits it.
        if let Some(close) = given.getattr_opt("close")? {
            close.call0()?;
        }
        "it is asynchronous, and a source can't be"
    } else {
        "open it in binary mode"
    };
    Err(PyTypeError::new_err(format!("the source's read() gave {name}, not bytes: {why}")))
}

struct Writer(Py<PyAny>);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        attached(|py| {
            let taken = self.0.bind(py).call_method1("write", (PyBytes::new(py, bytes),))?;
            // Some that take everything say nothing.
            let taken: Option<usize> = taken.extract()?;
            Ok(taken.unwrap_or(bytes.len()).min(bytes.len()))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        attached(|py| match self.0.bind(py).getattr_opt("flush")? {
            Some(flush) => flush.call0().map(drop),
            None => Ok(()),
        })
    }
}

/// Calls into Python. What it raises becomes the cause of the error.
fn attached<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> io::Result<T> {
    interpreter::called(call).map_err(io::Error::other)
}
