//! Follows what says that a dump is whole, and what says that it isn't.
//!
//! A dump that was cut off right behind a statement is well-formed SQL. What tells is that its producer ends one with a
//! line that is missing, or that something is still open which every producer closes: settings that were saved are not
//! set back, tables are locked, a transaction isn't committed, something stands in for a view. Where a producer does none
//! of this, [`End::Unknown`] says so: then nothing in the text can tell a whole dump from one that was cut off between
//! two statements.

use crate::error::Error;
use crate::files::FileLog;
use crate::observe::Warning;
use crate::step::At;
use sqldump::LexMode;
use sqldump::header::{self, Footer};
use sqldump::lex::{self, Token, TokenKind};
use sqldump::statement::{KeysSwitch, ObjectName, Statement};
use sqldump::stderr::{Message, Severity};

/// What is known of a dump's end.
///
/// The less sure, the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum End {
    /// The producer marks the end in no way.
    #[default]
    Unknown,
    /// The settings that the dump saved at its beginning are set back.
    SetBack,
    /// The producer's last line is there.
    Footer,
}

impl End {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Footer => "footer",
            Self::SetBack => "settings_set_back",
            Self::Unknown => "unknown",
        }
    }
}

/// Why a dump isn't whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CutOff {
    /// What is missing.
    pub(crate) what: String,
    /// Where that was noticed.
    pub(crate) at: At,
}

impl CutOff {
    /// As a warning, for a dump within the stream.
    pub(crate) fn warning(&self, files: &FileLog) -> Warning {
        Warning {
            code: "cut_off_within".to_owned(),
            message: format!("{}: {}", files.line(self.at), self.what),
            table: None,
            row: None,
            column: None,
        }
    }
}

/// A variable in which a setting was saved.
#[derive(Debug)]
struct Saved {
    variable: Vec<u8>,
    at: At,
    /// Before any table or row: what the end of the dump sets back.
    head: bool,
    set_back: bool,
}

/// What is open so far.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// A dump began whose producer ends one with this line.
    begun: Option<(At, Footer)>,
    footer: bool,
    date: Option<String>,
    /// A statement was there.
    begins: bool,
    /// A table or a row was there.
    content: bool,
    saved: Vec<Saved>,
    locked: Option<At>,
    keys_off: Vec<(ObjectName, At)>,
    /// What mysqldump makes in the place of a view until everything it refers to is there.
    stand_ins: Vec<(ObjectName, At)>,
    /// A dump within the stream has no end.
    within: Option<CutOff>,
    transaction: bool,
    /// Rows that a transaction holds which isn't committed.
    uncommitted: Option<At>,
}

/// Saved settings beyond this number aren't followed; stock dumps save about a dozen.
const SAVED_MAX: usize = 1_000;

