//! The command line as it is written. What it means is settled in [`crate::request`].
//!
//! Source, target and password-like values stay text here: clap repeats what it can't parse, and they may hold secrets.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use dumpstream::compress::Compression;
use dumpstream::options::{self, Indexes, Lanes, Method, OnFailure, STATEMENT_KINDS, Verify};
use dumpstream::source::Files;
use dumpstream::target::connect::SslMode;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

const EXIT_CODES: &str = "\
Exit codes:
  0    all is well
  1    a bug in dumpstream, or the report could not be written
  2    the command line, an option or a file of credentials is wrong
  3    the dump is damaged, cut off, of an unknown kind, or asks for something that is refused
  4    the target can't be reached, refused a statement or a row, or isn't fit to be loaded
  5    the target does not hold what the dump says
  6    the rules for personal data are wrong, don't fit the dump, or couldn't be kept
  130  stopped by Ctrl-C or SIGTERM";

const EXAMPLES: &str = "\
Examples:
  dumpstream restore dump.sql.zst --to mysql://admin@db.example/shop -p
  dumpstream restore dump.sql.gz --to 'mysql:///shop?socket=/run/mysqld/mysqld.sock'
  curl -s https://dumps.example/shop.sql.gz | dumpstream restore - --to mysql://admin@db.example --sha256 @shop.sha256
  dumpstream restore dump.sql.zst --to mysql://admin@db.example/shop --replace --keep-old
  dumpstream restore dump.sql --to sandbox --keep
  dumpstream restore dump.sql --to null";

const ROLLBACK_EXAMPLES: &str = "\
Examples:
  dumpstream rollback --to mysql://admin@db.example/shop -p
  dumpstream rollback --to mysql://admin@db.example/shop --before 20260131T235959Z --keep-old";

const VERIFY_EXAMPLES: &str = "\
Examples:
  dumpstream verify dump.sql.zst
  dumpstream verify dump.sql.gz --sha256 @dump.sql.gz.sha256 --report verified.json
  mysqldump --databases shop | tee >(gzip > shop.sql.gz) | dumpstream verify -
  dumpstream verify dump.sql.zst --against mysql://reader@db.example/shop -p";

const INSPECT_EXAMPLES: &str = "\
Examples:
  dumpstream inspect dump.sql.zst | less -R
  dumpstream inspect dump.sql.gz --json | jq '.hazards[] | {code, severity, names}'
  curl -s https://dumps.example/shop.sql.gz | dumpstream inspect - --json | jq '[.tables[].rows] | add'";

const DISCOVER_EXAMPLES: &str = "\
Examples:
  dumpstream discover dump.sql.zst -o rules.yaml --lock classification.lock
  dumpstream discover dump.sql.zst --lock classification.lock -o rules.yaml --overwrite && git diff classification.lock
  dumpstream discover dump.sql.zst --json | jq -r '.tables[] | .table as $t | .columns[] | [$t, .column, .class] | @tsv'";

const SCRUB_EXAMPLES: &str = "\
Examples:
  SCRUB_KEY=$(cat key) dumpstream scrub dump.sql.zst -o scrubbed.sql.zst --rules rules.yaml --report scrubbed.md
  dumpstream scrub s3://dumps/prod.sql.zst -o s3://dumps/test.sql.zst --rules rules.yaml --tag DataClass=scrubbed
  mysqldump --databases shop | dumpstream scrub - -o - --rules rules.yaml | mysql -h test.example";

