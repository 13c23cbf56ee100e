//! Builds the webhooks of the model.

use std::sync::Arc;

use indexmap::IndexMap;

use super::Builder;
use crate::model::{
    Bounds, Direction, DuplicateKey, Example, Field, Location, ResponseType, ResponseVariant,
    Struct, Type, TypePath, WEBHOOK, Webhook, WebhookFacts, WebhookResponse, Webhooks, check,
    markdown, names, objects::Objects, resolve::Registry, sentences,
};
use crate::spec::{
    Loaded, Source,
    format::{self, Located, WebhookFile, WebhookSharedFile},
};

impl Builder<'_> {
    /// Adds the webhooks and what they share.
    pub(super) fn webhooks(
        &mut self,
        webhooks: &mut Webhooks,
        shared: Loaded<WebhookSharedFile>,
        files: Vec<Loaded<WebhookFile>>,
    ) {
        let Loaded { source, content } = shared;
        let registry = self.root.clone();
        webhooks.parameters = Some(Struct {
            name: "WebhookParameters".to_owned(),
            doc: "The parameters of a webhook's URL.".to_owned(),
            direction: Direction::Received,
            fields: self.fields(&source, &registry, content.query),
        });
        for (name, response) in content.response_types {
            let variants = self.variants(&source, response.variants, None);
            let doc = markdown(&response.doc);
            let name = name.into_inner();
            webhooks.response_types.push(ResponseType { name, doc, content: None, variants });
        }
        for file in files {
            if let Some(webhook) = self.webhook(file, webhooks) {
                webhooks.modules.entry(webhook.area.clone()).or_default().push(webhook);
            }
        }
    }

    fn webhook(&mut self, file: Loaded<WebhookFile>, shared: &Webhooks) -> Option<Webhook> {
        let Loaded { source, content } = file;
        let name = self.webhook_name(&source, &content)?;
        let area = source.folder();
        self.webhook_query(&source, &content.query, shared);
        let mut registry = self.root.clone();
        for local in content.structs.keys() {
            let area = Some(format!("{WEBHOOK}::{area}"));
            let path = TypePath { area, local: true, name: local.as_ref().clone() };
            registry.add(&source, local, Type::Struct(path), self.diagnostics);
        }
        let structs = self.structs(&source, &registry, content.structs);
        let mut fields = self.fields(&source, &registry, content.request);
        if content.command_in_body {
            fields.insert(0, command_field(&source, content.command.as_ref()));
        }
        let payload = Struct {
            name: name.clone(),
            doc: String::new(),
            direction: Direction::Received,
            fields,
        };
        let objects = Objects { local: &structs, shared: &self.objects };
        check::always(&payload, objects, self.diagnostics);
        check::duplicate_key(&source, &content.command, &content.duplicate_key, self.diagnostics);
        let subject = content.subject.as_ref();
        check::body_fields(&source, &content.duplicate_key, subject, &payload, self.diagnostics);
        self.webhook_query(&source, &content.duplicate_key.parameters, shared);
        let response = self.webhook_response(
            &source,
            &registry,
            &name,
            (content.response_type, content.variants, content.response),
            shared,
        );
        let facts = WebhookFacts {
            title: content.title,
            summary: content.summary,
            doc_page: self.doc_page(self.webhook_sites.get(&area), content.doc_page),
            page_date: content.page_date,
            phase: content.phase,
            query: inner(content.query),
            subject: content.subject.map(Located::into_inner),
            duplicate_key: DuplicateKey {
                fields: inner(content.duplicate_key.fields),
                optional: inner(content.duplicate_key.optional),
                parameters: inner(content.duplicate_key.parameters),
                whole_body: content.duplicate_key.body,
                note: content.duplicate_key.note,
            },
            requirement: content.requirement,
            switch: content.switch.map(Located::into_inner),
            caused_by: content.caused_by.into_iter().map(Located::into_inner).collect(),
            behavior: content.behavior,
            quirks: content.quirks,
            confidence: content.confidence,
            unverified: content.unverified,
        };
        Some(Webhook {
            docs: sentences::webhook(content.command.as_ref(), &name, &facts),
            origin: source.path.clone(),
            module: names::module(&name),
            command: content.command.into_inner(),
            payload,
            name,
            area,
            response,
            structs,
            example: serde_json::Value::Null,
            facts,
        })
    }

    /// The part of the command after the period, which also names the file.
    fn webhook_name(&mut self, source: &Arc<Source>, file: &WebhookFile) -> Option<String> {
        let command = file.command.as_ref();
        let (prefix, name) = command.split_once('.').unwrap_or_default();
        if source.folder() == names::module(prefix) && source.stem() == name {
            return Some(name.to_owned());
        }
        let title = format!("wrong path for the webhook {command}");
        let path = format!("spec/webhooks/{}/{name}.toml", names::module(prefix));
        let help = format!("move the file to {path}");
        self.diagnostics.error(
            source,
            file.command.span(),
            title,
            "does not match the path of the file",
            Some(help),
        );
        None
    }

    fn webhook_query(
        &mut self,
        source: &Arc<Source>,
        names: &[Located<String>],
        shared: &Webhooks,
    ) {
        for name in names {
            let known = shared.parameters.as_ref().and_then(|known| known.field(name.as_ref()));
            if known.is_none() {
                let title = format!("unknown webhook parameter {:?}", name.as_ref());
                let help = Some("[query] of spec/webhook.toml lists the parameters".to_owned());
                self.diagnostics.error(source, name.span(), title, "not a parameter", help);
            }
        }
    }

    fn webhook_response(
        &mut self,
        source: &Arc<Source>,
        registry: &Registry,
        webhook: &str,
        (shared_name, variants, response): ResponseParts,
        shared: &Webhooks,
    ) -> WebhookResponse {
        if let Some(name) = shared_name {
            if !shared.response_types.iter().any(|response| response.name == *name.as_ref()) {
                let title = format!("unknown response type {:?}", name.as_ref());
                let help = Some("[response_types] of spec/webhook.toml lists them".to_owned());
                self.diagnostics.error(source, name.span(), title, "not a response type", help);
            }
            return WebhookResponse::Shared(name.into_inner());
        }
        if variants.is_empty() {
            let title = "the webhook has no response";
            let help = Some("set `response_type` or add [variants]".to_owned());
            self.diagnostics.error(source, 0..0, title, "in this file", help);
        }
        let content = (!response.is_empty()).then(|| Struct {
            name: format!("{webhook}Changes"),
            doc: format!("Changes that a response to [`{webhook}`] can make."),
            direction: Direction::Sent,
            fields: self.fields(source, registry, response),
        });
        let content = content.map(preset_arrays);
        WebhookResponse::Own(ResponseType {
            name: format!("{webhook}Response"),
            doc: format!("Response to [`{webhook}`]."),
            variants: self.variants(source, variants, content.as_ref()),
            content,
        })
    }

    fn variants(
        &mut self,
        source: &Arc<Source>,
        listed: IndexMap<Located<String>, format::ResponseVariant>,
        content: Option<&Struct>,
    ) -> Vec<ResponseVariant> {
        let mut variants = Vec::new();
        for (name, response) in listed {
            let (first, last) = match (response.code, response.from, response.to) {
                (Some(code), None, None) => (code, code),
                (None, Some(from), Some(to)) if from < to => (from, to),
                _ => {
                    let title = "a response variant needs a code or a range of codes";
                    let help = Some("set `code`, or `from` and a larger `to`".to_owned());
                    self.diagnostics.error(source, name.span(), title, "has neither", help);
                    continue;
                }
            };
            for field in &response.fields {
                if content.is_none_or(|content| content.field(field.as_ref()).is_none()) {
                    let title = format!("the response has no field {:?}", field.as_ref());
                    let help = Some("[response] lists the fields".to_owned());
                    self.diagnostics.error(source, field.span(), title, "unknown field", help);
                }
            }
            variants.push(ResponseVariant {
                name: name.into_inner(),
                doc: markdown(&response.doc),
                first,
                last,
                has_content: !response.fields.is_empty(),
            });
        }
        variants
    }
}

