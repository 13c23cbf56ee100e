//! Checks an object whose tag determines the form of its content.

use serde::de::{DeserializeSeed as _, Error, IgnoredAny, MapAccess};
use serde_json::Value;

use super::{Constraint, context::Location, object::ObjectSeed, value::ValueSeed};
use crate::{
    json_kind::kind,
    name_seed::NameSeed,
    spec::{FieldKind, TaggedSpec},
};

impl ValueSeed<'_> {
    /// Checks the content against the fields of its tag. The types write the tag first; content that
    /// precedes its tag is kept until the tag is known.
    pub(super) fn check_tagged<'de, A: MapAccess<'de>>(
        self,
        spec: &'static TaggedSpec,
        mut map: A,
    ) -> Result<(), A::Error> {
        let at = Location::field(Some(self.at), spec.content);
        let content = |fields| ObjectSeed { context: self.context, fields, at: Some(&at) };
        let mut tag: Option<String> = None;
        let mut has_content = false;
        let mut early: Option<Value> = None;
        while let Some(name) = map.next_key_seed(NameSeed)? {
            if name == spec.tag {
                tag = match map.next_value()? {
                    Value::String(tag) => Some(tag),
                    Value::Null => None,
                    other => return Err(self.refuse_tag(spec, &other)),
                };
            } else if name == spec.content {
                has_content = true;
                match &tag {
                    None => early = Some(map.next_value()?),
                    Some(tag) => match spec.fields_of(tag) {
                        Some(fields) => drop(map.next_value_seed(content(fields))?),
                        None => drop(map.next_value::<IgnoredAny>()?),
                    },
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let fields = tag.as_deref().and_then(|tag| spec.fields_of(tag));
        if let (Some(value), Some(fields)) = (early, fields) {
            content(fields).deserialize(value).map_err(A::Error::custom)?;
        }
        let missing =
            if tag.is_none() { Some(spec.tag) } else { (!has_content).then_some(spec.content) };
        missing.map_or(Ok(()), |name| {
            let at = Location::field(Some(self.at), name);
            Err(self.context.refuse(&at, Constraint::Required))
        })
    }

    fn refuse_tag<E: Error>(&self, spec: &'static TaggedSpec, tag: &Value) -> E {
        let at = Location::field(Some(self.at), spec.tag);
        self.context
            .refuse(&at, Constraint::Type { expected: FieldKind::String.name(), found: kind(tag) })
    }
}
