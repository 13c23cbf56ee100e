//! The groups of an app.

use std::sync::Arc;

use chat_types::{ASSIGNED_GROUP_ID_PREFIX, GroupId, UnixSeconds, spec::GroupTypeSpec};
use serde::{Deserialize, Serialize};

use super::{changes::Changes, group::Group, ordered_map::OrderedMap};

/// The groups of an app, in the order of their creation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Groups {
    by_id: OrderedMap<Box<Group>>,
    changes: Changes,
    /// The IDs of those that are rooms, in the order of their creation.
    rooms: OrderedMap<()>,
    /// When rooms were last searched for idle ones.
    #[serde(skip)]
    last_search: UnixSeconds,
}

impl Groups {
    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.by_id.get(id).map(AsRef::as_ref)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Group> {
        self.by_id.get_mut(id).map(AsMut::as_mut)
    }

    pub(crate) fn insert(&mut self, id: &GroupId, group: Group) {
        let id: Arc<str> = id.as_str().into();
        if group.room.is_some() {
            self.rooms.insert(Arc::clone(&id), ());
        }
        let earlier = self.by_id.insert(id, Box::new(group));
        self.changes.added += u64::from(earlier.is_none());
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Box<Group>> {
        let group = self.by_id.remove(id)?;
        self.rooms.remove(id);
        self.changes.removed += 1;
        Some(group)
    }

    pub(crate) fn take_changes(&mut self) -> Changes {
        self.changes.take()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.by_id.values_mut().map(AsMut::as_mut)
    }

    /// Iterates over the groups, each with its ID.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Arc<str>, &mut Group)> {
        self.by_id.iter_mut().map(|(id, group)| (id, group.as_mut()))
    }

    /// Iterates over the groups that are rooms, each with its ID.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (&Arc<str>, &Group)> {
        self.rooms.iter().filter_map(|(id, ())| Some((id, self.get(id)?)))
    }

    /// Dissolves the live rooms that have been empty for so long that the service does. Searches the
    /// rooms once per second of the clock. Returns whether there were any.
    pub(crate) fn dissolve_idle_rooms(&mut self, now: UnixSeconds) -> bool {
        if self.last_search == now {
            return false;
        }
        self.last_search = now;
        let rooms = self.rooms();
        let idle: Vec<_> = rooms
            .filter(|(_, group)| {
                let is_idle = group.room.as_ref().is_some_and(|room| room.is_idle(now));
                // A robot may have been added after the last user left.
                is_idle && group.members.len() == 0
            })
            .map(|(id, _)| Arc::clone(id))
            .collect();
        for id in &idle {
            self.remove(id);
        }
        !idle.is_empty()
    }

    pub(crate) fn by_id(&self) -> &OrderedMap<Box<Group>> {
        &self.by_id
    }

    /// Returns an unused ID in the form that the service assigns.
    pub(crate) fn assign_id(&self, type_spec: &GroupTypeSpec) -> GroupId {
        let prefix = type_spec.id_prefix.unwrap_or_default();
        // A caller may have created a community with an ID of this form, so skip those in use. The
        // loop ends, because no more IDs are in use than groups exist.
        let mut number = self.by_id.next_serial();
        loop {
            let id = format!("{prefix}{ASSIGNED_GROUP_ID_PREFIX}{}", Base36(FIRST_NUMBER + number));
            if !self.by_id.contains(&id) {
                return GroupId::from(id);
            }
            number += 1;
        }
    }
}

struct Base36(u64);

impl std::fmt::Display for Base36 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 >= 36 {
            Self(self.0 / 36).fmt(f)?;
        }
        let digit = u32::try_from(self.0 % 36).ok().and_then(|digit| char::from_digit(digit, 36));
        write!(f, "{}", digit.unwrap_or_default().to_ascii_uppercase())
    }
}

/// Gives nine digits in base 36, as in the samples.
const FIRST_NUMBER: u64 = 36_u64.pow(8);
