//! Exports, against a scripted service.

use std::sync::{Arc, Mutex};

use chat_transport::testing::{Reply, Script, SentRequest};
use chat_types::clock::ManualClock;
use futures_util::TryStreamExt;
use serde_json::{Value, json};

use crate::{
    Admin,
    migration::{
        Check, ExportError, ExportSummary, ImportCall, Line, Preflight, Record, Records, Rename,
        import_calls,
    },
};

#[tokio::test]
async fn export_has_everything_importable_in_import_order() {
    let mut service = Service::with_messages(45);
    service.messages[2]["From_Account"] = json!("gone");
    let (records, summary) = export(&service).await;

    let types: Vec<&str> = records.iter().map(Record::record_type).collect();
    let expected: Vec<&str> = ["chat_export"]
        .into_iter()
        .chain(["account"; 4])
        .chain(["group"])
        .chain(["message"; 45])
        .chain(["member"; 2])
        .chain(["summary"])
        .collect();
    assert_eq!(types, expected);

    let json: Vec<Value> =
        records.iter().map(|record| serde_json::to_value(record).unwrap()).collect();
    assert_eq!(
        json[1]["account"],
        json!({"UserID": "peter", "Nick": "Nick of peter", "FaceUrl": "https://a/peter"})
    );
    // The sender of a message whose account no longer exists; it is still importable.
    assert_eq!(json[4]["account"], json!({"UserID": "gone"}));
    assert_eq!(
        json[5]["group"],
        json!({
            "GroupId": "g", "Type": "Public", "Name": "Stars", "Owner_Account": "peter",
            "Introduction": "On stars", "MaxMemberCount": 500, "ApplyJoinOption": "FreeAccess",
            "AppDefinedData": [{"Key": "city", "Value": "Jena"}], "CreateTime": 1000,
        })
    );
    let times: Vec<u64> =
        json[6..51].iter().map(|line| line["message"]["SendTime"].as_u64().unwrap()).collect();
    assert_eq!(times, (1001..=1045).collect::<Vec<u64>>());
    assert_eq!(
        json[6]["message"],
        json!({
            "GroupId": "g", "From_Account": "leckie", "SendTime": 1001, "Random": 11,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "message 1"}}],
        })
    );
    assert_eq!(
        json[51]["member"],
        json!({"GroupId": "g", "Member_Account": "leckie", "Role": "Admin", "JoinTime": 1010})
    );
    assert_eq!((summary.accounts, summary.messages, summary.members), (4, 45, 2));
    assert_eq!(summary.omitted.profiles, 1);
}

#[tokio::test]
async fn export_has_no_errors_although_times_decrease() {
    let mut service = Service::with_messages(30);
    service.messages[20]["MsgTimeStamp"] = json!(1005);
    service.messages[21]["MsgTimeStamp"] = json!(1020);
    let (records, summary) = export(&service).await;

    let lines = records.into_iter().zip(1..).map(|(record, number)| Ok(Line::new(number, record)));
    let preflight = Preflight::of(Check::new(lines).clock(ManualClock::at(2000)), 9);
    assert!(preflight.is_clean(), "{:?}", preflight.errors);
    assert_eq!(preflight.messages, 30);
    assert_eq!(summary.omitted.adjusted_times, 1);
}

