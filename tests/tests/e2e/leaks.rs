//! Ways in which a value could get past the rules without being one of a plain row: each is refused, or scrubbed as well.

use crate::scrub::{KEEP, STRICT, refused, scrubbed};
use dumpstream_tests::Result;

/// A dump of so many statements.
fn dump(statements: &str) -> String {
    format!(
        "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n{statements}\n-- Dump completed on 2026-01-31 23:59:59\n"
    )
}

const PERSON: &str = "CREATE TABLE `person` (`id` int, `email` varchar(100), `sin` bigint);\n";

/// Rules for it under the strict defaults.
const PERSON_RULES: &str = "columns:\n  - { match: person.email, do: token }\n  - { match: person.sin, do: redact }\n";

fn strict(rules: &str) -> String {
    format!("{STRICT}{rules}")
}

#[test]
fn rows_of_a_table_that_the_dump_does_not_define_name_their_columns_or_are_refused() -> Result<()> {
    let rows = dump("INSERT INTO `client` VALUES (1,'alice@corp.ca','Alice Tremblay');");
    let why = &["doesn't define the table", "client", "complete-insert"];
    let matching = dump(&format!("{PERSON}INSERT INTO `client` VALUES (1,'alice@corp.ca');"));
    refused(&rows, &strict("tables: [{ match: client, do: keep }]\n"), why);
    refused(&rows, &strict("default: { new_table: keep }\n"), why);
    refused(&rows, &strict("default: { new_table: keep, text: redact }\n"), why);
    refused(&matching, &strict(&format!("default: {{ new_table: keep }}\n{PERSON_RULES}")), why);
    refused(&rows, &format!("{KEEP}columns: [{{ match: \"*.email\", do: token, optional: true }}]\n"), why);
    // In another database than it was defined in.
    let elsewhere = dump(&format!("{PERSON}INSERT INTO `shop`.`person` VALUES (1,'alice@corp.ca',1);"));
    refused(&elsewhere, &strict(&format!("default: {{ new_table: keep }}\n{PERSON_RULES}")), &["doesn't define"]);
    assert_eq!(scrubbed(&rows, KEEP)?, rows, "where everything is kept, nothing need be known");
    let out = scrubbed(&rows, &strict("tables: [{ match: client, do: truncate }]\n"))?;
    assert!(!out.contains("alice"), "{out}");
    Ok(())
}

#[test]
fn rows_after_a_change_of_columns_are_refused() -> Result<()> {
    for (columns, change, row, rules) in [
        ("`id` int", "ADD secret text", "(1,'Alice')", "tables: [{ match: t, do: keep }]\n"),
        ("`id` int", "ADD `secret` text", "(1,'Alice')", "tables: [{ match: t, do: keep }]\n"),
        ("`id` int, n int", "MODIFY n text", "(1,'Alice')", "tables: [{ match: t, do: keep }]\n"),
        (
            "`email` varchar(100), `note` int",
            "ADD kind varchar(100) FIRST, DROP note",
            "('new','alice@corp.ca')",
            "columns: [{ match: t.email, do: token }]\n",
        ),
        (
            "`email` varchar(100), `note` int",
            "ADD COLUMN IF NOT EXISTS kind int FIRST",
            "(1,'alice@corp.ca',2)",
            "columns: [{ match: t.email, do: token }]\n",
        ),
    ] {
        let text = dump(&format!("CREATE TABLE t ({columns});\nALTER TABLE t {change};\nINSERT INTO t VALUES {row};"));
        refused(&text, &strict(rules), &["changed the columns"]);
        assert_eq!(scrubbed(&text, KEEP)?, text);
    }
    // What phpMyAdmin writes behind the rows.
    let text = dump(
        "CREATE TABLE t (`id` int NOT NULL, `email` varchar(100));\nINSERT INTO t VALUES (1,'alice@corp.ca');\n\
         ALTER TABLE t ADD PRIMARY KEY (`id`);\n\
         ALTER TABLE t MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=123457;",
    );
    let out = scrubbed(&text, &strict("columns: [{ match: t.email, do: token }]\n"))?;
    assert!(!out.contains("alice") && out.contains("AUTO_INCREMENT=123457"), "{out}");
    Ok(())
}

