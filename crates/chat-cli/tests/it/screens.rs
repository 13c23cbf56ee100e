//! What people see: help, tables and errors in narrow and wide terminals, without color.

use std::fmt::Write as _;

use crate::fixture::Fixture;

/// Returns what the commands print in terminals of these widths.
fn screens(fixture: &Fixture, commands: &[&[&str]]) -> String {
    let mut text = String::new();
    for columns in ["40", "80", "120"] {
        for args in commands {
            let chatctl = fixture.chatctl(args).env("COLUMNS", columns).env("TZ", "<+08>-8");
            let output = chatctl.env("NO_COLOR", "1").run();
            let shown = format!("{}{}", output.stdout, output.stderr);
            assert!(!shown.contains('\u{1b}'), "{args:?}: {shown}");
            let shown = shown.replace(&fixture.url(), "http://127.0.0.1:8080");
            writeln!(text, "[{columns}] $ chatctl {}\n{shown}", args.join(" ")).unwrap();
        }
    }
    text
}

/// Creates groups with Chinese names, members, and muted accounts.
fn community() -> Fixture {
    let fixture = Fixture::new();
    for (id, kind, name) in [
        ("hall", "Public", "大厅 🎉"),
        ("@TGS#_starsandtelescopes", "Community", "观星爱好者与望远镜交流社区"),
        ("work", "Private", "A group for everybody who works on the telescopes of the north"),
    ] {
        let create = ["group", "create", id, "--type", kind, "--name", name];
        fixture.chatctl(&create).run().exits(0);
    }
    let add = ["group", "add", "hall", "peter", "leckie"];
    let import = ["api", "account", "multiaccount-import", "--account-list", "peter,leckie"];
    fixture.chatctl(&import).run().exits(0);
    fixture.chatctl(&add).run().exits(0);
    fixture.chatctl(&["group", "mute", "hall", "peter", "--forever"]).run().exits(0);
    fixture
}

#[test]
fn tables_fit_narrow_and_wide_terminals() {
    let fixture = community();
    insta::assert_snapshot!(screens(
        &fixture,
        &[
            &["group", "list", "--output", "table"],
            &["group", "muted", "hall", "--output", "table"],
            &["endpoints", "forbid", "--output", "table"],
            &["explain", "10007", "--service", "group_open_http_svc", "--output", "table"],
            &["group", "mute", "hall", "peter", "--for", "1h", "--dry-run", "--output", "table"],
        ],
    ));
}

#[test]
fn help_fits_narrow_and_wide_terminals() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(screens(&fixture, &[&["-h"], &["group", "mute", "-h"]]));
    insta::assert_snapshot!(
        "help_of_an_endpoint",
        screens(&fixture, &[&["api", "group", "forbid-send-msg", "--help"]])
    );
}

#[test]
fn errors_name_the_mistake_and_the_remedy() {
    let fixture = Fixture::new();
    insta::assert_snapshot!(screens(
        &fixture,
        &[
            &["groop"],
            &["group", "mute", "hall", "peter"],
            &["group", "mute", "hall", "peter", "--for", "1 hour and a half"],
            &["group", "list", "--region", "sinapore"],
            &["call", "group_open_http_svc/create_grup"],
            &["group", "destroy", "hall"],
            &["group", "show", "gone"],
            &["bulk", "resume", "gone.journal"],
            &["explain", "4242"],
        ],
    ));
}

#[test]
fn every_command_rejects_an_unknown_option_with_its_usage() {
    let fixture = Fixture::new();
    let commands = [
        "demo",
        "emulator",
        "endpoints",
        "usersig sign",
        "usersig room-key",
        "usersig verify",
        "usersig inspect",
        "check",
        "call",
        "api group create-group",
        "group create",
        "group list",
        "group show",
        "group destroy",
        "group members",
        "group add",
        "group remove",
        "group mute",
        "group unmute",
        "group muted",
        "group ban",
        "group unban",
        "group banned",
        "group prune",
        "group export",
        "group copy",
        "bulk mute",
        "bulk unmute",
        "bulk remove",
        "bulk kick",
        "bulk import",
        "bulk resume",
        "bulk show",
        "apply",
        "explain",
        "schema",
        "openapi",
        "doctor",
        "profile add",
        "profile list",
        "profile use",
        "profile remove",
        "completions",
        "man",
    ];
    for command in commands {
        let args: Vec<&str> = command.split(' ').chain(["--outptu", "json"]).collect();
        let output = fixture.chatctl(&args).run().exits(2);
        let usage = format!("Usage: chatctl {command} ");
        let similar = "did you mean `--output`";
        let output = output.says(&["unexpected argument '--outptu'", similar]).mentions(&[&usage]);
        assert_eq!(output.stdout, "");
    }
}
