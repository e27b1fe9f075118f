//! Runs: asked for in the command line's words, started, waited for, stopped.

use crate::inbox::Inbox;
use crate::{aws, errors, files, interpreter, runtime, transformers};
use clap::FromArgMatches;
use dumpstream::aws::AwsOptions;
use dumpstream::destination::DestinationSpec;
use dumpstream::discover::Discovered;
use dumpstream::error::{Error, Result};
use dumpstream::inspect::{InspectOptions, Inspected};
use dumpstream::observe::Observer;
use dumpstream::options::RestoreOptions;
use dumpstream::restore::Outcome;
use dumpstream::rollback::RollbackOptions;
use dumpstream::rules::{Customs, RulesFile};
use dumpstream::scrub::{ScrubOptions, Scrubbed};
use dumpstream::source::SourceSpec;
use dumpstream::stop::Stop;
use dumpstream::target::connect::{ConnectOptions, Secret};
use dumpstream::verify::{Verified, VerifyOptions};
use dumpstream_cli::args::{Cli, Command};
use dumpstream_cli::console::Console;
use dumpstream_cli::report_file::{ReportFile, ReportRequest};
use dumpstream_cli::request::{self, DiscoverRequest};
use futures_util::FutureExt;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::time::Duration;

pub(crate) fn fill(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Run>()?;
    module.add_class::<Sandbox>()?;
    module.add_function(wrap_pyfunction!(start, module)?)
}

/// A run that is asked for.
enum Request {
    Restore(Box<RestoreOptions>, Option<ReportRequest>),
    Scrub(Box<ScrubOptions>, Option<ReportRequest>),
    Verify(Box<VerifyOptions>, Option<ReportRequest>),
    Inspect(Box<InspectOptions>),
    Discover(Box<DiscoverRequest>),
    Rollback(Box<RollbackOptions>),
}

/// What Python brings besides the words of a command line.
struct Brought {
    source: Option<SourceSpec>,
    destination: Option<DestinationSpec>,
    password: Option<Secret>,
    credentials: Option<Py<PyAny>>,
    customs: Customs,
}

/// What a run came to.
struct Ended {
    report: String,
    error: Option<Error>,
    panicked: bool,
    sandbox: Option<dumpstream_sandbox::Sandbox>,
}

impl Ended {
    fn new(report: &impl Serialize, error: Option<Error>) -> Self {
        // Plain data: it can't fail.
        let report = serde_json::to_string(report).unwrap_or_else(|_| "{}".to_owned());
        Self { report, error, panicked: false, sandbox: None }
    }

    /// Notes whether what the run made, such as its report, is in its file. The run's own failure is the more telling one.
    fn written(mut self, what: &str, result: Result<()>) -> Self {
        if let Err(cause) = result {
            self.error.get_or_insert_with(|| {
                Error::usage(format!("the {what} could not be written"))
                    .caused_by(cause)
                    .leaving("as the report attribute says: nothing else depends on the file")
            });
        }
        self
    }
}

