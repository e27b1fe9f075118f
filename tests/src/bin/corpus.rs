//! Runs a folder of real dumps through the plain client and `dumpstream restore`, and prints how they compare.
//!
//! What the client makes of a file is kept below `target/dumpstream-tests`, so only the first run pays for it.

use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::corpus::{self, Dumpstream, Entry, Expected, Outcome};
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

const HELP: &str = "\
corpus [OPTIONS] [-- RESTORE-OPTIONS]

Restores every dump of a folder with the plain client and with dumpstream, each on an emptied throwaway server, and
compares schema, rows, checksums, views, routines, triggers and events.

  --filter TEXT      only files whose name contains TEXT; may be repeated
  --server NAME      mariadb (default) or mysql
  --bin PATH         the dumpstream program (default: the one built beside this one, or $DUMPSTREAM_BIN)
  --corpus DIR       a folder with a CORPUS.tsv (default: $DUMPSTREAM_CORPUS, or ../shared/corpus)
  --file PATH        a dump that is not in the folder; may be repeated, and replaces the folder
  --jobs N           servers at a time (default 2)
  --skip-larger MB   leave out files of more than MB megabytes as stored
  --client-only      only find out what the client makes of the files
  --server-arg ARG   an argument for the server, such as --local-infile=OFF; may be repeated
  --against          also compare what was restored by dumpstream verify --against
  --keep-state DIR   write both states of every file that differs to DIR, to be compared with diff
  -v, --verbose      what dumpstream said about every file, not only about those that went wrong
  -q, --quiet        a line per file that went wrong, with what dumpstream said first

What follows -- goes to dumpstream restore: corpus -- --lanes 4 --method insert

  same          both restored it, with the same result
  refused too   both refused it, and nothing is left behind
  DIFFERS       both restored it, with different results
  REFUSED       the client restores it and dumpstream does not
  ACCEPTED      the client refuses it and dumpstream says all is well
  LEFT BEHIND   both refused it, and dumpstream left something on the server
  BROKEN        a crash, a hang, silence, or an undocumented exit code";

struct Args {
    filters: Vec<String>,
    flavor: Flavor,
    dumpstream: Dumpstream,
    files: Vec<PathBuf>,
    corpus: Option<PathBuf>,
    jobs: usize,
    skip_larger: Option<u64>,
    client_only: bool,
    options: Options,
    keep_state: Option<PathBuf>,
    talk: Talk,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Talk {
    Quiet,
    Normal,
    Verbose,
}

fn parse() -> Result<Option<Args>> {
    let mut args = Args {
        filters: Vec::new(),
        flavor: Flavor::MariaDb,
        dumpstream: Dumpstream { program: PathBuf::new(), extra: Vec::new(), against: false },
        files: Vec::new(),
        corpus: paths::corpus(),
        jobs: 2,
        skip_larger: None,
        client_only: false,
        options: Options::default(),
        keep_state: None,
        talk: Talk::Normal,
    };
    let mut program = None;
    let mut given = env::args().skip(1);
    while let Some(arg) = given.next() {
        let (name, mut inline) = match arg.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => (arg, None),
        };
        let mut value = || inline.take().or_else(|| given.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--filter" => args.filters.push(value()?),
            "--server" => {
                args.flavor = match value()?.as_str() {
                    "mariadb" => Flavor::MariaDb,
                    "mysql" => Flavor::MySql,
                    other => return Err(format!("--server {other}: mariadb or mysql").into()),
                }
            }
            "--bin" => program = Some(PathBuf::from(value()?)),
            "--corpus" => args.corpus = Some(value()?.into()),
            "--file" => args.files.push(value()?.into()),
            "--jobs" => args.jobs = value()?.parse::<usize>()?.max(1),
            "--skip-larger" => args.skip_larger = Some(value()?.parse()?),
            "--client-only" => args.client_only = true,
            "--against" => args.dumpstream.against = true,
            "--server-arg" => args.options = args.options.arg(value()?),
            "--keep-state" => args.keep_state = Some(value()?.into()),
            "-v" | "--verbose" => args.talk = Talk::Verbose,
            "-q" | "--quiet" => args.talk = Talk::Quiet,
            "-h" | "--help" => {
                println!("{HELP}");
                return Ok(None);
            }
            "--" => args.dumpstream.extra.extend(given.by_ref()),
            other => return Err(format!("{other} is not known; --help lists the options").into()),
        }
    }
    if !args.client_only {
        args.dumpstream.program = program.map_or_else(paths::dumpstream, Ok)?;
    }
    Ok(Some(args))
}

