//! s3s-fs: an S3 that rejects wrong checksums and bad signatures, which moto takes.

use crate::Result;
use crate::paths::workspace;
use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Environment variable that names the program.
pub const S3S_FS_VAR: &str = "DUMPSTREAM_S3S_FS";

/// What a machine without it is told.
const MISSING: &str = "no s3s-fs (a strict S3): cargo install s3s-fs --version 0.14.1 --features binary --locked \
                       --root .cache/s3s";

/// Longest that it may take to start, on a machine that is busy with others.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The key that it knows.
pub const ACCESS_KEY: &str = "id";
/// The secret that goes with it.
pub const SECRET_KEY: &str = "secret";

/// A running s3s-fs with one empty bucket. Ends when dropped.
#[derive(Debug)]
pub struct S3s {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl S3s {
    /// Starts one. Without it here, that is said, and there is none.
    pub fn start(bucket: &str) -> Result<Option<Self>> {
        let built = || workspace().join(".cache/s3s/bin/s3s-fs");
        let program = env::var_os(S3S_FS_VAR).map_or_else(built, PathBuf::from);
        if !program.is_file() {
            eprintln!("skipped: {MISSING}");
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(bucket))?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut cmd = Command::new(program);
        cmd.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
        cmd.args(["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]).arg(folder.path());
        let child = cmd.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut s3s = Self { child, port, _folder: folder };
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if let Some(status) = s3s.child.try_wait()? {
                return Err(format!("s3s-fs ended at once: {status}").into());
            }
            if start.elapsed() > START_LIMIT {
                return Err("s3s-fs did not start in time".into());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(Some(s3s))
    }

    /// What to give as the endpoint.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for S3s {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
