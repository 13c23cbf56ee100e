//! Ctrl-C while calls are in flight.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStderr, Command, Stdio},
    sync::{Arc, Condvar, Mutex, mpsc},
    thread,
};

use serde_json::Value;

use crate::program::{Chatctl, KEY, TIME_LIMIT};

#[test]
fn first_ctrl_c_waits_for_the_calls_in_flight() {
    let server = Server::start();
    let mut job = Job::start(&server, &MUTE, 20_000);
    server.wait_for_calls(16);
    job.press_ctrl_c();
    assert!(job.next_note().contains("waiting for the calls in flight"));
    server.respond();
    let (exit, report, error) = job.end();
    assert_eq!(exit, Some(130));
    let summary = &report["summary"];
    assert_eq!((&summary["done"], &summary["unknown"]), (&8_000.into(), &0.into()), "{summary}");
    assert_eq!(summary["not_sent"], 12_000);
    assert!(error.contains("8000 of 20000 done, 12000 not sent"), "{error}");
    assert!(error.contains("repeating calls is safe"), "{error}");
}

#[test]
fn second_ctrl_c_cancels_and_lists_unknown_accounts() {
    let server = Server::start();
    let mut job = Job::start(&server, &MUTE, 20_000);
    server.wait_for_calls(16);
    job.press_ctrl_c();
    job.next_note();
    job.press_ctrl_c();
    let (exit, report, _) = job.end();
    assert_eq!(exit, Some(130));
    let summary = &report["summary"];
    assert_eq!((&summary["done"], &summary["unknown"]), (&0.into(), &8_000.into()), "{summary}");
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 8_000);
    assert_eq!((&items[0]["item"], &items[0]["outcome"]), (&"user0".into(), &"unknown".into()));
    assert_eq!(items[0]["reason"], "the job ended before the response arrived");
}

#[test]
fn interrupted_job_prints_how_to_resume_its_journal() {
    let server = Server::start();
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("my job");
    let journal = journal.to_str().unwrap();
    let args = [&MUTE[..], &["--journal", journal]].concat();
    let mut job = Job::start(&server, &args, 20_000);
    server.wait_for_calls(16);
    job.press_ctrl_c();
    job.next_note();
    job.press_ctrl_c();
    let (exit, report, error) = job.end();
    assert_eq!((exit, &report["end"]), (Some(130), &"stopped".into()));
    let command = format!("pipe the same list into `chatctl bulk resume '{journal}'`");
    assert!(error.contains(&command), "{error}");

    server.respond();
    let (exit, report, error) = Job::run(&server, &["bulk", "resume", journal], 20_000).end();
    assert_eq!((exit, &report["summary"]["done"]), (Some(0), &20_000.into()), "{error}");
}

#[test]
fn journal_in_use_cannot_be_resumed() {
    let server = Server::start();
    let directory = tempfile::tempdir().unwrap();
    let journal = directory.path().join("job");
    let journal = journal.to_str().unwrap();
    let args = ["mute", "g", "--forever", "--journal", journal, "--concurrency", "1"];
    let job = Job::start(&server, &args, 1_000);
    server.wait_for_calls(1);
    let (exit, _, error) = Job::run(&server, &["bulk", "resume", journal], 1_000).end();
    assert_eq!(exit, Some(2));
    assert!(error.contains("in use by another process"), "{error}");
    let shown = Chatctl::new(&["bulk", "show", journal]).run().exits(0).json();
    assert_eq!((&shown["ended"], &shown["summary"]["done"]), (&false.into(), &0.into()));
    server.respond();
    let (exit, report, error) = job.end();
    assert_eq!((exit, &report["summary"]["done"]), (Some(0), &1_000.into()), "{error}");
}

#[test]
fn interrupted_job_without_a_journal_suggests_one() {
    let server = Server::start();
    let job = Job::start(&server, &[&MUTE[..], &["--output", "json"]].concat(), 20_000);
    server.wait_for_calls(16);
    job.press_ctrl_c();
    server.respond();
    let (exit, _, error) = job.end();
    assert_eq!(exit, Some(130));
    let error: Value = serde_json::from_str(error.lines().last().unwrap()).unwrap();
    let hint = error["error"]["hint"].as_str().unwrap();
    assert!(hint.contains("--journal FILE") && !hint.contains("bulk resume"), "{hint}");
}

