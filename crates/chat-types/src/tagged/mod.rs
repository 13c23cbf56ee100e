//! Objects whose tag determines the form of their content.

mod read;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

pub(crate) use self::read::read;

/// An object whose tag the documentation does not list, or whose content does not have the
/// documented form. It is kept as received, and only created by reading.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownContent {
    tag: String,
    content: Value,
}

impl UnknownContent {
    pub(crate) fn read<'de, D: Deserializer<'de>>(tag: &str, content: D) -> Result<Self, D::Error> {
        Ok(Self { tag: tag.to_owned(), content: Value::deserialize(content)? })
    }

    /// Returns the tag as the service sent it.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Returns the content as the service sent it.
    pub fn content(&self) -> &Value {
        &self.content
    }
}

/// An object whose tag determines the form of its content.
pub(crate) trait TaggedUnion: Sized {
    /// The name of the field with the tag.
    const TAG: &'static str;
    /// The name of the field with the content.
    const CONTENT: &'static str;

    /// Reads the content. Fails if the tag is listed and the content does not have its form.
    fn from_content<'de, D: Deserializer<'de>>(tag: &str, content: D) -> Result<Self, D::Error>;

    fn from_unknown(content: UnknownContent) -> Self;
}

/// Implements serde for an object with a tag and content that depends on it. The service sends the
/// two in either order.
macro_rules! tagged_union {
    ($name:ident, tag: $tag:literal, content: $content:literal {
        $($variant:ident = $value:literal),+ $(,)?
    }) => {
        impl $name {
            /// Returns the tag on the wire.
            pub fn tag(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $value,)+
                    Self::Other(unknown) => unknown.tag(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;

                let mut object = serializer.serialize_struct(stringify!($name), 2)?;
                object.serialize_field($tag, self.tag())?;
                match self {
                    $(Self::$variant(content) => object.serialize_field($content, content)?,)+
                    Self::Other(unknown) => object.serialize_field($content, unknown.content())?,
                }
                object.end()
            }
        }

        impl $crate::tagged::TaggedUnion for $name {
            const TAG: &'static str = $tag;
            const CONTENT: &'static str = $content;

            fn from_content<'de, D: serde::Deserializer<'de>>(
                tag: &str,
                content: D,
            ) -> Result<Self, D::Error> {
                match tag {
                    $($value => serde::Deserialize::deserialize(content).map(Self::$variant),)+
                    _ => $crate::tagged::UnknownContent::read(tag, content).map(Self::Other),
                }
            }

            fn from_unknown(content: $crate::tagged::UnknownContent) -> Self {
                Self::Other(content)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::tagged::read(deserializer)
            }
        }
    };
}

pub(crate) use tagged_union;
