//! A room for live streaming or for a conference: what a group has in addition if it is one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chat_types::{
    UnixSeconds,
    limits::{LIVE_ROOM_IDLE_SECONDS, MAX_CONFERENCE_MARKS},
    live::LiveRoomInfo,
    room,
    room::TakeSeatMode,
};
use serde::{Deserialize, Serialize};

use super::{metadata::Metadata, seats::Seats};

/// What a group has in addition if it is a room.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Room {
    pub(crate) kind: RoomKind,
    /// `None` if the room does not have seats.
    pub(crate) seats: Option<Seats>,
    pub(crate) take_seat_mode: TakeSeatMode,
}

/// What a room is for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum RoomKind {
    Live(Box<LiveRoom>),
    Conference(Box<Conference>),
}

/// A live room.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LiveRoom {
    /// The settings that only live rooms have. Whatever group, seats or members determine is missing.
    #[serde(with = "crate::snapshot::json")]
    pub(crate) settings: LiveRoomInfo,
    /// How often users entered.
    pub(crate) views: u64,
    pub(crate) robots: Vec<Arc<str>>,
    pub(crate) metadata: Metadata,
    /// When the last user left; `None` while users are in the room and before the first enters.
    empty_since: Option<UnixSeconds>,
}

/// A conference room.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Conference {
    /// The settings that only conference rooms have. Whatever group, seats or members determine is
    /// missing.
    #[serde(with = "crate::snapshot::json")]
    pub(crate) settings: room::Room,
    /// What members have besides their profile in the group.
    members: BTreeMap<Arc<str>, Participant>,
}

/// What a member of a conference room has besides the profile in the group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Participant {
    pub(crate) custom_info: String,
    pub(crate) marks: BTreeSet<u32>,
}

/// The error for a mark beyond the limit of a room.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyMarks;

impl Room {
    pub(crate) fn live(&self) -> Option<&LiveRoom> {
        match &self.kind {
            RoomKind::Live(live) => Some(live),
            RoomKind::Conference(_) => None,
        }
    }

    pub(crate) fn live_mut(&mut self) -> Option<&mut LiveRoom> {
        match &mut self.kind {
            RoomKind::Live(live) => Some(live),
            RoomKind::Conference(_) => None,
        }
    }

    pub(crate) fn conference(&self) -> Option<&Conference> {
        match &self.kind {
            RoomKind::Live(_) => None,
            RoomKind::Conference(conference) => Some(conference),
        }
    }

    pub(crate) fn conference_mut(&mut self) -> Option<&mut Conference> {
        match &mut self.kind {
            RoomKind::Live(_) => None,
            RoomKind::Conference(conference) => Some(conference),
        }
    }

    /// Notes that a user entered.
    pub(super) fn note_entered(&mut self) {
        if let RoomKind::Live(live) = &mut self.kind {
            live.views += 1;
            live.empty_since = None;
        }
    }

    /// Returns whether the last user left this live room so long ago that the service dissolves it,
    /// unless robots are in it.
    pub(super) fn is_idle(&self, now: UnixSeconds) -> bool {
        let empty_since = self.live().and_then(|live| live.empty_since);
        empty_since.is_some_and(|since| now.seconds_since(since) >= LIVE_ROOM_IDLE_SECONDS)
    }

    /// Notes that a member left, and how many remain.
    pub(super) fn note_left(&mut self, account: &str, remaining: usize, now: UnixSeconds) {
        if let Some(seats) = &mut self.seats {
            seats.vacate(account);
        }
        match &mut self.kind {
            RoomKind::Live(live) => {
                live.robots.retain(|robot| **robot != *account);
                if remaining == 0 {
                    live.empty_since = Some(now);
                }
            }
            RoomKind::Conference(conference) => _ = conference.members.remove(account),
        }
    }
}

impl LiveRoom {
    pub(crate) fn new(settings: LiveRoomInfo) -> Self {
        Self { settings, ..Self::default() }
    }
}

impl Conference {
    pub(crate) fn new(settings: room::Room) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Returns what a member has besides the profile in the group, to change it.
    pub(crate) fn participant_mut(&mut self, account: &Arc<str>) -> &mut Participant {
        self.members.entry(Arc::clone(account)).or_default()
    }

    pub(crate) fn participant(&self, account: &str) -> Option<&Participant> {
        self.members.get(account)
    }

    /// Sets marks of members: all of them, or none if the room would have too many.
    pub(crate) fn set_marks(&mut self, marked: &[(Arc<str>, &[u32])]) -> Result<(), TooManyMarks> {
        let used = self.members.values().flat_map(|member| &member.marks);
        let all: BTreeSet<_> = used.chain(marked.iter().flat_map(|(_, marks)| *marks)).collect();
        if all.len() > MAX_CONFERENCE_MARKS {
            return Err(TooManyMarks);
        }
        for (account, marks) in marked {
            self.participant_mut(account).marks.extend(*marks);
        }
        Ok(())
    }

    /// Removes marks of members; those that a member does not have are ignored.
    pub(crate) fn remove_marks(&mut self, marked: &[(Arc<str>, &[u32])]) {
        for (account, marks) in marked {
            self.participant_mut(account).marks.retain(|mark| !marks.contains(mark));
        }
    }
}
