//! The values that belong to tags, such as the fields of a profile.

use super::FieldSpec;

/// The tags of an enumeration, and the value that belongs to each.
///
/// ```
/// use chat_types::profile::ProfileTag;
///
/// let max_bytes = |tag| ProfileTag::SPEC.find(tag).and_then(|value| value.max_bytes);
/// assert_eq!(max_bytes("Tag_Profile_IM_Nick"), Some(500));
/// assert_eq!(max_bytes("Tag_Profile_Custom_Team"), Some(500));
/// assert!(ProfileTag::SPEC.find("Tag_Profile_IM_Shoes").is_none());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct TagSpec {
    /// The listed tags, each with the type and the bounds of its value.
    pub tags: &'static [FieldSpec],
    /// The tags that an app can define.
    pub custom: Option<CustomTagSpec>,
}

/// The tags that an app can define.
#[derive(Debug)]
#[non_exhaustive]
pub struct CustomTagSpec {
    /// The largest number of letters after the prefix.
    pub max_letters: u32,
    /// The value of each of them; its name is the prefix.
    pub value: FieldSpec,
}

impl TagSpec {
    /// Returns the value that belongs to a tag, or `None` if the tag is neither listed nor a
    /// well-formed custom tag.
    pub fn find(&self, tag: &str) -> Option<&FieldSpec> {
        let listed = self.tags.iter().find(|field| field.name == tag);
        listed.or_else(|| Some(&self.custom.as_ref().filter(|custom| custom.allows(tag))?.value))
    }
}

impl CustomTagSpec {
    fn allows(&self, tag: &str) -> bool {
        tag.strip_prefix(self.value.name).is_some_and(|keyword| {
            (1..=self.max_letters as usize).contains(&keyword.len())
                && keyword.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    }
}
