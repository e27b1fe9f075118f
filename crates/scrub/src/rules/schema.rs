//! The file's JSON Schema, made from the types that read it.

use super::read::{Common, Document};
use crate::transform::spec::TransformSpec;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use std::borrow::Cow;

pub(super) fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Document>().to_value();
    if let Value::Object(root) = &mut schema {
        root.insert("title".to_owned(), "dumpstream rules".into());
    }
    without_null(&mut schema);
    schema
}

/// A key is left out or has a value; `null` is neither.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Object(map) => {
            map.values_mut().for_each(without_null);
            if let Some(Value::Array(kinds)) = map.get_mut("type") {
                kinds.retain(|kind| kind != "null");
            }
            if let Some(Value::Array(kinds)) = map.get("type")
                && let [kind] = kinds.as_slice()
            {
                let kind = kind.clone();
                map.insert("type".to_owned(), kind);
            }
            if let Some(Value::Array(any)) = map.get_mut("anyOf") {
                any.retain(|one| one.get("type").and_then(Value::as_str) != Some("null"));
            }
            if map.get("default") == Some(&Value::Null) {
                map.remove("default");
            }
            if let Some(Value::Array(any)) = map.get("anyOf")
                && let [Value::Object(one)] = any.as_slice()
            {
                let one = one.clone();
                map.remove("anyOf");
                one.into_iter().for_each(|(key, value)| {
                    map.entry(key).or_insert(value);
                });
            }
        }
        _ => {}
    }
}

/// A transformer's options with some of the keys that rules have in common.
fn rule(generator: &mut SchemaGenerator, keys: &[&str], required: &[&str]) -> Schema {
    let common = <Common as JsonSchema>::json_schema(generator);
    let properties = common.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let taken: Map<String, Value> = properties.into_iter().filter(|(name, _)| keys.contains(&name.as_str())).collect();
    let mut schema = TransformSpec::schema_with(generator, &taken, required);
    // `keep` takes no key that it has no use for, and needs a reason.
    for variant in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = variant.pointer("/properties/do/const").and_then(Value::as_str).unwrap_or_default().to_owned();
        if super::read::BLIND.contains(&name.as_str())
            && let Some(Value::Object(properties)) = variant.get_mut("properties")
        {
            let unused = |key: &str| {
                super::read::UNUSED.contains(&key)
                    || (key == "null" && super::read::NULL_BLIND.contains(&name.as_str()))
            };
            properties.retain(|key, _| !unused(key));
        }
        if name == "keep"
            && keys.contains(&"because")
            && let Some(Value::Array(required)) = variant.get_mut("required")
        {
            required.push("because".into());
        }
    }
    schema
}

/// Names of transformers that can be written without a mapping: `keep` needs a reason, others need options.
fn names() -> Value {
    let plain = TransformSpec::NAMES.iter().filter(|name| **name != "keep" && TransformSpec::from_name(name).is_ok());
    plain.map(|name| Value::from(*name)).collect()
}

macro_rules! rules {
    ($($name:ident: $title:literal, $schema:expr;)*) => {
        $(
            pub(super) struct $name;

            impl JsonSchema for $name {
                fn schema_name() -> Cow<'static, str> {
                    $title.into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    $schema(generator)
                }
            }
        )*
    };
}

use super::read::Level;

rules! {
    Column: "Column", |g: &mut SchemaGenerator| rule(g, Level::Column.keys(), &["match"]);
    Otherwise: "Otherwise", |g: &mut SchemaGenerator| {
        let full = rule(g, Level::Otherwise.keys(), &[]);
        json_schema!({ "anyOf": [{ "type": "string", "enum": names() }, full] })
    };
    OnInvalid: "OnInvalid", |g: &mut SchemaGenerator| {
        let mut full = rule(g, Level::OnInvalid.keys(), &[]);
        if let Some(Value::Array(variants)) = full.get_mut("oneOf") {
            variants.retain(|v| v.pointer("/properties/do/const").and_then(Value::as_str) != Some("keep"));
        }
        let Value::Array(mut names) = names() else { return full };
        names.insert(0, "fail".into());
        json_schema!({ "anyOf": [{ "type": "string", "enum": names }, full] })
    };
}
