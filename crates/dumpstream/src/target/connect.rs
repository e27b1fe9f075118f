//! How to reach the target: from a URL, flags, files and the environment to an open connection.
//!
//! Owns the order in which those count, TLS, the time-out, and the words a failed connection is explained with. Refuses
//! to let a password into any message, and to answer a connection to one server with a connection to another.
//! [`ConnectOptions::resolve`] reads files and blocks; [`Connector::connect`] is async and never prompts.

mod option_file;
mod spec;
mod tls;
mod vault;

pub use option_file::GROUPS as OPTION_FILE_GROUPS;
pub use spec::{DEFAULT_PORT, SandboxServer, Secret, ServerUrl, TargetSpec};
pub use tls::SslMode;

use crate::aws::AwsOptions;
use crate::error::{Error, Result};
use crate::observe::Warning;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder};
use option_file::{FileOptions, Wanted};
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use vault::{Kept, Login, Vault};

/// How long a connection may take, from looking up the name to the end of the login. Servers answer in milliseconds; a
/// firewall that drops packets never does.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a loopback connection waits to be exchanged for the server's Unix socket before it stays what it is.
const SOCKET_TIMEOUT: Duration = Duration::from_secs(2);

/// After how long without traffic TCP asks whether the server is still there: sooner than the idle limits of NAT gateways
/// (AWS: 350 s), which an index build of an hour would run into.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// Where the certificates of RDS and Aurora are published.
const RDS_BUNDLE: &str = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem";

/// What was asked for beside the URL. Everything is optional; [`Self::resolve`] says what an absent part becomes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectOptions {
    /// User. Counts before the URL's.
    pub user: Option<String>,
    /// Password, from a prompt or a program. Counts before every other source.
    pub password: Option<Secret>,
    /// A file with nothing but the password in it; one line end after it is not part of it.
    pub password_file: Option<PathBuf>,
    /// Option file read in place of `~/.my.cnf`.
    pub defaults_file: Option<PathBuf>,
    /// TLS and verification. Counts before the URL's.
    pub ssl_mode: Option<SslMode>,
    /// PEM file of the authorities to trust, in place of the built-in ones. Counts before the URL's.
    pub ssl_ca: Option<PathBuf>,
    /// A secret in Secrets Manager, as RDS keeps one: user and password, and where the URL names no host, host and port. It
    /// is fetched again when the server denies access, as it may have been rotated.
    pub secret: Option<String>,
    /// Whether to log in with tokens that RDS makes of AWS credentials, one for each connection.
    pub iam_auth: bool,
    /// As whom, where and how AWS is reached for those two.
    pub aws: AwsOptions,
}

/// The parts of the process's environment that a connection may depend on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `DUMPSTREAM_PASSWORD`, or else `MYSQL_PWD`, and which it was.
    pub password: Option<(&'static str, Secret)>,
    /// The home directory, for `.my.cnf`.
    pub home: Option<PathBuf>,
    /// The login name: the user where nothing names one.
    pub login: Option<String>,
}

impl Environment {
    /// Variables that may hold the password, the first that is set and not empty counts.
    pub const PASSWORD_VARIABLES: [&str; 2] = ["DUMPSTREAM_PASSWORD", "MYSQL_PWD"];

    /// Reads this process's.
    pub fn of_process() -> Self {
        let text = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        Self {
            password: Self::PASSWORD_VARIABLES.into_iter().find_map(|name| Some((name, Secret::new(text(name)?)))),
            home: std::env::home_dir(),
            login: text("USER").or_else(|| text("LOGNAME")),
        }
    }
}

/// Where a password came from, to say so when it is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PasswordSource {
    Given,
    Url,
    File(PathBuf),
    Variable(&'static str),
    OptionFile(PathBuf),
    Vault(String),
    Token,
}

impl fmt::Display for PasswordSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("the prompt or the caller"),
            Self::Url => f.write_str("the target's URL"),
            Self::File(path) => write!(f, "the password file {}", path.display()),
            Self::Variable(name) => write!(f, "the environment variable {name}"),
            Self::OptionFile(path) => write!(f, "the option file {}", path.display()),
            Self::Vault(id) => write!(f, "the secret {id}, which was fetched again"),
            Self::Token => f.write_str("RDS's IAM authentication, which needs rds-db:connect for this user"),
        }
    }
}

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Endpoint {
    Tcp {
        host: String,
        port: u16,
    },
    Socket(PathBuf),
    /// The one that a secret names.
    OfSecret(String),
}

impl Endpoint {
    /// Whether what is sent stays on this machine, as far as its name says.
    fn is_local(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::OfSecret(_) => false,
            Self::Tcp { host, .. } => {
                host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Socket(path) => write!(f, "{}", path.display()),
            Self::OfSecret(id) => write!(f, "the server of the secret {id}"),
        }
    }
}

