//! The transformers by name, with their options: what a rule says besides its common keys.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What replaces a value, with its options. In a rules file: `do` and the keys beside it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum TransformSpec {
    /// The value stays. A rule that keeps says why (`because`); inside `json` and `php_serialized` it needn't.
    Keep {
        /// Why the value may stay.
        #[serde(default)]
        because: Option<String>,
    },
    /// NULL. Refused on a column that is NOT NULL.
    SetNull {},
    /// The same for every value.
    Constant {
        /// What takes every value's place: a text, a number, or true or false (1 or 0 in a column).
        value: Scalar,
    },
    /// The empty text.
    Empty {},
    /// A fixed value that says that something was here: `[redacted]` in a text (cut to the column's length), 0 in a number,
    /// 1970-01-01 in a date, `null` in JSON, nothing in a binary column.
    Redact {
        /// Another text than `[redacted]`; for texts only.
        #[serde(default)]
        with: Option<String>,
    },
    /// Characters replaced one by one, so that the length stays. An empty value stays, and so does what is masked already.
    Mask {
        /// What stands for each character. Default `*`.
        #[serde(default = "default_mask")]
        with: char,
        /// How many characters stay at the start. Default 0.
        #[serde(default)]
        first: u32,
        /// How many characters stay at the end. Default 0. A value of no more characters than `first` and `last` together is
        /// masked whole.
        #[serde(default)]
        last: u32,
        /// Spaces and punctuation stay. Default false.
        #[serde(default)]
        punctuation: bool,
    },
    /// The first characters. At least one is cut off, however short the value is; an empty value stays.
    TruncateText {
        /// How many characters stay at most.
        chars: u32,
    },
    /// Every match of a pattern replaced.
    RegexReplace {
        /// In the syntax of the Rust crate `regex`.
        pattern: String,
        /// What takes the place of every match; `$1` and `${name}` stand for groups. Default: nothing.
        #[serde(default)]
        with: String,
        /// What becomes of a value that stays as it is, without a match or with one that is replaced by itself. Default `fail`:
        /// it is invalid.
        #[serde(default)]
        unmatched: Unlisted,
    },
    /// Characters that only the key tells, the same for equal values. Injective from 96 bits (`alphabet: base32`: 20
    /// characters).
    Token {
        /// How many characters, besides the prefix. 4 to 128; default 24.
        #[serde(default = "default_token_length")]
        length: u32,
        /// What it begins with. Default: nothing.
        #[serde(default)]
        prefix: String,
        /// Of what characters. Default `base32`.
        #[serde(default)]
        alphabet: TokenAlphabet,
    },
    /// HMAC-SHA-256 of the value (RFC 2104, FIPS 180-4) in hexadecimal digits. Injective from 24 digits.
    HmacHex {
        /// How many digits: 8 to 64; default 64.
        #[serde(default = "default_hmac_length")]
        length: u32,
    },
    /// A UUID (RFC 9562) of version 4's form. Injective. Without dashes where the value has 32 digits; 16 bytes in a binary
    /// column.
    Uuid {
        /// Upper case. Default false.
        #[serde(default)]
        upper: bool,
    },
    /// An integer by a keyed permutation (FF1, NIST SP 800-38G). Injective. Numbers up to 2³¹-1 stay below that, greater ones
    /// below 2⁶³, negative ones negative, so that the columns of a domain can be of different types. 0 stays.
    IntPermute {
        /// The least number, where only a range of numbers is permuted, of at least 10⁶. No other number is valid then. Needs
        /// `max`, too.
        #[serde(default)]
        min: Option<i64>,
        /// The greatest number of that range. Needs `min`, too.
        #[serde(default)]
        max: Option<i64>,
    },
    /// Format-preserving encryption (FF1, NIST SP 800-38G): characters of the alphabet change, the `keep` characters between
    /// them and the length stay. Injective. A value of so few characters that fewer than 10⁶ are like it is
    /// invalid (SP 800-38G rev. 1).
    Fpe {
        /// `digits`, `hex`, `upper_hex`, `letters`, `alphanumeric` (digits and lower case), `upper_alphanumeric`, or the
        /// characters themselves (at least 2, ASCII, none twice). An alphabet of lower case letters alone stands for both cases,
        /// and case stays where it was; otherwise case counts. Default `digits`.
        #[serde(default = "default_fpe_alphabet")]
        alphabet: String,
        /// Characters that stay in their place. Default: space and `-./()+_`. A value that holds any other is invalid.
        #[serde(default = "default_fpe_keep")]
        keep: String,
    },
    /// A Canadian social insurance number that passes the Luhn check, grouped as the value is.
    Sin {
        /// Default `unissued`.
        #[serde(default)]
        range: SinRange,
    },
    /// A North American telephone number in the value's format. 555-01xx of a Canadian area code, unless told otherwise.
    Phone {
        /// Default `fictional`.
        #[serde(default)]
        range: PhoneRange,
        /// With `fictional`: `keyed` (the default) or `keep` the number's own area code.
        #[serde(default)]
        area_code: AreaCode,
        /// What becomes of a number of another country. Default `fail`: it is invalid.
        #[serde(default)]
        foreign: ForeignPhone,
    },
    /// A Canadian postal code, with a space unless the value has six characters.
    PostalCode {
        /// Default `city`.
        #[serde(default)]
        range: PostalRange,
    },
    /// An e-mail address of letters and digits (base32) at a host that can't exist. Injective from a length of 20.
    Email {
        /// Default `example.test` (RFC 6761 reserves `.test`).
        #[serde(default = "default_email_host")]
        host: String,
        /// Characters before the `@`: 8 to 64; default 20.
        #[serde(default = "default_email_length")]
        length: u32,
    },
    /// A first name, by the key from a list.
    FirstName {
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A last name, by the key from a list.
    LastName {
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A first and a last name. Those that `first_name` and `last_name` give in the same domain to the same subject.
    FullName {
        /// Default `first_last`.
        #[serde(default)]
        order: NameOrder,
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A name to log in by: a word and letters and digits. Injective from a length of 20.
    Username {
        /// Letters and digits after the word and its underscore: 4 to 32; default 20.
        #[serde(default = "default_email_length")]
        length: u32,
    },
    /// A company's name, made up.
    Company {
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A house number and a street, made up. The street that `address` gives in the same domain to the same subject.
    Street {
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A Canadian city. With the same domain and subject it lies in the province of `province` and has the postal code of
    /// `postal_code`.
    City {
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A Canadian province or territory. There are 13: by chance it may be the one that it replaces.
    Province {
        /// Default `auto`.
        #[serde(default)]
        style: ProvinceStyle,
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// An address: a made-up street, a city with its province, a postal code that fits.
    Address {
        /// Default `line`.
        #[serde(default)]
        form: AddressForm,
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
        /// Without accents. Default false.
        #[serde(default)]
        ascii: bool,
    },
    /// A date or a date and time moved by a number of days that depends on the subject (without one, on the value), never 0.
    /// Intervals between the dates of a subject in a domain stay.
    DateShift {
        /// Most days, either way: 1 to 36500; default 180.
        #[serde(default = "default_shift_days")]
        days: u32,
        /// What becomes of a date that would leave what the column's type can hold. Default `fail`: it is invalid.
        #[serde(default)]
        out_of_range: OutOfRange,
        /// What becomes of `0000-00-00` and other dates with a part that is 0. Default `fail`: they are invalid.
        #[serde(default)]
        zero_dates: FailOrKeep,
    },
    /// A date or a date and time cut down to its year, month and so on. One that has nothing to cut off stays.
    DateTruncate {
        /// To what. Default `year`.
        #[serde(default)]
        to: DateUnit,
        /// What becomes of `0000-00-00` and other dates with a part that is 0. Default `fail`: they are invalid.
        #[serde(default)]
        zero_dates: FailOrKeep,
    },
    /// An age as the band that it lies in: `30-39` in a text, 30 in a number. A date of birth as the first day of a band of
    /// years.
    AgeBand {
        /// Years in a band: 2 to 100; default 10.
        #[serde(default = "default_age_width")]
        width: u32,
        /// Ages from here on are one band, `90+`. Default 90.
        #[serde(default = "default_age_top")]
        top: u32,
    },
    /// A number moved up or down by the key, never by nothing; digits after the point stay as many.
    Noise {
        /// By at most so many per cent of itself: above 0, at most 1000. Default 10, if there is no `amount`.
        #[serde(default)]
        percent: Option<f64>,
        /// By at most so much.
        #[serde(default)]
        amount: Option<f64>,
    },
    /// A payment card's number that passes the Luhn check, grouped as the value is.
    Card {
        /// Default `unissued`.
        #[serde(default)]
        range: CardRange,
    },
    /// An IBAN (ISO 13616) of the same country, length and grouping, with right check digits. It may exist.
    Iban {},
    /// An IPv4 or IPv6 address; a number or bytes, where the column holds those.
    Ip {
        /// Default `documentation`.
        #[serde(default)]
        range: IpRange,
        /// With `any`: how many bits stay at the start, of an IPv4 address; 0 to 24. Default 0.
        #[serde(default)]
        keep_v4: u8,
        /// With `any`: how many bits stay at the start, of an IPv6 address; 0 to 64. Default 0.
        #[serde(default)]
        keep_v6: u8,
    },
    /// A MAC address in the value's format; six bytes in a binary column.
    Mac {
        /// Default `local`.
        #[serde(default)]
        range: MacRange,
    },
    /// A URL of the same scheme and shape: as many path segments, the same query keys; everything else made up.
    Url {
        /// Default `example.test`; a made-up name is put before it.
        #[serde(default = "default_email_host")]
        host: String,
    },
    /// A latitude, a longitude, or a text with both, moved by the key, never by nothing; digits after the point stay as many.
    Geo {
        /// What the value is. Default `pair`: `latitude,longitude`.
        #[serde(default)]
        axis: GeoAxis,
        /// By at most so many degrees: above 0, at most 90. Default 0.5.
        #[serde(default = "default_geo_degrees")]
        degrees: f64,
    },
    /// A hash that no password has, in the scheme of the value's (bcrypt, Argon2, phpass, crypt(3), hexadecimal digits), or `*`
    /// as often as the value has characters.
    PasswordHash {},
    /// Personal data inside a text, as detectors find it, replaced. A text without any stays: this finds what has a form, and
    /// no names.
    RedactText {
        /// Which detectors. Default: all.
        #[serde(default)]
        detectors: Vec<crate::detect::Kind>,
        /// What takes the place of a hit. Default `label`.
        #[serde(default)]
        with: RedactWith,
    },
    /// JSON: leaves replaced by their paths, and not a byte besides. Keys stay, whatever they hold.
    Json {
        /// What becomes of leaves that no path names. Default `fail`: the document is invalid.
        #[serde(default)]
        unlisted: Unlisted,
        /// What becomes of what a path names: `$.a.b`, `$['a key']`, `$.list[*]`, `$.list[0]`, `$..phone`, `$.*`. The path that
        /// says most wins. A path of an object or a list stands for every leaf in it. With `unlisted: keep`, a path at which no
        /// document has anything ends the run, unless the rule is `optional`.
        paths: BTreeMap<String, Nested>,
    },
    /// What PHP's serialize() writes: leaves replaced by their paths, as in `json`. Keys and names of classes stay. A reference
    /// (`R:2;`) where a rule replaces something makes the value invalid.
    PhpSerialized {
        /// What becomes of leaves that no path names. Default `fail`: the value is invalid.
        #[serde(default)]
        unlisted: Unlisted,
        /// What becomes of what a path names; properties by their bare names.
        paths: BTreeMap<String, Nested>,
    },
    /// One of a list, by the key.
    Pick {
        /// The list, of 2 to 100000 different values.
        values: Vec<Scalar>,
        /// How often each is to come, in proportion. Default: all the same.
        #[serde(default)]
        weights: Vec<u32>,
    },
    /// A text with parts filled in: `{token}` or `{token:12}` (letters and digits by the key, 20 or as many), `{digits:6}`,
    /// `{hex:8}`, `{number:1-500}`, `{first_name}`, `{last_name}`, `{city}`, `{column:NAME}` (the value of another column before
    /// it is replaced: name none that holds personal data), `{{` and `}}` for braces.
    Template {
        /// The text.
        template: String,
        /// `en_CA` or `fr_CA`. Default: the rules file's.
        #[serde(default)]
        locale: Option<Locale>,
    },
    /// A transformer of the program that uses the library, as `dumpstream.transformer()` in Python registers it; the command
    /// line has none. Slow, as each value goes through that program. What it keeps or lets through, only it knows. With
    /// `null: replace`, NULL comes to it as NULL.
    Custom {
        /// The name that it is registered by.
        name: String,
    },
}

/// A text, a number, or true or false.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// True or false; 1 or 0 in a column.
    Flag(bool),
    /// A number.
    Number(serde_json::Number),
}

impl Scalar {
    /// As a column's value.
    pub fn text(&self) -> String {
        match self {
            Self::Text(t) => t.clone(),
            Self::Flag(f) => u8::from(*f).to_string(),
            Self::Number(n) => n.to_string(),
        }
    }
}

/// Whose names, places and forms are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize, JsonSchema)]
pub enum Locale {
    /// Canada, in English. All of it is ASCII.
    #[default]
    #[serde(rename = "en_CA")]
    EnCa,
    /// Canada, in French.
    #[serde(rename = "fr_CA")]
    FrCa,
}

/// What becomes of something that nothing is said about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unlisted {
    /// The value is invalid.
    #[default]
    Fail,
    /// It stays.
    Keep,
    /// `[redacted]`, or 0, or false.
    Redact,
}

/// Refuse or keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailOrKeep {
    /// The value is invalid.
    #[default]
    Fail,
    /// It stays.
    Keep,
}

/// What tokens are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenAlphabet {
    /// `a` to `z`, `2` to `7`: 5 bits each.
    #[default]
    Base32,
    /// `0` to `9`, `a` to `f`: 4 bits each.
    Hex,
    /// `0` to `9`: 3.3 bits each.
    Digits,
    /// `A` to `Z`: 4.7 bits each.
    Upper,
}

/// Where social insurance numbers are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SinRange {
    /// Numbers that begin with 0 or 8, of which none is issued. Two values may become the same: 2·10⁷ are there.
    #[default]
    Unissued,
    /// All. Injective: FF1 on the first eight digits; a number with a wrong check digit gets a wrong one. May exist.
    Any,
}

/// Where telephone numbers are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRange {
    /// 555-0100 to 555-0199, which no subscriber has. Many values become the same.
    #[default]
    Fictional,
    /// All that the North American numbering plan can have. Injective, for numbers of ten digits. May exist.
    Any,
}

