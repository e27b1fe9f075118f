//! Whether values of the source stand anywhere in the output.
//!
//! [`Collector`] takes the values of some columns, [`Survivors`] looks for them in text of any kind: cells, JSON, definitions,
//! comments. What is kept of a value is a keyed hash, so that the memory of a run holds no list of them.
//!
//! Text is compared by its words alone: letters and digits without case and accents, in Unicode's compatibility
//! decomposition, and a blank for whatever is between them, so that quotes, escapes, kinds of spaces and their number make no
//! difference. `\u00e9` is read as the character, surrogates and all; `0x…` and `X'…'` as the bytes that they stand for; a byte
//! that isn't UTF-8 as Windows-1252's, and as no letter; `%40` and `&#64;`, `%C3%A9` and `&eacute;` as what they are, and as
//! what they stand for. A value is found where it stands as whole words. A value that is digits is found in any grouping, with or
//! without zeros or the country code 1 before it. What else text can be turned into (Base64, compression, encryption) isn't seen
//! through.
//!
//! Values of fewer than [`LEAST`] bytes in that form say too little to be looked for, and are counted as left out.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

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
/// Most characters between two groups of a number.
const BETWEEN_MAX: usize = 3;
/// Between digits that aren't of one number; a blank is between all other words.
const APART: u8 = b',';
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
        plain(value, true, scratch, &mut |_, _| {});
        let text = scratch.as_slice();
        if text.iter().all(|b| b.is_ascii_digit() || *b == b' ') {
            let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
            match digits.len() >= DIGITS_LEAST {
                true => values.digits.push(self.of(significant(&digits))),
                false => values.left_out += u64::from(!value.is_empty()),
            }
            return;
        }
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
        self.look_twice(text, scratch)
            .or_else(|| self.look_twice(&unescaped(text)?, scratch).map(|place| escaped(text, place)))
    }

    fn look_twice(&self, text: &[u8], scratch: &mut Vec<u8>) -> Option<usize> {
        self.look(text, true, scratch).or_else(|| {
            let odd = std::str::from_utf8(text).is_err();
            if odd { self.look(text, false, scratch) } else { None }
        })
    }

    /// Looks through text, with bytes that aren't UTF-8 as letters or as what is between words.
    fn look(&self, text: &[u8], letters: bool, scratch: &mut Vec<u8>) -> Option<usize> {
        let mut hidden = None;
        let mut inner = Vec::new();
        let doubtful = plain(text, letters, scratch, &mut |at, bytes| {
            for letters in [true, false] {
                if hidden.is_none() && (letters || std::str::from_utf8(bytes).is_err()) {
                    let doubtful = plain(bytes, letters, &mut inner, &mut |_, _| {});
                    hidden = self.scan(&inner, &doubtful).map(|_| at);
                }
            }
        });
        // Hardly more is written than read, so the place is near.
        hidden.or_else(|| self.scan(scratch, &doubtful))
    }

    /// Looks through text in its plain form.
    fn scan(&self, text: &[u8], doubtful: &[(usize, u8)]) -> Option<usize> {
        let mut inside = false;
        for (at, &b) in text.iter().enumerate() {
            let word = is_word(b);
            if word && !inside {
                let rest = text.get(at..).unwrap_or_default();
                if b.is_ascii_digit() && self.number(rest) || self.word(rest) {
                    return Some(at);
                }
            }
            inside = word;
        }
        let mut whole = [0; MOST + 1];
        for &(at, letter) in doubtful {
            let rest = text.get(at..).unwrap_or_default();
            let rest = rest.get(..MOST).unwrap_or(rest);
            let (Some((first, others)), Some(length)) = (whole.split_first_mut(), rest.len().checked_add(1)) else {
                continue;
            };
            *first = letter;
            let Some(room) = others.get_mut(..rest.len()) else { continue };
            room.copy_from_slice(rest);
            if whole.get(..length).is_some_and(|text| self.word(text)) {
                return Some(at);
            }
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
                && self.values.contains(&self.hash.of(significant(digits.get(..count).unwrap_or_default())))
            {
                return true;
            }
            if groups == GROUPS_MAX || after.first() != Some(&b' ') || !after.get(1).is_some_and(u8::is_ascii_digit) {
                return false;
            }
            rest = after.get(1..).unwrap_or_default();
        }
    }
}

/// A byte of a word in the plain form.
const fn is_word(b: u8) -> bool {
    !matches!(b, b' ' | APART)
}

/// What stands between the digits of a number.
const fn is_separator(b: u8) -> bool {
    matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'+' | b'/')
}

