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
fn an_answer_without_item_results_says_that_all_was_done() {
    let mute = ForbidSendMsg::new("g", ["a", "b"], chat_types::MuteTime::Unmute);
    check(&mute, "{}", &["Done", "Done"]);
}

#[test]
fn results_are_matched_by_account_and_kept_in_the_order_of_the_request() {
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
fn a_group_that_does_not_exist_shows_in_its_own_entry_only() {
    let get = GetGroupInfo::new(["g1", "g2"]);
    let response = r#"{"GroupInfo":[
        {"GroupId":"g1","ErrorCode":0,"ErrorInfo":"","Name":"one"},
        {"GroupId":"g2","ErrorCode":10010,"ErrorInfo":"group not exist"}
    ]}"#;
    check(&get, response, &["Done", "Failed(10010)"]);
}

#[test]
fn a_list_of_failures_means_that_the_others_were_done() {
    let import = MultiaccountImport::new().account_list(["a", "b"].map(AccountToImport::new));
    check(&import, r#"{"FailAccounts":["b"]}"#, &["Done", "Failed"]);
    check(&import, r#"{"FailAccounts":null}"#, &["Done", "Done"]);
    check(&import, "{}", &["Done", "Done"]);
}

#[test]
fn an_item_is_found_where_its_id_stands_inside_an_object_of_its_entry() {
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
    // Filtered out, the id ties no entry to its topic.
    check(
        &get,
        r#"{"TopicAndSelfInfo":[{"ErrorCode":0,"TopicInfo":{}}]}"#,
        &["Unknown", "Unknown"],
    );
}

#[test]
fn a_group_is_done_when_all_that_was_to_go_into_it_is() {
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
fn a_list_of_successes_means_that_the_others_failed_or_are_unknown() {
    let members = ["a", "b"].map(|member| MemberMarks::new(member, [1000]));
    let mark = ModifyMemberMarks::new("g", AvChatRoomCommand::Set, members);
    check(&mark, r#"{"MemberList":[{"Member_Account":"b"}]}"#, &["Failed", "Done"]);
    let ask = GetRoleInGroup::new("g", ["a", "b"]);
    let response = r#"{"UserIdList":[{"Member_Account":"a","Role":"NotMember"}]}"#;
    check(&ask, response, &["Done", "Unknown"]);
}

#[test]
fn the_parts_of_a_list_are_told_apart_and_the_same_part_is_made_again_alike() {
    let send = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new()).msg_seq(41);
    let part = |number| send.for_part(number, vec!["a".into()]).msg_seq;
    assert_eq!(part(0), Some(41));
    assert_eq!(part(3), part(3));
    let next = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new()).msg_seq(42);
    let of_both = |number| [part(number), next.for_part(number, vec!["a".into()]).msg_seq];
    let marks: BTreeSet<Option<u32>> = (0..10_000).flat_map(of_both).collect();
    assert_eq!(marks.len(), 20_000);
    // Without a number there is none to change.
    let plain = BatchSendMsg::new(["a"], 7, Vec::<MsgElement>::new());
    assert_eq!(plain.for_part(3, vec!["a".into()]), plain);
}

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
