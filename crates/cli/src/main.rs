//! The `dumpstream` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(dumpstream_cli::main(std::env::args_os()))
}
