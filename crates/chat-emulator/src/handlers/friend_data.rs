//! What an account keeps about its friends: `friend_get` and `friend_get_list`.

use chat_types::{
    ErrorCode, TagValue, UserId,
    profile::ProfileTag,
    relationship::{
        FriendData, FriendGet, FriendGetList, FriendGetListResponse, FriendGetResponse, FriendInfo,
        FriendItem, FriendProfileItem, FriendProfileTag, FriendTag,
    },
};
use serde_json::Value;

use super::{
    relationship_results::{existing_account, without_empty_accounts},
    response_fields::JsonObject,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(friend_get);
    router.add(friend_get_list);
}

/// The page size, which the documentation leaves to the service.
const FRIENDS_PER_PAGE: usize = 100;

fn friend_get(
    context: &mut Context<'_>,
    request: &FriendGet,
) -> Result<FriendGetResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = FriendGetResponse::default();
    let Some(relations) = context.app.relationships.get(&account) else {
        response.complete_flag = true;
        return Ok(response);
    };
    let is_current = |sequence: Option<u64>| sequence == Some(relations.version);
    let wanted = |tag: &FriendTag| match tag {
        FriendTag::Other(_) => !is_current(request.custom_sequence),
        _ => !is_current(request.standard_sequence),
    };
    for (friend, data) in relations.friends.starting_at(request.start_index).take(FRIENDS_PER_PAGE)
    {
        let mut entry = FriendData::default();
        entry.to_account = UserId::from(&**friend);
        let fields = data.all_fields().filter(|(tag, _)| wanted(tag));
        entry.value_item = fields.map(|(tag, value)| FriendItem::new(tag, value)).collect();
        response.user_data_item.push(entry);
    }
    let next = request.start_index.saturating_add(FRIENDS_PER_PAGE as u64);
    response.complete_flag = next >= relations.friends.len() as u64;
    response.next_start_index = if response.complete_flag { 0 } else { next };
    response.standard_sequence = Some(relations.version);
    response.custom_sequence = Some(relations.version);
    response.friend_num = Some(u32::try_from(relations.friends.len()).unwrap_or(u32::MAX));
    Ok(response)
}

fn friend_get_list(
    context: &mut Context<'_>,
    request: &FriendGetList,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = FriendGetListResponse::default();
    for friend in &request.to_account {
        let mut info = FriendInfo::default();
        info.to_account = friend.clone();
        info.result_info = Some(String::new());
        if context.app.relationships.has_friend(&account, friend.as_str()) {
            info.sns_profile_item = request
                .tag_list
                .iter()
                .filter_map(|tag| {
                    let value = field(context, &account, friend.as_str(), tag)?;
                    Some(FriendProfileItem::new(tag.clone(), value))
                })
                .collect();
        } else {
            info.result_code = ErrorCode::RELATIONSHIP_INVALID_PARAMETER;
            info.result_info = Some("Err_SNS_FriendGetList_Friend_Not_Exist".to_owned());
            response.fail_account.push(friend.clone());
        }
        response.info_item.push(info);
    }
    let mut fields = without_empty_accounts(&response)?;
    if let Some(Value::Array(entries)) = fields.get_mut("InfoItem") {
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            let failed = entry.get("ResultCode").is_some_and(|code| code != 0);
            entry.retain(|name, _| !(failed && name == "SnsProfileItem"));
        }
    }
    Ok(fields)
}

/// Returns a field of a friend or of that friend's profile; `None` if it is not set.
fn field(
    context: &Context<'_>,
    account: &str,
    friend: &str,
    tag: &FriendProfileTag,
) -> Option<TagValue> {
    let of_profile = |tag: ProfileTag| context.app.accounts.profile(friend)?.get(&tag).cloned();
    let tag = tag.as_str();
    if tag.starts_with("Tag_Profile_") {
        return of_profile(ProfileTag::from(tag));
    }
    context.app.relationships.get(account)?.friends.get(friend)?.field(&FriendTag::from(tag))
}
