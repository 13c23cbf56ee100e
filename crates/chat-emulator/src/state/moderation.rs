//! The words of moderation: local ones, which change or block messages, and those of cloud
//! moderation, which decide the verdict on a text.

use std::collections::BTreeMap;

use chat_types::{UnixSeconds, moderation::ModerationLabel};
use regex::{NoExpand, Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The words of an app, in the order in which they were added.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Moderation {
    local: BTreeMap<u64, LocalWord>,
    cloud: BTreeMap<u64, CloudWord>,
    last_id: u64,
    verdicts: u64,
}

/// A word or regular expression of local moderation.
#[derive(Debug)]
pub(crate) struct LocalWord {
    pub(crate) keyword: String,
    pub(crate) is_regex: bool,
    pub(crate) effect: Effect,
    pub(crate) updated: UnixSeconds,
    pattern: Regex,
}

/// What happens to a message that a word matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Effect {
    /// Each match is replaced by this.
    Replace(String),
    Block,
}

/// A word of cloud moderation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CloudWord {
    pub(crate) content: String,
    pub(crate) label: Option<ModerationLabel>,
    pub(crate) created: UnixSeconds,
}

/// The error for a text that must not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    /// The word or expression that the text matches.
    pub(crate) keyword: String,
}

impl Serialize for LocalWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.keyword, self.is_regex, &self.effect, self.updated).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LocalWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (keyword, is_regex, effect, updated): (String, _, _, _) =
            Deserialize::deserialize(deserializer)?;
        Self::new(&keyword, is_regex, effect, updated).map_err(D::Error::custom)
    }
}

impl LocalWord {
    /// # Errors
    /// When a regular expression is malformed or too complex.
    pub(crate) fn new(
        keyword: &str,
        is_regex: bool,
        effect: Effect,
        updated: UnixSeconds,
    ) -> Result<Self, regex::Error> {
        let expression = if is_regex { keyword.to_owned() } else { regex::escape(keyword) };
        let pattern = RegexBuilder::new(&expression).size_limit(MAX_REGEX_BYTES).build()?;
        Ok(Self { keyword: keyword.to_owned(), is_regex, effect, updated, pattern })
    }
}

impl Moderation {
    /// Adds a word to local moderation, or changes the effect of the one that is there.
    pub(crate) fn add_local(&mut self, word: LocalWord) {
        let id = self.find_local(&word.keyword, word.is_regex).unwrap_or_else(|| self.next_id());
        self.local.insert(id, word);
    }

    /// Returns the ID of a word of local moderation.
    pub(crate) fn find_local(&self, keyword: &str, is_regex: bool) -> Option<u64> {
        let is_same = |word: &LocalWord| word.keyword == keyword && word.is_regex == is_regex;
        self.local.iter().find(|(_, word)| is_same(word)).map(|(&id, _)| id)
    }

    pub(crate) fn remove_local(&mut self, id: u64) {
        self.local.remove(&id);
    }

    /// Iterates over the words of local moderation with their IDs.
    pub(crate) fn local(&self) -> impl Iterator<Item = (u64, &LocalWord)> {
        self.local.iter().map(|(&id, word)| (id, word))
    }

    pub(crate) fn has_local_words(&self) -> bool {
        !self.local.is_empty()
    }

    /// Applies local moderation to the text of a message. Returns the text with its matches replaced.
    pub(crate) fn filter(&self, text: &str) -> Result<String, Blocked> {
        let is_blocked =
            |word: &&LocalWord| word.effect == Effect::Block && word.pattern.is_match(text);
        if let Some(word) = self.local.values().find(is_blocked) {
            return Err(Blocked { keyword: word.keyword.clone() });
        }
        let mut filtered = text.to_owned();
        for word in self.local.values() {
            if let Effect::Replace(replacement) = &word.effect {
                let replaced = word.pattern.replace_all(&filtered, NoExpand(replacement));
                filtered = replaced.into_owned();
            }
        }
        Ok(filtered)
    }

    /// Adds a word to cloud moderation, or replaces the one that is there.
    pub(crate) fn add_cloud(&mut self, word: CloudWord) {
        let id = self.find_cloud(&word.content).unwrap_or_else(|| self.next_id());
        self.cloud.insert(id, word);
    }

    /// Returns the ID of a word of cloud moderation.
    pub(crate) fn find_cloud(&self, content: &str) -> Option<u64> {
        self.cloud.iter().find(|(_, word)| word.content == content).map(|(&id, _)| id)
    }

    pub(crate) fn remove_cloud(&mut self, id: u64) {
        self.cloud.remove(&id);
    }

    /// Iterates over the words of cloud moderation with their IDs.
    pub(crate) fn cloud(&self) -> impl Iterator<Item = (u64, &CloudWord)> {
        self.cloud.iter().map(|(&id, word)| (id, word))
    }

    /// Returns a number for a verdict, which no other has.
    pub(crate) fn next_verdict(&mut self) -> u64 {
        self.verdicts += 1;
        self.verdicts
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

/// The memory that one compiled expression may take, in bytes.
const MAX_REGEX_BYTES: usize = 1 << 18;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(keyword: &str, is_regex: bool, effect: Effect) -> LocalWord {
        LocalWord::new(keyword, is_regex, effect, UnixSeconds::new(0)).unwrap()
    }

    proptest! {
        #[test]
        fn replaced_word_is_gone_and_blocked_word_is_refused(
            keyword in "[a-z.*(]{1,4}",
            before in "[A-Z ]{0,8}",
            after in "[A-Z ]{0,8}",
        ) {
            let text = format!("{before}{keyword}{after}");
            let mut moderation = Moderation::default();
            moderation.add_local(word(&keyword, false, Effect::Replace("$0".into())));
            prop_assert_eq!(moderation.filter(&text), Ok(format!("{before}$0{after}")));
            moderation.add_local(word(&keyword, false, Effect::Block));
            prop_assert_eq!(moderation.filter(&text), Err(Blocked { keyword }));
            prop_assert!(moderation.filter("1").is_ok());
        }
    }

    #[test]
    fn huge_expressions_are_refused() {
        assert!(LocalWord::new("a{1000}{1000}", true, Effect::Block, UnixSeconds::new(0)).is_err());
        assert!(LocalWord::new("(", true, Effect::Block, UnixSeconds::new(0)).is_err());
    }
}