/// A number without what may be left out before it: zeros, and the country code of a North American telephone number.
fn significant(digits: &[u8]) -> &[u8] {
    let digits = match digits {
        [b'1', national @ ..]
            if national.len() == 10
                && [0, 3].into_iter().all(|i| national.get(i).is_some_and(|b| matches!(b, b'2'..=b'9'))) =>
        {
            national
        }
        _ => digits,
    };
    let zeros = digits.iter().take_while(|b| **b == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

fn prefix(text: &[u8]) -> Option<u32> {
    let [a, b, c, d, e] = *text.first_chunk::<PREFIX>()?;
    let packed = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
    Some((packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32)
}

const fn slot(prefix: u32) -> usize {
    (prefix >> (32 - FILTER_BITS)) as usize
}

/// The plain form while it is written.
struct Plain<'a> {
    out: &'a mut Vec<u8>,
    /// Characters since the last word that may stand within a number.
    between: Option<usize>,
    /// Others were among them, so that no number goes on.
    apart: bool,
}

impl Plain<'_> {
    /// A letter or digit, in its form.
    #[inline]
    fn push(&mut self, b: u8) {
        if self.apart || self.between.is_some() {
            self.separate(b);
        }
        self.out.push(b);
    }

    fn separate(&mut self, next: u8) {
        if let Some(last) = self.out.last() {
            let apart = self.apart || self.between.is_some_and(|n| n > BETWEEN_MAX);
            let digits = last.is_ascii_digit() && next.is_ascii_digit();
            self.out.push(if apart && digits { APART } else { b' ' });
        }
        (self.between, self.apart) = (None, false);
    }

    fn character(&mut self, c: char) {
        if c.is_ascii() {
            // It is one byte.
            return self.ascii(c as u8);
        }
        // What isn't seen, and may stand within a word.
        if matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') || is_combining_mark(c) {
            return;
        }
        // Scripts without spaces between words: each character is one.
        let alone = matches!(c, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{3ffff}');
        self.apart |= alone;
        decompose_compatible(c, |c| {
            if c.is_ascii() {
                return self.ascii(c as u8);
            }
            if is_combining_mark(c) {
                return;
            }
            if !c.is_alphanumeric() {
                self.apart = true;
                return;
            }
            let mut bytes = [0; 4];
            for lower in c.to_lowercase().filter(|c| !is_combining_mark(*c)) {
                lower.encode_utf8(&mut bytes).bytes().for_each(|b| self.push(b));
            }
        });
        self.apart |= alone;
    }

    #[inline]
    fn ascii(&mut self, b: u8) {
        if b.is_ascii_alphanumeric() {
            self.push(b.to_ascii_lowercase());
        } else if is_separator(b) {
            self.between = Some(self.between.unwrap_or(0) + 1);
        } else {
            self.apart = true;
        }
    }
}

/// Writes the form in which text is compared. What hexadecimal digits stand for is given to `hidden`, with its place. Returns
/// where in the form a word begins that may begin with one more letter, as `n` in `\\n`: a line's end, or a word after a
/// backslash.
fn plain(text: &[u8], letters: bool, out: &mut Vec<u8>, hidden: &mut dyn FnMut(usize, &[u8])) -> Vec<(usize, u8)> {
    out.clear();
    out.reserve(text.len());
    let mut form = Plain { out, between: None, apart: false };
    let mut doubtful = Vec::new();
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        match b {
            b'\\' => {
                let before = (form.between, std::mem::replace(&mut form.apart, true));
                at += text.get(at..).unwrap_or_default().iter().take_while(|b| **b == b'\\').count();
                match text.get(at) {
                    Some(b'u') => {
                        let (character, length) = unicode(text.get(at + 1..).unwrap_or_default());
                        if let Some(character) = character {
                            // Where it is a letter, the word goes on.
                            (form.between, form.apart) = before;
                            form.character(character);
                        }
                        at += length;
                    }
                    // White space, whatever it is written as.
                    Some(letter @ (b'n' | b'r' | b't' | b'0' | b'Z' | b'b' | b'f')) => {
                        at += 1;
                        if text.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80) {
                            // The word comes after one byte, unless it is the first.
                            let start = form.out.len() + usize::from(!form.out.is_empty());
                            doubtful.push((start, letter.to_ascii_lowercase()));
                        }
                    }
                    _ => {}
                }
                continue;
            }
            b'0' | b'x' | b'X' => {
                let rest = text.get(at..).unwrap_or_default();
                if let Some(digits) = hexadecimal(rest, at.checked_sub(1).and_then(|before| text.get(before))) {
                    bytes.clear();
                    let digit = |b: u8| char::from(b).to_digit(16).unwrap_or_default() as u8;
                    bytes.extend(digits.chunks_exact(2).map(|p| p.iter().fold(0, |n, b| n << 4 | digit(*b))));
                    hidden(form.out.len(), &bytes);
                }
                form.push(b.to_ascii_lowercase());
            }
            0..0x80 => form.ascii(b),
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                let read = [2, 3, 4].into_iter().find_map(|n| std::str::from_utf8(rest.get(..n)?).ok());
                if let Some(read) = read {
                    read.chars().for_each(|c| form.character(c));
                    at += read.len();
                    continue;
                }
                if !letters {
                    form.apart = true;
                    at += 1;
                    continue;
                }
                let (read, _) =
                    encoding_rs::WINDOWS_1252.decode_without_bom_handling(rest.get(..1).unwrap_or_default());
                read.chars().for_each(|c| form.character(c));
            }
        }
        at += 1;
    }
    doubtful
}

