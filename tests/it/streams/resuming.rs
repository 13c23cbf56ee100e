//! A run that stops can be resumed from the JSON of a cursor.

use std::collections::BTreeSet;

use chat_admin::{Admin, Pages};
use chat_arbitrary::arbitrary;
use chat_tests::Wire;
use chat_types::{
    Paged, UnixSeconds, call, conversation, desk, follow, group,
    group::{GetGroupBanMember, GetGroupMemberInfo, GetJoinedGroupList},
    live, message,
    message::{AdminGetRoamMsg, GroupGetKeyValues, GroupMsgGetSimple},
    moderation, official_account, push, relationship, room,
    spec::EndpointSpec,
    typed::{self, TypedEndpoint},
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ban_page, prefetching::joined_groups_page};
use crate::jobs::block_on;

#[test]
fn resumed_run_sends_the_same_requests_for_every_endpoint() {
    let checked = [
        check::<call::GetRecordByFilter>(),
        check::<conversation::GetContactGroup>(),
        check::<conversation::GetContactList>(),
        check::<desk::DescribeAgentStatistics>(),
        check::<desk::DescribeChatMessages>(),
        check::<desk::DescribeImCdrList>(),
        check::<desk::GetMemberGroupList>(),
        check::<desk::GetMemberList>(),
        check::<desk::GetMemberListInGroup>(),
        check::<desk::ListFaq>(),
        check::<follow::FollowGet>(),
        check::<group::GetAppidGroupList>(),
        check::<GetGroupBanMember>(),
        check::<GetGroupMemberInfo>(),
        check::<GetJoinedGroupList>(),
        check::<group::GetOnlineMembers>(),
        check::<group::GetPermissionGroup>(),
        check::<group::GetPermissionGroupMemberList>(),
        check::<live::GetBannedMemberList>(),
        check::<live::GetMemberList>(),
        check::<live::GetRoomList>(),
        check::<AdminGetRoamMsg>(),
        check::<message::C2cGetKeyValues>(),
        check::<message::GetGroupMsgReceiptDetail>(),
        check::<GroupGetKeyValues>(),
        check::<GroupMsgGetSimple>(),
        check::<moderation::GetCloudAuditKeywords>(),
        check::<moderation::GetCloudAuditKeywordsIds>(),
        check::<moderation::GetLocalAuditKeywords>(),
        check::<official_account::GetSubscribedOfficialAccountList>(),
        check::<official_account::GetSubscriberInfo>(),
        check::<official_account::OfficialAccountMsgGetSimple>(),
        check::<push::ListSchedTask>(),
        check::<relationship::BlackListGet>(),
        check::<relationship::FriendGet>(),
        check::<room::GetBannedMemberList>(),
        check::<room::GetRoomMemberList>(),
    ];
    let specs = typed::all().iter().map(TypedEndpoint::spec);
    let paged = specs.filter(|spec| spec.paging.is_some()).map(|spec| spec.id().to_string());
    assert_eq!(
        checked.iter().map(|spec| spec.id().to_string()).collect::<BTreeSet<_>>(),
        paged.collect()
    );
}

/// Reads pages of arbitrary responses in one run and in one run per page, and compares the requests.
fn check<E: Paged + DeserializeOwned + 'static>() -> &'static EndpointSpec {
    let mut longest = 0;
    for seed in 0..24 {
        let request: E = serde_json::from_value(arbitrary(seed).request(E::SPEC)).unwrap();
        let responses = move |number: usize, _: &Value| {
            Ok(arbitrary(1_000 * seed + number as u64).response(E::SPEC))
        };
        let uninterrupted = Wire::new(responses);
        let resumed = Wire::new(responses);
        let admin = uninterrupted.admin().unwrap();
        let resuming_admin = resumed.admin().unwrap();
        block_on(async {
            let mut pages = admin.pages(request.clone()).pages();
            let mut stored = None;
            let mut number = 0;
            // Arbitrary responses may repeat a cursor, which only the uninterrupted run can detect.
            while number < 6
                && let Some(Ok(page)) = pages.next().await
            {
                let rest = resume(resuming_admin.pages(request.clone()), stored.as_deref());
                let same = rest.pages().next().await.unwrap().unwrap();
                assert_eq!((page.items.len(), page.next), (same.items.len(), same.next.clone()));
                stored = same.next.map(|next| serde_json::to_string(&next).unwrap());
                number += 1;
                assert_eq!(uninterrupted.sent()[..number], resumed.sent()[..]);
            }
            longest = longest.max(number);
        });
    }
    assert!(longest >= 3, "{}: no list was longer than {longest} pages", E::SPEC.id());
    E::SPEC
}

fn resume<E: Paged>(pages: Pages<E>, stored: Option<&str>) -> Pages<E> {
    match stored {
        Some(stored) => pages.start_at(serde_json::from_str(stored).unwrap()),
        None => pages,
    }
}

/// Reads one page per run and resumes from the stored JSON of its cursor.
fn page_by_page<E: Paged + 'static>(
    admin: &Admin,
    request: &E,
    id: fn(&E::Item) -> String,
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut stored: Option<String> = None;
    loop {
        let pages = resume(admin.pages(request.clone()), stored.as_deref()).page_size(7);
        let page = block_on(pages.pages().next()).unwrap().unwrap();
        ids.extend(page.items.iter().map(id));
        match page.next {
            Some(next) => stored = Some(serde_json::to_string(&next).unwrap()),
            None => return ids,
        }
    }
}

