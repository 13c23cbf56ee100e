//! The format of the files in `spec/`, as serde reads them. `spec/README.md` explains it; the JSON
//! Schemas next to that file are derived from these types.

mod batch;
mod endpoint;
mod errors;
mod field;
mod located;
mod page_date;
mod paging;
mod service;
mod types;
mod webhook;

pub(crate) use self::{
    batch::{Batch, Listed, Missing, Outcome},
    endpoint::{Confidence, DocumentedErrors, EndpointFile, RateLimit, Repeat, RepeatSafety},
    errors::{ErrorClass, ErrorClasses, ErrorCode, ErrorRange, ErrorsFile, RetryAdvice},
    field::{Field, Quirk, Struct},
    located::Located,
    page_date::PageDate,
    paging::{Advance, End, Paging, PagingMode, When},
    service::{
        Area, GroupType, GroupTypesFile, Region, RegionStatus, RegionsFile, Service, ServiceFile,
    },
    types::{Id, IntegerEnum, StringEnum, TypesFile, Union},
    webhook::{Phase, ResponseVariant, WebhookFile, WebhookSharedFile},
};
