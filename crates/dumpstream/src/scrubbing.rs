//! Rules at work on a dump: what the cut stage asks of them, and what the shaping threads do.
//!
//! [`statements`] follows definitions and everything else that isn't rows; [`rows`] replaces values. Both know the rules
//! through [`Scrubber`], which all threads share.

pub(crate) mod assertions;
pub(crate) mod beforehand;
pub(crate) mod counts;
pub(crate) mod markdown;
pub(crate) mod report;
pub(crate) mod rows;
pub(crate) mod statements;
pub(crate) mod survey;
mod table;

use crate::error::{Error, ErrorKind};
use crate::observe::Warning;
use crate::rules::RulesFile;
use crate::scrubbing::assertions::Assertions;
use crate::scrubbing::counts::Counts;
use crate::scrubbing::statements::Known;
use crate::scrubbing::survey::Survey;
use crate::step::At;
use dumpstream_scrub::detect;
use dumpstream_scrub::plan::TablePlan;
use dumpstream_scrub::policy::Policy;
use dumpstream_scrub::problem::Problem;
use dumpstream_scrub::rules::{AssertionKind, Defaults, OnHit};
use dumpstream_scrub::table::Table;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The rules of a run.
#[derive(Debug)]
pub(crate) struct Scrubber {
    pub(crate) file: RulesFile,
    pub(crate) policy: Policy,
    /// What the rules say about what isn't rows.
    pub(crate) rules: Defaults,
    pub(crate) counts: Arc<Counts>,
    /// By which another key can be told.
    pub(crate) key_check: Option<[u8; 8]>,
    pub(crate) assertions: Assertions,
    /// Rows of tables that are kept are counted as well.
    pub(crate) counts_rows: bool,
    /// Present where values are only counted, to find out what they are.
    pub(crate) survey: Option<Survey>,
    /// What the lockfile has against tables is kept for the end of a reading, so that all of it can be told at once.
    gathers: AtomicBool,
    gathered: Mutex<Vec<Problem>>,
    /// Tables that were defined, by the dump's name, in the order of their names.
    tables: Mutex<BTreeMap<String, Known>>,
    /// What was found in columns that are kept: by table, column and kind.
    hits: Mutex<BTreeMap<(String, String, detect::Kind), Hits>>,
}

/// How often a kind of personal data was found in a column.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hits {
    /// Values in which it was.
    pub(crate) values: u64,
    /// Values that were looked at.
    pub(crate) seen: u64,
}

impl Hits {
    /// Whether so many are no chance. Any nine digits are a SIN once in ten times.
    fn count(self, kind: detect::Kind) -> bool {
        match kind {
            detect::Kind::Email | detect::Kind::UrlUserinfo | detect::Kind::Iban => self.values > 0,
            _ => self.values >= 3 && self.values * 5 >= self.seen,
        }
    }
}

/// Personal data in a column that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// `database.table`, or the table alone where the dump names no database.
    pub table: String,
    /// The column.
    pub column: String,
    /// What was found: `email`, `sin`, …
    pub kind: &'static str,
    /// Values in which it was.
    pub values: u64,
    /// Values that were looked at.
    pub of: u64,
}

