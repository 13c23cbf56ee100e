//! Clients, requests and responses that most tests use.

use chat_transport::{Client, ClientBuilder, Error, ErrorKind, RetryPolicy};
use chat_types::group::{GetGroupBanMember, GetGroupBanMemberResponse};
use chat_usersig::SecretKey;

use crate::server::{Reply, Seen, Server};

pub(crate) const APP: u32 = 1_400_000_000;
pub(crate) const KEY: &str = "5bd2850fff3ecb11d7c805251c51ee46";
pub(crate) const OK: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0}"#;

pub(crate) fn key() -> SecretKey {
    SecretKey::new(KEY).unwrap()
}

pub(crate) fn request() -> GetGroupBanMember {
    GetGroupBanMember::new("@TGS#group")
}

/// Returns a builder for each backend of this build, without retries.
pub(crate) fn builders(server: &Server) -> Vec<(&'static str, ClientBuilder)> {
    let builder = || Client::builder(APP, key()).endpoint(server.url()).retry(RetryPolicy::none());
    Vec::from([
        #[cfg(feature = "hyper")]
        ("hyper", builder()),
        #[cfg(feature = "reqwest")]
        ("reqwest", builder().backend(reqwest_backend())),
    ])
}

#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
compile_error!("these tests need the feature hyper or reqwest");

#[cfg(feature = "reqwest")]
pub(crate) fn reqwest_backend() -> chat_transport::backend::ReqwestBackend {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy();
    chat_transport::backend::ReqwestBackend::new(client.build().unwrap())
}

/// Returns a client for each backend of this build, without retries.
pub(crate) fn clients(server: &Server) -> Vec<(&'static str, Client)> {
    builders(server).into_iter().map(|(name, builder)| (name, builder.build().unwrap())).collect()
}

/// Makes a call with each backend to a server that replies like this, and checks the errors.
pub(crate) async fn each_error(
    reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    adjust: impl Fn(ClientBuilder) -> ClientBuilder,
    check: impl Fn(Error),
) {
    let server = Server::start(reply).await;
    for (name, builder) in builders(&server) {
        let client = adjust(builder).build().unwrap();
        match client.call(&request()).await {
            Ok(response) => panic!("{name}: {response:?}"),
            Err(error) => {
                println!("{name}: {error}\n  {error:?}");
                check(error);
            }
        }
    }
}

/// Makes a call with each backend, and checks the kinds of the errors.
pub(crate) async fn each_kind(reply: Reply, check: impl Fn(&ErrorKind) -> bool) {
    let check = |error: Error| assert!(check(error.kind()), "{error:?}");
    each_error(move |_| reply.clone(), |builder| builder, check).await;
}

pub(crate) fn is_empty(response: &GetGroupBanMemberResponse) -> bool {
    response.banned_account_list.is_empty() && response.next_offset == 0
}
