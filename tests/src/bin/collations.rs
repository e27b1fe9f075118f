//! Writes the tables of collations and character sets in crates/scrub from what real servers say: which characters
//! compare equal (`WEIGHT_STRING`), and which bytes they are (`CONVERT`). Needs MariaDB and MySQL, and Perl's
//! Unicode::Collate, whose copy of the Unicode collation table names the sequences that weigh together.
//!
//! `cargo run -p dumpstream-tests --bin collations`

use dumpstream_sandbox::{Flavor, Options};
use dumpstream_scrub::charset::MULTI;
use dumpstream_tests::server::TestServer;
use dumpstream_tests::{Result, paths};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// A unit of weight: primary, secondary and tertiary, as far as the collation looks.
type Weight = Vec<u16>;
/// Characters as numbers.
type Text = Vec<u32>;

/// Stands before a unit of weight that no single character has alone.
const ESCAPE: u32 = 0xFFFF;

/// Single-byte character sets: bytes and characters are one to one, so a table of 256 says everything.
const SINGLE: &[&str] = &[
    "latin1", "latin2", "latin5", "latin7", "greek", "hebrew", "koi8r", "koi8u", "cp1250", "cp1251", "cp1256",
    "cp1257", "cp850", "cp852", "cp866", "macroman", "macce", "tis620", "dec8", "hp8", "swe7", "armscii8", "geostd8",
    "keybcs2",
];

/// Their collations whose weights belong to one character each, and those of multi-byte sets.
const SIMPLE: &[&str] = &[
    "latin1_swedish_ci",
    "latin1_german1_ci",
    "latin1_german2_ci",
    "latin1_danish_ci",
    "latin1_general_ci",
    "latin1_general_cs",
    "latin1_spanish_ci",
    "latin2_general_ci",
    "latin2_hungarian_ci",
    "latin2_croatian_ci",
    "latin5_turkish_ci",
    "latin7_general_ci",
    "latin7_general_cs",
    "latin7_estonian_cs",
    "greek_general_ci",
    "hebrew_general_ci",
    "koi8r_general_ci",
    "koi8u_general_ci",
    "cp1250_general_ci",
    "cp1250_croatian_ci",
    "cp1250_polish_ci",
    "cp1251_general_ci",
    "cp1251_general_cs",
    "cp1251_bulgarian_ci",
    "cp1251_ukrainian_ci",
    "cp1256_general_ci",
    "cp1257_general_ci",
    "cp1257_lithuanian_ci",
    "cp850_general_ci",
    "cp852_general_ci",
    "cp866_general_ci",
    "macroman_general_ci",
    "macce_general_ci",
    "ascii_general_ci",
];

struct Servers {
    mariadb: TestServer,
    mysql: TestServer,
}

impl Servers {
    fn start() -> Result<Self> {
        let start = |flavor| -> Result<TestServer> {
            let server = TestServer::find(flavor)?.ok_or("needs MySQL, too: scripts/get-server.sh mysql")?;
            let started = TestServer::start(&server, &Options::default())?;
            let mut sql = String::from(
                "CREATE DATABASE w; CREATE TABLE w.c (n INT PRIMARY KEY, c VARCHAR(4) CHARACTER SET utf8mb4);\n",
            );
            let all: Vec<char> = (0..=0x0010_FFFF).filter_map(char::from_u32).collect();
            for chunk in all.chunks(20_000) {
                let rows: Vec<String> =
                    chunk.iter().map(|&c| format!("({},{})", c as u32, literal(&[c as u32]))).collect();
                writeln!(sql, "INSERT INTO w.c VALUES {};", rows.join(","))?;
            }
            started.sql(&sql)?;
            Ok(started)
        };
        Ok(Self { mariadb: start(Flavor::MariaDb)?, mysql: start(Flavor::MySql)? })
    }

    /// The weight of every character: `expression` has `c` for it.
    fn weights(server: &TestServer, expression: &str) -> Result<BTreeMap<u32, Vec<u8>>> {
        let text = server.sql(&format!(
            "SELECT n, HEX(WEIGHT_STRING({expression})) FROM w.c WHERE {expression} IS NOT NULL ORDER BY n;"
        ))?;
        let mut all = BTreeMap::new();
        for line in text.lines() {
            let (n, hex) = line.split_once('\t').unwrap_or((line, ""));
            all.insert(n.parse()?, unhex(hex)?);
        }
        Ok(all)
    }
}

