//! Which range is asked for when: parts, window, retries, hedges, and how many connections. Pure: events and the time
//! go in, orders come out.
//!
//! - The object is cut into parts as they are begun, so that their size can follow what the network does.
//! - A part is filled from its start on. Whatever attempt brings the next bytes, they count; so a retry goes on at the
//!   exact byte, and a hedge begins where the slow one is.
//! - Nothing is asked for that wouldn't fit the window in front of what was delivered.

use std::collections::VecDeque;
use std::time::Duration;

/// Smallest part: below it, requests outweigh bytes.
pub(crate) const PART_BYTES_MIN: u64 = 256 << 10;

/// Largest part: S3's fast clients use 8 MiB, and more brings nothing.
pub(crate) const PART_BYTES_MAX: u64 = 8 << 20;

/// Connections at the start, when their number is found out.
const CONNECTIONS_START: usize = 8;

/// Fewest connections that slowing down leads to.
const CONNECTIONS_MIN: usize = 1;

/// Most connections that finding out leads to: S3 gives about 0.7 Gbit/s on each, machines have 25 at most.
pub(crate) const CONNECTIONS_MAX: usize = 32;

/// How long a number of connections is tried before it is judged.
const INTERVAL: Duration = Duration::from_secs(1);

/// More throughput than this part of the former is worth more connections.
const GAIN_PART: f64 = 0.05;

/// Intervals for which a number of connections that proved best, or that a busy server asked for, is kept.
const HOLD_INTERVALS: u32 = 8;

/// A request's wait for its first byte may be this part of the time that it takes, or else parts are made larger.
const LATENCY_PART: f64 = 0.1;

/// Of requests, one in so many may be a hedge, beyond the first few.
const HEDGE_ONE_IN: u64 = 20;
const HEDGES_FREE: u64 = 2;

/// Attempts that must have ended well before another one counts as slow.
const HEDGE_KNOWN_MIN: u64 = 4;

/// Longest pause before a retry.
const RETRY_DELAY_MAX: Duration = Duration::from_secs(15);

/// How often slow parts are looked for.
const TICK: Duration = Duration::from_millis(25);

/// How far reading may go.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// A fixed number of connections; or else it is found out, up to [`CONNECTIONS_MAX`].
    pub(crate) connections: Option<usize>,
    /// Bytes that may be asked for ahead of what was delivered.
    pub(crate) window_bytes: u64,
    pub(crate) part_bytes_min: u64,
    pub(crate) part_bytes_max: u64,
    /// Failures in a row of one part.
    pub(crate) retries_max: u32,
    pub(crate) retry_delay: Duration,
    /// How much longer than twice its expected time a part may take before it is asked for once more.
    pub(crate) hedge_delay: Duration,
    /// Seeds the pauses' jitter.
    pub(crate) seed: u64,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Ask for the bytes from `from` up to but not including `to`.
    Start { attempt: u64, part: u64, from: u64, to: u64 },
    /// Its bytes are of no use any more.
    Cancel { attempt: u64 },
}

/// What a failed attempt says about the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// It may work at another time.
    Passing,
    /// It may, if less is asked for.
    Busy,
    /// It won't.
    Lasting,
}

/// A part that can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenUp {
    /// The first byte that is missing.
    pub(crate) at: u64,
    /// Failures in a row.
    pub(crate) failures: u32,
}

#[derive(Debug)]
struct Part {
    start: u64,
    end: u64,
    /// Up to where its bytes have come.
    filled: u64,
    attempts: Vec<Attempt>,
    hedged: bool,
    failures: u32,
    /// When it may be asked for again.
    retry_at: Duration,
}

#[derive(Debug)]
struct Attempt {
    id: u64,
    from: u64,
    begun: Duration,
    answered: Option<Duration>,
}

/// A mean that forgets.
#[derive(Debug, Default)]
struct Mean {
    value: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        let weight = if self.count == 0 { 1.0 } else { 0.2 };
        self.value += weight * (value - self.value);
        self.count += 1;
    }
}

/// How many connections, when that is found out.
#[derive(Debug)]
struct Search {
    since: Duration,
    /// What was received by then.
    received: u64,
    /// Of the interval, how long delivery waited for bytes.
    starved: Duration,
    /// The number before, and its throughput, while more are tried.
    before: Option<(usize, f64)>,
    hold: u32,
}

/// The state of reading one object.
#[derive(Debug)]
pub(crate) struct Plan {
    limits: Limits,
    size: u64,
    /// Where the next part begins.
    next: u64,
    delivered: u64,
    received: u64,
    /// In order; the first has `first` as its number.
    parts: VecDeque<Part>,
    first: u64,
    running: usize,
    connections: usize,
    attempts: u64,
    hedges: u64,
    cancel: Vec<u64>,
    latency: Mean,
    /// Bytes a second on one connection, once it answers.
    rate: Mean,
    search: Option<Search>,
    last_busy: Option<Duration>,
    last_poll: Duration,
    random: u64,
}

