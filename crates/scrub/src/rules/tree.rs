//! YAML as a tree that knows where each part stands, and serde over it with errors that say so.
//!
//! serde-saphyr could fill the rules' types itself. Then its messages would quote what stands in the file (the value of a
//! `constant`, a key put in the wrong place), and options that depend on `do` would lose their places.

use crate::problem::{Place, Problem, closest, listed};
use serde::Deserialize;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};
use serde_saphyr::{MergeKeyPolicy, Spanned};
use std::fmt;

/// One value of the file.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) value: Value,
}

#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) line: u64,
    pub(crate) column: u64,
    pub(crate) name: String,
}

impl Node {
    /// Reads a file.
    pub(crate) fn parse(text: &str) -> Result<Self, Box<Problem>> {
        let options = serde_saphyr::options! {
            with_snippet: false,
            strict_booleans: true,
            strict_indentation: true,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
            merge_keys: MergeKeyPolicy::Error,
            reject_unsupported_tags: true,
        };
        serde_saphyr::from_str_with_options(text, options).map_err(|e| Box::new(problem(&e)))
    }

    /// Where it is.
    pub(crate) fn place(&self, path: impl Into<String>) -> Place {
        Place { line: self.line, column: self.column, path: path.into() }
    }

    /// The value of a key, where this is a mapping that has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// Its entries, where this is a mapping.
    pub(crate) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The same mapping without some keys.
    pub(crate) fn without(&self, keys: &[&str]) -> Node {
        let rest = self.entries().iter().filter(|(key, _)| !keys.contains(&key.name.as_str()));
        Node { value: Value::Map(rest.cloned().collect()), ..*self }
    }

    /// It, where it is a text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Fills a type with it.
    pub(crate) fn read<'de, T: Deserialize<'de>>(&'de self, path: &str) -> Result<T, Box<Problem>> {
        T::deserialize(self).map_err(|fault| fault.problem(self, path))
    }

    /// Fills an internally tagged enum with it. serde loses the places of such an enum's fields, so they are found again here.
    /// `others` are keys that are known besides.
    pub(crate) fn read_tagged<T: DeserializeOwned>(
        &self,
        path: &str,
        tag: &str,
        others: &[&str],
    ) -> Result<T, Box<Problem>> {
        let fault = match T::deserialize(self) {
            Ok(value) => return Ok(value),
            Err(fault) => fault,
        };
        if let Some((name, known)) = &fault.unknown
            && let Some((key, _)) = self.entries().iter().find(|(key, _)| key.name == *name)
        {
            let mut all = known.to_vec();
            all.extend(others);
            let unknown = unknown("key", name, &all).at(key.line, key.column).within(name.clone());
            return Err(unknown.problem(self, path));
        }
        // The key without which it would be refused for another reason, or not at all, is the one at fault.
        for (key, node) in self.entries().iter().filter(|(key, _)| key.name != tag) {
            let rest = self.without(&[&key.name]);
            if !T::deserialize(&rest).is_err_and(|other| other.message == fault.message) {
                return Err(fault.at(node.line, node.column).within(key.name.clone()).problem(self, path));
            }
        }
        Err(fault.problem(self, path))
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(v) => Unexpected::Bool(*v),
            Value::Int(v) => Unexpected::Signed(i64::try_from(*v).unwrap_or_default()),
            Value::Float(v) => Unexpected::Float(*v),
            Value::Text(v) => Unexpected::Str(v),
            Value::List(_) => Unexpected::Seq,
            Value::Map(_) => Unexpected::Map,
        }
    }
}

