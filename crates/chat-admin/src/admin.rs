//! The entry point of the crate.

use chat_transport::Client;
use chat_types::{Batched, Paged};

#[cfg(feature = "account")]
use crate::Accounts;
#[cfg(any(feature = "group", feature = "relationship"))]
use crate::{Account, types::UserId};
use crate::{Batch, Input, Job, List, Pages};
#[cfg(feature = "message")]
use crate::{Broadcast, types::message::MsgElement};
#[cfg(feature = "group")]
use crate::{Group, Groups, types::GroupId};

/// The entry point: lists and jobs on top of a [`Client`]. A clone is cheap.
///
/// ```no_run
/// use chat_admin::{Admin, transport::{Client, SecretKey}, types::Region};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SecretKey::new(std::env::var("CHAT_SECRET_KEY")?)?;
/// let client = Client::builder(1_400_000_000, key).region(Region::Singapore).build()?;
/// let admin = Admin::new(client);
///
/// let mut banned = admin.group("@TGS#aJRGC4MH6").banned_members().items();
/// while let Some(account) = banned.next().await.transpose()? {
///     println!("{}", account.member_account);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Admin {
    client: Client,
}

impl Admin {
    /// Creates an admin that makes its calls through this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Returns the client, for single calls.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Returns a handle for one group. Makes no call; whether the group exists shows with the first
    /// call.
    #[cfg(feature = "group")]
    pub fn group(&self, id: impl Into<GroupId>) -> Group {
        Group::new(self.clone(), id.into())
    }

    /// Returns a handle for the groups of the app.
    #[cfg(feature = "group")]
    pub fn groups(&self) -> Groups {
        Groups::new(self.clone())
    }

    /// Returns a handle for one account and its lists. Makes no call.
    #[cfg(any(feature = "group", feature = "relationship"))]
    pub fn account(&self, id: impl Into<UserId>) -> Account {
        Account::new(self.clone(), id.into())
    }

    /// Returns a handle for the accounts of the app.
    #[cfg(feature = "account")]
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.clone())
    }

    /// Prepares a message to many recipients: to a list of accounts of any length, or to all
    /// audio-video groups.
    ///
    /// `random` is the number by which the service recognizes a repeat of the message. Choose one for
    /// each message and keep it, also for a job that resumes from a journal.
    #[cfg(feature = "message")]
    pub fn broadcast(&self, random: u32, body: impl IntoIterator<Item = MsgElement>) -> Broadcast {
        Broadcast::new(self.clone(), random, body.into_iter().collect())
    }

    /// Returns the list behind any paged endpoint, to be read as a stream or as a whole.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages::new(self.client.clone(), request)
    }

    /// Creates a job that sends a list of any length through any batched endpoint, with at most the
    /// documented number of items per call.
    ///
    /// `template` is the request that each call repeats. The items in it are replaced.
    #[expect(clippy::needless_pass_by_value, reason = "a template is usually created in place")]
    pub fn batch<'a, E: Batched>(
        &self,
        template: E,
        items: impl Into<Input<'a, E::Item>>,
    ) -> Batch<'a, E> {
        let list = List::new(&template, items.into(), self.client.site());
        Job::new(self.client.clone(), list)
    }
}
