//! Facts about endpoints and webhooks that are printed unchanged.

use crate::spec::format;

/// Facts about an endpoint.
#[derive(Debug)]
pub(crate) struct EndpointFacts {
    /// Older names of the command.
    pub(crate) older_commands: Vec<String>,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) doc_page: Option<DocPage>,
    pub(crate) page_date: Option<format::PageDate>,
    pub(crate) withdrawn: Option<String>,
    pub(crate) calls_per_second: Option<u32>,
    pub(crate) edition_quotas: Vec<(Edition, u32)>,
    /// What some editions can add to the calls per second.
    pub(crate) raisable: Option<RaisableQuota>,
    pub(crate) long_term_limits: Vec<RateLimit>,
    pub(crate) rate_limit_code: Option<i32>,
    pub(crate) invalid_parameter_code: Option<i32>,
    pub(crate) without_action_status: bool,
    /// The request field whose items some limits count.
    pub(crate) counted_field: Option<String>,
    /// Variants of `GroupType`.
    pub(crate) group_types: Option<Vec<String>>,
    pub(crate) newer_group_types: Option<NewerGroupTypes>,
    pub(crate) unsupported_group_type_code: Option<i32>,
    pub(crate) requirement: Option<String>,
    /// What is lost for good.
    pub(crate) irreversible: Option<String>,
    pub(crate) service: ServiceFacts,
    pub(crate) exactly_one_of: Vec<Vec<String>>,
    pub(crate) at_least_one_of: Vec<Vec<String>>,
    pub(crate) custom_group_id: Option<format::CustomGroupId>,
    pub(crate) repeat: format::Repeat,
    pub(crate) errors: Vec<DocumentedError>,
    pub(crate) behavior: Vec<String>,
    pub(crate) quirks: Vec<String>,
    pub(crate) unverified: Vec<String>,
    pub(crate) confidence: format::Confidence,
}

/// A documentation page.
#[derive(Clone, Debug)]
pub(crate) struct DocPage {
    pub(crate) number: u32,
    pub(crate) url: String,
    /// The URL without the number, if it is not that of most pages.
    pub(crate) site: Option<String>,
}

/// Facts about a service that the documentation of its endpoints repeats.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServiceFacts {
    /// IDs and names of the only regions in which it exists; empty if its pages do not limit them.
    pub(crate) regions: Vec<(String, String)>,
    /// After how many seconds it gives up on a call.
    pub(crate) timeout_seconds: Option<u32>,
}

/// An edition of an app.
#[derive(Clone, Debug)]
pub(crate) struct Edition {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The enumeration's variant.
    pub(crate) variant: String,
}

/// What some editions can add to the calls per second.
#[derive(Clone, Debug)]
pub(crate) struct RaisableQuota {
    pub(crate) step: u32,
    pub(crate) editions: Vec<Edition>,
}

/// A limit over a longer period.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) max: u32,
    /// Whether it counts the items of all calls, and not the calls.
    pub(crate) counts_items: bool,
    pub(crate) per_seconds: u32,
    /// Where it applies; everywhere if empty.
    pub(crate) editions: Vec<Edition>,
    /// The section of the spec.
    pub(crate) spec: format::RateLimit,
}

/// Group types that newer pages list.
#[derive(Debug)]
pub(crate) struct NewerGroupTypes {
    /// On the wire.
    pub(crate) names: Vec<String>,
    /// Variants of `GroupType`.
    pub(crate) variants: Vec<String>,
    pub(crate) as_of: String,
    pub(crate) older_as_of: String,
}

/// Facts about a webhook.
#[derive(Debug)]
pub(crate) struct WebhookFacts {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) doc_page: Option<DocPage>,
    pub(crate) page_date: Option<format::PageDate>,
    pub(crate) phase: format::Phase,
    pub(crate) query: Vec<String>,
    pub(crate) subject: Option<String>,
    pub(crate) duplicate_key: DuplicateKey,
    pub(crate) requirement: Option<String>,
    /// The webhook whose console switch it shares, or [`format::NO_SWITCH`].
    pub(crate) switch: Option<String>,
    /// Endpoints as `service/command`.
    pub(crate) caused_by: Vec<String>,
    pub(crate) behavior: Vec<String>,
    pub(crate) quirks: Vec<String>,
    pub(crate) confidence: format::Confidence,
    pub(crate) unverified: Vec<String>,
}

/// What a repeat of a webhook has in common with the first attempt.
#[derive(Debug)]
pub(crate) struct DuplicateKey {
    pub(crate) fields: Vec<String>,
    pub(crate) optional: Vec<String>,
    pub(crate) parameters: Vec<String>,
    pub(crate) whole_body: bool,
    /// Why nothing identifies the event.
    pub(crate) note: Option<String>,
}

/// An error code that an endpoint's page lists.
#[derive(Debug)]
pub(crate) struct DocumentedError {
    pub(crate) code: i32,
    /// What the page says, where it differs from the general meaning.
    pub(crate) own: Option<String>,
    /// What the code means on this endpoint.
    pub(crate) meaning: String,
}
