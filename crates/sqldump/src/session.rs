//! What SET and USE do to a session, so that statements may run later or on other connections.

use crate::{mode::LexMode, name::Name, version::ServerVersion};
use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};

/// The simulated state of a connection. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    state: Arc<State>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct State {
    variables: BTreeMap<String, String>,
    user: BTreeMap<String, String>,
    database: Option<Name>,
}

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
        /// The variable's name.
        variable: String,
    },
    /// A value can't be known: the statement has to run on every connection.
    Unknown {
        /// The variable's name.
        variable: String,
    },
    /// A value that changes how statements are read can't be known: the dump has to be refused.
    LexingUnknown {
        /// The variable's name.
        variable: String,
    },
}

impl Session {
    /// A session whose variables have these values, written as in `SET name = value`.
    pub fn new(initial: &[(&str, &str)]) -> Self {
        let variables = initial.iter().map(|(k, v)| (k.to_ascii_lowercase(), String::from(*v))).collect();
        Self { state: Arc::new(State { variables, ..State::default() }) }
    }

    /// A session for work without a server.
    pub fn offline() -> Self {
        Self::new(&[("sql_mode", "''"), ("character_set_client", "utf8mb4")])
    }

    /// How the next statement is to be read.
    pub fn lex_mode(&self) -> LexMode {
        LexMode::default()
    }

    /// A system variable's value as a literal, if the dump has set it or it was given at first.
    pub fn get(&self, variable: &str) -> Option<&str> {
        self.state.variables.get(&variable.to_ascii_lowercase()).map(String::as_str)
    }

    /// System variables and their values as literals.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.state.variables.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// User variables, without their `@`, and their values as literals.
    pub fn user_variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.state.user.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// The current database.
    pub fn database(&self) -> Option<&Name> {
        self.state.database.as_ref()
    }

    /// Changes the current database.
    pub fn set_database(&mut self, database: Option<Name>) {
        Arc::make_mut(&mut self.state).database = database;
    }

    /// Carries out a SET statement.
    pub fn apply(&mut self, _statement: &[u8], _target: Option<ServerVersion>) -> Effect {
        Effect::NotSet
    }

    /// One SET statement that brings a connection from the state `from` to this one; `None` if there is no difference.
    pub fn diff(&self, _from: &Session) -> Option<Vec<u8>> {
        None
    }
}
