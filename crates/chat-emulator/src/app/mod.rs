//! The handle on one app, and the app behind it.

pub(crate) mod console;
mod error;
pub(crate) mod inner;
mod messages;
mod push;
mod seed;
mod webhooks;

use std::{fmt, sync::Arc};

use chat_types::{
    Edition, GroupId, GroupType, TopicId, UnixSeconds, profile::ProfileTag, spec::Site,
};
use chat_usersig::{SignError, UserSig};

use self::inner::AppInner;
pub use self::{
    error::{AppError, UnknownApp},
    messages::GroupMessage,
};
use crate::{
    changes::{
        self, Change, CreateGroup, CreateTopic, DeleteAccount, Join, Leave, SendMessages,
        SetEdition, SetNewerGroupTypes, SetSite,
    },
    service::Service,
    state::{AppState, accounts::Accounts, group::Group, topics::Topic},
};

/// A handle on one app of an [`Emulator`](crate::Emulator): does what client SDKs and the console
/// do, and shows state that the server API does not.
///
/// Nothing done here counts as a call. Clones are cheap and refer to the same app.
///
/// ```
/// use chat_emulator::Emulator;
/// use chat_types::GroupType;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let app = emulator.app(Emulator::DEFAULT_APP)?;
/// app.create_group("@TGS#2C5SZEAEF", GroupType::AVChatRoom)?;
/// app.join("@TGS#2C5SZEAEF", (0..1_000).map(|number| format!("viewer{number}")))?;
/// assert_eq!(app.member_count("@TGS#2C5SZEAEF")?, 1_000);
/// assert!(!app.is_muted("@TGS#2C5SZEAEF", "viewer7")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct App {
    pub(crate) service: Arc<Service>,
    pub(crate) inner: Arc<AppInner>,
}

impl App {
    /// Returns a handle on an app of a service.
    pub(crate) fn find(service: &Arc<Service>, sdk_app_id: u32) -> Result<Self, UnknownApp> {
        let inner = service.app(sdk_app_id).ok_or(UnknownApp { sdk_app_id })?;
        Ok(Self { service: Arc::clone(service), inner: Arc::clone(inner) })
    }

    /// Returns the SDKAppID of the app.
    pub fn sdk_app_id(&self) -> u32 {
        self.inner.signer.sdk_app_id()
    }

    /// Sets the edition of the app, and starts its rate limits anew.
    ///
    /// Without an edition, an app has the lowest number of calls per second of any edition, and none
    /// of the limits that only certain editions have, such as a thousand messages a day in trials.
    pub fn set_edition(&self, edition: Edition) {
        self.apply(SetEdition { edition });
    }

    /// Sets the site of the vendor on which the app was created: `add_group_member` and
    /// `import_group_member` take at most 20 members per call on the Chinese site.
    ///
    /// Without a site, the limit is that of the site that allows most.
    pub fn set_site(&self, site: Site) {
        self.apply(SetSite { site });
    }

    /// Sets whether endpoints support the group types that only their newer pages list: bans in groups
    /// of all types. The default is `false`: bans in audio-video groups only, as the older pages say.
    pub fn set_newer_group_types(&self, supported: bool) {
        self.apply(SetNewerGroupTypes { supported });
    }

    /// Empties the app: its accounts, groups, messages and everything else, and the calls that count
    /// against its quotas. The admins remain, and so do the settings in the console.
    pub fn reset(&self) {
        self.service.reset_app(&self.inner);
    }

    /// Signs a UserSig of any account, valid for one day by the clock of the emulator: for a client
    /// that cannot sign, or for a call by hand.
    ///
    /// # Errors
    /// When the identifier cannot be signed, such as an empty one.
    pub fn user_sig(&self, identifier: &str) -> Result<UserSig, SignError> {
        const DAY: u32 = 86_400;
        self.inner.signer.sign(identifier, self.now().get(), DAY)
    }

    /// Creates an empty group with any ID, even one that only the service can assign.
    ///
    /// # Errors
    /// When a group with this ID exists, or the type is not one of the preset types.
    pub fn create_group(
        &self,
        group: impl Into<GroupId>,
        group_type: GroupType,
    ) -> Result<(), AppError> {
        self.apply(CreateGroup { group: group.into(), group_type })
    }

    /// Creates a topic in a community that supports topics. Does nothing if the topic exists.
    ///
    /// # Errors
    /// When the group does not exist or cannot have topics, or the topic's ID does not start with
    /// the group's ID and `@TOPIC#_`.
    pub fn create_topic(
        &self,
        group: impl Into<GroupId>,
        topic: impl Into<TopicId>,
    ) -> Result<(), AppError> {
        self.apply(CreateTopic { group: group.into(), topic: topic.into() })
    }

    /// Lets accounts log in and join a group, or enter a live room or conference room, as their clients
    /// would. Returns the number of new members: without accounts that are banned, or for which the
    /// group has no capacity.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn join(
        &self,
        group: &str,
        accounts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<usize, AppError> {
        let accounts = accounts.into_iter().map(|account| account.as_ref().to_owned());
        self.apply(Join { group: group.to_owned(), accounts: accounts.collect() })
    }

