//! The threads that all runs of a process share.

use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime, and the process that it was made in: a child by `os.fork` has the memory and none of the threads.
static CURRENT: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// The runtime of this process, which is made when it is first asked for, and lives as long as the process.
///
/// Called with the interpreter attached: so nobody else is in here when Python forks, and the lock is free in the child.
pub(crate) fn handle() -> std::io::Result<Handle> {
    let mut current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    let process = std::process::id();
    let runtime = match *current {
        Some((made_in, runtime)) if made_in == process => runtime,
        // A parent's is left alone: dropping it would wait for threads that aren't here.
        _ => Box::leak(Box::new(Builder::new_multi_thread().thread_name("dumpstream").enable_all().build()?)),
    };
    *current = Some((process, runtime));
    Ok(runtime.handle().clone())
}
