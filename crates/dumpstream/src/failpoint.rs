//! Named places at which tests stop a run dead.
//!
//! A debug build that finds its place named in `DUMPSTREAM_STOP_AT` (`NAME` or `NAME:N` for the Nth time it comes by)
//! says so on standard error and goes no further on that thread, so that a test can kill whatever it wants at exactly
//! that moment. A release build has none of it.

/// Environment variable that names the place.
#[cfg(debug_assertions)]
const VAR: &str = "DUMPSTREAM_STOP_AT";

/// A place with a name.
#[cfg(debug_assertions)]
pub(crate) fn reach(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static SEEN: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var(VAR).ok()?;
        let (name, count) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), count.parse().unwrap_or(1)))
    });
    if let Some((wanted, count)) = wanted
        && wanted == name
        && SEEN.fetch_add(1, Ordering::Relaxed) + 1 == *count
    {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "stopped at {name}");
        loop {
            std::thread::park();
        }
    }
}

/// A place with a name: nothing, in a release build.
#[cfg(not(debug_assertions))]
#[inline]
pub(crate) fn reach(_name: &str) {}
