//! Chooses what becomes of every column, and writes that as a rules file.
//!
//! For a class there is a list of transformers, the best first, and behind them what fits wherever nothing else does. Each is
//! written down as a rule, and the policy says whether the column can have it: [`propose`] goes down the lists until it has
//! nothing to say. A column for which nothing is left gets no rule, so that the dump is refused until a person decides.

use super::classify::{self, By, DataClass, Finding};
use super::evidence::{ColumnEvidence, Evidence};
use super::yaml::{commented, quoted};
use crate::detect::Kind;
use crate::key::MasterKey;
use crate::lock::type_of;
use crate::names::{Confidence, Suggests, words};
use crate::policy::{Policy, spelled};
use crate::problem::Problem;
use crate::rules::Rules;
use crate::table::{Class, Column, Table};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Columns that a line of the file lists, as far as they fit.
const LINE_CHARS: usize = 110;

/// Classes of columns of which one reason to keep them is enough.
const ORDINARY: [Class; 3] = [Class::Number, Class::Temporal, Class::Label];

/// A table and what was found in it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its definition.
    pub table: Arc<Table>,
    /// How many rows the dump has of it.
    pub rows: u64,
    /// How many of them were looked at.
    pub looked_at: u64,
    /// One per column.
    pub columns: Vec<FoundColumn>,
}

/// What was found in a column.
#[derive(Debug, Clone)]
pub struct FoundColumn {
    /// What it holds, and why.
    pub finding: Finding,
    /// What was counted.
    pub evidence: ColumnEvidence,
}

/// A column, by the positions of its table and of itself.
pub type Position = (usize, usize);

impl Candidate {
    /// The domains that it names.
    fn domains(&self) -> Vec<String> {
        let texts = std::iter::once(&self.says).chain(self.paths.iter().map(|(_, says, _)| says));
        let named = texts.flat_map(|text| text.split("domain: ").skip(1));
        named.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
    }
}

/// Rules for a dump.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The rules file.
    pub yaml: String,
    /// Of every table, what its columns' rules do: the transformer's name. `None`: there is no rule.
    pub rules: Vec<Vec<Option<&'static str>>>,
    /// What the policy says against the file as a whole. Empty, unless a column is without a rule.
    pub problems: Vec<Problem>,
}

/// What may become of a column, as a rules file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    /// The transformer.
    name: &'static str,
    /// `do: email, domain: email, on_invalid: redact`
    says: String,
    /// Of `json`: paths with what becomes of them, and why.
    paths: Vec<(String, String, String)>,
}

/// Proposes rules. `links` are foreign keys: columns that hold each other's values.
pub fn propose(found: &mut [Found], links: &[(Position, Position)]) -> Proposal {
    let groups = groups(found, links);
    share_findings(found, &groups);
    let mut choices = choices(found, &groups);
    let spelling = Spelling::new(found);
    settle(found, &spelling, &groups, &mut choices);
    let file = File { found, spelling: &spelling, groups: &groups, choices: &choices };
    let keyless = file.write(None, false, false);
    let keyed = refused(&keyless, None, found).is_some();
    let yaml = file.write(None, keyed, true);
    let problems = refused(&yaml, trial_key(), found).unwrap_or_default();
    let rules = found
        .iter()
        .enumerate()
        .map(|(t, f)| (0..f.columns.len()).map(|c| file.rule((t, c)).map(|r| r.name)).collect());
    Proposal { rules: rules.collect(), problems, yaml }
}

/// A key that nothing is replaced by: whether a rule fits a column doesn't depend on it.
pub fn trial_key() -> Option<MasterKey> {
    MasterKey::from_bytes(&Sha256::digest(b"dumpstream discover")).ok()
}

/// What the policy has against rules; `None`: nothing.
fn refused(yaml: &str, key: Option<MasterKey>, found: &[Found]) -> Option<Vec<Problem>> {
    let check = || {
        let policy = Policy::new(Rules::parse(yaml.as_bytes())?, key)?;
        let problems: Vec<Problem> = found.iter().filter_map(|f| policy.table(&f.table).err()).flatten().collect();
        if problems.is_empty() { policy.finish() } else { Err(problems) }
    };
    check().err()
}

/// Columns that foreign keys tie together, by the first of each group; what has none is a group of its own.
struct Groups {
    root: BTreeMap<Position, Position>,
    members: BTreeMap<Position, Vec<Position>>,
}

impl Groups {
    fn of(&self, position: Position) -> Position {
        self.root.get(&position).copied().unwrap_or(position)
    }

    fn members(&self, position: Position) -> &[Position] {
        self.members.get(&self.of(position)).map_or(&[], Vec::as_slice)
    }
}

