//! `dumpstream discover`: rules that a scrub takes, a lockfile that it is held against, and not a value in either.

use crate::support::{LIMIT, assert_ended, code, dump_of, file, restore, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::corpus::Dumpstream;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const KEY: &str = "8d1f0c5be2a94c7793fd03c2a6b1e85f4a7d90c1362e5bf8d7a1409c3e6b2f58";

/// What a discovery left behind.
struct Found {
    dir: TempDir,
    ended: Ended,
    report: Value,
}

impl Found {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// What is said of a column.
    fn column(&self, table: &str, column: &str) -> &Value {
        let named = |list: &'_ Value, key: &str, name: &str| {
            list.as_array().and_then(|l| l.iter().position(|v| v[key] == name)).unwrap_or(usize::MAX)
        };
        let table = &self.report["tables"][named(&self.report["tables"], "table", table)];
        &table["columns"][named(&table["columns"], "column", column)]
    }
}

fn command(name: &str) -> Result<Command> {
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg(name).args(["--progress", "none"]).env("SCRUB_KEY", KEY).stdin(Stdio::null());
    Ok(cmd)
}

/// Runs `dumpstream discover DUMP -o rules.yaml --lock lock --json`, with a lockfile that is there before if `lock` is one.
fn discover(dump: &Path, lock: Option<&str>, args: &[&str]) -> Result<Found> {
    let dir = tempfile::tempdir()?;
    if let Some(lock) = lock {
        fs::write(dir.path().join("lock"), lock)?;
    }
    let mut cmd = command("discover")?;
    cmd.arg(dump).arg("-o").arg(dir.path().join("rules.yaml")).arg("--lock").arg(dir.path().join("lock")).arg("--json");
    let ended = run(cmd.args(args), LIMIT)?;
    let report = serde_json::from_slice(&ended.stdout).unwrap_or_default();
    Ok(Found { dir, ended, report })
}

/// Runs `dumpstream scrub DUMP -o out.sql --rules rules.yaml`.
fn scrub(dump: &Path, found: &Found, args: &[&str]) -> Result<Ended> {
    let mut cmd = command("scrub")?;
    cmd.arg(dump).arg("-o").arg(found.path("out.sql")).arg("--overwrite").arg("--rules").arg(found.path("rules.yaml"));
    run(cmd.args(args), LIMIT)
}

fn luhn(body: &str) -> String {
    let digits = body.bytes().rev().enumerate().map(|(i, b)| {
        let d = u32::from(b - b'0') * if i % 2 == 0 { 2 } else { 1 };
        d / 10 + d % 10
    });
    format!("{body}{}", (10 - digits.sum::<u32>() % 10) % 10)
}

fn iban(account: u64) -> String {
    // DE is 13 14; check digits are 98 less the remainder.
    let number = format!("{account:018}131400");
    let remainder = number.bytes().fold(0_u32, |r, b| (r * 10 + u32::from(b - b'0')) % 97);
    format!("DE{:02}{account:018}", 98 - remainder)
}

