//! What the benches share: a dump to measure with, the same on every machine.
//!
//! `DUMPSTREAM_BENCH_DUMP=dump.sql cargo bench -p dumpstream-benches` measures with that file as well.

mod dump;

pub use dump::{DUMP_BYTES, dump};

use std::path::PathBuf;

/// The dumps to measure with, by name: the made-up one, and the one the environment names.
pub fn dumps() -> Vec<(String, Vec<u8>)> {
    let mut dumps = vec![("made-up".to_owned(), dump(DUMP_BYTES))];
    if let Some(path) = std::env::var_os("DUMPSTREAM_BENCH_DUMP").map(PathBuf::from) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                let name = path.file_name().map_or_else(|| "file".into(), |name| name.to_string_lossy());
                dumps.push((name.into_owned(), bytes));
            }
            Err(e) => eprintln!("{}: {e}", path.display()),
        }
    }
    dumps
}
