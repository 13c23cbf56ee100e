//! Prints each call of the emulator.

use std::io::{self, Write as _};

use chat_emulator::ObservedCall;
use chat_types::ErrorCode;

use crate::output::{local_time, one_line, write_or_ignore};

/// Prints a call to standard error: when it was made, what it called, the code, and the time taken; with
/// `bodies`, also what was sent and returned.
pub(super) fn print(call: &ObservedCall<'_>, bodies: bool) {
    let name = match call.endpoint {
        Some(endpoint) => endpoint.id().to_string(),
        None => format!("{} {}", call.method, one_line(call.path)),
    };
    let millis = call.duration.as_secs_f64() * 1_000.0;
    let code = if call.code == ErrorCode::OK { "OK".to_owned() } else { call.code.to_string() };
    let mut text = format!("{} {name} {code} {millis:.1} ms", local_time(call.time));
    if !call.info.is_empty() {
        text.push_str(": ");
        text.push_str(&one_line(call.info).to_string());
    }
    if bodies {
        for (mark, body) in [('>', &call.request[..]), ('<', call.response)] {
            text.push_str(&format!("\n  {mark} {}", one_line(&String::from_utf8_lossy(body))));
        }
    }
    // One write, so that concurrent calls do not mix.
    write_or_ignore(|| io::stderr().write_all(format!("{text}\n").as_bytes()));
}