fn groups(found: &[Found], links: &[(Position, Position)]) -> Groups {
    let mut root: BTreeMap<Position, Position> = BTreeMap::new();
    let find = |root: &BTreeMap<Position, Position>, mut at: Position| {
        while let Some(up) = root.get(&at).filter(|up| **up != at) {
            at = *up;
        }
        at
    };
    let known = |(t, c): &Position| found.get(*t).is_some_and(|f| *c < f.columns.len());
    for (a, b) in links.iter().filter(|(a, b)| known(a) && known(b)) {
        let (a, b) = (find(&root, *a), find(&root, *b));
        root.insert(a.max(b), a.min(b));
        root.entry(a.min(b)).or_insert(a.min(b));
    }
    let flat: BTreeMap<Position, Position> = root.keys().map(|at| (*at, find(&root, *at))).collect();
    let mut members: BTreeMap<Position, Vec<Position>> = BTreeMap::new();
    flat.iter().for_each(|(at, root)| members.entry(*root).or_default().push(*at));
    Groups { root: flat, members }
}

/// Columns that hold the same values are of the same class: what a person says, else what says most.
fn share_findings(found: &mut [Found], groups: &Groups) {
    let of = |found: &[Found], (t, c): Position| found.get(t).and_then(|f| f.columns.get(c)).map(|c| c.finding.clone());
    for members in groups.members.values() {
        let weight =
            |f: &Finding| (f.by.is_person(), f.class.is_personal(), f.class == DataClass::Unknown, f.confidence);
        let findings = members.iter().filter_map(|at| Some((*at, of(found, *at)?)));
        let Some((from, best)) = findings.max_by_key(|(_, f)| weight(f)) else { continue };
        let name = found
            .get(from.0)
            .map(|f| format!("{}.{}", f.table.name, f.table.columns.get(from.1).map_or("", |c| &c.name)));
        for (t, c) in members {
            let Some(column) = found.get_mut(*t).and_then(|f| f.columns.get_mut(*c)) else { continue };
            if column.finding.class != best.class && !column.finding.by.is_person() {
                let why = format!("a foreign key ties it to {}", name.clone().unwrap_or_default());
                let (class, confidence) = (best.class, best.confidence);
                column.finding = Finding { class, by: By::Reference, confidence, why };
            }
        }
    }
}

/// Where in its list of candidates each group is.
struct Choices {
    candidates: BTreeMap<Position, Vec<Candidate>>,
    at: BTreeMap<Position, usize>,
}

impl Choices {
    fn get(&self, group: Position) -> Option<&Candidate> {
        self.candidates.get(&group)?.get(self.at.get(&group).copied().unwrap_or(0))
    }

    /// Goes on to the next. Whether there was one to leave behind.
    fn next(&mut self, group: Position) -> bool {
        let left = self.get(group).is_some();
        *self.at.entry(group).or_default() += usize::from(left);
        left
    }
}

fn choices(found: &[Found], groups: &Groups) -> Choices {
    let mut candidates = BTreeMap::new();
    for (t, f) in found.iter().enumerate() {
        for (c, (column, of)) in f.columns.iter().zip(&f.table.columns).enumerate() {
            if groups.of((t, c)) == (t, c) && column.finding.class != DataClass::None && !of.generated {
                let tied = groups.members((t, c)).len() > 1;
                candidates.insert((t, c), candidates_for(f, c, of, column, tied.then_some(candidates.len())));
            }
        }
    }
    Choices { candidates, at: BTreeMap::new() }
}

/// Goes down the lists until the policy has nothing against any table.
fn settle(found: &[Found], spelling: &Spelling, groups: &Groups, choices: &mut Choices) {
    // A choice for one table is one for those that foreign keys tie to it.
    let mut open: BTreeSet<usize> = (0..found.len()).collect();
    while let Some(t) = open.pop_first() {
        let Some(f) = found.get(t) else { continue };
        loop {
            let yaml = File { found, spelling, groups, choices }.write(Some(t), true, false);
            let Some(problems) = refused(&yaml, trial_key(), std::slice::from_ref(f)) else { break };
            // Of a key over several columns, one that gives way may be enough.
            let (keys, others): (Vec<&Problem>, Vec<&Problem>) =
                problems.iter().partition(|p| p.message.contains("part of the unique key"));
            let at_fault = if others.is_empty() { keys.get(..1).unwrap_or_default() } else { &others };
            let columns: BTreeSet<usize> =
                at_fault.iter().filter_map(|p| f.table.column(p.column.as_deref()?)).collect();
            let mut moved = false;
            for c in columns {
                let group = groups.of((t, c));
                if choices.next(group) {
                    moved = true;
                    open.extend(groups.members(group).iter().map(|(t, _)| *t));
                }
            }
            if !moved {
                break;
            }
        }
    }
}

