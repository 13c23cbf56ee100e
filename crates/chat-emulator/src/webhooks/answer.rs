//! What the app's server decides about a call.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use chat_types::webhook::{Webhook, WebhookResponse};

use super::{event::Event, log::WebhookFailure};
use crate::response::ApiError;

/// The answer to a question to the app's server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The name of the webhook that asked.
    pub(crate) command: String,
    decision: Decision,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    /// The body of the response.
    Response(String),
    /// The call of the app's server failed, and the settings refuse the event then.
    Refused,
    /// The event is allowed, because the call failed or because nobody was asked.
    Allowed,
}

impl Answer {
    /// The answer of the app's server, or that of the settings if the call of it failed.
    pub(crate) fn new(question: &Event, outcome: Result<impl AsRef<[u8]>, WebhookFailure>) -> Self {
        let decision = match outcome {
            Ok(response) => {
                Decision::Response(String::from_utf8_lossy(response.as_ref()).into_owned())
            }
            Err(_) if question.config.refuse_if_failed => Decision::Refused,
            Err(_) => Decision::Allowed,
        };
        Self { command: question.spec.command.to_owned(), decision }
    }

    /// The answer if nobody is asked.
    pub(crate) fn not_asked(question: &Event) -> Self {
        Self { command: question.spec.command.to_owned(), decision: Decision::Allowed }
    }

    /// Returns the answer as a response of the webhook that asked.
    pub(super) fn read<W>(&self) -> Result<W::Response, ApiError>
    where
        W: Webhook,
        W::Response: DeserializeOwned,
    {
        match &self.decision {
            Decision::Response(body) => serde_json::from_str(body).map_err(ApiError::internal),
            Decision::Refused => {
                let refusal = W::Response::from_parts(REFUSE, String::new(), Default::default());
                Ok(refusal.unwrap_or_default())
            }
            Decision::Allowed => Ok(W::Response::default()),
        }
    }
}

/// The code that refuses an event without a code of the app.
pub(super) const REFUSE: i64 = 1;
