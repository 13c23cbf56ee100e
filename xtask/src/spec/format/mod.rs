//! The format of the files in `spec/`, as serde reads them. `spec/README.md` explains it; the JSON
//! Schemas next to that file are derived from these types.

mod batch;
mod endpoint;
mod errors;
mod field;
mod limits;
mod located;
mod max_items;
mod page_date;
mod paging;
mod service;
mod types;
mod webhook;

pub(crate) use self::{
    batch::{Batch, Listed, Missing, Outcome, ResultMeaning},
    endpoint::{
        Confidence, CustomGroupId, DocumentedErrors, EndpointFile, NewerGroupTypes, RateLimit,
        Repeat, RepeatSafety,
    },
    errors::{ErrorClass, ErrorClasses, ErrorCode, ErrorRange, ErrorsFile, RetryAdvice},
    field::{Field, Quirk, Struct},
    limits::{LimitUnit, LimitsFile},
    located::Located,
    max_items::MaxItems,
    page_date::PageDate,
    paging::{Advance, End, Paging, PagingMode, When},
    service::{
        Area, GroupType, GroupTypesFile, Joining, RaisableQuotas, Region, RegionStatus,
        RegionsFile, Service, ServiceFile, Site,
    },
    types::{Id, IntegerEnum, StringEnum, TagContent, TypesFile, Union},
    webhook::{
        CLIENT_PREFIX, DuplicateKey, NO_SWITCH, Phase, ResponseVariant, WebhookFile,
        WebhookSharedFile,
    },
};
