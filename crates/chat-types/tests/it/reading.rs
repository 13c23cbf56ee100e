use chat_types::{
    GroupId, GroupType, MuteTime, TopicId, UserId,
    group::{AddMemberResult, GetGroupInfoResponse, GetGroupMemberInfoResponse, Role},
};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn a_role_with_a_trailing_space_is_read_as_the_role() {
    let response = r#"{"MemberList":[{"Member_Account":"a","Role":"Member "}]}"#;
    let response: GetGroupMemberInfoResponse = serde_json::from_str(response).unwrap();
    assert_eq!(response.member_list[0].role, Some(Role::Member));
}

#[test]
fn unknown_fields_are_no_error() {
    let response = r#"{"GroupInfo":[{"GroupId":"g","ErrorCode":0,"New":{"Deep":[1]}}],"More":1}"#;
    let response: GetGroupInfoResponse = serde_json::from_str(response).unwrap();
    assert_eq!(response.group_info[0].group_id, GroupId::from("g"));
}

#[test]
fn an_unlisted_number_survives_a_round_trip() {
    let result: AddMemberResult = serde_json::from_str("17").unwrap();
    assert!(matches!(result, AddMemberResult::Other(number) if number.get() == 17));
    assert_eq!(serde_json::to_string(&result).unwrap(), "17");
}

#[test]
fn ids_typed_by_a_person_are_held_against_the_documented_rules() {
    GroupId::parse("@TGS#2C5SZEAEF").unwrap();
    assert!(GroupId::parse("").unwrap_err().to_string().contains("empty"));
    assert!(GroupId::parse(&"g".repeat(49)).unwrap_err().to_string().contains("too long"));
    assert!(GroupId::parse("gruppe-ä").unwrap_err().to_string().contains("ASCII"));
    assert!(TopicId::parse("a\nb").is_err());
    UserId::parse("管理员").unwrap();
    assert!(UserId::parse("a\u{0}b").unwrap_err().to_string().contains("control character"));
}

proptest! {
    #[test]
    fn any_text_of_an_enumeration_survives_a_round_trip(text: String) {
        let json = serde_json::to_string(&text).unwrap();
        let read: GroupType = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn any_mute_time_survives_a_round_trip_as_number_and_as_text(seconds: u32) {
        for json in [json!(seconds), json!(seconds.to_string())] {
            let read: MuteTime = serde_json::from_value(json).unwrap();
            prop_assert_eq!(read.seconds(), seconds);
            prop_assert_eq!(read == MuteTime::Unmute, seconds == 0);
            prop_assert_eq!(read == MuteTime::Forever, seconds == u32::MAX);
        }
    }
}