/// Restores stock mysqldump and mariadb-dump files, fast and proved.
#[derive(Debug, Parser)]
#[command(name = "dumpstream", version, propagate_version = true, after_help = EXIT_CODES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Restore a dump into a server, over several connections at once
    ///
    /// Reads one dump file as mysqldump or mariadb-dump writes it, plain or compressed, and loads it with the same result
    /// as the plain client, but in parallel: tables first, then rows over all lanes, then secondary indexes and foreign
    /// keys, then views, routines, triggers and events. Rows are counted, and a block that the server didn't take as it is
    /// is rolled back and loaded row by row to say which row it was.
    #[command(after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Restore(Box<RestoreArgs>),

    /// Bring a schema back to what it was before a restore replaced it
    ///
    /// restore --replace --keep-old keeps the tables that it replaces in a schema NAME__before_YYYYMMDDTHHMMSSZ, with the
    /// text of the views, routines, triggers and events that went with them. This puts them back in one statement. Schemas
    /// that were replaced together with NAME, and that foreign keys tie to it, come back with it.
    ///
    /// A swap that was interrupted is taken back, and nothing else is done then.
    #[command(after_long_help = format!("{ROLLBACK_EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Rollback(Box<RollbackArgs>),

    /// Read a dump through and say whether it is whole and well formed, and whether a live schema holds it
    ///
    /// Checks the end of the source and of its compression, its SHA-256, that every string, comment, statement, routine and
    /// row is closed and readable, that rows have as many values as their tables have columns, that nothing is in between
    /// which a program wrote to standard error, and that the dump ends as its producer ends one. Tells rows and bytes per
    /// table. Exit code 3, with what is wrong, where, and what to do, for a dump that isn't whole. No server is needed.
    ///
    /// With --against, also compares the dump with a live server: every table's rows by their number and by a digest of their
    /// values, and the definitions of tables, views, routines, triggers and events. Exit code 5 for a difference.
    #[command(after_long_help = format!("{VERIFY_EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Verify(Box<VerifyArgs>),

    /// Say what a dump holds, who made it, and what may go wrong when it is restored
    ///
    /// Databases, tables with engine, charset, rows, bytes, largest row and keys, views, routines, triggers, events, other
    /// statements, and hazards: each with a code that stays, why it is one, where, and what to do. No server is needed. A
    /// dump without the end that its producer gives one is shown all the same, with that as its first hazard; one that is
    /// cut off within a statement or within compressed data, or can't be read, ends with exit code 3.
    #[command(after_long_help = format!("{INSPECT_EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Inspect(Box<InspectArgs>),

    /// Propose rules for a dump: what its columns hold, by their names, types and a sample of their values
    ///
    /// Writes a rules file to begin with, with the evidence for every rule as counts in a comment, and holds it against the
    /// whole dump. Columns that nobody can tell about are replaced, and listed first, for a person to decide. With --lock, also
    /// writes or updates a classification lockfile: every column, what it holds, and who said so. scrub --lock and restore
    /// --lock refuse a dump that has a column which isn't in it. No cell value is in any of it.
    #[command(after_long_help = format!("{DISCOVER_EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Discover(Box<DiscoverArgs>),

    /// Write a dump anew with its personal data replaced by rules
    ///
    /// What the rules don't touch comes out byte for byte. Every column must be accounted for: text, JSON and binary columns
    /// that no rule names end the run, unless the rules say otherwise. Nothing is under the output's name until the whole
    /// dump was read and every rule kept. Exit code 6, with what, where and what to do, when they can't be.
    ///
    /// Keyed replacements are pseudonyms: the output is still personal data to whoever has the key.
    #[command(after_long_help = format!("{SCRUB_EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
    Scrub(Box<ScrubArgs>),
}

/// `dumpstream discover`.
#[derive(Debug, Args)]
pub struct DiscoverArgs {
    /// What to read, and how.
    #[command(flatten)]
    pub read: ReadArgs,

    /// Where the rules go: a file, or - for standard output [default: standard output]
    #[arg(short, long, value_name = "FILE", help_heading = "Writing")]
    pub output: Option<PathBuf>,

    /// The classification lockfile: made if it isn't there, otherwise brought up to date
    ///
    /// What a person decided in it stays. What was personal stays so until a person says otherwise.
    #[arg(long, value_name = "FILE", help_heading = "Writing")]
    pub lock: Option<PathBuf>,

    /// Take columns out of the lockfile that the dump hasn't got
    #[arg(long, requires = "lock", help_heading = "Writing")]
    pub prune: bool,

    /// Replace rules that are there
    #[arg(long, requires = "output", help_heading = "Writing")]
    pub overwrite: bool,

    /// Rows of each table that are looked at: of its first 2 MiB, and a sixteenth as many of later parts
    #[arg(long, value_name = "N", default_value_t = dumpstream::discover::SAMPLE_ROWS, help_heading = "Reading")]
    pub sample_rows: u64,

