//! Profiles, the doctor, completions, and manual pages.

use std::fs;

use crate::{
    fixture::Fixture,
    program::{Chatctl, KEY},
};

/// Returns chatctl without any setting in the environment, with its profiles in the directory.
fn chatctl(fixture: &Fixture, args: &[&str]) -> Chatctl {
    let configuration = fixture.path("config").display().to_string();
    Chatctl::new(args).directory(fixture.directory.path()).env("XDG_CONFIG_HOME", &configuration)
}

fn add(fixture: &Fixture, name: &str, more: &[&str]) -> Chatctl {
    let url = fixture.url();
    let args = ["profile", "add", name, "--sdkappid", "1400000000", "--endpoint", &url];
    chatctl(fixture, &[&args[..], more].concat())
}

#[test]
fn profile_holds_settings_that_options_and_environment_override() {
    let fixture = Fixture::new();
    fixture.write("key", KEY);
    add(&fixture, "one", &["--secret-key-file", "key"])
        .run()
        .exits(0)
        .mentions(&["a call with it"]);
    let list = ["group", "list", "--ids"];
    let listed = chatctl(&fixture, &list).run().exits(0);
    assert_eq!(listed.json()[0]["GroupId"], "live");
    chatctl(&fixture, &list).env("CHAT_SECRET_KEY", "wrong").run().exits(6);
    chatctl(&fixture, &list).env("CHAT_ENDPOINT", "http://127.0.0.1:1").run().exits(3);
    chatctl(&fixture, &[&list[..], &["--sdkappid", "5"]].concat()).run().exits(6);

    add(&fixture, "two", &["--secret-command", "echo emulator-secret-key"]).run().exits(0);
    chatctl(&fixture, &[&list[..], &["--profile", "two"]].concat()).run().exits(0);
    chatctl(&fixture, &list).env("CHAT_PROFILE", "two").run().exits(0);
    let unknown = [&list[..], &["--profile", "twoo"]].concat();
    chatctl(&fixture, &unknown).run().exits(2).says(&["unknown profile", "did you mean two?"]);

    let listed = chatctl(&fixture, &["profile", "list"]).run().exits(0);
    assert_eq!(listed.json()[0]["current"], true);
    assert!(!listed.stdout.contains(KEY));
    chatctl(&fixture, &["profile", "use", "two"]).run().exits(0);
    chatctl(&fixture, &["profile", "remove", "one"]).run().exits(0);
    chatctl(&fixture, &list).run().exits(0);
    let names = chatctl(&fixture, &["profile", "list", "--output", "name"]).run().exits(0);
    assert_eq!(names.stdout, "two\n");
    assert!(fixture.path("key").exists(), "only a key that was typed belongs to the profile");
}

