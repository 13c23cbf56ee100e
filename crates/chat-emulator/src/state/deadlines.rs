use std::{collections::BTreeSet, sync::Arc};

use chat_types::{MuteTime, UnixSeconds};

use super::roster::Roster;

/// Accounts for whom something lasts until a moment, mutes or bans, in the order of their start.
#[derive(Debug, Default)]
pub(crate) struct Deadlines {
    ends: Roster<End>,
    /// The ends that will come, soonest first, so that those that are over are found at once.
    due: BTreeSet<(UnixSeconds, Arc<str>)>,
}

/// When something is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At this second it is no longer in force.
    At(UnixSeconds),
    Never,
}

impl End {
    /// How answers write it. What they hold for something without an end is not documented; this
    /// is the number that asks for it.
    pub(crate) fn to_unix_seconds(self) -> UnixSeconds {
        match self {
            Self::At(end) => end,
            Self::Never => UnixSeconds::new(MuteTime::Forever.seconds().into()),
        }
    }

    fn is_over(self, now: UnixSeconds) -> bool {
        matches!(self, Self::At(end) if end <= now)
    }
}

impl Deadlines {
    /// Starts or restarts; an account that is in the list keeps its place.
    pub(crate) fn set(&mut self, account: Arc<str>, end: End, now: UnixSeconds) {
        // One that is over is not restarted but starts anew, at the end of the list.
        self.drop_over(now);
        if let Some(End::At(old)) = self.ends.insert(Arc::clone(&account), end) {
            self.due.remove(&(old, Arc::clone(&account)));
        }
        if let End::At(end) = end {
            self.due.insert((end, account));
        }
        self.drop_over(now);
    }

    pub(crate) fn lift(&mut self, account: &Arc<str>) {
        if let Some(End::At(end)) = self.ends.remove(account) {
            self.due.remove(&(end, Arc::clone(account)));
        }
    }

    pub(crate) fn get(&self, account: &str, now: UnixSeconds) -> Option<End> {
        self.ends.get(account).copied().filter(|end| !end.is_over(now))
    }

    /// Everything that is in force now.
    pub(crate) fn in_force(&mut self, now: UnixSeconds) -> &Roster<End> {
        self.drop_over(now);
        &self.ends
    }

    fn drop_over(&mut self, now: UnixSeconds) {
        while let Some((end, _)) = self.due.first()
            && *end <= now
            && let Some((_, account)) = self.due.pop_first()
        {
            self.ends.remove(&account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn list(deadlines: &mut Deadlines, now: UnixSeconds) -> Vec<String> {
        deadlines.in_force(now).iter().map(|(account, _)| account.to_string()).collect()
    }

    #[test]
    fn an_end_is_the_first_second_without_it() {
        let mut deadlines = Deadlines::default();
        deadlines.set("peter".into(), End::At(NOW.after(60)), NOW);
        assert_eq!(deadlines.get("peter", NOW.after(59)), Some(End::At(NOW.after(60))));
        assert_eq!(deadlines.get("peter", NOW.after(60)), None);
        assert_eq!(list(&mut deadlines, NOW.after(59)), ["peter"]);
        assert!(list(&mut deadlines, NOW.after(60)).is_empty());
    }

    #[test]
    fn a_restart_forgets_the_earlier_end_and_keeps_the_place() {
        let mut deadlines = Deadlines::default();
        deadlines.set("peter".into(), End::At(NOW.after(10)), NOW);
        deadlines.set("leckie".into(), End::Never, NOW);
        deadlines.set("peter".into(), End::At(NOW.after(100)), NOW.after(5));
        assert_eq!(list(&mut deadlines, NOW.after(50)), ["peter", "leckie"]);
        assert_eq!(deadlines.due.len(), 1, "no stale end stays behind");
        assert_eq!(list(&mut deadlines, NOW.after(100)), ["leckie"]);
    }

    #[test]
    fn what_was_lifted_does_not_end_a_later_one() {
        let mut deadlines = Deadlines::default();
        deadlines.set("peter".into(), End::At(NOW.after(10)), NOW);
        deadlines.lift(&"peter".into());
        deadlines.set("peter".into(), End::Never, NOW);
        assert_eq!(list(&mut deadlines, NOW.after(1_000)), ["peter"]);
    }
}
