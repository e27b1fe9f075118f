//! A file that appears whole: written beside its place, made durable, then put there.

use super::{Raw, Sink};
use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

/// How much is written between two requests to write it back.
const WRITEBACK_BYTES: u64 = 16 << 20;

/// Opens `path`, or a file beside it that will take its place.
pub(super) fn open(path: &Path, overwrite: bool) -> Result<Box<dyn Sink>> {
    let found = match fs::metadata(path) {
        Ok(meta) => Some(meta),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(e) => return Err(Error::target("can't look at what the output is to be").caused_by(e)),
    };
    let path = match found {
        Some(meta) if meta.is_dir() => {
            return Err(Error::usage("the output is to be a file, and this is a folder").hint("name a file in it"));
        }
        // A pipe or a device: there is no other file to put in its place.
        Some(meta) if !meta.is_file() => {
            let file = OpenOptions::new().write(true).open(path);
            return Ok(Box::new(Raw(file.map_err(|e| Error::target("can't open the output").caused_by(e))?)));
        }
        Some(_) if !overwrite => return Err(exists()),
        // What a link leads to is replaced, not the link.
        Some(_) => fs::canonicalize(path).map_err(|e| Error::target("can't follow the link").caused_by(e))?,
        None => path.to_owned(),
    };
    let name = path.file_name().ok_or_else(|| Error::usage("the output has no file name"))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    // Random, so that two runs at once don't meet, and a crashed one's leftover is in nobody's way.
    hidden.push(format!(".{:08x}.part", std::hash::RandomState::new().build_hasher().finish() as u32));
    let part = folder.join(hidden);
    let file = OpenOptions::new().write(true).create_new(true).open(&part).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => Error::target("there is no such folder to write to").caused_by(e),
        io::ErrorKind::PermissionDenied => Error::target("no permission to write in that folder").caused_by(e),
        _ => Error::target("can't create the output").caused_by(e),
    })?;
    let folder = folder.to_owned();
    let writeback = Writeback::new(&file);
    Ok(Box::new(Beside { file, writeback, part: Part(Some(part)), path, folder, overwrite }))
}

fn exists() -> Error {
    Error::usage("the output exists already").hint("name another one, or say --overwrite")
}

/// The file beside, removed unless it was put in place.
struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

struct Beside {
    file: File,
    writeback: Writeback,
    part: Part,
    path: PathBuf,
    folder: PathBuf,
    overwrite: bool,
}

impl Sink for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.writeback.wrote(written);
        Ok(written)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let failed = |e: io::Error| Error::target("the finished output can't be put in its place").caused_by(e);
        drop(self.writeback);
        self.file.sync_all().map_err(failed)?;
        let Some(part) = &self.part.0 else { return Ok(()) };
        if self.overwrite {
            fs::rename(part, &self.path).map_err(failed)?;
            self.part.0 = None;
        } else {
            // Unlike a rename, a link never replaces what came there meanwhile. The first name goes with `part`.
            match fs::hard_link(part, &self.path) {
                Ok(()) => {}
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => return Err(exists()),
                // Where there are no links (FAT, some network file systems), as well as it can be done.
                Err(_) if fs::symlink_metadata(&self.path).is_ok() => return Err(exists()),
                Err(_) => {
                    fs::rename(part, &self.path).map_err(failed)?;
                    self.part.0 = None;
                }
            }
        }
        // Its name has to last, too. Where folders can't be synced, nothing better can be done.
        if let Ok(folder) = File::open(&self.folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Has the kernel write to the disk meanwhile what is in its cache, so that little is left to wait for at the end. It is
/// advice: nothing hangs on it, and a disk's errors are told by the sync at the end.
struct Writeback {
    /// Written since the last advice, and where that began.
    bytes: u64,
    from: u64,
    /// Asks for a range; on a thread of its own, because the one that asks does part of the work.
    ranges: Option<mpsc::Sender<Range<u64>>>,
    file: Option<File>,
}

impl Writeback {
    fn new(file: &File) -> Self {
        Self { bytes: 0, from: 0, ranges: None, file: file.try_clone().ok() }
    }

    fn wrote(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if self.bytes < WRITEBACK_BYTES {
            return;
        }
        if let Some(file) = self.file.take() {
            let (ranges, asked) = mpsc::channel::<Range<u64>>();
            let work = move || asked.into_iter().for_each(|range| write_back(&file, range));
            if std::thread::Builder::new().name("dumpstream-flush".into()).spawn(work).is_ok() {
                self.ranges = Some(ranges);
            }
        }
        let range = self.from..self.from + self.bytes;
        (self.from, self.bytes) = (range.end, 0);
        if let Some(ranges) = &self.ranges {
            let _ = ranges.send(range);
        }
    }
}

/// Of what Linux offers without unsafe code, this begins to write what is dirty and doesn't wait for it. What is clean
/// leaves the cache, where a dump of many gigabytes would push everything else out.
#[cfg(target_os = "linux")]
fn write_back(file: &File, range: Range<u64>) {
    let _ = rustix::fs::fadvise(
        file,
        range.start,
        std::num::NonZeroU64::new(range.end - range.start),
        rustix::fs::Advice::DontNeed,
    );
}

#[cfg(not(target_os = "linux"))]
fn write_back(_: &File, _: Range<u64>) {}