fn entries(args: &Args) -> Result<Vec<Entry>> {
    let mut all = if args.files.is_empty() {
        corpus::list(args.corpus.as_deref().ok_or("no folder of dumps; --corpus names one, --file a single dump")?)?
    } else {
        let absolute: Vec<PathBuf> = args.files.iter().map(std::path::absolute).collect::<Result<_, _>>()?;
        absolute.iter().map(|p| Entry::standalone(p)).collect()
    };
    let size = |e: &Entry| fs::metadata(&e.path).map_or(0, |m| m.len());
    all.retain(|e| args.filters.is_empty() || args.filters.iter().any(|f| e.name.contains(f.as_str())));
    all.retain(|e| args.skip_larger.is_none_or(|mb| size(e) <= mb << 20));
    // The largest last, since work is taken from the end: they should not be what one job is left with.
    all.sort_by_key(size);
    Ok(all)
}

/// One file's line, and what there is to add below it.
fn report(entry: &Entry, outcome: &Outcome, talk: Talk) -> String {
    let (client, ours) = (outcome.expected.seconds, outcome.ours.took.as_secs_f64());
    let (word, is_good) = (outcome.verdict.word(), outcome.verdict.is_good());
    let place = outcome.expected.database.as_deref().map_or("", |_| "/");
    let line = format!("{word:<12} {client:>7.2} s {ours:>7.2} s  {}{place}", entry.name);
    match talk {
        Talk::Quiet if is_good => String::new(),
        Talk::Quiet => {
            let details = outcome.details();
            let said = details.lines().find_map(|l| l.trim_start().strip_prefix("| error: ")).map(str::to_owned);
            let said = said.unwrap_or_else(|| details.lines().take(3).map(str::trim).collect::<Vec<_>>().join(" "));
            format!("{line}  {}\n", said.chars().take(200).collect::<String>())
        }
        Talk::Normal if is_good => line + "\n",
        Talk::Normal | Talk::Verbose => format!("{line}\n{}", outcome.details()),
    }
}

fn keep_state(dir: &std::path::Path, entry: &Entry, expected: &Expected, ours: &str) -> Result<()> {
    fs::create_dir_all(dir)?;
    let base = dir.join(entry.name.replace('/', "__"));
    fs::write(base.with_added_extension("client"), expected.state.text())?;
    fs::write(base.with_added_extension("ours"), ours)?;
    Ok(())
}

fn run() -> Result<ExitCode> {
    let Some(args) = parse()? else { return Ok(ExitCode::SUCCESS) };
    let all = entries(&args)?;
    let Some(server) = TestServer::find(args.flavor)? else {
        return Err("no MySQL here; scripts/get-server.sh mysql gets one".into());
    };
    let jobs = args.jobs.min(all.len()).max(1);
    println!("{} files, {} {}, {jobs} at a time", all.len(), server.flavor(), server.version());
    println!("{:<12} {:>9} {:>9}  file (with / when restored into a database of our choice)", "", "client", "ours");
    let start = Instant::now();
    let mut done = corpus::for_each(all, (&server, &args.options), jobs, |entry, server| -> Result<_> {
        if args.client_only {
            let e = Expected::obtain(entry, server)?;
            let (word, good) = if e.error.is_none() { ("ok", true) } else { ("error", false) };
            let why = e.error.map(|e| format!("  {e}\n")).unwrap_or_default();
            print!("{word:<12} {:>7.2} s {:>9}  {}\n{why}", e.seconds, "", entry.name);
            return Ok((word, good));
        }
        let outcome = corpus::check(entry, server, &args.dumpstream)?;
        if let (Some(dir), Some(ours)) = (&args.keep_state, &outcome.state) {
            keep_state(dir, entry, &outcome.expected, ours.text())?;
        }
        print!("{}", report(entry, &outcome, args.talk));
        Ok((outcome.verdict.word(), outcome.verdict.is_good()))
    })?
    .into_iter()
    .map(|(entry, outcome)| {
        let (word, good) = outcome.unwrap_or_else(|e| {
            println!("{:<12} {:>9} {:>9}  {}\n  {e}", "HARNESS", "", "", entry.name);
            ("HARNESS", false)
        });
        (entry, word, good)
    })
    .collect::<Vec<_>>();
    done.sort_by(|a, b| (a.1, &a.0.name).cmp(&(b.1, &b.0.name)));
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    let mut words: Vec<&str> = done.iter().map(|d| d.1).collect();
    words.dedup();
    for word in words {
        let of_it: Vec<_> = done.iter().filter(|d| d.1 == word).collect();
        println!("{:>5} {word}", of_it.len());
        for (entry, _, _) in of_it.iter().filter(|d| !d.2 && !args.client_only) {
            println!("        {}", entry.name);
        }
    }
    Ok(if args.client_only || done.iter().all(|d| d.2) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn main() -> ExitCode {
    run().unwrap_or_else(|e| {
        eprintln!("corpus: {e}");
        ExitCode::from(2)
    })
}
