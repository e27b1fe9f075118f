//! The key that replaced values depend on, and the keys of domains that are made from it.

use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// Least bytes of a key.
const LEAST: usize = 32;
/// What every label begins with; a change of what a transformer gives for a key would change it.
const CONTEXT: &[u8] = b"dumpstream scrub 1";

/// The key of a rules file. Forgotten when dropped, and never shown.
pub struct MasterKey(Hkdf<Sha256>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}

/// Why bytes don't make a key. Says nothing of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// There is nothing.
    Empty,
    /// It has so many bytes, decoded.
    Short(usize),
    /// It repeats itself, counts, or uses a handful of characters.
    Predictable,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the key is empty"),
            Self::Short(bytes) => write!(f, "the key has {} bits; at least 256 are needed", bytes * 8),
            Self::Predictable => {
                f.write_str("the key can be guessed: it repeats itself, counts, or holds few different characters")
            }
        }?;
        f.write_str("; make one with `openssl rand -hex 32`")
    }
}

impl std::error::Error for KeyError {}

impl MasterKey {
    /// Reads a key: hexadecimal digits or base64 of at least 32 bytes, or that many bytes that are neither. White space at the
    /// end of a text doesn't count.
    ///
    /// # Errors
    /// When it is too short or can be guessed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let mut key = Zeroizing::new(Vec::with_capacity(bytes.len()));
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.trim();
                if !decode_hex(text, &mut key) && !decode_base64(text, &mut key) {
                    key.zeroize();
                    key.extend_from_slice(text.as_bytes());
                }
                check(text.as_bytes())?;
            }
            Err(_) => key.extend_from_slice(bytes),
        }
        check(&key)?;
        Ok(Self(Hkdf::new(None, &key)))
    }

    /// The key of a domain.
    pub fn domain(&self, name: &str) -> DomainKey {
        DomainKey(self.expand(b"domain", name.as_bytes()))
    }

    /// Eight bytes by which another key can be told from this one, and nothing else.
    pub fn check_value(&self) -> [u8; 8] {
        let full = self.expand(b"check value", b"");
        let mut out = [0; 8];
        out.copy_from_slice(full.first_chunk::<8>().unwrap_or(&[0; 8]));
        out
    }

    fn expand(&self, purpose: &[u8], name: &[u8]) -> Zeroizing<[u8; 32]> {
        expand(&self.0, purpose, name)
    }
}

/// The key of one domain. Forgotten when dropped, and never shown.
#[derive(Clone)]
pub struct DomainKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for DomainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DomainKey")
    }
}

impl DomainKey {
    /// The key for one use of it. Different uses know nothing of each other.
    pub fn purpose(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        // The key is uniform already, so it can be HKDF's PRK; one of 32 bytes is never refused.
        match Hkdf::<Sha256>::from_prk(&*self.0) {
            Ok(hkdf) => expand(&hkdf, b"purpose", purpose.as_bytes()),
            Err(_) => unreachable!("a key of a hash's size"),
        }
    }
}

/// HKDF-Expand (RFC 5869). Lengths are part of what is hashed, so that no two labels run together.
fn expand(hkdf: &Hkdf<Sha256>, purpose: &[u8], name: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    let lengths = [(purpose.len() as u64).to_be_bytes(), (name.len() as u64).to_be_bytes()];
    let info: [&[u8]; 5] = [CONTEXT, &lengths[0], purpose, &lengths[1], name];
    if hkdf.expand_multi_info(&info, &mut *out).is_err() {
        unreachable!("an output of a hash's size");
    }
    out
}

fn decode_hex(text: &str, out: &mut Vec<u8>) -> bool {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    out.zeroize();
    text.len().is_multiple_of(2)
        && text.as_bytes().chunks_exact(2).all(|pair| match pair {
            [a, b] => match (digit(*a), digit(*b)) {
                (Some(a), Some(b)) => {
                    out.push(a << 4 | b);
                    true
                }
                _ => false,
            },
            _ => false,
        })
}

/// Base64 with either alphabet, with or without its padding. Text that could be a passphrase as well is taken as what it says.
fn decode_base64(text: &str, out: &mut Vec<u8>) -> bool {
    out.zeroize();
    let body = text.trim_end_matches('=');
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in body.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held & 0xff) as u8);
        }
    }
    body.len() % 4 != 1 && (text.len() == body.len() || text.len().is_multiple_of(4))
}

