//! Mistakes on the command line, and what is said about them.

use std::fs;

use crate::{
    fixture::Fixture,
    program::{Chatctl, RunOutput},
};

#[track_caller]
fn fails(args: &[&str]) -> RunOutput {
    Chatctl::new(args).run().exits(2)
}

#[test]
fn similar_name_is_suggested_with_the_help_of_the_command() {
    fails(&["groop"]).says(&["did you mean `group`?", "see `chatctl --help`"]);
    fails(&["group", "mut"]).says(&["`mute`", "see `chatctl group --help`"]);
    fails(&["group", "mute", "g", "--member-file", "x"])
        .says(&["did you mean `--members-file`?", "see `chatctl group mute --help`"]);
    fails(&["endpoints", "--output", "jsn"]).says(&["did you mean `json`?"]);
}

#[test]
fn error_names_the_help_of_the_command_that_failed() {
    fails(&["bulk", "resume"]).says(&["<JOURNAL>", "see `chatctl bulk resume --help`"]);
    fails(&["usersig", "sign", "--at", "now"])
        .says(&["expected an integer from 0 to", "see `chatctl usersig sign --help`"]);
    // The value of an option is not a command.
    fails(&["--identifier", "group", "bulk", "show"]).says(&["see `chatctl bulk show --help`"]);
    let error = fails(&["bulk", "show", "--output", "json"]).stderr;
    let error: serde_json::Value = serde_json::from_str(&error).unwrap();
    assert_eq!(error["error"]["hint"], "see `chatctl bulk show --help`");
}

#[test]
fn number_is_explained_by_its_bounds() {
    fails(&["explain", "abc"]).says(&["'abc'", "expected an integer from -2147483648 to"]);
    fails(&["demo", "--members", "0"]).says(&["expected an integer from 1 to 2000000"]);
    fails(&["emulator", "--quota-scale", "0"]).says(&["expected a number above 0"]);
}

#[test]
fn missing_choice_names_every_option() {
    fails(&["group", "mute", "lobby", "peter"]).says(&["--for <TIME>", "--forever"]);
    fails(&["bulk", "mute", "peter", "--for", "1h"]).says(&["--group", "--all-groups"]);
}

#[test]
fn hint_about_a_journal_names_only_options_of_the_command() {
    for command in ["resume", "show"] {
        let output = fails(&["bulk", command, "no/journal"]);
        assert!(output.stderr.ends_with("file not found; check the path\n"), "{output:?}");
    }
    let fixture = Fixture::new();
    let mute = ["group", "mute", "live", "peter", "--forever", "--journal", "no/journal"];
    let output = fixture.chatctl(&mute).run().exits(2);
    output.says(&["no/journal", "no such directory", "create the directory"]);
    let resume = [&mute[..], &["--resume"]].concat();
    fixture.chatctl(&resume).run().exits(2).says(&["leave --resume out"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn value_may_begin_with_a_hyphen() {
    let fixture = Fixture::new();
    fixture
        .chatctl(&["group", "create", "club", "--type", "public", "--name", "-=club=-"])
        .run()
        .exits(0);
    let shown = fixture.chatctl(&["group", "show", "club"]).run().exits(0);
    assert!(shown.stdout.contains("-=club=-"), "{shown:?}");
    let remove = ["group", "remove", "club", "--reason", "-1 for spam", "--dry-run", "peter"];
    fixture.chatctl(&remove).run().exits(0);
    fixture.chatctl(&["group", "mute", "live", "-x", "--forever"]).run().exits(2).says(&["`--`"]);
}

#[test]
fn type_role_and_region_are_read_in_any_case() {
    let fixture = Fixture::new();
    for kind in ["avchatroom", "AVChatRoom", "AVCHATROOM"] {
        let listed = fixture.chatctl(&["group", "list", "--type", kind]).run().exits(0);
        assert!(listed.stdout.contains("live"), "{kind}: {listed:?}");
    }
    for region in ["silicon_valley", "Silicon-Valley", "saudi-arabia"] {
        let args = ["group", "list", "--region", region, "--sdkappid", "1"];
        // It is the key that is missing.
        Chatctl::new(&args).run().exits(2).says(&["secret key is not set"]);
    }
    fixture.chatctl(&["group", "list", "--type", "club"]).run().exits(2).says(&["AVChatRoom"]);
}

#[test]
fn file_or_list_is_not_taken_for_an_account() {
    let fixture = Fixture::new();
    fixture.write("list.txt", "peter\n");
    let refused = |account: &str, pieces: &[&str]| {
        for args in [
            &["bulk", "mute", account, "--group", "live", "--forever"][..],
            &["group", "mute", "live", account, "--forever"],
        ] {
            fixture.chatctl(args).run().exits(2).says(pieces);
        }
    };
    refused("list.txt", &["list.txt is a file", "--members-file list.txt"]);
    refused("a,b", &["not one account", "such as a b;", "--members-file"]);
    refused("user two", &["not one account"]);
    refused(&"x".repeat(33), &["argument 1", "longer than 32 bytes"]);
    fixture.write("long", &format!("peter\n{}\n", "x".repeat(33)));
    let args = ["group", "mute", "live", "--members-file", "long", "--forever"];
    fixture.chatctl(&args).run().exits(2).says(&["long, line 2", "longer than 32 bytes"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn similar_region_and_type_are_suggested() {
    fails(&["group", "list", "--region", "sinapore"]).says(&["did you mean singapore?"]);
    fails(&["group", "create", "g", "--type", "pubic", "--name", "x"])
        .says(&["did you mean Public?"]);
}

#[test]
fn error_shows_the_usage_of_the_command() {
    fails(&["group", "mute", "lobby", "peter"])
        .mentions(&["Usage: chatctl group mute [OPTIONS] <--for <TIME>|--forever> <GROUP>"]);
    let error = fails(&["group", "mute", "-o", "json"]).stderr;
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.starts_with("{\"error\":"), "{error}");
}

#[test]
fn emulator_without_an_endpoint_is_not_explained_by_regions() {
    let fixture = Fixture::new();
    let args = ["call", "room_engine_http_mic/nothing", "--unlisted"];
    let output = fixture.chatctl(&args).run().exits(1);
    assert!(!output.stderr.contains("singapore"), "{output:?}");
}

#[test]
fn directory_is_not_taken_for_a_file() {
    let fixture = Fixture::new();
    fs::create_dir(fixture.path("lists")).unwrap();
    for args in [
        &["bulk", "import", "lists"][..],
        &["group", "mute", "live", "--forever", "--members-file", "lists"],
        &["bulk", "mute", "peter", "--forever", "--groups-file", "lists"],
    ] {
        fixture.chatctl(args).run().exits(2).says(&["cannot read lists", "directory"]);
    }
}

#[test]
fn signature_of_a_pasted_url_is_not_repeated() {
    let url = "https://example.com/v4/sns/nothing?sdkappid=1&usersig=eJxSecret&random=2";
    for args in [&["call", url][..], &["schema", url], &["check", url, "--request", "-"]] {
        let output = fails(args);
        assert!(!output.stderr.contains("eJxSecret"), "{output:?}");
        assert!(output.stderr.contains("unknown endpoint"), "{output:?}");
    }
}

#[test]
fn older_user_sig_is_named_as_such() {
    let user_sig = include_str!("../../../chat-usersig/tests/it/ecdsa-usersig.txt");
    let inspected = Chatctl::new(&["usersig", "inspect"]).input(user_sig).run().exits(4);
    inspected.says(&["older format", "ECDSA", "only version 2.0"]);
}
