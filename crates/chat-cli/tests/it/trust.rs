//! What chatctl trusts: journals, files of others, and text from the service.

use std::{fs, os::unix::fs::PermissionsExt as _};

use chat_admin::Journal;

use crate::{
    fixture::{Fixture, viewers},
    program::KEY,
};

fn mode(fixture: &Fixture, name: &str) -> u32 {
    fs::metadata(fixture.path(name)).unwrap().permissions().mode() & 0o777
}

/// Stores a command line in a journal of a mute, as somebody else might.
fn forge(fixture: &Fixture, command: &[&str]) {
    let journal = Journal::create(fixture.path("forged")).unwrap().with_note(serde_json::json!({
        "command": command,
        "directory": fixture.directory.path(),
    }));
    let client = chat_transport::Client::builder(
        chat_emulator::Emulator::DEFAULT_APP,
        chat_transport::SecretKey::new(KEY).unwrap(),
    );
    let client = client.endpoint(fixture.url()).build().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let admin = chat_admin::Admin::new(client);
    let job = admin.group("live").mute(["peter"]).journal(journal);
    // The journal has its first line, and nothing is sent.
    runtime.block_on(async { drop(job.start()) });
}

#[test]
fn environment_wins_over_the_connection_in_a_journal() {
    let fixture = Fixture::new();
    let command =
        ["group", "mute", "live", "peter", "--forever", "--endpoint", "http://127.0.0.1:9"];
    forge(&fixture, &command);
    let output = fixture.chatctl(&["bulk", "resume", "forged"]).run().exits(0);
    output.mentions(&[
        "resuming in ",
        "chatctl group mute live peter --forever --endpoint http://127.0.0.1:9",
        "the address in the journal is ignored, because CHAT_REGION or CHAT_ENDPOINT is set",
    ]);
    assert!(fixture.app.is_muted("live", "peter").unwrap());
}

#[test]
fn connection_from_a_journal_is_shown() {
    let fixture = Fixture::new();
    let url = fixture.url();
    fixture.write("key", KEY);
    let command = [
        "group",
        "mute",
        "live",
        "peter",
        "--forever",
        "--endpoint",
        &url,
        "--secret-key-file",
        "key",
        "--sdkappid",
        "1400000000",
    ];
    forge(&fixture, &command);
    let resume = fixture.chatctl(&["bulk", "resume", "forged"]);
    let resume =
        resume.env("CHAT_ENDPOINT", "").env("CHAT_SECRET_KEY", "").env("CHAT_SDKAPPID", "");
    resume.run().exits(0).mentions(&[
        &format!("the address comes from the journal: {url}"),
        "the key file comes from the journal: key",
        "the app comes from the journal: 1400000000",
    ]);
}

#[test]
fn journals_and_reports_are_private() {
    let fixture = Fixture::new();
    let args =
        ["group", "mute", "live", "peter", "--forever", "--journal", "j", "--report", "r.csv"];
    fixture.chatctl(&args).run().exits(0);
    assert_eq!((mode(&fixture, "j"), mode(&fixture, "r.csv")), (0o600, 0o600));
}

#[test]
fn report_that_is_a_hard_link_of_its_input_is_refused() {
    let fixture = Fixture::new();
    fixture.write("list.csv", &viewers(3));
    fs::hard_link(fixture.path("list.csv"), fixture.path("report.csv")).unwrap();
    let args = ["group", "mute", "live", "--forever", "--members-file", "list.csv"];
    let args = [&args[..], &["--report", "report.csv"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["would overwrite list.csv"]);
    assert_eq!(fixture.read("list.csv"), viewers(3));
}

#[test]
fn key_is_read_without_what_editors_add() {
    let fixture = Fixture::new();
    let list = |key: &str| {
        fixture.write("key", key);
        fs::set_permissions(fixture.path("key"), fs::Permissions::from_mode(0o600)).unwrap();
        fixture
            .chatctl(&["group", "list", "--secret-key-file", "key"])
            .env("CHAT_SECRET_KEY", "")
            .run()
    };
    for key in [format!("\u{feff}{KEY}\r\n"), format!("  {KEY}\t\n\n"), KEY.to_owned()] {
        list(&key).exits(0);
    }
    list(&format!("{KEY}\nanother")).exits(2).says(&["has more than one line"]);
    list(&format!("{KEY}\0")).exits(2).says(&["contains a control character"]);
    list(" \n").exits(2).says(&["is empty"]);
}

#[test]
fn key_file_that_others_can_read_causes_a_warning() {
    let fixture = Fixture::new();
    fixture.write("key", KEY);
    for (mode, is_warned) in [(0o600, false), (0o640, true), (0o604, true)] {
        fs::set_permissions(fixture.path("key"), fs::Permissions::from_mode(mode)).unwrap();
        let output = fixture
            .chatctl(&["group", "list", "-q", "--secret-key-file", "key"])
            .env("CHAT_SECRET_KEY", "")
            .run()
            .exits(0);
        let warns = output.stderr.contains("warning: other users of this machine can read");
        assert_eq!(warns, is_warned, "{mode:o}");
    }
}

#[test]
fn empty_journal_is_begun_with_resume_as_the_hints_say() {
    let fixture = Fixture::new();
    fixture.write("job", "");
    let args = ["group", "mute", "live", "peter", "--forever", "--journal", "job"];
    for command in [&["bulk", "resume", "job"][..], &["bulk", "show", "job"]] {
        fixture.chatctl(command).run().exits(2).says(&[
            "ends before its first line is complete",
            "run the command of the job again, with `--resume` added",
        ]);
    }
    fixture.chatctl(&args).run().exits(2).says(&["the same command with --resume resumes it"]);
    let args = [&args[..], &["--resume"]].concat();
    let output = fixture.chatctl(&args).run().exits(0);
    assert_eq!(output.json()["summary"]["done"], 1);
}

#[test]
fn journal_that_is_a_device_is_refused() {
    let fixture = Fixture::new();
    for command in ["show", "resume"] {
        let output = fixture.chatctl(&["bulk", command, "/dev/zero"]).run().exits(2);
        output.says(&["not a regular file"]);
    }
}
