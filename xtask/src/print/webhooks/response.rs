//! The types of responses to webhooks.

use crate::{
    model::{ResponseType, ResponseVariant, VariantKind},
    print::{
        imports::Imports,
        rust::{Code, number},
    },
};

/// The enumeration of the possible responses.
pub(super) fn response_type(code: &mut Code, imports: &mut Imports, response: &ResponseType) {
    code.doc(0, &response.doc);
    let default = response.default_variant();
    let derive = if default.is_some() { "Default, " } else { "" };
    code.line(format!("#[derive(Clone, Debug, {derive}PartialEq)]"));
    code.line(format!("pub enum {} {{", response.name));
    for variant in &response.variants {
        code.doc(4, &variant.doc);
        if default.is_some_and(|default| default.name == variant.name) {
            code.line("#[default]");
        }
        code.line(format!("{},", definition(imports, variant, content(response))));
    }
    code.line("}");
}

/// The default of a response, and its JSON.
pub(super) fn response_impls(code: &mut Code, imports: &mut Imports, response: &ResponseType) {
    imports.krate("webhook::WebhookResponse");
    imports.krate("webhook::ResponseParts");
    imports.krate("webhook::response::response_json");
    let name = &response.name;
    if let (None, Some(first)) = (response.default_variant(), response.variants.first()) {
        code.line(format!("impl Default for {name} {{"));
        code.line("fn default() -> Self {");
        let content = content(response).unwrap_or_default();
        code.line(format!("Self::{}({content}::default())", first.name));
        code.line("}\n}");
        code.gap();
    }
    let changes = content(response).unwrap_or_else(|| {
        imports.krate("webhook::NoChanges");
        "NoChanges"
    });
    code.line(format!("impl WebhookResponse for {name} {{"));
    code.line(format!("type Changes = {changes};"));
    code.gap();
    parts(code, response);
    code.gap();
    from_parts(code, response);
    code.line("}");
    code.gap();
    code.line(format!("response_json!({name});"));
}

/// The type of the changes that go with some variants.
fn content(response: &ResponseType) -> Option<&str> {
    response.content.as_ref().map(|content| content.name.as_str())
}

fn definition(imports: &mut Imports, variant: &ResponseVariant, content: Option<&str>) -> String {
    let ResponseVariant { name, first, last, .. } = variant;
    match variant.kind() {
        VariantKind::Changes => format!("{name}({})", content.unwrap_or_default()),
        VariantKind::Refusal => {
            imports.krate("webhook::RefusalCode");
            let (first, last) = (number(*first), number(*last));
            format!(
                "{name} {{\n/// Code of the refusal.\ncode: RefusalCode<{first}, {last}>,\n\
                 /// Text for the client.\ninfo: String,\n}}"
            )
        }
        VariantKind::Unit => name.clone(),
    }
}

fn parts(code: &mut Code, response: &ResponseType) {
    code.line("fn parts(&self) -> ResponseParts<'_, Self::Changes> {");
    code.line("match self {");
    for variant in &response.variants {
        let name = &variant.name;
        let first = number(variant.first);
        code.line(match variant.kind() {
            VariantKind::Changes => {
                format!("Self::{name}(changes) => ResponseParts::changing({first}, changes),")
            }
            VariantKind::Refusal => format!(
                "Self::{name} {{ code, info }} => ResponseParts::explained(code.get(), info),"
            ),
            VariantKind::Unit => format!("Self::{name} => ResponseParts::code({first}),"),
        });
    }
    code.line("}\n}");
}

fn from_parts(code: &mut Code, response: &ResponseType) {
    let has = |kind| response.variants.iter().any(|variant| variant.kind() == kind);
    code.line(format!(
        "fn from_parts(code: i64, {}: String, {}: Self::Changes) -> Option<Self> {{",
        if has(VariantKind::Refusal) { "info" } else { "_" },
        if has(VariantKind::Changes) { "changes" } else { "_" },
    ));
    code.line("Some(match code {");
    for variant in &response.variants {
        let name = &variant.name;
        let (first, last) = (number(variant.first), number(variant.last));
        code.line(match variant.kind() {
            VariantKind::Changes => format!("{first} => Self::{name}(changes),"),
            VariantKind::Refusal => format!(
                "{first}..={last} => Self::{name} {{ code: RefusalCode::new(code).ok()?, info }},"
            ),
            VariantKind::Unit => format!("{first} => Self::{name},"),
        });
    }
    code.line("_ => return None,");
    code.line("})\n}");
}
