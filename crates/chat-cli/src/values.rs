//! Values of arguments, as the command line reads them.

use chat_types::{ASSIGNED_GROUP_ID_PREFIX, GROUP_TYPES, GroupId, GroupType, TopicId, group::Role};

pub(crate) fn group_id(text: &str) -> Result<GroupId, String> {
    GroupId::parse(text).map_err(|error| error.to_string())
}

/// The id of a group that is to be imported, which cannot be such as only the service assigns.
pub(crate) fn new_group_id(text: &str) -> Result<GroupId, String> {
    if !GROUP_TYPES.iter().any(|spec| spec.allows_custom_id(text)) {
        return Err(format!(
            "an id of one's own must not start with {ASSIGNED_GROUP_ID_PREFIX}, except for a \
             community, whose id starts with {ASSIGNED_GROUP_ID_PREFIX}_"
        ));
    }
    group_id(text)
}

pub(crate) fn topic(text: &str) -> Result<TopicId, String> {
    TopicId::parse(text).map_err(|error| error.to_string())
}

pub(crate) fn group_type(text: &str) -> Result<GroupType, String> {
    match GroupType::from(text) {
        GroupType::Other(_) => Err(format!("expected one of {}", GroupType::NAMES.join(", "))),
        group_type => Ok(group_type),
    }
}

pub(crate) fn role(text: &str) -> Result<Role, String> {
    match Role::from(text) {
        Role::Other(_) => Err(format!("expected one of {}", Role::NAMES.join(", "))),
        role => Ok(role),
    }
}
