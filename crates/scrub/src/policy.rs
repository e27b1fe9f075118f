//! Rules and a table make a plan, or the reasons why they don't fit.

mod check;
mod compile;
mod domains;

use crate::key::MasterKey;
use crate::plan::{Action, Asserted, ColumnPlan, Origin, Otherwise, Rows, TablePlan};
use crate::problem::{Place, Problem, closest, listed};
use crate::rules::pattern::{ColumnPattern, Rank, TablePattern};
use crate::rules::{
    Assertion, AssertionKind, ClassDefault, ColumnRule, Detect, FailOrKeep, InvalidRule, Names, OnHit, Replacement,
    Rules, TableAction, TableRule,
};
use crate::table::{Class, Column, Table};
use crate::transform::custom::Customs;
use crate::transform::spec::TransformSpec;
use domains::Domains;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rules with their key, shown one table after the other.
#[derive(Debug)]
pub struct Policy {
    rules: Rules,
    key: Option<MasterKey>,
    customs: Customs,
    state: Mutex<State>,
}

/// What the tables so far have shown. Says the same whatever their order.
#[derive(Debug, Default)]
struct State {
    plans: HashMap<String, Vec<(Table, Outcome)>>,
    /// Patterns that a table or a column was found for, or that were told of: by the rule's place in the file and theirs in it.
    matched: BTreeSet<(Part, usize, usize)>,
    /// Names of tables and databases.
    tables: BTreeSet<String>,
    databases: BTreeSet<String>,
    domains: Domains,
    notes: BTreeSet<Problem>,
}

type Outcome = Result<Arc<TablePlan>, Vec<Problem>>;

/// A list of the rules file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Tables,
    Columns,
    Assertions,
}

impl Policy {
    /// Takes rules and the key that they name.
    ///
    /// # Errors
    /// What in the rules contradicts itself, whatever the dump.
    pub fn new(rules: Rules, key: Option<MasterKey>) -> Result<Self, Vec<Problem>> {
        let mut problems = domains::contradictions(&rules);
        if rules.key().is_some() && key.is_none() {
            problems.push(Problem::new("the rules name a key, and none was given"));
        }
        match problems.is_empty() {
            true => Ok(Self { rules, key, customs: Customs::default(), state: Mutex::new(State::default()) }),
            false => Err(problems),
        }
    }

    /// Takes the transformers of the program's own that the rules may name.
    #[must_use]
    pub fn with_customs(mut self, customs: Customs) -> Self {
        self.customs = customs;
        self
    }

    /// The rules.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What has to be true of the result. Which tables and columns that concerns is in their plans.
    pub fn assertions(&self) -> &[Assertion] {
        &self.rules.assertions
    }

    /// Whether every value of every table that could come stays: the defaults keep all, and no rule replaces anything. Then
    /// nothing has to be known of a table.
    pub fn keeps_everything(&self) -> bool {
        let default = self.rules.default();
        let classes = [default.text, default.json, default.binary, default.number, default.temporal, default.label];
        classes.iter().all(|class| *class == ClassDefault::Keep)
            && default.new_table == FailOrKeep::Keep
            && self.rules.columns.iter().all(|rule| matches!(rule.replacement.spec, TransformSpec::Keep { .. }))
    }

    /// Whether columns that are kept are to be looked at.
    pub fn detect(&self) -> Option<&Detect> {
        self.rules.detect.as_ref()
    }

    /// What becomes of a table. Called for every definition of the dump, and for every table that has rows without one; the
    /// same table gets the same plan.
    ///
    /// # Errors
    /// Everything for which the rules don't fit this table.
    pub fn table(&self, table: &Table) -> Result<Arc<TablePlan>, Vec<Problem>> {
        let mut state = self.state();
        let name = display(table);
        if let Some(known) = state.plans.get(&name)
            && let Some((_, outcome)) = known.iter().find(|(seen, _)| seen == table)
        {
            return outcome.clone();
        }
        let outcome = Look { policy: self, table, name: name.clone(), state: &mut state, problems: Vec::new() }.plan();
        state.plans.entry(name).or_default().push((table.clone(), outcome.clone()));
        outcome
    }

