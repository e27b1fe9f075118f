//! Password hashes, lists to pick from, templates, texts with personal data inside.

use super::basic::{fits_column, text, text_column};
use super::build::{Build, BuildContext, BuildError};
use super::fold::same;
use super::names::Drawn;
use super::spec::{Locale, RedactWith, Scalar};
use super::tokens::{BASE32, HEX, KEYED, message, nothing, other};
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::detect::{Kind, find};
use crate::prf::Prf;
use crate::table::Class;

/// `password_hash`.
#[derive(Debug)]
struct PasswordHash;

impl Transform for PasswordHash {
    fn properties(&self) -> Properties {
        Properties { mapping: Mapping::Lossy, keyed: false, may_keep: true, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let value = input.value;
        // Of a hash in the form `$scheme$parameters$salt$hash`, what comes before the salt says how it is made; salt and hash
        // become zeros in the scheme's own alphabet, which no known password gives.
        let dollars = |n: usize| value.iter().enumerate().filter(|(_, b)| **b == b'$').nth(n).map(|(at, _)| at + 1);
        let (kept, filler) =
            if [b"$2a$", b"$2b$", b"$2x$", b"$2y$"].iter().any(|p| value.starts_with(*p)) && value.len() == 60 {
                (7, b'.')
            } else if (value.starts_with(b"$P$") || value.starts_with(b"$H$")) && value.len() == 34 {
                (4, b'.')
            } else if value.starts_with(b"$argon2") {
                (dollars(3).unwrap_or(0), b'A')
            } else if value.starts_with(b"$1$")
                || value.starts_with(b"$apr1$")
                || value.starts_with(b"$5$")
                || value.starts_with(b"$6$")
            {
                let rounds = value.starts_with(b"$5$rounds=") || value.starts_with(b"$6$rounds=");
                (dollars(if rounds { 2 } else { 1 }).unwrap_or(0), b'.')
            } else if value.len() >= 32 && value.iter().all(u8::is_ascii_hexdigit) {
                (0, b'0')
            } else {
                (0, b'*')
            };
        out.extend_from_slice(value.get(..kept).unwrap_or_default());
        let whole = kept == 0 && filler == b'*';
        let rest = value.get(kept..).unwrap_or_default();
        // A character of several bytes is one.
        let rest = rest.iter().filter(|b| !whole || *b & 0xc0 != 0x80);
        out.extend(rest.map(|b| if matches!(b, b'$' | b'=') && !whole { *b } else { filler }));
        Ok(Output::Value)
    }
}

pub(super) fn password_hash(c: &BuildContext<'_>) -> Build {
    text_column("password_hash", c)?;
    Ok(Box::new(PasswordHash))
}

/// `pick`.
#[derive(Debug)]
struct Pick {
    prf: Prf,
    values: Vec<Box<str>>,
    /// The sum of the weights up to and with each.
    sums: Vec<u64>,
}

impl Transform for Pick {
    fn properties(&self) -> Properties {
        let most = self.values.iter().map(|v| v.chars().count() as u64).max();
        Properties { max_chars: most, ascii: self.values.iter().all(|v| v.is_ascii()), ..KEYED }
    }

