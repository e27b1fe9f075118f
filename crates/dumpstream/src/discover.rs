//! `discover`: what a dump's columns hold, as rules to begin with and as a lockfile to hold later dumps against.
//!
//! The dump is read once for its definitions and a sample of every table's rows, of which nothing but counts is kept. Where
//! the source can be read again, the rules are then held against the whole dump, as a scrub would.

use crate::error::{Error, ErrorKind, Result};
use crate::lock::LockFile;
use crate::observe::{Event, Observer};
use crate::reading::{Reading, Recorder, reading_setters, table_name};
use crate::report::{ErrorReport, SourceReport};
use crate::restore::{error_report, outcome, peak_memory_bytes};
use crate::rules::RulesFile;
use crate::scrubbing::Scrubber;
use crate::scrubbing::beforehand::{Beforehand, can_be_read_again};
use crate::scrubbing::problems_of_file;
use crate::scrubbing::statements::Known;
use crate::scrubbing::survey::Survey;
use crate::source::{SourceOptions, SourceSpec};
use crate::stage::cut::CutOptions;
use crate::step::{RowsStep, Step};
use crate::stop::Stop;
use dumpstream_scrub::discover::classify::{self, By, DataClass, Finding};
use dumpstream_scrub::discover::evidence::{ColumnEvidence, Evidence};
use dumpstream_scrub::discover::propose::{Found, FoundColumn, Position, propose, trial_key};
use dumpstream_scrub::discover::yaml::commented;
use dumpstream_scrub::lock::{ColumnName, Entry, Lock, type_of};
use dumpstream_scrub::names::Confidence;
use dumpstream_scrub::policy::Policy;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Bumped when a field changes its meaning or goes; new fields may come at any time.
pub const DISCOVER_SCHEMA_VERSION: u32 = 1;

/// Rows of a table that are looked at, unless told otherwise: as many as `detect` in rules looks at.
pub const SAMPLE_ROWS: u64 = 20_000;

/// A discovery, asked for. Fields can be read; [`DiscoverOptions::new`] and the setters fill them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DiscoverOptions {
    /// What to read.
    pub source: SourceSpec,
    /// See [`DiscoverOptions::sha256`].
    pub sha256: Option<[u8; 32]>,
    /// See [`DiscoverOptions::source_options`].
    pub source_options: SourceOptions,
    /// See [`DiscoverOptions::memory_bytes`]. What is counted comes on top: a few kilobytes per column, or per path of JSON
    /// documents.
    pub memory_bytes: u64,
    /// See [`DiscoverOptions::row_bytes_max`].
    pub row_bytes_max: u64,
    /// See [`DiscoverOptions::shapers`].
    pub shapers: usize,
    /// See [`DiscoverOptions::unfinished`].
    pub unfinished: bool,
    /// See [`DiscoverOptions::sample_rows`].
    pub sample_rows: u64,
    /// See [`DiscoverOptions::lock`].
    pub lock: Option<LockFile>,
    /// See [`DiscoverOptions::prune`].
    pub prune: bool,
}

reading_setters!(DiscoverOptions);

impl DiscoverOptions {
    /// A discovery with every default.
    pub fn new(source: SourceSpec) -> Self {
        let Reading { source, sha256, source_options, memory_bytes, row_bytes_max, shapers, .. } = Reading::new(source);
        Self {
            source,
            sha256,
            source_options,
            memory_bytes,
            row_bytes_max,
            shapers,
            unfinished: false,
            sample_rows: SAMPLE_ROWS,
            lock: None,
            prune: false,
        }
    }

    /// Whether a dump without the end that its producer gives one is taken. Default no: its last tables would be missing.
    #[must_use]
    pub fn unfinished(mut self, on: bool) -> Self {
        self.unfinished = on;
        self
    }

    /// How many rows are looked at: of each table as many of its first block (2 MiB), and a sixteenth of that of its second,
    /// fourth, eighth block and so on. Default [`SAMPLE_ROWS`]; 0: names and types alone decide.
    #[must_use]
    pub fn sample_rows(mut self, rows: u64) -> Self {
        self.sample_rows = rows;
        self
    }

    /// The lockfile that is there already. What a person decided stays; what was personal stays so. Default: none.
    #[must_use]
    pub fn lock(mut self, lock: Option<LockFile>) -> Self {
        self.lock = lock;
        self
    }

