//! The job that runs in the process to be killed.

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

/// The job to run.
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

/// Starts or resumes a job and prints its report.
pub(crate) fn run(arguments: &[String]) {
    let [job, url, accounts, journal] = arguments else {
        panic!("invalid arguments for a job: {arguments:?}")
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let admin = admin(url);
        println!("{RESUMING}");
        io::stdout().flush().unwrap();
        let journal = Journal::open(journal).unwrap();
        let accounts = Input::accounts_file(accounts).unwrap();
        if job == Job::Mute.name() {
            let job = admin.group(GROUP).mute(accounts).batch_size(BATCH_SIZE);
            report(job.concurrency(CONCURRENCY).journal(journal).start()).await;
        } else {
            let template = SendGroupSystemNotification::new(GROUP, "closing");
            let job = admin.batch(template, accounts).batch_size(BATCH_SIZE);
            report(job.concurrency(CONCURRENCY).journal(journal).start()).await;
        }
    });
}

fn admin(url: &str) -> Admin {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    let client = Client::builder(Emulator::DEFAULT_APP, key)
        .endpoint(url)
        .quota(Quota::unlimited())
        // A busy machine must not fail the job.
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

/// The first argument of the process.
pub(crate) const FLAG: &str = "--run-job";

/// The line that is printed before the journal is opened.
pub(crate) const RESUMING: &str = "resuming";

pub(crate) const GROUP: &str = "@TGS#2J4SZEAEL";
pub(crate) const BATCH_SIZE: usize = 5;

/// The number of concurrent calls, which is how many a kill can interrupt.
pub(crate) const CONCURRENCY: usize = 8;
