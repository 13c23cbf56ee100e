//! The modules of webhooks: bodies, responses, and the tables of their facts.

use super::{
    example,
    facts::{self, Table},
    imports::Imports,
    objects::{definition, implementation, plain_object},
    rust::{Code, literal, literals, number},
    types,
};
use crate::{
    model::{
        Model, ResponseType, ResponseVariant, SharedTypes, WEBHOOK, Webhook, WebhookFacts,
        WebhookResponse, Webhooks, names,
    },
    spec::format::Phase,
};

/// Adds every file of the webhooks: its path below the generated code, and its text.
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

/// The tables of the responses that several webhooks share.
fn responses_module(webhooks: &Webhooks) -> String {
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

/// The file of the tables.
fn spec_module(webhook: &Webhook) -> String {
    let mut imports = Imports::new(Some(&format!("{WEBHOOK}::{}", webhook.area)));
    let mut code = Code::default();
    code.line(spec(&mut imports, webhook));
    for object in &webhook.structs {
        code.gap();
        code.line(facts::fields_const(&mut imports, object));
    }
    Code::file(&webhook.origin).with(&imports, code)
}

fn response_name(webhook: &Webhook) -> &str {
    match &webhook.response {
        WebhookResponse::Shared(name) => name,
        WebhookResponse::Own(response) => &response.name,
    }
}

/// The enumeration of the possible responses.
fn response_type(code: &mut Code, imports: &mut Imports, response: &ResponseType) {
    code.doc(0, &response.doc);
    let default = plain_default(response);
    let derive = if default.is_some() { "Default, " } else { "" };
    code.line(format!("#[derive(Clone, Debug, {derive}PartialEq)]"));
    code.line(format!("pub enum {} {{", response.name));
    let content = response.content.as_ref().map(|content| content.name.as_str());
    for variant in &response.variants {
        code.doc(4, &variant.doc);
        if default.is_some_and(|default| default.name == variant.name) {
            code.line("#[default]");
        }
        code.line(format!("{},", variant_definition(imports, variant, content)));
    }
    code.line("}");
}

/// The first variant, where `Default` can be derived.
fn plain_default(response: &ResponseType) -> Option<&ResponseVariant> {
    response.variants.first().filter(|first| !first.has_content && !first.is_range())
}

/// The default of a response, and its JSON.
fn response_impls(code: &mut Code, imports: &mut Imports, response: &ResponseType) {
    imports.krate("webhook::WebhookResponse");
    imports.krate("webhook::ResponseParts");
    imports.krate("webhook::response::response_json");
    let content = response.content.as_ref().map(|content| content.name.as_str());
    if let (None, Some(first)) = (plain_default(response), response.variants.first()) {
        code.line(format!("impl Default for {} {{", response.name));
        code.line("fn default() -> Self {");
        code.line(format!("Self::{}({}::default())", first.name, content.unwrap_or_default()));
        code.line("}\n}");
        code.gap();
    }
    response_impl(code, imports, response, content);
    code.gap();
    code.line(format!("response_json!({});", response.name));
}

fn variant_definition(
    imports: &mut Imports,
    variant: &ResponseVariant,
    content: Option<&str>,
) -> String {
    let ResponseVariant { name, doc: _, first, last, has_content } = variant;
    match (has_content, content) {
        (true, Some(content)) => format!("{name}({content})"),
        _ if variant.is_range() => {
            imports.krate("webhook::RefusalCode");
            let (first, last) = (number(*first), number(*last));
            format!(
                "{name} {{\n/// Code of the refusal.\ncode: RefusalCode<{first}, {last}>,\n/// Text for the \
                 client.\ninfo: String,\n}}"
            )
        }
        _ => name.clone(),
    }
}

fn response_impl(
    code: &mut Code,
    imports: &mut Imports,
    response: &ResponseType,
    content: Option<&str>,
) {
    let content = content.unwrap_or_else(|| {
        imports.krate("webhook::NoChanges");
        "NoChanges"
    });
    code.line(format!("impl WebhookResponse for {} {{", response.name));
    code.line(format!("type Changes = {content};"));
    code.gap();
    code.line("fn parts(&self) -> ResponseParts<'_, Self::Changes> {");
    code.line("match self {");
    for variant in &response.variants {
        let ResponseVariant { name, first, .. } = variant;
        let first = number(*first);
        code.line(if variant.has_content {
            format!("Self::{name}(changes) => ResponseParts::changing({first}, changes),")
        } else if variant.is_range() {
            format!("Self::{name} {{ code, info }} => ResponseParts::explained(code.get(), info),")
        } else {
            format!("Self::{name} => ResponseParts::code({first}),")
        });
    }
    code.line("}\n}");
    code.gap();
    let has_range = response.variants.iter().any(ResponseVariant::is_range);
    let has_changes = response.variants.iter().any(|variant| variant.has_content);
    code.line(format!(
        "fn from_parts(code: i64, {}: String, {}: Self::Changes) -> Option<Self> {{",
        if has_range { "info" } else { "_" },
        if has_changes { "changes" } else { "_" },
    ));
    code.line("Some(match code {");
    for variant in &response.variants {
        let ResponseVariant { name, first, last, .. } = variant;
        let (first, last) = (number(*first), number(*last));
        code.line(if variant.has_content {
            format!("{first} => Self::{name}(changes),")
        } else if variant.is_range() {
            format!(
                "{first}..={last} => Self::{name} {{ code: RefusalCode::new(code).ok()?, info }},"
            )
        } else {
            format!("{first} => Self::{name},")
        });
    }
    code.line("_ => return None,");
    code.line("})\n}\n}");
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
    table.some("doc_page", *doc_page);
    table.put("phase", format!("WebhookPhase::{phase}"));
    table.some("requirement", requirement.as_ref().map(|text| literal(text, 8)));
    table.list("query", &literals(query, 8));
    table.list("body", &facts::fields(imports, &webhook.payload));
    table.put("response", response);
    table.list("behavior", &literals(&webhook.facts.behavior, 8));
    table.list("quirks", &literals(&webhook.facts.quirks, 8));
    table.put("confidence", facts::confidence(imports, webhook.facts.confidence));
    table.list("unverified", &literals(&webhook.facts.unverified, 8));
    format!("pub(in crate::generated) static SPEC: WebhookSpec = {};", table.finish())
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

/// All webhooks in the order of their commands.
fn sorted(model: &Model) -> Vec<&Webhook> {
    let mut all: Vec<&Webhook> = model.webhooks.modules.values().flatten().collect();
    all.sort_by_key(|webhook| &webhook.command);
    all
}