/// Which area code a fictional number gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AreaCode {
    /// A Canadian one, by the key.
    #[default]
    Keyed,
    /// The one that it has.
    Keep,
}

/// What becomes of telephone numbers of other countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForeignPhone {
    /// They are invalid.
    #[default]
    Fail,
    /// A fictional Canadian number takes their place: `+1 416 555 0123`.
    Replace,
}

/// Where postal codes are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostalRange {
    /// Of the city that `city` gives in the same domain to the same subject. May exist.
    #[default]
    City,
    /// Codes that begin with W or Z, of which there is none.
    Unused,
}

/// How a full name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameOrder {
    /// `Nora Bell`
    #[default]
    FirstLast,
    /// `Bell, Nora`
    LastFirst,
}

/// How a province is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProvinceStyle {
    /// By its code where the value has at most three characters, otherwise by its name.
    #[default]
    Auto,
    /// `ON`
    Code,
    /// `Ontario`
    Name,
}

/// How an address is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AddressForm {
    /// `12 Alder Street, Toronto ON M4B 1B3`
    #[default]
    Line,
    /// In two lines.
    Multiline,
}

/// What becomes of dates that leave their type's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutOfRange {
    /// They are invalid.
    #[default]
    Fail,
    /// They are moved the other way; intervals to the subject's other dates are lost.
    Reverse,
}