    /// Take a dump without the end that its producer gives one
    #[arg(long, help_heading = "Reading")]
    pub allow_unfinished: bool,
}

/// `dumpstream scrub`.
#[derive(Debug, Args)]
pub struct ScrubArgs {
    /// What to read, and how.
    #[command(flatten)]
    pub read: ReadArgs,

    /// Where to: a file, s3://bucket/key, or - for standard output
    #[arg(short, long, value_name = "DEST", help_heading = "Writing")]
    pub output: String,

    /// The rules: a YAML file, as docs/rules.md describes it
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub rules: PathBuf,

    /// A classification lockfile: a dump with a column that isn't in it is refused
    ///
    /// So is one with a column of another type than there, one that nobody has decided about, and one that is personal while
    /// the rules keep it. dumpstream discover --lock writes it.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub lock: Option<PathBuf>,

    /// How to compress the output [default: by its name: .gz, .zst, .bz2, .xz, .lz4]
    #[arg(long, value_name = "CODEC", value_parser = names::<Compression>(Compression::ALL.map(Compression::name)), help_heading = "Writing")]
    pub compress: Option<Compression>,

    /// Replace an output that is there
    #[arg(long, help_heading = "Writing")]
    pub overwrite: bool,

    /// Threads that replace values [default: the machine's cores]
    #[arg(long, value_name = "N", help_heading = "Writing")]
    pub shapers: Option<usize>,

    /// Take a dump without the end that its producer gives one
    #[arg(long, help_heading = "Reading")]
    pub allow_unfinished: bool,

    /// Write a report for auditors to a file or s3://BUCKET/KEY, also when the scrub fails: Markdown if it ends in .md, else
    /// JSON
    ///
    /// With the SHA-256 of what was read and written, which takes half a second of one core per gigabyte of each. A report
    /// that is there is replaced.
    #[arg(long, value_name = "DEST", help_heading = "Output")]
    pub report: Option<String>,

    /// What the output and the report get in S3.
    #[command(flatten)]
    pub objects: ObjectArgs,
}

/// What objects get that are written to S3.
#[derive(Debug, Args)]
#[command(next_help_heading = "Writing to S3")]
pub struct ObjectArgs {
    /// The KMS key to encrypt with: an id, an ARN or an alias [default: what the bucket says]
    #[arg(long, value_name = "KEY")]
    pub sse_kms_key: Option<String>,

    /// The storage class, such as STANDARD_IA [default: what the bucket says]
    #[arg(long, value_name = "CLASS")]
    pub storage_class: Option<String>,

    /// A tag of the object, such as DataClass=scrubbed; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub tag: Vec<(String, String)>,

    /// Metadata of the object; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub metadata: Vec<(String, String)>,
}

/// `dumpstream rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The server and the schema: mysql://user@host[:port]/NAME
    #[arg(long, value_name = "TARGET")]
    pub to: String,

    /// Keep what is there until now, as NAME__before_YYYYMMDDTHHMMSSZ
    #[arg(long)]
    pub keep_old: bool,

    /// Which state to go back to, of several: the time in its schema's name [default: the newest]
    #[arg(long, value_name = "TIME")]
    pub before: Option<String>,

    /// How long to wait for queries and transactions on the tables, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = options::SWAP_WAIT.as_secs())]
    pub swap_wait: u64,

    /// Login and TLS.
    #[command(flatten)]
    pub login: LoginArgs,

    /// AWS.
    #[command(flatten)]
    pub aws: AwsArgs,

    /// Print nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,

    /// Log what is done to standard error; twice for more
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// `dumpstream verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// What to read, and how.
    #[command(flatten)]
    pub read: ReadArgs,

    /// What to compare it with.
    #[command(flatten)]
    pub compare: CompareArgs,

    /// Login and TLS.
    #[command(flatten)]
    pub login: LoginArgs,

    /// Write the report as JSON to a file or s3://BUCKET/KEY, also when something is wrong with the dump
    ///
    /// A report that is there is replaced.
    #[arg(long, value_name = "DEST", help_heading = "Output")]
    pub report: Option<String>,

    /// What the report gets in S3.
    #[command(flatten)]
    pub objects: ObjectArgs,
}

