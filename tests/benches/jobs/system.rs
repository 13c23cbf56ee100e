//! Memory and processor time of this process.

use std::fs;

/// Returns the resident memory in MiB, or NaN if the system does not report it.
pub(crate) fn resident_memory() -> f64 {
    mebibytes("VmRSS:")
}

/// Returns the peak resident memory in MiB, or NaN if the system does not report it.
pub(crate) fn peak_memory() -> f64 {
    mebibytes("VmHWM:")
}

fn mebibytes(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}

/// Returns the processor time so far in seconds, in steps of a hundredth, or NaN if the system does not
/// report it.
pub(crate) fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in parentheses, may contain anything. User and system time are the 14th
    // and 15th field.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: Vec<f64> =
        fields.split_whitespace().skip(11).take(2).filter_map(|text| text.parse().ok()).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() / 100.0 } else { f64::NAN }
}
