//! TLS with the built-in backend.

use std::{sync::Arc, time::Duration};

use chat_transport::{Client, ClientBuilder, ErrorKind, Phase, RetryPolicy};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use crate::{
    server::{Server, json},
    support::{APP, OK, key, request},
};

/// Starts a server with a certificate for 127.0.0.1, and returns the PEM of its issuer.
pub(crate) async fn https_server() -> (Server, String) {
    https_server_with(OK).await
}

/// Starts such a server that responds with this text.
pub(crate) async fn https_server_with(text: &'static str) -> (Server, String) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();

    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    (Server::start_with(Some(acceptor), move |_| json(text)).await, authority.pem())
}

/// Returns the PEM of an authority that issued none of the certificates.
pub(crate) fn other_authority() -> String {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.distinguished_name.push(DnType::CommonName, "another authority");
    authority.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder(APP, key()).endpoint(url)
}

#[tokio::test]
async fn private_certificate_is_accepted_with_its_root() {
    let (server, root) = https_server().await;
    let client = builder(&server.url()).extra_root_certificates(root).build().unwrap();
    for _ in 0..3 {
        client.call(&request()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn private_certificate_is_rejected_without_its_root() {
    let (server, _) = https_server().await;
    let client = builder(&server.url()).extra_root_certificates(other_authority());
    let error = client.build().unwrap().call(&request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    assert!(error.is_unsent());
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn certificate_for_another_name_is_rejected() {
    let (server, root) = https_server().await;
    let url = server.url().replace("127.0.0.1", "localhost");
    let client = builder(&url).extra_root_certificates(root).build().unwrap();
    let error = client.call(&request()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn port_without_tls_receives_no_request() {
    let server = Server::start(|_| json(OK)).await;
    let url = server.url().replace("http:", "https:");
    let client = builder(&url).extra_root_certificates(other_authority()).build().unwrap();
    let error = client.call(&request()).await.unwrap_err();
    assert!(error.is_connect() && error.is_unsent(), "{error:?}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn stalled_handshake_times_out() {
    // Accepts connections, through its backlog, and sends nothing.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let builder = || builder(&url).extra_root_certificates(other_authority());
    let short = Duration::from_millis(150);
    for (builder, phase) in
        [(builder().tls_timeout(short), Phase::Tls), (builder().timeout(short), Phase::Connect)]
    {
        let client = builder.retry(RetryPolicy::none()).build().unwrap();
        let error = client.call(&request()).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Timeout(phase));
        assert!(error.is_unsent() && error.is_retryable() && error.is_connect());
        assert!(format!("{error:?}").contains("150ms"), "{error:?}");
    }
}