/// What to compare a dump with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Comparing")]
pub struct CompareArgs {
    /// Server to compare the dump with: mysql://user@host[:port][/database]
    ///
    /// A database in it stands for the dump's single or unnamed one. Tables are read in parts of 50,000 rows where their
    /// primary key starts with an integer. Definitions are compared with those of a scratch schema that is made beside the
    /// live one and dropped again; where the user may not make one, the report says that they weren't compared.
    #[arg(long, value_name = "URL")]
    pub against: Option<String>,

    /// With --against, a database of the dump that the server should hold, as for restore; may be repeated [default: all]
    #[arg(long, value_name = "NAME", requires = "against")]
    pub databases: Vec<String>,

    /// With --against, the rules by which the server's data was scrubbed
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,

    /// With --rules, a classification lockfile that has to have every column of the dump
    #[arg(long, value_name = "FILE", requires = "rules")]
    pub lock: Option<PathBuf>,

    /// Connections that read the server's tables
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub lanes: usize,

    /// Character set of the dump until it sets one
    #[arg(long, value_name = "NAME", default_value = "utf8mb4")]
    pub default_character_set: String,
}

/// `dumpstream inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// What to read, and how.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// What the commands that only read a dump have in common.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, or - for standard input
    ///
    /// s3://BUCKET/KEY?versionId=ID is one version of an object. A folder, or s3://BUCKET/PREFIX/, holds the parts of one dump,
    /// or several dumps (--files). They are read one after another, in the order of their names with numbers by value; that a
    /// number in between is missing is an error.
    ///
    /// gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes, never by the name.
    #[arg(value_name = "SOURCE", required_unless_present = "files_from")]
    pub source: Option<String>,

    /// File that lists what to read, a file or URL a line, in their order; in place of SOURCE
    #[arg(long, value_name = "FILE", conflicts_with = "source", help_heading = "Reading")]
    pub files_from: Option<PathBuf>,

    /// What several files are to one another
    ///
    /// sequence: parts of one dump: a file that was split, or parts that are compressed each by itself. independent: dumps in
    /// their own right, such as one per database or table: each has to be whole, and begins with the default settings, without
    /// a database and with the delimiter ;. auto: independent if each begins with its producer's header; a sequence if only the
    /// first does, or none, and their names are numbered; otherwise it is refused.
    #[arg(long, value_name = "HOW", default_value = "auto", value_parser = names::<Files>(Files::ALL.iter().map(|f| f.name())), help_heading = "Reading")]
    pub files: Files,

    /// SHA-256 that the stored file must have: 64 hex digits, @FILE as sha256sum writes it, or auto
    ///
    /// auto looks for it beside the source: in FILE.sha256; of an object in S3, in its checksum, its metadata sha256, and the
    /// object KEY.sha256. That there is none is an error.
    #[arg(long, value_name = "HEX|@FILE|auto", help_heading = "Reading")]
    pub sha256: Option<String>,

    /// Memory to stay under, whatever the dump's size; a number of bytes, or with K, M, G, KiB, MiB or GiB
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size, help_heading = "Reading")]
    pub memory: u64,

    /// Largest row, or other statement, that is accepted where it doesn't fit a block (2 MiB); it may take a small multiple
    /// of that on top of --memory
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size, help_heading = "Reading")]
    pub max_row: u64,

    /// How objects are read over the network.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// Print the result as one JSON object on standard output
    ///
    /// Its schema_version changes when a field goes or changes its meaning.
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// How to show progress
    #[arg(long, value_name = "HOW", value_enum, default_value_t = ProgressMode::Auto, help_heading = "Output")]
    pub progress: ProgressMode,

    /// Print nothing but errors, and what --json asks for
    #[arg(short, long, conflicts_with_all = ["verbose", "progress"], help_heading = "Output")]
    pub quiet: bool,

    /// Log what is done to standard error; twice for more
    ///
    /// RUST_LOG=target=level,… chooses what to log in detail, and counts before this.
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
}

