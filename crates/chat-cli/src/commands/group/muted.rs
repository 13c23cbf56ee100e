//! `chatctl group muted`.

use chat_admin::Admin;
use chat_types::group::MutedAccount;
use clap::Args;
use futures_util::stream;

use super::{
    listing::{Limit, time_cell},
    target::{Target, TopicOption},
};
use crate::{
    error::{Error, Exit},
    interrupt,
    output::{Column, Output},
};

/// List the muted members of a group, and until when they are muted
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group muted lobby")]
pub(super) struct Muted {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    topic: TopicOption,

    #[command(flatten)]
    limit: Limit,
}

impl Muted {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, topic, limit } = self;
        let group = target.handle(admin);
        let list = interrupt::cancelable_read(async {
            Ok(match topic.topic {
                Some(topic) => group.muted_members_of_topic(topic).await?,
                None => group.muted_members().await?,
            })
        })
        .await?;
        let list = stream::iter(list.into_iter().map(Ok::<_, Error>));
        limit.print(list, &COLUMNS, out).await
    }
}

const COLUMNS: [Column<MutedAccount>; 2] = [
    Column::new("ACCOUNT", "Member_Account", |entry| entry.member_account.to_string()),
    Column::new("MUTED UNTIL", "MutedUntil", |entry| time_cell(entry.muted_until)),
];
