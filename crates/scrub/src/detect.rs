//! Finds personal data in text, by its form and its check digits.
//!
//! Each kind is looked for around what it can't be without: an `@`, a digit, a colon, `://`. What lies around such an anchor
//! is read forwards and backwards over a bounded distance, so that the time is linear in the text. Where findings overlap,
//! the leftmost stays, of those that start together the longest.
//!
//! In doubt a finding is reported: a number with a valid check digit may be something else by chance.

use memchr::{memchr_iter, memmem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An e-mail address; the `@` may be written `%40`.
    Email,
    /// A URL with a user or a password in it, as a whole: `mysql://user:password@host/`.
    UrlUserinfo,
    /// A bank account's number with valid check digits for a country that issues such (ISO 13616), with or without spaces.
    Iban,
    /// A payment card's number: Luhn-valid, of a length and with leading digits that an issuer uses; with or without
    /// spaces or dashes.
    Card,
    /// A Canadian social insurance number: nine digits, Luhn-valid, plain or in threes.
    Sin,
    /// A phone number: North American in any usual format (also ten plain digits), or international after a `+`; with
    /// its extension.
    Phone,
    /// An IP address, v4 or v6.
    Ip,
    /// A MAC address: six pairs with colons or dashes, or three groups of four with dots.
    Mac,
    /// A Canadian postal code, or a US ZIP+4.
    PostalCode,
    /// A date from 1900 on without a time of day, in digits or with an English or a French month.
    DateOfBirth,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Email,
        Self::UrlUserinfo,
        Self::Iban,
        Self::Card,
        Self::Sin,
        Self::Phone,
        Self::Ip,
        Self::Mac,
        Self::PostalCode,
        Self::DateOfBirth,
    ];

    /// As rules files and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::UrlUserinfo => "url_userinfo",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::Sin => "sin",
            Self::Phone => "phone",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::PostalCode => "postal_code",
            Self::DateOfBirth => "date_of_birth",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where `text` holds any of `kinds`: in order, not overlapping, on character boundaries.
pub fn find(kinds: &[Kind], text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut found = Vec::new();
    let wanted = |kind| kinds.contains(&kind);
    let text = Text(text.as_bytes());
    if wanted(Kind::Email) {
        emails(text, &mut found);
    }
    if wanted(Kind::UrlUserinfo) {
        urls(text, &mut found);
    }
    if wanted(Kind::Mac) || wanted(Kind::Ip) {
        hex_addresses(text, wanted(Kind::Mac), wanted(Kind::Ip), &mut found);
    }
    let by_digit: Vec<(Kind, Scanner)> =
        BY_DIGIT.iter().filter(|(kind, _)| wanted(*kind)).map(|&(kind, scan)| (kind, scan)).collect();
    if !by_digit.is_empty() {
        let mut at = 0;
        while let Some(start) = text.next_digit(at) {
            for (kind, scan) in &by_digit {
                if let Some(range) = scan(text, start) {
                    found.push((*kind, range));
                }
            }
            at = text.skip(start, |b| b.is_ascii_digit());
        }
    }
    if found.len() < 2 {
        return found;
    }
    found.sort_unstable_by_key(|(kind, range)| (range.start, usize::MAX - range.end, *kind));
    let mut end = 0;
    found.retain(|(_, range)| {
        let free = range.start >= end;
        if free {
            end = range.end;
        }
        free
    });
    found
}

/// Whether all of `text` but the white space around it is one of that kind.
pub fn is(kind: Kind, text: &str) -> bool {
    let text = text.trim();
    // Nothing found is longer than this, but for URLs.
    if text.is_empty() || (text.len() > 400 && kind != Kind::UrlUserinfo) {
        return false;
    }
    matches!(find(&[kind], text).as_slice(), [(_, range)] if *range == (0..text.len()))
}

