use chat_types::{
    GroupType,
    group::{ModifyGroupBaseInfo, ModifyGroupBaseInfoResponse, MuteAllMember},
};

use super::groups::check_max_members;
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::group::{Group, Profile},
};

pub(super) fn register(router: &mut Router) {
    router.on(modify_group_base_info);
}

fn modify_group_base_info(
    turn: &mut Turn<'_>,
    request: &ModifyGroupBaseInfo,
) -> Result<ModifyGroupBaseInfoResponse, Refusal> {
    if let Some(author) = &request.from_account
        && !turn.app.accounts.contains(author.as_str())
    {
        return Err(Refusal::no_account("From_Account", Some(author)));
    }
    let now = turn.now;
    let group = turn.group_mut(&request.group_id)?;
    check(group, request)?;
    if *group.group_type() != GroupType::AVChatRoom {
        group.profile.max_member_count = request.max_member_num.or(group.profile.max_member_count);
    }
    change(&mut group.profile, request);
    group.changes += 1;
    group.last_change = now;
    Ok(ModifyGroupBaseInfoResponse::default())
}

fn check(group: &Group, request: &ModifyGroupBaseInfo) -> Result<(), Refusal> {
    let live = *group.group_type() == GroupType::AVChatRoom;
    if live && request.invite_join_option.is_some() {
        return Err(Refusal::parameter("InviteJoinOption is not for audio-video groups"));
    }
    let permissions = request.enable_permission.is_some() || request.default_permission.is_some();
    if permissions && group.topics.is_none() {
        let info = "EnablePermission and DefaultPermission are only for communities with topics";
        return Err(Refusal::parameter(info));
    }
    let mute_all = [&request.mute_all_member, &request.shut_up_all_member];
    if !group.kind.muting && mute_all.iter().any(|wanted| wanted.is_some()) {
        let info = format!("MuteAllMember: nobody is muted in a {} group", group.group_type());
        return Err(Refusal::parameter(info));
    }
    check_max_members("MaxMemberNum", request.max_member_num, group.kind)
}

fn change(profile: &mut Profile, request: &ModifyGroupBaseInfo) {
    set(&mut profile.name, &request.name);
    set(&mut profile.introduction, &request.introduction);
    set(&mut profile.notification, &request.notification);
    set(&mut profile.face_url, &request.face_url);
    keep_or_set(&mut profile.apply_join_option, &request.apply_join_option);
    keep_or_set(&mut profile.invite_join_option, &request.invite_join_option);
    keep_or_set(&mut profile.enable_permission, &request.enable_permission);
    keep_or_set(&mut profile.default_permission, &request.default_permission);
    let mute_all = request.mute_all_member.as_ref().or(request.shut_up_all_member.as_ref());
    profile.mute_all = mute_all.map_or(profile.mute_all, |wanted| *wanted == MuteAllMember::On);
    for field in &request.app_defined_data {
        profile.custom.retain(|known| known.key != field.key);
        if !field.value.is_empty() {
            profile.custom.push(field.clone());
        }
    }
}

fn set(text: &mut String, said: &Option<String>) {
    if let Some(said) = said {
        text.clone_from(said);
    }
}

fn keep_or_set<T: Clone>(value: &mut Option<T>, said: &Option<T>) {
    if said.is_some() {
        value.clone_from(said);
    }
}