fn plain(name: &'static str, options: &str) -> Candidate {
    let says = if options.is_empty() { format!("do: {name}") } else { format!("do: {name}, {options}") };
    Candidate { name, says, paths: Vec::new() }
}

/// A rule for each way in which a value that isn't what the transformer is for can be dealt with, the safest first. Under a
/// unique key only the last ones do.
fn with_invalid(list: &mut Vec<Candidate>, name: &'static str, options: &str) {
    list.push(plain(name, &format!("{options}, on_invalid: redact")));
    list.push(plain(name, &format!("{options}, on_invalid: set_null")));
    list.push(plain(name, options));
}

/// What may become of a column, the best first. `tied`: foreign keys tie it to others, and no other group has this number.
fn candidates_for(f: &Found, at: usize, column: &Column, found: &FoundColumn, tied: Option<usize>) -> Vec<Candidate> {
    use Suggests as S;
    let mut list = Vec::new();
    // Columns of one class share a domain. Rules of one domain have the same options, so each variant has one of its own.
    let own = format!("{}_{}", words(&f.table.name).join("_"), words(&column.name).join("_"));
    let domain = match (found.finding.class, tied) {
        (DataClass::Personal(class), _) => class.name().to_owned(),
        (_, Some(n)) => format!("key_{n}"),
        (_, None) => own,
    };
    let class = match found.finding.class {
        DataClass::Personal(class) => Some(class),
        _ => None,
    };
    if found.finding.class == DataClass::Document {
        list.extend(document(column, &found.evidence));
    }
    if let Some(class) = class {
        let subject = if tied.is_some() { None } else { subject(f, at) };
        personal(&mut list, class, column, &found.evidence.own, subject);
    }
    if column.class == Class::Label {
        list.extend(label(column));
    }
    if column.class == Class::Binary && column.type_name != "BIT" && class == Some(S::Geo) {
        list.push(plain("set_null", ""));
        list.extend(nowhere(column));
        return list;
    }
    match column.type_name.as_str() {
        "UUID" => return vec![plain("uuid", &format!("domain: {domain}_uuid")), plain("set_null", "")],
        "INET4" | "INET6" => {
            let any = format!("range: any, domain: {domain}_ip_any");
            return vec![plain("ip", &format!("domain: {domain}_ip")), plain("ip", &any), plain("set_null", "")];
        }
        _ => {}
    }
    let token = |list: &mut Vec<Candidate>, length: u32| {
        list.push(plain("token", &format!("length: {length}, domain: {domain}_token{length}")));
    };
    let identifies = matches!(
        class,
        Some(S::Username | S::Secret | S::HealthNumber | S::IdentityDocument | S::BankAccount | S::Email)
    );
    match column.class {
        Class::Text | Class::Binary => {
            if identifies || tied.is_some() {
                [24, 20, 12, 8].into_iter().for_each(|length| token(&mut list, length));
            }
            list.push(plain("redact", ""));
            // Under a unique key.
            [24, 20].into_iter().for_each(|length| token(&mut list, length));
            list.push(plain("set_null", ""));
        }
        Class::Json => list.extend([plain("redact", ""), plain("set_null", "")]),
        Class::Number => {
            list.push(plain("redact", ""));
            list.push(plain("int_permute", &format!("domain: {domain}_number")));
            list.push(plain("set_null", ""));
        }
        Class::Temporal => {
            list.push(plain("redact", ""));
            list.push(plain("set_null", ""));
        }
        Class::Label => list.push(plain("set_null", "")),
    }
    let mut seen = Vec::new();
    list.retain(|c| {
        !seen.contains(c) && {
            seen.push(c.clone());
            true
        }
    });
    list
}