fn literal(chars: &[u32]) -> String {
    let text: String = chars.iter().filter_map(|&n| char::from_u32(n)).collect();
    format!("_utf8mb4 0x{}", text.bytes().map(|b| format!("{b:02x}")).collect::<String>())
}

fn unhex(text: &str) -> Result<Vec<u8>> {
    text.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}

fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks(2).map(|pair| pair.iter().fold(0, |n, b| n << 8 | u16::from(*b))).collect()
}

/// Primary weights, of which those of characters without a weight of their own are two.
fn primaries(words: &[u16]) -> Vec<Weight> {
    let mut units: Vec<Weight> = Vec::new();
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let mut unit = vec![word];
        if (0xFB00..=0xFBFF).contains(&word) {
            unit.extend(words.next());
        }
        units.push(unit);
    }
    units
}

/// Puts the levels' weights together again. A primary goes with the secondary 0x20; every other secondary has none.
fn elements(primary: &[u16], secondary: &[u16], tertiary: &[u16]) -> Result<Vec<(Weight, u16, u16)>> {
    let mut units = primaries(primary).into_iter();
    let mut all = Vec::new();
    if secondary.len() != tertiary.len() {
        return Err("levels of different lengths".into());
    }
    for (&s, &t) in secondary.iter().zip(tertiary) {
        if s == 0 || t == 0 {
            return Err("a level without a weight".into());
        }
        all.push((if s == 0x20 { units.next().ok_or("a secondary too many")? } else { Vec::new() }, s, t));
    }
    if units.next().is_some() {
        return Err("a primary too many".into());
    }
    Ok(all)
}

/// A table being made: what each text weighs. Texts are characters, or sequences that weigh together.
type Weights<W> = BTreeMap<Text, Vec<W>>;

/// The text that stands for each unit of weight: the character that has it alone, small and ASCII where there is one.
fn representatives<W: Ord + Clone>(weights: &Weights<W>) -> BTreeMap<W, Text> {
    let mut best: BTreeMap<W, (bool, bool, u32)> = BTreeMap::new();
    let mut rest: BTreeSet<W> = BTreeSet::new();
    for (text, units) in weights {
        if let ([n], [unit]) = (text.as_slice(), units.as_slice())
            && *n != ESCAPE
        {
            let upper = char::from_u32(*n).is_some_and(char::is_uppercase);
            let rank = (*n >= 128, upper, *n);
            let entry = best.entry(unit.clone()).or_insert(rank);
            *entry = rank.min(*entry);
        } else {
            rest.extend(units.iter().cloned());
        }
    }
    let mut all: BTreeMap<W, Text> = best.into_iter().map(|(unit, (_, _, n))| (unit, vec![n])).collect();
    for (i, unit) in rest.into_iter().filter(|u| !all.contains_key(u)).collect::<Vec<_>>().into_iter().enumerate() {
        all.insert(unit, vec![ESCAPE, 0xE000 + i as u32]);
    }
    all
}

/// What each text becomes, where that isn't itself.
fn changes<W: Ord + Clone>(weights: &Weights<W>, representatives: &BTreeMap<W, Text>) -> BTreeMap<Text, Text> {
    let mut all = BTreeMap::new();
    for (text, units) in weights {
        let to: Text = units.iter().filter_map(|u| representatives.get(u)).flatten().copied().collect();
        if &to != text {
            all.insert(text.clone(), to);
        }
    }
    all
}

