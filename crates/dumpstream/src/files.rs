//! The files of a source that are a dump each: where each begins in the run's stream, and what became of it.
//!
//! Everything inside a run counts bytes from the first file's start, so that every block has a place of its own whatever file
//! it is in; lines begin anew with each file. What leaves the run names the file, and counts from its start
//! ([`FileLog::named`], [`FileLog::place`]).

use crate::content::DumpPlace;
use crate::error::Error;
use crate::observe::{Event, Observer, Warning};
use crate::options::hex;
use crate::report::FileReport;
use crate::step::At;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, PoisonError};

/// The files so far, and warnings about those of them that weren't opened at the beginning. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileLog {
    files: Arc<Mutex<Vec<Logged>>>,
    warnings: Arc<Mutex<Vec<Warning>>>,
}

#[derive(Debug)]
struct Logged {
    /// In the run's stream.
    start: u64,
    sha256: Option<[u8; 32]>,
    report: FileReport,
}

impl FileLog {
    /// A file begins.
    pub(crate) fn begin(&self, start: u64, report: &FileReport) {
        self.with(|files| files.push(Logged { start, sha256: None, report: report.clone() }));
    }

    /// The last one was read to its end.
    pub(crate) fn end(&self, at: u64, sha256: Option<[u8; 32]>) {
        self.last(|file| {
            file.report.decoded_bytes = at - file.start;
            file.report.sha256 = sha256.map(|d| hex(&d));
            file.sha256 = sha256;
        });
    }

    /// Where the last one begins in the run's stream.
    pub(crate) fn start(&self) -> u64 {
        self.with(|files| files.last().map_or(0, |file| file.start))
    }

    /// What shows that the last one is whole.
    pub(crate) fn whole(&self, end: &'static str) {
        self.last(|file| file.report.end = Some(end));
    }

    /// Notes warnings about a file.
    pub(crate) fn warn(&self, name: &str, warnings: Vec<Warning>) {
        let named = warnings.into_iter().map(|w| Warning { message: format!("{name}: {}", w.message), ..w });
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).extend(named);
    }

    /// Passes the warnings on.
    pub(crate) fn tell(&self, observer: &dyn Observer) {
        let warnings = std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner));
        warnings.into_iter().for_each(|warning| observer.event(&Event::Warning(warning)));
    }

    /// What there is to report; nothing where the source is one dump.
    pub(crate) fn reports(&self) -> Vec<FileReport> {
        self.with(|files| files.iter().map(|file| file.report.clone()).collect())
    }

    /// One digest of all files' digests.
    pub(crate) fn identity(&self) -> Option<[u8; 32]> {
        self.with(|files| {
            let mut all = Sha256::new();
            files.iter().try_for_each(|file| file.sha256.map(|digest| all.update(digest)))?;
            Some(all.finalize().into())
        })
    }

    /// The error with the name of what was read, which is `source`, unless that is several dumps: then the file's, and the
    /// place in it. To be called once, where an error leaves the run.
    pub(crate) fn named(&self, source: &str, e: Error) -> Error {
        let offset = e.place().offset;
        let file = offset.and_then(|at| self.file(at, |_, file| (file.report.name.clone(), at - file.start)));
        e.at(|p| match file {
            Some((name, offset)) => (p.source, p.offset) = (Some(name), Some(offset)),
            None if p.offset.is_some() || p.line.is_some() => {
                p.source.get_or_insert_with(|| source.to_owned());
            }
            None => {}
        })
    }

    /// A line, for a message: with its file's name, where there are several.
    pub(crate) fn line(&self, at: At) -> String {
        match self.file(at.offset, |_, file| file.report.name.clone()) {
            Some(name) => format!("{name}, line {}", at.line),
            None => format!("line {}", at.line),
        }
    }

    /// A place, as it is in its file.
    pub(crate) fn place(&self, place: &mut DumpPlace) {
        let found = self.file(place.offset, |index, file| (index, file.start));
        if let Some((index, start)) = found {
            (place.file, place.offset) = (Some(index), place.offset - start);
        }
    }

    /// The file that a byte of the run's stream is in.
    fn file<T>(&self, offset: u64, map: impl FnOnce(usize, &Logged) -> T) -> Option<T> {
        self.with(|files| {
            let index = files.partition_point(|file| file.start <= offset).checked_sub(1)?;
            files.get(index).map(|file| map(index, file))
        })
    }

    fn last(&self, edit: impl FnOnce(&mut Logged)) {
        self.with(|files| files.last_mut().map(edit));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Logged>) -> T) -> T {
        work(&mut self.files.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
