//! Attributes of groups: `get_group_attr`, `set_group_attr`, `modify_group_attr`,
//! `delete_group_attr` and `clear_group_attr`.

use chat_types::{
    ErrorCode, GroupId,
    group::{
        ClearGroupAttr, ClearGroupAttrResponse, DeleteGroupAttr, DeleteGroupAttrResponse,
        GetGroupAttr, GetGroupAttrResponse, GroupAttribute, ModifyGroupAttr,
        ModifyGroupAttrResponse, SetGroupAttr, SetGroupAttrResponse,
    },
    limits::{MAX_GROUP_ATTRIBUTE_BYTES, MAX_GROUP_ATTRIBUTES},
    webhook::{
        GroupAttributeOperation,
        group::{CallbackAfterGroupAttrChanged, ChangedGroupAttribute},
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::attributes::{AttributeValues, ExceededLimit},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(get_group_attr, |request| &request.group_id);
    router.add_for_group(set_group_attr, |request| &request.group_id);
    router.add_for_group(modify_group_attr, |request| &request.group_id);
    router.add_for_group(delete_group_attr, |request| &request.group_id);
    router.add_for_group(clear_group_attr, |request| &request.group_id);
}

fn get_group_attr(
    context: &mut Context<'_>,
    request: &GetGroupAttr,
) -> Result<GetGroupAttrResponse, ApiError> {
    let values = context.group(&request.group_id)?.attributes.values();
    let mut response = GetGroupAttrResponse::default();
    response.attributes =
        values.iter().map(|(key, value)| GroupAttribute::new(key, value)).collect();
    Ok(response)
}

fn set_group_attr(
    context: &mut Context<'_>,
    request: &SetGroupAttr,
) -> Result<SetGroupAttrResponse, ApiError> {
    write(context, &request.group_id, key_values(&request.attributes).collect())?;
    let changed = key_values(&request.attributes).map(|(key, value)| (key, Some(value)));
    report(context, &request.group_id, GroupAttributeOperation::Set, changed);
    Ok(SetGroupAttrResponse::default())
}

fn modify_group_attr(
    context: &mut Context<'_>,
    request: &ModifyGroupAttr,
) -> Result<ModifyGroupAttrResponse, ApiError> {
    let mut values = context.group(&request.group_id)?.attributes.values().clone();
    values.extend(key_values(&request.attributes));
    write(context, &request.group_id, values)?;
    let changed = key_values(&request.attributes).map(|(key, value)| (key, Some(value)));
    report(context, &request.group_id, GroupAttributeOperation::Modify, changed);
    Ok(ModifyGroupAttrResponse::default())
}

fn delete_group_attr(
    context: &mut Context<'_>,
    request: &DeleteGroupAttr,
) -> Result<DeleteGroupAttrResponse, ApiError> {
    let mut values = context.group(&request.group_id)?.attributes.values().clone();
    let missing = request.attributes.iter().find(|attribute| !values.contains_key(&attribute.key));
    if let Some(missing) = missing {
        let info = format!("GroupAttr: the group has no attribute {:?}", missing.key);
        return Err(ApiError::new(ErrorCode::GROUP_ATTRIBUTE_NOT_FOUND, info));
    }
    for attribute in &request.attributes {
        values.remove(&attribute.key);
    }
    write(context, &request.group_id, values)?;
    let deleted = request.attributes.iter().map(|attribute| (attribute.key.clone(), None));
    report(context, &request.group_id, GroupAttributeOperation::Delete, deleted);
    Ok(DeleteGroupAttrResponse::default())
}

fn clear_group_attr(
    context: &mut Context<'_>,
    request: &ClearGroupAttr,
) -> Result<ClearGroupAttrResponse, ApiError> {
    write(context, &request.group_id, AttributeValues::new())?;
    report(context, &request.group_id, GroupAttributeOperation::Clear, []);
    Ok(ClearGroupAttrResponse::default())
}

fn key_values(attributes: &[GroupAttribute]) -> impl Iterator<Item = (String, String)> {
    attributes.iter().map(|attribute| (attribute.key.clone(), attribute.value.clone()))
}

/// Reports the attributes that were changed.
fn report(
    context: &mut Context<'_>,
    id: &GroupId,
    operation: GroupAttributeOperation,
    changed: impl IntoIterator<Item = (String, Option<String>)>,
) {
    let entry = |(key, value)| {
        let mut entry = ChangedGroupAttribute::default();
        (entry.key, entry.value) = (key, value);
        entry
    };
    context.webhooks.emit(|| {
        let mut event = CallbackAfterGroupAttrChanged::default();
        event.group_id = id.clone();
        event.type_ = context.app.groups.get(id.as_str()).map(|group| group.group_type().clone());
        event.operator_account = Some(context.caller.into());
        event.operation = Some(operation);
        event.group_attr = changed.into_iter().map(entry).collect();
        event
    });
}

/// Replaces all attributes of a group.
fn write(context: &mut Context<'_>, id: &GroupId, values: AttributeValues) -> Result<(), ApiError> {
    let (now, max_per_second) = (context.now, context.app.attribute_writes_per_second);
    let attributes = &mut context.group_mut(id)?.attributes;
    attributes.write(values, max_per_second, now).map_err(|limit| match limit {
        ExceededLimit::Rate => {
            let max = max_per_second.unwrap_or_default();
            let info =
                format!("the attributes of a group can be written {max} times per second at most");
            ApiError::new(ErrorCode::GROUP_ATTRIBUTE_RATE_LIMIT, info)
        }
        ExceededLimit::Count => {
            let info = format!("GroupAttr: a group can have {MAX_GROUP_ATTRIBUTES} attributes at most");
            ApiError::new(ErrorCode::TOO_MANY_GROUP_ATTRIBUTES, info)
        }
        ExceededLimit::Bytes => {
            let info = format!(
                "GroupAttr: the values of a group can have {MAX_GROUP_ATTRIBUTE_BYTES} bytes together"
            );
            ApiError::new(ErrorCode::GROUP_ATTRIBUTES_TOO_LARGE, info)
        }
    })
}
