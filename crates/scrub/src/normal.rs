//! When two values count as equal.
//!
//! Every value has a normal form, and two values have the same one exactly when the server takes them for equal. For text
//! that is the collation's doing: each character is replaced by the one that stands for all characters that weigh the
//! same (`É`, `é`, `e` → `e`), those without weight vanish, and the padding goes. Which those are was asked of the servers
//! (tests/src/bin/collations.rs); in `normal/*.txt` they are a line per run of characters:
//!
//! - `41-5a +32`: each becomes the one 32 further on. `100-12e/2 +1`: every second one.
//! - `df >73 73`: it becomes two others. `0-8 >`: they vanish.
//! - `6c b7 >140`: the two together do.
//! - `hangul`: syllables become what their letters do.
//! - `ffff e001`: stands for a weight that no single character has.
//! - `[a < b]`: what is listed is applied to what the table `b` gives.

use crate::table::{Class, Column};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// One step of a domain's normalisation. They are taken in the order they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// As the column compares: by its collation for text, by value for numbers, dates and JSON.
    Collation,
    /// Without white space at the start and the end.
    Trim,
    /// The ASCII digits only.
    Digits,
    /// The ASCII letters and digits only, letters in lower case.
    Alphanumeric,
    /// In lower case, by Unicode's simple rules.
    Lower,
    /// In Unicode's normalisation form C.
    Nfc,
}

/// Brings values to a form that equal ones have in common. The default leaves them as they are.
///
/// That default is safe where a collation isn't known: values that differ stay apart, so nothing collides that the server
/// keeps distinct. Values that it takes for equal though they differ may then become different ones.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    operations: Vec<Operation>,
}

#[derive(Debug, Clone)]
enum Operation {
    Fold { table: Option<&'static Table>, pad: bool },
    Number,
    Moment,
    Json,
    Trim,
    Digits,
    Alphanumeric,
    Lower,
    Nfc,
}

thread_local! {
    /// For values with more than one step.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Normaliser {
    /// By a collation of MySQL or MariaDB, whatever the case of its name. `None`: its order isn't known here, as for those of
    /// most languages.
    pub fn for_collation(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        if lower == "binary" {
            return Some(Self::default());
        }
        let pad = !(lower.contains("nopad") || lower.contains("_0900_"));
        let name = lower.replace("_nopad", "").replace("nopad_", "");
        if name.ends_with("_bin") {
            return Some(Self::of(Operation::Fold { table: None, pad }));
        }
        let table = table(&name)?;
        Some(Self::of(Operation::Fold { table: Some(table), pad }))
    }

    /// As the server compares values of this column with each other. `None`: it is text whose collation isn't known here.
    pub fn for_column(column: &Column) -> Option<Self> {
        match column.class {
            Class::Text => Self::for_collation(column.collation.as_deref()?),
            Class::Json if column.type_name == "JSON" && column.collation.is_none() => Some(Self::of(Operation::Json)),
            // MariaDB's is text.
            Class::Json => match column.collation.as_deref() {
                Some(collation) => Self::for_collation(collation),
                None => Some(Self::of(Operation::Json)),
            },
            Class::Binary | Class::Label => Some(Self::default()),
            Class::Number => Some(Self::of(Operation::Number)),
            Class::Temporal => Some(Self::of(Operation::Moment)),
        }
    }

    /// By a domain's steps, where `column` is what [`Step::Collation`] stands for.
    pub fn with_steps(steps: &[Step], column: &Self) -> Self {
        let mut operations = Vec::new();
        for step in steps {
            operations.push(match step {
                Step::Collation => {
                    operations.extend(column.operations.iter().cloned());
                    continue;
                }
                Step::Trim => Operation::Trim,
                Step::Digits => Operation::Digits,
                Step::Alphanumeric => Operation::Alphanumeric,
                Step::Lower => Operation::Lower,
                Step::Nfc => Operation::Nfc,
            });
        }
        Self { operations }
    }

    /// By the value of a number.
    #[cfg(test)]
    fn number() -> Self {
        Self::of(Operation::Number)
    }

    fn of(operation: Operation) -> Self {
        Self { operations: vec![operation] }
    }

    /// Whether the two weigh the same, each by itself.
    pub(crate) fn is_same_char(&self, a: char, b: char) -> bool {
        let table = self.operations.iter().find_map(|o| match o {
            Operation::Fold { table, .. } => *table,
            _ => None,
        });
        let Some(table) = table else { return a == b };
        let (mut x, mut y) = ([0; 4], [0; 4]);
        let fold = |c: char, own| table.place(c).map_or(own, |p| table.text(p));
        a == b || fold(a, a.encode_utf8(&mut x).as_bytes()) == fold(b, b.encode_utf8(&mut y).as_bytes())
    }

    /// Whether only equal bytes count as equal.
    pub fn is_identity(&self) -> bool {
        self.operations.is_empty()
    }

    /// Whether equality is that of the bytes, but for trailing spaces.
    pub(crate) fn is_binary(&self) -> bool {
        self.operations.iter().all(|o| matches!(o, Operation::Fold { table: None, .. }))
    }

    /// The form of `value`; `scratch` is written to where that differs from the value itself.
    pub fn normal<'a>(&self, value: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        scratch.clear();
        let (first, more) = match self.operations.as_slice() {
            [] => return value,
            [first, more @ ..] => (first, more),
        };
        let mut current = first.apply(value, scratch);
        if !more.is_empty() {
            let mut spare = SPARE.take();
            for operation in more {
                match current {
                    Applied::Part(part) => current = operation.apply(part, scratch),
                    Applied::Written => {
                        std::mem::swap(scratch, &mut spare);
                        scratch.clear();
                        if let Applied::Part(part) = operation.apply(&spare, scratch) {
                            scratch.extend_from_slice(part);
                        }
                    }
                }
            }
            SPARE.set(spare);
        }
        match current {
            Applied::Part(part) => part,
            Applied::Written => scratch,
        }
    }
}

