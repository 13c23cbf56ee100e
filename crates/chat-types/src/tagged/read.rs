//! Reads an object whose tag determines the form of its content.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

use super::{TaggedUnion, UnknownContent};
use crate::{entries::is_reading_whole, name_seed::NameSeed};

/// Reads the object. Content without the documented form is kept as received, like that of an
/// unlisted tag.
pub(crate) fn read<'de, T: TaggedUnion, D: Deserializer<'de>>(object: D) -> Result<T, D::Error> {
    object.deserialize_map(ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: TaggedUnion> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<T, A::Error> {
        let mut tag: Option<String> = None;
        let mut content = None;
        while let Some(name) = object.next_key_seed(NameSeed)? {
            if name == T::TAG {
                let repeated = tag.replace(object.next_value()?).is_some();
                reject(repeated, T::TAG)?;
            } else if name == T::CONTENT {
                let read = object.next_value_seed(ContentSeed::<T>(tag.as_deref(), PhantomData))?;
                reject(content.replace(read).is_some(), T::CONTENT)?;
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        let tag = tag.ok_or_else(|| A::Error::missing_field(T::TAG))?;
        match content.unwrap_or(Content::Json(Value::Null)) {
            Content::Read(union) => Ok(union),
            Content::Json(json) => from_json(tag, json).map_err(A::Error::custom),
        }
    }
}

fn reject<E: Error>(repeated: bool, name: &'static str) -> Result<(), E> {
    if repeated { Err(E::duplicate_field(name)) } else { Ok(()) }
}

fn from_json<T: TaggedUnion>(tag: String, content: Value) -> serde_json::Result<T> {
    match T::from_content(&tag, &content) {
        // The whole response is read again, so that an array in the content can keep the entries
        // that do not match.
        Err(error) if is_reading_whole() => Err(error),
        Err(_) => Ok(T::from_unknown(UnknownContent { tag, content })),
        union => union,
    }
}

/// The content in its documented form, or as JSON until the tag is known.
enum Content<T> {
    Read(T),
    Json(Value),
}

struct ContentSeed<'a, T>(Option<&'a str>, PhantomData<T>);

impl<'de, T: TaggedUnion> DeserializeSeed<'de> for ContentSeed<'_, T> {
    type Value = Content<T>;

    fn deserialize<D: Deserializer<'de>>(self, content: D) -> Result<Content<T>, D::Error> {
        match self.0 {
            Some(tag) if is_reading_whole() => T::from_content(tag, content).map(Content::Read),
            _ => Value::deserialize(content).map(Content::Json),
        }
    }
}
