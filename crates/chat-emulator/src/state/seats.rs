//! The seats of a room.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The seats of a room, numbered from 0.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Seats {
    seats: Vec<Seat>,
}

/// A seat. One that is locked is free.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seat {
    pub(crate) is_locked: bool,
    pub(crate) occupant: Option<Occupant>,
}

/// The user on a seat, with what the user takes along to another one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Occupant {
    pub(crate) account: Arc<str>,
    pub(crate) is_video_forbidden: bool,
    pub(crate) is_audio_forbidden: bool,
}

/// Why a user does not get a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SeatError {
    /// No seat has this number.
    Unknown,
    Locked,
    /// Another user is on the seat.
    Occupied,
    /// No seat is free.
    AllTaken,
    /// The user is on a seat already.
    AlreadySeated,
    /// The user is on none of the seats.
    NotSeated,
}

impl Seats {
    pub(crate) fn new(count: usize) -> Self {
        Self { seats: vec![Seat::default(); count] }
    }

    pub(crate) fn len(&self) -> usize {
        self.seats.len()
    }

    /// Iterates over the seats, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter()
    }

    /// Puts a user on a seat.
    pub(crate) fn put(&mut self, account: &Arc<str>, index: usize) -> Result<(), SeatError> {
        if self.index_of(account).is_some() {
            return Err(SeatError::AlreadySeated);
        }
        let none_is_free = self.seats.iter().all(|seat| seat.is_locked || seat.occupant.is_some());
        let seat = self.seats.get_mut(index).ok_or(SeatError::Unknown)?;
        if seat.is_locked {
            return Err(SeatError::Locked);
        }
        if seat.occupant.is_some() {
            return Err(if none_is_free { SeatError::AllTaken } else { SeatError::Occupied });
        }
        seat.occupant = Some(Occupant {
            account: Arc::clone(account),
            is_video_forbidden: false,
            is_audio_forbidden: false,
        });
        Ok(())
    }

    /// Moves a user to another seat. The seat that the user has counts as free.
    pub(crate) fn switch(&mut self, account: &str, to: usize) -> Result<(), SeatError> {
        let from = self.index_of(account).ok_or(SeatError::NotSeated)?;
        let target = self.seats.get(to).ok_or(SeatError::Unknown)?;
        if target.is_locked {
            return Err(SeatError::Locked);
        }
        if from != to && target.occupant.is_some() {
            return Err(SeatError::Occupied);
        }
        let occupant = self.seats.get_mut(from).and_then(|seat| seat.occupant.take());
        if let Some(seat) = self.seats.get_mut(to) {
            seat.occupant = occupant;
        }
        Ok(())
    }

    /// Frees the seat of a user. Returns whether the user had one.
    pub(crate) fn vacate(&mut self, account: &str) -> bool {
        let seat = self.index_of(account).and_then(|index| self.seats.get_mut(index));
        seat.and_then(|seat| seat.occupant.take()).is_some()
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Result<&mut Seat, SeatError> {
        self.seats.get_mut(index).ok_or(SeatError::Unknown)
    }

    fn index_of(&self, account: &str) -> Option<usize> {
        self.seats.iter().position(|seat| {
            seat.occupant.as_ref().is_some_and(|occupant| *occupant.account == *account)
        })
    }
}

impl Seat {
    /// Locks the seat, which its user has to leave, or unlocks it.
    pub(crate) fn set_locked(&mut self, locked: bool) {
        self.is_locked = locked;
        if locked {
            self.occupant = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn user_has_at_most_one_seat_and_a_locked_seat_is_free(
            steps in proptest::collection::vec((0..4, 0..5_usize, 0..5_usize), 0..100),
        ) {
            let mut seats = Seats::new(4);
            for (step, user, index) in steps {
                let account: Arc<str> = user.to_string().into();
                let before = seats.index_of(&account);
                match step {
                    0 => {
                        let put = seats.put(&account, index);
                        let expected = if put.is_ok() { Some(index) } else { before };
                        prop_assert_eq!(seats.index_of(&account), expected);
                        prop_assert!(put.is_err() || before.is_none());
                    }
                    1 => {
                        let switched = seats.switch(&account, index);
                        let expected = if switched.is_ok() { Some(index) } else { before };
                        prop_assert_eq!(seats.index_of(&account), expected);
                    }
                    2 => {
                        prop_assert_eq!(seats.vacate(&account), before.is_some());
                        prop_assert_eq!(seats.index_of(&account), None);
                    }
                    _ => {
                        if let Ok(seat) = seats.get_mut(index) {
                            seat.set_locked(user % 2 == 0);
                        }
                    }
                }
                let seated = seats.iter().filter_map(|seat| seat.occupant.as_ref());
                let accounts: Vec<_> = seated.map(|occupant| &occupant.account).collect();
                prop_assert_eq!(accounts.iter().collect::<BTreeSet<_>>().len(), accounts.len());
                prop_assert!(seats.iter().all(|seat| !seat.is_locked || seat.occupant.is_none()));
                prop_assert_eq!(seats.len(), 4);
            }
        }
    }
}
