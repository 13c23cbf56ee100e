//! The same job with and without a journal, alternately, as fast as possible.

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

use crate::{BenchResult, GROUP, accounts, admin, server::Server, system};

pub(crate) async fn measure() -> BenchResult<()> {
    let server = Server::start(Duration::ZERO, false)?;
    let remote = admin(server.url(), Quota::unlimited())?;
    let local = Admin::new(
        Client::builder(1_400_000_000, SecretKey::new("a key")?)
            .endpoint("http://127.0.0.1:1")
            .quota(Quota::unlimited())
            .backend(Immediate)
            .build()?,
    );
    println!("500 accounts per call, {ROUNDS} rounds, without a quota");
    let mute = |admin: &Admin, count| admin.group(GROUP).mute(accounts(count));
    compare("mute, emulator", "aim: under 5 %", 1_000_000, |count| mute(&remote, count)).await?;
    compare("mute, no network", "no aim", 1_000_000, |count| mute(&local, count)).await?;
    let notify = |admin: &Admin, count| {
        let template = SendGroupSystemNotification::new(GROUP, "closing");
        admin.batch(template, accounts(count).map(UserId::from))
    };
    compare("notify, emulator", "no aim", 500_000, |count| notify(&remote, count)).await?;
    server.stop()?;
    Ok(())
}

async fn compare<'a, E: Batched>(
    name: &str,
    aim: &str,
    count: u64,
    job: impl Fn(u64) -> Batch<'a, E>,
) -> BenchResult<()> {
    // The first one opens the connections.
    run(job(count)).await?;
    let folder = tempfile::tempdir()?;
    let (mut plain, mut written, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut bytes = 0;
    for round in 0..ROUNDS {
        let path = folder.path().join(round.to_string());
        // The first run may affect the second, so they alternate.
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
    let elapsed = |of: &[(f64, f64)]| median(of.iter().map(|(time, _)| *time).collect());
    let work = |of: &[(f64, f64)]| 1e6 * of.iter().map(|(_, work)| work).sum::<f64>() / calls;
    println!(
        "  {name}: {:.3} s without, {:.3} s with it; median of the ratios {:+.1} % ({aim})",
        elapsed(&plain),
        elapsed(&written),
        100.0 * (median(ratios) - 1.0),
    );
    println!(
        "    the client's work {:.0} µs per call without, {:.0} µs with it; {:.2} bytes per account",
        work(&plain) / ROUNDS as f64,
        work(&written) / ROUNDS as f64,
        bytes as f64 / count as f64
    );
    Ok(())
}

fn with_journal<'a, E: Batched>(job: Batch<'a, E>, path: &Path) -> BenchResult<Batch<'a, E>> {
    Ok(job.journal(Journal::create(path)?))
}

/// Runs a job and returns the elapsed time and the processor time.
async fn run<E: Batched>(job: Batch<'_, E>) -> BenchResult<(f64, f64)> {
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

/// A service that responds immediately and does nothing.
#[derive(Debug)]
struct Immediate;

impl Backend for Immediate {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        drop(request.into_http().into_body().into_bytes());
        Box::pin(async { Ok(HttpResponse::new(StatusCode::OK, r#"{"ErrorCode":0}"#)) })
    }
}

const ROUNDS: usize = 15;
