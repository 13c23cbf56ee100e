//! A plan of faults: rules that select calls, and what they do to them.

use std::path::Path;

use chat_types::spec::EndpointSpec;
use serde::{Deserialize, Serialize};

use super::{error::FaultPlanError, fault::Fault};

/// Rules that say which calls fail, and how.
///
/// A rule counts the calls of its endpoint and its apps, selects some of them, and does one thing to
/// them. Latencies of all rules that select a call add up; of its other faults, that of the first rule
/// applies. Attempts count as calls, because the emulator cannot tell a repeat.
///
/// Nothing depends on chance: the same plan and the same calls in the same order have the same outcome,
/// byte for byte. What looks random follows from the seed, the number of the rule and the number of the
/// call.
///
/// A plan is also a JSON file, which `schemas/fault_plan.schema.json` of this crate describes.
///
/// ```
/// use chat_emulator::{
///     CallNumbers, Disconnect, Emulator, Fault, FaultPlan, FaultRule, Moment,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // The first call takes effect and its response is lost; every tenth message meets a gateway.
/// let lost = Fault::disconnect(Moment::Applied, Disconnect::Reset);
/// let plan = FaultPlan::new()
///     .rule(FaultRule::new("group_open_http_svc/create_group", lost).calls(CallNumbers::Nth(1)))
///     .rule(FaultRule::new("openim/sendmsg", Fault::http(502)).calls(CallNumbers::Every(10)));
/// let emulator = Emulator::builder().faults(plan).start().await?;
/// // … the code under test calls …
/// assert_eq!(emulator.faults().rules[0].faults, 0);
/// emulator.clear_faults();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultPlan {
    /// From which everything follows that looks random.
    #[serde(default)]
    pub seed: u64,
    /// The rules, at most 1,000.
    #[serde(default)]
    pub rules: Vec<FaultRule>,
}

/// A rule of a [`FaultPlan`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// The endpoint as `service/command`, all endpoints of a service as `service/*`, or every request
    /// as `*`.
    pub endpoint: String,
    /// The SDKAppIDs of the apps; empty for all.
    #[serde(default)]
    pub apps: Vec<u32>,
    /// The numbers of the calls, counted from 1 by this rule.
    #[serde(default)]
    pub calls: CallNumbers,
    /// The share of those calls that is selected, from 0 to 1.
    #[serde(default = "always")]
    pub probability: f64,
    /// What happens to a call that is selected.
    pub fault: Fault,
}

/// Numbers of calls, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum CallNumbers {
    /// Every call.
    #[default]
    All,
    /// This one.
    Nth(u64),
    /// Every second, third, … call, starting with that number.
    Every(u64),
    /// The calls from one number to another, both included.
    Range {
        /// The first.
        from: u64,
        /// The last; all further calls if it is missing.
        #[serde(default)]
        to: Option<u64>,
    },
}

impl FaultPlan {
    /// Creates a plan without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed. The default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds a rule.
    pub fn rule(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Reads a plan from JSON, and checks it.
    ///
    /// # Errors
    /// When it is not a plan, with the path of the first mistake.
    pub fn from_json(json: &[u8]) -> Result<Self, FaultPlanError> {
        if json.len() > MAX_PLAN_BYTES {
            return Err(FaultPlanError::too_large(MAX_PLAN_BYTES));
        }
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        let plan: Self =
            serde_path_to_error::deserialize(&mut deserializer).map_err(FaultPlanError::json)?;
        deserializer.end().map_err(FaultPlanError::trailing)?;
        plan.check()?;
        Ok(plan)
    }

    /// Reads a plan from a JSON file, and checks it.
    ///
    /// # Errors
    /// When the file cannot be read or is not a plan.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FaultPlanError> {
        let path = path.as_ref();
        let json = std::fs::read(path).map_err(|error| FaultPlanError::read(path, error))?;
        Self::from_json(&json).map_err(|error| error.in_file(path))
    }

