//! What a response says about each item of a request.

use std::collections::BTreeSet;

use chat_types::{
    Batched, ItemOutcome,
    account::{AccountToImport, MultiaccountImport},
    conversation::{Contact, ContactGroupToCreate, ContactType, CreateContactGroup},
    group::{
        AddGroupMember, AvChatRoomCommand, ForbidSendMsg, GetGroupInfo, GetRoleInGroup,
        MemberMarks, MemberToAdd, ModifyMemberMarks,
    },
    message::{
        BatchSendMsg, C2cSetKeyValues, MsgElement, MsgExtensionOperation, MsgExtensionToSet,
    },
    topic::GetTopic,
};

#[test]
fn response_without_item_results_means_all_done() {
    let mute = ForbidSendMsg::new("g", ["a", "b"], chat_types::MuteTime::Unmute);
    check(&mute, "{}", &["Done", "Done"]);
}

#[test]
fn results_are_matched_by_account_in_request_order() {
    let add = AddGroupMember::new("g", ["a", "b", "c", "d", "e"].map(MemberToAdd::new));
    let response = r#"{"MemberList":[
        {"Member_Account":"d","Result":3},
        {"Member_Account":"a","Result":1},
        {"Member_Account":"c","Result":0},
        {"Member_Account":"b","Result":2}
    ]}"#;
    check(&add, response, &["Done", "Done", "Failed(0)", "Pending", "Unknown"]);
}

#[test]
fn missing_group_fails_only_its_own_item() {
    let get = GetGroupInfo::new(["g1", "g2"]);
    let response = r#"{"GroupInfo":[
        {"GroupId":"g1","ErrorCode":0,"ErrorInfo":"","Name":"one"},
        {"GroupId":"g2","ErrorCode":10010,"ErrorInfo":"group not exist"}
    ]}"#;
    check(&get, response, &["Done", "Failed(10010)"]);
}

#[test]
fn items_not_listed_as_failures_are_done() {
    let import = MultiaccountImport::new().account_list(["a", "b"].map(AccountToImport::new));
    check(&import, r#"{"FailAccounts":["b"]}"#, &["Done", "Failed"]);
    check(&import, r#"{"FailAccounts":null}"#, &["Done", "Done"]);
    check(&import, "{}", &["Done", "Done"]);
}

#[test]
fn item_id_is_found_in_a_nested_object() {
    let pairs = ["a", "b", "c"].map(|key| MsgExtensionToSet::new(key, "value"));
    let set = C2cSetKeyValues::new("to", "1_2_3", MsgExtensionOperation::Set).extension_list(pairs);
    let response = r#"{"ExtensionList":[
        {"ErrorCode":23001,"Extension":{"Key":"c","Value":"theirs","Seq":4}},
        {"ErrorCode":0,"Extension":{"Key":"a","Value":"value","Seq":5}}
    ]}"#;
    check(&set, response, &["Done", "Unknown", "Failed(23001)"]);

    let get = GetTopic::new("@TGS#_c", "peter").topic_id_list(["t1", "t2"]);
    let response = r#"{"TopicAndSelfInfo":[
        {"ErrorCode":110003,"ErrorInfo":"deleted","TopicInfo":{"TopicId":"t2"}},
        {"ErrorCode":0,"TopicInfo":{"TopicId":"t1"}}
    ]}"#;
    check(&get, response, &["Done", "Failed(110003)"]);
    // If a filter removes the id, no entry can be matched to its topic.
    check(
        &get,
        r#"{"TopicAndSelfInfo":[{"ErrorCode":0,"TopicInfo":{}}]}"#,
        &["Unknown", "Unknown"],
    );
}

#[test]
fn contact_group_is_done_when_all_its_contacts_are() {
    let contacts = ["a", "b"].map(|user| Contact::new(ContactType::C2C).to_account(user));
    let create = CreateContactGroup::new("peter", [ContactGroupToCreate::new("work", contacts)]);
    let response = |second: i32| {
        format!(
            r#"{{"GroupResultItem":[{{"GroupItem":{{"GroupName":"work","GroupId":7}},"ResultItem":[
                {{"ContactItem":{{"Type":1,"To_Account":"a"}},"ResultCode":0}},
                {{"ContactItem":{{"Type":1,"To_Account":"b"}},"ResultCode":{second}}}
            ]}}]}}"#
        )
    };
    check(&create, &response(0), &["Done"]);
    check(&create, &response(51008), &["Failed(51008)"]);
    check(&create, "{}", &["Unknown"]);
}

#[test]
fn items_not_listed_as_successes_failed_or_are_unknown() {
    let members = ["a", "b"].map(|member| MemberMarks::new(member, [1000]));
    let mark = ModifyMemberMarks::new("g", AvChatRoomCommand::Set, members);
    check(&mark, r#"{"MemberList":[{"Member_Account":"b"}]}"#, &["Failed", "Done"]);
    let get_role = GetRoleInGroup::new("g", ["a", "b"]);
    let response = r#"{"UserIdList":[{"Member_Account":"a","Role":"NotMember"}]}"#;
    check(&get_role, response, &["Done", "Unknown"]);
}

#[test]
fn part_ids_are_distinct_and_reproducible() {
    let send = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new()).msg_seq(41);
    let part = |number| send.for_part(number, vec!["a".into()]).msg_seq;
    assert_eq!(part(0), Some(41));
    assert_eq!(part(3), part(3));
    let next = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new()).msg_seq(42);
    let both = |number| [part(number), next.for_part(number, vec!["a".into()]).msg_seq];
    let ids: BTreeSet<Option<u32>> = (0..10_000).flat_map(both).collect();
    assert_eq!(ids.len(), 20_000);
    // Without a number, the parts stay as they are.
    let plain = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new());
    assert_eq!(plain.for_part(3, vec!["a".into()]), plain);
}

/// Asserts the outcomes that a response states for the items of a request.
fn check<E: Batched>(request: &E, response: &str, expected: &[&str]) {
    let response = serde_json::from_str(response).unwrap();
    let outcomes: Vec<String> = request
        .outcomes(&response)
        .into_iter()
        .map(|outcome| match outcome {
            ItemOutcome::Failed { code: Some(code), .. } => format!("Failed({code})"),
            ItemOutcome::Failed { .. } => "Failed".to_owned(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(outcomes, expected);
}