/// What dates are cut down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateUnit {
    /// The first day of ten years.
    Decade,
    /// 1 January.
    #[default]
    Year,
    /// The first day of three months.
    Quarter,
    /// The first day of the month.
    Month,
    /// Midnight.
    Day,
    /// The full hour.
    Hour,
}

/// Where card numbers are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardRange {
    /// Numbers that begin with 9999: ISO/IEC 7812 leaves 9 to national bodies, by country code, and no country has 999.
    #[default]
    Unissued,
    /// The first six digits stay, the rest is permuted. Injective. May exist.
    KeepIin,
}

/// Where IP addresses are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IpRange {
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849).
    #[default]
    Documentation,
    /// 10.0.0.0/8 (RFC 1918), fd00::/8 (RFC 4193).
    Private,
    /// All. Injective for IPv4, if no bits are kept. May exist.
    Any,
}

/// Where MAC addresses are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MacRange {
    /// Locally administered ones, which no vendor gives.
    #[default]
    Local,
    /// 00-00-5E-00-53-00 to -FF (RFC 7042).
    Documentation,
}

/// What a coordinate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GeoAxis {
    /// From -90 to 90.
    Latitude,
    /// From -180 to 180.
    Longitude,
    /// A text with both, latitude first.
    #[default]
    Pair,
}

