//! What a schema holds beside rows, asked of the server, written into a table and read from it.

use super::exec::{Cells, Exec, text};
use super::journal::SWAP_TABLE;
use super::names;
use super::plan::{Kind, Object, Settings, State};
use crate::error::{Error, Result};
use sqldump::Name;
use sqldump::ddl::{CreateTable, KeyKind, map_database};
use sqldump::version::Flavor;
use std::collections::BTreeSet;

/// The table in a kept schema with what can't be renamed into it, and in a staging schema with what comes instead.
pub(crate) const OBJECTS_TABLE: &str = "__dumpstream_objects";
/// Rows of it that are written in one statement may have this much text.
const INSERT_BYTES_MAX: usize = 512 << 10;
/// The kinds of row beside [`Kind`].
const SCHEMA: &str = "schema";
const TABLE: &str = "table";

/// Whether there is a schema of this name.
pub(crate) async fn exists(exec: &mut Exec, schema: &Name) -> Result<bool> {
    let sql = format!("SELECT 1 FROM information_schema.schemata WHERE {}", exec.is("schema_name", schema));
    Ok(!exec.ask(&sql, None).await?.is_empty())
}

/// A schema's defaults, as CREATE DATABASE takes them.
pub(crate) async fn options(exec: &mut Exec, schema: &Name) -> Result<Vec<u8>> {
    let sql = format!("SHOW CREATE DATABASE {}", super::quoted(schema));
    let rows = exec.ask(&sql, None).await?;
    let shown = rows.into_iter().next().and_then(|r| r.into_iter().nth(1)).flatten().unwrap_or_default();
    let start = [b"CREATE DATABASE ", schema.quoted().as_slice()].concat();
    Ok(shown.strip_prefix(start.as_slice()).unwrap_or_default().trim_ascii().to_vec())
}

/// Tables and sequences of a schema, but for our own, in the order of their names.
pub(crate) async fn tables(exec: &mut Exec, schema: &Name) -> Result<BTreeSet<Name>> {
    let sql = format!(
        "SELECT table_name FROM information_schema.tables WHERE {} AND table_type NOT IN ('VIEW', 'TEMPORARY')",
        exec.is("table_schema", schema)
    );
    let rows = exec.ask(&sql, None).await?;
    let names = rows.into_iter().filter_map(|r| r.into_iter().next().flatten()).map(Name::new);
    Ok(names.filter(|n| !names::is_own(n)).collect())
}

/// What a schema holds, by the word that DROP takes for it: all but the journal, and triggers, which go with their tables.
pub(crate) async fn contents(exec: &mut Exec, schema: &Name) -> Result<Vec<(String, Vec<Name>)>> {
    let mut found: Vec<(String, Vec<Name>)> = Vec::new();
    for sql in [
        format!("SELECT 'EVENT', event_name FROM information_schema.events WHERE {}", exec.is("event_schema", schema)),
        format!(
            "SELECT table_type, table_name FROM information_schema.tables WHERE {} ORDER BY table_type DESC",
            exec.is("table_schema", schema)
        ),
        // A package goes with its body.
        format!(
            "SELECT routine_type, routine_name FROM information_schema.routines WHERE {} AND routine_type <> 'PACKAGE BODY'",
            exec.is("routine_schema", schema)
        ),
    ] {
        for row in exec.ask(&sql, None).await? {
            let [kind, name] = cells(row);
            let kind = match text(kind) {
                kind if matches!(kind.as_str(), "BASE TABLE" | "SYSTEM VERSIONED") => "TABLE".to_owned(),
                kind => kind,
            };
            let name = Name::new(name);
            if kind == "TEMPORARY" || name.as_bytes() == SWAP_TABLE.as_bytes() {
                continue;
            }
            match found.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, names)) => names.push(name),
                None => found.push((kind, vec![name])),
            }
        }
    }
    Ok(found)
}

