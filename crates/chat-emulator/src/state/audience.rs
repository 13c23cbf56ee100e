//! The audience of an audio-video group, and the marks of its members.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chat_types::{
    UnixSeconds,
    limits::{ALWAYS_ONLINE_MARK_DAYS, MAX_AVCHATROOM_MARKS, MAX_MEMBERS_PER_MARK},
};
use serde::{Deserialize, Serialize};

use super::{ordered_map::OrderedMap, restrictions::Expiry};

/// The audience of an audio-video group, of which the service stores no profiles.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Audience {
    /// When each member joined, in the order of joining.
    joined: OrderedMap<UnixSeconds>,
    /// For each mark, the members who have it, and until when.
    marks: BTreeMap<u32, BTreeMap<Arc<str>, Expiry>>,
}

/// Why a mark was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkError {
    /// The account is not in the audience.
    NotOnline,
    /// The group has as many different marks as it can have.
    TooManyMarks,
    /// As many members have the mark as can have it.
    TooManyMembers,
}

impl Audience {
    /// Returns when each member joined, in the order of joining.
    pub(crate) fn joined(&self) -> &OrderedMap<UnixSeconds> {
        &self.joined
    }

    /// Adds an account. Returns whether it was not there before.
    pub(crate) fn add(&mut self, account: Arc<str>, now: UnixSeconds) -> bool {
        !self.joined.contains(&account) && self.joined.insert(account, now).is_none()
    }

    /// Removes an account with its marks, except the one that outlasts a connection. Returns whether
    /// it was there.
    pub(crate) fn remove(&mut self, account: &str) -> bool {
        for (_, marked) in self.marks.iter_mut().filter(|(mark, _)| **mark != MARK_ALWAYS_ONLINE) {
            marked.remove(account);
        }
        self.marks.retain(|_, marked| !marked.is_empty());
        self.joined.remove(account).is_some()
    }

    pub(crate) fn has_mark(&self, account: &str, mark: u32, now: UnixSeconds) -> bool {
        let expiry = self.marks.get(&mark).and_then(|marked| marked.get(account));
        expiry.is_some_and(|expiry| !expiry.has_expired(now))
    }

    /// Sets all of the marks of a member, or none.
    pub(crate) fn set_marks(
        &mut self,
        account: &Arc<str>,
        marks: &[u32],
        now: UnixSeconds,
    ) -> Result<(), MarkError> {
        self.remove_expired_marks(now);
        if !self.joined.contains(account) {
            return Err(MarkError::NotOnline);
        }
        let new: BTreeSet<_> = marks.iter().filter(|mark| !self.marks.contains_key(mark)).collect();
        if self.marks.len() + new.len() > MAX_AVCHATROOM_MARKS {
            return Err(MarkError::TooManyMarks);
        }
        let is_full = |mark: &u32| {
            let marked = self.marks.get(mark);
            marked
                .is_some_and(|all| all.len() >= MAX_MEMBERS_PER_MARK && !all.contains_key(account))
        };
        if marks.iter().any(is_full) {
            return Err(MarkError::TooManyMembers);
        }
        for &mark in marks {
            let expiry = if mark == MARK_ALWAYS_ONLINE {
                Expiry::At(now.after(ALWAYS_ONLINE_MARK_DAYS * 86_400))
            } else {
                Expiry::Never
            };
            self.marks.entry(mark).or_default().insert(Arc::clone(account), expiry);
        }
        Ok(())
    }

    /// Removes marks of a member; those that the member does not have are ignored.
    pub(crate) fn remove_marks(&mut self, account: &str, marks: &[u32]) -> Result<(), MarkError> {
        if !self.joined.contains(account) {
            return Err(MarkError::NotOnline);
        }
        for mark in marks {
            if let Some(marked) = self.marks.get_mut(mark) {
                marked.remove(account);
            }
        }
        self.marks.retain(|_, marked| !marked.is_empty());
        Ok(())
    }

    fn remove_expired_marks(&mut self, now: UnixSeconds) {
        // The other marks do not end by themselves.
        if let Some(marked) = self.marks.get_mut(&MARK_ALWAYS_ONLINE) {
            marked.retain(|_, expiry| !expiry.has_expired(now));
        }
        self.marks.retain(|_, marked| !marked.is_empty());
    }
}

/// Returns whether members can have a mark with this number.
pub(crate) fn is_mark(mark: u32) -> bool {
    mark >= FIRST_CUSTOM_MARK || [MARK_ALWAYS_ONLINE, MARK_HIDDEN].contains(&mark)
}

/// The mark of members who count as online whether they are connected or not.
const MARK_ALWAYS_ONLINE: u32 = 500;

/// The mark of members who are listed only on request.
pub(crate) const MARK_HIDDEN: u32 = 600;

/// The lowest number of a mark whose meaning the app chooses.
const FIRST_CUSTOM_MARK: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn audience(size: usize) -> (Audience, Vec<Arc<str>>) {
        let mut audience = Audience::default();
        let viewers: Vec<Arc<str>> = (0..size).map(|number| number.to_string().into()).collect();
        for viewer in &viewers {
            assert!(audience.add(Arc::clone(viewer), NOW));
        }
        (audience, viewers)
    }

    #[test]
    fn mark_has_at_most_a_thousand_members() {
        let (mut audience, viewers) = audience(1_001);
        for viewer in &viewers[..1_000] {
            assert_eq!(audience.set_marks(viewer, &[1_000], NOW), Ok(()));
        }
        let last = &viewers[1_000];
        assert_eq!(audience.set_marks(last, &[1_001, 1_000], NOW), Err(MarkError::TooManyMembers));
        assert!(!audience.has_mark(last, 1_001, NOW), "it got none of the marks");
        assert_eq!(audience.set_marks(&viewers[0], &[1_000], NOW), Ok(()), "it has the mark");
        assert!(audience.remove(&viewers[0]));
        assert_eq!(audience.set_marks(last, &[1_000], NOW), Ok(()));
    }

    #[test]
    fn mark_without_members_does_not_count() {
        let (mut audience, viewers) = audience(2);
        let ten: Vec<u32> = (1_000..1_010).collect();
        assert_eq!(audience.set_marks(&viewers[0], &ten, NOW), Ok(()));
        let eleventh = audience.set_marks(&viewers[1], &[500], NOW);
        assert_eq!(eleventh, Err(MarkError::TooManyMarks));
        assert_eq!(audience.remove_marks(&viewers[0], &[1_000]), Ok(()));
        assert_eq!(audience.set_marks(&viewers[1], &[500], NOW), Ok(()));
        let later = NOW.after(3 * 86_400);
        assert!(!audience.has_mark(&viewers[1], 500, later));
        assert_eq!(audience.set_marks(&viewers[0], &[1_000], later), Ok(()), "mark 500 ended");
        assert_eq!(audience.set_marks(&"guest".into(), &[1_000], later), Err(MarkError::NotOnline));
    }
}
