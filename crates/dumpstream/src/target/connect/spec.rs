//! What the user names as a target, and how it reads back. Values only: nothing here opens anything.

use super::tls::SslMode;
use crate::error::{Error, Result};
use crate::observe::Warning;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Where MySQL and MariaDB listen unless told otherwise.
pub const DEFAULT_PORT: u16 = 3306;

/// Bytes that stand for themselves in every part of a URL.
const URL_PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// [`URL_PLAIN`], and the slashes of a path given as a parameter.
const URL_PATH: &AsciiSet = &URL_PLAIN.remove(b'/');

/// A password. Neither `Debug` nor anything else prints it; [`Secret::expose`] is the only way out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes charge of a password.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The password itself, for the driver. Don't format it into anything.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Which server a sandbox starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SandboxServer {
    /// Whatever is found, the one that fits the dump's producer first.
    #[default]
    Any,
    /// `mariadbd`.
    MariaDb,
    /// `mysqld` of MySQL.
    MySql,
}

/// A `mysql://` URL, taken apart. Absent parts come from the option file or have a default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerUrl {
    /// User.
    pub user: Option<String>,
    /// Password: works, and is warned about.
    pub password: Option<Secret>,
    /// Host name or address, an IPv6 address without its brackets.
    pub host: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// `?socket=`: a Unix socket, in place of host and port.
    pub socket: Option<PathBuf>,
    /// Where the dump's single or unnamed database goes.
    pub database: Option<String>,
    /// `?ssl-mode=`.
    pub ssl_mode: Option<SslMode>,
    /// `?ssl-ca=`.
    pub ssl_ca: Option<PathBuf>,
}

/// What a dump is restored into, as `--to` names it. `Display` gives the same text without the password.
///
/// ```
/// use dumpstream::target::connect::TargetSpec;
/// let target: TargetSpec = "mysql://app:p%40ss@db.example:3307/shop".parse()?;
/// assert_eq!(target.to_string(), "mysql://app@db.example:3307/shop");
/// assert_eq!(target.database(), Some("shop"));
/// # Ok::<(), dumpstream::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetSpec {
    /// `mysql://[user[:password]@][host[:port]][/database][?socket=PATH&ssl-mode=MODE&ssl-ca=FILE]`
    Server(ServerUrl),
    /// `sandbox[:mariadb|:mysql][/database]`: a throwaway server on this machine.
    Sandbox {
        /// Which server.
        server: SandboxServer,
        /// Where the dump's single or unnamed database goes.
        database: Option<String>,
    },
    /// `null`: everything but a server, for measuring.
    Null,
}

impl TargetSpec {
    /// The database the target names for the dump's single or unnamed one.
    pub fn database(&self) -> Option<&str> {
        match self {
            Self::Server(url) => url.database.as_deref(),
            Self::Sandbox { database, .. } => database.as_deref(),
            Self::Null => None,
        }
    }
}

impl ServerUrl {
    /// What a person should know about the way the target was given. [`super::Connector::warnings`] has it, too.
    pub fn warnings(&self) -> Vec<Warning> {
        if self.password.is_none() {
            return Vec::new();
        }
        vec![Warning {
            code: "password_on_command_line".into(),
            message:
                "the target's URL holds a password, which other users of this machine can read in the process list: \
                      use --password-file, DUMPSTREAM_PASSWORD, ~/.my.cnf or -p"
                    .into(),
            table: None,
            row: None,
            column: None,
        }]
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("mysql://")?;
        if let Some(user) = &self.user {
            write!(f, "{}@", utf8_percent_encode(user, URL_PLAIN))?;
        }
        match &self.host {
            Some(host) if host.contains(':') => write!(f, "[{host}]")?,
            Some(host) => write!(f, "{}", utf8_percent_encode(host, URL_PLAIN))?,
            None => {}
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if self.database.is_some() || self.host.is_none() {
            f.write_str("/")?;
        }
        if let Some(database) = &self.database {
            write!(f, "{}", utf8_percent_encode(database, URL_PLAIN))?;
        }
        let mut sep = '?';
        let mut parameter = |f: &mut fmt::Formatter<'_>, name: &str, value: &str| {
            write!(f, "{sep}{name}={}", utf8_percent_encode(value, URL_PATH))?;
            sep = '&';
            Ok(())
        };
        if let Some(socket) = &self.socket {
            parameter(f, "socket", &socket.to_string_lossy())?;
        }
        if let Some(mode) = self.ssl_mode {
            parameter(f, "ssl-mode", mode.name())?;
        }
        if let Some(ca) = &self.ssl_ca {
            parameter(f, "ssl-ca", &ca.to_string_lossy())?;
        }
        Ok(())
    }
}

