//! The report is correct whatever happens to the calls: random faults in virtual time, against a
//! service that knows what it did.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use chat_admin::{Admin, End, Journal, Outcome, Running};
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::{Batched, group::ForbidSendMsg, message::SendGroupSystemNotification};
use chat_usersig::SecretKey;
use http::StatusCode;
use serde_json::{Value, json};

use super::block_on_paused;

/// Returns the number of schedules to run, which the environment can change.
fn schedules(usual: u64) -> u64 {
    std::env::var("JOB_SCHEDULES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn report_is_correct_whatever_happens_to_the_calls() {
    for seed in 0..schedules(2_000) {
        let mut random = Random::new(seed);
        let service = Service::new(&mut random);
        let accounts = random.accounts();
        block_on_paused(async {
            if random.below(2) == 0 {
                let job = service.admin().group("g").mute(accounts.clone());
                let running = job.batch_size(1 + random.below(30)).start();
                check(running, &service, &accounts, seed).await;
            } else {
                let template = SendGroupSystemNotification::new("g", "closing");
                let job = service.admin().batch(template, accounts.clone());
                let running = job.batch_size(1 + random.below(30)).start();
                check(running, &service, &accounts, seed).await;
                service.assert_nothing_was_done_twice(seed);
            }
        });
    }
}

#[test]
fn repeatedly_interrupted_job_repeats_nothing_unsafe() {
    for seed in 0..schedules(150) {
        let mut random = Random::new(seed ^ 0xFEED);
        let service = Service::new(&mut random);
        let accounts = random.accounts();
        let batch_size = 1 + random.below(30);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let is_safe = random.below(2) == 0;
        block_on_paused(async {
            loop {
                let journal = Journal::open(&path).unwrap();
                let after = random.below(12);
                let was_interrupted = if is_safe {
                    let job = service.admin().group("g").mute(accounts.clone());
                    let running = job.batch_size(batch_size).journal(journal).start();
                    interrupt_or_check(running, after, &service, &accounts, seed).await
                } else {
                    let template = SendGroupSystemNotification::new("g", "closing");
                    let job = service.admin().batch(template, accounts.clone());
                    let running = job.batch_size(batch_size).journal(journal).start();
                    interrupt_or_check(running, after, &service, &accounts, seed).await
                };
                if !was_interrupted {
                    break;
                }
            }
            if !is_safe {
                service.assert_nothing_was_done_twice(seed);
            }
        });
    }
}

/// Drops the job after some chunks, as a crash would, or runs it to its end.
async fn interrupt_or_check<C: chat_admin::Chunk>(
    mut running: Running<'_, C>,
    after: usize,
    service: &Service,
    accounts: &[String],
    seed: u64,
) -> bool {
    if after < 9 {
        for _ in 0..after {
            if running.next().await.is_none() {
                break;
            }
        }
        // Its tasks are canceled at some await.
        drop(running);
        tokio::time::sleep(Duration::from_millis(1)).await;
        return true;
    }
    check(running, service, accounts, seed).await;
    false
}

/// Runs a job to its end and compares its report with what the service did.
async fn check<C: chat_admin::Chunk>(
    mut running: Running<'_, C>,
    service: &Service,
    accounts: &[String],
    seed: u64,
) {
    let mut outcomes: HashMap<String, Outcome> = HashMap::new();
    while let Some(chunk) = running.next().await {
        for item in chunk.items {
            let again = outcomes.insert(item.key.clone(), item.outcome);
            assert!(again.is_none(), "seed {seed}: {} was reported twice", item.key);
        }
    }
    assert!(matches!(running.end(), Some(End::Complete)), "seed {seed}: {:?}", running.end());
    assert_eq!(outcomes.len(), accounts.len(), "seed {seed}: an account is missing");
    let summary = running.progress().summary;
    assert_eq!(summary.items(), accounts.len() as u64, "seed {seed}");
    let done = service.done();
    for account in accounts {
        let outcome = &outcomes[account];
        let times = done.get(account).copied().unwrap_or(0);
        match outcome {
            Outcome::Done => assert!(times > 0, "seed {seed}: {account} was not done"),
            Outcome::Failed(why) => {
                assert_eq!(times, 0, "seed {seed}: {account} was done: {why}");
            }
            _ => {}
        }
        if service.refuses(account) {
            assert!(!matches!(outcome, Outcome::Done), "seed {seed}: {account} is refused");
        }
    }
}

/// A service that fails at random and knows what it did.
#[derive(Clone, Debug)]
struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    bad: HashSet<String>,
    percent: usize,
}

