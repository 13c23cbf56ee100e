//! One group.

use chat_transport::Error;
#[cfg(feature = "message")]
use chat_types::message::GroupMsgGetSimple;
use chat_types::{
    Entries, ErrorCode, GroupId, MuteTime, Seconds, TopicId, UserId,
    group::{
        AddGroupMember, BanGroupMember, DeleteGroupMember, DestroyGroup, ForbidSendMsg,
        GetGroupBanMember, GetGroupInfo, GetGroupMemberInfo, GetGroupMutedAccount, GroupInfo,
        ImportGroupMember, MemberToAdd, MemberToImport, MutedAccount, UnbanGroupMember,
    },
};

#[cfg(feature = "message")]
use super::page_size;
use crate::{Admin, Batch, Input, Pages};

/// One group and operations on its members.
///
/// Methods that take accounts take any number of them and split them into calls of the documented
/// size; see [`Input`] for what converts into a list.
#[derive(Clone, Debug)]
pub struct Group {
    pub(crate) admin: Admin,
    id: GroupId,
}

impl Group {
    pub(crate) fn new(admin: Admin, id: GroupId) -> Self {
        Self { admin, id }
    }

    /// Returns its ID.
    pub fn id(&self) -> &GroupId {
        &self.id
    }

    /// Fetches the profile of the group, or `None` if the group does not exist.
    ///
    /// The response includes the members of groups that store them, and the service refuses to send
    /// more than 1 MB. For a large group call `GetGroupInfo` with a filter instead.
    ///
    /// # Errors
    /// If the call fails.
    pub async fn info(&self) -> Result<Option<GroupInfo>, Error> {
        let request = GetGroupInfo::new([&self.id]);
        let response = self.admin.client().call(&request).await?.into_body();
        let is_found =
            |info: &GroupInfo| info.group_id == self.id && info.error_code == ErrorCode::OK;
        Ok(response.group_info.into_iter().find(is_found))
    }

    /// Disbands the group permanently.
    ///
    /// # Errors
    /// If the call fails. A repeat fails because the group no longer exists.
    pub async fn destroy(&self) -> Result<(), Error> {
        self.admin.client().call(&DestroyGroup::new(&self.id)).await.map(drop)
    }

    /// Lists the members, or those with a given [role](Pages::with_role), with the kind of paging that
    /// the type of the group requires. Not for audio-video groups, whose members the service does not
    /// store.
    ///
    /// ```no_run
    /// use chat_admin::types::group::Role;
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut admins = admin.group("@TGS#2J4SZEAEL").members().with_role(Role::Admin).items();
    /// while let Some(member) = admins.next().await.transpose()? {
    ///     println!("{}", member.member_account);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn members(&self) -> Pages<GetGroupMemberInfo> {
        self.admin.pages(GetGroupMemberInfo::new(&self.id))
    }

    /// Lists the messages, newest first, as far back as the service stores them. The options of
    /// [`Pages`] set where to start and end. Deleted and expired messages appear as holes without
    /// content.
    ///
    /// ```no_run
    /// use chat_admin::types::UnixSeconds;
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let history = admin.group("@TGS#2J4SZEAEL").history().with_recalled().prefetch();
    /// let messages = history.since(UnixSeconds::new(1_767_225_600)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "message")]
    pub fn history(&self) -> Pages<GroupMsgGetSimple> {
        self.admin.pages(GroupMsgGetSimple::new(&self.id, page_size::<GroupMsgGetSimple>()))
    }

    /// Adds users, with an outcome for each. Not for audio-video groups, which users join themselves.
    pub fn add_members<'a>(
        &self,
        accounts: impl Into<Input<'a, UserId>>,
    ) -> Batch<'a, AddGroupMember> {
        let members = accounts.into().map(MemberToAdd::new);
        self.admin.batch(AddGroupMember::new(&self.id, []), members)
    }

    /// Imports members with their role and join time, without notifying anybody.
    pub fn import_members<'a>(
        &self,
        members: impl Into<Input<'a, MemberToImport>>,
    ) -> Batch<'a, ImportGroupMember> {
        self.admin.batch(ImportGroupMember::new(&self.id, []), members)
    }

    /// Removes members. Accounts that are not members count as done. Not for audio-video groups.
    pub fn remove_members<'a>(
        &self,
        accounts: impl Into<Input<'a, UserId>>,
    ) -> Batch<'a, DeleteGroupMember> {
        self.admin.batch(DeleteGroupMember::new(&self.id, NO_ACCOUNTS), accounts)
    }

    /// Mutes members permanently, or for a [duration](Batch::for_duration).
    pub fn mute<'a>(&self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, ForbidSendMsg> {
        self.admin.batch(ForbidSendMsg::new(&self.id, NO_ACCOUNTS, MuteTime::Forever), accounts)
    }

    /// Unmutes members.
    pub fn unmute<'a>(&self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, ForbidSendMsg> {
        self.admin.batch(ForbidSendMsg::new(&self.id, NO_ACCOUNTS, MuteTime::Unmute), accounts)
    }

    /// Fetches who is muted now, and until when. The service returns the whole list in one response.
    ///
    /// # Errors
    /// If the call fails.
    pub async fn muted_members(&self) -> Result<Entries<MutedAccount>, Error> {
        self.muted(GetGroupMutedAccount::new(&self.id)).await
    }

    /// Fetches who is muted in one topic now, and until when. Only for Community groups with topics.
    ///
    /// # Errors
    /// If the call fails.
    pub async fn muted_members_of_topic(
        &self,
        topic: impl Into<TopicId>,
    ) -> Result<Entries<MutedAccount>, Error> {
        self.muted(GetGroupMutedAccount::new(&self.id).topic_id(topic)).await
    }

    /// Bans members for the longest time that the service can express (136 years), or for a
    /// [duration](Batch::for_duration). Audio-video groups only.
    pub fn ban<'a>(&self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, BanGroupMember> {
        self.admin.batch(BanGroupMember::new(&self.id, NO_ACCOUNTS, Seconds::MAX), accounts)
    }

    /// Lifts bans. The users can join again, but are not added back. Audio-video groups only.
    pub fn unban<'a>(&self, accounts: impl Into<Input<'a, UserId>>) -> Batch<'a, UnbanGroupMember> {
        self.admin.batch(UnbanGroupMember::new(&self.id, NO_ACCOUNTS), accounts)
    }

    /// Lists who is banned, and until when. Audio-video groups only.
    pub fn banned_members(&self) -> Pages<GetGroupBanMember> {
        self.admin.pages(GetGroupBanMember::new(&self.id))
    }

    async fn muted(&self, request: GetGroupMutedAccount) -> Result<Entries<MutedAccount>, Error> {
        let response = self.admin.client().call(&request).await?;
        Ok(response.into_body().muted_account_list)
    }
}

/// The items of a template are replaced in every call.
const NO_ACCOUNTS: [UserId; 0] = [];
