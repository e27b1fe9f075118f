//! `verify`, `inspect`, `discover` and `scrub`: from the command line to the library, and back to the console.

use crate::args::{DiscoverArgs, InspectArgs, ReadArgs, ScrubArgs, VerifyArgs};
use crate::console::Console;
use crate::progress::Progress;
use crate::render::{self, Paint};
use crate::report_file::ReportRequest;
use crate::request::{DiscoverRequest, Shown, shown};
use crate::{EXIT_INTERNAL, page, request, start, write_report, written};
use dumpstream::discover::Discovered;
use dumpstream::error::{Error, Result};
use dumpstream::inspect::Inspected;
use dumpstream::observe::Observer;
use dumpstream::scrub::Scrubbed;
use dumpstream::stop::Stop;
use dumpstream::verify::Verified;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// Runs `dumpstream verify`, and gives the exit code.
pub(crate) fn verify(args: VerifyArgs, console: &Console) -> Result<u8> {
    let how = How::settle(&args.read, console)?;
    let (options, report) = request::resolve_verify(args)?;
    let file = report.map(ReportRequest::check_now).transpose()?;
    let Verified { report, error } = how
        .run(async |observer, stop| dumpstream::verify::verify(options, observer, stop).await, |v| v.error.as_ref())?;
    let paint = Paint::new(console.has_colour());
    if !how.json && !how.quiet {
        if error.is_none() {
            console.err(&page::verified(&report, paint));
        }
        // Also what differs is in it.
        if let Some(against) = &report.against {
            console.err(&page::compared(against, paint));
        }
    }
    let mut code = how.told(error.as_ref(), &report);
    if let Some(file) = file
        && let Err(internal) = write_report(&file, &report, console, paint)
    {
        // The run's own failure is the more telling one.
        code = if code == 0 { internal } else { code };
    }
    Ok(code)
}

/// Runs `dumpstream inspect`, and gives the exit code.
pub(crate) fn inspect(args: InspectArgs, console: &Console) -> Result<u8> {
    let how = How::settle(&args.read, console)?;
    let options = request::resolve_inspect(args)?;
    let Inspected { report, error } = how.run(
        async |observer, stop| dumpstream::inspect::inspect(options, observer, stop).await,
        |v| v.error.as_ref(),
    )?;
    let code = how.told(error.as_ref(), &report);
    if error.is_none() && !how.json && !how.quiet {
        console.out(&page::inspected(&report, Paint::new(console.has_out_colour())));
    }
    Ok(code)
}

/// Runs `dumpstream discover`, and gives the exit code.
pub(crate) fn discover(args: DiscoverArgs, console: &Console) -> Result<u8> {
    let how = How::settle(&args.read, console)?;
    let (output, lock) = (args.output.clone().filter(|path| path != Path::new("-")), args.lock.clone());
    let DiscoverRequest { options, rules: to_rules, lock: to_lock } = request::resolve_discover(args)?;
    let files =
        (to_rules.map(ReportRequest::check_now).transpose()?, to_lock.map(ReportRequest::check_now).transpose()?);
    let Discovered { report, error } = how.run(
        async |observer, stop| dumpstream::discover::discover(options, observer, stop).await,
        |d| d.error.as_ref(),
    )?;
    let paint = Paint::new(console.has_colour());
    let mut code = how.told(error.as_ref(), &report);
    if error.is_some() {
        return Ok(code);
    }
    if !how.quiet {
        console.err(&page::discovered(&report, output.as_deref(), lock.as_deref(), paint));
    }
    if output.is_none() && !how.json {
        console.out(&report.rules);
    }
    for (file, text, what) in [(files.0, &report.rules, "the rules"), (files.1, &report.lock, "the lockfile")] {
        if let Some(Err(cause)) = file.map(|file| file.write_text(text.clone())) {
            let error = Error::usage(format!("{what} could not be written")).caused_by(cause);
            console.err(&render::error(&error, paint));
            code = EXIT_INTERNAL;
        }
    }
    Ok(code)
}

/// Runs `dumpstream scrub`, and gives the exit code.
pub(crate) fn scrub(args: ScrubArgs, console: &Console) -> Result<u8> {
    let how = How::settle(&args.read, console)?;
    let (options, report) = request::resolve_scrub(args)?;
    let file = report.map(ReportRequest::check_now).transpose()?;
    let Scrubbed { report, error } =
        how.run(async |observer, stop| dumpstream::scrub::scrub(options, observer, stop).await, |v| v.error.as_ref())?;
    let paint = Paint::new(console.has_colour());
    if error.is_none() && !how.json && !how.quiet {
        console.err(&page::scrubbed(&report, paint));
    }
    let mut code = how.told(error.as_ref(), &report);
    if let Some(file) = file
        && let Err(internal) = written(file.write_scrub(&report), console, paint)
    {
        // The run's own failure is the more telling one.
        code = if code == 0 { internal } else { code };
    }
    Ok(code)
}

/// How a run is shown and told.
struct How<'a> {
    console: &'a Console,
    shown: Shown,
    quiet: bool,
    json: bool,
}

