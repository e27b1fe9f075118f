//! Real dumps, where they are at hand.

use super::agree::{Tally, cut_agrees, roomy, rows_agree};
use sqldump::LexMode;
use sqldump::cut::CutConfig;
use std::io::Read;
use std::path::Path;

/// Larger files take the reference too long for a test that everybody runs.
const BYTES_MAX: usize = 4 << 20;

#[test]
fn real_dumps_are_read_as_by_the_reference() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("no corpus in {}", folder.display());
        return;
    };
    let mut paths: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    paths.extend(std::fs::read_dir(folder.join("mtr_mariadb104")).into_iter().flatten().map(|e| e.unwrap().path()));
    paths.sort();
    let small = CutConfig { block_bytes: 5_000, whole_bytes: 20_000, ..roomy() };
    let mut total = Tally::default();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !path.is_file() || name.ends_with(".tsv") || name.ends_with(".sealed") || name.ends_with(".md") {
            continue;
        }
        let mut bytes = std::fs::read(&path).unwrap();
        if name.ends_with(".gz") {
            let mut decoded = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut decoded).unwrap();
            bytes = decoded;
        }
        if bytes.len() > BYTES_MAX && std::env::var_os("PROPTEST_CASES").is_none() {
            continue;
        }
        let result = std::panic::catch_unwind(|| {
            cut_agrees(&bytes, &[], LexMode::default(), roomy());
            let chunks: Vec<usize> = (1..bytes.len() / 30_011 + 1).map(|i| i * 30_011).collect();
            cut_agrees(&bytes, &chunks, LexMode::default(), small);
            let tally = rows_agree(&bytes, LexMode::default(), roomy(), None);
            let again = rows_agree(&bytes, LexMode::default(), small, None);
            assert_eq!((tally.statements, tally.rows), (again.statements, again.rows));
            tally
        });
        let tally = result.unwrap_or_else(|_| panic!("{name}"));
        total.statements += tally.statements;
        total.rows += tally.rows;
        total.faults += tally.faults;
        total.loaded += tally.loaded;
    }
    eprintln!("{total:?}");
    assert!(total.rows > 100_000);
}
