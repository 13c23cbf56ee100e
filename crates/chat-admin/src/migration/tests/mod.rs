//! Unit tests of the migration, and the file that they share.

mod calls;
mod check;
mod export;
mod format;

const GROUP: &str = r#"{"group":{"GroupId":"g","Type":"Public","Name":"Stars","CreateTime":1000}}"#;

/// An export of one group with two accounts, two messages of the same second, and two members.
fn sample_export() -> Vec<String> {
    vec![
        r#"{"chat_export":1}"#.to_owned(),
        r#"{"account":{"UserID":"a"}}"#.to_owned(),
        r#"{"account":{"UserID":"b"}}"#.to_owned(),
        GROUP.to_owned(),
        message("g", 1001),
        message("g", 1001),
        member("g", "b", 1000),
        member("g", "c", 1001),
        r#"{"summary":{"accounts":2,"messages":2,"members":2}}"#.to_owned(),
    ]
}

fn message(group: &str, time: u64) -> String {
    format!(
        r#"{{"message":{{"GroupId":"{group}","From_Account":"a","SendTime":{time},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"hi"}}}}]}}}}"#
    )
}

fn member(group: &str, account: &str, time: u64) -> String {
    format!(
        r#"{{"member":{{"GroupId":"{group}","Member_Account":"{account}","JoinTime":{time}}}}}"#
    )
}
