//! Removal of accounts from every group that they are in.

use std::{collections::BTreeMap, sync::Arc};

use chat_transport::Client;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId, UserId,
    group::{DeleteGroupMember, GetJoinedGroupList},
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{removal, remove_from};
use crate::{Accounts, Batch, Failure, Input, InputError, Job, List, Outcome, Pages, job::Entry};

impl Accounts {
    /// Removes accounts from every group that they are in, except audio-video groups: looks up the
    /// groups of each account, then removes the accounts group by group.
    ///
    /// The first call to remove an account is made once the groups of all accounts are known, which are
    /// held in memory. An account whose groups cannot be looked up is reported with the reason. The
    /// report leaves out accounts that are in no group, for which nothing needs to be done.
    ///
    /// Running it again does what is left, because an account is no longer in the groups that it was
    /// removed from. For the same reason it cannot resume from a journal: its input would have changed.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin, spammers: Vec<String>) {
    /// let report = admin.accounts().remove_from_all_groups(spammers).silently().run().await;
    /// println!("{}", report.summary);
    /// # }
    /// ```
    pub fn remove_from_all_groups<'a>(
        &self,
        accounts: impl Into<Input<'a, UserId>>,
    ) -> Batch<'a, DeleteGroupMember> {
        let client = self.admin.client().clone();
        let accounts = accounts.into();
        let entries = stream::once(memberships(client.clone(), accounts))
            .map_ok(|found| stream::iter(found.into_entries()).map(Ok))
            .try_flatten();
        let site = client.site();
        Job::new(client, List::of_targets(&removal(), entries.boxed(), remove_from, None, site))
    }
}

/// The groups that each account is in, by group.
#[derive(Default)]
struct Memberships {
    groups: BTreeMap<GroupId, Vec<UserId>>,
    not_looked_up: Vec<(UserId, Outcome)>,
}

impl Memberships {
    fn into_entries(self) -> impl Iterator<Item = Entry<UserId>> + Send {
        let failed = self.not_looked_up.into_iter();
        let failed = failed.map(|(account, outcome)| Entry {
            target: None,
            item: account,
            preset: Some(outcome),
        });
        let members = self.groups.into_iter().flat_map(|(group, accounts)| {
            let target: Arc<str> = group.as_str().into();
            accounts.into_iter().map(move |item| Entry::to(Some(Arc::clone(&target)), item))
        });
        failed.chain(members)
    }
}

async fn memberships(
    client: Client,
    accounts: Input<'_, UserId>,
) -> Result<Memberships, InputError> {
    let mut found = Memberships::default();
    let lookups = accounts.into_stream().map(|account| {
        let client = client.clone();
        async move {
            let account = account?;
            let groups = groups_of(client, &account).await;
            Ok((account, groups))
        }
    });
    let mut lookups = std::pin::pin!(lookups.buffered(CONCURRENT_LOOKUPS));
    while let Some((account, groups)) = lookups.try_next().await? {
        match groups {
            Ok(groups) => {
                for group in groups {
                    found.groups.entry(group).or_default().push(account.clone());
                }
            }
            Err(outcome) => found.not_looked_up.push((account, outcome)),
        }
    }
    Ok(found)
}

async fn groups_of(client: Client, account: &UserId) -> Result<Vec<GroupId>, Outcome> {
    let pages = Pages::new(client, GetJoinedGroupList::new(account));
    let groups = pages.items().map_ok(|group| group.group_id).try_collect();
    groups.await.map_err(|error| {
        let (code, is_retryable) = match error.call() {
            Some(call) => (call.code().map(ErrorCode::get), call.is_retryable()),
            None => (None, true),
        };
        Outcome::Failed(Failure::of_look_up(GetJoinedGroupList::SPEC, error, code, is_retryable))
    })
}

/// Enough for the documented 200 calls per second at a latency of 300 milliseconds.
const CONCURRENT_LOOKUPS: usize = 64;
