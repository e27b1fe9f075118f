//! Names of people and companies; places and addresses. Whatever is drawn in one domain for one subject fits together: each
//! part is drawn by its own purpose, so `full_name` draws what `first_name` and `last_name` do, and so on.

use super::basic::text_column;
use super::build::{Build, BuildContext};
use super::dictionary as d;
use super::fold::{ascii, same};
use super::spec::{AddressForm, Locale, NameOrder, PostalRange, ProvinceStyle};
use super::tokens::{KEYED, message, nothing, other};
use super::{Input, Invalid, Output, Properties, Transform};
use crate::prf::{Prf, Stream};

/// Words to draw from, one after another.
#[derive(Debug)]
struct Words {
    entries: Vec<Box<str>>,
    most: u64,
    ascii: bool,
}

impl Words {
    fn new<'a>(entries: impl Iterator<Item = &'a str>, bare: bool) -> Self {
        let entries: Vec<Box<str>> = entries.map(|e| if bare { ascii(e).into() } else { e.into() }).collect();
        let most = entries.iter().map(|e| e.chars().count() as u64).max().unwrap_or(0);
        let ascii = entries.iter().all(|e| e.is_ascii());
        Self { entries, most, ascii }
    }

    fn draw(&self, stream: &mut Stream<'_>) -> &[u8] {
        let at = stream.index(self.entries.len());
        self.entries.get(at).map_or(&[], |e| e.as_bytes())
    }
}

fn first_names(locale: Locale, bare: bool) -> Words {
    let text = if locale == Locale::EnCa { d::FIRST_EN } else { d::FIRST_FR };
    Words::new(text.split(' '), bare)
}

fn last_names(locale: Locale, bare: bool) -> Words {
    let text = if locale == Locale::EnCa { d::LAST_EN } else { d::LAST_FR };
    Words::new(text.split(' '), bare)
}

/// `first_name`, `last_name`.
#[derive(Debug)]
struct Name {
    prf: Prf,
    words: Words,
}

impl Transform for Name {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(self.words.most), ascii: self.words.ascii, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let mut stream = self.prf.stream(message(input));
        other(input.value, &mut stream, out, |stream, out| out.extend_from_slice(self.words.draw(stream)))
    }
}

pub(super) fn first_name(locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("first_name", c)?;
    Ok(Box::new(Name { prf: c.prf("first_name")?, words: first_names(locale.unwrap_or(c.locale), bare) }))
}

pub(super) fn last_name(locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("last_name", c)?;
    Ok(Box::new(Name { prf: c.prf("last_name")?, words: last_names(locale.unwrap_or(c.locale), bare) }))
}

/// A first or last name or a city for templates.
#[derive(Debug)]
pub(super) struct Drawn(Name);

impl Drawn {
    pub(super) fn first_name(locale: Locale, c: &BuildContext<'_>) -> Result<Self, super::BuildError> {
        Ok(Self(Name { prf: c.prf("first_name")?, words: first_names(locale, false) }))
    }

    pub(super) fn last_name(locale: Locale, c: &BuildContext<'_>) -> Result<Self, super::BuildError> {
        Ok(Self(Name { prf: c.prf("last_name")?, words: last_names(locale, false) }))
    }

    pub(super) fn city(locale: Locale, c: &BuildContext<'_>) -> Result<Self, super::BuildError> {
        let places = Places::new(locale, false, c)?;
        Ok(Self(Name { words: Words::new(places.cities.iter().map(|c| &*c.name), false), prf: places.prf }))
    }

    pub(super) fn draw(&self, message: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.words.draw(&mut self.0.prf.stream(message)));
    }
}

/// `full_name`.
#[derive(Debug)]
struct FullName {
    first: Name,
    last: Name,
    order: NameOrder,
}

