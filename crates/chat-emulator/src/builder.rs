//! The settings of an emulator, and its start.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::Arc,
    time::Duration,
};

use chat_types::{
    clock::{Clock, SystemClock},
    limits::{
        GROUP_ATTRIBUTE_WRITES_PER_SECOND, MAX_DAILY_GROUP_GROWTH, MAX_DAILY_PUSHES,
        ROOM_CREATIONS_PER_SECOND,
    },
};
use chat_usersig::{SecretKey, Signer};
use tokio::net::{TcpListener, lookup_host};
use tracing::warn;

use crate::{
    Emulator, LastPage, StartError,
    app::inner::AppInner,
    quota::{QuotaMode, RateCounter},
    server::Limits,
    service::{Service, Settings},
    state::{
        AppState, accounts::Accounts, chat_files::ChatFiles, conversation_lists::ConversationLists,
        direct_messages::DirectMessages, figures::DailyFigures, follows::Follows,
        group_growth::GroupGrowth, groups::Groups, history::History, history_files::HistoryFiles,
        moderation::Moderation, official_accounts::OfficialAccounts, push::PushService,
        relationships::Relationships, restrictions::AccountMutes, robots::Robots,
        room_creations::RoomCreations, room_webhooks::RoomWebhooks,
    },
};

/// Configures and starts an [`Emulator`]; created by [`Emulator::builder`].
#[derive(Debug)]
#[must_use = "the emulator does not listen until `start` is called"]
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
    /// Adds an app and its secret key.
    ///
    /// Without any app, the emulator has [`Emulator::DEFAULT_APP`] with the key
    /// [`Emulator::DEFAULT_KEY`].
    pub fn app(mut self, sdk_app_id: u32, key: SecretKey) -> Self {
        self.apps.insert(sdk_app_id, key);
        self
    }

    /// Adds an admin: an account that may call the API, in every app.
    ///
    /// Without any admin, the emulator has [`Emulator::DEFAULT_ADMIN`].
    pub fn admin(mut self, identifier: impl Into<String>) -> Self {
        self.admins.insert(identifier.into());
        self
    }

    /// Sets the address to listen on, such as `127.0.0.1:8080` or `localhost:0`; port 0 picks a
    /// free port. The default is `127.0.0.1:0`.
    ///
    /// The emulator speaks plain HTTP, so listen on addresses beyond this machine only in networks
    /// that you trust, and with a key of your own: see [`Emulator::exposure_warning`].
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self
    }

    /// Sets the clock for signatures, mutes, bans, quotas and the `Date` of responses. The default is
    /// the clock of the machine.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how the rate of calls is limited. The default is [`QuotaMode::Documented`].
    pub fn quotas(mut self, quotas: QuotaMode) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets how the last page of a list is marked. The default is [`LastPage::Marked`].
    pub fn last_page(mut self, last_page: LastPage) -> Self {
        self.last_page = last_page;
        self
    }

    /// Sets the maximum length of a request body, in bytes; longer ones get HTTP status 413. The
    /// default is 1 MiB.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.limits.max_request_bytes = bytes;
        self
    }

    /// Delays every response by this time, as a network would. The call itself takes effect
    /// immediately, and calls on other connections are not delayed further. The default is no
    /// delay.
    ///
    /// This is real time even with a [`ManualClock`](crate::ManualClock), because a client waits
    /// for its responses in real time.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.limits.latency = latency;
        self
    }

    /// Keeps the newest requests, at most this many, for
    /// [`Emulator::requests`](crate::Emulator::requests). The default is 0.
    ///
    /// Bodies are kept whole, so this takes up to this number times
    /// [`max_request_bytes`](Self::max_request_bytes) of memory. To keep the order of the log
    /// exact, calls are handled one at a time, across all apps.
    pub fn keep_requests(mut self, max: usize) -> Self {
        self.keep_requests = max;
        self
    }

    /// Starts to listen, on a task of the current Tokio runtime.
    ///
    /// # Errors
    /// When the address is invalid or cannot be listened on, or when the factor of
    /// [`QuotaMode::Scaled`] is not a finite number above 0.
    pub async fn start(self) -> Result<Emulator, StartError> {
        if !self.quotas.is_valid() {
            return Err(StartError::quota_scale(self.quotas));
        }
        let listener = bind(&self.listen).await?;
        let address =
            listener.local_addr().map_err(|error| StartError::address(&self.listen, error))?;
        let limits = self.limits;
        let emulator = Emulator::serve(listener, address, self.into_service(), limits);
        if let Some(warning) = emulator.exposure_warning() {
            warn!("{warning}");
        }
        Ok(emulator)
    }

    pub(crate) fn into_service(mut self) -> Service {
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
                RateCounter::new(quotas),
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
    // Admins are not new accounts of any day.
    accounts.take_changes();
    let group_growth = GroupGrowth::new(quotas.apply(MAX_DAILY_GROUP_GROWTH.into()));
    AppState {
        sdk_app_id,
        quotas,
        accounts,
        groups: Groups::default(),
        group_growth,
        attribute_writes_per_second: quotas.apply(GROUP_ATTRIBUTE_WRITES_PER_SECOND.into()),
        broadcasts: History::default(),
        direct_messages: DirectMessages::default(),
        relationships: Relationships::default(),
        account_mutes: AccountMutes::default(),
        conversation_lists: ConversationLists::default(),
        follows: Follows::default(),
        robots: Robots::default(),
        room_creations: RoomCreations::new(quotas.apply(ROOM_CREATIONS_PER_SECOND.into())),
        room_webhooks: RoomWebhooks::default(),
        official_accounts: OfficialAccounts::default(),
        push: PushService::new(quotas.apply(MAX_DAILY_PUSHES.into())),
        moderation: Moderation::default(),
        figures: DailyFigures::default(),
        history_files: HistoryFiles::default(),
        chat_files: ChatFiles::default(),
    }
}

async fn bind(address: &str) -> Result<TcpListener, StartError> {
    let invalid = |error| StartError::address(address, error);
    let mut resolved = lookup_host(address).await.map_err(invalid)?;
    let first = resolved.next().ok_or_else(|| invalid(io::ErrorKind::NotFound.into()))?;
    TcpListener::bind(first).await.map_err(|error| StartError::listen(address, error))
}