/// How objects are read over the network.
#[derive(Debug, Args)]
#[command(next_help_heading = "S3 and HTTP")]
pub struct NetworkArgs {
    /// Connections to read an object over [default: as many as bring more throughput, up to 32]
    ///
    /// For s3:// sources, and for http:// and https:// ones whose server gives ranges and a strong ETag; with 1, these are read
    /// as one stream.
    #[arg(long, value_name = "N")]
    pub connections: Option<usize>,

    /// AWS.
    #[command(flatten)]
    pub aws: AwsArgs,
}

/// As whom, where and how AWS is reached.
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// AWS profile to use [default: AWS_PROFILE, or default]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// AWS region [default: AWS_REGION, the profile's, or the machine's]
    #[arg(long, value_name = "NAME")]
    pub region: Option<String>,

    /// Endpoint to use in place of AWS's own, such as http://localhost:9000 [default: AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

/// `dumpstream restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The dump: a file, an http://, https:// or s3://BUCKET/KEY URL, or - for standard input
    ///
    /// s3://BUCKET/KEY?versionId=ID is one version of an object. A folder, or s3://BUCKET/PREFIX/, holds the parts of one dump,
    /// or several dumps (--files). They are read one after another, in the order of their names with numbers by value; that a
    /// number in between is missing is an error.
    ///
    /// gzip, zstd, bzip2, xz and lz4 are recognised by the first bytes, never by the name.
    #[arg(value_name = "SOURCE", required_unless_present = "files_from")]
    pub source: Option<String>,

    /// File that lists what to read, a file or URL a line, in their order; in place of SOURCE
    #[arg(long, value_name = "FILE", conflicts_with = "source", help_heading = "Reading")]
    pub files_from: Option<PathBuf>,

    /// What several files are to one another
    ///
    /// sequence: parts of one dump: a file that was split, or parts that are compressed each by itself. independent: dumps in
    /// their own right, such as one per database or table: each has to be whole, and begins with the default settings, without
    /// a database and with the delimiter ;. auto: independent if each begins with its producer's header; a sequence if only the
    /// first does, or none, and their names are numbered; otherwise it is refused.
    #[arg(long, value_name = "HOW", default_value = "auto", value_parser = names::<Files>(Files::ALL.iter().map(|f| f.name())), help_heading = "Reading")]
    pub files: Files,

    /// Database of the dump to restore, and no other, named as in the dump; may be repeated [default: all]
    ///
    /// What stands in others is left out, and they are listed in the report; the dump is read through all the same, and has to
    /// be whole. One alone may get another name on the target: --databases a --to mysql://…/b. That the dump hasn't got one is
    /// an error, which shows when it was read. With --rules, a rule for a table of another needs optional: true.
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub databases: Vec<String>,

    /// Where to: mysql://user@host[:port][/database], sandbox or null
    ///
    /// mysql://[user[:password]@][host[:port]][/database][?socket=PATH&ssl-mode=MODE&ssl-ca=FILE] is a running server. A
    /// database in it takes the dump's single or unnamed one, and is made when missing; without one, the dump's own names
    /// are used. A password in it works, but other users of the machine can see it.
    ///
    /// sandbox[:mariadb|:mysql][/database] starts a throwaway server from what is installed here.
    ///
    /// null does everything but load, for measuring and for reading a dump through.
    #[arg(long, value_name = "TARGET")]
    pub to: String,

    /// Login and TLS.
    #[command(flatten)]
    pub login: LoginArgs,

    /// How to load.
    #[command(flatten)]
    pub load: LoadArgs,

    /// What to check and refuse.
    #[command(flatten)]
    pub checks: CheckArgs,

    /// How objects are read over the network.
    #[command(flatten)]
    pub network: NetworkArgs,

    /// What to tell.
    #[command(flatten)]
    pub output: OutputArgs,

    /// What the report gets in S3.
    #[command(flatten)]
    pub objects: ObjectArgs,
}

/// Login and TLS.
#[derive(Debug, Args)]
#[command(next_help_heading = "Login and TLS")]
pub struct LoginArgs {
    /// User to log in as [default: from the URL, the option file, or the login name]
    #[arg(short, long, value_name = "NAME")]
    pub user: Option<String>,

