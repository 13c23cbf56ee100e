//! The facts about one endpoint.

use std::{cmp::Ordering, fmt, time::Duration};

use super::{
    BatchSpec, Confidence, DocumentedError, EditionQuota, FieldSpec, PagingSpec, RateLimit,
    RepeatSpec, ServiceSpec,
};
use crate::{ENDPOINTS, ErrorCode, GroupType, catalog::find_sorted};

/// The facts about one endpoint.
///
/// ```
/// use chat_types::spec::EndpointSpec;
///
/// let spec = EndpointSpec::find("group_open_http_svc", "forbid_send_msg");
/// assert_eq!(spec.and_then(|spec| spec.calls_per_second), Some(200));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct EndpointSpec {
    /// The first segment of the path after the version, such as `group_open_http_svc`.
    pub service: &'static str,
    /// The last segment of the path, such as `forbid_send_msg`.
    pub command: &'static str,
    /// Older names of the command, which public clients still call.
    pub older_commands: &'static [&'static str],
    /// The module of this crate that holds the types.
    pub area: &'static str,
    /// The name of the request type.
    pub name: &'static str,
    /// What it does, in a few words.
    pub title: &'static str,
    /// What it does, in one to three sentences.
    pub summary: &'static str,
    /// The number of its public documentation page.
    pub doc_page: Option<u32>,
    /// The URL to which [`doc_page`](Self::doc_page) is appended.
    pub documentation_site: &'static str,
    /// Why new customers cannot use it, and what they use instead; `None` if they can.
    pub withdrawn: Option<&'static str>,
    /// The documented number of calls per second and app; the lowest one where editions differ.
    pub calls_per_second: Option<u32>,
    /// The calls per second of the editions that have another number.
    pub edition_quotas: &'static [EditionQuota],
    /// Whether the [editions](crate::Edition::WITH_RAISABLE_QUOTAS) that can do so can buy more
    /// calls per second.
    pub raisable_quota: bool,
    /// Limits over longer periods.
    pub long_term_limits: &'static [RateLimit],
    /// The documented error code for more calls per second; `None` if it is the usual one, 60007.
    pub rate_limit_code: Option<ErrorCode>,
    /// The documented error code for an invalid parameter; `None` if it is that of the
    /// [service](ServiceSpec::invalid_parameter_code).
    pub invalid_parameter_code: Option<ErrorCode>,
    /// Whether the response is documented without `ActionStatus`, so that only `ErrorCode` shows
    /// whether the call succeeded.
    pub without_action_status: bool,
    /// The group types it supports; `None` if it is not about groups.
    pub group_types: Option<&'static [GroupType]>,
    /// The group types that newer pages list, where it is not certain that they are supported.
    pub newer_group_types: Option<NewerGroupTypes>,
    /// The documented error code for a group of any other type.
    pub unsupported_group_type_code: Option<ErrorCode>,
    /// The edition or console switch it requires.
    pub requirement: Option<&'static str>,
    /// What is lost for good, in one sentence; `None` if another call can undo what it does, or if it
    /// only reads.
    pub irreversible: Option<&'static str>,
    /// URL parameters besides those of every call.
    pub query: &'static [FieldSpec],
    /// The fields of the request.
    pub request: &'static [FieldSpec],
    /// The fields of the response, except those of the [`Envelope`](crate::Envelope).
    pub response: &'static [FieldSpec],
    /// Sets of request fields of which exactly one must be sent.
    pub exactly_one_of: &'static [&'static [&'static str]],
    /// Sets of request fields of which at least one must be sent.
    pub at_least_one_of: &'static [&'static [&'static str]],
    /// The request fields with the custom ID and the type of a new group.
    pub custom_group_id: Option<CustomGroupIdSpec>,
    /// The request array whose length is limited per call.
    pub batch: Option<BatchSpec>,
    /// How the response array is paged.
    pub paging: Option<PagingSpec>,
    /// What happens when the same request is sent again.
    pub repeat: RepeatSpec,
    /// The error codes that its documentation page lists.
    pub errors: &'static [DocumentedError],
    /// What the service does, one documented statement each.
    pub behavior: &'static [&'static str],
    /// Surprises for a caller, one each.
    pub quirks: &'static [&'static str],
    /// How well these facts are confirmed.
    pub confidence: Confidence,
    /// What could not be confirmed.
    pub unverified: &'static [&'static str],
}

