//! What the system says of this process.

use std::fs;

/// Resident now, in MiB; not a number where the system does not tell.
pub(crate) fn resident_memory() -> f64 {
    mebibytes("VmRSS:")
}

/// The most that was resident, in MiB; not a number where the system does not tell.
pub(crate) fn peak_memory() -> f64 {
    mebibytes("VmHWM:")
}

fn mebibytes(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}

/// Time on the processors so far, in seconds, in steps of a hundredth; not a number where the system
/// does not tell.
pub(crate) fn processor_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold anything. User and system time are the 14th
    // and 15th field.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: Vec<f64> =
        fields.split_whitespace().skip(11).take(2).filter_map(|text| text.parse().ok()).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() / 100.0 } else { f64::NAN }
}