/// Where an operation's result is.
#[derive(Clone, Copy)]
enum Applied<'a> {
    /// It is a part of the value.
    Part(&'a [u8]),
    /// It was written, all of it.
    Written,
}

impl Operation {
    /// What isn't what the operation is for, such as text that isn't UTF-8, stays as it is.
    fn apply<'a>(&self, value: &'a [u8], out: &mut Vec<u8>) -> Applied<'a> {
        match self {
            Self::Fold { table: None, pad } => Applied::Part(if *pad { without_padding(value) } else { value }),
            Self::Fold { table: Some(table), pad } => {
                let value = if *pad { without_padding(value) } else { value };
                let applied = table.fold(value, out);
                // What was a space's equal is one now, or what followed the space has vanished.
                if *pad && matches!(applied, Applied::Written) {
                    out.truncate(without_padding(out).len());
                }
                applied
            }
            Self::Number => number(value, out),
            Self::Moment => {
                // The T of ISO 8601 is a space to servers.
                let Some((date, [b'T', time @ ..])) = value.split_at_checked(10) else {
                    return Applied::Part(moment(value));
                };
                for part in [date, b" ", time] {
                    out.extend_from_slice(part);
                }
                out.truncate(moment(out).len());
                Applied::Written
            }
            Self::Json => json(value, out),
            Self::Trim => Applied::Part(match std::str::from_utf8(value) {
                Ok(text) => text.trim().as_bytes(),
                Err(_) => value.trim_ascii(),
            }),
            Self::Digits => filtered(value, out, |b| b.is_ascii_digit().then_some(b)),
            Self::Alphanumeric => filtered(value, out, |b| b.is_ascii_alphanumeric().then_some(b.to_ascii_lowercase())),
            Self::Lower => {
                if value.is_ascii() {
                    return filtered(value, out, |b| Some(b.to_ascii_lowercase()));
                }
                let Ok(text) = std::str::from_utf8(value) else { return Applied::Part(value) };
                text.chars().flat_map(char::to_lowercase).for_each(|c| push(out, c));
                Applied::Written
            }
            Self::Nfc => {
                if value.is_ascii() {
                    return Applied::Part(value);
                }
                let Ok(text) = std::str::from_utf8(value) else { return Applied::Part(value) };
                if is_nfc_quick(text.chars()) == IsNormalized::Yes {
                    return Applied::Part(value);
                }
                text.nfc().for_each(|c| push(out, c));
                Applied::Written
            }
        }
    }
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn without_padding(value: &[u8]) -> &[u8] {
    let end = value.iter().rposition(|b| *b != b' ').map_or(0, |i| i + 1);
    value.get(..end).unwrap_or_default()
}

