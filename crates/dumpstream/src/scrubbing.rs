//! Rules at work on a dump: what the cut stage asks of them, and what the shaping threads do.
//!
//! [`statements`] follows definitions and everything else that isn't rows; [`rows`] replaces values. Both know the rules
//! through [`Scrubber`], which all threads share.

pub(crate) mod counts;
pub(crate) mod rows;
pub(crate) mod statements;
mod table;

use crate::error::{Error, ErrorKind};
use crate::scrubbing::counts::Counts;
use crate::step::At;
use dumpstream_scrub::detect;
use dumpstream_scrub::policy::Policy;
use dumpstream_scrub::problem::Problem;
use std::sync::Arc;

/// The rules of a run.
#[derive(Debug)]
pub(crate) struct Scrubber {
    pub(crate) policy: Policy,
    pub(crate) counts: Arc<Counts>,
}
