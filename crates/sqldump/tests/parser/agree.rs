//! The fast parser and the reference, held against each other.

use super::reference::{Broken, Insert, Piece, Reference, What};
use super::values;
use sqldump::cut::{Cut, CutConfig, CutErrorKind, Cutter, Item, ItemKind, RowsItem};
use sqldump::encode::{self, LoadClass, LoadColumn};
use sqldump::head::Head;
use sqldump::row::{Field, FieldKind, RowErrorKind, Rows};
use sqldump::version::ServerVersion;
use sqldump::{Charset, LexMode};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// A configuration under which no limit is reached.
pub(crate) fn roomy() -> CutConfig {
    CutConfig { row_bytes_max: usize::MAX / 4, ..CutConfig::default() }
}

/// The statements that change the lexing rules in these tests: `SET NAMES x` and `SET sql_mode='x'`, to the letter.
pub(crate) fn mode_after(statement: &[u8], mode: LexMode) -> LexMode {
    if let Some(name) = statement.strip_prefix(b"SET NAMES ") {
        LexMode { charset: Charset::from_name(name), ..mode }
    } else if let Some(modes) = statement.strip_prefix(b"SET sql_mode='") {
        let has = |word: &[u8]| modes.windows(word.len()).any(|w| w == word);
        LexMode {
            no_backslash_escapes: has(b"NO_BACKSLASH_ESCAPES"),
            ansi_quotes: has(b"ANSI_QUOTES"),
            charset: mode.charset,
        }
    } else {
        mode
    }
}

/// An item, where it starts, and the rules it was read by.
pub(crate) type Found = (usize, Item, LexMode);

/// Cuts `input`, shown up to each of `splits` in turn and then to its end, and calls `found` for each item.
pub(crate) fn cut(
    input: &[u8],
    splits: impl IntoIterator<Item = usize>,
    mode: LexMode,
    config: CutConfig,
    mut found: impl FnMut(Found),
) -> Result<(), Broken> {
    let mut splits = splits.into_iter();
    let mut cutter = Cutter::new(config, mode);
    let (mut start, mut shown, mut eof) = (0, 0, false);
    loop {
        let mode = cutter.mode();
        match cutter.next(&input[start..shown], eof) {
            Ok(Cut::More) => {
                assert!(!eof, "asks for more at the end");
                match splits.next() {
                    Some(split) => shown = split.clamp(shown, input.len()),
                    None => (shown, eof) = (input.len(), true),
                }
            }
            Ok(Cut::End) => {
                assert!(eof, "sees the end too early");
                assert_eq!(start, input.len(), "leaves bytes over");
                return Ok(());
            }
            Ok(Cut::Item(item)) => {
                assert!(
                    item.len > 0 && item.len <= shown - start,
                    "an item of {} in {} bytes",
                    item.len,
                    shown - start
                );
                if let ItemKind::Statement(range) = &item.kind {
                    cutter.set_mode(mode_after(&input[start..][range.clone()], mode));
                }
                let len = item.len;
                found((start, item, mode));
                start += len;
            }
            Err(e) => return Err(Broken { kind: e.kind, at: start + e.at }),
        }
    }
}

/// The items that a cutter has to find, from the reference's pieces.
struct Model<'a> {
    input: &'a [u8],
    config: CutConfig,
    /// The end of the last item.
    pos: usize,
    /// A block that another statement may join: its start, its head, whether it continues, and where it ends so far.
    block: Option<(usize, Arc<Head>, bool, usize)>,
    items: Vec<(usize, Item)>,
}

impl Model<'_> {
    fn item(&mut self, end: usize, kind: ItemKind) {
        self.items.push((self.pos, Item { len: end - self.pos, kind }));
        self.pos = end;
    }

    fn rows(&mut self, end: usize, head: &Arc<Head>, continues: bool, open: bool) {
        self.item(end, ItemKind::Rows(RowsItem { head: Arc::clone(head), continues, open }));
    }

    fn piece(&mut self, piece: &Piece) {
        let mut block = self.block.take();
        if let Some((_, head, continues, end)) = &block {
            let gap = &self.input[*end..piece.start];
            let blank = gap.len() < self.config.block_bytes && gap.iter().all(u8::is_ascii_whitespace);
            let same = matches!(&piece.what, What::Insert(insert) if insert.head.raw == head.raw);
            if !blank || !same {
                self.rows(*end, head, *continues, false);
                block = None;
            }
        }
        if block.is_none() {
            for &end in &piece.trivia {
                if end - self.pos >= self.config.block_bytes {
                    self.item(end, ItemKind::Trivia);
                }
            }
            if piece.start > self.pos {
                self.item(piece.start, ItemKind::Trivia);
            }
        }
        let text = 0..piece.end - piece.start;
        match &piece.what {
            What::Nothing => {}
            What::Command => self.item(piece.next, ItemKind::Command(text)),
            What::Statement => self.item(piece.next, ItemKind::Statement(text)),
            What::Insert(Insert { head, closings, .. }) => {
                let (mut start, head, mut continues, _) =
                    block.unwrap_or_else(|| (piece.start, Arc::new(head.clone()), false, 0));
                let mut statement = piece.start;
                for &end in closings {
                    if end - statement >= self.config.whole_bytes {
                        self.rows(end, &head, continues, true);
                        (start, statement, continues) = (end, end, true);
                    }
                }
                if piece.next - start >= self.config.block_bytes {
                    self.rows(piece.next, &head, continues, false);
                } else {
                    self.block = Some((start, head, continues, piece.next));
                }
            }
        }
    }
}

