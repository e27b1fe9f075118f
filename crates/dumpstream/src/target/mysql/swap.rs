//! Replaces schemas by what was loaded beside them, and brings back what was there before.
//!
//! A dump goes into a staging schema. When all of it is there, one `RENAME TABLE` moves the old tables of the live schema
//! into a kept one and the new ones to where they were. Views, routines, triggers and events can't be renamed into another
//! schema: the old ones are written into a table of the kept schema and dropped, the new ones are made from the dump's own
//! text. [`plan`] says what to do in which order, from whatever state things are in; a journal in the staging schema says
//! what the swap is about. So a swap that was interrupted at any point can be finished, or taken back, by any later run.
//! A rollback is the same with a kept schema as the staging schema.

mod exec;
mod journal;
pub(crate) mod names;
mod objects;
mod plan;
mod rollback;
mod text;

pub(crate) use rollback::roll_back;
pub(crate) use text::{alter_database, disabled_event, names_own_table};

use crate::error::{Error, ErrorKind, Result};
use crate::failpoint;
use crate::observe::{Event, Observer, Phase, Warning};
use crate::report::ReplacedReport;
use crate::stage::cut::is_servers_own;
use crate::stop::Stop;
use crate::target::connect::{Connector, random};
use crate::target::mysql::ledger::{self, Ledger};
use crate::target::mysql::{Made, Server};
use exec::{Exec, PING};
use journal::{Entry, Journal, Stage};
use names::Staging;
use plan::{Goal, Kind, Object, Pair, Settings, State, Step, World};
use sqldump::Name;
use sqldump::ddl::map_database;
use sqldump::session::Session;
use sqldump::version::Flavor;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How long the old tables are waited for at a time, before anything is touched. Queries that come later wait meanwhile.
const CLEAR_SECONDS: u64 = 2;
/// How long what drops views, routines and triggers, and the rename, wait for queries that came in between. Less than the
/// former, as triggers and views aren't there meanwhile; no server counts in less than seconds.
const RENAME_SECONDS: u64 = 1;
/// Pause between two attempts.
const RENAME_PAUSE: Duration = Duration::from_secs(1);
/// How long any other statement waits.
const STATEMENT_SECONDS: u64 = 60;
/// How long what was there may take to be put back, should queries be in the way.
const BACK_TIME: Duration = Duration::from_secs(600);
/// How long dropping what was loaded may take after an interrupt.
const DROP_TIME: Duration = Duration::from_millis(600);
/// Most tables or other objects that a warning names.
const NAMES_TOLD_MAX: usize = 20;
/// Error codes of a server that waited too long for a lock, or found that waiting won't help.
const CONFLICTS: [u16; 2] = [1205, 1213];
/// Error codes of a server that misses something which may come later: a table, routine, view, schema or trigger.
const MISSING: [u16; 5] = [1146, 1305, 1356, 1049, 3011];
/// Error code of a server that emptied a schema and can't remove its directory, as a crash has left files in it which no
/// table has. The schema can be used.
const LEFTOVERS: u16 = 1010;
/// The server's code for a table that isn't there.
const NO_SUCH_TABLE: u16 = 1146;
/// There is a trigger of that name.
const TRIGGER_EXISTS: u16 = 1359;
/// Error codes of a server that lacks a privilege.
const DENIED: [u16; 6] = [1044, 1142, 1143, 1227, 1370, 1410];
/// Those of them that say so of a privilege which somebody has and is to be given again.
const GRANT_DENIED: [u16; 4] = [1044, 1142, 1227, 1370];

/// The mode without which MariaDB knows no packages, as part of a SET.
const ORACLE: &str = ", sql_mode = 'ORACLE'";

/// How schemas are replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SwapOptions {
    /// The old tables stay, in a schema of their own.
    pub(crate) keep_old: bool,
    /// How long the rename waits in all for queries on the old tables.
    pub(crate) wait: Duration,
    /// What an earlier run has loaded is gone on with.
    pub(crate) resume: bool,
}

/// What was found of a swap that had been interrupted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recovered {
    /// None was.
    Nothing,
    /// The new tables were in; the rest is done now.
    Finished,
    /// They weren't, or were to leave again; all is as it was before.
    Undone,
}

/// How a swap failed.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// Not everything could be put back, so that nothing may be dropped.
    pub(crate) is_between: bool,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, is_between: false }
    }
}

/// A restore that replaces schemas, from before its first row to the swap.
pub(crate) struct Replacement {
    staging: Arc<Staging>,
    options: SwapOptions,
    observer: Arc<dyn Observer>,
    stop: Stop,
    work: Arc<Mutex<Work>>,
    /// Keeps the connection while it waits for its turn.
    ping: StdMutex<Option<AbortHandle>>,
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if let Some(ping) = self.ping.lock().unwrap_or_else(PoisonError::into_inner).take() {
            ping.abort();
        }
    }
}

struct Work {
    exec: Exec,
    /// Tells this run's staging schemas from others'.
    run: String,
    opened: Vec<(Name, Name)>,
    observer: Arc<dyn Observer>,
}

impl Replacement {
    pub(crate) fn new(
        staging: Arc<Staging>,
        options: SwapOptions,
        connector: Arc<Connector>,
        server: Arc<Server>,
        charset: &str,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let exec = Exec::new(connector, server, charset.into());
        let run = format!("{:016x}", random());
        let work = Work { exec, run, opened: Vec::new(), observer: Arc::clone(&observer) };
        let work = Arc::new(Mutex::new(work));
        Self { staging, options, observer, stop, work, ping: StdMutex::default() }
    }

    pub(crate) fn staging(&self) -> &Staging {
        &self.staging
    }

    /// Makes sure that a staging schema is there and what it is to replace can be replaced: that nobody else does, that no
    /// swap of it is half done, and that the user may do all that the swap will take. Says so now rather than after hours.
    pub(crate) async fn open(&self, stage: &Name) -> Result<()> {
        self.prepare(stage).await.map(drop)
    }

