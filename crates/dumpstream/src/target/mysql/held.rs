//! What a connection holds that can't be made again on another one.
//!
//! Session variables and the values that a dump gives to user variables are followed, and a new connection is brought to
//! them. The rest goes with the connection: a statement that needs it must not run on another.

use crate::calls::{self, is_pure, may_call};
use crate::stage::cut::qualifiers;
use sqldump::lex::{self, TokenKind};
use sqldump::statement::Statement;
use sqldump::{LexMode, Name};

/// Whether a SET or SELECT can be run again, by another run and after rows have come: it changes nothing but values that come
/// out the same.
pub(super) fn is_repeatable(kind: &Statement, text: &[u8], mode: LexMode) -> bool {
    match kind {
        Statement::Set => left_by(kind, text, mode).is_none(),
        // What a server says of itself.
        Statement::Select if tells_of_server(text, mode) => true,
        Statement::Select if assigns(text, mode) => is_constant(&without_variables(text, mode), mode),
        Statement::Select => !may_call(text, mode),
        _ => false,
    }
}

/// Whether a SELECT reads no table, and nothing else that a connection or the order of statements decides.
pub(super) fn is_constant(text: &[u8], mode: LexMode) -> bool {
    let list = text.trim_ascii_start().get("SELECT".len()..).unwrap_or_default();
    !calls::names(list, mode, &[b"FROM"]) && is_pure(list, mode)
}

/// Whether a statement reads nothing but what a server says of itself.
fn tells_of_server(text: &[u8], mode: LexMode) -> bool {
    let about = |n: &Name| {
        ["information_schema", "performance_schema"].iter().any(|s| n.as_bytes().eq_ignore_ascii_case(s.as_bytes()))
    };
    let names = qualifiers(text, mode, None);
    names.iter().any(about) && names.iter().all(about)
}

/// What a statement leaves in its connection, in words.
pub(super) fn left_by(kind: &Statement, text: &[u8], mode: LexMode) -> Option<&'static str> {
    match kind {
        Statement::CreateTable(table) => table.temporary.then_some(TEMPORARY),
        Statement::CreateTableOther { temporary: true, .. } => Some(TEMPORARY),
        Statement::Prepare | Statement::Execute => Some("a prepared statement"),
        // Run again, it would give another value.
        Statement::Set => (!is_pure(&without_variables(text, mode), mode)).then_some(VARIABLE),
        _ if is_evaluated(kind) && assigns(text, mode) => Some(VARIABLE),
        _ => None,
    }
}

/// As [`left_by`], for a statement that inserts rows.
pub(super) fn left_by_rows(text: &[u8], mode: LexMode) -> Option<&'static str> {
    assigns(text, mode).then_some(VARIABLE)
}

const TEMPORARY: &str = "a temporary table";
const VARIABLE: &str = "a user variable";

/// Functions that tell what the statement before did.
const LAST: [&[u8]; 5] = [b"LAST_INSERT_ID", b"IDENTITY", b"ROW_COUNT", b"FOUND_ROWS", b"LASTVAL"];

/// Whether a statement asks for what the one before it on the connection did (`LAST_INSERT_ID()`).
pub(super) fn asks_for_last(kind: &Statement, text: &[u8], mode: LexMode) -> bool {
    is_evaluated(kind) && names_last(text, mode)
}

/// As [`asks_for_last`], for a statement that is evaluated.
pub(super) fn names_last(text: &[u8], mode: LexMode) -> bool {
    const VARIABLES: [&[u8]; 2] = [b"@@LAST_INSERT_ID", b"@@IDENTITY"];
    let is_variable = |t: lex::Token| {
        let name = t.text(text);
        t.kind == TokenKind::SystemVariable && VARIABLES.iter().any(|n| name.eq_ignore_ascii_case(n))
    };
    calls::names(text, mode, &LAST) || lex::tokens(text, mode).any(is_variable)
}

/// Whether a statement sets what [`asks_for_last`] is about.
pub(super) const fn sets_last(kind: &Statement) -> bool {
    matches!(kind, Statement::Insert { .. } | Statement::Replace { .. })
}

/// Expressions in it are evaluated when it runs: it isn't the definition of something.
const fn is_evaluated(kind: &Statement) -> bool {
    matches!(
        kind,
        Statement::Set
            | Statement::Select
            | Statement::Do
            | Statement::Call
            | Statement::Insert { .. }
            | Statement::Replace { .. }
            | Statement::Update
            | Statement::Delete
            | Statement::CreateTableOther { .. }
            | Statement::Prepare
            | Statement::Execute
            | Statement::Other { .. }
            | Statement::Forbidden(_)
    )
}

