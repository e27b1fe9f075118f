//! The folder of real dumps, where it is there: each file gives what the plain client gives, and `verify --against` finds it so.

use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::corpus::{Dumpstream, check, for_each, list};
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use std::fs;

fn whole_folder(flavor: Flavor) -> Result<()> {
    let Some(dir) = paths::corpus() else {
        eprintln!("skipped: no folder of dumps; ${} names one", paths::CORPUS_VAR);
        return Ok(());
    };
    let Some(server) = TestServer::find(flavor)? else { return Ok(()) };
    let dumpstream = Dumpstream { against: true, ..Dumpstream::built()? };
    let mut entries = list(&dir)?;
    // The largest last, which is where work is taken from.
    entries.sort_by_key(|e| fs::metadata(&e.path).map_or(0, |m| m.len()));
    let outcomes = for_each(entries, (&server, &Options::default()), 2, |entry, server| {
        let outcome = check(entry, server, &dumpstream)?;
        Ok((!outcome.verdict.is_good()).then(|| format!("{}\n{}", outcome.verdict.word(), outcome.details())))
    })?;
    let bad: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(entry, outcome)| {
            let text = outcome.unwrap_or_else(|e| Some(format!("the harness failed: {e}")));
            text.map(|t| format!("{}: {t}", entry.name))
        })
        .collect();
    assert!(bad.is_empty(), "{} files on {flavor}\n{}", bad.len(), bad.join("\n"));
    Ok(())
}

#[test]
fn corpus_gives_what_the_client_gives_on_mariadb() -> Result<()> {
    whole_folder(Flavor::MariaDb)
}

#[test]
fn corpus_gives_what_the_client_gives_on_mysql() -> Result<()> {
    whole_folder(Flavor::MySql)
}