impl Plan {
    pub(crate) fn new(size: u64, limits: Limits) -> Self {
        let room = usize::try_from(limits.window_bytes / (2 * limits.part_bytes_min).max(1)).unwrap_or(usize::MAX);
        let most = room.clamp(1, CONNECTIONS_MAX);
        let search = limits.connections.is_none().then_some(Search {
            since: Duration::ZERO,
            received: 0,
            starved: Duration::ZERO,
            before: None,
            hold: 0,
        });
        Self {
            connections: limits.connections.unwrap_or(CONNECTIONS_START.min(most)).max(1),
            size,
            next: 0,
            delivered: 0,
            received: 0,
            parts: VecDeque::new(),
            first: 0,
            running: 0,
            attempts: 0,
            hedges: 0,
            cancel: Vec::new(),
            latency: Mean::default(),
            rate: Mean::default(),
            search,
            last_busy: None,
            last_poll: Duration::ZERO,
            random: limits.seed | 1,
            limits,
        }
    }

    /// Connections that are wanted now.
    pub(crate) fn connections(&self) -> usize {
        self.connections
    }

    /// Requests so far that were made because another one was slow.
    pub(crate) fn hedges(&self) -> u64 {
        self.hedges
    }

    /// Whether every byte was delivered.
    pub(crate) fn is_done(&self) -> bool {
        self.delivered == self.size
    }

    /// The first part of which something is still to be delivered.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    /// What to do now, if anything; to be asked again until there is nothing.
    pub(crate) fn next(&mut self, now: Duration) -> Option<Order> {
        self.look(now);
        if let Some(attempt) = self.cancel.pop() {
            return Some(Order::Cancel { attempt });
        }
        if self.running >= self.connections {
            return None;
        }
        let waiting = |part: &Part| part.attempts.is_empty() && part.filled < part.end && part.retry_at <= now;
        let part = match self.parts.iter().position(waiting) {
            Some(part) => part,
            None if self.next < self.size && self.has_room() => self.begin(),
            None => {
                let slow = self.slow(now)?;
                self.hedges += 1;
                if let Some(part) = self.parts.get_mut(slow) {
                    part.hedged = true;
                }
                slow
            }
        };
        let id = self.attempts;
        let number = self.first + part as u64;
        let part = self.parts.get_mut(part)?;
        self.attempts += 1;
        self.running += 1;
        part.attempts.push(Attempt { id, from: part.filled, begun: now, answered: None });
        Some(Order::Start { attempt: id, part: number, from: part.filled, to: part.end })
    }

    /// When to ask again, unless something happens before; never if nothing is to be waited for.
    pub(crate) fn wake(&self, now: Duration) -> Option<Duration> {
        let retry = self.parts.iter().filter(|p| p.attempts.is_empty() && p.filled < p.end).map(|p| p.retry_at);
        let tick = (self.running > 0).then_some(now + TICK);
        retry.chain(tick).min().map(|at| at.max(now + Duration::from_millis(1)))
    }

    /// The server has begun to answer.
    pub(crate) fn answered(&mut self, attempt: u64, now: Duration) {
        let mut wait = None;
        if let Some(attempt) = self.parts.iter_mut().flat_map(|p| &mut p.attempts).find(|a| a.id == attempt) {
            attempt.answered = Some(now);
            wait = Some(now.saturating_sub(attempt.begun).as_secs_f64());
        }
        if let Some(wait) = wait {
            self.latency.add(wait);
        }
    }

    /// Bytes have come. Returns their part's number and how many of them that part has already; nothing if it wants none.
    pub(crate) fn bytes(&mut self, attempt: u64, from: u64, len: u64, now: Duration) -> Option<(u64, u64)> {
        let index = self.parts.iter().position(|p| p.attempts.iter().any(|a| a.id == attempt))?;
        let number = self.first + index as u64;
        let part = self.parts.get_mut(index)?;
        if from > part.filled || from + len <= part.filled {
            return None;
        }
        let skip = part.filled - from;
        self.received += len - skip;
        part.filled = from + len;
        if part.filled >= part.end {
            for ended in part.attempts.drain(..) {
                self.running -= 1;
                if ended.id != attempt {
                    self.cancel.push(ended.id);
                } else if let Some(answered) = ended.answered {
                    let seconds = now.saturating_sub(answered).as_secs_f64().max(1e-6);
                    self.rate.add((part.end - ended.from) as f64 / seconds);
                }
            }
        }
        Some((number, skip))
    }

