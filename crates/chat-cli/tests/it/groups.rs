//! Jobs on groups, against `chatctl emulator`.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use crate::program::{Chatctl, Emulator, KEY, wait_until};

#[test]
fn group_is_created_shown_filled_and_destroyed() {
    let emulator = Emulator::start(&["--no-quota"]);
    let run = |args: &[&str]| emulator.chatctl(&[&["group"], args].concat()).run();
    for account in ["peter", "leckie", "tommy"] {
        let data = format!(r#"{{"UserID":"{account}"}}"#);
        emulator
            .chatctl(&["call", "im_open_login_svc/account_import", "--data", &data])
            .run()
            .exits(0);
    }
    let made = run(&["create", "club", "--type", "Public", "--name", "Club", "--owner", "peter"]);
    assert_eq!(made.exits(0).json()["GroupId"], "club");
    let added = run(&["add", "club", "leckie", "tommy", "nobody"]).exits(5);
    assert_eq!(added.json()["summary"]["done"], 2);
    assert_eq!(added.json()["items"][0]["item"], "nobody");
    let members = run(&["members", "club"]).exits(0).json();
    assert_eq!(members.as_array().unwrap().len(), 3);
    let owners = run(&["members", "club", "--role", "Owner"]).exits(0).json();
    assert_eq!(owners[0]["Member_Account"], "peter");
    run(&["mute", "club", "leckie", "--for", "15m"]).exits(0);
    assert_eq!(run(&["muted", "club"]).json()[0]["Member_Account"], "leckie");
    run(&["unmute", "club", "leckie"]).exits(0);
    assert!(run(&["muted", "club"]).json().as_array().unwrap().is_empty());
    run(&["remove", "club", "tommy", "--silent", "--reason", "spam"]).exits(0);
    let shown = run(&["show", "club", "--output", "table"]).exits(0);
    assert!(shown.stdout.contains("Club") && shown.stdout.contains("peter"), "{shown:?}");
    assert!(run(&["list"]).json().to_string().contains("club"));
    run(&["destroy", "club", "--yes"]).exits(0);
    let gone = run(&["show", "club", "--output", "json"]).exits(1);
    assert!(
        gone.stderr.contains(r#""code":10010"#) && gone.stderr.contains("get_group_info"),
        "{gone:?}"
    );
    run(&["destroy", "club", "--yes"]).exits(1).says(&["10010"]);
}

#[test]
fn bans_are_added_listed_and_lifted() {
    let emulator = Emulator::start(&["--no-quota"]);
    let run = |args: &[&str]| emulator.chatctl(&[&["group"], args].concat());
    run(&["create", "live", "--type", "AVChatRoom", "--name", "Live"]).run().exits(0);
    let list: String = (0..250).map(|number| format!("viewer{number}\n")).collect();
    let banned = run(&["ban", "live", "--for", "7d"]).input(list.clone()).run().exits(0);
    assert_eq!(
        (&banned.json()["summary"]["calls"], &banned.json()["summary"]["done"]),
        (&13.into(), &250.into())
    );
    assert_eq!(run(&["banned", "live"]).run().json().as_array().unwrap().len(), 250);
    run(&["unban", "live"]).input(list).run().exits(0);
    assert_eq!(run(&["banned", "live"]).run().stdout.trim(), "[]");
}

#[test]
fn refused_job_reports_it_once_and_exits_with_1() {
    let emulator = Emulator::start(&[]);
    let output = emulator.chatctl(&["group", "mute", "nowhere", "a", "b", "--forever"]).run();
    let output = output.exits(1).says(&["none of 2 done", "10010"]);
    assert_eq!(output.json()["summary"]["failed"], 2);
}

#[test]
fn mute_requires_a_period_or_forever() {
    Chatctl::new(&["group", "mute", "g", "a"]).run().exits(2);
    Chatctl::new(&["group", "mute", "g", "a", "--for", "1h", "--forever"]).run().exits(2);
    let output = Chatctl::new(&["group", "mute", "g", "a", "--for", "soon"]).run().exits(2);
    assert!(output.stderr.contains("500ms, 90s, 1h30m or 7d"), "{output:?}");
}

#[test]
fn invalid_group_id_is_rejected_before_anything_is_sent() {
    let long = "g".repeat(49);
    for id in ["", "gruppe-ä", &long] {
        let output = Chatctl::new(&["group", "show", id]).run().exits(2);
        assert!(output.stderr.contains("GroupId"), "{output:?}");
    }
}

#[test]
fn lost_emulator_is_reported_account_by_account() {
    let mut emulator = Emulator::start(&[]);
    let create = ["group", "create", "live", "--type", "AVChatRoom", "--name", "Live"];
    emulator.chatctl(&create).run().exits(0);
    let list: String = (0..20_000).map(|number| format!("viewer{number}\n")).collect();
    let job = emulator.chatctl(&["group", "ban", "live", "--retry-for", "1s"]).input(list);
    let runner = std::thread::spawn(move || job.run());
    let banned = || emulator.chatctl(&["group", "banned", "live"]).run().json();
    wait_until("the first ban", || !banned().as_array().unwrap().is_empty());
    emulator.stop();
    let output = runner.join().unwrap();
    assert_eq!(output.exit, 5, "{}", output.stderr);
    let report = output.json();
    let count = |name: &str| report["summary"][name].as_u64().unwrap();
    let (done, rest) = (count("done"), count("failed") + count("unknown"));
    assert!(done > 0 && rest > 0, "{}", report["summary"]);
    assert_eq!(done + rest, 20_000);
    let listed = report["items"].as_array().unwrap().len() as u64;
    assert_eq!(listed + report["items_omitted"].as_u64().unwrap(), rest);
}

#[test]
fn partial_job_exits_with_5_even_if_its_report_is_not_read() {
    let emulator = Emulator::start(&["--no-quota"]);
    let create = ["group", "create", "town", "--type", "Public", "--name", "Town"];
    emulator.chatctl(&create).run().exits(0);
    let account = r#"{"UserID":"peter"}"#;
    emulator
        .chatctl(&["call", "im_open_login_svc/account_import", "--data", account])
        .run()
        .exits(0);
    let list = tempfile::NamedTempFile::new().unwrap();
    let strangers: String = (0..3_000).map(|number| format!("stranger{number}\n")).collect();
    std::fs::write(list.path(), format!("peter\n{strangers}")).unwrap();
    let path = list.path().to_str().unwrap();
    let args = ["group", "add", "town", "--members-file", path];
    let mut job = emulator.chatctl(&args).command();
    let mut job = job.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(job.stdout.take());
    assert_eq!(job.wait().unwrap().code(), Some(5));
}

#[test]
fn unreadable_list_is_not_an_empty_list() {
    let emulator = Emulator::start(&[]);
    let output = emulator.chatctl(&["group", "members", "nowhere"]).run().exits(1).says(&["10010"]);
    assert_eq!(output.stdout, "");
}

#[test]
fn large_group_is_shown_without_its_members() {
    let emulator = Emulator::start(&["--no-quota"]);
    let accounts: Vec<String> = (0..8_000).map(|number| format!("member{number:05}")).collect();
    for accounts in accounts.chunks(100) {
        let list: Vec<String> =
            accounts.iter().map(|account| format!(r#"{{"UserID":"{account}"}}"#)).collect();
        let data = format!(r#"{{"AccountList":[{}]}}"#, list.join(","));
        let args = ["call", "im_open_login_svc/multiaccount_import", "--data", &data];
        emulator.chatctl(&args).run().exits(0);
    }
    let town = "@TGS#_town";
    let create = ["group", "create", town, "--type", "Community", "--name", "Town"];
    emulator.chatctl(&create).run().exits(0);
    emulator.chatctl(&["group", "add", town]).input(accounts.join("\n")).run().exits(0);
    let shown = emulator.chatctl(&["group", "show", town]).run().exits(0).says(&["too large"]);
    assert_eq!(
        (&shown.json()["Name"], &shown.json()["MemberNum"]),
        (&"Town".into(), &8_000.into())
    );
}

#[test]
fn app_key_is_in_no_error() {
    for app in ["0:emulator-secret-key", "emulator-secret-key", "x:emulator-secret-key"] {
        for output in ["table", "json"] {
            let args = ["emulator", "--app", app, "--output", output];
            Chatctl::new(&args).run().exits(2).says(&["--app"]);
        }
    }
}

#[test]
fn invalid_json_is_not_a_usable_response() {
    check_response("<html><body>Bad gateway</body></html>", "text/html");
    check_response(r#"{"ActionStatus":"OK","ErrorCo"#, "application/json");
}

#[test]
fn port_in_use_is_reported_with_its_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    Chatctl::new(&["emulator", "--listen", &address])
        .run()
        .exits(2)
        .says(&[&address, "the address is in use"]);
    Chatctl::new(&["emulator", "--listen", "nonsense"]).run().exits(2).says(&["nonsense"]);
}

#[test]
fn emulator_prints_its_address_as_json() {
    let mut child =
        Chatctl::new(&["emulator", "--output", "json", "--app", "7:k", "--admin", "boss"])
            .command()
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
    let mut line = String::new();
    let stdout = child.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let ready: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (&ready["ready"], &ready["sdkappid"], &ready["admin"]),
        (&true.into(), &7.into(), &"boss".into())
    );
    assert!(ready["url"].as_str().unwrap().starts_with("http://127.0.0.1:"));
}

/// Checks that a server that responds to each call with this body gives no usable response.
fn check_response(body: &'static str, content_type: &'static str) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in server.incoming().take(3) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}"
            );
        }
    });
    Chatctl::new(&["group", "muted", "g", "--endpoint", &url, "--sdkappid", "1"])
        .env("CHAT_SECRET_KEY", KEY)
        .run()
        .exits(3)
        .says(&["group_open_http_svc/get_group_muted_account"]);
}