/// Everything it takes to open connections to one server. Cheap to clone; `Debug` shows no password.
#[derive(Debug, Clone)]
pub struct Connector {
    endpoint: Endpoint,
    user: String,
    password: Option<(Secret, PasswordSource)>,
    ssl_mode: SslMode,
    ssl_ca: Option<PathBuf>,
    database: Option<String>,
    warnings: Vec<Warning>,
    /// Set once the Unix socket turned out to be of no use. Shared by clones.
    stay_on_tcp: Arc<AtomicBool>,
    /// A login that AWS keeps, and the user that counts before it. Shared by clones.
    vault: Option<(Arc<Vault>, Option<String>)>,
}

impl ConnectOptions {
    /// Settles where and as whom to connect, without connecting.
    ///
    /// - User: [`Self::user`], the URL, the option file, the login name.
    /// - [`Self::secret`] counts before all but [`Self::user`] and the URL's own user and host; [`Self::iam_auth`] takes the
    ///   place of the password.
    /// - Password: [`Self::password`], the URL, [`Self::password_file`], `DUMPSTREAM_PASSWORD`, `MYSQL_PWD`, the option
    ///   file, none.
    /// - Host, port and socket: the URL; the option file where the URL names none of them; `localhost:3306`. For the host
    ///   `localhost` without a port, the option file's socket counts, as it does for the clients.
    /// - TLS: [`Self::ssl_mode`], the URL, the option file (but for sockets); [`SslMode::VerifyIdentity`] for another
    ///   machine and wherever an authority is named, [`SslMode::Disabled`] for sockets and loopback.
    pub fn resolve(&self, url: &ServerUrl) -> Result<Connector> {
        self.resolve_in(url, &Environment::of_process())
    }

    /// [`Self::resolve`] with an environment of the caller's.
    pub fn resolve_in(&self, url: &ServerUrl, environment: &Environment) -> Result<Connector> {
        let (path, wanted) = match &self.defaults_file {
            Some(path) => (Some(path.clone()), Wanted::Explicitly),
            None => (environment.home.as_ref().map(|home| home.join(".my.cnf")), Wanted::ByDefault),
        };
        let mut file = match &path {
            Some(path) => option_file::read(path, wanted)?,
            None => FileOptions::default(),
        };
        let mut warnings = url.warnings();
        warnings.append(&mut file.warnings);
        let kept = self.kept()?;
        let endpoint = match &kept {
            Some(Kept::Secret(id)) if url.host.is_none() && url.socket.is_none() && url.port.is_none() => {
                Endpoint::OfSecret(id.clone())
            }
            _ => endpoint(url, &file),
        };
        let named = self.user.clone().or_else(|| url.user.clone());
        let user = [&self.user, &url.user, &file.user, &environment.login].into_iter().flatten().next().cloned();
        // A secret has its own.
        let user = user.or_else(|| self.secret.is_some().then(String::new)).ok_or_else(|| {
            Error::usage("nothing says which user to connect as").hint("write mysql://USER@host/, or give --user")
        })?;
        let password = match kept {
            Some(_) if self.password.is_some() || url.password.is_some() || self.password_file.is_some() => {
                return Err(Error::usage("a password was given as well as --secret or --iam-auth")
                    .hint("leave one of them out"));
            }
            Some(_) => None,
            None => self.settle_password(url, &file, path, environment)?,
        };
        let (ssl_mode, ssl_ca) = self.settle_tls(url, file, &endpoint)?;
        if kept == Some(Kept::Token) && !ssl_mode.verifies() {
            return Err(Error::usage(format!(
                "--iam-auth would hand its token to whoever answers: --ssl-mode is {ssl_mode}"
            ))
            .hint("use --ssl-mode verify-identity, with --ssl-ca global-bundle.pem for RDS"));
        }
        if !endpoint.is_local() && !ssl_mode.verifies() {
            let what = match ssl_mode {
                SslMode::Disabled => {
                    "is not encrypted: others on the network can read the password exchange and every row"
                }
                SslMode::Preferred => "may not be encrypted, and the server's identity is not checked",
                _ => "is encrypted, but the server's identity is not checked",
            };
            warnings.push(Warning {
                code: "connection_not_verified".into(),
                message: format!("the connection to {endpoint} {what}"),
                table: None,
                row: None,
                column: None,
            });
        }
        Ok(Connector {
            endpoint,
            user,
            password,
            ssl_mode,
            ssl_ca,
            database: url.database.clone(),
            warnings,
            stay_on_tcp: Arc::default(),
            vault: kept.map(|kept| (Arc::new(Vault::new(kept, self.aws.clone())), named)),
        })
    }

    fn kept(&self) -> Result<Option<Kept>> {
        match (&self.secret, self.iam_auth) {
            (Some(_), true) => {
                Err(Error::usage("--secret and --iam-auth are two ways to log in").hint("leave one out"))
            }
            (Some(id), false) if id.is_empty() => Err(Error::usage("--secret names none")),
            (Some(id), false) => Ok(Some(Kept::Secret(id.clone()))),
            (None, true) => Ok(Some(Kept::Token)),
            (None, false) => Ok(None),
        }
    }

