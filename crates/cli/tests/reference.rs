//! docs/cli.md is the help, and must stay it. `UPDATE=1 cargo test -p dumpstream-cli --test reference` writes it anew.

use clap::{Arg, Command};
use dumpstream::inspect::{HAZARDS, HazardKind};
use std::fmt::Write;
use std::path::Path;

const INTRODUCTION: &str = "\
# The dumpstream command

Generated from the command's own help by `UPDATE=1 cargo test -p dumpstream-cli --test reference`.
";

const STREAMS: &str = "
## What is printed where

Everything that happens on the way goes to standard error: progress, warnings, errors, the summary. Standard output carries
what was asked for and nothing else: the page of `inspect`, the object of `--json`, or the events of `--progress json`, one
object a line. Each has `event`, its kind, and `at`, seconds since the start:

| event | what it says |
|---|---|
| `started` | `source`, `size` in bytes where known, `codec`, `target`, `lanes`; no target where a dump is only read |
| `phase` | `phase` begins: `prepare`, `rows`, `indexes`, `objects`, `verify` or `swap` |
| `read` | `encoded` and `decoded` bytes so far |
| `table_started`, `table_done` | `table` got its first rows; has all its rows and indexes |
| `rows` | a block of `rows` rows and `bytes` bytes of `table` was committed, or read |
| `object_done` | a view, routine, trigger or event was created; `kind` says which |
| `replay` | a block of `table` is sent again: `attempt`, `reason` |
| `warning` | `code`, `message`, and `table`, `row`, `column` where it concerns one |
| `finished` | the end: `rows`, `seconds` |
| `failed` | the other end: `exit_code`, `message`, `place`, `hint`, `target_state` |

New events and fields may come at any time. No event, message, log or report holds a cell's value or a password.

## Errors

```text
error: what failed
  where: the source, line, byte offset, table, row and column, as far as they are known
  cause: what lies behind it, outermost first
  state: what the target looks like now
  help:  what to do about it
```

Colour is used on a terminal only, and not with `NO_COLOR`. After a bug in dumpstream itself, `DUMPSTREAM_PANIC=full` shows
more; what it shows may hold a piece of the dump.

## Stopping

Ctrl-C or SIGTERM stops a run cleanly and says what state the target is in: rows that are in stay for `--resume`, unless
`--on-failure undo` says otherwise. A second one stops at once.

## The report

`--report DEST` writes one JSON object, to a file or to s3://BUCKET/KEY, when the run is over, well or badly, and never half of
one: of `restore`, the source with its size and SHA-256 (and, in S3, its version, storage class, checksums and tags), the target,
phases, tables, objects, settings, warnings and peak memory; of `verify`, what `--json` prints. A report that is there is
replaced. `schema_version` changes when a field goes or changes its meaning; fields may be added. A run that is refused before it
begins (exit code 2) writes none.
";

const HAZARDS_INTRODUCTION: &str = "
## Hazards

What `inspect` may find in a dump. `refused`: `restore` refuses the dump unless it is told otherwise. `fails`: such a target
may refuse a statement. `differs`: the restore ends well, and something is or behaves otherwise than where the dump was made.
`note`: good to know. Codes stay; new ones may come. `KIND` is a kind of statement, a value of `--allow` and `--skip`.

| code | | targets | what it is | what to do |
|---|---|---|---|---|
";

fn reference() -> String {
    let mut command = dumpstream_cli::command();
    command.build();
    let mut text = String::from(INTRODUCTION);
    for sub in command.get_subcommands() {
        describe(&mut text, sub);
    }
    text.push_str(STREAMS);
    hazards(&mut text);
    let _ = write!(text, "\n## Exit codes\n\n```text\n{}\n```\n", after(&command).trim_start_matches("Exit codes:\n"));
    text
}

/// What `inspect` may find.
fn hazards(text: &mut String) {
    text.push_str(HAZARDS_INTRODUCTION);
    for kind in HAZARDS {
        let HazardKind { code, severity, targets, why, help } = kind;
        let _ = writeln!(text, "| `{code}` | {} | {} | {why} | {help} |", severity.name(), targets.join(", "));
    }
}

fn describe(text: &mut String, command: &Command) {
    let usage = command.clone().render_usage().to_string();
    let _ = write!(text, "\n## dumpstream {}\n\n", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "{}\n\n```text\n{}\n```\n", about.trim(), usage.trim_start_matches("Usage: "));
    for positional in command.get_positionals() {
        option(text, positional);
    }
    let mut heading = None;
    for arg in command.get_arguments().filter(|a| !a.is_positional() && !a.is_hide_set()) {
        if arg.get_help_heading() != heading {
            heading = arg.get_help_heading();
            let _ = write!(text, "\n### {}\n", heading.unwrap_or("Help"));
        }
        option(text, arg);
    }
    let examples = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    if let Some((examples, _)) = examples.strip_prefix("Examples:\n").and_then(|e| e.split_once("\n\n")) {
        let lines: Vec<&str> = examples.lines().map(str::trim).collect();
        let _ = write!(text, "\n### Examples\n\n```sh\n{}\n```\n", lines.join("\n"));
    }
}

fn option(text: &mut String, arg: &Arg) {
    let value = arg.get_value_names().and_then(|names| names.first()).map(|n| format!(" <{n}>")).unwrap_or_default();
    let takes_value = arg.get_action().takes_values();
    let mut names: Vec<String> = arg.get_short().map(|s| format!("-{s}")).into_iter().collect();
    names.extend(arg.get_long().map(|l| format!("--{l}")));
    let name = match names.is_empty() {
        true => value.trim().to_owned(),
        false => format!("{}{}", names.join(", "), if takes_value { value.as_str() } else { "" }),
    };
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, "\n#### `{name}`\n\n{}\n", help.trim());
    let possible = arg.get_possible_values();
    let visible = || possible.iter().filter(|v| !v.is_hide_set());
    if takes_value && visible().any(|v| v.get_help().is_some()) {
        text.push('\n');
        for value in visible() {
            let help = value.get_help().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "- `{}`: {help}", value.get_name());
        }
    } else if takes_value && !possible.is_empty() {
        let names: Vec<String> = visible().map(|v| format!("`{}`", v.get_name())).collect();
        let _ = write!(text, "\nOne of {}.\n", names.join(", "));
    }
    if let Some(default) = arg.get_default_values().first().filter(|_| takes_value) {
        let _ = write!(text, "\nDefault: `{}`.\n", default.to_string_lossy());
    }
}

fn after(command: &Command) -> String {
    command.get_after_help().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn the_reference_is_the_help() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let expected = reference();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/cli.md is not what the help says: run UPDATE=1 cargo test -p dumpstream-cli --test reference"
    );
}
