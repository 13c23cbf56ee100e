//! A scenario and its steps, checked when they are read.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use serde_json::Value;

use crate::variables;

/// A sequence of calls, and what must come back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// What the scenario shows.
    pub name: String,
    /// The UserIDs that are imported before the first step.
    pub accounts: Vec<String>,
    /// Further IDs that the steps mention.
    pub ids: Vec<String>,
    /// Whether it can be played against the app of somebody else.
    pub harmless: bool,
    /// Whether the limits on the rate of calls and messages must apply while it is played.
    pub quotas: bool,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

impl Scenario {
    /// Returns whether the app must have a server that receives all webhooks while it is played.
    pub fn needs_webhooks(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Call(call) if call.needs_webhooks()))
    }
}

/// A step of a scenario.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Step {
    /// A call, and its expected response.
    Call(Box<Call>),
    /// Lets time pass.
    Advance(Duration),
    /// Lets clients join a group.
    Join(Membership),
    /// Lets clients leave a group.
    Leave(Membership),
}

/// A call, and its expected response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// The endpoint, as `service/command`, or the action of a client, as `client/action`.
    pub endpoint: String,
    /// The UserID of the user who acts, if this is an action of a client.
    pub client: Option<String>,
    /// The body of the request.
    pub request: Value,
    /// How often the call is made.
    pub repeat: u32,
    /// The expected `ErrorCode`.
    pub code: i64,
    /// The parts of the response that must be there.
    pub response: Value,
    /// Names for values of the response, each with its JSON Pointer.
    pub capture: BTreeMap<String, String>,
    /// The beginnings of the documented sentences that the call shows.
    pub shows: Vec<String>,
    /// What the app's server responds to webhooks during the call, by their names. It allows everything
    /// else.
    pub webhook_responses: BTreeMap<String, Value>,
    /// The parts of the bodies of the webhooks that the call causes, in order; `None` if the scenario does
    /// not say.
    pub webhooks: Option<Vec<Value>>,
}

impl Call {
    fn needs_webhooks(&self) -> bool {
        self.webhooks.is_some() || !self.webhook_responses.is_empty()
    }
}

/// A group and the accounts that join or leave it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Membership {
    /// The ID of the group.
    pub group: String,
    /// The UserIDs of the accounts, as an array or a repetition.
    pub accounts: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawScenario {
    name: String,
    #[serde(default)]
    accounts: Vec<String>,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    harmless: bool,
    #[serde(default)]
    quotas: bool,
    #[serde(default)]
    step: Vec<RawStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    call: Option<String>,
    client: Option<String>,
    request: Option<String>,
    #[serde(default = "once")]
    repeat: u32,
    #[serde(default)]
    code: i64,
    response: Option<String>,
    #[serde(default)]
    capture: BTreeMap<String, String>,
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    webhook_responses: BTreeMap<String, String>,
    webhooks: Option<Vec<String>>,
    advance_seconds: Option<u64>,
    join: Option<Membership>,
    leave: Option<Membership>,
}

impl TryFrom<RawScenario> for Scenario {
    type Error = String;

    fn try_from(raw: RawScenario) -> Result<Self, String> {
        let RawScenario { name, accounts, ids, harmless, quotas, step } = raw;
        let in_step =
            |index: usize, reason| format!("scenario {name:?}, step {}: {reason}", index + 1);
        if step.is_empty() {
            return Err(format!("scenario {name:?} has no steps"));
        }
        let mut known: Vec<String> = accounts.iter().chain(&ids).cloned().collect();
        known.push(CALL.to_owned());
        let mut steps = Vec::with_capacity(step.len());
        for (index, raw) in step.into_iter().enumerate() {
            let step = Step::try_from(raw).map_err(|reason| in_step(index, reason))?;
            check_step(&step, harmless, &known).map_err(|reason| in_step(index, reason))?;
            if let Step::Call(call) = &step {
                known.extend(call.capture.keys().cloned());
            }
            steps.push(step);
        }
        Ok(Self { name, accounts, ids, harmless, quotas, steps })
    }
}

