use chat_admin::Batch;
use chat_types::group::DeleteGroupMember;
use clap::Args;

/// How members are removed
#[derive(Debug, Args)]
pub(crate) struct Removal {
    /// Tell nobody but the removed members
    #[arg(long)]
    silent: bool,

    /// Why; shown in the notification
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Removal {
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
