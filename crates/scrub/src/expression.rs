//! Conditions on a row: `when` and `keep_rows`.
//!
//! They are MySQL's, with its three-valued logic, and give what the server would give. What can't be told exactly from a
//! dump is refused when the condition is read: arithmetic and functions, the order of texts under a collation other than a
//! binary one, and whatever the server would first convert to another type.
//!
//! A `TIMESTAMP` is compared as the dump has it, which is in UTC unless it was made with `--skip-tz-utc`; a `FLOAT` with the
//! digits that the dump has.

use crate::normal::{Decimal, Normaliser};
use crate::table::{Class, Column, Table};
use crate::transform::{Invalid, Row};
use sqlparser::ast::{BinaryOperator, DataType, Expr, Ident, UnaryOperator, Value};
use sqlparser::dialect::MySqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A condition on the columns of one table.
#[derive(Debug, Clone)]
pub struct Predicate {
    columns: Vec<usize>,
    node: Node,
}

#[derive(Debug, Clone)]
enum Node {
    Constant(Option<bool>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Xor(Box<Node>, Box<Node>),
    /// Whether the condition is one of these; never unknown.
    Is(Box<Node>, Option<bool>),
    IsNull(usize),
    /// A number other than 0.
    NotZero(usize, Form),
    Compare(Operator, Operand, Operand),
    /// One of the values, or unknown where one of them is NULL and none is it.
    In(Operand, Vec<Operand>, bool),
    Like(usize, Box<Pattern>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    NullSafeEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone)]
enum Operand {
    Column(usize, Form),
    Literal(Key),
}

/// How a column's value is read to be compared.
#[derive(Debug, Clone)]
enum Form {
    Exact,
    Double,
    Float,
    Moment,
    Time,
    Text(Normaliser),
    /// In the order of its bytes, with a space for whatever is beyond the end.
    Padded,
    Bytes,
}

/// What is compared; of two operands always the same variant.
#[derive(Debug, Clone)]
enum Key {
    Whole(i64),
    Exact(Decimal),
    Double(f64),
    Moment(i64),
    Text(Vec<u8>),
    Padded(Vec<u8>),
}

#[derive(Debug, Clone)]
struct Pattern {
    parts: Vec<Part>,
    normal: Normaliser,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Any,
    One,
    Char(char),
}

/// Longest condition that is read, and deepest.
const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 40;

impl Predicate {
    /// Reads a condition on this table's columns.
    ///
    /// # Errors
    /// What in it can't be evaluated, or which column the table lacks.
    pub fn parse(text: &str, table: &Table) -> Result<Self, String> {
        let expression = Self::expression(text)?;
        let mut reader = Reader { table, columns: BTreeSet::new() };
        let node = reader.condition(&expression, true, 0)?;
        Ok(Self { columns: reader.columns.into_iter().collect(), node })
    }

    /// Checks what can be told without a table: that it is a condition at all.
    ///
    /// # Errors
    /// Why it isn't.
    pub fn check(text: &str) -> Result<(), String> {
        Self::expression(text).map(drop)
    }

    fn expression(text: &str) -> Result<Expr, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("a condition of more than {MAX_BYTES} bytes"));
        }
        let mut parser = Parser::new(&MySqlDialect {})
            .with_recursion_limit(MAX_DEPTH)
            .try_with_sql(text)
            .map_err(|e| format!("not a condition: {e}"))?;
        let expression = parser.parse_expr().map_err(|e| format!("not a condition: {e}"))?;
        let rest = parser.peek_token();
        if rest.token != Token::EOF {
            return Err(format!("`{rest}` comes after the end of the condition"));
        }
        Ok(expression)
    }

    /// Positions of the columns that it looks at.
    pub fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Whether it holds; `None`: unknown, as for comparisons with NULL.
    ///
    /// # Errors
    /// When a value isn't what its column's type says.
    pub fn test(&self, row: &dyn Row) -> Result<Option<bool>, Invalid> {
        self.node.test(row)
    }
}

/// Reads a condition.
struct Reader<'a> {
    table: &'a Table,
    columns: BTreeSet<usize>,
}

