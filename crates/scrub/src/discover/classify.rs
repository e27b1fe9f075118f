//! What one column holds: judged by its name, its type and what was counted in it.
//!
//! In doubt a column is `unknown`, never `none`: a rule that replaces too much is seen, one that keeps too much isn't.

use super::document::Leaf;
use super::evidence::{ColumnEvidence, Evidence, Form};
use crate::detect::Kind;
use crate::names::{Confidence, Suggests, suggest, words};
use crate::table::{Class, Column, SPATIAL};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a column is taken to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DataClass {
    /// Nothing personal.
    None,
    /// Nobody can tell yet: a person has to decide.
    Unknown,
    /// Documents: JSON, or what PHP's serialize() writes. Each of their leaves has a class of its own.
    Document,
    /// Personal data.
    Personal(Suggests),
}

impl DataClass {
    /// As files and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unknown => "unknown",
            Self::Document => "document",
            Self::Personal(class) => class.name(),
        }
    }

    /// Whether its values mustn't stay.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Document | Self::Personal(_))
    }

    /// The names of all classes.
    pub fn names() -> Vec<&'static str> {
        let mut names = vec!["none", "unknown", "document"];
        names.extend(Suggests::ALL.iter().map(|(_, name)| *name));
        names
    }
}

impl FromStr for DataClass {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Ok(match name {
            "none" => Self::None,
            "unknown" => Self::Unknown,
            "document" => Self::Document,
            _ => Self::Personal(Suggests::ALL.iter().find(|(_, known)| *known == name).ok_or(())?.0),
        })
    }
}

impl Serialize for DataClass {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who decided a column's class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String")]
#[serde(from = "String")]
pub enum By {
    /// Its name.
    Name,
    /// Its type.
    Type,
    /// What was counted in its values.
    Content,
    /// A foreign key: the column that it refers to, or that refers to it.
    Reference,
    /// A person, by name or function.
    Person(String),
}

impl By {
    /// Whether a person did.
    pub fn is_person(&self) -> bool {
        matches!(self, Self::Person(_))
    }
}

impl From<String> for By {
    fn from(text: String) -> Self {
        match text.as_str() {
            "name" => Self::Name,
            "type" => Self::Type,
            "content" => Self::Content,
            "reference" => Self::Reference,
            _ => Self::Person(text.strip_prefix("person:").unwrap_or(&text).trim().to_owned()),
        }
    }
}

impl From<By> for String {
    fn from(by: By) -> Self {
        by.to_string()
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("name"),
            Self::Type => f.write_str("type"),
            Self::Content => f.write_str("content"),
            Self::Reference => f.write_str("reference"),
            Self::Person(who) => write!(f, "person:{who}"),
        }
    }
}

/// What a column holds, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub class: DataClass,
    /// Who says so.
    pub by: By,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why, in counts; without a full stop.
    pub why: String,
}

impl Finding {
    fn new(class: DataClass, by: By, confidence: Confidence, why: impl Into<String>) -> Self {
        Self { class, by, confidence, why: why.into() }
    }

    fn none(by: By, why: impl Into<String>) -> Self {
        Self::new(DataClass::None, by, Confidence::Likely, why)
    }

    fn unknown(by: By, why: impl Into<String>) -> Self {
        Self::new(DataClass::Unknown, by, Confidence::Possible, why)
    }
}

/// Values from which on a share of them says something.
const VALUES_MIN: u64 = 3;
/// Values from which on the whole of them says something about numbers and dates, among which there is more chance.
const NUMBERS_MIN: u64 = 20;
/// Different first or last names from which on a column is one of names. A list of codes has few, and some are words.
const NAMES_MIN: u32 = 8;
/// Most different values of a list of codes, and the fewest times that one of them comes on average.
const CODES_MAX: u64 = 64;
const CODES_EACH: u64 = 10;
/// Most characters that can't be anyone's.
const CODE_CHARS: u64 = 3;

