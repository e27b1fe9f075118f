//! One listener for every way of showing progress: it keeps the counts, and hands them to bars, plain lines or JSON.

use crate::console::Console;
use crate::render::{self, Paint, bytes, count, plural, printable, rate};
use crate::request::Shown;
use dumpstream::observe::{Event, Observer, Phase};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Pause between plain lines.
const LINE_INTERVAL: Duration = Duration::from_secs(5);

/// Pause between two looks of a bar.
const BAR_INTERVAL: Duration = Duration::from_millis(100);

/// Over how long the current rate is measured.
const RATE_WINDOW: Duration = Duration::from_secs(5);

/// Most warnings that are printed as they come: a dump may have one for every row. The report has them all.
const WARNINGS_SHOWN_MAX: u64 = 20;

/// Shows a run. Dropping it ends the display.
pub(crate) struct Progress {
    inner: Arc<Inner>,
    /// Hung up to end the ticker.
    ticker: Option<(Sender<()>, JoinHandle<()>)>,
}

struct Inner {
    console: Console,
    shown: Shown,
    quiet: bool,
    keep: bool,
    bar: Option<ProgressBar>,
    started: Instant,
    state: Mutex<State>,
}

impl Progress {
    /// Begins to show a run. With `keep`, its end says how to reach the sandbox that stays.
    pub(crate) fn new(console: Console, shown: Shown, quiet: bool, keep: bool) -> Self {
        let bar = (shown == Shown::Bar).then(ProgressBar::new_spinner);
        console.show(bar.clone());
        let inner = Arc::new(Inner {
            console,
            shown,
            quiet,
            keep,
            bar,
            started: Instant::now(),
            state: Mutex::new(State::default()),
        });
        let interval = match shown {
            Shown::Bar => Some(BAR_INTERVAL),
            Shown::Plain => Some(LINE_INTERVAL),
            Shown::Json | Shown::Nothing => None,
        };
        let ticker = interval.map(|interval| {
            let (alive, ended) = mpsc::channel();
            let inner = Arc::clone(&inner);
            let tick = move || {
                while ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                    inner.tick();
                }
            };
            (alive, std::thread::spawn(tick))
        });
        Self { inner, ticker }
    }

    /// What a run tells its events to.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::clone(&self.inner) as Arc<dyn Observer>
    }

    /// Tells a reader of JSON lines how the run ended, if it ended badly.
    pub(crate) fn failed(&self, error: &dumpstream::error::Error) {
        if self.inner.shown == Shown::Json {
            self.inner.json(&Failed {
                event: "failed",
                exit_code: error.kind().exit_code(),
                message: error.to_string(),
                place: error.place().to_string(),
                hint: error.hint_text(),
                target_state: error.state(),
            });
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((alive, ticker)) = self.ticker.take() {
            drop(alive);
            // It can only have panicked, and then there is nothing left to show.
            let _ = ticker.join();
        }
        if let Some(bar) = &self.inner.bar {
            self.inner.console.show(None);
            bar.finish_and_clear();
        }
    }
}

/// The last JSON line of a run that failed.
#[derive(Serialize)]
struct Failed<'a> {
    event: &'static str,
    exit_code: u8,
    message: String,
    place: String,
    hint: Option<&'a str>,
    target_state: Option<&'a str>,
}

/// A JSON line: the event and when it happened.
#[derive(Serialize)]
struct Line<T> {
    /// Seconds since the command began.
    at: f64,
    #[serde(flatten)]
    event: T,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn json(&self, event: impl Serialize) {
        let at = (self.started.elapsed().as_secs_f64() * 1e3).round() / 1e3;
        // Events are plain data, which always serialises.
        if let Ok(mut line) = serde_json::to_string(&Line { at, event }) {
            line.push('\n');
            self.console.out(&line);
        }
    }

