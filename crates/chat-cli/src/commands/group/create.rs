//! `chatctl group create`.

use chat_types::{Endpoint as _, GroupId, GroupType, group::CreateGroup};
use clap::Args;
use serde_json::json;

use crate::{
    commands::args::DryRunOption,
    error::{Error, Exit},
    interrupt,
    output::Output,
    parsers::{group_id, group_type},
    settings::Settings,
};

/// Create a group and print its ID
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group create lobby --type AVChatRoom --name Lobby")]
pub(super) struct Create {
    /// Custom GroupID [default: assigned by the service]
    #[arg(value_name = "GROUP", value_parser = group_id)]
    group: Option<GroupId>,

    #[arg(long = "type", value_name = "TYPE", value_parser = group_type, help = type_help())]
    group_type: GroupType,

    /// Name of the group
    #[arg(long, allow_hyphen_values = true)]
    name: String,

    /// Account to own the group
    #[arg(long, value_name = "ACCOUNT", allow_hyphen_values = true)]
    owner: Option<String>,

    /// Let the Community have topics
    #[arg(long)]
    topics: bool,

    #[command(flatten)]
    dry_run: DryRunOption,
}

impl Create {
    pub(super) async fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let mut request = CreateGroup::new(self.group_type, self.name);
        request.group_id = self.group;
        request.owner_account = self.owner.map(Into::into);
        request.support_topic = self.topics.then_some(true);
        if self.dry_run.is_set() {
            return self.dry_run.print(CreateGroup::SPEC, &request, settings, out);
        }
        let admin = settings.admin()?;
        let groups = admin.groups();
        let id = interrupt::cancelable(async { Ok(groups.create(&request).await?) }).await?;
        if out.is_json() {
            out.json(&json!({ "GroupId": id }))?;
        } else {
            out.line(id)?;
        }
        Ok(Exit::Done)
    }
}

fn type_help() -> String {
    format!("Type of the group: {}", GroupType::NAMES.join(", "))
}
