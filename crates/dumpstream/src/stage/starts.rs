//! Where each row of a block starts, for the place that an error names: a byte or two a row.
//!
//! Blocks wait in numbers, and a row may be as short as four bytes: what is kept of each must be shorter than itself.

/// The rows' starts, each as its distance from the one before: bytes, and line feeds where there are any.
#[derive(Debug, Default)]
pub(crate) struct Starts {
    distances: Vec<u8>,
    rows: u64,
    /// The last one's.
    at: usize,
}

impl Starts {
    /// Adds the row that starts at `at` in `text`, behind those before it.
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8], at: usize) {
        let lines = memchr::memchr_iter(b'\n', text.get(self.at..at).unwrap_or_default()).count() as u64;
        let bytes = (at - self.at) as u64;
        self.put(bytes << 1 | u64::from(lines > 0));
        if lines > 0 {
            self.put(lines);
        }
        self.at = at;
        self.rows += 1;
    }

    /// Adds a row whose place is of no interest.
    #[inline]
    pub(crate) fn count(&mut self) {
        self.rows += 1;
    }

    /// No more rows come.
    pub(crate) fn finished(mut self) -> Self {
        self.distances.shrink_to_fit();
        self
    }

    pub(crate) const fn rows(&self) -> u64 {
        self.rows
    }

    /// Memory that it takes.
    pub(crate) const fn bytes(&self) -> usize {
        self.distances.capacity()
    }

    /// Bytes and lines before row `n`. Reads through those before it.
    pub(crate) fn get(&self, n: usize) -> Option<(u64, u64)> {
        let mut rest = self.distances.iter();
        let mut found = None;
        for _ in 0..=n {
            let distance = take(&mut rest)?;
            let (bytes, lines) = found.unwrap_or((0, 0));
            let new_lines = if distance & 1 == 1 { take(&mut rest)? } else { 0 };
            found = Some((bytes + (distance >> 1), lines + new_lines));
        }
        found
    }

    /// Seven bits a byte, the lowest first; the last byte has the high bit clear.
    #[inline]
    fn put(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.distances.push((n & 0x7F) as u8 | 0x80);
            n >>= 7;
        }
        self.distances.push(n as u8);
    }
}

fn take<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.next()?;
        n |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_put_in_comes_out(text in "[a\n]{0,400}", gaps in prop::collection::vec(0usize..60, 0..20)) {
            let mut starts = Starts::default();
            let (mut at, mut wanted) = (0, Vec::new());
            for gap in gaps {
                at = (at + gap).min(text.len());
                starts.push(text.as_bytes(), at);
                wanted.push((at as u64, text[..at].matches('\n').count() as u64));
            }
            let starts = starts.finished();
            prop_assert_eq!(starts.rows(), wanted.len() as u64);
            for (n, place) in wanted.iter().enumerate() {
                prop_assert_eq!(starts.get(n), Some(*place));
            }
            prop_assert_eq!(starts.get(wanted.len()), None);
        }
    }

    #[test]
    fn long_rows_fit_as_well() {
        let text = vec![b'x'; 5 << 20];
        let mut starts = Starts::default();
        starts.push(&text, 17);
        starts.push(&text, 5 << 20);
        assert_eq!((starts.get(0), starts.get(1)), (Some((17, 0)), Some((5 << 20, 0))));
    }
}