/// Text with the bytes that `%C3%A9` stands for, and the characters that `&#233;` and `&eacute;` do; nothing where there are none.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let done = escapes(text, |from, at, bytes| {
        out.extend_from_slice(text.get(from..at).unwrap_or_default());
        out.extend_from_slice(bytes);
        true
    });
    out.extend_from_slice(text.get(done..)?);
    (done > 0).then_some(out)
}

/// Where in `text` a place in what [`unescaped`] makes of it is.
fn escaped(text: &[u8], place: usize) -> usize {
    let (mut written, mut read) = (0, 0);
    let done = escapes(text, |from, at, bytes| {
        let before = place < written + (at - from);
        if !before {
            (written, read) = (written + (at - from) + bytes.len(), at);
        }
        !before && place >= written
    });
    if place < written { read } else { done + (place - written) }
}

/// Tells each escape: where the text before it begins, where it begins itself, and what it stands for, until it is told to end.
/// Gives where the text behind the last one that was dealt with begins.
fn escapes(text: &[u8], mut each: impl FnMut(usize, usize, &[u8]) -> bool) -> usize {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'%', b'&', text) {
        let rest = text.get(at..).unwrap_or_default();
        let mut character = [0; 4];
        let (bytes, length) = match rest {
            [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                let digit = |b: &u8| char::from(*b).to_digit(16).unwrap_or_default() as u8;
                character[0] = digit(a) << 4 | digit(b);
                (&character[..1], 3)
            }
            [b'&', entity @ ..] => {
                let Some(end) = entity.iter().take(ENTITY_MOST).position(|b| *b == b';') else { continue };
                match entity.get(..end).and_then(entity_character) {
                    Some(c) => (c.encode_utf8(&mut character).as_bytes(), end + 2),
                    None => continue,
                }
            }
            _ => continue,
        };
        if !each(done, at, bytes) {
            break;
        }
        done = at + length;
    }
    done
}

/// Bytes of the longest name of an entity that is known here, and its end.
const ENTITY_MOST: usize = 9;

/// What an entity of HTML stands for: a number, a letter of Latin-1 or one like them (accents make no difference here), or a sign.
fn entity_character(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    if let Some(number) = name.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let number = hexadecimal.map_or_else(|| number.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
        return char::from_u32(number?);
    }
    Some(match name {
        "amp" | "quot" | "apos" | "lt" | "gt" | "nbsp" | "ndash" | "mdash" | "rsquo" | "lsquo" | "middot" => ' ',
        "aelig" | "AElig" => 'æ',
        "oelig" | "OElig" => 'œ',
        "oslash" | "Oslash" => 'ø',
        "szlig" => 'ß',
        "eth" | "ETH" => 'ð',
        "thorn" | "THORN" => 'þ',
        _ => {
            let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
            let accents = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron"];
            return accents.contains(&name.get(1..)?).then_some(letter);
        }
    })
}

/// The digits of a literal in hexadecimal digits that begins here, if they are enough for a value.
fn hexadecimal<'a>(text: &'a [u8], before: Option<&u8>) -> Option<&'a [u8]> {
    let digits = match text {
        [b'0', b'x' | b'X', digits @ ..] => digits,
        [b'x' | b'X', b'\'', digits @ ..] if !before.is_some_and(u8::is_ascii_alphanumeric) => digits,
        _ => return None,
    };
    let length = digits.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    if length >= 2 * LEAST { digits.get(..length) } else { None }
}

