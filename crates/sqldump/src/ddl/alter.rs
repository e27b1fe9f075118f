//! What an ALTER TABLE does to a table's columns, unique and foreign keys and name. It reads no further than that; in doubt it
//! is a change of columns.

use crate::{
    ddl::ForeignKey,
    lex::{Token, TokenKind, ident_in, significant},
    mode::LexMode,
    name::Name,
    statement::ObjectName,
    version::ServerVersion,
};
use alloc::vec::Vec;
use core::ops::Range;

/// The parts of a key: columns, with the number of characters where only so many of them count.
pub type KeyParts = Vec<(Name, Option<u32>)>;

/// One clause of an ALTER TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alteration {
    /// What it does.
    pub kind: AlterationKind,
    /// Where it lies in the text.
    pub span: Range<usize>,
}

/// What a clause does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlterationKind {
    /// Adds, drops, moves, renames or changes columns, or something that isn't known here.
    Columns,
    /// Adds a UNIQUE or PRIMARY key.
    Unique(KeyParts),
    /// Adds a foreign key.
    ForeignKey(ForeignKey),
    /// Gives the table another name.
    Rename(ObjectName),
    /// Leaves the columns, what must be unique and the name as they are.
    Other,
}

/// The clauses of an ALTER TABLE; `None` for another statement.
pub fn alterations(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Vec<Alteration>> {
    let tokens: Vec<Token> = significant(text, mode, target).collect();
    let read = Clause { text, mode, tokens: &tokens };
    if !read.is(0, &["ALTER"]) {
        return None;
    }
    let table = (1..tokens.len()).find(|i| read.is(*i, &["TABLE"]))?;
    let named = table + if read.is(table + 1, &["IF"]) { 3 } else { 1 };
    let (_, mut from) = read.object(named)?;
    if read.is(from, &["NOWAIT"]) {
        from += 1;
    } else if read.is(from, &["WAIT"]) {
        from += 2;
    }
    let mut clauses = Vec::new();
    let mut depth = 0_usize;
    let mut start = from;
    for at in from..=tokens.len() {
        let ends = match tokens.get(at).map(|t| t.kind) {
            None => true,
            Some(TokenKind::Punct(b',')) => depth == 0,
            Some(TokenKind::Punct(b'(')) => {
                depth += 1;
                false
            }
            Some(TokenKind::Punct(b')')) => {
                depth = depth.saturating_sub(1);
                false
            }
            Some(_) => false,
        };
        if ends {
            let tokens = tokens.get(start..at).unwrap_or_default();
            if let (Some(first), Some(last)) = (tokens.first(), tokens.last()) {
                let kind = Clause { text, mode, tokens }.kind();
                clauses.push(Alteration { kind, span: first.start..last.end });
            }
            start = at + 1;
        }
    }
    Some(clauses)
}

/// The parts of the key that a CREATE UNIQUE INDEX makes; `None` for another statement.
pub fn unique_index(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<KeyParts> {
    let tokens: Vec<Token> = significant(text, mode, target).collect();
    let read = Clause { text, mode, tokens: &tokens };
    let index = (0..tokens.len()).find(|i| read.is(*i, &["INDEX"]))?;
    if !read.is(0, &["CREATE"]) || !(1..index).any(|i| read.is(i, &["UNIQUE"])) {
        return None;
    }
    read.parts(index)
}

/// A run of significant tokens.
struct Clause<'a> {
    text: &'a [u8],
    mode: LexMode,
    tokens: &'a [Token],
}

impl Clause<'_> {
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|t| {
            t.kind == TokenKind::Word && words.iter().any(|w| t.text(self.text).eq_ignore_ascii_case(w.as_bytes()))
        })
    }

    fn punct(&self, at: usize, byte: u8) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == TokenKind::Punct(byte))
    }

    fn name(&self, at: usize) -> Option<Name> {
        let token = self.tokens.get(at)?;
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent)
            .then(|| ident_in(token.text(self.text), self.mode))
    }

    /// A table's name, and where what follows begins.
    fn object(&self, at: usize) -> Option<(ObjectName, usize)> {
        let first = self.name(at)?;
        if !self.punct(at + 1, b'.') {
            return Some((ObjectName { database: None, name: first }, at + 1));
        }
        Some((ObjectName { database: Some(first), name: self.name(at + 2)? }, at + 3))
    }

    /// The parts of the key whose list is the first one behind `from`. An expression among them has no name.
    fn parts(&self, from: usize) -> Option<KeyParts> {
        let open = (from..self.tokens.len()).find(|i| self.punct(*i, b'('))?;
        let mut parts = KeyParts::new();
        let (mut depth, mut fresh) = (1, true);
        for at in open + 1..self.tokens.len() {
            match self.tokens.get(at)?.kind {
                TokenKind::Punct(b'(') => depth += 1,
                TokenKind::Punct(b')') => depth -= 1,
                TokenKind::Punct(b',') if depth == 1 => fresh = true,
                TokenKind::Number if depth == 2 && !fresh => {
                    let length = core::str::from_utf8(self.tokens.get(at)?.text(self.text)).ok()?.parse().ok();
                    if let Some((_, part)) = parts.last_mut() {
                        *part = length;
                    }
                }
                _ if depth == 1 && fresh => {
                    parts.extend(self.name(at).map(|name| (name, None)));
                    fresh = false;
                }
                _ => {}
            }
            if depth == 0 {
                return Some(parts);
            }
        }
        None
    }

    /// The foreign key whose words begin at `from`.
    fn foreign_key(&self, from: usize) -> Option<ForeignKey> {
        let names = |parts: KeyParts| parts.into_iter().map(|(name, _)| name).collect();
        let to = (from..self.tokens.len()).find(|i| self.is(*i, &["REFERENCES"]))?;
        let (references, behind) = self.object(to + 1)?;
        Some(ForeignKey { columns: names(self.parts(from)?), references, referenced: names(self.parts(behind)?) })
    }

    fn kind(&self) -> AlterationKind {
        use AlterationKind::{Columns, ForeignKey, Other, Rename, Unique};
        if self.is(0, &["ADD"]) {
            let mut at = 1;
            if self.is(at, &["CONSTRAINT"]) {
                let keys = ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"];
                at = (at + 1..self.tokens.len()).find(|i| self.is(*i, &keys)).unwrap_or(at);
            }
            if self.is(at, &["PRIMARY", "UNIQUE"]) {
                return self.parts(at).map_or(Columns, Unique);
            }
            if self.is(at, &["FOREIGN"]) && self.is(at + 1, &["KEY"]) {
                return self.foreign_key(at).map_or(Other, ForeignKey);
            }
            return match self.is(at, &["KEY", "INDEX", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PARTITION"])
                || self.is(at, &["VECTOR"]) && self.is(at + 1, &["KEY", "INDEX"])
                || self.is(at, &["SYSTEM"]) && self.is(at + 1, &["VERSIONING"])
                || self.is(at, &["PERIOD"]) && self.is(at + 1, &["FOR"])
            {
                true => Other,
                false => Columns,
            };
        }
        if self.is(0, &["RENAME"]) {
            if self.is(1, &["KEY", "INDEX"]) {
                return Other;
            }
            if self.is(1, &["COLUMN"]) {
                return Columns;
            }
            let at = if self.is(1, &["TO", "AS"]) || self.punct(1, b'=') { 2 } else { 1 };
            return self.object(at).map_or(Columns, |(name, _)| Rename(name));
        }
        let harmless = match () {
            () if self.is(0, &["DROP"]) => {
                self.is(1, &["PRIMARY", "KEY", "INDEX", "FOREIGN", "CONSTRAINT", "CHECK", "PARTITION"])
                    || self.is(1, &["SYSTEM"]) && self.is(2, &["VERSIONING"])
                    || self.is(1, &["PERIOD"]) && self.is(2, &["FOR"])
            }
            // Whether a column is there for rows that name none.
            () if self.is(0, &["ALTER"]) => {
                self.is(1, &["KEY", "INDEX", "CONSTRAINT", "CHECK"])
                    || !(0..self.tokens.len()).any(|i| self.is(i, &["VISIBLE", "INVISIBLE"]))
            }
            () => self.is(0, HARMLESS),
        };
        if harmless { Other } else { Columns }
    }
}

/// Words with which clauses begin that leave the columns alone.
const HARMLESS: &[&str] = &[
    "ALGORITHM",
    "ANALYZE",
    "AUTO_INCREMENT",
    "AVG_ROW_LENGTH",
    "CHARACTER",
    "CHARSET",
    "CHECK",
    "CHECKSUM",
    "COALESCE",
    "COLLATE",
    "COMMENT",
    "COMPRESSION",
    "CONNECTION",
    "DATA",
    "DEFAULT",
    "DELAY_KEY_WRITE",
    "DISABLE",
    "DISCARD",
    "ENABLE",
    "ENCRYPTION",
    "ENGINE",
    "EXCHANGE",
    "FORCE",
    "IMPORT",
    "INDEX",
    "INSERT_METHOD",
    "KEY_BLOCK_SIZE",
    "LOCK",
    "MAX_ROWS",
    "MIN_ROWS",
    "OPTIMIZE",
    "ORDER",
    "PACK_KEYS",
    "PARTITION",
    "REBUILD",
    "REMOVE",
    "REORGANIZE",
    "REPAIR",
    "ROW_FORMAT",
    "STATS_AUTO_RECALC",
    "STATS_PERSISTENT",
    "STATS_SAMPLE_PAGES",
    "TABLESPACE",
    "TRUNCATE",
    "UNION",
    "WITH",
    "WITHOUT",
];

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::String, vec};

    fn kinds(clauses: &str) -> Vec<AlterationKind> {
        let text = format!("ALTER TABLE `d`.`t` {clauses}");
        let all = alterations(text.as_bytes(), LexMode::default(), None).unwrap();
        let spans: Vec<String> = all.iter().map(|a| text[a.span.clone()].into()).collect();
        assert_eq!(spans.len(), all.len(), "{spans:?}");
        all.into_iter().map(|a| a.kind).collect()
    }

    #[test]
    fn whatever_touches_columns_is_told() {
        use AlterationKind::Columns;
        for clause in [
            "ADD kind varchar(100) FIRST",
            "ADD COLUMN IF NOT EXISTS kind text",
            "ADD (a int, b int)",
            "ADD IF NOT EXISTS a int",
            "ADD system text",
            "ADD period int",
            "ADD `key` int",
            "DROP note",
            "DROP COLUMN IF EXISTS note",
            "DROP `index`",
            "MODIFY a text",
            "CHANGE a b int",
            "RENAME COLUMN a TO b",
            "ALTER a SET INVISIBLE",
            "CONVERT TO CHARACTER SET utf8mb4",
            "SOMETHING NEW",
        ] {
            assert_eq!(kinds(clause), [Columns], "{clause}");
        }
    }

    #[test]
    fn what_leaves_columns_alone_is_told() {
        use AlterationKind::Other;
        for clause in [
            "ADD KEY (a)",
            "ADD CONSTRAINT CHECK (a > 1)",
            "ADD FULLTEXT INDEX f (a)",
            "ADD SYSTEM VERSIONING",
            "DROP PRIMARY KEY",
            "DROP FOREIGN KEY f",
            "RENAME INDEX a TO b",
            "ALTER a SET DEFAULT 1",
            "ALTER INDEX i INVISIBLE",
            "ENGINE=InnoDB COMMENT 'x'",
            "AUTO_INCREMENT=7",
            "PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1), PARTITION q VALUES LESS THAN (2))",
            "/*!40000 ENABLE KEYS */",
        ] {
            assert_eq!(kinds(clause), [Other], "{clause}");
        }
    }

    #[test]
    fn keys_and_names_are_read() {
        use AlterationKind::{Columns, Other, Rename, Unique};
        let email = || Name::from("email");
        assert_eq!(
            kinds(
                "ADD PRIMARY KEY (`id`), ADD UNIQUE KEY `k` (`email`(4),id DESC,(lower(`x`))), ADD KEY (a), MODIFY a int"
            ),
            [Unique(vec![("id".into(), None)]), Unique(vec![(email(), Some(4)), ("id".into(), None)]), Other, Columns]
        );
        assert_eq!(kinds("ADD CONSTRAINT `u` UNIQUE (email)"), [Unique(vec![(email(), None)])]);
        for clause in ["RENAME TO `w`", "RENAME w", "RENAME AS w", "RENAME = w"] {
            assert_eq!(kinds(clause), [Rename(ObjectName { database: None, name: "w".into() })], "{clause}");
        }
        let key = |database: Option<&str>| {
            AlterationKind::ForeignKey(super::ForeignKey {
                columns: vec!["a".into(), "b".into()],
                references: ObjectName { database: database.map(Name::from), name: "u".into() },
                referenced: vec!["c".into(), "d".into()],
            })
        };
        for (clause, database) in [
            ("ADD CONSTRAINT c FOREIGN KEY (a,b) REFERENCES u (c,d) ON DELETE CASCADE", None),
            ("ADD CONSTRAINT FOREIGN KEY `i` (`a`, `b`) REFERENCES `e`.`u` (`c`, `d`)", Some("e")),
            ("ADD FOREIGN KEY IF NOT EXISTS (a,b) REFERENCES u(c,d)", None),
        ] {
            assert_eq!(kinds(clause), [key(database)], "{clause}");
        }
        assert_eq!(kinds("ADD FOREIGN KEY (a)"), [Other]);
        let of = |text: &str| unique_index(text.as_bytes(), LexMode::default(), None);
        assert_eq!(of("CREATE UNIQUE INDEX k USING BTREE ON t (email(3))"), Some(vec![(email(), Some(3))]));
        assert_eq!(of("CREATE INDEX k ON t (email)"), None);
    }
}