    /// Whether a table is left out with its definition, before that was seen.
    pub fn drops(&self, database: Option<&str>, name: &str) -> bool {
        let table = Table {
            database: database.map(str::to_owned),
            name: name.to_owned(),
            columns: Vec::new(),
            unique_keys: Vec::new(),
            defined: false,
        };
        let ranked = self.rules.tables.iter().filter_map(|rule| {
            let ranks = rule.patterns.iter().filter(|p| p.matches(&table)).map(TablePattern::rank);
            Some((ranks.max()?, rule.action == TableAction::Drop))
        });
        ranked.max_by_key(|(rank, _)| *rank).is_some_and(|(_, drops)| drops)
    }

    /// What is left to say when every table was seen: patterns that nothing was found for.
    ///
    /// # Errors
    /// One for each such pattern, and for each path of a document where nothing was, unless its rule is `optional`.
    pub fn finish(&self) -> Result<(), Vec<Problem>> {
        let state = self.state();
        let mut problems = Vec::new();
        let found = |part, rule, pattern| state.matched.contains(&(part, rule, pattern));
        for (index, rule) in self.rules.tables.iter().enumerate().filter(|(_, rule)| !rule.optional) {
            for (_, pattern) in rule.patterns.iter().enumerate().filter(|(at, _)| !found(Part::Tables, index, *at)) {
                problems.push(state.no_table(pattern, &rule.place, true));
            }
        }
        for (index, rule) in self.rules.columns.iter().enumerate().filter(|(_, rule)| !rule.optional) {
            for (_, pattern) in rule.patterns.iter().enumerate().filter(|(at, _)| !found(Part::Columns, index, *at)) {
                problems.push(state.no_column(pattern, &rule.place, true));
            }
        }
        for (index, assertion) in self.rules.assertions.iter().enumerate() {
            let columns = assertion.columns.iter().enumerate();
            for (_, pattern) in columns.filter(|(at, _)| !found(Part::Assertions, index, *at)) {
                problems.push(state.no_column(pattern, &assertion.place, false));
            }
            if let Some(pattern) = assertion.table.as_ref().filter(|_| !found(Part::Assertions, index, 0)) {
                problems.push(state.no_table(pattern, &assertion.place, false));
            }
        }
        problems.extend(self.unfound_paths(&state));
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Paths into documents at which no document had anything, in any column of their rule.
    fn unfound_paths(&self, state: &State) -> Vec<Problem> {
        let mut paths: BTreeMap<(usize, &str), Option<bool>> = BTreeMap::new();
        let plans = state.plans.values().flatten().filter_map(|(_, outcome)| outcome.as_ref().ok());
        for column in plans.flat_map(|plan| &plan.columns) {
            let (Action::Replace(replace), Origin::Rule { index, .. }) = (&column.action, &column.origin) else {
                continue;
            };
            let other = match &replace.when {
                Some((_, Otherwise::Replace(other))) => Some(other),
                _ => None,
            };
            for (path, found) in [Some(replace), other].into_iter().flatten().flat_map(|r| r.transform.paths()) {
                let known = paths.entry((*index, path)).or_default();
                *known = found.max(*known);
            }
        }
        let unfound = paths.into_iter().filter(|(_, found)| *found == Some(false));
        let rules = unfound.filter_map(|((index, path), _)| Some((self.rules.columns.get(index)?, path)));
        rules
            .filter(|(rule, _)| !rule.optional)
            .map(|(rule, path)| {
                Problem::new(format!("no document has anything at the path `{path}`"))
                    .at(&rule.place)
                    .hint("is it spelled as in the documents? `optional: true` allows a rule to match nothing")
            })
            .collect()
    }

    /// Notes that a foreign key ties two columns together of which the rules make different things.
    pub fn tied(&self, child: (&Table, &TablePlan, usize), parent: (&Table, &TablePlan, usize)) {
        let (Some(column), Some(other)) = (child.0.columns.get(child.2), parent.0.columns.get(parent.2)) else {
            return;
        };
        if matches!(child.1.rows, Rows::Drop) || self.gives_null(child) {
            return;
        }
        let to = format!("{}.{}", display(parent.0), other.name);
        let problem = if matches!(parent.1.rows, Rows::Drop) {
            Problem::new(format!("a foreign key ties it to {to}, of which no rows stay"))
                .hint("leave these rows out as well, or use `set_null`")
        } else if self.becomes(child) != self.becomes(parent) {
            Problem::new(format!("a foreign key ties it to {to}, of which the rules make something else: joins break"))
                .hint("give both the same transformer with the same `domain`, or keep both")
        } else {
            return;
        };
        self.state().notes.insert(problem.on(display(child.0), Some(&column.name)));
    }

    /// Notes that a view can't be made where a table is left out with its definition.
    pub fn orphaned(&self, view: &str, table: &str) {
        let problem = Problem::new(format!("the view {view} names the table {table}, which isn't there any more"))
            .hint("use `do: truncate`, which keeps the table's definition");
        self.state().notes.insert(problem);
    }

    fn gives_null(&self, (_, plan, at): (&Table, &TablePlan, usize)) -> bool {
        match plan.columns.get(at).map(|c| &c.action) {
            Some(Action::Replace(replace)) => replace.when.is_none() && replace.transform.properties().nulls,
            _ => false,
        }
    }

    /// What is made of a column's values, as a text that is the same for columns whose equal values stay equal.
    fn becomes(&self, (table, plan, at): (&Table, &TablePlan, usize)) -> String {
        let Some(column) = plan.columns.get(at) else { return String::new() };
        let Action::Replace(replace) = &column.action else { return String::new() };
        let Origin::Rule { index, .. } = column.origin else { return "default".to_owned() };
        let Some(rule) = self.rules.columns.get(index) else { return String::new() };
        let Replacement { spec, domain, subject, on_invalid, .. } = &rule.replacement;
        let own = || format!("{}.{}", display(table), column.name);
        let domain =
            if replace.transform.properties().keyed { domain.clone().unwrap_or_else(own) } else { String::new() };
        let invalid = match on_invalid {
            InvalidRule::Fail => String::new(),
            InvalidRule::SetNull => "null".to_owned(),
            InvalidRule::Replace(other) => format!("{:?}", other.spec),
        };
        format!("{spec:?} {domain} {subject:?} {invalid} {}", replace.when.is_some())
    }

    /// What isn't wrong but worth knowing, in the order of the rules file. Complete when every table was seen.
    pub fn notes(&self) -> Vec<Problem> {
        let state = self.state();
        let mut notes = state.notes.clone();
        notes.extend(state.domains.notes(&self.rules));
        notes.into_iter().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in here is left half-done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn no_table(&self, pattern: &TablePattern, place: &Place, rule: bool) -> Problem {
        let hint = match pattern.exact_table() {
            Some(_) if pattern.has_database() && self.databases.is_empty() => {
                "the dump names no database: leave it out of the pattern".to_owned()
            }
            Some(table) => self.tables_hint(table),
            None => String::new(),
        };
        finish(Problem::new(format!("`{}` matches no table of the dump", pattern.text)).at(place), hint, rule)
    }

    fn no_column(&self, pattern: &ColumnPattern, place: &Place, rule: bool) -> Problem {
        let hint = match pattern.exact_table() {
            _ if pattern.has_database() && self.databases.is_empty() => {
                "the dump names no database: leave it out of the pattern".to_owned()
            }
            Some(table) if !self.tables.iter().any(|t| t.to_lowercase() == table.to_lowercase()) => {
                self.tables_hint(table)
            }
            _ => String::new(),
        };
        finish(Problem::new(format!("`{}` matches no column of the dump", pattern.text)).at(place), hint, rule)
    }

    fn tables_hint(&self, table: &str) -> String {
        match closest(table, self.tables.iter().map(String::as_str)) {
            Some(known) if known != table => format!("there is no table `{table}`; did you mean `{known}`?"),
            _ => format!("there is no table `{table}`"),
        }
    }
}

fn finish(problem: Problem, hint: String, rule: bool) -> Problem {
    let optional = if rule { "correct it, take it out, or set `optional: true`" } else { "correct it or take it out" };
    match hint.is_empty() {
        true => problem.hint(optional),
        false => problem.hint(format!("{hint}; {optional}")),
    }
}

/// `database.table`, or `table`.
fn display(table: &Table) -> String {
    match &table.database {
        Some(database) => format!("{database}.{}", table.name),
        None => table.name.clone(),
    }
}

/// A name as a pattern has to spell it.
pub(crate) fn spelled(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || "_$".contains(c)) && !name.is_empty() {
        true => name.to_owned(),
        false => format!("`{}`", name.replace('`', "``")),
    }
}

/// Making the plan of one table.
struct Look<'a> {
    policy: &'a Policy,
    table: &'a Table,
    name: String,
    state: &'a mut State,
    problems: Vec<Problem>,
}