/// Names of a schema's triggers.
pub(crate) async fn triggers(exec: &mut Exec, schema: &Name) -> Result<Vec<Name>> {
    let sql =
        format!("SELECT trigger_name FROM information_schema.triggers WHERE {}", exec.is("trigger_schema", schema));
    let rows = exec.ask(&sql, None).await?;
    Ok(rows.into_iter().filter_map(|r| r.into_iter().next().flatten()).map(Name::new).collect())
}

/// All of a schema that is there.
pub(crate) async fn capture(exec: &mut Exec, schema: &Name) -> Result<State> {
    let options = options(exec, schema).await?;
    let tables = tables(exec, schema).await?;
    let mut objects = Vec::new();
    let routines = routines(exec, schema).await?;
    let grants = if routines.is_empty() { Vec::new() } else { grants(exec, schema).await?.unwrap_or_default() };
    for (kind, name, definer) in routines {
        let mut routine = program(exec, schema, kind, name, definer, None).await?;
        let is = |k: Kind, n: &str| k == kind && routine.name.as_text().to_lowercase() == n.to_lowercase();
        routine.grants = grants.iter().filter(|(k, n, _)| is(*k, n)).map(|(.., sql)| sql.clone()).collect();
        objects.push(routine);
    }
    objects.extend(views(exec, schema).await?);
    let at = exec.is("event_schema", schema);
    let sql = format!("SELECT event_name, definer FROM information_schema.events WHERE {at} ORDER BY 1");
    for row in exec.ask(&sql, None).await? {
        let [name, definer] = cells(row);
        objects.push(program(exec, schema, Kind::Event, Name::new(name), text(definer), None).await?);
    }
    let at = exec.is("trigger_schema", schema);
    let sql = format!(
        "SELECT trigger_name, definer, event_object_table FROM information_schema.triggers WHERE {at} \
         ORDER BY event_object_table, action_timing, event_manipulation, action_order"
    );
    for row in exec.ask(&sql, None).await? {
        let [name, definer, table] = cells(row);
        let table = Some(Name::new(table));
        objects.push(program(exec, schema, Kind::Trigger, Name::new(name), text(definer), table).await?);
    }
    objects.extend(lone_keys(exec, schema, &tables).await?);
    Ok(State { options, tables: tables.into_iter().collect(), objects })
}

async fn routines(exec: &mut Exec, schema: &Name) -> Result<Vec<(Kind, Name, String)>> {
    let sql = format!(
        "SELECT routine_type, routine_name, definer FROM information_schema.routines WHERE {} \
         ORDER BY routine_type, routine_name",
        exec.is("routine_schema", schema)
    );
    let mut found = Vec::new();
    for row in exec.ask(&sql, None).await? {
        let [kind, name, definer] = cells(row);
        let kind = text(kind).to_ascii_lowercase();
        let kind = Kind::of(&kind).ok_or_else(|| {
            Error::target(format!("{schema} holds a routine of a kind that isn't known here ({kind})"))
        })?;
        found.push((kind, Name::new(name), text(definer)));
    }
    found.sort_by_key(|(kind, ..)| *kind);
    Ok(found)
}

async fn views(exec: &mut Exec, schema: &Name) -> Result<Vec<Object>> {
    let sql = format!(
        "SELECT table_name, definer FROM information_schema.views WHERE {} ORDER BY 1",
        exec.is("table_schema", schema)
    );
    let mut found = Vec::new();
    for row in exec.ask(&sql, None).await? {
        let [name, definer] = cells(row);
        let name = Name::new(name);
        let shown = exec.ask(&format!("SHOW CREATE VIEW {}", super::quoted(&name)), Some(schema)).await?;
        // A view over what isn't there any more is shown with a warning.
        let warnings = exec.ask("SHOW COUNT(*) WARNINGS", Some(schema)).await?;
        let broken =
            warnings.into_iter().next().and_then(|r| r.into_iter().next().flatten()).is_some_and(|n| n != b"0");
        let [_, definition, client, collation] = cells(shown.into_iter().next().unwrap_or_default());
        let settings = Settings {
            character_set_client: text(client),
            collation_connection: text(collation),
            ..Settings::default()
        };
        let definer = text(definer);
        readable(&definition, Kind::View, schema, &name)?;
        found.push(Object {
            kind: Kind::View,
            name,
            table: None,
            definition,
            shown: None,
            settings,
            definer,
            broken,
            grants: Vec::new(),
        });
    }
    Ok(found)
}

