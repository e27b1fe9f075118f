//! What a run tells, until Python comes to fetch it.
//!
//! The library's threads put events in, and never wait for Python. What may be many, rows and reading, is added up: so what
//! waits is bounded by the number of tables, and what Python is called with by how often it comes.

use dumpstream::observe::{Event, Observer, Warning};
use serde::Serialize;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Events that may wait, besides rows and reading. A program that doesn't come for them must not cost memory without end.
const EVENTS_MAX: usize = 65_536;

/// Points of the curve that a report has. Beyond it, every other one goes, and they come half as often.
const SAMPLES_MAX: usize = 512;

/// Seconds between two points at first.
const SAMPLE_SECONDS: f64 = 0.1;

/// Listens to a run.
#[derive(Debug)]
pub(crate) struct Inbox {
    started: Instant,
    /// Somebody will come for events.
    wanted: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Told>,
    /// Where in `waiting` the rows of a table are.
    rows: HashMap<String, usize>,
    /// Where in `waiting` it stands how far reading is.
    read: Option<usize>,
    left_out: u64,
    now: Sample,
    samples: Vec<Sample>,
    every: f64,
}

#[derive(Debug, Serialize)]
struct Told {
    at: f64,
    #[serde(flatten)]
    event: Event,
}

/// How far a run was at a time. Totals since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
struct Sample {
    seconds: f64,
    encoded_bytes: u64,
    decoded_bytes: u64,
    rows: u64,
    row_bytes: u64,
}

impl Inbox {
    pub(crate) fn new(wanted: bool) -> Self {
        let state = State { every: SAMPLE_SECONDS, ..State::default() };
        Self { started: Instant::now(), wanted, state: Mutex::new(state) }
    }

    /// What waits, as a JSON list in its order.
    pub(crate) fn take(&self) -> String {
        let (waiting, left_out) = {
            let mut state = self.state();
            state.rows.clear();
            state.read = None;
            (std::mem::take(&mut state.waiting), std::mem::take(&mut state.left_out))
        };
        let left_out = (left_out > 0).then(|| Told {
            at: self.started.elapsed().as_secs_f64(),
            event: Event::Warning(Warning {
                code: "events_left_out".to_owned(),
                message: format!("{left_out} events were left out, because on_event takes long"),
                table: None,
                row: None,
                column: None,
            }),
        });
        let told: Vec<Told> = waiting.into_iter().chain(left_out).collect();
        // Numbers, text and names only: it can't fail.
        serde_json::to_string(&told).unwrap_or_else(|_| "[]".to_owned())
    }

    /// The run's curve, as a JSON list.
    pub(crate) fn samples(&self) -> String {
        let mut state = self.state();
        let last = Sample { seconds: self.started.elapsed().as_secs_f64(), ..state.now };
        let mut samples = std::mem::take(&mut state.samples);
        samples.push(last);
        serde_json::to_string(&samples).unwrap_or_else(|_| "[]".to_owned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn sample(&mut self, seconds: f64) {
        let last = self.samples.last().map_or(0.0, |s| s.seconds);
        if seconds - last < self.every {
            return;
        }
        self.samples.push(Sample { seconds, ..self.now });
        if self.samples.len() >= SAMPLES_MAX {
            let mut odd = false;
            self.samples.retain(|_| {
                odd = !odd;
                !odd
            });
            self.every *= 2.0;
        }
    }

    fn add(&mut self, at: f64, event: &Event) {
        match event {
            Event::Read { .. } => match self.read.and_then(|i| self.waiting.get_mut(i)) {
                Some(told) => *told = Told { at, event: event.clone() },
                None => {
                    self.read = Some(self.waiting.len());
                    self.waiting.push(Told { at, event: event.clone() });
                }
            },
            Event::Rows { table, rows, bytes } => {
                let told = self.rows.get(table).and_then(|i| self.waiting.get_mut(*i));
                if let Some(Told { at: when, event: Event::Rows { rows: sum, bytes: sum_bytes, .. } }) = told {
                    *when = at;
                    *sum += rows;
                    *sum_bytes += bytes;
                } else {
                    self.rows.insert(table.clone(), self.waiting.len());
                    self.waiting.push(Told { at, event: event.clone() });
                }
            }
            _ if self.waiting.len() >= EVENTS_MAX => self.left_out += 1,
            _ => self.waiting.push(Told { at, event: event.clone() }),
        }
    }
}

impl Observer for Inbox {
    fn event(&self, event: &Event) {
        let at = self.started.elapsed().as_secs_f64();
        let mut state = self.state();
        match event {
            Event::Read { encoded, decoded } => {
                (state.now.encoded_bytes, state.now.decoded_bytes) = (*encoded, *decoded);
            }
            Event::Rows { rows, bytes, .. } => {
                state.now.rows += rows;
                state.now.row_bytes += bytes;
            }
            _ => {}
        }
        state.sample(at);
        if self.wanted {
            state.add(at, event);
        }
    }
}
