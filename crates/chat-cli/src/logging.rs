//! `-v`: logs of the workspace's crates on standard error.

use std::io;

use tracing_subscriber::{EnvFilter, fmt};

use crate::output::OutputOptions;

/// Starts logging if `-v` was given.
///
/// Only the workspace's own crates may log: the libraries below them log URLs, which contain a
/// UserSig.
pub(crate) fn start(options: &OutputOptions) {
    let level = match options.verbose {
        0 => return,
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let filter = format!("off,{}", CRATES.map(|name| format!("{name}={level}")).join(","));
    fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(options.color.on_stderr())
        .with_writer(io::stderr)
        .with_span_events(fmt::format::FmtSpan::CLOSE)
        .init();
}

const CRATES: [&str; 5] =
    ["chat_admin", "chat_emulator", "chat_quota", "chat_transport", "chatctl"];
