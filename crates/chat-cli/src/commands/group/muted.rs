//! `chatctl group muted`.

use chat_admin::Admin;
use chat_types::group::MutedAccount;
use clap::Args;
use futures_util::stream;

use super::{
    listing::{print_list, time_cell},
    target::{Target, TopicOption},
};
use crate::{
    error::{Error, Exit},
    interrupt,
    output::Output,
};

/// List the muted members of a group, and until when they are muted
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group muted lobby")]
pub(super) struct Muted {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    topic: TopicOption,
}

impl Muted {
    pub(super) async fn run(self, admin: &Admin, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, topic } = self;
        let group = target.handle(admin);
        let list = interrupt::cancelable(async {
            Ok(match topic.topic {
                Some(topic) => group.muted_members_of_topic(topic).await?,
                None => group.muted_members().await?,
            })
        })
        .await?;
        let list = stream::iter(list.into_iter().map(Ok::<_, Error>));
        print_list(list, row, out).await
    }
}

fn row(entry: &MutedAccount) -> Vec<String> {
    vec![entry.member_account.to_string(), time_cell(entry.muted_until)]
}