#[test]
fn a_name_keeps_its_rules_whatever_becomes_of_it() -> Result<()> {
    let renamed = dump(&format!(
        "{PERSON}ALTER TABLE `person` RENAME TO `client`;\nINSERT INTO `client` VALUES (1,'alice@corp.ca',1);"
    ));
    let out = scrubbed(&renamed, &strict(PERSON_RULES))?;
    assert!(!out.contains("alice"), "{out}");
    // The server keeps the table that is there.
    let again = "CREATE TABLE IF NOT EXISTS `person` (`sin` bigint, `id` int, `email` varchar(100));\n";
    let rows = "INSERT INTO `person` VALUES (1,'alice@corp.ca',1);";
    refused(&dump(&format!("{PERSON}{again}{rows}")), &strict(PERSON_RULES), &["is there already"]);
    let same = PERSON.replace("TABLE", "TABLE IF NOT EXISTS");
    let dropped = format!("{PERSON}DROP TABLE `person`;\n{same}{rows}");
    for statements in [format!("{PERSON}{same}{rows}"), dropped] {
        let out = scrubbed(&dump(&statements), &strict(PERSON_RULES))?;
        assert!(!out.contains("alice"), "{out}");
    }
    let temporary = again.replace("TABLE IF NOT EXISTS", "TEMPORARY TABLE");
    refused(&dump(&format!("{PERSON}{temporary}{rows}")), &strict(PERSON_RULES), &["is there already"]);
    let other_case = again.replace("IF NOT EXISTS `person`", "`Person`");
    refused(&dump(&format!("{PERSON}{other_case}{rows}")), &strict(PERSON_RULES), &["is there already"]);
    Ok(())
}

#[test]
fn names_are_read_in_the_charset_that_they_are_written_in() -> Result<()> {
    // Two names of one length, of which no byte is UTF-8.
    let cp1251 = |text: &str| -> Vec<u8> {
        text.chars().map(|c| if c.is_ascii() { c as u8 } else { (c as u32 - 0x0410 + 0xC0) as u8 }).collect()
    };
    let text = dump(
        "SET NAMES cp1251;\nCREATE TABLE t (`код` int, `имя` varchar(50));\nINSERT INTO t (`код`,`имя`) VALUES (1,'Alice');",
    );
    let dir = tempfile::tempdir()?;
    let (path, out) = (dir.path().join("dump.sql"), dir.path().join("out.sql"));
    std::fs::write(&path, cp1251(&text))?;
    for rules in ["default: { text: redact, new_table: keep }\n", "columns: [{ match: t.имя, do: redact }]\n"] {
        let (ended, _) = crate::scrub::scrub_file(&path, &out, &strict(rules), &["--overwrite"])?;
        assert_eq!(crate::support::code(&ended), Some(0), "{}", ended.stderr_text());
        let written = std::fs::read(&out)?;
        assert!(!String::from_utf8_lossy(&written).contains("Alice"), "{rules}");
    }
    Ok(())
}

