//! From the command line as written to what is asked of the library.

use crate::args::{AwsArgs, CompareArgs, LoginArgs, NetworkArgs, ProgressMode, RestoreArgs, RollbackArgs};
use crate::console::Console;
use dumpstream::aws::AwsOptions;
use dumpstream::error::{Error, Result};
use dumpstream::lock::LockFile;
use dumpstream::options::{self, RestoreOptions};
use dumpstream::rollback::RollbackOptions;
use dumpstream::rules::RulesFile;
use dumpstream::source::{SourceOptions, SourceSpec};
use dumpstream::target::connect::{ConnectOptions, Connector, Secret, TargetSpec};
use dumpstream::verify::Against;
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
    pub report: Option<PathBuf>,
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
    let RestoreArgs { source, files_from, to, login, load, checks, network, output } = args;
    let aws = aws_options(&network.aws);
    let (sha256, source_options) = source_options(checks.sha256.as_deref(), network)?;
    let source = source_spec(source, files_from)?;
    let target: TargetSpec = to.parse()?;
    let progress = shown(output.progress, output.quiet, console)?;
    let (asks, mut connect) = connect_options(login, aws);
    let block =
        usize::try_from(load.block).map_err(|_| Error::usage("--block is larger than this machine's memory"))?;
    let mut options = RestoreOptions::new(source, target)
        .connect(connect.clone())
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
        .rules(rules(checks.rules.as_deref(), checks.lock.as_deref())?)
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
    Ok(Request { options, progress, report: output.report, quiet: output.quiet })
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

/// What to read.
pub(crate) fn source_spec(source: Option<String>, files_from: Option<PathBuf>) -> Result<SourceSpec> {
    match (source, files_from) {
        (Some(text), _) => text.parse(),
        (None, Some(list)) => Ok(SourceSpec::List(list)),
        (None, None) => Err(Error::usage("nothing says what to read")),
    }
}

/// The rules, with the lockfile that dumps are held against besides.
pub(crate) fn rules(rules: Option<&Path>, lock: Option<&Path>) -> Result<Option<RulesFile>> {
    let lock = lock.map(LockFile::read).transpose()?;
    Ok(rules.map(RulesFile::read).transpose()?.map(|rules| rules.with_lock(lock)))
}

/// The SHA-256 that is expected, and how the source is read.
pub(crate) fn source_options(sha256: Option<&str>, network: NetworkArgs) -> Result<(Option<[u8; 32]>, SourceOptions)> {
    let NetworkArgs { connections, aws } = network;
    let auto = sha256 == Some("auto");
    let digest = sha256.filter(|_| !auto).map(options::parse_sha256).transpose()?;
    Ok((digest, SourceOptions::default().sha256_auto(auto).connections(connections).aws(aws_options(&aws))))
}

pub(crate) fn aws_options(args: &AwsArgs) -> AwsOptions {
    let AwsArgs { profile, region, endpoint_url } = args;
    AwsOptions::default().profile(profile.clone()).region(region.clone()).endpoint_url(endpoint_url.clone())
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
pub(crate) fn against(compare: CompareArgs, login: LoginArgs, aws: &AwsArgs) -> Result<Option<Against>> {
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