impl Transform for FullName {
    fn properties(&self) -> Properties {
        let separator = if self.order == NameOrder::LastFirst { 2 } else { 1 };
        Properties {
            max_chars: Some(self.first.words.most + self.last.words.most + separator),
            ascii: self.first.words.ascii && self.last.words.ascii,
            ..KEYED
        }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let message = message(input);
        let mut first = self.first.prf.stream(message);
        other(input.value, &mut self.last.prf.stream(message), out, |last, out| {
            let (first, last) = (self.first.words.draw(&mut first), self.last.words.draw(last));
            let parts: [&[u8]; 3] = match self.order {
                NameOrder::FirstLast => [first, b" ", last],
                NameOrder::LastFirst => [last, b", ", first],
            };
            parts.iter().for_each(|p| out.extend_from_slice(p));
        })
    }
}

pub(super) fn full_name(order: NameOrder, locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("full_name", c)?;
    let locale = locale.unwrap_or(c.locale);
    Ok(Box::new(FullName {
        first: Name { prf: c.prf("first_name")?, words: first_names(locale, bare) },
        last: Name { prf: c.prf("last_name")?, words: last_names(locale, bare) },
        order,
    }))
}

/// `company`: three words.
#[derive(Debug)]
struct Company {
    prf: Prf,
    parts: [Words; 3],
}

impl Transform for Company {
    fn properties(&self) -> Properties {
        let most = self.parts.iter().map(|p| p.most).sum::<u64>() + 2;
        Properties { max_chars: Some(most), ascii: self.parts.iter().all(|p| p.ascii), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        other(input.value, &mut self.prf.stream(message(input)), out, |stream, out| {
            for (at, part) in self.parts.iter().enumerate() {
                if at > 0 {
                    out.push(b' ');
                }
                out.extend_from_slice(part.draw(stream));
            }
        })
    }
}

pub(super) fn company(locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("company", c)?;
    let name = || Words::new(d::COMPANY.split(' '), bare);
    let list = |text: &'static str| Words::new(text.split('|'), bare);
    let parts = match locale.unwrap_or(c.locale) {
        Locale::EnCa => [name(), list(d::COMPANY_KIND_EN), list(d::COMPANY_FORM_EN)],
        Locale::FrCa => [list(d::COMPANY_KIND_FR), name(), list(d::COMPANY_FORM_FR)],
    };
    Ok(Box::new(Company { prf: c.prf("company")?, parts }))
}

/// A city with its province and the prefixes of its postal codes.
#[derive(Debug)]
struct City {
    name: Box<str>,
    province: usize,
    prefixes: Vec<[u8; 3]>,
}

/// Cities and provinces, in a language.
#[derive(Debug)]
struct Places {
    prf: Prf,
    cities: Vec<City>,
    provinces: Vec<Box<str>>,
    most_city: u64,
    ascii: bool,
}

impl Places {
    fn new(locale: Locale, bare: bool, c: &BuildContext<'_>) -> Result<Self, super::BuildError> {
        let french = locale == Locale::FrCa;
        let name = |name: &str| -> Box<str> { if bare { ascii(name).into() } else { name.into() } };
        let cities: Vec<City> = d::CITIES
            .lines()
            .filter_map(|line| {
                let mut fields = line.split('|');
                let (en, fr, code) = (fields.next()?, fields.next()?, fields.next()?);
                Some(City {
                    name: name(if french && !fr.is_empty() { fr } else { en }),
                    province: d::PROVINCES.iter().position(|p| p.0 == code)?,
                    prefixes: fields.next()?.split(' ').filter_map(|p| p.as_bytes().try_into().ok()).collect(),
                })
            })
            .collect();
        let provinces = d::PROVINCES.iter().map(|(_, en, fr)| name(if french { fr } else { en })).collect();
        let most_city = cities.iter().map(|c| c.name.chars().count() as u64).max().unwrap_or(0);
        Ok(Self { prf: c.prf("place")?, ascii: bare || !french, cities, provinces, most_city })
    }

    /// The city of a subject or a value.
    fn draw(&self, message: &[u8]) -> Option<&City> {
        self.cities.get(self.prf.stream(message).index(self.cities.len()))
    }

    fn province(&self, city: &City) -> &[u8] {
        self.provinces.get(city.province).map_or(&[], |p| p.as_bytes())
    }
}

fn code(city: &City) -> &'static [u8] {
    d::PROVINCES.get(city.province).map_or(&[], |p| p.0.as_bytes())
}

