//! A folder of real dumps: what the plain client makes of each file, and whether we make the same.

use crate::process::{Decoded, Ended, run};
use crate::server::{TestServer, quote};
use crate::snapshot::{Difference, Snapshot};
use crate::{Result, paths};
use dumpstream_sandbox::{Options, Server};
use serde_json::{Value, json};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// Changed whenever expectations of an older harness would no longer hold.
const FORMAT: u32 = 4;
/// The database for dumps that name none.
const SCRATCH: &str = "scratch";
/// How long the plain client may take for one file.
const CLIENT_LIMIT: Duration = Duration::from_secs(900);
const SYSTEM: &str = "it writes to the server's own schemas, which would break the server";
const CUT: &str = "its header is that of a producer that ends every dump with a line that is missing";
/// Files that are refused whatever the client makes of them, and why.
const REFUSED: [(&str, &str); 8] = [
    ("mariadb104__fill_help_tables.sql.gz", SYSTEM),
    ("percona-toolkit__all-dbs.sql", SYSTEM),
    ("percona-toolkit__idb_mariadb101.sql", SYSTEM),
    ("percona-toolkit__schema-dump.sql", SYSTEM),
    ("nxs__mysql_test.dos.in.sql", CUT),
    ("nxs__mysql_test.in.sql", CUT),
    ("nxs__mysql_test.out.sql", CUT),
    ("vip-cli__mysqldump-detection.sql", CUT),
];
/// What a dump has that is refused unless it is asked for by name, and how to ask.
const ASKS_FOR: [(&str, &[&str]); 2] = [
    ("mysql-shell__create_triggers.sql", &["--allow", "grant"]),
    ("mysql-shell__mysqldump_t.sql", &["--allow", "set-global"]),
];

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in `CORPUS.tsv`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// A file that has to be restored first, with the client.
    pub after: Option<PathBuf>,
    /// Why it is refused whatever the client makes of it.
    pub refused: Option<&'static str>,
    /// Options it can't be restored without.
    pub options: &'static [&'static str],
    /// MariaDB's client restored it without an error when `CORPUS.tsv` was made.
    pub restores: bool,
}

impl Entry {
    /// A dump that stands alone.
    pub fn standalone(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, path: path.to_owned(), after: None, refused: None, options: &[], restores: true }
    }
}

/// The files that `CORPUS.tsv` in `dir` lists, in its order.
pub fn list(dir: &Path) -> Result<Vec<Entry>> {
    let text = fs::read_to_string(dir.join("CORPUS.tsv"))?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|h| *h == name).ok_or(format!("CORPUS.tsv has no column {name}"));
    let (file, client) = (column("file")?, column("mariadb_client")?);
    let entries = lines.filter(|l| !l.is_empty()).map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let name = fields.get(file).copied().unwrap_or_default().to_owned();
        let result = fields.get(client).copied().unwrap_or_default();
        let after = result.strip_prefix("ok (after ").and_then(|r| r.strip_suffix(')')).map(|f| dir.join(f));
        let refused = REFUSED.iter().find(|(file, _)| *file == name).map(|(_, why)| *why);
        let options = ASKS_FOR.iter().find(|(file, _)| *file == name).map_or(&[][..], |(_, options)| options);
        Entry { path: dir.join(&name), name, after, refused, options, restores: result.starts_with("ok") }
    });
    Ok(entries.collect())
}

/// What the plain client makes of a file on an empty server.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// The database given to the client; `None` where the dump names its own.
    pub database: Option<String>,
    /// Databases the dump uses without making them, made beforehand.
    pub made_before: Vec<String>,
    /// The client's error; `None` is success.
    pub error: Option<String>,
    /// The state afterwards; for a failure, the state to be left alone.
    pub state: Snapshot,
    /// How long the client took.
    pub seconds: f64,
    /// Whether the dump changes the server's global settings, so that the next file needs a fresh start.
    pub is_global: bool,
}

impl Expected {
    /// The kept expectation for `entry`, or a new one made with the client on `server`. Leaves the server empty.
    pub fn obtain(entry: &Entry, server: &TestServer) -> Result<Self> {
        let key = cache_key(entry, server)?;
        let flavor = server.sandbox().flavor().name();
        let file = paths::cache()?.join("expected").join(flavor).join(entry.name.replace('/', "__") + ".json");
        if let Some(kept) = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
            && let Some(this) = Self::from_json(&kept, &key)
        {
            return Ok(this);
        }
        let this = Self::make(entry, server)?;
        if let Some(dir) = file.parent() {
            fs::create_dir_all(dir)?;
        }
        // Written beside and renamed: another process may do the same at the same time.
        let temporary = file.with_extension(format!("{}.tmp", std::process::id()));
        fs::write(&temporary, this.to_json(&key).to_string())?;
        fs::rename(&temporary, &file)?;
        Ok(this)
    }