/// A routine, trigger or event.
async fn program(
    exec: &mut Exec,
    schema: &Name,
    kind: Kind,
    name: Name,
    definer: String,
    table: Option<Name>,
) -> Result<Object> {
    let sql = format!("SHOW CREATE {} {}", kind.name().to_ascii_uppercase(), super::quoted(&name));
    let row = exec.ask(&sql, Some(schema)).await?.into_iter().next().unwrap_or_default();
    let (sql_mode, time_zone, definition, client, collation, database) = if kind == Kind::Event {
        let [_, mode, zone, text, client, collation, database] = cells(row);
        (mode, zone, text, client, collation, database)
    } else {
        let [_, mode, text, client, collation, database] = cells(row);
        (mode, Vec::new(), text, client, collation, database)
    };
    readable(&definition, kind, schema, &name)?;
    let settings = Settings {
        sql_mode: text(sql_mode),
        character_set_client: text(client),
        collation_connection: text(collation),
        database_collation: text(database),
        time_zone: text(time_zone),
    };
    let grants = Vec::new();
    Ok(Object { kind, name, table, definition, shown: None, settings, definer, broken: false, grants })
}

fn readable(definition: &[u8], kind: Kind, schema: &Name, name: &Name) -> Result<()> {
    if !definition.is_empty() {
        return Ok(());
    }
    Err(Error::target(format!("the definition of the {} {schema}.{name} can't be read", kind.name())).hint(
        "grant SHOW VIEW, TRIGGER and EVENT on the schema, and SHOW_ROUTINE (MySQL) or SELECT on mysql.proc (MariaDB)",
    ))
}

/// The statements that give privileges on single routines of a schema. `None` if the user may not know.
pub(crate) async fn grants(exec: &mut Exec, schema: &Name) -> Result<Option<Vec<(Kind, String, String)>>> {
    let sql = format!(
        "SELECT routine_type, routine_name, proc_priv, user, host FROM mysql.procs_priv WHERE {}",
        exec.is("db", schema)
    );
    let rows = match exec.ask(&sql, None).await {
        Err(e) if e.server_code().is_some() => return Ok(None),
        rows => rows?,
    };
    let mut found = Vec::new();
    for row in rows {
        let [kind, name, privileges, user, host] = cells(row).map(text);
        let Some(kind) = Kind::of(&kind.to_ascii_lowercase()) else { continue };
        let (grant, privileges): (Vec<&str>, Vec<&str>) = privileges.split(',').partition(|p| *p == "Grant");
        let privileges =
            if privileges.iter().all(|p| p.is_empty()) { "USAGE".to_owned() } else { privileges.join(", ") };
        let quoted = |name: &str| super::quoted(&Name::from(name));
        let mut sql = format!(
            "GRANT {privileges} ON {} {}.{} TO {}",
            kind.name().to_ascii_uppercase(),
            super::quoted(schema),
            quoted(&name),
            grantee(exec.version().flavor, &user, &host)
        );
        if !grant.is_empty() {
            sql.push_str(" WITH GRANT OPTION");
        }
        found.push((kind, name, sql));
    }
    Ok(Some(found))
}

/// Whom a privilege was given to, as GRANT names them. A role of MariaDB's has no host: with an empty one, its name would be
/// that of an account.
fn grantee(flavor: Flavor, user: &str, host: &str) -> String {
    let quoted = |name: &str| super::quoted(&Name::from(name));
    match flavor {
        Flavor::MariaDb if host.is_empty() && user == "PUBLIC" => user.to_owned(),
        Flavor::MariaDb if host.is_empty() => quoted(user),
        _ => format!("{}@{}", quoted(user), quoted(host)),
    }
}

