//! A list under the documented quota, with the latency of a network.

use std::time::{Duration, Instant};

use chat_admin::Admin;
use chat_transport::Quota;
use chat_types::{Batched as _, MuteTime, UserId, group::ForbidSendMsg};

use crate::{BenchResult, GROUP, accounts, admin, server::Server};

pub(crate) async fn measure() -> BenchResult<()> {
    println!("{ACCOUNTS} accounts, 500 per call, 200 calls per second, latency {LATENCY:?}");
    job(None).await?;
    job(Some(50)).await?;
    sequential_loop().await
}

async fn job(concurrency: Option<usize>) -> BenchResult<()> {
    let server = Server::start(LATENCY, true)?;
    let admin = admin(server.url(), Quota::documented())?;
    let job = admin.group(GROUP).mute(accounts(ACCOUNTS));
    let (job, name) = match concurrency {
        None => (job, "default concurrency".to_owned()),
        Some(most) => (job.concurrency(most), format!("concurrency {most}")),
    };
    let least = job.plan().min_duration.unwrap_or_default().as_secs_f64();
    let start = Instant::now();
    let report = job.run().await;
    let time = start.elapsed().as_secs_f64();
    if !report.is_complete() {
        return Err(format!("{}: {:?}", report.summary, report.end).into());
    }
    let calls = report.summary.calls as f64;
    let quota = calls / 200.0;
    let round_trips = concurrency.map_or(0.0, |most| calls * LATENCY.as_secs_f64() / most as f64);
    println!(
        "  {name}: {time:.3} s, {:.3} times the {:.2} s of quota or round trips (aim: at most 1.05)",
        time / quota.max(round_trips),
        quota.max(round_trips),
    );
    println!(
        "    the calls of the first second may all be sent at its start, so the quota requires \
         {least:.2} s, the round trips {round_trips:.2} s; {} refused (aim: 0)",
        server.stop()?
    );
    Ok(())
}

async fn sequential_loop() -> BenchResult<()> {
    let server = Server::start(LATENCY, true)?;
    let admin: Admin = admin(server.url(), Quota::documented())?;
    let accounts: Vec<UserId> = accounts(ACCOUNTS).map(UserId::from).collect();
    let template = ForbidSendMsg::new(GROUP, Vec::<UserId>::new(), MuteTime::Forever);
    let start = Instant::now();
    for chunk in accounts.chunks(500) {
        admin.client().call(&template.with_items(chunk.to_vec())).await?;
    }
    let time = start.elapsed().as_secs_f64();
    println!("  one call after another: {time:.3} s; {} refused", server.stop()?);
    Ok(())
}

const ACCOUNTS: u64 = 100_000;
const LATENCY: Duration = Duration::from_millis(50);
