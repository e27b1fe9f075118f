//! From the file's tree to [`Rules`].

use super::pattern::{ColumnPattern, TablePattern};
use super::tree::{Node, Value};
use super::{
    Assertion, AssertionKind, ColumnRule, Condition, Defaults, Detect, Domain, InvalidRule, KeyFrom, KeySource, Names,
    OnHit, Replacement, Rules, TableAction, TableRule,
};
use crate::expression::Predicate;
use crate::problem::{Place, Problem, suggest};
use crate::transform::spec::{Locale, Nested, TransformSpec};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The one version there is.
const VERSION: u64 = 1;
/// Most bytes of a rules file.
const FILE_MAX: usize = 16 << 20;
/// Most characters of a key's id: less than a key has, so that nobody writes the key there.
const ID_MAX: usize = 40;
const SAMPLE_ROWS: u64 = 20_000;

/// Rules for what becomes of every table and column of a dump.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "some fields are only checked here, and read from the tree")]
pub(super) struct Document {
    /// The version of this format: 1.
    #[schemars(extend("const" = 1))]
    version: u64,
    /// The key that replacements depend on. At least 256 bits; never in this file.
    key: Option<Key>,
    /// Whose names and places made-up values come from. Default `en_CA`.
    #[serde(default)]
    locale: Locale,
    /// What becomes of what no rule names.
    #[serde(default)]
    default: Defaults,
    /// Columns in one domain get equal replacements for equal values, in every table.
    #[serde(default)]
    domains: BTreeMap<String, Domain>,
    // Each item of a list is read on its own, so that all that is wrong can be told at once.
    /// What becomes of tables.
    #[schemars(with = "Option<Vec<Table>>")]
    tables: Option<IgnoredAny>,
    /// What becomes of columns. An exact pattern goes before a glob, that before a regular expression, that before a type.
    #[schemars(with = "Option<Vec<super::schema::Column>>")]
    columns: Option<IgnoredAny>,
    /// Looking for personal data in columns that are kept by default.
    detect: Option<RawDetect>,
    /// What has to be true of the result; if it isn't, the run fails.
    #[schemars(with = "Option<Vec<RawAssertion>>")]
    assert: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Key {
    /// `env:NAME`, `file:PATH` or `secretsmanager:NAME`.
    #[schemars(regex(pattern = "^(env|file|secretsmanager):.+$"))]
    from: String,
    /// What the report calls the key: letters, digits and `._:/-`, at most 40.
    #[schemars(regex(pattern = "^[A-Za-z0-9._:/-]{1,40}$"))]
    id: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "some fields are only checked here, and read from the tree")]
pub(super) struct Table {
    /// A pattern or a list of them: `table`, `database.table`, a glob, `/a regular expression/`.
    #[serde(rename = "match")]
    #[schemars(with = "Patterns")]
    pattern: IgnoredAny,
    /// What becomes of it. Default `keep`.
    #[serde(rename = "do", default)]
    action: Option<TableAction>,
    /// Rows for which this condition is true stay; only with `keep`.
    keep_rows: Option<String>,
    /// The rule may match nothing. Default false.
    #[serde(default)]
    optional: bool,
}

