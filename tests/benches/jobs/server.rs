//! The emulator in a separate process, so that it shares neither memory nor runtime with the client.

use std::{
    env,
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use chat_emulator::{Emulator, QuotaMode};
use chat_types::{Endpoint as _, GroupType, group::ForbidSendMsg};

use crate::{BenchResult, GROUP};

/// A process that runs the emulator.
pub(crate) struct Server {
    process: Child,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Server {
    /// Starts an emulator that enforces the documented quotas, or accepts any number of calls.
    pub(crate) fn start(latency: Duration, has_quota: bool) -> BenchResult<Self> {
        let mut process = Command::new(env::current_exe()?)
            .args([FLAG, &latency.as_millis().to_string(), &has_quota.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut output = BufReader::new(output);
        let mut url = String::new();
        output.read_line(&mut url)?;
        Ok(Self { process, output, url: url.trim().to_owned() })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops it. Returns the number of calls that it refused because of the quota.
    pub(crate) fn stop(mut self) -> BenchResult<u64> {
        // It ends when its input does.
        drop(self.process.stdin.take());
        let mut refused = String::new();
        self.output.read_to_string(&mut refused)?;
        self.process.wait()?;
        Ok(refused.trim().parse()?)
    }
}

/// Runs the emulator until standard input ends.
pub(crate) async fn serve(arguments: &[String]) -> BenchResult<()> {
    let [latency, has_quota] = arguments else { return Err("expected two arguments".into()) };
    let quotas = if has_quota.parse()? { QuotaMode::Documented } else { QuotaMode::Off };
    let latency = Duration::from_millis(latency.parse()?);
    let emulator = Emulator::builder().quotas(quotas).latency(latency).start().await?;
    emulator.app(Emulator::DEFAULT_APP)?.create_group(GROUP, GroupType::Community)?;
    println!("{}", emulator.url());
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    println!("{}", emulator.calls().of(ForbidSendMsg::SPEC).refused_by_quota());
    Ok(())
}

/// The first argument of the process.
pub(crate) const FLAG: &str = "--serve";