impl EndpointSpec {
    /// Returns the endpoint with this service and command, or older name of a command.
    ///
    /// Only endpoints of enabled areas are found.
    pub fn find(service: &str, command: &str) -> Option<&'static Self> {
        let current = find_sorted(ENDPOINTS, |spec| spec.cmp_name(service, command)).copied();
        current.or_else(|| {
            let mut endpoints = ENDPOINTS.iter().copied().filter(|spec| spec.service == service);
            endpoints.find(|spec| spec.older_commands.contains(&command))
        })
    }

    /// Compares in the order of [`ENDPOINTS`]: by service, then by command.
    pub(crate) fn cmp_name(&self, service: &str, command: &str) -> Ordering {
        (self.service, self.command).cmp(&(service, command))
    }

    /// Returns a value that displays as `service/command`, as on the command line.
    pub fn id(&self) -> impl fmt::Display + 'static {
        EndpointId { service: self.service, command: self.command }
    }

    /// Returns the URL path, such as `/v4/group_open_http_svc/forbid_send_msg`.
    pub fn path(&self) -> String {
        ["/v4/", self.service, "/", self.command].concat()
    }

    /// Returns the URL of the endpoint at a server, without the parameters of a call.
    ///
    /// The base URL is that of a [region](crate::Region::base_url) or of a server of your own. The
    /// parameters with the signature are those of `chat_usersig::SignedQuery`.
    ///
    /// ```
    /// use chat_types::{Endpoint, Region, group::GetGroupInfo};
    ///
    /// let url = GetGroupInfo::SPEC.url(Region::Singapore.base_url());
    /// assert!(url.starts_with("https://") && url.ends_with("/v4/group_open_http_svc/get_group_info"));
    /// ```
    pub fn url(&self, base: impl AsRef<str>) -> String {
        let mut url = base.as_ref().trim_end_matches('/').to_owned();
        url.push_str(&self.path());
        url
    }

    /// Returns the URL of its public documentation page.
    pub fn documentation_url(&self) -> Option<String> {
        self.doc_page.map(|page| format!("{}{page}", self.documentation_site))
    }

    /// Returns what an error code means here: as its own documentation page says, or else as the
    /// general tables say for its service.
    pub fn meaning_of(&self, code: ErrorCode) -> Option<&'static str> {
        self.errors
            .iter()
            .find(|error| error.code == code)
            .and_then(|error| error.meaning)
            .or_else(|| code.meaning_in(self.service))
    }

    /// Returns whether its documentation page lists this error code.
    pub fn documents(&self, code: ErrorCode) -> bool {
        self.errors.iter().any(|error| error.code == code)
    }

    /// Returns whether sending this JSON request once more, at most `within` this long after the
    /// first time, leaves the same state and the same bill as sending it once.
    ///
    /// A value that makes repeats safe stops doing so when the service has forgotten it by then.
    /// Pass [`Duration::MAX`] if a repeat can come at any time.
    ///
    /// ```
    /// use chat_types::{Endpoint, group::ForbidSendMsg};
    /// use std::time::Duration;
    ///
    /// let request = br#"{"GroupId":"@TGS#1","Members_Account":["peter"],"MuteTime":60}"#;
    /// assert!(ForbidSendMsg::SPEC.is_safe_to_repeat(request, Duration::MAX));
    /// ```
    pub fn is_safe_to_repeat(&self, request: &[u8], within: Duration) -> bool {
        self.repeat.allows(request, within)
    }

    /// Returns the endpoint that shows whether a call whose response was lost took effect
    /// ([`RepeatSpec::resolved_by`]). `None` if there is none, or if its area is not part of this build.
    ///
    /// ```
    /// use chat_types::{Endpoint as _, message::ImportGroupMsg};
    ///
    /// let endpoint = ImportGroupMsg::SPEC.resolved_by().ok_or("not known")?;
    /// assert_eq!(endpoint.command, "group_msg_get_simple");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn resolved_by(&self) -> Option<&'static Self> {
        let resolved_by = self.repeat.resolved_by.as_ref()?;
        Self::find(resolved_by.service, resolved_by.command)
    }

    /// Returns the service it belongs to.
    pub fn service_spec(&self) -> Option<&'static ServiceSpec> {
        ServiceSpec::find(self.service)
    }
}

/// The request fields with the custom ID and the type of a new group. What an ID may look like depends
/// on the type; see [`GroupTypeSpec::check_custom_id`](super::GroupTypeSpec::check_custom_id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CustomGroupIdSpec {
    /// The field with the ID.
    pub field: &'static str,
    /// The field with the group type.
    pub group_type: &'static str,
}

struct EndpointId {
    service: &'static str,
    command: &'static str,
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.command)
    }
}

/// The group types that newer pages of an endpoint list.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NewerGroupTypes {
    /// All group types of the newer pages.
    pub group_types: &'static [GroupType],
    /// The date of the newer pages.
    pub as_of: &'static str,
    /// The date of the newest page with the [group types](EndpointSpec::group_types) of the
    /// endpoint.
    pub older_as_of: &'static str,
}
