//! What becomes of the parts of a document, by their paths.

use super::basic::REDACTED;
use super::build::{BuildContext, BuildError, build};
use super::spec::{Nested, TransformSpec, Unlisted};
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::normal::Normaliser;
use crate::table::Column;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Deepest nesting of a document.
pub(super) const DEEPEST: usize = 128;

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
    Any,
    /// Any number of steps.
    Deep,
}

/// A step into a document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry<'a> {
    Key(&'a str),
    Index(usize),
}

/// What becomes of a leaf, or of all below a path.
#[derive(Debug)]
pub(super) enum Action {
    Keep,
    Redact(Option<String>),
    SetNull,
    Apply(Box<dyn Transform>, Normaliser),
}

/// Paths with what becomes of what they name, the one that says most first.
#[derive(Debug)]
pub(super) struct Paths {
    rules: Vec<(Vec<Step>, Action)>,
    /// Of each rule, as it is written, and whether a document had something there.
    found: Vec<(String, AtomicBool)>,
    /// A document was looked at.
    used: AtomicBool,
    unlisted: Unlisted,
    needs: Vec<usize>,
    keyed: bool,
}

/// Where in the paths a part of a document is.
#[derive(Debug, Default)]
pub(super) struct Cursor {
    /// Rules with the number of steps that are taken, of every level that is open, one after another.
    states: Vec<(usize, usize)>,
    /// Where each level's states begin, and the rule in force there.
    levels: Vec<(usize, Option<usize>)>,
}

impl Paths {
    pub(super) fn new(
        paths: &BTreeMap<String, Nested>,
        unlisted: Unlisted,
        c: &BuildContext<'_>,
    ) -> Result<Self, BuildError> {
        let mut rules = Vec::new();
        let mut needs = Vec::new();
        let mut keyed = false;
        for (path, nested) in paths {
            let steps = parse(path).ok_or_else(|| {
                BuildError::new(
                    format!("`{path}` is not a path"),
                    "paths look like $.a.b, $['a key'], $.list[*], $.list[0], $..name, $.*",
                )
            })?;
            let action = match &nested.spec {
                TransformSpec::Keep { .. } => Action::Keep,
                TransformSpec::Redact { with } => Action::Redact(with.clone()),
                TransformSpec::SetNull {} => Action::SetNull,
                spec => {
                    let column = Column { nullable: true, ..Column::text(c.column.name.clone()) };
                    // By default equal values at other paths get other outputs, as those in other columns do.
                    let own = format!("{} {path}", c.domain);
                    let context =
                        BuildContext { column: &column, domain: nested.domain.as_deref().unwrap_or(&own), ..*c };
                    let transform = build(spec, &context)
                        .map_err(|e| BuildError::new(format!("{path}: {}: {}", spec.name(), e.message), e.hint))?;
                    needs.extend_from_slice(transform.needs());
                    keyed |= transform.properties().keyed;
                    // Without a domain, nothing else is to be equal to it.
                    let normal = nested.domain.as_deref().map_or_else(Normaliser::default, c.normal);
                    Action::Apply(transform, normal)
                }
            };
            rules.push((steps, action, path.clone()));
        }
        if rules.is_empty() && unlisted == Unlisted::Fail {
            return Err(BuildError::new(
                "no path is named, and leaves without one are refused",
                "add `paths`, or set `unlisted`",
            ));
        }
        rules.sort_by_key(|(steps, ..)| std::cmp::Reverse(weight(steps)));
        let (rules, found) =
            rules.into_iter().map(|(steps, action, path)| ((steps, action), (path, AtomicBool::new(false)))).unzip();
        Ok(Self { rules, found, used: AtomicBool::new(false), unlisted, needs, keyed })
    }

    /// What [`Transform::paths`] says. Where leaves that no path names are kept, one that is misspelled would keep what it
    /// is meant to replace; elsewhere nothing stays because of it.
    pub(super) fn found(&self) -> Vec<(&str, Option<bool>)> {
        if self.unlisted != Unlisted::Keep {
            return Vec::new();
        }
        let used = self.used.load(Relaxed);
        let ruled = self.rules.iter().zip(&self.found).filter(|((_, action), _)| !matches!(action, Action::Keep));
        ruled.map(|(_, (path, found))| (path.as_str(), used.then(|| found.load(Relaxed)))).collect()
    }

    pub(super) fn needs(&self) -> &[usize] {
        &self.needs
    }

    pub(super) fn properties(&self) -> Properties {
        Properties {
            mapping: Mapping::Lossy,
            max_chars: Some(u64::MAX),
            ascii: false,
            keyed: self.keyed,
            nulls: false,
            may_keep: true,
        }
    }

    /// At the root.
    pub(super) fn start(&self) -> Cursor {
        note(&self.used);
        let mut cursor =
            Cursor { states: (0..self.rules.len()).map(|rule| (rule, 0)).collect(), levels: vec![(0, None)] };
        self.settle(&mut cursor, None);
        cursor
    }

