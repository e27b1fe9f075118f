//! From the command line as written to what is asked of the library.

use crate::args::{
    AwsArgs, CompareArgs, DiscoverArgs, InspectArgs, LoginArgs, NetworkArgs, ObjectArgs, ProgressMode, RestoreArgs,
    RollbackArgs, ScrubArgs, VerifyArgs,
};
use crate::console::Console;
use crate::report_file::ReportRequest;
use crate::run_files::RunFiles;
use dumpstream::aws::AwsOptions;
use dumpstream::destination::{DestinationOptions, DestinationSpec};
use dumpstream::discover::DiscoverOptions;
use dumpstream::error::{Error, Result};
use dumpstream::inspect::InspectOptions;
use dumpstream::lock::LockFile;
use dumpstream::options::{self, RestoreOptions};
use dumpstream::rollback::RollbackOptions;
use dumpstream::rules::RulesFile;
use dumpstream::scrub::ScrubOptions;
use dumpstream::source::{Files, SourceOptions, SourceSpec};
use dumpstream::target::connect::{ConnectOptions, Connector, Secret, TargetSpec};
use dumpstream::verify::{Against, VerifyOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A restore, ready to run, and how to tell about it.
#[derive(Debug)]
pub struct Request {
    /// For the library.
    pub options: RestoreOptions,
    /// How to show progress.
    pub progress: Shown,
    /// Where the report goes.
    pub report: Option<ReportRequest>,
    /// Whether only errors are printed.
    pub quiet: bool,
}

/// How progress is shown, once it is settled where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Bars on the terminal.
    Bar,
    /// Lines on standard error.
    Plain,
    /// Events as JSON on standard output.
    Json,
    /// Nothing.
    Nothing,
}

/// Settles what `args` mean. Asks for the password, if that is what they say, once everything else is in order.
pub fn resolve(args: RestoreArgs, console: &Console) -> Result<Request> {
    let RestoreArgs { source, files_from, files, databases, to, login, load, checks, network, output, objects } = args;
    let aws = aws_options(&network.aws);
    let objects = object_options(objects, &[output.report.as_deref()], &network.aws)?;
    let (sha256, source_options) = source_options(checks.sha256.as_deref(), files, network)?;
    let source = source_spec(source, files_from)?;
    let target: TargetSpec = to.parse()?;
    let progress = shown(output.progress, output.quiet, console)?;
    let rules = rules(checks.rules.as_deref(), checks.lock.as_deref())?;
    let mut files = RunFiles::of_source(&source)
        .and_rules(checks.rules.as_deref(), rules.as_ref())
        .and("lockfile", checks.lock.as_deref());
    for (what, path) in login_files(&login) {
        files = files.and(what, path);
    }
    let (asks, mut connect) = connect_options(login, aws);
    let block =
        usize::try_from(load.block).map_err(|_| Error::usage("--block is larger than this machine's memory"))?;
    let mut options = RestoreOptions::new(source, target)
        .connect(connect.clone())
        .databases(databases)
        .lanes(load.lanes)
        .memory_bytes(load.memory)
        .block_bytes(block)
        .row_bytes_max(load.max_row)
        .method(load.method)
        .indexes(load.indexes)
        .retries(load.retries)
        .max_lag(load.max_lag)
        .max_threads_running(load.max_threads_running)
        .rate(load.rate)
        .default_character_set(load.default_character_set)
        .dry_run(checks.dry_run)
        .append(checks.append)
        .replace(checks.replace)
        .keep_old(checks.keep_old)
        .swap_wait(Duration::from_secs(checks.swap_wait))
        .sha256(sha256)
        .source_options(source_options)
        .rules(rules)
        .strict(checks.strict)
        .on_failure(checks.on_failure)
        .resume(checks.resume)
        .keep_ledger(checks.keep_ledger)
        .keep(checks.keep);
    if let Some(extent) = checks.verify {
        options = options.verify(extent);
    }
    if let Some(shapers) = load.shapers {
        options = options.shapers(shapers);
    }
    for name in &checks.allow {
        options = options.allow(options::statement_kind(name)?);
    }
    for name in &checks.skip {
        options = options.skip(options::statement_kind(name)?);
    }
    options.validate()?;
    // What a wrong option file or URL says comes before the question.
    let connector = options.connector()?;
    if asks {
        let Some(connector) = connector else {
            return Err(Error::usage(format!("--password was given, and the target {} takes none", options.target)));
        };
        connect.password = Some(ask(&connector)?);
        options = options.connect(connect);
    }
    let report = report(output.report.as_deref(), &objects, &files)?;
    Ok(Request { options, progress, report, quiet: output.quiet })
}

