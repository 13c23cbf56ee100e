//! The plan that is played: counts calls, and selects faults.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chat_types::spec::{Counted, EndpointSpec};
use serde::Serialize;

use super::{
    encounter::Encounter,
    error::FaultPlanError,
    fault::Fault,
    plan::{FaultPlan, Pattern},
};
use crate::{lock::lock, quota::SlidingWindow};

/// The plan that is played, and what became of it; see [`Emulator::faults`](crate::Emulator::faults).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FaultStatus {
    /// The plan.
    pub plan: FaultPlan,
    /// What each of its rules did, in the same order.
    pub rules: Vec<RuleStatus>,
}

/// What a rule did so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RuleStatus {
    /// The number of calls of the endpoint and the apps of the rule.
    pub calls: u64,
    /// The number of those to which the rule did something.
    pub faults: u64,
}

/// The plan that is played.
#[derive(Debug, Default)]
pub(crate) struct ActiveFaults {
    /// Whether there are rules, so that a call without faults does not wait for others.
    is_active: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    status: FaultStatus,
    patterns: Vec<Pattern>,
    /// The calls that count against the limits of rules.
    windows: HashMap<Scope, SlidingWindow>,
}

/// What a limit counts separately: by rule, app and endpoint.
type Scope = (usize, Option<u32>, Option<(&'static str, &'static str)>);

impl ActiveFaults {
    /// Plays this plan instead of the last one, from its start.
    pub(crate) fn set(&self, plan: FaultPlan) -> Result<(), FaultPlanError> {
        plan.check()?;
        let patterns = plan.rules.iter().filter_map(|rule| Pattern::parse(&rule.endpoint));
        let patterns: Vec<Pattern> = patterns.collect();
        let rules = vec![RuleStatus::default(); plan.rules.len()];
        let is_active = !rules.is_empty();
        let status = FaultStatus { plan, rules };
        *lock(&self.state) = State { status, patterns, windows: HashMap::new() };
        self.is_active.store(is_active, Ordering::Release);
        Ok(())
    }

    pub(crate) fn clear(&self) {
        self.is_active.store(false, Ordering::Release);
        *lock(&self.state) = State::default();
    }

    /// Plays the plan from its start.
    pub(crate) fn restart(&self) {
        let mut state = lock(&self.state);
        state.status.rules.fill(RuleStatus::default());
        state.windows.clear();
    }

    pub(crate) fn status(&self) -> FaultStatus {
        lock(&self.state).status.clone()
    }

    /// Returns whether there are rules.
    pub(crate) fn are_active(&self) -> bool {
        self.is_active.load(Ordering::Acquire)
    }

    /// Counts a request, and returns what happens to it; `None` if nothing does.
    pub(crate) fn meet(
        &self,
        app: Option<u32>,
        spec: Option<&'static EndpointSpec>,
        now_millis: u64,
    ) -> Option<Encounter> {
        lock(&self.state).meet(app, spec, now_millis)
    }
}

impl State {
    fn meet(
        &mut self,
        app: Option<u32>,
        spec: Option<&'static EndpointSpec>,
        now_millis: u64,
    ) -> Option<Encounter> {
        let Self { status: FaultStatus { plan, rules }, patterns, windows } = self;
        let (mut delay, mut fault) = (Duration::ZERO, None);
        let each = plan.rules.iter().zip(rules).zip(&*patterns).enumerate();
        for (index, ((rule, status), pattern)) in each {
            let is_of_app = rule.apps.is_empty() || app.is_some_and(|app| rule.apps.contains(&app));
            if !is_of_app || !pattern.matches(spec) {
                continue;
            }
            status.calls += 1;
            let random = Random { seed: plan.seed, rule: index as u64, call: status.calls };
            if !rule.calls.contains(status.calls) || random.share(0) >= rule.probability {
                continue;
            }
            match &rule.fault {
                Fault::Latency { millis, jitter_millis } => {
                    status.faults += 1;
                    let jitter = random.share(1) * *jitter_millis as f64;
                    delay += Duration::from_millis(millis + jitter as u64);
                }
                Fault::CallsPerSecond { max } => {
                    let endpoint = spec.map(|spec| (spec.service, spec.command));
                    let window = windows
                        .entry((index, app, endpoint))
                        .or_insert_with(|| SlidingWindow::new(*max, Counted::Calls, 1_000));
                    window.remove_expired(now_millis);
                    if !window.is_full_for(1) {
                        window.add(now_millis, 1);
                    } else if fault.is_none() {
                        status.faults += 1;
                        fault = Some(rule.fault.clone());
                    }
                }
                other if fault.is_none() => {
                    status.faults += 1;
                    fault = Some(other.clone());
                }
                _ => {}
            }
        }
        Encounter::new(delay, fault, spec)
    }
}