/// Holds the cutter, shown the input up to each of `splits` in turn, against the reference.
pub(crate) fn cut_agrees(input: &[u8], splits: &[usize], mode: LexMode, config: CutConfig) {
    let mut reference = Reference::new(input, mode, None);
    let mut model = Model { input, config, pos: 0, block: None, items: Vec::new() };
    let mut broken = None;
    let mut found = Vec::new();
    let result = cut(input, splits.iter().copied(), mode, config, |(start, item, _)| found.push((start, item)));
    let mut found = found.into_iter();
    loop {
        match reference.next() {
            Ok(piece) => {
                model.piece(&piece);
                if piece.what == What::Statement {
                    reference.mode = mode_after(&input[piece.start..piece.end], reference.mode);
                }
                for expected in model.items.drain(..) {
                    let found = found.next();
                    assert_eq!(found.as_ref(), Some(&expected), "{}", around(input, expected.0));
                }
                if piece.what == What::Nothing {
                    break;
                }
            }
            Err(e) => {
                broken = Some(e);
                break;
            }
        }
    }
    match (broken, result) {
        (None, Ok(())) => assert_eq!(found.next(), None, "an item too many"),
        (Some(expected), Err(e)) => {
            assert_eq!(e.kind, expected.kind, "{} and {}", around(input, expected.at), around(input, e.at));
            // A statement that was cut has no other start than the last cut.
            let last_end = found.map(|(start, item)| start + item.len).last().unwrap_or(0);
            if expected.kind != CutErrorKind::OpenStatement || last_end <= expected.at {
                assert_eq!(e.at, expected.at, "{} and {}", around(input, expected.at), around(input, e.at));
            }
        }
        (expected, result) => panic!("expected {expected:?}, got {result:?}"),
    }
}

/// Holds the row reader and the encoder against the reference.
pub(crate) fn rows_agree(input: &[u8], mode: LexMode, config: CutConfig, target: Option<ServerVersion>) -> Tally {
    let mut reference = Reference::new(input, mode, target);
    let mut tally = Tally::default();
    // The reference's rows and faults that are still to be found, and up to where it has read.
    let mut pending = VecDeque::new();
    let mut read_to = 0;
    // In the blocks of a statement that turned out not to be rows.
    let mut faulty = false;
    // The reference found no end of the statement whose first blocks these are.
    let mut broken = false;
    let mut fields = Vec::new();
    let _ = cut(input, [], mode, config, |(start, item, mode)| {
        let end = start + item.len;
        while read_to < end {
            let Ok(piece) = reference.next() else {
                broken = true;
                break;
            };
            read_to = piece.next;
            match piece.what {
                What::Nothing | What::Command => {}
                What::Statement => {
                    tally.statements += 1;
                    reference.mode = mode_after(&input[piece.start..piece.end], reference.mode);
                }
                What::Insert(insert) => {
                    let head = Arc::new(insert.head);
                    pending.extend(insert.rows.into_iter().map(|row| Expected::Row(Arc::clone(&head), row)));
                    pending.extend(insert.fault.map(Expected::Fault));
                }
            }
        }
        let ItemKind::Rows(RowsItem { head, continues, open }) = item.kind else { return };
        let block = &input[start..end];
        let mut rows = Rows::new(block, &head, continues, mode, target);
        while !faulty {
            match rows.next_row(&mut fields) {
                Ok(None) => break,
                Ok(Some(_)) | Err(_) if broken && pending.is_empty() => break,
                Ok(Some(span)) => {
                    let here = || around(input, start + span.start);
                    let Some(Expected::Row(expected_head, row)) = pending.pop_front() else {
                        panic!("no row expected {}", here())
                    };
                    assert_eq!((start + span.start, start + span.end), (row.start, row.end), "{}", here());
                    assert_eq!(head, expected_head, "{}", here());
                    let found = fields
                        .iter()
                        .map(|f| (start + f.start as usize, start + f.end as usize, f.kind, f.plain, f.loads));
                    let expected = row.fields.iter().map(|f| (f.start, f.end, f.kind, f.plain, f.loads));
                    assert!(
                        found.clone().eq(expected.clone()),
                        "{}: {:?}, not {:?}",
                        here(),
                        Shown(found),
                        Shown(expected)
                    );
                    tally.rows += 1;
                    tally.loaded += row_encodes(block, &fields, mode);
                }
                Err(e) => {
                    let here = around(input, start + e.at);
                    let Some(Expected::Fault(fault)) = pending.pop_front() else { panic!("unexpected {e:?} {here}") };
                    assert_eq!(e.kind, fault.kind, "{here}");
                    if e.kind == RowErrorKind::Tail {
                        assert_eq!(start + e.at, fault.at, "{here}");
                    }
                    tally.faults += 1;
                    faulty = true;
                }
            }
        }
        if !open {
            assert!(faulty || pending.is_empty(), "rows are missing {}", around(input, end));
            pending.clear();
            faulty = false;
        }
    });
    tally
}

