//! The settings of an emulator, and its start.

use std::{
    collections::{BTreeMap, BTreeSet},
    io, mem,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use chat_types::clock::{Clock, SystemClock};
use chat_usersig::{SecretKey, Signer};
use tokio::net::{TcpListener, lookup_host};
use tracing::warn;

#[cfg(feature = "tls")]
use crate::Tls;
use crate::{
    Durability, Emulator, EmulatorClock, FaultPlan, LastPage, StartError, WebhookConfig,
    app::inner::AppInner,
    connections::Connections,
    control::{Control, call::Controlled},
    observer::{ObservedCall, Observer},
    quota::{QuotaMode, RateCounter},
    server::url_of,
    server::{Limits, MAX_CONNECTIONS, Server},
    service::{Service, Settings},
    state::AppState,
    webhooks::app::AppWebhooks,
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
    /// `None` for the default: if no other machine can reach the emulator.
    control: Option<bool>,
    control_hosts: BTreeSet<String>,
    observer: Option<Observer>,
    faults: FaultPlan,
    webhooks: Option<Arc<WebhookConfig>>,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    data_dir: Option<PathBuf>,
    durability: Durability,
    seeds: Vec<String>,
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
            control: None,
            control_hosts: BTreeSet::new(),
            observer: None,
            faults: FaultPlan::new(),
            webhooks: None,
            #[cfg(feature = "tls")]
            tls: None,
            data_dir: None,
            durability: Durability::Process,
            seeds: Vec::new(),
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
    /// The emulator speaks plain HTTP unless it has a certificate, so listen on addresses beyond this machine only in networks
    /// that you trust, and with a key of your own: see [`Emulator::exposure_warning`].
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self
    }

    /// Sets the clock for signatures, mutes, bans, quotas and the `Date` of responses. The default is
    /// the clock of the machine.
    ///
    /// [`Emulator::clock`] sets, advances and freezes the time of the emulator, except that of quotas,
    /// which always follow this clock.
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

    /// Calls a function after each call of the service, before the response is sent: to log it, or to
    /// count what [`Emulator::calls`](crate::Emulator::calls) does not.
    ///
    /// It runs on the task of the connection, so it must be quick. Concurrent calls are observed in no
    /// particular order.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    ///
    /// let builder = Emulator::builder().on_call(|call| {
    ///     eprintln!("{} {} {:?}", call.path, call.code, call.duration);
    /// });
    /// # drop(builder);
    /// ```
    pub fn on_call(mut self, observer: impl Fn(&ObservedCall<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// Serves HTTPS instead of HTTP. Needs the feature `tls`.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Enables or disables the control API, under `/_control`: what tests in other languages do with the
    /// emulator. It is enabled by default if the emulator listens on a loopback address.
    ///
    /// It asks for no key: everybody who can connect can change and read everything. Requests that web
    /// pages make are refused.
    pub fn control(mut self, enabled: bool) -> Self {
        self.control = Some(enabled);
        self
    }

    /// Lets clients of the control API use another host name than `localhost` or an address, such as the
    /// name of a container. Does not enable it.
    ///
    /// Allow only names that you control: a web page under such a name can use the control API.
    pub fn control_host(mut self, name: impl Into<String>) -> Self {
        self.control_hosts.insert(name.into().to_ascii_lowercase());
        self
    }

    /// Plays a plan of faults from the start; see [`Emulator::set_faults`]. The default is none.
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// Sends webhooks with these settings, from every app. The default is to send none.
    ///
    /// [`App::set_webhooks`](crate::App::set_webhooks) changes the settings of one app.
    pub fn webhooks(mut self, config: WebhookConfig) -> Self {
        self.webhooks = Some(Arc::new(config));
        self
    }

    /// Keeps the state in a directory, so that it survives a restart, however the process ended. The
    /// directory is created if it is missing, and belongs to one process at a time. By default, the
    /// state is in memory only.
    ///
    /// The state is that of each app: accounts, groups, messages, clients that are logged in, the edition
    /// and the site; and the clock. It does not include what was counted and logged, the settings of
    /// webhooks and those that were not sent yet, nor the calls that count against quotas.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    /// use chat_types::GroupType;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = tempfile::tempdir()?;
    /// # let directory = directory.path();
    /// let emulator = Emulator::builder().data_dir(directory).start().await?;
    /// let app = emulator.app(Emulator::DEFAULT_APP)?;
    /// app.create_group("@TGS#2C5SZEAEF", GroupType::Public)?;
    /// emulator.shutdown().await;
    ///
    /// let emulator = Emulator::builder().data_dir(directory).start().await?;
    /// let app = emulator.app(Emulator::DEFAULT_APP)?;
    /// assert_eq!(app.member_count("@TGS#2C5SZEAEF")?, 0, "the group exists");
    /// # Ok(())
    /// # }
    /// ```
    pub fn data_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(directory.into());
        self
    }

    /// Sets what a response waits for, if there is a [`data_dir`](Self::data_dir). The default is
    /// [`Durability::Process`].
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Starts with the accounts and groups of a seed, in every app; see [`App::seed`](crate::App::seed). With a
    /// [`data_dir`](Self::data_dir), the seed is added only as long as the directory has no changes, so that
    /// a restart finds the state as it was left.
    pub fn seed(mut self, lines: impl Into<String>) -> Self {
        self.seeds.push(lines.into());
        self
    }

    /// Starts to listen, on a task of the current Tokio runtime.
    ///
    /// # Errors
    /// When the address is invalid or cannot be listened on, the certificate cannot be used, the factor of
    /// [`QuotaMode::Scaled`] is not a finite number above 0, the plan of faults or the seed is invalid, or
    /// the data directory cannot be used.
    pub async fn start(mut self) -> Result<Emulator, StartError> {
        if !self.quotas.is_valid() {
            return Err(StartError::quota_scale(self.quotas));
        }
        let faults = mem::take(&mut self.faults);
        faults.check().map_err(StartError::faults)?;
        let listener = bind(&self.listen).await?;
        let address =
            listener.local_addr().map_err(|error| StartError::address(&self.listen, error))?;
        #[cfg(feature = "tls")]
        let tls = match &self.tls {
            Some(tls) => Some(tls.server(address.ip()).map_err(StartError::tls)?),
            None => None,
        };
        #[cfg(feature = "tls")]
        let scheme = if tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        let url = url_of(scheme, address);
        let limits = self.limits;
        let is_controlled = self.control.unwrap_or_else(|| address.ip().is_loopback());
        let connections = Connections::new(MAX_CONNECTIONS);
        let hosts = is_controlled.then(|| mem::take(&mut self.control_hosts));
        let service = self.open_service()?;
        let control = hosts.map(|hosts| {
            let (service, connections) = (Arc::clone(&service), Arc::clone(&connections));
            let emulator = Controlled { service, connections, url: url.clone() };
            Control { emulator, hosts }
        });
        let server = Server {
            service,
            control,
            limits,
            connections,
            url,
            #[cfg(feature = "tls")]
            tls,
        };
        let emulator = Emulator::serve(listener, address, server);
        emulator.set_faults(faults).map_err(StartError::faults)?;
        if let Some(warning) = emulator.exposure_warning() {
            warn!("{warning}");
        }
        Ok(emulator)
    }

    /// Creates the service, with the state of the data directory and of the seeds.
    fn open_service(mut self) -> Result<Arc<Service>, StartError> {
        let (quotas, durability) = (self.quotas, self.durability);
        let (data_dir, seeds) = (self.data_dir.take(), mem::take(&mut self.seeds));
        let service = Arc::new(self.into_service());
        let mut is_new = true;
        if let Some(directory) = data_dir {
            let opened = service.open_data(&directory, durability, quotas);
            is_new = opened.map_err(StartError::data)?;
        }
        for lines in seeds.iter().filter(|_| is_new) {
            for app in service.apps().values() {
                service.seed(app, lines.clone()).map_err(StartError::seed)?;
            }
        }
        Ok(service)
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
        let clock = EmulatorClock::new(self.clock);
        let (quotas, admins) = (self.quotas, &self.admins);
        let apps = self.apps.into_iter().map(|(sdk_app_id, key)| {
            let app = AppInner::new(
                Signer::new(sdk_app_id, key),
                RateCounter::new(quotas),
                AppWebhooks::new(sdk_app_id, clock.clone(), self.webhooks.clone()),
                AppState::new(sdk_app_id, quotas, admins),
            );
            (sdk_app_id, Arc::new(app))
        });
        let apps = apps.collect();
        Service::new(Settings {
            apps,
            admins: self.admins,
            clock,
            last_page: self.last_page,
            keep_requests: self.keep_requests,
            observer: self.observer,
        })
    }
}

async fn bind(address: &str) -> Result<TcpListener, StartError> {
    let invalid = |error| StartError::address(address, error);
    let mut resolved = lookup_host(address).await.map_err(invalid)?;
    let first = resolved.next().ok_or_else(|| invalid(io::ErrorKind::NotFound.into()))?;
    TcpListener::bind(first).await.map_err(|error| StartError::listen(address, error))
}
