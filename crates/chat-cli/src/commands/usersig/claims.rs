//! The contents of a UserSig as JSON and text.

use chat_types::UnixSeconds;
use chat_usersig::Claims;
use serde_json::{Value, json};

use crate::{
    error::Error,
    output::{self, Output},
};

pub(super) fn claims_to_json(claims: &Claims) -> Value {
    let mut document = json!({
        "identifier": claims.identifier,
        "sdkappid": claims.sdk_app_id,
        "time": claims.time,
        "expire": claims.expire,
        "expires_at": claims.expires_at(),
    });
    if let Some(bytes) = &claims.userbuf {
        merge(&mut document, json!({ "userbuf": hexadecimal(bytes) }));
    }
    document
}

pub(super) fn print_claims(claims: &Claims, out: &mut Output) -> Result<(), Error> {
    let moment = |seconds| format!("{seconds} ({})", UnixSeconds::new(seconds));
    let identifier = output::one_line(&claims.identifier).to_string();
    let mut table = output::table(["identifier", &identifier]);
    table.add_row(["sdkappid".to_owned(), claims.sdk_app_id.to_string()]);
    table.add_row(["signed at".to_owned(), moment(claims.time)]);
    table.add_row(["valid for".to_owned(), format!("{} s", claims.expire)]);
    table.add_row(["expires at".to_owned(), moment(claims.expires_at())]);
    if let Some(bytes) = &claims.userbuf {
        table.add_row(["userbuf".to_owned(), hexadecimal(bytes)]);
    }
    out.table(&table)
}

/// Adds the members of one object to another.
pub(super) fn merge(document: &mut Value, other: Value) {
    if let (Value::Object(members), Value::Object(others)) = (document, other) {
        members.extend(others);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
