//! The specification of the API as static data: for rate limiters, emulators, command lines, and
//! other tools that handle endpoints without naming their types.
//!
//! [`ENDPOINTS`](crate::ENDPOINTS) lists every endpoint; [`EndpointSpec::find`] looks one up by
//! service and command. The other tables are [`REGIONS`](crate::REGIONS),
//! [`ERROR_CODES`](crate::ERROR_CODES), [`GROUP_TYPES`](crate::GROUP_TYPES), and
//! [`SERVICES`](crate::SERVICES).

mod batch;
mod confidence;
mod custom_id;
mod doc_page;
mod empty;
mod endpoint;
mod endpoint_limits;
mod error_code;
mod error_lookup;
mod field;
mod group_type;
mod item_count;
mod paging;
mod rate_limit;
mod region;
mod repeat;
mod service;
mod site;
mod tag;
mod unlisted;
#[cfg(feature = "webhook")]
mod webhook;

#[cfg(feature = "webhook")]
pub use self::webhook::{
    DuplicateKeySpec, WebhookPhase, WebhookResponseSpec, WebhookResponseVariant, WebhookSpec,
    WebhookSwitch,
};
pub use self::{
    batch::{BatchSpec, ItemResult},
    confidence::Confidence,
    custom_id::{CustomIdSpec, InvalidCustomId},
    doc_page::SeeDocPage,
    endpoint::{CustomGroupIdSpec, EndpointSpec, NewerGroupTypes},
    error_code::{
        DocumentedError, ErrorClass, ErrorCodeRange, ErrorCodeSpec, ErrorTexts, OtherMeaning,
        RetryAdvice,
    },
    field::{FieldKind, FieldSpec, TaggedSpec, TaggedVariant},
    group_type::{GroupTypeSpec, InvalidCustomGroupId, Joining},
    paging::PagingSpec,
    rate_limit::{Counted, EditionQuota, RateLimit},
    region::{RegionSpec, RegionStatus},
    repeat::{RepeatSafety, RepeatSpec, ResolvedBy},
    service::ServiceSpec,
    site::{MaxBySite, Site},
    tag::{CustomTagSpec, TagSpec},
    unlisted::{UnlistedEndpoint, UnlistedEndpointError},
};
