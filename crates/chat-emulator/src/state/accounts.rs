//! The accounts of an app.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chat_types::{TagValue, UnixSeconds, limits::DELETED_ACCOUNT_DAYS, profile::ProfileTag};
use serde::{Deserialize, Serialize};

use super::changes::Changes;

/// The accounts of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Accounts {
    /// Most accounts have no fields set, and there can be millions of them.
    #[serde(with = "crate::snapshot::by_id")]
    profiles: HashMap<Arc<str>, Option<Box<AccountProfile>>>,
    /// When accounts were deleted.
    #[serde(with = "crate::snapshot::by_id")]
    deleted: HashMap<Arc<str>, UnixSeconds>,
    changes: Changes,
}

/// The fields of a profile that are set.
pub(crate) type AccountProfile = BTreeMap<ProfileTag, TagValue>;

/// The error for an account that was deleted too recently to be imported again.
#[derive(Debug)]
pub(crate) struct DeletedRecently;

impl Accounts {
    pub(crate) fn contains(&self, account: &str) -> bool {
        self.profiles.contains_key(account)
    }

    /// Iterates over the IDs of all accounts, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.profiles.keys()
    }

    pub(crate) fn profile(&self, account: &str) -> Option<&AccountProfile> {
        static EMPTY: AccountProfile = AccountProfile::new();
        self.profiles.get(account).map(|profile| profile.as_deref().unwrap_or(&EMPTY))
    }

    pub(crate) fn profile_mut(&mut self, account: &str) -> Option<&mut AccountProfile> {
        self.profiles.get_mut(account).map(|profile| &mut **profile.get_or_insert_default())
    }

    /// Returns a field of a profile that is a string; empty if it is not set.
    pub(crate) fn profile_text(&self, account: &str, tag: &ProfileTag) -> &str {
        let value = self.profile(account).and_then(|profile| profile.get(tag));
        value.and_then(TagValue::as_str).unwrap_or_default()
    }

    /// Returns the ID of an account as a shared string; `None` if the account does not exist.
    pub(crate) fn existing_id(&self, account: &str) -> Option<Arc<str>> {
        self.profiles.get_key_value(account).map(|(id, _)| Arc::clone(id))
    }

    /// Returns the ID of an account as a shared string, whether the account exists or not.
    pub(crate) fn shared_id(&self, account: &str) -> Arc<str> {
        self.existing_id(account).unwrap_or_else(|| account.into())
    }

    /// Registers an account. Fields that are missing in the profile keep their values.
    pub(crate) fn import(
        &mut self,
        account: &str,
        profile: AccountProfile,
        now: UnixSeconds,
    ) -> Result<(), DeletedRecently> {
        if let Some(&at) = self.deleted.get(account) {
            if now.seconds_since(at) < DELETED_ACCOUNT_DAYS * 86_400 {
                return Err(DeletedRecently);
            }
            self.deleted.remove(account);
        }
        match self.profile_mut(account) {
            Some(existing) => existing.extend(profile),
            None => {
                let profile = (!profile.is_empty()).then(|| profile.into());
                self.profiles.insert(account.into(), profile);
                self.changes.added += 1;
            }
        }
        Ok(())
    }

    /// Registers an account that logs in, and returns its ID as a shared string.
    pub(crate) fn log_in(&mut self, account: &str) -> Arc<str> {
        if let Some(id) = self.existing_id(account) {
            return id;
        }
        let id: Arc<str> = account.into();
        self.profiles.insert(Arc::clone(&id), None);
        self.changes.added += 1;
        id
    }

    /// Deletes an account. Returns whether it existed.
    pub(crate) fn delete(&mut self, account: &str, now: UnixSeconds) -> bool {
        let Some((id, _)) = self.profiles.remove_entry(account) else { return false };
        self.deleted.insert(id, now);
        self.changes.removed += 1;
        true
    }

    pub(crate) fn take_changes(&mut self) -> Changes {
        self.changes.take()
    }

    pub(crate) fn len(&self) -> usize {
        self.profiles.len()
    }
}