/// The transformers that are made for a class.
fn personal(list: &mut Vec<Candidate>, class: Suggests, column: &Column, own: &Evidence, subject: Option<String>) {
    use Suggests as S;
    let number = column.class == Class::Number;
    match class {
        S::Email => with_invalid(list, "email", "domain: email"),
        S::Phone => {
            let foreign = if number { "" } else { "foreign: replace, " };
            let domain = if number { "phone_number" } else { "phone" };
            list.push(plain("phone", &format!("{foreign}domain: {domain}, on_invalid: redact")));
            with_invalid(list, "phone", &format!("range: any, {foreign}domain: {domain}_any"));
        }
        S::Sin => {
            list.push(plain("sin", "domain: sin, on_invalid: redact"));
            with_invalid(list, "sin", "range: any, domain: sin_any");
        }
        S::Card => {
            list.push(plain("card", "domain: card, on_invalid: redact"));
            with_invalid(list, "card", "range: keep_iin, domain: card_iin");
        }
        S::BankAccount if own.wholly(Kind::Iban) > 0 => list.push(plain("iban", "domain: iban, on_invalid: redact")),
        S::HealthNumber | S::IdentityDocument | S::BankAccount => {}
        S::FirstName => list.push(plain("first_name", "domain: person, on_invalid: redact")),
        S::LastName => list.push(plain("last_name", "domain: person, on_invalid: redact")),
        S::FullName => list.push(plain("full_name", "domain: person, on_invalid: redact")),
        S::Username => {
            list.push(plain("username", "domain: username"));
            list.push(plain("token", "length: 20, domain: username_token20"));
            list.push(plain("username", "length: 8, domain: username8"));
        }
        S::Company => list.push(plain("company", "domain: company, on_invalid: redact")),
        S::Password => list.push(plain("password_hash", "domain: password, on_invalid: redact")),
        S::Secret => {}
        S::DateOfBirth if number => list.push(plain("noise", "amount: 3, domain: birth_year, on_invalid: redact")),
        S::DateOfBirth => {
            const SHIFT: &str = "days: 180, out_of_range: reverse, zero_dates: keep";
            if let Some(subject) = subject {
                let options = format!("subject: {}, {SHIFT}, domain: date_of_birth", quoted(&subject));
                with_invalid(list, "date_shift", &options);
            }
            with_invalid(list, "date_shift", &format!("{SHIFT}, domain: date_of_birth_value"));
        }
        S::Age => list.push(plain("age_band", "on_invalid: redact")),
        S::Gender | S::Sensitive => list.push(plain("set_null", "")),
        S::Address => {
            list.push(plain("address", "domain: place, on_invalid: redact"));
            // Where there is no room for a city.
            list.push(plain("street", "domain: place, on_invalid: redact"));
        }
        S::Street => list.push(plain("street", "domain: place, on_invalid: redact")),
        S::City => list.push(plain("city", "domain: place, on_invalid: redact")),
        S::Province => {
            list.push(plain("province", "domain: place, on_invalid: redact"));
            list.push(plain("province", "style: code, domain: place_code, on_invalid: redact"));
        }
        S::PostalCode => list.push(plain("postal_code", "domain: place, on_invalid: redact")),
        S::Geo => {
            let word = |of: &[&str]| words(&column.name).iter().any(|w| of.contains(&w.as_str()));
            let axis = match () {
                () if word(&["lat", "latitude"]) => "latitude",
                () if word(&["lon", "lng", "long", "longitude"]) => "longitude",
                () => "pair",
            };
            list.push(plain("geo", &format!("axis: {axis}, domain: geo_{axis}, on_invalid: redact")));
        }
        S::Ip => {
            list.push(plain("ip", "domain: ip, on_invalid: redact"));
            with_invalid(list, "ip", "range: any, domain: ip_any");
        }
        S::Mac => list.push(plain("mac", "domain: mac, on_invalid: redact")),
        S::Url => list.push(plain("url", "domain: url, on_invalid: redact")),
        S::Income => list.push(plain("noise", "percent: 10, domain: income, on_invalid: redact")),
        S::FreeText => {}
    }
}

/// The column that tells rows apart, if there is one: dates of one row are moved by the same number of days.
fn subject(f: &Found, at: usize) -> Option<String> {
    let table = &f.table;
    // Rows may leave it to the server.
    let there = |at: usize| f.looked_at == 0 || f.columns.get(at).is_some_and(|c| c.evidence.own.values > 0);
    let key = table.unique_keys.iter().find_map(|key| match key.as_slice() {
        [(of, None)] if *of != at && there(*of) => table.columns.get(*of).filter(|c| !c.nullable && !c.generated),
        _ => None,
    })?;
    Some(key.name.clone())
}

/// One of the column's own labels. Of two, `pick` would give the other one, which tells as much.
fn label(column: &Column) -> Option<Candidate> {
    let labels: Vec<String> = column.labels.iter().map(|l| quoted(l)).collect();
    match labels.as_slice() {
        [] => None,
        [one] | [one, _] => Some(plain("constant", &format!("value: {one}"))),
        several => Some(plain("pick", &format!("values: [{}]", several.join(", ")))),
    }
}

