use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    sync::Arc,
    time::Duration,
};

use chat_types::clock::{Clock, SystemClock};
use chat_usersig::{SecretKey, Signer};
use thiserror::Error;
use tokio::net::{TcpListener, lookup_host};

use crate::{
    Emulator,
    app_cell::AppInner,
    quota::{Quota, QuotaMode},
    server::Limits,
    service::{Service, Settings},
    state::{
        AppState,
        accounts::Accounts,
        direct_messages::DirectMessages,
        groups::Groups,
        growth::{Growth, MAX_NET_GROWTH},
        history::History,
    },
};

/// What an [`Emulator`] shall be; see [`Emulator::builder`].
#[derive(Debug)]
#[must_use = "nothing listens before `start`"]
pub struct EmulatorBuilder {
    apps: BTreeMap<u32, SecretKey>,
    admins: BTreeSet<String>,
    listen: String,
    clock: Arc<dyn Clock>,
    quotas: QuotaMode,
    last_page: LastPage,
    keep_requests: usize,
    limits: Limits,
}

/// How the last page of a list is told whose answers name the place of the next page
/// (`get_group_ban_member`, `get_appid_group_list`).
///
/// Both are documented: the texts say that the mark is 0 once everything was returned, and the
/// samples have a mark other than 0 after everything was returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastPage {
    /// The last page with entries has the mark 0.
    #[default]
    Marked,
    /// Every page with entries names a next one; an empty page with the mark 0 comes last, as the
    /// samples suggest. A client that takes a short page or a non-zero mark for more than it says
    /// shows its mistake here.
    FollowedByEmpty,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            apps: BTreeMap::new(),
            admins: BTreeSet::new(),
            listen: String::from("127.0.0.1:0"),
            clock: Arc::new(SystemClock),
            quotas: QuotaMode::Documented,
            last_page: LastPage::Marked,
            keep_requests: 0,
            limits: Limits { max_request_bytes: 1 << 20, latency: Duration::ZERO },
        }
    }
}

impl EmulatorBuilder {
    /// Adds an app and its secret key. Without any, there is [`Emulator::DEFAULT_APP`] with the
    /// key [`Emulator::DEFAULT_KEY`].
    pub fn app(mut self, sdk_app_id: u32, key: SecretKey) -> Self {
        self.apps.insert(sdk_app_id, key);
        self
    }

    /// Adds an account that may call the API, in every app. Without any, there is
    /// [`Emulator::DEFAULT_ADMIN`].
    pub fn admin(mut self, identifier: impl Into<String>) -> Self {
        self.admins.insert(identifier.into());
        self
    }

