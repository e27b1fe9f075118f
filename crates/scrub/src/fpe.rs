//! Format-preserving encryption: FF1 of NIST SP 800-38G with AES-256, and permutations of ranges without fixed points made
//! of it. Only ever in the one direction: nothing here gives a value back.

use crate::prf::encrypt;
use aes::Aes256;
use aes::cipher::KeyInit;
use std::fmt;

/// Least number of values that may be permuted (SP 800-38G rev. 1).
pub const LEAST_DOMAIN: u128 = 1_000_000;
/// Most characters of a text that is encrypted.
pub const MOST_NUMERALS: usize = 1024;

/// FF1 on texts of so many numerals whose halves fit 63 bits each.
pub struct Ff1 {
    cipher: Box<Aes256>,
    /// The last block of each round's message but for the round and the number.
    base: u128,
    /// Bytes of a half's number, and bits of a round's number that are left out.
    bytes: u32,
    cut: u32,
    /// How many values the first and the second half can have.
    first: u64,
    second: u64,
}

impl fmt::Debug for Ff1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ff1")
    }
}

impl Ff1 {
    /// For texts of `length` numerals in `radix` (2 to 256); `None` if they don't fit or are too few.
    pub fn new(key: &[u8; 32], tweak: &[u8], radix: u32, length: u32) -> Option<Self> {
        let (u, v) = (length / 2, length - length / 2);
        let first = u64::from(radix).checked_pow(u)?;
        let second = u64::from(radix).checked_pow(v).filter(|s| *s <= 1 << 63)?;
        if !(2..=256).contains(&radix) || length < 2 || u128::from(first) * u128::from(second) < LEAST_DOMAIN {
            return None;
        }
        let cipher = Box::new(Aes256::new(&(*key).into()));
        let bytes = (64 - (second - 1).leading_zeros()).div_ceil(8);
        let d = bytes.div_ceil(4) * 4 + 4;
        let state = start(&cipher, tweak, radix, length);
        // The tweak and its padding, but for the part that shares the last block with the number.
        let mut message = tweak.to_vec();
        while !(message.len() + 1 + bytes as usize).is_multiple_of(16) {
            message.push(0);
        }
        message.resize(message.len() + 1 + bytes as usize, 0);
        let base = message.chunks_exact(16).fold((state, 0), |(state, _), block| {
            let block = u128::from_be_bytes(block.first_chunk().copied().unwrap_or_default()) ^ state;
            (encrypt(&cipher, block), block)
        });
        Some(Self { cipher, base: base.1, bytes, cut: 128 - 8 * d, first, second })
    }

    /// How many values there are.
    pub fn size(&self) -> u128 {
        u128::from(self.first) * u128::from(self.second)
    }

    /// The permutation as FF1 has it. A value beyond the size is taken for the one that remains of it.
    pub fn encrypt(&self, value: u128) -> u128 {
        let (mut a, mut b) = match u64::try_from(value) {
            Ok(value) => (value / self.second % self.first, value % self.second),
            Err(_) => {
                let second = u128::from(self.second);
                ((value / second % u128::from(self.first)) as u64, (value % second) as u64)
            }
        };
        let (mut modulus, mut other) = (self.first, self.second);
        for round in 0..10_u128 {
            let block = self.base ^ round << (8 * self.bytes) ^ u128::from(b);
            let y = encrypt(&self.cipher, block) >> self.cut;
            let y = match u64::try_from(y) {
                Ok(y) => y % modulus,
                Err(_) => (y % u128::from(modulus)) as u64,
            };
            // Both are below a modulus of at most 63 bits.
            let sum = a + y;
            let c = if sum >= modulus { sum - modulus } else { sum };
            (a, b) = (b, c);
            (modulus, other) = (other, modulus);
        }
        u128::from(a) * u128::from(self.second) + u128::from(b)
    }
}

/// The state of the message's hash after its first block.
fn start(cipher: &Aes256, tweak: &[u8], radix: u32, length: u32) -> u128 {
    let [_, r0, r1, r2] = radix.to_be_bytes();
    let [n0, n1, n2, n3] = length.to_be_bytes();
    let [t0, t1, t2, t3] = (tweak.len() as u32).to_be_bytes();
    let half = (length / 2) as u8;
    encrypt(cipher, u128::from_be_bytes([1, 2, 1, r0, r1, r2, 10, half, n0, n1, n2, n3, t0, t1, t2, t3]))
}

/// FF1 on texts of any length, numeral by numeral. Slow: for those that [`Ff1`] doesn't take.
pub struct LongFf1(Box<Aes256>);

impl fmt::Debug for LongFf1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LongFf1")
    }
}

