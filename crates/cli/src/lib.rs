//! The `dumpstream` command: a thin skin over the library. It parses the command line, shows progress, words errors and
//! sets the exit code; what a restore does, the library alone decides.
//!
//! [`run`] is the whole program but for the process's own streams, so that tests see what a user sees.

// Its doc comments are the help, where brackets and < > are the command line's.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::bare_urls, rustdoc::invalid_html_tags)]
pub mod args;
pub mod console;
mod logging;
pub mod page;
mod progress;
pub mod read;
pub mod render;
pub mod report_file;
pub mod request;
mod run_files;
mod signals;
#[cfg(test)]
mod testing;

use args::{Cli, Command, RollbackArgs};
use clap::{CommandFactory, FromArgMatches};
use console::Console;
use dumpstream::error::{Error, ErrorKind, Result};
use dumpstream::observe::Observer;
use dumpstream::options::RestoreOptions;
use dumpstream::restore::Outcome;
use dumpstream::stop::Stop;
use dumpstream::target::connect::TargetSpec;
use progress::Progress;
use render::{Done, Paint};
use report_file::{ReportRequest, Reporting};
use request::{Request, Shown};
use serde::Serialize;
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Runtime;

/// Exit code for a bug in dumpstream, and for a report that could not be written.
pub const EXIT_INTERNAL: u8 = 1;

/// The command line's definition, for the help and the reference in docs/cli.md.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The whole program: runs the command line `args`, the program's name first, on the process's own streams. A bug in it is
/// told with its place and without its message, which may hold a piece of the dump.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    std::panic::set_hook(Box::new(report_bug));
    let args: Vec<OsString> = args.into_iter().collect();
    std::panic::catch_unwind(|| code_of(args, Console::of_process())).unwrap_or(EXIT_INTERNAL)
}

/// Says where a panic happened.
fn report_bug(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    Console::of_process().err(&format!(
        "error: a bug in dumpstream {}, at {place}\n  help:  please report it with this line\n",
        env!("CARGO_PKG_VERSION")
    ));
    if std::env::var_os("DUMPSTREAM_PANIC").is_some_and(|v| v == "full") {
        Console::of_process().err(&format!("{info}\n{}\n", std::backtrace::Backtrace::force_capture()));
    }
}

/// Runs the command line `args`, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>, console: Console) -> ExitCode {
    ExitCode::from(code_of(args, console))
}

fn code_of(args: impl IntoIterator<Item = OsString>, console: Console) -> u8 {
    let code = command_of(args, &console);
    match console.lost() {
        Some(e) if code == 0 => {
            let error = Error::new(ErrorKind::Target, "not all could be written to standard output").caused_by(e);
            console.err(&render::error(&error, Paint::new(console.has_colour())));
            error.kind().exit_code()
        }
        _ => code,
    }
}

fn command_of(args: impl IntoIterator<Item = OsString>, console: &Console) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match parse(&args, console) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let verbose = match &cli.command {
        Command::Restore(args) => args.output.verbose,
        Command::Rollback(args) => args.verbose,
        Command::Verify(args) => args.read.verbose,
        Command::Inspect(args) => args.read.verbose,
        Command::Discover(args) => args.read.verbose,
        Command::Scrub(args) => args.read.verbose,
    };
    logging::start(verbose, console)
        .and_then(|()| match cli.command {
            Command::Restore(args) => {
                let request = request::resolve(*args, console)?;
                perform(request, console, dumpstream::restore::restore)
            }
            Command::Rollback(args) => roll_back(*args, console),
            Command::Verify(args) => read::verify(*args, console),
            Command::Inspect(args) => read::inspect(*args, console),
            Command::Discover(args) => read::discover(*args, console),
            Command::Scrub(args) => read::scrub(*args, console),
        })
        .unwrap_or_else(|error| {
            console.err(&render::error(&error, Paint::new(console.has_colour())));
            error.kind().exit_code()
        })
}

/// Runs a rollback to its end and tells what it did.
fn roll_back(args: RollbackArgs, console: &Console) -> Result<u8> {
    let quiet = args.quiet;
    let options = request::resolve_rollback(args)?;
    let (runtime, stop) = start(console, Arc::default())?;
    let progress = Progress::new(console.clone(), Shown::Nothing, quiet, false);
    let done = runtime.block_on(dumpstream::rollback::rollback(options, progress.observer(), stop));
    drop(progress);
    runtime.shutdown_background();
    let done = done?;
    if !quiet {
        console.err(&render::rolled_back(&done, Paint::new(console.has_colour())));
    }
    Ok(0)
}

