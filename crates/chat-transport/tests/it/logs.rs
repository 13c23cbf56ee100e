//! The logs and the span of a call, collected through `tracing` and through `log`.

use std::{
    io,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use chat_transport::{Client, Quota, RetryPolicy};
use chat_types::{Endpoint, group::GetGroupBanMember};
use tracing::{Dispatch, Subscriber, subscriber::DefaultGuard};
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

use crate::{
    quota::Instant200,
    server::{Reply, Server, json},
    support::{APP, OK, builders, clients, key, request},
};

/// Everything that is logged on this thread while it exists.
pub(crate) struct Logs {
    text: Text,
    _guard: DefaultGuard,
}

impl Logs {
    pub(crate) fn start() -> Self {
        capture_log_crate();
        SUBSCRIBER.get_or_init(|| Dispatch::new(subscriber(io::sink)));
        let text = Text::default();
        let guard = tracing::subscriber::set_default(subscriber(text.clone()));
        // Another thread may just have cached that no subscriber is interested.
        tracing::callsite::rebuild_interest_cache();
        Self { text, _guard: guard }
    }

    pub(crate) fn read(&self) -> String {
        self.text.read()
    }
}

fn subscriber(
    writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static,
) -> impl Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(writer)
        .finish()
}

/// Returns what libraries have logged through `log`, on any thread and in any test so far.
pub(crate) fn log_crate_text() -> String {
    LOG_CRATE.get().map(|log| log.0.read()).unwrap_or_default()
}

fn capture_log_crate() {
    let collector = LOG_CRATE.get_or_init(LogCollector::default);
    if log::set_logger(collector).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Text {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[derive(Default)]
struct LogCollector(Text);

impl log::Log for LogCollector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.0.lock().unwrap().extend_from_slice(line.as_bytes());
    }

    fn flush(&self) {}
}

/// A second subscriber, which is never dropped. With only one, a thread that does not have it and
/// reaches an event first would cache that no subscriber is interested.
static SUBSCRIBER: OnceLock<Dispatch> = OnceLock::new();

static LOG_CRATE: OnceLock<LogCollector> = OnceLock::new();

#[tokio::test]
async fn call_is_a_span_with_opentelemetry_names() {
    let refusal = r#"{"ErrorCode":10004,"ErrorInfo":"x"}"#;
    for (body, outcome) in [
        (OK, vec!["chat.error_code=0", "the call succeeded"]),
        (refusal, vec!["chat.error_code=10004", "error.type=\"api\"", "the call failed"]),
    ] {
        let server = Server::start(move |_| json(body)).await;
        let port = server.url().rsplit_once(':').unwrap().1.to_owned();
        for (name, client) in clients(&server) {
            let _ = client.call(&request()).await;
            let logs = Logs::start();
            let _ = client.call(&request()).await;
            let text = logs.read();
            if name == "reqwest" {
                assert!(log_crate_text().contains("starting new connection"), "log is captured");
            } else {
                assert!(text.contains("hyper_util::client::legacy"), "libraries are captured");
            }
            let fields = [
                "chat.call",
                "otel.kind=\"client\"",
                "http.request.method=\"POST\"",
                "server.address=\"127.0.0.1\"",
                &format!("server.port={port}"),
                "url.path=\"/v4/group_open_http_svc/get_group_ban_member\"",
                "chat.service=\"group_open_http_svc\"",
                "chat.command=\"get_group_ban_member\"",
                "http.response.status_code=200",
            ];
            for field in fields.into_iter().chain(outcome.iter().copied()) {
                assert!(text.contains(field), "{name}: no {field} in {text}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn span_records_the_wait_for_a_permit_and_its_reason() {
    let quota = Quota::builder().calls_per_second(GetGroupBanMember::SPEC, 1).build().unwrap();
    let client = Client::builder(APP, key())
        .endpoint("http://127.0.0.1:1")
        .backend(Instant200::default())
        .quota(quota)
        .build()
        .unwrap();
    client.call(&request()).await.unwrap();
    let logs = Logs::start();
    client.call(&request()).await.unwrap();
    let text = logs.read();
    assert!(text.contains("chat.quota.wait=1.0"), "{text}");
    assert!(text.contains("chat.quota.reason=1 calls in 1s"), "{text}");

    // A call that did not wait records neither.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let logs = Logs::start();
    client.call(&request()).await.unwrap();
    assert!(!logs.read().contains("chat.quota"), "{}", logs.read());
}

#[tokio::test]
async fn span_records_the_number_of_retries() {
    let policy = RetryPolicy::standard().base_delay(Duration::from_millis(1));
    let server = Server::start(|_| Reply::Status(502, String::new())).await;
    for (name, builder) in builders(&server) {
        let client = builder.retry(policy).build().unwrap();
        let logs = Logs::start();
        client.call(&request()).await.unwrap_err();
        let text = logs.read();
        assert!(text.contains("http.request.resend_count=1"), "{name}: {text}");
        assert!(text.contains("http.request.resend_count=2"), "{name}: {text}");
        assert!(!text.contains("http.request.resend_count=3"), "{name}: {text}");
        assert!(text.contains("the call is retried"), "{name}: {text}");
    }
}
