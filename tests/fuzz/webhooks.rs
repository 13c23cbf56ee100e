//! Bodies and responses of every webhook.

use chat_arbitrary::{Arbitrary, mutate};
use chat_types::typed::{self, TypedWebhook};
use serde_json::Value;

use crate::input::Input;

/// Any bytes as a body, and as a response.
pub(crate) fn body(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let webhook = input.pick(typed::webhooks());
    check(webhook, input.rest());
}

/// A documented body or response in which values were changed.
pub(crate) fn changed(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let webhook = input.pick(typed::webhooks());
    let (is_body, changes) = (input.below(2) == 0, input.below(4));
    let mut arbitrary = Arbitrary::new(|| input.number());
    let mut value = if is_body {
        arbitrary.webhook_body(webhook.spec())
    } else {
        arbitrary.webhook_response(webhook.spec())
    };
    mutate(&mut value, changes, &Default::default(), &mut || input.number());
    check(webhook, value.to_string().as_bytes());
}

fn check(webhook: &TypedWebhook, json: &[u8]) {
    let spec = webhook.spec();
    let _ = (spec.check_body_json(json), spec.check_response_json(json));
    let read = |json: &[u8]| serde_json::from_slice::<Value>(json).unwrap();
    if let Ok(written) = webhook.read_body(json) {
        assert_eq!(read(&written), read(&webhook.read_body(&written).unwrap()), "{}", spec.command);
    }
    if let Ok(written) = webhook.read_response(json) {
        let again = webhook.read_response(&written).unwrap();
        assert_eq!(read(&written), read(&again), "{}", spec.command);
    }
}
