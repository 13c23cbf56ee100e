//! What the specification says, as plain data: for an emulator, a command line, a rate limiter or
//! anybody's own tooling.
//!
//! [`ENDPOINTS`] is the table of all endpoints; [`EndpointSpec::find`] looks one
//! up by service and command.

#[cfg(feature = "webhook")]
mod webhook;

use std::fmt;

#[cfg(feature = "webhook")]
pub use self::webhook::{WebhookPhase, WebhookResponseSpec, WebhookResponseVariant, WebhookSpec};
use crate::{
    ASSIGNED_GROUP_ID_PREFIX, DOCUMENTATION_URL, ENDPOINTS, ErrorCode, GROUP_TYPES, GroupType,
    SERVICES,
};

/// One endpoint.
#[derive(Debug)]
#[non_exhaustive]
pub struct EndpointSpec {
    /// First part of the path after the version, such as `group_open_http_svc`.
    pub service: &'static str,
    /// Last part of the path, such as `forbid_send_msg`.
    pub command: &'static str,
    /// Module of this crate that holds the types.
    pub area: &'static str,
    /// Name of the request type.
    pub name: &'static str,
    /// What it does, in a few words.
    pub title: &'static str,
    /// What it does, in one to three sentences.
    pub summary: &'static str,
    /// Number of its public documentation page.
    pub doc_page: Option<u32>,
    /// Documented calls per second and app.
    pub calls_per_second: Option<u32>,
    /// Limits over longer periods.
    pub long_term_limits: &'static [RateLimit],
    /// The group types it works on; `None` where it is not about groups.
    pub group_types: Option<&'static [GroupType]>,
    /// The documented code for a group of another type, where the page names one.
    pub unsupported_group_type_code: Option<ErrorCode>,
    /// Edition or console switch that it needs.
    pub requirement: Option<&'static str>,
    /// Parameters of the URL beside those of every call.
    pub query: &'static [FieldSpec],
    /// Fields of the request.
    pub request: &'static [FieldSpec],
    /// Fields of the response, without those of the [`Envelope`](crate::Envelope).
    pub response: &'static [FieldSpec],
    /// Groups of request fields of which exactly one is sent.
    pub exactly_one_of: &'static [&'static [&'static str]],
    /// Groups of request fields of which at least one is sent.
    pub at_least_one_of: &'static [&'static [&'static str]],
    /// The request's capped list.
    pub batch: Option<BatchSpec>,
    /// How the response's list is paged.
    pub paging: Option<PagingSpec>,
    /// What happens when the same request is sent again.
    pub repeat: RepeatSpec,
    /// The codes that its page lists.
    pub errors: &'static [DocumentedError],
    /// What the service does, one documented statement each.
    pub behavior: &'static [&'static str],
    /// What a caller would trip over.
    pub quirks: &'static [&'static str],
    /// How well the facts are confirmed.
    pub confidence: Confidence,
    /// What could not be confirmed.
    pub unverified: &'static [&'static str],
}

impl EndpointSpec {
    /// The endpoint at this service and command.
    pub fn find(service: &str, command: &str) -> Option<&'static Self> {
        ENDPOINTS
            .binary_search_by(|spec| (spec.service, spec.command).cmp(&(service, command)))
            .ok()
            .and_then(|index| ENDPOINTS.get(index))
            .copied()
    }

    /// Service and command joined by a slash, as the command line writes it.
    pub fn id(&self) -> impl fmt::Display + 'static {
        EndpointId(self.service, self.command)
    }

    /// The path of its URL, such as `/v4/group_open_http_svc/forbid_send_msg`.
    pub fn path(&self) -> String {
        ["/v4/", self.service, "/", self.command].concat()
    }

    /// Address of its public documentation page.
    pub fn documentation_url(&self) -> Option<String> {
        self.doc_page.map(|page| format!("{DOCUMENTATION_URL}{page}"))
    }

    /// What this endpoint says about a code: its own page first, then the general tables.
    pub fn meaning_of(&self, code: ErrorCode) -> Option<&'static str> {
        self.errors
            .iter()
            .find(|error| error.code == code)
            .and_then(|error| error.meaning)
            .or_else(|| code.meaning_in(self.service))
    }

    /// Whether its page lists this code.
    pub fn documents(&self, code: ErrorCode) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }

    /// The service that it belongs to.
    pub fn service_spec(&self) -> Option<&'static ServiceSpec> {
        ServiceSpec::find(self.service)
    }
}

struct EndpointId(&'static str, &'static str);

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