#[test]
fn literals_outside_of_rows_are_looked_at_whatever_they_look_like() -> Result<()> {
    let write = "names a table";
    for (statement, word) in [
        ("UPDATE person SET sin = 46454286;", write),
        ("UPDATE person SET sin = b'10110001001101011010001110';", write),
        ("CREATE TRIGGER g BEFORE INSERT ON person FOR EACH ROW UPDATE person SET sin = 46454286;", write),
        ("ALTER TABLE person ALTER sin SET DEFAULT 46454286;", "literals beside"),
        ("ALTER TABLE person MODIFY email varchar(9) DEFAULT 0x416c696365;", "literals beside"),
        ("CREATE VIEW w AS SELECT 1 FROM person WHERE email = 4111111111111111;", "card"),
        ("CREATE VIEW w AS SELECT id,email FROM person;\nUPDATE w SET email = 'Alice Tremblay';", write),
        ("UPDATE w SET email = 'Alice Tremblay';\nCREATE VIEW w AS SELECT id,email FROM person;", write),
        ("SET @n = 'Alice';\nINSERT INTO person VALUES (1,@n,1);", "variable"),
        ("SELECT 'Alice' INTO @n;", "variable"),
        ("UPDATE sessions SET token = 's3cr3t';", write),
        ("ALTER TABLE person COMMENT 'ask alice@corp.ca';", "email"),
        ("CREATE TABLE k (id int COMMENT 'alice@corp.ca');", "email"),
        ("CREATE TABLE k (id int -- alice@corp.ca\n);", "email"),
        ("CREATE TABLE k (id int) CONNECTION='mysql://root:s3cr3t@prod-db/x';", "url_userinfo"),
        ("INSERT INTO person /* alice@corp.ca */ VALUES (1,'a',1);", "email"),
    ] {
        let text = dump(&format!("{PERSON}CREATE TABLE sessions (token int);\n{statement}"));
        let rules = format!(
            "tables: [{{ match: sessions, do: truncate }}, {{ match: k, do: keep, optional: true }}]\n{PERSON_RULES}"
        );
        refused(&text, &strict(&rules), &[word]);
    }
    // Of a table that only its rows tell of.
    let rows = "INSERT INTO person (id,email) VALUES (1,'alice@corp.ca');\n";
    let rules = "columns: [{ match: person.email, do: token }, { match: person.id, do: keep, because: key }]\n";
    refused(&dump(&format!("{rows}UPDATE person SET email = 'Alice';")), &strict(rules), &[write]);
    // Upper case beyond ASCII.
    let text = dump("CREATE TABLE `élèves` (`email` varchar(99));\nUPDATE `ÉLÈVES` SET email = 'Alice';");
    refused(&text, &strict("columns: [{ match: élèves.email, do: token }]\n"), &[write]);
    // In a dump that isn't UTF-8.
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("dump.sql");
    let text = dump("SET NAMES latin1;\nCREATE VIEW v AS SELECT '@ alice@corp.ca';").replacen("'@", "'\u{1}", 1);
    let latin1: Vec<u8> = text.bytes().map(|b| if b == 1 { 0xE9 } else { b }).collect();
    std::fs::write(&path, latin1)?;
    let (ended, _) = crate::scrub::scrub_file(&path, &dir.path().join("out.sql"), STRICT, &[])?;
    crate::support::assert_ended(&ended, 6, &["email"]);
    // What stock dumps and programs are full of.
    let text = dump(&format!(
        "SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0, SQL_MODE='NO_AUTO_VALUE_ON_ZERO';\n{PERSON}\
         CREATE TABLE log (id int);\n\
         CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM log WHERE id < 1000;\n\
         CREATE TRIGGER g BEFORE INSERT ON person FOR EACH ROW UPDATE person SET id = id + 1;\n\
         SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;"
    ));
    assert_eq!(scrubbed(&text, &strict(&format!("tables: [{{ match: log, do: truncate }}]\n{PERSON_RULES}")))?, text);
    Ok(())
}

#[test]
fn comments_are_looked_at_wherever_they_stand() -> Result<()> {
    let row = |end: &str| format!("{PERSON}INSERT INTO `person` VALUES (1,'a@b.ca',1){end}");
    // Among rows that are scrubbed, they go.
    for end in [" -- alice@corp.ca\n;", " # alice@corp.ca\n;", " /* alice@corp.ca */;"] {
        let out = scrubbed(&dump(&row(end)), &strict(PERSON_RULES))?;
        assert!(!out.contains("alice"), "{out}");
    }
    let kept = "tables: [{ match: t, do: keep }]\n";
    for text in [
        "INSERT INTO `t` VALUES (1) ON DUPLICATE KEY UPDATE `id` = 2 /* alice@corp.ca */;",
        "CREATE INDEX `i` ON `t` (`id`) COMMENT 'alice@corp.ca';",
        "DROP TABLE IF EXISTS `t` /* alice@corp.ca */;",
        "UNLOCK TABLES -- alice@corp.ca\n;",
        "LOCK TABLES `t` /* alice@corp.ca */ WRITE;",
        "START TRANSACTION # alice@corp.ca\n;",
        "COMMIT /* alice@corp.ca */;",
        "USE `shop` /* alice@corp.ca */;",
        "ALTER TABLE `t` /* alice@corp.ca */ DISABLE KEYS;",
        "DELIMITER ;; -- alice@corp.ca\nUNLOCK TABLES;;\nDELIMITER ;",
        "DELIMITER ;; alice@corp.ca\nUNLOCK TABLES;;\nDELIMITER ;",
        "INSERT INTO `t` VALUES (1) /* alice@corp.ca */;",
        "INSERT INTO `t` VALUES (1), -- alice@corp.ca\n(2);",
    ] {
        refused(
            &dump(&format!("CREATE TABLE `t` (`id` int);\n{text}")),
            &strict(kept),
            &["what looks like personal data"],
        );
        let fail = format!("{}{kept}", strict("default: { programs: fail }\n"));
        refused(&dump(&format!("CREATE TABLE `t` (`id` int);\n{text}")), &fail, &["what looks like personal data"]);
    }
    // A definition that is there already does nothing, and goes.
    let again = dump(&format!(
        "{PERSON}CREATE TABLE IF NOT EXISTS `person` (`id` int, `email` varchar(100) DEFAULT 'alice@corp.ca', `sin` bigint);"
    ));
    assert!(!scrubbed(&again, &strict(PERSON_RULES))?.contains("alice"));
    // In an expression among rows that are scrubbed.
    let within = dump(&format!("{PERSON}INSERT INTO `person` VALUES (1 + /* alice@corp.ca */ 1,'a@b.ca',1);"));
    refused(&within, &strict(PERSON_RULES), &["what looks like personal data"]);
    let harmless = dump("CREATE TABLE `t` (`id` int);\nUNLOCK /* now */ TABLES;\nINSERT INTO `t` VALUES (1) -- one\n;");
    assert_eq!(scrubbed(&harmless, &strict(kept))?, harmless);
    Ok(())
}

