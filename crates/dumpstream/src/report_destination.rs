//! Where a report goes: a file or an object in S3, whole or not at all.
//!
//! A report is about a run that is over, also one that failed; so unlike a run's output it takes the place of an older one.
//! That it can be written is tried before the run, so that hours of work don't end in a report that can't be.

use crate::destination::{Destination, DestinationOptions, DestinationSpec};
use crate::error::{Error, Result};
use bytes::Bytes;
use serde::Serialize;

/// A place that a report can be written to. Nothing is there until then, or what was there before.
#[derive(Debug, Clone)]
pub struct ReportDestination {
    spec: DestinationSpec,
    options: DestinationOptions,
}

impl ReportDestination {
    /// Checks that a report can be written, and leaves nothing behind. `options` are those of the object, where it is one;
    /// it is replaced whatever they say of that. Needs a tokio runtime.
    ///
    /// # Errors
    /// Why it can't be written, as a wrong request.
    pub async fn check(spec: DestinationSpec, options: DestinationOptions) -> Result<Self> {
        if spec == DestinationSpec::Stdout {
            return Err(
                Error::usage("a report can't be written to standard output").hint("name a file, or s3://BUCKET/KEY")
            );
        }
        let this = Self { spec, options: options.overwrite(true).sha256(false) };
        if this.can_be_tried() {
            let tried = Destination::open(&this.spec, &this.options).await.map_err(|e| this.unwritable(e))?;
            tried.abort().await.map_err(|e| this.unwritable(e))?;
        }
        Ok(this)
    }

    /// Whether opening it is without consequences: who reads a named pipe would take that for its end.
    fn can_be_tried(&self) -> bool {
        match &self.spec {
            DestinationSpec::File(path) => path.metadata().map_or(true, |m| m.is_file() || m.is_dir()),
            _ => true,
        }
    }

    fn unwritable(&self, e: Error) -> Error {
        let error = Error::usage(format!("the report can't be written to {}: {e}", self.spec));
        let hint = e.hint_text().unwrap_or("does its folder exist, and may this user write there?").to_owned();
        error.hint(hint).caused_by(e)
    }

    /// Puts the report in its place, as JSON.
    ///
    /// # Errors
    /// It can't be written any more.
    pub async fn write_json(&self, report: &impl Serialize) -> Result<()> {
        let mut json = serde_json::to_vec_pretty(report)
            .map_err(|e| Error::usage("the report can't be written as JSON").caused_by(e))?;
        json.push(b'\n');
        self.write(json).await
    }

    /// Puts a report in its place that is text already.
    ///
    /// # Errors
    /// It can't be written any more.
    pub async fn write(&self, text: impl Into<Bytes>) -> Result<()> {
        let mut to = Destination::open(&self.spec, &self.options).await?;
        match to.write(text.into()).await {
            Ok(()) => to.finish().await.map(|_| ()),
            Err(e) => {
                // The first error is the one to tell.
                let _ = to.abort().await;
                Err(e)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::fs;

    async fn check(text: &str) -> Result<ReportDestination> {
        ReportDestination::check(DestinationSpec::parse(text)?, DestinationOptions::default()).await
    }

    #[tokio::test]
    async fn a_report_replaces_an_older_one_and_leaves_nothing_beside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let to = check(path.to_str().unwrap()).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        to.write_json(&["new"]).await.unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n  \"new\"\n]\n");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_written_is_refused_beforehand() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone/report.json");
        for text in [gone.to_str().unwrap(), dir.path().to_str().unwrap(), "/", "-", "", "ftp://h/r"] {
            assert_eq!(check(text).await.unwrap_err().kind(), ErrorKind::Usage, "{text}");
        }
    }
}
