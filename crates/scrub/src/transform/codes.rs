//! Numbers with a form: social insurance, telephone, card, IBAN; integers and texts of any alphabet, permuted.

use super::basic::text_column;
use super::build::{Build, BuildContext, BuildError};
use super::spec::{AreaCode, CardRange, ForeignPhone, PhoneRange, SinRange};
use super::tokens::KEYED;
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::fpe::{LongFf1, MOST_NUMERALS, Permutation};
use crate::prf::Prf;
use crate::table::{Class, Column};
use zeroize::Zeroizing;

/// Digits of a value, at most so many.
struct Digits<const N: usize> {
    all: [u8; N],
    len: usize,
}

impl<const N: usize> Digits<N> {
    /// The digits of a value that holds nothing besides but separators; `None` if it does, or holds more.
    fn of(value: &[u8], separators: &[u8]) -> Option<Self> {
        let mut digits = Self { all: [0; N], len: 0 };
        for byte in value {
            if byte.is_ascii_digit() {
                *digits.all.get_mut(digits.len)? = byte - b'0';
                digits.len += 1;
            } else if !separators.contains(byte) {
                return None;
            }
        }
        Some(digits)
    }

    fn slice(&self) -> &[u8] {
        self.all.get(..self.len).unwrap_or_default()
    }
}

/// Appends the value with its digits replaced in order.
fn write_digits(value: &[u8], digits: &[u8], out: &mut Vec<u8>) {
    let mut digits = digits.iter();
    out.extend(value.iter().map(|b| match b.is_ascii_digit().then(|| digits.next()) {
        Some(Some(digit)) => digit + b'0',
        _ => *b,
    }));
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |n, d| n.wrapping_mul(10).wrapping_add(u64::from(*d)))
}

fn set_number(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = (number % 10) as u8;
        number /= 10;
    }
}

/// The check digit that makes the digits before it pass the Luhn check (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, d)| {
            let d = u32::from(*d);
            if at % 2 == 1 {
                d
            } else if d > 4 {
                2 * d - 9
            } else {
                2 * d
            }
        })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

/// Replaces all but the first `kept` digits and the last by those of a permutation, and lets the check digit be as wrong as it was.
fn permute(digits: &mut [u8], kept: usize, permutation: &Permutation) {
    let Some((check, body)) = digits.split_last_mut() else { return };
    let offset = (*check + 10 - luhn(body)) % 10;
    if let Some(rest) = body.get_mut(kept..) {
        set_number(permutation.apply(u128::from(number(rest))) as u64, rest);
    }
    *check = (luhn(body) + offset) % 10;
}

/// Refuses columns for which a number with a form makes no sense.
fn number_column(name: &str, c: &BuildContext<'_>) -> Result<(), BuildError> {
    if c.column.class == Class::Number && c.column.decimal.is_none_or(|(_, scale)| scale == 0) {
        return Ok(());
    }
    text_column(name, c)
}

fn too_small(name: &str) -> BuildError {
    BuildError::new(
        format!("`{name}` would permute fewer than 10^6 values"),
        "a table of them would be no secret; use another",
    )
}

/// `sin`.
#[derive(Debug)]
struct Sin {
    prf: Prf,
    /// For `range: any`.
    permutation: Option<Permutation>,
    /// The column holds a number, which begins with no zeros.
    numeric: bool,
}

const SIN: Invalid = Invalid("a Canadian SIN of nine digits");