/// The section of a table.
fn section(out: &mut String, name: &str, base: Option<&str>, mut changes: BTreeMap<Text, Text>) -> Result<()> {
    writeln!(out, "[{name}{}]", base.map(|b| format!(" < {b}")).unwrap_or_default())?;
    // Hangul syllables that weigh what their letters do; MySQL has some that don't.
    let by_letters = |n: u32| {
        let i = n - 0xAC00;
        let mut jamo = vec![0x1100 + i / 588, 0x1161 + i % 588 / 28];
        jamo.extend((!i.is_multiple_of(28)).then_some(0x11A7 + i % 28));
        changes.get([n].as_slice()) == Some(&jamo)
    };
    let regular: Vec<u32> = (0xAC00..0xD7A4).filter(|n| by_letters(*n)).collect();
    if regular.len() > 10_000 {
        writeln!(out, "hangul")?;
        for n in 0xAC00..0xD7A4 {
            changes.entry(vec![n]).or_insert_with(|| vec![n]);
        }
        for n in regular {
            changes.remove([n].as_slice());
        }
    }
    let hex = |text: &[u32]| text.iter().map(|n| format!("{n:x}")).collect::<Vec<_>>().join(" ");
    let singles: Vec<(u32, &Text)> =
        changes.iter().filter_map(|(k, v)| k.first().filter(|_| k.len() == 1).map(|n| (*n, v))).collect();
    let mut i = 0;
    while let Some(&(first, to)) = singles.get(i) {
        // The longest run that one line can say.
        let mut best = (1, format!("{first:x} >{}", hex(to)));
        for step in [1, 2] {
            let run = |ok: &dyn Fn(u32, &Text) -> bool| {
                (0..)
                    .zip(singles.iter().skip(i))
                    .take_while(|(k, (n, to))| *n == first + k * step && ok(*n, to))
                    .count()
            };
            let range = |count: usize| {
                let last = first + (count as u32 - 1) * step;
                format!("{first:x}-{last:x}{}", if step == 2 { "/2" } else { "" })
            };
            let same = run(&|_, t| t == to);
            if same > best.0 {
                best = (same, format!("{} >{}", range(same), hex(to)));
            }
            if let [target] = to.as_slice() {
                let shift = i64::from(*target) - i64::from(first);
                let shifted = run(&|n, t| matches!(t.as_slice(), [x] if i64::from(*x) - i64::from(n) == shift));
                if shifted > best.0 {
                    best = (shifted, format!("{} {shift:+}", range(shifted)));
                }
            }
        }
        writeln!(out, "{}", best.1)?;
        i += best.0;
    }
    for (text, to) in changes.iter().filter(|(text, _)| text.len() > 1) {
        writeln!(out, "{} >{}", hex(text), hex(to))?;
    }
    Ok(())
}

/// Sections for three levels, each on top of the one before.
fn levels(out: &mut String, names: [&str; 3], all: &Weights<(Weight, u16, u16)>) -> Result<()> {
    let three = representatives(all);
    section(out, names[0], None, changes(all, &three))?;
    let cut: Weights<(Weight, u16)> =
        all.iter().map(|(t, us)| (t.clone(), us.iter().map(|(p, s, _)| (p.clone(), *s)).collect())).collect();
    let two = representatives(&cut);
    let mut folded = BTreeMap::new();
    for ((p, s, _), text) in &three {
        let to = two.get(&(p.clone(), *s)).ok_or("a unit is lost")?;
        if to != text {
            folded.insert(text.clone(), to.clone());
        }
    }
    section(out, names[1], Some(names[0]), folded)?;
    let cut: Weights<Weight> = all
        .iter()
        .map(|(t, us)| (t.clone(), us.iter().filter(|(p, ..)| !p.is_empty()).map(|(p, ..)| p.clone()).collect()))
        .collect();
    let one = representatives(&cut);
    let mut folded = BTreeMap::new();
    for ((p, _), text) in &two {
        let to = if p.is_empty() { Vec::new() } else { one.get(p).cloned().ok_or("a unit is lost")? };
        if &to != text {
            folded.insert(text.clone(), to);
        }
    }
    section(out, names[2], Some(names[1]), folded)
}

/// Sequences that weigh together in the Unicode collation algorithm's own table.
fn sequences() -> Result<Vec<Text>> {
    let ended = Command::new("perl").args(["-MUnicode::Collate", "-e", "print $INC{'Unicode/Collate.pm'}"]).output()?;
    let module = String::from_utf8(ended.stdout)?;
    let mut found = Vec::new();
    // The module is where its compiled part is; the table may be in Perl's own library.
    let shown = Command::new("perl").args(["-e", "print join qq(\\n), @INC"]).output()?;
    let dirs = String::from_utf8(shown.stdout)?;
    let file = std::iter::once(module.trim_end_matches(".pm").to_owned())
        .chain(dirs.lines().map(|d| format!("{d}/Unicode/Collate")))
        .map(|d| format!("{d}/allkeys.txt"))
        .find(|f| fs::metadata(f).is_ok())
        .ok_or("Perl's Unicode::Collate has no allkeys.txt")?;
    for line in fs::read_to_string(file)?.lines() {
        let Some((chars, _)) = line.split_once(';') else { continue };
        let text: std::result::Result<Text, _> = chars.split_whitespace().map(|c| u32::from_str_radix(c, 16)).collect();
        found.extend(text.ok().filter(|t| t.len() > 1));
    }
    Ok(found)
}