/// A place that no person is at, in the form that the server stores it in: the point (0, 0), or nothing at all.
fn nowhere(column: &Column) -> Option<Candidate> {
    const POINT: [u8; 25] = [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let bytes = match column.type_name.as_str() {
        "GEOMETRY" | "POINT" => POINT.as_slice(),
        _ => return None,
    };
    Some(plain("constant", &format!("value: {}", quoted(std::str::from_utf8(bytes).unwrap_or_default()))))
}

/// What may become of a column of documents.
fn document(column: &Column, evidence: &ColumnEvidence) -> Vec<Candidate> {
    let Some(document) = evidence.document.as_ref().filter(|d| d.read > 0) else {
        return match column.class {
            Class::Json => Vec::new(),
            _ => vec![plain("php_serialized", "unlisted: redact, paths: {}, on_invalid: redact")],
        };
    };
    // Keys stay, so documents whose keys are data can't.
    if document.keys_are_data() || document.crowded || document.deep {
        return Vec::new();
    }
    let mut paths = Vec::new();
    for leaf in document.leaves() {
        let finding = classify::leaf(&leaf);
        let Some(path) = leaf.path else { continue };
        let own = leaf.evidence;
        let strings = own.leaves.numbers == 0 && own.leaves.flags == 0;
        // One leaf that isn't what its transformer is for would cost the whole document.
        let all = |kind| strings && own.wholly(kind) == own.filled() && own.filled() > 0;
        let says = match finding.class {
            DataClass::None => "keep".to_owned(),
            DataClass::Personal(Suggests::Email) if strings => "{ do: email, domain: email }".to_owned(),
            DataClass::Personal(Suggests::Phone) if all(Kind::Phone) => {
                "{ do: phone, foreign: replace, domain: phone }".to_owned()
            }
            DataClass::Personal(Suggests::Sin) if all(Kind::Sin) => "{ do: sin, domain: sin }".to_owned(),
            DataClass::Personal(Suggests::Card) if all(Kind::Card) => "{ do: card, domain: card }".to_owned(),
            DataClass::Personal(Suggests::Ip) if all(Kind::Ip) => "{ do: ip, domain: ip }".to_owned(),
            DataClass::Personal(class @ (Suggests::FirstName | Suggests::LastName | Suggests::FullName)) if strings => {
                format!("{{ do: {}, domain: person }}", class.name())
            }
            DataClass::Personal(class @ (Suggests::City | Suggests::Street | Suggests::Address)) if strings => {
                format!("{{ do: {}, domain: place }}", class.name())
            }
            _ => "redact".to_owned(),
        };
        paths.push((path, says, told(&finding)));
    }
    let on_invalid = "unlisted: redact, on_invalid: redact";
    vec![Candidate { paths, ..plain("json", on_invalid) }]
}

/// Class, who says so and why, for a comment.
fn told(finding: &Finding) -> String {
    let class = match finding.class {
        DataClass::Personal(class) => classify::what(class),
        DataClass::None => "nothing personal",
        DataClass::Unknown => "unknown",
        DataClass::Document => "documents",
    };
    let sure = match finding.confidence {
        Confidence::Possible => "possible",
        Confidence::Likely => "likely",
        Confidence::Certain => "certain",
    };
    format!("{class} (by {}, {sure}): {}", finding.by, finding.why)
}

/// The file that is being written.
struct File<'a> {
    found: &'a [Found],
    spelling: &'a Spelling,
    groups: &'a Groups,
    choices: &'a Choices,
}

/// What names have to say so that there is no doubt.
struct Spelling {
    /// The dump names more than one database.
    databases: bool,
    /// Names of tables without their case, with their databases, that several tables have.
    shared: BTreeSet<(Option<String>, String)>,
}

impl Spelling {
    fn new(found: &[Found]) -> Self {
        let databases: BTreeSet<_> = found.iter().map(|f| &f.table.database).collect();
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for name in found.iter().map(|f| (f.table.database.clone(), f.table.name.to_lowercase())) {
            if !seen.insert(name.clone()) {
                shared.insert(name);
            }
        }
        Self { databases: databases.len() > 1, shared }
    }
}