    fn settle_password(
        &self,
        url: &ServerUrl,
        file: &FileOptions,
        option_file: Option<PathBuf>,
        environment: &Environment,
    ) -> Result<Option<(Secret, PasswordSource)>> {
        if let Some(secret) = &self.password {
            return Ok(Some((secret.clone(), PasswordSource::Given)));
        }
        if let Some(secret) = &url.password {
            return Ok(Some((secret.clone(), PasswordSource::Url)));
        }
        if let Some(path) = &self.password_file {
            return Ok(Some((read_password(path)?, PasswordSource::File(path.clone()))));
        }
        if let Some((name, secret)) = &environment.password {
            return Ok(Some((secret.clone(), PasswordSource::Variable(name))));
        }
        Ok(file.password.clone().zip(option_file.map(PasswordSource::OptionFile)))
    }

    fn settle_tls(
        &self,
        url: &ServerUrl,
        file: FileOptions,
        endpoint: &Endpoint,
    ) -> Result<(SslMode, Option<PathBuf>)> {
        let asked_mode = self.ssl_mode.or(url.ssl_mode);
        let asked_ca = self.ssl_ca.clone().or_else(|| url.ssl_ca.clone());
        if matches!(endpoint, Endpoint::Socket(_)) {
            // An option file is written for every server; a flag is meant for this one.
            if asked_ca.is_some() || asked_mode.is_some_and(|m| !matches!(m, SslMode::Disabled | SslMode::Preferred)) {
                return Err(Error::usage("TLS was asked for on a Unix socket, which has none")
                    .hint("leave out --ssl-mode and --ssl-ca, or connect to the host instead of the socket"));
            }
            return Ok((SslMode::Disabled, None));
        }
        let mode = match (asked_mode, &asked_ca, file.ssl_mode) {
            (Some(mode), _, _) => mode,
            (None, Some(_), _) => SslMode::VerifyIdentity,
            (None, None, Some(mode)) => mode,
            (None, None, None) if endpoint.is_local() => SslMode::Disabled,
            (None, None, None) => SslMode::VerifyIdentity,
        };
        if !mode.verifies() {
            if asked_ca.is_some() {
                return Err(Error::usage(format!(
                    "--ssl-ca means nothing with --ssl-mode {mode}, which checks no certificate"
                ))
                .hint("use verify-identity, or verify-ca where the certificate bears another name"));
            }
            return Ok((mode, None));
        }
        let ca = asked_ca.or(file.ssl_ca);
        match &ca {
            Some(path) => tls::check_ca(path)?,
            None if mode == SslMode::VerifyCa => {
                return Err(Error::usage("verify-ca needs --ssl-ca").hint(
                    "without the name to check, any certificate of any public authority would pass: name your own authority, \
                     or use verify-identity",
                ));
            }
            None => {}
        }
        Ok((mode, ca))
    }
}

fn endpoint(url: &ServerUrl, file: &FileOptions) -> Endpoint {
    let tcp =
        |host: &str, port: Option<u16>| Endpoint::Tcp { host: host.to_owned(), port: port.unwrap_or(DEFAULT_PORT) };
    match (&url.socket, &url.host, url.port) {
        (Some(socket), _, _) => Endpoint::Socket(socket.clone()),
        (None, Some(host), port) => match &file.socket {
            Some(socket) if host.eq_ignore_ascii_case("localhost") && port.is_none() => {
                Endpoint::Socket(socket.clone())
            }
            // The file's port belongs to the file's host.
            _ => tcp(host, port),
        },
        (None, None, Some(port)) => tcp("localhost", Some(port)),
        (None, None, None) => match (&file.host, &file.socket) {
            (Some(host), Some(socket)) if host.eq_ignore_ascii_case("localhost") => Endpoint::Socket(socket.clone()),
            (None, Some(socket)) => Endpoint::Socket(socket.clone()),
            (host, _) => tcp(host.as_deref().unwrap_or("localhost"), file.port),
        },
    }
}

