//! The modules of webhooks: bodies, responses, and the tables of their facts.

mod response;
mod tables;

use self::{
    response::{response_impls, response_type},
    tables::{responses_module, spec_module},
};
use super::{
    example,
    imports::Imports,
    objects::{definition, implementation, plain_object},
    rust::Code,
    types,
};
use crate::model::{Model, SharedTypes, WEBHOOK, Webhook, WebhookResponse, Webhooks};

/// Adds the files of the webhooks by their path below the generated code.
pub(super) fn add_files<T>(model: &Model, mut put: impl FnMut(&str, String) -> T) {
    let Webhooks { shared, modules, .. } = &model.webhooks;
    let mut put = |path: &str, text: String| {
        put(&format!("{WEBHOOK}/{path}"), text);
    };
    put("mod", root_module(model));
    put("shared", shared_module(&model.webhooks));
    let responses = ["responses"].into_iter();
    put("spec/mod", types::tables_module("spec/webhook.toml", responses, shared));
    put("spec/responses", responses_module(&model.webhooks));
    if types::has_types(shared) {
        put("types", types::shared(shared, Some(WEBHOOK)));
    }
    if types::has_tables(shared) {
        put("spec/types", types::shared_tables(shared, Some(WEBHOOK)));
    }
    for (area, webhooks) in modules {
        put(&format!("{area}/mod"), area_module(area, webhooks));
        let names = webhooks.iter().map(|webhook| webhook.module.as_str());
        let origin = format!("spec/webhooks/{area}/");
        let tables = types::tables_module(&origin, names, &SharedTypes::default());
        put(&format!("{area}/spec/mod"), tables);
        for webhook in webhooks {
            let name = &webhook.module;
            put(&format!("{area}/{name}"), module(webhook));
            put(&format!("{area}/spec/{name}"), spec_module(webhook));
        }
    }
}

fn root_module(model: &Model) -> String {
    let Webhooks { shared, modules, response_types, .. } = &model.webhooks;
    let mut code = Code::file("spec/webhooks/");
    for (area, webhooks) in modules {
        let prefix = webhooks.first().map_or("", |webhook| prefix(&webhook.command));
        code.doc(0, &format!("Webhooks whose command starts with `{prefix}.`."));
        if let Some(feature) = model.webhooks.area_of(area) {
            code.feature(0, feature);
        }
        code.line(format!("pub mod {area};"));
        code.gap();
    }
    code.line("mod shared;");
    code.line("mod spec;");
    if types::has_types(shared) {
        code.line("mod types;");
    }
    code.gap();
    let mut names: Vec<&str> =
        response_types.iter().map(|response| response.name.as_str()).collect();
    names.push("WebhookParameters");
    names.sort_unstable();
    code.line(format!("pub use self::shared::{{{}}};", names.join(", ")));
    if types::has_types(shared) {
        code.line(format!("pub use self::types::{{{}}};", shared.type_names().join(", ")));
    }
    code.line("use crate::catalog::webhooks;");
    code.gap();
    code.line("webhooks! {");
    for Webhook { area, name, module, .. } in sorted(model) {
        if let Some(feature) = model.webhooks.area_of(area) {
            code.feature(4, feature);
        }
        code.line(format!("    {area}::{name} => {area:?} / {module:?},"));
    }
    code.line("}");
    code.finish()
}

fn prefix(command: &str) -> &str {
    command.split_once('.').map_or(command, |(prefix, _)| prefix)
}

fn area_module(area: &str, webhooks: &[Webhook]) -> String {
    let mut code = Code::file(&format!("spec/webhooks/{area}/"));
    for webhook in webhooks {
        code.line(format!("mod {};", webhook.module));
    }
    code.gap();
    code.line("mod spec;");
    code.gap();
    for webhook in webhooks {
        let names = webhook.type_names().join(", ");
        code.line(format!("pub use self::{}::{{{names}}};", webhook.module));
    }
    code.finish()
}

/// The parameters of the URL and the variants that several webhooks share.
fn shared_module(webhooks: &Webhooks) -> String {
    let mut imports = Imports::new(Some(WEBHOOK));
    let mut body = Code::default();
    if let Some(parameters) = &webhooks.parameters {
        plain_object(&mut body, &mut imports, parameters);
        body.gap();
    }
    for response in &webhooks.response_types {
        response_type(&mut body, &mut imports, response);
        body.gap();
        response_impls(&mut body, &mut imports, response);
        body.gap();
    }
    Code::file("spec/webhook.toml").with(&imports, body)
}

/// The file of the types: the body, the response, and the objects in them.
fn module(webhook: &Webhook) -> String {
    let mut imports = Imports::new(Some(&format!("{WEBHOOK}::{}", webhook.area)));
    let mut body = Code::default();
    let docs = webhook.docs.of_type(Vec::new());
    definition(&mut body, &mut imports, &webhook.payload, &docs, Some(&webhook.command));
    implementation(&mut body, &mut imports, &webhook.payload);
    body.gap();
    imports.krate("webhook::Webhook");
    imports.spec("WebhookSpec");
    imports.parent(format!("spec::{}::SPEC", webhook.module));
    if let WebhookResponse::Own(response) = &webhook.response {
        response_type(&mut body, &mut imports, response);
        body.gap();
    }
    body.docs(0, &webhook.docs.of_implementation(example::json(&webhook.example)));
    body.line(format!("impl Webhook for {} {{", webhook.name));
    body.line("const SPEC: &'static WebhookSpec = &SPEC;");
    body.gap();
    body.line(format!("type Response = {};", response_name(webhook)));
    body.line("}");
    match &webhook.response {
        WebhookResponse::Shared(name) => imports.krate(&format!("webhook::{name}")),
        WebhookResponse::Own(response) => {
            body.gap();
            response_impls(&mut body, &mut imports, response);
            if let Some(content) = &response.content {
                body.gap();
                plain_object(&mut body, &mut imports, content);
            }
        }
    }
    for object in &webhook.structs {
        body.gap();
        plain_object(&mut body, &mut imports, object);
    }
    Code::file(&webhook.origin).with(&imports, body)
}

fn response_name(webhook: &Webhook) -> &str {
    match &webhook.response {
        WebhookResponse::Shared(name) => name,
        WebhookResponse::Own(response) => &response.name,
    }
}

/// All webhooks in the order of their commands.
fn sorted(model: &Model) -> Vec<&Webhook> {
    let mut all: Vec<&Webhook> = model.webhooks.modules.values().flatten().collect();
    all.sort_by_key(|webhook| &webhook.command);
    all
}