/// Each byte as `keep` has it; the value itself where that is the same.
fn filtered<'a>(value: &'a [u8], out: &mut Vec<u8>, keep: impl Fn(u8) -> Option<u8>) -> Applied<'a> {
    if value.iter().all(|&b| keep(b) == Some(b)) {
        return Applied::Part(value);
    }
    out.extend(value.iter().filter_map(|&b| keep(b)));
    Applied::Written
}

/// Digits without leading zeros, without trailing ones after the point, without a plus, without the sign of zero; with an
/// exponent only where the number is very long otherwise.
fn number<'a>(value: &'a [u8], out: &mut Vec<u8>) -> Applied<'a> {
    // What integers are printed like is their form already.
    if let [b'1'..=b'9', rest @ ..] | [b'-', b'1'..=b'9', rest @ ..] = value
        && rest.iter().all(u8::is_ascii_digit)
    {
        return Applied::Part(value);
    }
    let Some(parsed) = Decimal::parse(value) else { return Applied::Part(value) };
    parsed.write(out);
    Applied::Written
}

/// A number as its digits say it: `±0.digits × 10^exponent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// From 0 to 9, neither beginning nor ending with 0; none for zero.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Reads digits with an optional sign, point and exponent.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (mantissa, exponent) = match text.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (text.get(..at)?, std::str::from_utf8(text.get(at + 1..)?).ok()?.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.iter().position(|b| *b == b'.') {
            Some(at) => (mantissa.get(..at)?, mantissa.get(at + 1..)?),
            None => (mantissa, &[][..]),
        };
        if whole.is_empty() && fraction.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        let mut digits: Vec<u8> = whole.iter().chain(fraction).map(|b| b - b'0').collect();
        let zeros = digits.iter().take_while(|d| **d == 0).count();
        digits.drain(..zeros);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent = i64::from(exponent) + i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Self { negative, digits, exponent })
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    fn write(&self, out: &mut Vec<u8>) {
        const LONGEST: i64 = 80;
        if self.negative {
            out.push(b'-');
        }
        let digits = || self.digits.iter().map(|d| d + b'0');
        let zeros = |count: i64| (0..count).map(|_| b'0');
        let count = i64::try_from(self.digits.len()).unwrap_or(i64::MAX);
        match self.exponent {
            _ if self.digits.is_empty() => out.push(b'0'),
            e if !(-LONGEST..=LONGEST).contains(&e) => {
                out.extend(digits());
                out.extend_from_slice(format!("e{}", e.saturating_sub(count)).as_bytes());
            }
            e if e <= 0 => {
                out.extend_from_slice(b"0.");
                out.extend(zeros(-e));
                out.extend(digits());
            }
            e => {
                let whole = usize::try_from(e).unwrap_or(usize::MAX);
                out.extend(digits().take(whole));
                out.extend(zeros(e - count));
                if count > e {
                    out.push(b'.');
                    out.extend(digits().skip(whole));
                }
            }
        }
    }
}

