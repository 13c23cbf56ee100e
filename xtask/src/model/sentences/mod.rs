//! The sentences of the generated documentation.

mod endpoint;
mod field;
mod sections;
mod webhook;

pub(super) use self::{
    endpoint::{EndpointSubject, end_of_paging, endpoint, response},
    field::field,
    webhook::webhook,
};