impl fmt::Display for TargetSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(url) => url.fmt(f),
            Self::Sandbox { server, database } => {
                f.write_str(match server {
                    SandboxServer::Any => "sandbox",
                    SandboxServer::MariaDb => "sandbox:mariadb",
                    SandboxServer::MySql => "sandbox:mysql",
                })?;
                match database {
                    Some(name) => write!(f, "/{}", utf8_percent_encode(name, URL_PLAIN)),
                    None => Ok(()),
                }
            }
            Self::Null => f.write_str("null"),
        }
    }
}

const TARGET_FORMS: &str = "give mysql://user@host[:port][/database], mysql:///database?socket=/path, sandbox, \
                            sandbox:mariadb, sandbox:mysql or null";

impl FromStr for TargetSpec {
    type Err = Error;

    /// Never repeats the text in an error: it may hold a password.
    fn from_str(text: &str) -> Result<Self> {
        if text == "null" {
            return Ok(Self::Null);
        }
        if let Some(rest) = text.strip_prefix("sandbox") {
            return sandbox(rest);
        }
        match text.split_once("://") {
            Some(("mysql" | "mariadb", rest)) => Ok(Self::Server(server(rest)?)),
            _ => Err(Error::usage("the target is of no known form").hint(TARGET_FORMS)),
        }
    }
}

const ENCODE_HINT: &str = "percent-encode / ? @ : and % in a user, password or database: %2F %3F %40 %3A %25";

fn sandbox(rest: &str) -> Result<TargetSpec> {
    let (server, database) = match rest.split_once('/') {
        Some((server, database)) => (server, Some(database)),
        None => (rest, None),
    };
    let server = match server {
        "" => SandboxServer::Any,
        ":mariadb" => SandboxServer::MariaDb,
        ":mysql" => SandboxServer::MySql,
        _ => return Err(Error::usage("the sandbox is of no known kind").hint(TARGET_FORMS)),
    };
    Ok(TargetSpec::Sandbox { server, database: database.map(database_name).transpose()?.flatten() })
}

/// Parses what follows `mysql://`.
fn server(rest: &str) -> Result<ServerUrl> {
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = match rest.split_once('/') {
        Some((authority, path)) => (authority, Some(path)),
        None => (rest, None),
    };
    // An unencoded / or ? in a password ends the host early, and an @ shows up behind it. Saying more would show a part
    // of the password.
    if [path, query].into_iter().flatten().any(|part| part.contains('@')) {
        return Err(Error::usage("the target's URL has an @ after its host").hint(ENCODE_HINT));
    }
    let mut url = ServerUrl::default();
    // The last @ parts the credentials from the host, so that one forgotten in a password does no harm.
    let address = match authority.rsplit_once('@') {
        None => authority,
        Some((login, address)) => {
            let (user, password) = match login.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (login, None),
            };
            url.user = non_empty(decode(user, "user")?);
            url.password = password.map(|p| decode(p, "password")).transpose()?.and_then(non_empty).map(Secret::new);
            address
        }
    };
    (url.host, url.port) = host_and_port(address)?;
    url.database = path.map(database_name).transpose()?.flatten();
    for pair in query.into_iter().flat_map(|q| q.split('&')).filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameter(&mut url, name, decode(value, "parameter")?)?;
    }
    if url.socket.is_some() && (url.host.is_some() || url.port.is_some()) {
        return Err(Error::usage("the target's URL names a socket and a host")
            .hint("write mysql://user@/database?socket=/path, without a host"));
    }
    Ok(url)
}

