//! What the command-line client makes of a line itself.

use crate::{lex::ident, name::Name, version::is_space};
use alloc::vec::Vec;

/// What the command-line client would do itself instead of sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientCommand {
    /// `DELIMITER`, with the new delimiter; `None` where the client would complain and keep the old one.
    Delimiter(Option<Vec<u8>>),
    /// `USE`, which works with and without a delimiter; `None` without a name.
    Use(Option<Name>),
    /// Any other, by its long name: refused.
    Refused(&'static str),
}

pub(super) struct CommandWord {
    pub(super) name: &'static str,
    letter: u8,
    takes_arguments: bool,
}

const fn command(name: &'static str, letter: u8, takes_arguments: bool) -> CommandWord {
    CommandWord { name, letter, takes_arguments }
}

/// The commands of both clients but `help`, which is a statement too and harmless.
pub(super) const CLIENT_COMMANDS: [CommandWord; 26] = [
    command("charset", b'C', true),
    command("clear", b'c', false),
    command("connect", b'r', true),
    command("delimiter", b'd', true),
    command("edit", b'e', false),
    command("ego", b'G', false),
    command("exit", b'q', false),
    command("go", b'g', false),
    command("nopager", b'n', false),
    command("notee", b't', false),
    command("nowarning", b'w', false),
    command("pager", b'P', true),
    command("print", b'p', false),
    command("prompt", b'R', true),
    command("query_attributes", 0, true),
    command("quit", b'q', false),
    command("rehash", b'#', false),
    command("resetconnection", b'x', false),
    command("sandbox", b'-', false),
    command("source", b'.', true),
    command("ssl_session_data_print", 0, true),
    command("status", b's', false),
    command("system", b'!', true),
    command("tee", b'T', true),
    command("use", b'u', true),
    command("warnings", b'W', false),
];

/// The longest delimiter the client takes; it cuts off what is longer.
pub const DELIMITER_BYTES_MAX: usize = 15;

/// Recognises a command of the client's at the start of a statement.
///
/// `text` is what is left of the line where a statement begins, or the statement itself without its delimiter; only the
/// first line counts. A word is a command if it stands alone, or, with those commands that take arguments, if a space or
/// tab follows; so `exit` is one and `exit now` isn't. A line that holds the delimiter isn't a command as a whole, unless
/// it is a DELIMITER: hand over the part before the delimiter then.
pub fn client_command(text: &[u8]) -> Option<ClientCommand> {
    let line = text.split(|&b| b == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let line = line.trim_ascii_start();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (command, rest) = match line {
        [b'\\', letter, rest @ ..] => (CLIENT_COMMANDS.iter().find(|c| c.letter == *letter)?, rest),
        _ => {
            let length = line.iter().position(|&b| matches!(b, b' ' | b'\t')).unwrap_or(line.len());
            let (word, rest) = line.split_at_checked(length)?;
            let command = CLIENT_COMMANDS.iter().find(|c| c.name.as_bytes().eq_ignore_ascii_case(word))?;
            if !command.takes_arguments && !rest.trim_ascii().is_empty() {
                return None;
            }
            (command, rest)
        }
    };
    Some(match command.name {
        "delimiter" => ClientCommand::Delimiter(argument(rest).filter(|a| !a.contains(&b'\\')).map(|mut a| {
            a.truncate(DELIMITER_BYTES_MAX);
            a
        })),
        "use" => ClientCommand::Use(argument(rest).map(|name| match rest.trim_ascii() {
            quoted @ [b'`', .., b'`'] => ident(quoted),
            _ => Name::new(name),
        })),
        name => ClientCommand::Refused(name),
    })
}

/// The first argument after a command, as the client takes it: up to a space, or what is in quotes; a backslash stands for
/// the byte after it.
fn argument(rest: &[u8]) -> Option<Vec<u8>> {
    let start = rest.iter().position(|&b| !is_space(b))?;
    let mut bytes = rest.get(start..)?.iter().copied();
    let quote = rest.get(start).copied().filter(|b| matches!(b, b'\'' | b'"' | b'`'));
    if quote.is_some() {
        bytes.next();
    }
    let end = quote.unwrap_or(b' ');
    let mut out = Vec::new();
    while let Some(b) = bytes.next() {
        match b {
            b'\\' => out.push(bytes.next().unwrap_or(b)),
            _ if b == end => break,
            _ => out.push(b),
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_commands() {
        let delimiter = |s: &str| Some(ClientCommand::Delimiter(Some(s.as_bytes().to_vec())));
        for (line, expected) in [
            ("DELIMITER ;;", delimiter(";;")),
            ("delimiter // rest", delimiter("//")),
            ("  delimiter ; # Reset\r\n", delimiter(";")),
            ("DELIMITER ':' x", delimiter(":")),
            ("delimiter \"MySQL\"", delimiter("MySQL")),
            ("delimiter \\;", delimiter(";")),
            ("\\d $$", delimiter("$$")),
            ("delimiter", Some(ClientCommand::Delimiter(None))),
            ("delimiter \\\\", Some(ClientCommand::Delimiter(None))),
            ("use db", Some(ClientCommand::Use(Some("db".into())))),
            ("USE `a``b`", Some(ClientCommand::Use(Some("a`b".into())))),
            ("\\u db\nSELECT 1", Some(ClientCommand::Use(Some("db".into())))),
            ("use", Some(ClientCommand::Use(None))),
            ("source load.dump ", Some(ClientCommand::Refused("source"))),
            ("\\. x", Some(ClientCommand::Refused("source"))),
            ("\\! ls", Some(ClientCommand::Refused("system"))),
            ("exit", Some(ClientCommand::Refused("exit"))),
            ("\\q", Some(ClientCommand::Refused("exit"))),
            ("exit now", None),
            ("status", Some(ClientCommand::Refused("status"))),
            ("sourced", None),
            ("connection", None),
            ("SELECT 1", None),
            ("HELP 'x'", None),
            ("/* x */ use db", None),
            ("\\N", None),
            ("", None),
            ("\n\n", None),
        ] {
            assert_eq!(client_command(line.as_bytes()), expected, "{line}");
        }
    }
}
