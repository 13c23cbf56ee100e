//! Chooses the fields of a response, by their names on the wire.

use chat_types::{
    ErrorCode, UnixSeconds, UserId,
    group::{GroupMember, MsgFlag},
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    response::{MAX_ANSWER_BYTES, Refusal},
    state::{deadlines::End, group::Group, members::Member},
};

pub(super) type Object = Map<String, Value>;

/// Which fields of members a response has.
#[derive(Clone, Copy)]
pub(super) struct MemberFields<'a> {
    /// Names of fields; all when empty.
    pub(super) names: &'a [String],
    /// Names of custom fields; all when both lists are empty.
    pub(super) custom: &'a [String],
}

impl MemberFields<'_> {
    /// A member's profile in a group.
    pub(super) fn object(
        self,
        account: &str,
        member: &Member,
        group: &Group,
        now: UnixSeconds,
    ) -> Result<Object, Refusal> {
        let mut profile = profile(account, member, group, now);
        if !(self.names.is_empty() && self.custom.is_empty()) {
            profile.app_member_defined_data.retain(|field| self.custom.contains(&field.key));
        }
        let mut object = object(&profile)?;
        object.retain(|name, _| match name.as_str() {
            "Member_Account" => true,
            "AppMemberDefinedData" => self.names.is_empty() || !self.custom.is_empty(),
            name => self.names.is_empty() || self.names.iter().any(|wanted| wanted == name),
        });
        Ok(object)
    }
}

pub(super) fn profile(
    account: &str,
    member: &Member,
    group: &Group,
    now: UnixSeconds,
) -> GroupMember {
    let mute_until = group.mutes.get(account, now).map(End::to_unix_seconds);
    let mut profile = GroupMember::default();
    profile.member_account = UserId::from(account);
    profile.role = Some(member.role.clone());
    profile.join_time = Some(member.joined);
    profile.msg_seq = Some(member.read);
    profile.msg_flag = Some(MsgFlag::AcceptAndNotify);
    profile.last_send_msg_time = Some(member.last_sent.unwrap_or_default());
    profile.mute_until = Some(mute_until.unwrap_or_default());
    profile.name_card = Some(String::new());
    profile.app_member_defined_data.clone_from(&member.custom);
    profile
}

/// A response's object as JSON, to take fields out of.
pub(super) fn object<T: Serialize>(value: &T) -> Result<Object, Refusal> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Refusal::new(
            ErrorCode::GROUP_INTERNAL_ERROR,
            "a defect of the emulator: the response is no JSON object",
        )),
    }
}

/// Refuses a list of members that is too long for any response, before it is put together.
pub(super) fn check_length(members: usize) -> Result<(), Refusal> {
    const SHORTEST: &str = r#"{"Member_Account":""},"#;
    if members > MAX_ANSWER_BYTES / SHORTEST.len() {
        return Err(Refusal::too_large());
    }
    Ok(())
}
