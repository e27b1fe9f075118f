//! What is in a dump that shouldn't be, and what isn't in it that should.

use super::*;
use crate::error::Place;
use crate::options::RestoreOptions;
use crate::restore::restore;
use crate::target::connect::TargetSpec;

/// A value that must never be seen in a message.
const CANARY: &str = "canary-4f1c";

const HEADER: &str = "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n";
const TABLE: &str = "CREATE TABLE `t` (`id` int NOT NULL, `v` text, PRIMARY KEY (`id`));\n";
const FOOTER: &str = "-- Dump completed on 2026-01-01  0:00:00\n";

/// A dump of one table around `body`, which begins in line 3.
fn dump(body: &str) -> String {
    format!("{HEADER}{TABLE}{body}\n{FOOTER}")
}

impl Bench {
    /// What restoring says of it, without a server.
    fn restore(&self, text: &str) -> Option<Error> {
        let options = RestoreOptions::new(self.put(text.as_bytes()), TargetSpec::Null);
        self.runtime.block_on(restore(options, Arc::new(Silent), Stop::default())).error
    }
}

#[track_caller]
fn said(error: Option<Error>, text: &str) -> (String, Place) {
    let error = error.unwrap_or_else(|| panic!("accepted: {text}"));
    assert_eq!(error.kind().exit_code(), 3, "{text}: {error}");
    let hint = error.hint_text().unwrap_or_else(|| panic!("no hint: {error}: {text}"));
    assert!(!error.to_string().contains(CANARY) && !hint.contains(CANARY), "{error}");
    (error.to_string(), error.place().clone())
}

/// Fails unless verifying refuses it, in that line, with such words.
#[track_caller]
fn refused(text: &str, line: u64, words: &str) {
    let bench = Bench::new();
    let (message, place) = said(bench.verify(text.as_bytes()).error, text);
    assert!(message.contains(words), "{message:?} for {text}");
    assert_eq!(place.line, Some(line), "{message}: {text}");
    assert!(place.source.is_some() && place.offset.is_some(), "{place:?}");
}

/// Fails unless restoring refuses it as well.
#[track_caller]
fn both_refuse(text: &str, line: u64, words: &str) {
    refused(text, line, words);
    let (message, place) = said(Bench::new().restore(text), text);
    assert!(message.contains(words), "restore: {message:?} for {text}");
    assert_eq!(place.line, Some(line), "restore: {message}: {text}");
}

#[track_caller]
fn accepted(text: &str) -> VerifyReport {
    let Verified { report, error } = Bench::new().verify(text.as_bytes());
    assert!(error.is_none(), "{error:?} for {text}");
    report
}

#[test]
fn messages_of_programs_are_refused_with_their_line() {
    let lost = "mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `t` at row: 7";
    let odd = "mysqldump: Couldn't execute 'SHOW CREATE TABLE `v`': View 'a.v' references invalid table(s) (1356)";
    let warning = "mysqldump: [Warning] Using a password on the command line interface can be insecure.";
    let rows = format!("INSERT INTO `t` VALUES (1,'{CANARY}');");
    // Where the dump ends with it.
    both_refuse(&format!("{HEADER}{TABLE}{rows}\n{lost}\n"), 4, "mysqldump's (error 2013)");
    both_refuse(&format!("{HEADER}{TABLE}{rows}\n{odd}\n"), 4, "mysqldump's (error 1356)");
    // Where it goes on, with --force.
    both_refuse(&dump(&format!("{rows}\n{odd}\n{rows}")), 4, "mysqldump's (error 1356)");
    both_refuse(&dump(&format!("{rows}\nmariadb-dump: Couldn't find table: \"x\"\n{rows}")), 4, "mariadb-dump's");
    // Before everything else.
    both_refuse(&format!("{warning}\n{}", dump(&rows)), 1, "a message that mysqldump wrote");
    both_refuse(&format!("Enter password: \n{}", dump(&rows)), 1, "a message that mysqldump wrote");
    let deprecated = "/usr/bin/mysqldump: Deprecated program name. It will be removed in a future release, use \
                      '/usr/bin/mariadb-dump' instead";
    both_refuse(&format!("{deprecated}\n{}", dump(&rows)), 1, "a message that mysqldump wrote");
    // In the place of everything else.
    for all in [
        "ERROR 1045 (28000): Access denied for user 'a'@'b' (using password: YES)\n",
        "mysqldump: Got error: 1045: Access denied for user 'a'@'b' (using password: YES) when trying to connect\n",
        "bash: line 1: mysqldump: command not found\n",
        "Error response from daemon: No such container: db\n",
    ] {
        both_refuse(all, 1, "error message");
    }
    // Between the halves of a statement: standard error isn't buffered.
    both_refuse(&dump(&format!("INSERT INTO `t` VALUES (1,'a'),(2,{lost}\n'{CANARY}');")), 3, "(error 2013)");
    both_refuse(&dump(&format!("INSERT INTO `t` VALUES (1,'a'),\n{lost}\n(2,'{CANARY}');")), 4, "(error 2013)");
    both_refuse(&dump(&format!("CREATE TABLE `u` (\n  `a` int,\n{lost}\n  `b` int\n);")), 5, "(error 2013)");
    both_refuse(&format!("{HEADER}CREATE TABLE `u` (\n  `a` int,\n{lost}\n"), 4, "(error 2013)");
}

