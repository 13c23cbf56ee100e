//! The operations of a sequence, and what can be seen of their effects.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select};

/// A group: two ordinary ones, which come and go, and an audio-video group, which always exists.
pub(super) type Group = &'static str;
pub(super) const GROUPS: [Group; 2] = ["club", "team"];
pub(super) const LIVE: Group = "live";

/// An account: some that exist, and one that does not.
pub(super) type User = &'static str;
pub(super) const USERS: [User; 4] = ["anna", "ben", "cleo", "dora"];
pub(super) const NOBODY: User = "nobody";

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Create {
        group: Group,
        owner: User,
    },
    Destroy {
        group: Group,
    },
    Add {
        group: Group,
        users: Vec<User>,
    },
    Remove {
        group: Group,
        users: Vec<User>,
    },
    /// Clients join or leave the audio-video group.
    Join {
        user: User,
    },
    Leave {
        user: User,
    },
    Mute {
        group: Group,
        users: Vec<User>,
        seconds: u64,
    },
    Ban {
        group: Group,
        users: Vec<User>,
        seconds: u64,
    },
    Unban {
        group: Group,
        users: Vec<User>,
    },
    Send {
        group: Group,
        from: User,
        random: u32,
        text: &'static str,
    },
    Recall {
        group: Group,
        seqs: Vec<u64>,
    },
    Befriend {
        user: User,
        friend: User,
        both: bool,
    },
    Unfriend {
        user: User,
        friend: User,
        both: bool,
    },
    Wait {
        seconds: u64,
    },
}

/// What a call returned: its code, and the result of each item, or the number of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) code: i64,
    pub(super) results: Vec<i64>,
}

/// Everything that calls can read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Observed {
    pub(super) groups: BTreeMap<String, ObservedGroup>,
    pub(super) friends: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct ObservedGroup {
    /// In the order of joining; of the audio-video group, in no order.
    pub(super) members: Vec<String>,
    /// When the mute of each account ends.
    pub(super) mutes: BTreeMap<String, u64>,
    pub(super) bans: BTreeMap<String, u64>,
    /// Newest first; those of the audio-video group cannot be read.
    pub(super) messages: Vec<ObservedMessage>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ObservedMessage {
    pub(super) seq: u64,
    pub(super) sender: String,
    pub(super) text: String,
    pub(super) time: u64,
    pub(super) recalled: bool,
}

/// Seconds of a mute that never ends.
pub(super) const FOREVER: u64 = 4_294_967_295;

pub(super) fn operation() -> impl Strategy<Value = Operation> {
    let group = || prop_oneof![6 => select(&GROUPS[..]), 1 => Just(LIVE)];
    let user = || select(&USERS[..]);
    let anybody = || prop_oneof![6 => user(), 1 => Just(NOBODY)];
    let users = || vec(anybody(), 1..4);
    prop_oneof![
        3 => (select(&GROUPS[..]), user())
            .prop_map(|(group, owner)| Operation::Create { group, owner }),
        1 => select(&GROUPS[..]).prop_map(|group| Operation::Destroy { group }),
        3 => (group(), users()).prop_map(|(group, users)| Operation::Add { group, users }),
        2 => (group(), users()).prop_map(|(group, users)| Operation::Remove { group, users }),
        2 => user().prop_map(|user| Operation::Join { user }),
        1 => user().prop_map(|user| Operation::Leave { user }),
        3 => (group(), users(), select(&[0, 30, 600, FOREVER][..]))
            .prop_map(|(group, users, seconds)| Operation::Mute { group, users, seconds }),
        2 => (prop_oneof![1 => group(), 3 => Just(LIVE)], users(), select(&[1, 60, 600][..]))
            .prop_map(|(group, users, seconds)| Operation::Ban { group, users, seconds }),
        1 => (Just(LIVE), users()).prop_map(|(group, users)| Operation::Unban { group, users }),
        5 => (group(), anybody(), 0_u32..3, select(&["hello", "bye"][..]))
            .prop_map(|(group, from, random, text)| Operation::Send { group, from, random, text }),
        1 => (select(&GROUPS[..]), vec(0_u64..5, 1..3))
            .prop_map(|(group, seqs)| Operation::Recall { group, seqs }),
        2 => (user(), anybody(), any::<bool>())
            .prop_map(|(user, friend, both)| Operation::Befriend { user, friend, both }),
        1 => (user(), anybody(), any::<bool>())
            .prop_map(|(user, friend, both)| Operation::Unfriend { user, friend, both }),
        2 => select(&[1, 29, 30, 60, 299, 300][..])
            .prop_map(|seconds| Operation::Wait { seconds }),
    ]
}
