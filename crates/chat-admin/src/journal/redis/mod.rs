//! A journal in Redis, for processes that lose their disks.
//!
//! The journal is one string with the same bytes as a file, to which a script appends. A second key is
//! the lease: it names the process that may append, and expires unless it is renewed.
//!
//! 1. [`url`] says where the server and the keys are.
//! 2. [`server`] makes the requests, over a connection that it replaces when it breaks.
//! 3. [`keeper`] is the task that appends lines in order and renews the lease.
//!
//! Each append checks the lease and the length of the journal in one script. So a process that was
//! suspended for longer than its lease cannot write after another one has resumed the job, and a request
//! whose response was lost can be repeated.

mod keeper;
mod problem;
mod server;
#[cfg(test)]
mod tests;
mod url;

use std::time::Duration;

use self::{
    keeper::Keeper,
    server::{Mode, Server, Timing},
    url::JournalUrl,
};
pub(super) use self::{keeper::RedisWriter, problem::RedisProblem};
use super::{Journal, JournalError, JournalSummary, location::Location, writer::Storage};

/// Where a journal is on a Redis (6.2 or newer) or Valkey server.
///
/// A [`Journal`] that is opened here has the guarantees of one in a file, and a job that was interrupted
/// can be resumed on another machine:
///
/// ```no_run
/// use chat_admin::{Group, RedisJournal};
///
/// # async fn example(group: Group, spammers: Vec<String>) -> Result<(), chat_admin::JournalError> {
/// let journal = RedisJournal::new("rediss://user:password@redis.internal:6379/0/mute-spammers")?;
/// let report = group.mute(spammers).journal(journal.open().await?).run().await;
/// println!("{}", report.summary);
/// # Ok(())
/// # }
/// ```
///
/// **One process at a time** works on the job. It holds a lease, which it renews while the journal is
/// open. If it is killed, another process can resume the job when the lease has ended, after 30 seconds.
/// A process that could not renew its lease in time, and finds that another one has taken over, writes
/// nothing more and ends its job with an error.
///
/// **The server must keep what it has accepted**: set `appendonly` to `yes` and `appendfsync` to `always`.
/// Otherwise the server may lose the last lines in a crash, and a job that resumes would repeat what they
/// say. Most calls can be repeated without harm. A job with other calls asks the server for these
/// settings, and ends before it sends anything if they are different; if the server does not tell, as
/// some hosted ones, you have to know. A failover to a replica can lose lines in any case, since replicas
/// receive them later.
///
/// The server must not evict the keys, and scripts must be allowed. The journal is the string at the key,
/// which never expires, and its lease is at `{KEY}:lease`, with the braces, so that a cluster keeps both on
/// one node. A journal that is no longer
/// needed is deleted with `DEL`. `redis-cli GET` returns it in the format of a file.
///
/// While the server does not respond, the job waits for 30 seconds before it ends with an error.
#[derive(Clone, Debug)]
pub struct RedisJournal {
    url: JournalUrl,
    timing: Timing,
}

impl RedisJournal {
    /// Names a journal by its URL, `redis://[user][:password@]host[:port]/database/key`, or `rediss://`
    /// for TLS, which is verified with the root certificates of the system. `valkey://` and `valkeys://`
    /// mean the same. Connects to nothing.
    ///
    /// The key has up to 512 ASCII letters, digits and the characters `-_.:/@+=~`.
    ///
    /// # Errors
    /// If this is not such a URL, or if TLS finds no root certificates. The error contains no part of the
    /// URL.
    pub fn new(url: &str) -> Result<Self, JournalError> {
        let timing = Timing {
            lease: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            retry_for: Duration::from_secs(30),
        };
        Ok(Self { url: JournalUrl::parse(url)?, timing })
    }

    /// Sets the password, for programs that keep it apart from the URL. One in the URL stays.
    #[must_use]
    pub fn or_password(mut self, password: &str) -> Self {
        self.url.address = self.url.address.or_password(password);
        self
    }

    /// Sets how long another process has to wait before it can resume the job, if this one is killed. At
    /// least a second. Default: 30 seconds.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.timing.lease = lease.max(Duration::from_secs(1));
        self
    }

    /// Returns the URL without its login.
    pub fn name(&self) -> String {
        self.url.to_string()
    }

    /// Creates a journal and takes its lease.
    ///
    /// # Errors
    /// If the key already exists, or the server cannot be reached or refuses.
    pub async fn create(&self) -> Result<Journal, JournalError> {
        self.acquire(Mode::Create).await
    }

    /// Takes the lease of a journal to resume its job.
    ///
    /// # Errors
    /// If the key does not exist, another process has the lease, the journal is damaged, or the server
    /// cannot be reached or refuses.
    pub async fn resume(&self) -> Result<Journal, JournalError> {
        self.acquire(Mode::Resume).await
    }

    /// Opens a journal to resume its job, or creates one if the key does not exist.
    ///
    /// # Errors
    /// The same as for [`resume`](Self::resume), except that the key may be missing.
    pub async fn open(&self) -> Result<Journal, JournalError> {
        self.acquire(Mode::Open).await
    }

    /// Summarizes a journal without resuming its job, which may be running.
    ///
    /// # Errors
    /// If the key does not exist, the journal is damaged, or the server cannot be reached or refuses.
    pub async fn read(&self) -> Result<JournalSummary, JournalError> {
        let mut server = Server::new(self.url.clone(), self.timing);
        let length = server.length().await?;
        let earlier = server.read(length, false).await?;
        JournalSummary::new(self.location(), earlier)
    }

    async fn acquire(&self, mode: Mode) -> Result<Journal, JournalError> {
        let mut server = Server::new(self.url.clone(), self.timing);
        let length = server.acquire(mode).await?;
        let opened = async {
            let durability = server.durability().await?;
            Ok((durability, server.read(length, true).await?))
        };
        match opened.await {
            Ok((durability, earlier)) => {
                let writer = Keeper::start(server, length, durability, self.timing.lease);
                Ok(Journal::new(self.location(), Storage::Redis(writer), earlier))
            }
            Err(error) => {
                server.release().await;
                Err(error)
            }
        }
    }

    fn location(&self) -> Location {
        Location::Redis(self.name())
    }
}
