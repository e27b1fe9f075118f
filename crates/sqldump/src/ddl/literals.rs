//! Literals that a CREATE TABLE holds: values that live in a definition rather than in rows.

use super::{Reader, comma_ranges, key, lexemes};
use crate::{
    LexMode, Name,
    lex::{TokenKind, ident_in},
    version::ServerVersion,
};
use alloc::vec::Vec;
use core::ops::Range;

/// What a literal in a definition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A column's `DEFAULT`, where that is a literal.
    Default,
    /// A column's, a key's or a partition's `COMMENT`.
    Comment,
    /// A label of an `ENUM` or a `SET`.
    Label,
    /// Part of an expression: `CHECK`, `GENERATED ALWAYS AS`, a `DEFAULT` in brackets, a key's.
    Expression,
    /// Where partitions begin and end.
    Partition,
    /// The table's `COMMENT`.
    TableComment,
    /// Another option of the table, such as `CONNECTION` or `DATA DIRECTORY`.
    TableOption,
}

/// A literal in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Where it is in the text: a string with its quotes, without an introducer; a number with its sign.
    pub span: Range<usize>,
    /// What kind of token it is: a string, a number, hexadecimal digits or bits.
    pub kind: TokenKind,
    /// What it is for.
    pub role: Role,
    /// Columns that it has to do with: the one that it belongs to first, then all others that are named around it.
    pub columns: Vec<Name>,
}

/// The literals of a CREATE TABLE with a list of columns, in order; `None` for anything else.
pub fn literals(text: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Option<Vec<Literal>> {
    let lexemes = lexemes(text, mode, target)?;
    let mut r = Reader { text, mode, lexemes: &lexemes, at: 0 };
    while !r.is_punct(b'(') {
        r.take()?;
    }
    let body = r.brackets()?;
    let mut found = Vec::new();
    for range in comma_ranges(body.lexemes) {
        let element = body.part(range);
        let mut ahead = element;
        let names = names(element);
        match key(&mut ahead) {
            Some(_) => scan(element, Role::Expression, &names, &mut found),
            None => scan(element, Role::Default, &names, &mut found),
        }
    }
    options(r, &mut found);
    Some(found)
}

/// Everything in it that may be a column's name, in order.
fn names(r: Reader<'_>) -> Vec<Name> {
    let names = r.lexemes.iter().filter(|l| matches!(l.kind, TokenKind::Word | TokenKind::QuotedIdent));
    names.map(|l| ident_in(r.bytes(*l), r.mode)).collect()
}

fn is_literal(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::String | TokenKind::NationalString | TokenKind::Number | TokenKind::Hex | TokenKind::Bits)
}

/// The literals of one element. `role` is [`Role::Default`] for a column.
fn scan(mut r: Reader<'_>, role: Role, names: &[Name], found: &mut Vec<Literal>) {
    let is_column = role == Role::Default;
    if is_column {
        r.take();
        let labels = r.is_any(&["ENUM", "SET"]);
        r.take();
        // The type's length or labels.
        if let Some(arguments) = r.brackets()
            && labels
        {
            push_all(arguments, Role::Label, names.get(..1).unwrap_or_default(), found);
        }
    }
    while let Some(lexeme) = r.peek() {
        let own = names.get(..1).unwrap_or_default();
        if r.word("COMMENT") {
            r.punct(b'=');
            // A key's is about all that the key names.
            push_next(&mut r, Role::Comment, if is_column { own } else { names }, found);
        } else if is_column && r.word("DEFAULT") {
            if !r.is_punct(b'(') {
                let sign = r.peek().map(|l| l.start).filter(|_| r.punct(b'-') || r.punct(b'+'));
                // An introducer, or a function such as NOW().
                if r.peek().is_some_and(|l| l.kind == TokenKind::Word) {
                    r.take();
                }
                let before = found.len();
                push_next(&mut r, Role::Default, own, found);
                if let (Some(sign), Some(literal)) = (sign, found.get_mut(before)) {
                    literal.span.start = sign;
                }
            }
        } else if r.any_word(&["COLLATE", "CHARSET", "KEY_BLOCK_SIZE"]) || r.words(&["CHARACTER", "SET"]) {
            r.punct(b'=');
            r.take();
        } else if is_literal(lexeme.kind) {
            push_next(&mut r, Role::Expression, names, found);
        } else {
            r.take();
        }
    }
}

/// Takes the next lexeme, if it is a literal.
fn push_next(r: &mut Reader<'_>, role: Role, columns: &[Name], found: &mut Vec<Literal>) {
    if let Some(lexeme) = r.peek()
        && is_literal(lexeme.kind)
    {
        r.take();
        let span = lexeme.start..lexeme.end;
        found.push(Literal { span, kind: lexeme.kind, role, columns: columns.to_vec() });
    }
}

