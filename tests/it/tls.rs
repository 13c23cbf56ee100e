//! The emulator over HTTPS, with the client of chat-transport.

use chat_emulator::{Emulator, QuotaMode, Tls};
use chat_transport::{Client, ClientBuilder, ErrorKind};
use chat_types::group::GetAppidGroupList;
use chat_usersig::SecretKey;

const DOMAIN: &str = "console.tim.qq.com";

async fn https(tls: Tls) -> Emulator {
    Emulator::builder().quotas(QuotaMode::Off).tls(tls).start().await.unwrap()
}

fn client(url: &str) -> ClientBuilder {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    Client::builder(Emulator::DEFAULT_APP, key).endpoint(url)
}

#[tokio::test]
async fn client_trusts_the_generated_authority_only() {
    let emulator = https(Tls::generated()).await;
    let authority = emulator.ca_certificate().unwrap().to_owned();
    let url = emulator.url();
    let by_name = url.replace("127.0.0.1", "localhost");
    for url in [&url, &by_name] {
        let trusting = client(url).extra_root_certificates(authority.clone()).build().unwrap();
        trusting.call(&GetAppidGroupList::new()).await.unwrap();
    }
    let other = https(Tls::generated()).await.ca_certificate().unwrap().to_owned();
    let other = client(&url).extra_root_certificates(other).build().unwrap();
    let error = other.call(&GetAppidGroupList::new()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    assert_eq!(emulator.calls().total(), 2);
}

#[tokio::test]
async fn plain_http_reaches_no_https_emulator() {
    let emulator = https(Tls::generated().name(DOMAIN)).await;
    let plain = client(&emulator.url().replace("https:", "http:")).build().unwrap();
    plain.call(&GetAppidGroupList::new()).await.unwrap_err();
    assert_eq!(emulator.calls().total(), 0);
}

#[tokio::test]
async fn unusable_certificates_fail_the_start() {
    let emulator = https(Tls::generated()).await;
    let authority = emulator.ca_certificate().unwrap();
    for (tls, expected) in [
        (Tls::from_pem("", ""), "BEGIN CERTIFICATE"),
        (Tls::from_pem(authority, "x"), "private key"),
        (Tls::generated().name("ü b"), "host name"),
    ] {
        let error = Emulator::builder().tls(tls).start().await.unwrap_err().to_string();
        assert!(error.starts_with("cannot serve HTTPS: ") && error.contains(expected), "{error}");
    }
}