    /// Ask for the password
    ///
    /// It takes no value: a password on the command line can be seen by every user of the machine. Without this option, the
    /// password comes from the URL, --password-file, DUMPSTREAM_PASSWORD, MYSQL_PWD or the option file, whichever has one
    /// first.
    #[arg(short, long)]
    pub password: bool,

    /// File that holds the password and nothing else
    #[arg(long, value_name = "FILE", conflicts_with = "password")]
    pub password_file: Option<PathBuf>,

    /// Option file to read in place of ~/.my.cnf
    ///
    /// user, password, host, port, socket, ssl-mode and ssl-ca are taken from the groups client, client-server,
    /// client-mariadb, mysql, mariadb-client and dumpstream. A file that every user of the machine can write is not used.
    #[arg(long, value_name = "FILE")]
    pub defaults_file: Option<PathBuf>,

    /// Secret in AWS Secrets Manager to log in with, by name or ARN
    ///
    /// JSON as RDS keeps it: username and password, and host and port, which count where the URL names no host (mysql:///shop).
    /// It stays in memory, and is fetched again when the server denies access, as it may have been rotated.
    #[arg(long, value_name = "ID", conflicts_with_all = ["password", "password_file", "iam_auth"])]
    pub secret: Option<String>,

    /// Log in to RDS or Aurora with tokens made of the AWS credentials, one for each connection
    ///
    /// The user has to be set up for IAM authentication, and the credentials need rds-db:connect for it.
    #[arg(long, conflicts_with_all = ["password", "password_file"])]
    pub iam_auth: bool,

    /// How the connection is protected [default: verify-identity; disabled for loopback and sockets]
    ///
    /// disabled: not at all. preferred: TLS when the server offers it. required: TLS, whoever answers. verify-ca: with a
    /// certificate from the authority in --ssl-ca. verify-identity: with a trusted certificate for that very host.
    #[arg(long, value_name = "MODE", value_parser = names::<SslMode>(SslMode::ALL.map(SslMode::name)))]
    pub ssl_mode: Option<SslMode>,

    /// PEM file of the authorities to trust, in place of the built-in and the machine's own; RDS and Aurora need theirs
    #[arg(long, value_name = "FILE")]
    pub ssl_ca: Option<PathBuf>,
}

/// How to load.
#[derive(Debug, Args)]
#[command(next_help_heading = "Loading")]
pub struct LoadArgs {
    /// Connections that load rows, or auto; fewer where the target has no more to spare
    ///
    /// auto begins with two, adds one while that brings more throughput, and takes one away when blocks take twice as long for
    /// nothing: at most two for each core of the target, where it tells their number, and 16.
    #[arg(long, value_name = "N", default_value = "4", value_parser = lanes)]
    pub lanes: Lanes,

    /// Threads that turn rows into what the server is sent [default: the machine's cores]
    #[arg(long, value_name = "N")]
    pub shapers: Option<usize>,

    /// Memory to stay under, whatever the dump's size; a number of bytes, or with K, M, G, KiB, MiB or GiB
    #[arg(long, value_name = "SIZE", default_value = "256MiB", value_parser = size)]
    pub memory: u64,

    /// Dump text that goes into one transaction, about
    #[arg(long, value_name = "SIZE", default_value = "2MiB", value_parser = size)]
    pub block: u64,

