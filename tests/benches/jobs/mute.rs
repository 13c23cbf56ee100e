//! A list under the documented quota, some way off.

use std::time::{Duration, Instant};

use chat_admin::Admin;
use chat_transport::Quota;
use chat_types::{Batched as _, Endpoint as _, MuteTime, UserId, group::ForbidSendMsg};

use crate::{GROUP, Outcome, accounts, admin, server::Server};

pub(crate) async fn measure() -> Outcome<()> {
    println!("{LATENCY:?} away, 500 accounts a call, 200 calls a second");
    for count in [100_000, 1_000_000] {
        println!("{count} accounts:");
        for at_once in [None, Some(50)] {
            job(count, at_once).await?;
        }
    }
    println!("one call after the other, by the caller:");
    loop_of_the_caller(100_000).await
}

async fn job(count: u64, at_once: Option<usize>) -> Outcome<()> {
    let server = Server::start(LATENCY, true)?;
    let admin = admin(server.url(), Quota::documented())?;
    let job = admin.group(GROUP).mute(accounts(count));
    let (job, name) = match at_once {
        None => (job, "as many calls at once as it takes".to_owned()),
        Some(most) => (job.calls_at_once(most), format!("at most {most} calls at once")),
    };
    let plan = job.plan();
    let start = Instant::now();
    let report = job.run().await;
    let time = start.elapsed().as_secs_f64();
    if !report.is_complete() {
        return Err(format!("{}: {:?}", report.summary, report.end).into());
    }
    let calls = report.summary.calls as f64;
    // Calls by the second; the first second's worth may go at once, which makes it one less.
    let seconds = calls / 200.0;
    let burst = plan.least_time.unwrap_or_default().as_secs_f64();
    let round_trips = at_once.map_or(0.0, |most| calls * LATENCY.as_secs_f64() / most as f64);
    let refused = server.stop()?;
    println!(
        "  {name}: {time:.3} s, {:.3} of {:.2} s (aim: 1.05); {:.3} of {:.2} s where the first 200 \
         go at once; {refused} refused (aim: 0)",
        time / seconds.max(round_trips),
        seconds.max(round_trips),
        time / (burst.max(round_trips) + LATENCY.as_secs_f64()),
        burst.max(round_trips) + LATENCY.as_secs_f64(),
    );
    Ok(())
}

async fn loop_of_the_caller(count: u64) -> Outcome<()> {
    let server = Server::start(LATENCY, true)?;
    let admin: Admin = admin(server.url(), Quota::documented())?;
    let accounts: Vec<UserId> = accounts(count).map(UserId::from).collect();
    let template = ForbidSendMsg::new(GROUP, Vec::<UserId>::new(), MuteTime::Forever);
    let start = Instant::now();
    for chunk in accounts.chunks(500) {
        admin.client().call(&template.with_items(chunk.to_vec())).await?;
    }
    let time = start.elapsed().as_secs_f64();
    let refused = server.stop()?;
    println!("  {}: {time:.3} s, {refused} refused", ForbidSendMsg::SPEC.id());
    Ok(())
}

const LATENCY: Duration = Duration::from_millis(50);
