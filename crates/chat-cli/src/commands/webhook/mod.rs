//! `chatctl webhook`: send webhooks as the service does, and receive them as an app does.

mod delivery;
mod doctor;
mod example;
mod http_client;
mod listen;
mod record;
mod replay;
mod rules;
mod server;
mod sign;
mod target;
mod token;
mod trigger;
mod verify;

use clap::{Args, Subcommand};

use self::{
    doctor::Doctor, listen::Listen, record::Record, replay::Replay, sign::Sign, trigger::Trigger,
    verify::Verify,
};
use crate::{
    error::{Error, Exit},
    output::Output,
    runtime::block_on,
    settings::Settings,
};

/// Send, receive, record and replay webhooks
#[derive(Debug, Args)]
pub(crate) struct Webhook {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Trigger(Trigger),
    Sign(Sign),
    Verify(Verify),
    Listen(Listen),
    Record(Record),
    Replay(Replay),
    Doctor(Doctor),
}

impl Webhook {
    pub(crate) fn run(
        self,
        settings: &Settings,
        verbose: bool,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        match self.action {
            Action::Trigger(trigger) => block_on(trigger.run(settings, out)),
            Action::Sign(sign) => sign.run(out),
            Action::Verify(verify) => verify.run(out),
            Action::Listen(listen) => block_on(listen.run(settings, verbose, out)),
            Action::Record(record) => block_on(record.run(settings, verbose, out)),
            Action::Replay(replay) => block_on(replay.run(settings, out)),
            Action::Doctor(doctor) => block_on(doctor.run(settings, out)),
        }
    }
}