impl Whole {
    /// When the producer was done, as it says in its last line.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_deref()
    }

    /// Looks for where a producer says that a dump begins and that it is complete. Dumps may stand one behind the other.
    pub(crate) fn comments(&mut self, text: &[u8], at: At) {
        if memchr::memmem::find(text, b"-- ").is_none() {
            return;
        }
        for (i, line) in text.split(|b| *b == b'\n').enumerate() {
            let is_end = self.begun.is_some_and(|(_, footer)| footer.is(line)) || header::is_completion_line(line);
            if is_end {
                self.begun = None;
                self.footer = true;
                self.date = header::completion_date(line);
            } else if line.trim_ascii_start().starts_with(b"-- ")
                && memchr::memmem::find(line, b" dump").is_some()
                && let Some(footer) = header::footer(&header::header(line))
            {
                let at = At { offset: at.offset, line: at.line + i as u64, part: 0 };
                if let (Some((begun, _)), Some(_)) = (self.begun, self.lost()) {
                    self.another(begun, at);
                }
                // What the one before saved is its own affair.
                self.saved.clear();
                self.content = false;
                self.begun = Some((at, footer));
                self.footer = false;
                self.date = None;
            }
        }
    }

    /// Notes that the dump from `begun` has no end where another begins. Somebody may have taken it out when they put
    /// the two together, and restoring goes on; but it is told.
    fn another(&mut self, begun: At, at: At) {
        let what = format!("a dump begins here, and the one from line {} has no end: it may be cut off", begun.line);
        self.within.get_or_insert(CutOff { what, at });
    }

    /// The first dump within the stream that has no end, where another begins.
    pub(crate) fn within(&self) -> Option<&CutOff> {
        self.within.as_ref()
    }

    /// A setting that was saved at the beginning, if none of them was set back: some dumps set only a few of them back, and
    /// what a dump that is cut off has set back is nothing.
    fn lost(&self) -> Option<&Saved> {
        let mut head = self.saved.iter().filter(|s| s.head);
        if head.clone().any(|s| s.set_back) { None } else { head.next() }
    }

    /// Follows a statement. `autocommit` is in force after it.
    pub(crate) fn statement(&mut self, kind: &Statement, text: &[u8], mode: LexMode, autocommit: bool, at: At) {
        self.stand_in(kind, text, at);
        self.begins |= *kind != Statement::Empty;
        match kind {
            Statement::Set => self.set(text, mode, at),
            Statement::LockTables => {
                self.commit();
                self.locked = Some(at);
            }
            Statement::UnlockTables => {
                let locked = self.locked.take();
                if locked.is_some() {
                    self.commit();
                }
            }
            Statement::AlterTable { table, keys: Some(KeysSwitch::Disable), .. } => {
                self.keys_off.push((table.clone(), at));
            }
            Statement::AlterTable { table, keys: Some(KeysSwitch::Enable), .. } => {
                // Whether the server tells cases apart isn't known here.
                let name = |t: &ObjectName| t.to_string().to_lowercase();
                self.keys_off.retain(|(off, _)| name(off) != name(table));
            }
            Statement::Begin => {
                self.commit();
                self.transaction = true;
            }
            Statement::Commit | Statement::Rollback => self.commit(),
            Statement::CreateTable(_)
            | Statement::CreateTableOther { .. }
            | Statement::AlterTable { .. }
            | Statement::CreateView { .. }
            | Statement::CreateTrigger { .. }
            | Statement::CreateRoutine { .. }
            | Statement::CreateEvent { .. }
            | Statement::CreateSequence { .. }
            | Statement::CreateIndex { .. } => {
                self.content = true;
                self.commit();
            }
            // They end a transaction as well.
            Statement::CreateDatabase { .. }
            | Statement::DropDatabase { .. }
            | Statement::AlterDatabase { .. }
            | Statement::DropTables { temporary: false, .. }
            | Statement::DropViews { .. }
            | Statement::DropObject { .. }
            | Statement::TruncateTable { .. }
            | Statement::RenameTables { .. } => self.commit(),
            _ => {}
        }
        if autocommit && !self.transaction {
            self.uncommitted = None;
        }
    }

    /// Follows rows into a table. `transactional` says that they are lost unless they are committed.
    pub(crate) fn rows(&mut self, transactional: bool, autocommit: bool, at: At) {
        (self.begins, self.content) = (true, true);
        if transactional && (self.transaction || !autocommit) {
            self.uncommitted.get_or_insert(at);
        }
    }

    fn commit(&mut self) {
        self.transaction = false;
        self.uncommitted = None;
    }

    /// Notes `SET @OLD_SQL_MODE=@@SQL_MODE`, and any later use of such a variable in a SET.
    fn set(&mut self, text: &[u8], mode: LexMode, at: At) {
        if memchr::memchr(b'@', text).is_none() {
            return;
        }
        let tokens: Vec<Token> = lex::significant(text, mode, None).collect();
        let kind = |i: usize| tokens.get(i).map(|t| t.kind);
        for (i, token) in tokens.iter().enumerate().filter(|(_, t)| t.kind == TokenKind::UserVariable) {
            let name = token.text(text).to_ascii_lowercase();
            let value = match (kind(i + 1), kind(i + 2)) {
                (Some(TokenKind::Punct(b'=')), _) => Some(i + 2),
                (Some(TokenKind::Punct(b':')), Some(TokenKind::Punct(b'='))) => Some(i + 3),
                _ => None,
            };
            let assigned = i
                .checked_sub(1)
                .and_then(kind)
                .is_some_and(|before| before == TokenKind::Punct(b',') || (before == TokenKind::Word && i == 1));
            match value {
                Some(value) if assigned => {
                    let before = self.saved.iter().position(|s| s.variable == name);
                    let head = before.is_some_and(|i| self.saved.get(i).is_some_and(|s| s.head));
                    if head && self.content {
                        // Another dump begins.
                        if let Some(begun) = self.lost().map(|s| s.at) {
                            self.another(begun, at);
                        }
                        self.saved.clear();
                        self.content = false;
                    } else if let Some(i) = before {
                        self.saved.remove(i);
                    }
                    if kind(value) == Some(TokenKind::SystemVariable) && self.saved.len() < SAVED_MAX {
                        let head = !self.content && !is_of_an_object(&name);
                        self.saved.push(Saved { variable: name, at, head, set_back: false });
                    }
                }
                _ => self.saved.iter_mut().filter(|s| s.variable == name).for_each(|s| s.set_back = true),
            }
        }
    }

    /// Follows what mysqldump puts in the place of a view, and what it puts there in the end.
    fn stand_in(&mut self, kind: &Statement, text: &[u8], at: At) {
        let stands_in = match kind {
            Statement::CreateView { name } => {
                self.stand_ins.retain(|(other, _)| other != name);
                text.starts_with(b"/*!50001 CREATE VIEW ")
                    && memchr::memmem::find(text, b" AS SELECT \n 1 AS ").is_some()
            }
            Statement::CreateTable(_) => text.starts_with(b"/*!50001 CREATE TABLE "),
            Statement::DropTables { names, .. } => {
                self.stand_ins.retain(|(other, _)| !names.contains(other));
                false
            }
            _ => false,
        };
        if stands_in {
            let name = match kind {
                Statement::CreateView { name } => name,
                Statement::CreateTable(table) => &table.name,
                _ => return,
            };
            self.stand_ins.push((name.clone(), at));
        }
    }

    /// Judges a dump that ends here.
    pub(crate) fn end(&self, end: At) -> Result<End, CutOff> {
        let cut_off = |what: String| Err(CutOff { what: format!("the dump is cut off: {what}"), at: end });
        if let Some((_, footer)) = self.begun {
            let line = match footer {
                Footer::Completed => "\"-- Dump completed\"",
                Footer::Date => "the date",
            };
            return cut_off(format!("its producer ends a dump with {line}, and this one has no such line"));
        }
        if !self.begins && !self.footer {
            return cut_off("it holds nothing but comments".to_owned());
        }
        if let Some(at) = self.uncommitted {
            return cut_off(format!(
                "it ends in a transaction that isn't committed (its rows begin in line {})",
                at.line
            ));
        }
        if let Some(at) = self.locked {
            return cut_off(format!("it ends with tables locked (line {}), without an UNLOCK TABLES", at.line));
        }
        if let Some((table, at)) = self.keys_off.first() {
            return cut_off(format!("the keys of {table} are disabled (line {}) and never enabled", at.line));
        }
        if let Some((view, at)) = self.stand_ins.first() {
            return cut_off(format!(
                "it ends without the view {view}, which something stands in for (line {})",
                at.line
            ));
        }
        let open = self.saved.iter().find(|s| !s.set_back && is_of_an_object(&s.variable));
        if let Some(saved) = self.lost().or(open) {
            let name = String::from_utf8_lossy(&saved.variable);
            return cut_off(format!(
                "it saved a setting in {name} (line {}) and never set it back, as its producer does",
                saved.at.line
            ));
        }
        Ok(match () {
            () if self.footer => End::Footer,
            () if self.saved.iter().any(|s| s.head) => End::SetBack,
            () => End::Unknown,
        })
    }
}

