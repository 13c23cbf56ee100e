//! Arrays of which some entries do not match their type.

use chat_types::{
    Batched, Entries, ItemOutcome, Paged,
    account::{AccountToImport, MultiaccountImport},
    group::{AddGroupMember, GetGroupMemberInfo, GetGroupMemberInfoResponse, MemberToAdd},
    message::{GroupMsgGetSimple, GroupMsgGetSimpleResponse},
};
use serde_json::{Value, json};

#[test]
fn entries_are_read_around_those_of_another_form() {
    let json = json!([7, "a", { "Key": 1 }, null, "b"]);
    let read: Entries<String> = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(&*read, ["a", "b"]);
    assert_eq!(read.received(), 5);
    let others: Vec<_> =
        read.unrecognized().iter().map(|other| (other.index(), other.json().clone())).collect();
    assert_eq!(
        others,
        [(Some(0), json!(7)), (Some(2), json!({ "Key": 1 })), (Some(3), Value::Null)]
    );
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
    let from_text: Entries<String> = serde_json::from_str(&json.to_string()).unwrap();
    assert_eq!((from_text.len(), from_text.unrecognized().len()), (2, 3));
}

#[test]
fn null_is_an_empty_array_and_anything_else_is_kept() {
    assert_eq!(read("null"), Entries::default());
    for other in ["{}", r#"{"OpType":1}"#, r#""""#, "7", "-7", "1.5", "true"] {
        let kept = read(other);
        assert_eq!((kept.len(), kept.received()), (0, 0), "{other}");
        assert_eq!(kept.unrecognized()[0].index(), None);
        assert!(kept.unrecognized()[0].reason().contains("expected an array"));
        assert_eq!(serde_json::to_string(&kept).unwrap(), other);
    }
    assert!(serde_json::from_str::<Entries<String>>(r#"["a",]"#).is_err());
}

#[test]
fn integers_may_be_strings_of_digits() {
    let response = r#"{"RspMsgList":[{"MsgSeq":"7","MsgRandom":" 8 "},{"MsgSeq":"seven"}]}"#;
    let list = serde_json::from_str::<GroupMsgGetSimpleResponse>(response).unwrap().rsp_msg_list;
    assert_eq!((list[0].msg_seq, list[0].msg_random), (7, Some(8)));
    assert_eq!(list.unrecognized()[0].index(), Some(1));
    assert!(list.unrecognized()[0].reason().contains("seven"));
}

#[test]
fn unrecognized_items_have_an_unknown_outcome() {
    let add = AddGroupMember::new("g", ["a", "b"].map(MemberToAdd::new));
    check(
        &add,
        json!({ "MemberList": [{ "Member_Account": "a", "Result": 1 }, 7] }),
        &[ItemOutcome::Done, ItemOutcome::Unknown],
    );
    // A failure that cannot be read may be that of any account.
    let import = MultiaccountImport::new().account_list(["a", "b"].map(AccountToImport::new));
    check(
        &import,
        json!({ "FailAccounts": [{ "UserID": "b" }] }),
        &[ItemOutcome::Unknown, ItemOutcome::Unknown],
    );
    check(&import, json!({ "FailAccounts": "a" }), &[ItemOutcome::Unknown, ItemOutcome::Unknown]);
}

#[test]
fn unrecognized_entries_count_for_the_next_page() {
    let members = json!({ "MemberNum": 4, "MemberList": [{ "Member_Account": "a" }, 7] });
    let members: GetGroupMemberInfoResponse = serde_json::from_value(members).unwrap();
    let page = GetGroupMemberInfo::new("g").page(members);
    assert_eq!((page.items.len(), page.unrecognized.len()), (1, 1));
    assert_eq!(serde_json::to_value(page.next).unwrap(), json!({ "Offset": 2 }));

    let history = json!({ "RspMsgList": [{ "MsgSeq": 9 }, { "MsgSeq": 8, "From_Account": {} }] });
    let history: GroupMsgGetSimpleResponse = serde_json::from_value(history).unwrap();
    let page = GroupMsgGetSimple::new("g", 20).page(history);
    assert_eq!((page.items.len(), page.next), (1, Some(7)));
}

fn read(json: &str) -> Entries<String> {
    serde_json::from_str(json).unwrap()
}

fn check<E: Batched>(request: &E, response: Value, outcomes: &[ItemOutcome; 2]) {
    let response = serde_json::from_value(response).unwrap();
    assert_eq!(request.outcomes(&response), *outcomes);
}