fn host_and_port(address: &str) -> Result<(Option<String>, Option<u16>)> {
    let bad_port = || Error::usage("the target's URL has a port that is no number from 1 to 65535").hint(ENCODE_HINT);
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let unclosed = || Error::usage("the target's URL has an IPv6 address without its closing bracket");
            let (host, port) = rest.split_once(']').ok_or_else(unclosed)?;
            host.parse::<std::net::Ipv6Addr>()
                .map_err(|_| Error::usage("the target's URL has brackets around something that is no IPv6 address"))?;
            (host.to_owned(), port)
        }
        None => {
            let at = address.find(':').unwrap_or(address.len());
            (decode(&address[..at], "host")?, &address[at..])
        }
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => Some(digits.parse::<u16>().ok().filter(|p| *p != 0).ok_or_else(bad_port)?),
        None if port.is_empty() => None,
        None => return Err(bad_port()),
    };
    if host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::usage("the target's URL has a host with a space or control character in it"));
    }
    Ok((non_empty(host), port))
}

/// A database as the last part of a path. An empty one is none.
fn database_name(path: &str) -> Result<Option<String>> {
    if path.contains('/') {
        return Err(Error::usage("the target's URL has more than a database after its host")
            .hint("write one name after the slash; a slash inside a name or a password is %2F"));
    }
    Ok(non_empty(decode(path, "database")?))
}

fn parameter(url: &mut ServerUrl, name: &str, value: String) -> Result<()> {
    if value.is_empty() {
        return Err(Error::usage(format!(
            "the parameter `{}` of the target's URL has no value",
            name.escape_default()
        )));
    }
    match name {
        "socket" => url.socket = Some(socket_path(value)?),
        "ssl-mode" => url.ssl_mode = Some(value.parse()?),
        "ssl-ca" => url.ssl_ca = Some(value.into()),
        _ => {
            return Err(Error::usage(format!("the target's URL has an unknown parameter `{}`", name.escape_default()))
                .hint("socket, ssl-mode and ssl-ca are known"));
        }
    }
    Ok(())
}

/// Refuses a relative socket path: it would mean another server in every working directory.
pub(super) fn socket_path(value: String) -> Result<PathBuf> {
    if Path::new(&value).is_absolute() {
        Ok(value.into())
    } else {
        Err(Error::usage("the path of the target's socket is not absolute")
            .hint("write ?socket=/run/mysqld/mysqld.sock"))
    }
}