impl<'a> Look<'a> {
    fn problem(&mut self, problem: Problem, column: Option<&str>) {
        self.problems.push(problem.on(self.name.clone(), column));
    }

    fn plan(mut self) -> Outcome {
        self.state.tables.insert(self.table.name.clone());
        self.state.databases.extend(self.table.database.clone());
        let table_rule = self.table_rule();
        let rules = self.column_rules();
        self.misspelled();
        let named = table_rule.is_some() || self.names_table();
        if !named && self.policy.rules.default.new_table == FailOrKeep::Fail {
            let problem = Problem::new("no rule names this table");
            let line = format!("- {{ match: \"{}\", do: keep }}", spelled(&self.table.name));
            let hint = format!("say under `tables` what becomes of it (`keep`, `truncate`, `drop`):\n{line}");
            self.problem(problem.hint(hint), None);
        }
        let action = table_rule.map_or(TableAction::Keep, |rule| rule.action);
        let mut columns = match action {
            TableAction::Keep => self.columns(&rules),
            TableAction::Truncate | TableAction::Drop => self.left_out(&rules),
        };
        let rows = match (action, table_rule.and_then(|rule| rule.keep_rows.as_ref())) {
            (TableAction::Truncate | TableAction::Drop, _) => Rows::Drop,
            (TableAction::Keep, None) => Rows::Keep,
            (TableAction::Keep, Some(condition)) => match self.predicate(condition, "keep_rows") {
                Some(predicate) => Rows::Where(Arc::new(predicate)),
                None => Rows::Keep,
            },
        };
        if columns.iter().any(|c| matches!(c.action, Action::Replace(_))) {
            for (plan, column) in columns.iter_mut().zip(&self.table.columns) {
                if column.generated {
                    plan.action = Action::Recompute;
                }
            }
        }
        if action == TableAction::Keep {
            self.check_sources(&columns);
            self.check_unique(&columns);
            self.suspicious(&columns);
        }
        let assertions = self.assertions(&columns);
        let default_kept = columns
            .iter()
            .any(|c| matches!(c.action, Action::Keep) && !matches!(c.origin, Origin::TableDropped { .. }));
        let sample_rows = self.policy.rules.detect.as_ref().filter(|_| default_kept).map_or(0, |d| d.sample_rows);
        let drop_definition = action == TableAction::Drop;
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        Ok(Arc::new(TablePlan { rows, drop_definition, columns, sample_rows, assertions }))
    }

