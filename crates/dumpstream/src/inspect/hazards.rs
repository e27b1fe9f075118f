//! What may go wrong when a dump is restored, as far as the dump itself tells.
//!
//! [`HAZARDS`] is the list: a code that stays, how bad it is, which targets it concerns, why, and what to do. What is
//! found of each is collected while the dump is read ([`Found`]).

use crate::content::{Content, DumpPlace, DumpTable, definer, full_name, is, statement_name};
use crate::reading::table_name;
use crate::stage::cut::{Read, is_system, named_databases};
use crate::stage::shape::is_zero_date;
use crate::stage::whole::End;
use crate::step::{At, Look, RowsStep, Shaped, StatementStep, Step};
use serde::Serialize;
use sqldump::Name;
use sqldump::ddl::{CreateTable, TypeClass};
use sqldump::lex::{self, Token, TokenKind, unquote_string};
use sqldump::session::Session;
use sqldump::statement::{ForbiddenKind, ObjectName, RoutineKind, Statement};
use sqldump::version::{Flavor, ServerVersion};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How bad a hazard is. The worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// `dumpstream restore` refuses the dump unless it is told otherwise.
    Refused,
    /// A target of those named may refuse a statement.
    Fails,
    /// The restore ends well, and something is or behaves otherwise than where the dump was made.
    Differs,
    /// Good to know.
    Note,
}

impl Severity {
    /// As it is written in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Fails => "fails",
            Self::Differs => "differs",
            Self::Note => "note",
        }
    }
}

/// A kind of hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HazardKind {
    /// Stable, machine-readable.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The targets it concerns: `any`, or some of `mysql`, `mariadb`, `aurora`, `rds`.
    pub targets: &'static [&'static str],
    /// What it is. `KIND` stands for a kind of statement.
    pub why: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

/// A hazard that a dump has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Stable, machine-readable; see [`HAZARDS`].
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The targets it concerns: `any`, or some of `mysql`, `mariadb`, `aurora`, `rds`.
    pub targets: &'static [&'static str],
    /// The kind of statement, where the hazard is about one: a value of `--allow` and `--skip`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What it is.
    pub why: String,
    /// What to do about it.
    pub help: String,
    /// How often it is there.
    pub count: u64,
    /// Where it is first; absent where it concerns the dump as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<DumpPlace>,
    /// What it is about, at most [`NAMES_MAX`], in dump order: tables, objects, accounts, collations.
    pub names: Vec<String>,
}

/// Most names that are kept for one hazard.
pub const NAMES_MAX: usize = 100;

const ANY: &[&str] = &["any"];
const MYSQL: &[&str] = &["mysql", "aurora"];
const MARIADB: &[&str] = &["mariadb"];

/// Declares the kinds, and a name for each.
macro_rules! hazards {
    ($($name:ident $code:literal $severity:ident $targets:expr, $why:expr, $help:expr;)+) => {
        /// A kind, by name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        enum Code { $($name,)+ }

        impl Code {
            const fn kind(self) -> HazardKind {
                match self {
                    $(Self::$name => HazardKind {
                        code: $code, severity: Severity::$severity, targets: $targets, why: $why, help: $help,
                    },)+
                }
            }
        }

        /// Every kind of hazard, in the order in which they are told.
        pub const HAZARDS: &[HazardKind] = &[$(Code::$name.kind(),)+];
    };
}