/// A column of a made-up dump: its name, its type, its class, and the value of a row.
type Made = (&'static str, &'static str, &'static str, fn(usize) -> String);

const FIRST: [&str; 12] =
    ["Nora", "Émile", "Grace", "Olivia", "Julien", "Sophie", "Hugh", "Marguerite", "Owen", "Zoe", "Luc", "Camille"];
const LAST: [&str; 12] = [
    "Tremblay",
    "Bell",
    "Gagnon",
    "MacDonald",
    "Roy",
    "Bouchard",
    "Campbell",
    "Fortin",
    "Ross",
    "Pelletier",
    "Gauthier",
    "Reid",
];

/// One of each kind. The names say nothing, or something else.
const KINDS: [Made; 16] = [
    ("c1", "varchar(120)", "email", |i| format!("person{i}x@mail.example")),
    ("c2", "varchar(40)", "phone", |i| format!("(514) 555-{:04}", 2000 + i * 7)),
    ("status", "varchar(11) NOT NULL", "sin", |i| luhn(&format!("{}", 13_069_254 + i * 1117))),
    ("c4", "varchar(19)", "card", |i| luhn(&format!("45320151{:07}", 1_128_336 + i * 977))),
    ("c5", "varchar(34)", "bank_account", |i| iban(370_400_440_532_013_000 + i as u64 * 7919)),
    ("phone", "varchar(45)", "ip", |i| format!("203.0.{}.{}", i % 200 + 3, i % 90 + 100)),
    ("c7", "varchar(20)", "mac", |i| format!("08:00:2b:{:02x}:{:02x}:7c", i % 250, (i * 7) % 250)),
    ("c8", "varchar(10)", "postal_code", |i| format!("H{}X {}Y{}", i % 10, (i + 3) % 10, (i * 7) % 10)),
    ("c9", "varchar(60)", "first_name", |i| FIRST[i % 12].to_owned()),
    ("c10", "varchar(60)", "last_name", |i| LAST[i % 12].to_owned()),
    ("title", "varchar(120)", "full_name", |i| format!("{} {}", FIRST[i % 12], LAST[(i / 12) % 12])),
    ("c12", "date", "date_of_birth", |i| format!("{}-{:02}-{:02}", 1931 + i % 70, i % 12 + 1, i % 28 + 1)),
    ("c13", "bigint", "sin", |i| luhn(&format!("{}", 51_234_567 + i * 1013))),
    ("c14", "json", "document", |i| {
        format!("{{\\\"who\\\": {{\\\"mail\\\": \\\"leaf{i}x@mail.example\\\"}}, \\\"n\\\": {i}}}")
    }),
    ("c15", "longtext", "document", |i| format!("[{{\\\"a\\\": \\\"reachme{i}x@mail.example\\\"}}]")),
    ("c16", "text", "free_text", |i| format!("please call or write to writer{i}x@mail.example as soon as you can")),
];

const ROWS: usize = 150;

fn literal(data_type: &str, value: &str) -> String {
    if data_type == "bigint" { value.to_owned() } else { format!("'{value}'") }
}

fn of_every_kind() -> String {
    let columns: Vec<String> = KINDS.iter().map(|(name, data_type, ..)| format!("  `{name}` {data_type},\n")).collect();
    let rows: Vec<String> = (1..=ROWS)
        .map(|i| {
            let values: Vec<String> =
                KINDS.iter().map(|(_, data_type, _, value)| literal(data_type, &value(i))).collect();
            format!("({i},{})", values.join(","))
        })
        .collect();
    dump_of(&format!(
        "CREATE TABLE `t` (\n  `id` int NOT NULL,\n{}  PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`c1`),\n  UNIQUE KEY `v` (`status`)\n) \
         ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;\nINSERT INTO `t` VALUES {};\n",
        columns.concat(),
        rows.join(",")
    ))
}

#[test]
fn every_kind_is_found_whatever_its_column_is_called_and_none_survives() -> Result<()> {
    let (_dir, path) = file("dump.sql", of_every_kind())?;
    let found = discover(&path, None, &[])?;
    assert_ended(&found.ended, 0, &[]);
    for (name, _, class, _) in KINDS {
        assert_eq!(found.column("t", name)["class"], class, "{name}: {}", found.column("t", name));
    }
    assert_eq!(found.column("t", "id")["class"], "none");
    assert_eq!(
        (&found.report["check"]["result"], &found.report["undecided"]),
        (&"passed".into(), &Value::Array(vec![]))
    );
    assert_eq!(found.column("t", "c1")["evidence"]["whole"]["email"], ROWS);
    let ended = scrub(&path, &found, &["--lock", &found.path("lock").display().to_string()])?;
    assert_ended(&ended, 0, &[]);
    let out = found.text("out.sql");
    for (name, data_type, class, value) in KINDS {
        // Names may be drawn for one another, and years may stay.
        if matches!(class, "first_name" | "last_name" | "full_name" | "date_of_birth" | "document") {
            continue;
        }
        for i in 1..=ROWS {
            assert!(!out.contains(&literal(data_type, &value(i))), "a value of {name} survives");
        }
    }
    for word in ["mail.example", "reachme", "writer"] {
        assert!(!out.contains(word), "{word} survives");
    }
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        server.sql("CREATE DATABASE shop")?;
        let ended = restore(&found.path("out.sql"), &server.url(Some("shop")), &[])?;
        assert_ended(&ended, 0, &[]);
        let counts = server.sql("SELECT COUNT(*), COUNT(DISTINCT c1), COUNT(DISTINCT status) FROM shop.t")?;
        assert_eq!(counts.split_whitespace().collect::<Vec<_>>(), [ROWS.to_string().as_str(); 3]);
        let changed =
            "SELECT COUNT(*) FROM shop.t WHERE c14 LIKE '%example.test%' AND c12 BETWEEN '1930-01-01' AND '2002-01-01'";
        assert_eq!(server.sql(changed)?.trim(), ROWS.to_string());
    }
    Ok(())
}

