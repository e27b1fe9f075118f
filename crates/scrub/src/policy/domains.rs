//! Domains: columns whose equal values get equal replacements.

use crate::normal::Step;
use crate::problem::{Place, Problem};
use crate::rules::{InvalidRule, Replacement, Rules};
use crate::table::{Class, Column, Table};
use crate::transform::spec::{Nested, TransformSpec};
use std::collections::{BTreeMap, BTreeSet};

/// One use of a domain in the rules.
struct Use<'a> {
    domain: &'a str,
    spec: &'a TransformSpec,
    subject: bool,
    place: &'a Place,
}

/// Rules that share a domain and treat equal values differently.
pub(super) fn contradictions(rules: &Rules) -> Vec<Problem> {
    let mut uses = Vec::new();
    for rule in &rules.columns {
        replacement(&rule.replacement, &mut uses);
        if let Some((_, otherwise)) = &rule.when {
            replacement(otherwise, &mut uses);
        }
    }
    let mut problems = Vec::new();
    for (at, one) in uses.iter().enumerate() {
        let mut earlier = uses.iter().take(at).filter(|other| other.domain == one.domain);
        if let Some(other) = earlier.find(|other| contradict(one, other)) {
            let what = match (one.spec.name() == other.spec.name(), one.spec == other.spec) {
                (true, true) => "one of them with a `subject`, the other without".to_owned(),
                (true, false) => "with other options".to_owned(),
                _ => format!("as `{}`", other.spec.name()),
            };
            let problem = Problem::new(format!(
                "the domain `{}` is used by `{}` here and on line {} {what}: equal values would not stay equal",
                one.domain,
                one.spec.name(),
                other.place.line
            ));
            problems.push(problem.at(one.place).hint("use the same transformer and options for both, or two domains"));
        }
    }
    problems
}

fn replacement<'a>(of: &'a Replacement, uses: &mut Vec<Use<'a>>) {
    if let Some(domain) = &of.domain {
        uses.push(Use { domain, spec: &of.spec, subject: of.subject.is_some(), place: &of.place });
    }
    nested(&of.spec, &of.place, uses);
    if let InvalidRule::Replace(other) = &of.on_invalid {
        replacement(other, uses);
    }
}

fn nested<'a>(spec: &'a TransformSpec, place: &'a Place, uses: &mut Vec<Use<'a>>) {
    if let TransformSpec::Json { paths, .. } | TransformSpec::PhpSerialized { paths, .. } = spec {
        for Nested { domain, spec } in paths.values() {
            uses.extend(domain.as_ref().map(|domain| Use { domain, spec, subject: false, place }));
            nested(spec, place, uses);
        }
    }
}

/// What is made of parts, or makes things that belong together.
#[derive(PartialEq, Eq)]
enum Family {
    Names,
    Places,
    /// Its key is for the parts in it.
    Container,
    Single,
}

fn family(spec: &TransformSpec) -> Family {
    match spec {
        TransformSpec::FirstName { .. } | TransformSpec::LastName { .. } | TransformSpec::FullName { .. } => {
            Family::Names
        }
        TransformSpec::Street { .. }
        | TransformSpec::City { .. }
        | TransformSpec::Province { .. }
        | TransformSpec::PostalCode { .. }
        | TransformSpec::Address { .. } => Family::Places,
        TransformSpec::Json { .. }
        | TransformSpec::PhpSerialized { .. }
        | TransformSpec::RedactText { .. }
        | TransformSpec::Template { .. } => Family::Container,
        _ => Family::Single,
    }
}

fn contradict(one: &Use<'_>, other: &Use<'_>) -> bool {
    let (a, b) = (family(one.spec), family(other.spec));
    if a == Family::Container || b == Family::Container {
        return false;
    }
    if one.spec.name() == other.spec.name() {
        return one.spec != other.spec || one.subject != other.subject;
    }
    a != b || a == Family::Single
}