/// Judges a column.
pub fn column(column: &Column, evidence: &ColumnEvidence) -> Finding {
    if column.generated {
        return Finding::none(By::Type, "computed by the server");
    }
    let own = &evidence.own;
    let name = suggest(&column.name);
    match column.class {
        Class::Label => label(name),
        Class::Temporal => temporal(column, name, own),
        Class::Number => number(column, name, own),
        Class::Binary => binary(column, name, own),
        Class::Json => Finding::new(DataClass::Document, By::Type, Confidence::Certain, documents(evidence)),
        Class::Text if mostly(own.of(Form::Json), own) && evidence.document.as_ref().is_some_and(|d| d.read > 0) => {
            Finding::new(DataClass::Document, By::Content, Confidence::Certain, documents(evidence))
        }
        Class::Text if mostly(own.of(Form::Php), own) => {
            let why = format!("{} are serialized PHP", of(own.of(Form::Php), own));
            Finding::new(DataClass::Document, By::Content, Confidence::Certain, why)
        }
        Class::Text => text(&column.name, column.max_chars, name, own),
    }
}

/// Judges a leaf of documents.
pub fn leaf(leaf: &Leaf<'_>) -> Finding {
    let (name, own) = (suggest(&leaf.name), leaf.evidence);
    let kinds = leaf.evidence.leaves;
    if kinds.strings == 0 && kinds.numbers == 0 {
        return Finding::none(By::Content, "true or false");
    }
    if kinds.strings == 0 {
        let column = Column { class: Class::Number, ..Column::text(leaf.name.clone()) };
        return number(&column, name, own);
    }
    text(&leaf.name, None, name, own)
}

fn documents(evidence: &ColumnEvidence) -> String {
    let filled = evidence.own.filled();
    match &evidence.document {
        Some(d) => format!("{} of {} values are JSON documents", count(d.read), count(filled)),
        None => format!("JSON by its type; {} values looked at", count(filled)),
    }
}

fn label(name: Option<(Suggests, Confidence)>) -> Finding {
    match name {
        Some((class @ (Suggests::Gender | Suggests::Sensitive), confidence)) if confidence >= Confidence::Likely => {
            Finding::new(DataClass::Personal(class), By::Name, confidence, said(class))
        }
        _ => Finding::none(By::Type, "its values are listed in its definition"),
    }
}

fn temporal(column: &Column, name: Option<(Suggests, Confidence)>, own: &Evidence) -> Finding {
    if let Some((class @ Suggests::DateOfBirth, confidence)) = name
        && confidence >= Confidence::Likely
    {
        return Finding::new(DataClass::Personal(class), By::Name, confidence, said(class));
    }
    if column.type_name != "TIME"
        && let Some(why) = births(own)
    {
        return Finding::new(DataClass::Personal(Suggests::DateOfBirth), By::Content, Confidence::Likely, why);
    }
    Finding::none(By::Type, "a date or time")
}

/// Why dates look like those of birth: no time of day, spread over decades, and none of a year in which adults of today
/// weren't born.
fn births(own: &Evidence) -> Option<String> {
    let dates = own.of(Form::Date) + own.of(Form::DateTime);
    let (years, span) = own.years();
    let spread = dates >= NUMBERS_MIN && own.timed == 0 && years >= 15 && span >= 25;
    (spread && share(dates, own) >= 90 && share(own.birth_years, own) >= 95).then(|| {
        format!("{} are dates of {years} different years between 1915 and 2012, without a time", of(dates, own))
    })
}

/// Kinds whose numbers can stand in a column of numbers, and the share of values from which on it is no chance. Of any nine
/// digits, one in ten is a valid SIN; of ten digits, most can be a phone number.
const NUMBERS: [(Kind, Suggests, u64); 3] =
    [(Kind::Card, Suggests::Card, 80), (Kind::Sin, Suggests::Sin, 80), (Kind::Phone, Suggests::Phone, 98)];

