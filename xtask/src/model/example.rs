//! Examples of requests and responses: what a caller would send and get, as JSON and as Rust.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    Area, Bounds, Endpoint, Field, SharedTypes, Struct, Type, TypePath, Union, Values, WEBHOOK,
    Webhook,
};

/// Examples of one endpoint.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    /// The body of a request as JSON.
    pub(crate) request: Value,
    /// The same request in Rust.
    pub(crate) code: RustExample,
    /// What the response holds besides the fields that all responses share, as JSON.
    pub(crate) response: Value,
}

/// A request in Rust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RustExample {
    pub(crate) request: Expression,
    /// What it names: a module below the root of the crate, if any, and a type in it.
    pub(crate) uses: BTreeSet<(Option<String>, String)>,
}

/// A value in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// Something that is not broken over lines.
    Atom(String),
    Number(i64),
    Text(String),
    List(Vec<Expression>),
    Tuple(Vec<Expression>),
    /// A function, or a macro with its exclamation mark, and its arguments.
    Call(String, Vec<Expression>),
    /// A value and the methods that are called on it.
    Chain(Box<Expression>, Vec<(String, Expression)>),
}

impl Default for Expression {
    fn default() -> Self {
        Self::Atom("()".to_owned())
    }
}

/// Every type that a field can name, seen from one endpoint.
#[derive(Clone, Copy)]
pub(super) struct Types<'a> {
    pub(super) shared: &'a SharedTypes,
    pub(super) areas: &'a BTreeMap<String, Area>,
    pub(super) webhooks: &'a SharedTypes,
    /// Objects of the endpoint's or the webhook's own file.
    pub(super) local: &'a [Struct],
}

impl<'a> Types<'a> {
    pub(super) fn object(&self, path: &TypePath) -> Option<&'a Struct> {
        let structs = if path.local { self.local } else { &self.home(path)?.structs };
        structs.iter().find(|object| object.name == path.name)
    }

    pub(super) fn union(&self, path: &TypePath) -> Option<&'a Union> {
        self.home(path)?.unions.iter().find(|union| union.name == path.name)
    }

    fn home(&self, path: &TypePath) -> Option<&'a SharedTypes> {
        match path.area.as_deref() {
            Some(WEBHOOK) => Some(self.webhooks),
            Some(area) => self.areas.get(area).map(|area| &area.shared),
            None => Some(self.shared),
        }
    }

    fn ids(&self, path: &TypePath) -> &'a [String] {
        let id = self.home(path).and_then(|home| home.ids.iter().find(|id| id.name == path.name));
        id.map_or(&[], |id| &id.examples)
    }

    fn first_listed(&self, path: &TypePath) -> Option<Value> {
        let list = self.home(path)?.string_enums.iter().find(|list| list.name == path.name)?;
        list.values.first().map(|value| json!(value.value))
    }

    /// The variant of an enumeration that stands for a value on the wire.
    fn variant(&self, ty: &Type, value: &Value) -> Option<&'a str> {
        match ty {
            Type::StringEnum(path) => {
                let list =
                    self.home(path)?.string_enums.iter().find(|each| each.name == path.name)?;
                let found = list.values.iter().find(|each| *value == json!(each.value))?;
                Some(&found.name)
            }
            Type::IntegerEnum(path) => {
                let lists = &self.home(path)?.integer_enums;
                let list = lists.iter().find(|each| each.name == path.name)?;
                let found = list.values.iter().find(|each| *value == json!(each.value))?;
                Some(&found.name)
            }
            _ => None,
        }
    }
}

/// The examples of an endpoint whose types are all known.
pub(super) fn examples(types: Types<'_>, endpoint: &Endpoint) -> Examples {
    let request = &endpoint.request;
    let page_size = endpoint.paging.as_ref().and_then(|paging| paging.page_size.as_ref());
    let facts = &endpoint.facts;
    let groups: Vec<_> = facts.exactly_one_of.iter().chain(&facts.at_least_one_of).collect();
    let choice = Choice::Sent { groups: &groups, page_size };
    let sent = Maker { types, choice, used: BTreeMap::new() }.object(request, 0);
    let mut writer = Writer { types, uses: BTreeSet::new() };
    writer.uses.insert((None, "Endpoint".to_owned()));
    let path =
        TypePath { area: Some(endpoint.area.clone()), local: true, name: endpoint.name.clone() };
    let code = writer.object(request, &path, &sent);
    let in_body = |name: &str| request.field(name).is_some_and(|field| !field.in_query);
    Examples {
        request: sent.into_iter().filter(|(name, _)| in_body(name)).collect(),
        code: RustExample { request: code, uses: writer.uses },
        response: received(types, &endpoint.response).into(),
    }
}