    fn make(entry: &Entry, server: &TestServer) -> Result<Self> {
        let text = Decoded::open(&entry.path)?.read()?;
        let mut this = Self {
            database: (!names_databases(&text)).then(|| SCRATCH.to_owned()),
            made_before: Vec::new(),
            error: None,
            state: Snapshot::from_text(""),
            seconds: 0.0,
            is_global: sets_globals(&text),
        };
        drop(text);
        if let Some(why) = entry.refused {
            this.error = Some(format!("(not tried: {why})"));
            return Ok(this);
        }
        loop {
            this.prepare(entry, server)?;
            let before = server.snapshot()?;
            if let Some(db) = &this.database {
                server.sql(&format!("CREATE DATABASE IF NOT EXISTS {}", quote(db)))?;
            }
            let ended = server.restore_with_client(&entry.path, this.database.as_deref(), CLIENT_LIMIT)?;
            this.seconds = ended.took.as_secs_f64();
            if ended.ok() {
                this.state = state_after(&this, server)?;
                break;
            }
            let error = match ended.status {
                None => format!("(killed after {} s)", CLIENT_LIMIT.as_secs()),
                Some(_) => error_line(&ended),
            };
            if error.starts_with("ERROR 1046 ") && this.database.is_none() {
                // It names a database somewhere, but not where it matters.
                this.database = Some(SCRATCH.into());
            } else if let Some(name) = unknown_database(&error)
                && !this.made_before.contains(&name)
            {
                this.made_before.push(name);
            } else {
                this.error = Some(error);
                this.state = before;
                break;
            }
        }
        server.reset()?;
        Ok(this)
    }

    /// Empties the server and restores what must be there before `entry`.
    fn prepare(&self, entry: &Entry, server: &TestServer) -> Result<()> {
        server.reset()?;
        for name in &self.made_before {
            server.sql(&format!("CREATE DATABASE {}", quote(name)))?;
        }
        if let Some(first) = &entry.after {
            let mut database = None;
            if !names_databases(&Decoded::open(first)?.read()?) {
                server.sql(&format!("CREATE DATABASE {SCRATCH}"))?;
                database = Some(SCRATCH);
            }
            // One of these fails in its last statement. What it leaves is the same every time, and that will do.
            server.restore_with_client(first, database, CLIENT_LIMIT)?;
        }
        Ok(())
    }

    fn to_json(&self, key: &str) -> Value {
        json!({
            "key": key, "database": self.database, "made_before": self.made_before, "error": self.error,
            "state": self.state.text(), "seconds": self.seconds, "is_global": self.is_global,
        })
    }

    fn from_json(value: &Value, key: &str) -> Option<Self> {
        if value.get("key")?.as_str()? != key {
            return None;
        }
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let made_before = value.get("made_before")?.as_array()?;
        Some(Self {
            database: text("database"),
            made_before: made_before.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
            error: text("error"),
            state: Snapshot::from_text(text("state")?),
            seconds: value.get("seconds")?.as_f64()?,
            is_global: value.get("is_global")?.as_bool()?,
        })
    }
}

/// How our restore of a file compares with the client's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Both succeeded, with the same result.
    Same,
    /// Both failed, and we left nothing behind.
    RefusedToo,
    /// Both succeeded, with different results.
    Differs(Difference),
    /// The client restores it, and we don't.
    Refused,
    /// The client fails on it, and we say that all went well.
    Accepted,
    /// Both failed, and we left something behind.
    LeftBehind(Difference),
    /// We crashed, hung, failed without a word, or ended with a code that isn't documented.
    Broken(String),
}

impl Verdict {
    /// Whether that is what we promise.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Same | Self::RefusedToo)
    }

    /// One or two words.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::RefusedToo => "refused too",
            Self::Differs(_) => "DIFFERS",
            Self::Refused => "REFUSED",
            Self::Accepted => "ACCEPTED",
            Self::LeftBehind(_) => "LEFT BEHIND",
            Self::Broken(_) => "BROKEN",
        }
    }
}

/// The outcome for one file.
#[derive(Debug)]
pub struct Outcome {
    /// Ours compared with the client's.
    pub verdict: Verdict,
    /// What the client made of it.
    pub expected: Expected,
    /// How ours ended.
    pub ours: Ended,
    /// The state we left, where it isn't the expected one.
    pub state: Option<Snapshot>,
}

