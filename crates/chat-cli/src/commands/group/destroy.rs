//! `chatctl group destroy`.

use chat_admin::Admin;
use clap::Args;

use super::target::Target;
use crate::{
    error::{Error, Exit},
    interrupt,
};

/// Disband a group; this cannot be undone
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group destroy lobby")]
pub(super) struct Destroy {
    #[command(flatten)]
    target: Target,
}

impl Destroy {
    pub(super) async fn run(self, admin: &Admin) -> Result<Exit, Error> {
        let group = self.target.handle(admin);
        interrupt::cancelable(async { Ok(group.destroy().await?) }).await?;
        Ok(Exit::Done)
    }
}
