//! The report, for a command that waits for it.

use crate::run_files::RunFiles;
use dumpstream::destination::{DestinationOptions, DestinationSpec};
use dumpstream::error::{Error, Result};
use dumpstream::report_destination::ReportDestination;
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

/// A report that will be written.
#[derive(Debug)]
pub(crate) struct ReportFile {
    to: ReportDestination,
    /// The run's own is over when the report is written.
    runtime: Runtime,
}

impl ReportFile {
    /// Checks that the report can be written, and that none of `files` would be lost to it.
    pub(crate) fn new(place: &str, options: DestinationOptions, files: &RunFiles) -> Result<Self> {
        let spec: DestinationSpec = place.parse()?;
        if let DestinationSpec::File(path) = &spec {
            files.spare("report", path)?;
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Error::usage("the report's thread can't be started").caused_by(e))?;
        let to = runtime.block_on(ReportDestination::check(spec, options))?;
        Ok(Self { to, runtime })
    }

    /// Puts the report in its place.
    pub(crate) fn write(&self, report: &impl Serialize) -> Result<()> {
        self.runtime.block_on(self.to.write_json(report))
    }

    /// Puts a report in its place that is text already.
    pub(crate) fn write_text(&self, text: String) -> Result<()> {
        self.runtime.block_on(self.to.write(text))
    }
}
