//! A dump's definition of a table, as the rules look at it.

use dumpstream_scrub::charset::Charset;
use dumpstream_scrub::table::{Class, Column, Table};
use sqldump::Name;
use sqldump::ddl::{self, CreateTable, DataType, TypeClass};
use sqldump::head::Head;
use sqldump::session::Session;

/// The table that a statement defines, in the database that the dump calls it by.
pub(crate) fn table(create: &CreateTable, database: Option<String>, charset: Option<Charset>) -> Table {
    let folded = |name: &Name| text(name, charset).to_lowercase();
    let position = |name: &Name| create.columns.iter().position(|c| folded(&c.name) == folded(name));
    let key = |key: &Vec<(Name, Option<u32>)>| {
        key.iter().filter_map(|(name, length)| Some((position(name)?, *length))).collect::<Vec<_>>()
    };
    Table {
        database,
        name: text(&create.name.name, charset),
        columns: create.columns.iter().map(|c| column(c, create, charset)).collect(),
        unique_keys: create.unique_keys.iter().map(key).filter(|k| !k.is_empty()).collect(),
        defined: true,
    }
}

/// A table of which no more is known than what its rows name.
pub(crate) fn undefined(head: &Head, database: Option<String>, charset: Option<Charset>) -> Table {
    let names = head.columns.iter().flatten();
    Table {
        database,
        name: text(&head.table, charset),
        columns: names.map(|name| Column::text(text(name, charset))).collect(),
        unique_keys: Vec::new(),
        defined: false,
    }
}

/// A name as the server knows it, of which the dump has the bytes in its connection's charset. Two names are never the same
/// text: what can't be read keeps its bytes, in a form that no rule spells by chance.
pub(crate) fn text(name: &Name, charset: Option<Charset>) -> String {
    let bytes = name.as_bytes();
    let read = match charset {
        Some(charset) => charset.decode(bytes),
        None => std::str::from_utf8(bytes).ok().map(Into::into),
    };
    match read {
        Some(text) => text.into_owned(),
        None => bytes.escape_ascii().to_string(),
    }
}

/// The charset of a session's statements; `None` for bytes as they are, and for one that isn't known here.
pub(crate) fn charset(session: &Session) -> Option<Charset> {
    let name = session.get("character_set_client").unwrap_or_default().trim_matches('\'').to_ascii_lowercase();
    Charset::from_mysql(&name)
}

fn column(column: &ddl::Column, table: &CreateTable, names: Option<Charset>) -> Column {
    let data_type = column.data_type.as_ref();
    let class = match column.class {
        TypeClass::Integer | TypeClass::Decimal | TypeClass::Float | TypeClass::Year => Class::Number,
        TypeClass::Temporal => Class::Temporal,
        TypeClass::Enum | TypeClass::Set => Class::Label,
        TypeClass::Json => Class::Json,
        TypeClass::Text if column.json_checked => Class::Json,
        TypeClass::Bit | TypeClass::Binary | TypeClass::Spatial | TypeClass::Vector => Class::Binary,
        TypeClass::Text | TypeClass::TextLike | TypeClass::Unknown => Class::Text,
    };
    let (max_chars, max_bytes) = match data_type {
        Some(DataType::Char(n) | DataType::VarChar(n) | DataType::Binary(n) | DataType::VarBinary(n)) => {
            (Some(u64::from(*n)), None)
        }
        Some(DataType::Text(n) | DataType::Blob(n)) => (None, Some(u64::from(*n))),
        Some(DataType::Bit(bits)) => (Some(u64::from(bits.div_ceil(8))), None),
        Some(DataType::Uuid) => (Some(36), None),
        Some(DataType::Inet4) => (Some(15), None),
        Some(DataType::Inet6) => (Some(45), None),
        _ => (None, None),
    };
    let range = match data_type {
        Some(DataType::Integer { bits, unsigned: true, .. }) => Some((0, (1i128 << bits) - 1)),
        Some(DataType::Integer { bits, unsigned: false, .. }) => {
            Some((-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1))
        }
        Some(DataType::Year) => Some((1901, 2155)),
        _ => None,
    };
    let decimal = match data_type {
        Some(DataType::Decimal { digits, scale, .. }) => Some((u32::from(*digits), u32::from(*scale))),
        _ => None,
    };
    let fraction = match data_type {
        Some(DataType::Time(n) | DataType::DateTime(n) | DataType::Timestamp(n)) => u32::from(*n),
        _ => 0,
    };
    let labels = match data_type {
        Some(DataType::Enum(labels) | DataType::Set(labels)) => {
            labels.iter().map(|l| String::from_utf8_lossy(l).into_owned()).collect()
        }
        _ => Vec::new(),
    };
    let own = column.charset.is_some() || column.collation.is_some();
    let collation = if own { column.collation.clone() } else { table.collation.clone() };
    let prefix = |collation: &String| collation.split('_').next().unwrap_or_default().to_owned();
    let charset = if own { column.charset.clone() } else { table.charset.clone() };
    let charset = charset.or_else(|| collation.as_ref().map(prefix));
    let text_class = matches!(class, Class::Text | Class::Label | Class::Json);
    let collation = collation.or_else(|| text_class.then(|| default_collation(charset.as_deref())));
    Column {
        name: text(&column.name, names),
        class,
        type_name: column.type_name.clone(),
        max_chars,
        max_bytes,
        range,
        decimal,
        fraction,
        charset,
        collation,
        labels,
        nullable: column.nullable,
        generated: column.generated,
        auto_increment: column.auto_increment,
    }
}

/// The collation of a text that names none. MariaDB leaves it out of definitions where it is the charset's default; MySQL 8
/// and later always print theirs, so that this needn't know about `utf8mb4_0900_ai_ci`.
fn default_collation(charset: Option<&str>) -> String {
    match charset {
        None => "utf8mb4_general_ci".to_owned(),
        Some("latin1") => "latin1_swedish_ci".to_owned(),
        Some("sjis" | "cp932" | "ujis" | "eucjpms") => format!("{}_japanese_ci", charset.unwrap_or_default()),
        Some("big5" | "gbk" | "gb2312" | "gb18030") => format!("{}_chinese_ci", charset.unwrap_or_default()),
        Some("euckr") => "euckr_korean_ci".to_owned(),
        Some("tis620") => "tis620_thai_ci".to_owned(),
        Some("latin5") => "latin5_turkish_ci".to_owned(),
        Some("swe7") => "swe7_swedish_ci".to_owned(),
        Some("dec8") => "dec8_swedish_ci".to_owned(),
        Some("hp8") => "hp8_english_ci".to_owned(),
        Some("cp1250" | "cp1251" | "cp1256" | "cp1257") => format!("{}_general_ci", charset.unwrap_or_default()),
        Some("binary") => "binary".to_owned(),
        Some(other) => format!("{other}_general_ci"),
    }
}
