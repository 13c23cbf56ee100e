//! `chatctl group banned`.

use chat_admin::Admin;
use chat_types::group::BannedAccount;
use clap::Args;

use super::{
    listing::{Limit, time_cell},
    target::Target,
};
use crate::{
    error::{Error, Exit},
    output::{Column, Output},
};

/// List the accounts banned from an audio-video group, and until when they are banned
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group banned lobby")]
pub(super) struct Banned {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    limit: Limit,
}

impl Banned {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let banned = self.target.handle(admin).banned_members().items();
        self.limit.print(banned, &COLUMNS, out).await
    }
}

const COLUMNS: [Column<BannedAccount>; 2] = [
    Column::new("ACCOUNT", "Member_Account", |entry| entry.member_account.to_string()),
    Column::new("BANNED UNTIL", "BannedUntil", |entry| time_cell(entry.banned_until)),
];
