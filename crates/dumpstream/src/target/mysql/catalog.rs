//! What the target holds under a name of the dump's: conditions on its information schema.

use super::lane::Lane;
use crate::error::{Error, Result};
use sqldump::Name;
use sqldump::session::Session;

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
    let named = is("table_schema", schema, session);
    let found: Vec<u64> = lane.ask(format!("SELECT COUNT(*) FROM information_schema.tables WHERE {named}")).await?;
    match found.first() {
        Some(n @ 1..) => Err(Error::target(format!(
            "the target's schema {schema} already holds {n} tables or views; nothing in it was touched"
        ))
        .hint("drop it, restore into another one (--to mysql://…/NAME), or add to it with --append")),
        _ => Ok(()),
    }
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
}
