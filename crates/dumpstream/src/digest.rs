//! A digest of a table's rows that doesn't depend on their order: made of the dump's literals while parsing, and by the
//! server of what it has stored.
//!
//! A row is written as its columns' canonical values ([`sqldump::canon`]) with [`SEPARATOR`] between them; its hash is the
//! first 64 bits of that text's SHA-256; a table's digest is the exact sum of its rows' hashes, and their number. Which row
//! text means which row is unambiguous: no value that is written without its length has a byte 0xFE or 0xFF in it, and
//! values that may be long are written as their own SHA-256.
//!
//! Both sides of it are here, next to each other: [`Digester`] writes rows, [`DigestPlan::sql`] is the expression that has
//! the server write the same.

use sha2::{Digest, Sha256};
use sqldump::Name;
use sqldump::canon::{Canon, Column, ColumnCharset, Connection, Context, Doubt, Form};
use sqldump::ddl::{self, CreateTable, DataType};
use sqldump::head::Head;
use sqldump::row::Field;
use sqldump::session::Session;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Between values.
const SEPARATOR: u8 = 0xFF;
/// In place of a value that is NULL.
const NULL: u8 = 0xFE;
/// Types whose values may be longer are written as the SHA-256 of them: rows stay far below `max_allowed_packet`.
const INLINE_BYTES_MAX: u32 = 0xFFFF;
/// What the server adds for a row that it can't hash. More than the hashes of any number of rows come to, so that it is
/// told apart from them, and so many of it fit the largest DECIMAL.
const UNHASHED: u128 = 100_000_000_000_000_000_000_000_000_000_000;

/// The digest of some rows of one table. Those of its parts add up to the table's, if one plan wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct BlockDigest {
    /// The rows' hashes, added up. Means nothing where a value isn't certain.
    pub(crate) sum: u128,
    pub(crate) rows: u64,
}

impl BlockDigest {
    pub(crate) fn add(&mut self, other: &Self) {
        self.sum += other.sum;
        self.rows += other.rows;
    }
}

/// Why a column isn't part of a digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Uncovered {
    /// The server computes it.
    Computed,
    /// The dump's rows have no value for it.
    LeftOut,
    /// Its type isn't known here.
    Type,
    /// It isn't certain what the server stores for one of its values.
    Doubt(Doubt),
    /// The server changed a value to fit.
    Changed,
    /// The session's time zone can't be known.
    TimeZone,
    /// Its collation takes two labels for the same, so that one is stored as the other.
    Labels,
    /// On the target it isn't what the dump defines.
    Differs,
    /// The target has it, and the dump doesn't.
    Unknown,
}

impl fmt::Display for Uncovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Computed => f.write_str("computed by the server"),
            Self::LeftOut => f.write_str("the dump's rows have no value for it"),
            Self::Type => f.write_str("of a type that can't be compared"),
            Self::Doubt(doubt) => write!(f, "a value is {}", doubt.as_str()),
            Self::Changed => f.write_str("the target changed a value to fit"),
            Self::TimeZone => f.write_str("in a time zone that can't be known"),
            Self::Labels => f.write_str("an ENUM or SET with labels that its collation doesn't tell apart"),
            Self::Differs => f.write_str("defined otherwise on the target"),
            Self::Unknown => f.write_str("not in the dump"),
        }
    }
}

/// How the rows under one head are written.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DigestPlan {
    /// One per field of a row; those without a [`Column`] are left out.
    fields: Vec<Planned>,
    context: Context,
    /// The connection's charset, by its name.
    charset: String,
    /// JSON values may have parts that no text has: a DECIMAL, whose zeros at the end a dump turns into a DOUBLE's.
    json_of_any_origin: bool,
    /// The session's time zone as a literal, if TIMESTAMPs are among the columns.
    time_zone: Option<String>,
    /// Columns that are left out, and why.
    uncovered: Vec<(Name, Uncovered)>,
}

#[derive(Debug, PartialEq, Eq)]
struct Planned {
    name: Name,
    column: Option<Column>,
    writing: Writing,
}