impl Reader<'_> {
    /// `apart`: it is the whole condition, or in parentheses.
    fn condition(&mut self, expression: &Expr, apart: bool, depth: usize) -> Result<Node, String> {
        if depth > MAX_BYTES / 64 {
            return Err("too many conditions within each other".to_owned());
        }
        let deeper = depth + 1;
        let boxed = |n: Node| Box::new(n);
        Ok(match expression {
            Expr::Nested(inner) => self.condition(inner, true, deeper)?,
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                Node::And(boxed(self.condition(left, false, deeper)?), boxed(self.condition(right, false, deeper)?))
            }
            Expr::BinaryOp { left, op: BinaryOperator::Or, right } => {
                Node::Or(boxed(self.condition(left, false, deeper)?), boxed(self.condition(right, false, deeper)?))
            }
            Expr::BinaryOp { left, op: BinaryOperator::Xor, right } => {
                // The parser doesn't bind it as MySQL does.
                let nested = |e: &Expr| matches!(e, Expr::Nested(_));
                if !apart || !nested(left) || !nested(right) {
                    return Err(format!(
                        "`{expression}`: XOR needs parentheses around both sides and around the whole"
                    ));
                }
                Node::Xor(boxed(self.condition(left, true, deeper)?), boxed(self.condition(right, true, deeper)?))
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => Node::Not(boxed(self.condition(expr, false, deeper)?)),
            Expr::IsTrue(e) => Node::Is(boxed(self.condition(e, false, deeper)?), Some(true)),
            Expr::IsNotTrue(e) => Node::Not(boxed(Node::Is(boxed(self.condition(e, false, deeper)?), Some(true)))),
            Expr::IsFalse(e) => Node::Is(boxed(self.condition(e, false, deeper)?), Some(false)),
            Expr::IsNotFalse(e) => Node::Not(boxed(Node::Is(boxed(self.condition(e, false, deeper)?), Some(false)))),
            Expr::IsUnknown(e) => Node::Is(boxed(self.condition(e, false, deeper)?), None),
            Expr::IsNotUnknown(e) => Node::Not(boxed(Node::Is(boxed(self.condition(e, false, deeper)?), None))),
            Expr::IsNull(e) => self.is_null(e, deeper)?,
            Expr::IsNotNull(e) => Node::Not(boxed(self.is_null(e, deeper)?)),
            Expr::BinaryOp { left, op, right } => {
                let operator = match op {
                    BinaryOperator::Eq => Operator::Equal,
                    BinaryOperator::NotEq => Operator::NotEqual,
                    BinaryOperator::Spaceship => Operator::NullSafeEqual,
                    BinaryOperator::Lt => Operator::Less,
                    BinaryOperator::LtEq => Operator::LessOrEqual,
                    BinaryOperator::Gt => Operator::Greater,
                    BinaryOperator::GtEq => Operator::GreaterOrEqual,
                    _ => return Err(not_here(expression)),
                };
                self.compare(operator, left, right, expression)?
            }
            Expr::InList { expr, list, negated } => {
                let column = self.operand_column(expr).ok_or_else(|| not_here(expression))??;
                let mut null = false;
                let mut values = Vec::new();
                let mut form = None;
                for item in list {
                    match literal(item) {
                        Some(Literal::Null) => null = true,
                        Some(l) => {
                            let (f, key) = self.literal_for(column, &l, false, item)?;
                            form = Some(f);
                            values.push(Operand::Literal(key));
                        }
                        None => return Err(not_here(item)),
                    }
                }
                let node = match form {
                    Some(form) => Node::In(Operand::Column(column, form), values, null),
                    None => Node::Constant(None),
                };
                if *negated { Node::Not(boxed(node)) } else { node }
            }
            Expr::Between { expr, negated, low, high } => {
                let node = Node::And(
                    boxed(self.compare(Operator::GreaterOrEqual, expr, low, expression)?),
                    boxed(self.compare(Operator::LessOrEqual, expr, high, expression)?),
                );
                if *negated { Node::Not(boxed(node)) } else { node }
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char } => {
                let node = self.like(expr, pattern, escape_char.as_deref(), expression)?;
                if *negated { Node::Not(boxed(node)) } else { node }
            }
            _ => match literal(expression) {
                Some(Literal::Null) => Node::Constant(None),
                Some(Literal::Number(text)) => {
                    let number = Decimal::parse(text.as_bytes()).ok_or_else(|| not_here(expression))?;
                    Node::Constant(Some(!number.is_zero()))
                }
                Some(_) => return Err(not_here(expression)),
                None => {
                    let index = self.operand_column(expression).ok_or_else(|| not_here(expression))??;
                    let column = self.column(index)?;
                    match number_form(column) {
                        Some(form) => Node::NotZero(index, form),
                        None => {
                            return Err(format!(
                                "`{expression}` is no condition: compare it with something, as only numbers stand for themselves"
                            ));
                        }
                    }
                }
            },
        })
    }

    fn column(&self, index: usize) -> Result<&Column, String> {
        self.table.columns.get(index).ok_or_else(|| "a column is missing".to_owned())
    }

    /// The position of the column that this is. `None`: it is something else.
    fn operand_column(&mut self, expression: &Expr) -> Option<Result<usize, String>> {
        let name = |i: &Ident| i.quote_style.is_none_or(|q| q == '`').then(|| i.value.clone());
        let found = match expression {
            Expr::Nested(inner) => return self.operand_column(inner),
            Expr::Identifier(ident) => name(ident)?,
            Expr::CompoundIdentifier(idents) => match idents.as_slice() {
                [table, column] if name(table)? == self.table.name => name(column)?,
                _ => return Some(Err(format!("`{expression}` is not a column of the table `{}`", self.table.name))),
            },
            _ => return None,
        };
        let Some(index) = self.table.column(&found) else {
            return Some(Err(format!("the table `{}` has no column `{found}`", self.table.name)));
        };
        self.columns.insert(index);
        Some(Ok(index))
    }

    fn is_null(&mut self, expression: &Expr, depth: usize) -> Result<Node, String> {
        match self.operand_column(expression) {
            Some(index) => {
                let index = index?;
                let column = self.column(index)?;
                // The server says yes for a zero date there.
                if !column.nullable && column.class == Class::Temporal {
                    return Err(format!("`{expression}` is NOT NULL: leave the test for NULL out"));
                }
                Ok(Node::IsNull(index))
            }
            None => Ok(Node::Is(Box::new(self.condition(expression, false, depth)?), None)),
        }
    }

    fn compare(&mut self, operator: Operator, left: &Expr, right: &Expr, whole: &Expr) -> Result<Node, String> {
        let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual | Operator::NullSafeEqual);
        match (self.operand_column(left), self.operand_column(right)) {
            (Some(a), Some(b)) => {
                let (a, b) = (a?, b?);
                let (x, y) = self.column_forms(a, b, ordered, whole)?;
                Ok(Node::Compare(operator, Operand::Column(a, x), Operand::Column(b, y)))
            }
            (Some(a), None) => self.compare_literal(operator, a?, right, ordered),
            (None, Some(b)) => {
                let turned = match operator {
                    Operator::Less => Operator::Greater,
                    Operator::LessOrEqual => Operator::GreaterOrEqual,
                    Operator::Greater => Operator::Less,
                    Operator::GreaterOrEqual => Operator::LessOrEqual,
                    same => same,
                };
                self.compare_literal(turned, b?, left, ordered)
            }
            (None, None) => match (literal(left), literal(right)) {
                (Some(Literal::Number(a)), Some(Literal::Number(b))) => {
                    let number = |t: &str| Decimal::parse(t.as_bytes()).map(|d| Operand::Literal(Key::Exact(d)));
                    match (number(&a), number(&b)) {
                        (Some(a), Some(b)) => Ok(Node::Compare(operator, a, b)),
                        _ => Err(not_here(whole)),
                    }
                }
                _ => Err(not_here(whole)),
            },
        }
    }

    fn compare_literal(&self, op: Operator, index: usize, expression: &Expr, ordered: bool) -> Result<Node, String> {
        let value = literal(expression).ok_or_else(|| not_here(expression))?;
        if matches!(value, Literal::Null) {
            return Ok(if op == Operator::NullSafeEqual { Node::IsNull(index) } else { Node::Constant(None) });
        }
        let (form, key) = self.literal_for(index, &value, ordered, expression)?;
        Ok(Node::Compare(op, Operand::Column(index, form), Operand::Literal(key)))
    }

    /// How two columns are compared.
    fn column_forms(&self, a: usize, b: usize, ordered: bool, whole: &Expr) -> Result<(Form, Form), String> {
        let (x, y) = (self.column(a)?, self.column(b)?);
        let differ = || format!("`{whole}`: these columns are of types that the server would convert first");
        match (number_form(x), number_form(y)) {
            (Some(Form::Exact), Some(Form::Exact)) => return Ok((Form::Exact, Form::Exact)),
            (Some(f), Some(g)) => {
                let double = |f| if matches!(f, Form::Exact) { Form::Double } else { f };
                return Ok((double(f), double(g)));
            }
            _ => {}
        }
        match (x.class, y.class) {
            (Class::Temporal, Class::Temporal) => {
                let zone = |c: &Column| c.type_name == "TIMESTAMP";
                let time = |c: &Column| c.type_name == "TIME";
                match (time(x), time(y)) {
                    (true, true) => Ok((Form::Time, Form::Time)),
                    (false, false) if zone(x) == zone(y) => Ok((Form::Moment, Form::Moment)),
                    _ => Err(format!(
                        "`{whole}`: what these columns are to each other depends on the time zone or the day"
                    )),
                }
            }
            (Class::Text, Class::Text) if x.collation == y.collation && x.charset == y.charset => {
                let form = text_form(x, ordered)?;
                Ok((form.clone(), form))
            }
            (Class::Binary, Class::Binary) if is_bytes(x) && is_bytes(y) => Ok((Form::Bytes, Form::Bytes)),
            _ => Err(differ()),
        }
    }

    /// How a column is compared with this literal.
    fn literal_for(&self, index: usize, value: &Literal, ordered: bool, shown: &Expr) -> Result<(Form, Key), String> {
        let column = self.column(index)?;
        let name = &column.name;
        match (column.class, value) {
            (Class::Number, Literal::Number(text)) => {
                let form = number_form(column).ok_or_else(|| format!("`{name}` can't be compared here"))?;
                if matches!(form, Form::Exact) {
                    if text.contains(['e', 'E']) {
                        return Err(format!(
                            "`{shown}`: write it without an exponent to compare it with `{name}` exactly"
                        ));
                    }
                    let number = Decimal::parse(text.as_bytes()).ok_or_else(|| not_here(shown))?;
                    if column.type_name == "YEAR" && text.parse::<u32>().ok().is_none_or(|y| y < 100) {
                        return Err(format!("`{shown}`: write a year of four digits for `{name}`"));
                    }
                    let key = text.parse().map_or(Key::Exact(number), Key::Whole);
                    return Ok((form, key));
                }
                let number = text.parse().ok().filter(|n: &f64| n.is_finite()).ok_or_else(|| not_here(shown))?;
                Ok((form, Key::Double(number)))
            }
            (Class::Number, _) => Err(format!("`{shown}`: `{name}` is a number, write one without quotes")),
            (Class::Temporal, Literal::Text(text) | Literal::Moment(text) | Literal::Date(text))
                if column.type_name != "TIME" =>
            {
                let has_time = text.contains(':');
                let right = match value {
                    Literal::Date(_) => !has_time,
                    Literal::Moment(_) => has_time,
                    _ => true,
                };
                let key = moment(text.as_bytes()).filter(|m| right && is_valid(*m)).ok_or_else(|| {
                    format!("`{shown}`: write '2025-01-31' or '2025-01-31 23:59:59' to compare with `{name}`")
                })?;
                Ok((Form::Moment, Key::Moment(key)))
            }
            (Class::Temporal, Literal::Text(text) | Literal::Time(text)) if column.type_name == "TIME" => {
                let key = time(text.as_bytes())
                    .ok_or_else(|| format!("`{shown}`: write '23:59:59' to compare with `{name}`"))?;
                Ok((Form::Time, Key::Moment(key)))
            }
            (Class::Temporal, _) => {
                Err(format!("`{shown}`: `{name}` is a {}, compare it with one in quotes", column.type_name))
            }
            (Class::Text, Literal::Text(text)) => {
                let form = text_form(column, ordered)?;
                let key = match &form {
                    Form::Text(normal) => Key::Text(normal.normal(text.as_bytes(), &mut Vec::new()).to_vec()),
                    Form::Padded => Key::Padded(text.as_bytes().to_vec()),
                    _ => Key::Text(text.as_bytes().to_vec()),
                };
                Ok((form, key))
            }
            (Class::Text, _) => Err(format!("`{shown}`: `{name}` is text, compare it with text in quotes")),
            (Class::Label, Literal::Text(text)) => {
                let known = if column.type_name == "SET" {
                    is_set(text, &column.labels)
                } else {
                    column.labels.iter().any(|l| l == text)
                };
                if ordered {
                    return Err(format!("`{name}`: the order of labels isn't compared here, list them with IN"));
                }
                if !known {
                    return Err(format!("`{shown}` is not a label of `{name}` as its definition spells it"));
                }
                Ok((Form::Bytes, Key::Text(text.clone().into_bytes())))
            }
            (Class::Label, _) => Err(format!("`{shown}`: compare `{name}` with one of its labels in quotes")),
            (Class::Binary, Literal::Bytes(bytes)) if is_bytes(column) => Ok((Form::Bytes, Key::Text(bytes.clone()))),
            (Class::Binary, _) => {
                Err(format!("`{name}` holds bytes: compare it with x'00ff'; other types of bytes aren't compared"))
            }
            (Class::Json, _) => Err(format!("`{name}` is JSON, which isn't compared here")),
        }
    }

    fn like(&mut self, expr: &Expr, pattern: &Expr, escape: Option<&Expr>, whole: &Expr) -> Result<Node, String> {
        let index = self.operand_column(expr).ok_or_else(|| not_here(whole))??;
        let column = self.column(index)?;
        if column.class != Class::Text {
            return Err(format!("`{whole}`: LIKE is for text columns"));
        }
        let text = match literal(pattern) {
            Some(Literal::Text(text)) => text,
            Some(Literal::Null) => return Ok(Node::Constant(None)),
            _ => return Err(not_here(whole)),
        };
        let escape = match escape.map(literal) {
            None => '\\',
            Some(Some(Literal::Text(e))) if e.len() == 1 && e.is_ascii() => e.chars().next().unwrap_or('\\'),
            Some(_) => return Err(format!("`{whole}`: ESCAPE needs one ASCII character")),
        };
        let normal = collation_of(column)?;
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                // Before it is looked at as a wildcard; the last one stands for itself.
                c if c == escape => Part::Char(chars.next().unwrap_or(c)),
                '%' if parts.last() == Some(&Part::Any) => continue,
                '%' => Part::Any,
                '_' => Part::One,
                c => Part::Char(c),
            });
        }
        if !normal.is_binary() && parts.iter().any(|p| matches!(p, Part::Char(c) if !(' '..='~').contains(c))) {
            return Err(format!(
                "`{whole}`: LIKE with characters beyond ASCII is only evaluated under a _bin collation"
            ));
        }
        Ok(Node::Like(index, Box::new(Pattern { parts, normal })))
    }
}