#[test]
fn no_value_of_a_cell_is_in_anything_that_is_written() -> Result<()> {
    let (_dir, path) = file("dump.sql", of_every_kind())?;
    let found = discover(&path, None, &["-v", "-v"])?;
    let person =
        found.text("lock").replace("class: email", "class: none").replace("by: content", "by: \"person:Anne\"");
    let again = discover(&path, Some(&person), &[])?;
    let mut page = command("discover")?;
    let page = run(page.arg(&path), LIMIT)?;
    let written = [
        found.text("rules.yaml"),
        found.text("lock"),
        found.report.to_string(),
        found.ended.stderr_text(),
        again.report.to_string(),
        page.stderr_text(),
        page.stdout_text(),
    ];
    for text in written {
        assert!(text.len() > 100 || text == found.ended.stderr_text());
        for (name, _, _, value) in KINDS {
            for i in 1..=ROWS {
                let value = value(i);
                // Three letters are a part of some word.
                assert!(value.len() < 4 || !text.contains(&value), "a value of {name} is in what was written:\n{text}");
            }
        }
        assert!(!text.contains("mail.example"), "{text}");
    }
    Ok(())
}

/// Whether a file of rules says that it isn't ready.
fn says_why(rules: &str) -> bool {
    rules.starts_with("# NOT YET")
}

/// Rules for a dump are taken by a scrub of that dump, or say why not.
fn proposed_rules_are_taken(dump: &Path) -> Result<()> {
    let found = discover(dump, None, &["--allow-unfinished"])?;
    let rules = found.text("rules.yaml");
    if code(&found.ended) != Some(0) {
        // Whatever can't be read can't be scrubbed either.
        let mut cmd = command("inspect")?;
        let inspected = run(cmd.arg(dump), LIMIT)?;
        assert!(code(&inspected) != Some(0) || code(&found.ended) == Some(3), "{}", found.ended.stderr_text());
        assert!(rules.is_empty());
        return Ok(());
    }
    let ended = scrub(dump, &found, &["--allow-unfinished"])?;
    let passed = found.report["check"]["result"] == "passed";
    assert_eq!(passed, !says_why(&rules));
    match code(&ended) {
        Some(0) => assert!(passed, "{rules}"),
        Some(6) if !passed => {}
        // A charset that holds something else than it says is nothing that rules can help.
        Some(6) if ended.stderr_text().contains("text in the charset that the dump says it is in") => {}
        other => {
            return Err(format!("{}: exit code {other:?}: {}\n{rules}", dump.display(), ended.stderr_text()).into());
        }
    }
    let locked = scrub(dump, &found, &["--allow-unfinished", "--lock", &found.path("lock").display().to_string()])?;
    let undecided = found.report["undecided"].as_array().is_some_and(|u| !u.is_empty());
    if passed && undecided {
        assert_ended(&locked, 6, &["columns that nobody has decided about"]);
    } else {
        assert_eq!(code(&locked), code(&ended), "{}", locked.stderr_text());
    }
    // The same dump changes nothing.
    let again = discover(dump, Some(&found.text("lock")), &["--allow-unfinished"])?;
    assert_eq!(again.text("lock"), found.text("lock"));
    Ok(())
}

fn dumps(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut dumps: Vec<PathBuf> = fs::read_dir(dir)?.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    dumps.retain(|p| {
        let name = p.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.contains(".sql") && !name.ends_with(".src.sql") && !name.ends_with(".tar")
    });
    dumps.sort();
    Ok(dumps)
}

#[test]
fn proposed_rules_are_taken_for_the_bundled_dumps() -> Result<()> {
    for dump in
        dumps(&paths::workspace().join("tests/data"))?.into_iter().chain(dumps(&paths::workspace().join("demo"))?)
    {
        proposed_rules_are_taken(&dump).map_err(|e| format!("{}: {e}", dump.display()))?;
    }
    Ok(())
}

#[test]
fn proposed_rules_are_taken_for_the_corpus() -> Result<()> {
    let Some(corpus) = paths::corpus() else { return Ok(()) };
    let dumps = dumps(&corpus)?;
    assert!(!dumps.is_empty());
    for dump in dumps {
        proposed_rules_are_taken(&dump).map_err(|e| format!("{}: {e}", dump.display()))?;
    }
    Ok(())
}

