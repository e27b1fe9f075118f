//! What is counted in the values of a column.

use super::document::Document;
use crate::detect::{self, Kind};
use crate::transform::dictionary as d;
use crate::transform::fold;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::sync::OnceLock;

/// Most different values of a column that are told apart: enough to tell a list of codes from anything else.
pub const DISTINCT_MAX: usize = 256;
/// Most bytes of a value that are looked at. What is longer is text that people write, or a file.
const LOOKED_AT_MAX: usize = 64 << 10;
/// Words of the dictionaries of names, rounded up.
const WORDS_MAX: usize = 1024;
/// Years that dates of birth can be of, from [`YEAR_FIRST`] on: as many as there are bits.
const YEARS: u32 = 128;
const YEAR_FIRST: u32 = 1900;

/// What a value looks like as a whole. A value has one form, the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 0 or 1, y or n, true or false.
    Flag,
    /// Digits alone.
    Digits,
    /// A number with a sign or a point.
    Number,
    /// Five groups of hexadecimal digits.
    Uuid,
    /// A password's hash: `$2y$…`, `$argon2id$…`, `$P$…`, `*` and 40 hexadecimal digits.
    PasswordHash,
    /// 16 hexadecimal digits or more.
    Hex,
    /// A date.
    Date,
    /// A date with a time of day.
    DateTime,
    /// `scheme://…`.
    Url,
    /// A JSON object or array.
    Json,
    /// What PHP's serialize() makes of an array or an object.
    Php,
    /// One word.
    Word,
    /// Up to four words.
    Words,
    /// More words, or several lines.
    Text,
    /// Bytes that are no text.
    Bytes,
}

/// Counts of one column, or of one leaf of documents.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Values that were looked at, NULL apart.
    pub values: u64,
    /// NULLs.
    pub nulls: u64,
    /// Values that are empty, or white space alone.
    pub empty: u64,
    /// Values by their form.
    pub forms: BTreeMap<Form, u64>,
    /// Values in which a kind of personal data is.
    pub holds: BTreeMap<Kind, u64>,
    /// Values that are one as a whole.
    pub whole: BTreeMap<Kind, u64>,
    /// Values that are a first name of the dictionary, and how many different ones.
    pub first_names: Words,
    /// The same of last names.
    pub last_names: Words,
    /// Values of two to four words of which one is a first name.
    pub full_names: u64,
    /// Those of which another is a last name.
    pub full_names_sure: u64,
    /// Dates with a time other than midnight.
    pub timed: u64,
    /// Dates by the bit of their year.
    years: u128,
    /// Dates of years in which people who are alive were born, as long as they aren't children.
    pub birth_years: u64,
    /// Most characters of a value.
    pub longest: u64,
    distinct: Distinct,
    /// Of documents: what the leaf is.
    pub leaves: Leaves,
}

/// Leaves of documents by their JSON type; null isn't counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaves {
    /// Strings.
    pub strings: u64,
    /// Numbers.
    pub numbers: u64,
    /// True and false.
    pub flags: u64,
}

/// Hits in a dictionary.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Values.
    pub values: u64,
    seen: Vec<u64>,
}

impl Words {
    fn hit(&mut self, word: u16) {
        self.values += 1;
        self.seen.resize(WORDS_MAX / 64, 0);
        if let Some(bits) = self.seen.get_mut(usize::from(word) / 64) {
            *bits |= 1 << (word % 64);
        }
    }

    /// How many different words of the dictionary.
    pub fn different(&self) -> u32 {
        self.seen.iter().map(|b| b.count_ones()).sum()
    }

    fn merge(&mut self, other: &Self) {
        self.values += other.values;
        self.seen.resize(self.seen.len().max(other.seen.len()), 0);
        self.seen.iter_mut().zip(&other.seen).for_each(|(a, b)| *a |= b);
    }
}

/// Hashes of different values, as long as they are few.
#[derive(Debug, Clone, Default)]
struct Distinct {
    hashes: BTreeSet<u64>,
    more: bool,
}

impl Distinct {
    fn add(&mut self, hash: u64) {
        if !self.more {
            self.hashes.insert(hash);
            if self.hashes.len() > DISTINCT_MAX {
                (self.more, self.hashes) = (true, BTreeSet::new());
            }
        }
    }
}

