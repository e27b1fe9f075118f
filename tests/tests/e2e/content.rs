//! `--verify content`: no false alarm, whatever the types and values.

use crate::random::{Table, tables};
use crate::support::{code, file, restore_with_report, servers};
use dumpstream_sandbox::{Flavor, Options};
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::env;

/// Environment variable with the number of random schemas that are tried on each server.
const CASES_VAR: &str = "DUMPSTREAM_CONTENT_CASES";
/// How many there are without it.
const CASES: u32 = 12;

/// Options for the dump program; one is the charset.
fn dump_options(flavor: Flavor) -> impl Strategy<Value = (Vec<&'static str>, &'static str)> {
    let mut options = vec![
        "--hex-blob",
        "--complete-insert",
        "--skip-extended-insert",
        "--skip-tz-utc",
        "--no-autocommit",
        "--skip-disable-keys",
    ];
    if flavor == Flavor::MySql {
        options.push("--column-statistics=0");
    }
    let most = options.len();
    (
        subsequence(options, 0..most),
        select(vec!["utf8mb4", "utf8mb4", "utf8mb4", "utf8mb3", "latin1", "binary", "cp1251"]),
    )
}

/// Makes the tables in a schema, dumps it, restores it beside itself with `--verify content`, and looks at what that says.
fn round_trip(server: &TestServer, tables: &[Table], options: &[&str], charset: &str) -> Result<()> {
    server.reset()?;
    // MySQL takes no JSON on a connection without a charset.
    let json = server.sandbox().flavor() == Flavor::MySql
        && tables.iter().any(|t| t.columns.iter().any(|c| c.definition.starts_with("json")));
    let charset = if json && charset == "binary" { "utf8mb4" } else { charset };
    let mut sql = String::from("CREATE DATABASE origin; USE origin; SET sql_mode = '';\n");
    for (i, table) in tables.iter().enumerate() {
        sql += &table.sql(&format!("t{i}"));
    }
    server.sql_by_force(&sql)?;
    let charset_option = format!("--default-character-set={charset}");
    let dump = server.dump("origin", &[options, &[charset_option.as_str()]].concat())?;
    let (_dir, path) = file("dump.sql", dump)?;
    let (ended, report) = restore_with_report(&path, &server.url(Some("copy")), &["--verify", "content"])?;
    if code(&ended) != Some(0) {
        let why = report["error"]["message"].as_str().map_or_else(|| ended.stderr_text(), str::to_owned);
        return Err(why.into());
    }
    for table in report["tables"].as_array().ok_or("no tables")? {
        let name = table["table"].as_str().unwrap_or_default();
        let verified = &table["verified"];
        if verified["rows"] != "equal" {
            return Err(format!("{name}: {verified:#}").into());
        }
        let number: usize = name.trim_start_matches("copy.t").parse()?;
        let columns = tables.get(number).map(|t| t.columns.as_slice()).unwrap_or_default();
        let certain_charset = charset.starts_with("utf8");
        for uncovered in verified["uncovered_columns"].as_array().into_iter().flatten() {
            let column: usize = uncovered["column"].as_str().unwrap_or_default().trim_start_matches('c').parse()?;
            let column = columns.get(column).ok_or("no such column")?;
            let reason = uncovered["reason"].as_str().unwrap_or_default();
            // What another charset hasn't got is lost in the dump.
            if !column.may_be_uncovered && certain_charset {
                return Err(format!("{name}: {} isn't covered: {reason}", column.definition).into());
            }
        }
        if verified["content"] != "equal" {
            return Err(format!("{name}: {verified:#}").into());
        }
    }
    Ok(())
}

#[test]
fn no_random_schema_raises_a_false_alarm() -> Result<()> {
    let cases = env::var(CASES_VAR).ok().and_then(|n| n.parse().ok()).unwrap_or(CASES);
    for found in servers()? {
        let server = TestServer::start(&found, &Options::default())?;
        let flavor = found.flavor();
        let config = Config { cases, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
        let inputs = (tables(flavor), dump_options(flavor));
        let result = TestRunner::new(config).run(&inputs, |(tables, (options, charset))| {
            round_trip(&server, &tables, &options, charset).map_err(|e| {
                let sql: String = tables.iter().enumerate().map(|(i, t)| t.sql(&format!("t{i}"))).collect();
                TestCaseError::fail(format!("{e}\n{options:?} {charset}\n{sql}"))
            })
        });
        if let Err(e) = result {
            return Err(format!("{flavor}: {e}").into());
        }
    }
    Ok(())
}