    fn tick(&self) {
        let mut state = self.state();
        let elapsed = self.started.elapsed();
        state.sample(elapsed);
        match &self.bar {
            Some(bar) => {
                bar.set_message(state.message());
                bar.tick();
            }
            None => {
                let line = state.line(elapsed);
                drop(state);
                self.console.err(&line);
            }
        }
    }

    fn steer_bar(bar: &ProgressBar, event: &Event) {
        match event {
            Event::Started { size, .. } => {
                let template = match size {
                    Some(size) => {
                        bar.set_length(*size);
                        "{spinner:.green} {prefix:<8} [{bar:30.cyan/dim}] {decimal_bytes} of {decimal_total_bytes}  \
                         {percent}%  {elapsed} gone, {eta} to go\n  {wide_msg}"
                    }
                    None => "{spinner:.green} {prefix:<8} {decimal_bytes}  {elapsed} gone\n  {wide_msg}",
                };
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style.progress_chars("━╸─"));
                }
            }
            Event::Phase { phase } => bar.set_prefix(name(*phase)),
            Event::Read { encoded, .. } => bar.set_position(*encoded),
            _ => {}
        }
    }
}

impl Observer for Inner {
    fn event(&self, event: &Event) {
        let mut state = self.state();
        state.apply(event);
        let warnings = state.warnings;
        if self.keep && matches!(event, Event::Finished { .. }) {
            self.console.err(&format!("the sandbox runs until Ctrl-C: {}\n", printable(&state.target)));
        }
        drop(state);
        if self.shown == Shown::Json {
            self.json(event);
            return;
        }
        if let Some(bar) = &self.bar {
            Self::steer_bar(bar, event);
        }
        match event {
            Event::Warning(warning) if !self.quiet && warnings <= WARNINGS_SHOWN_MAX => {
                self.console.err(&render::warning(warning, Paint::new(self.console.has_colour())));
                if warnings == WARNINGS_SHOWN_MAX {
                    self.console.err("further warnings are counted, not shown; --report FILE keeps them all\n");
                }
            }
            Event::Started { source, target, .. } if self.shown == Shown::Plain && target.is_empty() => {
                self.console.err(&format!("reading {}\n", printable(source)));
            }
            Event::Started { source, target, lanes, .. } if self.shown == Shown::Plain => {
                let over = match lanes {
                    0 => String::new(),
                    lanes => format!(" over {}", plural(*lanes as u64, "lane")),
                };
                self.console.err(&format!("{} into {}{over}\n", printable(source), printable(target)));
            }
            // Nothing is counted yet while the run prepares.
            Event::Phase { phase } if self.shown == Shown::Plain && *phase != Phase::Prepare => {
                let line = self.state().line(self.started.elapsed());
                self.console.err(&line);
            }
            _ => {}
        }
    }
}

/// A phase, as people read it.
fn name(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Rules => "rules",
        Phase::Rows => "rows",
        Phase::Indexes => "indexes",
        Phase::Objects => "objects",
        Phase::Verify => "verify",
        Phase::Swap => "swap",
        _ => "working",
    }
}

/// What has happened so far.
#[derive(Debug, Default)]
struct State {
    target: String,
    phase: Option<Phase>,
    size: Option<u64>,
    encoded: u64,
    rows: u64,
    tables_started: u64,
    tables_done: u64,
    objects: u64,
    replays: u64,
    warnings: u64,
    /// Why rows are held back.
    held_back: Option<String>,
    /// When the first byte was read, to guess the end from.
    read_since: Option<Duration>,
    /// Rows at some moments of the last [`RATE_WINDOW`], oldest first.
    samples: VecDeque<(Duration, u64)>,
}

