//! Programs as people write them before they read the documentation.

use std::time::{Duration, SystemTime};

use chat_admin::prelude::*;
use chat_emulator::Emulator;
use chat_transport::Client;
use chat_types::group::{ForbidSendMsg, GetAppidGroupList};
use chat_usersig::{SecretKey, SignedQuery, Signer};

async fn emulator_and_admin() -> (Emulator, Admin) {
    let emulator = Emulator::start().await.unwrap();
    let key: SecretKey = Emulator::DEFAULT_KEY.parse().unwrap();
    let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
    let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
    app.create_group("live", "AVChatRoom".parse().unwrap()).unwrap();
    (emulator, Admin::new(client.build().unwrap()))
}

#[test]
fn names_are_parsed_like_other_values() {
    assert_eq!("public".parse::<GroupType>().unwrap(), GroupType::Public);
    assert_eq!("singapore".parse::<Region>().unwrap(), Region::Singapore);
    assert_eq!("peter".parse::<UserId>().unwrap(), UserId::new("peter"));
    assert!("".parse::<GroupId>().unwrap_err().to_string().contains("empty"));
    assert!("".parse::<SecretKey>().is_err());
    let error = "Club".parse::<GroupType>().unwrap_err();
    assert_eq!(error.names(), GroupType::NAMES);
    assert!(error.to_string().contains("\"Club\""), "{error}");
}

#[test]
fn mute_time_comes_from_a_duration() {
    let mute = ForbidSendMsg::new("live", ["peter"], Duration::from_secs(60).into());
    assert_eq!(mute.mute_time, MuteTime::For(Seconds::new(60)));
}

#[tokio::test]
async fn list_of_strings_is_borrowed() {
    let (_emulator, admin) = emulator_and_admin().await;
    let names: Vec<String> = vec!["peter".to_owned(), "leckie".to_owned()];
    let live = admin.group("live");
    for report in [
        live.mute(&names).for_duration(Duration::from_secs(60)).run().await,
        live.mute(names.as_slice()).run().await,
        live.mute(names.iter().filter(|name| name.len() > 1)).run().await,
        live.mute(names.clone()).run().await,
    ] {
        assert!(report.is_complete());
    }
    ForbidSendMsg::new("live", &names, MuteTime::Unmute).check().unwrap();
    let muted = live.muted_members().await.unwrap();
    assert_eq!(muted.len(), 2);
}

#[tokio::test]
async fn url_for_another_http_client_is_built_from_types() {
    let (emulator, _admin) = emulator_and_admin().await;
    let signer = Signer::new(Emulator::DEFAULT_APP, Emulator::DEFAULT_KEY.parse().unwrap());
    let hour = Duration::from_secs(3_600);
    let user_sig = signer.sign_at("administrator", SystemTime::now(), hour).unwrap();
    let query = SignedQuery::new(signer.sdk_app_id(), "administrator", &user_sig);
    let url = query.sign(GetAppidGroupList::SPEC.url(emulator.url()), 7);

    let response = post(&url, "{}").await;
    assert!(response.contains("\"ErrorCode\":0"), "{response}");
    assert!(response.contains("\"live\""), "{response}");
    assert_eq!(format!("{query:?}"), "SignedQuery(..)");
    let region = GetAppidGroupList::SPEC.url(Region::Singapore.base_url());
    assert!(
        region.starts_with("https://") && region.ends_with("/get_appid_group_list"),
        "{region}"
    );
}

/// Sends a request as a client without any library does.
async fn post(url: &str, body: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\
         \r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}
