//! Requests to the emulator.

use std::sync::LazyLock;

use bytes::Bytes;
use chat_arbitrary::{Arbitrary, mutate};
use chat_emulator::{Emulator, QuotaMode};
use chat_types::{ENDPOINTS, spec::EndpointSpec};
use chat_usersig::{SecretKey, Signer};
use http::{Method, Uri};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::input::Input;

struct Stage {
    emulator: Emulator,
    signature: String,
    _runtime: Runtime,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let starting = Emulator::builder().quotas(QuotaMode::Off).start();
    let emulator = runtime.block_on(starting).unwrap();
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let signer = Signer::new(Emulator::DEFAULT_APP, key);
    let signature = signer.sign(Emulator::DEFAULT_ADMIN, now, 86_400).unwrap();
    Stage { emulator, signature: signature.as_str().to_owned(), _runtime: runtime }
});

/// Any method, target and body.
pub(crate) fn request(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let method = Method::from_bytes(input.part()).unwrap_or(Method::POST);
    let Ok(uri) = Uri::try_from(input.part()) else { return };
    respond(&method, &uri, input.rest());
}

/// A signed call with any body, or with a documented one in which values were changed.
pub(crate) fn body(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let spec: &&EndpointSpec = input.pick(ENDPOINTS);
    let body = if input.below(2) == 0 {
        input.rest().to_vec()
    } else {
        let changes = input.below(4);
        let mut body = Arbitrary::new(|| input.number()).request(spec);
        mutate(&mut body, changes, &Default::default(), &mut || input.number());
        body.to_string().into_bytes()
    };
    let uri = format!(
        "{}?sdkappid={}&identifier={}&usersig={}&random=7&contenttype=json",
        spec.path(),
        Emulator::DEFAULT_APP,
        Emulator::DEFAULT_ADMIN,
        STAGE.signature,
    );
    respond(&Method::POST, &uri.parse().unwrap(), &body);
}

fn respond(method: &Method, uri: &Uri, body: &[u8]) {
    let response = STAGE.emulator.respond(method, uri, &Bytes::copy_from_slice(body));
    let response: Value = serde_json::from_slice(&response).unwrap();
    assert!(response["ErrorCode"].is_i64(), "{response}");
}
