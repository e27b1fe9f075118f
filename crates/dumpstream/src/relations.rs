//! Which tables an UPDATE or DELETE touches, as `sqlparser` reads it.
//!
//! A statement that can't be read, or that does more than touch plain tables, waits for everything before it instead of for
//! these tables only; and where some databases are left out, it counts for all that it may name.

use sqldump::Name;
use sqldump::lex::{self, TokenKind};
use sqldump::session::Session;
use sqldump::statement::ObjectName;
use sqlparser::ast::{self, ObjectNamePart, Statement, visit_relations};
use sqlparser::dialect::MySqlDialect;
use sqlparser::parser::Parser;
use std::ops::ControlFlow;

/// Longest statement looked into: reading takes time, and a long one will not be waited for long in comparison.
const STATEMENT_BYTES_MAX: usize = 64 << 10;

/// The tables of one UPDATE or DELETE, each once; `None` if that can't be told, or if it reads user variables.
pub(crate) fn touched(text: &[u8], session: &Session) -> Option<Vec<ObjectName>> {
    let mode = session.lex_mode();
    if text.len() > STATEMENT_BYTES_MAX || mode.ansi_quotes || mode.no_backslash_escapes {
        return None;
    }
    if !crate::calls::is_pure(text, mode)
        || lex::tokens(text, mode).any(|t| matches!(t.kind, TokenKind::VersionOpen(_)))
    {
        return None;
    }
    let statements = Parser::parse_sql(&MySqlDialect {}, std::str::from_utf8(text).ok()?).ok()?;
    let [statement @ (Statement::Update { .. } | Statement::Delete { .. })] = statements.as_slice() else {
        return None;
    };
    let mut names: Vec<ObjectName> = Vec::new();
    let walk = visit_relations(statement, |relation| match object_name(relation) {
        Some(name) => {
            if !names.contains(&name) {
                names.push(name);
            }
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    });
    (walk.is_continue() && !names.is_empty()).then_some(names)
}

fn object_name(name: &ast::ObjectName) -> Option<ObjectName> {
    let ident = |part: &ObjectNamePart| match part {
        ObjectNamePart::Identifier(ident) => Some(Name::from(ident.value.as_str())),
        _ => None,
    };
    match name.0.as_slice() {
        [table] => Some(ObjectName { database: None, name: ident(table)? }),
        [database, table] => Some(ObjectName { database: Some(ident(database)?), name: ident(table)? }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(sql: &str) -> Option<Vec<String>> {
        let names = touched(sql.as_bytes(), &Session::offline())?;
        Some(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn names_every_table() {
        assert_eq!(tables("UPDATE `a` JOIN d.`b` SET a.x = 1").unwrap(), ["a", "d.b"]);
        assert_eq!(tables("UPDATE a SET x = LAST_INSERT_ID()"), None);
        assert_eq!(tables("DELETE FROM a WHERE x > 3").unwrap(), ["a"]);
        assert_eq!(tables("UPDATE a SET x = @n"), None);
        assert_eq!(tables("not sql at all"), None);
        assert_eq!(tables("SELECT 1"), None);
    }
}