/// Foreign keys that refer to a table of the same schema that isn't there.
async fn lone_keys(exec: &mut Exec, schema: &Name, tables: &BTreeSet<Name>) -> Result<Vec<Object>> {
    let sql = format!(
        "SELECT table_name, referenced_table_name FROM information_schema.referential_constraints WHERE {} AND {}",
        exec.is("constraint_schema", schema),
        exec.is("unique_constraint_schema", schema)
    );
    let mut children = BTreeSet::new();
    for row in exec.ask(&sql, None).await? {
        let [child, parent] = cells(row).map(Name::new);
        if !tables.contains(&parent) {
            children.insert(child);
        }
    }
    let mut found = Vec::new();
    for child in children {
        let sql = format!("SHOW CREATE TABLE {}", super::quoted(&child));
        let row = exec.ask(&sql, Some(schema)).await?.into_iter().next().unwrap_or_default();
        let [_, definition] = cells(row);
        let mode = exec.mode();
        let split = CreateTable::parse(&definition, mode, Some(exec.version())).and_then(|t| t.split);
        for key in split.map(|s| s.foreign_keys).unwrap_or_default() {
            if let (KeyKind::ForeignKey { references }, Some(name)) = (&key.kind, &key.name)
                && references.database.as_ref().is_none_or(|d| d == schema)
                && !tables.contains(&references.name)
            {
                found.push(Object {
                    kind: Kind::ForeignKey,
                    name: name.clone(),
                    table: Some(child.clone()),
                    definition: key.add.clone(),
                    shown: None,
                    settings: Settings::default(),
                    definer: String::new(),
                    broken: false,
                    grants: Vec::new(),
                });
            }
        }
    }
    Ok(found)
}

/// Columns of `within` whose default counts a sequence of `from`, with that default.
pub(crate) async fn sequence_defaults(
    exec: &mut Exec,
    within: &Name,
    from: &Name,
) -> Result<Vec<(Name, Name, Vec<u8>)>> {
    if exec.version().flavor != Flavor::MariaDb {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT table_name, column_name, column_default FROM information_schema.columns WHERE {} \
         AND (column_default LIKE '%nextval(%' OR column_default LIKE '%lastval(%')",
        exec.is("table_schema", within)
    );
    let mut found = Vec::new();
    for row in exec.ask(&sql, None).await? {
        let [table, column, default] = cells(row);
        // A text that says so isn't changed, as names are told from texts.
        if let Ok(mapped) = map_database(&default, &exec.session("", None), from, within)
            && mapped != default.as_slice()
        {
            found.push((Name::new(table), Name::new(column), mapped.into_owned()));
        }
    }
    Ok(found)
}

/// The schema in which a foreign key's parent is sought; `None` if there is no such key.
pub(crate) async fn parent_of(exec: &mut Exec, schema: &Name, key: &Object) -> Result<Option<Name>> {
    let Some(table) = &key.table else { return Ok(None) };
    let sql = format!(
        "SELECT unique_constraint_schema FROM information_schema.referential_constraints WHERE {} AND {} AND {}",
        exec.is("constraint_schema", schema),
        exec.is("table_name", table),
        exec.is("constraint_name", &key.name)
    );
    let rows = exec.ask(&sql, None).await?;
    Ok(rows.into_iter().next().and_then(|r| r.into_iter().next().flatten()).map(Name::new))
}

