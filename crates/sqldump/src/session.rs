//! What SET and USE do to a session, so that statements may run later or on other connections.
//!
//! A [`Session`] is a value: it changes by [`apply`](Session::apply) and says with [`diff`](Session::diff) what to send to
//! a connection that is in another state. What can't be evaluated here is reported, never guessed.

use crate::{
    lex::{Cursor, TokenKind, unquote_string},
    mode::{Charset, LexMode},
    name::Name,
    version::ServerVersion,
};
use alloc::{borrow::ToOwned, collections::BTreeMap, format, string::String, sync::Arc, vec::Vec};

/// A value longer than this isn't followed: a statement such as `SET @a = CONCAT(@a, @a)` doubles it each time.
pub const VALUE_BYTES_MAX: usize = 64 << 10;

/// Variables beyond this number aren't followed, of either sort; stock dumps use about twenty of each.
pub const VARIABLES_MAX: usize = 1_000;

/// Calls in a value that are nested deeper than this aren't followed.
const NESTING_MAX: usize = 16;

/// Variables that every MySQL from 5.5 on and every MariaDB from 10.0 on has for each session, that anybody may set, and
/// that dumps set.
const KNOWN: [&str; 22] = [
    "autocommit",
    "big_tables",
    "character_set_client",
    "character_set_connection",
    "character_set_results",
    "collation_connection",
    "default_storage_engine",
    "foreign_key_checks",
    "group_concat_max_len",
    "innodb_lock_wait_timeout",
    "interactive_timeout",
    "lock_wait_timeout",
    "low_priority_updates",
    "net_read_timeout",
    "net_write_timeout",
    "sql_auto_is_null",
    "sql_mode",
    "sql_notes",
    "sql_quote_show_create",
    "time_zone",
    "unique_checks",
    "wait_timeout",
];

/// What SET NAMES sets.
const NAMES: [&str; 4] =
    ["character_set_client", "character_set_connection", "character_set_results", "collation_connection"];

/// Switches: `ON`, `TRUE`, `1` and `'ON'` are the same value.
const SWITCHES: [&str; 11] = [
    "autocommit",
    "big_tables",
    "foreign_key_checks",
    "low_priority_updates",
    "sql_auto_is_null",
    "sql_log_bin",
    "sql_notes",
    "sql_quote_show_create",
    "sql_safe_updates",
    "sql_warnings",
    "unique_checks",
];

/// Variables without a global value to fall back on.
const SESSION_ONLY: [&str; 14] = [
    "error_count",
    "external_user",
    "gtid_next",
    "identity",
    "insert_id",
    "last_insert_id",
    "pseudo_thread_id",
    "proxy_user",
    "rand_seed1",
    "rand_seed2",
    "skip_replication",
    "sql_log_bin",
    "timestamp",
    "warning_count",
];

/// The simulated state of a connection. Cheap to clone.
///
/// The charset and the collation of the connection are one setting with two names: a session holds the one that was set
/// last, and setting it on another connection sets the other too. [`get`](Self::get) derives the charset from the
/// collation; the collation that a charset stands for is the server's to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    state: Arc<State>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    initial: Arc<BTreeMap<String, Stored>>,
    variables: BTreeMap<String, Stored>,
    user: BTreeMap<String, Stored>,
    /// A user variable that isn't in `user` may have any value, rather than NULL.
    unfollowed: bool,
    database: Option<Name>,
}

/// A value, with the literal that stands for it under default lexing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    value: Value,
    literal: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Null,
    Text(String),
    /// Digits, with or without a sign, point or exponent.
    Number(String),
    /// A bare word.
    Word(String),
    /// A system variable's `DEFAULT`, its initial value being unknown.
    Default,
    /// A user variable that holds a system variable's initial value, which is unknown.
    DefaultOf(String),
    /// A user variable that holds the default collation of this charset, which is the server's to know.
    DefaultCollation(String),
    /// The collation of the database that is current when it is used.
    DatabaseCollation,
    /// Set by something that can't be evaluated here.
    Opaque,
}

impl Value {
    fn stored(self) -> Stored {
        let literal = match &self {
            Self::Null => "NULL".to_owned(),
            Self::Text(text) => quote(text, true),
            Self::Number(text) | Self::Word(text) => text.clone(),
            Self::Default => "DEFAULT".to_owned(),
            Self::DefaultOf(variable) => format!("@@GLOBAL.{variable}"),
            // The names of charsets are words: see `collation_or_charset`.
            Self::DefaultCollation(charset) => format!("COLLATION(CONVERT('' USING {charset}))"),
            Self::DatabaseCollation => "@@collation_database".to_owned(),
            Self::Opaque => String::new(),
        };
        Stored { value: self, literal }
    }

    /// As the value of a string function; `Ok(None)` is NULL.
    fn text(&self) -> Result<Option<&str>, Incalculable> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) | Self::Number(text) => Ok(Some(text)),
            _ => Err(Incalculable),
        }
    }
}