    /// As [`Replacement::open`]; says what had to be done about an earlier swap. After [`Recovered::Finished`], a run that
    /// was to go on with that one's work has nothing left to do, and nothing is opened.
    pub(crate) async fn prepare(&self, stage: &Name) -> Result<Recovered> {
        let Some(live) = self.staging.live_of(stage) else {
            return Err(Error::source_bad(format!("the schema {stage} is none that this restore is to replace")));
        };
        refuse_system(&live)?;
        let mut work = self.work.lock().await;
        if work.opened.iter().any(|(_, s)| s == stage) {
            return Ok(Recovered::Nothing);
        }
        work.exec.lock(&live).await?;
        let recovered = recover(&mut work.exec, &self.staging, &live, None, &*self.observer).await?;
        if recovered == Recovered::Finished && self.options.resume {
            return Ok(recovered);
        }
        // In the order in which things get more expensive, and last what leaves something behind.
        if self.staging.live().is_some() {
            refuse_keys_from_outside(&mut work.exec, std::slice::from_ref(&live)).await?;
        }
        work.open(&self.staging, &live, stage, self.options.resume).await?;
        work.opened.push((live, stage.clone()));
        let mut ping = self.ping.lock().unwrap_or_else(PoisonError::into_inner);
        if ping.is_none() {
            let work = Arc::clone(&self.work);
            let pinging = async move {
                loop {
                    sleep(PING).await;
                    work.lock().await.exec.ping().await;
                }
            };
            *ping = Some(tokio::spawn(pinging).abort_handle());
        }
        Ok(recovered)
    }

    /// The live schema that a staging schema was made for.
    pub(crate) async fn live_of(&self, stage: &Name) -> Result<Option<Name>> {
        let mut work = self.work.lock().await;
        let journal = Journal::read(&mut work.exec, stage).await?;
        Ok(journal.and_then(|j| j.entries.into_iter().find(|e| e.stage == *stage)).map(|e| e.live))
    }

    /// Swaps: the new tables are in when this returns, or everything is as it was.
    pub(crate) async fn swap(&self, made: &[Made]) -> Result<Vec<ReplacedReport>, Failed> {
        self.observer.event(&Event::Phase { phase: Phase::Swap });
        let begun = Instant::now();
        let mut work = self.work.lock().await;
        let work = &mut *work;
        work.exec.hold().await?;
        let lives: Vec<Name> = work.opened.iter().map(|(live, _)| live.clone()).collect();
        refuse_keys_from_outside(&mut work.exec, &lives).await?;
        let stamp = free_stamp(&mut work.exec, &self.staging, &lives).await?;
        let mut pairs = Vec::new();
        for (live, stage) in work.opened.clone() {
            match Journal::read(&mut work.exec, &stage).await? {
                Some(journal) if journal.run == work.run => {}
                _ => {
                    return Err(Error::target(format!("the staging schema {stage} isn't this run's any more"))
                        .hint("somebody dropped it, or another dumpstream replaced the schema meanwhile")
                        .into());
                }
            }
            let kept = self.staging.stored(&names::kept(&live, &stamp));
            let pair = work.pair(live, stage, kept, made).await?;
            self.tell_missing(&pair)?;
            pairs.push(pair);
        }
        let Some(journal) = Journal::of(&work.run, &pairs, self.options.keep_old, false) else {
            // A dump with no schema in it replaces none.
            return Ok(Vec::new());
        };
        let replaced = pairs.iter().map(|p| ReplacedReport {
            schema: p.live.to_string(),
            kept_as: p.kept.as_ref().filter(|_| self.options.keep_old).map(ToString::to_string),
            tables_before: p.old.tables.len(),
            tables_after: p.new.tables.len(),
        });
        let replaced = replaced.collect();
        perform(&mut work.exec, journal, &pairs, self.options, &self.stop, &*self.observer).await?;
        tracing::debug!(seconds = begun.elapsed().as_secs_f64(), "swapped");
        Ok(replaced)
    }

    /// Tells which tables go without others in their place. That all of them do is more likely a dump that was never written
    /// than what anybody wants.
    fn tell_missing(&self, pair: &Pair) -> Result<()> {
        if pair.new.tables.is_empty() && !pair.old.tables.is_empty() {
            let (live, n) = (&pair.live, pair.old.tables.len());
            return Err(Error::source_bad(format!(
                "the dump holds no table, and {live}, which it is to replace, holds {n}"
            ))
            .hint("look whether the command that makes the dump works; to empty a schema, drop its tables"));
        }
        let missing = pair.old.tables.iter().filter(|t| !pair.new.tables.contains(t)).map(ToString::to_string);
        self.tell_gone(pair, "table_not_in_dump", missing.collect());
        // mysqldump leaves routines and events out unless asked.
        let is_new = |o: &Object| pair.new.objects.iter().any(|n| is_called(n, o));
        let made = |o: &&Object| !matches!(o.kind, Kind::ForeignKey | Kind::PackageBody) && !is_new(o);
        let missing = pair.old.objects.iter().filter(made).map(|o| format!("{} {}", o.kind.name(), o.name));
        self.tell_gone(pair, "object_not_in_dump", missing.collect());
        Ok(())
    }

    fn tell_gone(&self, pair: &Pair, code: &str, mut names: Vec<String>) {
        if names.is_empty() {
            return;
        }
        let more = names.len().saturating_sub(NAMES_TOLD_MAX);
        names.truncate(NAMES_TOLD_MAX);
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        let message = format!("{}: not in the dump, and so not there any more: {}", pair.live, names.join(", "));
        warn(&*self.observer, code, message);
    }

    /// Ends a restore that failed before the swap, or whose swap was taken back. `left`: its work stays for another run.
    pub(crate) async fn abandon(&self, error: Error, left: bool) -> Error {
        let mut work = self.work.lock().await;
        let opened = work.opened.clone();
        let list = |names: Vec<&Name>| names.iter().map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
        let lives = list(opened.iter().map(|(live, _)| live).collect());
        let stages = list(opened.iter().map(|(_, stage)| stage).collect());
        if opened.is_empty() {
            return error.leaving("nothing was changed on the target");
        }
        let before = |error: &Error| error.state().map(|s| format!("; {s}")).unwrap_or_default();
        if left {
            let state = format!("{lives}: nothing was changed{}", before(&error));
            return error.leaving(state);
        }
        let drop = async {
            // Another may have taken it over, if this connection was lost.
            work.exec.hold().await?;
            for (_, stage) in &opened {
                drop_stage(&mut work.exec, stage).await?;
            }
            Ok::<_, Error>(())
        };
        let limit = if error.kind() == ErrorKind::Interrupted { DROP_TIME } else { Duration::MAX };
        match timeout(limit, drop).await {
            Ok(Ok(())) => error.leaving(format!("{lives}: nothing was changed; what was loaded beside it was dropped again")),
            Ok(Err(e)) => error.leaving(format!(
                "{lives}: nothing was changed; what was loaded is in {stages}, as dropping it failed: {e}"
            )),
            Err(_) => error.leaving(format!(
                "{lives}: nothing was changed; {stages} was being dropped when the time for that was over, and the next \
                 --replace drops what is left of it"
            )),
        }
    }