    fn lists(&self, value: &[u8]) -> bool {
        self.values.iter().any(|v| v.as_bytes() == value)
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let mut stream = self.prf.stream(message(input));
        let total = self.sums.last().copied().unwrap_or(0);
        for _ in 0..64 {
            let draw = stream.below(total);
            let at = self.sums.partition_point(|sum| *sum <= draw);
            if let Some(value) = self.values.get(at).filter(|v| !same(v.as_bytes(), input.value)) {
                out.extend_from_slice(value.as_bytes());
                return Ok(Output::Value);
            }
        }
        // All the weight is on the value itself.
        let value = self.values.iter().find(|v| !same(v.as_bytes(), input.value));
        out.extend_from_slice(value.ok_or(Invalid("one that has another to take its place"))?.as_bytes());
        Ok(Output::Value)
    }
}

pub(super) fn pick(values: &[Scalar], weights: &[u32], c: &BuildContext<'_>) -> Build {
    if c.column.class == Class::Json {
        text_column("pick", c)?;
    }
    let values: Vec<Box<str>> = values.iter().map(|v| v.text().into()).collect();
    let different = values.first().is_some_and(|first| values.iter().any(|v| !same(v.as_bytes(), first.as_bytes())));
    if !different || values.len() > 100_000 {
        return Err(BuildError::new("`values` lists nothing to pick from", "list 2 to 100000 different values"));
    }
    if !weights.is_empty() && (weights.len() != values.len() || weights.contains(&0)) {
        return Err(BuildError::new(
            "`weights` doesn't fit `values`",
            "give one above 0 for every value, or none at all",
        ));
    }
    for value in &values {
        fits_column(value, c)?;
    }
    let weight = |at: usize| weights.get(at).copied().map_or(1, u64::from);
    let sums = (0..values.len()).scan(0, |sum, at| {
        *sum += weight(at);
        Some(*sum)
    });
    Ok(Box::new(Pick { prf: c.prf("pick")?, sums: sums.collect(), values }))
}

/// A part of a template.
#[derive(Debug)]
enum Part {
    Text(String),
    Characters(&'static [u8], usize),
    Number(u64, u64),
    Name(Drawn),
    Column(usize),
}

/// `template`.
#[derive(Debug)]
struct Template {
    prf: Prf,
    parts: Vec<Part>,
    needs: Vec<usize>,
}

impl Transform for Template {
    fn properties(&self) -> Properties {
        let ascii = self.parts.iter().all(|p| match p {
            Part::Text(text) => text.is_ascii(),
            Part::Characters(..) | Part::Number(..) => true,
            Part::Name(_) | Part::Column(_) => false,
        });
        let bits = self.parts.iter().map(|p| match p {
            Part::Characters(alphabet, count) => (alphabet.len() as f64).log2() * *count as f64,
            _ => 0.0,
        });
        let mapping = if bits.fold(0.0, f64::max) >= 96.0 { Mapping::Injective } else { Mapping::KeyedLossy };
        Properties { mapping, max_chars: Some(u64::MAX), ascii, ..KEYED }
    }

    fn needs(&self) -> &[usize] {
        &self.needs
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let message = message(input);
        other(input.value, &mut self.prf.stream(message), out, |stream, out| {
            for part in &self.parts {
                match part {
                    Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                    Part::Characters(alphabet, count) => stream.characters(alphabet, *count, out),
                    Part::Number(from, to) => {
                        out.extend_from_slice((from + stream.below(to - from + 1)).to_string().as_bytes());
                    }
                    Part::Name(name) => name.draw(message, out),
                    Part::Column(at) => out.extend_from_slice(input.row.column(*at).unwrap_or_default()),
                }
            }
        })
    }
}

pub(super) fn template(template: &str, locale: Option<Locale>, c: &BuildContext<'_>) -> Build {
    text_column("template", c)?;
    let locale = locale.unwrap_or(c.locale);
    let mut parts = Vec::new();
    let mut needs = Vec::new();
    let mut rest = template;
    let mut plain = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        if let Some(doubled) = after.strip_prefix("{{").or_else(|| after.strip_prefix("}}")) {
            plain.push_str(after.get(..1).unwrap_or_default());
            rest = doubled;
            continue;
        }
        let Some((field, next)) = after.strip_prefix('{').and_then(|a| a.split_once('}')) else {
            return Err(BuildError::new(
                "the template has a brace that isn't closed or opened",
                "write {{ or }} for a brace itself",
            ));
        };
        rest = next;
        if !plain.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut plain)));
        }
        parts.push(field_part(field, locale, c, &mut needs)?);
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    if parts.iter().all(|p| matches!(p, Part::Text(_))) {
        return Err(BuildError::new("the template has nothing to fill in", "use `constant`, or {token}"));
    }
    Ok(Box::new(Template { prf: c.prf("template")?, parts, needs }))
}

