//! What once went wrong, each in its own test.

use super::agree::{cut, cut_agrees, roomy, rows_agree};
use sqldump::cut::{Cut, CutConfig, CutErrorKind, Cutter, ItemKind};
use sqldump::encode::{self, LoadClass, LoadColumn, NotLoadable};
use sqldump::row::{Field, FieldKind, Rows};
use sqldump::version::{Flavor, ServerVersion};
use sqldump::{Charset, LexMode};

const GBK: LexMode = LexMode { charset: Charset::Gbk, no_backslash_escapes: false, ansi_quotes: false };

/// The texts of the statements, and of each block of rows, with `…` where it was cut. Checks the reference's opinion,
/// for the input in one piece and byte by byte.
fn texts(input: &[u8], mode: LexMode, config: CutConfig) -> Vec<String> {
    let mut texts = Vec::new();
    let all: Vec<usize> = (0..input.len()).collect();
    cut_agrees(input, &[], mode, config);
    cut_agrees(input, &all, mode, config);
    rows_agree(input, mode, config, None);
    let found = cut(input, [], mode, config, |(start, item, _)| {
        let (range, open) = match item.kind {
            ItemKind::Trivia => return,
            ItemKind::Command(range) | ItemKind::Statement(range) => (range, ""),
            ItemKind::Rows(rows) => (0..item.len, if rows.open { "…" } else { "" }),
        };
        texts.push(input[start..][range].escape_ascii().to_string() + open);
    });
    if let Err(e) = found {
        texts.push(format!("{:?}", e.kind));
    }
    texts
}

fn plain(input: &str) -> Vec<String> {
    texts(input.as_bytes(), LexMode::default(), roomy())
}

/// The fields of a single `INSERT` with their kinds.
fn fields(input: &[u8], mode: LexMode, target: Option<ServerVersion>) -> Vec<Vec<(FieldKind, String)>> {
    rows_agree(input, mode, roomy(), target);
    let mut found = Vec::new();
    cut(input, [], mode, roomy(), |(start, item, mode)| {
        let ItemKind::Rows(rows) = item.kind else { return };
        let block = &input[start..start + item.len];
        let mut reader = Rows::new(block, &rows.head, rows.continues, mode, target);
        let mut fields = Vec::new();
        while let Ok(Some(_)) = reader.next_row(&mut fields) {
            found.push(fields.iter().map(|f| (f.kind, f.bytes(block).escape_ascii().to_string())).collect());
        }
    })
    .unwrap();
    found
}

fn values(list: &str) -> Vec<(FieldKind, String)> {
    fields(format!("INSERT INTO t VALUES ({list});").as_bytes(), LexMode::default(), None).remove(0)
}

/// The parentheses of a window that ended in a backslash were counted twice, so that no row seemed to end.
#[test]
fn rows_end_where_an_escape_spans_two_windows() {
    for shift in 0..70 {
        let head = "INSERT INTO t VALUES ";
        let long = format!("('{}\\\\\\'{}')", "x".repeat(shift), "y".repeat(80));
        let input = format!("{head}{}(1);", format!("{long},").repeat(4));
        let config = CutConfig { whole_bytes: head.len() + long.len() + 1, ..roomy() };
        let found = texts(input.as_bytes(), LexMode::default(), config);
        assert_eq!(found.len(), 3, "{shift}: {found:?}");
    }
}

/// A row that ended exactly at `whole_bytes` was passed over where a window ended there too.
#[test]
fn rows_end_where_a_window_ends() {
    let input = format!("INSERT INTO t VALUES (1,'{}'),(2),(3);", "x".repeat(100));
    for whole_bytes in 20..input.len() {
        texts(input.as_bytes(), LexMode::default(), CutConfig { whole_bytes, ..roomy() });
    }
}

/// The client takes any two dashes at the start of a statement for a comment.
#[test]
fn a_line_of_dashes_is_a_comment() {
    assert_eq!(plain("-----------\n--it's\nSELECT 1;--x;\nSELECT 2 --x;"), ["SELECT 1", "SELECT 2 --x"]);
}

