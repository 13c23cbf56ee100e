//! `chatctl profile list`.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    catalog::without_nulls,
    error::{Error, Exit},
    output::{Output, table},
    settings::Profiles,
};

/// List the profiles; the current one has an asterisk
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl profile list")]
pub(super) struct List {}

impl List {
    pub(super) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let Profiles { current, profiles } = Profiles::read()?;
        let is_current = |name: &str| current.as_deref() == Some(name);
        if out.is_json() {
            let profiles = profiles.iter().map(|(name, profile)| {
                without_nulls(json!({
                    "name": name,
                    "current": is_current(name),
                    "sdkappid": profile.sdkappid,
                    "region": profile.region,
                    "endpoint": profile.endpoint,
                    "identifier": profile.identifier,
                    "key": profile.key_source(),
                }))
            });
            out.json(&profiles.collect::<Value>())?;
            return Ok(Exit::Done);
        }
        if out.is_name() {
            profiles.keys().try_for_each(|name| out.line(name))?;
            return Ok(Exit::Done);
        }
        let mut rows = table(["NAME", "SDKAPPID", "ADDRESS", "ADMIN", "KEY"]);
        for (name, profile) in &profiles {
            let mark = if is_current(name) { " *" } else { "" };
            rows.add_row([
                format!("{name}{mark}"),
                profile.sdkappid.map(|app| app.to_string()).unwrap_or_default(),
                profile.address().to_owned(),
                profile.identifier.clone().unwrap_or_default(),
                profile.key_source(),
            ]);
        }
        out.table(&rows)?;
        Ok(Exit::Done)
    }
}
