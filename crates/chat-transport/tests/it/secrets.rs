//! No text contains the key or a UserSig, whatever happens.

use std::{collections::BTreeSet, error::Error as _};

use chat_transport::{Client, Error};
use chat_types::group::GetGroupBanMember;

use crate::{
    faults,
    logs::{Logs, log_crate_text},
    server::{Server, json},
    support::{APP, KEY, OK, builders, key, request},
};

/// Returns every text of an error.
fn all_texts(error: &Error) -> String {
    let mut texts = format!("{error}\n{error:?}\n{error:#?}\n{:?}\n", error.kind());
    texts += &format!("{:?} {:?} {:?}\n", error.info(), error.hint(), error.meaning());
    texts += &String::from_utf8_lossy(error.body());
    for cause in std::iter::successors(error.source(), |&cause| cause.source()) {
        texts += &format!("\n{cause}\n{cause:?}");
    }
    texts
}

#[track_caller]
fn assert_clean(texts: &str, user_sig: &str) {
    assert!(!user_sig.is_empty());
    assert!(!texts.contains(KEY), "{texts}");
    // A part of it must not be shown either.
    let middle = &user_sig[user_sig.len() / 3..][..24];
    let start = &user_sig[..40];
    for part in [user_sig, middle, start] {
        assert!(!texts.contains(part), "{part} in {texts}");
    }
}

#[tokio::test]
async fn signature_is_in_no_text_after_a_fault() {
    let rows: Vec<_> = faults::rows().into_iter().chain(faults::pairs()).collect();
    let logs = Logs::start();
    let played = faults::play_all(&rows).await;
    let logged = logs.read();
    assert!(logged.contains("the call failed") && logged.contains("the call is retried"));
    // A client that learns that its clock is wrong makes another signature.
    let sent = played.iter().flat_map(|(_, played)| &played.seen);
    let user_sigs: BTreeSet<_> = sent.map(|seen| seen.query("usersig")).collect();
    assert!((2..10).contains(&user_sigs.len()), "{}", user_sigs.len());
    let texts_of_logs = [logged, log_crate_text()];
    let mut kinds = BTreeSet::new();
    for user_sig in user_sigs {
        texts_of_logs.iter().for_each(|texts| assert_clean(texts, user_sig));
        for (_, played) in &played {
            assert_clean(&played.client, user_sig);
            if let Some(error) = &played.error {
                assert_clean(&all_texts(error), user_sig);
                kinds.insert(error.kind().name());
            }
        }
    }
    for kind in [
        "api",
        "connect",
        "connection_lost",
        "decode",
        "http_status",
        "invalid_json",
        "response_too_large",
        "timeout",
    ] {
        assert!(kinds.contains(kind), "no {kind} in {kinds:?}");
    }
}

#[tokio::test]
async fn signature_is_in_no_error_of_an_unsent_call() {
    let server = Server::start(|_| json(OK)).await;
    for (name, builder) in builders(&server) {
        let client = builder.max_request_bytes(60).build().unwrap();
        let logs = Logs::start();
        client.call(&request()).await.unwrap();
        let user_sig = server.seen().last().unwrap().query("usersig").to_owned();
        let long = GetGroupBanMember::new("x".repeat(60));
        let unsent = [
            ("invalid_request", client.call(&request().limit(200)).await.unwrap_err()),
            ("request_too_large", client.with_checks(false).call(&long).await.unwrap_err()),
        ];
        for (kind, error) in &unsent {
            assert_eq!(error.kind().name(), *kind, "{name}");
            assert_clean(&(all_texts(error) + &logs.read()), &user_sig);
        }
        assert_clean(&log_crate_text(), &user_sig);
    }
}

#[tokio::test]
async fn signature_is_in_no_log_of_a_success() {
    let server = Server::start(|_| json(OK)).await;
    for (_, builder) in builders(&server) {
        let builder_text = format!("{builder:?}");
        let client = builder.build().unwrap();
        let logs = Logs::start();
        for _ in 0..3 {
            client.call(&request()).await.unwrap();
        }
        let user_sig = server.seen().last().unwrap().query("usersig").to_owned();
        let logged = logs.read();
        assert!(logged.contains("the call succeeded"), "{logged}");
        assert_clean(&(logged + &format!("{client:?}") + &builder_text), &user_sig);
        assert_clean(&log_crate_text(), &user_sig);
    }
}

#[test]
fn rejected_endpoint_is_not_shown() {
    let url = "https://user:hunter2@chat.example.com";
    let builder = Client::builder(APP, key()).endpoint(url);
    let texts = format!("{builder:?}");
    let texts = texts + &format!("{:?}", builder.build().unwrap_err());
    assert!(!texts.contains("hunter2"), "{texts}");
}
