//! Checks that need a whole file, or several of them.

mod always;
mod batch;
mod codes;
mod errors;
mod examples;
mod fields;
mod files;
mod limits;
mod paging;
mod references;
mod webhook_facts;
mod webhooks;

pub(super) use self::{
    always::always,
    batch::batch,
    codes::KnownCodes,
    errors::error_codes,
    examples::{examples, id},
    fields::{field, groups_of_fields, repeat},
    files::{areas, file_name, regions, service, unique_names, unique_paths, webhook_folders},
    limits::{editions, limit},
    paging::paging,
    references::References,
    webhook_facts::webhook_facts,
    webhooks::{body_fields, duplicate_key},
};
