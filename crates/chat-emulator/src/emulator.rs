//! The handle on a running emulator.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use bytes::Bytes;
use chat_types::spec::EndpointSpec;
use chat_usersig::{SecretKey, Signer};
use hyper::{HeaderMap, Method, Uri};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    App, Calls, EmulatorBuilder, EmulatorClock, FaultPlan, FaultPlanError, FaultStatus,
    ReceivedRequest, StartError,
    app::UnknownApp,
    received::Received,
    server::{self, Server},
    service::Service,
};

/// An emulator of the server REST API, running in this process.
///
/// The emulator serves HTTP, or HTTPS, on a task of the Tokio runtime that started it. This handle gives the
/// address ([`url`](Self::url)), shows what was called ([`calls`](Self::calls),
/// [`requests`](Self::requests)), and leads to the state of each app ([`app`](Self::app)).
///
/// Dropping it shuts the emulator down: it accepts no further call, and calls in progress get 3
/// seconds to finish. To wait for them, use [`shutdown`](Self::shutdown).
pub struct Emulator {
    address: SocketAddr,
    url: String,
    #[cfg(feature = "tls")]
    ca_certificate: Option<String>,
    service: Arc<Service>,
    /// The server runs until this is dropped.
    stop: watch::Sender<()>,
    /// Closed once the server has ended.
    ended: watch::Receiver<()>,
}

impl Emulator {
    /// The SDKAppID of the app that an emulator has by default.
    pub const DEFAULT_APP: u32 = 1_400_000_000;

    /// The secret key of [`DEFAULT_APP`](Self::DEFAULT_APP). It protects nothing.
    pub const DEFAULT_KEY: &'static str = "emulator-secret-key";

    /// The UserID of the admin that an emulator has by default.
    pub const DEFAULT_ADMIN: &'static str = "administrator";

