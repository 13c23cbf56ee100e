//! The command line as types.

use clap::{Parser, Subcommand};

use crate::{
    commands::{
        bulk::Bulk, call::Call, check::Check, demo::Demo, emulator::Emulate, endpoints::Endpoints,
        explain::Explain, group::Group, openapi::OpenApi, schema::Schema, usersig::UserSig,
    },
    job::JobOptions,
    output::OutputOptions,
    settings::SettingsOptions,
};

/// The Tencent Cloud Chat server REST API on the command line
#[derive(Debug, Parser)]
#[command(name = "chatctl", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) settings: SettingsOptions,

    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(Demo),
    Emulator(Emulate),
    Endpoints(Endpoints),
    #[command(name = "usersig")]
    UserSig(UserSig),
    Check(Check),
    Call(Call),
    Group(Group),
    Bulk(Bulk),
    Explain(Explain),
    Schema(Schema),
    #[command(name = "openapi")]
    OpenApi(OpenApi),
}

impl Command {
    /// How it runs its job, where it runs one.
    pub(crate) fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        match self {
            Self::Group(group) => group.job_options_mut(),
            Self::Bulk(bulk) => bulk.job_options_mut(),
            _ => None,
        }
    }
}

const AFTER_HELP: &str = "\
The secret key comes from --secret-key-file or CHAT_SECRET_KEY, never from the command line.

Exit codes:
  0    all done
  1    the service refused
  2    usage or configuration: nothing was sent
  3    no response: connection, timeout, HTTP failure
  4    a payload does not fit its type (check)
  5    partial: some items failed or are unknown (the report says which)
  130  interrupted; a bulk job says how to resume";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_help_of_every_command_has_an_example_that_the_command_takes() {
        let mut cli = Cli::command();
        cli.build();
        let mut commands = vec![&cli];
        let mut examples = 0;
        while let Some(command) = commands.pop() {
            commands
                .extend(command.get_subcommands().filter(|command| command.get_name() != "help"));
            if command.has_subcommands() {
                continue;
            }
            let name = command.get_display_name().unwrap_or_default().replace('-', " ");
            let help = command.get_after_help().unwrap_or_default().to_string();
            let example = help.strip_prefix("Example:\n  ").unwrap_or_default();
            assert!(example.starts_with(&name), "{name}: {help:?}");
            let words = example.split(['<', '>', '|']).next().unwrap_or_default();
            let words = words.split_whitespace().map(|word| word.trim_matches('\''));
            let parsed = Cli::try_parse_from(words);
            assert!(parsed.is_ok(), "{example}: {:?}", parsed.err());
            examples += 1;
        }
        assert!(examples > 30);
    }
}