    /// Whether columns that the dump hasn't got any more leave the lockfile. Default no: another dump may have them.
    #[must_use]
    pub fn prune(mut self, on: bool) -> Self {
        self.prune = on;
        self
    }

    /// Checks every option, without touching anything.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn validate(&self) -> Result<()> {
        self.reading().validate()
    }

    fn reading(&self) -> Reading {
        Reading {
            sha256: self.sha256,
            source_options: self.source_options.clone(),
            memory_bytes: self.memory_bytes,
            row_bytes_max: self.row_bytes_max,
            shapers: self.shapers,
            unfinished: self.unfinished,
            ..Reading::new(self.source.clone())
        }
    }
}

/// How a discovery ended.
#[derive(Debug)]
pub struct Discovered {
    /// What was found; empty where it failed.
    pub report: DiscoverReport,
    /// Why the dump couldn't be read.
    pub error: Option<Error>,
}

/// What a dump's columns hold. No cell value is ever in it.
#[derive(Debug, Clone, Serialize)]
pub struct DiscoverReport {
    /// [`DISCOVER_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of this library.
    pub dumpstream_version: &'static str,
    /// `ok`, `failed` or `interrupted`.
    pub outcome: &'static str,
    /// The failure, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// Start, as seconds since 1970-01-01T00:00:00Z.
    pub started_unix: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What was read.
    pub source: SourceReport,
    /// Its tables, by name.
    pub tables: Vec<DiscoveredTable>,
    /// Columns that a person has to decide about, as rules spell them.
    pub undecided: Vec<String>,
    /// What holding the rules against the whole dump showed.
    pub check: CheckReport,
    /// The rules, as a file.
    pub rules: String,
    /// The lockfile.
    pub lock: String,
    /// How it differs from the one that was there.
    pub lock_changes: LockChanges,
    /// Peak resident memory of this process, bytes.
    pub peak_memory_bytes: u64,
}

/// A table and what was found in it.
#[derive(Debug, Clone, Serialize)]
pub struct DiscoveredTable {
    /// `database.table`, or the table alone where the dump names no database.
    pub table: String,
    /// Rows in the dump.
    pub rows: u64,
    /// Rows that were looked at.
    pub looked_at: u64,
    /// Its columns, in order. Empty where the dump neither defines the table nor names its columns.
    pub columns: Vec<DiscoveredColumn>,
}

/// A column and what was found in it.
#[derive(Debug, Clone, Serialize)]
pub struct DiscoveredColumn {
    /// Its name.
    pub column: String,
    /// Its type, as the lockfile spells it.
    #[serde(rename = "type")]
    pub data_type: String,
    /// `none`, `unknown`, `document`, or what is personal about it: `email`, `phone`, …
    pub class: &'static str,
    /// `name`, `type`, `content`, `reference` or `person:NAME`.
    pub by: String,
    /// `possible`, `likely` or `certain`.
    pub confidence: Confidence,
    /// Why, in words and counts.
    pub why: String,
    /// The transformer that its rule names; absent where there is no rule, so that a scrub is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// What was counted.
    pub evidence: EvidenceReport,
    /// Leaves of its documents. Keys that may be data are `*`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<DiscoveredLeaf>,
}

/// A leaf of documents.
#[derive(Debug, Clone, Serialize)]
pub struct DiscoveredLeaf {
    /// `$.contact.email`, `$.list[*]`.
    pub path: String,
    /// As of a column.
    pub class: &'static str,
    /// As of a column.
    pub confidence: Confidence,
    /// As of a column.
    pub why: String,
    /// What was counted.
    pub evidence: EvidenceReport,
}

/// Counts of values that were looked at.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EvidenceReport {
    /// Values, NULL apart.
    pub values: u64,
    /// NULLs.
    pub null: u64,
    /// Values that are empty, or white space alone.
    pub empty: u64,
    /// Different values; absent from 257 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub different: Option<u64>,
    /// Most characters of a value.
    pub longest: u64,
    /// Values that are of a kind as a whole: `email`, `sin`, …
    pub whole: BTreeMap<&'static str, u64>,
    /// Values in which a kind is.
    pub holding: BTreeMap<&'static str, u64>,
    /// Values that are first names of the dictionary, last names, and names of persons.
    pub first_names: u64,
    /// See above.
    pub last_names: u64,
    /// See above.
    pub full_names: u64,
}

