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

use crate::budget::{Budget, Pool};
use crate::error::{Error, Result};
use crate::observe::Observer;
use crate::source::Source;
use crate::stage::cut::{self, CutOptions, Next, Read};
use crate::stage::shape::{Block, Shaper};
use crate::step::{RowsStep, StatementStep, Step};
use crate::stop::Stop;
use std::future::Future;
use std::sync::Arc;
use std::thread;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

/// Steps on their way to the sink. Their bytes are bounded by the budget; this bounds the small ones.
const STEPS_MAX: usize = 256;
/// Memory that isn't blocks: the program itself, decoders' windows, idle buffers, connections.
const OVERHEAD_BYTES: u64 = 72 << 20;

/// What a run needs besides its sink.
pub(crate) struct Pipeline {
    pub(crate) source: Source,
    pub(crate) cut: CutOptions,
    pub(crate) shapers: usize,
    pub(crate) memory_bytes: u64,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) stop: Stop,
}

enum Slot {
    Statement(StatementStep),
    Rows(oneshot::Receiver<RowsStep>),
}

/// Hands the cut stage's results on. Blocks its thread.
struct Forward {
    slots: mpsc::Sender<Slot>,
    jobs: crossbeam_channel::Sender<(Block, oneshot::Sender<RowsStep>)>,
}

impl Next for Forward {
    fn statement(&mut self, step: StatementStep) -> bool {
        self.slots.blocking_send(Slot::Statement(step)).is_ok()
    }

    fn block(&mut self, block: Block) -> bool {
        let (reply, shaped) = oneshot::channel();
        self.slots.blocking_send(Slot::Rows(shaped)).is_ok() && self.jobs.send((block, reply)).is_ok()
    }
}

/// Runs a dump through to `sink`, which takes the steps in stream order. Returns what the sink made of them, and what is
/// known of the dump if it was read to its end. A failure of the stages before the sink is in the run's [`Stop`].
pub(crate) async fn run<T, F>(pipeline: Pipeline, sink: impl FnOnce(mpsc::Receiver<Step>) -> F) -> (T, Option<Read>)
where
    F: Future<Output = T>,
{
    let Pipeline { source, cut, shapers, memory_bytes, observer, stop } = pipeline;
    let blocks_bytes = memory_bytes.saturating_sub(OVERHEAD_BYTES).max(memory_bytes / 4);
    let budget = Budget::new(usize::try_from(blocks_bytes).unwrap_or(usize::MAX));
    let pool = Pool::default();
    let (slots, mut in_order) = mpsc::channel::<Slot>(STEPS_MAX);
    let (jobs, queue) = crossbeam_channel::bounded::<(Block, oneshot::Sender<RowsStep>)>(2 * shapers);
    let (steps, taken) = mpsc::channel::<Step>(1);

    let shaper = Shaper { target: cut.target, pool: pool.clone() };
    for _ in 0..shapers {
        let (queue, shaper) = (queue.clone(), shaper.clone());
        spawn("shape", &stop, move || {
            for (block, reply) in queue {
                // Nobody waits for it any more when the run is ending.
                let _ = reply.send(shaper.shape(block));
            }
            Ok(())
        });
    }
    drop(queue);

    let (result, read) = oneshot::channel();
    let runtime = Handle::current();
    let thread_stop = stop.clone();
    spawn("cut", &stop, move || {
        let mut next = Forward { slots, jobs };
        let read = cut::run(source, cut, &runtime, &*observer, &budget, &pool, &thread_stop, &mut next)?;
        let _ = result.send(read);
        Ok(())
    });

    let order_stop = stop.clone();
    let order = async move {
        while let Some(slot) = in_order.recv().await {
            let step = match slot {
                Slot::Statement(step) => Step::Statement(step),
                Slot::Rows(shaped) => match shaped.await {
                    Ok(step) => Step::Rows(step),
                    // Its thread is gone, and has tripped the stop.
                    Err(_) => break,
                },
            };
            if steps.send(step).await.is_err() {
                break;
            }
        }
        // The sink must not take a failure for the dump's end: it looks at the stop when the channel closes, and a
        // thread that fails trips it before its channels close.
        drop(order_stop);
    };
    let order = tokio::spawn(order);
    let made = sink(taken).await;
    order.abort();
    let read = if stop.is_tripped() { None } else { read.await.ok().flatten() };
    (made, read)
}

/// Starts a thread whose failure, or panic, ends the run.
fn spawn(name: &str, stop: &Stop, work: impl FnOnce() -> Result<()> + Send + 'static) {
    let stop_in = stop.clone();
    let body = move || {
        struct Guard(Stop, bool);
        impl Drop for Guard {
            fn drop(&mut self) {
                if !self.1 {
                    self.0.trip(Error::source_bad("a stage of the pipeline panicked; this is a bug in dumpstream"));
                }
            }
        }
        let mut guard = Guard(stop_in, false);
        let result = work();
        guard.1 = true;
        if let Err(e) = result {
            guard.0.trip(e);
        }
    };
    if let Err(e) = thread::Builder::new().name(name.to_owned()).spawn(body) {
        stop.trip(Error::source_bad("can't start a thread").caused_by(e));
    }
}
