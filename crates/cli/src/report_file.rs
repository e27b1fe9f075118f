//! A report, or what else a command makes, as a file: whole or not at all.

use dumpstream::error::{Error, Result};
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A report that will be written. Nothing is at its place until then, or what was there before.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    temporary: PathBuf,
}

impl ReportFile {
    /// Checks that a file can be made beside `path`, so that hours of work don't end in a report that can't be written.
    pub(crate) fn new(path: &Path) -> Result<Self> {
        let unwritable = || Error::usage(format!("{} can't be written", path.display()));
        let name = path.file_name().filter(|_| !path.is_dir()).ok_or_else(|| unwritable().hint("name a file"))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let file = Self { path: path.to_owned(), temporary: path.with_file_name(hidden) };
        let probe = File::create(&file.temporary).and_then(|_| fs::remove_file(&file.temporary));
        probe.map_err(|e| unwritable().caused_by(e).hint("does its folder exist, and may this user write there?"))?;
        Ok(file)
    }

    /// Puts the report in its place.
    pub(crate) fn write(&self, report: &impl Serialize) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut json = serde_json::to_vec_pretty(report)?;
        json.push(b'\n');
        self.write_text(&json)
    }

    /// Puts a report in its place that is text already.
    pub(crate) fn write_text(&self, text: &[u8]) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let written = File::create(&self.temporary)
            .and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&self.temporary, &self.path));
        written.map_err(|e| {
            // The file may not even exist, and the first error is the one to tell.
            let _ = fs::remove_file(&self.temporary);
            e.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::report;

    #[test]
    fn a_report_replaces_an_older_one_and_leaves_nothing_beside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let file = ReportFile::new(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.write(&report()).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(json["schema_version"], 1);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_refused_beforehand() {
        let dir = tempfile::tempdir().unwrap();
        for path in [dir.path().join("gone/report.json"), dir.path().to_owned(), PathBuf::from("/")] {
            assert_eq!(ReportFile::new(&path).unwrap_err().kind().exit_code(), 2, "{}", path.display());
        }
    }
}
