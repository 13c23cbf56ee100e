//! The data directory: state that survives a restart.
//!
//! Every change is written to a log before its response is sent, and now and then the whole state is
//! written to a snapshot, so that a start reads one snapshot and the changes since.
//!
//! | file | subject |
//! | --- | --- |
//! | `record` | how a record is framed in a log: length, checksums |
//! | `entry` | what a record says |
//! | `directory` | the files of the directory, and its lock |
//! | `journal` | the log that is written |
//! | `image` | the snapshot file |
//! | `recovery` | the start: from the files to the state |
//! | `store` | all of it, for the service |
//!
//! Generation `n` of the state is the snapshot `snapshot-n` and the changes in `log-n`; the first one has
//! no snapshot. A new generation starts while all states are locked: the log of the old one ends, that of
//! the new one begins, and the snapshot is written to a temporary file, which gets its name once it is
//! complete. Then the old files are removed. Whenever the process ends, the newest snapshot and all logs
//! from its generation on have every change.

mod directory;
mod entry;
mod error;
mod image;
mod journal;
mod record;
mod recovery;
mod store;

pub(crate) use self::{
    entry::{LoggedAction, LoggedCall, LoggedClock, Settings},
    journal::Journal,
    recovery::PastAction,
    store::Store,
};
pub use self::{error::DataError, journal::Durability};
