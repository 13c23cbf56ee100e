//! Objects whose tag determines the form of their content.

use serde_json::Value;

/// An object whose tag the documentation does not list, or whose content does not have the
/// documented form. It is kept as received, and only created by reading.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownContent {
    tag: String,
    content: Value,
}

impl UnknownContent {
    pub(crate) fn new(tag: String, content: Value) -> Self {
        Self { tag, content }
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

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                struct Parts {
                    #[serde(rename = $tag)]
                    tag: String,
                    #[serde(rename = $content, default)]
                    content: serde_json::Value,
                }

                let Parts { tag, content } = serde::Deserialize::deserialize(deserializer)?;
                match tag.as_str() {
                    // Content of another form is kept as received, as with an unlisted tag.
                    $($value => if let Ok(content) = serde::Deserialize::deserialize(&content) {
                        return Ok(Self::$variant(content));
                    },)+
                    _ => {}
                }
                Ok(Self::Other($crate::tagged::UnknownContent::new(tag, content)))
            }
        }
    };
}

pub(crate) use tagged_union;