    /// What a swap would do to `live`, without doing anything.
    pub(crate) async fn preview(&self, live: &Name, tables: usize) -> Result<ReplacedReport> {
        refuse_system(live)?;
        let mut work = self.work.lock().await;
        let exec = &mut work.exec;
        refuse_keys_from_outside(exec, std::slice::from_ref(live)).await?;
        let stage = self.staging.stage(live);
        let stamp = free_stamp(exec, &self.staging, std::slice::from_ref(live)).await?;
        let kept = self.staging.stored(&names::kept(live, &stamp));
        let state = match objects::exists(exec, live).await? {
            true => objects::capture(exec, live).await?,
            false => State::default(),
        };
        let missing = missing_privileges(exec, live, &stage, (!state.is_empty()).then_some(&kept), "preview").await?;
        refuse_missing(&missing, live)?;
        Ok(ReplacedReport {
            schema: live.to_string(),
            kept_as: (self.options.keep_old && !state.is_empty()).then(|| kept.to_string()),
            tables_before: state.tables.len(),
            tables_after: tables,
        })
    }
}

/// Ends the run that loaded into `stage`: a connection that still makes an object there while the schema is dropped would leave
/// files of it behind.
async fn end_earlier(exec: &mut Exec, stage: &Name) -> Result<()> {
    let entries = match exec.ask(&Ledger::ask_run(stage), None).await {
        // It hadn't come to that.
        Err(e) if e.server_code() == Some(NO_SUCH_TABLE) => return Ok(()),
        entries => entries?,
    };
    match entries.into_iter().flatten().flatten().find_map(|entry| ledger::run_of(&entry)) {
        Some(run) => exec.end_run(&run).await,
        None => Ok(()),
    }
}

impl Work {
    async fn open(&mut self, staging: &Staging, live: &Name, stage: &Name, resume: bool) -> Result<()> {
        let exec = &mut self.exec;
        if objects::exists(exec, stage).await? {
            match Journal::read(exec, stage).await? {
                Some(journal) if resume => {
                    if !journal.run.is_empty() {
                        self.run = journal.run;
                    }
                    return Journal::loading(&self.run, live, stage).write(exec).await;
                }
                Some(_) => {
                    warn(
                        &*self.observer,
                        "unfinished_restore_dropped",
                        format!(
                            "{stage} held what an earlier run had loaded, and was dropped; --resume goes on with such work"
                        ),
                    );
                    end_earlier(exec, stage).await?;
                }
                None if is_bare(exec, stage).await? => {}
                None => {
                    return Err(Error::target(format!(
                        "the schema {stage} is there and holds something, and {live} is to be loaded into a schema of that name first"
                    ))
                    .hint("drop it or give it another name: dumpstream didn't make it"));
                }
            }
            drop_stage(exec, stage).await?;
        }
        let existed = objects::exists(exec, live).await?;
        let probe = match existed && !is_bare(exec, live).await? {
            true => Some(names::kept(live, &free_stamp(exec, staging, std::slice::from_ref(live)).await?)),
            false => None,
        };
        let missing = missing_privileges(exec, live, stage, probe.as_ref(), &self.run).await?;
        refuse_missing(&missing, live)?;
        let old = match existed {
            true => objects::capture(exec, live).await?,
            false => State::default(),
        };
        refuse_missing(&missing_grants(exec, live, &old).await?, live)?;
        let options = old.options.clone();
        let has_routines = old.objects.iter().any(|o| matches!(o.kind, Kind::Function | Kind::Procedure));
        if has_routines && objects::grants(exec, live).await?.is_none() {
            let message = "privileges on single routines can't be read (SELECT on mysql.procs_priv), and end where the dump \
                           changes the routine";
            warn(&*self.observer, "privileges_unknown", format!("{live}: {message}"));
        }
        let created = match objects::exists(exec, stage).await? {
            false => create_schema(exec, stage, &options).await,
            true if options.is_empty() => Ok(()),
            true => alter_schema(exec, stage, &options).await,
        };
        created.map_err(|e| denied(e, live, stage))?;
        // From here on, something is there that has to go if the rest fails.
        let ready = async {
            Journal::loading(&self.run, live, stage).write(exec).await.map_err(|e| denied(e, live, stage))?;
            if let Some(probe) = &probe {
                create_schema(exec, probe, &options).await.map_err(|e| denied(e, live, probe))?;
                drop_schema(exec, probe).await.map_err(|e| denied(e, live, probe))?;
            }
            probe_definers(exec, stage, &old).await
        };
        let result: Result<()> = ready.await;
        if result.is_err() {
            let _ = drop_stage(exec, stage).await;
        }
        result
    }

    /// What is there of one schema, and what is to be there.
    async fn pair(&mut self, live: Name, stage: Name, kept: Name, made: &[Made]) -> Result<Pair> {
        let exec = &mut self.exec;
        let existed = objects::exists(exec, &live).await?;
        let old = match existed {
            true => objects::capture(exec, &live).await?,
            false => State::default(),
        };
        let mut new = objects::capture(exec, &stage).await?;
        // A swap that was taken back has dropped the triggers, and an earlier run had made them.
        let earlier = objects::load(exec, &stage).await?.map(|(_, state)| state.objects).unwrap_or_default();
        let is_there = |o: &Object| new.objects.iter().any(|n| n.kind == o.kind && n.name == o.name);
        let lost: Vec<Object> = earlier.into_iter().filter(|o| o.kind == Kind::Trigger && !is_there(o)).collect();
        let session = exec.session("", None);
        let mut order = Vec::new();
        for object in new.objects.iter_mut().filter(|o| o.kind != Kind::ForeignKey) {
            let shown = map_database(&object.definition, &session, &stage, &live);
            let same = |m: &Made| {
                m.kind == object.kind.name()
                    && m.name.database == stage
                    && m.name.table.as_bytes().eq_ignore_ascii_case(object.name.as_bytes())
            };
            // The last one, if the dump made it twice.
            match made.iter().rposition(same) {
                Some(at) => {
                    let Some(made) = made.get(at) else { continue };
                    // An event was made otherwise than the dump says, so what is shown isn't what it will be.
                    object.shown = shown.ok().map(|s| s.into_owned()).filter(|_| object.kind != Kind::Event);
                    object.definition.clone_from(&made.text);
                    if object.kind == Kind::View {
                        let mode = made.session.get("sql_mode").unwrap_or_default().trim_matches('\'');
                        object.settings.sql_mode = mode.to_owned();
                    }
                    order.push((object.kind, object.name.clone(), at));
                }
                None => {
                    let mapped = shown.map_err(|e| {
                        Error::target(format!(
                            "what makes the {} {} can't be told apart from its schema",
                            object.kind.name(),
                            object.name
                        ))
                        .caused_by(e)
                    })?;
                    object.definition = mapped.into_owned();
                }
            }
        }
        let place =
            |o: &Object| order.iter().find(|(k, n, _)| (*k, n) == (o.kind, &o.name)).map_or(usize::MAX, |(.., at)| *at);
        new.objects.sort_by_key(|o| (o.kind, place(o)));
        new.objects.extend(lost);
        hand_on(&old, &mut new);
        let kept = (!old.is_empty()).then_some(kept);
        Ok(Pair { live, stage, kept, existed, old, new })
    }
}

