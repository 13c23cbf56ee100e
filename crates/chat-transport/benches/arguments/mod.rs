//! What a benchmark is told on its command line.

/// The number after `--seconds`, or a minute. Cargo has arguments of its own.
pub(crate) fn seconds() -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds");
    arguments.nth(1).map_or(60, |seconds| seconds.parse().unwrap())
}
