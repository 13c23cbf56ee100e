//! Grouping records into calls, and sending them.

use chat_transport::{
    Client, Error,
    testing::{Reply, Script},
};
use chat_types::{
    Batched, Endpoint, ErrorCode, ItemOutcome, UnixSeconds,
    account::MultiaccountImport,
    group::{ImportGroup, ImportGroupMember},
    message::ImportGroupMsg,
};
use futures_util::{FutureExt, TryStreamExt, stream};
use proptest::prelude::*;
use serde_json::json;

use super::{GROUP, member, message, sample_export};
use crate::migration::{
    ImportCall, ImportRequest, Line, Record, RecordError, Records, Rename, import_calls,
};

#[test]
fn calls_keep_order_and_have_one_record_type_and_group() {
    let mut file = sample_export();
    file.extend([GROUP.replace("\"g\"", "\"h\""), member("h", "b", 1001)]);
    let calls = calls(&file);
    let shape: Vec<_> = calls
        .iter()
        .map(|call| {
            let lines: Vec<u64> = call.sources().iter().map(|source| source.line).collect();
            (call.endpoint().command, call.group().map(ToString::to_string), lines)
        })
        .collect();
    let (g, h) = (Some("g".to_owned()), Some("h".to_owned()));
    assert_eq!(
        shape,
        [
            ("multiaccount_import", None, vec![2, 3]),
            ("import_group", g.clone(), vec![4]),
            ("import_group_msg", g.clone(), vec![5, 6]),
            ("import_group_member", g, vec![7, 8]),
            ("import_group", h.clone(), vec![10]),
            ("import_group_member", h, vec![11]),
        ]
    );
}

