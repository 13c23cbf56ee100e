use std::{collections::HashMap, time::Duration};

use chat_types::spec::{EndpointSpec, RateLimit};

use crate::pace::Window;

/// Which calls go first when the quota of their endpoint is used up.
///
/// Calls of the same priority go in the order in which they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// Somebody waits for the response. This is the default.
    #[default]
    Interactive,
    /// Nobody does: a job in the background. Such a call yields to interactive ones that wait for
    /// the same endpoint, but every tenth turn is a background call's, so that it never starves.
    Background,
}

/// How many calls a client lets through to each endpoint.
///
/// The service counts calls per app and command and refuses those beyond the documented number,
/// 200 a second for most. By default a [`Client`](crate::Client) keeps to what the specification
/// says: calls beyond that wait for their turn, first come, first served, those in the background
/// after the others (see [`Priority`]). A call whose turn would come after its time limit fails at
/// once, unsent. So does one that would be left too little time for its response: less than a tenth
/// of its time limit, or than a second where that is shorter.
///
/// However the service counts, in fixed periods or in sliding ones, it never counts more than the
/// quota: a call holds its place for a whole period after it has arrived there, going by how long
/// its response took. On a steady connection that costs next to nothing, at a jitter of 25 ms about
/// three calls in a hundred.
///
/// When the service refuses a call all the same because too many came, since somebody else uses
/// the quota or it is lower than documented, the pace is halved: at most once a second, and to a
/// tenth at least. It comes back in a straight line within a minute of the last refusal, by time
/// alone, whatever calls come or fail in the meantime. Latency is no reason to slow down: a way to
/// the service that becomes longer all at once costs a fifth of the quota at most, until it is
/// learnt within two minutes.
///
/// A limit holds for a client and its clones. Clients that share one app, in one process or in
/// several, share its quota at the service without knowing of each other: give each a part of it.
/// A paid plan raises the quota of single commands: say so with
/// [`calls_per_second`](Self::calls_per_second).
///
/// ```
/// use chat_transport::Quota;
/// use chat_types::{Endpoint, group::GetGroupBanMember};
///
/// // Two processes use this app, and its limit for one call has been raised.
/// let quota = Quota::documented().scaled(0.5).calls_per_second(GetGroupBanMember::SPEC, 400);
/// # let _ = quota;
/// ```
#[derive(Clone, Debug)]
pub struct Quota {
    /// `None` lets everything through that has no number of its own.
    scale: Option<f64>,
    own: HashMap<Key, u32>,
}

impl Quota {
    /// The documented limits. This is the default.
    #[must_use]
    pub fn documented() -> Self {
        Self { scale: Some(1.0), own: HashMap::new() }
    }

    /// No limits but those set with [`calls_per_second`](Self::calls_per_second). The service still
    /// has its own.
    #[must_use]
    pub fn unlimited() -> Self {
        Self { scale: None, own: HashMap::new() }
    }

    /// The documented limits, multiplied and rounded down, but at least one call per period. Must
    /// be a finite number above 0.
    #[must_use]
    pub fn scaled(self, scale: f64) -> Self {
        Self { scale: Some(scale), ..self }
    }

    /// A number of its own for one endpoint, at least 1, in place of the documented calls per
    /// second. It is taken as it is, whatever the scale. Documented limits over longer periods
    /// stay.
    #[must_use]
    pub fn calls_per_second(mut self, endpoint: &'static EndpointSpec, calls: u32) -> Self {
        self.own.insert(key(endpoint), calls);
        self
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.scale.is_none_or(|scale| scale.is_finite() && scale > 0.0)
            && self.own.values().all(|&calls| calls > 0)
    }

    /// None at all where nothing limits the calls to this endpoint.
    pub(crate) fn windows(&self, spec: &'static EndpointSpec) -> Vec<Window> {
        let scaled = |calls: u32| self.scale.map(|scale| scale_down(calls, scale));
        let own = self.own.get(&key(spec)).copied();
        let per_second = own.or_else(|| spec.calls_per_second.and_then(scaled));
        let further =
            spec.long_term_limits.iter().filter_map(|&RateLimit { calls, per_seconds, .. }| {
                Some(Window::new(scaled(calls)?, Duration::from_secs(per_seconds.into())))
            });
        per_second
            .map(|calls| Window::new(calls, Duration::from_secs(1)))
            .into_iter()
            .chain(further)
            .collect()
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self::documented()
    }
}

/// Service and command.
pub(crate) type Key = (&'static str, &'static str);

pub(crate) fn key(spec: &EndpointSpec) -> Key {
    (spec.service, spec.command)
}

/// A product that is too large for the type becomes its largest value.
fn scale_down(calls: u32, scale: f64) -> u32 {
    ((f64::from(calls) * scale) as u32).max(1)
}