/// Settles what `args` mean. Asks for the password, if that is what they say, once everything else is in order.
pub fn resolve_rollback(args: RollbackArgs) -> Result<RollbackOptions> {
    let (asks, mut connect) = connect_options(args.login, aws_options(&args.aws));
    let mut options = RollbackOptions::new(args.to.parse()?)
        .connect(connect.clone())
        .keep_old(args.keep_old)
        .before(args.before)
        .swap_wait(Duration::from_secs(args.swap_wait));
    options.validate()?;
    if let TargetSpec::Server(url) = &options.target {
        let connector = connect.resolve(url)?;
        if asks {
            connect.password = Some(ask(&connector)?);
            options = options.connect(connect);
        }
    }
    Ok(options)
}

/// Settles what `args` mean. Asks for the password, if that is what they say, once everything else is in order.
pub fn resolve_verify(args: VerifyArgs) -> Result<(VerifyOptions, Option<ReportRequest>)> {
    let VerifyArgs { read, compare, login, report: place, objects } = args;
    let objects = object_options(objects, &[place.as_deref()], &read.network.aws)?;
    let rules = rules(compare.rules.as_deref(), compare.lock.as_deref())?;
    let source = source_spec(read.source, read.files_from)?;
    let mut files = RunFiles::of_source(&source)
        .and_rules(compare.rules.as_deref(), rules.as_ref())
        .and("lockfile", compare.lock.as_deref());
    for (what, path) in login_files(&login) {
        files = files.and(what, path);
    }
    let against = against(compare, login, &read.network.aws)?;
    let (sha256, source_options) = source_options(read.sha256.as_deref(), read.files, read.network)?;
    let options = VerifyOptions::new(source)
        .sha256(sha256)
        .source_options(source_options)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row)
        .rules(rules)
        .against(against);
    options.validate()?;
    Ok((options, report(place.as_deref(), &objects, &files)?))
}

/// Settles what `args` mean.
pub fn resolve_inspect(args: InspectArgs) -> Result<InspectOptions> {
    let read = args.read;
    let (sha256, source_options) = source_options(read.sha256.as_deref(), read.files, read.network)?;
    let options = InspectOptions::new(source_spec(read.source, read.files_from)?)
        .sha256(sha256)
        .source_options(source_options)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row);
    options.validate()?;
    Ok(options)
}

/// Settles what `args` mean.
pub fn resolve_scrub(args: ScrubArgs) -> Result<(ScrubOptions, Option<ReportRequest>)> {
    let ScrubArgs { read, output, rules, lock, compress, shapers, allow_unfinished, report: place, overwrite, objects } =
        args;
    let objects = object_options(objects, &[Some(&output), place.as_deref()], &read.network.aws)?;
    let destination: DestinationSpec = output.parse()?;
    if destination == DestinationSpec::Stdout && (read.json || read.progress == ProgressMode::Json) {
        return Err(Error::usage("the dump and JSON would mix on standard output")
            .hint("write the dump to a file, or the report to one with --report"));
    }
    let (sha256, source_options) = source_options(read.sha256.as_deref(), read.files, read.network)?;
    let source = source_spec(read.source, read.files_from)?;
    let lockfile = lock.as_deref().map(LockFile::read).transpose()?;
    let read_rules = RulesFile::read(&rules)?.with_lock(lockfile);
    let files =
        RunFiles::of_source(&source).and_rules(Some(&rules), Some(&read_rules)).and("lockfile", lock.as_deref());
    files.spare("output", &destination)?;
    let files = files.and_output(&destination);
    let mut options = ScrubOptions::new(source, destination, read_rules)
        .sha256(sha256)
        .source_options(source_options)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row)
        .compression(compress)
        .destination_options(options_for(&output, &objects)?.overwrite(overwrite))
        .unfinished(allow_unfinished)
        .digests(place.is_some() || read.json);
    if let Some(shapers) = shapers {
        options = options.shapers(shapers);
    }
    options.validate()?;
    Ok((options, report(place.as_deref(), &objects, &files)?))
}