impl File<'_> {
    /// What becomes of a column: `None` where nothing fits.
    fn rule(&self, at: Position) -> Option<Candidate> {
        let (t, c) = at;
        let found = self.found.get(t)?;
        if found.columns.get(c)?.finding.class == DataClass::None || found.table.columns.get(c)?.generated {
            return Some(plain("keep", ""));
        }
        self.choices.get(self.groups.of(at)).cloned()
    }

    /// The rules of all tables, or of one.
    fn rules(&self, only: Option<usize>) -> impl Iterator<Item = Candidate> {
        let tables = self.found.iter().enumerate().filter(move |(t, _)| only.is_none_or(|only| only == *t));
        tables.flat_map(move |(t, f)| (0..f.columns.len()).filter_map(move |c| self.rule((t, c))))
    }

    /// How rules name a table, or its column.
    fn pattern(&self, table: &Table, column: Option<&Column>) -> String {
        let mut parts = Vec::new();
        if self.spelling.databases
            && let Some(database) = &table.database
        {
            parts.push(spelled(database));
        }
        // In backquotes, a table's name is meant as it is spelled.
        let folded = (table.database.clone(), table.name.to_lowercase());
        parts.push(match self.spelling.shared.contains(&folded) {
            true => format!("`{}`", table.name.replace('`', "``")),
            false => spelled(&table.name),
        });
        parts.extend(column.map(|c| spelled(&c.name)));
        parts.join(".")
    }

    /// The file, or what it says of one table; as it is to be read, or for a trial.
    fn write(&self, only: Option<usize>, key: bool, comments: bool) -> String {
        let mut out = String::new();
        if comments {
            out.push_str(HEAD);
        }
        out.push_str("version: 1\n");
        if comments {
            out.push_str(
                "# A key of at least 256 bits: SCRUB_KEY=$(openssl rand -hex 32). Keep it where secrets are kept.\n",
            );
        }
        if key {
            out.push_str("key: { from: \"env:SCRUB_KEY\", id: \"key-1\" }\n");
        } else if comments {
            out.push_str("# No rule below depends on it.\n# key: { from: \"env:SCRUB_KEY\", id: \"key-1\" }\n");
        }
        out.push_str("locale: en_CA\n");
        if comments {
            out.push_str("# A column or a table that a later dump has, and that no line below names, ends the run.\n");
        }
        out.push_str(
            "default: { text: fail, json: fail, binary: fail, number: fail, temporal: fail, label: fail, new_table: fail }\n",
        );
        let used: BTreeSet<String> = self.rules(only).flat_map(|rule| rule.domains()).collect();
        if !used.is_empty() {
            if comments {
                out.push_str("# Columns in one domain get equal replacements for equal values, in every table.\n");
            }
            out.push_str("domains:\n");
            used.iter().for_each(|domain| out.push_str(&format!("  {domain}: {{}}\n")));
        }
        let tables = || self.found.iter().enumerate().filter(|(t, _)| only.is_none_or(|only| only == *t));
        let unruled = tables().filter(|(_, f)| f.table.columns.iter().all(|c| c.generated));
        let unruled: Vec<String> = unruled.map(|(_, f)| self.pattern(&f.table, None)).collect();
        if !unruled.is_empty() {
            out.push_str("tables:\n");
            unruled.iter().for_each(|p| out.push_str(&format!("  - {{ match: {}, do: keep }}\n", quoted(p))));
        }
        let mut columns = String::new();
        if comments {
            self.undecided(&mut columns);
        }
        for (t, f) in tables() {
            self.table(t, f, comments, &mut columns);
        }
        if !columns.lines().all(|l| l.is_empty() || l.trim_start().starts_with('#')) {
            out.push_str("columns:\n");
        }
        out + &columns
    }

    /// What a person has to decide, before everything else.
    fn undecided(&self, out: &mut String) {
        let mut lines = String::new();
        for (t, f) in self.found.iter().enumerate() {
            for (c, (column, found)) in f.table.columns.iter().zip(&f.columns).enumerate() {
                let rule = self.rule((t, c));
                if found.finding.class != DataClass::Unknown && rule.is_some() {
                    continue;
                }
                comment(&mut lines, "  # ", &format!("{}: {}", type_of(column), told(&found.finding)));
                let pattern = quoted(&self.pattern(&f.table, Some(column)));
                match rule {
                    Some(rule) => rule_lines(&mut lines, &pattern, &rule),
                    None => {
                        lines.push_str(
                            "  # Nothing fits here but a decision; the dump is refused until there is one:\n",
                        );
                        let _ = writeln!(lines, "  # - {{ match: {}, do: keep, because: \"…\" }}", commented(&pattern));
                    }
                }
            }
        }
        if !lines.is_empty() {
            out.push_str("  # ---- Decide these: nobody can tell from here what they hold. Until someone does, they are replaced.\n");
            out.push_str(&lines);
            out.push('\n');
        }
    }

    fn table(&self, t: usize, f: &Found, comments: bool, out: &mut String) {
        if comments {
            let looked_at = if f.looked_at < f.rows { format!(", {} looked at", f.looked_at) } else { String::new() };
            comment(out, "  # ---- ", &format!("{}: {} rows{looked_at}", self.pattern(&f.table, None), f.rows));
        }
        // By the reason why they stay.
        let mut kept: Vec<(&str, Vec<String>)> = Vec::new();
        for (c, (column, found)) in f.table.columns.iter().zip(&f.columns).enumerate() {
            let pattern = quoted(&self.pattern(&f.table, Some(column)));
            let rule = self.rule((t, c));
            match rule {
                _ if column.generated => {}
                Some(rule) if rule.name != "keep" => {
                    if found.finding.class == DataClass::Unknown && comments {
                        continue;
                    }
                    if comments {
                        let nulls = match found.evidence.own.nulls {
                            0 => String::new(),
                            n => format!("; {n} NULL"),
                        };
                        comment(out, "  # ", &format!("{}{nulls}", told(&found.finding)));
                    }
                    rule_lines(out, &pattern, &rule);
                }
                // A trial is about the other columns.
                None if comments => {}
                None => kept_with(&mut kept, "undecided", pattern),
                Some(_) if found.finding.by == By::Type && ORDINARY.contains(&column.class) => {
                    kept_with(&mut kept, "numbers, dates and labels", pattern);
                }
                Some(_) => kept_with(&mut kept, &found.finding.why, pattern),
            }
        }
        for (because, patterns) in kept {
            let because = quoted(because);
            match patterns.as_slice() {
                [one] => {
                    let _ = writeln!(out, "  - {{ match: {one}, do: keep, because: {because} }}");
                }
                several
                    if several.iter().map(|p| p.chars().count() + 2).sum::<usize>() + because.chars().count() < 92 =>
                {
                    let _ = writeln!(out, "  - {{ match: [{}], do: keep, because: {because} }}", several.join(", "));
                }
                several => {
                    out.push_str("  - match:\n");
                    let mut line = String::new();
                    out.push_str("      [\n");
                    for pattern in several {
                        if !line.is_empty() && line.chars().count() + pattern.chars().count() > LINE_CHARS {
                            let _ = writeln!(out, "        {}", std::mem::take(&mut line).trim_end());
                        }
                        let _ = write!(line, "{pattern}, ");
                    }
                    let _ = writeln!(out, "        {}\n      ]", line.trim_end());
                    let _ = writeln!(out, "    do: keep\n    because: {because}");
                }
            }
        }
        if comments {
            out.push('\n');
        }
    }
}