impl Transform for Sin {
    fn properties(&self) -> Properties {
        let mapping = if self.permutation.is_some() { Mapping::Injective } else { Mapping::KeyedLossy };
        Properties { mapping, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let mut digits = Digits::<9>::of(input.value, b" -").ok_or(SIN)?;
        if self.numeric && digits.len < 9 {
            let value = number(digits.slice());
            digits.len = 9;
            set_number(value, &mut digits.all);
        }
        if digits.len != 9 {
            return Err(SIN);
        }
        let old = digits.all;
        let mut new = old;
        match &self.permutation {
            Some(permutation) => permute(&mut new, 0, permutation),
            None => {
                let mut stream = self.prf.stream(input.subject.unwrap_or(&old));
                while new == old {
                    let draw = stream.below(20_000_000);
                    let first = if self.numeric || draw >= 10_000_000 { 800_000_000 } else { 0 };
                    set_number(first + draw % 10_000_000 * 10, &mut new);
                    if let Some((check, body)) = new.split_last_mut() {
                        *check = luhn(body);
                    }
                }
            }
        }
        if self.numeric {
            out.extend_from_slice(number(&new).to_string().as_bytes());
        } else {
            write_digits(input.value, &new, out);
        }
        Ok(Output::Value)
    }
}

pub(super) fn sin(range: SinRange, c: &BuildContext<'_>) -> Build {
    number_column("sin", c)?;
    let permutation = match range {
        SinRange::Unissued => None,
        SinRange::Any => {
            Some(Permutation::numerals(&c.key()?.purpose("sin any"), 10, 8).ok_or_else(|| too_small("sin"))?)
        }
    };
    Ok(Box::new(Sin { prf: c.prf("sin")?, permutation, numeric: c.column.class == Class::Number }))
}

/// Area codes in service in Canada (Canadian Numbering Administrator).
const AREA_CODES: &[u16] = &[
    204, 226, 236, 249, 250, 263, 289, 306, 343, 354, 365, 367, 368, 382, 387, 403, 416, 418, 428, 431, 437, 438, 450,
    468, 474, 506, 514, 519, 548, 579, 581, 584, 587, 604, 613, 639, 647, 672, 683, 705, 709, 742, 753, 778, 780, 782,
    807, 819, 825, 867, 873, 879, 902, 905, 942,
];

/// `phone`.
#[derive(Debug)]
struct Phone {
    prf: Prf,
    area_code: AreaCode,
    foreign: ForeignPhone,
    /// For `range: any`: of ten digits and of seven.
    permutations: Option<[Permutation; 2]>,
}

const PHONE: Invalid = Invalid("a North American telephone number");

/// Whether ten digits are a number that the North American numbering plan can have: NXX-NXX-XXXX, and N11 is no area code or exchange.
fn nanp(number: u128) -> bool {
    let part = |n: u128| n % 1000 >= 200 && n % 100 != 11;
    part(number / 10_000_000) && part(number / 10_000)
}

impl Phone {
    /// Ten digits that no subscriber has, other than the old ones.
    fn fictional(&self, message: &[u8], old: &[u8]) -> [u8; 10] {
        let mut stream = self.prf.stream(message);
        let mut new = [0; 10];
        loop {
            let area = match (self.area_code, old.len()) {
                (AreaCode::Keep, 10) => number(old.get(..3).unwrap_or_default()),
                _ => u64::from(AREA_CODES.get(stream.index(AREA_CODES.len())).copied().unwrap_or(416)),
            };
            set_number(area * 10_000_000 + 5_550_100 + stream.below(100), &mut new);
            // Of a local number the last seven count.
            if old.is_empty() || new.get(10 - old.len().min(10)..) != Some(old) {
                return new;
            }
        }
    }
}

impl Transform for Phone {
    fn properties(&self) -> Properties {
        let injective = self.permutations.is_some() && self.foreign == ForeignPhone::Fail;
        Properties { mapping: if injective { Mapping::Injective } else { Mapping::KeyedLossy }, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let value = input.value;
        if value.is_empty() {
            return Ok(Output::Value);
        }
        let end = value
            .iter()
            .position(|b| b.is_ascii_alphabetic() || matches!(b, b'#' | b',' | b';'))
            .unwrap_or(value.len());
        let (main, extension) = value.split_at(end);
        let digits = Digits::<16>::of(main, b" -.()+/").ok_or(PHONE)?;
        let international = main.trim_ascii_start().first() == Some(&b'+');
        let (country, local) = match digits.slice() {
            local if matches!(local.len(), 7 | 10) && !international => (0, local),
            [1, local @ ..] if local.len() == 10 => (1, local),
            other if other.len() > 7 && self.foreign == ForeignPhone::Replace => {
                let new = self.fictional(input.subject.unwrap_or(other), &[]).map(|d| d + b'0');
                let [a, b, c, rest @ ..] = new;
                let [d, e, f, rest @ ..] = rest;
                let room = value.len();
                out.extend_from_slice(if room >= 15 {
                    b"+1 "
                } else if room >= 12 {
                    b"+1"
                } else {
                    b""
                });
                let space: &[u8] = if room >= 15 { b" " } else { b"" };
                for part in [&[a, b, c], space, &[d, e, f], space, &rest] {
                    out.extend_from_slice(part);
                }
                // Eight or nine digits leave no room for ten.
                return if room >= 10 { Ok(Output::Value) } else { Err(PHONE) };
            }
            _ => return Err(PHONE),
        };
        let mut new = [0; 11];
        let message = input.subject.unwrap_or(local);
        let fresh = match &self.permutations {
            Some([ten, seven]) => {
                if !extension.is_empty() {
                    return Err(Invalid("a North American telephone number without an extension"));
                }
                let old = u128::from(number(local));
                let to = if local.len() == 10 { ten.apply_where(old, nanp) } else { seven.apply(old) };
                let mut fresh = [0; 10];
                set_number(to as u64, &mut fresh);
                fresh
            }
            None => self.fictional(message, local),
        };
        let [first, rest @ ..] = &mut new;
        *first = country;
        *rest = fresh;
        let skip = 10 - local.len() + usize::from(country == 0);
        // With a country code the eleven digits; without, those that the value has.
        write_digits(main, new.get(skip.min(11)..).unwrap_or_default(), out);
        self.extension(extension, message, out)
    }
}

impl Phone {
    /// An extension: letters as they are, digits by the key.
    fn extension(&self, extension: &[u8], message: &[u8], out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if extension.is_empty() {
            return Ok(Output::Value);
        }
        let word: Vec<u8> = extension.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
        let known = matches!(word.as_slice(), b"" | b"x" | b"ext" | b"extn" | b"extension" | b"poste" | b"p");
        let count = extension.iter().filter(|b| b.is_ascii_digit()).count();
        if !known || count > 8 || !extension.iter().all(|b| b.is_ascii_alphanumeric() || b" .:-#,;()".contains(b)) {
            return Err(PHONE);
        }
        let mut stream = self.prf.stream(message);
        // Past what the number itself has drawn, as a rule.
        for _ in 0..4 {
            stream.next_u64();
        }
        let mut digits = [0; 8];
        set_number(stream.below(100_000_000), &mut digits);
        write_digits(extension, digits.get(8 - count..).unwrap_or_default(), out);
        Ok(Output::Value)
    }
}

pub(super) fn phone(range: PhoneRange, area_code: AreaCode, foreign: ForeignPhone, c: &BuildContext<'_>) -> Build {
    number_column("phone", c)?;
    let permutations = match range {
        PhoneRange::Fictional => None,
        PhoneRange::Any => {
            let key = c.key()?;
            let of = |purpose, length| {
                Permutation::numerals(&key.purpose(purpose), 10, length).ok_or_else(|| too_small("phone"))
            };
            Some([of("phone any", 10)?, of("phone any local", 7)?])
        }
    };
    Ok(Box::new(Phone { prf: c.prf("phone")?, area_code, foreign, permutations }))
}

/// `card`.
#[derive(Debug)]
struct Card {
    prf: Prf,
    /// For `range: keep_iin`: by the number of digits, from 13.
    permutations: Option<Vec<Permutation>>,
}

const CARD: Invalid = Invalid("a card number of 13 to 19 digits");

impl Transform for Card {
    fn properties(&self) -> Properties {
        let mapping = if self.permutations.is_some() { Mapping::Injective } else { Mapping::KeyedLossy };
        Properties { mapping, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let digits = Digits::<19>::of(input.value, b" -").filter(|d| d.len >= 13).ok_or(CARD)?;
        let mut all = digits.all;
        let new = all.get_mut(..digits.len).unwrap_or_default();
        match &self.permutations {
            Some(permutations) => permute(new, 6, permutations.get(digits.len - 13).ok_or(CARD)?),
            None => {
                let mut stream = self.prf.stream(input.subject.unwrap_or(digits.slice()));
                while *new == *digits.slice() {
                    if let Some((check, body)) = new.split_last_mut() {
                        set_number(stream.below(10_u64.pow(body.len() as u32 - 4)), body);
                        if let Some(start) = body.first_chunk_mut::<4>() {
                            *start = [9; 4];
                        }
                        *check = luhn(body);
                    }
                }
            }
        }
        write_digits(input.value, new, out);
        Ok(Output::Value)
    }
}

pub(super) fn card(range: CardRange, c: &BuildContext<'_>) -> Build {
    number_column("card", c)?;
    let permutations = match range {
        CardRange::Unissued => None,
        CardRange::KeepIin => {
            let key = c.key()?.purpose("card iin");
            let of = |length| Permutation::numerals(&key, 10, length).ok_or_else(|| too_small("card"));
            Some((6..=12).map(of).collect::<Result<Vec<_>, _>>()?)
        }
    };
    Ok(Box::new(Card { prf: c.prf("card")?, permutations }))
}

/// `iban`.
#[derive(Debug)]
struct Iban(Prf);

const IBAN: Invalid = Invalid("an IBAN");

impl Transform for Iban {
    fn properties(&self) -> Properties {
        KEYED
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let (mut old, mut len) = ([0_u8; 34], 0);
        for byte in input.value.iter().filter(|b| **b != b' ') {
            *old.get_mut(len).ok_or(IBAN)? = byte.to_ascii_uppercase();
            len += 1;
        }
        let old = old.get(..len).unwrap_or_default();
        let formed = matches!(old, [a, b, c, d, rest @ ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            && c.is_ascii_digit() && d.is_ascii_digit() && rest.len() >= 8 && rest.iter().all(u8::is_ascii_alphanumeric));
        if !formed {
            return Err(IBAN);
        }
        let mut stream = self.0.stream(input.subject.unwrap_or(old));
        let mut all = [0_u8; 34];
        let new = all.get_mut(..len).unwrap_or_default();
        loop {
            new.copy_from_slice(old);
            for byte in new.iter_mut().skip(4) {
                *byte = match byte.is_ascii_digit() {
                    true => b'0' + stream.below(10) as u8,
                    false => b'A' + stream.below(26) as u8,
                };
            }
            // ISO 13616: what makes the whole, its first four characters put last, 1 modulo 97.
            let country = new.get(..2).unwrap_or_default();
            let rest = modulo_97(new.iter().skip(4).chain(country).chain(b"00"));
            let check = 98 - rest;
            if let Some([_, _, tens, ones]) = new.first_chunk_mut::<4>() {
                (*tens, *ones) = (b'0' + (check / 10) as u8, b'0' + (check % 10) as u8);
            }
            if *new != *old {
                break;
            }
        }
        let mut new = new.iter();
        out.extend(input.value.iter().map(|b| match b {
            b' ' => b' ',
            old => {
                let byte = new.next().copied().unwrap_or(b'0');
                if old.is_ascii_lowercase() { byte.to_ascii_lowercase() } else { byte }
            }
        }));
        Ok(Output::Value)
    }
}

fn modulo_97<'a>(characters: impl Iterator<Item = &'a u8>) -> u32 {
    characters.fold(0, |rest, c| match c {
        b'0'..=b'9' => (rest * 10 + u32::from(c - b'0')) % 97,
        _ => (rest * 100 + u32::from(c.saturating_sub(b'A')) + 10) % 97,
    })
}

pub(super) fn iban(c: &BuildContext<'_>) -> Build {
    text_column("iban", c)?;
    Ok(Box::new(Iban(c.prf("iban")?)))
}

/// `int_permute`.
#[derive(Debug)]
enum IntPermute {
    /// By size: to 2³¹-1, to 2⁶³-1, to 2⁶⁴-1.
    Sizes(Box<[Permutation; 3]>),
    /// From the least.
    Range(i64, Box<Permutation>),
}

const INTEGER: Invalid = Invalid("an integer");

impl Transform for IntPermute {
    fn properties(&self) -> Properties {
        let may_keep = matches!(self, Self::Sizes(_));
        Properties { mapping: Mapping::Injective, max_chars: Some(20), may_keep, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let text = std::str::from_utf8(input.value).map_err(|_| INTEGER)?;
        let number: i128 = text.parse().map_err(|_| INTEGER)?;
        let to = match self {
            Self::Range(least, permutation) => {
                let offset = u128::try_from(number - i128::from(*least)).ok().filter(|o| *o < permutation.size());
                let offset = offset.ok_or(Invalid("an integer of the rule's range"))?;
                permutation.apply(offset) as i128 + i128::from(*least)
            }
            Self::Sizes(_) if number == 0 => 0,
            Self::Sizes(permutations) => {
                let [small, medium, large] = permutations.as_ref();
                let size = number.unsigned_abs();
                let to = match size {
                    0..=0x7fff_ffff => small.apply(size - 1) + 1,
                    0x8000_0000..=0x7fff_ffff_ffff_ffff => medium.apply(size - (1 << 31)) + (1 << 31),
                    _ if size < 1 << 64 && number > 0 => large.apply(size - (1 << 63)) + (1 << 63),
                    _ => return Err(Invalid("an integer of 64 bits")),
                };
                if number < 0 { -(to as i128) } else { to as i128 }
            }
        };
        out.extend_from_slice(to.to_string().as_bytes());
        Ok(Output::Value)
    }
}

/// Of texts that hold integers, of which 012 and 12 are two.
#[derive(Debug)]
struct Canonical(IntPermute);

impl Transform for Canonical {
    fn properties(&self) -> Properties {
        self.0.properties()
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let digits = input.value.strip_prefix(b"-").unwrap_or(input.value);
        match digits {
            [b'0', _, ..] | [b'+', ..] => Err(Invalid("an integer without leading zeros or a plus sign")),
            _ if input.value == b"-0" => Err(INTEGER),
            _ => self.0.apply(input, out),
        }
    }
}

pub(super) fn int_permute(min: Option<i64>, max: Option<i64>, c: &BuildContext<'_>) -> Build {
    let permuted = integers(min, max, c)?;
    Ok(if c.column.class == Class::Text { Box::new(Canonical(permuted)) } else { Box::new(permuted) })
}

fn integers(min: Option<i64>, max: Option<i64>, c: &BuildContext<'_>) -> Result<IntPermute, BuildError> {
    let Column { class, range, .. } = c.column;
    if !matches!(class, Class::Number | Class::Text) || c.column.decimal.is_some_and(|(_, scale)| scale > 0) {
        return Err(BuildError::new("`int_permute` is for integers", "use `token` or `noise`"));
    }
    let key = c.key()?;
    let (least, greatest) = match (min, max) {
        (Some(min), Some(max)) => (i128::from(min), i128::from(max)),
        (None, None) => (1, 0x7fff_ffff),
        _ => return Err(BuildError::new("one of `min` and `max` is missing", "give both or neither")),
    };
    if let Some((from, to)) = range.filter(|(from, to)| least < *from || greatest > *to) {
        return Err(BuildError::new(
            format!("{} holds {from} to {to}, and the result may be {least} to {greatest}", c.column.type_name),
            "give `min` and `max` within the column's range",
        ));
    }
    let permutation =
        |purpose: &str, size| Permutation::range(&key.purpose(purpose), size).ok_or_else(|| too_small("int_permute"));
    if min.is_some() {
        let size =
            u128::try_from(greatest - least + 1).map_err(|_| BuildError::new("`min` is above `max`", "swap them"))?;
        let permutation = permutation(&format!("int_permute {least} {greatest}"), size)?;
        return Ok(IntPermute::Range(least as i64, Box::new(permutation)));
    }
    Ok(IntPermute::Sizes(Box::new([
        permutation("int_permute small", (1 << 31) - 1)?,
        permutation("int_permute medium", (1 << 63) - (1 << 31))?,
        permutation("int_permute large", 1 << 63)?,
    ])))
}

/// `fpe`.
struct Fpe {
    key: Zeroizing<[u8; 32]>,
    /// The number of a character, where it is of the alphabet. ASCII only.
    numerals: [Option<u8>; 128],
    alphabet: Vec<u8>,
    keep: Vec<u8>,
    /// The alphabet is lower case letters, which stand for both cases.
    fold: bool,
    /// By length.
    permutations: Vec<Option<Permutation>>,
}

impl std::fmt::Debug for Fpe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fpe")
    }
}

impl Transform for Fpe {
    fn properties(&self) -> Properties {
        Properties { mapping: Mapping::Injective, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let mut numerals = Vec::with_capacity(input.value.len().min(MOST_NUMERALS));
        for byte in input.value {
            match self.numerals.get(usize::from(*byte)).copied().flatten() {
                Some(numeral) => numerals.push(numeral),
                None if self.keep.contains(byte) => {}
                None => return Err(Invalid("a text of the alphabet's characters and those that are kept")),
            }
        }
        let radix = self.alphabet.len() as u32;
        match self.permutations.get(numerals.len()) {
            Some(Some(permutation)) => {
                let mut number =
                    permutation.apply(numerals.iter().fold(0, |n, d| n * u128::from(radix) + u128::from(*d)));
                for numeral in numerals.iter_mut().rev() {
                    *numeral = (number % u128::from(radix)) as u8;
                    number /= u128::from(radix);
                }
            }
            Some(None) => return Err(Invalid("long enough: at least 10^6 values must be like it")),
            None if numerals.len() > MOST_NUMERALS => return Err(Invalid("a text of at most 1024 characters")),
            None => {
                let old = numerals.clone();
                LongFf1::new(&self.key).encrypt(&[], radix, &mut numerals);
                if numerals == old {
                    return Err(Invalid("one that has another to take its place"));
                }
            }
        }
        let mut numerals = numerals.iter();
        for byte in input.value {
            let to = match self.numerals.get(usize::from(*byte)).copied().flatten() {
                Some(_) => numerals.next().and_then(|n| self.alphabet.get(usize::from(*n))).copied().unwrap_or(b'0'),
                None => *byte,
            };
            // The value's case stays where it was.
            out.push(if self.fold && byte.is_ascii_uppercase() { to.to_ascii_uppercase() } else { to });
        }
        Ok(Output::Value)
    }
}

pub(super) fn fpe(alphabet: &str, keep: &str, c: &BuildContext<'_>) -> Build {
    text_column("fpe", c)?;
    let alphabet = match alphabet {
        "digits" => "0123456789",
        "hex" => "0123456789abcdef",
        "letters" => "abcdefghijklmnopqrstuvwxyz",
        "upper_hex" => "0123456789ABCDEF",
        "alphanumeric" => "0123456789abcdefghijklmnopqrstuvwxyz",
        "upper_alphanumeric" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        own => own,
    }
    .as_bytes()
    .to_vec();
    let mut numerals = [None; 128];
    for (numeral, byte) in alphabet.iter().enumerate() {
        let slot = numerals.get_mut(usize::from(*byte)).filter(|s| s.is_none());
        let Some(slot) = slot else {
            return Err(BuildError::new(
                "the alphabet holds a character twice, or one beyond ASCII",
                "list each character once",
            ));
        };
        *slot = Some(numeral as u8);
    }
    if alphabet.len() < 2 || keep.bytes().any(|b| numerals.get(usize::from(b)).is_none_or(Option::is_some)) {
        return Err(BuildError::new(
            "the alphabet is too small, or `keep` holds some of it",
            "leave them out for digits",
        ));
    }
    let fold = alphabet.iter().all(u8::is_ascii_lowercase);
    if fold {
        for (numeral, lower) in alphabet.iter().enumerate() {
            if let Some(slot) = numerals.get_mut(usize::from(lower.to_ascii_uppercase())) {
                *slot = Some(numeral as u8);
            }
        }
    }
    let key = c.key()?.purpose("fpe");
    let permutation = |n: u32| Permutation::numerals(&key, alphabet.len() as u32, n);
    let most = (1..=128).take_while(|n| (alphabet.len() as f64).powi((n + 1) / 2) < 9e18).count() as u32;
    let permutations = (0..=most).map(permutation).collect();
    Ok(Box::new(Fpe { keep: keep.as_bytes().to_vec(), key, numerals, alphabet, fold, permutations }))
}
