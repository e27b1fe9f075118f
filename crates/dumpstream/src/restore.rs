//! `restore`: a dump into a server.

use crate::error::{Error, ErrorKind, Result};
use crate::expected;
use crate::files::FileLog;
use crate::observe::{Event, Observer, Phase, Silent, Warning};
use crate::options::{Method, OnFailure, RestoreOptions, Verify, hex};
use crate::pipeline::{self, Pipeline};
use crate::reading::Recorder;
use crate::replace;
use crate::report::{ErrorReport, REPORT_SCHEMA_VERSION, ReplacedReport, Report, SourceReport, TargetReport};
use crate::scrubbing::Scrubber;
use crate::scrubbing::beforehand::{Beforehand, can_be_read_again, cannot_collect};
use crate::scrubbing::report::ScrubSummary;
use crate::source::{Files, Source};
use crate::stage::cut::{CutOptions, DigestOptions, Read};
use crate::stop::Stop;
use crate::target::connect::{Connector, SandboxServer, TargetSpec};
use crate::target::mysql::verify::{Excluded, Reread};
use crate::target::mysql::{
    Facts, LaneCount, Ledger, Limits, LoadSettings, MySql, MySqlOptions, SOURCE_NAME, Server, Staging, Summary,
};
use crate::target::null;
use dumpstream_sandbox::{Flavor, Sandbox};
use futures_util::FutureExt;
use sqldump::Name;
use sqldump::cut::CutConfig;
use sqldump::session::Session;
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// An INSERT stays in one piece up to this part of the largest row: 16 MiB by default.
const WHOLE_PART: usize = 4;

/// How a restore ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was done, also when it failed.
    pub report: Report,
    /// Why it failed, if it did.
    pub error: Option<Error>,
    /// The sandbox the dump went into, if it is to be kept. Dropping it ends the server and removes its data.
    pub sandbox: Option<Sandbox>,
}

/// Restores a dump.
///
/// Checks the options before anything is touched, then reads, loads and reports. To end it early, trip `stop`: the
/// future resolves within a second and says what state the target is in.
pub async fn restore(options: RestoreOptions, observer: Arc<dyn Observer>, stop: Stop) -> Outcome {
    let started = Instant::now();
    let started_unix = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let recorder = Recorder::new(observer);
    let mut run = Run::default();
    let result = run.restore(&options, Arc::clone(&recorder) as Arc<dyn Observer>, &stop).await;
    // Whoever changes the target says what became of it.
    let result = result.map_err(|e| match e.state() {
        None if e.kind() != ErrorKind::Usage => e.leaving("nothing was changed on the target"),
        _ => e,
    });
    let seconds = started.elapsed().as_secs_f64();
    let rows = run.summary.tables.iter().map(|t| t.rows).sum();
    if result.is_ok() {
        recorder.event(&Event::Finished { rows, seconds });
    }
    let error = result.err();
    let report = Report {
        schema_version: REPORT_SCHEMA_VERSION,
        dumpstream_version: env!("CARGO_PKG_VERSION"),
        outcome: outcome(error.as_ref()),
        error: error.as_ref().map(error_report),
        started_unix,
        seconds,
        source: run.source,
        target: TargetReport { databases: run.summary.databases.clone(), ..run.target },
        replaced: run.replaced,
        resumed: Some(run.summary.resumed).filter(|r| r.blocks > 0),
        scrub: run.scrubber.as_deref().map(ScrubSummary::new),
        phases: run.summary.phases,
        tables: run.summary.tables,
        objects: run.summary.objects,
        pauses: run.summary.pauses,
        lanes: run.summary.lanes,
        settings: options.settings(),
        warnings: recorder.take(),
        peak_memory_bytes: peak_memory_bytes(),
    };
    let sandbox = run.sandbox.take().filter(|_| options.keep && error.is_none());
    Outcome { report, error, sandbox }
}

#[derive(Default)]
struct Run {
    source: SourceReport,
    target: TargetReport,
    summary: Summary,
    replaced: Vec<ReplacedReport>,
    sandbox: Option<Sandbox>,
    scrubber: Option<Arc<Scrubber>>,
}