/// The keys that every rule for columns may have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "some fields are only checked here, and read from the tree")]
pub(super) struct Common {
    /// A pattern or a list of them: `table.column`, `database.table.column`, globs, `/a regular expression/`, `type:json`.
    #[serde(rename = "match")]
    #[schemars(with = "Option<Patterns>")]
    pattern: Option<IgnoredAny>,
    /// The rule applies where this condition is true; elsewhere `otherwise` does.
    when: Option<String>,
    /// What becomes of values for which `when` isn't true: a transformer's name, or a mapping with `do`.
    #[schemars(with = "Option<super::schema::Otherwise>")]
    otherwise: Option<IgnoredAny>,
    /// The rule may match nothing. Default false.
    #[serde(default)]
    optional: bool,
    /// Columns in one domain get equal replacements for equal values. Default: one of the column's own.
    domain: Option<String>,
    /// The column whose value decides in place of the column's own.
    subject: Option<String>,
    /// What becomes of a value that the transformer refuses: `fail` (the default), a transformer's name, or a mapping with `do`.
    #[schemars(with = "Option<super::schema::OnInvalid>")]
    on_invalid: Option<IgnoredAny>,
    /// NULL stays (`keep`, the default), or is replaced as if it were an empty value (`replace`).
    #[serde(default)]
    null: Null,
    /// Why: required for `keep`.
    because: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Null {
    #[default]
    Keep,
    Replace,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Detect")]
struct RawDetect {
    /// Which names of columns say that there is personal data in them. Default `builtin`.
    #[serde(default)]
    names: Names,
    /// How many of a table's first rows are looked at; 0: none. Default 20000.
    #[serde(default = "sample_rows")]
    sample_rows: u64,
    /// What becomes of a dump in which something is found. Default `fail`.
    #[serde(default)]
    on_hit: OnHit,
}

fn sample_rows() -> u64 {
    SAMPLE_ROWS
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Assertion")]
pub(super) struct RawAssertion {
    /// No value that these columns have in the source stands anywhere in the result.
    #[schemars(with = "Option<Patterns>")]
    no_survivors: Option<IgnoredAny>,
    /// These columns have no value twice.
    #[schemars(with = "Option<Patterns>")]
    unique: Option<IgnoredAny>,
    /// This table has as many rows as `equals` says.
    rows: Option<String>,
    /// With `rows`: how many.
    equals: Option<u64>,
}

/// The schema of what [`Reader::patterns`] reads.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "stands for its schema")]
enum Patterns {
    One(String),
    Several(#[schemars(length(min = 1))] Vec<String>),
}

pub(super) fn read(file: &[u8]) -> Result<Rules, Vec<Problem>> {
    if file.len() > FILE_MAX {
        return Err(vec![Problem::new("the rules file is larger than 16 MiB")]);
    }
    let text = std::str::from_utf8(file).map_err(|e| {
        let before = file.get(..e.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() as u64 + 1;
        vec![Problem::new("the rules file is not UTF-8").at(&Place { line, column, path: String::new() })]
    })?;
    let root = Node::parse(text).map_err(|problem| vec![*problem])?;
    match root.get("version").map(|n| &n.value) {
        Some(Value::Int(version)) if *version == i128::from(VERSION) => {}
        Some(_) => {
            let place = root.get("version").map(|n| n.place("version")).unwrap_or_default();
            return Err(vec![
                Problem::new("this version of the rules' format isn't known").at(&place).hint("write `version: 1`"),
            ]);
        }
        None => {
            let what = match root.value {
                Value::Map(_) => "the key `version` is missing",
                _ => "the rules file is not a mapping of keys to values",
            };
            return Err(vec![Problem::new(what).at(&root.place("")).hint("begin the file with `version: 1`")]);
        }
    }
    let mut problems = Vec::new();
    nothing(&root, "", &mut problems);
    let mut reader = Reader { problems, domains: BTreeMap::new() };
    if !reader.problems.is_empty() {
        return Err(reader.problems);
    }
    let rules = reader.document(&root, file);
    match (rules, reader.problems.is_empty()) {
        (Some(rules), true) => Ok(rules),
        _ => {
            reader.problems.sort();
            Err(reader.problems)
        }
    }
}

/// A key without a value is a mistake, and not its default.
fn nothing(node: &Node, path: &str, problems: &mut Vec<Problem>) {
    match &node.value {
        Value::Null => {
            let problem = Problem::new("there is nothing here").at(&node.place(path));
            problems.push(problem.hint("write a value, or leave the key out; what belongs to it is indented further"));
        }
        Value::List(nodes) => {
            nodes.iter().enumerate().for_each(|(i, node)| nothing(node, &format!("{path}[{i}]"), problems));
        }
        Value::Map(entries) => {
            for (key, node) in entries {
                let point = if path.is_empty() { "" } else { "." };
                nothing(node, &format!("{path}{point}{}", key.name), problems);
            }
        }
        _ => {}
    }
}

/// Where a replacement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Column,
    Otherwise,
    OnInvalid,
}

impl Level {
    /// Keys besides `do` and the transformer's own.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Column => {
                &["match", "when", "otherwise", "optional", "domain", "subject", "on_invalid", "null", "because"]
            }
            Self::Otherwise => &["domain", "subject", "on_invalid", "null", "because"],
            Self::OnInvalid => &["domain", "subject"],
        }
    }
}

/// Transformers that don't look at the value, and what they have no use for.
pub(super) const BLIND: &[&str] = &["keep", "set_null", "constant", "empty", "redact"];
pub(super) const UNUSED: &[&str] = &["domain", "subject", "on_invalid"];
/// Those for which NULL is like any other value.
pub(super) const NULL_BLIND: &[&str] = &["keep", "set_null"];

struct Reader {
    problems: Vec<Problem>,
    domains: BTreeMap<String, Domain>,
}

impl Reader {
    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn take<T>(&mut self, result: Result<T, Box<Problem>>) -> Option<T> {
        result.map_err(|problem| self.problems.push(*problem)).ok()
    }

