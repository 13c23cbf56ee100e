use chat_types::{ASSIGNED_GROUP_ID_PREFIX, GroupId, spec::GroupTypeSpec};

use super::{group::Group, roster::Roster};

/// The groups of an app, in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    list: Roster<Box<Group>>,
}

impl Groups {
    pub(crate) fn get(&self, id: &str) -> Option<&Group> {
        self.list.get(id).map(AsRef::as_ref)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Group> {
        self.list.get_mut(id).map(AsMut::as_mut)
    }

    pub(crate) fn insert(&mut self, id: &GroupId, group: Group) {
        self.list.insert(id.as_str().into(), Box::new(group));
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Box<Group>> {
        self.list.remove(id)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.list.values_mut().map(AsMut::as_mut)
    }

    pub(crate) fn list(&self) -> &Roster<Box<Group>> {
        &self.list
    }

    /// An id such as the service assigns, which no group has.
    pub(crate) fn assign_id(&self, kind: &GroupTypeSpec) -> GroupId {
        let prefix = kind.id_prefix.unwrap_or_default();
        // Somebody may have created a community with an id of this form, so one that is taken is
        // passed over. At most as many can be taken as there are groups.
        let mut number = self.list.next_mark();
        loop {
            let id = format!("{prefix}{ASSIGNED_GROUP_ID_PREFIX}{}", Base36(FIRST_NUMBER + number));
            if !self.list.contains(&id) {
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

/// Makes nine digits of base 36, as in the samples.
const FIRST_NUMBER: u64 = 36_u64.pow(8);
