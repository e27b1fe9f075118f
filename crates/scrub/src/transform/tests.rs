//! What every transformer promises, tried on all of them.

use super::*;
use crate::prf::{Prf, Stream};
use crate::table::{Class, Column, Table};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fmt::Write;

pub(super) fn column(class: Class, type_name: &str) -> Column {
    let range = match type_name {
        "INT" => Some((-(1 << 31), (1 << 31) - 1)),
        "BIGINT" => Some((-(1 << 63), (1 << 63) - 1)),
        "INT UNSIGNED" => Some((0, (1 << 32) - 1)),
        _ => None,
    };
    let type_name = type_name.split(' ').next().unwrap().to_owned();
    Column { class, type_name, range, labels: vec!["a".to_owned(), "b".to_owned()], ..Column::text("c") }
}

pub(super) fn make(spec: Value, column: &Column, locale: Locale) -> Result<Box<dyn Transform>, BuildError> {
    let Value::Object(map) = spec else { panic!("a map") };
    let spec = TransformSpec::from_options(map).unwrap();
    let key = crate::prf::tests::key();
    let columns = vec![column.clone(), Column::text("other")];
    let table = Table { database: None, name: "t".to_owned(), columns, unique_keys: Vec::new(), defined: true };
    let keys = |name: &str| Some(key.domain(name));
    build(
        &spec,
        &BuildContext {
            column,
            table: &table,
            keys: &keys,
            normal: &|_| crate::normal::Normaliser::default(),
            domain: "d",
            locale,
            customs: None,
        },
    )
}

/// A row whose every column holds the same.
pub(super) struct Same(pub(super) &'static [u8]);

impl Row for Same {
    fn column(&self, _: usize) -> Option<&[u8]> {
        Some(self.0)
    }
}

pub(super) fn apply(transform: &dyn Transform, value: &[u8]) -> Result<Option<Vec<u8>>, Invalid> {
    apply_as(transform, value, value, None)
}

pub(super) fn apply_as(
    transform: &dyn Transform,
    value: &[u8],
    normal: &[u8],
    subject: Option<&[u8]>,
) -> Result<Option<Vec<u8>>, Invalid> {
    let mut out = b"before".to_vec();
    let output = transform.apply(&Input { value, normal, subject, row: &Same(b"other") }, &mut out)?;
    assert!(out.starts_with(b"before"), "what was there before stays");
    let made = out.split_off(6);
    Ok(match output {
        Output::Value => Some(made),
        Output::Null => {
            assert!(made.is_empty() && transform.properties().nulls);
            None
        }
    })
}

/// Kinds of values that a transformer is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Email,
    Sin,
    Phone,
    Card,
    Iban,
    Ip,
    Mac,
    Url,
    Integer,
    Decimal,
    Date,
    Stamp,
    Age,
    Hash,
    Pair,
    Json,
    Php,
}

