//! When the next block of rows may be sent to a server that others use as well. Pure: it is told what the server says of
//! itself, and what time it is.
//!
//! Three limits hold blocks back: how far replicas are behind, how many threads of the server run, and bytes of dump text
//! a second. A pause begins when a block is ready that may not be sent, and ends when one is.

use crate::observe::Event;
use crate::report::PauseReport;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long the server may leave its state untold before the run ends: what can't be read can't be kept to.
pub(crate) const UNREADABLE_MAX: Duration = Duration::from_secs(60);

/// What must not be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Limits {
    pub(crate) lag: Option<Duration>,
    pub(crate) threads_running: Option<u64>,
    /// Bytes of dump text a second.
    pub(crate) rate: Option<u64>,
}

impl Limits {
    /// The server has to be asked.
    pub(crate) const fn asks(self) -> bool {
        self.lag.is_some() || self.threads_running.is_some()
    }
}

/// What a server says of itself. Only what there is a limit for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Reading {
    pub(crate) lag: Option<Lag>,
    pub(crate) threads_running: Option<u64>,
}

/// How far replicas are behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Lag {
    Behind(Duration),
    /// Replication doesn't run, so nobody knows.
    Stopped,
}

/// Why a block isn't sent.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Held {
    Lag(Lag),
    Threads(u64),
    Unreadable,
    Rate,
}

impl Held {
    const fn name(self) -> &'static str {
        match self {
            Self::Lag(_) => "lag",
            Self::Threads(_) => "threads_running",
            Self::Unreadable => "unreadable",
            Self::Rate => "rate",
        }
    }
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Limits,
    /// What the server said last is over a limit.
    over: Option<Held>,
    /// Since when it says nothing.
    silent: Option<Instant>,
    /// Bytes that may be sent now; less than none after a block that was longer.
    tokens: f64,
    filled: Instant,
    pause: Option<(Held, Instant)>,
    pauses: BTreeMap<&'static str, PauseReport>,
}