impl Evidence {
    /// Counts a NULL.
    pub fn null(&mut self) {
        self.nulls += 1;
    }

    /// Counts a value: what the column holds, text as UTF-8.
    pub fn value(&mut self, value: &[u8]) {
        self.values += 1;
        let mut hasher = DefaultHasher::new();
        hasher.write(value);
        self.distinct.add(hasher.finish());
        let text = match std::str::from_utf8(value) {
            Ok(text) if !value.contains(&0) => text,
            _ => {
                self.longest = self.longest.max(value.len() as u64);
                return self.form(Form::Bytes);
            }
        };
        let characters = if text.is_ascii() { text.len() } else { text.chars().count() };
        self.longest = self.longest.max(characters as u64);
        let text = text.trim();
        if text.is_empty() {
            self.empty += 1;
            return;
        }
        let mut end = text.len().min(LOOKED_AT_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let looked_at = text.get(..end).unwrap_or_default();
        let form = form(looked_at);
        self.form(form);
        self.names(looked_at, form);
        if matches!(form, Form::Date | Form::DateTime) {
            self.date(looked_at);
        }
        if matches!(form, Form::Flag | Form::Uuid) {
            return;
        }
        let mut kinds: Vec<Kind> = Vec::new();
        for (kind, range) in detect::find(&Kind::ALL, looked_at) {
            if range == (0..text.len()) {
                *self.whole.entry(kind).or_default() += 1;
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
                *self.holds.entry(kind).or_default() += 1;
            }
        }
    }

    fn form(&mut self, form: Form) {
        *self.forms.entry(form).or_default() += 1;
    }

    fn names(&mut self, text: &str, form: Form) {
        if !matches!(form, Form::Word | Form::Words) || text.len() > 80 {
            return;
        }
        let words: Vec<String> = text.split([' ', ',', '\u{a0}']).filter(|w| !w.is_empty()).map(folded).collect();
        let dictionary = dictionary();
        if let [word] = words.as_slice() {
            // Jean-Pierre is Jean.
            let (first, _) = word.split_once('-').unwrap_or((word, ""));
            if let Some(at) = dictionary.first.get(word).or_else(|| dictionary.first.get(first)) {
                self.first_names.hit(*at);
            }
            if let Some(at) = dictionary.last.get(word) {
                self.last_names.hit(*at);
            }
            return;
        }
        let letters = |w: &String| w.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '-' | '’'));
        if !(2..=4).contains(&words.len()) || !words.iter().all(letters) {
            return;
        }
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        for (one, other) in [(first, last), (last, first)] {
            if dictionary.first.contains_key(one) {
                self.full_names += 1;
                self.full_names_sure += u64::from(dictionary.last.contains_key(other));
                return;
            }
        }
    }

    fn date(&mut self, text: &str) {
        let Some(year) = text.get(..4).and_then(|y| y.parse::<u32>().ok()) else { return };
        if let Some(bit) = year.checked_sub(YEAR_FIRST).filter(|bit| *bit < YEARS) {
            self.years |= 1 << bit;
        }
        self.birth_years += u64::from((1915..=2012).contains(&year));
        let time = text.get(10..).unwrap_or_default();
        self.timed += u64::from(time.bytes().any(|b| (b'1'..=b'9').contains(&b)));
    }

    /// Values that are neither NULL nor empty.
    pub fn filled(&self) -> u64 {
        self.values.saturating_sub(self.empty)
    }

    /// How many different values there are; `None`: more than [`DISTINCT_MAX`].
    pub fn different(&self) -> Option<u64> {
        (!self.distinct.more).then_some(self.distinct.hashes.len() as u64)
    }

    /// Values of a form.
    pub fn of(&self, form: Form) -> u64 {
        self.forms.get(&form).copied().unwrap_or_default()
    }

    /// Values in which a kind is.
    pub fn held(&self, kind: Kind) -> u64 {
        self.holds.get(&kind).copied().unwrap_or_default()
    }

    /// Values that are of a kind as a whole.
    pub fn wholly(&self, kind: Kind) -> u64 {
        self.whole.get(&kind).copied().unwrap_or_default()
    }

    /// Whether no kind of personal data and no name was found.
    pub fn held_nothing(&self) -> bool {
        self.holds.is_empty() && self.first_names.values + self.last_names.values + self.full_names == 0
    }

    /// Different years of dates, and how many years lie between the first and the last.
    pub fn years(&self) -> (u32, u32) {
        let span = YEARS.saturating_sub(self.years.leading_zeros() + self.years.trailing_zeros());
        (self.years.count_ones(), span)
    }

    /// Adds what was counted elsewhere. The result doesn't depend on the order.
    pub fn merge(&mut self, other: &Self) {
        self.values += other.values;
        self.nulls += other.nulls;
        self.empty += other.empty;
        other.forms.iter().for_each(|(k, n)| *self.forms.entry(*k).or_default() += n);
        other.holds.iter().for_each(|(k, n)| *self.holds.entry(*k).or_default() += n);
        other.whole.iter().for_each(|(k, n)| *self.whole.entry(*k).or_default() += n);
        self.first_names.merge(&other.first_names);
        self.last_names.merge(&other.last_names);
        self.full_names += other.full_names;
        self.full_names_sure += other.full_names_sure;
        self.timed += other.timed;
        self.years |= other.years;
        self.birth_years += other.birth_years;
        self.longest = self.longest.max(other.longest);
        self.leaves.strings += other.leaves.strings;
        self.leaves.numbers += other.leaves.numbers;
        self.leaves.flags += other.leaves.flags;
        if other.distinct.more {
            self.distinct = other.distinct.clone();
        } else {
            other.distinct.hashes.iter().for_each(|h| self.distinct.add(*h));
        }
    }
}

