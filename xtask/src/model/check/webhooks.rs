//! Checks of what identifies a webhook's event.

use std::sync::Arc;

use crate::model::Struct;
use crate::spec::{
    Diagnostics, Source,
    format::{DuplicateKey, Located},
};

/// A key names what must be equal, or says why nothing identifies the event.
pub(in crate::model) fn duplicate_key(
    source: &Arc<Source>,
    command: &Located<String>,
    key: &DuplicateKey,
    found: &mut Diagnostics,
) {
    let has_values = !key.fields.is_empty() || !key.parameters.is_empty();
    let is_bare = key.optional.is_empty() && !key.body;
    if has_values == key.note.is_some() || (!has_values && !is_bare) {
        let title = format!("invalid duplicate_key of {}", command.as_ref());
        let help = "give `fields` or `parameters`, or only a `note`".to_owned();
        found.error(source, command.span(), title, "of this webhook", Some(help));
    }
}

/// The key and the subject name fields of the body.
pub(in crate::model) fn body_fields(
    source: &Arc<Source>,
    key: &DuplicateKey,
    subject: Option<&Located<String>>,
    body: &Struct,
    found: &mut Diagnostics,
) {
    for name in key.fields.iter().chain(&key.optional).chain(subject) {
        let first = name.as_ref().split('.').next().unwrap_or_default();
        if body.field(first).is_none() {
            let title = format!("the body has no field {first:?}");
            let help = "[request] lists the fields".to_owned();
            found.error(source, name.span(), title, "unknown field", Some(help));
        }
    }
}
