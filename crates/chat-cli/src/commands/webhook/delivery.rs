//! What became of a webhook that was sent.

use std::time::Duration;

use chat_types::{
    limits,
    spec::{WebhookPhase, WebhookResponseVariant, WebhookSpec},
};
use serde_json::{Map, Value, json};

use super::http_client::HttpResponse;
use crate::{
    error::{Error, Exit},
    output::{Output, one_line},
};

/// The response to a webhook, as the service would judge it.
#[derive(Debug)]
pub(super) struct Delivery {
    command: String,
    response: Option<HttpResponse>,
    /// What the response does, if it is valid.
    effect: Option<String>,
    /// Why the service would count the call as failed, or ignore the response.
    problem: Option<String>,
}

impl Delivery {
    pub(super) fn new(command: &str, response: Result<HttpResponse, String>) -> Self {
        let command = command.to_owned();
        match response {
            Ok(response) => {
                let judged = judge(&command, &response);
                let (effect, problem) = match judged {
                    Ok(effect) => (Some(effect), None),
                    Err(problem) => (None, Some(problem)),
                };
                Self { command, response: Some(response), effect, problem }
            }
            Err(problem) => Self { command, response: None, effect: None, problem: Some(problem) },
        }
    }

    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Returns how a program ends that sent this webhook.
    pub(super) fn exit(&self) -> Exit {
        match (&self.problem, &self.response) {
            (None, _) => Exit::Done,
            (Some(_), Some(_)) => Exit::Mismatch,
            (Some(_), None) => Exit::NoResponse,
        }
    }

    pub(super) fn print(&self, out: &mut Output) -> Result<(), Error> {
        let Self { command, response, effect, problem } = self;
        if out.is_json() {
            let millis = response.as_ref().map(|response| response.elapsed.as_millis() as u64);
            let mut value = json!({
                "webhook": command,
                "status": response.as_ref().map(|response| response.status),
                "milliseconds": millis,
                "response": response.as_ref().map(|response| body(&response.body)),
                "effect": effect,
                "problem": problem,
            });
            if let Value::Object(members) = &mut value {
                members.retain(|_, value| !value.is_null());
            }
            return out.json(&value);
        }
        if let Some(HttpResponse { status, body, elapsed, .. }) = response {
            let text = String::from_utf8_lossy(body);
            out.line(format_args!(
                "{command}: status {status} in {} ms: {}",
                elapsed.as_millis(),
                one_line(&text)
            ))?;
        }
        match (effect, problem) {
            (Some(effect), _) => out.line(format_args!("  {effect}")),
            (_, Some(problem)) => out.line(format_args!("  failed: {problem}")),
            _ => Ok(()),
        }
    }
}

fn body(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

/// Returns the effect of a response, or why it has none.
fn judge(command: &str, response: &HttpResponse) -> Result<String, String> {
    let HttpResponse { status, body, elapsed, .. } = response;
    if *status != 200 {
        return Err(format!(
            "the status is {status}, which counts as a failed call; it must be 200"
        ));
    }
    serde_json::from_slice::<Map<String, Value>>(body)
        .map_err(|error| format!("the response is not a JSON object: {error}"))?;
    if *elapsed > WAIT {
        let millis = elapsed.as_millis();
        return Err(format!(
            "the response took {millis} ms; the service waits {} s",
            WAIT.as_secs()
        ));
    }
    match WebhookSpec::find(command) {
        Some(spec) => effect(spec, body).map(str::to_owned),
        None => Ok("accepted; the catalog does not have this webhook".to_owned()),
    }
}

/// Returns what a response to a webhook does, or why it is not valid.
pub(super) fn effect(spec: &WebhookSpec, response: &[u8]) -> Result<&'static str, String> {
    spec.check_response_json(response).map_err(|error| format!("invalid response: {error}"))?;
    let response: Map<String, Value> =
        serde_json::from_slice(response).map_err(|error| error.to_string())?;
    let code = response.get("ErrorCode").and_then(Value::as_i64).unwrap_or_default();
    let codes = spec.response.codes;
    match codes.iter().find(|variant| (variant.first..=variant.last).contains(&code)) {
        Some(variant) => Ok(variant.doc),
        None if spec.phase == WebhookPhase::After => Ok("The code has no effect."),
        None => {
            let code_of = |variant: &WebhookResponseVariant| match variant.last {
                last if last == variant.first => last.to_string(),
                last => format!("{} to {last}", variant.first),
            };
            let known: Vec<String> = codes.iter().map(code_of).collect();
            let command = spec.command;
            let known = known.join(", ");
            Err(format!("invalid response: {command} has the codes {known}, not {code}"))
        }
    }
}

/// How long the service waits.
pub(super) const WAIT: Duration = Duration::from_secs(limits::WEBHOOK_RESPONSE_SECONDS);
