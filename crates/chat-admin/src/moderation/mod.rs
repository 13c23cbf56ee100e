//! Jobs across groups, and jobs that combine several endpoints.

mod many_groups;
#[cfg(feature = "account")]
mod prune;
#[cfg(feature = "account")]
mod remove_from_all_groups;

pub use self::many_groups::ManyGroups;

use chat_types::group::DeleteGroupMember;

/// The request to remove members. [`remove_from`] sets the group of each call.
fn removal() -> DeleteGroupMember {
    const NO_ACCOUNTS: [chat_types::UserId; 0] = [];
    DeleteGroupMember::new("", NO_ACCOUNTS)
}

fn remove_from(mut request: DeleteGroupMember, group: &str) -> DeleteGroupMember {
    request.group_id = group.into();
    request
}
