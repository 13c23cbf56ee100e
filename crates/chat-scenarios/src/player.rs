//! Plays a scenario against a service.

use std::{collections::BTreeMap, error::Error, fmt, future::Future, time::Duration};

use serde_json::{Value, json};

use crate::{
    pattern::{Mismatch, mismatches},
    scenario::{CALL, CLIENT, Call, Membership, Scenario, Step},
    variables::Variables,
};

/// A service that scenarios are played against.
pub trait Target {
    /// The error of a call without a response.
    type Error: Error;

    /// Calls an endpoint, given as `service/command`, as an admin of the app, and returns the response.
    fn call(
        &mut self,
        endpoint: &str,
        request: &Value,
    ) -> impl Future<Output = Result<Value, Self::Error>>;

    /// Lets a user do something with a client, such as `send_message`, and returns the outcome as the
    /// response of a call, with an `ErrorCode`. Only scenarios that are not
    /// [harmless](Scenario::harmless) need this.
    fn act(
        &mut self,
        account: &str,
        action: &str,
        request: &Value,
    ) -> impl Future<Output = Result<Value, Self::Error>>;

    /// Returns the time of the service in seconds since 1970.
    fn now(&self) -> u64;

    /// Lets time pass at the service.
    fn advance(&mut self, time: Duration) -> impl Future<Output = ()>;

    /// Lets the clients of accounts join a group. Only scenarios that are not
    /// [harmless](Scenario::harmless) need this and [`leave`](Self::leave).
    fn join(&mut self, group: &str, accounts: &[String]) -> impl Future<Output = ()>;

    /// Lets the clients of accounts leave a group.
    fn leave(&mut self, group: &str, accounts: &[String]) -> impl Future<Output = ()>;

    /// Sets what the app's server responds to webhooks, by their names, until the next call. It allows
    /// everything else. Only scenarios that [need webhooks](Scenario::needs_webhooks) need this and
    /// [`take_webhooks`](Self::take_webhooks).
    fn set_webhook_responses(&mut self, responses: &BTreeMap<String, Value>);

    /// Returns the bodies of the webhooks since the last call, in the order in which they were sent, once
    /// all have been sent.
    fn take_webhooks(&mut self) -> impl Future<Output = Vec<Value>>;
}

