//! `chatctl group destroy`.

use chat_types::{Endpoint as _, group::DestroyGroup};
use clap::Args;
use serde_json::json;

use super::target::Target;
use crate::{
    commands::args::{Confirmation, DryRunOption},
    error::{Error, Exit},
    interrupt,
    output::Output,
    settings::Settings,
};

/// Disband a group; this cannot be undone
///
/// Asks on a terminal, and needs --yes elsewhere.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group destroy lobby --yes")]
pub(super) struct Destroy {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    confirmation: Confirmation,

    #[command(flatten)]
    dry_run: DryRunOption,
}

impl Destroy {
    pub(super) async fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let id = &self.target.group;
        if self.dry_run.is_set() {
            return self.dry_run.print(DestroyGroup::SPEC, &DestroyGroup::new(id), settings, out);
        }
        self.confirmation.ask(&format!("disband the group {id} for good"))?;
        let group = self.target.handle(&settings.admin()?);
        interrupt::cancelable(async { Ok(group.destroy().await?) }).await?;
        if out.is_json() {
            out.json(&json!({ "GroupId": id, "destroyed": true }))?;
        } else {
            out.line(format_args!("{id} is disbanded"))?;
        }
        Ok(Exit::Done)
    }
}