#[test]
fn sakila_has_no_personal_data_where_there_is_none() -> Result<()> {
    let found = discover(&paths::workspace().join("demo/sakila.sql.zst"), None, &[])?;
    assert_ended(&found.ended, 0, &[]);
    let mut personal: Vec<String> = Vec::new();
    for table in found.report["tables"].as_array().into_iter().flatten() {
        for column in table["columns"].as_array().into_iter().flatten() {
            let class = column["class"].as_str().unwrap_or_default();
            if !matches!(class, "none" | "unknown") {
                personal.push(format!(
                    "{}.{} {class}",
                    table["table"].as_str().unwrap_or_default(),
                    column["column"].as_str().unwrap_or_default()
                ));
            }
        }
    }
    let expected = [
        "sakila.actor.first_name first_name",
        "sakila.actor.last_name last_name",
        "sakila.address.address address",
        "sakila.address.address2 address",
        "sakila.address.postal_code postal_code",
        "sakila.address.phone phone",
        "sakila.city.city city",
        "sakila.customer.first_name first_name",
        "sakila.customer.last_name last_name",
        "sakila.customer.email email",
        "sakila.staff.first_name first_name",
        "sakila.staff.last_name last_name",
        "sakila.staff.email email",
        "sakila.staff.username username",
        "sakila.staff.password password",
    ];
    assert_eq!(personal, expected);
    // Its procedures hold literals, and nothing more stands in the way.
    assert_eq!(found.report["check"]["would_do"], Value::from(vec!["programs: keep"]));
    Ok(())
}

const PERSON: &str = "CREATE TABLE `person` (\n  `id` int NOT NULL,\n  `email` varchar(120) DEFAULT NULL,\n  \
    `what` varchar(40) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\
    INSERT INTO `person` VALUES (1,'a@mail.example','one thing'),(2,'b@mail.example','and another');\n";

#[test]
fn a_lockfile_refuses_what_nobody_has_decided_about() -> Result<()> {
    let (_dir, path) = file("dump.sql", dump_of(PERSON))?;
    let found = discover(&path, None, &[])?;
    assert_ended(&found.ended, 0, &[]);
    let lock = found.path("lock").display().to_string();
    assert_ended(
        &scrub(&path, &found, &["--lock", &lock])?,
        6,
        &["nobody has decided about: what", "where: ", "help: "],
    );
    assert!(!found.path("out.sql").exists());
    let decided = found.text("lock").replace("class: unknown, by: content", "class: none, by: \"person:Anne\"");
    fs::write(found.path("lock"), &decided)?;
    assert_ended(&scrub(&path, &found, &["--lock", &lock])?, 0, &[]);
    // A new column, a new table, another type: all of it is told at once.
    let changed = PERSON
        .replace("`what` varchar(40)", "`what` varchar(90)")
        .replace("  PRIMARY", "  `sms` tinyint DEFAULT 0,\n  PRIMARY");
    let changed = changed.replace("thing')", "thing',0)").replace("another')", "another',1)");
    let second = PERSON.replace("person", "second");
    let (_other, grown) = file("dump.sql", dump_of(&format!("{changed}{second}")))?;
    let rules = discover(&grown, Some(&decided), &[])?;
    fs::write(rules.path("old"), &decided)?;
    let old = rules.path("old").display().to_string();
    let words = ["lacks: sms", "what (varchar(90), and varchar(40) there)", "lacks: id, email, what", "help: "];
    assert_ended(&scrub(&grown, &rules, &["--lock", &old])?, 6, &words);
    // So does a restore, before it has touched anything.
    let mut cmd = command("restore")?;
    cmd.arg(&grown).args(["--to", "null", "--lock", &old]).arg("--rules").arg(rules.path("rules.yaml"));
    assert_ended(&run(&mut cmd, LIMIT)?, 6, &["lacks: sms"]);
    // What the person said about the column was about another type.
    let changes = &rules.report["lock_changes"];
    assert_eq!(changes["added"].as_array().map(Vec::len), Some(4), "{changes}");
    assert_eq!(changes["changed"][0], "person.what: varchar(40) none became varchar(90) unknown");
    Ok(())
}

