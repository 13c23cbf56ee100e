//! `chatctl usersig room-key`.

use chat_usersig::{Privileges, Room};
use clap::{ArgGroup, Args, ValueEnum};
use serde_json::json;

use super::print::print_signature;
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Print a PrivateMapKey: a UserSig that admits --identifier to one TRTC room
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which_room").required(true)))]
#[command(after_help = "Example:\n  \
    chatctl usersig room-key --identifier peter --room 4567 --allow enter-room,receive-audio")]
pub(super) struct RoomKey {
    /// Number of the room (roomId in the SDKs)
    #[arg(long, value_name = "N", group = "which_room",
          value_parser = parsers::integer(0, u32::MAX))]
    room: Option<u32>,

    /// String ID of the room (strRoomId in the SDKs)
    #[arg(long, value_name = "TEXT", group = "which_room", allow_hyphen_values = true)]
    room_name: Option<String>,

    /// What the account may do in the room; separate several by commas
    #[arg(
        long,
        value_enum,
        value_name = "PRIVILEGE",
        value_delimiter = ',',
        default_value = "all"
    )]
    allow: Vec<Privilege>,

    /// Lifetime in seconds, or with a unit such as 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "86400", value_parser = parsers::seconds)]
    expire: u32,

    /// Time of signing in Unix seconds [default: now]
    #[arg(long, value_name = "UNIX", value_parser = parsers::integer(0, u64::MAX))]
    at: Option<u64>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Privilege {
    All,
    CreateRoom,
    EnterRoom,
    SendAudio,
    ReceiveAudio,
    SendVideo,
    ReceiveVideo,
    SendScreen,
    ReceiveScreen,
}

impl Privilege {
    fn privileges(self) -> Privileges {
        match self {
            Self::All => Privileges::ALL,
            Self::CreateRoom => Privileges::CREATE_ROOM,
            Self::EnterRoom => Privileges::ENTER_ROOM,
            Self::SendAudio => Privileges::SEND_AUDIO,
            Self::ReceiveAudio => Privileges::RECEIVE_AUDIO,
            Self::SendVideo => Privileges::SEND_VIDEO,
            Self::ReceiveVideo => Privileges::RECEIVE_VIDEO,
            Self::SendScreen => Privileges::SEND_SCREEN,
            Self::ReceiveScreen => Privileges::RECEIVE_SCREEN,
        }
    }
}

impl RoomKey {
    pub(super) fn run(
        &self,
        settings: &Settings,
        now: u64,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let identifier = settings.identifier()?;
        let time = self.at.unwrap_or(now);
        let none = Privileges::default();
        let privileges = self.allow.iter().fold(none, |all, each| all | each.privileges());
        let room = match (&self.room_name, self.room) {
            (Some(name), _) => Room::String(name),
            (None, number) => Room::Number(number.unwrap_or_default()),
        };
        let key = settings
            .signer()?
            .sign_private_map_key(&identifier, room, privileges, time, self.expire)
            .map_err(|error| Error::usage(error.to_string()))?;
        let object = json!({
            "private_map_key": key.as_str(),
            "sdkappid": settings.sdk_app_id()?,
            "identifier": identifier,
            "room": self.room,
            "room_name": self.room_name,
            "privileges": privileges.bits(),
            "expires_at": time.saturating_add(self.expire.into()),
        });
        print_signature(key.as_str(), &object, out)
    }
}
