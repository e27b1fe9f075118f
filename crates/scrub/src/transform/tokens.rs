//! Transformers that make a value up from the key alone: tokens, hashes, UUIDs, e-mail addresses, user names.

use super::basic::text_column;
use super::build::{Build, BuildContext, BuildError};
use super::fold::same;
use super::spec::TokenAlphabet;
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::prf::{Prf, Stream};
use crate::table::Class;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Letters and digits that can't be taken for one another (RFC 4648), in lower case since mail hosts may fold them.
pub(super) const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Hexadecimal digits.
pub(super) const HEX: &[u8; 16] = b"0123456789abcdef";

/// Bits from which two of 2³² values become the same less often than once in 2³².
const INJECTIVE_BITS: f64 = 96.0;

/// Of keyed transformers.
pub(super) const KEYED: Properties = Properties {
    mapping: Mapping::KeyedLossy,
    max_chars: None,
    ascii: true,
    keyed: true,
    nulls: false,
    may_keep: false,
};

/// What a keyed transformer hashes.
pub(super) fn message<'a>(input: &Input<'a>) -> &'a [u8] {
    input.subject.unwrap_or(input.normal)
}

/// An empty value has nothing to replace, unless a subject says what is to stand there. What counts as equal to it, such as a
/// blank, becomes what it becomes.
pub(super) fn nothing(input: &Input<'_>) -> bool {
    input.normal.is_empty() && input.subject.is_none()
}

/// Appends what `make` draws, again while it is the value itself.
pub(super) fn other(
    value: &[u8],
    stream: &mut Stream<'_>,
    out: &mut Vec<u8>,
    mut make: impl FnMut(&mut Stream<'_>, &mut Vec<u8>),
) -> Result<Output, Invalid> {
    let start = out.len();
    for _ in 0..256 {
        make(stream, out);
        if !same(out.get(start..).unwrap_or_default(), value) {
            return Ok(Output::Value);
        }
        out.truncate(start);
    }
    Err(Invalid("one that has another to take its place"))
}

fn mapping(bits: f64) -> Mapping {
    if bits >= INJECTIVE_BITS { Mapping::Injective } else { Mapping::KeyedLossy }
}

/// Refuses an option outside its limits.
pub(super) fn limit<T: PartialOrd + std::fmt::Display>(
    name: &str,
    value: T,
    least: T,
    most: T,
) -> Result<(), BuildError> {
    if value >= least && value <= most {
        return Ok(());
    }
    Err(BuildError::new(format!("`{name}` is {value}"), format!("it can be {least} to {most}")))
}

/// `token`, `email`, `username`.
#[derive(Debug)]
struct Token {
    prf: Prf,
    before: Vec<u8>,
    /// One of these words, by the key, and an underscore.
    words: Option<&'static [&'static str]>,
    alphabet: &'static [u8],
    length: usize,
    after: Vec<u8>,
}

impl Transform for Token {
    fn properties(&self) -> Properties {
        let chars = |b: &[u8]| String::from_utf8_lossy(b).chars().count();
        let word = self.words.and_then(|w| w.iter().map(|w| w.len() + 1).max()).unwrap_or(0);
        Properties {
            mapping: mapping((self.alphabet.len() as f64).log2() * self.length as f64),
            max_chars: Some((chars(&self.before) + word + self.length + chars(&self.after)) as u64),
            ascii: self.before.is_ascii() && self.after.is_ascii(),
            ..KEYED
        }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        other(input.value, &mut self.prf.stream(message(input)), out, |stream, out| {
            out.extend_from_slice(&self.before);
            if let Some(word) = self.words.and_then(|w| w.get(stream.index(w.len()))) {
                out.extend_from_slice(word.as_bytes());
                out.push(b'_');
            }
            stream.characters(self.alphabet, self.length, out);
            out.extend_from_slice(&self.after);
        })
    }
}

pub(super) fn token(length: u32, prefix: &str, alphabet: TokenAlphabet, c: &BuildContext<'_>) -> Build {
    text_column("token", c)?;
    limit("length", length, 4, 128)?;
    let alphabet: &[u8] = match alphabet {
        TokenAlphabet::Base32 => BASE32,
        TokenAlphabet::Hex => HEX,
        TokenAlphabet::Digits => b"0123456789",
        TokenAlphabet::Upper => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    };
    let before = prefix.as_bytes().to_vec();
    Ok(Box::new(Token {
        prf: c.prf("token")?,
        before,
        words: None,
        alphabet,
        length: length as usize,
        after: Vec::new(),
    }))
}

/// Refuses what is no name of a host.
pub(super) fn host(host: &str) -> Result<(), BuildError> {
    let named = host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    if !named {
        return Err(BuildError::new("`host` is not the name of a host", "leave it out for example.test"));
    }
    Ok(())
}

