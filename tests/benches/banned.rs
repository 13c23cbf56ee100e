//! Lists 1,000,000 banned members through the stream, and prints how long it took and the peak memory
//! of the client. The emulator runs in a separate process, so that its memory is not counted. `cargo bench -p chat-tests --bench banned`.
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use chat_admin::Admin;
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::{Client, Quota};
use chat_types::GroupType;
use chat_usersig::SecretKey;
use futures_util::TryStreamExt;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if env::args().any(|word| word == SERVE) {
        return runtime.block_on(serve());
    }
    let mut server = Command::new(env::current_exe()?)
        .arg(SERVE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    BufReader::new(server.stdout.take().ok_or("the server prints nothing")?).read_line(&mut url)?;
    let outcome = runtime.block_on(list(url.trim()));
    // The server shuts down at the end of its input.
    drop(server.stdin.take());
    server.wait()?;
    outcome
}

async fn serve() -> Outcome<()> {
    let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await?;
    let app = emulator.app(Emulator::DEFAULT_APP)?;
    app.create_group(GROUP, GroupType::AVChatRoom)?;
    println!("{}", emulator.url());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    emulator.shutdown().await;
    Ok(())
}

async fn list(url: &str) -> Outcome<()> {
    let client = Client::builder(Emulator::DEFAULT_APP, SecretKey::new(Emulator::DEFAULT_KEY)?)
        .endpoint(url)
        .quota(Quota::unlimited())
        .timeout(Duration::from_secs(60))
        .build()?;
    let group = Admin::new(client).group(GROUP);

    let before = Instant::now();
    let accounts = (0..MEMBERS).map(|number| format!("viewer-{number:07}"));
    let done = group.ban(accounts).run().await.summary.done;
    println!("banned {done} accounts in {:.1} s", before.elapsed().as_secs_f64());

    let before = Instant::now();
    let banned = group.banned_members().items();
    let count = banned.try_fold(0_u64, |count, _| async move { Ok(count + 1) }).await?;
    let seconds = before.elapsed().as_secs_f64();
    println!("listed {count} bans in {seconds:.1} s, {:.0} per second", count as f64 / seconds);
    match peak_memory() {
        Some(mebibytes) => {
            println!("peak memory of the client: {mebibytes:.1} MiB (target: under 64)");
        }
        None => println!("peak memory of the client: unknown on this system"),
    }
    Ok(())
}

/// Returns the high-water mark of resident memory in MiB, if the system reports it.
fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

const SERVE: &str = "--serve";
const GROUP: &str = "@TGS#aJRGC4MH6";
const MEMBERS: u32 = 1_000_000;