/// Whether mysqldump saves a setting in such a variable for one object, and sets it back right behind that.
fn is_of_an_object(variable: &[u8]) -> bool {
    variable.starts_with(b"@saved_") || variable.starts_with(b"@save_")
}

/// Whether a text begins like the definition of a stored program, in whose body anything may be a label.
pub(crate) fn is_program(text: &[u8], mode: LexMode) -> bool {
    const KINDS: [&[u8]; 5] = [b"PROCEDURE", b"FUNCTION", b"TRIGGER", b"EVENT", b"PACKAGE"];
    /// More than stands before the word: OR REPLACE, DEFINER, SQL SECURITY, ALGORITHM.
    const BEFORE_MAX: usize = 24;
    let mut words = lex::significant(text, mode, None).take(BEFORE_MAX).map(|t| t.text(text));
    words.any(|w| KINDS.iter().any(|kind| w.eq_ignore_ascii_case(kind)))
}

/// The error for a message of a program's that stands in the dump.
pub(crate) fn stray(message: Message, at: At) -> Error {
    let Message { program, severity, code } = message;
    let what = match (severity, code) {
        (Severity::Error, Some(code)) => format!("the dump holds an error message of {program}'s (error {code})"),
        (Severity::Error, None) => format!("the dump holds an error message of {program}'s"),
        (Severity::Warning, _) => format!("the dump holds a message that {program} wrote to standard error"),
    };
    let why = match code {
        Some(2006 | 2013) => ": it lost its connection, so look at max_allowed_packet and net_write_timeout there",
        Some(1044 | 1045 | 1142 | 1227) => ": it lacked a privilege, or its password was wrong",
        Some(1356 | 1449) => ": a view refers to something that is gone, or to a user",
        _ => "",
    };
    let hint = match severity {
        Severity::Error => {
            format!(
                "the dump isn't whole{why}; make it again, check the exit code, and keep the messages apart with 2> FILE"
            )
        }
        Severity::Warning => format!(
            "it is no SQL, and the mysql client fails there as well; take line {} out, and keep such messages apart with 2> FILE",
            at.line
        ),
    };
    Error::source_bad(what).hint(hint).at(|p| (p.offset, p.line) = (Some(at.offset), Some(at.line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqldump::session::Session;
    use sqldump::statement::classify;

    const AT: At = At { offset: 0, line: 1, part: 0 };

    /// Feeds statements, one a line, and comments.
    fn end(text: &str) -> Result<End, String> {
        let mut whole = Whole::default();
        let mut session = Session::offline();
        for (i, line) in text.lines().enumerate() {
            let at = At { offset: 0, line: i as u64 + 1, part: 0 };
            if line.starts_with("--") {
                whole.comments(line.as_bytes(), at);
                continue;
            }
            let statement = line.trim_end_matches(';').as_bytes();
            let mode = session.lex_mode();
            let kind = classify(statement, mode, None);
            session.apply(statement, None);
            let autocommit = session.get("autocommit") != Some("0");
            whole.statement(&kind, statement, mode, autocommit, at);
            if let Statement::Insert { table } = &kind {
                whole.rows(table.name.as_bytes() != b"isam", autocommit, at);
            }
        }
        let within = whole.within().map(|c| format!(", within {}: {}", c.at.line, c.what)).unwrap_or_default();
        match whole.end(AT) {
            Ok(end) if within.is_empty() => Ok(end),
            Ok(_) => Err(within),
            Err(cut_off) => Err(format!("{}: {}{within}", cut_off.at.line, cut_off.what)),
        }
    }

    #[track_caller]
    fn refused(text: &str, words: &str) {
        let e = end(text).unwrap_err();
        assert!(e.contains(words), "{e}");
    }

    const HEAD: &str = "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n\
                        /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n";

    #[test]
    fn a_footer_is_missed_where_the_header_promises_it() {
        let header = "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n";
        assert_eq!(end(&format!("{header}DO 1;\n-- Dump completed on 2024-07-26  3:00:36\n")), Ok(End::Footer));
        refused(&format!("{header}DO 1;\n-- Dump comp"), "Dump completed");
        refused("-- MySQL dump 10.13  Distr", "nothing but comments");
        refused("-- Adminer 4.7.1 MySQL dump\nDO 1;\n", "the date");
        assert_eq!(end("-- Adminer 4.7.1 MySQL dump\nDO 1;\n-- 2019-09-29 04:02:16"), Ok(End::Footer));
        // One behind the other: the second's end isn't the first's.
        let whole = format!("{header}DO 1;\n-- Dump completed\n");
        assert_eq!(end(&whole.repeat(2)), Ok(End::Footer));
    }

    #[test]
    fn settings_that_were_saved_are_set_back() {
        let body = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n";
        let foot = "/*!40101 SET SQL_MODE=IFNULL(@OLD_SQL_MODE, '') */;\n";
        assert_eq!(end(&format!("{HEAD}{body}{foot}")), Ok(End::SetBack));
        refused(&format!("{HEAD}{body}"), "it saved a setting in @old_character_set_client (line 1)");
        refused(HEAD, "saved a setting");
        assert_eq!(end(body), Ok(End::Unknown));
        // Within the dump, each for itself.
        let saved = "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n";
        let back = "/*!40101 SET character_set_client = @saved_cs_client */;\n";
        assert_eq!(end(&format!("{body}{saved}{body}{back}")), Ok(End::Unknown));
        refused(&format!("{body}{saved}{body}"), "it saved a setting in @saved_cs_client (line 3)");
        refused(&format!("{body}{saved}{back}{saved}"), "(line 5)");
        assert_eq!(end(&format!("{saved}{back}{body}{saved}{back}")), Ok(End::Unknown));
        // Two dumps, the first of them cut off.
        assert_eq!(end(&format!("{HEAD}{body}{foot}").repeat(2)), Ok(End::SetBack));
        refused(
            &format!("{HEAD}{body}{HEAD}{body}{foot}"),
            "within 5: a dump begins here, and the one from line 1 has no end",
        );
        refused(&format!("{HEAD}{body}{foot}{HEAD}{body}"), "@old_character_set_client (line 6)");
        let header = "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n";
        let whole = format!("{header}{HEAD}{body}{foot}-- Dump completed\n");
        refused(
            &format!("{header}{HEAD}{body}{whole}"),
            "within 6: a dump begins here, and the one from line 1 has no end",
        );
        // Somebody took the line out.
        assert_eq!(end(&format!("{header}{HEAD}{body}{foot}{whole}")), Ok(End::Footer));
        // Something else was kept there: no setting.
        assert_eq!(end("SET @a = 1, @b := 'x';\n"), Ok(End::Unknown));
        assert_eq!(end("SET @old = @@sql_mode;\nSET @old = 1;\n"), Ok(End::Unknown));
    }

    #[test]
    fn what_is_opened_is_closed() {
        refused("LOCK TABLES `t` WRITE;\nINSERT INTO t VALUES (1);", "it ends with tables locked (line 1)");
        assert_eq!(end("LOCK TABLES `t` WRITE;\nINSERT INTO t VALUES (1);\nUNLOCK TABLES;"), Ok(End::Unknown));
        refused("/*!40000 ALTER TABLE `t` DISABLE KEYS */;", "keys of t");
        assert_eq!(
            end("/*!40000 ALTER TABLE `T` DISABLE KEYS */;\n/*!40000 ALTER TABLE `t` ENABLE KEYS */;"),
            Ok(End::Unknown)
        );
    }

    #[test]
    fn what_stands_in_for_a_view_is_replaced() {
        let mut whole = Whole::default();
        let mut feed = |text: &str| {
            let kind = classify(text.as_bytes(), LexMode::default(), None);
            whole.statement(&kind, text.as_bytes(), LexMode::default(), true, AT);
            whole.end(AT).map_err(|c| c.what)
        };
        assert!(
            feed("/*!50001 CREATE VIEW `v` AS SELECT \n 1 AS `a`,\n 1 AS `b`*/").unwrap_err().contains("the view v")
        );
        assert!(feed("/*!50001 CREATE VIEW `w` AS SELECT \n 1 AS `a`*/").is_err());
        assert!(feed("/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50001 VIEW `v` AS select 1 AS `a` */").is_err());
        assert_eq!(feed("CREATE VIEW `w` AS SELECT 1 AS a"), Ok(End::Unknown));
        assert!(feed("/*!50001 CREATE TABLE `u` (\n  `a` int\n) ENGINE=MyISAM */").is_err());
        assert_eq!(feed("/*!50001 DROP TABLE IF EXISTS `u`*/"), Ok(End::Unknown));
    }

    #[test]
    fn a_transaction_is_committed() {
        refused("START TRANSACTION;\nINSERT INTO t VALUES (1);", "begin in line 2");
        refused("SET autocommit=0;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);", "begin in line 3");
        for whole in [
            "START TRANSACTION;\nINSERT INTO t VALUES (1);\nCOMMIT;",
            "START TRANSACTION;\nINSERT INTO t VALUES (1);\nALTER TABLE t ADD KEY (a);",
            "SET autocommit=0;\nINSERT INTO t VALUES (1);\nCOMMIT;\nSET autocommit=1;",
            "SET autocommit=0;\nINSERT INTO t VALUES (1);\nSET autocommit=1;",
            "START TRANSACTION;",
            // Of an engine that has none.
            "START TRANSACTION;\nINSERT INTO isam VALUES (1);",
        ] {
            assert_eq!(end(whole), Ok(End::Unknown), "{whole}");
        }
    }
}