hazards! {
    Unfinished "unfinished" Refused ANY,
        "the dump is cut off",
        "make it again, and check the exit code of the command that makes it; --allow unfinished restores it all the same";
    RefusedStatement "refused_statement" Refused ANY,
        "statements of the kind KIND are refused",
        "--skip KIND leaves them out, --allow KIND runs them";
    SystemSchema "system_schema" Refused ANY,
        "it writes to the server's own schemas",
        "restore your own schemas by name, with --databases";
    Rollback "rollback" Refused ANY,
        "it takes rows back with ROLLBACK, which can't be followed once blocks are committed",
        "restore it with the mysql client";
    RowOver64 "row_over_64_mib" Refused ANY,
        "rows of more than 64 MiB",
        "raise --max-row, and max_allowed_packet on the target";
    Definer "definer" Fails ANY,
        "objects belong to accounts that the target may lack, and to make them for another account takes a privilege \
         (SET_ANY_DEFINER, SET_USER_ID, SET USER or SUPER)",
        "create these accounts on the target first, or take DEFINER out where the dump is made";
    FunctionCreators "function_creators" Fails &["mysql", "aurora", "rds"],
        "functions and triggers: with binary logging on, only SUPER may make them",
        "set log_bin_trust_function_creators = 1 on the target (a parameter group on RDS and Aurora)";
    SqlLogBin "sql_log_bin" Fails ANY,
        "it sets SQL_LOG_BIN, which takes SUPER or a like privilege, and which RDS and Aurora give to nobody",
        "make the dump with --set-gtid-purged=OFF";
    EngineMissing "engine_missing" Fails ANY,
        "tables of storage engines that the target may lack",
        "install the engine there, or convert the tables before they are dumped: ALTER TABLE … ENGINE=InnoDB";
    MySqlCollation "mysql_collation" Fails MARIADB,
        "collations of MySQL 8.0, which MariaDB knows from 11.4.5 on",
        "restore into a newer MariaDB, or convert the tables before they are dumped";
    MariaDbCollation "mariadb_collation" Fails MYSQL,
        "collations that only MariaDB has",
        "convert the tables before they are dumped: ALTER TABLE … CONVERT TO CHARACTER SET … COLLATE …";
    MySqlSyntax "mysql_syntax" Fails MARIADB,
        "syntax that only MySQL has",
        "restore it into MySQL, or change these definitions before the dump is made";
    MariaDbSyntax "mariadb_syntax" Fails MYSQL,
        "syntax that only MariaDB has",
        "restore it into MariaDB, or change these definitions before the dump is made";
    SqlModeGone "sql_mode_gone" Fails MYSQL,
        "it sets SQL modes that MySQL 8.0 and newer don't have",
        "make the objects anew under a current sql_mode where the dump comes from, or take these modes out of it";
    OldSyntax "old_syntax" Fails ANY,
        "TYPE=… in place of ENGINE=…, which no server of today reads",
        "make the dump with a newer mysqldump, or replace TYPE= by ENGINE=";
    TableTwice "table_twice" Fails ANY,
        "tables are defined again without being dropped first",
        "look whether two dumps stand one behind the other";
    PartitionEngine "partition_engine" Fails MYSQL,
        "partitioned tables of engines other than InnoDB, which MySQL 8.0 and newer don't make",
        "convert them before they are dumped: ALTER TABLE … ENGINE=InnoDB";
    Directory "directory" Fails &["aurora", "rds"],
        "tables with a DATA DIRECTORY or INDEX DIRECTORY of their own",
        "move them before they are dumped, or take the options out";
    Tablespace "tablespace" Fails ANY,
        "tables in tablespaces that the target must have",
        "create these tablespaces on the target first, or take the option out";
    Encryption "encryption" Fails ANY,
        "encrypted tables, for which the target needs a keyring or an encryption plug-in",
        "set one up on the target, or take the option out (on RDS and Aurora the storage is encrypted)";
    NameCase "name_case" Fails ANY,
        "names that differ in case only: with lower_case_table_names = 1 they are one table",
        "restore into a server with lower_case_table_names = 0";
    RowOver16 "row_over_16_mib" Fails ANY,
        "rows of more than 16 MiB, which is max_allowed_packet on many servers",
        "raise max_allowed_packet on the target";
    ZeroDatesStrict "zero_dates_strict" Fails ANY,
        "dates without a day or a month, and a sql_mode that refuses them or that is left to the target",
        "restore under a sql_mode without NO_ZERO_DATE and NO_ZERO_IN_DATE, as mysqldump's own header sets it";
    ZeroDates "zero_dates" Differs ANY,
        "dates without a day or a month: they are restored, but a strict server refuses to write them again, by an \
         ALTER TABLE too",
        "replace them by NULL where the dump comes from, if the target is to be strict";
    NotTransactional "not_transactional" Differs ANY,
        "tables of engines without transactions: their rows can't be rolled back, so a restore can't be resumed within \
         them; Aurora has InnoDB only",
        "convert them before they are dumped: ALTER TABLE … ENGINE=InnoDB";
    CutOffWithin "cut_off_within" Differs ANY,
        "several dumps stand one behind the other, and one of them has no end",
        "look at it there: what it held behind that place is missing, unless somebody took its end out by hand";
    CompressedRows "compressed_rows" Differs &["aurora"],
        "ROW_FORMAT=COMPRESSED or KEY_BLOCK_SIZE, which Aurora doesn't have",
        "reckon with tables several times as large there";
    ForeignKeyParent "foreign_key_parent" Differs ANY,
        "foreign keys refer to tables that the dump doesn't hold",
        "dump these tables as well, or see that the target has them";
    RowsIgnored "rows_ignored" Differs ANY,
        "INSERT IGNORE or REPLACE: a row whose key is there already is dropped, or takes the other's place",
        "compare the number of rows afterwards";
    Events "events" Differs ANY,
        "events, which run on the target as soon as its scheduler is on",
        "keep event_scheduler off there, or make the dump without --events";
    BinaryCharset "binary_charset" Differs ANY,
        "text is sent as bytes (SET NAMES binary): a column takes them as they stand, in whatever charset it has",
        "see that the target's tables have the charsets of the dump";
    NoPrimaryKey "no_primary_key" Note ANY,
        "tables without a primary key: slow on replicas, and refused by Galera, Group Replication and sql_require_primary_key",
        "give them a key before they are dumped, if the target replicates";
    DataOnly "data_only" Note ANY,
        "rows of tables that the dump doesn't define",
        "have the tables in the target before, and restore with --append";
    NoDatabase "no_database" Note ANY,
        "it names no database for its tables",
        "name one in the target: --to mysql://…/DATABASE";
    SeveralDatabases "several_databases" Note ANY,
        "it holds more than one database",
        "leave the database out of --to, so that each keeps its name";
    DropDatabase "drop_database" Note ANY,
        "it drops databases before it makes them",
        "a database that holds something is dropped with --append --allow drop-database only";
    Computed "computed" Note ANY,
        "statements that compute on what is there keep their place in the order, so they profit little from lanes",
        "nothing to do";
    LeftOut "left_out" Note ANY,
        "statements of the kind KIND are left out",
        "--allow KIND runs them";
    GtidPurged "gtid_purged" Note ANY,
        "it sets GTID_PURGED, which is left out: only the first restore into a new replica needs it",
        "make the dump with --set-gtid-purged=OFF, or run it with --allow set-global";
    OtherFamily "other_family" Note ANY,
        "servers of the other family differ in defaults, collations and functions",
        "restore it into the family it comes from, or compare the result";
    NewerServer "newer_server" Note &["aurora", "rds"],
        "it comes from a newer server than many managed ones are: Aurora MySQL 3 is 8.0",
        "see that the target is at least as new";
    SandboxMode "sandbox_mode" Note ANY,
        "it begins with the sandbox line of newer mariadb-dump, at which older clients fail",
        "nothing to do: dumpstream reads over it";
    EndUnmarked "end_unmarked" Note ANY,
        "nothing marks its end: had it been cut off right behind a statement, nothing in it would tell",
        "compare its SHA-256 with the one where it was made: --sha256";
}

