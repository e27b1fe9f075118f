//! The clients' option files: `~/.my.cnf` and what `--defaults-file` names, with the syntax of the mysql client.
//!
//! Reads the groups in [`GROUPS`] and, of them, only what a connection needs. Other groups, and other programs' options
//! in shared groups, are none of our business; in `[dumpstream]` an unknown option is an error.

use super::spec::Secret;
use super::tls::SslMode;
use crate::error::{Error, Result};
use crate::observe::Warning;
use std::path::{Path, PathBuf};

/// Groups that are read. Where two set the same option, the later line of the file wins, as in the clients.
pub const GROUPS: [&str; 6] = ["client", "client-server", "client-mariadb", "mysql", "mariadb-client", OWN_GROUP];

/// The group that is ours alone.
const OWN_GROUP: &str = "dumpstream";

/// How deep `!include` may nest: the mysql client's own limit. It ends a file that includes itself.
const INCLUDE_DEPTH_MAX: usize = 10;

/// Largest option file read. Real ones have a few lines; the limit keeps a wrong path (a dump, a device) out of memory.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What an option file says about a connection.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct FileOptions {
    pub user: Option<String>,
    pub password: Option<Secret>,
    pub host: Option<String>,
    pub port: Option<u16>,
    pub socket: Option<PathBuf>,
    pub ssl_mode: Option<SslMode>,
    pub ssl_ca: Option<PathBuf>,
    pub warnings: Vec<Warning>,
}

/// Whether the user asked for the file by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// By name: it must be there and fit to be used.
    Explicitly,
    /// By custom: absent is fine, and one that anybody could have written is passed over with a warning.
    ByDefault,
}

/// Reads `file` and what it includes.
pub(super) fn read(file: &Path, wanted: Wanted) -> Result<FileOptions> {
    let mut options = FileOptions::default();
    follow(file, wanted, 0, &mut options)?;
    Ok(options)
}

fn follow(file: &Path, wanted: Wanted, depth: usize, options: &mut FileOptions) -> Result<()> {
    let bad = |what: &str| Error::usage(format!("the option file {} {what}", file.display()));
    let meta = match std::fs::metadata(file) {
        Ok(meta) => meta,
        Err(e) if wanted == Wanted::ByDefault && e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(bad("can't be read").caused_by(e)),
    };
    if !meta.is_file() && wanted == Wanted::ByDefault {
        return Ok(());
    }
    if meta.is_file() && world_writable(&meta) {
        let what = "can be written by every user of this machine";
        if wanted == Wanted::Explicitly {
            return Err(bad(what).hint(format!("chmod 600 {}", file.display())));
        }
        options.warnings.push(Warning {
            code: "option_file_ignored".into(),
            message: format!("{} is ignored: it {what}", file.display()),
            table: None,
            row: None,
            column: None,
        });
        return Ok(());
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(bad(&format!("is larger than {FILE_BYTES_MAX} bytes, so it can hardly be one")));
    }
    let text = std::fs::read(file).map_err(|e| bad("can't be read").caused_by(e))?;
    let text = String::from_utf8(text).map_err(|_| bad("is not UTF-8"))?;
    for (index, line) in lines(&text).enumerate() {
        let number = index + 1;
        let at = |e: Error| e.at(|p| (p.source, p.line) = (Some(file.display().to_string()), Some(number as u64)));
        match line.map_err(|what| at(bad(what)))? {
            Line::Option { group, name, value } if GROUPS.contains(&group) => {
                apply(options, group, &name, value).map_err(at)?;
            }
            Line::Include(path) | Line::IncludeDir(path) if path.is_empty() => {
                return Err(at(bad("has an !include without a path")));
            }
            Line::Include(_) | Line::IncludeDir(_) if depth == INCLUDE_DEPTH_MAX => {
                return Err(at(bad(&format!("is included more than {INCLUDE_DEPTH_MAX} levels deep"))));
            }
            Line::Include(path) => follow(&beside(file, path), Wanted::Explicitly, depth + 1, options)?,
            Line::IncludeDir(path) => {
                for file in option_files_in(&beside(file, path))
                    .map_err(|e| at(bad("includes a folder that can't be read").caused_by(e)))?
                {
                    follow(&file, Wanted::ByDefault, depth + 1, options)?;
                }
            }
            Line::Option { .. } | Line::Nothing => {}
        }
    }
    Ok(())
}

#[cfg(unix)]
fn world_writable(meta: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    meta.permissions().mode() & 0o002 != 0
}