impl From<i64> for Decimal {
    fn from(n: i64) -> Self {
        // Digits always read.
        Self::parse(n.to_string().as_bytes()).unwrap_or(Self { negative: false, digits: Vec::new(), exponent: 0 })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        use std::cmp::Ordering;
        let sign = |d: &Self| {
            if d.digits.is_empty() {
                0
            } else if d.negative {
                -1
            } else {
                1
            }
        };
        let (a, b) = (sign(self), sign(other));
        if a != b || a == 0 {
            return a.cmp(&b);
        }
        let size: Ordering = self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        if a < 0 { size.reverse() } else { size }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// As MySQL prints it, without a fraction of zeros, and without midnight: a date is the moment it begins.
fn moment(value: &[u8]) -> &[u8] {
    let value = match value.iter().rposition(|b| *b == b'.') {
        Some(_) => {
            let end = value.iter().rposition(|b| *b != b'0').map_or(0, |i| i + 1);
            let value = value.get(..end).unwrap_or_default();
            value.strip_suffix(b".").unwrap_or(value)
        }
        None => value,
    };
    value.strip_suffix(b" 00:00:00").unwrap_or(value)
}

/// Members in order, no white space, whole numbers without a point.
fn json<'a>(value: &'a [u8], out: &mut Vec<u8>) -> Applied<'a> {
    let Ok(mut parsed) = serde_json::from_slice::<serde_json::Value>(value) else { return Applied::Part(value) };
    whole_numbers(&mut parsed);
    match serde_json::to_writer(&mut *out, &Sorted(&parsed)) {
        Ok(()) => Applied::Written,
        Err(_) => {
            out.clear();
            Applied::Part(value)
        }
    }
}

fn whole_numbers(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Number(n) => {
            const EXACT: f64 = 9_007_199_254_740_992.0;
            if let Some(f) = n.as_f64().filter(|f| n.is_f64() && f.fract() == 0.0 && f.abs() <= EXACT) {
                *value = Value::from(f as i64);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(whole_numbers),
        Value::Object(all) => all.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Writes members by name, whatever order serde_json keeps them in.
struct Sorted<'a>(&'a serde_json::Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_json::Value;
        match self.0 {
            Value::Array(all) => serializer.collect_seq(all.iter().map(Sorted)),
            Value::Object(all) => {
                let sorted: BTreeMap<&str, Sorted<'_>> = all.iter().map(|(k, v)| (k.as_str(), Sorted(v))).collect();
                serializer.collect_map(sorted)
            }
            other => other.serialize(serializer),
        }
    }
}

/// What each character becomes.
struct Table {
    /// Of each ASCII character; [`NOT_ONE`] where that isn't one ASCII character.
    ascii: [u8; 128],
    /// By the upper bits of a character, which of `pages`; 0 is one where nothing changes.
    index: Vec<u16>,
    /// By the lower eight bits: 0 for itself, or where in `pool` its text begins, times 256, plus its length and 1.
    pages: Vec<[u32; 256]>,
    pool: Vec<u8>,
    /// Sequences that become something else together, by their first character and the longest first, and where in `pool`
    /// that is.
    sequences: Vec<(Vec<char>, u32)>,
    /// The characters that they begin with, in order.
    starts: Vec<char>,
}

const NOT_ONE: u8 = 0xFF;

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Table")
    }
}