/// So many calls in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Calls allowed.
    pub calls: u32,
    /// Length of the period.
    pub per_seconds: u32,
}

/// One field of a request or answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct FieldSpec {
    /// Name on the wire.
    pub name: &'static str,
    /// Older names on the wire, which are read but not written.
    pub aliases: &'static [&'static str],
    /// Its JSON type.
    pub kind: FieldKind,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub doc: &'static str,
    /// What its absence means, as JSON.
    pub default: Option<&'static str>,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// Longest text in bytes of UTF-8; of each item where it is a list of texts.
    pub max_bytes: Option<u32>,
    /// Longest list.
    pub max_items: Option<u32>,
    /// The listed texts; of each item where it is a list. Empty where anything goes.
    pub string_values: &'static [&'static str],
    /// The listed numbers. Empty where anything between the bounds goes.
    pub integer_values: &'static [i64],
    /// Whether the documentation leaves it unconfirmed.
    pub unverified: bool,
}

impl FieldSpec {
    /// A field that must be there.
    pub const fn required(name: &'static str, kind: FieldKind, doc: &'static str) -> Self {
        Self { required: true, ..Self::optional(name, kind, doc) }
    }

    /// A field that can be left out.
    pub const fn optional(name: &'static str, kind: FieldKind, doc: &'static str) -> Self {
        Self {
            name,
            aliases: &[],
            kind,
            required: false,
            doc,
            default: None,
            min: None,
            max: None,
            max_bytes: None,
            max_items: None,
            string_values: &[],
            integer_values: &[],
            unverified: false,
        }
    }

    /// Sets the older names.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Whether it has this name on the wire, or had it once.
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Sets what its absence means, as JSON.
    #[must_use]
    pub const fn default_value(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }

    /// Sets the smallest number.
    #[must_use]
    pub const fn min(self, min: i64) -> Self {
        Self { min: Some(min), ..self }
    }

    /// Sets the largest number.
    #[must_use]
    pub const fn max(self, max: i64) -> Self {
        Self { max: Some(max), ..self }
    }

    /// Sets the longest text in bytes.
    #[must_use]
    pub const fn max_bytes(self, bytes: u32) -> Self {
        Self { max_bytes: Some(bytes), ..self }
    }

    /// Sets the longest list.
    #[must_use]
    pub const fn max_items(self, items: u32) -> Self {
        Self { max_items: Some(items), ..self }
    }

    /// Lists the texts.
    #[must_use]
    pub const fn string_values(self, string_values: &'static [&'static str]) -> Self {
        Self { string_values, ..self }
    }

    /// Lists the numbers.
    #[must_use]
    pub const fn integer_values(self, integer_values: &'static [i64]) -> Self {
        Self { integer_values, ..self }
    }

    /// Notes that the documentation does not confirm it.
    #[must_use]
    pub const fn unverified(self) -> Self {
        Self { unverified: true, ..self }
    }
}

/// The JSON type of a field.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FieldKind {
    /// A text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    Array(&'static FieldKind),
    /// An object with these fields.
    Object(&'static [FieldSpec]),
    /// An object with free keys.
    Map(&'static FieldKind),
    /// An object with a tag and a content whose form depends on it.
    Tagged(&'static TaggedSpec),
    /// A text, a whole number or a list of texts, decided by a tag beside it.
    TagValue,
    /// 0, or a code for a refusal.
    Verdict {
        /// The smallest code.
        min: i64,
        /// The largest code.
        max: i64,
    },
    /// Any JSON.
    Any,
}

impl FieldKind {
    /// Its name in messages.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Array(_) => "an array",
            Self::Object(_) | Self::Map(_) | Self::Tagged(_) => "an object",
            Self::Verdict { .. } => "an integer",
            Self::TagValue => "a string, an integer or an array of strings",
            Self::Any => "any JSON",
        }
    }
}

/// An object with a tag and a content whose form depends on it.
#[derive(Debug)]
#[non_exhaustive]
pub struct TaggedSpec {
    /// The field that holds the tag.
    pub tag: &'static str,
    /// The field that holds the content.
    pub content: &'static str,
    /// The listed tags. The content of any other is open. A function, since a form may hold others
    /// of its kind.
    pub variants: fn() -> &'static [TaggedVariant],
}

impl TaggedSpec {
    /// The fields of the content under a tag; `None` for one that is not listed.
    pub fn fields_of(&self, tag: &str) -> Option<&'static [FieldSpec]> {
        (self.variants)().iter().find(|variant| variant.value == tag).map(|variant| variant.fields)
    }
}

