//! The condition of a push: which accounts it selects.

use std::collections::{BTreeMap, BTreeSet};

use chat_types::push::{ImPushCondition, PushCondition, WebPushCondition};

use super::audience::Audience;

/// The condition of a push. Without any part, it selects everybody.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// All of these tags.
    all_tags: Vec<String>,
    /// Any of these tags.
    any_tags: Vec<String>,
    /// None of these tags.
    no_tags: Vec<String>,
    /// All of these attributes, by number.
    all_attributes: Vec<(u8, String)>,
    /// Any of these attributes, by number.
    any_attributes: Vec<(u8, String)>,
}

/// A condition as it was given.
#[derive(Clone, Copy, Default)]
pub(crate) struct RawCondition<'a> {
    tags: [&'a [String]; 3],
    attributes: [Option<&'a BTreeMap<String, String>>; 2],
}

/// Why a condition is invalid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ConditionError {
    /// It has tags and attributes.
    Mixed,
    EmptyTag,
    /// A list has the same tag twice.
    RepeatedTag(String),
    UnknownAttribute(String),
}

impl Condition {
    /// Reads a condition, with the attributes as they are named now.
    pub(crate) fn read(raw: RawCondition<'_>, audience: &Audience) -> Result<Self, ConditionError> {
        let has_tags = raw.tags.iter().any(|tags| !tags.is_empty());
        let has_attributes = raw.attributes.iter().flatten().any(|values| !values.is_empty());
        if has_tags && has_attributes {
            return Err(ConditionError::Mixed);
        }
        for tags in raw.tags {
            let mut seen = BTreeSet::new();
            for tag in tags {
                if tag.is_empty() {
                    return Err(ConditionError::EmptyTag);
                }
                if !seen.insert(tag) {
                    return Err(ConditionError::RepeatedTag(tag.clone()));
                }
            }
        }
        let numbered = |values: Option<&BTreeMap<String, String>>| {
            values
                .into_iter()
                .flatten()
                .map(|(name, value)| match audience.attribute_number(name) {
                    Ok(number) => Ok((number, value.clone())),
                    Err(_) => Err(ConditionError::UnknownAttribute(name.clone())),
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let [all_tags, any_tags, no_tags] = raw.tags.map(<[String]>::to_vec);
        let [all_attributes, any_attributes] = raw.attributes.map(numbered);
        Ok(Self {
            all_tags,
            any_tags,
            no_tags,
            all_attributes: all_attributes?,
            any_attributes: any_attributes?,
        })
    }

    /// Returns whether the condition selects an account.
    pub(crate) fn selects(&self, account: &str, audience: &Audience) -> bool {
        let tags = audience.tags_of(account);
        let has_tag = |tag: &String| tags.contains(tag);
        let has_attribute = |(number, value): &(u8, String)| {
            audience.attribute_of(account, *number) == Some(value.as_str())
        };
        self.all_tags.iter().all(has_tag)
            && (self.any_tags.is_empty() || self.any_tags.iter().any(has_tag))
            && !self.no_tags.iter().any(has_tag)
            && self.all_attributes.iter().all(has_attribute)
            && (self.any_attributes.is_empty() || self.any_attributes.iter().any(has_attribute))
    }
}

impl<'a> From<&'a PushCondition> for RawCondition<'a> {
    fn from(condition: &'a PushCondition) -> Self {
        Self {
            tags: [&condition.tags_and, &condition.tags_or, &condition.tags_not],
            attributes: [Some(&condition.attrs_and), Some(&condition.attrs_or)],
        }
    }
}

impl<'a> From<&'a ImPushCondition> for RawCondition<'a> {
    fn from(condition: &'a ImPushCondition) -> Self {
        Self {
            tags: [&condition.tags_and, &condition.tags_or, &[]],
            attributes: [Some(&condition.attrs_and), Some(&condition.attrs_or)],
        }
    }
}

impl<'a> From<&'a WebPushCondition> for RawCondition<'a> {
    fn from(condition: &'a WebPushCondition) -> Self {
        let tags: [&[String]; 3] = [&condition.tags_and, &condition.tags_or, &[]];
        Self { tags, ..Self::default() }
    }
}
