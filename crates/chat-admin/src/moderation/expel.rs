use std::{collections::BTreeMap, sync::Arc};

use chat_transport::Client;
use chat_types::{
    Endpoint as _, ErrorCode, GroupId, UserId,
    group::{DeleteGroupMember, GetJoinedGroupList},
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{removal, remove_from};
use crate::{
    Accounts, Batch, Failure, Input, InputError, IntoInput, Job, List, Outcome, PageError, Pages,
    job::Entry,
};

impl Accounts {
    /// Removes accounts from every group that they are in, audio-video groups excepted: looks up the
    /// groups of each, then removes them group by group.
    ///
    /// The first call to remove somebody goes when the groups of all accounts are known, which are
    /// held in memory. An account whose groups cannot be looked up is reported with the reason. An
    /// account that is in no group is not in the report, as nothing was to be done.
    ///
    /// Running it again does what is left: groups that an account was removed from are no longer its
    /// groups. For the same reason it cannot go on from a journal, whose input would have changed.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin, spammers: Vec<String>) {
    /// let report = admin.accounts().remove_from_all_groups(spammers).silently().run().await;
    /// println!("{}", report.summary);
    /// # }
    /// ```
    pub fn remove_from_all_groups<'a, Via>(
        &self,
        accounts: impl IntoInput<'a, UserId, Via>,
    ) -> Batch<'a, DeleteGroupMember> {
        let client = self.admin.client().clone();
        let accounts = accounts.into_input();
        let entries = stream::once(memberships(client.clone(), accounts))
            .map_ok(|found| stream::iter(found.into_entries()).map(Ok))
            .try_flatten();
        Job::new(client, List::of_targets(&removal(), entries.boxed(), remove_from, None))
    }
}

/// Who is in which group.
#[derive(Default)]
struct Memberships {
    groups: BTreeMap<GroupId, Vec<UserId>>,
    not_found_out: Vec<(UserId, Outcome)>,
}

impl Memberships {
    fn into_entries(self) -> impl Iterator<Item = Entry<UserId>> + Send {
        let failed = self.not_found_out.into_iter();
        let failed = failed.map(|(account, outcome)| Entry {
            target: None,
            item: account,
            known: Some(outcome),
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
    let mut lookups = std::pin::pin!(lookups.buffered(LOOKUPS_AT_ONCE));
    while let Some((account, groups)) = lookups.try_next().await? {
        match groups {
            Ok(groups) => {
                for group in groups {
                    found.groups.entry(group).or_default().push(account.clone());
                }
            }
            Err(outcome) => found.not_found_out.push((account, outcome)),
        }
    }
    Ok(found)
}

async fn groups_of(client: Client, account: &UserId) -> Result<Vec<GroupId>, Outcome> {
    let pages = Pages::new(client, GetJoinedGroupList::new(account));
    let groups = pages.map_ok(|group| group.group_id).try_collect();
    groups.await.map_err(|error: PageError| {
        let (code, can_retry) = match error.call() {
            Some(call) => (call.code().map(ErrorCode::get), call.is_retryable()),
            None => (None, true),
        };
        Outcome::Failed(Failure::of_look_up(GetJoinedGroupList::SPEC, error, code, can_retry))
    })
}

/// Enough for the documented 200 calls a second at 300 milliseconds.
const LOOKUPS_AT_ONCE: usize = 64;
