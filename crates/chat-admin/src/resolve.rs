//! Finding out whether a call took effect whose response was lost.

use chat_transport::{Client, Error};
use chat_types::{
    Endpoint, Paged, UnixSeconds, UserId,
    clock::{Clock as _, SystemClock},
    message::{
        AdminGetRoamMsg, C2cHistoryMsg, GroupHistoryMsg, GroupMsgGetSimple, ImportMsg,
        SendGroupMsg, SendMsg,
    },
};

use crate::Admin;

/// A request of which the service shows whether it took effect.
///
/// The specification names the call that shows it:
/// [`RepeatSpec::resolved_by`](chat_types::spec::RepeatSpec::resolved_by). Imports of group messages are
/// looked up by the [import](Admin::import) itself.
#[diagnostic::on_unimplemented(
    message = "no call shows whether a `{Self}` took effect",
    note = "`EndpointSpec::resolved_by` states of which requests it can be looked up"
)]
pub trait Resolvable: Endpoint + sealed::Sealed {
    /// Returns whether the call took effect; see [`Admin::took_effect`].
    #[doc(hidden)]
    fn resolve(&self, client: &Client) -> impl Future<Output = Result<Option<bool>, Error>> + Send;
}

impl Admin {
    /// Finds out whether a call took effect, after an error that leaves it open
    /// ([`Error::may_have_taken_effect`]). Returns `None` if the service does not show it, for example
    /// for a message that is not stored.
    ///
    /// Ask within ten minutes of the call, and not within five seconds, because the service may still
    /// be processing it. Changes nothing, and is safe to retry.
    ///
    /// ```no_run
    /// use chat_admin::Admin;
    /// use chat_types::message::SendGroupMsg;
    ///
    /// # async fn example(admin: Admin, message: SendGroupMsg) -> Result<(), chat_transport::Error> {
    /// if let Err(error) = admin.client().call(&message).await {
    ///     tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    ///     let is_sent = error.may_have_taken_effect() && admin.took_effect(&message).await? == Some(true);
    ///     if !is_sent {
    ///         return Err(error);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the call that shows it fails.
    pub async fn took_effect<E: Resolvable>(&self, request: &E) -> Result<Option<bool>, Error> {
        request.resolve(self.client()).await
    }
}

impl sealed::Sealed for SendGroupMsg {}
impl sealed::Sealed for SendMsg {}
impl sealed::Sealed for ImportMsg {}

impl Resolvable for SendGroupMsg {
    async fn resolve(&self, client: &Client) -> Result<Option<bool>, Error> {
        if self.online_only == Some(true) {
            return Ok(None);
        }
        let sender = sender(client, self.from_account.as_ref());
        let mut history = GroupMsgGetSimple::new(&self.group_id, MAX_MESSAGES);
        history.topic_id.clone_from(&self.topic_id);
        let since = recently();
        let is_older =
            |message: &GroupHistoryMsg| message.msg_time_stamp.is_some_and(|time| time < since);
        let is_same = |message: &GroupHistoryMsg| {
            message.msg_random == Some(self.random.into())
                && message.from_account.as_ref() == Some(&sender)
                && !is_older(message)
        };
        find(client, history, is_same, is_older).await.map(Some)
    }
}

impl Resolvable for SendMsg {
    async fn resolve(&self, client: &Client) -> Result<Option<bool>, Error> {
        let is_stored = self.msg_life_time.is_none_or(|time| time.get() > 0);
        if self.online_only == Some(true) || !is_stored {
            return Ok(None);
        }
        let sender = sender(client, self.from_account.as_ref());
        // The receiver sees the message also if it is hidden from the other devices of the sender.
        let to = SystemClock.now().after(RECENT);
        let history = AdminGetRoamMsg::new(&self.to_account, &sender, MAX_MESSAGES, recently(), to);
        let is_same = |message: &C2cHistoryMsg| {
            message.msg_random == Some(self.msg_random.into())
                && message.from_account.as_ref() == Some(&sender)
        };
        find(client, history, is_same, |_| false).await.map(Some)
    }
}

impl Resolvable for ImportMsg {
    async fn resolve(&self, client: &Client) -> Result<Option<bool>, Error> {
        let time = self.msg_time_stamp;
        let history =
            AdminGetRoamMsg::new(&self.to_account, &self.from_account, MAX_MESSAGES, time, time);
        let is_same = |message: &C2cHistoryMsg| {
            message.msg_random == Some(self.msg_random.into())
                && message.msg_time_stamp == Some(time)
                && message.from_account.as_ref() == Some(&self.from_account)
        };
        let is_found = find(client, history, is_same, |_| false).await?;
        // An older message may have been imported and not be shown.
        let is_shown = SystemClock.now().seconds_since(time) < ROAMING_SECONDS;
        Ok(if is_found || is_shown { Some(is_found) } else { None })
    }
}

/// Returns whether a history has a message, reading it up to its end or to a page with one that is too
/// old.
async fn find<E: Paged>(
    client: &Client,
    mut history: E,
    is_same: impl Fn(&E::Item) -> bool,
    is_older: impl Fn(&E::Item) -> bool,
) -> Result<bool, Error> {
    for _ in 0..MAX_PAGES {
        let page = history.page(client.call(&history).await?.into_body());
        if page.items.iter().any(&is_same) {
            return Ok(true);
        }
        match page.next.filter(|_| !page.items.iter().any(&is_older)) {
            Some(next) => history.set_cursor(next),
            None => break,
        }
    }
    Ok(false)
}

/// Returns the account that a message without `From_Account` comes from.
fn sender(client: &Client, from: Option<&UserId>) -> UserId {
    from.cloned().unwrap_or_else(|| client.identifier().into())
}

fn recently() -> UnixSeconds {
    UnixSeconds::new(SystemClock.now().get().saturating_sub(RECENT))
}

mod sealed {
    pub trait Sealed {}
}

/// How many seconds ago a message may have been sent.
const RECENT: u64 = 600;

/// How long a one-to-one history goes back at least: the default is seven days, of which one is left
/// out because clocks and deletions are not exact.
const ROAMING_SECONDS: u64 = 6 * 86_400;

/// Messages per page.
const MAX_MESSAGES: u32 = 20;

/// More than the messages of ten minutes at the rate that the service permits one group.
const MAX_PAGES: usize = 1_500;
