//! Finding a server program, and what it needs to be told when it is not installed but only unpacked.

use crate::SandboxError;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Environment variable that names the mariadbd to use, or the directory it was unpacked in.
pub const MARIADBD_VAR: &str = "DUMPSTREAM_MARIADBD";
/// Environment variable that names the mysqld to use, or the directory it was unpacked in.
pub const MYSQLD_VAR: &str = "DUMPSTREAM_MYSQLD";

/// Where distributions put server programs that are not for a user's PATH.
const SYSTEM_DIRS: [&str; 5] =
    ["/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/mysql/bin", "/opt/homebrew/bin"];

/// Which family a server belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flavor {
    /// MariaDB.
    MariaDb,
    /// MySQL.
    MySql,
}

impl Flavor {
    /// `mariadb` or `mysql`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MariaDb => "mariadb",
            Self::MySql => "mysql",
        }
    }

    const fn var(self) -> &'static str {
        match self {
            Self::MariaDb => MARIADBD_VAR,
            Self::MySql => MYSQLD_VAR,
        }
    }

    /// Names the server program goes by, best first. Old MariaDB packages call theirs mysqld.
    const fn daemons(self) -> &'static [&'static str] {
        match self {
            Self::MariaDb => &["mariadbd", "mysqld"],
            Self::MySql => &["mysqld"],
        }
    }
}

impl fmt::Display for Flavor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        })
    }
}

/// A server program that was found and asked for its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    flavor: Flavor,
    mysqld: PathBuf,
    version: String,
    /// The directory that plays the part of `/`, for a server that was unpacked and not installed.
    root: Option<PathBuf>,
}

impl Server {
    /// The server at `path`: the program, a wrapper around it, or the directory it was unpacked in.
    pub fn at(path: &Path) -> Result<Self, SandboxError> {
        let bad = |reason: String| SandboxError::NotAServer { path: path.to_owned(), reason };
        let program = if path.is_dir() {
            ["bin/mariadbd", "bin/mysqld", "sbin/mariadbd", "sbin/mysqld", "usr/sbin/mariadbd", "usr/sbin/mysqld"]
                .iter()
                .map(|name| path.join(name))
                .find(|p| p.is_file())
                .ok_or_else(|| bad("there is no bin/mariadbd or bin/mysqld in it".into()))?
        } else {
            path.to_owned()
        };
        let program = fs::canonicalize(&program).map_err(|e| bad(e.to_string()))?;
        let out = Command::new(&program)
            .args(["--no-defaults", "--version"])
            .stdin(Stdio::null())
            .output()
            .map_err(|e| bad(format!("it can't be run: {e}")))?;
        let text = String::from_utf8_lossy(&out.stdout);
        let version = text
            .split_once(" Ver ")
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .filter(|_| out.status.success())
            .ok_or_else(|| bad(format!("--version gave {:?}", text.trim())))?
            .to_owned();
        let flavor = if version.contains("MariaDB") { Flavor::MariaDb } else { Flavor::MySql };
        let root = program
            .ancestors()
            .skip(1)
            .take(3)
            .filter(|dir| dir.parent().is_some())
            .flat_map(|dir| [dir.join("root"), dir.to_owned()])
            .find(|dir| dir.join("usr/share/mysql").is_dir() || dir.join("usr/share/mariadb").is_dir());
        Ok(Self { flavor, mysqld: program, version, root })
    }

    /// MariaDB or MySQL.
    pub fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// The server program.
    pub fn mysqld(&self) -> &Path {
        &self.mysqld
    }

    /// Its version as `--version` has it, such as `10.11.6-MariaDB` or `8.4.3`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The command-line client that belongs to this server, or the nearest one on the PATH.
    pub fn client(&self) -> Option<PathBuf> {
        self.tool("mariadb", "mysql")
    }

    /// The dump program that belongs to this server, or the nearest one on the PATH.
    pub fn dump_tool(&self) -> Option<PathBuf> {
        self.tool("mariadb-dump", "mysqldump")
    }

    fn tool(&self, mariadb: &str, mysql: &str) -> Option<PathBuf> {
        let names: &[&str] = match self.flavor {
            Flavor::MariaDb => &[mariadb, mysql],
            Flavor::MySql => &[mysql, mariadb],
        };
        let here = self.mysqld.parent()?;
        let beside = [here.to_owned(), here.parent()?.join("bin")];
        names.iter().flat_map(|n| beside.iter().map(move |d| d.join(n))).find(|p| p.is_file()).or_else(|| {
            let path = env::var_os("PATH")?;
            names.iter().flat_map(|n| env::split_paths(&path).map(move |d| d.join(n))).find(|p| p.is_file())
        })
    }

