use chat_types::{
    Batched, ItemOutcome,
    account::{AccountToImport, MultiaccountImport},
    group::{AddGroupMember, ForbidSendMsg, GetGroupInfo, MemberToAdd},
};

#[test]
fn an_answer_without_item_results_says_that_all_was_done() {
    let mute = ForbidSendMsg::new("g", ["a", "b"], chat_types::MuteTime::Unmute);
    check(&mute, "{}", &["Done", "Done"]);
}

#[test]
fn results_are_matched_by_account_and_kept_in_the_order_of_the_request() {
    let add = AddGroupMember::new("g", ["a", "b", "c", "d", "e"].map(MemberToAdd::new));
    let answer = r#"{"MemberList":[
        {"Member_Account":"d","Result":3},
        {"Member_Account":"a","Result":1},
        {"Member_Account":"c","Result":0},
        {"Member_Account":"b","Result":2}
    ]}"#;
    check(&add, answer, &["Done", "Done", "Failed(0)", "Pending", "Unknown"]);
}

#[test]
fn a_group_that_does_not_exist_shows_in_its_own_entry_only() {
    let get = GetGroupInfo::new(["g1", "g2"]);
    let answer = r#"{"GroupInfo":[
        {"GroupId":"g1","ErrorCode":0,"ErrorInfo":"","Name":"one"},
        {"GroupId":"g2","ErrorCode":10010,"ErrorInfo":"group not exist"}
    ]}"#;
    check(&get, answer, &["Done", "Failed(10010)"]);
}

#[test]
fn a_list_of_failures_means_that_the_others_were_done() {
    let import = MultiaccountImport::new().account_list(["a", "b"].map(AccountToImport::new));
    check(&import, r#"{"FailAccounts":["b"]}"#, &["Done", "Failed"]);
    check(&import, r#"{"FailAccounts":null}"#, &["Done", "Done"]);
    check(&import, "{}", &["Done", "Done"]);
}

fn check<E: Batched>(request: &E, answer: &str, expected: &[&str]) {
    let response = serde_json::from_str(answer).unwrap();
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
