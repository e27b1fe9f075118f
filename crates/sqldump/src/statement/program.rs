//! Where a statement ends, for texts under a delimiter that may stand inside them.

use super::{RoutineKind, Statement, object};
use crate::lex::{Cursor, TokenKind};
use alloc::{string::String, vec::Vec};

/// How much there is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// One statement.
    One,
    /// More after a semicolon, from this byte on.
    Several(usize),
    /// A stored program or a versioned comment without its end, as far as one can tell.
    Unclosed,
}

/// After a semicolon: whether the text goes on.
fn after_semicolon(c: &mut Cursor<'_>) -> Extent {
    while c.punct(b';') {}
    c.peek().map_or(Extent::One, |next| Extent::Several(next.start))
}

pub(super) fn extent(statement: &Statement, c: &mut Cursor<'_>) -> Extent {
    let rows = match statement {
        Statement::CreateTrigger { .. } | Statement::CreateRoutine { .. } | Statement::CreateEvent { .. } => {
            return Blocks::new(statement).read(c);
        }
        Statement::Insert { .. } | Statement::Replace { .. } => true,
        _ => false,
    };
    while let Some(token) = c.take() {
        if token.kind == TokenKind::Punct(b';') {
            return after_semicolon(c);
        }
        // Rows are read, and their end checked, by whoever cuts them.
        if rows
            && token.kind == TokenKind::Word
            && (c.bytes(token).eq_ignore_ascii_case(b"VALUES") || c.bytes(token).eq_ignore_ascii_case(b"VALUE"))
            && c.peek_punct(b'(')
        {
            return Extent::One;
        }
    }
    if c.in_comment() { Extent::Unclosed } else { Extent::One }
}

/// Follows the blocks of a stored program, to find where it ends.
///
/// `BEGIN` and `END` aren't reserved words: they count where a statement may begin. Where they stand elsewhere without
/// quotes or a point before them (a column of that name), the end can't be told with certainty, and the text isn't
/// taken for one statement.
struct Blocks {
    open: Vec<Block>,
    part: Part,
    /// A statement may begin here.
    start: bool,
    /// In a package: after the name of a routine, before its `AS`.
    routine: bool,
    /// The last token ends an operand, so that an `END` after it can end a CASE.
    operand: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Oracle's declarations between `AS` and `BEGIN`.
    Declarations,
    /// `BEGIN … END`, or a package.
    Begin,
    /// The same, after Oracle's `EXCEPTION`.
    Exception,
    If,
    /// The statement `CASE`.
    Case,
    /// `CASE` in an expression.
    CaseValue,
    /// `LOOP`, `WHILE`, `FOR`.
    Loop,
    Repeat,
}

/// Where in the program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Trigger,
    Event,
    Routine {
        /// After its name and parameters.
        named: bool,
        /// After `RETURNS`.
        returns: bool,
    },
    Package,
    Body {
        package: bool,
    },
}

/// Words that begin the body of a routine, if it isn't a block.
const BODY_WORDS: [&str; 31] = [
    "ALTER",
    "ANALYZE",
    "CALL",
    "COMMIT",
    "CREATE",
    "DEALLOCATE",
    "DELETE",
    "DO",
    "DROP",
    "EXECUTE",
    "FLUSH",
    "GET",
    "GRANT",
    "INSERT",
    "KILL",
    "LOCK",
    "PREPARE",
    "RENAME",
    "REPLACE",
    "RESIGNAL",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "SHOW",
    "SIGNAL",
    "START",
    "TRUNCATE",
    "UPDATE",
    "WITH",
];

impl Blocks {
    fn new(statement: &Statement) -> Self {
        let part = match statement {
            Statement::CreateTrigger { .. } => Part::Trigger,
            Statement::CreateEvent { .. } => Part::Event,
            Statement::CreateRoutine { kind: RoutineKind::Package | RoutineKind::PackageBody, .. } => Part::Package,
            _ => Part::Routine { named: false, returns: false },
        };
        Self { open: Vec::new(), part, start: false, routine: false, operand: false }
    }

    fn read(&mut self, c: &mut Cursor<'_>) -> Extent {
        let mut point = false;
        while let Some(token) = c.take() {
            let after_point = core::mem::replace(&mut point, token.kind == TokenKind::Punct(b'.'));
            match token.kind {
                TokenKind::Word if !after_point => {
                    let word = String::from_utf8_lossy(c.bytes(token)).to_ascii_uppercase();
                    let start = core::mem::take(&mut self.start);
                    let operand = core::mem::replace(
                        &mut self.operand,
                        ![
                            "WHEN", "THEN", "ELSE", "CASE", "AND", "OR", "NOT", "XOR", "IN", "LIKE", "BETWEEN", "IS",
                            "DIV", "MOD",
                        ]
                        .contains(&word.as_str()),
                    );
                    let fine = match self.part {
                        Part::Body { package } => self.word(c, &word, start, operand, package),
                        _ => self.header(c, &word),
                    };
                    if !fine {
                        return Extent::Unclosed;
                    }
                }
                TokenKind::Punct(b';') => {
                    if self.open.is_empty() {
                        return after_semicolon(c);
                    }
                    (self.start, self.routine) = (true, false);
                }
                TokenKind::Unterminated => return Extent::Unclosed,
                kind => {
                    self.operand = !matches!(kind, TokenKind::Punct(b) if b != b')');
                    let label = kind == TokenKind::QuotedIdent && is_label(c);
                    self.start &= label;
                    if label {
                        c.take();
                    }
                }
            }
        }
        if self.open.is_empty() && !c.in_comment() { Extent::One } else { Extent::Unclosed }
    }

