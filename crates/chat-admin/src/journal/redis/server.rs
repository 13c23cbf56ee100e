//! Requests to the server of a journal.

use std::{
    collections::HashMap,
    fmt::Write as _,
    hash::{BuildHasher as _, RandomState},
    io,
    time::Duration,
};

use chat_redis::{Address, Connection};
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, Script, ScriptInvocation, cmd};
use tokio::time::{Instant, sleep, timeout};

use super::{
    super::{
        Header, History, JournalError, Kind,
        read::{LineReader, MAX_LINE_BYTES},
    },
    problem::RedisProblem,
    url::JournalUrl,
};

/// The server of one journal, over a connection that is replaced when it breaks.
pub(super) struct Server {
    url: JournalUrl,
    timing: Timing,
    /// Identifies this process in the lease.
    holder: String,
    /// The node of a cluster that has the keys, once it is known.
    node: Option<Address>,
    connection: Option<Connection>,
}

/// How long things last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    pub(super) lease: Duration,
    /// How long one request may take.
    pub(super) timeout: Duration,
    /// How long an append is repeated.
    pub(super) retry_for: Duration,
}

/// What may be at the key when a journal is opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    Create,
    Resume,
    Open,
}

/// Whether the server keeps what it has accepted.
#[derive(Clone, Debug)]
pub(super) enum Durability {
    Kept,
    /// This setting is different.
    MayBeLost(String),
    /// The server does not show its settings.
    Untold,
}

/// What is asked of the server.
#[derive(Clone, Copy)]
enum Request<'a> {
    Script(&'a ScriptInvocation<'a>),
    Command(&'a Cmd),
}

impl Request<'_> {
    async fn send<T: FromRedisValue>(self, connection: &mut Connection) -> Result<T, RedisError> {
        match self {
            Self::Script(script) => script.invoke_async(connection.commands()).await,
            Self::Command(command) => command.query_async(connection.commands()).await,
        }
    }
}

impl Server {
    pub(super) fn new(url: JournalUrl, timing: Timing) -> Self {
        Self { url, timing, holder: holder(), node: None, connection: None }
    }

    /// Takes the lease, and returns the length of the journal.
    pub(super) async fn acquire(&mut self, mode: Mode) -> Result<u64, JournalError> {
        let script = Script::new(include_str!("acquire.lua"));
        let mode = match mode {
            Mode::Create => "create",
            Mode::Resume => "resume",
            Mode::Open => "open",
        };
        let mut script = script.key(&self.url.key);
        script.key(self.url.lease_key()).arg(&self.holder).arg(millis(self.timing.lease)).arg(mode);
        let outcome: Result<(String, i64), _> = self.request(Request::Script(&script)).await;
        let (status, number) = outcome.map_err(|why| self.error("opened", why))?;
        let number = u64::try_from(number).unwrap_or(0);
        let kind = match status.as_str() {
            "ok" => return Ok(number),
            "in use" => Kind::InUse { lease_ends_in: Some(Duration::from_millis(number)) },
            "exists" => Kind::AlreadyExists,
            _ => Kind::NotFound,
        };
        Err(self.fault(kind))
    }

    /// Appends bytes after the first `length`, and renews the lease. Repeats this for a while, until the
    /// server responds.
    pub(super) async fn append(&mut self, length: u64, bytes: &[u8]) -> Result<(), JournalError> {
        let script = Script::new(include_str!("append.lua"));
        let mut script = script.key(&self.url.key);
        script.key(self.url.lease_key()).arg(&self.holder).arg(millis(self.timing.lease));
        script.arg(length).arg(bytes);
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        let status: String = loop {
            let outcome = self.request(Request::Script(&script)).await;
            match outcome {
                Ok(status) => break status,
                Err(why) if start.elapsed() + pause > self.timing.retry_for => {
                    return Err(self.error("written", why));
                }
                Err(why) => tracing::debug!(why, ?pause, "waiting to write to the journal again"),
            }
            sleep(pause).await;
            pause = (pause * 2).min(MAX_PAUSE);
        };
        match status.as_str() {
            "ok" => Ok(()),
            "changed" => Err(self.problem(RedisProblem::Overwritten)),
            _ => Err(self.problem(RedisProblem::LeaseLost)),
        }
    }

    /// Gives up the lease. If that fails, it ends by itself.
    pub(super) async fn release(&mut self) {
        let script = Script::new(include_str!("release.lua"));
        let mut script = script.key(&self.url.key);
        script.key(self.url.lease_key()).arg(&self.holder);
        let outcome: Result<String, _> = self.request(Request::Script(&script)).await;
        if let Err(why) = outcome {
            tracing::debug!(why, "the lease of the journal was not given up");
        }
    }

    /// Returns the length of the journal.
    pub(super) async fn length(&mut self) -> Result<u64, JournalError> {
        let (exists, length): (bool, u64) = {
            let exists = self.command(cmd("EXISTS").arg(&self.url.key)).await;
            let length = self.command(cmd("STRLEN").arg(&self.url.key)).await;
            let both = exists.and_then(|exists| Ok((exists, length?)));
            both.map_err(|why| self.error("opened", why))?
        };
        if exists { Ok(length) } else { Err(self.fault(Kind::NotFound)) }
    }

