//! Every batched endpoint can be used in a job.

use std::collections::BTreeSet;

use chat_admin::End;
use chat_tests::Wire;
use chat_types::{
    Batched, account, conversation, desk, follow, group, live, message, moderation,
    official_account, operation, profile, push, relationship, room,
    spec::EndpointSpec,
    topic,
    typed::{self, TypedEndpoint},
};
use serde::de::DeserializeOwned;

use super::block_on;
use crate::reading::arbitrary;

#[test]
fn batched_endpoints_report_every_item_of_a_long_list() {
    let checked = [
        check::<account::AccountCheck>(),
        check::<account::AccountDelete>(),
        check::<account::MultiaccountImport>(),
        check::<account::QueryOnlineStatus>(),
        check::<account::QueryState>(),
        check::<conversation::CreateContactGroup>(),
        check::<conversation::DelContactGroup>(),
        check::<conversation::GetC2cUnreadMsgNum>(),
        check::<conversation::MarkContact>(),
        check::<conversation::SearchContactGroup>(),
        check::<desk::BatchSetFaq>(),
        check::<desk::CreateMembers>(),
        check::<follow::FollowAdd>(),
        check::<follow::FollowCheck>(),
        check::<follow::FollowDelete>(),
        check::<follow::FollowGetInfo>(),
        check::<group::AddGroupMember>(),
        check::<group::AddPermissionGroupMember>(),
        check::<group::BanGroupMember>(),
        check::<group::DeleteGroupAttr>(),
        check::<group::DeleteGroupMember>(),
        check::<group::DeletePermissionGroupMember>(),
        check::<group::DestroyPermissionGroup>(),
        check::<group::ForbidSendMsg>(),
        check::<group::GetGroupInfo>(),
        check::<group::GetRoleInGroup>(),
        check::<group::GetSpecifiedGroupMemberInfo>(),
        check::<group::ImportGroupMember>(),
        check::<group::ModifyGroupAttr>(),
        check::<group::ModifyMemberMarks>(),
        check::<group::UnbanGroupMember>(),
        check::<group::UpdateGroupCounter>(),
        check::<live::BanMember>(),
        check::<live::UnbanMember>(),
        check::<message::BatchSendMsg>(),
        check::<message::C2cMsgReadReceipt>(),
        check::<message::C2cSetKeyValues>(),
        check::<message::DeleteC2cMsgRamble>(),
        check::<message::GetGroupMsgReceipt>(),
        check::<message::GroupMsgRecall>(),
        check::<message::GroupMsgReceipt>(),
        check::<message::GroupSetKeyValues>(),
        check::<message::ImportGroupMsg>(),
        check::<message::SendGroupSystemNotification>(),
        check::<moderation::AddCloudAuditKeywords>(),
        check::<moderation::AddLocalAuditKeywords>(),
        check::<moderation::BatchContentModeration>(),
        check::<moderation::DeleteCloudAuditKeywords>(),
        check::<moderation::DeleteLocalAuditKeywords>(),
        check::<official_account::AddSubscriber>(),
        check::<official_account::DeleteSubscriber>(),
        check::<official_account::GetOfficialAccountInfo>(),
        check::<official_account::OfficialAccountMsgRecall>(),
        check::<operation::GetCosSig>(),
        check::<profile::PortraitGet>(),
        check::<push::AddTag>(),
        check::<push::AllMemberPushLoss>(),
        check::<push::AllMemberPushStatistics>(),
        check::<push::ClearAllTags>(),
        check::<push::GetAttr>(),
        check::<push::GetTag>(),
        check::<push::ImAddTag>(),
        check::<push::ImGetAttr>(),
        check::<push::ImGetTag>(),
        check::<push::ImRemoveAllTags>(),
        check::<push::ImRemoveAttr>(),
        check::<push::ImRemoveTag>(),
        check::<push::ImSetAttr>(),
        check::<push::PushBatch>(),
        check::<push::RemoveAttr>(),
        check::<push::RemoveTag>(),
        check::<push::SetAttr>(),
        check::<push::WebPushBatch>(),
        check::<relationship::BlackListAdd>(),
        check::<relationship::BlackListCheck>(),
        check::<relationship::BlackListDelete>(),
        check::<relationship::FriendAdd>(),
        check::<relationship::FriendCheck>(),
        check::<relationship::FriendDelete>(),
        check::<relationship::FriendGetList>(),
        check::<relationship::FriendGroupAdd>(),
        check::<relationship::FriendImport>(),
        check::<relationship::FriendUpdate>(),
        check::<room::BanRoomMember>(),
        check::<room::KickUserOut>(),
        check::<room::MarkRoomMember>(),
        check::<room::UnbanRoomMember>(),
        check::<topic::AddTopicPermissionGroup>(),
        check::<topic::DeleteTopicPermissionGroup>(),
        check::<topic::DestroyTopic>(),
        check::<topic::GetTopic>(),
        check::<topic::GetTopicPermissionGroup>(),
        check::<topic::SetTopicPermissionGroup>(),
    ];
    let specs = typed::all().iter().map(TypedEndpoint::spec);
    let batched = specs.filter(|spec| spec.batch.is_some()).map(|spec| spec.id().to_string());
    assert_eq!(
        checked.iter().map(|spec| spec.id().to_string()).collect::<BTreeSet<_>>(),
        batched.collect()
    );
}

/// Sends a list of arbitrary items and returns arbitrary responses of the endpoint.
fn check<E: Batched + DeserializeOwned>() -> &'static EndpointSpec {
    let (template, items) = list::<E>();
    let batch_size = E::BATCH.max.map_or(BATCH_SIZE, |max| BATCH_SIZE.min(max as usize));
    let length = items.len();
    let wire = Wire::new(|number, _| Ok(arbitrary(number as u64).response(E::SPEC)));
    block_on(async {
        let job = wire.admin().unwrap().batch(template, items).batch_size(batch_size);
        let mut running = job.ordered().start();
        let mut indices = Vec::new();
        while let Some(chunk) = running.next().await {
            assert_eq!(chunk.endpoint.id().to_string(), E::SPEC.id().to_string());
            assert!(chunk.items.len() <= batch_size);
            indices.extend(chunk.items.iter().map(|item| item.index));
        }
        let reported = indices.len();
        assert_eq!(indices, (0..reported as u64).collect::<Vec<u64>>(), "{}", E::SPEC.id());
        // A message that may still have to be sent first blocks later ones.
        if matches!(running.end(), Some(End::Complete)) || !E::BATCH.sequential {
            assert_eq!(reported, length, "{}: {:?}", E::SPEC.id(), running.end());
            assert_eq!(wire.sent().len(), length.div_ceil(batch_size), "{}", E::SPEC.id());
        }
    });
    E::SPEC
}

/// Returns a template and a few more items than fit into three calls.
fn list<E: Batched + DeserializeOwned>() -> (E, Vec<E::Item>) {
    let requests =
        (0..).map(|seed| serde_json::from_value::<E>(arbitrary(seed).request(E::SPEC)).unwrap());
    let mut items = Vec::new();
    for request in requests {
        items.extend(request.items().iter().cloned());
        if items.len() > 3 * BATCH_SIZE {
            return (request, items);
        }
    }
    unreachable!("the requests are endless")
}

const BATCH_SIZE: usize = 7;
