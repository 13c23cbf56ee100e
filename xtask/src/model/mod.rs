//! The model of the generated code. Every name, type and sentence is decided here, and so is the form
//! of the code; the printers only print.

mod batch;
mod build;
mod check;
mod code;
mod docs;
mod endpoint;
mod example;
mod expression;
mod facts;
pub(crate) mod names;
mod object;
mod objects;
mod paging;
mod reading;
mod resolve;
mod sentences;
mod shared;
mod types;
mod uses;
mod webhook;

use std::collections::BTreeMap;

pub(crate) use self::{
    batch::{Batch, Key, KeyForm, OutcomeRule, RowOutcome},
    build::build,
    code::{Argument, Constructor, FieldAttrs, Initial, Setter},
    docs::{DocBlock, markdown},
    endpoint::Endpoint,
    expression::{Examples, Expression, RustExample},
    facts::{
        DocPage, DuplicateKey, Edition, EndpointFacts, NewerGroupTypes, RaisableQuota, RateLimit,
        ServiceFacts, WebhookFacts,
    },
    object::{Direction, Example, Field, Location, Struct},
    paging::{
        Condition, ConditionTest, Cursor, EndMark, EndTest, Exception, OffsetPaging, Paging,
        PagingMode, Step, StepSource,
    },
    reading::Integers,
    shared::{
        CustomTags, Id, IntegerEnum, SharedTypes, StringEnum, Tags, Union, UnionVariant, Variant,
    },
    types::{Bounds, CustomId, EnumRef, IdRules, Type, TypePath, Values},
    webhook::{ResponseType, ResponseVariant, VariantKind, Webhook, WebhookResponse, Webhooks},
};
use crate::spec::format;

/// The whole API.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) documentation_url: String,
    pub(crate) assigned_group_id_prefix: String,
    pub(crate) limits: Vec<ServiceLimit>,
    pub(crate) editions: Vec<Edition>,
    pub(crate) raisable: RaisableQuota,
    /// Modules by name, each with its shared types and endpoints.
    pub(crate) areas: BTreeMap<String, Area>,
    /// Types at the root of the crate.
    pub(crate) shared: SharedTypes,
    pub(crate) webhooks: Webhooks,
    pub(crate) regions: Vec<Region>,
    pub(crate) services: Vec<(String, format::Service)>,
    pub(crate) group_types: Vec<(String, format::GroupType)>,
    pub(crate) error_doc_page: u32,
    pub(crate) error_classes: format::ErrorClasses,
    pub(crate) errors: Vec<(i32, format::ErrorCode)>,
    pub(crate) error_ranges: Vec<format::ErrorRange>,
}

impl Model {
    /// The shared types of an area, of the webhooks, or of the root of the crate.
    pub(crate) fn shared_types(&self, area: Option<&str>) -> Option<&SharedTypes> {
        match area {
            None => Some(&self.shared),
            Some(WEBHOOK) => Some(&self.webhooks.shared),
            Some(area) => self.areas.get(area).map(|area| &area.shared),
        }
    }
}

/// A limit of the service that does not belong to a field or to one endpoint.
#[derive(Debug)]
pub(crate) struct ServiceLimit {
    pub(crate) constant: String,
    pub(crate) value: u32,
    pub(crate) unit: format::LimitUnit,
    pub(crate) doc: String,
    pub(crate) doc_page: Option<u32>,
}

/// A module of endpoints with one subject.
#[derive(Debug, Default)]
pub(crate) struct Area {
    /// What its endpoints are about.
    pub(crate) doc: String,
    /// Set if its cargo feature is not on by default.
    pub(crate) optional: bool,
    pub(crate) shared: SharedTypes,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// A region of the service.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) id: String,
    /// The enumeration's variant.
    pub(crate) variant: String,
    pub(crate) facts: format::Region,
}

/// A TOML value as JSON.
pub(crate) fn json(value: &toml::Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The module of all webhooks.
pub(crate) const WEBHOOK: &str = "webhook";
