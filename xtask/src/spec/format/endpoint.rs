//! One endpoint: `spec/endpoints/<area>/<command>.toml`.

use std::fmt;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    batch::Batch,
    field::{Field, Struct},
    located::Located,
    page_date::PageDate,
    paging::Paging,
};

/// One endpoint: `spec/endpoints/<area>/<command>.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointFile {
    /// First path segment after the version, such as `group_open_http_svc`.
    pub(crate) service: Located<String>,
    /// Last path segment, such as `forbid_send_msg`. Also the name of the file.
    pub(crate) command: Located<String>,
    /// Older names of the command, which public clients still call.
    #[serde(default)]
    pub(crate) older_commands: Vec<String>,
    /// Name of the request type, if it is not the command in upper camel case.
    pub(crate) name: Option<Located<String>>,
    /// What it does, in a few words and without a period.
    pub(crate) title: String,
    /// What it does, in one to three sentences.
    pub(crate) summary: String,
    /// Number of its public documentation page.
    pub(crate) doc_page: Option<u32>,
    /// When the page that the facts were read from was last changed: `2026-04` or `2026-04-17`.
    pub(crate) page_date: Option<PageDate>,
    /// Why new customers cannot use it, and what they use instead.
    pub(crate) withdrawn: Option<String>,
    /// Documented calls per second and app; the lowest number where editions differ.
    pub(crate) calls_per_second: Option<u32>,
    /// Calls per second of the editions that have another number, by the id of the edition.
    #[serde(default)]
    pub(crate) edition_quotas: IndexMap<Located<String>, u32>,
    /// Whether some editions can buy more calls per second, as `spec/service.toml` says.
    #[serde(default)]
    pub(crate) raisable_quota: bool,
    /// Limits over longer periods, such as 2 calls in 3600 seconds.
    #[serde(default)]
    pub(crate) long_term_limits: Vec<RateLimit>,
    /// Documented code for more calls per second; left out if it is the usual one.
    pub(crate) rate_limit_code: Option<Located<i32>>,
    /// Documented code for an invalid parameter; left out if it is that of the service.
    pub(crate) invalid_parameter_code: Option<Located<i32>>,
    /// Whether the response is documented without `ActionStatus`.
    #[serde(default)]
    pub(crate) without_action_status: bool,
    /// Group types that it supports; omitted if it is not about groups.
    pub(crate) group_types: Option<Vec<Located<String>>>,
    /// Group types that newer pages list.
    pub(crate) newer_group_types: Option<NewerGroupTypes>,
    /// Documented code for a group of another type.
    pub(crate) unsupported_group_type_code: Option<Located<i32>>,
    /// Edition or console setting that it requires.
    pub(crate) requirement: Option<String>,
    /// What is lost for good, in one sentence, if no other call undoes it.
    pub(crate) irreversible: Option<String>,
    /// How well the facts are confirmed.
    pub(crate) confidence: Confidence,
    /// What the service does, one documented statement each.
    #[serde(default)]
    pub(crate) behavior: Vec<String>,
    /// What may surprise a caller.
    #[serde(default)]
    pub(crate) quirks: Vec<String>,
    /// What could not be confirmed.
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    /// Groups of request fields of which exactly one is sent.
    #[serde(default)]
    pub(crate) exactly_one_of: Vec<Vec<Located<String>>>,
    /// Groups of request fields of which at least one is sent.
    #[serde(default)]
    pub(crate) at_least_one_of: Vec<Vec<Located<String>>>,
    /// The request fields with the custom ID and the type of a new group.
    pub(crate) custom_group_id: Option<CustomGroupId>,
    /// What happens when the same request is sent again.
    pub(crate) repeat: Repeat,
    /// The capped list of the request.
    pub(crate) batch: Option<Located<Batch>>,
    /// How the list of the response is paged.
    pub(crate) paging: Option<Located<Paging>>,
    /// Parameters of the URL, besides those of every call.
    #[serde(default)]
    pub(crate) query: IndexMap<Located<String>, Field>,
    /// Request fields by their name on the wire, in the order of the documentation.
    #[serde(default)]
    pub(crate) request: IndexMap<Located<String>, Field>,
    /// Response fields, without `ActionStatus`, `ErrorCode`, `ErrorInfo` and `ErrorDisplay`.
    #[serde(default)]
    pub(crate) response: IndexMap<Located<String>, Field>,
    /// Objects that only this endpoint uses.
    #[serde(default)]
    pub(crate) structs: IndexMap<Located<String>, Struct>,
    /// Error codes that its documentation page lists.
    #[serde(default)]
    pub(crate) errors: DocumentedErrors,
}

