//! Webhook bodies and responses.

use chat_types::{
    UnixMillis, UserId,
    message::{MsgElement, TextElement},
    spec::{FieldKind, FieldSpec, WebhookPhase, WebhookSpec},
    webhook::{
        Acknowledgement, FriendVerdict, Receipt, RefusalCode, Verdict, WEBHOOKS, Webhook,
        bot::OnC2CMessage,
        c2c,
        group::{
            CallbackAfterSendMsg, CallbackBeforeInviteJoinGroupChanges,
            CallbackBeforeInviteJoinGroupResponse, CallbackBeforeSendMsg,
            CallbackBeforeSendMsgChanges, CallbackBeforeSendMsgResponse,
        },
        sns::{CallbackPrevFriendAddChanges, CallbackPrevFriendAddResponse},
        state::StateChange,
    },
};
use serde_json::json;

#[test]
fn webhooks_are_sorted_and_found_by_command() {
    assert!(WEBHOOKS.len() >= 60, "those of chat are always there");
    assert!(WEBHOOKS.is_sorted_by_key(|spec| spec.command));
    for spec in WEBHOOKS {
        assert_eq!(WebhookSpec::find(spec.command).map(|found| found.name), Some(spec.name));
        let codes = spec.response.codes;
        assert_eq!(codes.first().map(|code| code.first), Some(0), "{}", spec.command);
    }
    assert!(WebhookSpec::find("Group.CallbackBeforeTea").is_none());
}

#[test]
fn only_webhooks_before_an_event_can_be_refused() {
    for spec in WEBHOOKS {
        let can_refuse = spec.response.codes.iter().any(|codes| codes.last > 1);
        assert_eq!(can_refuse || spec.response.codes.len() > 2, {
            spec.phase == WebhookPhase::Before && !UNREFUSABLE.contains(&spec.command)
        });
    }
}

#[test]
fn body_type_has_the_spec_of_its_webhook() {
    assert_eq!(CallbackBeforeSendMsg::SPEC.command, "Group.CallbackBeforeSendMsg");
    assert_eq!(OnC2CMessage::SPEC.command, "Bot.OnC2CMessage");
    assert_eq!(StateChange::SPEC.phase, WebhookPhase::After);
    assert_eq!(c2c::CallbackBeforeSendMsg::SPEC.name, CallbackBeforeSendMsg::SPEC.name);
}

#[test]
fn responses_are_written_as_documented() {
    let plain = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
    assert_eq!(serde_json::to_string(&Acknowledgement::default()).unwrap(), plain);
    assert_eq!(serde_json::to_string(&Receipt::default()).unwrap(), plain);
    assert_eq!(serde_json::to_string(&CallbackBeforeSendMsgResponse::default()).unwrap(), plain);

    let changed = CallbackBeforeSendMsgChanges::new()
        .msg_body([MsgElement::Text(TextElement::new("red packet"))])
        .cloud_custom_data("seen");
    let response = serde_json::to_value(CallbackBeforeSendMsgResponse::Allow(changed)).unwrap();
    assert_eq!(
        response,
        json!({
            "ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "",
            "MsgBody": [{ "MsgType": "TIMTextElem", "MsgContent": { "Text": "red packet" } }],
            "CloudCustomData": "seen",
        })
    );

    let some = CallbackBeforeInviteJoinGroupChanges::new().refused_members_account(["jared"]);
    let response =
        serde_json::to_value(CallbackBeforeInviteJoinGroupResponse::Allow(some)).unwrap();
    assert_eq!(response["RefusedMembers_Account"], json!(["jared"]));

    let no = Verdict::Refuse(RefusalCode::new(38_000).unwrap());
    let verdicts = CallbackPrevFriendAddChanges::new().result_item([
        FriendVerdict::new("a", Verdict::Allow, ""),
        FriendVerdict::new("b", no, "stranger"),
    ]);
    let response = serde_json::to_value(CallbackPrevFriendAddResponse::Decide(verdicts)).unwrap();
    assert_eq!(response["ErrorCode"], 0);
    let refused = json!({ "To_Account": "b", "ResultCode": 38_000, "ResultInfo": "stranger" });
    assert_eq!(response["ResultItem"][1], refused);
}

#[test]
fn refusal_code_must_be_in_the_range_of_its_webhook() {
    type Code = RefusalCode<10_100, 10_200>;
    assert_eq!(Code::new(10_100), Ok(Code::MIN));
    assert_eq!(Code::new(10_200), Ok(Code::MAX));
    let error = Code::new(120_001).unwrap_err().to_string();
    assert_eq!(error, "refusal code 120001 is out of range 10100..=10200");
}

#[test]
fn old_and_future_bodies_are_read() {
    let old = json!({ "GroupId": "g", "From_Account": "jared", "MsgSeq": 1, "Random": 2 });
    let old: CallbackAfterSendMsg = serde_json::from_value(old).unwrap();
    assert_eq!(old.from_account, UserId::from("jared"));
    assert!(old.event_time.is_none() && old.msg_body.is_empty());

    for time in [json!(1_670_574_414_123_u64), json!("1670574414123")] {
        let new = json!({
            "GroupId": "g", "From_Account": "jared", "MsgSeq": 1, "EventTime": time,
            "Type": "Live", "Tomorrow": { "new": "field" },
            "MsgBody": [{ "MsgType": "TIMTomorrowElem", "MsgContent": { "New": 1 } }],
        });
        let new: CallbackAfterSendMsg = serde_json::from_value(new).unwrap();
        assert_eq!(new.event_time.map(UnixMillis::get), Some(1_670_574_414_123));
        assert_eq!(new.msg_body[0].tag(), "TIMTomorrowElem");
    }
}

/// Webhooks before an event whose documentation mentions no code to refuse it.
const UNREFUSABLE: [&str; 2] =
    ["OfficialAccount.CallbackBeforeAddSubscriber", "Chatbot.InterfaceInvocation"];

/// Finds a field by its path.
fn find<'a>(fields: &'a [FieldSpec], path: &str) -> Option<&'a FieldSpec> {
    let (first, rest) =
        path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let field = fields.iter().find(|field| field.name == first)?;
    match (rest, &field.kind) {
        (None, _) => Some(field),
        (Some(rest), FieldKind::Object(fields)) => find(fields, rest),
        _ => None,
    }
}

#[test]
fn subject_of_a_webhook_is_a_string_of_its_body() {
    for spec in WEBHOOKS {
        let Some(subject) = spec.subject else { continue };
        let field = find(spec.body, subject);
        let is_string = field.is_some_and(|field| matches!(field.kind, FieldKind::String));
        assert!(is_string, "{}: {subject}", spec.command);
    }
    assert_eq!(StateChange::SPEC.subject, Some("Info.To_Account"));
}

#[test]
fn repeat_of_a_webhook_is_recognized_or_the_spec_says_why_not() {
    for WebhookSpec { command, duplicate_key: key, query, body, .. } in WEBHOOKS {
        assert_eq!(key.is_known(), key.note.is_none(), "{command}");
        for path in key.fields.iter().chain(key.optional) {
            assert!(find(body, path).is_some(), "{command}: {path}");
        }
        assert!(key.parameters.iter().all(|name| query.contains(name)), "{command}");
        let has_time = key.fields.contains(&"EventTime") || key.fields.contains(&"Events");
        assert_eq!(key.whole_body, has_time, "{command}: equal bodies need not be one event");
    }
}
