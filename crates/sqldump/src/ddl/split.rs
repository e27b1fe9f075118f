//! Cutting a CREATE TABLE in two: which keys can wait for the rows.

use super::{CreateTable, DeferredKey, Element, ElementKind, Key, KeyKind, Lexeme, Reader, Split};
use crate::{name::Name, statement::ObjectName};
use alloc::{collections::BTreeSet, vec::Vec};

/// Engines that make an index of a full table as well as of an empty one.
fn engine_can_wait(engine: &str) -> bool {
    ["InnoDB", "MyISAM", "Aria", "MEMORY", "HEAP", "ROCKSDB", "TokuDB"].iter().any(|e| e.eq_ignore_ascii_case(engine))
}

pub(super) fn split(
    r: Reader<'_>,
    open: Lexeme,
    close: Lexeme,
    elements: &[Element],
    table: &CreateTable,
    mariadb: bool,
) -> Option<Split> {
    let (text, lexemes) = (r.text, r.lexemes);
    if table.temporary || table.engine.as_deref().is_some_and(|engine| !engine_can_wait(engine)) {
        return None;
    }
    let keeps = keeps(elements, table)?;
    let mut split = Split { bare: Vec::with_capacity(text.len()), keys: Vec::new(), foreign_keys: Vec::new() };
    split.bare.extend_from_slice(text.get(..open.end)?);
    let mut start = open.end;
    let mut first = true;
    let mut dropped_end = false;
    for (element, keep) in elements.iter().zip(keeps) {
        // An element's segment is all from one separator to the next.
        let separator = lexemes.get(element.range.end)?.start;
        let segment = text.get(start..separator)?;
        dropped_end = !keep;
        if keep {
            if !first {
                split.bare.push(b',');
            }
            first = false;
            split.bare.extend_from_slice(segment);
        } else if let ElementKind::Key(key) = &element.kind {
            let inside = lexemes.get(element.range.clone())?;
            let last = inside.last()?;
            // A versioned comment that ends the element ends after its last lexeme.
            let end = if last.depth > open.depth { last.tail } else { last.end };
            let mut add = b"ADD ".to_vec();
            let mut at = inside.first()?.start;
            if mariadb && matches!(key.kind, KeyKind::ForeignKey { .. }) {
                for (start, end) in restrict_clauses(r.part(element.range.clone())) {
                    add.extend_from_slice(text.get(at..start)?.trim_ascii_end());
                    at = end;
                }
            }
            add.extend_from_slice(text.get(at..end)?);
            let deferred = DeferredKey { name: key.name.clone(), kind: key.kind.clone(), add };
            match key.kind {
                KeyKind::ForeignKey { .. } => split.foreign_keys.push(deferred),
                _ => split.keys.push(deferred),
            }
        }
        start = separator + 1;
    }
    if split.keys.is_empty() && split.foreign_keys.is_empty() {
        return None;
    }
    if dropped_end {
        let before = text.get(..close.start)?;
        split.bare.extend_from_slice(before.get(before.trim_ascii_end().len()..)?);
    }
    split.bare.extend_from_slice(text.get(close.start..)?);
    Some(split)
}

/// Where a foreign key's `ON DELETE RESTRICT` and `ON UPDATE RESTRICT` lie.
///
/// They say what holds without them. But with `foreign_key_checks=0` MariaDB's ALTER TABLE notes them as `NO ACTION`,
/// which its CREATE TABLE doesn't: the table would show otherwise than one made in a single statement.
fn restrict_clauses(mut r: Reader<'_>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    while let Some(lexeme) = r.peek() {
        if r.words(&["ON", "DELETE", "RESTRICT"]) || r.words(&["ON", "UPDATE", "RESTRICT"]) {
            let end = r.at.checked_sub(1).and_then(|at| r.lexemes.get(at)).map_or(lexeme.end, |last| last.end);
            found.push((lexeme.start, end));
        } else {
            r.take();
        }
    }
    found
}