/// How a value of a certain form is written into a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    Plain,
    /// Its length, then the value.
    Counted,
    /// The hexadecimal digits of its SHA-256.
    Hashed,
}

/// What decides how a table's rows are written, apart from its definition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// JSON is a type of its own there.
    pub(crate) native_json: bool,
    /// What is there may not have been restored from a dump.
    pub(crate) original: bool,
    /// Columns to be left out, and why.
    pub(crate) excluded: &'a [(Name, Uncovered)],
}

impl DigestPlan {
    /// Rows of `table` under `head`. `defined_in` is the session in which the table was defined.
    pub(crate) fn new(
        table: &CreateTable,
        defined_in: &str,
        head: &Head,
        session: &Session,
        target: Target<'_>,
    ) -> Self {
        let bare = |name: &str| name.trim_matches('\'').to_owned();
        let charset = bare(session.get("character_set_client").unwrap_or_default());
        let connection = bare(session.get("character_set_connection").unwrap_or_default());
        let sql_mode = session.get("sql_mode").unwrap_or_default().to_ascii_uppercase();
        let context = Context {
            mode: session.lex_mode(),
            // Literals that are converted twice aren't worth following.
            connection: if charset.eq_ignore_ascii_case(&connection) {
                Connection::from_name(&charset)
            } else {
                Connection::Other
            },
            zero_counts: !sql_mode.contains("NO_AUTO_VALUE_ON_ZERO"),
            json_doubles: target.native_json,
            utc: matches!(session.get("time_zone"), Some("'+00:00'" | "'UTC'")),
            zero_in_date: !sql_mode.contains("NO_ZERO_IN_DATE") && !sql_mode.contains("TRADITIONAL"),
        };
        let same_charsets = charset.eq_ignore_ascii_case(&connection);
        let labels_comparable = defined_in.eq_ignore_ascii_case(&charset)
            || is_utf8(defined_in)
                && context.connection.is_compared_as_utf8()
                && context.connection != Connection::Latin1;
        let given: Vec<&Name> = match &head.columns {
            Some(names) => names.iter().collect(),
            None => table.columns.iter().filter(|c| !c.invisible).map(|c| &c.name).collect(),
        };
        let known_charset = !charset.is_empty() && charset.bytes().all(|b| b.is_ascii_alphanumeric());
        let mut uncovered = Vec::new();
        for column in &table.columns {
            if !given.iter().any(|name| same(name, &column.name)) {
                let why = if column.generated { Uncovered::Computed } else { Uncovered::LeftOut };
                uncovered.push((column.name.clone(), why));
            }
        }
        let mut fields = Vec::with_capacity(given.len());
        for name in given {
            let known = table.columns.iter().find(|c| same(&c.name, name));
            let excluded = target.excluded.iter().find(|(n, _)| same(n, name)).map(|(_, why)| why.clone());
            let column = match known {
                _ if excluded.is_some() => Err(excluded.unwrap_or(Uncovered::Type)),
                None => Err(Uncovered::Differs),
                Some(column) if column.generated => Err(Uncovered::Computed),
                Some(column) => canonical(column, table, target.native_json).ok_or(Uncovered::Type),
            };
            let column = column.and_then(|(column, charset)| match column.data_type {
                DataType::Timestamp(_) if session.get("time_zone").is_none() => Err(Uncovered::TimeZone),
                _ if Form::of(&column.data_type) == Form::Text && !known_charset => {
                    Err(Uncovered::Doubt(Doubt::Charset))
                }
                _ => Ok((column, charset)),
            });
            let name = known.map_or(name, |c| &c.name).clone();
            let column = match column {
                Ok((column, charset_name)) => Some(Column {
                    same_charset: same_charsets && charset_name.is_some_and(|c| same_charset(&c, &charset)),
                    labels_comparable,
                    ..column
                }),
                Err(why) => {
                    uncovered.push((name.clone(), why));
                    None
                }
            };
            let writing = column.as_ref().map_or(Writing::Plain, |c| writing(&c.data_type, context.connection));
            fields.push(Planned { name, column, writing });
        }
        let in_time_zone = |p: &Planned| matches!(&p.column, Some(c) if matches!(c.data_type, DataType::Timestamp(_)));
        let time_zone = session.get("time_zone").filter(|_| fields.iter().any(in_time_zone)).map(str::to_owned);
        Self { fields, context, charset, json_of_any_origin: target.original, time_zone, uncovered }
    }