#[test]
fn keys_that_come_after_the_definition_bind_the_rules_as_well() {
    let rules = strict("columns:\n  - { match: person.email, do: token }\n  - { match: person.sin, do: redact }\n");
    for key in ["ALTER TABLE person ADD UNIQUE KEY k (sin);", "CREATE UNIQUE INDEX k ON person (sin);"] {
        refused(&dump(&format!("{PERSON}{key}")), &rules, &["sin", "unique key"]);
    }
    let prefix = "ALTER TABLE person ADD UNIQUE KEY k (email(4));";
    refused(&dump(&format!("{PERSON}{prefix}")), &rules, &["email", "unique key"]);
}

#[test]
fn a_comment_among_rows_does_not_make_values_meet_themselves() -> Result<()> {
    let text = dump("CREATE TABLE t (id int, v varchar(99));\nINSERT INTO t VALUES (1,'a'),-- c\n(2,'b');");
    let rules = "columns: [{ match: t.v, do: token }]\nassert: [{ unique: t.v }]\n";
    assert!(!scrubbed(&text, &strict(rules))?.contains("'a'"));
    let twice = text.replace("'b'", "'a'");
    refused(&twice, &strict(rules), &["different from every other value"]);
    Ok(())
}

#[test]
fn a_rule_gives_what_the_type_can_hold_or_is_refused() -> Result<()> {
    let of = |definition: &str, value: &str| {
        dump(&format!("CREATE TABLE t (`id` int, c {definition});\nINSERT INTO t VALUES (1,{value});"))
    };
    let rule = |what: &str| format!("{KEEP}columns: [{{ match: t.c, {what} }}]\n");
    let uuid = of("uuid NOT NULL", "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'");
    let inet = of("inet6 NOT NULL", "'2001:db8::1'");
    let point = of("point NOT NULL", "ST_GeomFromText('POINT(1 2)')");
    for (text, what) in [
        (&uuid, "do: redact"),
        (&uuid, "do: token"),
        (&uuid, "do: empty"),
        (&uuid, "do: constant, value: x"),
        (&uuid, "do: uuid, on_invalid: redact"),
        (&inet, "do: redact"),
        (&inet, "do: email"),
        (&inet, "do: constant, value: 1.2.3"),
        (&point, "do: redact"),
        (&point, "do: empty"),
        (&of("bit(1)", "b'1'"), "do: constant, value: 1"),
        (&of("decimal(4,2)", "1.50"), "do: constant, value: 123.456"),
    ] {
        refused(text, &rule(what), &["t.c", "can hold"]);
    }
    for (text, what) in [
        (&uuid, "do: uuid"),
        (&uuid, "do: constant, value: 00000000-0000-0000-0000-000000000000"),
        (&inet, "do: ip"),
        (&of("decimal(4,2)", "1.50"), "do: constant, value: -99.999"),
    ] {
        assert_ne!(&scrubbed(text, &rule(what))?, text, "{what}");
    }
    // Of texts, 12 and 0012 are two.
    let texts = |value: &str| of("varchar(20) NOT NULL, UNIQUE (c)", &format!("'12'),(2,'{value}'"));
    scrubbed(&texts("13"), &rule("do: int_permute"))?;
    refused(&texts("0012"), &rule("do: int_permute"), &["leading zeros"]);
    Ok(())
}

