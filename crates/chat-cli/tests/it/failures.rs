//! Every failure of every command, as a program reads it.

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    fixture::Fixture,
    program::{Chatctl, RunOutput, help},
};

/// Every command that has no subcommands, by the names that lead to it, with its help. Of the areas of
/// `api`, whose commands are made from the catalog, it has one.
static COMMANDS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut waiting = vec![String::new()];
    let mut all = Vec::new();
    while let Some(name) = waiting.pop() {
        let help = help(&name);
        let subcommands = subcommands(&help);
        if subcommands.is_empty() {
            all.push((name, help));
            continue;
        }
        for subcommand in subcommands {
            if name != "api" || subcommand == "account" {
                waiting.push(format!("{name} {subcommand}").trim().to_owned());
            }
        }
    }
    all
});

fn subcommands(help: &str) -> Vec<&str> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let list = list.split("\n\n").next().unwrap_or_default();
    let is_name = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let names = list.lines().filter(is_name).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

/// Returns the arguments of the example in a command's help, without redirections.
fn example(help: &str) -> Vec<&str> {
    let example = help.split("Example:\n").nth(1).unwrap_or_default();
    let line = example.lines().next().unwrap_or_default();
    let line = line.split(['<', '>', '|']).next().unwrap_or_default();
    line.split_whitespace().skip(1).map(|word| word.trim_matches('\'')).collect()
}

/// Asserts that a failure has exactly one error object, as the last line, and a success none.
#[track_caller]
fn assert_one_error(output: &RunOutput) {
    let is_error = |line: &&str| line.starts_with("{\"error\":");
    let errors: Vec<&str> = output.stderr.lines().filter(is_error).collect();
    if output.exit == 0 {
        assert_eq!(errors.len(), 0, "{output:?}");
        return;
    }
    assert_eq!(errors.len(), 1, "{output:?}");
    assert_eq!(output.stderr.lines().last(), Some(errors[0]), "{output:?}");
    let error: Value = serde_json::from_str(errors[0]).unwrap();
    for member in ["kind", "message"] {
        let text = error["error"][member].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "no {member} in {output:?}");
    }
    assert!(!output.stderr.lines().any(|line| line.starts_with("error: ")), "{output:?}");
}

#[test]
fn every_command_reports_a_usage_error_as_one_object() {
    assert!(COMMANDS.len() > 50, "{}", COMMANDS.len());
    for (name, _) in COMMANDS.iter() {
        let words: Vec<&str> = name.split(' ').collect();
        let args = [&words[..], &["--no-such-option", "--output", "json"]].concat();
        let output = Chatctl::new(&args).run().exits(2);
        assert_one_error(&output);
        assert_eq!(output.stderr.lines().count(), 1, "{output:?}");
        assert_eq!(output.stdout, "", "{output:?}");
    }
}

/// The examples are run without settings, and with settings but without a server. Most fail.
#[test]
fn every_example_that_fails_reports_one_object() {
    let fixture = Fixture::new();
    let directory = fixture.directory.path();
    let here = |chatctl: Chatctl| {
        let config = directory.to_str().unwrap();
        chatctl.directory(directory).env("XDG_CONFIG_HOME", config).run()
    };
    let mut failures = 0;
    for (name, help) in COMMANDS.iter().filter(|(name, _)| !NOT_RUN.contains(&&**name)) {
        let example = example(help);
        assert!(!example.is_empty(), "{name}");
        let args = [&example[..], &["-qojson"]].concat();
        let mut outputs = vec![here(Chatctl::new(&args))];
        // An option takes precedence over the address that nobody listens on.
        if help.contains("--endpoint") && !args.contains(&"--region") {
            let soon = [&args[..], &["--timeout", "300ms"]].concat();
            outputs.push(here(fixture.chatctl(&soon).env("CHAT_ENDPOINT", "http://127.0.0.1:1")));
        }
        for output in outputs {
            assert_one_error(&output);
            failures += usize::from(output.exit != 0);
        }
    }
    assert!(failures > 50, "{failures}");
}

#[test]
fn refusals_and_bad_settings_are_one_object() {
    let fixture = Fixture::new();
    let list = ["group", "list", "--output", "json"];
    for (exit, output) in [
        (2, fixture.chatctl(&list).env("CHAT_PROFILE", "missing").env("CHAT_ENDPOINT", "").run()),
        (2, fixture.chatctl(&list).env("CHAT_SDKAPPID", "none").run()),
        (6, fixture.chatctl(&list).env("CHAT_SECRET_KEY", "another key").run()),
        (2, fixture.chatctl(&["group", "destroy", "live", "--output", "json"]).run()),
        (1, fixture.chatctl(&["group", "show", "gone", "--output", "json"]).run()),
        (1, fixture.chatctl(&["group", "mute", "gone", "a", "--forever", "-o", "json"]).run()),
        (4, fixture.chatctl(&["doctor", "-ojson"]).env("CHAT_SECRET_KEY", "another key").run()),
    ] {
        assert_one_error(&output.exits(exit));
    }
}

#[test]
fn failed_checks_have_an_object_besides_their_results() {
    let token = "xxxxyyyy";
    let webhook = |args: &[&str]| {
        let args = [&["webhook"], args, &["--output", "json"]].concat();
        Chatctl::new(&args).env("CHAT_WEBHOOK_TOKEN", token).run()
    };
    let verified = webhook(&["verify", "/webhooks?Sign=00&RequestTime=1669872112"]);
    assert_eq!((verified.exit, &verified.json()["valid"]), (1, &false.into()));
    assert_one_error(&verified);
    let nothing = "http://127.0.0.1:1/webhooks";
    for (exit, args) in
        [(3, &["trigger", "Group.CallbackBeforeSendMsg", nothing][..]), (1, &["doctor", nothing])]
    {
        let output = webhook(args).exits(exit);
        assert_one_error(&output);
        assert!(!output.stdout.is_empty(), "{output:?}");
    }
    let user_sig = Chatctl::new(&["usersig", "verify", "--output", "json"])
        .env("CHAT_SDKAPPID", "1400000000")
        .env("CHAT_SECRET_KEY", "another key")
        .input("eJw")
        .run();
    assert_ne!(user_sig.exit, 0);
    assert_one_error(&user_sig);
}

#[test]
fn format_is_found_after_other_short_options() {
    for args in [&["-qojson"][..], &["-qvo", "json"], &["-o=json"], &["-o", "json"]] {
        let output = Chatctl::new(&[&["groop"], args].concat()).run().exits(2);
        assert_one_error(&output);
    }
    Chatctl::new(&["groop", "-o", "table"]).run().exits(2).says(&["error: "]);
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_reported_as_one_object() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = Chatctl::new(&["endpoints", "--output", "json"]).command();
    let output = command.stdout(full).output().unwrap();
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["error"]["kind"], "output");
    assert_ne!(output.status.code(), Some(0));
}

/// Commands whose example ends only when it is stopped, takes long, writes to the system, or connects
/// to another machine.
const NOT_RUN: [&str; 6] =
    ["demo", "emulator", "man", "webhook doctor", "webhook listen", "webhook record"];