impl Run {
    async fn restore(&mut self, options: &RestoreOptions, observer: Arc<dyn Observer>, stop: &Stop) -> Result<()> {
        options.validate()?;
        observer.event(&Event::Phase { phase: Phase::Prepare });
        self.source.name = options.source.to_string();
        self.target.name = options.target.to_string();
        let source_options = options.source_options.clone().within(options.memory_bytes);
        let source = tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            source = Source::open(&options.source, &source_options) => source?,
        };
        self.source.open(source.opened());
        let (files, sha256) = (source.files(), source.expected_sha256(options.sha256)?);
        for warning in &source.opened().warnings {
            observer.event(&Event::Warning(warning.clone()));
        }
        let connector = match &options.target {
            // A sandbox that nothing is loaded into needs no server.
            TargetSpec::Sandbox { .. } if options.dry_run => None,
            TargetSpec::Sandbox { server, database } => {
                let sandbox = start_sandbox(*server).await?;
                self.target.name = sandbox.client_command();
                let connector = Connector::for_socket(sandbox.socket(), "root").with_database(database.clone());
                self.sandbox = Some(sandbox);
                Some(connector)
            }
            _ => options.connector()?,
        };
        for warning in connector.iter().flat_map(|c| c.warnings().to_vec()) {
            observer.event(&Event::Warning(warning));
        }
        let server = match &connector {
            None => None,
            Some(connector) => Some(tokio::select! {
                biased;
                () = stop.tripped() => return Err(stop.cause()),
                server = MySql::facts(connector, &options.default_character_set) => Arc::new(server?),
            }),
        };
        self.target.version = server.as_ref().map(|s| s.version_text.clone());
        observer.event(&Event::Started {
            source: self.source.name.clone(),
            size: source.size(),
            codec: source.codec().name(),
            target: self.target.name.clone(),
            lanes: LaneCount::new(options.lanes).lanes(),
        });
        let database = connector.as_ref().and_then(|c| c.database().map(Name::from));
        let staging = replace::staging(options, server.as_deref(), database.as_ref());
        let database = match staging.as_ref().and_then(|s| Some(s.stage(s.live()?))) {
            None => database,
            stage => stage,
        };
        let scrubber = open_rules(options).await?;
        self.scrubber.clone_from(&scrubber);
        let mut before = None;
        if let Some(scrubber) = &scrubber {
            let again = can_be_read_again(&options.source);
            if scrubber.collects() && !again {
                return Err(cannot_collect());
            }
            if again {
                let beforehand = Beforehand {
                    source: &options.source,
                    source_options: options.source_options.clone(),
                    cut: CutOptions {
                        scrubber: Some(Arc::clone(scrubber)),
                        ..cut_options(options, server.as_deref(), database.clone(), staging.clone(), Excluded::new())?
                    },
                    sha256: options.sha256,
                    memory_bytes: options.memory_bytes.saturating_sub(source.window_bytes()),
                    shapers: options.shapers,
                };
                let read = beforehand.read(scrubber, &*observer, stop).await;
                before = read.map_err(|e| e.leaving("the target is untouched"))?;
            }
        }
        let read = Arc::default();
        let ledger = match (&connector, &server) {
            (Some(connector), Some(server)) if !options.dry_run => {
                let facts = facts(options, &source, server, database.as_ref(), scrubber.as_deref());
                let charset = &options.default_character_set;
                Some(Arc::new(match options.resume {
                    false => Ledger::new(facts),
                    true => tokio::select! {
                        biased;
                        () = stop.tripped() => return Err(stop.cause()),
                        ledger = Ledger::resume(connector, charset, facts, database.as_ref(), &server.session) => ledger?,
                    },
                }))
            }
            _ => None,
        };
        let replacement = match (&staging, &connector, &server, &ledger) {
            (Some(staging), Some(connector), Some(server), Some(ledger)) => {
                let staging = Arc::clone(staging);
                let replacement = replace::replacement(options, staging, connector, server, &observer, stop);
                if replace::begin(&replacement, ledger, stop).await? {
                    return Ok(());
                }
                Some(Arc::new(replacement))
            }
            _ => None,
        };
        let pipeline = Pipeline {
            committed: ledger.as_ref().map(|l| l.committed()),
            sha256,
            before,
            cut: CutOptions {
                scrubber: scrubber.clone(),
                ..cut_options(options, server.as_deref(), database.clone(), staging.clone(), Excluded::new())?
            },
            read: Arc::clone(&read),
            source,
            shapers: options.shapers,
            memory_bytes: options.memory_bytes,
            observer: Arc::clone(&observer),
            stop: stop.clone(),
        };
        let (summary, read, result) = match (connector, server, ledger) {
            (Some(connector), Some(server), None) => {
                let (summary, read) = pipeline::run(pipeline, |steps| null::run(steps, Arc::clone(&observer))).await;
                let result = match stop.is_tripped() {
                    true => Err(stop.cause()),
                    false if options.append => Ok(()),
                    false if options.replace => {
                        let replaced = replace::preview(options, &connector, &server, &observer, stop, &summary).await;
                        replaced.map(|replaced| self.replaced = replaced)
                    }
                    false => {
                        MySql::check_empty(&connector, server, &summary.databases, &options.default_character_set).await
                    }
                };
                (summary, read, result)
            }
            (Some(connector), Some(server), Some(ledger)) => {
                let reread = reread(options, Arc::clone(&server), database.clone(), staging, read, stop);
                let sink = MySql::new(
                    MySqlOptions {
                        lanes: options.lanes,
                        indexes: options.indexes,
                        append: options.append,
                        // A sandbox goes with the run, whatever is in it.
                        on_failure: match options.target {
                            TargetSpec::Sandbox { .. } => OnFailure::Undo,
                            _ => options.on_failure,
                        },
                        keep_ledger: options.keep_ledger,
                        drop_databases: options.allow.contains(&sqldump::statement::ForbiddenKind::DropDatabase),
                        set_global: options.allow.contains(&sqldump::statement::ForbiddenKind::SetGlobal),
                        charset: options.default_character_set.clone(),
                        limits: Limits {
                            lag: options.max_lag,
                            threads_running: options.max_threads_running,
                            rate: options.rate,
                        },
                        load: LoadSettings { strict: options.strict, retries: options.retries },
                        verify: options.verify_extent(),
                        reread,
                        database,
                    },
                    Arc::new(connector),
                    server,
                    Arc::clone(&ledger),
                    replacement.clone(),
                    Arc::clone(&observer),
                    stop.clone(),
                );
                let ((mut summary, mut result), read) = pipeline::run(pipeline, |steps| sink.run(steps)).await;
                if let Some(replacement) = &replacement {
                    let end = replace::end(replacement, options, &ledger, &mut summary, result);
                    result = end.await.map(|replaced| self.replaced = replaced);
                }
                (summary, read, result)
            }
            _ => {
                let (summary, read) = pipeline::run(pipeline, |steps| null::run(steps, Arc::clone(&observer))).await;
                (summary, read, if stop.is_tripped() { Err(stop.cause()) } else { Ok(()) })
            }
        };
        self.summary = summary;
        self.source.files = files.reports();
        files.tell(&*observer);
        result.map_err(|e| files.named(&self.source.name, e))?;
        if let Some(read) = read {
            self.read(read, &files, &*observer);
        }
        if let Some(scrubber) = &scrubber {
            scrubber.notes().into_iter().for_each(|note| observer.event(&Event::Warning(note)));
        }
        Ok(())
    }

    fn read(&mut self, read: Read, files: &FileLog, observer: &dyn Observer) {
        self.source.fill(&read);
        if let Some(cut_off) = &read.within {
            observer.event(&Event::Warning(cut_off.warning(files)));
        }
        for (kind, at) in read.left_out {
            observer.event(&Event::Warning(Warning {
                code: "statement_left_out".to_owned(),
                message: format!("{}: a statement of the kind {kind} was left out", files.line(at)),
                table: None,
                row: None,
                column: None,
            }));
        }
    }
}