impl EvidenceReport {
    fn new(own: &Evidence) -> Self {
        Self {
            values: own.values,
            null: own.nulls,
            empty: own.empty,
            different: own.different(),
            longest: own.longest,
            whole: own.whole.iter().map(|(kind, n)| (kind.name(), *n)).collect(),
            holding: own.holds.iter().map(|(kind, n)| (kind.name(), *n)).collect(),
            first_names: own.first_names.values,
            last_names: own.last_names.values,
            full_names: own.full_names,
        }
    }
}

/// What holding the proposed rules against the dump showed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CheckReport {
    /// `passed`, `refused`, or `not_checked` where the source can be read only once.
    pub result: &'static str,
    /// Why they are refused: the first reason, and those behind it, as far as `would_do` gets past them.
    pub refusals: Vec<ErrorReport>,
    /// What `default` would have to say besides for the rules to be taken, if a person finds that it may: `programs: keep`, …
    pub would_do: Vec<&'static str>,
}

/// How a lockfile changed. Columns are spelled as in the file.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LockChanges {
    /// Columns that it lacked.
    pub added: Vec<String>,
    /// Columns of which it says something else now: `shop.person.email: none became email`.
    pub changed: Vec<String>,
    /// Columns that the dump hasn't got. They stay, unless they were to be taken out.
    pub gone: Vec<String>,
    /// Columns that a person called harmless, and that look personal.
    pub disputed: Vec<String>,
}

/// Finds out what a dump's columns hold. To end it early, trip `stop`.
pub async fn discover(options: DiscoverOptions, observer: Arc<dyn Observer>, stop: Stop) -> Discovered {
    let started = Instant::now();
    let started_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let recorder = Recorder::new(observer);
    let listener = Arc::clone(&recorder) as Arc<dyn Observer>;
    let mut source = SourceReport::default();
    let result = read(&options, &mut source, listener, &stop).await;
    let seconds = started.elapsed().as_secs_f64();
    let (outcome_of, error) = match result {
        Ok(outcome) => (outcome, None),
        Err(e) => (Outcome::default(), Some(e)),
    };
    if error.is_none() {
        let rows = outcome_of.tables.iter().map(|t| t.rows).sum();
        recorder.event(&Event::Finished { rows, seconds });
    }
    let Outcome { tables, undecided, check, rules, lock, lock_changes } = outcome_of;
    let report = DiscoverReport {
        schema_version: DISCOVER_SCHEMA_VERSION,
        dumpstream_version: env!("CARGO_PKG_VERSION"),
        outcome: outcome(error.as_ref()),
        error: error.as_ref().map(error_report),
        started_unix,
        seconds,
        source,
        tables,
        undecided,
        check: check.unwrap_or(CheckReport { result: "not_checked", ..CheckReport::default() }),
        rules,
        lock,
        lock_changes,
        peak_memory_bytes: peak_memory_bytes(),
    };
    Discovered { report, error }
}

/// What a discovery comes to.
#[derive(Debug, Default)]
struct Outcome {
    tables: Vec<DiscoveredTable>,
    undecided: Vec<String>,
    check: Option<CheckReport>,
    rules: String,
    lock: String,
    lock_changes: LockChanges,
}

/// Rules under which nothing is refused and nothing is changed, so that everything can be counted.
const KEEP_ALL: &[u8] = b"version: 1\ndefault: { text: keep, json: keep, binary: keep, new_table: keep, \
    unknown_statement: keep, header: keep, definitions: keep, programs: keep }\n";