impl Table {
    fn fold<'a>(&self, value: &'a [u8], out: &mut Vec<u8>) -> Applied<'a> {
        let one = |b: u8| self.ascii.get(usize::from(b)).copied().unwrap_or(NOT_ONE);
        let Some(first) = value.iter().position(|&b| one(b) != b) else { return Applied::Part(value) };
        let (same, rest) = value.split_at(first);
        out.reserve(value.len());
        out.extend_from_slice(same);
        let mut ascii = true;
        out.extend(rest.iter().map(|&b| {
            let to = one(b);
            ascii &= to != NOT_ONE;
            to
        }));
        if ascii {
            return Applied::Written;
        }
        out.clear();
        let Ok(text) = std::str::from_utf8(value) else { return Applied::Part(value) };
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if self.starts.binary_search(&c).is_ok()
                && let Some((sequence, to)) =
                    self.sequences_from(c).find(|(s, _)| s.iter().skip(1).copied().eq(chars.clone().take(s.len() - 1)))
            {
                chars.by_ref().take(sequence.len() - 1).for_each(drop);
                out.extend_from_slice(self.text(*to));
                continue;
            }
            match self.place(c) {
                None => push(out, c),
                Some(to) => out.extend_from_slice(self.text(to)),
            }
        }
        Applied::Written
    }

    fn sequences_from(&self, c: char) -> impl Iterator<Item = &(Vec<char>, u32)> {
        let first = self.sequences.partition_point(|(s, _)| s.first() < Some(&c));
        self.sequences.iter().skip(first).take_while(move |(s, _)| s.first() == Some(&c))
    }

    /// Where the text is that a character becomes. `None`: itself.
    fn place(&self, c: char) -> Option<u32> {
        let n = c as usize;
        let page = self.index.get(n >> 8).and_then(|p| self.pages.get(usize::from(*p)));
        page.and_then(|p| p.get(n & 0xFF)).copied().filter(|p| *p != 0)
    }

    fn text(&self, place: u32) -> &[u8] {
        let (start, length) = ((place >> 8) as usize, (place & 0xFF) as usize - 1);
        self.pool.get(start..start + length).unwrap_or_default()
    }

    fn build(map: &Map) -> Self {
        let mut this = Self {
            ascii: [NOT_ONE; 128],
            index: vec![0; 0x1100],
            pages: vec![[0; 256]],
            pool: Vec::new(),
            sequences: Vec::new(),
            starts: Vec::new(),
        };
        if let Some((first, last, to)) = &map.wide {
            let place = this.store(to);
            let page = u16::try_from(this.pages.len()).unwrap_or(0);
            this.pages.push([place; 256]);
            for slot in this.index.iter_mut().take((last >> 8) as usize + 1).skip((first >> 8) as usize) {
                *slot = page;
            }
        }
        for (&n, to) in &map.singles {
            let place = this.store(to);
            let Some(slot) = this.index.get_mut((n >> 8) as usize) else { continue };
            if *slot == 0 {
                *slot = u16::try_from(this.pages.len()).unwrap_or(0);
                this.pages.push([0; 256]);
            }
            if let Some(entry) = this.pages.get_mut(usize::from(*slot)).and_then(|p| p.get_mut((n & 0xFF) as usize)) {
                *entry = place;
            }
        }
        for (i, slot) in (0_u8..).zip(this.ascii.iter_mut()) {
            *slot = match map.singles.get(&u32::from(i)).map(Vec::as_slice) {
                None => i,
                Some([to]) => u8::try_from(*to).ok().filter(u8::is_ascii).unwrap_or(NOT_ONE),
                Some(_) => NOT_ONE,
            };
        }
        for (sequence, to) in &map.sequences {
            let place = this.store(to);
            this.sequences.push((sequence.iter().filter_map(|n| char::from_u32(*n)).collect(), place));
        }
        this.sequences.sort_by_key(|(s, _)| (s.first().copied(), std::cmp::Reverse(s.len())));
        let starts: BTreeSet<char> = this.sequences.iter().filter_map(|(s, _)| s.first().copied()).collect();
        this.starts = starts.into_iter().collect();
        this
    }

    fn store(&mut self, text: &[u32]) -> u32 {
        let start = self.pool.len();
        text.iter().filter_map(|n| char::from_u32(*n)).for_each(|c| push(&mut self.pool, c));
        ((start << 8) | (self.pool.len() - start + 1)) as u32
    }
}

/// A table as it is read.
#[derive(Debug, Default)]
struct Map {
    singles: BTreeMap<u32, Vec<u32>>,
    sequences: BTreeMap<Vec<u32>, Vec<u32>>,
    /// All of these become the same: the planes beyond the first.
    wide: Option<(u32, u32, Vec<u32>)>,
}

const ESCAPE: u32 = 0xFFFF;