fn quote(text: &str, escapes: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        if c == '\'' || (c == '\\' && escapes) {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// A value that can't be known here.
struct Incalculable;

/// What a statement did to the simulated session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// No SET statement, or none that changes session variables.
    NotSet,
    /// The simulation knows the session after it.
    Simulated {
        /// Every assigned system variable is one that all servers have and stock dumps set.
        known_variables_only: bool,
    },
    /// Assigns a variable for the whole server.
    Global {
        /// The variable's name, in lower case.
        variable: String,
    },
    /// A value can't be known: the statement has to run on every connection. From here on the variable is left out of
    /// [`Session::diff`], and what is derived from it is unknown as well.
    Unknown {
        /// The variable's name, in lower case, with an `@` if it is a user variable.
        variable: String,
    },
    /// A value that changes how statements are read can't be known: the dump has to be refused.
    LexingUnknown {
        /// The variable's name, in lower case.
        variable: String,
    },
}

impl Effect {
    /// The one of two effects that asks for more.
    fn worse(self, other: Self) -> Self {
        let rank = |e: &Self| match e {
            Self::NotSet => 0,
            Self::Simulated { known_variables_only: true } => 1,
            Self::Simulated { known_variables_only: false } => 2,
            Self::Unknown { .. } => 3,
            Self::Global { .. } => 4,
            Self::LexingUnknown { .. } => 5,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl Session {
    /// A session whose variables have these values, each written as in `SET name = value`.
    ///
    /// They are also what `DEFAULT` and `@@GLOBAL.name` are taken to mean. Values that can't be read are left out. Give
    /// `sql_mode` and `character_set_client` at least.
    pub fn new(initial: &[(&str, &str)]) -> Self {
        let empty = State {
            initial: Arc::new(BTreeMap::new()),
            variables: BTreeMap::new(),
            user: BTreeMap::new(),
            unfollowed: false,
            database: None,
        };
        let mut session = Self { state: Arc::new(empty) };
        // In the order of their names: the collation of the connection after its charset, of which it says more.
        let initial: BTreeMap<String, &str> =
            initial.iter().map(|(name, literal)| (name.to_ascii_lowercase(), *literal)).collect();
        for (name, literal) in initial {
            let mut cursor = Cursor::new(literal.as_bytes(), LexMode::default(), None);
            if let Ok(value) = session.evaluate(&mut cursor, 0)
                && cursor.at_end()
            {
                session.assign(&name, value);
            }
        }
        let state = Arc::make_mut(&mut session.state);
        state.initial = Arc::new(state.variables.clone());
        session
    }

    /// A session for work without a server: `utf8mb4`, an empty `sql_mode`, all checks on, the server's time zone.
    pub fn offline() -> Self {
        Self::new(&[
            ("autocommit", "1"),
            ("character_set_client", "utf8mb4"),
            ("character_set_connection", "utf8mb4"),
            ("character_set_results", "utf8mb4"),
            ("foreign_key_checks", "1"),
            ("sql_auto_is_null", "0"),
            ("sql_log_bin", "1"),
            ("sql_mode", "''"),
            ("sql_notes", "1"),
            ("sql_quote_show_create", "1"),
            ("time_zone", "'SYSTEM'"),
            ("unique_checks", "1"),
        ])
    }

    /// How the next statement is to be read.
    ///
    /// `ANSI_QUOTES` is also part of the modes `ANSI`, `DB2`, `MAXDB`, `MSSQL`, `ORACLE` and `POSTGRESQL`, but not of
    /// `MYSQL323` and `MYSQL40`.
    pub fn lex_mode(&self) -> LexMode {
        let mut mode = LexMode::default();
        if let Some(Value::Text(modes)) = self.value("sql_mode") {
            for name in modes.split(',') {
                match name.trim() {
                    "ANSI" | "ANSI_QUOTES" | "DB2" | "MAXDB" | "MSSQL" | "ORACLE" | "POSTGRESQL" => {
                        mode.ansi_quotes = true;
                    }
                    "NO_BACKSLASH_ESCAPES" => mode.no_backslash_escapes = true,
                    _ => {}
                }
            }
        }
        if let Some(Value::Word(charset)) = self.value("character_set_client") {
            mode.charset = Charset::from_name(charset.as_bytes());
        }
        mode
    }

    fn value(&self, variable: &str) -> Option<&Value> {
        self.state.variables.get(variable).map(|stored| &stored.value)
    }

    /// A system variable's value as a literal, if the dump has set it or it was given at first.
    ///
    /// Literals are written for a session without `NO_BACKSLASH_ESCAPES`. Charsets, collations and `DEFAULT` are bare
    /// words; switches are 0 and 1.
    pub fn get(&self, variable: &str) -> Option<&str> {
        let variable = variable.to_ascii_lowercase();
        match self.state.variables.get(&variable) {
            Some(stored) => (stored.value != Value::Opaque).then_some(stored.literal.as_str()),
            None if variable == "character_set_connection" => charset_of(self.get("collation_connection")?),
            None => None,
        }
    }

    /// System variables and their values as literals: all that the dump has set or that were given at first.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        known(&self.state.variables)
    }

    /// User variables, in lower case without their `@`, and their values as literals.
    pub fn user_variables(&self) -> impl Iterator<Item = (&str, &str)> {
        known(&self.state.user)
    }

    /// The current database.
    pub fn database(&self) -> Option<&Name> {
        self.state.database.as_ref()
    }

    /// Whether names of schemas and tables that differ in case only are one name (`lower_case_table_names`).
    pub fn folds(&self) -> bool {
        self.get("lower_case_table_names").is_some_and(|v| v != "0")
    }

    /// A schema's or table's name as the server tells it from others: in lower case if it [`folds`](Self::folds).
    ///
    /// The server lowers letter by letter, without regard to what stands around one. In charsets other than `utf8` and its
    /// kin, letters beyond ASCII are left as they are.
    pub fn fold(&self, name: &Name) -> Name {
        if !self.folds() {
            return name.clone();
        }
        let utf8 = self.get("character_set_client").is_some_and(|c| c.starts_with("utf8"));
        if utf8 && let Ok(text) = core::str::from_utf8(name.as_bytes()) {
            let lower: String = text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect();
            return Name::new(lower.into_bytes());
        }
        let charset = self.lex_mode().charset;
        let mut rest = name.as_bytes();
        let mut lower = Vec::with_capacity(rest.len());
        while let Some((&first, others)) = rest.split_first() {
            match charset.char_len(rest).and_then(|n| rest.split_at_checked(n)) {
                Some((character, others)) if character.len() > 1 => {
                    lower.extend_from_slice(character);
                    rest = others;
                }
                _ => {
                    lower.push(first.to_ascii_lowercase());
                    rest = others;
                }
            }
        }
        Name::new(lower)
    }

    /// Changes the current database.
    pub fn set_database(&mut self, database: Option<Name>) {
        Arc::make_mut(&mut self.state).database = database;
    }

    /// Carries out a SET statement on the simulated session.
    ///
    /// As on a server, every value of the statement is worked out before the first variable changes. Also notes that a
    /// `SELECT … INTO @x`, `@x := …` or `CALL p(@x)` changes `@x`, by [`Effect::Unknown`]. What an `EXECUTE`
    /// does to variables that are known isn't followed.
    pub fn apply(&mut self, statement: &[u8], target: Option<ServerVersion>) -> Effect {
        let mode = self.lex_mode();
        let Some(items) = set_items(statement, mode, target) else {
            return self.apply_other(Cursor::new(statement, mode, target), mode);
        };
        let before = self.clone();
        let mut effect = Effect::Simulated { known_variables_only: true };
        for item in items {
            effect = effect.worse(self.apply_item(item, &before));
        }
        effect
    }

    fn apply_item(&mut self, item: SetItem<'_>, before: &Self) -> Effect {
        let evaluate = |mut value: Cursor<'_>| {
            let result = before.evaluate(&mut value, 0);
            if value.at_end() || value.peek_punct(b',') { result } else { Err(Incalculable) }
        };
        match item {
            SetItem::User { name, value } => {
                let Some(name) = name else { return Effect::Unknown { variable: "@".to_owned() } };
                if self.assign_user(&name, evaluate(value).unwrap_or(Value::Opaque)) {
                    Effect::Simulated { known_variables_only: true }
                } else {
                    Effect::Unknown { variable: format!("@{name}") }
                }
            }
            SetItem::System { global: true, name, .. } => Effect::Global { variable: name },
            SetItem::System { global: false, name, value } => {
                let value = match evaluate(value) {
                    Ok(value) => before.for_system(&name, value),
                    Err(Incalculable) => Value::Opaque,
                };
                self.assign_effect(&name, value)
            }
            SetItem::Names { charset, collation } => {
                let charset = charset.map_or(Value::Default, Value::Word);
                let mut effect = Effect::Simulated { known_variables_only: true };
                for name in ["character_set_client", "character_set_results", "character_set_connection"] {
                    let value = before.for_system(name, charset.clone());
                    effect = effect.worse(self.assign_effect(name, value));
                }
                if let Some(collation) = collation {
                    effect = effect.worse(self.assign_effect("collation_connection", Value::Word(collation)));
                } else if charset == Value::Default
                    && let Some(initial) = before.state.initial.get("collation_connection").cloned()
                {
                    self.assign("collation_connection", initial.value);
                }
                effect
            }
            SetItem::CharacterSet { charset } => {
                let charset = charset.map_or(Value::Default, Value::Word);
                let mut effect = Effect::Simulated { known_variables_only: true };
                for name in ["character_set_client", "character_set_results"] {
                    let value = before.for_system(name, charset.clone());
                    effect = effect.worse(self.assign_effect(name, value));
                }
                self.assign("collation_connection", Value::DatabaseCollation);
                effect
            }
            SetItem::Transaction { global: true } => Effect::Global { variable: "transaction".to_owned() },
            SetItem::Transaction { global: false } => Effect::Unknown { variable: "transaction".to_owned() },
            SetItem::Account | SetItem::ForStatement | SetItem::ResourceGroup => Effect::NotSet,
            SetItem::Unreadable { name } => {
                // A server refuses it, but if the guess at what it is should be wrong, it must not stay unnoticed.
                if is_lexing(&name) {
                    Effect::LexingUnknown { variable: name }
                } else {
                    Effect::Unknown { variable: name }
                }
            }
        }
    }

    /// Notes which user variables a statement other than SET assigns.
    fn apply_other(&mut self, mut cursor: Cursor<'_>, mode: LexMode) -> Effect {
        if cursor.peek_is("EXECUTE") {
            Arc::make_mut(&mut self.state).unfollowed = true;
        }
        let call = cursor.peek_is("CALL");
        if !call && !cursor.peek_any(&["SELECT", "WITH", "DO", "VALUES"]) && !cursor.peek_punct(b'(') {
            return Effect::NotSet;
        }
        let mut effect = Effect::NotSet;
        let mut into = false;
        while let Some(token) = cursor.take() {
            if token.kind != TokenKind::UserVariable {
                // `INTO @a, @b` goes on over commas.
                into = match token.kind {
                    TokenKind::Word => cursor.bytes(token).eq_ignore_ascii_case(b"INTO"),
                    TokenKind::Punct(b',') => into,
                    _ => false,
                };
                continue;
            }
            if into || call || cursor.peek_punct(b':') {
                let name = user_variable_name(cursor.bytes(token), mode);
                if let Some(name) = &name {
                    self.assign_user(name, Value::Opaque);
                }
                effect = Effect::Unknown { variable: format!("@{}", name.unwrap_or_default()) };
            }
        }
        effect
    }

    /// The value as this system variable takes it.
    fn for_system(&self, name: &str, value: Value) -> Value {
        let value = match value {
            Value::DefaultOf(of) if of == name => Value::Default,
            Value::DefaultOf(_) => Value::Opaque,
            value => value,
        };
        match value {
            Value::Default => self.state.initial.get(name).map_or(Value::Default, |initial| initial.value.clone()),
            Value::Null if name != "character_set_results" => Value::Opaque,
            value => value,
        }
    }

    fn assign_effect(&mut self, name: &str, value: Value) -> Effect {
        if self.assign(name, value) {
            Effect::Simulated { known_variables_only: KNOWN.contains(&name) }
        } else if is_lexing(name) {
            Effect::LexingUnknown { variable: name.to_owned() }
        } else {
            Effect::Unknown { variable: name.to_owned() }
        }
    }

    /// Sets a system variable. False if the value is unknown afterwards, which for the variables that change lexing
    /// leaves the old one in place.
    fn assign(&mut self, name: &str, value: Value) -> bool {
        let value = match name {
            "sql_mode" => match value {
                Value::Text(text) | Value::Word(text) => Value::Text(text.to_ascii_uppercase()),
                Value::Number(n) if n == "0" => Value::Text(String::new()),
                _ => return false,
            },
            "character_set_client" => match charset_word(&value) {
                Some(word) => Value::Word(word),
                None => return false,
            },
            "character_set_connection" | "character_set_results" | "collation_connection" => match value {
                Value::Null | Value::Default | Value::DatabaseCollation | Value::DefaultCollation(_) => value,
                value => charset_word(&value).map_or(Value::Opaque, Value::Word),
            },
            "time_zone" => match value {
                Value::Word(word) => Value::Text(word),
                value => value,
            },
            _ if SWITCHES.contains(&name) => switch(value),
            _ => value,
        };
        let state = Arc::make_mut(&mut self.state);
        if state.variables.len() >= VARIABLES_MAX && !state.variables.contains_key(name) {
            return false;
        }
        let known = value != Value::Opaque;
        let (name, value) = match (name, value) {
            ("character_set_connection", value) => {
                state.variables.remove("collation_connection");
                (name, value)
            }
            ("collation_connection", Value::DefaultCollation(charset)) => {
                state.variables.remove("collation_connection");
                ("character_set_connection", Value::Word(charset))
            }
            ("collation_connection", value) => {
                state.variables.remove("character_set_connection");
                (name, value)
            }
            other => other,
        };
        state.variables.insert(name.to_owned(), value.stored());
        known
    }

    /// Sets a user variable. False if the value is too much to be followed.
    fn assign_user(&mut self, name: &str, value: Value) -> bool {
        let value = match value {
            // Any other word would be the name of a column.
            Value::Word(word) if word.eq_ignore_ascii_case("TRUE") => Value::Number("1".to_owned()),
            Value::Word(word) if word.eq_ignore_ascii_case("FALSE") => Value::Number("0".to_owned()),
            Value::Word(_) | Value::Default => Value::Opaque,
            value => value,
        };
        let fits = !matches!(&value, Value::Text(text) if text.len() > VALUE_BYTES_MAX);
        let state = Arc::make_mut(&mut self.state);
        if state.user.len() >= VARIABLES_MAX && !state.user.contains_key(name) {
            state.unfollowed = true;
            return false;
        }
        let value = if fits { value } else { Value::Opaque };
        let known = value != Value::Opaque;
        state.user.insert(name.to_owned(), value.stored());
        known
    }

    /// The value of `@@name` in an expression.
    fn system_value(&self, name: &str, global: bool) -> Result<Value, Incalculable> {
        let map = if global { &*self.state.initial } else { &self.state.variables };
        match map.get(name).map(|stored| &stored.value) {
            Some(Value::Opaque) => Err(Incalculable),
            // A word read from a variable is a string from then on.
            Some(Value::Word(word)) => Ok(Value::Text(word.clone())),
            Some(Value::Default) | None => {
                match (name, map.get("collation_connection"), map.get("character_set_connection")) {
                    ("character_set_connection", Some(Stored { value: Value::Word(collation), .. }), _) => {
                        charset_of(collation).map(|c| Value::Text(c.to_owned())).ok_or(Incalculable)
                    }
                    ("collation_connection", _, Some(Stored { value: Value::Word(charset), .. })) => {
                        Ok(Value::DefaultCollation(charset.clone()))
                    }
                    // The connection's own, from its handshake: no global value tells it.
                    _ if NAMES.contains(&name) => Err(Incalculable),
                    _ if SESSION_ONLY.contains(&name) || !is_plain_name(name) => Err(Incalculable),
                    _ => Ok(Value::DefaultOf(name.to_owned())),
                }
            }
            Some(value) => Ok(value.clone()),
        }
    }

    /// Works out the expression at the cursor and stops behind it.
    fn evaluate(&self, cursor: &mut Cursor<'_>, nesting: usize) -> Result<Value, Incalculable> {
        if nesting > NESTING_MAX {
            return Err(Incalculable);
        }
        let token = cursor.take().ok_or(Incalculable)?;
        let bytes = cursor.bytes(token);
        match token.kind {
            TokenKind::String => {
                let mut text = unquote_string(bytes, cursor.mode());
                // Strings side by side are one.
                while let Some(next) = cursor.peek()
                    && next.kind == TokenKind::String
                {
                    cursor.take();
                    text.extend(unquote_string(cursor.bytes(next), cursor.mode()));
                }
                plain_text(text).map(Value::Text)
            }
            TokenKind::Number => plain_text(bytes.to_vec()).map(Value::Number),
            TokenKind::Punct(sign @ (b'-' | b'+')) => {
                let number = cursor.take().filter(|t| t.kind == TokenKind::Number).ok_or(Incalculable)?;
                let mut text = if sign == b'-' { "-".to_owned() } else { String::new() };
                text.push_str(&plain_text(cursor.bytes(number).to_vec())?);
                Ok(Value::Number(text))
            }
            TokenKind::Punct(b'(') => {
                // `(SELECT REPLACE(@@sql_mode, …))` without a FROM is just its value.
                cursor.word("SELECT");
                let value = self.evaluate(cursor, nesting + 1)?;
                if cursor.punct(b')') { Ok(value) } else { Err(Incalculable) }
            }
            TokenKind::UserVariable => {
                let name = user_variable_name(bytes, cursor.mode()).ok_or(Incalculable)?;
                match self.state.user.get(&name).map(|stored| &stored.value) {
                    Some(Value::Opaque) => Err(Incalculable),
                    Some(value) => Ok(value.clone()),
                    None if self.state.unfollowed => Err(Incalculable),
                    None => Ok(Value::Null),
                }
            }
            TokenKind::SystemVariable => {
                let (global, name) = system_variable(cursor, token).ok_or(Incalculable)?;
                self.system_value(&name, global)
            }
            TokenKind::Word if cursor.peek_punct(b'(') => self.call(cursor, bytes, nesting),
            TokenKind::Word if bytes.eq_ignore_ascii_case(b"NULL") => Ok(Value::Null),
            TokenKind::Word if bytes.eq_ignore_ascii_case(b"DEFAULT") => Ok(Value::Default),
            // `_latin1'x'` and `DATE '…'` are more than the word.
            TokenKind::Word if !cursor.peek().is_some_and(|t| t.kind == TokenKind::String) => {
                plain_text(bytes.to_vec()).map(Value::Word)
            }
            _ => Err(Incalculable),
        }
    }

    fn call(&self, cursor: &mut Cursor<'_>, function: &[u8], nesting: usize) -> Result<Value, Incalculable> {
        cursor.take();
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.evaluate(cursor, nesting + 1)?);
            if cursor.punct(b')') {
                break;
            }
            if !cursor.punct(b',') {
                return Err(Incalculable);
            }
        }
        if function.eq_ignore_ascii_case(b"IFNULL") || function.eq_ignore_ascii_case(b"COALESCE") {
            return Ok(arguments.into_iter().find(|value| *value != Value::Null).unwrap_or(Value::Null));
        }
        let (concat, replace) = (function.eq_ignore_ascii_case(b"CONCAT"), function.eq_ignore_ascii_case(b"REPLACE"));
        if !concat && !replace {
            return Err(Incalculable);
        }
        let mut texts = Vec::new();
        for argument in &arguments {
            match argument.text()? {
                Some(text) => texts.push(text),
                None => return Ok(Value::Null),
            }
        }
        let text = match texts.as_slice() {
            _ if concat => texts.concat(),
            [text, "", _] => (*text).to_owned(),
            [text, from, to] => {
                if text.len().saturating_add((text.len() / from.len()).saturating_mul(to.len())) > VALUE_BYTES_MAX {
                    return Err(Incalculable);
                }
                text.replace(from, to)
            }
            _ => return Err(Incalculable),
        };
        if text.len() > VALUE_BYTES_MAX { Err(Incalculable) } else { Ok(Value::Text(text)) }
    }

    /// One SET statement that brings a connection from the state `from` to this one; `None` if nothing needs to be sent.
    ///
    /// Both sessions are to have begun with the same initial values. The statement is written for a connection in the
    /// state `from`. It covers system and user variables. It leaves out the database, which has to be selected first
    /// (the charset may be the database's), and variables whose value is unknown.
    pub fn diff(&self, from: &Self) -> Option<Vec<u8>> {
        if Arc::ptr_eq(&self.state, &from.state) {
            return None;
        }
        let escapes = !from.lex_mode().no_backslash_escapes;
        let literal = |stored: &Stored| match &stored.value {
            Value::Text(text) => quote(text, escapes),
            _ => stored.literal.clone(),
        };
        let mut items = Vec::new();
        let (ours, theirs) = (&self.state.variables, &from.state.variables);
        for (name, stored) in ours {
            if stored.value != Value::Opaque && theirs.get(name) != Some(stored) {
                items.push(format!("{}={}", system_name(name), literal(stored)));
            }
        }
        for (name, stored) in theirs {
            let by_its_twin = match name.as_str() {
                "character_set_connection" => ours.contains_key("collation_connection"),
                "collation_connection" => ours.contains_key("character_set_connection"),
                _ => false,
            };
            if stored.value != Value::Opaque && !ours.contains_key(name) && !by_its_twin {
                items.push(format!("{}=DEFAULT", system_name(name)));
            }
        }
        let (ours, theirs) = (&self.state.user, &from.state.user);
        for (name, stored) in ours {
            let same = theirs.get(name).map_or(stored.value == Value::Null, |theirs| theirs == stored);
            if stored.value != Value::Opaque && !same {
                items.push(format!("@{}={}", backticked(name), literal(stored)));
            }
        }
        for (name, stored) in theirs {
            // What isn't known couldn't be put back.
            if !matches!(stored.value, Value::Null | Value::Opaque) && !ours.contains_key(name) {
                items.push(format!("@{}=NULL", backticked(name)));
            }
        }
        (!items.is_empty()).then(|| format!("SET {}", items.join(", ")).into_bytes())
    }
}