/// Plays a scenario. The IDs of the scenario get `prefix` before them.
///
/// # Errors
/// When a call has no response, or a response differs from what the scenario expects. Later steps are
/// then not played.
pub async fn play<T: Target>(
    scenario: &Scenario,
    prefix: &str,
    target: &mut T,
) -> Result<(), Failure<T::Error>> {
    let mut variables = Variables::of_ids(scenario.accounts.iter().chain(&scenario.ids), prefix);
    for accounts in scenario.accounts.chunks(MAX_IMPORTED) {
        let accounts: Vec<_> = accounts.iter().map(|id| format!("{prefix}{id}")).collect();
        let endpoint = "im_open_login_svc/multiaccount_import";
        let fail = |kind| Failure { step: 0, endpoint: endpoint.to_owned(), kind };
        let request = json!({ "Accounts": accounts });
        let response = target.call(endpoint, &request).await.map_err(|error| fail(error.into()))?;
        expect(&json!({"ErrorCode": 0}), &response).map_err(fail)?;
    }
    for (index, step) in scenario.steps.iter().enumerate() {
        match step {
            Step::Advance(time) => target.advance(*time).await,
            Step::Join(membership) => {
                let (group, accounts) = expand(membership, &variables, target.now());
                target.join(&group, &accounts).await;
            }
            Step::Leave(membership) => {
                let (group, accounts) = expand(membership, &variables, target.now());
                target.leave(&group, &accounts).await;
            }
            Step::Call(call) => {
                for number in 0..call.repeat {
                    variables.set(CALL, number.into());
                    let fail =
                        |kind| Failure { step: index + 1, endpoint: call.endpoint.clone(), kind };
                    if scenario.needs_webhooks() {
                        let expand = |(name, response): (&String, &Value)| {
                            (name.clone(), variables.expand(response, target.now()))
                        };
                        let responses = call.webhook_responses.iter().map(expand).collect();
                        target.set_webhook_responses(&responses);
                    }
                    play_call(call, &mut variables, target).await.map_err(fail)?;
                    if scenario.needs_webhooks() {
                        check_webhooks(call, &variables, target).await.map_err(fail)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The number of accounts that one call imports.
const MAX_IMPORTED: usize = 100;

/// Returns the group and the accounts of a step.
fn expand(membership: &Membership, variables: &Variables, now: u64) -> (String, Vec<String>) {
    let group = variables.expand(&Value::String(membership.group.clone()), now);
    let accounts = variables.expand(&membership.accounts, now);
    (text(&group), accounts.as_array().into_iter().flatten().map(text).collect())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

async fn play_call<T: Target>(
    call: &Call,
    variables: &mut Variables,
    target: &mut T,
) -> Result<(), FailureKind<T::Error>> {
    let request = variables.expand(&call.request, target.now());
    let response = match (&call.client, call.endpoint.strip_prefix(CLIENT)) {
        (Some(client), Some(action)) => {
            let account = text(&variables.expand(&Value::String(client.clone()), target.now()));
            target.act(&account, action, &request).await?
        }
        _ => target.call(&call.endpoint, &request).await?,
    };
    expect(&json!({"ErrorCode": call.code}), &response)?;
    expect(&variables.expand(&call.response, target.now()), &response)?;
    for (name, pointer) in &call.capture {
        let value = response.pointer(pointer).ok_or_else(|| {
            let expected = Value::from("<any>");
            let mismatch = Mismatch { path: pointer.clone(), expected, found: None };
            FailureKind::Response { mismatches: vec![mismatch], response: response.clone() }
        })?;
        variables.set(name, value.clone());
    }
    Ok(())
}

async fn check_webhooks<T: Target>(
    call: &Call,
    variables: &Variables,
    target: &mut T,
) -> Result<(), FailureKind<T::Error>> {
    let webhooks = Value::Array(target.take_webhooks().await);
    let Some(expected) = &call.webhooks else { return Ok(()) };
    let expected = variables.expand(&Value::Array(expected.clone()), target.now());
    let mismatches = mismatches(&expected, &webhooks);
    if mismatches.is_empty() {
        return Ok(());
    }
    Err(FailureKind::Webhooks { mismatches, webhooks })
}

fn expect<E>(pattern: &Value, response: &Value) -> Result<(), FailureKind<E>> {
    let mismatches = mismatches(pattern, response);
    if mismatches.is_empty() {
        return Ok(());
    }
    Err(FailureKind::Response { mismatches, response: response.clone() })
}

/// Why a scenario failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Failure<E> {
    /// The number of the step, from 1; 0 is the import of the accounts.
    pub step: usize,
    /// The endpoint that was called.
    pub endpoint: String,
    /// What happened.
    pub kind: FailureKind<E>,
}

/// What happened to a call.
#[derive(Debug)]
#[non_exhaustive]
pub enum FailureKind<E> {
    /// The call had no response.
    NoResponse(E),
    /// The response differs from the expected one.
    Response {
        /// Where it differs.
        mismatches: Vec<Mismatch>,
        /// The whole response.
        response: Value,
    },
    /// The webhooks differ from the expected ones.
    Webhooks {
        /// Where they differ.
        mismatches: Vec<Mismatch>,
        /// The bodies of all webhooks.
        webhooks: Value,
    },
}

impl<E> From<E> for FailureKind<E> {
    fn from(error: E) -> Self {
        Self::NoResponse(error)
    }
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {}, {}: ", self.step, self.endpoint)?;
        match &self.kind {
            FailureKind::NoResponse(error) => error.fmt(f),
            FailureKind::Response { mismatches, response } => {
                for mismatch in mismatches {
                    write!(f, "{mismatch}; ")?;
                }
                write!(f, "response: {response}")
            }
            FailureKind::Webhooks { mismatches, webhooks } => {
                for mismatch in mismatches {
                    write!(f, "{mismatch}; ")?;
                }
                write!(f, "webhooks: {webhooks}")
            }
        }
    }
}

impl<E: Error> Error for Failure<E> {}
