//! The tables of webhooks.

use crate::{
    model::{
        DuplicateKey, ResponseType, ResponseVariant, WEBHOOK, Webhook, WebhookFacts,
        WebhookResponse, Webhooks, names,
    },
    print::{
        facts::{self, Table},
        imports::Imports,
        rust::{Code, literal, literals, number},
    },
    spec::format::{NO_SWITCH, Phase},
};

/// The tables of the responses that several webhooks share.
pub(super) fn responses_module(webhooks: &Webhooks) -> String {
    let mut imports = Imports::new(Some(WEBHOOK));
    let mut code = Code::default();
    for response in &webhooks.response_types {
        let name = names::screaming(&response.name);
        let spec = response_spec(&mut imports, response);
        code.line(format!("pub(in crate::generated) static {name}: WebhookResponseSpec = {spec};"));
        code.gap();
    }
    Code::file("spec/webhook.toml").with(&imports, code)
}

/// The file of the tables.
pub(super) fn spec_module(webhook: &Webhook) -> String {
    let mut imports = Imports::new(Some(&format!("{WEBHOOK}::{}", webhook.area)));
    let mut code = Code::default();
    code.line(spec(&mut imports, webhook));
    for object in &webhook.structs {
        code.gap();
        code.line(facts::fields_const(&mut imports, object));
    }
    Code::file(&webhook.origin).with(&imports, code)
}

/// The `WebhookSpec` of a webhook.
fn spec(imports: &mut Imports, webhook: &Webhook) -> String {
    let WebhookFacts { title, summary, doc_page, phase, query, requirement, .. } = &webhook.facts;
    imports.spec("WebhookPhase");
    let phase = match phase {
        Phase::Before => "Before",
        Phase::After => "After",
    };
    let response = match &webhook.response {
        WebhookResponse::Own(response) => {
            let spec = response_spec(imports, response);
            format!("&{spec}")
        }
        WebhookResponse::Shared(name) => {
            let name = names::screaming(name);
            imports.krate(&format!("generated::{WEBHOOK}::spec::responses::{name}"));
            format!("&{name}")
        }
    };
    imports.spec("WebhookSpec");
    let mut table = Table::new("WebhookSpec");
    table.put("command", format!("{:?}", webhook.command));
    table.put("module", format!("{:?}", webhook.area));
    table.put("name", format!("{:?}", webhook.name));
    table.put("title", literal(title, 11));
    table.put("summary", literal(summary, 13));
    table.doc_page(doc_page.as_ref());
    table.put("phase", format!("WebhookPhase::{phase}"));
    table.some("requirement", requirement.as_ref().map(|text| literal(text, 8)));
    let switch = webhook.facts.switch.as_ref().map(|switch| {
        imports.spec("WebhookSwitch");
        match switch.as_str() {
            NO_SWITCH => "WebhookSwitch::Unneeded".to_owned(),
            owner => format!("WebhookSwitch::SharedWith({owner:?})"),
        }
    });
    if let Some(switch) = switch {
        table.put("switch", switch);
    }
    table.list("caused_by", &literals(&webhook.facts.caused_by, 8));
    table.list("query", &literals(query, 8));
    table.some("subject", webhook.facts.subject.as_ref().map(|path| format!("{path:?}")));
    table.put("duplicate_key", duplicate_key(imports, &webhook.facts.duplicate_key));
    table.list("body", &facts::fields(imports, &webhook.payload));
    table.put("response", response);
    table.list("behavior", &literals(&webhook.facts.behavior, 8));
    table.list("quirks", &literals(&webhook.facts.quirks, 8));
    table.put("confidence", facts::confidence(imports, webhook.facts.confidence));
    table.list("unverified", &literals(&webhook.facts.unverified, 8));
    format!("pub(in crate::generated) static SPEC: WebhookSpec = {};", table.finish())
}

fn duplicate_key(imports: &mut Imports, key: &DuplicateKey) -> String {
    imports.spec("DuplicateKeySpec");
    let mut table = Table::new("DuplicateKeySpec");
    table.list("fields", &literals(&key.fields, 12));
    table.list("optional", &literals(&key.optional, 12));
    table.list("parameters", &literals(&key.parameters, 12));
    table.flag("whole_body", key.whole_body);
    table.some("note", key.note.as_ref().map(|text| literal(text, 12)));
    table.finish()
}

fn response_spec(imports: &mut Imports, response: &ResponseType) -> String {
    imports.spec("WebhookResponseSpec");
    imports.spec("WebhookResponseVariant");
    let mut codes = String::new();
    for variant in &response.variants {
        let ResponseVariant { name, doc, first, last, .. } = variant;
        let (first, last, doc) = (number(*first), number(*last), literal(doc, 12));
        codes += &if variant.is_range() {
            format!("WebhookResponseVariant::range({name:?}, {first}, {last}, {doc})")
        } else {
            format!("WebhookResponseVariant::code({name:?}, {first}, {doc})")
        };
        codes += if variant.has_content { ".with_changes(),\n" } else { ",\n" };
    }
    let mut table = Table::new("WebhookResponseSpec");
    table.list("codes", &format!("&[{codes}]"));
    let fields =
        response.content.as_ref().map_or_else(|| "&[]".to_owned(), |it| facts::fields(imports, it));
    table.list("fields", &fields);
    table.finish()
}