/// Whether a statement may assign a user variable: by `:=`, INTO, or as an argument of a procedure.
fn assigns(text: &[u8], mode: LexMode) -> bool {
    let mut tokens = lex::tokens(text, mode).filter(|t| t.kind != TokenKind::Space).peekable();
    while let Some(token) = tokens.next() {
        let before = token.text(text);
        let variable_next = tokens.peek().is_some_and(|t| t.kind == TokenKind::UserVariable);
        match token.kind {
            TokenKind::Punct(b':') if tokens.peek().is_some_and(|t| t.kind == TokenKind::Punct(b'=')) => return true,
            TokenKind::Word if variable_next && before.eq_ignore_ascii_case(b"INTO") => return true,
            TokenKind::Word if before.eq_ignore_ascii_case(b"CALL") => return true,
            _ => {}
        }
    }
    false
}

/// The text with a space in place of each variable.
fn without_variables(text: &[u8], mode: LexMode) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for token in lex::tokens(text, mode) {
        match token.kind {
            TokenKind::UserVariable | TokenKind::SystemVariable => out.push(b' '),
            _ => out.extend_from_slice(token.text(text)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<&'static str>, bool) {
        let mode = LexMode::default();
        let kind = sqldump::statement::classify(text.as_bytes(), mode, None);
        (left_by(&kind, text.as_bytes(), mode), asks_for_last(&kind, text.as_bytes(), mode))
    }

    #[test]
    fn what_goes_with_a_connection_is_told() {
        for (text, left) in [
            ("CREATE TEMPORARY TABLE t (a int)", Some(TEMPORARY)),
            ("CREATE TEMPORARY TABLE t AS SELECT 1", Some(TEMPORARY)),
            ("CREATE TABLE t AS SELECT 1", None),
            ("SELECT COUNT(*) INTO @n FROM t", Some(VARIABLE)),
            ("SELECT @n := 3", Some(VARIABLE)),
            ("UPDATE t SET a = (@n := @n + 1)", Some(VARIABLE)),
            ("SELECT @n", None),
            ("SELECT SETVAL(`s`, 3, 0)", None),
            ("SET @n = (SELECT MAX(a) FROM t)", Some(VARIABLE)),
            ("SET @n = LAST_INSERT_ID()", Some(VARIABLE)),
            ("SET @n = UUID()", Some(VARIABLE)),
            ("SET @old = @@SESSION.sql_log_bin, @@SESSION.sql_log_bin = 0", None),
            ("SET @a = CONCAT(@b, 'x')", None),
            ("PREPARE s FROM @a", Some("a prepared statement")),
            ("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @n := @n + 1", None),
        ] {
            assert_eq!(of(text).0, left, "{text}");
        }
    }

    #[test]
    fn what_can_be_run_again_is_told() {
        let mode = LexMode::default();
        let repeatable = |text: &str| {
            let kind = sqldump::statement::classify(text.as_bytes(), mode, None);
            is_repeatable(&kind, text.as_bytes(), mode)
        };
        for text in [
            "SET @a = CONCAT(@b, 'x')",
            "SET @a = IF (@b, 'SELECT 1', 'SELECT 0')",
            "SELECT 1 INTO @a",
            "SELECT COUNT(*) INTO @a FROM information_schema.tables",
            "SELECT a FROM t",
        ] {
            assert!(repeatable(text), "{text}");
        }
        for text in [
            "SET @a = (SELECT MAX(a) FROM t)",
            "SET @a = UUID()",
            "SET @a = `f`()",
            "SET @a = LAST_INSERT_ID()",
            "SELECT a INTO @a FROM t",
            "SELECT f() INTO @a",
            "SELECT @a := UUID()",
            "SELECT f()",
            "SELECT t.a INTO @a FROM information_schema.tables, d.t",
        ] {
            assert!(!repeatable(text), "{text}");
        }
    }

    #[test]
    fn what_asks_for_the_last_statement_is_told() {
        for text in [
            "INSERT INTO t VALUES (LAST_INSERT_ID())",
            "SELECT @@last_insert_id",
            "SET @n = @@identity",
            "UPDATE t SET a = found_rows()",
            "INSERT INTO t VALUES (`last_insert_id`())",
            "SET @n = @@SESSION.identity",
        ] {
            assert!(of(text).1, "{text}");
        }
        for text in
            ["INSERT INTO t VALUES ('LAST_INSERT_ID()')", "CREATE VIEW v AS SELECT LAST_INSERT_ID()", "SELECT 1"]
        {
            assert!(!of(text).1, "{text}");
        }
    }
}
