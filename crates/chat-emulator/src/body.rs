//! The body of a request, parsed once: for the quota, for the validation and for the handler.

use std::{cell::RefCell, fmt};

use chat_types::spec::{EndpointSpec, FieldKind, FieldSpec};
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, error::Category};

/// A body that is a JSON object.
#[derive(Clone, Debug)]
pub(crate) struct Body(Value);

/// Why a body cannot be used, in a sentence for the developer who sent it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InvalidBody {
    NotAnObject(String),
    RepeatedField(String),
}

impl Body {
    /// Parses a body.
    ///
    /// PHP writes an array without elements as `[]`, whether it stands for a list or for an object. So
    /// `[]` is an empty object here, wherever the documentation has an object.
    pub(crate) fn parse(spec: &EndpointSpec, bytes: &[u8]) -> Result<Self, InvalidBody> {
        let mut json = parse_json(bytes)?;
        read_empty_arrays(&mut json, &FieldKind::Object(spec.request));
        if json.is_object() {
            Ok(Self(json))
        } else {
            Err(InvalidBody::NotAnObject("the body must be a JSON object".to_owned()))
        }
    }

    pub(crate) fn json(&self) -> &Value {
        &self.0
    }

    /// Returns the number of items in the array whose length is limited per call.
    pub(crate) fn item_count(&self, spec: &EndpointSpec) -> u64 {
        let items = spec.batch.as_ref().and_then(|batch| self.0.get(batch.field)?.as_array());
        items.map_or(0, |items| items.len() as u64)
    }

    /// Reads the body as a type. It knows the older names of fields; older values are replaced if the
    /// endpoint has any.
    ///
    /// # Errors
    /// Returns a sentence with the location of the first value that the type does not have.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        spec: &EndpointSpec,
        has_older_values: bool,
    ) -> Result<T, String> {
        if !has_older_values {
            return read(&self.0);
        }
        let mut json = self.0.clone();
        spec.replace_older_names(&mut json);
        read(&json)
    }
}

fn read<T: DeserializeOwned>(json: &Value) -> Result<T, String> {
    T::deserialize(json).or_else(|_| {
        // The location is only looked for when it is needed.
        serde_path_to_error::deserialize(json).map_err(|error| {
            format!("{}: the value does not have the documented form", error.path())
        })
    })
}

fn parse_json(bytes: &[u8]) -> Result<Value, InvalidBody> {
    let parser = Parser::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = parser.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
    parsed.map_err(|error| {
        let location = format!("line {}, column {}", error.line(), error.column());
        match (parser.repeated.take(), error.classify()) {
            (Some(name), _) => {
                InvalidBody::RepeatedField(format!("{location}: the field {name:?} is repeated"))
            }
            (None, Category::Eof) => {
                InvalidBody::NotAnObject(format!("the body ends too early, in {location}"))
            }
            (None, _) => {
                InvalidBody::NotAnObject(format!("the body is not valid JSON in {location}"))
            }
        }
    })
}

/// Parses JSON, and refuses an object with a repeated field, of which only one could count.
#[derive(Default)]
struct Parser {
    /// The repeated field that ended the pass.
    repeated: RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for &Parser {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Parser {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, string: &str) -> Result<Value, E> {
        Ok(string.into())
    }

    fn visit_string<E>(self, string: String) -> Result<Value, E> {
        Ok(string.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = array.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if members.contains_key(&name) {
                *self.repeated.borrow_mut() = Some(name);
                return Err(A::Error::custom("repeated field"));
            }
            members.insert(name, object.next_value_seed(self)?);
        }
        Ok(Value::Object(members))
    }
}

/// Makes an empty array an empty object where an object is documented.
fn read_empty_arrays(json: &mut Value, kind: &FieldKind) {
    if let (Value::Array(items), FieldKind::Object(_) | FieldKind::Map(_) | FieldKind::Tagged(_)) =
        (&*json, kind)
        && items.is_empty()
    {
        *json = Value::Object(Map::new());
    }
    match (json, kind) {
        (Value::Object(members), FieldKind::Object(fields)) => {
            for field in *fields {
                read_empty_arrays_of(members, field);
            }
        }
        (Value::Object(members), FieldKind::Map(kind)) => {
            members.values_mut().for_each(|member| read_empty_arrays(member, kind));
        }
        (Value::Object(members), FieldKind::Tagged(spec)) => {
            let tag = members.get(spec.tag).and_then(Value::as_str);
            let fields = tag.and_then(|tag| spec.fields_of(tag));
            if let (Some(fields), Some(content)) = (fields, members.get_mut(spec.content)) {
                read_empty_arrays(content, &FieldKind::Object(fields));
            }
        }
        (Value::Array(items), FieldKind::Array(kind)) => {
            items.iter_mut().for_each(|item| read_empty_arrays(item, kind));
        }
        _ => {}
    }
}

fn read_empty_arrays_of(members: &mut Map<String, Value>, field: &FieldSpec) {
    for name in [field.name].iter().chain(field.aliases) {
        if let Some(member) = members.get_mut(*name) {
            read_empty_arrays(member, &field.kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use chat_types::{
        Endpoint as _, group::CreateGroup, group::GetGroupInfo, message::SendGroupMsg,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn empty_array_is_an_empty_object_where_one_is_documented() {
        let parsed = |spec, body: Value| {
            Body::parse(spec, body.to_string().as_bytes()).unwrap().json().clone()
        };
        assert_eq!(parsed(GetGroupInfo::SPEC, json!([])), json!({}));
        assert_eq!(
            parsed(GetGroupInfo::SPEC, json!({"GroupIdList": [], "ResponseFilter": []})),
            json!({"GroupIdList": [], "ResponseFilter": {}})
        );
        assert_eq!(
            parsed(CreateGroup::SPEC, json!({"MemberList": [[], {}], "Extra": []})),
            json!({"MemberList": [{}, {}], "Extra": []})
        );
        let element = |content: Value| json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": content}]});
        assert_eq!(parsed(SendGroupMsg::SPEC, element(json!([]))), element(json!({})));
        assert_eq!(parsed(SendGroupMsg::SPEC, element(json!([1]))), element(json!([1])));
    }

    #[test]
    fn invalid_body_is_described_with_its_location() {
        let invalid = |body: &[u8]| match Body::parse(GetGroupInfo::SPEC, body).unwrap_err() {
            InvalidBody::NotAnObject(info) | InvalidBody::RepeatedField(info) => info,
        };
        assert_eq!(invalid(b"{\n\"a\": x}"), "the body is not valid JSON in line 2, column 6");
        assert_eq!(invalid(b"{\"a\":"), "the body ends too early, in line 1, column 5");
        assert_eq!(invalid(b"{} {}"), "the body is not valid JSON in line 1, column 4");
        assert_eq!(invalid(b"[1]"), "the body must be a JSON object");
        assert_eq!(
            invalid(br#"{"a":{"b":1,"b":2}}"#),
            "line 1, column 15: the field \"b\" is repeated"
        );
        let deep = "[".repeat(100_000);
        assert!(invalid(deep.as_bytes()).starts_with("the body is not valid JSON"));
    }
}
