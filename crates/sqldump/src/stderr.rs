//! What programs write to standard error, and what `2>&1` then puts into a dump.
//!
//! Only text at a place where a server would look for SQL may be asked about: in a string, a comment or the body of a
//! stored program the same words are just words.

use crate::lex::{TokenKind, tokens};
use crate::mode::LexMode;
use memchr::memmem;

/// What a message says of the dump it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The program failed, so the dump can't be whole.
    Error,
    /// The program went on: without the message the dump may be whole.
    Warning,
}

/// A message of a program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// The program, as people call it: `mysqldump`, or `the shell`.
    pub program: &'static str,
    /// Whether it failed.
    pub severity: Severity,
    /// The server's or client's error number, where the message has one.
    pub code: Option<u32>,
}

/// How programs begin their messages: with their name and a colon.
const PROGRAMS: [(&str, &str); 6] = [
    ("mysqldump", "mysqldump: "),
    ("mariadb-dump", "mariadb-dump: "),
    ("mysqlpump", "mysqlpump: "),
    ("mysql", "mysql: "),
    ("mariadb", "mariadb: "),
    ("mydumper", "mydumper: "),
];

/// Others, whose messages can only stand where a statement begins.
const OTHERS: [(&str, &str); 16] = [
    ("bash", "the shell"),
    ("-bash", "the shell"),
    ("sh", "the shell"),
    ("dash", "the shell"),
    ("ksh", "the shell"),
    ("zsh", "the shell"),
    ("sudo", "sudo"),
    ("ssh", "ssh"),
    ("gzip", "gzip"),
    ("pigz", "pigz"),
    ("zstd", "zstd"),
    ("xz", "xz"),
    ("bzip2", "bzip2"),
    ("kubectl", "kubectl"),
    ("docker", "docker"),
    ("aws", "aws"),
];

/// Beginnings of other known lines.
const LINES: [(&str, &str, Severity); 12] = [
    ("Enter password:", "mysqldump", Severity::Warning),
    ("Warning: Using a password", "mysqldump", Severity::Warning),
    ("Warning: A partial dump from a server that has GTIDs", "mysqldump", Severity::Warning),
    ("WARNING: Forcing protocol to", "mysqldump", Severity::Warning),
    ("Defaulted container", "kubectl", Severity::Warning),
    ("Defaulting container name", "kubectl", Severity::Warning),
    ("Unable to use a TTY", "kubectl", Severity::Warning),
    ("command terminated with", "kubectl", Severity::Error),
    ("the input device is not a TTY", "docker", Severity::Error),
    ("Error response from daemon:", "docker", Severity::Error),
    ("Error: No such container", "docker", Severity::Error),
    ("OCI runtime exec failed:", "docker", Severity::Error),
];

/// Recognises a message at the start of `text`, which has to be where a statement would begin.
pub fn message(text: &[u8]) -> Option<Message> {
    let line = text.split(|&b| b == b'\n').next().unwrap_or_default().trim_ascii();
    if let Some(message) = server_error(line) {
        return Some(message);
    }
    if let Some(&(_, program, severity)) = LINES.iter().find(|(start, ..)| line.starts_with(start.as_bytes())) {
        return Some(Message { program, severity, code: None });
    }
    let colon = memmem::find(line, b": ")?;
    let (path, rest) = (line.get(..colon)?, line.get(colon + 2..)?);
    let name = path.rsplit(|&b| matches!(b, b'/' | b'\\')).next()?;
    let name = name.strip_suffix(b".exe").unwrap_or(name);
    let find = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
    if let Some((program, _)) = PROGRAMS.into_iter().find(|(p, _)| find(p)) {
        return Some(said(program, rest));
    }
    let (_, program) = OTHERS.into_iter().find(|(other, _)| find(other))?;
    Some(Message { program, severity: Severity::Error, code: None })
}