impl Outcome {
    /// All there is to say about it, for a failed test or a person who iterates.
    pub fn details(&self) -> String {
        let mut text = String::new();
        if let Some(error) = &self.expected.error {
            text += &format!("  client: {error}\n");
        }
        match &self.verdict {
            Verdict::Differs(d) | Verdict::LeftBehind(d) => text += &format!("  {d}\n"),
            Verdict::Broken(why) => text += &format!("  {why}\n"),
            _ => {}
        }
        let stderr = self.ours.stderr_text();
        for line in stderr.trim_end().lines().take(12) {
            text += &format!("  | {line}\n");
        }
        text
    }
}

/// The program under test, and what to add to every command line of it.
#[derive(Debug, Clone)]
pub struct Dumpstream {
    /// The program.
    pub program: PathBuf,
    /// Further options of `restore`.
    pub extra: Vec<String>,
    /// What it restored is compared by `verify --against` as well.
    pub against: bool,
}

impl Dumpstream {
    /// The program that was built beside this one.
    pub fn built() -> Result<Self> {
        Ok(Self { program: paths::dumpstream()?, extra: Vec::new(), against: false })
    }

    /// `dumpstream restore FILE --to URL` with `args` and [`Self::extra`], and without progress unless they ask for it;
    /// standard input is empty.
    pub fn restore(&self, file: &Path, url: &str, args: &[&str]) -> Command {
        let mut cmd = Command::new(&self.program);
        cmd.arg("restore").arg(file).args(["--to", url]).args(args).args(&self.extra);
        if !args.contains(&"--progress") && !self.extra.iter().any(|a| a == "--progress") {
            cmd.args(["--progress", "none"]);
        }
        cmd.stdin(Stdio::null());
        cmd
    }
}

/// Restores `entry` with `dumpstream` on an emptied `server` and compares with what the client makes of it.
pub fn check(entry: &Entry, server: &mut TestServer, dumpstream: &Dumpstream) -> Result<Outcome> {
    let expected = Expected::obtain(entry, server)?;
    expected.prepare(entry, server)?;
    let mut args = entry.options.to_vec();
    if entry.after.is_some() {
        args.push("--append");
    }
    let mut cmd = dumpstream.restore(&entry.path, &server.url(expected.database.as_deref()), &args);
    let limit = Duration::from_secs_f64(60.0 + 3.0 * expected.seconds);
    let ours = run(&mut cmd, limit)?;
    let state = if ours.ok() { state_after(&expected, server)? } else { server.snapshot()? };
    let mut verdict = judge(&expected, &ours, &state, limit);
    // One that was restored onto another isn't all that is there.
    if dumpstream.against && verdict == Verdict::Same && entry.after.is_none() {
        let url = server.url(expected.database.as_deref());
        let mut cmd = Command::new(&dumpstream.program);
        cmd.arg("verify").arg(&entry.path).args(["--against", &url, "--progress", "none"]).stdin(Stdio::null());
        let verified = run(&mut cmd, limit)?;
        if !verified.ok() {
            verdict = Verdict::Broken(format!("verify --against: {}", verified.stderr_text()));
        }
    }
    server.reset()?;
    if expected.is_global {
        server.sandbox_mut().restart()?;
    }
    let state = (!verdict.is_good()).then_some(state);
    Ok(Outcome { verdict, expected, ours, state })
}

/// Does `work` for every entry, the last first, on `jobs` servers at a time. Each is replaced when `work` fails, and
/// then `work` is tried once more, since an earlier file may have broken the server itself.
pub fn for_each<T: Send>(
    entries: Vec<Entry>,
    (server, options): (&Server, &Options),
    jobs: usize,
    work: impl Fn(&Entry, &mut TestServer) -> Result<T> + Sync,
) -> Result<Vec<(Entry, Result<T>)>> {
    let jobs = jobs.clamp(1, entries.len().max(1));
    let todo = Mutex::new(entries);
    let done = Mutex::new(Vec::new());
    let take = || todo.lock().ok().and_then(|mut t| t.pop());
    let worker = || -> Result<()> {
        let mut running = TestServer::start(server, options)?;
        while let Some(entry) = take() {
            let mut outcome = work(&entry, &mut running);
            if outcome.is_err() {
                running = TestServer::start(server, options)?;
                outcome = work(&entry, &mut running);
            }
            if outcome.is_err() || entry.refused == Some(SYSTEM) {
                running = TestServer::start(server, options)?;
            }
            done.lock().map_err(|_| "another job panicked")?.push((entry, outcome));
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|w| w.join().map_err(|_| "a job panicked")?)
    })?;
    Ok(done.into_inner().map_err(|_| "a job panicked")?)
}

