//! The command line of a benchmark.

/// Returns the number after `--seconds`, or a minute by default. Cargo adds other arguments.
pub(crate) fn seconds() -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds");
    arguments.nth(1).map_or(60, |seconds| seconds.parse().unwrap())
}
