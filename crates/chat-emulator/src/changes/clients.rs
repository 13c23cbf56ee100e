//! Changes that clients make, and tests on their behalf.

use std::sync::Arc;

use chat_types::{
    GroupId, GroupType, TopicId, group::Role, push::PushPlatform, spec::GroupTypeSpec,
};
use serde::{Deserialize, Serialize};

use super::{Change, Target};
use crate::{
    AppError,
    state::{
        AppState,
        group::{Group, GroupProfile},
        members::Member,
        topics::{Topic, TopicProfile, own_part},
    },
};

/// A group is created with any ID.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CreateGroup {
    pub(crate) group: GroupId,
    pub(crate) group_type: GroupType,
}

/// A topic is created with any ID that belongs to its community.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CreateTopic {
    pub(crate) group: GroupId,
    pub(crate) topic: TopicId,
}

/// Accounts log in and join a group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Join {
    pub(crate) group: String,
    pub(crate) accounts: Vec<String>,
}

/// An account leaves a group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Leave {
    pub(crate) group: String,
    pub(crate) account: String,
}

/// Messages without content are counted as sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SendMessages {
    pub(crate) group: String,
    pub(crate) count: u64,
}

/// An account is deleted, and stays a member of its groups.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DeleteAccount {
    pub(crate) account: String,
}

/// An account gets a device for pushes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AddPushDevice {
    pub(crate) account: String,
    pub(crate) platform: PushPlatform,
}

/// What is due by now is done, which it is before any change.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PassTime {}

/// A call draws the number of a message that it has not sent yet, because it asks a webhook before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DrawMessageNumber {}

impl Change for CreateGroup {
    const KIND: &'static str = "create_group";
    type Outcome = Result<(), AppError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        let Self { group, group_type } = self;
        let type_spec =
            GroupTypeSpec::find(&group_type).ok_or(AppError::UnknownType(group_type))?;
        if state.groups.get(group.as_str()).is_some() {
            return Err(AppError::GroupExists(group));
        }
        state.groups.insert(&group, Group::new(type_spec, GroupProfile::default(), now));
        Ok(())
    }
}

impl Change for CreateTopic {
    const KIND: &'static str = "create_topic";
    type Outcome = Result<(), AppError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        let Self { group: group_id, topic } = self;
        let group = find_group(state, group_id.as_str())?;
        let belongs = own_part(&group_id, &topic).is_some();
        let topics = group.topics.as_mut().ok_or(AppError::NoTopics(group_id))?;
        if !belongs {
            return Err(AppError::TopicOfOtherGroup(topic));
        }
        topics.add(topic.as_str(), Topic::new(TopicProfile::default(), now));
        Ok(())
    }
}

impl Change for Join {
    const KIND: &'static str = "join";
    type Outcome = Result<usize, AppError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        let logged_in = log_in(state, &self)?;
        let group = find_group(state, &self.group)?;
        let (mut joined, last_read) = (0, group.history.count());
        for account in &logged_in {
            if group.bans.get(account, now).is_some() || !group.has_capacity_for(1) {
                continue;
            }
            let mut member = Member::new(Role::Member, now, last_read);
            if group.owner.as_ref() == Some(account) {
                member.role = Role::Owner;
            }
            joined += usize::from(group.join(Arc::clone(account), member));
        }
        state.count_joins(joined, now);
        state.count_logins(logged_in, now);
        Ok(joined)
    }
}

/// Lets the accounts log in, if the group exists.
fn log_in(state: &mut AppState, join: &Join) -> Result<Vec<Arc<str>>, AppError> {
    find_group(state, &join.group)?;
    Ok(join.accounts.iter().map(|account| state.accounts.log_in(account)).collect())
}

impl Change for Leave {
    const KIND: &'static str = "leave";
    type Outcome = Result<bool, AppError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        let left = find_group(state, &self.group)?.remove(&self.account, now);
        state.count_quits(usize::from(left), now);
        Ok(left)
    }
}

impl Change for SendMessages {
    const KIND: &'static str = "send_messages";
    type Outcome = Result<(), AppError>;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> Self::Outcome {
        find_group(state, &self.group)?.history.add_placeholders(self.count, now);
        Ok(())
    }
}

impl Change for DeleteAccount {
    const KIND: &'static str = "delete_account";
    type Outcome = bool;

    fn apply(self, Target { state, now, .. }: Target<'_>) -> bool {
        state.accounts.delete(&self.account, now)
    }
}

impl Change for AddPushDevice {
    const KIND: &'static str = "add_push_device";
    type Outcome = ();

    fn apply(self, Target { state, .. }: Target<'_>) {
        if !state.accounts.contains(&self.account) {
            state.push.audience.register(&self.account);
        }
        let account = state.accounts.shared_id(&self.account);
        state.push.audience.add_device(account, self.platform);
    }
}

impl Change for PassTime {
    const KIND: &'static str = "pass_time";
    type Outcome = ();

    fn apply(self, _: Target<'_>) {}
}

impl Change for DrawMessageNumber {
    const KIND: &'static str = "draw_message_number";
    type Outcome = u32;

    fn apply(self, Target { state, .. }: Target<'_>) -> u32 {
        state.direct_messages.generate_seq()
    }
}

fn find_group<'a>(state: &'a mut AppState, group: &str) -> Result<&'a mut Group, AppError> {
    state.groups.get_mut(group).ok_or_else(|| AppError::UnknownGroup(GroupId::from(group)))
}