/// A listed tag and the fields of its content.
#[derive(Debug)]
#[non_exhaustive]
pub struct TaggedVariant {
    /// The tag.
    pub value: &'static str,
    /// The fields of the content.
    pub fields: &'static [FieldSpec],
}

/// A list that is capped per call.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchSpec {
    /// The request field that holds the list.
    pub field: &'static str,
    /// Most items per call; `None` where no cap is documented.
    pub max: Option<u32>,
    /// The documented code for more than that.
    pub too_many_code: Option<ErrorCode>,
    /// Whether the calls for one list have to run one after the other.
    pub sequential: bool,
    /// The response list that reports each item's own outcome.
    pub outcome_list: Option<&'static str>,
}

/// How a list is paged.
#[derive(Debug)]
#[non_exhaustive]
pub struct PagingSpec {
    /// The response list.
    pub items: &'static str,
    /// The request field that chooses the page size.
    pub page_size_field: Option<&'static str>,
    /// The largest page that is safe to ask for.
    pub max_page_size: Option<u32>,
    /// The request fields that say where a page starts.
    pub cursor_fields: &'static [&'static str],
    /// How the last page is recognized, in words.
    pub end: &'static str,
}

/// What happens when the same request is sent again after a lost response.
#[derive(Debug)]
#[non_exhaustive]
pub struct RepeatSpec {
    /// Whether it is safe.
    pub safety: RepeatSafety,
    /// Whether each call costs money.
    pub billed: bool,
    /// Codes that mean that the first attempt had been carried out.
    pub already_done: &'static [ErrorCode],
    /// What a caller should know about repeats.
    pub note: Option<&'static str>,
}

/// Whether sending the same request again leaves the same state as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepeatSafety {
    /// It does.
    Safe,
    /// It does while this field, set by the caller, keeps its value; for so many seconds if stated.
    SafeWith {
        /// The field that must be set and kept.
        field: &'static str,
        /// How long the service remembers it.
        window_seconds: Option<u32>,
    },
    /// It does when this field has this value (JSON).
    SafeWhen {
        /// The field that chooses the mode.
        field: &'static str,
        /// Its value, as JSON.
        equals: &'static str,
    },
    /// It does not.
    Unsafe,
    /// Nobody knows; treat it as unsafe.
    Unclear,
}

/// A code that an endpoint's page lists.
#[derive(Debug)]
#[non_exhaustive]
pub struct DocumentedError {
    /// The code.
    pub code: ErrorCode,
    /// What it means on this endpoint, where its page differs from the general tables.
    /// [`EndpointSpec::meaning_of`] consults both.
    pub meaning: Option<&'static str>,
}

impl DocumentedError {
    pub(crate) const fn new(code: i64) -> Self {
        Self { code: ErrorCode::new(code), meaning: None }
    }

    pub(crate) const fn meaning(self, meaning: &'static str) -> Self {
        Self { meaning: Some(meaning), ..self }
    }
}

/// How well facts are confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// From client code alone.
    Low,
    /// From client code and part of a documentation page.
    Medium,
    /// Read in full from a documentation page.
    High,
}

impl Confidence {
    /// `low`, `medium` or `high`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One code of the general tables.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorCodeSpec {
    /// The code.
    pub code: ErrorCode,
    /// Name of its constant.
    pub name: &'static str,
    /// The part of the service that it comes from.
    pub area: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What kind of failure it is; our judgement.
    pub class: ErrorClass,
    /// Whether trying again can help; our judgement, except where `documented_retry` is set.
    pub retry: RetryAdvice,
    /// Whether the tables themselves say to try again.
    pub documented_retry: bool,
    /// Whether it reports a state that the caller wanted.
    pub success_like: bool,
    /// What it means in services that use it for something else.
    pub other_meanings: &'static [OtherMeaning],
    /// What else is known.
    pub note: Option<&'static str>,
}

/// What a code means in one service.
#[derive(Debug)]
#[non_exhaustive]
pub struct OtherMeaning {
    /// The service, or words that say where.
    pub service: &'static str,
    /// What it means there.
    pub meaning: &'static str,
}

/// A range of codes with one meaning.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorCodeRange {
    /// First code.
    pub from: ErrorCode,
    /// Last code.
    pub to: ErrorCode,
    /// What they mean.
    pub meaning: &'static str,
}

/// What kind of failure a code reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The request is wrong.
    CallerBug,
    /// What the request names is not there.
    NotFound,
    /// Not allowed.
    Permission,
    /// The signature or its inputs are wrong.
    Signature,
    /// Too many calls.
    RateLimited,
    /// The service failed in passing.
    Transient,
    /// The state does not allow it.
    Conflict,
    /// A limit of the plan or the group is reached.
    Quota,
    /// The content was refused.
    ContentBlocked,
    /// Not known.
    Unknown,
}

