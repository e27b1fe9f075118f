//! Whether values of the source stand anywhere in the output.
//!
//! [`Collector`] takes the values of some columns, [`Survivors`] looks for them in text of any kind: cells, JSON, definitions,
//! comments. What is kept of a value is a keyed hash, so that the memory of a run holds no list of them.
//!
//! Text is compared in a form without case, quotes and backslashes, with `\u00e9` read as the character; what is written as
//! hexadecimal digits is looked at as the bytes that they stand for. A value is found where it stands as whole words: what is
//! before and after it is no letter and no digit. A value that is digits with separators is found in any grouping. Values of
//! fewer than [`LEAST`] characters in that form say too little to be looked for, and are counted as left out.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Least bytes of a value, in the form that is compared. Four letters or digits stand in any large text by chance.
pub const LEAST: usize = 6;
/// Most bytes of a value that are compared: longer ones are found by their beginning.
const MOST: usize = 127;
/// First bytes of a value by which most text is told to hold none.
const PREFIX: usize = 5;
/// Bits of the table of prefixes: half a megabyte, which stays in a core's cache.
const FILTER_BITS: u32 = 22;
/// Digits that make a number worth looking for.
const DIGITS_LEAST: usize = 7;
/// Most groups of digits that are taken as one number.
const GROUPS_MAX: usize = 6;
/// Bytes that a value takes here, about.
const VALUE_BYTES: usize = 16;

/// Hashes are hashes already.
#[derive(Debug, Default, Clone, Copy)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0 << 8 | u64::from(*b);
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }

    fn write_u32(&mut self, n: u32) {
        self.0 = u64::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

type Build = BuildHasherDefault<Identity>;

/// What the values of a block came to. Made on any thread.
#[derive(Debug, Default)]
pub struct Values {
    /// Prefix and length, and hash.
    text: Vec<(u32, u8, u64)>,
    digits: Vec<u64>,
    left_out: u64,
}

/// Hashes values.
#[derive(Clone)]
pub struct Hash([u8; 32]);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash")
    }
}

impl Hash {
    /// With this key, which is of no other use.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// Of a text, as it stands.
    pub fn of(&self, text: &[u8]) -> u64 {
        let hash = blake3::keyed_hash(&self.0, text);
        u64::from_le_bytes(*hash.as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]))
    }

    /// Adds a value. `scratch` is written to.
    pub fn add(&self, value: &[u8], scratch: &mut Vec<u8>, values: &mut Values) {
        scratch.clear();
        plain(value, scratch, &mut |_, _| {});
        let text = scratch.trim_ascii();
        if text.iter().all(|b| b.is_ascii_digit() || is_separator(*b)) {
            let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
            match digits.len() >= DIGITS_LEAST {
                true => values.digits.push(self.of(&digits)),
                false => values.left_out += u64::from(!value.is_empty()),
            }
            return;
        }
        // Punctuation at its ends may be the text's around it.
        let text = words(text);
        let text = text.get(..MOST).unwrap_or(text);
        match prefix(text) {
            Some(prefix) if text.len() >= LEAST => values.text.push((prefix, text.len() as u8, self.of(text))),
            _ => values.left_out += u64::from(!value.is_empty()),
        }
    }
}

/// Takes values.
#[derive(Debug)]
pub struct Collector {
    hash: Hash,
    /// Lengths of the values that begin so, a bit each.
    lengths: HashMap<u32, u128, Build>,
    values: HashSet<u64, Build>,
    left_out: u64,
    most: usize,
}

/// More values than there is memory for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany;

impl Collector {
    /// Takes as many different values as fit in about so many bytes.
    pub fn new(hash: Hash, bytes: usize) -> Self {
        let (lengths, values) = (HashMap::default(), HashSet::default());
        Self { hash, lengths, values, left_out: 0, most: bytes / VALUE_BYTES }
    }

    /// What hashes values for this.
    pub fn hash(&self) -> &Hash {
        &self.hash
    }

    /// Adds a block's values.
    ///
    /// # Errors
    /// When there are too many.
    pub fn add(&mut self, values: Values) -> Result<(), TooMany> {
        for (prefix, length, hash) in values.text {
            *self.lengths.entry(prefix).or_default() |= 1 << length;
            self.values.insert(hash);
        }
        self.values.extend(values.digits);
        self.left_out += values.left_out;
        if self.values.len() + self.lengths.len() > self.most { Err(TooMany) } else { Ok(()) }
    }

    /// No more values come.
    pub fn finish(self) -> Survivors {
        let mut filter = vec![0u64; 1 << (FILTER_BITS - 6)];
        for prefix in self.lengths.keys() {
            let bit = slot(*prefix);
            if let Some(word) = filter.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
        }
        Survivors { hash: self.hash, filter, lengths: self.lengths, values: self.values, left_out: self.left_out }
    }
}

