//! Builds objects and their fields.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Builder;
use crate::model::{
    Bounds, CustomId, Direction, Example, Field, Location, Struct, Type, Values, check, json,
    markdown, names, resolve::Registry, sentences,
};
use crate::spec::{
    Source,
    format::{self, Located},
};

impl Builder<'_> {
    pub(super) fn structs(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        structs: IndexMap<Located<String>, format::Struct>,
    ) -> Vec<Struct> {
        structs
            .into_iter()
            .map(|(name, object)| Struct {
                name: name.into_inner(),
                doc: markdown(&object.doc),
                direction: Direction::Received,
                fields: self.fields(source, registry, object.fields),
            })
            .collect()
    }

    pub(super) fn fields(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        fields: IndexMap<Located<String>, format::Field>,
    ) -> Vec<Field> {
        fields
            .into_iter()
            .filter_map(|(wire, field)| self.field(source, registry, wire, field))
            .collect()
    }

    pub(super) fn field(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        wire: Located<String>,
        field: format::Field,
    ) -> Option<Field> {
        let ty = match registry.resolve(source, &field.type_, self.diagnostics)? {
            Type::Verdict(..) => {
                Type::Verdict(field.min.unwrap_or_default(), field.max.unwrap_or_default())
            }
            other => other,
        };
        check::field(source, &wire, &field, &ty, self.diagnostics);
        let rust = field
            .name
            .as_ref()
            .map_or_else(|| names::field(wire.as_ref()), |name| name.as_ref().clone());
        let bounds = bounds(registry, &ty, &field);
        let default = field.default.as_ref().map(json);
        let long_doc = sentences::field(&field.doc, &ty, &bounds, default.as_deref());
        let location = |span| Location { source: Arc::clone(source), span };
        let mut made = Field {
            location: location(wire.span()),
            wire: wire.into_inner(),
            rust,
            required: field.required,
            always: field.always,
            older: field.older,
            preset: false,
            in_query: false,
            aliases: field.aliases,
            older_values: field.older_values.into_iter().collect(),
            long_doc,
            default,
            bounds,
            quirk: field.quirk.map(Located::into_inner),
            unverified: false,
            example: field.example.map(|example| Example {
                location: location(example.span()),
                value: serde_json::to_value(example.into_inner()).unwrap_or_default(),
            }),
            doc: field.doc,
            ty,
        };
        if field.unverified {
            made.mark_unverified();
        }
        Some(made)
    }
}

impl Field {
    /// Notes that the documentation does not confirm the field.
    pub(super) fn mark_unverified(&mut self) {
        if !self.unverified {
            self.unverified = true;
            self.long_doc += " Not confirmed by the documentation.";
        }
    }
}

fn bounds(registry: &Registry, ty: &Type, field: &format::Field) -> Bounds {
    let (own_min, own_max) = match ty {
        Type::U32 | Type::U64 | Type::UnixSeconds | Type::UnixMillis => (Some(0), None),
        Type::Seconds | Type::MuteTime => (Some(0), Some(i64::from(u32::MAX))),
        _ => (None, None),
    };
    let id = match ty.item() {
        Type::Id(path) => registry.id(path),
        _ => None,
    };
    let values = match (&field.values, ty.item()) {
        (Some(values), Type::StringEnum(_) | Type::String) => Values::Texts(
            values.as_ref().iter().filter_map(|value| value.as_str().map(str::to_owned)).collect(),
        ),
        (Some(values), _) => {
            Values::Numbers(values.as_ref().iter().filter_map(toml::Value::as_integer).collect())
        }
        (None, Type::Flag) => Values::Numbers(vec![0, 1]),
        (None, Type::StringEnum(path) | Type::IntegerEnum(path)) => {
            registry.enum_values(path).cloned().map_or(Values::Any, Values::Listed)
        }
        (None, _) => Values::Any,
    };
    if let Type::Verdict(..) = ty {
        return Bounds::default();
    }
    Bounds {
        min: field.min.or(own_min),
        max: field.max.or(own_max),
        max_bytes: field.max_bytes.or(id.and_then(|id| id.max_bytes)),
        custom_id: custom_id(field, id.and_then(|id| id.custom.as_ref())),
        max_items: field.max_items,
        values,
    }
}

/// The rules for an ID that the caller chooses: those of the field and, for the rest, of its type.
fn custom_id(field: &format::Field, of_type: Option<&CustomId>) -> Option<CustomId> {
    let own = field.custom_id.as_ref()?;
    let inherited = |rule: fn(&CustomId) -> Option<String>| of_type.and_then(rule);
    Some(CustomId {
        marker: own.marker.clone().or_else(|| inherited(|id| Some(id.marker.clone())))?,
        is_prefix: of_type.is_none_or(|id| id.is_prefix),
        assigned_marker: own
            .assigned_marker
            .clone()
            .or_else(|| inherited(|id| id.assigned_marker.clone())),
        printable_ascii: own
            .printable_ascii
            .unwrap_or_else(|| of_type.is_some_and(|id| id.printable_ascii)),
    })
}
