//! Arguments that several commands share, and how they are read.

mod accounts;
mod confirmation;
mod dry_run;
mod groups;
mod groups_job;
mod list_job;
mod lookup_job;
mod mute_period;
mod payload;
mod remove_options;
mod stdin;
mod unique;

pub(crate) use self::{
    accounts::Accounts,
    confirmation::Confirmation,
    dry_run::DryRunOption,
    groups_job::GroupsJob,
    list_job::ListJob,
    lookup_job::run_lookup_job,
    mute_period::MutePeriod,
    payload::{read_payload, read_payload_argument},
    remove_options::RemoveOptions,
    stdin::{STANDARD_INPUT, check_standard_input, open_input},
};
