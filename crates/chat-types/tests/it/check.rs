//! The check of a request against the documented constraints.

use chat_types::{
    Endpoint, GroupType, MuteTime,
    account::MultiaccountImport,
    check::Constraint,
    group::{CreateGroup, ForbidSendMsg, GetGroupBanMember},
    profile::{PortraitGet, ProfileTag},
    spec::EndpointSpec,
};
use proptest::prelude::*;

#[test]
fn valid_requests_pass() {
    ForbidSendMsg::new("@TGS#1", ["peter"], MuteTime::Unmute).check().unwrap();
    GetGroupBanMember::new("@TGS#1").check().unwrap();
    CreateGroup::new(GroupType::AVChatRoom, "lobby").check().unwrap();
}

#[test]
fn violation_names_field_constraint_and_doc_page() {
    let crowd = (0..501).map(|number| format!("user{number}"));
    let request = ForbidSendMsg::new("@TGS#1", crowd, MuteTime::Forever);
    assert_eq!(
        request.check().unwrap_err().to_string(),
        "group_open_http_svc/forbid_send_msg: Members_Account has 501 items, at most 500 are \
         allowed in one call (see https://www.tencentcloud.com/document/product/1047/34951)"
    );
}

#[test]
fn every_constraint_has_its_message() {
    let mute = "forbid_send_msg";
    check(mute, r#"{"Members_Account":[],"MuteTime":0}"#, "GroupId is required");
    check(mute, r#"{"GroupId":null,"Members_Account":[],"MuteTime":0}"#, "GroupId is required");
    check(
        mute,
        r#"{"GroupId":7,"Members_Account":[],"MuteTime":0}"#,
        "GroupId must be a string, found a number",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":{},"MuteTime":0}"#,
        "Members_Account must be an array, found an object",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":["a",1],"MuteTime":0}"#,
        "Members_Account[1] must be a string, found a number",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":["a",null],"MuteTime":0}"#,
        "Members_Account[1] must be a string, found null",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":[],"MuteTime":-1}"#,
        "MuteTime must be between 0 and 4294967295, found -1",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":[],"MuteTime":4294967296}"#,
        "MuteTime must be between 0 and 4294967295, found 4294967296",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":[],"MuteTime":0.5}"#,
        "MuteTime must be an integer, found a number with a fraction or beyond 64 bits",
    );
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":[],"MuteTime":"60"}"#,
        "MuteTime must be an integer, found a string",
    );
    check(mute, "[]", "the request is not a JSON object");
    check(mute, r#"{"GroupId":"g""#, "the request is not a JSON object");
    check(
        mute,
        r#"{"GroupId":"g","Members_Account":[],"MuteTime":0} x"#,
        "the request is not a JSON object",
    );
    check(
        "delete_group_member",
        r#"{"GroupId":"g","MemberToDel_Account":[],"Silence":2}"#,
        "Silence must be one of 0, 1, found 2",
    );
    check(
        "create_group",
        r#"{"Type":"Clan","Name":"n"}"#,
        "Type must be one of Public, Private, ChatRoom, AVChatRoom, Community, found \"Clan\"",
    );
    check(
        "create_group",
        r#"{"Type":"Public","Name":"n","MemberList":[{"Role":"Admin"}]}"#,
        "MemberList[0].Member_Account is required",
    );
    let long = format!(r#"{{"GroupId":"{}","Offset":0}}"#, "g".repeat(49));
    check("get_group_ban_member", &long, "GroupId has 49 bytes, at most 48 are allowed");
}

#[test]
fn exactly_one_of_two_forms_is_required() {
    let both = r#"{"Accounts":["a"],"AccountList":[{"UserID":"b"}]}"#;
    for request in ["{}", both] {
        let violation = MultiaccountImport::SPEC.check_json(request.as_bytes()).unwrap_err();
        assert!(matches!(violation.constraint, Constraint::ExactlyOneOf { .. }), "{violation}");
    }
    MultiaccountImport::SPEC.check_json(br#"{"Accounts":["a"]}"#).unwrap();
}

#[test]
fn at_least_one_of_two_times_is_required() {
    let spec = EndpointSpec::find("openconfigsvr", "setnospeaking").unwrap();
    let violation = spec.check_json(br#"{"Set_Account":"a"}"#).unwrap_err();
    assert!(matches!(violation.constraint, Constraint::AtLeastOneOf { .. }), "{violation}");
    assert!(violation.to_string().contains("at least one of C2CmsgNospeakingTime, Groupmsg"));
    for times in [r#""C2CmsgNospeakingTime":0"#, r#""GroupmsgNospeakingTime":60"#] {
        spec.check_json(format!(r#"{{"Set_Account":"a",{times}}}"#).as_bytes()).unwrap();
    }
    let both = br#"{"Set_Account":"a","C2CmsgNospeakingTime":0,"GroupmsgNospeakingTime":60}"#;
    spec.check_json(both).unwrap();
}

#[test]
fn content_is_checked_before_and_after_its_tag() {
    let check = |element: &str| {
        let request = format!(r#"{{"GroupId":"g","Random":1,"MsgBody":[{element}]}}"#);
        let spec = EndpointSpec::find("group_open_http_svc", "send_group_msg").unwrap();
        spec.check_json(request.as_bytes()).map_err(|violation| violation.to_string())
    };
    let tag = r#""MsgType":"TIMTextElem""#;
    for wrong in [r#""MsgContent":{"Text":7}"#, r#""MsgContent":{"Text":7},"More":[]"#] {
        for element in [format!("{{{tag},{wrong}}}"), format!("{{{wrong},{tag}}}")] {
            let violation = check(&element).unwrap_err();
            let constraint = "MsgBody[0].MsgContent.Text must be a string, found a number";
            assert!(violation.contains(constraint), "{violation}");
        }
    }
    check(&format!(r#"{{"MsgContent":{{"Text":"hi"}},{tag}}}"#)).unwrap();
    check(r#"{"MsgContent":{"Text":7},"MsgType":"TIMFutureElem"}"#).unwrap();
    let missing = check(r#"{"MsgContent":{"Text":"hi"}}"#).unwrap_err();
    assert!(missing.contains("MsgBody[0].MsgType is required"), "{missing}");
}

#[test]
fn unknown_field_passes_unless_the_check_is_strict() {
    let request = br#"{"GroupId":"g","Members_Account":[],"MuteTime":0,"Silence":0}"#;
    ForbidSendMsg::SPEC.check_json(request).unwrap();
    let violation = ForbidSendMsg::SPEC.check_json_strictly(request).unwrap_err();
    assert_eq!(violation.path.as_str(), "Silence");
    assert_eq!(violation.constraint, Constraint::KnownField);
}

proptest! {
    #[test]
    fn arbitrary_bytes_do_not_panic(bytes: Vec<u8>, index in 0..15_usize) {
        let spec = chat_types::ENDPOINTS[index % chat_types::ENDPOINTS.len()];
        let _ = spec.check_json(&bytes);
        let _ = spec.check_json_strictly(&bytes);
    }
}

/// Asserts that a command of the group service refuses the request with this message.
fn check(command: &str, request: &str, message: &str) {
    let spec = EndpointSpec::find("group_open_http_svc", command).unwrap();
    let violation = spec.check_json(request.as_bytes()).unwrap_err().to_string();
    assert!(violation.contains(&format!(": {message}")), "{violation}");
}

#[test]
fn field_is_accepted_under_its_older_name() {
    let old = br#"{"GroupId":"g","Members_Account":["peter"],"ShutUpTime":60}"#;
    ForbidSendMsg::SPEC.check_json_strictly(old).unwrap();
    let neither = br#"{"GroupId":"g","Members_Account":["peter"]}"#;
    let error = ForbidSendMsg::SPEC.check_json(neither).unwrap_err().to_string();
    assert!(error.contains("MuteTime is required"), "{error}");
}

#[test]
fn custom_tag_can_be_requested() {
    let tags = [ProfileTag::Nick, ProfileTag::from("Tag_Profile_Custom_Test")];
    PortraitGet::new(["peter"], tags).check().unwrap();
}
