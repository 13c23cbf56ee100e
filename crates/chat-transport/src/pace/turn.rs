use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    ledger::{Gone, Taken},
    limiter::Limiter,
    log::Reason,
};

/// The right to send one call. It is given back when it is dropped before the call was sent.
///
/// What is told twice, or too late, changes nothing.
#[derive(Debug)]
pub(crate) struct Turn {
    limiter: Arc<Limiter>,
    waited: Option<Waited>,
    stage: Mutex<Stage>,
}

/// How long a call waited for its turn, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waited {
    pub(crate) time: Duration,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Leaving(Taken),
    Sent(Gone),
    Over,
}

impl Turn {
    pub(super) fn new(limiter: Arc<Limiter>, taken: Taken, waited: Option<Waited>) -> Self {
        Self { limiter, waited, stage: Mutex::new(Stage::Leaving(taken)) }
    }

    /// `None` when the call could go at once.
    pub(crate) fn waited(&self) -> Option<Waited> {
        self.waited
    }

    /// The first byte of the call is about to be written.
    pub(crate) fn sent(&self) {
        self.advance(|stage| match stage {
            Stage::Leaving(taken) => Stage::Sent(self.limiter.sent(taken)),
            later => later,
        });
    }

    /// The head of the response is there.
    pub(crate) fn answered(&self) {
        self.advance(|stage| match stage {
            Stage::Sent(gone) => {
                self.limiter.answered(gone);
                Stage::Over
            }
            other => other,
        });
    }

    /// The call is not sent, or if it was, it has no response.
    pub(crate) fn release(&self) {
        self.advance(|stage| {
            match stage {
                Stage::Leaving(taken) => self.limiter.give_back(taken),
                Stage::Sent(gone) => self.limiter.lost(gone),
                Stage::Over => {}
            }
            Stage::Over
        });
    }

    fn advance(&self, step: impl FnOnce(Stage) -> Stage) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        *stage = step(*stage);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.release();
    }
}
