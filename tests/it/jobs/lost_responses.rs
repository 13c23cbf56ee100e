//! Jobs over a real socket whose service processes every call and loses one response in five.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex},
};

use chat_admin::{Admin, End, Outcome};
use chat_transport::{Client, Quota, RetryPolicy};
use chat_types::message::SendGroupSystemNotification;
use chat_usersig::SecretKey;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{block_on, items, users};

#[test]
fn safe_calls_complete_although_responses_are_lost() {
    block_on(async {
        let service = LossyService::start(7).await.unwrap();
        let job = service.admin().group("g").mute(users(500)).batch_size(10).concurrency(16);
        let mut running = job.start();
        let mut done = BTreeSet::new();
        while let Some(chunk) = running.next().await {
            for item in chunk.items {
                assert_eq!(item.outcome, Outcome::Done, "{}", item.key);
                assert!(done.insert(item.key));
            }
        }
        assert!(matches!(running.end(), Some(End::Complete)));
        assert_eq!(done, users(500).collect());
        let repeated = service.attempts().values().filter(|attempts| **attempts > 1).count();
        assert!(repeated >= 5, "{repeated} of 50 calls were repeated");
    });
}

#[test]
fn unsafe_calls_are_not_repeated_and_reported_exactly() {
    block_on(async {
        let service = LossyService::start(7).await.unwrap();
        let template = SendGroupSystemNotification::new("g", "closing");
        let job = service.admin().batch(template, users(500)).batch_size(10).concurrency(16);
        let mut unknown = BTreeSet::new();
        for item in items(job).await {
            match item.outcome {
                Outcome::Done => {}
                Outcome::Unknown(failure) => {
                    assert!(!failure.is_retryable());
                    assert!(failure.to_string().contains("check before repeating it"), "{failure}");
                    unknown.insert(item.key);
                }
                other => panic!("{}: {other:?}", item.key),
            }
        }
        assert!(service.attempts().values().all(|attempts| *attempts == 1));
        assert_eq!(unknown, service.lost());
        assert!((30..=200).contains(&unknown.len()), "{} of 500", unknown.len());
    });
}

/// A service that processes every call. For one in five it then closes the connection instead of
/// responding.
#[derive(Clone)]
struct LossyService {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    seed: u64,
    /// The number of attempts by the items of the call.
    attempts: BTreeMap<Vec<String>, u64>,
    lost: BTreeSet<String>,
}

impl LossyService {
    async fn start(seed: u64) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let service =
            Self { port, state: Arc::new(Mutex::new(State { seed, ..State::default() })) };
        let accepting = service.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let service = accepting.clone();
                tokio::spawn(async move { service.serve(connection).await });
            }
        });
        Ok(service)
    }

    fn admin(&self) -> Admin {
        let builder = Client::builder(1_400_000_000, SecretKey::new("a key").unwrap())
            .endpoint(format!("http://127.0.0.1:{}", self.port))
            .retry(RetryPolicy::none())
            .quota(Quota::unlimited());
        Admin::new(builder.build().unwrap())
    }

    fn attempts(&self) -> BTreeMap<Vec<String>, u64> {
        self.state.lock().unwrap().attempts.clone()
    }

    fn lost(&self) -> BTreeSet<String> {
        self.state.lock().unwrap().lost.clone()
    }

    async fn serve(&self, connection: TcpStream) -> io::Result<()> {
        let mut connection = BufReader::new(connection);
        loop {
            let Some(body) = read_request(&mut connection).await? else { return Ok(()) };
            if self.loses_response(&body) {
                return Ok(());
            }
            let body = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
            connection.get_mut().write_all((head + body).as_bytes()).await?;
        }
    }

    fn loses_response(&self, body: &Value) -> bool {
        let field = ["Members_Account", "ToMembers_Account"].into_iter();
        let accounts = field.filter_map(|field| body[field].as_array()).flatten();
        let accounts: Vec<String> =
            accounts.filter_map(|account| Some(account.as_str()?.to_owned())).collect();
        let mut state = self.state.lock().unwrap();
        let number: u64 = accounts[0].trim_start_matches("user").parse().unwrap();
        let attempt = state.attempts.entry(accounts.clone()).or_default();
        *attempt += 1;
        let call = number << 8 | *attempt;
        let is_lost = fastrand::Rng::with_seed(state.seed << 32 ^ call).u8(..100) < 20;
        if is_lost {
            state.lost.extend(accounts);
        }
        is_lost
    }
}

/// Reads the body of a request; `None` once the client has closed the connection.
async fn read_request(connection: &mut BufReader<TcpStream>) -> io::Result<Option<Value>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    Ok(Some(serde_json::from_slice(&body)?))
}
