//! Where the secret key comes from: a file, standard input, the environment, or what the profile says.

use std::process::{Command, Stdio};

use chat_usersig::SecretKey;

use super::{Settings, environment::variable, files, profiles::directory};
use crate::error::Error;

impl Settings {
    /// Reads the key.
    pub(crate) fn secret_key(&self) -> Result<SecretKey, Error> {
        if self.takes_standard_input() {
            return files::key_from_stdin();
        }
        if let Some(path) = &self.options.secret_key_file {
            return files::key_from_file(path);
        }
        if variable(KEY_VARIABLE).is_some() {
            return files::key_from_environment(KEY_VARIABLE);
        }
        let profile = self.profile()?;
        if let Some(path) = &profile.secret_key_file {
            return files::key_from_file(&directory()?.join(path));
        }
        if let Some(command) = &profile.secret_command {
            return key_from_command(command);
        }
        files::key_from_environment(profile.secret_key_env.as_deref().unwrap_or(KEY_VARIABLE))
    }
}

/// Runs a command of the profile and reads the key that it prints.
fn key_from_command(command: &str) -> Result<SecretKey, Error> {
    let failed = |why: &str| {
        Error::configuration(format!("the secret_command of the profile failed: {why}"))
            .with_hint("run it by hand to see what it needs")
    };
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error.to_string()))?;
    let key = match child.stdout.take() {
        Some(stdout) => files::key_from_reader("the output of secret_command", stdout),
        None => Err(failed("it has no output")),
    };
    match child.wait() {
        Ok(status) if status.success() => key,
        Ok(status) => Err(failed(&status.to_string())),
        Err(error) => Err(failed(&error.to_string())),
    }
}

const KEY_VARIABLE: &str = "CHAT_SECRET_KEY";
