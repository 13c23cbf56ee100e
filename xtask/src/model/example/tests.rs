//! Tests of the examples of the small spec and of the whole one.

use std::path::Path;

use serde_json::json;

use super::{Types, fit, json::within};
use crate::{
    model::{self, Bounds, Examples, Model},
    spec::{Diagnostics, Spec},
};

#[test]
fn every_example_is_valid() {
    let model = model_of("..");
    let mut checked = 0;
    for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
        let types = Types {
            shared: &model.shared,
            areas: &model.areas,
            webhooks: &model.webhooks.shared,
            local: &endpoint.structs,
        };
        let Examples { request, response, .. } = &endpoint.examples;
        for (object, example) in [(&endpoint.request, request), (&endpoint.response, response)] {
            let made = example.as_object().unwrap();
            if let Err(reason) = fit::check_object(types, object, made) {
                panic!("{}: {reason}: {example:#}", object.name);
            }
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}

#[test]
fn request_example_has_required_fields_and_one_per_group() {
    let expected = json!({
        "Items": [{ "MsgKey": "42_1_1700000000" }],
        "Note": { "reason": "moved \"over\"" },
    });
    assert_eq!(example_of("mark_read").request, expected);
}

#[test]
fn page_size_of_an_example_is_the_maximum() {
    let expected = json!({ "GroupId": "@TGS#2C5SZEAEF", "ReqMsgNumber": 20 });
    assert_eq!(example_of("get_by_sequence").request, expected);
}

#[test]
fn response_example_has_every_known_field() {
    let expected = json!({
        "IsFinished": 1,
        "RspMsgList": [{ "MsgSeq": 1, "From_Account": "peter", "Size": 1 }],
    });
    assert_eq!(example_of("get_by_sequence").response, expected);
}

#[test]
fn ids_of_one_example_differ() {
    let response = example_of("get_receipts").response;
    assert_eq!(response["ReadList"], json!(["peter", "leckie"]));
    assert_eq!(response["UnreadList"], json!(["peter", "leckie"]));
}

#[test]
fn number_is_clamped_to_its_bounds() {
    let bounds = |min, max| Bounds { min, max, ..Bounds::default() };
    assert_eq!(within(&bounds(Some(5), Some(9)), 1), 5);
    assert_eq!(within(&bounds(Some(0), Some(60)), 3_600), 60);
    assert_eq!(within(&bounds(Some(0), None), 3_600), 3_600);
}

fn example_of(module: &str) -> Examples {
    let model = model_of("fixtures/small");
    let mut endpoints = model.areas.into_values().flat_map(|area| area.endpoints);
    endpoints.find(|endpoint| endpoint.module == module).unwrap().examples
}

fn model_of(root: &str) -> Model {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let mut diagnostics = Diagnostics::default();
    let spec = Spec::load(&root, &mut diagnostics).unwrap().unwrap();
    let model = model::build(spec, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render(false));
    model
}
