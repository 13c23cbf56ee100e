//! Admins and marks in audio-video groups: `modify_admin`, `get_admin_list` and `modify_user_info`.

use chat_types::{
    UserId,
    group::{
        AvChatRoomAdmin, AvChatRoomCommand, GetAvChatRoomAdminList, GetAvChatRoomAdminListResponse,
        MarkedMember, ModifyAvChatRoomAdmin, ModifyAvChatRoomAdminResponse, ModifyMemberMarks,
        ModifyMemberMarksResponse,
    },
    limits::MAX_AVCHATROOM_ADMINS,
    profile::ProfileTag,
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::audience::is_mark,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(modify_admin, |request| &request.group_id);
    router.add_for_group(get_admin_list, |request| &request.group_id);
    router.add_for_group(modify_user_info, |request| &request.group_id);
}

fn modify_admin(
    context: &mut Context<'_>,
    request: &ModifyAvChatRoomAdmin,
) -> Result<ModifyAvChatRoomAdminResponse, ApiError> {
    let is_requested =
        |admin: &str| request.admin_accounts.iter().any(|account| *account.as_str() == *admin);
    let mut admins = context.group(&request.group_id)?.audience_admins.clone();
    if request.command_type == AvChatRoomCommand::Remove {
        admins.retain(|admin| !is_requested(admin));
    } else {
        for account in &request.admin_accounts {
            let account = context.group_account("Admin_Account", account)?;
            if !admins.contains(&account) {
                admins.push(account);
            }
        }
    }
    if admins.len() > MAX_AVCHATROOM_ADMINS {
        let info = format!(
            "Admin_Account: an audio-video group can have {MAX_AVCHATROOM_ADMINS} admins at most"
        );
        return Err(ApiError::invalid_parameter(info));
    }
    context.group_mut(&request.group_id)?.audience_admins = admins;
    Ok(ModifyAvChatRoomAdminResponse::default())
}

fn get_admin_list(
    context: &mut Context<'_>,
    request: &GetAvChatRoomAdminList,
) -> Result<GetAvChatRoomAdminListResponse, ApiError> {
    let accounts = &context.app.accounts;
    let admins = context.group(&request.group_id)?.audience_admins.iter().map(|account| {
        let mut admin = AvChatRoomAdmin::default();
        admin.admin_account = UserId::from(&**account);
        admin.nick_name = Some(accounts.profile_text(account, &ProfileTag::Nick).to_owned());
        admin.avatar = Some(accounts.profile_text(account, &ProfileTag::Image).to_owned());
        admin
    });
    let mut response = GetAvChatRoomAdminListResponse::default();
    response.admin_list = admins.collect();
    Ok(response)
}

/// Sets or removes marks of members who are online. The response leaves the others out.
fn modify_user_info(
    context: &mut Context<'_>,
    request: &ModifyMemberMarks,
) -> Result<ModifyMemberMarksResponse, ApiError> {
    let mut marks = request.member_list.iter().flat_map(|member| &member.marks);
    if let Some(mark) = marks.find(|&&mark| !is_mark(mark)) {
        return Err(ApiError::invalid_parameter(format!("Marks: {mark} is not a valid mark")));
    }
    let now = context.now;
    let members = request
        .member_list
        .iter()
        .map(|member| (context.app.accounts.shared_id(member.member_account.as_str()), member));
    let members: Vec<_> = members.collect();
    // Not reached: the endpoint supports audio-video groups only.
    let Some(audience) = context.group_mut(&request.group_id)?.members.audience_mut() else {
        return Err(ApiError::invalid_parameter("GroupId: the group has no audience"));
    };
    let changed = members.iter().filter(|(account, member)| {
        let outcome = if request.command_type == AvChatRoomCommand::Remove {
            audience.remove_marks(account, &member.marks)
        } else {
            audience.set_marks(account, &member.marks, now)
        };
        outcome.is_ok()
    });
    let changed: Vec<_> = changed
        .map(|(_, member)| {
            let mut changed = MarkedMember::default();
            changed.member_account = member.member_account.clone();
            changed.marks = member.marks.clone().into();
            changed
        })
        .collect();
    if changed.is_empty() && !members.is_empty() {
        let info = "MemberList: none of the users is online in the group and can have more marks";
        return Err(ApiError::invalid_parameter(info));
    }
    let mut response = ModifyMemberMarksResponse::default();
    response.command_type = Some(request.command_type);
    response.member_list = changed.into_iter().collect();
    Ok(response)
}
