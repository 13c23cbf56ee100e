//! Lenient reading of responses and webhooks, and strict parsing of ids.

#[cfg(feature = "room")]
use chat_types::room::{Room, Seat};
use chat_types::{
    GroupId, GroupType, InvalidId, MuteTime, TopicId, UnixSeconds, UserId,
    group::{
        AddMemberResult, GetGroupInfoResponse, GetGroupMemberInfoResponse,
        GetGroupMutedAccountResponse, GroupMember, Role,
    },
    relationship::BlackListGetResponse,
    repair_encoding,
};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn unambiguous_faults_of_the_encoding_are_repaired() {
    let check = |json: &str, repaired: &str| {
        let found = repair_encoding(json.as_bytes());
        assert_eq!(str::from_utf8(&found).unwrap(), repaired);
    };
    check("\u{feff}{\"a\": 1}", "{\"a\": 1}");
    check("{\r\n\t\"a\": \"\\\"\"\n}", "{\r\n\t\"a\": \"\\\"\"\n}");
    check("{\n\"a\": \"b\nc\u{1}\"}", "{\n\"a\": \"b\\u000ac\\u0001\"}");
    check("not json\n", "not json\n");
}

#[test]
fn fields_are_read_under_their_older_names() {
    let read = |json: serde_json::Value| {
        serde_json::from_value::<GetGroupMutedAccountResponse>(json).unwrap().muted_account_list
    };
    let older = [json!({ "Member_Account": "peter", "ShuttedUntil": 1 })];
    let muted = read(json!({ "ShuttedUinList": older }));
    assert_eq!(muted[0].muted_until.map(UnixSeconds::get), Some(1));
    let unusual = read(json!({ "ShuttedUinList": ["peter", older[0]] }));
    assert_eq!((unusual.len(), unusual.unrecognized().len()), (1, 1));
}

#[test]
fn current_name_of_a_field_wins() {
    let until = |json: &str| {
        let member: GroupMember = serde_json::from_str(json).unwrap();
        assert_eq!(member.member_account.as_str(), "peter");
        member.mute_until.map(UnixSeconds::get)
    };
    let member = |rest: &str| format!(r#"{{"Member_Account":"peter",{rest}}}"#);
    assert_eq!(until(&member(r#""ShutUpUntil":1"#)), Some(1));
    assert_eq!(until(&member(r#""MuteUntil":2,"ShutUpUntil":1"#)), Some(2));
    assert_eq!(until(&member(r#""ShutUpUntil":1,"MuteUntil":2"#)), Some(2));
    assert_eq!(until(&member(r#""ShutUpUntil":{},"MuteUntil":2"#)), Some(2));
    assert_eq!(until(&member(r#""ShutUpUntil":1,"MuteUntil":null"#)), None);
    let twice = serde_json::from_str::<GroupMember>(&member(r#""MuteUntil":2,"MuteUntil":2"#));
    assert!(twice.unwrap_err().to_string().contains("duplicate field"));
    let missing = serde_json::from_str::<GroupMember>(r#"{"ShutUpUntil":1}"#).unwrap_err();
    assert!(missing.to_string().contains("Member_Account"), "{missing}");
    let sequence = r#"{"CurrentSequence":1,"CurruentSequence":2,"StartIndex":0}"#;
    let response: BlackListGetResponse = serde_json::from_str(sequence).unwrap();
    assert_eq!(response.current_sequence, Some(2));
}

#[test]
fn role_with_a_trailing_space_is_recognized() {
    let response = r#"{"MemberList":[{"Member_Account":"a","Role":"Member "}]}"#;
    let response: GetGroupMemberInfoResponse = serde_json::from_str(response).unwrap();
    assert_eq!(response.member_list[0].role, Some(Role::Member));
}

#[cfg(feature = "room")]
#[test]
fn user_id_may_be_a_number() {
    let account = |json: &str| serde_json::from_str::<Seat>(json).map(|seat| seat.member_account);
    for json in
        [r#"{"Index":0,"Member_Account":"144115"}"#, r#"{"Index":0,"Member_Account":144115}"#]
    {
        assert_eq!(account(json).unwrap(), Some(UserId::from("144115")));
    }
    assert_eq!(account(r#"{"Index":0,"Member_Account":null}"#).unwrap(), None);
    assert_eq!(account(r#"{"Index":0}"#).unwrap(), None);
    assert!(account(r#"{"Index":0,"Member_Account":[]}"#).is_err());
}

#[cfg(feature = "room")]
#[test]
fn boolean_may_be_a_string() {
    let disabled = |value: serde_json::Value| {
        let room = json!({ "RoomId": "r", "IsCloudRecordingDisabled": value });
        serde_json::from_value::<Room>(room).map(|room| room.is_cloud_recording_disabled)
    };
    assert_eq!(disabled(json!("false")).unwrap(), Some(false));
    assert_eq!(disabled(json!(true)).unwrap(), Some(true));
    assert_eq!(disabled(json!(null)).unwrap(), None);
    assert!(disabled(json!("yes")).is_err() && disabled(json!(1)).is_err());
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
