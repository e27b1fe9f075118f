//! Names that differ in case only, on servers that take them for one (`lower_case_table_names`) and on those that don't.

use crate::support::{assert_ended, dump_of, file, mariadb, restore, restore_with_report, servers};
use dumpstream_sandbox::Options;
use dumpstream_tests::Result;
use dumpstream_tests::corpus::{Dumpstream, Entry, Verdict, check};
use dumpstream_tests::server::TestServer;

/// As a dump from Windows may be: no two mentions of a name are spelled alike.
fn mixed() -> String {
    dump_of(
        "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `Shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n\
         USE `shop`;\n\
         DROP TABLE IF EXISTS `Customers`;\n\
         CREATE TABLE `CUSTOMERS` (`Id` int NOT NULL, `Name` varchar(40), PRIMARY KEY (`Id`)) ENGINE=InnoDB;\n\
         LOCK TABLES `customers` WRITE;\n/*!40000 ALTER TABLE `Customers` DISABLE KEYS */;\n\
         INSERT INTO `Customers` VALUES (1,'a'),(2,'b');\nINSERT INTO `customers` VALUES (3,'c');\n\
         /*!40000 ALTER TABLE `cUSTOMERS` ENABLE KEYS */;\nUNLOCK TABLES;\n\
         CREATE TABLE `Orders` (`id` int NOT NULL AUTO_INCREMENT, `customer` int, PRIMARY KEY (`id`), KEY `c` (`customer`), \
         CONSTRAINT `fk` FOREIGN KEY (`customer`) REFERENCES `Customers` (`Id`)) ENGINE=InnoDB;\n\
         INSERT INTO `SHOP`.`orders` VALUES (1,1),(2,3);\n\
         USE `SHOP`;\n\
         CREATE VIEW `Open` AS SELECT * FROM `ORDERS` WHERE `customer` > 1;\n\
         ALTER TABLE `oRDERS` ADD `note` varchar(10) DEFAULT 'x';\n\
         INSERT INTO `orders` VALUES (5,2,'y');\n\
         UPDATE `Orders` SET `note` = 'z' WHERE `id` = 2;\n\
         CREATE TABLE `Ärzte` (`id` int PRIMARY KEY);\nINSERT INTO `ärzte` VALUES (1);\nINSERT INTO `ÄRZTE` VALUES (2);\n\
         CREATE TABLE `Gone` (`id` int);\nDROP TABLE IF EXISTS `gone`;\n\
         CREATE TABLE `GONE` (`other` int);\nINSERT INTO `Gone` VALUES (7);\n\
         DELIMITER ;;\n\
         CREATE TRIGGER `T` BEFORE INSERT ON `Customers` FOR EACH ROW SET NEW.`Name` = UPPER(NEW.`Name`) ;;\n\
         DELIMITER ;\n\
         INSERT INTO `CUSTOMERS` VALUES (9,'upper');\n",
    )
}

/// Each server that takes `Orders` and `orders` for one table.
fn folding() -> Result<Vec<TestServer>> {
    let options = Options::default().arg("--lower-case-table-names=1");
    servers()?.iter().map(|server| TestServer::start(server, &options)).collect()
}

#[test]
fn spellings_are_one_name_where_the_client_has_them_so() -> Result<()> {
    let (_dir, path) = file("mixed-case.sql", mixed())?;
    for mut server in folding()? {
        let mut dumpstream = Dumpstream::built()?;
        for extra in [&[][..], &["--method", "insert"], &["--indexes", "after-rows"]] {
            dumpstream.extra = extra.iter().map(|a| (*a).to_owned()).collect();
            let outcome = check(&Entry::standalone(&path), &mut server, &dumpstream)?;
            assert_eq!(outcome.verdict, Verdict::Same, "{extra:?}\n{}", outcome.details());
        }
    }
    Ok(())
}

#[test]
fn spellings_of_the_mapped_database_are_all_mapped() -> Result<()> {
    let (_dir, path) = file("mixed-case.sql", mixed())?;
    for server in folding()? {
        let (ended, report) = restore_with_report(&path, &server.url(Some("Other")), &[])?;
        assert_ended(&ended, 0, &[]);
        assert_eq!(server.databases()?, ["other"]);
        assert_eq!(server.sql("SELECT GROUP_CONCAT(id ORDER BY id) FROM other.orders")?.trim(), "1,2,5");
        assert_eq!(server.sql("SELECT GROUP_CONCAT(id ORDER BY id) FROM other.open")?.trim(), "2,5");
        assert_eq!(report["target"]["databases"], serde_json::json!(["other"]));
        // One line for a table, however many spellings it has.
        let mut tables: Vec<&str> =
            report["tables"].as_array().into_iter().flatten().filter_map(|t| t["table"].as_str()).collect();
        tables.dedup();
        assert_eq!(tables, ["other.customers", "other.orders", "other.ärzte", "other.gone"]);
        let dry = restore_with_report(&path, &server.url(Some("New")), &["--dry-run"])?;
        assert_ended(&dry.0, 0, &[]);
        assert_eq!(dry.1["tables"].as_array().map(Vec::len), Some(4), "{}", dry.1["tables"]);
    }
    Ok(())
}