/// Modes that MySQL 8.0 took away, or that only MariaDB has.
const MODES_GONE: [&str; 14] = [
    "DB2",
    "EMPTY_STRING_IS_NULL",
    "IGNORE_BAD_TABLE_OPTIONS",
    "MAXDB",
    "MSSQL",
    "MYSQL323",
    "MYSQL40",
    "NO_AUTO_CREATE_USER",
    "NO_FIELD_OPTIONS",
    "NO_KEY_OPTIONS",
    "NO_TABLE_OPTIONS",
    "ORACLE",
    "POSTGRESQL",
    "SIMULTANEOUS_ASSIGNMENT",
];

/// Engines that every server has and that are rolled back.
const TRANSACTIONAL: [&str; 1] = ["InnoDB"];
/// Engines that every server has and that aren't.
const BUILT_IN: [&str; 6] = ["MyISAM", "MEMORY", "HEAP", "CSV", "ARCHIVE", "BLACKHOLE"];
/// Another one that MySQL builds in, too.
const MERGE: [&str; 2] = ["MERGE", "MRG_MyISAM"];

/// Newer than any server: sees what every one of its family would see.
const MYSQL_NEWEST: ServerVersion = ServerVersion { flavor: Flavor::MySql, number: 99_998 };
const MARIADB_NEWEST: ServerVersion = ServerVersion { flavor: Flavor::MariaDb, number: 999_998 };