/// Parses, or prints why not, or what was asked for instead, and gives the exit code.
fn parse(args: &[OsString], console: &Console) -> Result<Cli, u8> {
    let words: Vec<String> = args.iter().map(|a| a.to_string_lossy().into_owned()).collect();
    if let Some(error) = password_given(&words) {
        console.err(&render::error(&error, Paint::new(console.has_colour())));
        return Err(error.kind().exit_code());
    }
    let mut command = command();
    let parsed = command.try_get_matches_from_mut(args).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let text = error.render();
        let text = if console.has_colour() { text.ansi().to_string() } else { text.to_string() };
        if error.use_stderr() {
            console.err(&render::without_passwords(&text, &words));
            ErrorKind::Usage.exit_code()
        } else {
            console.out(&text);
            0
        }
    })
}

/// Whether a password stands behind `-p` or `--password`, as the mysql client takes it. clap would repeat it.
fn password_given(words: &[String]) -> Option<Error> {
    let options = words.iter().skip(1).take_while(|w| *w != "--");
    let mut given = options.filter(|w| w.starts_with("--password=") || (w.starts_with("-p") && w.len() > 2));
    given.next().map(|_| {
        Error::usage("-p and --password take no password: they ask for it")
            .hint("other users of the machine could read it; in scripts, use --password-file, DUMPSTREAM_PASSWORD or ~/.my.cnf")
    })
}

/// Runs a restore to its end and tells how it went. The exit code comes back unless it can't even begin.
fn perform<F>(
    request: Request,
    console: &Console,
    restore: impl FnOnce(RestoreOptions, Arc<dyn Observer>, Stop) -> F,
) -> Result<u8>
where
    F: Future<Output = Outcome>,
{
    let Request { options, progress: shown, report, quiet } = request;
    let paint = Paint::new(console.has_colour());
    let report_file = report.map(ReportRequest::check_now).transpose()?;
    let loads = Arc::new(AtomicBool::new(true));
    let (runtime, stop) = start(console, Arc::clone(&loads))?;
    let progress = Progress::new(console.clone(), shown, quiet, options.keep);
    let done = match options.target {
        _ if options.dry_run => Done::Checked,
        TargetSpec::Null => Done::Read,
        _ => Done::Restored,
    };
    let Outcome { report, error, sandbox } = runtime.block_on(restore(options, progress.observer(), stop.clone()));
    loads.store(false, Ordering::Relaxed);
    if let Some(error) = &error {
        progress.failed(error);
    }
    drop(progress);
    let mut code = match &error {
        Some(error) => {
            console.err(&render::error(error, paint));
            error.kind().exit_code()
        }
        None => {
            if !quiet {
                console.err(&render::summary(&report, done, paint));
            }
            0
        }
    };
    if let Some(file) = report_file
        && let Err(internal) = write_report(&file, &report, console, paint)
    {
        // The run's own failure is the more telling one.
        code = if code == 0 { internal } else { code };
    }
    if let Some(sandbox) = sandbox {
        runtime.block_on(stop.tripped());
        drop(sandbox);
    }
    // What still runs was told to stop; its threads must not hold up the exit.
    runtime.shutdown_background();
    Ok(code)
}

/// Threads to run on, and the switch that Ctrl-C trips. `loads`: a target may be left half loaded.
fn start(console: &Console, loads: Arc<AtomicBool>) -> Result<(Runtime, Stop)> {
    let no_start = |what: &str, e: std::io::Error| Error::usage(format!("{what} can't be started")).caused_by(e);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| no_start("the threads of the run", e))?;
    let stop = Stop::default();
    signals::listen(stop.clone(), console.clone(), loads).map_err(|e| no_start("listening to signals", e))?;
    Ok((runtime, stop))
}

fn write_report(file: &Reporting, report: &impl Serialize, console: &Console, paint: Paint) -> Result<(), u8> {
    written(file.write(report), console, paint)
}

