//! Ctrl-C, and SIGTERM where there is one.

use std::{future::Future, io};

use crate::error::Error;

/// Waits until somebody wants the program to end.
pub(crate) async fn wait() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            outcome = tokio::signal::ctrl_c() => outcome,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// Runs something that can be given up at any moment.
pub(crate) async fn or_give_up<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        outcome = work => outcome,
        Ok(()) = wait() => Err(Error::interrupted("interrupted before the answer came")
            .with_hint("it may have been carried out; look before doing it again")),
    }
}
