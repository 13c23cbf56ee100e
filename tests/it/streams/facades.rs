//! The lists of the facades send the documented requests.

use chat_tests::Wire;
use chat_types::{GroupType, UnixSeconds, group::Role};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::jobs::block_on;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn history_goes_from_a_message_back_to_a_time(
        newest in 0..120_u64,
        before in 0..150_u64,
        since in 990..1_150_u64,
        prefetches: bool,
    ) {
        let wire = Wire::new(move |_, request| Ok(history_page(request, newest)));
        let mut history = wire.admin().unwrap().group("g").history();
        if prefetches {
            history = history.prefetch();
        }
        let messages = block_on(history.before_seq(before).since(UnixSeconds::new(since)).all());
        let seqs: Vec<u64> = messages.unwrap().iter().map(|message| message.msg_seq).collect();
        let oldest = since.saturating_sub(1_000).max(1);
        let expected: Vec<u64> = (oldest..before.min(newest + 1)).rev().collect();
        // A hole has no time, so one may follow between the last message in range and the next one.
        let timed: Vec<u64> = seqs.iter().copied().filter(|seq| *seq >= oldest).collect();
        prop_assert_eq!(timed, expected);
        prop_assert!(seqs.iter().all(|seq| *seq >= oldest || is_hole(*seq)), "{:?}", seqs);
        prop_assert!(wire.sent().iter().all(|sent| sent["ReqMsgSeq"] != 0));
    }
}

#[test]
fn history_options_reach_the_service() {
    let wire = Wire::new(|_, request| Ok(history_page(request, 3)));
    let history = wire.admin().unwrap().group("g").history();
    let newest = block_on(history.with_recalled().in_topic("t").before_seq(3).first(1)).unwrap();
    assert_eq!(newest[0].msg_seq, 2);
    let expected = json!({
        "GroupId": "g", "ReqMsgNumber": 1, "ReqMsgSeq": 2, "WithRecalledMsg": 1, "TopicId": "t"
    });
    assert_eq!(wire.sent(), [expected]);
}

#[test]
fn members_are_filtered_by_role() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0, "MemberNum": 9, "MemberList": [] })));
    let members = wire.admin().unwrap().group("g").members();
    block_on(members.with_role(Role::Owner).with_role(Role::Admin).all()).unwrap();
    assert_eq!(wire.sent()[0]["MemberRoleFilter"], json!(["Owner", "Admin"]));
}

#[test]
fn groups_of_an_account_are_filtered_by_type() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0, "TotalCount": 0, "GroupIdList": [] })));
    let groups = wire.admin().unwrap().account("peter").joined_groups();
    let groups = groups.with_audio_video_groups().with_inactive_groups();
    block_on(groups.of_type(GroupType::AVChatRoom).all()).unwrap();
    let expected = json!({
        "Member_Account": "peter", "WithHugeGroups": 1, "WithNoActiveGroups": 1, "Limit": 5_000,
        "GroupType": "AVChatRoom"
    });
    assert_eq!(wire.sent(), [expected]);
}

#[test]
fn friends_and_blocked_accounts_are_read_to_the_end() {
    let wire = Wire::new(|_, request| {
        let start = request["StartIndex"].as_u64().unwrap();
        let last = start == 2;
        let next = if last { 0 } else { start + 1 };
        let account = json!([{ "To_Account": format!("user{start}") }]);
        Ok(match request.get("MaxLimited") {
            Some(_) => json!({ "ErrorCode": 0, "BlackListItem": account, "StartIndex": next }),
            None => json!({
                "ErrorCode": 0, "UserDataItem": account, "CompleteFlag": u8::from(last),
                "NextStartIndex": next,
            }),
        })
    });
    let peter = wire.admin().unwrap().account("peter");
    let names = |accounts: Vec<chat_types::UserId>| {
        accounts.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let friends = block_on(peter.friends().all()).unwrap();
    let friends = names(friends.into_iter().map(|friend| friend.to_account).collect());
    let blocked = block_on(peter.blocked().all()).unwrap();
    let blocked = names(blocked.into_iter().map(|blocked| blocked.to_account).collect());
    assert_eq!(friends, ["user0", "user1", "user2"]);
    assert_eq!(blocked, friends);
    assert_eq!(wire.sent()[3]["From_Account"], "peter");
}

/// A page of messages with numbers up to `newest`. Message n has the time 1000 + n; some are holes.
fn history_page(request: &Value, newest: u64) -> Value {
    let from = request["ReqMsgSeq"].as_u64().unwrap_or(newest).min(newest);
    let number = usize::try_from(request["ReqMsgNumber"].as_u64().unwrap()).unwrap();
    let messages: Vec<Value> = (1..=from)
        .rev()
        .take(number)
        .map(|seq| match is_hole(seq) {
            true => json!({ "MsgSeq": seq, "IsPlaceMsg": 1 }),
            false => json!({ "MsgSeq": seq, "IsPlaceMsg": 0, "MsgTimeStamp": 1_000 + seq }),
        })
        .collect();
    json!({ "ErrorCode": 0, "GroupId": "g", "IsFinished": 1, "RspMsgList": messages })
}

fn is_hole(seq: u64) -> bool {
    seq % 7 == 3
}
