//! A list under the documented quota, some way off.

use std::time::{Duration, Instant};

use chat_admin::Admin;
use chat_transport::Quota;
use chat_types::{Batched as _, MuteTime, UserId, group::ForbidSendMsg};

use crate::{GROUP, Outcome, accounts, admin, server::Server};

pub(crate) async fn measure() -> Outcome<()> {
    println!("{ACCOUNTS} accounts, 500 a call, 200 calls a second, {LATENCY:?} away");
    job(None).await?;
    job(Some(50)).await?;
    loop_of_the_caller().await
}

async fn job(at_once: Option<usize>) -> Outcome<()> {
    let server = Server::start(LATENCY, true)?;
    let admin = admin(server.url(), Quota::documented())?;
    let job = admin.group(GROUP).mute(accounts(ACCOUNTS));
    let (job, name) = match at_once {
        None => (job, "as many calls at once as it takes".to_owned()),
        Some(most) => (job.concurrency(most), format!("at most {most} calls at once")),
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
    let round_trips = at_once.map_or(0.0, |most| calls * LATENCY.as_secs_f64() / most as f64);
    println!(
        "  {name}: {time:.3} s, {:.3} times the {:.2} s of quota or round trips (aim: at most 1.05)",
        time / quota.max(round_trips),
        quota.max(round_trips),
    );
    println!(
        "    since the first second's calls may go at once, the quota asks for {least:.2} s, the \
         round trips for {round_trips:.2} s; {} refused (aim: 0)",
        server.stop()?
    );
    Ok(())
}

async fn loop_of_the_caller() -> Outcome<()> {
    let server = Server::start(LATENCY, true)?;
    let admin: Admin = admin(server.url(), Quota::documented())?;
    let accounts: Vec<UserId> = accounts(ACCOUNTS).map(UserId::from).collect();
    let template = ForbidSendMsg::new(GROUP, Vec::<UserId>::new(), MuteTime::Forever);
    let start = Instant::now();
    for chunk in accounts.chunks(500) {
        admin.client().call(&template.with_items(chunk.to_vec())).await?;
    }
    let time = start.elapsed().as_secs_f64();
    println!("  one call after the other, by the caller: {time:.3} s; {} refused", server.stop()?);
    Ok(())
}

const ACCOUNTS: u64 = 100_000;
const LATENCY: Duration = Duration::from_millis(50);
