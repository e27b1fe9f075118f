//! The byte budget that bounds a run's memory, and the buffers it hands out again.
//!
//! The cut stage takes permits, blocking, in stream order; whoever drops the last reference to the bytes gives them
//! back. Because only the front of the stream waits, and everything behind a permit can finish without another one, the
//! budget can't deadlock. A row larger than the whole budget passes alone.

use crate::stop::Stop;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often a blocked taker looks whether the run is ending.
const STOP_POLL: Duration = Duration::from_millis(50);

/// A counter of bytes that may be held at once.
#[derive(Debug, Clone)]
pub(crate) struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

impl Budget {
    pub(crate) fn new(total: usize) -> Self {
        Self(Arc::new(Inner { total, used: Mutex::new(0), freed: Condvar::new() }))
    }

    fn used(&self) -> MutexGuard<'_, usize> {
        self.0.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `bytes` are free and takes them. More than the total waits for all of it. `None` when the run ends.
    pub(crate) fn take(&self, bytes: usize, stop: &Stop) -> Option<Permit> {
        let bytes = bytes.min(self.0.total);
        let mut used = self.used();
        while *used + bytes > self.0.total {
            if stop.is_tripped() {
                return None;
            }
            used = self.0.freed.wait_timeout(used, STOP_POLL).map_or_else(|e| e.into_inner().0, |(guard, _)| guard);
        }
        *used += bytes;
        Some(Permit { budget: self.clone(), bytes })
    }
}

/// Bytes taken from a [`Budget`], given back on drop.
#[derive(Debug)]
pub(crate) struct Permit {
    budget: Budget,
    bytes: usize,
}

impl Permit {
    /// Gives back all but `bytes`.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        if bytes < self.bytes {
            *self.budget.used() -= self.bytes - bytes;
            self.bytes = bytes;
            self.budget.0.freed.notify_one();
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

/// Buffers used again, so that the allocator and the kernel don't hand the same pages back and forth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl Pool {
    /// Most buffers kept idle.
    const IDLE_MAX: usize = 6;
    /// Larger buffers are freed rather than kept.
    const KEEP_BYTES_MAX: usize = 6 << 20;

    /// An empty buffer with room for `bytes`.
    pub(crate) fn get(&self, bytes: usize) -> Vec<u8> {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        buffer.reserve(bytes);
        buffer
    }

    /// Gives a buffer back.
    pub(crate) fn put(&self, mut buffer: Vec<u8>) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < Self::IDLE_MAX && buffer.capacity() <= Self::KEEP_BYTES_MAX {
            buffer.clear();
            idle.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_bound_what_is_held() {
        let (budget, stop) = (Budget::new(10), Stop::default());
        let mut a = budget.take(6, &stop).unwrap();
        let b = budget.take(4, &stop).unwrap();
        let waiter = std::thread::spawn({
            let (budget, stop) = (budget.clone(), stop.clone());
            move || budget.take(5, &stop).is_some()
        });
        a.shrink(5);
        drop(b);
        assert!(waiter.join().unwrap());
        drop(a);
        // Larger than the whole: alone.
        assert!(budget.take(1 << 40, &stop).is_some());
    }

    #[test]
    fn a_stop_ends_the_wait() {
        let (budget, stop) = (Budget::new(1), Stop::default());
        let _held = budget.take(1, &stop).unwrap();
        stop.interrupt();
        assert!(budget.take(1, &stop).is_none());
    }
}
