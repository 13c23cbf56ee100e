//! Resolves the names of types in the spec.

use std::{collections::BTreeMap, sync::Arc};

use super::{EnumRef, IdRules, Type, TypePath};
use crate::spec::{Diagnostics, Source, format::Located};

/// Every named type that an endpoint may use.
#[derive(Clone, Debug, Default)]
pub(super) struct Registry {
    types: BTreeMap<String, Named>,
    enums: BTreeMap<String, EnumRef>,
    ids: BTreeMap<String, IdRules>,
}

#[derive(Clone, Debug)]
struct Named {
    ty: Type,
    origin: String,
}

impl Registry {
    /// Adds a type, and reports a second one of the same name.
    pub(super) fn add(
        &mut self,
        source: &Arc<Source>,
        name: &Located<String>,
        ty: Type,
        diagnostics: &mut Diagnostics,
    ) {
        if !super::names::is_type_name(name.as_ref()) {
            diagnostics.error(
                source,
                name.span(),
                "type names are in upper camel case",
                "not in upper camel case",
                None,
            );
        }
        let origin = source.path.clone();
        let before = self.types.insert(name.as_ref().clone(), Named { ty, origin });
        if let Some(before) = before {
            let title = format!("duplicate type {}", name.as_ref());
            let help = format!("also defined in {}", before.origin);
            diagnostics.error(source, name.span(), title, "already defined", Some(help));
        }
    }

    pub(super) fn add_enum(&mut self, reference: EnumRef) {
        self.enums.insert(reference.path.name.clone(), reference);
    }

    pub(super) fn add_id(&mut self, name: &str, rules: IdRules) {
        self.ids.insert(name.to_owned(), rules);
    }

    pub(super) fn id(&self, path: &TypePath) -> Option<&IdRules> {
        self.ids.get(&path.name)
    }

    pub(super) fn enum_values(&self, path: &TypePath) -> Option<&EnumRef> {
        self.enums.get(&path.name)
    }

    /// The type of this name; reports an unknown one.
    pub(super) fn resolve(
        &self,
        source: &Arc<Source>,
        name: &Located<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Type> {
        let ty = self.parse(name.as_ref());
        if ty.is_none() {
            let title = format!("unknown type {:?}", name.as_ref());
            let help =
                "known types: String, Boolean, Flag, u32, u64, i64, f64, UnixSeconds, UnixMillis, \
                 Seconds, MuteTime, ErrorCode, TagValue, Verdict, Json, those of spec/types/ and \
                 [structs], and Array<…> or Map<…> of one of them"
                    .to_owned();
            diagnostics.error(source, name.span(), title, "not a type", Some(help));
        }
        ty
    }

    fn parse(&self, name: &str) -> Option<Type> {
        if let Some(item) = name.strip_prefix("Array<").and_then(|rest| rest.strip_suffix('>')) {
            return self.parse(item).map(|item| Type::Array(Box::new(item)));
        }
        if let Some(item) = name.strip_prefix("Map<").and_then(|rest| rest.strip_suffix('>')) {
            return self.parse(item).map(|item| Type::Map(Box::new(item)));
        }
        Some(match name {
            "String" => Type::String,
            "Boolean" => Type::Boolean,
            "Flag" => Type::Flag,
            "u32" => Type::U32,
            "u64" => Type::U64,
            "i64" => Type::I64,
            "f64" => Type::F64,
            "Json" => Type::Json,
            "UnixSeconds" => Type::UnixSeconds,
            "UnixMillis" => Type::UnixMillis,
            "TagValue" => Type::TagValue,
            "Seconds" => Type::Seconds,
            "MuteTime" => Type::MuteTime,
            "ErrorCode" => Type::ErrorCode,
            // The field has its bounds.
            "Verdict" => Type::Verdict(0, 0),
            _ => self.types.get(name)?.ty.clone(),
        })
    }
}