/// MySQL 8.0, as Aurora MySQL 3 is.
const MYSQL_MANAGED: u32 = 80_099;
/// MariaDB 11.4, a version with long support.
const MARIADB_MANAGED: u32 = 110_499;

/// Fewer bytes of dump text than `max_allowed_packet` on a MariaDB left as it is.
const PACKET_BYTES: u64 = 16 << 20;
/// The same on a MySQL, and the limit of `--max-row`.
const LARGE_PACKET_BYTES: u64 = 64 << 20;

#[derive(Debug, Default)]
struct Finding {
    count: u64,
    first: Option<At>,
    names: Vec<String>,
    known: BTreeSet<String>,
}

/// What is found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    found: BTreeMap<(Code, Option<&'static str>), Finding>,
    /// The dump has said what sql_mode its rows are for.
    sets_mode: bool,
}

impl Found {
    fn note(&mut self, code: Code, at: At, name: impl Into<String>) {
        self.note_kind(code, None, at, name);
    }

    fn note_kind(&mut self, code: Code, kind: Option<&'static str>, at: At, name: impl Into<String>) {
        self.note_many(code, kind, 1, at, name);
    }

    /// Notes what concerns the dump as a whole.
    fn note_whole(&mut self, code: Code, name: impl Into<String>) {
        self.add(code, None, 1, None, name);
    }

    fn note_many(&mut self, code: Code, kind: Option<&'static str>, count: u64, at: At, name: impl Into<String>) {
        self.add(code, kind, count, Some(at), name);
    }

    fn add(&mut self, code: Code, kind: Option<&'static str>, count: u64, at: Option<At>, name: impl Into<String>) {
        let finding = self.found.entry((code, kind)).or_default();
        finding.count += count;
        if let Some(at) = at
            && finding.first.is_none_or(|first| at.offset < first.offset)
        {
            finding.first = Some(at);
        }
        let name = name.into();
        if !name.is_empty() && finding.names.len() < NAMES_MAX && finding.known.insert(name.clone()) {
            finding.names.push(name);
        }
    }