fn random(kind: Kind, s: &mut Stream<'_>) -> Vec<u8> {
    let digits = |s: &mut Stream<'_>, n| {
        let mut out = Vec::new();
        s.digits(n, &mut out);
        String::from_utf8(out).unwrap()
    };
    let letters = |s: &mut Stream<'_>, n| {
        let mut out = Vec::new();
        s.characters(b"abcdefghijklmnopqrstuvwxyz", n, &mut out);
        String::from_utf8(out).unwrap()
    };
    let text = match kind {
        Kind::Text => {
            let n = 1 + s.index(30);
            let all: Vec<char> = "abcXYZ 0123-é'ß東😀".chars().collect();
            (0..n).map(|_| all[s.index(all.len())]).collect()
        }
        Kind::Email => format!("{}.{}@{}.ca", letters(s, 6), letters(s, 8), letters(s, 5)),
        Kind::Sin => {
            let d = digits(s, 9);
            match s.below(3) {
                0 => d,
                1 => format!("{}-{}-{}", &d[..3], &d[3..6], &d[6..]),
                _ => format!("{} {} {}", &d[..3], &d[3..6], &d[6..]),
            }
        }
        Kind::Phone => {
            let d = digits(s, 10);
            match s.below(5) {
                0 => d,
                1 => format!("+1-{}-{}-{}", &d[..3], &d[3..6], &d[6..]),
                2 => format!("({}) {}-{}", &d[..3], &d[3..6], &d[6..]),
                3 => format!("1 {} {} {}", &d[..3], &d[3..6], &d[6..]),
                _ => format!("{}-{}", &d[3..6], &d[6..]),
            }
        }
        Kind::Card => {
            let d = digits(s, 16);
            format!("{} {} {} {}", &d[..4], &d[4..8], &d[8..12], &d[12..])
        }
        Kind::Iban => format!("DE{}", digits(s, 20)),
        Kind::Ip if s.below(4) > 0 => (0..4).map(|_| s.below(256).to_string()).collect::<Vec<_>>().join("."),
        Kind::Ip => (0..8).map(|_| format!("{:x}", s.below(65536))).collect::<Vec<_>>().join(":"),
        Kind::Mac => (0..6).map(|_| format!("{:02x}", s.below(256))).collect::<Vec<_>>().join(":"),
        Kind::Url => format!("https://{}.ca/{}/{}?q={}#x", letters(s, 8), letters(s, 3), digits(s, 5), letters(s, 4)),
        Kind::Integer => (s.below(1 << 31)).to_string(),
        Kind::Decimal => format!("{}.{:02}", s.below(100_000), s.below(100)),
        Kind::Date => format!("{}-{:02}-{:02}", 1900 + s.below(120), 1 + s.below(12), 1 + s.below(28)),
        Kind::Stamp => format!(
            "{}-{:02}-{:02} 12:{:02}:00.123",
            1900 + s.below(120),
            1 + s.below(12),
            1 + s.below(28),
            s.below(60)
        ),
        Kind::Age => s.below(110).to_string(),
        Kind::Hash => format!("$2y$10${}", letters(s, 53)),
        Kind::Pair => format!("{}.{:05}, -{}.{:05}", s.below(80), s.below(100_000), s.below(170), s.below(100_000)),
        Kind::Json => format!("{{\"a\": \"{}\", \"n\": {}}}", letters(s, 5), s.below(100)),
        Kind::Php => format!("a:1:{{s:1:\"a\";s:5:\"{}\";}}", letters(s, 5)),
    };
    text.into_bytes()
}

