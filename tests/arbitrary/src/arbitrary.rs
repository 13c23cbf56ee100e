//! Random values that conform to the specification.

use chat_types::{
    GroupType,
    spec::{CustomGroupIdSpec, EndpointSpec, FieldKind, FieldSpec, GroupTypeSpec, WebhookSpec},
};
use serde_json::{Map, Value, json};

/// A generator of requests and responses that conform to the specification, from random numbers.
#[derive(Debug)]
pub struct Arbitrary<F> {
    random: F,
}

impl<F: FnMut() -> u64> Arbitrary<F> {
    /// Creates a generator that draws from this source.
    pub fn new(random: F) -> Self {
        Self { random }
    }

    /// Returns a request with every required field and some of the others.
    pub fn request(&mut self, spec: &EndpointSpec) -> Value {
        let Value::Object(mut request) = self.object(spec.request) else { return Value::Null };
        for fields in spec.exactly_one_of {
            request.retain(|name, _| !fields.contains(&name.as_str()));
            self.insert_one_of(spec, fields, &mut request);
        }
        for fields in spec.at_least_one_of {
            self.insert_one_of(spec, fields, &mut request);
        }
        if let Some(ids) = spec.custom_group_id {
            fit_group_id(ids, &mut request);
        }
        Value::Object(request)
    }

    fn insert_one_of(
        &mut self,
        spec: &EndpointSpec,
        fields: &[&str],
        request: &mut Map<String, Value>,
    ) {
        let chosen = fields[self.below(fields.len())];
        if let Some(field) = spec.request.iter().find(|field| field.name == chosen) {
            // An empty array would count as a missing field.
            let mut value = self.value(field, &field.kind);
            while value.as_array().is_some_and(Vec::is_empty) {
                value = self.value(field, &field.kind);
            }
            request.insert(chosen.to_owned(), value);
        }
    }

    /// Returns a successful response with every required field and some of the others.
    pub fn response(&mut self, spec: &EndpointSpec) -> Value {
        let mut response = self.object(spec.response);
        response["ErrorCode"] = json!(0);
        response
    }

    /// Returns the body of a webhook with every required field and some of the others.
    pub fn webhook_body(&mut self, spec: &WebhookSpec) -> Value {
        self.object(spec.body)
    }

    /// Returns one of the responses that a webhook accepts.
    pub fn webhook_response(&mut self, spec: &WebhookSpec) -> Value {
        let codes = &spec.response.codes[self.below(spec.response.codes.len())];
        let mut response =
            if codes.changes { self.object(spec.response.fields) } else { json!({}) };
        let span = usize::try_from(codes.last - codes.first).unwrap_or(0) + 1;
        response["ActionStatus"] = json!("OK");
        response["ErrorCode"] = json!(codes.first + self.below(span) as i64);
        response["ErrorInfo"] = if span > 1 { json!("Not allowed.") } else { json!("") };
        response
    }

    fn object(&mut self, fields: &[FieldSpec]) -> Value {
        let mut object = Map::new();
        for field in fields {
            if field.required || self.below(2) == 0 {
                object.insert(field.name.to_owned(), self.value(field, &field.kind));
            }
        }
        Value::Object(object)
    }

    fn value(&mut self, field: &FieldSpec, kind: &FieldKind) -> Value {
        match kind {
            FieldKind::String => json!(self.string(field)),
            FieldKind::Integer => json!(self.integer(field)),
            FieldKind::Number => json!(self.below(1_000) as f64 / 8.0),
            FieldKind::Boolean => json!(self.below(2) == 0),
            FieldKind::Array(item) => {
                let max = field.max_items.unwrap_or(10).min(10) as usize;
                let length = self.below(max + 1);
                (0..length).map(|_| self.value(field, item)).collect()
            }
            FieldKind::Object(fields) => self.object(fields),
            FieldKind::Verdict { min, max } => match self.below(2) {
                0 => json!(0),
                _ => json!(min + self.below(usize::try_from(max - min).unwrap_or(0)) as i64),
            },
            FieldKind::TagValue => match self.below(3) {
                0 => json!(self.string(field)),
                1 => json!(self.integer(field)),
                _ => json!([self.string(field), self.string(field)]),
            },
            FieldKind::Map(item) => {
                let length = self.below(4);
                let pairs =
                    (0..length).map(|number| (format!("key{number}"), self.value(field, item)));
                Value::Object(pairs.collect())
            }
            FieldKind::Tagged(spec) => {
                let variants = (spec.variants)();
                let variant = &variants[self.below(variants.len())];
                let mut object = Map::new();
                object.insert(spec.tag.to_owned(), json!(variant.value));
                object.insert(spec.content.to_owned(), self.object(variant.fields));
                Value::Object(object)
            }
            _ => json!({ "Anything": [self.below(9), null] }),
        }
    }

    fn string(&mut self, field: &FieldSpec) -> String {
        if !field.string_values.is_empty() {
            return field.string_values[self.below(field.string_values.len())].to_owned();
        }
        let max = field.max_bytes.unwrap_or(40).min(40) as usize;
        let mut string = String::new();
        for _ in 0..1 + self.below(max) {
            let letter = LETTERS[self.below(LETTERS.len())];
            if string.len() + letter.len_utf8() <= max {
                string.push(letter);
            }
        }
        match field.custom_id {
            Some(rules) if rules.check(&string).is_err() => format!("{}arbitrary", rules.marker),
            _ => string,
        }
    }

    fn integer(&mut self, field: &FieldSpec) -> i64 {
        if !field.integer_values.is_empty() {
            return field.integer_values[self.below(field.integer_values.len())];
        }
        let min = field.min.unwrap_or(0);
        let max = field.max.unwrap_or(4_000_000_000);
        let span = max.abs_diff(min).saturating_add(1);
        min.saturating_add_unsigned((self.random)() % span)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from((self.random)() % bound.max(1) as u64).unwrap_or(0)
    }
}

/// Gives a custom group ID the prefix that the type of the group requires.
fn fit_group_id(ids: CustomGroupIdSpec, request: &mut Map<String, Value>) {
    let group_type = request.get(ids.group_type).and_then(Value::as_str).unwrap_or_default();
    let group_type = GroupType::from(group_type);
    if let Some(Value::String(id)) = request.get_mut(ids.field)
        && GroupTypeSpec::check_custom_id(&group_type, id).is_err()
    {
        let prefix = GroupTypeSpec::find(&group_type).and_then(|spec| spec.id_prefix);
        *id = format!("{}arbitrary", prefix.unwrap_or_default());
    }
}

const LETTERS: &[char] =
    &['a', 'Z', '0', '_', '-', '@', '#', ' ', '"', '\\', '/', '<', 'é', '管', '😀'];
