//! The error that ends a job.

use thiserror::Error;

use crate::{Failure, InputError, JournalError};

/// Why a job could not continue. Its report has what it did until then.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum JobError {
    /// The input could not be read to its end.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The journal could not be written, or belongs to another job or another input. In the latter case
    /// nothing was sent that differs from the earlier run.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An item failed that later items depend on, or that could not be done after them. If the reason is
    /// temporary, the job can resume from its journal.
    #[error("stopped at {item}, because later items depend on it: {failure}")]
    Blocked {
        /// The item that was not done.
        item: String,
        /// Why it was not done.
        failure: Failure,
    },
}
