//! The permission groups of a community.

use std::collections::BTreeMap;

use chat_types::{PermissionGroupId, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::ordered_map::OrderedMap;

/// The permission groups of a community, in the order of their creation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct PermissionGroups {
    by_id: OrderedMap<PermissionGroup>,
}

/// A named set of permissions, and the members who have them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct PermissionGroup {
    pub(crate) name: String,
    /// The permission bits in the community.
    pub(crate) permission: u64,
    pub(crate) custom: String,
    pub(crate) created: UnixSeconds,
    /// The members, in the order in which they were added.
    pub(crate) members: OrderedMap<()>,
    /// The permission bits in topics, by the ID of the topic.
    pub(crate) topics: BTreeMap<String, u64>,
}

impl PermissionGroups {
    pub(crate) fn by_id(&self) -> &OrderedMap<PermissionGroup> {
        &self.by_id
    }

    pub(crate) fn get(&self, id: &PermissionGroupId) -> Option<&PermissionGroup> {
        self.by_id.get(id.as_str())
    }

    pub(crate) fn get_mut(&mut self, id: &PermissionGroupId) -> Option<&mut PermissionGroup> {
        self.by_id.get_mut(id.as_str())
    }

    pub(crate) fn insert(&mut self, id: &PermissionGroupId, group: PermissionGroup) {
        self.by_id.insert(id.as_str().into(), group);
    }

    /// Removes a permission group. Returns whether it existed.
    pub(crate) fn remove(&mut self, id: &PermissionGroupId) -> bool {
        self.by_id.remove(id.as_str()).is_some()
    }

    /// Removes an account that leaves the community from all permission groups.
    pub(crate) fn remove_member(&mut self, account: &str) {
        for group in self.by_id.values_mut() {
            group.members.remove(account);
        }
    }

    /// Removes the permissions in a topic that is deleted.
    pub(crate) fn remove_topic(&mut self, topic: &str) {
        for group in self.by_id.values_mut() {
            group.topics.remove(topic);
        }
    }

    /// Returns an unused ID in the form that the service assigns.
    pub(crate) fn assign_id(&self) -> PermissionGroupId {
        PermissionGroupId::from(format!(
            "{}{}",
            PermissionGroupId::ASSIGNED_MARKER,
            self.by_id.next_serial() + 1
        ))
    }
}