    /// Finds one of `names` among the server's own helpers and data files.
    pub(crate) fn share_file(&self, name: &str) -> Option<PathBuf> {
        let base = self.root.clone().unwrap_or_else(|| PathBuf::from("/"));
        ["usr/share/mariadb", "usr/share/mysql"].iter().map(|d| base.join(d).join(name)).find(|p| p.is_file())
    }

    pub(crate) fn is_unpacked(&self) -> bool {
        self.root.is_some()
    }

    /// Arguments every run of this program needs, first of all `--no-defaults`.
    pub(crate) fn base_args(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["--no-defaults".into()];
        if let Some(root) = &self.root {
            let mut path_arg = |name: &str, rel: &[&str]| {
                if let Some(p) = rel.iter().map(|r| root.join(r)).find(|p| p.is_dir()) {
                    let mut arg = OsString::from(format!("--{name}="));
                    arg.push(p);
                    args.push(arg);
                }
            };
            let (share, plugin) = match self.flavor {
                Flavor::MariaDb => ("usr/share/mariadb", "usr/lib/mysql/plugin"),
                Flavor::MySql => ("usr/share/mysql", "usr/lib/mysql/plugin"),
            };
            let charsets = format!("{share}/charsets");
            path_arg("basedir", &["usr"]);
            path_arg("plugin-dir", &[plugin, "usr/lib/x86_64-linux-gnu/mariadb19/plugin"]);
            path_arg("lc-messages-dir", &[share, "usr/share/mysql"]);
            path_arg("character-sets-dir", &[&charsets, "usr/share/mysql/charsets"]);
        }
        args
    }
}

/// Finds a server: one named by the environment, else one installed on this machine.
///
/// With no flavor, MariaDB comes first.
pub fn find(flavor: Option<Flavor>) -> Result<Server, SandboxError> {
    find_in(flavor, &[])
}

/// As [`find`], and then below each of `dirs`, where every subdirectory may hold an unpacked server.
pub fn find_in(flavor: Option<Flavor>, dirs: &[PathBuf]) -> Result<Server, SandboxError> {
    let wanted: &[Flavor] = match flavor {
        Some(Flavor::MariaDb) => &[Flavor::MariaDb],
        Some(Flavor::MySql) => &[Flavor::MySql],
        None => &[Flavor::MariaDb, Flavor::MySql],
    };
    for f in wanted {
        if let Some(value) = env::var_os(f.var()).filter(|v| !v.is_empty()) {
            let server = Server::at(Path::new(&value))?;
            if server.flavor != *f {
                let reason = format!("{} asks for {f}, and this is {} {}", f.var(), server.flavor, server.version);
                return Err(SandboxError::NotAServer { path: value.into(), reason });
            }
            return Ok(server);
        }
    }
    let path: Vec<PathBuf> = env::var_os("PATH").map(|p| env::split_paths(&p).collect()).unwrap_or_default();
    let places: Vec<PathBuf> = path.into_iter().chain(SYSTEM_DIRS.iter().map(PathBuf::from)).collect();
    let unpacked: Vec<PathBuf> = dirs.iter().flat_map(|d| subdirs(d)).collect();
    for f in wanted {
        let installed = f.daemons().iter().flat_map(|name| places.iter().map(move |dir| dir.join(name)));
        let found = installed
            .filter(|p| p.is_file())
            .chain(unpacked.iter().cloned())
            .filter_map(|p| Server::at(&p).ok())
            .find(|s| s.flavor == *f);
        if let Some(server) = found {
            return Ok(server);
        }
    }
    let mut looked: Vec<String> = wanted.iter().map(|f| format!("${}", f.var())).collect();
    looked.push("$PATH".into());
    looked.extend(SYSTEM_DIRS.iter().map(|d| (*d).to_owned()));
    looked.extend(dirs.iter().map(|d| d.display().to_string()));
    Err(SandboxError::NotFound { flavor, looked })
}

/// The directories in `dir`, highest name first: with names that end in a version, about the newest first.
fn subdirs(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path()).filter(|p| p.is_dir()).collect();
    found.sort_by(|a, b| b.cmp(a));
    found
}