#[cfg(not(unix))]
fn world_writable(_: &std::fs::Metadata) -> bool {
    false
}

/// A path in an option file, relative to the file it stands in.
fn beside(file: &Path, path: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new("")).join(path)
}

/// The `*.cnf` files of a folder, by name, so that the order doesn't depend on the file system.
fn option_files_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "cnf") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Sets one option. Its value must not come back in an error: it may be a password.
fn apply(options: &mut FileOptions, group: &str, name: &str, value: Option<String>) -> Result<()> {
    // As in the clients, an option without a value, or with an empty one, takes back an earlier one.
    let value = value.filter(|v| !v.is_empty());
    match name {
        "user" => options.user = value,
        "password" => options.password = value.map(Secret::new),
        "host" => options.host = value,
        "port" => {
            let parse = |v: String| {
                v.parse()
                    .ok()
                    .filter(|p| *p != 0)
                    .ok_or_else(|| Error::usage("the port in an option file is no number from 1 to 65535"))
            };
            options.port = value.map(parse).transpose()?;
        }
        "socket" => options.socket = value.map(super::spec::socket_path).transpose()?,
        "ssl-mode" => options.ssl_mode = value.map(|v| v.parse()).transpose()?,
        "ssl-ca" => options.ssl_ca = value.map(Into::into),
        _ if group == OWN_GROUP => {
            return Err(Error::usage(format!(
                "the group [{OWN_GROUP}] of an option file has an unknown option `{}`",
                name.escape_default()
            ))
            .hint("user, password, host, port, socket, ssl-mode and ssl-ca are known"));
        }
        _ => {}
    }
    Ok(())
}

/// A line of an option file.
#[derive(Debug, PartialEq)]
enum Line<'a> {
    /// An option in a group, its name with dashes.
    Option {
        group: &'a str,
        name: String,
        value: Option<String>,
    },
    Include(&'a str),
    IncludeDir(&'a str),
    /// Blank, a comment, a group's head, or a directive we don't know.
    Nothing,
}

fn lines(text: &str) -> impl Iterator<Item = Result<Line<'_>, &'static str>> {
    let mut group = None;
    text.trim_start_matches('\u{feff}').lines().map(move |raw| {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            return Ok(Line::Nothing);
        }
        if let Some(directive) = line.strip_prefix('!') {
            return match directive.split_once(char::is_whitespace).unwrap_or((directive, "")) {
                ("include", path) => Ok(Line::Include(path.trim())),
                ("includedir", path) => Ok(Line::IncludeDir(path.trim())),
                _ => Err("has a directive that is neither !include nor !includedir"),
            };
        }
        if let Some(rest) = line.strip_prefix('[') {
            group = Some(rest.split_once(']').ok_or("has a group without its closing bracket")?.0.trim());
            return Ok(Line::Nothing);
        }
        let group = group.ok_or("has an option before its first [group]")?;
        let line = without_comment(line);
        let (name, value) = match line.split_once('=') {
            Some((name, value)) => (name, Some(unescape(unquote(value.trim())))),
            None => (line, None),
        };
        let name = name.trim().replace('_', "-");
        let name = name.strip_prefix("loose-").unwrap_or(&name).to_owned();
        Ok(Line::Option { group, name, value })
    })
}

/// Cuts at the first # outside quotes. Within quotes a backslash protects the quote after it.
fn without_comment(line: &str) -> &str {
    let (mut quote, mut escape) = (None, false);
    for (at, c) in line.char_indices() {
        match (c, quote) {
            ('\'' | '"', None) if !escape => quote = Some(c),
            (c, Some(q)) if c == q && !escape => quote = None,
            ('#', None) => return line[..at].trim_end(),
            _ => {}
        }
        escape = quote.is_some() && c == '\\' && !escape;
    }
    line
}

fn unquote(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|q| value.strip_prefix(q)?.strip_suffix(q)).unwrap_or(value)
}

