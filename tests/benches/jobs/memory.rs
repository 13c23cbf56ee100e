//! What the system says of this process.

use std::fs;

/// Resident now, in MiB; not a number where the system does not tell.
pub(crate) fn resident() -> f64 {
    mebibytes("VmRSS:")
}

/// The most that was resident, in MiB; not a number where the system does not tell.
pub(crate) fn peak() -> f64 {
    mebibytes("VmHWM:")
}

fn mebibytes(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}