    /// Looks at a step.
    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Statement(step) => self.statement(step),
            Step::Text(..) => {}
            Step::Rows(step) => self.rows(step),
        }
    }

    fn rows(&mut self, step: &RowsStep) {
        let Shaped::Looked(Look { largest, zero_dates, zero_date, replaces }) = step.shaped else { return };
        let name = table_name(&step.table);
        if is_system(&step.table.database) {
            self.note(Code::SystemSchema, step.at, name.clone());
        }
        match largest.0 {
            LARGE_PACKET_BYTES.. => self.note(Code::RowOver64, largest.1, name.clone()),
            PACKET_BYTES.. => self.note(Code::RowOver16, largest.1, name.clone()),
            _ => {}
        }
        if zero_dates > 0 {
            let code = if self.is_strict(&step.session) { Code::ZeroDatesStrict } else { Code::ZeroDates };
            self.note_many(code, None, zero_dates, zero_date, name.clone());
        }
        if replaces {
            self.note_many(Code::RowsIgnored, None, step.rows, step.at, name.clone());
        }
        if step.session.get("character_set_client") == Some("binary") {
            self.note(Code::BinaryCharset, step.at, name);
        }
    }

    /// Whether dates of zeros may be refused under this session.
    fn is_strict(&self, session: &Session) -> bool {
        let modes = session.get("sql_mode").unwrap_or_default().to_ascii_uppercase();
        let has = |mode: &str| modes.contains(mode);
        !self.sets_mode || has("TRADITIONAL") || (has("STRICT_") && (has("NO_ZERO_DATE") || has("NO_ZERO_IN_DATE")))
    }

    fn statement(&mut self, step: &StatementStep) {
        let StatementStep { text, kind, session, at, .. } = step;
        let (at, mode) = (*at, session.lex_mode());
        let current = session.database();
        let name = |o: &ObjectName| object_name(o, current);
        for database in named_databases(kind).iter().filter(|d| is_system(d)) {
            self.note(Code::SystemSchema, at, database.to_string());
        }
        match kind {
            Statement::Set => self.set(step),
            Statement::Forbidden(ForbiddenKind::SetGlobal) if has_word(text, "GTID_PURGED") => {
                self.note(Code::GtidPurged, at, "");
            }
            Statement::Forbidden(
                kind @ (ForbiddenKind::SetGlobal | ForbiddenKind::Grant | ForbiddenKind::Replication),
            ) => self.note_kind(Code::LeftOut, Some(kind.as_str()), at, ""),
            Statement::Forbidden(kind) => self.note_kind(Code::RefusedStatement, Some(kind.as_str()), at, ""),
            Statement::Call => self.note_kind(Code::RefusedStatement, Some(ForbiddenKind::Call.as_str()), at, ""),
            Statement::Other { first_word } => {
                self.note_kind(Code::RefusedStatement, Some(ForbiddenKind::Unknown.as_str()), at, first_word.clone());
            }
            Statement::Rollback => self.note(Code::Rollback, at, ""),
            Statement::DropDatabase { name, .. } => self.note(Code::DropDatabase, at, name.to_string()),
            Statement::Insert { .. }
            | Statement::Replace { .. }
            | Statement::Update
            | Statement::Delete
            | Statement::Do
            | Statement::Execute
            | Statement::CreateTableOther { .. } => {
                self.note(Code::Computed, at, statement_name(kind));
            }
            Statement::CreateEvent { name: event } => self.note(Code::Events, at, name(event)),
            Statement::CreateTrigger { name: trigger, .. } => self.note(Code::FunctionCreators, at, name(trigger)),
            Statement::CreateRoutine { kind: RoutineKind::Function, name: function } => {
                self.note(Code::FunctionCreators, at, name(function));
            }
            Statement::CreateTable(table) => self.table(table, step, name(&table.name)),
            _ => {}
        }
        let object = match kind {
            Statement::CreateView { name: n }
            | Statement::CreateRoutine { name: n, .. }
            | Statement::CreateEvent { name: n }
            | Statement::CreateTrigger { name: n, .. } => {
                if let Some(account) = definer(text, mode).filter(|d| !d.to_ascii_uppercase().starts_with("CURRENT_")) {
                    self.note(Code::Definer, at, account);
                }
                name(n)
            }
            Statement::CreateTable(table) => name(&table.name),
            Statement::CreateSequence { name: n } => name(n),
            _ => statement_name(kind).to_owned(),
        };
        for (target, is_foreign, code) in [
            (MARIADB_NEWEST, is_mysqls as fn(&str) -> bool, Code::MySqlCollation),
            (MYSQL_NEWEST, is_mariadbs, Code::MariaDbCollation),
        ] {
            for token in lex::significant(text, mode, Some(target)).filter(|t| t.kind == TokenKind::Word) {
                let bytes = token.text(text);
                // Collations have underscores, and the shortest that matters here is longer than this.
                if bytes.len() > 12
                    && let Ok(word) = str::from_utf8(bytes)
                    && is_foreign(&word.to_ascii_lowercase())
                {
                    self.note(code, at.after(text, token.start), word.to_ascii_lowercase());
                }
            }
        }
        let tokens: Vec<Token> = lex::significant(text, mode, Some(MYSQL_NEWEST)).collect();
        for what in mariadb_syntax(text, &tokens, kind) {
            self.note(Code::MariaDbSyntax, at, format!("{object}: {what}"));
        }
        let tokens: Vec<Token> = lex::significant(text, mode, Some(MARIADB_NEWEST)).collect();
        for what in mysql_syntax(text, &tokens, kind) {
            self.note(Code::MySqlSyntax, at, format!("{object}: {what}"));
        }
    }

    fn set(&mut self, step: &StatementStep) {
        let StatementStep { text, session, at, .. } = step;
        let mode = session.lex_mode();
        let tokens: Vec<Token> = lex::significant(text, mode, None).collect();
        for (i, token) in tokens.iter().enumerate() {
            let assigned = tokens.get(i + 1).is_some_and(|t| matches!(t.kind, TokenKind::Punct(b'=' | b':')));
            if !assigned {
                continue;
            }
            if is(text, token, "SQL_MODE") {
                self.sets_mode = true;
                let value = tokens.iter().skip(i + 2).find(|t| t.kind != TokenKind::Punct(b'='));
                if let Some(value) = value.filter(|t| t.kind == TokenKind::String) {
                    let modes = unquote_string(value.text(text), mode);
                    let modes = String::from_utf8_lossy(&modes).to_ascii_uppercase();
                    for gone in modes.split(',').map(str::trim).filter(|m| MODES_GONE.contains(m)) {
                        self.note(Code::SqlModeGone, *at, gone);
                    }
                }
            } else if is(text, token, "SQL_LOG_BIN") {
                self.note(Code::SqlLogBin, *at, "");
            }
        }
    }

    /// Looks at the text of a CREATE TABLE.
    fn table(&mut self, table: &CreateTable, step: &StatementStep, name: String) {
        let StatementStep { text, session, at, .. } = step;
        let mode = session.lex_mode();
        let tokens: Vec<Token> = lex::significant(text, mode, None).collect();
        let after = |i: usize| tokens.iter().skip(i + 1).find(|t| t.kind != TokenKind::Punct(b'='));
        let value = |i: usize| {
            after(i).map(|t| String::from_utf8_lossy(t.text(text)).trim_matches(['\'', '"', '`']).to_ascii_uppercase())
        };
        let assigned = |i: usize| tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Punct(b'='));
        let is_temporal = |column: Option<&Token>| {
            let name = column.map(|t| lex::ident_in(t.text(text), mode));
            table.columns.iter().any(|c| Some(&c.name) == name.as_ref() && c.class == TypeClass::Temporal)
        };
        let (mut depth, mut column) = (0_usize, None);
        for (i, token) in tokens.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| tokens.get(i));
            if depth == 1 && before.is_some_and(|t| matches!(t.kind, TokenKind::Punct(b'(' | b','))) {
                column = Some(token);
            }
            match token.kind {
                TokenKind::Punct(b'(') => depth += 1,
                TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
                TokenKind::String if depth > 0 => {
                    let inner = token.text(text).get(1..).unwrap_or_default();
                    let default = before.is_some_and(|t| is(text, t, "DEFAULT"));
                    if default && is_zero_date(inner) && is_temporal(column) {
                        let code = if self.is_strict(session) { Code::ZeroDatesStrict } else { Code::ZeroDates };
                        self.note(code, at.after(text, token.start), name.clone());
                    }
                }
                TokenKind::Word if depth == 0 => {
                    let word = |w: &str| is(text, token, w);
                    let next = |w: &str| tokens.get(i + 1).is_some_and(|t| is(text, t, w));
                    let code = if (word("DATA") || word("INDEX")) && next("DIRECTORY") {
                        Code::Directory
                    } else if word("TYPE") && assigned(i) {
                        Code::OldSyntax
                    } else if (word("ENCRYPTION") && value(i).is_some_and(|v| v == "Y"))
                        || (word("ENCRYPTED") && value(i).is_some_and(|v| v == "YES"))
                    {
                        Code::Encryption
                    } else if (word("ROW_FORMAT") && value(i).is_some_and(|v| v == "COMPRESSED"))
                        || (word("KEY_BLOCK_SIZE") && value(i).is_some_and(|v| v != "0"))
                    {
                        Code::CompressedRows
                    } else if word("TABLESPACE") && value(i).is_some_and(|v| !v.starts_with("INNODB_")) {
                        Code::Tablespace
                    } else {
                        continue;
                    };
                    self.note(code, at.after(text, token.start), name.clone());
                }
                _ => {}
            }
        }
    }

    /// Looks at everything once the dump is read, and tells what was found, the worst first.
    pub(super) fn finish(mut self, content: &Content, read: &Read) -> Vec<Hazard> {
        if let Some(cut_off) = &read.cut_off {
            let what = cut_off.what.split_once(": ").map_or(cut_off.what.as_str(), |(_, what)| what);
            self.note(Code::Unfinished, cut_off.at, what);
        } else if read.end.0 == End::Unknown {
            self.note(Code::EndUnmarked, read.end.1, "");
        }
        if let Some(cut_off) = &read.within {
            self.note(Code::CutOffWithin, cut_off.at, "");
        }
        for (kind, at) in &read.left_out {
            self.note_kind(Code::RefusedStatement, Some(kind.as_str()), *at, "");
        }
        if let Some(at) = read.sandbox {
            self.note(Code::SandboxMode, at, "");
        }
        for table in &content.twice {
            self.note_whole(Code::TableTwice, table.clone());
        }
        self.tables(content);
        let databases = content.databases();
        let named: Vec<String> = databases.iter().filter_map(|d| d.name.clone()).collect();
        if named.len() > 1 {
            for name in &named {
                self.note_whole(Code::SeveralDatabases, name.clone());
            }
        }
        if databases.iter().any(|d| d.name.is_none()) {
            self.note_whole(Code::NoDatabase, "");
        }
        if let Some(server) = server(read) {
            let text = read.header.server.clone().or_else(|| read.header.producer_version.clone()).unwrap_or_default();
            let (family, managed) = match server.flavor {
                Flavor::MySql => ("MySQL", MYSQL_MANAGED),
                Flavor::MariaDb => ("MariaDB", MARIADB_MANAGED),
            };
            self.note_whole(Code::OtherFamily, family);
            if server.number > managed {
                self.note_whole(Code::NewerServer, format!("{family} {text}"));
            }
        }
        self.told()
    }

    fn tables(&mut self, content: &Content) {
        let at = |t: &DumpTable| At { offset: t.place.offset, line: t.place.line, part: 0 };
        let mut by_lower: HashMap<String, Vec<&DumpTable>> = HashMap::new();
        let known: BTreeSet<String> = content.tables().map(|t| t.full_name().to_lowercase()).collect();
        for table in content.tables() {
            let name = table.full_name();
            by_lower.entry(name.to_lowercase()).or_default().push(table);
            if !table.defined {
                self.note(Code::DataOnly, at(table), name);
                continue;
            }
            if let Some(engine) = &table.engine {
                let is = |list: &[&str]| list.iter().any(|e| e.eq_ignore_ascii_case(engine));
                let named = format!("{name} ({engine})");
                if is(&BUILT_IN) || is(&MERGE) {
                    self.note(Code::NotTransactional, at(table), named.clone());
                } else if !is(&TRANSACTIONAL) {
                    self.note(Code::EngineMissing, at(table), named.clone());
                }
                if table.partitioned && !is(&TRANSACTIONAL) {
                    self.note(Code::PartitionEngine, at(table), named);
                }
            }
            // Of one whose columns can't be read, the key isn't known.
            if table.primary_key.is_empty() && table.columns > 0 {
                self.note(Code::NoPrimaryKey, at(table), name);
            }
            for parent in table.foreign_keys.iter().filter(|p| !known.contains(&p.to_lowercase())) {
                self.note(Code::ForeignKeyParent, at(table), parent.clone());
            }
        }
        let mut twins: Vec<&DumpTable> = by_lower.into_values().filter(|t| t.len() > 1).flatten().collect();
        twins.sort_by_key(|t| t.place.offset);
        for table in twins {
            self.note(Code::NameCase, at(table), table.full_name());
        }
    }

    fn told(self) -> Vec<Hazard> {
        let mut hazards: Vec<Hazard> = self
            .found
            .into_iter()
            .map(|((code, kind), Finding { count, first, names, .. })| {
                let HazardKind { code, severity, targets, why, help } = code.kind();
                let say = |text: &str| text.replace("KIND", kind.unwrap_or_default());
                let (why, help) = (say(why), say(help));
                Hazard { code, severity, targets, kind, why, help, count, first: first.map(DumpPlace::from), names }
            })
            .collect();
        hazards.sort_by_key(|h| h.severity);
        hazards
    }
}