/// What is counted in a column: its values, and what is in them where they are JSON.
#[derive(Debug, Clone, Default)]
pub struct ColumnEvidence {
    /// Its values.
    pub own: Evidence,
    /// Their leaves.
    pub document: Option<Box<Document>>,
}

impl ColumnEvidence {
    /// Counts a value; `None`: NULL.
    pub fn add(&mut self, value: Option<&[u8]>) {
        let Some(value) = value else { return self.own.null() };
        self.own.value(value);
        if matches!(value.trim_ascii_start().first(), Some(b'{' | b'[')) {
            self.document.get_or_insert_default().add(value);
        }
    }

    /// Counts a value that can't be read as what the column holds.
    pub fn unreadable(&mut self) {
        self.own.values += 1;
        self.own.form(Form::Bytes);
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.own.merge(&other.own);
        if let Some(document) = &other.document {
            self.document.get_or_insert_default().merge(document);
        }
    }
}

fn form(text: &str) -> Form {
    let bytes = text.as_bytes();
    let all = |is: fn(&u8) -> bool| bytes.iter().all(is);
    let first = bytes.first().copied().unwrap_or_default();
    if bytes.len() <= 5
        && ["0", "1", "y", "n", "t", "f", "yes", "no", "true", "false", "o", "oui", "non"]
            .iter()
            .any(|f| f.eq_ignore_ascii_case(text))
    {
        return Form::Flag;
    }
    if all(u8::is_ascii_digit) {
        return Form::Digits;
    }
    if all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+')) && text.parse::<f64>().is_ok() {
        return Form::Number;
    }
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    if bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, b)| if dash(i) { *b == b'-' } else { b.is_ascii_hexdigit() })
    {
        return Form::Uuid;
    }
    let star = first == b'*' && bytes.len() == 41 && bytes.iter().skip(1).all(u8::is_ascii_hexdigit);
    if star
        || ["$2", "$argon2", "$P$", "$H$", "$1$", "$5$", "$6$", "$S$", "pbkdf2_"].iter().any(|p| text.starts_with(p))
    {
        return Form::PasswordHash;
    }
    if bytes.len() >= 16 && all(u8::is_ascii_hexdigit) {
        return Form::Hex;
    }
    let iso = bytes.len() >= 10
        && bytes
            .iter()
            .take(10)
            .enumerate()
            .all(|(i, b)| if matches!(i, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
    if iso && (bytes.len() == 10 || matches!(bytes.get(10), Some(b' ' | b'T'))) && bytes.len() <= 32 {
        return if bytes.len() == 10 { Form::Date } else { Form::DateTime };
    }
    if matches!(first, b'{' | b'[') && matches!(bytes.last(), Some(b'}' | b']')) {
        return Form::Json;
    }
    if matches!(first, b'a' | b'O') && bytes.get(1) == Some(&b':') && bytes.get(2).is_some_and(u8::is_ascii_digit) {
        return Form::Php;
    }
    if !text.contains(char::is_whitespace) {
        return if memchr::memmem::find(bytes, b"://").is_some_and(|at| at < 12) { Form::Url } else { Form::Word };
    }
    let words = text.split_whitespace().count();
    if words > 4 || bytes.contains(&b'\n') { Form::Text } else { Form::Words }
}

struct Dictionary {
    first: HashMap<String, u16>,
    last: HashMap<String, u16>,
}

/// First and last names, English and French: those that values are drawn from. Whoever has another name isn't in it, so
/// what it finds is a share of the values.
fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| {
        let read = |lists: [&str; 2]| {
            let words: BTreeSet<String> = lists.iter().flat_map(|l| l.split(' ')).map(folded).collect();
            words.into_iter().zip(0..).collect()
        };
        Dictionary { first: read([d::FIRST_EN, d::FIRST_FR]), last: read([d::LAST_EN, d::LAST_FR]) }
    })
}