fn decode(text: &str, part: &str) -> Result<String> {
    let bytes = text.as_bytes();
    let escapes_whole = bytes
        .iter()
        .enumerate()
        .filter(|(_, b)| **b == b'%')
        .all(|(i, _)| bytes.get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)));
    if !escapes_whole {
        return Err(Error::usage(format!(
            "the {part} in the target's URL has a % that is not followed by two hex digits"
        ))
        .hint("write %25 for a per cent sign"));
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Error::usage(format!("the {part} in the target's URL is not UTF-8"))),
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> ServerUrl {
        match text.parse().unwrap() {
            TargetSpec::Server(url) => url,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_url_gives_its_parts() {
        let u = url("mysql://app:s3cret@db.example:3307/shop?ssl-mode=VERIFY_CA&ssl-ca=/etc/ca.pem");
        assert_eq!(u.user.as_deref(), Some("app"));
        assert_eq!(u.password.as_ref().unwrap().expose(), "s3cret");
        assert_eq!((u.host.as_deref(), u.port), (Some("db.example"), Some(3307)));
        assert_eq!(u.database.as_deref(), Some("shop"));
        assert_eq!(u.ssl_mode, Some(SslMode::VerifyCa));
        assert_eq!(u.ssl_ca.as_deref(), Some(Path::new("/etc/ca.pem")));
    }

    #[test]
    fn every_part_but_the_scheme_may_be_absent() {
        assert_eq!(url("mysql://"), ServerUrl::default());
        assert_eq!(url("mysql:///shop").database.as_deref(), Some("shop"));
        assert_eq!(url("mariadb://root@/").user.as_deref(), Some("root"));
        assert_eq!(url("mysql://h/").database, None);
        assert_eq!(url("mysql://u:@h").password, None);
    }

    #[test]
    fn parts_are_percent_decoded() {
        let u = url("mysql://o%27neil:a%2Fb%3Fc%23d%40e%3Af%25@h/my%20db");
        assert_eq!(u.user.as_deref(), Some("o'neil"));
        assert_eq!(u.password.unwrap().expose(), "a/b?c#d@e:f%");
        assert_eq!(u.database.as_deref(), Some("my db"));
        assert_eq!(url("mysql://u:p@ss@h").host.as_deref(), Some("h"));
    }

    #[test]
    fn ipv6_addresses_stand_in_brackets() {
        let u = url("mysql://u@[::1]:3310/d");
        assert_eq!((u.host.as_deref(), u.port), (Some("::1"), Some(3310)));
        assert_eq!(u.to_string(), "mysql://u@[::1]:3310/d");
    }

    #[test]
    fn a_socket_takes_the_place_of_the_host() {
        let u = url("mysql://root@/d?socket=/run/my%20sql.sock");
        assert_eq!(u.socket.as_deref(), Some(Path::new("/run/my sql.sock")));
        assert_eq!(u.to_string(), "mysql://root@/d?socket=/run/my%20sql.sock");
    }

    #[test]
    fn sandboxes_and_null() {
        let sandbox =
            |server, database: Option<&str>| TargetSpec::Sandbox { server, database: database.map(Into::into) };
        assert_eq!("sandbox".parse::<TargetSpec>().unwrap(), sandbox(SandboxServer::Any, None));
        assert_eq!("sandbox:mysql".parse::<TargetSpec>().unwrap(), sandbox(SandboxServer::MySql, None));
        assert_eq!("sandbox:mariadb/x".parse::<TargetSpec>().unwrap(), sandbox(SandboxServer::MariaDb, Some("x")));
        assert_eq!("sandbox/x".parse::<TargetSpec>().unwrap().to_string(), "sandbox/x");
        assert_eq!("null".parse::<TargetSpec>().unwrap(), TargetSpec::Null);
    }

    #[test]
    fn what_reads_back_parses_to_the_same_without_the_password() {
        for text in [
            "mysql://a%3Ab:pw@h:1/d%2Fe",
            "mysql:///d",
            "mysql://",
            "mysql://u@h?ssl-mode=required",
            "mysql://[fe80::1]/",
        ] {
            let mut spec: TargetSpec = text.parse().unwrap();
            if let TargetSpec::Server(u) = &mut spec {
                u.password = None;
            }
            assert_eq!(spec.to_string().parse::<TargetSpec>().unwrap(), spec, "{text}");
        }
    }

    #[test]
    fn no_text_holds_the_password() {
        let spec = url("mysql://u:hunter2@h/d");
        assert!(!format!("{spec} {spec:?} {:?}", spec.warnings()).contains("hunter2"));
        assert_eq!(spec.warnings()[0].code, "password_on_command_line");
        for bad in [
            "mysql://u:hunter2@h:99999/d",
            "mysql://u:hunter2/x@h:1/d",
            "mysql://u:hunter2%@h/d",
            "mysql://u:hunter2%ff@h/d",
            "mysqlx://u:hunter2@h",
            "mysql://u:hunter2@[::1/d",
            "mysql://u:hunter2@[x]/d",
            "mysql://u:hunter2@h/d/e",
            "mysql://u:hunter2@h/d?socket=/x",
            "mysql://u:hunter2@/d?socket=x",
            "mysql://u:hunter2@h/d?speed=11",
            "mysql://u:hunter2@h/d?ssl-mode=maybe",
            "mysql://u:hunter2@h h/d",
            "mysql://u:5/hunter2@h",
            "mysql://u:a?hunter2&b=c@h/d",
        ] {
            let error = bad.parse::<TargetSpec>().unwrap_err();
            assert_eq!(error.kind(), crate::error::ErrorKind::Usage, "{bad}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{bad}: {error}");
        }
    }

    #[test]
    fn unknown_forms_are_refused() {
        for bad in [
            "",
            "shop",
            "sandbox:oracle",
            "sandboxes",
            "postgres://h/d",
            "null/d",
            "mysql:/h",
            "mysql://h:0",
            "mysql://h:",
        ] {
            assert!(bad.parse::<TargetSpec>().is_err(), "{bad}");
        }
    }
}
