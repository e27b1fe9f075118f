//! What the target holds under a name of the dump's: conditions on its information schema.

use super::lane::Lane;
use super::ledger::LEDGER_TABLE;
use crate::error::{Error, Result};
use crate::step::TableName;
use sqldump::Name;
use sqldump::session::Session;
use std::borrow::Cow;

/// A name as a string, whatever `sql_mode` says of backslashes and whichever charset the connection is in. Its bytes are
/// in the charset of `session`.
pub(super) fn literal(name: &Name, session: &Session) -> String {
    let hex: String = name.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    if hex.is_empty() {
        return "''".to_owned();
    }
    let charset = session.get("character_set_client").filter(|c| c.bytes().all(|b| b.is_ascii_alphanumeric()));
    format!("CONVERT(_{} x'{hex}' USING utf8mb4)", charset.unwrap_or("utf8mb4"))
}

/// The condition that a column of the information schema holds this name, as the server tells names apart.
pub(super) fn is(column: &str, name: &Name, session: &Session) -> String {
    let value = literal(name, session);
    let found = format!("{column} = {value}");
    match session.folds() {
        true => found,
        // MariaDB compares these columns without case all the same. The first condition is what it looks names up by.
        false => format!("{found} AND CONVERT({column} USING utf8mb4) COLLATE utf8mb4_bin = {value}"),
    }
}

/// Whether there is a schema of this name.
pub(super) async fn schema_exists(lane: &mut Lane, schema: &Name, session: &Session) -> Result<bool> {
    let named = is("schema_name", schema, session);
    let found: Vec<u64> = lane.ask(format!("SELECT COUNT(*) FROM information_schema.schemata WHERE {named}")).await?;
    Ok(found.first().is_some_and(|n| *n > 0))
}

/// Fails if a schema of this name holds anything.
pub(super) async fn check_empty(lane: &mut Lane, schema: &Name, session: &Session) -> Result<()> {
    let count = |what: &str, table: &str, column: &str| {
        format!("(SELECT {what} FROM information_schema.{table} WHERE {})", is(column, schema, session))
    };
    let sql = format!(
        "SELECT {}, {}, {}, {}",
        count(&format!("COALESCE(SUM(table_name = '{LEDGER_TABLE}'), 0)"), "tables", "table_schema"),
        count("COUNT(*)", "tables", "table_schema"),
        count("COUNT(*)", "routines", "routine_schema"),
        count("COUNT(*)", "events", "event_schema")
    );
    let found: Vec<(u64, u64, u64, u64)> = lane.ask(sql).await?;
    let Some((ledgers, tables, routines, events)) = found.first() else { return Ok(()) };
    if *ledgers > 0 {
        return Err(Error::target(format!("the target's schema {schema} holds an unfinished restore"))
            .hint("go on with it by the same command and --resume; or drop the schema"));
    }
    let held = [(tables, "tables or views"), (routines, "routines"), (events, "events")];
    let held: Vec<String> = held.iter().filter(|(n, _)| **n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if held.is_empty() {
        return Ok(());
    }
    let held = held.join(", ");
    Err(Error::target(format!("the target's schema {schema} already holds {held}; nothing in it was touched"))
        .hint(
            "drop it, restore into another one (--to mysql://…/NAME), or add to it with --append (which drops the tables that \
             the dump drops); if a run was killed at its very end, all may be in: `dumpstream verify SOURCE --against mysql://…` \
             says so",
        ))
}

/// Whether a statement may name one of these tables.
pub(super) fn mentions<'a>(text: &[u8], session: &Session, tables: impl IntoIterator<Item = &'a TableName>) -> bool {
    let folds = session.folds();
    let text = if folds { text.to_ascii_lowercase().into() } else { Cow::Borrowed(text) };
    // Which letters beyond ASCII are one isn't looked into.
    let may_be = |n: &TableName| folds && !n.table.as_bytes().is_ascii();
    tables.into_iter().any(|n| may_be(n) || memchr::memmem::find(&text, n.table.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_in_the_charset_of_its_session() {
        let mut session = Session::offline();
        assert_eq!(literal(&"a".into(), &session), "CONVERT(_utf8mb4 x'61' USING utf8mb4)");
        session.apply(b"SET NAMES gbk", None);
        assert_eq!(literal(&Name::new(*b"\x81A"), &session), "CONVERT(_gbk x'8141' USING utf8mb4)");
        assert_eq!(literal(&"".into(), &session), "''");
    }

    #[test]
    fn a_table_is_named_in_any_spelling_where_names_are_folded() {
        let table = |name: &str| TableName { database: "d".into(), table: name.into() };
        let text = b"CREATE VIEW v AS SELECT * FROM `Orders`";
        let folding = Session::new(&[("lower_case_table_names", "1")]);
        assert!(mentions(text, &folding, [&table("orders")]));
        assert!(!mentions(text, &Session::offline(), [&table("orders")]));
        assert!(mentions(text, &Session::offline(), [&table("x"), &table("Orders")]));
        assert!(mentions(text, &folding, [&table("ärzte")]));
        assert!(!mentions(text, &folding, [&table("x")]));
    }
}