fn not_here(expression: &Expr) -> String {
    format!(
        "`{expression}` can't be evaluated here: a condition compares columns with literals, and joins such comparisons with \
         AND, OR and NOT"
    )
}

/// A literal as it is written.
enum Literal {
    Null,
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    Date(String),
    Time(String),
    /// Of DATETIME or TIMESTAMP.
    Moment(String),
}

fn literal(expression: &Expr) -> Option<Literal> {
    match expression {
        Expr::Nested(inner) => literal(inner),
        Expr::Value(value) => match &value.value {
            Value::Null => Some(Literal::Null),
            Value::Boolean(b) => Some(Literal::Number(u8::from(*b).to_string())),
            Value::Number(text, false) => Some(Literal::Number(text.clone())),
            Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Some(Literal::Text(text.clone())),
            Value::HexStringLiteral(hex) => {
                let hex = hex.as_bytes();
                let bytes =
                    hex.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
                (hex.len() % 2 == 0).then(|| bytes.collect::<Option<Vec<u8>>>()).flatten().map(Literal::Bytes)
            }
            _ => None,
        },
        Expr::UnaryOp { op, expr } => match (op, literal(expr)?) {
            (UnaryOperator::Minus, Literal::Number(text)) => {
                Some(Literal::Number(text.strip_prefix('-').map_or_else(|| format!("-{text}"), str::to_owned)))
            }
            (UnaryOperator::Plus, number @ Literal::Number(_)) => Some(number),
            _ => None,
        },
        Expr::TypedString(typed) => {
            let Value::SingleQuotedString(text) = &typed.value.value else { return None };
            match &typed.data_type {
                DataType::Date => Some(Literal::Date(text.clone())),
                DataType::Time(None, _) => Some(Literal::Time(text.clone())),
                DataType::Timestamp(None, _) | DataType::Datetime(None) => Some(Literal::Moment(text.clone())),
                _ => None,
            }
        }
        _ => None,
    }
}