/// Finds a message within a statement that isn't a stored program's, where the program that wrote the dump had written
/// half of it: standard error isn't buffered, standard output is.
pub fn find(text: &[u8], mode: LexMode) -> Option<(usize, Message)> {
    let starts = PROGRAMS.iter().map(|(_, start)| *start).chain(["ERROR "]);
    if starts.into_iter().all(|start| memmem::find(text, start.as_bytes()).is_none()) {
        return None;
    }
    tokens(text, mode).filter(|t| t.kind == TokenKind::Word).find_map(|token| {
        let rest = text.get(token.start..)?;
        let said = || {
            let starts =
                |(program, start): &(&'static str, &str)| Some((*program, rest.strip_prefix(start.as_bytes())?));
            PROGRAMS.iter().find_map(starts).map(|(program, rest)| said(program, rest))
        };
        Some((token.start, server_error(rest).or_else(said)?))
    })
}

/// What comes after `mysqldump: `.
fn said(program: &'static str, rest: &[u8]) -> Message {
    const HARMLESS: [&str; 4] = ["[Warning]", "[Note]", "Warning:", "Deprecated program name"];
    let harmless =
        HARMLESS.iter().any(|start| rest.get(..start.len()).is_some_and(|r| r.eq_ignore_ascii_case(start.as_bytes())));
    let severity = if harmless { Severity::Warning } else { Severity::Error };
    // `Error 2013: …`, `Got error: 1045: …`, `Couldn't execute '…': … (1356)`.
    let line = rest.split(|&b| b == b'\n').next().unwrap_or_default().trim_ascii_end();
    let before = ["Error ", "Got error: ", "Error: "].iter().find_map(|start| line.strip_prefix(start.as_bytes()));
    let behind = line.strip_suffix(b")").and_then(|l| l.rsplit(|&b| b == b'(').next());
    let code = before.and_then(number).or_else(|| behind.filter(|l| l.iter().all(u8::is_ascii_digit)).and_then(number));
    Message { program, severity, code: code.filter(|_| severity == Severity::Error) }
}

/// `ERROR 1045 (28000): …`, `ERROR 1064 (42000) at line 3: …`.
fn server_error(line: &[u8]) -> Option<Message> {
    let rest = line.strip_prefix(b"ERROR ")?;
    let code = number(rest)?;
    let state = rest.get(rest.iter().take_while(|b| b.is_ascii_digit()).count()..)?.strip_prefix(b" (")?;
    let (state, rest) = state.split_at_checked(5)?;
    let rest = rest.strip_prefix(b")")?;
    let is_state = state.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    (is_state && (rest.starts_with(b":") || rest.starts_with(b" at line "))).then_some(Message {
        program: "mysql",
        severity: Severity::Error,
        code: Some(code),
    })
}

/// The number at the start, of as many digits as error numbers have.
fn number(text: &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if !(1..=5).contains(&digits) {
        return None;
    }
    Some(text.iter().take(digits).fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(program: &'static str, code: Option<u32>) -> Option<Message> {
        Some(Message { program, severity: Severity::Error, code })
    }

    fn warning(program: &'static str) -> Option<Message> {
        Some(Message { program, severity: Severity::Warning, code: None })
    }

    #[test]
    fn messages_of_the_programs() {
        for (line, expected) in [
            (
                "mysqldump: Error 2013: Lost connection to MySQL server during query when dumping table `t` at row: 7\n",
                error("mysqldump", Some(2013)),
            ),
            ("mysqldump: Got error: 1045: Access denied for user 'a'@'b'", error("mysqldump", Some(1045))),
            (
                "mysqldump: Couldn't execute 'SHOW CREATE TABLE `v`': View 'a.v' references invalid table(s) (1356)",
                error("mysqldump", Some(1356)),
            ),
            ("mariadb-dump: Couldn't find table: \"x\"", error("mariadb-dump", None)),
            ("mysqldump: [ERROR] unknown option '--x'.", error("mysqldump", None)),
            (
                "mysqldump: [Warning] Using a password on the command line interface can be insecure.\r\n-- MySQL dump",
                warning("mysqldump"),
            ),
            (
                "/usr/bin/mysqldump: Deprecated program name. It will be removed in a future release, use '/usr/bin/mariadb-dump' instead",
                warning("mysqldump"),
            ),
            ("C:\\Program Files\\MySQL\\bin\\mysqldump.exe: Error 2006: gone", error("mysqldump", Some(2006))),
            ("Warning: Using a password on the command line interface can be insecure.", warning("mysqldump")),
            ("Warning: A partial dump from a server that has GTIDs will by default", warning("mysqldump")),
            ("Enter password: ", warning("mysqldump")),
            ("ERROR 1045 (28000): Access denied for user", error("mysql", Some(1045))),
            ("ERROR 1064 (42000) at line 12: You have an error", error("mysql", Some(1064))),
            ("bash: line 1: mysqldump: command not found", error("the shell", None)),
            ("sh: 1: mysqldump: not found", error("the shell", None)),
            ("gzip: stdin: unexpected end of file", error("gzip", None)),
            ("Error response from daemon: No such container: db", error("docker", None)),
        ] {
            assert_eq!(message(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn sql_is_no_message() {
        for text in [
            "CREATE TABLE `mysqldump: x` (a int)",
            "INSERT INTO t VALUES ('mysqldump: Error 2013: x')",
            "-- mysqldump: Error 2013: x",
            "SET @a = 'x: y'",
            "/*!40101 SET NAMES utf8 */",
            "mysqldump",
            "mysqldump:",
            "ERROR 1045",
            "ERROR 1045 (2800): x",
            "ERROR 1234567 (28000): x",
            "",
        ] {
            assert_eq!(message(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_message_between_a_statements_halves() {
        let at = |text: &str| find(text.as_bytes(), LexMode::default()).map(|(at, m)| (at, m.program, m.code));
        assert_eq!(
            at("INSERT INTO `t` VALUES (1,'a'),(2,mysqldump: Error 2013: Lost connection\n"),
            Some((34, "mysqldump", Some(2013)))
        );
        assert_eq!(at("CREATE TABLE `t` (\n  `a` int,\nERROR 1045 (28000): no\n"), Some((30, "mysql", Some(1045))));
        assert_eq!(
            at("CREATE TABLE t (a int /usr/bin/mariadb-dump: Got error: 1: x"),
            Some((31, "mariadb-dump", Some(1)))
        );
        for text in [
            "INSERT INTO `t` VALUES ('\nmysqldump: Error 2013: Lost connection\n')",
            "CREATE TABLE `t` (a int COMMENT '\nmysqldump: Error 2013: Lost connection\n')",
            "CREATE TABLE `t` (a int /*\nmysqldump: Error 2013: Lost connection\n*/)",
            "CREATE TABLE `t` (a int -- x\n-- mysqldump: Error 2013: Lost connection\n)",
            "SELECT `mysqldump: x`, mysqldump:x, a ? b : c",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
