//! The fuzz targets over their seeds and some thousand inputs made from them, so that they don't rot.

#![allow(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

use std::fs;
use std::path::Path;

const INPUTS: usize = 20_000;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Runs `target` over the seeds, and over copies of them that are cut, joined and changed here and there.
fn run(name: &str, target: fn(&[u8])) {
    let seeds = seeds(name);
    assert!(!seeds.is_empty());
    seeds.iter().for_each(|seed| target(seed));
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % n.max(1)
    };
    for _ in 0..INPUTS {
        let mut input = seeds[below(seeds.len())].clone();
        for _ in 0..below(6) {
            let at = below(input.len());
            match below(5) {
                0 => input[at] = below(256) as u8,
                1 => input.insert(at, b"'\"`\\;,()-/*#!\n \x81"[below(16)]),
                2 => {
                    input.remove(at);
                }
                3 => input.truncate(at.max(8)),
                _ => {
                    let other = &seeds[below(seeds.len())];
                    let from = below(other.len());
                    let piece = other[from..other.len().min(from + below(60))].to_vec();
                    input.splice(at..at, piece);
                }
            }
            if input.len() < 9 {
                input.resize(9, b'0');
            }
        }
        target(&input);
    }
}

#[test]
fn cut() {
    run("cut", dumpstream_fuzz::cut);
}

#[test]
fn rows_encode() {
    run("rows_encode", dumpstream_fuzz::rows_encode);
}
