//! Brings back what a swap has kept.

use super::exec::Exec;
use super::journal::Journal;
use super::names::{self, Staging};
use super::objects::{self, OBJECTS_TABLE};
use super::plan::{Goal, Pair, State};
use super::{Failed, Recovered, SwapOptions, free_stamp, hand_on, perform, recover, refuse_keys_from_outside, warn};
use crate::error::{Error, Result};
use crate::observe::Observer;
use crate::stop::Stop;
use crate::target::connect::{Connector, random};
use crate::target::mysql::Server;
use sqldump::Name;
use std::sync::Arc;

/// One schema that was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolledBack {
    pub(crate) live: Name,
    /// The schema it came from, which is gone now; none if a swap was under way that was taken back.
    pub(crate) from: Option<Name>,
    /// Where what was there until now stays.
    pub(crate) kept: Option<Name>,
}

/// Swaps `live` with the newest schema that was kept of it, or with the one of `before`. Schemas that were replaced in the
/// same swap, and whose foreign keys tie them to it, go with it.
pub(crate) async fn roll_back(
    connector: Arc<Connector>,
    server: Arc<Server>,
    live: &Name,
    before: Option<&str>,
    options: SwapOptions,
    stop: &Stop,
    observer: &dyn Observer,
) -> Result<Vec<RolledBack>> {
    let staging = Staging::new(None, &server.session);
    let mut exec = Exec::new(connector, server, "utf8mb4".into());
    let exec = &mut exec;
    let live = &staging.stored(live);
    exec.lock(live).await?;
    if recover(exec, &staging, live, Some(Goal::Old), observer).await? == Recovered::Undone {
        return Ok(vec![RolledBack { live: live.clone(), from: None, kept: None }]);
    }
    let chosen = kept_of(exec, live, before).await?;
    let chosen = tied(exec, chosen).await?;
    let lives: Vec<Name> = chosen.iter().map(|c| c.live.clone()).collect();
    for live in &lives {
        exec.lock(live).await?;
    }
    refuse_keys_from_outside(exec, &lives).await?;
    let stamp = free_stamp(exec, &staging, &lives).await?;
    let mut pairs = Vec::new();
    for Kept { schema: stage, live, state: mut new, .. } in chosen {
        new.tables = objects::tables(exec, &stage).await?.into_iter().collect();
        let existed = objects::exists(exec, &live).await?;
        let old = match existed {
            true => objects::capture(exec, &live).await?,
            false => State::default(),
        };
        let revoked = hand_on(&old, &mut new);
        if !revoked.is_empty() {
            let message = format!(
                "{live}: privileges that were there before and aren't any more are not given again: {}",
                revoked.join("; ")
            );
            warn(observer, "privilege_not_restored", message);
        }
        let kept = (!old.is_empty()).then(|| staging.stored(&names::kept(&live, &stamp)));
        pairs.push(Pair { live, stage, kept, existed, old, new });
    }
    if let Some(journal) = Journal::of(&format!("{:016x}", random()), &pairs, options.keep_old, true) {
        let done = perform(exec, journal, &pairs, options, stop, observer).await;
        done.map_err(|Failed { error, is_between }| match is_between {
            true => error,
            false => error.leaving("nothing was changed"),
        })?;
    }
    let done = pairs.into_iter().map(|p| RolledBack {
        live: p.live,
        from: Some(p.stage),
        kept: p.kept.filter(|_| options.keep_old),
    });
    Ok(done.collect())
}

/// A schema that a swap has kept.
struct Kept {
    schema: Name,
    stamp: String,
    live: Name,
    /// Of its tables, those that it had.
    state: State,
}

/// The newest schema that was kept of `live`, or the one of `before`.
async fn kept_of(exec: &mut Exec, live: &Name, before: Option<&str>) -> Result<Kept> {
    let sql = format!("SELECT table_schema FROM information_schema.tables WHERE table_name = '{OBJECTS_TABLE}'");
    let prefix = names::kept_prefix(live).to_lowercase();
    let mut found = Vec::new();
    for row in exec.ask(&sql, None).await? {
        let [schema] = objects::cells(row).map(Name::new);
        if schema.as_text().to_lowercase().starts_with(&prefix)
            && let Some(kept) = kept(exec, schema).await?
            // Two long names may begin alike.
            && kept.live == *live
        {
            found.push(kept);
        }
    }
    found.sort_by(|a, b| a.stamp.cmp(&b.stamp));
    let known: Vec<String> = found.iter().map(|k| k.stamp.clone()).collect();
    let wanted = |k: &Kept| before.is_none_or(|b| b.eq_ignore_ascii_case(&k.stamp));
    if let Some(newest) = found.into_iter().rfind(wanted) {
        return Ok(newest);
    }
    let error = Error::target(match before {
        Some(before) => format!("nothing was kept of {live} before {before}"),
        None => format!("nothing was kept of {live}, so there is nothing to go back to"),
    });
    Err(match known.is_empty() {
        true => error.hint("restore --replace keeps the old tables with --keep-old"),
        false => error.hint(format!("kept are the states before {}", known.join(", "))),
    })
}

async fn kept(exec: &mut Exec, schema: Name) -> Result<Option<Kept>> {
    let Some(stamp) = names::stamp_of(&schema) else { return Ok(None) };
    let loaded = objects::load(exec, &schema).await?;
    Ok(loaded.map(|(live, state)| Kept { schema, stamp, live, state }))
}

/// With a kept schema, those of the same swap that foreign keys tie to it: it can't go without them.
async fn tied(exec: &mut Exec, first: Kept) -> Result<Vec<Kept>> {
    let mut all = vec![first];
    loop {
        let schemas: Vec<Name> = all.iter().map(|k| k.schema.clone()).collect();
        let children = exec.is_one_of("constraint_schema", &schemas);
        let parents = exec.is_one_of("unique_constraint_schema", &schemas);
        let sql = format!(
            "SELECT unique_constraint_schema FROM information_schema.referential_constraints WHERE {children} AND NOT {parents} \
             UNION SELECT constraint_schema FROM information_schema.referential_constraints WHERE {parents} AND NOT {children}"
        );
        let before = all.len();
        for row in exec.ask(&sql, None).await? {
            let [schema] = objects::cells(row).map(Name::new);
            if let Some(kept) = kept(exec, schema).await?
                && all.iter().any(|k| k.stamp == kept.stamp)
            {
                all.push(kept);
            }
        }
        if all.len() == before {
            return Ok(all);
        }
    }
}
