//! The crate does no I/O: the compiler sees to it, as long as nobody takes that away.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_crate_does_no_io() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    assert!(found.len() > 5, "no sources in {}", src.display());
    let root = fs::read_to_string(src.join("lib.rs")).unwrap();
    assert!(root.lines().any(|line| line.trim() == "#![no_std]"), "the crate isn't no_std any more");
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        // The compiler keeps `std` out of all but the tests.
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().map(|line| line.split("//").next().unwrap_or_default().trim()).collect();
        for (i, line) in code.iter().enumerate() {
            let place = format!("{}:{}", path.display(), i + 1);
            for word in ["io", "fs", "net", "thread", "time", "env", "process", "os"] {
                assert!(!line.contains(&format!("std::{word}")), "{place}: std::{word}");
            }
            assert!(!line.contains("tokio"), "{place}: tokio");
            if line.contains("extern crate std") {
                let before = code[..i].iter().rev().find(|line| !line.is_empty());
                assert_eq!(before, Some(&"#[cfg(test)]"), "{place}: std outside of tests");
            }
        }
    }
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("tokio"));
}
