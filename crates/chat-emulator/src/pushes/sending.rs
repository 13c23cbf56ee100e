//! Sends and recalls pushes: what they change in the state of the app.

use std::{collections::BTreeMap, sync::Arc};

use chat_types::{UnixSeconds, limits::PUSH_RECALL_SECONDS, push::PushTaskId};
use serde_json::Value;

use crate::state::{
    AppState,
    conversation::{DirectMessage, MessageNumbers},
    push::{condition::Condition, record::SentPush},
};

/// A push to send.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) command: &'static str,
    /// What the ID of the push starts with.
    pub(crate) id_prefix: &'static str,
    pub(crate) random: u32,
    pub(crate) from: Arc<str>,
    pub(crate) receivers: Vec<Arc<str>>,
    /// Whether the receivers are all accounts or those that a condition selects.
    pub(crate) selected: bool,
    pub(crate) notification: Value,
    pub(crate) online_only: bool,
    /// The `MsgBody` that each receiver gets as a message, as JSON.
    pub(crate) message: Option<Box<[u8]>>,
}

/// Why a push cannot be recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecallError {
    Unknown,
    AlreadyRecalled,
    TooLate,
    /// It made no message, so a notification must replace it.
    NeedsReplacement,
}

impl AppState {
    /// Returns the accounts that a condition selects, in alphabetical order.
    pub(crate) fn select(&self, condition: &Condition, with_registrations: bool) -> Vec<Arc<str>> {
        let audience = &self.push.audience;
        let registrations = audience.registrations().filter(|_| with_registrations);
        let mut selected: Vec<_> = self
            .accounts
            .ids()
            .chain(registrations)
            .filter(|account| condition.selects(account, audience))
            .map(Arc::clone)
            .collect();
        selected.sort_unstable();
        selected.dedup();
        selected
    }

    /// Returns the shared ID of an account with this UserID or RegistrationID.
    pub(crate) fn push_account(&self, id: &str) -> Option<Arc<str>> {
        self.accounts.existing_id(id).or_else(|| self.push.audience.registration(id))
    }

    /// Sends a push and returns its ID.
    pub(crate) fn send_push(&mut self, draft: Draft, now: UnixSeconds) -> PushTaskId {
        let Draft { command, from, receivers, selected, notification, online_only, .. } = draft;
        let number = FIRST_NUMBER + self.push.pushes.next_number();
        let task_id = format!("{}{}_{number}_{}", draft.id_prefix, self.sdk_app_id, draft.random);
        let task_id = PushTaskId::from(task_id);
        let message =
            draft.message.map(|content| self.store(&from, &receivers, draft.random, &content, now));
        let devices = |account: &Arc<str>| {
            let devices = self.push.audience.devices_of(account)?;
            Some((Arc::clone(account), devices.clone()))
        };
        let devices = if online_only {
            BTreeMap::new()
        } else {
            receivers.iter().filter_map(devices).collect()
        };
        self.push.pushes.add(SentPush {
            task_id: task_id.clone(),
            command,
            time: now,
            from,
            receivers,
            notification,
            online_only,
            recalled: None,
            replacement: None,
            selected,
            message,
            devices,
        });
        task_id
    }

    /// Stores the message of a push for each receiver with a UserID.
    fn store(
        &mut self,
        from: &Arc<str>,
        receivers: &[Arc<str>],
        random: u32,
        content: &[u8],
        now: UnixSeconds,
    ) -> MessageNumbers {
        let numbers =
            MessageNumbers { seq: self.direct_messages.generate_seq(), random, time: now };
        for to in receivers {
            if to != from && self.accounts.contains(to) {
                let (from, to) = (Arc::clone(from), Arc::clone(to));
                let message = DirectMessage::new(from, to, numbers, content.into());
                self.direct_messages.store(message);
            }
        }
        numbers
    }

    /// Recalls a push, and removes its messages from all histories.
    pub(crate) fn recall_push(
        &mut self,
        id: &PushTaskId,
        replacement: Option<Value>,
        now: UnixSeconds,
    ) -> Result<(), RecallError> {
        let push = self.push.pushes.get_mut(id).ok_or(RecallError::Unknown)?;
        if push.recalled.is_some() {
            return Err(RecallError::AlreadyRecalled);
        }
        if now.seconds_since(push.time) > PUSH_RECALL_SECONDS {
            return Err(RecallError::TooLate);
        }
        if push.message.is_none() && replacement.is_none() {
            return Err(RecallError::NeedsReplacement);
        }
        push.recalled = Some(now);
        push.replacement = replacement;
        let Some(numbers) = push.message else { return Ok(()) };
        for to in &push.receivers {
            let conversation = self.direct_messages.conversation_mut(&push.from, to);
            if let Some(message) = conversation.and_then(|found| found.find_mut(numbers)) {
                message.hide_from(&push.from);
                message.hide_from(to);
            }
        }
        Ok(())
    }
}

/// The numbers of pushes start here, as in the samples.
const FIRST_NUMBER: u64 = 144_115_212_910_570_788;