impl LongFf1 {
    /// With a key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Box::new(Aes256::new(&(*key).into())))
    }

    /// Encrypts numerals below `radix` (2 to 256), in place.
    pub fn encrypt(&self, tweak: &[u8], radix: u32, numerals: &mut [u8]) {
        let length = numerals.len();
        let (u, v) = (length / 2, length - length / 2);
        let start = start(&self.0, tweak, radix, length as u32);
        let greatest = vec![(radix - 1) as u8; v];
        let bytes = to_bytes(radix, &greatest).len();
        let d = bytes.div_ceil(4) * 4 + 4;
        let (mut a, mut b) =
            (numerals.get(..u).unwrap_or_default().to_vec(), numerals.get(u..).unwrap_or_default().to_vec());
        for round in 0..10_u8 {
            let number = to_bytes(radix, &b);
            let mut message = tweak.to_vec();
            while !(message.len() + 1 + bytes).is_multiple_of(16) {
                message.push(0);
            }
            message.push(round);
            message.resize(message.len() + bytes - number.len(), 0);
            message.extend(number);
            let state = message.chunks_exact(16).fold(start, |state, block| {
                encrypt(&self.0, state ^ u128::from_be_bytes(block.first_chunk().copied().unwrap_or_default()))
            });
            let mut s = state.to_be_bytes().to_vec();
            for j in 1..d.div_ceil(16) as u128 {
                s.extend(encrypt(&self.0, state ^ j).to_be_bytes());
            }
            s.truncate(d);
            // The numerals of the round's number, last first, are added to those of the other half.
            let mut carry = 0;
            for numeral in a.iter_mut().rev() {
                let sum = u32::from(*numeral) + divide(&mut s, radix) + carry;
                *numeral = (sum % radix) as u8;
                carry = sum / radix;
            }
            std::mem::swap(&mut a, &mut b);
        }
        for (to, from) in numerals.iter_mut().zip(a.into_iter().chain(b)) {
            *to = from;
        }
    }
}

/// A number's bytes, the greatest first and no zeros before it.
fn to_bytes(radix: u32, numerals: &[u8]) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for numeral in numerals {
        let mut carry = u32::from(*numeral);
        for byte in bytes.iter_mut() {
            carry += u32::from(*byte) * radix;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            bytes.push(carry as u8);
        }
    }
    bytes.reverse();
    bytes
}

/// Divides a number by the radix and gives the remainder.
fn divide(bytes: &mut [u8], radix: u32) -> u32 {
    let mut rest = 0;
    for byte in bytes {
        let part = rest << 8 | u32::from(*byte);
        *byte = (part / radix) as u8;
        rest = part % radix;
    }
    rest
}

/// A permutation of the numbers below a size, without fixed points.
#[derive(Debug)]
pub struct Permutation {
    ff1: Ff1,
    size: u128,
}

impl Permutation {
    /// Of the numbers below `size`, from 10⁶ to 2⁶⁴.
    pub fn range(key: &[u8; 32], size: u128) -> Option<Self> {
        let bits = 128 - size.checked_sub(1)?.leading_zeros();
        // FF1 wants 10⁶ values of its own, and the few above the size are walked over.
        Ff1::new(key, &[], 2, bits).filter(|_| size >= LEAST_DOMAIN && bits <= 64).map(|ff1| Self { ff1, size })
    }

    /// Of the numbers of so many numerals.
    pub fn numerals(key: &[u8; 32], radix: u32, length: u32) -> Option<Self> {
        Ff1::new(key, &[], radix, length).map(|ff1| Self { size: ff1.size(), ff1 })
    }

    /// How many numbers there are.
    pub fn size(&self) -> u128 {
        self.size
    }

    /// What a number below the size becomes: never itself.
    pub fn apply(&self, value: u128) -> u128 {
        self.apply_where(value, |_| true)
    }

    /// The same among the numbers for which `like` is what it is for the value.
    pub fn apply_where(&self, value: u128, like: impl Fn(u128) -> bool) -> u128 {
        let class = like(value);
        let within = |n: &u128| *n < self.size && like(*n) == class;
        // A permutation of more numbers is one of these, if it is applied until it gives one of them.
        let map = |from: u128| {
            let mut n = self.ff1.encrypt(from);
            while !within(&n) {
                n = self.ff1.encrypt(n);
            }
            n
        };
        let next = |from: u128| {
            let mut n = from;
            loop {
                n = if n + 1 >= self.size { 0 } else { n + 1 };
                if within(&n) {
                    return n;
                }
            }
        };
        let previous = |from: u128| {
            let mut n = from;
            loop {
                n = if n == 0 { self.size - 1 } else { n - 1 };
                if within(&n) {
                    return n;
                }
            }
        };
        derange(value, map, next, previous)
    }
}