impl Map {
    /// The section of that name, on top of what it is based on.
    fn read(name: &str) -> Option<Self> {
        let mut found = None;
        for file in FILES {
            let mut lines = file.lines();
            if let Some(base) = lines.by_ref().find_map(|l| header(l).filter(|(n, _)| *n == name).map(|(_, base)| base))
            {
                found = Some((lines, base));
                break;
            }
        }
        let (lines, base) = found?;
        let mut own = Self::default();
        for line in lines.take_while(|l| !l.starts_with('[')) {
            own.line(line)?;
        }
        match base {
            None => Some(own),
            Some(base) => Some(Self::read(base)?.then(&own)),
        }
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let hex = |s: &str| u32::from_str_radix(s, 16).ok();
        let texts = |s: &str| s.split_whitespace().map(hex).collect::<Option<Vec<u32>>>();
        if line == "hangul" {
            for i in 0..0x2BA4 {
                let letters = [0x1100 + i / 588, 0x1161 + i % 588 / 28, 0x11A7 + i % 28];
                let count = if i % 28 > 0 { 3 } else { 2 };
                // Letters have no line of their own where they stay.
                self.singles.insert(0xAC00 + i, letters.into_iter().take(count).collect());
            }
            return Some(());
        }
        let (from, to, shift) = match line.split_once('>') {
            Some((from, to)) => (from.trim(), texts(to)?, None),
            None => {
                let (from, shift) = line.rsplit_once(' ')?;
                (from, Vec::new(), Some(shift.parse::<i64>().ok()?))
            }
        };
        if from.contains(' ') {
            self.sequences.insert(texts(from)?, to);
            return Some(());
        }
        let (range, step) = from.strip_suffix("/2").map_or((from, 1), |r| (r, 2));
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = (hex(first)?, hex(last)?);
        if last - first >= 0xF_0000 {
            self.wide = Some((first, last, to));
            return Some(());
        }
        for n in (first..=last).step_by(step) {
            let to = match shift {
                Some(shift) => vec![u32::try_from(i64::from(n) + shift).ok()?],
                None => to.clone(),
            };
            self.singles.insert(n, to);
        }
        Some(())
    }

    /// What comes of `next` after `self`.
    fn then(self, next: &Self) -> Self {
        let fold = |text: &[u32]| {
            let mut out = Vec::new();
            let mut rest = text;
            while let [n, tail @ ..] = rest {
                let unit = if *n == ESCAPE { rest.get(..2).unwrap_or(rest) } else { std::slice::from_ref(n) };
                let to = if *n == ESCAPE { next.sequences.get(unit) } else { next.singles.get(n) };
                out.extend_from_slice(to.map_or(unit, Vec::as_slice));
                rest = if *n == ESCAPE { tail.get(1..).unwrap_or_default() } else { tail };
            }
            out
        };
        let keys: BTreeSet<u32> = self.singles.keys().chain(next.singles.keys()).copied().collect();
        let singles = keys
            .into_iter()
            .map(|n| (n, self.singles.get(&n).map_or_else(|| fold(&[n]), |to| fold(to))))
            .filter(|(n, to)| to.as_slice() != [*n])
            .collect();
        let sequences = self.sequences.iter().map(|(from, to)| (from.clone(), fold(to))).collect();
        Self { singles, sequences, wide: self.wide }
    }
}

const FILES: [&str; 3] =
    [include_str!("normal/others.txt"), include_str!("normal/uca0900.txt"), include_str!("normal/uca1400.txt")];

/// The name of a section, and of what it is based on.
fn header(line: &str) -> Option<(&str, Option<&str>)> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    Some(inner.split_once(" < ").map_or((inner, None), |(name, base)| (name, Some(base))))
}

/// Names of all sections, and their tables once they were asked for.
static TABLES: OnceLock<BTreeMap<&'static str, OnceLock<Option<Table>>>> = OnceLock::new();