fn read_password(path: &Path) -> Result<Secret> {
    let bad = |what: &str| Error::usage(format!("the password file {} {what}", path.display()));
    // The error of a failed conversion would hold the bytes, so it is dropped.
    let text = String::from_utf8(std::fs::read(path).map_err(|e| bad("can't be read").caused_by(e))?)
        .map_err(|_| bad("is not UTF-8"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    match text {
        "" => Err(bad("is empty")),
        text if text.contains('\n') => {
            Err(bad("has more than one line").hint("it must hold the password and nothing else"))
        }
        text => Ok(Secret::new(text)),
    }
}

/// Why there is no connection, before it is put into words.
enum Failure {
    Lookup(io::Error),
    Driver(mysql_async::Error),
}

impl Connector {
    /// A user without a password on a Unix socket, as a sandbox has it.
    pub fn for_socket(socket: impl Into<PathBuf>, user: impl Into<String>) -> Self {
        Self {
            endpoint: Endpoint::Socket(socket.into()),
            user: user.into(),
            password: None,
            ssl_mode: SslMode::Disabled,
            ssl_ca: None,
            database: None,
            warnings: Vec::new(),
            stay_on_tcp: Arc::default(),
            vault: None,
        }
    }

    /// Names the database for the dump's single or unnamed one.
    #[must_use]
    pub fn with_database(mut self, database: Option<String>) -> Self {
        self.database = database;
        self
    }

    /// The database for the dump's single or unnamed one. [`Self::connect`] doesn't enter it: it may not exist yet.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// The user that connections log in as.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// How connections are protected.
    pub fn ssl_mode(&self) -> SslMode {
        self.ssl_mode
    }

    /// What a person should know about the way to the server, and about how it was given.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Opens a connection, within [`CONNECT_TIMEOUT`]. No database is selected. The error's `source()` is the server's, the
    /// system's or the driver's own; [`may_pass`] says whether trying again makes sense.
    pub async fn connect(&self) -> Result<Conn> {
        let Some((vault, named)) = &self.vault else { return self.connect_with_password().await };
        let id = match &vault.kept {
            Kept::Secret(id) => id,
            Kept::Token => return self.with_token(vault).await?.connect_with_password().await,
        };
        let login = vault.login(id, None).await?;
        let denied = match self.with_login(id, named.as_ref(), &login)?.connect_with_password().await {
            Ok(conn) => {
                vault.accepted().await;
                return Ok(conn);
            }
            Err(e) if is_denied(&e) => e,
            Err(e) => return Err(e),
        };
        let (begun, limit) = (Instant::now(), vault.rotation().await);
        loop {
            let fresh = vault.login(id, Some(&login)).await?;
            if fresh != login {
                let connected = self.with_login(id, named.as_ref(), &fresh)?.connect_with_password().await?;
                vault.accepted().await;
                return Ok(connected);
            }
            if begun.elapsed() >= limit {
                return Err(denied);
            }
            tokio::time::sleep(vault::ROTATION_PAUSE).await;
        }
    }

    /// Itself with what a secret holds.
    fn with_login(&self, id: &str, named: Option<&String>, login: &Login) -> Result<Self> {
        let endpoint = match (&self.endpoint, login.address()) {
            (Endpoint::OfSecret(_), Some((host, port))) => Endpoint::Tcp { host, port },
            (Endpoint::OfSecret(_), None) => {
                return Err(
                    Error::usage(format!("the secret {id} names no host")).hint("write it into the URL: mysql://HOST/")
                );
            }
            (endpoint, _) => endpoint.clone(),
        };
        let user = named.or(login.username.as_ref()).unwrap_or(&self.user).clone();
        let password = Some((login.password.clone(), PasswordSource::Vault(id.to_owned())));
        Ok(Self { endpoint, user, password, vault: None, ..self.clone() })
    }

    /// Itself with a token that was made just now.
    async fn with_token(&self, vault: &Vault) -> Result<Self> {
        let Endpoint::Tcp { host, port } = &self.endpoint else {
            return Err(
                Error::usage("--iam-auth works over TCP only").hint("name the host of the RDS instance or cluster")
            );
        };
        let token = vault.token(host, *port, &self.user).await?;
        Ok(Self { password: Some((token, PasswordSource::Token)), vault: None, ..self.clone() })
    }

    async fn connect_with_password(&self) -> Result<Conn> {
        match tokio::time::timeout(CONNECT_TIMEOUT, self.open()).await {
            Ok(Ok(conn)) => Ok(conn),
            Ok(Err(failure)) => Err(self.explain(failure)),
            Err(_) => Err(Error::target(format!("{self} did not answer within {} s", CONNECT_TIMEOUT.as_secs()))
                .caused_by(io::Error::from(io::ErrorKind::TimedOut))
                .hint("a security group, a firewall or a missing VPN is the usual cause; check the host and the port, too")),
        }
    }

    async fn open(&self) -> Result<Conn, Failure> {
        let base = OptsBuilder::default()
            .user(Some(&self.user))
            .pass(self.password.as_ref().map(|(secret, _)| secret.expose()))
            // The driver would follow @@socket on trust: through a tunnel, that is another server's. See `over_socket`.
            .prefer_socket(false)
            // RDS IAM, PAM and LDAP accounts need the password itself. Only for who has proved to be the server.
            .enable_cleartext_plugin(self.ssl_mode.verifies() || matches!(self.endpoint, Endpoint::Socket(_)))
            .connect_attribute("program_name", "dumpstream");
        let (host, port) = match &self.endpoint {
            Endpoint::Socket(path) => {
                let path = path.to_string_lossy();
                return Conn::new(base.socket(Some(path))).await.map_err(Failure::Driver);
            }
            Endpoint::Tcp { host, port } => (host, *port),
            Endpoint::OfSecret(_) => {
                return Err(Failure::Lookup(io::Error::other("the secret was not fetched")));
            }
        };
        let addresses = tokio::net::lookup_host((host.as_str(), port)).await.map_err(Failure::Lookup)?;
        let addresses: Vec<IpAddr> = addresses.map(|address| address.ip()).collect();
        let base =
            base.ip_or_hostname(host).tcp_port(port).resolved_ips(Some(addresses)).tcp_keepalive(Some(KEEPALIVE));
        let plain = || Opts::from(base.clone());
        let secure = |name| {
            tls::install_provider();
            Opts::from(base.clone().ssl_opts(tls::options(self.ssl_mode, self.ssl_ca.as_deref(), name)))
        };
        let result = match self.ssl_mode {
            SslMode::Disabled => Conn::new(plain()).await,
            SslMode::Required | SslMode::VerifyIdentity => Conn::new(secure(None)).await,
            SslMode::Preferred => match Conn::new(secure(None)).await {
                Err(mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer)) => Conn::new(plain()).await,
                result => result,
            },
            SslMode::VerifyCa => match Conn::new(secure(None)).await {
                Err(error) => match tls::presented_name(&error) {
                    Some(name) => Conn::new(secure(Some(name))).await,
                    None => Err(error),
                },
                result => result,
            },
        };
        let conn = result.map_err(Failure::Driver)?;
        if self.ssl_mode == SslMode::Disabled && self.endpoint.is_local() && !self.stay_on_tcp.load(Ordering::Relaxed) {
            return Ok(self.over_socket(conn, base).await);
        }
        Ok(conn)
    }

    /// Exchanges a loopback connection for one over the server's Unix socket, which costs less per row, if that leads to
    /// the same server and account. A lock that only this connection holds proves the server: behind a tunnel, the
    /// path in `@@socket` may be that of a local server with the same passwords.
    async fn over_socket(&self, mut tcp: Conn, base: OptsBuilder) -> Conn {
        let lock = format!("dumpstream {:016x}{:016x}", random(), random());
        let attempt = async {
            let query = format!("SELECT @@socket, CURRENT_USER(), CONNECTION_ID(), GET_LOCK('{lock}', 0)");
            let row: Option<(Option<String>, String, u64, Option<u8>)> = tcp.query_first(query).await.ok()?;
            let (socket, account, id, _) = row.filter(|row| row.3 == Some(1))?;
            let mut conn = Conn::new(base.socket(Some(socket?))).await.ok()?;
            let query = format!("SELECT CURRENT_USER(), IS_USED_LOCK('{lock}')");
            let seen: Option<(String, Option<u64>)> = conn.query_first(query).await.ok()?;
            (seen? == (account, Some(id))).then_some(conn)
        };
        match tokio::time::timeout(SOCKET_TIMEOUT, attempt).await {
            Ok(Some(conn)) => {
                // Its end is all that matters, and the server sees that also when the farewell fails.
                let _ = tcp.disconnect().await;
                conn
            }
            _ => {
                tracing::debug!("{self}: staying on TCP");
                self.stay_on_tcp.store(true, Ordering::Relaxed);
                let _ = tcp.query_drop(format!("DO RELEASE_LOCK('{lock}')")).await;
                tcp
            }
        }
    }

    fn explain(&self, failure: Failure) -> Error {
        let (what, hint) = match &failure {
            Failure::Lookup(_) => (
                format!("the host of {self} is not known"),
                "check the spelling; a private name resolves only inside its network or VPN".to_owned(),
            ),
            Failure::Driver(error) => self.explain_driver(error),
        };
        let error = Error::target(what).hint(hint);
        use mysql_async::{Error as E, IoError};
        // The driver's outer layers only repeat what is inside.
        match failure {
            Failure::Lookup(cause) | Failure::Driver(E::Io(IoError::Io(cause))) => error.caused_by(cause),
            Failure::Driver(E::Server(cause)) => error.caused_by(cause),
            Failure::Driver(E::Driver(cause)) => error.caused_by(cause),
            Failure::Driver(E::Io(IoError::Tls(cause))) => error.caused_by(cause),
            Failure::Driver(cause) => error.caused_by(cause),
        }
    }

    fn explain_driver(&self, error: &mysql_async::Error) -> (String, String) {
        use mysql_async::{Error as E, IoError};
        if let Some(failure) = tls::failure(error) {
            return self.explain_tls(failure);
        }
        match error {
            E::Server(server) => self.explain_server(server.code),
            E::Driver(DriverError::NoClientSslFlagFromServer) => (
                format!("{self} offers no TLS, and --ssl-mode {} asks for it", self.ssl_mode),
                "turn TLS on in the server; --ssl-mode disabled goes without, on a network you trust".into(),
            ),
            E::Driver(DriverError::CleartextPluginDisabled) => (
                format!(
                    "{self} wants the password of `{}` in clear text, as RDS IAM, PAM and LDAP accounts do",
                    self.user
                ),
                "use --ssl-mode verify-identity, so that nobody else gets to read it".into(),
            ),
            E::Driver(DriverError::UnknownAuthPlugin { name }) => (
                format!("{self} wants `{}` to log in by the unsupported method {}", self.user, name.escape_default()),
                "use an account with caching_sha2_password, mysql_native_password, ed25519 or parsec".into(),
            ),
            E::Io(IoError::Io(io)) => self.explain_io(io),
            _ => (
                format!("{self} does not answer as a MySQL or MariaDB server does"),
                "check the port: 3306 is usual, and 33060 is the X protocol, which is another one".into(),
            ),
        }
    }

    fn explain_io(&self, error: &io::Error) -> (String, String) {
        use io::ErrorKind as K;
        let hint = |text: &str| text.to_owned();
        match (&self.endpoint, error.kind()) {
            (Endpoint::Socket(_), K::NotFound) => (
                format!("there is no socket {self}"),
                hint("is the server running? `SELECT @@socket` on it says the path"),
            ),
            (Endpoint::Socket(_), K::PermissionDenied) => (
                format!("the socket {self} may not be opened"),
                hint("its folder or itself denies access to this user"),
            ),
            (_, K::ConnectionRefused) => {
                (format!("nothing listens at {self}"), hint("is the server running, and are host and port right?"))
            }
            (_, K::NetworkUnreachable | K::HostUnreachable | K::TimedOut) => {
                (format!("{self} can't be reached"), hint("check the network, the VPN and the security groups"))
            }
            (_, K::UnexpectedEof | K::ConnectionReset | K::BrokenPipe) => (
                format!("{self} ended the connection during the login"),
                hint(
                    "the server may be starting, stopping or out of memory: its error log says; or the port is another service's",
                ),
            ),
            _ => (format!("the connection to {self} failed"), hint("the cause is the operating system's")),
        }
    }

    fn explain_server(&self, code: u16) -> (String, String) {
        let user = &self.user;
        match code {
            // ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
            1045 | 1698 => {
                let mut hint = match &self.password {
                    None => format!(
                        "no password was given: use -p to be asked, --password-file, {} or ~/.my.cnf",
                        Environment::PASSWORD_VARIABLES[0]
                    ),
                    Some((_, source)) => format!(
                        "the password came from {source}; check it, and that the account may log in from this machine"
                    ),
                };
                if matches!(self.endpoint, Endpoint::Tcp { .. }) && self.ssl_mode == SslMode::Disabled {
                    // MariaDB refuses both in these words, too.
                    hint.push_str(
                        "; an account that must use TLS needs --ssl-mode required, and one that the operating system \
                         vouches for needs ?socket=/path",
                    );
                }
                (format!("{self} denies access to `{user}`"), hint)
            }
            // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
            1040 | 1203 | 1226 => (
                format!("{self} has no connection to spare for `{user}`"),
                "use fewer --lanes, or raise max_connections or the account's limit".into(),
            ),
            // ER_HOST_IS_BLOCKED, ER_HOST_NOT_PRIVILEGED
            1129 | 1130 => (
                format!("{self} lets nobody in from this machine"),
                "the account's host part or FLUSH HOSTS on the server decides".into(),
            ),
            // ER_MUST_CHANGE_PASSWORD, ER_MUST_CHANGE_PASSWORD_LOGIN
            1820 | 1862 => (
                format!("the password of `{user}` at {self} has expired"),
                "set a new one with the mysql client".into(),
            ),
            // ER_ACCOUNT_HAS_BEEN_LOCKED of MySQL and of MariaDB
            3118 | 4151 => {
                (format!("the account `{user}` at {self} is locked"), "ALTER USER … ACCOUNT UNLOCK opens it".into())
            }
            // ER_SECURE_TRANSPORT_REQUIRED
            3159 => (
                format!("{self} takes encrypted connections only"),
                "use --ssl-mode verify-identity, or through a tunnel verify-ca with --ssl-ca".into(),
            ),
            _ => (format!("{self} refused `{user}`"), "the cause is the server's own message".into()),
        }
    }

    fn explain_tls(&self, failure: &rustls::Error) -> (String, String) {
        use rustls::CertificateError as C;
        let certificate = match failure {
            rustls::Error::InvalidCertificate(certificate) => certificate,
            rustls::Error::InvalidMessage(_) => {
                return (
                    format!("{self} does not speak TLS where it should"),
                    "a proxy or a tunnel that ends at another service is the usual cause".into(),
                );
            }
            _ => {
                return (
                    format!("TLS with {self} failed"),
                    "TLS 1.2 and 1.3 are supported; an older server needs --ssl-mode disabled on a network you trust"
                        .into(),
                );
            }
        };
        match certificate {
            C::UnknownIssuer => (
                format!("the certificate of {self} comes from an authority that is not trusted"),
                match &self.endpoint {
                    Endpoint::Tcp { host, .. } if is_rds(host) => {
                        format!("RDS and Aurora have authorities of their own: curl -O {RDS_BUNDLE}, then --ssl-ca global-bundle.pem")
                    }
                    _ => "give the authority's certificate with --ssl-ca FILE; --ssl-mode required goes without the check, on a \
                          network you trust"
                        .into(),
                },
            ),
            C::NotValidForName | C::NotValidForNameContext { .. } if self.ssl_mode == SslMode::VerifyCa => (
                format!("the certificate of {self} bears no name that could be checked"),
                "certificates that servers make for themselves have no subjectAltName: issue one that has, or use --ssl-mode \
                 required on a network you trust"
                    .into(),
            ),
            C::NotValidForName | C::NotValidForNameContext { .. } => (
                format!("the certificate of {self} is for another name"),
                "connect by a name in the certificate; through a tunnel, use --ssl-mode verify-ca with --ssl-ca".into(),
            ),
            C::Expired | C::ExpiredContext { .. } => {
                (format!("the certificate of {self} has expired"), "renew it, and check this machine's clock".into())
            }
            C::NotValidYet | C::NotValidYetContext { .. } => {
                (format!("the certificate of {self} is not valid yet"), "check this machine's clock".into())
            }
            _ => (
                format!("the certificate of {self} can't be accepted"),
                "--ssl-mode required goes without the check, on a network you trust".into(),
            ),
        }
    }
}

/// Whether what [`Connector::connect`] failed with may pass by itself: a server that restarts, or has no connection to
/// spare. A wrong password or certificate doesn't.
pub fn may_pass(error: &Error) -> bool {
    let Some(cause) = std::error::Error::source(error) else { return false };
    if let Some(server) = cause.downcast_ref::<mysql_async::ServerError>() {
        // ER_SERVER_SHUTDOWN
        return is_full(error) || server.code == 1053;
    }
    // No server answers while it restarts, and its socket and its name in DNS may be gone meanwhile.
    cause.downcast_ref::<io::Error>().is_some_and(|io| !io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()))
}