/// What takes the place of personal data in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RedactWith {
    /// `[email]`
    #[default]
    Label,
    /// `[email:k3v7q2mzd4fa]`, the same for the same hit.
    Token,
}

/// A transformer for a part of a value: its name, or a map with `do`, its options and, if wanted, a `domain`.
#[derive(Debug, Clone, PartialEq)]
pub struct Nested {
    /// Whose key it uses. By default one of its own: of the rule's domain and the path.
    pub domain: Option<String>,
    /// What it does.
    pub spec: TransformSpec,
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (domain, spec) = match Value::deserialize(deserializer)? {
            Value::String(name) => (None, TransformSpec::from_name(&name)),
            Value::Object(mut map) => {
                let domain = match map.remove("domain") {
                    None => None,
                    Some(Value::String(name)) => Some(name),
                    Some(_) => return Err(D::Error::custom("a domain is a name")),
                };
                (domain, TransformSpec::from_options(map))
            }
            _ => return Err(D::Error::custom("expected a transformer's name or a map with `do`")),
        };
        Ok(Self { domain, spec: spec.map_err(D::Error::custom)? })
    }
}

impl JsonSchema for Nested {
    fn schema_name() -> Cow<'static, str> {
        "Nested".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let domain = serde_json::json!({ "type": "string", "description": "Whose key it uses." });
        let full = TransformSpec::schema_with(generator, &Map::from_iter([("domain".to_owned(), domain)]), &[]);
        let names: Vec<Value> = TransformSpec::NAMES.iter().map(|n| (*n).into()).collect();
        schemars::json_schema!({ "anyOf": [{ "type": "string", "enum": names }, full] })
    }
}