#[tokio::test]
async fn omissions_are_counted_only_where_something_is_lost() {
    let service = Service::with_messages(45);
    let (_, summary) = export(&service).await;
    let text = serde_json::to_value(&summary.omitted).unwrap();
    assert_eq!(text, json!({}));

    let mut service = Service::with_messages(45);
    service.messages[0] = json!({"MsgSeq": 1, "IsPlaceMsg": 1});
    service.messages[3]["IsPlaceMsg"] = json!(2);
    service.messages[4]["IsSystemMsg"] = json!(1);
    service.messages[5]["IsPlaceMsg"] = json!(9);
    service.messages[6].as_object_mut().unwrap().remove("From_Account");
    service.messages[7]["MsgPriority"] = json!(1);
    service.messages[8]["MsgRandom"] = json!(5_000_000_000_u64);
    service.messages[9]["MsgRandom"] = json!(0);
    service.members[1]["NameCard"] = json!("Les");
    service.members[1]["MuteUntil"] = json!(4_000_000_000_u64);
    service.members[1]["MsgFlag"] = json!("Discard");
    service.members[1]["AppMemberDefinedData"] = json!([{"Key": "k", "Value": "v"}]);
    service.members[2]["MsgSeq"] = json!(44);
    service.members[2]["MuteUntil"] = json!(1);
    service.members[2]["Role"] = json!("Saint");
    service.group["MuteAllMember"] = json!("On");
    service.group["InviteJoinOption"] = json!("FreeAccess");
    service.attributes = json!({"ErrorCode": 0, "GroupAttrAry": [{"key": "a", "value": "b"}]});
    let (records, summary) = export(&service).await;

    assert_eq!(
        serde_json::to_value(&summary.omitted).unwrap(),
        json!({
            "deleted_messages": 1, "recalled_messages": 1, "system_messages": 1, "unreadable_messages": 2,
            "priorities": 1, "randoms": 1, "name_cards": 1, "mutes": 1, "receive_options": 1,
            "member_custom_fields": 1, "unread_counts": 1, "roles": 1, "attributes": 1,
            "group_settings": ["InviteJoinOption", "MuteAllMember"],
        })
    );
    let randoms: Vec<Option<u32>> = records
        .iter()
        .filter_map(|record| match record {
            Record::Message(message) => Some(message.item.random),
            _ => None,
        })
        .collect();
    // Of the messages 2, 3, 8, 9, 10 and 11.
    assert_eq!(randoms[..6], [Some(12), Some(13), Some(18), None, None, Some(21)]);
    let messages = randoms.len() as u64;
    let omitted = &summary.omitted;
    let missing = omitted.deleted_messages
        + omitted.recalled_messages
        + omitted.system_messages
        + omitted.unreadable_messages;
    assert_eq!((messages, messages + missing), (summary.messages, 45));
}

#[tokio::test]
async fn gaps_and_short_responses_lose_no_message() {
    for messages_per_response in [20, 7, 1] {
        let mut service = Service::with_messages(90);
        service.messages.retain(|message| {
            let seq = message["MsgSeq"].as_u64().unwrap();
            seq > 13 && !(30..70).contains(&seq)
        });
        service.messages_per_response = messages_per_response;
        let (records, summary) = export(&service).await;
        let times: Vec<u64> = records
            .iter()
            .filter_map(|record| match record {
                Record::Message(message) => Some(message.item.send_time.get() - 1000),
                _ => None,
            })
            .collect();
        assert_eq!(times, (14..30).chain(70..=90).collect::<Vec<u64>>());
        assert_eq!(summary.messages, 37);
    }
}

#[tokio::test]
async fn history_needs_one_call_per_page_and_pass() {
    let service = Service::with_messages(100);
    let script = service.script();
    let admin = Admin::new(script.client().unwrap());
    let lines: Vec<Line> = admin.group("g").export().lines().try_collect().await.unwrap();
    assert_eq!(lines.last().unwrap().number, lines.len() as u64);
    let pages = script.sent().iter().filter(|sent| sent.command == "group_msg_get_simple").count();
    assert_eq!(pages, 10);
}

#[tokio::test]
async fn messages_that_arrive_during_an_export_are_not_in_it() {
    let service = Service::with_messages(25);
    let more = Service::with_messages(80);
    let pages = Arc::new(Mutex::new(0));
    let script = Script::from_fn(move |_, sent| {
        let mut pages = pages.lock().unwrap();
        *pages += u32::from(sent.command == "group_msg_get_simple");
        if *pages <= 2 { service.response(sent) } else { more.response(sent) }
    });
    let admin = Admin::new(script.client().unwrap());
    let summary = admin.group("g").export().write_to(std::io::sink()).await.unwrap();
    assert_eq!(summary.messages, 25);
}

#[tokio::test]
async fn export_can_be_imported_directly_as_a_copy() {
    let service = Service::with_messages(45);
    let admin = Admin::new(service.script().client().unwrap());
    let rename = Rename::to("copy").without_accounts();
    let lines = admin
        .group("g")
        .export()
        .lines()
        .try_filter_map(|line| std::future::ready(Ok(rename.apply(line))));
    let calls: Vec<ImportCall> = import_calls(lines).try_collect().await.unwrap();

    let shape: Vec<_> = calls.iter().map(|call| (call.endpoint().command, call.len())).collect();
    let messages = [7, 7, 7, 7, 7, 7, 3].map(|items| ("import_group_msg", items));
    let expected: Vec<_> = [("import_group", 1)]
        .into_iter()
        .chain(messages)
        .chain([("import_group_member", 2)])
        .collect();
    assert_eq!(shape, expected);
    assert!(calls.iter().all(|call| call.group().unwrap().as_str() == "copy"));
}