fn number(column: &Column, name: Option<(Suggests, Confidence)>, own: &Evidence) -> Finding {
    if !column.auto_increment {
        for (kind, class, least) in NUMBERS {
            let hits = own.wholly(kind);
            if own.filled() >= NUMBERS_MIN && share(hits, own) >= least && own.different().is_none_or(|d| d >= 10) {
                let why = format!("{} are {}", of(hits, own), plural(kind));
                let agrees = name.is_some_and(|(of, _)| of == class);
                let (by, confidence) =
                    if agrees { (By::Name, Confidence::Certain) } else { (By::Content, Confidence::Likely) };
                return Finding::new(DataClass::Personal(class), by, confidence, why);
            }
        }
    }
    let Some((class, confidence)) = name.filter(|(_, confidence)| *confidence >= Confidence::Likely) else {
        return Finding::none(By::Type, "a number");
    };
    use Suggests as S;
    let large = column.range.is_none_or(|(_, most)| most > i128::from(u32::MAX / 512));
    let holds = match class {
        S::Age | S::Income | S::Geo | S::DateOfBirth | S::Sensitive | S::Gender => true,
        S::Sin | S::HealthNumber | S::IdentityDocument | S::Card | S::BankAccount | S::Phone => large,
        S::Ip | S::Mac | S::PostalCode => large || column.type_name == "MEDIUMINT",
        // Anything else is a reference, a count or a flag.
        _ => confidence == Confidence::Certain && large && !column.auto_increment && own.of(Form::Flag) < own.filled(),
    };
    match holds && !column.auto_increment {
        true => Finding::new(DataClass::Personal(class), By::Name, confidence, said(class)),
        false => Finding::none(By::Type, "a number"),
    }
}

fn binary(column: &Column, name: Option<(Suggests, Confidence)>, own: &Evidence) -> Finding {
    if SPATIAL.contains(&column.type_name.as_str()) {
        let why = "a place or an area, by its type";
        return Finding::new(DataClass::Personal(Suggests::Geo), By::Type, Confidence::Likely, why);
    }
    if column.type_name == "BIT" {
        return Finding::none(By::Type, "bits");
    }
    let found = text(&column.name, column.max_chars, name, own);
    match found.class {
        // What a few bytes or an unknown encoding hold can't be told from their look.
        DataClass::None if own.of(Form::Bytes) > 0 => Finding::unknown(By::Type, seen(own)),
        _ => found,
    }
}

/// Kinds that say what a text column is, with the least share of values in per cent. The first that has it decides.
const WHOLE: [(Kind, Suggests, u64); 8] = [
    (Kind::Email, Suggests::Email, 50),
    (Kind::Iban, Suggests::BankAccount, 50),
    (Kind::Card, Suggests::Card, 50),
    (Kind::Sin, Suggests::Sin, 50),
    (Kind::Mac, Suggests::Mac, 50),
    (Kind::Ip, Suggests::Ip, 50),
    (Kind::PostalCode, Suggests::PostalCode, 50),
    (Kind::Phone, Suggests::Phone, 50),
];

fn text(called: &str, max_chars: Option<u64>, name: Option<(Suggests, Confidence)>, own: &Evidence) -> Finding {
    use Suggests as S;
    // What the values are goes before what the name says.
    if let Some(found) = by_content(called, own) {
        return match name {
            Some((class, confidence)) if found.class == DataClass::Personal(class) => {
                Finding { by: By::Name, confidence: confidence.max(found.confidence), ..found }
            }
            _ => found,
        };
    }
    let names = |w: u64| share(w, own) >= 10;
    let confirmed = match name {
        Some((S::FullName, _)) if names(own.full_names) => Some(S::FullName),
        Some((S::FullName | S::LastName, _)) if names(own.last_names.values) && own.last_names.different() > 2 => {
            Some(S::LastName)
        }
        Some((S::FullName | S::FirstName, _)) if names(own.first_names.values) && own.first_names.different() > 2 => {
            Some(S::FirstName)
        }
        _ => None,
    };
    if let Some((class, confidence)) = name {
        let holds =
            |class, confidence, why: String| Finding::new(DataClass::Personal(class), By::Name, confidence, why);
        if own.of(Form::Flag) == own.filled() && own.filled() >= VALUES_MIN && class != S::Gender {
            return Finding::none(By::Content, format!("{} are flags", of(own.of(Form::Flag), own)));
        }
        match confirmed {
            Some(class) if confidence < Confidence::Likely => {
                let hits = own.first_names.values.max(own.last_names.values).max(own.full_names);
                let why = format!("{}; {} are names of the dictionaries", said(class), of(hits, own));
                return holds(class, Confidence::Likely, why);
            }
            _ if confidence >= Confidence::Likely => {
                return holds(class, confidence, format!("{}; {}", said(class), seen(own)));
            }
            _ => {}
        }
    }
    if let Some(found) = by_names(own) {
        return found;
    }
    if let Some(why) = births(own) {
        return Finding::new(DataClass::Personal(S::DateOfBirth), By::Content, Confidence::Likely, why);
    }
    if let Some((kind, hits)) = own.holds.iter().filter(|(k, n)| mixed(**k, **n, own)).max_by_key(|(_, n)| **n) {
        let why = format!("{} hold {}", of(*hits, own), plural(*kind));
        return Finding::new(DataClass::Personal(S::FreeText), By::Content, Confidence::Likely, why);
    }
    if max_chars.is_some_and(|most| most <= CODE_CHARS) {
        return Finding::none(By::Type, format!("codes of at most {CODE_CHARS} characters"));
    }
    match harmless(called, own) {
        Some(why) => Finding::none(By::Content, why),
        None => match name {
            Some((class, _)) => Finding::unknown(By::Name, format!("perhaps {}; {}", what(class), seen(own))),
            None => Finding::unknown(By::Content, seen(own)),
        },
    }
}

