use chat_transport::Client;
use chat_types::{Batched, Paged};

#[cfg(feature = "account")]
use crate::Accounts;
#[cfg(any(feature = "group", feature = "relationship"))]
use crate::{Account, types::UserId};
use crate::{Batch, IntoInput, Job, List, Pages};
#[cfg(feature = "message")]
use crate::{Broadcast, types::message::MsgElement};
#[cfg(feature = "group")]
use crate::{Group, Groups, types::GroupId};

/// The way in: jobs over many calls, on top of a [`Client`]. Cheap to clone.
///
/// ```no_run
/// use chat_admin::{Admin, transport::{Client, SecretKey}, types::Region};
/// use futures_util::TryStreamExt;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SecretKey::new(std::env::var("CHAT_SECRET_KEY")?)?;
/// let client = Client::builder(1_400_000_000, key).region(Region::Singapore).build()?;
/// let admin = Admin::new(client);
///
/// let mut banned = admin.group("@TGS#aJRGC4MH6").banned_members();
/// while let Some(account) = banned.try_next().await? {
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
    /// Jobs through this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The client, for single calls.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// One group. No call is made; whether the group exists shows with the first one.
    #[cfg(feature = "group")]
    pub fn group(&self, id: impl Into<GroupId>) -> Group {
        Group::new(self.clone(), id.into())
    }

    /// The groups of the app.
    #[cfg(feature = "group")]
    pub fn groups(&self) -> Groups {
        Groups::new(self.clone())
    }

    /// One account, and the lists that belong to it. No call is made.
    #[cfg(any(feature = "group", feature = "relationship"))]
    pub fn account(&self, id: impl Into<UserId>) -> Account {
        Account::new(self.clone(), id.into())
    }

    /// The accounts of the app.
    #[cfg(feature = "account")]
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.clone())
    }

    /// A message to many: to a list of accounts of any length, or to all audio-video groups.
    ///
    /// `random` is the number by which the service knows a repeat of the message. Choose one for each
    /// message and keep it, also for a job that goes on from a journal.
    #[cfg(feature = "message")]
    pub fn broadcast(&self, random: u32, body: impl IntoIterator<Item = MsgElement>) -> Broadcast {
        Broadcast::new(self.clone(), random, body.into_iter().collect())
    }

    /// The list behind any paged endpoint, as a stream.
    pub fn pages<E: Paged>(&self, request: E) -> Pages<E> {
        Pages::new(self.client.clone(), request)
    }

    /// A list of any length through any batched endpoint, cut into calls of the documented cap.
    ///
    /// `template` is the request that each call repeats; the items in it are replaced.
    #[expect(clippy::needless_pass_by_value, reason = "a template is most often made in place")]
    pub fn batch<'a, E: Batched, Via>(
        &self,
        template: E,
        items: impl IntoInput<'a, E::Item, Via>,
    ) -> Batch<'a, E> {
        Job::new(self.client.clone(), List::new(&template, items.into_input()))
    }
}
