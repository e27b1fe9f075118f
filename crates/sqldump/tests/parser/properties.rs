//! Properties over made-up dumps and over random bytes.

use super::agree::{cut, cut_agrees, mode_after, roomy, rows_agree, shown};
use super::grammar::{dump, well_formed};
use super::reference::{Reference, What};
use proptest::collection::vec;
use proptest::prelude::*;
use sqldump::cut::{Cut, CutConfig, CutErrorKind, Cutter};
use sqldump::version::{Flavor, ServerVersion};
use sqldump::{Charset, LexMode};

/// As many cases as the environment asks for, and `n` where it doesn't.
fn cases(n: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(n);
    // A failure becomes a test among the regressions, by hand.
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![3 => vec(any::<u8>(), 0..200), 1 => vec(any::<u8>(), 0..1500)]
}

fn modes() -> impl Strategy<Value = LexMode> {
    let charset = prop_oneof![
        4 => Just(Charset::Plain),
        1 => Just(Charset::Gbk),
        1 => Just(Charset::Sjis),
        1 => Just(Charset::Big5),
        1 => Just(Charset::Gb18030),
    ];
    (any::<bool>(), any::<bool>(), charset).prop_map(|(no_backslash_escapes, ansi_quotes, charset)| LexMode {
        no_backslash_escapes,
        ansi_quotes,
        charset,
    })
}

/// Blocks of the usual size, and blocks of a row or a few.
fn configs() -> impl Strategy<Value = CutConfig> {
    let tiny = (1..300usize, 0..300usize).prop_map(|(block_bytes, whole_bytes)| CutConfig {
        block_bytes,
        whole_bytes,
        ..roomy()
    });
    prop_oneof![1 => Just(roomy()), 2 => tiny]
}

fn targets() -> impl Strategy<Value = Option<ServerVersion>> {
    let server = |flavor, number| Just(Some(ServerVersion { flavor, number }));
    prop_oneof![
        Just(None),
        server(Flavor::MySql, 50_651),
        server(Flavor::MySql, 80_037),
        server(Flavor::MariaDb, 101_119),
        server(Flavor::MariaDb, 50_500),
    ]
}