fn number_form(column: &Column) -> Option<Form> {
    match column.type_name.as_str() {
        _ if column.class != Class::Number => None,
        "FLOAT" => Some(Form::Float),
        "DOUBLE" | "REAL" => Some(Form::Double),
        _ => Some(Form::Exact),
    }
}

fn is_bytes(column: &Column) -> bool {
    matches!(column.type_name.as_str(), "BINARY" | "VARBINARY" | "BLOB" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB")
}

fn collation_of(column: &Column) -> Result<Normaliser, String> {
    let named = column.collation.as_deref();
    named.and_then(Normaliser::for_collation).ok_or_else(|| match named {
        Some(collation) => {
            format!("`{}` has the collation {collation}, under which values aren't compared here", column.name)
        }
        None => format!("it isn't known by which collation `{}` compares", column.name),
    })
}

fn text_form(column: &Column, ordered: bool) -> Result<Form, String> {
    let normal = collation_of(column)?;
    if !ordered {
        return Ok(Form::Text(normal));
    }
    let collation = column.collation.as_deref().unwrap_or_default();
    // In these, the order of bytes is that of UTF-8.
    let unicode = ["utf8mb4_", "utf8mb3_", "utf8_", "ascii_"].iter().any(|p| collation.starts_with(p));
    match collation {
        c if c.ends_with("_0900_bin") || c.ends_with("_nopad_bin") => Ok(Form::Bytes),
        c if c.ends_with("_bin") && unicode => Ok(Form::Padded),
        _ => Err(format!(
            "`{}` has the collation {collation}, whose order isn't known here: compare it with =, IN or LIKE",
            column.name
        )),
    }
}

/// Members in the order of the definition, without doubles: as the server prints them.
fn is_set(text: &str, labels: &[String]) -> bool {
    if text.is_empty() {
        return true;
    }
    let mut rest = labels.iter();
    text.split(',').all(|member| rest.any(|l| l == member))
}

/// A date with or without a time of day, as a number that has its order.
fn moment(text: &[u8]) -> Option<i64> {
    let (date, clock) = match text.iter().position(|b| matches!(b, b' ' | b'T')) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    let mut parts = date.split(|b| *b == b'-');
    let year = digits(parts.next()?, 4, 4)?;
    let (month, day) = (digits(parts.next()?, 1, 2)?, digits(parts.next()?, 1, 2)?);
    if parts.next().is_some() || month > 12 || day > 31 {
        return None;
    }
    let clock = match clock {
        Some(clock) => clock_time(clock, 23)?,
        None => 0,
    };
    Some(((year * 13 + month) * 32 + day) * DAY + clock)
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Whether it is a day of the calendar.
fn is_valid(moment: i64) -> bool {
    let date = moment / DAY;
    let (year, month, day) = (date / 32 / 13, date / 32 % 13, date % 32);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// A duration, in microseconds.
fn time(text: &[u8]) -> Option<i64> {
    match text.strip_prefix(b"-") {
        Some(rest) => clock_time(rest, 838).map(|t| -t),
        None => clock_time(text, 838),
    }
}

/// Hours, minutes, seconds and a fraction of at most six digits.
fn clock_time(text: &[u8], most_hours: i64) -> Option<i64> {
    let (text, fraction) = match text.iter().position(|b| *b == b'.') {
        Some(at) => {
            let fraction = text.get(at + 1..)?;
            let scale = 10_i64.checked_pow(6_u32.checked_sub(u32::try_from(fraction.len()).ok()?)?)?;
            (text.get(..at)?, digits(fraction, 1, 6)? * scale)
        }
        None => (text, 0),
    };
    let mut parts = text.split(|b| *b == b':');
    let hours = digits(parts.next()?, 2, 3)?;
    let (minutes, seconds) = (digits(parts.next()?, 2, 2)?, digits(parts.next()?, 2, 2)?);
    if parts.next().is_some() || hours > most_hours || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction)
}

fn digits(text: &[u8], least: usize, most: usize) -> Option<i64> {
    if !(least..=most).contains(&text.len()) || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |n, b| n * 10 + i64::from(b - b'0')))
}

