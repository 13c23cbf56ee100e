//! Reads a group of 2,000 members page by page over a network of 50 ms with 10 ms of work for each
//! page: one page after the other, with the next page fetched ahead, and side by side.
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
use futures_util::TryStreamExt;
use tokio::time::sleep;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await?;
    let far_away = FarAway(HyperBackend::http(Duration::from_secs(5)));
    let client = Client::builder(Emulator::DEFAULT_APP, SecretKey::new(Emulator::DEFAULT_KEY)?)
        .endpoint(emulator.url())
        .quota(Quota::unlimited())
        .backend(far_away)
        .build()?;
    let admin = Admin::new(client);
    let names = || (0..MEMBERS).map(|number| format!("member{number}"));
    let report = admin.accounts().import(names().map(AccountToImport::new)).run().await;
    assert!(report.is_complete());
    let create = CreateGroup::new(GroupType::Public, "club").owner_account("member0");
    let club = admin.group(admin.groups().create(&create).await?);
    let report = club.add_members(names()).silently().run().await;
    assert!(report.is_complete());

    let alone = read("one page after the other", club.members()).await?;
    let ahead = read("the next page ahead", club.members().prefetch()).await?;
    let parallel = read("8 pages side by side", club.members().in_parallel(8)).await?;
    println!("ahead takes {:.2}, side by side {:.2} of the time", ahead / alone, parallel / alone);
    emulator.shutdown().await;
    Ok(())
}

async fn read(how: &str, members: Pages<GetGroupMemberInfo>) -> Outcome<f64> {
    let before = Instant::now();
    let mut pages = members.by_page();
    let (mut count, mut number) = (0, 0);
    while let Some(page) = pages.try_next().await? {
        count += page.items.len();
        number += 1;
        sleep(WORK).await;
    }
    let seconds = before.elapsed().as_secs_f64();
    println!("{how}: {count} members on {number} pages in {:.0} ms", seconds * 1e3);
    Ok(seconds)
}

/// A network that needs its time.
#[derive(Debug)]
struct FarAway<B>(B);

impl<B: Backend> Backend for FarAway<B> {
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