#[test]
fn a_hint_says_what_to_do() {
    let bench = Bench::new();
    let hint = |text: &str| bench.verify(text.as_bytes()).error.unwrap().hint_text().unwrap().to_owned();
    assert!(hint("mysqldump: [Warning] Using a password\nDO 1;").contains("take line 1 out"));
    assert!(hint("DO 1;\nmysqldump: Error 2013: Lost connection\n").contains("max_allowed_packet"));
    assert!(hint("mysqldump: Got error: 1045: Access denied\n").contains("password"));
}

#[test]
fn the_same_words_elsewhere_are_just_words() {
    let lost = "mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `t` at row: 7";
    for body in [
        format!("INSERT INTO `t` VALUES (1,'{lost}'),(2,'\n{lost}\n'),(3,'a\\'\n{lost}');"),
        format!("INSERT INTO `t` VALUES (1,'a') /* \n{lost}\n */ ON DUPLICATE KEY UPDATE v = '{lost}';"),
        format!("INSERT INTO `t` SELECT 1, '\n{lost}\n';"),
        format!("-- {lost}\n# {lost}\n/*\n{lost}\n*/"),
        format!("CREATE TABLE `u` (`a` int COMMENT '\n{lost}\n', /*\n{lost}\n*/ `mysqldump: Error` int -- {lost}\n);"),
        format!("CREATE VIEW `w` AS SELECT '\nERROR 1045 (28000): no' AS `{lost}`;"),
        format!(
            "DELIMITER ;;\nCREATE PROCEDURE `p`() BEGIN\n-- {lost}\nmysqldump: LOOP LEAVE mysqldump; END LOOP;\n\
             /*\n{lost}\n*/ SELECT '\n{lost}\n'; END ;;\nDELIMITER ;"
        ),
        "CREATE TRIGGER `g` BEFORE INSERT ON `t` FOR EACH ROW\nmysqldump: BEGIN END;".to_owned(),
        format!("SET @a = '\n{lost}\n';"),
    ] {
        accepted(&dump(&body));
        assert!(Bench::new().restore(&dump(&body)).is_none_or(|e| !e.to_string().contains("message")), "{body}");
    }
}

#[test]
fn a_dump_may_hold_what_a_restore_refuses() {
    let report = accepted(&dump(
        "GRANT ALL ON *.* TO a;\nSET GLOBAL x = 1;\nCALL p();\nLOAD DATA INFILE 'x' INTO TABLE t;\nUSE mysql;\n\
         INSERT INTO mysql.user VALUES (1);\nSHUTDOWN;\nCHANGE MASTER TO MASTER_HOST='x';\nXA START 'x';\nROLLBACK;\n\
         SELECT 1 INTO OUTFILE 'x';\nINSERT INTO t SELECT 3, LOAD_FILE('x');\nSET STATEMENT x=1 FOR SELECT 1;\n\
         DELIMITER ;;\nBEGIN NOT ATOMIC SELECT 1; END;;\nDELIMITER ;\nsource x.sql\nINSERT INTO `t` VALUES (9,'x');",
    ));
    assert_eq!(
        report.tables.iter().map(|t| (t.table.as_str(), t.rows)).collect::<Vec<_>>(),
        [("t", 0), ("mysql.user", 1), ("mysql.t", 1)]
    );
}

#[test]
fn what_is_no_sql_is_refused() {
    let rows = format!("INSERT INTO `t` VALUES (1,'{CANARY}');");
    // A part is missing: the dump goes on in the middle of a row, or of a routine.
    refused(&dump(&format!("{rows}\n{CANARY},'x'),(2,'y');")), 4, "isn't SQL");
    refused(&dump(&format!("{rows}\n  END IF;\nEND ;;")), 4, "isn't SQL");
    refused(&dump("CREATE PROCEDURE p() BEGIN SELECT 1; END;"), 3, "not closed before the delimiter");
    refused(&dump(&format!("INSERT INTO `t` VALUES (1,'{CANARY}")), 3, "ends inside a quoted string");
}