async fn read(
    options: &DiscoverOptions,
    source: &mut SourceReport,
    observer: Arc<dyn Observer>,
    stop: &Stop,
) -> Result<Outcome> {
    options.validate()?;
    let mut scrubber = opened(RulesFile::parse("discover", KEEP_ALL)?, options)?;
    scrubber.survey = Some(Survey::new(options.sample_rows));
    let scrubber = Arc::new(scrubber);
    let reading = Reading { scrubber: Some(Arc::clone(&scrubber)), ..options.reading() };
    let mut rows: HashMap<String, u64> = HashMap::new();
    let each = |step: &Step| {
        if let Step::Rows(RowsStep { table, rows: more, .. }) = step {
            *rows.entry(table_name(table)).or_default() += more;
        }
    };
    reading.run(source, Arc::clone(&observer), stop, each).await?;
    let (mut found, links, unnamed) = found(&scrubber, &rows);
    let prior = options.lock.as_ref().map(LockFile::lock);
    let mut lock_changes = LockChanges::default();
    if let Some(prior) = prior {
        remember(&mut found, prior, &mut lock_changes);
    }
    let proposal = propose(&mut found, &links);
    let mut rules = proposal.yaml;
    let check = match can_be_read_again(&options.source) {
        true => Some(check(&rules, options, &reading, &*observer, stop).await?),
        false => None,
    };
    if let Some(check) = check.as_ref().filter(|check| check.result == "refused") {
        rules = with_refusals(&rules, check);
    }
    let lock = lock(&found, prior, options.prune, &mut lock_changes);
    let undecided = undecided(&found, &lock);
    let mut tables: Vec<DiscoveredTable> = found.iter().zip(&proposal.rules).map(|(f, rules)| told(f, rules)).collect();
    let name =
        |table: String| DiscoveredTable { rows: rows_of(&rows, &table), table, looked_at: 0, columns: Vec::new() };
    tables.extend(unnamed.into_iter().map(name));
    Ok(Outcome { tables, undecided, check, rules, lock: lock.to_string(), lock_changes })
}

/// Rules at work with a key that nothing is replaced by.
fn opened(file: RulesFile, options: &DiscoverOptions) -> Result<Scrubber> {
    let refused = |p: Vec<_>| problems_of_file(file.name(), &p);
    let key = file.key_id().and_then(|_| trial_key());
    let policy = Policy::new(file.rules().clone(), key).map_err(refused)?;
    let memory = usize::try_from(options.memory_bytes / 4).unwrap_or(usize::MAX);
    Ok(Scrubber::new(file, policy, None, memory, false))
}