    /// A word before the body.
    fn header(&mut self, c: &mut Cursor<'_>, word: &str) -> bool {
        let body = Part::Body { package: self.part == Part::Package };
        match self.part {
            Part::Trigger if word == "FOR" && c.words(&["EACH", "ROW"]) => {
                if c.word("FOLLOWS") || c.word("PRECEDES") {
                    c.name();
                }
                (self.part, self.start) = (body, true);
            }
            Part::Event if word == "DO" => (self.part, self.start) = (body, true),
            Part::Package if matches!(word, "AS" | "IS") => {
                self.open.push(Block::Begin);
                (self.part, self.start) = (body, true);
            }
            Part::Routine { named: false, .. } => {
                if !matches!(word, "PROCEDURE" | "FUNCTION") {
                    return true;
                }
                c.words(&["IF", "NOT", "EXISTS"]);
                object(c);
                if !c.skip_brackets() {
                    return false;
                }
                self.part = Part::Routine { named: true, returns: false };
            }
            Part::Routine { .. } if matches!(word, "AS" | "IS") => {
                self.part = body;
                // `LANGUAGE JAVASCRIPT AS '…'` has no blocks.
                if !c.peek().is_some_and(|t| t.kind == TokenKind::String) {
                    self.open.push(Block::Declarations);
                    self.start = true;
                }
            }
            Part::Routine { .. } if word == "RETURNS" => {
                // Its type may be a SET.
                c.take();
                c.skip_brackets();
                c.words(&["CHARACTER", "SET"]);
                self.part = Part::Routine { named: true, returns: true };
            }
            Part::Routine { returns, .. } => {
                let begins = matches!(word, "BEGIN" | "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR")
                    || word == "RETURN" && returns
                    || BODY_WORDS.contains(&word)
                    || is_label(c);
                if begins {
                    self.part = body;
                    return self.word(c, word, true, false, false);
                }
            }
            _ => {}
        }
        true
    }

    /// A word of the body.
    fn word(&mut self, c: &mut Cursor<'_>, word: &str, start: bool, operand: bool, package: bool) -> bool {
        let top = self.open.last().copied();
        match word {
            _ if start && word != "END" && is_label(c) => {
                c.take();
                self.start = true;
            }
            "BEGIN" => {
                if !start {
                    return false;
                }
                c.words(&["NOT", "ATOMIC"]);
                if top == Some(Block::Declarations) {
                    self.open.pop();
                }
                self.open.push(Block::Begin);
                self.start = true;
            }
            "END" => return self.end(c, start, operand),
            "CASE" => self.open.push(if start { Block::Case } else { Block::CaseValue }),
            "IF" if start => self.open.push(Block::If),
            "WHILE" | "FOR" if start => self.open.push(Block::Loop),
            "LOOP" if start => {
                self.open.push(Block::Loop);
                self.start = true;
            }
            "REPEAT" if start => {
                self.open.push(Block::Repeat);
                self.start = true;
            }
            "LOOP" | "DO" => self.start = !start && top == Some(Block::Loop),
            "THEN" => self.start = matches!(top, Some(Block::If | Block::Case | Block::Exception)),
            "ELSE" => self.start = matches!(top, Some(Block::If | Block::Case)),
            "EXCEPTION" if start && top == Some(Block::Begin) && c.peek_is("WHEN") => {
                self.open.pop();
                self.open.push(Block::Exception);
            }
            // The statement of a handler begins after its conditions.
            "DECLARE" if start => self.start = handler(c),
            "PROCEDURE" | "FUNCTION" if start && package => self.routine = true,
            "AS" | "IS" if self.routine => {
                self.routine = false;
                self.open.push(Block::Declarations);
                self.start = true;
            }
            _ => {}
        }
        true
    }

    fn end(&mut self, c: &mut Cursor<'_>, start: bool, operand: bool) -> bool {
        let closing = match self.open.last() {
            // After an operator it would be a column.
            Some(Block::CaseValue) if operand && !start => None,
            Some(Block::Repeat) => Some(["REPEAT"].as_slice()),
            Some(Block::Begin | Block::Exception) if start => None,
            Some(Block::If) if start => Some(["IF"].as_slice()),
            Some(Block::Case) if start => Some(["CASE"].as_slice()),
            Some(Block::Loop) if start => Some(["LOOP", "WHILE", "FOR"].as_slice()),
            _ => return false,
        };
        self.open.pop();
        self.operand = true;
        closing.is_none_or(|words| words.iter().any(|word| c.word(word)))
    }
}

