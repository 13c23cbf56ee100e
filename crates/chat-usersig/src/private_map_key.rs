//! The PrivateMapKey: a UserSig that admits an account to a TRTC room.

use std::ops::{BitOr, BitOrAssign};

use crate::SignError;

/// The TRTC room that a PrivateMapKey admits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room<'a> {
    /// A room with a numeric id (`roomId` in the TRTC SDKs).
    Number(u32),
    /// A room with a string id (`strRoomId` in the TRTC SDKs), of at most 65,535 bytes.
    String(&'a str),
}

/// What a PrivateMapKey allows in its room (`privilegeMap` in the vendor's libraries). Combine
/// privileges with `|`.
///
/// ```
/// use chat_usersig::Privileges;
///
/// let listener = Privileges::ENTER_ROOM | Privileges::RECEIVE_AUDIO | Privileges::RECEIVE_VIDEO;
/// assert_eq!(listener.bits(), 42);
/// assert!(Privileges::ALL.contains(listener));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Privileges(u32);

impl Privileges {
    /// Create the room if it does not exist.
    pub const CREATE_ROOM: Self = Self(1);
    /// Enter the room.
    pub const ENTER_ROOM: Self = Self(2);
    /// Send audio.
    pub const SEND_AUDIO: Self = Self(4);
    /// Receive audio.
    pub const RECEIVE_AUDIO: Self = Self(8);
    /// Send video.
    pub const SEND_VIDEO: Self = Self(16);
    /// Receive video.
    pub const RECEIVE_VIDEO: Self = Self(32);
    /// Send the shared screen.
    pub const SEND_SCREEN: Self = Self(64);
    /// Receive the shared screen.
    pub const RECEIVE_SCREEN: Self = Self(128);
    /// All of the above.
    pub const ALL: Self = Self(255);

    /// Creates a set of privileges from its bits, including bits without a constant here.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns the bits, as signed.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns whether this set contains all privileges of the other set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Privileges {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Privileges {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// Builds the userbuf of a PrivateMapKey. Lengths are in bytes, and numbers are big-endian.
pub(crate) fn userbuf(
    identifier: &str,
    sdk_app_id: u32,
    room: Room<'_>,
    expires_at: u32,
    privileges: Privileges,
) -> Result<Vec<u8>, SignError> {
    const ACCOUNT_TYPE: u32 = 0;
    let (version, number) = match room {
        Room::Number(number) => (0, number),
        Room::String(_) => (1, 0),
    };
    let mut userbuf = vec![version];
    put_string(&mut userbuf, "identifier", identifier)?;
    for number in [sdk_app_id, number, expires_at, privileges.bits(), ACCOUNT_TYPE] {
        userbuf.extend(number.to_be_bytes());
    }
    if let Room::String(id) = room {
        put_string(&mut userbuf, "room", id)?;
    }
    Ok(userbuf)
}

fn put_string(userbuf: &mut Vec<u8>, field: &'static str, string: &str) -> Result<(), SignError> {
    let length = u16::try_from(string.len())
        .map_err(|_| SignError::too_long(field, string.len(), u16::MAX.into()))?;
    userbuf.extend(length.to_be_bytes());
    userbuf.extend(string.as_bytes());
    Ok(())
}
