//! What a run tells while it runs. Bars, JSON lines, Python callbacks and the report all listen to the same events.

use serde::Serialize;

/// Steps of a run, in order. Phases may overlap: indexes of an early table are built while later rows still load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Phase {
    /// Connecting, checking the target.
    Prepare,
    /// Holding the rules against the dump, on a reading of its own.
    Rules,
    /// Reading the dump and loading rows.
    Rows,
    /// Building the remaining secondary indexes and foreign keys.
    Indexes,
    /// Views, routines, triggers, events.
    Objects,
    /// Checking the result.
    Verify,
    /// Putting what was loaded into the place of what was there.
    Swap,
}

/// Something a person should know although the run goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Stable, machine-readable kind, such as `value_changed`.
    pub code: String,
    /// One sentence. Never a cell value.
    pub message: String,
    /// `database.table`, where it concerns one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Row of that table in dump order, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// One thing that happened. Counters are increments unless they say otherwise.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The source is open and the target is known.
    Started {
        /// The source as the user named it.
        source: String,
        /// Stored size in bytes, where it is known.
        size: Option<u64>,
        /// `none`, `gzip`, `zstd`, `bzip2`, `xz` or `lz4`.
        codec: &'static str,
        /// The target, without credentials; empty where there is none.
        target: String,
        /// Connections that load rows; where their number isn't given, those to begin with.
        lanes: usize,
    },
    /// The number of connections that load rows is another now.
    Lanes {
        /// So many.
        lanes: usize,
    },
    /// A phase begins.
    Phase {
        /// Which.
        phase: Phase,
    },
    /// How far reading is. Totals since the start.
    Read {
        /// Stored bytes read.
        encoded: u64,
        /// Bytes after decompression.
        decoded: u64,
    },
    /// The first rows of a table arrived.
    TableStarted {
        /// `database.table`.
        table: String,
    },
    /// A block was committed.
    Rows {
        /// `database.table`.
        table: String,
        /// Rows in the block.
        rows: u64,
        /// Bytes of dump text in the block.
        bytes: u64,
    },
    /// A table has all its rows and indexes.
    TableDone {
        /// `database.table`.
        table: String,
    },
    /// A view, routine, trigger or event was created.
    ObjectDone {
        /// `view`, `procedure`, `function`, `trigger`, `event` or `package`.
        kind: &'static str,
    },
    /// A block is sent again after a deadlock, a lock wait time-out or a lost connection.
    Replay {
        /// `database.table`.
        table: String,
        /// Which attempt comes now, from 2.
        attempt: u32,
        /// Why, without a value.
        reason: String,
    },
    /// Blocks of rows are held back, to keep to a limit.
    Paused {
        /// `lag`, `threads_running`, or `unreadable` where the server doesn't tell.
        reason: &'static str,
        /// What the server says: seconds, or threads. Absent where it doesn't know.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<f64>,
        /// What it may be.
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<f64>,
    },
    /// They are sent again.
    Resumed {
        /// How long they were held back.
        seconds: f64,
    },
    /// Something a person should know.
    Warning(Warning),
    /// The run ended well.
    Finished {
        /// Rows loaded.
        rows: u64,
        /// Wall-clock seconds.
        seconds: f64,
    },
}

/// Listens to a run. Called from several threads, so keep it short; a slow observer slows the run.
pub trait Observer: Send + Sync {
    /// Called for every event.
    fn event(&self, event: &Event) {
        let _ = event;
    }
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}