pub(super) fn email(host: &str, length: u32, c: &BuildContext<'_>) -> Build {
    text_column("email", c)?;
    limit("length", length, 8, 64)?;
    self::host(host)?;
    let after = format!("@{host}").into_bytes();
    Ok(Box::new(Token {
        prf: c.prf("email")?,
        before: Vec::new(),
        words: None,
        alphabet: BASE32,
        length: length as usize,
        after,
    }))
}

pub(super) fn username(length: u32, c: &BuildContext<'_>) -> Build {
    text_column("username", c)?;
    limit("length", length, 4, 32)?;
    const WORDS: &[&str] =
        &["alder", "birch", "cedar", "fern", "heron", "larch", "loon", "maple", "otter", "pine", "raven", "wren"];
    Ok(Box::new(Token {
        prf: c.prf("username")?,
        before: Vec::new(),
        words: Some(WORDS),
        alphabet: BASE32,
        length: length as usize,
        after: Vec::new(),
    }))
}

/// `hmac_hex`.
struct HmacHex {
    key: Zeroizing<[u8; 32]>,
    length: usize,
}

impl std::fmt::Debug for HmacHex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacHex")
    }
}

impl Transform for HmacHex {
    fn properties(&self) -> Properties {
        Properties { mapping: mapping(4.0 * self.length as f64), max_chars: Some(self.length as u64), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let mac = Hmac::<Sha256>::new_from_slice(&*self.key).map_err(|_| Invalid("one that can be hashed"))?;
        let mut counter = 0_u8;
        let start = out.len();
        loop {
            // The standard's own for the value; another only where that would give the value back.
            let mut mac = mac.clone();
            mac.update(message(input));
            mac.update(if counter == 0 { &[] } else { std::slice::from_ref(&counter) });
            let hash = mac.finalize().into_bytes();
            let digits = hash.iter().flat_map(|b| [b >> 4, b & 15]).take(self.length);
            out.extend(digits.filter_map(|d| HEX.get(usize::from(d))));
            if !same(out.get(start..).unwrap_or_default(), input.value) {
                return Ok(Output::Value);
            }
            out.truncate(start);
            counter = counter.wrapping_add(1);
        }
    }
}

pub(super) fn hmac_hex(length: u32, c: &BuildContext<'_>) -> Build {
    text_column("hmac_hex", c)?;
    limit("length", length, 8, 64)?;
    Ok(Box::new(HmacHex { key: c.key()?.purpose("hmac_hex"), length: length as usize }))
}

/// `uuid`.
#[derive(Debug)]
struct Uuid {
    prf: Prf,
    upper: bool,
    binary: bool,
    /// The column has no room for dashes.
    short: bool,
}

impl Transform for Uuid {
    fn properties(&self) -> Properties {
        let max_chars = if self.binary {
            16
        } else if self.short {
            32
        } else {
            36
        };
        Properties { mapping: Mapping::Injective, max_chars: Some(max_chars), ascii: !self.binary, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let bare = input.value.len() == 32 && input.value.iter().all(u8::is_ascii_hexdigit);
        let dashes = !self.short && !bare;
        let mut one = Vec::new();
        other(input.value, &mut self.prf.stream(self.one(message(input), &mut one)), out, |stream, out| {
            let bits = u128::from(stream.next_u64()) << 64 | u128::from(stream.next_u64());
            // Version 4, variant 10 (RFC 9562, sections 4.1 and 4.2).
            let uuid = bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
            if self.binary {
                out.extend_from_slice(&uuid.to_be_bytes());
                return;
            }
            for (at, shift) in (0..32_u32).rev().map(|n| 4 * n).enumerate() {
                if dashes && matches!(at, 8 | 12 | 16 | 20) {
                    out.push(b'-');
                }
                let digit = HEX.get((uuid >> shift & 15) as usize).copied().unwrap_or(b'0');
                out.push(if self.upper { digit.to_ascii_uppercase() } else { digit });
            }
        })
    }
}

impl Uuid {
    /// One form for a UUID with dashes, without, and as bytes, so that the columns of a domain can be of different types.
    fn one<'a>(&self, message: &'a [u8], out: &'a mut Vec<u8>) -> &'a [u8] {
        let bare = message.len() == 32 && message.iter().all(u8::is_ascii_hexdigit);
        let digits: Vec<u8> = match self.binary && message.len() == 16 {
            _ if bare => message.to_vec(),
            true => {
                let halves = message.iter().flat_map(|b| [b >> 4, b & 15]);
                halves.filter_map(|half| HEX.get(usize::from(half)).copied()).collect()
            }
            false => return message,
        };
        for (at, digit) in digits.into_iter().enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                out.push(b'-');
            }
            out.push(digit);
        }
        out
    }
}

pub(super) fn uuid(upper: bool, c: &BuildContext<'_>) -> Build {
    text_column("uuid", c)?;
    let binary = c.column.class == Class::Binary && c.column.max_chars.is_some_and(|m| m < 32);
    let short = c.column.max_chars.is_some_and(|m| (32..36).contains(&m));
    Ok(Box::new(Uuid { prf: c.prf("uuid")?, upper, binary, short }))
}
