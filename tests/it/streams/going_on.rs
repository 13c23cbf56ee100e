//! A run that stops goes on where it was, from the JSON of a cursor.

use std::collections::BTreeSet;

use chat_admin::{Admin, Pages};
use chat_tests::Wire;
use chat_types::{
    Paged, UnixSeconds, conversation, follow, group,
    group::{GetGroupBanMember, GetGroupMemberInfo, GetJoinedGroupList},
    message,
    message::{AdminGetRoamMsg, GroupGetKeyValues, GroupMsgGetSimple},
    moderation, official_account, relationship,
    spec::EndpointSpec,
    typed::{self, TypedEndpoint},
};
use futures_util::{StreamExt, TryStreamExt};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{ahead::joined, ban_page};
use crate::{jobs::block_on, reading::arbitrary};

#[test]
fn every_paged_endpoint_asks_the_same_whether_it_is_stopped_or_not() {
    let checked = [
        check::<conversation::GetContactGroup>(),
        check::<conversation::GetContactList>(),
        check::<follow::FollowGet>(),
        check::<group::GetAppidGroupList>(),
        check::<GetGroupBanMember>(),
        check::<GetGroupMemberInfo>(),
        check::<GetJoinedGroupList>(),
        check::<group::GetOnlineMembers>(),
        check::<group::GetPermissionGroup>(),
        check::<group::GetPermissionGroupMemberList>(),
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
        check::<relationship::BlackListGet>(),
        check::<relationship::FriendGet>(),
    ];
    let specs = typed::all().iter().map(TypedEndpoint::spec);
    let paged = specs.filter(|spec| spec.paging.is_some()).map(|spec| spec.id().to_string());
    assert_eq!(
        checked.iter().map(|spec| spec.id().to_string()).collect::<BTreeSet<_>>(),
        paged.collect()
    );
}

/// Pages through arbitrary answers, in one run and in one run per page.
fn check<E: Paged + DeserializeOwned + 'static>() -> &'static EndpointSpec {
    let mut longest = 0;
    for seed in 0..24 {
        let request: E = serde_json::from_value(arbitrary(seed).request(E::SPEC)).unwrap();
        let responses = move |number: usize, _: &Value| {
            Ok(arbitrary(1_000 * seed + number as u64).response(E::SPEC))
        };
        let straight = Wire::new(responses);
        let stopped = Wire::new(responses);
        let (straight_admin, stopped_admin) = (straight.admin().unwrap(), stopped.admin().unwrap());
        block_on(async {
            let mut pages = straight_admin.pages(request.clone()).by_page().take(6);
            let mut stored = None;
            let mut number = 0;
            // Chance may name a place twice, which only the run that goes on can notice.
            while let Some(Ok(page)) = pages.next().await {
                let again = go_on(stopped_admin.pages(request.clone()), stored.as_deref());
                let again = again.by_page().try_next().await.unwrap().unwrap();
                assert_eq!((page.items.len(), page.next), (again.items.len(), again.next.clone()));
                stored = again.next.map(|next| serde_json::to_string(&next).unwrap());
                number += 1;
                assert_eq!(straight.sent()[..number], stopped.sent()[..]);
            }
            longest = longest.max(number);
        });
    }
    assert!(longest >= 3, "{}: no list was longer than {longest} pages", E::SPEC.id());
    E::SPEC
}

fn go_on<E: Paged>(pages: Pages<E>, stored: Option<&str>) -> Pages<E> {
    match stored {
        Some(stored) => pages.start_at(serde_json::from_str(stored).unwrap()),
        None => pages,
    }
}

/// Reads one page per run and goes on from the stored text of its cursor.
fn page_by_page<E: Paged + 'static>(
    admin: &Admin,
    request: &E,
    id: fn(&E::Item) -> String,
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut stored: Option<String> = None;
    loop {
        let pages = go_on(admin.pages(request.clone()), stored.as_deref()).page_size(7);
        let page = block_on(pages.by_page().try_next()).unwrap().unwrap();
        ids.extend(page.items.iter().map(id));
        match page.next {
            Some(next) => stored = Some(serde_json::to_string(&next).unwrap()),
            None => return ids,
        }
    }
}

