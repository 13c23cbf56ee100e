//! How the schemas of an OpenAPI document are written.

use serde_json::{Map, Value, json};

use super::{
    index::{Index, TAG_VALUE, open_name, schema_ref},
    schemas::value_list,
};
use crate::{
    model::{Bounds, Field, Type, TypePath, Values, markdown},
    print::{received, shape::Style},
};

/// Named types are components.
pub(super) struct Components<'a> {
    pub(super) index: &'a Index<'a>,
    /// Set for what is sent.
    pub(super) strict: bool,
}

impl Components<'_> {
    fn enumeration(&self, path: &TypePath, bounds: &Bounds) -> Option<String> {
        // A field that allows some of the values only lists them itself.
        let Values::Listed(_) = bounds.values else { return None };
        Some(schema_ref(&if self.strict { path.name.clone() } else { open_name(&path.name) }))
    }

    fn id(&self, path: &TypePath, bounds: &Bounds) -> Option<String> {
        let usual =
            self.index.ids.get(path)?.max_bytes == bounds.max_bytes && bounds.custom_id.is_none();
        usual.then(|| schema_ref(&path.name))
    }
}

impl Style for Components<'_> {
    fn is_strict(&self) -> bool {
        self.strict
    }

    fn reference(&self, ty: &Type, bounds: &Bounds) -> Option<String> {
        match ty {
            Type::Struct(path) | Type::Union(path) => Some(self.index.reference(path)),
            Type::Id(path) => self.id(path, bounds),
            Type::StringEnum(path) | Type::IntegerEnum(path) => self.enumeration(path, bounds),
            Type::TagValue => Some(schema_ref(TAG_VALUE)),
            _ => None,
        }
    }

    fn format(&self, ty: &Type) -> Option<&'static str> {
        format(ty)
    }

    /// Client generators make a class of each branch.
    fn splits_numbers(&self) -> bool {
        false
    }

    fn annotate(&self, field: &Field, schema: &mut Map<String, Value>) {
        annotate(field, schema);
    }
}

/// Named types are components, and so are the other forms of integers.
pub(super) struct Received<'a> {
    pub(super) index: &'a Index<'a>,
}

impl received::Style for Received<'_> {
    fn definition(&self, name: &str) -> String {
        schema_ref(name)
    }

    fn reference(&self, ty: &Type, bounds: &Bounds) -> Option<String> {
        match ty {
            Type::Struct(path) | Type::Union(path) => Some(self.index.received_reference(path)),
            Type::StringEnum(path) => {
                // A field that allows some of the values only lists them itself.
                let all = matches!(bounds.values, Values::Listed(_));
                all.then(|| schema_ref(&open_name(&path.name)))
            }
            _ => None,
        }
    }

    fn is_complete(&self) -> bool {
        false
    }

    fn format(&self, ty: &Type) -> Option<&'static str> {
        format(ty)
    }

    fn annotate(&self, field: &Field, schema: &mut Map<String, Value>) {
        annotate(field, schema);
        // Its schema is that of any integer, so the meanings of the values are here.
        if let Type::IntegerEnum(path) = field.ty.item()
            && let Some(list) = self.index.integer_enums.get(path)
            && let Some(Value::String(description)) = schema.get_mut("description")
        {
            *description += &format!("\n{}\n\nOther values may occur.", value_list(&list.values));
        }
    }
}

fn format(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::F64 => Some("double"),
        Type::ErrorCode | Type::Verdict(..) => Some("int32"),
        // An unsigned number of 32 bits does not fit into int32.
        Type::U32
        | Type::U64
        | Type::I64
        | Type::UnixSeconds
        | Type::UnixMillis
        | Type::Seconds
        | Type::MuteTime => Some("int64"),
        _ => None,
    }
}

fn annotate(field: &Field, schema: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    let mut description = markdown(&field.doc);
    if let Type::Verdict(min, max) = field.ty {
        description += &format!(" 0, or a code from {min} to {max}.");
    }
    put("description", json!(description));
    if !field.aliases.is_empty() {
        put("x-aliases", json!(field.aliases));
    }
    if let Some(quirk) = field.quirk {
        put("x-quirk", json!(quirk));
    }
}