#[test]
fn rows_are_read() {
    let c = CANARY;
    for (rows, line, words) in [
        (format!("INSERT INTO `t` VALUES (1,'{c}'),\n(2,'{c}',3);"), 4, "3 values for 2 columns"),
        ("INSERT INTO `t` VALUES (1,'a'),\n(2);".to_owned(), 4, "1 value for 2 columns"),
        (format!("INSERT INTO `t` (`id`) VALUES (1),\n(2,'{c}');"), 4, "2 values for 1 column"),
        (format!("INSERT INTO `t` VALUES (1,'{c}'),\n2,'{c}');"), 4, "can't be read on"),
        (format!("INSERT INTO `t` VALUES (1,'{c}')\n(2,'{c}');"), 4, "can't be read on"),
        (format!("INSERT INTO `t` VALUES (1,'{c}')\nno such clause;"), 4, "can't be read on"),
        (format!("INSERT INTO `t` VALUES (1,'a'),\n(2,\\{c});"), 4, "a value can't be read"),
        (format!("INSERT INTO `t` VALUES (1,'a'),\n(2,{c}: x);"), 4, "a value can't be read"),
        ("INSERT INTO `t` VALUES (1,'a'),\n(2,);".to_owned(), 4, "a value can't be read"),
    ] {
        refused(&dump(&rows), line, words);
        let error = Bench::new().verify(dump(&rows).as_bytes()).error.unwrap();
        assert_eq!(error.place().table.as_deref(), Some("t"), "{rows}");
    }
    let report = accepted(&dump(
        "INSERT INTO `t` VALUES (1,'a'),(2,NULL),(3,DEFAULT);\nINSERT INTO `t` VALUES ();\n\
         INSERT INTO `t` VALUES (4,CONCAT('a',@x := 1)),(5,_utf8mb4'x' COLLATE utf8mb4_bin) ON DUPLICATE KEY UPDATE v = (1);\n\
         INSERT INTO `t` VALUES (6,'b') AS new ON DUPLICATE KEY UPDATE v = new.v;\nINSERT INTO `t` VALUES (7,'c');\n\
         REPLACE INTO `t` (`v`) VALUES ('d') RETURNING id;\nINSERT INTO `nowhere` VALUES (1,2),(3);",
    ));
    assert_eq!(report.tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [9, 2]);
    assert_eq!((report.tables[0].largest_row_bytes, report.rows), (35, 11));
}

#[test]
fn generated_and_hidden_columns_are_left_out_or_not() {
    let table = "CREATE TABLE `g` (`a` int, `b` int GENERATED ALWAYS AS (`a` + 1) VIRTUAL, `c` int INVISIBLE);\n";
    for rows in ["VALUES (1,DEFAULT)", "VALUES (1)", "(`a`,`c`) VALUES (1,2)", "(`c`,`b`,`a`) VALUES (1,DEFAULT,2)"] {
        accepted(&dump(&format!("{table}INSERT INTO `g` {rows};")));
    }
    refused(&dump(&format!("{table}INSERT INTO `g` VALUES (1,DEFAULT,3);")), 4, "3 values for 2 columns");
    // Altered since: how many there are isn't known.
    accepted(&dump(&format!("{table}ALTER TABLE `g` ADD `d` int;\nINSERT INTO `g` VALUES (1,DEFAULT,3);")));
}

#[test]
fn an_option_that_can_not_work_is_refused() {
    let options = || VerifyOptions::new(SourceSpec::Stdin);
    for bad in [options().memory_bytes(1), options().row_bytes_max(0), options().shapers(0)] {
        assert_eq!(bad.validate().unwrap_err().kind().exit_code(), 2);
    }
    let verified = Bench::new().runtime.block_on(verify(options().memory_bytes(1), Arc::new(Silent), Stop::default()));
    assert_eq!((verified.report.outcome, verified.error.unwrap().kind().exit_code()), ("failed", 2));
}

#[test]
fn a_stop_ends_it() {
    let bench = Bench::new();
    let stop = Stop::default();
    stop.interrupt();
    let options = VerifyOptions::new(bench.put(dump("DO 1;").as_bytes()));
    let Verified { report, error } = bench.runtime.block_on(verify(options, Arc::new(Silent), stop));
    assert_eq!((report.outcome, error.unwrap().kind().exit_code()), ("interrupted", 130));
}