    /// Columns of the dump or the target that are left out, and why.
    pub(crate) fn uncovered_of(&self, stored: &[StoredColumn]) -> Vec<(Name, Uncovered)> {
        let known = |name: &Name| {
            self.uncovered.iter().any(|(n, _)| same(n, name)) || self.fields.iter().any(|f| same(&f.name, name))
        };
        let others = stored.iter().filter(|s| !known(&s.name)).map(|s| (s.name.clone(), Uncovered::Unknown));
        self.uncovered.iter().cloned().chain(others).collect()
    }

    /// The time zone that the server has to print TIMESTAMPs in, as a literal.
    pub(crate) fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    /// Whether there is anything to compare.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.iter().all(|f| f.column.is_none())
    }

    /// Whether there is a field for a column of that name.
    pub(crate) fn has(&self, column: &Name) -> bool {
        self.fields.iter().any(|f| same(&f.name, column))
    }

    /// The name of a field's column.
    pub(crate) fn name(&self, field: usize) -> Option<&Name> {
        self.fields.get(field).map(|f| &f.name)
    }

    /// Which of the columns can't be compared with what the target has under their names.
    pub(crate) fn misfits(&self, stored: &[StoredColumn]) -> Vec<(Name, Uncovered)> {
        let mut out = Vec::new();
        for Planned { name, column, .. } in &self.fields {
            let Some(column) = column else { continue };
            let fits = stored.iter().find(|s| same(&s.name, name)).is_some_and(|s| {
                let same_type = s.data_type.as_ref() == Some(&column.data_type);
                let charset = ColumnCharset::from_name(&s.charset);
                let text = Form::of(&column.data_type) == Form::Text;
                let same_charset = match column.charset {
                    _ if !text => true,
                    ColumnCharset::Unknown => charset.is_as_assumed(),
                    _ if column.same_charset && !self.context.connection.is_compared_as_utf8() => {
                        same_charset(&s.charset, &self.charset)
                    }
                    // What Unicode or a part of it holds, all of it does.
                    known => known == charset || charset == ColumnCharset::Utf8mb4 && known.is_as_assumed(),
                };
                let same_null = s.nullable == column.nullable || column.auto_increment && !s.nullable;
                same_type && same_charset && same_null
            });
            if !fits {
                out.push((name.clone(), Uncovered::Differs));
            } else if stored.iter().any(|s| s.ambiguous && same(&s.name, name)) {
                out.push((name.clone(), Uncovered::Labels));
            }
        }
        out
    }

    /// The number of rows, and the sum of their hashes with [`UNHASHED`] for those that have none: two expressions of a
    /// SELECT over the table. `stored` are the target's columns, which all fit.
    pub(crate) fn sql(&self, stored: &[StoredColumn]) -> Vec<u8> {
        let mut sql = b"COUNT(*), SUM(IFNULL(CAST(CONV(LEFT(SHA2(CONCAT_WS(x'FF'".to_vec();
        for Planned { name, column, writing } in &self.fields {
            let Some(column) = column else { continue };
            let quoted = name.quoted();
            let charset = stored.iter().find(|s| same(&s.name, name)).map_or("", |s| s.charset.as_str());
            let value = self.value(column, &quoted, charset, *writing);
            sql.extend_from_slice(b", ");
            let mut part = |value: &[u8]| match column.nullable {
                true => sql.extend_from_slice(&[b"IFNULL(", value, b", x'FE')"].concat()),
                false => sql.extend_from_slice(value),
            };
            match writing {
                Writing::Plain => part(&value),
                Writing::Hashed => part(&[b"SHA2(", value.as_slice(), b", 256)"].concat()),
                Writing::Counted => {
                    part(&[b"LENGTH(", value.as_slice(), b")"].concat());
                    // One that is NULL is passed over.
                    sql.extend_from_slice(&[b", ", value.as_slice()].concat());
                }
            }
        }
        sql.extend_from_slice(format!("), 256), 16), 16, 10) AS UNSIGNED), {UNHASHED}))").as_bytes());
        sql
    }

    /// A column's canonical value.
    fn value(&self, column: &Column, quoted: &[u8], charset: &str, writing: Writing) -> Vec<u8> {
        let around = |before: &str, after: &str| [before.as_bytes(), quoted, after.as_bytes()].concat();
        match (&column.data_type, Form::of(&column.data_type)) {
            (DataType::Integer { zerofill: false, .. } | DataType::Decimal { zerofill: false, .. }, _) => {
                quoted.to_vec()
            }
            (DataType::Enum(labels), _) => match labels.iter().position(Vec::is_empty) {
                Some(empty) => {
                    [b"IF(".as_slice(), quoted, format!("+0 = {}, 0, ", empty + 1).as_bytes(), quoted, b"+0)"].concat()
                }
                None => around("", "+0"),
            },
            (_, Form::Number) => around("", "+0"),
            (_, Form::Double) if self.context.json_doubles => around("CAST(CAST(", "+0e0 AS JSON) AS BINARY)"),
            (_, Form::Double) => around("", "+0e0"),
            (_, Form::Rounded) if self.context.json_doubles => around("CAST(CAST(CONCAT(", ")+0e0 AS JSON) AS BINARY)"),
            (_, Form::Rounded) => around("CONCAT(", ")+0e0"),
            (_, Form::Printed) => quoted.to_vec(),
            (_, Form::Json) if self.json_of_any_origin => around("CAST(CAST(", " AS CHAR) AS JSON)"),
            (_, Form::Json) => quoted.to_vec(),
            (DataType::Inet4, _) => around("HEX(CAST(", " AS BINARY(4)))"),
            (_, Form::Hex) => around("HEX(CAST(", " AS BINARY(16)))"),
            (DataType::Blob(_), _) if writing == Writing::Hashed => quoted.to_vec(),
            (_, Form::Bytes) => around("CAST(", " AS BINARY)"),
            (_, Form::Text) => {
                let converted = match self.context.connection {
                    Connection::Binary => None,
                    c if c.is_compared_as_utf8() => (!is_utf8(charset)).then_some("utf8mb4"),
                    _ => (!same_charset(charset, &self.charset)).then_some(self.charset.as_str()),
                };
                match (converted, writing) {
                    (None, Writing::Hashed) => quoted.to_vec(),
                    (None, _) => around("CAST(", " AS BINARY)"),
                    (Some(to), Writing::Hashed) => around("CONVERT(", &format!(" USING {to})")),
                    (Some(to), _) => around("CAST(CONVERT(", &format!(" USING {to}) AS BINARY)")),
                }
            }
        }
    }
}

