//! Objects with a tag, whose content depends on it.

use serde_json::{Value, json};

use super::{
    index::{Index, UNLISTED, schema_ref},
    schemas::Schemas,
};
use crate::model::{TypePath, Union};

/// Adds a union as it is sent, and as it is received: one object for each listed tag, and one for any
/// other.
pub(super) fn add(path: &TypePath, union: &Union, index: &Index<'_>, schemas: &mut Schemas) {
    let tags: Vec<&str> = union.variants.iter().map(|variant| variant.value.as_str()).collect();
    let sent = Form {
        name: union.name.clone(),
        content: &|path| index.reference(path),
        other: json!({
            "description": "A kind that the documentation does not list.",
            "type": "object",
            "properties": {
                union.tag.as_str(): { "type": "string", "not": { "enum": tags } },
                union.content.as_str(): {},
            },
            "required": [union.tag, union.content],
        }),
    };
    let received = Form {
        name: index.received_name(path),
        content: &|path| index.received_reference(path),
        other: json!({
            "description": "A kind that the documentation does not list, or content of another form.",
            "type": "object",
            "properties": { union.tag.as_str(): { "type": "string" }, union.content.as_str(): {} },
            "required": [union.tag],
        }),
    };
    add_form(union, sent, schemas);
    add_form(union, received, schemas);
}

/// A union in one direction.
struct Form<'a> {
    name: String,
    /// The reference to the schema of a content.
    content: &'a dyn Fn(&TypePath) -> String,
    /// The schema of an object with another tag.
    other: Value,
}

fn add_form(union: &Union, form: Form<'_>, schemas: &mut Schemas) {
    let mut forms = Vec::new();
    let mut add = |variant: &str, schema: Value| {
        let name = format!("{}{variant}", form.name);
        forms.push(json!({ "$ref": schema_ref(&name) }));
        schemas.insert(name, schema);
    };
    for variant in &union.variants {
        let schema = json!({
            "description": variant.doc,
            "type": "object",
            "properties": {
                union.tag.as_str(): { "type": "string", "const": variant.value },
                union.content.as_str(): { "$ref": (form.content)(&variant.content) },
            },
            "required": [union.tag, union.content],
        });
        add(&variant.name, schema);
    }
    add(UNLISTED, form.other);
    schemas.insert(form.name, json!({ "description": union.doc, "anyOf": forms }));
}
