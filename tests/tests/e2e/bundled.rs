//! The dumps that come with the source, on every server there is.

use crate::support::{assert_ended, restore, servers};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::corpus::{Dumpstream, Entry, Verdict, check};
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use std::fs;

/// Every bundled dump, in the order of their names.
fn dumps() -> Result<Vec<Entry>> {
    dumps_in(&["demo", "tests/data"])
}

fn dumps_in(dirs: &[&str]) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    for dir in dirs {
        for file in fs::read_dir(paths::workspace().join(dir))? {
            let path = file?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_dump = name.ends_with(".sql") || name.contains(".sql.");
            if is_dump && !name.ends_with(".src.sql") {
                found.push(Entry::standalone(&path));
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(found.len() >= 5, "{found:?}");
    Ok(found)
}

/// Whether `entry` was made by a server of `flavor`, and so must restore there.
fn is_of(entry: &Entry, flavor: Flavor) -> bool {
    entry.name.contains("mysql") == (flavor == Flavor::MySql)
}

/// Restores what `server` made itself with `extra` options, and compares with the client.
fn own_dumps_with(server: &mut TestServer, extra: &[&str]) -> Result<()> {
    let flavor = server.sandbox().flavor();
    let dumpstream = Dumpstream { extra: extra.iter().map(|&a| a.to_owned()).collect(), ..Dumpstream::built()? };
    for entry in dumps()?.iter().filter(|e| is_of(e, flavor)) {
        let outcome = check(entry, server, &dumpstream)?;
        assert_eq!(outcome.verdict, Verdict::Same, "{} on {flavor} {extra:?}:\n{}", entry.name, outcome.details());
    }
    Ok(())
}

#[test]
fn bundled_dumps_give_what_the_client_gives() -> Result<()> {
    for server in servers()? {
        let mut server = TestServer::start(&server, &Options::default())?;
        let flavor = server.sandbox().flavor();
        for entry in dumps()? {
            let outcome = check(&entry, &mut server, &Dumpstream::built()?)?;
            assert!(outcome.verdict.is_good(), "{} on {flavor}:\n{}", entry.name, outcome.details());
            assert!(!is_of(&entry, flavor) || outcome.verdict == Verdict::Same, "{} on {flavor}", entry.name);
        }
    }
    Ok(())
}

#[test]
fn statements_that_depend_on_each_other_give_what_the_client_gives() -> Result<()> {
    for server in servers()? {
        let mut server = TestServer::start(&server, &Options::default())?;
        let flavor = server.sandbox().flavor();
        for lanes in ["1", "8"] {
            let extra = vec!["--lanes".to_owned(), lanes.to_owned()];
            let dumpstream = Dumpstream { extra, ..Dumpstream::built()? };
            for entry in dumps_in(&["tests/data/order"])? {
                let outcome = check(&entry, &mut server, &dumpstream)?;
                // MySQL has no sequences.
                let same = flavor == Flavor::MariaDb || !entry.name.contains("sequence");
                assert!(outcome.verdict.is_good(), "{} on {flavor}:\n{}", entry.name, outcome.details());
                assert!(!same || outcome.verdict == Verdict::Same, "{} on {flavor}", entry.name);
            }
        }
    }
    Ok(())
}

#[test]
fn bundled_dumps_give_the_same_with_every_way_of_loading() -> Result<()> {
    for server in servers()? {
        let mut server = TestServer::start(&server, &Options::default())?;
        for extra in [
            &["--method", "insert"][..],
            &["--method", "load-data", "--lanes", "1", "--shapers", "1"],
            &["--indexes", "with-rows", "--block", "64KiB"],
            &["--indexes", "after-rows", "--lanes", "8", "--shapers", "4", "--memory", "64MiB"],
        ] {
            own_dumps_with(&mut server, extra)?;
        }
    }
    Ok(())
}

/// Dumps set the time zone that their TIMESTAMPs are in, and a lane that misses it is not seen on a server in that zone.
#[test]
fn bundled_dumps_give_the_same_on_a_server_in_another_time_zone() -> Result<()> {
    for server in servers()? {
        let mut server = TestServer::start(&server, &Options::default().arg("--default-time-zone=+05:00"))?;
        own_dumps_with(&mut server, &["--verify", "content"])?;
    }
    Ok(())
}

#[test]
fn bundled_dumps_load_by_insert_where_the_server_forbids_load_data() -> Result<()> {
    for server in servers()? {
        let mut server = TestServer::start(&server, &Options::default().arg("--local-infile=OFF"))?;
        own_dumps_with(&mut server, &[])?;
        let dump = paths::workspace().join("demo/sakila.sql.zst");
        let ended = restore(&dump, &server.url(None), &["--method", "load-data"])?;
        assert_ended(&ended, 4, &["local_infile"]);
        assert!(server.snapshot()?.is_empty());
    }
    Ok(())
}

#[test]
fn bundled_dump_goes_into_another_database_when_the_target_names_one() -> Result<()> {
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let dump = match server.sandbox().flavor() {
            Flavor::MariaDb => "demo/sakila.sql.zst",
            Flavor::MySql => "tests/data/sakila-mysql97.sql.zst",
        };
        let dump = paths::workspace().join(dump);
        assert_ended(&restore(&dump, &server.url(None), &[])?, 0, &[]);
        let here = server.snapshot()?.text().replace("sakila", "elsewhere");
        server.reset()?;
        assert_ended(&restore(&dump, &server.url(Some("elsewhere")), &[])?, 0, &[]);
        let there = server.snapshot()?;
        assert_eq!(server.databases()?, ["elsewhere"]);
        if there.text() != here {
            let here = dumpstream_tests::snapshot::Snapshot::from_text(here);
            panic!("{}", here.first_difference(&there).map(|d| d.to_string()).unwrap_or_default());
        }
    }
    Ok(())
}
