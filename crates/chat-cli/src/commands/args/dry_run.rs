//! `--dry-run` of commands that make one call.

use chat_types::spec::EndpointSpec;
use clap::Args;
use serde::Serialize;
use serde_json::json;

use crate::{
    error::{Error, Exit},
    output::Output,
};

/// Whether a call is only shown
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DryRunOption {
    /// Check and print the request, and send nothing
    #[arg(long)]
    dry_run: bool,
}

impl DryRunOption {
    pub(crate) fn is_set(self) -> bool {
        self.dry_run
    }

    /// Checks a request against the specification and prints it.
    pub(crate) fn print<T: Serialize>(
        self,
        endpoint: &'static EndpointSpec,
        request: &T,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let request = serde_json::to_value(request).map_err(|why| Error::usage(why.to_string()))?;
        endpoint.check_value(&request).map_err(|why| {
            Error::usage(format!("invalid request: {why}")).with_endpoint(endpoint.id())
        })?;
        if out.is_json() {
            out.json(&json!({
                "dry_run": true,
                "endpoint": endpoint.id().to_string(),
                "request": request,
            }))?;
        } else {
            out.line(format_args!("{} {request:#}", endpoint.path()))?;
            out.line("nothing was sent")?;
        }
        Ok(Exit::Done)
    }
}
