use chat_types::clock::ManualClock;

use crate::migration::{Check, Preflight, RecordError, Records, Rename};

pub(super) const GROUP: &str =
    r#"{"group":{"GroupId":"g","Type":"Public","Name":"Stars","CreateTime":1000}}"#;

#[test]
fn a_file_in_order_passes_whatever_its_blocks() {
    let file = [
        r#"{"chat_export":1}"#,
        r#"{"account":{"UserID":"a"}}"#,
        GROUP,
        &message("g", 1001),
        &message("g", 1001),
        &message("g", 1002),
        &member("g", 1000),
        r#"{"summary":{"accounts":1,"messages":3,"members":1}}"#,
        r#"{"account":{"UserID":"b"}}"#,
        r#"{"group":{"GroupId":"h","Type":"Private","Name":"More"}}"#,
        r#"{"member":{"GroupId":"h","Member_Account":"b"}}"#,
        r#"{"group":{"GroupId":"@TGS#_c","Type":"Community","Name":"Fans","CreateTime":1000}}"#,
    ];
    assert_eq!(mistakes(&file), [""; 0]);
}

#[test]
fn what_is_out_of_order_is_told() {
    let cases: &[(&[&str], &str)] = &[
        (
            &[&message("g", 1001)],
            "line 1: message: the group g is not the one that stands last before this line (none is)",
        ),
        (
            &[GROUP, &member("h", 1001)],
            "line 2: member: the group h is not the one that stands last before this line (g is)",
        ),
        (
            &[GROUP, &message("g", 1001), r#"{"account":{"UserID":"a"}}"#, &message("g", 1002)],
            "line 4: message: the group g is not the one",
        ),
        (
            &[GROUP, &member("g", 1001), &message("g", 1001)],
            "line 3: message: it comes after members",
        ),
        (
            &[GROUP, &message("g", 1002), &message("g", 1001)],
            "line 3: message: SendTime falls from 1002",
        ),
        (&[GROUP, &message("g", 1001), GROUP], "line 3: group: g stands on line 1 already"),
        (
            &[r#"{"chat_export":1}"#, GROUP],
            "line 1: the export that begins on line 1 has no summary",
        ),
        (
            &[
                r#"{"chat_export":1}"#,
                GROUP,
                r#"{"chat_export":1}"#,
                r#"{"summary":{"accounts":0,"messages":0,"members":0}}"#,
            ],
            "line 3: the export that begins on line 1 has no summary",
        ),
    ];
    for (file, expected) in cases {
        assert_one(file, expected);
    }
}

#[test]
fn what_the_service_would_refuse_is_told() {
    let untimed = r#"{"group":{"GroupId":"g","Type":"Public","Name":"Stars"}}"#;
    let large = message("g", 1001).replace("hi", &"x".repeat(12_000));
    let random = message("g", 1001).replace("\"MsgBody\"", "\"Random\":7,\"MsgBody\"");
    let cases: &[(&[&str], &str)] = &[
        (
            &[&GROUP.replace("\"g\"", "\"@TGS#2J4\"")],
            "line 1: group: an id of one's own must not start with @TGS#",
        ),
        (&[&GROUP.replace("Public", "Community")], "line 1: group: an id of one's own"),
        (&[&GROUP.replace("1000", "2001")], "line 1: group: CreateTime 2001"),
        (&[GROUP, &message("g", 999)], "line 2: message: SendTime 999"),
        (&[GROUP, &member("g", 999)], "line 2: member: JoinTime 999"),
        (&[GROUP, &message("g", 2001)], "lies in the future"),
        (&[GROUP, &member("g", 1_500_000)], "seconds, not milliseconds"),
        (
            &[untimed, &message("g", 1001), &message("g", 1002), &member("g", 1001)],
            "line 2: message: its group has no CreateTime",
        ),
        (&[GROUP, &large], "at most 12000 are allowed"),
        (&[GROUP, &random, &random], "line 3: message: it has the Random of the message before"),
    ];
    for (file, expected) in cases {
        assert_one(file, expected);
    }
}

#[test]
fn a_wrong_group_record_is_told_once_and_not_once_per_message() {
    let file = [GROUP, &message("g", 1001), GROUP, &message("g", 1002), &message("g", 1003)];
    assert_eq!(mistakes(&file).len(), 1);
}

#[test]
fn a_survey_counts_everything_and_keeps_the_first_mistakes() {
    let accounts = (0..250).map(|n| format!(r#"{{"account":{{"UserID":"u{n}"}}}}"#));
    let messages = (0..15).map(|n| message("g", 1000 + n / 2));
    let members = (0..301).map(|_| member("g", 1001));
    let wrong = (0..50).map(|_| "nonsense".to_owned());
    let file: Vec<String> =
        accounts.chain([GROUP.to_owned()]).chain(messages).chain(members).chain(wrong).collect();

    let preflight = preflight(&file.join("\n"), 3);

    assert_eq!(
        (preflight.accounts, preflight.groups, preflight.messages, preflight.members),
        (250, 1, 15, 301)
    );
    let calls: Vec<_> =
        preflight.calls.iter().map(|count| (count.endpoint.command, count.calls)).collect();
    assert_eq!(
        calls,
        [
            ("multiaccount_import", 3),
            ("import_group", 1),
            ("import_group_msg", 3),
            ("import_group_member", 2)
        ]
    );
    assert_eq!(preflight.mistake_count, 50);
    let lines: Vec<u64> = preflight.mistakes.iter().map(|mistake| mistake.line).collect();
    assert_eq!(lines, [568, 569, 570]);
    // Seven pairs and the two messages of the second in which the group was created.
    assert_eq!(preflight.times_moved, 15);
}

#[test]
fn a_group_under_a_new_id_is_checked_under_that() {
    let file = [
        GROUP.replace("\"g\"", "\"@TGS#2J4\""),
        message("@TGS#2J4", 1001),
        member("@TGS#2J4", 1001),
    ];
    let rename = Rename::to("copy").without_accounts();
    let text = file.join("\n");
    let account = "{\"account\":{\"UserID\":\"a\"}}\n".to_owned();
    let lines = account + &text;
    let renamed = Records::new(lines.as_bytes())
        .filter_map(|line| line.map(|line| rename.apply(line)).transpose());
    let preflight = Preflight::of(Check::new(renamed).clock(ManualClock::at(2000)), 9);
    assert!(preflight.is_clean(), "{:?}", preflight.mistakes);
    assert_eq!(
        (preflight.accounts, preflight.groups, preflight.messages, preflight.members),
        (0, 1, 1, 1)
    );
}

fn preflight(file: &str, kept: usize) -> Preflight {
    Preflight::of(Check::new(Records::new(file.as_bytes())).clock(ManualClock::at(2000)), kept)
}

fn mistakes(file: &[&str]) -> Vec<String> {
    preflight(&file.join("\n"), usize::MAX).mistakes.iter().map(RecordError::to_string).collect()
}

fn assert_one(file: &[&str], expected: &str) {
    let found = mistakes(file);
    assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:#?}");
}

pub(super) fn message(group: &str, time: u64) -> String {
    format!(
        r#"{{"message":{{"GroupId":"{group}","From_Account":"a","SendTime":{time},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"hi"}}}}]}}}}"#
    )
}

pub(super) fn member(group: &str, time: u64) -> String {
    format!(r#"{{"member":{{"GroupId":"{group}","Member_Account":"b","JoinTime":{time}}}}}"#)
}
