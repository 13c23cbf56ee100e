//! Writes examples as Rust.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::types::Types;
use crate::model::{Expression, RustExample, Struct, Type, TypePath};

/// A request as Rust, from its JSON.
pub(super) fn request(
    types: Types<'_>,
    request: &Struct,
    path: &TypePath,
    made: &Map<String, Value>,
) -> RustExample {
    let mut writer = Writer { types, uses: BTreeSet::new() };
    writer.uses.insert((None, "Endpoint".to_owned()));
    let request = writer.object(request, path, made);
    RustExample { request, uses: writer.uses }
}

/// Writes JSON as Rust.
struct Writer<'a> {
    types: Types<'a>,
    uses: BTreeSet<(Option<String>, String)>,
}

impl Writer<'_> {
    /// An object by its constructor and its setters.
    fn object(
        &mut self,
        object: &Struct,
        path: &TypePath,
        made: &Map<String, Value>,
    ) -> Expression {
        let mut arguments = Vec::new();
        let mut setters = Vec::new();
        for field in &object.fields {
            let Some(value) = made.get(&field.wire).filter(|_| !field.preset) else { continue };
            let value = self.argument(&field.ty, value);
            if field.required {
                arguments.push(value);
            } else {
                setters.push((field.rust.clone(), value));
            }
        }
        let new = Expression::Call(format!("{}::new", self.named(path)), arguments);
        if setters.is_empty() { new } else { Expression::Chain(Box::new(new), setters) }
    }

    /// An argument of a constructor or a setter, which convert it.
    fn argument(&mut self, ty: &Type, value: &Value) -> Expression {
        match (ty, value) {
            (Type::String | Type::Id(_), Value::String(text)) => Expression::Text(text.clone()),
            (Type::Array(item), Value::Array(values)) => {
                Expression::List(values.iter().map(|value| self.argument(item, value)).collect())
            }
            (Type::Map(item), Value::Object(values)) => {
                let pair = |(name, value): (&String, _)| {
                    Expression::Tuple(vec![owned(name), self.value(item, value)])
                };
                Expression::List(values.iter().map(pair).collect())
            }
            _ => self.value(ty, value),
        }
    }

    /// A value of exactly this type.
    fn value(&mut self, ty: &Type, value: &Value) -> Expression {
        use Expression::{Atom, Call, Number, Text};

        let number = || Number(value.as_i64().unwrap_or_default());
        let text = || value.as_str().unwrap_or_default().to_owned();
        match ty {
            Type::String => owned(&text()),
            Type::Id(path) => Call(format!("{}::new", self.named(path)), vec![Text(text())]),
            Type::Boolean => Atom(value.to_string()),
            Type::Flag => Atom((number() == Number(1)).to_string()),
            Type::U32 | Type::U64 | Type::I64 => number(),
            Type::F64 => Atom(format!("{:?}", value.as_f64().unwrap_or_default())),
            Type::Json => Call("serde_json::json!".to_owned(), vec![Atom(value.to_string())]),
            Type::UnixSeconds => self.built_in("UnixSeconds", "new", number()),
            Type::UnixMillis => self.built_in("UnixMillis", "new", number()),
            Type::Seconds => self.built_in("Seconds", "new", number()),
            Type::ErrorCode => self.built_in("ErrorCode", "from", number()),
            Type::MuteTime => match value.as_i64() {
                Some(0) => self.constant("MuteTime", "Unmute"),
                Some(FOREVER) => self.constant("MuteTime", "Forever"),
                _ => {
                    let period = self.built_in("Seconds", "new", number());
                    self.built_in("MuteTime", "For", period)
                }
            },
            Type::Verdict(..) => self.constant("webhook::Verdict", "Allow"),
            Type::TagValue => match value {
                Value::Array(items) => {
                    let items = items.iter().map(|item| owned(item.as_str().unwrap_or_default()));
                    let list = Expression::List(items.collect());
                    self.built_in("TagValue", "from_iter", list)
                }
                Value::String(text) => self.built_in("TagValue", "from", Text(text.clone())),
                _ => self.built_in("TagValue", "from", number()),
            },
            Type::StringEnum(path) | Type::IntegerEnum(path) => {
                let variant = self.types.variant(ty, value).unwrap_or_default();
                Atom(format!("{}::{variant}", self.named(path)))
            }
            Type::Array(item) => {
                let items = value.as_array().into_iter().flatten();
                Call("vec!".to_owned(), items.map(|each| self.value(item, each)).collect())
            }
            Type::Map(_) => {
                let pairs = self.argument(ty, value);
                Call("std::collections::BTreeMap::from".to_owned(), vec![pairs])
            }
            Type::Struct(path) => match (self.types.object(path), value.as_object()) {
                (Some(object), Some(made)) => self.object(object, path, made),
                _ => Expression::default(),
            },
            Type::Union(path) => self.union(path, value),
        }
    }

    fn union(&mut self, path: &TypePath, value: &Value) -> Expression {
        let found = self.types.union(path).and_then(|union| {
            let tag = value.get(&union.tag)?;
            let variant = union.variants.iter().find(|variant| *tag == json!(variant.value))?;
            let content = self.types.object(&variant.content)?;
            Some((variant, content, value.get(&union.content)?.as_object()?))
        });
        let Some((variant, object, made)) = found else { return Expression::default() };
        let content = self.object(object, &variant.content, made);
        Expression::Call(format!("{}::{}", self.named(path), variant.name), vec![content])
    }

    fn built_in(&mut self, ty: &str, function: &str, argument: Expression) -> Expression {
        self.uses.insert((None, ty.to_owned()));
        Expression::Call(format!("{ty}::{function}"), vec![argument])
    }

    fn constant(&mut self, ty: &str, variant: &str) -> Expression {
        self.uses.insert((None, ty.to_owned()));
        Expression::Atom(format!("{ty}::{variant}"))
    }

    fn named<'p>(&mut self, path: &'p TypePath) -> &'p str {
        self.uses.insert((path.area.clone(), path.name.clone()));
        &path.name
    }
}

fn owned(text: &str) -> Expression {
    Expression::Atom(format!("{text:?}.to_owned()"))
}

/// The period of a permanent mute.
const FOREVER: i64 = u32::MAX as i64;