/// Where a random number comes from.
#[derive(Clone, Copy)]
struct Random {
    seed: u64,
    rule: u64,
    call: u64,
}

impl Random {
    /// Returns a number from 0 to below 1, by its number among those of the call.
    fn share(self, number: u64) -> f64 {
        let Self { seed, rule, call } = self;
        let bits =
            [rule, call, number].into_iter().fold(mix(seed), |hash, value| mix(hash ^ value));
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The output function of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FaultRule, faults::CallNumbers};

    fn numbers_met(rule: FaultRule, seed: u64) -> Vec<u64> {
        let faults = ActiveFaults::default();
        faults.set(FaultPlan::new().seed(seed).rule(rule)).unwrap();
        let spec = EndpointSpec::find("openim", "sendmsg");
        (1..=1_000).filter(|_| faults.meet(Some(1), spec, 0).is_some()).collect()
    }

    fn rule(calls: CallNumbers) -> FaultRule {
        FaultRule::new("openim/sendmsg", Fault::http(502)).calls(calls)
    }

    #[test]
    fn calls_are_selected_by_number() {
        let met = |calls| numbers_met(rule(calls), 0);
        assert_eq!(met(CallNumbers::Nth(3)), [3]);
        assert_eq!(met(CallNumbers::Every(400)), [400, 800]);
        assert_eq!(met(CallNumbers::Range { from: 2, to: Some(4) }), [2, 3, 4]);
        assert_eq!(met(CallNumbers::Range { from: 999, to: None }), [999, 1_000]);
        assert_eq!(met(CallNumbers::All).len(), 1_000);
    }

    #[test]
    fn share_of_calls_follows_from_the_seed() {
        let met = |seed| numbers_met(rule(CallNumbers::All).probability(0.3), seed);
        assert_eq!(met(7), met(7));
        assert_ne!(met(7), met(8));
        assert!((240..360).contains(&met(7).len()), "{}", met(7).len());
        assert!(numbers_met(rule(CallNumbers::All).probability(0.0), 1).is_empty());
    }

    #[test]
    fn rule_is_restricted_to_its_apps_and_its_endpoint() {
        let faults = ActiveFaults::default();
        let of_app = rule(CallNumbers::All).apps([1]);
        faults.set(FaultPlan::new().rule(of_app)).unwrap();
        let sendmsg = EndpointSpec::find("openim", "sendmsg");
        let other = EndpointSpec::find("openim", "batchsendmsg");
        assert!(faults.meet(Some(1), sendmsg, 0).is_some());
        assert!(faults.meet(Some(2), sendmsg, 0).is_none());
        assert!(faults.meet(None, sendmsg, 0).is_none());
        assert!(faults.meet(Some(1), other, 0).is_none());
        assert_eq!(faults.status().rules, [RuleStatus { calls: 1, faults: 1 }]);
        faults.clear();
        assert!(faults.meet(Some(1), sendmsg, 0).is_none());
    }

    #[test]
    fn limit_counts_by_the_clock_and_by_app() {
        let faults = ActiveFaults::default();
        let limit = FaultRule::new("*", Fault::CallsPerSecond { max: 2 });
        faults.set(FaultPlan::new().rule(limit)).unwrap();
        let spec = EndpointSpec::find("openim", "sendmsg");
        let refused = |app, now| faults.meet(Some(app), spec, now).is_some();
        assert!(!refused(1, 0) && !refused(1, 500) && refused(1, 999));
        assert!(!refused(2, 999));
        assert!(!refused(1, 1_000));
    }
}