/// A column as the target has it.
#[derive(Debug, Clone)]
pub(crate) struct StoredColumn {
    pub(crate) name: Name,
    pub(crate) data_type: Option<DataType>,
    pub(crate) nullable: bool,
    /// Empty for types without one.
    pub(crate) charset: String,
    /// Empty for types without one.
    pub(crate) collation: String,
    /// Its collation takes two labels for the same.
    pub(crate) ambiguous: bool,
}

impl StoredColumn {
    /// Labels of which only the server knows whether they are all different to it.
    pub(crate) fn odd_labels(&self) -> Option<&[Vec<u8>]> {
        let (Some(DataType::Enum(labels)) | Some(DataType::Set(labels))) = &self.data_type else { return None };
        let plain = |l: &Vec<u8>| l.iter().all(|b| (b' '..=b'~').contains(b));
        let mut folded: Vec<Vec<u8>> = labels.iter().map(|l| l.to_ascii_lowercase()).collect();
        folded.sort_unstable();
        let count = folded.len();
        folded.dedup();
        (folded.len() < count || !labels.iter().all(plain)).then_some(labels)
    }
}

/// What the server says: the sum, unless rows were in it that it couldn't hash.
pub(crate) fn server_sum(text: &str) -> Option<u128> {
    // More digits than fit mean more such rows than there can be hashes.
    text.parse::<u128>().ok().filter(|sum| *sum < UNHASHED)
}