/// Privileges are those of a name: they stay with it, whatever routine it stands for. Gives those that the new state had, and
/// that were revoked since: they aren't given again.
fn hand_on(old: &State, new: &mut State) -> Vec<String> {
    let mut revoked = Vec::new();
    for object in &mut new.objects {
        if let Some(before) = old.objects.iter().find(|o| is_called(o, object)) {
            let had = std::mem::replace(&mut object.grants, before.grants.clone());
            revoked.extend(had.into_iter().filter(|g| !before.grants.contains(g)));
        }
    }
    revoked
}

/// Whether two objects have one name, as the server has it: it tells no routines and events apart by case.
fn is_called(one: &Object, other: &Object) -> bool {
    let name = |o: &Object| match o.kind {
        Kind::View | Kind::Trigger | Kind::ForeignKey => o.name.as_text().into_owned(),
        _ => o.name.as_text().to_lowercase(),
    };
    one.kind == other.kind && name(one) == name(other)
}

/// What the user lacks to give the privileges on single routines again. They are there, so that giving them changes nothing.
async fn missing_grants(exec: &mut Exec, live: &Name, old: &State) -> Result<Vec<String>> {
    for object in &old.objects {
        let session = granting(exec, object.kind);
        for sql in &object.grants {
            match exec.run_in(sql.as_bytes(), &session).await {
                Err(e) if e.server_code().is_some_and(|c| GRANT_DENIED.contains(&c)) => {
                    return Ok(vec![format!(
                        "GRANT OPTION on {live}, for the privileges that others have on its routines"
                    )]);
                }
                Err(e) if e.server_code().is_none() => return Err(e),
                _ => {}
            }
        }
    }
    Ok(Vec::new())
}

/// The session for giving privileges on a routine.
fn granting(exec: &Exec, kind: Kind) -> Session {
    // MariaDB makes an account that isn't there, without a password, unless it is told not to; MySQL did before 8.0, which has
    // no such mode any more.
    let version = exec.version();
    let mode = match kind {
        Kind::Package | Kind::PackageBody => "ORACLE,NO_AUTO_CREATE_USER",
        _ if version.flavor == Flavor::MariaDb || version.number < 80_000 => "NO_AUTO_CREATE_USER",
        _ => "",
    };
    exec.session(&format!("SET sql_mode = '{mode}'"), None)
}

/// Swaps `pairs`, whose journal isn't written yet: to the new state and all that isn't wanted dropped, or back.
async fn perform(
    exec: &mut Exec,
    mut journal: Journal,
    pairs: &[Pair],
    options: SwapOptions,
    stop: &Stop,
    observer: &dyn Observer,
) -> Result<(), Failed> {
    let result = async {
        journal.write(exec).await?;
        failpoint::reach("swap-preparing");
        for pair in pairs {
            if let Some(kept) = &pair.kept {
                create_schema(exec, kept, &pair.old.options).await?;
                objects::store(exec, kept, &pair.live, &pair.old).await?;
            }
            if !journal.is_rollback {
                objects::store(exec, &pair.stage, &pair.live, &pair.new).await?;
            }
        }
        journal.reach(exec, Stage::Prepared).await?;
        failpoint::reach("swap-prepared");
        forward(exec, &mut journal, pairs, options.wait, stop, observer).await
    };
    let result: Result<()> = result.await;
    if let Err(error) = result {
        let touched = journal.at != Stage::Preparing;
        return Err(match put_back(exec, &mut journal, pairs, observer).await {
            Ok(()) => error.into(),
            // Nothing but schemas of our own, which the next run clears away.
            Err(_) if !touched => error.into(),
            Err(e) => {
                let lives: Vec<String> = pairs.iter().map(|p| p.live.to_string()).collect();
                let state = format!(
                    "{} is between its old and its new state, as putting it back failed: {e}; `dumpstream rollback` brings \
                     the old one back, the same command again does so first as well",
                    lives.join(", ")
                );
                Failed { error: error.leaving(state), is_between: true }
            }
        });
    }
    finish(exec, &journal, observer).await;
    Ok(())
}

/// Brings everything to its new state. It waits for queries on the old tables a little at a time, so that others that come
/// later don't wait for long, and touches nothing until there are none.
async fn forward(
    exec: &mut Exec,
    journal: &mut Journal,
    pairs: &[Pair],
    wait: Duration,
    stop: &Stop,
    observer: &dyn Observer,
) -> Result<()> {
    let begun = Instant::now();
    loop {
        if stop.is_tripped() {
            return Err(stop.cause());
        }
        let cleared = clear(exec, pairs, CLEAR_SECONDS.min(wait.as_secs()).max(1)).await;
        let touched = cleared.is_ok().then(Instant::now);
        let attempt = match cleared {
            Ok(()) => advance(exec, pairs, Goal::New, RENAME_SECONDS, observer).await,
            Err(e) => Err(e),
        };
        let conflict = match attempt {
            Ok(()) => break,
            Err(e) if is_conflict(&e) => e,
            Err(e) => return Err(e),
        };
        if let Some(touched) = touched {
            back(exec, pairs, observer).await?;
            let lives: Vec<String> = pairs.iter().map(|p| p.live.to_string()).collect();
            let message = format!(
                "{}: a query came between, when its views, routines, events and triggers were dropped for the swap: for {:.1} s \
                 some of them weren't there, and rows that were written then may have fired no triggers",
                lives.join(", "),
                touched.elapsed().as_secs_f64()
            );
            warn(observer, "swap_held_up", message);
        }
        if begun.elapsed() >= wait {
            return Err(conflict.transient().hint(
                "queries or transactions on the old tables were in the way all the time: end them, or wait longer for them \
                 with --swap-wait",
            ));
        }
        tracing::debug!("queries on the old tables are in the way of the rename");
        tokio::select! {
            () = stop.tripped() => {}
            () = sleep(RENAME_PAUSE) => {}
        }
    }
    failpoint::reach("swap-ended");
    journal.reach(exec, Stage::Done).await?;
    failpoint::reach("swap-done");
    Ok(())
}

