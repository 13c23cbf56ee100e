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
    /// Something failed without which what comes after it cannot be done, or comes too late. Where
    /// the reason may pass, the job can go on from its journal.
    #[error("{item} has to be done before what comes after it, and was not: {failure}")]
    HeldUp {
        /// The item that was not done.
        item: String,
        /// Why not.
        failure: Failure,
    },
}