/// Appends a city's postal code.
fn postal(stream: &mut Stream<'_>, city: &City, space: bool, out: &mut Vec<u8>) {
    let at = stream.index(city.prefixes.len());
    out.extend(city.prefixes.get(at).into_iter().flatten());
    local_unit(stream, space, out);
}

/// What follows the prefix; 0 is for other uses in its first place.
fn local_unit(stream: &mut Stream<'_>, space: bool, out: &mut Vec<u8>) {
    if space {
        out.push(b' ');
    }
    out.push(b'1' + stream.below(8) as u8);
    stream.characters(POSTAL_LETTERS, 1, out);
    out.push(b'0' + stream.below(10) as u8);
}

/// Letters that postal codes use.
const POSTAL_LETTERS: &[u8] = b"ABCEGHJKLMNPRSTVWXYZ";

/// `city`.
#[derive(Debug)]
struct CityName(Places);

impl Transform for CityName {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(self.0.most_city), ascii: self.0.ascii, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let city = self.0.draw(message(input)).ok_or(Invalid("one with a city"))?;
        let differs = |c: &&City| !same(c.name.as_bytes(), input.value);
        // By chance it may be the one to be replaced: then the next of the same province, if it has another.
        let near = self.0.cities.iter().cycle().skip_while(|c| !std::ptr::eq(*c, city)).take(self.0.cities.len());
        let other = || near.clone().filter(|c| c.province == city.province).chain(near.clone()).find(differs);
        let city = Some(city).filter(differs).or_else(other).ok_or(Invalid("one with another city"))?;
        out.extend_from_slice(city.name.as_bytes());
        Ok(Output::Value)
    }
}

pub(super) fn city(locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("city", c)?;
    Ok(Box::new(CityName(Places::new(locale.unwrap_or(c.locale), bare, c)?)))
}

/// `province`.
#[derive(Debug)]
struct Province {
    places: Places,
    style: ProvinceStyle,
}

impl Transform for Province {
    fn properties(&self) -> Properties {
        let name = self.places.provinces.iter().map(|p| p.chars().count() as u64).max();
        let max_chars = if self.style == ProvinceStyle::Code { Some(2) } else { name };
        let ascii = self.style == ProvinceStyle::Code || self.places.ascii;
        Properties { max_chars, ascii, may_keep: true, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let short = match self.style {
            ProvinceStyle::Code => true,
            ProvinceStyle::Name => false,
            ProvinceStyle::Auto => input.value.trim_ascii().len() <= 3,
        };
        let city = self.places.draw(message(input)).ok_or(Invalid("one with a province"))?;
        out.extend_from_slice(if short { code(city) } else { self.places.province(city) });
        Ok(Output::Value)
    }
}

pub(super) fn province(style: ProvinceStyle, locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("province", c)?;
    let narrow = c.column.max_chars.is_some_and(|m| m <= 3);
    let style = if style == ProvinceStyle::Auto && narrow { ProvinceStyle::Code } else { style };
    Ok(Box::new(Province { places: Places::new(locale.unwrap_or(c.locale), bare, c)?, style }))
}

/// `postal_code`.
#[derive(Debug)]
struct PostalCode {
    places: Places,
    units: Prf,
    unused: bool,
    narrow: bool,
}

impl Transform for PostalCode {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(if self.narrow { 6 } else { 7 }), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let space = !self.narrow && input.value.len() != 6;
        let message = message(input);
        let city = self.places.draw(message).ok_or(Invalid("one with a city"))?;
        let start = out.len();
        let mut stream = self.units.stream(message);
        loop {
            if self.unused {
                stream.characters(b"WZ", 1, out);
                out.push(b'0' + stream.below(10) as u8);
                stream.characters(POSTAL_LETTERS, 1, out);
                local_unit(&mut stream, space, out);
            } else {
                postal(&mut stream, city, space, out);
            }
            let bare = |code: &[u8]| {
                let mut letters = code.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase);
                std::array::from_fn::<_, 7, _>(|_| letters.next().unwrap_or(0))
            };
            if bare(out.get(start..).unwrap_or_default()) != bare(input.value) {
                return Ok(Output::Value);
            }
            out.truncate(start);
        }
    }
}

