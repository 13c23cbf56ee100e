//! State that survives a restart.

mod kill;
mod scale;
mod scenarios;
mod seeds;

use std::{fs, path::Path, time::Duration};

use chat_emulator::{Clock as _, Durability, Emulator, LastPage, QuotaMode, SecretKey};
use chat_types::{Edition, GroupType, account::LoginPlatform};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::test_server::{NOW, TestServer, column};

/// Starts an emulator with this data directory.
async fn start(directory: &Path) -> TestServer {
    TestServer::with(NOW, |builder| builder.data_dir(directory)).await
}

/// Copies a data directory as it is now, as if the process were killed at this moment.
fn copy(directory: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

/// Returns the path of the only file whose name starts like this.
fn file(directory: &Path, prefix: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = entries
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

async fn fill(server: &TestServer) {
    server.import_accounts(&["peter", "leckie"]).await;
    let body =
        json!({"Type": "Public", "Name": "lobby", "GroupId": "lobby", "Owner_Account": "peter"});
    server.call_ok("create_group", body).await;
    server.app.create_group("@TGS#live", GroupType::AVChatRoom).unwrap();
    server.app.join("@TGS#live", ["viewer1", "viewer2"]).unwrap();
    server.app.join("lobby", ["leckie"]).unwrap();
    server.app.leave("@TGS#live", "viewer2").unwrap();
    server.app.send_messages("lobby", 3).unwrap();
    server.app.set_edition(Edition::Pro);
    let peter = server.app.client("peter");
    peter.log_in(LoginPlatform::Android).await.unwrap();
    peter.log_in(LoginPlatform::Pc).await.unwrap();
    peter.log_out(&LoginPlatform::Pc).await.unwrap();
    peter.send_text_to_group("lobby", "from a client").await.unwrap();
    peter.send_text("leckie", "to a friend").await.unwrap();
    assert!(peter.send_text("nobody", "hello").await.is_err());
    server.emulator.clock().freeze();
    server.emulator.clock().advance(Duration::from_secs(30));
    let body = json!({
        "GroupId": "lobby", "Random": 7, "From_Account": "peter",
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    });
    server.call_ok("send_group_msg", body).await;
    let body = json!({"GroupId": "lobby", "Members_Account": ["leckie"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", body).await;
}

async fn check(server: &TestServer) {
    assert_eq!(server.app.account_count(), 5, "four accounts and an admin");
    assert_eq!(server.app.message_count("lobby").unwrap(), 5);
    assert_eq!(server.app.member_count("@TGS#live").unwrap(), 1);
    assert!(server.app.client("peter").is_online());
    assert_eq!(server.app.received_count("leckie"), 1);
    let clock = server.emulator.clock();
    assert_eq!((clock.now().get(), clock.is_frozen()), (NOW + 30, true));
    assert!(server.app.is_muted("lobby", "leckie").unwrap());
    let body = json!({"GroupId": "lobby", "ReqMsgNumber": 1});
    let history = server.call_ok("group_msg_get_simple", body).await;
    let text = history["RspMsgList"][0]["MsgBody"][0]["MsgContent"]["Text"].clone();
    assert_eq!(text, "hello");
}

#[tokio::test]
async fn state_survives_a_kill_and_a_shutdown() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    fill(&server).await;
    let killed = copy(directory.path());
    let after_kill = start(killed.path()).await;
    check(&after_kill).await;
    server.emulator.shutdown().await;
    let after_shutdown = start(directory.path()).await;
    check(&after_shutdown).await;
    // The next numbers continue too.
    after_shutdown.app.create_group("@TGS#other", GroupType::Public).unwrap();
    let killed = copy(directory.path());
    let again = start(killed.path()).await;
    check(&again).await;
    let groups = again.call_ok("get_appid_group_list", json!({})).await;
    assert_eq!(column(&groups["GroupIdList"], "GroupId").len(), 3);
}

#[tokio::test]
async fn calls_that_only_read_are_not_logged() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    fill(&server).await;
    let length = || fs::metadata(file(directory.path(), "log-")).unwrap().len();
    let before = length();
    server.call_ok("get_appid_group_list", json!({})).await;
    server.call_ok("get_group_info", json!({"GroupIdList": ["lobby"]})).await;
    server.call_ok("group_msg_get_simple", json!({"GroupId": "lobby", "ReqMsgNumber": 20})).await;
    let body = json!({"CheckItem": [{"UserID": "peter"}]});
    server.post("im_open_login_svc/account_check", body).await;
    assert_eq!(length(), before);
    server.import_accounts(&["new"]).await;
    assert!(length() > before);
}

#[tokio::test]
async fn torn_last_record_is_cut_off_and_damage_before_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    server.import_accounts(&["peter"]).await;
    let whole = fs::read(file(directory.path(), "log-")).unwrap();
    server.import_accounts(&["leckie"]).await;
    let longer = fs::read(file(directory.path(), "log-")).unwrap();
    let restart = async |bytes: &[u8]| {
        let copy = copy(directory.path());
        fs::write(file(copy.path(), "log-"), bytes).unwrap();
        let builder = Emulator::builder().data_dir(copy.path()).quotas(QuotaMode::Off);
        let started = builder.start().await.map_err(|error| error.to_string());
        started.map(|emulator| emulator.app(Emulator::DEFAULT_APP).unwrap().account_count())
    };
    for length in (0..longer.len()).step_by(7) {
        let expected = match length {
            _ if length >= longer.len() => 3,
            _ if length >= whole.len() => 2,
            _ => 1,
        };
        assert_eq!(restart(&longer[..length]).await, Ok(expected), "{length} bytes");
    }
    let mut damaged = longer.clone();
    damaged[whole.len() - 5] ^= 1;
    let error = restart(&damaged).await.unwrap_err();
    assert!(error.contains("damaged at byte") && error.contains("restore"), "{error}");
    assert_eq!(restart(&longer).await, Ok(3));
}

#[tokio::test]
async fn damaged_snapshot_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    fill(&server).await;
    server.emulator.shutdown().await;
    let path = file(directory.path(), "snapshot-");
    let mut snapshot = fs::read(&path).unwrap();
    let middle = snapshot.len() / 2;
    snapshot[middle] ^= 1;
    fs::write(&path, snapshot).unwrap();
    let error = Emulator::builder().data_dir(directory.path()).start().await.unwrap_err();
    assert!(error.to_string().contains("the checksum of the snapshot is wrong"), "{error}");
}

#[tokio::test]
async fn directory_belongs_to_one_emulator() {
    let directory = tempfile::tempdir().unwrap();
    let first = start(directory.path()).await;
    let error = Emulator::builder().data_dir(directory.path()).start().await.unwrap_err();
    assert!(error.to_string().contains("another process uses the directory"), "{error}");
    first.emulator.shutdown().await;
    Emulator::builder().data_dir(directory.path()).start().await.unwrap();
}

#[tokio::test]
async fn app_of_the_directory_must_exist() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    fill(&server).await;
    let killed = copy(directory.path());
    let builder = Emulator::builder().app(1_400_000_001, SecretKey::new("key").unwrap());
    let error = builder.data_dir(killed.path()).start().await.unwrap_err();
    assert!(error.to_string().contains("the state of app 1400000000"), "{error}");
}

#[tokio::test]
async fn changes_that_reach_the_disk_are_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::with(NOW, |builder| {
        builder.data_dir(directory.path()).durability(Durability::Disk)
    })
    .await;
    fill(&server).await;
    let killed = copy(directory.path());
    check(&start(killed.path()).await).await;
}

#[tokio::test]
async fn other_settings_do_not_change_what_was_done() {
    let directory = tempfile::tempdir().unwrap();
    let server = start(directory.path()).await;
    fill(&server).await;
    let killed = copy(directory.path());
    let other = TestServer::with(NOW, |builder| {
        builder.data_dir(killed.path()).last_page(LastPage::FollowedByEmpty).admin("root")
    })
    .await;
    check_counts(&other).await;
    other.emulator.shutdown().await;
    check_counts(&start(killed.path()).await).await;
}

async fn check_counts(server: &TestServer) {
    let response: Value = server.call_ok("get_appid_group_list", json!({})).await;
    assert_eq!(column(&response["GroupIdList"], "GroupId").len(), 2, "{response}");
    assert_eq!(server.app.message_count("lobby").unwrap(), 5);
}
