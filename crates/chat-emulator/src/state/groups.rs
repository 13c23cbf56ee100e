//! The groups of an app.

use chat_types::{ASSIGNED_GROUP_ID_PREFIX, GroupId, spec::GroupTypeSpec};

use super::{changes::Changes, group::Group, ordered_map::OrderedMap};

/// The groups of an app, in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    by_id: OrderedMap<Box<Group>>,
    changes: Changes,
}

impl Groups {
    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.by_id.get(id).map(AsRef::as_ref)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Group> {
        self.by_id.get_mut(id).map(AsMut::as_mut)
    }

    pub(crate) fn insert(&mut self, id: &GroupId, group: Group) {
        let earlier = self.by_id.insert(id.as_str().into(), Box::new(group));
        self.changes.added += u64::from(earlier.is_none());
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Box<Group>> {
        let group = self.by_id.remove(id)?;
        self.changes.removed += 1;
        Some(group)
    }

    pub(crate) fn take_changes(&mut self) -> Changes {
        self.changes.take()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.by_id.values_mut().map(AsMut::as_mut)
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
