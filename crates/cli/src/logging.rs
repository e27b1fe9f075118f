//! Logs on standard error, on request: `-v`, or `RUST_LOG` for details.

use crate::console::Console;
use dumpstream::error::{Error, Result};
use std::io::{self, Write};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging, if `-v` was given `verbose` times or `RUST_LOG` is set.
pub(crate) fn start(verbose: u8, console: &Console) -> Result<()> {
    let asked = std::env::var("RUST_LOG").ok().filter(|v| !v.is_empty());
    let filter = match (asked, verbose) {
        (Some(text), _) => text.parse::<Targets>().map_err(|e| {
            Error::usage("RUST_LOG can't be read").caused_by(e).hint("write dumpstream=debug, for example")
        })?,
        (None, 0) => return Ok(()),
        // Only our own: other libraries' logs may hold what they are sent.
        (None, 1) => Targets::new().with_target("dumpstream", LevelFilter::INFO),
        (None, 2) => Targets::new().with_target("dumpstream", LevelFilter::DEBUG),
        (None, _) => Targets::new().with_target("dumpstream", LevelFilter::TRACE),
    };
    let lines = tracing_subscriber::fmt::layer().with_ansi(console.has_colour()).with_writer(Lines(console.clone()));
    // An error says that this process logs already, as it does when a test calls twice.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
    Ok(())
}

/// Writes each event at once, so that a bar steps aside for it.
struct Lines(Console);

impl<'a> MakeWriter<'a> for Lines {
    type Writer = LineWriter;

    fn make_writer(&'a self) -> Self::Writer {
        LineWriter { console: self.0.clone(), line: Vec::new() }
    }
}

struct LineWriter {
    console: Console,
    line: Vec<u8>,
}

impl Write for LineWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LineWriter {
    fn drop(&mut self) {
        self.console.err(&String::from_utf8_lossy(&self.line));
    }
}
