//! `chatctl demo`.

mod member_list;
mod scenario;
mod steps;

use std::time::Duration;

use chat_admin::Admin;
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::Client;
use chat_types::spec::Site;
use chat_usersig::SecretKey;
use clap::Args;

use self::{member_list::MemberList, scenario::Scenario, steps::print_steps};
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::Output,
    parsers,
};

/// Moderate a large group on an emulator inside the process
///
/// Creates accounts, groups of every type and an audio-video group whose members come from a list
/// on disk. Mutes them all in two runs, the second of which resumes the first from its journal,
/// lists the muted members, bans some and pages through the bans, removes members of a Community,
/// and unmutes: over real HTTP, under the documented quotas.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl demo")]
pub(crate) struct Demo {
    /// Members of the audio-video group, at most 2,000,000
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = parsers::integer(1_u32, 2_000_000))]
    members: u32,
}

impl Demo {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut interrupts = Interrupts::listen();
        let list = MemberList::write(self.members)?;
        let emulator = Emulator::builder()
            .quotas(QuotaMode::Documented)
            .start()
            .await
            .map_err(|error| Error::configuration(error.to_string()))?;
        out.note(format_args!("emulator listening on {}", emulator.url()));
        out.note(format_args!("{} members listed in {}", self.members, list.path().display()));
        let app = emulator
            .app(Emulator::DEFAULT_APP)
            .map_err(|error| Error::configuration(error.to_string()))?;
        let client = client(&emulator)?;
        let mut scenario = Scenario::new(Admin::new(client), app, list, out);
        let outcome = tokio::select! {
            outcome = scenario.run() => outcome,
            () = interrupts.next() => {
                Err(Error::interrupted("interrupted before the end of the demo"))
            }
        };
        let steps = scenario.into_steps();
        emulator.shutdown().await;
        outcome?;
        print_steps(&steps, out)?;
        if !out.is_json() {
            out.line(NEXT)?;
        }
        if steps.iter().any(|step| step.refused + step.failed > 0) {
            return Err(Error::partial("some calls or items failed").with_hint("see the table"));
        }
        Ok(Exit::Done)
    }
}

const NEXT: &str = "
Try next:
  chatctl emulator --listen 127.0.0.1:8080    # a server, and what to set for it
  chatctl explain 10007                       # an error code: cause and remedy
  chatctl profile add production              # your own app";

fn client(emulator: &Emulator) -> Result<Client, Error> {
    let key = SecretKey::new(Emulator::DEFAULT_KEY)
        .map_err(|error| Error::configuration(error.to_string()))?;
    let builder = Client::builder(Emulator::DEFAULT_APP, key)
        .endpoint(emulator.url())
        .site(Site::International);
    Ok(builder.timeout(Duration::from_secs(60)).build()?)
}