/// Makes sure, for a moment, that no query or transaction has anything to do with the tables that are to go: the rename would
/// wait for it, and what is dropped before the rename would be missing meanwhile.
async fn clear(exec: &mut Exec, pairs: &[Pair], seconds: u64) -> Result<()> {
    exec.hold().await?;
    let at = |pair: &Pair, table: &Name| format!("{}.{} WRITE", quoted(&pair.live), quoted(table));
    let tables: Vec<String> = pairs.iter().flat_map(|p| p.old.tables.iter().map(move |t| at(p, t))).collect();
    if tables.is_empty() {
        return Ok(());
    }
    exec.wait(seconds);
    let mut locked = lock(exec, &tables).await;
    if matches!(&locked, Err(e) if e.server_code().is_some() && !is_conflict(e)) {
        // One with a trigger that can't be read, for instance: it isn't to hide the others.
        locked = Ok(());
        for table in &tables {
            match lock(exec, std::slice::from_ref(table)).await {
                Err(e) if e.server_code().is_some() && !is_conflict(&e) => {
                    tracing::debug!("{table}: can't be locked: {e}");
                }
                Err(e) => {
                    locked = Err(e);
                    break;
                }
                Ok(()) => {}
            }
        }
    }
    exec.wait(STATEMENT_SECONDS);
    locked
}

/// Locks tables, and lets go of them.
async fn lock(exec: &mut Exec, tables: &[String]) -> Result<()> {
    let locked = exec.run(format!("LOCK TABLES {}", tables.join(", ")).as_bytes()).await;
    let unlocked = exec.run(b"UNLOCK TABLES").await;
    locked.and(unlocked)
}

fn is_conflict(error: &Error) -> bool {
    error.server_code().is_some_and(|c| CONFLICTS.contains(&c))
}

/// One attempt to bring everything to `goal`.
async fn advance(
    exec: &mut Exec,
    pairs: &[Pair],
    goal: Goal,
    rename_seconds: u64,
    observer: &dyn Observer,
) -> Result<()> {
    exec.hold().await?;
    let mut worlds = Vec::new();
    for pair in pairs {
        worlds.push((pair.clone(), observe(exec, pair).await?));
    }
    let mut steps: VecDeque<Step> = plan::plan(&worlds, goal).into();
    let renames = steps.iter().any(|s| matches!(s, Step::Rename { .. }));
    exec.wait(if renames { rename_seconds } else { STATEMENT_SECONDS });
    let mut waiting: Vec<(Step, Error)> = Vec::new();
    let mut progress = false;
    loop {
        let Some(step) = steps.pop_front() else {
            // One that needs another which isn't there yet comes after it.
            match waiting.pop() {
                None => break,
                Some((_, e)) if !progress => return Err(e),
                Some(last) => {
                    waiting.push(last);
                    steps.extend(waiting.drain(..).map(|(step, _)| step));
                    progress = false;
                    continue;
                }
            }
        };
        let is_rename = matches!(step, Step::Rename { .. });
        failpoint::reach(if is_rename { "swap-before-rename" } else { "swap-before-step" });
        match (run(exec, &step, observer).await, &step) {
            (Ok(()), _) => progress = true,
            (Err(e), Step::Create { object, .. }) if object.broken && !is_conflict(&e) => {
                let what = format!(
                    "the {} {} was broken before, and can't be made again: {e}",
                    object.kind.name(),
                    object.name
                );
                warn(observer, "object_not_restored", what);
            }
            (Err(e), Step::Create { .. }) if e.server_code().is_some_and(|c| MISSING.contains(&c)) => {
                waiting.push((step, e));
            }
            (Err(e), _) => return Err(located(e, &step)),
        }
        if is_rename {
            failpoint::reach("swap-renamed");
            // There is no way but through now, whoever reads the new tables.
            exec.wait(STATEMENT_SECONDS);
        }
    }
    exec.wait(STATEMENT_SECONDS);
    Ok(())
}

fn located(error: Error, step: &Step) -> Error {
    let table = match step {
        Step::Create { schema, object } => format!("{schema}.{}", object.name),
        Step::Drop { schema, name, .. } => format!("{schema}.{name}"),
        _ => return error,
    };
    error.at(|p| p.table = Some(table))
}

/// How things are now.
async fn observe(exec: &mut Exec, pair: &Pair) -> Result<World> {
    let live = match objects::exists(exec, &pair.live).await? {
        true => Some(objects::capture(exec, &pair.live).await?),
        false => None,
    };
    let kept_tables = match &pair.kept {
        Some(kept) => objects::tables(exec, kept).await?,
        None => BTreeSet::new(),
    };
    Ok(World {
        live,
        stage_tables: objects::tables(exec, &pair.stage).await?,
        stage_triggers: objects::triggers(exec, &pair.stage).await?,
        kept_tables,
    })
}

async fn drop_object(exec: &mut Exec, schema: &Name, kind: Kind, name: &Name) -> Result<()> {
    let mode = if matches!(kind, Kind::Package | Kind::PackageBody) { ORACLE } else { "" };
    let session = exec.session(&format!("SET foreign_key_checks = 1{mode}"), None);
    let kind = kind.name().to_ascii_uppercase();
    let sql = format!("DROP {kind} IF EXISTS {}.{}", quoted(schema), quoted(name));
    exec.run_in(sql.as_bytes(), &session).await
}

