use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chat_types::{TagValue, UnixSeconds, profile::ProfileTag};

/// The accounts of an app.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    known: HashMap<Arc<str>, Profile>,
    deleted: HashMap<Arc<str>, UnixSeconds>,
}

/// The fields of a profile that were set.
pub(crate) type Profile = BTreeMap<ProfileTag, TagValue>;

/// The account was deleted less than three months ago.
#[derive(Debug)]
pub(crate) struct DeletedRecently;

impl Accounts {
    pub(crate) fn contains(&self, account: &str) -> bool {
        self.known.contains_key(account)
    }

    pub(crate) fn profile(&self, account: &str) -> Option<&Profile> {
        self.known.get(account)
    }

    pub(crate) fn profile_mut(&mut self, account: &str) -> Option<&mut Profile> {
        self.known.get_mut(account)
    }

    /// The name of an account as one shared text, known or not.
    pub(crate) fn name(&self, account: &str) -> Arc<str> {
        self.known
            .get_key_value(account)
            .map_or_else(|| account.into(), |(name, _)| Arc::clone(name))
    }

    /// Registers an account; what the profile leaves out stays as it was.
    pub(crate) fn import(
        &mut self,
        account: &str,
        profile: Profile,
        now: UnixSeconds,
    ) -> Result<(), DeletedRecently> {
        if let Some(&at) = self.deleted.get(account) {
            if now.seconds_since(at) < THREE_MONTHS {
                return Err(DeletedRecently);
            }
            self.deleted.remove(account);
        }
        match self.known.get_mut(account) {
            Some(known) => known.extend(profile),
            None => _ = self.known.insert(account.into(), profile),
        }
        Ok(())
    }

    /// Registers an account that logs in, and returns its shared name.
    pub(crate) fn log_in(&mut self, account: &str) -> Arc<str> {
        if let Some((name, _)) = self.known.get_key_value(account) {
            return Arc::clone(name);
        }
        let name: Arc<str> = account.into();
        self.known.insert(Arc::clone(&name), Profile::default());
        name
    }

    /// Whether there was such an account.
    pub(crate) fn delete(&mut self, account: &str, now: UnixSeconds) -> bool {
        let Some((name, _)) = self.known.remove_entry(account) else { return false };
        self.deleted.insert(name, now);
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.known.len()
    }
}

/// Ninety days; the pages say three months.
const THREE_MONTHS: u64 = 90 * 86_400;
