//! Types that several endpoints share: `spec/types/*.toml`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{field::Struct, located::Located};

/// Types that several endpoints share: `spec/types/*.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypesFile {
    /// Ids: strings of distinct types.
    #[serde(default)]
    pub(crate) ids: IndexMap<Located<String>, Id>,
    /// Open enumerations of strings.
    #[serde(default)]
    pub(crate) string_enums: IndexMap<Located<String>, StringEnum>,
    /// Open enumerations of integers.
    #[serde(default)]
    pub(crate) integer_enums: IndexMap<Located<String>, IntegerEnum>,
    /// Objects.
    #[serde(default)]
    pub(crate) structs: IndexMap<Located<String>, Struct>,
    /// Objects whose content depends on an adjacent tag.
    #[serde(default)]
    pub(crate) unions: IndexMap<Located<String>, Union>,
}

/// An object with two fields: a tag, and a content whose type depends on it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Union {
    /// What one such object is.
    pub(crate) doc: String,
    /// The field that holds the tag.
    pub(crate) tag: String,
    /// The field that holds the content.
    pub(crate) content: String,
    /// The listed tags.
    pub(crate) variants: Vec<UnionVariant>,
}

/// A listed tag and the type of its content.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnionVariant {
    /// The tag on the wire.
    pub(crate) value: Located<String>,
    /// Name of the variant.
    pub(crate) name: String,
    /// The struct of the content.
    #[serde(rename = "type")]
    pub(crate) type_: Located<String>,
    /// What it means.
    pub(crate) doc: String,
}

/// An id.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Id {
    /// What it identifies.
    pub(crate) doc: String,
    /// Maximum length in bytes.
    pub(crate) max_bytes: Option<u32>,
    /// Whether only the characters from space to tilde are allowed.
    #[serde(default)]
    pub(crate) printable_ascii: bool,
    /// The string before the part of an ID that is its own, if every ID has one.
    pub(crate) marker: Option<String>,
    /// Set if another ID precedes the marker: that of what contains it.
    #[serde(default)]
    pub(crate) marker_follows_id: bool,
    /// The string there in an ID that the service assigns, which a custom ID must not contain.
    pub(crate) assigned_marker: Option<String>,
    /// Values for examples. An array shows two of them.
    pub(crate) examples: Located<Vec<String>>,
}

/// An open enumeration of strings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StringEnum {
    /// What it means.
    pub(crate) doc: String,
    /// Set if an app can define its own values, so that a request may contain unlisted ones.
    #[serde(default)]
    pub(crate) open: bool,
    /// The listed values.
    pub(crate) values: Vec<StringValue>,
    /// The tags that an app can define, if the values are tags.
    pub(crate) custom: Option<CustomTags>,
}

/// The tags that an app can define.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomTags {
    /// How they start.
    pub(crate) prefix: Located<String>,
    /// Maximum number of letters after the prefix.
    pub(crate) max_letters: u32,
    /// What belongs to each of them.
    pub(crate) content: TagContent,
}

/// The value that belongs to a tag.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TagContent {
    /// Its type, as for a field.
    #[serde(rename = "type")]
    pub(crate) type_: Located<String>,
    /// Maximum length of a string in bytes of UTF-8.
    pub(crate) max_bytes: Option<u32>,
    /// Largest number.
    pub(crate) max: Option<i64>,
}

/// A listed string.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StringValue {
    /// The string on the wire.
    pub(crate) value: Located<String>,
    /// Name of the variant, if it is not the string in upper camel case.
    pub(crate) name: Option<String>,
    /// What it means.
    pub(crate) doc: String,
    /// The value that belongs to it, if it is a tag.
    pub(crate) content: Option<TagContent>,
}

/// An open enumeration of integers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegerEnum {
    /// What it means.
    pub(crate) doc: String,
    /// The listed values.
    pub(crate) values: Vec<IntegerValue>,
}

/// A listed integer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegerValue {
    /// The integer on the wire.
    pub(crate) value: Located<i64>,
    /// Name of the variant.
    pub(crate) name: String,
    /// What it means.
    pub(crate) doc: String,
}
