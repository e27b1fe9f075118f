//! Rules at work on a dump: what the cut stage asks of them, and what the shaping threads do.
//!
//! [`statements`] follows definitions and everything else that isn't rows; [`rows`] replaces values. Both know the rules
//! through [`Scrubber`], which all threads share.

pub(crate) mod assertions;
pub(crate) mod counts;
pub(crate) mod markdown;
pub(crate) mod report;
pub(crate) mod rows;
pub(crate) mod statements;
mod table;

use crate::error::{Error, ErrorKind};
use crate::rules::RulesFile;
use crate::scrubbing::counts::Counts;
use crate::scrubbing::statements::Known;
use crate::step::At;
use dumpstream_scrub::detect;
use dumpstream_scrub::policy::Policy;
use dumpstream_scrub::problem::Problem;
use dumpstream_scrub::rules::Defaults;
use std::collections::BTreeMap;
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
    /// Tables that were defined, by the dump's name, in the order of their names.
    tables: Mutex<BTreeMap<String, Known>>,
}

impl Scrubber {
    pub(crate) fn new(file: RulesFile, policy: Policy, key_check: Option<[u8; 8]>) -> Self {
        let rules = file.rules().default().clone();
        Self { file, policy, rules, counts: Arc::default(), key_check, tables: Mutex::default() }
    }

    /// Whether text outside of rows is looked at for personal data.
    pub(crate) fn detects(&self) -> bool {
        self.rules.programs == dumpstream_scrub::rules::Programs::Check
    }

    /// What is looked for there.
    pub(crate) fn kinds(&self) -> &[detect::Kind] {
        detect::Kind::ALL
    }

    fn note(&self, name: String, known: Known) {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).insert(name, known);
    }

    /// The tables of the dump.
    pub(crate) fn tables(&self) -> BTreeMap<String, Known> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Rules that matched nothing, once the dump is at its end.
    pub(crate) fn finish(&self) -> Result<(), Error> {
        self.policy.finish().map_err(|p| problems_of_file(self.file.name(), &p))
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

fn worded(list: &[Problem]) -> (String, Option<String>) {
    let lines = |text: fn(&Problem) -> Option<String>| {
        let mut lines: Vec<String> = Vec::new();
        for line in list.iter().filter_map(text) {
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
        [one] => one.to_string(),
        _ => format!("the rules don't fit:\n  {}", lines(|p| Some(p.to_string()))),
    };
    let hint = lines(|p| p.hint.clone());
    (message, (!hint.is_empty()).then_some(hint))
}