impl Scrubber {
    /// `memory_bytes`: what assertions may take. `counts_rows`: also those of tables that are kept.
    pub(crate) fn new(
        file: RulesFile,
        policy: Policy,
        key_check: Option<[u8; 8]>,
        memory_bytes: usize,
        counts_rows: bool,
    ) -> Self {
        let rules = file.rules().default().clone();
        // Of no use to anyone once the run is over, so whatever differs from run to run will do.
        let mut key = [0; 32];
        let (head, tail) = key.split_at_mut(16);
        for (half, salt) in [(head, 1u8), (tail, 2)] {
            let hash = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), salt);
            half.iter_mut().zip(hash.to_ne_bytes().iter().cycle()).for_each(|(k, h)| *k = *h);
        }
        let assertions = Assertions::new(key, memory_bytes);
        Self {
            file,
            policy,
            rules,
            counts: Arc::default(),
            key_check,
            assertions,
            counts_rows,
            survey: None,
            gathers: AtomicBool::new(false),
            gathered: Mutex::default(),
            tables: Mutex::default(),
            hits: Mutex::default(),
        }
    }

    /// Whether values of the source have to be known before anything is written.
    pub(crate) fn collects(&self) -> bool {
        self.policy.assertions().iter().any(|a| a.kind == AssertionKind::NoSurvivors)
    }

    /// Notes what was found in columns that are kept.
    pub(crate) fn hit(&self, hits: BTreeMap<(String, String, detect::Kind), Hits>) {
        let mut all = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        for (place, new) in hits {
            let sum = all.entry(place).or_default();
            sum.values += new.values;
            sum.seen += new.seen;
        }
    }

    /// What was found in columns that are kept, as far as it isn't chance.
    pub(crate) fn hits(&self) -> Vec<Hit> {
        let all = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().filter(|((_, _, kind), hits)| hits.count(*kind));
        found
            .map(|((table, column, kind), hits)| Hit {
                table: table.clone(),
                column: column.clone(),
                kind: kind.name(),
                values: hits.values,
                of: hits.seen,
            })
            .collect()
    }

    /// Whether text outside of rows is looked at for personal data.
    pub(crate) fn detects(&self) -> bool {
        self.rules.programs != dumpstream_scrub::rules::Programs::Keep
    }

    /// What is looked for there.
    pub(crate) fn kinds(&self) -> &[detect::Kind] {
        // Not dates: a view may well compare with one.
        const KINDS: [detect::Kind; 9] = {
            use detect::Kind as K;
            [K::Email, K::UrlUserinfo, K::Iban, K::Card, K::Sin, K::Phone, K::Ip, K::Mac, K::PostalCode]
        };
        &KINDS
    }

    fn note(&self, name: String, known: Known) {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).insert(name, known);
    }

    /// The tables of the dump.
    pub(crate) fn tables(&self) -> BTreeMap<String, Known> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is worth knowing about the rules.
    pub(crate) fn notes(&self) -> Vec<Warning> {
        let warning = |note: Problem| Warning {
            code: "rules".to_owned(),
            message: note.to_string(),
            table: note.table,
            row: None,
            column: note.column,
        };
        self.policy.notes().into_iter().map(warning).collect()
    }

    /// Fails on a table that the lockfile doesn't allow to pass.
    pub(crate) fn locked(&self, table: &Table, plan: &TablePlan, at: At) -> Result<(), Error> {
        let Some(lock) = self.file.lock() else { return Ok(()) };
        let problems = lock.lock().check(table, plan);
        if problems.is_empty() {
            return Ok(());
        }
        if self.gathers.load(Ordering::Relaxed) {
            self.gathered.lock().unwrap_or_else(PoisonError::into_inner).extend(problems);
            return Ok(());
        }
        Err(lock.refuses(&problems).at(|p| (p.offset, p.line) = (Some(at.offset), Some(at.line))))
    }

    /// Whether what the lockfile has against tables is told at the end of this reading, rather than at the first of them.
    pub(crate) fn gather(&self, on: bool) {
        self.gathers.store(on, Ordering::Relaxed);
    }

    /// Fails on rules that matched nothing, once the dump is at its end.
    pub(crate) fn finish_rules(&self) -> Result<(), Error> {
        let gathered = std::mem::take(&mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(lock) = self.file.lock().filter(|_| !gathered.is_empty()) {
            return Err(lock.refuses(&gathered));
        }
        self.policy.finish().map_err(|p| problems_of_file(self.file.name(), &p))
    }

    /// What has to hold at the end of the dump and of the output.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        self.finish_rules()?;
        let fails = self.policy.detect().is_some_and(|d| d.on_hit == OnHit::Fail);
        let hits = self.hits();
        if fails && !hits.is_empty() {
            let hits = hits.iter().take(PROBLEMS_MAX);
            let lines: Vec<String> = hits
                .map(|h| format!("{}.{}: {} in {} of {} values looked at", h.table, h.column, h.kind, h.values, h.of))
                .collect();
            let what = format!("columns that are kept hold what looks like personal data:\n  {}", lines.join("\n  "));
            return Err(Error::new(ErrorKind::Policy, what)
                .at(|p| p.source = Some(self.file.name().to_owned()))
                .hint("add a rule for each, also if it is to be kept: do: keep, because: …; or say detect: { on_hit: report }"));
        }
        self.assert_rows()
    }

    /// Whether tables have as many rows as the rules assert.
    fn assert_rows(&self) -> Result<(), Error> {
        for (table, known) in self.tables() {
            for asserted in &known.plan.assertions {
                let AssertionKind::Rows { equals } = asserted.kind else { continue };
                let rows = if known.drops_rows() { 0 } else { self.counts.rows(&table) };
                if rows != equals {
                    return Err(Error::new(
                        ErrorKind::Policy,
                        format!("the table {table} comes out with {rows} rows, and the rules assert {equals}"),
                    )
                    .at(|p| {
                        p.source = Some(self.file.name().to_owned());
                        p.table = Some(table.clone());
                    })
                    .hint("look at assert in the rules, and at the table's rule"));
                }
            }
        }
        Ok(())
    }
}

/// Most problems that one error lists.
const PROBLEMS_MAX: usize = 20;

/// The error for rules that don't fit a table.
pub(crate) fn problems(list: &[Problem], at: At) -> Error {
    let (message, hint) = worded(list);
    let error = Error::new(ErrorKind::Policy, message).at(|p| (p.offset, p.line) = (Some(at.offset), Some(at.line)));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// The error for rules that are wrong in themselves.
pub(crate) fn problems_of_file(name: &str, list: &[Problem]) -> Error {
    let (message, hint) = worded(list);
    let error = Error::new(ErrorKind::Policy, message).at(|p| p.source = Some(name.to_owned()));
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Names come from the dump, and may hold anything. Line ends stay: hints have several lines.
fn without_controls(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = c.is_control() && c != '\n';
            let (as_is, escaped) = if escaped { (None, Some(c.escape_default())) } else { (Some(c), None) };
            as_is.into_iter().chain(escaped.into_iter().flatten())
        })
        .collect()
}

pub(crate) fn worded(list: &[Problem]) -> (String, Option<String>) {
    let lines = |text: fn(&Problem) -> Option<String>| {
        let mut lines: Vec<String> = Vec::new();
        for line in list.iter().filter_map(text).map(|line| without_controls(&line)) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        let more = lines.len().saturating_sub(PROBLEMS_MAX);
        lines.truncate(PROBLEMS_MAX);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        lines.join("\n  ")
    };
    let message = match list {
        [one] => without_controls(&one.to_string()),
        _ => format!("the rules don't fit:\n  {}", lines(|p| Some(p.to_string()))),
    };
    let hint = lines(|p| p.hint.clone());
    (message, (!hint.is_empty()).then_some(hint))
}