fn push_all(mut r: Reader<'_>, role: Role, columns: &[Name], found: &mut Vec<Literal>) {
    while r.peek().is_some() {
        let before = found.len();
        push_next(&mut r, role, columns, found);
        if found.len() == before {
            r.take();
        }
    }
}

/// The literals behind the list of columns.
fn options(mut r: Reader<'_>, found: &mut Vec<Literal>) {
    let mut partitioned = false;
    let all = names(r.part(r.at..r.lexemes.len()));
    while let Some(lexeme) = r.peek() {
        if r.words(&["PARTITION", "BY"]) {
            partitioned = true;
        } else if r.word("COMMENT") {
            r.punct(b'=');
            match partitioned {
                true => push_next(&mut r, Role::Comment, &all, found),
                false => push_next(&mut r, Role::TableComment, &[], found),
            }
        } else if r.any_word(&["ENGINE", "COLLATE", "CHARSET"]) || r.words(&["CHARACTER", "SET"]) {
            r.punct(b'=');
            r.take();
        } else if is_literal(lexeme.kind) {
            match partitioned {
                true => push_next(&mut r, Role::Partition, &all, found),
                false if lexeme.kind == TokenKind::String => push_next(&mut r, Role::TableOption, &[], found),
                false => drop(r.take()),
            }
        } else {
            r.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::{String, ToString};

    fn found(text: &str) -> Vec<(String, Role, String)> {
        let list = literals(text.as_bytes(), LexMode::default(), None).unwrap();
        let names = |l: &Literal| l.columns.first().map(ToString::to_string).unwrap_or_default();
        list.iter().map(|l| (text[l.span.clone()].to_string(), l.role, names(l))).collect()
    }

    #[test]
    fn each_literal_is_found_in_its_role() {
        let text = "CREATE TABLE `t` (\n `a` varchar(20) COLLATE utf8mb4_bin DEFAULT 'x' COMMENT 'of a, b',\n \
            `b` int(11) NOT NULL DEFAULT -1,\n `c` enum('p','q') DEFAULT _utf8mb4'p',\n `d` json DEFAULT (json_array('z')),\n \
            `e` text GENERATED ALWAYS AS (concat(`a`,'-')) VIRTUAL,\n `f` datetime DEFAULT current_timestamp(),\n PRIMARY KEY (`b`), \
            KEY `k` (`a`(10)) COMMENT 'key',\n CONSTRAINT `ch` CHECK (`a` <> 'secret')\n) ENGINE=InnoDB AUTO_INCREMENT=7 \
            DEFAULT CHARSET=utf8mb4 COMMENT='table' CONNECTION='mysql://u@h' /*!50100 PARTITION BY LIST (b) (PARTITION p1 VALUES IN (3,4))*/";
        use Role as R;
        let expected = [
            ("'x'", R::Default, "a"),
            ("'of a, b'", R::Comment, "a"),
            ("-1", R::Default, "b"),
            ("'p'", R::Label, "c"),
            ("'q'", R::Label, "c"),
            ("'p'", R::Default, "c"),
            ("'z'", R::Expression, "d"),
            ("'-'", R::Expression, "e"),
            ("10", R::Expression, "KEY"),
            ("'key'", R::Comment, "KEY"),
            ("'secret'", R::Expression, "CONSTRAINT"),
            ("'table'", R::TableComment, ""),
            ("'mysql://u@h'", R::TableOption, ""),
            ("3", R::Partition, "BY"),
            ("4", R::Partition, "BY"),
        ];
        let found = found(text);
        let found: Vec<(&str, R, &str)> = found.iter().map(|(a, b, c)| (a.as_str(), *b, c.as_str())).collect();
        assert_eq!(found.iter().filter(|f| f.1 != R::Partition).copied().collect::<Vec<_>>(), expected[..13]);
        assert_eq!(found.iter().filter(|f| f.1 == R::Partition).count(), 2);
    }

    #[test]
    fn a_key_s_comment_knows_the_key_s_columns() {
        let list =
            literals(b"CREATE TABLE t (`a` int COMMENT 'x', KEY `k` (`a`) COMMENT 'y')", LexMode::default(), None);
        let list = list.unwrap();
        assert!(list.iter().all(|l| l.role == Role::Comment && l.columns.iter().any(|c| c.as_bytes() == b"a")));
        assert_eq!((list.len(), list.first().map(|l| l.columns.len())), (2, Some(1)));
    }

    #[test]
    fn names_around_an_expression_are_known() {
        let list = literals(b"CREATE TABLE t (a int, CHECK (a <> 'x' or `b` = 'y'), b int)", LexMode::default(), None)
            .unwrap();
        assert_eq!(list.len(), 2);
        for name in ["a", "b"] {
            assert!(list.iter().all(|l| l.columns.iter().any(|c| c.as_bytes() == name.as_bytes())), "{name}");
        }
    }
}
