//! Which of the waiting calls goes next.

use crate::priority::Priority;

/// The number of waiting calls of each priority, and which priority is next.
///
/// Interactive calls go first. While background calls wait as well, one of them goes after every
/// nine interactive ones.
#[derive(Debug, Default)]
pub(crate) struct WaitQueue {
    interactive: usize,
    background: usize,
    /// The number of interactive calls that went ahead of waiting background calls since the last
    /// background call went.
    passed: usize,
}

impl WaitQueue {
    pub(crate) fn join(&mut self, priority: Priority) {
        *self.waiting_mut(priority) += 1;
    }

    /// The call goes, or stops waiting.
    pub(crate) fn leave(&mut self, priority: Priority) {
        *self.waiting_mut(priority) -= 1;
        if self.background == 0 {
            self.passed = 0;
        }
    }

    /// A call goes, whether or not it had to wait.
    pub(crate) fn went(&mut self, priority: Priority) {
        match priority {
            Priority::Background => self.passed = 0,
            Priority::Interactive if self.background > 0 => self.passed += 1,
            Priority::Interactive => {}
        }
    }

    pub(crate) fn waiting(&self, priority: Priority) -> usize {
        match priority {
            Priority::Interactive => self.interactive,
            Priority::Background => self.background,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.interactive + self.background
    }

    /// Returns whether the next call is one of the other priority.
    pub(crate) fn yields(&self, priority: Priority) -> bool {
        match priority {
            Priority::Interactive => self.background > 0 && self.passed >= PASSES,
            Priority::Background => self.interactive > 0 && self.passed < PASSES,
        }
    }

    /// Returns how many calls go before one that joins now, as far as is known now.
    pub(crate) fn ahead_of(&self, priority: Priority) -> usize {
        let own = self.waiting(priority);
        own + match priority {
            Priority::Interactive => self.background.min((self.passed + own) / PASSES),
            Priority::Background => {
                self.interactive.min((PASSES * (own + 1)).saturating_sub(self.passed))
            }
        }
    }

    fn waiting_mut(&mut self, priority: Priority) -> &mut usize {
        match priority {
            Priority::Interactive => &mut self.interactive,
            Priority::Background => &mut self.background,
        }
    }
}

/// A background call goes after this number of interactive calls.
const PASSES: usize = 9;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ahead_of_is_exact_if_no_call_joins(
            interactive in 0..60_usize,
            background in 0..20_usize,
            passed in 0..=PASSES,
            is_background: bool,
        ) {
            let mut queue = WaitQueue { interactive, background, passed };
            if background == 0 {
                queue.passed = 0;
            }
            let priority =
                if is_background { Priority::Background } else { Priority::Interactive };
            let expected = queue.ahead_of(priority);
            let own = queue.waiting(priority);
            queue.join(priority);
            let mut before = [0, 0];
            loop {
                let next = match queue.yields(Priority::Interactive) {
                    false if queue.interactive > 0 => Priority::Interactive,
                    _ => Priority::Background,
                };
                prop_assert!(!queue.yields(next));
                if next == priority && before[usize::from(is_background)] == own {
                    break;
                }
                before[usize::from(next == Priority::Background)] += 1;
                queue.leave(next);
                queue.went(next);
            }
            prop_assert_eq!(before[0] + before[1], expected);
        }
    }
}
