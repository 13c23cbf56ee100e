//! `chatctl usersig`.

mod claims;
mod inspect;
mod print;
mod room_key;
mod sign;
mod stdin;
mod verify;

use chat_types::clock::{Clock as _, SystemClock};
use clap::{Args, Subcommand};

use self::{inspect::Inspect, room_key::RoomKey, sign::Sign, verify::Verify};
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// Sign, verify and inspect UserSigs
#[derive(Debug, Args)]
pub(crate) struct UserSig {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Sign(Sign),
    RoomKey(RoomKey),
    Verify(Verify),
    Inspect(Inspect),
}

impl UserSig {
    pub(crate) fn run(&self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let now = SystemClock.now().get();
        match &self.action {
            Action::Sign(sign) => sign.run(settings, now, out),
            Action::RoomKey(room_key) => room_key.run(settings, now, out),
            Action::Verify(verify) => verify.run(settings, now, out),
            Action::Inspect(inspect) => inspect.run(out),
        }
    }
}
