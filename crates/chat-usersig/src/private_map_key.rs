use std::ops::{BitOr, BitOrAssign};

use crate::SignError;

/// The TRTC room that a PrivateMapKey opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room<'a> {
    /// A room with a number (`roomId` in the TRTC SDKs).
    Number(u32),
    /// A room with a text (`strRoomId` in the TRTC SDKs), at most 65,535 bytes here.
    Text(&'a str),
}

/// What a PrivateMapKey allows in its room. Rights add up with `|`.
///
/// ```
/// use chat_usersig::Rights;
///
/// let listener = Rights::ENTER_ROOM | Rights::RECEIVE_AUDIO | Rights::RECEIVE_VIDEO;
/// assert_eq!(listener.bits(), 42);
/// assert!(Rights::ALL.contains(listener));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rights(u32);

impl Rights {
    /// Make the room if it does not exist.
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

    /// Takes bits as they are, those without a name here as well.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The bits as they are signed.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of the other rights are among these.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Rights {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// The userbuf of a PrivateMapKey. Lengths count bytes, and every number is big-endian.
pub(crate) fn userbuf(
    identifier: &str,
    sdk_app_id: u32,
    room: Room<'_>,
    expires_at: u32,
    rights: Rights,
) -> Result<Vec<u8>, SignError> {
    const ACCOUNT_TYPE: u32 = 0;
    let (version, number) = match room {
        Room::Number(number) => (0, number),
        Room::Text(_) => (1, 0),
    };
    let mut userbuf = vec![version];
    put_text(&mut userbuf, "identifier", identifier)?;
    for number in [sdk_app_id, number, expires_at, rights.bits(), ACCOUNT_TYPE] {
        userbuf.extend(number.to_be_bytes());
    }
    if let Room::Text(text) = room {
        put_text(&mut userbuf, "room", text)?;
    }
    Ok(userbuf)
}

fn put_text(userbuf: &mut Vec<u8>, what: &'static str, text: &str) -> Result<(), SignError> {
    let length = u16::try_from(text.len())
        .map_err(|_| SignError::too_long(what, text.len(), u16::MAX.into()))?;
    userbuf.extend(length.to_be_bytes());
    userbuf.extend(text.as_bytes());
    Ok(())
}
