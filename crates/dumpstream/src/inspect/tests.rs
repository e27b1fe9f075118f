//! Every hazard is found, and a plain dump has none that matters.

use super::*;
use crate::observe::Silent;
use std::collections::BTreeSet;

const HEADER: &str = "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n--\n-- Host: db1    Database: shop\n\
                      -- ------------------------------------------------------\n-- Server version\t8.0.37\n\
                      /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n";
const FOOTER: &str = "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n-- Dump completed on 2026-01-01  0:00:00\n";

fn inspect_text(text: &str, row_bytes_max: u64) -> Inspected {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("dump.sql");
    std::fs::write(&path, text).unwrap();
    let options = InspectOptions::new(SourceSpec::File(path)).shapers(1).row_bytes_max(row_bytes_max);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(inspect(options, Arc::new(Silent), Stop::default()))
}

fn report(text: &str) -> InspectReport {
    let Inspected { report, error } = inspect_text(text, 1 << 30);
    assert!(error.is_none(), "{error:?}");
    report
}

/// What is found in a dump of `body`, which begins in line 7.
fn hazards(body: &str) -> Vec<Hazard> {
    report(&format!("{HEADER}{body}\n{FOOTER}")).hazards
}

/// Bodies, the hazard each has, where, and what it is about.
fn cases() -> Vec<(&'static str, String, Option<u64>, &'static [&'static str])> {
    type Names = &'static [&'static str];
    fn case(
        code: &'static str,
        body: &str,
        line: Option<u64>,
        names: Names,
    ) -> (&'static str, String, Option<u64>, Names) {
        (code, body.to_owned(), line, names)
    }
    let big = |mib: usize| {
        format!(
            "CREATE TABLE t (a int PRIMARY KEY, b longtext);\nINSERT INTO t VALUES (1,'{}');",
            "x".repeat(mib << 20)
        )
    };
    vec![
        case("refused_statement", "DO 1;\nCALL p();", Some(8), &[]),
        case("refused_statement", "LOAD DATA INFILE 'x' INTO TABLE t;", Some(7), &[]),
        case("refused_statement", "DO 1;\nsource x.sql", Some(8), &[]),
        case("refused_statement", "SET STATEMENT a=1 FOR SELECT 1;", Some(7), &["SET"]),
        case("system_schema", "USE mysql;", Some(7), &["mysql"]),
        case("system_schema", "INSERT INTO mysql.user VALUES (1);", Some(7), &["mysql.user"]),
        case("rollback", "ROLLBACK;", Some(7), &[]),
        case("row_over_64_mib", &big(65), Some(8), &["t"]),
        case("row_over_16_mib", &big(17), Some(8), &["t"]),
        case("definer", "CREATE DEFINER=`app`@`%` VIEW v AS SELECT 1;", Some(7), &["app@%"]),
        case("function_creators", "CREATE FUNCTION f() RETURNS int RETURN 1;", Some(7), &["f"]),
        case("sql_log_bin", "SET @@SESSION.SQL_LOG_BIN= 0;", Some(7), &[]),
        case("engine_missing", "CREATE TABLE t (a int PRIMARY KEY) ENGINE=TokuDB;", Some(7), &["t (TokuDB)"]),
        case("engine_missing", "CREATE TABLE t (a int PRIMARY KEY) ENGINE=Aria;", Some(7), &["t (Aria)"]),
        case(
            "mysql_collation",
            "CREATE TABLE t (a int PRIMARY KEY,\n b text COLLATE utf8mb4_0900_ai_ci);",
            Some(8),
            &["utf8mb4_0900_ai_ci"],
        ),
        case(
            "mariadb_collation",
            "SET collation_connection = utf8mb4_uca1400_ai_ci;",
            Some(7),
            &["utf8mb4_uca1400_ai_ci"],
        ),
        case(
            "mysql_syntax",
            "CREATE TABLE t (a int PRIMARY KEY, j json, KEY k ((cast(j as unsigned))), p point NOT NULL SRID 4326);",
            Some(7),
            &["t: SRID of a column", "t: key over an expression"],
        ),
        case("mariadb_syntax", "CREATE SEQUENCE s;", Some(7), &["s: CREATE SEQUENCE"]),
        case(
            "mariadb_syntax",
            "CREATE TABLE t (u uuid PRIMARY KEY DEFAULT uuid()) WITH SYSTEM VERSIONING;",
            Some(7),
            &["t: DEFAULT uuid() without brackets", "t: WITH SYSTEM VERSIONING", "t: type UUID"],
        ),
        case(
            "sql_mode_gone",
            "/*!50003 SET sql_mode = 'STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER' */ ;",
            Some(7),
            &["NO_AUTO_CREATE_USER"],
        ),
        case("old_syntax", "CREATE TABLE t (a int PRIMARY KEY) TYPE=MyISAM;", Some(7), &["t"]),
        case("table_twice", "CREATE TABLE t (a int PRIMARY KEY);\nCREATE TABLE t (a int PRIMARY KEY);", None, &["t"]),
        case(
            "partition_engine",
            "CREATE TABLE t (a int PRIMARY KEY) ENGINE=MyISAM PARTITION BY HASH (a);",
            Some(7),
            &["t (MyISAM)"],
        ),
        case("directory", "CREATE TABLE t (a int PRIMARY KEY) DATA DIRECTORY='/x';", Some(7), &["t"]),
        case("tablespace", "CREATE TABLE t (a int PRIMARY KEY) TABLESPACE `fast`;", Some(7), &["t"]),
        case("encryption", "CREATE TABLE t (a int PRIMARY KEY) ENCRYPTION='Y';", Some(7), &["t"]),
        case(
            "name_case",
            "CREATE TABLE Orders (a int PRIMARY KEY);\nCREATE TABLE orders (a int PRIMARY KEY);",
            Some(7),
            &["Orders", "orders"],
        ),
        case(
            "zero_dates_strict",
            "SET sql_mode='STRICT_TRANS_TABLES,NO_ZERO_DATE';\nCREATE TABLE t (a int PRIMARY KEY, d date);\n\
             INSERT INTO t VALUES (1,'2026-01-01'),\n(2,'0000-00-00');",
            Some(10),
            &["t"],
        ),
        case(
            "zero_dates",
            "CREATE TABLE t (a int PRIMARY KEY, d datetime);\nINSERT INTO t VALUES (1,'2010-00-00 00:00:00');",
            Some(8),
            &["t"],
        ),
        case(
            "zero_dates",
            "CREATE TABLE t (a int PRIMARY KEY,\n d timestamp NOT NULL DEFAULT '0000-00-00 00:00:00');",
            Some(8),
            &["t"],
        ),
        case("not_transactional", "CREATE TABLE t (a int PRIMARY KEY) ENGINE=MyISAM;", Some(7), &["t (MyISAM)"]),
        case("compressed_rows", "CREATE TABLE t (a int PRIMARY KEY) ROW_FORMAT=COMPRESSED;", Some(7), &["t"]),
        case(
            "foreign_key_parent",
            "CREATE TABLE t (a int PRIMARY KEY, FOREIGN KEY (a) REFERENCES gone (a));",
            Some(7),
            &["gone"],
        ),
        case(
            "rows_ignored",
            "CREATE TABLE t (a int PRIMARY KEY);\nINSERT IGNORE INTO t VALUES (1),(2);",
            Some(8),
            &["t"],
        ),
        case("events", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t;", Some(7), &["e"]),
        case(
            "binary_charset",
            "SET NAMES binary;\nCREATE TABLE t (a int PRIMARY KEY);\nINSERT INTO t VALUES (1);",
            Some(9),
            &["t"],
        ),
        case("no_primary_key", "CREATE TABLE t (a int);", Some(7), &["t"]),
        case("data_only", "INSERT INTO t VALUES (1);", Some(7), &["t"]),
        case("no_database", "CREATE TABLE t (a int PRIMARY KEY);", None, &[]),
        case(
            "several_databases",
            "CREATE DATABASE a;\nUSE a;\nCREATE TABLE t (a int PRIMARY KEY);\nCREATE DATABASE b;",
            None,
            &["a", "b"],
        ),
        case("drop_database", "DROP DATABASE IF EXISTS a;", Some(7), &["a"]),
        case("computed", "UPDATE t SET a = 1;", Some(7), &["UPDATE"]),
        case("left_out", "GRANT ALL ON *.* TO a;", Some(7), &[]),
        case("left_out", "SET GLOBAL a = 1;", Some(7), &[]),
        case("left_out", "CHANGE MASTER TO MASTER_LOG_FILE='x';", Some(7), &[]),
        case("gtid_purged", "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x:1-5';", Some(7), &[]),
        case("other_family", "DO 1;", None, &["MySQL"]),
        case("sandbox_mode", "/*M!999999\\- enable the sandbox mode */ ", Some(7), &[]),
    ]
}

#[test]
fn every_hazard_is_found_where_it_is() {
    let mut seen = BTreeSet::new();
    for (code, body, line, names) in cases() {
        let found = hazards(&body);
        let text: String = body.chars().take(120).collect();
        let hazard = found.iter().find(|h| h.code == code).unwrap_or_else(|| panic!("no {code}: {text}: {found:#?}"));
        assert_eq!(hazard.first.map(|p| p.line), line, "{code}: {text}");
        assert_eq!(hazard.names, names, "{code}: {text}");
        assert!(hazard.count > 0 && !hazard.why.contains("KIND") && !hazard.help.contains("KIND"), "{hazard:?}");
        assert!(found.is_sorted_by_key(|h| h.severity), "{found:#?}");
        seen.insert(code);
    }
    let newer = HEADER.replace("8.0.37", "9.7.4");
    let found = report(&format!("{newer}DO 1;\n{FOOTER}")).hazards;
    assert_eq!(found.iter().find(|h| h.code == "newer_server").unwrap().names, ["MySQL 9.7.4"]);
    let cut_off = report(&format!("{HEADER}CREATE TABLE t (a int PRIMARY KEY);\n"));
    assert_eq!((cut_off.hazards[0].code, cut_off.dump.end), ("unfinished", None));
    let table = "CREATE TABLE t (a int PRIMARY KEY);\n";
    let behind = report(&format!("{HEADER}{table}{HEADER}DROP TABLE t;\n{table}{FOOTER}")).hazards;
    let within = behind.iter().find(|h| h.code == "cut_off_within").unwrap();
    assert_eq!(within.first.map(|p| p.line), Some(8), "{within:?}");
    let unmarked = report("CREATE TABLE t (a int PRIMARY KEY);\n");
    assert!(unmarked.hazards.iter().any(|h| h.code == "end_unmarked"));
    seen.extend(["newer_server", "unfinished", "end_unmarked", "cut_off_within"]);
    assert_eq!(seen, HAZARDS.iter().map(|h| h.code).collect());
}

#[test]
fn a_plain_dump_has_no_hazard_but_notes() {
    let body = "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\nUSE `shop`;\n\
                DROP TABLE IF EXISTS `a`;\nCREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT, `type` varchar(9) DEFAULT '0000-00-00', \
                `data` text COMMENT 'TYPE=MyISAM ENCRYPTION=''Y''', `d` timestamp NULL DEFAULT CURRENT_TIMESTAMP(), \
                PRIMARY KEY (`id`), KEY `k` (`type`(3))) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='DATA DIRECTORY' \
                /*!80016 ENCRYPTION='N' */;\nLOCK TABLES `a` WRITE;\nINSERT INTO `a` VALUES (1,'utf8mb4_0900_ai_ci','GRANT',NULL);\n\
                UNLOCK TABLES;\nCREATE TABLE `b` (`a` int, KEY (`a`)) ENGINE=InnoDB;\nALTER TABLE `b` ADD PRIMARY KEY (`a`);\n\
                ALTER TABLE `b` ADD CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `a` (`id`);";
    let found = hazards(body);
    let codes: Vec<&str> = found.iter().map(|h| h.code).collect();
    assert_eq!(codes, ["other_family"], "{found:#?}");
}

#[test]
fn what_a_dump_says_of_itself_is_told() {
    let report =
        report(&format!("{HEADER}CREATE TABLE t (a int PRIMARY KEY);\nINSERT INTO t VALUES (1),(23);\n{FOOTER}"));
    let dump = &report.dump;
    assert_eq!((dump.producer.as_deref(), dump.producer_version.as_deref()), (Some("mysqldump"), Some("8.0.37")));
    assert_eq!((dump.server.as_deref(), dump.host.as_deref()), (Some("8.0.37"), Some("db1")));
    assert_eq!((dump.date.as_deref(), dump.end), (Some("2026-01-01  0:00:00"), Some("footer")));
    assert_eq!((dump.rows, dump.lines), (2, 10));
    let table = &report.tables[0];
    assert_eq!((table.rows, table.bytes, table.largest_row_bytes), (2, 30, 4));
    assert_eq!((table.largest_row.map(|p| p.line), table.place.line), (Some(8), 7));
    assert_eq!(report.statements.get("CREATE TABLE"), Some(&1));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((&json["schema_version"], &json["hazards"][0]["severity"]), (&1.into(), &"note".into()));
}

#[test]
fn what_can_not_be_read_is_refused_and_told_as_far_as_it_goes() {
    let table = "CREATE TABLE t (a int PRIMARY KEY);\nINSERT INTO t VALUES (1);\n";
    for (broken, words) in [
        ("mysqldump: Error 2013: Lost connection to MySQL server during query\n", "error message of mysqldump"),
        ("INSERT INTO t VALUES (2,'", "inside a quoted string"),
        ("INSERT INTO t VALUES (2,3);\n", "2 values for 1 column"),
    ] {
        let Inspected { report, error } = inspect_text(&format!("{HEADER}{table}{broken}"), 1 << 20);
        let error = error.unwrap();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!((error.kind().exit_code(), report.outcome, report.tables.len()), (3, "failed", 1), "{error}");
        assert!(report.error.unwrap().place.contains("line"));
    }
}

#[test]
fn long_lists_are_cut_short_and_counted() {
    let tables: Vec<String> = (0..250).map(|i| format!("CREATE TABLE t{i} (a int);")).collect();
    let found = hazards(&tables.join("\n"));
    let hazard = found.iter().find(|h| h.code == "no_primary_key").unwrap();
    assert_eq!((hazard.count, hazard.names.len()), (250, NAMES_MAX));
}
