//! The command line as types, and its dispatch to the commands.

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{
    commands::{
        api::Api,
        apply::Apply,
        bulk::{self, Bulk},
        call::Call,
        check::Check,
        completions::Completions,
        demo::Demo,
        doctor::Doctor,
        emulator::Emulate,
        endpoints::Endpoints,
        explain::Explain,
        group::Group,
        man::Man,
        openapi::OpenApi,
        profile::ProfileCommand,
        schema::Schema,
        usersig::UserSig,
        webhook::Webhook,
    },
    error::{Error, Exit},
    job::JobOptions,
    output::{Output, OutputOptions},
    runtime::block_on,
    settings::{Settings, SettingsOptions},
};

/// The Tencent Cloud Chat server REST API on the command line
#[derive(Debug, Parser)]
#[command(name = "chatctl", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    settings: SettingsOptions,

    #[command(flatten)]
    pub(crate) output: OutputOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(Demo),
    Emulator(Emulate),
    Endpoints(Endpoints),
    #[command(name = "usersig")]
    UserSig(UserSig),
    Check(Check),
    Webhook(Webhook),
    Call(Call),
    Api(Api),
    Group(Group),
    Bulk(Bulk),
    Apply(Apply),
    Explain(Explain),
    Schema(Schema),
    #[command(name = "openapi")]
    OpenApi(OpenApi),
    Doctor(Doctor),
    Profile(ProfileCommand),
    Completions(Completions),
    Man(Man),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let Self { command, settings, output } = self.resolve(out)?;
        let command = match command {
            // A profile is made from the options alone.
            Command::Profile(profile) => return profile.run(&settings, out),
            command => command,
        };
        let settings = Settings::new(settings);
        let outcome = match command {
            Command::Demo(demo) => block_on(demo.run(out)),
            Command::Emulator(emulator) => block_on(emulator.run(out)),
            Command::Endpoints(endpoints) => endpoints.run(out),
            Command::UserSig(usersig) => usersig.run(&settings, out),
            Command::Webhook(webhook) => webhook.run(&settings, output.verbose > 0, out),
            Command::Check(check) => check.run(out),
            Command::Call(call) => call.run(&settings, out),
            Command::Api(api) => api.run(&settings, out),
            Command::Group(group) => group.run(&settings, out),
            Command::Bulk(bulk) => bulk.run(&settings, out),
            Command::Explain(explain) => explain.run(out),
            Command::Schema(schema) => schema.run(out),
            Command::OpenApi(openapi) => openapi.run(out),
            Command::Doctor(doctor) => doctor.run(&settings, out),
            Command::Completions(completions) => completions.run(out),
            Command::Man(man) => man.run(Self::command(), out),
            Command::Profile(_) | Command::Apply(_) => Ok(Exit::Done),
        };
        outcome.map_err(|error| if settings.is_loopback() { error.of_loopback() } else { error })
    }

    fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
        self.command.job_options_mut()
    }

    /// Replaces `bulk resume` and `apply` by the command line that the journal or the plan stores.
    fn resolve(self, out: &Output) -> Result<Self, Error> {
        let Self { command, mut settings, output } = self;
        let stored: Self = match command {
            Command::Bulk(Bulk { action: bulk::Action::Resume(resume) }) => {
                resume.stored_command(&mut settings, out, Self::job_options_mut)?
            }
            Command::Apply(apply) => {
                apply.stored_command(&mut settings, out, Self::job_options_mut)?
            }
            command => return Ok(Self { command, settings, output }),
        };
        let (settings, notes) = settings.or_stored(stored.settings);
        for note in notes {
            out.note(note);
        }
        Ok(Self { command: stored.command, settings, output })
    }
}

