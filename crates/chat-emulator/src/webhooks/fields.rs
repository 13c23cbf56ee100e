//! Values that several webhooks have.

use chat_types::{Entries, UserId, webhook::GroupMemberAccount};

/// Returns the accounts as the objects that webhooks of groups have in their lists.
pub(crate) fn account_list<A: Into<UserId>>(
    accounts: impl IntoIterator<Item = A>,
) -> Entries<GroupMemberAccount> {
    let entry = |account: A| {
        let mut entry = GroupMemberAccount::default();
        entry.member_account = account.into();
        entry
    };
    accounts.into_iter().map(entry).collect()
}