/// What discovering personal data makes, and how.
#[derive(Debug)]
pub struct DiscoverRequest {
    /// For the library.
    pub options: DiscoverOptions,
    /// Where the rules go.
    pub rules: Option<ReportRequest>,
    /// Where the lockfile goes.
    pub lock: Option<ReportRequest>,
}

/// Settles what `args` mean.
pub fn resolve_discover(args: DiscoverArgs) -> Result<DiscoverRequest> {
    let DiscoverArgs { read, output, lock, prune, overwrite, sample_rows, allow_unfinished } = args;
    let output = output.filter(|path| path != Path::new("-"));
    if let Some(path) = output.as_deref().filter(|path| !overwrite && path.exists()) {
        return Err(Error::usage(format!("{} is there already", path.display()))
            .hint("it may hold what a person decided: name another file, or replace it with --overwrite"));
    }
    if output.is_none() && read.progress == ProgressMode::Json {
        return Err(
            Error::usage("the rules and JSON would mix on standard output").hint("write the rules to a file: -o")
        );
    }
    let known = lock.as_deref().filter(|path| path.exists()).map(LockFile::read).transpose()?;
    let (sha256, source_options) = source_options(read.sha256.as_deref(), read.files, read.network)?;
    let source = source_spec(read.source, read.files_from)?;
    let files = RunFiles::of_source(&source);
    let to = |path: Option<&Path>, files: &RunFiles| path.map(|p| ReportRequest::of_file(p, files)).transpose();
    let rules = to(output.as_deref(), &files)?;
    let lock = to(lock.as_deref(), &files.and("rules file", output.as_deref()))?;
    let options = DiscoverOptions::new(source)
        .sha256(sha256)
        .source_options(source_options)
        .memory_bytes(read.memory)
        .row_bytes_max(read.max_row)
        .unfinished(allow_unfinished)
        .sample_rows(sample_rows)
        .lock(known)
        .prune(prune);
    options.validate()?;
    Ok(DiscoverRequest { options, rules, lock })
}

/// The report that is asked for, which takes the place of none of `files`.
fn report(place: Option<&str>, objects: &DestinationOptions, files: &RunFiles) -> Result<Option<ReportRequest>> {
    place.map(|place| ReportRequest::new(place, options_for(place, objects)?, files)).transpose()
}

/// What to read.
fn source_spec(source: Option<String>, files_from: Option<PathBuf>) -> Result<SourceSpec> {
    match (source, files_from) {
        (Some(text), _) => text.parse(),
        (None, Some(list)) => Ok(SourceSpec::List(list)),
        (None, None) => Err(Error::usage("nothing says what to read")),
    }
}

/// The rules, with the lockfile that dumps are held against besides.
fn rules(rules: Option<&Path>, lock: Option<&Path>) -> Result<Option<RulesFile>> {
    let lock = lock.map(LockFile::read).transpose()?;
    Ok(rules.map(RulesFile::read).transpose()?.map(|rules| rules.with_lock(lock)))
}

/// The SHA-256 that is expected, and how the source is read.
fn source_options(
    sha256: Option<&str>,
    files: Files,
    network: NetworkArgs,
) -> Result<(Option<[u8; 32]>, SourceOptions)> {
    let NetworkArgs { connections, aws } = network;
    let auto = sha256 == Some("auto");
    let digest = sha256.filter(|_| !auto).map(options::parse_sha256).transpose()?;
    let options = SourceOptions::default().sha256_auto(auto).files(files).connections(connections);
    Ok((digest, options.aws(aws_options(&aws))))
}

