//! The same job with and without a journal, in turn, as fast as it goes.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chat_admin::{Admin, Batch, Journal, Report};
use chat_transport::{
    Client, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::{Batched, UserId, message::SendGroupSystemNotification};
use chat_usersig::SecretKey;
use http::StatusCode;

use crate::{GROUP, Outcome, accounts, admin, server::Server, system};

pub(crate) async fn measure() -> Outcome<()> {
    let server = Server::start(Duration::ZERO, false)?;
    let far = admin(server.url(), Quota::unlimited())?;
    let near = Admin::new(
        Client::builder(1_400_000_000, SecretKey::new("a key")?)
            .endpoint("http://127.0.0.1:1")
            .quota(Quota::unlimited())
            .backend(AtOnce)
            .build()?,
    );
    println!("500 accounts a call, {ROUNDS} rounds, without a quota");
    let mute = |admin: &Admin, count| admin.group(GROUP).mute(accounts(count));
    compare("mute, emulator", "aim: under 5 %", 1_000_000, |count| mute(&far, count)).await?;
    compare("mute, no network", "no aim", 1_000_000, |count| mute(&near, count)).await?;
    let notify = |admin: &Admin, count| {
        let template = SendGroupSystemNotification::new(GROUP, "closing");
        admin.batch(template, accounts(count).map(UserId::from))
    };
    compare("notify, emulator", "no aim", 500_000, |count| notify(&far, count)).await?;
    server.stop()?;
    Ok(())
}

async fn compare<'a, E: Batched>(
    name: &str,
    aim: &str,
    count: u64,
    job: impl Fn(u64) -> Batch<'a, E>,
) -> Outcome<()> {
    // The first one opens the connections.
    run(job(count)).await?;
    let folder = tempfile::tempdir()?;
    let (mut plain, mut written, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for round in 0..ROUNDS {
        let path = folder.path().join(round.to_string());
        // Whoever is second finds the machine as the first one left it, so they take turns.
        let (without, with) = if round % 2 == 0 {
            let without = run(job(count)).await?;
            (without, run(with_journal(job(count), &path)?).await?)
        } else {
            let with = run(with_journal(job(count), &path)?).await?;
            (run(job(count)).await?, with)
        };
        bytes = path.metadata()?.len();
        ratios.push(with.0 / without.0);
        plain.push(without);
        written.push(with);
    }
    let calls = count.div_ceil(500) as f64;
    let passed = |of: &[(f64, f64)]| median(of.iter().map(|(time, _)| *time).collect());
    let work = |of: &[(f64, f64)]| 1e6 * of.iter().map(|(_, work)| work).sum::<f64>() / calls;
    println!(
        "  {name}: {:.3} s without, {:.3} s with it; median of the ratios {:+.1} % ({aim})",
        passed(&plain),
        passed(&written),
        100.0 * (median(ratios) - 1.0),
    );
    println!(
        "    the client's work {:.0} µs a call without, {:.0} µs with it; {:.2} bytes an account",
        work(&plain) / ROUNDS as f64,
        work(&written) / ROUNDS as f64,
        bytes as f64 / count as f64
    );
    Ok(())
}

fn with_journal<'a, E: Batched>(job: Batch<'a, E>, path: &Path) -> Outcome<Batch<'a, E>> {
    Ok(job.journal(Journal::create(path)?))
}

/// Time that passed, and time on the processors.
async fn run<E: Batched>(job: Batch<'_, E>) -> Outcome<(f64, f64)> {
    let (start, work) = (Instant::now(), system::processor_time());
    let report: Report = job.run().await;
    if !report.is_complete() {
        return Err(format!("{}: {:?}", report.summary, report.end).into());
    }
    Ok((start.elapsed().as_secs_f64(), system::processor_time() - work))
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// A service that does nothing, and takes no time for it.
#[derive(Debug)]
struct AtOnce;

impl Backend for AtOnce {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        drop(request.into_http().into_body().into_bytes());
        Box::pin(async { Ok(HttpResponse::new(StatusCode::OK, r#"{"ErrorCode":0}"#)) })
    }
}

const ROUNDS: usize = 15;