/// The state after a restore that went well. A database of our choice in which nothing was made doesn't count: for the
/// client it has to be made first, and a tool need not make it.
fn state_after(expected: &Expected, server: &TestServer) -> Result<Snapshot> {
    if let Some(database) = &expected.database {
        server.drop_if_empty(database)?;
    }
    server.snapshot()
}

fn judge(expected: &Expected, ours: &Ended, state: &Snapshot, limit: Duration) -> Verdict {
    let Some(status) = ours.status else {
        return Verdict::Broken(format!("killed after {} s", limit.as_secs()));
    };
    match (&expected.error, status.code()) {
        (None, Some(0)) => expected.state.first_difference(state).map_or(Verdict::Same, Verdict::Differs),
        (Some(_), Some(0)) => Verdict::Accepted,
        (_, Some(2..=5)) if ours.stderr.trim_ascii().is_empty() => Verdict::Broken("failed without a word".into()),
        (None, Some(2..=5)) => Verdict::Refused,
        (Some(_), Some(2..=5)) => {
            expected.state.first_difference(state).map_or(Verdict::RefusedToo, Verdict::LeftBehind)
        }
        _ => Verdict::Broken(format!("ended with {status}")),
    }
}

fn cache_key(entry: &Entry, server: &TestServer) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in [Some(&entry.path), entry.after.as_ref()].into_iter().flatten() {
        let meta = fs::metadata(path).map_err(|e| format!("{}: {e}", path.display()))?;
        (path, meta.len(), meta.mtime(), meta.mtime_nsec()).hash(&mut hasher);
    }
    Ok(format!("{FORMAT} {} {:016x}", server.version(), hasher.finish()))
}

/// Whether the dump seems to say where its tables go: a line that starts with USE or CREATE DATABASE.
///
/// A guess, since such a line may be part of a string; the client's "No database selected" corrects it.
fn names_databases(text: &[u8]) -> bool {
    text.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        let starts = |word: &str| line.get(..word.len()).is_some_and(|l| l.eq_ignore_ascii_case(word.as_bytes()));
        starts("USE ") || starts("CREATE DATABASE ") || starts("CREATE SCHEMA ")
    })
}

fn sets_globals(text: &[u8]) -> bool {
    let globals: [&[u8]; 2] = [b"SET GLOBAL ", b"@@GLOBAL."];
    text.split(|&b| b == b'\n').any(|line| {
        let line = line.trim_ascii_start();
        line.len() > 4
            && line[..4].eq_ignore_ascii_case(b"SET ")
            && globals.iter().any(|g| line.windows(g.len()).any(|w| w.eq_ignore_ascii_case(g)))
    })
}

/// The line of a client's complaint that says what went wrong.
fn error_line(ended: &Ended) -> String {
    let text = ended.stderr_text();
    let line = text.lines().find(|l| l.starts_with("ERROR")).or_else(|| text.lines().last());
    line.unwrap_or("(failed without a word)").to_owned()
}

/// The name in `Unknown database 'name'`.
fn unknown_database(error: &str) -> Option<String> {
    let rest = error.strip_prefix("ERROR 1049 ")?;
    let (_, name) = rest.split_once("Unknown database '")?;
    Some(name.strip_suffix('\'')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_named_by_the_dump() {
        assert!(names_databases(b"-- x\nUSE `a`;\n"));
        assert!(names_databases(b"create database /*!32312 IF NOT EXISTS*/ `a`;"));
        assert!(!names_databases(b"INSERT INTO t VALUES ('please\nreuse it');\n-- USE a\n"));
    }

    #[test]
    fn settings_that_outlive_a_connection() {
        assert!(sets_globals(b"SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '';"));
        assert!(sets_globals(b"  set global max_connections = 5;"));
        assert!(!sets_globals(b"SET NAMES utf8;\nINSERT INTO t VALUES ('SET GLOBAL x');"));
    }

    #[test]
    fn unknown_database_is_read_from_the_clients_words() {
        assert_eq!(unknown_database("ERROR 1049 (42000) at line 3: Unknown database 'db'"), Some("db".into()));
        assert_eq!(unknown_database("ERROR 1046 (3D000) at line 3: No database selected"), None);
    }
}