/// The rules at work, if there are any.
async fn open_rules(options: &RestoreOptions) -> Result<Option<Arc<Scrubber>>> {
    match &options.rules {
        Some(rules) => Ok(Some(rules.open(&options.source_options.aws, options.memory_bytes, false).await?)),
        None => Ok(None),
    }
}

/// What two runs must have in common to share a ledger: all that decides which steps there are, and where.
fn facts(
    options: &RestoreOptions,
    source: &Source,
    server: &Server,
    database: Option<&Name>,
    scrubber: Option<&Scrubber>,
) -> Facts {
    const SETTINGS: [&str; 11] = [
        "databases",
        "block_bytes",
        "row_bytes_max",
        "indexes",
        "append",
        "replace",
        "rules",
        "strict",
        "allow",
        "skip",
        "default_character_set",
    ];
    let mut facts: Facts = options
        .settings()
        .into_iter()
        .filter(|(name, _)| SETTINGS.contains(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let mut add = |name: &str, value: String| facts.insert(name.to_owned(), value);
    add(SOURCE_NAME, source.name().to_owned());
    add("source_bytes", source.size().map(|n| n.to_string()).unwrap_or_default());
    add("codec", source.codec().name().to_owned());
    let several = !source.files().reports().is_empty();
    add("files", if several { Files::Independent } else { Files::Sequence }.name().to_owned());
    add("sha256", options.sha256.or(source.stated_sha256()).map(|d| hex(&d)).unwrap_or_default());
    add("database", database.map(ToString::to_string).unwrap_or_default());
    add("rules_key", scrubber.and_then(|s| s.key_check).map(|check| hex(&check)).unwrap_or_default());
    add("target_version", server.version_text.clone());
    facts
}

/// Reads the dump again for digests that leave columns out. None for a source that can only be read once.
fn reread(
    options: &RestoreOptions,
    server: Arc<Server>,
    database: Option<Name>,
    staging: Option<Arc<Staging>>,
    before: Arc<OnceLock<[u8; 32]>>,
    stop: &Stop,
) -> Option<Reread> {
    if options.source.is_read_once() {
        return None;
    }
    let (options, stop) = (options.clone(), stop.clone());
    Some(Arc::new(move |excluded| {
        let (options, server, stop) = (options.clone(), Arc::clone(&server), stop.clone());
        let (database, staging, before) = (database.clone(), staging.clone(), Arc::clone(&before));
        async move {
            let pipeline = Pipeline {
                sha256: options.sha256,
                before: before.get().copied(),
                cut: CutOptions {
                    read_only: true,
                    // With counts of its own: these rows were counted before.
                    scrubber: open_rules(&options).await?,
                    ..cut_options(&options, Some(&server), database, staging, excluded)?
                },
                committed: None,
                read: Arc::default(),
                source: Source::open(&options.source, &options.source_options.clone().within(options.memory_bytes))
                    .await?,
                shapers: options.shapers,
                memory_bytes: options.memory_bytes,
                // Bars and reports have seen it all before.
                observer: Arc::new(Silent),
                stop: stop.clone(),
            };
            let files = pipeline.source.files();
            let (expected, _) = pipeline::run(pipeline, expected::collect).await;
            if let Some(cause) = stop.take_cause() {
                return Err(files.named(&options.source.to_string(), cause));
            }
            Ok(expected)
        }
        .boxed()
    }))
}

fn cut_options(
    options: &RestoreOptions,
    server: Option<&Server>,
    database: Option<Name>,
    staging: Option<Arc<Staging>>,
    excluded: Excluded,
) -> Result<CutOptions> {
    let load_data = match options.method {
        Method::Insert => false,
        Method::Auto => server.is_none_or(|s| s.local_infile),
        Method::LoadData => {
            if server.is_some_and(|s| !s.local_infile) {
                return Err(Error::target("the target doesn't allow LOAD DATA LOCAL").hint(
                    "SET GLOBAL local_infile = 1 there (a parameter group on RDS and Aurora), or use --method auto",
                ));
            }
            true
        }
    };
    let row_bytes_max = usize::try_from(options.row_bytes_max).unwrap_or(usize::MAX);
    let whole_bytes = (row_bytes_max / WHOLE_PART).max(options.block_bytes);
    Ok(CutOptions {
        config: CutConfig { block_bytes: options.block_bytes, whole_bytes, row_bytes_max },
        session: server.map_or_else(Session::offline, |s| s.session.clone()),
        target: server.map(|s| s.version),
        database,
        databases: options.databases.iter().map(|d| Name::from(d.as_str())).collect(),
        staging,
        load_data,
        hex_bytes: server.is_some_and(|s| !s.is_mariadb()),
        append: options.append,
        digest: (options.verify_extent() == Verify::Content).then(|| {
            Arc::new(DigestOptions { native_json: server.is_some_and(Server::native_json), original: false, excluded })
        }),
        default_engine: server.map_or_else(|| "InnoDB".to_owned(), |s| s.default_engine.clone()),
        allow: options.allow.clone(),
        skip: options.skip.clone(),
        read_only: false,
        scrubber: None,
        text: false,
        collect: false,
    })
}

async fn start_sandbox(server: SandboxServer) -> Result<Sandbox> {
    let flavor = match server {
        SandboxServer::Any => None,
        SandboxServer::MariaDb => Some(Flavor::MariaDb),
        SandboxServer::MySql => Some(Flavor::MySql),
    };
    let started = tokio::task::spawn_blocking(move || {
        let found = dumpstream_sandbox::find(flavor)?;
        Sandbox::start(&found, &dumpstream_sandbox::Options::default())
    });
    let failed = |text: String, hint: Option<String>| {
        let error = Error::target(text);
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    };
    match started.await {
        Ok(Ok(sandbox)) => Ok(sandbox),
        Ok(Err(e)) => Err(failed(format!("the sandbox didn't start: {e}"), e.hint())),
        Err(_) => Err(failed("starting the sandbox was interrupted".to_owned(), None)),
    }
}

/// How a run ended, for its report.
pub(crate) fn outcome(error: Option<&Error>) -> &'static str {
    match error {
        None => "ok",
        Some(e) if e.kind() == ErrorKind::Interrupted => "interrupted",
        Some(_) => "failed",
    }
}

pub(crate) fn error_report(e: &Error) -> ErrorReport {
    ErrorReport {
        kind: match e.kind() {
            ErrorKind::Usage => "usage",
            ErrorKind::Source => "source",
            ErrorKind::Target => "target",
            ErrorKind::Verification => "verification",
            ErrorKind::Policy => "policy",
            ErrorKind::Interrupted => "interrupted",
        },
        message: e.to_string(),
        place: e.place().to_string(),
        hint: e.hint_text().map(str::to_owned),
        target_state: e.state().map(str::to_owned),
    }
}

/// Peak resident memory of this process, bytes; 0 where the system doesn't tell.
pub(crate) fn peak_memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()).map_or(0, |kib| kib * 1024)
}