/// The server that was dumped, as far as the header tells.
fn server(read: &Read) -> Option<ServerVersion> {
    let header = &read.header;
    let mut server = ServerVersion::parse(header.server.as_deref().or(header.producer_version.as_deref())?);
    if header.producer.as_deref() == Some("mariadb-dump") {
        server.flavor = Flavor::MariaDb;
    }
    (server.number > 0
        && (header.server.is_some() || matches!(header.producer.as_deref(), Some("mysqldump" | "mariadb-dump"))))
    .then_some(server)
}

fn object_name(object: &ObjectName, current: Option<&Name>) -> String {
    let database = object.database.as_ref().or(current).map(ToString::to_string);
    full_name(database.as_deref(), &object.name.as_text())
}

fn has_word(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether MySQL alone has a collation of this name.
fn is_mysqls(word: &str) -> bool {
    word.starts_with("utf8mb4_") && word.contains("_0900_")
}

/// Whether MariaDB alone has a collation of this name.
fn is_mariadbs(word: &str) -> bool {
    word.contains("_uca1400_")
        || word.starts_with("uca1400_")
        || word.ends_with("_nopad_ci")
        || word.ends_with("_nopad_bin")
}

/// A statement's tokens, to look for words in.
struct Words<'a> {
    text: &'a [u8],
    tokens: &'a [Token],
}

