//! Damage of every kind: what is cut off or changed is refused, or made no difference.
//!
//! `DUMPSTREAM_DAMAGE_CASES=10` tries ten times as many cases where they are drawn at random.

use super::*;
use crate::source::{Codec, Source, SourceOptions};
use crate::stage::decode::tests::encode;
use async_compression::codecs::lz4::params::EncoderParams;
use async_compression::codecs::{EncodeV2, Lz4Encoder};
use std::fmt::Write;
use std::path::PathBuf;

const CODECS: [Codec; 5] = [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz, Codec::Lz4];

/// Dumps as the producers wrote them, each of about everything there is; the last marks its end in no way.
const SMALL: [&str; 4] =
    ["small-mysql97.sql", "small-mariadb1011.sql", "small-mariadb1011-skip-comments.sql", "small-mysql97-compact.sql"];

fn small(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(name);
    std::fs::read(path).unwrap()
}

impl Bench {
    /// What is read of a source.
    fn decoded(&self, stored: &[u8]) -> Vec<u8> {
        let spec = self.put(stored);
        self.runtime.block_on(async {
            let mut source = Source::open(&spec, &SourceOptions::default()).await.unwrap();
            let mut all = Vec::new();
            while source.read(&mut all).await.unwrap() > 0 {}
            all
        })
    }
}

/// Does `work` for every case, in any order; most of the time each waits for threads of its own. Sums up what comes back.
fn each(cases: impl IntoIterator<Item = usize>, work: impl Fn(&Bench, usize) -> [usize; 2] + Sync) -> [usize; 2] {
    const AT_ONCE: usize = 6;
    let cases: Vec<usize> = cases.into_iter().collect();
    std::thread::scope(|scope| {
        let part = |n: usize| {
            let (cases, work) = (&cases, &work);
            scope.spawn(move || {
                let bench = Bench::new();
                let mine = cases.iter().skip(n).step_by(AT_ONCE);
                mine.map(|case| work(&bench, *case)).fold([0, 0], |[a, b], [c, d]| [a + c, b + d])
            })
        };
        let parts: Vec<_> = (0..AT_ONCE).map(part).collect();
        parts.into_iter().map(|p| p.join().unwrap()).fold([0, 0], |[a, b], [c, d]| [a + c, b + d])
    })
}

/// All that a restore would make of a dump.
#[derive(Debug, PartialEq)]
struct Contents {
    tables: Vec<VerifiedTable>,
    objects: BTreeMap<&'static str, u64>,
    /// But SET: that a dump which is cut off behind its last object sets nothing back makes no difference.
    statements: BTreeMap<&'static str, u64>,
}

fn contents(report: &VerifyReport) -> Contents {
    let statements = report.statements.iter().filter(|(kind, _)| **kind != "SET").map(|(k, n)| (*k, *n)).collect();
    Contents { tables: report.tables.clone(), objects: report.objects.clone(), statements }
}

/// Fails unless a damaged dump was refused as it should be, or made no difference. Whether it was refused.
#[track_caller]
fn refused_or_identical(verified: &Verified, whole: &Contents, what: &str) -> bool {
    match &verified.error {
        Some(e) => {
            assert_eq!(e.kind().exit_code(), 3, "{what}: {e:?}");
            assert!(e.hint_text().is_some(), "{what}: {e:?}");
            true
        }
        None => {
            let now = contents(&verified.report);
            let told = verified.report.warnings.iter().any(|w| w.code == "end_unmarked");
            assert!(now == *whole || told, "{what}: {now:?} is not {whole:?}");
            false
        }
    }
}

/// Numbers that are the same every time (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn cases(n: usize) -> usize {
    let times = std::env::var("DUMPSTREAM_DAMAGE_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(1);
    n * times
}

/// Compressed as the programs do it by default: with a checksum of the content.
fn checked(codec: Codec, plain: &[u8]) -> Vec<u8> {
    if codec != Codec::Lz4 {
        return encode(codec, plain);
    }
    let mut encoder = Lz4Encoder::new(EncoderParams::default().content_checksum(true));
    let mut out = Vec::new();
    let mut room = vec![0; 64 << 10];
    let mut from = async_compression::core::util::PartialBuffer::new(plain);
    loop {
        let mut to = async_compression::core::util::WriteBuffer::new_initialized(&mut room);
        let done = if from.unwritten().is_empty() {
            encoder.finish(&mut to).unwrap()
        } else {
            encoder.encode(&mut from, &mut to).unwrap();
            false
        };
        out.extend_from_slice(to.written());
        if done {
            return out;
        }
    }
}