/// What is written to S3 is given, whichever of `places` it is; an error if none of them is there.
fn object_options(objects: ObjectArgs, places: &[Option<&str>], aws: &AwsArgs) -> Result<DestinationOptions> {
    let ObjectArgs { sse_kms_key, storage_class, tag, metadata } = objects;
    let mut options =
        DestinationOptions::default().aws(aws_options(aws)).sse_kms_key(sse_kms_key).storage_class(storage_class);
    for (key, value) in tag {
        options = options.tag(key, value);
    }
    for (name, value) in metadata {
        options = options.metadata(name, value);
    }
    let places = places.iter().flatten().map(|place| place.parse()).collect::<Result<Vec<DestinationSpec>>>()?;
    let object = places.into_iter().find(|place| matches!(place, DestinationSpec::S3(_)));
    options.validate(&object.unwrap_or(DestinationSpec::Stdout))?;
    Ok(options)
}

/// The same for one of them, which may be no object.
fn options_for(place: &str, options: &DestinationOptions) -> Result<DestinationOptions> {
    Ok(match place.parse()? {
        DestinationSpec::S3(_) => options.clone(),
        _ => DestinationOptions::default(),
    })
}

/// As whom, where and how AWS is reached.
pub fn aws_options(args: &AwsArgs) -> AwsOptions {
    let AwsArgs { profile, region, endpoint_url } = args;
    AwsOptions::default().profile(profile.clone()).region(region.clone()).endpoint_url(endpoint_url.clone())
}

/// Files that a login is read from.
fn login_files(login: &LoginArgs) -> [(&'static str, Option<&Path>); 3] {
    [
        ("password's file", login.password_file.as_deref()),
        ("option file", login.defaults_file.as_deref()),
        ("file of authorities", login.ssl_ca.as_deref()),
    ]
}

/// How to log in, and whether the password is to be asked for.
fn connect_options(login: LoginArgs, aws: AwsOptions) -> (bool, ConnectOptions) {
    let connect = ConnectOptions {
        user: login.user,
        password: None,
        password_file: login.password_file,
        defaults_file: login.defaults_file,
        ssl_mode: login.ssl_mode,
        ssl_ca: login.ssl_ca,
        secret: login.secret,
        iam_auth: login.iam_auth,
        aws,
    };
    (login.password, connect)
}

/// Settles what a dump is to be compared with, if anything.
fn against(compare: CompareArgs, login: LoginArgs, aws: &AwsArgs) -> Result<Option<Against>> {
    let aws = aws_options(aws);
    let (asks, mut connect) = connect_options(login, aws.clone());
    let Some(url) = compare.against else {
        return match asks || connect != (ConnectOptions { aws, ..ConnectOptions::default() }) {
            true => {
                Err(Error::usage("a user, a password or TLS was given, and no server").hint("name one with --against"))
            }
            false => Ok(None),
        };
    };
    let TargetSpec::Server(server) = url.parse()? else {
        return Err(
            Error::usage("a dump can only be compared with a server").hint("--against mysql://user@host/database")
        );
    };
    let against = Against::new(server)
        .connect(connect.clone())
        .lanes(compare.lanes)
        .databases(compare.databases)
        .default_character_set(compare.default_character_set);
    // What a wrong option file or URL says comes before the question.
    let connector = connect.resolve(&against.server)?;
    if asks {
        connect.password = Some(ask(&connector)?);
    }
    Ok(Some(against.connect(connect)))
}

/// Settles how progress is shown.
pub(crate) fn shown(mode: ProgressMode, quiet: bool, console: &Console) -> Result<Shown> {
    Ok(match mode {
        _ if quiet => Shown::Nothing,
        ProgressMode::Auto if console.is_terminal() => Shown::Bar,
        ProgressMode::Auto | ProgressMode::Plain => Shown::Plain,
        ProgressMode::Bar if console.is_terminal() => Shown::Bar,
        ProgressMode::Bar => {
            return Err(Error::usage("--progress bar needs a terminal, and standard error is none")
                .hint("use --progress auto, plain or json"));
        }
        ProgressMode::Json => Shown::Json,
        ProgressMode::None => Shown::Nothing,
    })
}

/// Asks on the terminal itself, as standard input may be the dump.
fn ask(connector: &Connector) -> Result<Secret> {
    rpassword::prompt_password(format!("Password of {} at {connector}: ", connector.user())).map(Secret::new).map_err(
        |e| {
            Error::usage("there is no terminal to ask for the password on")
                .hint("use --password-file, DUMPSTREAM_PASSWORD or ~/.my.cnf")
                .caused_by(e)
        },
    )
}
