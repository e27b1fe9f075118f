//! The two streams a run writes to. Everything for people goes to standard error; standard output carries data only: the
//! events of `--progress json`, and what a command was asked for.

use indicatif::ProgressBar;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Standard output and standard error, or what stands for them in a test. Cheap to clone.
#[derive(Clone)]
pub struct Console {
    out: Shared,
    err: Shared,
    terminal: bool,
    colour: bool,
    /// Standard output takes colour, too.
    out_colour: bool,
    /// Drawn on standard error right now; it has to step aside for every other line.
    bar: Arc<Mutex<Option<ProgressBar>>>,
    /// Why something could not be written to standard output.
    lost: Arc<Mutex<Option<io::Error>>>,
}

type Shared = Arc<Mutex<Box<dyn Write + Send>>>;

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("terminal", &self.terminal)
            .field("colour", &self.colour)
            .finish_non_exhaustive()
    }
}

impl Console {
    /// The process's own streams. Colour only on a terminal that has it, and never with `NO_COLOR`.
    pub fn of_process() -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let terminal = io::stderr().is_terminal();
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        let colour = |terminal: bool| terminal && !dumb && !set("NO_COLOR");
        Self {
            terminal,
            colour: colour(terminal),
            out_colour: colour(io::stdout().is_terminal()),
            ..Self::new(io::stdout(), io::stderr())
        }
    }

    /// Streams that are no terminal.
    pub fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        let share = |stream: Box<dyn Write + Send>| Arc::new(Mutex::new(stream));
        Self {
            out: share(Box::new(out)),
            err: share(Box::new(err)),
            terminal: false,
            colour: false,
            out_colour: false,
            bar: Arc::default(),
            lost: Arc::default(),
        }
    }

    /// Whether standard error is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether to use colour on standard error.
    pub fn has_colour(&self) -> bool {
        self.colour
    }

    /// Whether to use colour on standard output.
    pub fn has_out_colour(&self) -> bool {
        self.out_colour
    }

    /// Writes to standard output at once. What can't be written is no reason to end a restore; [`Self::lost`] tells.
    pub fn out(&self, text: &str) {
        if let Err(e) = write(&self.out, text) {
            self.lost.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(e);
        }
    }

    /// Why not all that went to standard output got there. A reader that had seen enough and went away lost nothing.
    pub fn lost(&self) -> Option<io::Error> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner).take();
        lost.filter(|e| e.kind() != io::ErrorKind::BrokenPipe)
    }

    /// Writes to standard error at once.
    pub fn err(&self, text: &str) {
        match &*self.bar.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(bar) => bar.suspend(|| drop(write(&self.err, text))),
            None => drop(write(&self.err, text)),
        }
    }

    /// Says which bar is on the terminal, if any.
    pub fn show(&self, bar: Option<ProgressBar>) {
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = bar;
    }
}

fn write(stream: &Shared, text: &str) -> io::Result<()> {
    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
    stream.write_all(text.as_bytes()).and_then(|()| stream.flush())
}
