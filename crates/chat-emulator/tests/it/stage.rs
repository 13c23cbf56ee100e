//! An emulator whose clock stands still, and a caller who signs for it.

use chat_emulator::{App, Emulator, EmulatorBuilder, ManualClock, QuotaMode};
use chat_types::GroupType;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::http::Connection;

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) app: App,
    pub(crate) clock: ManualClock,
    connection: Mutex<Connection>,
    query: String,
}

/// When the clock stands still, unless a test moves it.
pub(crate) const NOW: u64 = 1_700_000_000;

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::at(NOW).await
    }

    pub(crate) async fn at(now: u64) -> Self {
        Self::with(now, |builder| builder).await
    }

    /// Without quotas, unless `set_up` says otherwise.
    pub(crate) async fn with(
        now: u64,
        set_up: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let clock = ManualClock::at(now);
        let builder = Emulator::builder().clock(clock.clone()).quotas(QuotaMode::Off);
        let emulator = set_up(builder).start().await.unwrap();
        let sdk_app_id = emulator.apps().next().unwrap();
        let admin = emulator.admins().next().unwrap().to_owned();
        let app = emulator.app(sdk_app_id).unwrap();
        let user_sig = app.user_sig(&admin).unwrap();
        let query = format!(
            "sdkappid={sdk_app_id}&identifier={admin}&usersig={}&random=99999999&contenttype=json",
            user_sig.as_str()
        );
        let connection = Mutex::new(Connection::open(&emulator).await);
        Self { emulator, app, clock, connection, query }
    }

    /// Sends a body to a path under `/v4/`, rightly signed, and reads the response.
    pub(crate) async fn post(&self, path: &str, body: impl ToString) -> Value {
        let (status, response) = self
            .connection
            .lock()
            .await
            .send(Method::POST, &format!("/v4/{path}?{}", self.query), body.to_string())
            .await;
        assert_eq!(status, StatusCode::OK, "{path} answers status 200, whatever it says");
        serde_json::from_slice(&response).unwrap()
    }

    /// Calls a command of the group service.
    pub(crate) async fn group(&self, command: &str, body: impl ToString) -> Value {
        self.post(&format!("group_open_http_svc/{command}"), body).await
    }

    /// Calls a command of the group service, and expects it to succeed.
    pub(crate) async fn done(&self, command: &str, body: impl ToString) -> Value {
        let response = self.group(command, body).await;
        assert_ok(&response);
        response
    }

    /// Calls a command of the group service, and expects it to be refused. Returns the text.
    pub(crate) async fn refused(&self, command: &str, body: impl ToString, code: i64) -> String {
        let response = self.group(command, body).await;
        assert_refused(&response, code)
    }

    /// Registers accounts, a hundred at a time.
    pub(crate) async fn import(&self, accounts: &[impl AsRef<str>]) {
        for accounts in accounts.chunks(100) {
            let accounts: Vec<_> = accounts.iter().map(AsRef::as_ref).collect();
            let body = json!({ "Accounts": accounts });
            let response = self.post("im_open_login_svc/multiaccount_import", body).await;
            assert_ok(&response);
        }
    }

    /// An empty group of this type under an id as the service assigns.
    pub(crate) fn stage_group(&self, group_type: GroupType) -> &'static str {
        const ID: &str = "@TGS#2C5SZEAEF";
        self.app.create_group(ID, group_type).unwrap();
        ID
    }

    /// A community with topics and one topic in it.
    pub(crate) async fn stage_topic(&self) -> (&'static str, &'static str) {
        const GROUP: &str = "@TGS#_town";
        const TOPIC: &str = "@TGS#_town@TOPIC#_sports";
        let body =
            json!({"Type": "Community", "Name": "town", "GroupId": GROUP, "SupportTopic": 1});
        self.done("create_group", body).await;
        self.app.create_topic(GROUP, TOPIC).unwrap();
        (GROUP, TOPIC)
    }

    /// Sends any request on a connection of its own.
    pub(crate) async fn send(
        &self,
        method: Method,
        path_and_query: &str,
        body: &str,
    ) -> (StatusCode, Value) {
        let mut connection = Connection::open(&self.emulator).await;
        let (status, response) = connection.send(method, path_and_query, body.to_owned()).await;
        (status, serde_json::from_slice(&response).unwrap_or(Value::Null))
    }

    /// The URL parameters of a right call.
    pub(crate) fn query(&self) -> &str {
        &self.query
    }
}

pub(crate) fn assert_ok(response: &Value) {
    assert_eq!(response["ErrorCode"], 0, "{response}");
    assert_eq!(response["ActionStatus"], "OK");
    assert_eq!(response["ErrorInfo"], "");
}

#[track_caller]
pub(crate) fn assert_refused(response: &Value, code: i64) -> String {
    assert_eq!(response["ErrorCode"], code, "{response}");
    assert_eq!(response["ActionStatus"], "FAIL");
    let info = response["ErrorInfo"].as_str().unwrap();
    assert!(!info.is_empty(), "a refusal says why");
    info.to_owned()
}

/// The values of one field of a list of objects.
pub(crate) fn column<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|entry| &entry[field]).collect()
}

/// Accounts `user0`, `user1`, …
pub(crate) fn users(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user{number}")).collect()
}
