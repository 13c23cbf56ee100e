//! Sends damaged requests to every endpoint: each has a documented response, in time.
//!
//! `DAMAGED_BODIES` sets their number, and `DAMAGE_SEED` where the sequence starts.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chat_types::{
    ENDPOINTS, Envelope, ErrorCode, schemas,
    spec::{EndpointSpec, GroupTypeSpec},
};
use fastrand::Rng;
use hyper::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use super::damage::damaged;
use crate::{
    Emulator, QuotaMode,
    received::Received,
    service::Service,
    state::group::{Group, GroupProfile},
};

/// A service without sockets, and the query of its admin.
struct Caller {
    service: Service,
    query: String,
}

impl Caller {
    fn new() -> Self {
        let service = Emulator::builder().quotas(QuotaMode::Off).into_service();
        let (app, admin) = (Emulator::DEFAULT_APP, Emulator::DEFAULT_ADMIN);
        let now = service.now().get();
        let user_sig = service.app(app).unwrap().signer.sign(admin, now, 86_400).unwrap();
        let query = format!(
            "sdkappid={app}&identifier={admin}&usersig={}&contenttype=json",
            user_sig.as_str()
        );
        let caller = Self { service, query };
        // What the examples are about.
        let accounts = json!({"Accounts": ["peter", "leckie", "tommy", "jared"]});
        caller.call_ok("im_open_login_svc", "multiaccount_import", &accounts);
        for (group_type, id) in [("Public", "@TGS#2C5SZEAEF"), ("AVChatRoom", "@TGS#2LIVE")] {
            let group_type = GroupTypeSpec::find(&group_type.into()).unwrap();
            let group = Group::new(group_type, GroupProfile::default(), caller.service.now());
            caller.service.app(app).unwrap().state().groups.insert(&id.into(), group);
        }
        caller
    }

    fn call(&self, service: &str, command: &str, body: Vec<u8>) -> Vec<u8> {
        let uri: Uri = format!("/v4/{service}/{command}?{}", self.query).parse().unwrap();
        self.service.respond_without_asking(&Received {
            method: &Method::POST,
            uri: &uri,
            headers: &HeaderMap::new(),
            body: &Bytes::from(body),
            local: ([127, 0, 0, 1], 80).into(),
            client: [127, 0, 0, 1].into(),
        })
    }

    fn call_ok(&self, service: &str, command: &str, body: &Value) {
        let response = self.call(service, command, body.to_string().into_bytes());
        assert!(Envelope::read(&response).unwrap().is_success());
    }
}

#[test]
fn damaged_bodies_have_documented_responses() {
    let number = |name: &str, default| std::env::var(name).map_or(default, |n| n.parse().unwrap());
    let mut random = Rng::with_seed(number("DAMAGE_SEED", 7));
    let caller = Caller::new();
    let emulated: Vec<_> = ENDPOINTS.iter().filter(|spec| caller.service.emulates(spec)).collect();
    let examples: Vec<Value> = emulated.iter().map(|spec| example(spec)).collect();
    for round in 0..number("DAMAGED_BODIES", 100_000) {
        let index = random.usize(0..emulated.len());
        let (spec, body) = (emulated[index], damaged(&examples[index], &mut random));
        let start = Instant::now();
        let response = caller.call(spec.service, spec.command, body.clone());
        let context = || {
            let body = String::from_utf8_lossy(&body[..body.len().min(2_000)]);
            let response = String::from_utf8_lossy(&response);
            format!("round {round}: {} {body}: {response}", spec.id())
        };
        let envelope = Envelope::read(&response);
        assert!(envelope.is_ok(), "{}", context());
        let envelope = envelope.unwrap();
        assert!(is_documented(spec, envelope.error_code), "{}", context());
        let info = envelope.error_info.as_deref().unwrap_or_default();
        assert!(envelope.is_success() || !info.is_empty(), "{}", context());
        assert!(!info.starts_with("bug in the emulator"), "{}", context());
        assert!(start.elapsed() < Duration::from_secs(10), "{}", context());
    }
}

fn example(spec: &EndpointSpec) -> Value {
    let schemas = schemas::find(spec.service, spec.command).unwrap();
    let schema: Value = serde_json::from_str(schemas.request).unwrap();
    schema["examples"][0].clone()
}

/// Returns whether the page of the endpoint, or the tables of its service, have the code.
fn is_documented(spec: &EndpointSpec, code: ErrorCode) -> bool {
    let service = spec.service_spec().unwrap();
    code == ErrorCode::OK
        || spec.documents(code)
        || [service.invalid_json_code, service.invalid_parameter_code].contains(&code)
        || code.meaning_in(spec.service).is_some()
}
