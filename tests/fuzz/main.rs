//! Any bytes, to everything that reads what others wrote: no panic, no endless work, and what is accepted
//! means the same after it was written and read again.
//!
//! These are tests like any other, which try the committed inputs and random ones for a second each.
//! `cargo bolero` runs the same functions guided by coverage; CONTRIBUTING.md says how.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]
#![allow(clippy::panic, reason = "a test that cannot continue has failed")]

mod emulator;
mod endpoints;
mod input;
mod jobs;
mod signatures;
mod webhooks;

/// Declares a test that gives bytes to a function.
macro_rules! fuzz {
    ($($name:ident => $target:path),* $(,)?) => {$(
        #[test]
        fn $name() {
            bolero::check!(name = stringify!($name)).with_max_len(4_096).for_each($target);
        }
    )*};
}

fuzz! {
    response => endpoints::response,
    changed_response => endpoints::changed_response,
    request => endpoints::request,
    changed_request => endpoints::changed_request,
    webhook_body => webhooks::body,
    changed_webhook => webhooks::changed,
    journal => jobs::journal,
    journal_lines => jobs::journal_lines,
    import => jobs::import,
    user_sig => signatures::user_sig,
    signed => signatures::signed,
    emulator_request => emulator::request,
    emulator_body => emulator::body,
}