impl Throttle {
    pub(crate) fn new(limits: Limits, now: Instant) -> Self {
        Self {
            limits,
            over: None,
            silent: None,
            tokens: limits.rate.unwrap_or_default() as f64,
            filled: now,
            pause: None,
            pauses: BTreeMap::new(),
        }
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    /// Takes in what the server said; `None` if it couldn't be asked. False if it hasn't answered for too long.
    pub(crate) fn hear(&mut self, reading: Option<Reading>, now: Instant) -> bool {
        let Some(reading) = reading else {
            self.over = Some(Held::Unreadable);
            return now.duration_since(*self.silent.get_or_insert(now)) < UNREADABLE_MAX;
        };
        self.silent = None;
        let lag = reading.lag.filter(|lag| match (lag, self.limits.lag) {
            (Lag::Behind(behind), Some(limit)) => *behind > limit,
            (Lag::Stopped, limit) => limit.is_some(),
            (_, None) => false,
        });
        let threads = reading.threads_running.filter(|n| self.limits.threads_running.is_some_and(|limit| *n > limit));
        self.over = lag.map(Held::Lag).or(threads.map(Held::Threads));
        true
    }

    /// Whether a block may be sent.
    pub(crate) fn may_send(&mut self, now: Instant) -> bool {
        self.fill(now);
        self.held().is_none()
    }

    fn held(&self) -> Option<Held> {
        self.over.or_else(|| (self.limits.rate.is_some() && self.tokens <= 0.0).then_some(Held::Rate))
    }

    /// Tokens for the time gone by: a second's at most, so that idle time isn't made up for.
    pub(crate) fn fill(&mut self, now: Instant) {
        let Some(rate) = self.limits.rate else { return };
        let rate = rate as f64;
        let earned = now.duration_since(self.filled).as_secs_f64() * rate;
        self.tokens = (self.tokens + earned).min(rate);
        self.filled = now;
    }

    /// A block is ready, and may not be sent. An event where a pause begins that isn't the rate's everyday.
    pub(crate) fn wait(&mut self, now: Instant) -> Option<Event> {
        let held = self.held()?;
        if self.pause.is_some_and(|(before, _)| before.name() == held.name()) {
            return None;
        }
        self.end_pause(now);
        self.pause = Some((held, now));
        self.pauses.entry(held.name()).or_default().pauses += 1;
        let (value, limit) = match held {
            Held::Lag(lag) => {
                let behind = match lag {
                    Lag::Behind(behind) => Some(behind.as_secs_f64()),
                    Lag::Stopped => None,
                };
                (behind, self.limits.lag.map(|l| l.as_secs_f64()))
            }
            Held::Threads(n) => (Some(n as f64), self.limits.threads_running.map(|n| n as f64)),
            Held::Unreadable => (None, None),
            Held::Rate => return None,
        };
        Some(Event::Paused { reason: held.name(), value, limit })
    }

    /// A block is sent. An event where that ends a pause.
    pub(crate) fn send(&mut self, bytes: u64, now: Instant) -> Option<Event> {
        self.tokens -= bytes as f64;
        self.end_pause(now)
    }

    fn end_pause(&mut self, now: Instant) -> Option<Event> {
        let (held, since) = self.pause.take()?;
        let seconds = now.duration_since(since).as_secs_f64();
        self.pauses.entry(held.name()).or_default().seconds += seconds;
        (held != Held::Rate).then_some(Event::Resumed { seconds })
    }

    /// When there will be tokens again, where nothing else holds a waiting block back and there are none.
    pub(crate) fn until(&self) -> Option<Instant> {
        let waits = self.over.is_none() && self.pause.is_some() && self.tokens <= 0.0;
        let rate = self.limits.rate.filter(|_| waits)?;
        let missing = (1.0 - self.tokens).max(0.0) / rate.max(1) as f64;
        Some(self.filled + Duration::from_secs_f64(missing))
    }

    /// The pauses so far, by reason.
    pub(crate) fn finish(&mut self, now: Instant) -> BTreeMap<&'static str, PauseReport> {
        self.end_pause(now);
        std::mem::take(&mut self.pauses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn throttle(limits: Limits) -> (Throttle, Instant) {
        let now = Instant::now();
        (Throttle::new(limits, now), now)
    }

    fn lag(seconds: u64) -> Option<Reading> {
        Some(Reading { lag: Some(Lag::Behind(SECOND * seconds as u32)), ..Reading::default() })
    }

    #[test]
    fn without_limits_nothing_waits() {
        let (mut t, now) = throttle(Limits::default());
        assert!(t.may_send(now));
        assert!(t.send(u64::MAX, now).is_none());
        assert!(t.may_send(now) && t.until().is_none() && t.finish(now).is_empty());
    }

    #[test]
    fn lag_over_the_limit_holds_until_it_is_gone() {
        let (mut t, now) = throttle(Limits { lag: Some(SECOND * 5), ..Limits::default() });
        assert!(t.hear(lag(5), now) && t.may_send(now));
        t.hear(lag(6), now);
        assert!(!t.may_send(now));
        let event = t.wait(now);
        assert!(
            matches!(event, Some(Event::Paused { reason: "lag", value: Some(6.0), limit: Some(5.0) })),
            "{event:?}"
        );
        assert!(t.wait(now + SECOND).is_none(), "one pause is told once");
        t.hear(Some(Reading { lag: Some(Lag::Stopped), ..Reading::default() }), now);
        assert!(!t.may_send(now + SECOND));
        t.hear(lag(0), now);
        assert!(t.may_send(now + 3 * SECOND));
        let event = t.send(1, now + 3 * SECOND);
        assert!(matches!(event, Some(Event::Resumed { seconds: 3.0 })), "{event:?}");
        let pauses = t.finish(now + 9 * SECOND);
        assert_eq!(pauses.len(), 1);
        assert_eq!((pauses["lag"].pauses, pauses["lag"].seconds), (1, 3.0));
    }

    #[test]
    fn running_threads_hold_as_well_and_the_reasons_are_told_apart() {
        let limits = Limits { lag: Some(SECOND), threads_running: Some(8), rate: None };
        let (mut t, now) = throttle(limits);
        let both = |lag: u32, n| Some(Reading { lag: Some(Lag::Behind(SECOND * lag)), threads_running: Some(n) });
        t.hear(both(0, 9), now);
        assert!(matches!(t.wait(now), Some(Event::Paused { reason: "threads_running", .. })));
        t.hear(both(2, 9), now + SECOND);
        assert!(matches!(t.wait(now + SECOND), Some(Event::Paused { reason: "lag", .. })));
        t.hear(both(1, 8), now + 3 * SECOND);
        assert!(t.may_send(now + 3 * SECOND));
        t.send(1, now + 3 * SECOND);
        let pauses = t.finish(now + 3 * SECOND);
        assert_eq!((pauses["threads_running"].seconds, pauses["lag"].seconds), (1.0, 2.0));
    }

    #[test]
    fn a_server_that_says_nothing_holds_and_ends_the_run_at_last() {
        let (mut t, now) = throttle(Limits { threads_running: Some(8), ..Limits::default() });
        assert!(t.hear(None, now) && !t.may_send(now));
        assert!(t.hear(None, now + UNREADABLE_MAX - SECOND));
        assert!(t.hear(Some(Reading { threads_running: Some(1), lag: None }), now + UNREADABLE_MAX));
        assert!(t.may_send(now + UNREADABLE_MAX));
        assert!(t.hear(None, now + UNREADABLE_MAX + SECOND), "it starts anew");
        assert!(!t.hear(None, now + 3 * UNREADABLE_MAX));
    }

    #[test]
    fn the_rate_is_kept_over_time() {
        let (mut t, start) = throttle(Limits { rate: Some(1_000), ..Limits::default() });
        let (mut now, mut sent) = (start, 0);
        while now < start + 100 * SECOND {
            if t.may_send(now) {
                t.send(700, now);
                sent += 700;
            } else {
                assert!(t.wait(now).is_none(), "that is no event");
                let until = t.until().unwrap();
                assert!(until > now && until <= now + SECOND);
                now = until;
                t.fill(now);
                assert!(t.until().is_none(), "there is nothing to wait for");
            }
        }
        assert!((100_000..=101_700).contains(&sent), "{sent}");
        assert!(t.finish(now)["rate"].seconds > 90.0);
        // Idle time isn't made up for.
        now += 1_000 * SECOND;
        let mut burst = 0;
        while t.may_send(now) {
            t.send(700, now);
            burst += 700;
        }
        assert_eq!(burst, 1_400);
    }

    #[test]
    fn a_block_longer_than_a_second_s_worth_is_sent_and_paid_for() {
        let (mut t, now) = throttle(Limits { rate: Some(100), ..Limits::default() });
        assert!(t.may_send(now));
        t.send(1_000, now);
        assert!(!t.may_send(now + 8 * SECOND));
        assert!(t.may_send(now + 10 * SECOND));
    }
}