/// Refuses what was typed rather than drawn.
fn check(key: &[u8]) -> Result<(), KeyError> {
    if key.is_empty() {
        return Err(KeyError::Empty);
    }
    if key.len() < LEAST {
        return Err(KeyError::Short(key.len()));
    }
    let mut seen = [false; 256];
    for byte in key {
        if let Some(s) = seen.get_mut(usize::from(*byte)) {
            *s = true;
        }
    }
    // Random bytes or base64 of 256 bits have about 30 different ones, and 16 or fewer practically never; 64 random hexadecimal
    // digits have about 16, and 10 or fewer less than once in 10⁹ keys.
    let different = seen.iter().filter(|s| **s).count();
    let few = if key.iter().all(u8::is_ascii_hexdigit) { 10 } else { 16 };
    let repeats = (1..=key.len() / 2).any(|n| key.iter().zip(key.iter().skip(n)).all(|(a, b)| a == b));
    let mut steps = [0_usize; 256];
    for (a, b) in key.iter().zip(key.iter().skip(1)) {
        if let Some(s) = steps.get_mut(usize::from(b.wrapping_sub(*a))) {
            *s += 1;
        }
    }
    let counts = steps.iter().max().is_some_and(|most| *most > key.len() / 2);
    if different <= few || repeats || counts { Err(KeyError::Predictable) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "9f1c7b02e4d85a6633b0fd918427ac5e70c96df2185e4ba3d60c3792ef81b45a";

    #[test]
    fn a_key_is_the_same_however_it_is_written() {
        let mut raw = Vec::new();
        assert!(decode_hex(HEX, &mut raw));
        let base64 = "nxx7AuTYWmYzsP2RhCesXnDJbfIYXkuj1gw3ku+BtFo=";
        let url = "nxx7AuTYWmYzsP2RhCesXnDJbfIYXkuj1gw3ku-BtFo";
        let check = MasterKey::from_bytes(HEX.as_bytes()).unwrap().check_value();
        let upper = HEX.to_uppercase();
        for form in [raw.as_slice(), base64.as_bytes(), url.as_bytes(), format!("{HEX}\n").as_bytes(), upper.as_bytes()]
        {
            assert_eq!(MasterKey::from_bytes(form).unwrap().check_value(), check);
        }
    }

    #[test]
    fn what_can_be_guessed_is_refused() {
        let refused = |key: &[u8]| MasterKey::from_bytes(key).unwrap_err();
        assert_eq!(refused(b""), KeyError::Empty);
        assert_eq!(refused(b" \n"), KeyError::Empty);
        assert!(matches!(refused(b"secret"), KeyError::Short(_)));
        assert!(matches!(refused(&HEX.as_bytes()[..62]), KeyError::Short(31)));
        let counting: Vec<u8> = (0..=63).collect();
        let hex_of_counting = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        for key in [
            "0".repeat(64).as_bytes(),
            "correcthorse".repeat(8).as_bytes(),
            "password password password password password password".as_bytes(),
            "deadbeef".repeat(8).as_bytes(),
            "0123456789abcdef".repeat(4).as_bytes(),
            hex_of_counting.as_bytes(),
            counting.as_slice(),
            &[0xff; 32],
            "ab".repeat(40).as_bytes(),
        ] {
            assert_eq!(refused(key), KeyError::Predictable);
        }
        assert!(KeyError::Empty.to_string().contains("openssl rand -hex 32"));
    }

    #[test]
    fn random_keys_are_taken() {
        let mut reader = blake3::Hasher::new().finalize_xof();
        let mut key = [0; 32];
        for _ in 0..10_000 {
            reader.fill(&mut key);
            let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
            assert!(MasterKey::from_bytes(&key).is_ok() && MasterKey::from_bytes(hex.as_bytes()).is_ok());
        }
    }

    #[test]
    fn keys_of_domains_and_purposes_differ_and_nothing_shows_them() {
        let key = MasterKey::from_bytes(HEX.as_bytes()).unwrap();
        let (a, b) = (key.domain("a"), key.domain("b"));
        assert_ne!(*a.purpose("x"), *b.purpose("x"));
        assert_ne!(*a.purpose("x"), *a.purpose("y"));
        assert_eq!(*a.purpose("x"), *key.domain("a").purpose("x"));
        assert_eq!(format!("{key:?} {a:?}"), "MasterKey DomainKey");
    }
}