fn kept_with<'a>(kept: &mut Vec<(&'a str, Vec<String>)>, because: &'a str, pattern: String) {
    match kept.iter_mut().find(|(b, _)| *b == because) {
        Some((_, patterns)) => patterns.push(pattern),
        None => kept.push((because, vec![pattern])),
    }
}

fn rule_lines(out: &mut String, pattern: &str, rule: &Candidate) {
    if rule.paths.is_empty() && rule.name == "json" {
        let _ = writeln!(out, "  - {{ match: {pattern}, {}, paths: {{}} }}", rule.says);
    } else if rule.paths.is_empty() {
        let _ = writeln!(out, "  - {{ match: {pattern}, {} }}", rule.says);
    } else {
        let _ = writeln!(out, "  - match: {pattern}");
        rule.says.split(", ").for_each(|option| out.push_str(&format!("    {option}\n")));
        out.push_str("    paths:\n");
        for (path, says, why) in &rule.paths {
            comment(out, "      # ", why);
            let _ = writeln!(out, "      {}: {says}", quoted(path));
        }
    }
}

fn comment(out: &mut String, before: &str, text: &str) {
    let _ = writeln!(out, "{before}{}", commented(text));
}

const HEAD: &str = "\
# Rules proposed by dumpstream discover. They are a beginning: read every line before you rely on it.
#
# What a column holds was judged by its name (English and French), its type, and what was counted in a sample of its values.
# The comment before each rule says which, how sure that is, and the counts. Everything that isn't known to be harmless is
# replaced; change `do`, or say `do: keep` with `because`, where you know better. docs/rules.md describes the format,
# docs/transformers.md everything that `do` can say.
";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn varchar(name: &str, most: u64) -> Column {
        Column { type_name: "VARCHAR".into(), max_chars: Some(most), ..Column::text(name) }
    }

    fn int(name: &str) -> Column {
        let range = Some((i128::from(i32::MIN), i128::from(i32::MAX)));
        Column { class: Class::Number, type_name: "INT".into(), range, charset: None, ..Column::text(name) }
    }

    fn found(name: &str, columns: Vec<Column>, keys: &[&[usize]], values: &[&[&str]]) -> Found {
        let judged = columns.iter().enumerate().map(|(c, column)| {
            let mut evidence = ColumnEvidence::default();
            values.iter().filter_map(|row| row.get(c)).for_each(|v| evidence.add(Some(v.as_bytes())));
            FoundColumn { finding: classify::column(column, &evidence), evidence }
        });
        let judged = judged.collect();
        let unique_keys = keys.iter().map(|key| key.iter().map(|c| (*c, None)).collect()).collect();
        let table = Table { database: None, name: name.to_owned(), columns, unique_keys, defined: true };
        Found { table: Arc::new(table), rows: values.len() as u64, looked_at: values.len() as u64, columns: judged }
    }

    fn names(proposal: &Proposal) -> Vec<Vec<&str>> {
        proposal.rules.iter().map(|t| t.iter().map(|r| r.unwrap_or("-")).collect()).collect()
    }

    #[test]
    fn a_rule_fits_its_column() {
        let not_null = |c: Column| Column { nullable: false, ..c };
        let mut tables = [found(
            "applicant",
            vec![
                not_null(int("id")),
                varchar("email", 255),
                varchar("courriel2", 12),
                not_null(varchar("sin", 11)),
                varchar("prenom", 40),
                varchar("what", 40),
                not_null(varchar("code", 3)),
                not_null(varchar("ref", 10)),
            ],
            &[&[0], &[1], &[3], &[6], &[7]],
            &[],
        )];
        let proposal = propose(&mut tables, &[]);
        // Too short for an address; a unique number; what nobody knows; a unique one for which there is no room.
        assert_eq!(names(&proposal), [["keep", "email", "token", "sin", "first_name", "redact", "keep", "-"]]);
        assert!(proposal.yaml.contains("range: any, domain: sin_any"), "{}", proposal.yaml);
        assert!(proposal.problems.iter().all(|p| p.column.as_deref() == Some("ref")), "{:?}", proposal.problems);
        let (decide, rest) = proposal.yaml.split_once("# ---- applicant").unwrap();
        assert!(
            decide.contains("Decide these") && decide.contains("applicant.what") && decide.contains("applicant.ref")
        );
        assert!(!rest.contains("applicant.what") && rest.contains("applicant.sin"));
    }

    #[test]
    fn columns_that_foreign_keys_tie_together_get_one_rule() {
        let mut tables = [
            found("account", vec![varchar("login", 60)], &[&[0]], &[]),
            found("entry", vec![int("id"), varchar("who_did", 60)], &[&[0]], &[]),
        ];
        let proposal = propose(&mut tables, &[((1, 1), (0, 0))]);
        assert_eq!(names(&proposal), [vec!["username"], vec!["keep", "username"]]);
        assert_eq!(proposal.problems, []);
        assert!(proposal.yaml.contains("a foreign key ties it to account.login"), "{}", proposal.yaml);
    }

    #[test]
    fn documents_are_ruled_by_their_leaves_unless_their_keys_are_data() {
        let json = |name: &str| Column { class: Class::Json, type_name: "JSON".into(), ..Column::text(name) };
        let values = [
            r#"{"contact": {"email": "a@example.test", "tel": "416-555-0100"}, "ok": true, "n": 3, "x": "some words of mine"}"#,
            r#"{"nora@example.test": 1}"#,
        ];
        let mut tables = [found("app", vec![json("payload"), json("by")], &[], &[&values])];
        let proposal = propose(&mut tables, &[]);
        assert_eq!((names(&proposal), &proposal.problems), (vec![vec!["json", "redact"]], &Vec::new()));
        for line in [
            "\"$.contact.email\": { do: email, domain: email }",
            "\"$.contact.tel\": { do: phone, foreign: replace, domain: phone }",
            "\"$.n\": keep",
            "\"$.ok\": keep",
            "\"$.x\": redact",
        ] {
            assert!(proposal.yaml.contains(line), "no {line} in\n{}", proposal.yaml);
        }
        assert!(!proposal.yaml.contains("nora"), "{}", proposal.yaml);
    }

    #[test]
    fn a_dump_without_anything_personal_needs_no_key() {
        let mut tables = [found("t", vec![int("id"), int("n")], &[&[0]], &[])];
        let proposal = propose(&mut tables, &[]);
        assert!(proposal.yaml.contains("\n# key:") && !proposal.yaml.contains("\nkey:"), "{}", proposal.yaml);
        assert_eq!(proposal.problems, []);
    }

    proptest! {
        #[test]
        fn whatever_tables_and_columns_are_called_the_rules_find_them(
            table in "\\PC{1,12}|[a-z`.*?/\\[\\]{}:,\"'#\\\\\n\t\u{0}\u{85}\u{2028}\u{feff}]{1,8}",
            columns in prop::collection::btree_set("\\PC{1,12}|[a-z`.*?/\\[\\]{}:,\"'#\\\\\n\t\u{0}\u{85}\u{2028}]{1,8}", 1..6),
            kept in any::<bool>(),
        ) {
            let mut folded: Vec<String> = Vec::new();
            let columns: Vec<Column> = columns.into_iter().filter(|c| !folded.contains(&c.to_lowercase()) && { folded.push(c.to_lowercase()); true })
                .map(|c| if kept { int(&c) } else { varchar(&c, 200) }).collect();
            let proposal = propose(&mut [found(&table, columns, &[], &[])], &[]);
            prop_assert_eq!(&proposal.problems, &Vec::new(), "{}", proposal.yaml);
        }
    }
}