/// Whether a word is a first name.
pub(super) fn is_first_name(word: &str) -> bool {
    dictionary().first.contains_key(&folded(word))
}

fn folded(word: &str) -> String {
    fold::ascii(word).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_dictionaries_fit_their_bits() {
        assert!(dictionary().first.len() <= WORDS_MAX && dictionary().last.len() <= WORDS_MAX);
        assert!(is_first_name("ÉMILIE") && !is_first_name("Invoice"));
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("Y", Form::Flag),
            ("12345", Form::Digits),
            ("-1.50", Form::Number),
            ("6f9619ff-8b86-d011-b42d-00c04fc964ff", Form::Uuid),
            ("$2y$10$abcdefghijklmnopqrstuv", Form::PasswordHash),
            ("d41d8cd98f00b204e9800998ecf8427e", Form::Hex),
            ("1984-02-29", Form::Date),
            ("1984-02-29 10:00:00", Form::DateTime),
            ("{\"a\": 1}", Form::Json),
            ("a:1:{i:0;s:1:\"x\";}", Form::Php),
            ("https://example.test/x", Form::Url),
            ("shipped", Form::Word),
            ("in the post", Form::Words),
            ("one two three four five", Form::Text),
        ] {
            assert_eq!(form(text), expected, "{text}");
        }
    }

    #[test]
    fn names_of_persons_are_told_from_other_words() {
        let count = |values: &[&str]| {
            let mut e = Evidence::default();
            values.iter().for_each(|v| e.value(v.as_bytes()));
            (e.first_names.values, e.last_names.values, e.full_names, e.full_names_sure)
        };
        assert_eq!(count(&["Nora", "JEAN-PIERRE", "Zbigniew"]), (2, 0, 0, 0));
        assert_eq!(count(&["Nora Bell", "Tremblay, Marie", "Open Invoice", "Rose garden"]).2, 3);
        assert_eq!(count(&["Open", "Closed", "Pending review"]), (0, 0, 0, 0));
    }

    proptest! {
        #[test]
        fn the_order_of_merging_does_not_matter(values in prop::collection::vec(".{0,12}", 0..40), at in 0usize..40) {
            let count = |values: &[String]| {
                let mut e = ColumnEvidence::default();
                values.iter().for_each(|v| e.add(Some(v.as_bytes())));
                e
            };
            let (head, tail) = values.split_at(at.min(values.len()));
            let (mut a, mut b) = (count(head), count(tail));
            let (first, second) = (a.clone(), b.clone());
            a.merge(&second);
            b.merge(&first);
            prop_assert_eq!(format!("{:?}", a), format!("{:?}", b));
            prop_assert_eq!(format!("{:?}", a.own), format!("{:?}", count(&values).own));
        }
    }
}