#[cfg(unix)]
#[test]
fn profiles_are_private_and_hold_no_key() {
    use std::os::unix::fs::PermissionsExt as _;

    let fixture = Fixture::new();
    add(&fixture, "one", &["--secret-key-env", "MY_KEY"]).env("MY_KEY", KEY).run().exits(0);
    let file = fixture.path("config/chatctl/profiles.toml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!fs::read_to_string(&file).unwrap().contains(KEY));
    let list = ["group", "list", "--ids"];
    chatctl(&fixture, &list).env("MY_KEY", KEY).run().exits(0);
    chatctl(&fixture, &list).run().exits(2).says(&["MY_KEY"]);
}

#[test]
fn profile_that_does_not_work_is_not_stored() {
    let fixture = Fixture::new();
    fixture.write("key", "wrong");
    let output = add(&fixture, "one", &["--secret-key-file", "key"]).run().exits(6);
    output.mentions(&["the profile was not stored", "70009"]);
    add(&fixture, "one", &[]).run().exits(2).says(&["--secret-key-file"]);
    assert!(!fixture.path("config/chatctl/profiles.toml").exists());
    fixture.write("key", KEY);
    add(&fixture, "one", &["--secret-key-file", "key"]).run().exits(0);
    add(&fixture, "one", &["--secret-key-file", "key"]).run().exits(2).says(&["exists"]);
    fs::write(fixture.path("config/chatctl/profiles.toml"), "current = 1").unwrap();
    chatctl(&fixture, &["group", "list"]).run().exits(2).says(&["invalid profiles in"]);
}

#[test]
fn doctor_names_what_is_wrong_with_its_remedy() {
    let fixture = Fixture::new();
    let healthy = fixture.chatctl(&["doctor"]).run().exits(0).json();
    let states = healthy["checks"].as_array().unwrap().iter().map(|check| &check["state"]);
    assert!(states.clone().count() >= 7 && states.clone().all(|state| state == "ok"), "{healthy}");

    let wrong = fixture.chatctl(&["doctor"]).env("CHAT_SECRET_KEY", "wrong").run().exits(4);
    wrong.json()["checks"].as_array().unwrap().iter().for_each(|check| {
        let is_login = check["check"] == "login";
        assert_eq!(check["state"] == "failed", is_login, "{check}");
        assert!(!is_login || check["remedy"].as_str().unwrap().contains("key"), "{check}");
    });
    let gone = fixture.chatctl(&["doctor"]).env("CHAT_ENDPOINT", "http://127.0.0.1:1").run();
    assert!(gone.exits(4).stdout.contains("firewall"));
    let bare = Chatctl::new(&["doctor", "--output", "table"]).run().exits(4);
    for piece in ["address", "app", "key", "failed", "CHAT_SDKAPPID"] {
        assert!(bare.stdout.contains(piece), "no {piece:?} in {bare:?}");
    }
}

#[test]
fn shell_completes_commands_and_values() {
    let fixture = Fixture::new();
    add(&fixture, "staging", &["--secret-key-env", "K"]).env("K", KEY).run().exits(0);
    let journal = ["group", "mute", "live", "peter", "--forever", "--journal", "job.journal"];
    fixture.chatctl(&journal).run().exits(0);
    fixture.write("job.txt", "peter");
    let complete = |words: &[&str]| {
        let index = (words.len() - 1).to_string();
        let completed = chatctl(&fixture, &[&["--", "chatctl"], words].concat())
            .env("CHATCTL_COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", &(index.parse::<usize>().unwrap() + 1).to_string())
            .env("_CLAP_IFS", "\n")
            .env("_CLAP_COMPLETE_COMP_TYPE", "9")
            .env("_CLAP_COMPLETE_SPACE", "true");
        completed.run().exits(0).stdout
    };
    assert!(complete(&["gro"]).contains("group"));
    assert!(complete(&["--region", "sing"]).contains("singapore"));
    assert!(complete(&["--profile", ""]).contains("staging"));
    assert!(complete(&["call", "group_open_http_svc/forb"]).contains("forbid_send_msg"));
    assert!(complete(&["api", "group", "create-gr"]).contains("create-group"));
    assert_eq!(complete(&["bulk", "resume", "job"]).trim(), "job.journal");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Chatctl::new(&["completions", shell]).run().exits(0).stdout;
        assert!(script.contains("CHATCTL_COMPLETE"), "{shell}: {script}");
    }
}

#[test]
fn manual_has_a_page_per_command() {
    let fixture = Fixture::new();
    fixture.chatctl(&["man", "man1"]).run().exits(0).mentions(&["manual pages"]);
    let page = fixture.read("man1/chatctl-group-mute.1");
    assert!(
        page.contains("chatctl group mute") || page.contains("chatctl\\-group\\-mute"),
        "{page}"
    );
    assert!(page.contains("\\-\\-forever"), "{page}");
    assert!(fixture.path("man1/chatctl.1").exists());
    assert!(fixture.path("man1/chatctl-api-group-create-group.1").exists());
}
