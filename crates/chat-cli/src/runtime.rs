//! The async runtime of the commands that send or serve something.

use std::future::Future;

use crate::error::Error;

/// Runs a command's future to completion on a new multi-threaded runtime.
pub(crate) fn block_on<T>(command: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::configuration(format!("cannot start the runtime: {error}")))?
        .block_on(command)
}
