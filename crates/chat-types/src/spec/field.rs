//! The fields of requests and responses, and their JSON types.

use super::{CustomIdSpec, MaxBySite, Site};

/// One field of a request or a response.
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldSpec {
    /// The name on the wire.
    pub name: &'static str,
    /// Older and other names on the wire, which are read but not written. If a payload has several,
    /// [`name`](Self::name) wins, and then the first of these.
    pub aliases: &'static [&'static str],
    /// Older values of the field or of its items, each with the current one.
    pub older_values: &'static [(&'static str, &'static str)],
    /// The JSON type.
    pub kind: FieldKind,
    /// Whether the field must be present.
    pub required: bool,
    /// What the field holds.
    pub doc: &'static str,
    /// The value that an absent field stands for, as JSON.
    pub default: Option<&'static str>,
    /// The smallest number allowed.
    pub min: Option<i64>,
    /// The largest number allowed.
    pub max: Option<i64>,
    /// The longest string allowed, in bytes of UTF-8; of each item for an array of strings.
    pub max_bytes: Option<u32>,
    /// The rules for the value, if it is an ID that the caller chooses for something new.
    pub custom_id: Option<&'static CustomIdSpec>,
    /// The largest number of array items allowed; on the site that allows most, where sites differ.
    pub max_items: Option<u32>,
    /// The largest number of array items on each site, where they differ.
    pub max_items_by_site: Option<MaxBySite>,
    /// The documented string values, of each item for an array; empty if any string is allowed.
    pub string_values: &'static [&'static str],
    /// The documented integer values; empty if any integer within the bounds is allowed.
    pub integer_values: &'static [i64],
    /// Whether the documentation leaves the field unconfirmed.
    pub unverified: bool,
}

impl FieldSpec {
    /// Creates a field that must be present.
    pub const fn required(name: &'static str, kind: FieldKind, doc: &'static str) -> Self {
        Self { required: true, ..Self::optional(name, kind, doc) }
    }

    /// Creates a field that may be absent.
    pub const fn optional(name: &'static str, kind: FieldKind, doc: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            older_values: &[],
            kind,
            required: false,
            doc,
            default: None,
            min: None,
            max: None,
            max_bytes: None,
            custom_id: None,
            max_items: None,
            max_items_by_site: None,
            string_values: &[],
            integer_values: &[],
            unverified: false,
        }
    }

    /// Sets the older names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Sets the older values, each with the current one.
    #[must_use]
    pub const fn older_values(self, older_values: &'static [(&'static str, &'static str)]) -> Self {
        Self { older_values, ..self }
    }

    /// Returns the value that replaces this one, if it is an older value.
    ///
    /// ```
    /// use chat_types::{Endpoint, group::GetGroupMemberInfo};
    ///
    /// let mut fields = GetGroupMemberInfo::SPEC.request.iter();
    /// let filter = fields.find(|field| field.name == "MemberInfoFilter");
    /// assert_eq!(filter.and_then(|field| field.replacement("ShutUpUntil")), Some("MuteUntil"));
    /// ```
    pub fn replacement(&self, value: &str) -> Option<&'static str> {
        self.older_values.iter().find(|(older, _)| *older == value).map(|(_, current)| *current)
    }

    /// Returns whether this is the field's name on the wire, current or older.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Sets the value that an absent field stands for, as JSON.
    #[must_use]
    pub const fn default_value(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }

    /// Sets the smallest number allowed.
    #[must_use]
    pub const fn min(self, min: i64) -> Self {
        Self { min: Some(min), ..self }
    }

    /// Sets the largest number allowed.
    #[must_use]
    pub const fn max(self, max: i64) -> Self {
        Self { max: Some(max), ..self }
    }

    /// Sets the longest string allowed, in bytes.
    #[must_use]
    pub const fn max_bytes(self, bytes: u32) -> Self {
        Self { max_bytes: Some(bytes), ..self }
    }

    /// Sets the rules for an ID that the caller chooses.
    #[must_use]
    pub const fn custom_id(self, rules: &'static CustomIdSpec) -> Self {
        Self { custom_id: Some(rules), ..self }
    }

    /// Sets the largest number of array items allowed.
    #[must_use]
    pub const fn max_items(self, items: u32) -> Self {
        Self { max_items: Some(items), ..self }
    }

    /// Sets the largest number of array items on each site.
    #[must_use]
    pub const fn max_items_by_site(self, max: MaxBySite) -> Self {
        Self { max_items_by_site: Some(max), ..self }
    }

    /// Sets the documented string values.
    #[must_use]
    pub const fn string_values(self, string_values: &'static [&'static str]) -> Self {
        Self { string_values, ..self }
    }

    /// Sets the documented integer values.
    #[must_use]
    pub const fn integer_values(self, integer_values: &'static [i64]) -> Self {
        Self { integer_values, ..self }
    }

    /// Returns the largest number of array items allowed on a site, or the number that no site
    /// exceeds if the site is not known.
    pub(crate) fn max_items_on(&self, site: Option<Site>) -> Option<u32> {
        self.max_items_by_site.zip(site).map(|(max, site)| max.on(site)).or(self.max_items)
    }

    /// Marks the field as not confirmed by the documentation.
    #[must_use]
    pub const fn unverified(self) -> Self {
        Self { unverified: true, ..self }
    }
}

/// The JSON type of a field.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FieldKind {
    /// A string.
    String,
    /// An integer.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An array of items of one kind.
    Array(&'static FieldKind),
    /// An object with these fields.
    Object(&'static [FieldSpec]),
    /// An object with arbitrary keys and values of one kind.
    Map(&'static FieldKind),
    /// An object with a tag, and content whose form depends on the tag.
    Tagged(&'static TaggedSpec),
    /// A string, an integer, or an array of strings, as the tag in a sibling field determines.
    TagValue,
    /// 0, or a refusal code.
    Verdict {
        /// The smallest refusal code.
        min: i64,
        /// The largest refusal code.
        max: i64,
    },
    /// Any JSON value.
    Any,
}

impl FieldKind {
    /// Returns its name with an article, for messages: `a string`, `an integer`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Array(_) => "an array",
            Self::Object(_) | Self::Map(_) | Self::Tagged(_) => "an object",
            Self::Verdict { .. } => "an integer",
            Self::TagValue => "a string, an integer or an array of strings",
            Self::Any => "any JSON",
        }
    }
}

/// An object with a tag, and content whose form depends on the tag.
#[derive(Debug)]
#[non_exhaustive]
pub struct TaggedSpec {
    /// The field that holds the tag.
    pub tag: &'static str,
    /// The field that holds the content.
    pub content: &'static str,
    /// The documented tags; the content of any other tag is not restricted.
    ///
    /// This is a function because the content of a variant can contain the same tagged object.
    pub variants: fn() -> &'static [TaggedVariant],
}

impl TaggedSpec {
    /// Returns the content fields for a tag, or `None` if the tag is not documented.
    pub fn fields_of(&self, tag: &str) -> Option<&'static [FieldSpec]> {
        (self.variants)().iter().find(|variant| variant.value == tag).map(|variant| variant.fields)
    }
}

/// A documented tag and the fields of its content.
#[derive(Debug)]
#[non_exhaustive]
pub struct TaggedVariant {
    /// The tag.
    pub value: &'static str,
    /// The fields of the content.
    pub fields: &'static [FieldSpec],
}
