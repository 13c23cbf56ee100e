//! Scheduled pushes. They are dispatched by the clock, before the first call after their time.

use std::collections::{BTreeMap, BTreeSet};

use chat_types::{
    UnixSeconds,
    push::{PushTaskId, ScheduledPushContent, ScheduledPushType},
};
use serde::{Deserialize, Serialize};

/// The scheduled pushes of an app, by their IDs.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    tasks: BTreeMap<u64, ScheduledTask>,
    /// The times and the IDs of those that are pending.
    pending: BTreeSet<(UnixSeconds, u64)>,
    last_id: u64,
}

/// A scheduled push.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ScheduledTask {
    pub(crate) created: UnixSeconds,
    pub(crate) time: UnixSeconds,
    pub(crate) kind: ScheduledPushType,
    #[serde(with = "crate::snapshot::json")]
    pub(crate) content: ScheduledPushContent,
    /// `None` while it is pending.
    pub(crate) dispatch: Option<Dispatch>,
}

/// What became of a scheduled push.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Dispatch {
    Sent(PushTaskId),
    Failed(String),
}

/// The error when too many scheduled pushes are pending.
#[derive(Debug)]
pub(crate) struct TooManyPending;

impl Schedule {
    /// Adds a push and returns its ID. When the schedule is full, it forgets the oldest push that was
    /// dispatched.
    pub(crate) fn add(&mut self, task: ScheduledTask) -> Result<u64, TooManyPending> {
        if self.tasks.len() >= MAX_TASKS {
            let oldest = self.tasks.iter().find(|(_, task)| task.dispatch.is_some());
            let oldest = *oldest.ok_or(TooManyPending)?.0;
            self.tasks.remove(&oldest);
        }
        self.last_id += 1;
        self.pending.insert((task.time, self.last_id));
        self.tasks.insert(self.last_id, task);
        Ok(self.last_id)
    }

    pub(crate) fn get(&self, id: u64) -> Option<&ScheduledTask> {
        self.tasks.get(&id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &ScheduledTask)> {
        self.tasks.iter().map(|(&id, task)| (id, task))
    }

    /// Changes a pending push.
    pub(crate) fn change(&mut self, id: u64, time: UnixSeconds, content: ScheduledPushContent) {
        if let Some(task) = self.tasks.get_mut(&id)
            && self.pending.remove(&(task.time, id))
        {
            (task.time, task.content) = (time, content);
            self.pending.insert((time, id));
        }
    }

    pub(crate) fn remove(&mut self, id: u64) {
        if let Some(task) = self.tasks.remove(&id) {
            self.pending.remove(&(task.time, id));
        }
    }

    /// Takes the first push that is due, to be dispatched.
    pub(crate) fn take_due(&mut self, now: UnixSeconds) -> Option<(u64, ScheduledTask)> {
        let &(time, id) = self.pending.first().filter(|(time, _)| *time <= now)?;
        self.pending.remove(&(time, id));
        Some((id, self.tasks.remove(&id)?))
    }

    /// Puts a push back after it was dispatched.
    pub(crate) fn keep(&mut self, id: u64, task: ScheduledTask) {
        self.tasks.insert(id, task);
    }
}

/// The number of scheduled pushes that are kept. Small in tests.
const MAX_TASKS: usize = if cfg!(test) { 3 } else { 10_000 };

#[cfg(test)]
mod tests {
    use super::*;

    fn task(time: u64) -> ScheduledTask {
        ScheduledTask {
            created: UnixSeconds::new(0),
            time: UnixSeconds::new(time),
            kind: ScheduledPushType::All,
            content: ScheduledPushContent::new("peter"),
            dispatch: None,
        }
    }

    #[test]
    fn full_schedule_forgets_only_what_was_dispatched() {
        let mut schedule = Schedule::default();
        let ids: Vec<_> = (0..3).map(|time| schedule.add(task(time)).unwrap()).collect();
        assert!(schedule.add(task(3)).is_err(), "all are pending");
        schedule.tasks.get_mut(&ids[1]).unwrap().dispatch = Some(Dispatch::Failed("x".to_owned()));
        let new = schedule.add(task(3)).unwrap();
        assert_eq!(schedule.iter().map(|(id, _)| id).collect::<Vec<_>>(), [ids[0], ids[2], new]);
    }

    fn due_at(schedule: &mut Schedule, now: u64) -> Option<u64> {
        schedule.take_due(UnixSeconds::new(now)).map(|(id, _)| id)
    }

    #[test]
    fn changed_push_is_due_at_its_new_time_only() {
        let mut schedule = Schedule::default();
        let first = schedule.add(task(10)).unwrap();
        let second = schedule.add(task(20)).unwrap();
        schedule.change(first, UnixSeconds::new(30), ScheduledPushContent::new("peter"));
        assert_eq!(due_at(&mut schedule, 19), None);
        assert_eq!(due_at(&mut schedule, 30), Some(second));
        assert_eq!(due_at(&mut schedule, 30), Some(first));
        assert_eq!(due_at(&mut schedule, 30), None);
    }
}
