//! The two modules of one endpoint: its types, and the table of its facts.

use super::{
    batch::batched_impl,
    example, facts,
    imports::Imports,
    objects::{definition, implementation, plain_object},
    paging,
    rust::Code,
};
use crate::model::{DocBlock, Endpoint, Field};

/// The file of the types: request, response, the objects in them, and the trait implementations.
pub(super) fn module(endpoint: &Endpoint) -> String {
    let mut imports = Imports::new(Some(&endpoint.area));
    let mut code = Code::default();
    let Endpoint { request, response, .. } = endpoint;
    let docs = endpoint.docs.of_type(example::lines(&endpoint.examples.code));
    definition(&mut code, &mut imports, request, &docs, Some(&endpoint.command));
    code.gap();
    let docs = [DocBlock::Paragraph(response.doc.clone())];
    definition(&mut code, &mut imports, response, &docs, None);
    implementation(&mut code, &mut imports, request);
    implementation(&mut code, &mut imports, response);
    code.gap();
    endpoint_impl(&mut code, &mut imports, endpoint);
    if let Some(batch) = &endpoint.batch {
        code.gap();
        batched_impl(&mut code, &mut imports, endpoint, batch);
    }
    if let Some(paging) = &endpoint.paging {
        code.gap();
        paging::paged_impls(&mut code, &mut imports, endpoint, paging);
    }
    for object in &endpoint.structs {
        code.gap();
        plain_object(&mut code, &mut imports, object);
    }
    Code::file(&endpoint.origin).with(&imports, code)
}

/// The file of the tables.
pub(super) fn spec_module(endpoint: &Endpoint) -> String {
    let mut imports = Imports::new(Some(&endpoint.area));
    let mut code = Code::default();
    code.line(facts::endpoint(&mut imports, endpoint));
    if let Some(batch) = &endpoint.batch {
        code.gap();
        code.line(facts::batch_const(&mut imports, batch));
    }
    for object in &endpoint.structs {
        code.gap();
        code.line(facts::fields_const(&mut imports, object));
    }
    Code::file(&endpoint.origin).with(&imports, code)
}

fn endpoint_impl(code: &mut Code, imports: &mut Imports, endpoint: &Endpoint) {
    imports.krate("Endpoint");
    imports.spec("EndpointSpec");
    imports.parent(format!("spec::{}::SPEC", endpoint.module));
    code.docs(0, &endpoint.docs.of_implementation(Vec::new()));
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