impl Command {
    /// Returns the job options, if the command runs a job with a journal.
    fn job_options_mut(&mut self) -> Option<&mut JobOptions> {
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
  2    usage or configuration error: nothing was sent
  3    no usable response: connection, timeout, HTTP failure
  4    a payload does not fit its type (check), or a check failed (doctor)
  5    partial: some items failed or are unknown (see the report)
  6    the service refused the signature, the key or the region
  7    rate limited, by the service or by the time limit of the call
  8    input, plan or journal is not the one that was begun with: nothing was sent
  130  interrupted; a bulk job prints how to resume it";

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    #[test]
    fn help_of_every_command_has_a_valid_example() {
        let mut examples = 0;
        let mut abouts = std::collections::HashSet::new();
        for (path, command) in all_commands() {
            if command.has_subcommands() {
                continue;
            }
            let name = path.join(" ");
            let help = command.get_after_help().unwrap_or_default().to_string();
            let example = help.strip_prefix("Example:\n  ").unwrap_or_default();
            assert!(example.starts_with(&name), "{name}: {help:?}");
            let about = command.get_about().unwrap_or_default().to_string();
            assert!(
                abouts.insert(about.clone()) || path[1] == "api",
                "{name} and another: {about}"
            );
            let title = chat_types::ENDPOINTS.iter().find(|spec| spec.title == about);
            assert!(path[1] != "api" || title.is_some(), "{name}: {about}");
            let args = example.split(['<', '>', '|']).next().unwrap_or_default();
            let args = args.split_whitespace().map(|arg| arg.trim_matches('\''));
            let parsed = Cli::try_parse_from(args);
            assert!(parsed.is_ok(), "{example}: {:?}", parsed.err());
            examples += 1;
        }
        assert!(examples > 40 + chat_types::ENDPOINTS.len(), "{examples}");
    }

    /// A command that is added here changes nothing at the service.
    #[test]
    fn every_command_that_changes_something_has_a_dry_run() {
        const WITHOUT: [&str; 33] = [
            "bulk show",
            "check",
            "completions",
            "demo",
            "doctor",
            "emulator",
            "endpoints",
            "explain",
            "group banned",
            "group export",
            "group list",
            "group members",
            "group muted",
            "group show",
            "man",
            "openapi",
            "profile add",
            "profile list",
            "profile remove",
            "profile use",
            "schema",
            "usersig inspect",
            "usersig room-key",
            "usersig sign",
            "usersig verify",
            "webhook doctor",
            "webhook listen",
            "webhook record",
            "webhook replay",
            "webhook sign",
            "webhook trigger",
            "webhook verify",
            // It changes nothing on its own account, and cleans up after itself.
            "verify",
        ];
        let mut with = 0;
        for (path, command) in all_commands() {
            if command.has_subcommands() {
                continue;
            }
            let name = path[1..].join(" ");
            let has_dry_run =
                command.get_arguments().any(|each| each.get_long() == Some("dry-run"));
            assert_ne!(has_dry_run, WITHOUT.contains(&&*name), "{name}");
            with += usize::from(has_dry_run);
        }
        assert!(with > 15 + chat_types::ENDPOINTS.len(), "{with}");
    }

    #[test]
    fn endpoint_that_cannot_be_undone_has_yes() {
        let mut irreversible = 0;
        for (path, command) in all_commands().into_iter().filter(|(path, _)| path.len() == 4) {
            let about = command.get_about().unwrap_or_default().to_string();
            let mut specs = chat_types::ENDPOINTS.iter().filter(|spec| spec.area == path[2]);
            let spec = specs.find(|spec| spec.title == about).unwrap();
            let has_yes = command.get_arguments().any(|each| each.get_long() == Some("yes"));
            assert_eq!(has_yes, spec.irreversible.is_some(), "{path:?}");
            irreversible += usize::from(has_yes);
        }
        assert!(irreversible > 15, "{irreversible}");
    }

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// Every command, with the names that lead to it.
    fn all_commands() -> Vec<(Vec<String>, clap::Command)> {
        let mut cli = Cli::command();
        cli.build();
        let mut waiting = vec![(vec!["chatctl".to_owned()], cli)];
        let mut all = Vec::new();
        while let Some((path, command)) = waiting.pop() {
            for subcommand in command.get_subcommands().filter(|each| each.get_name() != "help") {
                let path = [&path[..], &[subcommand.get_name().to_owned()]].concat();
                waiting.push((path, subcommand.clone()));
            }
            all.push((path, command));
        }
        all
    }

    #[test]
    fn invalid_value_is_explained_in_terms_of_what_is_expected() {
        const OF_LIBRARIES: [&str; 9] = [
            "invalid digit",
            "invalid float literal",
            "cannot parse",
            "number too large",
            "number too small",
            "would be zero",
            "is not in ",
            "provided string was not",
            "invalid character",
        ];
        let mut rejected = 0;
        for (path, command) in all_commands() {
            // The values of all areas are read by the same functions.
            if path.get(1).is_some_and(|name| name == "api")
                && path.get(2).is_some_and(|area| area != "account")
            {
                continue;
            }
            let is_root = path.len() == 1;
            let arguments = command.get_arguments().filter(|argument| {
                argument.get_action().takes_values() && (is_root || !argument.is_global_set())
            });
            for argument in arguments {
                for value in ["abc", "-1", "0", "1.5", "99999999999999999999", "", "é"] {
                    let given = match argument.get_long() {
                        Some(name) => format!("--{name}={value}"),
                        None => value.to_owned(),
                    };
                    let Err(error) = Cli::try_parse_from([&path[..], &[given]].concat()) else {
                        continue;
                    };
                    rejected += usize::from(error.kind() == ErrorKind::ValueValidation);
                    let text = error.to_string();
                    let found = OF_LIBRARIES.iter().find(|words| text.contains(**words));
                    assert_eq!(found, None, "{path:?} {}: {text}", argument.get_id());
                }
            }
        }
        assert!(rejected > 100, "{rejected}");
    }

    #[test]
    fn free_text_may_begin_with_a_hyphen() {
        const FREE: [&str; 6] = ["NAME", "TEXT", "ACCOUNT", "GROUP", "TOPIC", "GROUP_NAME"];
        let mut checked = 0;
        for (path, command) in all_commands() {
            for option in command.get_opts().filter(|option| option.get_action().takes_values()) {
                let mut names = option.get_value_names().unwrap_or_default().iter();
                if names.any(|name| FREE.contains(&name.as_str())) {
                    let id = option.get_id();
                    assert!(option.is_allow_hyphen_values_set(), "{path:?} --{id}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 10, "{checked}");
    }

    #[test]
    fn help_lists_every_region() {
        let help = Cli::command().render_long_help().to_string();
        for region in chat_types::Region::ALL {
            assert!(help.contains(region.id()), "{region}");
        }
    }

    /// A journal stores the whole command line, so no argument of such a command may be a secret.
    /// Check this before you add one here.
    #[test]
    fn no_argument_of_a_command_with_a_journal_is_a_secret() {
        const KNOWN: &[&str] = &[
            "profile",
            "region",
            "endpoint",
            "sdkappid",
            "identifier",
            "secret_key_file",
            "ca_file",
            // A journal stores it without its login.
            "redis",
            "timeout",
            "output",
            "jq",
            "quiet",
            "verbose",
            "color",
            "help",
            "journal",
            "resume",
            "dry_run",
            "report",
            "concurrency",
            "plan",
            "yes",
            "retry_for",
            "group",
            "accounts",
            "members_file",
            "silent",
            "reason",
            "period",
            "forever",
            "topic",
            "groups",
            "groups_file",
            "all_groups",
            "group_type",
            "file",
            "rename",
            "no_preflight",
            "from",
            "to",
        ];
        let mut cli = Cli::command();
        cli.build();
        let mut commands = vec![&cli];
        let mut with_journal = 0;
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands());
            let arguments = || command.get_arguments().map(|argument| argument.get_id().as_str());
            if arguments().any(|argument| argument == "journal") {
                with_journal += 1;
                for argument in arguments() {
                    assert!(KNOWN.contains(&argument), "{argument} of {}", command.get_name());
                }
            }
        }
        assert!(with_journal >= 11);
    }
}
