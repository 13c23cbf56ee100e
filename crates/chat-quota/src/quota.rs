//! The handle that calls ask for permits.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chat_types::spec::EndpointSpec;

#[cfg(feature = "redis")]
use crate::shared::{LeaseClient, SharedBudget};
use crate::{
    acquire_error::AcquireError,
    acquire_options::AcquireOptions,
    item_limiter::ItemLimiter,
    limiter::Limiter,
    limits::{Key, Limits, key},
    permit::Permit,
    sliding_window::SlidingWindow,
    window::Window,
};

/// Keeps the calls to each endpoint within its quota.
///
/// The service counts calls per app and endpoint and refuses those beyond the documented number,
/// 200 a second for most. By default a quota keeps to what the specification says: calls beyond that
/// wait for a permit, first come, first served, background calls after the others (see
/// [`Priority`](crate::Priority)).
///
/// A clone is cheap and shares the limits. Make one quota per app and hand out clones: quotas that
/// were made separately for the same app, in one process or in several, share its quota at the
/// service without knowing of each other. Give each a part of it with
/// [`QuotaBuilder::scale`](crate::QuotaBuilder::scale), or share one through a server (feature
/// `redis`).
///
/// Whether the service counts in fixed periods or in sliding ones, it never counts more calls than
/// the quota: a call holds its slot for a whole period after it has arrived there, judging by how
/// long its response took. On a steady connection that costs next to nothing, at a jitter of 25 ms
/// about three calls in a hundred.
///
/// When the service refuses a call anyway because of too many calls, since somebody else uses the
/// quota or it is lower than documented, report that with [`slow_down`](Self::slow_down).
///
/// ```
/// use chat_quota::Quota;
/// use chat_types::{Endpoint, group::GetGroupBanMember};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Two processes use this app, and its limit for one endpoint has been raised.
/// let quota =
///     Quota::builder().scale(0.5).calls_per_second(GetGroupBanMember::SPEC, 400).build()?;
///
/// let permit = quota.acquire(GetGroupBanMember::SPEC).await?;
/// permit.sent(); // right before the request is written
/// permit.completed(); // as soon as the head of the response has arrived
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Quota {
    inner: Arc<Inner>,
}

struct Inner {
    limits: Limits,
    /// And the app whose quota it is.
    #[cfg(feature = "redis")]
    shared: Option<(Arc<LeaseClient>, u32)>,
    /// The limiters of the endpoints that were called so far.
    ///
    /// Made in advance, from the table of all endpoints, they would link that table with all its
    /// texts into every program.
    limiters: Mutex<HashMap<Key, Limiters>>,
}

/// The limiters of an endpoint; `None` where nothing limits.
#[derive(Clone)]
struct Limiters {
    calls: Option<Arc<Limiter>>,
    items: Option<Arc<ItemLimiter>>,
}

impl Quota {
    /// Returns a quota with the documented limits. This is the default.
    #[must_use]
    pub fn documented() -> Self {
        Self::new(Limits::documented())
    }

