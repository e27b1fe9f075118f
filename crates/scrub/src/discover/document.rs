//! What is counted in JSON documents: every leaf by its path.
//!
//! Keys of objects may be data themselves: an address, a number, someone's name. Where they look like it, or where there are
//! too many of them, they are counted as one, `*`, and none is told.

use super::evidence::{Evidence, is_first_name};
use crate::detect::{self, Kind};
use serde_json::Value;
use std::collections::BTreeMap;

/// Most different keys at one place: more are data, or can't be told from it.
pub const KEYS_MAX: usize = 200;
/// Most paths of one column. Of documents with more, none is told.
pub const PATHS_MAX: usize = 2000;
/// Deepest nesting that is looked at. Below, what is there counts as unknown.
const DEEPEST: usize = 32;
/// Longest key that isn't data.
const KEY_CHARS_MAX: usize = 64;
/// Largest document that is looked at, bytes: what one document brings at most is counted before anything is bounded.
const DOCUMENT_BYTES_MAX: usize = 256 << 10;
/// Keys at one place that are first names, from which on they are taken for persons'. `may` and `grace` are words as well.
const NAMES_MAX: usize = 3;

/// Documents of a column.
#[derive(Debug, Clone, Default)]
pub struct Document {
    root: Node,
    /// Documents that were read.
    pub read: u64,
    /// Values that looked like documents and can't be read, or are larger than what is looked at.
    pub unread: u64,
    /// There are more paths than are told.
    pub crowded: bool,
    /// Something lies deeper than is looked at.
    pub deep: bool,
}

/// A place in documents.
#[derive(Debug, Clone, Default)]
struct Node {
    leaf: Option<Box<Evidence>>,
    keys: BTreeMap<String, Node>,
    items: Option<Box<Node>>,
    /// What all keys have in common, if these are data.
    any: Option<Box<Node>>,
}

/// A leaf with its path.
#[derive(Debug, Clone)]
pub struct Leaf<'a> {
    /// `$.contact.email`, `$.list[*]`; `None` where no path of a rule can name it, or some of its keys are data.
    pub path: Option<String>,
    /// The same for people: with `*` for keys that are data.
    pub shown: String,
    /// The last key that isn't a position: what names the leaf.
    pub name: String,
    /// What was counted.
    pub evidence: &'a Evidence,
}

impl Document {
    pub(super) fn add(&mut self, value: &[u8]) {
        let document = std::str::from_utf8(value).ok().filter(|t| t.len() <= DOCUMENT_BYTES_MAX);
        let Some(document) = document.and_then(|t| serde_json::from_str::<Value>(t).ok()) else {
            self.unread += 1;
            return;
        };
        self.read += 1;
        if !self.crowded {
            self.deep |= self.root.add(&document, 0);
            self.bound();
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.read += other.read;
        self.unread += other.unread;
        self.deep |= other.deep;
        self.crowded |= other.crowded;
        if !self.crowded {
            self.root.merge(&other.root);
        }
        self.bound();
    }

    fn bound(&mut self) {
        self.crowded |= self.root.count() > PATHS_MAX;
        if self.crowded {
            self.root = Node::default();
        }
    }

    /// Whether keys are data somewhere, so that they would stay if only leaves were replaced.
    pub fn keys_are_data(&self) -> bool {
        self.root.starred()
    }

    /// Every leaf, in the order of the paths.
    pub fn leaves(&self) -> Vec<Leaf<'_>> {
        let mut leaves = Vec::new();
        self.root.leaves(Some("$".to_owned()), "$", "", &mut leaves);
        leaves
    }
}

impl Node {
    /// Whether something lies too deep.
    fn add(&mut self, value: &Value, depth: usize) -> bool {
        if depth > DEEPEST {
            return true;
        }
        match value {
            Value::Object(map) => {
                let mut deep = false;
                for (key, value) in map {
                    let new = self.any.is_none() && !self.keys.contains_key(key);
                    if new && is_data(key) {
                        self.collapse();
                    }
                    let node = match &mut self.any {
                        Some(any) => any,
                        None => self.keys.entry(key.clone()).or_default(),
                    };
                    deep |= node.add(value, depth + 1);
                    if new {
                        self.bound();
                    }
                }
                deep
            }
            Value::Array(list) => {
                let items = self.items.get_or_insert_default();
                list.iter().fold(false, |deep, value| items.add(value, depth + 1) | deep)
            }
            Value::Null => {
                self.leaf.get_or_insert_default().null();
                false
            }
            Value::String(text) => {
                let leaf = self.leaf.get_or_insert_default();
                leaf.leaves.strings += 1;
                leaf.value(text.as_bytes());
                false
            }
            Value::Number(number) => {
                let leaf = self.leaf.get_or_insert_default();
                leaf.leaves.numbers += 1;
                leaf.value(number.to_string().as_bytes());
                false
            }
            Value::Bool(flag) => {
                let leaf = self.leaf.get_or_insert_default();
                leaf.leaves.flags += 1;
                leaf.value(flag.to_string().as_bytes());
                false
            }
        }
    }

