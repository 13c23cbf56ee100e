//! Checks that concern several records together.

use chat_types::clock::ManualClock;

use super::{GROUP, member, message, sample_export};
use crate::migration::{Check, Preflight, RecordError, Records, Rename};

#[test]
fn file_in_order_passes() {
    let mut file = sample_export();
    let more = [
        r#"{"account":{"UserID":"b"}}"#,
        r#"{"group":{"GroupId":"h","Type":"Private","Name":"More"}}"#,
        r#"{"member":{"GroupId":"h","Member_Account":"b"}}"#,
        r#"{"group":{"GroupId":"@TGS#_c","Type":"Community","Name":"Fans","CreateTime":1000}}"#,
    ];
    file.extend(more.map(str::to_owned));
    assert_eq!(errors(&file), [""; 0]);
}

#[test]
fn record_out_of_order_is_an_error() {
    let cases: &[(&[&str], &str)] = &[
        (
            &[&message("g", 1001)],
            "line 1: message: belongs to group g, but does not follow its records; a group record",
        ),
        (
            &[GROUP, &member("h", "b", 1001)],
            "line 2: member: belongs to group h, but does not follow its records (it follows those of group g)",
        ),
        (
            &[GROUP, &message("g", 1001), r#"{"account":{"UserID":"a"}}"#, &message("g", 1002)],
            "line 4: message: belongs to group g, but does not follow its records",
        ),
        (
            &[GROUP, &member("g", "b", 1001), &message("g", 1001)],
            "line 3: message: follows members",
        ),
        (
            &[GROUP, &message("g", 1002), &message("g", 1001)],
            "line 3: message: SendTime decreases from 1002",
        ),
        (
            &[GROUP, &message("g", 1001), GROUP],
            "line 3: group: duplicate record for g, first on line 1",
        ),
        (
            &[r#"{"chat_export":1}"#, GROUP],
            "line 1: the export that starts on line 1 was truncated",
        ),
        (
            &[
                r#"{"chat_export":1}"#,
                GROUP,
                r#"{"chat_export":1}"#,
                r#"{"summary":{"accounts":0,"messages":0,"members":0}}"#,
            ],
            "line 3: the export that starts on line 1 was truncated",
        ),
    ];
    for (file, expected) in cases {
        check_error(file, expected);
    }
}

#[test]
fn record_that_the_service_would_refuse_is_an_error() {
    let untimed = r#"{"group":{"GroupId":"g","Type":"Public","Name":"Stars"}}"#;
    let large = message("g", 1001).replace("hi", &"x".repeat(12_000));
    let random = message("g", 1001).replace("\"MsgBody\"", "\"Random\":7,\"MsgBody\"");
    let cases: &[(&[&str], &str)] = &[
        (
            &[&GROUP.replace("\"g\"", "\"@TGS#2J4\"")],
            "line 1: group: invalid GroupId \"@TGS#2J4\": a custom group ID must not start with @TGS#",
        ),
        (&[&GROUP.replace("Public", "Community")], "line 1: group: invalid GroupId \"g\""),
        (&[&GROUP.replace("1000", "2001")], "line 1: group: CreateTime 2001"),
        (&[GROUP, &message("g", 999)], "line 2: message: SendTime 999"),
        (&[GROUP, &member("g", "b", 999)], "line 2: member: JoinTime 999"),
        (&[GROUP, &message("g", 2001)], "is in the future"),
        (&[GROUP, &member("g", "b", 1_500_000)], "seconds, not milliseconds"),
        (
            &[untimed, &message("g", 1001), &message("g", 1002), &member("g", "b", 1001)],
            "line 2: message: its group has no CreateTime",
        ),
        (&[GROUP, &large], "at most 12000 are allowed"),
        (&[GROUP, &random, &random], "line 3: message: has the same Random as the message before"),
    ];
    for (file, expected) in cases {
        check_error(file, expected);
    }
}

#[test]
fn invalid_group_record_is_reported_once_and_not_per_message() {
    let file = [GROUP, &message("g", 1001), GROUP, &message("g", 1002), &message("g", 1003)];
    assert_eq!(errors(&file).len(), 1);
}

#[test]
fn preflight_counts_everything_and_keeps_the_first_errors() {
    let accounts = (0..250).map(|n| format!(r#"{{"account":{{"UserID":"u{n}"}}}}"#));
    let messages = (0..15).map(|n| message("g", 1000 + n / 2));
    let members = (0..301).map(|_| member("g", "b", 1001));
    let invalid = (0..50).map(|_| "nonsense".to_owned());
    let file: Vec<String> =
        accounts.chain([GROUP.to_owned()]).chain(messages).chain(members).chain(invalid).collect();

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
            ("import_group_member", 16)
        ]
    );
    assert_eq!(preflight.error_count, 50);
    let lines: Vec<u64> = preflight.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [568, 569, 570]);
    // Seven pairs, and the two messages of the second in which the group was created.
    assert_eq!(
        (preflight.moved_later, preflight.moved_earlier, preflight.wait_seconds),
        (15, 0, 0)
    );
}

#[test]
fn renamed_group_is_checked_under_its_new_id() {
    let file = [
        GROUP.replace("\"g\"", "\"@TGS#2J4\""),
        message("@TGS#2J4", 1001),
        member("@TGS#2J4", "b", 1001),
    ];
    let rename = Rename::to("copy").without_accounts();
    let text = file.join("\n");
    let account = "{\"account\":{\"UserID\":\"a\"}}\n".to_owned();
    let lines = account + &text;
    let renamed = Records::new(lines.as_bytes())
        .filter_map(|line| line.map(|line| rename.apply(line)).transpose());
    let preflight = Preflight::of(Check::new(renamed).clock(ManualClock::at(2000)), 9);
    assert!(preflight.is_clean(), "{:?}", preflight.errors);
    assert_eq!(
        (preflight.accounts, preflight.groups, preflight.messages, preflight.members),
        (0, 1, 1, 1)
    );
}

fn preflight(file: &str, max_errors: usize) -> Preflight {
    Preflight::of(
        Check::new(Records::new(file.as_bytes())).clock(ManualClock::at(2000)),
        max_errors,
    )
}

fn errors<T: AsRef<str>>(file: &[T]) -> Vec<String> {
    let lines: Vec<&str> = file.iter().map(AsRef::as_ref).collect();
    preflight(&lines.join("\n"), usize::MAX).errors.iter().map(RecordError::to_string).collect()
}

fn check_error(file: &[&str], expected: &str) {
    let found = errors(file);
    assert!(found.len() == 1 && found[0].contains(expected), "{expected}: {found:#?}");
}
