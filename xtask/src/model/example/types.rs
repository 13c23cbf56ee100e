//! Every type that a field can name.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::model::{Area, SharedTypes, Struct, Type, TypePath, Union, WEBHOOK};

/// Every type that a field can name, seen from one endpoint.
#[derive(Clone, Copy)]
pub(in crate::model) struct Types<'a> {
    pub(in crate::model) shared: &'a SharedTypes,
    pub(in crate::model) areas: &'a BTreeMap<String, Area>,
    pub(in crate::model) webhooks: &'a SharedTypes,
    /// Objects of the file of the endpoint or the webhook.
    pub(in crate::model) local: &'a [Struct],
}

impl<'a> Types<'a> {
    pub(in crate::model) fn object(&self, path: &TypePath) -> Option<&'a Struct> {
        let structs = if path.local { self.local } else { &self.home(path)?.structs };
        structs.iter().find(|object| object.name == path.name)
    }

    pub(in crate::model) fn union(&self, path: &TypePath) -> Option<&'a Union> {
        self.home(path)?.unions.iter().find(|union| union.name == path.name)
    }

    fn home(&self, path: &TypePath) -> Option<&'a SharedTypes> {
        match path.area.as_deref() {
            Some(WEBHOOK) => Some(self.webhooks),
            Some(area) => self.areas.get(area).map(|area| &area.shared),
            None => Some(self.shared),
        }
    }

    pub(super) fn ids(&self, path: &TypePath) -> &'a [String] {
        let id = self.home(path).and_then(|home| home.ids.iter().find(|id| id.name == path.name));
        id.map_or(&[], |id| &id.examples)
    }

    pub(super) fn first_listed(&self, path: &TypePath) -> Option<Value> {
        let list = self.home(path)?.string_enums.iter().find(|list| list.name == path.name)?;
        list.values.first().map(|value| json!(value.value))
    }

    /// The variant of an enumeration for a value on the wire.
    pub(super) fn variant(&self, ty: &Type, value: &Value) -> Option<&'a str> {
        match ty {
            Type::StringEnum(path) => {
                let list =
                    self.home(path)?.string_enums.iter().find(|each| each.name == path.name)?;
                let found = list.values.iter().find(|each| *value == json!(each.value))?;
                Some(&found.name)
            }
            Type::IntegerEnum(path) => {
                let lists = &self.home(path)?.integer_enums;
                let list = lists.iter().find(|each| each.name == path.name)?;
                let found = list.values.iter().find(|each| *value == json!(each.value))?;
                Some(&found.name)
            }
            _ => None,
        }
    }
}
