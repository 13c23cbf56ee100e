//! The types of routes, as schemas.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::operation::JSON;

/// The types of a route.
#[derive(Debug)]
pub(crate) struct Schemas {
    pub(crate) request: Option<SchemaOf>,
    pub(crate) response: Option<SchemaOf>,
    pub(crate) content_type: &'static str,
    /// The content type of a request that is not JSON.
    pub(crate) raw_request: Option<&'static str>,
}

pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

impl Schemas {
    pub(crate) fn response<R: JsonSchema>() -> Self {
        let response: SchemaOf = SchemaGenerator::subschema_for::<R>;
        Self { request: None, response: Some(response), content_type: JSON, raw_request: None }
    }

    pub(crate) fn response_to<R: JsonSchema>(content_type: &'static str) -> Self {
        Self { raw_request: Some(content_type), ..Self::response::<R>() }
    }

    pub(crate) fn request_and_response<T: JsonSchema, R: JsonSchema>() -> Self {
        Self { request: Some(SchemaGenerator::subschema_for::<T>), ..Self::response::<R>() }
    }

    pub(crate) fn raw(content_type: &'static str) -> Self {
        Self { request: None, response: None, content_type, raw_request: None }
    }
}
