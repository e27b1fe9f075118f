//! Which functions an expression or a statement calls, told by tokens.
//!
//! Wherever a name may be that of a stored function it counts as one: quoted, qualified, and for a few with a space behind.

use sqldump::LexMode;
use sqldump::lex::{self, Token, TokenKind};

/// Functions whose value depends on nothing but their arguments and the session that every connection shares.
const PURE: &[&str] = &[
    "BINARY",
    "CAST",
    "CHAR",
    "COALESCE",
    "COLUMN_CREATE",
    "CONCAT",
    "CONCAT_WS",
    "CONVERT",
    "CONVERT_TZ",
    "CURDATE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURTIME",
    "DATE",
    "DATE_ADD",
    "DATE_SUB",
    "FROM_BASE64",
    "FROM_UNIXTIME",
    "GEOMCOLLFROMTEXT",
    "GEOMETRYCOLLECTION",
    "GEOMETRYFROMTEXT",
    "GEOMFROMTEXT",
    "GEOMFROMWKB",
    "HEX",
    "IF",
    "IFNULL",
    "INET6_ATON",
    "INET_ATON",
    "JSON_ARRAY",
    "JSON_OBJECT",
    "JSON_QUOTE",
    "LINEFROMTEXT",
    "LINESTRING",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOWER",
    "MAKEDATE",
    "MD5",
    "MULTILINESTRING",
    "MULTIPOINT",
    "MULTIPOLYGON",
    "NOW",
    "NULLIF",
    "POINT",
    "POINTFROMTEXT",
    "POLYFROMTEXT",
    "POLYGON",
    "POLYGONFROMTEXT",
    "REPEAT",
    "SHA1",
    "SHA2",
    "STRING_TO_VECTOR",
    "STR_TO_DATE",
    "ST_GEOMFROMGEOJSON",
    "ST_GEOMFROMTEXT",
    "ST_GEOMFROMWKB",
    "ST_LINEFROMTEXT",
    "ST_POINTFROMTEXT",
    "ST_POLYFROMTEXT",
    "TIMESTAMP",
    "TO_BASE64",
    "TO_VECTOR",
    "UNHEX",
    "UNIX_TIMESTAMP",
    "UPPER",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "UUID_TO_BIN",
    "VEC_FROMTEXT",
];

/// Of those, names that are a stored function's when something stands between them and their parenthesis.
const SPACED: [&str; 6] = ["CAST", "CURDATE", "CURTIME", "DATE_ADD", "DATE_SUB", "NOW"];
/// What assigns or makes up a value without being called.
const WORDS: [&[u8]; 3] = [b"SELECT", b"VALUE", b"NEXT"];
/// What counts a sequence that it is said of (`s.NEXTVAL`).
const COUNTING: [&[u8]; 2] = [b"NEXTVAL", b"CURRVAL"];

/// Whether a statement may call a function other than those whose value depends on nothing but their arguments.
pub(crate) fn may_call(text: &[u8], mode: LexMode) -> bool {
    // The last name, whether it can be a built-in function's as it stands, and whether something came behind it.
    let mut name: Option<(Token, bool, bool)> = None;
    let mut after_point = false;
    for token in lex::tokens(text, mode) {
        let is_after_point = std::mem::take(&mut after_point);
        match token.kind {
            TokenKind::Word => name = Some((token, !is_after_point, false)),
            TokenKind::QuotedIdent => name = Some((token, false, false)),
            kind if is_between(kind) => {
                name = name.map(|(name, built_in, _)| (name, built_in, true));
                after_point = is_after_point;
            }
            TokenKind::Punct(b'(') => {
                let Some((called, built_in, spaced)) = name.take() else { continue };
                let known = String::from_utf8_lossy(called.text(text)).to_ascii_uppercase();
                let known = known.as_str();
                if !built_in || PURE.binary_search(&known).is_err() || (spaced && SPACED.contains(&known)) {
                    return true;
                }
            }
            TokenKind::Punct(b'.') => {
                after_point = true;
                name = None;
            }
            _ => name = None,
        }
    }
    false
}

