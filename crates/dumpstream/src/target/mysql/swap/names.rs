//! What the schemas beside a replaced one are called.
//!
//! Every name follows from the live schema's own, so that a later run finds what an earlier one left. A name too long
//! for that is shortened the same way every time: its first characters, and a digest that tells it from its like.

use sha2::{Digest, Sha256};
use sqldump::Name;
use sqldump::ddl::{self, Ambiguous};
use sqldump::session::Session;
use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// What a name may have at most, in characters.
const NAME_CHARS_MAX: usize = 64;
const STAGING: &str = "__dumpstream_new";
const BEFORE: &str = "__before_";
/// `20260131T235959Z`.
const STAMP_CHARS: usize = 16;
/// Digits of the digest in a shortened name.
const DIGEST_CHARS: usize = 8;
/// What a live schema's name may have without being shortened, in characters.
const BASE_CHARS_MAX: usize = NAME_CHARS_MAX - BEFORE.len() - STAMP_CHARS;
/// Tables of our own in a staging or kept schema begin with this; no swap moves them.
pub(crate) const OWN_PREFIX: &str = "__dumpstream_";

/// Where `live` is loaded before the swap.
pub(crate) fn staging(live: &Name) -> Name {
    Name::from(format!("{}{STAGING}", base(live)).as_str())
}

/// Where the tables of `live` go that were there before the swap at `stamp`.
pub(crate) fn kept(live: &Name, stamp: &str) -> Name {
    Name::from(format!("{}{stamp}", kept_prefix(live)).as_str())
}

/// What the names of all schemas begin with that [`kept`] makes of `live`.
pub(crate) fn kept_prefix(live: &Name) -> String {
    format!("{}{BEFORE}", base(live))
}

/// The stamp at the end of a name that [`kept`] made, as it writes it.
pub(crate) fn stamp_of(kept: &Name) -> Option<String> {
    let name = kept.as_text();
    let stamp = name.get(name.len().checked_sub(STAMP_CHARS)?..)?.to_ascii_uppercase();
    is_stamp(&stamp).then_some(stamp)
}

/// Whether `text` is a time as [`stamp`] writes it.
pub(crate) fn is_stamp(text: &str) -> bool {
    text.len() == STAMP_CHARS
        && text.bytes().enumerate().all(|(i, b)| match i {
            8 => b == b'T',
            15 => b == b'Z',
            _ => b.is_ascii_digit(),
        })
}

