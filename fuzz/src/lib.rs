//! What the fuzz targets do with their input: the parser and its reference must agree on it.
//!
//! An input begins with eight bytes of settings, so that a fuzzer may change them as well; text does for these as for the
//! rest. See README.md.

#[path = "../../crates/sqldump/tests/parser/agree.rs"]
#[allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "made for tests")]
mod agree;
#[path = "../../crates/sqldump/tests/parser/grammar.rs"]
#[allow(dead_code, reason = "made for tests")]
mod grammar;
#[path = "../../crates/sqldump/tests/parser/reference.rs"]
#[allow(dead_code, reason = "made for tests")]
mod reference;
#[path = "../../crates/sqldump/tests/parser/values.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "made for tests")]
mod values;

use sqldump::cut::CutConfig;
use sqldump::version::{Flavor, ServerVersion};
use sqldump::{Charset, LexMode};

/// Bytes before the dump itself.
const SETTINGS_BYTES: usize = 8;

struct Input {
    dump: Vec<u8>,
    mode: LexMode,
    config: CutConfig,
    target: Option<ServerVersion>,
    splits: Vec<usize>,
}

impl Input {
    /// `None` for an input without settings. `'0'` in each place stands for what is usual.
    fn read(data: &[u8]) -> Option<Self> {
        let (settings, body) = data.split_at_checked(SETTINGS_BYTES)?;
        let [kind, mode, charset, target, block, whole, first, second] =
            <[u8; SETTINGS_BYTES]>::try_from(settings).ok()?;
        let number = |b: u8| b.wrapping_sub(b'0');
        let mut mode = LexMode {
            no_backslash_escapes: number(mode) & 1 == 1,
            ansi_quotes: number(mode) & 2 == 2,
            charset: match number(charset) % 5 {
                0 => Charset::Plain,
                1 => Charset::Gbk,
                2 => Charset::Sjis,
                3 => Charset::Big5,
                _ => Charset::Gb18030,
            },
        };
        let dump = match number(kind) % 3 {
            // The dump as it is.
            0 => body.to_vec(),
            // The values of a row.
            1 => [b"INSERT INTO t VALUES (", body, b");"].concat(),
            // The choices from which a dump is made.
            _ => {
                let made = grammar::dump(body);
                mode = made.mode;
                made.bytes
            }
        };
        let mut config = agree::roomy();
        if block != b'0' {
            config = CutConfig { block_bytes: usize::from(block), whole_bytes: usize::from(whole), ..config };
        }
        let server = |flavor, number| Some(ServerVersion { flavor, number });
        let target = match number(target) % 4 {
            0 => None,
            1 => server(Flavor::MySql, 50_651),
            2 => server(Flavor::MySql, 80_037),
            _ => server(Flavor::MariaDb, 101_119),
        };
        let split = |b: u8| dump.len() * usize::from(b) / 256;
        let mut splits = vec![split(first), split(second)];
        splits.sort_unstable();
        Some(Self { dump, mode, config, target, splits })
    }
}

/// Cuts the input in three pieces, and byte by byte where it is short.
pub fn cut(data: &[u8]) {
    let Some(Input { dump, mode, config, splits, .. }) = Input::read(data) else { return };
    agree::cut_agrees(&dump, &splits, mode, config);
    if dump.len() < 512 {
        let all: Vec<usize> = (0..dump.len()).collect();
        agree::cut_agrees(&dump, &all, mode, config);
    }
}

/// Reads the rows of the input, and sends them through `LOAD DATA`.
pub fn rows_encode(data: &[u8]) {
    let Some(Input { dump, mode, config, target, .. }) = Input::read(data) else { return };
    // Small blocks may end between the marks of a versioned comment that the target skips.
    let config = if target.is_none() { config } else { agree::roomy() };
    agree::rows_agree(&dump, mode, config, target);
}