/// A dump of some megabytes, as mysqldump writes one.
fn large() -> Vec<u8> {
    let mut text = String::from(
        "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n--\n-- Host: localhost    Database: shop\n\
         -- ------------------------------------------------------\n-- Server version\t8.0.37\n\n\
         /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\n",
    );
    let mut random = Random(7);
    for table in 0..8 {
        let _ = write!(
            text,
            "DROP TABLE IF EXISTS `t{table}`;\nCREATE TABLE `t{table}` (\n  `id` int NOT NULL,\n  `v` varchar(200) DEFAULT NULL,\n  \
             `d` double NOT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n\nLOCK TABLES `t{table}` WRITE;\n\
             /*!40000 ALTER TABLE `t{table}` DISABLE KEYS */;\n"
        );
        for insert in 0..4 {
            let _ = write!(text, "INSERT INTO `t{table}` VALUES ");
            for row in 0..500 {
                let id = insert * 500 + row;
                let sep = if row == 0 { "" } else { "," };
                let words =
                    ["it\\'s (", "a;b", "-- no", "\\\\", "/* */", "x"][random.below(6)].repeat(random.below(12));
                let _ = write!(text, "{sep}({id},'{words}',{}.5)", random.below(1 << 20));
            }
            text.push_str(";\n");
        }
        let _ = write!(text, "/*!40000 ALTER TABLE `t{table}` ENABLE KEYS */;\nUNLOCK TABLES;\n\n");
    }
    text.push_str("/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n\n-- Dump completed on 2026-01-01  0:00:00\n");
    text.into_bytes()
}

#[test]
fn a_whole_dump_is_told_to_be_so() {
    let bench = Bench::new();
    let ends = ["footer", "footer", "settings_set_back", "unknown"];
    for (name, end) in SMALL.into_iter().zip(ends) {
        let plain = small(name);
        let Verified { report, error } = bench.verify(&plain);
        assert!(error.is_none(), "{name}: {error:?}");
        assert_eq!((report.end, report.outcome), (Some(end), "ok"), "{name}");
        assert_eq!(report.warnings.len(), usize::from(end == "unknown"), "{name}");
        let rows: Vec<u64> = report.tables.iter().map(|t| t.rows).collect();
        assert_eq!(rows, [4, 3], "{name}");
        assert_eq!(report.objects, BTreeMap::from([("function", 1), ("trigger", 1), ("view", 1)]), "{name}");
        assert_eq!(report.source.decoded_bytes, plain.len() as u64);
        for codec in CODECS {
            let stored = checked(codec, &plain);
            let packed = bench.verify(&stored);
            assert!(packed.error.is_none(), "{name} in {codec}: {:?}", packed.error);
            assert_eq!(contents(&packed.report), contents(&report), "{name} in {codec}");
            assert_eq!(packed.report.source.encoded_bytes, stored.len() as u64);
        }
    }
}

#[test]
fn a_dump_that_is_cut_off_anywhere_is_refused_or_complete() {
    let bench = Bench::new();
    for name in SMALL {
        let plain = small(name);
        let whole = contents(&bench.verify(&plain).report);
        // One of them is much like another.
        let step = if name == SMALL[1] && cases(1) == 1 { 7 } else { 1 };
        let [refused, told] = each((0..plain.len()).step_by(step), |bench, end| {
            let verified = bench.verify(&plain[..end]);
            match refused_or_identical(&verified, &whole, &format!("{name} up to {end}")) {
                true => [1, 0],
                false => [0, usize::from(contents(&verified.report) != whole)],
            }
        });
        // Only a dump without any sign of its end passes, with a warning, and only behind its statements.
        let unmarked = name.contains("compact");
        assert_eq!(told > 0, unmarked, "{name}");
        assert!(told < 200 && refused > plain.len() / step * 9 / 10, "{name}: {refused} refused, {told} not told");
    }
}