    /// Listens on this address, such as `127.0.0.1:8080` or `localhost:0`; port 0 is a free one.
    /// `127.0.0.1:0` unless set.
    ///
    /// Whatever it is told it binds. It speaks plain HTTP, so an address beyond this machine is
    /// for networks that you trust.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self
    }

    /// Goes by this clock: for signatures, mutes, bans and quotas. The machine's own unless set.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Limits the rate of calls; as documented unless set.
    pub fn quotas(mut self, quotas: QuotaMode) -> Self {
        self.quotas = quotas;
        self
    }

    /// Chooses how the last page of a list is told.
    pub fn last_page(mut self, last_page: LastPage) -> Self {
        self.last_page = last_page;
        self
    }

    /// Takes request bodies up to this many bytes; longer ones answer HTTP status 413. 1 MiB unless
    /// set.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_request_bytes = bytes;
        self
    }

    /// Sends every response so much later, as a network would. The call itself is carried out at
    /// once, and calls on other connections are not held up. No delay unless set.
    ///
    /// This is real time, whatever the clock is: a client waits for its responses in real time.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.limits.latency = latency;
        self
    }

    /// Keeps the newest requests, at most so many, for
    /// [`Emulator::requests`](crate::Emulator::requests). None unless set.
    ///
    /// Bodies are kept whole: up to this many times the longest body that is taken. So that the
    /// order is the right one, calls are then carried out one after the other, those of several
    /// apps too.
    pub fn keep_requests(mut self, most: usize) -> Self {
        self.keep_requests = most;
        self
    }

    /// Starts to listen, on a task of the current Tokio runtime.
    ///
    /// # Errors
    /// When the address is no address or cannot be listened on, or when the quotas are scaled by
    /// something that is no factor above 0.
    pub async fn start(self) -> Result<Emulator, StartError> {
        if !self.quotas.is_sensible() {
            return Err(StartError::new(Kind::QuotaMode(self.quotas)));
        }
        let listener = bind(&self.listen).await?;
        let address = listener.local_addr().map_err(|error| {
            StartError::new(Kind::Address { address: self.listen.clone(), error })
        })?;
        let limits = self.limits;
        Ok(Emulator::serve(listener, address, self.into_service(), limits))
    }

    fn into_service(mut self) -> Service {
        if self.apps.is_empty()
            && let Ok(key) = SecretKey::new(Emulator::DEFAULT_KEY)
        {
            self.apps.insert(Emulator::DEFAULT_APP, key);
        }
        if self.admins.is_empty() {
            self.admins.insert(Emulator::DEFAULT_ADMIN.to_owned());
        }
        let (quotas, admins) = (self.quotas, &self.admins);
        let apps = self.apps.into_iter().map(|(sdk_app_id, key)| {
            let app = AppInner::new(
                Signer::new(sdk_app_id, key),
                Quota::new(quotas),
                app_state(sdk_app_id, quotas, admins),
            );
            (sdk_app_id, Arc::new(app))
        });
        let apps = apps.collect();
        Service::new(Settings {
            apps,
            admins: self.admins,
            clock: self.clock,
            last_page: self.last_page,
            keep_requests: self.keep_requests,
        })
    }
}

fn app_state(sdk_app_id: u32, quotas: QuotaMode, admins: &BTreeSet<String>) -> AppState {
    let mut accounts = Accounts::default();
    for admin in admins {
        accounts.log_in(admin);
    }
    let growth = Growth::new(quotas.apply(MAX_NET_GROWTH));
    AppState {
        sdk_app_id,
        accounts,
        groups: Groups::default(),
        growth,
        broadcasts: History::default(),
        direct_messages: DirectMessages::default(),
    }
}

async fn bind(address: &str) -> Result<TcpListener, StartError> {
    let no_address = |error| StartError::new(Kind::Address { address: address.to_owned(), error });
    let mut resolved = lookup_host(address).await.map_err(no_address)?;
    let first = resolved.next().ok_or_else(|| no_address(io::ErrorKind::NotFound.into()))?;
    TcpListener::bind(first)
        .await
        .map_err(|error| StartError::new(Kind::Listen { address: address.to_owned(), error }))
}

/// Why an emulator did not start.
#[derive(Debug)]
pub struct StartError {
    kind: Kind,
}

#[derive(Debug, Error)]
enum Kind {
    #[error("{address:?} is no address to listen on; give host and port, such as 127.0.0.1:8080")]
    Address {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error("cannot listen on {address}: {}", advice(error))]
    Listen {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error("quotas cannot be scaled like this: {0:?}; the factor must be a number above 0")]
    QuotaMode(QuotaMode),
}

impl StartError {
    fn new(kind: Kind) -> Self {
        Self { kind }
    }

    /// Whether somebody else listens on the address already. Choose another port, or port 0 for a
    /// free one.
    pub fn is_address_in_use(&self) -> bool {
        matches!(&self.kind, Kind::Listen { error, .. } if error.kind() == io::ErrorKind::AddrInUse)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "something listens there already; stop it, or choose another port (0 is a free one)"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address; 127.0.0.1 is always there"
        }
        io::ErrorKind::PermissionDenied => {
            "that is not allowed to you; ports below 1024 often are not, choose a higher one"
        }
        _ => "the system refused; the cause says why",
    }
}
