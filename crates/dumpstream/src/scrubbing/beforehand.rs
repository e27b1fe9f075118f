//! A reading of the dump before the one that counts: whether the rules fit all of it, before any row leaves; and the values
//! that may not stand in the output.

use crate::error::{Error, Result};
use crate::observe::{Event, Observer, Phase, Silent};
use crate::pipeline::{self, Pipeline};
use crate::scrubbing::Scrubber;
use crate::source::{Source, SourceOptions, SourceSpec};
use crate::stage::cut::CutOptions;
use crate::step::Step;
use crate::stop::Stop;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What is read, and with how much.
pub(crate) struct Beforehand<'a> {
    pub(crate) source: &'a SourceSpec,
    pub(crate) source_options: SourceOptions,
    /// As for the reading that counts.
    pub(crate) cut: CutOptions,
    pub(crate) sha256: Option<[u8; 32]>,
    pub(crate) memory_bytes: u64,
    pub(crate) shapers: usize,
}

/// Whether a source can be read more than once.
pub(crate) fn can_be_read_again(source: &SourceSpec) -> bool {
    match source {
        source if source.is_read_once() => false,
        SourceSpec::File(path) => path.metadata().is_ok_and(|m| m.is_file() || m.is_dir()),
        _ => true,
    }
}

/// The error for values that would have to be known before the only reading.
pub(crate) fn cannot_collect() -> Error {
    Error::usage("no_survivors has the source read twice, and this one can be read only once")
        .hint("put the dump into a file first")
}

impl Beforehand<'_> {
    /// Reads it through. Gives what the reading that counts has to find as well, where values were collected for it.
    pub(crate) async fn read(
        self,
        scrubber: &Arc<Scrubber>,
        observer: &dyn Observer,
        stop: &Stop,
    ) -> Result<Option<[u8; 32]>> {
        observer.event(&Event::Phase { phase: Phase::Rules });
        let hashed = self.sha256.is_some() || scrubber.collects();
        let options = self.source_options.within(self.memory_bytes).sha256(hashed);
        let source = Source::open(self.source, &options).await?;
        let (files, sha256) = (source.files(), source.expected_sha256(self.sha256)?);
        let pipeline = Pipeline {
            source,
            sha256,
            before: None,
            cut: CutOptions { read_only: true, text: false, collect: true, digest: None, ..self.cut },
            read: Arc::default(),
            shapers: self.shapers,
            committed: None,
            memory_bytes: self.memory_bytes,
            // Bars show the reading that counts.
            observer: Arc::new(Silent),
            stop: stop.clone(),
        };
        scrubber.gather(true);
        let sink = async |mut steps: mpsc::Receiver<Step>| while steps.recv().await.is_some() {};
        let ((), read) = pipeline::run(pipeline, sink).await;
        scrubber.gather(false);
        let read = match read {
            Some(read) if !stop.is_tripped() => read,
            _ => return Err(files.named(&self.source.to_string(), stop.cause())),
        };
        scrubber.finish_rules()?;
        scrubber.assertions.collected();
        scrubber.assertions.again();
        Ok(read.identity.filter(|_| scrubber.collects()))
    }
}