/// A column's class and collation.
type Seen = (&'static str, Option<String>);

/// What the tables so far have shown of the domains.
#[derive(Debug, Default)]
pub(super) struct Domains {
    /// Of every declared domain, its columns with class and collation.
    members: BTreeMap<String, BTreeMap<String, Seen>>,
    /// Of every column's name, the columns with that name and their domains; an empty one: its own.
    names: BTreeMap<String, BTreeMap<String, String>>,
}

impl Domains {
    pub(super) fn used(&mut self, table: &Table, column: &Column, replacement: &Replacement, keyed: bool) {
        let name = format!("{}.{}", table.name, column.name);
        if let Some(domain) = &replacement.domain {
            let seen = (class(column.class), column.collation.clone());
            self.members.entry(domain.clone()).or_default().insert(name.clone(), seen);
        }
        if keyed && replacement.subject.is_none() {
            let domain = replacement.domain.clone().unwrap_or_default();
            self.names.entry(column.name.to_lowercase()).or_default().insert(name, domain);
        }
    }

    /// What may not be meant.
    pub(super) fn notes(&self, rules: &Rules) -> Vec<Problem> {
        let mut notes = Vec::new();
        for (name, domain) in &rules.domains {
            let members = self.members.get(name);
            if members.is_none() && !nested_use(rules, name) {
                notes.push(Problem::new(format!("no rule uses the domain `{name}`")).at(&domain.place));
            }
            let Some(members) = members else { continue };
            let listed = |what: &dyn Fn(&Seen) -> String| {
                let all: Vec<String> =
                    members.iter().map(|(column, seen)| format!("`{column}` {}", what(seen))).collect();
                all.join(", ")
            };
            let collations: BTreeSet<&Option<String>> = members.values().map(|(_, collation)| collation).collect();
            if collations.len() > 1 && domain.normalise.contains(&Step::Collation) {
                let all =
                    listed(&|(_, collation)| collation.clone().unwrap_or_else(|| "without a collation".to_owned()));
                let note = format!("the columns of the domain `{name}` differ in collation: {all}");
                notes.push(
                    Problem::new(note).at(&domain.place).hint(
                        "values that are equal in one may differ in the other, and then get different replacements",
                    ),
                );
            }
            let classes: BTreeSet<&str> = members.values().map(|(class, _)| *class).collect();
            if classes.len() > 1 {
                let note = format!(
                    "the columns of the domain `{name}` differ in type: {}",
                    listed(&|(class, _)| (*class).to_owned())
                );
                notes.push(
                    Problem::new(note).at(&domain.place).hint("the same thing written in two ways is two values"),
                );
            }
        }
        for (name, columns) in &self.names {
            let domains: BTreeSet<&str> =
                columns.iter().map(|(c, d)| if d.is_empty() { c.as_str() } else { d }).collect();
            if domains.len() > 1 {
                let each = columns.iter().map(|(column, domain)| match domain.as_str() {
                    "" => format!("`{column}` has its own"),
                    domain => format!("`{column}` has `{domain}`"),
                });
                let each: Vec<String> = each.collect();
                let note = format!("columns called `{name}` are in different domains: {}", each.join(", "));
                notes.push(
                    Problem::new(note).hint("if values are compared between them, give their rules the same `domain`"),
                );
            }
        }
        notes
    }
}

/// Whether a domain is used inside JSON or the like, where columns don't show it.
fn nested_use(rules: &Rules, name: &str) -> bool {
    let mut uses = Vec::new();
    for rule in &rules.columns {
        nested(&rule.replacement.spec, &rule.place, &mut uses);
    }
    uses.iter().any(|u| u.domain == name)
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Text => "text",
        Class::Json => "JSON",
        Class::Binary => "binary",
        Class::Label => "labels",
        Class::Number => "a number",
        Class::Temporal => "a date or time",
    }
}
