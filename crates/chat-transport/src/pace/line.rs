use crate::quota::Priority;

/// Who waits, and which of the two lines is next.
///
/// Interactive calls go first. While background calls wait as well, one of them goes after every
/// nine interactive ones.
#[derive(Debug, Default)]
pub(super) struct Lines {
    interactive: usize,
    background: usize,
    /// Interactive calls that went while a background call waited, since the last of those went.
    passed: usize,
}

impl Lines {
    pub(super) fn join(&mut self, priority: Priority) {
        *self.waiting_mut(priority) += 1;
    }

    /// The call goes, or waits no more.
    pub(super) fn leave(&mut self, priority: Priority) {
        *self.waiting_mut(priority) -= 1;
        if self.background == 0 {
            self.passed = 0;
        }
    }

    /// A call went, whether or not it had to wait.
    pub(super) fn went(&mut self, priority: Priority) {
        match priority {
            Priority::Background => self.passed = 0,
            Priority::Interactive if self.background > 0 => self.passed += 1,
            Priority::Interactive => {}
        }
    }

    pub(super) fn waiting(&self, priority: Priority) -> usize {
        match priority {
            Priority::Interactive => self.interactive,
            Priority::Background => self.background,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn len(&self) -> usize {
        self.interactive + self.background
    }

    /// Whether the next turn belongs to the other line.
    pub(super) fn yields(&self, priority: Priority) -> bool {
        match priority {
            Priority::Interactive => self.background > 0 && self.passed >= PASSES,
            Priority::Background => self.interactive > 0 && self.passed < PASSES,
        }
    }

    /// How many calls go before one that joins now, as far as it is known now.
    pub(super) fn ahead_of(&self, priority: Priority) -> usize {
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

/// After so many interactive calls it is a background call's turn.
const PASSES: usize = 9;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_many_go_before_a_call_as_it_was_told(
            interactive in 0..60_usize,
            background in 0..20_usize,
            passed in 0..=PASSES,
            is_background: bool,
        ) {
            let mut lines = Lines { interactive, background, passed };
            if background == 0 {
                lines.passed = 0;
            }
            let priority =
                if is_background { Priority::Background } else { Priority::Interactive };
            let told = lines.ahead_of(priority);
            let own = lines.waiting(priority);
            lines.join(priority);
            let mut before = [0, 0];
            loop {
                let next = match lines.yields(Priority::Interactive) {
                    false if lines.interactive > 0 => Priority::Interactive,
                    _ => Priority::Background,
                };
                prop_assert!(!lines.yields(next));
                if next == priority && before[usize::from(is_background)] == own {
                    break;
                }
                before[usize::from(next == Priority::Background)] += 1;
                lines.leave(next);
                lines.went(next);
            }
            prop_assert_eq!(before[0] + before[1], told);
        }
    }
}
