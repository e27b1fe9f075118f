//! What the key makes of a value: bytes and numbers that nobody can tell from random ones without it.

use crate::key::DomainKey;
use aes::Aes256;
use aes::cipher::{BlockEncrypt, KeyInit};
use std::fmt;
use wide::{bytemuck, u64x2};
use zeroize::Zeroizing;

/// A pseudorandom function: AES-CMAC (NIST SP 800-38B) with a key of 256 bits, which for the few bytes of a value is the fastest
/// standard one where the processor has AES. More than its 16 bytes come from AES in counter mode, with another key and the
/// CMAC as the counter's beginning.
pub struct Prf(Box<Ciphers>);

struct Ciphers {
    mac: Aes256,
    /// What the last block is changed by: a whole one, and one that was padded.
    last: Zeroizing<[u128; 2]>,
    stream: Aes256,
}

impl fmt::Debug for Prf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prf")
    }
}

impl Prf {
    /// The function of one purpose in a domain.
    pub fn new(key: &DomainKey, purpose: &str) -> Self {
        Self::of(&key.purpose(purpose), &key.purpose(&format!("{purpose}, stream")))
    }

    fn of(mac: &[u8; 32], stream: &[u8; 32]) -> Self {
        let mac = Aes256::new(&(*mac).into());
        let double = |n: u128| n << 1 ^ if n >> 127 == 1 { 0x87 } else { 0 };
        let whole = double(encrypt(&mac, 0));
        Self(Box::new(Ciphers {
            mac,
            last: Zeroizing::new([whole, double(whole)]),
            stream: Aes256::new(&(*stream).into()),
        }))
    }

    /// The CMAC.
    #[inline]
    fn mac(&self, message: &[u8]) -> u128 {
        let mac = &self.0.mac;
        let [whole, padded] = *self.0.last;
        let (blocks, rest) = message.as_chunks::<16>();
        let mut state = 0;
        let (ends, blocks) = match (rest, blocks.split_last()) {
            ([], Some((end, blocks))) => (u128::from_be_bytes(*end) ^ whole, blocks),
            _ => {
                let mut block = [0; 16];
                for (to, from) in block.iter_mut().zip(rest.iter().chain([&0x80])) {
                    *to = *from;
                }
                (u128::from_be_bytes(block) ^ padded, blocks)
            }
        };
        for block in blocks {
            state = encrypt(mac, state ^ u128::from_be_bytes(*block));
        }
        encrypt(mac, state ^ ends)
    }

    /// 32 bytes.
    pub fn hash(&self, message: &[u8]) -> [u8; 32] {
        let mac = self.mac(message);
        let mut out = [0; 32];
        let (first, second) = out.split_at_mut(16);
        first.copy_from_slice(&mac.to_be_bytes());
        second.copy_from_slice(&encrypt(&self.0.stream, mac ^ 1).to_be_bytes());
        out
    }

    /// 64 bits.
    pub fn u64(&self, message: &[u8]) -> u64 {
        (self.mac(message) >> 64) as u64
    }

    /// 128 bits.
    pub fn u128(&self, message: &[u8]) -> u128 {
        self.mac(message)
    }

    /// As much as is asked for.
    #[inline]
    pub fn stream(&self, message: &[u8]) -> Stream<'_> {
        let mac = self.mac(message);
        Stream { prf: self, mac, block: mac, used: 0, count: 0 }
    }
}

/// One block.
#[inline]
pub(crate) fn encrypt(cipher: &Aes256, block: u128) -> u128 {
    // Written as one register: AES would wait for two halves that it reads as a whole.
    let [high, low] = [(block >> 64) as u64, block as u64];
    let mut bytes: [u8; 16] = bytemuck::cast(u64x2::new([high.to_be(), low.to_be()]));
    cipher.encrypt_block((&mut bytes).into());
    u128::from_be_bytes(bytes)
}

/// Pseudorandom bytes without an end. The first 16 cost one CMAC.
pub struct Stream<'a> {
    prf: &'a Prf,
    mac: u128,
    block: u128,
    /// Words of the block that were taken.
    used: u8,
    /// Blocks after the first.
    count: u128,
}

impl fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream<'_> {
    /// The next 64 bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        if self.used == 2 {
            self.count += 1;
            self.block = encrypt(&self.prf.0.stream, self.mac ^ self.count);
            self.used = 0;
        }
        self.used += 1;
        if self.used == 1 { (self.block >> 64) as u64 } else { self.block as u64 }
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

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    /// The examples of NIST SP 800-38B for AES-256.
    #[test]
    fn the_standard_s_examples() {
        let key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let message = hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
        );
        let prf = Prf::of(key.as_slice().try_into().unwrap(), &[0; 32]);
        for (length, expected) in [
            (0, "028962f61b7bf89efc6b551f4667d983"),
            (16, "28a7023f452e8f82bd4bf28d8c37c35c"),
            (40, "aaf3d8f1de5640c232f5b169b9c911e6"),
            (64, "e1992190549f6ed5696a2c056c315410"),
        ] {
            assert_eq!(prf.u128(&message[..length]).to_be_bytes().as_slice(), hex(expected), "{length} bytes");
        }
    }

    #[test]
    fn a_stream_goes_on_where_the_mac_ends() {
        let prf = Prf::new(&key().domain("d"), "p");
        let mut stream = prf.stream(b"message");
        let words: Vec<u64> = (0..40).map(|_| stream.next_u64()).collect();
        let both: Vec<u8> = words[..4].iter().flat_map(|w| w.to_be_bytes()).collect();
        assert_eq!(both, prf.hash(b"message"));
        assert_eq!(prf.u64(b"message"), words[0]);
        assert_eq!(prf.u128(b"message"), u128::from(words[0]) << 64 | u128::from(words[1]));
        let different: std::collections::BTreeSet<u64> = words.iter().copied().collect();
        assert_eq!(different.len(), 40);
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