/// What `map`, a permutation, makes of a value, with the images of each run of fixed points and of the value after it moved on
/// by one: the first of the run goes to the value after it. Remains a permutation, and has no fixed points.
fn derange(
    value: u128,
    map: impl Fn(u128) -> u128,
    next: impl Fn(u128) -> u128,
    previous: impl Fn(u128) -> u128,
) -> u128 {
    let image = map(value);
    if image == value {
        return map(next(value));
    }
    let mut first = value;
    loop {
        let before = previous(first);
        if before == value || map(before) != before {
            break;
        }
        first = before;
    }
    if first == value { image } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &str = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94";

    fn key() -> [u8; 32] {
        std::array::from_fn(|i| u8::from_str_radix(&KEY[2 * i..2 * i + 2], 16).unwrap())
    }

    fn value(text: &str, radix: u32) -> u128 {
        text.chars().fold(0, |n, c| n * u128::from(radix) + u128::from(c.to_digit(radix).unwrap()))
    }

    /// NIST's samples of FF1 with AES-256, numbers 7 to 9.
    #[test]
    fn it_gives_nists_samples() {
        for (radix, tweak, from, to) in [
            (10, b"".as_slice(), "0123456789", "6657667009"),
            (10, b"9876543210", "0123456789", "1001623463"),
            (36, b"7777pqrs777", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
        ] {
            let ff1 = Ff1::new(&key(), tweak, radix, from.len() as u32).unwrap();
            assert_eq!(ff1.encrypt(value(from, radix)), value(to, radix));
            let mut numerals: Vec<u8> = from.chars().map(|c| c.to_digit(radix).unwrap() as u8).collect();
            LongFf1::new(&key()).encrypt(tweak, radix, &mut numerals);
            let text: String = numerals.iter().map(|n| char::from_digit(u32::from(*n), radix).unwrap()).collect();
            assert_eq!(text, to);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

        /// A second opinion: the crate `fpe`.
        #[test]
        fn it_agrees_with_another_implementation(
            key: [u8; 32], radix in 2_u32..=256, seed in prop::collection::vec(any::<u8>(), 2..200), tweak in prop::collection::vec(any::<u8>(), 0..20)
        ) {
            let numerals: Vec<u8> = seed.iter().map(|s| (u32::from(*s) % radix) as u8).collect();
            prop_assume!(f64::from(radix).powi(numerals.len() as i32) >= 1e6);
            let other = fpe::ff1::FF1::<Aes256>::new(&key, radix).unwrap();
            let text = fpe::ff1::FlexibleNumeralString::from(numerals.iter().map(|n| u16::from(*n)).collect::<Vec<_>>());
            let expected: Vec<u8> = Vec::<u16>::from(other.encrypt(&tweak, &text).unwrap()).iter().map(|n| *n as u8).collect();
            let mut found = numerals.clone();
            LongFf1::new(&key).encrypt(&tweak, radix, &mut found);
            prop_assert_eq!(&found, &expected);
            if let Some(ff1) = Ff1::new(&key, &tweak, radix, numerals.len() as u32) {
                let number = |n: &[u8]| n.iter().fold(0, |v, n| v * u128::from(radix) + u128::from(*n));
                prop_assert_eq!(ff1.encrypt(number(&numerals)), number(&expected));
            }
        }
    }

    #[test]
    fn small_domains_are_refused() {
        assert!(Ff1::new(&key(), b"", 10, 5).is_none() && Ff1::new(&key(), b"", 10, 6).is_some());
        assert!(Permutation::range(&key(), 999_999).is_none() && Permutation::range(&key(), 1_000_000).is_some());
        assert!(Permutation::range(&key(), 1 << 64).is_some());
    }

    #[test]
    fn it_is_a_permutation_of_the_range_without_fixed_points() {
        let permutation = Permutation::range(&key(), 1_000_003).unwrap();
        let mut seen = vec![false; 1_000_003];
        for n in 0..1_000_003 {
            let to = permutation.apply(n);
            assert!(to != n && !std::mem::replace(&mut seen[to as usize], true));
        }
    }

    #[test]
    fn runs_of_fixed_points_are_taken_apart() {
        // All permutations of up to six numbers that have a number that isn't fixed.
        fn permutations(of: &[u128]) -> Vec<Vec<u128>> {
            if of.is_empty() {
                return vec![Vec::new()];
            }
            of.iter()
                .flat_map(|first| {
                    let rest: Vec<u128> = of.iter().copied().filter(|n| n != first).collect();
                    permutations(&rest).into_iter().map(move |p| [vec![*first], p].concat())
                })
                .collect()
        }
        for size in 2..=6_u128 {
            let all: Vec<u128> = (0..size).collect();
            for map in permutations(&all).into_iter().filter(|m| *m != all) {
                let mut images: Vec<u128> = all
                    .iter()
                    .map(|n| {
                        let to = derange(*n, |n| map[n as usize], |n| (n + 1) % size, |n| (n + size - 1) % size);
                        assert_ne!(to, *n, "{map:?}");
                        to
                    })
                    .collect();
                images.sort_unstable();
                assert_eq!(images, all, "{map:?}");
            }
        }
    }
}
