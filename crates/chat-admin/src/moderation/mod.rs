//! What moderators do across groups: one job each, made of several endpoints.

#[cfg(feature = "account")]
mod clean;
#[cfg(feature = "account")]
mod expel;
mod many_groups;

pub use self::many_groups::ManyGroups;

use chat_types::group::DeleteGroupMember;

/// Removal from groups that are named as it goes.
fn removal() -> DeleteGroupMember {
    const NOBODY: [chat_types::UserId; 0] = [];
    DeleteGroupMember::new("", NOBODY)
}

fn remove_from(mut request: DeleteGroupMember, group: &str) -> DeleteGroupMember {
    request.group_id = group.into();
    request
}