    /// Asks whether the server keeps what it has accepted.
    pub(super) async fn durability(&mut self) -> Result<Durability, JournalError> {
        let settings: Result<HashMap<String, String>, _> =
            self.command(cmd("CONFIG").arg("GET").arg("append*")).await;
        let settings = match settings {
            Ok(settings) => settings,
            Err(why) if self.connection.is_some() => {
                tracing::warn!(why, "the server does not tell whether it keeps the journal");
                return Ok(Durability::Untold);
            }
            Err(why) => return Err(self.error("opened", why)),
        };
        for (name, wanted) in [("appendonly", "yes"), ("appendfsync", "always")] {
            match settings.get(name) {
                Some(value) if value == wanted => {}
                Some(value) => return Ok(Durability::MayBeLost(format!("{name} is {value}"))),
                None => return Ok(Durability::Untold),
            }
        }
        Ok(Durability::Kept)
    }

    /// Reads the first `length` bytes of the journal, and renews the lease meanwhile if `is_held`.
    pub(super) async fn read(
        &mut self,
        length: u64,
        is_held: bool,
    ) -> Result<Option<(Header, History)>, JournalError> {
        let mut lines = LineReader::new(self.url.location());
        let mut bytes: Vec<u8> = Vec::new();
        let mut position = 0;
        let mut renewed = Instant::now();
        while position < length {
            let end = length.min(position + PAGE_BYTES) - 1;
            let page: Result<Vec<u8>, _> =
                self.command(cmd("GETRANGE").arg(&self.url.key).arg(position).arg(end)).await;
            let page = page.map_err(|why| self.error("read", why))?;
            if page.is_empty() {
                return Err(self.problem(RedisProblem::Overwritten));
            }
            position += page.len() as u64;
            bytes.extend_from_slice(&page);
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
            for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
                match std::str::from_utf8(line.trim_ascii()) {
                    Ok(text) => lines.add(text)?,
                    Err(_) => return Err(lines.invalid_next("it is not valid UTF-8")),
                }
            }
            bytes.drain(..whole);
            if bytes.len() as u64 > MAX_LINE_BYTES {
                let problem = format!("it is longer than {MAX_LINE_BYTES} bytes");
                return Err(lines.invalid_next(problem));
            }
            if is_held && renewed.elapsed() > self.timing.lease / 3 {
                self.append(length, &[]).await?;
                renewed = Instant::now();
            }
        }
        if bytes.is_empty() { Ok(lines.finish()) } else { Err(lines.invalid_next("it has no end")) }
    }

    async fn command<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, String> {
        self.request(Request::Command(command)).await
    }

    /// Makes one request, in the time for it, with all redirects of a cluster. Returns why it failed.
    async fn request<T: FromRedisValue>(&mut self, request: Request<'_>) -> Result<T, String> {
        let limit = self.timing.timeout;
        match timeout(limit, self.follow(request)).await {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => {
                self.connection = None;
                Err(format!("no response within {limit:?}"))
            }
        }
    }

    async fn follow<T: FromRedisValue>(&mut self, request: Request<'_>) -> Result<T, RedisError> {
        for _ in 0..MAX_REDIRECTS {
            match self.send(request).await {
                Err(error) if error.redirect_node().is_some() => {
                    self.connection = None;
                    let node = error.redirect_node();
                    self.node = node.and_then(|(node, _)| self.url.address.at_node(node));
                }
                outcome => return outcome,
            }
        }
        Err(RedisError::from((ErrorKind::Client, "the nodes of the cluster redirect in a circle")))
    }

    async fn send<T: FromRedisValue>(&mut self, request: Request<'_>) -> Result<T, RedisError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => {
                let address = self.node.as_ref().unwrap_or(&self.url.address);
                match Connection::open(address).await {
                    Ok(connection) => self.connection.insert(connection),
                    Err(error) => {
                        // The node may be gone, and the URL still lead to the others.
                        self.node = None;
                        return Err(error);
                    }
                }
            }
        };
        let outcome = request.send(connection).await;
        if outcome.as_ref().is_err_and(RedisError::is_connection_dropped) {
            self.connection = None;
        }
        outcome
    }

    fn error(&self, action: &'static str, why: String) -> JournalError {
        JournalError::io(self.url.location(), action, io::Error::other(why))
    }

    pub(super) fn problem(&self, problem: RedisProblem) -> JournalError {
        self.fault(Kind::Redis(problem))
    }

    fn fault(&self, kind: Kind) -> JournalError {
        JournalError::new(self.url.location(), kind)
    }
}

/// Returns a string that no other process has, and no other journal of this one.
fn holder() -> String {
    let mut text = String::new();
    for part in 0..2_u8 {
        let _ = write!(text, "{:016x}", RandomState::new().hash_one((part, std::process::id())));
    }
    text
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(2);
const PAGE_BYTES: u64 = 1 << 20;
const MAX_REDIRECTS: usize = 4;
