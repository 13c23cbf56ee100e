//! `chatctl webhook`: what one of its commands sends, another receives.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Stdio},
    thread,
};

use serde_json::{Value, json};

use crate::program::Chatctl;

const TOKEN: &str = "xxxxyyyy";

/// `chatctl webhook listen` or `record` in a separate process, which is killed on drop.
struct Listener {
    process: Child,
    lines: BufReader<ChildStdout>,
    url: String,
}

impl Listener {
    fn start(args: &[&str], directory: &Path) -> Self {
        let mut process = Chatctl::new(&[&["webhook"], args, &["--output", "jsonl"]].concat())
            .env("CHAT_WEBHOOK_TOKEN", TOKEN)
            .directory(directory)
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut listener = Self { process, lines, url: String::new() };
        let url = listener.next()["url"].as_str().unwrap().to_owned();
        listener.url = url;
        listener
    }

    /// Returns what it prints next.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn webhook(args: &[&str]) -> Chatctl {
    Chatctl::new(&[&["webhook"], args, &["--output", "json"]].concat())
        .env("CHAT_WEBHOOK_TOKEN", TOKEN)
}

/// Starts a server that responds to everything with the same text, and returns its URL. It serves
/// until the test process ends.
fn careless_server(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || drop(respond(connection, response)));
        }
    });
    url
}

fn respond(mut connection: TcpStream, response: &str) -> io::Result<()> {
    let mut requests = BufReader::new(connection.try_clone()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            if line == "\r\n" {
                break;
            }
        }
        io::copy(&mut requests.by_ref().take(length), &mut io::sink())?;
        let size = response.len();
        write!(connection, "HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n{response}")?;
    }
}

const RULES: &str = r#"
[[rules]]
webhook = "Group.CallbackBeforeSendMsg"
when = { From_Account = "jared", "MsgBody.0.MsgType" = "TIMTextElem" }
refuse = { code = 10100, text = "No advertisements, please." }

[[rules]]
webhook = "Group.CallbackBeforeSendMsg"
when = { From_Account = "leckie" }
replace = { CloudCustomData = "seen" }
"#;

#[test]
fn triggered_webhook_is_printed_and_answered_by_the_rules() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("rules.toml"), RULES).unwrap();
    let mut listener = Listener::start(&["listen", "--respond", "rules.toml"], directory.path());
    let url = listener.url.clone();
    let trigger = |from: &str| {
        let set = format!("From_Account={from}");
        webhook(&["trigger", "Group.CallbackBeforeSendMsg", &url, "--set", &set])
            .run()
            .exits(0)
            .json()
    };
    let refused = trigger("jared");
    assert_eq!(refused["response"]["ErrorCode"], 10_100, "{refused}");
    assert!(refused["effect"].as_str().unwrap().contains("client gets"), "{refused}");
    assert_eq!(trigger("leckie")["response"]["CloudCustomData"], "seen");
    assert_eq!(trigger("peter")["response"]["ErrorCode"], 0);
    for from in ["jared", "leckie", "peter"] {
        let printed = listener.next();
        assert_eq!(printed["webhook"], "Group.CallbackBeforeSendMsg");
        assert_eq!(printed["body"]["From_Account"], from);
        assert_eq!(printed["platform"], "RESTAPI");
    }
}

#[test]
fn every_webhook_of_the_catalog_can_be_triggered() {
    let directory = tempfile::tempdir().unwrap();
    let listener = Listener::start(&["listen"], directory.path());
    for name in ["State.StateChange", "Push.OfflinePush", "Sns.CallbackPrevFriendAdd"] {
        webhook(&["trigger", name, &listener.url]).run().exits(0);
    }
    let repeated = webhook(&["trigger", "State.StateChange", &listener.url, "--repeat", "3"]);
    assert_eq!(repeated.run().exits(0).stdout.lines().count(), 3);
}

