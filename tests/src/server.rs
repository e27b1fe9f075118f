//! A throwaway server as the tests use it.

use crate::process::{Decoded, Ended, run};
use crate::snapshot::Snapshot;
use crate::{Result, paths};
use dumpstream_sandbox::{Flavor, Options, Sandbox, Server, find_in};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What `NOW()` is for [`LOADER`], so that triggers and defaults that ask for it give the same in every load.
const NOW: u32 = 1_700_000_000;
/// The account that restores: it may do everything except what would exempt it from the fixed clock.
pub const LOADER: &str = "loader";
/// How long a query or a metadata dump of the tests' own may take.
const QUERY_LIMIT: Duration = Duration::from_secs(300);

/// A running server, its tools, and the account that restores.
#[derive(Debug)]
pub struct TestServer {
    sandbox: Sandbox,
    client: PathBuf,
    dump_tool: PathBuf,
    users: BTreeSet<String>,
}

impl TestServer {
    /// Finds a server of `flavor`. `None` where there is no MySQL, which is optional; MariaDB is not.
    pub fn find(flavor: Flavor) -> Result<Option<Server>> {
        match find_in(Some(flavor), &[paths::unpacked_servers()]) {
            Ok(server) => Ok(Some(server)),
            Err(e) if flavor == Flavor::MySql => {
                eprintln!("skipped for MySQL: {e}");
                Ok(None)
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Starts `server` with a fixed clock, and makes [`LOADER`].
    pub fn start(server: &Server, options: &Options) -> Result<Self> {
        let options = options.clone().arg(format!("--init-connect=SET timestamp={NOW}")).arg("--sysdate-is-now");
        let sandbox = Sandbox::start(server, &options)?;
        let client = server.client().ok_or("no mariadb or mysql client")?;
        let dump_tool = server.dump_tool().ok_or("no mariadb-dump or mysqldump")?;
        let mut this = Self { sandbox, client, dump_tool, users: BTreeSet::new() };
        let admin = match server.flavor() {
            Flavor::MariaDb => "CONNECTION ADMIN",
            Flavor::MySql => "CONNECTION_ADMIN",
        };
        this.sql(&format!(
            "CREATE USER {LOADER}@'%'; GRANT ALL ON *.* TO {LOADER}@'%' WITH GRANT OPTION; \
             REVOKE SUPER, {admin} ON *.* FROM {LOADER}@'%'"
        ))?;
        this.users = this.list_users()?;
        Ok(this)
    }

    /// The server itself.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The server itself, to kill or restart it.
    pub fn sandbox_mut(&mut self) -> &mut Sandbox {
        &mut self.sandbox
    }

    /// `mysql://loader@127.0.0.1:PORT`, with a database where one is given.
    pub fn url(&self, database: Option<&str>) -> String {
        let base = format!("mysql://{LOADER}@127.0.0.1:{}", self.sandbox.port());
        database.map_or(base.clone(), |db| format!("{base}/{db}"))
    }

    /// Runs SQL as root, and goes on after what the server refuses.
    pub fn sql_by_force(&self, text: &str) -> Result<()> {
        let mut cmd = self.tool(&self.client, "root");
        cmd.args(["--batch", "--force"]).stdin(stdin_of(text)?);
        run(&mut cmd, QUERY_LIMIT)?;
        Ok(())
    }

    /// Runs SQL as root and gives back what the client prints: a line per row, tabs between fields, no heading.
    pub fn sql(&self, text: &str) -> Result<String> {
        let mut cmd = self.tool(&self.client, "root");
        cmd.args(["--batch", "--skip-column-names"]);
        cmd.stdin(stdin_of(text)?);
        let out = run(&mut cmd, QUERY_LIMIT)?;
        if out.ok() { Ok(out.stdout_text()) } else { Err(out.stderr_text().into()) }
    }

    /// Runs SQL as root on one connection, whatever fails, while the caller does something else. What the client prints and
    /// says goes to `out`, in order.
    pub fn sql_beside(&self, text: &str, out: &Path) -> Result<Child> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(out)?;
        let mut cmd = self.tool(&self.client, "root");
        cmd.args(["--batch", "--skip-column-names", "--force", "--unbuffered"]);
        Ok(cmd.stdin(stdin_of(text)?).stdout(log.try_clone()?).stderr(log).spawn()?)
    }

    /// As [`Self::sql_beside`], with the same text again and again until the child is killed.
    pub fn sql_forever(&self, text: &str, out: &Path) -> Result<Child> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(out)?;
        let mut cmd = self.tool(&self.client, "root");
        cmd.args(["--batch", "--skip-column-names", "--force", "--unbuffered"]);
        let mut child = cmd.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut stdin = child.stdin.take().ok_or("no stdin")?;
        let text = text.to_owned();
        // Ends when nobody reads any more.
        std::thread::spawn(move || while std::io::Write::write_all(&mut stdin, text.as_bytes()).is_ok() {});
        Ok(child)
    }

    /// Restores `file` as a user would without us: decompress, pipe into the client.
    ///
    /// `--comments`, because without it MariaDB's client takes the comments out of routine bodies.
    pub fn restore_with_client(&self, file: &Path, database: Option<&str>, limit: Duration) -> Result<Ended> {
        let empty = tempfile::tempdir()?;
        let mut input = Decoded::open(file)?;
        let mut cmd = self.tool(&self.client, LOADER);
        cmd.arg("--comments").args(database).current_dir(empty.path()).stdin(input.stdin());
        run(&mut cmd, limit)
    }

    /// `SELECT VERSION()`, as one token.
    pub fn version(&self) -> &str {
        self.sandbox.version_text()
    }

    /// Everything that can be compared about the databases that are not the server's own.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Snapshot::take(self, &self.databases()?)
    }

