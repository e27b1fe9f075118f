//! A report, or what else a command makes.

use crate::run_files::RunFiles;
use dumpstream::aws::AwsOptions;
use dumpstream::destination::{DestinationOptions, DestinationSpec};
use dumpstream::error::{Error, Result};
use dumpstream::report_destination::ReportDestination;
use dumpstream::scrub::ScrubReport;
use dumpstream::source::SourceSpec;
use serde::Serialize;
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// Where a report is to go, as was asked.
#[derive(Debug, Clone)]
pub struct ReportRequest {
    spec: DestinationSpec,
    options: DestinationOptions,
    markdown: bool,
}

impl ReportRequest {
    /// Checks that none of `files` would be lost to it. `options` are those of the object, where it is one.
    pub(crate) fn new(place: &str, options: DestinationOptions, files: &RunFiles) -> Result<Self> {
        let this = Self {
            spec: place.parse()?,
            options,
            markdown: place.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("md")),
        };
        files.spare("report", &this.spec)?;
        Ok(this)
    }

    /// The same for a local file of another kind.
    pub(crate) fn of_file(path: &Path, files: &RunFiles) -> Result<Self> {
        let this = Self {
            spec: DestinationSpec::File(path.to_owned()),
            options: DestinationOptions::default(),
            markdown: false,
        };
        files.spare("report", &this.spec)?;
        Ok(this)
    }

    /// Checks that the dump wouldn't be lost to it, where that is another than the words of the command say.
    pub fn spare_source(&self, source: &SourceSpec) -> Result<()> {
        RunFiles::of_source(source).spare("report", &self.spec)
    }

    /// As whom, where and how AWS is reached.
    #[must_use]
    pub fn aws(mut self, aws: AwsOptions) -> Self {
        self.options = self.options.aws(aws);
        self
    }

    /// Checks that it can be written, before the run. Needs a tokio runtime.
    pub async fn check(self) -> Result<ReportFile> {
        let to = ReportDestination::check(self.spec, self.options).await?;
        Ok(ReportFile { to, markdown: self.markdown })
    }

    /// The same for a command that waits for it.
    pub(crate) fn check_now(self) -> Result<Reporting> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Error::usage("the report's thread can't be started").caused_by(e))?;
        let file = runtime.block_on(self.check())?;
        Ok(Reporting { file, runtime })
    }
}

/// A report that will be written.
#[derive(Debug)]
pub struct ReportFile {
    to: ReportDestination,
    markdown: bool,
}

impl ReportFile {
    /// Puts the report in its place.
    pub async fn write(&self, report: &impl Serialize) -> Result<()> {
        self.to.write_json(report).await
    }

    /// Puts what is text already in its place.
    pub async fn write_text(&self, text: String) -> Result<()> {
        self.to.write(text).await
    }

    /// Puts the report of a scrub in its place: as Markdown where its name ends in `.md`, else as JSON.
    pub async fn write_scrub(&self, report: &ScrubReport) -> Result<()> {
        match self.markdown {
            true => self.to.write(report.to_markdown()).await,
            false => self.to.write_json(report).await,
        }
    }
}

/// A report, for a command that waits for it.
#[derive(Debug)]
pub(crate) struct Reporting {
    file: ReportFile,
    /// The run's own is over when the report is written.
    runtime: Runtime,
}

impl Reporting {
    pub(crate) fn write(&self, report: &impl Serialize) -> Result<()> {
        self.runtime.block_on(self.file.write(report))
    }

    pub(crate) fn write_text(&self, text: String) -> Result<()> {
        self.runtime.block_on(self.file.write_text(text))
    }

    pub(crate) fn write_scrub(&self, report: &ScrubReport) -> Result<()> {
        self.runtime.block_on(self.file.write_scrub(report))
    }
}
