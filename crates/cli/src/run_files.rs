//! Files and objects that a run reads or writes: nothing else that it writes may take their place.

use dumpstream::aws::S3Url;
use dumpstream::destination::DestinationSpec;
use dumpstream::error::{Error, Result};
use dumpstream::rules::RulesFile;
use dumpstream::source::SourceSpec;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Files and objects of a run, with what messages call them.
#[derive(Debug, Default)]
pub(crate) struct RunFiles {
    files: Vec<(&'static str, PathBuf)>,
    /// By bucket and key, which is a folder's if it ends in a slash.
    objects: Vec<(&'static str, String, String)>,
}

impl RunFiles {
    /// Those of a source. Of one that is in several files, as many as can be told now.
    pub(crate) fn of_source(source: &SourceSpec) -> Self {
        match source {
            SourceSpec::List(list) => {
                let text = fs::read_to_string(list).unwrap_or_default();
                let parts = text.lines().filter_map(|line| SourceSpec::parse(line.trim()).ok());
                parts.fold(Self::default().and("list of the dump's files", Some(list)), |files, part| {
                    files.and_source(&part)
                })
            }
            source => Self::default().and_source(source),
        }
    }

    fn and_source(self, source: &SourceSpec) -> Self {
        match source {
            SourceSpec::File(path) => self.and("dump", Some(path)),
            SourceSpec::S3(url) => self.and_object("dump", &url.bucket, &url.key),
            SourceSpec::S3Prefix { bucket, prefix } => self.and_object("dump", bucket, prefix),
            _ => self,
        }
    }

    /// One more, if there is one.
    pub(crate) fn and(mut self, what: &'static str, path: Option<&Path>) -> Self {
        self.files.extend(path.map(|path| (what, path.to_owned())));
        self
    }

    fn and_object(mut self, what: &'static str, bucket: &str, key: &str) -> Self {
        self.objects.push((what, bucket.to_owned(), key.to_owned()));
        self
    }

    /// What a run writes.
    pub(crate) fn and_output(self, output: &DestinationSpec) -> Self {
        match output {
            DestinationSpec::File(path) => self.and("output", Some(path)),
            DestinationSpec::S3(url) => self.and_object("output", &url.bucket, &url.key),
            _ => self,
        }
    }

    /// The rules and their key.
    pub(crate) fn and_rules(self, path: Option<&Path>, rules: Option<&RulesFile>) -> Self {
        self.and("rules file", path).and("key's file", rules.and_then(RulesFile::key_file))
    }

    /// Refuses to put what is called `new` in the place of one of them.
    pub(crate) fn spare(&self, new: &str, place: &DestinationSpec) -> Result<()> {
        let taken = match place {
            DestinationSpec::File(path) => self.same_as(path),
            DestinationSpec::S3(url) => self.same_object(url),
            _ => None,
        };
        match taken {
            // Not even --overwrite asks for that.
            Some(what) => Err(Error::usage(format!("the {new} would take the place of the {what}, or lie within it"))
                .hint("give it another name")),
            None => Ok(()),
        }
    }

    /// The first that is the object, or the folder that it is in.
    fn same_object(&self, url: &S3Url) -> Option<&'static str> {
        let inside = |folder: &str| url.key.strip_prefix(folder).is_some_and(|name| !name.contains('/'));
        let same = |key: &str| url.key == key || key.ends_with('/') && inside(key);
        self.objects.iter().find(|(_, bucket, key)| *bucket == url.bucket && same(key)).map(|(what, ..)| *what)
    }

    /// The first that is the file at `path`, or the folder that it is in.
    fn same_as(&self, path: &Path) -> Option<&'static str> {
        let place = place(path);
        let inside =
            |other: &Path| other.is_dir() && place.as_deref().and_then(Path::parent) == self::place(other).as_deref();
        self.files.iter().find(|(_, other)| is_same(path, other) || inside(other)).map(|(what, _)| *what)
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
    fn objects_of_a_run_are_told_by_bucket_and_key() {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("list");
        fs::write(&list, "s3://b/listed.sql\n").unwrap();
        let source = |text: &str| RunFiles::of_source(&SourceSpec::parse(text).unwrap());
        let output = source("s3://b/in.sql").and_output(&DestinationSpec::parse("s3://b/out.sql").unwrap());
        for (files, place, taken) in [
            (source("s3://b/d.sql"), "s3://b/d.sql", true),
            (source("s3://b/d.sql?versionId=1"), "s3://b/d.sql", true),
            (source("s3://b/d.sql"), "s3://c/d.sql", false),
            (source("s3://b/parts/"), "s3://b/parts/report.json", true),
            (source("s3://b/parts/"), "s3://b/parts/reports/1.json", false),
            (source("s3://b/parts/"), "s3://b/parts.json", false),
            (RunFiles::of_source(&SourceSpec::List(list)), "s3://b/listed.sql", true),
            (output, "s3://b/out.sql", true),
        ] {
            let place = DestinationSpec::parse(place).unwrap();
            assert_eq!(files.spare("report", &place).is_err(), taken, "{place}");
        }
    }

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
