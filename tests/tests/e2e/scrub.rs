//! `dumpstream scrub` and `restore --rules`: what the rules say happens to every value, and nothing else happens.

use crate::crash::kill_restore;
use crate::support::{LIMIT, answering, assert_ended, code, dump_of_rows, file, mariadb, restore, servers, signal};
use dumpstream_sandbox::Options;
use dumpstream_tests::corpus::{Dumpstream, list};
use dumpstream_tests::moto::Moto;
use dumpstream_tests::process::{Ended, run};
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const KEY: &str = "8d1f0c5be2a94c7793fd03c2a6b1e85f4a7d90c1362e5bf8d7a1409c3e6b2f58";

/// Everything stays unless a rule says otherwise.
pub(crate) const KEEP: &str = "version: 1
key: { from: \"env:SCRUB_KEY\", id: test }
default: { text: keep, json: keep, binary: keep, new_table: keep, unknown_statement: keep, header: keep, definitions: keep, programs: keep }
";

/// The strict defaults, for tables of numbers and what is ruled.
pub(crate) const STRICT: &str = "version: 1
key: { from: \"env:SCRUB_KEY\", id: test }
";

/// Runs `dumpstream scrub` on a file.
pub(crate) fn scrub_file(dump: &Path, out: &Path, rules: &str, args: &[&str]) -> Result<(Ended, Value)> {
    let dir = tempfile::tempdir()?;
    let (rules_path, report) = (dir.path().join("rules.yaml"), dir.path().join("report.json"));
    fs::write(&rules_path, rules)?;
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("scrub").arg(dump).arg("-o").arg(out).arg("--rules").arg(&rules_path).arg("--report").arg(&report);
    cmd.args(args).args(["--progress", "none"]).env("SCRUB_KEY", KEY).stdin(Stdio::null());
    let ended = run(&mut cmd, LIMIT)?;
    let report = fs::read(&report).ok().map(|text| serde_json::from_slice(&text)).transpose()?;
    Ok((ended, report.unwrap_or_default()))
}

/// What becomes of a dump's text; an error if it is refused.
pub(crate) fn scrubbed(dump: &str, rules: &str) -> Result<String> {
    let (dir, path) = file("dump.sql", dump)?;
    let out = dir.path().join("out.sql");
    let (ended, _) = scrub_file(&path, &out, rules, &[])?;
    match code(&ended) {
        Some(0) => Ok(String::from_utf8(fs::read(&out)?)?),
        _ => {
            assert!(!out.exists(), "a failed run leaves nothing under the output's name");
            Err(format!("exit code {:?}: {}", code(&ended), ended.stderr_text()).into())
        }
    }
}

/// Why a dump is refused; with exit code 6, and naming each of `words`.
#[track_caller]
pub(crate) fn refused(dump: &str, rules: &str, words: &[&str]) {
    let why = scrubbed(dump, rules).map_or_else(|e| e.to_string(), |out| format!("it should be refused:\n{out}"));
    assert!(why.starts_with("exit code Some(6)"), "{why}");
    for word in words {
        assert!(why.contains(word), "nothing about {word:?} in:\n{why}");
    }
}

fn with(head: &str, columns: &str) -> String {
    format!("{head}columns:\n{columns}")
}

const PEOPLE: &str = "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: db1.internal    Database: shop
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `people` (
  `id` int NOT NULL AUTO_INCREMENT,
  `name` varchar(60) NOT NULL,
  `email` varchar(120) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq` (`email`),
  CONSTRAINT `ch` CHECK (`id` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
INSERT INTO `people` VALUES (1,'Anne O\\'Connell','anne@shop.example'),(2,'Zoé\\nB','Zoe@Shop.example'),(3,'',NULL);
CREATE TABLE `orders` (
  `id` int NOT NULL,
  `buyer` varchar(120) DEFAULT NULL,
  `note` text,
  `total` decimal(10,2) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
INSERT INTO `orders` VALUES (1,'ANNE@shop.example','it''s',1.50),(2,'zoé@shop.example',NULL,2.00);
-- Dump completed on 2026-01-31 23:59:59
";

const EMAIL: &str = "  - { match: \"people.email\", do: email, domain: email }\n  - { match: \"orders.buyer\", do: email, domain: email }\n";

fn email_rules() -> String {
    format!("{KEEP}domains: {{ email: {{ unique: true }} }}\ncolumns:\n{EMAIL}")
}

/// The strings between quotes, in order.
fn strings(line: &str) -> Vec<String> {
    line.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn what_rules_dont_touch_comes_out_byte_for_byte() -> Result<()> {
    assert_eq!(scrubbed(PEOPLE, KEEP)?, PEOPLE);
    let out = scrubbed(PEOPLE, &email_rules())?;
    assert_eq!(out.lines().count(), PEOPLE.lines().count());
    for (before, after) in PEOPLE.lines().zip(out.lines()) {
        match before.starts_with("INSERT") {
            false => assert_eq!(before, after),
            true => {
                assert!(after.contains("@example.test") && !after.to_lowercase().contains("shop.example"), "{after}");
                for kept in ["(1,'Anne O\\'Connell',", "(2,'Zoé\\nB',", "(3,'',NULL)", "'it''s',1.50)", "NULL,2.00);"]
                {
                    assert_eq!(before.contains(kept), after.contains(kept), "{after}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn every_dump_of_the_corpus_comes_back_under_a_policy_of_all_keep() -> Result<()> {
    let Some(corpus) = paths::corpus() else { return Ok(()) };
    let keep = KEEP.replace("key: { from: \"env:SCRUB_KEY\", id: test }\n", "");
    let dir = tempfile::tempdir()?;
    let out = dir.path().join("out.sql");
    let mut same = 0;
    for entry in list(&corpus)? {
        let path = &entry.path;
        let (ended, _) = scrub_file(path, &out, &keep, &["--overwrite", "--allow-unfinished", "--compress", "none"])?;
        match code(&ended) {
            Some(0) => {
                assert!(fs::read(&out)? == decoded(path)?, "{} differs", entry.name);
                same += 1;
            }
            // No dump of MySQL, or one that the plain client can't read either.
            Some(3) if !entry.restores => {}
            _ => return Err(format!("{}: {}", entry.name, ended.stderr_text()).into()),
        }
    }
    assert!(same > 100, "{same} came back");
    Ok(())
}

/// A file's bytes, decompressed by the usual tools.
fn decoded(path: &Path) -> Result<Vec<u8>> {
    let stored = fs::read(path)?;
    let tool: &[&str] = match stored.as_slice() {
        [0x1F, 0x8B, ..] => &["gzip", "-dc"],
        [0x28, 0xB5, 0x2F, 0xFD, ..] => &["zstd", "-dcq"],
        [b'B', b'Z', b'h', ..] => &["bzip2", "-dc"],
        [0xFD, b'7', b'z', ..] => &["xz", "-dc"],
        _ => return Ok(stored),
    };
    let [program, args @ ..] = tool else { return Ok(stored) };
    Ok(Command::new(program).args(args).arg(path).output()?.stdout)
}

#[test]
fn equal_values_stay_equal_as_the_collation_has_them() -> Result<()> {
    let out = scrubbed(PEOPLE, &email_rules())?;
    let inserts: Vec<Vec<String>> =
        out.lines().filter(|l| l.starts_with("INSERT")).map(|l| strings(&l.replace("\\'", ""))).collect();
    let (people, orders) = (&inserts[0], &inserts[1]);
    // anne@ = ANNE@ and Zoe@ = zoé@ under utf8mb4_0900_ai_ci.
    assert_eq!((&people[1], &people[3]), (&orders[0], &orders[3]), "{out}");
    assert_ne!(people[1], people[3]);
    Ok(())
}

#[test]
fn the_output_depends_neither_on_threads_nor_on_the_run() -> Result<()> {
    let rows: String = (1..60_000).map(|n| format!("({n},'Person {n}','p{n}@shop.example'),\n")).collect();
    let dump = PEOPLE.replace("INSERT INTO `people` VALUES ", &format!("INSERT INTO `people` VALUES\n{rows}"));
    let dump = dump
        .replace("(1,'Anne O\\'Connell'", "(60001,'Anne O\\'Connell'")
        .replace("(2,'Zoé", "(60002,'Zoé")
        .replace("(3,'',NULL)", "(60003,'',NULL)");
    let (dir, path) = file("dump.sql", &dump)?;
    let rules = format!("{}  - {{ match: \"people.name\", do: full_name }}\n", email_rules());
    let mut outputs = Vec::new();
    for threads in ["1", "2", "7"] {
        let out = dir.path().join(threads);
        let (ended, report) = scrub_file(&path, &out, &rules, &["--shapers", threads])?;
        assert_ended(&ended, 0, &[]);
        let email =
            &report["tables"].as_array().unwrap().iter().find(|t| t["table"] == "people").unwrap()["columns"][2];
        assert_eq!(
            (&email["values"]["seen"], &email["values"]["changed"]),
            (&60_002.into(), &60_001.into()),
            "{report:#}"
        );
        outputs.push(fs::read(&out)?);
    }
    assert!(outputs.windows(2).all(|w| w[0] == w[1]));
    Ok(())
}

// ---- cases that others got wrong ----

#[test]
fn ppomes_myanon_23_insert_ignore_is_scrubbed() -> Result<()> {
    for insert in ["INSERT IGNORE INTO", "REPLACE INTO", "insert into", "INSERT  INTO", "INSERT DELAYED IGNORE INTO"] {
        let dump = PEOPLE.replace("INSERT INTO", insert);
        let out = scrubbed(&dump, &email_rules())?;
        assert!(out.contains(insert) && !out.to_lowercase().contains("anne@shop"), "{insert}: {out}");
    }
    Ok(())
}

#[test]
fn ppomes_myanon_18_a_misspelled_column_is_refused() {
    refused(PEOPLE, &with(KEEP, "  - { match: \"people.emial\", do: email }\n"), &["emial", "did you mean", "email"]);
    refused(PEOPLE, &with(KEEP, "  - { match: \"poeple.email\", do: email }\n"), &["poeple"]);
}

#[test]
fn ppomes_myanon_8_hexadecimal_literals_are_read() -> Result<()> {
    let dump = PEOPLE.replace("'anne@shop.example'", "0x616E6E654073686F702E6578616D706C65");
    let out = scrubbed(&dump, &email_rules())?;
    let plain = scrubbed(PEOPLE, &email_rules())?;
    assert!(!out.contains("0x616E6E65"), "{out}");
    assert_eq!(strings(&out), strings(&plain));
    Ok(())
}

#[test]
fn ppomes_myanon_29_json_keeps_its_escapes() -> Result<()> {
    let dump = "CREATE TABLE `t` (`id` int, `doc` json);\n\
        INSERT INTO `t` VALUES (1,'{\\\"a\\\": \\\"x\\\\\\\"y\\\\n\\\\u00e9\\\",  \\\"m\\\": \\\"anne@shop.example\\\", \\\"n\\\": 1.50}');\n";
    let rules = with(KEEP, "  - { match: \"t.doc\", do: json, unlisted: keep, paths: { \"$.m\": { do: email } } }\n");
    let out = scrubbed(dump, &rules)?;
    assert!(out.contains("{\\\"a\\\": \\\"x\\\\\\\"y\\\\n\\\\u00e9\\\",  \\\"m\\\": \\\""), "{out}");
    assert!(out.contains("\\\", \\\"n\\\": 1.50}');") && !out.contains("anne"), "{out}");
    Ok(())
}

#[test]
fn mydumper_1788_a_generated_column_moves_no_mask() -> Result<()> {
    let dump = "CREATE TABLE `t` (`a` varchar(40), `g` varchar(80) GENERATED ALWAYS AS (concat(`a`,'-')) STORED, `b` varchar(40));\n\
        INSERT INTO `t` VALUES ('anne@shop.example','anne@shop.example-','keep me');\n";
    let rules = with(KEEP, "  - { match: \"t.a\", do: email }\n");
    let out = scrubbed(dump, &rules)?;
    let row = out.lines().find(|l| l.starts_with("INSERT")).unwrap();
    assert!(row.ends_with(",DEFAULT,'keep me');") && !row.contains("anne"), "{row}");
    // Without the generated column, as MySQL dumps it.
    let dump = dump.replace(
        "`t` VALUES ('anne@shop.example','anne@shop.example-',",
        "`t` (`a`, `b`) VALUES ('anne@shop.example',",
    );
    let row = scrubbed(&dump, &rules)?;
    assert!(row.contains("@example.test','keep me');"), "{row}");
    Ok(())
}

#[test]
fn a_column_list_that_reorders_moves_no_mask() -> Result<()> {
    let dump = PEOPLE.replace(
        "INSERT INTO `people` VALUES (1,'Anne O\\'Connell','anne@shop.example'),(2,'Zoé\\nB','Zoe@Shop.example'),(3,'',NULL);",
        "INSERT INTO `people` (`EMAIL`, id, `name`) VALUES ('anne@shop.example',1,'Anne O\\'Connell');",
    );
    let out = scrubbed(&dump, &email_rules())?;
    let row = out.lines().find(|l| l.starts_with("INSERT INTO `people`")).unwrap();
    assert!(row.ends_with("@example.test',1,'Anne O\\'Connell');"), "{row}");
    Ok(())
}

#[test]
fn a_table_keeps_its_rules_under_another_name_or_case() -> Result<()> {
    let renamed = PEOPLE.replace("INSERT INTO `people`", "RENAME TABLE `people` TO `persons`;\nINSERT INTO `persons`");
    for dump in [renamed, PEOPLE.replace("INSERT INTO `people`", "INSERT INTO `People`")] {
        let out = scrubbed(&dump, &email_rules())?;
        assert!(!out.to_lowercase().contains("anne@shop"), "{out}");
    }
    Ok(())
}

#[test]
fn sql_splitter_1_14_compressed_input_is_scrubbed() -> Result<()> {
    let (dir, path) = file("dump.sql", PEOPLE)?;
    for tool in [&["gzip", "-k"][..], &["zstd", "-qk"], &["xz", "-k"], &["bzip2", "-k"]] {
        assert!(Command::new(tool[0]).args(&tool[1..]).arg(&path).status()?.success());
    }
    let plain = scrubbed(PEOPLE, &email_rules())?;
    for end in ["gz", "zst", "xz", "bz2"] {
        let out = dir.path().join(format!("out.sql.{end}"));
        let (ended, _) = scrub_file(&dir.path().join(format!("dump.sql.{end}")), &out, &email_rules(), &[])?;
        assert_ended(&ended, 0, &[]);
        assert!(fs::read(&out)? != plain.as_bytes(), "it is compressed by its name");
        assert!(decoded(&out)? == plain.as_bytes(), "{end}");
    }
    Ok(())
}

#[test]
fn gonymizer_80_a_column_in_no_rule_stops_the_run() {
    let rules = format!(
        "{STRICT}domains: {{ email: {{}} }}\ncolumns:\n{EMAIL}  - {{ match: \"people.name\", do: full_name }}\n"
    );
    refused(PEOPLE, &rules, &["note", "orders"]);
}

#[test]
fn nxs_data_anonymizer_25_tables_without_rules_keep_their_quotes() -> Result<()> {
    let out = scrubbed(PEOPLE, &with(KEEP, "  - { match: \"people.email\", do: email }\n"))?;
    assert!(out.contains(
        "INSERT INTO `orders` VALUES (1,'ANNE@shop.example','it''s',1.50),(2,'zoé@shop.example',NULL,2.00);"
    ));
    Ok(())
}

#[test]
fn nxs_data_anonymizer_58_an_insert_of_several_lines_keeps_its_commas() -> Result<()> {
    let dump = PEOPLE.replace("),(", "),\n  (").replace("VALUES (", "VALUES\n  (");
    let out = scrubbed(&dump, &email_rules())?;
    assert_eq!(out.matches("),\n  (").count(), dump.matches("),\n  (").count(), "{out}");
    Ok(())
}

#[test]
fn nxs_data_anonymizer_14_a_constraint_is_no_column() -> Result<()> {
    scrubbed(PEOPLE, &email_rules()).map(drop)?;
    refused(PEOPLE, &with(KEEP, "  - { match: \"people.ch\", do: email }\n"), &["no column"]);
    Ok(())
}

#[test]
fn replibyte_275_longer_characters_are_whole() -> Result<()> {
    let dump = PEOPLE.replace("Zoé\\nB", &"日本語😀é".repeat(3));
    let out = scrubbed(&dump, &with(KEEP, "  - { match: \"people.name\", do: truncate_text, chars: 4 }\n"))?;
    assert!(out.contains("(2,'日本語😀','"), "{out}");
    Ok(())
}

#[test]
fn shopware_cli_292_quotes_in_what_is_new_are_escaped() -> Result<()> {
    let out = scrubbed(
        PEOPLE,
        &with(KEEP, "  - { match: \"people.name\", do: constant, value: \"O'Connell \\\\ Söhne\\n\" }\n"),
    )?;
    assert!(out.contains("(1,'O\\'Connell \\\\ Söhne\\n','anne@"), "{out}");
    Ok(())
}

// ---- where it can hide ----

#[test]
fn hosts_and_definers_are_redacted_by_default() -> Result<()> {
    let dump = PEOPLE.replace(
        "-- Dump completed",
        "/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`bob`@`10.1.2.3` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 AS `a` */;\n-- Dump completed",
    );
    let rules = email_rules().replace("header: keep", "header: redact");
    let out = scrubbed(&dump, &rules)?;
    assert!(
        out.contains("-- Host: redacted    Database: shop\n")
            && out.contains("/*!50013 DEFINER=CURRENT_USER SQL SECURITY"),
        "{out}"
    );
    assert!(!out.contains("bob") && !out.contains("db1.internal"));
    assert!(scrubbed(&dump, &email_rules())?.contains("DEFINER=`bob`@`10.1.2.3`"));
    Ok(())
}

#[test]
fn definitions_of_ruled_columns_hold_no_values() -> Result<()> {
    let dump = PEOPLE.replace(
        "`email` varchar(120) DEFAULT NULL",
        "`email` varchar(120) DEFAULT 'boss@shop.example' COMMENT 'ask jim@shop.example'",
    );
    let rules = email_rules().replace("definitions: keep", "definitions: redact");
    let out = scrubbed(&dump, &rules)?;
    assert!(!out.contains("boss@") && !out.contains("jim@") && out.contains("@example.test' COMMENT '',"), "{out}");
    let check = PEOPLE.replace("CHECK (`id` > 0)", "CHECK (`email` <> 'boss@shop.example')");
    refused(&check, &rules, &["email", "definitions: keep"]);
    refused(&dump, &rules.replace("definitions: redact", "definitions: fail"), &["email"]);
    assert!(scrubbed(&dump, &email_rules())?.contains("boss@"));
    // A label that the rule gives is no secret.
    let labels = PEOPLE.replace("`note` text", "`note` enum('one','two','three')").replace("'it''s'", "'two'");
    let pick = |values: &str| {
        let rules = with(KEEP, &format!("  - {{ match: \"orders.note\", do: pick, values: [{values}] }}\n"));
        rules.replace("definitions: keep", "definitions: redact")
    };
    assert!(scrubbed(&labels, &pick("one, two, three"))?.contains("enum('one','two','three')"));
    refused(&labels, &pick("one, two"), &["the list of labels", "note"]);
    Ok(())
}

#[test]
fn programs_hold_no_values() {
    let rules = email_rules().replace("programs: keep", "programs: check");
    for program in [
        "CREATE VIEW `v` AS SELECT * FROM `people` WHERE `email` = 'jim@shop.example';\n",
        "DELIMITER ;;\nCREATE PROCEDURE `p`()\nBEGIN\n  INSERT INTO `people` VALUES (9,'Somebody Else',NULL);\nEND ;;\nDELIMITER ;\n",
        "DELIMITER ;;\nCREATE TRIGGER `tr` BEFORE INSERT ON `orders` FOR EACH ROW UPDATE people SET name = 'Nobody' WHERE id = 1 ;;\nDELIMITER ;\n",
        "DELIMITER ;;\nCREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO /* tell jim@shop.example */ SELECT 1 ;;\nDELIMITER ;\n",
        "UPDATE `people` SET `name` = 'Jim' WHERE `id` = 1;\n",
        "-- as jim@shop.example asked for\n",
        "INSERT INTO `people` SET `id` = 9, `name` = 'Jim';\n",
        "INSERT INTO `people` SELECT 9, 'Jim', NULL;\n",
        "INSERT INTO `people` VALUES (9,'Jim',NULL) ON DUPLICATE KEY UPDATE `name` = 'Jim';\n",
    ] {
        let dump = PEOPLE.replace("-- Dump completed", &format!("{program}-- Dump completed"));
        refused(&dump, &rules, &["line"]);
        // Whatever comes first.
        let dump = PEOPLE.replace("CREATE TABLE `people`", &format!("{program}CREATE TABLE `people`"));
        refused(&dump, &rules, &[]);
    }
}

#[test]
fn statements_that_arent_understood_stop_the_run() -> Result<()> {
    let rules = email_rules().replace("unknown_statement: keep", "unknown_statement: fail");
    for statement in [
        "GRANT SELECT ON *.* TO 'jim'@'10.0.0.1' IDENTIFIED BY 'secret';",
        "SHUTDOWN;",
        "CALL `p`('jim@shop.example');",
        "LOAD DATA INFILE '/tmp/x' INTO TABLE `people`;",
        "CREATE TABLE `more` SELECT * FROM `people`;",
    ] {
        let dump = PEOPLE.replace("-- Dump completed", &format!("{statement}\n-- Dump completed"));
        refused(&dump, &rules, &["unknown_statement: keep"]);
        assert!(scrubbed(&dump, &email_rules())?.contains(statement));
    }
    Ok(())
}

#[test]
fn a_value_that_cant_be_read_is_never_passed_on() -> Result<()> {
    for literal in ["CONCAT('anne','@shop.example')", "@email", "_ucs2'anne@shop.example'", "'anne' '@shop.example'"] {
        let dump = PEOPLE.replace("'anne@shop.example'", literal);
        refused(&dump, &email_rules(), &["email", "on_invalid"]);
        let rules = email_rules()
            .replace("match: \"people.email\", do: email", "match: \"people.email\", do: email, on_invalid: set_null");
        let out = scrubbed(&dump, &rules)?;
        assert!(out.contains("(1,'Anne O\\'Connell',NULL),(2,"), "{out}");
    }
    // What has an introducer can be read.
    for literal in ["_utf8mb4'anne@shop.example'", "N'anne@shop.example'"] {
        let dump = PEOPLE.replace("'anne@shop.example'", literal);
        assert_eq!(
            strings(&scrubbed(&dump, &email_rules())?),
            strings(&scrubbed(PEOPLE, &email_rules())?),
            "{literal}"
        );
    }
    // What gives the same for every value needn't read it.
    let dump = PEOPLE.replace("'anne@shop.example'", "CONCAT('anne','@shop.example')");
    let out = scrubbed(&dump, &with(KEEP, "  - { match: \"people.email\", do: set_null }\n"))?;
    assert!(out.contains("(1,'Anne O\\'Connell',NULL),(2,"), "{out}");
    Ok(())
}

#[test]
fn comments_among_ruled_rows_go() -> Result<()> {
    let dump = PEOPLE.replace("),(2,'Zoé", "), /* anne@shop.example */\n-- jim@shop.example\n(2,'Zoé");
    let out = scrubbed(&dump, &email_rules())?;
    assert!(!out.contains("jim@") && !out.to_lowercase().contains("anne@"), "{out}");
    assert_eq!(strings(&out.replace("\\'", "")), strings(&scrubbed(PEOPLE, &email_rules())?.replace("\\'", "")));
    Ok(())
}

// ---- tables and rows ----

#[test]
fn tables_are_truncated_dropped_and_filtered() -> Result<()> {
    let tables = |what: &str| format!("{KEEP}tables:\n  - {{ match: \"people\", {what} }}\n");
    let out = scrubbed(PEOPLE, &tables("do: truncate"))?;
    assert!(
        out.contains("CREATE TABLE `people`")
            && !out.contains("INSERT INTO `people`")
            && out.contains("INSERT INTO `orders`")
    );
    let locked = PEOPLE.replace(
        "INSERT INTO `people`",
        "LOCK TABLES `people` WRITE;\n/*!40000 ALTER TABLE `people` DISABLE KEYS */;\nINSERT INTO `people`",
    );
    let locked = locked.replace("CREATE TABLE `people`", "DROP TABLE IF EXISTS `people`;\nCREATE TABLE `people`");
    let out = scrubbed(&locked, &tables("do: drop"))?;
    assert!(!out.contains("`people`") && out.contains("INSERT INTO `orders`"), "{out}");
    let out = scrubbed(PEOPLE, &tables("keep_rows: \"id >= 2 and email is not null\""))?;
    assert!(out.contains("INSERT INTO `people` VALUES (2,'Zoé\\nB','Zoe@Shop.example');\n"), "{out}");
    let out = scrubbed(PEOPLE, &tables("keep_rows: \"id > 7\""))?;
    assert!(!out.contains("INSERT INTO `people`"), "{out}");
    Ok(())
}

#[test]
fn conditions_look_at_the_row_as_it_was() -> Result<()> {
    let rules = with(
        KEEP,
        "  - { match: \"people.email\", do: email, when: \"name like 'Anne%'\", otherwise: set_null }\n  \
           - { match: \"people.name\", do: constant, value: X }\n",
    );
    let out = scrubbed(PEOPLE, &rules)?;
    let row = out.lines().find(|l| l.starts_with("INSERT INTO `people`")).unwrap();
    assert!(
        row.starts_with("INSERT INTO `people` VALUES (1,'X','")
            && row.ends_with("@example.test'),(2,'X',NULL),(3,'X',NULL);"),
        "{row}"
    );
    Ok(())
}

// ---- proof ----

/// Values are collected in a reading of their own: that has to be of the same dump.
#[test]
fn a_source_that_changes_between_two_readings_is_refused() -> Result<()> {
    let rules = format!("{}assert:\n  - {{ no_survivors: [\"people.email\"] }}\n", email_rules());
    let other = PEOPLE.replace("anne@", "dora@");
    assert_eq!(other.len(), PEOPLE.len());
    for changes in [true, false] {
        let other = other.clone();
        let (url, _) = answering(move |n, _| {
            let body = if changes && n == 0 { &other } else { PEOPLE };
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).into_bytes()
        })?;
        let dir = tempfile::tempdir()?;
        let out = dir.path().join("out.sql");
        let (ended, _) = scrub_file(Path::new(&format!("{url}/d.sql")), &out, &rules, &[])?;
        match changes {
            true => assert_ended(&ended, 3, &["changed between two readings"]),
            false => assert_ended(&ended, 0, &[]),
        }
        assert_eq!(out.exists(), !changes);
    }
    Ok(())
}

/// Whoever reads the output may have stopped reading.
#[test]
fn an_output_that_nobody_reads_does_not_hold_the_end_up() -> Result<()> {
    let (dir, path) = file("d.sql", dump_of_rows(200_000))?;
    let rules = dir.path().join("rules.yaml");
    fs::write(&rules, KEEP)?;
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("scrub").arg(&path).args(["-o", "-", "--progress", "none", "--rules"]).arg(&rules).env("SCRUB_KEY", KEY);
    let mut child = cmd.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // As much as the pipe takes.
    thread::sleep(Duration::from_secs(2));
    let asked = Instant::now();
    signal(child.id(), "INT")?;
    let status = child.wait()?;
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().ok_or("no stderr")?, &mut said)?;
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("the output's first") && said.contains("bytes were written already"), "{said}");
    Ok(())
}

/// What was done with which bytes, by which rules and key, and to how many values; and none of them, nor the key.
#[test]
fn the_report_for_auditors_says_what_was_done_and_shows_no_value() -> Result<()> {
    let more = "  - { match: people.name, do: keep, because: \"asked for by support\" }\nassert:\n  - { no_survivors: [\"people.email\"] }\n";
    let rules = email_rules() + more;
    let (dir, path) = file("dump.sql", PEOPLE)?;
    let out = dir.path().join("out.sql");
    let (ended, report) = scrub_file(&path, &out, &rules, &[])?;
    assert_ended(&ended, 0, &[]);
    let sha256 = |bytes: Vec<u8>| Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let sums = [sha256(fs::read(&path)?), sha256(fs::read(&out)?), sha256(rules.clone().into_bytes())];
    let told = [&report["source"], &report["destination"], &report["rules"]].map(|part| part["sha256"].clone());
    assert_eq!(told, sums.clone().map(Value::from));
    assert_eq!(report["rules"]["key_id"], "test");
    let people =
        report["tables"].as_array().and_then(|t| t.iter().find(|t| t["table"] == "people")).ok_or("no table")?;
    assert_eq!((&people["action"], &people["rows"]), (&Value::from("kept"), &Value::from(3)));
    let column =
        |name: &str| people["columns"].as_array().and_then(|c| c.iter().find(|c| c["column"] == name)).cloned();
    let email = column("email").ok_or("no column")?["values"].clone();
    assert_eq!(["seen", "changed", "null", "invalid"].map(|n| email[n].as_u64()), [3, 2, 1, 0].map(Some), "{email}");
    assert_eq!(column("name").ok_or("no column")?["because"], "asked for by support");
    assert_eq!(report["assertions"][0]["assertion"], "no_survivors");

    let markdown = dir.path().join("report.md");
    let rules_path = dir.path().join("rules.yaml");
    fs::write(&rules_path, &rules)?;
    let mut cmd = Command::new(&Dumpstream::built()?.program);
    cmd.arg("scrub").arg(&path).arg("-o").arg(&out).args(["--overwrite", "-q", "--rules"]).arg(&rules_path);
    assert_ended(&run(cmd.arg("--report").arg(&markdown).env("SCRUB_KEY", KEY).stdin(Stdio::null()), LIMIT)?, 0, &[]);
    let markdown = fs::read_to_string(&markdown)?;
    for wanted in sums.iter().map(String::as_str).chain(["asked for by support", "no_survivors", "| email |"]) {
        assert!(markdown.contains(wanted), "no {wanted} in:\n{markdown}");
    }
    for text in [markdown, report.to_string()] {
        assert!(
            !text.contains(KEY) && !text.to_lowercase().contains("shop.example") && !text.contains("Connell"),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn survivors_are_found_wherever_they_stand() -> Result<()> {
    let rules = format!("{}assert:\n  - {{ no_survivors: [\"people.email\"] }}\n", email_rules());
    assert!(scrubbed(PEOPLE, &rules)?.contains("@example.test"));
    for (from, to) in [
        ("'it''s'", "'write to anne@shop.example!'"),
        ("'it''s'", "'{\\\"m\\\": \\\"ANNE@shop.example\\\"}'"),
        ("'it''s'", "0x78787820616E6E654073686F702E6578616D706C6520787878"),
        ("`note` text", "`note` text COMMENT 'anne@shop.example'"),
        ("-- Dump completed", "-- anne@shop.example\n-- Dump completed"),
        ("'it''s'", "'dit « Anne@shop.example » hier'"),
        ("'it''s'", "X'616E6E654073686F702E6578616D706C65'"),
        ("Anne O\\'Connell", "anne@shop.example"),
    ] {
        refused(&PEOPLE.replace(from, to), &rules, &["no_survivors", "line"]);
    }
    // Text of another charset than UTF-8.
    let rules = with(KEEP, "  - { match: people.name, do: token }\nassert: [ { no_survivors: people.name } ]\n");
    let latin = PEOPLE.replace("NAMES utf8mb4", "NAMES latin1").replace("'Zoé\\nB'", "'Zoé Çelik'");
    let encoded = |text: &str| text.chars().map(|c| c as u8).collect::<Vec<u8>>();
    let dir = tempfile::tempdir()?;
    for (text, expected) in [("'it''s'", 0), ("'la zoé  çelik'", 6)] {
        let dump = latin.replace("'it''s'", text).replace("'zoé@", "'z@");
        let path = dir.path().join("latin.sql");
        fs::write(&path, encoded(&dump))?;
        assert_ended(&scrub_file(&path, &dir.path().join("out.sql"), &rules, &["--overwrite"])?.0, expected, &[]);
    }
    let unique = format!(
        "{}assert:\n  - {{ unique: \"people.email\" }}\n  - {{ rows: \"orders\", equals: 2 }}\n",
        email_rules()
    );
    scrubbed(PEOPLE, &unique)?;
    refused(&PEOPLE.replace("(3,'',NULL)", "(3,'','ANNE@SHOP.EXAMPLE')"), &unique, &["email"]);
    refused(PEOPLE, &unique.replace("equals: 2", "equals: 3"), &["orders", "2 rows"]);
    Ok(())
}

#[test]
fn personal_data_in_columns_that_are_kept_is_found() -> Result<()> {
    let detect = |how: &str| format!("{}detect: {{ names: off, sample_rows: 100, on_hit: {how} }}\n", email_rules());
    let dump = PEOPLE.replace("'it''s'", "'call anne@other.example'");
    refused(&dump, &detect("fail"), &["orders.note", "email"]);
    let (dir, path) = file("dump.sql", &dump)?;
    let (ended, report) = scrub_file(&path, &dir.path().join("o"), &detect("report"), &[])?;
    assert_ended(&ended, 0, &[]);
    let found = report["found"].as_array().ok_or("nothing found")?;
    assert!(found.iter().any(|f| f["column"] == "note" && f["kind"] == "email" && f["values"] == 1), "{report:#}");
    Ok(())
}

/// Rules that fail in every way, or hold.
const CANARY_RULES: [&str; 11] = [
    "  - { match: \"people.name\", do: sin }\n",
    "  - { match: \"people.name\", do: date_shift, days: 3 }\n",
    "  - { match: \"people.name\", do: json, unlisted: fail, paths: { \"$.a\": { do: email } } }\n",
    "  - { match: \"people.name\", do: uuid }\n",
    "  - { match: \"people.name\", do: card }\n",
    "  - { match: \"people.name\", do: iban }\n",
    "  - { match: \"people.name\", do: ip }\n",
    "  - { match: \"people.name\", do: phone }\n",
    "  - { match: \"people.name\", do: php_serialized, paths: { \"$.a\": { do: email } }, unlisted: fail }\n",
    "  - { match: \"people.name\", do: email, when: \"id = 'x'\" }\n",
    "  - { match: \"people.email\", do: email }\nassert: [ { unique: \"people.email\" }, { no_survivors: [\"people.email\"] }, { rows: \"people\", equals: 7 } ]\n",
];

/// Dumps with `xyzzy` in every cell, of which most are broken.
fn canary_dumps() -> Vec<String> {
    let canary = |n: usize| format!("canary{n}xyzzy");
    let mut n = 0;
    let mut dump = PEOPLE.to_owned();
    for value in [
        "Anne O\\'Connell",
        "anne@shop.example",
        "Zoé\\nB",
        "Zoe@Shop.example",
        "ANNE@shop.example",
        "it''s",
        "zoé@shop.example",
    ] {
        n += 1;
        dump = dump.replace(value, &canary(n));
    }
    vec![
        dump.clone(),
        dump.replace("(3,'',NULL)", "(3,'canary8xyzzy')"),
        dump.replace("(3,'',NULL)", "(3,CONCAT('canary8xyzzy'),'canary9xyzzy')"),
        dump.replace("(3,'',NULL)", "(3,'canary8xyzzy','canary2xyzzy')"),
        dump.replace("(3,'',NULL);", "(3,'canary8xyzzy'"),
        dump.replace("-- Dump completed", "UPDATE `people` SET `name` = 'canary8xyzzy';\n-- Dump completed"),
        dump.replace("-- Dump completed", "INSERT INTO `people` SET `name` = 'canary8xyzzy';\n-- Dump completed"),
    ]
}

#[test]
fn no_cell_reaches_a_message_or_a_report() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut failures = 0;
    for line in CANARY_RULES {
        for dump in &canary_dumps() {
            let path = dir.path().join("dump.sql");
            fs::write(&path, dump)?;
            let (ended, report) =
                scrub_file(&path, &dir.path().join("out.sql"), &with(KEEP, line), &["--overwrite", "-v", "-v"])?;
            failures += u64::from(code(&ended) != Some(0));
            for said in [ended.stderr_text(), ended.stdout_text(), report.to_string()] {
                assert!(!said.contains("xyzzy"), "{line}: {said}");
            }
        }
    }
    assert!(failures > 60, "{failures}");
    Ok(())
}

#[test]
fn no_cell_reaches_what_a_restore_with_rules_says_or_keeps() -> Result<()> {
    let server = mariadb(&[])?;
    let dir = tempfile::tempdir()?;
    let (path, rules) = (dir.path().join("dump.sql"), dir.path().join("rules.yaml"));
    let (mut failures, mut kept) = (0, 0);
    let url = server.url(Some("shop"));
    // The last of them hold, so that rows are sent.
    for line in CANARY_RULES.iter().skip(4).step_by(2).chain(&["", "  - { match: \"people.email\", do: email }\n"]) {
        for dump in &canary_dumps() {
            // Twice the same key, and a value that doesn't fit, are for the server to tell.
            for dump in [
                dump.clone(),
                dump.replace("(3,'',NULL)", "(1,'',NULL)"),
                dump.replace("(3,'',NULL)", "('canary9xyzzy','',NULL)"),
            ] {
                fs::write(&path, dump.replace("utf8mb4_0900_ai_ci", "utf8mb4_general_ci"))?;
                fs::write(&rules, if line.is_empty() { KEEP.to_owned() } else { with(KEEP, line) })?;
                let rules = rules.display().to_string();
                let args = [
                    "--rules",
                    &rules,
                    "--progress",
                    "json",
                    "-v",
                    "-v",
                    "--keep-ledger",
                    "--on-failure",
                    "keep",
                    "--strict",
                ];
                let report = dir.path().join("report.json");
                let mut cmd = Dumpstream::built()?.restore(&path, &url, &args);
                cmd.arg("--report").arg(&report).env("SCRUB_KEY", KEY);
                let ended = run(&mut cmd, LIMIT)?;
                failures += u64::from(code(&ended) != Some(0));
                // Where it came so far as to make one.
                let ledger = server.sql("SELECT * FROM shop.__dumpstream_ledger").unwrap_or_default();
                kept += u64::from(!ledger.is_empty());
                for said in [ended.stderr_text(), ended.stdout_text(), fs::read_to_string(&report)?, ledger] {
                    assert!(!said.contains("xyzzy"), "{line}: {said}");
                }
                server.reset()?;
            }
        }
    }
    assert!(failures > 60 && kept > 10, "{failures} failed, {kept} ledgers");
    Ok(())
}

#[test]
fn a_path_at_which_no_document_has_anything_is_told() -> Result<()> {
    let dump = "CREATE TABLE `t` (`j` json);\nINSERT INTO `t` VALUES ('{\\\"email\\\":\\\"a@b.ca\\\"}');\n\
        -- Dump completed on 2026-01-31 23:59:59\n";
    let rule = |more: &str| {
        with(KEEP, &format!("  - {{ match: t.j, do: json, paths: {{ \"$.e-mail\": redact }}, {more} }}\n"))
    };
    refused(dump, &rule("unlisted: keep"), &["$.e-mail", "optional: true"]);
    scrubbed(dump, &rule("unlisted: keep, optional: true"))?;
    scrubbed(dump, &rule("unlisted: redact"))?;
    let (head, tail) = dump.split_once("'{").ok_or("a document")?;
    let (_, tail) = tail.split_once("}'").ok_or("its end")?;
    scrubbed(&format!("{head}NULL{tail}"), &rule("unlisted: keep"))?;
    Ok(())
}

#[test]
fn what_isnt_looked_at_may_be_any_expression() -> Result<()> {
    let dump = "CREATE TABLE `t` (`a` point, `b` varchar(20), `c` varbinary(20));\n\
        INSERT INTO `t` VALUES (ST_GeomFromText('POINT(1 2)'),CONCAT('Al','ice'),UNHEX('41')),(NULL,NULL,_binary 'x');\n\
        -- Dump completed on 2026-01-31 23:59:59\n";
    let rules = "  - { match: t.a, do: set_null }\n  - { match: t.b, do: redact }\n  - { match: t.c, do: empty }\n";
    let out = scrubbed(dump, &with(KEEP, rules))?;
    assert!(out.contains("VALUES (NULL,'[redacted]',''),(NULL,NULL,_binary '');\n"), "{out}");
    refused(dump, &with(KEEP, &rules.replace("redact", "token, length: 16")), &["a plain literal", "on_invalid"]);
    Ok(())
}

#[test]
fn a_failed_run_leaves_what_was_there() -> Result<()> {
    let (dir, path) = file("dump.sql", PEOPLE)?;
    let out = dir.path().join("out.sql");
    fs::write(&out, "before")?;
    let (ended, _) = scrub_file(&path, &out, &email_rules(), &[])?;
    assert_ended(&ended, 2, &["out.sql"]);
    assert_eq!(fs::read_to_string(&out)?, "before");
    let broken = PEOPLE.replace("(3,'',NULL)", "(3,'',NOW())");
    fs::write(&path, broken)?;
    let (ended, report) = scrub_file(&path, &out, &email_rules(), &["--overwrite"])?;
    assert_ended(&ended, 6, &["email", "line 14"]);
    assert_eq!((fs::read_to_string(&out)?.as_str(), &report["outcome"]), ("before", &"failed".into()));
    assert_eq!(fs::read_dir(dir.path())?.count(), 2);
    Ok(())
}

#[test]
fn what_cant_be_taken_back_is_checked_beforehand() -> Result<()> {
    let (_dir, path) = file("dump.sql", PEOPLE)?;
    let rules = with(KEEP, "  - { match: \"orders.nothing\", do: email }\n");
    let (ended, _) = scrub_file(&path, Path::new("-"), &rules, &[])?;
    assert_ended(&ended, 6, &["nothing"]);
    assert!(ended.stdout.is_empty());
    let (ended, _) = scrub_file(&path, Path::new("-"), &email_rules(), &[])?;
    assert_ended(&ended, 0, &[]);
    assert_eq!(ended.stdout_text(), scrubbed(PEOPLE, &email_rules())?);
    Ok(())
}

#[test]
fn from_s3_into_s3_with_a_key_from_secrets_manager() -> Result<()> {
    let Some(moto) = Moto::start()? else { return Ok(()) };
    let (dir, path) = file("dump.sql", PEOPLE)?;
    moto.python(&format!(
        "s3.create_bucket(Bucket='dumps')\ns3.put_object(Bucket='dumps', Key='in.sql', Body=open({path:?}, 'rb').read())\n\
         boto3.client('secretsmanager').create_secret(Name='scrub/key', SecretString='{KEY}')\n"
    ))?;
    let rules = dir.path().join("rules.yaml");
    let scrub = |text: String, to: &str| -> Result<Ended> {
        fs::write(&rules, text)?;
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.args(["scrub", "s3://dumps/in.sql", "-o", to, "--tag", "DataClass=scrubbed", "-q", "--rules"]).arg(&rules);
        moto.environment(&mut cmd);
        run(cmd.stdin(Stdio::null()), LIMIT)
    };
    let from_secret = email_rules().replace("env:SCRUB_KEY", "secretsmanager:scrub/key");
    assert_ended(&scrub(from_secret.clone(), "s3://dumps/out.sql")?, 0, &[]);
    let said = moto.python(
        "print(s3.get_object(Bucket='dumps', Key='out.sql')['Body'].read().decode(), end='')\n\
         print(s3.get_object_tagging(Bucket='dumps', Key='out.sql')['TagSet'])\n",
    )?;
    let (body, tags) = said.trim_end().rsplit_once('\n').ok_or("no tags")?;
    assert_eq!(format!("{body}\n"), scrubbed(PEOPLE, &email_rules())?);
    assert!(tags.contains("DataClass") && tags.contains("scrubbed"), "{tags}");
    // What fails leaves nothing, and what is there stays.
    let wrong = from_secret.replace("people.email", "people.emial");
    assert_ended(&scrub(wrong, "s3://dumps/failed.sql")?, 6, &["emial"]);
    assert_ended(&scrub(from_secret.replace("scrub/key", "no/key"), "s3://dumps/failed.sql")?, 4, &["no/key"]);
    assert_ended(&scrub(from_secret, "s3://dumps/out.sql")?, 2, &["out.sql"]);
    let left = moto.python(
        "print(sorted(o['Key'] for o in s3.list_objects_v2(Bucket='dumps')['Contents']), s3.list_multipart_uploads(Bucket='dumps').get('Uploads'))",
    )?;
    assert_eq!(left.trim(), "['in.sql', 'out.sql'] None");
    Ok(())
}

// ---- on servers ----

/// A dump that is large enough to be loaded in parallel, as both servers take it.
fn shop() -> String {
    let mut dump = String::from(
        "/*!40101 SET NAMES utf8mb4 */;\n/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n\
         CREATE TABLE `people` (`id` int NOT NULL AUTO_INCREMENT, `sin` char(11), `first` varchar(40), `last` varchar(40) CHARACTER SET latin1, \
         `email` varchar(120) NOT NULL, `phone` varchar(30), `born` date, `doc` longtext, PRIMARY KEY (`id`), UNIQUE KEY `uq` (`email`), \
         KEY `l` (`last`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;\n",
    );
    let first = ["Zoé", "François", "O'Neil", "Li", "Anaïs"];
    let rows = |from: usize| -> String {
        let row = |n: usize| {
            let name = first[n % 5].replace('\'', "\\'");
            format!(
                "({n},'{:03}-{:03}-{:03}','{name}','Côté {n}','p{n}@shop.example','613-555-{:04}','19{:02}-0{}-1{}','{{\\\"e\\\": \\\"p{n}@shop.example\\\"}}')",
                n % 900 + 100,
                n * 7 % 1000,
                n * 13 % 1000,
                n % 10_000,
                n % 60 + 30,
                n % 9 + 1,
                n % 9
            )
        };
        (from..from + 500).map(row).collect::<Vec<_>>().join(",\n")
    };
    for block in 0..30 {
        dump += &format!("INSERT INTO `people` VALUES\n{};\n", rows(1 + block * 500));
    }
    dump += "CREATE TABLE `orders` (`id` int NOT NULL, `buyer` varchar(120), PRIMARY KEY (`id`), KEY `b` (`buyer`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;\n";
    let orders = (1..5000).map(|n| format!("({n},'P{}@SHOP.example')", n * 3)).collect::<Vec<_>>().join(",");
    dump += &format!(
        "INSERT INTO `orders` VALUES {orders};\n/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"
    );
    dump
}

fn shop_rules() -> String {
    format!(
        "{KEEP}domains: {{ email: {{ unique: true }} }}\ncolumns:
  - {{ match: \"people.sin\", do: sin }}
  - {{ match: \"people.first\", do: first_name }}
  - {{ match: \"people.last\", do: last_name }}
  - {{ match: \"*.{{email,buyer}}\", do: email, domain: email }}
  - {{ match: \"people.phone\", do: phone }}
  - {{ match: \"people.born\", do: date_shift, subject: id, days: 90 }}
  - {{ match: \"people.doc\", do: json, unlisted: fail, paths: {{ \"$.e\": {{ do: email, domain: email }} }} }}
tables:
  - {{ match: \"orders\", keep_rows: \"id % 2 = 0 or id < 100\" }}
assert:
  - {{ no_survivors: [\"people.email\", \"people.sin\"] }}
  - {{ unique: \"people.email\" }}
"
    )
    .replace("id % 2 = 0 or id < 100", "id < 3000")
}

#[test]
fn restoring_with_rules_equals_restoring_what_was_scrubbed() -> Result<()> {
    let (dir, path) = file("shop.sql", shop())?;
    let (out, rules_path) = (dir.path().join("out.sql.zst"), dir.path().join("rules.yaml"));
    let (ended, _) = scrub_file(&path, &out, &shop_rules(), &[])?;
    assert_ended(&ended, 0, &[]);
    fs::write(&rules_path, shop_rules())?;
    let plain = dir.path().join("plain.sql");
    fs::write(&plain, decoded(&out)?)?;
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        server.sql("CREATE DATABASE shop")?;
        assert!(server.restore_with_client(&plain, Some("shop"), LIMIT)?.ok(), "the plain client takes it");
        let expected = server.snapshot()?;
        let joined = "SELECT COUNT(*) FROM shop.people p JOIN shop.orders o ON p.email = o.buyer";
        assert_eq!(server.sql(joined)?.trim(), "2999");
        assert_eq!(
            server
                .sql("SELECT COUNT(*) FROM shop.people WHERE email LIKE '%shop%' OR doc LIKE '%shop%' OR born IS NULL")?
                .trim(),
            "0"
        );
        server.reset()?;
        assert_ended(&restore(&out, &server.url(Some("shop")), &[])?, 0, &[]);
        let restored = server.snapshot()?;
        assert!(expected.first_difference(&restored).is_none(), "{:?}", expected.first_difference(&restored));
        server.reset()?;
        let rules = rules_path.to_str().ok_or("path")?;
        let with_rules = |args: &[&str]| -> Result<Ended> {
            let mut cmd = Dumpstream::built()?.restore(&path, &server.url(Some("shop")), args);
            run(cmd.args(["--rules", rules]).env("SCRUB_KEY", KEY), LIMIT)
        };
        assert_ended(&with_rules(&["--verify", "content", "--block", "128KiB"])?, 0, &[]);
        let ruled = server.snapshot()?;
        assert!(expected.first_difference(&ruled).is_none(), "{:?}", expected.first_difference(&ruled));
        // What is there is what the dump and the rules say, and not what the dump alone says.
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.arg("verify").arg(&path).args(["--against", &server.url(Some("shop")), "--rules", rules, "-q"]);
        assert_ended(&run(cmd.env("SCRUB_KEY", KEY).stdin(Stdio::null()), LIMIT)?, 0, &[]);
        let mut cmd = Command::new(&Dumpstream::built()?.program);
        cmd.arg("verify").arg(&path).args(["--against", &server.url(Some("shop")), "-q"]);
        assert_ended(&run(cmd.stdin(Stdio::null()), LIMIT)?, 5, &[]);
        // A rule that doesn't fit is told before the target is touched.
        fs::write(&rules_path, shop_rules().replace("people.phone", "people.fone"))?;
        server.reset()?;
        assert_ended(&with_rules(&[])?, 6, &["fone", "the target is untouched"]);
        assert!(server.snapshot()?.is_empty());
        fs::write(&rules_path, shop_rules())?;
        // And a restore that ended early goes on with the same rules and key only.
        let (url, key) = (server.url(Some("shop")), dir.path().join("key"));
        fs::write(&key, KEY)?;
        fs::write(&rules_path, shop_rules().replace("env:SCRUB_KEY", &format!("file:{}", key.display())))?;
        let args = ["--rules", rules, "--block", "64KiB"];
        let resume = ["--rules", rules, "--block", "64KiB", "--resume"];
        assert!(kill_restore(&path, &url, &args, Some("after-commit:3"), LIMIT)?);
        fs::write(&key, KEY.replace('8', "9"))?;
        assert_ended(&restore(&path, &url, &resume)?, 2, &["rules_key"]);
        fs::write(&key, KEY)?;
        let theirs = fs::read_to_string(&rules_path)?;
        fs::write(&rules_path, format!("{theirs}# changed\n"))?;
        assert_ended(&restore(&path, &url, &resume)?, 2, &["rules was"]);
        fs::write(&rules_path, &theirs)?;
        assert_ended(&restore(&path, &url, &resume)?, 0, &[]);
        let resumed = server.snapshot()?;
        assert!(expected.first_difference(&resumed).is_none(), "{:?}", expected.first_difference(&resumed));
        fs::write(&rules_path, shop_rules())?;
        server.reset()?;
    }
    Ok(())
}
