//! Files that only the current user can read.

use std::fs::OpenOptions;

/// Makes a file that these options create readable and writable for the current user alone: journals
/// and reports contain account lists. On systems without such permissions this changes nothing.
#[cfg(unix)]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

/// Makes no difference on this system.
#[cfg(not(unix))]
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