/// Starts a run on the threads that all runs share, and returns at once.
///
/// `argv` is a command line without the program's name. What can't be said in words is beside it: `path` or `reader` (with the
/// `name` that messages call it, and its `size` in bytes) in place of the source, `writer` in place of the output, a
/// `password`, `credentials`, a callable that gives an access key, a secret and a session token, and `transformers`, callables
/// with their versions by name. With `events`, they are kept until they are fetched.
#[pyfunction]
#[pyo3(signature = (argv, /, *, path=None, reader=None, name=None, size=None, writer=None, password=None, credentials=None, transformers=None, events=false))]
#[allow(clippy::too_many_arguments)]
fn start(
    py: Python<'_>,
    argv: Vec<OsString>,
    path: Option<PathBuf>,
    reader: Option<Py<PyAny>>,
    name: Option<String>,
    size: Option<u64>,
    writer: Option<Py<PyAny>>,
    password: Option<String>,
    credentials: Option<Py<PyAny>>,
    transformers: Option<transformers::Registered>,
    events: bool,
) -> PyResult<Run> {
    let name = name.unwrap_or_else(|| "a file object".to_owned());
    let source = match (path, reader) {
        (Some(path), _) => Some(SourceSpec::File(path)),
        (None, Some(reader)) => Some(SourceSpec::reader(name.clone(), size, files::reader(reader))),
        (None, None) => None,
    };
    let destination = writer.map(|writer| DestinationSpec::writer(name, files::writer(writer)));
    let customs = transformers::customs(transformers.unwrap_or_default());
    let brought = Brought { source, destination, password: password.map(Secret::new), credentials, customs };
    let request = settle(py, argv, brought).map_err(|e| errors::exception(py, &e))?;
    let runtime = runtime::handle()?;
    let shared = Arc::new(Shared {
        stop: Stop::default(),
        inbox: Inbox::new(events),
        ended: Mutex::default(),
        changed: Condvar::new(),
        process: std::process::id(),
    });
    {
        let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|run| run.strong_count() > 0);
        runs.push(Arc::downgrade(&shared));
    }
    let run = Arc::clone(&shared);
    runtime.spawn(async move {
        let observer = Arc::new(Listener(Arc::clone(&run))) as Arc<dyn Observer>;
        let work = AssertUnwindSafe(perform(request, observer, run.stop.clone())).catch_unwind();
        let ended = work.await.unwrap_or_else(|_| Ended { panicked: true, ..Ended::new(&json!({}), None) });
        *run.ended.lock().unwrap_or_else(PoisonError::into_inner) = State::Ended(Box::new(ended));
        run.changed.notify_all();
    });
    Ok(Run { shared })
}

/// Settles what is asked for, as the command line does.
fn settle(py: Python<'_>, argv: Vec<OsString>, brought: Brought) -> Result<Request> {
    let argv = std::iter::once(OsString::from("dumpstream")).chain(argv);
    let parsed = dumpstream_cli::command().try_get_matches_from(argv).and_then(|m| Cli::from_arg_matches(&m));
    let cli = parsed.map_err(|e| {
        let text = e.render().to_string();
        // What follows the first empty line is about command lines.
        let text = text.split("\n\n").next().unwrap_or_default();
        Error::usage(text.trim_start_matches("error: ").trim())
    })?;
    let Brought { source, destination, password, credentials, customs } = brought;
    let with_customs = |rules: RulesFile| rules.with_customs(customs.clone());
    let credentials = credentials.as_ref();
    let signing = |aws: AwsOptions| aws::signing(aws, credentials, py);
    let connect = |connect: &mut ConnectOptions| {
        connect.aws = aws::signing(connect.aws.clone(), credentials, py);
        connect.password = password.clone().or_else(|| connect.password.take());
    };
    Ok(match cli.command {
        Command::Restore(args) => {
            let aws = signing(request::aws_options(&args.network.aws));
            // Nothing is asked for or shown: a password is no question here.
            let request = request::resolve(*args, &Console::new(std::io::sink(), std::io::sink()))?;
            let mut options = request.options;
            options.rules = options.rules.map(with_customs);
            options.source_options = options.source_options.aws(aws.clone());
            // A sandbox and null have neither.
            if options.connector()?.is_some() || password.is_some() {
                connect(&mut options.connect);
            }
            options.source = source.unwrap_or(options.source);
            options.validate()?;
            let report = report(request.report, &options.source, aws)?;
            Request::Restore(Box::new(options), report)
        }
        Command::Scrub(args) => {
            let aws = signing(request::aws_options(&args.read.network.aws));
            let (options, to) = request::resolve_scrub(*args)?;
            // As --json has it: the report is for auditors.
            let mut options = options.digests(true);
            options.rules = with_customs(options.rules);
            options.source_options = options.source_options.aws(aws.clone());
            options.destination_options = options.destination_options.aws(aws.clone());
            options.source = source.unwrap_or(options.source);
            options.destination = destination.unwrap_or(options.destination);
            options.validate()?;
            let report = report(to, &options.source, aws)?;
            Request::Scrub(Box::new(options), report)
        }
        Command::Verify(args) => {
            let aws = signing(request::aws_options(&args.read.network.aws));
            let (mut options, to) = request::resolve_verify(*args)?;
            options.rules = options.rules.map(with_customs);
            options.source_options = options.source_options.aws(aws.clone());
            match &mut options.against {
                Some(against) => connect(&mut against.connect),
                None if password.is_some() => {
                    return Err(Error::usage("a password was given, and no server").hint("name one with --against"));
                }
                None => {}
            }
            options.source = source.unwrap_or(options.source);
            options.validate()?;
            let report = report(to, &options.source, aws)?;
            Request::Verify(Box::new(options), report)
        }
        Command::Inspect(args) => {
            let aws = signing(request::aws_options(&args.read.network.aws));
            let mut options = request::resolve_inspect(*args)?;
            options.source_options = options.source_options.aws(aws);
            options.source = source.unwrap_or(options.source);
            options.validate()?;
            Request::Inspect(Box::new(options))
        }
        Command::Discover(args) => {
            let aws = signing(request::aws_options(&args.read.network.aws));
            let DiscoverRequest { mut options, rules, lock } = request::resolve_discover(*args)?;
            options.source_options = options.source_options.aws(aws.clone());
            options.source = source.unwrap_or(options.source);
            options.validate()?;
            let rules = report(rules, &options.source, aws.clone())?;
            let lock = report(lock, &options.source, aws)?;
            Request::Discover(Box::new(DiscoverRequest { options, rules, lock }))
        }
        Command::Rollback(args) => {
            let mut options = request::resolve_rollback(*args)?;
            connect(&mut options.connect);
            options.validate()?;
            Request::Rollback(Box::new(options))
        }
    })
}

