//! Detection of cursors that repeat.

/// Detects that a run returns to a cursor it has visited, in constant memory.
///
/// It keeps the previous cursor and one further back, which moves up at distances that double
/// (Brent's algorithm).
#[derive(Clone)]
pub(super) struct CursorGuard<C> {
    previous: Option<C>,
    checkpoint: Option<C>,
    steps: u64,
    distance: u64,
}

impl<C: Clone + PartialEq> CursorGuard<C> {
    /// Records a cursor and returns whether it is known to be a repeat. A cycle is detected after at
    /// most three times the sum of its length and the steps that led to it.
    pub(super) fn is_repeated(&mut self, cursor: &C) -> bool {
        let known = [&self.previous, &self.checkpoint];
        if known.into_iter().flatten().any(|earlier| earlier == cursor) {
            return true;
        }
        self.previous = Some(cursor.clone());
        self.steps += 1;
        if self.steps == self.distance {
            self.checkpoint = Some(cursor.clone());
            self.distance = self.distance.saturating_mul(2);
            self.steps = 0;
        }
        false
    }
}

impl<C> Default for CursorGuard<C> {
    fn default() -> Self {
        Self { previous: None, checkpoint: None, steps: 0, distance: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::CursorGuard;

    #[test]
    fn cycle_of_any_length_is_detected_soon_and_no_other_run_is() {
        for lead in 0..40_u64 {
            for cycle in 1..40 {
                let cursor =
                    |step: u64| if step < lead { step } else { lead + (step - lead) % cycle };
                let mut guard = CursorGuard::default();
                let detected = (0..).find(|step| guard.is_repeated(&cursor(*step))).unwrap();
                assert!(detected >= lead + cycle, "{lead} {cycle}: no cursor was repeated yet");
                assert!(detected <= 3 * (lead + cycle) + 3, "{lead} {cycle}: {detected} steps");
            }
        }
        let mut guard = CursorGuard::default();
        assert!((0..10_000).all(|step| !guard.is_repeated(&step)));
    }

    #[test]
    fn cursor_repeated_at_once_is_detected_at_once() {
        let mut guard = CursorGuard::default();
        assert!(!(0..100).any(|step| guard.is_repeated(&step)));
        assert!(guard.is_repeated(&99));
    }
}