    /// Returns a quota that limits nothing. The service still has its limits.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(Limits::unlimited())
    }

    pub(crate) fn new(limits: Limits) -> Self {
        let inner = Inner {
            limits,
            #[cfg(feature = "redis")]
            shared: None,
            limiters: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    #[cfg(feature = "redis")]
    pub(crate) fn shared(limits: Limits, client: LeaseClient, sdk_app_id: u32) -> Self {
        let shared = Some((Arc::new(client), sdk_app_id));
        Self { inner: Arc::new(Inner { limits, shared, limiters: Mutex::default() }) }
    }

    /// Waits for a permit to call an endpoint, for as long as it takes.
    ///
    /// The same as [`acquire_with`](Self::acquire_with) with the default options.
    ///
    /// # Errors
    /// Only where the quota is shared and its server cannot be reached, as
    /// [`AcquireError::is_unavailable`].
    pub async fn acquire(&self, endpoint: &'static EndpointSpec) -> Result<Permit, AcquireError> {
        self.acquire_with(endpoint, AcquireOptions::new()).await
    }

    /// Returns a permit if the call can go now.
    ///
    /// The same as [`acquire_with`](Self::acquire_with) with [`wait(false)`](AcquireOptions::wait).
    /// Where the quota is shared, the server may have to be asked, which takes the timeout of the
    /// server at most.
    ///
    /// # Errors
    /// [`AcquireError::is_would_block`] if the call would have to wait, also behind calls that are
    /// waiting already; otherwise as for [`acquire`](Self::acquire).
    pub async fn try_acquire(
        &self,
        endpoint: &'static EndpointSpec,
    ) -> Result<Permit, AcquireError> {
        self.acquire_with(endpoint, AcquireOptions::new().wait(false)).await
    }

    /// Waits for a permit to call an endpoint.
    ///
    /// Calls of one priority get permits in the order in which they asked. Dropping the future
    /// leaves the queue without a trace.
    ///
    /// ```
    /// use std::time::{Duration, Instant};
    ///
    /// use chat_quota::{AcquireError, AcquireOptions, Permit, Priority, Quota};
    /// use chat_types::{Endpoint, group::ForbidSendMsg};
    ///
    /// async fn nightly(quota: &Quota) -> Result<Permit, AcquireError> {
    ///     let options = AcquireOptions::new()
    ///         .priority(Priority::Background)
    ///         .deadline(Instant::now() + Duration::from_secs(60));
    ///     quota.acquire_with(ForbidSendMsg::SPEC, options).await
    /// }
    /// ```
    ///
    /// # Errors
    /// * [`AcquireError::is_timeout`] if no permit is available before the deadline; as soon as that
    ///   is certain.
    /// * [`AcquireError::is_would_block`] if the call would have to wait and does not want to.
    /// * [`AcquireError::is_unavailable`] if the quota is shared, its server cannot be reached and
    ///   calls are to fail meanwhile.
    pub async fn acquire_with(
        &self,
        endpoint: &'static EndpointSpec,
        options: AcquireOptions,
    ) -> Result<Permit, AcquireError> {
        let Limiters { calls, items } = self.limiters(endpoint);
        let items = match items {
            Some(limiter) => limiter.acquire(options).await?,
            None => Vec::new(),
        };
        let permit = match calls {
            Some(limiter) => limiter.acquire(options).await?,
            None => Permit::unlimited(),
        };
        Ok(permit.with_items(items))
    }

    /// Lets fewer calls through to an endpoint for a while: after the service refused one because of
    /// too many calls, or warned by the webhook `Alert.RequestOverLimit`, which it sends at 80
    /// percent of a limit.
    ///
    /// The rate is halved, at most once a second and to no less than a tenth. It recovers linearly, by
    /// time alone, no matter which calls come or fail in the meantime: within five seconds, and twice
    /// as slowly each time that this is reported again soon after, to a minute at most. Latency
    /// is no reason to slow down: a route to the service that suddenly becomes longer costs a fifth
    /// of the quota at most, until that is learned within two minutes. Limits over more than a
    /// minute stay as they are.
    pub fn slow_down(&self, endpoint: &'static EndpointSpec) {
        if let Some(limiter) = self.limiters(endpoint).calls {
            limiter.refused();
        }
    }

    /// Returns how long this number of calls to an endpoint takes at least, from the first to the
    /// last, if nobody else calls; zero where nothing limits them. For predicting how long a job
    /// takes before it runs.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use chat_quota::Quota;
    /// use chat_types::{Endpoint, group::ForbidSendMsg};
    ///
    /// // 200 calls per second: the last 200 of them go in the fifth second.
    /// let quota = Quota::documented();
    /// assert_eq!(quota.min_duration(ForbidSendMsg::SPEC, 1_000), Duration::from_secs(4));
    /// ```
    #[must_use]
    pub fn min_duration(&self, endpoint: &'static EndpointSpec, calls: u64) -> Duration {
        self.min_duration_of_items(endpoint, calls, calls)
    }

    /// Returns how long this number of calls with this number of items in all takes at least, as
    /// [`min_duration`](Self::min_duration) does for calls with one item each.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use chat_quota::Quota;
    /// use chat_types::{Endpoint, message::BatchSendMsg};
    ///
    /// // At most 12,000 receivers a minute: 25 calls with 500 each take until the next one.
    /// let quota = Quota::documented();
    /// let duration = quota.min_duration_of_items(BatchSendMsg::SPEC, 25, 12_500);
    /// assert_eq!(duration, Duration::from_secs(60));
    /// ```
    #[must_use]
    pub fn min_duration_of_items(
        &self,
        endpoint: &'static EndpointSpec,
        calls: u64,
        items: u64,
    ) -> Duration {
        let limits = &self.inner.limits;
        let for_calls = limits.windows(endpoint).into_iter().map(|it| it.min_duration(calls));
        let for_items = limits.item_windows(endpoint).into_iter().map(|it| it.min_duration(items));
        for_calls.chain(for_items).max().unwrap_or_default()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    fn limiters(&self, endpoint: &'static EndpointSpec) -> Limiters {
        let mut limiters = self.inner.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.entry(key(endpoint)).or_insert_with(|| self.inner.make_limiters(endpoint)).clone()
    }
}

impl Inner {
    fn make_limiters(&self, endpoint: &'static EndpointSpec) -> Limiters {
        let windows = self.limits.item_windows(endpoint);
        let most = endpoint.batch.as_ref().and_then(|batch| batch.max);
        let items = self.make_limiter(endpoint, "/items", windows.clone());
        Limiters {
            calls: self.make_limiter(endpoint, "", self.limits.windows(endpoint)),
            items: items.map(|limiter| Arc::new(ItemLimiter::new(limiter, &windows, most))),
        }
    }

    /// `counted` distinguishes what is counted where the quota is shared.
    #[cfg_attr(not(feature = "redis"), expect(unused_variables, reason = "nothing is shared"))]
    fn make_limiter(
        &self,
        endpoint: &'static EndpointSpec,
        counted: &str,
        windows: Vec<Window>,
    ) -> Option<Arc<Limiter>> {
        if windows.is_empty() {
            return None;
        }
        #[cfg(feature = "redis")]
        if let Some((client, sdk_app_id)) = &self.shared {
            let key = format!("{sdk_app_id}/{}{counted}", endpoint.id());
            let budget = SharedBudget::new(Arc::clone(client), key, windows);
            return Some(Limiter::new(Box::new(budget)));
        }
        Some(Limiter::new(Box::new(SlidingWindow::new(windows))))
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self::documented()
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quota").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}
