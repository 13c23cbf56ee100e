//! Checks the bodies of webhooks and the responses to them.

use std::borrow::Cow;

use serde::{Deserialize, de::DeserializeSeed as _};

use super::{Constraint, Context, FieldPath, ObjectSeed, Violation};
use crate::spec::WebhookSpec;

impl WebhookSpec {
    /// Checks that a body is one of this webhook.
    ///
    /// What the service sends is not held to the documented constraints, so everything else about
    /// the body is accepted.
    ///
    /// # Errors
    /// Returns an error if `CallbackCommand` names another webhook.
    pub fn check_body_json(&self, body: &[u8]) -> Result<(), Violation> {
        #[derive(Deserialize)]
        struct Named<'a> {
            #[serde(borrow, default, rename = "CallbackCommand")]
            command: Option<Cow<'a, str>>,
        }

        let Ok(Named { command: Some(found) }) = serde_json::from_slice(body) else {
            return Ok(());
        };
        if found == self.command {
            return Ok(());
        }
        let mut path = FieldPath::default();
        path.push_field("CallbackCommand");
        Err(self.violation(path, Constraint::OtherWebhook { found: found.into_owned() }))
    }

    /// Checks a response to this webhook, as JSON: the fields that the service reads with the
    /// response's code.
    ///
    /// # Errors
    /// Returns the first constraint that the response violates.
    pub fn check_response_json(&self, response: &[u8]) -> Result<(), Violation> {
        #[derive(Deserialize)]
        struct Code {
            #[serde(rename = "ErrorCode", deserialize_with = "crate::lenient::number")]
            code: i64,
        }

        let invalid = |error: &serde_json::Error| {
            self.violation(FieldPath::default(), Constraint::Json(error.to_string()))
        };
        let Code { code } = serde_json::from_slice(response).map_err(|error| invalid(&error))?;
        let mut variants = self.response.codes.iter();
        if !variants.any(|each| each.changes && (each.first..=each.last).contains(&code)) {
            return Ok(());
        }
        let context = Context::new(false, None);
        let root = ObjectSeed { context: &context, fields: self.response.fields, at: None };
        let outcome = root.deserialize(&mut serde_json::Deserializer::from_slice(response));
        match (context.into_violated(), outcome) {
            (Some((path, constraint)), _) => Err(self.violation(path, constraint)),
            (None, outcome) => outcome.map(drop).map_err(|error| invalid(&error)),
        }
    }

    fn violation(&self, path: FieldPath, constraint: Constraint) -> Violation {
        Violation {
            service: "webhook",
            command: self.command,
            path,
            constraint,
            documentation_url: self.documentation_url(),
        }
    }
}
