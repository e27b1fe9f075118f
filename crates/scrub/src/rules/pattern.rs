//! Which tables and columns a rule is for.

use crate::table::{Class, Column, Table};
use regex::{Regex, RegexBuilder};
use std::fmt;

/// How exactly a pattern says what it means; of two rules for one column, the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rank {
    Type,
    Regex,
    Glob,
    Exact,
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "by type",
            Self::Regex => "regular expressions",
            Self::Glob => "globs",
            Self::Exact => "exact",
        })
    }
}

/// A pattern for names of one kind.
#[derive(Debug, Clone)]
enum Name {
    /// `*`
    Any,
    /// Folded, unless it stood in backquotes.
    Exact {
        name: String,
        quoted: bool,
    },
    Glob(Regex),
    Regex(Regex),
}

impl Name {
    /// Tables and databases: a name in backquotes is meant as it is spelled.
    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact { name: wanted, quoted: true } => name == wanted,
            _ => self.matches_folded(name),
        }
    }

    /// Columns: MySQL never distinguishes their case.
    fn matches_folded(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            // A file may name every column of a dump, and is asked about every column.
            Self::Exact { name: wanted, .. } if name.is_ascii() && wanted.is_ascii() => {
                name.eq_ignore_ascii_case(wanted)
            }
            Self::Exact { name: wanted, .. } => name == wanted || name.to_lowercase() == wanted.to_lowercase(),
            Self::Glob(regex) | Self::Regex(regex) => regex.is_match(name),
        }
    }

    fn rank(&self) -> Rank {
        match self {
            Self::Any | Self::Glob(_) => Rank::Glob,
            Self::Exact { .. } => Rank::Exact,
            Self::Regex(_) => Rank::Regex,
        }
    }

    fn exact(&self) -> Option<&str> {
        match self {
            Self::Exact { name, .. } => Some(name),
            _ => None,
        }
    }

    fn parse(part: &str) -> Result<Self, String> {
        if let Some(body) = part.strip_prefix('`') {
            let name = body.strip_suffix('`').unwrap_or(body).replace("``", "`");
            return match name.is_empty() {
                true => Err("a name is empty".to_owned()),
                false => Ok(Self::Exact { name, quoted: true }),
            };
        }
        if let Some(body) = part.strip_prefix('/') {
            return regex(body.strip_suffix('/').unwrap_or(body)).map(Self::Regex);
        }
        match part {
            "" => Err("a name is empty".to_owned()),
            "*" => Ok(Self::Any),
            _ if part.contains(['*', '?']) => glob(part).map(Self::Glob),
            _ => Ok(Self::Exact { name: part.to_owned(), quoted: false }),
        }
    }
}

fn regex(body: &str) -> Result<Regex, String> {
    if body.is_empty() {
        return Err("a regular expression is empty".to_owned());
    }
    let built = RegexBuilder::new(body).case_insensitive(true).size_limit(1 << 20).build();
    built.map_err(|e| match e {
        regex::Error::CompiledTooBig(_) => "a regular expression is too large".to_owned(),
        // The last line says what is wrong; those before it draw where.
        e => format!(
            "not a regular expression: {}",
            e.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ")
        ),
    })
}

