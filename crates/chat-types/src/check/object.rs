//! Checks the fields of one object.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::{
    Constraint,
    context::{Context, Location},
    field_set::FieldSet,
    value::{Presence, ValueSeed},
};
use crate::{name_seed::NameSeed, spec::FieldSpec};

/// Checks an object and returns which of its fields are present.
#[derive(Clone, Copy)]
pub(super) struct ObjectSeed<'a> {
    pub(super) context: &'a Context,
    pub(super) fields: &'static [FieldSpec],
    /// Where the object is; `None` for the request itself.
    pub(super) at: Option<&'a Location<'a>>,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = FieldSet;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FieldSet, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = FieldSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FieldSet, A::Error> {
        let mut present = FieldSet::default();
        while let Some(name) = map.next_key_seed(NameSeed)? {
            let known = self.fields.iter().position(|field| field.is_named(&name));
            let Some(index) = known else {
                if self.context.strict {
                    let at = Location::field(self.at, &name);
                    return Err(self.context.refuse(&at, Constraint::KnownField));
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let field = &self.fields[index];
            let at = Location::field(self.at, field.name);
            let seed = ValueSeed { context: self.context, field, kind: &field.kind, at: &at };
            if map.next_value_seed(seed)? == Presence::Present {
                present.insert(index);
            }
        }
        self.check_required(&present)?;
        Ok(present)
    }
}

impl ObjectSeed<'_> {
    fn check_required<E: Error>(self, present: &FieldSet) -> Result<(), E> {
        for (index, field) in self.fields.iter().enumerate() {
            if field.required && !present.contains(index) {
                let at = Location::field(self.at, field.name);
                return Err(self.context.refuse(&at, Constraint::Required));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeSeed as _;
    use serde_json::{Map, Value};

    use super::{Context, ObjectSeed};
    use crate::spec::{FieldKind, FieldSpec};

    #[test]
    fn required_fields_are_counted_in_an_object_of_any_size() {
        let name = |index: usize| format!("Field{index}");
        let fields: Vec<FieldSpec> = (0..300)
            .map(|index| FieldSpec::required(name(index).leak(), FieldKind::Integer, "An integer."))
            .collect();
        let fields: &'static [FieldSpec] = fields.leak();
        let mut object: Map<String, Value> =
            (0..fields.len()).map(|index| (name(index), 0.into())).collect();
        let missing = |object: &Map<String, Value>| {
            let context = Context::new(true, None);
            let seed = ObjectSeed { context: &context, fields, at: None };
            let _ = seed.deserialize(&Value::Object(object.clone()));
            context.into_violated().map(|(path, _)| path.to_string())
        };
        assert_eq!(missing(&object), None);
        for index in [0, 127, 128, 129, 299] {
            let value = object.remove(&name(index)).unwrap();
            assert_eq!(missing(&object), Some(name(index)));
            object.insert(name(index), value);
        }
    }
}
