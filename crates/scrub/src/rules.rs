//! The rules file.

pub(crate) mod pattern;
mod read;
mod schema;
pub(crate) mod tree;

use crate::normal::Step;
use crate::problem::{Place, Problem};
use crate::transform::spec::{Locale, TransformSpec};
use pattern::{ColumnPattern, TablePattern};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a rules file says, checked as far as that goes without a dump.
#[derive(Debug, Clone)]
pub struct Rules {
    pub(crate) hash: String,
    pub(crate) key: Option<KeySource>,
    pub(crate) locale: Locale,
    pub(crate) default: Defaults,
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) tables: Vec<TableRule>,
    pub(crate) columns: Vec<ColumnRule>,
    pub(crate) detect: Option<Detect>,
    pub(crate) assertions: Vec<Assertion>,
}

impl Rules {
    /// Reads a rules file.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn parse(file: &[u8]) -> Result<Self, Vec<Problem>> {
        read::read(file)
    }

    /// The file's JSON Schema.
    pub fn schema() -> serde_json::Value {
        schema::schema()
    }

    /// SHA-256 of the file's bytes, in hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Where the key is to be taken from.
    pub fn key(&self) -> Option<&KeySource> {
        self.key.as_ref()
    }

    /// The names of the custom transformers that the rules use, in order.
    pub fn custom_names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for rule in &self.columns {
            customs_of(&rule.replacement, &mut names);
            if let Some((_, otherwise)) = &rule.when {
                customs_of(otherwise, &mut names);
            }
        }
        names
    }

    /// What becomes of what no rule names.
    pub fn default(&self) -> &Defaults {
        &self.default
    }
}

/// Where the key comes from. Whoever can read that does; the key itself is never in a rules file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySource {
    /// Where it is.
    pub from: KeyFrom,
    /// What the report calls it.
    pub id: String,
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFrom {
    /// In this environment variable.
    Env(String),
    /// In this file.
    File(String),
    /// In AWS Secrets Manager, by name or ARN.
    SecretsManager(String),
}

/// What becomes of what no rule names. Left out, a key has the strict value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Defaults {
    /// Columns of `CHAR`, `VARCHAR`, `TEXT` and types with a text form (`UUID`, `INET6`). Default `fail`.
    pub text: ClassDefault,
    /// Columns of `JSON`. Default `fail`.
    pub json: ClassDefault,
    /// Columns of `BINARY`, `VARBINARY`, `BLOB`, `BIT`, spatial types, `VECTOR`. Default `fail`.
    pub binary: ClassDefault,
    /// Columns of integers, decimals, floats, `YEAR`. Default `keep`.
    pub number: ClassDefault,
    /// Columns of `DATE`, `TIME`, `DATETIME`, `TIMESTAMP`. Default `keep`.
    pub temporal: ClassDefault,
    /// Columns of `ENUM` and `SET`. Default `keep`.
    pub label: ClassDefault,
    /// Tables that no rule names. Default `fail`; `keep`: their columns by class.
    pub new_table: FailOrKeep,
    /// Statements that aren't understood. Default `fail`.
    pub unknown_statement: FailOrKeep,
    /// The producer's Host line and the accounts of `DEFINER`s. Default `redact`.
    pub header: Header,
    /// Literals in the definition of a ruled column: DEFAULT, COMMENT, CHECK, partitions, labels of an ENUM. Default `redact`:
    /// where that is safe, and refused elsewhere.
    pub definitions: Definitions,
    /// Bodies of views, routines, triggers and events. Default `check`: literals go through the detectors, and an INSERT or
    /// UPDATE of a ruled column is refused.
    pub programs: Programs,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            text: ClassDefault::Fail,
            json: ClassDefault::Fail,
            binary: ClassDefault::Fail,
            number: ClassDefault::Keep,
            temporal: ClassDefault::Keep,
            label: ClassDefault::Keep,
            new_table: FailOrKeep::Fail,
            unknown_statement: FailOrKeep::Fail,
            header: Header::Redact,
            definitions: Definitions::Redact,
            programs: Programs::Check,
        }
    }
}

/// What becomes of a column that no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassDefault {
    /// The dump is refused.
    Fail,
    /// Its values stay.
    Keep,
    /// NULL; refused where the column is NOT NULL.
    SetNull,
    /// A fixed value, as the transformer `redact` has it.
    Redact,
}

