//! Fields and lists that the keys of an endpoint file name.

use std::{ops::Range, sync::Arc};

use crate::model::{Field, Struct, Type, objects::Objects};
use crate::spec::{Diagnostics, Source, format::Located};

/// What the keys of one endpoint file may refer to.
pub(in crate::model) struct References<'a> {
    pub(in crate::model) source: &'a Arc<Source>,
    pub(in crate::model) request: &'a Struct,
    pub(in crate::model) response: &'a Struct,
    pub(in crate::model) objects: Objects<'a>,
}

impl References<'_> {
    pub(in crate::model) fn request_field(
        &self,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&Field> {
        self.find(self.request, "the request", name, found)
    }

    pub(super) fn response_field(
        &self,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&Field> {
        self.find(self.response, "the response", name, found)
    }

    /// A field of the response or, by its path, of an object that every response has.
    pub(super) fn response_path(
        &self,
        path: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&Field> {
        let names = path.as_ref().split('.');
        let mut names = names.map(|name| Located::new(path.span(), name.to_owned()));
        let mut field = self.response_field(&names.next()?, found)?;
        for name in names {
            if !field.required || field.ty.is_array() {
                let title = format!("{} is not an object that every response has", field.wire);
                let help = Some("set its `required`, and let its type be an object".to_owned());
                found.error(self.source, path.span(), title, "leads through it", help);
                return None;
            }
            field = self.item_field(field, &name, found)?;
        }
        Some(field)
    }

    fn find<'s>(
        &self,
        object: &'s Struct,
        what: &str,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&'s Field> {
        let field = object.field(name.as_ref());
        if field.is_none() {
            let names: Vec<&str> = object.fields.iter().map(|field| field.wire.as_str()).collect();
            let title = format!("{what} has no field {:?}", name.as_ref());
            let help = if names.is_empty() {
                format!("{what} has no fields")
            } else {
                format!("known fields: {}", names.join(", "))
            };
            found.error(self.source, name.span(), title, "unknown field", Some(help));
        }
        field
    }

    /// A field of the objects in a list.
    pub(super) fn item_field(
        &self,
        list: &Field,
        name: &Located<String>,
        found: &mut Diagnostics,
    ) -> Option<&Field> {
        if !matches!(list.ty.item(), Type::Struct(_)) {
            let title = format!("the items of {} are not objects", list.wire);
            found.error(self.source, name.span(), title, "only objects have fields", None);
            return None;
        }
        let object = self.objects.of(list)?;
        self.find(object, &format!("an item of {}", list.wire), name, found)
    }

    /// A field of the objects in a list, or of objects within them: `Extension.Key`.
    pub(super) fn item_path(&self, list: &Field, path: &Located<String>, found: &mut Diagnostics) {
        let mut field = list;
        for name in path.as_ref().split('.') {
            let name = Located::new(path.span(), name.to_owned());
            match self.item_field(field, &name, found) {
                Some(next) => field = next,
                None => return,
            }
        }
    }

    pub(super) fn list(&self, field: &Field, span: Range<usize>, found: &mut Diagnostics) {
        if !field.ty.is_array() {
            let title = format!("{} is not an array", field.wire);
            found.error(self.source, span, title, "expected an array", None);
        }
    }
}
