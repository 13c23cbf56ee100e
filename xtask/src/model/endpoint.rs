//! One endpoint.

use super::{
    batch::Batch, docs::Docs, expression::Examples, facts::EndpointFacts, object::Struct,
    paging::Paging,
};

/// One endpoint with all that its module holds.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Path of its spec file.
    pub(crate) origin: String,
    pub(crate) area: String,
    /// Its module and file.
    pub(crate) module: String,
    pub(crate) service: String,
    pub(crate) command: String,
    /// The request type.
    pub(crate) name: String,
    pub(crate) response_name: String,
    pub(crate) docs: Docs,
    pub(crate) request: Struct,
    pub(crate) response: Struct,
    pub(crate) structs: Vec<Struct>,
    pub(crate) batch: Option<Batch>,
    pub(crate) paging: Option<Paging>,
    pub(crate) facts: EndpointFacts,
    pub(crate) examples: Examples,
}

impl Endpoint {
    /// Names of the types of its module, sorted.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut names = vec![self.name.as_str(), self.response_name.as_str()];
        names.extend(self.structs.iter().map(|object| object.name.as_str()));
        names.extend(self.paging.iter().filter_map(|paging| paging.cursor_name()));
        names.sort_unstable();
        names
    }
}
