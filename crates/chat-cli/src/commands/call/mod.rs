//! `chatctl call`.

mod send;
mod snippet;

use chat_types::{
    Excerpt,
    spec::{EndpointSpec, UnlistedEndpoint},
};
use clap::Args;
use serde_json::Value;

pub(super) use self::send::send;
use self::snippet::Language;

use crate::{
    catalog,
    commands::args::{Confirmation, DryRunOption, read_payload_argument},
    complete,
    endpoint_name::{EndpointName, without_parameters},
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Make one call and print the raw response
///
/// The request is first checked against the documented rules. If the service refuses, its response
/// is still printed to standard output, the error goes to standard error, and the exit code is 1.
///
/// A call that cannot be undone asks on a terminal, and needs --yes elsewhere.
///
/// --unlisted calls an endpoint that the catalog lacks. Its request is only checked to be a JSON
/// object. If the catalog has the endpoint, that takes precedence.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl call group_open_http_svc/get_group_info --data '{\"GroupIdList\":[\"lobby\"]}'"
)]
pub(crate) struct Call {
    /// Endpoint to call; a path or a URL with /v4/SERVICE/COMMAND is accepted, and its host ignored
    #[arg(id = "endpoint_name", value_name = "SERVICE/COMMAND", add = complete::endpoints())]
    endpoint: String,

    /// Request body: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    data: String,

    /// Send the request without checking it
    #[arg(long)]
    no_check: bool,

    /// Call an endpoint that the catalog lacks
    #[arg(long)]
    unlisted: bool,

    /// With --unlisted: calls per second that the endpoint permits, retries included
    #[arg(long, value_name = "N", requires = "unlisted",
          value_parser = parsers::integer(1, u32::MAX))]
    calls_per_second: Option<u32>,

    /// With --unlisted: the same request can be sent twice, so that a lost response is retried
    #[arg(long, requires = "unlisted")]
    safe_to_repeat: bool,

    /// Print the call as a program in this language, and send nothing
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    print: Option<Language>,

    #[command(flatten)]
    confirmation: Confirmation,

    #[command(flatten)]
    dry_run: DryRunOption,
}

impl Call {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let endpoint = if self.unlisted { self.describe(out)? } else { self.find()? };
        let request = read_payload_argument(&self.data, settings)?;
        if let Some(language) = self.print {
            return language.print(endpoint, &request, settings, out);
        }
        if self.dry_run.is_set() {
            let request: Value = serde_json::from_slice(&request)
                .map_err(|why| Error::usage(format!("the request is not valid JSON: {why}")))?;
            return if self.no_check {
                self.dry_run.print_unchecked(endpoint, &request, settings, out)
            } else {
                self.dry_run.print(endpoint, &request, settings, out)
            };
        }
        self.confirmation.ask_before(endpoint)?;
        send(endpoint, request, !self.no_check, settings, out)
    }

    fn find(&self) -> Result<&'static EndpointSpec, Error> {
        catalog::find_endpoint(&self.endpoint).map_err(|why| {
            self.invalid_endpoint(&why)
                .with_hint("`chatctl call --unlisted` calls an endpoint that the catalog lacks")
        })
    }

    /// Describes an endpoint that the catalog lacks.
    fn describe(&self, out: &Output) -> Result<&'static EndpointSpec, Error> {
        let EndpointName { service, command } = EndpointName::read(&self.endpoint)
            .ok_or_else(|| self.invalid_endpoint("expected SERVICE/COMMAND"))?;
        let mut endpoint = UnlistedEndpoint::new(service, command);
        if let Some(calls) = self.calls_per_second {
            endpoint = endpoint.calls_per_second(calls);
        }
        if self.safe_to_repeat {
            endpoint = endpoint.safe_to_repeat();
        }
        if EndpointSpec::find(service, command).is_some() {
            out.note(format_args!("{service}/{command} is in the catalog, which takes precedence"));
        }
        endpoint.spec().map_err(|why| self.invalid_endpoint(&why.to_string()))
    }

    fn invalid_endpoint(&self, why: &str) -> Error {
        let name = Excerpt::new(without_parameters(&self.endpoint), 100);
        Error::usage(format!("invalid endpoint \"{name}\": {why}"))
    }
}