fn inner(located: Vec<Located<String>>) -> Vec<String> {
    located.into_iter().map(Located::into_inner).collect()
}

/// A response starts without entries in the arrays that it must have.
fn preset_arrays(mut content: Struct) -> Struct {
    for field in &mut content.fields {
        field.preset = field.required && field.ty.is_array();
    }
    content
}

/// The name of a shared response, or the variants and their fields.
type ResponseParts = (
    Option<Located<String>>,
    IndexMap<Located<String>, format::ResponseVariant>,
    IndexMap<Located<String>, format::Field>,
);

/// The body repeats the command of the URL.
fn command_field(source: &Arc<Source>, command: &str) -> Field {
    let location = Location { source: Arc::clone(source), span: 0..0 };
    let doc = "Name of the webhook, as in the URL.".to_owned();
    Field {
        wire: "CallbackCommand".to_owned(),
        rust: "callback_command".to_owned(),
        ty: Type::String,
        required: false,
        always: false,
        older: false,
        preset: false,
        in_query: false,
        aliases: Vec::new(),
        older_values: Vec::new(),
        long_doc: doc.clone(),
        doc,
        default: None,
        bounds: Bounds::default(),
        quirk: None,
        example: Some(Example { value: command.into(), location: location.clone() }),
        location,
        unverified: false,
    }
}