impl Node {
    fn test(&self, row: &dyn Row) -> Result<Option<bool>, Invalid> {
        Ok(match self {
            Self::Constant(value) => *value,
            Self::Not(inner) => inner.test(row)?.map(|b| !b),
            Self::And(a, b) => match a.test(row)? {
                Some(false) => Some(false),
                Some(true) => b.test(row)?,
                None => b.test(row)?.filter(|b| !b),
            },
            Self::Or(a, b) => match a.test(row)? {
                Some(true) => Some(true),
                Some(false) => b.test(row)?,
                None => b.test(row)?.filter(|b| *b),
            },
            Self::Xor(a, b) => a.test(row)?.zip(b.test(row)?).map(|(a, b)| a != b),
            Self::Is(inner, wanted) => Some(inner.test(row)? == *wanted),
            Self::IsNull(index) => Some(row.column(*index).is_none()),
            Self::NotZero(index, form) => match row.column(*index) {
                None => None,
                Some(value) => Some(match form.read(value)? {
                    Read::Whole(n) => n != 0,
                    Read::Exact(d) => !d.is_zero(),
                    Read::Double(n) => n != 0.0,
                    Read::Moment(_) | Read::Text(_) | Read::Padded(_) => return Err(Invalid("a number")),
                }),
            },
            Self::Compare(operator, a, b) => match (a.read(row)?, b.read(row)?) {
                (Some(a), Some(b)) => {
                    let order = a.compare(&b);
                    Some(match operator {
                        Operator::Equal | Operator::NullSafeEqual => order.is_eq(),
                        Operator::NotEqual => order.is_ne(),
                        Operator::Less => order.is_lt(),
                        Operator::LessOrEqual => order.is_le(),
                        Operator::Greater => order.is_gt(),
                        Operator::GreaterOrEqual => order.is_ge(),
                    })
                }
                (a, b) if *operator == Operator::NullSafeEqual => Some(a.is_none() && b.is_none()),
                _ => None,
            },
            Self::In(operand, values, null) => match operand.read(row)? {
                None => None,
                Some(value) => {
                    let mut found = false;
                    for other in values {
                        found |= other.read(row)?.is_some_and(|o| value.compare(&o).is_eq());
                    }
                    if found { Some(true) } else { (!null).then_some(false) }
                }
            },
            Self::Like(index, pattern) => match row.column(*index) {
                None => None,
                Some(value) => {
                    let text = std::str::from_utf8(value).map_err(|_| Invalid("text in UTF-8"))?;
                    Some(pattern.matches(text))
                }
            },
        })
    }
}

