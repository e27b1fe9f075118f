//! `verify` and `inspect`: from the command line to the library, and back to the console.

use crate::args::{InspectArgs, ReadArgs, VerifyArgs};
use crate::console::Console;
use crate::progress::Progress;
use crate::render::{self, Paint};
use crate::report_file::ReportFile;
use crate::request::{Shown, shown};
use crate::{page, start, write_report};
use dumpstream::error::{Error, Result};
use dumpstream::inspect::{InspectOptions, Inspected};
use dumpstream::observe::Observer;
use dumpstream::options::parse_sha256;
use dumpstream::stop::Stop;
use dumpstream::verify::{Verified, VerifyOptions};
use serde::Serialize;
use std::sync::Arc;

/// Runs `dumpstream verify`, and gives the exit code.
pub(crate) fn verify(args: VerifyArgs, console: &Console) -> Result<u8> {
    let VerifyArgs { read, report: path } = args;
    let how = How::settle(&read, console)?;
    let options = VerifyOptions::new(read.source.parse()?)
        .sha256(read.sha256.as_deref().map(parse_sha256).transpose()?)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row);
    options.validate()?;
    let file = path.as_deref().map(ReportFile::new).transpose()?;
    let Verified { report, error } = how
        .run(async |observer, stop| dumpstream::verify::verify(options, observer, stop).await, |v| v.error.as_ref())?;
    let mut code = how.told(error.as_ref(), &report);
    if error.is_none() && !how.json && !read.quiet {
        console.err(&page::verified(&report, Paint::new(console.has_colour())));
    }
    if let Some(file) = file
        && let Err(internal) = write_report(&file, &report, console, Paint::new(console.has_colour()))
    {
        // The run's own failure is the more telling one.
        code = if code == 0 { internal } else { code };
    }
    Ok(code)
}

/// Runs `dumpstream inspect`, and gives the exit code.
pub(crate) fn inspect(args: InspectArgs, console: &Console) -> Result<u8> {
    let read = args.read;
    let how = How::settle(&read, console)?;
    let options = InspectOptions::new(read.source.parse()?)
        .sha256(read.sha256.as_deref().map(parse_sha256).transpose()?)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row);
    options.validate()?;
    let Inspected { report, error } = how.run(
        async |observer, stop| dumpstream::inspect::inspect(options, observer, stop).await,
        |v| v.error.as_ref(),
    )?;
    let code = how.told(error.as_ref(), &report);
    if error.is_none() && !how.json && !read.quiet {
        console.out(&page::inspected(&report, Paint::new(console.has_out_colour())));
    }
    Ok(code)
}

/// How a run is shown and told.
struct How<'a> {
    console: &'a Console,
    shown: Shown,
    quiet: bool,
    json: bool,
}

impl<'a> How<'a> {
    fn settle(read: &ReadArgs, console: &'a Console) -> Result<Self> {
        let shown = shown(read.progress, read.quiet, console)?;
        if read.json && shown == Shown::Json {
            return Err(
                Error::usage("--json and --progress json would mix on standard output").hint("leave one of them out")
            );
        }
        Ok(Self { console, shown, quiet: read.quiet, json: read.json })
    }

    fn run<T>(
        &self,
        work: impl AsyncFnOnce(Arc<dyn Observer>, Stop) -> T,
        error: impl FnOnce(&T) -> Option<&Error>,
    ) -> Result<T> {
        let (runtime, stop) = start(self.console)?;
        let progress = Progress::new(self.console.clone(), self.shown, self.quiet, false);
        let made = runtime.block_on(work(progress.observer(), stop));
        if let Some(error) = error(&made) {
            progress.failed(error);
        }
        drop(progress);
        // What still runs was told to stop; its threads must not hold up the exit.
        runtime.shutdown_background();
        Ok(made)
    }

    /// Prints the error and the JSON, where there is one. Gives the exit code.
    fn told(&self, error: Option<&Error>, report: &impl Serialize) -> u8 {
        if self.json
            && let Ok(mut text) = serde_json::to_string_pretty(report)
        {
            text.push('\n');
            self.console.out(&text);
        }
        error.map_or(0, |error| {
            self.console.err(&render::error(error, Paint::new(self.console.has_colour())));
            error.kind().exit_code()
        })
    }
}
