//! Normal forms against what real servers take for equal.

use crate::support::servers;
use dumpstream_sandbox::Options;
use dumpstream_scrub::charset::Charset;
use dumpstream_scrub::normal::Normaliser;
use dumpstream_tests::Result;
use dumpstream_tests::server::TestServer;
use std::fmt::Write as _;

/// Pairs to compare per collation.
const PAIRS: usize = 400;

/// A reproducible sequence of numbers (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Characters that mean the same to some collation.
const KIN: &[&[&str]] = &[
    &["a", "A", "á", "Á", "a\u{301}", "ä", "å", "Å", "\u{212b}", "ａ", "ª", "ā"],
    &["e", "E", "é", "É", "e\u{301}", "è", "ë", "ё"],
    &["s", "S", "ſ", "ß", "ss", "SS", "ẞ", "š"],
    &["o", "ö", "Ö", "oe", "œ", "Œ", "ø", "o\u{308}"],
    &["ae", "æ", "Æ", "AE", "ǽ"],
    &["i", "I", "ı", "İ", "í", "ï"],
    &["l·", "l\u{b7}", "ŀ", "L", "l", "ł"],
    &[" ", "\u{a0}", "\u{3000}", "", "\t", "  "],
    &["1", "①", "１", "¹", "\u{661}"],
    &["", "\u{ad}", "\u{200d}", "\u{0}", "\u{1}", "\u{feff}", "\u{7f}", "\u{301}"],
    &["가", "각", "\u{1100}\u{1161}", "\u{1100}\u{1161}\u{11a8}", "\u{d700}"],
    &["か", "カ", "ｶ", "が", "か\u{3099}"],
    &["и", "И", "й", "и\u{306}"],
    &["ω", "Ω", "\u{2126}", "ώ"],
    &["เก", "เ", "ก", "กเ", "\u{e40}\u{e01}"],
    &["😀", "😁", "\u{10400}", "\u{10428}", "\u{fffd}", "\u{ffff}", "\u{10ffff}"],
    &["中", "\u{f900}", "豈", "\u{2f800}"],
    &["ﬁ", "fi", "FI"],
    &["-", "_", ".", "@", "'", "\\", "[", "]"],
];

/// Two texts of at most that many pieces, which may be equal.
fn pair(random: &mut Random, most: usize) -> (String, String) {
    let (mut a, mut b) = (String::new(), String::new());
    for _ in 0..1 + random.below(most) {
        if random.below(8) == 0 {
            let any = loop {
                let limit = *random.pick(&[0x250, 0x3000, 0x1_0000, 0x11_0000]);
                if let Some(c) = char::from_u32(random.below(limit) as u32) {
                    break c;
                }
            };
            a.push(any);
            match random.below(4) {
                0 => b.extend(any.to_lowercase()),
                1 => b.extend(any.to_uppercase()),
                _ => b.push(any),
            }
            continue;
        }
        let kin = *random.pick(KIN);
        a += random.pick::<&str>(kin);
        b += random.pick::<&str>(kin);
    }
    if random.below(6) == 0 {
        a.push(' ');
    }
    (a, b)
}

fn literal(text: &str) -> String {
    let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
    if hex.is_empty() { "_utf8mb4 ''".to_owned() } else { format!("_utf8mb4 0x{hex}") }
}

fn compare(server: &TestServer, collation: &str, charset: &str, random: &mut Random) -> Result<usize> {
    let Some(normaliser) = Normaliser::for_collation(collation) else { return Ok(0) };
    // Other sets lack most of the characters.
    let most = if charset.starts_with("utf8") { 5 } else { 2 };
    let pairs: Vec<(String, String)> = (0..PAIRS).map(|_| pair(random, most)).collect();
    let mut sql = String::new();
    for (a, b) in &pairs {
        let text = |t: &str| format!("CONVERT({} USING {charset})", literal(t));
        // Only texts that the character set has.
        let there =
            |t: &str| format!("CAST(CONVERT({} USING utf8mb4) AS BINARY) = CAST({} AS BINARY)", text(t), literal(t));
        writeln!(
            sql,
            "SELECT IF({} AND {}, {} COLLATE {collation} = {} COLLATE {collation}, NULL);",
            there(a),
            there(b),
            text(a),
            text(b)
        )?;
    }
    let mut equal = 0;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for ((a, b), line) in pairs.iter().zip(server.sql(&sql)?.lines()) {
        if line == "NULL" {
            continue;
        }
        let ours = normaliser.normal(a.as_bytes(), &mut x) == normaliser.normal(b.as_bytes(), &mut y);
        assert_eq!(ours, line == "1", "{collation} of {}: {a:?} and {b:?}", server.version());
        equal += usize::from(ours && a != b);
    }
    Ok(equal)
}