/// Takes what follows DECLARE, if it is a handler, up to the statement that it runs.
fn handler(c: &mut Cursor<'_>) -> bool {
    if !["CONTINUE", "EXIT", "UNDO"].iter().any(|action| c.words(&[action, "HANDLER", "FOR"])) {
        return false;
    }
    loop {
        if c.word("SQLSTATE") {
            c.word("VALUE");
        } else {
            c.word("NOT");
        }
        c.take();
        if !c.punct(b',') {
            return true;
        }
    }
}

/// Whether a colon comes next that ends a label.
fn is_label(c: &mut Cursor<'_>) -> bool {
    if !c.peek_punct(b':') {
        return false;
    }
    let mut ahead = c.clone();
    ahead.take();
    !ahead.peek_punct(b'=')
}

#[cfg(test)]
mod tests {
    use crate::{
        mode::LexMode,
        statement::{Statement, classify},
        version::{Flavor, ServerVersion},
    };
    use std::format;

    fn of(text: &str) -> Statement {
        let target = ServerVersion { flavor: Flavor::MariaDb, number: 110405 };
        classify(text.as_bytes(), LexMode::default(), Some(target))
    }

    #[test]
    fn one_statement_is_told_from_several() {
        for text in [
            "SELECT 1; GRANT ALL ON *.* TO a",
            "SELECT ';' ;/*!50000 GRANT ALL ON *.* TO a*/",
            "DROP TABLE t;; DROP TABLE u",
            "CREATE TABLE t (a int); DROP TABLE u",
            "INSERT INTO t SELECT 1; DROP TABLE u",
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a=1; DROP TABLE t",
            "CREATE PROCEDURE p() BEGIN SELECT 1; END; DROP TABLE t",
            "CREATE PROCEDURE p() SELECT 1; BEGIN END",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END; DROP TABLE t",
        ] {
            assert!(matches!(of(text), Statement::Several { .. }), "{text}");
        }
        for text in [
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a=1",
            "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END",
            // Columns called `end` and `begin`, placed so as to look like a block that is still open.
            "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN end THEN begin ELSE begin END FROM t; END; DROP TABLE t; END",
            "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN end THEN IF(a,b,c) ELSE begin END FROM t; END; DROP TABLE t; END",
            "CREATE PROCEDURE p() BEGIN SELECT begin FROM t; END; DROP TABLE t; END",
        ] {
            assert_eq!(of(text), Statement::Unclosed, "{text}");
        }
        for body in [
            "SELECT 1",
            "SET @a = CASE WHEN 1 THEN 2 END",
            "BEGIN RETURN CASE WHEN 1 THEN 2 END; END",
            "BEGIN END",
            "BEGIN END;",
            "a: BEGIN IF x THEN SELECT 1; ELSEIF y THEN LEAVE a; ELSE SELECT IF(a, 1, 2); END IF; END a",
            "IF x THEN SELECT 1; END IF",
            "BEGIN CASE x WHEN 1 THEN SELECT CASE WHEN a THEN b ELSE (c) END; ELSE BEGIN END; END CASE; END",
            "BEGIN DECLARE c CURSOR FOR SELECT 1; DECLARE EXIT HANDLER FOR NOT FOUND, SQLSTATE '02000' BEGIN END; \
             DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SET @a=1; `l`: LOOP FETCH c INTO a; END LOOP `l`; \
             WHILE a DO SET a = 1; END WHILE; REPEAT SET a = 1; UNTIL a END REPEAT; END",
            "BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END",
            "BEGIN SELECT t.begin, `end`, t.`end` FROM t; END",
        ] {
            for head in [
                "CREATE PROCEDURE p(IN x INT) COMMENT 'a;b' READS SQL DATA",
                "CREATE DEFINER=`a`@`b` FUNCTION f() RETURNS SET('a','b') CHARSET utf8 NOT DETERMINISTIC",
                "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW FOLLOWS h",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY ON COMPLETION PRESERVE COMMENT 'x' DO",
            ] {
                let text = format!("{head} {body}");
                assert!(
                    !matches!(of(&text), Statement::Several { .. } | Statement::Unclosed | Statement::Other { .. }),
                    "{text}"
                );
            }
        }
        for text in [
            "CREATE PROCEDURE p AS x INT; y INT; BEGIN SELECT 1; EXCEPTION WHEN OTHERS THEN BEGIN END; END",
            "CREATE PACKAGE p AS a INT; PROCEDURE q; FUNCTION f(a INT) RETURN INT; END",
        ] {
            assert!(matches!(of(text), Statement::CreateRoutine { .. }), "{text}");
        }
    }
}
