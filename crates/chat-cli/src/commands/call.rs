//! `chatctl call`.

use std::path::Path;

use chat_types::spec::EndpointSpec;
use clap::Args;

use crate::{
    catalog,
    commands::args::read_payload,
    error::{Error, Exit},
    interrupt,
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Make one call and print the raw response
///
/// The request is first checked against the documented rules. If the service refuses, its response
/// is still printed to standard output, the error goes to standard error, and the exit code is 1.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl call group_open_http_svc/get_group_info --data '{\"GroupIdList\":[\"lobby\"]}'"
)]
pub(crate) struct Call {
    /// Endpoint to call
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND",
          value_parser = catalog::find_endpoint)]
    endpoint: &'static EndpointSpec,

    /// Request body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    data: String,

    /// Send the request without checking it
    #[arg(long)]
    no_check: bool,
}

impl Call {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        if self.data == "-" && settings.takes_standard_input() {
            return Err(Error::usage("standard input cannot provide both the key and the request")
                .with_hint("give --secret-key-file a path, or set CHAT_SECRET_KEY"));
        }
        let request = match self.data.strip_prefix('@') {
            Some(path) => read_payload(Path::new(path))?,
            None if self.data == "-" => read_payload(Path::new("-"))?,
            None => self.data.into_bytes(),
        };
        let client = settings.client()?.with_checks(!self.no_check);
        let call = async { Ok(client.call_json(self.endpoint, request).await) };
        match block_on(interrupt::cancelable(call))? {
            Ok(response) => {
                print(&response.raw, out)?;
                Ok(Exit::Done)
            }
            Err(error) => {
                if error.is_api() {
                    out.ignoring_closed_pipe(|out| print(error.body(), out))?;
                }
                Err(error.into())
            }
        }
    }
}

fn print(response: &[u8], out: &mut Output) -> Result<(), Error> {
    out.bytes(response)?;
    out.line("")
}
