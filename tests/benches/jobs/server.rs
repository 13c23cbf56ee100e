//! The emulator in a process of its own, so that neither its memory nor its runtime is the client's.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use chat_emulator::{Emulator, QuotaMode};
use chat_types::{Endpoint as _, GroupType, group::ForbidSendMsg};

use crate::{GROUP, Outcome};

pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Server {
    /// One that keeps to the documented quotas, or one that takes whatever comes.
    pub(crate) fn start(latency: Duration, has_quota: bool) -> Outcome<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args([WORD, &latency.as_millis().to_string(), &has_quota.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("the server prints nothing")?;
        let mut output = BufReader::new(output);
        let mut url = String::new();
        output.read_line(&mut url)?;
        Ok(Self { process, output, url: url.trim().to_owned() })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops it. How many calls it refused because too many came.
    pub(crate) fn stop(mut self) -> Outcome<u64> {
        // It ends when its input does.
        drop(self.process.stdin.take());
        let mut refused = String::new();
        self.output.read_to_string(&mut refused)?;
        self.process.wait()?;
        Ok(refused.trim().parse()?)
    }
}

/// Plays the server until standard input ends.
pub(crate) async fn serve(words: &[String]) -> Outcome<()> {
    let [latency, has_quota] = words else { return Err("the server takes two words".into()) };
    let quotas = if has_quota.parse()? { QuotaMode::Documented } else { QuotaMode::Off };
    let latency = Duration::from_millis(latency.parse()?);
    let emulator = Emulator::builder().quotas(quotas).latency(latency).start().await?;
    emulator.app(Emulator::DEFAULT_APP)?.create_group(GROUP, GroupType::Community)?;
    println!("{}", emulator.url());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    println!("{}", emulator.calls().of(ForbidSendMsg::SPEC).refused_by_quota());
    Ok(())
}

/// The first of the words.
pub(crate) const WORD: &str = "--serve";