    fn bound(&mut self) {
        let names = self.keys.keys().filter(|k| is_first_name(k)).count();
        if self.keys.len() > KEYS_MAX || names >= NAMES_MAX {
            self.collapse();
        }
    }

    fn collapse(&mut self) {
        let mut any = self.any.take().unwrap_or_default();
        std::mem::take(&mut self.keys).values().for_each(|node| any.merge(node));
        self.any = Some(any);
    }

    fn merge(&mut self, other: &Self) {
        if let Some(leaf) = &other.leaf {
            self.leaf.get_or_insert_default().merge(leaf);
        }
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
        if let Some(any) = &other.any {
            self.collapse();
            if let Some(own) = &mut self.any {
                own.merge(any);
            }
        }
        for (key, node) in &other.keys {
            match &mut self.any {
                Some(any) => any.merge(node),
                None => self.keys.entry(key.clone()).or_default().merge(node),
            }
        }
        self.bound();
    }

    fn count(&self) -> usize {
        let below = self.keys.values().chain(self.items.as_deref()).chain(self.any.as_deref());
        1 + below.map(Self::count).sum::<usize>()
    }

    fn starred(&self) -> bool {
        self.any.is_some() || self.keys.values().chain(self.items.as_deref()).any(Self::starred)
    }

    fn leaves<'a>(&'a self, path: Option<String>, shown: &str, name: &str, leaves: &mut Vec<Leaf<'a>>) {
        if let Some(evidence) = &self.leaf {
            let (path, shown, name) = (path.clone(), shown.to_owned(), name.to_owned());
            leaves.push(Leaf { path, shown, name, evidence });
        }
        for (key, node) in &self.keys {
            let step = step(key);
            let path = path.as_ref().zip(step.as_ref()).map(|(path, step)| format!("{path}{step}"));
            let shown = format!("{shown}{}", step.as_deref().unwrap_or(".*"));
            node.leaves(path, &shown, key, leaves);
        }
        if let Some(items) = &self.items {
            items.leaves(path.map(|p| p + "[*]"), &format!("{shown}[*]"), name, leaves);
        }
        if let Some(any) = &self.any {
            any.leaves(None, &format!("{shown}.*"), "", leaves);
        }
    }
}

/// A key as a step of a path; `None` where no step can name it.
fn step(key: &str) -> Option<String> {
    if !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)) {
        return Some(format!(".{key}"));
    }
    let quote = ['\'', '"'].into_iter().find(|q| !key.contains(*q))?;
    Some(format!("[{quote}{key}{quote}]"))
}

/// Whether a key is no name but a value.
fn is_data(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let hex = key.len() >= 16 && key.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    key.chars().count() > KEY_CHARS_MAX
        || digits > 4
        || (digits == key.len() && digits > 0)
        || hex
        || key.chars().any(char::is_control)
        || !detect::find(&Kind::ALL, key).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(documents: &[&str]) -> Document {
        let mut document = Document::default();
        documents.iter().for_each(|d| document.add(d.as_bytes()));
        document
    }

    fn paths(document: &Document) -> Vec<String> {
        document.leaves().into_iter().map(|l| l.shown).collect()
    }

    #[test]
    fn leaves_have_paths() {
        let document =
            read(&[r#"{"a": {"b": 1, "a key": null}, "l": [{"m": "x"}, {"m": true}], "e": [], "it's": 2}"#, "[1"]);
        assert_eq!(paths(&document), ["$.a['a key']", "$.a.b", "$[\"it's\"]", "$.l[*].m"]);
        assert_eq!((document.read, document.unread, document.keys_are_data()), (1, 1, false));
        assert!(document.leaves().iter().all(|l| l.path.as_deref() == Some(&l.shown)));
    }

    #[test]
    fn keys_that_are_data_are_never_told() {
        for key in ["nora@example.test", "416-555-0100", "046454286", "4f2c1d0e9b8a7766", "123"] {
            let document = read(&[&format!(r#"{{"by": {{"{key}": {{"n": 1}}, "plain": {{"n": 2}}}}}}"#)]);
            assert_eq!(paths(&document), ["$.by.*.n"], "{key}");
            assert!(document.keys_are_data() && document.leaves()[0].path.is_none());
        }
        let names = read(&[r#"{"Nora": 1, "Émile": 2, "Dominic": 3, "total": 4}"#]);
        assert_eq!(paths(&names), ["$.*"]);
        let many: String = (0..=KEYS_MAX).map(|i| format!("\"k{}x{}\": 1,", i / 100, i % 100)).collect();
        assert_eq!(paths(&read(&[&format!("{{{} \"z\": 1}}", many)])), ["$.*"]);
    }

    #[test]
    fn what_is_too_much_is_said_to_be() {
        let deep = format!("{}1{}", "[".repeat(60), "]".repeat(60));
        assert!(read(&[&deep]).deep);
        let crowd: Vec<String> = (0..30)
            .map(|i| {
                format!(r#""g{i}": {{{}}}"#, (0..100).map(|j| format!("\"k{j}\": 1")).collect::<Vec<_>>().join(","))
            })
            .collect();
        let document = read(&[&format!("{{{}}}", crowd.join(","))]);
        assert!(document.crowded && document.leaves().is_empty());
    }
}
