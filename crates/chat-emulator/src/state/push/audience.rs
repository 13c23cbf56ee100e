//! Tags and attributes of accounts, by which pushes select their receivers, and push devices.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chat_types::{
    limits::{MAX_APP_PUSH_TAGS, MAX_PUSH_TAGS},
    push::{PushAccountType, PushPlatform},
};
use serde::{Deserialize, Serialize};

/// What the push service knows about the accounts of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Audience {
    attributes: BTreeMap<u8, Attribute>,
    /// Every tag that was ever given, with the account type that it belongs to.
    tags: BTreeMap<String, PushAccountType>,
    #[serde(with = "crate::snapshot::by_id")]
    selectors: HashMap<Arc<str>, Selectors>,
    registrations: BTreeSet<Arc<str>>,
    #[serde(with = "crate::snapshot::by_id")]
    devices: HashMap<Arc<str>, BTreeSet<PushPlatform>>,
}

/// A push attribute of the app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) account_type: PushAccountType,
}

/// The tags of an account, in the order in which they were added, and the values of its attributes
/// by their numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Selectors {
    tags: Vec<String>,
    attributes: BTreeMap<u8, String>,
}

/// Why tags or attributes cannot be set.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum AudienceError {
    /// The account would have too many tags.
    TooManyTagsOfAccount,
    /// The app would have too many different tags.
    TooManyTagsOfApp,
    /// The tag or attribute belongs to accounts of the other type.
    OtherAccountType(String),
    /// No attribute has this name.
    UnknownAttribute(String),
    /// The attribute with this number already has the name.
    NameTaken(String, u8),
}

impl Audience {
    /// Adds tags to an account, or replaces those it has. Nothing changes if that fails.
    pub(crate) fn add_tags(
        &mut self,
        account: &Arc<str>,
        tags: &[String],
        replace: bool,
    ) -> Result<(), AudienceError> {
        let account_type = self.account_type(account);
        let mut new = BTreeSet::new();
        for tag in tags {
            match self.tags.get(tag) {
                None => _ = new.insert(tag),
                Some(owner) if *owner == account_type => {}
                Some(_) => return Err(AudienceError::OtherAccountType(tag.clone())),
            }
        }
        if self.tags.len() + new.len() > MAX_APP_PUSH_TAGS {
            return Err(AudienceError::TooManyTagsOfApp);
        }
        let kept = if replace { &[] } else { self.tags_of(account) };
        let mut all = kept.to_vec();
        for tag in tags {
            if !all.contains(tag) {
                all.push(tag.clone());
            }
        }
        if all.len() > MAX_PUSH_TAGS {
            return Err(AudienceError::TooManyTagsOfAccount);
        }
        self.tags.extend(new.into_iter().map(|tag| (tag.clone(), account_type)));
        self.selectors.entry(Arc::clone(account)).or_default().tags = all;
        Ok(())
    }

    pub(crate) fn remove_tags(&mut self, account: &str, tags: &[String]) {
        if let Some(selectors) = self.selectors.get_mut(account) {
            selectors.tags.retain(|tag| !tags.contains(tag));
        }
    }

    pub(crate) fn clear_tags(&mut self, account: &str) {
        if let Some(selectors) = self.selectors.get_mut(account) {
            selectors.tags.clear();
        }
    }

    /// Returns the tags of an account, in the order in which they were added.
    pub(crate) fn tags_of(&self, account: &str) -> &[String] {
        self.selectors.get(account).map_or(&[], |selectors| &selectors.tags)
    }

    /// Names attributes; each name comes with the account type that it shall have. The other
    /// attributes keep their names. Nothing changes if that fails.
    pub(crate) fn name_attributes(
        &mut self,
        names: &BTreeMap<u8, (&str, Option<PushAccountType>)>,
    ) -> Result<(), AudienceError> {
        let mut attributes = self.attributes.clone();
        for (&number, &(name, wanted)) in names {
            let current = attributes.get(&number).map(|attribute| attribute.account_type);
            let account_type = match (current, wanted) {
                (Some(current), Some(wanted)) if current != wanted => {
                    return Err(AudienceError::OtherAccountType(name.to_owned()));
                }
                (current, wanted) => current.or(wanted).unwrap_or(PushAccountType::UserId),
            };
            attributes.insert(number, Attribute { name: name.to_owned(), account_type });
        }
        let mut numbers = BTreeMap::new();
        for (&number, Attribute { name, .. }) in &attributes {
            if let Some(other) = numbers.insert(name, number) {
                return Err(AudienceError::NameTaken(name.clone(), other));
            }
        }
        self.attributes = attributes;
        Ok(())
    }

