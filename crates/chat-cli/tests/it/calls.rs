//! `chatctl call`, by name, path and URL, and of endpoints that the catalog lacks.

use crate::{fixture::Fixture, program::RunOutput};

fn call(fixture: &Fixture, args: &[&str]) -> RunOutput {
    fixture.chatctl(&[&["call"], args].concat()).run()
}

#[test]
fn endpoint_is_called_by_path_or_url() {
    let fixture = Fixture::new();
    for name in [
        "group_open_http_svc/get_appid_group_list",
        "/v4/group_open_http_svc/get_appid_group_list",
        "https://console.tim.qq.com/v4/group_open_http_svc/get_appid_group_list?random=1",
    ] {
        assert_eq!(call(&fixture, &[name]).exits(0).json()["TotalCount"], 1, "{name}");
    }
    assert_eq!(fixture.calls().total(), 3);
}

#[test]
fn unlisted_endpoint_is_called() {
    let fixture = Fixture::new();
    let name = "group_open_http_svc/get_badges";
    call(&fixture, &[name]).exits(2).says(&["unknown endpoint", "--unlisted"]);
    for options in [&["--unlisted"][..], &["--unlisted", "--calls-per-second", "5"]] {
        let output = call(&fixture, &[&[name], options].concat()).exits(1);
        // The emulator does not know it either.
        assert_eq!(output.json()["ErrorCode"], 10003);
        output.says(&["group_open_http_svc/get_badges: refused with code 10003"]);
    }
    let path = "/v4/new_service/get_badges";
    let output = call(&fixture, &[path, "--unlisted", "--safe-to-repeat"]).exits(1);
    assert_eq!(output.json()["ErrorCode"], 60009);
}

#[test]
fn unlisted_request_must_be_an_object_and_its_name_a_path() {
    let fixture = Fixture::new();
    let name = "group_open_http_svc/get_badges";
    call(&fixture, &[name, "--unlisted", "--data", "[]"]).exits(2).says(&["not a JSON object"]);
    for name in ["nothing", "a/b/c", "a/..", "a/b%2Fc", "a/b c", "a/b&c=d"] {
        call(&fixture, &[name, "--unlisted"]).exits(2).says(&["invalid endpoint"]);
    }
    call(&fixture, &[name, "--calls-per-second", "5"]).exits(2).says(&["--unlisted"]);
    call(&fixture, &[name, "--unlisted", "--calls-per-second", "0"]).exits(2).says(&["from 1 to"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn catalog_takes_precedence_over_unlisted() {
    let fixture = Fixture::new();
    let name = "group_open_http_svc/get_group_info";
    let output = call(&fixture, &[name, "--unlisted"]).exits(2);
    assert!(output.stderr.contains("is in the catalog"), "{output:?}");
    assert!(output.stderr.contains("GroupIdList"), "its documented rules apply: {output:?}");
}

#[test]
fn dry_run_shows_what_would_be_sent() {
    let fixture = Fixture::new();
    let data = ["--data", r#"{"GroupId":"live"}"#, "--dry-run"];
    let shown = call(&fixture, &[&["group_open_http_svc/destroy_group"], &data[..]].concat());
    let shown = shown.exits(0).json();
    assert_eq!((&shown["dry_run"], &shown["method"]), (&true.into(), &"POST".into()));
    let url = shown["url"].as_str().unwrap();
    assert!(url.starts_with(&fixture.url()), "{url}");
    let query =
        "/v4/group_open_http_svc/destroy_group?sdkappid=1400000000&identifier=administrator";
    assert!(url.contains(query) && !url.contains("usersig"), "{url}");
    assert_eq!(shown["request"], serde_json::json!({ "GroupId": "live" }));
    assert_eq!(shown["calls_per_second"], 200);
    assert_eq!(shown["is_safe_to_repeat"], true);
    assert!(shown["irreversible"].as_str().unwrap().contains("lost"), "{shown}");

    let unchecked = ["group_open_http_svc/destroy_group", "--data", "{}", "--dry-run"];
    call(&fixture, &unchecked).exits(2).says(&["GroupId"]);
    call(&fixture, &[&unchecked[..], &["--no-check"]].concat()).exits(0);
    let text = call(&fixture, &["sns/friend_get", "--no-check", "--dry-run", "--output", "table"]);
    let text = text.exits(0).stdout;
    assert!(text.starts_with("POST http") && text.ends_with("nothing was sent\n"), "{text}");
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn call_that_cannot_be_undone_needs_a_confirmation() {
    let fixture = Fixture::new();
    let calls = [
        &["call", "group_open_http_svc/destroy_group", "--data", r#"{"GroupId":"live"}"#][..],
        &["api", "group", "destroy-group", "--group-id", "live"],
    ];
    for args in calls {
        let refused = fixture.chatctl(args).run().exits(2);
        refused.says(&["cannot be undone", "the group is lost", "nobody to ask", "--yes"]);
    }
    assert_eq!(fixture.calls().total(), 0);
    fixture.chatctl(&[calls[0], &["--yes"]].concat()).run().exits(0);
    // The second one finds it gone.
    fixture.chatctl(&[calls[1], &["-y"]].concat()).run().exits(1);
    assert_eq!(fixture.calls().total(), 2);
    // What can be undone does not ask.
    fixture.chatctl(&["call", "group_open_http_svc/get_appid_group_list"]).run().exits(0);
}
