//! The module of one endpoint: request, answer, their objects, and what is known of them.

use super::{batch::batched_impl, facts, imports::Imports, objects, paging::Pager, rust::Code};
use crate::model::{DocBlock, Endpoint, Field, Model, Struct, Type};

/// The whole file.
pub(super) fn module(endpoint: &Endpoint, model: &Model) -> String {
    let mut imports = Imports::new(Some(&endpoint.area));
    let body = body(&mut imports, endpoint, model);
    let mut code = Code::file(&endpoint.origin);
    code.line(imports.print());
    code.line(body);
    code.finish()
}

fn body(imports: &mut Imports, endpoint: &Endpoint, model: &Model) -> String {
    let mut code = Code::default();
    objects::object(&mut code, imports, &endpoint.request, &endpoint.docs, Some(&endpoint.command));
    code.gap();
    endpoint_impl(&mut code, imports, endpoint);
    if let Some(batch) = &endpoint.batch {
        code.gap();
        batched_impl(&mut code, imports, endpoint, batch, model);
    }
    if let Some(paging) = &endpoint.paging {
        code.gap();
        Pager { endpoint, paging, model }.print(&mut code, imports);
    }
    code.gap();
    plain_object(&mut code, imports, &endpoint.response);
    for object in &endpoint.structs {
        code.gap();
        plain_object(&mut code, imports, object);
    }
    code.gap();
    code.line(facts::endpoint(imports, endpoint));
    if let Some(batch) = facts::batch_const(imports, endpoint) {
        code.gap();
        code.line(batch);
    }
    for object in &endpoint.structs {
        code.gap();
        code.line(facts::fields_const(imports, object));
    }
    code.finish()
}

/// An object that is documented by one sentence.
pub(super) fn plain_object(code: &mut Code, imports: &mut Imports, object: &Struct) {
    objects::object(code, imports, object, &[DocBlock::Paragraph(object.doc.clone())], None);
}

fn endpoint_impl(code: &mut Code, imports: &mut Imports, endpoint: &Endpoint) {
    imports.krate("Endpoint");
    code.line(format!("impl Endpoint for {} {{", endpoint.name));
    code.line("const SPEC: &'static EndpointSpec = &SPEC;");
    code.gap();
    code.line(format!("type Response = {};", endpoint.response_name));
    let parameters: Vec<&Field> =
        endpoint.request.fields.iter().filter(|field| field.in_query).collect();
    if !parameters.is_empty() {
        code.gap();
        code.line("fn query(&self) -> Vec<(&'static str, String)> {");
        code.line("let mut parameters = Vec::new();");
        for field in parameters {
            code.line(format!("if let Some(value) = self.{} {{", field.rust));
            code.line(format!("parameters.push(({:?}, value.to_string()));", field.wire));
            code.line("}");
        }
        code.line("parameters");
        code.line("}");
    }
    code.line("}");
}

pub(super) fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Id(_) | Type::StringEnum(_))
}

/// A text field as `&str`.
pub(super) fn text_of(access: &str, field: &Field) -> String {
    if field.required {
        format!("{access}.as_str()")
    } else if field.ty == Type::String {
        format!("{access}.as_deref().unwrap_or_default()")
    } else {
        format!("{access}.as_ref().map_or(\"\", |id| id.as_str())")
    }
}

/// A field of the objects in a list, wherever their type stands.
pub(super) fn item_field<'m>(
    endpoint: &'m Endpoint,
    model: &'m Model,
    list: &Field,
    wire: &str,
) -> Option<&'m Field> {
    let Type::Struct(path) = list.ty.item() else { return None };
    let structs = if path.local {
        &endpoint.structs
    } else {
        &model.shared_types(path.area.as_deref())?.structs
    };
    structs.iter().find(|object| object.name == path.name)?.field(wire)
}