#[tokio::test]
async fn group_without_history_and_members_is_exported() {
    let mut service = Service::with_messages(0);
    service.members.clear();
    service.group["Owner_Account"] = json!("");
    let (records, summary) = export(&service).await;
    let types: Vec<&str> = records.iter().map(Record::record_type).collect();
    assert_eq!(types, ["chat_export", "group", "summary"]);
    assert_eq!(
        serde_json::to_value(&summary).unwrap(),
        json!({"accounts": 0, "messages": 0, "members": 0, "omitted": {}})
    );
}

#[tokio::test]
async fn owner_who_is_not_a_member_has_an_account() {
    let mut service = Service::with_messages(0);
    service.members.remove(0);
    let (records, summary) = export(&service).await;
    assert_eq!((summary.accounts, summary.members), (3, 2));
    let is_peter = |record: &Record| matches!(record, Record::Account(account) if account.user_id.as_str() == "peter");
    assert!(records.iter().any(is_peter));
}

#[tokio::test]
async fn large_group_is_read_without_its_members() {
    let mut service = Service::with_messages(3);
    service.is_large = true;
    let (records, summary) = export(&service).await;
    assert!(summary.omitted.custom_fields_unavailable);
    assert!(records.iter().any(|record| matches!(record, Record::Group(_))));

    let script = service.script();
    let admin = Admin::new(script.client().unwrap());
    let export = admin.group("g").export().custom_fields(["city"]);
    let summary = export.write_to(std::io::sink()).await.unwrap();
    assert!(!summary.omitted.custom_fields_unavailable);
    let requested: Vec<Value> = script
        .sent()
        .into_iter()
        .filter(|sent| sent.command == "get_group_info")
        .map(|sent| sent.body["ResponseFilter"]["AppDefinedDataFilter_Group"].clone())
        .collect();
    assert_eq!(requested, [json!(["city"])]);
}

#[tokio::test]
async fn refused_attributes_are_reported_as_unavailable() {
    let mut service = Service::with_messages(1);
    service.attributes = json!({"ErrorCode": 10007, "ErrorInfo": "no"});
    let (_, summary) = export(&service).await;
    assert_eq!(
        serde_json::to_value(&summary.omitted).unwrap(),
        json!({"attributes_unavailable": true})
    );
}

#[tokio::test]
async fn unexportable_group_is_an_error_before_any_write() {
    let mut missing = Service::with_messages(3);
    missing.group = json!({"GroupId": "g", "ErrorCode": 10010, "ErrorInfo": "not there"});
    let mut live = Service::with_messages(3);
    live.group["Type"] = json!("AVChatRoom");

    for (service, expected) in [
        (missing, "group g cannot be read: the service returned 10010"),
        (live, "group g has type AVChatRoom"),
    ] {
        let admin = Admin::new(service.script().client().unwrap());
        let mut file = Vec::new();
        let error = admin.group("g").export().write_to(&mut file).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert!(file.is_empty());
    }
}

#[tokio::test]
async fn failed_export_is_read_as_truncated() {
    let service = Service::with_messages(60);
    let script = Script::from_fn(move |_, sent| {
        if sent.body["ReqMsgSeq"] == 60 {
            Reply::refusal(10004, "no more")
        } else {
            service.response(sent)
        }
    });
    let admin = Admin::new(script.client().unwrap());
    let mut file = Vec::new();
    let error = admin.group("g").export().write_to(&mut file).await.unwrap_err();
    assert!(matches!(error, ExportError::Call(_)));

    let preflight =
        Preflight::of(Check::new(Records::new(file.as_slice())).clock(ManualClock::at(2000)), 9);
    assert_eq!(preflight.messages, 40);
    let errors: Vec<String> = preflight.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("truncated"), "{errors:?}");
}

#[tokio::test]
async fn failing_writer_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let admin = Admin::new(Service::with_messages(1).script().client().unwrap());
    let error = admin.group("g").export().write_to(Full).await.unwrap_err();
    assert!(matches!(error, ExportError::Write(_)));
}

/// Exports to a file and reads the file back.
async fn export(service: &Service) -> (Vec<Record>, ExportSummary) {
    let admin = Admin::new(service.script().client().unwrap());
    let mut file = Vec::new();
    let summary = admin.group("g").export().write_to(&mut file).await.unwrap();
    let records: Vec<Record> =
        Records::new(file.as_slice()).map(|line| line.unwrap().record).collect();
    assert_eq!(records.last(), Some(&Record::Summary(Box::new(summary.clone()))));
    (records, summary)
}

