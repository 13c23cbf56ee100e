//! `chatctl group banned`.

use chat_admin::Admin;
use chat_types::group::BannedAccount;
use clap::Args;

use super::{
    listing::{print_list, time_cell},
    target::Target,
};
use crate::{
    error::{Error, Exit},
    output::Output,
};

/// List the accounts banned from an audio-video group, and until when they are banned
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group banned lobby")]
pub(super) struct Banned {
    #[command(flatten)]
    target: Target,
}

impl Banned {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        print_list(self.target.handle(admin).banned_members().items(), row, out).await
    }
}

fn row(entry: &BannedAccount) -> Vec<String> {
    vec![entry.member_account.to_string(), time_cell(entry.banned_until)]
}