#[test]
fn normal_forms_are_equal_where_the_server_says_so() -> Result<()> {
    let mut random = Random(7);
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let listed = server.sql("SELECT FULL_COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY");
        // MySQL's table lacks the column that MariaDB's has.
        let listed = match listed {
            Ok(listed) => listed,
            Err(_) => server.sql("SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATIONS")?,
        };
        let mut compared = 0;
        for line in listed.lines() {
            let (collation, charset) = line.split_once('\t').ok_or("no character set")?;
            if charset == "binary" || Normaliser::for_collation(collation).is_none() {
                continue;
            }
            let equal = compare(&server, collation, charset, &mut random)?;
            // The pairs are such that a collation without accents or case takes some of them for equal.
            assert!(
                equal > 0 || collation.ends_with("_bin") || collation.ends_with("_cs"),
                "{collation} took nothing for equal"
            );
            compared += 1;
        }
        assert!(compared > 60, "only {compared} collations of {}", server.version());
    }
    Ok(())
}

/// Byte sequences of one and two bytes, and every character that a set encodes, both ways.
#[test]
fn character_sets_are_the_servers() -> Result<()> {
    for server in servers()? {
        let server = TestServer::start(&server, &Options::default())?;
        let listed = server.sql("SHOW CHARACTER SET")?;
        let mut compared = 0;
        for name in listed.lines().filter_map(|l| l.split('\t').next()) {
            let Some(set) = Charset::from_mysql(name).filter(|s| !s.is_utf8()) else { continue };
            let bytes: Vec<Vec<u8>> = (0..=255_u8)
                .map(|b| vec![b])
                .chain((0x80..=255_u8).flat_map(|a| (0x30..=255_u8).map(move |b| vec![a, b])))
                .filter(|b| set.decode(b).is_some())
                .collect();
            let hex = |b: &[u8]| b.iter().map(|b| format!("{b:02X}")).collect::<String>();
            let mut sql = String::new();
            for chunk in bytes.chunks(500) {
                let shown: Vec<String> =
                    chunk.iter().map(|b| format!("HEX(CONVERT(_{name} 0x{} USING utf8mb4))", hex(b))).collect();
                writeln!(sql, "SELECT {};", shown.join(", "))?;
            }
            let said = server.sql(&sql)?;
            let said: Vec<&str> = said.split_whitespace().collect();
            assert_eq!(said.len(), bytes.len());
            for (bytes, said) in bytes.iter().zip(said) {
                let ours = set.decode(bytes).ok_or("decoded before")?;
                assert_eq!(hex(ours.as_bytes()), said, "{name} 0x{} of {}", hex(bytes), server.version());
            }

            let chars: Vec<char> = (0..=0xFFFF_u32)
                .chain((0x1_0000..=0x10_FFFF).step_by(997))
                .filter_map(char::from_u32)
                .filter(|c| set.encode(&c.to_string()).is_some())
                .collect();
            // The server reads what was encoded as the character that it was, whichever bytes it would have taken itself
            // (sjis: its backslash is read as one and written as another).
            let encoded: Vec<Vec<u8>> =
                chars.iter().filter_map(|c| set.encode(&c.to_string()).map(|b| b.into_owned())).collect();
            let mut sql = String::new();
            for chunk in encoded.chunks(500) {
                let shown: Vec<String> =
                    chunk.iter().map(|b| format!("HEX(CONVERT(_{name} 0x{} USING utf8mb4))", hex(b))).collect();
                writeln!(sql, "SELECT {};", shown.join(", "))?;
            }
            let said = server.sql(&sql)?;
            let said: Vec<&str> = said.split_whitespace().collect();
            assert_eq!(said.len(), chars.len());
            for (c, said) in chars.iter().zip(said) {
                let ours = hex(c.to_string().as_bytes());
                assert_eq!(ours, said, "U+{:04X} in {name} of {}", *c as u32, server.version());
            }
            assert!(chars.len() > 100, "{name}");
            compared += 1;
        }
        assert!(compared > 30, "only {compared} of {}", server.version());
    }
    Ok(())
}
