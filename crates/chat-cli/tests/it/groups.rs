//! Jobs on groups, against `chatctl emulator`.

use std::{
    io::{Read, Write},
    net::TcpListener,
};

use crate::program::{Chatctl, Emulator, KEY};

#[test]
fn a_group_is_made_shown_filled_and_disbanded() {
    let emulator = Emulator::start(&["--no-quota"]);
    let run = |words: &[&str]| emulator.chatctl(&[&["group"], words].concat()).run();
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
    assert_eq!(added.json()["items"][0]["account"], "nobody");
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
    assert!(shown.out.contains("Club") && shown.out.contains("peter"), "{shown:?}");
    assert!(run(&["list"]).json().to_string().contains("club"));
    run(&["destroy", "club"]).exits(0);
    run(&["show", "club"]).exits(1).says(&["club"]);
    run(&["destroy", "club"]).exits(1).says(&["10010"]);
}

#[test]
fn bans_are_made_listed_and_lifted() {
    let emulator = Emulator::start(&["--no-quota"]);
    let run = |words: &[&str]| emulator.chatctl(&[&["group"], words].concat());
    run(&["create", "live", "--type", "AVChatRoom", "--name", "Live"]).run().exits(0);
    let list: String = (0..250).map(|number| format!("viewer{number}\n")).collect();
    let banned = run(&["ban", "live", "--for", "7d"]).input(list.clone()).run().exits(0);
    assert_eq!(
        (&banned.json()["summary"]["calls"], &banned.json()["summary"]["done"]),
        (&13.into(), &250.into())
    );
    assert_eq!(run(&["banned", "live"]).run().json().as_array().unwrap().len(), 250);
    run(&["unban", "live"]).input(list).run().exits(0);
    assert_eq!(run(&["banned", "live"]).run().out.trim(), "[]");
}

#[test]
fn a_refused_job_says_so_once_and_exits_with_1() {
    let emulator = Emulator::start(&[]);
    let ran = emulator.chatctl(&["group", "mute", "nowhere", "a", "b", "--forever"]).run();
    let ran = ran.exits(1).says(&["none of 2 done", "10010"]);
    assert_eq!(ran.json()["summary"]["failed"], 2);
}

#[test]
fn a_mute_needs_a_period_or_forever() {
    Chatctl::new(&["group", "mute", "g", "a"]).run().exits(2);
    Chatctl::new(&["group", "mute", "g", "a", "--for", "1h", "--forever"]).run().exits(2);
    let ran = Chatctl::new(&["group", "mute", "g", "a", "--for", "soon"]).run().exits(2);
    assert!(ran.err.contains("90s, 15m, 12h or 7d"), "{ran:?}");
}

#[test]
fn a_group_id_that_is_none_is_refused_before_anything_is_sent() {
    let long = "g".repeat(49);
    for id in ["", "gruppe-ä", &long] {
        let ran = Chatctl::new(&["group", "show", id]).run().exits(2);
        assert!(ran.err.contains("GroupId"), "{ran:?}");
    }
}

#[test]
fn an_emulator_gone_in_mid_job_is_reported_account_by_account() {
    let mut emulator = Emulator::start(&["--quota-scale", "0.05"]);
    let create = ["group", "create", "live", "--type", "AVChatRoom", "--name", "Live"];
    emulator.chatctl(&create).run().exits(0);
    let list: String = (0..20_000).map(|number| format!("viewer{number}\n")).collect();
    let job = emulator.chatctl(&["group", "ban", "live"]).input(list);
    let runner = std::thread::spawn(move || job.run());
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    emulator.stop();
    let ran = runner.join().unwrap();
    assert!([3, 5].contains(&ran.exit), "{}", ran.err);
    let summary = &ran.json()["summary"];
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(count("done") + count("failed") + count("unknown"), 20_000);
}

#[test]
fn an_answer_that_is_no_json_is_no_answer() {
    check_answer("<html><body>Bad gateway</body></html>", "text/html");
    check_answer(r#"{"ActionStatus":"OK","ErrorCo"#, "application/json");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    Chatctl::new(&["emulator", "--listen", &address])
        .run()
        .exits(2)
        .says(&[&address, "listens there already"]);
    Chatctl::new(&["emulator", "--listen", "nonsense"]).run().exits(2).says(&["nonsense"]);
}

#[test]
fn the_emulator_tells_where_it_listens_in_json() {
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

/// A server that answers every call with these bytes.
fn check_answer(body: &'static str, content_type: &'static str) {
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
