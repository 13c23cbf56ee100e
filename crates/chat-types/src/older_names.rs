//! Reads objects whose fields had other names.

use std::{borrow::Cow, fmt};

use serde::{
    de::{
        DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

use crate::name_seed::NameSeed;

/// Fields that have older names: the current name of each, and the others.
type Names = &'static [(&'static str, &'static [&'static str])];

/// Replaces older names of fields by the current ones, while an object is read.
///
/// If an object has a field under several names, the current name wins, and among older ones the first
/// of the list.
pub(crate) struct CurrentNames<D> {
    deserializer: D,
    names: Names,
}

impl<D> CurrentNames<D> {
    pub(crate) const fn new(deserializer: D, names: Names) -> Self {
        Self { deserializer, names }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for CurrentNames<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_any(ObjectVisitor { visitor, names: self.names })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = ObjectVisitor { visitor, names: self.names };
        self.deserializer.deserialize_struct(name, fields, visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.deserializer.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct ObjectVisitor<V> {
    visitor: V,
    names: Names,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let found = self.names.iter().map(|_| Found::Nothing).collect();
        self.visitor.visit_map(Fields { map, names: self.names, found, value: None })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, fields: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(fields)
    }
}

/// The fields of an object. Values under older names come last, when it is known that nothing better
/// is there.
struct Fields<A> {
    map: A,
    names: Names,
    /// What was found of each field of `names`.
    found: Vec<Found>,
    /// The value that belongs to the name returned last, if it is one of those that came last.
    value: Option<Value>,
}

enum Found {
    Nothing,
    /// The value under an older name, and the position of that name in the list.
    Older(usize, Value),
    /// The current name, or an older value that was returned.
    Done,
}

impl<A> Fields<A> {
    /// Returns the field with this older name, and the position of the name.
    fn older(&self, name: &str) -> Option<(usize, usize)> {
        self.names.iter().enumerate().find_map(|(field, (_, older))| {
            older.iter().position(|each| *each == name).map(|rank| (field, rank))
        })
    }

    fn keep(&mut self, field: usize, rank: usize, value: Value) {
        if let Some(found) = self.found.get_mut(field) {
            let is_better = match found {
                Found::Nothing => true,
                Found::Older(other, _) => rank < *other,
                Found::Done => false,
            };
            if is_better {
                *found = Found::Older(rank, value);
            }
        }
    }

    fn take_older(&mut self) -> Option<(&'static str, Value)> {
        let mut fields = self.names.iter().zip(&mut self.found);
        fields.find_map(|((name, _), found)| match std::mem::replace(found, Found::Done) {
            Found::Older(_, value) => Some((*name, value)),
            Found::Nothing | Found::Done => None,
        })
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key_seed(NameSeed)? {
            if let Some((field, rank)) = self.older(&name) {
                let value = self.map.next_value()?;
                self.keep(field, rank, value);
                continue;
            }
            let field = self.names.iter().position(|(current, _)| *current == name);
            if let Some(found) = field.and_then(|field| self.found.get_mut(field)) {
                *found = Found::Done;
            }
            return match name {
                Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
                Cow::Owned(name) => seed.deserialize(name.into_deserializer()),
            }
            .map(Some);
        }
        let Some((name, value)) = self.take_older() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.value.take() {
            Some(value) => seed.deserialize(value).map_err(A::Error::custom),
            None => self.map.next_value_seed(seed),
        }
    }
}
