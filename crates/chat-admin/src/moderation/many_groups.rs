//! The same accounts in several groups.

use std::{fmt, sync::Arc};

use chat_types::{
    GroupId, MuteTime, UserId,
    group::{DeleteGroupMember, ForbidSendMsg},
};
use futures_util::{StreamExt, stream};

use super::{removal, remove_from};
use crate::{
    Admin, Batch, Groups, Input, InputError, Job, List,
    job::{Entry, Retarget},
};

/// Several groups, and operations on the same accounts in all of them; see [`Groups::these`].
pub struct ManyGroups<'a> {
    admin: Admin,
    groups: Input<'a, GroupId>,
}

impl Groups {
    /// Returns a handle for several groups, to do the same in each of them. The groups are read as they
    /// are needed, so they may be all groups of the app.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example(admin: chat_admin::Admin, spammers: Vec<String>) {
    /// let groups = admin.groups().these(["@TGS#1", "@TGS#2"]);
    /// let report = groups.mute(spammers).for_duration(Duration::from_secs(3_600)).run().await;
    /// for item in &report.failures {
    ///     println!("{} in {:?}: {}", item.key, item.target, item.outcome.as_str());
    /// }
    /// # }
    /// ```
    pub fn these<'a>(&self, groups: impl Into<Input<'a, GroupId>>) -> ManyGroups<'a> {
        ManyGroups { admin: self.admin.clone(), groups: groups.into() }
    }
}

impl<'a> ManyGroups<'a> {
    /// Mutes accounts in every group, permanently or for a [duration](Batch::for_duration). The accounts
    /// are held in memory. In the report the index of an item continues from group to group.
    pub fn mute(
        self,
        accounts: impl IntoIterator<Item = impl Into<UserId>>,
    ) -> Batch<'a, ForbidSendMsg> {
        self.job(&muting(MuteTime::Forever), accounts, mute_in)
    }

    /// Unmutes accounts in every group. The accounts are held in memory.
    pub fn unmute(
        self,
        accounts: impl IntoIterator<Item = impl Into<UserId>>,
    ) -> Batch<'a, ForbidSendMsg> {
        self.job(&muting(MuteTime::Unmute), accounts, mute_in)
    }

    /// Removes accounts from every group. Those that are not members count as done. The accounts are held
    /// in memory. Not for audio-video groups.
    pub fn remove_members(
        self,
        accounts: impl IntoIterator<Item = impl Into<UserId>>,
    ) -> Batch<'a, DeleteGroupMember> {
        self.job(&removal(), accounts, remove_from)
    }

    fn job<E: chat_types::Batched<Item = UserId>>(
        self,
        template: &E,
        accounts: impl IntoIterator<Item = impl Into<UserId>>,
        retarget: Retarget<E>,
    ) -> Batch<'a, E> {
        let Self { admin, groups } = self;
        let accounts: Arc<[UserId]> = accounts.into_iter().map(Into::into).collect();
        let per_group = accounts.len() as u64;
        let lengths = groups.length().and_then(|groups| usize::try_from(groups).ok());
        let lengths = lengths.map(|groups| vec![per_group; groups]);
        let entries = groups.into_stream().flat_map(move |group| {
            stream::iter(match group {
                Ok(group) => entries(&group, &accounts),
                Err(error) => Box::new(std::iter::once(Err(error))),
            })
        });
        let client = admin.client().clone();
        let list = List::of_targets(template, entries.boxed(), retarget, lengths, client.site());
        Job::new(client, list)
    }
}

type Entries = Box<dyn Iterator<Item = Result<Entry<UserId>, InputError>> + Send>;

fn entries(group: &GroupId, accounts: &Arc<[UserId]>) -> Entries {
    let target: Arc<str> = group.as_str().into();
    let accounts = Arc::clone(accounts);
    Box::new(
        (0..accounts.len())
            .filter_map(move |index| accounts.get(index).cloned())
            .map(move |account| Ok(Entry::to(Some(Arc::clone(&target)), account))),
    )
}

fn muting(time: MuteTime) -> ForbidSendMsg {
    const NO_ACCOUNTS: [UserId; 0] = [];
    ForbidSendMsg::new("", NO_ACCOUNTS, time)
}

fn mute_in(mut request: ForbidSendMsg, group: &str) -> ForbidSendMsg {
    request.group_id = group.into();
    request
}

impl fmt::Debug for ManyGroups<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManyGroups").field("groups", &self.groups).finish_non_exhaustive()
    }
}