/// Transformers with the columns and values that they are tried on.
fn cases() -> Vec<(Value, Column, Kind)> {
    use Kind::*;
    let text = || Column::text("c");
    let mut cases = Vec::new();
    let mut add = |spec: Value, column: Column, kind: Kind| cases.push((spec, column, kind));
    add(json!({ "do": "keep" }), text(), Text);
    add(json!({ "do": "set_null" }), text(), Text);
    add(json!({ "do": "constant", "value": "x" }), text(), Text);
    add(json!({ "do": "empty" }), text(), Text);
    add(json!({ "do": "redact" }), text(), Text);
    add(json!({ "do": "redact" }), column(Class::Temporal, "DATETIME"), Stamp);
    add(json!({ "do": "mask" }), text(), Text);
    add(json!({ "do": "mask", "first": 2, "last": 3, "punctuation": true, "with": "x" }), text(), Email);
    add(json!({ "do": "truncate_text", "chars": 3 }), text(), Text);
    add(json!({ "do": "regex_replace", "pattern": "[0-9]+", "with": "#" }), text(), Email);
    add(json!({ "do": "regex_replace", "pattern": "[a-z]+", "with": "#" }), text(), Email);
    add(json!({ "do": "token" }), text(), Text);
    add(json!({ "do": "token", "alphabet": "digits", "length": 4, "prefix": "t-" }), text(), Text);
    add(json!({ "do": "token", "alphabet": "hex" }), text(), Text);
    add(json!({ "do": "token", "alphabet": "upper", "length": 30 }), text(), Text);
    add(json!({ "do": "hmac_hex" }), text(), Text);
    add(json!({ "do": "hmac_hex", "length": 24 }), text(), Text);
    add(json!({ "do": "uuid" }), text(), Text);
    add(json!({ "do": "uuid", "upper": true }), text(), Text);
    add(json!({ "do": "int_permute" }), column(Class::Number, "BIGINT"), Integer);
    add(json!({ "do": "int_permute", "min": 0, "max": 2_147_483_647 }), column(Class::Number, "INT"), Integer);
    add(json!({ "do": "fpe" }), text(), Card);
    add(json!({ "do": "fpe", "alphabet": "letters", "keep": " .@" }), text(), Email);
    add(json!({ "do": "fpe", "alphabet": "hex", "keep": ":" }), text(), Mac);
    add(json!({ "do": "sin" }), text(), Sin);
    add(json!({ "do": "sin" }), column(Class::Number, "INT"), Integer);
    add(json!({ "do": "sin", "range": "any" }), text(), Sin);
    add(json!({ "do": "phone" }), text(), Phone);
    add(json!({ "do": "phone", "area_code": "keep", "foreign": "replace" }), text(), Phone);
    add(json!({ "do": "phone", "range": "any" }), text(), Phone);
    add(json!({ "do": "postal_code" }), text(), Text);
    add(json!({ "do": "postal_code", "range": "unused" }), text(), Text);
    add(json!({ "do": "email" }), text(), Email);
    add(json!({ "do": "email", "length": 8, "host": "mail.example.com" }), text(), Email);
    for name in ["first_name", "last_name", "full_name", "company", "street", "city", "province", "address"] {
        add(json!({ "do": name }), text(), Text);
        add(json!({ "do": name, "locale": "fr_CA" }), text(), Text);
        add(json!({ "do": name, "locale": "fr_CA", "ascii": true }), text(), Text);
    }
    add(json!({ "do": "full_name", "order": "last_first" }), text(), Text);
    add(json!({ "do": "address", "form": "multiline" }), text(), Text);
    add(json!({ "do": "username" }), text(), Text);
    add(json!({ "do": "card" }), text(), Card);
    add(json!({ "do": "card", "range": "keep_iin" }), text(), Card);
    add(json!({ "do": "iban" }), text(), Iban);
    add(json!({ "do": "ip" }), text(), Ip);
    add(json!({ "do": "ip", "range": "private" }), text(), Ip);
    add(json!({ "do": "ip", "range": "any" }), text(), Ip);
    add(json!({ "do": "ip", "range": "any", "keep_v4": 16, "keep_v6": 48 }), text(), Ip);
    add(json!({ "do": "ip" }), column(Class::Number, "INT UNSIGNED"), Integer);
    add(json!({ "do": "mac" }), text(), Mac);
    add(json!({ "do": "mac", "range": "documentation" }), text(), Mac);
    add(json!({ "do": "url" }), text(), Url);
    let key = |class, name| column(class, name);
    add(json!({ "do": "date_shift" }), key(Class::Temporal, "DATE"), Date);
    add(json!({ "do": "date_shift", "days": 3650 }), key(Class::Temporal, "DATETIME"), Stamp);
    add(json!({ "do": "date_truncate", "to": "month" }), key(Class::Temporal, "DATETIME"), Stamp);
    add(json!({ "do": "age_band" }), text(), Age);
    add(json!({ "do": "age_band", "width": 5 }), key(Class::Number, "INT"), Age);
    add(json!({ "do": "noise" }), key(Class::Number, "DECIMAL"), Decimal);
    add(json!({ "do": "noise", "amount": 5 }), key(Class::Number, "INT"), Age);
    add(json!({ "do": "geo" }), text(), Pair);
    add(json!({ "do": "geo", "axis": "longitude", "degrees": 2 }), key(Class::Number, "DECIMAL"), Age);
    add(json!({ "do": "password_hash" }), text(), Hash);
    add(json!({ "do": "redact_text" }), text(), Email);
    add(json!({ "do": "redact_text", "with": "token", "detectors": ["email"] }), text(), Email);
    add(json!({ "do": "json", "paths": { "$.a": "token", "$.n": "noise" } }), key(Class::Json, "JSON"), Json);
    add(json!({ "do": "php_serialized", "paths": { "$.a": "token" } }), text(), Php);
    add(json!({ "do": "pick", "values": ["x", "y", "z"], "weights": [1, 2, 3] }), text(), Text);
    add(json!({ "do": "pick", "values": ["a", "b"] }), key(Class::Label, "ENUM"), Text);
    add(
        json!({ "do": "template", "template": "{first_name}.{last_name}-{token:20}{{{digits:3}{hex:2}{number:5-9}}} {column:other} {city}" }),
        text(),
        Text,
    );
    cases
}