/// The character that is written after `\u`, and how many bytes that takes with the `u`. None for half of one.
fn unicode(text: &[u8]) -> (Option<char>, usize) {
    let unit = |text: &[u8]| {
        let digits = std::str::from_utf8(text.get(..4)?).ok()?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    let Some(first) = unit(text) else { return (None, 0) };
    if let Some(character) = char::from_u32(first) {
        return (Some(character), 5);
    }
    let rest = text.get(4..).unwrap_or_default();
    let slashes = rest.iter().take_while(|b| **b == b'\\').count();
    let second = rest.get(slashes..).and_then(|r| r.strip_prefix(b"u")).filter(|_| slashes > 0).and_then(unit);
    match second {
        Some(second) if (0xDC00..0xE000).contains(&second) && first < 0xDC00 => {
            let character = char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            (character, 5 + slashes + 5)
        }
        _ => (None, 5),
    }
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
            "(1,'dit «Zoé.O’Brien@Example.ca» hier')",
            "zoe.o brien@example.ca",
            "ZOE\u{301}.o''brien@example.ca",
            "{\\\"m\\\": \\\"zo\\\\u00e9.o\\\\u0027brien@example.ca\\\"}",
            "\\\\ud83d\\\\ude00 Chlo\\\\u00E9 B\\u00e9liveau\\\\ud83d",
            "Chloé \u{a0} Béliveau…",
            "—Chloé_Béliveau\u{201d}",
            "Chloé\\nBéliveau",
            "CORP\\\\chloe beliveau",
            "X'43686C6FC3A92042C3A96C6976656175'",
            "(x'43686c6fe92042e96c6976656175')",
            "n 0X43686C6FC3A92042C3A96C6976656175",
            "(46454286)",
            "613-555-0199",
            "６１３ 555 0199",
            "https://x.example/?m=zo%C3%A9.o%27brien%40example.ca&n=1",
            "zo&eacute;.o&#39;brien&#64;example.ca",
            "<b>Chlo&#xE9; B&#233;liveau</b>",
            "n=Chloe%20B%E9liveau",
            "LIKE '%chloé béliveau%'",
        ] {
            assert!(finds(&s, text), "{text}");
        }
        let raw = |text: &[u8]| s.find(text, &mut Vec::new()).is_some();
        assert!(raw(b"_binary '\xff\xfeChlo\xc3\xa9 B\xc3\xa9liveau\xff'"));
        assert!(raw(b"0xFFFE43686C6FC3A92042C3A96C6976656175FF"));
        // Latin-1, within UTF-8 and in hexadecimal digits.
        assert!(raw(b"_binary 'x Chlo\xe9 B\xe9liveau y'") && raw(b"'\xabchlo\xe9 b\xc9liveau\xbb'"));
        for text in [
            "(1,'zoe.o\\'brien@example.com')",
            "9046454286",
            "046 454 287",
            "chloé béliveaux",
            "",
            "0x",
            "x'",
            "\\",
            "\\u",
            "\\ud83d\\u",
            "'",
            "\u{e9}",
            "613,555,0199",
            "613    555 0199",
            "(613,5550199)",
        ] {
            assert!(!finds(&s, text), "{text}");
        }
    }

    #[test]
    fn the_place_is_near_also_behind_escapes() {
        let s = survivors(&["anne@shop.example"]);
        for before in ["", "%C3%A9%20", "x&eacute;y%20z", &"%41".repeat(1_000)] {
            for value in ["anne%40shop.example", "&lt;anne&#64;shop.example", "anne@shop.example"] {
                let text = format!("{before} - {value}, and so on");
                let found = s.find(text.as_bytes(), &mut Vec::new()).unwrap();
                assert!(found.abs_diff(before.len() + 3) <= 8 + before.len() / 100, "{found} {}", before.len());
            }
        }
    }

    #[test]
    fn a_letter_after_a_backslash_may_be_the_word_s_or_a_line_s_end() {
        let s = survivors(&["ntremblay", "Tremblay N"]);
        for text in ["CORP\\\\ntremblay", "a\\ntremblay n", "\\ntremblay", "'\\nTremblay\\tN'"] {
            assert!(finds(&s, text), "{text}");
        }
        assert!(!finds(&s, "a\\ntremblays"));
    }

    #[test]
    fn scripts_without_spaces_have_a_word_in_each_character() {
        let s = survivors(&["王小明", "김철수"]);
        assert_eq!(s.left_out(), 0);
        for text in ["我叫王小明。", "'김철수가'", "{\"n\":\"\\u738b\\u5c0f\\u660e\"}"] {
            assert!(finds(&s, text), "{text}");
        }
        assert!(!finds(&s, "王明小"));
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