/// Which elements stay in the bare table.
fn keeps(elements: &[Element], table: &CreateTable) -> Option<Vec<bool>> {
    let refers_to_itself = |name: &ObjectName| {
        name.name == table.name.name && (name.database == table.name.database || name.database.is_none())
    };
    if table.inline_references.iter().any(refers_to_itself) {
        return None;
    }
    let mut keeps: Vec<bool> = elements
        .iter()
        .map(|element| match &element.kind {
            ElementKind::Key(key) => {
                let needed = key.kind == KeyKind::Unique && (table.partitioned || table.system_versioned);
                needed || !key.plain
            }
            _ => true,
        })
        .collect();
    let mut counters = table.columns.iter().filter(|c| c.auto_increment);
    if let Some(column) = counters.next() {
        keep_auto_increment(elements, &mut keeps, &column.name)?;
    }
    if counters.next().is_some() {
        return None;
    }
    // Servers show keys of a kind in the order in which they were made: one that stays takes along those before it.
    let mut later = Vec::new();
    for (element, keep) in elements.iter().zip(&mut keeps).rev() {
        if let ElementKind::Key(key) = &element.kind
            && let Some(kind) = kind_in_order(&key.kind)
        {
            *keep |= later.contains(&kind);
            if *keep {
                later.push(kind);
            }
        }
    }
    // This one they show before others of its kind in any case.
    let clusters = |engine: &str| !["MyISAM", "Aria", "MEMORY", "HEAP"].iter().any(|e| e.eq_ignore_ascii_case(engine));
    if table.primary_key.is_empty() && table.engine.as_deref().is_none_or(clusters) {
        let not_null: BTreeSet<Vec<u8>> = table
            .columns
            .iter()
            .filter(|column| !column.nullable)
            .map(|column| column.name.as_bytes().to_ascii_lowercase())
            .collect();
        let clustered = elements.iter().position(|e| is_clustered_key(e, &not_null));
        if let Some(keep) = clustered.and_then(|at| keeps.get_mut(at)) {
            *keep = true;
        }
    }
    Some(keeps)
}

/// Whether the element is a key that InnoDB would take for want of a primary key.
fn is_clustered_key(element: &Element, not_null: &BTreeSet<Vec<u8>>) -> bool {
    let is_not_null = |name: &Name| not_null.contains(&name.as_bytes().to_ascii_lowercase());
    match &element.kind {
        ElementKind::Key(key) => {
            key.kind == KeyKind::Unique
                && !key.prefixed()
                && key.columns.iter().all(|c| c.as_ref().is_some_and(is_not_null))
        }
        ElementKind::Column(column) => column.unique && !column.column.nullable,
        _ => false,
    }
}

/// Kinds of key that servers sort apart, in so far as one of them may stay.
fn kind_in_order(kind: &KeyKind) -> Option<u8> {
    match kind {
        KeyKind::Unique => Some(0),
        KeyKind::Plain | KeyKind::Spatial => Some(1),
        KeyKind::Fulltext => Some(2),
        KeyKind::ForeignKey { .. } => None,
    }
}

/// Sees to it that the bare table has the key an AUTO_INCREMENT column needs. `None` if there is none at all.
fn keep_auto_increment(elements: &[Element], keeps: &mut [bool], column: &Name) -> Option<()> {
    let is = |c: &Option<Name>| c.as_ref().is_some_and(|c| same_column(c, column));
    let starts = |element: &Element| match &element.kind {
        ElementKind::Primary(key) => key.columns.first().is_some_and(is),
        ElementKind::Key(key) => indexes(key) && key.columns.first().is_some_and(is),
        ElementKind::Column(c) => (c.primary || c.unique) && same_column(&c.column.name, column),
        ElementKind::Other => false,
    };
    if elements.iter().zip(&*keeps).any(|(element, keep)| *keep && starts(element)) {
        return Some(());
    }
    let shortest = elements.iter().enumerate().filter(|(_, element)| starts(element)).min_by_key(|(_, element)| {
        match &element.kind {
            ElementKind::Key(key) => key.columns.len(),
            _ => 0,
        }
    });
    if let Some((at, _)) = shortest {
        *keeps.get_mut(at)? = true;
        return Some(());
    }
    let mut found = false;
    for (element, keep) in elements.iter().zip(keeps) {
        let has = match &element.kind {
            ElementKind::Primary(key) => key.columns.iter().any(is),
            ElementKind::Key(key) => indexes(key) && key.columns.iter().any(is),
            _ => false,
        };
        *keep |= has;
        found |= has;
    }
    found.then_some(())
}

/// Whether a key can serve an AUTO_INCREMENT column.
fn indexes(key: &Key) -> bool {
    matches!(key.kind, KeyKind::Plain | KeyKind::Unique)
}

/// Columns' names don't tell cases apart.
pub(super) fn same_column(a: &Name, b: &Name) -> bool {
    a.as_bytes().eq_ignore_ascii_case(b.as_bytes())
}
