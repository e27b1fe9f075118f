//! Programs with a time limit, and dump files as their input.

use crate::Result;
use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status; `None` when it was killed for taking too long.
    pub status: Option<ExitStatus>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
    /// Wall-clock time.
    pub took: Duration,
}

impl Ended {
    /// Whether it ended by itself with 0.
    pub fn ok(&self) -> bool {
        self.status.is_some_and(|s| s.success())
    }

    /// Standard error, as text.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// Standard output, as text.
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

/// Runs `cmd` to its end, or kills it after `limit`. Standard input is what `cmd` says.
pub fn run(cmd: &mut Command, limit: Duration) -> Result<Ended> {
    let start = Instant::now();
    let mut child = cmd
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", cmd.get_program().display()))?;
    let read = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                let _ = pipe.read_to_end(&mut bytes);
            }
            bytes
        })
    };
    let out = read(child.stdout.take().map(|p| Box::new(p) as _));
    let err = read(child.stderr.take().map(|p| Box::new(p) as _));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(if start.elapsed().as_millis() < 500 { 2 } else { 20 }));
    };
    let took = start.elapsed();
    let join = |t: thread::JoinHandle<Vec<u8>>| t.join().map_err(|_| "a reading thread panicked");
    Ok(Ended { status, stdout: join(out)?, stderr: join(err)?, took })
}

/// A dump file as the standard input of a program, decompressed by the usual tool where it is compressed.
#[derive(Debug)]
pub struct Decoded {
    tool: Option<Child>,
    plain: Option<File>,
}

impl Decoded {
    /// Opens `path`. The codec is told by its first bytes.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut magic = [0; 4];
        let n = file.read(&mut magic)?;
        file.rewind()?;
        let tool = match magic[..n] {
            [0x1f, 0x8b, ..] => "gzip",
            [0x28, 0xb5, 0x2f, 0xfd] => "zstd",
            [b'B', b'Z', b'h', ..] => "bzip2",
            [0xfd, b'7', b'z', b'X'] => "xz",
            [0x04, 0x22, 0x4d, 0x18] => "lz4",
            _ => return Ok(Self { tool: None, plain: Some(file) }),
        };
        let child = Command::new(tool)
            .arg("-dc")
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{tool}: {e}"))?;
        Ok(Self { tool: Some(child), plain: None })
    }

    /// The decoded bytes, for `Command::stdin`.
    pub fn stdin(&mut self) -> Stdio {
        let tool = self.tool.as_mut().and_then(|c| c.stdout.take()).map(Stdio::from);
        tool.or_else(|| self.plain.take().map(Stdio::from)).unwrap_or_else(Stdio::null)
    }

    /// The decoded bytes.
    pub fn read(mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if let Some(pipe) = self.tool.as_mut().and_then(|c| c.stdout.as_mut()) {
            pipe.read_to_end(&mut bytes)?;
        } else if let Some(file) = &mut self.plain {
            file.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }
}

impl Drop for Decoded {
    fn drop(&mut self) {
        if let Some(tool) = &mut self.tool {
            drop(tool.stdout.take());
            let _ = tool.wait();
        }
    }
}