/// A column's canonical side, and its charset's name where the dump says it. `None` for a type that isn't known.
fn canonical(column: &ddl::Column, table: &CreateTable, native_json: bool) -> Option<(Column, Option<String>)> {
    let mut data_type = column.data_type.clone()?;
    let mut charset = None;
    if data_type == DataType::Json && !native_json {
        data_type = DataType::Text(u32::MAX);
        charset = Some("utf8mb4".to_owned());
    } else if Form::of(&data_type) == Form::Text {
        // A collation is named after its charset.
        let of = |collation: &Option<String>| collation.as_deref().map(|c| c.split('_').next().unwrap_or(c).to_owned());
        charset = match column.type_name.as_str() {
            "NATIONAL" | "NCHAR" | "NVARCHAR" => Some("utf8mb3".to_owned()),
            _ => (column.charset.clone())
                .or_else(|| of(&column.collation))
                .or_else(|| table.charset.clone())
                .or_else(|| of(&table.collation)),
        };
    }
    let column = Column {
        data_type,
        charset: charset.as_deref().map_or(ColumnCharset::Unknown, ColumnCharset::from_name),
        same_charset: false,
        nullable: column.nullable,
        auto_increment: column.auto_increment,
        labels_comparable: false,
    };
    Some((column, charset))
}

fn writing(data_type: &DataType, connection: Connection) -> Writing {
    match (data_type, Form::of(data_type)) {
        (DataType::Json | DataType::Spatial, _) => Writing::Hashed,
        (DataType::Text(max) | DataType::Blob(max), _) if *max > INLINE_BYTES_MAX => Writing::Hashed,
        (_, Form::Bytes) => Writing::Counted,
        (_, Form::Text) if !connection.is_compared_as_utf8() => Writing::Counted,
        _ => Writing::Plain,
    }
}

/// Charsets whose bytes are those of `utf8mb4`.
fn is_utf8(charset: &str) -> bool {
    ["utf8mb4", "utf8mb3", "utf8", "ascii"].iter().any(|c| charset.eq_ignore_ascii_case(c))
}

fn same_charset(a: &str, b: &str) -> bool {
    let utf8 = |c: &str| c.eq_ignore_ascii_case("utf8mb3") || c.eq_ignore_ascii_case("utf8");
    a.eq_ignore_ascii_case(b) || utf8(a) && utf8(b)
}

/// Column names don't distinguish case.
fn same(a: &Name, b: &Name) -> bool {
    a == b || a.as_text().to_lowercase() == b.as_text().to_lowercase()
}