#[test]
fn counted_and_returned_offsets_can_be_stored() {
    let names: Vec<String> = (0..50).map(|number| format!("g{number}")).collect();
    let wire = Wire::new(|_, request| Ok(joined_groups_page(request, 50, 100)));
    let request = GetJoinedGroupList::new("peter");
    let ids = page_by_page(&wire.admin().unwrap(), &request, |group| group.group_id.to_string());
    assert_eq!((ids, wire.sent().len()), (names, 8));

    let names: Vec<String> = (0..50).map(|number| format!("user{number}")).collect();
    let wire = Wire::new(|_, request| Ok(ban_page(request, 50, true)));
    let request = GetGroupBanMember::new("g");
    let ids =
        page_by_page(&wire.admin().unwrap(), &request, |entry| entry.member_account.to_string());
    assert_eq!((ids, wire.sent().len()), (names, 9));
}

#[test]
fn string_cursors_can_be_stored() {
    let wire = Wire::new(|_, request| {
        let start = match request["Next"].as_str().unwrap() {
            "" => 0,
            next => next.strip_prefix("after ").unwrap().parse::<u64>().unwrap(),
        };
        let end = (start + request["Limit"].as_u64().unwrap()).min(50);
        let members: Vec<Value> =
            (start..end).map(|n| json!({ "Member_Account": format!("user{n}") })).collect();
        let next = if end < 50 { format!("after {end}") } else { String::new() };
        Ok(json!({ "ErrorCode": 0, "MemberNum": 50, "MemberList": members, "Next": next }))
    });
    let request = GetGroupMemberInfo::new("@TGS#_@TGS#c1");
    let ids =
        page_by_page(&wire.admin().unwrap(), &request, |member| member.member_account.to_string());
    assert_eq!(ids, (0..50).map(|number| format!("user{number}")).collect::<Vec<_>>());
    assert_eq!(wire.sent().len(), 8);
}

#[test]
fn sequence_numbers_can_be_stored_in_both_directions() {
    let wire = Wire::new(|_, request| {
        let from = request["ReqMsgSeq"].as_u64().unwrap_or(50);
        let messages: Vec<Value> =
            (1..=from).rev().take(7).map(|seq| json!({ "MsgSeq": seq })).collect();
        Ok(json!({ "ErrorCode": 0, "RspMsgList": messages }))
    });
    let request = GroupMsgGetSimple::new("g", 20);
    let ids = page_by_page(&wire.admin().unwrap(), &request, |message| message.msg_seq.to_string());
    assert_eq!(ids, (1..=50).rev().map(|seq| seq.to_string()).collect::<Vec<_>>());

    // A run that starts at the last number returns its pair again.
    let wire = Wire::new(|_, request| {
        let from = request["StartSeq"].as_u64().unwrap_or(1);
        let pairs: Vec<Value> = (from..=50)
            .take(7)
            .map(|seq| json!({ "Key": seq.to_string(), "Value": "v", "Seq": seq }))
            .collect();
        let complete = u8::from(from + 6 >= 50);
        Ok(json!({ "ErrorCode": 0, "CompleteFlag": complete, "ExtensionList": pairs }))
    });
    let request = GroupGetKeyValues::new("g", 1);
    let mut ids = page_by_page(&wire.admin().unwrap(), &request, |pair| pair.key.clone());
    ids.dedup();
    assert_eq!(ids, (1..=50).map(|seq| seq.to_string()).collect::<Vec<_>>());
}

#[test]
fn cursor_of_several_fields_can_be_stored() {
    let wire = Wire::new(|_, request| {
        let from = match request["LastMsgKey"].as_str() {
            Some(key) => key.parse::<u64>().unwrap(),
            None => 50,
        };
        assert_eq!(
            request["MaxTime"].as_u64().unwrap(),
            1_000 + from,
            "the two fields belong together"
        );
        let messages: Vec<Value> = (1..=from)
            .rev()
            .take(7)
            .map(|seq| json!({ "From_Account": "a", "To_Account": "b", "MsgKey": seq.to_string() }))
            .collect();
        let rest = from.saturating_sub(7);
        Ok(json!({
            "ErrorCode": 0, "Complete": u8::from(rest == 0), "MsgList": messages,
            "LastMsgTime": 1_000 + rest, "LastMsgKey": rest.to_string(),
        }))
    });
    let request =
        AdminGetRoamMsg::new("a", "b", 7, UnixSeconds::new(0), UnixSeconds::new(1_000 + 50));
    let ids = page_by_page(&wire.admin().unwrap(), &request, |message| message.msg_key.to_string());
    assert_eq!(ids, (1..=50).rev().map(|seq| seq.to_string()).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn run_that_fails_repeatedly_loses_and_repeats_nothing(
        total in 0..100_u64,
        fails in prop::collection::vec(any::<bool>(), 0..30),
        mode in 0..3_u8,
    ) {
        let wire = Wire::new(move |number, request| match fails.get(number) {
            Some(true) => Ok(json!({ "ErrorCode": 10004, "ErrorInfo": "not now" })),
            _ => Ok(joined_groups_page(request, total, 9)),
        });
        let admin = wire.admin().unwrap();
        let mut groups_read = Vec::new();
        let mut stored: Option<String> = None;
        loop {
            let groups = resume(admin.account("peter").joined_groups(), stored.as_deref());
            let groups = match mode {
                0 => groups,
                1 => groups.prefetch(),
                _ => groups.in_parallel(4),
            };
            match block_on(groups.collect_into(&mut groups_read)) {
                Ok(()) => break,
                Err(error) => {
                    stored = error.cursor().map(|cursor| serde_json::to_string(cursor).unwrap());
                }
            }
        }
        let ids: Vec<String> = groups_read.iter().map(|group| group.group_id.to_string()).collect();
        prop_assert_eq!(ids, (0..total).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }
}
