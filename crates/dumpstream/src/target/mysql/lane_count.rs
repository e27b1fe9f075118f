//! How many lanes work at a time. Pure: it is told what they achieve, and what time it is.
//!
//! Where the number isn't given, it starts small and grows while that brings more bytes a second. A server that has enough
//! to do takes longer for each block and gets no more of them done: then one lane less does as well.

use crate::options::Lanes;
use std::time::{Duration, Instant};

/// Lanes to begin with.
pub(crate) const START: usize = 2;
/// Most lanes, however many cores the server has: they share one log.
pub(crate) const MAX: usize = 16;
/// Lanes for each core of the server: one waits for the log or the network while another computes.
const PER_CORE: usize = 2;
/// A lane more is worth its while if throughput grows by this factor.
const GROWTH: f64 = 1.05;
/// A lane is too many if blocks take longer by this factor, and throughput hasn't grown.
const SLOWER: f64 = 2.0;
/// How long a number of lanes is watched, at least.
const WINDOW: Duration = Duration::from_millis(400);
/// Share of that time in which lanes may have been without a block. Beyond, their number wasn't what counted.
const IDLE_MAX: f64 = 0.3;
/// Blocks that each lane has to commit in that time.
const BLOCKS_PER_LANE: usize = 2;
/// Windows after which a lane more is tried again: what the server has to do besides may have changed.
const PROBE_WINDOWS: u32 = 25;

/// What the lanes achieved in a window.
#[derive(Debug, Clone, Copy)]
struct Sample {
    /// Bytes a second.
    throughput: f64,
    /// Seconds from a block's sending to its commit, for each byte.
    latency: f64,
}

/// See the module's documentation.
#[derive(Debug)]
pub(crate) struct LaneCount {
    lanes: usize,
    max: usize,
    /// Their number wasn't given.
    auto: bool,
    /// The last change was one lane more, to see whether it helps.
    growing: bool,
    /// After they had settled.
    probing: bool,
    /// What was achieved when throughput last grew.
    reference: Option<Sample>,
    /// Windows since the last change.
    windows: u32,
    since: Option<Instant>,
    bytes: u64,
    blocks: usize,
    busy: Duration,
}

impl LaneCount {
    pub(crate) fn new(lanes: Lanes) -> Self {
        let (lanes, max, auto) = match lanes {
            Lanes::Auto => (START, MAX, true),
            Lanes::Fixed(n) => (n, n, false),
        };
        Self {
            lanes,
            max,
            auto,
            growing: true,
            probing: false,
            reference: None,
            windows: 0,
            since: None,
            bytes: 0,
            blocks: 0,
            busy: Duration::ZERO,
        }
    }

    /// How many may work now.
    pub(crate) const fn lanes(&self) -> usize {
        self.lanes
    }

    /// How many there may be at most.
    pub(crate) const fn max(&self) -> usize {
        self.max
    }

    /// Whether it changes.
    pub(crate) const fn is_auto(&self) -> bool {
        self.auto
    }

    /// The server has so many cores.
    pub(crate) fn bound(&mut self, cores: usize) {
        if self.auto {
            self.max = (cores * PER_CORE).clamp(START, MAX);
        }
    }

    /// A block was committed, after `took`. True if the number of lanes is another now.
    pub(crate) fn committed(&mut self, bytes: u64, took: Duration, now: Instant) -> bool {
        if !self.auto {
            return false;
        }
        let since = *self.since.get_or_insert(now);
        self.bytes += bytes;
        self.blocks += 1;
        self.busy += took;
        let elapsed = now.duration_since(since);
        if elapsed < WINDOW || self.blocks < BLOCKS_PER_LANE * self.lanes {
            return false;
        }
        let bytes = self.bytes.max(1) as f64;
        let sample = Sample { throughput: bytes / elapsed.as_secs_f64(), latency: self.busy.as_secs_f64() / bytes };
        let idle = 1.0 - self.busy.as_secs_f64() / (elapsed.as_secs_f64() * self.lanes as f64);
        let before = self.lanes;
        (self.since, self.bytes, self.blocks, self.busy) = (Some(now), 0, 0, Duration::ZERO);
        if idle <= IDLE_MAX {
            self.judge(sample);
        }
        self.lanes != before
    }

