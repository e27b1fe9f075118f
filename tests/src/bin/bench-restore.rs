//! Times `dumpstream restore` against the plain client, on one throwaway server in one run, and compares the results.

use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::run;
use dumpstream_tests::server::TestServer;
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const HELP: &str = "\
bench-restore DUMP [--server mariadb|mysql] [--pairs N] [--bin PATH] [-- RESTORE-OPTIONS]

Restores DUMP with the plain client and with dumpstream, one after the other, N times (default 3) on the same server,
each into an emptied one; prints the seconds of each pair and the median ratio, and fails if the results differ.";

/// Longest restore waited for.
const LIMIT: Duration = Duration::from_secs(6 * 3600);

struct Args {
    dump: PathBuf,
    flavor: Flavor,
    pairs: usize,
    dumpstream: Option<PathBuf>,
    extra: Vec<String>,
}

fn parse() -> Result<Option<Args>> {
    let mut words = env::args().skip(1);
    let mut args =
        Args { dump: PathBuf::new(), flavor: Flavor::MariaDb, pairs: 3, dumpstream: None, extra: Vec::new() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "-h" | "--help" => return Ok(None),
            "--server" => {
                args.flavor = match value()?.as_str() {
                    "mariadb" => Flavor::MariaDb,
                    "mysql" => Flavor::MySql,
                    other => return Err(format!("no server is called {other}").into()),
                }
            }
            "--pairs" => args.pairs = value()?.parse()?,
            "--bin" => args.dumpstream = Some(value()?.into()),
            "--" => args.extra = words.by_ref().collect(),
            _ if args.dump.as_os_str().is_empty() => args.dump = word.into(),
            other => return Err(format!("what is {other}?").into()),
        }
    }
    if args.dump.as_os_str().is_empty() || args.pairs == 0 {
        return Ok(None);
    }
    Ok(Some(args))
}

fn bench(args: &Args) -> Result<()> {
    let server = TestServer::find(args.flavor)?.ok_or("no such server is here: make servers")?;
    // As large as what is measured: a server that has room, and whose log doesn't hold it up.
    let mut options = Options::default().arg("--max-allowed-packet=64M");
    options.buffer_pool_mib = 2048;
    options.redo_log_mib = 1024;
    let server = TestServer::start(&server, &options)?;
    let mut dumpstream = match &args.dumpstream {
        Some(program) => Dumpstream { program: program.clone(), extra: Vec::new(), against: false },
        None => Dumpstream::built()?,
    };
    dumpstream.extra.clone_from(&args.extra);
    println!("{} {}, {} pairs", server.sandbox().flavor().name(), server.version(), args.pairs);
    let mut ratios = Vec::new();
    for pair in 1..=args.pairs {
        server.reset()?;
        let started = Instant::now();
        let ended = server.restore_with_client(&args.dump, None, LIMIT)?;
        let client = started.elapsed().as_secs_f64();
        if !ended.ok() {
            return Err(format!("the client failed: {}", ended.stderr_text()).into());
        }
        let expected = server.snapshot()?;
        server.reset()?;
        let started = Instant::now();
        let ended = run(&mut dumpstream.restore(&args.dump, &server.url(None), &[]), LIMIT)?;
        let ours = started.elapsed().as_secs_f64();
        if !ended.ok() {
            return Err(format!("dumpstream failed: {}", ended.stderr_text()).into());
        }
        if let Some(difference) = expected.first_difference(&server.snapshot()?) {
            return Err(format!("the results differ: {difference:?}").into());
        }
        println!("pair {pair}: client {client:.2} s, dumpstream {ours:.2} s, ratio {:.3}", ours / client);
        ratios.push(ours / client);
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
    println!("dumpstream/client {median:.3}; same schema, rows, checksums and objects every time");
    Ok(())
}

fn main() -> ExitCode {
    let result = match parse() {
        Ok(Some(args)) => bench(&args),
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::from(2);
        }
        Err(e) => Err(e),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e}");
            ExitCode::FAILURE
        }
    }
}