    /// A transformer that puts another column's value into its output must not undo that column's rule.
    fn check_sources(&mut self, columns: &[ColumnPlan]) {
        let mut problems = Vec::new();
        for plan in columns {
            let Action::Replace(replace) = &plan.action else { continue };
            for source in replace.transform.needs().iter().filter_map(|i| columns.get(*i)) {
                if matches!(source.action, Action::Replace(_)) {
                    let message = format!("its rule takes the value of `{}`, which another rule replaces", source.name);
                    let hint = "take only columns that are kept, or a token of the subject";
                    problems.push((Problem::new(message).hint(hint), plan.name.clone()));
                }
            }
        }
        for (problem, column) in problems {
            self.problem(problem, Some(&column));
        }
    }

    /// The rule for the table that says it most exactly.
    fn table_rule(&mut self) -> Option<&'a TableRule> {
        let mut best: Vec<(usize, Rank, &'a TableRule)> = Vec::new();
        for (index, rule) in self.policy.rules.tables.iter().enumerate() {
            let mut rank = None;
            for (at, pattern) in rule.patterns.iter().enumerate().filter(|(_, p)| p.matches(self.table)) {
                self.state.matched.insert((Part::Tables, index, at));
                rank = rank.max(Some(pattern.rank()));
            }
            best.extend(rank.map(|rank| (index, rank, rule)));
        }
        let most = best.iter().map(|(_, rank, _)| *rank).max()?;
        best.retain(|(_, rank, _)| *rank == most);
        match best.as_slice() {
            [(_, _, rule)] => Some(rule),
            _ => {
                let places: Vec<&Place> = best.iter().map(|(_, _, rule)| &rule.place).collect();
                let problem = tie(&places, most);
                self.problem(problem, None);
                best.first().map(|(_, _, rule)| *rule)
            }
        }
    }

