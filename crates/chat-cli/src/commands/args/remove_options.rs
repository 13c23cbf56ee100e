//! How members are removed.

use chat_admin::Batch;
use chat_types::group::DeleteGroupMember;
use clap::Args;

/// How members are removed
#[derive(Debug, Args)]
pub(crate) struct RemoveOptions {
    /// Do not notify the other members
    #[arg(long)]
    silent: bool,

    /// Reason to show in the notification
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: Option<String>,
}

impl RemoveOptions {
    pub(crate) fn apply<'a>(
        self,
        job: Batch<'a, DeleteGroupMember>,
    ) -> Batch<'a, DeleteGroupMember> {
        let job = if self.silent { job.silently() } else { job };
        match self.reason {
            Some(reason) => job.with_reason(reason),
            None => job,
        }
    }
}
