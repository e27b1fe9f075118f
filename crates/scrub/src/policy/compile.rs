//! From a rule to what replaces the values of one column.

use super::{Look, check, no_such_column};
use crate::expression::Predicate;
use crate::normal::{Normaliser, Step};
use crate::plan::{Action, OnInvalid, Origin, Otherwise, Replace};
use crate::problem::{Place, Problem};
use crate::rules::{ColumnRule, Condition, InvalidRule, Replacement};
use crate::table::Column;
use crate::transform::spec::TransformSpec;
use crate::transform::{BuildContext, build};
use std::sync::Arc;

impl Look<'_> {
    /// What a rule makes of a column.
    pub(super) fn ruled(&mut self, at: usize, index: usize, rule: &ColumnRule) -> (Action, Origin) {
        let replacement = &rule.replacement;
        let transformer = replacement.spec.name();
        let origin = Origin::Rule { index, transformer, because: replacement.because.clone() };
        let Some(column) = self.table.columns.get(at) else { return (Action::Keep, origin) };
        let keeps = matches!(replacement.spec, TransformSpec::Keep { .. });
        if column.generated {
            if !keeps || rule.when.is_some() {
                let pattern = format!("{}.{}", super::spelled(&self.table.name), super::spelled(&column.name));
                let problem = Problem::new("the server computes this column").at(&rule.place).hint(format!(
                    "rule the columns that it is computed from; if another pattern hits this one, add \
                     `- {{ match: \"{pattern}\", do: keep, because: \"computed\" }}`"
                ));
                self.problem(problem, Some(&column.name));
            }
            return (Action::Keep, origin);
        }
        if keeps && rule.when.is_none() {
            return (Action::Keep, origin);
        }
        let when = match &rule.when {
            None => Some(None),
            Some((condition, otherwise)) => {
                let predicate = self.predicate(condition, "when");
                let otherwise = match otherwise.spec {
                    TransformSpec::Keep { .. } => Some(Otherwise::Keep),
                    _ => self.replace(at, otherwise, None).map(|r| Otherwise::Replace(Arc::new(r))),
                };
                predicate.zip(otherwise).map(Some)
            }
        };
        match when.and_then(|when| self.replace(at, replacement, when)) {
            Some(replace) => (Action::Replace(Arc::new(replace)), origin),
            // What is wrong is told.
            None => (Action::Keep, origin),
        }
    }

    /// What a class's default makes of a column.
    pub(super) fn by_default(&mut self, at: usize, spec: TransformSpec) -> Action {
        let replacement = Replacement {
            place: Place::default(),
            spec,
            because: None,
            domain: None,
            subject: None,
            on_invalid: InvalidRule::Fail,
            replace_null: false,
        };
        self.replace(at, &replacement, None).map_or(Action::Keep, |r| Action::Replace(Arc::new(r)))
    }

    fn replace(
        &mut self,
        at: usize,
        replacement: &Replacement,
        when: Option<(Predicate, Otherwise)>,
    ) -> Option<Replace> {
        let table = self.table;
        let column = table.columns.get(at)?;
        let before = self.problems.len();
        if let Some(problem) = check::unfit(&replacement.spec, column) {
            self.at(replacement, problem, column);
            return None;
        }
        let own = format!("{}.{}", table.name, column.name).to_lowercase();
        let domain = replacement.domain.as_deref().unwrap_or(&own);
        let policy = self.policy;
        let keys = |name: &str| policy.key.as_ref().map(|key| key.domain(name));
        // A document's text has no collation: as most columns do, it disregards case and accents.
        let normal = |name: &str| {
            let base = Normaliser::for_collation("utf8mb4_general_ci").unwrap_or_default();
            policy.rules.domains.get(name).map(|d| Normaliser::with_steps(&d.normalise, &base)).unwrap_or_default()
        };
        let context = BuildContext {
            column,
            table,
            keys: &keys,
            normal: &normal,
            domain,
            locale: policy.rules.locale,
            customs: Some(&policy.customs),
        };
        let transform = match build(&replacement.spec, &context) {
            Ok(transform) => transform,
            Err(error) => {
                let message = format!("`{}`: {}", replacement.spec.name(), error.message);
                self.at(replacement, Problem::new(message).hint(error.hint), column);
                return None;
            }
        };
        let properties = transform.properties();
        for problem in check::output(&replacement.spec, properties, column) {
            self.at(replacement, problem, column);
        }
        let needs = transform.needs().to_vec();
        for needed in needs.iter().filter_map(|needed| table.columns.get(*needed)).filter(|c| c.generated) {
            self.at(replacement, computed(&needed.name), column);
        }
        let subject = match &replacement.subject {
            None => None,
            Some(name) => match table.column(name).and_then(|i| Some((i, table.columns.get(i)?))) {
                None => {
                    self.at(replacement, no_such_column(table, name, "`subject`: ", &replacement.place), column);
                    None
                }
                Some((_, subject)) if subject.generated => {
                    self.at(replacement, computed(&subject.name), column);
                    None
                }
                Some((i, subject)) => Some((i, normaliser(subject, &[Step::Collation]))),
            },
        };
        let on_invalid = match &replacement.on_invalid {
            InvalidRule::Fail => OnInvalid::Fail,
            InvalidRule::SetNull if column.nullable => OnInvalid::SetNull,
            InvalidRule::SetNull => {
                let problem = Problem::new("`on_invalid: set_null`, but the column is NOT NULL");
                self.at(replacement, problem.hint("use `on_invalid: redact`, or another transformer"), column);
                OnInvalid::Fail
            }
            InvalidRule::Replace(other) => {
                self.replace(at, other, None).map_or(OnInvalid::Fail, |r| OnInvalid::Replace(Arc::new(r)))
            }
        };
        let declared = replacement.domain.as_ref().and_then(|name| Some((name, policy.rules.domains.get(name)?)));
        let steps = declared.map_or(&[Step::Collation][..], |(_, domain)| &domain.normalise);
        let normal = normaliser(column, steps);
        if let Some((name, domain)) = declared {
            let subject = replacement.subject.is_some();
            if domain.unique
                && let Some(problem) =
                    check::not_unique(name, &replacement.spec, properties, subject, &replacement.on_invalid)
            {
                self.at(replacement, problem, column);
            }
        }
        if properties.keyed
            && steps.contains(&Step::Collation)
            && let Some(collation) = &column.collation
            && Normaliser::for_column(column).is_none()
        {
            let note = Problem::new(format!("the order of the collation {collation} isn't known here"))
                .hint("values count as equal only if all their characters are");
            self.state.notes.insert(note.on(self.name.clone(), Some(&column.name)));
        }
        let unique = table.unique_keys.iter().any(|key| key.iter().any(|(of, _)| *of == at));
        if let Some((name, domain)) = declared
            && unique
            && domain.normalise.iter().any(|step| *step != Step::Collation)
        {
            let note = Problem::new(format!(
                "it is part of a unique key, and the domain `{name}` takes more values for equal than the key does"
            ));
            let note = note.at(&domain.place).hint("if the dump has two such values, the result won't load");
            self.state.notes.insert(note.on(self.name.clone(), Some(&column.name)));
        }
        self.state.domains.used(table, column, replacement, properties.keyed);
        (self.problems.len() == before).then(|| Replace {
            when,
            transform,
            normal,
            subject,
            needs,
            on_invalid,
            replace_null: replacement.replace_null,
        })
    }

    /// A condition on this table's columns.
    pub(super) fn predicate(&mut self, condition: &Condition, key: &str) -> Option<Predicate> {
        let predicate = match Predicate::parse(&condition.text, self.table) {
            Ok(predicate) => predicate,
            Err(message) => {
                let problem = Problem::new(format!("`{key}`: {message}")).at(&condition.place);
                self.problem(problem.hint("a condition compares columns of this table with literals"), None);
                return None;
            }
        };
        let columns = predicate.columns().iter().filter_map(|i| self.table.columns.get(*i));
        let generated: Vec<String> = columns.filter(|c| c.generated).map(|c| c.name.clone()).collect();
        for name in generated {
            self.problem(computed(&name).at(&condition.place), None);
        }
        Some(predicate)
    }

    /// A problem of a replacement in a column.
    fn at(&mut self, replacement: &Replacement, problem: Problem, column: &Column) {
        let problem = match replacement.place.line {
            // A class's default.
            0 => problem,
            _ => problem.at(&replacement.place),
        };
        self.problem(problem, Some(&column.name));
    }
}

fn computed(name: &str) -> Problem {
    Problem::new(format!("the server computes `{name}`, so its values needn't be in the dump"))
        .hint("use the columns that it is computed from")
}

/// When two values of a column count as equal.
fn normaliser(column: &Column, steps: &[Step]) -> Normaliser {
    Normaliser::with_steps(steps, &Normaliser::for_column(column).unwrap_or_default())
}
