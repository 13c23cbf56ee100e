use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use chat_types::spec::EndpointSpec;
use thiserror::Error;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    App, Calls, EmulatorBuilder, ReceivedRequest, StartError,
    server::{self, Limits},
    service::Service,
};

/// The server REST API, running in this process.
///
/// Dropping it stops it: it takes no further call, and those under way get a few seconds to end.
pub struct Emulator {
    address: SocketAddr,
    service: Arc<Service>,
    /// The server runs until this is gone.
    stop: watch::Sender<()>,
    /// Closed once the server has ended.
    ended: watch::Receiver<()>,
}

impl Emulator {
    /// The app that there is when none is named.
    pub const DEFAULT_APP: u32 = 1_400_000_000;

    /// The secret key of [`DEFAULT_APP`](Self::DEFAULT_APP). It protects nothing.
    pub const DEFAULT_KEY: &'static str = "emulator-secret-key";

    /// The admin that there is when none is named.
    pub const DEFAULT_ADMIN: &'static str = "administrator";

    /// Starts one with the default app, key and admin on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Sets one up that differs.
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
    /// // Mutes end and signatures expire as the clock is moved.
    /// clock.advance_seconds(60);
    /// emulator.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    pub(crate) fn serve(
        listener: TcpListener,
        address: SocketAddr,
        service: Service,
        limits: Limits,
    ) -> Self {
        let service = Arc::new(service);
        let (stop, stopped) = watch::channel(());
        let (end, ended) = watch::channel(());
        let server = server::serve(listener, Arc::clone(&service), limits, stopped);
        tokio::spawn(async move {
            server.await;
            drop(end);
        });
        Self { address, service, stop, ended }
    }

    /// The base URL for clients, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> String {
        let mut address = self.address;
        // An address that means every one is none to connect to.
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}")
    }

    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The apps that it has.
    pub fn apps(&self) -> impl Iterator<Item = u32> {
        let mut apps: Vec<u32> = self.service.app_ids().collect();
        apps.sort_unstable();
        apps.into_iter()
    }

    /// The accounts that may call the API.
    pub fn admins(&self) -> impl Iterator<Item = &str> {
        self.service.admins().iter().map(String::as_str)
    }

    /// Whether it does what this endpoint does. One of the catalog that it does not have answers
    /// 10026 where the endpoint's page has that code, and 60009 otherwise.
    pub fn emulates(&self, endpoint: &EndpointSpec) -> bool {
        self.service.emulates(endpoint)
    }

    /// A handle on one app, which plays what its client SDKs and its console do.
    ///
    /// # Errors
    /// When it has no such app.
    pub fn app(&self, sdk_app_id: u32) -> Result<App, UnknownApp> {
        let app = self.service.app(sdk_app_id).ok_or(UnknownApp { sdk_app_id })?;
        Ok(App::new(Arc::clone(&self.service), Arc::clone(app)))
    }

    /// What was called so far, and how it was answered.
    pub fn calls(&self) -> Calls {
        self.service.calls()
    }

    /// The newest requests to endpoints, refused ones included, in the order in which they were
    /// carried out; as many as [`EmulatorBuilder::keep_requests`] says, which is none by default.
    ///
    /// This is how a test proves that a client sent nothing twice.
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

    /// How many requests [`requests`](Self::requests) no longer has, because later ones took their
    /// room. Always 0 when none are kept.
    pub fn dropped_requests(&self) -> u64 {
        self.service.dropped_requests()
    }

    /// Stops, and returns once calls under way have ended, after a few seconds at most.
    pub async fn shutdown(self) {
        let Self { stop, mut ended, .. } = self;
        drop(stop);
        // Nothing is ever sent: this waits for the other side to be gone.
        let _ = ended.changed().await;
    }

    /// Waits for as long as it runs, which is until the runtime ends it. A command that serves
    /// waits for this and for its signal to stop, whichever comes first.
    pub async fn wait_for_shutdown(&self) {
        let _ = self.ended.clone().changed().await;
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("address", &self.address).finish_non_exhaustive()
    }
}

/// The emulator has no such app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the emulator has no app {sdk_app_id}; add it with EmulatorBuilder::app before it starts")]
#[non_exhaustive]
pub struct UnknownApp {
    /// The app that was asked for.
    pub sdk_app_id: u32,
}
