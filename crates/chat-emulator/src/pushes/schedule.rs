//! Dispatches scheduled pushes.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{
    Endpoint as _, UnixSeconds,
    push::{AddSchedTask, ScheduledPushType},
};

use super::sending::Draft;
use crate::state::{
    AppState,
    push::{
        condition::{Condition, RawCondition},
        schedule::{Dispatch, ScheduledTask},
    },
};

impl AppState {
    /// Dispatches the scheduled pushes that are due, in the order of their times. Returns whether any was.
    pub(crate) fn dispatch_due_pushes(&mut self, now: UnixSeconds) -> bool {
        let mut dispatched = false;
        while let Some((id, mut task)) = self.push.schedule.take_due(now) {
            let dispatch = match self.draft(id, &task) {
                Ok(draft) => Dispatch::Sent(self.send_push(draft, task.time)),
                Err(reason) => Dispatch::Failed(reason.to_owned()),
            };
            task.dispatch = Some(dispatch);
            self.push.schedule.keep(id, task);
            dispatched = true;
        }
        dispatched
    }

    fn draft(&self, id: u64, task: &ScheduledTask) -> Result<Draft, &'static str> {
        let content = &task.content;
        let from = self.push_account(content.from_account.as_str());
        let from = from.ok_or("From_Account does not exist any longer")?;
        let is_for_accounts = task.kind == ScheduledPushType::User;
        let receivers = if is_for_accounts {
            let receivers = content.to_account.iter();
            let found = receivers.filter_map(|account| self.push_account(account.as_str()));
            found.collect::<BTreeSet<Arc<str>>>().into_iter().collect()
        } else {
            let raw = content.condition.as_ref().map(RawCondition::from).unwrap_or_default();
            let condition = Condition::read(raw, &self.push.audience);
            self.select(&condition.map_err(|_| "Condition is not valid any longer")?, true)
        };
        let info = content.offline_push_info.as_ref();
        Ok(Draft {
            command: AddSchedTask::SPEC.command,
            id_prefix: if is_for_accounts { "batch_" } else { "" },
            random: u32::try_from(id).unwrap_or(u32::MAX),
            from,
            receivers,
            selected: !is_for_accounts,
            notification: serde_json::to_value(info).map_err(|_| "Content is invalid")?,
            online_only: info.is_some_and(|info| info.no_push == Some(true)),
            message: None,
        })
    }
}
