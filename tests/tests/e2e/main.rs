//! The `dumpstream` program against real servers. Every test has throwaway servers of its own.

mod against;
mod bundled;
mod collations;
mod content;
mod corpus;
mod crash;
mod discover;
mod faults;
mod hostile;
mod lanes;
mod leaks;
mod names;
mod predicates;
mod random;
mod refusal;
mod replace;
mod report;
mod resume;
mod s3;
mod sandbox;
mod scrub;
mod sources;
mod strict;
mod support;
mod throttle;
mod tls;
