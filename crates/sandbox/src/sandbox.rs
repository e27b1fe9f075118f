//! One running throwaway server.

use crate::init::{flag, init, tail, user_arg};
use crate::keeper::{AtEnd, Keeper};
use crate::{Flavor, SandboxError, Server};
use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// How long a server may take from its start to its first answer. Recovery after a kill is part of it.
const START_LIMIT: Duration = Duration::from_secs(120);
/// How long a server may take to shut down when asked to.
pub(crate) const STOP_LIMIT: Duration = Duration::from_secs(60);
/// How many ports to try: another process may take the one we picked before the server does.
const PORT_ATTEMPTS: u32 = 5;
/// Longest path of a socket that every system accepts (`sun_path` is 104 bytes on macOS, 108 on Linux).
const SOCKET_PATH_MAX: usize = 100;
/// mysqld only makes root@localhost, which a connection by TCP is not unless names are looked up.
const ROOT_BY_TCP: &str = "CREATE USER IF NOT EXISTS root@'127.0.0.1';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
GRANT PROXY ON ''@'' TO root@'127.0.0.1' WITH GRANT OPTION;
";

/// Certificate files for a server that is to speak TLS, all PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The authority's certificate.
    pub ca: PathBuf,
    /// The server's certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// How a sandbox is set up. The default is a small server that survives a kill of its process without losing a
/// commit, though not a crash of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// InnoDB's buffer pool, MiB. Default 128.
    pub buffer_pool_mib: u32,
    /// InnoDB's redo log, MiB. Default 96.
    pub redo_log_mib: u32,
    /// Further server arguments; they come last and so win over the sandbox's own.
    pub extra_args: Vec<String>,
    /// Certificates, for MariaDB. MySQL makes its own when there are none.
    pub tls: Option<TlsFiles>,
    /// Keep the data in this directory, made when missing and reused when filled. Default: a temporary one that goes
    /// with the sandbox.
    pub data_dir: Option<PathBuf>,
    /// Where temporary directories are made. Default: the system's place for them.
    pub temp_dir: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            buffer_pool_mib: 128,
            redo_log_mib: 96,
            extra_args: Vec::new(),
            tls: None,
            data_dir: None,
            temp_dir: None,
        }
    }
}

impl Options {
    /// Adds a server argument, such as `--innodb-io-capacity=2000`.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.extra_args.push(arg.into());
        self
    }

    /// InnoDB's file sizes, which initialising and running must agree on.
    fn size_args(&self, flavor: Flavor) -> Vec<OsString> {
        let redo = match flavor {
            Flavor::MariaDb => format!("--innodb-log-file-size={}M", self.redo_log_mib),
            Flavor::MySql => format!("--loose-innodb-redo-log-capacity={}M", self.redo_log_mib),
        };
        vec![redo.into()]
    }
}

/// A running throwaway server: `root` without a password, on 127.0.0.1 and on a socket.
///
/// Dropping it kills the server and removes its files; so does the end of this process, whatever its cause.
#[derive(Debug)]
pub struct Sandbox {
    server: Server,
    options: Options,
    keeper: Option<Keeper>,
    port: u16,
    version_text: String,
    datadir: PathBuf,
    // After `keeper`: the server goes before its files do.
    home: tempfile::TempDir,
}

impl Sandbox {
    /// Initialises a data directory and starts `server` on it. Returns when it answers.
    pub fn start(server: &Server, options: &Options) -> Result<Self, SandboxError> {
        let home = home_dir(options.temp_dir.as_deref())?;
        let datadir = options.data_dir.clone().unwrap_or_else(|| home.path().join("data"));
        let datadir = std::path::absolute(&datadir)
            .map_err(SandboxError::io(format!("finding out where {} is", datadir.display())))?;
        let files = home.path().join("files");
        fs::create_dir(&files).map_err(SandboxError::io(format!("making {}", files.display())))?;
        let root_sql = home.path().join("root.sql");
        fs::write(&root_sql, ROOT_BY_TCP).map_err(SandboxError::io(format!("writing {}", root_sql.display())))?;
        let mut sandbox = Self {
            server: server.clone(),
            options: options.clone(),
            keeper: None,
            port: 0,
            version_text: String::new(),
            datadir,
            home,
        };
        if !sandbox.datadir.join("mysql").is_dir() && !sandbox.datadir.join("mysql.ibd").is_file() {
            let mut args = options.size_args(server.flavor());
            args.push(flag("tmpdir", sandbox.home.path()));
            // MySQL takes this one when it initialises, and never another.
            let names = options.extra_args.iter().filter(|a| a.starts_with("--lower-case-table-names"));
            args.extend(names.map(OsString::from));
            init(server, &sandbox.datadir, &sandbox.log_path(), &args)?;
        }
        let mut attempt = 1;
        loop {
            sandbox.port = free_port()?;
            match sandbox.launch() {
                Err(SandboxError::Start { log, .. }) if attempt < PORT_ATTEMPTS && is_port_taken(&log) => attempt += 1,
                done => return done.map(|()| sandbox),
            }
        }
    }