    fn document(&mut self, root: &Node, file: &[u8]) -> Option<Rules> {
        let document = root.read::<Document>("");
        let document = self.take(document);
        let key = document.as_ref().and_then(|d| d.key.as_ref()).and_then(|key| self.key(root, key));
        self.domains = document.as_ref().map(|d| d.domains.clone()).unwrap_or_default();
        self.place_domains(root);
        let tables = self.each(root, "tables", Self::table);
        let columns = self.each(root, "columns", Self::column);
        let assertions = self.each(root, "assert", Self::assertion);
        let document = document?;
        Some(Rules {
            hash: Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect(),
            key,
            locale: document.locale,
            default: document.default,
            domains: std::mem::take(&mut self.domains),
            tables,
            columns,
            detect: document.detect.map(|d| Detect { names: d.names, sample_rows: d.sample_rows, on_hit: d.on_hit }),
            assertions,
        })
    }

    /// Reads every item of a list.
    fn each<T>(&mut self, root: &Node, list: &str, read: fn(&mut Self, &Node, &str) -> Option<T>) -> Vec<T> {
        match root.get(list).map(|node| (node, &node.value)) {
            Some((_, Value::List(nodes))) => {
                let items = nodes.iter().enumerate();
                items.filter_map(|(index, node)| read(self, node, &format!("{list}[{index}]"))).collect()
            }
            None => Vec::new(),
            Some((node, _)) => {
                self.problem(Problem::new("expected a list").at(&node.place(list)).hint("begin each item with `- `"));
                Vec::new()
            }
        }
    }