/// Refuse or keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Strictness")]
pub enum FailOrKeep {
    /// The dump is refused.
    Fail,
    /// It stays.
    Keep,
}

/// What becomes of the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Names of hosts and accounts are replaced.
    Redact,
    /// They stay.
    Keep,
}

/// What becomes of literals in definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Definitions {
    /// They are replaced where that is safe; elsewhere the dump is refused.
    Redact,
    /// The dump is refused.
    Fail,
    /// They stay.
    Keep,
}

/// What becomes of views, routines, triggers and events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Programs {
    /// They are looked at, and the dump is refused where they may hold personal data.
    Check,
    /// The dump is refused if it has one.
    Fail,
    /// They stay.
    Keep,
}

/// Columns whose equal values get equal replacements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Domain {
    /// Different values stay different: rules that can't promise that are refused. Default false.
    pub unique: bool,
    /// When two values count as equal. Default `[collation]`.
    pub normalise: Vec<Step>,
    #[serde(skip)]
    pub(crate) place: Place,
}

impl Default for Domain {
    fn default() -> Self {
        Self { unique: false, normalise: vec![Step::Collation], place: Place::default() }
    }
}

/// A rule for tables.
#[derive(Debug, Clone)]
pub(crate) struct TableRule {
    pub(crate) place: Place,
    pub(crate) patterns: Vec<TablePattern>,
    pub(crate) action: TableAction,
    pub(crate) keep_rows: Option<Condition>,
    pub(crate) optional: bool,
}

/// What becomes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TableAction {
    /// It stays, with its columns as their rules say.
    #[default]
    Keep,
    /// Its definition stays, its rows don't.
    Truncate,
    /// Nothing of it stays.
    Drop,
}

/// A condition, read when its table is known.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) place: Place,
    pub(crate) text: String,
}

/// A rule for columns.
#[derive(Debug, Clone)]
pub(crate) struct ColumnRule {
    pub(crate) place: Place,
    pub(crate) patterns: Vec<ColumnPattern>,
    pub(crate) replacement: Replacement,
    pub(crate) when: Option<(Condition, Box<Replacement>)>,
    pub(crate) optional: bool,
}

/// What takes the place of a value.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    pub(crate) place: Place,
    pub(crate) spec: TransformSpec,
    pub(crate) because: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) on_invalid: InvalidRule,
    pub(crate) replace_null: bool,
}

fn customs_of<'a>(replacement: &'a Replacement, names: &mut BTreeSet<&'a str>) {
    customs_in(&replacement.spec, names);
    if let InvalidRule::Replace(other) = &replacement.on_invalid {
        customs_of(other, names);
    }
}

fn customs_in<'a>(spec: &'a TransformSpec, names: &mut BTreeSet<&'a str>) {
    match spec {
        TransformSpec::Custom { name } => drop(names.insert(name)),
        TransformSpec::Json { paths, .. } | TransformSpec::PhpSerialized { paths, .. } => {
            paths.values().for_each(|nested| customs_in(&nested.spec, names));
        }
        _ => {}
    }
}

/// What takes the place of a value that a transformer refuses.
#[derive(Debug, Clone)]
pub(crate) enum InvalidRule {
    Fail,
    SetNull,
    Replace(Box<Replacement>),
}

/// Looking for personal data in columns that are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detect {
    /// Whether names of columns are looked at.
    pub names: Names,
    /// How many of a table's first rows are looked at; 0: none.
    pub sample_rows: u64,
    /// What becomes of a dump in which something is found.
    pub on_hit: OnHit,
}

/// Which names of columns say that there is personal data in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    /// Those that dumpstream knows, in English and French.
    #[default]
    Builtin,
    /// None.
    Off,
}

/// What becomes of a dump in which personal data is found where it shouldn't be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnHit {
    /// It is refused.
    #[default]
    Fail,
    /// The report says so.
    Report,
}

/// Something that has to be true of the result.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Where the rules file says so.
    pub place: Place,
    /// What.
    pub kind: AssertionKind,
    pub(crate) columns: Vec<ColumnPattern>,
    pub(crate) table: Option<TablePattern>,
}

/// What an assertion is about. Its tables and columns are in [`crate::plan::TablePlan::assertions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionKind {
    /// No value that these columns have in the source stands anywhere in the result.
    NoSurvivors,
    /// The column has no value twice; NULLs don't count.
    Unique,
    /// The table has so many rows.
    Rows {
        /// How many.
        equals: u64,
    },
}
