//! The report as a file: whole or not at all.

use dumpstream::error::{Error, Result};
use dumpstream::rules::RulesFile;
use dumpstream::source::SourceSpec;
use serde::Serialize;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files that a run reads or writes besides its report, with what messages call them.
#[derive(Debug, Default)]
pub(crate) struct Files(Vec<(&'static str, PathBuf)>);

impl Files {
    /// Those of a source. Of one that is in several files, as many as can be told now.
    pub(crate) fn of_source(source: &SourceSpec) -> Self {
        match source {
            SourceSpec::File(path) => Self::default().and("dump", Some(path)),
            SourceSpec::List(list) => {
                let text = fs::read_to_string(list).unwrap_or_default();
                let parts = text.lines().filter_map(|line| SourceSpec::parse(line.trim()).ok());
                parts.fold(Self::default().and("list of the dump's files", Some(list)), |files, part| match part {
                    SourceSpec::File(path) => files.and("dump", Some(&path)),
                    _ => files,
                })
            }
            _ => Self::default(),
        }
    }

    /// One more, if there is one.
    pub(crate) fn and(mut self, what: &'static str, path: Option<&Path>) -> Self {
        self.0.extend(path.map(|path| (what, path.to_owned())));
        self
    }

    /// The rules and their key.
    pub(crate) fn and_rules(self, path: Option<&Path>, rules: Option<&RulesFile>) -> Self {
        self.and("rules file", path).and("key's file", rules.and_then(RulesFile::key_file))
    }

    /// The first that is the file at `path`, or the folder that it is in.
    pub(crate) fn same_as(&self, path: &Path) -> Option<&'static str> {
        let place = place(path);
        let inside =
            |other: &Path| other.is_dir() && place.as_deref().and_then(Path::parent) == self::place(other).as_deref();
        self.0.iter().find(|(_, other)| is_same(path, other) || inside(other)).map(|(what, _)| *what)
    }
}

/// Whether both are one file, through links as well.
fn is_same(a: &Path, b: &Path) -> bool {
    let file = |path: &Path| fs::metadata(path).ok().map(|m| (m.dev(), m.ino()));
    match (file(a), file(b)) {
        (Some(a), Some(b)) => a == b,
        // One of them will be made.
        (None, None) => place(a).is_some_and(|a| Some(a) == place(b)),
        _ => false,
    }
}

/// Where a file is, or will be.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(found) = path.canonicalize() {
        return Some(found);
    }
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}

/// A report that will be written. Nothing is at its place until then, or what was there before.
#[derive(Debug)]
pub(crate) struct ReportFile {
    path: PathBuf,
    temporary: PathBuf,
}

impl ReportFile {
    /// Checks that a file can be made beside `path`, so that hours of work don't end in a report that can't be written, and
    /// that none of `files` would be lost to it.
    pub(crate) fn new(path: &Path, files: &Files) -> Result<Self> {
        if let Some(what) = files.same_as(path) {
            return Err(Error::usage(format!("the report would take the place of the {what}, or lie within it"))
                .hint("give --report another name"));
        }
        let unwritable = || Error::usage(format!("the report can't be written to {}", path.display()));
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
        let file = ReportFile::new(&path, &Files::default()).unwrap();
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
            assert_eq!(
                ReportFile::new(&path, &Files::default()).unwrap_err().kind().exit_code(),
                2,
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn no_file_of_the_run_is_lost_to_the_report() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["dump.sql", "part1", "rules.yaml", "other"] {
            fs::write(at(name), name).unwrap();
        }
        fs::write(at("list"), format!("\n{}\nhttp://host/x\n", at("part1").display())).unwrap();
        fs::create_dir(at("parts")).unwrap();
        std::os::unix::fs::symlink(at("dump.sql"), at("link")).unwrap();
        fs::hard_link(at("dump.sql"), at("twin")).unwrap();
        let files = Files::of_source(&SourceSpec::File(at("dump.sql")))
            .and("rules file", Some(&at("rules.yaml")))
            .and("output", Some(&at("parts/../out.sql")));
        let listed = Files::of_source(&SourceSpec::List(at("list")));
        let folder = Files::of_source(&SourceSpec::File(at("parts")));
        for (files, name, what) in [
            (&files, "dump.sql", "dump"),
            (&files, "parts/../dump.sql", "dump"),
            (&files, "link", "dump"),
            (&files, "twin", "dump"),
            (&files, "rules.yaml", "rules file"),
            (&files, "out.sql", "output"),
            (&listed, "list", "list"),
            (&listed, "part1", "dump"),
            (&folder, "parts/report.json", "dump"),
        ] {
            let error = ReportFile::new(&at(name), files).unwrap_err();
            assert!(error.kind().exit_code() == 2 && error.to_string().contains(what), "{name}: {error}");
        }
        for (files, name) in [(&files, "other"), (&files, "new"), (&listed, "part2"), (&folder, "report.json")] {
            ReportFile::new(&at(name), files).unwrap();
        }
    }
}
