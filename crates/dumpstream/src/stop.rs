//! The one switch that ends a run early. Whoever trips it first gives the cause that the user reads.

use crate::error::{Error, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// Shared by every stage of a run. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop {
    cause: Arc<Mutex<Option<Error>>>,
    tripped: Arc<watch::Sender<bool>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { cause: Arc::default(), tripped: Arc::new(watch::Sender::new(false)) }
    }
}

impl Stop {
    /// Ends the run with `cause`, unless it is ending already: then `cause` is dropped, as a consequence of the first.
    pub fn trip(&self, cause: Error) {
        let mut slot = self.cause.lock().unwrap_or_else(PoisonError::into_inner);
        if !*self.tripped.borrow() {
            *slot = Some(cause);
            self.tripped.send_replace(true);
        }
    }

    /// Ends the run as a person or a supervisor asked to.
    pub fn interrupt(&self) {
        self.trip(interrupted());
    }

    /// Whether the run is ending. A stage that finds it so returns at once, without an error of its own.
    pub fn is_tripped(&self) -> bool {
        *self.tripped.borrow()
    }

    /// Resolves when the run is ending.
    pub async fn tripped(&self) {
        let mut rx = self.tripped.subscribe();
        // The sender lives as long as `self`, so this can't fail.
        let _ = rx.wait_for(|t| *t).await;
    }

    /// Why the run is ending.
    pub(crate) fn cause(&self) -> Error {
        self.take_cause().unwrap_or_else(interrupted)
    }

    /// Takes the first cause.
    pub fn take_cause(&self) -> Option<Error> {
        self.cause.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn interrupted() -> Error {
    Error::new(ErrorKind::Interrupted, "interrupted")
}