/// Looks for values.
#[derive(Debug)]
pub struct Survivors {
    hash: Hash,
    filter: Vec<u64>,
    lengths: HashMap<u32, u128, Build>,
    values: HashSet<u64, Build>,
    left_out: u64,
}

impl Survivors {
    /// Different values that are looked for.
    pub fn values(&self) -> u64 {
        self.values.len() as u64
    }

    /// Values that say too little to be looked for.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Whether one of the values stands in `text`; then about where. `scratch` is written to.
    pub fn find(&self, text: &[u8], scratch: &mut Vec<u8>) -> Option<usize> {
        if self.values.is_empty() {
            return None;
        }
        scratch.clear();
        let mut hidden = None;
        plain(text, scratch, &mut |at, bytes| {
            if hidden.is_none() {
                let mut plain_bytes = Vec::with_capacity(bytes.len());
                plain(bytes, &mut plain_bytes, &mut |_, _| {});
                hidden = self.scan(&plain_bytes).map(|_| at);
            }
        });
        // Less was written than read, so the place is near, and never behind.
        hidden.or_else(|| self.scan(scratch))
    }

    /// Looks through text in its plain form.
    fn scan(&self, text: &[u8]) -> Option<usize> {
        let mut inside = false;
        let mut at = 0;
        while let Some(&b) = text.get(at) {
            let word = is_word(b);
            if word && !inside {
                if b.is_ascii_digit() && self.number(text.get(at..).unwrap_or_default()) {
                    return Some(at);
                }
                if self.word(text.get(at..).unwrap_or_default()) {
                    return Some(at);
                }
            }
            inside = word;
            at += 1;
        }
        None
    }

    /// Whether a value begins here.
    fn word(&self, text: &[u8]) -> bool {
        let Some(prefix) = prefix(text) else { return false };
        let bit = slot(prefix);
        if self.filter.get(bit >> 6).is_none_or(|w| w >> (bit & 63) & 1 == 0) {
            return false;
        }
        let Some(lengths) = self.lengths.get(&prefix) else { return false };
        let mut lengths = *lengths;
        while lengths != 0 {
            let length = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            let Some(value) = text.get(..length) else { return false };
            let ends = length == MOST || text.get(length).is_none_or(|b| !is_word(*b));
            if ends && self.values.contains(&self.hash.of(value)) {
                return true;
            }
        }
        false
    }

    /// Whether a number begins here, in any grouping.
    fn number(&self, text: &[u8]) -> bool {
        let mut digits = [0u8; 40];
        let (mut count, mut groups) = (0, 0);
        let mut rest = text;
        loop {
            let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let (group, after) = rest.split_at(length);
            let Some(room) = digits.get_mut(count..count + length) else { return false };
            room.copy_from_slice(group);
            count += length;
            groups += 1;
            let ends = after.first().is_none_or(|b| !is_word(*b));
            if ends
                && count >= DIGITS_LEAST
                && self.values.contains(&self.hash.of(digits.get(..count).unwrap_or_default()))
            {
                return true;
            }
            let between = after.iter().take_while(|b| is_separator(**b)).count();
            if groups == GROUPS_MAX
                || between == 0
                || between > 2
                || !after.get(between).is_some_and(u8::is_ascii_digit)
            {
                return false;
            }
            rest = after.get(between..).unwrap_or_default();
        }
    }
}

/// Letters and digits, and every byte of a longer character.
const fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

/// What stands between the digits of a number.
const fn is_separator(b: u8) -> bool {
    matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+' | b'/')
}

/// Without what is no word at its ends.
fn words(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| is_word(*b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| is_word(*b)).map_or(start, |end| end + 1);
    text.get(start..end).unwrap_or_default()
}