    /// TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        self.home.path().join("sock")
    }

    /// `mysql://root@127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}", self.port)
    }

    /// MariaDB or MySQL.
    pub fn flavor(&self) -> Flavor {
        self.server.flavor()
    }

    /// The program this sandbox runs.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The version as the server tells it to clients, such as `10.11.6-MariaDB-0+deb12u1`.
    pub fn version_text(&self) -> &str {
        &self.version_text
    }

    /// The server's process id, unless it was killed.
    pub fn pid(&self) -> Option<u32> {
        self.keeper.as_ref().map(Keeper::pid)
    }

    /// Where the data is.
    pub fn datadir(&self) -> &Path {
        &self.datadir
    }

    /// The server's log.
    pub fn log_path(&self) -> PathBuf {
        self.home.path().join("server.log")
    }

    /// A shell command that connects to this server, for a person.
    pub fn client_command(&self) -> String {
        let client = match self.server.client() {
            Some(path) => match (path.file_name(), path.starts_with("/usr/bin")) {
                (Some(name), true) => name.to_string_lossy().into_owned(),
                _ => path.display().to_string(),
            },
            None => self.server.flavor().name().to_owned(),
        };
        // A ~/.my.cnf would bring the user's own host or password.
        format!("{client} --no-defaults --host=127.0.0.1 --port={} --user=root", self.port)
    }

    /// Kills the server as a crash would (signal 9) and keeps its data. [`Sandbox::restart`] brings it back.
    pub fn kill9(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            keeper.signal_and_wait("KILL", STOP_LIMIT);
        }
    }

    /// Adds a server argument for the next [`Sandbox::restart`]. It wins over what was given before.
    pub fn set_arg(&mut self, arg: impl Into<String>) {
        self.options.extra_args.push(arg.into());
    }

    /// Starts the server again on the same data and port, after ending it if it still runs.
    pub fn restart(&mut self) -> Result<(), SandboxError> {
        if let Some(mut keeper) = self.keeper.take()
            && !keeper.signal_and_wait("TERM", STOP_LIMIT)
        {
            keeper.signal_and_wait("KILL", STOP_LIMIT);
        }
        self.launch()
    }

    /// Shuts the server down in good order and removes its files, except a [`Options::data_dir`].
    pub fn stop(mut self) -> Result<(), SandboxError> {
        let Some(mut keeper) = self.keeper.take() else { return Ok(()) };
        if keeper.signal_and_wait("TERM", STOP_LIMIT) {
            return Ok(());
        }
        let what = format!("the server did not shut down within {} s and was killed", STOP_LIMIT.as_secs());
        let log = tail(&self.log_path());
        keeper.signal_and_wait("KILL", STOP_LIMIT);
        Err(SandboxError::Start { what, log })
    }

    fn args(&self) -> Vec<OsString> {
        let mut args = self.server.base_args();
        args.extend(user_arg().map(Into::into));
        args.push(flag("datadir", &self.datadir));
        args.push(flag("socket", &self.socket()));
        args.push(flag("pid-file", &self.home.path().join("pid")));
        args.push(flag("tmpdir", self.home.path()));
        // SELECT … INTO OUTFILE and LOAD_FILE reach this empty directory and nothing else of the machine.
        args.push(flag("secure-file-priv", &self.home.path().join("files")));
        let mut set = |arg: String| args.push(arg.into());
        set(format!("--port={}", self.port));
        set("--bind-address=127.0.0.1".into());
        set("--local-infile=ON".into());
        set("--skip-log-bin".into());
        set("--skip-name-resolve".into());
        // An event that fires would change what was restored.
        set("--event-scheduler=OFF".into());
        set("--performance-schema=OFF".into());
        set("--max-allowed-packet=64M".into());
        set("--innodb-flush-log-at-trx-commit=2".into());
        set(format!("--innodb-buffer-pool-size={}M", self.options.buffer_pool_mib));
        if self.server.flavor() == Flavor::MySql {
            set("--loose-mysqlx=OFF".into());
            args.push(flag("init-file", &self.home.path().join("root.sql")));
        }
        args.extend(self.options.size_args(self.server.flavor()));
        if let Some(tls) = &self.options.tls {
            args.extend([flag("ssl-ca", &tls.ca), flag("ssl-cert", &tls.cert), flag("ssl-key", &tls.key)]);
        }
        args.extend(self.options.extra_args.iter().map(Into::into));
        args
    }

    /// Starts the server and waits for its greeting.
    fn launch(&mut self) -> Result<(), SandboxError> {
        let _ = fs::remove_file(self.socket());
        let end = match self.options.data_dir {
            Some(_) => AtEnd::ShutDown,
            None => AtEnd::Remove(self.home.path()),
        };
        let mut keeper = Keeper::start(self.server.mysqld(), &self.args(), &self.log_path(), end)?;
        let start = Instant::now();
        loop {
            if let Some(version) = greeting(&self.socket()) {
                self.version_text = version;
                self.keeper = Some(keeper);
                return Ok(());
            }
            let what = if let Some(status) = keeper.ended() {
                format!("{} {} ended while starting ({status})", self.server.flavor(), self.server.version())
            } else if start.elapsed() > START_LIMIT {
                format!("{} did not answer within {} s", self.server.flavor(), START_LIMIT.as_secs())
            } else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            let log = tail(&self.log_path());
            keeper.signal_and_wait("KILL", STOP_LIMIT);
            return Err(SandboxError::Start { what, log });
        }
    }
}