/// Does it.
async fn perform(request: Request, observer: Arc<dyn Observer>, stop: Stop) -> Ended {
    match request {
        Request::Restore(options, report) => match report_file(report).await {
            Ok(file) => {
                let Outcome { report, error, sandbox } = dumpstream::restore::restore(*options, observer, stop).await;
                let ended = Ended { sandbox, ..Ended::new(&report, error) };
                let wrote = match file {
                    Some(file) => file.write(&report).await,
                    None => Ok(()),
                };
                ended.written("report", wrote)
            }
            Err(e) => Ended::new(&json!({}), Some(e)),
        },
        Request::Scrub(options, report) => match report_file(report).await {
            Ok(file) => {
                let Scrubbed { report, error } = dumpstream::scrub::scrub(*options, observer, stop).await;
                let mut told = json!(report);
                if let Value::Object(told) = &mut told {
                    told.insert("markdown".to_owned(), Value::String(report.to_markdown()));
                }
                let wrote = match file {
                    Some(file) => file.write_scrub(&report).await,
                    None => Ok(()),
                };
                Ended::new(&told, error).written("report", wrote)
            }
            Err(e) => Ended::new(&json!({}), Some(e)),
        },
        Request::Verify(options, report) => match report_file(report).await {
            Ok(file) => {
                let Verified { report, error } = dumpstream::verify::verify(*options, observer, stop).await;
                let wrote = match file {
                    Some(file) => file.write(&report).await,
                    None => Ok(()),
                };
                Ended::new(&report, error).written("report", wrote)
            }
            Err(e) => Ended::new(&json!({}), Some(e)),
        },
        Request::Inspect(options) => {
            let Inspected { report, error } = dumpstream::inspect::inspect(*options, observer, stop).await;
            Ended::new(&report, error)
        }
        Request::Discover(request) => {
            let DiscoverRequest { options, rules, lock } = *request;
            match (report_file(rules).await, report_file(lock).await) {
                (Ok(rules), Ok(lock)) => {
                    let Discovered { report, error } = dumpstream::discover::discover(options, observer, stop).await;
                    let made = error.is_none();
                    let mut ended = Ended::new(&report, error);
                    for (what, file, text) in [("rules", rules, report.rules), ("lockfile", lock, report.lock)] {
                        if let Some(file) = file.filter(|_| made) {
                            ended = ended.written(what, file.write_text(text).await);
                        }
                    }
                    ended
                }
                (Err(e), _) | (_, Err(e)) => Ended::new(&json!({}), Some(e)),
            }
        }
        Request::Rollback(options) => match dumpstream::rollback::rollback(*options, observer, stop).await {
            Ok(schemas) => {
                let told = schemas
                    .iter()
                    .map(|s| json!({ "schema": s.schema, "from_schema": s.from, "kept_as": s.kept_as }))
                    .collect::<Vec<_>>();
                Ended::new(&json!({ "schemas": told }), None)
            }
            Err(e) => Ended::new(&json!({}), Some(e)),
        },
    }
}

