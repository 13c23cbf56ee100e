/// What is said of a job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    /// What it is doing, in one word.
    pub(crate) doing: &'static str,
    /// Whether its list has to be piped in.
    pub(crate) is_piped: bool,
    /// What it goes over.
    pub(crate) over: Over,
}

/// What a job goes over, which tells how it goes on without a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Accounts that it is given.
    Accounts,
    /// Accounts that it looks up, so that the next run finds what is left.
    AccountsLookedUp,
    /// Records of a file or of a group.
    Records,
}