/// What is compared, borrowed where it can be.
enum Read<'a> {
    Whole(i64),
    Exact(std::borrow::Cow<'a, Decimal>),
    Double(f64),
    Moment(i64),
    Text(std::borrow::Cow<'a, [u8]>),
    Padded(&'a [u8]),
}

impl Operand {
    fn read<'a>(&'a self, row: &'a dyn Row) -> Result<Option<Read<'a>>, Invalid> {
        use std::borrow::Cow;
        match self {
            Self::Column(index, form) => row.column(*index).map(|v| form.read(v)).transpose(),
            Self::Literal(key) => Ok(Some(match key {
                Key::Whole(n) => Read::Whole(*n),
                Key::Exact(d) => Read::Exact(Cow::Borrowed(d)),
                Key::Double(n) => Read::Double(*n),
                Key::Moment(n) => Read::Moment(*n),
                Key::Text(bytes) => Read::Text(Cow::Borrowed(bytes)),
                Key::Padded(bytes) => Read::Padded(bytes),
            })),
        }
    }
}

impl Form {
    fn read<'a>(&self, value: &'a [u8]) -> Result<Read<'a>, Invalid> {
        use std::borrow::Cow;
        let text = || std::str::from_utf8(value).map_err(|_| Invalid("a number"));
        Ok(match self {
            Self::Exact => match text()?.parse() {
                Ok(n) => Read::Whole(n),
                Err(_) => Read::Exact(Cow::Owned(Decimal::parse(value).ok_or(Invalid("a number"))?)),
            },
            Self::Double => Read::Double(text()?.parse().map_err(|_| Invalid("a number"))?),
            Self::Float => Read::Double(f64::from(text()?.parse::<f32>().map_err(|_| Invalid("a number"))?)),
            Self::Moment => Read::Moment(moment(value).ok_or(Invalid("a date, or a date with a time of day"))?),
            Self::Time => Read::Moment(time(value).ok_or(Invalid("a time"))?),
            Self::Text(normal) => {
                let mut scratch = Vec::new();
                let form = normal.normal(value, &mut scratch);
                // What was cut off at the end is still a part of the value.
                match value.get(..form.len()) {
                    Some(start) if std::ptr::eq(start, form) => Read::Text(Cow::Borrowed(start)),
                    _ => Read::Text(Cow::Owned(form.to_vec())),
                }
            }
            Self::Padded => Read::Padded(value),
            Self::Bytes => Read::Text(Cow::Borrowed(value)),
        })
    }
}