#[test]
fn definitions_of_tables_without_rows_are_redacted_as_well() -> Result<()> {
    let text = dump(
        "CREATE TABLE t (id int, name varchar(90) DEFAULT 'Zeb Quagmire' COMMENT 'e.g. Quagmire');\nINSERT INTO t VALUES (1,'x');",
    );
    let rules = "tables: [{ match: t, do: truncate }]\ncolumns: [{ match: t.name, do: redact }]\n";
    let out = scrubbed(&text, &strict(rules))?;
    assert!(!out.contains("Quagmire") && !out.contains("INSERT"), "{out}");
    // What purges it may stay.
    let purged = dump(
        "CREATE TABLE t (id int, name text);\nCREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE name = 'old';",
    );
    assert_eq!(scrubbed(&purged, &strict(rules))?, purged);
    let uuid = dump("CREATE TABLE t (id int, name uuid DEFAULT '6ba7b810-9dad-11d1-80b4-00c04fd430c8');");
    refused(&uuid, &strict(rules), &["table t, column name", "holds a literal"]);
    let sequence = dump("CREATE SEQUENCE s COMMENT 'ask alice.secret@corp.ca';");
    refused(&sequence, &strict(""), &["personal data"]);
    Ok(())
}

#[test]
fn foreign_keys_whose_ends_become_something_else_are_told() -> Result<()> {
    let text = dump(
        "CREATE TABLE p (code int NOT NULL, PRIMARY KEY (code));\nINSERT INTO p VALUES (77);\n\
         CREATE TABLE c (id int NOT NULL, pcode int, PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY (pcode) REFERENCES p (code));\n\
         INSERT INTO c VALUES (1,77);",
    );
    let (dir, path) = crate::support::file("dump.sql", &text)?;
    let keys = "  - { match: p.code, do: int_permute, domain: k }\n";
    for (rules, said) in [
        ("columns:\n  - { match: p.code, do: int_permute }\n".to_owned(), "joins break"),
        (format!("columns:\n{keys}  - {{ match: c.pcode, do: int_permute, domain: other }}\n"), "joins break"),
        ("tables: [{ match: p, do: truncate }]\n".to_owned(), "no rows stay"),
        (format!("columns:\n{keys}  - {{ match: c.pcode, do: int_permute, domain: k }}\n"), ""),
        (format!("columns:\n{keys}  - {{ match: c.pcode, do: set_null }}\n"), ""),
        (format!("tables: [{{ match: c, do: truncate }}]\ncolumns:\n{keys}"), ""),
    ] {
        let (ended, report) = crate::scrub::scrub_file(
            &path,
            &dir.path().join("out.sql"),
            &format!("{KEEP}domains: {{ k: {{}}, other: {{}} }}\n{rules}"),
            &["--overwrite"],
        )?;
        assert_eq!(crate::support::code(&ended), Some(0), "{}", ended.stderr_text());
        let tied: Vec<&str> = report["warnings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|w| w["message"].as_str())
            .filter(|m| m.contains("a foreign key ties it to p.code"))
            .collect();
        match said {
            "" => assert!(tied.is_empty(), "{rules}: {tied:?}"),
            said => assert!(tied.len() == 1 && tied[0].contains(said), "{rules}: {tied:?}"),
        }
    }
    Ok(())
}

#[test]
fn views_of_tables_that_are_dropped_are_told() -> Result<()> {
    let text = dump(
        "CREATE TABLE p (id int);\nCREATE TABLE q (id int);\n/*!50001 CREATE VIEW v AS select p.id AS id from p */;\n\
         CREATE VIEW w AS select id from q;",
    );
    let (dir, path) = crate::support::file("dump.sql", &text)?;
    for (action, told) in [("drop", 1), ("truncate", 0)] {
        let rules = format!("{KEEP}tables: [{{ match: p, do: {action} }}]\n");
        let (ended, report) = crate::scrub::scrub_file(&path, &dir.path().join("out.sql"), &rules, &["--overwrite"])?;
        assert_eq!(crate::support::code(&ended), Some(0), "{}", ended.stderr_text());
        let warnings = report["warnings"].to_string();
        assert_eq!(warnings.matches("the view v names the table p").count(), told, "{warnings}");
    }
    Ok(())
}