/// Does one step.
async fn run(exec: &mut Exec, step: &Step, observer: &dyn Observer) -> Result<()> {
    match step {
        Step::CreateSchema { schema, options } => create_schema(exec, schema, options).await,
        Step::DropSchema { schema } => drop_schema(exec, schema).await,
        Step::AlterSchema { schema, options } => alter_schema(exec, schema, options).await,
        Step::Drop { schema, kind, name } => drop_object(exec, schema, *kind, name).await,
        Step::Rename { pairs } => {
            let mut sql = b"RENAME TABLE ".to_vec();
            for (i, (from, to)) in pairs.iter().enumerate() {
                if i > 0 {
                    sql.extend_from_slice(b", ");
                }
                sql.extend_from_slice(&from.quoted());
                sql.extend_from_slice(b" TO ");
                sql.extend_from_slice(&to.quoted());
            }
            exec.run(&sql).await
        }
        Step::Create { schema, object } => {
            match create_object(exec, schema, object).await {
                // It isn't listed: MariaDB keeps the file with the name of one whose making the server's end interrupted.
                Err(e) if object.kind == Kind::Trigger && e.server_code() == Some(TRIGGER_EXISTS) => {
                    drop_object(exec, schema, object.kind, &object.name).await?;
                    create_object(exec, schema, object).await?;
                }
                done => done?,
            }
            let session = granting(exec, object.kind);
            for sql in &object.grants {
                if let Err(e) = exec.run_in(sql.as_bytes(), &session).await {
                    let (kind, name) = (object.kind.name(), &object.name);
                    let message =
                        format!("a privilege on the {kind} {schema}.{name} was lost when it was replaced: {e}");
                    warn(observer, "privilege_not_restored", message);
                }
            }
            Ok(())
        }
        Step::Sequences { within, from } => {
            // All columns of a table at once: each ALTER makes sure that the sequences of all defaults are there.
            let mut changes: BTreeMap<Name, Vec<u8>> = BTreeMap::new();
            for (table, column, default) in objects::sequence_defaults(exec, within, from).await? {
                let sql = changes.entry(table).or_default();
                sql.extend_from_slice(if sql.is_empty() { b" " } else { b", " });
                sql.extend_from_slice(format!("ALTER COLUMN {} SET DEFAULT (", quoted(&column)).as_bytes());
                sql.extend_from_slice(&default);
                sql.push(b')');
            }
            for (table, change) in changes {
                let start = format!("ALTER TABLE {}.{}", quoted(within), quoted(&table));
                exec.run(&[start.as_bytes(), &change].concat()).await?;
            }
            Ok(())
        }
        Step::ForeignKey { schema, object } => {
            let Some(table) = &object.table else { return Ok(()) };
            let parent = objects::parent_of(exec, schema, object).await?;
            if parent.as_ref() == Some(schema) {
                return Ok(());
            }
            let session = exec.session("SET foreign_key_checks = 0", Some(schema));
            let start = format!("ALTER TABLE {} ", quoted(table)).into_bytes();
            if parent.is_some() {
                let drop = format!("DROP FOREIGN KEY {}", quoted(&object.name));
                exec.run_in(&[start.as_slice(), drop.as_bytes()].concat(), &session).await?;
            }
            exec.run_in(&[start.as_slice(), &object.definition].concat(), &session).await
        }
    }
}

async fn create_object(exec: &mut Exec, schema: &Name, object: &Object) -> Result<()> {
    let session = exec.session(&settings(&object.settings), Some(schema));
    let wanted = object.settings.database_collation.as_str();
    let named = wanted.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !wanted.is_empty();
    let sql = format!(
        "SELECT default_collation_name FROM information_schema.schemata WHERE {}",
        exec.is("schema_name", schema)
    );
    let now = if named { exec.ask(&sql, None).await? } else { Vec::new() };
    let [now] = objects::cells(now.into_iter().next().unwrap_or_default()).map(exec::text);
    if !named || now == wanted {
        return exec.run_in(&object.definition, &session).await;
    }
    // It was made while the schema had another default, which it keeps.
    let options = objects::options(exec, schema).await?;
    alter_schema(exec, schema, format!("COLLATE {wanted}").as_bytes()).await?;
    let made = exec.run_in(&object.definition, &session).await;
    alter_schema(exec, schema, &options).await?;
    made
}

/// The SET that brings a session to where an object was made.
fn settings(settings: &Settings) -> String {
    let plain = |text: &str, more: &[u8]| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || more.contains(&b))
    };
    let mut set = vec![match settings.sql_mode.as_str() {
        mode if plain(mode, b",") => format!("sql_mode = '{mode}'"),
        _ => "sql_mode = ''".to_owned(),
    }];
    if plain(&settings.character_set_client, b"") {
        set.push(format!("character_set_client = {}", settings.character_set_client));
    }
    if plain(&settings.collation_connection, b"") {
        set.push(format!("collation_connection = {}", settings.collation_connection));
    }
    if plain(&settings.time_zone, b"+-:/") {
        set.push(format!("time_zone = '{}'", settings.time_zone));
    }
    format!("SET {}", set.join(", "))
}

async fn create_schema(exec: &mut Exec, schema: &Name, options: &[u8]) -> Result<()> {
    exec.run(&[b"CREATE DATABASE ".as_slice(), &schema.quoted(), b" ", options].concat()).await
}

async fn alter_schema(exec: &mut Exec, schema: &Name, options: &[u8]) -> Result<()> {
    exec.run(&[b"ALTER DATABASE ".as_slice(), &schema.quoted(), b" ", options].concat()).await
}

/// Drops a staging schema. What tells that it is ours goes last: not every server drops a schema as a whole, if it is killed
/// meanwhile.
async fn drop_stage(exec: &mut Exec, stage: &Name) -> Result<()> {
    for (kind, names) in objects::contents(exec, stage).await? {
        let mode = if kind == "PACKAGE" { ORACLE } else { "" };
        let session = exec.session(&format!("SET foreign_key_checks = 0{mode}"), None);
        let list: Vec<String> = names.iter().map(|n| format!("{}.{}", quoted(stage), quoted(n))).collect();
        if matches!(kind.as_str(), "TABLE" | "VIEW" | "SEQUENCE") {
            exec.run_in(format!("DROP {kind} IF EXISTS {}", list.join(", ")).as_bytes(), &session).await?;
            continue;
        }
        for name in list {
            exec.run_in(format!("DROP {kind} IF EXISTS {name}").as_bytes(), &session).await?;
        }
    }
    drop_schema(exec, stage).await
}

/// Drops a schema of ours with all that is in it. Foreign keys from one of ours to another don't stand in the way. One in
/// whose directory a crash of the server has left files stays, with nothing in it.
async fn drop_schema(exec: &mut Exec, schema: &Name) -> Result<()> {
    let session = exec.session("SET foreign_key_checks = 0", None);
    let dropped = exec.run_in(format!("DROP DATABASE IF EXISTS {}", quoted(schema)).as_bytes(), &session).await;
    exec.left_database();
    match dropped {
        Err(e) if e.server_code() == Some(LEFTOVERS) => {
            tracing::warn!("{schema} is empty, and stays: a crash of the server has left files in its directory");
            Ok(())
        }
        dropped => dropped,
    }
}

/// Brings everything back to its old state, whatever is in the way.
async fn back(exec: &mut Exec, pairs: &[Pair], observer: &dyn Observer) -> Result<()> {
    let begun = Instant::now();
    loop {
        match advance(exec, pairs, Goal::Old, RENAME_SECONDS, observer).await {
            Err(e) if (is_conflict(&e) || e.is_transient()) && begun.elapsed() < BACK_TIME => sleep(RENAME_PAUSE).await,
            result => return result,
        }
    }
}

