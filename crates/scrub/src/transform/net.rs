//! Addresses of machines: IP, MAC, URL.

use super::basic::{text, text_column};
use super::build::{Build, BuildContext, BuildError};
use super::spec::{IpRange, MacRange};
use super::tokens::{BASE32, KEYED, limit, message, nothing, other};
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::fpe::Permutation;
use crate::prf::Prf;
use crate::table::Class;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How a column holds IP addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    /// As `INET_ATON()` gives it.
    Number,
    /// As `INET6_ATON()` gives it, or a text in bytes.
    Bytes,
}

/// `ip`.
#[derive(Debug)]
struct Ip {
    prf: Prf,
    range: IpRange,
    keep_v4: u8,
    keep_v6: u8,
    /// Of all IPv4 addresses.
    permutation: Option<Permutation>,
    form: Form,
}

const IP: Invalid = Invalid("an IPv4 or IPv6 address");

/// Four numbers without anything else; the standard library's parser is slower.
fn parse_v4(value: &[u8]) -> Option<u32> {
    let (mut address, mut part, mut digits, mut dots) = (0_u32, 0_u32, 0, 0);
    for byte in value {
        match byte {
            b'0'..=b'9' if digits < 3 && (digits == 0 || part > 0) => {
                part = part * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && part < 256 && dots < 3 => {
                address = address << 8 | part;
                (part, digits) = (0, 0);
                dots += 1;
            }
            _ => return None,
        }
    }
    (dots == 3 && digits > 0 && part < 256).then_some(address << 8 | part)
}

fn write_v4(address: u32, out: &mut Vec<u8>) {
    for (at, byte) in address.to_be_bytes().into_iter().enumerate() {
        if at > 0 {
            out.push(b'.');
        }
        if byte > 99 {
            out.push(b'0' + byte / 100);
        }
        if byte > 9 {
            out.push(b'0' + byte / 10 % 10);
        }
        out.push(b'0' + byte % 10);
    }
}

impl Ip {
    fn v4(&self, old: u32, input: &Input<'_>) -> u32 {
        if let (Some(permutation), None) = (&self.permutation, input.subject) {
            return permutation.apply(u128::from(old)) as u32;
        }
        let mut stream = self.prf.stream(message(input));
        loop {
            let new = match self.range {
                IpRange::Documentation => {
                    let draw = stream.below(768) as u32;
                    let net = [0xc000_0200, 0xc633_6400, 0xcb00_7100_u32];
                    net.get(draw as usize / 256).copied().unwrap_or(0xc000_0200) + draw % 256
                }
                IpRange::Private => 0x0a00_0000 | stream.below(1 << 24) as u32,
                IpRange::Any => {
                    let free = u32::MAX >> self.keep_v4;
                    old & !free | stream.next_u64() as u32 & free
                }
            };
            if new != old {
                return new;
            }
        }
    }

    fn v6(&self, old: u128, input: &Input<'_>) -> u128 {
        let mut stream = self.prf.stream(message(input));
        loop {
            let draw = u128::from(stream.next_u64()) << 64 | u128::from(stream.next_u64());
            let new = match self.range {
                IpRange::Documentation => 0x2001_0db8 << 96 | draw >> 32,
                IpRange::Private => 0xfd << 120 | draw >> 8,
                IpRange::Any => {
                    let free = u128::MAX >> self.keep_v6;
                    old & !free | draw & free
                }
            };
            if new != old {
                return new;
            }
        }
    }

    fn text(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if let Some(old) = parse_v4(input.value) {
            write_v4(self.v4(old, input), out);
            return Ok(Output::Value);
        }
        match text(input.value)?.parse() {
            Ok(IpAddr::V4(old)) => write_v4(self.v4(old.into(), input), out),
            Ok(IpAddr::V6(old)) => {
                let new = Ipv6Addr::from(self.v6(old.into(), input));
                write!(out, "{new}").map_err(|_| IP)?;
            }
            Err(_) => return Err(IP),
        }
        Ok(Output::Value)
    }
}

impl Transform for Ip {
    fn properties(&self) -> Properties {
        // Of IPv4 addresses alone one can't tell; a subject would make it lossy as well.
        let mapping = if self.permutation.is_some() { Mapping::Injective } else { Mapping::KeyedLossy };
        let (max_chars, ascii) = match self.form {
            Form::Text => (Some(u64::MAX), true),
            Form::Number => (None, true),
            Form::Bytes => (Some(u64::MAX), false),
        };
        Properties { mapping, max_chars, ascii, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        match (self.form, input.value.len()) {
            (Form::Number, _) => {
                let old = text(input.value)?.parse().map_err(|_| Invalid("an IPv4 address as a number"))?;
                write!(out, "{}", self.v4(old, input)).map_err(|_| IP)?;
                Ok(Output::Value)
            }
            (Form::Bytes, 4) => {
                let old = input.value.first_chunk().map_or(0, |b| u32::from_be_bytes(*b));
                out.extend_from_slice(&Ipv4Addr::from(self.v4(old, input)).octets());
                Ok(Output::Value)
            }
            (Form::Bytes, 16) if parse_v4(input.value).is_none() => {
                let old = input.value.first_chunk().map_or(0, |b| u128::from_be_bytes(*b));
                out.extend_from_slice(&Ipv6Addr::from(self.v6(old, input)).octets());
                Ok(Output::Value)
            }
            _ => self.text(input, out),
        }
    }
}

pub(super) fn ip(range: IpRange, keep_v4: u8, keep_v6: u8, c: &BuildContext<'_>) -> Build {
    limit("keep_v4", keep_v4, 0, 24)?;
    limit("keep_v6", keep_v6, 0, 64)?;
    if range != IpRange::Any && (keep_v4 > 0 || keep_v6 > 0) {
        return Err(BuildError::new(
            "`keep_v4` and `keep_v6` are for `range: any`",
            "set the range, or leave them out",
        ));
    }
    let form = match c.column.class {
        Class::Number => Form::Number,
        Class::Binary => Form::Bytes,
        _ => Form::Text,
    };
    if form == Form::Text {
        text_column("ip", c)?;
    }
    let permutation = match range == IpRange::Any && keep_v4 == 0 {
        true => Permutation::range(&c.key()?.purpose("ip any"), 1 << 32),
        false => None,
    };
    Ok(Box::new(Ip { prf: c.prf("ip")?, range, keep_v4, keep_v6, permutation, form }))
}

/// `mac`.
#[derive(Debug)]
struct Mac {
    prf: Prf,
    range: MacRange,
    bytes: bool,
}

impl Transform for Mac {
    fn properties(&self) -> Properties {
        Properties { ascii: !self.bytes, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let raw = self.bytes && input.value.len() == 6;
        let (mut old, mut digits, mut upper) = (0_u64, 0, false);
        for byte in input.value {
            match char::from(*byte).to_digit(16) {
                _ if raw => old = old << 8 | u64::from(*byte),
                Some(digit) if digits < 12 => {
                    old = old << 4 | u64::from(digit);
                    digits += 1;
                    upper |= byte.is_ascii_uppercase();
                }
                None if b":-. ".contains(byte) => {}
                _ => return Err(Invalid("a MAC address")),
            }
        }
        if !raw && digits != 12 {
            return Err(Invalid("a MAC address"));
        }
        let own = old.to_be_bytes();
        let mut stream = self.prf.stream(input.subject.unwrap_or(&own));
        let new = loop {
            let draw = stream.next_u64();
            let new = match self.range {
                // Locally administered, to one machine (IEEE 802).
                MacRange::Local => draw >> 16 & !(1 << 40) | 1 << 41,
                MacRange::Documentation => 0x0000_5e00_5300 | draw >> 56,
            };
            if new != old {
                break new;
            }
        };
        if raw {
            out.extend_from_slice(new.to_be_bytes().get(2..).unwrap_or_default());
            return Ok(Output::Value);
        }
        let mut shift = 48;
        for byte in input.value {
            if byte.is_ascii_hexdigit() {
                shift -= 4;
                let digit = char::from_digit((new >> shift & 15) as u32, 16).unwrap_or('0') as u8;
                out.push(if upper { digit.to_ascii_uppercase() } else { digit });
            } else {
                out.push(*byte);
            }
        }
        Ok(Output::Value)
    }
}

pub(super) fn mac(range: MacRange, c: &BuildContext<'_>) -> Build {
    text_column("mac", c)?;
    Ok(Box::new(Mac { prf: c.prf("mac")?, range, bytes: c.column.class == Class::Binary }))
}

/// `url`.
#[derive(Debug)]
struct Url {
    prf: Prf,
    host: Box<str>,
}

const URL: Invalid = Invalid("a URL");

impl Transform for Url {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(u64::MAX), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let value = text(input.value)?;
        let (scheme, rest) = match value.split_once("://") {
            Some((scheme, rest)) if SCHEMES.iter().any(|s| s.eq_ignore_ascii_case(scheme)) => (scheme, rest),
            Some(_) => return Err(Invalid("a URL of a known scheme: http, https, ws, wss, ftp, ftps, sftp, s3, ssh")),
            // `www.host/path`, `host.tld/path`
            None if value.contains('.') && !value.contains(char::is_whitespace) => ("", value),
            None => return Err(URL),
        };
        let (rest, fragment) = rest.split_once('#').map_or((rest, false), |(r, _)| (r, true));
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(r, q)| (r, Some(q)));
        let (_, path) = rest.split_once('/').map_or((rest, None), |(h, p)| (h, Some(p)));
        other(input.value, &mut self.prf.stream(message(input)), out, |stream, out| {
            if !scheme.is_empty() {
                out.extend_from_slice(scheme.as_bytes());
                out.extend_from_slice(b"://");
            }
            stream.characters(BASE32, 12, out);
            out.push(b'.');
            out.extend_from_slice(self.host.as_bytes());
            for segment in path.iter().flat_map(|p| p.split('/')) {
                out.push(b'/');
                if !segment.is_empty() {
                    stream.characters(BASE32, 8, out);
                }
            }
            for (at, pair) in query.iter().flat_map(|q| q.split('&')).enumerate() {
                out.push(if at == 0 { b'?' } else { b'&' });
                // What isn't a name and a value may be anything.
                match pair.split_once('=') {
                    Some((name, _)) if plain(name) => {
                        out.extend_from_slice(name.as_bytes());
                        out.push(b'=');
                        stream.characters(BASE32, 8, out);
                    }
                    _ if pair.is_empty() => {}
                    _ => stream.characters(BASE32, 8, out),
                }
            }
            if fragment {
                out.push(b'#');
                stream.characters(BASE32, 8, out);
            }
        })
    }
}

/// Whether the name of a query's part is a word, and so no value itself.
fn plain(name: &str) -> bool {
    name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'[' | b']'))
}

const SCHEMES: &[&str] = &["http", "https", "ws", "wss", "ftp", "ftps", "sftp", "s3", "ssh"];

pub(super) fn url(host: &str, c: &BuildContext<'_>) -> Build {
    text_column("url", c)?;
    super::tokens::host(host)?;
    Ok(Box::new(Url { prf: c.prf("url")?, host: host.into() }))
}
