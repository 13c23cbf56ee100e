//! Moderation: words, verdicts, and what words do to messages.
//!
//! `messages.rs` is what the handlers of messages call, `local_words.rs` keeps the words for it.
//! `verdicts.rs` judges texts by the words in `cloud_words.rs`.

mod checks;
mod cloud_words;
mod local_words;
pub(super) mod messages;
mod verdicts;

use crate::router::Router;

pub(super) fn register(router: &mut Router) {
    local_words::register(router);
    cloud_words::register(router);
    verdicts::register(router);
}
