//! What the key makes of a value: bytes and numbers that nobody can tell from random ones without it.

use crate::key::DomainKey;
use std::fmt;
use zeroize::Zeroizing;

/// A pseudorandom function: BLAKE3 with a key.
pub struct Prf(Zeroizing<[u8; 32]>);

impl fmt::Debug for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prf")
    }
}

impl Prf {
    /// The function of one purpose in a domain.
    pub fn new(key: &DomainKey, purpose: &str) -> Self {
        Self(key.purpose(purpose))
    }

    /// 32 bytes.
    pub fn hash(&self, message: &[u8]) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, message).as_bytes()
    }

    /// 64 bits.
    pub fn u64(&self, message: &[u8]) -> u64 {
        self.stream(message).next_u64()
    }

    /// 128 bits.
    pub fn u128(&self, message: &[u8]) -> u128 {
        u128::from_le_bytes(self.hash(message).first_chunk::<16>().copied().unwrap_or_default())
    }

    /// As much as is asked for.
    pub fn stream<'a>(&'a self, message: &'a [u8]) -> Stream<'a> {
        Stream { prf: self, message, block: self.hash(message), used: 0, more: None }
    }
}

/// Pseudorandom bytes without an end. The first 32 cost one hash.
pub struct Stream<'a> {
    prf: &'a Prf,
    message: &'a [u8],
    block: [u8; 32],
    used: usize,
    more: Option<Box<blake3::OutputReader>>,
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream<'_> {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        if let Some(bytes) = self.block.get(self.used..).and_then(|b| b.first_chunk::<8>()) {
            self.used += 8;
            return u64::from_le_bytes(*bytes);
        }
        let reader = self.more.get_or_insert_with(|| {
            let mut reader = blake3::Hasher::new_keyed(&self.prf.0).update(self.message).finalize_xof();
            reader.set_position(32);
            Box::new(reader)
        });
        reader.fill(&mut self.block);
        let [a, b, c, d, e, f, g, h, ..] = self.block;
        self.used = 8;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// A number below `limit`, each as likely as every other. 0 if the limit is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 {
            return 0;
        }
        // Lemire: the high half of a product; the few products that would favour some numbers are drawn again.
        let unfair = limit.wrapping_neg() % limit;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(limit);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }

    /// The same as a position in a list.
    pub fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// Appends so many of the alphabet's characters (ASCII, 2 to 256 of them).
    pub fn characters(&mut self, alphabet: &[u8], count: usize, out: &mut Vec<u8>) {
        let bits = alphabet.len().trailing_zeros();
        if alphabet.len().is_power_of_two() {
            let per_word = 64 / bits.max(1);
            let (mut word, mut left) = (0, 0);
            for _ in 0..count {
                if left == 0 {
                    (word, left) = (self.next_u64(), per_word);
                }
                out.extend(alphabet.get((word & (alphabet.len() as u64 - 1)) as usize));
                word >>= bits;
                left -= 1;
            }
        } else {
            for _ in 0..count {
                let at = self.index(alphabet.len());
                out.extend(alphabet.get(at));
            }
        }
    }

    /// Appends so many decimal digits.
    pub fn digits(&mut self, mut count: usize, out: &mut Vec<u8>) {
        while count > 0 {
            let some = count.min(16);
            let mut number = self.below(10_u64.pow(some as u32));
            let start = out.len();
            for _ in 0..some {
                out.push(b'0' + (number % 10) as u8);
                number /= 10;
            }
            if let Some(written) = out.get_mut(start..) {
                written.reverse();
            }
            count -= some;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::key::MasterKey;

    /// A key for tests.
    pub(crate) fn key() -> MasterKey {
        MasterKey::from_bytes(b"9f1c7b02e4d85a6633b0fd918427ac5e70c96df2185e4ba3d60c3792ef81b45a").unwrap()
    }

    #[test]
    fn a_stream_goes_on_where_the_hash_ends() {
        let prf = Prf::new(&key().domain("d"), "p");
        let mut stream = prf.stream(b"message");
        let words: Vec<u64> = (0..40).map(|_| stream.next_u64()).collect();
        let mut bytes = [0; 320];
        blake3::Hasher::new_keyed(&prf.0).update(b"message").finalize_xof().fill(&mut bytes);
        let expected: Vec<u64> = bytes.chunks(8).map(|c| u64::from_le_bytes(c.try_into().unwrap())).collect();
        assert_eq!(words, expected);
        assert_eq!(prf.u64(b"message"), expected[0]);
        assert_eq!(prf.u128(b"message") as u64, expected[0]);
    }

    #[test]
    fn numbers_below_a_limit_are_all_as_likely() {
        let prf = Prf::new(&key().domain("d"), "p");
        let mut stream = prf.stream(b"");
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[stream.index(7)] += 1;
        }
        assert!(counts.iter().all(|c| (9_500..10_500).contains(c)), "{counts:?}");
        assert_eq!(stream.below(1), 0);
        assert_eq!(stream.below(0), 0);
        assert!((0..1000).all(|_| stream.below(u64::MAX / 2 + 2) < u64::MAX / 2 + 2));
    }

    #[test]
    fn characters_are_of_the_alphabet_and_all_of_them_come() {
        let prf = Prf::new(&key().domain("d"), "p");
        for alphabet in [b"abcdefghijklmnopqrstuvwxyz234567".as_slice(), b"0123456789", b"xyz", b"ab"] {
            let mut out = Vec::new();
            prf.stream(b"m").characters(alphabet, 2000, &mut out);
            assert_eq!(out.len(), 2000);
            assert!(alphabet.iter().all(|c| out.contains(c)) && out.iter().all(|c| alphabet.contains(c)));
        }
        let mut out = Vec::new();
        prf.stream(b"m").digits(37, &mut out);
        assert!(out.len() == 37 && out.iter().all(u8::is_ascii_digit));
    }
}
