//! What a handler sees of the webhooks: it asks before it changes anything, and reports what it changed.

use std::{mem, sync::Mutex};

use chat_types::{
    ErrorCode,
    spec::WebhookSpec,
    webhook::{OptPlatform, Webhook, WebhookResponse},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    answer::{Answer, REFUSE},
    event::{Event, Occasion},
};
use crate::{lock::lock, response::ApiError};

/// The webhooks of a call.
#[derive(Debug)]
pub(crate) struct CallWebhooks<'a> {
    /// `None` if the app has no webhooks.
    occasion: Option<&'a Occasion>,
    /// The responses to the questions so far, in the order in which the handler asks.
    answers: &'a [Answer],
    asked: usize,
    kept: &'a KeptNumbers,
    /// The number of kept numbers that this run has used.
    used: usize,
    pending: Option<Event>,
    reports: Vec<Event>,
}

/// The numbers that all runs of a handler share, in the order in which it uses them.
#[derive(Debug, Default)]
pub(crate) struct KeptNumbers(Mutex<Vec<u32>>);

impl KeptNumbers {
    /// The numbers that a handler kept in an earlier process.
    pub(crate) fn from_log(numbers: Vec<u32>) -> Self {
        Self(Mutex::new(numbers))
    }

    /// Returns the numbers so far.
    pub(crate) fn so_far(&self) -> Vec<u32> {
        lock(&self.0).clone()
    }
}

impl<'a> CallWebhooks<'a> {
    pub(crate) fn new(
        occasion: Option<&'a Occasion>,
        answers: &'a [Answer],
        kept: &'a KeptNumbers,
    ) -> Self {
        Self { occasion, answers, asked: 0, kept, used: 0, pending: None, reports: Vec::new() }
    }

    /// Returns a number that is generated once, in the first run of the handler, for something that a
    /// question names before it exists.
    pub(crate) fn keep(&mut self, generate: impl FnOnce() -> u32) -> u32 {
        let mut kept = lock(&self.kept.0);
        let index = self.used;
        self.used += 1;
        if let Some(number) = kept.get(index) {
            return *number;
        }
        let number = generate();
        kept.push(number);
        number
    }

    /// Asks the app's server. Without such a webhook, the response is the default, which allows.
    ///
    /// A handler must not have changed anything before, because it runs again once the response is
    /// known.
    ///
    /// # Errors
    /// When the response is not known yet. The handler must return this error.
    pub(crate) fn ask<W>(&mut self, question: impl FnOnce() -> W) -> Result<W::Response, ApiError>
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned,
    {
        let answer = self.answers.get(self.asked);
        if let Some(answer) = answer.filter(|answer| answer.command == W::SPEC.command) {
            self.asked += 1;
            return answer.read::<W>();
        }
        let Some(occasion) = self.enabled(W::SPEC) else { return Ok(W::Response::default()) };
        self.pending = Some(occasion.question(&question()).map_err(ApiError::internal)?);
        Err(ApiError::internal("the response to a webhook is not known yet"))
    }

    /// Reports a change. The webhook is built only if it is enabled.
    pub(crate) fn emit<W: Webhook + Serialize>(&mut self, report: impl FnOnce() -> W) {
        let Some(occasion) = self.enabled(W::SPEC) else { return };
        if let Ok(event) = occasion.report(&report()) {
            self.reports.push(event);
        }
    }

    /// As [`emit`](Self::emit), about a change on another platform.
    pub(crate) fn emit_on<W: Webhook + Serialize>(
        &mut self,
        platform: OptPlatform,
        report: impl FnOnce() -> W,
    ) {
        let reports = self.reports.len();
        self.emit(report);
        if let Some(event) = self.reports.get_mut(reports) {
            event.origin.platform = platform;
        }
    }

    /// Returns the question whose response is not known yet.
    pub(crate) fn take_pending(&mut self) -> Option<Event> {
        self.pending.take()
    }

    /// Returns the reports, in the order of the changes.
    pub(crate) fn take_reports(&mut self) -> Vec<Event> {
        mem::take(&mut self.reports)
    }

    fn enabled(&self, spec: &'static WebhookSpec) -> Option<&'a Occasion> {
        self.occasion.filter(|occasion| occasion.config.enables(spec))
    }
}

/// Returns an error if the app's server refused: with this code, or with the one that it chose.
pub(crate) fn allowed<W: Webhook>(
    response: &W::Response,
    refused: ErrorCode,
) -> Result<(), ApiError> {
    let parts = response.parts();
    match parts.error_code {
        ALLOW => Ok(()),
        REFUSE => {
            let info = format!("the webhook {} refused the call", W::SPEC.command);
            Err(ApiError::new(refused, info))
        }
        code => Err(ApiError::new(ErrorCode::from(code), parts.error_info)),
    }
}

const ALLOW: i64 = 0;

/// The code with which a message is dropped, although its sender gets a success.
pub(crate) const DROP: i64 = 2;
