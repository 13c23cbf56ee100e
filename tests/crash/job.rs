//! The process that is killed.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use chat_admin::{Admin, Chunk, Input, ItemReport, Journal, Running};
use chat_emulator::Emulator;
use chat_transport::{Client, Quota};
use chat_types::{
    Batched, Endpoint,
    group::ForbidSendMsg,
    message::SendGroupSystemNotification,
    spec::{BatchSpec, EndpointSpec},
};
use chat_usersig::SecretKey;
use serde_json::json;

/// What is done to each account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Safe to repeat.
    Mute,
    /// Never safe to repeat.
    Notify,
}

impl Job {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mute => "mute",
            Self::Notify => "notify",
        }
    }

    pub(crate) fn spec(self) -> &'static EndpointSpec {
        match self {
            Self::Mute => ForbidSendMsg::SPEC,
            Self::Notify => SendGroupSystemNotification::SPEC,
        }
    }

    pub(crate) fn batch(self) -> &'static BatchSpec {
        match self {
            Self::Mute => ForbidSendMsg::BATCH,
            Self::Notify => SendGroupSystemNotification::BATCH,
        }
    }

    pub(crate) fn is_safe_to_repeat(self) -> bool {
        self == Self::Mute
    }
}

/// Goes on with a job, or begins it, and prints its report.
pub(crate) fn play(words: &[String]) {
    let [job, url, accounts, journal] = words else { panic!("no words for a job: {words:?}") };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let admin = admin(url);
        println!("{RESUMING}");
        io::stdout().flush().unwrap();
        let journal = Journal::open(journal).unwrap();
        let accounts = Input::accounts_file(accounts).unwrap();
        if job == Job::Mute.name() {
            let job = admin.group(GROUP).mute(accounts).batch_size(PER_CALL);
            report(job.concurrency(AT_ONCE).journal(journal).start()).await;
        } else {
            let template = SendGroupSystemNotification::new(GROUP, "closing");
            let job = admin.batch(template, accounts).batch_size(PER_CALL);
            report(job.concurrency(AT_ONCE).journal(journal).start()).await;
        }
    });
}

fn admin(url: &str) -> Admin {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    let client = Client::builder(Emulator::DEFAULT_APP, key)
        .endpoint(url)
        .quota(Quota::unlimited())
        // A machine that is busy is no failure of the job.
        .timeout(Duration::from_secs(60))
        .build();
    Admin::new(client.unwrap())
}

async fn report<C: Chunk>(mut running: Running<'_, C>) {
    let mut items: Vec<ItemReport> = Vec::new();
    while let Some(chunk) = running.next().await {
        items.extend(chunk.items);
    }
    let end = format!("{:?}", running.end().unwrap());
    println!("{}", json!({ "end": end, "summary": running.progress().summary, "items": items }));
}

/// The first of the words.
pub(crate) const WORD: &str = "--play";

/// The line that says that the journal is opened now.
pub(crate) const RESUMING: &str = "resuming";

pub(crate) const GROUP: &str = "@TGS#2J4SZEAEL";
pub(crate) const PER_CALL: usize = 5;

/// Calls under way, which is how many a kill can hit.
pub(crate) const AT_ONCE: usize = 8;