fn prefix(text: &[u8]) -> Option<u32> {
    let [a, b, c, d, e] = *text.first_chunk::<PREFIX>()?;
    let packed = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
    Some((packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32)
}

const fn slot(prefix: u32) -> usize {
    (prefix >> (32 - FILTER_BITS)) as usize
}

/// Appends the form in which text is compared. What hexadecimal digits stand for is given to `hidden`, with its place.
fn plain(text: &[u8], out: &mut Vec<u8>, hidden: &mut dyn FnMut(usize, &[u8])) {
    out.reserve(text.len());
    let mut at = 0;
    let mut bytes = Vec::new();
    while let Some(&b) = text.get(at) {
        match b {
            b'\'' | b'"' => {}
            b'\\' => {
                let slashes = text.get(at..).unwrap_or_default().iter().take_while(|b| **b == b'\\').count();
                at += slashes;
                match text.get(at) {
                    Some(b'u') => {
                        if let Some(character) = unicode(text.get(at + 1..).unwrap_or_default()) {
                            push_lower(character, out);
                            at += 5;
                        }
                    }
                    // A line's end, whatever it is written as.
                    Some(b'n' | b'r' | b't' | b'0' | b'Z') => {
                        out.push(b' ');
                        at += 1;
                    }
                    _ => {}
                }
                continue;
            }
            b'0' if text.get(at + 1) == Some(&b'x') => {
                let digits = text.get(at + 2..).unwrap_or_default();
                let length = digits.iter().take_while(|b| b.is_ascii_hexdigit()).count();
                if length >= 2 * LEAST {
                    bytes.clear();
                    let pairs = digits.get(..length).unwrap_or_default().chunks_exact(2);
                    bytes.extend(pairs.filter_map(|p| u8::from_str_radix(std::str::from_utf8(p).ok()?, 16).ok()));
                    hidden(out.len(), &bytes);
                }
                out.extend_from_slice(b"0x");
                at += 2;
                continue;
            }
            0..0x80 => out.push(b.to_ascii_lowercase()),
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                let length =
                    [2, 3, 4].into_iter().find(|n| rest.get(..*n).is_some_and(|c| std::str::from_utf8(c).is_ok()));
                let character = length.and_then(|n| std::str::from_utf8(rest.get(..n)?).ok()?.chars().next());
                match (character, length) {
                    (Some(character), Some(length)) => {
                        push_lower(character, out);
                        at += length;
                        continue;
                    }
                    _ => out.push(b),
                }
            }
        }
        at += 1;
    }
}

fn push_lower(character: char, out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    for lower in character.to_lowercase() {
        out.extend_from_slice(lower.encode_utf8(&mut bytes).as_bytes());
    }
}

/// The character of four hexadecimal digits; none for half of one.
fn unicode(digits: &[u8]) -> Option<char> {
    let digits = std::str::from_utf8(digits.get(..4)?).ok()?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survivors(values: &[&str]) -> Survivors {
        let mut collector = Collector::new(Hash::new([7; 32]), 1 << 20);
        let (mut scratch, mut list) = (Vec::new(), Values::default());
        for value in values {
            collector.hash().clone().add(value.as_bytes(), &mut scratch, &mut list);
        }
        collector.add(list).unwrap();
        collector.finish()
    }

    fn finds(survivors: &Survivors, text: &str) -> bool {
        survivors.find(text.as_bytes(), &mut Vec::new()).is_some()
    }

    #[test]
    fn values_are_found_wherever_they_stand() {
        let s = survivors(&["zoé.o'brien@example.ca", "046 454 286", "+1-613-555-0199", "Chloé Béliveau"]);
        for text in [
            "(1,'zoé.o\\'brien@example.ca',NULL)",
            "(1,'ZOÉ.O\\'BRIEN@EXAMPLE.CA')",
            "{\\\"m\\\": \\\"zo\\\\u00e9.o'brien@example.ca\\\"}",
            "write to zoé.o'brien@example.ca, please",
            "/* zoé.o'brien@example.ca */",
            "(046454286,2)",
            "'sin: 046-454-286.'",
            "tel 1 613 555 0199 after six",
            "(2,0x43686C6FC3A92042C3A96C6976656175)",
            "a note by chloé béliveau",
        ] {
            assert!(finds(&s, text), "{text}");
        }
        for text in [
            "(1,'zoe.o\\'brien@example.com')",
            "9046454286",
            "046 454 287",
            "chloé béliveaux",
            "",
            "0x",
            "\\",
            "'",
            "\u{e9}",
        ] {
            assert!(!finds(&s, text), "{text}");
        }
    }

    #[test]
    fn what_says_too_little_is_counted() {
        let s = survivors(&["ON", "1234", "", "Québec"]);
        assert_eq!((s.values(), s.left_out()), (1, 2));
        assert!(!finds(&s, "ON 1234"));
    }

    #[test]
    fn there_is_a_limit() {
        let mut collector = Collector::new(Hash::new([7; 32]), 64);
        let (mut scratch, mut list) = (Vec::new(), Values::default());
        for n in 0..10 {
            collector.hash().clone().add(format!("value number {n}").as_bytes(), &mut scratch, &mut list);
        }
        assert_eq!(collector.add(list), Err(TooMany));
    }

    proptest::proptest! {
        #[test]
        fn a_value_between_anything_that_is_no_word_is_found(
            value in "[a-zé][a-zé0-9@. ]{6,40}[a-z]", before in "[^a-zA-Z0-9\u{80}-\u{10ffff}\\\\]{0,5}", after in "[ ,;)\n]"
        ) {
            let s = survivors(&[&value]);
            let text = format!("{before} {value}{after}");
            proptest::prop_assert!(s.left_out() == 1 || finds(&s, &text));
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let s = survivors(&["somebody@example.ca"]);
            s.find(&bytes, &mut Vec::new());
        }
    }
}
