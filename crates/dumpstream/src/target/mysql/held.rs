//! What a connection holds that can't be made again on another one.
//!
//! Session variables and the values that a dump gives to user variables are followed, and a new connection is brought to
//! them. The rest goes with the connection: a statement that needs it must not run on another.

use crate::stage::shape::is_pure;
use sqldump::LexMode;
use sqldump::lex::{self, TokenKind};
use sqldump::statement::Statement;

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

/// Whether a statement asks for what the one before it on the connection did (`LAST_INSERT_ID()`).
pub(super) fn asks_for_last(kind: &Statement, text: &[u8], mode: LexMode) -> bool {
    is_evaluated(kind) && names_last(text, mode)
}

/// As [`asks_for_last`], for a statement that is evaluated.
pub(super) fn names_last(text: &[u8], mode: LexMode) -> bool {
    const NAMES: [&[u8]; 5] = [b"LAST_INSERT_ID", b"IDENTITY", b"ROW_COUNT", b"FOUND_ROWS", b"LASTVAL"];
    lex::tokens(text, mode).any(|t| {
        let name = t.text(text).trim_ascii_start();
        let name = name.strip_prefix(b"@@").unwrap_or(name);
        matches!(t.kind, TokenKind::Word | TokenKind::SystemVariable)
            && NAMES.iter().any(|n| name.eq_ignore_ascii_case(n))
    })
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
    fn what_asks_for_the_last_statement_is_told() {
        for text in [
            "INSERT INTO t VALUES (LAST_INSERT_ID())",
            "SELECT @@last_insert_id",
            "SET @n = @@identity",
            "UPDATE t SET a = found_rows()",
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
