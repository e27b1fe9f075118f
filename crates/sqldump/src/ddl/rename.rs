//! Renaming a database in a statement.

use crate::{
    lex::{Token, TokenKind, ident_in, significant},
    mode::LexMode,
    name::Name,
    session::Session,
};
use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

/// A statement in which a database's name can't be told from a table's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ambiguous {
    /// Where in the statement.
    pub offset: usize,
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at byte {}: the name may mean a database or a table", self.offset)
    }
}

impl core::error::Error for Ambiguous {}

/// The statement with the database `from` renamed to `to` wherever it is named.
///
/// That is where the name qualifies another (`` `from`.`x` ``, in stored programs, views and versioned comments as well),
/// at the start of a name of three parts, directly after USE, and after CREATE, DROP or ALTER DATABASE. Names are compared
/// as the server of `session` tells them apart ([`Session::fold`]); strings and plain comments are never touched.
///
/// In an expression `` `from`.`x` `` may also be a column of a table or alias `from`. That is an error if the statement has
/// one by all appearances: the name by itself where tables stand, or after AS or a comma.
pub fn map_database<'a>(text: &'a [u8], session: &Session, from: &Name, to: &Name) -> Result<Cow<'a, [u8]>, Ambiguous> {
    let mode = session.lex_mode();
    let as_it_stands = !session.folds() && !from.as_bytes().iter().any(|b| matches!(b, b'`' | b'"'));
    let absent = || as_it_stands && memchr::memmem::find(text, from.as_bytes()).is_none();
    let folded = session.fold(from);
    if folded == session.fold(to) || from.as_bytes().is_empty() || absent() {
        return Ok(Cow::Borrowed(text));
    }
    let tokens: Vec<Token> = significant(text, mode, None).collect();
    if let Some(token) = tokens.iter().find(|t| t.kind == TokenKind::Unterminated) {
        return Err(Ambiguous { offset: token.start });
    }
    let names = Names { text, mode, tokens: &tokens, session, from: &folded };
    let mut found = Vec::new();
    let mut doubtful = None;
    // These have no expressions, so no columns.
    let lists = ["DROP", "RENAME", "LOCK", "TRUNCATE", "ANALYZE", "CHECK", "CHECKSUM", "OPTIMIZE", "REPAIR", "FLUSH"];
    let lists_tables = names.is_word(0, &lists);
    let mut is_table = names.is_row_of_trigger();
    for at in 0..tokens.len() {
        if !names.is_from(at) {
            continue;
        }
        if names.is_punct(at.wrapping_sub(1), b'.') {
            // The last part of a name where tables stand: a table of the same name.
            is_table |= !names.is_punct(at + 1, b'.') && names.table_stands_at(at.wrapping_sub(2));
        } else if names.is_punct(at + 1, b'.') && names.is_name(at + 2) {
            let certain = names.is_punct(at + 3, b'.')
                || names.is_punct(at + 3, b'(')
                || lists_tables
                || names.table_stands_at(at)
                || names.other_object_stands_at(at);
            if !certain && doubtful.is_none() {
                doubtful = names.token(at).map(|t| t.start);
            }
            found.push(at);
        } else if names.is_database(at) {
            found.push(at);
        } else {
            is_table |= names.may_be_table(at);
        }
    }
    if let (true, Some(offset)) = (is_table, doubtful) {
        return Err(Ambiguous { offset });
    }
    let mut out = Vec::with_capacity(text.len() + found.len() * to.as_bytes().len());
    let mut done = 0;
    for token in found.into_iter().filter_map(|at| tokens.get(at)) {
        out.extend_from_slice(text.get(done..token.start).unwrap_or_default());
        to.push_quoted(&mut out);
        done = token.end;
    }
    if done == 0 {
        return Ok(Cow::Borrowed(text));
    }
    out.extend_from_slice(text.get(done..).unwrap_or_default());
    Ok(Cow::Owned(out))
}

/// What stands around a name. Positions out of range are nothing.
struct Names<'a> {
    text: &'a [u8],
    mode: LexMode,
    tokens: &'a [Token],
    session: &'a Session,
    /// Folded.
    from: &'a Name,
}

