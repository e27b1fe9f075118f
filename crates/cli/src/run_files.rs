//! Files that a run reads or writes: nothing else that it writes may take their place.

use dumpstream::error::{Error, Result};
use dumpstream::rules::RulesFile;
use dumpstream::source::SourceSpec;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files of a run, with what messages call them.
#[derive(Debug, Default)]
pub(crate) struct RunFiles(Vec<(&'static str, PathBuf)>);

impl RunFiles {
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

    /// Refuses to put what is called `new` in the place of one of them.
    pub(crate) fn spare(&self, new: &str, path: &Path) -> Result<()> {
        match self.same_as(path) {
            // Not even --overwrite asks for that.
            Some(what) => Err(Error::usage(format!("the {new} would take the place of the {what}, or lie within it"))
                .hint("give it another name")),
            None => Ok(()),
        }
    }

    /// The first that is the file at `path`, or the folder that it is in.
    fn same_as(&self, path: &Path) -> Option<&'static str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_run_are_told_by_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["dump.sql", "part1", "rules.yaml", "other"] {
            fs::write(at(name), name).unwrap();
        }
        fs::write(at("list"), format!("\n{}\nhttp://host/x\n", at("part1").display())).unwrap();
        fs::create_dir(at("parts")).unwrap();
        std::os::unix::fs::symlink(at("dump.sql"), at("link")).unwrap();
        fs::hard_link(at("dump.sql"), at("twin")).unwrap();
        let files = RunFiles::of_source(&SourceSpec::File(at("dump.sql")))
            .and("rules file", Some(&at("rules.yaml")))
            .and("output", Some(&at("parts/../out.sql")));
        let listed = RunFiles::of_source(&SourceSpec::List(at("list")));
        let folder = RunFiles::of_source(&SourceSpec::File(at("parts")));
        for (files, name, what) in [
            (&files, "dump.sql", "dump"),
            (&files, "parts/../dump.sql", "dump"),
            (&files, "link", "dump"),
            (&files, "twin", "dump"),
            (&files, "rules.yaml", "rules file"),
            (&files, "out.sql", "output"),
            (&listed, "list", "list of the dump's files"),
            (&listed, "part1", "dump"),
            (&folder, "parts/report.json", "dump"),
        ] {
            assert_eq!(files.same_as(&at(name)), Some(what), "{name}");
        }
        for (files, name) in [(&files, "other"), (&files, "new"), (&listed, "part2"), (&folder, "report.json")] {
            assert_eq!(files.same_as(&at(name)), None, "{name}");
        }
    }
}