    /// For every column the rule that says it most exactly, with its position.
    fn column_rules(&mut self) -> Vec<Option<(usize, &'a ColumnRule)>> {
        let (policy, table) = (self.policy, self.table);
        table.columns.iter().map(|column| self.column_rule(policy, table, column)).collect()
    }

    fn column_rule(&mut self, policy: &'a Policy, table: &Table, column: &Column) -> Option<(usize, &'a ColumnRule)> {
        let mut best: Vec<(usize, Rank, &'a ColumnRule)> = Vec::new();
        for (index, rule) in policy.rules.columns.iter().enumerate() {
            let mut rank = None;
            for (at, pattern) in rule.patterns.iter().enumerate().filter(|(_, p)| p.matches(table, column)) {
                self.state.matched.insert((Part::Columns, index, at));
                rank = rank.max(Some(pattern.rank()));
            }
            best.extend(rank.map(|rank| (index, rank, rule)));
        }
        let most = best.iter().map(|(_, rank, _)| *rank).max()?;
        best.retain(|(_, rank, _)| *rank == most);
        if let [_, _, ..] = best.as_slice() {
            let places: Vec<&Place> = best.iter().map(|(_, _, rule)| &rule.place).collect();
            let problem = tie(&places, most);
            self.problem(problem, Some(&column.name));
        }
        best.first().map(|(index, _, rule)| (*index, *rule))
    }

    /// Whether a rule for columns says something about this table, and not only about any.
    fn names_table(&self) -> bool {
        let mut patterns = self.policy.rules.columns.iter().flat_map(|rule| &rule.patterns);
        patterns.any(|p| p.names_table() && self.table.columns.iter().any(|c| p.matches(self.table, c)))
    }

    /// Patterns that name a column which this table lacks.
    fn misspelled(&mut self) {
        // Rows without a definition needn't name all columns.
        if !self.table.defined {
            return;
        }
        let rules = self.policy.rules.columns.iter().enumerate().filter(|(_, rule)| !rule.optional);
        let rules = rules.map(|(index, rule)| (Part::Columns, index, &rule.patterns, &rule.place));
        let assertions = self.policy.rules.assertions.iter().enumerate();
        let assertions = assertions.map(|(index, a)| (Part::Assertions, index, &a.columns, &a.place));
        let mut problems = Vec::new();
        for (part, index, patterns, place) in rules.chain(assertions) {
            for (at, pattern) in patterns.iter().enumerate() {
                let Some(name) = pattern.exact_column().filter(|_| pattern.matches_table(self.table)) else { continue };
                if self.table.column(name).is_none() {
                    self.state.matched.insert((part, index, at));
                    problems.push(no_such_column(self.table, name, "", place));
                }
            }
        }
        for problem in problems {
            self.problem(problem, None);
        }
    }

    /// What becomes of the columns.
    fn columns(&mut self, rules: &[Option<(usize, &'a ColumnRule)>]) -> Vec<ColumnPlan> {
        let table = self.table;
        let mut unclassified = Vec::new();
        let mut plans = Vec::new();
        for (at, column) in table.columns.iter().enumerate() {
            let (action, origin) = match rules.get(at).copied().flatten() {
                Some((index, rule)) => self.ruled(at, index, rule),
                None if column.generated => (Action::Keep, Origin::Default),
                None => match self.class_default(column.class) {
                    ClassDefault::Keep => (Action::Keep, Origin::Default),
                    ClassDefault::Fail => {
                        unclassified.push(column);
                        (Action::Keep, Origin::Default)
                    }
                    ClassDefault::SetNull => (self.by_default(at, TransformSpec::SetNull {}), Origin::Default),
                    ClassDefault::Redact => {
                        (self.by_default(at, TransformSpec::Redact { with: None }), Origin::Default)
                    }
                },
            };
            plans.push(ColumnPlan { name: column.name.clone(), action, origin });
        }
        self.unclassified(&unclassified);
        plans
    }

    /// The columns of a table whose rows are left out. Its definition may stay, in which values of ruled ones stand.
    fn left_out(&mut self, rules: &[Option<(usize, &'a ColumnRule)>]) -> Vec<ColumnPlan> {
        let keeps = |rule: &ColumnRule| matches!(rule.replacement.spec, TransformSpec::Keep { .. });
        let mut plans = Vec::new();
        for (at, column) in self.table.columns.iter().enumerate() {
            let ruled = rules.get(at).copied().flatten().is_some_and(|(_, rule)| !keeps(rule)) && !column.generated;
            // Where that doesn't fit, a literal in the definition is refused, if there is one.
            let known = self.problems.len();
            let action = if ruled { self.by_default(at, TransformSpec::Redact { with: None }) } else { Action::Keep };
            self.problems.truncate(known);
            plans.push(ColumnPlan { name: column.name.clone(), action, origin: Origin::TableDropped { ruled } });
        }
        plans
    }

    fn class_default(&self, class: Class) -> ClassDefault {
        let default = &self.policy.rules.default;
        match class {
            Class::Text => default.text,
            Class::Json => default.json,
            Class::Binary => default.binary,
            Class::Number => default.number,
            Class::Temporal => default.temporal,
            Class::Label => default.label,
        }
    }

    /// All at once, with the lines that would do.
    fn unclassified(&mut self, columns: &[&Column]) {
        let Some(first) = columns.first() else { return };
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        let message = match columns {
            [one] => format!("no rule says what becomes of the column `{}` ({})", one.name, one.type_name),
            _ => format!("no rule says what becomes of the columns {}", listed(&names)),
        };
        let mut hint = "add under `columns`, with what is right for each:".to_owned();
        for column in columns {
            let pattern = format!("{}.{}", spelled(&self.table.name), spelled(&column.name));
            let what = match column.class {
                Class::Json => "json, paths: { \"$.…\": redact }",
                Class::Label => "keep, because: \"…\"",
                _ => "redact",
            };
            hint.push_str(&format!("\n- {{ match: \"{pattern}\", do: {what} }}"));
        }
        let column = if columns.len() == 1 { Some(first.name.clone()) } else { None };
        self.problem(Problem::new(message).hint(hint), column.as_deref());
    }

    /// Names that suggest personal data in columns that only their class keeps.
    fn suspicious(&mut self, plans: &[ColumnPlan]) {
        let Some(detect) = self.policy.rules.detect.as_ref().filter(|d| d.names == Names::Builtin) else { return };
        let on_hit = detect.on_hit;
        let kept = plans.iter().filter(|p| p.origin == Origin::Default && matches!(p.action, Action::Keep));
        let hits: Vec<String> = kept.filter(|p| check::suspicious(&p.name)).map(|p| p.name.clone()).collect();
        for name in hits {
            let pattern = format!("{}.{}", spelled(&self.table.name), spelled(&name));
            let problem = Problem::new("the name suggests personal data, and no rule says what becomes of it").hint(
                format!("add a rule: `- {{ match: \"{pattern}\", do: keep, because: \"…\" }}`, or another transformer"),
            );
            match on_hit {
                OnHit::Fail => self.problem(problem, Some(&name)),
                OnHit::Report => {
                    self.state.notes.insert(problem.on(self.name.clone(), Some(&name)));
                }
            }
        }
    }

    /// What the rules file asserts of this table.
    fn assertions(&mut self, plans: &[ColumnPlan]) -> Vec<Asserted> {
        let mut asserted = Vec::new();
        for (index, assertion) in self.policy.rules.assertions.iter().enumerate() {
            if assertion.table.as_ref().is_some_and(|pattern| pattern.matches(self.table)) {
                self.state.matched.insert((Part::Assertions, index, 0));
                asserted.push(Asserted { index, kind: assertion.kind, column: None });
            }
            for (column, definition) in self.table.columns.iter().enumerate() {
                let patterns = assertion.columns.iter().enumerate();
                let hits: Vec<usize> =
                    patterns.filter(|(_, p)| p.matches(self.table, definition)).map(|(at, _)| at).collect();
                if hits.is_empty() {
                    continue;
                }
                self.state.matched.extend(hits.into_iter().map(|at| (Part::Assertions, index, at)));
                asserted.push(Asserted { index, kind: assertion.kind, column: Some(column) });
                let kept = plans.get(column).is_some_and(|p| {
                    matches!(p.action, Action::Keep) && !matches!(p.origin, Origin::TableDropped { .. })
                });
                if kept && assertion.kind == AssertionKind::NoSurvivors {
                    let problem = Problem::new("its values are kept, so they survive").at(&assertion.place);
                    self.problem(
                        problem.hint("rule the column, or take it out of `no_survivors`"),
                        Some(&definition.name),
                    );
                }
            }
        }
        asserted
    }
}

/// Rules of one rank for one table or column.
fn tie(places: &[&Place], rank: Rank) -> Problem {
    let lines: Vec<String> = places.iter().map(|p| format!("line {} ({})", p.line, p.path)).collect();
    let problem =
        Problem::new(format!("more than one rule is for it, and none says so more exactly: {}", lines.join(", ")));
    let problem = match places.last() {
        Some(place) => problem.at(place),
        None => problem,
    };
    problem.hint(format!("all of them are {rank}; an exact name goes before a glob, a glob before a regular expression, that before a type"))
}

/// A column that the table hasn't got.
fn no_such_column(table: &Table, name: &str, what: &str, place: &Place) -> Problem {
    let problem = Problem::new(format!("{what}the table has no column `{name}`")).at(place);
    match closest(name, table.columns.iter().map(|c| c.name.as_str())) {
        Some(meant) => problem.hint(format!("did you mean `{meant}`?")),
        None => {
            problem.hint("its columns are in the dump's CREATE TABLE; `optional: true` allows a rule to match nothing")
        }
    }
}