    /// Lets an account leave a group or a room. Returns whether it was a member.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn leave(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.apply(Leave { group: group.to_owned(), account: account.to_owned() })
    }

    /// Counts this many messages as sent in a group, now. They have no content: in the history they
    /// are placeholders, like expired messages.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn send_messages(&self, group: &str, count: u64) -> Result<(), AppError> {
        self.apply(SendMessages { group: group.to_owned(), count })
    }

    /// Deletes an account but keeps it as a member of its groups, unlike `account_delete`. Returns
    /// whether the account existed.
    pub fn delete_account(&self, account: &str) -> bool {
        self.apply(DeleteAccount { account: account.to_owned() })
    }

    /// Returns the number of accounts, including the admins.
    pub fn account_count(&self) -> usize {
        self.inner.state().accounts.len()
    }

    /// Returns the nickname and the picture URL of an account, each empty if not set; `None` if the
    /// account does not exist.
    pub fn profile(&self, account: &str) -> Option<(String, String)> {
        let state = self.inner.state();
        state.accounts.profile(account)?;
        let text = |tag| state.accounts.profile_text(account, &tag).to_owned();
        Some((text(ProfileTag::Nick), text(ProfileTag::Image)))
    }

    /// Returns the number of members of a group, also for an audio-video group.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn member_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, _| group.members.len())
    }

    /// Returns whether an account is a member of a group.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn is_member(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.with_group(group, |group, _, _| group.members.contains(account))
    }

    /// Returns whether an account, member or not, is muted in a group.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn is_muted(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.with_group(group, |group, _, now| group.mutes.get(account, now).is_some())
    }

    /// Returns whether an account is muted in a topic.
    ///
    /// # Errors
    /// When the group or the topic does not exist.
    pub fn is_muted_in_topic(
        &self,
        group: &str,
        topic: &str,
        account: &str,
    ) -> Result<bool, AppError> {
        self.with_group(group, |group, _, now| {
            let found: Option<&Topic> = group.topics.as_ref().and_then(|topics| topics.get(topic));
            found
                .map(|topic| topic.mutes.get(account, now).is_some())
                .ok_or_else(|| AppError::UnknownTopic(topic.into()))
        })?
    }

    /// Returns the number of messages that were sent or imported in a group so far, without those
    /// in topics and without broadcasts to all audio-video groups.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn message_count(&self, group: &str) -> Result<u64, AppError> {
        self.with_group(group, |group, _, _| group.history.count())
    }

    /// Returns the number of messages that were sent or imported in a topic so far.
    ///
    /// # Errors
    /// When the group or the topic does not exist.
    pub fn message_count_in_topic(&self, group: &str, topic: &str) -> Result<u64, AppError> {
        self.with_group(group, |group, _, _| {
            let found = group.topics.as_ref().and_then(|topics| topics.get(topic));
            found
                .map(|topic| topic.history.count())
                .ok_or_else(|| AppError::UnknownTopic(topic.into()))
        })?
    }

    /// Returns the number of the last message that `clear_group_msg` hid from clients; 0 if it hid
    /// none.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn cleared_until(&self, group: &str) -> Result<u64, AppError> {
        self.with_group(group, |group, _, _| group.history.cleared_until())
    }

    /// Returns the number of messages that a member has not read; `None` for an account that is not
    /// a member, and in groups whose members are not stored.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn unread_count(&self, group: &str, account: &str) -> Result<Option<u64>, AppError> {
        self.with_group(group, |group, _, _| {
            let member = group.members.stored()?.get(account)?;
            Some(group.history.count().saturating_sub(member.last_read))
        })
    }

    /// Returns the number of one-to-one messages that an account received so far, without repeats,
    /// which the service drops.
    pub fn received_count(&self, account: &str) -> u64 {
        self.inner.state().direct_messages.received(account)
    }

    /// Returns the number of messages that were broadcast to all audio-video groups so far.
    pub fn broadcast_count(&self) -> u64 {
        self.inner.state().broadcasts.count()
    }

    /// Returns the number of accounts that are muted in a group.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn muted_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, now| group.mutes.active(now).len())
    }

    /// Returns the number of accounts that are banned from a group.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn banned_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, now| group.bans.active(now).len())
    }

    fn now(&self) -> UnixSeconds {
        self.service.now()
    }

    fn apply<C: Change>(&self, change: C) -> C::Outcome {
        changes::apply(&self.inner, change, self.now())
    }

    fn with_group<T>(
        &self,
        group: &str,
        act: impl FnOnce(&mut Group, &mut Accounts, UnixSeconds) -> T,
    ) -> Result<T, AppError> {
        let now = self.now();
        let mut state = self.inner.state();
        changes::pass_time(&self.inner, &mut state, now);
        let AppState { groups, accounts, .. } = &mut *state;
        let group =
            groups.get_mut(group).ok_or_else(|| AppError::UnknownGroup(GroupId::from(group)))?;
        let result = act(group, accounts, now);
        state.note_changes(now);
        Ok(result)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("sdk_app_id", &self.sdk_app_id()).finish_non_exhaustive()
    }
}