/// What is found from the start of a run of digits.
type Scanner = fn(Text<'_>, usize) -> Option<Range<usize>>;

const BY_DIGIT: [(Kind, Scanner); 7] = [
    (Kind::Iban, iban),
    (Kind::Card, card),
    (Kind::Sin, sin),
    (Kind::Phone, phone),
    (Kind::Ip, ipv4),
    (Kind::PostalCode, postal_code),
    (Kind::DateOfBirth, date),
];

/// Longest local part of an e-mail address (RFC 5321).
const MAX_LOCAL: usize = 64;
/// Longest domain.
const MAX_DOMAIN: usize = 255;

/// Bytes, with a NUL for whatever lies outside.
#[derive(Clone, Copy)]
struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    fn at(self, index: usize) -> u8 {
        self.0.get(index).copied().unwrap_or(0)
    }

    fn before(self, index: usize) -> u8 {
        index.checked_sub(1).map_or(0, |i| self.at(i))
    }

    fn slice(self, range: Range<usize>) -> &'a [u8] {
        self.0.get(range).unwrap_or_default()
    }

    fn str(self, range: Range<usize>) -> &'a str {
        std::str::from_utf8(self.slice(range)).unwrap_or_default()
    }

    fn next_digit(self, from: usize) -> Option<usize> {
        self.0.get(from..)?.iter().position(u8::is_ascii_digit).map(|i| i + from)
    }

    /// The first position from `from` on that isn't `is`.
    fn skip(self, from: usize, is: impl Fn(u8) -> bool) -> usize {
        let rest = self.0.get(from..).unwrap_or_default();
        from + rest.iter().position(|&b| !is(b)).unwrap_or(rest.len())
    }

    /// The same, at most `most` bytes away.
    fn skip_most(self, from: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        Text(self.0.get(..self.0.len().min(from.saturating_add(most))).unwrap_or_default()).skip(from, is)
    }

    /// The start of the run of `is` that ends before `end`, at most `most` bytes before it.
    fn skip_back(self, end: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
        let mut start = end;
        while start > 0 && end - start < most && is(self.before(start)) {
            start -= 1;
        }
        start
    }

    fn is_digit(self, index: usize) -> bool {
        self.at(index).is_ascii_digit()
    }

    /// Exactly `count` digits from `start` on, and no digit after them.
    fn digits(self, start: usize, count: usize) -> Option<usize> {
        let end = self.skip_most(start, count + 1, |b| b.is_ascii_digit());
        (end == start + count).then_some(end)
    }

    fn number(self, range: Range<usize>) -> u32 {
        self.slice(range)
            .iter()
            .filter(|b| b.is_ascii_digit())
            .fold(0, |n: u32, b| n.saturating_mul(10).saturating_add(u32::from(b - b'0')))
    }

    /// Nothing before `start` that it would be a part of: a letter, a digit, a number's dash or point.
    fn free_before(self, start: usize) -> bool {
        let b = self.before(start);
        let part_of_number = matches!(b, b'-' | b'.') && start > 1 && self.before(start - 1).is_ascii_digit();
        !b.is_ascii_alphanumeric() && !part_of_number
    }

    /// The same after it.
    fn free_after(self, end: usize) -> bool {
        let b = self.at(end);
        let part_of_number = matches!(b, b'-' | b'.') && self.is_digit(end + 1);
        !b.is_ascii_alphanumeric() && !part_of_number
    }

    /// Both, where letters do no harm: a number in groups is one even with a word next to it.
    fn apart_from_digits(self, range: &Range<usize>) -> bool {
        let (before, after) = (self.before(range.start), self.at(range.end));
        !before.is_ascii_digit()
            && !after.is_ascii_digit()
            && (before.is_ascii_alphabetic() || self.free_before(range.start))
            && (after.is_ascii_alphabetic() || self.free_after(range.end))
    }
}

/// Appends what is found.
type Found = Vec<(Kind, Range<usize>)>;

// What may stand unquoted in a local part (RFC 5322, RFC 6532), less what separates words in URLs and markup.
fn is_local(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || b >= 0x80
        || matches!(b, b'.' | b'_' | b'-' | b'+' | b'%' | b'!' | b'#' | b'$' | b'\'' | b'*' | b'~' | b'^')
}

fn is_domain(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80 || b == b'-'
}

fn emails(text: Text<'_>, found: &mut Found) {
    for at in memchr_iter(b'@', text.0) {
        found.extend(email(text, at, at + 1).map(|r| (Kind::Email, r)));
    }
    for at in memmem::find_iter(text.0, b"%40") {
        found.extend(email(text, at, at + 3).map(|r| (Kind::Email, r)));
    }
}

/// The address around an `@` from `at` to `domain`.
fn email(text: Text<'_>, at: usize, domain: usize) -> Option<Range<usize>> {
    let start = if text.before(at) == b'"' {
        let open = text.skip_back(at - 1, MAX_LOCAL, |b| b != b'"' && b != b'\n');
        (open < at - 1 && text.before(open) == b'"').then(|| open - 1)?
    } else {
        let start = text.skip_back(at, MAX_LOCAL, is_local);
        // Characters that aren't ASCII are taken whole; quotes around the address aren't part of it.
        let start = text.skip_most(start, MAX_LOCAL, |b| (0x80..0xC0).contains(&b) || matches!(b, b'.' | b'\''));
        (start < at && text.before(at) != b'.').then_some(start)?
    };
    if text.at(domain) == b'[' {
        let close = text.skip_most(domain + 1, 50, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':'));
        return (close > domain + 1 && text.at(close) == b']').then_some(start..close + 1);
    }
    // The longest run of labels whose last is a top-level domain.
    let (mut label, mut end) = (domain, None);
    while label < domain + MAX_DOMAIN {
        let stop = text.skip_most(label, 64, is_domain);
        let stop = if text.before(stop) == b'-' { text.skip_back(stop, 64, |b| b == b'-').max(label) } else { stop };
        if stop == label || text.at(label) == b'-' {
            break;
        }
        let bytes = text.slice(label..stop);
        let top = bytes.len() > 1 && (!bytes.iter().any(|b| b.is_ascii_digit() || *b == b'-'))
            || bytes.get(..4).is_some_and(|x| x.eq_ignore_ascii_case(b"xn--"));
        if top && label > domain {
            // A character that the limit cut is left out.
            end = Some(stop).filter(|&s| !(0x80..0xC0).contains(&text.at(s))).or(end);
        }
        if text.at(stop) != b'.' {
            break;
        }
        label = stop + 1;
    }
    end.map(|end| start..end)
}