pub(super) fn postal_code(range: PostalRange, c: &BuildContext<'_>) -> Build {
    text_column("postal_code", c)?;
    Ok(Box::new(PostalCode {
        places: Places::new(c.locale, true, c)?,
        units: c.prf("postal_code")?,
        unused: range == PostalRange::Unused,
        narrow: c.column.max_chars == Some(6),
    }))
}

/// Streets that are made up.
#[derive(Debug)]
struct Streets {
    prf: Prf,
    locale: Locale,
    /// In the order in which they are drawn.
    parts: [Words; 3],
}

impl Streets {
    fn new(locale: Locale, bare: bool, c: &BuildContext<'_>) -> Result<Self, super::BuildError> {
        let words = |text: &'static str, by: char| Words::new(text.split(by), bare);
        let parts = match locale {
            Locale::EnCa => [words(d::STREET_EN, ' '), words(d::STREET_END_EN, ' '), words(d::STREET_TYPE_EN, ' ')],
            Locale::FrCa => [words(d::STREET_TYPE_FR, '|'), words(d::STREET_FR, '|'), words(d::STREET_END_FR, '|')],
        };
        Ok(Self { prf: c.prf("street")?, locale, parts })
    }

    /// `1240 Alderbrook Street`, `1240, rue des Aulnes de l'Anse`.
    fn most(&self) -> u64 {
        self.parts.iter().map(|p| p.most).sum::<u64>() + 8
    }

    fn ascii(&self) -> bool {
        self.parts.iter().all(|p| p.ascii)
    }

    fn draw(&self, stream: &mut Stream<'_>, out: &mut Vec<u8>) {
        let number = stream.below(9899) + 100;
        for (place, digit) in [number / 1000, number / 100 % 10, number / 10 % 10, number % 10].into_iter().enumerate()
        {
            if place > 0 || digit > 0 {
                out.push(b'0' + digit as u8);
            }
        }
        let [a, b, c] = &self.parts;
        let between: [&[u8]; 3] = match self.locale {
            Locale::EnCa => [b" ", b"", b" "],
            Locale::FrCa => [b", ", b" ", b" "],
        };
        for (separator, part) in between.into_iter().zip([a, b, c]) {
            out.extend_from_slice(separator);
            out.extend_from_slice(part.draw(stream));
        }
    }
}

impl Transform for Streets {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(self.most()), ascii: self.ascii(), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        other(input.value, &mut self.prf.stream(message(input)), out, |stream, out| self.draw(stream, out))
    }
}

pub(super) fn street(locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("street", c)?;
    Ok(Box::new(Streets::new(locale.unwrap_or(c.locale), bare, c)?))
}

/// `address`.
#[derive(Debug)]
struct Address {
    places: Places,
    streets: Streets,
    units: Prf,
    form: AddressForm,
}

impl Transform for Address {
    fn properties(&self) -> Properties {
        // Two separators of up to two characters, the province's code and a postal code with a space.
        let max_chars = Some(self.streets.most() + self.places.most_city + 13);
        Properties { max_chars, ascii: self.streets.ascii() && self.places.ascii, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if nothing(input) {
            return Ok(Output::Value);
        }
        let message = message(input);
        let city = self.places.draw(message).ok_or(Invalid("one with a city"))?;
        let mut units = self.units.stream(message);
        other(input.value, &mut self.streets.prf.stream(message), out, |stream, out| {
            self.streets.draw(stream, out);
            out.extend_from_slice(if self.form == AddressForm::Line { b", " } else { b"\n" });
            out.extend_from_slice(city.name.as_bytes());
            out.push(b' ');
            out.extend_from_slice(code(city));
            out.push(b' ');
            postal(&mut units, city, true, out);
        })
    }
}

pub(super) fn address(form: AddressForm, locale: Option<Locale>, bare: bool, c: &BuildContext<'_>) -> Build {
    text_column("address", c)?;
    let locale = locale.unwrap_or(c.locale);
    Ok(Box::new(Address {
        places: Places::new(locale, bare, c)?,
        streets: Streets::new(locale, bare, c)?,
        units: c.prf("postal_code")?,
        form,
    }))
}
