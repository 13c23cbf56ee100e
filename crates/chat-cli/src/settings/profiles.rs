//! Profiles: named sets of settings in a file of the user.
//!
//! The file is `chatctl/profiles.toml` in the configuration directory of the platform, and only its
//! owner can read it. It never contains a key, but says where the key is.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use chat_types::Region;
use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use crate::{error::Error, parsers, similar::similar_names};

/// The contents of the file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profiles {
    /// The profile in effect where none is chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) current: Option<String>,
    #[serde(default)]
    pub(crate) profiles: BTreeMap<String, Profile>,
}

/// Settings of one app. The keys are those of the file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sdkappid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) identifier: Option<String>,
    /// A file with the key; a relative path starts at the directory of the profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_key_file: Option<PathBuf>,
    /// The environment variable with the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_key_env: Option<String>,
    /// A command for the shell that prints the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redis: Option<String>,
}

impl Profile {
    pub(crate) fn region(&self) -> Result<Option<Region>, Error> {
        let invalid = |why| Error::configuration(format!("invalid region of the profile: {why}"));
        self.region.as_deref().map(|text| parsers::region(text).map_err(invalid)).transpose()
    }

    /// Returns where the key comes from, in words.
    pub(crate) fn key_source(&self) -> String {
        match (&self.secret_key_file, &self.secret_key_env, &self.secret_command) {
            (Some(path), ..) => format!("file {}", path.display()),
            (None, Some(variable), _) => format!("variable {variable}"),
            // The command may be such that it is a secret itself.
            (None, None, Some(_)) => "command".to_owned(),
            (None, None, None) => "CHAT_SECRET_KEY".to_owned(),
        }
    }

    /// Returns the region or the URL.
    pub(crate) fn address(&self) -> &str {
        self.region.as_deref().or(self.endpoint.as_deref()).unwrap_or_default()
    }
}

impl Profiles {
    /// Reads the file; there need not be one.
    pub(crate) fn read() -> Result<Self, Error> {
        let path = file()?;
        let opened = match fs::File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other,
        };
        let mut text = String::new();
        opened
            .and_then(|file| file.take(MAX_FILE).read_to_string(&mut text))
            .map_err(|error| Error::unreadable(&path, &error))?;
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            let message = format!("invalid profiles in {}: {}", path.display(), error.message());
            Error::configuration(message).with_hint("correct the file, or remove it")
        })
    }

    /// Replaces the file, which only its owner can read.
    pub(crate) fn write(&self) -> Result<(), Error> {
        let text =
            toml::to_string(self).map_err(|error| Error::configuration(error.to_string()))?;
        write_private(&file()?, text.as_bytes())
    }

    /// Returns a profile by name.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile, Error> {
        self.profiles.get(name).ok_or_else(|| {
            let names = self.profiles.keys().map(|known| (known.as_str(), known));
            let hint = match similar_names(names, name).first() {
                Some(similar) => format!("did you mean {similar}?"),
                None => "`chatctl profile list` lists the profiles".to_owned(),
            };
            Error::configuration(format!("unknown profile \"{name}\"")).with_hint(hint)
        })
    }
}

/// Returns the directory of the profiles.
pub(crate) fn directory() -> Result<PathBuf, Error> {
    let strategy = etcetera::choose_base_strategy()
        .map_err(|_| Error::configuration("cannot find the home directory"))?;
    Ok(strategy.config_dir().join("chatctl"))
}

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, contents: &[u8]) -> Result<(), Error> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let write = || {
        create_private_directory(directory)?;
        // A temporary file is private from the start.
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(contents)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|error: io::Error| {
        Error::configuration(format!("cannot write {}: {error}", path.display()))
    })
}

#[cfg(unix)]
fn create_private_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

fn file() -> Result<PathBuf, Error> {
    Ok(directory()?.join("profiles.toml"))
}

const MAX_FILE: u64 = 1024 * 1024;