fn collations(servers: &Servers) -> Result<()> {
    let dir = paths::workspace().join("crates/scrub/src/normal");
    let header =
        "# Which characters a collation takes for equal, as servers say. Written by tests/src/bin/collations.rs.\n";

    let mut out = String::from(header);
    let mut all = Weights::new();
    for (n, bytes) in Servers::weights(&servers.mysql, "c COLLATE utf8mb4_0900_as_cs")? {
        let words = words(&bytes);
        let levels: Vec<&[u16]> = words.split(|w| *w == 0).collect();
        let [p, s, t] = levels.as_slice() else { return Err(format!("{n:x} has {} levels", levels.len()).into()) };
        all.insert(vec![n], elements(p, s, t)?);
    }
    levels(&mut out, ["utf8mb4_0900_as_cs", "utf8mb4_0900_as_ci", "utf8mb4_0900_ai_ci"], &all)?;
    fs::write(dir.join("uca0900.txt"), &out)?;

    let mut out = String::from(header);
    let server = &servers.mariadb;
    let three = Servers::weights(server, "c COLLATE uca1400_as_cs")?;
    let two = Servers::weights(server, "c COLLATE uca1400_as_ci")?;
    let one = Servers::weights(server, "c COLLATE uca1400_ai_ci")?;
    let split = |three: &[u8], two: &[u8], one: &[u8]| -> Result<Vec<(Weight, u16, u16)>> {
        let s = two.strip_prefix(one).ok_or("levels aren't in a row")?;
        let t = three.strip_prefix(two).ok_or("levels aren't in a row")?;
        elements(&words(one), &words(s), &words(t))
    };
    let mut all = Weights::new();
    for (n, bytes) in &three {
        let get = |map: &BTreeMap<u32, Vec<u8>>| map.get(n).cloned().ok_or("a character is missing");
        all.insert(vec![*n], split(bytes, &get(&two)?, &get(&one)?)?);
    }
    let sequences = sequences()?;
    let mut sql = String::new();
    for text in &sequences {
        let weight = |c: &str| format!("HEX(WEIGHT_STRING({} COLLATE {c}))", literal(text));
        writeln!(sql, "SELECT {}, {}, {};", weight("uca1400_as_cs"), weight("uca1400_as_ci"), weight("uca1400_ai_ci"))?;
    }
    for (text, line) in sequences.iter().zip(server.sql(&sql)?.lines()) {
        let parts: Vec<Vec<u8>> = line.split('\t').map(unhex).collect::<Result<_>>()?;
        let [three, two, one] = parts.as_slice() else { return Err("a sequence without a weight".into()) };
        all.insert(text.clone(), split(three, two, one)?);
    }
    levels(&mut out, ["uca1400_as_cs", "uca1400_as_ci", "uca1400_ai_ci"], &all)?;
    fs::write(dir.join("uca1400.txt"), &out)?;

    let mut out = String::from(header);
    for name in ["utf8mb4_unicode_520_ci", "utf8mb4_unicode_ci", "utf8mb4_general_ci"] {
        let expression = format!("c COLLATE {name}");
        let all = Servers::weights(&servers.mysql, &expression)?;
        if all != Servers::weights(&servers.mariadb, &expression)? {
            return Err(format!("the servers disagree about {name}").into());
        }
        let units = |bytes: &Vec<u8>| {
            if name.ends_with("general_ci") {
                words(bytes).into_iter().map(|w| vec![w]).collect()
            } else {
                primaries(&words(bytes))
            }
        };
        let all: Weights<Weight> = all.iter().map(|(n, bytes)| (vec![*n], units(bytes))).collect();
        section(&mut out, name, None, changes(&all, &representatives(&all)))?;
    }
    for name in SIMPLE {
        let charset = name.split('_').next().unwrap_or_default();
        let expression = format!("CONVERT(c USING {charset}) COLLATE {name}");
        let here = format!(
            "CASE WHEN CONVERT(CONVERT(c USING {charset}) USING utf8mb4) = c COLLATE utf8mb4_bin THEN {expression} END"
        );
        let (a, b) = (Servers::weights(&servers.mysql, &here)?, Servers::weights(&servers.mariadb, &here)?);
        if a != b {
            eprintln!("the servers disagree about {name}, which is left out");
            continue;
        }
        // A trailing space of the case expression's comparison is the space itself.
        let all: Weights<u8> = a.into_iter().map(|(n, bytes)| (vec![n], bytes)).collect();
        section(&mut out, name, None, changes(&all, &representatives(&all)))?;
    }
    fs::write(dir.join("others.txt"), &out)?;
    Ok(())
}