/// A directory for one sandbox, with a path short enough for a socket in it.
fn home_dir(wanted: Option<&Path>) -> Result<tempfile::TempDir, SandboxError> {
    let system = env::temp_dir();
    let base = wanted.unwrap_or(&system);
    let base = if base.as_os_str().len() + "/dumpstream-XXXXXX/sock".len() > SOCKET_PATH_MAX {
        Path::new("/tmp")
    } else {
        base
    };
    tempfile::Builder::new()
        .prefix("dumpstream-")
        .permissions(fs::Permissions::from_mode(0o700))
        .tempdir_in(base)
        .map_err(SandboxError::io(format!("making a directory in {}", base.display())))
}

fn free_port() -> Result<u16, SandboxError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|l| l.local_addr())
        .map(|a| a.port())
        .map_err(SandboxError::io("finding a free port on 127.0.0.1"))
}

fn is_port_taken(log: &str) -> bool {
    log.contains("Address already in use") || log.contains("Bind on TCP/IP port")
}

/// The version in the packet a server greets clients with; nothing when there is no server or it isn't ready.
///
/// Packet: length (3 bytes), sequence number (1), protocol version (10), version text, NUL.
fn greeting(socket: &Path) -> Option<String> {
    const LIMIT: Duration = Duration::from_secs(5);
    let mut stream = UnixStream::connect(socket).ok()?;
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    let mut packet = Vec::new();
    let mut buf = [0; 256];
    loop {
        match stream.read(&mut buf) {
            Ok(0) => return None,
            Ok(n) => packet.extend_from_slice(&buf[..n]),
            Err(e) if e.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return None,
        }
        let body = packet.get(4..).unwrap_or_default();
        match body.split_first() {
            Some((10, rest)) => {
                if let Some(end) = rest.iter().position(|&b| b == 0) {
                    let text = String::from_utf8_lossy(&rest[..end]);
                    // MariaDB before 11 says this first, for replicas that only know a one-digit version.
                    return Some(text.strip_prefix("5.5.5-").unwrap_or(&text).to_owned());
                }
            }
            Some(_) => return None,
            None => {}
        }
    }
}
