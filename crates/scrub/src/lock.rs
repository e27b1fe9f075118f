//! The classification lockfile: every column of a dump, what it holds, and who said so. One line per column, sorted, so
//! that a change shows in a diff.

use crate::discover::classify::{By, DataClass};
use crate::discover::yaml::quoted;
use crate::plan::{Action, Rows, TablePlan};
use crate::policy::spelled;
use crate::problem::{Place, Problem, closest, listed};
use crate::rules::pattern::split;
use crate::rules::tree::{Node, Value};
use crate::table::{Class, Column, Table};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// The one version there is.
const VERSION: i128 = 1;
/// Most bytes of a lockfile.
const FILE_MAX: usize = 64 << 20;

/// A column's name, with its table's and, where the dump names more than one, its database's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnName {
    /// The database.
    pub database: Option<String>,
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

impl ColumnName {
    /// As rules and lockfiles spell it.
    pub fn spelled(&self) -> String {
        let parts = self.database.iter().chain([&self.table, &self.column]);
        parts.map(|p| spelled(p)).collect::<Vec<_>>().join(".")
    }

    /// What of it doesn't distinguish case.
    fn folded(&self) -> (String, String) {
        (self.table.to_lowercase(), self.column.to_lowercase())
    }
}

/// What a lockfile says of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its type, as [`type_of`] spells it.
    pub data_type: String,
    /// What it holds.
    pub class: DataClass,
    /// Who said so.
    pub by: By,
}

/// A lockfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    entries: BTreeMap<ColumnName, Entry>,
    /// By what doesn't distinguish case.
    folded: HashMap<(String, String), Vec<ColumnName>>,
}

/// A column's type as lockfiles spell it: `varchar(255)`, `bigint unsigned`, `enum(3)` for one of three labels.
pub fn type_of(column: &Column) -> String {
    let name = column.type_name.to_lowercase();
    let unsigned = if matches!(column.range, Some((0, _))) { " unsigned" } else { "" };
    match column.class {
        Class::Json => "json".to_owned(),
        Class::Label => format!("{name}({})", column.labels.len()),
        Class::Number if name == "year" => name,
        Class::Number => match column.decimal {
            Some((digits, scale)) => format!("{name}({digits},{scale})"),
            None => format!("{name}{unsigned}"),
        },
        Class::Temporal if column.fraction > 0 => format!("{name}({})", column.fraction),
        Class::Text | Class::Binary => match column.max_chars {
            Some(most) if name.contains("char") || name.contains("binary") => format!("{name}({most})"),
            _ => name,
        },
        Class::Temporal => name,
    }
}

impl Lock {
    /// Reads a lockfile.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and column.
    pub fn parse(file: &[u8]) -> Result<Self, Vec<Problem>> {
        if file.len() > FILE_MAX {
            return Err(vec![Problem::new("the lockfile is larger than 64 MiB")]);
        }
        let text = std::str::from_utf8(file).map_err(|_| vec![Problem::new("the lockfile is not UTF-8")])?;
        let root = Node::parse(text).map_err(|problem| vec![*problem])?;
        if !matches!(root.get("version").map(|n| &n.value), Some(Value::Int(VERSION))) {
            let problem = Problem::new("not a lockfile of version 1").at(&root.place("version"));
            return Err(vec![problem.hint("dumpstream discover --lock FILE writes one, beginning with `version: 1`")]);
        }
        let mut problems = Vec::new();
        for (key, _) in root.entries().iter().filter(|(key, _)| !matches!(key.name.as_str(), "version" | "columns")) {
            let place = Place { line: key.line, column: key.column, path: key.name.clone() };
            problems.push(
                Problem::new("a key that lockfiles don't have").at(&place).hint("known are `version` and `columns`"),
            );
        }
        let mut lock = Self::default();
        let columns = root.get("columns");
        if columns.is_some_and(|n| !matches!(n.value, Value::Map(_) | Value::Null)) {
            problems
                .push(Problem::new("`columns` is a mapping of columns to what they hold").at(&root.place("columns")));
        }
        for (key, node) in columns.map(Node::entries).unwrap_or_default() {
            let place = Place { line: key.line, column: key.column, path: format!("columns.{}", key.name) };
            match (name(&key.name), entry(node, &place)) {
                (Some(name), Ok(entry)) => lock.insert(name, entry),
                (None, _) => {
                    let problem = Problem::new("not the name of a column").at(&place);
                    problems.push(problem.hint("write `table.column` or `database.table.column`, with backquotes around what isn't letters and digits"));
                }
                (_, Err(problem)) => problems.push(*problem),
            }
        }
        if problems.is_empty() { Ok(lock) } else { Err(problems) }
    }