fn glob(part: &str) -> Result<Regex, String> {
    let mut pattern = String::from("(?s)^");
    for c in part.chars() {
        match c {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            c => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern.push('$');
    regex(&pattern)
}

/// Which columns a rule is for.
#[derive(Debug, Clone)]
pub(crate) struct ColumnPattern {
    /// As it is written, with its braces expanded.
    pub(crate) text: String,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Parts {
        database: Option<Name>,
        table: Name,
        column: Name,
    },
    /// Of `table.column`.
    Whole(Regex),
    Type(Name),
}

impl ColumnPattern {
    /// Reads a pattern. One with braces stands for several.
    pub(crate) fn parse(text: &str) -> Result<Vec<Self>, String> {
        expand(text)?.into_iter().map(|text| Ok(Self { what: Self::what(&text)?, text })).collect()
    }

    fn what(text: &str) -> Result<What, String> {
        if let Some(name) = text.strip_prefix("type:") {
            return match Name::parse(name.trim())? {
                name @ (Name::Any | Name::Exact { quoted: false, .. } | Name::Glob(_)) => Ok(What::Type(name)),
                _ => Err("`type:` takes the name of a type, such as `type:json`".to_owned()),
            };
        }
        let parts = split(text)?;
        match parts.as_slice() {
            [one] if one.starts_with('/') => match Name::parse(one)? {
                Name::Regex(regex) => Ok(What::Whole(regex)),
                _ => Err("not a pattern".to_owned()),
            },
            [one] => Err(format!(
                "a column is `table.column`: write `*.{one}` for a column of any table, `{one}.*` for all columns of a table"
            )),
            [table, column] => {
                Ok(What::Parts { database: None, table: Name::parse(table)?, column: Name::parse(column)? })
            }
            [database, table, column] => Ok(What::Parts {
                database: Some(Name::parse(database)?),
                table: Name::parse(table)?,
                column: Name::parse(column)?,
            }),
            _ => Err("more than `database.table.column`: put names that hold a point in backquotes".to_owned()),
        }
    }

    pub(crate) fn rank(&self) -> Rank {
        match &self.what {
            What::Parts { database, table, column } => {
                let database = database.as_ref().map_or(Rank::Exact, Name::rank);
                database.min(table.rank()).min(column.rank())
            }
            What::Whole(_) => Rank::Regex,
            What::Type(_) => Rank::Type,
        }
    }

    pub(crate) fn matches(&self, table: &Table, column: &Column) -> bool {
        match &self.what {
            What::Parts { column: name, .. } => self.matches_table(table) && name.matches_folded(&column.name),
            What::Whole(regex) => regex.is_match(&format!("{}.{}", table.name, column.name)),
            // What isn't defined has no type.
            What::Type(_) if !table.defined => false,
            What::Type(name) => {
                name.matches_folded(&column.type_name) || (column.class == Class::Json && name.matches_folded("json"))
            }
        }
    }

    /// Whether its part for tables, if it has one, is for this one.
    pub(crate) fn matches_table(&self, table: &Table) -> bool {
        match &self.what {
            What::Parts { database, table: name, .. } => {
                matches_database(database.as_ref(), table) && name.matches(&table.name)
            }
            _ => true,
        }
    }

    /// Whether it says something about which tables it is for.
    pub(crate) fn names_table(&self) -> bool {
        matches!(&self.what, What::Parts { table, .. } if !matches!(table, Name::Any))
    }

    /// Whether it names its table, rather than describing several.
    pub(crate) fn exact_table(&self) -> Option<&str> {
        match &self.what {
            What::Parts { table, .. } => table.exact(),
            _ => None,
        }
    }

    /// The column's name, where it and the table's are named.
    pub(crate) fn exact_column(&self) -> Option<&str> {
        match &self.what {
            What::Parts { table, column, .. } => table.exact().and(column.exact()),
            _ => None,
        }
    }

    /// Whether it names a database.
    pub(crate) fn has_database(&self) -> bool {
        matches!(&self.what, What::Parts { database: Some(_), .. })
    }
}

/// Which tables a rule is for.
#[derive(Debug, Clone)]
pub(crate) struct TablePattern {
    /// As it is written, with its braces expanded.
    pub(crate) text: String,
    database: Option<Name>,
    table: Name,
}

impl TablePattern {
    /// Reads a pattern. One with braces stands for several.
    pub(crate) fn parse(text: &str) -> Result<Vec<Self>, String> {
        let one = |text: String| {
            let parts = split(&text)?;
            let (database, table) = match parts.as_slice() {
                [table] => (None, Name::parse(table)?),
                [database, table] => (Some(Name::parse(database)?), Name::parse(table)?),
                _ => return Err("more than `database.table`: put names that hold a point in backquotes".to_owned()),
            };
            Ok(Self { text, database, table })
        };
        expand(text)?.into_iter().map(one).collect()
    }

    pub(crate) fn rank(&self) -> Rank {
        self.database.as_ref().map_or(Rank::Exact, Name::rank).min(self.table.rank())
    }

    pub(crate) fn matches(&self, table: &Table) -> bool {
        matches_database(self.database.as_ref(), table) && self.table.matches(&table.name)
    }

    /// The table's name, where it is named.
    pub(crate) fn exact_table(&self) -> Option<&str> {
        self.table.exact()
    }

    /// Whether it names a database.
    pub(crate) fn has_database(&self) -> bool {
        self.database.is_some()
    }
}

fn matches_database(wanted: Option<&Name>, table: &Table) -> bool {
    match (wanted, &table.database) {
        (None, _) => true,
        (Some(wanted), Some(name)) => wanted.matches(name),
        (Some(_), None) => false,
    }
}

/// Walks over a pattern and tells for each character whether it stands in backquotes or in a regular expression.
struct Scan {
    quoted: bool,
    regex: bool,
    escaped: bool,
    /// A part begins here: a slash would begin a regular expression.
    begins: bool,
}

impl Scan {
    const START: Self = Self { quoted: false, regex: false, escaped: false, begins: true };

    /// Takes a character and the one after it. Whether it is meant literally.
    fn literal(&mut self, c: char, next: Option<char>) -> bool {
        if self.quoted {
            self.quoted = c != '`';
            return true;
        }
        if self.regex {
            // A slash inside needs no backslash as long as no point follows it.
            let ends = c == '/' && !self.escaped && matches!(next, None | Some('.'));
            self.escaped = c == '\\' && !self.escaped;
            self.regex = !ends;
            return true;
        }
        match c {
            '`' => self.quoted = true,
            '/' if self.begins => self.regex = true,
            _ => {}
        }
        self.begins = matches!(c, '.' | '{' | ',');
        self.quoted || self.regex
    }

    fn end(&self) -> Result<(), String> {
        match (self.quoted, self.regex) {
            (true, _) => Err("a backquote isn't closed".to_owned()),
            (_, true) => Err("a regular expression isn't closed by a slash".to_owned()),
            _ => Ok(()),
        }
    }
}

/// Splits at points that aren't part of a name or a regular expression.
pub(crate) fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut scan, mut parts, mut start) = (Scan::START, Vec::new(), 0);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !scan.literal(c, chars.peek().map(|(_, c)| *c)) && c == '.' {
            parts.push(text.get(start..at).unwrap_or_default());
            start = at + 1;
        }
    }
    scan.end()?;
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

