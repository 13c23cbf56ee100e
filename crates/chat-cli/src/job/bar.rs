//! The progress bar.

use std::time::Duration;

use chat_admin::Progress;
use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Output;

/// Shows the progress of a job on a terminal: a bar, or a spinner if the length of the input is not
/// known. Off a terminal it shows nothing.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new(out: &Output, verb: &'static str, total: Option<u64>) -> Self {
        if out.is_quiet() {
            return Self::hidden();
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
        let template = match total {
            Some(_) => "{prefix:10} {wide_bar} {human_pos}/{human_len} {msg}",
            None => "{prefix:10} {spinner} {human_pos} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(verb);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Shows the progress of a job.
    pub(crate) fn show(&self, progress: &Progress) {
        self.0.set_position(progress.summary.items());
        self.0.set_message(rate(progress.items_per_second(), progress.time_left()));
    }

    /// Adds to the number of items.
    pub(crate) fn add(&self, items: usize) {
        self.0.inc(items as u64);
    }

    /// Hides the bar while something else is written to standard error.
    pub(crate) fn suspend(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

fn rate(per_second: f64, left: Option<Duration>) -> String {
    let rate = HumanCount(per_second.round() as u64);
    match left {
        Some(left) => format!("{rate}/s, {} left", HumanDuration(left)),
        None => format!("{rate}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_is_shown_with_the_time_left_if_known() {
        assert_eq!(rate(99_999.6, Some(Duration::from_secs(20))), "100,000/s, 20 seconds left");
        assert_eq!(rate(0.0, None), "0/s");
    }
}
