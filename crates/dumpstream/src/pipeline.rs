//! The map: how bytes become rows.
//!
//! ```text
//! Source ──► cut ──► shape × N ──► in order ──► sink
//! fetch,     one     threads,      one task     MySql: lanes × M, or null
//! decode     thread  pure
//! ```
//!
//! - [`crate::source`] fetches and decodes; its channel is bounded.
//! - [`stage::cut`](crate::stage::cut) cuts the dump into statements and blocks of rows, follows the session, and takes
//!   bytes from the budget for every block. It is the only place that waits for memory, so it alone slows reading down.
//! - [`stage::shape`](crate::stage::shape) turns blocks into what the sink sends, on all cores, in any order.
//! - The task here puts them back into stream order and hands them to the sink, which gives the bytes back to the budget
//!   when a block is committed.
//!
//! Whatever fails trips the run's one [`Stop`]; its first cause is what the run returns. Every channel is bounded, by a
//! count where items are small and by the budget where they aren't.

use crate::budget::{Budget, Permit, Pool};
use crate::error::{Damage, Error, Result};
use crate::observe::Observer;
use crate::source::Source;
use crate::stage::cut::{self, CutOptions, Next, Read, Shared};
use crate::stage::shape::{Block, Shaper};
use crate::step::{RowsStep, StatementStep, Step};
use crate::stop::Stop;
use crate::target::mysql::Committed;
use bytes::Bytes;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::thread;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Steps on their way to the sink. Their bytes are bounded by the budget; this bounds the small ones.
const STEPS_MAX: usize = 256;
/// Memory that isn't blocks: the program itself, decoders' windows, idle buffers, connections, and what the allocator
/// holds between blocks of different sizes (measured on a dump of 2 GB).
const OVERHEAD_BYTES: u64 = 112 << 20;

/// What a run needs besides its sink.
pub(crate) struct Pipeline {
    pub(crate) source: Source,
    /// What the stored bytes must hash to.
    pub(crate) sha256: Option<[u8; 32]>,
    /// What an earlier reading of it has found: this one has to find the same.
    pub(crate) before: Option<[u8; 32]>,
    pub(crate) cut: CutOptions,
    /// Told what another reading of the same bytes has in common with this one, once they were read to their end.
    pub(crate) read: Arc<OnceLock<[u8; 32]>>,
    pub(crate) shapers: usize,
    /// Where a ledger is kept: blocks that an earlier run has committed.
    pub(crate) committed: Option<Arc<HashMap<u64, Committed>>>,
    pub(crate) memory_bytes: u64,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) stop: Stop,
}

/// Text between blocks is handed on in pieces of about this size.
const TEXT_BYTES: usize = 64 << 10;

enum Slot {
    Text(Bytes, Option<Permit>),
    Statement(StatementStep),
    Rows(oneshot::Receiver<RowsStep>),
    /// Rows that nobody wants, and that have to be readable all the same.
    LeftOut(oneshot::Receiver<RowsStep>),
}

/// Hands the cut stage's results on. Blocks its thread.
///
/// To whoever is behind it, a closed channel means the dump's end. So whatever ends the stage in another way trips the
/// stop before the channels close: also a panic, by this type's `Drop`.
struct Forward {
    slots: mpsc::Sender<Slot>,
    jobs: crossbeam_channel::Sender<(Block, oneshot::Sender<RowsStep>)>,
    stop: Stop,
    ended: bool,
    /// Text that waits for more.
    text: Vec<u8>,
}

impl Forward {
    /// The stage ended in a way that is accounted for: closes the channels.
    fn end(mut self) {
        self.flush(None);
        self.ended = true;
    }

    fn flush(&mut self, permit: Option<Permit>) -> bool {
        let text = std::mem::take(&mut self.text);
        text.is_empty() || self.slots.blocking_send(Slot::Text(text.into(), permit)).is_ok()
    }
}

impl Drop for Forward {
    fn drop(&mut self) {
        if !self.ended {
            self.stop.trip(panicked());
        }
    }
}

fn panicked() -> Error {
    Error::source_bad("a stage of the pipeline panicked; this is a bug in dumpstream")
}

impl Next for Forward {
    fn statement(&mut self, step: StatementStep) -> bool {
        self.slots.blocking_send(Slot::Statement(step)).is_ok()
    }

    fn text(&mut self, text: &[u8], permit: Option<Permit>) -> bool {
        self.text.extend_from_slice(text);
        (permit.is_none() && self.text.len() < TEXT_BYTES) || self.flush(permit)
    }

    fn block(&mut self, block: Block) -> bool {
        let (reply, shaped) = oneshot::channel();
        let slot = if block.left_out { Slot::LeftOut(shaped) } else { Slot::Rows(shaped) };
        self.flush(None) && self.slots.blocking_send(slot).is_ok() && self.jobs.send((block, reply)).is_ok()
    }
}

