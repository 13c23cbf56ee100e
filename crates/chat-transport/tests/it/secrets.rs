//! No text may hold the key or a UserSig, whatever happens.

use std::{error::Error as _, time::Duration};

use chat_transport::{Client, ClientBuilder, Error};
use chat_usersig::Signer;

use crate::{
    logs::{Logs, log_crate_text},
    server::{Reply, Seen, Server, closed_port, json},
    support::{APP, KEY, OK, builders, key, request},
};

const SHORT: Duration = Duration::from_millis(100);

type Answer = fn(&Seen) -> Reply;

/// Ways to fail, each with an answer that repeats the signature wherever it can.
const FAILURES: &[(&str, Answer)] = &[
    ("api", |seen| {
        Reply::Json(format!(
            r#"{{"ErrorCode":70009,"ErrorInfo":"bad {}","Echo":"{}"}}"#,
            seen.query("usersig"),
            seen.target
        ))
    }),
    ("http_status", |seen| Reply::Status(404, format!("no {}", seen.target))),
    ("http_status", |seen| {
        let code = format!(r#"{{"ErrorCode":1,"ErrorInfo":"{}"}}"#, seen.query("usersig"));
        Reply::Status(500, code)
    }),
    ("http_status", |seen| Reply::Redirect(302, format!("http://127.0.0.1:1{}", seen.target))),
    ("not_json", |seen| Reply::Json(format!("<html>{}</html>", seen.target))),
    ("not_json", |seen| Reply::Json(seen.target.replace('*', "%2A").replace('_', "%5F"))),
    ("not_json", |seen| {
        // The excerpt ends in the middle of the signature.
        Reply::Json(format!("{}{}", "x".repeat(4_000), seen.query("usersig").repeat(3)))
    }),
    ("not_json", |seen| {
        // So many that cleaning brings what was cut far to the front.
        Reply::Json(seen.query("usersig").repeat(100))
    }),
    ("unexpected_shape", |seen| {
        Reply::Json(format!(r#"{{"ErrorCode":"{}"}}"#, seen.query("usersig")))
    }),
    ("unexpected_shape", |seen| {
        Reply::Json(format!(r#"{{"ErrorCode":0,"NextOffset":"{}"}}"#, seen.query("usersig")))
    }),
    ("response_too_large", |_| Reply::Endless),
    ("interrupted", |_| Reply::HangUp),
    ("interrupted", |seen| Reply::CutOff(seen.target.clone())),
    ("timeout", |_| Reply::Silence),
    ("timeout", |_| Reply::Stall),
];

fn adjust(builder: ClientBuilder) -> ClientBuilder {
    builder.max_response_bytes(65_536)
}

/// Everything that an error can be made to say.
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
    // A part of it is as bad: nobody can tell how much is enough.
    let middle = &user_sig[user_sig.len() / 3..][..24];
    let start = &user_sig[..40];
    for part in [user_sig, middle, start] {
        assert!(!texts.contains(part), "{part} in {texts}");
    }
}

#[tokio::test]
async fn no_error_and_no_log_holds_the_signature() {
    for &(kind, reply) in FAILURES {
        let server = Server::start(reply).await;
        for (name, builder) in builders(&server) {
            // A busy machine must not turn another failure into a time-out.
            let builder = if kind == "timeout" { builder.timeout(SHORT) } else { builder };
            let client = adjust(builder).build().unwrap();
            let logs = Logs::start();
            let error = client.call(&request()).await.unwrap_err();
            assert_eq!(error.kind().name(), kind, "{name}: {error:?}");
            let user_sig = server.seen().last().unwrap().query("usersig").to_owned();
            let logged = logs.read();
            assert!(logged.contains("the call failed"), "{logged}");
            assert_clean(&(all_texts(&error) + &logged + &format!("{client:?}")), &user_sig);
            assert_clean(&log_crate_text(), &user_sig);
        }
    }
}

#[tokio::test]
async fn no_error_without_an_answer_holds_the_signature() {
    let refused = format!("http://{}", closed_port().await);
    let signer = Signer::new(APP, key());
    let user_sig = signer.sign("administrator", 1_700_000_000, 86_400).unwrap();
    let builder = || {
        Client::builder(APP, key())
            .endpoint(refused.as_str())
            .clock(chat_types::clock::ManualClock::at(1_700_000_000))
    };
    for builder in with_each_backend(&builder) {
        let builder_text = format!("{builder:?}");
        let client = adjust(builder).build().unwrap();
        let logs = Logs::start();
        let unsent = [
            client.call(&request()).await.unwrap_err(),
            client.call(&request().limit(200)).await.unwrap_err(),
        ];
        for error in &unsent {
            let texts = all_texts(error) + &logs.read() + &format!("{client:?}") + &builder_text;
            assert_clean(&texts, user_sig.as_str());
            assert_clean(&log_crate_text(), user_sig.as_str());
        }
    }
}

fn with_each_backend(builder: &dyn Fn() -> ClientBuilder) -> Vec<ClientBuilder> {
    Vec::from([
        #[cfg(feature = "hyper")]
        builder(),
        #[cfg(feature = "reqwest")]
        builder().backend(crate::support::reqwest_backend()),
    ])
}

#[tokio::test]
async fn no_log_of_a_success_holds_the_signature() {
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
fn an_address_that_is_refused_is_not_repeated() {
    let url = "https://user:hunter2@chat.example.com";
    let builder = Client::builder(APP, key()).endpoint(url);
    let texts = format!("{builder:?}");
    let texts = texts + &format!("{:?}", builder.build().unwrap_err());
    assert!(!texts.contains("hunter2"), "{texts}");
}
