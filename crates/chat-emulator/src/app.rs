use std::{fmt, sync::Arc};

use chat_types::{
    GroupId, GroupType, TagValue, TopicId, UnixSeconds, group::Role, profile::ProfileTag,
    spec::GroupTypeSpec,
};
use chat_usersig::{SignError, UserSig};
use thiserror::Error;

use crate::{
    app_cell::AppInner,
    service::Service,
    state::{
        AppState,
        accounts::Accounts,
        group::{Group, Profile, Topic},
        members::Member,
    },
};

/// A handle on one app of an [`Emulator`](crate::Emulator): plays what client SDKs and the console
/// do, and looks at what the server API does not tell.
///
/// None of it counts as a call. Clones are cheap and mean the same app.
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
    service: Arc<Service>,
    cell: Arc<AppInner>,
}

impl App {
    pub(crate) fn new(service: Arc<Service>, cell: Arc<AppInner>) -> Self {
        Self { service, cell }
    }

    /// Its SDKAppID.
    pub fn sdk_app_id(&self) -> u32 {
        self.cell.signer.sdk_app_id()
    }

    /// A UserSig of any account, valid for a day by the emulator's clock: for a client that cannot
    /// sign, or a call by hand.
    ///
    /// # Errors
    /// When the identifier cannot be signed, such as an empty one.
    pub fn user_sig(&self, identifier: &str) -> Result<UserSig, SignError> {
        const DAY: u32 = 86_400;
        self.cell.signer.sign(identifier, self.now().get(), DAY)
    }

    /// Creates an empty group under an id such as only the service assigns, or under any other.
    ///
    /// # Errors
    /// When there is a group of this id, or the type is none of the preset ones.
    pub fn create_group(
        &self,
        group: impl Into<GroupId>,
        group_type: GroupType,
    ) -> Result<(), AppError> {
        let id = group.into();
        let kind = GroupTypeSpec::find(&group_type).ok_or(AppError::UnknownType(group_type))?;
        let mut state = self.cell.state();
        if state.groups.get(id.as_str()).is_some() {
            return Err(AppError::GroupExists(id));
        }
        let group = Group::new(kind, Profile::default(), self.now());
        state.groups.insert(&id, group);
        Ok(())
    }

    /// Creates a topic in a community that supports topics. Repeating it changes nothing.
    ///
    /// # Errors
    /// When there is no such group, or it cannot have topics, or the topic's id does not start with
    /// the group's id and `@TOPIC#_`.
    pub fn create_topic(
        &self,
        group: impl Into<GroupId>,
        topic: impl Into<TopicId>,
    ) -> Result<(), AppError> {
        let (group_id, topic) = (group.into(), topic.into());
        let fits = topic.as_str().starts_with(&format!("{group_id}@TOPIC#_"));
        self.with_group(group_id.as_str(), |group, _, _| {
            let topics = group.topics.as_mut().ok_or(AppError::NoTopics(group_id.clone()))?;
            if !fits {
                return Err(AppError::TopicOfOtherGroup(topic));
            }
            topics.entry(topic.into_string()).or_default();
            Ok(())
        })?
    }

    /// Lets accounts log in and join a group, as their clients would. Returns how many were let in
    /// who had not been members: not those who are banned, nor those for whom there is no room.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn join(
        &self,
        group: &str,
        accounts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<usize, AppError> {
        self.with_group(group, |group, accounts_of_app, now| {
            let (mut joined, read) = (0, group.history.count());
            for account in accounts {
                let account = accounts_of_app.log_in(account.as_ref());
                if group.bans.get(&account, now).is_some() || !group.has_room_for(1) {
                    continue;
                }
                let mut member = Member::new(Role::Member, now, read);
                if group.owner.as_ref() == Some(&account) {
                    member.role = Role::Owner;
                }
                joined += usize::from(group.members.add(account, member));
            }
            joined
        })
    }