    /// Says what a column holds, in place of what was said before.
    pub fn insert(&mut self, name: ColumnName, entry: Entry) {
        if self.entries.insert(name.clone(), entry).is_none() {
            self.folded.entry(name.folded()).or_default().push(name);
        }
    }

    /// Takes a column out.
    pub fn remove(&mut self, name: &ColumnName) {
        self.entries.remove(name);
        if let Some(names) = self.folded.get_mut(&name.folded()) {
            names.retain(|n| n != name);
        }
    }

    /// Every column, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&ColumnName, &Entry)> {
        self.entries.iter()
    }

    /// What it says of a table's column. A name without a database is for any, as in rules; where tables differ by nothing
    /// but case, each has what is said of its own spelling.
    pub fn get(&self, table: &Table, column: &str) -> Option<(&ColumnName, &Entry)> {
        let names = self.folded.get(&(table.name.to_lowercase(), column.to_lowercase()))?;
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        let fits = |name: &&ColumnName| match (&name.database, &table.database) {
            (None, _) => true,
            (Some(a), Some(b)) => same(a, b),
            (Some(_), None) => false,
        };
        let exact = |name: &&ColumnName| (name.table == table.name, name.database.is_some());
        let best = names.iter().filter(fits).max_by_key(exact)?;
        self.entries.get_key_value(best)
    }

    /// What of a table the lockfile doesn't allow to pass under a plan. Tables whose rows are left out may be anything.
    pub fn check(&self, table: &Table, plan: &TablePlan) -> Vec<Problem> {
        if matches!(plan.rows, Rows::Drop) {
            return Vec::new();
        }
        let (mut missing, mut changed, mut undecided, mut kept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (at, column) in table.columns.iter().enumerate() {
            let name = column.name.clone();
            let Some((_, entry)) = self.get(table, &name) else {
                missing.push(name);
                continue;
            };
            let data_type = type_of(column);
            let keeps = plan.columns.get(at).is_some_and(|c| matches!(c.action, Action::Keep)) && !column.generated;
            if table.defined && entry.data_type != data_type {
                changed.push(format!("{name} ({data_type}, and {} there)", entry.data_type));
            } else if entry.class == DataClass::Unknown {
                undecided.push(name);
            } else if entry.class.is_personal() && keeps {
                kept.push(format!("{name} ({})", entry.class));
            }
        }
        let all = |columns: &[String]| columns.join(", ");
        let mut problems = Vec::new();
        let mut problem = |columns: &[String], what: String, hint: &str| {
            if !columns.is_empty() {
                problems.push(Problem::new(what).hint(hint).on(table.display(), None));
            }
        };
        problem(
            &missing,
            format!("columns that the lockfile lacks: {}", all(&missing)),
            "dumpstream discover --lock adds them; look at what it says of each before you take it over",
        );
        problem(
            &changed,
            format!("columns of another type than in the lockfile: {}", all(&changed)),
            "a new type may hold something else: dumpstream discover --lock judges them anew",
        );
        problem(
            &undecided,
            format!("columns that nobody has decided about: {}", all(&undecided)),
            "say in the lockfile what they hold: { …, class: none, by: \"person:NAME\" }",
        );
        problem(
            &kept,
            format!("columns that the lockfile calls personal, and the rules keep: {}", all(&kept)),
            "add a rule that replaces each, or have a person say class: none in the lockfile",
        );
        problems
    }
}

/// The file. The same lock is always the same text.
impl std::fmt::Display for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::from(HEAD);
        text.push_str(if self.entries.is_empty() { "columns: {}\n" } else { "columns:\n" });
        for (name, Entry { data_type, class, by }) in &self.entries {
            let by = by.to_string();
            let simple = by.chars().all(|c| c.is_ascii_lowercase());
            let by = if simple { by } else { quoted(&by) };
            let _ = writeln!(
                text,
                "  {}: {{ type: {}, class: {class}, by: {by} }}",
                quoted(&name.spelled()),
                quoted(data_type)
            );
        }
        f.write_str(&text)
    }
}

