//! Finds the objects that the fields of one file name.

use super::{Field, Struct, Type};

/// The objects of one file, and those of `spec/types/`.
#[derive(Clone, Copy)]
pub(super) struct Objects<'a> {
    pub(super) local: &'a [Struct],
    pub(super) shared: &'a [Struct],
}

impl<'a> Objects<'a> {
    /// The object that a field, or each of its items, holds.
    pub(super) fn of(&self, field: &Field) -> Option<&'a Struct> {
        let Type::Struct(path) = field.ty.item() else { return None };
        let objects = if path.local { self.local } else { self.shared };
        objects.iter().find(|object| object.name == path.name)
    }

    /// A field of the objects in a list.
    pub(super) fn item_field(&self, list: &Field, wire: &str) -> Option<&'a Field> {
        self.of(list)?.field(wire)
    }

    /// The fields along a path such as `Extension.Key`.
    pub(super) fn item_path(&self, list: &Field, path: &str) -> Option<Vec<Field>> {
        let mut fields: Vec<Field> = Vec::new();
        for wire in path.split('.') {
            let next = self.item_field(fields.last().unwrap_or(list), wire)?;
            fields.push(next.clone());
        }
        Some(fields)
    }
}