/// The parser's own messages name tokens, not values; others are told apart so that nothing of the file is repeated but keys.
fn problem(error: &serde_saphyr::Error) -> Problem {
    use serde_saphyr::Error as E;
    let error = match error.without_snippet() {
        E::AliasError { error, .. } => error.without_snippet(),
        other => other,
    };
    let message = match error {
        E::DuplicateMappingKey { key: Some(key), .. } => format!("the key `{key}` stands here twice"),
        E::DuplicateMappingKey { .. } => "a key stands here twice".to_owned(),
        E::MergeKeyNotAllowed { .. } => "merge keys (`<<`) are refused: they hide what a rule says".to_owned(),
        E::MultipleDocuments { .. } => "more than one YAML document (`---`): rules are one".to_owned(),
        E::NonFiniteFloat { .. } => "not a finite number".to_owned(),
        E::SerdeInvalidType { .. } | E::SerdeInvalidValue { .. } | E::QuotingRequired { .. } => {
            "a value that rules can't hold".to_owned()
        }
        E::ExternalMessage { msg, .. } => format!("not YAML: {msg}"),
        E::Eof { .. } => "the file ends too early".to_owned(),
        E::UnknownAnchor { .. } => "an alias (`*name`) without its anchor (`&name`)".to_owned(),
        E::Budget { .. } | E::AliasReplayLimitExceeded { .. } | E::AliasExpansionLimitExceeded { .. } => {
            "too large or too deep for a rules file".to_owned()
        }
        _ => "not YAML that rules can be read from".to_owned(),
    };
    let problem = match error {
        E::ExternalMessage { .. } | E::Eof { .. } => {
            Problem::new(message).hint("check indentation, quotes and brackets around here")
        }
        _ => Problem::new(message),
    };
    match error.location() {
        Some(l) => problem.at(&Place { line: l.line(), column: l.column(), path: String::new() }),
        None => problem,
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Value>::deserialize(deserializer)?;
        Ok(Self { line: spanned.referenced.line(), column: spanned.referenced.column(), value: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Int(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Int(v.into()))
    }

    fn visit_i128<E>(self, v: i128) -> Result<Value, E> {
        Ok(Value::Int(v))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Value::Float(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::Text(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Value::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Option<String>>>()? {
            // The option `null`, which is YAML's word for nothing.
            let name = key.value.unwrap_or_else(|| "null".to_owned());
            let key = Key { line: key.referenced.line(), column: key.referenced.column(), name };
            entries.push((key, map.next_value()?));
        }
        Ok(Value::Map(entries))
    }
}

/// What serde finds wrong in a tree.
#[derive(Debug)]
pub(crate) struct Fault {
    message: String,
    hint: Option<String>,
    /// An unknown key, and what is known.
    unknown: Option<(String, &'static [&'static str])>,
    /// The keys that lead there, innermost first.
    path: Vec<String>,
    at: Option<(u64, u64)>,
}

impl Fault {
    fn new(message: String) -> Self {
        Self { message, hint: None, unknown: None, path: Vec::new(), at: None }
    }

    fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Places it, unless something further in has.
    fn at(mut self, line: u64, column: u64) -> Self {
        self.at.get_or_insert((line, column));
        self
    }

    fn within(mut self, step: String) -> Self {
        self.path.push(step);
        self
    }

    fn problem(self, node: &Node, path: &str) -> Box<Problem> {
        let (line, column) = self.at.unwrap_or((node.line, node.column));
        let mut path = path.to_owned();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        Box::new(Problem {
            place: Some(Place { line, column, path }),
            message: self.message,
            hint: self.hint,
            ..Problem::default()
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// What was found, without what it holds.
fn kind(unexpected: Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a mapping",
        _ => "something else",
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(without_values(&message.to_string()))
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", kind(unexpected)))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::new(format!("expected {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        unknown("value", variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self { unknown: Some((field.to_owned(), expected)), ..unknown("key", field, expected) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` stands here twice"))
    }
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Fault {
    let meant = closest(name, known.iter().copied()).map(|k| format!("did you mean `{k}`? ")).unwrap_or_default();
    let message = match known {
        [] => format!("there is no {what} `{name}` here"),
        _ => format!("unknown {what} `{name}`"),
    };
    match known {
        [] => Fault::new(message),
        _ => Fault::new(message).hint(format!("{meant}Known here: {}", listed(known))),
    }
}

/// What serde itself says of a wrong type quotes the value; a message that comes as text may hold that.
fn without_values(message: &str) -> String {
    for what in ["invalid type: ", "invalid value: "] {
        if let Some((before, rest)) = message.split_once(what) {
            let expected = rest.rsplit_once(", expected ").map_or("something else", |(_, expected)| expected);
            return format!("{before}expected {expected}");
        }
    }
    message.to_owned()
}

macro_rules! forward_typed {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.deserialize_any(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(v) => visitor.visit_bool(*v),
            Value::Int(v) => match (u64::try_from(*v), i64::try_from(*v)) {
                (Ok(v), _) => visitor.visit_u64(v),
                (_, Ok(v)) => visitor.visit_i64(v),
                _ => visitor.visit_i128(*v),
            },
            Value::Float(v) => visitor.visit_f64(*v),
            Value::Text(v) => visitor.visit_borrowed_str(v),
            Value::List(v) => visitor.visit_seq(Items { nodes: v.iter().enumerate() }),
            Value::Map(v) => visitor.visit_map(Entries { entries: v.iter(), current: None }),
        }
        .map_err(|fault| fault.at(self.line, self.column))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self).map_err(|fault| fault.at(self.line, self.column))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let result = match &self.value {
            Value::Text(name) => visitor.visit_enum(Variant { name, node: None }),
            Value::Map(entries) => match entries.as_slice() {
                [(key, node)] => visitor.visit_enum(Variant { name: &key.name, node: Some(node) }),
                _ => Err(Fault::new("expected a mapping with exactly one key".to_owned())),
            },
            _ => Err(de::Error::invalid_type(self.unexpected(), &"a name")),
        };
        result.map_err(|fault| fault.at(self.line, self.column))
    }

    forward_typed! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::Map(_) => self.deserialize_any(visitor),
            _ => {
                Err(Fault::new(format!("expected a mapping, found {}", kind(self.unexpected())))
                    .at(self.line, self.column))
            }
        }
    }
}

struct Items<'de> {
    nodes: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some((index, node)) = self.nodes.next() else { return Ok(None) };
        let value = seed.deserialize(node);
        value.map(Some).map_err(|fault| fault.at(node.line, node.column).within(format!("[{index}]")))
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, (Key, Node)>,
    current: Option<&'de (Key, Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.current = self.entries.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        let name = de::value::BorrowedStrDeserializer::new(&key.name);
        seed.deserialize(name).map(Some).map_err(|fault: Fault| fault.at(key.line, key.column))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some((key, node)) = self.current else { return Err(Fault::new("a value without a key".to_owned())) };
        seed.deserialize(node).map_err(|fault| fault.at(node.line, node.column).within(key.name.clone()))
    }
}

struct Variant<'de> {
    name: &'de str,
    node: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Fault> {
        let name = de::value::BorrowedStrDeserializer::<Fault>::new(self.name);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.node {
            None => Ok(()),
            Some(node) => Err(Fault::new(format!("`{}` has no options", self.name)).at(node.line, node.column)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        let Some(node) = self.node else { return Err(Fault::new(format!("`{}` needs a value", self.name))) };
        seed.deserialize(node).map_err(|fault| fault.at(node.line, node.column).within(self.name.to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        let Some(node) = self.node else { return Err(Fault::new(format!("`{}` needs a value", self.name))) };
        node.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let Some(node) = self.node else { return Err(Fault::new(format!("`{}` needs a value", self.name))) };
        node.deserialize_struct("", &[], visitor)
    }
}
