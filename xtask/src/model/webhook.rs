//! Webhooks and their responses.

use std::collections::BTreeMap;

use super::{docs::Docs, facts::WebhookFacts, object::Struct, shared::SharedTypes};

/// All webhooks and what they share.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    pub(crate) shared: SharedTypes,
    /// Parameters of the URL.
    pub(crate) parameters: Option<Struct>,
    pub(crate) response_types: Vec<ResponseType>,
    /// Modules by name.
    pub(crate) modules: BTreeMap<String, Vec<Webhook>>,
    /// The area that a module belongs to, by the name of the module. Most belong to none.
    pub(crate) areas: BTreeMap<String, String>,
}

impl Webhooks {
    /// The area without whose cargo feature a module is left out.
    pub(crate) fn area_of(&self, module: &str) -> Option<&str> {
        self.areas.get(module).map(String::as_str)
    }

    /// A response that several webhooks share.
    pub(crate) fn response_type(&self, name: &str) -> Option<&ResponseType> {
        self.response_types.iter().find(|response| response.name == name)
    }

    /// The type of the response to a webhook.
    pub(crate) fn response_to<'a>(&'a self, webhook: &'a Webhook) -> Option<&'a ResponseType> {
        match &webhook.response {
            WebhookResponse::Own(own) => Some(own),
            WebhookResponse::Shared(name) => self.response_type(name),
        }
    }
}

/// One webhook with all that its module holds.
#[derive(Debug)]
pub(crate) struct Webhook {
    /// Path of its spec file.
    pub(crate) origin: String,
    /// The module within that of all webhooks: the part of its command before the period.
    pub(crate) area: String,
    /// Its module and file.
    pub(crate) module: String,
    pub(crate) command: String,
    /// The type of its body.
    pub(crate) name: String,
    pub(crate) docs: Docs,
    pub(crate) payload: Struct,
    pub(crate) response: WebhookResponse,
    pub(crate) structs: Vec<Struct>,
    /// A body as JSON.
    pub(crate) example: serde_json::Value,
    pub(crate) facts: WebhookFacts,
}

impl Webhook {
    /// Names of the types of its module, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names = vec![self.name.as_str()];
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        if let WebhookResponse::Own(response) = &self.response {
            names.push(&response.name);
            names.extend(response.content.as_ref().map(|content| content.name.as_str()));
        }
        names.sort_unstable();
        names
    }
}

/// The type of the response to a webhook.
#[derive(Debug)]
pub(crate) enum WebhookResponse {
    /// One that several webhooks share.
    Shared(String),
    Own(ResponseType),
}

/// A type of responses.
#[derive(Debug)]
pub(crate) struct ResponseType {
    pub(crate) name: String,
    pub(crate) doc: String,
    /// The fields that go with some of the responses.
    pub(crate) content: Option<Struct>,
    pub(crate) variants: Vec<ResponseVariant>,
}

#[derive(Debug)]
pub(crate) struct ResponseVariant {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) first: i64,
    /// Equal to the first if it is one code.
    pub(crate) last: i64,
    pub(crate) has_content: bool,
}

/// What a variant holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariantKind {
    /// The changes that go with it.
    Changes,
    /// A code of a range, and a text for the client.
    Refusal,
    /// Nothing.
    Unit,
}

impl ResponseType {
    /// The variant that is the default, if `Default` can be derived.
    pub(crate) fn default_variant(&self) -> Option<&ResponseVariant> {
        self.variants.first().filter(|first| first.kind() == VariantKind::Unit)
    }
}

impl ResponseVariant {
    pub(crate) fn is_range(&self) -> bool {
        self.first < self.last
    }

    pub(crate) fn kind(&self) -> VariantKind {
        if self.has_content {
            VariantKind::Changes
        } else if self.is_range() {
            VariantKind::Refusal
        } else {
            VariantKind::Unit
        }
    }
}
