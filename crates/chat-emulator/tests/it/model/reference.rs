//! The model: what the documentation says, in plain maps and vectors.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::{
    FOREVER, Group, LIVE, NOBODY, Observed, ObservedGroup, ObservedMessage, Operation, Outcome,
    USERS, User,
};
use crate::test_server::NOW;

pub(super) struct Reference {
    now: u64,
    groups: BTreeMap<Group, GroupModel>,
    /// Pairs of an account and a friend of it.
    friends: BTreeSet<(User, User)>,
}

#[derive(Default)]
struct GroupModel {
    owner: Option<User>,
    members: Vec<User>,
    /// The ends of mutes and bans, also of those that have ended.
    mutes: BTreeMap<User, u64>,
    bans: BTreeMap<User, u64>,
    messages: Vec<(u32, ObservedMessage)>,
}

impl Default for Reference {
    fn default() -> Self {
        let groups = BTreeMap::from([(LIVE, GroupModel::default())]);
        Self { now: NOW, groups, friends: BTreeSet::new() }
    }
}

impl Reference {
    pub(super) fn apply(&mut self, operation: &Operation) -> Outcome {
        let (code, results) = match self.attempt(operation) {
            Ok(results) => (0, results),
            Err(code) => (code, Vec::new()),
        };
        Outcome { code, results }
    }

    fn attempt(&mut self, operation: &Operation) -> Result<Vec<i64>, i64> {
        let now = self.now;
        match operation {
            Operation::Create { group, owner } => match self.groups.get(group) {
                Some(existing) if existing.owner == Some(owner) => return Err(10025),
                Some(_) => return Err(10021),
                None => {
                    let (owner, members) = (Some(*owner), vec![*owner]);
                    self.groups.insert(group, GroupModel { owner, members, ..Default::default() });
                }
            },
            Operation::Destroy { group } => {
                self.group(group)?;
                self.groups.remove(group);
            }
            Operation::Add { group, users } => {
                let group = self.ordinary_group(group, 10007)?;
                return Ok(users.iter().map(|user| group.add(user)).collect());
            }
            Operation::Remove { group, users } => {
                let group = self.ordinary_group(group, 10004)?;
                group.members.retain(|member| !users.contains(member));
                // A group whose owner was removed has none.
                group.owner = group.owner.filter(|owner| !users.contains(owner));
            }
            Operation::Join { user } => {
                let group = self.group(LIVE)?;
                if group.bans.get(user).is_none_or(|&end| end <= now) {
                    group.add(user);
                }
            }
            Operation::Leave { user } => {
                self.group(LIVE)?.members.retain(|member| member != user);
            }
            Operation::Mute { group, users, seconds } => {
                let group = self.group(group)?;
                for user in users {
                    match *seconds {
                        0 => drop(group.mutes.remove(user)),
                        FOREVER => drop(group.mutes.insert(user, FOREVER)),
                        seconds => drop(group.mutes.insert(user, now + seconds)),
                    }
                }
            }
            Operation::Ban { group, users, seconds } => {
                let group = self.live_group(group)?;
                group.members.retain(|member| !users.contains(member));
                group.bans.extend(users.iter().map(|user| (*user, now + seconds)));
            }
            Operation::Unban { group, users } => {
                let group = self.live_group(group)?;
                group.bans.retain(|user, _| !users.contains(user));
            }
            Operation::Send { group, from, random, text } => {
                let seq = self.group(group)?.send(from, *random, text, now)?;
                return Ok(vec![seq.try_into().unwrap()]);
            }
            Operation::Recall { group, seqs } => {
                let group = self.group(group)?;
                return Ok(seqs.iter().map(|seq| group.recall(*seq)).collect());
            }
            Operation::Befriend { user, friend, both } => {
                if user == friend || *friend == NOBODY {
                    return Ok(vec![if user == friend { 30001 } else { 30003 }]);
                }
                self.friends.insert((user, friend));
                if *both {
                    self.friends.insert((friend, user));
                }
                return Ok(vec![0]);
            }
            Operation::Unfriend { user, friend, both } => {
                if *friend == NOBODY {
                    return Ok(vec![30003]);
                }
                let was_friend = self.friends.remove(&(*user, *friend));
                if *both {
                    self.friends.remove(&(*friend, *user));
                }
                return Ok(vec![if was_friend { 0 } else { 31704 }]);
            }
            Operation::Wait { seconds } => self.now += seconds,
        }
        Ok(Vec::new())
    }

    fn group(&mut self, group: Group) -> Result<&mut GroupModel, i64> {
        self.groups.get_mut(group).ok_or(10010)
    }

    fn ordinary_group(&mut self, group: Group, code: i64) -> Result<&mut GroupModel, i64> {
        if group == LIVE { Err(code) } else { self.group(group) }
    }

    fn live_group(&mut self, group: Group) -> Result<&mut GroupModel, i64> {
        self.group(group)?;
        if group == LIVE { self.group(group) } else { Err(10007) }
    }

    pub(super) fn read(&self) -> Observed {
        let active = |ends: &BTreeMap<User, u64>| {
            let ends = ends.iter().filter(|&(_, &end)| end > self.now);
            ends.map(|(user, end)| ((*user).to_owned(), *end)).collect()
        };
        let groups = self.groups.iter().map(|(id, group)| {
            let mut members: Vec<_> = group.members.iter().map(|&user| user.to_owned()).collect();
            let messages = group.messages.iter().rev().map(|(_, sent)| sent.clone());
            let mut messages: Vec<_> = messages.collect();
            if *id == LIVE {
                members.sort();
                messages.clear();
            }
            let (mutes, bans) = (active(&group.mutes), active(&group.bans));
            let observed = ObservedGroup { members, mutes, bans, messages };
            ((*id).to_owned(), observed)
        });
        let friends_of = |user: &User| {
            let friends = self.friends.iter().filter(|(owner, _)| owner == user);
            friends.map(|(_, friend)| (*friend).to_owned()).collect()
        };
        let friends = USERS.iter().map(|user| ((*user).to_owned(), friends_of(user))).collect();
        Observed { groups: groups.collect(), friends }
    }
}

impl GroupModel {
    /// Returns the `Result` of an account: not added, added, or a member already.
    fn add(&mut self, user: User) -> i64 {
        if user == NOBODY {
            return 0;
        }
        if self.members.contains(&user) {
            return 2;
        }
        self.members.push(user);
        1
    }

    /// Returns the number of the message. It is dropped if an equal one was sent within five minutes.
    fn send(&mut self, from: User, random: u32, text: &str, now: u64) -> Result<u64, i64> {
        if from == NOBODY {
            return Err(10019);
        }
        if self.mutes.get(from).is_some_and(|&end| end > now) {
            return Err(10017);
        }
        let is_equal = |(other, sent): &&(u32, ObservedMessage)| {
            *other == random && sent.text == text && now - sent.time < 300
        };
        if let Some((_, first)) = self.messages.iter().rev().find(is_equal) {
            return Ok(first.seq);
        }
        let seq = self.messages.len() as u64 + 1;
        let (sender, text) = (from.to_owned(), text.to_owned());
        self.messages
            .push((random, ObservedMessage { seq, sender, text, time: now, recalled: false }));
        Ok(seq)
    }

    fn recall(&mut self, seq: u64) -> i64 {
        match self.messages.iter_mut().find(|(_, sent)| sent.seq == seq) {
            Some((_, sent)) => {
                sent.recalled = true;
                0
            }
            None => 10030,
        }
    }
}
