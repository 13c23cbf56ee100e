//! What permission groups may do in topics: `add_topic_permission_group`,
//! `set_topic_permission_group`, `delete_topic_permission_group` and `get_topic_permission_group`.

use std::collections::BTreeMap;

use chat_types::{
    ErrorCode, GroupId, PermissionGroupId, TopicId,
    topic::{
        AddTopicPermissionGroup, AddTopicPermissionGroupResponse, DeleteTopicPermissionGroup,
        DeleteTopicPermissionGroupResponse, GetTopicPermissionGroup,
        GetTopicPermissionGroupResponse, ReadTopicPermission, SetTopicPermissionGroup,
        SetTopicPermissionGroupResponse, TopicPermissionResult,
    },
};

use super::permission_groups::{community_mut, not_found};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        topics::{Topics, own_part},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(add_topic_permission_group, |request| &request.group_id);
    router.add_for_group(set_topic_permission_group, |request| &request.group_id);
    router.add_for_group(delete_topic_permission_group, |request| &request.group_id);
    router.add_for_group(get_topic_permission_group, |request| &request.group_id);
}

fn add_topic_permission_group(
    context: &mut Context<'_>,
    request: &AddTopicPermissionGroup,
) -> Result<AddTopicPermissionGroupResponse, ApiError> {
    let mut permissions = of_group(context, &request.group_id, &request.permission_group_id)?;
    let results = request
        .topic_permission_list
        .iter()
        .map(|item| result(&item.topic_id, permissions.add(&item.topic_id, item.permission)));
    let mut response = AddTopicPermissionGroupResponse::default();
    response.topic_permission_result_list = results.collect();
    Ok(response)
}

fn set_topic_permission_group(
    context: &mut Context<'_>,
    request: &SetTopicPermissionGroup,
) -> Result<SetTopicPermissionGroupResponse, ApiError> {
    let mut permissions = of_group(context, &request.group_id, &request.permission_group_id)?;
    let results = request
        .topic_permission_list
        .iter()
        .map(|item| result(&item.topic_id, permissions.replace(&item.topic_id, item.permission)));
    let mut response = SetTopicPermissionGroupResponse::default();
    response.topic_permission_result_list = results.collect();
    Ok(response)
}

fn delete_topic_permission_group(
    context: &mut Context<'_>,
    request: &DeleteTopicPermissionGroup,
) -> Result<DeleteTopicPermissionGroupResponse, ApiError> {
    let mut permissions = of_group(context, &request.group_id, &request.permission_group_id)?;
    let results = request.topic_id_list.iter().map(|id| result(id, permissions.remove(id)));
    let mut response = DeleteTopicPermissionGroupResponse::default();
    response.topic_permission_result_list = results.collect();
    Ok(response)
}

fn get_topic_permission_group(
    context: &mut Context<'_>,
    request: &GetTopicPermissionGroup,
) -> Result<GetTopicPermissionGroupResponse, ApiError> {
    let mut permissions = of_group(context, &request.group_id, &request.permission_group_id)?;
    let ids: Vec<_> = match request.topic_id_list.as_slice() {
        [] => permissions.bits.keys().map(|id| TopicId::from(id.as_str())).collect(),
        requested => requested.to_vec(),
    };
    let entries = ids.into_iter().map(|id| {
        let mut entry = ReadTopicPermission::default();
        match permissions.get_mut(&id) {
            Ok(bits) => {
                entry.error_info = Some(String::new());
                entry.permission = Some(*bits);
            }
            Err(error) => (entry.error_code, entry.error_info) = (error.code, Some(error.info)),
        }
        entry.topic_id = id;
        entry
    });
    let mut response = GetTopicPermissionGroupResponse::default();
    response.topic_permission_result_list = entries.collect();
    Ok(response)
}

/// The permissions of a permission group in the topics of its community.
struct TopicPermissions<'a> {
    group_id: &'a GroupId,
    topics: &'a Topics,
    /// The permission bits by the ID of the topic.
    bits: &'a mut BTreeMap<String, u64>,
}

fn of_group<'a>(
    context: &'a mut Context<'_>,
    group_id: &'a GroupId,
    permission_group: &PermissionGroupId,
) -> Result<TopicPermissions<'a>, ApiError> {
    let Group { topics, permission_groups, .. } = community_mut(context, group_id)?;
    let group =
        permission_groups.get_mut(permission_group).ok_or_else(|| not_found(permission_group))?;
    // Not reached: a community with permission groups has topics.
    let topics = topics.as_ref().ok_or_else(|| ApiError::group_not_found(group_id.as_str()))?;
    Ok(TopicPermissions { group_id, topics, bits: &mut group.topics })
}

impl TopicPermissions<'_> {
    /// Gives permissions in a topic in which the group has none yet.
    fn add(&mut self, topic: &TopicId, permission: u64) -> Result<(), ApiError> {
        self.check(topic)?;
        if self.bits.contains_key(topic.as_str()) {
            let info = format!("TopicId: the permission group already has topic {topic:?}");
            return Err(ApiError::new(ErrorCode::TOPIC_ALREADY_IN_PERMISSION_GROUP, info));
        }
        self.bits.insert(topic.as_str().to_owned(), permission);
        Ok(())
    }

    fn replace(&mut self, topic: &TopicId, permission: u64) -> Result<(), ApiError> {
        *self.get_mut(topic)? = permission;
        Ok(())
    }

    fn remove(&mut self, topic: &TopicId) -> Result<(), ApiError> {
        self.get_mut(topic)?;
        self.bits.remove(topic.as_str());
        Ok(())
    }

    /// Returns the permissions in a topic, to be changed.
    fn get_mut(&mut self, topic: &TopicId) -> Result<&mut u64, ApiError> {
        self.check(topic)?;
        self.bits.get_mut(topic.as_str()).ok_or_else(|| {
            let info = format!("TopicId: the permission group does not have topic {topic:?}");
            ApiError::new(ErrorCode::TOPIC_NOT_IN_PERMISSION_GROUP, info)
        })
    }

    /// Rejects a topic that does not exist in the community.
    fn check(&self, topic: &TopicId) -> Result<(), ApiError> {
        if own_part(self.group_id, topic).is_none() {
            let info = format!("TopicId: topic {topic:?} does not belong to the community");
            return Err(ApiError::new(ErrorCode::TOPIC_ID_INVALID, info));
        }
        if self.topics.get(topic.as_str()).is_none() {
            let info = format!("TopicId: topic {topic:?} does not exist or was deleted");
            return Err(ApiError::new(ErrorCode::TOPIC_DELETED, info));
        }
        Ok(())
    }
}

fn result(topic: &TopicId, outcome: Result<(), ApiError>) -> TopicPermissionResult {
    let mut result = TopicPermissionResult::default();
    result.topic_id = topic.clone();
    result.error_info = Some(String::new());
    if let Err(error) = outcome {
        (result.error_code, result.error_info) = (error.code, Some(error.info));
    }
    result
}