    /// A step down.
    pub(super) fn enter(&self, cursor: &mut Cursor, entry: Entry<'_>) {
        let Some((from, above)) = cursor.levels.last().copied() else { return };
        let to = cursor.states.len();
        cursor.levels.push((to, above));
        for at in from..to {
            let Some((rule, taken)) = cursor.states.get(at).copied() else { continue };
            let Some((steps, _)) = self.rules.get(rule) else { continue };
            let fits = |step: Option<&Step>| match (step, entry) {
                (Some(Step::Key(key)), Entry::Key(name)) => key == name,
                // PHP's lists are arrays with numbers for keys.
                (Some(Step::Index(index)), Entry::Index(at)) => *index == at,
                (Some(Step::Any), _) => true,
                _ => false,
            };
            match steps.get(taken) {
                Some(Step::Deep) => {
                    cursor.states.push((rule, taken));
                    if fits(steps.get(taken + 1)) {
                        cursor.states.push((rule, taken + 2));
                    }
                }
                step if fits(step) => cursor.states.push((rule, taken + 1)),
                _ => {}
            }
        }
        self.settle(cursor, above);
    }

    /// A step up.
    pub(super) fn leave(&self, cursor: &mut Cursor) {
        if let Some((from, _)) = cursor.levels.pop() {
            cursor.states.truncate(from);
        }
    }

    /// Which rule is in force here: one that ends here, otherwise the one from above.
    fn settle(&self, cursor: &mut Cursor, above: Option<usize>) {
        let Some((from, in_force)) = cursor.levels.last_mut() else { return };
        let here = cursor.states.get(*from..).unwrap_or_default();
        let ends =
            |(rule, taken): &&(usize, usize)| self.rules.get(*rule).is_some_and(|(steps, _)| steps.len() == *taken);
        let mut ending = None;
        for (rule, _) in here.iter().filter(ends) {
            if let Some((_, found)) = self.found.get(*rule) {
                note(found);
            }
            ending = Some(ending.map_or(*rule, |least: usize| least.min(*rule)));
        }
        *in_force = ending.or(above);
    }

    /// What becomes of a leaf here; `None`: nothing is said.
    pub(super) fn action(&self, cursor: &Cursor) -> Option<&Action> {
        let (_, rule) = cursor.levels.last()?;
        match rule {
            Some(rule) => self.rules.get(*rule).map(|(_, action)| action),
            None => match self.unlisted {
                Unlisted::Fail => None,
                Unlisted::Keep => Some(&Action::Keep),
                Unlisted::Redact => Some(&Action::Redact(None)),
            },
        }
    }

    /// Whether what is here becomes null as a whole.
    pub(super) fn nulls(&self, cursor: &Cursor) -> bool {
        matches!(self.action(cursor), Some(Action::SetNull))
    }
}

/// Sets a flag that is set already, but for the first time: threads share it.
fn note(flag: &AtomicBool) {
    if !flag.load(Relaxed) {
        flag.store(true, Relaxed);
    }
}

/// What a path says: the more, the more steps that name one thing, and the fewer that don't.
fn weight(steps: &[Step]) -> (usize, std::cmp::Reverse<usize>) {
    let named = steps.iter().filter(|s| matches!(s, Step::Key(_) | Step::Index(_))).count();
    (named, std::cmp::Reverse(steps.iter().filter(|s| **s == Step::Deep).count()))
}

fn parse(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("..") {
            steps.push(Step::Deep);
            rest = after;
            if !rest.starts_with('[') {
                rest = name(rest, &mut steps)?;
                continue;
            }
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = name(after, &mut steps)?;
            continue;
        }
        let inner = rest.strip_prefix('[')?;
        if let Some(after) = inner.strip_prefix("*]") {
            steps.push(Step::Any);
            rest = after;
        } else if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let (key, after) = inner.get(1..)?.split_once(quote)?;
            steps.push(Step::Key(key.to_owned()));
            rest = after.strip_prefix(']')?;
        } else {
            let (index, after) = inner.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

/// A name after a point.
fn name<'a>(text: &'a str, steps: &mut Vec<Step>) -> Option<&'a str> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match name {
        "" => return None,
        "*" => steps.push(Step::Any),
        _ => steps.push(Step::Key(name.to_owned())),
    }
    Some(rest)
}

/// What a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leaf {
    Text,
    Number,
    Flag,
}

/// What a leaf becomes: `None` for null, otherwise a text that may read as the leaf's kind. Written to `out`.
pub(super) fn replace(
    action: &Action,
    leaf: Leaf,
    value: &[u8],
    whole: &Input<'_>,
    out: &mut Vec<u8>,
) -> Result<Output, Invalid> {
    match action {
        Action::SetNull => return Ok(Output::Null),
        Action::Keep => out.extend_from_slice(value),
        Action::Redact(with) => out.extend_from_slice(match (leaf, with) {
            (_, Some(with)) => with.as_bytes(),
            (Leaf::Text, None) => REDACTED.as_bytes(),
            (Leaf::Number, None) => b"0",
            (Leaf::Flag, None) => b"false",
        }),
        Action::Apply(transform, normal) => {
            let mut scratch = Vec::new();
            let normal = normal.normal(value, &mut scratch);
            return transform.apply(&Input { value, normal, subject: whole.subject, row: whole.row }, out);
        }
    }
    Ok(Output::Value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read() {
        let key = |k: &str| Step::Key(k.to_owned());
        assert_eq!(parse("$").unwrap(), []);
        assert_eq!(parse("$.a.b").unwrap(), [key("a"), key("b")]);
        assert_eq!(parse("$..name[*][0]").unwrap(), [Step::Deep, key("name"), Step::Any, Step::Index(0)]);
        assert_eq!(parse("$['a.b'].*[\"c'\"]").unwrap(), [key("a.b"), Step::Any, key("c'")]);
        assert_eq!(parse("$..['x y']").unwrap(), [Step::Deep, key("x y")]);
        for wrong in ["", "a", "$a", "$.", "$..", "$[", "$[x]", "$['a'", "$.a..", "$[-1]"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
