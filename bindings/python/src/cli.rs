//! The command line, and what is known of its options.

use clap::{ArgAction, Command};
use pyo3::prelude::*;
use serde_json::{Map, Value, json};
use std::ffi::OsString;

pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(options, module)?)
}

/// Runs a command line, the program's name first, and gives the exit code.
#[pyfunction]
#[pyo3(signature = (argv, /))]
fn main(py: Python<'_>, argv: Vec<OsString>) -> u8 {
    py.detach(|| dumpstream_cli::main(argv))
}

/// What the command line takes, as JSON: by command, and by the option's name with underscores, what it is like.
#[pyfunction]
fn options() -> String {
    let mut command = dumpstream_cli::command();
    command.build();
    let commands: Map<String, Value> =
        command.get_subcommands().map(|c| (c.get_name().to_owned(), Value::Object(options_of(c)))).collect();
    Value::Object(commands).to_string()
}

fn options_of(command: &Command) -> Map<String, Value> {
    let arguments = command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version"));
    let described = arguments.map(|argument| {
        let action = argument.get_action();
        let takes = match action {
            ArgAction::SetTrue | ArgAction::Count => "nothing",
            ArgAction::Append => "several",
            _ => "one",
        };
        let default: Vec<String> =
            argument.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
        let known: Vec<String> = match action.takes_values() {
            true => argument.get_possible_values().iter().map(|v| v.get_name().to_owned()).collect(),
            false => Vec::new(),
        };
        let about = json!({
            "takes": takes,
            "positional": argument.is_positional(),
            "required": argument.is_required_set(),
            "default": default.first().filter(|_| action.takes_values()),
            "known": known,
            "help": argument.get_help().map(ToString::to_string),
        });
        (argument.get_id().as_str().to_owned(), about)
    });
    described.collect()
}