/// The error codes that an endpoint's page lists. Their meanings are in `spec/errors.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentedErrors {
    /// The codes, in ascending order.
    pub(crate) codes: Vec<Located<i32>>,
    /// The meaning of a code for this endpoint, only where its page says something else than
    /// `spec/errors.toml`.
    #[serde(default)]
    pub(crate) meanings: IndexMap<Located<String>, String>,
}

/// The request fields that a custom group ID is checked by.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomGroupId {
    /// The field with the ID.
    pub(crate) field: Located<String>,
    /// The field with the group type.
    pub(crate) group_type: Located<String>,
}

/// A number of calls, or of items in all calls, in a period.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    /// Calls allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) calls: Option<Located<u32>>,
    /// Items allowed, of the list in `[batch]`; instead of `calls`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Located<u32>>,
    /// Length of the period.
    pub(crate) per_seconds: u32,
    /// Editions to which it applies, by their id; all of them by default.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) editions: Vec<Located<String>>,
}

/// Group types that newer pages list, where it is not certain that they are supported.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewerGroupTypes {
    /// All group types of the newer pages.
    pub(crate) types: Vec<Located<String>>,
    /// Date of the newer pages.
    pub(crate) as_of: String,
    /// Date of the newest page with `group_types`.
    pub(crate) older_as_of: String,
}

/// How well facts are confirmed.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confidence {
    /// From client code alone.
    Low,
    /// From client code and part of a documentation page.
    Medium,
    /// Read in full from a documentation page.
    High,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        })
    }
}

/// What happens when the same request is sent again after a lost response.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Repeat {
    /// Whether sending it twice leaves the same state as sending it once.
    pub(crate) safe: RepeatSafety,
    /// The request field on which that depends, with `with_field` and `when_field`; the field of the
    /// items, with `with_item_field`.
    pub(crate) field: Option<Located<String>>,
    /// How long the service recognizes a repeat, with `with_field`, `with_item_field` and `unchanged`.
    pub(crate) window_seconds: Option<u32>,
    /// The value that makes it safe, with `when_field`.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(crate) equals: Option<toml::Value>,
    /// Whether each call is billed.
    #[serde(default)]
    pub(crate) billed: bool,
    /// Codes that mean that the first attempt took effect.
    #[serde(default)]
    pub(crate) already_done: Vec<Located<i32>>,
    /// What a caller should know about repeats.
    pub(crate) note: Option<String>,
    /// What was searched for an answer, if `safe` is `unclear`.
    #[serde(default, skip_serializing)]
    pub(crate) searched: Vec<String>,
    /// The call that shows whether one whose response was lost took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resolved_by: Option<ResolvedBy>,
}

/// The call that shows whether another one, whose response was lost, took effect.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolvedBy {
    /// Its service and command, such as `group_open_http_svc/group_msg_get_simple`.
    pub(crate) endpoint: Located<String>,
    /// What in its response shows it, in one sentence.
    pub(crate) how: String,
}

/// Whether sending a request twice leaves the same state as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RepeatSafety {
    /// It does.
    Always,
    /// It does while `field`, set by the caller, keeps its value.
    WithField,
    /// It does for `window_seconds` while `field`, set by the caller, keeps its value in every item of
    /// the list in `[batch]`.
    WithItemField,
    /// It does for `window_seconds` while the request stays the same, whatever it contains.
    Unchanged,
    /// It does when `field` has the value of `equals`.
    WhenField,
    /// It does not.
    Never,
    /// Not documented.
    Unclear,
}
