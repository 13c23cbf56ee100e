use serde_json::Value;

/// An object of a kind that the documentation does not list, or whose content has another form than
/// documented; kept as it came. Only reading makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownContent {
    tag: String,
    content: Value,
}

impl UnknownContent {
    pub(crate) fn new(tag: String, content: Value) -> Self {
        Self { tag, content }
    }

    /// The tag as the service sent it.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The content as the service sent it.
    pub fn content(&self) -> &Value {
        &self.content
    }
}

/// The serde implementations of an object with a tag and a content that depends on it. The service
/// sends the two in either order.
macro_rules! tagged_union {
    ($name:ident, tag: $tag:literal, content: $content:literal {
        $($variant:ident = $value:literal),+ $(,)?
    }) => {
        impl $name {
            /// The tag on the wire.
            pub fn tag(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $value,)+
                    Self::Other(unlisted) => unlisted.tag(),
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
                    Self::Other(unlisted) => object.serialize_field($content, unlisted.content())?,
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
                    // A content of another form is kept whole, like an unlisted kind.
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
