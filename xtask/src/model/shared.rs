//! Types that several endpoints share.

use super::{
    object::{Field, Struct},
    types::TypePath,
};

/// Types that several endpoints use.
#[derive(Debug, Default)]
pub(crate) struct SharedTypes {
    pub(crate) ids: Vec<Id>,
    pub(crate) string_enums: Vec<StringEnum>,
    pub(crate) integer_enums: Vec<IntegerEnum>,
    pub(crate) structs: Vec<Struct>,
    pub(crate) unions: Vec<Union>,
}

impl SharedTypes {
    /// Adds the types of another file.
    pub(super) fn extend(&mut self, other: Self) {
        let Self { ids, string_enums, integer_enums, structs, unions } = other;
        self.ids.extend(ids);
        self.string_enums.extend(string_enums);
        self.integer_enums.extend(integer_enums);
        self.structs.extend(structs);
        self.unions.extend(unions);
    }

    /// Names of the types, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.ids.iter().map(|id| id.name.as_str()).collect();
        names.extend(self.string_enums.iter().map(|list| list.name.as_str()));
        names.extend(self.integer_enums.iter().map(|list| list.name.as_str()));
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        names.extend(self.unions.iter().map(|union| union.name.as_str()));
        names.sort_unstable();
        names
    }
}

#[derive(Debug)]
pub(crate) struct Id {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) max_bytes: Option<u32>,
    pub(crate) printable_ascii: bool,
    /// The string before the part of an ID that is its own.
    pub(crate) marker: Option<String>,
    /// The string there in an ID that the service assigns.
    pub(crate) assigned_marker: Option<String>,
    pub(crate) examples: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct StringEnum {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Variant<String>>,
    /// What belongs to the values, if they are tags.
    pub(crate) tags: Option<Tags>,
}

/// The values that belong to tags.
#[derive(Debug)]
pub(crate) struct Tags {
    /// A field for each listed tag.
    pub(crate) fields: Vec<Field>,
    pub(crate) custom: Option<CustomTags>,
}

/// The tags that an app can define.
#[derive(Debug)]
pub(crate) struct CustomTags {
    pub(crate) max_letters: u32,
    /// The value of each of them; its name is the prefix.
    pub(crate) field: Field,
}

#[derive(Debug)]
pub(crate) struct IntegerEnum {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Variant<i64>>,
}

#[derive(Debug)]
pub(crate) struct Variant<T> {
    pub(crate) name: String,
    pub(crate) value: T,
    pub(crate) doc: String,
}

/// An object with a tag and a content whose type depends on it.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) tag: String,
    pub(crate) content: String,
    pub(crate) variants: Vec<UnionVariant>,
}

#[derive(Debug)]
pub(crate) struct UnionVariant {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) doc: String,
    /// The struct of its content.
    pub(crate) content: TypePath,
}
