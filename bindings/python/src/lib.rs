//! `dumpstream._native`: what the Python package is made of underneath.
//!
//! Owns the way from Python to the library and back: options come as the command line's own words and are settled by
//! [`dumpstream_cli::request`], so that nothing means one thing there and another here; reports, events and errors go back as
//! JSON, and `python/dumpstream` makes typed objects of them. Runs on one tokio runtime per process ([`runtime`]), never on a
//! thread of Python's, and calls back into it in one place ([`interpreter`]). No cell value crosses into Python, but for transformers that are written in it ([`transformers`]).
//!
//! Each module that Python sees has its `.pyi` in `python/dumpstream/_native`.

mod aws;
mod cli;
mod errors;
mod files;
mod inbox;
mod interpreter;
mod logs;
mod runs;
mod runtime;
mod transformers;

use pyo3::prelude::*;

/// What fills a module.
type Fill = fn(&Bound<'_, PyModule>) -> PyResult<()>;

/// The modules that Python sees.
const MODULES: [(&str, Fill); 3] = [("cli", cli::fill), ("logs", logs::fill), ("runs", runs::fill)];

/// What the package `dumpstream` is made of underneath.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    errors::quiet_panics();
    interpreter::fill(module)?;
    let loaded = module.py().import("sys")?.getattr("modules")?;
    for (name, fill) in MODULES {
        let path = format!("dumpstream._native.{name}");
        let inner = PyModule::new(module.py(), &path)?;
        fill(&inner)?;
        module.add(name, &inner)?;
        loaded.set_item(path, inner)?;
    }
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