    /// Checks the plan: that its endpoints exist and its numbers are within their bounds. An emulator
    /// does so before it plays a plan.
    ///
    /// # Errors
    /// The first mistake.
    pub fn check(&self) -> Result<(), FaultPlanError> {
        if self.rules.len() > MAX_RULES {
            let problem = format!("must be at most {MAX_RULES}, found {}", self.rules.len());
            return Err(FaultPlanError::invalid("rules".to_owned(), problem));
        }
        self.rules.iter().enumerate().try_for_each(|(index, rule)| {
            rule.problem().map_or(Ok(()), |(path, problem)| {
                Err(FaultPlanError::invalid(format!("rules[{index}].{path}"), problem))
            })
        })
    }
}

impl FaultRule {
    /// Creates a rule for all calls of an endpoint, such as `openim/sendmsg`, of a service, such as
    /// `openim/*`, or for every request, `*`.
    pub fn new(endpoint: impl Into<String>, fault: Fault) -> Self {
        let (apps, calls) = (Vec::new(), CallNumbers::All);
        Self { endpoint: endpoint.into(), apps, calls, probability: always(), fault }
    }

    /// Restricts the rule to these apps.
    pub fn apps(mut self, apps: impl IntoIterator<Item = u32>) -> Self {
        self.apps = apps.into_iter().collect();
        self
    }

    /// Restricts the rule to the calls with these numbers.
    pub fn calls(mut self, calls: CallNumbers) -> Self {
        self.calls = calls;
        self
    }

    /// Restricts the rule to a share of the calls, from 0 to 1.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    fn problem(&self) -> Option<(String, String)> {
        let of_rule = |field: &str, problem: &str| Some((field.to_owned(), problem.to_owned()));
        if Pattern::parse(&self.endpoint).is_none() {
            let problem = format!(
                "unknown endpoint {:?}; write service/command, service/* or *",
                chat_types::Excerpt::new(&self.endpoint, 64).to_string()
            );
            return of_rule("endpoint", &problem);
        }
        if !(0.0..=1.0).contains(&self.probability) {
            return of_rule("probability", "must be from 0 to 1");
        }
        match self.calls {
            CallNumbers::Nth(0) | CallNumbers::Every(0) | CallNumbers::Range { from: 0, .. } => {
                return of_rule("calls", "calls are counted from 1");
            }
            CallNumbers::Range { from, to: Some(to) } if to < from => {
                return of_rule("calls", "the range ends before it starts");
            }
            _ => {}
        }
        let (field, problem) = self.fault.problem()?;
        Some((format!("fault.{field}"), problem))
    }
}

impl CallNumbers {
    pub(super) fn contains(self, number: u64) -> bool {
        match self {
            Self::All => true,
            Self::Nth(nth) => number == nth,
            Self::Every(every) => number.is_multiple_of(every),
            Self::Range { from, to } => number >= from && to.is_none_or(|to| number <= to),
        }
    }
}

/// The endpoints of a rule.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pattern {
    All,
    Service(&'static str),
    Endpoint(&'static EndpointSpec),
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        let (service, command) = text.split_once('/')?;
        if command == "*" {
            let spec = chat_types::spec::ServiceSpec::find(service)?;
            return Some(Self::Service(spec.service));
        }
        EndpointSpec::find(service, command).map(Self::Endpoint)
    }

    pub(super) fn matches(self, spec: Option<&'static EndpointSpec>) -> bool {
        match (self, spec) {
            (Self::All, _) => true,
            (Self::Service(service), Some(spec)) => spec.service == service,
            (Self::Endpoint(own), Some(spec)) => {
                (own.service, own.command) == (spec.service, spec.command)
            }
            _ => false,
        }
    }
}

fn always() -> f64 {
    1.0
}

const MAX_RULES: usize = 1_000;

/// The longest JSON of a plan.
pub(super) const MAX_PLAN_BYTES: usize = 4 << 20;
