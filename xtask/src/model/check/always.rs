//! Required fields of what the service sends.

use crate::{
    model::{Struct, Type, objects::Objects},
    spec::Diagnostics,
};

/// Reports required fields whose absence would cost a whole payload, unless the spec says that every
/// source always shows them.
///
/// Only an entry of an array may need a field without this: it is kept as JSON if the field is
/// missing. A missing array is an empty one.
pub(in crate::model) fn always(object: &Struct, objects: Objects<'_>, found: &mut Diagnostics) {
    for field in &object.fields {
        let source = &field.location.source;
        if field.required && !field.always && !field.ty.is_collection() {
            let title = format!("a payload without {} could not be read", field.wire);
            let label = "required outside of an array";
            let help = "remove `required`, or add `always = true` if every source shows it";
            found.error(source, field.location.span.clone(), title, label, Some(help.to_owned()));
        }
        if let (Type::Struct(_), Some(inner)) = (&field.ty, objects.of(field)) {
            always(inner, objects, found);
        }
    }
}