/// The first 64 bits of the SHA-256.
fn hash(bytes: &[u8]) -> u64 {
    let digest = Sha256::digest(bytes);
    digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// What came of a block.
#[derive(Debug)]
pub(crate) struct Digested {
    pub(crate) plan: Arc<DigestPlan>,
    pub(crate) block: BlockDigest,
    /// Fields with a value that isn't certain, each with the first doubt.
    pub(crate) doubts: Vec<(usize, Doubt)>,
}

/// Adds up a block's rows.
pub(crate) struct Digester {
    plan: Arc<DigestPlan>,
    canon: Canon,
    row: Vec<u8>,
    block: BlockDigest,
    doubts: BTreeMap<usize, Doubt>,
}

impl Digester {
    fn new(plan: Arc<DigestPlan>) -> Self {
        let block = BlockDigest::default();
        Self { plan, canon: Canon::default(), row: Vec::new(), block, doubts: BTreeMap::new() }
    }

    /// One for a block whose rows are to be digested.
    pub(crate) fn for_block(plan: Option<&Arc<DigestPlan>>) -> Option<Self> {
        plan.cloned().map(Self::new)
    }

    /// Adds a row to one that is there; drops it when the row has another number of fields than the table has columns.
    #[inline]
    pub(crate) fn add(this: &mut Option<Self>, text: &[u8], fields: &[Field]) {
        if let Some(digester) = this
            && !digester.row(text, fields)
        {
            *this = None;
        }
    }

    #[inline]
    fn row(&mut self, text: &[u8], fields: &[Field]) -> bool {
        if fields.len() != self.plan.fields.len() {
            return false;
        }
        self.row.clear();
        let mut certain = true;
        for (i, (field, planned)) in fields.iter().zip(&self.plan.fields).enumerate() {
            let Some(column) = &planned.column else { continue };
            let start = self.row.len();
            match self.canon.value(text, field, column, &self.plan.context, &mut self.row) {
                Ok(true) => match planned.writing {
                    Writing::Plain => {}
                    Writing::Counted => {
                        let mut counted = format!("{}", self.row.len() - start).into_bytes();
                        counted.push(SEPARATOR);
                        self.row.splice(start..start, counted);
                    }
                    Writing::Hashed => {
                        let digest = Sha256::digest(self.row.get(start..).unwrap_or_default());
                        self.row.truncate(start);
                        self.row.extend(digest.iter().flat_map(|b| [b >> 4, b & 15]).map(|n| match n {
                            0..=9 => b'0' + n,
                            _ => b'a' + n - 10,
                        }));
                    }
                },
                Ok(false) => self.row.push(NULL),
                Err(doubt) => {
                    certain = false;
                    self.row.truncate(start);
                    self.doubts.entry(i).or_insert(doubt);
                }
            }
            self.row.push(SEPARATOR);
        }
        self.row.pop();
        self.block.rows += 1;
        if certain {
            self.block.sum += u128::from(hash(&self.row));
        }
        true
    }

    pub(crate) fn finish(self) -> Digested {
        Digested { plan: self.plan, block: self.block, doubts: self.doubts.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqldump::LexMode;
    use sqldump::row::Rows;

    const TABLE: &str = "CREATE TABLE t (id int NOT NULL, v varchar(20), b varbinary(9), j longtext CHARACTER SET latin1, \
                         g int AS (id) STORED, m money) DEFAULT CHARSET=utf8mb4";

    fn plan(table: &str, set: &str) -> DigestPlan {
        let table = CreateTable::parse(table.as_bytes(), LexMode::default(), None).unwrap();
        let mut session = Session::offline();
        session.apply(set.as_bytes(), None);
        let target = Target { native_json: true, original: false, excluded: &[] };
        DigestPlan::new(&table, "utf8mb4", &head(), &session, target)
    }

    fn head() -> Head {
        Head {
            raw: b"INSERT INTO t VALUES ".to_vec(),
            database: None,
            table: "t".into(),
            columns: None,
            ignore: false,
            replace: false,
        }
    }

    fn digested(plan: &Arc<DigestPlan>, rows: &str) -> Digested {
        let block = format!("INSERT INTO t VALUES {rows};");
        let mut digester = Some(Digester::new(Arc::clone(plan)));
        let mut fields = Vec::new();
        let head = head();
        let mut rows = Rows::new(block.as_bytes(), &head, false, LexMode::default(), None);
        while rows.next_row(&mut fields).unwrap().is_some() {
            Digester::add(&mut digester, block.as_bytes(), &fields);
        }
        digester.unwrap().finish()
    }

    #[test]
    fn a_row_is_the_sum_of_its_values_and_order_means_nothing() {
        let plan = Arc::new(plan(TABLE, "SET NAMES utf8mb4"));
        let sha = |b: &[u8]| Sha256::digest(b).iter().map(|b| format!("{b:02x}")).collect::<String>();
        let first = [b"1\xffa'b\xff2\xff\xff\x00\xff".as_slice(), sha(b"").as_bytes()].concat();
        let second = [b"2\xff\xfe\xff\xfe\xff".as_slice(), b"\xfe"].concat();
        let sum = u128::from(hash(&first)) + u128::from(hash(&second));
        let rows = ["(1,'a\\'b',x'ff00','',1,0)", "(2,NULL,NULL,NULL,2,0)"];
        let one_way = digested(&plan, &rows.join(","));
        assert_eq!(one_way.block, BlockDigest { sum, rows: 2 });
        assert!(one_way.doubts.is_empty());
        assert_eq!(digested(&plan, &format!("{},{}", rows[1], rows[0])).block, one_way.block);
        assert_ne!(digested(&plan, &format!("{},{}", rows[0], rows[0])).block.sum, sum);
        let mut parts = digested(&plan, rows[0]).block;
        parts.add(&digested(&plan, rows[1]).block);
        assert_eq!(parts, one_way.block);
    }

    #[test]
    fn the_server_is_asked_for_the_same_text() {
        let plan = plan(TABLE, "SET NAMES utf8mb4");
        let stored = |name: &str, data_type: &str, nullable, charset: &str| StoredColumn {
            name: name.into(),
            data_type: DataType::parse(data_type.as_bytes()),
            nullable,
            charset: charset.into(),
            collation: String::new(),
            ambiguous: false,
        };
        let mut columns = vec![
            stored("ID", "int(11)", false, ""),
            stored("v", "varchar(20)", true, "utf8mb4"),
            stored("b", "varbinary(9)", true, ""),
            stored("j", "longtext", true, "latin1"),
            stored("extra", "int", true, ""),
        ];
        assert!(plan.misfits(&columns).is_empty());
        assert_eq!(
            String::from_utf8(plan.sql(&columns)).unwrap(),
            "COUNT(*), SUM(IFNULL(CAST(CONV(LEFT(SHA2(CONCAT_WS(x'FF', `id`, IFNULL(CAST(`v` AS BINARY), x'FE'), \
             IFNULL(LENGTH(CAST(`b` AS BINARY)), x'FE'), CAST(`b` AS BINARY), \
             IFNULL(SHA2(CONVERT(`j` USING utf8mb4), 256), x'FE')), 256), 16), 16, 10) AS UNSIGNED), \
             100000000000000000000000000000000))"
        );
        let uncovered: Vec<_> = plan.uncovered_of(&columns).into_iter().map(|(n, why)| format!("{n}: {why}")).collect();
        assert_eq!(
            uncovered,
            ["g: computed by the server", "m: of a type that can't be compared", "extra: not in the dump"]
        );
        columns[0] = stored("id", "bigint", false, "");
        columns[1] = stored("v", "varchar(20)", false, "utf8mb4");
        columns[3] = stored("j", "longtext", true, "utf16");
        let misfits: Vec<_> = plan.misfits(&columns).into_iter().map(|(n, _)| n.to_string()).collect();
        assert_eq!(misfits, ["id", "v", "j"]);
    }

    #[test]
    fn a_doubt_names_its_field_and_a_row_of_another_shape_ends_it() {
        let plan = Arc::new(plan("CREATE TABLE t (a int, b int, c timestamp)", "SET time_zone = '+00:00'"));
        assert_eq!(plan.time_zone(), Some("'+00:00'"));
        let found = digested(&plan, "(1,NOW(),NULL),(2,DEFAULT,NULL),(0x1,3,NULL)");
        assert_eq!(found.doubts, [(0, Doubt::Literal), (1, Doubt::Expression)]);
        assert_eq!(found.block.rows, 3);
        let mut digester = Some(Digester::new(Arc::clone(&plan)));
        Digester::add(&mut digester, b"", &[]);
        assert!(digester.is_none());
    }

    #[test]
    fn what_cant_be_known_of_the_session_leaves_columns_out() {
        let plan = plan("CREATE TABLE t (a timestamp, b text, c int)", "SET time_zone = @@x");
        let why: Vec<_> = plan.uncovered.iter().map(|(n, why)| format!("{n}: {why}")).collect();
        assert_eq!(why, ["a: in a time zone that can't be known"]);
    }

    #[test]
    fn a_sum_with_rows_that_werent_hashed_is_none() {
        assert_eq!(server_sum("12"), Some(12));
        assert_eq!(server_sum(&UNHASHED.to_string()), None);
        assert_eq!(server_sum(&(UNHASHED + 5).to_string()), None);
        assert_eq!(server_sum(&"9".repeat(60)), None);
    }
}
