//! The webhooks of an app in the control API: its settings, and the log.

use chat_types::webhook::{OptPlatform, Token};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    call::{Call, Nothing},
    error::ControlError,
    query::{Parameter, ParameterKind},
    route::Route,
};
use crate::{SentWebhook, WebhookConfig};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "list_webhooks",
            "/apps/{sdkappid}/webhooks",
            "Lists the newest calls of the app's server, in the order in which they ended.",
            list,
        )
        .query(PARAMETERS),
        Route::delete(
            "clear_webhooks",
            "/apps/{sdkappid}/webhooks",
            "Forgets the calls of the app's server so far.",
            |call| {
                call.app()?.clear_webhooks();
                Ok(Nothing {})
            },
        ),
        Route::post_and_wait(
            "wait_for_webhooks",
            "/apps/{sdkappid}/webhooks/wait",
            "Waits until no webhook of the app is left to be sent, repeats included.",
            |call, _: Nothing| {
                let app = call.app()?;
                Ok(async move {
                    app.webhooks_sent().await;
                    Ok(Nothing {})
                })
            },
        ),
        Route::get(
            "get_webhook_settings",
            "/apps/{sdkappid}/webhook_settings",
            "Returns where the app gets its webhooks, and which.",
            |call| {
                let config = call.app()?.inner.webhooks.config();
                config.map(|config| Settings::of(&config)).ok_or_else(|| {
                    ControlError::not_found("the app gets no webhooks; PUT sets where it does")
                })
            },
        ),
        Route::put(
            "set_webhook_settings",
            "/apps/{sdkappid}/webhook_settings",
            "Sets where the app gets its webhooks, and which.",
            |call, settings: Settings| {
                let app = call.app()?;
                let config = settings.config()?;
                let changed = Settings::of(&config);
                app.set_webhooks(config);
                Ok(changed)
            },
        ),
        Route::delete(
            "delete_webhook_settings",
            "/apps/{sdkappid}/webhook_settings",
            "Sends the app no webhooks.",
            |call| {
                call.app()?.set_webhooks(None);
                Ok(Nothing {})
            },
        ),
    ]
}

const PARAMETERS: &[Parameter] = &[
    Parameter::new("command", ParameterKind::String, "Only webhooks with this name."),
    Parameter::new("failed", ParameterKind::Boolean, "Only calls that failed."),
    Parameter::new("after", ParameterKind::Integer, "Only calls with a higher number."),
    Parameter::new("limit", ParameterKind::Integer, "At most this many, the newest."),
];

/// The newest calls of the app's server.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Webhooks {
    /// The calls that match, in the order in which they ended.
    webhooks: Vec<Webhook>,
    /// The number of all calls that ended since the emulator started.
    ended: u64,
}

/// A call of the app's server.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Webhook {
    /// The number of the call, in the order in which calls ended; the first has 1.
    number: u64,
    /// The name of the webhook.
    command: &'static str,
    /// 1, or higher if the webhook is repeated because earlier calls failed.
    attempt: u32,
    /// When it was sent, in milliseconds since the Unix epoch by the clock of the emulator.
    sent_unix_millis: u64,
    /// How long the call took, in milliseconds of real time.
    duration_millis: u64,
    /// The platform of the client that caused it, if the URL has it; `RESTAPI` for calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    /// The body.
    body: Value,
    /// The body of the response; missing if the call failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<Value>,
    /// Why the call failed; missing if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// Where an app gets its webhooks, and which.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The URL of the app's server.
    url: String,
    /// The token with which webhooks are signed. It is not returned.
    #[serde(skip_serializing)]
    token: Option<String>,
    /// The names of the webhooks to enable, with those that share their switch; all if it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<Vec<String>>,
    /// Whether a webhook after an event is sent again if the call failed. Defaults to `false`.
    #[serde(default)]
    repeat: bool,
    /// Whether a failed call of a webhook before an event refuses the event. Defaults to `false`.
    #[serde(default)]
    refuse_if_failed: bool,
}

fn list(call: &Call<'_>) -> Result<Webhooks, ControlError> {
    let (query, app) = (&call.query, call.app()?);
    let matches = |sent: &&SentWebhook| {
        query.string("command").is_none_or(|command| command == sent.command)
            && (!query.flag("failed") || sent.outcome.is_err())
            && query.integer("after").is_none_or(|after| sent.number > after)
    };
    let limit =
        query.integer("limit").map_or(usize::MAX, |max| max.try_into().unwrap_or(usize::MAX));
    let sent = app.webhooks();
    let mut webhooks: Vec<_> =
        sent.iter().rev().filter(matches).take(limit).map(Webhook::new).collect();
    webhooks.reverse();
    Ok(Webhooks { webhooks, ended: app.inner.webhooks.ended() })
}

impl Webhook {
    fn new(sent: &SentWebhook) -> Self {
        let response = sent.outcome.as_ref().ok();
        Self {
            number: sent.number,
            command: sent.command,
            attempt: sent.attempt,
            sent_unix_millis: sent.sent.get(),
            duration_millis: u64::try_from(sent.duration.as_millis()).unwrap_or(u64::MAX),
            platform: sent.parameters.opt_platform.as_ref().map(OptPlatform::to_string),
            body: sent.json(),
            response: response.map(|body| serde_json::from_slice(body).unwrap_or_default()),
            failure: sent.outcome.as_ref().err().map(ToString::to_string),
        }
    }
}

impl Settings {
    fn of(config: &WebhookConfig) -> Self {
        let names = |switches: Vec<&str>| switches.into_iter().map(str::to_owned).collect();
        Self {
            url: config.url.to_string(),
            token: None,
            enabled: config.switches().map(names),
            repeat: config.repeat,
            refuse_if_failed: config.refuse_if_failed,
        }
    }

    fn config(self) -> Result<WebhookConfig, ControlError> {
        let invalid = |error: &dyn std::fmt::Display| ControlError::invalid(error.to_string());
        let config = WebhookConfig::new(&self.url).map_err(|error| invalid(&error))?;
        let mut config = config.repeat(self.repeat).refuse_if_failed(self.refuse_if_failed);
        if let Some(token) = self.token {
            let token = Token::new(token).map_err(|error| invalid(&error))?;
            config = config.token(token);
        }
        match self.enabled {
            None => Ok(config.enable_all()),
            Some(names) => names
                .iter()
                .try_fold(config, |config, name| config.enable(name))
                .map_err(|error| invalid(&error)),
        }
    }
}
