//! What the tests of several modules need.

use crate::console::Console;
use dumpstream::report::{REPORT_SCHEMA_VERSION, Report, SourceReport, TargetReport};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// Streams that keep what is written to them.
#[derive(Clone, Default)]
pub(crate) struct Captured {
    out: Buffer,
    err: Buffer,
}

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Captured {
    pub(crate) fn console(&self) -> Console {
        Console::new(self.out.clone(), self.err.clone())
    }

    pub(crate) fn out(&self) -> String {
        self.out.text()
    }

    pub(crate) fn err(&self) -> String {
        self.err.text()
    }
}

/// A report of a restore of nothing.
pub(crate) fn report() -> Report {
    Report {
        schema_version: REPORT_SCHEMA_VERSION,
        dumpstream_version: "0.1.0",
        outcome: "ok",
        error: None,
        started_unix: 0,
        resumed: None,
        scrub: None,
        seconds: 1.0,
        source: SourceReport { name: "d.sql".into(), codec: "none", ..SourceReport::default() },
        target: TargetReport { name: "null".into(), ..TargetReport::default() },
        replaced: Vec::new(),
        phases: BTreeMap::new(),
        tables: Vec::new(),
        objects: BTreeMap::new(),
        lanes: 4,
        pauses: BTreeMap::new(),
        settings: BTreeMap::new(),
        warnings: Vec::new(),
        peak_memory_bytes: 1 << 20,
    }
}
