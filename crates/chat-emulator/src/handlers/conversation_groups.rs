//! Conversation groups: `create_contact_group`, `update_contact_group` and `del_contact_group`.

use std::sync::Arc;

use chat_types::{
    ErrorCode,
    conversation::{
        Contact, ContactGroupOperation, ContactGroupUpdateType, CreateContactGroup,
        CreateContactGroupResponse, CreatedContactGroup, DelContactGroup, DelContactGroupResponse,
        GroupedContact, UpdateContactGroup, UpdateContactGroupResponse, UpdatedContact,
        UpdatedContactGroup,
    },
    limits::{MAX_CONVERSATION_GROUPS, MAX_LABELED_CONVERSATIONS},
};

use super::{
    conversation_marks::contact_group,
    conversations::{conversation_id, existing_account},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(create_contact_group);
    router.add(update_contact_group);
    router.add(del_contact_group);
}

fn create_contact_group(
    context: &mut Context<'_>,
    request: &CreateContactGroup,
) -> Result<CreateContactGroupResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let mut response = CreateContactGroupResponse::default();
    for group in &request.group_contact_item {
        let list = context.app.conversation_lists.change(&account);
        let number = match list.group_number(&group.group_name) {
            Some(number) => number,
            None if list.groups.len() >= MAX_CONVERSATION_GROUPS => {
                let info = "the account has too many conversation groups";
                return Err(ApiError::new(ErrorCode::CONVERSATION_GROUP_LIMIT, info));
            }
            None => list.add_group(&group.group_name),
        };
        let mut created = CreatedContactGroup::default();
        created.group_item = Some(contact_group(number, &group.group_name));
        for contact in &group.contact_item {
            let mut grouped = GroupedContact::new(contact.clone(), ErrorCode::OK);
            grouped.result_info = Some(String::new());
            if let Err(error) = add(context, &account, number, contact) {
                (grouped.result_code, grouped.result_info) = (error.code, Some(error.info));
            }
            created.result_item.push(grouped);
        }
        response.group_result_item.push(created);
    }
    Ok(response)
}

/// Adds a conversation to a conversation group.
fn add(
    context: &mut Context<'_>,
    account: &Arc<str>,
    number: u64,
    contact: &Contact,
) -> Result<(), ApiError> {
    let (now, list) = (context.now, context.app.conversation_lists.change(account));
    let id = conversation_id(contact)?;
    let is_grouped = list.labels.get(&id).is_some_and(|labels| !labels.groups.is_empty());
    let grouped = list.count(|labels| !labels.groups.is_empty());
    if !is_grouped && grouped >= MAX_LABELED_CONVERSATIONS {
        let info = "too many conversations of the account belong to groups";
        return Err(ApiError::new(ErrorCode::CONVERSATIONS_PER_GROUP_LIMIT, info));
    }
    let labels = list.labels.entry(id).or_default();
    labels.groups.insert(number);
    labels.changed = now;
    Ok(())
}

fn update_contact_group(
    context: &mut Context<'_>,
    request: &UpdateContactGroup,
) -> Result<UpdateContactGroupResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let update = &request.update_group;
    let list = context.app.conversation_lists.change(&account);
    let number = list.group_number(&update.old_group_name).ok_or_else(group_not_found)?;
    let mut result = UpdatedContactGroup::default();
    result.update_group_type = Some(update.update_group_type);
    result.contact_group_id = Some(number);
    result.old_group_name = Some(update.old_group_name.clone());
    result.group_name = Some(update.old_group_name.clone());
    if update.update_group_type == ContactGroupUpdateType::Rename {
        let name = update.new_group_name.clone().filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| {
            let info = "NewGroupName: required for a rename";
            ApiError::new(ErrorCode::RECENT_CONTACT_INVALID_PARAMETER, info)
        })?;
        list.groups.insert(number, name.clone());
        result.group_name = Some(name);
    }
    for item in &update.contact_update_item {
        let mut updated = UpdatedContact::new(item.contact_item.clone(), ErrorCode::OK);
        updated.contact_opt_type = Some(item.contact_opt_type);
        updated.result_info = Some(String::new());
        let outcome = if item.contact_opt_type == ContactGroupOperation::Add {
            add(context, &account, number, &item.contact_item)
        } else {
            remove(context, &account, number, &item.contact_item)
        };
        if let Err(error) = outcome {
            (updated.result_code, updated.result_info) = (error.code, Some(error.info));
        }
        result.contact_result_item.push(updated);
    }
    let mut response = UpdateContactGroupResponse::default();
    response.update_type = Some(request.update_type);
    response.update_group_result = Some(result);
    Ok(response)
}

/// Removes a conversation from a conversation group.
fn remove(
    context: &mut Context<'_>,
    account: &Arc<str>,
    number: u64,
    contact: &Contact,
) -> Result<(), ApiError> {
    let (now, id) = (context.now, conversation_id(contact)?);
    let list = context.app.conversation_lists.change(account);
    if let Some(labels) = list.labels.get_mut(&id) {
        labels.groups.remove(&number);
        labels.changed = now;
    }
    Ok(())
}

fn del_contact_group(
    context: &mut Context<'_>,
    request: &DelContactGroup,
) -> Result<DelContactGroupResponse, ApiError> {
    let account = existing_account(context, &request.from_account)?;
    let list = context.app.conversation_lists.change(&account);
    let mut response = DelContactGroupResponse::default();
    for name in &request.group_name {
        let number = list.group_number(name).ok_or_else(group_not_found)?;
        list.remove_group(number);
        response.group_item.push(contact_group(number, name));
    }
    Ok(response)
}

fn group_not_found() -> ApiError {
    let info = "the account has no conversation group of this name";
    ApiError::new(ErrorCode::CONVERSATION_GROUP_NOT_FOUND, info)
}