#[test]
fn what_a_person_decided_stays_and_what_was_personal_too() -> Result<()> {
    let (_dir, path) = file("dump.sql", dump_of(PERSON))?;
    let found = discover(&path, None, &[])?;
    let lock = found.text("lock");
    let lock = lock
        .replace("class: email, by: name", "class: none, by: \"person:Anne\"")
        .replace("class: unknown", "class: notes_");
    let lock = lock.replace("notes_", "free_text") + "  gone.column: { type: \"int\", class: none, by: type }\n";
    let again = discover(&path, Some(&lock), &[])?;
    assert_ended(&again.ended, 0, &["looks personal", "not in the dump", "gone.column"]);
    assert_eq!(again.column("person", "email")["by"], "person:Anne");
    assert_eq!(
        (&again.column("person", "email")["rule"], &again.column("person", "what")["class"]),
        (&"keep".into(), &"free_text".into())
    );
    assert_eq!(again.report["lock_changes"]["disputed"].as_array().map(Vec::len), Some(1));
    assert!(again.text("rules.yaml").contains("because: \"decided by Anne\""));
    assert!(again.text("lock").contains("gone.column"));
    assert!(!discover(&path, Some(&lock), &["--prune"])?.text("lock").contains("gone.column"));
    // The rules keep the column, and a lockfile that calls it personal doesn't let it pass.
    fs::write(again.path("lock"), found.text("lock").replace("class: unknown", "class: none"))?;
    let locked = scrub(&path, &again, &["--lock", &again.path("lock").display().to_string()])?;
    assert_ended(&locked, 6, &["calls personal, and the rules keep: email (email)"]);
    Ok(())
}

#[test]
fn rules_that_are_there_are_not_overwritten() -> Result<()> {
    let (dir, path) = file("dump.sql", dump_of(PERSON))?;
    let rules = dir.path().join("rules.yaml");
    fs::write(&rules, "mine")?;
    let discover = |args: &[&str]| -> Result<Ended> {
        let mut cmd = command("discover")?;
        run(cmd.arg(&path).args(args), LIMIT)
    };
    let to = rules.display().to_string();
    assert_ended(&discover(&["-o", &to])?, 2, &["is there already", "--overwrite"]);
    assert_eq!(fs::read_to_string(&rules)?, "mine");
    assert_ended(&discover(&["-o", &to, "--overwrite"])?, 0, &["person.email", "the rules fit all of the dump"]);
    let written = fs::read_to_string(&rules)?;
    let shown = discover(&[])?;
    assert_eq!((code(&shown), shown.stdout_text()), (Some(0), written));
    // A dump that is cut off has columns that nobody would see.
    let cut = dir.path().join("cut.sql");
    fs::write(&cut, dump_of(PERSON).split("INSERT").next().unwrap_or_default())?;
    let mut cmd = command("discover")?;
    let ended = run(cmd.arg(&cut).arg("-o").arg(dir.path().join("none.yaml")), LIMIT)?;
    assert_ended(&ended, 3, &["cut off"]);
    assert!(!dir.path().join("none.yaml").exists());
    Ok(())
}

/// phpMyAdmin's dumps: all keys come after the rows.
#[test]
fn keys_that_come_behind_the_rows_count() -> Result<()> {
    let dump = "-- phpMyAdmin SQL Dump\nSET NAMES utf8mb4;\n\
        CREATE TABLE `users` (`id` int NOT NULL, `email` varchar(190) NOT NULL, `nick` varchar(60) NOT NULL);\n\
        INSERT INTO `users` VALUES (1,'a@b.ca','Anne'),(2,'c@d.ca','Bob'),(3,'e@f.ca','Carl');\n\
        CREATE TABLE `orders` (`id` int NOT NULL, `placed_for` varchar(60) NOT NULL);\n\
        INSERT INTO `orders` VALUES (1,'Anne'),(2,'Bob');\n\
        ALTER TABLE `users` ADD PRIMARY KEY (`id`), ADD UNIQUE KEY `e` (`email`), ADD UNIQUE KEY `n` (`nick`);\n\
        ALTER TABLE `orders` ADD CONSTRAINT `fk` FOREIGN KEY (`placed_for`) REFERENCES `users` (`nick`);\n";
    let (_dir, path) = file("d.sql", dump)?;
    let found = discover(&path, None, &["--allow-unfinished"])?;
    assert_ended(&found.ended, 0, &[]);
    assert_eq!(found.report["check"]["result"], "passed", "{}", found.report);
    assert_ended(&scrub(&path, &found, &["--allow-unfinished"])?, 0, &[]);
    let out = found.text("out.sql");
    let values = |table: &str| -> Vec<String> {
        let rows = out.lines().find(|l| l.starts_with(&format!("INSERT INTO `{table}`"))).unwrap_or_default();
        rows.split("),(").map(|row| row.split('\'').rev().nth(1).unwrap_or_default().to_owned()).collect()
    };
    let (nicks, placed) = (values("users"), values("orders"));
    assert!(nicks.len() == 3 && placed.len() == 2 && nicks.starts_with(&placed), "{out}");
    assert!(!nicks.iter().any(|n| ["Anne", "Bob", "Carl"].contains(&n.as_str())), "{out}");
    Ok(())
}
