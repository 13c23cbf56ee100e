//! The command of one endpoint.

use chat_types::spec::EndpointSpec;
use clap::{Arg, ArgAction, Args as _, Command};
use heck::ToKebabCase as _;

use super::fields;
use crate::commands::args::{Confirmation, DryRunOption};

/// Returns the name of an endpoint's command: that of its type, such as `create-group`.
pub(super) fn name(spec: &EndpointSpec) -> String {
    spec.name.to_kebab_case()
}

/// Returns the command with its options.
pub(super) fn of_endpoint(spec: &'static EndpointSpec) -> Command {
    let command = Command::new(name(spec))
        .args(spec.request.iter().map(fields::option))
        .arg(
            Arg::new(DATA)
                .long("data")
                .value_name("JSON|@FILE|-")
                .help("Further fields, as a JSON object; options take precedence"),
        )
        .arg(
            Arg::new(NO_CHECK)
                .long("no-check")
                .action(ArgAction::SetTrue)
                .help("Send the request without checking it"),
        );
    // The derived options bring a description of their own.
    let command = match spec.irreversible {
        Some(_) => Confirmation::augment_args(command),
        None => command,
    };
    DryRunOption::augment_args(command)
        .about(spec.title)
        .long_about(description(spec))
        .after_help(format!("Example:\n  {}", example(spec)))
}

fn description(spec: &EndpointSpec) -> String {
    let mut text = format!("{}\n\n{}", spec.title, spec.summary);
    text.push_str(&format!("\n\nEndpoint: {}", spec.id()));
    if let Some(calls) = spec.calls_per_second {
        text.push_str(&format!("; {calls} calls per second"));
    }
    if let Some(requirement) = spec.requirement {
        text.push_str(&format!("\nNeeds: {requirement}"));
    }
    if let Some(lost) = spec.irreversible {
        text.push_str(&format!(
            "\nCannot be undone: {lost} Asks on a terminal, needs --yes elsewhere."
        ));
    }
    if let Some(url) = spec.documentation_url() {
        text.push_str(&format!("\nDocumentation: {url}"));
    }
    text
}

/// Returns a command line with the required fields.
fn example(spec: &EndpointSpec) -> String {
    let mut line = format!("chatctl api {} {}", spec.area, name(spec));
    for field in spec.request.iter().filter(|field| field.required) {
        line.push_str(&format!(" --{} {}", fields::option_name(field.name), fields::sample(field)));
    }
    line
}

pub(super) const DATA: &str = "api_data";

pub(super) const NO_CHECK: &str = "api_no_check";