impl State {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Started { size, target, .. } => (self.size, self.target) = (*size, target.clone()),
            Event::Phase { phase } => self.phase = Some(*phase),
            Event::Read { encoded, .. } => self.encoded = *encoded,
            Event::TableStarted { .. } => self.tables_started += 1,
            Event::Rows { rows, .. } => self.rows += rows,
            Event::TableDone { .. } => self.tables_done += 1,
            Event::ObjectDone { .. } => self.objects += 1,
            Event::Replay { .. } => self.replays += 1,
            Event::Paused { reason, value, .. } => {
                let value = value.map_or_else(String::new, |v| format!(" {v}"));
                self.held_back = Some(format!("{}{value}", render::held_back_by(reason)));
            }
            Event::Resumed { .. } => self.held_back = None,
            Event::Warning(_) => self.warnings += 1,
            _ => {}
        }
    }

    /// Remembers how many rows there are now.
    fn sample(&mut self, now: Duration) {
        if self.encoded > 0 {
            self.read_since.get_or_insert(now);
        }
        while self.samples.len() > 1 && self.samples.front().is_some_and(|(at, _)| *at + RATE_WINDOW < now) {
            self.samples.pop_front();
        }
        self.samples.push_back((now, self.rows));
    }

    /// Rows a second, lately.
    fn rows_per_second(&self) -> u64 {
        match (self.samples.front(), self.samples.back()) {
            (Some((from, before)), Some((to, after))) => rate(after - before, (*to - *from).as_secs_f64()),
            _ => 0,
        }
    }

    /// Everything that a bar of bytes doesn't show.
    fn message(&self) -> String {
        let mut text = format!("{} rows, {} rows/s", count(self.rows), count(self.rows_per_second()));
        let tables = plural(self.tables_started, "table");
        match self.target.is_empty() {
            true => text.extend([", ", &tables]),
            false => {
                let _ = write!(text, ", {} of {tables} done", count(self.tables_done));
            }
        }
        for (n, noun) in [(self.objects, "object"), (self.replays, "replay"), (self.warnings, "warning")] {
            if n > 0 {
                let _ = write!(text, ", {}", plural(n, noun));
            }
        }
        if let Some(why) = &self.held_back {
            let _ = write!(text, ", held back: {why}");
        }
        text
    }

    /// A plain line.
    fn line(&self, now: Duration) -> String {
        let phase = self.phase.map_or("start", name);
        let mut text = format!("{:>7}  {phase:<8} {} read", render::seconds(now.as_secs_f64()), bytes(self.encoded));
        if let Some(size) = self.size.filter(|s| *s > 0) {
            let _ = write!(text, " of {} ({}%)", bytes(size), self.encoded.min(size) * 100 / size);
        }
        let _ = write!(text, ", {}", self.message());
        if let Some(left) = self.left(now) {
            let _ = write!(text, ", {} to go", render::seconds(left.as_secs_f64()));
        }
        text.push('\n');
        text
    }

    /// How long reading will go on at its pace so far, once there is a pace.
    fn left(&self, now: Duration) -> Option<Duration> {
        let size =
            self.size.filter(|size| self.phase == Some(Phase::Rows) && *size > self.encoded && self.encoded > 0)?;
        let spent = now.checked_sub(self.read_since?).filter(|s| *s >= Duration::from_secs(1))?;
        Some(spent.mul_f64((size - self.encoded) as f64 / self.encoded as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Captured;
    use dumpstream::observe::Warning;

    fn events() -> Vec<Event> {
        vec![
            Event::Started {
                source: "d.sql".into(),
                size: Some(2_000_000),
                codec: "none",
                target: "mysql://u@h".into(),
                lanes: 4,
            },
            Event::Phase { phase: Phase::Rows },
            Event::TableStarted { table: "a.b".into() },
            Event::Read { encoded: 500_000, decoded: 500_000 },
            Event::Rows { table: "a.b".into(), rows: 1500, bytes: 400_000 },
            Event::Replay { table: "a.b".into(), attempt: 2, reason: "deadlock".into() },
            Event::Warning(Warning {
                code: "value_changed".into(),
                message: "cut".into(),
                table: Some("a.b".into()),
                row: Some(3),
                column: None,
            }),
            Event::TableDone { table: "a.b".into() },
            Event::ObjectDone { kind: "view" },
            Event::Finished { rows: 1500, seconds: 1.5 },
        ]
    }

    #[test]
    fn json_is_one_event_a_line() {
        let captured = Captured::default();
        let progress = Progress::new(captured.console(), Shown::Json, false, false);
        for event in events() {
            progress.observer().event(&event);
        }
        progress.failed(&dumpstream::error::Error::target("no").hint("try again"));
        drop(progress);
        let lines: Vec<serde_json::Value> = captured.out().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let kinds: Vec<&str> = lines.iter().map(|l| l["event"].as_str().unwrap()).collect();
        assert_eq!(
            kinds,
            [
                "started",
                "phase",
                "table_started",
                "read",
                "rows",
                "replay",
                "warning",
                "table_done",
                "object_done",
                "finished",
                "failed"
            ]
        );
        assert!(lines.iter().all(|l| l["at"].is_number()));
        assert_eq!((&lines[4]["table"], &lines[4]["rows"]), (&"a.b".into(), &1500.into()));
        assert_eq!((&lines[6]["code"], &lines[6]["row"]), (&"value_changed".into(), &3.into()));
        assert_eq!((&lines[10]["exit_code"], &lines[10]["hint"]), (&4.into(), &"try again".into()));
        assert_eq!(captured.err(), "");
    }

    #[test]
    fn plain_lines_say_where_the_run_is() {
        let mut state = State::default();
        for event in events() {
            state.apply(&event);
            state.sample(Duration::from_secs(2));
        }
        state.sample(Duration::from_secs(4));
        assert_eq!(
            state.line(Duration::from_secs(4)),
            " 4.00 s  rows     500.0 kB read of 2.0 MB (25%), 1,500 rows, 750 rows/s, 1 of 1 table done, 1 object, 1 replay, \
             1 warning, 6.00 s to go\n"
        );
    }

    #[test]
    fn a_line_says_why_nothing_goes_on() {
        let mut state = State::default();
        state.apply(&Event::Paused { reason: "lag", value: Some(12.0), limit: Some(5.0) });
        assert!(state.message().ends_with(", held back: replica lag 12"), "{}", state.message());
        state.apply(&Event::Resumed { seconds: 3.0 });
        assert!(!state.message().contains("held back"));
    }

    #[test]
    fn the_rate_is_that_of_late() {
        let mut state = State::default();
        for second in 0..30 {
            state.rows = if second < 10 { 1000 * second } else { 10_000 };
            state.sample(Duration::from_secs(second));
        }
        assert_eq!(state.rows_per_second(), 0);
        assert!(state.samples.len() < 10);
    }

    #[test]
    fn a_flood_of_warnings_is_cut_short() {
        let captured = Captured::default();
        let progress = Progress::new(captured.console(), Shown::Nothing, false, false);
        let warning = Warning { code: "c".into(), message: "m".into(), table: None, row: None, column: None };
        for _ in 0..1000 {
            progress.observer().event(&Event::Warning(warning.clone()));
        }
        assert_eq!(captured.err().lines().count() as u64, WARNINGS_SHOWN_MAX + 1);
    }

    #[test]
    fn quiet_is_quiet() {
        let captured = Captured::default();
        let progress = Progress::new(captured.console(), Shown::Nothing, true, false);
        for event in events() {
            progress.observer().event(&event);
        }
        drop(progress);
        assert_eq!((captured.out(), captured.err()), (String::new(), String::new()));
    }

    #[test]
    fn a_sandbox_that_stays_says_how_to_reach_it() {
        let captured = Captured::default();
        let progress = Progress::new(captured.console(), Shown::Nothing, true, true);
        for event in events() {
            progress.observer().event(&event);
        }
        assert_eq!(captured.err(), "the sandbox runs until Ctrl-C: mysql://u@h\n");
    }
}