fn table(name: &str) -> Option<&'static Table> {
    let tables = TABLES.get_or_init(|| {
        FILES.iter().flat_map(|f| f.lines()).filter_map(header).map(|(name, _)| (name, OnceLock::new())).collect()
    });
    // The sets of Unicode differ in bytes only, what characters weigh is the same.
    let name = match name.split_once('_') {
        Some(("utf8" | "utf8mb3" | "ucs2" | "utf16" | "utf16le" | "utf32", rest)) if rest != "tolower_ci" => {
            format!("utf8mb4_{rest}")
        }
        Some(("gb18030", "unicode_520_ci")) => "utf8mb4_unicode_520_ci".to_owned(),
        _ => name.to_owned(),
    };
    let name = match name.strip_prefix("utf8mb4_") {
        Some(rest) if rest.starts_with("uca1400_") => rest,
        _ => name.as_str(),
    };
    let (name, slot) = tables.get_key_value(name)?;
    slot.get_or_init(|| Map::read(name).map(|m| Table::build(&m))).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Vec<&'static str> {
        FILES.iter().flat_map(|f| f.lines()).filter_map(header).map(|(n, _)| n).collect()
    }

    fn form(normaliser: &Normaliser, text: &str) -> String {
        String::from_utf8(normaliser.normal(text.as_bytes(), &mut Vec::new()).to_vec()).unwrap()
    }

    #[track_caller]
    fn same(collation: &str, a: &str, b: &str, expected: bool) {
        let n = Normaliser::for_collation(collation).unwrap();
        assert_eq!(form(&n, a) == form(&n, b), expected, "{collation}: {a} and {b}");
    }

    #[test]
    fn every_line_of_every_table_is_read() {
        for file in FILES {
            for line in file.lines().filter(|l| !l.starts_with(['#', '['])) {
                assert!(Map::default().line(line).is_some(), "{line}");
            }
        }
        for name in names() {
            assert!(Normaliser::for_collation(name).is_some(), "{name}");
        }
    }

    #[test]
    fn as_the_manuals_say() {
        same("utf8mb4_0900_ai_ci", "Élan", "elan", true);
        same("utf8mb4_0900_as_ci", "Élan", "elan", false);
        same("utf8mb4_0900_as_ci", "É", "e\u{301}", true);
        same("utf8mb4_0900_as_cs", "é", "e\u{301}", true);
        same("utf8mb4_0900_as_cs", "A", "a", false);
        same("utf8mb4_0900_ai_ci", "a", "a ", false);
        same("utf8mb4_0900_ai_ci", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}", true);
        same("utf8mb4_unicode_ci", "straße ", "STRASSE", true);
        same("utf8mb4_unicode_ci", "a\u{200D}b", "ab", true);
        same("utf8mb4_general_ci", "ß", "s", true);
        same("utf8mb4_general_ci", "😀", "😁", true);
        same("utf8mb4_unicode_520_ci", "😀", "😁", false);
        same("latin1_swedish_ci", "é", "E", true);
        same("latin1_swedish_ci", "ü", "Y", true);
        same("latin1_german2_ci", "ä", "AE", true);
        same("utf8mb4_bin", "a ", "a", true);
        same("utf8mb4_bin", "a", "A", false);
        same("utf8mb4_nopad_bin", "a ", "a", false);
        same("utf8mb4_general_nopad_ci", "a ", "A", false);
        same("utf8mb4_uca1400_ai_ci", "é ", "E", true);
        same("utf8mb4_uca1400_nopad_as_ci", "é", "É", true);
        assert!(Normaliser::for_collation("utf8mb4_swedish_ci").is_none());
        assert!(Normaliser::for_collation("utf8mb4_da_0900_ai_ci").is_none());
        assert!(Normaliser::for_collation("no_such_ci").is_none());
    }

    #[test]
    fn nothing_is_copied_where_nothing_changes() {
        let n = Normaliser::for_collation("utf8mb4_general_ci").unwrap();
        let mut scratch = Vec::new();
        assert_eq!(n.normal(b"alice@example.com  ", &mut scratch), b"alice@example.com");
        assert!(scratch.is_empty());
        assert_eq!(n.normal(b"Alice ", &mut scratch), b"alice");
        // Not text, though the column says so.
        assert_eq!(n.normal(b"A\xff", &mut scratch), b"A\xff");
    }

    #[test]
    fn numbers_moments_json() {
        let column = |class| Column { class, type_name: "JSON".to_owned(), ..Column::text("c") };
        for (class, a, b) in [
            (Class::Number, "007", "7"),
            (Class::Number, "1.0", "1"),
            (Class::Number, "-0.0", "0"),
            (Class::Number, "+.50", "0.5"),
            (Class::Number, "1.25e3", "1250"),
            (Class::Number, "1e300", "10e299"),
            (Class::Number, "-0012.3400", "-12.34"),
            (Class::Number, "100", "1e2"),
            (Class::Temporal, "2025-01-01 00:00:00.000", "2025-01-01"),
            (Class::Temporal, "2025-01-01 10:00:00.500", "2025-01-01 10:00:00.5"),
            (Class::Temporal, "2025-01-01T00:00:00", "2025-01-01"),
            (Class::Temporal, "2025-01-01T10:00:00.50", "2025-01-01 10:00:00.5"),
            (Class::Json, "{\"b\": 1.0, \"a\": [ ]}", "{\"a\":[],\"b\":1}"),
        ] {
            let n = Normaliser::for_column(&column(class)).unwrap();
            assert_eq!(form(&n, a), form(&n, b), "{a} {b}");
            assert_eq!(form(&n, &form(&n, a)), form(&n, a), "{a}");
        }
        let n = Normaliser::number();
        assert_eq!(form(&n, "100"), "100");
        assert_eq!(form(&n, "0.10"), "0.1");
        assert_ne!(form(&n, "9007199254740993"), form(&n, "9007199254740992"));
        assert_eq!(form(&n, "not a number"), "not a number");
        let order = ["-10", "-9.5", "0", "0.001", "1", "1.5", "2", "10", "1e3"];
        for pair in order.windows(2) {
            assert!(Decimal::parse(pair[0].as_bytes()) < Decimal::parse(pair[1].as_bytes()), "{pair:?}");
        }
    }

    #[test]
    fn steps_in_order() {
        let column = Normaliser::for_collation("utf8mb4_general_ci").unwrap();
        let n = |steps: &[Step]| Normaliser::with_steps(steps, &column);
        assert_eq!(form(&n(&[Step::Collation, Step::Trim]), "\t Élan\t"), "elan");
        assert_eq!(form(&n(&[Step::Digits]), "046-454 286"), "046454286");
        assert_eq!(form(&n(&[Step::Alphanumeric]), "K1A 0b1"), "k1a0b1");
        assert_eq!(form(&n(&[Step::Nfc, Step::Lower, Step::Trim]), " E\u{301} "), "é");
        assert_eq!(form(&n(&[]), " É "), " É ");
        assert_eq!(serde_json::to_string(&Step::Nfc).unwrap(), "\"nfc\"");
    }

    fn awkward() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ -~]",
            "\\PC",
            "[à-ÿ\u{300}-\u{34f}]",
            "[\u{ac00}-\u{d7a3}\u{1100}-\u{11ff}]",
            any::<char>().prop_map(String::from),
            Just("\u{ffff}".to_owned()),
            Just("l\u{b7}".to_owned()),
            Just(" ".to_owned()),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|p| p.concat())
    }

    proptest! {
        #[test]
        fn forms_are_their_own_form(text in awkward(), pick in any::<prop::sample::Index>()) {
            let names = names();
            let name = pick.get(&names);
            let n = Normaliser::for_collation(name).unwrap();
            let once = form(&n, &text);
            // A stand-in for a weight is not a text of the column.
            prop_assume!(!once.contains('\u{ffff}') && !text.contains("l\u{b7}"));
            prop_assert_eq!(form(&n, &once), once, "{}", name);
        }

        #[test]
        fn ascii_and_the_rest_agree(text in "[ -~]{0,12}", pick in any::<prop::sample::Index>()) {
            let names = names();
            let n = Normaliser::for_collation(pick.get::<&str>(&names)).unwrap();
            // With something behind it that isn't ASCII, the other way is taken.
            let longer = form(&n, &format!("{text}\u{4e00}"));
            let end = form(&n, "\u{4e00}");
            let padded = longer.strip_suffix(&end).unwrap();
            let alone = form(&n, &text);
            prop_assert!(padded == alone || padded.trim_end_matches(' ') == alone);
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let base = Normaliser::for_collation("utf8mb4_0900_ai_ci").unwrap();
            for step in [Step::Collation, Step::Trim, Step::Digits, Step::Alphanumeric, Step::Lower, Step::Nfc] {
                let _ = Normaliser::with_steps(&[step, Step::Trim, step], &base).normal(&bytes, &mut Vec::new());
            }
            for class in [Class::Number, Class::Temporal, Class::Json] {
                let column = Column { class, collation: None, ..Column::text("c") };
                let _ = Normaliser::for_column(&column).unwrap().normal(&bytes, &mut Vec::new());
            }
        }

        #[test]
        fn numbers_keep_their_form(text in "-?[0-9]{0,6}(\\.[0-9]{0,6})?(e-?[0-9]{1,3})?") {
            let n = Normaliser::number();
            let once = form(&n, &text);
            prop_assert_eq!(form(&n, &once), once);
        }
    }
}
