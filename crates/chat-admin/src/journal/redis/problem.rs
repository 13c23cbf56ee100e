//! What only a journal in Redis can have wrong.

/// Why a journal in Redis cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum RedisProblem {
    #[error("invalid URL: {0}")]
    InvalidUrl(&'static str),
    #[error(
        "another process has taken over the job, so this one has stopped; what it did not record counts \
         as unknown or is sent again there"
    )]
    LeaseLost,
    /// By something other than a job.
    #[error("the key was changed or deleted while the job was running, so the job has stopped")]
    Overwritten,
    /// And the job has calls that must not be repeated.
    #[error(
        "the server may lose lines that it has accepted ({setting}), and calls of this job must not be \
         repeated blindly; set appendonly to yes and appendfsync to always"
    )]
    NotDurable { setting: String },
}