/// The error for a source of which two readings differ.
fn changed() -> Error {
    Error::source_bad("the source changed between two readings of it")
        .hint("keep it as it is until the run is over, and start again")
}

/// Runs a dump through to `sink`, which takes the steps in stream order. Returns what the sink made of them, and what is
/// known of the dump if it was read to its end. A failure of the stages before the sink is in the run's [`Stop`].
pub(crate) async fn run<T, F>(pipeline: Pipeline, sink: impl FnOnce(mpsc::Receiver<Step>) -> F) -> (T, Option<Read>)
where
    F: Future<Output = T>,
{
    let Pipeline { source, sha256, before, cut, read: read_through, shapers, committed, memory_bytes, observer, stop } =
        pipeline;
    let reserved = OVERHEAD_BYTES + source.window_bytes();
    let blocks_bytes = memory_bytes.saturating_sub(reserved).max(memory_bytes / 4);
    let budget = Budget::new(usize::try_from(blocks_bytes).unwrap_or(usize::MAX));
    let pool = Pool::default();
    let (slots, mut in_order) = mpsc::channel::<Slot>(STEPS_MAX);
    let (jobs, queue) = crossbeam_channel::bounded::<(Block, oneshot::Sender<RowsStep>)>(2 * shapers);
    let (steps, taken) = mpsc::channel::<Step>(1);

    let cut_scrubber = cut.scrubber.clone().filter(|_| !cut.collect);
    let shaper = Shaper {
        collect: cut.collect,
        scrubber: cut.scrubber.clone(),
        target: cut.target,
        pool: pool.clone(),
        committed,
        read_only: cut.read_only,
        text: cut.text,
    };
    for _ in 0..shapers {
        let (queue, shaper) = (queue.clone(), shaper.clone());
        spawn("shape", &stop, move || {
            for (block, reply) in queue {
                // Nobody waits for it any more when the run is ending.
                let _ = reply.send(shaper.shape(block));
            }
        });
    }
    drop(queue);

    let (result, read) = oneshot::channel();
    let runtime = Handle::current();
    let shared = Shared { observer, budget, pool, stop: stop.clone() };
    let mut next = Forward { slots, jobs, stop: stop.clone(), ended: false, text: Vec::new() };
    spawn("cut", &stop, move || {
        let read = cut::run(source, cut, &runtime, &shared, &mut next);
        let same = |read: Option<Read>| match (before, read.as_ref().and_then(|read| read.identity)) {
            (Some(before), Some(now)) if before != now => Err(changed()),
            _ => Ok(read),
        };
        match read.and_then(|read| expect_sha256(read, sha256)).and_then(same) {
            Ok(read) => {
                if let Some(identity) = read.as_ref().and_then(|r| r.identity) {
                    let _ = read_through.set(identity);
                }
                let _ = result.send(read);
            }
            Err(e) => shared.stop.trip(e),
        }
        next.end();
    });

    let order_stop = stop.clone();
    // What the rules assert is known when every block was shaped, and has to hold before the sink comes to its end.
    let scrubber = cut_scrubber;
    let order = async move {
        while let Some(mut slot) = in_order.recv().await {
            let step = match slot {
                Slot::Statement(step) => Step::Statement(step),
                Slot::Text(text, permit) => Step::Text(text, permit),
                Slot::Rows(ref mut shaped) | Slot::LeftOut(ref mut shaped) => match shaped.await {
                    Ok(RowsStep { refused: Some(e), .. }) => return order_stop.trip(e),
                    Ok(_) if matches!(slot, Slot::LeftOut(_)) => continue,
                    Ok(step) => Step::Rows(step),
                    // Its thread panicked.
                    Err(_) => return order_stop.trip(panicked()),
                },
            };
            if steps.send(step).await.is_err() {
                return;
            }
        }
        if let Some(scrubber) = scrubber
            && !order_stop.is_tripped()
            && let Err(e) = scrubber.finish()
        {
            order_stop.trip(e);
        }
    };
    let order = tokio::spawn(order);
    let made = sink(taken).await;
    order.abort();
    let read = if stop.is_tripped() { None } else { read.await.ok().flatten() };
    (made, read)
}

/// Fails on a dump whose stored bytes hash to something else than `expected`.
fn expect_sha256(read: Option<Read>, expected: Option<[u8; 32]>) -> Result<Option<Read>> {
    match (&read, expected) {
        (Some(Read { sha256, .. }), Some(_)) if *sha256 != expected => {
            Err(Error::source_bad("the source's SHA-256 is not the expected one")
                .damaged(Damage::Checksum)
                .hint("it was changed or damaged on its way: fetch it again, or check the expected digest"))
        }
        _ => Ok(read),
    }
}

fn spawn(name: &str, stop: &Stop, work: impl FnOnce() + Send + 'static) {
    if let Err(e) = thread::Builder::new().name(name.to_owned()).spawn(work) {
        stop.trip(Error::source_bad("can't start a thread").caused_by(e));
    }
}