impl TryFrom<RawStep> for Step {
    type Error = String;

    fn try_from(raw: RawStep) -> Result<Self, String> {
        let RawStep { call, client, request, repeat, code, response, capture, shows, .. } = raw;
        let (webhook_responses, webhooks) = (raw.webhook_responses, raw.webhooks);
        let endpoint = match (call, raw.advance_seconds, raw.join, raw.leave) {
            (Some(endpoint), None, None, None) => endpoint,
            (None, Some(seconds), None, None) => {
                return Ok(Self::Advance(Duration::from_secs(seconds)));
            }
            (None, None, Some(membership), None) => return Ok(Self::Join(membership)),
            (None, None, None, Some(membership)) => return Ok(Self::Leave(membership)),
            _ => {
                return Err(
                    "a step has one of `call`, `advance_seconds`, `join`, `leave`".to_owned()
                );
            }
        };
        if endpoint.split('/').filter(|part| !part.is_empty()).count() != 2 {
            return Err(format!("`call` must be `service/command`, found {endpoint:?}"));
        }
        if client.is_some() != endpoint.starts_with(CLIENT) {
            return Err(format!("`client` belongs to calls of `{CLIENT}…`, found {endpoint:?}"));
        }
        if repeat == 0 {
            return Err("`repeat` must be at least 1".to_owned());
        }
        let json = |key: &str, text: Option<String>| match text {
            None => Ok(Value::Object(serde_json::Map::new())),
            Some(text) => {
                serde_json::from_str(&text).map_err(|error| format!("`{key}` is not JSON: {error}"))
            }
        };
        Ok(Self::Call(Box::new(Call {
            endpoint,
            client,
            request: json("request", request)?,
            repeat,
            code,
            response: json("response", response)?,
            capture,
            shows,
            webhook_responses: webhook_responses
                .into_iter()
                .map(|(name, text)| Ok((name, json("webhook_responses", Some(text))?)))
                .collect::<Result<_, String>>()?,
            webhooks: webhooks
                .map(|list| list.into_iter().map(|text| json("webhooks", Some(text))).collect())
                .transpose()?,
        })))
    }
}

fn check_step(step: &Step, harmless: bool, known: &[String]) -> Result<(), String> {
    match step {
        Step::Advance(_) => Ok(()),
        Step::Call(call) if harmless && call.needs_webhooks() => {
            Err("a scenario with webhooks is not `harmless`".to_owned())
        }
        Step::Call(call) if harmless && call.client.is_some() => {
            Err("a scenario with clients is not `harmless`".to_owned())
        }
        Step::Call(call) => {
            let client = call.client.clone().map_or(Value::Null, Value::String);
            check_variables(&client, known)?;
            check_variables(&call.request, known)?;
            check_variables(&call.response, known)?;
            let captured = call.capture.keys();
            let known: Vec<_> = known.iter().chain(captured).cloned().collect();
            let webhooks = call.webhooks.iter().flatten();
            webhooks
                .chain(call.webhook_responses.values())
                .try_for_each(|json| check_variables(json, &known))
        }
        Step::Join(_) | Step::Leave(_) if harmless => {
            Err("a scenario with clients is not `harmless`".to_owned())
        }
        Step::Join(Membership { group, accounts })
        | Step::Leave(Membership { group, accounts }) => {
            check_variables(&Value::String(group.clone()), known)?;
            check_variables(accounts, known)
        }
    }
}

fn once() -> u32 {
    1
}

fn check_variables(value: &Value, known: &[String]) -> Result<(), String> {
    match variables::unknown(value, known) {
        None => Ok(()),
        Some(name) => Err(format!("unknown variable ${{{name}}}")),
    }
}

/// What the names of actions of clients start with.
pub(crate) const CLIENT: &str = "client/";

/// The variable that counts the calls of a repeated step, from 0.
pub(crate) const CALL: &str = "call";