/// The example of a webhook's body.
pub(super) fn webhook(types: Types<'_>, webhook: &Webhook) -> Value {
    received(types, &webhook.payload).into()
}

/// An example of what the service sends.
pub(super) fn received(types: Types<'_>, object: &Struct) -> Map<String, Value> {
    Maker { types, choice: Choice::Received, used: BTreeMap::new() }.object(object, 0)
}

/// Makes JSON. One maker serves one example, so that two accounts in it are two accounts.
struct Maker<'a> {
    types: Types<'a>,
    choice: Choice<'a>,
    /// How many ids of each type have been used.
    used: BTreeMap<&'a str, usize>,
}

/// Which fields an example shows.
#[derive(Clone, Copy)]
enum Choice<'a> {
    /// What is required, one field of each of these groups, and what has an example of its own.
    Sent { groups: &'a [&'a Vec<String>], page_size: Option<&'a (String, u32)> },
    /// Everything, and everything in the objects in it; further down what is required.
    Received,
}

impl<'a> Maker<'a> {
    fn object(&mut self, object: &'a Struct, depth: usize) -> Map<String, Value> {
        let mut made = Map::new();
        for field in &object.fields {
            if self.is_shown(object, field, depth)
                && let Some(value) = self.field(field, depth)
            {
                made.insert(field.wire.clone(), value);
            }
        }
        made
    }

    fn is_shown(&self, object: &Struct, field: &Field, depth: usize) -> bool {
        let asked_for = field.required || field.example.is_some();
        match self.choice {
            Choice::Received => asked_for || depth < 2,
            Choice::Sent { groups, .. } if depth == 0 => {
                match groups.iter().find(|group| group.contains(&field.wire)) {
                    None => asked_for,
                    Some(group) => chosen(object, group) == Some(&field.wire),
                }
            }
            Choice::Sent { .. } => asked_for,
        }
    }

    fn field(&mut self, field: &'a Field, depth: usize) -> Option<Value> {
        if field.preset {
            return Some(preset(field));
        }
        if let Some(example) = &field.example {
            return Some(example.value.clone());
        }
        match self.choice {
            Choice::Sent { page_size: Some((name, max)), .. }
                if depth == 0 && *name == field.wire =>
            {
                Some(json!(max))
            }
            _ => self.value(&field.ty, field, depth),
        }
    }

    /// `None` where the type alone does not say enough.
    fn value(&mut self, ty: &'a Type, field: &'a Field, depth: usize) -> Option<Value> {
        let own_default =
            || field.default.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Some(match ty {
            Type::String => first_text(&field.bounds).or_else(own_default)?,
            Type::StringEnum(path) => first_text(&field.bounds)
                .or_else(own_default)
                .or_else(|| self.types.first_listed(path))?,
            Type::TagValue | Type::Map(_) | Type::Json => return None,
            Type::Id(path) => self.id(path)?,
            Type::Array(item) => {
                let several = matches!(&**item, Type::Id(path) if self.types.ids(path).len() > 1);
                let count = if several && field.bounds.max_items != Some(1) { 2 } else { 1 };
                let items: Option<Vec<Value>> =
                    (0..count).map(|_| self.value(item, field, depth)).collect();
                Value::Array(items?)
            }
            Type::Boolean => json!(true),
            Type::Flag => json!(1),
            Type::Verdict(..) => json!(0),
            Type::F64 => json!(within(&field.bounds, 1) as f64),
            Type::Struct(path) => {
                let object = self.types.object(path)?;
                let made =
                    if depth < DEEPEST { self.object(object, depth + 1) } else { Map::new() };
                // Fields that lie too deep to be shown leave nothing.
                (!made.is_empty() || field.required).then(|| made.into())?
            }
            Type::Union(path) => {
                let union = self.types.union(path)?;
                let variant = union.variants.first().filter(|_| depth < DEEPEST)?;
                let content = self.object(self.types.object(&variant.content)?, depth + 1);
                json!({ union.tag.as_str(): variant.value, union.content.as_str(): content })
            }
            number => match &field.bounds.values {
                Values::Numbers(numbers) => json!(numbers.first()?),
                Values::Listed(list) => json!(list.integers.first()?),
                _ => own_default().unwrap_or_else(|| json!(within(&field.bounds, usual(number)))),
            },
        })
    }

    fn id(&mut self, path: &'a TypePath) -> Option<Value> {
        let examples = self.types.ids(path);
        let used = self.used.entry(path.name.as_str()).or_default();
        let id = examples.get(*used % examples.len().max(1))?;
        *used += 1;
        Some(json!(id))
    }
}