impl Read<'_> {
    fn compare(&self, other: &Read<'_>) -> Ordering {
        match (self, other) {
            (Read::Whole(a), Read::Whole(b)) => a.cmp(b),
            (Read::Exact(a), Read::Exact(b)) => a.cmp(b),
            (Read::Whole(a), Read::Exact(b)) => Decimal::from(*a).cmp(b),
            (Read::Exact(a), Read::Whole(b)) => a.as_ref().cmp(&Decimal::from(*b)),
            (Read::Double(a), Read::Double(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Read::Moment(a), Read::Moment(b)) => a.cmp(b),
            (Read::Text(a), Read::Text(b)) => a.as_ref().cmp(b.as_ref()),
            (Read::Padded(a), Read::Padded(b)) => padded(a, b),
            // The reader lets no others meet.
            _ => Ordering::Less,
        }
    }
}

fn padded(a: &[u8], b: &[u8]) -> Ordering {
    let common = a.len().min(b.len());
    let space = |rest: &[u8]| rest.iter().map(|x| x.cmp(&b' ')).find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
    let (x, y) = (a.split_at(common), b.split_at(common));
    x.0.cmp(y.0).then_with(|| space(x.1)).then_with(|| space(y.1).reverse())
}

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        let (mut rest, mut at) = (text.chars(), 0);
        // Where to go on after the last `%`, with one character more for it.
        let mut back: Option<(std::str::Chars<'_>, usize)> = None;
        loop {
            let mut next = rest.clone();
            let matched = match (self.parts.get(at), next.next()) {
                (Some(Part::Any), _) => {
                    at += 1;
                    back = Some((rest.clone(), at));
                    continue;
                }
                (None, None) => return true,
                (Some(Part::One), Some(_)) => true,
                (Some(Part::Char(p)), Some(c)) => self.normal.is_same_char(*p, c),
                (Some(_), None) => return false,
                (None, Some(_)) => false,
            };
            if matched {
                rest = next;
                at += 1;
                continue;
            }
            let Some((from, part)) = &mut back else { return false };
            if from.next().is_none() {
                return false;
            }
            (rest, at) = (from.clone(), *part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Values(Vec<Option<Vec<u8>>>);

    impl Row for Values {
        fn column(&self, index: usize) -> Option<&[u8]> {
            self.0.get(index).and_then(Option::as_deref)
        }
    }

    fn column(name: &str, class: Class, type_name: &str, collation: Option<&str>) -> Column {
        let labels = match type_name {
            "ENUM" | "SET" => vec!["draft".to_owned(), "sent".to_owned(), "it's".to_owned()],
            _ => Vec::new(),
        };
        let collation = collation.map(str::to_owned);
        Column { class, type_name: type_name.to_owned(), collation, labels, ..Column::text(name) }
    }

    fn table() -> Table {
        Table {
            database: None,
            name: "t".to_owned(),
            columns: vec![
                column("i", Class::Number, "BIGINT", None),
                column("d", Class::Number, "DECIMAL", None),
                column("f", Class::Number, "DOUBLE", None),
                column("s", Class::Text, "VARCHAR", Some("utf8mb4_general_ci")),
                column("b", Class::Text, "VARCHAR", Some("utf8mb4_bin")),
                column("at", Class::Temporal, "DATETIME", None),
                column("e", Class::Label, "ENUM", None),
                column("v", Class::Binary, "VARBINARY", None),
                column("x", Class::Text, "VARCHAR", Some("utf8mb4_swedish_ci")),
                column("h", Class::Temporal, "TIME", None),
                column("m", Class::Label, "SET", None),
            ],
            unique_keys: Vec::new(),
            defined: true,
        }
    }

    fn row() -> Values {
        let values: [Option<&[u8]>; 11] = [
            Some(b"9007199254740993"),
            Some(b"1.50"),
            Some(b"0.1"),
            Some("Élan ".as_bytes()),
            None,
            Some(b"2025-01-01 10:00:00.500"),
            Some(b"draft"),
            Some(b"\x00\xff"),
            Some(b"x"),
            Some(b"-01:00:00"),
            Some(b"draft,it's"),
        ];
        Values(values.into_iter().map(|v| v.map(<[u8]>::to_vec)).collect())
    }

    #[test]
    fn three_valued() {
        for (text, expected) in [
            ("i = 9007199254740993", Some(true)),
            ("i = 9007199254740992", Some(false)),
            ("d = 1.5 AND d <> 1.51", Some(true)),
            ("d > 1.49999999999999999999", Some(true)),
            ("-1 < d", Some(true)),
            ("f = 0.1", Some(true)),
            ("s = 'elan'", Some(true)),
            ("S IN ('x', \"ELAN\")", Some(true)),
            ("`t`.`s` <> 'elan'", Some(false)),
            ("b = 'a'", None),
            ("b <=> NULL", Some(true)),
            ("b IS NULL", Some(true)),
            ("b IS NOT NULL", Some(false)),
            ("b = 'a' OR i > 1", Some(true)),
            ("b = 'a' AND i > 1", None),
            ("b = 'a' AND i < 1", Some(false)),
            ("NOT b = 'a'", None),
            ("(b = 'a') IS NOT TRUE", Some(true)),
            ("(b = 'a') IS NULL", Some(true)),
            ("(i = 1) XOR (d = 1.5)", Some(true)),
            ("i IN (1, NULL)", None),
            ("i NOT IN (1, 2)", Some(true)),
            ("i NOT IN (9007199254740993, NULL)", Some(false)),
            ("at >= '2025-01-01'", Some(true)),
            ("at = TIMESTAMP '2025-01-01 10:00:00.5'", Some(true)),
            ("at < DATE '2025-01-02'", Some(true)),
            ("at BETWEEN '2025-01-01 10:00:01' AND NULL", Some(false)),
            ("h < '00:00:00'", Some(true)),
            ("e = 'draft'", Some(true)),
            ("e <> 'sent'", Some(true)),
            ("m = 'draft,it\\'s'", Some(true)),
            ("v = x'00FF'", Some(true)),
            ("s LIKE 'e_a%'", Some(true)),
            ("s LIKE 'elan'", Some(false)),
            ("s LIKE '%n '", Some(true)),
            ("s LIKE 'e|_%' ESCAPE '|'", Some(false)),
            ("s NOT LIKE '%z%'", Some(true)),
            ("i", Some(true)),
            ("TRUE AND NOT FALSE", Some(true)),
            ("NULL", None),
            ("1 < 2", Some(true)),
        ] {
            let predicate = Predicate::parse(text, &table()).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(predicate.test(&row()), Ok(expected), "{text}");
        }
        let predicate = Predicate::parse("b = 'a' OR i = 1 OR s = 'x'", &table()).unwrap();
        assert_eq!(predicate.columns(), [0, 3, 4]);
    }

    #[test]
    fn what_is_not_exact_is_refused_by_name() {
        for (text, word) in [
            ("nothing = 1", "nothing"),
            ("u.i = 1", "u.i"),
            ("i = '1'", "without quotes"),
            ("i = 1e3", "exponent"),
            ("i + 1 = 2", "i + 1"),
            ("lower(s) = 'a'", "lower"),
            ("s = 1", "in quotes"),
            ("s < 'a'", "order"),
            ("x = 'a'", "utf8mb4_swedish_ci"),
            ("at = 20250101", "in quotes"),
            ("at = '2025-02-30'", "2025-02-30"),
            ("at = '25-01-01'", "25-01-01"),
            ("at = h", "time zone"),
            ("e = 'Draft'", "label"),
            ("e < 'sent'", "order"),
            ("s = b", "convert"),
            ("s", "no condition"),
            ("v = 'a'", "bytes"),
            ("i = 1 XOR i = 2", "XOR"),
            ("s LIKE 'é'", "LIKE"),
            ("i LIKE '1'", "LIKE"),
            ("i = 1; DROP TABLE t", "end"),
            ("i = (SELECT 1)", "SELECT"),
            ("", "not a condition"),
        ] {
            let error = Predicate::parse(text, &table()).expect_err(text);
            assert!(error.contains(word), "{text}: {error}");
        }
    }

    #[test]
    fn values_that_are_not_of_their_type() {
        let predicate = Predicate::parse("i = 1", &table()).unwrap();
        assert_eq!(predicate.test(&Values(vec![Some(b"one".to_vec())])), Err(Invalid("a number")));
    }

    #[test]
    fn deep_ones_end() {
        for text in ["(".repeat(10_000), "NOT ".repeat(10_000), format!("i = 1{}", " OR i = 1".repeat(7_000))] {
            let _ = Predicate::parse(&text, &table());
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..20)) {
            let _ = Predicate::parse(&text, &table());
            let values = Values(vec![Some(bytes); 11]);
            for text in ["i=1 or d>2", "f<1", "s='a'", "b<'a'", "at<'2025-01-01'", "h>'10:00:00'", "s like '%a_b%'", "e='sent'", "v=x'00'", "i"] {
                let _ = Predicate::parse(text, &table()).unwrap().test(&values);
            }
        }

        #[test]
        fn made_of_tokens(parts in prop::collection::vec(prop::sample::select(vec![
            "i", "s", "at", "e", "=", "<", "<=>", "AND", "OR", "NOT", "XOR", "IN", "(", ")", ",", "1", "'a'", "NULL", "IS", "LIKE", "BETWEEN", "TRUE", "-", "1.5", "'2025-01-01'", "ESCAPE", "x'0'",
        ]), 0..14)) {
            if let Ok(predicate) = Predicate::parse(&parts.join(" "), &table()) {
                let _ = predicate.test(&row());
            }
        }
    }
}