/// Foreign keys of other schemas' tables that refer to tables of `schemas`, in words.
pub(crate) async fn keys_from_outside(exec: &mut Exec, schemas: &[Name]) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT constraint_schema, table_name, constraint_name, unique_constraint_schema, referenced_table_name \
         FROM information_schema.referential_constraints WHERE {} AND NOT {}",
        exec.is_one_of("unique_constraint_schema", schemas),
        exec.is_one_of("constraint_schema", schemas)
    );
    let mut found = Vec::new();
    for row in exec.ask(&sql, None).await? {
        let [schema, table, key, parents, parent] = cells(row).map(text);
        found.push(format!("{schema}.{table} ({key}) refers to {parents}.{parent}"));
    }
    // Those of tables that this user may not see: told to whom may look into InnoDB.
    let view = match exec.version().flavor {
        Flavor::MariaDb => "innodb_sys_foreign",
        Flavor::MySql => "innodb_foreign",
    };
    // Letters beyond ASCII have names of their own there.
    if !found.is_empty() || schemas.iter().any(|s| !s.as_bytes().is_ascii()) {
        return Ok(found);
    }
    // MariaDB shows names as those of files.
    let file_name = |schema: &Name| -> String {
        let letter = |b: &u8| match b.is_ascii_alphanumeric() || *b == b'_' {
            true => char::from(*b).to_string(),
            false => format!("@{b:04x}"),
        };
        schema.as_bytes().iter().map(letter).collect()
    };
    let begins = |column: &str, schema: &Name| {
        let start = match exec.version().flavor {
            Flavor::MariaDb => Name::from(format!("{}/", file_name(schema)).as_str()),
            Flavor::MySql => Name::from(format!("{schema}/").as_str()),
        };
        format!("LEFT({column}, {}) = {}", start.as_bytes().len(), super::literal(&start))
    };
    let questions: Vec<String> = schemas
        .iter()
        .map(|schema| {
            let own: Vec<String> = schemas.iter().map(|s| format!("NOT {}", begins("for_name", s))).collect();
            let (refers, others) = (begins("ref_name", schema), own.join(" AND "));
            format!("SELECT for_name, ref_name FROM information_schema.{view} WHERE {refers} AND {others}")
        })
        .collect();
    for sql in questions {
        for row in exec.ask(&sql, None).await.unwrap_or_default() {
            let [child, parent] = cells(row).map(text);
            found.push(format!("{} refers to {}", child.replace('/', "."), parent.replace('/', ".")));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Writes a state into its table in `schema`, in place of what the table had. `live` is the schema it is the state of.
pub(crate) async fn store(exec: &mut Exec, schema: &Name, live: &Name, state: &State) -> Result<()> {
    let whole = format!("{}.`{OBJECTS_TABLE}`", super::quoted(schema));
    let (table, before) = (
        format!("{}.`{OBJECTS_TABLE}_new`", super::quoted(schema)),
        format!("{}.`{OBJECTS_TABLE}_old`", super::quoted(schema)),
    );
    exec.run(format!("DROP TABLE IF EXISTS {table}, {before}").as_bytes()).await?;
    exec.run(
        format!(
            "CREATE TABLE {table} (id INT UNSIGNED NOT NULL PRIMARY KEY, kind VARCHAR(16) NOT NULL, \
             name VARCHAR(64) NOT NULL, on_table VARCHAR(64), definition LONGBLOB NOT NULL, shown LONGBLOB, \
             sql_mode TEXT NOT NULL, character_set_client VARCHAR(64) NOT NULL, collation_connection VARCHAR(64) NOT NULL, \
             database_collation VARCHAR(64) NOT NULL, time_zone VARCHAR(64) NOT NULL, definer VARCHAR(400) NOT NULL, \
             broken BOOLEAN NOT NULL, grants LONGBLOB NOT NULL) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        )
        .as_bytes(),
    )
    .await?;
    let plain = |kind: &str, name: &Name, definition: &[u8]| {
        format!("'{kind}', {}, NULL, {}, NULL, '', '', '', '', '', '', 0, ''", super::literal(name), blob(definition))
    };
    let schema_row = plain(SCHEMA, live, &state.options);
    let tables = state.tables.iter().map(|t| plain(TABLE, t, b""));
    let objects = state.objects.iter().map(|o| {
        let s = &o.settings;
        let string = |t: &str| super::literal(&Name::from(t));
        format!(
            "'{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}",
            o.kind.name(),
            super::literal(&o.name),
            o.table.as_ref().map_or_else(|| "NULL".to_owned(), super::literal),
            blob(&o.definition),
            o.shown.as_deref().map_or_else(|| "NULL".to_owned(), blob),
            string(&s.sql_mode),
            string(&s.character_set_client),
            string(&s.collation_connection),
            string(&s.database_collation),
            string(&s.time_zone),
            string(&o.definer),
            u8::from(o.broken),
            blob(o.grants.join("\n").as_bytes())
        )
    });
    let start = format!("INSERT INTO {table} VALUES ");
    let mut sql = start.clone();
    for (id, row) in std::iter::once(schema_row).chain(tables).chain(objects).enumerate() {
        let more = sql.len() > start.len();
        if more && sql.len() + row.len() > INSERT_BYTES_MAX {
            exec.run(sql.as_bytes()).await?;
            sql.clone_from(&start);
        } else if more {
            sql.push_str(", ");
        }
        sql.push_str(&format!("({id}, {row})"));
    }
    exec.run(sql.as_bytes()).await?;
    // It is there as a whole or not at all.
    if !has_table(exec, schema, OBJECTS_TABLE).await? {
        return exec.run(format!("RENAME TABLE {table} TO {whole}").as_bytes()).await;
    }
    exec.run(format!("RENAME TABLE {whole} TO {before}, {table} TO {whole}").as_bytes()).await?;
    exec.run(format!("DROP TABLE {before}").as_bytes()).await
}

/// Reads what [`store`] wrote: the schema it is the state of, and that. `None` if there is no such table.
pub(crate) async fn load(exec: &mut Exec, schema: &Name) -> Result<Option<(Name, State)>> {
    if !has_table(exec, schema, OBJECTS_TABLE).await? {
        return Ok(None);
    }
    let sql = format!(
        "SELECT kind, name, on_table, definition, shown, sql_mode, character_set_client, collation_connection, \
         database_collation, time_zone, definer, broken, grants FROM {}.`{OBJECTS_TABLE}` ORDER BY id",
        super::quoted(schema)
    );
    let mut state = State::default();
    let mut live = None;
    for row in exec.ask(&sql, None).await? {
        let shown = row.get(4).cloned().flatten();
        let table = row.get(2).cloned().flatten().map(Name::new);
        let [kind, name, _, definition, _, mode, client, collation, database, zone, definer, broken, grants] =
            cells(row);
        let name = Name::new(name);
        match text(kind).as_str() {
            SCHEMA => (live, state.options) = (Some(name), definition),
            TABLE => state.tables.push(name),
            kind => {
                let kind = Kind::of(kind).ok_or_else(|| unknown(schema))?;
                state.objects.push(Object {
                    kind,
                    name,
                    table,
                    definition,
                    shown,
                    settings: Settings {
                        sql_mode: text(mode),
                        character_set_client: text(client),
                        collation_connection: text(collation),
                        database_collation: text(database),
                        time_zone: text(zone),
                    },
                    definer: text(definer),
                    broken: broken == b"1",
                    grants: text(grants).lines().map(str::to_owned).collect(),
                });
            }
        }
    }
    Ok(live.map(|live| (live, state)))
}

fn unknown(schema: &Name) -> Error {
    Error::target(format!("{schema}.{OBJECTS_TABLE} was written by another version of dumpstream"))
        .hint("go on with that version")
}

/// Whether a schema holds a table of this name, which is one of our own.
pub(crate) async fn has_table(exec: &mut Exec, schema: &Name, table: &str) -> Result<bool> {
    let sql = format!(
        "SELECT 1 FROM information_schema.tables WHERE {} AND table_name = '{table}'",
        exec.is("table_schema", schema)
    );
    Ok(!exec.ask(&sql, None).await?.is_empty())
}

pub(crate) fn blob(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("x'{digits}'")
}

/// The first cells of a row; one that is missing or NULL is empty.
pub(crate) fn cells<const N: usize>(row: Cells) -> [Vec<u8>; N] {
    let mut cells = row.into_iter();
    std::array::from_fn(|_| cells.next().flatten().unwrap_or_default())
}