/// Holds the rules against the dump, on a reading of its own.
async fn check(
    rules: &str,
    options: &DiscoverOptions,
    reading: &Reading,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<CheckReport> {
    let mut report = CheckReport { result: "passed", ..CheckReport::default() };
    loop {
        // Nothing of this is taken over: whether what is refused may pass, a person has to see.
        let relaxed = report.would_do.iter().map(|default| format!("new_table: fail, {default}"));
        let rules = relaxed.fold(rules.to_owned(), |rules, with| rules.replacen("new_table: fail", &with, 1));
        let Err(error) = check_once(&rules, options, reading, observer, stop).await else { return Ok(report) };
        if error.kind() != ErrorKind::Policy {
            return Err(error);
        }
        report.result = "refused";
        let told = error_report(&error);
        let hint = told.hint.clone().unwrap_or_default();
        report.refusals.push(told);
        let says = |default: &&str| hint.contains(default.split_once(':').map_or("", |(key, _)| key));
        match RELAXED.into_iter().filter(says).find(|default| !report.would_do.contains(default)) {
            Some(default) => report.would_do.push(default),
            None => {
                report.would_do.clear();
                return Ok(report);
            }
        }
    }
}

/// What a rules file can say to let pass what is no row.
const RELAXED: [&str; 3] = ["programs: keep", "definitions: keep", "unknown_statement: keep"];

async fn check_once(
    rules: &str,
    options: &DiscoverOptions,
    reading: &Reading,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<()> {
    let scrubber = Arc::new(opened(RulesFile::parse("rules", rules.as_bytes())?, options)?);
    let cut = CutOptions { scrubber: Some(Arc::clone(&scrubber)), ..reading.cut() };
    let beforehand = Beforehand {
        source: &options.source,
        source_options: options.source_options.clone(),
        cut,
        sha256: options.sha256,
        memory_bytes: options.memory_bytes,
        shapers: options.shapers,
    };
    // What the rules refuse ends that reading, and not this run.
    let own = Stop::default();
    let reading = beforehand.read(&scrubber, observer, &own);
    tokio::pin!(reading);
    tokio::select! {
        biased;
        () = stop.tripped() => {
            own.interrupt();
            // Its threads are through then.
            let _ = reading.await;
            Err(stop.cause())
        }
        checked = &mut reading => checked.map(drop),
    }
}

/// The rules with the reasons why a scrub by them would be refused.
fn with_refusals(rules: &str, check: &CheckReport) -> String {
    let mut text =
        String::from("# NOT YET: held against this dump, these rules are refused, until this is dealt with:\n");
    for error in &check.refusals {
        let said = error.message.lines().chain([error.place.as_str()]).chain(error.hint.iter().flat_map(|h| h.lines()));
        said.enumerate().for_each(|(i, line)| {
            text.push_str(&format!("# {} {}\n", if i == 0 { "-" } else { " " }, commented(line)));
        });
    }
    if !check.would_do.is_empty() {
        let defaults = check.would_do.join(", ");
        text.push_str(&format!(
            "# If nothing in it is personal, `{defaults}` under `default` is all that is missing.\n"
        ));
    }
    text.push_str("#\n");
    text + rules
}

type Links = Vec<(Position, Position)>;

/// What was counted, as far as columns have names; foreign keys; tables whose columns have none.
fn found(scrubber: &Scrubber, rows: &HashMap<String, u64>) -> (Vec<Found>, Links, BTreeSet<String>) {
    let (mut surveyed, unnamed) = scrubber.survey.as_ref().map(Survey::finish).unwrap_or_default();
    let defined = scrubber.tables();
    let mut found = Vec::new();
    for (name, known) in &defined {
        let counted = surveyed.remove(name);
        let columns = known.definition.columns.iter().map(|column| {
            let evidence = counted.as_ref().and_then(|s| s.columns.get(s.table.column(&column.name)?).cloned());
            judged(column, evidence.unwrap_or_default())
        });
        found.push(Found {
            columns: columns.collect(),
            table: Arc::clone(&known.definition),
            rows: rows_of(rows, name),
            looked_at: counted.as_ref().map_or(0, |s| s.looked_at),
        });
    }
    for (name, counted) in surveyed {
        found.push(Found {
            columns: counted.table.columns.iter().zip(counted.columns).map(|(c, e)| judged(c, e)).collect(),
            table: Arc::new(counted.table),
            rows: rows_of(rows, &name),
            looked_at: counted.looked_at,
        });
    }
    let links = defined.values().flat_map(|known| links(known, &found)).collect();
    (found, links, unnamed)
}

/// Rows of a table; rows may spell it in another case.
fn rows_of(rows: &HashMap<String, u64>, table: &str) -> u64 {
    let folded = || rows.iter().find(|(name, _)| name.to_lowercase() == table.to_lowercase()).map(|(_, n)| n);
    rows.get(table).or_else(folded).copied().unwrap_or_default()
}

fn judged(column: &dumpstream_scrub::table::Column, evidence: ColumnEvidence) -> FoundColumn {
    FoundColumn { finding: classify::column(column, &evidence), evidence }
}

/// A table's foreign keys, column by column.
fn links(known: &Known, found: &[Found]) -> Links {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let table = |database: Option<&str>, name: &str| {
        found.iter().position(|f| {
            let own = f.table.database.as_deref();
            same(&f.table.name, name) && own.zip(database).is_none_or(|(a, b)| same(a, b))
        })
    };
    let own = known.definition.database.as_deref();
    let Some(from) = table(own, &known.definition.name) else { return Vec::new() };
    let mut links = Vec::new();
    for key in known.foreign_keys.iter() {
        let database = key.references.database.as_ref().map(|d| d.as_text().into_owned());
        let to = table(database.as_deref().or(own), &key.references.name.as_text());
        let column = |t: usize, name: &sqldump::Name| found.get(t)?.table.column(&name.as_text());
        for (a, b) in key.columns.iter().zip(&key.referenced) {
            let Some(to) = to else { continue };
            if let (Some(a), Some(b)) = (column(from, a), column(to, b)) {
                links.push(((from, a), (to, b)));
            }
        }
    }
    links
}

/// Takes over what the lockfile says: what a person decided, and what was personal before.
fn remember(found: &mut [Found], prior: &Lock, changes: &mut LockChanges) {
    for f in found {
        let table = Arc::clone(&f.table);
        for (column, judged) in table.columns.iter().zip(&mut f.columns) {
            let Some((name, entry)) = prior.get(&table, &column.name) else { continue };
            let same_type = !table.defined || entry.data_type == type_of(column);
            let finding = &mut judged.finding;
            if entry.by.is_person() {
                if !entry.class.is_personal() && finding.class.is_personal() && finding.class != DataClass::Document {
                    changes.disputed.push(format!("{}: {}", name.spelled(), finding.why));
                }
                let decided = format!("decided by {}", entry.by.to_string().trim_start_matches("person:"));
                *finding = match (same_type, entry.class) {
                    (false, DataClass::None) => Finding {
                        class: DataClass::Unknown,
                        by: By::Type,
                        confidence: Confidence::Possible,
                        why: format!("{decided} while it was {}; {}", entry.data_type, finding.why),
                    },
                    (_, class) => {
                        Finding { class, by: entry.by.clone(), confidence: Confidence::Certain, why: decided }
                    }
                };
            } else if entry.class.is_personal() && !finding.class.is_personal() {
                let why = format!("the lockfile says so; {}", finding.why);
                let confidence = Confidence::Likely;
                *finding = Finding { class: entry.class, by: entry.by.clone(), confidence, why };
            }
        }
    }
}

/// The lockfile as it is to be.
fn lock(found: &[Found], prior: Option<&Lock>, prune: bool, changes: &mut LockChanges) -> Lock {
    let databases: BTreeSet<_> = found.iter().map(|f| &f.table.database).collect();
    let mut lock = prior.cloned().unwrap_or_default();
    let mut seen = BTreeSet::new();
    for f in found {
        for (column, judged) in f.table.columns.iter().zip(&f.columns) {
            let known = prior.and_then(|p| p.get(&f.table, &column.name));
            let name = known.map_or_else(
                || ColumnName {
                    database: f.table.database.clone().filter(|_| databases.len() > 1),
                    table: f.table.name.clone(),
                    column: column.name.clone(),
                },
                |(name, _)| name.clone(),
            );
            let finding = &judged.finding;
            let data_type = match (f.table.defined, known) {
                (false, Some((_, entry))) => entry.data_type.clone(),
                _ => type_of(column),
            };
            let entry = Entry { data_type, class: finding.class, by: finding.by.clone() };
            match known {
                None if prior.is_some() => changes.added.push(name.spelled()),
                Some((_, old)) if (&old.data_type, old.class) != (&entry.data_type, entry.class) => {
                    let (from, to) =
                        (format!("{} {}", old.data_type, old.class), format!("{} {}", entry.data_type, entry.class));
                    changes.changed.push(format!("{}: {from} became {to}", name.spelled()));
                }
                _ => {}
            }
            // One line may be for the tables of several databases: what says more stays.
            if seen.insert(name.clone()) || finding.class != DataClass::None {
                lock.insert(name, entry);
            }
        }
    }
    let gone: Vec<ColumnName> =
        lock.entries().map(|(name, _)| name.clone()).filter(|name| !seen.contains(name)).collect();
    for name in gone {
        changes.gone.push(name.spelled());
        if prune {
            lock.remove(&name);
        }
    }
    lock
}

fn undecided(found: &[Found], lock: &Lock) -> Vec<String> {
    let columns = found.iter().flat_map(|f| f.table.columns.iter().map(move |c| (f, c)));
    let unknown =
        columns.filter_map(|(f, c)| lock.get(&f.table, &c.name)).filter(|(_, e)| e.class == DataClass::Unknown);
    unknown.map(|(name, _)| name.spelled()).collect()
}

fn told(found: &Found, rules: &[Option<&'static str>]) -> DiscoveredTable {
    let columns = found.table.columns.iter().zip(&found.columns).zip(rules).map(|((column, judged), rule)| {
        let FoundColumn { finding, evidence } = judged;
        let leaves = evidence.document.iter().flat_map(|d| d.leaves()).map(|leaf| {
            let finding = classify::leaf(&leaf);
            DiscoveredLeaf {
                class: finding.class.name(),
                confidence: finding.confidence,
                why: finding.why,
                evidence: EvidenceReport::new(leaf.evidence),
                path: leaf.shown,
            }
        });
        DiscoveredColumn {
            column: column.name.clone(),
            data_type: type_of(column),
            class: finding.class.name(),
            by: finding.by.to_string(),
            confidence: finding.confidence,
            why: finding.why.clone(),
            rule: *rule,
            evidence: EvidenceReport::new(&evidence.own),
            leaves: leaves.collect(),
        }
    });
    DiscoveredTable {
        table: found.table.display(),
        rows: found.rows,
        looked_at: found.looked_at,
        columns: columns.collect(),
    }
}
