//! HTTPS: the certificate of the server.

use std::{
    fmt,
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _},
    },
};

/// The certificate with which an emulator serves HTTPS; see
/// [`EmulatorBuilder::tls`](crate::EmulatorBuilder::tls).
///
/// ```
/// use chat_emulator::{Emulator, Tls};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let tls = Tls::generated().name("console.tim.qq.com");
/// let emulator = Emulator::builder().tls(tls).start().await?;
/// assert!(emulator.url().starts_with("https://127.0.0.1:"));
/// // Clients must trust this certificate authority.
/// let authority = emulator.ca_certificate().unwrap_or_default();
/// assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(Source);

#[derive(Clone)]
enum Source {
    /// Issued at the start, for these names in addition to those of this machine.
    Generated(Vec<String>),
    /// In PEM.
    Own { certificates: String, key: String },
}

/// What the server needs for HTTPS.
#[derive(Clone)]
pub(crate) struct TlsServer {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate of the authority in PEM, if it was generated.
    pub(crate) ca_certificate: Option<String>,
}

impl Tls {
    /// Generates a certificate authority at the start, which issues a certificate for `localhost`,
    /// `127.0.0.1`, `::1` and the address to listen on. Both are valid for a year.
    ///
    /// The key of the authority is discarded after that, so trusting it cannot be abused; a restart has
    /// another authority.
    pub fn generated() -> Self {
        Self(Source::Generated(Vec::new()))
    }

    /// Adds a name to a generated certificate: a host name or an IP address, such as the domain of the
    /// service that a client has built in. Has no effect on a certificate of your own.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        if let Source::Generated(names) = &mut self.0 {
            names.push(name.into());
        }
        self
    }

    /// Takes a certificate of your own, in PEM: its chain with the certificate of the server first, and
    /// the private key.
    ///
    /// Both are checked when the emulator starts.
    pub fn from_pem(certificates: impl Into<String>, key: impl Into<String>) -> Self {
        Self(Source::Own { certificates: certificates.into(), key: key.into() })
    }

    /// Prepares the server. The error says what is wrong with the certificate.
    pub(crate) fn server(&self, address: IpAddr) -> Result<TlsServer, String> {
        let (certificates, key, ca_certificate) = match &self.0 {
            Source::Generated(names) => generate(names, address)?,
            Source::Own { certificates, key } => {
                let (certificates, key) = read(certificates, key)?;
                (certificates, key, None)
            }
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|error| format!("the certificate cannot be used: {error}"))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsServer { acceptor: TlsAcceptor::from(Arc::new(config)), ca_certificate })
    }
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, Option<String>);

fn generate(names: &[String], address: IpAddr) -> Result<Identity, String> {
    let failed = |error: rcgen::Error| format!("cannot generate a certificate: {error}");
    let mut all: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(String::from).to_vec();
    all.extend(Some(address.to_string()).filter(|_| !address.is_unspecified()));
    all.extend(names.iter().cloned());
    all.sort_unstable();
    all.dedup();

    let mut authority = CertificateParams::new([]).map_err(failed)?;
    authority.distinguished_name.push(DnType::CommonName, "chat-emulator, generated at its start");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    set_validity(&mut authority);
    let authority_key = KeyPair::generate().map_err(failed)?;
    let authority = CertifiedIssuer::self_signed(authority, authority_key).map_err(failed)?;

    let mut server = CertificateParams::new(all)
        .map_err(|error| format!("a name is neither a host name nor an IP address: {error}"))?;
    server.distinguished_name.push(DnType::CommonName, "chat-emulator");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    set_validity(&mut server);
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = server.signed_by(&key, &authority).map_err(failed)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Ok((vec![certificate.der().clone()], key, Some(authority.pem())))
}

/// Some clients reject certificates that are valid for more than 398 days.
fn set_validity(params: &mut CertificateParams) {
    let now = SystemTime::now();
    params.not_before = (now - DAY).into();
    params.not_after = (now + DAY * 365).into();
}

const DAY: Duration = Duration::from_secs(86_400);

fn read(
    certificates: &str,
    key: &str,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(certificates.as_bytes()).collect();
    let certificates = certificates.map_err(|error| format!("the certificate: {error}"))?;
    if certificates.is_empty() {
        return Err("the certificate: expected PEM with BEGIN CERTIFICATE".to_owned());
    }
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|_| "the key: expected one unencrypted private key in PEM".to_owned())?;
    Ok((certificates, key))
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Source::Generated(_) => "Generated",
            Source::Own { .. } => "Own",
        };
        f.debug_tuple("Tls").field(&kind).finish()
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}