/// Takes a swap back, and drops what it had made for itself.
async fn put_back(exec: &mut Exec, journal: &mut Journal, pairs: &[Pair], observer: &dyn Observer) -> Result<()> {
    if journal.at != Stage::Preparing {
        back(exec, pairs, observer).await?;
    }
    failpoint::reach("swap-put-back");
    unprepare(exec, journal).await
}

/// Drops the kept schemas that were made for a swap which doesn't take place.
async fn unprepare(exec: &mut Exec, journal: &mut Journal) -> Result<()> {
    for kept in journal.entries.iter().filter_map(|e| e.kept.as_ref()) {
        if objects::exists(exec, kept).await? && objects::tables(exec, kept).await?.is_empty() {
            drop_schema(exec, kept).await?;
        }
    }
    if !journal.is_rollback {
        return journal.reach(exec, Stage::Loading).await;
    }
    // What was kept stays kept. The lead last, as it has the others' names.
    for entry in journal.entries.iter().rev() {
        let table = format!("{}.`{}`", quoted(&entry.stage), journal::SWAP_TABLE);
        exec.run(format!("DROP TABLE IF EXISTS {table}").as_bytes()).await?;
    }
    Ok(())
}

/// Drops what isn't wanted once the new tables are in. What fails is told, and left: the swap has taken place.
async fn finish(exec: &mut Exec, journal: &Journal, observer: &dyn Observer) {
    let kept = journal.entries.iter().filter_map(|e| e.kept.clone()).filter(|_| !journal.keep_old);
    let kept: Vec<Name> = kept.collect();
    if !kept.is_empty()
        && let Err(e) = drop_kept(exec, &kept).await
    {
        let names: Vec<String> = kept.iter().map(ToString::to_string).collect();
        warn(observer, "not_dropped", format!("the old tables stay in {}: {e}", names.join(", ")));
    }
    // The lead last, as it has the others' names.
    for entry in journal.entries.iter().rev() {
        if let Err(e) = drop_staging(exec, &entry.stage).await {
            warn(observer, "not_dropped", format!("{} is still there: {e}", entry.stage));
        }
    }
}

async fn drop_kept(exec: &mut Exec, kept: &[Name]) -> Result<()> {
    let outside = objects::keys_from_outside(exec, kept).await?;
    if !outside.is_empty() {
        return Err(Error::target(format!("foreign keys refer to them: {}", outside.join("; "))));
    }
    for schema in kept {
        drop_schema(exec, schema).await?;
        failpoint::reach("swap-kept-dropped");
    }
    Ok(())
}

async fn drop_staging(exec: &mut Exec, stage: &Name) -> Result<()> {
    let left = objects::tables(exec, stage).await?;
    if left.is_empty() {
        return drop_stage(exec, stage).await;
    }
    Err(Error::target(format!("somebody made {} tables in it", left.len())))
}

/// Finishes or takes back a swap of `live` that was interrupted. `towards` says which, if the new tables are in; by default
/// it is finished then.
///
/// Idempotent: whatever interrupts this is found by the next one.
pub(crate) async fn recover(
    exec: &mut Exec,
    staging: &Staging,
    live: &Name,
    towards: Option<Goal>,
    observer: &dyn Observer,
) -> Result<Recovered> {
    let mut recovered = Recovered::Nothing;
    for mut journal in Journal::find(exec, live, &staging.stored(&names::staging(live))).await? {
        if !journal.entries.iter().any(|e| e.live == *live) {
            continue;
        }
        for entry in journal.entries.clone() {
            exec.lock(&entry.live).await?;
        }
        match journal.at {
            Stage::Loading if journal.is_rollback => unprepare(exec, &mut journal).await?,
            Stage::Loading => {}
            Stage::Preparing => unprepare(exec, &mut journal).await?,
            Stage::Done => {
                finish(exec, &journal, observer).await;
                recovered = Recovered::Finished;
            }
            Stage::Prepared => {
                let mut pairs = Vec::new();
                let mut renamed = true;
                for entry in &journal.entries {
                    let pair = restored(exec, entry).await?;
                    renamed &= observe(exec, &pair).await?.is_renamed(&pair);
                    pairs.push(pair);
                }
                let goal = if renamed { towards.unwrap_or(Goal::New) } else { Goal::Old };
                let lives: Vec<String> = pairs.iter().map(|p| p.live.to_string()).collect();
                let lives = lives.join(", ");
                match goal {
                    Goal::New => {
                        advance(exec, &pairs, Goal::New, STATEMENT_SECONDS, observer).await?;
                        journal.reach(exec, Stage::Done).await?;
                        finish(exec, &journal, observer).await;
                        warn(
                            observer,
                            "swap_finished",
                            format!("{lives}: a swap that had been interrupted was finished"),
                        );
                        recovered = Recovered::Finished;
                    }
                    Goal::Old => {
                        put_back(exec, &mut journal, &pairs, observer).await?;
                        warn(
                            observer,
                            "swap_undone",
                            format!("{lives}: a swap that had been interrupted was taken back"),
                        );
                        recovered = Recovered::Undone;
                    }
                }
            }
        }
    }
    Ok(recovered)
}

/// A pair as its journal and the tables beside it describe it.
async fn restored(exec: &mut Exec, entry: &Entry) -> Result<Pair> {
    let lost = |schema: &Name| {
        Error::target(format!("a swap of {} was interrupted, and what it was about is gone from {schema}", entry.live))
            .hint("look where its tables are, and put them right by hand")
    };
    let old = match &entry.kept {
        Some(kept) => objects::load(exec, kept).await?.ok_or_else(|| lost(kept))?.1,
        None => State::default(),
    };
    let (_, new) = objects::load(exec, &entry.stage).await?.ok_or_else(|| lost(&entry.stage))?;
    Ok(Pair {
        live: entry.live.clone(),
        stage: entry.stage.clone(),
        kept: entry.kept.clone(),
        existed: entry.existed,
        old: State { options: entry.options.clone(), ..old },
        new,
    })
}

/// A time at which none of these schemas has been kept.
async fn free_stamp(exec: &mut Exec, staging: &Staging, lives: &[Name]) -> Result<String> {
    let mut seconds = names::now();
    'next: loop {
        let stamp = names::stamp(seconds);
        for live in lives {
            if objects::exists(exec, &staging.stored(&names::kept(live, &stamp))).await? {
                seconds += 1;
                continue 'next;
            }
        }
        return Ok(stamp);
    }
}