impl<'a> How<'a> {
    fn settle(read: &ReadArgs, console: &'a Console) -> Result<Self> {
        let shown = shown(read.progress, read.quiet, console)?;
        if read.json && shown == Shown::Json {
            return Err(
                Error::usage("--json and --progress json would mix on standard output").hint("leave one of them out")
            );
        }
        Ok(Self { console, shown, quiet: read.quiet, json: read.json })
    }

    fn run<T>(
        &self,
        work: impl AsyncFnOnce(Arc<dyn Observer>, Stop) -> T,
        error: impl FnOnce(&T) -> Option<&Error>,
    ) -> Result<T> {
        let (runtime, stop) = start(self.console, Arc::default())?;
        let progress = Progress::new(self.console.clone(), self.shown, self.quiet, false);
        let made = runtime.block_on(work(progress.observer(), stop));
        if let Some(error) = error(&made) {
            progress.failed(error);
        }
        drop(progress);
        // What still runs was told to stop; its threads must not hold up the exit.
        runtime.shutdown_background();
        Ok(made)
    }

    /// Prints the error and the JSON, where there is one. Gives the exit code.
    fn told(&self, error: Option<&Error>, report: &impl Serialize) -> u8 {
        if self.json
            && let Ok(mut text) = serde_json::to_string_pretty(report)
        {
            text.push('\n');
            self.console.out(&text);
        }
        error.map_or(0, |error| {
            self.console.err(&render::error(error, Paint::new(self.console.has_colour())));
            error.kind().exit_code()
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::run;
    use crate::testing::Captured;
    use serde_json::Value;
    use std::ffi::OsString;
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    /// Runs a command line, and gives the exit code and what went to both streams.
    fn ran(args: &[&str]) -> (ExitCode, String, String) {
        let captured = Captured::default();
        let args = std::iter::once("dumpstream").chain(args.iter().copied()).map(OsString::from);
        let code = run(args, captured.console());
        (code, captured.out(), captured.err())
    }

    fn data(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(name);
        path.to_str().unwrap().to_owned()
    }

    /// The first half of a dump.
    fn half(dir: &tempfile::TempDir) -> PathBuf {
        let whole = std::fs::read(data("small-mysql97.sql")).unwrap();
        let path = dir.path().join("half.sql");
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        path
    }

    #[test]
    fn a_report_and_an_output_take_no_other_file_s_place() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
        let (dump, rules, out) = (at("dump.sql"), at("rules.yaml"), at("out.sql"));
        std::fs::copy(data("small-mysql97.sql"), &dump).unwrap();
        std::fs::write(&rules, "version: 1\n").unwrap();
        let (dump_text, rules_text) = (std::fs::read(&dump).unwrap(), std::fs::read(&rules).unwrap());
        let scrub = ["scrub", &dump, "--rules", &rules, "--overwrite"];
        for more in [["-o", &out, "--report", &dump], ["-o", &out, "--report", &out], ["-o", &out, "--report", &rules]]
        {
            assert_eq!(ran(&[&scrub[..], &more].concat()).0, ExitCode::from(2), "{more:?}");
        }
        for to in [&dump, &rules] {
            assert_eq!(ran(&[&scrub[..], &["-o", to]].concat()).0, ExitCode::from(2), "{to}");
        }
        for command in [&["verify", &dump][..], &["restore", &dump, "--to", "null"]] {
            assert_eq!(ran(&[command, &["--report", &dump]].concat()).0, ExitCode::from(2), "{command:?}");
        }
        assert_eq!((std::fs::read(&dump).unwrap(), std::fs::read(&rules).unwrap()), (dump_text, rules_text));
    }

    #[test]
    fn a_whole_dump_is_told_to_be_so() {
        let (code, out, err) = ran(&["verify", &data("small-mysql97.sql"), "--progress", "none"]);
        assert_eq!((code, out.as_str()), (ExitCode::SUCCESS, ""), "{err}");
        for words in
            ["whole and well formed", "7 in 2 tables", "mysqldump 9.7.4", "producer's last line", "city      4  113 B"]
        {
            assert!(err.contains(words), "no {words:?} in\n{err}");
        }
        let (code, out, err) = ran(&["verify", &data("small-mysql97.sql"), "-q"]);
        assert_eq!((code, out.as_str(), err.as_str()), (ExitCode::SUCCESS, "", ""));
    }

    #[test]
    fn a_dump_that_is_cut_off_ends_with_3_and_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = half(&dir);
        let report = dir.path().join("r.json");
        let (code, out, err) = ran(&[
            "verify",
            path.to_str().unwrap(),
            "--progress",
            "none",
            "--json",
            "--report",
            report.to_str().unwrap(),
        ]);
        assert_eq!(code, ExitCode::from(3), "{err}");
        assert!(
            err.starts_with("error: ") && err.contains("where: ") && err.contains("line ") && err.contains("help:"),
            "{err}"
        );
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&json["outcome"], &json["error"]["kind"]), (&"failed".into(), &"source".into()));
        let file: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
        assert_eq!(file, json);
    }

    #[test]
    fn the_result_as_json_is_alone_on_standard_output() {
        let (code, out, err) = ran(&["verify", &data("small-mysql97-compact.sql"), "--json", "--progress", "none"]);
        assert_eq!(code, ExitCode::SUCCESS, "{err}");
        assert!(err.starts_with("warning: nothing marks the end"), "{err}");
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&json["end"], &json["rows"]), (&"unknown".into(), &7.into()));
        assert_eq!(json["warnings"][0]["code"], "end_unmarked");
        let (_, _, err) = ran(&["verify", &data("small-mysql97-compact.sql"), "--progress", "none"]);
        assert!(err.contains("well formed; whether it is whole, see the warning"), "{err}");
        let (code, out, err) = ran(&["inspect", &data("small-mysql97.sql"), "--json", "-q"]);
        assert_eq!((code, err.as_str()), (ExitCode::SUCCESS, ""));
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&json["schema_version"], &json["dump"]["producer"]), (&1.into(), &"mysqldump".into()));
        assert_eq!(json["tables"][0]["primary_key"][0], "id");
        assert!(json["hazards"].as_array().unwrap().iter().any(|h| h["code"] == "definer"), "{out}");
    }

    #[test]
    fn options_reach_the_library() {
        let path = data("small-mysql97.sql");
        for command in ["verify", "inspect", "discover"] {
            let wrong = "0".repeat(64);
            let (code, _, err) = ran(&[command, &path, "-q", "--sha256", &wrong]);
            assert_eq!(code, ExitCode::from(3));
            assert!(err.contains("SHA-256"), "{err}");
            for args in [
                &[command][..],
                &[command, &path, "--memory", "1M"],
                &[command, &path, "--max-row", "2GiB"],
                &[command, &path, "--sha256", "abc"],
                &[command, &path, "--progress", "bar"],
                &[command, &path, "--json", "--progress", "json"],
                &[command, "s3://b"],
                &[command, &path, "--connections", "0"],
                &[command, &path, "--to", "null"],
            ] {
                let (code, out, err) = ran(args);
                assert_eq!((code, out.as_str()), (ExitCode::from(2), ""), "{args:?}");
                assert!(err.starts_with("error: "), "{args:?}: {err}");
            }
            let (code, _, err) = ran(&[command, "/no/such/dump.sql", "-q"]);
            assert_eq!(code, ExitCode::from(3));
            assert!(err.contains("/no/such/dump.sql"), "{err}");
        }
    }

    #[test]
    fn progress_is_told_without_a_target() {
        let (_, out, _) = ran(&["verify", &data("small-mysql97.sql"), "--progress", "json"]);
        let kinds: Vec<Value> =
            out.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["event"].clone()).collect();
        assert_eq!((kinds.first().unwrap(), kinds.last().unwrap()), (&"phase".into(), &"finished".into()));
        let (_, _, err) = ran(&["verify", &data("small-mysql97.sql"), "--progress", "plain"]);
        assert!(err.starts_with("reading ") && !err.contains("done") && !err.contains("lane"), "{err}");
    }

    #[test]
    fn the_page_reads_well() {
        let (code, out, err) = ran(&["inspect", &data("small-mysql97.sql"), "--progress", "none"]);
        assert_eq!((code, err.as_str()), (ExitCode::SUCCESS, ""));
        let (_, page) = out.split_once('\n').unwrap();
        let expected = "
  made by   mysqldump 9.7.4, from a server 9.7.4-2 on 127.0.0.1
  date      2026-11-22 3:32:05
  ends      with its producer's last line
  size      6.1 kB of SQL, 147 lines
";
        assert!(page.starts_with(expected), "{page}");
        for words in [
            "\n  fails    definer: line 78, byte 2,917, 3 times\n           why:  objects belong to accounts",
            "           what: root@localhost\n           help: create these accounts",
            "\n  fails    mysql_collation on mariadb: line 31,",
            "\n  note     no_database\n",
            "\nTables without a database: 2 tables, 7 rows, 215 B\n\n  table  rows   size  largest row  engine  charset",
            "\n  city      4  113 B         27 B  InnoDB  utf8mb4_0900_ai_ci  primary, auto\n",
            "\n  visit     3  102 B         32 B  InnoDB  utf8mb4_0900_ai_ci  primary, 1 foreign\n",
            "\n  function  twice\n  trigger   visit_day\n  view      visited\n",
            "Statements besides rows\n\n  SET × ",
        ] {
            assert!(page.contains(words), "no {words:?} in\n{page}");
        }
        assert!(page.lines().all(|l| l.chars().count() <= 100), "{page}");
    }

    #[test]
    fn a_dump_that_is_cut_off_is_shown_with_that_as_its_first_hazard() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cut.sql");
        let whole = std::fs::read(data("small-mysql97.sql")).unwrap();
        let end = whole.windows(12).rposition(|w| w == b"LOCK TABLES ").unwrap();
        std::fs::write(&path, &whole[..end]).unwrap();
        let (code, out, err) = ran(&["inspect", path.to_str().unwrap(), "--progress", "none"]);
        assert_eq!(code, ExitCode::SUCCESS, "{err}");
        assert!(out.contains("too early: it is cut off") && out.contains("Hazards\n\n  refused  unfinished"), "{out}");
    }
}
