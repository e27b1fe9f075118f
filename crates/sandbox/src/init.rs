//! Filling an empty data directory.

use crate::{Flavor, SandboxError, Server};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What mariadb-install-db feeds to a bootstrapping server, in its order: per file, the names it went by.
const MARIADB_SYSTEM_SQL: [&[&str]; 5] = [
    &["mariadb_system_tables.sql", "mysql_system_tables.sql"],
    &["mariadb_performance_tables.sql", "mysql_performance_tables.sql"],
    &["mariadb_system_tables_data.sql", "mysql_system_tables_data.sql"],
    &["maria_add_gis_sp_bootstrap.sql"],
    &["mariadb_sys_schema.sql", "mysql_sys_schema.sql"],
];

/// Initialises `datadir`, which must not exist or be empty. `log` takes what the programs print.
///
/// `args` must give a `--tmpdir` that no other server has: each removes the temporary tables it finds at its start, and
/// two that initialise at once in /tmp would remove each other's.
pub(crate) fn init(server: &Server, datadir: &Path, log: &Path, args: &[OsString]) -> Result<(), SandboxError> {
    fs::create_dir_all(datadir).map_err(SandboxError::io(format!("making {}", datadir.display())))?;
    match server.flavor() {
        Flavor::MySql => {
            let mut cmd = server_command(server, datadir);
            cmd.arg("--initialize-insecure").args(args);
            run(cmd, log, "mysqld --initialize-insecure")
        }
        Flavor::MariaDb => match install_db(server) {
            Some(program) if !server.is_unpacked() => {
                let mut cmd = Command::new(program);
                cmd.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                if let Some(user) = user_arg() {
                    cmd.arg(user);
                }
                cmd.arg(flag("datadir", datadir)).args(args);
                run(cmd, log, "mariadb-install-db")
            }
            _ => bootstrap(server, datadir, log, args),
        },
    }
}

/// `--user` for a server started by root, which refuses to run without it.
///
/// Whose files new files are is asked of the file system, because std has no call for the user's id.
pub(crate) fn user_arg() -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt;
    let probe = tempfile::tempfile().and_then(|f| f.metadata());
    matches!(probe, Ok(meta) if meta.uid() == 0).then_some("--user=root")
}

pub(crate) fn flag(name: &str, path: &Path) -> OsString {
    let mut arg = OsString::from(format!("--{name}="));
    arg.push(path);
    arg
}

/// The server program with everything that says where it is and where its data is.
fn server_command(server: &Server, datadir: &Path) -> Command {
    let mut cmd = Command::new(server.mysqld());
    cmd.args(server.base_args());
    if let Some(user) = user_arg() {
        cmd.arg(user);
    }
    cmd.arg(flag("datadir", datadir)).arg("--secure-file-priv=");
    cmd
}

fn install_db(server: &Server) -> Option<PathBuf> {
    let here = server.mysqld().parent()?;
    let dirs = [here.to_owned(), here.parent()?.join("bin"), here.parent()?.join("scripts"), "/usr/bin".into()];
    ["mariadb-install-db", "mysql_install_db"]
        .iter()
        .flat_map(|name| dirs.iter().map(move |d| d.join(name)))
        .find(|p| p.is_file())
}

/// What mariadb-install-db does, for a server whose copy of it would look for everything below `/usr`.
fn bootstrap(server: &Server, datadir: &Path, log: &Path, args: &[OsString]) -> Result<(), SandboxError> {
    let sql_dir = datadir.join("mysql");
    fs::create_dir_all(&sql_dir).map_err(SandboxError::io(format!("making {}", sql_dir.display())))?;
    // A bootstrapping server reads a statement up to a semicolon at the end of a line.
    let mut sql = b"use mysql;\nSET @auth_root_socket=NULL;\n".to_vec();
    for names in MARIADB_SYSTEM_SQL {
        let Some(path) = names.iter().find_map(|n| server.share_file(n)) else {
            return Err(SandboxError::Init {
                what: format!("{} {}: {} is missing", server.flavor(), server.version(), names.join(" or ")),
                log: String::new(),
            });
        };
        sql.extend(fs::read(&path).map_err(SandboxError::io(format!("reading {}", path.display())))?);
        sql.push(b'\n');
    }
    let script = datadir.join("bootstrap.sql");
    let read_back = File::create(&script).and_then(|mut f| f.write_all(&sql)).and_then(|()| File::open(&script));
    let input = read_back.map_err(SandboxError::io(format!("writing {}", script.display())))?;
    let mut cmd = server_command(server, datadir);
    cmd.args(["--bootstrap", "--silent-startup", "--enforce-storage-engine=", "--net-buffer-length=16384"]);
    cmd.args(["--max-allowed-packet=8M", "--skip-log-bin"]).args(args).stdin(input);
    let done = run(cmd, log, "mariadbd --bootstrap");
    fs::remove_file(&script).map_err(SandboxError::io(format!("removing {}", script.display())))?;
    done
}

fn run(mut cmd: Command, log: &Path, what: &str) -> Result<(), SandboxError> {
    let open = || File::options().create(true).append(true).open(log);
    let (out, err) =
        open().and_then(|a| open().map(|b| (a, b))).map_err(SandboxError::io(format!("opening {}", log.display())))?;
    if !what.ends_with("--bootstrap") {
        cmd.stdin(Stdio::null());
    }
    let status = cmd.stdout(out).stderr(err).status().map_err(SandboxError::io(format!("{what} can't be run")))?;
    if status.success() {
        return Ok(());
    }
    Err(SandboxError::Init { what: format!("{what} failed ({status})"), log: tail(log) })
}

/// What a log ends with, few enough lines to read in an error, after any errors that came earlier.
pub(crate) fn tail(log: &Path) -> String {
    const LINES_MAX: usize = 12;
    let text = fs::read(log).unwrap_or_else(|e| e.to_string().into_bytes());
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let (earlier, last) = lines.split_at(lines.len().saturating_sub(LINES_MAX));
    let errors = earlier.iter().filter(|l| l.contains("ERROR")).take(LINES_MAX);
    errors.chain(last).copied().collect::<Vec<_>>().join("\n")
}
