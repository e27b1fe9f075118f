//! What `verify` accepts and refuses, and that restoring refuses the same.

mod damage;
mod refusal;

use super::*;
use crate::observe::Silent;
use tokio::runtime::Runtime;

/// A place to put a dump, and a runtime to read it with.
struct Bench {
    dir: tempfile::TempDir,
    runtime: Runtime,
}

impl Bench {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { dir: tempfile::tempdir().unwrap(), runtime }
    }

    fn put(&self, stored: &[u8]) -> SourceSpec {
        let path = self.dir.path().join("dump");
        std::fs::write(&path, stored).unwrap();
        SourceSpec::File(path)
    }

    fn verify_with(&self, stored: &[u8], sha256: Option<[u8; 32]>) -> Verified {
        let options = VerifyOptions::new(self.put(stored)).shapers(1).sha256(sha256);
        self.runtime.block_on(verify(options, Arc::new(Silent), Stop::default()))
    }

    fn verify(&self, stored: &[u8]) -> Verified {
        self.verify_with(stored, None)
    }
}
