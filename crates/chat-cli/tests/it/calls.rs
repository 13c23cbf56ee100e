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