/// Nothing at all is in a schema.
async fn is_bare(exec: &mut Exec, schema: &Name) -> Result<bool> {
    let sql = format!(
        "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE {}) \
         + (SELECT COUNT(*) FROM information_schema.routines WHERE {}) \
         + (SELECT COUNT(*) FROM information_schema.events WHERE {})",
        exec.is("table_schema", schema),
        exec.is("routine_schema", schema),
        exec.is("event_schema", schema)
    );
    let [count] = objects::cells(exec.ask(&sql, None).await?.into_iter().next().unwrap_or_default());
    Ok(count == b"0")
}

fn refuse_system(live: &Name) -> Result<()> {
    if is_servers_own(live) {
        return Err(Error::usage(format!("{live} is the server's own schema, and can't be replaced")));
    }
    Ok(())
}

async fn refuse_keys_from_outside(exec: &mut Exec, lives: &[Name]) -> Result<()> {
    let found = objects::keys_from_outside(exec, lives).await?;
    if found.is_empty() {
        return Ok(());
    }
    Err(Error::target(format!(
        "foreign keys of other schemas refer to the tables that are to be replaced, and would follow the old ones: {}",
        found.join("; ")
    ))
    .hint("drop these foreign keys first, and add them again afterwards; or replace all of the schemas from one dump"))
}

/// What the user lacks of the privileges that a swap takes, in words. Nothing of it comes about: every statement is about
/// something that isn't there, which a server says only to whom may do it.
async fn missing_privileges(
    exec: &mut Exec,
    live: &Name,
    stage: &Name,
    kept: Option<&Name>,
    run: &str,
) -> Result<Vec<String>> {
    let none = Name::from(format!("{}probe_{run}", names::OWN_PREFIX).as_str());
    let at = |schema: &Name| format!("{}.{}", quoted(schema), quoted(&none));
    let mut probes = vec![
        (
            format!("RENAME TABLE {} TO {}", at(stage), at(live)),
            format!("ALTER and DROP on {stage}, CREATE and INSERT on {live}"),
        ),
        (
            format!("CREATE TRIGGER {0} BEFORE INSERT ON {0} FOR EACH ROW SET @a = 1", at(live)),
            format!("TRIGGER on {live}"),
        ),
        (
            format!("CREATE OR REPLACE VIEW {0} AS SELECT * FROM {0}", at(live)),
            format!("CREATE VIEW and SELECT on {live}"),
        ),
        (format!("DROP PROCEDURE {}", at(live)), format!("ALTER ROUTINE on {live}")),
        (format!("DROP EVENT {}", at(live)), format!("EVENT on {live}")),
    ];
    if let Some(kept) = kept {
        let what = format!("ALTER and DROP on {live}, CREATE and INSERT on {kept}");
        probes.push((format!("RENAME TABLE {} TO {}", at(live), at(kept)), what));
        probes.push((format!("LOCK TABLES {} WRITE", at(live)), format!("LOCK TABLES on {live}")));
    }
    // What a routine is made by says that there is one already.
    let routine = format!(
        "SELECT routine_name, routine_type FROM information_schema.routines \
         WHERE routine_type IN ('PROCEDURE', 'FUNCTION') AND {} LIMIT 1",
        exec.is("routine_schema", live)
    );
    for row in exec.ask(&routine, None).await? {
        let [name, kind] = objects::cells(row);
        let rest = if kind == b"FUNCTION" { "() RETURNS INT DETERMINISTIC RETURN 1" } else { "() DO 0" };
        let sql = format!("CREATE {} {}.{}{rest}", exec::text(kind), quoted(live), quoted(&Name::new(name)));
        probes.push((sql, format!("CREATE ROUTINE on {live}")));
    }
    let mut missing = Vec::new();
    for (sql, what) in probes {
        match exec.run(sql.as_bytes()).await {
            Err(e) if e.server_code().is_some_and(|c| DENIED.contains(&c)) => missing.push(what),
            Err(e) if e.server_code().is_none() => return Err(e),
            _ => {}
        }
    }
    Ok(missing)
}

fn refuse_missing(missing: &[String], live: &Name) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    Err(Error::target(format!("to replace {live}, the user needs more privileges: {}", missing.join("; ")))
        .hint(grants(live)))
}

fn grants(live: &Name) -> String {
    let pattern = live.as_text().replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%");
    format!("GRANT ALL ON `{pattern}`.* and on `{pattern}\\_\\_%`.*, where its staging and kept schemas are")
}

fn denied(error: Error, live: &Name, schema: &Name) -> Error {
    match error.server_code() {
        Some(code) if DENIED.contains(&code) => {
            Error::target(format!("to replace {live}, the user has to be able to make and drop the schema {schema}"))
                .caused_by(error.to_string())
                .hint(grants(live))
        }
        _ => error,
    }
}

/// Makes sure that what the old state holds could be made again in the name of its definers.
async fn probe_definers(exec: &mut Exec, stage: &Name, old: &State) -> Result<()> {
    let definers: BTreeSet<&str> = old.objects.iter().map(|o| o.definer.as_str()).collect();
    for definer in definers {
        let Some((user, host)) = definer.rsplit_once('@') else { continue };
        let view = format!("{}.`{}probe`", quoted(stage), names::OWN_PREFIX);
        let (user, host) = (quoted(&user.into()), quoted(&host.into()));
        let made = exec.run(format!("CREATE DEFINER = {user}@{host} VIEW {view} AS SELECT 1").as_bytes()).await;
        made.map_err(|e| {
            let what =
                format!("what the schema holds in the name of {definer} could not be put back if the swap failed");
            Error::target(what)
                .caused_by(e.to_string())
                .hint("grant SET USER (MariaDB) or SET_ANY_DEFINER and ALLOW_NONEXISTENT_DEFINER (MySQL)")
        })?;
        exec.run(format!("DROP VIEW {view}").as_bytes()).await?;
    }
    Ok(())
}

/// A name as a string.
fn literal(name: &Name) -> String {
    let digits: String = name.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    if digits.is_empty() { "''".to_owned() } else { format!("CONVERT(_utf8mb4 x'{digits}' USING utf8mb4)") }
}

fn quoted(name: &Name) -> String {
    String::from_utf8_lossy(&name.quoted()).into_owned()
}

fn warn(observer: &dyn Observer, code: &str, message: String) {
    observer.event(&Event::Warning(Warning { code: code.to_owned(), message, table: None, row: None, column: None }));
}
