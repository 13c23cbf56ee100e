//! How a job is described to the user.

/// Describes a job in progress bars, reports and hints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobLabel {
    /// What it is doing, in one word: `muting`.
    pub(crate) verb: &'static str,
    /// Whether its input comes from standard input.
    pub(crate) is_piped: bool,
    /// What its items are.
    pub(crate) item_kind: ItemKind,
}

/// What the items of a job are, which decides how it continues without a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// Accounts from the input.
    Accounts,
    /// Accounts that the job looks up, so that the next run finds the remaining ones.
    LookedUpAccounts,
    /// Records of a file or of a group.
    Records,
}