fn by_content(called: &str, own: &Evidence) -> Option<Finding> {
    // One is enough of what has no form but its own.
    let few = own.filled() < VALUES_MIN;
    if own.held(Kind::UrlUserinfo) > 0 && share(own.wholly(Kind::UrlUserinfo), own) >= 10 {
        let why = format!("{} are URLs with a user or a password", of(own.wholly(Kind::UrlUserinfo), own));
        return Some(Finding::new(DataClass::Personal(Suggests::Secret), By::Content, Confidence::Likely, why));
    }
    let version = words(called).iter().any(|w| matches!(w.as_str(), "version" | "release" | "build"));
    for (kind, class, least) in WHOLE {
        let hits = own.wholly(kind);
        // Plain digits are a phone number or a SIN by chance more often than not.
        let least = match kind {
            Kind::Phone if mostly(own.of(Form::Digits), own) => 95,
            Kind::Sin | Kind::Card if mostly(own.of(Form::Digits), own) => 75,
            _ => least,
        };
        if share(hits, own) >= least
            && !(version && kind == Kind::Ip)
            && (!few || matches!(kind, Kind::Email | Kind::Iban))
        {
            let confidence = if share(hits, own) >= 90 { Confidence::Certain } else { Confidence::Likely };
            let why = format!("{} are {}", of(hits, own), plural(kind));
            return Some(Finding::new(DataClass::Personal(class), By::Content, confidence, why));
        }
    }
    let hashes = own.of(Form::PasswordHash);
    if share(hashes, own) >= 50 {
        let why = format!("{} are hashes of passwords", of(hashes, own));
        return Some(Finding::new(DataClass::Personal(Suggests::Password), By::Content, Confidence::Certain, why));
    }
    None
}

/// Names of persons. The dictionaries have the most common ones of Canada, so a share is enough.
fn by_names(own: &Evidence) -> Option<Finding> {
    let found = |class, hits, what: &str| {
        let why = format!("{} are {what} of the dictionaries", of(hits, own));
        Some(Finding::new(DataClass::Personal(class), By::Content, Confidence::Likely, why))
    };
    let (first, last) = (&own.first_names, &own.last_names);
    if share(own.full_names, own) >= 25
        && own.full_names >= u64::from(NAMES_MIN)
        && own.full_names_sure * 8 >= own.full_names
    {
        return found(Suggests::FullName, own.full_names, "first names with another word, some of them last names,");
    }
    // Martin and Thomas are both.
    if share(last.values, own) >= 25 && last.different() >= NAMES_MIN && last.values > first.values {
        return found(Suggests::LastName, last.values, "last names");
    }
    if share(first.values, own) >= 25 && first.different() >= NAMES_MIN {
        return found(Suggests::FirstName, first.values, "first names");
    }
    None
}

/// Whether so many values with a kind in them are no chance.
fn mixed(kind: Kind, hits: u64, own: &Evidence) -> bool {
    match kind {
        Kind::Email | Kind::UrlUserinfo | Kind::Iban => hits > 0,
        Kind::DateOfBirth => false,
        _ => hits >= VALUES_MIN && share(hits, own) >= 2,
    }
}