fn built() -> impl Iterator<Item = (String, Box<dyn Transform>, Kind)> {
    cases().into_iter().map(|(spec, column, kind)| {
        let name = format!("{spec} {}", column.type_name);
        let transform = make(spec, &column, Locale::EnCa).unwrap_or_else(|e| panic!("{name}: {e}"));
        (name, transform, kind)
    })
}

fn check(name: &str, transform: &dyn Transform, value: &[u8]) -> Option<Vec<u8>> {
    let properties = transform.properties();
    let output = apply(transform, value);
    assert_eq!(output, apply(transform, value), "{name}");
    let made = output.ok()??;
    let shown = || format!("{name}: {} -> {}", String::from_utf8_lossy(value), String::from_utf8_lossy(&made));
    let chars = |b: &[u8]| std::str::from_utf8(b).map_or(b.len(), |t| t.chars().count()) as u64;
    match properties.max_chars {
        Some(most) => assert!(chars(&made) <= most, "{} {most}", shown()),
        None => assert!(chars(&made) <= chars(value).max(20), "{}", shown()),
    }
    assert!(!properties.ascii || made.is_ascii(), "{}", shown());
    assert!(std::str::from_utf8(&made).is_ok() || std::str::from_utf8(value).is_err(), "{}", shown());
    if !properties.may_keep && !value.is_empty() {
        assert!(!fold::same(&made, value), "{}", shown());
    }
    Some(made)
}

#[test]
fn outputs_are_what_the_properties_say() {
    let prf = Prf::new(&crate::prf::tests::key().domain("tests"), "values");
    for (name, transform, kind) in built() {
        let mut stream = prf.stream(name.as_bytes());
        let mut made = 0;
        for _ in 0..1000 {
            let value = random(kind, &mut stream);
            made += u32::from(check(&name, &*transform, &value).is_some());
            // Anything else is refused, or obeys the same.
            for kind in [Kind::Text, Kind::Integer, Kind::Stamp, Kind::Json] {
                check(&name, &*transform, &random(kind, &mut stream));
            }
        }
        assert!(made > 300 || name.contains("set_null") || name.contains("[0-9]+"), "{name}: {made}");
        for value in [
            b"".as_slice(),
            b"\xff\xfe",
            b"0",
            b" ",
            b"-",
            b"+",
            b"1",
            &[b'9'; 300],
            &[0; 40],
            "é".repeat(200).as_bytes(),
        ] {
            check(&name, &*transform, value);
        }
        // What it gives may be a value in its turn: also then it gives another.
        let mut value = random(kind, &mut stream);
        for _ in 0..50 {
            if let Some(next) = check(&name, &*transform, &value) {
                value = next;
            }
        }
    }
}

#[test]
fn injective_ones_keep_values_apart() {
    let prf = Prf::new(&crate::prf::tests::key().domain("tests"), "injective");
    for (name, transform, kind) in built().filter(|(_, t, _)| t.properties().mapping == Mapping::Injective) {
        let mut stream = prf.stream(name.as_bytes());
        let values: HashSet<Vec<u8>> = (0..20_000).map(|_| random(kind, &mut stream)).collect();
        let mut outputs = HashSet::new();
        for value in &values {
            if let Ok(Some(made)) = apply(&*transform, value) {
                assert!(outputs.insert(made), "{name}: {}", String::from_utf8_lossy(value));
            }
        }
        assert!(outputs.len() > 10_000, "{name}");
    }
}

