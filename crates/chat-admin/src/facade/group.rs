use chat_transport::Error;
#[cfg(feature = "message")]
use chat_types::message::GroupMsgGetSimple;
use chat_types::{
    GroupId, MuteTime, Seconds, TopicId, UserId,
    group::{
        AddGroupMember, BanGroupMember, DeleteGroupMember, DestroyGroup, ForbidSendMsg,
        GetGroupBanMember, GetGroupInfo, GetGroupMemberInfo, GetGroupMutedAccount, GroupInfo,
        ImportGroupMember, MemberToAdd, MemberToImport, MutedAccount, UnbanGroupMember,
    },
};

use crate::{Admin, Batch, IntoInput, Pages};

/// One group and what can be done with its members.
///
/// Methods that take accounts take any number of them, as an iterator or a stream, and make as many
/// calls as the documented cap asks for.
#[derive(Clone, Debug)]
pub struct Group {
    pub(crate) admin: Admin,
    id: GroupId,
}

impl Group {
    pub(crate) fn new(admin: Admin, id: GroupId) -> Self {
        Self { admin, id }
    }

    /// Its id.
    pub fn id(&self) -> &GroupId {
        &self.id
    }

    /// The profile of the group; `None` where there is no such group.
    ///
    /// Members come along in groups that store them; a response over 1 MB is refused, so for a large
    /// group call `GetGroupInfo` with a filter instead.
    ///
    /// # Errors
    /// As any call.
    pub async fn info(&self) -> Result<Option<GroupInfo>, Error> {
        let request = GetGroupInfo::new([&self.id]);
        let response = self.admin.client().call(&request).await?.into_body();
        let is_success = |info: &GroupInfo| info.error_code == chat_types::ErrorCode::OK;
        Ok(response.group_info.into_iter().find(is_success))
    }

    /// Disbands the group for good.
    ///
    /// # Errors
    /// As any call. A repeat answers that there is no such group.
    pub async fn destroy(&self) -> Result<(), Error> {
        self.admin.client().call(&DestroyGroup::new(&self.id)).await.map(drop)
    }

    /// The members, page by page in the way that the group's type asks for; all of them, unless
    /// [`with_role`](Pages::with_role) says which. Not for audio-video groups, whose members the
    /// service does not store.
    ///
    /// ```no_run
    /// use chat_admin::types::group::Role;
    /// use futures_util::TryStreamExt;
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), chat_admin::PageError> {
    /// let mut admins = admin.group("@TGS#2J4SZEAEL").members().with_role(Role::Admin);
    /// while let Some(member) = admins.try_next().await? {
    ///     println!("{}", member.member_account);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn members(&self) -> Pages<GetGroupMemberInfo> {
        self.admin.pages(GetGroupMemberInfo::new(&self.id))
    }

    /// The messages, newest first, as far back as the service stores them; see the options of
    /// [`Pages`] for where to start and to end. Deleted and expired messages come as holes without
    /// content.
    ///
    /// ```no_run
    /// use chat_admin::types::UnixSeconds;
    ///
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), chat_admin::PageError> {
    /// let history = admin.group("@TGS#2J4SZEAEL").history().with_recalled().prefetch();
    /// let messages = history.since(UnixSeconds::new(1_767_225_600)).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "message")]
    pub fn history(&self) -> Pages<GroupMsgGetSimple> {
        self.admin.pages(GroupMsgGetSimple::new(&self.id, MESSAGES_PER_PAGE))
    }

    /// Adds users, with a result for each. Not for audio-video groups, which users join themselves.
    pub fn add_members<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, AddGroupMember> {
        let members = accounts.into_input().map(MemberToAdd::new);
        self.admin.batch(AddGroupMember::new(&self.id, []), members)
    }

    /// Imports members with role and time of joining, without telling anybody.
    pub fn import_members<'a, Via>(
        &self,
        members: impl IntoInput<'a, MemberToImport, Via>,
    ) -> Batch<'a, ImportGroupMember> {
        self.admin.batch(ImportGroupMember::new(&self.id, []), members)
    }

    /// Removes members. Accounts that are no members count as done. Not for audio-video groups.
    pub fn remove_members<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, DeleteGroupMember> {
        self.admin.batch(DeleteGroupMember::new(&self.id, NOBODY), accounts)
    }

    /// Mutes members for good, unless [`for_duration`](Batch::for_duration) says for how long.
    pub fn mute<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, ForbidSendMsg> {
        self.admin.batch(ForbidSendMsg::new(&self.id, NOBODY, MuteTime::Forever), accounts)
    }

    /// Lifts the muting of members.
    pub fn unmute<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, ForbidSendMsg> {
        self.admin.batch(ForbidSendMsg::new(&self.id, NOBODY, MuteTime::Unmute), accounts)
    }

    /// Who is muted now, and until when. The service answers with the whole list at once.
    ///
    /// # Errors
    /// As any call.
    pub async fn muted_members(&self) -> Result<Vec<MutedAccount>, Error> {
        self.muted(GetGroupMutedAccount::new(&self.id)).await
    }

    /// Who is muted in one topic now, and until when. Only for communities with topics.
    ///
    /// # Errors
    /// As any call.
    pub async fn muted_members_of_topic(
        &self,
        topic: impl Into<TopicId>,
    ) -> Result<Vec<MutedAccount>, Error> {
        self.muted(GetGroupMutedAccount::new(&self.id).topic_id(topic)).await
    }

    /// Bans members for as long as the service can express (136 years), unless
    /// [`for_duration`](Batch::for_duration) says for how long. Audio-video groups only.
    pub fn ban<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, BanGroupMember> {
        self.admin.batch(BanGroupMember::new(&self.id, NOBODY, Seconds::MAX), accounts)
    }

    /// Lifts bans. The users can join again; they are not put back. Audio-video groups only.
    pub fn unban<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, UnbanGroupMember> {
        self.admin.batch(UnbanGroupMember::new(&self.id, NOBODY), accounts)
    }

    /// Who is banned, and until when. Audio-video groups only.
    pub fn banned_members(&self) -> Pages<GetGroupBanMember> {
        self.admin.pages(GetGroupBanMember::new(&self.id))
    }

    async fn muted(&self, request: GetGroupMutedAccount) -> Result<Vec<MutedAccount>, Error> {
        let response = self.admin.client().call(&request).await?;
        Ok(response.into_body().muted_account_list)
    }
}

/// The documented cap. [`Pages::page_size`] replaces it.
#[cfg(feature = "message")]
const MESSAGES_PER_PAGE: u32 = 20;

/// A template's items are replaced call by call.
const NOBODY: [UserId; 0] = [];
