/// Notices when a run comes to a place where it has been, in constant memory: the place before and
/// one further back, which moves up at distances that double (Brent's algorithm).
#[derive(Clone)]
pub(super) struct Trail<C> {
    last: Option<C>,
    marked: Option<C>,
    steps: u64,
    distance: u64,
}

impl<C: Clone + PartialEq> Trail<C> {
    /// Goes to a place and says whether the run has been there. A circle shows after three times its
    /// length and the way to it, at the latest.
    pub(super) fn has_passed(&mut self, cursor: &C) -> bool {
        if [&self.last, &self.marked].into_iter().flatten().any(|earlier| earlier == cursor) {
            return true;
        }
        self.last = Some(cursor.clone());
        self.steps += 1;
        if self.steps == self.distance {
            self.marked = Some(cursor.clone());
            self.distance = self.distance.saturating_mul(2);
            self.steps = 0;
        }
        false
    }
}

impl<C> Default for Trail<C> {
    fn default() -> Self {
        Self { last: None, marked: None, steps: 0, distance: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::Trail;

    #[test]
    fn a_circle_of_any_length_shows_soon_and_a_straight_way_never() {
        for way in 0..40_u64 {
            for circle in 1..40 {
                let index = |step: u64| if step < way { step } else { way + (step - way) % circle };
                let mut trail = Trail::default();
                let noticed = (0..).find(|step| trail.has_passed(&index(*step))).unwrap();
                assert!(noticed >= way + circle, "{way} {circle}: nothing had come twice");
                assert!(noticed <= 3 * (way + circle) + 3, "{way} {circle}: {noticed} steps");
            }
        }
        let mut trail = Trail::default();
        assert!((0..10_000).all(|step| !trail.has_passed(&step)));
    }

    #[test]
    fn a_place_that_comes_twice_running_shows_at_once() {
        let mut trail = Trail::default();
        assert!(!(0..100).any(|step| trail.has_passed(&step)));
        assert!(trail.has_passed(&99));
    }
}