    /// An attempt has ended before its part was full.
    pub(crate) fn failed(&mut self, attempt: u64, severity: Severity, now: Duration) -> Result<(), GivenUp> {
        let Some(part) = self.parts.iter_mut().find(|p| p.attempts.iter().any(|a| a.id == attempt)) else {
            // Another one had filled it.
            return Ok(());
        };
        let Some(index) = part.attempts.iter().position(|a| a.id == attempt) else { return Ok(()) };
        let ended = part.attempts.swap_remove(index);
        self.running -= 1;
        // What brings a good deal of the part each time comes to an end; a byte each time doesn't.
        let progress = part.filled.saturating_sub(ended.from);
        part.failures = if progress >= (part.end - part.start).div_ceil(4) { 1 } else { part.failures + 1 };
        let failures = part.failures;
        let given_up = GivenUp { at: part.filled, failures };
        if severity == Severity::Lasting || (failures > self.limits.retries_max && part.attempts.is_empty()) {
            return Err(given_up);
        }
        // Between a half and all of what it is, so that many which failed together don't come back together.
        let pause = self.limits.retry_delay.saturating_mul(1 << (failures - 1).min(16)).min(RETRY_DELAY_MAX);
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let jitter = 0.5 + (self.random >> 11) as f64 / (1_u64 << 54) as f64;
        part.retry_at = now + pause.mul_f64(jitter);
        if severity == Severity::Busy && self.last_busy.is_none_or(|last| ended.begun >= last) {
            // Answers to what was asked before the last time say nothing new.
            self.last_busy = Some(now);
            self.connections = (self.connections / 2).max(CONNECTIONS_MIN);
            if let Some(search) = &mut self.search {
                (search.before, search.hold) = (None, HOLD_INTERVALS);
            }
        }
        Ok(())
    }

    /// Bytes have left the window, in order.
    pub(crate) fn delivered(&mut self, bytes: u64) {
        self.delivered += bytes;
        while self.parts.front().is_some_and(|p| p.end <= self.delivered) {
            self.parts.pop_front();
            self.first += 1;
        }
    }

    fn begin(&mut self) -> usize {
        let end = self.size.min(self.next + self.part_bytes());
        self.parts.push_back(Part {
            start: self.next,
            end,
            filled: self.next,
            attempts: Vec::with_capacity(2),
            hedged: false,
            failures: 0,
            retry_at: Duration::ZERO,
        });
        self.next = end;
        self.parts.len() - 1
    }

    fn has_room(&self) -> bool {
        self.parts.is_empty() || self.next + self.part_bytes() - self.delivered <= self.limits.window_bytes
    }

    /// The size of the next part: as much as makes up for the wait before it, if the window holds two for each connection.
    fn part_bytes(&self) -> u64 {
        let Limits { part_bytes_min, part_bytes_max, window_bytes, .. } = self.limits;
        let wanted = match self.rate.count {
            0 => part_bytes_max,
            _ => (self.rate.value * self.latency.value * (1.0 / LATENCY_PART - 1.0)) as u64,
        };
        let fits = window_bytes / (2 * self.connections as u64);
        // A power of two, so that it doesn't change with every measurement.
        let wanted = wanted.max(1).checked_next_power_of_two().unwrap_or(part_bytes_max);
        wanted.max(part_bytes_max / 8).min(fits).clamp(part_bytes_min, part_bytes_max)
    }

    /// A part that takes much longer than others do.
    fn slow(&self, now: Duration) -> Option<usize> {
        if self.rate.count < HEDGE_KNOWN_MIN || self.hedges >= HEDGES_FREE + self.attempts / HEDGE_ONE_IN {
            return None;
        }
        self.parts.iter().position(|part| match part.attempts.as_slice() {
            [only] if !part.hedged => {
                let expected = self.latency.value + (part.end - only.from) as f64 / self.rate.value.max(1.0);
                let limit = Duration::try_from_secs_f64(2.0 * expected).unwrap_or(Duration::MAX);
                now.saturating_sub(only.begun) > limit.saturating_add(self.limits.hedge_delay)
            }
            _ => false,
        })
    }

    /// Looks whether more connections brought more, or would.
    fn look(&mut self, now: Duration) {
        let waits = self.parts.front().is_some_and(|p| p.filled <= self.delivered.max(p.start));
        let passed = now.saturating_sub(self.last_poll);
        self.last_poll = now;
        let room = usize::try_from(self.limits.window_bytes / (2 * self.limits.part_bytes_min).max(1));
        let most = room.unwrap_or(usize::MAX).clamp(1, CONNECTIONS_MAX);
        let Some(search) = &mut self.search else { return };
        if waits {
            search.starved += passed;
        }
        let interval = now.saturating_sub(search.since);
        if interval < INTERVAL {
            return;
        }
        let throughput = (self.received - search.received) as f64 / interval.as_secs_f64();
        let starved = search.starved > interval / 4;
        (search.since, search.received, search.starved) = (now, self.received, Duration::ZERO);
        match search.before.take() {
            Some((before, of_before)) if throughput < of_before * (1.0 + GAIN_PART) => {
                self.connections = before;
                search.hold = HOLD_INTERVALS;
            }
            _ if search.hold > 0 => search.hold -= 1,
            // Where the reader is the slow one, more connections bring nothing.
            _ if starved && self.connections < most => {
                search.before = Some((self.connections, throughput));
                self.connections = (self.connections + (self.connections / 4).max(1)).min(most);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