/// The part of the service that an export calls.
#[derive(Clone)]
struct Service {
    group: Value,
    members: Vec<Value>,
    /// The messages, oldest first.
    messages: Vec<Value>,
    messages_per_response: usize,
    attributes: Value,
    is_large: bool,
}

impl Service {
    fn with_messages(count: u64) -> Self {
        let message = |seq: u64| {
            json!({
                "MsgSeq": seq, "From_Account": "leckie", "MsgTimeStamp": 1000 + seq,
                "MsgRandom": 10 + seq, "IsPlaceMsg": 0, "MsgPriority": 2,
                "MsgBody": [{
                    "MsgType": "TIMTextElem", "MsgContent": {"Text": format!("message {seq}")},
                }],
            })
        };
        let member = |account: &str, role: &str| {
            json!({
                "Member_Account": account, "Role": role, "JoinTime": 1010, "MsgSeq": 1_000,
                "MsgFlag": "AcceptAndNotify", "NameCard": "", "MuteUntil": 0,
            })
        };
        Self {
            group: json!({
                "GroupId": "g", "ErrorCode": 0, "Type": "Public", "Name": "Stars",
                "Introduction": "On stars", "Notification": "", "Owner_Account": "peter",
                "CreateTime": 1000, "MaxMemberNum": 500, "ApplyJoinOption": "FreeAccess",
                "MuteAllMember": "Off", "AppDefinedData": [{"Key": "city", "Value": "Jena"}],
            }),
            members: vec![
                member("peter", "Owner"),
                member("leckie", "Admin"),
                member("tommy", "Member"),
            ],
            messages: (1..=count).map(message).collect(),
            messages_per_response: usize::MAX,
            attributes: json!({"ErrorCode": 0, "GroupAttrAry": []}),
            is_large: false,
        }
    }

    fn script(&self) -> Script {
        let service = self.clone();
        Script::from_fn(move |_, sent| service.response(sent))
    }

    fn response(&self, sent: &SentRequest) -> Reply {
        match sent.command.as_str() {
            "get_group_info" => {
                if self.is_large && sent.body.get("ResponseFilter").is_none() {
                    return Reply::refusal(10018, "too large");
                }
                Reply::json(json!({"ErrorCode": 0, "GroupInfo": [self.group]}))
            }
            "get_group_attr" => Reply::json(self.attributes.clone()),
            "get_group_member_info" => self.member_page(&sent.body),
            "group_msg_get_simple" => self.history_page(&sent.body),
            "portrait_get" => profiles(&sent.body),
            other => panic!("unexpected call of {other}"),
        }
    }

    fn member_page(&self, request: &Value) -> Reply {
        let offset = request["Offset"].as_u64().unwrap_or(0) as usize;
        let limit = request["Limit"].as_u64().unwrap() as usize;
        let page: Vec<&Value> = self.members.iter().skip(offset).take(limit).collect();
        let total = self.members.len();
        Reply::json(json!({"ErrorCode": 0, "MemberNum": total, "MemberList": page}))
    }

    fn history_page(&self, request: &Value) -> Reply {
        assert_eq!(request["WithRecalledMsg"], 1);
        let top = request["ReqMsgSeq"].as_u64().unwrap_or(u64::MAX);
        let count = request["ReqMsgNumber"].as_u64().unwrap() as usize;
        let below = |message: &&Value| message["MsgSeq"].as_u64().unwrap() <= top;
        let page: Vec<&Value> = self
            .messages
            .iter()
            .rev()
            .filter(below)
            .take(count.min(self.messages_per_response))
            .collect();
        Reply::json(json!({"ErrorCode": 0, "GroupId": "g", "IsFinished": 1, "RspMsgList": page}))
    }
}

/// Returns the profiles of all accounts except `gone`, which fails the whole call.
fn profiles(request: &Value) -> Reply {
    let accounts = request["To_Account"].as_array().unwrap();
    if accounts.contains(&json!("gone")) {
        return Reply::refusal(40003, "no such account");
    }
    let profile = |account: &Value| {
        let account = account.as_str().unwrap();
        json!({
            "To_Account": account, "ResultCode": 0, "ResultInfo": "",
            "ProfileItem": [
                {"Tag": "Tag_Profile_IM_Nick", "Value": format!("Nick of {account}")},
                {"Tag": "Tag_Profile_IM_Image", "Value": format!("https://a/{account}")},
            ],
        })
    };
    let items: Vec<Value> = accounts.iter().map(profile).collect();
    Reply::json(json!({"ErrorCode": 0, "UserProfileItem": items}))
}