fn known(map: &BTreeMap<String, Stored>) -> impl Iterator<Item = (&str, &str)> {
    map.iter().filter(|(_, stored)| stored.value != Value::Opaque).map(|(name, s)| (name.as_str(), s.literal.as_str()))
}

fn is_lexing(variable: &str) -> bool {
    matches!(variable, "sql_mode" | "character_set_client")
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.'))
}

fn system_name(name: &str) -> String {
    if is_plain_name(name) { name.to_owned() } else { backticked(name) }
}

fn backticked(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Text that reads the same in every charset and isn't too long.
fn plain_text(bytes: Vec<u8>) -> Result<String, Incalculable> {
    if !bytes.is_ascii() || bytes.len() > VALUE_BYTES_MAX {
        return Err(Incalculable);
    }
    String::from_utf8(bytes).map_err(|_| Incalculable)
}

/// The name of a charset or collation.
fn charset_word(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Word(text)
            if text.bytes().any(|b| b.is_ascii_alphabetic())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') =>
        {
            Some(text.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// The charset of a collation: its name up to the first `_`.
///
/// MariaDB's `uca1400_ai_ci` without a charset before it isn't allowed where a connection's collation is set.
fn charset_of(collation: &str) -> Option<&str> {
    let charset = collation.split('_').next()?;
    (!charset.starts_with('@') && !charset.contains('(') && charset != "DEFAULT" && charset != "NULL")
        .then_some(charset)
}

fn switch(value: Value) -> Value {
    match &value {
        Value::Text(text) | Value::Word(text) | Value::Number(text) => match text.to_ascii_uppercase().as_str() {
            "1" | "ON" | "TRUE" => Value::Number("1".to_owned()),
            "0" | "OFF" | "FALSE" => Value::Number("0".to_owned()),
            _ => value,
        },
        _ => value,
    }
}

/// The name of `@x`, `` @`x` `` or `@'x'`, in lower case as such names don't tell cases apart.
fn user_variable_name(token: &[u8], mode: LexMode) -> Option<String> {
    let name = token.strip_prefix(b"@")?;
    let name = match name.first()? {
        b'`' => crate::lex::ident_in(name, mode).as_bytes().to_vec(),
        b'\'' | b'"' => unquote_string(name, mode),
        _ => name.to_vec(),
    };
    Some(String::from_utf8(name).ok()?.to_lowercase())
}

/// The rest of `@@x`, `@@SESSION.x` or `@@GLOBAL.x`, whose first token is taken: whether it is global, and its name in
/// lower case.
fn system_variable(cursor: &mut Cursor<'_>, token: crate::lex::Token) -> Option<(bool, String)> {
    let first = cursor.bytes(token).strip_prefix(b"@@")?;
    let quoted = first.first() == Some(&b'`');
    let first = lower_name(&crate::lex::ident_in(first, cursor.mode()))?;
    if !cursor.punct(b'.') {
        return Some((false, first));
    }
    let mut name = lower_name(&cursor.name()?)?;
    let scope = if quoted { None } else { scope_of(&first) };
    if scope.is_none() {
        name = format!("{first}.{name}");
    }
    if cursor.punct(b'.') {
        name = format!("{name}.{}", lower_name(&cursor.name()?)?);
    }
    Some((scope.unwrap_or(false), name))
}

fn lower_name(name: &Name) -> Option<String> {
    Some(core::str::from_utf8(name.as_bytes()).ok()?.to_ascii_lowercase())
}

/// Whether a scope's word means more than the session; `None` if it is none.
fn scope_of(word: &str) -> Option<bool> {
    match word.to_ascii_uppercase().as_str() {
        "GLOBAL" | "PERSIST" | "PERSIST_ONLY" => Some(true),
        "SESSION" | "LOCAL" => Some(false),
        _ => None,
    }
}

/// One assignment of a SET statement. A value is a cursor that stands before it.
pub(crate) enum SetItem<'a> {
    User {
        name: Option<String>,
        value: Cursor<'a>,
    },
    System {
        global: bool,
        name: String,
        value: Cursor<'a>,
    },
    Names {
        charset: Option<String>,
        collation: Option<String>,
    },
    CharacterSet {
        charset: Option<String>,
    },
    Transaction {
        global: bool,
    },
    /// `PASSWORD`, `ROLE`, `DEFAULT ROLE`.
    Account,
    /// `SET STATEMENT … FOR`.
    ForStatement,
    ResourceGroup,
    Unreadable {
        name: String,
    },
}

/// The assignments of a SET statement; `None` for another statement.
pub(crate) fn set_items(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Vec<SetItem<'_>>> {
    let mut cursor = Cursor::new(text, mode, target);
    if !cursor.word("SET") {
        return None;
    }
    let mut items = Vec::new();
    // A scope's word holds for the assignments after it that have none.
    let mut global = false;
    loop {
        items.push(set_item(&mut cursor, &mut global));
        // Over what is left of a value, to the next assignment.
        loop {
            if cursor.peek_punct(b'(') {
                if !cursor.skip_brackets() {
                    return Some(items);
                }
                continue;
            }
            match cursor.take() {
                None => return Some(items),
                Some(token) if token.kind == TokenKind::Punct(b',') => break,
                Some(_) => {}
            }
        }
    }
}

fn set_item<'a>(cursor: &mut Cursor<'a>, global: &mut bool) -> SetItem<'a> {
    let Some(token) = cursor.peek() else { return SetItem::Unreadable { name: String::new() } };
    let mode = cursor.mode();
    match token.kind {
        TokenKind::UserVariable => {
            cursor.take();
            let name = user_variable_name(cursor.bytes(token), mode);
            if assignment(cursor) {
                SetItem::User { name, value: cursor.clone() }
            } else {
                SetItem::Unreadable { name: format!("@{}", name.unwrap_or_default()) }
            }
        }
        TokenKind::SystemVariable => {
            cursor.take();
            match system_variable(cursor, token) {
                Some((global, name)) if assignment(cursor) => SetItem::System { global, name, value: cursor.clone() },
                Some((_, name)) => SetItem::Unreadable { name },
                // It may be global for all one can tell.
                None => SetItem::System { global: true, name: "@@".to_owned(), value: cursor.clone() },
            }
        }
        TokenKind::Word | TokenKind::QuotedIdent => {
            if token.kind == TokenKind::Word {
                if let Some(scope) = core::str::from_utf8(cursor.bytes(token)).ok().and_then(scope_of) {
                    *global = scope;
                    cursor.take();
                }
                if let Some(item) = set_words(cursor, *global) {
                    return item;
                }
            }
            named_item(cursor, *global)
        }
        _ => SetItem::Unreadable { name: String::new() },
    }
}

/// The forms that start with a word of their own.
fn set_words<'a>(cursor: &mut Cursor<'a>, global: bool) -> Option<SetItem<'a>> {
    let charset = |cursor: &mut Cursor<'a>| -> Option<Option<String>> {
        let token = cursor.take()?;
        let bytes = cursor.bytes(token);
        let value = match token.kind {
            TokenKind::Word if bytes.eq_ignore_ascii_case(b"DEFAULT") => return Some(None),
            TokenKind::Word => Value::Word(String::from_utf8(bytes.to_vec()).ok()?),
            TokenKind::QuotedIdent => Value::Word(lower_name(&crate::lex::ident_in(bytes, cursor.mode()))?),
            TokenKind::String => Value::Text(String::from_utf8(unquote_string(bytes, cursor.mode())).ok()?),
            _ => return None,
        };
        charset_word(&value).map(Some)
    };
    let unreadable = || SetItem::Unreadable { name: "character_set_client".to_owned() };
    if cursor.word("NAMES") {
        let Some(name) = charset(cursor) else { return Some(unreadable()) };
        let mut collation = None;
        if cursor.word("COLLATE") {
            match charset(cursor) {
                Some(value) => collation = value,
                None => return Some(unreadable()),
            }
        }
        let done = cursor.at_end() || cursor.peek_punct(b',');
        return Some(if done { SetItem::Names { charset: name, collation } } else { unreadable() });
    }
    if cursor.words(&["CHARACTER", "SET"]) || cursor.words(&["CHAR", "SET"]) || cursor.word("CHARSET") {
        return Some(match charset(cursor) {
            Some(charset) if cursor.at_end() || cursor.peek_punct(b',') => SetItem::CharacterSet { charset },
            _ => unreadable(),
        });
    }
    if cursor.peek_any(&["PASSWORD", "ROLE"]) || cursor.words(&["DEFAULT", "ROLE"]) {
        return Some(SetItem::Account);
    }
    if cursor.word("TRANSACTION") {
        // Its characteristics are parted by commas as well.
        while cursor.take().is_some() {}
        return Some(SetItem::Transaction { global });
    }
    if cursor.word("STATEMENT") {
        while cursor.take().is_some() {}
        return Some(SetItem::ForStatement);
    }
    if cursor.words(&["RESOURCE", "GROUP"]) {
        return Some(SetItem::ResourceGroup);
    }
    None
}