fn urls(text: Text<'_>, found: &mut Found) {
    let mut done = 0;
    for colon in memmem::find_iter(text.0, b"://") {
        if colon < done {
            continue;
        }
        let start =
            text.skip_back(colon, 32, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-')).max(done);
        let start = text.skip(start, |b| !b.is_ascii_alphabetic() && b != b':');
        let ends =
            |b: u8| b.is_ascii_whitespace() || b.is_ascii_control() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`');
        let authority = text.skip(colon + 3, |b| !ends(b) && !matches!(b, b'/' | b'?' | b'#'));
        if start == colon || text.slice(colon + 4..authority).iter().all(|&b| b != b'@') {
            continue;
        }
        done = text.skip(authority, |b| !ends(b));
        // What ends a sentence isn't a part of it.
        let end =
            text.skip_back(done, 3, |b| matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b']' | b'}'));
        found.push((Kind::UrlUserinfo, start..end));
    }
}

/// Digits in groups with one separator each between them, from `start` on.
struct Groups {
    digits: [u8; 20],
    /// After each group: digits so far, and where it ends.
    ends: [(usize, usize); 20],
    count: usize,
}

impl Groups {
    fn read(text: Text<'_>, start: usize, separators: &[u8]) -> Self {
        let mut this = Self { digits: [0; 20], ends: [(0, 0); 20], count: 0 };
        let (mut at, mut total, mut separator) = (start, 0, None);
        loop {
            let end = text.skip_most(at, 21, |b| b.is_ascii_digit());
            let group = text.slice(at..end);
            let Some(room) = this.digits.get_mut(total..total + group.len()).filter(|r| !r.is_empty()) else {
                return this;
            };
            for (to, from) in room.iter_mut().zip(group) {
                *to = from - b'0';
            }
            total += group.len();
            let Some(slot) = this.ends.get_mut(this.count) else { return this };
            *slot = (total, end);
            this.count += 1;
            let next = text.at(end);
            if !separators.contains(&next) || separator.is_some_and(|s| s != next) || !text.is_digit(end + 1) {
                return this;
            }
            separator = Some(next);
            at = end + 1;
        }
    }

    /// Longest first: the digits up to the end of a group, and where that is.
    fn prefixes(&self) -> impl Iterator<Item = (&[u8], usize)> {
        self.ends.iter().take(self.count).rev().filter_map(|&(total, end)| Some((self.digits.get(..total)?, end)))
    }
}

/// Whether the last of these digits is the check digit of the others (ISO/IEC 7812-1).
pub fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> bool {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let d = u32::from(d);
            if i % 2 == 0 {
                d
            } else if d > 4 {
                2 * d - 9
            } else {
                2 * d
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn sin(text: Text<'_>, start: usize) -> Option<Range<usize>> {
    let (digits, end) = match text.digits(start, 9) {
        Some(end) => (text.slice(start..end), end),
        None => {
            let second = text.digits(start, 3)?;
            let separator = text.at(second);
            let third = text.digits(second + 1, 3)?;
            if !matches!(separator, b' ' | b'-' | b'.') || text.at(third) != separator {
                return None;
            }
            let end = text.digits(third + 1, 3)?;
            (text.slice(start..end), end)
        }
    };
    let range = start..end;
    let free = if digits.len() == 9 {
        text.free_before(start) && text.free_after(end)
    } else {
        text.apart_from_digits(&range)
    };
    let digits = digits.iter().filter(|b| b.is_ascii_digit()).map(|b| b - b'0');
    (free && digits.clone().any(|d| d != 0) && luhn(digits)).then_some(range)
}

fn card(text: Text<'_>, start: usize) -> Option<Range<usize>> {
    if !text.free_before(start) {
        return None;
    }
    let groups = Groups::read(text, start, b" -");
    groups
        .prefixes()
        .find(|(digits, end)| text.free_after(*end) && issued(digits) && luhn(digits.iter().copied()))
        .map(|(_, end)| start..end)
}

/// Whether an issuer's numbers look like this: by the leading digits (ISO/IEC 7812) and the length.
fn issued(digits: &[u8]) -> bool {
    let lead = |n: usize| digits.iter().take(n).fold(0_u32, |v, d| v * 10 + u32::from(*d));
    match digits.len() {
        13 => lead(1) == 4,
        14 => matches!(lead(3), 300..=305 | 309 | 360..=369 | 380..=399),
        15 => matches!(lead(2), 34 | 37) || matches!(lead(4), 1800 | 2131),
        16 => {
            lead(1) == 4
                || matches!(lead(2), 50..=69)
                || matches!(lead(4), 2200..=2204 | 2221..=2720 | 3528..=3589 | 3600..=3699 | 3800..=3999)
        }
        17 | 18 => matches!(lead(2), 50 | 56..=69) || matches!(lead(4), 3528..=3589),
        19 => lead(1) == 4 || matches!(lead(2), 50 | 56..=69) || matches!(lead(4), 3528..=3589),
        _ => false,
    }
}

/// Lengths of the IBANs of every country in the registry (SWIFT).
#[rustfmt::skip]
const IBANS: [(&[u8; 2], usize); 89] = [
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16), (b"BG", 22), (b"BH", 22),
    (b"BI", 27), (b"BR", 29), (b"BY", 28), (b"CH", 21), (b"CR", 22), (b"CY", 28), (b"CZ", 24), (b"DE", 22), (b"DJ", 27),
    (b"DK", 18), (b"DO", 28), (b"EE", 20), (b"EG", 29), (b"ES", 24), (b"FI", 18), (b"FK", 18), (b"FO", 18), (b"FR", 27),
    (b"GB", 22), (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27), (b"GT", 28), (b"HN", 28), (b"HR", 21), (b"HU", 28),
    (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27), (b"JO", 30), (b"KW", 30), (b"KZ", 20), (b"LB", 28),
    (b"LC", 32), (b"LI", 21), (b"LT", 20), (b"LU", 20), (b"LV", 21), (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22),
    (b"MK", 19), (b"MN", 20), (b"MR", 27), (b"MT", 31), (b"MU", 30), (b"NI", 28), (b"NL", 18), (b"NO", 15), (b"OM", 23),
    (b"PK", 24), (b"PL", 28), (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22), (b"RU", 33), (b"SA", 24),
    (b"SC", 31), (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24), (b"SM", 27), (b"SO", 23), (b"ST", 25), (b"SV", 28),
    (b"TL", 23), (b"TN", 24), (b"TR", 26), (b"UA", 29), (b"VA", 22), (b"VG", 24), (b"XK", 20), (b"YE", 30),
];

fn iban(text: Text<'_>, digits: usize) -> Option<Range<usize>> {
    let start = digits.checked_sub(2)?;
    let country = text.slice(start..digits).to_ascii_uppercase();
    let (_, length) = IBANS.iter().find(|(c, _)| c.as_slice() == country)?;
    if !text.free_before(start) {
        return None;
    }
    let (mut at, mut count, mut rest, mut head) = (start, 0, 0_u32, 0_u32);
    while count < *length {
        let b = text.at(at);
        // In print, a space after every four.
        if matches!(b, b' ' | b'-') && count % 4 == 0 && count > 0 && text.before(at).is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let value = match b {
            b'0'..=b'9' => u32::from(b - b'0'),
            b'A'..=b'Z' => u32::from(b - b'A') + 10,
            b'a'..=b'z' => u32::from(b - b'a') + 10,
            _ => return None,
        };
        // The first four count last.
        let sum = if count < 4 { &mut head } else { &mut rest };
        *sum = (*sum * if value > 9 { 100 } else { 10 } + value) % if count < 4 { u32::MAX } else { 97 };
        count += 1;
        at += 1;
    }
    // Two letters make four digits, two digits more.
    let sum = (u64::from(rest) * 1_000_000 + u64::from(head)) % 97;
    (sum == 1 && text.free_after(at)).then_some(start..at)
}

fn phone(text: Text<'_>, digits: usize) -> Option<Range<usize>> {
    let plus =
        text.before(digits) == b'+' || (text.before(digits) == b'(' && digits > 1 && text.before(digits - 1) == b'+');
    if plus {
        let start = digits - if text.before(digits) == b'+' { 1 } else { 2 };
        return international(text, start, digits);
    }
    if text.before(digits) == b'+' {
        return None;
    }
    let mut start = digits;
    let mut at = digits;
    let mut bare = true;
    // The trunk prefix.
    if text.at(at) == b'1' && !text.is_digit(at + 1) && matches!(text.at(at + 1), b' ' | b'-' | b'.' | b'(' | b'/') {
        at = text.skip_most(at + 1, 2, |b| matches!(b, b' ' | b'-' | b'.' | b'/'));
        bare = false;
        at += usize::from(text.at(at) == b'(');
    } else if text.at(at) == b'1' && text.digits(at, 11).is_some() {
        at += 1;
    } else if text.before(at) == b'(' && text.at(at + 3) == b')' {
        start = at - 1;
    }
    let open = text.before(at) == b'(' && text.at(at + 3) == b')';
    let code = |a: usize| matches!(text.at(a), b'2'..=b'9') && text.slice(a + 1..a + 3) != b"11";
    if !code(at) || !text.is_digit(at + 1) || !text.is_digit(at + 2) {
        return None;
    }
    at += 3;
    if open {
        at += 1;
    }
    let separate = |at: usize| text.skip_most(at, 3, |b| matches!(b, b' ' | b'-' | b'.' | b'/'));
    let next = separate(at);
    bare &= next == at && !open;
    let exchange = next;
    if !code(exchange) || !text.is_digit(exchange + 1) || !text.is_digit(exchange + 2) {
        return None;
    }
    let next = separate(exchange + 3);
    // Either both gaps or none, so that dates and counts next to each other aren't numbers.
    if bare != (next == exchange + 3) && bare {
        return None;
    }
    let end = text.digits(next, 4)?;
    let range = start..end;
    let free = if bare {
        text.free_before(start) && text.free_after(end) || extension(text, end) != end
    } else {
        text.apart_from_digits(&range)
    };
    free.then(|| start..extension(text, end))
}

/// Past the extension that follows a number, where one does.
fn extension(text: Text<'_>, end: usize) -> usize {
    let word = text.skip_most(end, 3, |b| matches!(b, b' ' | b','));
    for name in [&b"extension"[..], b"poste", b"ext", b"x", b"#"] {
        let after = word + name.len();
        if text.slice(word..after).eq_ignore_ascii_case(name) {
            let number = text.skip_most(after, 3, |b| matches!(b, b' ' | b'.' | b':' | b'#'));
            let stop = text.skip_most(number, 7, |b| b.is_ascii_digit());
            if stop > number && stop < number + 7 && !text.at(stop).is_ascii_alphanumeric() {
                return stop;
            }
        }
    }
    end
}

/// A number after a `+`: seven to fifteen digits (E.164), in any groups.
fn international(text: Text<'_>, start: usize, digits: usize) -> Option<Range<usize>> {
    if text.at(digits) == b'0' || text.before(start).is_ascii_alphanumeric() {
        return None;
    }
    let (mut at, mut count, mut end) = (digits, 0, None);
    loop {
        let stop = text.skip_most(at, 16, |b| b.is_ascii_digit());
        count += stop - at;
        if count > 15 {
            break;
        }
        if count >= 7 {
            end = Some(stop);
        }
        let next = text.skip_most(stop, 3, |b| matches!(b, b' ' | b'-' | b'.' | b'(' | b')' | b'/'));
        if next == stop || !text.is_digit(next) {
            break;
        }
        at = next;
    }
    let end = end?;
    // A group that didn't count any more may go on.
    (!text.is_digit(end)).then(|| start..extension(text, end))
}

fn ipv4(text: Text<'_>, start: usize) -> Option<Range<usize>> {
    let end = text.skip_most(start, 16, |b| b.is_ascii_digit() || b == b'.');
    // The point that ends a sentence.
    let end = if text.before(end) == b'.' { end - 1 } else { end };
    if end < start + 7 || text.before(start) == b'.' || !text.free_before(start) || !text.free_after(end) {
        return None;
    }
    text.str(start..end).parse::<Ipv4Addr>().ok().map(|_| start..end)
}

/// IPv6 and MAC addresses, which need not have a digit.
fn hex_addresses(text: Text<'_>, mac: bool, ip: bool, found: &mut Found) {
    let mut done = 0;
    for colon in memchr_iter(b':', text.0) {
        if colon < done {
            continue;
        }
        let is = |b: u8| b.is_ascii_hexdigit() || b == b':';
        let start = text.skip_back(colon, 4, |b| b.is_ascii_hexdigit());
        // Not within a longer one; but after a word with a colon.
        let longer = text.before(start) == b':' && {
            let b = text.before(start - 1);
            b.is_ascii_hexdigit() || b == b':'
        };
        if longer || text.before(start).is_ascii_alphanumeric() {
            continue;
        }
        let mut end = text.skip_most(start, 46, |b| is(b) || b == b'.');
        if text.at(end).is_ascii_alphanumeric() {
            continue;
        }
        while text.before(end) == b'.' || (text.before(end) == b':' && !text.slice(start..end).ends_with(b"::")) {
            end -= 1;
        }
        let run = text.str(start..end);
        if ip && run.len() > 2 && run.parse::<Ipv6Addr>().is_ok() {
            found.push((Kind::Ip, start..end));
            done = end;
        } else if mac && is_mac(run.as_bytes()) {
            found.push((Kind::Mac, start..end));
            done = end;
        }
    }
    if !mac {
        return;
    }
    for separator in [b'-', b'.'] {
        let length = if separator == b'-' { 17 } else { 14 };
        let mut done = 0;
        for first in memchr_iter(separator, text.0) {
            let group = if separator == b'-' { 2 } else { 4 };
            let Some(start) = first.checked_sub(group).filter(|s| *s >= done) else { continue };
            if text.free_before(start) && text.free_after(start + length) && is_mac(text.slice(start..start + length)) {
                found.push((Kind::Mac, start..start + length));
                done = start + length;
            }
        }
    }
}

fn is_mac(run: &[u8]) -> bool {
    let (group, separator) = match (run.len(), run.get(2), run.get(4)) {
        (17, Some(s @ (b':' | b'-')), _) => (2, *s),
        (14, _, Some(b'.')) => (4, b'.'),
        _ => return false,
    };
    run.iter().enumerate().all(|(i, b)| if i % (group + 1) == group { *b == separator } else { b.is_ascii_hexdigit() })
}

fn postal_code(text: Text<'_>, digit: usize) -> Option<Range<usize>> {
    if let Some(dash) = text.digits(digit, 5) {
        let end = (text.at(dash) == b'-').then(|| text.digits(dash + 1, 4)).flatten()?;
        return (text.free_before(digit) && text.free_after(end)).then_some(digit..end);
    }
    let start = digit.checked_sub(1)?;
    let letter = |at: usize, never: &[u8]| {
        let b = text.at(at).to_ascii_uppercase();
        b.is_ascii_uppercase() && !never.contains(&b)
    };
    // Letters that Canada Post doesn't use, and two more that never come first.
    if !letter(start, b"DFIOQUWZ") || text.digits(digit, 1).is_none() || !letter(digit + 1, b"DFIOQU") {
        return None;
    }
    let second = text.skip_most(digit + 2, 1, |b| matches!(b, b' ' | b'-'));
    let valid = text.is_digit(second) && letter(second + 1, b"DFIOQU") && text.is_digit(second + 2);
    let end = second + 3;
    (valid && !text.before(start).is_ascii_alphanumeric() && !text.at(end).is_ascii_alphanumeric())
        .then_some(start..end)
}

/// Months in English and French; of those in ASCII, three letters do as well.
#[rustfmt::skip]
const MONTHS: [(&str, u32); 34] = [
    ("january", 1), ("february", 2), ("march", 3), ("april", 4), ("may", 5), ("june", 6), ("july", 7), ("august", 8),
    ("september", 9), ("october", 10), ("november", 11), ("december", 12), ("janvier", 1), ("février", 2), ("fevrier", 2),
    ("mars", 3), ("avril", 4), ("mai", 5), ("juin", 6), ("juillet", 7), ("août", 8), ("aout", 8), ("septembre", 9),
    ("octobre", 10), ("novembre", 11), ("décembre", 12), ("decembre", 12), ("sept", 9), ("févr", 2), ("fév", 2), ("avr", 4),
    ("juil", 7), ("déc", 12), ("janv", 1),
];

fn month_of(word: &str) -> Option<u32> {
    // None is longer in capitals either.
    if word.len() < 3 || word.len() > 10 {
        return None;
    }
    let lower = word.to_lowercase();
    MONTHS
        .iter()
        .find(|(name, _)| *name == lower || (lower.len() == 3 && lower.is_ascii() && name.starts_with(&lower)))
        .map(|(_, month)| *month)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=days).contains(&day)
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphabetic() || b >= 0x80
}

fn date(text: Text<'_>, start: usize) -> Option<Range<usize>> {
    let first = text.skip_most(start, 5, |b| b.is_ascii_digit());
    let range = match first - start {
        4 => numeric_date(text, start, first, true)?,
        1 | 2 => numeric_date(text, start, first, false).or_else(|| worded_date(text, start, first))?,
        _ => return None,
    };
    (text.free_before(range.start) && text.free_after(range.end) && !timed(text, range.end)).then_some(range)
}

fn numeric_date(text: Text<'_>, start: usize, first: usize, year_first: bool) -> Option<Range<usize>> {
    let separator = text.at(first);
    if !matches!(separator, b'-' | b'/' | b'.') {
        return None;
    }
    let second = text.skip_most(first + 1, 3, |b| b.is_ascii_digit());
    let end = text.skip_most(second + 1, 5, |b| b.is_ascii_digit());
    let last_length = end.saturating_sub(second + 1);
    if text.at(second) != separator || !(1..=2).contains(&(second - first - 1)) {
        return None;
    }
    let (a, b, c) = (text.number(start..first), text.number(first + 1..second), text.number(second + 1..end));
    let valid = if year_first {
        (1..=2).contains(&last_length) && is_date(a, b, c)
    } else {
        last_length == 4 && (is_date(c, a, b) || is_date(c, b, a))
    };
    valid.then_some(start..end)
}

/// `12 March 1985`, `1er mars 1985`, `March 12th, 1985`, from the day on.
fn worded_date(text: Text<'_>, start: usize, first: usize) -> Option<Range<usize>> {
    let day = text.number(start..first);
    let after = text.skip_most(first, 2, |b| b.is_ascii_alphabetic());
    let suffix = text.slice(first..after).to_ascii_lowercase();
    let first = if matches!(suffix.as_slice(), b"st" | b"nd" | b"rd" | b"th" | b"er") { after } else { first };
    let gap = |at: usize| text.skip_most(at, 2, |b| matches!(b, b' ' | b'-' | b',' | b'.'));
    let next = gap(first);
    if text.is_digit(next) {
        // The month comes before.
        let end = text.digits(next, 4)?;
        let word_end = text.skip_back(start, 2, |b| matches!(b, b' ' | b'.' | b'-'));
        let word = text.skip_back(word_end, 11, is_word);
        let month = month_of(text.str(word..word_end))?;
        return (next > first && word_end < start && is_date(text.number(next..end), month, day)).then_some(word..end);
    }
    let word_end = text.skip_most(next, 11, is_word);
    let month = month_of(text.str(next..word_end))?;
    let year = gap(word_end);
    let end = text.digits(year, 4)?;
    (year > word_end && is_date(text.number(year..end), month, day)).then_some(start..end)
}

/// Whether a time of day other than midnight follows.
fn timed(text: Text<'_>, end: usize) -> bool {
    let at = end + 1;
    let Some(colon) = text.digits(at, 2) else { return false };
    matches!(text.at(end), b' ' | b'T')
        && text.at(colon) == b':'
        && !text
            .slice(at..text.skip_most(at, 8, |b| b.is_ascii_digit() || b == b':'))
            .iter()
            .all(|b| matches!(b, b'0' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(kind: Kind, text: &str) -> Vec<&str> {
        find(&[kind], text).into_iter().map(|(_, r)| text.get(r).unwrap()).collect()
    }

    #[track_caller]
    fn all(kind: Kind, values: &[&str]) {
        for value in values {
            assert!(is(kind, value), "{kind}: {value}");
            for around in [("", ""), ("see ", "."), ("(", ")"), ("été: ", ", é"), ("\"", "\""), ("x=", ";")] {
                let text = format!("{}{value}{}", around.0, around.1);
                assert_eq!(found(kind, &text), [*value], "{kind} in {text}");
            }
        }
    }

    #[track_caller]
    fn none(kind: Kind, values: &[&str]) {
        for value in values {
            assert_eq!(found(kind, value), [""; 0], "{kind} in {value}");
        }
    }

    #[test]
    fn emails() {
        all(
            Kind::Email,
            &[
                "a@b.co",
                "O'Brien.x+tag@mail.example.com",
                "josé@exämple.québec",
                "x@[192.0.2.1]",
                "a%40b.co",
                "a@xn--e1afmkfd.xn--p1ai",
            ],
        );
        none(Kind::Email, &["a@b", "@b.co", "a@.co", "a @b.co", "a@b.c", "a.@b.co", "a@-b.co"]);
        assert_eq!(found(Kind::Email, "mailto:a@b.co,c@d.org."), ["a@b.co", "c@d.org"]);
        assert_eq!(found(Kind::Email, "'a@b.co' <\"x y\"@b.co>"), ["a@b.co", "\"x y\"@b.co"]);
    }

    #[test]
    fn numbers_of_persons() {
        all(Kind::Sin, &["046454286", "046 454 286", "046-454-286", "046.454.286"]);
        none(
            Kind::Sin,
            &[
                "046454287",
                "0046454286",
                "0464542860",
                "046454 286",
                "000000000",
                "046-454 286",
                "1-046454286",
                "a046454286",
            ],
        );
        assert_eq!(found(Kind::Sin, "NAS046-454-286"), ["046-454-286"]);
        all(
            Kind::Phone,
            &[
                "416-555-0123",
                "(416) 555-0123",
                "+1 (416) 555-0123",
                "1-416-555-0123",
                "4165550123",
                "14165550123",
                "416.555.0123",
                "416 555 0123",
                "+33 1 23 45 67 89",
                "+442079460958",
                "416-555-0123 x12",
                "514-555-0123, poste 4567",
                "+1 416 555 0123 ext. 9",
            ],
        );
        none(
            Kind::Phone,
            &[
                "116-555-0123",
                "416-155-0123",
                "41655501234",
                "0416-555-01234",
                "411-555-0123x",
                "2025-01-01",
                "1732255950",
                "+123456",
                "4165-55-0123",
                "0.4165550123",
            ],
        );
    }

    #[test]
    fn numbers_of_accounts() {
        all(
            Kind::Card,
            &[
                "4111111111111111",
                "4111 1111 1111 1111",
                "4111-1111-1111-1111",
                "378282246310005",
                "3782 822463 10005",
                "5555555555554444",
                "6011111111111117",
                "30569309025904",
            ],
        );
        none(
            Kind::Card,
            &[
                "4111111111111112",
                "41111111111111111111",
                "1234567812345670",
                "x4111111111111111",
                "4111 1111-1111 1111",
            ],
        );
        all(
            Kind::Iban,
            &[
                "GB82 WEST 1234 5698 7654 32",
                "GB82WEST12345698765432",
                "DE89370400440532013000",
                "FR1420041010050500013M02606",
                "NO9386011117947",
                "de89 3704 0044 0532 0130 00",
            ],
        );
        none(
            Kind::Iban,
            &["GB83WEST12345698765432", "DE8937040044053201300", "ZZ89370400440532013000", "DE893704004405320130001"],
        );
    }

    #[test]
    fn addresses_of_machines() {
        all(
            Kind::Ip,
            &["192.0.2.1", "255.255.255.255", "2001:db8::1", "::ffff:192.0.2.1", "fe80::", "1:2:3:4:5:6:7:8", "::1"],
        );
        none(
            Kind::Ip,
            &["256.0.0.1", "1.2.3", "1.2.3.4.5", "12:34:56", "std::string", "::", "1.2.3.4a", "00:1a:2b:3c:4d:5e"],
        );
        all(Kind::Mac, &["00:1a:2B:3c:4d:5e", "aa-bb-cc-dd-ee-ff", "001a.2b3c.4d5e"]);
        none(Kind::Mac, &["00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5e:6f", "00:1a-2b:3c:4d:5e", "gg:1a:2b:3c:4d:5e"]);
        all(Kind::UrlUserinfo, &["mysql://u:p@h/db", "https://u@h.example/p?q#f"]);
        none(Kind::UrlUserinfo, &["https://h/u@p", "https://@h", "://u@h"]);
    }

    #[test]
    fn places_and_dates() {
        all(Kind::PostalCode, &["K1A 0B1", "k1a0b1", "H2X-1Y4", "12345-6789"]);
        none(Kind::PostalCode, &["D1A 0B1", "K1A 0O1", "K1A 0B12", "12345", "12345-67890", "XK1A 0B1"]);
        all(
            Kind::DateOfBirth,
            &[
                "1985-03-12",
                "12/03/1985",
                "3/12/1985",
                "12.03.1985",
                "1985/3/2",
                "12 March 1985",
                "March 12, 1985",
                "Mar. 1st, 1985",
                "1er février 1985",
                "12 août 1985",
                "12-Mar-1985",
            ],
        );
        none(
            Kind::DateOfBirth,
            &[
                "1985-13-12",
                "1985-02-29",
                "31/31/1985",
                "1885-03-12",
                "1985-03-12 10:20:30",
                "1985-03-12T10:20:30Z",
                "1985-03-1234",
                "85-03-12",
                "1.2.3.1985",
            ],
        );
        assert_eq!(found(Kind::DateOfBirth, "1985-03-12 00:00:00"), ["1985-03-12"]);
    }

    #[test]
    fn the_longest_of_those_that_start_first() {
        let text = "4165550123@example.com, tel 416-555-0123; 2001:db8::1";
        let found: Vec<_> = find(&Kind::ALL, text).into_iter().map(|(k, r)| (k, &text[r])).collect();
        assert_eq!(
            found,
            [(Kind::Email, "4165550123@example.com"), (Kind::Phone, "416-555-0123"), (Kind::Ip, "2001:db8::1")]
        );
    }

    #[test]
    fn names_are_as_serde_has_them() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    fn awkward() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9]{1,5}",
            "[-. :@/+(){}%]",
            "[a-fA-F]{1,3}",
            "\\PC",
            "é|西|\u{301}|ſ",
            Just("://".to_owned()),
            Just("%40".to_owned()),
            Just("a@b.co".to_owned()),
            Just("GB82".to_owned()),
            Just("March".to_owned()),
        ];
        proptest::collection::vec(piece, 0..30).prop_map(|p| p.concat())
    }

    proptest! {
        #[test]
        fn found_in_order_apart_and_on_boundaries(text in awkward()) {
            let mut end = 0;
            for (kind, range) in find(&Kind::ALL, &text) {
                prop_assert!(range.start >= end && range.end > range.start);
                prop_assert!(text.get(range.clone()).is_some(), "{kind} {range:?}");
                end = range.end;
            }
            for kind in Kind::ALL {
                let _ = is(kind, &text);
                for (_, range) in find(&[kind], &text) {
                    prop_assert!(text.get(range.clone()).is_some(), "{kind} {range:?}");
                }
            }
        }

        #[test]
        fn valid_sins_are_found_and_others_are_not(n in 1_u32..1_000_000_000) {
            let text = format!("{n:09}");
            let valid = luhn(text.bytes().map(|b| b - b'0'));
            prop_assert_eq!(is(Kind::Sin, &text), valid);
        }
    }

    #[test]
    fn time_is_linear() {
        for piece in ["@", "a@a.", "1", "1-", "a:", "://u@", "1 ", "1.", "aaaa", "::", "March "] {
            let start = std::time::Instant::now();
            let _ = find(&Kind::ALL, &piece.repeat(1_000_000 / piece.len()));
            // A quadratic one would take minutes.
            assert!(start.elapsed().as_secs() < 20, "{piece}");
        }
    }
}