fn written(result: Result<()>, console: &Console, paint: Paint) -> Result<(), u8> {
    result.map_err(|cause| {
        let error = Error::usage("the report could not be written")
            .caused_by(cause)
            .leaving("as said above: nothing else depends on the report");
        console.err(&render::error(&error, paint));
        EXIT_INTERNAL
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Captured, report};
    use dumpstream::aws::AwsOptions;
    use dumpstream::observe::{Event, Phase};
    use dumpstream::source::SourceOptions;
    use std::time::Duration;

    fn code_and_streams(args: &[&str]) -> (ExitCode, String, String) {
        let captured = Captured::default();
        let args = std::iter::once("dumpstream").chain(args.iter().copied()).map(OsString::from);
        let code = run(args, captured.console());
        (code, captured.out(), captured.err())
    }

    fn refused(args: &[&str]) -> String {
        let (code, out, err) = code_and_streams(args);
        assert_eq!((code, out.as_str()), (ExitCode::from(2), ""), "{err}");
        err
    }

    fn request(args: &[&str]) -> Request {
        let words = ["dumpstream", "restore"].iter().chain(args).map(OsString::from).collect::<Vec<_>>();
        let captured = Captured::default();
        let Command::Restore(args) = parse(&words, &captured.console()).unwrap().command else {
            panic!("not a restore")
        };
        request::resolve(*args, &captured.console()).unwrap()
    }

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn defaults_are_the_librarys() {
        let parsed = request(&["d.sql", "--to", "null"]).options;
        let library = RestoreOptions::new("d.sql".parse().unwrap(), "null".parse().unwrap());
        assert_eq!(format!("{parsed:?}"), format!("{library:?}"));
    }

    #[test]
    fn every_option_reaches_the_library() {
        let dir = tempfile::tempdir().unwrap();
        let (cnf, secret) = (dir.path().join("my.cnf"), dir.path().join("secret"));
        std::fs::write(&cnf, "").unwrap();
        std::fs::write(&secret, "pw").unwrap();
        let digest = "ab".repeat(32);
        let r = request(&[
            "-",
            "--to",
            "mysql://h/d",
            "-u",
            "me",
            "--password-file",
            secret.to_str().unwrap(),
            "--defaults-file",
            cnf.to_str().unwrap(),
            "--ssl-mode",
            "required",
            "--lanes",
            "9",
            "--shapers",
            "3",
            "--memory",
            "128M",
            "--block",
            "1MiB",
            "--max-row",
            "1G",
            "--method",
            "insert",
            "--indexes",
            "with-rows",
            "--retries",
            "0",
            "--max-lag",
            "2.5",
            "--max-threads-running",
            "12",
            "--rate",
            "8MiB",
            "--default-character-set",
            "latin1",
            "--dry-run",
            "--append",
            "--sha256",
            &digest,
            "--connections",
            "7",
            "--profile",
            "p",
            "--region",
            "r",
            "--endpoint-url",
            "http://e",
            "--strict",
            "--allow",
            "grant",
            "--allow",
            "xa",
            "--skip",
            "handler",
            "--on-failure",
            "keep",
            "--progress",
            "none",
            "--report",
            "r.json",
            "-v",
        ]);
        let o = r.options;
        assert_eq!((o.source.to_string().as_str(), o.target.to_string().as_str()), ("stdin", "mysql://h/d"));
        assert_eq!((o.lanes, o.shapers, o.memory_bytes, o.block_bytes), (9.into(), 3, 128 << 20, 1 << 20));
        assert_eq!((o.row_bytes_max, o.retries, o.default_character_set.as_str()), (1 << 30, 0, "latin1"));
        assert_eq!((o.max_lag, o.max_threads_running), (Some(Duration::from_millis(2500)), Some(12)));
        assert_eq!(o.rate, Some(8 << 20));
        assert_eq!((o.method.name(), o.indexes.name(), o.on_failure.name()), ("insert", "with-rows", "keep"));
        assert_eq!((o.dry_run, o.append, o.strict, o.keep, o.sha256), (true, true, true, false, Some([0xab; 32])));
        let aws = AwsOptions::default();
        let aws = aws.profile(Some("p".into())).region(Some("r".into())).endpoint_url(Some("http://e".into()));
        let source = SourceOptions::default().connections(Some(7)).aws(aws);
        assert_eq!(format!("{:?}", o.source_options), format!("{source:?}"));
        assert_eq!(o.allow.iter().map(|k| k.as_str()).collect::<Vec<_>>(), ["grant", "xa"]);
        assert_eq!(o.skip.iter().map(|k| k.as_str()).collect::<Vec<_>>(), ["handler"]);
        assert_eq!((o.connect.user.as_deref(), o.connect.password_file), (Some("me"), Some(secret)));
        assert_eq!((o.connect.ssl_mode.map(|m| m.name()), o.connect.defaults_file), (Some("required"), Some(cnf)));
        assert_eq!((r.progress, r.report.is_some(), r.quiet), (request::Shown::Nothing, true, false));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_exit_code_2() {
        for args in [
            &["restore"][..],
            &["restore", "d.sql"],
            &["restore", "d.sql", "--to", "null", "--lanes", "0"],
            &["restore", "d.sql", "--to", "null", "--lanes", "many"],
            &["restore", "d.sql", "--to", "null", "--memory", "1GB"],
            &["restore", "d.sql", "--to", "null", "--rate", "1MiB"],
            &["restore", "d.sql", "--to", "mysql://u@h", "--max-lag", "-1"],
            &["restore", "d.sql", "--to", "null", "--memory", "1M"],
            &["restore", "d.sql", "--to", "null", "--method", "magic"],
            &["restore", "d.sql", "--to", "null", "--allow", "everything"],
            &["restore", "d.sql", "--to", "null", "--keep"],
            &["restore", "d.sql", "--to", "null", "-u", "me"],
            &["restore", "d.sql", "--to", "null", "-p"],
            &["restore", "d.sql", "--to", "sandbox", "--ssl-mode", "required"],
            &["restore", "d.sql", "--to", "null", "--progress", "bar"],
            &["restore", "d.sql", "--to", "null", "-q", "--progress", "json"],
            &["restore", "d.sql", "--to", "null", "--sha256", "abc"],
            &["restore", "d.sql", "--to", "null", "--report", "/no/such/folder/r.json"],
            &["restore", "d.sql", "--to", "null", "--frobnicate"],
            &["restore", "s3://b/k", "--to", "null"],
            &["restore", "d.sql", "--to", "shop"],
            &["restore", "d.sql", "--to", "mysql://u@h", "--ssl-mode", "verify-ca"],
        ] {
            assert!(refused(args).starts_with("error: "), "{args:?}");
        }
    }

    #[test]
    fn no_message_repeats_a_password() {
        for args in [
            &["restore", "d.sql", "mysql://u:hunter2@h"][..],
            &["restore", "d.sql", "--to", "mysql://u:hunter2@h:99999"],
            &["restore", "d.sql", "--to", "mysql://u:hunter2@h/a/b"],
            &["restore", "d.sql", "--too=mysql://u:hunter2@h"],
            &["restore", "mysql://u:hunter2@h", "--to", "null"],
            &["restore", "d.sql", "--to", "null", "-phunter2"],
            &["restore", "d.sql", "--to", "null", "--password=hunter2"],
        ] {
            let err = refused(args);
            assert!(!err.contains("hunter2"), "{err}");
        }
    }

    #[test]
    fn help_is_no_failure() {
        let (code, out, err) = code_and_streams(&["restore", "--help"]);
        assert_eq!((code, err.as_str()), (ExitCode::SUCCESS, ""));
        for word in ["Exit codes:", "Examples:", "130  stopped", "--on-failure <CHOICE>"] {
            assert!(out.contains(word), "{word}");
        }
        let (code, out, _) = code_and_streams(&["--version"]);
        assert_eq!((code, out), (ExitCode::SUCCESS, format!("dumpstream {}\n", env!("CARGO_PKG_VERSION"))));
    }

    #[test]
    fn a_run_ends_with_its_summary_and_report() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r.json");
        let captured = Captured::default();
        let request = request(&["d.sql", "--to", "null", "--progress", "json", "--report", path.to_str().unwrap()]);
        let code = perform(request, &captured.console(), async |_, observer: Arc<dyn Observer>, _| {
            observer.event(&Event::Phase { phase: Phase::Rows });
            Outcome { report: report(), error: None, sandbox: None }
        });
        assert_eq!(code.unwrap(), 0);
        assert!(captured.err().starts_with("Read d.sql; nothing was loaded\n"));
        assert!(captured.out().contains("\"event\":\"phase\",\"phase\":\"rows\""));
        assert!(std::fs::read_to_string(path).unwrap().contains("\"outcome\": \"ok\""));
    }

    #[test]
    fn the_exit_code_follows_from_the_kind_of_failure_and_the_report_is_written_all_the_same() {
        for (kind, expected) in [
            (ErrorKind::Usage, 2),
            (ErrorKind::Source, 3),
            (ErrorKind::Target, 4),
            (ErrorKind::Verification, 5),
            (ErrorKind::Interrupted, 130),
        ] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("r.json");
            let captured = Captured::default();
            let request = request(&["d.sql", "--to", "null", "-q", "--report", path.to_str().unwrap()]);
            let code = perform(request, &captured.console(), async |_, _, _| Outcome {
                report: report(),
                error: Some(Error::new(kind, "it went wrong").leaving("untouched")),
                sandbox: None,
            });
            assert_eq!(code.unwrap(), expected);
            assert_eq!(captured.err(), "error: it went wrong\n  state: untouched\n");
            assert!(path.exists());
        }
    }
}
