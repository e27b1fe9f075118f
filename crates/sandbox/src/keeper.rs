//! The shell that a server runs under, so that the server's life is bound to ours.
//!
//! Its standard input is a pipe that only this process writes to. A word on it is a signal's name to pass on;
//! its end, which comes by closing it or by our death of whatever cause, ends the server. The shell itself ends when
//! the server does. It has its own process group, so that a Ctrl-C on the terminal reaches us and not the server.

use crate::SandboxError;
use crate::sandbox::STOP_LIMIT;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// `$1`: log file; `$2`: signal for the server when the pipe ends; `$3`: directory to remove then, or nothing;
/// the rest: the server's command line. Writes the server's pid to standard output.
///
/// `true` and not `:` makes the mark: where the directory is gone already, a shell leaves off at a special builtin whose
/// redirection fails, and the server would stay.
///
/// Background jobs of a shell get /dev/null as standard input, hence descriptor 3. The server inherits neither the
/// pipe nor the output. The watcher is killed before the shell waits no longer, so it never signals a reused pid.
const SCRIPT: &str = r#"
log=$1 last=$2 dir=$3
shift 3
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
server=$!
echo "$server"
exec >/dev/null 2>&1
(
  while read -r word <&3; do kill -s "$word" "$server"; done
  [ -z "$dir" ] || true >"$dir/orphaned"
  kill -s "$last" "$server"
) &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher"
[ -z "$dir" ] || [ ! -e "$dir/orphaned" ] || rm -rf "$dir"
exit "$code"
"#;

/// What becomes of the server and its files when the pipe ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AtEnd<'a> {
    /// Kill it and remove this directory.
    Remove(&'a Path),
    /// Ask it to shut down, and leave its files.
    ShutDown,
}

/// A running server and the shell above it. Dropping it ends both.
#[derive(Debug)]
pub(crate) struct Keeper {
    shell: Child,
    pipe: Option<ChildStdin>,
    pid: u32,
    /// The signal that ends the server.
    last: &'static str,
}

impl Keeper {
    pub(crate) fn start(program: &Path, args: &[OsString], log: &Path, end: AtEnd<'_>) -> Result<Self, SandboxError> {
        let (signal, dir) = match end {
            AtEnd::Remove(dir) => ("KILL", dir.as_os_str().to_owned()),
            AtEnd::ShutDown => ("TERM", OsString::new()),
        };
        let mut shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "dumpstream-sandbox"])
            .arg(log)
            .arg(signal)
            .arg(dir)
            .arg(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(SandboxError::io("/bin/sh can't be started"))?;
        let pipe = shell.stdin.take();
        let mut line = String::new();
        if let Some(out) = shell.stdout.take() {
            BufReader::new(out).read_line(&mut line).map_err(SandboxError::io("reading from /bin/sh"))?;
        }
        let Ok(pid) = line.trim().parse() else {
            drop(pipe);
            let _ = shell.wait();
            return Err(SandboxError::Start { what: "/bin/sh did not start the server".into(), log: String::new() });
        };
        Ok(Self { shell, pipe, pid, last: signal })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// The server's end, if it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.shell.try_wait().ok().flatten()
    }

    /// Sends `signal` and waits until the server is gone, or until `limit` has passed. `false` is the latter.
    pub(crate) fn signal_and_wait(&mut self, signal: &str, limit: Duration) -> bool {
        if let Some(pipe) = &mut self.pipe {
            // A pipe that is closed on the other side means that the server is gone, which is what we want.
            let _ = writeln!(pipe, "{signal}").and_then(|()| pipe.flush());
        }
        let start = Instant::now();
        // One that can't be waited for any more is gone.
        while matches!(self.shell.try_wait(), Ok(None)) {
            if start.elapsed() > limit {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Said, and not only by closing the pipe: a child that this process has forked without an exec, as Python's
        // multiprocessing does, has the pipe as well, and its end wouldn't come before the child's.
        self.signal_and_wait(self.last, STOP_LIMIT);
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }
}