fn name(text: &str) -> Option<ColumnName> {
    let bare = |part: &String| match part.strip_prefix('`').and_then(|p| p.strip_suffix('`')) {
        Some(quoted) => quoted.replace("``", "`"),
        None => part.clone(),
    };
    let parts: Vec<String> = split(text).ok()?.iter().map(|p| bare(&(*p).to_owned())).collect();
    let (database, table, column) = match parts.as_slice() {
        [table, column] => (None, table, column),
        [database, table, column] => (Some(database.clone()), table, column),
        _ => return None,
    };
    if parts.iter().any(String::is_empty) {
        return None;
    }
    Some(ColumnName { database, table: table.clone(), column: column.clone() })
}

fn entry(node: &Node, place: &Place) -> Result<Entry, Box<Problem>> {
    let known = ["type", "class", "by"];
    if let Some((key, _)) = node.entries().iter().find(|(key, _)| !known.contains(&key.name.as_str())) {
        let place = Place { line: key.line, column: key.column, path: place.path.clone() };
        return Err(Box::new(
            Problem::new("a key that columns don't have here").at(&place).hint("known are `type`, `class` and `by`"),
        ));
    }
    let text = |key: &str| {
        let missing = || Box::new(Problem::new(format!("`{key}` is missing")).at(place));
        node.get(key).and_then(Node::text).ok_or_else(missing)
    };
    let (data_type, class, by) = (text("type")?.to_owned(), text("class")?, text("by")?);
    let class = class.parse().map_err(|()| {
        let names = DataClass::names();
        let hint = match closest(class, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known are {}", listed(&names)),
        };
        Box::new(Problem::new("no class of that name").at(place).hint(hint))
    })?;
    let by = By::from(by.to_owned());
    if let By::Person(who) = &by
        && (who.is_empty() || !node.get("by").and_then(Node::text).is_some_and(|t| t.starts_with("person:")))
    {
        let problem = Problem::new("`by` says who decided").at(place);
        return Err(Box::new(problem.hint("known are `name`, `type`, `content`, `reference`, and `person:NAME`")));
    }
    Ok(Entry { data_type, class, by })
}

