//! Ctrl-C, and SIGTERM on Unix.

use std::future::{Future, pending};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::Error;

/// Receives the signals that arrive after its creation.
///
/// Create one per command: with one per wait, a signal between two waits would be lost.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    signals: [Option<Signal>; 2],
}

impl Interrupts {
    /// Starts to listen for signals.
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        // A signal that cannot be listened for keeps its default effect and ends the program.
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self { signals: kinds.map(|kind| signal(kind).ok()) }
    }

    /// Starts to listen for Ctrl-C.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    /// Waits for the next signal.
    #[cfg(unix)]
    pub(crate) async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            () = receive(interrupt) => {}
            () = receive(terminate) => {}
        }
    }

    /// Waits for the next Ctrl-C.
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

/// Runs a call that may change something; a signal cancels it.
pub(crate) async fn cancelable<T>(
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    until_interrupted(call, "it may have taken effect; check before you repeat it").await
}

/// Runs something that only reads; a signal cancels it.
pub(crate) async fn cancelable_read<T>(
    read: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    until_interrupted(read, "nothing was changed").await
}

async fn until_interrupted<T>(
    work: impl Future<Output = Result<T, Error>>,
    hint: &str,
) -> Result<T, Error> {
    let mut interrupts = Interrupts::listen();
    tokio::select! {
        outcome = work => outcome,
        () = interrupts.next() => {
            Err(Error::interrupted("interrupted before the response arrived").with_hint(hint))
        }
    }
}
