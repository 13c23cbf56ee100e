//! How far a request has come.

use std::sync::{
    OnceLock,
    atomic::{AtomicU8, Ordering},
};

use chat_quota::Permit;
use tokio::time::Instant;

use super::Canceled;

/// Tracks how far a request has come. The body, which another task may own, reports that it is
/// being sent; the call ends the tracking.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: AtomicU8,
    /// When the first byte was about to be written.
    sent_at: OnceLock<Instant>,
    permit: Option<Permit>,
}

/// How far a request had come when its attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestState {
    /// Nothing was sent, and nothing will be.
    Unsent,
    /// Some of it may have been sent.
    Sent,
    /// The head of the response has arrived.
    Responded,
}

impl Progress {
    const WAITING: u8 = 0;
    const SENT: u8 = 1;
    const RESPONDED: u8 = 2;
    const CANCELED: u8 = 3;

    pub(crate) fn new(permit: Option<Permit>) -> Self {
        Self { permit, ..Self::default() }
    }

    /// Notes that the first byte is about to be written, unless the call was canceled.
    pub(super) fn start_sending(&self) -> Result<(), Canceled> {
        match self.advance(Self::WAITING, Self::SENT) {
            Ok(_) => {
                let _ = self.sent_at.set(Instant::now());
                self.permit.iter().for_each(Permit::sent);
                Ok(())
            }
            Err(Self::CANCELED) => Err(Canceled),
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn sent_at(&self) -> Option<Instant> {
        self.sent_at.get().copied()
    }

    pub(crate) fn note_response(&self) {
        self.state.store(Self::RESPONDED, Ordering::Release);
        self.permit.iter().for_each(Permit::completed);
    }

    /// Cancels a request that has not been sent, and returns how far it has come.
    pub(crate) fn finish(&self) -> RequestState {
        match self.advance(Self::WAITING, Self::CANCELED) {
            Ok(_) => {
                self.permit.iter().for_each(Permit::release);
                RequestState::Unsent
            }
            Err(Self::CANCELED) => RequestState::Unsent,
            Err(Self::SENT) => RequestState::Sent,
            Err(_) => RequestState::Responded,
        }
    }

    fn advance(&self, from: u8, to: u8) -> Result<u8, u8> {
        self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }
}
