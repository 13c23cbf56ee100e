//! What chatctl costs: the time of a command, that of a call, and the memory of a large job.
//!
//! `cargo bench -p chat-cli` prints the figures, each with its limit, and fails if one is exceeded. It
//! starts an emulator on this machine. A call is compared with a program that does nothing but send the
//! same request with hyper.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints figures")]

use std::{
    error::Error,
    fs::{self, File},
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use bytes::Bytes;
use chat_types::{Endpoint as _, group::GetAppidGroupList};
use chat_usersig::{SecretKey, SignedQuery, Signer};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let outcome = match std::env::args().skip_while(|argument| argument != BARE).nth(1) {
        Some(url) => bare_call(&url).map(|()| true),
        None => measure(),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Outcome<bool> {
    let explain = median(RUNS, || succeed(chatctl(&["explain", "10010"])))?;
    let mut within = print("chatctl explain 10010", millis(explain), 20.0, "ms");

    let emulator = Emulator::start()?;
    let call = median(RUNS, || succeed(emulator.chatctl(&["call", LIST_GROUPS])))?;
    let url = emulator.signed_url()?;
    let this = std::env::current_exe()?;
    let bare = median(RUNS, || {
        let mut command = Command::new(&this);
        command.args([BARE, &url]).stdout(Stdio::null());
        succeed(command)
    })?;
    println!("chatctl call {:.1} ms, bare program {:.1} ms", millis(call), millis(bare));
    within &= print(
        "chatctl call, as a multiple of a bare program",
        call.as_secs_f64() / bare.as_secs_f64(),
        1.5,
        "",
    );

    let (peak, elapsed) = large_job(&emulator)?;
    println!("{ACCOUNTS} accounts muted in {:.1} s", elapsed.as_secs_f64());
    within &= print("peak memory of that job", peak, 32.0, "MiB");
    Ok(within)
}

/// Prints a figure and returns whether it is within its limit.
fn print(name: &str, figure: f64, limit: f64, unit: &str) -> bool {
    let within = figure <= limit;
    let verdict = if within { "ok" } else { "EXCEEDED" };
    println!("{name}: {figure:.2} {unit} (limit {limit} {unit}): {verdict}");
    within
}

/// Mutes a million accounts from a file under the documented quota. Returns the peak of the memory in
/// MiB, and the time.
fn large_job(emulator: &Emulator) -> Outcome<(f64, Duration)> {
    let directory = tempfile::tempdir()?;
    let list = directory.path().join("accounts");
    write_accounts(&list)?;
    let group = ["group", "create", "stage", "--type", "AVChatRoom", "--name", "Stage"];
    succeed(emulator.chatctl(&group))?;
    let list = list.to_str().ok_or("the temporary directory is not UTF-8")?;
    let mute = ["group", "mute", "stage", "--forever", "--members-file", list];
    let start = Instant::now();
    let mut job = emulator.chatctl(&mute).spawn()?;
    let mut peak = 0.0;
    loop {
        peak = peak_memory(&job).unwrap_or(peak);
        if let Some(status) = job.try_wait()? {
            if !status.success() {
                return Err(format!("the job ended with {status}").into());
            }
            return Ok((peak, start.elapsed()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn write_accounts(path: &Path) -> Outcome<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..ACCOUNTS {
        writeln!(file, "account{number}")?;
    }
    Ok(file.flush()?)
}

/// Returns the largest resident set so far in MiB, which Linux knows.
fn peak_memory(process: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1_024.0)
}

/// Returns the median time of a command that is run this many times.
fn median(runs: usize, mut run: impl FnMut() -> Outcome<()>) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        run()?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    times.get(runs / 2).copied().ok_or_else(|| "no runs".into())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn chatctl(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chatctl"));
    command.args(args).arg("--quiet").env("XDG_CONFIG_HOME", "/nonexistent");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn succeed(mut command: Command) -> Outcome<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}").into()) }
}

/// `chatctl emulator` in a process, which is killed on drop.
struct Emulator {
    process: Child,
    url: String,
}

impl Emulator {
    fn start() -> Outcome<Self> {
        let mut process = chatctl(&["emulator"]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ").ok_or("the emulator did not start")?;
        Ok(Self { process, url: url.to_owned() })
    }

    fn chatctl(&self, args: &[&str]) -> Command {
        let mut command = chatctl(args);
        command
            .env("CHAT_ENDPOINT", &self.url)
            .env("CHAT_SDKAPPID", APP.to_string())
            .env("CHAT_SECRET_KEY", KEY);
        command
    }

    fn signed_url(&self) -> Outcome<String> {
        let signer = Signer::new(APP, SecretKey::new(KEY)?);
        let hour = Duration::from_secs(3_600);
        let user_sig = signer.sign_at(ADMIN, std::time::SystemTime::now(), hour)?;
        let query = SignedQuery::new(APP, ADMIN, &user_sig);
        Ok(query.sign(GetAppidGroupList::SPEC.url(&self.url), 7))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program that chatctl is compared with.
fn bare_call(url: &str) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let body = runtime.block_on(async {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        let request = Request::post(url).body(Full::new(Bytes::from_static(b"{}")))?;
        let response = client.request(request).await?;
        Outcome::Ok(response.into_body().collect().await?.to_bytes())
    })?;
    println!("{}", String::from_utf8_lossy(&body));
    Ok(())
}

const BARE: &str = "--bare-call";

const LIST_GROUPS: &str = "group_open_http_svc/get_appid_group_list";

const RUNS: usize = 41;

const ACCOUNTS: u32 = 1_000_000;

/// The default app of an emulator.
const APP: u32 = 1_400_000_000;

const KEY: &str = "emulator-secret-key";

const ADMIN: &str = "administrator";