/// Now, in whole seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// A time in seconds since 1970, as `YYYYMMDDTHHMMSSZ`: as text in the order of time.
pub(crate) fn stamp(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Civil date from days: the year begins in March, so that a leap day is its last.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// A table of our own, which no swap moves.
pub(crate) fn is_own(table: &Name) -> bool {
    table.as_bytes().get(..OWN_PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(OWN_PREFIX.as_bytes()))
}

fn base(live: &Name) -> String {
    let name = live.as_text();
    if name.chars().count() <= BASE_CHARS_MAX {
        return name.into_owned();
    }
    let digest = Sha256::digest(live.as_bytes());
    let digits: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    let start: String = name.chars().take(BASE_CHARS_MAX - DIGEST_CHARS - 1).collect();
    format!("{start}_{}", digits.get(..DIGEST_CHARS).unwrap_or_default())
}

/// Which schemas a restore replaces, and where each is loaded until then.
///
/// The cut stage adds a schema when the dump first names it; the sink asks where it belongs.
#[derive(Debug)]
pub(crate) struct Staging {
    /// The schema that takes the dump's single or unnamed one; without it, each of the dump's replaces its namesake.
    live: Option<Name>,
    /// Of the server: tells how it stores names.
    session: Session,
    pairs: Mutex<Vec<(Name, Name)>>,
}

impl Staging {
    pub(crate) fn new(live: Option<Name>, session: &Session) -> Self {
        let staging = Self { live: None, session: session.clone(), pairs: Mutex::default() };
        let live = live.map(|live| staging.stored(&live));
        if let Some(live) = &live {
            staging.stage(live);
        }
        Self { live, ..staging }
    }

    /// The schema that the target's URL names.
    pub(crate) fn live(&self) -> Option<&Name> {
        self.live.as_ref()
    }

    /// Where `live` is loaded.
    pub(crate) fn stage(&self, live: &Name) -> Name {
        let live = self.stored(live);
        let stage = self.stored(&staging(&live));
        let mut pairs = self.pairs.lock().unwrap_or_else(PoisonError::into_inner);
        if pairs.iter().all(|(l, _)| *l != live) {
            pairs.push((live, stage.clone()));
        }
        stage
    }

    /// The schema that `stage` is to replace.
    pub(crate) fn live_of(&self, stage: &Name) -> Option<Name> {
        self.pairs().into_iter().find(|(_, s)| s == stage).map(|(live, _)| live)
    }

    /// All so far: the schema that is replaced, and where it is loaded.
    pub(crate) fn pairs(&self) -> Vec<(Name, Name)> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A text under the names that are in force after the swap, under those where each schema is loaded until then.
    pub(crate) fn map(&self, text: &[u8], session: &Session) -> Result<Vec<u8>, Ambiguous> {
        let mut text = text.to_vec();
        for (live, stage) in self.pairs() {
            if let Cow::Owned(mapped) = ddl::map_database(&text, session, &live, &stage)? {
                text = mapped;
            }
        }
        Ok(text)
    }

    /// A name as the server stores it.
    pub(crate) fn stored(&self, name: &Name) -> Name {
        self.session.fold(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_whatever_the_live_one_is() {
        let short = Name::from("shop");
        assert_eq!(staging(&short), Name::from("shop__dumpstream_new"));
        assert_eq!(kept(&short, "20260131T235959Z"), Name::from("shop__before_20260131T235959Z"));
        for live in ["a".repeat(39), "a".repeat(40), "é".repeat(64), "a".repeat(64)] {
            let live = Name::from(live.as_str());
            for name in [staging(&live), kept(&live, "20260131T235959Z")] {
                assert!(name.as_text().chars().count() <= NAME_CHARS_MAX, "{name}");
            }
            assert_eq!(stamp_of(&kept(&live, "20260131T235959Z")).as_deref(), Some("20260131T235959Z"));
        }
        let (a, b) = (Name::from("a".repeat(64).as_str()), Name::from(("a".repeat(63) + "b").as_str()));
        assert_ne!(staging(&a), staging(&b), "two long names must not share a schema");
        assert_eq!(staging(&a), staging(&a.clone()));
    }

    #[test]
    fn stamps_are_dates() {
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_399, "20000228T235959Z"),
            (951_782_400, "20000229T000000Z"),
            (951_868_800, "20000301T000000Z"),
            (1_700_000_000, "20231114T221320Z"),
            (4_107_542_399, "21000228T235959Z"),
            (4_107_542_400, "21000301T000000Z"),
        ] {
            assert_eq!(stamp(seconds), text);
            assert!(is_stamp(text));
        }
        for bad in ["", "20231114T221320", "20231114 221320Z", "2023111aT221320Z", "20231114T221320Zx"] {
            assert!(!is_stamp(bad), "{bad}");
        }
    }

    #[test]
    fn a_staging_schema_leads_back_to_its_live_one() {
        let mut session = Session::offline();
        session.apply(b"SET lower_case_table_names = 1", None);
        let staging = Staging::new(Some("Shop".into()), &session);
        assert_eq!(staging.live(), Some(&"shop".into()));
        assert_eq!(staging.live_of(&"shop__dumpstream_new".into()), Some("shop".into()));
        assert_eq!(staging.live_of(&"other".into()), None);
        let several = Staging::new(None, &Session::offline());
        several.stage(&"a".into());
        several.stage(&"b".into());
        several.stage(&"a".into());
        assert_eq!(several.pairs().len(), 2);
    }
}
