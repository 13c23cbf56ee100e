//! A list that does not fit into memory, read from a file.

use std::{
    env,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use chat_admin::{End, Input};
use chat_transport::Quota;
use chat_types::{Endpoint as _, group::ForbidSendMsg};

use crate::{BenchResult, GROUP, accounts, admin, server::Server, system};

pub(crate) fn measure(count: u64) -> BenchResult<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("accounts.txt");
    write(&path, count)?;
    let server = Server::start(LATENCY, true)?;
    let status = Command::new(env::current_exe()?)
        .args([FLAG, server.url(), &count.to_string()])
        .arg(&path)
        .status()?;
    if !status.success() {
        return Err(format!("the client failed: {status}").into());
    }
    println!("  {} refused (aim: 0)", server.stop()?);
    Ok(())
}

fn write(path: &Path, count: u64) -> BenchResult<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for account in accounts(count) {
        writeln!(file, "{account}")?;
    }
    file.flush()?;
    let mebibytes = path.metadata()?.len() as f64 / f64::from(1 << 20);
    println!("{count} accounts in a file of {mebibytes:.0} MiB, {LATENCY:?} away");
    Ok(())
}

/// Runs the client, in a process whose memory is measured.
pub(crate) async fn run_client(arguments: &[String]) -> BenchResult<()> {
    let [url, count, path] = arguments else { return Err("expected three arguments".into()) };
    let count: u64 = count.parse()?;
    let admin = admin(url, Quota::documented())?;
    let start = Instant::now();
    // The endpoint and the requests are those of mutes. An emulator that has to store ten million mutes
    // would pause for up to a second now and then, while its tables grow.
    let mut running = admin.group(GROUP).unmute(Input::accounts_file(path)?).start();
    let mut memory_by_percent: Vec<f64> = Vec::new();
    while running.next().await.is_some() {
        let percent = running.progress().summary.items() * 100 / count;
        while (memory_by_percent.len() as u64) < percent {
            memory_by_percent.push(system::resident_memory());
            if [10, 50, 100].contains(&memory_by_percent.len()) {
                println!(
                    "  at {:>3} %: {:.1} MiB resident",
                    memory_by_percent.len(),
                    system::resident_memory()
                );
            }
        }
    }
    let time = start.elapsed();
    let summary = running.progress().summary;
    if !matches!(running.end(), Some(End::Complete)) || summary.done != count {
        return Err(format!("{summary}: {:?}", running.end()).into());
    }
    println!("  {summary} in {:.2} s", time.as_secs_f64());
    let per_second = summary.calls as f64 / time.as_secs_f64();
    println!(
        "  {per_second:.1} calls per second, {:.2} % of the quota (aim: 98)",
        per_second / 2.0
    );
    // The calls of the first second may all be sent at its start, so the minimum is one second less.
    let least = admin.client().min_duration(ForbidSendMsg::SPEC, summary.calls).as_secs_f64();
    println!(
        "  minimum duration {least:.2} s, {:.2} % of this one",
        100.0 * least / time.as_secs_f64()
    );
    let later = memory_by_percent.get(10..).unwrap_or_default();
    let (least, most) = later
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), now| (least.min(*now), most.max(*now)));
    println!("  from 10 % on between {least:.1} and {most:.1} MiB (aim: flat)");
    println!("  peak memory of the client: {:.1} MiB (aim: under 48)", system::peak_memory());
    Ok(())
}

/// The first argument of the process.
pub(crate) const FLAG: &str = "--mute-file";

const LATENCY: Duration = Duration::from_millis(50);