#[test]
fn call_waits_for_earlier_ones_only_where_order_matters() {
    let mut file: Vec<String> = Vec::new();
    file.extend((0..150).map(|n| format!(r#"{{"account":{{"UserID":"u{n}"}}}}"#)));
    file.push(GROUP.to_owned());
    file.extend((0..10).map(|n| message("g", 1001 + n)));
    file.extend((0..30).map(|_| member("g", "b", 1001)));
    file.push(GROUP.replace("\"g\"", "\"h\""));
    file.push(member("h", "b", 1001));
    file.push(r#"{"account":{"UserID":"z"}}"#.to_owned());
    file.push(GROUP.replace("\"g\"", "\"i\""));

    let waits: Vec<_> = calls(&file)
        .iter()
        .map(|call| (call.endpoint().command, call.waits_for_earlier()))
        .collect();
    assert_eq!(
        waits,
        [
            ("multiaccount_import", false),
            ("multiaccount_import", false),
            ("import_group", true),
            ("import_group_msg", true),
            ("import_group_msg", true),
            ("import_group_member", true),
            ("import_group_member", false),
            ("import_group", false),
            ("import_group_member", true),
            ("multiaccount_import", false),
            ("import_group", true),
        ]
    );
}

#[test]
fn messages_of_one_second_are_sent_in_successive_seconds() {
    let file = [
        GROUP,
        &message("g", 1000),
        &message("g", 1005),
        &message("g", 1005),
        &message("g", 1005),
        &message("g", 1006),
        &message("g", 1009),
    ];
    let calls = calls(&file);
    let ImportRequest::Messages(request) = calls[1].request() else { panic!("no messages") };
    let sent: Vec<u64> = request.msg_list.iter().map(|message| message.send_time.get()).collect();
    assert_eq!(sent, [1001, 1005, 1006, 1007, 1008, 1009]);
    let original: Vec<_> = calls[1]
        .sources()
        .iter()
        .map(|source| source.original_time.map(UnixSeconds::get))
        .collect();
    assert_eq!(original, [Some(1000), None, Some(1005), Some(1005), Some(1006), None]);
}

#[test]
fn every_item_has_a_key_and_a_record() {
    let random = message("g", 1002).replace("\"MsgBody\"", "\"Random\":7,\"MsgBody\"");
    let file = [
        r#"{"account":{"UserID":"a"}}"#,
        GROUP,
        &message("g", 1001),
        &random,
        &member("g", "b", 1003),
    ];
    let calls = calls(&file);
    let keys: Vec<String> = calls
        .iter()
        .flat_map(|call| (0..call.len()).map(|index| call.key(index).unwrap()))
        .collect();
    assert_eq!(keys, ["a", "g", "g message 1001", "g message 1002/7", "g member b"]);

    let records: Vec<Record> = calls
        .iter()
        .flat_map(|call| (0..call.len()).map(|index| call.record(index).unwrap()))
        .collect();
    let expected: Vec<Record> =
        file.iter().map(|line| Record::parse(line.as_bytes()).unwrap()).collect();
    assert_eq!(records, expected);
    for call in &calls {
        assert_eq!(call.key(call.len()), None);
        assert_eq!(call.record(call.len()), None);
    }
}

#[test]
fn part_of_a_call_has_the_items_at_the_indices() {
    let accounts: Vec<String> =
        (0..5).map(|n| format!(r#"{{"account":{{"UserID":"u{n}"}}}}"#)).collect();
    let calls = calls(&accounts);
    let part = calls[0].part([1, 3, 9]).unwrap();
    assert_eq!(part.len(), 2);
    assert_eq!((part.key(0).unwrap(), part.key(1).unwrap()), ("u1".to_owned(), "u3".to_owned()));
    assert_eq!(part.sources()[1].line, 4);
    assert_eq!(part.endpoint().command, calls[0].endpoint().command);
    assert!(calls[0].part([]).is_none());
    assert!(calls[0].part([5]).is_none());
}

#[test]
fn error_in_the_records_is_passed_on_and_grouping_continues() {
    let file = [r#"{"account":{"UserID":"a"}}"#, "nonsense", r#"{"account":{"UserID":"b"}}"#];
    let text = file.join("\n");
    let records = stream::iter(Records::new(text.as_bytes()));
    let all: Vec<Result<ImportCall, RecordError>> =
        futures_util::StreamExt::collect(import_calls(records)).now_or_never().unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].as_ref().unwrap_err().line, 2);
    assert_eq!(all[1].as_ref().unwrap().len(), 2);
}

#[test]
fn renamed_records_have_the_new_id_and_no_accounts() {
    let file =
        [r#"{"account":{"UserID":"a"}}"#, GROUP, &message("g", 1001), &member("g", "b", 1001)];
    let rename = Rename::to("copy").without_accounts();
    let text = file.join("\n");
    let lines = Records::new(text.as_bytes()).filter_map(|line| rename.apply(line.unwrap()));
    let calls = group_into_calls(lines);
    assert_eq!(calls.len(), 3);
    for call in &calls {
        assert_eq!(call.group().unwrap().as_str(), "copy");
        for index in 0..call.len() {
            let json = serde_json::to_string(&call.record(index).unwrap()).unwrap();
            assert!(json.contains("\"GroupId\":\"copy\"") && !json.contains("\"g\""), "{json}");
        }
    }
}

#[tokio::test]
async fn call_returns_the_outcome_of_each_item() {
    let messages = json!({"ErrorCode": 0, "ImportMsgResult": [{"Result": 0}, {"Result": 80002}]});
    let members = json!({
        "ErrorCode": 0,
        "MemberList": [{"Member_Account": "b", "Result": 1}, {"Member_Account": "c", "Result": 1}],
    });
    let script = Script::new()
        .then(MultiaccountImport::SPEC, Reply::json(json!({"ErrorCode": 0, "FailAccounts": ["b"]})))
        .then(ImportGroup::SPEC, Reply::json(json!({"ErrorCode": 0, "GroupId": "g"})))
        .then(ImportGroupMsg::SPEC, Reply::json(messages))
        .then(ImportGroupMember::SPEC, Reply::json(members));
    let client = script.client().unwrap();

    let mut results = Vec::new();
    for call in calls(&sample_export()) {
        results.push(outcomes(&call, &client).await.unwrap());
    }

    assert_eq!(results[0][0], ItemOutcome::Done);
    assert!(matches!(results[0][1], ItemOutcome::Failed { code: None, .. }));
    assert_eq!(results[1], [ItemOutcome::Done]);
    assert_eq!(results[2][0], ItemOutcome::Done);
    assert!(matches!(results[2][1], ItemOutcome::Failed { code: Some(80002), .. }));
    assert_eq!(results[3], [ItemOutcome::Done, ItemOutcome::Done]);
    assert_eq!(script.remaining(), 0);
}

async fn outcomes(call: &ImportCall, client: &Client) -> Result<Vec<ItemOutcome>, Error> {
    call.call(client).await.map(|(outcomes, _)| outcomes)
}

#[tokio::test]
async fn group_created_by_an_earlier_attempt_is_done() {
    let group = calls(&[GROUP]).remove(0);
    let taken = || Reply::refusal(10021, "taken");

    let script = Script::new()
        .then(ImportGroup::SPEC, Reply::connection_lost())
        .then(ImportGroup::SPEC, taken());
    let done = outcomes(&group, &script.client().unwrap()).await.unwrap();
    assert_eq!(done, [ItemOutcome::Done]);

    let script = Script::new().then(ImportGroup::SPEC, taken());
    let error = outcomes(&group, &script.client().unwrap()).await.unwrap_err();
    assert_eq!(error.code().map(ErrorCode::get), Some(10021));
}

proptest! {
    #[test]
    fn no_record_is_lost_and_no_call_is_too_large(
        records in prop::collection::vec((0..4_usize, 0..2_usize, 0..30_u64), 0..150),
    ) {
        let mut time = 1000;
        let lines: Vec<Line> = records.iter().zip(1..).map(|(&(record, group, step), number)| {
            let group = ["g", "h"][group];
            time += step / 10;
            let text = match record {
                0 => r#"{"account":{"UserID":"a"}}"#.to_owned(),
                1 => GROUP.replace("\"g\"", &format!("\"{group}\"")),
                2 => message(group, time),
                _ => member(group, "b", time),
            };
            Line::new(number, Record::parse(text.as_bytes()).unwrap())
        }).collect();

        let calls = group_into_calls(lines.iter().cloned());

        let numbers: Vec<u64> =
            calls.iter().flat_map(ImportCall::sources).map(|source| source.line).collect();
        prop_assert_eq!(numbers, (1..=lines.len() as u64).collect::<Vec<u64>>());
        let mut newest = None;
        for call in &calls {
            let max = match call.request() {
                ImportRequest::Accounts(_) => MultiaccountImport::BATCH.max,
                ImportRequest::Group(_) => Some(1),
                ImportRequest::Messages(_) => ImportGroupMsg::BATCH.max,
                ImportRequest::Members(_) => ImportGroupMember::BATCH.max,
            };
            prop_assert!(call.len() >= 1 && call.len() as u64 <= u64::from(max.unwrap()));
            if let ImportRequest::Messages(request) = call.request() {
                for message in &request.msg_list {
                    let time = Some((request.group_id.clone(), message.send_time));
                    let before = std::mem::replace(&mut newest, time.clone());
                    let is_same = before.as_ref().map(|(group, _)| group) == Some(&request.group_id);
                    prop_assert!(!is_same || before < time);
                }
            } else if let ImportRequest::Group(_) = call.request() {
                newest = None;
            }
        }
    }
}

fn calls<T: AsRef<str>>(file: &[T]) -> Vec<ImportCall> {
    let text: Vec<&str> = file.iter().map(AsRef::as_ref).collect();
    group_into_calls(Records::new(text.join("\n").as_bytes()).map(Result::unwrap))
}

fn group_into_calls(lines: impl Iterator<Item = Line>) -> Vec<ImportCall> {
    let lines = stream::iter(lines.map(Ok::<Line, RecordError>));
    import_calls(lines).try_collect().now_or_never().unwrap().unwrap()
}
