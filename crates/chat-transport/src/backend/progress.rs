use std::sync::{
    OnceLock,
    atomic::{AtomicU8, Ordering},
};

use tokio::time::Instant;

use super::Canceled;
use crate::pace::Turn;

/// How far a request has come: told by the body, which may be in the hands of another task, and
/// ended by the call.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: AtomicU8,
    /// When the first byte was about to be written.
    departed_at: OnceLock<Instant>,
    turn: Option<Turn>,
}

/// Where a request was when its call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing was sent, and nothing will be.
    Unsent,
    /// Some of it may have been sent.
    Sent,
    /// The head of the response is there.
    Answered,
}

impl Progress {
    const WAITING: u8 = 0;
    const SENT: u8 = 1;
    const ANSWERED: u8 = 2;
    const GIVEN_UP: u8 = 3;

    pub(crate) fn new(turn: Option<Turn>) -> Self {
        Self { turn, ..Self::default() }
    }

    pub(super) fn depart(&self) -> Result<(), Canceled> {
        match self.advance(Self::WAITING, Self::SENT) {
            Ok(_) => {
                let _ = self.departed_at.set(Instant::now());
                self.turn.iter().for_each(Turn::sent);
                Ok(())
            }
            Err(Self::GIVEN_UP) => Err(Canceled),
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn departed_at(&self) -> Option<Instant> {
        self.departed_at.get().copied()
    }

    pub(crate) fn note_response(&self) {
        self.stage.store(Self::ANSWERED, Ordering::Release);
        self.turn.iter().for_each(Turn::answered);
    }

    pub(crate) fn end(&self) -> Stage {
        match self.advance(Self::WAITING, Self::GIVEN_UP) {
            Ok(_) => {
                self.turn.iter().for_each(Turn::release);
                Stage::Unsent
            }
            Err(Self::GIVEN_UP) => Stage::Unsent,
            Err(Self::SENT) => Stage::Sent,
            Err(_) => Stage::Answered,
        }
    }

    fn advance(&self, from: u8, to: u8) -> Result<u8, u8> {
        self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }
}