/// The 256 characters of single-byte character sets; U+FFFD where a byte is none.
fn charsets(servers: &Servers) -> Result<()> {
    let mut out = String::from(
        "# The upper half of single-byte character sets, as servers have it. Written by tests/src/bin/collations.rs.\n",
    );
    for name in SINGLE {
        let sql: String = (0..256)
            .map(|b| {
                format!("SELECT HEX(CONVERT(CAST(_binary 0x{b:02x} AS CHAR CHARACTER SET {name}) USING utf32));\n")
            })
            .collect();
        let sql = sql.replace("CAST(_binary 0x", &format!("_{name} 0x").replace('_', "\u{1}")).replace('\u{1}', "_");
        let sql = sql.replace(&format!(" AS CHAR CHARACTER SET {name})"), "");
        let ask = |server: &TestServer| -> Result<Vec<u32>> {
            server.sql(&sql)?.lines().map(|l| Ok(u32::from_str_radix(l, 16)?)).collect()
        };
        let (a, b) = (ask(&servers.mysql)?, ask(&servers.mariadb)?);
        if a != b {
            let differ: HashMap<usize, (u32, u32)> =
                a.iter().copied().zip(b.iter().copied()).enumerate().filter(|(_, (a, b))| a != b).collect();
            eprintln!("the servers disagree about {name}: {differ:x?}");
        }
        let ascii = a.iter().take(128).enumerate().all(|(i, n)| i as u32 == *n);
        let shown: Vec<String> = a
            .iter()
            .zip(&b)
            .enumerate()
            .skip(if ascii { 128 } else { 0 })
            .map(|(i, (a, b))| format!("{:x}", if a == b && (*a != 0x3F || i == 0x3F) { *a } else { 0xFFFD }))
            .collect();
        writeln!(out, "{name} {}", shown.join(" "))?;
    }
    fs::write(paths::workspace().join("crates/scrub/src/charset/single.txt"), out)?;
    Ok(())
}

/// Characters on which servers and encoding_rs don't agree, as ranges.
fn multi_byte(servers: &Servers) -> Result<()> {
    let mut out = String::from(
        "# Characters of encoding_rs's sets that servers don't have, or as other bytes. Written by tests/src/bin/collations.rs.\n",
    );
    for (name, encoding) in MULTI {
        let mut without: Vec<u32> = Vec::new();
        let mut here: Vec<BTreeMap<u32, Vec<u8>>> = Vec::new();
        for server in [&servers.mysql, &servers.mariadb] {
            // MariaDB lacks gb18030.
            if server.sql(&format!("SELECT CONVERT('a' USING {name});")).is_err() {
                continue;
            }
            let text = server.sql(&format!(
                "SELECT n, HEX(CONVERT(c USING {name})) FROM w.c \
                 WHERE CAST(CONVERT(CONVERT(c USING {name}) USING utf8mb4) AS BINARY) = CAST(c AS BINARY) ORDER BY n;"
            ))?;
            let rows = text.lines().filter_map(|l| l.split_once('\t'));
            here.push(rows.map(|(n, hex)| Ok((n.parse()?, unhex(hex)?))).collect::<Result<_>>()?);
        }
        let mut agreed = 0;
        for c in (0x80..=0x0010_FFFF).filter_map(char::from_u32) {
            let text = c.to_string();
            let (bytes, _, failed) = encoding.encode(&text);
            if failed {
                continue;
            }
            let n = c as u32;
            if !here.is_empty() && here.iter().all(|h| h.get(&n).is_some_and(|b| b.as_slice() == bytes.as_ref())) {
                agreed += 1;
            } else {
                without.push(n);
            }
        }
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for n in without {
            match ranges.last_mut() {
                // What can't be encoded either way lies in between as well.
                Some((_, last))
                    if (*last + 1..n).all(|m| char::from_u32(m).is_none_or(|c| encoding.encode(&c.to_string()).2)) =>
                {
                    *last = n
                }
                _ => ranges.push((n, n)),
            }
        }
        eprintln!(
            "{name}: {agreed} agreed on, {} that servers have, {} ranges not",
            here.first().map_or(0, BTreeMap::len),
            ranges.len()
        );
        let shown: Vec<String> =
            ranges.iter().map(|(a, b)| if a == b { format!("{a:x}") } else { format!("{a:x}-{b:x}") }).collect();
        let line = format!("{name} {}", shown.join(" "));
        writeln!(out, "{}", line.trim_end())?;
    }
    fs::write(paths::workspace().join("crates/scrub/src/charset/multi.txt"), out)?;
    Ok(())
}

fn main() -> Result<()> {
    let servers = Servers::start()?;
    multi_byte(&servers)?;
    charsets(&servers)?;
    collations(&servers)
}
