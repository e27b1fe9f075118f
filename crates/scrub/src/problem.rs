//! What is wrong with a rules file, or with it and a table together.

use std::fmt;

/// Where in the rules file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1; 0: nowhere in particular.
    pub line: u64,
    /// Column, from 1.
    pub column: u64,
    /// The keys that lead there: `columns[2].do`.
    pub path: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}", self.line, self.column)?;
        }
        match (self.line > 0, self.path.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => write!(f, ": {}", self.path),
            (false, false) => f.write_str(&self.path),
        }
    }
}

/// One reason to refuse the rules, or the rules for this dump. Holds names of tables and columns, never a cell's value, a
/// key, or what a rule puts in a value's place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Problem {
    /// Where in the rules file: the rule that doesn't fit.
    pub place: Option<Place>,
    /// The table, with its database where the dump names one.
    pub table: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds where in the rules file it comes from.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Self {
        self.place = Some(place.clone());
        self
    }

    /// Adds the column, or the table.
    #[must_use]
    pub fn on(mut self, table: impl Into<String>, column: Option<&str>) -> Self {
        self.table = Some(table.into());
        self.column = column.map(str::to_owned);
        self
    }
}

/// The place, the table and column, and the message; the hint is left to whoever prints it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        match (&self.table, &self.column) {
            (Some(table), Some(column)) => write!(f, "{table}.{column}: ")?,
            (Some(table), None) => write!(f, "{table}: ")?,
            _ => {}
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// The known name that `name` was most likely meant to be.
pub(crate) fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(&folded, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= 1 + k.chars().count().min(folded.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, k)| k)
}

/// "did you mean `x`?", or what is known.
pub(crate) fn suggest(name: &str, known: &[&str]) -> String {
    match closest(name, known.iter().copied()) {
        Some(k) => format!("did you mean `{k}`?"),
        None => format!("known are {}", listed(known)),
    }
}

/// `a`, `b` and `c`.
pub(crate) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|n| format!("`{}`", n.as_ref())).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}
