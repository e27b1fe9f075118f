//! Ctrl-C and SIGTERM: the first stops the run cleanly, the second at once.

use crate::console::Console;
use dumpstream::error::ErrorKind;
use dumpstream::stop::Stop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Listens until the process ends, on a thread of its own: a busy run must not delay the answer. `loads` says that a
/// target may be left half loaded.
pub(crate) fn listen(stop: Stop, console: Console, loads: Arc<AtomicBool>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    // Registered before this returns, so that no signal finds nobody listening.
    let mut signals = {
        let _guard = runtime.enter();
        Signals::new()?
    };
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            signals.next().await;
            stop.interrupt();
            if loads.load(Ordering::Relaxed) {
                console.err("stopping; once more stops at once and may leave the target half loaded\n");
            }
            signals.next().await;
            if loads.load(Ordering::Relaxed) {
                console.err("stopped at once: the target may hold part of the dump\n");
            }
            std::process::exit(ErrorKind::Interrupted.exit_code().into());
        });
    })?;
    Ok(())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