#[derive(Debug)]
struct State {
    random: Random,
    done: HashMap<String, u32>,
}

impl Service {
    fn new(random: &mut Random) -> Self {
        let bad = (0..random.below(8)).map(|_| format!("user{}", random.below(160))).collect();
        let percent = [0, 5, 20, 60][random.below(4)];
        let state = State { random: Random::new(random.next()), done: HashMap::new() };
        Self(Arc::new(Inner { state: Mutex::new(state), bad, percent }))
    }

    fn admin(&self) -> Admin {
        let key = SecretKey::new("a key").unwrap();
        let builder = Client::builder(1_400_000_000, key).endpoint("http://127.0.0.1:1");
        Admin::new(builder.quota(Quota::unlimited()).backend(self.clone()).build().unwrap())
    }

    fn refuses(&self, account: &str) -> bool {
        self.0.bad.contains(account)
    }

    fn done(&self) -> HashMap<String, u32> {
        self.0.state.lock().unwrap().done.clone()
    }

    fn assert_nothing_was_done_twice(&self, seed: u64) {
        for (account, times) in self.done() {
            assert_eq!(times, 1, "seed {seed}: {account}");
        }
    }

    fn apply(&self, accounts: &[String]) {
        let mut state = self.0.state.lock().unwrap();
        for account in accounts {
            *state.done.entry(account.clone()).or_default() += 1;
        }
    }

    fn draw(&self) -> (usize, u64) {
        let random = &mut self.0.state.lock().unwrap().random;
        let is_fault = random.below(100) < self.0.percent;
        (if is_fault { 1 + random.below(FAULTS) } else { 0 }, random.below(400) as u64)
    }
}

const FAULTS: usize = 17;

impl Backend for Service {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            let (fault, millis) = self.draw();
            if fault == 1 {
                return Err(BackendError::connect("no route"));
            }
            let body: Value =
                serde_json::from_slice(&request.into_http().into_body().into_bytes()).unwrap();
            let accounts = accounts(&body);
            tokio::time::sleep(Duration::from_millis(millis)).await;
            if accounts.iter().any(|account| self.refuses(account)) && fault < 15 {
                return response(200, json!({ "ErrorCode": 10019, "ErrorInfo": "no such user" }));
            }
            let half = &accounts[..accounts.len() / 2];
            match fault {
                // Not done.
                2 => Err(BackendError::connection_lost("on the way there")),
                3 => response(200, json!({ "ErrorCode": 60007 })),
                4 => response(429, json!("slow down")),
                5 => response(200, json!({ "ErrorCode": 70001 })),
                6 => response(502, json!("bad gateway")),
                7 => response(404, json!("not found")),
                8 => response(302, json!("moved")),
                9 => response(200, json!({ "ErrorCode": 10010 })),
                // Half done.
                10 => {
                    self.apply(half);
                    response(200, json!({ "ErrorCode": 10002 }))
                }
                11 => {
                    self.apply(half);
                    response(200, json!({ "ErrorCode": 4_711 }))
                }
                // Done, but the response is lost.
                12 => {
                    self.apply(&accounts);
                    Err(BackendError::connection_lost("on the way back"))
                }
                13 => {
                    self.apply(&accounts);
                    std::future::pending().await
                }
                14 => {
                    self.apply(&accounts);
                    response(200, json!("no object"))
                }
                // Whatever the accounts are.
                15 => response(503, json!("no server")),
                16 => response(200, json!({ "ErrorCode": 60008 })),
                17 => Err(BackendError::connection_lost("the cable")),
                _ => {
                    self.apply(&accounts);
                    response(200, json!({ "ErrorCode": 0 }))
                }
            }
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is created in place")]
fn response(status: u16, body: Value) -> Result<HttpResponse, BackendError> {
    Ok(HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_string()))
}

fn accounts(body: &Value) -> Vec<String> {
    let fields = [ForbidSendMsg::BATCH.field, SendGroupSystemNotification::BATCH.field];
    let list = fields.iter().find_map(|field| body[*field].as_array()).unwrap();
    list.iter().map(|account| account.as_str().unwrap().to_owned()).collect()
}

/// Pseudo-random numbers that are the same for the same seed.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 11) as usize % bound
    }

    fn accounts(&mut self) -> Vec<String> {
        super::users(self.below(160)).collect()
    }
}
