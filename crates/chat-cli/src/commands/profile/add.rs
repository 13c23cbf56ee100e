//! `chatctl profile add`.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::Args;
use zeroize::Zeroizing;

use super::name::{name_parser, own_key_file};
use crate::{
    error::{Error, Exit},
    output::{Output, write_or_ignore},
    parsers,
    runtime::block_on,
    settings::{Profile, Profiles, Settings, SettingsOptions, verify_login, write_private},
};

/// Add a profile, and verify it with one harmless call
///
/// The connection options set what the profile holds. On a terminal, whatever is missing is asked
/// for; a key that is typed there is stored in a file that only you can read. The key itself is never
/// part of the profile.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    chatctl profile add staging --sdkappid 1400000000 --region singapore --secret-key-file key")]
pub(super) struct Add {
    /// Name of the profile
    #[arg(value_name = "PROFILE", value_parser = name_parser())]
    name: String,

    /// Command for the shell that prints the secret key, such as 'pass show chat' or
    /// 'security find-generic-password -w -s chat'
    #[arg(long, value_name = "COMMAND", conflicts_with = "secret_key_env")]
    secret_command: Option<String>,

    /// Environment variable with the secret key
    #[arg(long, value_name = "VARIABLE")]
    secret_key_env: Option<String>,

    /// Store the profile without making a call
    #[arg(long)]
    no_verify: bool,

    /// Replace a profile of that name
    #[arg(long)]
    replace: bool,
}

impl Add {
    pub(super) fn run(self, options: &SettingsOptions, out: &mut Output) -> Result<Exit, Error> {
        let mut profiles = Profiles::read()?;
        if profiles.profiles.contains_key(&self.name) && !self.replace {
            return Err(Error::usage(format!("the profile {} exists", self.name))
                .with_hint("replace it with --replace"));
        }
        let mut profile = options.to_profile(self.secret_key_env, self.secret_command)?;
        let key = complete(&mut profile, &self.name)?;
        if let Some((path, key)) = &key {
            write_private(path, key.as_bytes())?;
        }
        if !self.no_verify {
            let settings = Settings::of_profile(profile.clone());
            let identifier = settings.identifier()?;
            block_on(verify_login(&settings.client()?, &identifier))
                .map_err(|error| error.with_note_before("the profile was not stored"))?;
        }
        profiles.current.get_or_insert_with(|| self.name.clone());
        profiles.profiles.insert(self.name.clone(), profile);
        profiles.write()?;
        let verified = if self.no_verify { "" } else { "; a call with it succeeded" };
        out.note(format_args!("added the profile {}{verified}", self.name));
        if profiles.current.as_ref() != Some(&self.name) {
            out.note(format_args!("`chatctl profile use {}` makes it the current one", self.name));
        }
        Ok(Exit::Done)
    }
}

/// Asks for what a profile lacks. Returns a key that was typed, and the file to store it in.
fn complete(
    profile: &mut Profile,
    name: &str,
) -> Result<Option<(PathBuf, Zeroizing<String>)>, Error> {
    let can_ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    let missing = |what: &str, option: &str| {
        Error::usage(format!("the profile needs {what}")).with_hint(format!("give {option}"))
    };
    if profile.sdkappid.is_none() {
        if !can_ask {
            return Err(missing("an app", "--sdkappid"));
        }
        let text = ask("SDKAppID: ")?;
        profile.sdkappid = Some(parsers::sdk_app_id(&text).map_err(Error::usage)?);
    }
    if profile.address().is_empty() {
        if !can_ask {
            return Err(missing("an address", "--region or --endpoint"));
        }
        let text = ask(&format!("Region ({}) or base URL: ", parsers::region_names()))?;
        if text.contains("://") {
            profile.endpoint = Some(text);
        } else {
            let region = parsers::region(&text).map_err(Error::usage)?;
            profile.region = Some(region.id().to_owned());
        }
    }
    let has_key = profile.secret_key_file.is_some()
        || profile.secret_key_env.is_some()
        || profile.secret_command.is_some();
    if has_key {
        return Ok(None);
    }
    if !can_ask {
        let options = "--secret-key-file, --secret-key-env or --secret-command";
        return Err(missing("to know where the key is", options));
    }
    let key = rpassword::prompt_password("Secret key (not shown): ").map(Zeroizing::new);
    let key = key.map_err(|error| Error::input(format!("cannot read the key: {error}")))?;
    let path = own_key_file(name)?;
    profile.secret_key_file = Some(path.clone());
    Ok(Some((path, key)))
}

fn ask(question: &str) -> Result<String, Error> {
    write_or_ignore(|| {
        write!(io::stderr(), "{question}")?;
        io::stderr().flush()
    });
    let mut line = String::new();
    let unreadable = |error| Error::input(format!("cannot read the terminal: {error}"));
    io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim().to_owned())
}