#[test]
fn trigger_judges_the_response_as_the_service_does() {
    let directory = tempfile::tempdir().unwrap();
    let mut listener = Listener::start(&["listen"], directory.path());
    let trigger = ["trigger", "Group.CallbackBeforeSendMsg"];
    let forged = webhook(&[&trigger[..], &[&listener.url]].concat());
    let forged = forged.env("CHAT_WEBHOOK_TOKEN", "another").run().exits(4).json();
    assert_eq!(forged["status"], 401, "{forged}");
    assert_eq!(listener.next()["status"], 401);

    for (response, problem) in [
        ("sorry", "not a JSON object"),
        (r#"{"ActionStatus":"OK","ErrorCode":7,"ErrorInfo":""}"#, "invalid response"),
    ] {
        let server = careless_server(response);
        let judged = webhook(&[&trigger[..], &[&server]].concat()).run().exits(4).json();
        let found = judged["problem"].as_str().unwrap();
        assert!(found.contains(problem), "{judged}");
    }
    drop(listener);
    let nobody = webhook(&[&trigger[..], &["http://127.0.0.1:9"]].concat()).run().exits(3).json();
    assert!(nobody["problem"].as_str().unwrap().contains("refused"), "{nobody}");
}

#[test]
fn mistakes_are_found_before_anything_is_sent() {
    let url = "http://127.0.0.1:9";
    webhook(&["trigger", "Group.CallbackBeforeSendMessage", url])
        .run()
        .exits(2)
        .mentions(&["unknown webhook", "Group.CallbackBeforeSendMsg"]);
    webhook(&["trigger", "State.StateChange", "ftp://x"]).run().exits(2).mentions(&["http://"]);
    webhook(&["trigger", "State.StateChange", url, "--set", "Info.Action.x=1"])
        .run()
        .exits(2)
        .mentions(&["Info.Action.x"]);
    let directory = tempfile::tempdir().unwrap();
    let rules = directory.path().join("rules.toml");
    for (text, why) in [
        ("[[rules]]\nwebhook = \"State.StateChange\"", "give one of"),
        ("[[rules]]\nwebhook = \"X.Y\"\nallow = true", "unknown webhook"),
        ("[[rules]]\nwebhook = \"Group.CallbackBeforeSendMsg\"\nrefuse = { code = 5 }", "rule 1"),
        ("[[rule]]", "invalid rules"),
    ] {
        std::fs::write(&rules, text).unwrap();
        webhook(&["listen", "--respond", rules.to_str().unwrap()]).run().exits(2).mentions(&[why]);
    }
    Chatctl::new(&["webhook", "listen"]).run().exits(2).mentions(&["--no-token"]);
}

#[test]
fn signature_is_the_documented_one() {
    let signed = webhook(&["sign", "--at", "1669872112"]).run().exits(0).json();
    let sign = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
    assert_eq!(signed, json!({ "Sign": sign, "RequestTime": 1_669_872_112 }));
    let url = format!("https://x/?a=b&Sign={sign}&RequestTime=1669872112");
    let verify = |url: &str, at: &str| webhook(&["verify", url, "--at", at]).run();
    assert_eq!(verify(&url, "1669872170").exits(0).json(), json!({ "valid": true }));
    let old = verify(&url, "1669872173").exits(1).json();
    assert!(old["reason"].as_str().unwrap().contains("60 s"), "{old}");
    let wrong = verify(&url.replace("1777", "2777"), "1669872112").exits(1).json();
    assert!(wrong["reason"].as_str().unwrap().contains("invalid"), "{wrong}");
    verify("https://x/", "1669872112").exits(1);
    Chatctl::new(&["webhook", "sign"]).run().exits(2).mentions(&["CHAT_WEBHOOK_TOKEN"]);
}

#[test]
fn recorded_webhooks_are_replayed_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let mut recorder = Listener::start(&["record", "events"], directory.path());
    for account in ["a", "b", "c"] {
        let set = format!("Info.To_Account={account}");
        webhook(&["trigger", "State.StateChange", &recorder.url, "--set", &set]).run().exits(0);
        recorder.next();
    }
    drop(recorder);
    let recorded = std::fs::read_to_string(directory.path().join("events/webhooks.jsonl")).unwrap();
    assert_eq!(recorded.lines().count(), 3);
    assert!(!recorded.contains("Sign"), "{recorded}");

    let mut listener = Listener::start(&["listen"], directory.path());
    webhook(&["replay", "events", &listener.url]).directory(directory.path()).run().exits(0);
    for account in ["a", "b", "c"] {
        assert_eq!(listener.next()["body"]["Info"]["To_Account"], account);
    }
    std::fs::write(directory.path().join("events/webhooks.jsonl"), "{}\n").unwrap();
    webhook(&["replay", "events", &listener.url])
        .directory(directory.path())
        .run()
        .exits(2)
        .mentions(&["line 1"]);
}

#[test]
fn webhook_is_forwarded_and_the_response_returned() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("rules.toml"), RULES).unwrap();
    let mut app = Listener::start(&["listen", "--respond", "rules.toml"], directory.path());
    let proxy = Listener::start(&["listen", "--forward", &app.url], directory.path());
    let trigger = ["trigger", "Group.CallbackBeforeSendMsg", &proxy.url];
    let refused = webhook(&[&trigger[..], &["--set", "From_Account=jared"]].concat()).run();
    assert_eq!(refused.exits(0).json()["response"]["ErrorCode"], 10_100);
    assert_eq!(app.next()["body"]["From_Account"], "jared");
}

#[test]
fn doctor_accepts_a_sound_server_and_finds_one_that_trusts_everybody() {
    let directory = tempfile::tempdir().unwrap();
    let listener = Listener::start(&["listen"], directory.path());
    let report = webhook(&["doctor", &listener.url]).run().exits(0);
    assert!(report.stdout.lines().count() >= 9, "{report:?}");
    drop(listener);

    let open = careless_server(r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#);
    let report = webhook(&["doctor", &open]).run().exits(1);
    assert!(report.stdout.contains("anybody can send webhooks"), "{report:?}");
    let nobody = webhook(&["doctor", "http://127.0.0.1:9"]).run().exits(1);
    assert_eq!(nobody.stdout.lines().count(), 2, "{nobody:?}");
}