fn named_item<'a>(cursor: &mut Cursor<'a>, global: bool) -> SetItem<'a> {
    let Some(mut name) = cursor.name().as_ref().and_then(lower_name) else {
        return SetItem::Unreadable { name: String::new() };
    };
    if cursor.punct(b'.') {
        let Some(part) = cursor.name().as_ref().and_then(lower_name) else { return SetItem::Unreadable { name } };
        name = format!("{name}.{part}");
    }
    if assignment(cursor) {
        SetItem::System { global, name, value: cursor.clone() }
    } else {
        SetItem::Unreadable { name }
    }
}

/// Takes `=` or `:=`.
fn assignment(cursor: &mut Cursor<'_>) -> bool {
    cursor.punct(b':');
    cursor.punct(b'=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Flavor;

    const MYSQL: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MySql, number: 80037 });
    const MARIADB: Option<ServerVersion> = Some(ServerVersion { flavor: Flavor::MariaDb, number: 110405 });

    fn server() -> Session {
        Session::new(&[
            ("sql_mode", "'STRICT_TRANS_TABLES'"),
            ("character_set_client", "latin1"),
            ("character_set_results", "latin1"),
            ("character_set_connection", "latin1"),
            ("collation_connection", "latin1_swedish_ci"),
            ("time_zone", "'SYSTEM'"),
            ("foreign_key_checks", "1"),
            ("unique_checks", "ON"),
            ("sql_notes", "1"),
            ("autocommit", "1"),
        ])
    }

    #[test]
    fn names_are_folded_as_the_server_does() {
        let with = |setting: &'static str, charset: &'static str| {
            Session::new(&[("lower_case_table_names", setting), ("character_set_client", charset)])
        };
        let fold = |session: &Session, name: &[u8]| session.fold(&Name::new(name)).as_bytes().to_vec();
        assert_eq!(fold(&with("0", "utf8mb4"), b"Orders"), b"Orders");
        assert_eq!(fold(&server(), b"Orders"), b"Orders");
        for setting in ["1", "2"] {
            assert_eq!(fold(&with(setting, "utf8mb4"), b"Orders_1"), b"orders_1");
        }
        assert_eq!(fold(&with("1", "utf8mb3"), "ÄÖ\u{130}ΣΣ".as_bytes()), "äöiσσ".as_bytes());
        assert_eq!(fold(&with("1", "latin1"), b"\xC4B"), b"\xC4b");
        // The second byte of a character isn't a letter, whatever it looks like.
        assert_eq!(fold(&with("1", "gbk"), b"\x81AB"), b"\x81Ab");
        assert_eq!(fold(&with("1", "latin1"), b"\x81AB"), b"\x81ab");
        assert_eq!(fold(&with("1", "utf8"), b"A\xFF"), b"a\xFF");
    }

    fn run(session: &mut Session, statements: &str, target: Option<ServerVersion>) {
        for statement in statements.lines().filter(|line| !line.is_empty()) {
            let effect = session.apply(statement.trim_end_matches(';').as_bytes(), target);
            assert!(matches!(effect, Effect::Simulated { .. }), "{statement}: {effect:?}");
        }
    }

    fn sent(to: &Session, from: &Session) -> String {
        to.diff(from).map(|bytes| String::from_utf8(bytes).unwrap()).unwrap_or_default()
    }

    const HEADER: &str = "\
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!50503 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;";
    const FOOTER: &str = "\
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;";

    #[test]
    fn a_stock_header_and_footer() {
        let start = server();
        let mut session = start.clone();
        run(&mut session, HEADER, MYSQL);
        assert_eq!(session.get("SQL_MODE"), Some("'NO_AUTO_VALUE_ON_ZERO'"));
        assert_eq!(session.get("time_zone"), Some("'+00:00'"));
        assert_eq!(session.get("foreign_key_checks"), Some("0"));
        assert_eq!(session.get("character_set_connection"), Some("utf8mb4"));
        assert_eq!(session.get("collation_connection"), None);
        assert_eq!(
            sent(&session, &start),
            "SET character_set_client=utf8mb4, character_set_connection=utf8mb4, character_set_results=utf8mb4, \
             foreign_key_checks=0, sql_mode='NO_AUTO_VALUE_ON_ZERO', sql_notes=0, time_zone='+00:00', unique_checks=0, \
             @`old_character_set_client`='latin1', @`old_character_set_results`='latin1', \
             @`old_collation_connection`='latin1_swedish_ci', @`old_foreign_key_checks`=1, \
             @`old_sql_mode`='STRICT_TRANS_TABLES', @`old_sql_notes`=1, @`old_time_zone`='SYSTEM', \
             @`old_unique_checks`=1"
        );
        assert_eq!(session.diff(&session), None);
        run(&mut session, FOOTER, MYSQL);
        assert_eq!(session.variables().collect::<Vec<_>>(), start.variables().collect::<Vec<_>>());
        assert!(sent(&start, &session).starts_with("SET @`old_character_set_client`=NULL, "));
    }

    #[test]
    fn sessions_that_are_equal_compare_so() {
        let mut a = server();
        let mut b = a.clone();
        run(&mut a, "SET NAMES 'UTF8'\nSET @a=1, @@session.autocommit=OFF", MYSQL);
        run(&mut b, "SET @A=1\nSET NAMES utf8\nSET LOCAL autocommit = 0", MYSQL);
        assert_eq!(a, b);
    }

    #[test]
    fn a_view_saves_and_restores_the_default_collation() {
        let mut session = server();
        run(&mut session, HEADER, MYSQL);
        let before = session.clone();
        run(
            &mut session,
            "/*!50001 SET @saved_cs_client          = @@character_set_client */
             /*!50001 SET @saved_col_connection     = @@collation_connection */
             /*!50001 SET character_set_client      = utf8mb3 */
             /*!50001 SET collation_connection      = utf8mb3_general_ci */",
            MYSQL,
        );
        assert_eq!(session.get("character_set_connection"), Some("utf8mb3"));
        assert_eq!(
            sent(&session, &before),
            "SET character_set_client=utf8mb3, collation_connection=utf8mb3_general_ci, \
             @`saved_col_connection`=COLLATION(CONVERT('' USING utf8mb4)), @`saved_cs_client`='utf8mb4'"
        );
        run(
            &mut session,
            "SET character_set_client = @saved_cs_client
             SET collation_connection = @saved_col_connection",
            MYSQL,
        );
        assert_eq!(session.variables().collect::<Vec<_>>(), before.variables().collect::<Vec<_>>());
    }

    #[test]
    fn values_are_worked_out_before_anything_is_set() {
        let mut session = server();
        run(&mut session, "SET @a=1\nSET @a=2, @b=@a, foreign_key_checks=0, @c=@@foreign_key_checks", MYSQL);
        let values: Vec<_> = session.user_variables().collect();
        assert_eq!(values, [("a", "2"), ("b", "1"), ("c", "1")]);
    }

    #[test]
    fn what_a_server_skips_isnt_set() {
        let mut session = server();
        let verbosity = b"/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY, NOTE_VERBOSITY=0 */";
        assert_eq!(session.apply(verbosity, MYSQL), Effect::NotSet);
        assert_eq!(session, server());
        assert_eq!(session.apply(verbosity, MARIADB), Effect::Simulated { known_variables_only: false });
        assert_eq!(sent(&session, &server()), "SET note_verbosity=0, @`old_note_verbosity`=@@GLOBAL.note_verbosity");
        run(&mut session, "/*M!100616 SET NOTE_VERBOSITY=@OLD_NOTE_VERBOSITY */", MARIADB);
        assert_eq!(session.get("note_verbosity"), Some("DEFAULT"));
    }

    #[test]
    fn lexing_follows_the_session() {
        let mut session = server();
        run(&mut session, "SET sql_mode='ansi,no_backslash_escapes'\nSET NAMES gbk", MYSQL);
        let expected = LexMode { no_backslash_escapes: true, ansi_quotes: true, charset: Charset::Gbk };
        assert_eq!(session.lex_mode(), expected);
        // A double-quoted word is an identifier now, and a backslash is one.
        assert!(matches!(session.apply(b"SET @a=\"x\"", MYSQL), Effect::Unknown { .. }));
        run(&mut session, "SET @a='\\', @b=REPLACE(@@sql_mode, 'ANSI,', '')", MYSQL);
        assert_eq!(sent(&session, &server()).split(", @").nth(1), Some("`a`='\\\\'"));
        let mut plain = session.clone();
        run(&mut plain, "SET @a=NULL", MYSQL);
        assert_eq!(sent(&session, &plain), "SET @`a`='\\'");
        for mode in ["DB2", "MAXDB", "MSSQL", "ORACLE", "NO_AUTO_VALUE_ON_ZERO,POSTGRESQL,ORACLE"] {
            let mut session = server();
            session.apply(std::format!("SET sql_mode=\"{mode}\"").as_bytes(), MARIADB);
            assert!(session.lex_mode().ansi_quotes, "{mode}");
        }
        run(&mut session, "SET sql_mode=MYSQL323", MARIADB);
        assert_eq!(session.lex_mode(), LexMode { charset: Charset::Gbk, ..LexMode::default() });
    }

    #[test]
    fn expressions() {
        let mut session = server();
        run(
            &mut session,
            "SET sql_mode=(SELECT REPLACE(@@sql_mode,'STRICT_TRANS_TABLES','ANSI'))
             SET SQL_MODE=CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')
             SET TIME_ZONE=IFNULL(@OLD_TIME_ZONE, 'system')
             SET @a := -1.5, @`b c` = 'x' 'y', @n = CONCAT('a', NULL), @t = TRUE",
            MYSQL,
        );
        assert_eq!(session.get("sql_mode"), Some("'ANSI,NO_BACKSLASH_ESCAPES'"));
        assert_eq!(session.get("time_zone"), Some("'system'"));
        let values: Vec<_> = session.user_variables().collect();
        assert_eq!(values, [("a", "-1.5"), ("b c", "'xy'"), ("n", "NULL"), ("t", "1")]);
        run(&mut session, "SET SESSION sql_mode = DEFAULT, time_zone = @@global.time_zone, x = DEFAULT", MYSQL);
        assert_eq!(session.get("sql_mode"), Some("'STRICT_TRANS_TABLES'"));
        assert_eq!(session.get("time_zone"), Some("'SYSTEM'"));
        assert_eq!(session.get("x"), Some("DEFAULT"));
    }

    #[test]
    fn names_and_charsets() {
        let mut session = server();
        run(&mut session, "SET NAMES utf8mb4 COLLATE 'utf8mb4_bin', @x = 1", MYSQL);
        assert_eq!(session.get("collation_connection"), Some("utf8mb4_bin"));
        assert_eq!(session.get("character_set_connection"), Some("utf8mb4"));
        run(&mut session, "SET NAMES DEFAULT", MYSQL);
        assert_eq!(session.get("collation_connection"), Some("latin1_swedish_ci"));
        assert_eq!(session.get("character_set_client"), Some("latin1"));
        run(&mut session, "SET NAMES binary\nSET CHARACTER SET utf8", MYSQL);
        assert_eq!(session.get("character_set_results"), Some("utf8"));
        assert_eq!(session.get("collation_connection"), Some("@@collation_database"));
        run(&mut session, "SET character_set_connection=utf8mb4, character_set_results=NULL", MYSQL);
        assert_eq!(session.get("character_set_results"), Some("NULL"));
        assert_eq!(sent(&session, &server()).matches("connection").count(), 1);
    }

    #[test]
    fn unknown_values_are_reported_and_stay_unknown() {
        let mut session = server();
        let unknown = |name: &str| Effect::Unknown { variable: name.into() };
        let lexing = |name: &str| Effect::LexingUnknown { variable: name.into() };
        assert_eq!(session.apply(b"SET @a = (SELECT 1 FROM t), foreign_key_checks=0", MYSQL), unknown("@a"));
        assert_eq!(session.get("foreign_key_checks"), Some("0"));
        assert_eq!(session.apply(b"SET time_zone=@a", MYSQL), unknown("time_zone"));
        assert_eq!(session.get("time_zone"), None);
        assert_eq!(session.apply(b"SET sql_mode=@a", MYSQL), lexing("sql_mode"));
        assert_eq!(session.apply(b"SET sql_mode=@never_set", MYSQL), lexing("sql_mode"));
        assert_eq!(session.apply(b"SET sql_mode=1234", MYSQL), lexing("sql_mode"));
        assert_eq!(session.apply(b"SET NAMES @a", MYSQL), lexing("character_set_client"));
        assert_eq!(session.apply(b"SET character_set_client=@a, x=1", MYSQL), lexing("character_set_client"));
        assert_eq!(session.apply(b"SET time_zone=@b", MYSQL), unknown("time_zone"));
        assert_eq!(session.apply(b"SET @x = foo", MYSQL), unknown("@x"));
        assert_eq!(session.apply("SET @x = 'é'".as_bytes(), MYSQL), unknown("@x"));
        assert_eq!(
            session.apply(b"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY", MYSQL),
            unknown("transaction")
        );
        assert_eq!(session.apply(b"SELECT 1, 2 INTO @y, @z", MYSQL), unknown("@z"));
        assert_eq!(session.apply(b"SET time_zone=@y", MYSQL), unknown("time_zone"));
        assert!(!sent(&session, &server()).contains("`y`"));
    }

    #[test]
    fn global_scope_is_told_apart() {
        for statement in [
            "SET GLOBAL x=1",
            "SET @@GLOBAL.x=/*!80000 '+'*/ '8d791b68:1-20'",
            "SET @@global . x = 1",
            "SET PERSIST x=1",
            "SET @@persist_only.x=1",
            "SET @a=1, GLOBAL x=1",
            "SET sql_notes=0, @@`x`=1, @@global.`x`=1",
            "/*!50003 SET GLOBAL x = 1 */",
        ] {
            assert_eq!(
                server().apply(statement.as_bytes(), MYSQL),
                Effect::Global { variable: "x".into() },
                "{statement}"
            );
        }
        // The scope's word holds until the next.
        assert_eq!(server().apply(b"SET GLOBAL a=1, b=2", MYSQL), Effect::Global { variable: "a".into() });
        assert_eq!(server().apply(b"SET SESSION a=1, b=2", MYSQL), Effect::Simulated { known_variables_only: false });
        let transaction = b"SET GLOBAL TRANSACTION READ ONLY";
        assert_eq!(server().apply(transaction, MYSQL), Effect::Global { variable: "transaction".into() });
        for statement in
            ["SET PASSWORD='x'", "SET ROLE a", "SET STATEMENT sql_mode='ANSI' FOR SELECT 1", "SELECT 1", ""]
        {
            let mut session = server();
            let effect = session.apply(statement.as_bytes(), MARIADB);
            assert_eq!(session, server());
            assert!(!matches!(effect, Effect::Global { .. } | Effect::LexingUnknown { .. }), "{statement}");
        }
    }

    #[test]
    fn perconas_header_is_unknown() {
        let mut session = server();
        for statement in [
            "/*!50717 SELECT COUNT(*) INTO @rocksdb_has_p_s_session_variables FROM INFORMATION_SCHEMA.TABLES WHERE \
             TABLE_SCHEMA = 'performance_schema' AND TABLE_NAME = 'session_variables' */",
            "/*!50717 SET @rocksdb_get_is_supported = IF (@rocksdb_has_p_s_session_variables, 'SELECT COUNT(*) INTO \
             @rocksdb_is_supported FROM performance_schema.session_variables WHERE VARIABLE_NAME=\\'rocksdb_bulk_load\\'', \
             'SELECT 0') */",
            "/*!50717 SET @rocksdb_enable_bulk_load = IF (@rocksdb_is_supported, 'SET SESSION rocksdb_bulk_load = 1', \
             'SET @rocksdb_dummy_bulk_load = 0') */",
        ] {
            assert!(matches!(session.apply(statement.as_bytes(), MYSQL), Effect::Unknown { .. }), "{statement}");
            assert_eq!(session.apply(b"/*!50717 EXECUTE s */", MYSQL), Effect::NotSet);
        }
        assert_eq!(session.user_variables().count(), 0);
    }

    #[test]
    fn a_value_that_could_not_be_put_back_is_left_alone() {
        let (plain, mut session) = (server(), server());
        session.apply(b"SET @known = 'a', @unknown = UUID()", MYSQL);
        let away = plain.diff(&session).map(|sql| std::string::String::from_utf8(sql).unwrap());
        assert_eq!(away.as_deref(), Some("SET @`known`=NULL"));
    }

    #[test]
    fn growth_is_bounded() {
        let mut session = server();
        run(&mut session, "SET @a='0123456789abcdef'", MYSQL);
        for _ in 0..12 {
            session.apply(b"SET @a=CONCAT(@a,@a)", MYSQL);
        }
        run(&mut session, "SET @a='0123456789abcdef'", MYSQL);
        for _ in 0..20 {
            session.apply(b"SET @a=CONCAT(@a,@a)", MYSQL);
            session.apply(b"SET @b=REPLACE(@a,'0',@a)", MYSQL);
        }
        assert_eq!(session.user_variables().count(), 0);
        let nested = std::format!("SET @a={}1{}", "(".repeat(10_000), ")".repeat(10_000));
        assert!(matches!(session.apply(nested.as_bytes(), MYSQL), Effect::Unknown { .. }));
        for i in 0..VARIABLES_MAX * 2 {
            session.apply(std::format!("SET @v{i}=1").as_bytes(), MYSQL);
        }
        assert!(session.user_variables().count() <= VARIABLES_MAX);
        assert!(matches!(session.apply(b"SET @a=@never", MYSQL), Effect::Unknown { .. }));
    }
}