#[test]
fn compressed_data_that_is_cut_off_anywhere_is_refused_or_complete() {
    let bench = Bench::new();
    {
        let name = SMALL[2];
        let plain = small(name);
        let whole = contents(&bench.verify(&plain).report);
        for codec in CODECS {
            let one = checked(codec, &plain);
            // Cut where a statement ends, so that a cut between two members is one between two statements.
            let at = |from: usize| from + memchr::memmem::find(&plain[from..], b";\n").unwrap() + 2;
            let (first, second) = (at(plain.len() / 3), at(plain.len() * 2 / 3));
            let parts = [&plain[..first], &plain[first..second], &plain[second..]].map(|part| checked(codec, part));
            let several = parts.concat();
            assert!(bench.verify(&several).error.is_none(), "{name} in {codec}");
            for (stored, how) in [(&one, "one member"), (&several, "several members")] {
                each(0..stored.len(), |bench, end| {
                    let verified = bench.verify(&stored[..end]);
                    let what = format!("{name} in {codec}, {how}, up to {end}");
                    assert!(refused_or_identical(&verified, &whole, &what), "{what} passed");
                    [0, 0]
                });
            }
        }
    }
}

#[test]
fn a_large_dump_that_is_cut_off_at_random_is_refused() {
    let bench = Bench::new();
    let plain = large();
    let verified = bench.verify(&plain);
    assert!(verified.error.is_none(), "{:?}", verified.error);
    let whole = contents(&verified.report);
    assert_eq!(verified.report.rows, 16_000);
    let mut random = Random(1);
    let mut try_all = |stored: &[u8], count: usize, what: &str| {
        let ends: Vec<usize> = (0..cases(count)).map(|_| random.below(stored.len())).collect();
        each(ends, |bench, end| {
            refused_or_identical(&bench.verify(&stored[..end]), &whole, &format!("{what} up to {end}"));
            [0, 0]
        });
    };
    try_all(&plain, 1000, "plain");
    for codec in CODECS {
        let parts: Vec<u8> = plain.chunks(plain.len() / 5).flat_map(|part| checked(codec, part)).collect();
        try_all(&parts, 200, &codec.to_string());
    }
}

#[test]
fn a_flipped_bit_in_compressed_data_is_refused_or_changes_nothing() {
    let bench = Bench::new();
    let plain = small(SMALL[0]);
    let whole = contents(&bench.verify(&plain).report);
    let mut random = Random(2);
    for codec in CODECS {
        let stored = checked(codec, &plain);
        let bits: Vec<usize> = (0..cases(1000)).map(|_| random.below(stored.len() * 8)).collect();
        let [refused, _] = each(bits, |bench, bit| {
            let mut damaged = stored.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let verified = bench.verify(&damaged);
            let what = format!("{codec} with bit {bit} flipped");
            let refused = refused_or_identical(&verified, &whole, &what);
            assert!(refused || bench.decoded(&damaged) == plain, "{what}");
            [usize::from(refused), 0]
        });
        assert!(refused > cases(1000) * 9 / 10, "{codec}: only {refused} refused");
    }
}

#[test]
fn a_flipped_bit_is_refused_where_the_sha256_is_known() {
    let bench = Bench::new();
    let plain = small(SMALL[3]);
    let mut random = Random(3);
    for codec in [Codec::None].into_iter().chain(CODECS) {
        let stored = if codec == Codec::None { plain.clone() } else { checked(codec, &plain) };
        let text = bench.verify(&stored).report.source.sha256.unwrap();
        let sha256 = crate::options::parse_sha256(&text).unwrap();
        assert!(bench.verify_with(&stored, Some(sha256)).error.is_none());
        let bits: Vec<usize> = (0..cases(500)).map(|_| random.below(stored.len() * 8)).collect();
        each(bits, |bench, bit| {
            let mut damaged = stored.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            let error = bench.verify_with(&damaged, Some(sha256)).error;
            assert_eq!(error.map(|e| e.kind().exit_code()), Some(3), "{codec} with bit {bit} flipped");
            [0, 0]
        });
    }
}
