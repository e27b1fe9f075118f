//! Small changes to statements, by tokens: what they don't touch stays as it is written.

use super::names;
use sqldump::lex::{self, Token, TokenKind};
use sqldump::session::Session;
use sqldump::version::ServerVersion;
use sqldump::{LexMode, Name};

/// The statement that gives `schema` the defaults that a CREATE DATABASE has; `None` if it has none.
pub(crate) fn alter_database(schema: &Name, text: &[u8], session: &Session, target: ServerVersion) -> Option<Vec<u8>> {
    let mode = session.lex_mode();
    let text = lex::resolve_versions(text, mode, target);
    let tokens: Vec<Token> = lex::significant(&text, mode, Some(target)).collect();
    let words = ["CREATE", "OR", "REPLACE", "DATABASE", "SCHEMA", "IF", "NOT", "EXISTS"];
    let name = tokens.iter().find(|t| !words.iter().any(|w| is_word(t, &text, w)))?;
    let options = text.get(name.end..)?.trim_ascii();
    // Comments alone are no options.
    if !tokens.iter().any(|t| t.start >= name.end && t.kind != TokenKind::Punct(b';')) {
        return None;
    }
    Some([b"ALTER DATABASE ".as_slice(), &schema.quoted(), b" ", options].concat())
}

/// A CREATE EVENT of an event that doesn't fire.
pub(crate) fn disabled_event(text: &[u8], mode: LexMode, target: ServerVersion) -> Vec<u8> {
    let tokens: Vec<Token> = lex::significant(text, mode, Some(target)).collect();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|t| is_word(t, text, word));
    let Some(schedule) = (0..tokens.len()).find(|at| is(*at, "SCHEDULE")) else { return text.to_vec() };
    let mut depth = 0usize;
    let mut comment = None;
    for at in schedule..tokens.len() {
        let Some(token) = tokens.get(at) else { break };
        match token.kind {
            TokenKind::Punct(b'(') => depth += 1,
            TokenKind::Punct(b')') => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && is(at, "DISABLE") => return text.to_vec(),
            TokenKind::Word if depth == 0 && is(at, "ENABLE") => {
                return replaced(text, token.start, token.end, b"DISABLE");
            }
            TokenKind::Word if depth == 0 && is(at, "COMMENT") => comment = Some(token.start),
            TokenKind::Word if depth == 0 && is(at, "DO") => {
                let before = comment.unwrap_or(token.start);
                return replaced(text, before, before, b"DISABLE ");
            }
            _ => {}
        }
    }
    text.to_vec()
}

/// The name of a table that a staging schema keeps for itself, if a statement has one.
pub(crate) fn names_own_table(text: &[u8], mode: LexMode, target: ServerVersion) -> Option<Name> {
    let prefix = names::OWN_PREFIX.as_bytes();
    if !text.windows(prefix.len()).any(|w| w.eq_ignore_ascii_case(prefix)) {
        return None;
    }
    let is_name = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::QuotedIdent);
    let named = lex::significant(text, mode, Some(target)).filter(is_name).map(|t| lex::ident_in(t.text(text), mode));
    named.into_iter().find(names::is_own)
}

fn is_word(token: &Token, text: &[u8], word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(text).eq_ignore_ascii_case(word.as_bytes())
}

fn replaced(text: &[u8], start: usize, end: usize, by: &[u8]) -> Vec<u8> {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    [before, by, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql() -> ServerVersion {
        ServerVersion::parse("8.4.3")
    }

    #[test]
    fn a_schema_takes_the_defaults_of_a_create_database() {
        let session = Session::offline();
        let altered = |text: &str| {
            let sql = alter_database(&"s".into(), text.as_bytes(), &session, mysql());
            sql.map(|sql| String::from_utf8(sql).unwrap().split_whitespace().collect::<Vec<_>>().join(" "))
        };
        for (text, expected) in [
            (
                "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d` /*!40100 DEFAULT CHARACTER SET latin1 */ /*!80016 DEFAULT ENCRYPTION='N' */",
                Some("ALTER DATABASE `s` DEFAULT CHARACTER SET latin1 DEFAULT ENCRYPTION='N'"),
            ),
            ("create schema d collate utf8mb4_bin", Some("ALTER DATABASE `s` collate utf8mb4_bin")),
            ("CREATE DATABASE d", None),
            ("CREATE DATABASE `d` /* a comment */", None),
            ("CREATE DATABASE `d` /*!99999 CHARACTER SET x */", None),
        ] {
            assert_eq!(altered(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn events_are_made_disabled() {
        for (text, expected) in [
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' ON COMPLETION NOT PRESERVE ENABLE COMMENT 'x' DO SELECT 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' ON COMPLETION NOT PRESERVE DISABLE COMMENT 'x' DO SELECT 1",
            ),
            (
                "CREATE EVENT `enable` ON SCHEDULE AT (NOW() + INTERVAL 1 DAY) DO BEGIN SELECT 'ENABLE'; END",
                "CREATE EVENT `enable` ON SCHEDULE AT (NOW() + INTERVAL 1 DAY) DISABLE DO BEGIN SELECT 'ENABLE'; END",
            ),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR COMMENT 'DO' DO SELECT 1",
                "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DISABLE COMMENT 'DO' DO SELECT 1",
            ),
            (
                "/*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 HOUR DISABLE ON SLAVE DO SELECT 1 */",
                "/*!50106 CREATE*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 HOUR DISABLE ON SLAVE DO SELECT 1 */",
            ),
        ] {
            let got = disabled_event(text.as_bytes(), LexMode::default(), mysql());
            assert_eq!(String::from_utf8(got).unwrap(), expected);
        }
    }

    #[test]
    fn our_own_tables_are_found_among_names_only() {
        let found = |text: &str| names_own_table(text.as_bytes(), LexMode::default(), mysql()).is_some();
        assert!(found("DROP TABLE IF EXISTS `__dumpstream_swap`"));
        assert!(found("INSERT INTO d.__DUMPSTREAM_objects VALUES (1)"));
        assert!(!found("CREATE TABLE t (v varchar(30) DEFAULT '__dumpstream_swap')"));
        assert!(!found("CREATE TABLE `shop__dumpstream_new`.`t` (i int)"));
    }
}
