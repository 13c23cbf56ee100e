//! A bare server, a load and the figures of the process.

pub(crate) mod bare;
pub(crate) mod data;
pub(crate) mod load;
pub(crate) mod process;

/// Returns the value of `--seconds`.
pub(crate) fn seconds() -> u64 {
    let mut args = std::env::args().skip_while(|arg| arg != "--seconds").skip(1);
    args.next().map_or(5, |seconds| seconds.parse().unwrap())
}
