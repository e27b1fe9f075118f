//! A table as far as rules look at it.

/// What a column's values are like. The type classes of a rules file's `default`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// `CHAR`, `VARCHAR`, `TEXT`, and types with a text form: `UUID`, `INET6`. Also what isn't known.
    Text,
    /// `JSON`, and MariaDB's alias for it.
    Json,
    /// `BINARY`, `VARBINARY`, `BLOB`, `BIT`, spatial types, `VECTOR`.
    Binary,
    /// `ENUM` and `SET`: what they may hold is in the definition.
    Label,
    /// Integers, decimals, floats, `YEAR`.
    Number,
    /// `DATE`, `TIME`, `DATETIME`, `TIMESTAMP`.
    Temporal,
}

/// Names of types that hold geometries.
pub(crate) const SPATIAL: [&str; 9] = [
    "GEOMETRY",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
    "GEOMCOLLECTION",
];

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As the dump spells it.
    pub name: String,
    /// What its values are like.
    pub class: Class,
    /// The first word of its type in upper case: `VARCHAR`, `BIGINT`.
    pub type_name: String,
    /// Most characters of a text, or bytes of a binary column; `None` where there is no limit that could matter.
    pub max_chars: Option<u64>,
    /// Most bytes of a text, whatever its characters: `TEXT` and its like.
    pub max_bytes: Option<u64>,
    /// For integers, the least and the greatest value that can be stored.
    pub range: Option<(i128, i128)>,
    /// For decimals, digits in all and after the point.
    pub decimal: Option<(u32, u32)>,
    /// For dates and times, digits of the fraction of a second.
    pub fraction: u32,
    /// Of a text, in lower case.
    pub charset: Option<String>,
    /// Of a text, in lower case.
    pub collation: Option<String>,
    /// What an `ENUM` or a `SET` may hold.
    pub labels: Vec<String>,
    /// It may be NULL.
    pub nullable: bool,
    /// The server computes it.
    pub generated: bool,
    /// The server counts.
    pub auto_increment: bool,
}

impl Column {
    /// A text column that takes anything, for tests and for tables without a definition.
    pub fn text(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            class: Class::Text,
            type_name: "LONGTEXT".to_owned(),
            max_chars: None,
            max_bytes: None,
            range: None,
            decimal: None,
            fraction: 0,
            charset: Some("utf8mb4".to_owned()),
            collation: None,
            labels: Vec::new(),
            nullable: true,
            generated: false,
            auto_increment: false,
        }
    }
}

/// A table's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The dump's name for its database, where it has one.
    pub database: Option<String>,
    /// Its name.
    pub name: String,
    /// Its columns, in order. For rows without a definition, those that their column list names.
    pub columns: Vec<Column>,
    /// Positions of the columns of every `UNIQUE` and `PRIMARY KEY`, with the number of characters where only a prefix counts.
    pub unique_keys: Vec<Vec<(usize, Option<u32>)>>,
    /// Whether the dump defines it; otherwise nothing is known but the names of columns.
    pub defined: bool,
}

impl Table {
    /// `database.table`, or the table alone where the dump names no database.
    pub fn display(&self) -> String {
        match &self.database {
            Some(database) => format!("{database}.{}", self.name),
            None => self.name.clone(),
        }
    }

    /// The position of a column; names don't distinguish case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let lower = name.to_lowercase();
        self.columns.iter().position(|c| c.name.to_lowercase() == lower)
    }
}
