//! The library's logs, on their way to Python's `logging`.
//!
//! Records wait here until a thread of Python's comes for them, as every call that waits for a run does. So no thread of the
//! library ever waits for the interpreter or for a handler of `logging`, and none can deadlock with them.

use pyo3::prelude::*;
use std::collections::VecDeque;
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Records that may wait; the oldest go first.
const RECORDS_MAX: usize = 10_000;

/// A level of Python's `logging`, the name of the logger, and the text.
type Record = (u8, String, String);

static WAITING: Mutex<VecDeque<Record>> = Mutex::new(VecDeque::new());

/// The least level of Python's that is wanted.
static WANTED: AtomicU8 = AtomicU8::new(u8::MAX);

static LISTENING: Once = Once::new();

pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(listen, module)?)?;
    module.add_function(wrap_pyfunction!(drain, module)?)
}

/// Keeps records of this level of Python's `logging` and of higher ones from now on.
#[pyfunction]
#[pyo3(signature = (level, /))]
fn listen(level: u8) {
    WANTED.store(level, Ordering::Relaxed);
    // An error says that this process logs in another way already: as the command line does.
    LISTENING.call_once(|| drop(tracing_subscriber::registry().with(Queue).try_init()));
}

/// Takes the records that wait: level, name of the logger, text.
#[pyfunction]
fn drain() -> Vec<Record> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
}

/// Python's number for a level.
fn number(level: Level) -> u8 {
    match level {
        Level::ERROR => 40,
        Level::WARN => 30,
        Level::INFO => 20,
        Level::DEBUG => 10,
        Level::TRACE => 5,
    }
}

struct Queue;

/// Only our own: other libraries' logs may hold what they are sent.
fn ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next() == Some("dumpstream")
}

impl<S: Subscriber> Layer<S> for Queue {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        // The level may change, so it is looked at each time.
        if ours(metadata) { Interest::sometimes() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        ours(metadata) && number(*metadata.level()) >= WANTED.load(Ordering::Relaxed)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let metadata = event.metadata();
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= RECORDS_MAX {
            waiting.pop_front();
        }
        let name = metadata.target().replace("::", ".");
        waiting.push_back((number(*metadata.level()), name, text.message + &text.fields));
    }
}

#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string can't fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