/// Whether the server denied access to the user with that password.
fn is_denied(error: &Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|c| c.downcast_ref::<mysql_async::ServerError>());
    // ER_ACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    cause.is_some_and(|server| matches!(server.code, 1045 | 1698))
}

/// Whether [`Connector::connect`] failed because the server has no connection to spare.
pub fn is_full(error: &Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|c| c.downcast_ref::<mysql_async::ServerError>());
    // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
    cause.is_some_and(|server| matches!(server.code, 1040 | 1203 | 1226))
}

impl fmt::Display for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.fmt(f)
    }
}

fn is_rds(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.ends_with(".rds.amazonaws.com") || host.ends_with(".rds.amazonaws.com.cn")
}

/// 64 bits that differ from call to call and from process to process: the standard library seeds each hasher at random.
pub(crate) fn random() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use std::fs;

    fn url(text: &str) -> ServerUrl {
        match text.parse().unwrap() {
            TargetSpec::Server(url) => url,
            other => panic!("{other:?}"),
        }
    }

    fn nobody() -> Environment {
        Environment { login: Some("me".into()), ..Environment::default() }
    }

    fn with_file(text: &str) -> (tempfile::TempDir, ConnectOptions) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("my.cnf");
        fs::write(&file, text).unwrap();
        (dir, ConnectOptions { defaults_file: Some(file), ..ConnectOptions::default() })
    }

    fn resolve(options: &ConnectOptions, target: &str) -> Result<Connector> {
        options.resolve_in(&url(target), &nobody())
    }

    fn password_and_source(c: &Connector) -> Option<(&str, String)> {
        c.password.as_ref().map(|(p, s)| (p.expose(), s.to_string()))
    }

    #[test]
    fn a_password_counts_in_the_documented_order() {
        let (dir, mut options) = with_file("[client]\npassword=from-options\n");
        let mut environment = nobody();
        let check =
            |options: &ConnectOptions, environment: &Environment, target: &str, expected: &str, source: &str| {
                let c = options.resolve_in(&url(target), environment).unwrap();
                let (password, from) = password_and_source(&c).unwrap();
                assert_eq!(password, expected);
                assert!(from.starts_with(source), "{from}");
                assert!(!format!("{c:?}").contains(expected));
            };
        check(&options, &environment, "mysql://h", "from-options", "the option file ");
        environment.password = Some(("MYSQL_PWD", Secret::new("from-variable")));
        check(&options, &environment, "mysql://h", "from-variable", "the environment variable MYSQL_PWD");
        let file = dir.path().join("pw");
        fs::write(&file, "from-file\r\n").unwrap();
        options.password_file = Some(file);
        check(&options, &environment, "mysql://h", "from-file", "the password file ");
        check(&options, &environment, "mysql://u:from-url@h", "from-url", "the target's URL");
        options.password = Some(Secret::new("from-prompt"));
        check(&options, &environment, "mysql://u:from-url@h", "from-prompt", "the prompt");
    }

    #[test]
    fn a_user_counts_in_the_documented_order() {
        let (_dir, mut options) = with_file("[client]\nuser=file\n");
        assert_eq!(resolve(&ConnectOptions::default(), "mysql://h").unwrap().user(), "me");
        assert_eq!(resolve(&options, "mysql://h").unwrap().user(), "file");
        assert_eq!(resolve(&options, "mysql://url@h").unwrap().user(), "url");
        options.user = Some("flag".into());
        assert_eq!(resolve(&options, "mysql://url@h").unwrap().user(), "flag");
        let error = ConnectOptions::default().resolve_in(&url("mysql://h"), &Environment::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    #[test]
    fn the_option_files_address_counts_only_where_the_url_has_none() {
        let (_dir, options) = with_file("[client]\nhost=filehost\nport=3310\n");
        let address = |o: &ConnectOptions, target: &str| resolve(o, target).unwrap().to_string();
        assert_eq!(address(&options, "mysql:///d"), "filehost:3310");
        assert_eq!(address(&options, "mysql://other/d"), "other:3306");
        assert_eq!(address(&options, "mysql://:3311/d"), "localhost:3311");
        let (_dir, options) = with_file("[client]\nsocket=/run/s.sock\n");
        assert_eq!(address(&options, "mysql:///d"), "/run/s.sock");
        assert_eq!(address(&options, "mysql://localhost/d"), "/run/s.sock");
        assert_eq!(address(&options, "mysql://localhost:3306/d"), "localhost:3306");
        assert_eq!(address(&options, "mysql://127.0.0.1/d"), "127.0.0.1:3306");
        assert_eq!(address(&ConnectOptions::default(), "mysql://u@[::1]"), "[::1]:3306");
    }

    #[test]
    fn tls_is_verified_for_everything_that_is_not_local() {
        let options = ConnectOptions::default();
        let mode = |target: &str| resolve(&options, target).unwrap().ssl_mode();
        for remote in ["mysql://db.example", "mysql://10.0.0.1", "mysql://[fe80::1]", "mysql://localhost.example"] {
            assert_eq!(mode(remote), SslMode::VerifyIdentity, "{remote}");
        }
        for local in ["mysql://localhost", "mysql://127.0.0.2", "mysql://[::1]", "mysql:///?socket=/s"] {
            assert_eq!(mode(local), SslMode::Disabled, "{local}");
        }
        assert_eq!(mode("mysql://localhost?ssl-mode=required"), SslMode::Required);
        let flag = ConnectOptions { ssl_mode: Some(SslMode::Disabled), ..ConnectOptions::default() };
        let c = resolve(&flag, "mysql://db.example?ssl-mode=required").unwrap();
        assert_eq!((c.ssl_mode(), c.warnings()[0].code.as_str()), (SslMode::Disabled, "connection_not_verified"));
        let (_dir, options) = with_file("[client]\nssl-mode=REQUIRED\n");
        assert_eq!(resolve(&options, "mysql://db.example").unwrap().ssl_mode(), SslMode::Required);
        assert_eq!(resolve(&options, "mysql:///?socket=/s").unwrap().ssl_mode(), SslMode::Disabled);
    }

    #[test]
    fn tls_settings_that_would_mean_nothing_are_refused() {
        let ca = Some(PathBuf::from("/ca.pem"));
        for (mode, ca, target) in [
            (Some(SslMode::VerifyCa), None, "mysql://h"),
            (Some(SslMode::Required), ca.clone(), "mysql://h"),
            (Some(SslMode::Required), None, "mysql:///?socket=/s"),
            (None, ca.clone(), "mysql:///?socket=/s"),
            (None, ca, "mysql://h"),
        ] {
            let options = ConnectOptions { ssl_mode: mode, ssl_ca: ca, ..ConnectOptions::default() };
            assert_eq!(resolve(&options, target).unwrap_err().kind(), ErrorKind::Usage);
        }
    }

    #[test]
    fn a_password_file_holds_one_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let options = ConnectOptions { password_file: Some(file.path().into()), ..ConnectOptions::default() };
        for (text, expected) in
            [("pw", Some("pw")), (" p w \n", Some(" p w ")), ("", None), ("\n", None), ("a\nb\n", None)]
        {
            fs::write(file.path(), text).unwrap();
            let found = resolve(&options, "mysql://h");
            assert_eq!(found.as_ref().ok().and_then(password_and_source).map(|p| p.0), expected, "{text:?}");
        }
        fs::write(file.path(), b"hunter2\xff").unwrap();
        assert!(!format!("{:?}", resolve(&options, "mysql://h").unwrap_err()).contains("104"));
    }

    #[tokio::test]
    async fn a_failed_connection_says_why() {
        let options = ConnectOptions::default();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        drop(taken);
        let message = async |target: String| {
            let error = resolve(&options, &target).unwrap().connect().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Target);
            assert!(error.hint_text().is_some() && may_pass(&error), "{error:?}");
            error.to_string()
        };
        assert_eq!(
            message(format!("mysql://u@127.0.0.1:{port}")).await,
            format!("nothing listens at 127.0.0.1:{port}")
        );
        assert_eq!(message("mysql://u@/?socket=/no/such.sock".into()).await, "there is no socket /no/such.sock");
        assert_eq!(
            message("mysql://u@no-such-host.invalid".into()).await,
            "the host of no-such-host.invalid:3306 is not known"
        );
    }

    #[test]
    fn only_what_may_pass_is_worth_another_attempt() {
        let connector = Connector::for_socket("/s", "u");
        let server = |code| {
            let cause = mysql_async::ServerError { code, message: "m".into(), state: "HY000".into() };
            connector.explain(Failure::Driver(cause.into()))
        };
        assert!(may_pass(&server(1040)) && may_pass(&server(1053)));
        assert!(!may_pass(&server(1045)));
        assert!(!may_pass(&connector.explain(Failure::Driver(DriverError::NoClientSslFlagFromServer.into()))));
        let untrusted = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let untrusted = io::Error::new(io::ErrorKind::InvalidData, untrusted);
        let error = connector.explain(Failure::Driver(untrusted.into()));
        assert!(!may_pass(&error) && error.to_string().contains("not trusted"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_hangs_up_is_not_taken_for_a_refusal() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { while listener.accept().await.is_ok() {} });
        let connector = resolve(&ConnectOptions::default(), &format!("mysql://u@127.0.0.1:{port}")).unwrap();
        let error = connector.connect().await.unwrap_err();
        assert!(error.to_string().ends_with("ended the connection during the login"), "{error}");
    }
}
