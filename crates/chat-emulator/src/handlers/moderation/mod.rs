//! Moderation: words, verdicts, and what words do to messages and names.
//!
//! `texts.rs` is what the handlers of messages and names call, `local_words.rs` keeps the words for it.
//! `verdicts.rs` judges texts by the words in `cloud_words.rs`.

mod checks;
mod cloud_words;
mod local_words;
pub(super) mod texts;
mod verdicts;

use crate::router::Router;

pub(super) fn register(router: &mut Router) {
    local_words::register(router);
    cloud_words::register(router);
    verdicts::register(router);
}