/// Words that say that a column names who did something: also a short list of those is one of persons.
const WHO: &[&str] = &[
    "agent",
    "analyst",
    "approver",
    "assignee",
    "author",
    "by",
    "clerk",
    "creator",
    "doctor",
    "driver",
    "editor",
    "employee",
    "manager",
    "member",
    "modifier",
    "nurse",
    "operator",
    "owner",
    "par",
    "patient",
    "person",
    "reviewer",
    "sender",
    "signer",
    "student",
    "teacher",
    "user",
    "utilisateur",
    "who",
];

/// Words that say that a column holds codes of things. Those of persons are in [`WHO`], or have a class of their own.
const CODES: &[&str] = &[
    "charset",
    "code",
    "collation",
    "country",
    "currency",
    "devise",
    "engine",
    "extension",
    "iso",
    "kode",
    "lang",
    "language",
    "langue",
    "locale",
    "mime",
    "pays",
    "scope",
    "slug",
    "timezone",
    "type",
    "unit",
];

/// Words beside them that say that a code is someone's secret.
const SECRETS: &[&str] = &[
    "access",
    "activation",
    "auth",
    "confirm",
    "confirmation",
    "invitation",
    "invite",
    "login",
    "reset",
    "security",
    "verification",
    "verify",
];

/// Most characters of a value where a name says `code`, which may be anyone's, and where it says what kind of code.
const CODE_WORDS: (u64, u64) = (8, 32);

/// Most characters of a code, if the last word of a name says that it is one, a number or `id` behind it apart.
fn says_code(called: &str) -> Option<u64> {
    let words = words(called);
    if words.iter().any(|w| SECRETS.contains(&w.as_str())) {
        return None;
    }
    let last = words.iter().rev().find(|w| *w != "id" && !w.bytes().all(|b| b.is_ascii_digit()))?;
    let any = matches!(last.as_str(), "code" | "kode");
    CODES.contains(&last.as_str()).then_some(if any { CODE_WORDS.0 } else { CODE_WORDS.1 })
}

/// Why a text can't be personal.
fn harmless(called: &str, own: &Evidence) -> Option<String> {
    let filled = own.filled();
    if filled < VALUES_MIN || words(called).iter().any(|w| WHO.contains(&w.as_str())) {
        return None;
    }
    let all = |forms: &[Form]| forms.iter().map(|f| own.of(*f)).sum::<u64>() == filled;
    if all(&[Form::Flag]) {
        return Some(format!("{} are flags", of(filled, own)));
    }
    if all(&[Form::Date, Form::DateTime]) && own.timed * 2 > filled {
        return Some(format!("{} are times", of(filled, own)));
    }
    if all(&[Form::Uuid]) {
        return Some(format!("{} are UUIDs", of(filled, own)));
    }
    let few = own.different().filter(|d| *d <= CODES_MAX && d * CODES_EACH <= filled);
    let short = own.longest <= 64 && own.of(Form::Text) + own.of(Form::Bytes) + own.of(Form::Url) == 0;
    let names = own.first_names.values + own.last_names.values + own.full_names;
    if let Some(most) = says_code(called)
        && all(&[Form::Word, Form::Digits, Form::Hex, Form::Flag])
        && own.of(Form::Digits) < filled
        && own.longest <= most
        && own.held_nothing()
    {
        return Some(format!("{} are single words, and its name says codes", of(filled, own)));
    }
    if let Some(few) = few
        && short
        && share(names, own) < 10
    {
        return Some(format!("a list of codes: {} different values in {}", few, count(filled)));
    }
    None
}

fn mostly(hits: u64, own: &Evidence) -> bool {
    hits > 0 && share(hits, own) >= 90
}

/// In per cent of what isn't empty.
fn share(hits: u64, own: &Evidence) -> u64 {
    hits.saturating_mul(100).checked_div(own.filled()).unwrap_or(0)
}

fn of(hits: u64, own: &Evidence) -> String {
    format!("{} of {} values", count(hits), count(own.filled()))
}

/// What was seen, where it says nothing.
fn seen(own: &Evidence) -> String {
    match (own.filled(), own.different()) {
        (filled, _) if filled > 0 && own.of(Form::Bytes) == filled => {
            format!("{} values looked at, none of them plain text", count(filled))
        }
        (0, _) => "no values to look at".to_owned(),
        (1, _) => "one value looked at".to_owned(),
        (filled, Some(few)) => format!("{} values looked at, {few} different", count(filled)),
        (filled, None) => format!("{} values looked at", count(filled)),
    }
}