    /// Largest row, or other statement, that is accepted where it doesn't fit a block (2 MiB); it may take a small multiple
    /// of that on top of --memory
    ///
    /// An INSERT that is more than plain rows (ON DUPLICATE KEY UPDATE, subqueries, variables) may have a quarter of it.
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size)]
    pub max_row: u64,

    /// How rows reach the server
    ///
    /// auto: LOAD DATA LOCAL where the server allows it, INSERT elsewhere. load-data: an error where it doesn't. insert:
    /// works everywhere, and costs the server more.
    #[arg(long, value_name = "METHOD", default_value = "auto", value_parser = names::<Method>(Method::ALL.iter().map(|m| m.name())))]
    pub method: Method,

    /// When secondary indexes and foreign keys are built
    ///
    /// auto: after the rows where that is safe and pays. with-rows: as the dump has them. after-rows: wherever that is safe.
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = names::<Indexes>(Indexes::ALL.iter().map(|m| m.name())))]
    pub indexes: Indexes,

    /// How often a block is sent again after a deadlock, a lock wait time-out or a lost connection
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub retries: u32,

    /// Hold rows back while replicas are behind by more than this
    ///
    /// For a target that is a replica (Seconds_Behind_Source) or an Aurora cluster (its readers' lag); an error elsewhere. The
    /// target is asked each second, on a connection more.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub max_lag: Option<Duration>,

    /// Hold rows back while more threads than this run on the target
    ///
    /// Threads_running counts the restore's own connections that are at work. The target is asked each second, on a connection
    /// more.
    #[arg(long, value_name = "N")]
    pub max_threads_running: Option<u64>,

    /// Dump text to send a second, at most; a size as for --memory. Blocks go as a whole, so it holds over a few seconds
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub rate: Option<u64>,

    /// Character set of the connection until the dump sets one
    #[arg(long, value_name = "NAME", default_value = "utf8mb4")]
    pub default_character_set: String,
}

/// What to check and refuse.
#[derive(Debug, Args)]
#[command(next_help_heading = "Safety")]
pub struct CheckArgs {
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Load into a schema that holds something already; without it, such a schema is refused untouched
    ///
    /// The dump runs there as in the plain client: a table that it drops (as mysqldump's dumps drop each before they make it)
    /// is gone with its rows. Nothing is undone if it fails, whatever --on-failure says.
    #[arg(long)]
    pub append: bool,

    /// Replace what is there: load beside it, and swap all tables in one statement once everything is in and checked
    ///
    /// The schema is loaded as NAME__dumpstream_new on the same server, so that there must be room for both. Until the swap,
    /// nothing of NAME changes; if anything fails, nothing has. Tables that the dump doesn't have go with the old ones.
    #[arg(long, conflicts_with = "append")]
    pub replace: bool,

    /// With --replace, keep what was there as NAME__before_YYYYMMDDTHHMMSSZ; dumpstream rollback brings it back
    #[arg(long, requires = "replace")]
    pub keep_old: bool,

    /// With --replace, how long to wait for queries and transactions on the old tables, in seconds
    ///
    /// The swap waits two seconds at a time, as queries that come meanwhile wait behind it.
    #[arg(long, value_name = "SECONDS", default_value_t = options::SWAP_WAIT.as_secs())]
    pub swap_wait: u64,

    /// SHA-256 that the stored file must have: 64 hex digits, @FILE as sha256sum writes it, or auto
    ///
    /// auto looks for it beside the source: in FILE.sha256; of an object in S3, in its checksum, its metadata sha256, and the
    /// object KEY.sha256. That there is none is an error. A difference shows when the source was read to its end: with
    /// --replace, before anything becomes visible.
    #[arg(long, value_name = "HEX|@FILE|auto")]
    pub sha256: Option<String>,

    /// Replace personal data by these rules on the way: a YAML file, as docs/rules.md describes it
    ///
    /// What arrives is what restoring the output of dumpstream scrub would give. A source that can be read twice is, first of
    /// all, to hold the rules against the whole dump.
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,

    /// With --rules, a classification lockfile: a dump with a column that isn't in it is refused
    ///
    /// So is one with a column of another type than there, one that nobody has decided about, and one that is personal while
    /// the rules keep it. dumpstream discover --lock writes it.
    #[arg(long, value_name = "FILE", requires = "rules")]
    pub lock: Option<PathBuf>,

    /// Fail on a value that the server changes to fit its column, in place of a warning
    ///
    /// By default such a value is loaded as the plain client would load it under the dump's sql_mode, and reported. This holds
    /// for every statement that writes rows, INSERT IGNORE, REPLACE and UPDATE as well. Rows that INSERT IGNORE leaves out
    /// because their key is there already are what it is for: they stay a warning.
    #[arg(long)]
    pub strict: bool,

