//! A schema of what the service sends accepts exactly what the type reads.
//!
//! Two things are outside of the law: JSON Schema does not distinguish 1.0 from 1, and serde also reads
//! an array as the fields of an object, in order.

use std::sync::LazyLock;

use chat_arbitrary::{Aliases, arbitrary, mutate, splitmix64};
use chat_types::{
    Envelope, schemas,
    spec::{FieldKind, FieldSpec},
    typed::{self, TypedEndpoint},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::validator;

proptest! {
    // A smaller seed is not a simpler case.
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn schema_of_a_response_accepts_what_the_type_reads(seed: u64, count in 0..4_usize) {
        let mut random = splitmix64(seed);
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            let schemas = schemas::find(spec.service, spec.command).unwrap();
            let mut response = arbitrary(random()).response(spec);
            response["ActionStatus"] = "OK".into();
            response["ErrorInfo"] = "".into();
            mutate(&mut response, count, &ALIASES, &mut random);
            let read = read_response(endpoint, &response);
            let accepted = accept(schemas.response, &response);
            prop_assert_eq!(
                read.is_ok(), accepted.is_ok(),
                "{}: {} {:?} {:?}", spec.id(), response, read, accepted
            );
        }
    }

    #[test]
    fn schema_of_a_webhook_accepts_what_the_type_reads(seed: u64, count in 0..4_usize) {
        let mut random = splitmix64(seed);
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let schemas = schemas::find_webhook(spec.command).unwrap();
            let mut body = arbitrary(random()).webhook_body(spec);
            mutate(&mut body, count, &ALIASES, &mut random);
            let read = webhook.read_body(body.to_string().as_bytes());
            let accepted = accept(schemas.request, &body);
            prop_assert_eq!(
                read.is_ok(), accepted.is_ok(),
                "{}: {} {:?} {:?}", spec.command, body, read, accepted
            );
        }
    }
}

/// Reads a response as a client does: of a failure, only what all responses share.
pub(super) fn read_response(endpoint: &TypedEndpoint, response: &Value) -> Result<(), String> {
    let json = response.to_string();
    let envelope = Envelope::read(json.as_bytes()).map_err(|error| error.to_string())?;
    if envelope.is_success() {
        endpoint.read_response(json.as_bytes()).map_err(|mismatch| mismatch.to_string())?;
    }
    Ok(())
}

fn accept(schema: &'static str, value: &Value) -> Result<(), String> {
    validator(schema).validate(value).map_err(|error| format!("{}: {error}", error.instance_path()))
}

/// The other names of fields, by the name on the wire.
pub(super) static ALIASES: LazyLock<Aliases> = LazyLock::new(|| {
    let mut aliases = Aliases::new();
    let responses = typed::all().iter().flat_map(|each| each.spec().response);
    let bodies = typed::webhooks().iter().flat_map(|each| each.spec().body);
    responses.chain(bodies).for_each(|field| add_aliases(field, &mut aliases));
    assert!(aliases.len() >= 5, "{aliases:?}");
    aliases
});

fn add_aliases(field: &'static FieldSpec, aliases: &mut Aliases) {
    if !field.aliases.is_empty() {
        aliases.insert(field.name, field.aliases);
    }
    let mut kind = &field.kind;
    while let FieldKind::Array(item) | FieldKind::Map(item) = kind {
        kind = item;
    }
    if let FieldKind::Object(fields) = kind {
        fields.iter().for_each(|field| add_aliases(field, aliases));
    }
}