fn field_part(field: &str, locale: Locale, c: &BuildContext<'_>, needs: &mut Vec<usize>) -> Result<Part, BuildError> {
    let unknown = || {
        let known = "{token:20}, {digits:6}, {hex:8}, {number:1-500}, {first_name}, {last_name}, {city}, {column:NAME}";
        BuildError::new(
            format!("the template's {{{field}}} is nothing that can be filled in"),
            format!("there are {known}"),
        )
    };
    let (name, argument) = field.split_once(':').map_or((field, None), |(n, a)| (n, Some(a)));
    let count = |default: usize| match argument.map(str::parse) {
        None => Ok(default),
        Some(Ok(count)) if (1..=128).contains(&count) => Ok(count),
        Some(_) => Err(unknown()),
    };
    Ok(match name {
        "token" => Part::Characters(BASE32, count(20)?),
        "digits" => Part::Characters(b"0123456789", count(6)?),
        "hex" => Part::Characters(HEX, count(8)?),
        "number" => {
            let (from, to) = argument.and_then(|a| a.split_once('-')).ok_or_else(unknown)?;
            match (from.parse::<u64>(), to.parse::<u64>()) {
                (Ok(from), Ok(to)) if from < to && to < u64::MAX => Part::Number(from, to),
                _ => return Err(unknown()),
            }
        }
        "first_name" if argument.is_none() => Part::Name(Drawn::first_name(locale, c)?),
        "last_name" if argument.is_none() => Part::Name(Drawn::last_name(locale, c)?),
        "city" if argument.is_none() => Part::Name(Drawn::city(locale, c)?),
        "column" => {
            let name = argument.ok_or_else(unknown)?;
            let at = c.table.column(name).ok_or_else(|| {
                BuildError::new(format!("the table has no column `{name}`"), "name another in the template")
            })?;
            if c.table.columns.get(at).is_some_and(|other| other.name == c.column.name) {
                return Err(BuildError::new("the template would give the value back", "name another column"));
            }
            needs.push(at);
            Part::Column(at)
        }
        _ => return Err(unknown()),
    })
}

/// `redact_text`.
#[derive(Debug)]
struct RedactText {
    kinds: Vec<Kind>,
    /// For tokens.
    prf: Option<Prf>,
}

impl Transform for RedactText {
    fn properties(&self) -> Properties {
        let keyed = self.prf.is_some();
        let mapping = if keyed { Mapping::KeyedLossy } else { Mapping::Lossy };
        Properties { mapping, max_chars: Some(u64::MAX), ascii: false, keyed, nulls: false, may_keep: true }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        let text = text(input.value)?;
        let mut hits = find(&self.kinds, text);
        hits.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
        let mut done = 0;
        for (kind, range) in hits {
            if range.start < done {
                // It begins inside another: what is beyond that goes with it.
                done = done.max(range.end);
                continue;
            }
            out.extend_from_slice(text.as_bytes().get(done..range.start).unwrap_or_default());
            out.push(b'[');
            out.extend_from_slice(kind.name().as_bytes());
            if let Some(prf) = &self.prf {
                out.push(b':');
                let hit = text.get(range.clone()).unwrap_or_default().to_lowercase();
                prf.stream(hit.as_bytes()).characters(BASE32, 12, out);
            }
            out.push(b']');
            done = range.end;
        }
        out.extend_from_slice(text.as_bytes().get(done..).unwrap_or_default());
        Ok(Output::Value)
    }
}

pub(super) fn redact_text(detectors: &[Kind], with: RedactWith, c: &BuildContext<'_>) -> Build {
    text_column("redact_text", c)?;
    let kinds = if detectors.is_empty() { Kind::ALL.to_vec() } else { detectors.to_vec() };
    let prf = if with == RedactWith::Token { Some(c.prf("redact_text")?) } else { None };
    Ok(Box::new(RedactText { kinds, prf }))
}