/// Whether an expression means the same on any connection and in any order.
pub(crate) fn is_pure(text: &[u8], mode: LexMode) -> bool {
    let is_one_of = |t: &Token, names: &[&[u8]]| {
        let name = lex::ident(t.text(text));
        names.iter().any(|n| name.as_bytes().eq_ignore_ascii_case(n))
    };
    let mut after_point = false;
    let plain = lex::tokens(text, mode).all(|t| {
        let is_after_point = std::mem::replace(&mut after_point, t.kind == TokenKind::Punct(b'.'));
        after_point |= is_after_point && is_between(t.kind);
        match t.kind {
            TokenKind::UserVariable | TokenKind::SystemVariable | TokenKind::Unterminated => false,
            TokenKind::Word if is_one_of(&t, &WORDS) => false,
            TokenKind::Word | TokenKind::QuotedIdent => !(is_after_point && is_one_of(&t, &COUNTING)),
            _ => true,
        }
    });
    plain && !may_call(text, mode)
}

/// Whether a statement has one of these words (in capitals) in it, or calls a function of that name in quotes.
pub(crate) fn names(text: &[u8], mode: LexMode, words: &[&[u8]]) -> bool {
    let mut quoted = false;
    lex::tokens(text, mode).any(|t| {
        let was_quoted = quoted;
        quoted = was_quoted && is_between(t.kind);
        let is = |name: &[u8]| words.iter().any(|w| name.eq_ignore_ascii_case(w));
        match t.kind {
            TokenKind::Word => is(t.text(text)),
            TokenKind::QuotedIdent => {
                quoted = is(lex::ident(t.text(text)).as_bytes());
                false
            }
            TokenKind::Punct(b'(') => was_quoted,
            _ => false,
        }
    })
}

/// White space, comments, and the marks of versioned ones: what may stand between a function's name and its parenthesis.
/// Of a value among rows, the mark that opens such a comment may not be part, and then the one that closes it is two signs.
const fn is_between(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Space
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::VersionOpen(_)
            | TokenKind::VersionClose
            | TokenKind::Punct(b'*' | b'/')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: LexMode =
        LexMode { ansi_quotes: false, no_backslash_escapes: false, charset: sqldump::mode::Charset::Plain };

    #[test]
    fn what_depends_on_nothing_else_is_pure() {
        assert!(PURE.is_sorted());
        for text in [
            "1 + 2 * (3)",
            "CONCAT('a', upper('b'))",
            "now()",
            "CURRENT_TIMESTAMP",
            "`a` + b.c",
            "ST_GeomFromText('POINT(1 1)')",
            "'f(1)'",
            "/* f(1) */ 1",
            "`nextval`",
            "1.5",
            "IF (1, 2, 3)",
        ] {
            assert!(is_pure(text.as_bytes(), PLAIN), "{text}");
            assert!(!may_call(text.as_bytes(), PLAIN), "{text}");
        }
    }

    #[test]
    fn what_may_call_anything_is_not() {
        for text in [
            "f(1)",
            "`f`(1)",
            "`f` (1)",
            "`upper`('a')",
            "db.f(1)",
            "db.upper('a')",
            "db . upper('a')",
            "`db`.`f`()",
            "`db`.upper('a')",
            "f/* a comment */(1)",
            "`f` -- a comment\n(1)",
            "/*!50000 f*/(1)",
            "f/*!50000 (1)*/",
            "f*/(1)",
            "NOW ()",
            "LOAD_FILE('x')",
            "`LOAD_FILE`('x')",
            "1 + (`f`((2)))",
        ] {
            assert!(!is_pure(text.as_bytes(), PLAIN), "{text}");
            assert!(may_call(text.as_bytes(), PLAIN), "{text}");
        }
        let ansi = LexMode { ansi_quotes: true, ..PLAIN };
        assert!(!is_pure(b"\"f\"(1)", ansi));
        for text in
            ["@a", "@@x", "(SELECT 1)", "NEXT VALUE FOR s", "s.nextval", "`s`.`NEXTVAL`", "s . /**/ currval", "'open"]
        {
            assert!(!is_pure(text.as_bytes(), PLAIN), "{text}");
        }
    }

    #[test]
    fn words_are_found_and_quoted_names_where_they_are_called() {
        let found = |text: &str| names(text.as_bytes(), PLAIN, &[b"LOAD_FILE"]);
        for text in ["load_file('x')", "`load_file`('x')", "`LOAD_FILE` /**/ ('x')", "/*!50000 `load_file`*/('x')"] {
            assert!(found(text), "{text}");
        }
        for text in ["'load_file(1)'", "`load_file`", "`load_file`, (1)", "/* load_file() */ 1"] {
            assert!(!found(text), "{text}");
        }
    }
}