#[test]
fn empty_stays_empty_and_null_is_never_made() {
    for (name, transform, _) in built() {
        let made = apply(&*transform, b"");
        if !["constant", "redact", "set_null"].iter().any(|n| name.contains(n)) && name.contains("LONGTEXT") {
            assert_eq!(made, Ok(Some(Vec::new())), "{name}");
        }
    }
}

#[test]
fn what_counts_as_empty_becomes_what_the_empty_value_becomes() {
    for (name, transform, kind) in built() {
        if transform.properties().keyed && kind == Kind::Text && name.contains("LONGTEXT") {
            let (blank, empty) = (apply_as(&*transform, b" ", b"", None), apply(&*transform, b""));
            assert!(blank == empty || blank.is_err(), "{name}");
        }
    }
}

#[test]
fn a_uuid_is_one_in_any_form() {
    let text = make(json!({ "do": "uuid" }), &Column::text("c"), Locale::EnCa).unwrap();
    let bytes = Column { max_chars: Some(16), ..column(Class::Binary, "BINARY") };
    let bytes = make(json!({ "do": "uuid" }), &bytes, Locale::EnCa).unwrap();
    let raw: Vec<u8> = (0..16).map(|n| n * 17).collect();
    let dashed = apply(&*text, b"00112233-4455-6677-8899-aabbccddeeff").unwrap().unwrap();
    let bare = apply(&*text, b"00112233445566778899aabbccddeeff").unwrap().unwrap();
    let digits: String = apply(&*bytes, &raw).unwrap().unwrap().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(String::from_utf8(dashed).unwrap().replace('-', ""), digits);
    assert_eq!(bare, digits.as_bytes());
}

#[test]
fn equal_values_stay_equal_however_they_are_spelled() {
    for (name, transform, _) in built() {
        let keyed = transform.properties().keyed;
        let made_up = ["token", "email", "name", "city", "address", "street", "company", "hmac", "uuid"];
        let inside = ["redact_text", "json", "php"].iter().any(|n| name.contains(n));
        if keyed && !inside && made_up.iter().any(|n| name.contains(n)) {
            let a = apply_as(&*transform, b"Some Body", b"some body", None);
            let b = apply_as(&*transform, b"some body", b"some body", None);
            assert!(a.is_ok() && a == b, "{name}");
            let other = apply_as(&*transform, b"some body", b"somebody else", None);
            assert!(a != other, "{name}");
            let subject = apply_as(&*transform, b"x", b"x", Some(b"1"));
            assert_eq!(subject, apply_as(&*transform, b"y", b"y", Some(b"1")), "{name}");
        }
    }
}

#[test]
fn without_a_key_what_needs_one_is_not_built() {
    for (spec, column, _) in cases() {
        let with_key = make(spec.clone(), &column, Locale::EnCa).unwrap();
        let Value::Object(map) = spec else { panic!("a map") };
        let spec = TransformSpec::from_options(map).unwrap();
        let table = Table {
            database: None,
            name: "t".to_owned(),
            columns: vec![column.clone()],
            unique_keys: Vec::new(),
            defined: true,
        };
        let context = BuildContext {
            column: &column,
            table: &table,
            keys: &|_| None,
            normal: &|_| crate::normal::Normaliser::default(),
            domain: "d",
            locale: Locale::EnCa,
            customs: None,
        };
        match build(&spec, &context) {
            Ok(built) => assert!(!built.properties().keyed, "{spec:?}"),
            Err(e) => assert!(with_key.properties().keyed && e.message.contains("key"), "{spec:?}"),
        }
    }
}