    fn key(&mut self, root: &Node, key: &Key) -> Option<KeySource> {
        let place = |name: &str| {
            let node = root.get("key").and_then(|node| node.get(name));
            node.map(|node| node.place(format!("key.{name}"))).unwrap_or_default()
        };
        let from = match key.from.split_once(':').map(|(kind, name)| (kind, name.trim())) {
            Some((_, "")) | None => None,
            Some(("env", name)) => Some(KeyFrom::Env(name.to_owned())),
            Some(("file", path)) => Some(KeyFrom::File(path.to_owned())),
            Some(("secretsmanager", name)) => Some(KeyFrom::SecretsManager(name.to_owned())),
            Some(_) => None,
        };
        if from.is_none() {
            let problem = Problem::new("expected `env:NAME`, `file:PATH` or `secretsmanager:NAME`").at(&place("from"));
            self.problem(problem.hint("the key itself is never in a rules file"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || "._:/-".contains(c);
        if key.id.is_empty() || key.id.len() > ID_MAX || !key.id.chars().all(fits) {
            let message = format!("a key's id is 1 to {ID_MAX} letters, digits and `._:/-`");
            self.problem(Problem::new(message).at(&place("id")).hint("it is a name for the report, not the key"));
        }
        Some(KeySource { from: from?, id: key.id.clone() })
    }

    fn place_domains(&mut self, root: &Node) {
        for (key, _) in root.get("domains").map(Node::entries).unwrap_or_default() {
            let place = Place { line: key.line, column: key.column, path: format!("domains.{}", key.name) };
            // With a point, it could be the domain that a column has of its own.
            if key.name.is_empty() || !key.name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)) {
                self.problem(Problem::new("a domain's name is letters, digits, `_` and `-`").at(&place));
            }
            if let Some(domain) = self.domains.get_mut(&key.name) {
                domain.place = place;
            }
        }
    }

    /// The patterns of a key.
    fn patterns<P>(
        &mut self,
        node: Option<&Node>,
        path: &str,
        parse: fn(&str) -> Result<Vec<P>, String>,
    ) -> Option<Vec<P>> {
        let node = node?;
        let several = match &node.value {
            Value::List(nodes) => nodes.iter().enumerate().map(|(i, n)| (n, format!("{path}[{i}]"))).collect(),
            _ => vec![(node, path.to_owned())],
        };
        if several.is_empty() {
            self.problem(Problem::new("the list of patterns is empty").at(&node.place(path)));
            return None;
        }
        let mut patterns = Vec::new();
        let before = self.problems.len();
        for (node, path) in several {
            let Some(text) = node.text() else {
                self.problem(Problem::new("expected a pattern").at(&node.place(path)));
                continue;
            };
            let parsed = parse(text).map_err(|message| Box::new(Problem::new(message).at(&node.place(path))));
            patterns.extend(self.take(parsed).unwrap_or_default());
        }
        (self.problems.len() == before).then_some(patterns)
    }

    fn condition(&mut self, node: &Node, name: &str, path: &str) -> Option<Condition> {
        let condition = node.get(name)?;
        let place = condition.place(format!("{path}.{name}"));
        let text = condition.text()?.to_owned();
        // Its columns are looked at with each table; a rule may match none.
        if let Err(message) = Predicate::check(&text) {
            let problem = Problem::new(format!("`{name}`: {message}")).at(&place);
            self.problem(problem.hint("a condition compares columns of the table with literals"));
        }
        Some(Condition { place, text })
    }

    fn table(&mut self, node: &Node, path: &str) -> Option<TableRule> {
        let raw: Table = self.take(node.read(path))?;
        let patterns = self.patterns(node.get("match"), &format!("{path}.match"), TablePattern::parse);
        let keep_rows = self.condition(node, "keep_rows", path);
        let action = match (raw.action, &keep_rows) {
            (None, None) => {
                let problem = Problem::new("the rule says nothing of the table").at(&node.place(path));
                self.problem(problem.hint("add `do` (`truncate`, `drop` or `keep`) or `keep_rows`"));
                return None;
            }
            (Some(TableAction::Truncate | TableAction::Drop), Some(condition)) => {
                let problem = Problem::new("`keep_rows` goes with `do: keep` only").at(&condition.place);
                self.problem(problem.hint("leave one of the two out"));
                return None;
            }
            (action, _) => action.unwrap_or_default(),
        };
        Some(TableRule { place: node.place(path), patterns: patterns?, action, keep_rows, optional: raw.optional })
    }

    fn column(&mut self, node: &Node, path: &str) -> Option<ColumnRule> {
        if !matches!(node.value, Value::Map(_)) {
            self.problem(Problem::new("expected a mapping with `match` and `do`").at(&node.place(path)));
            return None;
        }
        if node.get("match").is_none() {
            let problem = Problem::new("the key `match` is missing").at(&node.place(path));
            self.problem(problem.hint("say which columns the rule is for: `match: \"table.column\"`"));
        }
        let patterns = self.patterns(node.get("match"), &format!("{path}.match"), ColumnPattern::parse);
        let (replacement, common) = self.replacement(node, path, Level::Column)?;
        let when = self.condition(node, "when", path);
        let otherwise = node.get("otherwise").map(|n| (n, self.otherwise(n, &format!("{path}.otherwise"))));
        let when = match (when, otherwise) {
            (Some(when), Some((_, otherwise))) => Some((when, Box::new(otherwise?))),
            (Some(when), None) => {
                let problem =
                    Problem::new("`when` needs `otherwise`: what becomes of the other values").at(&when.place);
                self.problem(problem.hint("add for instance `otherwise: set_null`"));
                return None;
            }
            (None, Some((node, _))) => {
                let problem = Problem::new("`otherwise` without `when`").at(&node.place(format!("{path}.otherwise")));
                self.problem(problem);
                return None;
            }
            (None, None) => None,
        };
        let place = node.place(path);
        Some(ColumnRule { place, patterns: patterns?, replacement, when, optional: common.optional })
    }

    fn otherwise(&mut self, node: &Node, path: &str) -> Option<Replacement> {
        Some(self.replacement(node, path, Level::Otherwise)?.0)
    }

    fn on_invalid(&mut self, node: &Node, path: &str) -> Option<InvalidRule> {
        match node.text() {
            Some("fail") => return Some(InvalidRule::Fail),
            Some("set_null") => return Some(InvalidRule::SetNull),
            _ => {}
        }
        let (replacement, _) = self.replacement(node, path, Level::OnInvalid)?;
        match replacement.spec {
            TransformSpec::Keep { .. } => {
                let problem = Problem::new("a value that the transformer refuses can't be kept").at(&replacement.place);
                self.problem(problem.hint("use `fail`, `set_null` or `redact`"));
                None
            }
            TransformSpec::SetNull {} => Some(InvalidRule::SetNull),
            _ => Some(InvalidRule::Replace(Box::new(replacement))),
        }
    }

    /// A transformer with the keys around it.
    fn replacement(&mut self, node: &Node, path: &str, level: Level) -> Option<(Replacement, Common)> {
        // A name alone is a transformer without options.
        let wrapped;
        let mut mapping = node;
        if level != Level::Column && node.text().is_some() {
            let key = super::tree::Key { line: node.line, column: node.column, name: "do".to_owned() };
            wrapped = Node { value: Value::Map(vec![(key, node.clone())]), ..*node };
            mapping = &wrapped;
        }
        if !matches!(mapping.value, Value::Map(_)) {
            let what = "expected a transformer's name or a mapping with `do`";
            self.problem(Problem::new(what).at(&node.place(path)));
            return None;
        }
        let name = self.transformer(mapping, path)?;
        // `because` is an option of `keep`, and belongs to any other rule.
        let own: Vec<&str> =
            mapping.entries().iter().map(|(key, _)| key.name.as_str()).filter(|k| !level.keys().contains(k)).collect();
        let common = mapping.without(&own);
        let mut taken = level.keys().to_vec();
        taken.retain(|key| name != "keep" || *key != "because");
        let options = mapping.without(&taken);
        let common = self.take(common.read::<Common>(path));
        let spec = self.take(options.read_tagged::<TransformSpec>(path, "do", level.keys()));
        let place = node.place(path);
        let on_invalid = match mapping.get("on_invalid") {
            Some(node) => self.on_invalid(node, &format!("{path}.on_invalid")),
            None => Some(InvalidRule::Fail),
        };
        let (common, spec) = (common?, spec?);
        if matches!(spec, TransformSpec::Keep { .. })
            && level != Level::OnInvalid
            && common.because.as_deref().unwrap_or_default().trim().is_empty()
        {
            let problem = Problem::new("`keep` needs a reason, for whoever has to sign").at(&place);
            self.problem(problem.hint("add `because: \"…\"`"));
            return None;
        }
        for unused in UNUSED.iter().chain(&["null"]) {
            let blind = if *unused == "null" { NULL_BLIND } else { BLIND };
            if blind.contains(&name.as_str())
                && let Some(node) = mapping.get(unused)
            {
                let place = node.place(format!("{path}.{unused}"));
                self.problem(
                    Problem::new(format!("`{name}` has no use for `{unused}`")).at(&place).hint("leave it out"),
                );
            }
        }
        self.check_domains(mapping, path, common.domain.as_deref(), &spec);
        let replacement = Replacement {
            place,
            spec,
            because: common.because.clone(),
            domain: common.domain.clone(),
            subject: common.subject.clone(),
            on_invalid: on_invalid?,
            replace_null: common.null == Null::Replace,
        };
        Some((replacement, common))
    }

    /// The name of the transformer.
    fn transformer(&mut self, node: &Node, path: &str) -> Option<String> {
        let Some(transformer) = node.get("do") else {
            let problem =
                Problem::new("the key `do` is missing: what is to be done with the values").at(&node.place(path));
            self.problem(problem.hint("add for instance `do: set_null`"));
            return None;
        };
        let place = match node.text() {
            Some(_) => transformer.place(path),
            None => transformer.place(format!("{path}.do")),
        };
        match transformer.text() {
            Some(name) if TransformSpec::NAMES.contains(&name) => Some(name.to_owned()),
            Some(name) => {
                let problem = Problem::new(format!("there is no transformer `{name}`")).at(&place);
                self.problem(problem.hint(suggest(name, TransformSpec::NAMES)));
                None
            }
            None => {
                self.problem(Problem::new("expected a transformer's name").at(&place));
                None
            }
        }
    }

    /// A domain that isn't declared is most likely misspelled, and then nothing would be joined by it.
    fn check_domains(&mut self, node: &Node, path: &str, domain: Option<&str>, spec: &TransformSpec) {
        let mut used: Vec<(String, Place)> = Vec::new();
        if let Some(domain) = domain {
            let at = node.get("domain").unwrap_or(node);
            used.push((domain.to_owned(), at.place(format!("{path}.domain"))));
        }
        if let TransformSpec::Json { paths, .. } | TransformSpec::PhpSerialized { paths, .. } = spec {
            let place = node.get("paths").unwrap_or(node).place(format!("{path}.paths"));
            nested_domains(paths, &place, &mut used);
        }
        for (name, place) in used {
            if !self.domains.contains_key(&name) {
                let known: Vec<&str> = self.domains.keys().map(String::as_str).collect();
                let hint = match known.is_empty() {
                    true => format!("declare it: `domains: {{ {name}: {{}} }}`"),
                    false => format!("{} Or declare it under `domains`", suggest(&name, &known)),
                };
                self.problems.push(Problem::new(format!("the domain `{name}` isn't declared")).at(&place).hint(hint));
            }
        }
    }

    fn assertion(&mut self, node: &Node, path: &str) -> Option<Assertion> {
        let raw: RawAssertion = self.take(node.read(path))?;
        let place = node.place(path);
        let (kind, columns, table) = match raw {
            RawAssertion { no_survivors: Some(_), unique: None, rows: None, equals: None } => {
                let path = format!("{path}.no_survivors");
                let columns = self.patterns(node.get("no_survivors"), &path, ColumnPattern::parse)?;
                (AssertionKind::NoSurvivors, columns, None)
            }
            RawAssertion { no_survivors: None, unique: Some(_), rows: None, equals: None } => {
                let columns = self.patterns(node.get("unique"), &format!("{path}.unique"), ColumnPattern::parse)?;
                (AssertionKind::Unique, columns, None)
            }
            RawAssertion { no_survivors: None, unique: None, rows: Some(_), equals: Some(equals) } => {
                let tables = self.patterns(node.get("rows"), &format!("{path}.rows"), TablePattern::parse)?;
                let [table] = <[TablePattern; 1]>::try_from(tables).ok()?;
                (AssertionKind::Rows { equals }, Vec::new(), Some(table))
            }
            _ => {
                let problem =
                    Problem::new("an assertion is `no_survivors`, `unique`, or `rows` with `equals`").at(&place);
                self.problem(problem.hint("write one `- { … }` for each"));
                return None;
            }
        };
        Some(Assertion { place, kind, columns, table })
    }
}

fn nested_domains(paths: &BTreeMap<String, Nested>, place: &Place, used: &mut Vec<(String, Place)>) {
    for nested in paths.values() {
        used.extend(nested.domain.iter().map(|name| (name.clone(), place.clone())));
        if let TransformSpec::Json { paths, .. } | TransformSpec::PhpSerialized { paths, .. } = &nested.spec {
            nested_domains(paths, place, used);
        }
    }
}