/// The field of a group of which exactly one is sent: one with an example of its own, or the first.
fn chosen<'g>(object: &Struct, group: &'g [String]) -> Option<&'g String> {
    let has_example =
        |name: &&String| object.field(name).is_some_and(|field| field.example.is_some());
    group.iter().find(has_example).or_else(|| group.first())
}

/// What `new` fills in.
fn preset(field: &Field) -> Value {
    let default = field.default.as_deref().and_then(|text| serde_json::from_str(text).ok());
    default.unwrap_or_else(|| if field.ty == Type::String { json!("") } else { json!(0) })
}

fn first_text(bounds: &Bounds) -> Option<Value> {
    let texts = match &bounds.values {
        Values::Texts(texts) => texts,
        Values::Listed(list) => &list.strings,
        Values::Any | Values::Numbers(_) => return None,
    };
    texts.first().map(|text| json!(text))
}

fn within(bounds: &Bounds, number: i64) -> i64 {
    let number = bounds.max.map_or(number, |max| number.min(max));
    bounds.min.map_or(number, |min| number.max(min))
}

fn usual(ty: &Type) -> i64 {
    match ty {
        Type::Seconds | Type::MuteTime => 3_600,
        Type::UnixSeconds => 1_700_000_000,
        Type::UnixMillis => 1_700_000_000_000,
        Type::ErrorCode => 0,
        _ => 1,
    }
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

    /// A value where constructors and setters take what can be made into it.
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

/// Muted for good.
const FOREVER: i64 = u32::MAX as i64;
/// Objects in objects beyond this are left out, so that a type that holds itself comes to an end.
const DEEPEST: usize = 6;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{
        model::{self, Model, example_fit},
        spec::{Diagnostics, Spec},
    };

    #[test]
    fn every_example_is_valid() {
        let model = model_of("..");
        let mut checked = 0;
        for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
            let types = Types {
                shared: &model.shared,
                areas: &model.areas,
                webhooks: &model.webhooks.shared,
                local: &endpoint.structs,
            };
            let Examples { request, response, .. } = &endpoint.examples;
            for (object, example) in [(&endpoint.request, request), (&endpoint.response, response)]
            {
                let made = example.as_object().unwrap();
                if let Err(reason) = example_fit::check_object(types, object, made) {
                    panic!("{}: {reason}: {example:#}", object.name);
                }
                checked += 1;
            }
        }
        assert!(checked > 300, "{checked}");
    }

    #[test]
    fn request_example_has_required_fields_and_one_per_group() {
        let expected = json!({
            "Items": [{ "MsgKey": "42_1_1700000000" }],
            "Note": { "reason": "moved \"over\"" },
        });
        assert_eq!(example_of("mark_read").request, expected);
    }

    #[test]
    fn page_size_of_an_example_is_the_maximum() {
        let expected = json!({ "GroupId": "@TGS#2C5SZEAEF", "ReqMsgNumber": 20 });
        assert_eq!(example_of("get_by_sequence").request, expected);
    }

    #[test]
    fn response_example_has_every_known_field() {
        let expected = json!({
            "IsFinished": 1,
            "RspMsgList": [{ "MsgSeq": 1, "From_Account": "peter", "Size": 1 }],
        });
        assert_eq!(example_of("get_by_sequence").response, expected);
    }

    #[test]
    fn ids_of_one_example_differ() {
        let response = example_of("get_receipts").response;
        assert_eq!(response["ReadList"], json!(["peter", "leckie"]));
        assert_eq!(response["UnreadList"], json!(["peter", "leckie"]));
    }

    #[test]
    fn number_is_clamped_to_its_bounds() {
        let bounds = |min, max| Bounds { min, max, ..Bounds::default() };
        assert_eq!(within(&bounds(Some(5), Some(9)), 1), 5);
        assert_eq!(within(&bounds(Some(0), Some(60)), 3_600), 60);
        assert_eq!(within(&bounds(Some(0), None), 3_600), 3_600);
    }

    fn example_of(module: &str) -> Examples {
        let model = model_of("fixtures/small");
        let mut endpoints = model.areas.into_values().flat_map(|area| area.endpoints);
        endpoints.find(|endpoint| endpoint.module == module).unwrap().examples
    }

    fn model_of(root: &str) -> Model {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let mut diagnostics = Diagnostics::default();
        let spec = Spec::load(&root, &mut diagnostics).unwrap().unwrap();
        let model = model::build(spec, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(false));
        model
    }
}
