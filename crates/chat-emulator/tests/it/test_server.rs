//! An emulator with a manual clock, and an admin who calls it.

use chat_emulator::{App, Emulator, EmulatorBuilder, ManualClock, QuotaMode};
use chat_types::{GroupType, spec::EndpointSpec};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{control::control, http::Connection};

/// A running emulator, a handle on its first app, and a connection that sends signed calls.
pub(crate) struct TestServer {
    pub(crate) emulator: Emulator,
    pub(crate) app: App,
    pub(crate) clock: ManualClock,
    connection: Mutex<Connection>,
    query: String,
}

/// The time of the manual clock, unless a test advances it.
pub(crate) const NOW: u64 = 1_700_000_000;

impl TestServer {
    /// Starts an emulator without quotas.
    pub(crate) async fn new() -> Self {
        Self::at_time(NOW).await
    }

    /// As [`new`](Self::new), at another time.
    pub(crate) async fn at_time(now: u64) -> Self {
        Self::with(now, |builder| builder).await
    }

    /// As [`new`](Self::new), at another time and with other settings.
    pub(crate) async fn with(
        now: u64,
        configure: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let clock = ManualClock::at(now);
        let builder = Emulator::builder().clock(clock.clone()).quotas(QuotaMode::Off);
        let emulator = configure(builder).start().await.unwrap();
        let app = emulator.app(emulator.apps().next().unwrap()).unwrap();
        let query = signed_query(&emulator, &app);
        let connection = Mutex::new(Connection::open(&emulator).await);
        Self { emulator, app, clock, connection, query }
    }

    /// Sends a signed call to a path under `/v4/` and returns the response.
    pub(crate) async fn post(&self, path: &str, body: impl ToString) -> Value {
        let (status, response) = self
            .connection
            .lock()
            .await
            .send(Method::POST, &format!("/v4/{path}?{}", self.query), body.to_string())
            .await;
        assert_eq!(status, StatusCode::OK, "{path}: the status is always 200");
        serde_json::from_slice(&response).unwrap()
    }

    /// Calls a command of the group service and returns the response.
    pub(crate) async fn call(&self, command: &str, body: impl ToString) -> Value {
        self.post(&format!("group_open_http_svc/{command}"), body).await
    }

    /// Calls a command of the group service, which must succeed.
    pub(crate) async fn call_ok(&self, command: &str, body: impl ToString) -> Value {
        let response = self.call(command, body).await;
        assert_ok(&response);
        response
    }

    /// Calls a command of the group service, which must fail with this code. Returns the
    /// `ErrorInfo`.
    pub(crate) async fn call_error(&self, command: &str, body: impl ToString, code: i64) -> String {
        let response = self.call(command, body).await;
        assert_error(&response, code)
    }

    /// Lets a user do something with a client, over the control API. Returns the response with an
    /// `ErrorCode`.
    pub(crate) async fn act(&self, account: &str, action: &str, request: Value) -> Value {
        let account: String = form_urlencoded::byte_serialize(account.as_bytes()).collect();
        let app = self.app.sdk_app_id();
        let path = format!("/apps/{app}/clients/{}/{action}", account.replace('+', "%20"));
        let (status, mut response) = control(&self.emulator, Method::POST, &path, request).await;
        if status == StatusCode::OK {
            response["ErrorCode"] = 0.into();
            return response;
        }
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {response}");
        let error = &response["error"];
        json!({"ErrorCode": error["code"], "ErrorInfo": error["message"]})
    }

    /// Imports accounts, 100 per call.
    pub(crate) async fn import_accounts(&self, accounts: &[impl AsRef<str>]) {
        for accounts in accounts.chunks(100) {
            let accounts: Vec<_> = accounts.iter().map(AsRef::as_ref).collect();
            let body = json!({ "Accounts": accounts });
            let response = self.post("im_open_login_svc/multiaccount_import", body).await;
            assert_ok(&response);
        }
    }

    /// Creates an empty group of this type, with an ID in the form that the service assigns.
    pub(crate) fn create_group(&self, group_type: GroupType) -> &'static str {
        const ID: &str = "@TGS#2C5SZEAEF";
        self.app.create_group(ID, group_type).unwrap();
        ID
    }

    /// Creates a community with one topic. Returns the IDs of both.
    pub(crate) async fn create_topic(&self) -> (&'static str, &'static str) {
        const GROUP: &str = "@TGS#_town";
        const TOPIC: &str = "@TGS#_town@TOPIC#_sports";
        let body =
            json!({"Type": "Community", "Name": "town", "GroupId": GROUP, "SupportTopic": 1});
        self.call_ok("create_group", body).await;
        self.app.create_topic(GROUP, TOPIC).unwrap();
        (GROUP, TOPIC)
    }

    /// Sends any request, on a new connection.
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

    /// Advances the clock, and signs the calls that follow anew.
    pub(crate) fn advance_seconds(&mut self, seconds: u64) {
        self.clock.advance_seconds(seconds);
        self.query = signed_query(&self.emulator, &self.app);
    }

    /// Returns the URL parameters of a signed call.
    pub(crate) fn query(&self) -> &str {
        &self.query
    }
}

fn signed_query(emulator: &Emulator, app: &App) -> String {
    let sdk_app_id = emulator.apps().next().unwrap();
    let admin = emulator.admins().next().unwrap();
    let user_sig = app.user_sig(admin).unwrap();
    let user_sig = user_sig.as_str();
    format!(
        "sdkappid={sdk_app_id}&identifier={admin}&usersig={user_sig}&random=99999999&contenttype=json"
    )
}

/// Asserts that a call succeeded.
pub(crate) fn assert_ok(response: &Value) {
    assert_eq!(response["ErrorCode"], 0, "{response}");
    assert_eq!(response["ActionStatus"], "OK");
    assert_eq!(response["ErrorInfo"], "");
}

/// Asserts that a call failed with this code. Returns the `ErrorInfo`.
#[track_caller]
pub(crate) fn assert_error(response: &Value, code: i64) -> String {
    assert_eq!(response["ActionStatus"], "FAIL", "{response}");
    error_info(response, code)
}

/// As [`assert_error`], for any endpoint.
#[track_caller]
pub(crate) fn assert_error_of(spec: &EndpointSpec, response: &Value, code: i64) -> String {
    let status = (!spec.without_action_status).then(|| Value::from("FAIL"));
    assert_eq!(response.get("ActionStatus"), status.as_ref(), "{}: {response}", spec.id());
    error_info(response, code)
}

#[track_caller]
fn error_info(response: &Value, code: i64) -> String {
    assert_eq!(response["ErrorCode"], code, "{response}");
    let info = response["ErrorInfo"].as_str().unwrap();
    assert!(!info.is_empty(), "an error has an ErrorInfo");
    info.to_owned()
}

/// Returns the values of one field, from an array of objects.
pub(crate) fn column<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|entry| &entry[field]).collect()
}

/// Returns the UserIDs `user0`, `user1`, …
pub(crate) fn users(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user{number}")).collect()
}
