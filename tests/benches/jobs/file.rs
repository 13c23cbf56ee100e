//! A list that does not fit into memory.

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

use crate::{GROUP, Outcome, accounts, admin, server::Server, system};

pub(crate) fn measure(count: u64) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("accounts.txt");
    write(&path, count)?;
    let server = Server::start(LATENCY, true)?;
    let status = Command::new(env::current_exe()?)
        .args([WORD, server.url(), &count.to_string()])
        .arg(&path)
        .status()?;
    if !status.success() {
        return Err(format!("the client failed: {status}").into());
    }
    println!("  {} refused (aim: 0)", server.stop()?);
    Ok(())
}

fn write(path: &Path, count: u64) -> Outcome<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for account in accounts(count) {
        writeln!(file, "{account}")?;
    }
    file.flush()?;
    let mebibytes = path.metadata()?.len() as f64 / f64::from(1 << 20);
    println!("{count} accounts in a file of {mebibytes:.0} MiB, {LATENCY:?} away");
    Ok(())
}

/// Plays the client, whose memory counts.
pub(crate) async fn play(words: &[String]) -> Outcome<()> {
    let [url, count, path] = words else { return Err("the client takes three words".into()) };
    let count: u64 = count.parse()?;
    let admin = admin(url, Quota::documented())?;
    let start = Instant::now();
    // The endpoint and the requests are those of mutes. Only, an emulator that has to remember ten
    // million mutes stands still for up to a second now and then, while its tables grow.
    let mut running = admin.group(GROUP).unmute(Input::accounts_file(path)?).start();
    let mut course: Vec<f64> = Vec::new();
    while running.next().await.is_some() {
        let percent = running.progress().summary.items() * 100 / count;
        while (course.len() as u64) < percent {
            course.push(system::resident_memory());
            if [10, 50, 100].contains(&course.len()) {
                println!(
                    "  at {:>3} %: {:.1} MiB resident",
                    course.len(),
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
    println!("  {per_second:.1} calls a second, {:.2} % of the quota (aim: 98)", per_second / 2.0);
    // The first second's calls may go at once, so that the least time is one second less.
    let least = admin.client().min_duration(ForbidSendMsg::SPEC, summary.calls).as_secs_f64();
    println!("  least time {least:.2} s, {:.2} % of this one", 100.0 * least / time.as_secs_f64());
    let later = course.get(10..).unwrap_or_default();
    let (least, most) = later
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), now| (least.min(*now), most.max(*now)));
    println!("  from 10 % on between {least:.1} and {most:.1} MiB (aim: flat)");
    println!("  peak memory of the client: {:.1} MiB (aim: under 48)", system::peak_memory());
    Ok(())
}

/// The first of the words.
pub(crate) const WORD: &str = "--mute-file";

const LATENCY: Duration = Duration::from_millis(50);
