//! An emulator that is killed under load. `KILLS` sets how often.
#![allow(
    clippy::print_stdout,
    reason = "the test reads the address from the output of the process"
)]

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use chat_emulator::{Emulator, QuotaMode};
use chat_usersig::{SecretKey, Signer};
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpStream, task::JoinSet, time::sleep};

/// The emulator of the test below: serves until it is killed, if the environment names its directory.
#[tokio::test]
async fn serves_until_it_is_killed() {
    let Ok(directory) = std::env::var("EMULATOR_DATA_DIR") else { return };
    let builder = Emulator::builder().quotas(QuotaMode::Off).data_dir(directory);
    let emulator = builder.start().await.unwrap();
    println!("\nlistening on {}", emulator.local_addr());
    emulator.wait_for_shutdown().await;
}

struct Process(Child, String);

impl Process {
    fn start(directory: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "data::kill::serves_until_it_is_killed", "--nocapture"])
            .env("EMULATOR_DATA_DIR", directory)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let address =
            lines.find_map(|line| line.strip_prefix("listening on ").map(ToOwned::to_owned));
        let address = address.unwrap();
        // The pipe must stay open and empty.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child, address)
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A connection to an emulator that can end at any time.
struct Caller(http1::SendRequest<Full<Bytes>>, String);

impl Caller {
    async fn open(address: &str) -> Option<Self> {
        let stream = TcpStream::connect(address).await.ok()?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let signer = Signer::new(Emulator::DEFAULT_APP, key);
        let user_sig = signer.sign(Emulator::DEFAULT_ADMIN, now.as_secs() - 10, 86_400).unwrap();
        let query = format!(
            "sdkappid={}&identifier={}&usersig={}&random=1&contenttype=json",
            Emulator::DEFAULT_APP,
            Emulator::DEFAULT_ADMIN,
            user_sig.as_str()
        );
        Some(Self(sender, query))
    }

    /// Returns the response; `None` if it never came.
    async fn call(&mut self, path: &str, body: &Value) -> Option<Value> {
        self.0.ready().await.ok()?;
        let request = Request::post(format!("/v4/{path}?{}", self.1))
            .header("Host", "emulator")
            .body(Full::new(body.to_string().into()))
            .unwrap();
        let response = self.0.send_request(request).await.ok()?;
        let body = response.into_body().collect().await.ok()?.to_bytes();
        let response: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(response["ErrorCode"], 0, "{response}");
        Some(response)
    }
}

/// What was acknowledged: accounts, and messages as number and text.
#[derive(Default)]
struct Acknowledged {
    accounts: BTreeSet<String>,
    messages: BTreeSet<(u64, String)>,
}

async fn load(address: String, name: String, acknowledged: Arc<Mutex<Acknowledged>>) {
    let Some(mut caller) = Caller::open(&address).await else { return };
    for number in 0.. {
        let account = format!("{name}-{number}");
        let body = json!({"UserID": account});
        if caller.call("im_open_login_svc/account_import", &body).await.is_none() {
            return;
        }
        acknowledged.lock().unwrap().accounts.insert(account.clone());
        let body = json!({
            "GroupId": "lobby", "Random": fastrand::u32(..),
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": account}}],
        });
        let response = caller.call("group_open_http_svc/send_group_msg", &body).await;
        let Some(response) = response else { return };
        let seq = response["MsgSeq"].as_u64().unwrap();
        acknowledged.lock().unwrap().messages.insert((seq, account));
    }
}

/// Asserts that everything is there.
async fn verify(address: &str, acknowledged: &Acknowledged) {
    let mut caller = Caller::open(address).await.unwrap();
    let accounts: Vec<&String> = acknowledged.accounts.iter().collect();
    for accounts in accounts.chunks(100) {
        let items: Vec<_> = accounts.iter().map(|id| json!({"UserID": id})).collect();
        let body = json!({"CheckItem": items});
        let response = caller.call("im_open_login_svc/account_check", &body).await.unwrap();
        for item in response["ResultItem"].as_array().unwrap() {
            assert_eq!(item["AccountStatus"], "Imported", "{item}");
        }
    }
    let mut found = BTreeSet::new();
    let mut next = None;
    loop {
        let mut body = json!({"GroupId": "lobby", "ReqMsgNumber": 20});
        if let Some(next) = next {
            body["ReqMsgSeq"] = json!(next);
        }
        let response = caller.call("group_open_http_svc/group_msg_get_simple", &body).await;
        let response = response.unwrap();
        let messages = response["RspMsgList"].as_array().unwrap();
        for message in messages {
            let text = message["MsgBody"][0]["MsgContent"]["Text"].as_str().unwrap_or_default();
            found.insert((message["MsgSeq"].as_u64().unwrap(), text.to_owned()));
        }
        match messages.last().and_then(|message| message["MsgSeq"].as_u64()) {
            Some(last) if last > 1 => next = Some(last - 1),
            _ => break,
        }
    }
    let lost: Vec<_> = acknowledged.messages.difference(&found).collect();
    assert!(lost.is_empty(), "lost {lost:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let kills = std::env::var("KILLS").map_or(5, |number| number.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..kills {
        let process = Process::start(directory.path());
        let mut caller = Caller::open(&process.1).await.unwrap();
        if round == 0 {
            let body = json!({"Type": "ChatRoom", "Name": "lobby", "GroupId": "lobby"});
            caller.call("group_open_http_svc/create_group", &body).await.unwrap();
        }
        let mut tasks = JoinSet::new();
        for number in 0..8 {
            let name = format!("r{round}-{number}");
            tasks.spawn(load(process.1.clone(), name, Arc::clone(&acknowledged)));
        }
        sleep(Duration::from_millis(random.u64(20..150))).await;
        process.kill();
        tasks.join_all().await;
    }
    let process = Process::start(directory.path());
    let acknowledged = std::mem::take(&mut *acknowledged.lock().unwrap());
    assert!(acknowledged.messages.len() > 10 * kills, "{}", acknowledged.messages.len());
    verify(&process.1, &acknowledged).await;
    process.kill();
}