#[test]
fn concurrency_limits_the_calls_in_flight() {
    let server = Server::start();
    let args = ["mute", "g", "--forever", "--concurrency", "2"];
    let mut job = Job::start(&server, &args, 20_000);
    server.wait_for_calls(2);
    job.press_ctrl_c();
    job.next_note();
    server.respond();
    let (exit, report, _) = job.end();
    assert_eq!((exit, &report["summary"]["calls"]), (Some(130), &2.into()));
}

#[test]
fn single_call_is_canceled_immediately() {
    let server = Server::start();
    let call = Job::start(&server, &["muted", "g"], 0);
    server.wait_for_calls(1);
    call.press_ctrl_c();
    let (exit, report, error) = call.end();
    assert_eq!((exit, report), (Some(130), Value::Null));
    assert!(error.contains("interrupted before the response arrived"), "{error}");
}

#[test]
fn interrupted_demo_deletes_its_list() {
    let directory = tempfile::tempdir().unwrap();
    let mut demo = Chatctl::new(&["demo", "--members", "1000000"]).command();
    demo.env("TMPDIR", directory.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut demo = demo.spawn().unwrap();
    let mut notes = BufReader::new(demo.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(notes.any(|note| note.starts_with("import:")));
    assert_eq!(directory.path().read_dir().unwrap().count(), 1);
    press_ctrl_c(&demo);
    assert_eq!(demo.wait().unwrap().code(), Some(130));
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
}

/// Makes as many concurrent calls as the tests wait for, so that the calls in flight are known.
const MUTE: [&str; 5] = ["mute", "g", "--forever", "--concurrency", "16"];

/// A running `chatctl` job.
pub(crate) struct Job {
    process: Child,
    notes: BufReader<ChildStderr>,
}

impl Job {
    /// Starts `chatctl group …`.
    pub(crate) fn start(server: &Server, args: &[&str], accounts: usize) -> Self {
        Self::run(server, &[&["group"], args].concat(), accounts)
    }

    /// Starts any command, with this many accounts on standard input.
    pub(crate) fn run(server: &Server, args: &[&str], accounts: usize) -> Self {
        let mut command = Chatctl::new(args)
            .env("CHAT_ENDPOINT", &server.url)
            .env("CHAT_SDKAPPID", "1")
            .env("CHAT_SECRET_KEY", KEY)
            .command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut list = process.stdin.take().unwrap();
        for number in 0..accounts {
            writeln!(list, "user{number}").unwrap();
        }
        let notes = BufReader::new(process.stderr.take().unwrap());
        Self { process, notes }
    }

    pub(crate) fn press_ctrl_c(&self) {
        press_ctrl_c(&self.process);
    }

    pub(crate) fn next_note(&mut self) -> String {
        let mut note = String::new();
        self.notes.read_line(&mut note).unwrap();
        note
    }

    /// Returns the exit code, the report and the rest of standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, Value, String) {
        let output = self.process.wait_with_output().unwrap();
        let mut error = String::new();
        self.notes.read_to_string(&mut error).unwrap();
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default(), error)
    }
}

pub(crate) fn press_ctrl_c(process: &Child) {
    let pid = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
}

/// Receives calls and responds to none of them until [`Server::respond`].
pub(crate) struct Server {
    pub(crate) url: String,
    calls: mpsc::Receiver<()>,
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (called, calls) = mpsc::channel();
        let gate = Arc::new(Gate::default());
        let shared = Arc::clone(&gate);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (called, gate) = (called.clone(), Arc::clone(&shared));
                thread::spawn(move || serve(stream.unwrap(), &called, &gate));
            }
        });
        Self { url, calls, gate }
    }

    pub(crate) fn wait_for_calls(&self, count: usize) {
        for _ in 0..count {
            self.calls.recv_timeout(TIME_LIMIT).unwrap();
        }
    }

    pub(crate) fn respond(&self) {
        *self.gate.is_open.lock().unwrap() = true;
        self.gate.opened.notify_all();
    }
}

/// Serves one connection until the client closes it.
fn serve(stream: TcpStream, called: &mpsc::Sender<()>, gate: &Gate) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while read_request(&mut reader).is_some() {
        let _ = called.send(());
        drop(gate.opened.wait_while(gate.is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
        let body = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
        let length = body.len();
        let _ = write!(writer, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<()> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()
}