/// The report that is asked for, written as whoever reads the dump.
fn report(report: Option<ReportRequest>, source: &SourceSpec, aws: AwsOptions) -> Result<Option<ReportRequest>> {
    let Some(report) = report else { return Ok(None) };
    report.spare_source(source)?;
    Ok(Some(report.aws(aws)))
}

async fn report_file(report: Option<ReportRequest>) -> Result<Option<ReportFile>> {
    match report {
        Some(report) => report.check().await.map(Some),
        None => Ok(None),
    }
}

/// A run's part that its threads and Python share.
struct Shared {
    stop: Stop,
    inbox: Inbox,
    ended: Mutex<State>,
    changed: Condvar,
    /// Which it belongs to.
    process: u32,
}

/// The runs. Their lock, as that of [`KEPT`], is taken with the interpreter attached: so it is free in a child by `os.fork`.
static RUNS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// Asks all runs of this process to end early.
pub(crate) fn stop_all() {
    let runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    for run in runs.iter().filter_map(Weak::upgrade).filter(|run| run.process == std::process::id()) {
        run.stop.interrupt();
    }
}

#[derive(Default)]
enum State {
    #[default]
    Running,
    Ended(Box<Ended>),
    /// What it came to was fetched.
    Fetched,
}

struct Listener(Arc<Shared>);

impl Observer for Listener {
    fn event(&self, event: &dumpstream::observe::Event) {
        self.0.inbox.event(event);
    }
}

/// The report, the curve, the exception and the sandbox of a run.
type Outcomes = (String, String, Option<Py<PyAny>>, Option<Sandbox>);

/// A run. Dropping it stops it.
#[pyclass(frozen, module = "dumpstream._native.runs")]
struct Run {
    shared: Arc<Shared>,
}

#[pymethods]
impl Run {
    /// Waits until the run is over, or for so many seconds. Says whether it is over.
    #[pyo3(signature = (seconds, /))]
    fn wait(&self, py: Python<'_>, seconds: f64) -> PyResult<bool> {
        if self.shared.process != std::process::id() {
            return Err(PyRuntimeError::new_err("the run belongs to the process that this one was forked from"));
        }
        let limit = Duration::try_from_secs_f64(seconds).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let shared = &self.shared;
        Ok(interpreter::detached(py, || {
            let state = shared.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let running = |state: &mut State| matches!(state, State::Running);
            let waited = shared.changed.wait_timeout_while(state, limit, running);
            !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
        }))
    }

    /// Asks the run to end early. It cleans up, and is over when `wait` says so.
    fn stop(&self) {
        self.shared.stop.interrupt();
    }

    /// The events since the last call, as a JSON list.
    fn events(&self, py: Python<'_>) -> String {
        interpreter::detached(py, || self.shared.inbox.take())
    }