    /// As [`Self::snapshot`], about these databases.
    pub fn snapshot_of(&self, databases: &[&str]) -> Result<Snapshot> {
        Snapshot::take(self, &databases.iter().map(|&d| d.to_owned()).collect::<Vec<_>>())
    }

    /// Drops every database and account that was not there at the start.
    pub fn reset(&self) -> Result<()> {
        let mut sql = String::from("SET foreign_key_checks=0;\n");
        for name in self.databases()? {
            sql += &format!("DROP DATABASE {};\n", quote(&name));
        }
        for user in self.list_users()?.difference(&self.users) {
            sql += &format!("DROP USER {user};\n");
        }
        self.sql(&sql)?;
        Ok(())
    }

    /// Drops `database` when there are no tables, views, routines or events in it.
    pub fn drop_if_empty(&self, database: &str) -> Result<()> {
        let name = database.replace('\'', "''");
        let objects = self.sql(&format!(
            "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{name}') \
             + (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = '{name}') \
             + (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = '{name}')"
        ))?;
        if objects.trim() == "0" {
            self.sql(&format!("DROP DATABASE IF EXISTS {}", quote(database)))?;
        }
        Ok(())
    }

    /// The names of the databases that are not the server's own.
    pub fn databases(&self) -> Result<Vec<String>> {
        let rows = self.sql(
            "SELECT HEX(schema_name) FROM information_schema.schemata \
             WHERE schema_name NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') ORDER BY 1",
        )?;
        rows.lines().map(unhex).collect()
    }

    /// Accounts as SQL names them.
    fn list_users(&self) -> Result<BTreeSet<String>> {
        let rows = self.sql("SELECT HEX(user), HEX(host) FROM mysql.user")?;
        rows.lines()
            .map(|row| {
                let (user, host) = row.split_once('\t').unwrap_or((row, ""));
                Ok(format!("{}@{}", quote(&unhex(user)?), quote(&unhex(host)?)))
            })
            .collect()
    }

    /// What the server's own dump program writes of `database`, with `args`.
    pub fn dump(&self, database: &str, args: &[&str]) -> Result<Vec<u8>> {
        let mut cmd = Command::new(&self.dump_tool);
        cmd.args(["--no-defaults", "--user=root"]).arg(format!("--socket={}", self.sandbox.socket().display()));
        cmd.args(["--routines", "--triggers", "--events"]);
        if self.sandbox.flavor() == Flavor::MySql {
            cmd.args(["--set-gtid-purged=OFF", "--no-tablespaces"]);
        }
        cmd.args(args).arg(database).stdin(Stdio::null());
        let out = run(&mut cmd, QUERY_LIMIT)?;
        if out.ok() { Ok(out.stdout) } else { Err(out.stderr_text().into()) }
    }

    /// Definitions of `databases` as the server's own dump program writes them, with its complaints at the end.
    pub(crate) fn definitions(&self, databases: &[String]) -> Result<Vec<u8>> {
        let mut cmd = self.tool(&self.dump_tool, "root");
        cmd.args(["--no-data", "--routines", "--triggers", "--events", "--skip-comments", "--skip-dump-date"]);
        cmd.args(["--force", "--skip-lock-tables"]);
        if self.sandbox.flavor() == Flavor::MySql {
            cmd.args(["--set-gtid-purged=OFF", "--no-tablespaces"]);
        }
        cmd.arg("--databases").args(databases).stdin(Stdio::null());
        let out = run(&mut cmd, QUERY_LIMIT)?;
        let mut text = out.stdout;
        if !out.stderr.is_empty() {
            text.extend(b"\n-- complaints --\n");
            text.extend(out.stderr);
        }
        Ok(text)
    }

    /// A client program told how to connect, before anything else.
    fn tool(&self, program: &Path, user: &str) -> Command {
        let mut cmd = Command::new(program);
        cmd.args(["--no-defaults", "--default-character-set=utf8mb4"]);
        cmd.arg(format!("--user={user}")).arg(format!("--socket={}", self.sandbox.socket().display()));
        cmd
    }
}

/// A file that holds `text`, for a program's standard input: statements may be longer than a command line.
fn stdin_of(text: &str) -> Result<Stdio> {
    use std::io::{Seek, Write};
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file.into())
}

/// An identifier in backticks.
pub fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The text that SQL's HEX() was given.
pub(crate) fn unhex(hex: &str) -> Result<String> {
    let digits = hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(&String::from_utf8_lossy(pair), 16));
    let bytes = digits.collect::<Result<Vec<u8>, _>>().map_err(|e| format!("{hex:?}: {e}"))?;
    Ok(String::from_utf8(bytes)?)
}