const HEAD: &str = "\
# Classification of every column, by dumpstream discover --lock. With --lock, dumpstream refuses a dump that has a column
# which isn't here, is of another type, has the class `unknown`, or is personal while the rules keep it.
# Who decides about a column writes its class and by: \"person:NAME\"; such lines are never changed by discover.
version: 1
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;
    use crate::rules::Rules;
    use proptest::prelude::*;

    fn table() -> Table {
        let varchar = |name: &str| Column { type_name: "VARCHAR".into(), max_chars: Some(40), ..Column::text(name) };
        let columns = vec![varchar("email"), varchar("state"), varchar("x")];
        Table { database: Some("shop".into()), name: "person".into(), columns, unique_keys: vec![], defined: true }
    }

    fn lock(lines: &str) -> Lock {
        Lock::parse(format!("version: 1\ncolumns:\n{lines}").as_bytes()).unwrap()
    }

    fn told(lock: &Lock, table: &Table, rules: &str) -> Vec<String> {
        let policy = Policy::new(Rules::parse(rules.as_bytes()).unwrap(), None).unwrap();
        let plan = policy.table(table).unwrap();
        lock.check(table, &plan).iter().map(ToString::to_string).collect()
    }

    const REDACT: &str = "version: 1\ndefault: { text: redact, new_table: keep }\n";
    const KEEP: &str = "version: 1\ndefault: { text: keep, new_table: keep }\n";

    #[test]
    fn what_the_lock_does_not_allow() {
        let full = "  person.email: { type: varchar(40), class: email, by: name }\n  \
                    PERSON.State: { type: varchar(40), class: none, by: content }\n  \
                    \"`shop`.person.x\": { type: varchar(40), class: none, by: \"person:Anne\" }\n";
        assert_eq!(told(&lock(full), &table(), REDACT), [""; 0]);
        assert_eq!(
            told(&lock(full), &table(), KEEP),
            ["shop.person: columns that the lockfile calls personal, and the rules keep: email (email)"]
        );
        let other_type = full.replacen("varchar(40)", "varchar(20)", 1);
        assert_eq!(
            told(&lock(&other_type), &table(), REDACT),
            ["shop.person: columns of another type than in the lockfile: email (varchar(40), and varchar(20) there)"]
        );
        let undecided = full.replace("class: none, by: content", "class: unknown, by: content");
        assert_eq!(
            told(&lock(&undecided), &table(), REDACT),
            ["shop.person: columns that nobody has decided about: state"]
        );
        let shorter: String = full.lines().take(1).map(|l| format!("{l}\n")).collect();
        assert_eq!(told(&lock(&shorter), &table(), REDACT), ["shop.person: columns that the lockfile lacks: state, x"]);
        let other = full.replace("`shop`", "`store`");
        assert_eq!(told(&lock(&other), &table(), REDACT), ["shop.person: columns that the lockfile lacks: x"]);
        let dropped = "version: 1\ndefault: { text: keep }\ntables: [{ match: person, do: truncate }]\n";
        assert_eq!(told(&Lock::default(), &table(), dropped), [""; 0]);
    }

    #[test]
    fn a_table_in_another_case_has_its_own_lines() {
        let lock =
            lock("  \"`T`.a\": { type: int, class: none, by: type }\n  t.a: { type: int, class: age, by: name }\n");
        let of = |name: &str| Table {
            name: name.into(),
            database: None,
            columns: vec![],
            unique_keys: vec![],
            defined: true,
        };
        assert_eq!(lock.get(&of("t"), "A").unwrap().1.class.name(), "age");
        assert_eq!(lock.get(&of("T"), "a").unwrap().1.class.name(), "none");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (line, expected) in [
            ("  a.b: { type: int, class: emial, by: name }", "line 3, column 3: columns.a.b: no class of that name"),
            ("  a.b: { type: int, class: email, by: me }", "line 3, column 3: columns.a.b: `by` says who decided"),
            ("  a.b: { type: int, class: email }", "line 3, column 3: columns.a.b: `by` is missing"),
            ("  a: { type: int, class: email, by: name }", "line 3, column 3: columns.a: not the name of a column"),
            (
                "  a.b: { type: int, class: email, by: name, x: 1 }",
                "line 3, column 45: columns.a.b: a key that columns don't have here",
            ),
        ] {
            let problems = Lock::parse(format!("version: 1\ncolumns:\n{line}\n").as_bytes()).unwrap_err();
            assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
        }
        assert!(
            Lock::parse(b"version: 2\n").is_err()
                && Lock::parse(b"\xff").is_err()
                && Lock::parse(b"version: 1\nx: 2\n").is_err()
        );
        let twice = "  a.b: { type: int, class: email, by: name }\n  a.b: { type: int, class: none, by: name }\n";
        assert!(Lock::parse(format!("version: 1\ncolumns:\n{twice}").as_bytes()).is_err());
    }

    #[test]
    fn types_are_spelled_as_definitions_do() {
        let number = |name: &str, range, decimal| Column {
            class: Class::Number,
            type_name: name.into(),
            range,
            decimal,
            ..Column::text("c")
        };
        assert_eq!(type_of(&number("BIGINT", Some((0, 9)), None)), "bigint unsigned");
        assert_eq!(type_of(&number("DECIMAL", None, Some((10, 2)))), "decimal(10,2)");
        assert_eq!(type_of(&Column::text("c")), "longtext");
        let label =
            Column { class: Class::Label, type_name: "ENUM".into(), labels: vec!["a".into()], ..Column::text("c") };
        assert_eq!(type_of(&label), "enum(1)");
        let time = Column { class: Class::Temporal, type_name: "DATETIME".into(), fraction: 6, ..Column::text("c") };
        assert_eq!(type_of(&time), "datetime(6)");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            names in prop::collection::vec(("\\PC{1,10}|[a-z.`\"\n\t\u{0}]{1,6}", "\\PC{1,10}|[a-z.`/\"\n]{1,6}", prop::option::of("[a-z`. ]{1,4}")), 0..8),
            who in "\\PC{1,10}",
        ) {
            let mut lock = Lock::default();
            for (i, (table, column, database)) in names.into_iter().enumerate() {
                let by = if i % 2 == 0 { By::Content } else { By::Person(format!("x{}", who.trim())) };
                let class = DataClass::names()[i].parse().unwrap();
                lock.insert(ColumnName { database, table, column }, Entry { data_type: "varchar(3)".into(), class, by });
            }
            let text = lock.to_string();
            let read = Lock::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(&read.entries, &lock.entries);
            prop_assert_eq!(read.to_string(), text);
        }
    }
}