/// What a key gives for a value must never change. `UPDATE=1 cargo test -p dumpstream-scrub golden` writes it anew: only for
/// what is new.
#[test]
fn golden_outputs_are_what_they_were() {
    let prf = Prf::new(&crate::prf::tests::key().domain("tests"), "golden");
    let mut text = String::new();
    for (name, transform, kind) in built() {
        let _ = writeln!(text, "{name}");
        let kind_name = format!("{kind:?}");
        let mut stream = prf.stream(kind_name.as_bytes());
        for _ in 0..4 {
            let value = random(kind, &mut stream);
            let made = match apply(&*transform, &value) {
                Ok(Some(made)) => String::from_utf8_lossy(&made).replace('\n', "\\n"),
                Ok(None) => "NULL".to_owned(),
                Err(e) => format!("! {e}"),
            };
            let _ = writeln!(text, "  {} -> {made}", String::from_utf8_lossy(&value));
        }
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (found, expected) in text.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(text.len(), expected.len());
}

fn made(spec: Value, value: &str, subject: Option<&str>) -> String {
    let transform = make(spec, &Column::text("c"), Locale::EnCa).unwrap();
    let value = value.as_bytes();
    String::from_utf8(apply_as(&*transform, value, value, subject.map(str::as_bytes)).unwrap().unwrap()).unwrap()
}

#[test]
fn places_of_a_subject_agree() {
    for subject in 0..500 {
        let subject = subject.to_string();
        let of = |spec: Value| made(spec, "old", Some(&subject));
        let (street, city) = (of(json!({ "do": "street" })), of(json!({ "do": "city" })));
        let (code, name) =
            (of(json!({ "do": "province", "style": "code" })), of(json!({ "do": "province", "style": "name" })));
        let postal = of(json!({ "do": "postal_code" }));
        assert_eq!(of(json!({ "do": "address" })), format!("{street}, {city} {code} {postal}"));
        assert!(dictionary::PROVINCES.iter().any(|p| p.0 == code && p.1 == name));
        let line = dictionary::CITIES.lines().find(|l| l.starts_with(&format!("{city}|"))).unwrap();
        assert!(line.contains(&format!("|{code}|")) && line.contains(&postal[..3]), "{line} {postal}");
        let full = format!("{} {}", of(json!({ "do": "first_name" })), of(json!({ "do": "last_name" })));
        assert_eq!(of(json!({ "do": "full_name" })), full);
    }
}

#[test]
fn postal_prefixes_are_of_their_provinces() {
    // The first letter says which province it is (Canada Post).
    let letters = [
        ("NL", "A"),
        ("NS", "B"),
        ("PE", "C"),
        ("NB", "E"),
        ("QC", "GHJ"),
        ("ON", "KLMNP"),
        ("MB", "R"),
        ("SK", "S"),
        ("AB", "T"),
        ("BC", "V"),
        ("NT", "X"),
        ("NU", "X"),
        ("YT", "Y"),
    ];
    for line in dictionary::CITIES.lines() {
        let fields: Vec<&str> = line.split('|').collect();
        let (_, first) = letters.iter().find(|(code, _)| *code == fields[2]).unwrap();
        for prefix in fields[3].split(' ') {
            let p = prefix.as_bytes();
            assert!(
                first.contains(&prefix[..1])
                    && p[1].is_ascii_digit()
                    && b"ABCEGHJKLMNPRSTVWXYZ".contains(&p[2])
                    && p.len() == 3,
                "{line}"
            );
        }
    }
    let english = [dictionary::FIRST_EN, dictionary::LAST_EN, dictionary::STREET_EN, dictionary::COMPANY_KIND_EN];
    assert!(english.iter().all(|t| t.is_ascii()));
}

fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
}

fn passes_luhn(text: &str) -> bool {
    crate::detect::luhn(digits(text).into_iter())
}

