//! Friend lists: `group_add`, `group_delete` and `group_get` of the relationship service.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UserId,
    relationship::{
        FriendGroup, FriendGroupAdd, FriendGroupAddResponse, FriendGroupDelete,
        FriendGroupDeleteResponse, FriendGroupGet, FriendGroupGetResponse,
    },
};

use super::{
    new_friends::too_many_lists,
    relationship_results::{existing_account, results, without_empty_accounts},
    response_fields::JsonObject,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::relationships::{Friend, TooManyLists},
};

pub(super) fn register(router: &mut Router) {
    router.add(group_add);
    router.add(group_delete);
    router.add(group_get);
}

fn group_add(context: &mut Context<'_>, request: &FriendGroupAdd) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let relations = context.app.relationships.change(&account);
    for list in &request.group_name {
        relations.add_list(list).map_err(|TooManyLists| too_many_lists())?;
    }
    let version = relations.version;
    let mut response = FriendGroupAddResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.to_account,
        |friend| friend,
        |context, friend| {
            let relations = context.app.relationships.change(&account);
            let data = relations.friends.get_mut(friend.as_str()).ok_or_else(|| {
                ApiError::new(ErrorCode::FRIEND_TO_GROUP_NOT_FOUND, "the account is not a friend")
            })?;
            data.lists.extend(request.group_name.iter().cloned());
            Ok(())
        },
    );
    response.current_sequence = Some(version);
    let mut fields = without_empty_accounts(&response)?;
    fields.retain(|name, _| name != "ResultItem" || !request.to_account.is_empty());
    Ok(fields)
}

fn group_delete(
    context: &mut Context<'_>,
    request: &FriendGroupDelete,
) -> Result<FriendGroupDeleteResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let relations = context.app.relationships.change(&account);
    for list in &request.group_name {
        relations.remove_list(list);
    }
    let mut response = FriendGroupDeleteResponse::default();
    response.current_sequence = Some(relations.version);
    Ok(response)
}

fn group_get(
    context: &mut Context<'_>,
    request: &FriendGroupGet,
) -> Result<FriendGroupGetResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = FriendGroupGetResponse::default();
    let Some(relations) = context.app.relationships.get(&account) else { return Ok(response) };
    let wanted =
        |name: &&String| request.group_name.is_empty() || request.group_name.contains(name);
    for name in relations.lists.iter().filter(wanted) {
        let is_in = |(friend, data): (&Arc<str>, &Friend)| {
            data.lists.contains(name).then(|| UserId::from(&**friend))
        };
        let members: Vec<UserId> = relations.friends.iter().filter_map(is_in).collect();
        let mut list = FriendGroup::default();
        list.group_name.clone_from(name);
        list.friend_number = Some(u32::try_from(members.len()).unwrap_or(u32::MAX));
        if request.need_friend.is_some() {
            list.to_account = members.into();
        }
        response.result_item.push(list);
    }
    response.current_sequence = Some(relations.version);
    Ok(response)
}