    /// What it came to, once: the report and the curve of its throughput as JSON, the exception it ended with, and the sandbox
    /// that stays.
    fn outcome(&self, py: Python<'_>) -> PyResult<Outcomes> {
        let state = {
            let mut state = self.shared.ended.lock().unwrap_or_else(PoisonError::into_inner);
            match *state {
                State::Running => return Err(PyRuntimeError::new_err("the run isn't over")),
                _ => std::mem::replace(&mut *state, State::Fetched),
            }
        };
        let State::Ended(ended) = state else {
            return Err(PyRuntimeError::new_err("the outcome of the run was fetched before"));
        };
        let Ended { report, error, panicked, sandbox } = *ended;
        let error = match error {
            _ if panicked => Some(errors::bug(py)),
            error => error.map(|e| errors::exception(py, &e)),
        };
        let sandbox = sandbox.map(Sandbox::kept);
        Ok((report, self.shared.inbox.samples(), error.map(|e| e.into_value(py).into_any()), sandbox))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.shared.process == std::process::id() {
            self.shared.stop.interrupt();
        } else {
            // What a parent's run came to, a sandbox, is the parent's to end.
            std::mem::forget(Arc::clone(&self.shared));
        }
    }
}

/// The server of a sandbox, until it is closed.
type Server = Arc<Mutex<Option<dumpstream_sandbox::Sandbox>>>;

/// The servers that are kept, and the processes that started them: they run until they are closed, whoever looks at them
/// meanwhile. A child by `os.fork` has its parent's in here as well, and never drops them: that would end the parent's server.
static KEPT: Mutex<Vec<(u32, Server)>> = Mutex::new(Vec::new());

/// The servers that this process has kept. To drop one is to end it.
pub(crate) fn take_kept() -> Vec<dumpstream_sandbox::Sandbox> {
    let kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let ours = kept.iter().filter(|(process, _)| *process == std::process::id());
    ours.filter_map(|(_, server)| server.lock().unwrap_or_else(PoisonError::into_inner).take()).collect()
}

/// A throwaway server that runs until it is closed, or until this process ends.
///
/// Only the process that started it can close it: in a child by ``os.fork``, ``close`` does nothing.
///
/// >>> sandbox = dumpstream.restore(small, to="sandbox/shop", keep=True).sandbox
/// >>> dumpstream.verify(small, against=sandbox.url + "/shop").outcome
/// 'ok'
/// >>> sandbox.close()
/// >>> sandbox.closed
/// True
#[pyclass(frozen, module = "dumpstream._native.runs")]
struct Sandbox {
    /// Where it is: `mysql://root@127.0.0.1:PORT`. There is no password.
    #[pyo3(get)]
    url: String,
    /// Its TCP port on 127.0.0.1.
    #[pyo3(get)]
    port: u16,
    /// Its Unix socket.
    #[pyo3(get)]
    socket: PathBuf,
    /// A shell command that connects to it.
    #[pyo3(get)]
    client_command: String,
    /// Its version.
    #[pyo3(get)]
    version: String,
    running: Server,
    process: u32,
}

impl Sandbox {
    fn kept(server: dumpstream_sandbox::Sandbox) -> Self {
        let (url, port, socket) = (server.url(), server.port(), server.socket());
        let (client_command, version) = (server.client_command(), server.version_text().to_owned());
        let process = std::process::id();
        let running: Server = Arc::new(Mutex::new(Some(server)));
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, server)| server.lock().unwrap_or_else(PoisonError::into_inner).is_some());
        kept.push((process, Arc::clone(&running)));
        Self { url, port, socket, client_command, version, running, process }
    }
}

#[pymethods]
impl Sandbox {
    /// Whether it was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    /// Ends the server and removes its files. Does nothing the second time.
    fn close(&self, py: Python<'_>) {
        if self.process == std::process::id() {
            let server = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
            interpreter::detached(py, || drop(server));
        }
    }

    fn __repr__(&self) -> String {
        format!("<Sandbox {}{}>", self.url, if self.closed() { ", closed" } else { "" })
    }
}
