//! Responses whose fields the request selects, by their names in JSON.

use chat_types::{UnixSeconds, UserId, group::GroupMember, limits::MAX_RESPONSE_BYTES};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    response::ApiError,
    state::{group::Group, members::Member, restrictions::Expiry},
};

/// A JSON object.
pub(super) type JsonObject = Map<String, Value>;

/// The fields of members that a response has.
#[derive(Clone, Copy)]
pub(super) struct MemberFields<'a> {
    /// The names of fields; empty for all.
    pub(super) names: &'a [String],
    /// The names of custom fields; all if both lists are empty.
    pub(super) custom: &'a [String],
}

impl MemberFields<'_> {
    /// Returns a member's profile in a group, with these fields only.
    pub(super) fn select(
        self,
        account: &str,
        member: &Member,
        group: &Group,
        now: UnixSeconds,
    ) -> Result<JsonObject, ApiError> {
        let mut profile = member_profile(account, member, group, now);
        if !(self.names.is_empty() && self.custom.is_empty()) {
            profile.app_member_defined_data.retain(|field| self.custom.contains(&field.key));
        }
        let mut object = to_json_object(&profile)?;
        object.retain(|name, _| match name.as_str() {
            "Member_Account" => true,
            "AppMemberDefinedData" => self.names.is_empty() || !self.custom.is_empty(),
            name => self.names.is_empty() || self.names.iter().any(|wanted| wanted == name),
        });
        Ok(object)
    }
}

/// Returns a member's profile in a group.
pub(super) fn member_profile(
    account: &str,
    member: &Member,
    group: &Group,
    now: UnixSeconds,
) -> GroupMember {
    let mute_until = group.mutes.get(account, now).map(Expiry::to_unix_seconds);
    let mut profile = GroupMember::default();
    profile.member_account = UserId::from(account);
    profile.role = Some(member.role.clone());
    profile.join_time = Some(member.joined);
    profile.msg_seq = Some(member.last_read);
    profile.msg_flag = Some(member.msg_flag.clone());
    profile.last_send_msg_time = Some(member.last_sent.unwrap_or_default());
    profile.mute_until = Some(mute_until.unwrap_or_default());
    profile.name_card = Some(member.name_card.clone());
    profile.app_member_defined_data = member.custom.clone().into();
    profile
}

/// Converts a part of a response to JSON, to remove fields from it.
pub(super) fn to_json_object<T: Serialize>(value: &T) -> Result<JsonObject, ApiError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ApiError::internal("a part of the response is not a JSON object")),
        Err(error) => Err(ApiError::internal(error)),
    }
}

/// Rejects a list of members that no response can hold, before it is put together.
pub(super) fn check_member_count(members: usize) -> Result<(), ApiError> {
    const SHORTEST: &str = r#"{"Member_Account":""},"#;
    if members > MAX_RESPONSE_BYTES / SHORTEST.len() {
        return Err(ApiError::response_too_large());
    }
    Ok(())
}