impl TransformSpec {
    /// Every transformer's name.
    pub const NAMES: &[&str] = &[
        "keep",
        "set_null",
        "constant",
        "empty",
        "redact",
        "mask",
        "truncate_text",
        "regex_replace",
        "token",
        "hmac_hex",
        "uuid",
        "int_permute",
        "fpe",
        "sin",
        "phone",
        "postal_code",
        "email",
        "first_name",
        "last_name",
        "full_name",
        "username",
        "company",
        "street",
        "city",
        "province",
        "address",
        "date_shift",
        "date_truncate",
        "age_band",
        "noise",
        "card",
        "iban",
        "ip",
        "mac",
        "url",
        "geo",
        "password_hash",
        "redact_text",
        "json",
        "php_serialized",
        "pick",
        "template",
        "custom",
    ];

    /// Reads a rule's keys, those taken out that all rules have in common.
    ///
    /// # Errors
    /// What is missing, unknown or of a wrong type.
    pub fn from_options(map: Map<String, Value>) -> Result<Self, String> {
        match map.get("do") {
            Some(Value::String(name)) if !Self::NAMES.contains(&name.as_str()) => {
                Err(format!("no transformer is called `{name}`; there are {}", Self::NAMES.join(", ")))
            }
            Some(Value::String(name)) => {
                let name = name.clone();
                serde_json::from_value(Value::Object(map)).map_err(|e| format!("{name}: {e}"))
            }
            Some(_) => Err("`do` is a transformer's name".to_owned()),
            None => Err("`do` is missing: what is to be done with the value".to_owned()),
        }
    }

    /// A transformer without options.
    ///
    /// # Errors
    /// When it needs some, or when there is none of that name.
    pub fn from_name(name: &str) -> Result<Self, String> {
        Self::from_options(Map::from_iter([("do".to_owned(), Value::from(name))]))
    }

