//! `chatctl api`: a command per endpoint, made from the catalog.
//!
//! The commands of an area are made only when the command line names the area.

mod command;
mod fields;

use chat_types::{ENDPOINTS, spec::EndpointSpec};
use clap::{ArgMatches, Args, Command, FromArgMatches, error::ErrorKind};
use serde_json::Value;

use crate::{
    commands::{
        args::{Confirmation, DryRunOption, read_payload_argument},
        call::send,
    },
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// A call whose fields are options.
#[derive(Debug)]
pub(crate) struct Api {
    endpoint: &'static EndpointSpec,
    /// What `--data` says.
    data: Option<String>,
    fields: Vec<(&'static str, Value)>,
    no_check: bool,
    dry_run: DryRunOption,
    /// Only where a call cannot be undone.
    confirmation: Option<Confirmation>,
}

impl Api {
    pub(crate) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let endpoint = self.endpoint;
        let request = self.request(settings)?;
        if !self.no_check {
            endpoint.check_value(&request).map_err(|why| {
                let field = why.path.root_field().map(fields::option_name);
                let hint = match field {
                    Some(option) => format!("nothing was sent; see --{option} in the help"),
                    None => "nothing was sent; see the help".to_owned(),
                };
                Error::usage(format!("{}: {why}", endpoint.id()))
                    .with_endpoint(endpoint.id())
                    .with_hint(hint)
            })?;
        }
        if self.dry_run.is_set() {
            return self.dry_run.print_unchecked(endpoint, &request, settings, out);
        }
        if let Some(confirmation) = self.confirmation {
            confirmation.ask_before(endpoint)?;
        }
        send(endpoint, request.to_string().into(), !self.no_check, settings, out)
    }

    /// Returns the request: what `--data` says, and the fields in place of its own.
    fn request(&self, settings: &Settings) -> Result<Value, Error> {
        let mut request = match &self.data {
            Some(data) => {
                let bytes = read_payload_argument(data, settings)?;
                serde_json::from_slice(&bytes)
                    .map_err(|why| Error::usage(format!("--data is not valid JSON: {why}")))?
            }
            None => Value::Object(serde_json::Map::new()),
        };
        let Value::Object(members) = &mut request else {
            return Err(Error::usage("--data is not a JSON object"));
        };
        for (name, value) in &self.fields {
            members.insert((*name).to_owned(), value.clone());
        }
        Ok(request)
    }
}

impl FromArgMatches for Api {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::new(ErrorKind::MissingSubcommand);
        let (area, of_area) = matches.subcommand().ok_or_else(missing)?;
        let (name, of_command) = of_area.subcommand().ok_or_else(missing)?;
        let endpoint = endpoints_of(area).find(|spec| command::name(spec) == name);
        let endpoint = endpoint.ok_or_else(missing)?;
        let values = endpoint.request.iter().filter_map(|field| fields::value(field, of_command));
        let fields = values
            .collect::<Result<Vec<_>, String>>()
            .map_err(|why| clap::Error::raw(ErrorKind::ValueValidation, format!("{why}\n")))?;
        Ok(Self {
            endpoint,
            data: of_command.get_one::<String>(command::DATA).cloned(),
            fields,
            no_check: of_command.get_flag(command::NO_CHECK),
            dry_run: DryRunOption::from_arg_matches(of_command)?,
            confirmation: match endpoint.irreversible {
                Some(_) => Some(Confirmation::from_arg_matches(of_command)?),
                None => None,
            },
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Api {
    fn augment_args(command: Command) -> Command {
        let command = command
            .about("Call any endpoint, with an option per field")
            .long_about(
                "Call any endpoint, with an option per field\n\nThe commands and options are those \
                 of the catalog: `chatctl api` lists the areas, `chatctl api AREA` the commands, \
                 and `chatctl api AREA COMMAND --help` the fields. The request is checked before \
                 it is sent, and the response is printed as it came.",
            )
            .subcommand_required(true)
            .arg_required_else_help(true);
        areas().into_iter().fold(command, |command, area| {
            command.subcommand(
                Command::new(area)
                    .about(format!("Endpoints about: {area}"))
                    .subcommand_required(true)
                    .arg_required_else_help(true)
                    .defer(with_endpoints),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Adds the commands of an area.
fn with_endpoints(area: Command) -> Command {
    let name = area.get_name().to_owned();
    endpoints_of(&name).fold(area, |area, spec| area.subcommand(command::of_endpoint(spec)))
}

fn areas() -> Vec<&'static str> {
    let mut areas: Vec<&str> = ENDPOINTS.iter().map(|spec| spec.area).collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}

fn endpoints_of(area: &str) -> impl Iterator<Item = &'static EndpointSpec> {
    ENDPOINTS.iter().copied().filter(move |spec| spec.area == area)
}
