//! Which calls are retried, how often, and what reaches the server.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use chat_transport::{Client, ErrorKind, RetryPolicy};
use chat_types::{
    Endpoint, GroupType, UnixSeconds,
    clock::ManualClock,
    group::{CreateGroup, DestroyGroup},
    message::{GroupMsgToImport, ImportGroupMsg, MsgElement, SendMsg, TextElement},
    official_account::SendOfficialAccountMsg,
    spec::RepeatSafety,
};

use crate::{
    server::{Reply, Seen, Server, closed_port, json},
    support::{APP, OK, builders, each_error, is_empty, key, request},
};

/// The standard policy with waits that a test can afford.
fn quick() -> RetryPolicy {
    RetryPolicy::standard().base_delay(Duration::from_millis(2))
}

/// Starts a server that fails the first calls and then succeeds.
async fn failing(times: usize, reply: Reply) -> Server {
    let seen = AtomicUsize::new(0);
    Server::start(move |_: &Seen| {
        if seen.fetch_add(1, Ordering::SeqCst) < times { reply.clone() } else { json(OK) }
    })
    .await
}

#[tokio::test]
async fn retry_safe_call_survives_two_failures() {
    for reply in [
        Reply::HangUp,
        Reply::CutOff(OK.to_owned()),
        Reply::Status(502, "<html>Bad Gateway</html>".to_owned()),
        Reply::Status(503, String::new()),
        json(r#"{"ActionStatus":"FAIL","ErrorCode":10002,"ErrorInfo":"busy"}"#),
    ] {
        let backends = builders(&failing(0, reply.clone()).await).len();
        for backend in 0..backends {
            let server = failing(2, reply.clone()).await;
            let (name, builder) = builders(&server).swap_remove(backend);
            let client = builder.retry(quick()).build().unwrap();
            let response = client.call(&request()).await.unwrap();
            assert!(is_empty(&response.body), "{name}");
            assert_eq!(server.seen().len(), 3, "{name} {reply:?}");
            assert_eq!((client.stats().calls, client.stats().retries), (1, 2), "{name}");
        }
    }
}

#[tokio::test]
async fn every_attempt_sends_the_same_body_with_a_new_random() {
    let server = failing(2, Reply::Status(500, String::new())).await;
    for (_, builder) in builders(&server).into_iter().take(1) {
        builder.retry(quick()).build().unwrap().call(&request()).await.unwrap();
    }
    let seen = server.seen();
    assert!(seen.windows(2).all(|pair| pair[0].body == pair[1].body));
    assert!(seen.windows(2).all(|pair| pair[0].query("random") != pair[1].query("random")));
}

#[tokio::test]
async fn unsafe_call_is_sent_once() {
    assert!(!matches!(CreateGroup::SPEC.repeat.safety, RepeatSafety::Safe));
    let create = CreateGroup::new(GroupType::Public, "lobby");
    for reply in [Reply::HangUp, Reply::Status(502, String::new())] {
        let server = Server::start(move |_| reply.clone()).await;
        for (name, builder) in builders(&server) {
            let before = server.seen().len();
            let client = builder.retry(quick()).build().unwrap();
            let error = client.call(&create).await.unwrap_err();
            assert!(!error.is_unsent(), "{name}: {error}");
            assert_eq!(server.seen().len() - before, 1, "{name}");
        }
    }
}

#[tokio::test]
async fn any_call_has_three_attempts_without_a_connection() {
    let port = closed_port();
    let url = format!("http://{port}");
    let client = Client::builder(APP, key()).endpoint(url).retry(quick()).build().unwrap();
    let create = CreateGroup::new(GroupType::Public, "lobby");
    let error = client.call(&create).await.unwrap_err();
    assert!(error.is_connect() && error.is_unsent());
    assert_eq!(client.stats().retries, 2);
}

#[tokio::test]
async fn refusal_is_final_with_any_policy() {
    let refusal = r#"{"ActionStatus":"FAIL","ErrorCode":10010,"ErrorInfo":"no group"}"#;
    let server = Server::start(move |_| json(refusal)).await;
    for (name, builder) in builders(&server) {
        let before = server.seen().len();
        let client = builder.retry(quick().max_attempts(9)).build().unwrap();
        assert!(client.call(&request()).await.unwrap_err().is_api(), "{name}");
        assert_eq!(server.seen().len() - before, 1, "{name}");
    }
}

#[tokio::test]
async fn refused_signature_is_replaced_once_without_a_wait() {
    let refusal = r#"{"ActionStatus":"FAIL","ErrorCode":70001,"ErrorInfo":"expired"}"#;
    let slow = RetryPolicy::standard().base_delay(Duration::from_secs(60)).max_attempts(9);
    let server = failing(1, json(refusal)).await;
    let (_, builder) = builders(&server).remove(0);
    builder.retry(slow).build().unwrap().call(&request()).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 2);

    let server = Server::start(move |_| json(refusal)).await;
    let (_, builder) = builders(&server).remove(0);
    let error = builder.retry(slow).build().unwrap().call(&request()).await.unwrap_err();
    assert_eq!(error.code().map(chat_types::ErrorCode::get), Some(70001));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn wait_that_would_end_too_late_is_not_begun() {
    let server = Server::start(|_| Reply::Status(503, String::new())).await;
    let (_, builder) = builders(&server).remove(0);
    let policy = RetryPolicy::standard().base_delay(Duration::from_secs(3_600));
    let policy = policy.max_delay(Duration::from_secs(3_600));
    // The random number is the largest, so the wait is the longest.
    let client = builder.retry(policy).random(|| u32::MAX).build().unwrap();
    let start = Instant::now();
    let error = client.call(&request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::HttpStatus { status: 503, .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn failure_after_a_sent_attempt_is_not_unsent() {
    let server = Server::start(|_| Reply::HangUp).await;
    let (_, builder) = builders(&server).remove(0);
    let client = builder.retry(quick()).build().unwrap();
    let error = client.call(&request()).await.unwrap_err();
    assert!(!error.is_unsent(), "{error}");
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn outage_exhausts_the_retry_budget() {
    let server = Server::start(|_| Reply::Status(503, String::new())).await;
    let (_, builder) = builders(&server).remove(0);
    let policy = RetryPolicy::standard().base_delay(Duration::ZERO);
    let client = builder.retry(policy).quota(chat_transport::Quota::unlimited()).build().unwrap();
    for _ in 0..200 {
        client.call(&request()).await.unwrap_err();
    }
    let retries = client.stats().retries;
    assert!((35..=35 + 20).contains(&retries), "{retries}");
    assert_eq!(server.seen().len() as u64, 200 + retries);
}

#[tokio::test]
async fn retry_after_date_is_compared_with_the_servers_date() {
    let [before, date, after] = [19, 20, 27].map(|s| format!("Tue, 14 Nov 2023 22:13:{s} GMT"));
    let year_later = "Wed, 13 Nov 2024 22:13:20 GMT".to_owned();
    for (retry_after, server_date, expected) in [
        (after.clone(), Some(date.clone()), Some(7)),
        (after.clone(), None, Some(7)),
        (after.clone(), Some(year_later), Some(0)),
        (before, Some(date.clone()), Some(0)),
        ("7".to_owned(), Some(date), Some(7)),
        (" 7 ".to_owned(), None, Some(7)),
        ("soon".to_owned(), None, None),
        ("-7".to_owned(), None, None),
    ] {
        let mut headers = vec![("Retry-After", retry_after)];
        headers.extend(server_date.map(|date| ("Date", date)));
        let text = format!("{headers:?}");
        let reply = Reply::Full { status: 503, headers, body: String::new() };
        let (clock, seconds) = (ManualClock::at(1_700_000_000), expected.map(Duration::from_secs));
        each_error(
            move |_| reply.clone(),
            |builder| builder.clock(clock.clone()),
            |error| assert_eq!(error.retry_after(), seconds, "{text}"),
        )
        .await;
    }
}

#[tokio::test]
async fn retry_after_beyond_the_timeout_ends_the_call() {
    for seconds in [30, u64::MAX] {
        let server = Server::start(move |_| Reply::Busy(seconds)).await;
        for (name, builder) in builders(&server) {
            let before = server.seen().len();
            let client = builder.retry(quick()).build().unwrap();
            let error = client.call(&request()).await.unwrap_err();
            assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)), "{name}");
            assert_eq!(server.seen().len() - before, 1, "{name}");
        }
    }
}

/// Starts a server that replies like this first, and then refuses with this code.
async fn refusing_retries(first: Reply, code: i64) -> Server {
    let refusal = format!(r#"{{"ActionStatus":"FAIL","ErrorCode":{code},"ErrorInfo":"no"}}"#);
    let seen = AtomicUsize::new(0);
    Server::start(move |_| match seen.fetch_add(1, Ordering::SeqCst) {
        0 => first.clone(),
        _ => json(&refusal),
    })
    .await
}

/// Returns a client of such a server, with the first backend.
async fn client_of_refusing(first: Reply, code: i64) -> Client {
    let server = refusing_retries(first, code).await;
    builders(&server).remove(0).1.retry(quick()).build().unwrap()
}

#[tokio::test]
async fn retry_refused_because_it_is_already_done_succeeds() {
    assert!(DestroyGroup::SPEC.repeat.already_done.contains(&10010.into()));
    let destroy = DestroyGroup::new("lobby");
    let gateway = Reply::Status(502, "<html>".to_owned());
    for first in [Reply::HangUp, Reply::CutOff(OK.to_owned()), gateway] {
        let client = client_of_refusing(first.clone(), 10010).await;
        let response = client.call(&destroy).await.unwrap();
        assert!(response.raw.starts_with(b"{\"ActionStatus\":\"FAIL\""), "unchanged");
        assert_eq!((client.stats().retries, client.stats().failures), (1, 0));

        let client = client_of_refusing(first, 10010).await;
        let request = serde_json::to_vec(&destroy).unwrap();
        let error = client.call_json(DestroyGroup::SPEC, request).await.unwrap_err();
        assert!(error.is_already_done() && error.is_api(), "{error}");
        let hint = "an earlier attempt of this call has most likely taken effect";
        assert!(error.to_string().ends_with(hint), "{error}");
    }
}

#[tokio::test]
async fn already_done_without_a_response_body_stays_an_error() {
    assert!(CreateGroup::SPEC.repeat.already_done.contains(&10025.into()));
    let create = CreateGroup::new(GroupType::Public, "lobby").group_id("mine");
    let client = client_of_refusing(Reply::HangUp, 10025).await;
    let error = client.call(&create).await.unwrap_err();
    assert!(error.is_already_done() && !error.is_retryable(), "{error}");
    assert_eq!(error.code(), Some(10025.into()));
}

#[tokio::test]
async fn refusal_not_explained_by_a_lost_response_is_an_error() {
    let refused = |code| json(&format!(r#"{{"ErrorCode":{code},"ErrorInfo":"no"}}"#));
    let destroy = DestroyGroup::new("lobby");
    // The first attempt itself is refused, or the earlier ones certainly did not take effect.
    for (first, attempts) in [(refused(10010), 1), (refused(60007), 2), (refused(70001), 2)] {
        let client = client_of_refusing(first.clone(), 10010).await;
        let error = client.call(&destroy).await.unwrap_err();
        assert_eq!(error.code(), Some(10010.into()), "{first:?}");
        assert!(!error.is_already_done(), "{first:?}: {error}");
        assert_eq!(client.stats().retries + 1, attempts, "{first:?}");
    }
    // Another code does not mean that the call is already done.
    let client = client_of_refusing(Reply::HangUp, 10007).await;
    let error = client.call(&destroy).await.unwrap_err();
    assert!(error.is_api() && !error.is_already_done(), "{error}");
}

#[cfg(feature = "testing")]
#[tokio::test(start_paused = true)]
async fn unsent_last_attempt_after_a_sent_one_is_not_unsent() {
    use chat_transport::testing::{Reply, Script};

    let script = Script::from_fn(|_, _| Reply::unreachable());
    let script = script.then(chat_types::group::GetGroupBanMember::SPEC, Reply::connection_lost());
    let error = script.client().unwrap().call(&request()).await.unwrap_err();
    assert!(error.is_connect() && error.may_have_taken_effect() && !error.is_unsent());
    let text = error.to_string();
    assert!(text.ends_with("it may have taken effect; repeating it is safe"), "{text}");
    assert!(!text.contains("nothing was sent"), "{text}");
}

/// Makes a call whose response is lost, and returns how many requests the server received.
async fn requests_after_a_lost_response<E: Endpoint>(request: &E, timeout: Duration) -> usize {
    let server = failing(1, Reply::HangUp).await;
    let (_, builder) = builders(&server).swap_remove(0);
    let client = builder.retry(quick()).timeout(timeout).build().unwrap();
    let outcome = client.call(request).await;
    assert_eq!(outcome.is_ok(), server.seen().len() > 1);
    server.seen().len()
}

#[tokio::test]
async fn message_is_repeated_only_while_the_service_recognizes_it() {
    let body = || [MsgElement::Text(TextElement::new("hello"))];
    let numbered = SendMsg::new("peter", 7, body()).msg_seq(1_u32);
    let seconds = Duration::from_secs;
    // It is recognized for 120 seconds, of which 10 are a margin.
    assert_eq!(requests_after_a_lost_response(&numbered, seconds(109)).await, 2);
    assert_eq!(requests_after_a_lost_response(&numbered, seconds(110)).await, 1);
    let unnumbered = SendMsg::new("peter", 7, body());
    assert_eq!(requests_after_a_lost_response(&unnumbered, seconds(5)).await, 1);

    let item = |random: Option<u32>| {
        let mut item = GroupMsgToImport::new("peter", UnixSeconds::new(1_700_000_000), body());
        item.random = random;
        item
    };
    let with_random = ImportGroupMsg::new("group", [item(Some(7)), item(Some(8))]);
    assert_eq!(requests_after_a_lost_response(&with_random, seconds(5)).await, 2);
    let without = ImportGroupMsg::new("group", [item(Some(7)), item(None)]);
    assert_eq!(requests_after_a_lost_response(&without, seconds(5)).await, 1);

    let announcement = SendOfficialAccountMsg::new("@TOA#_news", 7, body());
    assert_eq!(requests_after_a_lost_response(&announcement, seconds(5)).await, 2);
    assert_eq!(requests_after_a_lost_response(&announcement, seconds(290)).await, 1);
}
