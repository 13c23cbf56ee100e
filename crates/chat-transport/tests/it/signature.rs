//! When a new signature is made.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use chat_transport::Client;
use chat_types::clock::{Clock, ManualClock};
use chat_usersig::Signer;

use crate::{
    server::{Server, json},
    support::{APP, OK, clients, key, request},
};

const START: u64 = 1_700_000_000;

async fn server() -> Server {
    Server::start(|_| json(OK)).await
}

fn client(server: &Server, clock: impl Clock + 'static) -> Client {
    let (_, builder) = crate::support::builders(server).remove(0);
    builder.clock(clock).user_sig_lifetime(Duration::from_secs(1_000)).build().unwrap()
}

/// Makes a call and returns its signature, which must be valid now.
async fn signature_at(client: &Client, server: &Server, now: u64) -> String {
    client.call(&request()).await.unwrap();
    let user_sig = server.seen().last().unwrap().query("usersig").to_owned();
    let signer = Signer::new(APP, key());
    let claims = signer.verify(&user_sig, Some("administrator"), now).unwrap();
    // It is valid from a minute before it was made, if there was such a time.
    assert_eq!(claims.expires_at() - claims.time, 1_000 + claims.time.min(60));
    user_sig
}

#[tokio::test]
async fn signature_is_renewed_after_three_quarters_of_its_lifetime() {
    let server = server().await;
    let clock = ManualClock::at(START);
    let client = client(&server, clock.clone());
    let mut signatures = HashSet::new();
    for second in 0..3_000 {
        if second % 50 == 0 {
            signatures.insert(signature_at(&client, &server, START + second).await);
        }
        clock.advance_seconds(1);
    }
    assert_eq!(signatures.len(), 4, "one every 750 seconds");
}

/// A clock that can be set back.
#[derive(Clone, Debug)]
struct Settable(Arc<AtomicU64>);

impl Clock for Settable {
    fn unix_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst) * 1_000
    }
}

#[tokio::test]
async fn signatures_follow_a_clock_that_jumps() {
    let server = server().await;
    let clock = Settable(Arc::new(AtomicU64::new(START)));
    let client = client(&server, clock.clone());
    for now in [START, START - 1, START + 100_000, START - 100_000, 0, 4_000_000_000] {
        clock.0.store(now, Ordering::SeqCst);
        signature_at(&client, &server, now).await;
    }
}

#[tokio::test]
async fn last_signature_is_used_if_the_clock_cannot_be_signed() {
    let server = server().await;
    let clock = Settable(Arc::new(AtomicU64::new(START)));
    let client = client(&server, clock.clone());
    let first = signature_at(&client, &server, START).await;
    clock.0.store(1 << 40, Ordering::SeqCst);
    assert_eq!(signature_at(&client, &server, START).await, first);
}

#[tokio::test]
async fn signature_refused_as_expired_is_not_used_again() {
    let calls = AtomicU32::new(0);
    let server = Server::start(move |_| match calls.fetch_add(1, Ordering::SeqCst) {
        1 => json(r#"{"ErrorCode":70001,"ErrorInfo":"expired"}"#),
        _ => json(OK),
    })
    .await;
    let clock = ManualClock::at(START);
    let client = client(&server, clock.clone());
    let first = signature_at(&client, &server, START).await;
    clock.advance_seconds(1);
    assert!(client.call(&request()).await.unwrap_err().is_retryable());
    assert_ne!(signature_at(&client, &server, START + 1).await, first);
}

#[tokio::test]
async fn every_call_has_its_own_random() {
    let server = server().await;
    let (_, client) = clients(&server).remove(0);
    for _ in 0..20 {
        client.call(&request()).await.unwrap();
    }
    let seen = server.seen();
    let randoms: HashSet<_> = seen.iter().map(|seen| seen.query("random")).collect();
    assert_eq!(randoms.len(), 20);
    assert!(randoms.iter().all(|random| random.parse::<u32>().is_ok()));
    let signatures: HashSet<_> = seen.iter().map(|seen| seen.query("usersig")).collect();
    assert_eq!(signatures.len(), 1);
}
