//! The report says what happened, checked against the server and the file.

use crate::support::{assert_ended, dump_of, file, mariadb, restore_with_report};
use dumpstream_tests::server::quote;
use dumpstream_tests::{Result, paths};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

#[test]
fn report_of_a_restore_agrees_with_the_server_and_the_file() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = paths::workspace().join("demo/sakila.sql.zst");
    let (ended, report) = restore_with_report(&dump, &server.url(None), &[])?;
    assert_ended(&ended, 0, &[]);
    assert_eq!((&report["schema_version"], &report["outcome"]), (&1.into(), &"ok".into()), "{report}");

    let source = &report["source"];
    assert_eq!(source["encoded_bytes"], fs::metadata(&dump)?.len());
    let sum = Command::new("sha256sum").arg(&dump).output()?;
    assert_eq!(source["sha256"].as_str(), String::from_utf8(sum.stdout)?.split(' ').next());
    assert_eq!(source["codec"], "zstd");
    assert!(source["producer"].as_str().is_some_and(|p| p.contains("10.11.19")), "{source}");
    let plain = Command::new("zstd").arg("-dc").arg(&dump).output()?.stdout;
    assert_eq!(source["decoded_bytes"], plain.len());

    let tables = report["tables"].as_array().ok_or("no tables")?;
    assert_eq!(tables.len(), 16);
    for table in tables {
        let name = table["table"].as_str().ok_or("no name")?;
        let (schema, name) = name.split_once('.').ok_or("no schema")?;
        let counted = server.sql(&format!("SELECT COUNT(*) FROM {}.{}", quote(schema), quote(name)))?;
        assert_eq!(table["rows"].to_string(), counted.trim(), "{name}");
    }
    let objects: BTreeMap<String, u64> = serde_json::from_value(report["objects"].clone())?;
    assert_eq!(objects.values().sum::<u64>(), 7 + 6 + 6, "{objects:?}");
    assert_eq!(report["target"]["databases"], Value::from(vec!["sakila"]));
    assert!(report["peak_memory_bytes"].as_u64().is_some_and(|b| b > 1 << 20 && b < 256 << 20), "{report}");
    Ok(())
}

#[test]
fn report_of_a_failure_says_what_where_and_what_now() -> Result<()> {
    let server = mariadb(&[])?;
    let dump = dump_of("CREATE TABLE `a` (`id` int PRIMARY KEY);\nINSERT INTO `a` VALUES (1),(1);");
    let (_dir, path) = file("shop.sql", dump)?;
    let (ended, report) = restore_with_report(&path, &server.url(Some("shop")), &["--indexes", "with-rows"])?;
    assert_ended(&ended, 4, &[]);
    assert_eq!((&report["outcome"], &report["error"]["kind"]), (&"failed".into(), &"target".into()), "{report}");
    assert!(report["error"]["place"].as_str().is_some_and(|p| p.contains("shop.a") && p.contains("row 2")), "{report}");
    assert!(report["error"]["target_state"].is_string(), "{report}");
    Ok(())
}