struct Shown<T>(T);

impl<T: Iterator<Item: fmt::Debug> + Clone> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.clone()).finish()
    }
}

enum Expected {
    Row(Arc<Head>, super::reference::Row),
    Fault(super::reference::Fault),
}

/// What a comparison went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Statements that aren't rows.
    pub(crate) statements: usize,
    /// Rows read and compared.
    pub(crate) rows: usize,
    /// Blocks that can't be read as rows.
    pub(crate) faults: usize,
    /// Fields that came back the same through `LOAD DATA`.
    pub(crate) loaded: usize,
}

const CLASSES: [LoadClass; 9] = [
    LoadClass::Text,
    LoadClass::Label,
    LoadClass::Bytes,
    LoadClass::Number,
    LoadClass::Bit,
    LoadClass::HexBytes,
    LoadClass::Year,
    LoadClass::Temporal,
    LoadClass::Skip,
];

/// Sends a row through the encoder, for columns of each class, and reads it back.
fn row_encodes(block: &[u8], fields: &[Field], mode: LexMode) -> usize {
    let mut text = Vec::new();
    let mut expected = Vec::new();
    for field in fields {
        for class in CLASSES {
            let column = LoadColumn { class, auto_increment: false };
            let before = text.len();
            let literal = field.bytes(block);
            match encode::field(block, field, column, mode, false, &mut text) {
                Ok(()) if class == LoadClass::Skip => assert_eq!(text.len(), before, "something for a left-out column"),
                Ok(()) => {
                    text.push(b'\t');
                    expected.push((values::stored(literal, field.kind, class, mode), class, literal));
                }
                Err(_) => {
                    text.truncate(before);
                    assert!(
                        !always_loads(literal, field.kind, class, mode),
                        "{:?} refused for {class:?}",
                        shown(literal)
                    );
                }
            }
            let before = text.len();
            let counting = LoadColumn { class, auto_increment: true };
            if encode::field(block, field, counting, mode, true, &mut text).is_ok() {
                let value = values::stored(literal, field.kind, class, mode).ok().flatten();
                let value = value.map(|v| String::from_utf8_lossy(&v).trim().parse::<f64>());
                assert!(!matches!(value, None | Some(Ok(0.0))), "{:?} makes the server count", shown(literal));
            }
            text.truncate(before);
        }
    }
    text.push(b'\n');
    let mut lines = values::loaded(&text);
    assert_eq!(lines.len(), 1, "a line end got through: {:?}", shown(&text));
    let mut line = lines.remove(0);
    assert_eq!(line.pop(), Some(Some(Vec::new())));
    assert_eq!(line.len(), expected.len(), "a field end got through: {:?}", shown(&text));
    let loaded = line.len();
    for (found, (value, class, literal)) in line.into_iter().zip(expected) {
        let Ok(value) = value else { panic!("{:?} loaded, but only the statement can tell", shown(literal)) };
        let same = match (class, &found, &value) {
            (LoadClass::HexBytes, Some(a), Some(b)) => {
                values::digits(a, 16).chunks(2).map(|d| d[0] * 16 + d[1]).eq(b.iter().copied())
            }
            (LoadClass::Bit, Some(a), Some(b)) => values::without_zeros(a) == values::without_zeros(b),
            _ => found == value,
        };
        assert!(same, "{:?} for {class:?}: {value:?} became {found:?}", shown(literal));
    }
    loaded
}

/// Literals of which every dump is full must not fall back to `INSERT`.
fn always_loads(literal: &[u8], kind: FieldKind, class: LoadClass, mode: LexMode) -> bool {
    let byte_safe = mode.charset == Charset::Plain || literal.is_ascii();
    match kind {
        FieldKind::Null => true,
        FieldKind::String => byte_safe && class != LoadClass::Year,
        FieldKind::Binary => byte_safe && class == LoadClass::Bytes,
        FieldKind::Hex => class == LoadClass::Bytes && mode.charset == Charset::Plain,
        FieldKind::Number => class == LoadClass::Number,
        _ => false,
    }
}

/// For a failed test's message.
pub(crate) fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn around(input: &[u8], at: usize) -> String {
    let before = &input[at.saturating_sub(60).min(input.len())..at.min(input.len())];
    let after = &input[at.min(input.len())..(at + 60).min(input.len())];
    format!("at {at}: {} ⟨here⟩ {}", shown(before), shown(after))
}