/// Bytes that mean something, more often than not.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => "[';\"`(),\\\\*/#!\n -]".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 1..4),
        2 => Just(b"INSERT INTO t VALUES (".to_vec()),
        1 => Just(b"DELIMITER ".to_vec()),
        1 => Just(b"/*!50000 ".to_vec()),
        1 => Just(b"/*M!".to_vec()),
        1 => Just(b"-- ".to_vec()),
        1 => Just(b"\\'".to_vec()),
        1 => Just(b"),(".to_vec()),
        1 => Just(b"\\g".to_vec()),
        1 => Just(b"_binary ".to_vec()),
        1 => "[0-9a-fxbeNn.+-]{1,4}".prop_map(String::into_bytes),
        1 => (60..70usize).prop_map(|n| vec![b'x'; n]),
    ];
    vec(token, 0..60).prop_map(|tokens| tokens.concat())
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn made_up_dumps_are_cut_as_by_the_reference(choices in choices(), config in configs()) {
        let dump = dump(&choices);
        cut_agrees(&dump.bytes, &[], dump.mode, config);
    }

    #[test]
    fn made_up_dumps_in_any_chunks(choices in choices(), config in configs(), mut splits in vec(0..4000usize, 0..40)) {
        let dump = dump(&choices);
        for split in &mut splits {
            *split %= dump.bytes.len() + 1;
        }
        splits.sort_unstable();
        cut_agrees(&dump.bytes, &splits, dump.mode, config);
    }

    #[test]
    fn made_up_dumps_have_the_reference_s_rows(choices in choices(), target in targets()) {
        let dump = dump(&choices);
        rows_agree(&dump.bytes, dump.mode, roomy(), target);
    }

    #[test]
    fn small_blocks_hold_the_same_rows(choices in choices(), config in configs()) {
        let dump = dump(&choices);
        rows_agree(&dump.bytes, dump.mode, config, None);
    }

    #[test]
    fn noise_is_cut_and_read_as_by_the_reference(
        noise in noise(), mode in modes(), config in configs(), splits in vec(0..400usize, 0..10)
    ) {
        let mut splits = splits;
        splits.sort_unstable();
        cut_agrees(&noise, &splits, mode, config);
        rows_agree(&noise, mode, config, None);
    }

    #[test]
    fn values_in_every_mode(values in vec(noise(), 1..5), mode in modes(), target in targets()) {
        let mut text = b"INSERT INTO t VALUES (".to_vec();
        text.extend(values.join(&b','));
        text.extend(b");");
        rows_agree(&text, mode, roomy(), target);
    }

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..300), mode in modes(), config in configs()) {
        cut_agrees(&bytes, &[], mode, config);
        rows_agree(&bytes, mode, config, None);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_same_items_at_every_split(choices in vec(any::<u8>(), 0..150), config in configs()) {
        let dump = dump(&choices);
        prop_assume!(dump.bytes.len() < 3000);
        let items = |splits: &[usize]| {
            let mut items = Vec::new();
            let result = cut(&dump.bytes, splits.iter().copied(), dump.mode, config, |found| items.push(found));
            (items, result)
        };
        let whole = items(&[]);
        for split in 0..=dump.bytes.len() {
            prop_assert_eq!(&whole, &items(&[split]), "split at {}: {}", split, shown(&dump.bytes));
        }
        let bytes: Vec<usize> = (0..=dump.bytes.len()).collect();
        prop_assert_eq!(&whole, &items(&bytes), "byte by byte: {}", shown(&dump.bytes));
    }

    #[test]
    fn a_truncated_dump_is_an_error_or_ends_between_items(choices in vec(any::<u8>(), 0..150), config in configs()) {
        let dump = well_formed(&choices);
        prop_assume!(dump.bytes.len() < 2000);
        // What may not be cut through: statements, but for `USE`, which ends with its line.
        let mut whole = Reference::new(&dump.bytes, dump.mode, None);
        let mut statements = Vec::new();
        while let Ok(piece) = whole.next() {
            match piece.what {
                What::Nothing => break,
                What::Command => {}
                What::Statement | What::Insert(_) => {
                    let text = &dump.bytes[piece.start..piece.end];
                    whole.mode = mode_after(text, whole.mode);
                    if !text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"USE")) {
                        statements.push(piece.start + 1..piece.next);
                    }
                }
            }
        }
        for end in 0..=dump.bytes.len() {
            let start = &dump.bytes[..end];
            cut_agrees(start, &[], dump.mode, config);
            let cut_through = statements.iter().any(|s| s.contains(&end));
            // With its delimiter left changed, a dump may end in any statement's semicolon.
            let ends = start.trim_ascii_end().ends_with(b";") && start.windows(9).any(|w| w.eq_ignore_ascii_case(b"DELIMITER"));
            if cut_through && !ends {
                prop_assert!(cut(start, [], dump.mode, config, |_| {}).is_err(), "{}", shown(start));
            }
        }
    }

    /// What the cutter asks to be kept in memory is bounded, whatever comes.
    #[test]
    fn memory_is_bounded(
        noise in vec(noise(), 0..20), choices in choices(), mode in modes(), block_bytes in 1..200usize, whole_bytes in 0..200usize,
        row_bytes_max in 1..200usize,
    ) {
        let mut input = noise.concat();
        input.extend(dump(&choices).bytes);
        let mut cutter = Cutter::new(CutConfig { block_bytes, whole_bytes, row_bytes_max }, mode);
        let (mut start, mut shown) = (0, 0);
        loop {
            match cutter.next(&input[start..shown], shown == input.len()) {
                Ok(Cut::More) => {
                    // A head is looked for within its own limit, which no head here comes near to.
                    let heads = 1500;
                    prop_assert!(shown - start <= block_bytes + whole_bytes + row_bytes_max + heads + block_bytes, "{} bytes", shown - start);
                    shown += 1;
                }
                Ok(Cut::Item(item)) => start += item.len,
                Ok(Cut::End) => break,
                Err(e) => {
                    prop_assert!(e.at <= shown - start);
                    break;
                }
            }
        }
    }
}