#[test]
fn numbers_with_check_digits_pass_their_checks() {
    let prf = Prf::new(&crate::prf::tests::key().domain("tests"), "checks");
    let mut stream = prf.stream(b"");
    for _ in 0..2000 {
        let text = |kind, s: &mut Stream<'_>| String::from_utf8(random(kind, s)).unwrap();
        let (sin, card, iban) =
            (text(Kind::Sin, &mut stream), text(Kind::Card, &mut stream), text(Kind::Iban, &mut stream));
        let new = made(json!({ "do": "sin" }), &sin, None);
        assert!(passes_luhn(&new) && matches!(new.as_bytes()[0], b'0' | b'8'), "{new}");
        let shape = |t: &str| t.bytes().map(|b| if b.is_ascii_digit() { b'9' } else { b }).collect::<Vec<_>>();
        assert_eq!(shape(&new), shape(&sin));
        assert_eq!(passes_luhn(&made(json!({ "do": "sin", "range": "any" }), &sin, None)), passes_luhn(&sin));
        let new = made(json!({ "do": "card" }), &card, None);
        assert!(passes_luhn(&new) && new.starts_with("9999") && shape(&new) == shape(&card), "{new}");
        let new = made(json!({ "do": "card", "range": "keep_iin" }), &card, None);
        assert!(passes_luhn(&new) == passes_luhn(&card) && new[..7] == card[..7], "{new}");
        let new = made(json!({ "do": "iban" }), &iban, None);
        let turned = format!("{}{}", &new[4..], &new[..4]);
        let rest = turned.bytes().fold(0, |r: u32, b| match b {
            b'0'..=b'9' => (r * 10 + u32::from(b - b'0')) % 97,
            _ => (r * 100 + u32::from(b - b'A') + 10) % 97,
        });
        assert!(rest == 1 && new.starts_with("DE"), "{new}");
        let phone = text(Kind::Phone, &mut stream);
        let new = made(json!({ "do": "phone" }), &phone, None);
        let all = digits(&new);
        assert!(all[all.len() - 7..all.len() - 2] == [5, 5, 5, 0, 1] && shape(&new) == shape(&phone), "{new}");
    }
}

#[test]
fn addresses_of_machines_are_reserved_ones() {
    let ip = |v: &str| made(json!({ "do": "ip" }), v, None);
    for n in 0..500 {
        let new = ip(&format!("10.0.{}.{}", n / 250, n % 250));
        assert!(["192.0.2.", "198.51.100.", "203.0.113."].iter().any(|p| new.starts_with(p)), "{new}");
        let six = ip(&format!("2607:f8b0::{n:x}"));
        assert!(six.starts_with("2001:db8:") && six.parse::<std::net::Ipv6Addr>().is_ok(), "{six}");
    }
    let bytes = make(json!({ "do": "ip" }), &column(Class::Binary, "VARBINARY"), Locale::EnCa).unwrap();
    assert_eq!(apply(&*bytes, &[10, 0, 0, 1]).unwrap().unwrap().len(), 4);
    assert_eq!(apply(&*bytes, &[7; 16]).unwrap().unwrap()[..4], [0x20, 0x01, 0x0d, 0xb8]);
    assert!(make(json!({ "do": "ip", "keep_v4": 8 }), &Column::text("c"), Locale::EnCa).is_err());
    let url = made(json!({ "do": "url" }), "https://me:pw@shop.example.ca:8080/u/42/?id=7&token#frag", None);
    assert!(url.starts_with("https://") && url.contains(".example.test/") && url.contains("?id="), "{url}");
    assert!(!["me", "pw@", "shop", "8080", "42", "frag", "token"].iter().any(|p| url.contains(p)), "{url}");
}

