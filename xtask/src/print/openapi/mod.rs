//! The OpenAPI document of the whole API, in version 3.1 and, from the same tree, in 3.0.

mod components;
mod extensions;
mod index;
mod operation;
mod schemas;
mod style;
mod unions;
mod version_3_0;
mod webhooks;

use serde_json::{Value, json};

use self::{components::components, index::Index};
use super::shape;
use crate::{
    model::{Area, Model},
    spec::format::RegionStatus,
};

/// The documents of both versions as text.
pub(super) fn documents(model: &Model) -> [(&'static str, String); 2] {
    let mut tree = document(model);
    let newer = shape::text(&tree);
    version_3_0::rewrite(&mut tree);
    [("openapi-3.1.json", newer), ("openapi-3.0.json", shape::text(&tree))]
}

fn document(model: &Model) -> Value {
    let index = Index::new(model);
    let mut document = json!({
        "openapi": "3.1.1",
        "info": info(),
        "externalDocs": { "url": model.documentation_url },
        "servers": servers(model),
        "security": [{ "sdkappid": [], "identifier": [], "usersig": [] }],
        "tags": model.areas.iter().map(tag).chain([webhooks::tag()]).collect::<Value>(),
        "paths": operation::paths(model, &index),
        "webhooks": webhooks::operations(model, &index),
    });
    let components = components(model, &index, &document);
    if let Value::Object(members) = &mut document {
        members.insert("components".to_owned(), components);
    }
    document
}

fn info() -> Value {
    let license = env!("CARGO_PKG_LICENSE");
    json!({
        "title": "Tencent Cloud Chat server REST API",
        "description": DESCRIPTION,
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": license, "identifier": license },
    })
}

/// One server per current region.
fn servers(model: &Model) -> Value {
    model
        .regions
        .iter()
        .filter(|region| matches!(region.facts.status, RegionStatus::Current))
        .map(|region| {
            json!({
                "url": format!("https://{}", region.facts.domain),
                "description": region.facts.name,
                "x-region": region.id,
                "x-backup-domain": region.facts.backup_domain,
            })
        })
        .collect()
}

fn tag((name, area): (&String, &Area)) -> Value {
    json!({ "name": name, "description": area.doc })
}

const DESCRIPTION: &str = "\
The REST API by which an app's server manages accounts, groups, messages, relationships and pushes of \
Tencent Cloud Chat. This document is unofficial: its facts come from the public documentation and from \
public client code.

Every call is a POST with a JSON body to the domain of the region in which the app was created. The \
URL carries the SDKAppID, the account of an app admin, a UserSig of that account, a random number \
and `contenttype=json`.

Every response has HTTP status 200, including failures: `ErrorCode` is 0 only on success. Lengths of \
strings count bytes of UTF-8: `x-max-bytes`.

Schemas of requests are strict. Schemas of what the service sends accept what it is known to send \
besides the documented form: null for an absent field, an integer as a string of its digits (`AnyInt64` \
and its siblings), a boolean for 0 or 1 (`AnyFlag`), values that are not listed (`x-listed-values` has \
those that are). An object that goes both ways has a schema for each, `X` and `ReceivedX`.";