/// The error of `input` shown byte by byte to a cutter that takes rows and statements of 100 bytes. `¦` in the input
/// marks where the error has to be.
fn limit_error(input: &str) -> (Option<(CutErrorKind, usize)>, Option<usize>) {
    let marked = input.find('¦');
    let input = input.replace('¦', "");
    let config = CutConfig { row_bytes_max: 100, ..CutConfig::default() };
    let found = cut(input.as_bytes(), 0..=input.len(), LexMode::default(), config, |_| {}).err();
    (found.map(|e| (e.kind, e.at)), marked)
}

#[test]
fn limits_name_what_is_too_long() {
    use CutErrorKind::{CommentTooLong, RowTooLong, StatementTooLong};
    let long = "x".repeat(200);
    let short = "x".repeat(60);
    let calls = "f(1),".repeat(50);
    let head = "INSERT INTO `t` VALUES ";
    for (input, expected) in [
        // Many rows that each fit, in one long statement.
        (format!("{head}{};", vec![format!("(1,'{short}')"); 50].join(",")), None),
        (format!("{head}(1,¦'{long}');"), Some(RowTooLong)),
        (format!("{head}(1,'{short}'),\n (2,¦'{long}');"), Some(RowTooLong)),
        (format!("{head}(1,'{short}'),\n ¦(2,3{long});"), Some(RowTooLong)),
        (format!("{head}(1,2),¦({calls}3);"), Some(RowTooLong)),
        (format!("{head}(1,2),¦(3,4{long}"), Some(RowTooLong)),
        (format!("{head}(1,2),(3,¦/*{long}*/4);"), Some(RowTooLong)),
        (format!("{head}(1,2)¦ AS {long};"), Some(RowTooLong)),
        (format!("{head}(1,'it''s',¦'{long}');"), Some(RowTooLong)),
        (format!("{head}(1,¦'it''s{long}');"), Some(RowTooLong)),
        (format!("SELECT 1;\n¦SELECT {long};"), Some(StatementTooLong)),
        (format!("SELECT 1;\n¦CREATE TABLE t ({long});"), Some(StatementTooLong)),
        (format!("SELECT 1;\nSELECT ¦'{long}';"), Some(StatementTooLong)),
        (format!("SELECT 1;\nSELECT ¦`{long}`;"), Some(StatementTooLong)),
        (format!("SELECT 1;\n¦/* {long} */"), Some(CommentTooLong)),
        (format!("SELECT 1;\n--it's\n¦-- {long}\n"), Some(CommentTooLong)),
        (format!("SELECT 1;\n  ¦# {long}\n"), Some(CommentTooLong)),
        (format!("SELECT 1;\n¦USE {long}\n"), Some(StatementTooLong)),
        (format!("SELECT 1;\n¦DELIMITER {long}\n"), Some(StatementTooLong)),
        (format!("SELECT 1;\n¦SOURCE '{long}\n"), Some(StatementTooLong)),
        (format!("SELECT 1;\n¦{long};\n"), Some(StatementTooLong)),
        // Spaces and comments of any length, as long as no comment is too long.
        (format!("SELECT 1;\n{}", "-- short\n".repeat(100)), None),
        (format!("SELECT 1;\n{}", "    \n".repeat(100)), None),
        (format!("{head}(1);\n{}", "    \n".repeat(100)), None),
    ] {
        let (found, at) = limit_error(&input);
        assert_eq!(found, expected.zip(at), "{input}");
    }
}
