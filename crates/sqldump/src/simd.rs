//! Byte classes of 64 bytes at a time, as bit masks. Safe vectors from `wide`: SSE2 on any x86-64, NEON on AArch64, plain
//! integers elsewhere; AVX2 when the build asks for it.

use wide::u8x16;

/// Bytes looked at in one step.
pub(crate) const WINDOW: usize = 64;

/// 16 bytes. The masks below have a bit for each, from the lowest on.
pub(crate) struct Vector(u8x16);

impl Vector {
    #[inline(always)]
    pub(crate) fn load(bytes: &[u8; 16]) -> Self {
        Self(u8x16::new(*bytes))
    }

    /// Bytes that equal `byte`.
    #[inline(always)]
    pub(crate) fn eq(&self, byte: u8) -> u32 {
        self.0.simd_eq(u8x16::splat(byte)).to_bitmask()
    }

    /// Bytes that equal one of `bytes`.
    #[inline(always)]
    pub(crate) fn any<const N: usize>(&self, bytes: [u8; N]) -> u32 {
        bytes.into_iter().fold(u8x16::ZERO, |found, b| found | self.0.simd_eq(u8x16::splat(b))).to_bitmask()
    }

    /// ASCII digits.
    #[inline(always)]
    pub(crate) fn digits(&self) -> u32 {
        Self::up_to(self.0 - u8x16::splat(b'0'), 9).to_bitmask()
    }

    /// Hexadecimal digits in either case.
    #[inline(always)]
    pub(crate) fn hex_digits(&self) -> u32 {
        let letters = (self.0 | u8x16::splat(0x20)) - u8x16::splat(b'a');
        (Self::up_to(self.0 - u8x16::splat(b'0'), 9) | Self::up_to(letters, 5)).to_bitmask()
    }

    #[inline(always)]
    fn up_to(v: u8x16, max: u8) -> u8x16 {
        v.min(u8x16::splat(max)).simd_eq(v)
    }
}

/// 64 bytes, loaded once and compared many times.
pub(crate) struct Window([u8x16; 4]);

impl Window {
    #[inline(always)]
    pub(crate) fn load(bytes: &[u8; WINDOW]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        match parts {
            [a, b, c, d] => Self([u8x16::new(*a), u8x16::new(*b), u8x16::new(*c), u8x16::new(*d)]),
            _ => Self([u8x16::ZERO; 4]),
        }
    }

    /// Bit `i` is set where byte `i` equals `byte`.
    #[inline(always)]
    pub(crate) fn eq(&self, byte: u8) -> u64 {
        let v = u8x16::splat(byte);
        let [a, b, c, d] = &self.0;
        u64::from(a.simd_eq(v).to_bitmask())
            | u64::from(b.simd_eq(v).to_bitmask()) << 16
            | u64::from(c.simd_eq(v).to_bitmask()) << 32
            | u64::from(d.simd_eq(v).to_bitmask()) << 48
    }
}

impl Window {
    /// Bit `i` is set where byte `i` equals one of `bytes`.
    #[inline(always)]
    pub(crate) fn any<const N: usize>(&self, bytes: [u8; N]) -> u64 {
        let of = |v: u8x16| u64::from(Vector(v).any(bytes));
        let [a, b, c, d] = self.0;
        of(a) | of(b) << 16 | of(c) << 32 | of(d) << 48
    }
}

/// Bit `i` of the result is the parity of bits `0..=i`: turns quote marks into "inside the quotes".
#[inline(always)]
pub(crate) const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    bits
}

/// Bits that follow an odd run of backslashes, i.e. that are escaped. `carry` says whether the window's first byte is
/// escaped by the window before, and is updated for the next one.
#[inline(always)]
pub(crate) const fn escaped(backslash: u64, carry: &mut bool) -> u64 {
    if backslash == 0 {
        let first = *carry as u64;
        *carry = false;
        return first;
    }
    // The branch-free form known from simdjson: a backslash escapes what follows unless it is escaped itself.
    let first = *carry as u64;
    let backslash = backslash & !first;
    let follows = (backslash << 1) | first;
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let odd_starts = backslash & !EVEN & !follows;
    let (sequences, overflow) = odd_starts.overflowing_add(backslash);
    *carry = overflow;
    let invert = sequences << 1;
    (EVEN ^ invert) & follows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escapes_match_the_obvious_loop(bytes in proptest::collection::vec(prop_oneof![Just(b'\\'), Just(b'a')], 256)) {
            let mut obvious = std::vec::Vec::new();
            let mut esc = false;
            for &b in &bytes {
                obvious.push(esc);
                esc = !esc && b == b'\\';
            }
            let mut carry = false;
            for (n, chunk) in bytes.chunks_exact(WINDOW).enumerate() {
                let w = Window::load(chunk.try_into().unwrap());
                let mask = escaped(w.eq(b'\\'), &mut carry);
                for i in 0..WINDOW {
                    prop_assert_eq!(mask >> i & 1 == 1, obvious[n * WINDOW + i]);
                }
            }
        }
    }

    #[test]
    fn prefix_parity() {
        assert_eq!(prefix_xor(0b1001_0010), !0u64 << 7 | 0b0000_1110);
    }
}