/// `*/` outside of a versioned comment was taken for the end of one, and the comment after it for code.
#[test]
fn a_comment_may_follow_an_asterisk() {
    assert_eq!(plain("SELECT 2*/* it's; */3;"), ["SELECT 2*/* it\\'s; */3"]);
    assert_eq!(values("2*/* it's, */3,4").len(), 2);
}

/// Servers and client skip one byte after a backslash, not a character.
#[test]
fn a_backslash_escapes_a_byte() {
    // 0x95 0x5C is a character, but with its first byte escaped, the second one escapes the quote.
    let input = b"INSERT INTO t VALUES ('\\\x95\\'x;',1);SELECT 1;";
    assert_eq!(texts(input, GBK, roomy()).len(), 2);
    assert_eq!(fields(input, GBK, None)[0].len(), 2);
    assert_eq!(texts(b"INSERT INTO t VALUES ('\x95\\',1);SELECT 1;", GBK, roomy()).len(), 2);
}

/// A name with half a backtick in it, within an expression.
#[test]
fn names_of_longer_characters() {
    assert_eq!(fields(b"INSERT INTO t VALUES (`\x81`` + 1,2);", GBK, None)[0].len(), 2);
}

/// The dashes were taken for a part of the number, and what stood in the comment for a part of the row.
#[test]
fn a_comment_may_follow_a_number() {
    assert_eq!(values("1-- it's, \n,2"), [(FieldKind::Number, "1".into()), (FieldKind::Number, "2".into())]);
    assert_eq!(values("1--2,3")[0], (FieldKind::Expression, "1--2".into()));
}

/// Literals that no server reads were loaded as if their odd digits were zeros.
#[test]
fn digits_are_checked() {
    for odd in ["x'zz'", "x'4'", "b'12'", "0xG1", "0b2", "0X41", "0B1", "0x", "0b", "x'41''42'"] {
        assert_eq!(values(odd), [(FieldKind::Expression, odd.escape_default().to_string())]);
    }
    for good in ["x''", "X'4f'", "0x4", "0xAbC"] {
        assert_eq!(values(good), [(FieldKind::Hex, good.escape_default().to_string())]);
    }
    for good in ["b''", "B'01'", "0b1"] {
        assert_eq!(values(good), [(FieldKind::Bits, good.escape_default().to_string())]);
    }
}

/// The introducer was not part of the expression's span.
#[test]
fn an_expression_begins_with_its_introducer() {
    for text in ["_binary 'a' 'b'", "_binary 0x41 + 1", "_binary x'41' COLLATE y", "_binary '' /* x */ 'b'"] {
        let shown = text.escape_default().to_string();
        assert_eq!(values(&format!("{text} /* x */ ,1"))[0], (FieldKind::Expression, shown));
    }
}

/// A statement must not be cut between the marks of a versioned comment.
#[test]
fn rows_in_a_versioned_comment_stay_together() {
    let config = CutConfig { block_bytes: 1, whole_bytes: 1, ..roomy() };
    let found = texts(b"INSERT INTO t VALUES (1),/*!80000 (2),*/(3);", LexMode::default(), config);
    assert_eq!(found, ["INSERT INTO t VALUES (1)…", ",/*!80000 (2),*/(3)…", ";"]);
}

/// Servers skip a comment within a versioned comment that they skip.
#[test]
fn a_skipped_comment_may_hold_another() {
    let old = Some(ServerVersion { flavor: Flavor::MySql, number: 50_651 });
    let count = |text: &str| {
        let input = format!("INSERT INTO t VALUES ({text});");
        fields(input.as_bytes(), LexMode::default(), old).first().map(Vec::len)
    };
    assert_eq!(count("/*!80000 1 /* one */,*/ 2"), Some(1));
    assert_eq!(count("/*!80000 1 /*/ one */,*/ 2"), Some(1));
    assert_eq!(count("/*!80000 'it''s',*/ 2"), Some(1));
    // The client goes on with the string where the server sees the comment's end: such rows go to the server as they
    // stand.
    assert_eq!(count("/*!80000 'a*/,2),(/*b',*/ 2"), None);
    assert_eq!(count("/*!80000 x# */,2\n"), None);
}

