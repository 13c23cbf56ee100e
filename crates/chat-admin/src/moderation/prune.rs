//! Removal of members whose accounts no longer exist.

use std::sync::Arc;

use chat_transport::Client;
use chat_types::{
    Endpoint as _, ErrorCode, UserId,
    account::{AccountCheck, AccountStatus, AccountToCheck},
    group::{DeleteGroupMember, GetGroupMemberInfo},
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{removal, remove_from};
use crate::{
    Admin, Batch, End, Failure, Group, Input, InputError, Job, JobError, List, Outcome, Pages,
    job::Entry,
};

impl Group {
    /// Removes members whose accounts no longer exist: lists the members, checks the account of each, and
    /// removes those without one. Not for audio-video groups, whose members the service does not store.
    ///
    /// The first member is removed once all are checked, because the pages of the list would shift
    /// otherwise. Until then the members to remove are held in memory. A member whose account cannot be
    /// checked stays in the group, and the report has the reason. The report leaves out all other
    /// members, which need no change.
    ///
    /// Running it again does what is left. It cannot resume from a journal, because its input would have
    /// changed.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) {
    /// let report = admin.group("@TGS#2J4SZEAEL").remove_deleted_accounts().silently().run().await;
    /// println!("{}", report.summary);
    /// # }
    /// ```
    pub fn remove_deleted_accounts(&self) -> Batch<'static, DeleteGroupMember> {
        let admin = self.admin.clone();
        let client = admin.client().clone();
        let group: Arc<str> = self.id().as_str().into();
        let members = members(&client, &group);
        let entries = stream::once(deleted(admin, members, Arc::clone(&group)))
            .map_ok(|found| stream::iter(found).map(Ok))
            .try_flatten();
        let site = client.site();
        Job::new(client, List::of_targets(&removal(), entries.boxed(), remove_from, None, site))
    }
}

fn members(client: &Client, group: &Arc<str>) -> Input<'static, UserId> {
    let pages = Pages::new(client.clone(), GetGroupMemberInfo::new(&**group));
    let name = format!("the members of {group}");
    Input::new(pages.items().map(move |member| match member {
        Ok(member) => Ok(member.member_account),
        Err(error) => Err(InputError::new(&name, &error).with_source(error.into_kind())),
    }))
}

/// Returns the members without an account, and those whose accounts could not be checked.
async fn deleted(
    admin: Admin,
    members: Input<'static, UserId>,
    group: Arc<str>,
) -> Result<Vec<Entry<UserId>>, InputError> {
    let checks = members.map(AccountToCheck::new);
    let mut running = admin.batch(AccountCheck::new([]), checks).start();
    let mut found = Vec::new();
    while let Some(chunk) = running.next().await {
        let responses = chunk.responses.into_iter().flat_map(|response| response.result_item);
        let deleted = responses.filter(|account| {
            account.account_status == Some(AccountStatus::NotImported)
                && account.result_code == ErrorCode::OK
        });
        found.extend(deleted.map(|account| Entry::to(Some(Arc::clone(&group)), account.user_id)));
        let others = chunk.items.into_iter().filter(|item| item.outcome.failure().is_some());
        found.extend(others.map(|item| Entry {
            target: Some(Arc::clone(&group)),
            item: item.key.into(),
            preset: item.outcome.failure().map(unchecked),
        }));
    }
    match running.end() {
        Some(End::Broken(JobError::Input(error))) => Err(error.clone()),
        _ => Ok(found),
    }
}

fn unchecked(failure: &Failure) -> Outcome {
    let (code, is_retryable) = (failure.code(), failure.is_retryable());
    Outcome::Failed(Failure::of_look_up(AccountCheck::SPEC, failure, code, is_retryable))
}
