//! The specification of the API as static data: for rate limiters, emulators, command lines, and
//! other tools that handle endpoints without naming their types.
//!
//! [`ENDPOINTS`](crate::ENDPOINTS) lists every endpoint; [`EndpointSpec::find`] looks one up by
//! service and command. The other tables are [`REGIONS`](crate::REGIONS),
//! [`ERROR_CODES`](crate::ERROR_CODES), [`GROUP_TYPES`](crate::GROUP_TYPES), and
//! [`SERVICES`](crate::SERVICES).

mod batch;
mod confidence;
mod doc_page;
mod empty;
mod endpoint;
mod error_code;
mod error_lookup;
mod field;
mod group_type;
mod paging;
mod region;
mod repeat;
mod service;
mod unlisted;
#[cfg(feature = "webhook")]
mod webhook;

#[cfg(feature = "webhook")]
pub use self::webhook::{WebhookPhase, WebhookResponseSpec, WebhookResponseVariant, WebhookSpec};
pub use self::{
    batch::BatchSpec,
    confidence::Confidence,
    doc_page::SeeDocPage,
    endpoint::{EndpointSpec, RateLimit},
    error_code::{
        DocumentedError, ErrorClass, ErrorCodeRange, ErrorCodeSpec, OtherMeaning, RetryAdvice,
    },
    field::{FieldKind, FieldSpec, TaggedSpec, TaggedVariant},
    group_type::GroupTypeSpec,
    paging::PagingSpec,
    region::{RegionSpec, RegionStatus},
    repeat::{RepeatSafety, RepeatSpec},
    service::ServiceSpec,
    unlisted::{UnlistedEndpoint, UnlistedEndpointError},
};
