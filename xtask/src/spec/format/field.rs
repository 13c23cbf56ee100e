//! Fields, and the objects that hold them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{located::Located, max_items::MaxItems};

/// A field of a request, a response or an object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// `String`, `Boolean`, `Flag` (0 or 1), `u32`, `u64`, `i64`, `f64`, `UnixSeconds`, `UnixMillis`,
    /// `Seconds`, `MuteTime`, `ErrorCode`, `TagValue`, `Verdict`, `Json`, a name from `spec/types/`, an object of
    /// this file, or `Array<…>` or `Map<…>` of one.
    #[serde(rename = "type")]
    pub(crate) type_: Located<String>,
    /// Whether it must be present. In a response, only if the response is meaningless without it.
    #[serde(default)]
    pub(crate) required: bool,
    /// Set if every source shows it in every payload. A required field of what the service sends needs
    /// it, unless its absence costs only an entry of an array.
    #[serde(default)]
    pub(crate) always: bool,
    /// Set if only older pages have the field. A server leaves it out while it is empty.
    #[serde(default)]
    pub(crate) older: bool,
    /// What it holds.
    pub(crate) doc: String,
    /// Its name in Rust, if the name on the wire is misspelled or misleading.
    pub(crate) name: Option<Located<String>>,
    /// Its older and other names, the best one first. Requests may use them, and what the service sends
    /// is read under all of them.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Older values of it or of its items, each with the current one. Requests may use them.
    #[serde(default)]
    pub(crate) older_values: IndexMap<String, String>,
    /// What its absence means.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) default: Option<toml::Value>,
    /// Smallest number.
    pub(crate) min: Option<i64>,
    /// Largest number.
    pub(crate) max: Option<i64>,
    /// Maximum length of a string in bytes of UTF-8; of each item of an array.
    pub(crate) max_bytes: Option<u32>,
    /// Set if it is an ID that the caller chooses for something new, with the rules for it.
    pub(crate) custom_id: Option<CustomId>,
    /// Maximum number of items of an array.
    pub(crate) max_items: Option<MaxItems>,
    /// The listed values, if they differ from those of its type.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub(crate) values: Option<Located<Vec<toml::Value>>>,
    /// An oddity of the service that the reader must accept.
    pub(crate) quirk: Option<Located<Quirk>>,
    /// Set if the documentation does not confirm the field.
    #[serde(default)]
    pub(crate) unverified: bool,
    /// A value for examples, if one derived from its type would mislead. An optional field with an
    /// example is part of the example of a request.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) example: Option<Located<toml::Value>>,
}

impl Field {
    /// An optional field without bounds.
    pub(crate) fn new(type_: Located<String>, doc: String) -> Self {
        Self {
            type_,
            required: false,
            always: false,
            older: false,
            doc,
            name: None,
            aliases: Vec::new(),
            older_values: IndexMap::new(),
            default: None,
            min: None,
            max: None,
            max_bytes: None,
            custom_id: None,
            max_items: None,
            values: None,
            quirk: None,
            unverified: false,
            example: None,
        }
    }
}

/// The rules for an ID that a caller chooses; those of the type of the ID apply where one is left out.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomId {
    /// The string before the part of an ID that is its own.
    pub(crate) marker: Option<String>,
    /// The string there in an ID that the service assigns.
    pub(crate) assigned_marker: Option<String>,
    /// Whether only the characters from space to tilde are allowed.
    pub(crate) printable_ascii: Option<bool>,
}

/// An oddity of the service that the reader must accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quirk {
    /// A boolean is sometimes sent as the string `true` or `false`.
    BooleanAsString,
    /// A string is sometimes sent as a number.
    StringAsNumber,
    /// The string is sometimes surrounded by white space.
    PaddedString,
}

/// An object.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Struct {
    /// What one such object is.
    pub(crate) doc: String,
    /// Its fields by their name on the wire.
    pub(crate) fields: IndexMap<Located<String>, Field>,
}