    /// What to compare with the dump once everything is loaded; a difference fails the restore [default: rows; content with --replace]
    ///
    /// rows: the number of rows of every table. content: their values as well, by a digest that is made of the dump while
    /// it is read and that the server computes over what it has stored; it reads every table once more, in ranges over the
    /// connections where the primary key begins with an integer, and in one query where it doesn't. Where something in the
    /// dump may change rows in a way that can't be followed, the report says that the table isn't covered, and why; it lists
    /// the columns that can't be compared.
    #[arg(long, value_name = "EXTENT", value_parser = names::<Verify>(Verify::ALL.iter().map(|m| m.name())))]
    pub verify: Option<Verify>,

    /// Run statements of this kind, which no dump needs and which are refused otherwise; may be repeated
    #[arg(long, value_name = "KIND", value_parser = names::<String>(STATEMENT_KINDS.map(|k| k.as_str())))]
    pub allow: Vec<String>,

    /// Leave out statements of this kind, with a warning, in place of refusing the dump; may be repeated
    #[arg(long, value_name = "KIND", value_parser = names::<String>(STATEMENT_KINDS.map(|k| k.as_str())))]
    pub skip: Vec<String>,

    /// Go on with a restore that ended early: the same command again, with this
    ///
    /// While a restore runs, it keeps a ledger on the target of what is done. With it, another run skips what is in, does
    /// the rest, and ends where an undisturbed one would have. The dump and the settings must be the same. Where nothing
    /// was begun, it begins.
    #[arg(long)]
    pub resume: bool,

    /// Leave the ledger (the table __dumpstream_ledger) on the target when all is done
    #[arg(long)]
    pub keep_ledger: bool,

    /// What becomes of a failed run's work
    ///
    /// auto: an interrupt, a lost network, a server that stopped or is full leave it for --resume; after anything else,
    /// what the run created is dropped. undo: what the run created is dropped. keep: everything stays as it is. With
    /// --append, everything stays.
    #[arg(long, value_name = "CHOICE", default_value = "auto", value_parser = names::<OnFailure>(OnFailure::ALL.iter().map(|m| m.name())))]
    pub on_failure: OnFailure,

    /// Leave the sandbox running after the restore until Ctrl-C
    #[arg(long)]
    pub keep: bool,
}

/// What to tell.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// How to show progress
    #[arg(long, value_name = "HOW", value_enum, default_value_t = ProgressMode::Auto)]
    pub progress: ProgressMode,

    /// Write a report as JSON to a file or s3://BUCKET/KEY, also when the restore fails
    ///
    /// It appears all at once when the run is over; one that is there is replaced. Its schema_version changes when a field
    /// goes or changes its meaning.
    #[arg(long, value_name = "DEST")]
    pub report: Option<String>,

    /// Print nothing but errors, and how to reach a sandbox that is kept
    #[arg(short, long, conflicts_with_all = ["verbose", "progress"])]
    pub quiet: bool,

    /// Log what is done to standard error; twice for more
    ///
    /// RUST_LOG=target=level,… chooses what to log in detail, and counts before this.
    #[arg(short, long, action = ArgAction::Count)]
    pub verbose: u8,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// Bars on a terminal, plain lines elsewhere
    Auto,
    /// Bars on standard error, which must be a terminal
    Bar,
    /// A line on standard error every few seconds
    Plain,
    /// One JSON object a line on standard output for every event
    Json,
    /// Nothing
    None,
}

/// Accepts exactly `known`, listed in the help, and hands on the type they stand for.
fn names<T>(known: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr + Clone + Send + Sync + 'static,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    PossibleValuesParser::new(known).try_map(|name| name.parse::<T>())
}

fn lanes(text: &str) -> Result<Lanes, String> {
    text.parse().map_err(|e: dumpstream::error::Error| match e.hint_text() {
        Some(hint) => format!("{e}: {hint}"),
        None => e.to_string(),
    })
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
}

fn size(text: &str) -> Result<u64, String> {
    options::parse_bytes(text).map_err(|e| match e.hint_text() {
        Some(hint) => format!("{e}: {hint}"),
        None => e.to_string(),
    })
}