/// The window scan passed over backslashes outside of strings under NO_BACKSLASH_ESCAPES.
#[test]
fn stray_backslashes_mean_the_same_to_both_scans() {
    let mode = LexMode { no_backslash_escapes: true, ..LexMode::default() };
    let input = format!("INSERT INTO t VALUES (\\';{}", "x".repeat(100));
    assert_eq!(texts(input.as_bytes(), mode, roomy()), ["INSERT INTO t VALUES (\\\\\\\';", "OpenStatement"]);
}

/// How much of a head was shown decided whether it was one.
#[test]
fn heads_have_one_limit() {
    for (columns, rows) in [(10, true), (200_000, false)] {
        let input = format!("INSERT INTO t ({}a) VALUES (1);", "`a23456`, ".repeat(columns));
        for splits in [vec![], vec![1_000_000, 1_200_000]] {
            let mut found = Vec::new();
            cut(input.as_bytes(), splits, LexMode::default(), roomy(), |(_, item, _)| found.push(item.kind)).unwrap();
            assert_eq!(matches!(found.as_slice(), [ItemKind::Rows(_)]), rows);
        }
    }
}

/// Delimiters that begin like a comment, a word or white space, shown in part.
#[test]
fn delimiters_of_any_kind() {
    for delimiter in ["--", "#", "/*x", "$$", "MySQL", ":'", "/", "*/"] {
        let input = format!(
            "DELIMITER {delimiter}\nSELECT 1{delimiter}\n{delimiter}SELECT 2 {delimiter}DELIMITER ;\nSELECT 3;"
        );
        let found = plain(&input);
        let escaped = delimiter.escape_default();
        assert_eq!(
            found,
            [
                format!("DELIMITER {escaped}"),
                "SELECT 1".into(),
                "".into(),
                "SELECT 2".into(),
                "DELIMITER ;".into(),
                "SELECT 3".into()
            ]
        );
    }
}

/// Line comments that end with the input.
#[test]
fn an_open_statement_with_a_comment_is_an_open_statement() {
    assert_eq!(plain("SELECT 1;\nSELECT 2 #"), ["SELECT 1", "OpenStatement"]);
    assert_eq!(plain("SELECT 1;\nSELECT 2 --"), ["SELECT 1", "OpenStatement"]);
    assert_eq!(plain("SELECT 1;\nSELECT 2 /*"), ["SELECT 1", "OpenComment"]);
    assert_eq!(plain("SELECT 1;\n--"), ["SELECT 1"]);
}

#[test]
fn use_without_a_delimiter_is_a_statement() {
    assert_eq!(plain("USE `a` \r\nUSE b;SELECT 1;use `c;d`"), ["USE `a`", "USE b", "SELECT 1", "OpenStatement"]);
}

/// What followed a command on its line was taken for its argument.
#[test]
fn a_statement_may_follow_a_command() {
    assert_eq!(plain("source x.sql ;\nSELECT 1;"), ["source x.sql", "SELECT 1"]);
    assert_eq!(
        plain("status; INSERT INTO t VALUES (1);\n\\! ls\n"),
        ["status", "INSERT INTO t VALUES (1);", "\\\\! ls"]
    );
}

/// Looking for the literal after an introducer went past the end of a versioned comment, and came back without.
#[test]
fn an_introducer_may_end_a_versioned_comment() {
    let expression = |text: &str| (FieldKind::Expression, text.to_owned());
    assert_eq!(values("/*! _binary */,2"), [expression("_binary"), (FieldKind::Number, "2".into())]);
    assert_eq!(values("/*! _binary */ 3,2")[0], expression("_binary */ 3"));
    assert_eq!(values("/*! _binary 'x' */ 'y',2")[0], expression("_binary \\'x\\' */ \\'y\\'"));
}

