//! What is asked of a server once, before anything is touched.

use super::lane::Lane;
use crate::error::{Error, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use sqldump::session::Session;
use sqldump::version::{Flavor, ServerVersion};

/// Facts about the target.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) version_text: String,
    pub(crate) version: ServerVersion,
    /// `LOAD DATA LOCAL` is allowed.
    pub(crate) local_infile: bool,
    /// Largest statement, bytes.
    pub(crate) max_allowed_packet: u64,
    pub(crate) default_engine: String,
    /// `LOAD DATA` locks a table's AUTO_INCREMENT counter to its end, so that two into one table take turns
    /// (`innodb_autoinc_lock_mode` below 2).
    pub(crate) counter_locks: bool,
    /// A connection's session before the dump changes it.
    pub(crate) session: Session,
}

/// Session variables that a dump may save and restore, or that decide how its statements are read.
const SESSION_VARIABLES: [&str; 11] = [
    "sql_mode",
    "time_zone",
    "character_set_client",
    "character_set_results",
    "character_set_connection",
    "collation_connection",
    "foreign_key_checks",
    "unique_checks",
    "sql_notes",
    "sql_auto_is_null",
    // No dump sets it; the session knows by it which names are one.
    "lower_case_table_names",
];

impl Server {
    pub(crate) async fn ask(conn: &mut Conn) -> Result<Self> {
        let failed = |e: mysql_async::Error| {
            Error::target("the target doesn't answer questions about itself").caused_by(super::lane::plain(e))
        };
        let row: Option<Row> = conn
            .query_first("SELECT VERSION(), @@local_infile, @@max_allowed_packet, @@default_storage_engine")
            .await
            .map_err(failed)?;
        let row = row.ok_or_else(|| Error::target("the target doesn't say which version it is"))?;
        let version_text: String = row.get(0).unwrap_or_default();
        let version = ServerVersion::parse(&version_text);
        let locks: Option<(String, String)> =
            conn.query_first("SHOW GLOBAL VARIABLES LIKE 'innodb_autoinc_lock_mode'").await.map_err(failed)?;
        let names = SESSION_VARIABLES.map(|v| format!("@@{v}")).join(", ");
        let values: Option<Row> = conn.query_first(format!("SELECT {names}")).await.map_err(failed)?;
        let literals: Vec<String> = values.map(|r| r.unwrap().iter().map(literal).collect()).unwrap_or_default();
        let initial: Vec<(&str, &str)> =
            SESSION_VARIABLES.iter().copied().zip(literals.iter().map(String::as_str)).collect();
        Ok(Self {
            local_infile: row.get::<Option<i64>, _>(1).flatten() == Some(1),
            max_allowed_packet: row.get::<Option<u64>, _>(2).flatten().unwrap_or(1 << 20),
            default_engine: row.get(3).unwrap_or_default(),
            counter_locks: locks.is_some_and(|(_, mode)| mode != "2"),
            session: Session::new(&initial),
            version,
            version_text,
        })
    }

    /// JSON is a type of its own, and not another name of LONGTEXT.
    pub(crate) fn native_json(&self) -> bool {
        !self.is_mariadb() && self.version.number >= 50_708
    }

    /// How many cores the server has, where it tells.
    pub(crate) async fn cores(&self, lane: &mut Lane) -> Option<usize> {
        if self.is_mariadb() {
            // One thread group for each core, unless somebody chose another number, and whether or not they are used.
            let sql = "SHOW GLOBAL VARIABLES LIKE 'thread_pool_size'".to_owned();
            let row: Vec<(String, usize)> = lane.ask(sql).await.ok()?;
            return row.first().map(|(_, n)| *n).filter(|n| *n > 0);
        }
        let sql = "SELECT vcpu_ids FROM information_schema.resource_groups WHERE resource_group_name = 'SYS_default'";
        let row: Vec<Vec<u8>> = lane.ask(sql.to_owned()).await.ok()?;
        cores_of(&String::from_utf8_lossy(row.first()?))
    }

    pub(crate) fn is_mariadb(&self) -> bool {
        self.version.flavor == Flavor::MariaDb
    }
}

/// The number of cores in a list such as `0-3,6`.
fn cores_of(list: &str) -> Option<usize> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        Some(last.checked_sub(first)? + 1)
    };
    list.split(',').map(range).sum()
}

/// A value as it is written in `SET name = …`.
fn literal(value: &Value) -> String {
    match value {
        Value::NULL => "NULL".to_owned(),
        Value::Bytes(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
                text.into_owned()
            } else {
                format!("'{}'", text.replace('\'', "''"))
            }
        }
        other => other.as_sql(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_counted() {
        for (list, cores) in [("0-1", Some(2)), ("0", Some(1)), ("0-3,6, 8-9", Some(7)), ("", None), ("3-1", None)] {
            assert_eq!(cores_of(list), cores, "{list}");
        }
    }
}
