//! The `dumpstream` command.

use dumpstream_cli::console::Console;
use dumpstream_cli::{EXIT_INTERNAL, run};
use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;

fn main() -> ExitCode {
    panic::set_hook(Box::new(report_bug));
    panic::catch_unwind(|| run(std::env::args_os(), Console::of_process())).unwrap_or(ExitCode::from(EXIT_INTERNAL))
}

/// Says where a panic happened, but not its message: that may hold a piece of the dump.
fn report_bug(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    Console::of_process().err(&format!(
        "error: a bug in dumpstream {}, at {place}\n  help:  please report it with this line\n",
        env!("CARGO_PKG_VERSION")
    ));
    if std::env::var_os("DUMPSTREAM_PANIC").is_some_and(|v| v == "full") {
        Console::of_process().err(&format!("{info}\n{}\n", std::backtrace::Backtrace::force_capture()));
    }
}