/// 20,000
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn said(class: Suggests) -> String {
    format!("its name says {}", what(class))
}

/// A class in words.
pub fn what(class: Suggests) -> &'static str {
    use Suggests as S;
    match class {
        S::Email => "e-mail addresses",
        S::Phone => "phone numbers",
        S::Sin => "social insurance numbers",
        S::HealthNumber => "numbers of health cards",
        S::IdentityDocument => "numbers of identity documents",
        S::Card => "payment cards",
        S::BankAccount => "bank accounts",
        S::FirstName => "first names",
        S::LastName => "last names",
        S::FullName => "names of persons",
        S::Username => "names of accounts",
        S::Company => "companies",
        S::Password => "passwords",
        S::Secret => "secrets",
        S::DateOfBirth => "dates of birth",
        S::Age => "ages",
        S::Gender => "gender",
        S::Address => "addresses",
        S::Street => "streets",
        S::City => "cities",
        S::Province => "provinces",
        S::PostalCode => "postal codes",
        S::Geo => "places",
        S::Ip => "IP addresses",
        S::Mac => "numbers of devices",
        S::Url => "URLs",
        S::Income => "incomes",
        S::Sensitive => "what law calls sensitive",
        S::FreeText => "text that people write",
    }
}

fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "e-mail addresses",
        Kind::UrlUserinfo => "URLs with a user or a password",
        Kind::Iban => "IBANs",
        Kind::Card => "card numbers",
        Kind::Sin => "social insurance numbers",
        Kind::Phone => "phone numbers",
        Kind::Ip => "IP addresses",
        Kind::Mac => "MAC addresses",
        Kind::PostalCode => "postal codes",
        Kind::DateOfBirth => "dates",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(values: impl IntoIterator<Item = impl AsRef<str>>) -> ColumnEvidence {
        let mut e = ColumnEvidence::default();
        values.into_iter().for_each(|v| e.add(Some(v.as_ref().as_bytes())));
        e
    }

    fn judged(name: &str, values: impl IntoIterator<Item = impl AsRef<str>>) -> (DataClass, By) {
        let found = column(&Column::text(name), &evidence(values));
        (found.class, found.by)
    }

    const NAMED: &[(&str, Suggests)] = &[
        ("courriel", Suggests::Email),
        ("contactEmail", Suggests::Email),
        ("prenom", Suggests::FirstName),
        ("nom_de_famille", Suggests::LastName),
        ("surname", Suggests::LastName),
        ("telephone_domicile", Suggests::Phone),
        ("NAS", Suggests::Sin),
        ("date_naissance", Suggests::DateOfBirth),
        ("code_postal", Suggests::PostalCode),
        ("adresse_civique", Suggests::Address),
        ("mot_de_passe", Suggests::Password),
        ("numero_passeport", Suggests::IdentityDocument),
        ("commentaires", Suggests::FreeText),
    ];

    #[test]
    fn names_decide_where_the_values_say_nothing() {
        for (name, class) in NAMED {
            assert_eq!(judged(name, ["qwx", "zzy", "kkj"]), (DataClass::Personal(*class), By::Name), "{name}");
            assert_eq!(judged(name, [""; 0]), (DataClass::Personal(*class), By::Name), "{name}, without values");
        }
    }

    #[test]
    fn values_decide_where_the_name_says_nothing_or_something_else() {
        let sins = ["046 454 286", "193-456-787", "130692544"];
        let phones = ["416-555-0100", "(514) 555-0123", "+1 613 555 0199"];
        for name in ["c1", "email", "notes", "status"] {
            let content = |class| (DataClass::Personal(class), By::Content);
            assert_eq!(judged(name, sins), content(Suggests::Sin), "{name}");
            assert_eq!(judged(name, phones), content(Suggests::Phone), "{name}");
            assert_eq!(judged(name, ["192.0.2.7", "198.51.100.1", "2001:db8::1"]), content(Suggests::Ip), "{name}");
        }
        assert_eq!(judged("init", ["a@example.test"]), (DataClass::Personal(Suggests::Email), By::Content));
        assert_eq!(judged("courriel", ["a@example.test", "b@example.test", "c@x.test"]).1, By::Name);
    }

    #[test]
    fn in_doubt_nothing_is_harmless() {
        // Few values, values of all sorts, values whose name says who.
        assert_eq!(judged("title", ["a b", "c d"]).0, DataClass::Unknown);
        assert_eq!(judged("x", (0..500).map(|i| format!("thing {i}"))).0, DataClass::Unknown);
        assert_eq!(judged("updated_by", std::iter::repeat_n(["kx", "jq"], 100).flatten()).0, DataClass::Unknown);
        assert_eq!(judged("name", std::iter::repeat_n(["Action", "Drama"], 3).flatten()).0, DataClass::Unknown);
        assert_eq!(judged("officeCode", ["NB-1", "TK-22", "kx"]).0, DataClass::None);
        for name in ["user_code", "reset_code", "code_no"] {
            assert_eq!(judged(name, ["NB-1", "TK-22", "kx"]).0, DataClass::Unknown, "{name}");
        }
        assert_eq!(judged("code", ["482913", "119204", "772001"]).0, DataClass::Unknown);
        assert_eq!(judged("state", std::iter::repeat_n(["open", "shut"], 100).flatten()).0, DataClass::None);
    }

    #[test]
    fn text_with_something_personal_in_it_is_free_text() {
        let mut values = vec!["nothing to see here, move along please".to_owned(); 100];
        values.push("write to nora@example.test for more of the same".to_owned());
        assert_eq!(judged("c9", values).0, DataClass::Personal(Suggests::FreeText));
    }

    #[test]
    fn numbers_are_judged_by_all_of_them() {
        let column_of = |name: &str, range| Column {
            class: Class::Number,
            type_name: "INT".into(),
            range: Some(range),
            ..Column::text(name)
        };
        let int = (i128::from(i32::MIN), i128::from(i32::MAX));
        let judged = |name: &str, values: Vec<u64>| {
            column(&column_of(name, int), &evidence(values.iter().map(u64::to_string))).class
        };
        // Every tenth number of nine digits is a valid SIN.
        assert_eq!(judged("id", (500_000_000..500_000_400).collect()), DataClass::None);
        let valid = |n: &u64| crate::detect::is(Kind::Sin, &n.to_string());
        assert_eq!(
            judged("c1", (500_000_000..500_004_000).filter(valid).collect()),
            DataClass::Personal(Suggests::Sin)
        );
        assert_eq!(judged("nas", vec![]), DataClass::Personal(Suggests::Sin));
        assert_eq!(judged("contact", vec![1, 2, 3]), DataClass::None);
        assert_eq!(judged("salaire", vec![]), DataClass::Personal(Suggests::Income));
        let flag = column(&column_of("mobile", (-128, 127)), &ColumnEvidence::default());
        assert_eq!(flag.class, DataClass::None);
    }

    #[test]
    fn dates_of_birth_are_told_from_other_dates() {
        let date = |values: Vec<String>| {
            let column_of = Column { class: Class::Temporal, type_name: "DATE".into(), ..Column::text("c7") };
            column(&column_of, &evidence(values)).class
        };
        assert_eq!(
            date((0..60).map(|i| format!("{}-03-{:02}", 1940 + i, i % 28 + 1)).collect()),
            DataClass::Personal(Suggests::DateOfBirth)
        );
        assert_eq!(date((0..60).map(|i| format!("{}-03-{:02}", 2015 + i % 10, i % 28 + 1)).collect()), DataClass::None);
        assert_eq!(
            date((0..60).map(|i| format!("{}-03-01 10:0{}:00", 1940 + i, i % 9 + 1)).collect()),
            DataClass::None
        );
    }

    #[test]
    fn classes_and_deciders_come_back_from_their_names() {
        for name in DataClass::names() {
            assert_eq!(name.parse::<DataClass>().unwrap().name(), name);
        }
        assert!("nonsense".parse::<DataClass>().is_err());
        for by in [By::Name, By::Type, By::Content, By::Reference, By::Person("anne".into())] {
            assert_eq!(By::from(by.to_string()), by);
        }
        assert_eq!(By::from("person: anne".to_owned()), By::Person("anne".into()));
    }
}
