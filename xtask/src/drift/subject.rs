//! What the spec says about an endpoint or a webhook, in the form in which it is compared.

use super::notes::sentence_about;
use crate::model::{Batch, Endpoint, Field, Model, Paging, Struct, Type, Webhook};

/// An endpoint or a webhook of the spec.
#[derive(Clone, Copy)]
pub(super) struct Subject<'m> {
    pub(super) model: &'m Model,
    /// Path of its spec file.
    pub(super) origin: &'m str,
    pub(super) doc_page: Option<u32>,
    pub(super) request: &'m [Field],
    pub(super) response: &'m [Field],
    pub(super) is_webhook: bool,
    quirks: &'m [String],
    behavior: &'m [String],
    unverified: &'m [String],
    pub(super) batch: Option<&'m Batch>,
    pub(super) paging: Option<&'m Paging>,
    structs: &'m [Struct],
}

/// The fields of an object.
pub(super) enum Object<'m> {
    Struct {
        object: &'m Struct,
        /// Whether several files use it.
        is_shared: bool,
    },
    /// A tag and a content whose type depends on it.
    Union { tag: &'m str, content: &'m str },
}

impl<'m> Subject<'m> {
    pub(super) fn endpoint(model: &'m Model, endpoint: &'m Endpoint) -> Self {
        let facts = &endpoint.facts;
        Self {
            model,
            origin: &endpoint.origin,
            doc_page: facts.doc_page.as_ref().map(|page| page.number),
            request: &endpoint.request.fields,
            response: &endpoint.response.fields,
            is_webhook: false,
            quirks: &facts.quirks,
            behavior: &facts.behavior,
            unverified: &facts.unverified,
            batch: endpoint.batch.as_ref(),
            paging: endpoint.paging.as_ref(),
            structs: &endpoint.structs,
        }
    }

    pub(super) fn webhook(model: &'m Model, webhook: &'m Webhook) -> Self {
        let facts = &webhook.facts;
        let response = model.webhooks.response_to(webhook);
        let content = response.and_then(|response| response.content.as_ref());
        Self {
            model,
            origin: &webhook.origin,
            doc_page: facts.doc_page.as_ref().map(|page| page.number),
            request: &webhook.payload.fields,
            response: content.map_or(&[], |content| &content.fields),
            is_webhook: true,
            quirks: &facts.quirks,
            behavior: &facts.behavior,
            unverified: &facts.unverified,
            batch: None,
            paging: None,
            structs: &webhook.structs,
        }
    }

    /// The first sentence that contains one of the words.
    pub(super) fn about(&self, words: &[String]) -> Option<&'m str> {
        let notes = self.quirks.iter().chain(self.unverified).chain(self.behavior);
        sentence_about(notes.map(String::as_str), words)
    }

    /// The object that a field, or each of its items, holds.
    pub(super) fn object(&self, field: &'m Field) -> Option<Object<'m>> {
        match field.ty.item() {
            Type::Struct(path) if path.local => {
                let object = self.structs.iter().find(|object| object.name == path.name)?;
                Some(Object::Struct { object, is_shared: false })
            }
            Type::Struct(path) => {
                let shared = self.model.shared_types(path.area.as_deref())?;
                let object = shared.structs.iter().find(|object| object.name == path.name)?;
                Some(Object::Struct { object, is_shared: true })
            }
            Type::Union(path) => {
                let shared = self.model.shared_types(path.area.as_deref())?;
                let union = shared.unions.iter().find(|union| union.name == path.name)?;
                Some(Object::Union { tag: &union.tag, content: &union.content })
            }
            _ => None,
        }
    }
}
