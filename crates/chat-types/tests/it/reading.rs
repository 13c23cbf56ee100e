//! Lenient reading of responses, and strict parsing of ids.

use chat_types::{
    GroupId, GroupType, InvalidId, MuteTime, TopicId, UserId,
    group::{AddMemberResult, GetGroupInfoResponse, GetGroupMemberInfoResponse, Role},
};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn role_with_a_trailing_space_is_recognized() {
    let response = r#"{"MemberList":[{"Member_Account":"a","Role":"Member "}]}"#;
    let response: GetGroupMemberInfoResponse = serde_json::from_str(response).unwrap();
    assert_eq!(response.member_list[0].role, Some(Role::Member));
}

#[test]
fn unknown_fields_are_ignored() {
    let response = r#"{"GroupInfo":[{"GroupId":"g","ErrorCode":0,"New":{"Deep":[1]}}],"More":1}"#;
    let response: GetGroupInfoResponse = serde_json::from_str(response).unwrap();
    assert_eq!(response.group_info[0].group_id, GroupId::from("g"));
}

#[test]
fn unknown_integer_round_trips() {
    let result: AddMemberResult = serde_json::from_str("17").unwrap();
    assert!(matches!(result, AddMemberResult::Other(number) if number.get() == 17));
    assert_eq!(serde_json::to_string(&result).unwrap(), "17");
}

#[test]
fn id_parsing_applies_the_documented_constraints() {
    GroupId::parse("@TGS#2C5SZEAEF").unwrap();
    let message = |id: Result<GroupId, InvalidId>| id.unwrap_err().to_string();
    assert_eq!(message(GroupId::parse("")), r#"invalid GroupId "": empty"#);
    let long = "g".repeat(49);
    assert_eq!(
        message(GroupId::parse(&long)),
        format!("invalid GroupId {long:?}: longer than 48 bytes")
    );
    assert!(message(GroupId::parse("gruppe-ä")).contains("ASCII"));
    assert!(TopicId::parse("a\nb").is_err());
    UserId::parse("管理员").unwrap();
    assert!(UserId::parse("a\u{0}b").unwrap_err().to_string().contains("control character"));
}

proptest! {
    #[test]
    fn any_string_of_an_enumeration_round_trips(string: String) {
        let json = serde_json::to_string(&string).unwrap();
        let read: GroupType = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn any_mute_time_round_trips_as_integer_and_string(seconds: u32) {
        for json in [json!(seconds), json!(seconds.to_string())] {
            let read: MuteTime = serde_json::from_value(json).unwrap();
            prop_assert_eq!(read.seconds(), seconds);
            prop_assert_eq!(read == MuteTime::Unmute, seconds == 0);
            prop_assert_eq!(read == MuteTime::Forever, seconds == u32::MAX);
        }
    }
}