    /// Its name in rules.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Keep { .. } => "keep",
            Self::SetNull {} => "set_null",
            Self::Constant { .. } => "constant",
            Self::Empty {} => "empty",
            Self::Redact { .. } => "redact",
            Self::Mask { .. } => "mask",
            Self::TruncateText { .. } => "truncate_text",
            Self::RegexReplace { .. } => "regex_replace",
            Self::Token { .. } => "token",
            Self::HmacHex { .. } => "hmac_hex",
            Self::Uuid { .. } => "uuid",
            Self::IntPermute { .. } => "int_permute",
            Self::Fpe { .. } => "fpe",
            Self::Sin { .. } => "sin",
            Self::Phone { .. } => "phone",
            Self::PostalCode { .. } => "postal_code",
            Self::Email { .. } => "email",
            Self::FirstName { .. } => "first_name",
            Self::LastName { .. } => "last_name",
            Self::FullName { .. } => "full_name",
            Self::Username { .. } => "username",
            Self::Company { .. } => "company",
            Self::Street { .. } => "street",
            Self::City { .. } => "city",
            Self::Province { .. } => "province",
            Self::Address { .. } => "address",
            Self::DateShift { .. } => "date_shift",
            Self::DateTruncate { .. } => "date_truncate",
            Self::AgeBand { .. } => "age_band",
            Self::Noise { .. } => "noise",
            Self::Card { .. } => "card",
            Self::Iban {} => "iban",
            Self::Ip { .. } => "ip",
            Self::Mac { .. } => "mac",
            Self::Url { .. } => "url",
            Self::Geo { .. } => "geo",
            Self::PasswordHash {} => "password_hash",
            Self::RedactText { .. } => "redact_text",
            Self::Json { .. } => "json",
            Self::PhpSerialized { .. } => "php_serialized",
            Self::Pick { .. } => "pick",
            Self::Template { .. } => "template",
            Self::Custom { .. } => "custom",
        }
    }

    /// The schema of a map that holds a transformer's options and other keys beside them, some of which are required.
    pub fn schema_with(generator: &mut SchemaGenerator, others: &Map<String, Value>, required: &[&str]) -> Schema {
        let mut schema = <Self as JsonSchema>::json_schema(generator);
        if let Some(Value::Array(variants)) = schema.get_mut("oneOf") {
            for variant in variants {
                if let Some(Value::Object(properties)) = variant.get_mut("properties") {
                    for (name, other) in others {
                        properties.insert(name.clone(), other.clone());
                    }
                }
                if let Some(Value::Array(names)) = variant.get_mut("required") {
                    names.extend(required.iter().map(|n| Value::from(*n)));
                }
            }
        }
        schema
    }
}

fn default_mask() -> char {
    '*'
}

fn default_token_length() -> u32 {
    24
}

fn default_hmac_length() -> u32 {
    64
}

fn default_fpe_alphabet() -> String {
    "digits".to_owned()
}

fn default_fpe_keep() -> String {
    " -./()+_".to_owned()
}

fn default_email_host() -> String {
    "example.test".to_owned()
}

fn default_email_length() -> u32 {
    20
}

fn default_shift_days() -> u32 {
    180
}

fn default_age_width() -> u32 {
    10
}

fn default_age_top() -> u32 {
    90
}

fn default_geo_degrees() -> f64 {
    0.5
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<TransformSpec, String> {
        match value {
            Value::Object(map) => TransformSpec::from_options(map),
            _ => panic!("a map"),
        }
    }

    #[test]
    fn every_name_is_a_variant_and_every_variant_has_its_name() {
        let mut generator = SchemaGenerator::default();
        let schema = TransformSpec::schema_with(&mut generator, &Map::new(), &[]);
        let variants = schema.get("oneOf").and_then(Value::as_array).unwrap();
        let names: Vec<&str> = variants.iter().map(|v| v["properties"]["do"]["const"].as_str().unwrap()).collect();
        assert_eq!(names, TransformSpec::NAMES);
        for name in names {
            if let Ok(spec) = TransformSpec::from_name(name) {
                assert_eq!(spec.name(), name);
            }
        }
    }

    #[test]
    fn unknown_options_are_refused_also_where_there_are_none() {
        for name in TransformSpec::NAMES {
            let message = read(json!({ "do": name, "nonsense": 1 })).unwrap_err();
            assert!(message.contains("nonsense"), "{message}");
        }
        assert!(read(json!({ "do": "e-mail" })).unwrap_err().contains("no transformer"));
        assert!(read(json!({})).unwrap_err().contains("`do` is missing"));
        assert!(read(json!({ "do": "constant" })).unwrap_err().contains("value"));
    }

    #[test]
    fn parts_take_a_name_or_a_map_with_a_domain() {
        let spec = read(
            json!({ "do": "json", "paths": { "$.a": "set_null", "$.b": { "do": "token", "domain": "d", "length": 30 } } }),
        );
        let Ok(TransformSpec::Json { paths, unlisted: Unlisted::Fail }) = spec else { panic!("{spec:?}") };
        assert_eq!(paths["$.a"], Nested { domain: None, spec: TransformSpec::SetNull {} });
        assert_eq!(paths["$.b"].domain.as_deref(), Some("d"));
        assert!(
            read(json!({ "do": "json", "paths": { "$.a": { "do": "token", "x": 1 } } })).unwrap_err().contains("`x`")
        );
    }
}
