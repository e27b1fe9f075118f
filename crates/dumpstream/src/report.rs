//! The report of a run: plain data, serialised as JSON with a schema version. No cell value is ever in it.

use crate::observe::Warning;
use crate::options::hex;
pub use crate::scrubbing::report::ScrubSummary;
use crate::source::Opened;
use crate::stage::cut::Read;
use serde::Serialize;
use std::collections::BTreeMap;

/// Bumped when a field changes its meaning or goes; new fields may come at any time.
pub const REPORT_SCHEMA_VERSION: u32 = 1;

/// What a restore did.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// [`REPORT_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of this library.
    pub dumpstream_version: &'static str,
    /// `ok`, `failed` or `interrupted`.
    pub outcome: &'static str,
    /// The failure, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
    /// Start, as seconds since 1970-01-01T00:00:00Z.
    pub started_unix: u64,
    /// Wall-clock seconds.
    pub seconds: f64,
    /// What was read.
    pub source: SourceReport,
    /// What was loaded.
    pub target: TargetReport,
    /// What an earlier run of the same restore had done, where this one went on with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed: Option<ResumedReport>,
    /// Schemas that were replaced, or would be, with what was there before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<ReplacedReport>,
    /// What was done about personal data, where there were rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scrub: Option<ScrubSummary>,
    /// Wall-clock seconds per phase. Phases overlap.
    pub phases: BTreeMap<&'static str, f64>,
    /// Per table, in dump order.
    pub tables: Vec<TableReport>,
    /// Views, routines, triggers and events created, by kind.
    pub objects: BTreeMap<&'static str, u64>,
    /// Most lanes that worked at a time.
    pub lanes: usize,
    /// What held blocks of rows back: `lag`, `threads_running`, `unreadable`, `rate`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub pauses: BTreeMap<&'static str, PauseReport>,
    /// The settings in force.
    pub settings: BTreeMap<&'static str, String>,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// Peak resident memory of this process, bytes.
    pub peak_memory_bytes: u64,
}

/// Pauses for one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PauseReport {
    /// How many.
    pub pauses: u64,
    /// Seconds, all together.
    pub seconds: f64,
}

/// A failure, for the report.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorReport {
    /// `usage`, `source`, `target`, `verification`, `policy` or `interrupted`.
    pub kind: &'static str,
    /// One sentence.
    pub message: String,
    /// Where, in words.
    pub place: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What state the target was left in.
    pub target_state: Option<String>,
}

/// The source of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SourceReport {
    /// As the user named it.
    pub name: String,
    /// Codec found by magic bytes.
    pub codec: &'static str,
    /// The object's entity tag, where a server gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The object's version, where S3 keeps versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What S3 said of the object before it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectReport>,
    /// Stored bytes read.
    pub encoded_bytes: u64,
    /// Bytes after decompression.
    pub decoded_bytes: u64,
    /// SHA-256 of the stored bytes, hex; absent when reading stopped early, and where files are a dump each.
    pub sha256: Option<String>,
    /// Producer and version, from the header, such as `mariadb-dump 10.19`.
    pub producer: Option<String>,
    /// The server that was dumped, from the header.
    pub server: Option<String>,
    /// The files, where each is a dump of its own, as far as they were read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileReport>,
    /// Databases of the dump that were left out, as others were asked for by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub databases_left_out: Vec<String>,
}

/// One of several files that are a dump each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its path or URL.
    pub name: String,
    /// Codec found by magic bytes.
    pub codec: &'static str,
    /// The object's entity tag, where a server gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The object's version, where S3 keeps versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What S3 said of the object before it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectReport>,
    /// Stored bytes, where they are known beforehand.
    pub bytes: Option<u64>,
    /// Bytes after decompression; 0 until it was read to its end.
    pub decoded_bytes: u64,
    /// SHA-256 of the stored bytes, hex; absent until it was read to its end.
    pub sha256: Option<String>,
    /// What shows that it is whole: `footer`, `settings_set_back`, or `unknown`; absent until it was read to its end.
    pub end: Option<&'static str>,
}

/// What S3 says of an object besides its size.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ObjectReport {
    /// `STANDARD`, `GLACIER_IR` and so on.
    pub storage_class: String,
    /// The checksums that S3 keeps, by their kind, in base64 as S3 writes them.
    pub checksums: BTreeMap<&'static str, String>,
    /// `FULL_OBJECT`, or `COMPOSITE` for those of an upload's parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum_type: Option<String>,
    /// Kinds of checksum that are computed of what is read, and have to come out.
    pub compared: Vec<&'static str>,
    /// Its tags; `null` if they aren't known.
    pub tags: Option<BTreeMap<String, String>>,
    /// Why its tags aren't known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags_unknown: Option<String>,
}

impl SourceReport {
    /// Fills in what is known once the source is open.
    pub(crate) fn open(&mut self, opened: &Opened) {
        self.codec = opened.codec.name();
        self.etag.clone_from(&opened.etag);
        self.version.clone_from(&opened.version);
        self.object.clone_from(&opened.object);
    }

    /// Fills in what is known once the source is read to its end.
    pub(crate) fn fill(&mut self, read: &Read) {
        self.encoded_bytes = read.encoded;
        self.decoded_bytes = read.decoded;
        self.sha256 = read.sha256.map(|d| hex(&d));
        let with_version = |name: String| match &read.header.producer_version {
            Some(version) => format!("{name} {version}"),
            None => name,
        };
        self.producer = read.header.producer.clone().map(with_version);
        self.server.clone_from(&read.header.server);
        self.databases_left_out = read.databases_left_out.iter().map(ToString::to_string).collect();
    }
}

/// What was there already when a restore was gone on with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ResumedReport {
    /// Blocks of rows.
    pub blocks: u64,
    /// Rows.
    pub rows: u64,
}

/// A schema that was replaced as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReplacedReport {
    /// Its name.
    pub schema: String,
    /// The schema where what was there before stays; absent where there was nothing, or it was dropped.
    pub kept_as: Option<String>,
    /// Tables that were there before.
    pub tables_before: usize,
    /// Tables that are there now.
    pub tables_after: usize,
}

/// The target of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TargetReport {
    /// The target, without credentials.
    pub name: String,
    /// `VERSION()`.
    pub version: Option<String>,
    /// Schemas loaded into.
    pub databases: Vec<String>,
}

/// One table.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TableReport {
    /// `database.table`.
    pub table: String,
    /// Rows loaded.
    pub rows: u64,
    /// Dump text loaded, bytes.
    pub bytes: u64,
    /// Blocks loaded.
    pub blocks: u64,
    /// `load-data`, `insert` or `mixed`.
    pub method: &'static str,
    /// Seconds from the first block's start to the last one's commit.
    pub seconds: f64,
    /// Secondary indexes and foreign keys built after the rows.
    pub deferred_keys: usize,
    /// Seconds that building them took.
    pub index_seconds: f64,
    /// What the target says of it, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

/// What a comparison of one table with the dump came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verified {
    /// The number of rows: `equal`, `different`, or `not covered: ` and why.
    pub rows: String,
    /// The rows that the target has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_rows: Option<u64>,
    /// The rows' values: `equal`, `different`, or `not covered: ` and why. Absent if they weren't asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Columns that `content` says nothing of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncovered_columns: Vec<UncoveredColumn>,
}

/// A column that can't be compared.
#[derive(Debug, Clone, Serialize)]
pub struct UncoveredColumn {
    /// Its name.
    pub column: String,
    /// Why, in a few words.
    pub reason: String,
}