#[test]
fn offsets_are_stored_whether_counted_or_told() {
    let names: Vec<String> = (0..50).map(|number| format!("g{number}")).collect();
    let wire = Wire::new(|_, request| Ok(joined(request, 50, 100)));
    let request = GetJoinedGroupList::new("peter");
    let came = page_by_page(&wire.admin().unwrap(), &request, |group| group.group_id.to_string());
    assert_eq!((came, wire.sent().len()), (names, 8));

    let names: Vec<String> = (0..50).map(|number| format!("user{number}")).collect();
    let wire = Wire::new(|_, request| Ok(ban_page(request, 50, true)));
    let request = GetGroupBanMember::new("g");
    let came =
        page_by_page(&wire.admin().unwrap(), &request, |entry| entry.member_account.to_string());
    assert_eq!((came, wire.sent().len()), (names, 9));
}

#[test]
fn texts_are_stored() {
    let wire = Wire::new(|_, request| {
        let start = match request["Next"].as_str().unwrap() {
            "" => 0,
            text => text.strip_prefix("after ").unwrap().parse::<u64>().unwrap(),
        };
        let end = (start + request["Limit"].as_u64().unwrap()).min(50);
        let members: Vec<Value> =
            (start..end).map(|n| json!({ "Member_Account": format!("user{n}") })).collect();
        let next = if end < 50 { format!("after {end}") } else { String::new() };
        Ok(json!({ "ErrorCode": 0, "MemberNum": 50, "MemberList": members, "Next": next }))
    });
    let request = GetGroupMemberInfo::new("@TGS#_@TGS#c1");
    let came =
        page_by_page(&wire.admin().unwrap(), &request, |member| member.member_account.to_string());
    assert_eq!(came, (0..50).map(|number| format!("user{number}")).collect::<Vec<_>>());
    assert_eq!(wire.sent().len(), 8);
}

#[test]
fn sequence_numbers_are_stored_downwards_and_upwards() {
    let wire = Wire::new(|_, request| {
        let from = request["ReqMsgSeq"].as_u64().unwrap_or(50);
        let messages: Vec<Value> =
            (1..=from).rev().take(7).map(|seq| json!({ "MsgSeq": seq })).collect();
        Ok(json!({ "ErrorCode": 0, "RspMsgList": messages }))
    });
    let request = GroupMsgGetSimple::new("g", 20);
    let came =
        page_by_page(&wire.admin().unwrap(), &request, |message| message.msg_seq.to_string());
    assert_eq!(came, (1..=50).rev().map(|seq| seq.to_string()).collect::<Vec<_>>());

    // Going on at the last number brings its pair again.
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
    let mut came = page_by_page(&wire.admin().unwrap(), &request, |pair| pair.key.clone());
    came.dedup();
    assert_eq!(came, (1..=50).map(|seq| seq.to_string()).collect::<Vec<_>>());
}

#[test]
fn several_fields_are_stored_together() {
    let wire = Wire::new(|_, request| {
        let from = match request["LastMsgKey"].as_str() {
            Some(key) => key.parse::<u64>().unwrap(),
            None => 50,
        };
        assert_eq!(request["MaxTime"].as_u64().unwrap(), 1_000 + from, "the two go together");
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
    let came =
        page_by_page(&wire.admin().unwrap(), &request, |message| message.msg_key.to_string());
    assert_eq!(came, (1..=50).rev().map(|seq| seq.to_string()).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_run_that_fails_again_and_again_loses_and_repeats_nothing(
        total in 0..100_u64,
        fails in prop::collection::vec(any::<bool>(), 0..30),
        mode in 0..3_u8,
    ) {
        let wire = Wire::new(move |number, request| match fails.get(number) {
            Some(true) => Ok(json!({ "ErrorCode": 10004, "ErrorInfo": "not now" })),
            _ => Ok(joined(request, total, 9)),
        });
        let admin = wire.admin().unwrap();
        let mut came = Vec::new();
        let mut stored: Option<String> = None;
        loop {
            let groups = go_on(admin.account("peter").joined_groups(), stored.as_deref());
            let groups = match mode {
                0 => groups,
                1 => groups.prefetch(),
                _ => groups.in_parallel(4),
            };
            match block_on(groups.collect_into(&mut came)) {
                Ok(()) => break,
                Err(error) => stored = error.cursor_json().map(str::to_owned),
            }
        }
        let ids: Vec<String> = came.iter().map(|group| group.group_id.to_string()).collect();
        prop_assert_eq!(ids, (0..total).map(|number| format!("g{number}")).collect::<Vec<_>>());
    }
}