impl Words<'_> {
    fn is(&self, i: usize, word: &str) -> bool {
        self.tokens.get(i).is_some_and(|t| is(self.text, t, word))
    }

    fn punct(&self, i: usize, b: u8) -> bool {
        self.tokens.get(i).is_some_and(|t| t.kind == TokenKind::Punct(b))
    }

    fn word(&self, i: usize) -> Option<String> {
        let token = self.tokens.get(i).filter(|t| t.kind == TokenKind::Word)?;
        Some(String::from_utf8_lossy(token.text(self.text)).to_ascii_uppercase())
    }

    fn have(&self, words: &[&str]) -> bool {
        (0..self.tokens.len()).any(|i| words.iter().enumerate().all(|(j, word)| self.is(i + j, word)))
    }
}

/// What in a statement MySQL can't read. `tokens` is what MySQL sees of it.
fn mariadb_syntax(text: &[u8], tokens: &[Token], kind: &Statement) -> Vec<String> {
    let words = Words { text, tokens };
    let mut found: BTreeSet<String> = BTreeSet::new();
    match kind {
        Statement::CreateSequence { .. } => drop(found.insert("CREATE SEQUENCE".to_owned())),
        Statement::CreateRoutine { kind: RoutineKind::Package | RoutineKind::PackageBody, .. } => {
            found.insert("CREATE PACKAGE".to_owned());
        }
        _ => {}
    }
    let replaces = words.is(0, "CREATE") && words.is(1, "OR") && words.is(2, "REPLACE");
    if replaces && !matches!(kind, Statement::CreateView { .. }) {
        found.insert("CREATE OR REPLACE".to_owned());
    }
    if let Statement::CreateTable(table) = kind {
        for column in
            table.columns.iter().filter(|c| ["UUID", "INET4", "INET6", "XMLTYPE"].contains(&c.type_name.as_str()))
        {
            found.insert(format!("type {}", column.type_name));
        }
        for phrase in [
            &["WITH", "SYSTEM", "VERSIONING"][..],
            &["PERIOD", "FOR"],
            &["WITHOUT", "OVERLAPS"],
            &["NEXT", "VALUE", "FOR"],
            &["PAGE_CHECKSUM"],
            &["TRANSACTIONAL"],
        ] {
            if words.have(phrase) {
                found.insert(phrase.join(" "));
            }
        }
        const NOW: [&str; 5] = ["CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "NOW", "UTC_TIMESTAMP"];
        for i in (0..tokens.len()).filter(|i| words.is(*i, "DEFAULT") && words.punct(i + 2, b'(')) {
            if let Some(function) = words.word(i + 1).filter(|f| !NOW.contains(&f.as_str())) {
                found.insert(format!("DEFAULT {}() without brackets", function.to_ascii_lowercase()));
            }
        }
    }
    found.into_iter().collect()
}

/// What in a statement MariaDB can't read. `tokens` is what MariaDB sees of it.
fn mysql_syntax(text: &[u8], tokens: &[Token], kind: &Statement) -> Vec<String> {
    let words = Words { text, tokens };
    let mut found: BTreeSet<String> = BTreeSet::new();
    match kind {
        Statement::CreateTable(_) => {
            for i in 0..tokens.len() {
                if words.is(i, "SRID") && tokens.get(i + 1).is_some_and(|t| t.kind == TokenKind::Number) {
                    found.insert("SRID of a column".to_owned());
                }
                let key = words.is(i, "KEY") || words.is(i, "INDEX");
                let functional = |j: usize| words.punct(j, b'(') && words.punct(j + 1, b'(');
                if key && (functional(i + 1) || functional(i + 2)) {
                    found.insert("key over an expression".to_owned());
                }
            }
            for word in ["SECONDARY_ENGINE", "ENGINE_ATTRIBUTE", "AUTOEXTEND_SIZE"] {
                if words.have(&[word]) {
                    found.insert(word.to_owned());
                }
            }
        }
        Statement::CreateRoutine { .. } if words.have(&["LANGUAGE", "JAVASCRIPT"]) => {
            found.insert("LANGUAGE JAVASCRIPT".to_owned());
        }
        _ => {}
    }
    found.into_iter().collect()
}