#[test]
fn a_schema_is_refused_by_any_of_its_spellings() -> Result<()> {
    let (_dir, path) = file("mixed-case.sql", mixed())?;
    for server in folding()? {
        server.sql("CREATE DATABASE sHoP; CREATE TABLE shop.mine (a INT); INSERT INTO shop.mine VALUES (1)")?;
        let before = server.snapshot()?;
        assert_ended(&restore(&path, &server.url(None), &[])?, 4, &["shop", "--append"]);
        assert_ended(&restore(&path, &server.url(Some("SHOP")), &[])?, 4, &["shop", "--append"]);
        assert_eq!(server.snapshot()?, before);
    }
    Ok(())
}

#[test]
fn spellings_are_names_of_their_own_elsewhere() -> Result<()> {
    let server = mariadb(&[])?;
    server.sql("CREATE DATABASE shop; CREATE TABLE shop.mine (a INT)")?;
    let dump = "CREATE TABLE `T` (`a` int PRIMARY KEY);\nCREATE TABLE `t` (`a` int PRIMARY KEY);\n\
                INSERT INTO `T` VALUES (1);\nINSERT INTO `t` VALUES (1),(2);\n";
    let (_dir, path) = file("cases.sql", dump_of(dump))?;
    // Another schema than the one that holds a table.
    assert_ended(&restore(&path, &server.url(Some("Shop")), &[])?, 0, &[]);
    let counts =
        "SELECT (SELECT COUNT(*) FROM Shop.T), (SELECT COUNT(*) FROM Shop.t), (SELECT COUNT(*) FROM shop.mine)";
    assert_eq!(server.sql(counts)?.trim(), "1\t2\t0");
    Ok(())
}

/// A dump in GBK of a schema and of a table, a view and a procedure in it, all with Chinese names, with `rest` at its end.
fn gbk(rest: &str) -> Vec<u8> {
    let text = dump_of(&format!(
        "/*!40101 SET NAMES gbk */;\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `◆` DEFAULT CHARACTER SET utf8mb4;\n\
         USE `◆`;\nDROP TABLE IF EXISTS `◆`;\nCREATE TABLE `◆` (`a` varchar(10) PRIMARY KEY) ENGINE=InnoDB;\n\
         INSERT INTO `◆` VALUES ('◆'),('x');\nCREATE VIEW `v◆` AS SELECT * FROM `◆`;\n\
         CREATE PROCEDURE `◆`.`◆`() SELECT COUNT(*) FROM `◆`;\n{rest}\n/*!40101 SET NAMES utf8mb4 */;\n"
    ));
    // 亂丄: the second bytes of both look like ASCII letters, and the last one like a capital.
    text.split('◆').map(str::as_bytes).collect::<Vec<_>>().join(&b"\x81\x79\x81\x41"[..])
}

#[test]
fn names_are_in_the_charset_of_the_dump() -> Result<()> {
    let options = Options::default().arg("--lower-case-table-names=1");
    let (_dir, good) = file("gbk.sql", gbk(""))?;
    let (_dir, bad) = file("gbk-bad.sql", gbk("INSERT INTO `nowhere` VALUES (1);"))?;
    for server in servers()? {
        for options in [&Options::default(), &options] {
            let mut server = TestServer::start(&server, options)?;
            let outcome = check(&Entry::standalone(&good), &mut server, &Dumpstream::built()?)?;
            assert_eq!(outcome.verdict, Verdict::Same, "{}", outcome.details());
            assert_ended(&restore(&good, &server.url(Some("é")), &[])?, 2, &["gbk", "ASCII"]);
            // Undoing finds what was made, also where the schema was there before.
            assert_ended(&restore(&bad, &server.url(None), &[])?, 4, &["dropped again"]);
            assert!(server.snapshot()?.is_empty());
            server.sql("CREATE DATABASE `亂丄`")?;
            let before = server.snapshot()?;
            assert_ended(&restore(&bad, &server.url(None), &[])?, 4, &["dropped again"]);
            assert_eq!(server.snapshot()?, before);
            server.sql("CREATE TABLE `亂丄`.mine (a INT)")?;
            let before = server.snapshot()?;
            assert_ended(&restore(&good, &server.url(None), &[])?, 4, &["--append"]);
            assert_eq!(server.snapshot()?, before);
        }
    }
    Ok(())
}