/// Resolves the escapes of option files. An unknown one stays as it is, backslash and all.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('s') => out.push(' '),
            Some(c @ ('\\' | '"' | '\'')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn parse(text: &str) -> Result<FileOptions> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("my.cnf");
        fs::write(&file, text).unwrap();
        read(&file, Wanted::Explicitly)
    }

    fn password(line: &str) -> String {
        parse(&format!("[client]\n{line}\n")).unwrap().password.map(|p| p.expose().to_owned()).unwrap_or_default()
    }

    #[test]
    fn options_of_our_groups_are_read_and_the_later_one_wins() {
        let o = parse(
            "# comment\n; comment\n[mysqld]\nport=1\nsocket=relative\n\n[client]\nuser = app\nhost=db\nport=3307\n\
             default-character-set=utf8mb4\n[dumpstream]\nuser=loader\nssl_mode=VERIFY_CA\nssl-ca=/ca.pem\n",
        )
        .unwrap();
        assert_eq!(o.user.as_deref(), Some("loader"));
        assert_eq!((o.host.as_deref(), o.port), (Some("db"), Some(3307)));
        assert_eq!((o.ssl_mode, o.ssl_ca.as_deref()), (Some(SslMode::VerifyCa), Some(Path::new("/ca.pem"))));
        assert_eq!(o.socket, None);
    }

    #[test]
    fn values_read_as_the_mysql_client_reads_them() {
        assert_eq!(password("password=plain"), "plain");
        assert_eq!(password("  password =  two words  "), "two words");
        assert_eq!(password("password=\"quo#ted\" # comment"), "quo#ted");
        assert_eq!(password("password='single'"), "single");
        assert_eq!(password("password=cut#here"), "cut");
        assert_eq!(password(r#"password="a\"b#c""#), "a\"b#c");
        assert_eq!(password(r"password=a\sb\tc\nd\\e\xf"), "a b\tc\nd\\e\\xf");
        assert_eq!(password(r"password=trailing\"), "trailing\\");
        assert_eq!(password("password=a=b"), "a=b");
        assert_eq!(password("password='unbalanced"), "'unbalanced");
        assert_eq!(password("loose_password=x"), "x");
        assert_eq!(password("password=\npassword"), "");
        assert_eq!(password("password=crlf\r"), "crlf");
    }

    #[test]
    fn what_cannot_be_meant_is_an_error_with_its_line() {
        for (text, line) in [
            ("user=x\n", 1),
            ("[client\n", 1),
            ("[client]\nport=ninety\n", 2),
            ("[client]\nport=0\n", 2),
            ("[client]\nsocket=here\n", 2),
            ("[client]\n\nssl-mode=on\n", 3),
            ("[dumpstream]\nlanes=4\n", 2),
            ("!exclude x\n", 1),
            ("!include\n", 1),
        ] {
            assert_eq!(parse(text).unwrap_err().place().line, Some(line), "{text}");
        }
    }

    #[test]
    fn errors_do_not_hold_values() {
        let error = parse("[client]\npassword=hunter2\nport=hunter2\n").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert!(!format!("{:?}", parse("[client]\npassword=hunter2").unwrap()).contains("hunter2"));
    }

    #[test]
    fn includes_are_followed_where_they_stand() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("conf.d")).unwrap();
        fs::write(dir.path().join("one.cnf"), "[client]\nuser=one\npassword=one\n").unwrap();
        fs::write(dir.path().join("conf.d/b.cnf"), "[client]\nuser=b\n").unwrap();
        fs::write(dir.path().join("conf.d/a.cnf"), "[client]\nuser=a\nhost=a\n").unwrap();
        fs::write(dir.path().join("conf.d/ignored.txt"), "not an option file").unwrap();
        let main = dir.path().join("my.cnf");
        fs::write(&main, "!include one.cnf\n!includedir conf.d\n[client]\nport=7\n").unwrap();
        let o = read(&main, Wanted::Explicitly).unwrap();
        assert_eq!((o.user.as_deref(), o.host.as_deref(), o.port), (Some("b"), Some("a"), Some(7)));
        assert_eq!(o.password.unwrap().expose(), "one");
        fs::write(&main, "!include my.cnf\n").unwrap();
        assert!(read(&main, Wanted::Explicitly).unwrap_err().to_string().contains("levels deep"));
        fs::write(&main, "!include gone.cnf\n").unwrap();
        assert!(read(&main, Wanted::Explicitly).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_anybody_could_have_written_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("my.cnf");
        fs::write(&file, "[client]\nuser=mallory\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        let o = read(&file, Wanted::ByDefault).unwrap();
        assert_eq!((o.user, o.warnings.len()), (None, 1));
        assert!(read(&file, Wanted::Explicitly).is_err());
    }

    #[test]
    fn only_a_file_asked_for_must_be_there() {
        assert_eq!(read(Path::new("/no/such/my.cnf"), Wanted::ByDefault).unwrap(), FileOptions::default());
        assert!(read(Path::new("/no/such/my.cnf"), Wanted::Explicitly).is_err());
    }
}
