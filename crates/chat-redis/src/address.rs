//! Where a server is, and how to connect to it.
//!
//! The `redis` crate parses the URL and logs in. Connecting is ours, for TLS: with the crate's own
//! TLS, `rustls::ClientConfig::builder` panics in programs that compile rustls with two
//! cryptography providers, and which root certificates it trusts depends on features that other
//! crates switch on.

use std::{borrow::Cow, fmt, io, sync::Arc};

use redis::{ConnectionAddr, IntoConnectionInfo as _, RedisConnectionInfo};
use rustls::{ClientConfig, crypto::ring, pki_types::ServerName};
use rustls_platform_verifier::Verifier;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

/// Where a server is, and how to log in there.
///
/// Its Debug output has neither user nor password.
#[derive(Clone)]
pub struct Address {
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    login: RedisConnectionInfo,
}

/// Why an address cannot be used. It contains no part of the URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(Cow<'static, str>);

/// A stream that carries a connection.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Address {
    /// Parses `redis://[user][:password@]host[:port][/database]`, or `rediss://` for TLS. `valkey://` and
    /// `valkeys://` mean the same. Connects to nothing.
    ///
    /// # Errors
    /// If this is not such a URL, or if TLS finds no root certificates.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        // Without TLS of its own, the redis crate does not accept the schemes for it.
        let (plain_url, is_tls) = match url.split_once("://") {
            Some(("rediss", rest)) => (format!("redis://{rest}"), true),
            Some(("valkeys", rest)) => (format!("valkey://{rest}"), true),
            _ => (url.to_owned(), false),
        };
        if url.contains('#') {
            return Err(invalid("must not have a fragment; TLS is always verified"));
        }
        // Its error may contain parts of the URL, and so is not passed on.
        let info = plain_url.into_connection_info().map_err(|_| {
            invalid(
                "must be redis://[user][:password@]host[:port][/database], or rediss:// for TLS",
            )
        })?;
        let ConnectionAddr::Tcp(host, port) = info.addr() else {
            return Err(invalid("must have a host; Unix sockets are not supported"));
        };
        Ok(Self {
            host: host.clone(),
            port: *port,
            tls: if is_tls { Some(connector()?) } else { None },
            login: info.redis_settings().clone(),
        })
    }

    /// Sets the password, for programs that keep it apart from the URL. One in the URL stays.
    #[must_use]
    pub fn or_password(mut self, password: &str) -> Self {
        if self.login.password().is_none() {
            self.login = self.login.set_password(password);
        }
        self
    }

    /// Returns the number of the database.
    pub fn database(&self) -> i64 {
        self.login.db()
    }

    /// Returns the address of another node of a cluster, `host:port`, with the same login; `None` if
    /// this is not such an address. A cluster whose nodes do not know their host leaves it out.
    pub fn at_node(&self, node: &str) -> Option<Self> {
        let (host, port) = node.rsplit_once(':')?;
        let host = if host.is_empty() { &self.host } else { host.trim_matches(['[', ']']) };
        Some(Self { host: host.to_owned(), port: port.parse().ok()?, ..self.clone() })
    }

    pub(crate) fn login(&self) -> &RedisConnectionInfo {
        &self.login
    }

    pub(crate) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await?;
        tcp.set_nodelay(true)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(tcp)) };
        let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, tcp).await?))
    }
}

impl fmt::Debug for Address {
    /// The login is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, tls, .. } = self;
        let scheme = if tls.is_some() { "rediss" } else { "redis" };
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

fn connector() -> Result<TlsConnector, AddressError> {
    let invalid = |error: rustls::Error| {
        AddressError(format!("needs root certificates, and there are none: {error}").into())
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(Arc::clone(&provider)).map_err(invalid)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(invalid)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn invalid(problem: &'static str) -> AddressError {
    AddressError(Cow::Borrowed(problem))
}
