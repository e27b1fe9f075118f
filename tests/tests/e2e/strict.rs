//! Values that the target changes to fit: told, or refused with `--strict`.

use crate::support::{assert_ended, dump_of, file, restore_with_report, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use serde_json::Value;

const TABLE: &str = "CREATE TABLE `t` (`id` int PRIMARY KEY, `v` varchar(4), `d` decimal(6,2)) ENGINE=InnoDB;\n";

#[test]
fn a_changed_value_is_told_and_refused_if_asked() -> Result<()> {
    // Notes before the warning are more than a server lists by default.
    let noted: Vec<String> = (10..2_000).map(|i| format!("({i},'ok',1.00{i})")).collect();
    let cases = [
        ("plain rows", "INSERT INTO `t` VALUES (1,'ok',1),(2,'too long',1);".to_owned()),
        ("behind notes", format!("INSERT INTO `t` VALUES {},(2,'too long',1);", noted.join(","))),
        ("IGNORE", "INSERT IGNORE INTO `t` VALUES (1,'ok',1),(1,'ok',1),(2,'too long',1);".to_owned()),
        ("REPLACE", "REPLACE INTO `t` VALUES (1,'ok',1),(2,'too long',1);".to_owned()),
        ("as it stands", "INSERT INTO `t` VALUES (2,CONCAT('too ',VERSION()),1);".to_owned()),
        (
            "ON DUPLICATE KEY",
            "INSERT INTO `t` VALUES (2,'ok',1),(2,'ok',2) ON DUPLICATE KEY UPDATE `v` = 'too long';".to_owned(),
        ),
        ("UPDATE", "INSERT INTO `t` VALUES (2,'ok',1);\nUPDATE `t` SET `v` = 'too long' WHERE `id` = 2;".to_owned()),
        (
            "alone",
            "INSERT INTO `t` VALUES (2,'ok',1);\nSET @v = 'too long';\nUPDATE `t` SET `v` = @v WHERE `id` = 2;"
                .to_owned(),
        ),
    ];
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for (what, sql) in &cases {
            let (_dir, path) = file("t.sql", dump_of(&format!("{TABLE}{sql}")))?;
            for method in ["load-data", "insert"] {
                let url = server.url(Some("shop"));
                let (ended, report) = restore_with_report(&path, &url, &["--method", method])?;
                assert_ended(&ended, 0, &[]);
                assert_eq!(server.sql("SELECT LEFT(v, 4) FROM shop.t WHERE id = 2")?.trim(), "too", "{what}");
                let told = report["warnings"].as_array().into_iter().flatten();
                let told: Vec<_> = told.filter(|w| w["code"] == "value_changed" && w["column"] == "v").collect();
                let place = |w: &&Value| w["table"] == "shop.t" || w["message"].to_string().contains("line ");
                assert!(!told.is_empty() && told.iter().all(place), "{what}: {report}");
                server.reset()?;
                let (ended, report) = restore_with_report(&path, &url, &["--method", method, "--strict"])?;
                assert_ended(&ended, 4, &["--strict", "line ", "column v"]);
                assert!(!report.to_string().contains("too long"), "{what}");
                assert!(server.snapshot()?.is_empty(), "{what}: {}", ended.stderr_text());
            }
        }
    }
    Ok(())
}

#[test]
fn what_changes_no_value_passes_as_strict() -> Result<()> {
    let twice: Vec<String> = (0..40_000).map(|i| format!("({},'ok',1)", i / 2)).collect();
    let rounded: Vec<String> = (0..2_000).map(|i| format!("({i},'ok',1.00{i})")).collect();
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        for (what, sql, rows) in [
            (
                "IGNORE is for keys that are there",
                format!("INSERT IGNORE INTO `t` VALUES {};", twice.join(",")),
                20_000,
            ),
            ("rounding is a note", format!("INSERT INTO `t` VALUES {};", rounded.join(",")), 2_000),
            (
                "VALUES() is an old way to write it",
                "INSERT INTO `t` VALUES (1,'a',1),(1,'b',1) ON DUPLICATE KEY UPDATE `v` = VALUES(`v`);".to_owned(),
                1,
            ),
        ] {
            let (_dir, path) = file("t.sql", dump_of(&format!("{TABLE}{sql}")))?;
            for method in ["load-data", "insert"] {
                let args = ["--method", method, "--strict"];
                let (ended, _) = restore_with_report(&path, &server.url(Some("shop")), &args)?;
                assert_ended(&ended, 0, &[]);
                let count = server.sql("SELECT COUNT(*) FROM shop.t")?;
                assert_eq!(count.trim(), rows.to_string(), "{what}");
                server.reset()?;
            }
        }
    }
    Ok(())
}
