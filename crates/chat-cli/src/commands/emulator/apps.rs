//! The apps of an emulator, from a file.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use chat_emulator::Emulator;
use chat_types::{Edition, spec::Site};
use chat_usersig::SecretKey;
use serde::Deserialize;

use crate::{error::Error, parsers, settings};

/// An app and what the console of the vendor sets for it.
pub(super) struct AppSettings {
    pub(super) key: SecretKey,
    entry: Entry,
    edition: Option<Edition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    apps: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    sdkappid: u32,
    key: Option<String>,
    key_file: Option<PathBuf>,
    key_env: Option<String>,
    edition: Option<String>,
    site: Option<SiteName>,
    newer_group_types: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SiteName {
    China,
    International,
}

/// Reads a file of apps. No error shows a key.
pub(super) fn read(path: &Path) -> Result<Vec<AppSettings>, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::unreadable(path, &error))?;
    let in_file =
        |problem: &dyn fmt::Display| Error::usage(format!("{}: {problem}", path.display()));
    let file: File = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.get(..start).unwrap_or(&text).matches('\n').count() + 1;
        in_file(&format_args!("line {line}: {}", error.message()))
    })?;
    let mut apps: Vec<AppSettings> = Vec::new();
    for entry in file.apps {
        let sdk_app_id = entry.sdkappid;
        let of_app =
            |problem: &dyn fmt::Display| in_file(&format_args!("app {sdk_app_id}: {problem}"));
        parsers::sdk_app_id(&sdk_app_id.to_string()).map_err(|problem| of_app(&problem))?;
        if apps.iter().any(|app| app.sdk_app_id() == sdk_app_id) {
            return Err(of_app(&"listed twice"));
        }
        let key = match (&entry.key, &entry.key_file, &entry.key_env) {
            (Some(key), None, None) => SecretKey::new(key).map_err(|problem| of_app(&problem))?,
            (None, Some(file), None) => {
                let folder = path.parent().unwrap_or_else(|| Path::new(""));
                settings::key_from_file(&folder.join(file))?
            }
            (None, None, Some(name)) => settings::key_from_variable(name)?,
            _ => return Err(of_app(&"expected one of key_file, key_env and key")),
        };
        let edition = entry.edition.as_deref().map(str::parse).transpose();
        let edition = edition.map_err(|problem| of_app(&problem))?;
        apps.push(AppSettings { key, entry, edition });
    }
    if apps.is_empty() {
        return Err(in_file(&"no apps; add a table [[apps]] with sdkappid and key_file"));
    }
    Ok(apps)
}

impl AppSettings {
    pub(super) fn sdk_app_id(&self) -> u32 {
        self.entry.sdkappid
    }

    /// Makes the settings of the console in a running emulator.
    pub(super) fn apply(&self, emulator: &Emulator) {
        let Ok(app) = emulator.app(self.sdk_app_id()) else { return };
        if let Some(edition) = self.edition {
            app.set_edition(edition);
        }
        match self.entry.site {
            Some(SiteName::China) => app.set_site(Site::China),
            Some(SiteName::International) => app.set_site(Site::International),
            None => {}
        }
        if let Some(newer) = self.entry.newer_group_types {
            app.set_newer_group_types(newer);
        }
    }
}
