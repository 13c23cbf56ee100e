//! Mutes and bans: restrictions of accounts that end by the clock.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{MuteTime, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::ordered_map::OrderedMap;

/// The muted or banned accounts of a group or a topic, in the order in which the restrictions
/// started.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Restrictions {
    by_account: OrderedMap<Expiry>,
    /// The expiries to come, soonest first, so that expired restrictions are found without a search.
    by_expiry: BTreeSet<(UnixSeconds, Arc<str>)>,
}

/// The accounts that are muted everywhere.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct AccountMutes {
    /// In one-to-one chats.
    pub(crate) direct: Restrictions,
    /// In groups.
    pub(crate) group: Restrictions,
}

/// When a restriction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Expiry {
    /// At this second the restriction is no longer active.
    At(UnixSeconds),
    Never,
}

impl Expiry {
    /// Returns the time as responses state it. The documentation does not say what they hold for a
    /// restriction that never ends; this is the value that requests it.
    pub(crate) fn to_unix_seconds(self) -> UnixSeconds {
        match self {
            Self::At(end) => end,
            Self::Never => UnixSeconds::new(MuteTime::Forever.seconds().into()),
        }
    }

    pub(crate) fn has_expired(self, now: UnixSeconds) -> bool {
        matches!(self, Self::At(end) if end <= now)
    }
}

impl Restrictions {
    /// Starts a restriction, or restarts it; an account that is restricted keeps its position.
    pub(crate) fn set(&mut self, account: Arc<str>, expiry: Expiry, now: UnixSeconds) {
        // An expired restriction is not restarted but starts anew, at the end of the list.
        self.remove_expired(now);
        if let Some(Expiry::At(old)) = self.by_account.insert(Arc::clone(&account), expiry) {
            self.by_expiry.remove(&(old, Arc::clone(&account)));
        }
        if let Expiry::At(end) = expiry {
            self.by_expiry.insert((end, account));
        }
        self.remove_expired(now);
    }

    /// Mutes or unmutes an account.
    pub(crate) fn mute(&mut self, account: Arc<str>, time: MuteTime, now: UnixSeconds) {
        match time {
            MuteTime::Unmute => self.lift(&account),
            MuteTime::For(time) => self.set(account, Expiry::At(now.after(time.get().into())), now),
            MuteTime::Forever => self.set(account, Expiry::Never, now),
        }
    }

    /// Lifts a restriction, if the account has one.
    pub(crate) fn lift(&mut self, account: &Arc<str>) {
        if let Some(Expiry::At(end)) = self.by_account.remove(account) {
            self.by_expiry.remove(&(end, Arc::clone(account)));
        }
    }

    /// Returns when the active restriction of an account ends; `None` if it has none.
    pub(crate) fn get(&self, account: &str, now: UnixSeconds) -> Option<Expiry> {
        self.by_account.get(account).copied().filter(|expiry| !expiry.has_expired(now))
    }

    /// Returns the restrictions that are active now.
    pub(crate) fn active(&mut self, now: UnixSeconds) -> &OrderedMap<Expiry> {
        self.remove_expired(now);
        &self.by_account
    }

    fn remove_expired(&mut self, now: UnixSeconds) {
        while let Some((end, _)) = self.by_expiry.first()
            && *end <= now
            && let Some((_, account)) = self.by_expiry.pop_first()
        {
            self.by_account.remove(&account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn active(restrictions: &mut Restrictions, now: UnixSeconds) -> Vec<String> {
        restrictions.active(now).iter().map(|(account, _)| account.to_string()).collect()
    }

    #[test]
    fn expiry_is_the_first_second_without_the_restriction() {
        let mut restrictions = Restrictions::default();
        restrictions.set("peter".into(), Expiry::At(NOW.after(60)), NOW);
        assert_eq!(restrictions.get("peter", NOW.after(59)), Some(Expiry::At(NOW.after(60))));
        assert_eq!(restrictions.get("peter", NOW.after(60)), None);
        assert_eq!(active(&mut restrictions, NOW.after(59)), ["peter"]);
        assert!(active(&mut restrictions, NOW.after(60)).is_empty());
    }

    #[test]
    fn restart_replaces_the_expiry_and_keeps_the_position() {
        let mut restrictions = Restrictions::default();
        restrictions.set("peter".into(), Expiry::At(NOW.after(10)), NOW);
        restrictions.set("leckie".into(), Expiry::Never, NOW);
        restrictions.set("peter".into(), Expiry::At(NOW.after(100)), NOW.after(5));
        assert_eq!(active(&mut restrictions, NOW.after(50)), ["peter", "leckie"]);
        assert_eq!(restrictions.by_expiry.len(), 1, "the replaced expiry was removed");
        assert_eq!(active(&mut restrictions, NOW.after(100)), ["leckie"]);
    }

    #[test]
    fn lifted_restriction_does_not_end_a_later_one() {
        let mut restrictions = Restrictions::default();
        restrictions.set("peter".into(), Expiry::At(NOW.after(10)), NOW);
        restrictions.lift(&"peter".into());
        restrictions.set("peter".into(), Expiry::Never, NOW);
        assert_eq!(active(&mut restrictions, NOW.after(1_000)), ["peter"]);
    }
}
