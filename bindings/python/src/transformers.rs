//! Transformers that are written in Python: the one way on which cells' values come there.
//!
//! They are called on the library's shaping threads, with all values of a block. What one raises is told by its type alone:
//! its text may well hold a value.

use crate::interpreter;
use dumpstream::rules::{CustomTransformer, Customs};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

/// A callable and its version.
pub(crate) type Registered = HashMap<String, (Py<PyAny>, String)>;

/// All that are registered.
pub(crate) fn customs(registered: Registered) -> Customs {
    registered.into_iter().fold(Customs::default(), |customs, (name, (function, version))| {
        customs.with(name, Arc::new(Transformer { function, version }))
    })
}

struct Transformer {
    function: Py<PyAny>,
    version: String,
}

impl CustomTransformer for Transformer {
    fn version(&self) -> &str {
        &self.version
    }

    fn replace(&self, values: &[Option<&str>]) -> Result<Vec<Option<String>>, String> {
        let called = interpreter::attached(|py| {
            let given = self.function.call1(py, (values.to_vec(),)).map_err(|e| {
                let kind = e.get_type(py).qualname().map_or_else(|_| "an exception".to_owned(), |n| n.to_string());
                format!("raised {kind}")
            })?;
            // The error would show what was given.
            given.extract(py).map_err(|_| "gave back something else than a list of str and None".to_owned())
        });
        called.unwrap_or_else(|| Err("can't be called: the interpreter is shutting down".to_owned()))
    }
}
