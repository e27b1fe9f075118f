//! Checksums that S3 keeps of an object, computed again of what arrives.

use crate::error::{Damage, Error, Result};
use crc_fast::CrcAlgorithm;
use sha2::{Digest, Sha256};

/// A kind of checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc64Nvme,
    Crc32c,
    Crc32,
    Sha256,
}

impl Algorithm {
    /// The kind of this name, if it is computed here.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        [Self::Crc64Nvme, Self::Crc32c, Self::Crc32, Self::Sha256].into_iter().find(|a| a.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Crc64Nvme => "CRC64NVME",
            Self::Crc32c => "CRC32C",
            Self::Crc32 => "CRC32",
            Self::Sha256 => "SHA-256",
        }
    }
}

#[derive(Debug)]
enum Running {
    Crc(Box<crc_fast::Digest>, usize),
    Sha256(Box<Sha256>),
}

impl Running {
    fn new(algorithm: Algorithm) -> Self {
        let crc = |algorithm, bytes| Self::Crc(Box::new(crc_fast::Digest::new(algorithm)), bytes);
        match algorithm {
            Algorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme, 8),
            Algorithm::Crc32c => crc(CrcAlgorithm::Crc32Iscsi, 4),
            Algorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc, 4),
            Algorithm::Sha256 => Self::Sha256(Box::default()),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(digest, _) => digest.update(bytes),
            Self::Sha256(digest) => digest.update(bytes),
        }
    }

    /// Big-endian, as S3 writes it.
    fn end(self) -> Vec<u8> {
        match self {
            Self::Crc(digest, bytes) => {
                let value = digest.finalize().to_be_bytes();
                value.get(value.len() - bytes..).unwrap_or_default().to_vec()
            }
            Self::Sha256(digest) => digest.finalize().to_vec(),
        }
    }
}

/// One checksum that is to come out.
#[derive(Debug)]
struct Check {
    algorithm: Algorithm,
    expected: Vec<u8>,
    running: Running,
    /// Of a composite checksum, which is one of its parts' checksums: what is over, and the parts to come.
    parts: Option<Parts>,
}

#[derive(Debug)]
struct Parts {
    of_parts: Running,
    /// Bytes of the part at hand that are still to come.
    left: u64,
    later: std::vec::IntoIter<u64>,
}

/// All that are to come out.
#[derive(Debug, Default)]
pub(super) struct Checks(Vec<Check>);

impl Checks {
    /// Expects a checksum of the whole object.
    pub(super) fn expect(&mut self, algorithm: Algorithm, expected: Vec<u8>) {
        self.0.push(Check { algorithm, expected, running: Running::new(algorithm), parts: None });
    }

    /// Expects a checksum of the checksums of parts with these sizes.
    pub(super) fn expect_composite(&mut self, algorithm: Algorithm, expected: Vec<u8>, sizes: Vec<u64>) {
        let mut later = sizes.into_iter();
        let left = later.next().unwrap_or_default();
        let parts = Some(Parts { of_parts: Running::new(algorithm), left, later });
        self.0.push(Check { algorithm, expected, running: Running::new(algorithm), parts });
    }

    /// The kinds of checksum that are to come out.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|check| check.algorithm.name()).collect()
    }

    /// The next bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        for check in &mut self.0 {
            check.add(bytes);
        }
    }

    /// After the last bytes: whether each came out.
    pub(super) fn end(&mut self) -> Result<()> {
        std::mem::take(&mut self.0).into_iter().try_for_each(Check::end)
    }
}

impl Check {
    fn add(&mut self, mut bytes: &[u8]) {
        while let Some(parts) = &mut self.parts {
            let len = usize::try_from(parts.left).unwrap_or(usize::MAX).min(bytes.len());
            let (now, later) = bytes.split_at(len);
            self.running.add(now);
            parts.left -= len as u64;
            bytes = later;
            if parts.left > 0 || (bytes.is_empty() && parts.later.len() > 0) {
                return;
            }
            let part = std::mem::replace(&mut self.running, Running::new(self.algorithm));
            parts.of_parts.add(&part.end());
            match parts.later.next() {
                Some(size) => parts.left = size,
                // The sizes add up to the object's, so nothing is left.
                None => {
                    let Some(parts) = self.parts.take() else { return };
                    self.running = parts.of_parts;
                    return;
                }
            }
        }
        self.running.add(bytes);
    }

    fn end(self) -> Result<()> {
        match self.parts.is_none() && self.running.end() == self.expected {
            true => Ok(()),
            false => Err(Error::source_bad(format!(
                "the {} of what was read is not the one that S3 keeps of the object",
                self.algorithm.name()
            ))
            .damaged(Damage::Checksum)
            .hint("it was damaged on its way: try again; if it stays, upload the dump again")
            .transient()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(mut checks: Checks, bytes: &[u8], chunk: usize) -> Result<()> {
        bytes.chunks(chunk).for_each(|c| checks.add(c));
        checks.end()
    }

    #[test]
    fn whole_checksums_are_those_of_the_standards() {
        // The check values of the algorithms' catalogue.
        for (algorithm, expected) in [
            (Algorithm::Crc32, 0xcbf4_3926_u32.to_be_bytes().to_vec()),
            (Algorithm::Crc32c, 0xe306_9283_u32.to_be_bytes().to_vec()),
            (Algorithm::Crc64Nvme, 0xae8b_1486_0a79_9888_u64.to_be_bytes().to_vec()),
            (Algorithm::Sha256, Sha256::digest(b"123456789").to_vec()),
        ] {
            for chunk in [1, 4, 9] {
                let mut checks = Checks::default();
                checks.expect(algorithm, expected.clone());
                through(checks, b"123456789", chunk).unwrap();
            }
            let mut checks = Checks::default();
            checks.expect(algorithm, expected.clone());
            let e = through(checks, b"123456780", 9).unwrap_err();
            assert!(e.to_string().contains(algorithm.name()), "{e}");
        }
    }

    #[test]
    fn composite_checksums_are_those_of_the_parts() {
        let object: Vec<u8> = (0..100_u8).collect();
        for algorithm in [Algorithm::Crc32, Algorithm::Crc64Nvme, Algorithm::Sha256] {
            for sizes in [vec![100], vec![30, 30, 30, 10], vec![50, 50], vec![1, 99]] {
                let mut all = Running::new(algorithm);
                let mut at = 0;
                for size in &sizes {
                    let mut part = Running::new(algorithm);
                    part.add(&object[at..at + usize::try_from(*size).unwrap()]);
                    all.add(&part.end());
                    at += usize::try_from(*size).unwrap();
                }
                let expected = all.end();
                for chunk in [1, 7, 30, 100] {
                    let mut checks = Checks::default();
                    checks.expect_composite(algorithm, expected.clone(), sizes.clone());
                    through(checks, &object, chunk).unwrap();
                    let mut checks = Checks::default();
                    checks.expect_composite(algorithm, expected.clone(), sizes.clone());
                    assert!(through(checks, &object[..99], chunk).is_err());
                }
            }
        }
    }
}