    /// Lets an account leave a group. Returns whether it had been a member.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn leave(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.with_group(group, |group, _, _| group.remove(account))
    }

    /// Counts so many messages as sent in a group, now. They have no content: in the history they
    /// are holes, as expired messages are.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn send_messages(&self, group: &str, count: u64) -> Result<(), AppError> {
        self.with_group(group, |group, _, now| {
            group.history.skip(count, now);
        })
    }

    /// Deletes an account and nothing else: its groups keep it as a member, which with
    /// `account_delete` they do not. Returns whether there was such an account.
    pub fn delete_account(&self, account: &str) -> bool {
        let now = self.now();
        self.cell.state().accounts.delete(account, now)
    }

    /// How many accounts there are, the admins among them.
    pub fn account_count(&self) -> usize {
        self.cell.state().accounts.len()
    }

    /// Nickname and picture of an account, each empty when it has none; `None` when there is no
    /// such account.
    pub fn profile(&self, account: &str) -> Option<(String, String)> {
        let state = self.cell.state();
        let profile = state.accounts.profile(account)?;
        let text =
            |tag| profile.get(&tag).and_then(TagValue::as_text).unwrap_or_default().to_owned();
        Some((text(ProfileTag::Nick), text(ProfileTag::Image)))
    }

    /// How many members a group has now, those of an audio-video group included.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn member_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, _| group.members.len())
    }

    /// Whether an account is in a group now.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn is_member(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.with_group(group, |group, _, _| group.members.contains(account))
    }

    /// Whether an account may send nothing in a group now, be it a member or not.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn is_muted(&self, group: &str, account: &str) -> Result<bool, AppError> {
        self.with_group(group, |group, _, now| group.mutes.get(account, now).is_some())
    }

    /// Whether an account is muted in a topic now.
    ///
    /// # Errors
    /// When there is no such group or topic.
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

    /// How many messages were sent or imported in a group so far, outside of topics; broadcasts to
    /// all audio-video groups are not among them.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn message_count(&self, group: &str) -> Result<u64, AppError> {
        self.with_group(group, |group, _, _| group.history.count())
    }

    /// How many messages were sent or imported in a topic so far.
    ///
    /// # Errors
    /// When there is no such group or topic.
    pub fn message_count_in_topic(&self, group: &str, topic: &str) -> Result<u64, AppError> {
        self.with_group(group, |group, _, _| {
            let found = group.topics.as_ref().and_then(|topics| topics.get(topic));
            found
                .map(|topic| topic.history.count())
                .ok_or_else(|| AppError::UnknownTopic(topic.into()))
        })?
    }

    /// How many messages a member has not read; `None` for an account that is no member, and in
    /// groups whose members are not stored.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn unread_count(&self, group: &str, account: &str) -> Result<Option<u64>, AppError> {
        self.with_group(group, |group, _, _| {
            let member = group.members.stored()?.get(account)?;
            Some(group.history.count().saturating_sub(member.read))
        })
    }

    /// How many one-to-one messages an account got so far. A repeat that the service drops is not
    /// among them.
    pub fn received_count(&self, account: &str) -> u64 {
        self.cell.state().direct_messages.received(account)
    }

    /// How many messages were broadcast to all audio-video groups so far.
    pub fn broadcast_count(&self) -> u64 {
        self.cell.state().broadcasts.count()
    }

    /// How many accounts are muted in a group now.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn muted_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, now| group.mutes.in_force(now).len())
    }

    /// How many accounts are banned from a group now.
    ///
    /// # Errors
    /// When there is no such group.
    pub fn banned_count(&self, group: &str) -> Result<usize, AppError> {
        self.with_group(group, |group, _, now| group.bans.in_force(now).len())
    }

    fn now(&self) -> UnixSeconds {
        self.service.now()
    }

    fn with_group<T>(
        &self,
        group: &str,
        act: impl FnOnce(&mut Group, &mut Accounts, UnixSeconds) -> T,
    ) -> Result<T, AppError> {
        let now = self.now();
        let mut state = self.cell.state();
        let AppState { groups, accounts, .. } = &mut *state;
        let group =
            groups.get_mut(group).ok_or_else(|| AppError::UnknownGroup(GroupId::from(group)))?;
        Ok(act(group, accounts, now))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("sdk_app_id", &self.sdk_app_id()).finish_non_exhaustive()
    }
}

/// What a handle was asked for and cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AppError {
    /// There is no such group.
    #[error("there is no group {0}; create it first")]
    UnknownGroup(GroupId),
    /// There is a group of this id already.
    #[error("there is a group {0} already")]
    GroupExists(GroupId),
    /// The type is none of the preset ones.
    #[error("{0} is none of the five preset group types")]
    UnknownType(GroupType),
    /// The group cannot have topics.
    #[error("{0} supports no topics; create it as a community with SupportTopic 1")]
    NoTopics(GroupId),
    /// There is no such topic.
    #[error("there is no topic {0}; create it first")]
    UnknownTopic(TopicId),
    /// The id of a topic starts with the id of its group.
    #[error("the topic {0} does not start with the group's id and @TOPIC#_")]
    TopicOfOtherGroup(TopicId),
}