impl ErrorClass {
    /// The class as a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallerBug => "caller_bug",
            Self::NotFound => "not_found",
            Self::Permission => "permission",
            Self::Signature => "signature",
            Self::RateLimited => "rate_limited",
            Self::Transient => "transient",
            Self::Conflict => "conflict",
            Self::Quota => "quota",
            Self::ContentBlocked => "content_blocked",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether sending a refused call again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// It cannot.
    Never,
    /// After a while.
    AfterBackoff,
    /// With a new signature.
    AfterNewSignature,
    /// At the domain of another region, which the app belongs to.
    InAnotherRegion,
}

impl RetryAdvice {
    /// The advice in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::AfterBackoff => "after_backoff",
            Self::AfterNewSignature => "after_new_signature",
            Self::InAnotherRegion => "in_another_region",
        }
    }
}

/// One region of the service.
#[derive(Debug)]
#[non_exhaustive]
pub struct RegionSpec {
    /// Its id on the command line, such as `silicon-valley`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Domain of the server API.
    pub domain: &'static str,
    /// Domain for when the first one cannot be reached; it serves the same API.
    pub backup_domain: &'static str,
    /// Whether it is offered.
    pub status: RegionStatus,
    /// What else is known.
    pub note: Option<&'static str>,
}

/// Whether a region is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionStatus {
    /// It is.
    Current,
    /// It was once.
    Withdrawn,
    /// Only third-party code names it.
    Unconfirmed,
}

/// One group type.
#[derive(Debug)]
#[non_exhaustive]
pub struct GroupTypeSpec {
    /// Its value in the API.
    pub group_type: GroupType,
    /// Its name in guides and the console.
    pub guide_name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// Most members in the highest plan; `None` where there is no cap.
    pub max_members: Option<u32>,
    /// Whether single members can be muted.
    pub muting: bool,
    /// Whether members can be banned.
    pub banning: bool,
    /// Whether members can be removed.
    pub removal: bool,
    /// Whether members can be added or imported by the app.
    pub adding: bool,
    /// Whether the service keeps a list of members with their profiles.
    pub stores_members: bool,
    /// Whether it can be divided into topics.
    pub topics: bool,
    /// How an id of one's own must start; `None` where only
    /// [`ASSIGNED_GROUP_ID_PREFIX`] is forbidden.
    pub id_prefix: Option<&'static str>,
    /// What else is known, one fact each.
    pub notes: &'static [&'static str],
}

/// Codes that the endpoints of one service share.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceSpec {
    /// First part of the path after the version.
    pub service: &'static str,
    /// Response to a command that it does not have.
    pub unknown_command_code: ErrorCode,
    /// Response to a body that is no JSON.
    pub invalid_json_code: ErrorCode,
    /// Response to a field that breaks a rule.
    pub invalid_parameter_code: ErrorCode,
    /// Response to a caller who is no admin of the app.
    pub not_admin_code: ErrorCode,
    /// Response to a group type that the endpoint does not support, where the page names none.
    pub unsupported_group_type_code: Option<ErrorCode>,
}

impl GroupTypeSpec {
    /// What is known of a group type; `None` for one that is not preset.
    pub fn find(group_type: &GroupType) -> Option<&'static Self> {
        GROUP_TYPES.iter().find(|spec| spec.group_type == *group_type)
    }

    /// Whether an id of one's own may be that of a group of this type.
    ///
    /// ```
    /// use chat_types::{GroupType, spec::GroupTypeSpec};
    ///
    /// let allows = |group_type, id| {
    ///     GroupTypeSpec::find(&group_type).is_some_and(|spec| spec.allows_custom_id(id))
    /// };
    /// assert!(allows(GroupType::Public, "stargazers"));
    /// assert!(!allows(GroupType::Public, "@TGS#1"));
    /// assert!(allows(GroupType::Community, "@TGS#_stargazers"));
    /// ```
    pub fn allows_custom_id(&self, id: &str) -> bool {
        match self.id_prefix {
            Some(prefix) => id.starts_with(prefix),
            None => !id.starts_with(ASSIGNED_GROUP_ID_PREFIX),
        }
    }
}

impl ServiceSpec {
    /// The service of this name.
    pub fn find(service: &str) -> Option<&'static Self> {
        SERVICES.iter().find(|spec| spec.service == service)
    }
}