/// Most patterns that one with braces may stand for.
const EXPANDED_MAX: usize = 1000;

/// `a{b,c}` is `ab` and `ac`.
fn expand(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a pattern is empty".to_owned());
    }
    let mut done = Vec::new();
    let mut open = vec![text.to_owned()];
    while let Some(text) = open.pop() {
        match first_braces(&text)? {
            None => done.push(text),
            Some(Braces { before, alternatives, after }) => {
                open.extend(alternatives.iter().rev().map(|a| format!("{before}{a}{after}")));
            }
        }
        if done.len() + open.len() > EXPANDED_MAX {
            return Err(format!("braces stand for more than {EXPANDED_MAX} patterns"));
        }
    }
    Ok(done)
}

/// What stands before, in and after braces.
struct Braces<'a> {
    before: &'a str,
    alternatives: Vec<&'a str>,
    after: &'a str,
}

fn first_braces(text: &str) -> Result<Option<Braces<'_>>, String> {
    let (mut scan, mut depth, mut opened, mut start) = (Scan::START, 0_u32, 0, 0);
    let mut alternatives = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if scan.literal(c, chars.peek().map(|(_, c)| *c)) {
            continue;
        }
        let piece = || text.get(start..at).unwrap_or_default();
        match c {
            '{' => {
                depth += 1;
                if depth == 1 {
                    (opened, start) = (at, at + 1);
                }
            }
            ',' if depth == 1 => {
                alternatives.push(piece());
                start = at + 1;
            }
            '}' if depth == 0 => return Err("a brace is closed that isn't open".to_owned()),
            '}' => {
                depth -= 1;
                if depth == 0 {
                    alternatives.push(piece());
                    let after = text.get(at + 1..).unwrap_or_default();
                    let before = text.get(..opened).unwrap_or_default();
                    return Ok(Some(Braces { before, alternatives, after }));
                }
            }
            _ => {}
        }
    }
    scan.end()?;
    match depth {
        0 => Ok(None),
        _ => Err("a brace isn't closed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, type_name: &str) -> Column {
        Column { type_name: type_name.to_owned(), ..Column::text(name) }
    }

    fn table(database: Option<&str>, name: &str) -> Table {
        Table {
            database: database.map(str::to_owned),
            name: name.to_owned(),
            columns: Vec::new(),
            unique_keys: Vec::new(),
            defined: true,
        }
    }

    fn one(text: &str) -> ColumnPattern {
        let patterns = ColumnPattern::parse(text).unwrap();
        assert_eq!(patterns.len(), 1, "{text}");
        patterns.into_iter().next().unwrap()
    }

    fn hits(text: &str, table_name: &str, column_name: &str) -> bool {
        let patterns = ColumnPattern::parse(text).unwrap();
        patterns.iter().any(|p| p.matches(&table(Some("shop"), table_name), &column(column_name, "VARCHAR")))
    }

    #[test]
    fn columns_are_named_described_or_chosen_by_type() {
        assert!(hits("applicant.sin", "applicant", "SIN"));
        assert!(hits("Applicant.sin", "applicant", "sin"));
        assert!(!hits("`Applicant`.sin", "applicant", "sin"));
        assert!(hits("shop.applicant.sin", "applicant", "sin"));
        assert!(!hits("other.applicant.sin", "applicant", "sin"));
        assert!(hits("`we.ird`.`a``b`", "we.ird", "a`b"));
        assert!(hits("*.{email,contact_email}", "t", "contact_email"));
        assert!(!hits("*.{email,contact_email}", "t", "my_email"));
        assert!(hits("app*.?in", "applicant", "sin"));
        assert!(!hits("app*.?in", "applicant", "asin"));
        assert!(hits("/^tmp_/.name", "TMP_1", "name"));
        assert!(!hits("/^tmp_/.name", "a_tmp_1", "name"));
        assert!(hits(r"/^applicant\.(sin|nas)$/", "applicant", "nas"));
        assert!(hits("type:varchar", "t", "c"));
        assert!(hits("type:*char", "t", "c"));
        assert!(!hits("type:char", "t", "c"));
        assert!(hits("*.*", "t", "c"));
    }

    #[test]
    fn a_glob_doesn_t_cross_a_point() {
        assert!(!hits("*.name", "name", "other"));
        assert!(!hits("a*.name", "a", "b.name"));
    }

    #[test]
    fn ranks_are_those_of_the_vaguest_part() {
        assert_eq!(one("a.b").rank(), Rank::Exact);
        assert_eq!(one("d.a.b").rank(), Rank::Exact);
        assert_eq!(one("*.b").rank(), Rank::Glob);
        assert_eq!(one("/a/.*").rank(), Rank::Regex);
        assert_eq!(one("/a/").rank(), Rank::Regex);
        assert_eq!(one("type:json").rank(), Rank::Type);
        let both = ColumnPattern::parse("a.{b,c*}").unwrap();
        assert_eq!(both.iter().map(ColumnPattern::rank).collect::<Vec<_>>(), [Rank::Exact, Rank::Glob]);
    }

    #[test]
    fn braces_nest_and_leave_names_and_expressions_alone() {
        let texts = |text| expand(text).unwrap();
        assert_eq!(texts("{a,b}.{c,d{1,2}}"), ["a.c", "a.d1", "a.d2", "b.c", "b.d1", "b.d2"]);
        assert_eq!(texts("`{a,b}`.c"), ["`{a,b}`.c"]);
        assert_eq!(texts("/^x{2,3}$/.c"), ["/^x{2,3}$/.c"]);
        assert_eq!(texts("{/^x{2,3}$/.c,d.e}").len(), 2);
        assert_eq!(split("/a.b/./c\\/.d/").unwrap(), ["/a.b/", "/c\\/.d/"]);
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("email", "`*.email`"),
            ("a.b.c.d", "backquotes"),
            ("a.", "empty"),
            ("`a.b", "backquote"),
            ("/a", "slash"),
            ("/(/", "not a regular expression"),
            ("a.{b", "isn't closed"),
            ("a.b}", "isn't open"),
            ("type:", "empty"),
            ("{a,b,c,d,e,f}.{a,b,c,d,e,f}{a,b,c,d,e,f}{a,b,c,d,e,f}{a,b,c,d,e,f}", "more than"),
        ] {
            let error = ColumnPattern::parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
