//! The formats of results.

use chat_types::GroupType;
use serde_json::json;

use crate::{fixture::Fixture, program::Chatctl};

/// Creates a group with a Chinese name and two muted members, one of them for good.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    let create = ["group", "create", "hall", "--type", "public", "--name", "大厅 🎉"];
    fixture.chatctl(&create).run().exits(0);
    fixture.chatctl(&["group", "mute", "live", "peter", "--forever"]).run().exits(0);
    fixture
}

fn shown(fixture: &Fixture, columns: &str, args: &[&str]) -> String {
    let output = fixture.chatctl(args).env("COLUMNS", columns).env("TZ", "UTC").run().exits(0);
    assert!(!output.stdout.contains('\u{1b}'), "{output:?}");
    output.stdout
}

#[test]
fn groups_are_listed_with_names_types_and_sizes() {
    let fixture = fixture();
    let list =
        |args: &[&str]| shown(&fixture, "80", &[&["group", "list", "--output"], args].concat());
    let table = list(&["table"]);
    assert_eq!(
        table,
        "GROUP  TYPE        MEMBERS  NAME\n\
         live   AVChatRoom        0\n\
         hall   Public            0  大厅 🎉\n"
    );
    assert_eq!(list(&["name"]), "live\nhall\n");
    assert_eq!(list(&["name", "--limit", "1"]), "live\n");
    assert_eq!(list(&["table", "--name", "大厅"]).lines().count(), 2);
    assert_eq!(list(&["jsonl", "--ids"]), "{\"GroupId\":\"live\"}\n{\"GroupId\":\"hall\"}\n");
    assert!(list(&["wide"]).contains("CREATED"));
    let csv = list(&["csv"]);
    assert!(csv.starts_with("GroupId,Type,MemberNum,Name,Owner_Account,"), "{csv}");
    assert!(list(&["yaml"]).starts_with("- CreateTime: "));
    assert!(shown(&fixture, "20", &["group", "list", "-o", "table"]).contains("GROUP  hall\n"));
}

#[test]
fn mute_for_good_is_shown_as_such_and_raw_in_json() {
    let fixture = fixture();
    let muted = shown(&fixture, "80", &["group", "muted", "live", "--output", "table"]);
    assert_eq!(muted, "ACCOUNT  MUTED UNTIL\npeter    forever\n");
    let muted = fixture.chatctl(&["group", "muted", "live"]).run().exits(0).json();
    assert_eq!(muted[0]["MutedUntil"], u32::MAX);
}

#[test]
fn time_is_shown_in_the_time_zone_of_the_machine() {
    let fixture = fixture();
    let args = ["group", "show", "hall", "--output", "table"];
    let in_zone = |zone| fixture.chatctl(&args).env("TZ", zone).run().exits(0).stdout;
    let offset = |text: &str| {
        let created = text.lines().find(|line| line.starts_with("created")).unwrap().to_owned();
        created.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(offset(&in_zone("UTC")), "+00:00");
    assert_eq!(offset(&in_zone("<+08>-8")), "+08:00");
}

#[cfg(feature = "jq")]
#[test]
fn jq_filter_selects_from_the_json() {
    let fixture = fixture();
    let filtered = |args: &[&str]| fixture.chatctl(args).run();
    let list = ["group", "list", "--jq", ".[] | select(.Type == \"Public\") | .Name"];
    assert_eq!(filtered(&list).exits(0).stdout, "大厅 🎉\n");
    let lines = ["group", "list", "--output", "jsonl", "--jq", "[.GroupId]|length"];
    assert_eq!(filtered(&lines).exits(0).stdout, "1\n1\n");
    let call = ["call", "group_open_http_svc/get_appid_group_list", "--jq", ".TotalCount"];
    assert_eq!(filtered(&call).exits(0).stdout, "2\n");
    let calls = fixture.calls().total();
    filtered(&["group", "list", "--jq", ".["]).exits(2).says(&["invalid --jq filter"]);
    filtered(&["group", "list", "--jq", "nosuch"]).exits(2).says(&["\"nosuch\" is not defined"]);
    assert_eq!(fixture.calls().total(), calls, "a wrong filter must be found before a call");
}

#[test]
fn every_format_of_an_object_can_be_read_back() {
    let explain =
        |format| Chatctl::new(&["explain", "10010", "--output", format]).run().exits(0).stdout;
    let value: serde_json::Value = serde_json::from_str(&explain("json")).unwrap();
    assert_eq!(value["code"], 10010);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&explain("jsonl")).unwrap(), value);
    assert!(explain("yaml").contains("\ncode: 10010\n"));
    assert_eq!(explain("csv").lines().count(), 2);
    assert!(explain("table").starts_with("10010"));
}

#[test]
fn ids_stay_whole_at_every_width() {
    let fixture = fixture();
    fixture
        .app
        .create_group("@TGS#_a-rather-long-id-of-a-community", GroupType::Community)
        .unwrap();
    for columns in ["10", "40", "80", "120"] {
        let table = shown(&fixture, columns, &["group", "list", "--output", "table"]);
        assert!(table.contains("@TGS#_a-rather-long-id-of-a-community"), "{columns}: {table}");
        let table = shown(&fixture, columns, &["endpoints", "forbid", "--output", "table"]);
        assert!(table.contains("group_open_http_svc/forbid_send_msg"), "{columns}: {table}");
    }
}

#[test]
fn dry_run_of_a_single_call_sends_nothing() {
    let fixture = Fixture::new();
    let destroy = fixture.chatctl(&["group", "destroy", "live", "--dry-run"]).run().exits(0).json();
    assert_eq!(destroy["request"], json!({ "GroupId": "live" }));
    let create = ["group", "create", "a", "--type", "public", "--name", "A", "--dry-run"];
    let create = fixture.chatctl(&create).run().exits(0).json();
    assert_eq!(create["endpoint"], "group_open_http_svc/create_group");
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn group_is_not_destroyed_without_a_confirmation() {
    let fixture = Fixture::new();
    fixture.chatctl(&["group", "destroy", "live"]).run().exits(2).says(&["nobody to ask", "--yes"]);
    assert_eq!(fixture.calls().total(), 0);
    fixture.chatctl(&["group", "destroy", "live", "-y"]).run().exits(0);
    assert_eq!(fixture.calls().total(), 1);
}