    /// Starts an emulator with the default app, key and admin on a free port of this machine.
    ///
    /// # Errors
    /// When the system has no free port.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder, to start an emulator with other settings.
    ///
    /// ```
    /// use chat_emulator::{Emulator, ManualClock, QuotaMode, SecretKey};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let clock = ManualClock::at(1_700_000_000);
    /// let emulator = Emulator::builder()
    ///     .app(1_400_000_001, SecretKey::new("the key of this app")?)
    ///     .admin("root")
    ///     .clock(clock.clone())
    ///     .quotas(QuotaMode::Off)
    ///     .start()
    ///     .await?;
    /// // Mutes end and signatures expire as the clock advances.
    /// clock.advance_seconds(60);
    /// emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    pub(crate) fn serve(listener: TcpListener, address: SocketAddr, server: Server) -> Self {
        let service = Arc::clone(&server.service);
        let url = server.url.clone();
        #[cfg(feature = "tls")]
        let ca_certificate = server.tls.as_ref().and_then(|tls| tls.ca_certificate.clone());
        let (stop, stopped) = watch::channel(());
        let (end, ended) = watch::channel(());
        let server = server::serve(listener, server, stopped);
        let (stop_webhooks, webhooks_stopped) = watch::channel(());
        let mut senders = JoinSet::new();
        for app in service.apps().values() {
            let (app, stopped) = (Arc::clone(app), webhooks_stopped.clone());
            senders.spawn(async move { app.webhooks.deliver(stopped).await });
        }
        let of_server = Arc::clone(&service);
        tokio::spawn(async move {
            tokio::select! {
                () = server => {}
                () = of_server.keep_data() => {}
            }
            drop(stop_webhooks);
            senders.join_all().await;
            // It may take a while to write a large state.
            let _ = tokio::task::spawn_blocking(move || of_server.close_data()).await;
            drop(end);
        });
        Self {
            address,
            url,
            #[cfg(feature = "tls")]
            ca_certificate,
            service,
            stop,
            ended,
        }
    }

    /// Handles a request in this process, without a connection, and returns the body of the response.
    /// Its HTTP status is always 200. For tests that simulate the network. It
    /// meets no faults.
    ///
    /// Webhooks before an event are not asked, because there is nobody to wait: the event is allowed.
    pub fn respond(&self, method: &Method, uri: &Uri, body: &Bytes) -> Vec<u8> {
        let headers = &HeaderMap::new();
        self.service.respond_without_asking(&Received {
            method,
            uri,
            headers,
            body,
            local: self.address,
            client: Ipv4Addr::LOCALHOST.into(),
        })
    }

    /// Returns the base URL for clients, such as `http://127.0.0.1:40123`, without a trailing
    /// slash.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Returns the certificate of the authority that issued that of the emulator, in PEM: for clients to
    /// trust. `None` if the emulator serves HTTP, or has a certificate of your own.
    #[cfg(feature = "tls")]
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca_certificate.as_deref()
    }

    /// Returns the address that the emulator listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Returns a warning if other machines can reach the emulator and know a key of it: the default key,
    /// which is public. The start of the emulator logs the same text.
    pub fn exposure_warning(&self) -> Option<String> {
        if self.address.ip().is_loopback() {
            return None;
        }
        let key = SecretKey::new(Self::DEFAULT_KEY).ok()?;
        let has_default_key = |sdk_app_id: &u32| {
            let forged = Signer::new(*sdk_app_id, key.clone()).sign(Self::DEFAULT_ADMIN, 0, 1);
            let app = self.service.app(*sdk_app_id);
            app.zip(forged.ok()).is_some_and(|(app, user_sig)| {
                app.signer.verify(user_sig.as_str(), None, 0).is_ok()
            })
        };
        let app = self.apps().find(has_default_key)?;
        Some(format!(
            "other machines can reach {} and sign calls: app {app} has the default key, which is \
             public; set another key, or listen on 127.0.0.1",
            self.address
        ))
    }

    /// Returns the SDKAppIDs of the apps, in ascending order.
    pub fn apps(&self) -> impl Iterator<Item = u32> {
        let mut apps: Vec<u32> = self.service.app_ids().collect();
        apps.sort_unstable();
        apps.into_iter()
    }

    /// Returns the UserIDs of the admins, who may call the API.
    pub fn admins(&self) -> impl Iterator<Item = &str> {
        self.service.admins().iter().map(String::as_str)
    }

    /// Returns whether the emulator implements an endpoint.
    ///
    /// A call of any other endpoint of the catalog fails with 10026 if the page of the endpoint
    /// lists that code, and with 60009 otherwise.
    pub fn emulates(&self, endpoint: &EndpointSpec) -> bool {
        self.service.emulates(endpoint)
    }

    /// Returns a handle on one app, which does what client SDKs and the console do.
    ///
    /// # Errors
    /// When the emulator does not have the app.
    pub fn app(&self, sdk_app_id: u32) -> Result<App, UnknownApp> {
        App::find(&self.service, sdk_app_id)
    }

    /// Returns the clock of the emulator, to set, advance or freeze it.
    pub fn clock(&self) -> EmulatorClock {
        self.service.clock().clone()
    }

    /// Returns the number of calls so far, by endpoint and response code.
    pub fn calls(&self) -> Calls {
        self.service.calls()
    }

    /// Returns the newest requests to endpoints, including those that failed, in the order in which
    /// they took effect.
    ///
    /// It keeps as many as [`EmulatorBuilder::keep_requests`] sets, which is none by default. A
    /// test can use it to prove that a client sends nothing twice.
    ///
    /// ```
    /// use chat_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::builder().keep_requests(10_000).start().await?;
    /// // … the client under test sends its messages …
    /// assert_eq!(emulator.dropped_requests(), 0, "the log has every request");
    /// for request in emulator.requests() {
    ///     println!("{} {}: {:?}", request.command, request.code, request.json());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.service.requests()
    }

    /// Returns the number of requests that [`requests`](Self::requests) no longer has, because
    /// newer ones took their place; 0 if none are kept.
    pub fn dropped_requests(&self) -> u64 {
        self.service.dropped_requests()
    }

    /// Forgets the requests so far. The number of the next one follows that of the last.
    pub fn clear_requests(&self) {
        self.service.clear_requests();
    }

    /// Makes the emulator what it was at the start: apps without state, the clock of the builder, no
    /// calls and no requests so far, and the plan of faults from its start. What [`App::set_edition`] and similar methods set remains, and so
    /// do connections.
    ///
    /// Calls in progress may still change the state of their app; see [`App::reset`] for one app.
    pub fn reset(&self) {
        self.service.reset();
    }

    /// Plays a plan of faults instead of the last one, from its start, with the next request.
    ///
    /// Faults stand between the client and the service, as a network and a gateway do. A call that they
    /// keep from taking effect is neither in [`calls`](Self::calls) nor in [`requests`](Self::requests).
    ///
    /// # Errors
    /// When the plan is invalid. The last one continues.
    pub fn set_faults(&self, plan: FaultPlan) -> Result<(), FaultPlanError> {
        self.service.faults.set(plan)
    }

    /// Ends the plan of faults. Responses that are on their way are not changed.
    pub fn clear_faults(&self) {
        self.service.faults.clear();
    }

    /// Returns the plan of faults, and how often each of its rules was met.
    pub fn faults(&self) -> FaultStatus {
        self.service.faults.status()
    }

    /// Shuts the emulator down, and returns once the calls in progress have finished, after 3
    /// seconds at most.
    pub async fn shutdown(self) {
        let Self { stop, mut ended, .. } = self;
        drop(stop);
        // Nothing is ever sent: this waits until the sender is dropped.
        let _ = ended.changed().await;
    }

    /// Waits until the server has ended, which happens only when the runtime ends it.
    ///
    /// A command that serves waits for this or for its signal to stop, whichever comes first.
    pub async fn wait_for_shutdown(&self) {
        let _ = self.ended.clone().changed().await;
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("address", &self.address).finish_non_exhaustive()
    }
}
