//! Reads an array so that an entry which cannot be decoded does not end the pass.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
        value::MapAccessDeserializer,
    },
};
use serde_json::Value;

use super::{Entries, is_reading_whole};
use crate::json_kind::kind;

impl<'de, T: DeserializeOwned> Deserialize<'de> for Entries<T> {
    /// Reads an array; `null` stands for an empty one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArrayVisitor(PhantomData))
    }
}

struct ArrayVisitor<T>(PhantomData<T>);

impl<T> ArrayVisitor<T> {
    fn not_an_array<E: Error>(&self, json: Value) -> Result<Entries<T>, E> {
        let reason = format!("expected an array, found {}", kind(&json));
        Ok(Entries::not_an_array(json, reason))
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for ArrayVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Entries::default();
        if is_reading_whole() {
            while let Some(entry) = array.next_element()? {
                entries.push(entry);
            }
            return Ok(entries);
        }
        while let Some(Entry(entry)) = array.next_element()? {
            match entry {
                Ok(entry) => entries.push(entry),
                Err((json, reason)) => entries.push_unrecognized(json, reason),
            }
        }
        Ok(entries)
    }

    fn visit_unit<E: Error>(self) -> Result<Entries<T>, E> {
        Ok(Entries::default())
    }

    fn visit_none<E: Error>(self) -> Result<Entries<T>, E> {
        Ok(Entries::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entries<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Entries<T>, A::Error> {
        self.not_an_array(Value::deserialize(MapAccessDeserializer::new(map))?)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Entries<T>, E> {
        self.not_an_array(value.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Entries<T>, E> {
        self.not_an_array(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Entries<T>, E> {
        self.not_an_array(number.into())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Entries<T>, E> {
        self.not_an_array(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Entries<T>, E> {
        self.not_an_array(text.into())
    }
}

/// One entry, or its JSON and why it was not recognized.
struct Entry<T>(Result<T, (Value, String)>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde_json hands the text of a value to whoever asks for a newtype of this name, which is
        // cheaper than a `Value`. All other formats see an ordinary newtype.
        deserializer
            .deserialize_newtype_struct("$serde_json::private::RawValue", EntryVisitor(PhantomData))
    }
}

struct EntryVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for EntryVisitor<T> {
    type Value = Entry<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    /// The text of the entry, as the only member of a map.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entry<T>, A::Error> {
        map.next_key::<IgnoredAny>()?;
        map.next_value().map(|FromText(entry)| entry)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Entry<T>, D::Error> {
        let json = Value::deserialize(deserializer)?;
        Ok(Entry(T::deserialize(&json).map_err(|error| (json, error.to_string()))))
    }
}

struct FromText<T>(Entry<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for FromText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: DeserializeOwned> Visitor<'_> for TextVisitor<T> {
    type Value = FromText<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text of a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FromText<T>, E> {
        let entry = match serde_json::from_str(text) {
            Ok(entry) => Ok(entry),
            Err(error) => {
                let json = serde_json::from_str(text).map_err(E::custom)?;
                Err((json, error.to_string()))
            }
        };
        Ok(FromText(Entry(entry)))
    }
}
