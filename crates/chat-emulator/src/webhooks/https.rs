//! Connections to app servers over TLS.

use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

pub(super) type Connector = HttpsConnector<HttpConnector>;

/// Certificate authorities that are trusted in addition to those of this machine.
pub(super) type Authorities = Vec<CertificateDer<'static>>;

/// Reads certificates in PEM. The error says what is wrong with them.
pub(super) fn read(pem: &str) -> Result<Authorities, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let certificates = certificates.map_err(|error| error.to_string())?;
    if certificates.is_empty() {
        return Err("expected PEM with BEGIN CERTIFICATE".to_owned());
    }
    Ok(certificates)
}

/// Returns what connects. The error says why TLS cannot be used on this machine.
pub(super) fn connector(
    tcp: HttpConnector,
    authorities: &Authorities,
) -> Result<Connector, String> {
    let provider = Arc::new(ring::default_provider());
    let failed = |error: &dyn std::fmt::Display| format!("TLS cannot be used: {error}");
    let authorities = authorities.iter().cloned();
    let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))
        .map_err(|error| failed(&error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let builder = HttpsConnectorBuilder::new().with_tls_config(config).https_only();
    Ok(builder.enable_http1().wrap_connector(tcp))
}
