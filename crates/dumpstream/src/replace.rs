//! What a restore that replaces schemas does before its first row and after its last: `--replace`.

use crate::error::{Error, Result};
use crate::observe::Observer;
use crate::options::{OnFailure, RestoreOptions};
use crate::report::ReplacedReport;
use crate::stop::Stop;
use crate::target::connect::{self, Connector};
use crate::target::mysql::swap::{Failed, Recovered, Replacement, SwapOptions};
use crate::target::mysql::{Ledger, Server, Staging, Summary};
use sqldump::Name;
use std::sync::Arc;
use std::time::Instant;

/// For a restore that replaces schemas: where each is loaded until then.
pub(crate) fn staging(
    options: &RestoreOptions,
    server: Option<&Server>,
    database: Option<&Name>,
) -> Option<Arc<Staging>> {
    let server = server.filter(|_| options.replace && !options.dry_run)?;
    Some(Arc::new(Staging::new(database.cloned(), &server.session)))
}

pub(crate) fn replacement(
    options: &RestoreOptions,
    staging: Arc<Staging>,
    connector: &Connector,
    server: &Arc<Server>,
    observer: &Arc<dyn Observer>,
    stop: &Stop,
) -> Replacement {
    let swap = SwapOptions { keep_old: options.keep_old, wait: options.swap_wait, resume: options.resume };
    let (connector, server) = (Arc::new(connector.clone()), Arc::clone(server));
    let charset = &options.default_character_set;
    Replacement::new(staging, swap, connector, server, charset, Arc::clone(observer), stop.clone())
}

/// Makes sure that what is known to be replaced can be. True if the restore that was to be gone on with turns out to be
/// done.
pub(crate) async fn begin(replacement: &Replacement, ledger: &Ledger, stop: &Stop) -> Result<bool> {
    let prepare = async {
        let mut stages = Vec::new();
        match replacement.staging().live() {
            Some(live) => stages.push(replacement.staging().stage(live)),
            // The others are opened when the dump comes to them.
            None => {
                for (stage, _) in ledger.schemas() {
                    if let Some(live) = replacement.live_of(stage).await? {
                        stages.push(replacement.staging().stage(&live));
                    }
                }
            }
        }
        for stage in &stages {
            if replacement.prepare(stage).await? == Recovered::Finished && ledger.is_resumed() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let untouched = |e: Error| if e.state().is_some() { e } else { e.leaving("nothing was changed on the target") };
    tokio::select! {
        biased;
        () = stop.tripped() => Err(interrupted(stop)),
        done = prepare => done.map_err(untouched),
    }
}

fn interrupted(stop: &Stop) -> Error {
    let cause = stop.cause();
    cause.leaving("nothing was replaced")
}

/// Puts what was loaded and checked into the place of what was there; or clears it away, if loading failed.
pub(crate) async fn end(
    replacement: &Replacement,
    options: &RestoreOptions,
    ledger: &Ledger,
    summary: &mut Summary,
    loaded: Result<()>,
) -> Result<Vec<ReplacedReport>> {
    let swapped = match loaded {
        Err(e) => return Err(replacement.abandon(e, summary.is_left).await),
        Ok(()) => swap(replacement, summary).await,
    };
    let replaced = match swapped {
        Ok(replaced) => replaced,
        Err(Failed { error, is_between: true }) => return Err(error),
        Err(Failed { error, .. }) => {
            let left = match options.on_failure {
                OnFailure::Keep => true,
                OnFailure::Undo => false,
                OnFailure::Auto => {
                    (error.is_transient() || connect::may_pass(&error)) && ledger.unresumable().is_none()
                }
            };
            let error = match left {
                true => error.leaving("all of it is loaded beside it; run the same command with --resume to go on"),
                false => error,
            };
            return Err(replacement.abandon(error, left).await);
        }
    };
    // What was loaded elsewhere is where it belongs now.
    for (live, stage) in replacement.staging().pairs() {
        let prefix = format!("{stage}.");
        for table in &mut summary.tables {
            if let Some(name) = table.table.strip_prefix(&prefix) {
                table.table = format!("{live}.{name}");
            }
        }
        for database in summary.databases.iter_mut().filter(|d| **d == stage.to_string()) {
            *database = live.to_string();
        }
    }
    Ok(replaced)
}

async fn swap(replacement: &Replacement, summary: &mut Summary) -> Result<Vec<ReplacedReport>, Failed> {
    let begun = Instant::now();
    let replaced = replacement.swap(&summary.made).await;
    summary.phases.insert("swap", begun.elapsed().as_secs_f64());
    replaced
}

/// What a restore would replace, for `--dry-run`.
pub(crate) async fn preview(
    options: &RestoreOptions,
    connector: &Connector,
    server: &Arc<Server>,
    observer: &Arc<dyn Observer>,
    stop: &Stop,
    summary: &Summary,
) -> Result<Vec<ReplacedReport>> {
    let staging = Arc::new(Staging::new(connector.database().map(Name::from), &server.session));
    let lives: Vec<Name> = match staging.live() {
        Some(live) => vec![live.clone()],
        None => summary.databases.iter().map(|d| staging.stored(&d.as_str().into())).collect(),
    };
    let replacement = replacement(options, staging, connector, server, observer, stop);
    let mut replaced = Vec::new();
    for live in &lives {
        let prefix = format!("{live}.");
        let tables = summary.tables.iter().filter(|t| lives.len() == 1 || t.table.starts_with(&prefix)).count();
        replaced.push(replacement.preview(live, tables).await?);
    }
    Ok(replaced)
}
