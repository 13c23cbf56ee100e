use thiserror::Error;

use crate::{Failure, InputError, JournalError};

/// Why a job could not go on. Whatever it did up to then is in its report.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum JobError {
    /// The input cannot be read on.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The journal cannot be written, or is of another job or another input. In the latter case
    /// nothing was sent that differs from before.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A call failed that has to succeed before the next one, for a reason that may pass. The job
    /// can go on from its journal.
    #[error("the calls have to succeed one after the other, and {} failed: {failure}", item)]
    HeldUp {
        /// The item that was not done.
        item: String,
        /// Why not.
        failure: Failure,
    },
}
