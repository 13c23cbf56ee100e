//! Checks one value against its field.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{
    Constraint,
    context::{Context, Location},
    object::ObjectSeed,
};
use crate::{
    excerpt,
    name_seed::NameSeed,
    spec::{FieldKind, FieldSpec},
};

/// Checks a value, or an item of an array, against the constraints of its field.
#[derive(Clone, Copy)]
pub(super) struct ValueSeed<'a> {
    pub(super) context: &'a Context,
    pub(super) field: &'static FieldSpec,
    /// The kind of the field, or of an item of it.
    pub(super) kind: &'static FieldKind,
    pub(super) at: &'a Location<'a>,
}

/// Whether a field is present. `null` counts as absent.
#[derive(PartialEq, Eq)]
pub(super) enum Presence {
    Present,
    Null,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Presence;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Presence, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Presence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())
    }

    fn visit_unit<E>(self) -> Result<Presence, E> {
        Ok(Presence::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Presence, E> {
        self.expect(matches!(self.kind, FieldKind::Boolean | FieldKind::Any), "true or false")?;
        Ok(Presence::Present)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Presence, E> {
        self.check_integer(number.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Presence, E> {
        self.check_integer(number.into())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Presence, E> {
        let fits = matches!(self.kind, FieldKind::Number | FieldKind::Any);
        self.expect(fits, "a number with a fraction or beyond 64 bits")?;
        Ok(Presence::Present)
    }

    fn visit_str<E: Error>(self, string: &str) -> Result<Presence, E> {
        let fits = matches!(self.kind, FieldKind::String | FieldKind::TagValue | FieldKind::Any);
        self.expect(fits, "a string")?;
        let FieldSpec { max_bytes, custom_id, string_values, .. } = *self.field;
        if let Some(max) = max_bytes
            && string.len() as u64 > u64::from(max)
        {
            return Err(self.refuse(Constraint::MaxBytes { max, found: string.len() }));
        }
        if let Some(Err(invalid)) = custom_id.map(|rules| rules.check(string)) {
            return Err(self.refuse(Constraint::CustomId(invalid)));
        }
        let is_listed =
            || string_values.contains(&string) || self.field.replacement(string).is_some();
        if !string_values.is_empty() && !is_listed() {
            let found = excerpt::prefix(string).to_owned();
            return Err(self.refuse(Constraint::OneOf { allowed: string_values, found }));
        }
        Ok(Presence::Present)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Presence, A::Error> {
        let item_kind = match self.kind {
            FieldKind::Array(item_kind) => *item_kind,
            FieldKind::TagValue => &FieldKind::String,
            FieldKind::Any => &FieldKind::Any,
            _ => return Err(self.refuse_type("an array")),
        };
        let mut count = 0;
        loop {
            let at = Location::index(self.at, count);
            let seed = ValueSeed { kind: item_kind, at: &at, ..self };
            match items.next_element_seed(seed)? {
                None => break,
                Some(Presence::Present) => count += 1,
                Some(Presence::Null) => return Err(seed.refuse_type("null")),
            }
        }
        match self.field.max_items_on(self.context.site) {
            Some(max) if count as u64 > u64::from(max) => {
                Err(self.refuse(Constraint::MaxItems { max, found: count }))
            }
            _ => Ok(Presence::Present),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Presence, A::Error> {
        match self.kind {
            FieldKind::Object(fields) => {
                ObjectSeed { context: self.context, fields, at: Some(self.at) }.visit_map(map)?;
            }
            FieldKind::Map(kind) => {
                while let Some(name) = map.next_key_seed(NameSeed)? {
                    let at = Location::field(Some(self.at), &name);
                    map.next_value_seed(ValueSeed { kind, at: &at, ..self })?;
                }
            }
            FieldKind::Tagged(spec) => self.check_tagged(spec, map)?,
            FieldKind::Any => while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {},
            _ => return Err(self.refuse_type("an object")),
        }
        Ok(Presence::Present)
    }
}

impl ValueSeed<'_> {
    fn check_integer<E: Error>(&self, number: i128) -> Result<Presence, E> {
        let FieldSpec { min, max, integer_values, .. } = *self.field;
        let fits = matches!(
            self.kind,
            FieldKind::Integer
                | FieldKind::Number
                | FieldKind::TagValue
                | FieldKind::Verdict { .. }
                | FieldKind::Any
        );
        self.expect(fits, "a number")?;
        if min.is_some_and(|min| number < min.into()) || max.is_some_and(|max| number > max.into())
        {
            return Err(self.refuse(Constraint::Range { min, max, found: number }));
        }
        if !integer_values.is_empty()
            && !integer_values.iter().any(|&value| i128::from(value) == number)
        {
            return Err(
                self.refuse(Constraint::OneOfIntegers { allowed: integer_values, found: number })
            );
        }
        Ok(Presence::Present)
    }

    fn expect<E: Error>(&self, fits: bool, found: &'static str) -> Result<(), E> {
        if fits { Ok(()) } else { Err(self.refuse_type(found)) }
    }

    fn refuse_type<E: Error>(&self, found: &'static str) -> E {
        self.refuse(Constraint::Type { expected: self.kind.name(), found })
    }

    fn refuse<E: Error>(&self, constraint: Constraint) -> E {
        self.context.refuse(self.at, constraint)
    }
}
