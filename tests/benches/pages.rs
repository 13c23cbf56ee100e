//! Reads a group of 2,000 members page by page, at a latency of 50 ms and with 10 ms of work for each
//! page: one page after another, with the next page prefetched, and in parallel.
//! `cargo bench -p chat-tests --bench pages`.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

use chat_admin::{
    Admin, Pages,
    types::{GroupType, account::AccountToImport, group::CreateGroup, group::GetGroupMemberInfo},
};
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_usersig::SecretKey;
use tokio::time::sleep;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await?;
    let slow_network = SlowNetwork(HyperBackend::http(Duration::from_secs(5)));
    let client = Client::builder(Emulator::DEFAULT_APP, SecretKey::new(Emulator::DEFAULT_KEY)?)
        .endpoint(emulator.url())
        .quota(Quota::unlimited())
        .backend(slow_network)
        .build()?;
    let admin = Admin::new(client);
    let names = || (0..MEMBERS).map(|number| format!("member{number}"));
    let report = admin.accounts().import(names().map(AccountToImport::new)).run().await;
    assert!(report.is_complete());
    let create = CreateGroup::new(GroupType::Public, "club").owner_account("member0");
    let club = admin.group(admin.groups().create(&create).await?);
    let report = club.add_members(names()).silently().run().await;
    assert!(report.is_complete());

    let sequential = read("one page after another", club.members()).await?;
    let prefetch = read("the next page prefetched", club.members().prefetch()).await?;
    let parallel = read("8 pages in parallel", club.members().in_parallel(8)).await?;
    println!(
        "prefetching takes {:.2} and fetching in parallel {:.2} of the time",
        prefetch / sequential,
        parallel / sequential
    );
    emulator.shutdown().await;
    Ok(())
}

async fn read(mode: &str, members: Pages<GetGroupMemberInfo>) -> Outcome<f64> {
    let before = Instant::now();
    let mut pages = members.pages();
    let (mut count, mut number) = (0, 0);
    while let Some(page) = pages.next().await {
        count += page?.items.len();
        number += 1;
        sleep(WORK).await;
    }
    let seconds = before.elapsed().as_secs_f64();
    println!("{mode}: {count} members on {number} pages in {:.0} ms", seconds * 1e3);
    Ok(seconds)
}

/// A network with a latency.
#[derive(Debug)]
struct SlowNetwork<B>(B);

impl<B: Backend> Backend for SlowNetwork<B> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            sleep(LATENCY).await;
            self.0.send(request).await
        })
    }
}

const MEMBERS: u32 = 2_000;
const LATENCY: Duration = Duration::from_millis(50);
const WORK: Duration = Duration::from_millis(10);
