//! Makes a call and prints what the service responds.

use chat_types::spec::EndpointSpec;

use crate::{
    error::{Error, Exit},
    interrupt,
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Sends this JSON to an endpoint, and prints the response, also of a refusal.
pub(in crate::commands) fn send(
    endpoint: &'static EndpointSpec,
    request: Vec<u8>,
    has_checks: bool,
    settings: &Settings,
    out: &mut Output,
) -> Result<Exit, Error> {
    let client = settings.client()?.with_checks(has_checks);
    let call = async { Ok(client.call_json(endpoint, request).await) };
    match block_on(interrupt::cancelable(call))? {
        Ok(response) => {
            out.raw_json(&response.raw)?;
            Ok(Exit::Done)
        }
        Err(error) => {
            if error.is_api() {
                out.ignoring_closed_pipe(|out| out.raw_json(error.body()))?;
            }
            Err(error.into())
        }
    }
}