#[test]
fn numbers_that_are_none_are_invalid() {
    for (spec, values) in [
        (json!({ "do": "sin" }), ["12345678", "1234567890", "123-456-78a", "１２３456789"].as_slice()),
        (
            json!({ "do": "phone" }),
            &["+44 20 7946 0958", "123", "call me", "416-555-0123 or 4", "416-555-0123 x99999999999"],
        ),
        (json!({ "do": "phone", "range": "any" }), &["416-555-0123 x5"]),
        (json!({ "do": "card" }), &["1234", "1234 5678 9012 345x", "12345678901234567890"]),
        (json!({ "do": "iban" }), &["DE12", "12DE3456789012", "DE12 3456-7890 1234"]),
        (json!({ "do": "ip" }), &["1.2.3", "1.2.3.256", "1.2.3.4, 5.6.7.8", "host", "01.2.3.4"]),
        (json!({ "do": "mac" }), &["00:11:22:33:44", "00:11:22:33:44:5g"]),
        (json!({ "do": "int_permute" }), &["1.5", "x", "99999999999999999999999"]),
        (json!({ "do": "fpe" }), &["12345", "123456x", "1234567é"]),
        (json!({ "do": "noise" }), &["x", "1.2.3", "", "-", "."]),
        (json!({ "do": "geo" }), &["91,0", "45", "45,181", "x,y"]),
        (json!({ "do": "url" }), &["javascript://x", "not a url"]),
    ] {
        let transform = make(spec.clone(), &Column::text("c"), Locale::EnCa).unwrap();
        for value in values.iter().filter(|v| !v.is_empty()) {
            let error = apply(&*transform, value.as_bytes()).unwrap_err();
            assert!(!error.to_string().contains(value), "{spec} {value}");
        }
    }
    assert!(made(json!({ "do": "phone", "foreign": "replace" }), "+44 20 7946 0958", None).starts_with("+1 "));
    let extended = made(json!({ "do": "phone" }), "416-967-1111 ext. 1234", None);
    assert!(extended.contains("-555-01") && extended.contains(" ext. ") && !extended.contains("1234"), "{extended}");
    for (spec, class, name) in [
        (json!({ "do": "int_permute" }), Class::Temporal, "DATE"),
        (json!({ "do": "int_permute", "min": 1, "max": 1000 }), Class::Number, "INT"),
        (json!({ "do": "int_permute", "min": 0, "max": 4_294_967_295_u32 }), Class::Number, "INT"),
        (json!({ "do": "email" }), Class::Number, "INT"),
        (json!({ "do": "token" }), Class::Json, "JSON"),
        (json!({ "do": "redact" }), Class::Label, "ENUM"),
        (json!({ "do": "constant", "value": "c" }), Class::Label, "ENUM"),
        (json!({ "do": "constant", "value": 5_000_000_000_u64 }), Class::Number, "INT"),
        (json!({ "do": "constant", "value": "yesterday" }), Class::Temporal, "DATE"),
        (json!({ "do": "constant", "value": "{" }), Class::Json, "JSON"),
        (json!({ "do": "pick", "values": ["a", "c"] }), Class::Label, "ENUM"),
        (json!({ "do": "pick", "values": ["a", "A"] }), Class::Text, "TEXT"),
        (json!({ "do": "template", "template": "{nothing}" }), Class::Text, "TEXT"),
        (json!({ "do": "template", "template": "{column:nothing}" }), Class::Text, "TEXT"),
        (json!({ "do": "template", "template": "{column:C}" }), Class::Text, "TEXT"),
        (json!({ "do": "template", "template": "{token" }), Class::Text, "TEXT"),
        (json!({ "do": "regex_replace", "pattern": "(" }), Class::Text, "TEXT"),
        (json!({ "do": "email", "host": "a b" }), Class::Text, "TEXT"),
    ] {
        let error = make(spec.clone(), &column(class, name), Locale::EnCa).map(|_| ()).unwrap_err();
        assert!(!error.message.is_empty() && !error.hint.is_empty(), "{spec}");
    }
}

#[test]
fn what_is_too_long_for_its_column_is_refused_or_invalid() {
    let narrow = |chars| Column { max_chars: Some(chars), ..Column::text("c") };
    let template = make(json!({ "do": "template", "template": "{token:20}é" }), &narrow(20), Locale::EnCa).unwrap();
    assert_eq!(template.properties().max_chars, None);
    assert!(apply(&*template, b"x").is_err());
    let template = make(json!({ "do": "template", "template": "{token:19}é" }), &narrow(20), Locale::EnCa).unwrap();
    assert!(apply(&*template, b"x").is_ok());
    let bytes = Column { max_bytes: Some(20), ..Column::text("c") };
    let template = make(json!({ "do": "template", "template": "{token:19}é" }), &bytes, Locale::EnCa).unwrap();
    assert!(apply(&*template, b"x").is_err());
    let redact = make(json!({ "do": "redact" }), &narrow(4), Locale::EnCa).unwrap();
    assert_eq!(apply(&*redact, b"secret").unwrap().unwrap(), b"[red");
}