/// Blocks of no bytes at all would never end.
#[test]
fn a_block_takes_at_least_a_byte() {
    let config = CutConfig { block_bytes: 0, whole_bytes: 0, row_bytes_max: 0 };
    let mut cutter = Cutter::new(config, LexMode::default());
    assert!(matches!(cutter.next(b" SELECT 1;", true), Ok(Cut::Item(item)) if item.len == 1));
}

/// More white space after rows than fits the limit for rows.
#[test]
fn white_space_after_rows_is_no_row() {
    let config = CutConfig { block_bytes: 100, whole_bytes: 1000, row_bytes_max: 200 };
    let head = "INSERT INTO t VALUES (1);";
    let input = format!("{head}\n\n{head}{}{head}", " ".repeat(5000));
    let mut rows = Vec::new();
    let chunks = (0..input.len()).step_by(7);
    cut(input.as_bytes(), chunks, LexMode::default(), config, |(_, item, _)| {
        if let ItemKind::Rows(_) = item.kind {
            rows.push(item.len);
        }
    })
    .unwrap();
    assert_eq!(rows, [2 * head.len() + 2, head.len()]);
}

/// The error of a string with a doubled quote in it pointed to the second half.
#[test]
fn an_open_string_begins_where_it_began() {
    let found = cut(b"SELECT 1;SELECT 'it''s;", [], LexMode::default(), roomy(), |_| {}).unwrap_err();
    assert_eq!((found.kind, found.at), (CutErrorKind::OpenQuote, 16));
}

fn load(
    literal: &str,
    kind: FieldKind,
    column: LoadColumn,
    mode: LexMode,
    zero_counts: bool,
) -> Result<Vec<u8>, NotLoadable> {
    let field = Field { start: 0, end: literal.len() as u32, kind, plain: false, loads: false };
    let mut out = Vec::new();
    encode::field(literal.as_bytes(), &field, column, mode, zero_counts, &mut out)?;
    Ok(out)
}

/// `0e5` has a digit that isn't zero, but is.
#[test]
fn whatever_might_be_zero_counts() {
    let column = LoadColumn { class: LoadClass::Number, auto_increment: true };
    let number = |text: &str| load(text, FieldKind::Number, column, LexMode::default(), true);
    for zero in ["0", "-0", "00", "0.0", "0e5", "0.4", "1e-400"] {
        assert_eq!(number(zero), Err(NotLoadable::Generated), "{zero}");
    }
    for count in ["1", "-1", "+10", "007"] {
        assert_eq!(number(count), Ok(count.into()), "{count}");
    }
    let string = |text: &str| load(text, FieldKind::String, column, LexMode::default(), true);
    assert_eq!(string("'0'"), Err(NotLoadable::Generated));
    assert_eq!(string("' 0x1'"), Err(NotLoadable::Generated));
    assert_eq!(string("'12'"), Ok("12".into()));
}

/// The second byte of a character was re-escaped as if it were a backslash.
#[test]
fn longer_characters_are_left_to_the_statement() {
    let column = |class| LoadColumn { class, auto_increment: false };
    let mut out = Vec::new();
    let block = b"'\x95\\'";
    let field = Field { start: 0, end: 4, kind: FieldKind::String, plain: false, loads: false };
    let result = encode::field(block, &field, column(LoadClass::Text), GBK, false, &mut out);
    assert_eq!(result, Err(NotLoadable::Literal));
    assert_eq!(load("'it''s'", FieldKind::String, column(LoadClass::Text), GBK, false), Ok("it's".into()));
    assert_eq!(load("0x955C", FieldKind::Hex, column(LoadClass::Bytes), GBK, false), Err(NotLoadable::Literal));
}