    fn judge(&mut self, now: Sample) {
        let Some(reference) = self.reference else {
            self.reference = Some(now);
            return self.grow();
        };
        let more = now.throughput > reference.throughput * GROWTH;
        let slower = now.latency >= reference.latency * SLOWER;
        self.windows += 1;
        if more {
            self.reference = Some(now);
            self.probing = false;
            if self.growing {
                self.grow();
            }
        } else if slower && self.lanes > 1 {
            self.lanes -= 1;
            // What is slow with fewer lanes isn't their fault.
            self.reference = Some(now);
            (self.growing, self.probing, self.windows) = (false, false, 0);
        } else if self.growing {
            // One that was tried again and brings nothing goes again, or they would get more and more.
            self.lanes -= usize::from(self.probing);
            (self.growing, self.probing, self.windows) = (false, false, 0);
        } else if self.windows >= PROBE_WINDOWS {
            self.reference = Some(now);
            self.grow();
            self.probing = self.growing;
        }
    }

    fn grow(&mut self) {
        self.growing = self.lanes < self.max;
        self.lanes = self.max.min(self.lanes + 1);
        self.windows = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: u64 = 2 << 20;

    /// Commits blocks for so many seconds on a server that takes `cost(lanes)` seconds for a block on each of its lanes.
    fn run(count: &mut LaneCount, now: &mut Instant, seconds: f64, cost: impl Fn(usize) -> f64) -> Vec<usize> {
        let end = *now + Duration::from_secs_f64(seconds);
        let mut seen = vec![count.lanes()];
        while *now < end {
            let took = Duration::from_secs_f64(cost(count.lanes()));
            // Each lane commits one in that time.
            *now += took / count.lanes() as u32;
            if count.committed(BLOCK, took, *now) {
                seen.push(count.lanes());
            }
        }
        seen
    }

    fn auto(cores: usize) -> (LaneCount, Instant) {
        let mut count = LaneCount::new(Lanes::Auto);
        count.bound(cores);
        (count, Instant::now())
    }

    #[test]
    fn a_number_that_is_given_stays() {
        let mut count = LaneCount::new(Lanes::Fixed(4));
        count.bound(64);
        assert_eq!(run(&mut count, &mut Instant::now(), 60.0, |n| 0.05 * n as f64), [4]);
        assert_eq!(count.max(), 4);
    }

    #[test]
    fn lanes_are_added_while_that_brings_more() {
        // Six work side by side; beyond, each takes its share of the same.
        let (mut count, mut now) = auto(64);
        let seen = run(&mut count, &mut now, 10.0, |n| 0.05 * (n as f64 / 6.0).max(1.0));
        assert_eq!(seen, [2, 3, 4, 5, 6, 7]);
        assert_eq!(count.max(), MAX);
    }

    #[test]
    fn the_server_s_cores_bound_them() {
        let (mut count, mut now) = auto(2);
        let seen = run(&mut count, &mut now, 100.0, |_| 0.05);
        assert_eq!(seen, [2, 3, 4]);
        let (count, _) = auto(1);
        assert_eq!((count.lanes(), count.max()), (2, 2));
    }

    #[test]
    fn lanes_go_when_blocks_take_twice_as_long_for_nothing() {
        let (mut count, mut now) = auto(64);
        run(&mut count, &mut now, 4.0, |n| 0.05 * (n as f64 / 4.0).max(1.0));
        assert_eq!(count.lanes(), 5);
        // Somebody else needs the server: it does half as much, and then as before.
        let seen = run(&mut count, &mut now, 1.5, |n| 0.1 * (n as f64 / 4.0).max(1.0));
        assert_eq!(seen, [5, 4]);
        let seen = run(&mut count, &mut now, 30.0, |n| 0.05 * (n as f64 / 4.0).max(1.0));
        assert!(seen.len() > 3 && seen.iter().all(|n| (4..=5).contains(n)), "one more is tried now and then: {seen:?}");
        let seen = run(&mut count, &mut now, 30.0, |n| 0.05 * (n as f64 / 6.0).max(1.0));
        assert!(seen.contains(&6) && count.lanes() >= 6, "and stays where it helps: {seen:?}");
        // With every lane that comes, all get slower.
        let (mut count, mut now) = auto(64);
        let seen = run(&mut count, &mut now, 10.0, |n| 0.02 * (n * n) as f64);
        assert_eq!(seen, [2, 3, 2]);
    }

    #[test]
    fn idle_lanes_tell_nothing() {
        // One of the two lanes works at a time, or not even that.
        for took in [50, 20] {
            let (mut count, mut now) = auto(64);
            for _ in 0..200 {
                now += Duration::from_millis(50);
                assert!(!count.committed(BLOCK, Duration::from_millis(took), now));
            }
            assert_eq!(count.lanes(), START);
        }
        // A moment now and then is nothing.
        let (mut count, mut now) = auto(64);
        for _ in 0..40 {
            now += Duration::from_millis(50);
            count.committed(BLOCK, Duration::from_millis(80), now);
        }
        assert!(count.lanes() > START);
    }
}
