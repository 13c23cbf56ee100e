//! Ctrl-C, and SIGTERM where there is one.

use std::future::{Future, pending};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::Error;

/// Hears every wish to end the program from the moment on that it is made. Make one per command:
/// one per wait would miss what comes between two waits.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: [Option<Signal>; 2],
}

impl Interrupts {
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        // Where one cannot be listened to, it ends the program as it does without us.
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { signals: kinds.map(|kind| signal(kind).ok()) }
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    /// Waits for the next one.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            () = receive(interrupt) => {}
            () = receive(terminate) => {}
        }
    }

    /// Waits for the next one.
    #[cfg(not(unix))]
    pub(crate) async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn receive(signal: &mut Option<Signal>) {
    let received = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if received.is_none() {
        pending::<()>().await;
    }
}

/// Runs something that can be given up at any moment.
pub(crate) async fn or_give_up<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    or(work, "it may have been carried out; look before doing it again").await
}

/// The same for what only reads.
pub(crate) async fn or_stop_reading<T>(
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    or(work, "nothing was changed").await
}

async fn or<T>(work: impl Future<Output = Result<T, Error>>, hint: &str) -> Result<T, Error> {
    let mut interrupts = Interrupts::listen();
    tokio::select! {
        outcome = work => outcome,
        () = interrupts.next() => {
            Err(Error::interrupted("interrupted before the response came").with_hint(hint))
        }
    }
}
