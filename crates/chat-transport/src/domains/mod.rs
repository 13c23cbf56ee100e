//! Chooses between the two domains of a region.
//!
//! Calls go to the primary domain until it fails three times with no success in between, and then
//! to the backup. From then on, a call that is safe to repeat occasionally probes whether the
//! primary domain has recovered: after 5 seconds, then after twice as long each time it has not, up
//! to a minute. Two probes in a row have to succeed before the other calls follow. If the primary
//! domain fails again within a minute of its return, it is probed half as often as before, so that
//! calls do not go back and forth.

use std::{sync::Mutex, time::Duration};

use chat_types::Region;
use tokio::time::Instant;

use crate::{BuildError, base_url::BaseUrl, lock::lock};

/// The primary domain and, if one is configured, the backup.
pub(crate) struct Domains {
    primary: BaseUrl,
    backup: Option<BaseUrl>,
    state: Mutex<State>,
}

/// One of a region's domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    Primary,
    Backup,
}

#[derive(Debug)]
struct State {
    /// Where calls go.
    current: Domain,
    /// The number of failures of each domain since its last success.
    failures: [u32; 2],
    /// When to probe the primary domain next.
    probe_at: Instant,
    probe_wait: Duration,
    /// The number of probes that succeeded since the primary domain failed.
    good_probes: u32,
    returned_at: Option<Instant>,
}

/// Where an attempt goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) domain: Domain,
    /// The attempt finds out whether the primary domain has recovered.
    pub(crate) is_probe: bool,
}

/// What the outcome of an attempt changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DomainUpdate {
    /// The domain that failed this call, if the other one may serve it.
    pub(crate) failed_domain: Option<Domain>,
    /// The domain that all calls go to from now on, if that has changed.
    pub(crate) switched_to: Option<Domain>,
}

impl Domains {
    pub(crate) fn new(primary: BaseUrl, backup: Option<BaseUrl>) -> Self {
        let state = State {
            current: Domain::Primary,
            failures: [0; 2],
            probe_at: Instant::now(),
            probe_wait: FIRST_PROBE,
            good_probes: 0,
            returned_at: None,
        };
        Self { primary, backup, state: Mutex::new(state) }
    }

    /// Creates the domains that the settings of a client describe.
    pub(crate) fn from_settings(
        region: Option<Region>,
        endpoint: Option<&str>,
        backup_endpoint: Option<&str>,
        failover: bool,
    ) -> Result<Self, BuildError> {
        let (primary, backup) = match (region, endpoint) {
            (Some(region), None) if backup_endpoint.is_none() => {
                let spec = region.spec();
                let backup = BaseUrl::of_domain(spec.backup_domain);
                (BaseUrl::of_domain(spec.domain), Some(backup))
            }
            (None, Some(url)) => (BaseUrl::parse(url), backup_endpoint.map(BaseUrl::parse)),
            (None, None) => return Err(BuildError::NoAddress),
            (Some(_), _) => return Err(BuildError::TwoAddresses),
        };
        let backup = backup.filter(|_| failover).transpose();
        let primary = primary.map_err(BuildError::invalid_endpoint)?;
        let backup = backup.map_err(BuildError::invalid_endpoint)?;
        if backup.as_ref().is_some_and(|backup| backup.is_https() != primary.is_https()) {
            return Err(BuildError::InvalidSetting {
                name: "backup_endpoint",
                problem: "must have the scheme of the endpoint",
            });
        }
        Ok(Self::new(primary, backup))
    }

    pub(crate) fn primary(&self) -> &BaseUrl {
        &self.primary
    }

    pub(crate) fn backup(&self) -> Option<&BaseUrl> {
        self.backup.as_ref()
    }

    pub(crate) fn url(&self, domain: Domain) -> &BaseUrl {
        match domain {
            Domain::Primary => &self.primary,
            Domain::Backup => self.backup.as_ref().unwrap_or(&self.primary),
        }
    }

    /// Chooses the domain of an attempt, and avoids the one that has just failed the call.
    pub(crate) fn route(
        &self,
        failed_domain: Option<Domain>,
        may_probe: impl FnOnce() -> bool,
    ) -> Route {
        let direct = |domain| Route { domain, is_probe: false };
        if self.backup().is_none() {
            return direct(Domain::Primary);
        }
        let mut state = lock(&self.state);
        let now = Instant::now();
        if let Some(domain) = failed_domain {
            return direct(other(domain));
        }
        if state.current == Domain::Backup && state.probe_at <= now && may_probe() {
            state.probe_at = now + state.probe_wait;
            return Route { domain: Domain::Primary, is_probe: true };
        }
        direct(state.current)
    }

    /// Records whether the domain of an attempt worked.
    pub(crate) fn record(&self, route: Route, is_up: bool) -> DomainUpdate {
        if self.backup().is_none() {
            return DomainUpdate::default();
        }
        let mut state = lock(&self.state);
        if is_up {
            return DomainUpdate { failed_domain: None, switched_to: state.note_success(route) };
        }
        let switched_to = state.note_failure(route);
        let other_works = state.failures[other(route.domain) as usize] == 0;
        DomainUpdate { failed_domain: other_works.then_some(route.domain), switched_to }
    }
}

impl State {
    fn note_success(&mut self, route: Route) -> Option<Domain> {
        self.failures[route.domain as usize] = 0;
        if !route.is_probe || self.current == Domain::Primary {
            return None;
        }
        let now = Instant::now();
        self.good_probes += 1;
        if self.good_probes < PROBES_TO_RETURN {
            self.probe_at = now + SECOND_PROBE;
            return None;
        }
        self.current = Domain::Primary;
        self.returned_at = Some(now);
        Some(Domain::Primary)
    }

    fn note_failure(&mut self, route: Route) -> Option<Domain> {
        let now = Instant::now();
        let failures = &mut self.failures[route.domain as usize];
        *failures = failures.saturating_add(1);
        if route.is_probe {
            self.good_probes = 0;
            self.probe_wait = LONGEST_PROBE.min(2 * self.probe_wait);
            self.probe_at = now + self.probe_wait;
        }
        if route.domain != self.current || *failures < FAILURES_TO_SWITCH {
            return None;
        }
        self.current = other(route.domain);
        self.failures[self.current as usize] = 0;
        if self.current == Domain::Backup {
            self.good_probes = 0;
            let is_stable = self.returned_at.is_none_or(|at| at + LONGEST_PROBE < now);
            self.probe_wait =
                if is_stable { FIRST_PROBE } else { LONGEST_PROBE.min(2 * self.probe_wait) };
            self.probe_at = now + self.probe_wait;
        }
        Some(self.current)
    }
}

fn other(domain: Domain) -> Domain {
    match domain {
        Domain::Primary => Domain::Backup,
        Domain::Backup => Domain::Primary,
    }
}

const FAILURES_TO_SWITCH: u32 = 3;
const PROBES_TO_RETURN: u32 = 2;
const FIRST_PROBE: Duration = Duration::from_secs(5);
const SECOND_PROBE: Duration = Duration::from_secs(1);
const LONGEST_PROBE: Duration = Duration::from_secs(60);

/// How much of a call's time a probe may take.
pub(crate) const PROBE_LIMIT: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests;