    /// Returns the attributes by their numbers.
    pub(crate) fn attributes(&self) -> &BTreeMap<u8, Attribute> {
        &self.attributes
    }

    /// Returns the number of the attribute with a name.
    pub(crate) fn attribute_number(&self, name: &str) -> Result<u8, AudienceError> {
        self.attributes
            .iter()
            .find(|(_, attribute)| attribute.name == name)
            .map(|(&number, _)| number)
            .ok_or_else(|| AudienceError::UnknownAttribute(name.to_owned()))
    }

    /// Sets attributes of an account. Nothing changes if that fails.
    pub(crate) fn set_attributes(
        &mut self,
        account: &Arc<str>,
        values: &BTreeMap<String, String>,
    ) -> Result<(), AudienceError> {
        let account_type = self.account_type(account);
        let mut numbered = BTreeMap::new();
        for (name, value) in values {
            let number = self.attribute_number(name)?;
            if self.attributes.get(&number).is_some_and(|found| found.account_type != account_type)
            {
                return Err(AudienceError::OtherAccountType(name.clone()));
            }
            numbered.insert(number, value.clone());
        }
        self.selectors.entry(Arc::clone(account)).or_default().attributes.extend(numbered);
        Ok(())
    }

    /// Removes the values of attributes of an account. Nothing changes if that fails.
    pub(crate) fn remove_attributes(
        &mut self,
        account: &str,
        names: &[String],
    ) -> Result<(), AudienceError> {
        let numbers: Result<Vec<_>, _> =
            names.iter().map(|name| self.attribute_number(name)).collect();
        let numbers = numbers?;
        if let Some(selectors) = self.selectors.get_mut(account) {
            selectors.attributes.retain(|number, _| !numbers.contains(number));
        }
        Ok(())
    }

    /// Returns the values of the attributes of an account by their names.
    pub(crate) fn attributes_of(&self, account: &str) -> BTreeMap<String, String> {
        let values = self.selectors.get(account).map(|selectors| &selectors.attributes);
        values
            .into_iter()
            .flatten()
            .filter_map(|(number, value)| {
                Some((self.attributes.get(number)?.name.clone(), value.clone()))
            })
            .collect()
    }

    /// Returns the value of one attribute of an account.
    pub(crate) fn attribute_of(&self, account: &str, number: u8) -> Option<&str> {
        self.selectors.get(account)?.attributes.get(&number).map(String::as_str)
    }

    /// Registers a RegistrationID.
    pub(crate) fn register(&mut self, registration_id: &str) {
        self.registrations.insert(registration_id.into());
    }

    /// Returns a RegistrationID as a shared string; `None` if it is not registered.
    pub(crate) fn registration(&self, id: &str) -> Option<Arc<str>> {
        self.registrations.get(id).map(Arc::clone)
    }

    /// Iterates over the RegistrationIDs, in alphabetical order.
    pub(crate) fn registrations(&self) -> impl Iterator<Item = &Arc<str>> {
        self.registrations.iter()
    }

    /// Adds a device of an account, of which it has at most one per platform.
    pub(crate) fn add_device(&mut self, account: Arc<str>, platform: PushPlatform) {
        self.devices.entry(account).or_default().insert(platform);
    }

    /// Returns the devices of an account.
    pub(crate) fn devices_of(&self, account: &str) -> Option<&BTreeSet<PushPlatform>> {
        self.devices.get(account)
    }

    /// Iterates over the accounts that have devices, in no order.
    pub(crate) fn devices(&self) -> impl Iterator<Item = (&Arc<str>, &BTreeSet<PushPlatform>)> {
        self.devices.iter()
    }

    /// Forgets an account. Its tags stay bound to their account type.
    pub(crate) fn remove_account(&mut self, account: &str) {
        self.selectors.remove(account);
        self.devices.remove(account);
    }

    fn account_type(&self, account: &str) -> PushAccountType {
        if self.registrations.contains(account) {
            PushAccountType::RegistrationId
        } else {
            PushAccountType::UserId
        }
    }
}
