//! Files of rich-media messages.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The files of messages, by their URLs. Only the banned ones are known.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ChatFiles {
    banned: BTreeSet<String>,
}

impl ChatFiles {
    pub(crate) fn ban(&mut self, url: &str) {
        self.banned.insert(url.to_owned());
    }

    pub(crate) fn unban(&mut self, url: &str) {
        self.banned.remove(url);
    }

    pub(crate) fn is_banned(&self, url: &str) -> bool {
        self.banned.contains(url)
    }
}