impl Names<'_> {
    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn is_name(&self, at: usize) -> bool {
        self.token(at).is_some_and(|t| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent))
    }

    fn is_from(&self, at: usize) -> bool {
        let named = |t: Token| self.session.fold(&ident_in(t.text(self.text), self.mode));
        self.is_name(at) && self.token(at).is_some_and(|t| named(t) == *self.from)
    }

    fn is_punct(&self, at: usize, b: u8) -> bool {
        self.token(at).is_some_and(|t| t.kind == TokenKind::Punct(b))
    }

    fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.token(at).is_some_and(|t| {
            t.kind == TokenKind::Word && words.iter().any(|w| t.text(self.text).eq_ignore_ascii_case(w.as_bytes()))
        })
    }

    /// Whether a table's name has to begin at this position.
    fn table_stands_at(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        if self.is_word(before, &["FROM"]) {
            return !self.in_call_with_from(before);
        }
        if self.is_word(before, &["UPDATE"]) {
            // `ON DUPLICATE KEY UPDATE` has columns after it.
            return !self.is_word(at.wrapping_sub(2), &["KEY"]);
        }
        if self.is_word(before, &["ON"]) {
            // A trigger's.
            return self.is_word(at.wrapping_sub(2), &["INSERT", "UPDATE", "DELETE"]);
        }
        self.is_word(
            before,
            &[
                "TABLE",
                "TABLES",
                "EXISTS",
                "REFERENCES",
                "INTO",
                "JOIN",
                "STRAIGHT_JOIN",
                "INSERT",
                "REPLACE",
                "TRUNCATE",
            ],
        )
    }

    /// Whether the name of something else in a database has to begin at this position.
    fn other_object_stands_at(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        let objects = ["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "PACKAGE", "BODY", "EVENT", "SEQUENCE", "CALL"];
        self.is_word(before, &objects)
            || self.is_punct(before, b'(') && self.is_word(at.wrapping_sub(2), &["NEXTVAL", "LASTVAL", "SETVAL"])
            || self.is_word(before, &["FOR"]) && self.is_word(at.wrapping_sub(2), &["VALUE"])
    }

    /// Whether a FROM belongs to `EXTRACT(DAY FROM x)` and its like.
    fn in_call_with_from(&self, from: usize) -> bool {
        let mut depth = 0usize;
        // A bound, as there may be a FROM for every few tokens.
        for at in (from.saturating_sub(256)..from).rev() {
            if self.is_punct(at, b')') {
                depth += 1;
            } else if self.is_punct(at, b'(') {
                match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => {
                        return self.is_word(at.wrapping_sub(1), &["EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID"]);
                    }
                }
            }
        }
        false
    }

    /// Whether a name by itself is a database's.
    fn is_database(&self, at: usize) -> bool {
        if at == 1 && self.is_word(0, &["USE"]) {
            return true;
        }
        let mut before = at.wrapping_sub(1);
        for word in ["EXISTS", "NOT", "IF"] {
            if self.is_word(before, &[word]) {
                before = before.wrapping_sub(1);
            }
        }
        self.is_word(before, &["DATABASE", "SCHEMA"])
            && self.is_word(before.wrapping_sub(1), &["CREATE", "DROP", "ALTER", "REPLACE"])
    }

    /// Whether a name by itself may be a table's or an alias.
    fn may_be_table(&self, at: usize) -> bool {
        let before = at.wrapping_sub(1);
        if self.table_stands_at(at) || self.is_word(before, &["AS"]) || self.is_punct(before, b',') {
            return true;
        }
        // An alias without AS comes after a name or a bracket.
        let two_before = at.wrapping_sub(2);
        self.is_punct(before, b')')
            || self.token(before).is_some_and(|t| t.kind == TokenKind::QuotedIdent)
            || self.is_name(before)
                && (self.is_punct(two_before, b'.') || self.is_punct(two_before, b',') || self.table_stands_at(before))
    }

    /// Whether the name is `NEW` or `OLD` in a trigger.
    fn is_row_of_trigger(&self) -> bool {
        let row = [b"NEW", b"OLD"].iter().any(|row| self.from.as_bytes().eq_ignore_ascii_case(*row));
        row && (0..self.tokens.len()).any(|at| self.is_word(at, &["TRIGGER"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn mapped(text: &str, from: &str, to: &str) -> Result<String, usize> {
        map_database(text.as_bytes(), &Session::offline(), &from.into(), &to.into())
            .map(|bytes| String::from_utf8(bytes.into_owned()).unwrap())
            .map_err(|e| e.offset)
    }

    #[test]
    fn databases_are_mapped() {
        for (text, expected) in [
            ("USE `a`", "USE `b`"),
            (
                "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a` /*!40100 X */",
                "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `b` /*!40100 X */",
            ),
            ("/*!40000 DROP DATABASE IF EXISTS a*/", "/*!40000 DROP DATABASE IF EXISTS `b`*/"),
            ("ALTER SCHEMA a CHARSET latin1", "ALTER SCHEMA `b` CHARSET latin1"),
            ("DROP TABLE IF EXISTS a . t, `a`.`a`, a", "DROP TABLE IF EXISTS `b` . t, `b`.`a`, a"),
            (
                "CREATE TABLE `a`.`a` (x int, a int, KEY (a), FOREIGN KEY (a) REFERENCES `a`.`u` (a))",
                "CREATE TABLE `b`.`a` (x int, a int, KEY (a), FOREIGN KEY (a) REFERENCES `b`.`u` (a))",
            ),
            (
                "CREATE TABLE t (x int DEFAULT nextval(`a`.`s_seq`), y int DEFAULT (NEXT VALUE FOR a.s))",
                "CREATE TABLE t (x int DEFAULT nextval(`b`.`s_seq`), y int DEFAULT (NEXT VALUE FOR `b`.s))",
            ),
            ("SELECT SETVAL(`a`.`s`, 3, 0)", "SELECT SETVAL(`b`.`s`, 3, 0)"),
            (
                "SELECT 'a.t', \"a.t\" /* a.t */ -- a.t\nFROM a.t /*!50000 JOIN a.u */",
                "SELECT 'a.t', \"a.t\" /* a.t */ -- a.t\nFROM `b`.t /*!50000 JOIN `b`.u */",
            ),
            (
                "CREATE VIEW `a`.`v` AS select `a`.`t`.`x` AS `x`,`u`.`a` AS `y`,a.f(1) from (`a`.`t` join `u`)",
                "CREATE VIEW `b`.`v` AS select `b`.`t`.`x` AS `x`,`u`.`a` AS `y`,`b`.f(1) from (`b`.`t` join `u`)",
            ),
            (
                "CREATE VIEW v AS SELECT t.a.x, `a`.`x`.* FROM a.x",
                "CREATE VIEW v AS SELECT t.a.x, `b`.`x`.* FROM `b`.x",
            ),
            (
                "CREATE TRIGGER `a`.g BEFORE INSERT ON `a`.`t` FOR EACH ROW INSERT INTO a.log (a) VALUES (NEW.a)",
                "CREATE TRIGGER `b`.g BEFORE INSERT ON `b`.`t` FOR EACH ROW INSERT INTO `b`.log (a) VALUES (NEW.a)",
            ),
            (
                "CREATE PROCEDURE p() BEGIN CALL a.q(); SELECT 1 FROM t x, a.t; END",
                "CREATE PROCEDURE p() BEGIN CALL `b`.q(); SELECT 1 FROM t x, `b`.t; END",
            ),
            (
                "CREATE DEFINER=`a`@`a.host` VIEW v AS SELECT @a.x, @@a.x",
                "CREATE DEFINER=`a`@`a.host` VIEW v AS SELECT @a.x, @@a.x",
            ),
            ("RENAME TABLE A.t TO x", "RENAME TABLE A.t TO x"),
            ("SELECT * FROM a.a", "SELECT * FROM `b`.a"),
            ("SELECT a.a.x FROM a.a", "SELECT `b`.a.x FROM `b`.a"),
            ("SELECT `a`.`x` FROM t", "SELECT `b`.`x` FROM t"),
        ] {
            assert_eq!(mapped(text, "a", "b").as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(mapped("SELECT 1 FROM `x``y`.t", "x`y", "c`d").as_deref(), Ok("SELECT 1 FROM `c``d`.t"));
        assert_eq!(mapped("USE a", "a", "a").as_deref(), Ok("USE a"));
        let mut ansi = Session::offline();
        ansi.apply(b"SET sql_mode = 'ANSI_QUOTES'", None);
        let out = map_database(b"SELECT \"a\".\"t\", 'a.t'", &ansi, &"a".into(), &"b".into()).unwrap();
        assert_eq!(&*out, b"SELECT `b`.\"t\", 'a.t'");
    }

    #[test]
    fn spellings_are_one_name_where_the_server_says_so() {
        let folding =
            Session::new(&[("lower_case_table_names", "1"), ("sql_mode", "''"), ("character_set_client", "utf8mb4")]);
        let text = "CREATE VIEW Prod.v AS SELECT `PROD`.`t`.x FROM prod.t WHERE y = 'Prod.t'";
        let out = map_database(text.as_bytes(), &folding, &"PrOd".into(), &"b".into()).unwrap();
        assert_eq!(&*out, b"CREATE VIEW `b`.v AS SELECT `b`.`t`.x FROM `b`.t WHERE y = 'Prod.t'");
        let out = map_database(b"USE Prod", &folding, &"PROD".into(), &"prod".into()).unwrap();
        assert_eq!(&*out, b"USE Prod");
        assert_eq!(mapped("USE Prod", "prod", "b").as_deref(), Ok("USE Prod"));
    }

    #[test]
    fn a_table_named_like_the_database_is_ambiguous() {
        for (text, offset) in [
            ("SELECT a.x FROM a", 7),
            ("SELECT a.x FROM t a", 7),
            ("SELECT a.x FROM t AS a", 7),
            ("SELECT a.x FROM d.t a", 7),
            ("SELECT a.x FROM (SELECT 1) a", 7),
            ("SELECT a.x FROM t, a", 7),
            ("SELECT a.x FROM a.a", 7),
            ("SELECT EXTRACT(DAY FROM a.x) FROM u JOIN a", 24),
            ("UPDATE a SET a.x = 1", 13),
            ("INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE a.x = 1", 49),
            ("SELECT a.x FROM 't", 16),
        ] {
            assert_eq!(mapped(text, "a", "b"), Err(offset), "{text}");
        }
        let trigger = "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET new.x = 1";
        assert_eq!(mapped(trigger, "new", "b"), Err(53));
    }
}
